//! Long work asked for over HTTP: started, watched, cancelled.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use yh_app::{
    App, AppError, ErrorKind,
    import::{ImportRequest, Imported, OnProgress, Progress, Run, import_file, remember_mapping},
};

use crate::{problem::Problem, requests, wire};

/// Finished jobs that are kept to be asked about.
const KEPT: usize = 100;
/// Time for running jobs to end when the server stops; a cancelled import ends with the rows it is at.
const GRACE: Duration = Duration::from_secs(20);

/// The jobs of this run of the server.
#[derive(Default)]
pub(crate) struct Jobs {
    jobs: Mutex<BTreeMap<String, Arc<Job>>>,
}

struct Job {
    kind: &'static str,
    order: Instant,
    cancel: Arc<AtomicBool>,
    state: Mutex<JobState>,
}

enum JobState {
    Running(Option<Progress>),
    Done(Box<wire::ImportReport>),
    Failed(Problem),
    Cancelled,
}

impl Jobs {
    /// Starts an import or a check; returns the job's id.
    pub(crate) fn start(&self, app: Arc<App>, request: ImportRequest, remember: bool) -> String {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let kind = if request.run == Run::Check { "check" } else { "import" };
        let job = Arc::new(Job { kind, order: Instant::now(), cancel: Arc::default(), state: Mutex::new(JobState::Running(None)) });
        {
            let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            while jobs.len() >= KEPT {
                let oldest = jobs.iter().min_by_key(|(_, job)| (job.is_running(), job.order)).map(|(id, _)| id.clone());
                oldest.map(|id| jobs.remove(&id));
            }
            jobs.insert(id.clone(), Arc::clone(&job));
        }
        let watched = Arc::clone(&job);
        let on_progress: OnProgress = Arc::new(move |progress| watched.set(JobState::Running(Some(progress))));
        tokio::spawn(requests::within(async move {
            let mut result = import_file(&app, &request, on_progress, Arc::clone(&job.cancel)).await;
            if let (true, Ok(imported), Some(mapping)) = (remember, &result, &request.mapping)
                && let Err(error) = remember_mapping(&app, &imported.source, mapping).await
            {
                result = Err(error);
            }
            job.set(finished(&app, result).await);
        }));
        id
    }

    /// Describes a job.
    pub(crate) fn find(&self, id: &str) -> Result<wire::Job, AppError> {
        let job = self.get(id)?;
        let state = job.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answer = wire::Job {
            id: id.to_owned(),
            kind: job.kind.to_owned(),
            state: "running".to_owned(),
            progress: None,
            result: None,
            error: None,
        };
        match &*state {
            JobState::Running(progress) => {
                answer.progress = progress.map(|progress| {
                    let seconds = job.order.elapsed().as_secs_f64();
                    let rate = progress.bytes as f64 / seconds.max(0.001);
                    let left = progress.total_bytes.saturating_sub(progress.bytes) as f64;
                    wire::Progress {
                        step: format!("{:?}", progress.step).to_lowercase(),
                        done: progress.bytes,
                        total: Some(progress.total_bytes),
                        rows: progress.rows,
                        rate: Some(rate),
                        remaining_s: (rate > 0.0).then_some(left / rate),
                    }
                });
            }
            JobState::Done(report) => {
                answer.state = "done".to_owned();
                answer.result = Some(report.as_ref().clone());
            }
            JobState::Failed(problem) => {
                answer.state = "failed".to_owned();
                answer.error = Some(problem.clone());
            }
            JobState::Cancelled => answer.state = "cancelled".to_owned(),
        }
        Ok(answer)
    }

    /// Asks a job to stop.
    pub(crate) fn cancel(&self, id: &str) -> Result<(), AppError> {
        self.get(id)?.cancel.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Asks all jobs to stop.
    pub(crate) fn cancel_all(&self) {
        self.running().iter().for_each(|job| job.cancel.store(true, Ordering::Relaxed));
    }

    /// Waits until no job is running; those that begin meanwhile are asked to stop too.
    pub(crate) async fn finish(&self) {
        let ended = async {
            while !self.running().is_empty() {
                self.cancel_all();
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        if tokio::time::timeout(GRACE, ended).await.is_err() {
            tracing::warn!("an import was still running when the server stopped; nothing of it counts");
        }
    }

    fn running(&self) -> Vec<Arc<Job>> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.values().filter(|job| job.is_running()).cloned().collect()
    }

    fn get(&self, id: &str) -> Result<Arc<Job>, AppError> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.get(id).cloned().ok_or_else(|| AppError::new(ErrorKind::NotFound, "unknown-job", "this job is not known any more"))
    }
}

impl Job {
    fn is_running(&self) -> bool {
        matches!(&*self.state.lock().unwrap_or_else(PoisonError::into_inner), JobState::Running(_))
    }

    fn set(&self, state: JobState) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

async fn finished(app: &App, result: Result<Imported, AppError>) -> JobState {
    match result {
        Ok(imported) => match app.definitions().await {
            Ok(definitions) => JobState::Done(Box::new(wire::ImportReport::of(&imported, &definitions, &app.project.settings.zone))),
            Err(error) => JobState::Failed(Problem::of(&error)),
        },
        Err(error) if error.kind == ErrorKind::Cancelled => JobState::Cancelled,
        Err(error) => JobState::Failed(Problem::of(&error)),
    }
}
