//! Questions, answers, lineage and metrics.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yh_app::{Comparison, Measure, Role, days_text};
use yh_metrics::{MetricQuery, catalog::Format};
use yh_model::Direction;

use super::{CellValue, Label, Rows, object};

/// A question.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Query {
    pub metrics: Vec<String>,
    pub group_by: Vec<String>,
    pub r#where: Vec<String>,
    /// First day.
    pub start_time: Option<String>,
    /// Last day, included.
    pub end_time: Option<String>,
    /// Columns to order by; a leading - descends.
    pub order: Vec<String>,
    pub limit: Option<u64>,
    /// `previous`, `previous_weekday`, `year_ago`, `year_ago_weekday`, `year_ago_lunar`, `promotion`, `promotion:双11@天猫`,
    /// `target`, `benchmark`, `benchmark:top3`, `benchmark:top10`, `segment:order__channel=app`.
    pub compare: Vec<String>,
}

/// One column of an answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Column {
    pub name: String,
    /// `dimension`, `time`, `metric` or `comparison`.
    pub role: String,
    /// `string`, `integer`, `number`, `decimal`, `boolean`, `date` or `timestamp`.
    pub r#type: String,
    pub grain: Option<String>,
    pub label: Label,
    /// `money`, `percent`, `count`, `number` or `duration`.
    pub format: Option<String>,
    pub unit: Option<String>,
    /// `higher`, `lower` or `band`.
    pub direction: Option<String>,
    pub metric: Option<String>,
    pub comparison: Option<String>,
    /// `value`, `difference`, `change`, `attainment`, `elapsed`, `planned`, `gap` or `needed`.
    pub measure: Option<String>,
}

/// What one comparison stands on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Base {
    /// As asked.
    pub comparison: String,
    pub label: Label,
    /// Its days or hours, and what they do not say.
    pub words: Label,
    /// The base period of each row, in words.
    pub rows: Vec<Option<String>>,
}

/// How far one dataset reaches.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SourceReach {
    pub dataset: String,
    pub as_of: String,
}

/// First and last day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Span {
    pub start: String,
    pub end: String,
}

/// An answer with its provenance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Answer {
    pub columns: Vec<Column>,
    pub rows: Rows,
    /// Source rows behind each metric.
    pub n: BTreeMap<String, u64>,
    pub as_of: Option<String>,
    /// The last period is not complete.
    pub partial: bool,
    /// The last day whose values stand, of metrics that still change for a while, such as by refunds.
    pub settled: BTreeMap<String, String>,
    pub sources: Vec<SourceReach>,
    pub period: Option<Span>,
    pub revision: String,
    pub revisions: BTreeMap<String, String>,
    pub snapshot: i64,
    pub notes: Vec<String>,
    /// What each comparison stands on.
    pub bases: Vec<Base>,
    pub sql: String,
    pub elapsed_ms: u64,
    pub truncated: bool,
}

/// A cell of an answer.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CellRequest {
    pub query: Query,
    pub metric: String,
    /// The group-by values of the cell's row.
    #[schema(value_type = BTreeMap<String, CellValue>)]
    pub cell: BTreeMap<String, Option<CellValue>>,
    /// As in a query: the value that the cell is compared with.
    pub comparison: Option<String>,
    /// One of the metric's inputs.
    pub input: Option<String>,
    pub offset: Option<u64>,
    pub limit: Option<u64>,
}

/// How a number came about.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Lineage {
    pub metric: String,
    pub label: Label,
    pub value: Option<CellValue>,
    pub format: String,
    pub unit: Option<String>,
    pub formula: String,
    pub description: String,
    pub revision: String,
    /// Since when the metric is defined as it is, in the project's time zone.
    pub defined_at: Option<String>,
    pub defined_by: Option<String>,
    pub path: String,
    pub line: u64,
    pub period: Option<Span>,
    /// The group-by values of the cell; of the compared period where one was asked for.
    pub cell: BTreeMap<String, Option<String>>,
    pub filters: Vec<String>,
    pub sql: String,
    pub as_of: Option<String>,
    pub inputs: Vec<LineageInput>,
}

/// One measured input of a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LineageInput {
    /// By which its rows are asked for: the metric, or `metric#2` for its second use.
    pub name: String,
    pub metric: String,
    pub label: Label,
    pub dataset: String,
    pub aggregation: String,
    pub expression: String,
    pub filters: Vec<String>,
    pub window: Option<Span>,
    pub rows: u64,
    pub value: Option<CellValue>,
    pub sql: String,
}

/// A metric of the catalogue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Metric {
    pub name: String,
    pub label: Label,
    /// Other words by which people search for it.
    pub synonyms: Vec<String>,
    pub description: String,
    pub kind: String,
    pub format: String,
    pub unit: Option<String>,
    pub direction: String,
    pub class: Option<String>,
    pub owner: Option<String>,
    pub group: String,
    pub path: String,
    pub line: u64,
    pub revision: String,
    pub inputs: Vec<String>,
    pub dimensions: Vec<Dimension>,
}

/// A dimension of a metric.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Dimension {
    pub name: String,
    pub label: Label,
    pub kind: String,
}

/// The catalogue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MetricList {
    pub metrics: Vec<Metric>,
}

/// A metric with everything that explains it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MetricDetail {
    #[serde(flatten)]
    pub metric: Metric,
    pub formula: String,
    pub filters: Vec<String>,
    pub sql: String,
    pub yaml: String,
    pub revisions: Vec<Revision>,
    pub used_by: Vec<String>,
}

/// One revision of a definition file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Revision {
    pub revision: String,
    pub at: String,
    pub by: String,
    pub path: String,
    pub text: String,
}

/// Values of a dimension.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct DimensionValues {
    pub values: Vec<String>,
}

/// What people read in place of stored values, by dimension and value.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ValueNames {
    pub names: BTreeMap<String, BTreeMap<String, Label>>,
}

impl Query {
    /// The query without its comparisons.
    pub(crate) fn metric_query(&self) -> MetricQuery {
        MetricQuery {
            metrics: self.metrics.clone(),
            group_by: self.group_by.clone(),
            where_: self.r#where.clone(),
            start_time: self.start_time.clone(),
            end_time: self.end_time.clone(),
            order: self.order.clone(),
            limit: self.limit,
            ..MetricQuery::default()
        }
    }
}

impl From<&MetricQuery> for Query {
    fn from(query: &MetricQuery) -> Self {
        Self {
            metrics: query.metrics.clone(),
            group_by: query.group_by.clone(),
            r#where: query.where_.clone(),
            start_time: query.start_time.clone(),
            end_time: query.end_time.clone(),
            order: query.order.clone(),
            limit: query.limit,
            compare: Vec::new(),
        }
    }
}

impl From<&yh_app::Question> for Query {
    fn from(question: &yh_app::Question) -> Self {
        Self { compare: question.compare.iter().map(ToString::to_string).collect(), ..Self::from(&question.query) }
    }
}

impl CellRequest {
    /// The cell this request names.
    pub(crate) fn cell(&self) -> yh_app::Result<yh_app::lineage::Cell> {
        let text = |value: &CellValue| match value {
            CellValue::Number(number) => number.to_string(),
            CellValue::Boolean(value) => value.to_string(),
            CellValue::Text(text) => text.clone(),
        };
        let values = self.cell.iter().map(|(name, value)| (name.clone(), value.as_ref().map(text))).collect();
        let comparison = self.comparison.as_deref().map(Comparison::parse).transpose()?;
        Ok(yh_app::lineage::Cell { query: self.query.metric_query(), metric: self.metric.clone(), values, comparison })
    }
}

impl From<&yh_app::AnswerColumn> for Column {
    fn from(column: &yh_app::AnswerColumn) -> Self {
        let role = match column.role {
            Role::Dimension => "dimension",
            Role::Time => "time",
            Role::Metric => "metric",
            Role::Comparison => "comparison",
        };
        let measure = |measure| match measure {
            Measure::Value => "value",
            Measure::Difference => "difference",
            Measure::Change => "change",
            Measure::Attainment => "attainment",
            Measure::Elapsed => "elapsed",
            Measure::Planned => "planned",
            Measure::Gap => "gap",
            Measure::Needed => "needed",
        };
        Self {
            name: column.name.clone(),
            role: role.to_owned(),
            r#type: column.kind.name().to_owned(),
            grain: column.grain.clone(),
            label: Label::from(&column.label),
            format: column.format.map(|format| format_name(format).to_owned()),
            unit: column.unit.clone(),
            direction: column.direction.map(|direction| direction_name(direction).to_owned()),
            metric: column.metric.clone(),
            comparison: column.comparison.as_ref().map(Comparison::to_string),
            measure: column.measure.map(|value| measure(value).to_owned()),
        }
    }
}

impl From<&yh_app::Base> for Base {
    fn from(base: &yh_app::Base) -> Self {
        Self {
            comparison: base.comparison.to_string(),
            label: Label::from(&base.comparison.label()),
            words: Label::from(&base.words()),
            rows: base.rows.iter().map(|range| range.map(days_text)).collect(),
        }
    }
}

impl From<&yh_app::Answer> for Answer {
    fn from(answer: &yh_app::Answer) -> Self {
        let reach = |watermark: &yh_app::Watermark| SourceReach { dataset: watermark.dataset.clone(), as_of: watermark.as_of.to_string() };
        Self {
            columns: answer.columns.iter().map(Column::from).collect(),
            rows: Rows::of(&answer.frame),
            n: object(&answer.n),
            as_of: answer.as_of.map(|day| day.to_string()),
            partial: answer.partial,
            settled: answer.settled.iter().map(|(metric, day)| (metric.clone(), day.to_string())).collect(),
            sources: answer.watermarks.iter().map(reach).collect(),
            period: answer.period.map(span),
            revision: answer.revision.clone(),
            revisions: object(&answer.revisions),
            snapshot: answer.snapshot_id,
            notes: answer.notes.clone(),
            bases: answer.bases.iter().map(Base::from).collect(),
            sql: answer.sql.clone(),
            elapsed_ms: answer.elapsed_ms,
            truncated: answer.truncated,
        }
    }
}

impl From<&yh_app::catalog::MetricCard> for Metric {
    fn from(card: &yh_app::catalog::MetricCard) -> Self {
        let metric = &card.metric;
        let dimension = |dimension: &yh_app::catalog::DimensionCard| Dimension {
            name: dimension.name.clone(),
            label: Label::from(&dimension.label),
            kind: dimension.kind.to_owned(),
        };
        Self {
            name: card.name.clone(),
            label: Label::from(&card.label),
            synonyms: metric.synonyms.clone(),
            description: card.description.clone(),
            kind: card.kind.to_owned(),
            format: format_name(metric.format).to_owned(),
            unit: metric.unit.clone(),
            direction: direction_name(metric.direction).to_owned(),
            class: metric.class.clone(),
            owner: metric.owner.clone(),
            group: card.group.clone(),
            path: metric.origin.path.clone(),
            line: metric.origin.line as u64,
            revision: metric.revision.clone(),
            inputs: card.inputs.clone(),
            dimensions: card.dimensions.iter().map(dimension).collect(),
        }
    }
}

/// A value as JSON.
pub(crate) fn value(value: &yh_model::Value) -> Option<CellValue> {
    match value {
        yh_model::Value::Null => None,
        yh_model::Value::Boolean(value) => Some(CellValue::Boolean(*value)),
        other => Some(other.number().map_or_else(|| CellValue::Text(other.to_string()), CellValue::Number)),
    }
}

/// First and last day as a span.
pub(crate) fn span((start, end): (jiff::civil::Date, jiff::civil::Date)) -> Span {
    Span { start: start.to_string(), end: end.to_string() }
}

/// A format's name.
pub(crate) fn format_name(format: Format) -> &'static str {
    match format {
        Format::Money => "money",
        Format::Percent => "percent",
        Format::Count => "count",
        Format::Number => "number",
        Format::Duration => "duration",
    }
}

pub(crate) fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::Higher => "higher",
        Direction::Lower => "lower",
        Direction::Band => "band",
    }
}
