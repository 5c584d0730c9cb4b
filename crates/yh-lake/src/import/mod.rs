//! Import: a file someone exported becomes immutable Parquet files, or a clear refusal.
//!
//! `stage` reads, checks and writes; nothing it writes is visible until the caller commits the
//! returned file list. The stages in order: bytes → text (`bytes`, `encoding`) → chunks of whole
//! records (`split`) → typed columns (`parse`, `value`, `moment`, `zone`) → Parquet by month (`write`) →
//! duplicates and corrections (`keys`, `correct`).

pub(crate) mod at_hand;
mod bytes;
pub(crate) mod copy;
mod correct;
mod cut;
mod dates;
mod encoding;
mod error;
mod input;
mod json;
mod keys;
mod layout;
mod likeness;
pub mod moment;
mod parse;
mod pipeline;
mod plan;
mod preview;
mod record;
mod rejects;
mod report;
mod split;
mod stage;
mod table;
mod thrift;
mod totals;
pub(crate) mod undo;
mod value;
mod workbook;
pub(crate) mod write;
mod zone;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use yh_model::dataset::DatasetSpec;
use yh_model::source::{ColumnMapping, FileMapping};

pub use encoding::decode;
pub use error::ImportError;
pub use keys::{SidecarState, check_sidecar, rebuild_sidecar};
pub use plan::{ATTRIBUTES, IMPORT_ID, LINE, lake_schema};
pub use preview::{Preview, PreviewColumn, Proposal, mapping_of_choices, preview, propose_mapping, suggest_dataset};
pub use report::*;
pub use stage::stage;
pub use undo::{DatasetFiles, SupersededFile, TakenBack, later_corrections, take_back};
pub use workbook::{SheetValue, sheet_rows};

/// One file to import.
#[derive(Debug, Clone)]
pub struct StageRequest {
    /// The file to read; its form is told by content and by the extension of `file_name`.
    pub path: PathBuf,
    /// Name shown to users.
    pub file_name: String,
    pub dataset: DatasetSpec,
    pub source: String,
    /// How headers become columns; none matches them by name, label and synonym.
    pub mapping: Option<FileMapping>,
    /// What the user confirmed of this source's headers before, one header each.
    pub remembered: Vec<ColumnMapping>,
    /// IANA zone of wall times in the file.
    pub source_zone: String,
    /// IANA zone in which months are cut.
    pub business_zone: String,
    pub import_id: i64,
    /// Part of the names of its files and of no others.
    pub mark: String,
    /// Earlier imports of a table that this file holds whole: rows of theirs that it does not have are gone.
    pub whole_of: Vec<i64>,
    /// Earlier imports of this file: what a keyless one brought is replaced as a whole.
    pub earlier: Vec<i64>,
    /// Directory for new lake files, on the lake's file system; created when absent.
    pub staging_dir: PathBuf,
    /// Where rejected rows are listed; the file is written only when there are any.
    pub rejects_path: PathBuf,
    /// The import's day: no fact lies far beyond it.
    pub today: jiff::civil::Date,
    /// Check everything and keep nothing.
    pub dry_run: bool,
    pub limits: Limits,
}

/// What is refused for its size; each is a setting of `[limits]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size a compressed file may unpack to: `unpacked_mb`.
    pub max_unpacked_bytes: u64,
    /// Cells of one sheet: `cells`.
    pub max_cells: u64,
    /// `header_columns`
    pub max_headers: usize,
    /// Rejects that are listed; further ones are counted: `rejects`.
    pub max_rejects: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_unpacked_bytes: 2 << 30, max_cells: 20_000_000, max_headers: 10_000, max_rejects: 100_000 }
    }
}
