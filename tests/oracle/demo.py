"""The demo project: expected answers from the generated export files."""

from check import Check

START, END = "2024-01-01", "2025-12-31"

SETUP = """
CREATE TABLE orders AS
  SELECT 订单编号 AS id, 买家会员名 AS customer, 店铺 AS store, CAST(订单创建时间 AS TIMESTAMP) AS placed, CAST(订单付款时间 AS TIMESTAMP) AS paid_at,
         CAST(应发货时间 AS TIMESTAMP) AS promised, CAST(发货时间 AS TIMESTAMP) AS shipped, CAST(签收时间 AS TIMESTAMP) AS delivered,
         CAST(确认收货时间 AS TIMESTAMP) AS confirmed, CAST(总金额 AS DECIMAL(18, 4)) AS listed, CAST(优惠金额 AS DECIMAL(18, 4)) AS discount,
         CAST(买家实际支付金额 AS DECIMAL(18, 4)) AS paid, CAST(平台补贴 AS DECIMAL(18, 4)) AS subsidy, CAST(平台服务费 AS DECIMAL(18, 4)) AS fee,
         CAST(佣金 AS DECIMAL(18, 4)) AS commission, CAST(商品成本 AS DECIMAL(18, 4)) AS cost, CAST(运费成本 AS DECIMAL(18, 4)) AS shipping,
         成交渠道 AS channel, 收货地区 AS region, 是否剔除 = '是' AS excluded
  FROM read_csv('{data}/orders.csv', all_varchar = true, header = true, delim = ',', quote = '\"') WHERE 订单编号 <> '合计';
CREATE TABLE sales AS SELECT * FROM orders WHERE paid_at IS NOT NULL AND NOT excluded;
CREATE TABLE refunds AS
  SELECT r.退款编号 AS id, CAST(r.退款完结时间 AS TIMESTAMP) AS ts, CAST(r.退款金额 AS DECIMAL(18, 4)) AS amount, o.paid_at, o.store, o.channel
  FROM read_csv('{data}/refunds.csv', all_varchar = true, header = true, delim = ',', quote = '\"') r JOIN orders o ON o.id = r.订单编号
  WHERE r.退款状态 = '退款成功' AND NOT o.excluded;
CREATE TABLE items AS
  SELECT s.paid_at, s.store, i.product_id AS product, CAST(i.quantity AS INTEGER) AS quantity, CAST(i.paid AS DECIMAL(18, 4)) AS paid,
         split_part(p.category, '/', 1) AS category, s.paid_at < coalesce(CAST(p.listed_at AS TIMESTAMP) + INTERVAL 180 DAY, TIMESTAMP '1970-01-01') AS fresh
  FROM read_csv('{data}/order_items.csv', all_varchar = true, delim = ',', quote = '\"') i JOIN sales s ON s.id = i.order_id
  LEFT JOIN read_csv('{data}/products.csv', all_varchar = true, delim = ',', quote = '\"') p USING (product_id);
CREATE TABLE traffic AS
  SELECT store_id AS store, CAST(period_start AS TIMESTAMP) AS ts, CAST(visitors AS BIGINT) AS visitors, CAST(page_views AS BIGINT) AS views,
         CAST(paying_buyers AS BIGINT) AS buyers, CAST(paid_amount AS DECIMAL(18, 4)) AS paid
  FROM read_csv('{data}/traffic.csv', all_varchar = true, delim = ',', quote = '\"') WHERE grain = 'day' AND source = '全部';
CREATE TABLE events AS
  SELECT CAST(occurred_at AS TIMESTAMP) AS ts, anonymous_id AS visitor, session_id AS session, event, channel, device, store_id AS store
  FROM read_csv('{data}/events.csv', all_varchar = true, delim = ',', quote = '\"');
CREATE TABLE ads AS
  SELECT CAST(date AS TIMESTAMP) AS ts, store_id AS store, campaign, CAST(impressions AS BIGINT) AS shown, CAST(clicks AS BIGINT) AS clicks,
         CAST(cost AS DECIMAL(18, 4)) AS cost, CAST(platform_revenue AS DECIMAL(18, 4)) AS revenue
  FROM read_csv('{data}/ad_spend.csv', all_varchar = true, delim = ',', quote = '\"');
CREATE TABLE tickets AS
  SELECT CAST(opened_at AS TIMESTAMP) AS ts, CAST(first_replied_at AS TIMESTAMP) AS replied, CAST(sla_due_at AS TIMESTAMP) AS due,
         CAST(resolved_at AS TIMESTAMP) AS resolved, reopened = 'true' AS reopened, kind, category, severity, agent_id AS agent
  FROM read_csv('{data}/tickets.csv', all_varchar = true, delim = ',', quote = '\"');
CREATE TABLE chats AS
  SELECT CAST(started_at AS TIMESTAMP) AS ts, store_id AS store, customer_id AS customer, order_id AS bought,
         CAST(first_reply_seconds AS DOUBLE) AS seconds, is_robot = 'true' AS robot
  FROM read_csv('{data}/chats.csv', all_varchar = true, delim = ',', quote = '\"');
CREATE TABLE answers AS
  SELECT CAST(responded_at AS TIMESTAMP) AS ts, kind, dimension, CAST(score AS INTEGER) AS score
  FROM read_csv('{data}/survey_responses.csv', all_varchar = true, delim = ',', quote = '\"');
CREATE TABLE people AS
  SELECT customer_id AS id, CAST(created_at AS TIMESTAMP) AS ts, region, acquired_channel AS channel
  FROM read_csv('{data}/customers.csv', all_varchar = true, delim = ',', quote = '\"');
CREATE TABLE stores AS SELECT store_id AS store, platform FROM read_csv('{data}/stores.csv', all_varchar = true, delim = ',', quote = '\"');
"""

SALES = [
    "paid_amount", "paid_orders", "buyers", "average_order_value", "spend_per_buyer", "orders_per_buyer", "margin_before_refunds",
    "ship_hours_median", "ship_hours_p90", "delivery_hours_average", "shipped_orders", "on_time_orders", "on_time_ship_rate",
]
SALES_SQL = """
  sum(paid), count(*), count(DISTINCT customer), sum(paid) / count(*), sum(paid) / count(DISTINCT customer),
  count(*) / count(DISTINCT customer), sum(paid - cost - shipping - fee - commission + subsidy),
  median((epoch(shipped) - epoch(paid_at)) / 3600), quantile_cont((epoch(shipped) - epoch(paid_at)) / 3600, 0.9),
  avg((epoch(delivered) - epoch(paid_at)) / 3600), count(*) FILTER (shipped IS NOT NULL AND promised IS NOT NULL),
  count(*) FILTER (shipped <= promised),
  count(*) FILTER (shipped <= promised) / nullif(count(*) FILTER (shipped IS NOT NULL AND promised IS NOT NULL), 0)
"""
ADS = ["impressions", "clicks", "ad_cost", "ad_revenue", "ctr", "cpc", "cpm", "roas"]
ADS_SQL = """
  sum(shown), sum(clicks), sum(cost), sum(revenue), sum(clicks) / nullif(sum(shown), 0), sum(cost) / nullif(sum(clicks), 0),
  sum(cost) / nullif(sum(shown), 0) * 1000, sum(revenue) / nullif(sum(cost), 0)
"""
TICKETS = ["tickets", "first_response_median", "first_response_p90", "resolution_hours_average", "resolved_tickets", "sla_rate", "reopen_rate"]
TICKETS_SQL = """
  count(*), median((epoch(replied) - epoch(ts)) / 60), quantile_cont((epoch(replied) - epoch(ts)) / 60, 0.9),
  avg((epoch(resolved) - epoch(ts)) / 3600), count(resolved), count(*) FILTER (resolved <= due) / nullif(count(resolved), 0),
  count(*) FILTER (reopened) / nullif(count(resolved), 0)
"""
CHATS = ["chats", "chats_within_30s", "reply_within_30s_rate", "inquiring_customers", "converted_customers", "inquiry_conversion"]
CHATS_SQL = """
  count(*) FILTER (NOT robot), count(*) FILTER (NOT robot AND seconds <= 30),
  count(*) FILTER (NOT robot AND seconds <= 30) / count(*) FILTER (NOT robot),
  count(DISTINCT customer), count(DISTINCT customer) FILTER (bought IS NOT NULL),
  count(DISTINCT customer) FILTER (bought IS NOT NULL) / count(DISTINCT customer)
"""
SITE = ["visits", "site_visitors", "site_checkouts", "site_purchases", "site_buyers", "site_conversion", "checkout_completion"]
SITE_SQL = """
  count(DISTINCT session), count(DISTINCT visitor), count(DISTINCT session) FILTER (event = 'checkout'),
  count(DISTINCT session) FILTER (event = 'purchase'), count(DISTINCT visitor) FILTER (event = 'purchase'),
  count(DISTINCT visitor) FILTER (event = 'purchase') / count(DISTINCT visitor),
  count(DISTINCT session) FILTER (event = 'purchase') / nullif(count(DISTINCT session) FILTER (event = 'checkout'), 0)
"""
TRAFFIC = ["visitor_days", "buyer_days", "page_views", "platform_paid_amount", "buyer_conversion"]
TRAFFIC_SQL = "sum(visitors), sum(buyers), sum(views), sum(paid), sum(buyers) / nullif(sum(visitors), 0)"
ITEMS = ["units_sold", "product_sales", "products_sold", "new_product_sales", "new_product_share"]
ITEMS_SQL = """
  sum(quantity), sum(paid), count(DISTINCT product), coalesce(sum(paid) FILTER (fresh), 0), coalesce(sum(paid) FILTER (fresh), 0) / sum(paid)
"""


def dated(**fields):
    return Check(start=START, end=END, **fields)


def by(name, metrics, columns, table, month="ts", dimensions=()):
    """One check by month, and one for each (group-by, column)."""
    sql = "SELECT {}, {} FROM {} GROUP BY 1"
    checks = [dated(name=f"{name} by month", metrics=metrics, group_by=["metric_time__month"], sql=sql.format(f"date_trunc('month', {month})", columns, table))]
    for group, column in dimensions:
        checks.append(dated(name=f"{name} by {group}", metrics=metrics, group_by=[group], sql=sql.format(column, columns, table)))
    return checks


NPS_SQL = "count(*), (count(*) FILTER (score >= 9) - count(*) FILTER (score <= 6)) / count(*) * 100"
CSAT_SQL = "count(*), count(*) FILTER (score >= 4) / count(*), avg(score)"

CHECKS = [
    *by("sales", SALES, SALES_SQL, "sales", month="paid_at", dimensions=[("store", "store"), ("order__channel", "channel"), ("order__region", "region")]),
    dated(
        name="sales by platform",
        metrics=["paid_amount", "buyers"],
        group_by=["store__platform"],
        sql="SELECT platform, sum(paid), count(DISTINCT customer) FROM sales JOIN stores USING (store) GROUP BY 1",
    ),
    dated(
        name="sales by hour of Singles' Day",
        metrics=["paid_amount", "paid_orders"],
        group_by=["metric_time__hour"],
        where=["{{ TimeDimension('metric_time', 'day') }} = '2025-11-11'"],
        sql="SELECT date_trunc('hour', paid_at), sum(paid), count(*) FROM sales WHERE CAST(paid_at AS DATE) = DATE '2025-11-11' GROUP BY 1",
    ),
    *by("orders", ["orders", "ordered_amount"], "count(*), sum(listed - discount)", "orders WHERE NOT excluded", month="placed", dimensions=[("order__channel", "channel")]),
    *by("confirmed", ["confirmed_amount"], "sum(paid)", "orders WHERE NOT excluded AND confirmed IS NOT NULL", month="confirmed", dimensions=[("store", "store")]),
    *by("excluded", ["excluded_amount"], "sum(paid)", "orders WHERE excluded AND paid_at IS NOT NULL", month="paid_at", dimensions=[("store", "store")]),
    *by("refunds", ["refund_amount", "refunds"], "sum(amount), count(*)", "refunds", dimensions=[("store", "store"), ("order__channel", "channel")]),
    *by("refunds by payment", ["refund_amount_by_payment"], "sum(amount)", "refunds", month="paid_at", dimensions=[("store", "store")]),
    *by("items", ITEMS, ITEMS_SQL, "items", month="paid_at", dimensions=[("product__category", "category"), ("store", "store")]),
    *by("traffic", TRAFFIC, TRAFFIC_SQL, "traffic", dimensions=[("store", "store")]),
    *by("site", SITE, SITE_SQL, "events", dimensions=[("site_event__channel", "channel"), ("site_event__device", "device")]),
    dated(
        name="conversions by month of the cart",
        metrics=["site_carts", "site_purchase_events", "purchases_after_cart_7d", "cart_conversion_7d"],
        group_by=["metric_time__month"],
        sql="""
          WITH e AS (SELECT *, date_trunc('hour', ts) AS hour FROM events),
               pairs AS (
                 SELECT c.hour AS carted, row_number() OVER (PARTITION BY p.rowid ORDER BY c.hour DESC) AS nth
                 FROM (SELECT *, row_number() OVER () AS rowid FROM e WHERE event = 'purchase') p
                 JOIN e c ON c.event = 'cart' AND c.visitor = p.visitor AND c.hour <= p.hour AND c.hour > p.hour - INTERVAL 7 DAY)
          SELECT month, carts, purchases, coalesce(n, 0), coalesce(n, 0) / carts
          FROM (SELECT date_trunc('month', ts) AS month, count(*) FILTER (event = 'cart') AS carts,
                       count(*) FILTER (event = 'purchase') AS purchases FROM events GROUP BY 1)
          LEFT JOIN (SELECT date_trunc('month', carted) AS month, count(*) AS n FROM pairs WHERE nth = 1 GROUP BY 1) USING (month)
        """,
    ),
    *by("ads", ADS, ADS_SQL, "ads", dimensions=[("ad_row__campaign", "campaign"), ("store", "store")]),
    *by("tickets", TICKETS, TICKETS_SQL, "tickets", dimensions=[("agent", "agent"), ("ticket__category", "category")]),
    *by("complaints", ["complaints"], "count(*)", "tickets WHERE kind = '投诉'", dimensions=[("ticket__category", "category")]),
    *by("chats", CHATS, CHATS_SQL, "chats", dimensions=[("store", "store")]),
    *by("nps", ["nps_answers", "nps"], NPS_SQL, "answers WHERE kind = 'nps'"),
    *by("csat", ["csat_answers", "csat", "csat_mean"], CSAT_SQL, "answers WHERE kind = 'csat'", dimensions=[("answer__dimension", "dimension")]),
    *by("new customers", ["new_customers"], "count(*)", "people WHERE ts >= '2024-01-01'", dimensions=[("customer__region", "region"), ("customer__acquired_channel", "channel")]),
    dated(
        name="profit by store and month",
        metrics=["net_revenue", "gross_margin", "gross_margin_rate", "refund_rate_by_payment"],
        group_by=["metric_time__month", "store"],
        sql="""
          SELECT month, store, paid - back, margin - back, (margin - back) / nullif(paid - back, 0), back / paid
          FROM (SELECT date_trunc('month', paid_at) AS month, store, sum(paid) AS paid,
                       sum(paid - cost - shipping - fee - commission + subsidy) AS margin FROM sales GROUP BY 1, 2)
          LEFT JOIN (SELECT date_trunc('month', paid_at) AS month, store, sum(amount) AS back0 FROM refunds GROUP BY 1, 2) USING (month, store),
          LATERAL (SELECT coalesce(back0, 0) AS back)
        """,
    ),
    dated(
        name="ratios of the company by month",
        metrics=["refund_rate", "ad_cost_share", "complaints_per_1000", "units_per_order", "profit_after_ads"],
        group_by=["metric_time__month"],
        sql="""
          SELECT month, coalesce(done, 0) / paid, coalesce(spent, 0) / paid, coalesce(complaints, 0) / n * 1000, units / n,
                 margin - coalesce(back, 0) - coalesce(spent, 0)
          FROM (SELECT date_trunc('month', paid_at) AS month, sum(paid) AS paid, count(*) AS n,
                       sum(paid - cost - shipping - fee - commission + subsidy) AS margin FROM sales GROUP BY 1)
          LEFT JOIN (SELECT date_trunc('month', ts) AS month, sum(amount) AS done FROM refunds GROUP BY 1) USING (month)
          LEFT JOIN (SELECT date_trunc('month', paid_at) AS month, sum(amount) AS back FROM refunds GROUP BY 1) USING (month)
          LEFT JOIN (SELECT date_trunc('month', ts) AS month, sum(cost) AS spent FROM ads GROUP BY 1) USING (month)
          LEFT JOIN (SELECT date_trunc('month', ts) AS month, count(*) AS complaints FROM tickets WHERE kind = '投诉' GROUP BY 1) USING (month)
          LEFT JOIN (SELECT date_trunc('month', paid_at) AS month, sum(quantity) AS units FROM items GROUP BY 1) USING (month)
        """,
    ),
    dated(
        name="year on year by month",
        metrics=["paid_amount_growth"],
        group_by=["metric_time__month"],
        sql="""
          SELECT month, paid / lag(paid, 12) OVER (ORDER BY month) - 1
          FROM (SELECT date_trunc('month', paid_at) AS month, sum(paid) AS paid FROM sales GROUP BY 1)
        """,
    ),
    Check(
        name="to date and trailing by day",
        metrics=["paid_amount_mtd", "paid_amount_ytd", "paid_amount_30d"],
        group_by=["metric_time__day"],
        start="2025-02-01",
        end="2025-03-31",
        sql="""
          SELECT day, (SELECT sum(paid) FROM sales WHERE paid_at >= date_trunc('month', day) AND paid_at < day + INTERVAL 1 DAY),
                 (SELECT sum(paid) FROM sales WHERE paid_at >= date_trunc('year', day) AND paid_at < day + INTERVAL 1 DAY),
                 (SELECT sum(paid) FROM sales WHERE paid_at >= day - INTERVAL 29 DAY AND paid_at < day + INTERVAL 1 DAY)
          FROM (SELECT unnest(generate_series(TIMESTAMP '2025-02-01', TIMESTAMP '2025-03-31', INTERVAL 1 DAY)) AS day)
        """,
    ),
]
