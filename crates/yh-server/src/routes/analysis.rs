//! 分析: questions and answers.

use axum::{
    Json,
    extract::{Query, State},
    response::Response,
};
use serde::Deserialize;
use utoipa::IntoParams;
use yh_app::{Comparison, Question};
use yh_metrics::Access;

use super::{CSV, XLSX, body::Body, download};
use crate::{
    problem::{Answered, ApiError},
    wire,
};

/// The form of an export.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub(crate) struct ExportChoice {
    /// `xlsx` (with notes) or `csv`.
    format: Option<String>,
}

/// Answers a question.
#[utoipa::path(post, path = "/query", request_body = wire::Query, responses((status = 200, body = wire::Answer)))]
pub(crate) async fn query(State(state): State<crate::State>, Body(query): Body<wire::Query>) -> Answered<wire::Answer> {
    let answer = yh_app::ask(&state.app, &Access::all(), &question(&query)?).await?;
    Ok(Json(wire::Answer::from(&answer)))
}

/// Answers a question as a file.
#[utoipa::path(post, path = "/query/export", params(ExportChoice), request_body = wire::Query, responses((status = 200, description = "The file", content((String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/csv")))))]
pub(crate) async fn export(
    State(state): State<crate::State>,
    Query(choice): Query<ExportChoice>,
    Body(query): Body<wire::Query>,
) -> Result<Response, ApiError> {
    let answer = yh_app::ask(&state.app, &Access::all(), &question(&query)?).await?;
    match choice.format.as_deref() {
        Some("csv") => {
            let named = yh_app::names::with_name_columns(&state.app, &Access::all(), &answer).await?;
            Ok(download("yunheng.csv", CSV, yh_app::export::csv(&named.frame)?))
        }
        _ => Ok(download("yunheng.xlsx", XLSX, yh_app::export::xlsx(&state.app, &Access::all(), &answer).await?)),
    }
}

fn question(query: &wire::Query) -> Result<Question, ApiError> {
    let compare = query.compare.iter().map(|name| Comparison::parse(name)).collect::<Result<_, _>>()?;
    Ok(Question { query: query.metric_query(), compare })
}
