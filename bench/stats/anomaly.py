"""NAB scores and false-alarm rates of `yunheng stats anomaly` on the shared families, by its own alerts, with the time it takes."""
import csv
import json
import math
import random

import nab
import run as bench

# Best published detector on these families (standard profile), recomputed from its published per-file scores.
BEST_PUBLISHED = "contextOSE 79.8, bar 70"


ROWS, COPIES, RATES = 10_000, 8, (0.001, 0.0001)


def poisson(draw, mean):
    limit, count, product = math.exp(-mean), 0, draw.random()
    while product > limit:
        count, product = count + 1, product * draw.random()
    return count


def ordinary(kind, draw):
    """ROWS hourly values in which nothing happens."""
    memory, values = 0.0, []
    for t in range(ROWS):
        noise, day = draw.gauss(0, 1), math.sin(math.tau * t / 24)
        memory = (0.9 if kind == "memory 0.9" else 0.5) * memory + noise
        weekend = 1 if t // 24 % 7 in (2, 3) else 0
        values.append({
            "independent": noise,
            "memory 0.5": memory,
            "memory 0.9": memory,
            "daily": 10 + 3 * day + 0.5 * noise,
            "daily and weekly": 10 + 3 * day - 4 * weekend + 0.5 * noise,
            "skewed": math.exp(0.8 * noise),
            "heavy tails": noise / math.sqrt(sum(draw.gauss(0, 1) ** 2 for _ in range(5)) / 5),
            "very heavy tails": noise / math.sqrt(sum(draw.gauss(0, 1) ** 2 for _ in range(3)) / 3),
            "counts": poisson(draw, 20 + 12 * day),
        }[kind])
    return values


KINDS = ["independent", "memory 0.5", "memory 0.9", "daily", "daily and weekly", "skewed", "heavy tails", "very heavy tails", "counts"]


def false_alarms(exe):
    """Alerts per row on series without anomalies, by kind and accepted rate."""
    draw, path = random.Random(20260104), bench.CACHE / "bench" / "ordinary.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        alerts, seconds = dict.fromkeys(RATES, 0), 0.0
        for _ in range(COPIES):
            rows = [f"{1_700_000_000 + 3600 * t},{value}" for t, value in enumerate(ordinary(kind, draw))]
            path.write_text("time,value\n" + "\n".join(rows) + "\n")
            for rate in RATES:
                options = ["--false-alarm-rate", rate, "--kind", "count" if kind == "counts" else "value"]
                taken, answer = bench.ours(exe, "anomaly", "--input", path, "--time", "time", "--value", "value", *options, times=1)
                alerts[rate], seconds = alerts[rate] + answer["alerts"], seconds + taken
        note = ", ".join(f"{n / (ROWS * COPIES):.5f} per row where {rate} are accepted" for rate, n in alerts.items())
        yield bench.compare(f"false alarms, {kind}", f"{COPIES} x {ROWS}", seconds, "-", None, note, our_runs=1)


def run(exe):
    yield from nab_families(exe)
    yield from false_alarms(exe)


def nab_families(exe):
    folder = bench.SHARED / "nab"
    labels = json.loads((folder / "combined_windows.json").read_text())
    totals, windows_seen, rows_seen, seconds = dict.fromkeys(nab.PROFILES, 0.0), 0, 0, 0.0
    for name, spans in sorted(labels.items()):
        with open(folder / name) as file:
            times = [row["timestamp"] for row in csv.DictReader(file)]
        taken, answer = bench.ours(exe, "anomaly", "--input", folder / name, "--time", "timestamp", "--value", "value", times=1)
        windows = [(times.index(a[:19]), times.index(b[:19])) for a, b in spans]
        alerts = [i for i, point in enumerate(answer["points"]) if point["score"] >= 0.5]
        for profile in totals:
            totals[profile] += nab.raw_score(len(times), windows, alerts, profile)
        windows_seen, rows_seen, seconds = windows_seen + len(windows), rows_seen + len(times), seconds + taken
    scores = ", ".join(f"{profile} {nab.normalised(total, windows_seen, profile):.1f}" for profile, total in totals.items())
    yield bench.compare("anomaly NAB families", f"{rows_seen} rows", seconds, "-", None, f"NAB score {scores} ({BEST_PUBLISHED})", our_runs=1)
