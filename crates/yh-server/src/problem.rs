//! Errors as RFC 9457 problem details; causes are logged with the request id and never sent.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use yh_app::{AppError, ErrorKind};

use crate::wire::Issue;

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
        let request_id = uuid::Uuid::new_v4().to_string();
        if error.kind == ErrorKind::Internal {
            tracing::error!(request_id, ?error, "request failed");
        }
        Self {
            r#type: format!("/docs/errors#{}", error.code),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: if is_private(error) {
                "something failed inside; the server's log tells what, under this request id".to_owned()
            } else {
                error.message.clone()
            },
            code: error.code.clone(),
            hint: error.hint.clone(),
            request_id,
            issues: error.issues.iter().map(Issue::from).collect(),
        }
    }
}

/// Internal failures are for the log, but for those that the user can mend.
fn is_private(error: &AppError) -> bool {
    error.kind == ErrorKind::Internal && !["disk-full", "permission-denied", "records-open"].contains(&error.code.as_str())
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
        request_id: uuid::Uuid::new_v4().to_string(),
        issues: Vec::new(),
    })
}

pub(crate) async fn not_found() -> Response {
    answer(StatusCode::NOT_FOUND, "route", "there is no such address in this API", Some("see /api/v1/openapi.json"))
}
