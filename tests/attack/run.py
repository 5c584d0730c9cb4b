"""Attacks the program from outside: damage, races, hostile files and requests.

    run.py --exe PROGRAM [--seed N] [--full] [--only NAME ...] [--write docs/attack.md]

Every other module of this folder has

    def attack(program: Path, folder: Path, seed: int, full: bool) -> str

which works in the empty `folder`, returns its figures in one line, and raises AssertionError naming what went wrong.
Without `--full` each takes its small seeded form (all of them together under five minutes).
"""

import argparse
import importlib
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent


def modules() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in ("run", "program"))


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--exe", required=True, type=Path)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--full", action="store_true")
    arguments.add_argument("--only", nargs="*", choices=modules())
    arguments.add_argument("--write", type=Path, help="also write the figures to this file")
    options = arguments.parse_args()
    sys.path.insert(0, str(HERE))
    rows, failed = [], 0
    for name in options.only or modules():
        module = importlib.import_module(name)
        folder = Path(tempfile.mkdtemp(prefix=f"yunheng-attack-{name}-"))
        started = time.monotonic()
        try:
            figures = module.attack(options.exe.resolve(), folder, options.seed, options.full)
        except Exception as error:  # a crash of an attack is a failure like any other
            failed += 1
            figures = f"FAILED: {error}"
            traceback.print_exc()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        rows.append((name, (module.__doc__ or "").strip().splitlines()[0], figures, time.monotonic() - started))
        print(f"attack {name}: {figures} ({rows[-1][3]:.1f} s)", flush=True)
    if options.write:
        form = "the full form" if options.full else "the small form"
        table = "\n".join(f"| {name} | {what} | {figures} | {seconds:.0f} |" for name, what, figures, seconds in rows)
        text = f"# What was tried against it\n\nPrinted by `make attack`: {form}, seed {options.seed}.\n\n"
        options.write.write_text(f"{text}| attack | what it does | figures | s |\n|---|---|---|---|\n{table}\n", encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
