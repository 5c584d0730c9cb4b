//! `serve`.

use std::{path::Path, sync::Arc, time::Duration};

use clap::Args;
use yh_app::{
    App, ErrorKind, Result, boards,
    pull::{Watcher, Which, pull},
};
use yh_metrics::Access;

use super::output::print;

/// Between two looks at schedules and watched folders.
const LOOK: Duration = Duration::from_secs(30);

/// Serve the web pages on this machine only.
#[derive(Args)]
pub struct Serve {
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// Use this token instead of a random one (tests).
    #[arg(long, env = "YUNHENG_TOKEN", hide = true)]
    token: Option<String>,
}

impl Serve {
    pub async fn run(self, root: &Path) -> Result<()> {
        let app = Arc::new(super::open(root).await?);
        serve(app, self.port, self.token).await
    }
}

/// Serves until Ctrl-C, and pulls what is due; one server per project.
pub async fn serve(app: Arc<App>, port: u16, token: Option<String>) -> Result<()> {
    // Where nothing can be written, servers are not in each other's way.
    let _lock = if app.is_read_only { None } else { Some(app.lock("serve", "a server")?) };
    let server = yh_server::Server::bind(Arc::clone(&app), port, token).await?;
    print(format!("{}\nopen it in a browser; Ctrl-C stops\n", server.url()).as_bytes())?;
    let pulling = (!app.is_read_only).then(|| tokio::spawn(pull_what_is_due(Arc::clone(&app))));
    let exports = (!app.is_read_only).then(|| tokio::spawn(write_boards(app)));
    let served = server
        .run(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await;
    for work in [pulling, exports].into_iter().flatten() {
        work.abort();
    }
    served
}

/// Results are kept with the imports, failures with the attempts; the log repeats them.
async fn pull_what_is_due(app: Arc<App>) {
    loop {
        match pull(&app, &Which::Due, &Watcher::silent()).await {
            Ok(outcomes) => {
                for outcome in outcomes {
                    match outcome.result {
                        Ok(Some(imported)) => {
                            tracing::info!(source = outcome.source, item = outcome.item, rows = imported.report.accepted, "pulled");
                        }
                        Ok(None) => {}
                        Err(error) => tracing::warn!(source = outcome.source, item = outcome.item, %error, "pull failed"),
                    }
                }
            }
            // Somebody pulls by hand: the next look is soon enough.
            Err(error) if error.kind == ErrorKind::Busy => {}
            Err(error) => tracing::warn!(%error, "pull failed"),
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Writes boards to files as their schedules come; a failure is logged and tried again at the next time.
async fn write_boards(app: Arc<App>) {
    loop {
        tokio::time::sleep(LOOK).await;
        match boards::export_due(&app, &Access::all()).await {
            Ok(done) => {
                for (name, error) in done.into_iter().filter_map(|(name, result)| Some((name, result.err()?))) {
                    tracing::error!(board = name, ?error, "a board could not be written");
                }
            }
            Err(error) => tracing::error!(?error, "boards could not be written"),
        }
    }
}
