//! `targets`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use yh_app::{
    AppError, Result,
    targets::{TargetText, import_targets, list_targets, set_target, target_template},
};

use super::{output::print, project::input_error};

/// Targets: numbers to be reached.
#[derive(Args)]
pub struct Targets {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Import an XLSX or CSV file; any refused line records nothing.
    Import { file: PathBuf },
    /// Write an empty workbook to fill in.
    Template { file: PathBuf },
    /// List the targets in force.
    List {
        #[arg(long)]
        metric: Option<String>,
    },
    /// Record one target.
    Set {
        #[arg(long)]
        metric: String,
        #[arg(long)]
        period: String,
        #[arg(long)]
        target: String,
        #[arg(long, default_value = "")]
        dimension: String,
        #[arg(long, default_value = "")]
        segment: String,
        #[arg(long, default_value = "")]
        floor: String,
        #[arg(long, default_value = "")]
        stretch: String,
        #[arg(long, default_value = "")]
        reason: String,
    },
}

impl Targets {
    pub async fn run(self, root: &Path) -> Result<()> {
        let app = super::open(root).await?;
        match self.action {
            Action::Import { file } => {
                let report = import_targets(&app, &file).await?;
                for reject in &report.rejected {
                    print(format!("line {} {}: '{}' {}\n", reject.line, reject.column, reject.value, reject.reason).as_bytes())?;
                }
                if !report.rejected.is_empty() {
                    let message = format!("{} of {} lines are wrong; nothing was recorded", report.rejected.len(), report.read);
                    return Err(input_error("targets-rejected", message, "mend the lines above and import the file again"));
                }
                let unchanged = report.read - report.recorded;
                print(format!("{} targets recorded, {unchanged} stood already\n", report.recorded).as_bytes())
            }
            Action::Template { file } => {
                std::fs::write(&file, target_template(&app).await?).map_err(|error| AppError::io(&file, error))?;
                print(format!("wrote {}\n", file.display()).as_bytes())
            }
            Action::List { metric } => {
                for stored in list_targets(&app, metric.as_deref()).await? {
                    let target = &stored.target;
                    let segment =
                        target.segment.as_ref().map_or_else(|| "company".to_owned(), |(dimension, value)| format!("{dimension}={value}"));
                    let line = format!(
                        "{:24} {:28} {:10} {:>16}  v{} {} {} {}\n",
                        target.metric,
                        segment,
                        target.period.to_string(),
                        target.target.to_string(),
                        stored.version,
                        stored.by,
                        stored.at,
                        target.reason
                    );
                    print(line.as_bytes())?;
                }
                Ok(())
            }
            Action::Set { metric, period, target, dimension, segment, floor, stretch, reason } => {
                let text = TargetText { metric, dimension, segment, period, floor, target, stretch, reason };
                let recorded = set_target(&app, &text).await?;
                print(if recorded { b"recorded\n" } else { b"it stood already\n" })
            }
        }
    }
}
