//! Verifies everything that is stored: data files, their sums and sidecars, rejected rows, derived rows, records.

use std::path::PathBuf;

use rayon::prelude::*;
use yh_lake::{
    LakeError, Table, TableRows,
    checked::{Damage, Fault, StoredFile, Sums, verify_whole},
    import::{SidecarState, check_sidecar, rebuild_sidecar},
};
use yh_records::{DataFile, FileKind};

use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    app::{Facts, stored},
    derived, import,
};

/// What to do about damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verify {
    /// Only look.
    Look,
    /// Make again what can be made from what is whole: sums, sidecars, derived rows.
    Repair,
}

/// What was verified.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    pub files: u64,
    pub bytes: u64,
    pub problems: Vec<Problem>,
}

/// Something stored that is not what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub message: String,
    pub hint: String,
    /// It was made again.
    pub mended: bool,
}

impl Verified {
    /// Whether everything is whole now.
    pub fn is_sound(&self) -> bool {
        self.problems.iter().all(|problem| problem.mended)
    }
}

/// A file to look at: all of it is read.
struct Job {
    file: StoredFile,
    path: PathBuf,
    keys: Option<(PathBuf, String)>,
    key: Vec<String>,
    /// In force now; the others are kept so that imports can be undone, and may leave.
    in_force: bool,
    is_derived: bool,
}

/// Verifies the project.
pub async fn verify(app: &App, what: Verify) -> Result<Verified> {
    let definitions = app.definitions().await?;
    let mut done = Verified::default();
    records(app, &mut done).await?;
    let facts = match app.recorded_facts().await {
        Ok(facts) => facts,
        Err(error) => {
            done.problems.push(Problem::of(&error));
            return Ok(done);
        }
    };
    let jobs = jobs(app, &definitions).await?;
    (done.files, done.bytes) = (jobs.len() as u64, jobs.iter().map(|job| job.file.bytes).sum());
    let found = tokio::task::spawn_blocking(move || jobs.par_iter().flat_map_iter(|job| look(job, what)).collect::<Vec<_>>()).await;
    let found = found.map_err(|error| AppError::new(ErrorKind::Internal, "engine", error.to_string()))?;
    rejects(app, &mut done).await?;
    let mut again = derived_rows(app, &definitions, &facts, &found, &mut done).await;
    for (problem, dataset) in found {
        again.extend(dataset);
        done.problems.push(problem);
    }
    if what == Verify::Repair && !again.is_empty() {
        mend_derived(app, &definitions, &mut done, again).await?;
    }
    done.problems.sort_by(|a, b| a.message.cmp(&b.message));
    Ok(done)
}

impl Problem {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into(), mended: false }
    }

    fn of(error: &AppError) -> Self {
        Self::new(error.to_string(), error.hint.clone().unwrap_or_default())
    }
}

/// The database itself, and the chain of what people did.
async fn records(app: &App, done: &mut Verified) -> Result<()> {
    for reason in app.records.examine().await?.damage {
        done.problems.push(Problem::new(format!("the records are damaged: {reason}"), "restore the records from a backup"));
    }
    Ok(())
}

async fn jobs(app: &App, definitions: &Definitions) -> Result<Vec<Job>> {
    let root = &app.lake.settings().root;
    let known = app.records.known_files().await?;
    Ok(known.into_iter().map(|(file, in_force)| job(root, definitions, &file, in_force)).collect())
}

fn job(root: &std::path::Path, definitions: &Definitions, file: &DataFile, in_force: bool) -> Job {
    // A file whose rows were all replaced keeps the sidecar it had, of which nobody reads.
    let sidecar = file.sidecar.as_ref().filter(|_| file.kind == FileKind::Live);
    Job {
        path: root.join(&file.path),
        keys: sidecar.map(|sidecar| (root.join(sidecar), sidecar.clone())),
        key: definitions.datasets.get(&file.dataset).map(|spec| spec.key.clone()).unwrap_or_default(),
        in_force,
        is_derived: file.derived.is_some(),
        file: stored(file),
    }
}

/// Verifies one file with what lies beside it; with each problem the derived dataset to make again, if it is one.
fn look(job: &Job, what: Verify) -> Vec<(Problem, Option<String>)> {
    let sums = match verify_whole(&job.path, &job.file) {
        Ok(sums) => sums,
        Err(Fault::Missing) if !job.in_force => return Vec::new(),
        Err(fault) => {
            let damage = Damage::new(&job.file, fault);
            let hint = match job.in_force {
                true => damage.hint(),
                false => "it holds no rows of now, but imports cannot be taken back over it; restore it from a backup".to_owned(),
            };
            let again = (job.is_derived && job.in_force).then(|| job.file.dataset.clone());
            return vec![(Problem::new(damage.to_string(), hint), again)];
        }
    };
    let mut problems = Vec::new();
    if Sums::read_beside(&job.path).as_ref() != Some(&sums) {
        let mended = what == Verify::Repair && sums.write_beside(&job.path).is_ok();
        problems.push(beside(format!("{}.sums", job.file.path), mended));
    }
    if let Some((keys, name)) = job.keys.as_ref().filter(|(keys, _)| check_sidecar(keys, &job.file) == SidecarState::Unsound) {
        let key: Vec<&str> = job.key.iter().map(String::as_str).collect();
        let mended = what == Verify::Repair && rebuild_sidecar(keys, &job.path, &job.file, &key).is_ok();
        problems.push(beside(name.clone(), mended));
    }
    problems.into_iter().map(|problem| (problem, None)).collect()
}

/// A file that can be made again from the data file it lies beside.
fn beside(name: String, mended: bool) -> Problem {
    let message = format!("{name} is missing, damaged or of another file");
    Problem { mended, ..Problem::new(message, "its data file is whole: `yunheng verify --repair` makes it again") }
}

async fn rejects(app: &App, done: &mut Verified) -> Result<()> {
    let (imports, _) = app.records.list_imports(None, 0, i64::MAX as u64).await?;
    for one in imports {
        match import::read_rejects(app, one.id).await {
            Err(error) if error.code == "damaged-lake" => done.problems.push(Problem::of(&error)),
            _ => {}
        }
    }
    Ok(())
}

/// Runs every derived SELECT again over files that are whole; returns the datasets whose rows differ.
async fn derived_rows(
    app: &App,
    definitions: &Definitions,
    facts: &Facts,
    found: &[(Problem, Option<String>)],
    done: &mut Verified,
) -> Vec<String> {
    let mut differing = Vec::new();
    for derived in &definitions.derived {
        let is_damaged = found.iter().any(|(_, dataset)| dataset.as_ref() == Some(&derived.dataset));
        if is_damaged || derived::own(facts, derived).next().is_none() {
            continue;
        }
        match differences(app, definitions, facts, derived).await {
            Ok(0) => {}
            Ok(rows) => {
                let message = format!("{rows} rows of {} are not what its SELECT gives", derived.dataset);
                done.problems.push(Problem::new(message, "`yunheng verify --repair` runs it again"));
                differing.push(derived.dataset.clone());
            }
            // Damage of what it reads is told with that file.
            Err(error) if error.code == "damaged-lake" => {}
            Err(error) => done.problems.push(Problem::of(&error)),
        }
    }
    differing
}

async fn differences(app: &App, definitions: &Definitions, facts: &Facts, derived: &crate::definitions::DerivedDataset) -> Result<u64> {
    let spec = definitions.dataset(&derived.dataset)?;
    // Other rows of the dataset are no rows of this SELECT.
    let files = derived::own(facts, derived).map(stored).collect();
    let own = Table { name: derived.dataset.clone(), rows: TableRows::Dataset { spec: spec.clone(), files } };
    let session = app.session_with(definitions, facts, derived.query.tables(), vec![own]).await?;
    derived.query.differences(&session, spec).await.map_err(LakeError::into)
}

/// Makes derived rows again; what still fails stays a problem.
async fn mend_derived(app: &App, definitions: &Definitions, done: &mut Verified, datasets: Vec<String>) -> Result<()> {
    let made = import::bring_up_to_date(app, definitions, &datasets).await?;
    for problem in &mut done.problems {
        let of = |dataset: &String| {
            problem.message.contains(&format!("dataset {dataset}, derived")) || problem.message.contains(&format!("rows of {dataset} "))
        };
        problem.mended = problem.mended || made.names.iter().any(of);
    }
    done.problems.extend(made.notes().map(|note| Problem::new(note, "mend the SELECT in the source file")));
    Ok(())
}
