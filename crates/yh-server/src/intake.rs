//! Bodies of requests: small ones are read whole before anything works on them, uploads may take long but not stand still.

use std::{error::Error, time::Duration};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::Response,
};
use http_body_util::LengthLimitError;
use tower_http::timeout::TimeoutBody;

use crate::problem;

/// How much and how slowly a request may send.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Intake {
    /// Bytes of a body that is no upload.
    pub bytes: usize,
    /// Time for such a body, and the longest pause of an upload.
    pub time: Duration,
}

impl Default for Intake {
    fn default() -> Self {
        Self { bytes: 1 << 20, time: Duration::from_secs(20) }
    }
}

/// Reads the body before the request goes on.
pub(crate) async fn receive(State(intake): State<Intake>, request: Request, next: Next) -> Response {
    if is_upload(&request) {
        return next.run(request.map(|body| Body::new(TimeoutBody::new(intake.time, body)))).await;
    }
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(intake.time, axum::body::to_bytes(body, intake.bytes)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(error)) if error.source().is_some_and(<dyn Error>::is::<LengthLimitError>) => problem::answer(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            &format!("the request is larger than {} KB", intake.bytes >> 10),
            Some("send it in parts, or raise limits.body_kb in yunheng.toml"),
        ),
        Ok(Err(_)) => problem::answer(StatusCode::BAD_REQUEST, "bad-request", "the request ended early", Some("send it again")),
        Err(_) => problem::answer(
            StatusCode::REQUEST_TIMEOUT,
            "slow-body",
            &format!("the request did not come within {} s", intake.time.as_secs()),
            Some("send it again"),
        ),
    }
}

fn is_upload(request: &Request) -> bool {
    request.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"))
}
