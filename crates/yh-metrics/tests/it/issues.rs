//! Every problem is listed with its place and what to do.

use yh_metrics::*;

use crate::shop;

/// Appends metrics to the shop and compares `line:column code` of all issues.
#[track_caller]
fn check(metrics: &str, expected: &[&str]) {
    let base = "models:\n  - name: orders\n    semantic_model: true\n    agg_time_dimension: paid_at\n    columns:\n      - {name: paid_at, granularity: hour, dimension: time}\n      - {name: order_id, entity: {type: primary, name: order}}\n      - {name: channel, dimension: categorical}\n    metrics:\n";
    let (_, issues) = shop::load(&format!("{base}{metrics}"));
    let found: Vec<String> = issues.iter().map(|i| format!("{}:{} {}", i.line, i.column, i.code)).collect();
    assert_eq!(found, expected, "{issues:#?}");
}

#[test]
fn unknown_key_suggests_the_nearest() {
    let (_, issues) = shop::load("models:\n  - name: orders\n    metrcs: []\n");
    assert_eq!(issues.len(), 1);
    let said = "models/shop.yaml:3:5: error[unknown-key]: `metrcs` is not a key of a model\n    hint: did you mean `metrics`?";
    assert_eq!(issues[0].to_string(), said);
}

#[test]
fn a_metric_asked_by_another_of_its_words_is_pointed_to() {
    let (catalog, _) = shop::load(&shop::MODELS.replace("class: result}", "class: result, synonyms: [成交额, GMV]}"));
    for word in ["gmv", "GMV", "成交额", "支付金额", "paid amount", "paid_amuont"] {
        assert_eq!(catalog.likely_metric(word), Some("paid_amount"), "{word}");
    }
    assert_eq!(catalog.likely_metric("churn"), None);
}

#[test]
fn places_of_metric_problems() {
    check("      - {name: a, agg: sum, expr: paid}\n      - {name: a, agg: sum, expr: paid}\n", &["11:16 duplicate-name"]);
    check(
        "      - {name: a, agg: summ, expr: paid}\n",
        &["10:24 unknown-value", "10:9 missing-key"].iter().rev().copied().collect::<Vec<_>>(),
    );
    check("      - {name: a, agg: sum, expr: payd}\n", &["10:35 unknown-column"]);
    check("      - {name: a, agg: sum, expr: paid, filter: order__chanel = 1}\n", &["10:49 unknown-dimension"]);
    check("      - {name: b, type: ratio, numerator: a, denominator: b}\n", &["10:43 unknown-metric"]);
}

#[test]
fn several_problems_of_one_file_are_all_listed() {
    let (catalog, issues) = shop::load(
        "models:\n  - name: order\n    columns:\n      - name: x\n        dimension: categoricl\nmetrics:\n  - name: a\n    type: derived\n    expr: b\n    input_metrics: [b]\n",
    );
    let codes: Vec<&str> = issues.iter().map(|i| i.code.as_str()).collect();
    assert_eq!(codes, ["unknown-dataset", "unknown-value", "unknown-metric"], "{issues:#?}");
    assert!(catalog.model("order").is_some());
}

#[test]
fn tabs_and_broken_files_are_one_issue_each() {
    let files =
        [("tab.yaml", "models:\n\t- name: orders\n"), ("cut.yaml", "models: [{name: orders"), ("good.yaml", "models: [{name: customers}]")];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let (catalog, issues) = load_project(&files, &shop::datasets(), &ProjectSettings::default());
    let codes: Vec<(&str, &str)> = issues.iter().map(|i| (i.path.as_str(), i.code.as_str())).collect();
    assert_eq!(codes, [("cut.yaml", "yaml"), ("tab.yaml", "yaml")], "{issues:#?}");
    assert!(catalog.model("customers").is_some());
}

#[test]
fn alias_bombs_are_refused() {
    let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (from, to) in ('a'..'j').zip('b'..='j') {
        bomb.push_str(&format!("{to}: &{to} [{}]\n", vec![format!("*{from}"); 9].join(", ")));
    }
    let (_, issues) = shop::load(&bomb);
    assert_eq!(issues.len(), 1, "{issues:#?}");
    assert_eq!(issues[0].code, "yaml");
}
