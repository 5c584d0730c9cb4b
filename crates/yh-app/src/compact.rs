//! Space: small files become one, and files that left the facts leave the disk. See docs/decisions/0014.

use std::{path::Path, sync::Arc};

use jiff::{Span, Timestamp, Zoned};
use yh_lake::{
    Staging,
    compact::{compact as merge, is_worthwhile},
    import::{DatasetFiles, ImportError},
};
use yh_model::dataset::DatasetSpec;
use yh_records::{Change, DataFile};

pub use yh_lake::compact::Eagerness;

use crate::{
    App, AppError, ErrorKind, Result,
    import::files::{self, data_file, relative},
    lake, pin,
};

/// Readers that hold the lock may need files this long after they left the facts, and twice a question's time limit.
const GRACE_MINUTES: i64 = 15;

/// What a compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Small files, and those that took their place.
    pub merged: usize,
    pub into: usize,
    /// Files that left for the trash, and their bytes.
    pub let_go: usize,
    pub bytes: u64,
}

/// Merges small files and lets go of those that no question can need any more.
pub async fn compact(app: &App, eagerness: Eagerness) -> Result<Compacted> {
    let _lock = app.lock("import", "an import")?;
    app.tidy().await?;
    compact_locked(app, eagerness).await
}

/// The same after an import, whose lock is held: what it cannot do now it does the next time.
pub(crate) async fn compact_after(app: &App) {
    if let Err(error) = compact_locked(app, Eagerness::Worthwhile).await {
        tracing::warn!(%error, "compaction failed");
    }
}

async fn compact_locked(app: &App, eagerness: Eagerness) -> Result<Compacted> {
    let mut done = merge_small(app, eagerness).await?;
    (done.let_go, done.bytes) = let_go(app).await?;
    Ok(done)
}

/// Merges the small files of each dataset in a commit of its own.
async fn merge_small(app: &App, eagerness: Eagerness) -> Result<Compacted> {
    let definitions = app.definitions().await?;
    let in_force = app.records.files_in_force().await?;
    let mut done = Compacted::default();
    for spec in definitions.datasets.values() {
        let found = files::in_force(app, &in_force, &spec.name);
        if is_worthwhile(&found, eagerness) {
            let (merged, into) = merge_dataset(app, spec, found, eagerness).await?;
            done.merged += merged;
            done.into += into;
        }
    }
    Ok(done)
}

async fn merge_dataset(app: &App, spec: &Arc<DatasetSpec>, found: DatasetFiles, eagerness: Eagerness) -> Result<(usize, usize)> {
    let root = app.lake.settings().root.clone();
    let base = app.records.head().await?;
    let (folder, of) = (root.join(&spec.name), Arc::clone(spec));
    let staging = Staging::begin(&root)?;
    let stem = format!("{}-merged-{}", spec.name, staging.mark());
    let merged = blocking(move || merge(&of, &found, eagerness, &folder, &stem)).await?;
    let change = Change {
        reason: "compaction".to_owned(),
        added: merged.iter().map(|merged| data_file(&root, spec, &merged.added, None)).collect(),
        removed: merged.iter().flat_map(|merged| &merged.removed).map(|path| relative(&root, path)).collect(),
        import: None,
    };
    if !change.added.is_empty() {
        app.commit(base, &change).await?;
    }
    staging.end();
    Ok((change.removed.len(), change.added.len()))
}

/// Moves files that left the facts into the trash: at once when nobody reads, else after the grace time.
async fn let_go(app: &App) -> Result<(usize, u64)> {
    let ended = app.records.ended_files().await?;
    if ended.is_empty() || !all_present(app).await? {
        return Ok((0, 0));
    }
    let alone = pin::take(app);
    let timeout = i64::try_from(app.lake.settings().timeout.as_secs()).unwrap_or(i64::MAX);
    let grace = (GRACE_MINUTES * 60).max(timeout.saturating_mul(2));
    let long_ago = Timestamp::now().saturating_sub(Span::new().seconds(grace)).unwrap_or(Timestamp::MIN);
    let is_over = |at: &str| alone.is_some() || at.parse::<Timestamp>().is_ok_and(|at| at < long_ago);
    let gone: Vec<DataFile> = ended.into_iter().filter(|ended| is_over(&ended.at)).map(|ended| ended.file).collect();
    let root = &app.lake.settings().root;
    // The history beside the lake must tell that they left before the records forget them.
    lake::catch_up(&app.records, root, app.identity.id()).await?;
    let today = Zoned::now().date();
    for path in gone.iter().flat_map(|file| yh_lake::data_file_and_beside(&file.path, file.sidecar.as_deref())) {
        if root.join(&path).exists() {
            yh_lake::move_to_trash(root, &path, today)?;
        }
    }
    drop(alone);
    let names: Vec<String> = gone.iter().map(|file| file.path.clone()).collect();
    app.records.forget_files(&names, &app.stamp()).await?;
    app.empty_trash().await?;
    Ok((gone.len(), gone.iter().map(|file| file.bytes.unsigned_abs()).sum()))
}

/// Whether every file in force is there and whole: while one is damaged, what came before it may still be of use.
async fn all_present(app: &App) -> Result<bool> {
    let root = &app.lake.settings().root;
    let in_force = app.records.files_in_force().await?;
    let missing = in_force.iter().find(|file| !is_present(root, file));
    if let Some(file) = missing {
        tracing::warn!(file = file.path, "a file of the facts is missing or cut off, so nothing is removed");
    }
    Ok(missing.is_none())
}

fn is_present(root: &Path, file: &DataFile) -> bool {
    root.join(&file.path).metadata().is_ok_and(|metadata| metadata.len() == file.bytes.unsigned_abs())
}

/// Runs work on files off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::result::Result<T, ImportError> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|error| AppError::new(ErrorKind::Internal, "import", error.to_string()))??)
}
