"""A platform's figure tied to ours on the demo: figures with planted differences, each part recomputed on the export files.

Every part is the difference that one practice makes, in the fixed order excluded orders, statuses, dating, end of day,
refunds, then the rows of the platform's list; the program must find the same parts and leave nothing unexplained.
"""

import json
from decimal import Decimal

PERIOD, FIRST, NEXT = "2025-Q2", "2025-04-01", "2025-07-01"
BAD_ORDER = "E2E-REFUSED-1"


def amount(con, column, table, condition):
    """One exact sum; no rows are 0."""
    return con.execute(f"SELECT coalesce(sum({column}), 0) FROM {table} WHERE {condition}").fetchone()[0]


def within(column, shift="INTERVAL 0 MINUTE"):
    """A business day that ends at 23:30 begins half an hour early: times are moved by the shift."""
    return f"{column} + {shift} >= '{FIRST}' AND {column} + {shift} < '{NEXT}'"


EARLY = "INTERVAL 30 MINUTE"


def values(con):
    """Our figure and those of platforms with one or two other practices."""
    ours = amount(con, "paid", "sales", within("paid_at"))
    return {
        "ours": ours,
        "excluded": amount(con, "paid", "orders", "paid_at IS NOT NULL AND " + within("paid_at")),
        "placed": amount(con, "paid", "sales", within("placed")),
        "early": amount(con, "paid", "sales", within("paid_at", EARLY)),
        "excluded_early": amount(con, "paid", "orders", "paid_at IS NOT NULL AND " + within("paid_at", EARLY)),
        "refunds": amount(con, "amount", "refunds", within("ts")),
    }


def reconcile(program, figure, *more):
    found = program.run("reconcile", "--metric", "paid_amount", "--period", PERIOD, f"--figure={figure}", "--format", "json", *more)
    return json.loads(found)["reconciliation"]


def expect(found, parts, unexplained=Decimal(0)):
    # A practice that is stated and changes nothing is a part of 0.
    given = {part["kind"]: Decimal(part["amount"]) for part in found["parts"] if Decimal(part["amount"])}
    parts = {kind: part for kind, part in parts.items() if part}
    if given != parts:
        raise ValueError(f"expected parts {parts}, given {given}")
    if Decimal(found["unexplained"]) != unexplained:
        raise ValueError(f"expected {unexplained} unexplained, given {found['unexplained']}")
    total = Decimal(found["ours"]) + sum(given.values()) + Decimal(found["unexplained"])
    if total != Decimal(found["figure"]):
        raise ValueError(f"ours and the parts sum to {total}, the figure is {found['figure']}")


def our_figure(program, con, _folder):
    found = reconcile(program, values(con)["ours"])
    expect(found, {})


def excluded_orders(program, con, _folder):
    v = values(con)
    if v["excluded"] == v["ours"]:
        raise ValueError("the demo has no excluded orders in this period")
    expect(reconcile(program, v["excluded"]), {"exclusions": v["excluded"] - v["ours"]})


def dated_by_placing(program, con, _folder):
    v = values(con)
    expect(reconcile(program, v["placed"], "--dated-by", "placed_at"), {"dating": v["placed"] - v["ours"]})


def shifted_cut_off(program, con, _folder):
    v = values(con)
    expect(reconcile(program, v["early"], "--day-ends", "23:30"), {"cut_off": v["early"] - v["ours"]})


def deducted_refunds(program, con, _folder):
    v = values(con)
    expect(reconcile(program, v["ours"] - v["refunds"], "--refunds", "refund_amount"), {"refunds": -v["refunds"]})


def two_practices_at_once(program, con, _folder):
    """The order of the steps is fixed, so that each part has one value: excluded orders first, then the end of the day."""
    v = values(con)
    found = reconcile(program, v["excluded_early"], "--with-excluded", "--day-ends", "23:30")
    expect(found, {"exclusions": v["excluded"] - v["ours"], "cut_off": v["excluded_early"] - v["excluded"]})


def an_odd_figure(program, con, _folder):
    found = reconcile(program, values(con)["ours"] + Decimal("0.07"), "--day-ends", "00:00")
    expect(found, {}, Decimal("0.07"))


def rows_of_a_list(program, con, folder):
    """The platform's list lacks two of our orders, has one we do not know, one that an import refused, one with 5 more,
    and one that was paid before the period."""
    v = values(con)
    own = con.execute(f"SELECT id, paid FROM sales WHERE {within('paid_at')} ORDER BY id").fetchall()
    before = con.execute(f"SELECT id, paid FROM sales WHERE paid_at < '{FIRST}' AND paid > 0 ORDER BY id LIMIT 1").fetchone()
    refused = folder / "refused.csv"
    refused.write_text(
        f"order_id,customer_id,store_id,placed_at,paid_at,status,currency,list_amount,paid,is_excluded\n"
        f"{BAD_ORDER},C1,S01,2025-05-12 10:00:00,not a time,confirmed,CNY,7.00,7.00,false\n",
        encoding="utf-8",
    )
    program.run("import", "orders", refused)
    rows = dict(own[2:])
    rows[own[2][0]] += 5
    rows |= {BAD_ORDER: Decimal("7"), "E2E-UNKNOWN-1": Decimal("11.5"), before[0]: before[1]}
    listed = folder / "platform.csv"
    listed.write_text("订单编号,买家实际支付金额\n" + "".join(f"{order},{paid}\n" for order, paid in rows.items()), encoding="utf-8")
    lost = own[0][1] + own[1][1]
    figure = v["ours"] - lost + 5 + 7 + Decimal("11.5") + before[1]
    found = reconcile(program, figure, "--day-ends", "00:00", "--platform-file", listed)
    expect(found, {"rejected": Decimal(7), "missing": Decimal("11.5"), "amended": Decimal(5), "elsewhere": before[1], "extra": -lost})
    counts = {part["kind"]: part["rows"] for part in found["parts"] if part["rows"] is not None}
    if counts != {"rejected": 1, "missing": 1, "amended": 1, "elsewhere": 1, "extra": 2}:
        raise ValueError(f"rows of the parts: {counts}")


CHECKS = [
    our_figure, excluded_orders, dated_by_placing, shifted_cut_off, deducted_refunds, two_practices_at_once, an_odd_figure, rows_of_a_list,
]
