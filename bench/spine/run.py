#!/usr/bin/env python3
"""Prints the speed bars: import of the demo's events, and questions from process start to answer, at scale 10.

    python bench/spine/run.py --exe PATH [--scale 10] [--runs 5]

Page cache warm, no result cache. The import is compared with DuckDB's COPY of the same file to zstd Parquet with two
threads; both write to the same disk.
"""

import argparse
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import duckdb

ADDITIVE = ["paid_amount", "visitor_days", "ad_cost"]
HEAVY = ["site_visitors", "buyers", "ship_hours_p90"]
CONVERSION = ["cart_conversion_7d"]
BARS = {"additive": 0.4, "distinct and percentile": 1.5, "conversion": 5.0}


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def run(*command):
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def copy(source, target):
    con = duckdb.connect()
    con.execute("SET threads = 2")
    con.execute(f"COPY (SELECT * FROM read_csv('{source}')) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def imports(exe, folder, data):
    events = data / "events.csv"
    size = events.stat().st_size
    warm = seconds(lambda: events.read_bytes())
    reference = min(seconds(lambda: copy(events, folder / "events.parquet")) for _ in range(2))
    project = folder / "empty"
    run(exe, "init", project, "--template", "shop")
    own = seconds(lambda: run(exe, "-C", project, "import", "events", events))
    ratio = reference / own
    print(f"import of {size / 1e6:.0f} MB of events: {own:.1f} s; DuckDB COPY {reference:.1f} s (read alone {warm:.1f} s)")
    print(f"  {ratio:.2f} of DuckDB's speed, bar 0.5: {'met' if ratio >= 0.5 else 'MISSED'}")


def questions(exe, project, runs):
    for kind, metrics in [("additive", ADDITIVE), ("distinct and percentile", HEAVY), ("conversion", CONVERSION)]:
        for metric in metrics:
            command = [exe, "-C", project, "query", "--metrics", metric, "--group-by", "metric_time__month", "--format", "json"]
            run(*command)
            median = statistics.median(seconds(lambda: run(*command)) for _ in range(runs))
            print(f"{metric} by month: {median * 1000:.0f} ms, bar {BARS[kind] * 1000:.0f} ms: {'met' if median < BARS[kind] else 'MISSED'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exe", type=Path, required=True)
    parser.add_argument("--scale", default="10")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yunheng-bench-") as name:
        folder = Path(name)
        project = folder / "demo"
        print(f"making the demo at scale {args.scale} …", flush=True)
        run(args.exe, "demo", project, "--scale", args.scale)
        imports(args.exe, folder, project / "data")
        questions(args.exe, project, args.runs)


if __name__ == "__main__":
    main()
