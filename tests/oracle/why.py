"""Why a metric changed, recomputed: segments and factors by independent SQL on the original files, effects by the
formulas written out again here. Nothing here reads the program's definitions.
"""

import json
import math

from check import plain

EVENTS = "events"
PLANTED = {"site_event__channel": "付费搜索", "site_event__device": "android"}


def ask(program, metric, period, against, by, where=()):
    arguments = ["why", "--metric", metric, "--period", period, "--against", against, "--by", ",".join(by), "--format", "json"]
    for text in where:
        arguments += ["--where", text]
    return json.loads(program.run(*arguments))


def near(expected, given, what):
    expected, given = float(plain(expected or 0)), float(given or 0)
    if abs(expected - given) > 1e-9 * max(abs(expected), abs(given), 1e-6):
        raise ValueError(f"{what}: expected {expected}, given {given}")


def log_mean(a, b):
    return a if a == b else (a - b) / math.log(a / b)


def condition(part, earlier, columns):
    """SQL that holds for a part's rows: its values, outside of all parts before it."""
    def holds(elements):
        texts = [f"{columns[e['dimension']]} IS NOT DISTINCT FROM {literal(e['value'])}" for e in elements]
        return "(" + " AND ".join(texts) + ")"

    own = [holds(part["elements"])] if part["elements"] else []
    return " AND ".join(own + [f"NOT {holds(other['elements'])}" for other in earlier if other["elements"]]) or "true"


def literal(value):
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def sides(con, table, columns, time, why, where):
    """The columns' values on both sides, for rows of a condition."""
    found = []
    for side in (why["before"], why["after"]):
        start, end = side["start"], side["end"]
        sql = f"SELECT {columns} FROM {table} WHERE {time} >= TIMESTAMP '{start}' AND {time} < TIMESTAMP '{end}' + INTERVAL 1 DAY AND {where}"
        found.append([float(value or 0) for value in con.execute(sql).fetchone()])
    return found


def amounts(con, why, table, value, time, columns):
    """Every part's values and effect of a metric that adds up."""
    named = []
    for part in why["segments"]:
        (before,), (after,) = sides(con, table, value, time, why, condition(part, named, columns))
        near(before, part["before"], f"before of {part['elements']}")
        near(after, part["after"], f"after of {part['elements']}")
        near(after - before, part["effect"], f"effect of {part['elements']}")
        named.append(part)
    near(sum(part["effect"] for part in why["segments"]), why["difference"], "sum of the segments")


def ratios(con, why, table, value, time, columns):
    """Every part's ratio, rate and mix; `value` is numerator and denominator."""
    (n0, d0), (n1, d1) = sides(con, table, value, time, why, "true")
    middle = (n0 / d0 + n1 / d1) / 2
    near(n1 / d1 - n0 / d0, why["difference"], "difference")
    named = []
    for part in why["segments"]:
        if part["kind"] == "overlap":
            continue
        (a0, b0), (a1, b1) = sides(con, table, value, time, why, condition(part, named, columns))
        near(a0 / b0 if b0 else 0, part["before"], f"before of {part['elements']}")
        near(a1 / b1 if b1 else 0, part["after"], f"after of {part['elements']}")
        near(a1 / d1 - a0 / d0 - middle * (b1 / d1 - b0 / d0), part["effect"], f"effect of {part['elements']}")
        if b0 and b1:
            near((b0 / d0 + b1 / d1) / 2 * (a1 / b1 - a0 / b0), part["rate"], f"rate of {part['elements']}")
        named.append(part)
    near(sum(part["effect"] for part in why["segments"]), why["difference"], "sum of the segments")


def factors(why, expected, scale=1):
    """A product's factors: `expected` has name, power, before and after; a number among them is the scale."""
    before = scale * math.prod(b**power for _, power, b, _ in expected)
    after = scale * math.prod(a**power for _, power, _, a in expected)
    given = {part["metric"]: part for part in why["factors"]["parts"]}
    for name, power, b, a in expected:
        near(b, given[name]["before"], f"{name} before")
        near(log_mean(after, before) * power * math.log(a / b), given[name]["effect"], f"effect of {name}")
    near(sum(part["effect"] for part in given.values()), why["difference"], "sum of the factors")


def paid_amount(program, con):
    columns = {"order__channel": "channel", "order__region": "region", "store": "store"}
    for period, against in [("2025-11", "previous"), ("2025-11", "year_ago"), ("2025-W46", "previous"), ("2025-06-01..2025-06-18", "2025-05-01..2025-05-18")]:
        why = ask(program, "paid_amount", period, against, columns)
        amounts(con, why, "sales", "sum(paid)", "paid_at", columns)
        (paid0,), (paid1,) = sides(con, "sales", "sum(paid)", "paid_at", why, "true")
        (seen0, bought0), (seen1, bought1) = sides(con, "traffic", "sum(visitors), sum(buyers)", "ts", why, "true")
        factors(why, [
            ("visitor_days", 1, seen0, seen1),
            ("buyer_conversion", 1, bought0 / seen0, bought1 / seen1),
            ("spend_per_buyer_day", 1, paid0 / bought0, paid1 / bought1),
        ])


def roas(program, con):
    why = ask(program, "roas", "2025-Q3", "previous", ["ad_row__campaign", "store"])
    ratios(con, why, "ads", "sum(revenue), sum(cost)", "ts", {"ad_row__campaign": "campaign", "store": "store"})
    (r0, c0, k0, i0), (r1, c1, k1, i1) = sides(con, "ads", "sum(revenue), sum(cost), sum(clicks), sum(shown)", "ts", why, "true")
    factors(why, [("ctr", 1, k0 / i0, k1 / i1), ("revenue_per_click", 1, r0 / k0, r1 / k1), ("cpm", -1, c0 / i0 * 1000, c1 / i1 * 1000)], scale=1000)


def order_value(program, con):
    why = ask(program, "average_order_value", "2025-11", "previous", ["order__channel", "order__region"])
    ratios(con, why, "sales", "sum(paid), count(*)", "paid_at", {"order__channel": "channel", "order__region": "region"})


def buyers(program, con):
    """Distinct customers of each part, and the overlap that is left."""
    columns = {"order__channel": "channel", "store": "store"}
    why = ask(program, "buyers", "2025-11", "previous", columns)
    amounts(con, {**why, "segments": [part for part in why["segments"] if part["kind"] != "overlap"], "difference": sum(p["effect"] for p in why["segments"] if p["kind"] != "overlap")},
            "sales", "count(DISTINCT customer)", "paid_at", columns)
    (before,), (after,) = sides(con, "sales", "count(DISTINCT customer)", "paid_at", why, "true")
    near(sum(part["effect"] for part in why["segments"]), after - before, "sum with the overlap")


def completion(program, con):
    columns = {"site_event__channel": "channel", "site_event__device": "device"}
    value = "count(DISTINCT session) FILTER (event = 'purchase'), count(DISTINCT session) FILTER (event = 'checkout')"
    why = ask(program, "checkout_completion", "2025-10", "previous", columns)
    ratios(con, why, EVENTS, value, "ts", columns)


def profit(program, _con):
    """Sums of products: every level sums to the one above it."""
    why = json.loads(program.run("why", "--metric", "profit_after_ads", "--period", "2025-11", "--format", "json"))

    def level(part):
        if part["parts"]:
            near(part["effect"], sum(inner["effect"] for inner in part["parts"]), f"parts of {part['metric']}")
        for inner in part["parts"]:
            level(inner)

    level(why["factors"])
    near(why["difference"], why["factors"]["effect"], "the root")
    names = {part["metric"] for part in why["factors"]["parts"]}
    if "ad_cost" not in names:
        raise ValueError(f"ad cost is no factor of the profit: {names}")


def planted_drop(program, _con):
    """Story 1 of docs/demo.md: the checkout that fails on the holiday is the first line."""
    known = ask(program, "checkout_completion", "2025-10-01 14:00..2025-10-01 19:59:59", "year_ago", list(PLANTED))
    chosen = json.loads(program.run(
        "why", "--metric", "checkout_completion", "--period", "2025-10-01 14:00..2025-10-01 19:59:59", "--against", "year_ago", "--format", "json"))
    for why in (known, chosen):
        first = {element["dimension"]: element["value"] for element in why["segments"][0]["elements"]}
        if not PLANTED.items() <= first.items() or why["difference"] >= 0:
            raise ValueError(f"the first line is {first}")


CHECKS = [paid_amount, roas, order_value, buyers, completion, profit]
