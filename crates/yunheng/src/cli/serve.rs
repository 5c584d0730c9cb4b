//! `serve`.

use std::{path::Path, sync::Arc, time::Duration};

use clap::Args;
use yh_app::{App, Result, boards};
use yh_metrics::Access;

use super::output::print;

/// Between two looks at the boards' schedules; these are in minutes.
const BETWEEN_EXPORTS: Duration = Duration::from_secs(30);

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

/// Serves until Ctrl-C; one server per project.
pub async fn serve(app: Arc<App>, port: u16, token: Option<String>) -> Result<()> {
    let _lock = app.lock("serve", "a server")?;
    let exporter = Arc::clone(&app);
    let server = yh_server::Server::bind(app, port, token).await?;
    let exports = tokio::spawn(write_boards(exporter));
    print(format!("{}\nopen it in a browser; Ctrl-C stops\n", server.url()).as_bytes())?;
    let served = server
        .run(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await;
    exports.abort();
    served
}

/// Writes boards to files as their schedules come; a failure is logged and tried again at the next time.
async fn write_boards(app: Arc<App>) {
    loop {
        tokio::time::sleep(BETWEEN_EXPORTS).await;
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
