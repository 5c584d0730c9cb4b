#!/usr/bin/env python3
"""Compares `yunheng stats` with its Python peers: python3 bench/stats/run.py --exe PATH [TOPIC ...]

Each topic is a module beside this file with `run(exe)`, which yields results made by `compare`.
Seconds are medians over the runs that the output states (ours/peer's); a peer that takes 10 s or more runs once.
Peers live in virtual environments under ~/.cache/yunheng/venvs, created on first use from
requirements-NAME.txt (one file per conflicting set of packages).
"""
import argparse
import importlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import traceback

HERE = pathlib.Path(__file__).resolve().parent
SHARED = pathlib.Path(os.environ.get("YUNHENG_SHARED", HERE.parents[2] / "shared")) / "data"
CACHE = pathlib.Path.home() / ".cache" / "yunheng"
TOPICS = ["clv", "survival", "surveys", "rfm", "attribution", "rootcause", "response", "rating", "forecast", "anomaly"]


def venv(name):
    """The Python interpreter of the peer environment NAME, installed on first use."""
    home = CACHE / "venvs" / name
    python = home / "bin" / "python"
    requirements = HERE / f"requirements-{name}.txt"
    stamp = home / "installed.txt"
    if not stamp.exists() or stamp.read_text() != requirements.read_text():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([python, "-m", "pip", "-q", "install", "-r", requirements], check=True)
        stamp.write_text(requirements.read_text())
    return python


def ours(exe, *args, times=5):
    """(median seconds of the computation as --timing reports it, the answer) of `yunheng stats ARGS`."""
    seconds = []
    for _ in range(times):
        out = subprocess.run([exe, "stats", *map(str, args), "--format", "json", "--timing"],
                             check=True, capture_output=True, text=True).stdout
        answer = json.loads(out)
        seconds.append(answer["timing_ms"] / 1000)
    return statistics.median(seconds), answer


def peer(python, script, *args):
    """The JSON that SCRIPT (a file beside this one, run by the peer's interpreter) prints last."""
    out = subprocess.run([python, HERE / script, *map(str, args)], check=True, capture_output=True, text=True).stdout
    return json.loads(out.strip().splitlines()[-1])


def compare(method, size, our_s, peer_name, peer_s, note="", our_runs=5, peer_runs=5):
    """One line of the report; `our_s` and `peer_s` are medians of so many runs."""
    runs = f"{our_runs}/{peer_runs}" if peer_s else f"{our_runs}"
    return {"method": method, "size": size, "ours_s": our_s, "peer": peer_name, "peer_s": peer_s, "runs": runs,
            "ratio": peer_s / our_s if peer_s and our_s else None, "note": note}


def show(line):
    ratio = f"{line['ratio']:.1f}x" if line["ratio"] else "-"
    peer_s = f"{line['peer_s']:.4f}" if line["peer_s"] else "-"
    print(f"{line['method']:32} {line['size']:>16} {line['ours_s']:>10.4f} {peer_s:>10} {ratio:>8} {line['runs']:>5}  {line['peer']} {line['note']}", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--exe", required=True)
    options.add_argument("--json", help="also write the results to this file")
    options.add_argument("topics", nargs="*", metavar="TOPIC", help=f"default: all of {', '.join(TOPICS)}")
    chosen = options.parse_args()
    results = []
    load = lambda: "load {:.1f} {:.1f} {:.1f}".format(*os.getloadavg())
    print(f"{os.cpu_count()} processors, {load()}; a busy machine slows both sides, not always alike")
    print(f"{'method':32} {'size':>16} {'ours s':>10} {'peer s':>10} {'ratio':>8} {'runs':>5}  peer")
    failed = []
    for topic in chosen.topics or TOPICS:
        try:
            for line in importlib.import_module(topic).run(chosen.exe):
                results.append(line)
                show(line)
        except Exception:
            # A peer that cannot be installed must not keep the other topics from being measured.
            traceback.print_exc()
            failed.append(topic)
    print(load())
    if chosen.json:
        pathlib.Path(chosen.json).write_text(json.dumps(results, indent=1))
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
