"""Runs in a peer's environment: survival_peer.py data|lifelines N FILE; prints one JSON line."""
import json
import sys

import numpy as np
import pandas as pd

from timed import timed


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
    km_s, _, km = timed(lambda: ll.KaplanMeierFitter().fit(d.duration, d.churned))
    cox_s, cox_runs, cox = timed(lambda: ll.CoxPHFitter().fit(d, "duration", "churned"))
    return {"km_s": km_s, "s180": float(km.predict(180)), "cox_s": cox_s, "cox_runs": cox_runs,
            "coef": {k: float(v) for k, v in cox.params_.items()}, "log_likelihood": float(cox.log_likelihood_)}


if __name__ == "__main__":
    task, n, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    print(json.dumps(simulate(n, path) if task == "data" else lifelines(pd.read_csv(path))))
