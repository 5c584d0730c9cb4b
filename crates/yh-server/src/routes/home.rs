//! 工作台: the page of the morning, in one answer.

use axum::{
    Json,
    extract::{Query, State},
};
use yh_app::{AppError, Comparison, ErrorKind, home::HomeRequest};
use yh_metrics::Access;

use crate::{problem::Answered, wire};

/// The home page as of the end of a business day.
#[utoipa::path(get, path = "/home", params(wire::HomeChoice), responses((status = 200, body = wire::HomePage)))]
pub(crate) async fn find_home(State(state): State<crate::State>, Query(choice): Query<wire::HomeChoice>) -> Answered<wire::HomePage> {
    let day = choice.day.as_deref().map(|text| {
        text.parse().map_err(|_| AppError::new(ErrorKind::Input, "period", format!("'{text}' is not a day")).hint("write 2025-11-11"))
    });
    let compare = choice.compare.as_deref().map(|names| names.split(',').filter(|name| !name.is_empty()).map(Comparison::parse).collect());
    let request = HomeRequest { day: day.transpose()?, where_: choice.r#where.into_iter().collect(), compare: compare.transpose()? };
    let page = yh_app::home::home(&state.app, &Access::all(), &request).await?;
    let empty = || wire::HomePage { path_wanted: yh_model::home::PATH.to_owned(), ..wire::HomePage::default() };
    Ok(Json(page.map_or_else(empty, wire::HomePage::from)))
}
