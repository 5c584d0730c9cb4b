//! 对账: figures of platforms tied to our metrics.

use axum::{
    Json,
    extract::{Path, State},
};
use rust_decimal::Decimal;
use yh_app::{
    AppError, ErrorKind,
    reconcile::{self, Practice, ReconcileRequest},
};
use yh_metrics::Access;

use super::body::Body;
use crate::{problem::Answered, wire};

/// Lists kept reconciliations, the newest first.
#[utoipa::path(get, path = "/reconciliations", responses((status = 200, body = wire::ReconciliationList)))]
pub(crate) async fn list_reconciliations(State(state): State<crate::State>) -> Answered<wire::ReconciliationList> {
    let stored = reconcile::list_reconciliations(&state.app).await?;
    let zone = &state.app.project.settings.zone;
    Ok(Json(wire::ReconciliationList {
        reconciliations: stored.iter().map(|stored| wire::ReconciliationSummary::of(stored, zone)).collect(),
    }))
}

/// Explains a platform's figure and keeps the result.
#[utoipa::path(post, path = "/reconciliations", request_body = wire::NewReconciliation, responses((status = 200, body = wire::ReconciliationAnswer)))]
pub(crate) async fn create_reconciliation(
    State(state): State<crate::State>,
    Body(new): Body<wire::NewReconciliation>,
) -> Answered<wire::ReconciliationAnswer> {
    let figure = match new.figure.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(text) => Some(figure(text)?),
    };
    let request = ReconcileRequest {
        metric: new.metric,
        period: new.period,
        segment: new.dimension.zip(new.segment),
        figure,
        against: new.against.filter(|name| !name.is_empty()),
        practice: new.practice.map(Practice::from),
        note: new.note,
        ..ReconcileRequest::default()
    };
    let (id, found) = reconcile::reconcile(&state.app, &Access::all(), &request).await?;
    Ok(Json(wire::ReconciliationAnswer::of(id, &found)))
}

fn figure(text: &str) -> Result<Decimal, AppError> {
    let clean: String = text.chars().filter(|c| !matches!(c, ',' | '，' | ' ' | '¥' | '￥')).collect();
    clean
        .parse()
        .map_err(|_| AppError::new(ErrorKind::Input, "figure", format!("'{text}' is not a number")).hint("write for example 123456.78"))
}

/// Finds a kept reconciliation, exactly as it was found.
#[utoipa::path(get, path = "/reconciliations/{id}", params(("id" = i64, Path)), responses((status = 200, body = wire::ReconciliationAnswer)))]
pub(crate) async fn find_reconciliation(State(state): State<crate::State>, Path(id): Path<i64>) -> Answered<wire::ReconciliationAnswer> {
    let (_, found) = reconcile::find_reconciliation(&state.app, id).await?;
    Ok(Json(wire::ReconciliationAnswer::of(id, &found)))
}
