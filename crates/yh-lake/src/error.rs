//! What can go wrong below the metric layer.

use datafusion::error::DataFusionError;
use thiserror::Error;

/// A failure of the lake.
#[derive(Debug, Error)]
pub enum LakeError {
    #[error("the query failed: {0}")]
    Engine(Box<DataFusionError>),
    #[error("the query took longer than {seconds} s and was stopped")]
    Timeout { seconds: u64 },
    #[error("the query needs more memory than its limit of {limit_mb} MB")]
    Memory { limit_mb: usize },
    #[error("cannot read or write {path}: {source}")]
    Io { path: String, source: std::io::Error },
    #[error("the answer holds a value that cannot be shown: {0}")]
    Value(String),
    /// A derived dataset's SELECT is not allowed or does not fit its dataset.
    #[error("derived dataset {dataset}: {reason}")]
    Derived { dataset: String, reason: String },
}

impl From<DataFusionError> for LakeError {
    fn from(error: DataFusionError) -> Self {
        Self::Engine(Box::new(error))
    }
}

impl LakeError {
    /// Wraps an IO failure with the path it happened at.
    pub fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.display().to_string(), source }
    }
}
