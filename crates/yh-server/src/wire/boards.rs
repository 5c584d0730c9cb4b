//! Boards as they go over HTTP.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yh_app::{
    AppError, Comparison, ErrorKind, Result,
    boards::{self, BoardFormat, ExportPlan, Layout},
};

use super::Query;

/// One version of a board.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Board {
    /// By which it is shared; the same for all versions.
    pub link: String,
    pub version: i32,
    pub name: String,
    pub owner: String,
    pub panels: Vec<BoardPanel>,
    pub export: Option<BoardExportPlan>,
    pub at: String,
    pub by: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BoardList {
    pub boards: Vec<Board>,
}

/// A board to be saved.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BoardDraft {
    pub name: String,
    /// Whoever saves it first when empty.
    pub owner: String,
    pub panels: Vec<BoardPanel>,
    pub export: Option<BoardExportPlan>,
    /// The version that was changed; not for a new board.
    pub version: Option<i32>,
}

/// One question of a board, how it is shown, and where on a grid of twelve columns.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BoardPanel {
    pub title: String,
    pub query: Query,
    /// Instead of the query's own days, ending at the watermark: `last_day`, `last_7_days`, `last_30_days`,
    /// `week_to_date`, `month_to_date`, `quarter_to_date`, `year_to_date`, `last_month`,
    /// `last_26_weeks`, `last_13_months`, `last_8_quarters` or `last_5_years` (the running one is the last).
    pub period: Option<String>,
    /// `table`, `number`, `line`, `bar`, `stack` or `heat`.
    pub view: String,
    /// Column and row of the upper left corner, from 0; width 1 to 12, height 1 to 24.
    pub x: u16,
    pub y: u16,
    pub w: u16,
    pub h: u16,
}

/// When a board is written to a file, and where.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BoardExportPlan {
    /// Five cron fields in the project's time zone: `0 9 * * 1-5`.
    pub schedule: String,
    /// `xlsx` or `html`.
    pub format: String,
    /// Inside the project folder; `exports` when empty.
    pub folder: String,
}

/// Questions asked instead of a board's own: one for each of its panels, in their order.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BoardQuestions {
    pub queries: Vec<Query>,
}

/// When a board is written to a file by itself, and when it was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BoardExports {
    /// When the schedule comes next; absent without one.
    pub next: Option<String>,
    /// The last times, the latest first.
    pub written: Vec<WrittenBoard>,
}

/// A time a board was written to a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WrittenBoard {
    pub at: String,
    pub by: String,
    /// Inside the project folder; absent where writing failed.
    pub file: Option<String>,
}

impl BoardQuestions {
    /// Puts the questions in the place of a board's own.
    pub(crate) fn put(&self, board: &mut boards::Board) -> Result<()> {
        let panels = &mut board.layout.panels;
        if panels.len() != self.queries.len() {
            let message = format!("{} questions are sent for {} panels", self.queries.len(), panels.len());
            return Err(AppError::new(ErrorKind::Input, "board", message).hint("send one question for each panel, in their order"));
        }
        for (panel, query) in panels.iter_mut().zip(&self.queries) {
            panel.query = query.metric_query();
            panel.compare = query.compare.iter().map(|name| Comparison::parse(name)).collect::<Result<_>>()?;
            panel.period = None;
        }
        Ok(())
    }
}

impl BoardExports {
    pub(crate) fn new(next: Option<jiff::Timestamp>, written: Vec<boards::WrittenBoard>) -> Self {
        let written = written.into_iter().map(|one| WrittenBoard { at: one.at, by: one.by, file: one.file }).collect();
        Self { next: next.map(|next| next.to_string()), written }
    }
}

impl BoardDraft {
    pub(crate) fn draft(&self) -> Result<boards::BoardDraft> {
        let panels = self.panels.iter().enumerate().map(|(at, panel)| panel.panel(at)).collect::<Result<_>>()?;
        let export = self.export.as_ref().map(BoardExportPlan::plan).transpose()?;
        Ok(boards::BoardDraft { name: self.name.clone(), owner: self.owner.clone(), layout: Layout { panels, export } })
    }
}

impl BoardPanel {
    fn panel(&self, at: usize) -> Result<boards::Panel> {
        let word = |what: &str, text: &str| {
            let error = AppError::new(ErrorKind::Input, "board", format!("panel {}: there is no {what} '{text}'", at + 1));
            error.hint("the API's document lists the words")
        };
        let view = if self.view.is_empty() { "table" } else { &self.view };
        Ok(boards::Panel {
            title: self.title.clone(),
            query: self.query.metric_query(),
            compare: self.query.compare.iter().map(|name| Comparison::parse(name)).collect::<Result<_>>()?,
            period: self.period.as_ref().map(|name| named(name).ok_or_else(|| word("period", name))).transpose()?,
            view: named(view).ok_or_else(|| word("view", view))?,
            x: self.x,
            y: self.y,
            w: self.w,
            h: self.h,
        })
    }
}

impl BoardExportPlan {
    fn plan(&self) -> Result<ExportPlan> {
        let format: BoardFormat = self.format.parse()?;
        Ok(ExportPlan { schedule: self.schedule.clone(), format, folder: self.folder.clone() })
    }
}

impl From<&boards::Board> for Board {
    fn from(board: &boards::Board) -> Self {
        let panel = |panel: &boards::Panel| BoardPanel {
            title: panel.title.clone(),
            query: Query { compare: panel.compare.iter().map(|comparison| comparison.to_string()).collect(), ..Query::from(&panel.query) },
            period: panel.period.map(|period| name(&period)),
            view: name(&panel.view),
            x: panel.x,
            y: panel.y,
            w: panel.w,
            h: panel.h,
        };
        let plan = |plan: &ExportPlan| BoardExportPlan {
            schedule: plan.schedule.clone(),
            format: plan.format.extension().to_owned(),
            folder: plan.folder.clone(),
        };
        Self {
            link: board.link.clone(),
            version: board.version,
            name: board.name.clone(),
            owner: board.owner.clone(),
            panels: board.layout.panels.iter().map(panel).collect(),
            export: board.layout.export.as_ref().map(plan),
            at: board.at.clone(),
            by: board.by.clone(),
        }
    }
}

/// The word of a choice, and the choice of a word, as the stored layout writes them.
fn name(choice: &impl Serialize) -> String {
    serde_json::to_value(choice).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn named<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}
