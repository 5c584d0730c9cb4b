"""Comparisons on the demo: base values counted on the export files, by dates written down here."""

from check import Check

SETUP = """
CREATE TABLE phases AS
  SELECT promotion, phase, CAST(year AS INTEGER) AS year, CAST(starts_at AS TIMESTAMP) AS starts, CAST(ends_at AS TIMESTAMP) AS ends
  FROM read_csv('{data}/promotions.csv', all_varchar = true) WHERE platform = '天猫';
-- An answer has no row for a day or hour without sales of its own.
CREATE TABLE own_days AS SELECT DISTINCT CAST(paid_at AS DATE) AS day FROM sales;
CREATE TABLE targets AS
  SELECT metric, period, coalesce(segment, '') AS segment, CAST(target AS DOUBLE) AS target
  FROM read_csv('{data}/targets.csv', all_varchar = true);
CREATE TABLE benchmarks AS
  SELECT metric, segment, period, CAST(value AS DOUBLE) AS value, percentile FROM read_csv('{data}/benchmarks.csv', all_varchar = true);
CREATE TABLE phase_pairs AS
  SELECT n.promotion, n.phase, n.starts, n.ends, b.starts AS base_starts, b.ends AS base_ends
  FROM phases n JOIN phases b ON b.promotion = n.promotion AND b.phase = n.phase AND b.year = n.year - 1;
-- Which minute of this year each minute of last year stands for.
CREATE TABLE phase_minutes AS
  SELECT promotion, unnest(generate_series(base_starts, base_ends - INTERVAL 1 MINUTE, INTERVAL 1 MINUTE)) AS base, starts, base_starts, ends FROM phase_pairs;
CREATE TABLE phase_map AS
  SELECT promotion, base, CAST(starts + (base - base_starts) AS DATE) AS shown FROM phase_minutes WHERE starts + (base - base_starts) < ends;
"""

MONEY = ["paid_amount", "buyers", "average_order_value"]
SUMS = "sum(paid), count(DISTINCT customer), sum(paid) / count(*)"


def columns(metrics, suffix):
    return [f"{metric}__{suffix}" for metric in metrics]


def shifted(name, compare, grain, start, end, sql, metrics=MONEY):
    return Check(name=name, metrics=metrics, columns=columns(metrics, compare), compare=[compare], group_by=[f"metric_time__{grain}"], start=start, end=end, sql=sql)


def by_days(start, end, base):
    """Days of a range with the sums of the day that `base` gives."""
    return f"""
      WITH days AS (SELECT CAST(unnest(generate_series(TIMESTAMP '{start}', TIMESTAMP '{end}', INTERVAL 1 DAY)) AS DATE) AS day)
      SELECT CAST(day AS TIMESTAMP), {SUMS.replace('count(DISTINCT customer)', 'nullif(count(DISTINCT customer), 0)').replace('count(*)', 'nullif(count(paid), 0)')}
      FROM days SEMI JOIN own_days USING (day) LEFT JOIN sales ON CAST(paid_at AS DATE) = {base} GROUP BY 1
    """


def promotion_by_day(start, end, promotion):
    return f"""
      WITH days AS (SELECT shown AS day FROM phase_map WHERE promotion = '{promotion}' GROUP BY 1 HAVING count(*) = 1440),
           based AS (SELECT m.shown AS day, s.* FROM sales s JOIN phase_map m ON m.promotion = '{promotion}' AND m.base = date_trunc('minute', s.paid_at)),
           asked AS (SELECT CAST(unnest(generate_series(TIMESTAMP '{start}', TIMESTAMP '{end}', INTERVAL 1 DAY)) AS DATE) AS day)
      SELECT CAST(day AS TIMESTAMP), v.* EXCLUDE (day) FROM asked SEMI JOIN own_days USING (day) LEFT JOIN
        (SELECT day, {SUMS} FROM based SEMI JOIN days USING (day) GROUP BY 1) v USING (day)
    """


TEN = "make_date(year(paid_at), month(paid_at), CASE WHEN day(paid_at) <= 10 THEN 1 WHEN day(paid_at) <= 20 THEN 11 ELSE 21 END)"
DOUBLE_11 = "paid_at >= '{}' AND paid_at < '{}'"

CHECKS = [
    # The first lunar month: 30 days from 2025-01-29, 29 days from 2024-02-10; the 30th meets the 29th.
    shifted(
        "the first lunar month by day", "year_ago_lunar", "day", "2025-01-29", "2025-02-27",
        by_days("2025-01-29", "2025-02-27", "least(DATE '2024-02-10' + CAST(day - DATE '2025-01-29' AS INTEGER), DATE '2024-03-09')"),
    ),
    Check(
        name="the fifteen days of Spring Festival", metrics=MONEY, columns=columns(MONEY, "year_ago_lunar"), compare=["year_ago_lunar"],
        start="2025-01-29", end="2025-02-12",
        sql=f"SELECT {SUMS} FROM sales WHERE paid_at >= '2024-02-10' AND paid_at < '2024-02-25'",
    ),
    shifted("a year ago by weekday", "year_ago_weekday", "day", "2025-11-01", "2025-11-30", by_days("2025-11-01", "2025-11-30", "day - 364")),
    shifted("the same weekday of last week", "previous_weekday", "day", "2025-11-01", "2025-11-30", by_days("2025-11-01", "2025-11-30", "day - 7")),
    shifted(
        "months a year ago by weekday", "year_ago_weekday", "month", "2025-01-01", "2025-12-31",
        f"SELECT date_trunc('month', paid_at + INTERVAL 364 DAY) AS month, {SUMS} FROM sales WHERE year(paid_at + INTERVAL 364 DAY) = 2025 GROUP BY 1",
    ),
    shifted("days of Singles' Day by phase and hour", "promotion", "day", "2025-10-09", "2025-11-14", promotion_by_day("2025-10-09", "2025-11-14", "双11")),
    shifted("days of 618 by phase and hour", "promotion", "day", "2025-05-06", "2025-06-21", promotion_by_day("2025-05-06", "2025-06-21", "618")),
    Check(
        name="Singles' Day to date", metrics=MONEY, columns=columns(MONEY, "promotion"), compare=["promotion:双11@天猫"],
        start="2025-10-09", end="2025-11-11",
        sql=f"SELECT {SUMS} FROM sales WHERE paid_at >= '2024-10-08' AND paid_at < '2024-11-12'",
    ),
    Check(
        name="hours of Singles' Day", metrics=["paid_amount"], columns=["paid_amount__promotion"], compare=["promotion:双11"],
        group_by=["metric_time__hour"], start="2025-11-10", end="2025-11-11",
        # Every hour in which either year sold something.
        sql="""
          WITH own AS (SELECT DISTINCT date_trunc('hour', paid_at) AS hour FROM sales),
               base AS (SELECT date_trunc('hour', paid_at) + INTERVAL 365 DAY AS hour, sum(paid) AS paid FROM sales GROUP BY 1)
          SELECT hour, paid FROM own FULL JOIN base USING (hour) WHERE hour >= '2025-11-10' AND hour < '2025-11-12'
        """,
    ),
    # Advertising is kept by day: a day belongs to the phase at its noon.
    Check(
        name="advertising of Singles' Day by day", metrics=["ad_cost"], columns=["ad_cost__promotion"], compare=["promotion:双11"],
        group_by=["metric_time__day"], start="2025-11-01", end="2025-11-14",
        sql="SELECT ts + INTERVAL 365 DAY, sum(cost) FROM ads WHERE ts BETWEEN '2024-11-01' AND '2024-11-14' GROUP BY 1",
    ),
    Check(
        name="ten days", metrics=MONEY, group_by=["metric_time__ten_day"], start="2025-01-05", end="2025-04-25",
        sql=f"SELECT CAST({TEN} AS TIMESTAMP), {SUMS} FROM sales WHERE paid_at >= '2025-01-01' AND paid_at < '2025-05-01' GROUP BY 1",
    ),
    shifted(
        "ten days against those before", "previous", "ten_day", "2025-02-01", "2025-03-31",
        f"""WITH tens AS (SELECT {TEN} AS ten, {SUMS} FROM sales WHERE paid_at >= '2025-01-21' AND paid_at < '2025-04-01' GROUP BY 1)
            SELECT CAST(lead(ten) OVER (ORDER BY ten) AS TIMESTAMP), * EXCLUDE (ten) FROM tens QUALIFY lead(ten) OVER (ORDER BY ten) IS NOT NULL""",
    ),
    shifted(
        "half-years a year ago", "year_ago", "half_year", "2025-01-01", "2025-12-31",
        f"SELECT CASE WHEN month(paid_at) > 6 THEN TIMESTAMP '2025-07-01' ELSE TIMESTAMP '2025-01-01' END, {SUMS} FROM sales WHERE year(paid_at) = 2024 GROUP BY 1",
    ),
    # The data end on a Wednesday: the last week meets Monday to Wednesday of the week before.
    shifted(
        "weeks against those before, the last one partial", "previous", "week", "2025-12-08", "2026-01-04",
        f"""SELECT date_trunc('week', paid_at) + INTERVAL 7 DAY, {SUMS} FROM sales
            WHERE paid_at >= '2025-12-01' AND paid_at < '2025-12-25' GROUP BY 1""",
    ),
    shifted(
        "days a year ago around the leap day", "year_ago", "day", "2025-02-25", "2025-03-03",
        f"SELECT date_trunc('day', paid_at) + INTERVAL 1 YEAR, {SUMS} FROM sales WHERE paid_at >= '2024-02-25' AND paid_at < '2024-03-04' AND CAST(paid_at AS DATE) <> '2024-02-29' GROUP BY 1",
    ),
    Check(
        name="another channel by month", metrics=MONEY, columns=columns(MONEY, "segment_直播"), compare=["segment:order__channel=直播"],
        where=["{{ Dimension('order__channel') }} = '搜索'"], group_by=["metric_time__month"], start="2025-01-01", end="2025-12-31",
        sql=f"SELECT date_trunc('month', paid_at), {SUMS} FROM sales WHERE year(paid_at) = 2025 AND channel = '直播' GROUP BY 1",
    ),
    Check(
        name="targets of quarters from their months", metrics=["paid_amount"],
        columns=["paid_amount__target", "paid_amount__attainment", "paid_amount__gap", "paid_amount__planned"], compare=["target"],
        group_by=["metric_time__quarter"], start="2025-01-01", end="2025-12-31",
        sql="""
          SELECT quarter, target, paid / target, target - paid, target
          FROM (SELECT date_trunc('quarter', CAST(period || '-01' AS TIMESTAMP)) AS quarter, sum(target) AS target FROM targets
                WHERE metric = 'paid_amount' AND segment = '' AND period LIKE '2025-__' GROUP BY 1)
          JOIN (SELECT date_trunc('quarter', paid_at) AS quarter, sum(paid) AS paid FROM sales GROUP BY 1) USING (quarter)
        """,
    ),
    *[
        Check(
            name=f"conversion against the industry, percentile {percentile}", metrics=["buyer_conversion"], columns=[f"buyer_conversion__{column}"],
            compare=[compare], group_by=["metric_time__month", "store__platform"], start="2025-01-01", end="2025-12-31",
            sql=f"""
              SELECT CAST(period || '-01' AS TIMESTAMP), segment, value FROM benchmarks
              WHERE metric = 'buyer_conversion' AND segment <> '全部' AND percentile = '{percentile}' AND period LIKE '2025-%'
              UNION ALL SELECT month, '自有', NULL FROM (SELECT unnest(generate_series(TIMESTAMP '2025-01-01', TIMESTAMP '2025-12-01', INTERVAL 1 MONTH)) AS month)
            """,
        )
        for percentile, compare, column in [("50", "benchmark", "benchmark"), ("90", "benchmark:top10", "benchmark_top10")]
    ],
    *[
        Check(
            name=f"{metric} against {compare}", metrics=[metric], columns=[f"{metric}__{column}"], compare=[compare],
            group_by=["metric_time__month"], start="2025-01-01", end="2025-12-31",
            sql=f"""
              SELECT CAST(period || '-01' AS TIMESTAMP), value FROM benchmarks
              WHERE metric = '{metric}' AND segment = '全部' AND {which} AND period LIKE '2025-%'
            """,
        )
        for metric in ["buyer_conversion", "refund_rate"]
        for compare, column, which in [
            ("benchmark", "benchmark", "percentile = '50'"), ("benchmark:top10", "benchmark_top10", "percentile = '90'"),
            ("benchmark:top3", "benchmark_top3", "percentile IS NULL"),
        ]
    ],
]
