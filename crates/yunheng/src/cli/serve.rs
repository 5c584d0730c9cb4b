//! `serve`.

use std::{
    path::Path,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use clap::Args;
use yh_app::{
    App, ErrorKind, Result, boards,
    compact::{Compacted, Eagerness, compact},
    keep,
    pull::{Watcher, Which, pull},
};
use yh_metrics::Access;

use super::{output::print, stop};
use crate::logs;

/// Between two looks at what can leave the disk.
const TIDY: Duration = Duration::from_secs(24 * 3600);
/// Between two looks at files that left the facts while somebody read them.
const COMPACT: Duration = Duration::from_secs(3600);
/// Between two looks at schedules and watched folders.
const LOOK: Duration = Duration::from_secs(30);
/// Time for a pull at work to end when the server stops.
const LAST_PULL: Duration = Duration::from_secs(20);

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

/// Serves until a signal comes, and pulls what is due; one server per project.
pub async fn serve(app: Arc<App>, port: u16, token: Option<String>) -> Result<()> {
    // Where nothing can be written, servers are not in each other's way.
    let is_read_only = app.is_read_only;
    let _lock = if is_read_only { None } else { Some(app.lock("serve", "a server")?) };
    let stop = stop::on_signal()?;
    match app.project.state_folder("logs") {
        Ok(folder) if !is_read_only => logs::keep_in(&folder),
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "requests are not logged"),
    }
    let server = yh_server::Server::bind(Arc::clone(&app), port, token).await?;
    print(format!("{}\nopen it in a browser; Ctrl-C stops\n", server.url()).as_bytes())?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "serving");
    let watcher = Watcher { cancel: Arc::clone(&stop), ..Watcher::silent() };
    let pulling = (!is_read_only).then(|| tokio::spawn(pull_what_is_due(Arc::clone(&app), watcher)));
    let exports = (!is_read_only).then(|| tokio::spawn(write_boards(Arc::clone(&app))));
    let tidying = (!is_read_only).then(|| tokio::spawn(tidy(app)));
    server.run(stop::stopped(&stop)).await;
    for task in [exports, tidying].into_iter().flatten() {
        task.abort();
    }
    if let Some(pulling) = pulling {
        let _ = tokio::time::timeout(LAST_PULL, pulling).await;
    }
    tracing::info!("stopped");
    Ok(())
}

/// Results are kept with the imports, failures with the attempts; the log repeats them.
async fn pull_what_is_due(app: Arc<App>, watcher: Watcher) {
    while !watcher.cancel.load(Ordering::Relaxed) {
        match pull(&app, &Which::Due, &watcher).await {
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
        let _ = tokio::time::timeout(LOOK, stop::stopped(&watcher.cancel)).await;
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

/// Keeps the project's folder small: at the start, then hour by hour and day by day.
async fn tidy(app: Arc<App>) {
    let mut swept: Option<Instant> = None;
    loop {
        if swept.is_none_or(|at| at.elapsed() >= TIDY) {
            match keep::sweep(&app) {
                Ok(swept) if swept.files > 0 => tracing::info!(files = swept.files, bytes = swept.bytes, "swept"),
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the project's folder was not swept"),
            }
            swept = Some(Instant::now());
        }
        match compact(&app, Eagerness::Worthwhile).await {
            Ok(done) if done != Compacted::default() => tracing::info!(?done, "compacted"),
            Ok(_) => {}
            // An import is running, and compacts by itself.
            Err(error) if error.kind == ErrorKind::Busy => {}
            Err(error) => tracing::warn!(%error, "compaction failed"),
        }
        tokio::time::sleep(COMPACT).await;
    }
}
