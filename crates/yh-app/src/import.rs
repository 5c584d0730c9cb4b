//! Imports: a file is staged by the lake and committed with everything derived from it, all or nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

use jiff::Timestamp;
use yh_lake::import::{ExistingFile, FileEntry, FileKind as StagedKind, ImportError, Limits, StageRequest, Staged, stage};
use yh_lake::{Staging, durable::make_folder};
use yh_model::{
    dataset::{ColumnKind, DatasetSpec},
    source::{FileMapping, SourceDef},
};
use yh_records::{Change, DataFile, FileKind, ImportState, NewImport};

pub use yh_lake::import::{ControlTotal, ImportReport, Progress, PulledFrom, Reject, moment};
pub use yh_records::Import;

use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    app::{Facts, stored},
    datasets::MAX_OFFSET,
    definitions::{DerivedDataset, hash},
    derived,
    error::shown,
};

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

/// The source that files without a definition belong to.
const NO_SOURCE: &str = "files";

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
    let spec = Arc::clone(definitions.dataset(staged_dataset(&definitions, request))?);
    let file_name = if request.file_name.is_empty() { name_of(&request.path) } else { request.file_name.clone() };
    let (source, mapping) = source_of(&definitions, request, &spec.name, &file_name)?;
    let mapping = request.mapping.clone().or(mapping);
    // A mapping given for this very file is whole; what was confirmed of earlier ones adds nothing to it.
    let remembered = match &request.mapping {
        Some(_) => Vec::new(),
        None => app.records.list_mapping(&source, &spec.name).await?,
    };
    let mapping_hash = hash([format!("{mapping:?}{remembered:?}").as_str(), format!("{spec:?}").as_str()]);
    let file_hash = hash_file(&request.path).await?;
    let last = app.records.last_import_of(&spec.name, &source, &file_name).await?;
    if let Some(last) = last.filter(|last| last.file_hash == file_hash && last.mapping_hash == mapping_hash) {
        return unchanged(&last);
    }
    let facts = app.recorded_facts().await?;
    let import = match request.run {
        Run::Check => 0,
        Run::Commit => {
            let new = NewImport { dataset: spec.name.clone(), source: source.clone(), file_name: file_name.clone() };
            app.records.begin_import(&new, &app.stamp()).await?
        }
    };
    let rejects_path = match &request.rejects {
        Some(path) => path.clone(),
        None => new_rejects_path(app, import)?,
    };
    let staging = Staging::begin(&app.lake.settings().root)?;
    let stage_request = StageRequest {
        path: request.path.clone(),
        file_name: file_name.clone(),
        dataset: spec.as_ref().clone(),
        source: source.clone(),
        mapping,
        remembered,
        source_zone: source_zone(&definitions, &source).unwrap_or_else(|| app.project.settings.zone_name.clone()),
        business_zone: app.project.settings.zone_name.clone(),
        import_id: import,
        mark: staging.mark().to_owned(),
        whole_of: if request.is_whole { earlier_imports(app, &spec.name, &source, &file_name).await? } else { Vec::new() },
        staging_dir: app.lake.settings().root.join(&spec.name),
        rejects_path: rejects_path.clone(),
        today: app.today(),
        dry_run: request.run == Run::Check,
        limits: limits(app),
    };
    let existing = existing_files(app, &facts, &spec).await?;
    let staged = tokio::task::spawn_blocking(move || stage(&stage_request, &existing, &mut |progress| on_progress(progress), &cancel))
        .await
        .map_err(|error| AppError::new(ErrorKind::Internal, "import", error.to_string()))?;
    let mut staged = match staged {
        Ok(staged) => staged,
        Err(error) => {
            if request.run == Run::Commit {
                note_failure(app, import, &error).await;
            }
            return Err(error.into());
        }
    };
    staged.report.origin.clone_from(&request.origin);
    let mut imported = Imported {
        import_id: (request.run == Run::Commit).then_some(import),
        dataset: spec.name.clone(),
        source,
        file_name,
        derived: Vec::new(),
        already_imported: false,
        rejects: (staged.report.rejected > 0).then_some(rejects_path),
        report: staged.report.clone(),
        duration_ms: 0,
    };
    if request.run == Run::Commit {
        let record = Import {
            id: import,
            dataset: spec.name.clone(),
            source: imported.source.clone(),
            file_name: imported.file_name.clone(),
            file_hash,
            mapping_hash,
            state: ImportState::Committed,
            report: to_json(&staged.report)?,
            at: app.stamp().at.to_string(),
            by: app.user.clone(),
            duration_ms: 0,
        };
        match commit(app, &definitions, facts, staged, record, &staging, started).await {
            Ok(derived) => {
                imported.report.notes.extend(derived.notes());
                imported.derived = derived.names;
            }
            Err(error) => {
                note_failure(app, import, &error).await;
                return Err(error);
            }
        }
    }
    staging.end();
    imported.duration_ms = elapsed_ms(started);
    Ok(imported)
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

async fn earlier_imports(app: &App, dataset: &str, source: &str, file_name: &str) -> Result<Vec<i64>> {
    let (imports, _) = app.records.list_imports(Some(dataset), 0, i64::MAX as u64).await?;
    Ok(imports.iter().filter(|import| import.source == source && import.file_name == file_name).map(|import| import.id).collect())
}

/// Lists an import that failed before there was a file.
pub(crate) async fn record_failure(app: &App, dataset: &str, source: &str, file_name: &str, error: &AppError) -> Result<()> {
    let new = NewImport { dataset: dataset.to_owned(), source: source.to_owned(), file_name: file_name.to_owned() };
    let id = app.records.begin_import(&new, &app.stamp()).await?;
    Ok(app.records.fail_import(id, &serde_json::json!({"error": error.to_string()}).to_string()).await?)
}

/// Where the rejected rows of an import are kept.
pub fn rejects_path(app: &App, id: i64) -> Result<PathBuf> {
    Ok(app.project.state_folder("rejects")?.join(format!("import-{id}.csv")))
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

/// Takes an import back; only while nothing later was built on its files.
pub async fn undo_import(app: &App, id: i64) -> Result<Derived> {
    let _lock = app.lock("import", "an import")?;
    app.tidy().await?;
    let definitions = app.definitions().await?;
    let mut record = app.records.find_import(id).await?;
    if record.state != ImportState::Committed {
        let message = format!("import {id} is {}, not committed", record.state.name());
        return Err(AppError::new(ErrorKind::Input, "not-committed", message).hint("`yunheng imports` lists what can be undone"));
    }
    let undo = app.records.changes_of_import(id).await?;
    if !undo.rewritten_by.is_empty() {
        let list: Vec<String> = undo.rewritten_by.iter().map(i64::to_string).collect();
        let message = format!("later imports corrected rows of import {id}: {}", list.join(", "));
        return Err(AppError::new(ErrorKind::Input, "undo-order", message).hint("undo the later ones first, the last one first"));
    }
    // What comes back must be there and whole, or undoing would only exchange one damage for another.
    for file in &undo.restored {
        app.lake.check(&stored(file))?;
    }
    record.state = ImportState::Undone;
    let facts = app.recorded_facts().await?;
    let dataset = record.dataset.clone();
    let mut change = Change { reason: format!("undo import {id}"), added: undo.restored, removed: undo.added, import: Some(record) };
    let base = facts.snapshot_id;
    let mut next = facts;
    next.replace(&change.removed, &change.added);
    let staging = Staging::begin(&app.lake.settings().root)?;
    let derived = derive(app, &definitions, &mut next, &mut change, BTreeSet::from([dataset]), &staging).await?;
    app.commit(base, &change).await?;
    staging.end();
    Ok(derived)
}

/// Brings derived datasets up to date whose SELECT has changed since they were written.
pub async fn refresh_derived(app: &App) -> Result<Derived> {
    let definitions = app.definitions().await?;
    let facts = app.recorded_facts().await?;
    if !derived::is_due(app, &definitions, &facts) {
        return Ok(Derived::default());
    }
    bring_up_to_date(app, &definitions, &[]).await
}

/// Makes derived rows again that are stale, and those of the named datasets whatever they are.
pub(crate) async fn bring_up_to_date(app: &App, definitions: &Definitions, anyway: &[String]) -> Result<Derived> {
    let _lock = app.lock("import", "an import")?;
    app.tidy().await?;
    let mut next = app.recorded_facts().await?;
    let base = next.snapshot_id;
    let mut change = Change { reason: "derived rows made again".to_owned(), ..Change::default() };
    let of_old = anyway.iter().flat_map(|dataset| next.files(dataset)).filter(|file| file.derived.is_some());
    change.removed = of_old.map(|file| file.path.clone()).collect();
    next.replace(&change.removed, &[]);
    let staging = Staging::begin(&app.lake.settings().root)?;
    let derived = derive(app, definitions, &mut next, &mut change, BTreeSet::new(), &staging).await?;
    if !change.added.is_empty() || !change.removed.is_empty() {
        app.commit(base, &change).await?;
    }
    staging.end();
    Ok(derived)
}

/// Derived datasets after a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Derived {
    /// Made again.
    pub names: Vec<String>,
    /// Those whose SELECT failed, with the reason: they are refused until it runs.
    pub failed: Vec<(String, String)>,
}

impl Derived {
    /// The failures, in words.
    pub fn notes(&self) -> impl Iterator<Item = String> {
        self.failed.iter().map(|(dataset, reason)| format!("{dataset} could not be derived and is not shown until it can: {reason}"))
    }
}

async fn commit(
    app: &App,
    definitions: &Definitions,
    facts: Facts,
    staged: Staged,
    record: Import,
    staging: &Staging,
    started: Instant,
) -> Result<Derived> {
    let spec = definitions.dataset(&record.dataset)?;
    let base = facts.snapshot_id;
    let root = &app.lake.settings().root;
    let mut change = Change {
        reason: format!("import {}", record.id),
        added: staged.added.iter().map(|entry| data_file(root, spec, entry, record.id)).collect(),
        removed: staged.removed.iter().map(|path| relative(root, path)).collect(),
        import: Some(record),
    };
    let mut next = facts;
    next.replace(&change.removed, &change.added);
    let derived = derive(app, definitions, &mut next, &mut change, BTreeSet::from([spec.name.clone()]), staging).await?;
    if let Some(record) = &mut change.import {
        if !derived.failed.is_empty() {
            let mut report = staged.report.clone();
            report.notes.extend(derived.notes());
            record.report = to_json(&report)?;
        }
        record.duration_ms = elapsed_ms(started) as i64;
    }
    app.commit(base, &change).await?;
    Ok(derived)
}

/// Notes that an import failed. Where that cannot be written either, the import's own failure is what is told; what
/// stays marked as running is closed by the next import.
async fn note_failure(app: &App, id: i64, error: &(dyn std::error::Error + Sync)) {
    let report = serde_json::json!({"error": error.to_string()}).to_string();
    if let Err(error) = app.records.fail_import(id, &report).await {
        tracing::warn!(%error, id, "a failed import could not be noted");
    }
}

/// Removes the files that were written for a change: its import's and derived ones, never those that an undo brings back.
pub(crate) fn discard(app: &App, change: &Change) {
    let id = change.import.as_ref().filter(|import| import.state == ImportState::Committed).map(|import| import.id);
    let is_new = |file: &&DataFile| file.derived.is_some() || (id.is_some() && file.import_id == id);
    for path in change.added.iter().filter(is_new).flat_map(|file| [Some(&file.path), file.sidecar.as_ref()]).flatten() {
        let path = app.lake.settings().root.join(path);
        let _ = std::fs::remove_file(yh_lake::checked::Sums::path_of(&path));
        let _ = std::fs::remove_file(path);
    }
}

/// Rewrites the derived datasets that read a changed one, or whose rows are stale; adds them to the change. After a
/// failure nothing that was written for the change is left.
async fn derive(
    app: &App,
    definitions: &Definitions,
    next: &mut Facts,
    change: &mut Change,
    changed: BTreeSet<String>,
    staging: &Staging,
) -> Result<Derived> {
    derive_each(app, definitions, next, change, changed, staging).await.inspect_err(|_| discard(app, change))
}

async fn derive_each(
    app: &App,
    definitions: &Definitions,
    next: &mut Facts,
    change: &mut Change,
    mut changed: BTreeSet<String>,
    staging: &Staging,
) -> Result<Derived> {
    let mut done = Derived::default();
    for derived in &definitions.derived {
        let reads_changed = derived.query.tables().iter().any(|table| changed.contains(table));
        if !reads_changed && !derived::is_stale(app, next, derived) {
            continue;
        }
        let prefix = format!("{}/{}/", derived.source, derived.dataset);
        let is_own = |file: &&DataFile| file.derived.as_ref().is_some_and(|old| old.starts_with(&prefix));
        let old: Vec<String> = next.files(&derived.dataset).iter().filter(is_own).map(|file| file.path.clone()).collect();
        let name = format!("derived-{}-{}.parquet", staging.mark(), done.names.len() + done.failed.len() + 1);
        let written = match write_derived(app, definitions, next, derived, &name).await {
            Ok(file) => Some(file),
            Err(error) if derived::concerns_itself_only(&error) => {
                app.failed_derived.note(next, derived, &error);
                done.failed.push((derived.dataset.clone(), error.to_string()));
                None
            }
            Err(error) => return Err(error),
        };
        next.replace(&old, written.as_slice());
        change.removed.extend(old);
        changed.insert(derived.dataset.clone());
        if let Some(file) = written {
            app.failed_derived.forget(derived);
            change.added.push(file);
            done.names.push(derived.dataset.clone());
        }
    }
    // A derived dataset whose definition is gone leaves too.
    let orphans = derived::orphans(definitions, next);
    next.replace(&orphans, &[]);
    change.removed.extend(orphans);
    Ok(done)
}

/// Runs a derived SELECT over the facts and writes its rows; nothing is visible yet.
async fn write_derived(app: &App, definitions: &Definitions, facts: &Facts, derived: &DerivedDataset, name: &str) -> Result<DataFile> {
    let spec = definitions.dataset(&derived.dataset)?;
    let session = app.session(definitions, facts, derived.query.tables()).await?;
    let folder = app.lake.settings().root.join(&spec.name);
    make_folder(&folder).map_err(|error| AppError::io(&folder, error))?;
    let path = folder.join(name);
    let written = derived.query.materialise(&session, spec, &path).await?;
    Ok(DataFile {
        path: relative(&app.lake.settings().root, &path),
        dataset: spec.name.clone(),
        kind: FileKind::Live,
        sha256: written.sha256,
        rows: written.rows as i64,
        bytes: written.bytes as i64,
        month: None,
        min_time: written.times.and_then(|(first, _)| instant(first)),
        max_time: written.times.and_then(|(_, last)| instant(last)),
        sidecar: None,
        import_id: None,
        derived: Some(derived.tag.clone()),
    })
}

/// The dataset a file's rows go to: the one asked for, or the staged one from which the named source derives it.
fn staged_dataset<'r>(definitions: &'r Definitions, request: &'r ImportRequest) -> &'r str {
    let asked = request.dataset.as_str();
    let source = request.source.as_ref().and_then(|name| definitions.sources.iter().find(|source| source.name == *name));
    let Some(source) = source.filter(|source| !source.files.iter().any(|file| file.dataset == asked)) else { return asked };
    let derived = definitions.derived.iter().find(|derived| derived.source == source.name && derived.dataset == asked);
    let staged = derived.and_then(|derived| source.files.iter().find(|file| derived.query.tables().contains(&file.dataset)));
    staged.map_or(asked, |file| &file.dataset)
}

fn source_of(definitions: &Definitions, request: &ImportRequest, dataset: &str, file_name: &str) -> Result<(String, Option<FileMapping>)> {
    let mapping = |source: &SourceDef| source.mapping_for(dataset, file_name).cloned();
    if let Some(name) = &request.source {
        let known = || definitions.sources.iter().map(|source| source.name.as_str());
        let found = definitions.sources.iter().find(|source| source.name == *name);
        return match found {
            Some(source) => Ok((name.clone(), source.mapping_of(dataset, file_name).cloned())),
            // A wizard may name a source that has no file yet.
            None if request.mapping.is_some() => Ok((name.clone(), None)),
            None => Err(AppError::unknown("source", name, known())),
        };
    }
    let fits: Vec<(&SourceDef, FileMapping)> =
        definitions.sources.iter().filter_map(|source| mapping(source).map(|mapping| (source, mapping))).collect();
    match fits.as_slice() {
        [] => Ok((NO_SOURCE.to_owned(), None)),
        [(source, mapping)] => Ok((source.name.clone(), Some(FileMapping { guessed: true, ..mapping.clone() }))),
        several => {
            let names: Vec<&str> = several.iter().map(|(source, _)| source.name.as_str()).collect();
            let message = format!("several sources map {dataset} files like {file_name}: {}", names.join(", "));
            Err(AppError::new(ErrorKind::Input, "ambiguous-source", message).hint(format!("add --source {}", names[0])))
        }
    }
}

/// Files of a folder that some source's mapping names, in the order of the sources: what `import --all` takes.
pub fn files_to_import(definitions: &Definitions, folder: &Path) -> Result<Vec<ImportRequest>> {
    let entries = std::fs::read_dir(folder).map_err(|error| AppError::io(folder, error))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()).collect();
    paths.sort();
    let mut requests = Vec::new();
    for source in &definitions.sources {
        for mapping in source.files.iter().filter(|mapping| mapping.pattern.is_some()) {
            for path in paths.iter().filter(|path| mapping.matches(&name_of(path))) {
                let dataset = mapping.dataset.clone();
                requests.push(ImportRequest { dataset, source: Some(source.name.clone()), path: path.clone(), ..ImportRequest::default() });
            }
        }
    }
    Ok(requests)
}

fn source_zone(definitions: &Definitions, source: &str) -> Option<String> {
    definitions.sources.iter().find(|known| known.name == source)?.timezone.clone()
}

async fn existing_files(app: &App, facts: &Facts, spec: &DatasetSpec) -> Result<Vec<ExistingFile>> {
    let root = &app.lake.settings().root;
    let (imports, _) = app.records.list_imports(Some(&spec.name), 0, i64::MAX as u64).await?;
    let by_id: BTreeMap<i64, &Import> = imports.iter().map(|import| (import.id, import)).collect();
    let micros = |text: &Option<String>| {
        let text = text.as_deref()?;
        let instant = text.parse::<Timestamp>().ok();
        instant.or_else(|| format!("{text}T00:00:00Z").parse().ok()).map(Timestamp::as_microsecond)
    };
    let existing = facts.files(&spec.name).iter().filter(|file| file.derived.is_none()).map(|file| {
        let import = file.import_id.and_then(|id| by_id.get(&id));
        ExistingFile {
            source: import.map(|import| import.source.clone()).unwrap_or_default(),
            file_name: import.map(|import| import.file_name.clone()).unwrap_or_default(),
            import: file.import_id,
            entry: FileEntry {
                path: root.join(&file.path),
                sha256: file.sha256.clone(),
                rows: file.rows as u64,
                bytes: file.bytes as u64,
                month: file.month.clone(),
                min_time: micros(&file.min_time),
                max_time: micros(&file.max_time),
                keys: file.sidecar.as_ref().map(|sidecar| root.join(sidecar)),
                kind: StagedKind::Live,
            },
        }
    });
    Ok(existing.collect())
}

fn data_file(root: &Path, spec: &DatasetSpec, entry: &FileEntry, import: i64) -> DataFile {
    let time = spec.time.as_deref().and_then(|name| spec.column(name));
    let by_day = time.is_some_and(|column| column.kind == ColumnKind::Date);
    let text = |micros: Option<i64>| {
        let text = instant(micros?)?;
        Some(if by_day { text[..10].to_owned() } else { text })
    };
    DataFile {
        path: relative(root, &entry.path),
        dataset: spec.name.clone(),
        kind: match entry.kind {
            StagedKind::Live => FileKind::Live,
            StagedKind::Superseded => FileKind::Superseded,
        },
        sha256: entry.sha256.clone(),
        rows: entry.rows as i64,
        bytes: entry.bytes as i64,
        month: entry.month.clone(),
        min_time: text(entry.min_time),
        max_time: text(entry.max_time),
        sidecar: entry.keys.as_ref().map(|path| relative(root, path)),
        import_id: Some(import),
        derived: None,
    }
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

fn instant(micros: i64) -> Option<String> {
    Timestamp::from_microsecond(micros).ok().map(|at| at.to_string())
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
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
