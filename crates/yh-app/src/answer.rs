//! Questions and answers: what every page, export, score and alert is made of.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize, Serializer};
use yh_metrics::{MetricQuery, TimeRange, catalog::Format};
use yh_model::{Direction, Frame, Label, Value, ValueKind};

use crate::{AppError, ErrorKind};

/// A metric query with the comparisons wanted beside each metric.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    pub query: MetricQuery,
    pub compare: Vec<Comparison>,
}

/// What a value is compared with; stored as it is written in a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Comparison {
    /// 环比: the period before.
    Previous,
    /// 周同比: the same weekday a week before.
    PreviousWeekday,
    /// 同比: the same dates a year before.
    YearAgo,
    /// 同比 by weekday: 364 days before.
    YearAgoWeekday,
    /// 同比 by the lunar calendar: the same lunar date of the lunar year before.
    YearAgoLunar,
    /// The same phase-hour of last year's same promotion; without a platform, the promotion's first one.
    Promotion { name: Option<String>, platform: Option<String> },
    /// 达成率, 序时进度, planned path, 缺口 and 日均需完成.
    Target,
    /// A figure of the `benchmarks` dataset.
    Benchmark(BenchmarkLevel),
    /// The same question for one value of a dimension.
    Segment { dimension: String, value: String },
}

/// Which figure of an industry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BenchmarkLevel {
    /// The middle: percentile 50, or a row without percentile.
    Industry,
    /// A row whose source or note says TOP3.
    Top3,
    /// Percentile 90.
    Top10,
}

/// What a comparison stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    pub comparison: Comparison,
    /// From the start of the earliest base period to the end of the latest, business-local, the end excluded.
    pub range: Option<TimeRange>,
    /// What dates do not say: the promotion and platform, the source of a benchmark.
    pub remark: Label,
    /// The base period of each row of the answer.
    pub rows: Vec<Option<TimeRange>>,
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
    /// What the target's path plans by now.
    Planned,
    /// Target minus value.
    Gap,
    /// What each remaining day must bring to reach the target.
    Needed,
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
    /// Wall time of the last row.
    pub as_of: DateTime,
    /// The business day of the last row.
    pub day: Date,
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
    /// What each comparison stands on, in the order asked.
    pub bases: Vec<Base>,
    /// The day up to which all sources reach; the earliest governs.
    pub as_of: Option<Date>,
    /// The last period is not complete.
    pub partial: bool,
    /// The last day whose values stand, of metrics that still change for a while, such as by refunds.
    pub settled: Vec<(String, Date)>,
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

/// Written forms, for messages.
const COMPARISONS: [&str; 11] = [
    "previous",
    "previous_weekday",
    "year_ago",
    "year_ago_weekday",
    "year_ago_lunar",
    "promotion",
    "target",
    "benchmark",
    "benchmark:top3",
    "benchmark:top10",
    "segment:dimension=value",
];

impl Comparison {
    /// Parses `previous`, `promotion`, `promotion:双11@天猫`, `benchmark:top3`, `segment:order__channel=app` and so on.
    pub fn parse(text: &str) -> crate::Result<Self> {
        let (name, detail) = text.trim().split_once(':').map_or((text.trim(), ""), |(name, detail)| (name, detail.trim()));
        let unknown = || {
            let error = AppError::unknown("comparison", text, COMPARISONS);
            if error.hint.is_some() { error } else { error.hint(format!("write {}", COMPARISONS.join(", "))) }
        };
        let text_or_none = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        Ok(match (name, detail) {
            ("previous", "") => Self::Previous,
            ("previous_weekday", "") => Self::PreviousWeekday,
            ("year_ago", "") => Self::YearAgo,
            ("year_ago_weekday", "") => Self::YearAgoWeekday,
            ("year_ago_lunar", "") => Self::YearAgoLunar,
            ("target", "") => Self::Target,
            ("promotion", _) => {
                let (name, platform) = detail.split_once('@').unwrap_or((detail, ""));
                Self::Promotion { name: text_or_none(name), platform: text_or_none(platform) }
            }
            ("benchmark", "" | "industry") => Self::Benchmark(BenchmarkLevel::Industry),
            ("benchmark", "top3") => Self::Benchmark(BenchmarkLevel::Top3),
            ("benchmark", "top10") => Self::Benchmark(BenchmarkLevel::Top10),
            ("segment", _) => {
                let parts = detail.split_once('=').and_then(|(dimension, value)| text_or_none(dimension).zip(text_or_none(value)));
                let (dimension, value) = parts.ok_or_else(|| {
                    AppError::new(ErrorKind::Input, "compare-segment", format!("'{text}' names no segment"))
                        .hint("write for example segment:order__channel=app")
                })?;
                Self::Segment { dimension: dimension.to_lowercase(), value }
            }
            _ => return Err(unknown()),
        })
    }

    /// The comparison in column names.
    pub fn name(&self) -> String {
        match self {
            Self::Previous => "previous".to_owned(),
            Self::PreviousWeekday => "previous_weekday".to_owned(),
            Self::YearAgo => "year_ago".to_owned(),
            Self::YearAgoWeekday => "year_ago_weekday".to_owned(),
            Self::YearAgoLunar => "year_ago_lunar".to_owned(),
            Self::Promotion { .. } => "promotion".to_owned(),
            Self::Target => "target".to_owned(),
            Self::Benchmark(BenchmarkLevel::Industry) => "benchmark".to_owned(),
            Self::Benchmark(BenchmarkLevel::Top3) => "benchmark_top3".to_owned(),
            Self::Benchmark(BenchmarkLevel::Top10) => "benchmark_top10".to_owned(),
            Self::Segment { value, .. } => format!("segment_{value}"),
        }
    }

    /// The comparison in words.
    pub fn label(&self) -> Label {
        match self {
            Self::Previous => Label::new("环比", "vs previous"),
            Self::PreviousWeekday => Label::new("周同比", "vs last week"),
            Self::YearAgo => Label::new("同比", "vs a year ago"),
            Self::YearAgoWeekday => Label::new("同比（同星期）", "vs a year ago by weekday"),
            Self::YearAgoLunar => Label::new("同比（农历）", "vs a year ago by lunar date"),
            Self::Promotion { .. } => Label::new("大促同期", "vs last year's promotion"),
            Self::Target => Label::new("目标", "target"),
            Self::Benchmark(BenchmarkLevel::Industry) => Label::new("行业", "vs industry"),
            Self::Benchmark(BenchmarkLevel::Top3) => Label::new("行业 TOP3", "vs industry TOP3"),
            Self::Benchmark(BenchmarkLevel::Top10) => Label::new("行业前 10%", "vs top 10%"),
            Self::Segment { value, .. } => Label::new(format!("对比 {value}"), format!("vs {value}")),
        }
    }
}

impl TryFrom<String> for Comparison {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|error| error.message)
    }
}

impl From<Comparison> for String {
    fn from(comparison: Comparison) -> Self {
        comparison.to_string()
    }
}

impl std::fmt::Display for Comparison {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Promotion { name, platform } => {
                f.write_str("promotion")?;
                match (name, platform) {
                    (None, None) => Ok(()),
                    (name, None) => write!(f, ":{}", name.as_deref().unwrap_or_default()),
                    (name, Some(platform)) => write!(f, ":{}@{platform}", name.as_deref().unwrap_or_default()),
                }
            }
            Self::Benchmark(BenchmarkLevel::Top3) => f.write_str("benchmark:top3"),
            Self::Benchmark(BenchmarkLevel::Top10) => f.write_str("benchmark:top10"),
            Self::Segment { dimension, value } => write!(f, "segment:{dimension}={value}"),
            other => f.write_str(&other.name()),
        }
    }
}

impl Base {
    /// The base in words: its days (hours where it does not begin and end at midnight) and its remark.
    pub fn words(&self) -> Label {
        let range = self.range.map(days_text).unwrap_or_default();
        let join = |remark: &str| match (range.as_str(), remark) {
            (range, "") => range.to_owned(),
            ("", remark) => remark.to_owned(),
            (range, remark) => format!("{range} ({remark})"),
        };
        Label::new(join(&self.remark.zh), join(&self.remark.en))
    }
}

/// A range as people write it: both days included, or both moments where it is not whole days.
pub fn days_text(range: TimeRange) -> String {
    let midnight = jiff::civil::Time::midnight();
    if range.start.time() == midnight && range.end.time() == midnight {
        let last = range.end.date().yesterday().unwrap_or(range.end.date());
        return if last == range.start.date() { last.to_string() } else { format!("{} – {last}", range.start.date()) };
    }
    let minute = |at: DateTime| at.strftime("%Y-%m-%d %H:%M").to_string();
    format!("{} – {}", minute(range.start), minute(range.end))
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
