#!/usr/bin/env python3
"""Compares the program's answers with independent SQL run by DuckDB on the original files.

    python tests/oracle/run.py --exe PATH [--shared DIR] [--only online_retail|olist|demo|lineage|why|reconcile] [--scale 0.1 0.3 | --demo DIR]

Ends with 'N passed, M failed'.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import duckdb

import comparisons
import demo
import demo_library
import lineage
import olist
import online_retail
import reconcile
import scores
import why
from check import Check, compare, plain, same
from program import Program

ROOT = Path(__file__).resolve().parents[2]


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def note(self, name, problem):
        if problem is None:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAIL {name}: {problem}", flush=True)


def database(setup, data):
    con = duckdb.connect()
    con.execute("SET threads = 2")
    con.execute(setup.replace("{data}", str(data)))
    return con


def run_checks(tally, program, con, suite):
    started, metrics = time.time(), set()
    for check in suite.CHECKS:
        name = f"{suite.__name__}: {check.name}"
        metrics.update(check.metrics)
        try:
            expected = con.execute(check.sql).fetchall()
            tally.note(name, compare(expected, program.query(check), len(check.group_by)))
        except (RuntimeError, ValueError, duckdb.Error) as error:
            tally.note(name, error)
    print(f"{suite.__name__}: {len(suite.CHECKS)} checks of {len(metrics)} metrics in {time.time() - started:.1f} s", flush=True)


def example(tally, args, suite, folder):
    """Imports an example's real data into a copy of the project and checks it."""
    data = args.shared / "data" / suite.FOLDER
    if not data.exists():
        print(f"skipped: no {suite.FOLDER} in ../shared")
        return
    project = folder / suite.__name__
    shutil.copytree(ROOT / suite.PROJECT, project, ignore=shutil.ignore_patterns(".yunheng"))
    program = Program(args.exe, project)
    program.run("check")
    program.run("import", "--all", "--from", data)
    for targets in sorted((project / "targets").glob("*.csv")):
        program.run("targets", "import", targets)
    con = database(suite.SETUP, data)
    run_checks(tally, program, con, suite)
    if suite is online_retail:
        for name, expected, given in scores.check(program, con):
            tally.note(f"score: {name}", None if same(plain(expected), plain(given)) else f"expected {expected}, given {given}")


def demo_projects(args, folder):
    """(program, data folder) of a demo at each scale, made when it is asked for."""
    if args.demo:
        yield Program(args.exe, args.demo.resolve()), args.demo.resolve() / "data"
        return
    for scale in args.scale:
        project = folder / f"demo-{scale}"
        Program(args.exe, folder).run("demo", project, "--scale", scale, "--seed", 7)
        yield Program(args.exe, project), project / "data"


def truths(tally, program, data):
    """The generator's own count of what it wrote."""
    known = json.loads((data / "truths.json").read_text(encoding="utf-8"))
    names = {
        "paid_orders": "paid_orders", "paid_amount": "paid_amount",
        "refunds": "refunds", "refund_amount": "refund_amount", "excluded_amount": "excluded_paid_amount",
    }
    for year in (2024, 2025):
        for metric, key in names.items():
            rows = program.query(Check(name=key, metrics=[metric], sql="", start=f"{year}-01-01", end=f"{year}-12-31"))
            given, expected = float(rows[0][0]), float(known[f"year_{year}"][key])
            tally.note(f"truths: {metric} of {year}", None if same(given, expected) else f"expected {expected}, given {given}")


def lineage_checks(tally, program):
    listed = [json.loads(line)["name"] for line in program.run("metrics", "--format", "json").splitlines() if line]
    for metric in sorted(set(listed) - set(lineage.HAND) - set(lineage.COMBINED)):
        tally.note(f"lineage: {metric}", "nobody has said how its rows are added up by hand")
    for metric in sorted(set(listed) & (set(lineage.HAND) | set(lineage.COMBINED))):
        try:
            expected, given = lineage.check_metric(program, metric)
            tally.note(f"lineage: {metric}", None if same(plain(expected), plain(given)) else f"rows give {expected}, the cell is {given}")
        except (RuntimeError, ValueError, KeyError, ZeroDivisionError, duckdb.Error) as error:
            tally.note(f"lineage: {metric}", error)
    print(f"lineage: the rows of {len(listed)} metrics added up by hand", flush=True)


def why_checks(tally, program, data, args, folder):
    """Explanations recomputed on the demo, and the planted drop on one large enough to show it."""
    con, started = database(demo.SETUP, data), time.time()
    for check in why.CHECKS:
        guarded(tally, check, program, con)
    scale = json.loads((data / "truths.json").read_text(encoding="utf-8"))["scale"]
    if float(scale) < 1:
        large = folder / "demo-1"
        Program(args.exe, folder).run("demo", large, "--scale", "1")
        program = Program(args.exe, large)
    guarded(tally, why.planted_drop, program, con)
    print(f"why: {len(why.CHECKS) + 1} checks in {time.time() - started:.1f} s", flush=True)


def reconcile_checks(tally, program, data, folder):
    """Figures of a platform with planted differences, each part recomputed on the files."""
    con, started = database(demo.SETUP, data), time.time()
    for check in reconcile.CHECKS:
        guarded(tally, check, program, con, folder)
    print(f"reconcile: {len(reconcile.CHECKS)} checks in {time.time() - started:.1f} s", flush=True)


def guarded(tally, check, program, *given):
    name = f"{check.__module__}: {check.__name__}"
    try:
        check(program, *given)
        tally.note(name, None)
    except (RuntimeError, ValueError, KeyError, TypeError, ZeroDivisionError, duckdb.Error) as error:
        tally.note(name, error)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exe", required=True)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("YUNHENG_SHARED", ROOT.parent / "shared")))
    parser.add_argument("--only", choices=["online_retail", "olist", "demo", "lineage", "why", "reconcile"])
    parser.add_argument("--scale", nargs="+", default=["0.1", "0.3"])
    parser.add_argument("--demo", type=Path, help="a demo project that exists already")
    args = parser.parse_args()
    args.exe, args.shared = Path(args.exe).resolve(), args.shared.resolve()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="yunheng-oracle-") as name:
        folder = Path(name)
        for suite in (online_retail, olist):
            if args.only in (None, suite.__name__):
                try:
                    example(tally, args, suite, folder)
                except RuntimeError as error:
                    tally.note(suite.__name__, error)
        if args.only in (None, "demo", "lineage", "why", "reconcile"):
            try:
                for number, (program, data) in enumerate(demo_projects(args, folder)):
                    if args.only in (None, "demo"):
                        con = database(demo.SETUP + demo_library.SETUP + comparisons.SETUP, data)
                        run_checks(tally, program, con, demo)
                        run_checks(tally, program, con, demo_library)
                        run_checks(tally, program, con, comparisons)
                        truths(tally, program, data)
                    if args.only in (None, "lineage") and number == 0:
                        lineage_checks(tally, program)
                    if args.only in (None, "why") and number == 0:
                        why_checks(tally, program, data, args, folder)
                    # Last: it imports a file of its own.
                    if args.only in (None, "reconcile") and number == 0:
                        reconcile_checks(tally, program, data, folder)
            except RuntimeError as error:
                tally.note("demo", error)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
