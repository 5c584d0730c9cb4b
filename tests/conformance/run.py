#!/usr/bin/env python3
"""Runs the shared metric-layer cases and holds the result against the list of cases not claimed yet.

Fails when a claimed case fails, and also when an unclaimed one passes: then its line must go.

    python3 tests/conformance/run.py --exe PATH [--jobs N] [--shared DIR]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def unclaimed():
    """Ids of the cases that are allowed, and expected, to fail."""
    lines = (HERE / "unclaimed.txt").read_text(encoding="utf-8").splitlines()
    return {line.split("#")[0].strip() for line in lines} - {""}


def run_kit(kit, exe, jobs):
    """Verdict and reason of every case, by id."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.jsonl"
        command = [sys.executable, kit / "run.py", "--exe", exe, "--jobs", str(jobs), "-q", "--report", report]
        subprocess.run(list(map(str, command)), stdout=subprocess.DEVNULL, check=False)
        return {case["id"]: case for case in map(json.loads, report.read_text(encoding="utf-8").splitlines())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exe", required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--shared", default=os.environ.get("YUNHENG_SHARED", ROOT.parent / "shared"))
    args = parser.parse_args()
    kit = Path(args.shared) / "conformance" / "metricflow"
    if not (kit / "run.py").exists():
        print("skipped: no ../shared")
        return 0
    cases, known = run_kit(kit, args.exe, args.jobs), unclaimed()
    problems = [f"unknown case in unclaimed.txt: {name}" for name in sorted(known - set(cases))]
    for name, case in sorted(cases.items()):
        if case["verdict"] == "fail" and name not in known:
            problems.append(f"FAIL {name}: {case['reason']}")
        if case["verdict"] == "pass" and name in known:
            problems.append(f"passes now, remove it from unclaimed.txt: {name}")
    for problem in problems:
        print(problem)
    passed = sum(case["verdict"] == "pass" for case in cases.values())
    print(f"conformance: {passed} of {len(cases)} cases pass, {len(known)} not claimed, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
