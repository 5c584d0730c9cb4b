#!/usr/bin/env python3
"""Measures the bar of the import: ten million order lines within 1 GiB of memory.

    python3 bench/import/run.py --exe PATH [--rows 10000000] [--format csv|jsonl]

Writes a file of order lines (order, line, product, quantity, price, paid; dated over a year, in no order of keys), imports it
into a fresh project and prints time, rows per second and the peak resident memory of the program.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import tempfile
import time
from pathlib import Path

LIMIT_MIB = 1024
SOURCE = """source: lines
files:
  - dataset: dated_lines
    match: "lines.*"
datasets:
  - name: dated_lines
    key: [order_id, line]
    time: placed_at
    columns: {order_id: text, line: text, placed_at: instant, product_id: text, quantity: integer, unit_price: money, paid: money, channel: text, note: text}
"""
COLUMNS = ["order_id", "line", "placed_at", "product_id", "quantity", "unit_price", "paid", "channel", "note"]


def rows(count):
    random.seed(7)
    channels = ["天猫", "京东", "抖店", "拼多多", "小程序"]
    order, line = 0, 0
    for _ in range(count):
        line += 1
        if line > 1 and random.random() < 0.6:
            order, line = order + 1, 1
        number = (order * 7_919) % 99_999_989
        day = number % 365
        price = 1000 + number % 50_000
        quantity = 1 + number % 3
        placed = f"2024-{1 + day // 31:02d}-{1 + day % 28:02d} {number % 24:02d}:{number % 60:02d}:{order % 60:02d}"
        yield [f"24{number:018d}", str(line), placed, f"SKU{number % 20_000:06d}", str(quantity), f"{price / 100:.2f}",
               f"{price * quantity / 100:.2f}", channels[number % 5], ""]


def write(path, count):
    with path.open("w", encoding="utf-8", buffering=1 << 20) as out:
        if path.suffix == ".csv":
            out.write(",".join(COLUMNS) + "\n")
            out.writelines(",".join(row) + "\n" for row in rows(count))
        else:
            out.writelines(json.dumps(dict(zip(COLUMNS, row)), ensure_ascii=False) + "\n" for row in rows(count))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exe", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--format", choices=["csv", "jsonl"], default="csv")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yunheng-bench-") as name:
        project = Path(name) / "project"
        subprocess.run([args.exe, "init", project, "--template", "shop"], check=True, stdout=subprocess.DEVNULL)
        (project / "sources" / "lines.yaml").write_text(SOURCE, encoding="utf-8")
        path = Path(name) / f"lines.{args.format}"
        print(f"writing {args.rows} lines …", flush=True)
        write(path, args.rows)
        command = [args.exe, "-C", project, "import", "dated_lines", path, "--source", "lines"]
        started = time.perf_counter()
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | {"NO_COLOR": "1"})
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(done.stdout.splitlines()[0])
        verdict = "met" if peak <= LIMIT_MIB else "MISSED"
        print(f"{path.stat().st_size / 1e6:.0f} MB in {seconds:.1f} s, {args.rows / seconds:,.0f} rows/s, peak {peak:.0f} MiB, bar {LIMIT_MIB} MiB: {verdict}")


if __name__ == "__main__":
    main()
