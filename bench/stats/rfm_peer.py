"""RFM with pandas: rfm_peer.py data FILE CUSTOMERS ORDERS writes seeded orders; rfm_peer.py rfm FILE scores them."""
import json
import sys

import numpy as np
import pandas as pd

from timed import timed

AS_OF = np.datetime64("2025-12-31")


def orders(path, customers, count):
    """Orders over a year by customers of very different keenness and spending."""
    draw = np.random.default_rng(20260106)
    keen = draw.gamma(0.7, 1, customers)
    customer = draw.choice(customers, count, p=keen / keen.sum())
    spending = draw.lognormal(4, 0.5, customers)
    amount = np.round(spending[customer] * draw.lognormal(0, 0.6, count), 2)
    date = AS_OF - draw.integers(0, 365, count)
    pd.DataFrame({"customer": np.char.add("c", customer.astype(str)), "date": date, "amount": amount}).to_csv(path, index=False)


def rfm(data):
    """Quintile scores (bounds as in the R package rfm: the quantile plus 1) and the ten segments."""
    found = data.groupby("customer", observed=True).agg(last=("date", "max"), f=("amount", "size"), m=("amount", "sum"))
    r = (AS_OF - found["last"]).dt.days.to_numpy()
    score = lambda v: 1 + np.searchsorted(np.quantile(v, [0.2, 0.4, 0.6, 0.8]) + 1, v, side="right")
    r, f, m = 6 - score(r), score(found.f.to_numpy()), score(found.m.to_numpy())
    rules = {
        "Champions": (4, 5, 4, 5), "Loyal Customers": (2, 5, 3, 5), "Potential Loyalist": (3, 5, 1, 3), "New Customers": (4, 5, 1, 1),
        "Promising": (3, 4, 1, 1), "Need Attention": (2, 3, 2, 3), "About To Sleep": (2, 3, 1, 2), "At Risk": (1, 2, 2, 5),
        "Can't Lose Them": (1, 1, 4, 5), "Lost": (1, 2, 1, 2),
    }
    within = lambda v, low, high: (low <= v) & (v <= high)
    takes = [within(r, a, b) & within(f, c, d) & within(m, c, d) for a, b, c, d in rules.values()]
    found["segment"] = pd.Categorical(np.select(takes, list(rules), "Others"))
    return found.groupby("segment", observed=True).agg(customers=("f", "size"), orders=("f", "sum"), revenue=("m", "sum"))


if sys.argv[1] == "data":
    orders(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    print("{}")
else:
    data = pd.read_csv(sys.argv[2], dtype={"customer": "category"}, parse_dates=["date"])
    seconds, runs, segments = timed(lambda: rfm(data))
    print(json.dumps({"seconds": seconds, "runs": runs, "segments": {k: int(v) for k, v in segments.customers.items()}}))
