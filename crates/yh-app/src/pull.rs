//! Pulls: rows that come by themselves, from a source's database or its watched folder, on demand or on schedule.

mod folder;

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use jiff::Timestamp;
use yh_lake::pull::{PullError, PullRequest, Since, pull as read_rows};
use yh_model::source::{Connect, PullMode, Selection, SourceDef, TablePull, UrlPlace};

pub use yh_records::Attempt;

use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    error::shown,
    import::{ImportRequest, Imported, OnProgress, PulledFrom, find_last_import, import_file, record_failure},
};

/// Which sources a run is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// These; every source that pulls when none is named.
    Named(Vec<String>),
    /// The same from the start: where the last pull ended does not count.
    Again(Vec<String>),
    /// Those whose schedule says so, and watched folders without a schedule.
    Due,
}

/// What came of one table or file.
#[derive(Debug)]
pub struct Outcome {
    pub source: String,
    /// The table, the dataset of a query, or the file.
    pub item: String,
    /// None when there was nothing new.
    pub result: Result<Option<Imported>>,
}

/// Told how many rows of a table were read so far, and how far its import is.
#[derive(Clone)]
pub struct Watcher {
    pub on_rows: Arc<dyn Fn(&str, u64) + Send + Sync>,
    pub on_import: OnProgress,
    pub cancel: Arc<AtomicBool>,
}

impl Watcher {
    /// Nobody looks.
    pub fn silent() -> Self {
        Self { on_rows: Arc::new(|_, _| {}), on_import: Arc::new(|_| {}), cancel: Arc::default() }
    }
}

/// Pulls tables and imports new files; failures are outcomes, noted and kept.
///
/// # Errors
/// When a named source does not exist or pulls nothing, or another pull is running.
pub async fn pull(app: &App, which: &Which, watcher: &Watcher) -> Result<Vec<Outcome>> {
    let _lock = app.lock("pull", "a pull")?;
    let definitions = app.definitions().await?;
    let mut outcomes = Vec::new();
    for source in chosen(app, &definitions, which).await? {
        let from = outcomes.len();
        if let Some(connect) = &source.connect {
            for table in &source.tables {
                let item = table.name();
                let again = matches!(which, Which::Again(_));
                let result = pull_table(app, source, connect, table, again, watcher).await;
                note(app, source, &item, "", result.as_ref().err()).await?;
                outcomes.push(Outcome { source: source.name.clone(), item, result });
            }
        }
        if let Some(watch) = &source.watch {
            outcomes.extend(folder::import_arrivals(app, source, watch, which, watcher).await?);
        }
        let failure = outcomes[from..].iter().find_map(|outcome| outcome.result.as_ref().err());
        note(app, source, "", "", failure).await?;
    }
    Ok(outcomes)
}

/// The last attempts, newest first.
pub async fn list_attempts(app: &App, source: Option<&str>) -> Result<Vec<Attempt>> {
    Ok(app.records.list_attempts(source).await?)
}

async fn chosen<'d>(app: &App, definitions: &'d Definitions, which: &Which) -> Result<Vec<&'d SourceDef>> {
    let pulls = |source: &SourceDef| source.connect.is_some() || source.watch.is_some();
    match which {
        Which::Named(names) | Which::Again(names) if names.is_empty() => {
            let sources: Vec<&SourceDef> = definitions.sources.iter().filter(|source| pulls(source)).collect();
            if sources.is_empty() {
                return Err(AppError::new(ErrorKind::Input, "nothing-to-pull", "no source pulls anything")
                    .hint("add `connect:` with `tables:`, or `watch: {folder: inbox}`, to a file of sources/"));
            }
            Ok(sources)
        }
        Which::Named(names) | Which::Again(names) => {
            let known = || definitions.sources.iter().map(|source| source.name.as_str());
            let find = |name: &String| definitions.sources.iter().find(|source| source.name == *name);
            let sources: Vec<&SourceDef> =
                names.iter().map(|name| find(name).ok_or_else(|| AppError::unknown("source", name, known()))).collect::<Result<_>>()?;
            match sources.iter().find(|source| !pulls(source)) {
                Some(source) => {
                    let message = format!("source {} has neither a database nor a watched folder", source.name);
                    Err(AppError::new(ErrorKind::Input, "nothing-to-pull", message)
                        .hint(format!("add `connect:` or `watch:` to {}", source.path)))
                }
                None => Ok(sources),
            }
        }
        Which::Due => {
            let attempts = app.records.list_attempts(None).await?;
            let due = |source: &&SourceDef| is_due(source, &attempts, &app.project.settings.zone_name);
            Ok(definitions.sources.iter().filter(|source| pulls(source)).filter(due).collect())
        }
    }
}

fn is_due(source: &SourceDef, attempts: &[Attempt], project_zone: &str) -> bool {
    let Some(schedule) = &source.schedule else { return source.watch.is_some() };
    let last = attempts.iter().find(|attempt| attempt.source == source.name && attempt.item.is_empty());
    let Some(last) = last.and_then(|attempt| attempt.at.parse::<Timestamp>().ok()) else { return true };
    let zone = source.timezone.as_deref().unwrap_or(project_zone);
    schedule.next_after(last, zone).is_some_and(|next| next <= Timestamp::now())
}

async fn pull_table(
    app: &App,
    source: &SourceDef,
    connect: &Connect,
    table: &TablePull,
    again: bool,
    watcher: &Watcher,
) -> Result<Option<Imported>> {
    let (dataset, item) = (&table.mapping.dataset, table.name());
    let last = if again { None } else { find_last_import(app, dataset, &source.name, &item).await? };
    let since = match &table.mode {
        PullMode::Snapshot => None,
        PullMode::Incremental { cursor, overlap } => Some(Since {
            column: cursor.clone(),
            last: last.as_ref().and_then(|report| report.origin.as_ref()?.cursor.clone()),
            overlap: *overlap,
        }),
    };
    let spool = app.project.state_folder(crate::keep::SPOOL)?.join(format!("{}.jsonl", uuid::Uuid::new_v4().simple()));
    let result = read_and_import(app, source, connect, table, since, &spool, watcher).await;
    let _ = std::fs::remove_file(&spool);
    if let Err(error) = &result
        && error.code.starts_with("database")
    {
        record_failure(app, dataset, &source.name, &item, error).await?;
    }
    result
}

async fn read_and_import(
    app: &App,
    source: &SourceDef,
    connect: &Connect,
    table: &TablePull,
    since: Option<Since>,
    spool: &Path,
    watcher: &Watcher,
) -> Result<Option<Imported>> {
    let item = table.name();
    let before = since.as_ref().and_then(|since| since.last.clone());
    let url = address(&app.project.root, &source.path, &connect.url)?;
    let rows = table.rows.clone();
    let request = PullRequest { kind: connect.kind, url, rows, since, out: spool.to_owned(), today: app.today() };
    let on_rows = |rows: u64| (watcher.on_rows)(&item, rows);
    let pulled = read_rows(&request, &on_rows, &watcher.cancel).await?;
    if pulled.rows == 0 {
        return Ok(None);
    }
    let request = ImportRequest {
        dataset: table.mapping.dataset.clone(),
        source: Some(source.name.clone()),
        path: spool.to_owned(),
        file_name: table.name(),
        mapping: Some(table.mapping.clone()),
        origin: Some(PulledFrom { query: pulled.query, cursor: pulled.cursor.or(before) }),
        // A SELECT of the user's own may leave rows out on purpose.
        is_whole: table.mode == PullMode::Snapshot && matches!(table.rows, Selection::Table(_)),
        ..ImportRequest::default()
    };
    import_file(app, &request, Arc::clone(&watcher.on_import), Arc::clone(&watcher.cancel)).await.map(Some)
}

/// The address of a database; only where it is kept is ever shown.
fn address(root: &Path, definition: &str, place: &UrlPlace) -> Result<String> {
    let missing = |what: String, hint: String| AppError::new(ErrorKind::Input, "no-address", format!("{definition}: {what}")).hint(hint);
    let text = match place {
        UrlPlace::Env(name) => std::env::var(name).map_err(|_| {
            missing(format!("the environment variable {name} is not set"), format!("export {name}=postgres://user:password@host/database"))
        })?,
        UrlPlace::File(file) => std::fs::read_to_string(root.join(file)).map_err(|error| {
            missing(format!("{file} cannot be read: {error}"), "write the address into it, readable by you only".into())
        })?,
        UrlPlace::Path(file) => root.join(file).display().to_string(),
    };
    let text = text.trim().to_owned();
    if text.is_empty() {
        Err(missing("the address is empty".into(), "write it as postgres://user:password@host/database".into()))
    } else {
        Ok(text)
    }
}

/// Somebody else being at it is no attempt.
async fn note(app: &App, source: &SourceDef, item: &str, mark: &str, error: Option<&AppError>) -> Result<()> {
    if error.is_some_and(|error| matches!(error.kind, ErrorKind::Busy | ErrorKind::Cancelled)) {
        return Ok(());
    }
    let text = error.map(|error| match &error.hint {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    });
    Ok(app.records.note_attempt(&source.name, item, mark, text.as_deref(), &app.stamp()).await?)
}

impl From<PullError> for AppError {
    fn from(error: PullError) -> Self {
        let kind = match &error {
            PullError::Cancelled => ErrorKind::Cancelled,
            PullError::Io { .. } => ErrorKind::Internal,
            _ => ErrorKind::Input,
        };
        // The cause is not kept: a driver's own error may hold the address.
        let message = match &error {
            PullError::Io { path, source } => format!("{}: {source}", shown(path)),
            other => other.to_string(),
        };
        Self::new(kind, error.code(), message).hint(error.hint())
    }
}
