//! Errors as RFC 9457 problem details; causes are logged with the request id and never sent.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use yh_app::{AppError, ErrorKind};

use crate::{requests, wire::Issue};

/// An error answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Page that explains the code.
    pub r#type: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// Stable kebab-case identifier.
    pub code: String,
    /// What to do about it.
    pub hint: Option<String>,
    pub request_id: String,
    pub issues: Vec<Issue>,
}

const INSIDE: &str = "something failed inside; the server's log tells what, under this request id";

/// An [`AppError`] on its way out.
pub(crate) struct ApiError(pub AppError);

pub(crate) type Answered<T> = Result<Json<T>, ApiError>;

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

impl Problem {
    /// Describes an error; the cause goes to the log only.
    pub(crate) fn of(error: &AppError) -> Self {
        let status = status(error.kind);
        let request_id = requests::id();
        if error.kind == ErrorKind::Internal {
            tracing::error!(request_id, ?error, "request failed");
        }
        Self {
            r#type: format!("/docs/errors#{}", error.code),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: if is_private(error) { INSIDE.to_owned() } else { error.message.clone() },
            code: error.code.clone(),
            hint: error.hint.clone(),
            request_id,
            issues: error.issues.iter().map(Issue::from).collect(),
        }
    }
}

/// Internal failures are for the log, but for those that the user can mend.
fn is_private(error: &AppError) -> bool {
    error.kind == ErrorKind::Internal
        && !["disk-full", "permission-denied", "records-open", "records-corrupt", "damaged-lake", "damaged-records"]
            .contains(&error.code.as_str())
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        respond(&Problem::of(&self.0))
    }
}

fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Input | ErrorKind::Definition => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Busy => StatusCode::CONFLICT,
        ErrorKind::Limit => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Cancelled => StatusCode::GONE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn respond(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_string(problem).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
}

/// A problem that no use case raised.
pub(crate) fn answer(status: StatusCode, code: &str, detail: &str, hint: Option<&str>) -> Response {
    respond(&Problem {
        r#type: format!("/docs/errors#{code}"),
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        status: status.as_u16(),
        detail: detail.to_owned(),
        code: code.to_owned(),
        hint: hint.map(str::to_owned),
        request_id: requests::id(),
        issues: Vec::new(),
    })
}

/// The answer in place of one that a fault of the program cut off.
pub(crate) fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    tracing::error!(request_id = requests::id(), cause = text, "a request panicked");
    answer(StatusCode::INTERNAL_SERVER_ERROR, "internal", INSIDE, Some("report it with the log's line of this request id"))
}

pub(crate) async fn not_found() -> Response {
    answer(StatusCode::NOT_FOUND, "route", "there is no such address in this API", Some("see /api/v1/openapi.json"))
}

/// Longest message of a refused request that is passed on.
const MAX_REFUSAL_BYTES: usize = 4 << 10;

/// Turns refusals that no handler wrote (a path or body that cannot be read, a method not allowed) into problems too.
pub(crate) async fn complete(response: Response) -> Response {
    let status = response.status();
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem"));
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let body = axum::body::to_bytes(response.into_body(), MAX_REFUSAL_BYTES).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&body);
    let detail = if said.is_empty() { status.canonical_reason().unwrap_or_default() } else { &said };
    answer(status, "bad-request", detail, Some("see /api/v1/openapi.json for what this address takes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn refusals_of_the_framework_become_problems() {
        let refused = (StatusCode::BAD_REQUEST, "Cannot parse `abc` to a `i64`").into_response();
        let response = complete(refused).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        let body = axum::body::to_bytes(response.into_body(), 1 << 16).await.expect("a body");
        let problem: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!((&problem["code"], &problem["detail"]), (&"bad-request".into(), &"Cannot parse `abc` to a `i64`".into()));
        let fine = complete((StatusCode::OK, "text").into_response()).await;
        assert_eq!(axum::body::to_bytes(fine.into_body(), 16).await.expect("a body"), "text");
    }
}
