//! Why a file cannot be imported, and what to do about it.

use std::path::{Path, PathBuf};

/// An error that stops a whole file; problems of single rows are rejects, not errors.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{path}: {source}", path = path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("the import was cancelled")]
    Cancelled,
    #[error("{0} is empty")]
    Empty(String),
    #[error("{0} holds no table: it is neither text nor a spreadsheet")]
    NotATable(String),
    #[error("{file} is cut off: the compressed data end too early")]
    Truncated { file: String },
    #[error("{file} unpacks to more than {limit} bytes")]
    TooLarge { file: String, limit: u64 },
    #[error("{file} unpacks to more than {times} times its size")]
    TooPacked { file: String, times: u64 },
    #[error("{file} is a spreadsheet of {bytes} bytes; at most {limit} are read")]
    SheetTooLarge { file: String, bytes: u64, limit: u64 },
    #[error("line {line} is not {encoding} text")]
    Encoding { line: u64, encoding: String },
    #[error("unknown encoding {0}")]
    UnknownEncoding(String),
    #[error("a quote opened on line {line} is never closed")]
    UnclosedQuote { line: u64 },
    #[error("a record starting on line {line} is longer than {limit} bytes")]
    RecordTooLong { line: u64, limit: usize },
    #[error("no line is a JSON object")]
    NotJsonLines,
    #[error("the file has more than {limit} columns")]
    TooManyHeaders { limit: usize },
    #[error("a header is longer than {limit} characters: {start}…")]
    HeaderTooLong { start: String, limit: usize },
    #[error("the objects have {keys} different keys, nearly all of them empty: as a table they take more than {limit} bytes")]
    TooSparse { keys: usize, limit: u64 },
    #[error("the file claims {rows} rows in {bytes} bytes")]
    TooDense { rows: u64, bytes: u64 },
    #[error("the file has more than {limit} cells")]
    TooManyCells { limit: u64 },
    #[error("no header row was found")]
    NoHeader,
    #[error("the header {header:?} appears {times} times")]
    DuplicateHeader { header: String, times: usize },
    #[error("{column} is mapped from {wanted}, which the file does not have")]
    MissingHeader { column: String, wanted: String, near: Option<String>, headers: Vec<String> },
    #[error("no header means {columns}, which {dataset} needs", columns = columns.join(", "))]
    MissingColumns { dataset: String, columns: Vec<String>, headers: Vec<String> },
    #[error("the dates of {header:?} can be day/month or month/day, as in {sample}")]
    AmbiguousDates { header: String, sample: String },
    #[error("the dates of {header:?} mix day/month and month/day: {day_first} and {month_first}")]
    MixedDates { header: String, day_first: String, month_first: String },
    #[error("the date format {format:?} of {column} is not understood: {reason}")]
    BadFormat { column: String, format: String, reason: String },
    #[error("{column} has an unknown unit {unit}")]
    UnknownUnit { column: String, unit: String },
    #[error("unknown time zone {0}")]
    UnknownTimeZone(String),
    #[error("there is no sheet {wanted:?}")]
    NoSheet { wanted: String, sheets: Vec<String> },
    #[error("{file} cannot be read as a spreadsheet: {reason}")]
    Sheet { file: String, reason: String },
    #[error("Parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    #[error("columnar data: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    #[error("a staged file is damaged: {0}")]
    Damaged(String),
    #[error("{0}")]
    Damage(crate::checked::Damage),
}

/// As many of a file's headers as help, each as long as it can be read.
fn some_of(headers: &[String]) -> String {
    const SHOWN: usize = 60;
    const CHARACTERS: usize = 80;
    let mut shown: Vec<String> = headers.iter().take(SHOWN).map(|header| header.chars().take(CHARACTERS).collect()).collect();
    if headers.len() > SHOWN {
        shown.push(format!("and {} more", headers.len() - SHOWN));
    }
    shown.join(", ")
}

impl ImportError {
    /// Wraps an input/output error with the path it happened on.
    pub fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }

    /// Stable kebab-case identifier.
    pub fn code(&self) -> &'static str {
        match self {
            _ if crate::is_full(self) => "disk-full",
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => "file-not-found",
            Self::Io { .. } => "file-io",
            Self::Cancelled => "cancelled",
            Self::Empty(_) => "empty-file",
            Self::NotATable(_) => "not-a-table",
            Self::Truncated { .. } => "truncated-file",
            Self::TooLarge { .. } | Self::TooPacked { .. } | Self::SheetTooLarge { .. } | Self::TooManyCells { .. } => "file-too-large",
            Self::Encoding { .. } | Self::UnknownEncoding(_) => "bad-encoding",
            Self::UnclosedQuote { .. } | Self::RecordTooLong { .. } => "unclosed-quote",
            Self::NotJsonLines => "not-json-lines",
            Self::TooManyHeaders { .. } | Self::HeaderTooLong { .. } | Self::TooSparse { .. } => "too-many-headers",
            Self::NoHeader => "no-header",
            Self::DuplicateHeader { .. } => "duplicate-header",
            Self::MissingHeader { .. } | Self::MissingColumns { .. } => "missing-column",
            Self::AmbiguousDates { .. } => "ambiguous-dates",
            Self::MixedDates { .. } => "mixed-dates",
            Self::BadFormat { .. } => "bad-format",
            Self::UnknownUnit { .. } => "unknown-unit",
            Self::UnknownTimeZone(_) => "unknown-timezone",
            Self::NoSheet { .. } => "no-sheet",
            Self::Sheet { .. } => "bad-spreadsheet",
            Self::Parquet(_) | Self::Arrow(_) | Self::TooDense { .. } => "bad-parquet",
            Self::Damaged(_) | Self::Damage(_) => "damaged-lake",
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> String {
        match self {
            _ if crate::is_full(self) => "free disk space and import again; nothing was changed".into(),
            Self::Io { .. } => "check the path and its permissions".into(),
            Self::Cancelled => "nothing was changed; import again when ready".into(),
            Self::Empty(_) => "export the file again; nothing was changed".into(),
            Self::NotATable(_) => "export it as CSV, XLSX or Parquet".into(),
            Self::Truncated { .. } => "download or export the file again".into(),
            Self::TooLarge { .. } => "split the file, or raise limits.unpacked_mb in yunheng.toml".into(),
            Self::TooPacked { .. } => "if that is meant, unpack it and import the text, or save the sheet as CSV".into(),
            Self::SheetTooLarge { .. } => "save the sheet as CSV (UTF-8), which is read at any size".into(),
            Self::Encoding { .. } => "save the file as UTF-8, or set format.encoding (utf-8, gb18030, utf-16le, windows-1252)".into(),
            Self::UnknownEncoding(_) => "use utf-8, gb18030, utf-16le, utf-16be or windows-1252".into(),
            Self::UnclosedQuote { .. } | Self::RecordTooLong { .. } => {
                "look for a stray \" on that line, or a file that ends too early".into()
            }
            Self::NotJsonLines => "write one object per line; a list is turned into lines by `jq -c '.[]'`".into(),
            Self::TooManyHeaders { .. } => {
                "headers or keys that are data, such as dates or ids, belong into rows; or raise limits.header_columns in yunheng.toml"
                    .into()
            }
            Self::TooSparse { .. } => "split the file by the kind of its objects".into(),
            Self::HeaderTooLong { .. } => "rename it, or set format.header_row to the row that holds the column names".into(),
            Self::TooManyCells { .. } => {
                "delete empty rows and columns and save it again, split it, or raise limits.cells in yunheng.toml".into()
            }
            Self::NoHeader => "set format.header_row to the row that holds the column names".into(),
            Self::DuplicateHeader { .. } => "rename one of the columns in the file".into(),
            Self::MissingHeader { near: Some(near), .. } => format!("did you mean {near:?}?"),
            Self::MissingHeader { headers, .. } => format!("the file has: {}", some_of(headers)),
            Self::MissingColumns { headers, .. } => {
                format!(
                    "map them under `columns:` of a source (`yunheng source propose FILE` writes one); the file has: {}",
                    some_of(headers)
                )
            }
            Self::AmbiguousDates { .. } | Self::MixedDates { .. } => {
                "set the column's `format`, such as \"%d/%m/%Y\" or \"%m/%d/%Y\"".into()
            }
            Self::BadFormat { .. } => "use %Y %m %d %H %M %S %f %y %b %I %p %z and plain characters".into(),
            Self::UnknownUnit { .. } => "use 元, 万元, 分, %, 千, seconds, minutes, hours or days".into(),
            Self::UnknownTimeZone(_) => "use a name such as Asia/Shanghai".into(),
            Self::NoSheet { sheets, .. } => format!("the file has: {}", some_of(sheets)),
            Self::Sheet { .. } => "open it in a spreadsheet program and save it again as .xlsx or CSV".into(),
            Self::Parquet(_) | Self::Arrow(_) | Self::TooDense { .. } => "write the file again, or import it as CSV".into(),
            Self::Damage(damage) => damage.hint(),
            Self::Damaged(_) => "restore the lake from a backup, or undo and repeat the last imports".into(),
        }
    }
}
