//! Derived datasets follow the ones they read: by what changed where that is provably the same, else as a whole.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use yh_lake::{
    Before, ChangedRows, LakeError, Materialised, NewPath, Staging, Table, TableRows,
    checked::{StoredFile, Sums},
    durable::make_folder,
};
use yh_model::dataset::DatasetSpec;
use yh_records::{Change, DataFile, FileKind};

use super::{
    discard,
    files::{instant, relative},
};
use crate::{
    App, AppError, Definitions, Result,
    app::{Facts, stored},
    definitions::DerivedDataset,
    derived,
};

/// Files of a dataset that changed, with all of their rows or those of one import.
#[derive(Debug, Clone)]
pub(super) struct Touched {
    pub files: Vec<StoredFile>,
    pub import: Option<i64>,
}

/// Datasets that changed, with the rows where they are few.
#[derive(Debug, Default)]
pub(super) struct Changed(BTreeMap<String, Option<ChangedRows>>);

impl Changed {
    /// One dataset by rows of some of its files.
    pub async fn by(app: &App, definitions: &Definitions, spec: &Arc<DatasetSpec>, touched: &[Touched]) -> Result<Self> {
        let is_read = definitions.derived.iter().any(|derived| derived.query.tables().contains(&spec.name));
        if !is_read {
            return Ok(Self::default());
        }
        let mut all: Option<ChangedRows> = None;
        for Touched { files, import } in touched.iter().filter(|touched| !touched.files.is_empty()) {
            let table = Table { name: spec.name.clone(), rows: TableRows::Dataset { spec: Arc::clone(spec), files: files.clone() } };
            let rows = match app.lake.session(&[table]).await {
                Ok(session) => session.changed_rows(&spec.name, *import).await,
                Err(error) => Err(error),
            };
            // What cannot be read, as a damaged file that leaves, is not known by rows: the dataset changed as a whole.
            let Ok(Some(rows)) = rows else { return Ok(Self(BTreeMap::from([(spec.name.clone(), None)]))) };
            all = Some(match all {
                Some(before) => before.and(rows),
                None => rows,
            });
        }
        let some = all.filter(|rows| rows.count() > 0);
        Ok(Self(some.map(|rows| (spec.name.clone(), Some(rows))).into_iter().collect()))
    }

    fn touches(&self, derived: &DerivedDataset) -> bool {
        derived.query.tables().iter().any(|table| self.0.contains_key(table))
    }

    /// The changed rows of everything that a derived dataset reads, when they are all known.
    fn rows(&self, derived: &DerivedDataset) -> Option<BTreeMap<String, ChangedRows>> {
        let read = self.0.iter().filter(|(name, _)| derived.query.tables().contains(name));
        read.map(|(name, rows)| Some((name.clone(), rows.clone()?))).collect()
    }

    fn note(&mut self, dataset: &str, rows: Option<ChangedRows>) {
        if rows.as_ref().is_none_or(|rows| rows.count() > 0) {
            let both = match self.0.remove(dataset) {
                Some(before) => before.zip(rows).map(|(before, rows)| before.and(rows)),
                None => rows,
            };
            self.0.insert(dataset.to_owned(), both);
        }
    }
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
    let derived = derive(app, definitions, &mut next, &mut change, Changed::default(), &staging).await?;
    if !change.added.is_empty() || !change.removed.is_empty() {
        app.commit(base, &change).await?;
    }
    staging.end();
    Ok(derived)
}

/// Brings the derived datasets up to date that read a changed one, or whose rows are stale; adds them to the change.
/// After a failure nothing that was written for the change is left.
pub(super) async fn derive(
    app: &App,
    definitions: &Definitions,
    next: &mut Facts,
    change: &mut Change,
    changed: Changed,
    staging: &Staging,
) -> Result<Derived> {
    derive_each(app, definitions, next, change, changed, staging).await.inspect_err(|_| discard(app, change))
}

async fn derive_each(
    app: &App,
    definitions: &Definitions,
    next: &mut Facts,
    change: &mut Change,
    mut changed: Changed,
    staging: &Staging,
) -> Result<Derived> {
    let mut done = Derived::default();
    for derived in &definitions.derived {
        let is_stale = derived::is_stale(app, next, derived);
        if !is_stale && !changed.touches(derived) {
            continue;
        }
        let rows = if is_stale { None } else { changed.rows(derived) };
        let number = done.names.len() + done.failed.len() + 1;
        let files = NewFiles::of(app, &derived.dataset, format!("derived-{}-{number}", staging.mark()))?;
        let replaced = match write(app, definitions, next, derived, rows, &files).await {
            Ok(replaced) => {
                app.failed_derived.forget(derived);
                done.names.push(derived.dataset.clone());
                replaced
            }
            Err(error) if derived::concerns_itself_only(&error) => {
                app.failed_derived.note(next, derived, &error);
                done.failed.push((derived.dataset.clone(), error.to_string()));
                Replaced { removed: paths_of(next, derived), added: Vec::new(), rows: None }
            }
            Err(error) => return Err(error),
        };
        next.replace(&replaced.removed, &replaced.added);
        change.removed.extend(replaced.removed);
        change.added.extend(replaced.added);
        changed.note(&derived.dataset, replaced.rows);
    }
    // A derived dataset whose definition is gone leaves too.
    let orphans = derived::orphans(definitions, next);
    next.replace(&orphans, &[]);
    change.removed.extend(orphans);
    Ok(done)
}

/// Writes the rows of a derived dataset: those that changed rows bear on, or all; nothing is visible yet.
async fn write(
    app: &App,
    definitions: &Definitions,
    facts: &Facts,
    derived: &DerivedDataset,
    changed: Option<BTreeMap<String, ChangedRows>>,
    files: &NewFiles,
) -> Result<Replaced> {
    if let Some(changed) = changed {
        match update(app, definitions, facts, derived, &changed, files).await {
            Ok(Some(replaced)) => return Ok(replaced),
            Ok(None) => {}
            // Made as a whole, its earlier rows are not read: damage of them is no reason to fail.
            Err(error) if derived::concerns_itself_only(&error) => {}
            Err(error) => return Err(error),
        }
    }
    write_all(app, definitions, facts, derived, files).await
}

/// Files of a derived dataset that others take the place of.
struct Replaced {
    removed: Vec<String>,
    added: Vec<DataFile>,
    /// The rows that differ; none when all may.
    rows: Option<ChangedRows>,
}

async fn update(
    app: &App,
    definitions: &Definitions,
    facts: &Facts,
    derived: &DerivedDataset,
    changed: &BTreeMap<String, ChangedRows>,
    files: &NewFiles,
) -> Result<Option<Replaced>> {
    let spec = definitions.dataset(&derived.dataset)?;
    let before: Vec<&DataFile> = derived::own(facts, derived).collect();
    let names = (0..before.len()).map(|index| format!("__before{index}"));
    let rows = before.iter().map(|file| TableRows::Dataset { spec: Arc::clone(spec), files: vec![stored(file)] });
    let tables = names.clone().zip(rows).map(|(name, rows)| Table { name, rows }).collect();
    let session = app.session_with(definitions, facts, derived.query.tables(), tables).await?;
    let known: Vec<Before> = names.zip(&before).map(|(table, file)| Before { table, rows: file.rows as u64 }).collect();
    let update = files.kept(derived.query.update(&session, spec, changed, &known, &files.path()).await)?;
    Ok(update.map(|update| Replaced {
        removed: update.removed.iter().map(|index| before[*index].path.clone()).collect(),
        added: update.added.iter().map(|file| derived_file(app, spec, derived, file)).collect(),
        rows: Some(update.changed),
    }))
}

async fn write_all(app: &App, definitions: &Definitions, facts: &Facts, derived: &DerivedDataset, files: &NewFiles) -> Result<Replaced> {
    let spec = definitions.dataset(&derived.dataset)?;
    let session = app.session(definitions, facts, derived.query.tables()).await?;
    let written = files.kept(derived.query.materialise(&session, spec, &files.path()).await)?;
    Ok(Replaced {
        removed: paths_of(facts, derived),
        added: written.iter().map(|file| derived_file(app, spec, derived, file)).collect(),
        rows: None,
    })
}

/// Files of a derived dataset while they are written.
struct NewFiles {
    folder: PathBuf,
    stem: String,
    begun: Arc<Mutex<Vec<PathBuf>>>,
}

impl NewFiles {
    fn of(app: &App, dataset: &str, stem: String) -> Result<Self> {
        let folder = app.lake.settings().root.join(dataset);
        make_folder(&folder).map_err(|error| AppError::io(&folder, error))?;
        Ok(Self { folder, stem, begun: Arc::default() })
    }

    fn path(&self) -> NewPath {
        let (folder, stem, begun) = (self.folder.clone(), self.stem.clone(), Arc::clone(&self.begun));
        Arc::new(move || {
            let mut begun = begun.lock().unwrap_or_else(PoisonError::into_inner);
            let path = folder.join(format!("{stem}-{}.parquet", begun.len() + 1));
            begun.push(path.clone());
            path
        })
    }

    /// Removes what was begun when it failed.
    fn kept<T>(&self, result: std::result::Result<T, LakeError>) -> Result<T> {
        if result.is_err() {
            for path in self.begun.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                // What cannot be removed now is swept later.
                let _ = std::fs::remove_file(Sums::path_of(path));
                let _ = std::fs::remove_file(path);
            }
        }
        Ok(result?)
    }
}

/// Paths of the files that a derived definition wrote, by this or an earlier SELECT.
fn paths_of(facts: &Facts, derived: &DerivedDataset) -> Vec<String> {
    let prefix = format!("{}/{}/", derived.source, derived.dataset);
    let own = |file: &&DataFile| file.derived.as_ref().is_some_and(|tag| tag.starts_with(&prefix));
    facts.files(&derived.dataset).iter().filter(own).map(|file| file.path.clone()).collect()
}

fn derived_file(app: &App, spec: &DatasetSpec, derived: &DerivedDataset, written: &Materialised) -> DataFile {
    DataFile {
        path: relative(&app.lake.settings().root, &written.path),
        dataset: spec.name.clone(),
        kind: FileKind::Live,
        sha256: written.sha256.clone(),
        rows: written.rows as i64,
        bytes: written.bytes as i64,
        month: None,
        min_time: written.times.and_then(|(first, _)| instant(first)),
        max_time: written.times.and_then(|(_, last)| instant(last)),
        sidecar: None,
        import_id: None,
        derived: Some(derived.tag.clone()),
    }
}
