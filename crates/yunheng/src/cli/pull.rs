//! `pull`.

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use yh_app::{
    AppError, ErrorKind, Result,
    import::Run,
    pull::{Outcome, Watcher, Which, pull},
};

use super::{import::summary, output::print, stop};

/// Pull rows from databases and watched folders.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  yunheng pull\n  yunheng pull shop_db\n  yunheng pull --due    # from cron: what the schedules ask for"
)]
pub struct Pull {
    /// Sources to pull; all that have a database or a watched folder by default.
    sources: Vec<String>,
    /// Only what is due by `schedule:`, and new files of watched folders.
    #[arg(long, conflicts_with = "sources")]
    due: bool,
    /// Read incremental tables from their start, such as after mending rows that were rejected.
    #[arg(long, conflicts_with = "due")]
    again: bool,
}

impl Pull {
    pub async fn run(self, root: &Path) -> Result<()> {
        let stop = stop::on_signal()?;
        let app = super::open(root).await?;
        let which = match (self.due, self.again) {
            (true, _) => Which::Due,
            (_, true) => Which::Again(self.sources),
            _ => Which::Named(self.sources),
        };
        let outcomes = pull(&app, &which, &watcher(stop)).await?;
        for outcome in &outcomes {
            print(line(outcome).as_bytes())?;
        }
        if outcomes.is_empty() {
            print(if self.due { b"nothing is due\n" } else { b"nothing new\n" })?;
        }
        let failed: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.result.is_err()).collect();
        match failed.first() {
            None => Ok(()),
            Some(first) => {
                let kind = first.result.as_ref().err().map_or(ErrorKind::Input, |error| error.kind);
                let message = format!("{} of {} failed", failed.len(), outcomes.len());
                Err(AppError::new(kind, "pull-failed", message).hint("`yunheng source list` keeps the last failure of each"))
            }
        }
    }
}

fn watcher(cancel: Arc<AtomicBool>) -> Watcher {
    let style = ProgressStyle::with_template("{msg} {spinner}");
    let bar = ProgressBar::new_spinner();
    let bar = style.map(|style| bar.clone().with_style(style)).unwrap_or(bar);
    let (rows_bar, import_bar) = (bar.clone(), bar);
    Watcher {
        on_rows: Arc::new(move |item, rows| rows_bar.set_message(format!("{item}: {rows} rows read"))),
        on_import: Arc::new(move |progress| import_bar.set_message(format!("{:?} {} rows", progress.step, progress.rows).to_lowercase())),
        cancel,
    }
}

fn line(outcome: &Outcome) -> String {
    let Outcome { source, item, result } = outcome;
    match result {
        Ok(Some(imported)) => {
            let has_cursor = imported.report.origin.as_ref().is_some_and(|origin| origin.cursor.is_some());
            let mend = if has_cursor && imported.report.rejected > 0 {
                format!(
                    "{source}: {item}: the next pull goes on behind the rejected rows; once they are mended: yunheng pull {source} --again\n"
                )
            } else {
                String::new()
            };
            format!("{source}: {}{mend}", summary(imported, Run::Commit))
        }
        Ok(None) => format!("{source}: {item}: nothing new\n"),
        Err(error) => {
            let hint = error.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            format!("{source}: {item}: failed: {error}{hint}\n")
        }
    }
}
