#!/usr/bin/env python3
"""Holds the tree to what docs/ARCHITECTURE.md says of it.

- every path that a document names exists;
- crates depend on each other only in the direction drawn, and heavy libraries stay where they belong;
- every file of an integration test folder is part of its one binary;
- definitions, documents and code name no machine folder;
- every choice of `-p` builds the same engine: it is compiled once.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What each crate of ours may use of the others.
ALLOWED = {
    "yh-model": set(),
    "yh-stats": set(),
    "yh-metrics": {"yh-model"},
    "yh-lake": {"yh-model"},
    "yh-records": {"yh-model"},
    "yh-app": {"yh-model", "yh-stats", "yh-metrics", "yh-lake", "yh-records"},
    "yh-server": {"yh-app", "yh-model", "yh-metrics"},
    "yunheng": {"yh-app", "yh-server", "yh-model", "yh-stats", "yh-metrics"},
}
# What the lake uses beside the engine.
OFF_ENGINE = re.compile(r"(time|time-macros|deranged|sqlx|yh)\b")
# Libraries that only these crates may name.
HOMES = {
    "datafusion": {"yh-lake"},
    "arrow": {"yh-lake"},
    "parquet": {"yh-lake"},
    "sea-orm": {"yh-records"},
    "sea-orm-migration": {"yh-records"},
    "axum": {"yh-server"},
    "tower-http": {"yh-server"},
    "clap": {"yunheng"},
    "sqlx": {"yh-lake"},
}
PURE = {"yh-model", "yh-stats", "yh-metrics"}
IMPURE = {"tokio", "futures", "tempfile", "chrono"}
DOCUMENTS = ["README.md", "README.zh-CN.md", *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))]
PATH = re.compile(r"`((?:crates|web|docs|examples|templates|tests|bench|\.ci)/[A-Za-z0-9_./*-]*|Makefile|deny\.toml)`")


def named_paths():
    for name in DOCUMENTS:
        for path in sorted(set(PATH.findall((ROOT / name).read_text(encoding="utf-8")))):
            if path.startswith("web/dist"):
                continue
            if not list(ROOT.glob(path.rstrip("/"))):
                yield f"{name} names {path}, which does not exist"


def directions():
    command = ["cargo", "metadata", "--no-deps", "--format-version", "1", "--offline"]
    packages = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)["packages"]
    for package in packages:
        name = package["name"]
        if name not in ALLOWED:
            yield f"{name} is not in docs/ARCHITECTURE.md"
            continue
        used = {dependency["name"] for dependency in package["dependencies"] if dependency["kind"] is None}
        for other in sorted(used & set(ALLOWED) - ALLOWED[name]):
            yield f"{name} may not use {other}"
        for library, homes in HOMES.items():
            if library in used and name not in homes:
                yield f"{name} names {library}; only {', '.join(sorted(homes))} may"
        for library in sorted(used & IMPURE) if name in PURE else []:
            yield f"{name} is pure and may not use {library}"


def forgotten_tests():
    for main in sorted(ROOT.glob("crates/*/tests/it/main.rs")):
        text = main.read_text(encoding="utf-8")
        for file in sorted(main.parent.glob("*.rs")):
            if file != main and not re.search(rf"\bmod {file.stem};", text):
                yield f"{file.relative_to(ROOT)} is in no test binary"


def machine_folders():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    for name in listed:
        path = ROOT / name
        if path.suffix in {".rs", ".py", ".md", ".yaml", ".toml", ".ts", ".tsx", ".mjs", ".sh"} and path.is_file():
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                if re.search(r"(?<![\w.])/(root|work|home)/", line):
                    yield f"{name}:{number} names a folder of one machine"


def features(*selection):
    """Features of every package that a selection of ours builds, by name and version."""
    command = ["cargo", "tree", *selection, "--prefix", "none", "--edges", "normal", "--format", "{p}|{f}"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rows = (line.removesuffix(" (*)").split("|") for line in listed.splitlines() if "|" in line)
    return {name: set(named.split(",")) for name, named in rows}


def engines():
    whole = features("--workspace")
    for crate in ("yh-lake", "yh-app", "yh-server", "yunheng"):
        alone = features("--package", crate)
        engine = features("--package", "yh-lake").keys() & alone.keys()
        for package in sorted(name for name in engine if whole[name] != alone[name] and not OFF_ENGINE.match(name)):
            lacking = ", ".join(sorted(whole[package] - alone[package]))
            yield f"crates/yh-lake/Cargo.toml: `-p {crate}` builds {package} without {lacking}: name it there"


def main():
    problems = [*named_paths(), *directions(), *forgotten_tests(), *machine_folders(), *engines()]
    lines = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8").count("\n")
    if lines > 250:
        problems.append(f"docs/ARCHITECTURE.md has {lines} lines, 250 are allowed")
    for problem in problems:
        print(f"FAIL {problem}")
    print(f"structure: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
