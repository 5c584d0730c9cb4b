"""Kaplan–Meier and Cox regression against lifelines on synthetic churn, whose estimates must agree."""
from run import CACHE, compare, ours, peer, venv

N = 1_000_000
COLUMNS = ["x0", "x1", "x2", "x3", "x4"]


def run(exe):
    python = venv("lifelines")
    data = CACHE / "bench" / f"survival_{N}.csv"
    if not data.exists():
        data.parent.mkdir(parents=True, exist_ok=True)
        peer(python, "survival_peer.py", "data", N, data)
    kms, coxes = [], []
    for _ in range(5):
        _, answer = ours(exe, "survival", "--input", data, "--duration", "duration", "--event", "churned",
                         "--covariates", ",".join(COLUMNS), "--at", "180", times=1)
        kms.append(answer["timing_km_ms"] / 1000)
        coxes.append(answer["timing_cox_ms"] / 1000)
    theirs = peer(python, "survival_peer.py", "lifelines", N, data)
    gap = max(abs(answer["cox"]["coef"][c]["coef"] - theirs["coef"][c]) for c in COLUMNS)
    yield compare("survival Kaplan-Meier", f"{N:,} rows", sorted(kms)[2], "lifelines", theirs["km_s"],
                  f"S(180) {answer['km']['at'][0]['s']:.6f} against {theirs['s180']:.6f}")
    yield compare("survival Cox, checks included", f"{N:,} rows x 5", sorted(coxes)[2], "lifelines (fit alone)",
                  theirs["cox_s"], f"coefficients within {gap:.1e}", peer_runs=theirs["cox_runs"])
