//! 目标: numbers to be reached.

use axum::{
    Json,
    extract::{Multipart, State},
    http::StatusCode,
    response::Response,
};
use yh_app::targets::{self, TargetText};

use super::{XLSX, download};
use crate::{
    problem::{Answered, ApiError},
    wire,
};

/// Lists the targets in force.
#[utoipa::path(get, path = "/targets", responses((status = 200, body = wire::TargetList)))]
pub(crate) async fn list_targets(State(state): State<crate::State>) -> Answered<wire::TargetList> {
    let stored = targets::list_targets(&state.app, None).await?;
    let zone = &state.app.project.settings.zone;
    let target = |stored| {
        let target = wire::Target::from(stored);
        wire::Target { at: wire::local_time(&target.at, zone), ..target }
    };
    Ok(Json(wire::TargetList { targets: stored.iter().map(target).collect() }))
}

/// Records one target; a new version where there is one already.
#[utoipa::path(post, path = "/targets", request_body = wire::NewTarget, responses((status = 204)))]
pub(crate) async fn set_target(State(state): State<crate::State>, Json(new): Json<wire::NewTarget>) -> Result<StatusCode, ApiError> {
    let text = TargetText {
        metric: new.metric,
        dimension: new.dimension.unwrap_or_default(),
        segment: new.segment.unwrap_or_default(),
        period: new.period,
        floor: new.floor.unwrap_or_default(),
        target: new.target,
        stretch: new.stretch.unwrap_or_default(),
        reason: new.reason.unwrap_or_default(),
    };
    targets::set_target(&state.app, &text).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Imports a target file; any refused line records nothing.
#[utoipa::path(post, path = "/targets/import", request_body(content_type = "multipart/form-data"), responses((status = 200, body = wire::TargetReport)))]
pub(crate) async fn import_targets(State(state): State<crate::State>, form: Multipart) -> Answered<wire::TargetReport> {
    let (_, uploaded) = state.uploads.receive(form).await?;
    let report = targets::import_targets(&state.app, &uploaded.path).await?;
    let reject = |reject: &targets::TargetReject| wire::Reject {
        line: reject.line as u64,
        column: reject.column.clone(),
        value: reject.value.clone(),
        reason: reject.reason.clone(),
        hint: String::new(),
    };
    Ok(Json(wire::TargetReport { accepted: report.recorded, rejected: report.rejected.iter().map(reject).collect() }))
}

/// Downloads an empty target file.
#[utoipa::path(get, path = "/targets/template.xlsx", responses((status = 200, description = "the workbook")))]
pub(crate) async fn download_template(State(state): State<crate::State>) -> Result<Response, ApiError> {
    Ok(download("targets.xlsx", XLSX, targets::target_template(&state.app).await?))
}
