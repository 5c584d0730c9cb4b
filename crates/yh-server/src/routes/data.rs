//! 数据: datasets, their rows, and the imports that brought them.

use axum::{
    Json,
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;
use utoipa::IntoParams;
use yh_app::import::Imported;
use yh_metrics::Access;

use super::{CSV, download};
use crate::{
    problem::{Answered, ApiError},
    wire,
};

/// Which part of a list is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub(crate) struct Page {
    offset: u64,
    /// At most 1000; 50 when absent.
    limit: Option<u64>,
    dataset: Option<String>,
}

impl Page {
    fn limit(&self) -> u64 {
        self.limit.unwrap_or(50).min(1000)
    }
}

/// Lists all known datasets, filled ones first.
#[utoipa::path(get, path = "/datasets", responses((status = 200, body = wire::DatasetList)))]
pub(crate) async fn list_datasets(State(state): State<crate::State>) -> Answered<wire::DatasetList> {
    let states = yh_app::datasets::list_datasets(&state.app).await?;
    Ok(Json(wire::DatasetList { datasets: states.iter().map(wire::Dataset::from).collect() }))
}

/// Pages through a dataset's rows.
#[utoipa::path(get, path = "/datasets/{name}/rows", params(("name" = String, Path), Page), responses((status = 200, body = wire::RowsPage)))]
pub(crate) async fn list_dataset_rows(
    State(state): State<crate::State>,
    Path(name): Path<String>,
    Query(page): Query<Page>,
) -> Answered<wire::RowsPage> {
    let rows = yh_app::datasets::list_rows(&state.app, &Access::all(), &name, page.offset, page.limit()).await?;
    let definitions = state.app.definitions().await?;
    Ok(Json(wire::RowsPage::of(&rows, &definitions, Some(&name))))
}

/// Lists imports, newest first.
#[utoipa::path(get, path = "/imports", params(Page), responses((status = 200, body = wire::ImportList)))]
pub(crate) async fn list_imports(State(state): State<crate::State>, Query(page): Query<Page>) -> Answered<wire::ImportList> {
    let (imports, total) = yh_app::import::list_imports(&state.app, page.dataset.as_deref(), page.offset, page.limit()).await?;
    let definitions = state.app.definitions().await?;
    let imports = imports.iter().map(|import| describe(&state, &definitions, import)).collect();
    Ok(Json(wire::ImportList { imports, total }))
}

/// Finds one import.
#[utoipa::path(get, path = "/imports/{id}", params(("id" = i64, Path)), responses((status = 200, body = wire::Import)))]
pub(crate) async fn find_import(State(state): State<crate::State>, Path(id): Path<i64>) -> Answered<wire::Import> {
    let import = yh_app::import::find_import(&state.app, id).await?;
    let definitions = state.app.definitions().await?;
    Ok(Json(describe(&state, &definitions, &import)))
}

/// Downloads an import's rejected rows.
#[utoipa::path(get, path = "/imports/{id}/rejects.csv", params(("id" = i64, Path)), responses((status = 200, content_type = "text/csv")))]
pub(crate) async fn download_rejects(State(state): State<crate::State>, Path(id): Path<i64>) -> Result<Response, ApiError> {
    let bytes = yh_app::import::read_rejects(&state.app, id).await?;
    Ok(download(&format!("rejects-{id}.csv"), CSV, bytes))
}

/// Takes an import back.
#[utoipa::path(post, path = "/imports/{id}/undo", params(("id" = i64, Path)), responses((status = 200, body = wire::Undone)))]
pub(crate) async fn undo_import(State(state): State<crate::State>, Path(id): Path<i64>) -> Answered<wire::Undone> {
    Ok(Json(wire::Undone { datasets: yh_app::import::undo_import(&state.app, id).await?.names }))
}

fn describe(state: &crate::State, definitions: &yh_app::Definitions, import: &yh_app::import::Import) -> wire::Import {
    let report: serde_json::Value = serde_json::from_str(&import.report).unwrap_or_default();
    let error = report.get("error").and_then(serde_json::Value::as_str).map(|text| state.app.project.without_root(text));
    let imported = Imported {
        import_id: Some(import.id),
        dataset: import.dataset.clone(),
        source: import.source.clone(),
        file_name: import.file_name.clone(),
        // A failed import has no report but an error.
        report: serde_json::from_value(report).unwrap_or_default(),
        derived: Vec::new(),
        already_imported: false,
        rejects: None,
        duration_ms: import.duration_ms.unsigned_abs(),
    };
    wire::Import {
        id: import.id,
        state: import.state.name().to_owned(),
        file_hash: import.file_hash.clone(),
        started_at: wire::local_time(&import.at, &state.app.project.settings.zone),
        by: import.by.clone(),
        has_rejects: imported.report.rejected > 0,
        error,
        report: wire::ImportReport::of(&imported, definitions, &state.app.project.settings.zone),
    }
}
