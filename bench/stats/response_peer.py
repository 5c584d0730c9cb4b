"""Times statsmodels and krippendorff: response_peer.py hc3|alpha FILE."""
import json
import sys

import pandas as pd

from timed import timed

task, file = sys.argv[1], sys.argv[2]
data = pd.read_csv(file)


def hc3():
    import statsmodels.api as sm
    fit = sm.OLS(data.y, sm.add_constant(data.drop(columns="y"))).fit(cov_type="HC3", use_t=True)
    return [float(x) for x in fit.bse]


def alpha():
    import krippendorff
    table = data.pivot(index="rater", columns="subject", values="score").to_numpy()
    return [float(krippendorff.alpha(reliability_data=table, level_of_measurement="ordinal"))]


seconds, runs, values = timed({"hc3": hc3, "alpha": alpha}[task])
print(json.dumps({"seconds": seconds, "runs": runs, "values": values}))
