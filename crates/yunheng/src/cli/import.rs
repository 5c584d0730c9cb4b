//! `import` and `imports`.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use yh_app::{
    App, Result,
    import::{ImportRequest, Imported, OnProgress, Run, files_to_import, import_file, undo_import},
    sources::add_preset,
};

use super::{output::print, project::input_error, stop};

/// Import files.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  yunheng import orders 订单导出.csv\n  yunheng import orders ExportOrderList.csv --preset qianniu --store S01\n  yunheng import --all\n  yunheng import undo 12"
)]
pub struct Import {
    /// Dataset to fill, or `undo`.
    #[arg(required_unless_present = "all")]
    dataset: Option<String>,
    /// CSV, TSV, JSON Lines (.gz), XLSX or Parquet files; after `undo`, an import's number.
    files: Vec<String>,
    /// Source definition whose mapping is used; the one whose files match by default.
    #[arg(long)]
    source: Option<String>,
    /// Read the files as this well-known export (`yunheng source presets`); adds it to sources/ when it is not there.
    #[arg(long, conflicts_with_all = ["source", "all"])]
    preset: Option<String>,
    /// Store of the files, for presets whose files do not say it.
    #[arg(long, requires = "preset")]
    store: Option<String>,
    /// Check everything, change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write rejected rows to this CSV file.
    #[arg(long)]
    rejects: Option<PathBuf>,
    /// Import every file of the data folder (or of --from) that a source names.
    #[arg(long, conflicts_with = "dataset")]
    all: bool,
    /// Folder for --all.
    #[arg(long, requires = "all")]
    from: Option<PathBuf>,
}

/// List imports.
#[derive(Args)]
pub struct Imports {
    #[arg(long)]
    dataset: Option<String>,
    #[arg(long, default_value_t = 20)]
    limit: u64,
}

impl Import {
    pub async fn run(mut self, root: &Path) -> Result<()> {
        let stop = stop::on_signal()?;
        let app = super::open(root).await?;
        if let Some(preset) = &self.preset {
            add_preset(&app, preset, None, self.store.as_deref()).await?;
            self.source = Some(preset.clone());
        }
        if self.dataset.as_deref() == Some("undo") {
            return undo(&app, &self.files).await;
        }
        let requests = if self.all {
            let folder = self.from.clone().or_else(|| app.project.data_folder());
            let hint = "set project.data in yunheng.toml, or add --from FOLDER";
            let folder = folder.ok_or_else(|| input_error("no-data-folder", "there is no data folder to import from".into(), hint))?;
            let definitions = app.definitions().await?;
            let requests = files_to_import(&definitions, &folder)?;
            if requests.is_empty() {
                return Err(input_error(
                    "nothing-to-import",
                    format!("no file of {} is named by a source", folder.display()),
                    "give each file a `match:` in sources/",
                ));
            }
            requests
        } else {
            self.requests()?
        };
        import_all(&app, requests, stop).await
    }

    fn requests(&self) -> Result<Vec<ImportRequest>> {
        let dataset = self.dataset.clone().unwrap_or_default();
        if self.files.is_empty() {
            return Err(input_error("no-file", format!("no file to import into {dataset}"), "write `yunheng import DATASET FILE...`"));
        }
        let request = |file: &String| ImportRequest {
            dataset: dataset.clone(),
            source: self.source.clone(),
            path: PathBuf::from(file),
            run: if self.dry_run { Run::Check } else { Run::Commit },
            rejects: self.rejects.clone(),
            ..ImportRequest::default()
        };
        Ok(self.files.iter().map(request).collect())
    }
}

/// Imports files one after the other, each with a line of its own, until `cancel` is set.
pub async fn import_all(app: &App, requests: Vec<ImportRequest>, cancel: Arc<AtomicBool>) -> Result<()> {
    for request in requests {
        let bar = progress_bar(&request);
        let shown = bar.clone();
        let on_progress: OnProgress = Arc::new(move |progress| {
            shown.set_length(progress.total_bytes);
            shown.set_position(progress.bytes);
            shown.set_message(format!("{:?} {} rows", progress.step, progress.rows).to_lowercase());
        });
        let imported = import_file(app, &request, on_progress, Arc::clone(&cancel)).await;
        bar.finish_and_clear();
        print(summary(&imported?, request.run).as_bytes())?;
    }
    Ok(())
}

fn progress_bar(request: &ImportRequest) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} {bar:24} {bytes}/{total_bytes} {bytes_per_sec} eta {eta} {msg}");
    let bar = ProgressBar::new(0).with_prefix(request.dataset.clone());
    style.map(|style| bar.clone().with_style(style)).unwrap_or(bar)
}

pub fn summary(imported: &Imported, run: Run) -> String {
    let report = &imported.report;
    let name = format!("{} ← {}", imported.dataset, imported.file_name);
    if imported.already_imported {
        return format!("{name}: unchanged, it is import {} already\n", imported.import_id.unwrap_or_default());
    }
    let what = match (run, imported.import_id) {
        (Run::Commit, Some(id)) => format!("import {id}"),
        _ => "checked, nothing changed".to_owned(),
    };
    let seconds = imported.duration_ms.max(1) as f64 / 1000.0;
    let mut text = format!(
        "{name}: {what}: {} rows read, {} accepted ({} new, {} replaced, {} unchanged, {} duplicates), {} rejected in {seconds:.1} s ({:.0} rows/s)\n",
        report.rows_read,
        report.accepted,
        report.new_rows,
        report.replaced,
        report.unchanged,
        report.duplicates_in_file,
        report.rejected,
        report.rows_read as f64 / seconds,
    );
    for total in &report.totals {
        let file = total
            .file_total
            .map(|file| if file == total.sum { " = the file's own total".to_owned() } else { format!(" ≠ {file}, the file's own total") });
        text += &format!("  Σ {} = {}{}\n", total.column, total.sum.normalize(), file.unwrap_or_default());
    }
    for note in &report.notes {
        text += &format!("  note: {note}\n");
    }
    for reject in report.rejects.iter().take(5) {
        text += &format!("  line {} {}: '{}' {}{}\n", reject.line, reject.column, reject.value, reject.reason, hint(&reject.hint));
    }
    if let Some(path) = &imported.rejects {
        text += &format!("  all rejected rows: {}\n", path.display());
    }
    if !imported.derived.is_empty() {
        text += &format!("  derived: {}\n", imported.derived.join(", "));
    }
    text
}

fn hint(hint: &str) -> String {
    if hint.is_empty() { String::new() } else { format!(" ({hint})") }
}

async fn undo(app: &App, ids: &[String]) -> Result<()> {
    let [id] = ids else {
        return Err(input_error("undo", "give the number of one import".into(), "`yunheng imports` lists them"));
    };
    let number = id.parse().map_err(|_| input_error("undo", format!("'{id}' is not a number"), "`yunheng imports` lists them"))?;
    let derived = undo_import(app, number).await?;
    let also = if derived.names.is_empty() { String::new() } else { format!("; derived again: {}", derived.names.join(", ")) };
    let notes: String = derived.notes().map(|note| format!("  note: {note}\n")).collect();
    print(format!("import {number} is undone{also}\n{notes}").as_bytes())
}

impl Imports {
    pub async fn run(self, root: &Path) -> Result<()> {
        let app = super::open(root).await?;
        let (imports, total) = app.records.list_imports(self.dataset.as_deref(), 0, self.limit).await?;
        for import in &imports {
            let report: serde_json::Value = serde_json::from_str(&import.report).unwrap_or_default();
            let rows = report.get("accepted").and_then(serde_json::Value::as_u64).unwrap_or(0);
            let line = format!(
                "{:>6}  {:10} {:20} {:>10} rows  {}  {}  {}\n",
                import.id,
                import.state.name(),
                import.dataset,
                rows,
                import.at,
                import.file_name,
                import.file_hash.get(..12).unwrap_or_default()
            );
            print(line.as_bytes())?;
        }
        print(format!("{} of {total} imports\n", imports.len()).as_bytes())
    }
}
