//! Derived datasets follow the ones they read: by what changed where that is provably the same, else as a whole.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use yh_lake::{Before, ChangedRows, LakeError, Materialised, NewPath, Staging, Table, TableRows};
use yh_model::dataset::DatasetSpec;
use yh_records::{Change, DataFile, FileKind};

use super::files::{instant, relative};
use crate::{
    App, AppError, Definitions, Result,
    app::Facts,
    definitions::{DerivedDataset, hash},
};

/// Datasets that changed, with the rows where they are few.
#[derive(Debug, Default)]
pub(super) struct Changed(BTreeMap<String, Option<ChangedRows>>);

impl Changed {
    /// One dataset by rows of some of its files, each all of them or those of one import.
    pub async fn by(app: &App, definitions: &Definitions, spec: &Arc<DatasetSpec>, files: &[(Vec<String>, Option<i64>)]) -> Result<Self> {
        let is_read = definitions.derived.iter().any(|derived| derived.query.tables().contains(&spec.name));
        if !is_read {
            return Ok(Self::default());
        }
        let mut all: Option<ChangedRows> = None;
        for (files, import) in files.iter().filter(|(files, _)| !files.is_empty()) {
            let table = Table { name: spec.name.clone(), rows: TableRows::Dataset { spec: Arc::clone(spec), files: files.clone() } };
            let session = app.lake.session(&[table]).await?;
            let Some(rows) = session.changed_rows(&spec.name, *import).await? else {
                return Ok(Self(BTreeMap::from([(spec.name.clone(), None)])));
            };
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

/// Brings derived datasets up to date whose SELECT has changed since they were written.
pub async fn refresh_derived(app: &App) -> Result<Vec<String>> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    if definitions.derived.iter().all(|derived| !is_stale(&facts, derived)) {
        return Ok(Vec::new());
    }
    let _lock = app.lock("import", "an import")?;
    app.tidy().await?;
    let mut next = app.facts().await?;
    let base = next.snapshot_id;
    let mut change = Change { reason: "derived definitions changed".to_owned(), ..Change::default() };
    let staging = Staging::begin(&app.lake.settings().root)?;
    let names = derive(app, &definitions, &mut next, &mut change, Changed::default(), &staging).await;
    let names = app.kept(&change, names)?;
    app.commit(base, &change).await?;
    staging.end();
    Ok(names)
}

/// Brings the derived datasets up to date that read a changed one, or whose SELECT is new; adds them to the change.
pub(super) async fn derive(
    app: &App,
    definitions: &Definitions,
    next: &mut Facts,
    change: &mut Change,
    mut changed: Changed,
    staging: &Staging,
) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let present: BTreeSet<String> = definitions.derived.iter().map(tag).collect();
    for derived in &definitions.derived {
        let is_stale = is_stale(next, derived);
        if !is_stale && !changed.touches(derived) {
            continue;
        }
        let rows = if is_stale { None } else { changed.rows(derived) };
        let files = NewFiles::of(app, &derived.dataset, format!("derived-{}-{}", staging.mark(), names.len() + 1))?;
        let updated = match rows {
            Some(rows) => update(app, definitions, next, derived, &rows, &files).await?,
            None => None,
        };
        let replaced = match updated {
            Some(replaced) => replaced,
            None => write_all(app, definitions, next, derived, &files).await?,
        };
        next.replace(&replaced.removed, &replaced.added);
        change.removed.extend(replaced.removed);
        change.added.extend(replaced.added);
        changed.note(&derived.dataset, replaced.rows);
        names.push(derived.dataset.clone());
    }
    // A derived dataset whose definition is gone leaves too.
    let orphans = next.all().filter(|file| file.derived.as_ref().is_some_and(|tag| !present.contains(tag))).map(|file| file.path.clone());
    let orphans: Vec<String> = orphans.collect();
    next.replace(&orphans, &[]);
    change.removed.extend(orphans);
    Ok(names)
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
    let before = files_of(facts, derived);
    let names = (0..before.len()).map(|index| format!("__before{index}"));
    let rows = before.iter().map(|file| TableRows::Dataset { spec: Arc::clone(spec), files: vec![file.path.clone()] });
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
        removed: files_of(facts, derived).into_iter().map(|file| file.path.clone()).collect(),
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
        std::fs::create_dir_all(&folder).map_err(|error| AppError::io(&folder, error))?;
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
                let _ = std::fs::remove_file(path);
            }
        }
        Ok(result?)
    }
}

/// The files that a derived definition wrote, by this or an earlier SELECT.
fn files_of<'f>(facts: &'f Facts, derived: &DerivedDataset) -> Vec<&'f DataFile> {
    let prefix = format!("{}/{}/", derived.source, derived.dataset);
    let own = |file: &&DataFile| file.derived.as_ref().is_some_and(|tag| tag.starts_with(&prefix));
    facts.files(&derived.dataset).iter().filter(own).collect()
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
        derived: Some(tag(derived)),
    }
}

/// Identity of a derived file: source, dataset and the SELECT that made it.
fn tag(derived: &DerivedDataset) -> String {
    format!("{}/{}/{}", derived.source, derived.dataset, hash([derived.query.sql().as_str()]))
}

fn is_stale(facts: &Facts, derived: &DerivedDataset) -> bool {
    let staged = derived.query.tables().first().is_some_and(|table| facts.rows(table) > 0);
    let tag = tag(derived);
    staged && !facts.files(&derived.dataset).iter().any(|file| file.derived.as_ref() == Some(&tag))
}
