//! `serve`.

use std::{path::Path, sync::Arc, time::Duration};

use clap::Args;
use yh_app::{
    App, ErrorKind, Result,
    pull::{Watcher, Which, pull},
};

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
    let _lock = app.lock("serve", "a server")?;
    let server = yh_server::Server::bind(Arc::clone(&app), port, token).await?;
    print(format!("{}\nopen it in a browser; Ctrl-C stops\n", server.url()).as_bytes())?;
    let pulling = tokio::spawn(pull_what_is_due(app));
    let served = server
        .run(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await;
    pulling.abort();
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
