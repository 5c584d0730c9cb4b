#!/usr/bin/env python3
"""Prints the bars of the home page: its one answer, cold and repeated, at scale 10.

    python bench/home/run.py --exe PATH [--scale 10 | --demo DIR] [--runs 5]

Cold is the first request of a server that has just started, page cache warm; repeated is the same request again.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

PORT, TOKEN = 8797, "bench"
DAYS = ["2025-11-12", "2025-12-31"]
BARS = {"cold": 2.0, "repeated": 0.05}


def serve(exe, project):
    command = [str(exe), "-C", str(project), "serve", "--port", str(PORT)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "YUNHENG_TOKEN": TOKEN})
    server.stdout.readline()
    return server


def home(day):
    """Seconds until the whole answer has arrived, and the answer."""
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/api/v1/home?day={day}", headers={"Authorization": f"Bearer {TOKEN}"})
    started = time.perf_counter()
    with urllib.request.urlopen(request) as response:
        body = response.read()
    return time.perf_counter() - started, json.loads(body)


def measure(exe, project, day, runs):
    """Cold and repeated seconds of one day."""
    cold, repeated = [], []
    for _ in range(runs):
        server = serve(exe, project)
        try:
            seconds, page = home(day)
            failed = [failure["block"] for failure in page["problems"]] + [one["metric"] for one in page["dangers"] if one["problem"]]
            if failed or not page["headline"]["day"]["answer"]["rows"]:
                raise SystemExit(f"the page of {day} has no headline or failed blocks: {failed}")
            cold.append(seconds)
            repeated += [home(day)[0] for _ in range(5)]
        finally:
            server.terminate()
            server.wait()
    return {"cold": statistics.median(cold), "repeated": statistics.median(repeated)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exe", type=Path, required=True)
    parser.add_argument("--scale", default="10")
    parser.add_argument("--demo", type=Path, help="a demo project that exists already")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yunheng-bench-") as name:
        project = args.demo or Path(name) / "demo"
        if not args.demo:
            print(f"making the demo at scale {args.scale} …", flush=True)
            subprocess.run([str(args.exe), "demo", str(project), "--scale", args.scale], check=True, stdout=subprocess.DEVNULL)
        for day in DAYS:
            for kind, seconds in measure(args.exe, project, day, args.runs).items():
                print(f"home of {day}, {kind}: {seconds * 1000:.0f} ms, bar {BARS[kind] * 1000:.0f} ms: {'met' if seconds < BARS[kind] else 'MISSED'}")


if __name__ == "__main__":
    main()
