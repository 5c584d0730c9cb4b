"""CLV against lifetimes and PyMC-Marketing on synthetic customers, whose optimum must agree."""
import subprocess

from run import CACHE, compare, ours, peer, venv

N = 1_000_000


def run(exe):
    python = venv("lifetimes")
    data = CACHE / "bench" / f"btyd_{N}.csv"
    if not data.exists():
        data.parent.mkdir(parents=True, exist_ok=True)
        peer(python, "clv_peer.py", "data", N, data)
    options = ["clv", "--summary", "--input", data, "--x", "x", "--t-x", "t_x", "--T", "T", "--spend", "spend"]
    fits, forecasts = [], []
    for _ in range(5):
        _, answer = ours(exe, *options, "--month", 4.345, times=1)
        fits.append(answer["timing_fit_ms"] / 1000)
        forecasts.append(answer["timing_forecast_ms"] / 1000)
    fit, forecast = sorted(fits)[2], sorted(forecasts)[2]
    theirs = peer(python, "clv_peer.py", "lifetimes", N, data)
    gap = abs(theirs["log_likelihood"] / answer["log_likelihood"] - 1)
    note = f"log-likelihood {answer['log_likelihood']:.2f} against {theirs['log_likelihood']:.2f}, {gap:.0e} apart"
    yield compare("clv fit (BG/NBD + spend)", f"{N:,} customers", fit, "lifetimes BG/NBD + Gamma-Gamma", theirs["fit_s"] + theirs["spend_s"], note,
                  peer_runs=theirs["fit_runs"])
    value = answer["forecast"]["value"]["mean"]
    yield compare("clv 12 months, intervals", f"{N:,} customers", forecast, "lifetimes (no intervals)", theirs["value_s"],
                  f"total {value:.0f} against {theirs['value']:.0f}", peer_runs=theirs["value_runs"])
    try:
        theirs = peer(venv("pymc"), "clv_peer.py", "pymc", N, data)
    except subprocess.CalledProcessError as error:
        yield compare("clv fit (BG/NBD + spend)", f"{N:,} customers", fit, "PyMC-Marketing", None, f"not run: {error.stderr[-200:]}")
        return
    yield compare("clv fit (BG/NBD + spend)", f"{N:,} customers", fit, "PyMC-Marketing BG/NBD MAP alone", theirs["fit_s"], peer_runs=theirs["fit_runs"])
