//! Boards: saved pages of panels.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use utoipa::IntoParams;
use yh_app::boards::{self, Board, BoardFormat};
use yh_metrics::Access;

use super::{XLSX, body::Body, download};
use crate::{
    problem::{Answered, ApiError},
    wire,
};

/// Which version of a board.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub(crate) struct BoardVersion {
    /// The last one when absent.
    version: Option<i32>,
}

/// The form of a board's file.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub(crate) struct BoardExport {
    /// `xlsx` (a sheet per panel, with notes) or `html` (one page that needs nothing else).
    format: Option<String>,
}

/// Lists boards by name.
#[utoipa::path(get, path = "/boards", responses((status = 200, body = wire::BoardList)))]
pub(crate) async fn list_boards(State(state): State<crate::State>) -> Answered<wire::BoardList> {
    let boards = boards::list_boards(&state.app).await?;
    Ok(Json(wire::BoardList { boards: boards.iter().map(wire::Board::from).collect() }))
}

/// Finds a board by its link.
#[utoipa::path(get, path = "/boards/{link}", params(("link" = String, Path), BoardVersion), responses((status = 200, body = wire::Board)))]
pub(crate) async fn find_board(
    State(state): State<crate::State>,
    Path(link): Path<String>,
    Query(which): Query<BoardVersion>,
) -> Answered<wire::Board> {
    Ok(Json(wire::Board::from(&boards::find_board(&state.app, &link, which.version).await?)))
}

/// Lists a board's versions, newest first.
#[utoipa::path(get, path = "/boards/{link}/versions", params(("link" = String, Path)), responses((status = 200, body = wire::BoardList)))]
pub(crate) async fn list_board_versions(State(state): State<crate::State>, Path(link): Path<String>) -> Answered<wire::BoardList> {
    let boards = boards::list_board_versions(&state.app, &link).await?;
    Ok(Json(wire::BoardList { boards: boards.iter().map(wire::Board::from).collect() }))
}

/// Saves a new board.
#[utoipa::path(post, path = "/boards", request_body = wire::BoardDraft, responses((status = 201, body = wire::Board)))]
pub(crate) async fn create_board(
    State(state): State<crate::State>,
    Body(draft): Body<wire::BoardDraft>,
) -> Result<(StatusCode, Json<wire::Board>), ApiError> {
    let board = boards::create_board(&state.app, &Access::all(), &draft.draft()?).await?;
    Ok((StatusCode::CREATED, Json(wire::Board::from(&board))))
}

/// Saves the next version of a board; refused when it was changed since the `version` that is sent.
#[utoipa::path(put, path = "/boards/{link}", params(("link" = String, Path)), request_body = wire::BoardDraft, responses((status = 200, body = wire::Board)))]
pub(crate) async fn change_board(
    State(state): State<crate::State>,
    Path(link): Path<String>,
    Body(draft): Body<wire::BoardDraft>,
) -> Answered<wire::Board> {
    let version = draft.version.unwrap_or(0);
    let board = boards::change_board(&state.app, &Access::all(), &link, version, &draft.draft()?).await?;
    Ok(Json(wire::Board::from(&board)))
}

/// Deletes a board.
#[utoipa::path(delete, path = "/boards/{link}", params(("link" = String, Path)), responses((status = 204)))]
pub(crate) async fn delete_board(State(state): State<crate::State>, Path(link): Path<String>) -> Result<StatusCode, ApiError> {
    boards::delete_board(&state.app, &link).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Downloads a board as a file.
#[utoipa::path(get, path = "/boards/{link}/export", params(("link" = String, Path), BoardExport), responses((status = 200, description = "The file", content((String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/html")))))]
pub(crate) async fn export_board(
    State(state): State<crate::State>,
    Path(link): Path<String>,
    Query(choice): Query<BoardExport>,
) -> Result<Response, ApiError> {
    let board = boards::find_board(&state.app, &link, None).await?;
    file(&state, &board, &choice).await
}

/// Downloads a board as a file, with other questions than its own: those a page shows under its period and filters.
#[utoipa::path(post, path = "/boards/{link}/export", params(("link" = String, Path), BoardExport), request_body = wire::BoardQuestions, responses((status = 200, description = "The file", content((String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/html")))))]
pub(crate) async fn export_board_as_asked(
    State(state): State<crate::State>,
    Path(link): Path<String>,
    Query(choice): Query<BoardExport>,
    Body(asked): Body<wire::BoardQuestions>,
) -> Result<Response, ApiError> {
    let mut board = boards::find_board(&state.app, &link, None).await?;
    asked.put(&mut board)?;
    file(&state, &board, &choice).await
}

async fn file(state: &crate::State, board: &Board, choice: &BoardExport) -> Result<Response, ApiError> {
    let format: BoardFormat = choice.format.as_deref().unwrap_or("xlsx").parse()?;
    let bytes = boards::export(&state.app, &Access::all(), board, format).await?;
    match format {
        BoardFormat::Xlsx => Ok(download("board.xlsx", XLSX, bytes)),
        BoardFormat::Html => Ok(download("board.html", "text/html; charset=utf-8", bytes)),
    }
}

/// Lists the last times a board was written to a file, and says when its schedule comes next.
#[utoipa::path(get, path = "/boards/{link}/exports", params(("link" = String, Path)), responses((status = 200, body = wire::BoardExports)))]
pub(crate) async fn list_board_exports(State(state): State<crate::State>, Path(link): Path<String>) -> Answered<wire::BoardExports> {
    let board = boards::find_board(&state.app, &link, None).await?;
    let (next, written) = boards::list_exports(&state.app, &board).await?;
    Ok(Json(wire::BoardExports::new(next, written)))
}
