"""Regression with HC3 errors against statsmodels: 200,000 rows, 5 predictors."""
import random

import run as bench

ROWS = 200_000


def run(exe):
    path = bench.CACHE / "bench" / "regression.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draw = random.Random(20260102)
        with open(path, "w") as file:
            file.write("y,a,b,c,d,e\n")
            for _ in range(ROWS):
                x = [draw.gauss(0, 1) for _ in range(5)]
                y = 1 + x[0] - 2 * x[1] + 0.5 * x[2] + draw.gauss(0, 1 + abs(x[0]))
                file.write(",".join(f"{v:.6f}" for v in [y, *x]) + "\n")
    our_s, answer = bench.ours(exe, "regression", "--input", path, "--outcome", "y", "--predictors", "a,b,c,d,e")
    peer = bench.peer(bench.venv("response"), "response_peer.py", "hc3", path)
    errors = [c["se"] for c in (answer["coefficients"][n] for n in ("(intercept)", *"abcde"))]
    worst = max(abs(a / b - 1) for a, b in zip(errors, peer["values"]))
    yield bench.compare("regression HC3", f"{ROWS} rows x 5", our_s, "statsmodels", peer["seconds"], f"standard errors agree to {worst:.0e}",
                        peer_runs=peer["runs"])
