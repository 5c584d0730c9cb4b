"""NAB scores of `yunheng stats anomaly` on the shared families, by its own alerts, with the time it takes."""
import csv
import json

import nab
import run as bench

# Best published detector on these families (standard profile), recomputed from its published per-file scores.
BEST_PUBLISHED = "contextOSE 79.8, bar 70"


def run(exe):
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
    yield bench.compare("anomaly NAB families", f"{rows_seen} rows", seconds, "-", None, f"NAB score {scores} ({BEST_PUBLISHED})")
