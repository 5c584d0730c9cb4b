"""UCI Online Retail: expected answers from the files as shipped."""

from check import Check

FOLDER = "retail_online_uci"
PROJECT = "examples/online-retail"
START, END = "2010-12-01", "2011-06-30"

SETUP = """
CREATE TABLE lines AS
  SELECT InvoiceNo AS invoice, StockCode AS code, CAST(Quantity AS INTEGER) AS quantity,
         strptime(InvoiceDate, '%Y-%m-%d %H:%M') AS ts, CAST(UnitPrice AS DECIMAL(18, 4)) AS price,
         CustomerID AS customer, Country AS country, InvoiceNo LIKE 'C%' AS cancelled,
         CAST(Quantity AS INTEGER) * CAST(UnitPrice AS DECIMAL(18, 4)) AS amount
  FROM read_csv('{data}/lines_*.csv.gz', all_varchar = true, header = true);
CREATE TABLE invoices AS
  SELECT invoice, max(customer) AS customer, max(country) AS country, min(ts) AS ts, sum(amount) AS amount
  FROM lines WHERE NOT cancelled GROUP BY invoice;
CREATE TABLE cancellations AS
  SELECT invoice, min(ts) AS ts, -sum(amount) AS amount FROM lines WHERE cancelled GROUP BY invoice;
CREATE TABLE people AS
  SELECT customer, min(ts) AS first_at, max(country) AS country
  FROM lines WHERE NOT cancelled AND customer IS NOT NULL GROUP BY customer;
"""

LINES = ["net_revenue", "goods_revenue", "cancelled_amount", "invoice_lines", "net_units", "products_sold", "anonymous_revenue"]
LINES_SQL = """
  sum(amount), sum(amount) FILTER (regexp_matches(code, '^[0-9]')), -sum(amount) FILTER (cancelled), count(*),
  sum(quantity), count(DISTINCT code) FILTER (NOT cancelled), sum(amount) FILTER (customer IS NULL)
"""
ORDERS = ["paid_orders", "paid_amount", "buyers", "average_order_value", "median_order_value"]
ORDERS_SQL = "count(*), sum(amount), count(DISTINCT customer), sum(amount) / count(*), median(amount)"


def dated(**fields):
    return Check(start=START, end=END, **fields)


CHECKS = [
    # Totals of the reference results: 245,903 lines, 12,795 invoices of which 2,006 cancellations, 4,397,950.76 net.
    dated(name="reference totals", metrics=["net_revenue", "invoice_lines", "orders", "cancellations"], sql="SELECT 4397950.761, 245903, 12795 - 2006, 2006"),
    dated(name="lines by month", metrics=LINES, group_by=["metric_time__month"], sql=f"SELECT date_trunc('month', ts), {LINES_SQL} FROM lines GROUP BY 1"),
    dated(name="lines by country", metrics=LINES, group_by=["retail_line__country"], sql=f"SELECT country, {LINES_SQL} FROM lines GROUP BY 1"),
    dated(
        name="net revenue by week",
        metrics=["net_revenue", "invoice_lines"],
        group_by=["metric_time__week"],
        sql="SELECT date_trunc('week', ts), sum(amount), count(*) FROM lines GROUP BY 1",
    ),
    dated(
        name="net revenue of the best products",
        metrics=["net_revenue"],
        group_by=["product"],
        order=["-net_revenue"],
        limit=25,
        sql="SELECT code, sum(amount) AS a FROM lines GROUP BY 1 ORDER BY a DESC LIMIT 25",
    ),
    dated(
        name="net revenue by the customer's country and month",
        metrics=["net_revenue"],
        group_by=["metric_time__month", "customer__region"],
        sql="SELECT date_trunc('month', ts), p.country, sum(amount) FROM lines l LEFT JOIN people p USING (customer) GROUP BY 1, 2",
    ),
    dated(
        name="orders by month",
        metrics=["orders", "ordered_amount"],
        group_by=["metric_time__month"],
        sql="SELECT date_trunc('month', ts), count(*), sum(amount) FROM invoices GROUP BY 1",
    ),
    dated(
        name="paid orders by month",
        metrics=ORDERS,
        group_by=["metric_time__month"],
        sql=f"SELECT date_trunc('month', ts), {ORDERS_SQL} FROM invoices WHERE amount > 0 GROUP BY 1",
    ),
    dated(name="paid orders by country", metrics=ORDERS, group_by=["order__region"], sql=f"SELECT country, {ORDERS_SQL} FROM invoices WHERE amount > 0 GROUP BY 1"),
    dated(
        name="cancellations by month",
        metrics=["cancellations", "refund_amount", "cancellation_rate"],
        group_by=["metric_time__month"],
        sql="""
          SELECT month, n, back, back / paid
          FROM (SELECT date_trunc('month', ts) AS month, count(*) AS n, sum(amount) AS back FROM cancellations GROUP BY 1)
          JOIN (SELECT date_trunc('month', ts) AS month, sum(amount) AS paid FROM invoices WHERE amount > 0 GROUP BY 1) USING (month)
        """,
    ),
    dated(
        name="new customers by month and country",
        metrics=["new_customers"],
        group_by=["metric_time__month", "customer__region"],
        sql="SELECT date_trunc('month', first_at), country, count(*) FROM people GROUP BY 1, 2",
    ),
    dated(
        name="shares and averages by month",
        metrics=["anonymous_share", "revenue_per_buyer"],
        group_by=["metric_time__month"],
        sql="""
          SELECT month, anonymous / net, net / buyers
          FROM (SELECT date_trunc('month', ts) AS month, sum(amount) AS net, sum(amount) FILTER (customer IS NULL) AS anonymous FROM lines GROUP BY 1)
          JOIN (SELECT date_trunc('month', ts) AS month, count(DISTINCT customer) AS buyers FROM invoices WHERE amount > 0 GROUP BY 1) USING (month)
        """,
    ),
    dated(
        name="growth by month",
        metrics=["net_revenue_growth"],
        group_by=["metric_time__month"],
        sql="""
          SELECT month, net / lag(net) OVER (ORDER BY month) - 1
          FROM (SELECT date_trunc('month', ts) AS month, sum(amount) AS net FROM lines GROUP BY 1)
        """,
    ),
    Check(
        name="month to date by day",
        metrics=["net_revenue_mtd"],
        group_by=["metric_time__day"],
        start="2011-03-01",
        end="2011-04-30",
        # No invoice was issued on the first days of some months: nothing to add up, so no row.
        sql="""
          SELECT day, total FROM (
            SELECT day, (SELECT sum(amount) FROM lines WHERE ts >= date_trunc('month', day) AND ts < day + INTERVAL 1 DAY) AS total
            FROM (SELECT unnest(generate_series(TIMESTAMP '2011-03-01', TIMESTAMP '2011-04-30', INTERVAL 1 DAY)) AS day)
          ) WHERE total IS NOT NULL
        """,
    ),
    dated(
        name="running total at each month's end",
        metrics=["net_revenue_to_date"],
        group_by=["metric_time__month"],
        sql="""
          SELECT month, sum(net) OVER (ORDER BY month)
          FROM (SELECT date_trunc('month', ts) AS month, sum(amount) AS net FROM lines GROUP BY 1)
        """,
    ),
]
