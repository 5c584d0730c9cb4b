//! Every request has an id and a line in the log; the answer carries the id, so that the line can be found.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Instant,
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use http_body::{Frame, SizeHint};

/// The header in which an answer carries its id.
const ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters of a method or path that are logged.
const MAX_LOGGED: usize = 200;

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request that is being answered; a new one outside of any.
pub(crate) fn id() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_else(|_| uuid::Uuid::new_v4().to_string())
}

/// Keeps the id of the present request for work that goes on after its answer.
pub(crate) fn within<F: Future>(work: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(id(), work)
}

/// Gives the request its id and writes its line once the answer has left.
pub(crate) async fn record(request: Request, next: Next) -> Response {
    let mut line = Line::of(&request);
    let mut response = CURRENT.scope(line.id.clone(), next.run(request)).await;
    line.status = response.status().as_u16();
    if let Ok(id) = HeaderValue::from_str(&line.id) {
        response.headers_mut().insert(ID, id);
    }
    response.map(|body| Body::new(Counted { body, line }))
}

/// What the log says of a request. The query is left out: it may hold a token, and it holds what people look for.
struct Line {
    id: String,
    method: String,
    path: String,
    started: Instant,
    /// 0 when the client left before the answer.
    status: u16,
    bytes: u64,
}

impl Line {
    fn of(request: &Request) -> Self {
        let cut = |text: &str| text.chars().take(MAX_LOGGED).collect();
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            method: cut(request.method().as_str()),
            path: cut(request.uri().path()),
            started: Instant::now(),
            status: 0,
            bytes: 0,
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let ms = self.started.elapsed().as_secs_f64() * 1000.0;
        tracing::info!(
            target: "request",
            id = self.id,
            method = self.method,
            path = self.path,
            status = self.status,
            ms = (ms * 10.0).round() / 10.0,
            bytes = self.bytes
        );
    }
}

/// An answer's body; its line is written when the body has been sent or given up.
struct Counted {
    body: Body,
    line: Line,
}

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            self.line.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
