//! Who may ask: only this machine's browser that opened the printed URL, from this server's own pages.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::problem;

/// Bytes of a request's headers, names included.
const MAX_HEADER_BYTES: usize = 32 << 10;
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const OPEN_PRINTED: Option<&str> = Some("open the URL that `yunheng serve` printed");

/// The token of this run and the port it is valid on.
pub(crate) struct Guard {
    pub token: String,
    pub port: u16,
}

/// Lets a request pass, or answers in its place.
pub(crate) async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let refused = guard.refuse_foreign(&request).or_else(|| guard.take_token(&request)).or_else(|| guard.refuse_stranger(&request));
    match refused {
        Some(answer) => answer,
        None => next.run(request).await,
    }
}

impl Guard {
    /// Refuses what is not meant for this server or does not come from its pages.
    fn refuse_foreign(&self, request: &Request) -> Option<Response> {
        let headers = request.headers();
        let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if bytes > MAX_HEADER_BYTES {
            let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            return Some(problem::answer(
                status,
                "headers-too-large",
                "the request's headers are too large",
                Some("delete this site's cookies"),
            ));
        }
        if headers.get_all(header::HOST).iter().count() > 1 {
            return Some(problem::answer(StatusCode::BAD_REQUEST, "host", "the request names two hosts", OPEN_PRINTED));
        }
        if !self.is_local(headers) || !self.is_own_target(request.uri()) {
            return Some(problem::answer(StatusCode::FORBIDDEN, "host", "this server answers on 127.0.0.1 only", OPEN_PRINTED));
        }
        let is_foreign = headers.contains_key(header::ORIGIN) && !self.is_own_origin(headers);
        (changes(request.method()) && is_foreign)
            .then(|| problem::answer(StatusCode::FORBIDDEN, "origin", "the request comes from another site", None))
    }

    /// Takes the token out of the address: right or wrong, it must not stay in the history or go anywhere else.
    fn take_token(&self, request: &Request) -> Option<Response> {
        let query = request.uri().query().filter(|_| request.method() == Method::GET)?;
        let token = query.split('&').find_map(|pair| pair.strip_prefix("token="))?;
        let location = HeaderValue::from_str(&without_token(request.uri())).unwrap_or(HeaderValue::from_static("/"));
        let mut answer = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
        if same(token, &self.token) {
            let cookie = format!("{}={}; Path=/; HttpOnly; SameSite=Strict", self.cookie(), self.token);
            answer.headers_mut().extend(HeaderValue::from_str(&cookie).map(|cookie| (header::SET_COOKIE, cookie)));
        }
        Some(answer)
    }

    /// Refuses questions to the API without the token. Assets carry no data; the pages themselves ask the API and are told here.
    fn refuse_stranger(&self, request: &Request) -> Option<Response> {
        let headers = request.headers();
        if !request.uri().path().starts_with("/api/") || self.knows_bearer(headers) {
            return None;
        }
        if !self.knows_cookie(headers) {
            return Some(problem::answer(StatusCode::UNAUTHORIZED, "token", "this browser has no session", OPEN_PRINTED));
        }
        // A browser sends the cookie whoever asks; that its own page asks is shown by what no page can forge.
        let is_own_page = headers.get(SEC_FETCH_SITE).is_some_and(|site| site == "same-origin") || self.is_own_origin(headers);
        (changes(request.method()) && !is_own_page).then(|| {
            let detail = "a change by cookie must come from this server's own pages";
            problem::answer(StatusCode::FORBIDDEN, "origin", detail, Some("send the token as `Authorization: Bearer TOKEN`"))
        })
    }

    /// Cookies are shared by all ports of a host, so the name carries ours.
    fn cookie(&self) -> String {
        format!("yunheng_{}", self.port)
    }

    fn knows_cookie(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let wanted = format!("{}={}", self.cookie(), self.token);
        cookies.flat_map(|line| line.split(';')).any(|cookie| same(cookie.trim(), &wanted))
    }

    fn knows_bearer(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        given.and_then(|value| value.strip_prefix("Bearer ")).is_some_and(|token| same(token, &self.token))
    }

    fn authorities(&self) -> [String; 2] {
        [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)]
    }

    /// A page of another site that resolves its name to this machine sends another Host.
    fn is_local(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
        self.authorities().iter().any(|own| own == host)
    }

    /// The request line may name a host too, which then counts more than the header.
    fn is_own_target(&self, uri: &Uri) -> bool {
        let is_http = uri.scheme_str().is_none_or(|scheme| scheme == "http");
        is_http && uri.authority().is_none_or(|named| self.authorities().iter().any(|own| own == named.as_str()))
    }

    /// A form on another site sends its own Origin.
    fn is_own_origin(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let origin = origins.next().and_then(|value| value.to_str().ok()).and_then(|origin| origin.strip_prefix("http://"));
        origin.is_some_and(|origin| self.authorities().iter().any(|own| own == origin)) && origins.next().is_none()
    }
}

fn changes(method: &Method) -> bool {
    ![Method::GET, Method::HEAD].contains(method)
}

/// The same page without the token. `//host` and `/\host` would name another server, so one slash stays.
fn without_token(uri: &Uri) -> String {
    let path = uri.path().trim_start_matches(['/', '\\']);
    let others: Vec<&str> = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.starts_with("token=")).collect();
    if others.is_empty() { format!("/{path}") } else { format!("/{path}?{}", others.join("&")) }
}

/// Compares without telling by its time how much was right.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |difference, (x, y)| difference | (x ^ y)) == 0
}
