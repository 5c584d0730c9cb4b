//! A small shop used by the tests.

use yh_metrics::*;
use yh_model::Issue;

pub const MODELS: &str = r#"
models:
  - name: orders
    semantic_model: true
    label: 订单
    agg_time_dimension: paid_at
    columns:
      - name: order_id
        entity: {type: primary, name: order}
      - name: customer_id
        entity: {type: foreign, name: customer}
      - name: paid_at
        granularity: hour
        dimension: {type: time}
      - name: channel
        label: 渠道
        dimension: categorical
    metrics:
      - name: paid_amount
        description: 支付金额，含税
        agg: sum
        expr: paid
        filter: "{{ Dimension('order__channel') }} <> 'test'"
        config:
          meta:
            yunheng: {label: {zh: 支付金额, en: Paid amount}, format: money, unit: CNY, direction: higher, class: result}
      - name: orders
        agg: count
      - name: buyers
        agg: count_distinct
        expr: customer_id
      - name: paid_amount_ytd
        type: cumulative
        input_metric: paid_amount
        grain_to_date: year
      - name: average_order_value
        type: ratio
        numerator: paid_amount
        denominator: orders
      - name: paid_amount_growth
        type: derived
        expr: (now - before) / before
        input_metrics:
          - {name: paid_amount, alias: now}
          - {name: paid_amount, alias: before, offset_window: 1 year}
  - name: customers
    semantic_model: true
    columns:
      - name: customer_id
        entity: {type: primary, name: customer}
      - name: region
        dimension: categorical
    metrics:
      - name: regions
        agg: count_distinct
        expr: region
  - name: traffic
    semantic_model: true
    agg_time_dimension: day
    primary_entity: visit
    columns:
      - name: day
        granularity: day
        dimension: {type: time}
      - name: source
        dimension: categorical
    metrics:
      - name: visitors
        agg: sum
        expr: visitors
        config: {meta: {yunheng: {additive: false}}}
"#;

pub fn datasets() -> Vec<DatasetSchema> {
    let column = |(name, kind): &(&str, ColumnType)| Column { name: (*name).to_owned(), kind: *kind };
    let dataset =
        |name: &str, columns: &[(&str, ColumnType)]| DatasetSchema { name: name.to_owned(), columns: columns.iter().map(column).collect() };
    use ColumnType::*;
    vec![
        dataset("orders", &[("order_id", Text), ("customer_id", Text), ("paid_at", Instant), ("channel", Text), ("paid", Decimal)]),
        dataset("customers", &[("customer_id", Text), ("region", Text), ("phone", Text)]),
        dataset("traffic", &[("day", Date), ("source", Text), ("visitors", Integer)]),
    ]
}

pub fn load(text: &str) -> (Catalog, Vec<Issue>) {
    load_project(&[("models/shop.yaml".to_owned(), text.to_owned())], &datasets(), &ProjectSettings::default())
}

pub fn catalog() -> Catalog {
    let (catalog, issues) = load(MODELS);
    assert_eq!(issues, [], "the shop's own definitions are right");
    catalog
}

pub fn query(metrics: &[&str], group_by: &[&str]) -> MetricQuery {
    let owned = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
    MetricQuery { metrics: owned(metrics), group_by: owned(group_by), ..MetricQuery::default() }
}
