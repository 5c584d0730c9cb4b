#!/usr/bin/env python3
"""Runs the examples in the help of `yunheng stats` and holds the keys they print against docs/stats.md.

    python3 tests/docs/stats.py --exe PATH [--shared DIR]

Files that examples name outside ../shared are made here, small and seeded. Every key of an answer must be named
in the method's section; every key of the section's tables must be printed by an example or by one of MORE.
Examples on ../shared are skipped without it, and then the tables are not held against the answers.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Options and commands beyond the examples, for the keys that only they print.
MORE = {
    "clv": ["yunheng stats clv --input ../shared/data/clv_cdnow/cdnowElog.csv --customer sampleid --date date --amount sales --calibration-end 1997-09-30 --profile --timing"],
    "survival": [
        "yunheng stats survival --input ../shared/data/survival_lifelines/rossi.csv --duration week --event arrest --group fin --curve --at 20 --covariates age,prio",
        "yunheng stats survival --input ../shared/data/rfm_orders/rfm_data_orders.csv --customer customer_id --date order_date --from 2006-01-01",
    ],
    "rfm": ["yunheng stats rfm --input ../shared/data/rfm_orders/rfm_data_orders.csv --customer customer_id --date order_date --amount revenue --as-of 2006-12-31 --compare 2006-06-30"],
    "attribution": [
        "yunheng stats attribution --input touches.csv --customer customer --time time --channel channel --conversion-value value"
        " --model last_non_direct,decay,ushape,wshape,markov:1,markov_shapley --transitions 1 --bootstrap 20"
    ],
    "forecast": [
        "yunheng stats forecast --input regions.csv --id region --time day --value orders --season 7 --horizon 7 --hierarchy / --origins 2",
    ],
    "rating": ["yunheng stats rating --input pair.csv --subject person --rater reviewer --score score"],
    "csat": ["yunheng stats csat --input survey_responses.csv --score score --time responded_at --split 2026-01-01"],
}
# Keys whose own keys are the data's (columns, groups, channels), over so many levels.
OF_DATA = {
    "cells": 1, "channels": 1, "coef": 1, "coefficients": 1, "effects": 1, "elements": 1, "events": 1, "groups": 1, "periods": 1, "schoenfeld": 1,
    "weights": 1, "coverage": 1, "removal": 1, "removal_by_model": 1, "conversions": 1, "rank_stability": 1, "models": 2,
    "attribution.value": 2, "attribution.standard_errors": 2, "rating.raters": 1, "response.spend": 1,
}
# Keys that hold for every method.
COMMON = {"method", "n", "warnings", "too_few", "timing_ms"}


def made(folder):
    """Writes the files that examples name."""
    draw = random.Random(7)
    rows = lambda count, make: [make(i) for i in range(count)]
    day = lambda i: f"2025-{10 + i // 30 % 3:02d}-{i % 28 + 1:02d}"
    month = lambda i: ["2025-11", "2025-12", "2026-01", "2026-02"][i % 4] + f"-{i % 27 + 1:02d}"
    dates = [f"2025-{m:02d}-{d:02d}" for m in (1, 2, 3) for d in range(1, 29 if m == 2 else 32)]
    channels = ["direct", *(f"c{i}" for i in range(14))]
    people = [f"p{i}" for i in range(12)]
    normal = lambda: draw.gauss(0, 1)
    score = lambda i: min(5, max(1, round(3 + i % 3 + normal())))
    tables = {
        "survey_responses.csv": ("score,dimension,responded_at", rows(400, lambda i: (draw.choice([1, 3, 4, 5, 5]), "AB"[i % 2], month(i)))),
        "weeks.csv": ("store,week,has_script,conversion", [
            (f"s{s}", f"2026-0{1 + w // 4}-{1 + 7 * (w % 4):02d}", int(s < 5), round(0.2 + 0.05 * (s < 5 and w >= 8) + 0.01 * normal(), 4))
            for s in range(10) for w in range(16)]),
        "reviews.csv": ("person,reviewer,role,question,score", [
            (p, r, "self" if p == r else f"r{n}", q, score(i))
            for i, p in enumerate(people) for n, r in enumerate([p, "x", "y", "z"]) for q in ("one", "two")]),
        "pair.csv": ("person,reviewer,score", [(p, r, score(i)) for i, p in enumerate(people) for r in ("x", "y")]),
        "day.csv": ("store,channel,paid,paid_usual,visits,visits_usual", [
            (f"s{s}", f"c{c}", 40 if s == 2 else 80 + s + c, 80 + s, 400 + c, 400) for s in range(8) for c in range(5)]),
        "sales.csv": ("store,day,orders,promotion,holiday", [
            (s, d, "" if i >= len(dates) - 30 else 100 + 20 * (i % 7 == 5) + 15 * (i % 10 == 3) + 30 * (i % 15 == 1) + draw.randint(0, 9), int(i % 10 == 3), int(i % 15 == 1))
            for s in ("a", "b") for i, d in enumerate(dates)]),
        "regions.csv": ("region,day,orders", [(r, d, 50 + 10 * (i % 7 == 5) + draw.randint(0, 9)) for r in ("n/a", "n/b", "s/c") for i, d in enumerate(dates)]),
        "touches.csv": ("customer,time,channel,value", [
            (f"k{i // 3}", day(i), draw.choice(channels), draw.choice([0, 0, 10])) for i in range(900)]),
    }
    for name, (header, lines) in tables.items():
        (folder / name).write_text(header + "\n" + "".join(",".join(map(str, line)) + "\n" for line in lines))


def methods(exe):
    listed = subprocess.run([exe, "stats", "--help"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^  ([a-z]+) {2,}", listed.split("Commands:")[1].split("Options:")[0].replace("  help ", ""), re.M)


def examples(exe, method):
    text = subprocess.run([exe, "stats", method, "--help"], capture_output=True, text=True, check=True, env=os.environ | {"COLUMNS": "100000"}).stdout
    return re.findall(r"^  (yunheng stats .*)$", re.sub(r"\\\n\s+", "", text), re.M)


def answer(exe, command, folder):
    command = re.sub(r" --format \w+", "", command).replace("yunheng", f"{exe}", 1) + " --format json"
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        return None, f"exit {done.returncode}: {done.stderr.strip()}"
    found = json.loads(done.stdout)
    missing = [key for key in ("method", "n", "warnings") if key not in found]
    return found, f"no {', '.join(missing)}" if missing else None


def keys(method, value, of_data=0):
    """All keys that are not the data's."""
    if isinstance(value, list):
        for item in value[:50]:
            yield from keys(method, item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not of_data:
                yield re.sub(r"^(lo|hi)\d+$", r"\g<1>95", key)
            if key != "too_few":
                own = OF_DATA.get(key, OF_DATA.get(f"{method}.{key}", 0))
                yield from keys(method, inner, of_data - 1 if of_data else own)


def sections():
    """Method → its text in docs/stats.md, and the methods of that section."""
    parts = re.split(r"^## ", (ROOT / "docs/stats.md").read_text(encoding="utf-8"), flags=re.M)[1:]
    for part in parts:
        title, text = part.split("\n", 1)
        names = re.findall(r"`(\w+)`", title)
        for name in names:
            yield name, names, text


def words(text):
    return {word for quoted in re.findall(r"`([^`]+)`", text) for word in re.findall(r"[A-Za-z][A-Za-z0-9_]*", quoted)}


def table_keys(text):
    """Keys in the first cells of tables whose header is `key`; what stands in {…} alone is the data's."""
    found = set()
    for table in re.findall(r"^\| key \|.*?\n\|[-| ]+\|\n((?:\|.*\n?)+)", text, re.M):
        for row in table.splitlines():
            cell = re.split(r"(?<!\\)\|", row)[1]
            found |= words(re.sub(r"\{(\w+|\(.*?)\}", "", cell))
    return found


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--exe", required=True, type=Path)
    options.add_argument("--shared", type=Path, default=Path(os.environ.get("YUNHENG_SHARED", ROOT.parent / "shared")))
    chosen = options.parse_args()
    exe, problems, printed, ran, skipped = chosen.exe.resolve(), [], {}, 0, 0
    documented = {name: (names, text) for name, names, text in sections()}
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home, "work")
        folder.mkdir()
        made(folder)
        if chosen.shared.exists():
            Path(home, "shared").symlink_to(chosen.shared.resolve())
        for method in methods(exe):
            if method not in documented:
                problems.append(f"docs/stats.md has no section for {method}")
                continue
            shown = examples(exe, method)
            if not shown:
                problems.append(f"{method}: its help has no example")
            for command in shown + MORE.get(method, []):
                if "../shared" in command and not chosen.shared.exists():
                    skipped += 1
                    continue
                print(command[:150], flush=True)
                found, problem = answer(exe, command, folder)
                ran += 1
                if problem:
                    problems.append(f"{command}\n    {problem}")
                    continue
                if "too_few" in found:
                    problems.append(f"{command}\n    too little data: {found['too_few']}")
                printed.setdefault(method, set()).update(keys(method, found))
    for method, found in printed.items():
        known = words(documented[method][1]) | COMMON
        problems += [f"{method} prints {key}, which docs/stats.md does not name" for key in sorted(found - known)]
    if not skipped:
        for names, text in {tuple(names): text for names, text in documented.values()}.items():
            found = set().union(*(printed.get(name, set()) for name in names))
            problems += [f"docs/stats.md names {key} for {', '.join(names)}, which no example prints" for key in sorted(table_keys(text) - found - COMMON)]
    print(f"{ran} commands ran, {skipped} skipped: no ../shared" if skipped else f"{ran} commands ran")
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
