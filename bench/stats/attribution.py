"""Markov attribution against ChannelAttribution's default simulation: 1,000,000 journeys, 20 channels."""
import csv
import random

import run as bench

JOURNEYS = 1_000_000
CHANNELS = 20


def journeys(path):
    """Writes seeded journeys of a Markov process whose continuation and conversion depend on the channel."""
    draw = random.Random(20260101)
    names = [f"c{i:02d}" for i in range(CHANNELS)]
    nexts = [[draw.gammavariate(0.6, 1) for _ in names] for _ in names]
    first = [draw.gammavariate(1.5, 1) for _ in names]
    goes_on = [draw.uniform(0.45, 0.75) for _ in names]
    converts = [draw.uniform(0.03, 0.25) for _ in names]
    indices = range(CHANNELS)
    cumulative = [[sum(row[: i + 1]) for i in indices] for row in nexts]
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["path", "conversions", "value", "nulls"])
        for at in draw.choices(indices, first, k=JOURNEYS):
            touches = [at]
            while len(touches) < 30 and draw.random() < goes_on[at]:
                at = draw.choices(indices, cum_weights=cumulative[at])[0]
                touches.append(at)
            won = draw.random() < converts[at]
            value = round(draw.lognormvariate(3.8, 0.7), 2) if won else 0
            out.writerow([" > ".join(names[t] for t in touches), int(won), value, int(not won)])


def one(exe, order):
    path = bench.CACHE / "bench" / "journeys.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        journeys(path)
    ours_s, answer = bench.ours(exe, "attribution", "--input", path, "--path", "path", "--conversions", "conversions",
                              "--value", "value", "--nulls", "nulls", "--model", f"markov:{order}")
    peer = bench.peer(bench.venv("attribution"), "attribution_peer.py", path, order)
    exact = answer["models"][f"markov{order}"]
    error = max(abs(peer["credits"][c] / v - 1) for c, v in exact.items())
    note = f"(peer is off the exact solution by up to {error:.1%})"
    return bench.compare(f"attribution markov:{order}", f"{JOURNEYS} paths", ours_s, "ChannelAttribution", peer["seconds"], note, peer_runs=peer["runs"])


def run(exe):
    for order in (1, 2, 3):
        yield one(exe, order)
