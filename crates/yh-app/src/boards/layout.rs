//! What a board shows: panels on a grid of twelve columns, and when it is written to a file.

use std::path::{Component, Path};

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use yh_metrics::{Access, MetricQuery};
use yh_model::{Grain, Period};

use super::BoardDraft;
use crate::{App, AppError, Comparison, ErrorKind, Result};

const MAX_PANELS: usize = 40;
const MAX_BYTES: usize = 256 * 1024;
const MAX_NAME: usize = 80;
const COLUMNS: u16 = 12;
const MAX_HEIGHT: u16 = 24;
const MAX_TOP: u16 = 500;

/// The panels of a board.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layout {
    pub panels: Vec<Panel>,
    pub export: Option<ExportPlan>,
}

/// One question, how it is shown, and where.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Panel {
    pub title: String,
    pub query: MetricQuery,
    pub compare: Vec<Comparison>,
    /// Instead of the query's own days.
    pub period: Option<RelativePeriod>,
    pub view: View,
    /// Column and row of its upper left corner, from 0; twelve columns.
    pub x: u16,
    pub y: u16,
    pub w: u16,
    pub h: u16,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    #[default]
    Table,
    Number,
    Line,
    Bar,
    Stack,
    Heat,
}

/// Days that move with the data: they end at the watermark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelativePeriod {
    LastDay,
    #[serde(rename = "last_7_days")]
    Last7Days,
    #[serde(rename = "last_30_days")]
    Last30Days,
    WeekToDate,
    MonthToDate,
    QuarterToDate,
    YearToDate,
    LastMonth,
    #[serde(rename = "last_26_weeks")]
    Last26Weeks,
    #[serde(rename = "last_13_months")]
    Last13Months,
    #[serde(rename = "last_8_quarters")]
    Last8Quarters,
    #[serde(rename = "last_5_years")]
    Last5Years,
}

/// When a board is written to a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportPlan {
    /// Five cron fields in the project's time zone, such as `0 9 * * 1-5`.
    pub schedule: String,
    pub format: BoardFormat,
    /// Inside the project folder; `exports` when empty.
    #[serde(default)]
    pub folder: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoardFormat {
    Xlsx,
    Html,
}

impl BoardFormat {
    /// The file's extension.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Html => "html",
        }
    }
}

impl RelativePeriod {
    /// First and last day, given the last day of the data.
    pub fn days(self, as_of: Date) -> (Date, Date) {
        let back = |days: i64| (as_of.saturating_sub(days.days()), as_of);
        let since = |grain: Grain| (grain.start_of(as_of), as_of);
        let last = |count: i64, grain: Grain| (Period::containing(grain, as_of).shift(1 - count).start(), as_of);
        match self {
            Self::LastDay => back(0),
            Self::Last7Days => back(6),
            Self::Last30Days => back(29),
            Self::WeekToDate => since(Grain::Week),
            Self::MonthToDate => since(Grain::Month),
            Self::QuarterToDate => since(Grain::Quarter),
            Self::YearToDate => since(Grain::Year),
            Self::LastMonth => {
                let month = Period::containing(Grain::Month, as_of).shift(-1);
                (month.start(), month.last_day())
            }
            Self::Last26Weeks => last(26, Grain::Week),
            Self::Last13Months => last(13, Grain::Month),
            Self::Last8Quarters => last(8, Grain::Quarter),
            Self::Last5Years => last(5, Grain::Year),
        }
    }
}

impl ExportPlan {
    /// Where files go, inside the project.
    pub fn folder(&self) -> &Path {
        Path::new(if self.folder.trim().is_empty() { "exports" } else { self.folder.trim() })
    }
}

/// Checks names, sizes and every panel's question.
pub(super) async fn check(app: &App, access: &Access, draft: &BoardDraft) -> Result<()> {
    let wrong = |message: String, hint: &str| Err(AppError::new(ErrorKind::Input, "board", message).hint(hint));
    let name = draft.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return wrong("the board has no usable name".to_owned(), "give it a name of 1 to 80 characters");
    }
    if draft.owner.chars().count() > MAX_NAME {
        return wrong("the owner's name is too long".to_owned(), "80 characters at most");
    }
    let panels = &draft.layout.panels;
    let bytes = serde_json::to_string(&draft.layout).map_or(0, |text| text.len());
    if panels.len() > MAX_PANELS || bytes > MAX_BYTES {
        return wrong(format!("the board has {} panels and {bytes} bytes", panels.len()), "at most 40 panels and 256 KiB: make two boards");
    }
    let definitions = app.definitions().await?;
    for (number, panel) in panels.iter().enumerate() {
        let place = format!("panel {}", number + 1);
        if panel.title.chars().count() > MAX_NAME {
            return wrong(format!("{place}: the title is too long"), "80 characters at most");
        }
        let fits =
            (1..=COLUMNS).contains(&panel.w) && panel.x <= COLUMNS - panel.w && (1..=MAX_HEIGHT).contains(&panel.h) && panel.y <= MAX_TOP;
        if !fits {
            return wrong(format!("{place} does not fit the grid"), "w is 1 to 12 with x + w at most 12, h 1 to 24");
        }
        if let Err(error) = crate::planning::plan(app, &definitions.catalog, &panel.query, access).await {
            return Err(AppError { message: format!("{place}: {}", error.message), ..error });
        }
    }
    match &draft.layout.export {
        Some(plan) => check_plan(plan),
        None => Ok(()),
    }
}

/// Files are written inside the project only: whoever saves a board need not be whoever runs the server.
fn check_plan(plan: &ExportPlan) -> Result<()> {
    let inside = plan.folder().components().all(|part| matches!(part, Component::Normal(name) if !name.to_string_lossy().starts_with('.')));
    if !inside {
        let error = AppError::new(ErrorKind::Input, "board-folder", format!("'{}' is not a folder of the project", plan.folder));
        return Err(error.hint("write a folder inside the project, such as exports/daily"));
    }
    super::export::schedule(plan).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_periods_end_at_the_watermark() {
        let as_of: Date = "2025-11-12".parse().expect("a day");
        for (period, start, end) in [
            (RelativePeriod::LastDay, "2025-11-12", "2025-11-12"),
            (RelativePeriod::Last7Days, "2025-11-06", "2025-11-12"),
            (RelativePeriod::WeekToDate, "2025-11-10", "2025-11-12"),
            (RelativePeriod::MonthToDate, "2025-11-01", "2025-11-12"),
            (RelativePeriod::QuarterToDate, "2025-10-01", "2025-11-12"),
            (RelativePeriod::LastMonth, "2025-10-01", "2025-10-31"),
            (RelativePeriod::Last26Weeks, "2025-05-19", "2025-11-12"),
            (RelativePeriod::Last13Months, "2024-11-01", "2025-11-12"),
            (RelativePeriod::Last8Quarters, "2024-01-01", "2025-11-12"),
            (RelativePeriod::Last5Years, "2021-01-01", "2025-11-12"),
        ] {
            let (first, last) = period.days(as_of);
            assert_eq!((first.to_string(), last.to_string()), (start.to_owned(), end.to_owned()));
        }
    }

    #[test]
    fn files_stay_inside_the_project() {
        let plan = |folder: &str| ExportPlan { schedule: "0 9 * * *".into(), format: BoardFormat::Xlsx, folder: folder.into() };
        for folder in ["/etc", "../x", "exports/../../x", ".yunheng/lake", "a/.git"] {
            assert_eq!(check_plan(&plan(folder)).map_err(|error| error.code), Err("board-folder".to_owned()), "{folder}");
        }
        for folder in ["", "exports", "日报/渠道"] {
            assert!(check_plan(&plan(folder)).is_ok(), "{folder}");
        }
    }
}
