//! 目标: numbers to be reached, how they are split, and who approved them; actuals by hand.

use axum::{
    Json,
    extract::{Multipart, Query, State},
    http::StatusCode,
    response::Response,
};
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::IntoParams;
use yh_app::{
    AppError, ErrorKind, actuals,
    targets::{
        self, TargetKey, TargetText, Verdict,
        cascade::{By, Fixed, Keys},
    },
};
use yh_metrics::Access;
use yh_model::Grain;

use super::{XLSX, body::Body, download};
use crate::{
    problem::{Answered, ApiError},
    wire,
};

/// One target.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub(crate) struct WhichTarget {
    metric: String,
    period: String,
    dimension: Option<String>,
    segment: Option<String>,
    /// Growth on top of a proposal's expected value, 0.1 for 10 %.
    growth: Option<String>,
    /// The last business day of a progress; the last one with data when absent.
    day: Option<String>,
}

impl WhichTarget {
    async fn key(&self, state: &crate::State) -> yh_app::Result<TargetKey> {
        let segment = self.dimension.clone().zip(self.segment.clone());
        targets::target_key(&state.app, &self.metric, segment, &self.period).await
    }
}

/// Lists the targets in force, and those on their way.
#[utoipa::path(get, path = "/targets", responses((status = 200, body = wire::TargetList)))]
pub(crate) async fn list_targets(State(state): State<crate::State>) -> Answered<wire::TargetList> {
    let stored = targets::list_targets(&state.app, None).await?;
    let pending = targets::list_pending(&state.app).await?;
    let zone = &state.app.project.settings.zone;
    Ok(Json(wire::TargetList {
        targets: stored.iter().map(|stored| wire::Target::of(stored, zone)).collect(),
        pending: pending.iter().map(|stored| wire::Target::of(stored, zone)).collect(),
        approval_required: targets::is_approval_required(&state.app),
    }))
}

/// Lists every version of one target.
#[utoipa::path(get, path = "/targets/versions", params(WhichTarget), responses((status = 200, body = wire::TargetVersions)))]
pub(crate) async fn list_target_versions(
    State(state): State<crate::State>,
    Query(which): Query<WhichTarget>,
) -> Answered<wire::TargetVersions> {
    let stored = targets::list_versions(&state.app, &which.key(&state).await?).await?;
    let zone = &state.app.project.settings.zone;
    Ok(Json(wire::TargetVersions { versions: stored.iter().map(|stored| wire::Target::of(stored, zone)).collect() }))
}

/// Records one target; a new version where there is one already.
#[utoipa::path(post, path = "/targets", request_body = wire::NewTarget, responses((status = 204)))]
pub(crate) async fn set_target(State(state): State<crate::State>, Body(new): Body<wire::NewTarget>) -> Result<StatusCode, ApiError> {
    targets::set_target(&state.app, &TargetText::from(new)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Records the rows of a grid, all or none.
#[utoipa::path(post, path = "/targets/grid", request_body = wire::NewTargets, responses((status = 200, body = wire::TargetReport)))]
pub(crate) async fn set_targets(State(state): State<crate::State>, Body(new): Body<wire::NewTargets>) -> Answered<wire::TargetReport> {
    let texts: Vec<TargetText> = new.targets.into_iter().map(TargetText::from).collect();
    Ok(Json(report(&targets::set_targets(&state.app, &texts, None).await?)))
}

/// Records targets as drafts, which count only once another person has approved them; all or none.
#[utoipa::path(post, path = "/targets/drafts", request_body = wire::NewTargets, responses((status = 200, body = wire::TargetReport)))]
pub(crate) async fn draft_targets(State(state): State<crate::State>, Body(new): Body<wire::NewTargets>) -> Answered<wire::TargetReport> {
    let texts: Vec<TargetText> = new.targets.into_iter().map(TargetText::from).collect();
    Ok(Json(report(&targets::draft_targets(&state.app, &texts).await?)))
}

/// Splits a target in force; nothing is recorded.
#[utoipa::path(post, path = "/targets/cascade", request_body = wire::CascadeRequest, responses((status = 200, body = wire::CascadeAnswer)))]
pub(crate) async fn cascade_target(
    State(state): State<crate::State>,
    Body(request): Body<wire::CascadeRequest>,
) -> Answered<wire::CascadeAnswer> {
    let segment = request.dimension.clone().zip(request.segment.clone());
    let key = targets::target_key(&state.app, &request.metric, segment, &request.period).await?;
    let by = match (request.by.as_str(), Grain::parse(&request.by)) {
        (_, Some(grain)) => By::Time(grain),
        ("person", None) => By::Person { of: request.of.unwrap_or_else(|| "store".to_owned()) },
        _ => By::Dimension(request.by),
    };
    let keys = match request.keys.as_deref() {
        Some("equal") => Keys::Equal,
        Some("shape") => Keys::Shape,
        None | Some("history") => Keys::History,
        Some(other) => return Err(AppError::unknown("keys", other, ["equal", "history", "shape"]).into()),
    };
    let fixed: Vec<Fixed> = request.fixed.into_iter().map(fixed).collect::<Result<_, _>>()?;
    let found = targets::cascade::cascade(&state.app, &Access::all(), &key, &by, keys, &fixed).await?;
    Ok(Json(wire::CascadeAnswer::from(&found)))
}

fn fixed(child: wire::FixedChild) -> Result<Fixed, ApiError> {
    match targets::number("target", &child.target) {
        Ok(Some(target)) => Ok((child.name, target)),
        _ => {
            let message = format!("target '{}' of {} is not a number", child.target, child.name);
            Err(AppError::new(ErrorKind::Input, "target", message).hint("mend the field and save again").into())
        }
    }
}

/// Works out how the siblings of a changed target move so that all still sum to the company's; nothing is recorded.
#[utoipa::path(post, path = "/targets/rebalance", request_body = wire::NewTarget, responses((status = 200, body = wire::Siblings)))]
pub(crate) async fn rebalance_target(State(state): State<crate::State>, Body(new): Body<wire::NewTarget>) -> Answered<wire::Siblings> {
    let changed = targets::read_target(&state.app, &TargetText::from(new)).await?;
    let moved = targets::cascade::rebalance(&state.app, &changed).await?;
    Ok(Json(wire::Siblings { targets: moved.iter().map(wire::NewTarget::from).collect() }))
}

/// Lists cascades whose children do not sum to their parent.
#[utoipa::path(get, path = "/targets/check", responses((status = 200, body = wire::TargetCheck)))]
pub(crate) async fn check_targets(State(state): State<crate::State>) -> Answered<wire::TargetCheck> {
    let found = targets::check::check_targets(&state.app).await?;
    Ok(Json(wire::TargetCheck { differences: found.iter().map(wire::TargetDifference::from).collect() }))
}

/// The planned path of a metric in a period, by day.
#[utoipa::path(get, path = "/targets/path", params(WhichTarget), responses((status = 200, body = wire::TargetPath)))]
pub(crate) async fn find_target_path(State(state): State<crate::State>, Query(which): Query<WhichTarget>) -> Answered<wire::TargetPath> {
    let key = which.key(&state).await?;
    let dimension = key.segment.as_ref().map(|(dimension, _)| dimension.as_str());
    let paths = targets::path::target_paths(&state.app, &Access::all(), &key.metric, dimension, key.period).await?;
    let value = key.segment.as_ref().map(|(_, value)| value.as_str());
    let paths = paths.ok_or_else(|| {
        AppError::new(ErrorKind::Input, "not-additive", format!("{} does not add up over days, so it has no path", key.metric))
            .hint("its target holds for every day alike")
    })?;
    let path = paths.of(value);
    let stored = targets::list_targets(&state.app, Some(&key.metric)).await?;
    let target = stored.iter().find(|stored| stored.target.period == key.period && stored.target.segment == key.segment);
    let planned =
        |day| target.map(|stored| path.planned(stored.target.target, day)).and_then(|value| yh_model::Value::Decimal(value).number());
    let day = |(day, share, origin)| wire::PathDay {
        day: jiff::civil::Date::to_string(&day),
        share,
        origin: targets::path::origin_name(origin).to_owned(),
        until: path.share_until(day),
        planned: planned(day),
    };
    Ok(Json(wire::TargetPath { basis: wire::Label::from(&targets::path::basis_label(path)), days: path.days().map(day).collect() }))
}

/// A target on its way: actual to date, planned path, gap and what each remaining day must bring.
#[utoipa::path(get, path = "/targets/progress", params(WhichTarget), responses((status = 200, body = wire::HomeGoal)))]
pub(crate) async fn find_target_progress(State(state): State<crate::State>, Query(which): Query<WhichTarget>) -> Answered<wire::HomeGoal> {
    let day = which.day.as_deref().filter(|day| !day.is_empty()).map(|text| {
        text.parse().map_err(|_| AppError::new(ErrorKind::Input, "period", format!("'{text}' is not a day")).hint("write 2025-11-11"))
    });
    let found = yh_app::home::target_progress(&state.app, &Access::all(), &which.key(&state).await?, day.transpose()?).await?;
    Ok(Json(wire::HomeGoal::from(&found)))
}

/// Suggests levels from a forecast of the history; nothing is recorded.
#[utoipa::path(get, path = "/targets/proposal", params(WhichTarget), responses((status = 200, body = wire::TargetProposal)))]
pub(crate) async fn propose_target(State(state): State<crate::State>, Query(which): Query<WhichTarget>) -> Answered<wire::TargetProposal> {
    let growth: Decimal = match which.growth.as_deref() {
        None | Some("") => Decimal::ZERO,
        Some(text) => text.parse().map_err(|_| {
            AppError::new(ErrorKind::Input, "growth", format!("growth '{text}' is not a number")).hint("write 0.1 for 10 %")
        })?,
    };
    let found = targets::propose::propose(&state.app, &Access::all(), &which.key(&state).await?, growth).await?;
    Ok(Json(wire::TargetProposal::from(&found)))
}

/// Submits, approves or rejects versions of targets.
#[utoipa::path(post, path = "/targets/decisions", request_body = wire::Decision, responses((status = 204)))]
pub(crate) async fn decide_targets(
    State(state): State<crate::State>,
    Body(decision): Body<wire::Decision>,
) -> Result<StatusCode, ApiError> {
    let (ids, by, note) = (&decision.ids, decision.by.as_deref(), decision.note.as_deref().unwrap_or_default());
    match verdict(&decision.action)? {
        None => targets::submit_targets(&state.app, ids, by).await?,
        Some(verdict) => targets::decide_targets(&state.app, ids, verdict, note, by).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}

/// None submits.
fn verdict(action: &str) -> Result<Option<Verdict>, ApiError> {
    match action {
        "submit" => Ok(None),
        "approve" => Ok(Some(Verdict::Approve)),
        "reject" => Ok(Some(Verdict::Reject)),
        other => Err(AppError::unknown("action", other, ["submit", "approve", "reject"]).into()),
    }
}

/// Imports a target file; any refused line records nothing.
#[utoipa::path(post, path = "/targets/import", request_body(content_type = "multipart/form-data"), responses((status = 200, body = wire::TargetReport)))]
pub(crate) async fn import_targets(State(state): State<crate::State>, form: Multipart) -> Answered<wire::TargetReport> {
    let (id, uploaded) = state.uploads.receive(form).await?;
    let imported = targets::import_targets(&state.app, &uploaded.path, None).await;
    state.uploads.remove(&id);
    Ok(Json(report(&imported?)))
}

fn report(report: &targets::TargetReport) -> wire::TargetReport {
    let reject = |reject: &targets::TargetReject| wire::Reject {
        line: reject.line as u64,
        column: reject.column.clone(),
        value: reject.value.clone(),
        reason: reject.reason.clone(),
        hint: String::new(),
    };
    wire::TargetReport { accepted: report.recorded, rejected: report.rejected.iter().map(reject).collect() }
}

/// Downloads an empty target file.
#[utoipa::path(get, path = "/targets/template.xlsx", responses((status = 200, description = "The workbook", body = String, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub(crate) async fn download_template(State(state): State<crate::State>) -> Result<Response, ApiError> {
    Ok(download("targets.xlsx", XLSX, targets::target_template(&state.app).await?))
}

/// Lists actuals by hand, every version, the newest first.
#[utoipa::path(get, path = "/actuals", responses((status = 200, body = wire::ActualList)))]
pub(crate) async fn list_actuals(State(state): State<crate::State>) -> Answered<wire::ActualList> {
    let stored = actuals::list_actuals(&state.app).await?;
    let zone = &state.app.project.settings.zone;
    Ok(Json(wire::ActualList {
        actuals: stored.iter().map(|stored| wire::Actual::of(stored, zone)).collect(),
        metrics: actuals::list_manual_metrics(&state.app).await?,
    }))
}

/// Records an actual by hand.
#[utoipa::path(post, path = "/actuals", request_body = wire::NewActual, responses((status = 204)))]
pub(crate) async fn set_actual(State(state): State<crate::State>, Body(new): Body<wire::NewActual>) -> Result<StatusCode, ApiError> {
    let text = actuals::ActualText {
        metric: new.metric,
        dimension: new.dimension.unwrap_or_default(),
        segment: new.segment.unwrap_or_default(),
        period: new.period,
        value: new.value,
        reason: new.reason,
        evidence: new.evidence,
    };
    actuals::set_actual(&state.app, &text, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Submits, approves or rejects versions of actuals.
#[utoipa::path(post, path = "/actuals/decisions", request_body = wire::Decision, responses((status = 204)))]
pub(crate) async fn decide_actuals(
    State(state): State<crate::State>,
    Body(decision): Body<wire::Decision>,
) -> Result<StatusCode, ApiError> {
    let (ids, by, note) = (&decision.ids, decision.by.as_deref(), decision.note.as_deref().unwrap_or_default());
    match verdict(&decision.action)? {
        None => actuals::submit_actuals(&state.app, ids, by).await?,
        Some(verdict) => actuals::decide_actuals(&state.app, ids, verdict, note, by).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}
