"""The rows behind a cell, added up by hand, give the cell: for every metric of the demo.

HAND says how the rows of one measured input are added up, in SQL over the exported rows; COMBINED how
a metric is made of its inputs. Nothing here reads the program's definitions.
"""

import tempfile

import duckdb

import demo_library
from check import Check, plain

MONTH, START, END = "2025-05-01", "2025-05-01", "2025-05-31"
YEAR_BEFORE = "paid_amount a year before"
GRAIN = "metric_time__month"


def hours(start, end):
    return f"(epoch(CAST({end} AS TIMESTAMP)) - epoch(CAST({start} AS TIMESTAMP))) / 3600"


def total(column):
    return f"sum(CAST({column} AS DECIMAL(18, 4)))"


HAND = {
    "ordered_amount": f"{total('list_amount')} - {total('discount')}",
    "orders": "count(*)",
    "paid_amount": total("paid"),
    "paid_orders": "count(*)",
    "buyers": "count(DISTINCT customer_id)",
    "confirmed_amount": total("paid"),
    "excluded_amount": total("paid"),
    "margin_before_refunds": " - ".join(map(total, ["paid", "cost", "shipping_cost", "platform_fee", "commission"])) + " + " + total("subsidy"),
    "ship_hours_median": f"median({hours('paid_at', 'shipped_at')})",
    "ship_hours_p90": f"quantile_cont({hours('paid_at', 'shipped_at')}, 0.9)",
    "delivery_hours_average": f"avg({hours('paid_at', 'delivered_at')})",
    "shipped_orders": "count(*) FILTER (shipped_at IS NOT NULL AND promised_at IS NOT NULL)",
    "on_time_orders": "count(*) FILTER (CAST(shipped_at AS TIMESTAMP) <= CAST(promised_at AS TIMESTAMP))",
    "refund_amount": total("amount"),
    "refunds": "count(*)",
    "refund_amount_by_payment": total("amount"),
    "units_sold": "sum(CAST(quantity AS INTEGER))",
    "product_sales": total("paid"),
    "products_sold": "count(DISTINCT product_id)",
    "new_product_sales": total("paid"),
    "new_customers": "count(*)",
    "visitor_days": "sum(CAST(visitors AS BIGINT))",
    "buyer_days": "sum(CAST(paying_buyers AS BIGINT))",
    "page_views": "sum(CAST(page_views AS BIGINT))",
    "platform_paid_amount": total("paid_amount"),
    "visits": "count(DISTINCT session_id)",
    "site_visitors": "count(DISTINCT anonymous_id)",
    "site_cart_visits": "count(DISTINCT session_id)",
    "site_checkouts": "count(DISTINCT session_id)",
    "site_purchases": "count(DISTINCT session_id)",
    "site_buyers": "count(DISTINCT anonymous_id)",
    "site_carts": "count(*)",
    "site_purchase_events": "count(*)",
    "impressions": "sum(CAST(impressions AS BIGINT))",
    "clicks": "sum(CAST(clicks AS BIGINT))",
    "ad_cost": total("cost"),
    "ad_revenue": total("platform_revenue"),
    "tickets": "count(*)",
    "complaints": "count(*)",
    "first_response_median": f"median({hours('opened_at', 'first_replied_at')}) * 60",
    "first_response_p90": f"quantile_cont({hours('opened_at', 'first_replied_at')}, 0.9) * 60",
    "resolution_hours_average": f"avg({hours('opened_at', 'resolved_at')})",
    "resolved_tickets": "count(resolved_at)",
    "resolved_in_time": "count(*) FILTER (CAST(resolved_at AS TIMESTAMP) <= CAST(sla_due_at AS TIMESTAMP))",
    "reopened_tickets": "count(*) FILTER (CAST(reopened AS BOOLEAN))",
    "chats": "count(*)",
    "chats_within_30s": "count(*) FILTER (CAST(first_reply_seconds AS DOUBLE) <= 30)",
    "inquiring_customers": "count(DISTINCT customer_id)",
    "converted_customers": "count(DISTINCT customer_id) FILTER (order_id IS NOT NULL)",
    "nps_answers": "count(*)",
    "nps_promoters": "count(*) FILTER (CAST(score AS DOUBLE) >= 9)",
    "nps_detractors": "count(*) FILTER (CAST(score AS DOUBLE) <= 6)",
    "csat_answers": "count(*)",
    "csat_satisfied": "count(*) FILTER (CAST(score AS DOUBLE) >= 4)",
    "csat_mean": "avg(CAST(score AS DOUBLE))",
    **demo_library.HAND,
}


def ratio(a, b):
    return [a, b], lambda x, y: x / y


def margin():
    return ["margin_before_refunds", "refund_amount_by_payment"]


COMBINED = {
    "average_order_value": ratio("paid_amount", "paid_orders"),
    "spend_per_buyer": ratio("paid_amount", "buyers"),
    "orders_per_buyer": ratio("paid_orders", "buyers"),
    "margin_rate_before_refunds": ratio("margin_before_refunds", "paid_amount"),
    "spend_per_buyer_day": ratio("paid_amount", "buyer_days"),
    "revenue_per_click": ratio("ad_revenue", "clicks"),
    "on_time_ship_rate": ratio("on_time_orders", "shipped_orders"),
    "new_product_share": ratio("new_product_sales", "product_sales"),
    "buyer_conversion": ratio("buyer_days", "visitor_days"),
    "site_conversion": ratio("site_buyers", "site_visitors"),
    "checkout_completion": ratio("site_purchases", "site_checkouts"),
    # The purchases are those that belong to a cart of the month, whenever they happened.
    "purchases_after_cart_7d": (["site_purchase_events"], lambda n: n),
    "cart_conversion_7d": ratio("site_purchase_events", "site_carts"),
    "ctr": ratio("clicks", "impressions"),
    "cpc": ratio("ad_cost", "clicks"),
    "cpm": (["ad_cost", "impressions"], lambda cost, shown: cost / shown * 1000),
    "roas": ratio("ad_revenue", "ad_cost"),
    "sla_rate": ratio("resolved_in_time", "resolved_tickets"),
    "reopen_rate": ratio("reopened_tickets", "resolved_tickets"),
    "reply_within_30s_rate": ratio("chats_within_30s", "chats"),
    "inquiry_conversion": ratio("converted_customers", "inquiring_customers"),
    "nps": (["nps_promoters", "nps_detractors", "nps_answers"], lambda p, d, n: (p - d) / n * 100),
    "csat": ratio("csat_satisfied", "csat_answers"),
    "net_revenue": (["paid_amount", "refund_amount_by_payment"], lambda paid, back: paid - back),
    "gross_margin": (margin(), lambda m, back: m - back),
    "gross_margin_rate": ([*margin(), "paid_amount"], lambda m, back, paid: (m - back) / (paid - back)),
    "profit_after_ads": ([*margin(), "ad_cost"], lambda m, back, cost: m - back - cost),
    "refund_rate": ratio("refund_amount", "paid_amount"),
    "refund_rate_by_payment": ratio("refund_amount_by_payment", "paid_amount"),
    "ad_cost_share": ratio("ad_cost", "paid_amount"),
    "units_per_order": ratio("units_sold", "paid_orders"),
    "complaints_per_1000": (["complaints", "paid_orders"], lambda c, n: c / n * 1000),
    "paid_amount_mtd": (["paid_amount"], lambda paid: paid),
    "paid_amount_ytd": (["paid_amount"], lambda paid: paid),
    "paid_amount_30d": (["paid_amount"], lambda paid: paid),
    # It reads one metric twice, and inputs go by the metric's name: the second is opened as that metric's own cell.
    "paid_amount_growth": (["paid_amount", YEAR_BEFORE], lambda now, before: now / before - 1),
    **demo_library.COMBINED,
}


def add_up(rows, hand):
    """One number from exported rows; an empty field is no value."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
        file.write(rows)
        file.flush()
        value = duckdb.execute(f"SELECT {hand} FROM read_csv('{file.name}', all_varchar = true, header = true)").fetchall()[0][0]
    return 0.0 if value is None else float(value)


def is_empty(rows):
    """Whether there is only a header."""
    return rows.strip().count("\n") == 0


def check_metric(program, metric):
    """Expected (added up by hand) and given value of the metric's cell for one month."""
    answer = program.query(Check(name=metric, metrics=[metric], sql="", group_by=[GRAIN], start=START, end=END))
    given = next((row[1] for row in answer if plain(row[0]) == MONTH), None)
    inputs, combine = COMBINED.get(metric, ([metric], lambda value: value))
    values, found = [], False
    for source in inputs:
        if source == YEAR_BEFORE:
            rows = program.rows("paid_amount", [GRAIN], {GRAIN: "2024-05-01"}, "2024-05-01", "2024-05-31", "paid_amount")
            values.append(add_up(rows, HAND["paid_amount"]))
        else:
            rows = program.rows(metric, [GRAIN], {GRAIN: MONTH}, START, END, source)
            values.append(add_up(rows, HAND[source.split("#")[0]]))
        found = found or not is_empty(rows)
    # Nothing to add up is no value, unless the metric fills it with 0.
    return (combine(*values) if found or given is not None else None), given
