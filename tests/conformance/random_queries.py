#!/usr/bin/env python3
"""Puts random questions to the program and to MetricFlow, over the same tables, and compares the answers.

    python random_queries.py --exe PATH [--seed N] [--number N | --every] [--jobs N] [--only MODEL] [-v]

Each seed fixes the random metrics added to the kit's manifests and every question. A difference is a failure
unless `known.py` names the reason for which MetricFlow's answer is not taken. A question that MetricFlow refuses
must not crash the program, and is not compared. Needs the packages of requirements.txt.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import random
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "random"))

import every  # noqa: E402
from definitions import Definitions  # noqa: E402
from known import known_reason  # noqa: E402
from questions import Questions  # noqa: E402

# Manifest, its share of the questions, and how many metrics are added to it.
MODELS = [
    ("simple_manifest", 12, 90),
    ("scd_manifest", 2, 16),
    ("multi_hop_join_manifest", 1, 8),
    ("partitioned_multi_hop_join_manifest", 2, 16),
    ("extended_date_manifest", 3, 24),
    ("non_sm_manifest", 1, 8),
    ("name_edge_case_manifest", 1, 4),
    ("cyclic_join_manifest", 1, 8),
]
SAMPLE = 1500  # rows compared in full; longer answers are compared by their number of rows too


def prepare(peer, seed, folder, wanted):
    """Writes each manifest with its random metrics; gives (weight, name, path, questions' source)."""
    prepared = []
    for name, weight, number in MODELS:
        if wanted and wanted not in name:
            continue
        rng = random.Random("%s %s" % (seed, name))
        manifest = peer.manifest(name)
        measured = {m["name"] for m in manifest["semantic_models"] if peer.group_bys(name, m["name"])}
        plain = Questions(rng, name, manifest, peer)
        made = Definitions(rng, manifest, measured, lambda model, q=plain: q.filter(peer.group_bys(q.name, model))).add_all(number)
        path = os.path.join(folder, name + ".semantic_manifest.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(made, f)
        prepared.append((weight, name, path, made))
    for _, name, path, _ in prepared:
        peer.load(name, path)
    return prepared


def ask_us(peer, exe, case, path):
    """(columns, rows) of the program, or the refusal's text."""
    argv = shlex.split(exe) + peer.runner.argv_of(case, path, os.path.join(peer.kit, "tables"))
    done = subprocess.run(argv, capture_output=True, timeout=120)
    if done.returncode == 0:
        answer = json.loads(done.stdout)
        return answer["columns"], answer["rows"]
    text = done.stderr.decode("utf-8", "replace")
    if done.returncode not in (1, 2, 3, 4, 5, 6) or "panicked" in text or not text.strip():
        return "CRASH exit %d: %s" % (done.returncode, text[-600:])
    return text.strip()


def ask_peer(peer, case):
    try:
        return peer.answer(case)
    except Exception as error:  # whatever MetricFlow raises is a refusal
        return "%s: %s" % (type(error).__name__, str(error).strip()[:1500])


def verdict(peer, case, ours, theirs, manifest):
    """(word, explanation): same, refused, known, DIFFER."""
    if isinstance(ours, str) and ours.startswith("CRASH"):
        return "DIFFER", ours
    if isinstance(theirs, str):
        return ("refused" if isinstance(ours, str) else "only_we"), theirs
    if isinstance(ours, str):
        reason = known_reason(case, manifest, ours, theirs)
        return ("known", reason) if reason else ("DIFFER", "we refuse: " + ours)
    columns, rows = theirs
    approximate = any("approximate" in m for m in case["metrics"])
    expected = {**case, "expected_columns": columns, "expected_rows": rows, "ordered": bool(case["order"]), "rel_tol": 0.05 if approximate else 1e-9}
    why = peer.runner.judge(expected, *ours)
    if why is None:
        return "same", ""
    reason = known_reason(case, manifest, ours, theirs)
    return ("known", reason) if reason else ("DIFFER", why)


def ask_randomly(peer, args, folder):
    """(case, path, manifest) of random questions over manifests with random metrics."""
    prepared = prepare(peer, args.seed, folder, args.only)
    for n in range(args.number):
        rng = random.Random("%s question %s" % (args.seed, n))
        _, name, path, manifest = rng.choices(prepared, [p[0] for p in prepared])[0]
        yield Questions(rng, name, manifest, peer).ask(), path, manifest


def ask_every(peer, args):
    for name in every.manifests(peer.kit):
        if not args.only or args.only in name:
            yield from every.cases(peer, name)


def show(peer, case, path, manifest):
    wanted, seen = list(case["metrics"]), []
    by_name = {m["name"]: m for m in manifest["metrics"]}
    while wanted:
        metric = by_name[wanted.pop()]
        if metric in seen:
            continue
        seen.append(metric)
        p = metric["type_params"]
        wanted += [i["name"] for i in (p["numerator"], p["denominator"], *(p["metrics"] or [])) if i]
    print("      " + " ".join(shlex.quote(a) for a in ["yunheng", *peer.runner.argv_of(case, path, os.path.join(peer.kit, "tables"))]))
    for metric in seen:
        shown = {k: v for k, v in metric["type_params"].items() if v and k != "input_measures"}
        more = {k: metric[k] for k in ("filter", "time_granularity") if metric[k]}
        print("      metric %s (%s): %s" % (metric["name"], metric["type"], json.dumps({**shown, **more})))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exe", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--number", type=int, default=300)
    parser.add_argument("--every", action="store_true", help="every metric of the manifests instead of random ones")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", help="manifests whose name contains this")
    parser.add_argument("--keep", help="folder for the manifests (default: a temporary one)")
    parser.add_argument("--shared", default=os.environ.get("YUNHENG_SHARED", HERE.parents[2] / "shared"))
    parser.add_argument("-v", "--verbose", action="store_true", help="also list refusals and known differences")
    args = parser.parse_args()
    kit = Path(args.shared) / "conformance" / "metricflow" / "kit"
    if not kit.exists():
        print("skipped: no ../shared")
        return 0
    from peer import Peer

    peer = Peer(str(kit))
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or temporary
        os.makedirs(folder, exist_ok=True)
        questions = ask_every(peer, args) if args.every else ask_randomly(peer, args, folder)
        with concurrent.futures.ThreadPoolExecutor(max(1, args.jobs)) as pool:
            todo = [(*question, pool.submit(ask_us, peer, args.exe, question[0], question[1])) for question in questions]
            for n, (case, path, manifest, ours) in enumerate(todo):
                word, why = verdict(peer, case, ours.result(), ask_peer(peer, case), manifest)
                counts[word] += 1
                if word == "DIFFER" or (args.verbose and word != "same"):
                    print("%s %s/%d %s\n      %s" % (word, "every" if args.every else args.seed, n, case["model"], why))
                    show(peer, case, path, manifest)
                    sys.stdout.flush()
    what = "every metric" if args.every else "random questions (seed %d)" % args.seed
    print("%s: %s" % (what, ", ".join("%d %s" % (v, k) for k, v in sorted(counts.items()))))
    return 1 if counts["DIFFER"] else 0


if __name__ == "__main__":
    sys.exit(main())
