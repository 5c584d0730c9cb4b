//! Statuses of requests that are wrong or too large, over a project without facts.

use std::{path::Path, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use tower::ServiceExt;
use yh_app::{App, Project};

use crate::{State, problem, uploads::Uploads};

async fn server(folder: &Path) -> Router {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/shop");
    let mut files = Vec::new();
    for part in ["yunheng.toml", "models", "sources"] {
        let path = root.join(part);
        let entries = if path.is_dir() {
            std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
        } else {
            vec![path]
        };
        for entry in entries {
            let name = entry.strip_prefix(&root).expect("inside").to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(&entry).expect("UTF-8 text")));
        }
    }
    Project::create(folder, &files).expect("a project");
    let app = Arc::new(App::open(folder).await.expect("it opens"));
    let uploads = Uploads::open(app.project.root.join(".yunheng/uploads"), false).expect("opened");
    let state = State { app, jobs: Arc::default(), uploads: Arc::new(uploads) };
    let (routes, _) = super::all().split_for_parts();
    routes.layer(axum::middleware::map_response(problem::complete)).with_state(state)
}

fn question(filters: usize, filter: &str) -> String {
    serde_json::json!({"metrics": ["paid_amount"], "where": vec![filter; filters]}).to_string()
}

#[tokio::test]
async fn wrong_requests_are_refused_in_words_and_never_fail() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = server(folder.path()).await;
    let json = "application/json";
    let nested = format!("{}order__channel order__channel{} = 'a'", "lower(".repeat(30), ")".repeat(30));
    let cases = [
        ("GET", "/datasets/nothing/rows", "", String::new(), 404, "unknown-dataset"),
        ("GET", "/datasets/orders/rows?offset=abc", "", String::new(), 400, "bad-request"),
        ("GET", "/datasets/orders/rows?offset=99999999999999999999", "", String::new(), 400, "bad-request"),
        ("GET", "/datasets/orders/rows?offset=18446744073709551615", "", String::new(), 200, ""),
        ("GET", "/imports?offset=18446744073709551615", "", String::new(), 200, ""),
        ("GET", "/imports/abc", "", String::new(), 400, "bad-request"),
        ("GET", "/metrics/a%00b", "", String::new(), 400, "bad-request"),
        ("GET", "/home?where=a%00b", "", String::new(), 400, "bad-request"),
        ("GET", "/home?day=9999-99-99", "", String::new(), 422, "period"),
        ("PUT", "/query", json, "{}".to_owned(), 405, "bad-request"),
        ("POST", "/query", "text/plain", "{}".to_owned(), 415, "bad-request"),
        ("POST", "/query", json, "{".to_owned(), 400, "bad-request"),
        ("POST", "/query", json, "7".to_owned(), 422, "bad-request"),
        ("POST", "/query", json, question(1, "order__channel = 'a\0'"), 400, "bad-request"),
        ("POST", "/query", json, question(1, "order__channel = 'a'"), 200, ""),
        ("POST", "/query", json, question(1, &nested), 422, "bad-filter"),
        ("POST", "/query", json, question(1, "repeat('x', 1000000000) = 'y'"), 422, "bad-filter"),
        ("POST", "/query", json, question(1, "order__channel + 1 = 2"), 422, "bad-expression"),
        ("POST", "/query", json, question(1, "CAST('x' AS INTEGER) = 1"), 422, "filter-type"),
        ("POST", "/query", json, question(201, "order__channel = 'a'"), 413, "question-limit"),
        ("POST", "/query", json, question(1, &"x".repeat(2 << 20)), 413, "body-too-large"),
        ("POST", "/sources", json, format!(r#"{{"preset": "ga4", "name": "{}"}}"#, "x".repeat(5_000)), 422, "name"),
    ];
    for (method, target, kind, body, status, code) in cases {
        let mut request = Request::builder().method(method).uri(target);
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let shown: String = body.chars().take(100).collect();
        let response = server.clone().oneshot(request.body(Body::from(body)).expect("a request")).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
        let answer: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        let said = (parts.status, answer["code"].as_str().unwrap_or_default());
        assert_eq!(said, (StatusCode::from_u16(status).expect("a status"), code), "{method} {target} {shown}: {answer}");
    }
}
