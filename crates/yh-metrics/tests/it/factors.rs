//! Factors of a metric: declared ones are checked by identity, others read off the definition.

use yh_metrics::{Formula, factors};

use crate::shop;

/// Gives the shop's paid amount some factors and lists the issues as `line:column code`.
fn declared(text: &str) -> (yh_metrics::Catalog, Vec<String>) {
    let models = shop::MODELS.replace("direction: higher, class: result}", &format!("direction: higher, class: result, factors: {text}}}"));
    let (catalog, issues) = shop::load(&models);
    (catalog, issues.iter().map(|i| format!("{}:{} {}", i.line, i.column, i.code)).collect())
}

#[test]
fn factors_that_make_up_the_metric_are_taken() {
    for text in ["orders * average_order_value", "average_order_value * orders", "buyers * (orders / buyers) * average_order_value"] {
        let (catalog, issues) = declared(text);
        assert!(issues.is_empty(), "{text}: {issues:?}");
        let found = factors(&catalog, "paid_amount").expect("declared");
        assert!(found.declared && matches!(found.formula, Formula::Product(_)), "{text}");
    }
}

#[test]
fn factors_that_do_not_are_refused_with_their_place() {
    for (text, code) in [
        ("orders * buyers", "bad-expression"),
        ("orders + average_order_value", "bad-expression"),
        ("orders * average_order_value * 2", "bad-expression"),
        ("paid_amount * 1", "bad-expression"),
        ("orders", "bad-expression"),
        ("orders * average_order_valu", "unknown-metric"),
        ("coalesce(orders) * average_order_value", "bad-expression"),
        ("orders *", "bad-expression"),
    ] {
        let (_, issues) = declared(text);
        assert_eq!(issues.len(), 1, "{text}: {issues:?}");
        assert!(issues[0].starts_with("26:") && issues[0].ends_with(code), "{text}: {issues:?}");
    }
}

#[test]
fn ratios_and_plain_derived_metrics_have_factors_of_their_own() {
    let catalog = shop::catalog();
    let shown = |name: &str| factors(&catalog, name).map(|found| found.formula.to_string());
    assert_eq!(shown("average_order_value").as_deref(), Some("paid_amount ÷ orders"));
    assert_eq!(shown("paid_amount"), None);
    // It reads its input a year before as well: that is no metric that can be asked for.
    assert_eq!(shown("paid_amount_growth"), None);
}
