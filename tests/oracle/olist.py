"""Olist: expected answers from the files as published."""

from check import Check

FOLDER = "olist_10k"
PROJECT = "examples/olist"
START, END = "2017-01-01", "2017-08-31"

SETUP = """
CREATE TABLE orders AS
  SELECT o.order_id AS id, c.customer_unique_id AS person, c.customer_state AS state, o.order_status AS status,
         CAST(o.order_purchase_timestamp AS TIMESTAMP) AS ts, CAST(o.order_approved_at AS TIMESTAMP) AS approved,
         CAST(o.order_delivered_carrier_date AS TIMESTAMP) AS handed, CAST(o.order_delivered_customer_date AS TIMESTAMP) AS delivered,
         CAST(o.order_estimated_delivery_date AS TIMESTAMP) AS promised
  FROM read_csv('{data}/orders.csv', all_varchar = true) o
  LEFT JOIN read_csv('{data}/customers.csv', all_varchar = true) c USING (customer_id);
CREATE TABLE items AS
  SELECT i.order_id AS id, i.product_id AS product, i.seller_id AS seller, CAST(i.price AS DECIMAL(18, 4)) AS price,
         CAST(i.freight_value AS DECIMAL(18, 4)) AS freight, o.ts, o.state,
         coalesce(t.product_category_name_english, p.product_category_name) AS category
  FROM read_csv('{data}/order_items.csv', all_varchar = true) i
  JOIN orders o ON o.id = i.order_id
  LEFT JOIN read_csv('{data}/products.csv', all_varchar = true) p ON p.product_id = i.product_id
  LEFT JOIN read_csv('{data}/product_category_name_translation.csv', all_varchar = true) t USING (product_category_name);
"""

DELIVERY = [
    "delivered_orders", "late_orders", "late_rate", "day_late_orders", "day_late_rate", "on_time_rate",
    "delivery_days_median", "delivery_days_p90", "handling_days_average", "transit_days_average",
]
SPAN = "(epoch({1}) - epoch({0})) / 86400"
DELIVERY_SQL = f"""
  count(*), count(*) FILTER (delivered > promised), count(*) FILTER (delivered > promised) / count(*),
  count(*) FILTER (CAST(delivered AS DATE) > CAST(promised AS DATE)),
  count(*) FILTER (CAST(delivered AS DATE) > CAST(promised AS DATE)) / count(*),
  1 - count(*) FILTER (CAST(delivered AS DATE) > CAST(promised AS DATE)) / count(*),
  median({SPAN.format('ts', 'delivered')}), quantile_cont({SPAN.format('ts', 'delivered')}, 0.9),
  avg({SPAN.format('approved', 'handed')}), avg({SPAN.format('handed', 'delivered')})
"""
ITEMS = ["items", "item_value", "freight", "ordered_amount", "freight_share", "sellers"]
ITEMS_SQL = "count(*), sum(price), sum(freight), sum(price + freight), sum(freight) / sum(price + freight), count(DISTINCT seller)"
ORDERS = ["orders", "buyers", "cancelled_orders", "cancellation_rate"]
GONE = "count(*) FILTER (status IN ('canceled', 'unavailable'))"
ORDERS_SQL = f"count(*), count(DISTINCT person), {GONE}, {GONE} / count(*)"


def dated(**fields):
    return Check(start=START, end=END, **fields)


CHECKS = [
    # Totals of the reference results: 5,103 orders, 5,719 items, prices 698,143.32, freight 110,047.74.
    dated(name="reference totals", metrics=["orders", "items", "item_value", "freight"], sql="SELECT 5103, 5719, 698143.32, 110047.74"),
    dated(
        name="reference statuses",
        metrics=["orders"],
        group_by=["order__status"],
        sql="SELECT * FROM (VALUES ('delivered', 4883), ('shipped', 72), ('cancelled', 55 + 43), ('paid', 26 + 24))",
    ),
    dated(
        name="reference delivery",
        metrics=["delivered_orders", "late_orders", "day_late_orders"],
        # 3.993 % and 3.318 % of 4,883.
        sql="SELECT 4883, round(0.03993 * 4883), round(0.03318 * 4883)",
    ),
    dated(name="orders by month", metrics=ORDERS, group_by=["metric_time__month"], sql=f"SELECT date_trunc('month', ts), {ORDERS_SQL} FROM orders GROUP BY 1"),
    dated(name="orders by state", metrics=ORDERS, group_by=["order__region"], sql=f"SELECT state, {ORDERS_SQL} FROM orders GROUP BY 1"),
    dated(
        name="delivery by month",
        metrics=DELIVERY,
        group_by=["metric_time__month"],
        sql=f"SELECT date_trunc('month', ts), {DELIVERY_SQL} FROM orders WHERE status = 'delivered' GROUP BY 1",
    ),
    dated(name="delivery by state", metrics=DELIVERY, group_by=["order__region"], sql=f"SELECT state, {DELIVERY_SQL} FROM orders WHERE status = 'delivered' GROUP BY 1"),
    dated(name="items by month", metrics=ITEMS, group_by=["metric_time__month"], sql=f"SELECT date_trunc('month', ts), {ITEMS_SQL} FROM items GROUP BY 1"),
    dated(name="items by category", metrics=ITEMS, group_by=["product__category"], sql=f"SELECT category, {ITEMS_SQL} FROM items GROUP BY 1"),
    dated(name="items by state of the order", metrics=ITEMS, group_by=["order__region"], sql=f"SELECT state, {ITEMS_SQL} FROM items GROUP BY 1"),
    dated(
        name="new customers by month",
        metrics=["new_customers"],
        group_by=["metric_time__month"],
        sql="SELECT date_trunc('month', first), count(*) FROM (SELECT person, min(ts) AS first FROM orders GROUP BY 1) GROUP BY 1",
    ),
    dated(
        name="order value and growth by month",
        metrics=["average_order_value", "item_value_growth"],
        group_by=["metric_time__month"],
        sql="""
          SELECT month, value / n, price / lag(price) OVER (ORDER BY month) - 1
          FROM (SELECT date_trunc('month', ts) AS month, sum(price + freight) AS value, sum(price) AS price FROM items GROUP BY 1)
          JOIN (SELECT date_trunc('month', ts) AS month, count(*) AS n FROM orders GROUP BY 1) USING (month)
        """,
    ),
    Check(
        name="month to date by day",
        metrics=["item_value_mtd"],
        group_by=["metric_time__day"],
        start="2017-05-01",
        end="2017-06-30",
        sql="""
          SELECT day, total FROM (
            SELECT day, (SELECT sum(price) FROM items WHERE ts >= date_trunc('month', day) AND ts < day + INTERVAL 1 DAY) AS total
            FROM (SELECT unnest(generate_series(TIMESTAMP '2017-05-01', TIMESTAMP '2017-06-30', INTERVAL 1 DAY)) AS day)
          ) WHERE total IS NOT NULL
        """,
    ),
]
