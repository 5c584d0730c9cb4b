//! The shared manifests load, and have the metrics that MetricFlow's own loading gives them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use yh_metrics::{Access, MetricQuery, load_manifest, plan};

fn shared() -> Option<PathBuf> {
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let root = std::env::var_os("YUNHENG_SHARED").map_or(default, PathBuf::from);
    let manifests = root.join("conformance/metricflow/kit/manifests");
    if manifests.is_dir() {
        return Some(manifests);
    }
    println!("skipped: no ../shared");
    None
}

#[test]
fn manifests_have_the_transformed_metrics() {
    let Some(folder) = shared() else { return };
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).expect("readable") {
        let path = entry.expect("readable").path();
        let Some(name) = path.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_suffix(".semantic_manifest.json")) else {
            continue;
        };
        let catalog = load_manifest(&std::fs::read_to_string(&path).expect("readable")).expect(name);
        let transformed = std::fs::read_to_string(folder.join(format!("transformed/{name}.json"))).expect("readable");
        let transformed: serde_json::Value = serde_json::from_str(&transformed).expect("json");
        let expected: BTreeSet<&str> = transformed["metrics"].as_array().expect("list").iter().filter_map(|m| m["name"].as_str()).collect();
        let found: BTreeSet<&str> = catalog.metrics.keys().map(String::as_str).collect();
        assert_eq!(found, expected, "{name}");
        seen += 1;
    }
    assert_eq!(seen, 16);
}

fn sql(manifest: &str, metric: &str, group_by: &[&str]) -> Option<String> {
    let path = shared()?.join(format!("{manifest}.semantic_manifest.json"));
    let catalog = load_manifest(&std::fs::read_to_string(path).expect("readable")).expect("loads");
    let group_by = group_by.iter().map(|name| (*name).to_owned()).collect();
    let query = MetricQuery { metrics: vec![metric.to_owned()], group_by, ..MetricQuery::default() };
    Some(plan(&catalog, &query, &Access::all()).expect("planned").sql)
}

#[test]
fn a_key_on_the_way_is_read_from_the_way() {
    for group_by in
        [["account_id__customer_id__country", "account_id__customer_id"], ["account_id__customer_id", "account_id__customer_id__country"]]
    {
        let Some(sql) = sql("multi_hop_join_manifest", "txn_count", &group_by) else { return };
        assert_eq!(sql.matches("bridge_table").count(), 1, "{sql}");
    }
}

#[test]
fn a_monthly_measure_meets_each_month_of_the_spine_once() {
    let Some(sql) = sql("extended_date_manifest", "trailing_3_months_bookings", &["metric_time__month"]) else { return };
    assert!(sql.contains("SELECT DISTINCT"), "{sql}");
}
