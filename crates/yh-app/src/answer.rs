//! Questions and answers: what every page, export, score and alert is made of.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize, Serializer};
use yh_metrics::{
    MetricQuery,
    catalog::{Direction, Format},
};
use yh_model::{Frame, Label, Value, ValueKind};

/// A metric query with the comparisons wanted beside each metric.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    pub query: MetricQuery,
    pub compare: Vec<Comparison>,
}

/// What a value is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// 环比: the period before.
    Previous,
    /// 同比: the same dates a year before.
    YearAgo,
    /// 达成率 and 序时进度.
    Target,
}

/// What one comparison column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The value compared with.
    Value,
    /// Value minus the value compared with; percentage points for percent metrics.
    Difference,
    /// Difference ÷ the value compared with; none for percent metrics.
    Change,
    /// Value ÷ target.
    Attainment,
    /// Share of the period that has passed.
    Elapsed,
}

/// The role of a column in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Dimension,
    Time,
    Metric,
    Comparison,
}

/// One column of an answer, with all a page needs to show it.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerColumn {
    pub name: String,
    pub role: Role,
    pub kind: ValueKind,
    /// Grain of a time column.
    pub grain: Option<String>,
    pub label: Label,
    pub format: Option<Format>,
    pub unit: Option<String>,
    pub direction: Option<Direction>,
    /// The metric a metric or comparison column belongs to.
    pub metric: Option<String>,
    pub comparison: Option<Comparison>,
    pub measure: Option<Measure>,
}

/// How fresh one dataset is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watermark {
    pub dataset: String,
    /// Business-local time of the last row.
    pub as_of: DateTime,
}

/// An answer with its provenance.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Column descriptions, in the frame's order.
    pub columns: Vec<AnswerColumn>,
    pub frame: Frame,
    /// Source rows behind each metric, over the whole answer.
    pub n: Vec<(String, u64)>,
    pub watermarks: Vec<Watermark>,
    /// The day up to which all sources reach; the earliest governs.
    pub as_of: Option<Date>,
    /// The last period is not complete.
    pub partial: bool,
    /// First and last day asked for.
    pub period: Option<(Date, Date)>,
    /// Revision of all definitions.
    pub revision: String,
    /// Revision of each metric that took part.
    pub revisions: Vec<(String, String)>,
    pub snapshot_id: i64,
    pub notes: Vec<String>,
    pub sql: String,
    pub elapsed_ms: u64,
    /// Rows beyond the limit of one answer were left out.
    pub truncated: bool,
}

impl Comparison {
    /// Parses `previous`, `year_ago` or `target`.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "previous" => Self::Previous,
            "year_ago" => Self::YearAgo,
            "target" => Self::Target,
            _ => return None,
        })
    }

    /// The comparison's name in column names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::YearAgo => "year_ago",
            Self::Target => "target",
        }
    }

    /// The comparison in words.
    pub fn label(self) -> Label {
        match self {
            Self::Previous => Label::new("环比", "vs previous"),
            Self::YearAgo => Label::new("同比", "vs a year ago"),
            Self::Target => Label::new("目标", "target"),
        }
    }
}

/// A cell as JSON: exact numbers, ISO times, null.
#[derive(Debug, Clone, Copy)]
pub struct JsonCell<'a>(pub &'a Value);

impl Serialize for JsonCell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_none(),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Integer(value) => serializer.serialize_i64(*value),
            Value::Number(value) => serializer.serialize_f64(*value),
            Value::Boolean(value) => serializer.serialize_bool(*value),
            // A JSON number has no limit of digits; a double has.
            Value::Decimal(value) => serde_json::value::RawValue::from_string(value.normalize().to_string())
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
            Value::Date(date) => serializer.collect_str(date),
            Value::Timestamp(at) => serializer.collect_str(at),
        }
    }
}

/// A frame's rows as JSON arrays.
#[derive(Debug, Clone, Copy)]
pub struct JsonRows<'a>(pub &'a Frame);

impl Serialize for JsonRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = |index: usize| -> Vec<JsonCell<'_>> { self.0.columns.iter().map(|column| JsonCell(&column.values[index])).collect() };
        serializer.collect_seq((0..self.0.height()).map(row))
    }
}
