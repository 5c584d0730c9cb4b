"""Runs in a peer's environment: survival_peer.py data|lifelines N FILE; prints one JSON line."""
import json
import sys
import time

import numpy as np
import pandas as pd


def simulate(n, path):
    """Weibull(1.4) proportional hazards over days: 5 covariates, effects .5 -.3 .2 0 .1, censoring at 30 to 720 days."""
    g = np.random.default_rng([20260101, n])
    z = g.normal(size=(n, 5))
    z[:, 3] = g.integers(0, 2, n)
    t = 300 * (-np.log(g.random(n)) / np.exp(z @ np.array([0.5, -0.3, 0.2, 0, 0.1]))) ** (1 / 1.4)
    end = g.uniform(30, 720, n)
    columns = {f"x{i}": z[:, i] for i in range(5)}
    pd.DataFrame({**columns, "duration": np.ceil(np.minimum(t, end)), "churned": (t <= end).astype(int)}).to_csv(path, index=False)
    return {}


def lifelines(d):
    import lifelines as ll
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        km = ll.KaplanMeierFitter().fit(d.duration, d.churned)
        seconds.append(time.perf_counter() - start)
    start = time.perf_counter()
    cox = ll.CoxPHFitter().fit(d, "duration", "churned")
    cox_s = time.perf_counter() - start
    return {"km_s": sorted(seconds)[2], "s180": float(km.predict(180)), "cox_s": cox_s,
            "coef": {k: float(v) for k, v in cox.params_.items()}, "log_likelihood": float(cox.log_likelihood_)}


if __name__ == "__main__":
    task, n, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    print(json.dumps(simulate(n, path) if task == "data" else lifelines(pd.read_csv(path))))
