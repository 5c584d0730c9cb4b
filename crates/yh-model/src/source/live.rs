//! Where a source's rows come from by themselves: a database, a watched folder, and when.

use super::FileMapping;

/// How a database is reached. The address, which holds the password, is never in a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connect {
    pub kind: DatabaseKind,
    pub url: UrlPlace,
}

/// The databases that can be pulled from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    Postgres,
    MySql,
    Sqlite,
}

impl DatabaseKind {
    /// Every kind, in the order they are listed to users.
    pub const ALL: [Self; 3] = [Self::Postgres, Self::MySql, Self::Sqlite];

    /// Returns the word used in definition files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
            Self::Sqlite => "sqlite",
        }
    }

    /// Finds the kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Where the address of a database is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlPlace {
    /// Name of an environment variable.
    Env(String),
    /// A file that holds nothing else, relative to the project folder.
    File(String),
    /// The SQLite file itself, relative to the project folder.
    Path(String),
}

/// One table or SELECT that fills a dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct TablePull {
    /// Its columns are mapped as a file's headers are.
    pub mapping: FileMapping,
    pub rows: Selection,
    pub mode: PullMode,
}

impl TablePull {
    /// What imports of it are called: the table, or the dataset of a SELECT.
    pub fn name(&self) -> String {
        match &self.rows {
            Selection::Table(table) => table.clone(),
            Selection::Query(_) => format!("{} query", self.mapping.dataset),
        }
    }
}

/// Which rows of a database are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// A table, with its schema if need be.
    Table(String),
    /// One SELECT.
    Query(String),
}

/// How much of a table is read each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullMode {
    /// All of it.
    Snapshot,
    /// Rows whose cursor is not below the highest one read before, less the overlap.
    Incremental { cursor: String, overlap: Overlap },
}

/// How far behind the cursor late rows are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    Seconds(i64),
    /// For cursors that are numbers.
    Count(i64),
}

/// A folder whose new files are imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Absolute, below the home folder (`~/`), or relative to the project folder.
    pub folder: String,
    /// Glob on the file name; none takes every file that a mapping of the source names.
    pub pattern: Option<String>,
}
