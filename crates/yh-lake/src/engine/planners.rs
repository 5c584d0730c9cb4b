//! Threads for work whose length or depth a user's text decides: parsing and planning.

use std::{sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use crate::{LakeError, Result};

/// How long work waits for a place before it is refused.
const WAIT: Duration = Duration::from_secs(10);

/// Places on the engine's own threads, which have deep stacks and serve nobody.
#[derive(Clone)]
pub(crate) struct Planners {
    threads: tokio::runtime::Handle,
    places: Arc<Semaphore>,
    timeout: Duration,
}

impl Planners {
    /// As many places as may be taken at once.
    pub(crate) fn new(threads: tokio::runtime::Handle, places: usize, timeout: Duration) -> Self {
        Self { threads, places: Arc::new(Semaphore::new(places)), timeout }
    }

    /// Runs work within the time limit. Work that does not end keeps its place, so that it cannot pile up; whoever
    /// waits for it is told all the same.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce(&tokio::runtime::Handle) -> T + Send + 'static) -> Result<T> {
        let place = tokio::time::timeout(WAIT.min(self.timeout), Arc::clone(&self.places).acquire_owned()).await;
        let Ok(Ok(place)) = place else { return Err(LakeError::Busy) };
        let threads = self.threads.clone();
        let working = self.threads.spawn_blocking(move || {
            let _place = place;
            work(&threads)
        });
        match tokio::time::timeout(self.timeout, working).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(stopped)) => Err(LakeError::Stopped(stopped.to_string())),
            Err(_) => Err(LakeError::Timeout { seconds: self.timeout.as_secs() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_does_not_end_is_left_behind_and_does_not_pile_up() {
        let planners = Planners::new(tokio::runtime::Handle::current(), 1, Duration::from_millis(50));
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let endless = planners.run(move |_| ended.recv().is_ok()).await;
        assert!(matches!(endless, Err(LakeError::Timeout { .. })), "{endless:?}");
        let next = planners.run(|_| 1).await;
        assert!(matches!(next, Err(LakeError::Busy)), "the only place is still taken: {next:?}");
        end.send(()).expect("the work still waits");
        let freed = tokio::time::timeout(Duration::from_secs(10), async { while !matches!(planners.run(|_| 1).await, Ok(1)) {} });
        assert!(freed.await.is_ok(), "its place is free once it has ended");
    }

    #[tokio::test]
    async fn a_panic_is_an_error_of_its_own_question() {
        let planners = Planners::new(tokio::runtime::Handle::current(), 1, Duration::from_secs(5));
        let fallen = planners.run(|_| assert!(std::hint::black_box(false), "on purpose")).await;
        assert!(matches!(fallen, Err(LakeError::Stopped(_))), "{fallen:?}");
        assert!(planners.run(|_| 1).await.is_ok());
    }
}
