//! Answers kept in memory: a question is run once per snapshot, definitions and rights.
//!
//! The key names everything an answer depends on: the snapshot of the facts, the revision of all definition files,
//! the asker's access, and the question with its period settled. Time zone and cut-off belong to the open project,
//! and so does the cache. Targets and other records are no part of what is kept here: they are read each time.

use std::sync::Arc;

use quick_cache::{Weighter, sync::Cache};
use yh_metrics::{Access, MetricQuery};
use yh_model::{Frame, Value};

use crate::{Answer, Definitions, Result, app::Facts, targets::path::Paths};

/// Bytes kept; the least recently useful answers go first.
const MAX_BYTES: u64 = 64 << 20;
/// A guess for the first allocation only.
const USUAL_ANSWERS: usize = 500;

/// What is kept for a question.
#[derive(Debug, Clone)]
pub(crate) enum Kept {
    Answer(Arc<Answer>),
    /// Source rows behind each metric.
    Sizes(Vec<(String, u64)>),
    /// What a comparison over parts of periods found.
    Frame(Arc<Frame>),
    /// Planned paths, which rest on years of history.
    Paths(Arc<Paths>),
}

/// The answers of one open project.
pub(crate) struct Answers(Cache<String, Kept, Bytes>);

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
    pub async fn keep(&self, key: String, run: impl Future<Output = Result<Kept>>) -> Result<Kept> {
        self.0.get_or_insert_async(&key, run).await
    }
}

/// Everything that what is kept depends on; `kind` tells apart what is asked of the same question.
pub(crate) fn key(kind: &str, definitions: &Definitions, facts: &Facts, access: &Access, query: &MetricQuery) -> String {
    // Debug texts quote every string, so no two different questions read the same.
    format!("{kind} {} {} {access:?} {query:?}", facts.snapshot_id, definitions.revision)
}

impl Weighter<String, Kept> for Bytes {
    fn weight(&self, key: &String, kept: &Kept) -> u64 {
        let value = match kept {
            Kept::Answer(answer) => frame_bytes(&answer.frame) + answer.sql.len() + size_of::<Answer>(),
            Kept::Sizes(sizes) => sizes.iter().map(|(name, _)| name.len() + 32).sum(),
            Kept::Frame(frame) => frame_bytes(frame),
            Kept::Paths(paths) => paths.bytes(),
        };
        (key.len() + value) as u64
    }
}

fn frame_bytes(frame: &Frame) -> usize {
    let text = |value: &Value| if let Value::Text(text) = value { text.capacity() } else { 0 };
    let column = |column: &yh_model::Column| column.values.len() * size_of::<Value>() + column.values.iter().map(text).sum::<usize>();
    frame.columns.iter().map(column).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AppError, ErrorKind};

    fn sizes(rows: u64) -> Kept {
        Kept::Sizes(vec![("paid_amount".to_owned(), rows)])
    }

    async fn kept(answers: &Answers, key: &str, rows: u64) -> u64 {
        match answers.keep(key.to_owned(), async { Ok(sizes(rows)) }).await {
            Ok(Kept::Sizes(sizes)) => sizes[0].1,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn the_first_answer_of_a_key_stays_and_failures_do_not() {
        let answers = Answers::default();
        let failed = answers.keep("a".to_owned(), async { Err(AppError::new(ErrorKind::Limit, "query-timeout", "slow")) }).await;
        assert!(failed.is_err());
        assert_eq!(kept(&answers, "a", 1).await, 1);
        assert_eq!(kept(&answers, "a", 2).await, 1);
        assert_eq!(kept(&answers, "b", 3).await, 3);
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
