"""A small demo in which every name that a page may show tries to become part of it.

    hostile_project.py PROGRAM FOLDER

Names of stores, products, categories, channels and people, labels of metrics, and the name of a file are texts that
would run a script, load a picture or fill in a template wherever they were taken for anything but text. What runs sets
`window.ran`; the browser test looks for it.
"""

import csv
import re
import subprocess
import sys
from pathlib import Path

HOSTILE = (
    '<img src=x onerror="window.ran=1">',
    '"><script>window.ran=1</script>',
    "'-(window.ran=1)-'",
    "javascript:window.ran=1",
    "{b}: {c} {a|x} {{x}} ${window.ran=1}",
    "\u202eelif.csv\u202c مرحبا <b>1</b>",
    "<svg/onload=window.ran=1>" + "长" * 4000,
)

#: Columns that get hostile values; what is equal stays equal.
COLUMNS = {
    "stores.csv": ("name", "platform", "brand"),
    "products.csv": ("name", "category", "line", "tier", "brand"),
    "people.csv": ("name", "title", "department"),
    "customers.csv": ("name", "city", "region"),
    "orders.csv": ("成交渠道", "收货地区", "推广计划"),
    "traffic.csv": ("source",),
    "suggestions.csv": ("topic",),
    "accounts.csv": ("platform",),
}

LABELLED = ("paid_amount", "paid_orders", "net_revenue", "refund_rate", "buyer_conversion")


def rewrite(path: Path, columns: tuple[str, ...]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names: dict[str, str] = {}
    for row in rows:
        for column in columns:
            value = row[column]
            # 全部 is a word of traffic.csv by which rows are told apart.
            if value and value != "全部":
                row[column] = names.setdefault(value, f"{HOSTILE[len(names) % len(HOSTILE)]} {value}")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def relabel(text: str, at: int, metric: str) -> str:
    hostile = HOSTILE[at % (len(HOSTILE) - 1)].replace("'", "''")
    label = f"label: {{zh: '{hostile} {metric}', en: '{hostile} {metric}'}}"
    return re.sub(rf"(- name: {metric}\n(?:(?!\n      - name: ).)*?)label: \{{[^\n]*\}}", lambda found: found[1] + label, text, count=1, flags=re.S)


def main() -> None:
    program, folder = sys.argv[1], Path(sys.argv[2])
    subprocess.run([program, "demo", folder, "--files-only", "--scale", "0.01"], check=True)
    data = folder / "data"
    for name in ("events.csv", "ad_spend.csv", "mentions.csv", "inventory.csv"):
        (data / name).unlink()
    for name, columns in COLUMNS.items():
        rewrite(data / name, columns)
    (data / "suggestions.csv").rename(data / f"suggestions{HOSTILE[0]}.csv")
    for path in (folder / "models").glob("*.yaml"):
        text = path.read_text("utf-8")
        for at, metric in enumerate(LABELLED):
            text = relabel(text, at, metric)
        path.write_text(text, "utf-8")
    settings = folder / "yunheng.toml"
    settings.write_text(re.sub(r'(?m)^name = ".*"$', "name = '''" + HOSTILE[1] + "'''", settings.read_text("utf-8")), "utf-8")
    subprocess.run([program, "-C", folder, "import", "--all"], check=True)
    subprocess.run([program, "-C", folder, "targets", "import", data / "targets.csv"], check=True)


if __name__ == "__main__":
    main()
