//! 为什么: the difference of a metric, split.

use axum::{Json, extract::State};
use yh_metrics::Access;

use super::body::Body;
use crate::{problem::Answered, wire};

/// Explains the difference of a metric between two periods or segments.
#[utoipa::path(post, path = "/why", request_body = wire::WhyRequest, responses((status = 200, body = wire::Why)))]
pub(crate) async fn explain(State(state): State<crate::State>, Body(request): Body<wire::WhyRequest>) -> Answered<wire::Why> {
    let why = yh_app::why::why(&state.app, &Access::all(), &request.question()).await?;
    Ok(Json(wire::Why::from(&why)))
}
