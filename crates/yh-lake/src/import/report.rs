//! What an import says about itself.

use std::path::PathBuf;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub step: Step,
    /// Bytes of the file read so far.
    pub bytes: u64,
    /// Size of the file.
    pub total_bytes: u64,
    /// Rows read so far.
    pub rows: u64,
}

/// The steps of an import, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    Reading,
    Matching,
    Writing,
}

/// Which rows a lake file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Rows that count.
    Live,
    /// Earlier versions of corrected rows, kept for lineage.
    Superseded,
}

/// One immutable Parquet file of the lake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    pub path: PathBuf,
    /// Of the Parquet file, hexadecimal.
    pub sha256: String,
    pub rows: u64,
    pub bytes: u64,
    /// Business month such as `2011-05`; none for datasets without a time column.
    pub month: Option<String>,
    /// Range of the time column, microseconds since 1970-01-01 UTC (dates at midnight UTC).
    pub min_time: Option<i64>,
    pub max_time: Option<i64>,
    /// Sorted key hashes; none for keyless datasets and superseded files.
    pub keys: Option<PathBuf>,
    pub kind: FileKind,
}

/// A live file of the dataset's current snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingFile {
    pub entry: FileEntry,
    /// The import that brought its rows; none where they are of several.
    pub import: Option<i64>,
}

/// What an import wants to change; nothing is visible until the caller commits it.
#[derive(Debug, Clone)]
pub struct Staged {
    /// New files. A path that is also in `removed` is an existing file that changes its kind.
    pub added: Vec<FileEntry>,
    /// Existing live files that leave the snapshot.
    pub removed: Vec<PathBuf>,
    pub report: ImportReport,
}

/// Counts, sums and findings of one import.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportReport {
    /// `rows_read = accepted + rejected + total_rows`; blank lines are not rows.
    pub rows_read: u64,
    pub accepted: u64,
    pub rejected: u64,
    /// Rows recognised as 合计/total rows, which are not data.
    pub total_rows: u64,
    /// `accepted = new_rows + replaced + unchanged + duplicates_in_file`.
    pub new_rows: u64,
    /// Rows that correct an earlier row of the same key.
    pub replaced: u64,
    pub unchanged: u64,
    /// Rows superseded by a later row of the same key in the same file.
    pub duplicates_in_file: u64,
    pub totals: Vec<ControlTotal>,
    pub format: FormatFound,
    /// Dataset column ← header, as used.
    pub mapping: Vec<MappedColumn>,
    /// Headers kept in `attributes`.
    pub unmapped: Vec<String>,
    /// The first rejects; all of them are in the rejects file.
    pub rejects: Vec<Reject>,
    /// SHA-256 of the rejects file, hexadecimal; none when there is none.
    #[serde(default)]
    pub rejects_sha256: Option<String>,
    /// The first keys that appear more than once in the file.
    pub duplicates: Vec<Duplicate>,
    pub notes: Vec<String>,
    /// Of the imported file as it is on disk, hexadecimal.
    pub sha256: String,
    pub bytes: u64,
    /// Range of the time column over accepted rows, microseconds since 1970-01-01 UTC.
    pub min_time: Option<i64>,
    pub max_time: Option<i64>,
    pub elapsed_ms: u64,
    /// Where the rows were pulled from; none for files.
    #[serde(default)]
    pub origin: Option<PulledFrom>,
}

/// The statement whose rows an import holds; a row's line is its place in the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PulledFrom {
    pub query: String,
    /// Highest cursor value read, where the next pull goes on.
    pub cursor: Option<String>,
}

/// Sum of a numeric column over the accepted rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlTotal {
    pub column: String,
    pub sum: Decimal,
    /// What the file's own total row says.
    pub file_total: Option<Decimal>,
}

/// The form a file was found to have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormatFound {
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    pub sheet: Option<String>,
    /// Line or sheet row of the header, from 1.
    pub header_row: u64,
}

/// One column of the mapping an import used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedColumn {
    pub column: String,
    /// None for a constant.
    pub header: Option<String>,
    pub value: Option<String>,
}

/// One value that kept its row out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    pub line: u64,
    /// Header in the file, or the dataset column; empty for problems of the whole row.
    pub column: String,
    pub value: String,
    pub reason: String,
    pub hint: String,
}

/// A row that a later row of the same file replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicate {
    pub key: String,
    pub line: u64,
    /// Line of the row that counts.
    pub kept_line: u64,
}
