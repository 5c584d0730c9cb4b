//! The lineage drawer: from a number to the lines of its files.

use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;
use yh_app::lineage;
use yh_metrics::Access;

use super::{CSV, body::Body, download};
use crate::{
    problem::{Answered, ApiError},
    wire,
};

/// A derived row whose source lines are wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct OriginRequest {
    dataset: String,
    key: std::collections::BTreeMap<String, String>,
    offset: Option<u64>,
    limit: Option<u64>,
}

/// Opens a cell into its formula and inputs.
#[utoipa::path(post, path = "/lineage", request_body = wire::CellRequest, responses((status = 200, body = wire::Lineage)))]
pub(crate) async fn trace(State(state): State<crate::State>, Body(request): Body<wire::CellRequest>) -> Answered<wire::Lineage> {
    let lineage = lineage::trace(&state.app, &Access::all(), &request.cell()?).await?;
    let definitions = state.app.definitions().await?;
    let metric = definitions.metric(&lineage.metric)?;
    let defined = lineage.defined.as_ref();
    let input = |input: &lineage::LineageInput| wire::LineageInput {
        name: input.name.clone(),
        metric: input.rows.metric.clone(),
        label: wire::Label::from(&input.label),
        dataset: input.rows.dataset.clone(),
        aggregation: input.rows.aggregation.clone(),
        expression: input.rows.expression.clone(),
        filters: input.rows.filters.iter().chain(&input.rows.window).chain(&input.rows.offsets).cloned().collect(),
        window: input.rows.range.map(|window| wire::Span { start: window.start.to_string(), end: window.end.to_string() }),
        rows: input.count,
        value: wire::value(&input.value),
        sql: input.rows.sql.clone(),
    };
    Ok(Json(wire::Lineage {
        metric: lineage.metric.clone(),
        label: wire::Label::from(&lineage.label),
        value: wire::value(&lineage.value),
        format: wire::format_name(metric.format).to_owned(),
        unit: metric.unit.clone(),
        formula: lineage.formula.clone(),
        description: lineage.description.clone(),
        revision: lineage.revision.clone(),
        defined_at: defined.map(|revision| wire::local_time(&revision.at, &state.app.project.settings.zone)),
        defined_by: defined.map(|revision| revision.by.clone()),
        path: lineage.path.clone(),
        line: lineage.line,
        period: lineage.period.map(wire::span),
        cell: wire::object(&lineage.values),
        filters: lineage.filters.clone(),
        sql: lineage.sql.clone(),
        as_of: lineage.as_of.map(|day| day.to_string()),
        inputs: lineage.inputs.iter().map(input).collect(),
    }))
}

/// Pages through the source rows of a cell's input.
#[utoipa::path(post, path = "/lineage/rows", request_body = wire::CellRequest, responses((status = 200, body = wire::RowsPage)))]
pub(crate) async fn list_rows(State(state): State<crate::State>, Body(request): Body<wire::CellRequest>) -> Answered<wire::RowsPage> {
    let (offset, limit) = (request.offset.unwrap_or(0), request.limit.unwrap_or(50));
    let (page, dataset) =
        lineage::trace_rows(&state.app, &Access::all(), &request.cell()?, request.input.as_deref(), offset, limit).await?;
    let definitions = state.app.definitions().await?;
    Ok(Json(wire::RowsPage::of(&page, &definitions, Some(&dataset))))
}

/// Downloads all source rows of a cell's input.
#[utoipa::path(post, path = "/lineage/rows.csv", request_body = wire::CellRequest, responses((status = 200, content_type = "text/csv")))]
pub(crate) async fn export_rows(State(state): State<crate::State>, Body(request): Body<wire::CellRequest>) -> Result<Response, ApiError> {
    let frame = lineage::export_rows(&state.app, &Access::all(), &request.cell()?, request.input.as_deref()).await?;
    Ok(download("rows.csv", CSV, yh_app::export::csv(&frame)?))
}

/// Lists the source lines of a derived row.
#[utoipa::path(post, path = "/lineage/origin", request_body = OriginRequest, responses((status = 200, body = wire::RowsPage)))]
pub(crate) async fn list_origin(State(state): State<crate::State>, Body(request): Body<OriginRequest>) -> Answered<wire::RowsPage> {
    let key: Vec<(String, String)> = request.key.into_iter().collect();
    let (offset, limit) = (request.offset.unwrap_or(0), request.limit.unwrap_or(50));
    let page = yh_app::datasets::list_origin(&state.app, &Access::all(), &request.dataset, &key, offset, limit).await?;
    let definitions = state.app.definitions().await?;
    Ok(Json(wire::RowsPage::of(&page, &definitions, None)))
}
