//! Imports: a file is staged by the lake and committed with everything derived from it, all or nothing.

mod choose;
mod derive;
pub(crate) mod files;
mod undo;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

use yh_lake::{
    Staging,
    import::{ImportError, Limits, StageRequest, Staged, stage},
};
use yh_model::source::FileMapping;
use yh_records::{Change, DataFile, FileKind, NewImport};

pub use yh_lake::import::{ControlTotal, ImportReport, Progress, PulledFrom, Reject, moment};
pub use yh_records::Import;

pub use choose::files_to_import;
pub(crate) use derive::bring_up_to_date;
pub use derive::{Derived, refresh_derived};
pub use undo::undo_import;

use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    app::{Facts, stored},
    compact::{blocking, compact_after},
    datasets::MAX_OFFSET,
    error::shown,
};
use choose::{Chosen, choose, source_zone};
use derive::{Changed, Touched, derive};
use files::{data_file, existing_files, relatives};

/// One file to import.
#[derive(Debug, Clone, Default)]
pub struct ImportRequest {
    pub dataset: String,
    /// Name of a source definition; none takes the one whose files match.
    pub source: Option<String>,
    pub path: PathBuf,
    /// The name shown and remembered; the path's own when empty.
    pub file_name: String,
    /// A mapping made in the wizard; none takes the source's.
    pub mapping: Option<FileMapping>,
    pub run: Run,
    /// Where rejected rows are written; none keeps them in the project.
    pub rejects: Option<PathBuf>,
    /// The statement that wrote the file, when it was pulled.
    pub origin: Option<PulledFrom>,
    /// The file holds a whole table: rows of its earlier imports that it does not have are gone.
    pub is_whole: bool,
}

/// Whether an import is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Run {
    #[default]
    Commit,
    /// Check everything, change nothing.
    Check,
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// None for a check.
    pub import_id: Option<i64>,
    pub dataset: String,
    pub source: String,
    pub file_name: String,
    pub report: ImportReport,
    /// Derived datasets that were brought up to date.
    pub derived: Vec<String>,
    /// The same file with the same mapping is in the lake already.
    pub already_imported: bool,
    pub rejects: Option<PathBuf>,
    pub duration_ms: u64,
}

/// Told how far an import is; called from a worker thread.
pub type OnProgress = Arc<dyn Fn(Progress) + Send + Sync>;

/// What a file may hold, by the project's settings.
pub(crate) fn limits(app: &App) -> Limits {
    let limits = &app.project.settings.limits;
    Limits {
        max_unpacked_bytes: limits.unpacked_mb << 20,
        max_cells: limits.cells,
        max_headers: usize::try_from(limits.header_columns).unwrap_or(usize::MAX),
        max_rejects: limits.rejects,
    }
}

/// Imports one file; nothing is visible until all of it is.
pub async fn import_file(app: &App, request: &ImportRequest, on_progress: OnProgress, cancel: Arc<AtomicBool>) -> Result<Imported> {
    let started = Instant::now();
    let _lock = app.lock("import", "an import")?;
    app.tidy().await?;
    let definitions = app.definitions().await?;
    let chosen = choose(app, &definitions, request).await?;
    if let Some(last) = same_import(app, &chosen).await? {
        return unchanged(&last);
    }
    let watch = Watch { on_progress, cancel, started };
    match request.run {
        Run::Check => {
            let step = Step { id: 0, rejects: rejects_of(app, request, 0)?, staging: Staging::begin(&app.lake.settings().root)? };
            let staged = stage_file(app, &definitions, &app.recorded_facts().await?, &chosen, request, &step, watch).await?;
            step.staging.end();
            Ok(imported(chosen, None, staged.report, step.rejects, started))
        }
        Run::Commit => {
            let id = app.records.begin_import(&chosen.as_new(), &app.stamp()).await?;
            let result = stage_and_commit(app, &definitions, chosen, request, id, watch).await;
            match &result {
                Ok(_) => compact_after(app).await,
                Err(error) => note_failure(app, id, error).await,
            }
            result
        }
    }
}

/// Who looks on while a file is read, who may stop it, and since when.
struct Watch {
    on_progress: OnProgress,
    cancel: Arc<AtomicBool>,
    started: Instant,
}

async fn stage_and_commit(
    app: &App,
    definitions: &Definitions,
    chosen: Chosen,
    request: &ImportRequest,
    id: i64,
    watch: Watch,
) -> Result<Imported> {
    let started = watch.started;
    let facts = app.recorded_facts().await?;
    let step = Step { id, rejects: rejects_of(app, request, id)?, staging: Staging::begin(&app.lake.settings().root)? };
    let staged = stage_file(app, definitions, &facts, &chosen, request, &step, watch).await?;
    let mut report = staged.report.clone();
    match commit(app, definitions, facts, &chosen, staged, &step, started).await {
        Ok(derived) => {
            step.staging.end();
            report.notes.extend(derived.notes());
            Ok(Imported { derived: derived.names, ..imported(chosen, Some(id), report, step.rejects, started) })
        }
        Err(error) => {
            // Nobody will ask for the rejects of an import that did not happen.
            if report.rejected > 0 {
                let _ = std::fs::remove_file(&step.rejects);
            }
            Err(error)
        }
    }
}

/// What an import writes under.
struct Step {
    /// 0 for a check.
    id: i64,
    rejects: PathBuf,
    staging: Staging,
}

/// The last import of this very file with this very mapping, when nothing came after it.
async fn same_import(app: &App, chosen: &Chosen) -> Result<Option<Import>> {
    let last = app.records.last_import_of(&chosen.spec.name, &chosen.source, &chosen.file_name).await?;
    Ok(last.filter(|last| last.file_hash == chosen.file_hash && last.mapping_hash == chosen.mapping_hash))
}

/// Reads the file into lake files that nobody sees yet.
async fn stage_file(
    app: &App,
    definitions: &Definitions,
    facts: &Facts,
    chosen: &Chosen,
    request: &ImportRequest,
    step: &Step,
    watch: Watch,
) -> Result<Staged> {
    let Chosen { spec, source, file_name, .. } = chosen;
    let earlier = app.records.imports_of_file(&spec.name, source, file_name).await?;
    let zone_name = &app.project.settings.zone_name;
    let stage_request = StageRequest {
        path: request.path.clone(),
        file_name: file_name.clone(),
        dataset: spec.as_ref().clone(),
        source: source.clone(),
        mapping: chosen.mapping.clone(),
        remembered: chosen.remembered.clone(),
        source_zone: source_zone(definitions, source).unwrap_or_else(|| zone_name.clone()),
        business_zone: zone_name.clone(),
        import_id: step.id,
        mark: step.staging.mark().to_owned(),
        whole_of: if request.is_whole { earlier.clone() } else { Vec::new() },
        earlier,
        staging_dir: app.lake.settings().root.join(&spec.name),
        rejects_path: step.rejects.clone(),
        today: app.today(),
        dry_run: request.run == Run::Check,
        limits: limits(app),
    };
    let existing = existing_files(app, facts, &spec.name);
    let Watch { on_progress, cancel, .. } = watch;
    let mut staged = blocking(move || stage(&stage_request, &existing, &mut |progress| on_progress(progress), &cancel)).await?;
    staged.report.origin.clone_from(&request.origin);
    Ok(staged)
}

/// Makes staged files, and what is derived from them, visible in one step.
async fn commit(
    app: &App,
    definitions: &Definitions,
    facts: Facts,
    chosen: &Chosen,
    staged: Staged,
    step: &Step,
    started: Instant,
) -> Result<Derived> {
    let id = step.id;
    let base = facts.snapshot_id;
    let (root, spec) = (&app.lake.settings().root, &chosen.spec);
    let mut change = Change {
        reason: format!("import {id}"),
        added: staged.added.iter().map(|entry| data_file(root, spec, entry, Some(id))).collect(),
        removed: relatives(root, &staged.removed),
        import: None,
    };
    let of_kind = |kind: FileKind| change.added.iter().filter(|file| file.kind == kind).map(stored).collect();
    let touched =
        [Touched { files: of_kind(FileKind::Live), import: Some(id) }, Touched { files: of_kind(FileKind::Superseded), import: None }];
    let mut next = facts;
    next.replace(&change.removed, &change.added);
    let changed = Changed::by(app, definitions, spec, &touched).await.inspect_err(|_| discard(app, &change))?;
    let derived = derive(app, definitions, &mut next, &mut change, changed, &step.staging).await?;
    let mut report = staged.report;
    report.notes.extend(derived.notes());
    change.import = Some(Import { duration_ms: elapsed_ms(started) as i64, ..chosen.committed(app, id, &report)? });
    app.commit(base, &change).await?;
    Ok(derived)
}

fn imported(chosen: Chosen, import_id: Option<i64>, report: ImportReport, rejects: PathBuf, started: Instant) -> Imported {
    Imported {
        import_id,
        dataset: chosen.spec.name.clone(),
        source: chosen.source,
        file_name: chosen.file_name,
        derived: Vec::new(),
        already_imported: false,
        rejects: (report.rejected > 0).then_some(rejects),
        report,
        duration_ms: elapsed_ms(started),
    }
}

fn rejects_of(app: &App, request: &ImportRequest, id: i64) -> Result<PathBuf> {
    request.rejects.clone().map_or_else(|| new_rejects_path(app, id), Ok)
}

fn failure(error: &AppError) -> String {
    serde_json::json!({"error": error.to_string()}).to_string()
}

/// Notes that an import failed. Where that cannot be written either, the import's own failure is what is told; what
/// stays marked as running is closed by the next import.
async fn note_failure(app: &App, id: i64, error: &AppError) {
    if let Err(error) = app.records.fail_import(id, &failure(error)).await {
        tracing::warn!(%error, id, "a failed import could not be noted");
    }
}

/// Removes the files that were written for a change; one that is added and removed only changes its kind.
pub(crate) fn discard(app: &App, change: &Change) {
    let is_new = |file: &&DataFile| !change.removed.contains(&file.path);
    let paths = change.added.iter().filter(is_new).flat_map(|file| yh_lake::data_file_and_beside(&file.path, file.sidecar.as_deref()));
    for path in paths {
        // What cannot be removed now is swept later.
        let _ = std::fs::remove_file(app.lake.settings().root.join(path));
    }
}

/// Remembers a mapping confirmed by hand, for the next file of that source.
pub async fn remember_mapping(app: &App, source: &str, mapping: &FileMapping) -> Result<()> {
    Ok(app.records.remember_mapping(source, &mapping.dataset, &mapping.columns, &app.stamp()).await?)
}

/// Lists imports, newest first, with their number.
pub async fn list_imports(app: &App, dataset: Option<&str>, offset: u64, limit: u64) -> Result<(Vec<Import>, u64)> {
    Ok(app.records.list_imports(dataset, offset.min(MAX_OFFSET), limit).await?)
}

/// Finds one import.
pub async fn find_import(app: &App, id: i64) -> Result<Import> {
    Ok(app.records.find_import(id).await?)
}

/// The report of the last committed import of a file name in a dataset and source.
pub(crate) async fn find_last_import(app: &App, dataset: &str, source: &str, file_name: &str) -> Result<Option<ImportReport>> {
    let last = app.records.last_import_of(dataset, source, file_name).await?;
    Ok(last.and_then(|last| serde_json::from_str(&last.report).ok()))
}

/// Lists an import that failed before there was a file.
pub(crate) async fn record_failure(app: &App, dataset: &str, source: &str, file_name: &str, error: &AppError) -> Result<()> {
    let new = NewImport { dataset: dataset.to_owned(), source: source.to_owned(), file_name: file_name.to_owned() };
    let id = app.records.begin_import(&new, &app.stamp()).await?;
    Ok(app.records.fail_import(id, &failure(error)).await?)
}

/// Where the rejected rows of an import are kept.
pub fn rejects_path(app: &App, id: i64) -> Result<PathBuf> {
    Ok(app.project.state_folder(crate::keep::REJECTS)?.join(format!("import-{id}.csv")))
}

/// The same for a new import; a list that an import of this number left with other records is set aside.
fn new_rejects_path(app: &App, id: i64) -> Result<PathBuf> {
    let path = rejects_path(app, id)?;
    let is_check = id == 0;
    if !is_check && path.exists() {
        let aside = path.with_file_name(format!("import-{id}-{}.csv", uuid::Uuid::new_v4().simple()));
        std::fs::rename(&path, aside).map_err(|error| AppError::io(&path, error))?;
    }
    Ok(path)
}

/// Reads the rejected rows that an import kept, as they were written.
pub async fn read_rejects(app: &App, id: i64) -> Result<Vec<u8>> {
    let import = app.records.find_import(id).await?;
    let path = rejects_path(app, id)?;
    let bytes = tokio::fs::read(&path).await.map_err(|_| {
        AppError::new(ErrorKind::NotFound, "no-rejects", format!("no rejected rows of import {id} are kept"))
            .hint("what a file was refused for is in the import's report; `yunheng import --rejects FILE` writes the rows elsewhere")
    })?;
    let written = serde_json::from_str::<ImportReport>(&import.report).ok().and_then(|report| report.rejects_sha256);
    if written.is_some_and(|written| written != yh_lake::checked::sha256_of_bytes(&bytes)) {
        let message = format!("the rejected rows of import {id} ({}) were altered after they were written", name_of(&path));
        return Err(AppError::new(ErrorKind::Internal, "damaged-lake", message)
            .hint(format!("take the import back (`yunheng import undo {id}`) and import its file again")));
    }
    Ok(bytes)
}

fn unchanged(last: &Import) -> Result<Imported> {
    let report = serde_json::from_str(&last.report).map_err(|error| AppError::new(ErrorKind::Internal, "report", error.to_string()))?;
    Ok(Imported {
        import_id: Some(last.id),
        dataset: last.dataset.clone(),
        source: last.source.clone(),
        file_name: last.file_name.clone(),
        report,
        derived: Vec::new(),
        already_imported: true,
        rejects: None,
        duration_ms: 0,
    })
}

/// Hashes a file off the async threads.
pub async fn hash_file(path: &Path) -> Result<String> {
    let path = path.to_owned();
    let shown = path.clone();
    let hashed = tokio::task::spawn_blocking(move || yh_lake::sha256_of(&path)).await;
    match hashed {
        Ok(Err(yh_lake::LakeError::Io { source, .. })) => Err(AppError::io(&shown, source)),
        Ok(result) => Ok(result?),
        Err(error) => Err(AppError::new(ErrorKind::Internal, "import", error.to_string())),
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn elapsed_ms(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn to_json(report: &ImportReport) -> Result<String> {
    serde_json::to_string(report).map_err(|error| AppError::new(ErrorKind::Internal, "json", error.to_string()))
}

impl From<ImportError> for AppError {
    fn from(error: ImportError) -> Self {
        let kind = if error.code() == "cancelled" { ErrorKind::Cancelled } else { ErrorKind::Input };
        let hint = Some(error.hint());
        let code = error.code().to_owned();
        let message = match &error {
            ImportError::Io { path, source } => format!("{}: {source}", shown(path)),
            other => other.to_string(),
        };
        AppError { hint, ..AppError::new(kind, &code, message).caused_by(error) }
    }
}
