//! The HTTP surface: routes, wire types, loopback guard and embedded pages. The only crate that knows HTTP.

mod errors;
mod guard;
mod headers;
mod intake;
mod jobs;
mod pages;
mod problem;
mod requests;
mod routes;
#[cfg(test)]
mod tests;
mod transport;
mod uploads;
mod wire;

use std::{net::Ipv4Addr, sync::Arc};

use axum::{Router, middleware};
use tokio::net::TcpListener;
use yh_app::{App, AppError, ErrorKind, Result};

/// What every handler can reach.
#[derive(Clone)]
struct State {
    app: Arc<App>,
    jobs: Arc<jobs::Jobs>,
    uploads: Arc<uploads::Uploads>,
}

/// A server bound to a loopback port.
pub struct Server {
    listener: TcpListener,
    router: Router,
    jobs: Arc<jobs::Jobs>,
    port: u16,
    token: String,
}

impl Server {
    /// Binds to 127.0.0.1; port 0 takes a free one. Without a token a random one is made.
    pub async fn bind(app: Arc<App>, port: u16, token: Option<String>) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
            let message = format!("cannot listen on port {port}: {error}");
            AppError::new(ErrorKind::Busy, "port", message).hint("choose another with --port, or stop the other server")
        })?;
        let port = listener.local_addr().map_or(port, |address| address.port());
        let token = token.unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
        let uploads = app.project.root.join(".yunheng").join(yh_app::keep::UPLOADS);
        let uploads = uploads::Uploads::open(uploads, app.is_read_only)?;
        let jobs = Arc::<jobs::Jobs>::default();
        let body_kb = usize::try_from(app.project.settings.limits.body_kb).unwrap_or(usize::MAX >> 10);
        let intake = intake::Intake { bytes: body_kb << 10, ..Default::default() };
        let state = State { app, jobs: Arc::clone(&jobs), uploads: Arc::new(uploads) };
        let router = guarded(routes().with_state(state), guard::Guard { token: token.clone(), port }, intake);
        Ok(Self { listener, router, jobs, port, token })
    }

    /// The address to open, token included.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.port, self.token)
    }

    /// Serves until `stop` resolves; running imports are then cancelled, and waited for.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let jobs = Arc::clone(&self.jobs);
        let stop = async move {
            stop.await;
            jobs.cancel_all();
        };
        transport::serve(self.listener, self.router, stop).await;
        self.jobs.finish().await;
    }
}

/// The OpenAPI 3.1 document of the API, pretty-printed.
pub fn openapi_json() -> String {
    let (_, api) = routes::all().split_for_parts();
    api.to_pretty_json().unwrap_or_default()
}

/// An explanation as the API sends it, for the command line.
pub fn why_json(why: &yh_app::why::Why) -> String {
    serde_json::to_string(&wire::Why::from(why)).unwrap_or_default()
}

fn routes() -> Router<State> {
    let (api, document) = routes::all().split_for_parts();
    let document = document.to_pretty_json().unwrap_or_default();
    let document = axum::routing::get(move || async move { ([("content-type", "application/json")], document) });
    Router::new()
        .nest(
            "/api/v1",
            api.route("/openapi.json", document).fallback(problem::not_found).layer(middleware::map_response(problem::complete)),
        )
        .route("/docs/errors", axum::routing::get(errors::page))
        .fallback(pages::page)
        .layer(axum::extract::DefaultBodyLimit::max(uploads::MAX_UPLOAD_BYTES))
}

/// What stands before every route, from the last to the first that sees a request.
fn guarded(routes: Router, guard: guard::Guard, intake: intake::Intake) -> Router {
    routes
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(problem::panicked))
        .layer(tower_http::compression::CompressionLayer::new())
        .layer(middleware::from_fn_with_state(intake, intake::receive))
        .layer(middleware::from_fn_with_state(Arc::new(guard), guard::check))
        .layer(middleware::from_fn(headers::secure))
        .layer(middleware::from_fn(requests::record))
}
