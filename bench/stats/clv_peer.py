"""Runs in a peer's environment: clv_peer.py data|lifetimes|pymc N FILE; prints one JSON line."""
import json
import sys

import numpy as np
import pandas as pd

from timed import timed


def simulate(n, path):
    """BG/NBD × Gamma-Gamma customers: r .6, alpha 8, a .8, b 2.5, p 6, q 4, gamma 15; T 26 to 104 weeks."""
    g = np.random.default_rng([20260101, n])
    rate, leave = g.gamma(0.6, 1 / 8, n), g.beta(0.8, 2.5, n)
    end = g.uniform(26, 104, n)
    x, last, now, alive = np.zeros(n, int), np.zeros(n), np.zeros(n), np.ones(n, bool)
    while alive.any():
        now = np.where(alive, now + g.exponential(1 / rate), now)
        bought = alive & (now <= end)
        x += bought
        last = np.where(bought, now, last)
        alive = bought & (g.random(n) >= leave)
    nu = g.gamma(4, 1 / 15, n)
    spend = np.where(x > 0, g.gamma(np.maximum(6 * x, 1), 1.0) / (nu * np.maximum(x, 1)), 0)
    pd.DataFrame({"x": x, "t_x": last, "T": end, "spend": spend}).to_csv(path, index=False)
    return {}


def log_likelihood(params, d):
    from scipy.special import betaln, gammaln
    r, alpha, a, b = params
    x = d["x"].values
    base = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    stay = betaln(a, b + x) - (r + x) * np.log(alpha + d["T"].values)
    gone = betaln(a + 1, b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + d["t_x"].values)
    return float((base + np.where(x > 0, np.logaddexp(stay, gone), stay)).sum())


def lifetimes(d):
    from lifetimes import BetaGeoFitter, GammaGammaFitter
    rep = d[(d["x"] > 0) & (d["spend"] > 0)]
    fit_s, fit_runs, bg = timed(lambda: BetaGeoFitter(0.0).fit(d["x"], d["t_x"], d["T"]))
    spend_s, _, gg = timed(lambda: GammaGammaFitter(0.0).fit(rep["x"], rep["spend"]))
    value_s, value_runs, value = timed(lambda: gg.customer_lifetime_value(bg, d["x"], d["t_x"], d["T"], d["spend"], time=12, freq="W", discount_rate=0.01))
    params = [float(bg.params_[k]) for k in ("r", "alpha", "a", "b")]
    return {"fit_s": fit_s, "fit_runs": fit_runs, "value_runs": value_runs, "spend_s": spend_s, "value_s": value_s, "value": float(value.sum()), "params": params,
            "spend_params": [float(gg.params_[k]) for k in ("p", "q", "v")], "log_likelihood": log_likelihood(params, d)}


def pymc(d):
    from pymc_extras.prior import Prior
    from pymc_marketing import clv
    data = d.rename(columns={"x": "frequency", "t_x": "recency"}).assign(customer_id=np.arange(len(d)))
    flat = {k: Prior("HalfFlat") for k in ("r", "alpha", "a", "b")}

    def fit():
        model = clv.BetaGeoModel(data=data[["customer_id", "frequency", "recency", "T"]], model_config=flat)
        model.build_model()
        model.fit(method="map")
        return model

    fit_s, fit_runs, _ = timed(fit)
    return {"fit_s": fit_s, "fit_runs": fit_runs}


if __name__ == "__main__":
    task, n, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    result = simulate(n, path) if task == "data" else {"lifetimes": lifetimes, "pymc": pymc}[task](pd.read_csv(path))
    print(json.dumps(result))
