//! Who may ask: only this machine's browser that opened the printed URL.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

use crate::problem;

/// The token of this run and the port it is valid on.
pub(crate) struct Guard {
    pub token: String,
    pub port: u16,
}

impl Guard {
    /// Cookies are shared by all ports of a host, so the name carries ours.
    fn cookie(&self) -> String {
        format!("yunheng_{}", self.port)
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let wanted = format!("{}={}", self.cookie(), self.token);
        let by_cookie = cookies.flat_map(|line| line.split(';')).any(|cookie| same(cookie.trim(), &wanted));
        let bearer =
            headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
        by_cookie || bearer.is_some_and(|token| same(token, &self.token))
    }

    /// A page of another site that resolves its name to this machine sends another Host.
    fn is_local(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
        [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)].iter().any(|allowed| allowed == host)
    }

    /// A form on another site sends its own Origin.
    fn is_own_origin(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else { return true };
        let origin = origin.to_str().unwrap_or_default();
        [format!("http://127.0.0.1:{}", self.port), format!("http://localhost:{}", self.port)].iter().any(|allowed| allowed == origin)
    }
}

/// Compares without telling by its time how much was right.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |difference, (x, y)| difference | (x ^ y)) == 0
}

pub(crate) async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !guard.is_local(headers) {
        return problem::answer(
            StatusCode::FORBIDDEN,
            "host",
            "this server answers on 127.0.0.1 only",
            Some("open the URL that `yunheng serve` printed"),
        );
    }
    if request.method() != Method::GET && !guard.is_own_origin(headers) {
        return problem::answer(StatusCode::FORBIDDEN, "origin", "the request comes from another site", None);
    }
    let given = request.uri().query().unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("token="));
    if let Some(token) = given
        && same(token, &guard.token)
    {
        let cookie = format!("{}={}; Path=/; HttpOnly; SameSite=Strict", guard.cookie(), guard.token);
        return ([(header::SET_COOKIE, cookie)], Redirect::to(request.uri().path())).into_response();
    }
    // Assets carry no data; the pages themselves ask the API and are told here.
    if request.uri().path().starts_with("/api/") && !guard.knows(headers) {
        return problem::answer(
            StatusCode::UNAUTHORIZED,
            "token",
            "this browser has no session",
            Some("open the URL that `yunheng serve` printed"),
        );
    }
    let mut response = next.run(request).await;
    for (name, value) in
        [(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (header::REFERRER_POLICY, "no-referrer"), (header::X_FRAME_OPTIONS, "DENY")]
    {
        response.headers_mut().insert(name, header::HeaderValue::from_static(value));
    }
    response
}
