"""Root causes against RiskLoc on the same instances: F1 over exact root causes, and seconds per instance.

Seconds are means over the instances of the median of five runs (ours) and of one run (the peer's).
"""
import ast
import collections
import csv
import gzip
import json
import os
import pathlib
import statistics
import subprocess

import run as bench

SYNTHETIC = {"SS": "a,b,c,d", "SL": "a,b,c", "SM": "a,b,c,d"}
TIMES = 5


def riskloc():
    """The public repository, cloned on first use (RISKLOC names a copy)."""
    home = pathlib.Path(os.environ.get("RISKLOC", bench.CACHE / "peers" / "riskloc"))
    if not home.exists():
        subprocess.run(["git", "clone", "--depth", "1", "https://github.com/shaido987/riskloc", home], check=True)
    return home


def synthetic(name):
    """(file, dims, truth) of every instance of a generated set; .gz files are unpacked for the peer's sake."""
    folder = bench.SHARED / "rootcause_synthetic" / name
    with open(folder / "injection_info.csv") as file:
        for row in csv.DictReader(file):
            plain = folder / f"{row['timestamp']}.csv"
            if not plain.exists():
                packed, plain = plain.with_suffix(".csv.gz"), bench.CACHE / "bench" / f"{name}_{plain.name}"
                plain.parent.mkdir(parents=True, exist_ok=True)
                plain.write_bytes(gzip.decompress(packed.read_bytes()))
            yield plain, SYNTHETIC[name], row["set"]


def robustspot():
    """The RobustSpot cases as plain instances: the anomalous minute against the mean of the four before it."""
    folder, target = bench.SHARED / "rootcause_rs_real", bench.CACHE / "bench" / "rs"
    target.mkdir(parents=True, exist_ok=True)
    with open(folder / "anomaly.csv") as file:
        for case in csv.DictReader(file):
            with gzip.open(folder / f"{case['file']}.csv.gz", "rt") as rows:
                rows = list(csv.DictReader(rows))
            dims = [c for c in rows[0] if c not in ("min", "value", "cnt")]
            minute = int(case["timestamp"])
            now, before = {}, collections.defaultdict(list)
            for row in rows:
                leaf, total = tuple(row[d] for d in dims), float(row["cnt"])
                good = total - float(row["value"])
                if int(row["min"]) == minute:
                    now[leaf] = (good, total)
                elif minute - 240 <= int(row["min"]) < minute:
                    before[leaf].append((good, total))
            with open(target / f"{case['file']}.csv", "w", newline="") as file:
                out = csv.writer(file)
                out.writerow(dims + ["real_a", "predict_a", "real_b", "predict_b", "real", "predict"])
                for leaf, (good, total) in now.items():
                    past = before[leaf]
                    mean = lambda f: statistics.fmean(map(f, past)) if past else 0
                    out.writerow([*leaf, good, mean(lambda p: p[0]), total, mean(lambda p: p[1]), good / total,
                                  mean(lambda p: p[0] / p[1])])
            causes = ast.literal_eval(case["cause"])
            causes = causes if isinstance(causes, list) else [causes]
            truth = ";".join("&".join(f"{k}={v}" for k, v in sorted(c.items())) for c in causes)
            yield target / f"{case['file']}.csv", ",".join(dims), truth


def ours(exe, instances, ratio):
    """(counts, mean seconds of the computation) over the instances."""
    columns = ["--actual", "real", "--expected", "predict"]
    if ratio:
        columns = ["--actual", "real_a", "--expected", "predict_a", "--actual-denominator", "real_b",
                   "--expected-denominator", "predict_b"]
    hits = wrong = missed = 0
    seconds = []
    for file, dims, truth in instances:
        spent, answer = bench.ours(exe, "rootcause", "--input", file, "--dims", dims, *columns, times=TIMES)
        seconds.append(spent)
        found = {"&".join(f"{k}={v}" for k, v in sorted(c["elements"].items())) for c in answer.get("causes", [])}
        truth = set(truth.split(";"))
        hits, wrong, missed = hits + len(found & truth), wrong + len(found - truth), missed + len(truth - found)
    return (hits, wrong, missed), statistics.fmean(seconds)


def f1(counts):
    hits, wrong, missed = counts
    return 2 * hits / (2 * hits + wrong + missed)


def run(exe):
    sets = {name: (list(synthetic(name)), False) for name in SYNTHETIC} | {"RobustSpot": (list(robustspot()), True)}
    for name, (instances, ratio) in sets.items():
        counts, our_s = ours(exe, instances, ratio)
        lines = "".join(f"{file}\t{dims}\t{truth}\n" for file, dims, truth in instances)
        command = [bench.venv("rootcause"), bench.HERE / "rootcause_peer.py", riskloc(), "ratio" if ratio else "additive"]
        out = subprocess.run(command, input=lines, check=True, capture_output=True, text=True).stdout
        peer = json.loads(out.strip().splitlines()[-1])
        note = f"F1 {f1(counts):.4f} {counts}, peer {f1(peer['counts']):.4f} {tuple(peer['counts'])}"
        yield bench.compare(f"rootcause {name}", f"{len(instances)} instances", our_s, "RiskLoc", peer["seconds"], note, TIMES, 1)
