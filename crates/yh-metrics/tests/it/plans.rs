//! SQL of the shop's questions, and the questions that are refused.

use yh_metrics::*;

use crate::shop::{catalog, query};

fn sql(question: &MetricQuery) -> String {
    plan(&catalog(), question, &Access::all()).expect("answerable").sql
}

#[test]
fn sum_by_month_tests_the_range_on_the_stored_instant() {
    let question = MetricQuery {
        start_time: Some("2024-05-01".to_owned()),
        end_time: Some("2024-05-31".to_owned()),
        order: vec!["-paid_amount".to_owned()],
        ..query(&["paid_amount"], &["metric_time__month", "customer__region"])
    };
    insta::assert_snapshot!("sum_by_month", sql(&question));
}

#[test]
fn a_bound_within_a_day_keeps_its_hours_unless_days_are_grouped_by() {
    let question = |group_by: &[&str]| MetricQuery {
        start_time: Some("2024-05-01 08:00".to_owned()),
        end_time: Some("2024-05-01 11:59:59".to_owned()),
        ..query(&["paid_amount"], group_by)
    };
    let holds = |sql: String, from: &str, to: &str| {
        assert!(sql.contains(&format!(">= TIMESTAMP '{from}'")) && sql.contains(&format!("< TIMESTAMP '{to}'")), "{sql}");
    };
    holds(sql(&question(&["order__channel"])), "2024-05-01 00:00:00", "2024-05-01 04:00:00");
    holds(sql(&question(&["metric_time__day"])), "2024-04-30 16:00:00", "2024-05-01 16:00:00");
}

#[test]
fn distinct_from_keeps_to_its_right_side() {
    let question = |filter: &str| MetricQuery { where_: vec![filter.to_owned()], ..query(&["orders"], &[]) };
    let text = sql(&question("(order__channel IS DISTINCT FROM 'app') AND order__channel <> 'web'"));
    assert!(text.contains("IS DISTINCT FROM 'app') AND"), "{text}");
    let (catalog, _) = crate::shop::load(crate::shop::MODELS);
    let error = plan(&catalog, &question("order__channel IS DISTINCT FROM 'app' AND order__channel <> 'web'"), &Access::all());
    assert!(error.is_err_and(|error| error.to_string().contains("parentheses")));
}

#[test]
fn metrics_of_one_table_share_one_scan() {
    insta::assert_snapshot!("one_scan", sql(&query(&["orders", "buyers"], &["order__channel"])));
}

#[test]
fn growth_joins_the_spine() {
    let question = MetricQuery {
        start_time: Some("2024-01-01".to_owned()),
        end_time: Some("2024-03-31".to_owned()),
        ..query(&["paid_amount_growth"], &["metric_time__month"])
    };
    insta::assert_snapshot!("growth", sql(&question));
}

#[test]
fn running_total_of_the_year() {
    let question = MetricQuery {
        start_time: Some("2024-01-01".to_owned()),
        end_time: Some("2024-03-31".to_owned()),
        ..query(&["paid_amount_ytd"], &["metric_time__day"])
    };
    insta::assert_snapshot!("year_to_date", sql(&question));
}

#[test]
fn every_scan_carries_its_row_filter() {
    let access = Access {
        rows: vec![
            RowFilter { dataset: "orders".into(), column: "channel".into(), values: vec!["app".into(), "o'web".into()] },
            RowFilter { dataset: "customers".into(), column: "region".into(), values: vec![] },
        ],
        masked: vec![],
    };
    let plan = plan(&catalog(), &query(&["average_order_value"], &["customer__region"]), &access).expect("answerable");
    insta::assert_snapshot!("row_filters", plan.sql);
    assert_eq!(plan.tables, ["customers", "orders"]);
}

#[test]
fn masked_columns_cannot_be_reached() {
    let access = Access { rows: vec![], masked: vec![MaskedColumn { dataset: "customers".into(), column: "region".into() }] };
    let by = plan(&catalog(), &query(&["orders"], &["customer__region"]), &access);
    assert_eq!(by.expect_err("masked").code, ErrorCode::Masked);
    let filtered = MetricQuery { where_: vec!["customer__region = 'x'".into()], ..query(&["orders"], &[]) };
    assert_eq!(plan(&catalog(), &filtered, &access).expect_err("masked").code, ErrorCode::Masked);
}

#[track_caller]
fn refused(question: MetricQuery, code: ErrorCode, hint: &str) {
    let error = plan(&catalog(), &question, &Access::all()).expect_err("refused");
    assert_eq!(error.code, code, "{error:?}");
    assert!(error.hint.as_deref().unwrap_or_default().contains(hint), "{error:?}");
}

#[test]
fn refusals_say_what_to_do() {
    refused(query(&["paid_amont"], &[]), ErrorCode::UnknownMetric, "`paid_amount`");
    refused(query(&["orders"], &["order__chanel"]), ErrorCode::UnknownDimension, "`order__channel`");
    refused(query(&["paid_amount_ytd"], &[]), ErrorCode::TimeRequired, "metric_time");
    refused(query(&["orders"], &["metric_time__minute"]), ErrorCode::UnknownGrain, "hour");
    let filter = |text: &str| MetricQuery { where_: vec![text.to_owned()], ..query(&["orders"], &[]) };
    refused(filter("order__channel = (SELECT 1)"), ErrorCode::BadFilter, "");
    refused(filter("pg_sleep(9) = 1"), ErrorCode::BadFilter, "");
    refused(filter(&vec!["1 = 1"; 600].join(" AND ")), ErrorCode::BadFilter, "");
    refused(filter(&format!("{}1{} = 1", "(".repeat(400), ")".repeat(400))), ErrorCode::BadFilter, "");
    let order = MetricQuery { order: vec!["buyers".into()], ..query(&["orders"], &[]) };
    refused(order, ErrorCode::BadOrder, "");
}

#[test]
fn unsafe_questions_are_refused() {
    refused(query(&["regions"], &["order__channel"]), ErrorCode::FanOut, "finer table");
    refused(query(&["regions"], &["visit__source"]), ErrorCode::NoJoinPath, "customer");
    let filtered = |filter: &str| MetricQuery { where_: vec![filter.to_owned()], ..query(&["regions"], &[]) };
    refused(filtered("visit__source = 'search'"), ErrorCode::UnreachableFilter, "customer");
    refused(query(&["visitors"], &[]), ErrorCode::UnsafeReaggregation, "metric_time__day");
    refused(query(&["visitors"], &["metric_time__month"]), ErrorCode::UnsafeReaggregation, "metric_time__day");
    assert!(plan(&catalog(), &query(&["visitors"], &["metric_time__day"]), &Access::all()).is_ok());
    let day = Some("2024-05-01".to_owned());
    let one_day = MetricQuery { start_time: day.clone(), end_time: day, ..query(&["visitors"], &["visit__source"]) };
    assert!(plan(&catalog(), &one_day, &Access::all()).is_ok());
}

#[test]
fn filter_errors_have_a_place() {
    let question = MetricQuery { where_: vec!["order__channel = 'a' AND order__nope = 1".to_owned()], ..query(&["orders"], &[]) };
    let error = plan(&catalog(), &question, &Access::all()).expect_err("refused");
    assert_eq!(error.position, Some((1, 26)));
}

#[test]
fn rows_of_a_cell_show_source_columns() {
    let question = MetricQuery {
        start_time: Some("2024-01-01".to_owned()),
        end_time: Some("2024-12-31".to_owned()),
        ..query(&["paid_amount_growth"], &["metric_time__month"])
    };
    let cell = [("metric_time__month".to_owned(), Some("2024-05-01".to_owned()))];
    let inputs = rows(&catalog(), &question, &Access::all(), "paid_amount_growth", &cell).expect("answerable");
    assert_eq!(inputs.len(), 2);
    assert_eq!(inputs[1].offsets, ["1 year earlier"]);
    assert_eq!(inputs[1].range.map(|r| r.start.to_string()).as_deref(), Some("2023-05-01T00:00:00"));
    insta::assert_snapshot!("rows_a_year_ago", inputs[1].sql);
}
