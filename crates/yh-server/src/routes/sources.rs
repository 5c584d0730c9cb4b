//! Sources: definitions, presets, and what came of their pulls.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use yh_app::{
    pull::list_attempts,
    sources::{add_preset, export_source},
};

use super::body::Body;
use crate::{
    problem::{Answered, ApiError},
    wire,
};

/// Lists the source definitions.
#[utoipa::path(get, path = "/sources", responses((status = 200, body = wire::SourceList)))]
pub(crate) async fn list_sources(State(state): State<crate::State>) -> Answered<wire::SourceList> {
    let definitions = state.app.definitions().await?;
    let mut attempts = list_attempts(&state.app, None).await?;
    for attempt in &mut attempts {
        attempt.error = attempt.error.take().map(|error| state.app.project.without_root(&error));
    }
    Ok(Json(wire::SourceList { sources: definitions.sources.iter().map(|source| wire::Source::of(source, &attempts)).collect() }))
}

/// Adds a preset to the project's definitions; a source of that name stays as it is.
#[utoipa::path(post, path = "/sources", request_body = wire::NewSource, responses((status = 200, body = wire::AddedSource)))]
pub(crate) async fn create_source(State(state): State<crate::State>, Body(new): Body<wire::NewSource>) -> Answered<wire::AddedSource> {
    let path = add_preset(&state.app, &new.preset, new.name.as_deref(), new.store.as_deref()).await?;
    Ok(Json(wire::AddedSource { name: new.name.unwrap_or(new.preset), path }))
}

/// Downloads a source as YAML: its file, or the mapping that was confirmed in the wizard.
#[utoipa::path(get, path = "/sources/{name}/definition", params(("name" = String, Path)), responses((status = 200, content_type = "application/yaml")))]
pub(crate) async fn download_definition(State(state): State<crate::State>, Path(name): Path<String>) -> Result<Response, ApiError> {
    let yaml = export_source(&state.app, &name).await?;
    Ok(super::download("source.yaml", "application/yaml; charset=utf-8", yaml.into_bytes()).into_response())
}

/// Lists the presets for well-known systems.
#[utoipa::path(get, path = "/presets", responses((status = 200, body = wire::PresetList)))]
pub(crate) async fn list_presets() -> Answered<wire::PresetList> {
    Ok(Json(wire::PresetList::all()))
}
