"""CSAT and NPS by group with pandas, numpy and statsmodels: surveys_peer.py csat|nps FILE."""
import json
import sys

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from timed import timed

task, file = sys.argv[1], sys.argv[2]
data = pd.read_csv(file, dtype={"store": "category"})


def csat():
    """Share of 4 and 5, its Wilson interval, mean and median of each group."""
    score = data.satisfaction
    by_group = score.groupby(data.store, observed=True)
    hits = (score >= 4).groupby(data.store, observed=True).sum()
    n = by_group.count()
    by_group.agg(["mean", "median"])
    lower, upper = proportion_confint(hits, n, method="wilson")
    return pd.DataFrame({"value": hits / n, "lower": lower, "upper": upper})


def nps():
    """Promoters less detractors in points, with the interval of their difference, of each group."""
    answered = data[data.recommend.notna()]
    sign = (answered.recommend >= 9).astype(int) - (answered.recommend <= 6).astype(int)
    by_group = sign.groupby(answered.store, observed=True)
    n, value = by_group.count(), by_group.mean()
    error = 1.959963984540054 * np.sqrt(by_group.var(ddof=0) / n)
    return 100 * pd.DataFrame({"value": value, "lower": value - error, "upper": value + error})


seconds, runs, table = timed({"csat": csat, "nps": nps}[task])
print(json.dumps({"seconds": seconds, "runs": runs, "groups": {group: list(row) for group, row in zip(table.index, table.to_numpy())}}))
