"""The rest of the demo's metric library: expected answers from the generated export files, and how their rows add up by hand."""

from check import Check
from demo import by, dated

PATH = "{data}"


def csv(name):
    return f"read_csv('{PATH}/{name}.csv', all_varchar = true, header = true, delim = ',', quote = '\"')"


SETUP = f"""
CREATE TABLE returned AS
  SELECT r.订单编号 AS id, sum(CAST(r.退款金额 AS DECIMAL(18, 4))) AS amount FROM {csv('refunds')} r WHERE r.退款状态 = '退款成功' GROUP BY 1;
CREATE TABLE sequence AS
  SELECT s.*, paid - cost - shipping - fee - commission + subsidy - coalesce(amount, 0) AS margin,
         row_number() OVER w AS nth, first_value(paid_at) OVER w AS first_at, lag(paid_at) OVER w AS before, lead(paid_at) OVER w AS after
  FROM sales s LEFT JOIN returned USING (id) WINDOW w AS (PARTITION BY customer ORDER BY paid_at, id);
CREATE TABLE newest AS SELECT max(paid_at) AS "at", date_trunc('month', max(paid_at) + INTERVAL 1 DAY) AS open_month FROM sales;
CREATE TABLE losses AS
  SELECT *, paid_at + INTERVAL 90 DAY AS lost_at FROM sequence, newest
  WHERE paid_at + INTERVAL 90 DAY <= newest."at" AND (after IS NULL OR after > paid_at + INTERVAL 90 DAY);
CREATE TABLE cohorts AS
  SELECT *, datediff('month', date_trunc('month', first_at), date_trunc('month', paid_at)) AS age,
         datediff('month', date_trunc('month', first_at), newest.open_month) AS observed,
         datediff('day', date_trunc('week', first_at), date_trunc('week', paid_at)) // 7 AS age_w,
         datediff('day', date_trunc('week', first_at), date_trunc('week', newest."at" + INTERVAL 1 DAY)) // 7 AS observed_w,
         datediff('day', first_at, paid_at) AS age_d, datediff('day', first_at, newest."at" + INTERVAL 1 DAY) AS observed_d
  FROM sequence, newest;
CREATE TABLE registered AS
  SELECT customer_id AS id, CAST(created_at AS TIMESTAMP) AS ts, referrer_id AS referrer FROM {csv('customers')};
CREATE TABLE content AS SELECT * REPLACE (CAST(date AS TIMESTAMP) AS date) FROM read_csv('{PATH}/content_daily.csv');
CREATE TABLE reviews AS SELECT * REPLACE (CAST(reviewed_at AS TIMESTAMP) AS reviewed_at) FROM read_csv('{PATH}/content_reviews.csv');
CREATE TABLE account_days AS SELECT * REPLACE (CAST(date AS TIMESTAMP) AS date) FROM read_csv('{PATH}/account_daily.csv');
CREATE TABLE mentioned AS SELECT * REPLACE (CAST("at" AS TIMESTAMP) AS "at") FROM read_csv('{PATH}/mentions.csv');
CREATE TABLE stock AS SELECT * REPLACE (CAST(date AS TIMESTAMP) AS date, CAST(unit_cost AS DECIMAL(18, 4)) AS unit_cost) FROM read_csv('{PATH}/inventory.csv');
CREATE TABLE books AS SELECT * REPLACE (CAST(date AS TIMESTAMP) AS date, CAST(amount AS DECIMAL(18, 4)) AS amount) FROM read_csv('{PATH}/finance.csv');
CREATE TABLE trainings AS SELECT * REPLACE (CAST(date AS TIMESTAMP) AS date) FROM read_csv('{PATH}/training.csv');
CREATE TABLE ideas AS SELECT * REPLACE (CAST(date AS TIMESTAMP) AS date, CAST(benefit AS DECIMAL(18, 4)) AS benefit) FROM read_csv('{PATH}/suggestions.csv');
CREATE TABLE costs AS
  SELECT s.paid_at, CAST(i.quantity AS INTEGER) * CAST(i.unit_cost AS DECIMAL(18, 4)) AS cost, CAST(i.quantity AS INTEGER) AS quantity
  FROM {csv('order_items')} i JOIN sales s ON s.id = i.order_id;
CREATE TABLE asked AS
  SELECT 退款编号 AS id, CAST(退款申请时间 AS TIMESTAMP) AS ts, CAST(退款完结时间 AS TIMESTAMP) AS done, 退款状态 AS status, 退款原因 AS reason
  FROM {csv('refunds')} WHERE 退款编号 <> '合计';
CREATE TABLE presales AS
  SELECT 店铺 AS store, CAST(订单创建时间 AS TIMESTAMP) AS ts, CAST(订单付款时间 AS TIMESTAMP) AS paid_at,
         CAST(总金额 AS DECIMAL(18, 4)) - CAST(优惠金额 AS DECIMAL(18, 4)) - CAST(定金 AS DECIMAL(18, 4)) AS balance
  FROM {csv('orders')} WHERE CAST(定金 AS DECIMAL(18, 4)) > 0 AND 订单状态 <> '已取消' AND 是否剔除 = '否' AND 订单编号 <> '合计';
CREATE TABLE owned AS
  SELECT CAST(a.responded_at AS TIMESTAMP) AS ts, c.owner_id AS owner, CAST(a.score AS INTEGER) AS score
  FROM {csv('survey_responses')} a JOIN {csv('customers')} c USING (customer_id) WHERE a.kind = 'csat';
CREATE TABLE staff AS SELECT * FROM {csv('people')};
CREATE TABLE market AS
  SELECT DISTINCT segment, CAST(period || '-01' AS TIMESTAMP) AS month, CAST(category_total AS DECIMAL(18, 4)) AS total
  FROM {csv('benchmarks')} WHERE metric = 'paid_amount';
"""

MONTH = "metric_time__month"
MONTHS = "(SELECT unnest(generate_series(TIMESTAMP '2024-01-01', TIMESTAMP '2025-12-01', INTERVAL 1 MONTH)) AS month)"
N = (1, 3, 6, 12)
# Ages at which retention is measured: unit, and the columns of a purchase's age and of how far its cohort is observed.
AGES = [*((n, "m", "age", "observed") for n in N), *((n, "w", "age_w", "observed_w") for n in (1, 4)), *((n, "d", "age_d", "observed_d") for n in (1, 7, 30))]


def monthly(name, metrics, sql):
    return dated(name=name, metrics=metrics, group_by=[MONTH], sql=sql)


def retention():
    """Buyers of each cohort in its n-th month, week or day, where that has ended, over the cohort; nobody back is 0."""
    columns = []
    for n, _, age, observed in AGES:
        columns += [f"nullif(count(*) FILTER (nth = 1 AND {observed} > {n}), 0)", f"count(DISTINCT customer) FILTER ({age} = {n} AND {observed} > {n})"]
    every = range(len(AGES))
    rates = [f"c{2 * i + 1} / c{2 * i}" for i in every]
    names = [f"{name}_{n}{unit}" for name in ("cohort_customers_observed", "cohort_retained", "retention") for n, unit, *_ in AGES]
    cohorts = [f"c{2 * i}" for i in every]
    counts = cohorts + [f"c{2 * i + 1}" for i in every]
    inner = ", ".join(f"{column} AS c{i}" for i, column in enumerate(columns))
    sql = f"SELECT month, {', '.join(counts + rates)} FROM (SELECT date_trunc('month', first_at) AS month, {inner} FROM cohorts GROUP BY 1) WHERE {' OR '.join(f'{cohort} IS NOT NULL' for cohort in cohorts)}"
    return monthly("retention of cohorts", names, sql)


LAST_STOCK = f"""
  (SELECT date_trunc('month', date) AS month, sum(on_hand) AS units, sum(in_transit) AS coming, sum(on_hand * unit_cost) AS value,
          sum(CASE WHEN on_hand = 0 THEN 1 ELSE 0 END) AS outs
   FROM stock WHERE date IN (SELECT max(date) FROM stock GROUP BY date_trunc('month', date)) GROUP BY 1)
"""



def as_of(moment):
    """What was in danger at a moment: the questions of the home page, and the state of the files then."""
    def at(name, metric, where, start, end, sql):
        return Check(name=f"{name} at {moment}", metrics=[metric], where=where, start=start, end=end, sql=sql)
    open_at = "{0} IS NULL OR {0} >= '" + moment + "'"
    return [
        at("to ship within 6 h", "shipments_due", [open_at.format("order__shipped_at__hour"), f"order__paid_at__hour < '{moment}'"],
           moment, f"{moment} 05:59:59",
           f"SELECT nullif(count(*), 0) FROM sales WHERE promised >= '{moment}' AND promised < TIMESTAMP '{moment} 06:00:00' AND paid_at < '{moment}'"
           f" AND (shipped IS NULL OR shipped >= '{moment}')"),
        at("refund requests open", "refund_requests",
           [open_at.format("refund_request__completed_at__hour"), "refund_request__completed_at__hour IS NOT NULL OR refund_request__status = 'requested'"],
           "2025-10-13", "2025-11-11",
           f"SELECT nullif(count(*), 0) FROM asked WHERE ts >= '2025-10-13' AND ts < '{moment}' AND (done >= '{moment}' OR status = '退款处理中')"),
        at("balance unpaid", "presale_balance", [open_at.format("order__paid_at__hour")], "2025-10-13", "2025-11-11",
           f"SELECT sum(balance) FROM presales WHERE ts >= '2025-10-13' AND ts < '{moment}' AND (paid_at IS NULL OR paid_at >= '{moment}')"),
    ]


CHECKS = [
    *by("purchases in order", ["first_time_buyers", "repeat_buyers", "interpurchase_days", "reactivations"],
        "nullif(count(*) FILTER (nth = 1), 0), nullif(count(DISTINCT customer) FILTER (nth > 1), 0), avg(epoch(paid_at) - epoch(before)) / 86400,"
        " nullif(count(*) FILTER (before IS NULL OR paid_at > before + INTERVAL 90 DAY), 0)",
        "sequence", month="paid_at", dimensions=[("store", "store")]),
    monthly("repurchase rate", ["repurchase_rate"],
            "SELECT date_trunc('month', paid_at), count(DISTINCT customer) FILTER (nth > 1) / count(DISTINCT customer) FROM sequence GROUP BY 1"),
    monthly("lost customers", ["lost_customers"], "SELECT date_trunc('month', lost_at), count(*) FROM losses GROUP BY 1"),
    monthly("active customers and churn", ["active_customers", "churn_rate"], f"""
      SELECT month, active, lost / nullif(active_before, 0) FROM (
        SELECT month,
          (SELECT count(DISTINCT customer) FROM sequence WHERE paid_at < month + INTERVAL 1 MONTH AND paid_at + INTERVAL 90 DAY >= least(month + INTERVAL 1 MONTH, (SELECT "at" FROM newest))) AS active,
          (SELECT count(DISTINCT customer) FROM sequence WHERE paid_at < month AND paid_at + INTERVAL 90 DAY >= month) AS active_before,
          (SELECT count(*) FROM losses WHERE date_trunc('month', lost_at) = month) AS lost
        FROM {MONTHS})"""),
    monthly("cohorts", ["cohort_customers", "cohort_buyers", "cohort_orders", "cohort_margin", "ltv_to_date"],
            "SELECT date_trunc('month', first_at), count(*) FILTER (nth = 1), count(DISTINCT customer), count(*), sum(margin), sum(margin) / count(*) FILTER (nth = 1) FROM cohorts GROUP BY 1"),
    dated(name="cohort matrix", metrics=["cohort_buyers"], group_by=[MONTH, "customer_order__months_since_first"],
          sql="SELECT date_trunc('month', first_at), age, count(DISTINCT customer) FROM cohorts GROUP BY 1, 2"),
    retention(),
    monthly("acquisition", ["cac", "ltv_cac", "new_customer_growth"], """
      SELECT month, cost / n, ltv / (cost / n), n / lag(n) OVER (ORDER BY month) - 1 FROM
        (SELECT date_trunc('month', ts) AS month, sum(cost) AS cost FROM ads GROUP BY 1)
        JOIN (SELECT date_trunc('month', first_at) AS month, count(*) FILTER (nth = 1) AS n, sum(margin) / count(*) FILTER (nth = 1) AS ltv FROM cohorts GROUP BY 1) USING (month)"""),
    monthly("referred customers", ["referred_customers", "referral_share"],
            "SELECT date_trunc('month', ts), count(referrer), count(referrer) / count(*) FROM registered WHERE ts >= '2024-01-01' GROUP BY 1"),
    *by("content", ["content_impressions", "content_plays", "content_completions", "content_likes", "content_shares", "content_comments",
                    "content_referral_visits", "content_referral_orders", "content_dwell", "content_interaction_rate", "content_share_rate",
                    "content_completion_rate", "content_referral_rate", "content_value_index"],
        "sum(impressions), sum(plays), sum(completions), sum(likes), sum(shares), sum(comments), sum(referral_visits), sum(referral_orders),"
        " sum(dwell_seconds * plays) / sum(plays), sum(shares + comments) / sum(impressions), sum(shares) / sum(impressions),"
        " sum(completions) / sum(plays), sum(referral_orders) / sum(referral_visits),"
        " sum(completions) / sum(plays) * (sum(referral_orders) / sum(referral_visits))",
        "content", month="date", dimensions=[("account", "account_id")]),
    *by("accounts", ["new_followers", "lost_followers", "account_interactions", "account_messages", "account_replies", "community_active_days",
                     "community_activity", "community_stickiness", "message_reply_rate"],
        "sum(new_followers), sum(lost_followers), sum(interactions), sum(messages), sum(replies), sum(community_active_daily),"
        " sum(community_active_daily) / sum(community_members), sum(community_active_daily) / sum(community_active_monthly), sum(replies) / sum(messages)",
        "account_days", month="date", dimensions=[("account_row__platform", "platform")]),
    monthly("followers at the end", ["followers", "community_members"],
            "SELECT date_trunc('month', date), sum(followers), sum(community_members) FROM account_days WHERE date = last_day(date) GROUP BY 1"),
    *by("mentions", ["mentions", "own_mentions", "exposure", "share_of_voice", "sentiment"],
        "count(*), count(*) FILTER (brand = '禾木'), sum(reach) FILTER (brand = '禾木'), count(*) FILTER (brand = '禾木') / count(*),"
        " (count(*) FILTER (brand = '禾木' AND sentiment = '正面') - count(*) FILTER (brand = '禾木' AND sentiment = '负面')) / count(*) FILTER (brand = '禾木')",
        "mentioned", month='"at"', dimensions=[("mention__platform", "platform")]),
    monthly("stock", ["stock_on_hand", "stock_in_transit", "stock_value", "stock_outs", "stock_cover_days", "inventory_turnover"], f"""
      SELECT month, units, coming, value, outs,
             units / ((SELECT sum(quantity) FROM costs WHERE paid_at >= month + INTERVAL 1 MONTH - INTERVAL 30 DAY AND paid_at < month + INTERVAL 1 MONTH) / 30),
             (SELECT sum(cost) FROM costs WHERE date_trunc('month', paid_at) = month) / value
      FROM {LAST_STOCK}"""),
    *by("stock-outs", ["stock_out_rate"], "count(*) FILTER (on_hand = 0) / count(*)", "stock", month="date", dimensions=[("stock_row__warehouse", "warehouse")]),
    *by("books", ["booked_revenue", "booked_cost", "budgeted_revenue", "budgeted_cost", "booked_profit", "booked_margin", "budget_use", "budget_deviation"],
        "sum(amount) FILTER (account = '营业收入' AND kind = '实际') AS r, sum(amount) FILTER (account <> '营业收入' AND kind = '实际') AS c,"
        " sum(amount) FILTER (account = '营业收入' AND kind = '预算'), sum(amount) FILTER (account <> '营业收入' AND kind = '预算') AS b, r - c, (r - c) / r, c / b, c / b - 1",
        "books", month="date"),
    *by("training", ["training_hours", "training_score"], "sum(hours), avg(score)", "trainings", month="date", dimensions=[("training__skill", "skill")]),
    monthly("skill growth", ["skill_growth"], """
      SELECT month, score - lag(score, 12) OVER (ORDER BY month) FROM (SELECT date_trunc('month', date) AS month, avg(score) AS score FROM trainings GROUP BY 1)"""),
    monthly("suggestions", ["suggestions", "suggestions_adopted", "suggestion_benefit", "suggestion_adoption_rate"],
            "SELECT date_trunc('month', date), count(*), nullif(count(*) FILTER (status = '已采纳'), 0), sum(benefit),"
            " nullif(count(*) FILTER (status = '已采纳'), 0) / count(*) FROM ideas GROUP BY 1"),
    monthly("people", ["headcount", "talent_retention"], f"SELECT month, (SELECT count(*) FROM staff), 1 FROM {MONTHS}"),
    *by("satisfaction of owners' customers", ["csat_answers", "csat"], "count(*), count(*) FILTER (score >= 4) / count(*)", "owned",
        dimensions=[("customer__owner", "owner")]),
    *by("low-yield spend", ["low_yield_cost", "low_yield_share"], "sum(CASE WHEN revenue < cost THEN cost ELSE 0 END), sum(CASE WHEN revenue < cost THEN cost ELSE 0 END) / sum(cost)",
        "ads", dimensions=[("ad_row__campaign", "campaign")]),
    *by("content quality", ["content_quality"], "avg((originality + appeal + emotional_resonance) / 3)", "reviews", month="reviewed_at", dimensions=[("post", "post_id")]),
    *by("effort", ["ces"], "avg(score)", "answers WHERE kind = 'ces'"),
    *by("crises", ["crisis_response_minutes"], "avg((epoch(replied) - epoch(ts)) / 60)", "tickets WHERE kind = '投诉' AND severity = '高'"),
    *by("transit", ["delivery_transit_hours"], "avg((epoch(delivered) - epoch(shipped)) / 3600)", "sales", month="paid_at", dimensions=[("order__region", "region")]),
    *by("abandonment", ["cart_abandonment", "checkout_abandonment", "loss_visit_to_cart", "loss_cart_to_checkout"],
        "1 - count(DISTINCT session) FILTER (event = 'purchase') / nullif(count(DISTINCT session) FILTER (event = 'cart'), 0),"
        " 1 - count(DISTINCT session) FILTER (event = 'purchase') / nullif(count(DISTINCT session) FILTER (event = 'checkout'), 0),"
        " 1 - count(DISTINCT session) FILTER (event = 'cart') / count(DISTINCT session),"
        " 1 - count(DISTINCT session) FILTER (event = 'checkout') / nullif(count(DISTINCT session) FILTER (event = 'cart'), 0)",
        "events", dimensions=[("site_event__device", "device")]),
    monthly("conversion to orders and return on ads", ["order_conversion", "activity_roi"], """
      SELECT month, n / visitors, (margin - coalesce(back, 0) - cost) / cost
      FROM (SELECT date_trunc('month', paid_at) AS month, count(*) AS n, sum(paid - cost - shipping - fee - commission + subsidy) AS margin FROM sales GROUP BY 1)
      JOIN (SELECT date_trunc('month', ts) AS month, sum(visitors) AS visitors FROM traffic GROUP BY 1) USING (month)
      JOIN (SELECT date_trunc('month', ts) AS month, sum(cost) AS cost FROM ads GROUP BY 1) USING (month)
      LEFT JOIN (SELECT date_trunc('month', paid_at) AS month, sum(amount) AS back FROM refunds GROUP BY 1) USING (month)"""),
    monthly("market", ["market_sales", "market_share"], """
      SELECT month, total, sold / total FROM (SELECT month, sum(total) AS total FROM market GROUP BY 1)
      JOIN (SELECT date_trunc('month', paid_at) AS month, sum(paid) AS sold FROM items GROUP BY 1) USING (month)"""),
    *by("refund requests", ["refund_requests", "refund_requests_open"], "count(*), nullif(count(*) FILTER (status = '退款处理中'), 0)", "asked",
        dimensions=[("refund_request__reason", "reason")]),
    *by("unpaid balances", ["presale_balance"], "sum(balance)", "presales", dimensions=[("store", "store")]),
    *by("unanswered chats", ["chats_unanswered"], "count(*) FILTER (seconds IS NULL)", "chats WHERE NOT robot", dimensions=[("store", "store")]),
    *by("promised shipments", ["shipments_due"], "count(*)", "sales WHERE promised < '2026-01-01'", month="promised", dimensions=[("store", "store")]),
    *as_of("2025-11-12"),
    monthly("cost of goods", ["cost_of_goods_sold"], "SELECT date_trunc('month', paid_at), sum(cost) FROM costs GROUP BY 1"),
]


def count_of(metrics):
    return dict.fromkeys(metrics, "count(*)")


def total_of(**columns):
    return {metric: f"sum(CAST({column} AS DOUBLE))" for metric, column in columns.items()}


MONEY = "sum(CAST({} AS DECIMAL(18, 4)))"

HAND = {
    **count_of(["first_time_buyers", "reactivations", "lost_customers", "cohort_customers", "cohort_orders", "mentions", "own_mentions",
                "own_positive_mentions", "own_negative_mentions", "stock_counts", "stock_counts_empty", "suggestions", "suggestions_adopted",
                "people_joined", "people_left", "refund_requests", "refund_requests_open", "shipments_due"]),
    **count_of([f"cohort_customers_observed_{n}{unit}" for n, unit, *_ in AGES]),
    **dict.fromkeys(["repeat_buyers", "cohort_buyers", *(f"cohort_retained_{n}{unit}" for n, unit, *_ in AGES)], "count(DISTINCT customer_id)"),
    **total_of(content_impressions="impressions", content_plays="plays", content_completions="completions", content_likes="likes",
               content_shares="shares", content_comments="comments", content_referral_visits="referral_visits",
               content_referral_orders="referral_orders", followers="followers", new_followers="new_followers",
               lost_followers="lost_followers", account_interactions="interactions", account_messages="messages", account_replies="replies",
               community_members="community_members", community_member_days="community_members", community_active_days="community_active_daily",
               community_monthly_days="community_active_monthly", exposure="reach", stock_on_hand="on_hand", stock_in_transit="in_transit",
               training_hours="hours"),
    "interpurchase_days": "avg(CAST(days_since_previous AS DOUBLE))",
    "cohort_margin": MONEY.format("margin"),
    "referred_customers": "count(referrer_id)",
    "content_dwell_total": "sum(CAST(dwell_seconds AS DOUBLE) * CAST(plays AS DOUBLE))",
    "stock_value": "sum(CAST(on_hand AS INTEGER) * CAST(unit_cost AS DECIMAL(18, 4)))",
    "stock_outs": "count(*) FILTER (CAST(on_hand AS INTEGER) = 0)",
    **dict.fromkeys(["booked_revenue", "booked_cost", "budgeted_revenue", "budgeted_cost"], MONEY.format("amount")),
    "suggestion_benefit": MONEY.format("benefit"),
    "training_score": "avg(CAST(score AS DOUBLE))",
    "ces": "avg(CAST(score AS DOUBLE))",
    "content_quality": "avg((CAST(originality AS DOUBLE) + CAST(appeal AS DOUBLE) + CAST(emotional_resonance AS DOUBLE)) / 3)",
    "low_yield_cost": "sum(CASE WHEN CAST(platform_revenue AS DECIMAL(18, 4)) < CAST(cost AS DECIMAL(18, 4)) THEN CAST(cost AS DECIMAL(18, 4)) ELSE 0 END)",
    "crisis_response_minutes": "avg(epoch(CAST(first_replied_at AS TIMESTAMP)) - epoch(CAST(opened_at AS TIMESTAMP))) / 60",
    "delivery_transit_hours": "avg(epoch(CAST(delivered_at AS TIMESTAMP)) - epoch(CAST(shipped_at AS TIMESTAMP))) / 3600",
    "cost_of_goods_sold": "sum(CAST(quantity AS INTEGER) * CAST(unit_cost AS DECIMAL(18, 4)))",
    "market_sales": MONEY.format("total"),
    # By hand only: the demo has none, so there is nothing to add up.
    "store_rating": "avg(CAST(value AS DOUBLE))",
    "brand_cooperations": "sum(CAST(value AS DOUBLE))",
    "presale_balance": " - ".join(map(MONEY.format, ["list_amount", "discount", "deposit"])),
    "chats_unanswered": "count(*) FILTER (replied = 'false')",
}


def ratio(a, b):
    return [a, b], lambda x, y: x / y


def loss(a, b):
    return [a, b], lambda x, y: 1 - x / y


def same(metric):
    return [metric], lambda value: value


COMBINED = {
    "repurchase_rate": ratio("repeat_buyers", "buyers"),
    **{f"retention_{n}{unit}": ratio(f"cohort_retained_{n}{unit}", f"cohort_customers_observed_{n}{unit}") for n, unit, *_ in AGES},
    "low_yield_share": ratio("low_yield_cost", "ad_cost"),
    "activated_to_date": same("reactivations"),
    "lost_to_date": same("lost_customers"),
    "active_customers": (["reactivations", "lost_customers"], lambda came, left: came - left),
    "ltv_to_date": ratio("cohort_margin", "cohort_customers"),
    "cac": ratio("ad_cost", "first_time_buyers"),
    "ltv_cac": (["cohort_margin", "cohort_customers", "ad_cost", "first_time_buyers"], lambda m, n, cost, first: m / n / (cost / first)),
    "referral_share": ratio("referred_customers", "new_customers"),
    "content_interaction_rate": (["content_shares", "content_comments", "content_impressions"], lambda s, c, shown: (s + c) / shown),
    "content_share_rate": ratio("content_shares", "content_impressions"),
    "content_completion_rate": ratio("content_completions", "content_plays"),
    "content_dwell": ratio("content_dwell_total", "content_plays"),
    "content_referral_rate": ratio("content_referral_orders", "content_referral_visits"),
    "content_value_index": (
        ["content_completions", "content_plays", "content_referral_orders", "content_referral_visits"],
        lambda done, played, orders, visits: done / played * (orders / visits),
    ),
    "community_activity": ratio("community_active_days", "community_member_days"),
    "community_stickiness": ratio("community_active_days", "community_monthly_days"),
    "message_reply_rate": ratio("account_replies", "account_messages"),
    "share_of_voice": ratio("own_mentions", "mentions"),
    "sentiment": (["own_positive_mentions", "own_negative_mentions", "own_mentions"], lambda good, bad, n: (good - bad) / n),
    "stock_out_rate": ratio("stock_counts_empty", "stock_counts"),
    "units_sold_30d": same("units_sold"),
    "stock_cover_days": (["stock_on_hand", "units_sold"], lambda units, sold: units / (sold / 30)),
    "inventory_turnover": ratio("cost_of_goods_sold", "stock_value"),
    "booked_profit": (["booked_revenue", "booked_cost"], lambda r, c: r - c),
    "booked_margin": (["booked_revenue", "booked_cost"], lambda r, c: (r - c) / r),
    "budget_use": ratio("booked_cost", "budgeted_cost"),
    "budget_deviation": (["booked_cost", "budgeted_cost"], lambda c, b: c / b - 1),
    "suggestion_adoption_rate": ratio("suggestions_adopted", "suggestions"),
    "cart_abandonment": loss("site_purchases", "site_cart_visits"),
    "checkout_abandonment": loss("site_purchases", "site_checkouts"),
    "loss_visit_to_cart": loss("site_cart_visits", "visits"),
    "loss_cart_to_checkout": loss("site_checkouts", "site_cart_visits"),
    "order_conversion": ratio("paid_orders", "visitor_days"),
    "activity_roi": (["margin_before_refunds", "refund_amount_by_payment", "ad_cost"], lambda m, back, cost: (m - back - cost) / cost),
    "market_share": ratio("product_sales", "market_sales"),
    "joined_to_date": same("people_joined"),
    "left_to_date": same("people_left"),
    "headcount": (["people_joined", "people_left"], lambda joined, left: joined - left),
    # The second input of a name, `#2`, is the same metric over another time.
    "new_customer_growth": (["first_time_buyers", "first_time_buyers#2"], lambda now, before: now / before - 1),
    "skill_growth": (["training_score", "training_score#2"], lambda now, before: now - before),
    "churn_rate": (
        ["lost_customers", "reactivations", "lost_customers#2", "reactivations#2"],
        lambda lost, came, left, now: lost / (came - left - now + lost),
    ),
    "talent_retention": (
        ["people_left", "people_joined", "people_left#2", "people_joined#2"],
        lambda lost, came, left, now: 1 - lost / (came - left - now + lost),
    ),
}
