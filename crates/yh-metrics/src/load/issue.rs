//! A problem in a definition, with its place and what to do about it.

use serde::Serialize;

/// One problem. `code` is stable; line and column are 1-based.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    pub code: &'static str,
    pub path: String,
    pub line: u64,
    pub column: u64,
    pub message: String,
    pub hint: Option<String>,
}

impl Issue {
    pub(crate) fn new(code: &'static str, path: &str, (line, column): (u64, u64), message: impl Into<String>) -> Issue {
        Issue { code, path: path.to_owned(), line, column, message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Issue {
        self.hint = Some(hint.into());
        self
    }
}

impl std::fmt::Display for Issue {
    /// `path:line:column: message [code]`, the form editors understand.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}: {} [{}]", self.path, self.line, self.column, self.message, self.code)
    }
}
