//! The question, the asker's rights, the answer's plan and what can go wrong.

use serde::{Deserialize, Serialize};

use yh_model::Label;

use crate::catalog::{ColumnType, Format};
use crate::time::{Grain, TimeRange};

/// A question in the words of `mf query`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricQuery {
    pub metrics: Vec<String>,
    /// `metric_time__month`, `order__channel`, `customer`, `metric_time__extract_dow`.
    pub group_by: Vec<String>,
    /// Templates: `{{ Dimension('order__channel') }} = 'app'`, or plain names: `order__channel = 'app'`.
    #[serde(rename = "where")]
    pub where_: Vec<String>,
    /// First and last time, both included, business-local; widened to whole periods of the grain.
    pub start_time: Option<String>,
    pub end_time: Option<String>,
    /// Names of group-bys or metrics; a leading `-` descends. NULLs come last.
    pub order: Vec<String>,
    pub limit: Option<u64>,
    /// Only the smallest and largest value of the (one) group-by.
    pub min_max_only: bool,
    pub saved_query: Option<String>,
    /// What to do with equal rows of a query without metrics.
    pub duplicates: Duplicates,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    #[default]
    Remove,
    Keep,
}

/// What the asker may see. Every scan of a dataset, joined ones included, carries its filters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// All filters of one dataset must hold.
    pub rows: Vec<RowFilter>,
    /// These may not be shown, grouped, filtered, ordered by or aggregated.
    pub masked: Vec<MaskedColumn>,
}

/// Only rows whose column is one of these values; none of them when the list is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFilter {
    pub dataset: String,
    pub column: String,
    pub values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskedColumn {
    pub dataset: String,
    pub column: String,
}

impl Access {
    /// No restriction at all.
    pub fn all() -> Access {
        Access::default()
    }

    pub fn is_masked(&self, dataset: &str, column: &str) -> bool {
        self.masked.iter().any(|m| m.dataset == dataset && m.column == column)
    }
}

/// SQL that answers a question.
#[derive(Debug, Clone)]
pub struct Plan {
    pub sql: String,
    /// In the order of the SQL's columns: group-bys as asked, then metrics.
    pub columns: Vec<OutputColumn>,
    /// The relations that are read, sorted.
    pub tables: Vec<String>,
    /// Name and revision of every metric that takes part, inputs included, sorted.
    pub revisions: Vec<(String, String)>,
    /// The range asked for, widened to whole periods.
    pub range: Option<TimeRange>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct OutputColumn {
    pub name: String,
    pub kind: OutputKind,
    pub column_type: ColumnType,
    pub label: Label,
    pub format: Option<Format>,
    pub unit: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputKind {
    Metric,
    Dimension,
    Entity,
    /// Truncated to a standard grain.
    Time(Grain),
    /// A custom grain, by name.
    CustomTime(String),
    /// A number taken out of a date.
    DatePart,
}

/// Why a question cannot be answered. `code` is stable; `hint` says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    pub code: ErrorCode,
    pub message: String,
    pub hint: Option<String>,
    /// Line and column in the text at fault, 1-based.
    pub position: Option<(u64, u64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    EmptyQuery,
    UnknownMetric,
    UnknownDimension,
    UnknownSavedQuery,
    UnknownGrain,
    UnknownColumn,
    AmbiguousJoin,
    NoJoinPath,
    FanOut,
    UnreachableFilter,
    UnsafeReaggregation,
    TimeRequired,
    NoTimeDimension,
    BadFilter,
    BadExpression,
    BadTime,
    BadOrder,
    Masked,
    CircularMetric,
    Unsupported,
}

impl ErrorCode {
    /// The code as it appears in API answers.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::EmptyQuery => "empty-query",
            ErrorCode::UnknownMetric => "unknown-metric",
            ErrorCode::UnknownDimension => "unknown-dimension",
            ErrorCode::UnknownSavedQuery => "unknown-saved-query",
            ErrorCode::UnknownGrain => "unknown-grain",
            ErrorCode::UnknownColumn => "unknown-column",
            ErrorCode::AmbiguousJoin => "ambiguous-join",
            ErrorCode::NoJoinPath => "no-join-path",
            ErrorCode::FanOut => "fan-out",
            ErrorCode::UnreachableFilter => "unreachable-filter",
            ErrorCode::UnsafeReaggregation => "unsafe-reaggregation",
            ErrorCode::TimeRequired => "time-required",
            ErrorCode::NoTimeDimension => "no-time-dimension",
            ErrorCode::BadFilter => "bad-filter",
            ErrorCode::BadExpression => "bad-expression",
            ErrorCode::BadTime => "bad-time",
            ErrorCode::BadOrder => "bad-order",
            ErrorCode::Masked => "masked",
            ErrorCode::CircularMetric => "circular-metric",
            ErrorCode::Unsupported => "unsupported",
        }
    }
}

impl QueryError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> QueryError {
        QueryError { code, message: message.into(), hint: None, position: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> QueryError {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn near(self, nearest: Option<&str>) -> QueryError {
        match nearest {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    pub(crate) fn at(mut self, line: u64, column: u64) -> QueryError {
        self.position = (line > 0).then_some((line, column));
        self
    }
}
