//! What can go wrong below the metric layer.

use std::borrow::Cow;

use datafusion::{arrow::error::ArrowError, error::DataFusionError, parquet::errors::ParquetError, sql::sqlparser::parser::ParserError};
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
    /// Every place for planning is taken by questions that do not end.
    #[error("the engine is busy with earlier questions")]
    Busy,
    #[error("the answer is larger than its limit of {limit_mb} MB")]
    TooLarge { limit_mb: u64 },
    /// The engine refuses what a question or a definition says.
    #[error("{reason}")]
    Refused { why: Refusal, reason: String },
    /// The engine's own code fell.
    #[error("the engine stopped: {0}")]
    Stopped(String),
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

/// What the engine finds wrong with a question or a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    DivisionByZero,
    /// A number or a date is beyond what its type holds.
    Overflow,
    /// Types that do not go together, or arguments that a function does not take.
    Expression,
    /// A value that a function or a cast cannot work with.
    Value,
    Unsupported,
    TooDeep,
}

impl From<DataFusionError> for LakeError {
    fn from(error: DataFusionError) -> Self {
        if let Some((value, wanted)) = mismatch(&error.to_string()) {
            return Self::Mismatch { value, wanted };
        }
        match refusal(&error) {
            Some((why, said)) => Self::Refused { why, reason: format!("the engine cannot work this out: {}", shortened(&said)) },
            None => Self::Engine(Box::new(error)),
        }
    }
}

/// Tells what the user's words caused from what broke inside; the engine has a kind of error for each.
fn refusal(error: &DataFusionError) -> Option<(Refusal, Cow<'_, str>)> {
    use DataFusionError as E;
    Some(match error {
        E::Context(_, inner) | E::Diagnostic(_, inner) => return refusal(inner),
        E::Shared(inner) => return refusal(inner),
        E::Collection(all) => return all.iter().find_map(refusal),
        E::ArrowError(inner, _) => return arrow_refusal(inner),
        // A filter that is worked out while a file is read.
        E::ParquetError(inner) => match inner.as_ref() {
            ParquetError::External(inner) => return arrow_refusal(inner.downcast_ref::<ArrowError>()?),
            _ => return None,
        },
        E::SQL(inner, _) if matches!(**inner, ParserError::RecursionLimitExceeded) => (Refusal::TooDeep, "it is nested too deeply".into()),
        E::Plan(said) => (Refusal::Expression, said.into()),
        E::SchemaError(found, _) => (Refusal::Expression, found.to_string().into()),
        E::NotImplemented(said) => (Refusal::Unsupported, said.into()),
        E::Execution(said) => (Refusal::Value, said.into()),
        _ => return None,
    })
}

fn arrow_refusal(error: &ArrowError) -> Option<(Refusal, Cow<'_, str>)> {
    Some(match error {
        ArrowError::DivideByZero => (Refusal::DivisionByZero, "it divides by zero".into()),
        ArrowError::ArithmeticOverflow(said) => (Refusal::Overflow, said.into()),
        ArrowError::CastError(said)
        | ArrowError::ParseError(said)
        | ArrowError::InvalidArgumentError(said)
        | ArrowError::ComputeError(said) => (Refusal::Value, said.into()),
        ArrowError::NotYetImplemented(said) => (Refusal::Unsupported, said.into()),
        ArrowError::ExternalError(inner) => return refusal(inner.downcast_ref::<DataFusionError>()?),
        _ => return None,
    })
}

/// The first line of what the engine says, without names that mean nothing to a user.
fn shortened(said: &str) -> String {
    const SHOWN: usize = 300;
    let said = said.trim_start_matches("Error evaluating filter predicate: ").trim_start_matches("Execution error: ");
    said.lines().next().unwrap_or_default().trim().chars().take(SHOWN).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_question_says_is_told_from_what_broke_inside() {
        let said = || "so".to_owned();
        for (error, why) in [
            (DataFusionError::ArrowError(Box::new(ArrowError::DivideByZero), None), Some(Refusal::DivisionByZero)),
            (DataFusionError::ArrowError(Box::new(ArrowError::ArithmeticOverflow(said())), None), Some(Refusal::Overflow)),
            (DataFusionError::Context(said(), Box::new(DataFusionError::Plan(said()))), Some(Refusal::Expression)),
            (DataFusionError::Execution(said()), Some(Refusal::Value)),
            (DataFusionError::Internal(said()), None),
            (DataFusionError::IoError(std::io::Error::other("disk")), None),
        ] {
            let shown = error.to_string();
            let found = match LakeError::from(error) {
                LakeError::Refused { why, .. } => Some(why),
                _ => None,
            };
            assert_eq!(found, why, "{shown}");
        }
    }
}
