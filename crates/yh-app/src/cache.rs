//! Answers kept in memory: a question is run once per snapshot, definitions and rights.
//!
//! The key names everything an answer depends on: the snapshot of the facts, the revision of all definition files,
//! the asker's access, and the question with its period settled. Time zone and cut-off belong to the open project,
//! and so does the cache. Targets and other records are no part of what is kept here: they are read each time.

use std::{any::Any, pin::Pin, sync::Arc};

use quick_cache::{Weighter, sync::Cache};
use yh_metrics::{Access, MetricQuery};
use yh_model::{Frame, Value};

use crate::{Answer, AppError, Definitions, ErrorKind, Result, app::Facts, people::Assignment, targets::path::Paths};

/// Bytes kept; the least recently useful answers go first.
const MAX_BYTES: u64 = 64 << 20;
/// A guess for the first allocation only.
const USUAL_ANSWERS: usize = 500;

/// What can be kept for a question.
pub(crate) trait Keep: Send + Sync + 'static {
    /// Tells apart what is asked of the same question.
    const KIND: &str;

    /// About what it takes in memory.
    fn bytes(&self) -> usize;
}

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The answers of one open project.
pub(crate) struct Answers(Cache<String, Kept, Bytes>);

#[derive(Clone)]
struct Kept {
    value: Arc<dyn Any + Send + Sync>,
    bytes: usize,
}

#[derive(Debug, Clone)]
struct Bytes;

impl Default for Answers {
    fn default() -> Self {
        Self::within(MAX_BYTES)
    }
}

impl Answers {
    fn within(bytes: u64) -> Self {
        Self(Cache::with_weighter(USUAL_ANSWERS, bytes, Bytes))
    }

    /// The kept answer, else the one that `run` gives; equal questions at the same time are run once.
    ///
    /// On the heap: a question's run would otherwise be copied into every future around it, up to a thread's stack.
    pub fn keep<'a, T: Keep>(&'a self, key: &str, run: impl Future<Output = Result<T>> + Send + 'a) -> BoxFuture<'a, Result<Arc<T>>> {
        let key = format!("{} {key}", T::KIND);
        let run = Box::pin(run);
        Box::pin(async move {
            let run = async {
                let value = run.await?;
                Ok::<_, AppError>(Kept { bytes: value.bytes(), value: Arc::new(value) })
            };
            let kept = self.0.get_or_insert_async(&key, run).await?;
            let other = |_| AppError::new(ErrorKind::Internal, "cache", format!("two kinds of things are kept as {}", T::KIND));
            kept.value.downcast().map_err(other)
        })
    }
}

/// Everything that what is kept depends on.
pub(crate) fn key(definitions: &Definitions, facts: &Facts, access: &Access, query: &MetricQuery) -> String {
    // Debug texts quote every string, so no two different questions read the same.
    format!("{} {} {access:?} {query:?}", facts.snapshot_id, definitions.revision)
}

impl Weighter<String, Kept> for Bytes {
    fn weight(&self, key: &String, kept: &Kept) -> u64 {
        (key.len() + kept.bytes) as u64
    }
}

impl Keep for Answer {
    const KIND: &str = "answer";

    fn bytes(&self) -> usize {
        self.frame.bytes() + self.sql.len() + size_of::<Self>()
    }
}

/// Source rows behind each metric.
impl Keep for Vec<(String, u64)> {
    const KIND: &str = "sizes";

    fn bytes(&self) -> usize {
        self.iter().map(|(name, _)| name.len() + 32).sum()
    }
}

impl Keep for Vec<Assignment> {
    const KIND: &str = "assignments";

    fn bytes(&self) -> usize {
        self.iter().map(|one| size_of::<Assignment>() + one.person.len() + one.dimension.len() + one.value.len()).sum()
    }
}

/// What a comparison over parts of periods found.
impl Keep for Frame {
    const KIND: &str = "parts";

    fn bytes(&self) -> usize {
        let text = |value: &Value| if let Value::Text(text) = value { text.capacity() } else { 0 };
        let column = |column: &yh_model::Column| column.values.len() * size_of::<Value>() + column.values.iter().map(text).sum::<usize>();
        self.columns.iter().map(column).sum()
    }
}

/// Planned paths, which rest on years of history.
impl Keep for Paths {
    const KIND: &str = "paths";

    fn bytes(&self) -> usize {
        Self::bytes(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn kept(answers: &Answers, key: &str, rows: u64) -> u64 {
        answers.keep(key, async { Ok(vec![("paid_amount".to_owned(), rows)]) }).await.expect("kept")[0].1
    }

    #[tokio::test]
    async fn the_first_answer_of_a_key_stays_and_failures_do_not() {
        let answers = Answers::default();
        let failed = answers.keep::<Frame>("a", async { Err(AppError::new(ErrorKind::Limit, "query-timeout", "slow")) }).await;
        assert!(failed.is_err());
        assert_eq!(kept(&answers, "a", 1).await, 1);
        assert_eq!(kept(&answers, "a", 2).await, 1);
        assert_eq!(kept(&answers, "b", 3).await, 3);
        let frame = answers.keep("a", async { Ok(Frame::default()) }).await.expect("another kind of the same key");
        assert_eq!(frame.height(), 0);
    }

    #[tokio::test]
    async fn what_is_kept_stays_within_its_bytes() {
        let answers = Answers::within(4096);
        for number in 0..1000 {
            kept(&answers, &format!("question {number}"), number).await;
        }
        assert!(answers.0.weight() <= 4096, "{} bytes", answers.0.weight());
    }
}
