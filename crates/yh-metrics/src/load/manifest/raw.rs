//! The shape of the file, as dbt writes it.

use serde::Deserialize;
use serde_json::Value;

use yh_model::{Direction, Label};

use crate::catalog::{EntityKind, Format};

/// The product's own keys under `config.meta.yunheng`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Extras {
    pub label: Label,
    pub synonyms: Vec<String>,
    pub unit: Option<String>,
    pub format: Format,
    pub direction: Direction,
    pub class: Option<String>,
    pub owner: Option<String>,
    pub additive: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct RawManifest {
    pub semantic_models: Vec<RawModel>,
    pub metrics: Vec<Value>,
    pub project_configuration: RawProject,
    #[serde(default)]
    pub saved_queries: Vec<RawSavedQuery>,
}

#[derive(Deserialize)]
pub(super) struct RawModel {
    pub name: String,
    pub label: Option<String>,
    pub description: Option<String>,
    pub defaults: Option<RawDefaults>,
    pub node_relation: RawRelation,
    pub primary_entity: Option<String>,
    #[serde(default)]
    pub entities: Vec<RawEntity>,
    #[serde(default)]
    pub measures: Vec<RawMeasure>,
    #[serde(default)]
    pub dimensions: Vec<RawDimension>,
}

#[derive(Deserialize)]
pub(super) struct RawDefaults {
    pub agg_time_dimension: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct RawRelation {
    pub alias: String,
    pub schema_name: String,
}

impl RawRelation {
    pub fn table(&self) -> String {
        format!("{}.{}", self.schema_name, self.alias)
    }
}

#[derive(Deserialize)]
pub(super) struct RawEntity {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: EntityKind,
    pub expr: Option<String>,
    pub label: Option<String>,
}

#[derive(Clone, Deserialize)]
pub(super) struct RawMeasure {
    pub name: String,
    pub expr: Option<Value>,
    #[serde(flatten)]
    pub aggregation: RawAggregation,
}

#[derive(Clone, Deserialize)]
pub(super) struct RawAggregation {
    pub agg: String,
    pub semantic_model: Option<String>,
    pub agg_params: Option<RawAggParams>,
    pub agg_time_dimension: Option<String>,
    pub non_additive_dimension: Option<RawNonAdditive>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawAggParams {
    pub percentile: Option<f64>,
    pub use_discrete_percentile: bool,
    pub use_approximate_percentile: bool,
}

#[derive(Clone, Deserialize)]
pub(super) struct RawNonAdditive {
    pub name: String,
    pub window_choice: Option<String>,
    #[serde(default)]
    pub window_groupings: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct RawDimension {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub expr: Option<String>,
    pub label: Option<String>,
    pub description: Option<String>,
    #[serde(default)]
    pub is_partition: bool,
    pub type_params: Option<RawTimeParams>,
}

#[derive(Deserialize)]
pub(super) struct RawTimeParams {
    pub time_granularity: String,
    pub validity_params: Option<RawValidity>,
}

#[derive(Deserialize)]
pub(super) struct RawValidity {
    #[serde(default)]
    pub is_start: bool,
    #[serde(default)]
    pub is_end: bool,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawMetric {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub label: Option<String>,
    pub description: Option<String>,
    pub type_params: RawParams,
    pub filter: Option<RawFilter>,
    pub config: Option<RawConfig>,
    pub time_granularity: Option<String>,
}

#[derive(Clone, Deserialize)]
pub(super) struct RawConfig {
    #[serde(default)]
    pub meta: serde_json::Map<String, Value>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawParams {
    pub measure: Option<RawMeasureInput>,
    pub numerator: Option<RawInput>,
    pub denominator: Option<RawInput>,
    pub expr: Option<Value>,
    pub window: Option<RawWindow>,
    pub grain_to_date: Option<String>,
    pub metrics: Option<Vec<RawInput>>,
    pub conversion_type_params: Option<RawConversion>,
    pub cumulative_type_params: Option<RawCumulative>,
    pub metric_aggregation_params: Option<RawAggregation>,
    pub join_to_timespine: bool,
    pub fill_nulls_with: Option<i64>,
    pub is_private: bool,
}

#[derive(Clone, Deserialize)]
pub(super) struct RawMeasureInput {
    pub name: String,
    pub filter: Option<RawFilter>,
    #[serde(default)]
    pub join_to_timespine: bool,
    pub fill_nulls_with: Option<i64>,
}

#[derive(Clone, Deserialize)]
pub(super) struct RawInput {
    pub name: String,
    pub filter: Option<RawFilter>,
    pub alias: Option<String>,
    pub offset_window: Option<RawWindow>,
    pub offset_to_grain: Option<String>,
}

#[derive(Clone, Deserialize)]
pub(super) struct RawWindow {
    pub count: i64,
    pub granularity: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawCumulative {
    pub window: Option<RawWindow>,
    pub grain_to_date: Option<String>,
    pub period_agg: Option<String>,
    pub metric: Option<RawInput>,
}

#[derive(Clone, Deserialize)]
pub(super) struct RawConversion {
    pub base_measure: Option<RawMeasureInput>,
    pub base_metric: Option<RawInput>,
    pub conversion_measure: Option<RawMeasureInput>,
    pub conversion_metric: Option<RawInput>,
    pub entity: String,
    pub calculation: Option<String>,
    pub window: Option<RawWindow>,
    pub constant_properties: Option<Vec<RawConstant>>,
}

#[derive(Clone, Deserialize)]
pub(super) struct RawConstant {
    pub base_property: String,
    pub conversion_property: String,
}

#[derive(Clone, Deserialize)]
pub(super) struct RawFilter {
    #[serde(default)]
    pub where_filters: Vec<RawWhere>,
}

#[derive(Clone, Deserialize)]
pub(super) struct RawWhere {
    pub where_sql_template: String,
}

#[derive(Deserialize)]
pub(super) struct RawSavedQuery {
    pub name: String,
    pub label: Option<String>,
    pub description: Option<String>,
    pub query_params: RawQueryParams,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawQueryParams {
    pub metrics: Vec<String>,
    pub group_by: Vec<String>,
    #[serde(rename = "where")]
    pub filter: Option<RawFilter>,
    pub order_by: Vec<String>,
    pub limit: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct RawProject {
    #[serde(default)]
    pub time_spines: Vec<RawSpine>,
}

#[derive(Deserialize)]
pub(super) struct RawSpine {
    pub node_relation: RawRelation,
    pub primary_column: RawPrimaryColumn,
    #[serde(default)]
    pub custom_granularities: Vec<RawCustomGrain>,
}

#[derive(Deserialize)]
pub(super) struct RawPrimaryColumn {
    pub name: String,
    pub time_granularity: String,
}

#[derive(Deserialize)]
pub(super) struct RawCustomGrain {
    pub name: String,
    pub column_name: Option<String>,
}
