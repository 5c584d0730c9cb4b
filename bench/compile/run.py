#!/usr/bin/env python3
"""Prints how long planning takes, alone and as a whole process, beside the bars it must stay under.

    python3 bench/compile/run.py --exe PATH --compiler PATH [--shared DIR]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def explain_ms(exe, *question):
    """Median wall time of `query --explain`, the process included."""
    command = [exe, *question, "--explain"]
    times = []
    for _ in range(15):
        started = time.perf_counter()
        subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def metrics_of(exe, project):
    listed = subprocess.run([exe, "-C", project, "metrics", "--format", "json"], check=True, stdout=subprocess.PIPE)
    return len(listed.stdout.splitlines())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exe", required=True)
    parser.add_argument("--compiler", required=True, help="the example compile_speed of yh-metrics, built for release")
    parser.add_argument("--shared", default=os.environ.get("YUNHENG_SHARED", ROOT.parent / "shared"))
    args = parser.parse_args()
    kit = Path(args.shared) / "conformance" / "metricflow" / "kit"
    if not kit.exists():
        print("skipped: no ../shared")
        return 0
    manifest = kit / "manifests" / "simple_manifest.semantic_manifest.json"
    print("planning alone (bars: one metric 2 ms, five metrics with a year-ago offset 10 ms)")
    subprocess.run([args.compiler, str(manifest)], check=True)
    five = "bookings_yoy,bookings_per_booker,booking_fees_per_booker,views,bookings_1_year_ago"
    print("query --explain, whole process (bar: 50 ms)")
    by = ["--group-by", "metric_time__day,listing__country_latest"]
    over = ["query", "--manifest", manifest, "--tables", kit / "tables"]
    print("manifest, one metric: %.1f ms" % explain_ms(args.exe, *over, "--metrics", "bookings", *by))
    print("manifest, five metrics, a year ago among them: %.1f ms" % explain_ms(args.exe, *over, "--metrics", five, *by))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([args.exe, "init", os.path.join(folder, "shop")], check=True, stdout=subprocess.DEVNULL)
        question = ["-C", os.path.join(folder, "shop"), "query", "--metrics", "paid_amount", "--group-by", "metric_time__day"]
        print("project of %d metrics, one metric: %.1f ms" % (metrics_of(args.exe, question[1]), explain_ms(args.exe, *question)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
