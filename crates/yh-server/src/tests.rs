use std::time::Duration;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
    routing::{get, post},
};
use tower::ServiceExt;

use crate::{guard::Guard, guarded, intake::Intake, problem};

const OWN: &str = "127.0.0.1:8787";
const SESSION: (&str, &str) = ("cookie", "other=1; yunheng_8787=secret");
const BEARER: (&str, &str) = ("authorization", "Bearer secret");

fn server() -> Router {
    let api = Router::new()
        .route("/thing", get(|| async { "data" }).post(|body: String| async move { body }))
        .route("/broken", post(broken))
        .fallback(problem::not_found)
        .layer(axum::middleware::map_response(problem::complete));
    let routes = Router::new().nest("/api/v1", api).fallback(crate::pages::page);
    let intake = Intake { bytes: 1000, time: Duration::from_millis(50) };
    guarded(routes, Guard { token: "secret".into(), port: 8787 }, intake)
}

async fn broken() -> &'static str {
    panic!("a fault")
}

fn request(method: &str, target: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut builder = Request::builder().method(method).uri(target);
    if !headers.iter().any(|(name, _)| *name == "host") {
        builder = builder.header("host", OWN);
    }
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(Body::from("body")).expect("a request")
}

async fn ask(request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let response = server().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 1 << 16).await.expect("a body");
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).expect("text"))
}

#[tokio::test]
async fn who_is_let_in() {
    let own_origin = ("origin", "http://127.0.0.1:8787");
    let foreign = ("origin", "http://evil.example");
    let other_port = ("origin", "http://127.0.0.1:9999");
    let by_fetch = ("sec-fetch-site", "same-origin");
    let by_other = ("sec-fetch-site", "same-site");
    let cases: &[(&str, &str, &[(&str, &str)], u16, &str)] = &[
        // Without the token.
        ("GET", "/", &[], 200, ""),
        ("GET", "/api/v1/thing", &[], 401, "token"),
        ("POST", "/api/v1/thing", &[own_origin], 401, "token"),
        ("GET", "/api/v1/thing", &[("authorization", "Bearer secres")], 401, "token"),
        ("GET", "/api/v1/thing", &[("cookie", "yunheng_8788=secret")], 401, "token"),
        ("GET", "/api/v1/nothing", &[], 401, "token"),
        // Questions.
        ("GET", "/api/v1/thing", &[SESSION], 200, ""),
        ("GET", "/api/v1/thing", &[BEARER], 200, ""),
        ("HEAD", "/api/v1/thing", &[SESSION], 200, ""),
        ("GET", "/api/v1/nothing", &[SESSION], 404, "route"),
        ("GET", "/boards/any", &[], 200, ""),
        ("POST", "/boards/any", &[], 405, ""),
        ("OPTIONS", "/", &[], 405, ""),
        // Changes by cookie.
        ("POST", "/api/v1/thing", &[SESSION], 403, "origin"),
        ("POST", "/api/v1/thing", &[SESSION, own_origin], 200, ""),
        ("POST", "/api/v1/thing", &[SESSION, ("origin", "http://localhost:8787")], 200, ""),
        ("POST", "/api/v1/thing", &[SESSION, by_fetch], 200, ""),
        ("POST", "/api/v1/thing", &[SESSION, by_other], 403, "origin"),
        ("POST", "/api/v1/thing", &[SESSION, foreign], 403, "origin"),
        ("POST", "/api/v1/thing", &[SESSION, foreign, by_fetch], 403, "origin"),
        ("POST", "/api/v1/thing", &[SESSION, other_port], 403, "origin"),
        ("POST", "/api/v1/thing", &[SESSION, own_origin, foreign], 403, "origin"),
        ("POST", "/api/v1/thing", &[SESSION, ("origin", "null")], 403, "origin"),
        ("PUT", "/api/v1/thing", &[SESSION], 403, "origin"),
        ("DELETE", "/api/v1/thing", &[SESSION], 403, "origin"),
        ("QUERY", "/api/v1/thing", &[SESSION], 403, "origin"),
        ("PUT", "/api/v1/thing", &[SESSION, own_origin], 405, "bad-request"),
        // Changes by the token itself.
        ("POST", "/api/v1/thing", &[BEARER], 200, ""),
        ("POST", "/api/v1/thing", &[BEARER, foreign], 403, "origin"),
        // Hosts.
        ("GET", "/api/v1/thing", &[SESSION, ("host", "evil.example:8787")], 403, "host"),
        ("GET", "/api/v1/thing", &[SESSION, ("host", "127.0.0.1")], 403, "host"),
        ("GET", "/api/v1/thing", &[SESSION, ("host", OWN), ("host", OWN)], 400, "host"),
        ("GET", "http://evil.example/api/v1/thing", &[SESSION], 403, "host"),
        ("GET", "http://x@127.0.0.1:8787/api/v1/thing", &[SESSION], 403, "host"),
        ("GET", "https://127.0.0.1:8787/api/v1/thing", &[SESSION], 403, "host"),
        ("GET", "http://127.0.0.1:8787/api/v1/thing", &[SESSION], 200, ""),
        ("CONNECT", "evil.example:80", &[SESSION], 403, "host"),
        // Faults.
        ("POST", "/api/v1/broken", &[BEARER], 500, "internal"),
    ];
    for (method, target, headers, status, code) in cases {
        let (answered, given, body) = ask(request(method, target, headers)).await;
        assert_eq!(answered.as_u16(), *status, "{method} {target} {headers:?}: {body}");
        assert_secured(&given, target);
        if !code.is_empty() {
            let problem: serde_json::Value = serde_json::from_str(&body).expect("a problem");
            assert_eq!(problem["code"], *code, "{method} {target} {headers:?}");
            assert_eq!(problem["request_id"], given["x-request-id"].to_str().expect("text"), "the id of the log is the answer's");
        }
    }
}

fn assert_secured(headers: &HeaderMap, target: &str) {
    let policy = headers["content-security-policy"].to_str().expect("text");
    for rule in [
        "default-src 'self';",
        "script-src 'self';",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(rule), "{target}: {policy}");
    }
    for name in ["x-content-type-options", "x-frame-options", "referrer-policy", "x-request-id", "cache-control"] {
        assert!(headers.contains_key(name), "{target}: no {name}");
    }
    if target.contains("/api/") {
        assert_eq!(headers["cache-control"], "no-store", "{target}");
    }
}

#[tokio::test]
async fn the_token_leaves_the_address() {
    for (target, location) in [
        ("/?token=secret", "/"),
        ("/boards?a=1&token=secret&b=2", "/boards?a=1&b=2"),
        ("//evil.example/?token=secret", "/evil.example/"),
        ("///evil.example?token=secret", "/evil.example"),
        ("/\\evil.example/?token=secret", "/evil.example/"),
        ("/\\/evil.example/?token=secret", "/evil.example/"),
        ("/%2F%2Fevil.example?token=secret", "/%2F%2Fevil.example"),
    ] {
        // Parsed as it stands in the request line, where `//host` is a path.
        let mut asked = request("GET", "/", &[]);
        *asked.uri_mut() = target.parse::<axum::http::uri::PathAndQuery>().expect("a target").into();
        let (status, headers, _) = ask(asked).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{target}");
        assert_eq!(headers["location"], location, "{target}");
        assert_eq!(headers["set-cookie"], "yunheng_8787=secret; Path=/; HttpOnly; SameSite=Strict");
        assert_eq!(headers["cache-control"], "no-store");
        assert_secured(&headers, target);
    }
    let (status, headers, _) = ask(request("GET", "/?token=wrong", &[])).await;
    assert_eq!((status, headers.get("set-cookie")), (StatusCode::SEE_OTHER, None));
}

#[tokio::test]
async fn too_much_or_too_slow_is_refused() {
    let long = "x".repeat(40 << 10);
    let (status, headers, body) = ask(request("GET", "/api/v1/thing", &[BEARER, ("x-long", &long)])).await;
    assert_eq!(status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "{body}");
    assert_secured(&headers, "/api/v1/thing");
    let mut large = request("POST", "/api/v1/thing", &[BEARER]);
    *large.body_mut() = Body::from("x".repeat(1001));
    let (status, headers, body) = ask(large).await;
    assert!(status == StatusCode::PAYLOAD_TOO_LARGE && body.contains("body-too-large"), "{status} {body}");
    assert_secured(&headers, "/api/v1/thing");
    let mut slow = request("POST", "/api/v1/thing", &[BEARER]);
    *slow.body_mut() = Body::new(Silent);
    let (status, headers, body) = ask(slow).await;
    assert!(status == StatusCode::REQUEST_TIMEOUT && body.contains("slow-body"), "{status} {body}");
    assert_secured(&headers, "/api/v1/thing");
}

/// A body that never comes.
struct Silent;

impl http_body::Body for Silent {
    type Data = axum::body::Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<axum::body::Bytes>, axum::Error>>> {
        std::task::Poll::Pending
    }
}
