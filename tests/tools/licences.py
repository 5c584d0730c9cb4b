"""Prints the licences of everything that is linked into the program or shipped with its pages."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def linked():
    """Crates of the program itself, without those of builds and tests."""
    command = ["cargo", "tree", "--package", "yunheng", "--edges", "normal", "--prefix", "none", "--format", "{p}"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    used = {tuple(line.split()[:2]) for line in listed if line}
    command = ["cargo", "metadata", "--format-version", "1"]
    packages = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)["packages"]
    for package in sorted(packages, key=lambda package: package["name"]):
        if package["source"] and (package["name"], f"v{package['version']}") in used:
            yield package["name"], package["version"], package["license"] or "see its files", Path(package["manifest_path"]).parent


def shipped():
    """Packages of the pages."""
    for manifest in sorted((ROOT / "web/node_modules").glob("**/package.json")):
        if manifest.parent.parent.name == "node_modules" or manifest.parent.parent.parent.name == "node_modules":
            package = json.loads(manifest.read_text(encoding="utf-8"))
            if package.get("name") and package.get("version"):
                yield package["name"], package["version"], package.get("license") or "see its files", manifest.parent


def texts(folder):
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE")):
            yield path.read_text(encoding="utf-8", errors="replace").strip()


def main():
    packages = [*linked(), *shipped()]
    print("# Third-party software\n\nEach package with its licence; the texts follow, each once.\n")
    seen = {}
    for name, version, licence, folder in packages:
        marks = [seen.setdefault(text, len(seen) + 1) for text in texts(folder)]
        print(f"- {name} {version}: {licence}" + (f" (texts {', '.join(map(str, marks))})" if marks else ""))
    for text, mark in seen.items():
        print(f"\n## Text {mark}\n\n{text}")
    return 0 if packages else 1


if __name__ == "__main__":
    sys.exit(main())
