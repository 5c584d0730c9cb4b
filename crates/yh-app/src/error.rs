//! One error for every use case: a stable code, what happened, and what to do.

use std::path::Path;

use thiserror::Error;
use yh_lake::{LakeError, Refusal};
use yh_model::Issue;
use yh_records::RecordsError;

use crate::settings::SETTINGS_FILE;

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
    /// Too much is asked for at once.
    Overloaded,
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

    /// No space is left for what was to be written.
    pub fn disk_full(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::new(ErrorKind::Internal, "disk-full", "there is no space left on the disk")
            .hint("free some space and try again; nothing was changed")
            .caused_by(source)
    }

    /// What was asked for would write where nothing can be written.
    pub fn read_only(message: String) -> Self {
        Self::new(ErrorKind::Busy, "read-only", message)
            .hint("the project can be asked but not changed here: copy its folder to a place that can be written")
    }

    /// A failure of a file or folder.
    pub fn io(path: &Path, error: std::io::Error) -> Self {
        if yh_lake::is_full(&error) {
            return Self::disk_full(error);
        }
        let (code, hint) = match error.kind() {
            std::io::ErrorKind::ReadOnlyFilesystem => return Self::read_only(format!("{}: {error}", path.display())),
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
        Self::new(kind, code, format!("{}: {error}", shown(path))).hint(hint)
    }
}

/// What a message calls a file: its place in the project, a path as somebody typed it, else only its name. Messages go
/// over HTTP too, and where things lie on the machine is nobody's business there.
pub fn shown(path: &Path) -> String {
    let project = path.ancestors().skip(1).find(|folder| folder.join(SETTINGS_FILE).is_file());
    let inside = project.and_then(|project| path.strip_prefix(project).ok());
    let name = || path.file_name().map(Path::new);
    let shown = inside.or_else(|| path.is_relative().then_some(path)).or_else(name).unwrap_or(path);
    shown.to_string_lossy().replace('\\', "/")
}

impl From<LakeError> for AppError {
    fn from(error: LakeError) -> Self {
        if yh_lake::is_full(&error) {
            return Self::disk_full(error);
        }
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
            LakeError::Damaged(damage) => {
                let hint = damage.hint();
                return Self::new(ErrorKind::Internal, "damaged-lake", error.to_string()).hint(hint).caused_by(error);
            }
            LakeError::Busy => (ErrorKind::Overloaded, "busy", Some("try again in a minute")),
            LakeError::TooLarge { .. } => {
                (ErrorKind::Limit, "answer-size", Some("narrow the period or the dimensions, or raise limits.answer_mb in yunheng.toml"))
            }
            LakeError::Refused { why, .. } => refused(*why),
            LakeError::Value(_) => refused(Refusal::Value),
            LakeError::Derived { .. } => (ErrorKind::Definition, "derived", Some("mend the SELECT in the source file")),
            _ => (ErrorKind::Internal, "engine", None),
        };
        let message = match &error {
            LakeError::Io { path, source } => format!("{}: {source}", shown(Path::new(path))),
            other => other.to_string(),
        };
        Self { hint: hint.map(str::to_owned), ..Self::new(kind, code, message).caused_by(error) }
    }
}

const RESTORE_RECORDS: &str = "restore the records (.yunheng/records.db, or the database of records.url) from a backup";

/// Whether the database itself says that its file is damaged: it has no error of its own for it here.
fn is_malformed(error: &RecordsError) -> bool {
    let message = error.to_string();
    ["malformed", "not a database", "database corruption"].iter().any(|sign| message.contains(sign))
}

/// Code and hint of what the engine refuses.
fn refused(why: Refusal) -> (ErrorKind, &'static str, Option<&'static str>) {
    let (code, hint) = match why {
        Refusal::DivisionByZero => ("division-by-zero", "write NULLIF(divisor, 0) for the divisor"),
        Refusal::Overflow => ("overflow", "use smaller numbers or nearer dates"),
        Refusal::Expression => ("bad-expression", "check the types and arguments of the filters and expressions"),
        Refusal::Value => ("bad-value", "check the values that the filters and expressions work with"),
        Refusal::Unsupported => ("unsupported", "write it another way"),
        Refusal::TooDeep => return (ErrorKind::Limit, "question-limit", Some("ask for less at once")),
    };
    (ErrorKind::Input, code, Some(hint))
}

impl From<RecordsError> for AppError {
    fn from(error: RecordsError) -> Self {
        let (kind, code, hint) = match &error {
            RecordsError::Altered { .. } => (ErrorKind::Internal, "damaged-records", Some(RESTORE_RECORDS)),
            RecordsError::Database(_) | RecordsError::Open(_) if is_malformed(&error) => {
                (ErrorKind::Internal, "damaged-records", Some(RESTORE_RECORDS))
            }
            RecordsError::Open(_) => {
                (ErrorKind::Internal, "records-open", Some("check records.url in yunheng.toml and that the database answers"))
            }
            RecordsError::Full(_) => return Self::disk_full(error),
            RecordsError::ReadOnly => return Self::read_only(error.to_string()),
            RecordsError::Older => return Self::read_only(error.to_string()),
            RecordsError::Busy(_) => (ErrorKind::Busy, "records-busy", Some("try again; another program writes for long")),
            RecordsError::Newer { .. } => {
                (ErrorKind::Definition, "records-newer", Some("use that version of yunheng or a newer one; nothing was changed"))
            }
            RecordsError::Moved(_) => (
                ErrorKind::Definition,
                "records-moved",
                Some("set records.url in yunheng.toml to where they are now; these are kept as they were"),
            ),
            RecordsError::Corrupt { .. } => {
                (ErrorKind::Internal, "records-corrupt", Some("`yunheng doctor` says what is damaged; restore the records from a backup"))
            }
            RecordsError::Conflict => (ErrorKind::Busy, "import-conflict", Some("try again")),
            RecordsError::NotFound { .. } => (ErrorKind::NotFound, "not-found", None),
            RecordsError::Refused { code, hint, .. } => (ErrorKind::Input, *code, Some(*hint)),
            RecordsError::Database(_) => (ErrorKind::Internal, "records", Some("`yunheng doctor` says whether the records are damaged")),
        };
        let message = error.to_string();
        Self { hint: hint.map(str::to_owned), ..Self::new(kind, code, message).caused_by(error) }
    }
}

impl From<yh_metrics::QueryError> for AppError {
    fn from(error: yh_metrics::QueryError) -> Self {
        use yh_metrics::ErrorCode::{QuestionLimit, UnknownColumn, UnknownDimension, UnknownGrain, UnknownMetric, UnknownSavedQuery};
        let kind = match error.code {
            UnknownMetric | UnknownDimension | UnknownGrain | UnknownColumn | UnknownSavedQuery => ErrorKind::NotFound,
            QuestionLimit => ErrorKind::Limit,
            _ => ErrorKind::Input,
        };
        let code = error.code.as_str();
        Self { hint: error.hint.clone(), ..Self::new(kind, code, error.to_string()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_files_without_their_place_on_the_machine() {
        let folder = std::env::temp_dir().join(format!("yunheng-shown-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(SETTINGS_FILE), "").expect("a file");
        for (path, said) in [
            (folder.join("data/订单.csv"), "data/订单.csv"),
            (folder.join(".yunheng/uploads/1/a.csv"), ".yunheng/uploads/1/a.csv"),
            ("/srv/exports/a.csv".into(), "a.csv"),
            ("../exports/a.csv".into(), "../exports/a.csv"),
        ] {
            assert_eq!(shown(&path), said);
            let error = AppError::io(&path, std::io::ErrorKind::NotFound.into());
            assert!(error.message.starts_with(said), "{}", error.message);
        }
        std::fs::remove_dir_all(&folder).expect("the folder");
    }
}
