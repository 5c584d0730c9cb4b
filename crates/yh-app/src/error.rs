//! One error for every use case: a stable code, what happened, and what to do.

use thiserror::Error;
use yh_lake::LakeError;
use yh_model::Issue;
use yh_records::RecordsError;

/// A use case's failure, ready for people.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct AppError {
    pub kind: ErrorKind,
    /// Stable kebab-case identifier.
    pub code: String,
    pub message: String,
    pub hint: Option<String>,
    /// Problems in definition files that belong to it.
    pub issues: Vec<Issue>,
    /// The cause, for logs only.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What kind of failure it is; decides the exit code and the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request is wrong: unknown names, bad values.
    Input,
    /// A definition file is wrong.
    Definition,
    /// What was asked for does not exist.
    NotFound,
    /// Somebody else is at it.
    Busy,
    /// A limit of size, memory or time was reached.
    Limit,
    /// The caller stopped it.
    Cancelled,
    /// Disk, database or engine failed.
    Internal,
}

/// Result of a use case.
pub type Result<T> = std::result::Result<T, AppError>;

impl AppError {
    /// Builds an error without a hint.
    pub fn new(kind: ErrorKind, code: &str, message: impl Into<String>) -> Self {
        Self { kind, code: code.to_owned(), message: message.into(), hint: None, issues: Vec::new(), source: None }
    }

    /// Adds what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the cause, for logs.
    pub fn caused_by(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Something that does not exist, with the nearest name that does.
    pub fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let near = yh_model::issue::nearest(name, known).map(|near| format!("did you mean {near}?"));
        let error = Self::new(ErrorKind::NotFound, &format!("unknown-{what}"), format!("there is no {what} {name}"));
        Self { hint: near, ..error }
    }

    /// A failure of a file or folder.
    pub fn io(path: &std::path::Path, error: std::io::Error) -> Self {
        let (code, hint) = match error.kind() {
            std::io::ErrorKind::StorageFull => ("disk-full", "free some space; nothing was changed"),
            std::io::ErrorKind::NotFound => ("file-not-found", "check the path"),
            std::io::ErrorKind::PermissionDenied => ("permission-denied", "check the rights of the folder"),
            std::io::ErrorKind::IsADirectory => {
                ("is-folder", "name a file; `yunheng import --all --from FOLDER` takes the files of a folder")
            }
            std::io::ErrorKind::InvalidData => ("not-text", "it is no text file, or not saved as UTF-8"),
            _ => ("io", "check the disk"),
        };
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            std::io::ErrorKind::IsADirectory | std::io::ErrorKind::InvalidData => ErrorKind::Input,
            _ => ErrorKind::Internal,
        };
        Self::new(kind, code, format!("{}: {error}", path.display())).hint(hint)
    }
}

impl From<LakeError> for AppError {
    fn from(error: LakeError) -> Self {
        let (kind, code, hint) = match &error {
            LakeError::Timeout { .. } => {
                (ErrorKind::Limit, "query-timeout", Some("narrow the period or the dimensions, or raise engine.timeout_s"))
            }
            LakeError::Mismatch { .. } => (
                ErrorKind::Input,
                "filter-type",
                Some("compare a text with a quoted text, a number with a number, a time with '2025-11-11'"),
            ),
            LakeError::Memory { .. } => {
                (ErrorKind::Limit, "query-memory", Some("narrow the period or the dimensions, or raise engine.memory_mb"))
            }
            LakeError::Derived { .. } => (ErrorKind::Definition, "derived", Some("mend the SELECT in the source file")),
            LakeError::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                (ErrorKind::Internal, "disk-full", Some("free some space; nothing was changed"))
            }
            _ => (ErrorKind::Internal, "engine", None),
        };
        let message = error.to_string();
        Self { hint: hint.map(str::to_owned), ..Self::new(kind, code, message).caused_by(error) }
    }
}

impl From<RecordsError> for AppError {
    fn from(error: RecordsError) -> Self {
        let (kind, code, hint) = match &error {
            RecordsError::Open(_) => {
                (ErrorKind::Internal, "records-open", Some("check records.url in yunheng.toml and that the database answers"))
            }
            RecordsError::Conflict => (ErrorKind::Busy, "import-conflict", Some("try again")),
            RecordsError::NotFound { .. } => (ErrorKind::NotFound, "not-found", None),
            RecordsError::Refused { code, hint, .. } => (ErrorKind::Input, *code, Some(*hint)),
            _ => (ErrorKind::Internal, "records", None),
        };
        let message = error.to_string();
        Self { hint: hint.map(str::to_owned), ..Self::new(kind, code, message).caused_by(error) }
    }
}

impl From<yh_metrics::QueryError> for AppError {
    fn from(error: yh_metrics::QueryError) -> Self {
        use yh_metrics::ErrorCode::{UnknownColumn, UnknownDimension, UnknownGrain, UnknownMetric, UnknownSavedQuery};
        let kind = match error.code {
            UnknownMetric | UnknownDimension | UnknownGrain | UnknownColumn | UnknownSavedQuery => ErrorKind::NotFound,
            _ => ErrorKind::Input,
        };
        let code = error.code.as_str();
        Self { hint: error.hint.clone(), ..Self::new(kind, code, error.to_string()) }
    }
}
