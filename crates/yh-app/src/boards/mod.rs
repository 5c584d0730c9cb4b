//! Boards: saved pages of panels, each a question with a view, shared by a link.

mod export;
mod layout;

use yh_metrics::Access;
use yh_records::{NewBoard, RecordsError, StoredBoard};

use crate::{App, AppError, ErrorKind, Question, Result};

pub use export::{BoardFile, WrittenBoard, export, export_due, export_to, list_exports};
pub use layout::{BoardFormat, ExportPlan, Layout, Panel, RelativePeriod, View};

/// Boards of one project.
const MAX_BOARDS: usize = 500;

/// One version of a board.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// By which it is shared; the same for all versions.
    pub link: String,
    pub version: i32,
    pub name: String,
    pub owner: String,
    pub layout: Layout,
    pub at: String,
    pub by: String,
}

/// A board as somebody saves it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BoardDraft {
    pub name: String,
    /// Whoever saves it first when empty.
    pub owner: String,
    pub layout: Layout,
}

/// Lists boards by name.
pub async fn list_boards(app: &App) -> Result<Vec<Board>> {
    app.records.list_boards().await?.into_iter().map(board).collect()
}

/// Finds a board by its link or, where only one has it, its name.
pub async fn find_board(app: &App, link: &str, version: Option<i32>) -> Result<Board> {
    match app.records.find_board(link, version).await {
        Ok(found) => board(found),
        Err(RecordsError::NotFound { .. }) => {
            let boards = app.records.list_boards().await?;
            let named: Vec<&StoredBoard> = boards.iter().filter(|board| board.name == link).collect();
            match named.as_slice() {
                [one] if version.is_none() => board((*one).clone()),
                [] | [_] => Err(AppError::unknown("board", link, boards.iter().map(|board| board.name.as_str()))),
                _ => {
                    Err(AppError::new(ErrorKind::Input, "board-name", format!("several boards are called {link}"))
                        .hint("name one by its link"))
                }
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// Lists a board's versions, newest first.
pub async fn list_board_versions(app: &App, link: &str) -> Result<Vec<Board>> {
    app.records.list_board_versions(link).await?.into_iter().map(board).collect()
}

/// Saves a new board under a link of its own.
pub async fn create_board(app: &App, access: &Access, draft: &BoardDraft) -> Result<Board> {
    layout::check(app, access, draft).await?;
    if app.records.list_boards().await?.len() >= MAX_BOARDS {
        let error = AppError::new(ErrorKind::Limit, "boards-many", format!("there are {MAX_BOARDS} boards already"));
        return Err(error.hint("delete one that is not used"));
    }
    let owner = if draft.owner.trim().is_empty() { app.user.clone() } else { draft.owner.trim().to_owned() };
    save(app, uuid::Uuid::new_v4().simple().to_string(), owner, draft, 0).await
}

/// Saves the next version of a board; `version` is the one that was changed.
pub async fn change_board(app: &App, access: &Access, link: &str, version: i32, draft: &BoardDraft) -> Result<Board> {
    layout::check(app, access, draft).await?;
    let last = app.records.find_board(link, None).await?;
    let owner = if draft.owner.trim().is_empty() { last.owner } else { draft.owner.trim().to_owned() };
    save(app, last.link, owner, draft, version).await
}

/// Deletes a board.
pub async fn delete_board(app: &App, link: &str) -> Result<()> {
    Ok(app.records.delete_board(link, &app.stamp()).await?)
}

async fn save(app: &App, link: String, owner: String, draft: &BoardDraft, version: i32) -> Result<Board> {
    let layout =
        serde_json::to_string(&draft.layout).map_err(|error| AppError::new(ErrorKind::Internal, "board-layout", error.to_string()))?;
    let new = NewBoard { link, name: draft.name.trim().to_owned(), owner, layout };
    match app.records.record_board(new, version, &app.stamp()).await {
        Ok(saved) => board(saved),
        Err(RecordsError::Conflict) => {
            let error = AppError::new(ErrorKind::Busy, "board-changed", "the board was changed meanwhile");
            Err(error.hint("load it again and repeat the change"))
        }
        Err(error) => Err(error.into()),
    }
}

fn board(stored: StoredBoard) -> Result<Board> {
    let layout = serde_json::from_str(&stored.layout).map_err(|error| {
        AppError::new(ErrorKind::Internal, "board-layout", format!("the board {} cannot be read: {error}", stored.link))
    })?;
    let StoredBoard { link, version, name, owner, at, by, .. } = stored;
    Ok(Board { link, version, name, owner, layout, at, by })
}

/// The question of a panel as of now: a relative period is settled at the data's watermark.
pub async fn panel_question(app: &App, panel: &Panel) -> Result<Question> {
    let mut query = panel.query.clone();
    if let Some(period) = panel.period {
        let definitions = app.definitions().await?;
        let facts = app.facts().await?;
        let measured = crate::ask::measured_datasets(&definitions.catalog, &query.metrics);
        if let Some(as_of) = crate::app::earliest(&facts.watermarks(&measured)) {
            let (start, end) = period.days(as_of);
            (query.start_time, query.end_time) = (Some(start.to_string()), Some(end.to_string()));
        }
    }
    Ok(Question { query, compare: panel.compare.clone() })
}
