//! Why rows could not be pulled, and what to do about it.

use std::path::{Path, PathBuf};

/// An error that ends a pull; nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    #[error("the address of the database is not understood")]
    Address,
    #[error("the database cannot be reached: {0}")]
    Connect(String),
    #[error("the database refused the statement: {0}")]
    Statement(String),
    #[error("the query is not one SELECT: {0}")]
    NotASelect(String),
    #[error("{0:?} is not the name of a table")]
    TableName(String),
    #[error("the cursor value {0:?} is not a time, a date, a number or a plain id")]
    CursorValue(String),
    #[error("the pull was cancelled")]
    Cancelled,
    #[error("{path}: {source}", path = path.display())]
    Io { path: PathBuf, source: std::io::Error },
}

impl PullError {
    pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.to_owned(), source }
    }

    /// Wraps a failure to connect. Messages about the address itself would repeat it.
    pub(super) fn connect(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Configuration(_) => Self::Address,
            error => Self::Connect(reason(&error)),
        }
    }

    pub(super) fn statement(error: sqlx::Error) -> Self {
        Self::Statement(reason(&error))
    }

    /// The same error without the address and its password, should a driver repeat them.
    pub(super) fn without(self, url: &str) -> Self {
        let password = url::Url::parse(url).ok().and_then(|url| url.password().map(str::to_owned)).filter(|text| text.len() > 2);
        let clean = |text: String| {
            let text = text.replace(url, "***");
            password.as_ref().map_or(text.clone(), |password| text.replace(password.as_str(), "***"))
        };
        match self {
            Self::Connect(text) => Self::Connect(clean(text)),
            Self::Statement(text) => Self::Statement(clean(text)),
            other => other,
        }
    }

    /// Stable kebab-case identifier.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address => "bad-address",
            Self::Connect(_) => "database-unreachable",
            Self::Statement(_) => "database-refused",
            Self::NotASelect(_) => "not-a-select",
            Self::TableName(_) => "bad-table-name",
            Self::CursorValue(_) => "bad-cursor",
            Self::Cancelled => "cancelled",
            Self::Io { .. } if crate::is_full(self) => "disk-full",
            Self::Io { .. } => "file-io",
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> String {
        match self {
            Self::Address => "write it as postgres://user:password@host:5432/name, mysql://…/name or sqlite:///path".into(),
            Self::Connect(_) => {
                "check host, port, user and password, or the file's path, and that this machine may connect; MySQL 8 needs TLS".into()
            }
            Self::Statement(_) => "try the statement in the database's own client with the same user".into(),
            Self::NotASelect(_) => "write one SELECT without a semicolon; it is run read-only".into(),
            Self::TableName(_) => "write `table` or `schema.table`".into(),
            Self::CursorValue(_) => "use a time or a number that grows with every change as the cursor".into(),
            Self::Cancelled => "nothing was changed; pull again when ready".into(),
            Self::Io { .. } => "free disk space or check permissions; nothing was changed".into(),
        }
    }
}

fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::Tls(error) => format!("TLS: {error}"),
        error => error.to_string(),
    }
}
