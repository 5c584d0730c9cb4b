"""Times statsmodels and krippendorff: response_peer.py hc3|alpha FILE TIMES."""
import json
import statistics
import sys
import time

import pandas as pd

task, file, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
data = pd.read_csv(file)


def hc3():
    import statsmodels.api as sm
    fit = sm.OLS(data.y, sm.add_constant(data.drop(columns="y"))).fit(cov_type="HC3", use_t=True)
    return [float(x) for x in fit.bse]


def alpha():
    import krippendorff
    table = data.pivot(index="rater", columns="subject", values="score").to_numpy()
    return [float(krippendorff.alpha(reliability_data=table, level_of_measurement="ordinal"))]


seconds = []
for _ in range(times):
    start = time.perf_counter()
    values = {"hc3": hc3, "alpha": alpha}[task]()
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": statistics.median(seconds), "values": values}))
