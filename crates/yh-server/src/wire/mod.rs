//! Wire types: what goes over HTTP, and how domain types become it.

mod answer;
mod boards;
mod data;
mod home;
mod scorecard;
mod sources;
mod targets;
mod why;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use yh_app::JsonRows;
use yh_model::Frame;

pub(crate) use answer::*;
pub(crate) use boards::*;
pub(crate) use data::*;
pub(crate) use home::*;
pub(crate) use scorecard::*;
pub(crate) use sources::*;
pub(crate) use targets::*;
pub(crate) use why::*;

/// A text in both languages.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub(crate) struct Label {
    pub zh: String,
    pub en: String,
}

/// A problem in a definition file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Issue {
    pub path: String,
    pub line: usize,
    pub column: usize,
    pub code: String,
    pub message: String,
    pub hint: String,
    /// `error` or `warning`.
    pub severity: String,
}

/// One value of a row; null is no value.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum CellValue {
    Number(f64),
    Boolean(bool),
    Text(String),
}

/// Rows as JSON arrays, numbers written in full.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Vec<Vec<Option<CellValue>>>)]
pub(crate) struct Rows(pub Box<RawValue>);

/// A grain of the project's calendar.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Grain {
    pub name: String,
    pub label: Label,
}

/// The project and its state.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Project {
    pub name: String,
    pub locale: String,
    pub timezone: String,
    pub currency: String,
    pub day_cutoff: String,
    pub fiscal_year_start: i8,
    /// Grains beyond day, week, month, quarter and year, by which `metric_time` can be grouped.
    pub grains: Vec<Grain>,
    /// The last day that every measured source reaches.
    pub as_of: Option<String>,
    pub issues: Vec<Issue>,
    pub version: String,
    pub revision: String,
    /// The data are made up.
    pub synthetic: bool,
}

impl Rows {
    pub(crate) fn of(frame: &Frame) -> Self {
        let raw = serde_json::value::to_raw_value(&JsonRows(frame));
        Self(raw.unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }
}

impl From<&yh_model::Label> for Label {
    fn from(label: &yh_model::Label) -> Self {
        Self { zh: label.text("zh-CN").to_owned(), en: label.text("en").to_owned() }
    }
}

impl From<&yh_model::Issue> for Issue {
    fn from(issue: &yh_model::Issue) -> Self {
        let severity = match issue.severity {
            yh_model::Severity::Error => "error",
            yh_model::Severity::Warning => "warning",
        };
        Self {
            path: issue.path.clone(),
            line: issue.line,
            column: issue.column,
            code: issue.code.clone(),
            message: issue.message.clone(),
            hint: issue.hint.clone(),
            severity: severity.to_owned(),
        }
    }
}

/// When something was done, in the project's time zone and without an offset: `2025-11-11T09:02:11`.
pub(crate) fn local_time(at: &str, zone: &jiff::tz::TimeZone) -> String {
    match at.parse::<jiff::Timestamp>() {
        Ok(at) => zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        Err(_) => at.to_owned(),
    }
}

/// Pairs as a JSON object.
pub(crate) fn object<V: Clone>(pairs: &[(String, V)]) -> BTreeMap<String, V> {
    pairs.iter().cloned().collect()
}
