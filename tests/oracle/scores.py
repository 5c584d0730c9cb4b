"""A score computed by hand from the files: rules, weights and rounding written out."""

import json
from decimal import ROUND_HALF_UP, Decimal

TARGET = Decimal(640000)


def cents(value):
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def curve(attainment):
    """80 % → 60, 100 % → 100, 120 % → 120, straight lines between, 0 below and flat above."""
    points = [(Decimal("0.8"), 60), (Decimal(1), 100), (Decimal("1.2"), 120)]
    if attainment < points[0][0]:
        return Decimal(0)
    for (a, x), (b, y) in zip(points, points[1:]):
        if attainment <= b:
            return x + (attainment - a) / (b - a) * (y - x)
    return Decimal(120)


def linear(actual, floor, target, stretch, cap=120):
    """From the floor (0) through the target (100) to the stretch (cap); lower is better."""
    if actual >= floor:
        return Decimal(0)
    if actual >= target:
        return (floor - actual) / (floor - target) * 100
    return min(Decimal(cap), 100 + (target - actual) / (target - stretch) * (cap - 100))


def check(program, con):
    """(name, expected, given) of the online retail score of May 2011, and of a second run of it."""
    period = "ts >= '2011-05-01' AND ts < '2011-06-01'"
    net = con.execute(f"SELECT sum(amount) FROM lines WHERE {period}").fetchone()[0]
    paid = con.execute(f"SELECT sum(amount) FROM invoices WHERE amount > 0 AND {period}").fetchone()[0]
    back = con.execute(f"SELECT sum(amount) FROM cancellations WHERE {period}").fetchone()[0]
    rate = Decimal(back) / Decimal(paid)
    revenue_score = cents(curve(Decimal(net) / TARGET))
    rate_score = cents(linear(rate, Decimal("0.15"), Decimal("0.07"), Decimal("0.04")))
    expected = cents(revenue_score * Decimal("0.7") + rate_score * Decimal("0.3"))
    text = program.assess("sales_monthly", "2011-05")
    card = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    items = {item["metric"]: item for group in card["perspectives"] for item in group["kpis"]}
    yield "net revenue", net, items["net_revenue"]["actual"]
    yield "score of net revenue", revenue_score, items["net_revenue"]["score"]
    yield "score of the cancellation rate", rate_score, items["cancellation_rate"]["score"]
    yield "total", expected, card["total"]
    yield "the same bytes in a second run", text, program.assess("sales_monthly", "2011-05")
