//! The JSON that a request sends, and texts that nothing could store.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::JsonRejection},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::Response,
};
use serde::de::DeserializeOwned;

use crate::problem;

/// A body of JSON within `limits.body_kb`.
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<crate::State> for Body<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &crate::State) -> Result<Self, Response> {
        let allowed_kb = state.app.project.settings.limits.body_kb;
        if !is_json(request.headers()) {
            let message = "the request is no JSON";
            return Err(problem::answer(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "bad-request",
                message,
                Some("send Content-Type: application/json"),
            ));
        }
        let allowed = usize::try_from(allowed_kb << 10).unwrap_or(usize::MAX);
        let bytes = axum::body::to_bytes(request.into_body(), allowed).await.map_err(|_| {
            let hint = format!("send it in parts, or {}", yh_model::limits::raise("body_kb"));
            let message = format!("the request is larger than {allowed_kb} KB");
            problem::answer(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", &message, Some(&hint))
        })?;
        read(&bytes).map(Self).map_err(|refused| *refused)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn read<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Box<Response>> {
    let value = axum::Json::<T>::from_bytes(bytes).map_err(|refused| {
        let status = match &refused {
            JsonRejection::JsonDataError(_) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::BAD_REQUEST,
        };
        let hint = "see /api/v1/openapi.json for what this address takes";
        Box::new(problem::answer(status, "bad-request", &refused.body_text(), Some(hint)))
    })?;
    // In JSON a NUL is always written out; the databases have none in their texts.
    if may_hold_nul(bytes) && holds_nul(&serde_json::from_slice(bytes).unwrap_or_default()) {
        return Err(Box::new(nul()));
    }
    Ok(value.0)
}

fn may_hold_nul(bytes: &Bytes) -> bool {
    bytes.windows(6).any(|window| window == b"\\u0000")
}

fn holds_nul(value: &serde_json::Value) -> bool {
    use serde_json::Value;
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

fn nul() -> Response {
    problem::answer(StatusCode::BAD_REQUEST, "bad-request", "a text of the request holds a NUL character", Some("leave it out"))
}

/// Refuses addresses that hold a NUL, in the path or behind it.
pub(crate) async fn refuse_nul(request: Request, next: Next) -> Response {
    let uri = request.uri();
    match [uri.path(), uri.query().unwrap_or_default()].iter().any(|part| part.contains("%00")) {
        true => nul(),
        false => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Named {
        name: String,
    }

    fn status(text: &'static str) -> Result<String, u16> {
        read::<Named>(&Bytes::from_static(text.as_bytes())).map(|named| named.name).map_err(|refused| refused.status().as_u16())
    }

    #[test]
    fn bodies_are_read_or_refused_with_the_right_status() {
        assert_eq!(status(r#"{"name": "双11"}"#), Ok("双11".to_owned()));
        assert_eq!(status(r#"{"name": "a\\u0000"}"#), Ok("a\\u0000".to_owned()), "a backslash before it: no NUL");
        assert_eq!(status(r#"{"name": "a\u0000b"}"#), Err(400));
        assert_eq!(status(r#"{"name": 1}"#), Err(422));
        assert_eq!(status(r#"{"name": "#), Err(400));
        assert_eq!(status(r#"{"name": "x"} {}"#), Err(400));
    }

    #[test]
    fn only_json_is_read_as_json() {
        for (kind, wanted) in [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("application/merge-patch+json", true),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().expect("a header"))]);
            assert_eq!(is_json(&headers), wanted, "{kind}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
