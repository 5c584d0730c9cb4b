//! What one question may ask for: counts, depth, and texts that multiply.

use yh_metrics::*;

use crate::shop::{catalog, query};

fn refused(question: &MetricQuery) -> QueryError {
    plan(&catalog(), question, &Access::all()).expect_err("more than a question may ask for")
}

fn with_filter(filter: String) -> MetricQuery {
    MetricQuery { where_: vec![filter], ..query(&["orders"], &["order__channel"]) }
}

#[test]
fn counts_over_a_limit_are_refused_under_its_setting() {
    let filters = |n| MetricQuery { where_: vec!["order__channel = 'app'".to_owned(); n], ..query(&["orders"], &[]) };
    assert!(plan(&catalog(), &filters(200), &Access::all()).is_ok());
    let long = "x".repeat(5_000);
    for (question, setting) in [
        (filters(201), "limits.filters"),
        (query(&["orders"; 51], &[]), "limits.metrics"),
        (query(&["orders"], &["order__channel"; 21]), "limits.groups"),
        (query(&[&long], &[]), "limits.name_characters"),
    ] {
        let error = refused(&question);
        assert_eq!(error.code, ErrorCode::QuestionLimit);
        assert!(error.hint.as_deref().is_some_and(|hint| hint.contains(setting)), "{error:?}");
    }
}

#[test]
fn a_raised_limit_counts() {
    let mut catalog = catalog();
    catalog.limits.filters = 300;
    let question = MetricQuery { where_: vec!["order__channel = 'app'".to_owned(); 250], ..query(&["orders"], &[]) };
    assert!(plan(&catalog, &question, &Access::all()).is_ok());
    catalog.limits.depth = 4;
    let error = plan(&catalog, &with_filter(format!("{}1{} = 1", "abs(".repeat(5), ")".repeat(5))), &Access::all());
    assert!(error.is_err_and(|error| error.to_string().contains("limits.depth")));
}

#[test]
fn nested_calls_are_planned_or_refused_at_once() {
    let started = std::time::Instant::now();
    for depth in [30, 32, 33, 60, 200] {
        let filter = format!("{}order__channel{} = 'app'", "lower(".repeat(depth), ")".repeat(depth));
        assert_eq!(plan(&catalog(), &with_filter(filter), &Access::all()).is_ok(), depth <= 12, "lower at most doubles a text: {depth}");
        let filter = format!("{}length(order__channel){} > 0", "abs(".repeat(depth - 1), ")".repeat(depth - 1));
        assert_eq!(plan(&catalog(), &with_filter(filter), &Access::all()).is_ok(), depth <= 32, "{depth}");
    }
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

#[test]
fn rows_of_conditions_are_written_without_deep_nesting() {
    let row = vec!["order__channel = 'a'"; 120].join(" OR ");
    let sql = plan(&catalog(), &with_filter(row), &Access::all()).expect("a row of conditions").sql;
    let deepest = sql.chars().scan(0_i32, |depth, c| {
        *depth += i32::from(c == '(') - i32::from(c == ')');
        Some(*depth)
    });
    assert!(deepest.max().is_some_and(|deepest| (2..10).contains(&deepest)), "{sql}");
}

#[test]
fn a_divisor_of_zero_is_no_value() {
    for (filter, rendered) in [
        ("5 % 0 = 1", "5 % NULLIF(0, 0)"),
        ("mod(1, 0) = 1", "1 % NULLIF(0, 0)"),
        ("5 % length(order__channel) = 1", "NULLIF(character_length("),
        ("mod(length(order__channel), 2) = 1", " % 2"),
    ] {
        let sql = plan(&catalog(), &with_filter(filter.to_owned()), &Access::all()).expect("answerable").sql;
        assert!(sql.contains(rendered), "{sql}");
    }
}

#[test]
fn what_the_engine_could_only_fail_at_is_refused_in_words() {
    for (filter, words) in [
        ("date_trunc('x', metric_time) = '2025-01-01'", "there is no time unit `x`"),
        ("metric_time > INTERVAL '99999999999999 year'", "an interval of more than"),
        ("order__channel LIKE replace('%', '%', '%%%%%%') AND repeat('x', 1000000000) = 'y'", "`repeat` is not on the list"),
        ("lpad(order__channel, 1000000000) = 'y'", "`lpad` is not on the list"),
        ("order__channel = 'a\0b'", "NUL"),
    ] {
        let error = refused(&with_filter(filter.to_owned()));
        assert!(error.to_string().contains(words), "{error}");
    }
}
