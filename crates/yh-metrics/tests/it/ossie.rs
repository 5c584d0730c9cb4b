//! The way to Ossie and back.

use yh_metrics::{Access, Catalog, DatasetSchema, MetricQuery, ProjectSettings, export_ossie, import_ossie, load_project, plan};

use crate::shop::{self, MODELS};

fn shop_files() -> Vec<(String, String)> {
    vec![("models/shop.yaml".to_owned(), MODELS.to_owned())]
}

fn template_files() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/shop/models");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the template's models")
        .map(|entry| entry.expect("readable").path())
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("text")))
        .collect();
    files.sort();
    files
}

/// What every metric and model means, without places and revisions.
fn meaning(catalog: &Catalog) -> Vec<String> {
    let metrics = catalog.metrics.values().map(|m| {
        format!(
            "{} {:?} {:?} {} {:?} {:?} {:?} {:?} {:?} {:?}",
            m.name, m.label, m.synonyms, m.description, m.unit, m.format, m.direction, m.kind, m.filter, m.owner
        )
    });
    let mut models: Vec<String> = catalog
        .models
        .iter()
        .map(|m| format!("{} {} {:?} {:?} {:?}", m.name, m.table, m.entities, m.dimensions, m.agg_time_dimension))
        .collect();
    models.sort();
    metrics.chain(models).collect()
}

fn round_trip(files: &[(String, String)], datasets: &[DatasetSchema]) {
    let load = |files: &[(String, String)]| load_project(files, datasets, &ProjectSettings::default());
    let (before, issues) = load(files);
    let out = export_ossie("shop", &before, files).expect("exported");
    let back = import_ossie("shop.ossie.yaml", &out.text).expect("imported");
    assert!(back.notes.is_empty(), "{:?}", back.notes);
    let (after, again) = load(&[("models/shop.yaml".to_owned(), back.text)]);
    for (before, after) in meaning(&before).iter().zip(meaning(&after)) {
        assert_eq!(*before, after);
    }
    assert_eq!((before.metrics.len(), before.models.len()), (after.metrics.len(), after.models.len()));
    assert_eq!(issues.len(), again.len());
    // The same SQL over the same facts is the same answer.
    for name in before.metrics.keys() {
        let query = MetricQuery { metrics: vec![name.clone()], group_by: vec!["metric_time__month".to_owned()], ..MetricQuery::default() };
        let sql = |catalog: &Catalog| plan(catalog, &query, &Access::all()).map(|plan| plan.sql).map_err(|error| error.to_string());
        assert_eq!(sql(&before), sql(&after), "{name}");
    }
}

#[test]
fn the_shop_comes_back_as_it_was() {
    round_trip(&shop_files(), &shop::datasets());
}

#[test]
fn the_template_comes_back_as_it_was() {
    // Without schemas: any column is taken as it is named.
    round_trip(&template_files(), &[]);
    let (catalog, _) = load_project(&template_files(), &[], &ProjectSettings::default());
    assert_eq!(catalog.metrics["net_revenue"].synonyms[0], "净收入");
}

#[test]
fn other_tools_read_expressions_and_are_told_what_is_missing() {
    let out = export_ossie("shop", &shop::catalog(), &shop_files()).expect("exported");
    insta::assert_snapshot!("ossie_notes", out.notes.join("\n"));
    let read: serde_json::Value = serde_saphyr::from_str(&out.text).expect("YAML");
    let model = &read["semantic_model"][0];
    let expression = |name: &str| {
        let metrics = model["metrics"].as_array().expect("metrics");
        let metric = metrics.iter().find(|m| m["name"] == name).expect("known");
        metric["expression"]["dialects"][0]["expression"].as_str().expect("text").to_owned()
    };
    assert_eq!(expression("paid_amount"), r#"SUM(CASE WHEN "orders"."channel" <> 'test' THEN "orders"."paid" END)"#);
    assert!(expression("average_order_value").contains("NULLIF"));
    assert_eq!(model["relationships"][0]["to"], "customers");
}

const FOREIGN: &str = r#"
version: 0.2.0.dev0
semantic_model:
  - name: sales
    datasets:
      - name: orders
        source: sales.public.orders
        primary_key: [order_id]
        fields:
          - {name: ordered_on, expression: {dialects: [{dialect: ANSI_SQL, expression: paid_at}]}, dimension: {is_time: true}}
          - {name: channel, expression: {dialects: [{dialect: ANSI_SQL, expression: channel}]}, label: Channel}
          - {name: big, expression: {dialects: [{dialect: ANSI_SQL, expression: paid > 100}]}}
          - {name: cube, expression: {dialects: [{dialect: MDX, expression: "[a].[b]"}]}}
      - name: customers
        source: sales.public.customers
        primary_key: [customer_id]
        fields:
          - {name: region, expression: {dialects: [{dialect: ANSI_SQL, expression: region}]}}
    relationships:
      - {name: orders_to_customers, from: orders, to: customers, from_columns: [customer_id], to_columns: [customer_id]}
    metrics:
      - name: revenue
        description: All of it
        expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(orders.paid)}]}
      - name: per_customer
        expression: {dialects: [{dialect: ANSI_SQL, expression: "SUM(orders.paid) / COUNT(DISTINCT customers.customer_id)"}]}
      - name: ranked
        expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(orders.paid) OVER ()}]}
    custom_extensions:
      - {vendor_name: SNOWFLAKE, data: '{}'}
"#;

#[test]
fn models_of_other_tools_can_be_asked() {
    let back = import_ossie("sales.yaml", FOREIGN).expect("imported");
    let (catalog, issues) = load_project(&[("models/sales.yaml".to_owned(), back.text)], &shop::datasets(), &ProjectSettings::default());
    assert_eq!(issues, []);
    let question = shop::query(&["revenue", "per_customer"], &["customers_row__region", "orders_row__big"]);
    let refused = yh_metrics::plan(&catalog, &question, &yh_metrics::Access::all()).expect_err("customers have many orders");
    assert_eq!(refused.code, yh_metrics::ErrorCode::FanOut);
    let question = shop::query(&["revenue"], &["customers_row__region", "metric_time__month"]);
    yh_metrics::plan(&catalog, &question, &yh_metrics::Access::all()).expect("answerable");
    for left_out in ["cube", "ranked", "SNOWFLAKE"] {
        assert!(back.notes.iter().any(|note| note.contains(left_out)), "{left_out}: {:?}", back.notes);
    }
    assert_eq!(import_ossie("a.yaml", "models: []").expect_err("no Ossie").code, "not-ossie");
}
