//! `serve`.

use std::{path::Path, sync::Arc};

use clap::Args;
use yh_app::{App, Result};

use super::output::print;

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
    let server = yh_server::Server::bind(app, port, token).await?;
    print(format!("{}\nopen it in a browser; Ctrl-C stops\n", server.url()).as_bytes())?;
    server
        .run(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await
}
