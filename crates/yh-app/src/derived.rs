//! Derived rows are shown under the SELECT that made them, from the files they were made of, or not at all.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use yh_lake::{Lake, Table, TableRows};
use yh_model::Issue;
use yh_records::DataFile;

use crate::{
    App, AppError, Definitions, ErrorKind, Project, Result,
    app::{Facts, stored},
    definitions::{DerivedDataset, hash},
};

/// SELECTs that failed, so that a question does not run them again over the same rows.
#[derive(Default)]
pub(crate) struct Failures(Mutex<BTreeMap<String, Failure>>);

struct Failure {
    inputs: String,
    reason: String,
}

impl Failures {
    /// Notes that a SELECT failed over these facts.
    pub fn note(&self, facts: &Facts, derived: &DerivedDataset, error: &AppError) {
        let failure = Failure { inputs: inputs(facts, derived), reason: error.to_string() };
        self.all().insert(derived.tag.clone(), failure);
    }

    /// Forgets what was mended.
    pub fn forget(&self, derived: &DerivedDataset) {
        self.all().remove(&derived.tag);
    }

    /// Why a SELECT failed over these very facts.
    pub fn reason(&self, facts: &Facts, derived: &DerivedDataset) -> Option<String> {
        let all = self.all();
        let failure = all.get(&derived.tag)?;
        (failure.inputs == inputs(facts, derived)).then(|| failure.reason.clone())
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Failure>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files a SELECT reads; two facts with the same ones give the same rows.
fn inputs(facts: &Facts, derived: &DerivedDataset) -> String {
    hash(derived.query.tables().iter().flat_map(|table| facts.files(table)).map(|file| file.path.as_str()))
}

/// Whether rows of its SELECT are missing though there is something to derive them from, or their file is damaged.
pub(crate) fn is_stale(app: &App, facts: &Facts, derived: &DerivedDataset) -> bool {
    lacks_rows(facts, derived) || own(facts, derived).any(|file| app.lake.is_suspect(&stored(file)))
}

fn lacks_rows(facts: &Facts, derived: &DerivedDataset) -> bool {
    let has_inputs = derived.query.tables().first().is_some_and(|table| facts.rows(table) > 0);
    has_inputs && own(facts, derived).next().is_none()
}

/// The files of its SELECT's rows.
pub(crate) fn own<'f>(facts: &'f Facts, derived: &'f DerivedDataset) -> impl Iterator<Item = &'f DataFile> {
    facts.files(&derived.dataset).iter().filter(|file| file.derived.as_ref() == Some(&derived.tag))
}

/// Paths of derived files whose SELECT is not the project's any more; none while the definitions have errors,
/// which may hide it.
pub(crate) fn orphans(definitions: &Definitions, facts: &Facts) -> Vec<String> {
    if !definitions.sources_are_sound() {
        return Vec::new();
    }
    let present: BTreeSet<&String> = definitions.derived.iter().map(|derived| &derived.tag).collect();
    let gone = |tag: &Option<String>| tag.as_ref().is_some_and(|tag| !present.contains(tag));
    facts.all().filter(|file| gone(&file.derived)).map(|file| file.path.clone()).collect()
}

/// Whether derived rows should be made again before the facts are asked.
pub(crate) fn is_due(app: &App, definitions: &Definitions, facts: &Facts) -> bool {
    let due = |derived: &DerivedDataset| is_stale(app, facts, derived) && app.failed_derived.reason(facts, derived).is_none();
    definitions.derived.iter().any(due) || !orphans(definitions, facts).is_empty()
}

/// Refuses a dataset whose rows would be of another SELECT or of other files than the question's.
pub(crate) fn refuse_stale(app: &App, definitions: &Definitions, facts: &Facts, dataset: &str) -> Result<()> {
    let failed = |reason: &str| {
        let message = format!("{dataset} has no rows because its SELECT cannot run: {reason}");
        Err(AppError::new(ErrorKind::Definition, "derived", message)
            .hint("mend the SELECT in the source file; `yunheng check` shows where"))
    };
    if let Some(reason) = definitions.unusable.get(dataset) {
        return failed(reason);
    }
    let own = || definitions.derived.iter().filter(|derived| derived.dataset == dataset);
    let is_known = |tag: &String| own().any(|derived| derived.tag == *tag);
    let has_old = facts.files(dataset).iter().any(|file| file.derived.as_ref().is_some_and(|tag| !is_known(tag)));
    let Some(stale) = own().find(|derived| lacks_rows(facts, derived)) else {
        return if has_old { Err(old(dataset)) } else { Ok(()) };
    };
    app.failed_derived.reason(facts, stale).map_or_else(|| Err(old(dataset)), |reason| failed(&reason))
}

fn old(dataset: &str) -> AppError {
    let message = format!("the rows of {dataset} are of an earlier SELECT and not made again yet");
    AppError::new(ErrorKind::Busy, "derived-stale", message)
        .hint("ask again when the running import has ended; if it stays, `yunheng check` shows what is wrong with its definition")
}

/// Whether a failure keeps only the derived dataset out, not the import that it would have followed.
pub(crate) fn concerns_itself_only(error: &AppError) -> bool {
    ["derived", "derived-stale", "engine", "filter-type", "damaged-lake", "query-timeout", "query-memory"].contains(&error.code.as_str())
}

/// Reads the project's definitions and has the engine plan every derived SELECT, without any rows.
pub async fn check(project: &Project) -> Result<Definitions> {
    let mut definitions = Definitions::load(project);
    let lake = Lake::open(project.lake_settings(project.root.clone()))?;
    let datasets = definitions.datasets.iter();
    let empty =
        datasets.map(|(name, spec)| Table { name: name.clone(), rows: TableRows::Dataset { spec: spec.clone(), files: Vec::new() } });
    let session = lake.session(&empty.collect::<Vec<_>>()).await?;
    let mut issues = Vec::new();
    for derived in &definitions.derived {
        let spec = definitions.dataset(&derived.dataset)?;
        if let Err(error) = derived.query.check(&session, spec).await {
            let source = definitions.sources.iter().find(|source| source.name == derived.source);
            let line = source.and_then(|source| source.derived.iter().find(|one| one.dataset == derived.dataset)).map_or(0, |one| one.line);
            let path = source.map_or("sources/", |source| source.path.as_str());
            issues.push(Issue::error(
                path,
                line,
                1,
                "derived",
                error.to_string(),
                "mend the SELECT; its columns are those of the datasets it reads",
            ));
        }
    }
    definitions.issues.extend(issues);
    Ok(definitions)
}
