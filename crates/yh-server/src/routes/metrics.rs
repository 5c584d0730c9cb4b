//! 指标: the catalogue.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde::Deserialize;
use utoipa::IntoParams;
use yh_metrics::Access;

use crate::{problem::Answered, wire};

/// Which values of a dimension are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub(crate) struct ValueSearch {
    /// The metric whose dimension it is.
    metric: Option<String>,
    /// Part of the value.
    search: Option<String>,
    limit: Option<u64>,
}

/// Lists the metrics.
#[utoipa::path(get, path = "/metrics", responses((status = 200, body = wire::MetricList)))]
pub(crate) async fn list_metrics(State(state): State<crate::State>) -> Answered<wire::MetricList> {
    let cards = yh_app::catalog::list_metrics(&state.app).await?;
    Ok(Json(wire::MetricList { metrics: cards.iter().map(wire::Metric::from).collect() }))
}

/// Finds one metric with its formula, SQL and history.
#[utoipa::path(get, path = "/metrics/{name}", params(("name" = String, Path)), responses((status = 200, body = wire::MetricDetail)))]
pub(crate) async fn find_metric(State(state): State<crate::State>, Path(name): Path<String>) -> Answered<wire::MetricDetail> {
    let detail = yh_app::catalog::find_metric(&state.app, &Access::all(), &name).await?;
    let revision = |revision: &yh_app::catalog::Revision| wire::Revision {
        revision: revision.hash.clone(),
        at: wire::local_time(&revision.at, &state.app.project.settings.zone),
        by: revision.by.clone(),
        path: revision.path.clone(),
        text: revision.text.clone(),
    };
    Ok(Json(wire::MetricDetail {
        metric: wire::Metric::from(&detail.card),
        formula: detail.formula,
        filters: detail.filters,
        sql: detail.sql,
        yaml: detail.yaml,
        revisions: detail.revisions.iter().map(revision).collect(),
        used_by: detail.used_by,
    }))
}

/// Lists the names of dimension values that have one.
#[utoipa::path(get, path = "/names", responses((status = 200, body = wire::ValueNames)))]
pub(crate) async fn list_value_names(State(state): State<crate::State>) -> Answered<wire::ValueNames> {
    let names = yh_app::names::value_names(&state.app, &Access::all()).await?;
    let labels = |values: &BTreeMap<String, _>| values.iter().map(|(value, name)| (value.clone(), wire::Label::from(name))).collect();
    Ok(Json(wire::ValueNames { names: names.iter().map(|(dimension, values)| (dimension.clone(), labels(values))).collect() }))
}

/// Lists values of a dimension.
#[utoipa::path(get, path = "/dimensions/{name}/values", params(("name" = String, Path), ValueSearch), responses((status = 200, body = wire::DimensionValues)))]
pub(crate) async fn list_dimension_values(
    State(state): State<crate::State>,
    Path(name): Path<String>,
    Query(search): Query<ValueSearch>,
) -> Answered<wire::DimensionValues> {
    let limit = search.limit.unwrap_or(50).min(1000) as usize;
    let values = yh_app::catalog::list_dimension_values(
        &state.app,
        &Access::all(),
        &name,
        search.metric.as_deref(),
        search.search.as_deref(),
        limit,
    )
    .await?;
    Ok(Json(wire::DimensionValues { values }))
}
