//! The HTTP surface: routes, wire types, loopback guard and embedded pages. The only crate that knows HTTP.

mod errors;
mod guard;
mod jobs;
mod pages;
mod problem;
mod routes;
mod uploads;
mod wire;

use std::{net::Ipv4Addr, sync::Arc};

use axum::Router;
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
        let uploads = uploads::Uploads::open(app.project.state_folder(yh_app::keep::UPLOADS)?)?;
        let state = State { app, jobs: Arc::default(), uploads: Arc::new(uploads) };
        let router = router(state, guard::Guard { token: token.clone(), port });
        Ok(Self { listener, router, port, token })
    }

    /// The address to open, token included.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.port, self.token)
    }

    /// Serves until `stop` resolves.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let served = axum::serve(self.listener, self.router).with_graceful_shutdown(stop).await;
        served.map_err(|error| AppError::new(ErrorKind::Internal, "serve", error.to_string()))
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

fn router(state: State, guard: guard::Guard) -> Router {
    let (api, document) = routes::all().split_for_parts();
    let document = document.to_pretty_json().unwrap_or_default();
    let document = axum::routing::get(move || async move { ([("content-type", "application/json")], document) });
    let compression = tower_http::compression::CompressionLayer::new();
    Router::new()
        .nest(
            "/api/v1",
            api.route("/openapi.json", document).fallback(problem::not_found).layer(axum::middleware::map_response(problem::complete)),
        )
        .route("/docs/errors", axum::routing::get(errors::page))
        .fallback(pages::page)
        .layer(axum::extract::DefaultBodyLimit::max(uploads::MAX_UPLOAD_BYTES))
        .layer(compression)
        .layer(axum::middleware::from_fn_with_state(Arc::new(guard), guard::check))
        .with_state(state)
}
