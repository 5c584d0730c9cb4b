//! The import wizard: upload, preview, check, import.

use axum::{
    Json,
    extract::{Multipart, Path, Query, State},
    http::StatusCode,
};
use yh_app::{
    import::{ImportRequest, Run},
    wizard::{ChosenHeader, FileChoice, chosen_mapping, preview_file},
};

use super::body::Body;
use crate::{
    problem::{Answered, ApiError},
    wire,
};

/// Which dataset and source an upload is meant for.
#[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub(crate) struct Meant {
    dataset: Option<String>,
    source: Option<String>,
}

/// Receives a file.
#[utoipa::path(post, path = "/uploads", request_body(content_type = "multipart/form-data"), responses((status = 200, body = wire::Upload)))]
pub(crate) async fn create_upload(State(state): State<crate::State>, form: Multipart) -> Answered<wire::Upload> {
    let (upload_id, uploaded) = state.uploads.receive(form).await?;
    Ok(Json(wire::Upload { upload_id, file_name: uploaded.file_name, bytes: uploaded.bytes, sha256: uploaded.sha256 }))
}

/// Looks into an uploaded file and proposes a mapping.
#[utoipa::path(get, path = "/uploads/{id}/preview", params(("id" = String, Path), wire::FormatChoice, Meant), responses((status = 200, body = wire::Preview)))]
pub(crate) async fn preview_upload(
    State(state): State<crate::State>,
    Path(id): Path<String>,
    Query(format): Query<wire::FormatChoice>,
    Query(meant): Query<Meant>,
) -> Answered<wire::Preview> {
    let uploaded = state.uploads.find(&id)?;
    let choice = FileChoice {
        path: uploaded.path,
        file_name: uploaded.file_name,
        format: format.file_format(),
        dataset: meant.dataset,
        source: meant.source,
    };
    Ok(Json(wire::Preview::from(&preview_file(&state.app, &choice).await?)))
}

/// Checks an uploaded file without importing it.
#[utoipa::path(post, path = "/uploads/{id}/check", params(("id" = String, Path)), request_body = wire::ImportChoice, responses((status = 202, body = wire::Started)))]
pub(crate) async fn check_upload(
    State(state): State<crate::State>,
    Path(id): Path<String>,
    Body(choice): Body<wire::ImportChoice>,
) -> Result<(StatusCode, Json<wire::Started>), ApiError> {
    start(&state, &id, choice, Run::Check).await
}

/// Imports an uploaded file.
#[utoipa::path(post, path = "/uploads/{id}/import", params(("id" = String, Path)), request_body = wire::ImportChoice, responses((status = 202, body = wire::Started)))]
pub(crate) async fn import_upload(
    State(state): State<crate::State>,
    Path(id): Path<String>,
    Body(choice): Body<wire::ImportChoice>,
) -> Result<(StatusCode, Json<wire::Started>), ApiError> {
    start(&state, &id, choice, Run::Commit).await
}

async fn start(
    state: &crate::State,
    id: &str,
    choice: wire::ImportChoice,
    run: Run,
) -> Result<(StatusCode, Json<wire::Started>), ApiError> {
    let uploaded = state.uploads.find(id)?;
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let chosen = |chosen: wire::ChosenHeader| ChosenHeader {
        header: chosen.header,
        column: chosen.column,
        format: filled(chosen.format),
        unit: filled(chosen.unit),
        values: chosen.values,
    };
    let headers: Vec<ChosenHeader> = choice.mapping.into_iter().map(chosen).collect();
    let file = FileChoice {
        path: uploaded.path,
        file_name: uploaded.file_name,
        format: choice.format.file_format(),
        dataset: Some(choice.dataset.clone()),
        source: choice.source.clone(),
    };
    let mapping = chosen_mapping(&state.app, &file, &choice.dataset, &headers).await?;
    let request = ImportRequest {
        dataset: choice.dataset,
        source: choice.source,
        path: file.path,
        file_name: file.file_name,
        mapping,
        run,
        ..ImportRequest::default()
    };
    let remember = choice.remember && run == Run::Commit;
    let job_id = state.jobs.start(std::sync::Arc::clone(&state.app), request, remember);
    Ok((StatusCode::ACCEPTED, Json(wire::Started { job_id })))
}

/// Describes a job.
#[utoipa::path(get, path = "/jobs/{id}", params(("id" = String, Path)), responses((status = 200, body = wire::Job)))]
pub(crate) async fn find_job(State(state): State<crate::State>, Path(id): Path<String>) -> Answered<wire::Job> {
    Ok(Json(state.jobs.find(&id)?))
}

/// Asks a job to stop.
#[utoipa::path(delete, path = "/jobs/{id}", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn cancel_job(State(state): State<crate::State>, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    state.jobs.cancel(&id)?;
    Ok(StatusCode::NO_CONTENT)
}
