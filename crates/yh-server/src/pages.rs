//! The embedded web pages; without a build, a page that says how to make one.

use axum::{
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Built;

const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>运衡 yunheng</title>\
<body style=\"font:16px system-ui;margin:10vh auto;max-width:36em\"><h1>运衡 yunheng</h1>\
<p>网页尚未构建。安装 Node 20 后运行 <code>make web</code>，再重新构建程序。API 已可用：<a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a></p>\
<p>The pages are not built yet. With Node 20 installed run <code>make web</code>, then build the program again. The API works already.</p></body></html>";

/// Serves an asset, or the application page for any other path.
pub(crate) async fn page(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if ![Method::GET, Method::HEAD].contains(&method) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(asset) = Built::get(path).filter(|_| !path.is_empty()) {
        let etag = format!("\"{}\"", asset.metadata.sha256_hash().iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>());
        // Built assets carry a hash in their name.
        let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        let kept = [(header::CACHE_CONTROL, cache), (header::ETAG, etag.as_str())];
        if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
            return (StatusCode::NOT_MODIFIED, kept).into_response();
        }
        return (kept, [(header::CONTENT_TYPE, mime(path))], asset.data.into_owned()).into_response();
    }
    if path.starts_with("assets/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    match Built::get("index.html") {
        Some(index) => ([(header::CACHE_CONTROL, "no-cache")], Html(index.data.into_owned())).into_response(),
        None => Html(NOT_BUILT).into_response(),
    }
}

fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" | "map" => "application/json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
