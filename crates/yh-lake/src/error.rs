//! What can go wrong below the metric layer.

use datafusion::error::DataFusionError;
use thiserror::Error;

/// A failure of the lake.
#[derive(Debug, Error)]
pub enum LakeError {
    #[error("the query failed: {0}")]
    Engine(Box<DataFusionError>),
    /// What a filter compares with is of another type; the engine meets it at a value.
    #[error("'{value}' is not {wanted}, and a filter compares it with one")]
    Mismatch { value: String, wanted: &'static str },
    #[error("the query took longer than {seconds} s and was stopped")]
    Timeout { seconds: u64 },
    #[error("the query needs more memory than its limit of {limit_mb} MB")]
    Memory { limit_mb: usize },
    #[error("cannot read or write {path}: {source}")]
    Io { path: String, source: std::io::Error },
    #[error("the answer holds a value that cannot be shown: {0}")]
    Value(String),
    /// A stored file is not what was written.
    #[error("{0}")]
    Damaged(Box<crate::checked::Damage>),
    /// A derived dataset's SELECT is not allowed or does not fit its dataset.
    #[error("derived dataset {dataset}: {reason}")]
    Derived { dataset: String, reason: String },
}

impl From<crate::checked::Damage> for LakeError {
    fn from(damage: crate::checked::Damage) -> Self {
        Self::Damaged(Box::new(damage))
    }
}

impl From<DataFusionError> for LakeError {
    fn from(error: DataFusionError) -> Self {
        match mismatch(&error.to_string()) {
            Some((value, wanted)) => Self::Mismatch { value, wanted },
            None => Self::Engine(Box::new(error)),
        }
    }
}

/// The value and the type that the engine could not bring together, from its message: it has no error of its own for it.
fn mismatch(message: &str) -> Option<(String, &'static str)> {
    const VALUE: usize = 60;
    let quoted = |after: &str| {
        let (_, rest) = message.split_once(after)?;
        let end = rest.find('\'')?;
        Some((rest[..end].chars().take(VALUE).collect::<String>(), &rest[end..]))
    };
    if let Some((value, rest)) = quoted("Cannot cast string '") {
        let wanted = if rest.contains("Date") || rest.contains("Timestamp") { "a date" } else { "a number" };
        return Some((value, if rest.contains("Boolean") { "true or false" } else { wanted }));
    }
    quoted("Error parsing timestamp from '").map(|(value, _)| (value, "a date or time"))
}

impl LakeError {
    /// Wraps an IO failure with the path it happened at.
    pub fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.display().to_string(), source }
    }
}
