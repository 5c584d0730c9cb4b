//! 考核: schemes and scorecards.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde::Deserialize;
use utoipa::IntoParams;
use yh_app::assess;
use yh_metrics::Access;

use super::body::Body;
use crate::{problem::Answered, wire};

/// Which scorecards are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub(crate) struct CardSearch {
    scheme: String,
    period: Option<String>,
}

/// Lists the schemes.
#[utoipa::path(get, path = "/schemes", responses((status = 200, body = wire::SchemeList)))]
pub(crate) async fn list_schemes(State(state): State<crate::State>) -> Answered<wire::SchemeList> {
    let definitions = state.app.definitions().await?;
    let as_of = yh_app::home::as_of(&state.app).await?;
    let scheme = |scheme: &yh_model::scheme::Scheme| {
        let (periods, last) = as_of.map(|day| assess::scheme_periods(&definitions.calendar, scheme, day)).unwrap_or_default();
        wire::Scheme::of(scheme, &definitions, &periods, last)
    };
    Ok(Json(wire::SchemeList { schemes: definitions.schemes.iter().map(scheme).collect() }))
}

/// Lists the subjects with data in the scheme's last complete period.
#[utoipa::path(get, path = "/schemes/{name}/subjects", params(("name" = String, Path)), responses((status = 200, body = wire::Subjects)))]
pub(crate) async fn list_subjects(State(state): State<crate::State>, Path(name): Path<String>) -> Answered<wire::Subjects> {
    let definitions = state.app.definitions().await?;
    let scheme = definitions.scheme(&name)?;
    let as_of = yh_app::home::as_of(&state.app).await?;
    let subjects = match as_of.and_then(|day| assess::scheme_periods(&definitions.calendar, scheme, day).1) {
        Some(period) => assess::list_subjects(&state.app, &Access::all(), &name, period).await?,
        None => Vec::new(),
    };
    Ok(Json(wire::Subjects { subjects }))
}

/// Computes and records one scorecard.
#[utoipa::path(post, path = "/scorecards", request_body = wire::ScorecardRequest, responses((status = 200, body = wire::Scorecard)))]
pub(crate) async fn create_scorecard(
    State(state): State<crate::State>,
    Body(request): Body<wire::ScorecardRequest>,
) -> Answered<wire::Scorecard> {
    let assessment = assess::assess(&state.app, &Access::all(), &request.scheme, &request.period, request.subject.as_deref()).await?;
    Ok(Json(wire::Scorecard::of(&assessment)?))
}

/// Computes and records the scorecards of all subjects, best first.
#[utoipa::path(post, path = "/scorecards/ranking", request_body = wire::ScorecardRequest, responses((status = 200, body = wire::ScorecardList)))]
pub(crate) async fn create_ranking(
    State(state): State<crate::State>,
    Body(request): Body<wire::ScorecardRequest>,
) -> Answered<wire::ScorecardList> {
    let assessments = assess::assess_all(&state.app, &Access::all(), &request.scheme, &request.period).await?;
    let scorecards = assessments.iter().map(wire::Scorecard::of).collect::<Result<_, _>>()?;
    Ok(Json(wire::ScorecardList { scorecards }))
}

/// Lists recorded scorecards.
#[utoipa::path(get, path = "/scorecards", params(CardSearch), responses((status = 200, body = wire::ScorecardSummaries)))]
pub(crate) async fn list_scorecards(
    State(state): State<crate::State>,
    Query(search): Query<CardSearch>,
) -> Answered<wire::ScorecardSummaries> {
    let stored = assess::list_recorded(&state.app, &search.scheme, search.period.as_deref()).await?;
    let zone = &state.app.project.settings.zone;
    let summary = |card: assess::StoredScorecard| wire::ScorecardSummary {
        id: card.id.into(),
        scheme: card.scheme,
        period: card.period,
        subject: card.subject,
        total: card.total,
        tier: card.tier,
        provisional: card.provisional == "true",
        at: wire::local_time(&card.at, zone),
    };
    Ok(Json(wire::ScorecardSummaries { scorecards: stored.into_iter().map(summary).collect() }))
}

/// Finds a recorded scorecard, exactly as it was shown.
#[utoipa::path(get, path = "/scorecards/{id}", params(("id" = i64, Path)), responses((status = 200, body = wire::Scorecard)))]
pub(crate) async fn find_scorecard(State(state): State<crate::State>, Path(id): Path<i64>) -> Answered<wire::Scorecard> {
    let card = assess::find_recorded(&state.app, id).await?;
    Ok(Json(wire::Scorecard::read(&card.card, id)?))
}
