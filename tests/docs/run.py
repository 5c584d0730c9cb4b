#!/usr/bin/env python3
"""Runs the commands of the documents and holds what they print against what the documents say.

    python3 tests/docs/run.py --exe PATH [--shared DIR] [--write] [DOCUMENT ...]

A block fenced as ```console is run: a line `$ command` in bash, in a folder that the document's blocks share and
that holds a copy of examples/; the lines below it must be printed. A line `…` stands for any lines. What changes
from run to run (durations, speeds, revisions, machine folders) is masked. --write puts the real output into the
document instead, keeping a leading or trailing `…` line. A block needing ../shared is skipped without it.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ["README.md", "README.zh-CN.md", "docs/guide/en.md", "docs/guide/zh-CN.md"]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
MASKS = [
    (re.compile(r"\b[\d,.]+ rows/s"), "N rows/s"),
    (re.compile(r"\b\d+(\.\d+)? (s|ms)\b"), "N s"),
    (re.compile(r"(revision|版本) [0-9a-f]{12}"), r"\1 R"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "TIME"),
    (re.compile(r"\blake [0-9a-f]{32}\b"), "lake ID"),
    (re.compile(r"\s+$", re.M), ""),
]


def masked(text):
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return text.splitlines()


def steps(block):
    """(command, expected lines) of a block."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return found


def matches(expected, printed):
    """Whether the printed lines are the expected ones, `…` standing for any number of lines."""
    if not expected:
        return not printed
    if expected[0] == "…":
        return any(matches(expected[1:], printed[i:]) for i in range(len(printed) + 1))
    return bool(printed) and printed[0] == expected[0] and matches(expected[1:], printed[1:])


def run(command, folder, exe, shared):
    environment = os.environ | {"PATH": f"{exe.parent}:{os.environ['PATH']}", "YUNHENG_SHARED": str(shared), "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.stdout, done.stderr, done.returncode


def rewritten(expected, printed):
    """The real output, shortened as the document shortens it: to its first lines before a trailing `…`."""
    if "…" not in expected:
        return printed
    keep = expected.index("…")
    tail = len(expected) - keep - 1
    return printed[:keep] + ["…"] + (printed[-tail:] if tail else [])


def document(path, exe, shared, write):
    """Problems of one document; with `write`, it is brought up to date instead."""
    text = path.read_text(encoding="utf-8")
    problems = []
    with tempfile.TemporaryDirectory(prefix="yunheng-docs-") as name:
        folder = Path(name) / "yunheng"
        shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns(".yunheng"))
        (Path(name) / "shared").symlink_to(shared)

        def block(match):
            out = []
            for command, expected in steps(match[1]):
                printed, said, status = run(command, folder, exe, shared)
                lines = printed.rstrip("\n").splitlines()
                if status != 0:
                    problems.append(f"$ {command}: exit {status}: {said.strip()[-400:]}")
                elif write:
                    expected = rewritten(expected, lines)
                elif not matches(masked("\n".join(expected)), masked("\n".join(lines))):
                    problems.append(f"$ {command}: printed\n" + "\n".join(lines))
                out += [f"$ {command}", *expected]
            return "```console\n" + "\n".join(out) + "\n```"

        text = BLOCK.sub(block, text)
    if write and not problems:
        path.write_text(text, encoding="utf-8")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exe", type=Path, required=True)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("YUNHENG_SHARED", ROOT.parent / "shared")))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("documents", nargs="*", default=DOCUMENTS)
    args = parser.parse_args()
    if not args.shared.exists():
        print("skipped: no ../shared")
        return 0
    failed = 0
    for name in args.documents:
        problems = document(ROOT / name, args.exe.resolve(), args.shared.resolve(), args.write)
        for problem in problems:
            print(f"FAIL {name}: {problem}")
        failed += bool(problems)
        print(f"{name}: {len(problems)} problems", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
