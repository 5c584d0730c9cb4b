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


BLOCK = 200_000


def block():
    """Lines of orders without their order numbers: (order within the block, rest of the row)."""
    random.seed(7)
    channels = ["天猫", "京东", "抖店", "拼多多", "小程序"]
    order, line, found = 0, 0, []
    for at in range(BLOCK):
        line += 1
        if line > 1 and random.random() < 0.6:
            order, line = order + 1, 1
        day, price, quantity = random.randrange(365), 1000 + random.randrange(50_000), 1 + at % 3
        placed = f"2024-{1 + day // 31:02d}-{1 + day % 28:02d} {at % 24:02d}:{at % 60:02d}:{order % 60:02d}"
        found.append((order, [str(line), placed, f"SKU{random.randrange(20_000):06d}", str(quantity), f"{price / 100:.2f}",
                              f"{price * quantity / 100:.2f}", channels[at % 5], ""]))
    return found


def write(path, count):
    """Blocks of the same lines under other order numbers, which come in no order."""
    csv = path.suffix == ".csv"
    lines = [(order, ",".join(rest) if csv else json.dumps(dict(zip(COLUMNS[1:], rest)), ensure_ascii=False)[1:]) for order, rest in block()]
    orders = lines[-1][0] + 1
    blocks = -(-count // BLOCK)
    order_of = list(range(blocks))
    random.shuffle(order_of)
    head, tail = ('24', ',') if csv else ('{"order_id": "24', '", ')
    with path.open("w", encoding="utf-8", buffering=1 << 20) as out:
        if csv:
            out.write(",".join(COLUMNS) + "\n")
        for number, at in enumerate(order_of):
            first = at * orders
            some = lines[: count - number * BLOCK]
            out.write("".join([f"{head}{(first + order) * 7_919 % 999_999_937:018d}{tail}{rest}\n" for order, rest in some]))


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
