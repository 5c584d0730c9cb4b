//! Every byte of the lake is verified before it counts (docs/decisions/0013-block-checksums.md).
//!
//! Beside each file lie its sums: a checksum per block, tied by SHA-256 to the file that the records name. The engine
//! reads through [`store`], everything else through [`CheckedFile`]; both verify by the same code.

mod file;
mod store;
mod sums;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use parquet::file::metadata::ParquetMetaDataReader;
use thiserror::Error;

pub use file::CheckedFile;
pub(crate) use store::CheckedStore;
pub use sums::{SummedFile, Sums, measure, sha256_of_bytes};

/// A lake file as the records name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Relative to the lake's root.
    pub path: String,
    pub dataset: String,
    pub sha256: String,
    pub rows: u64,
    pub bytes: u64,
    /// The import that brought it; none for derived files and those of several imports.
    pub import: Option<i64>,
    pub is_derived: bool,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    #[error("is missing")]
    Missing,
    #[error("has {found} bytes instead of {wanted}")]
    Length { wanted: u64, found: u64 },
    /// Some bytes are not those that were written; the place is of the block they are in.
    #[error("was altered after it was written{}", at.map_or(String::new(), |at| format!(" (near byte {at})")))]
    Altered { at: Option<u64> },
    #[error("holds {found} rows instead of {wanted}")]
    Rows { wanted: u64, found: u64 },
    #[error("cannot be read: {0}")]
    Unreadable(String),
}

/// A lake file that cannot be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the data file {path} (dataset {dataset}, {}) {fault}", self.brought_by())]
pub struct Damage {
    pub path: String,
    pub dataset: String,
    pub import: Option<i64>,
    pub is_derived: bool,
    pub fault: Fault,
}

impl Fault {
    pub(crate) fn of_io(error: &std::io::Error) -> Self {
        if let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            return fault.clone();
        }
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Unreadable(error.to_string()),
        }
    }
}

impl Damage {
    pub fn new(file: &StoredFile, fault: Fault) -> Self {
        Self { path: file.path.clone(), dataset: file.dataset.clone(), import: file.import, is_derived: file.is_derived, fault }
    }

    fn brought_by(&self) -> String {
        match self.import {
            Some(import) => format!("import {import}"),
            None if self.is_derived => "derived".to_owned(),
            None => "several imports".to_owned(),
        }
    }

    /// What the user can do.
    pub fn hint(&self) -> String {
        match self.import {
            Some(import) => format!(
                "restore it from a backup, or take the import back (`yunheng import undo {import}`, later ones of its rows first) and \
                 import the original file again; `yunheng verify` lists all that is damaged"
            ),
            None if self.is_derived => "`yunheng verify --repair` runs its SELECT again".to_owned(),
            None => "restore it from a backup; `yunheng verify` lists all that is damaged".to_owned(),
        }
    }
}

/// Opens the files of a lake, remembering which were found whole.
pub struct Checks {
    root: PathBuf,
    opened: Mutex<HashMap<String, Opened>>,
    /// Files in which a reader met damage: the next one looks at all of it.
    suspected: Mutex<HashSet<String>>,
}

struct Opened {
    bytes: u64,
    modified: SystemTime,
    sums: Arc<Sums>,
}

impl std::fmt::Debug for Checks {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Checks({})", self.root.display())
    }
}

/// Files remembered; far more than a lake has live.
const MAX_OPENED: usize = 100_000;

impl Checks {
    pub fn new(root: PathBuf) -> Self {
        Self { root, opened: Mutex::default(), suspected: Mutex::default() }
    }

    /// Checks that a file is there with the length, rows and sums the records say; its bytes are verified as they are read.
    pub fn open(&self, file: &StoredFile) -> Result<Arc<Sums>, Damage> {
        let path = self.root.join(&file.path);
        let open = || -> Result<Arc<Sums>, Fault> {
            let metadata = path.metadata().map_err(|error| Fault::of_io(&error))?;
            let modified = metadata.modified().map_err(|error| Fault::of_io(&error))?;
            let is_suspected = self.suspected().contains(&file.path);
            if let Some(sums) = self.remembered(file, metadata.len(), modified).filter(|_| !is_suspected) {
                return Ok(sums);
            }
            let sums = Arc::new(if is_suspected { verify_whole(&path, file)? } else { sums_of(&path, file)? });
            self.suspected().remove(&file.path);
            let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
            if opened.len() >= MAX_OPENED {
                opened.clear();
            }
            opened.insert(file.path.clone(), Opened { bytes: metadata.len(), modified, sums: Arc::clone(&sums) });
            Ok(sums)
        };
        open().map_err(|fault| {
            self.suspect(file);
            Damage::new(file, fault)
        })
    }

    /// Notes that a reader met damage in a file.
    pub fn suspect(&self, file: &StoredFile) {
        self.suspected().insert(file.path.clone());
    }

    /// Whether a file is not there with its length, or a reader met damage in it.
    pub fn is_suspect(&self, file: &StoredFile) -> bool {
        let has_length = self.root.join(&file.path).metadata().is_ok_and(|metadata| metadata.len() == file.bytes);
        !has_length || self.suspected().contains(&file.path)
    }

    fn suspected(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.suspected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a file lies.
    pub fn path(&self, file: &StoredFile) -> PathBuf {
        self.root.join(&file.path)
    }

    fn remembered(&self, file: &StoredFile, bytes: u64, modified: SystemTime) -> Option<Arc<Sums>> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let known = opened.get(&file.path)?;
        let is_same = known.bytes == bytes && known.modified == modified;
        (is_same && agree(&known.sums, file)).then(|| Arc::clone(&known.sums))
    }
}

/// Opens one file for reading.
pub fn open_file(path: &Path, file: &StoredFile) -> Result<CheckedFile, Fault> {
    CheckedFile::open(path, Arc::new(sums_of(path, file)?))
}

/// The sums of a file. Where there are none that fit, the whole file is verified by its SHA-256 and they are written anew.
fn sums_of(path: &Path, file: &StoredFile) -> Result<Sums, Fault> {
    let found = path.metadata().map_err(|error| Fault::of_io(&error))?.len();
    if found != file.bytes {
        return Err(Fault::Length { wanted: file.bytes, found });
    }
    if let Some(sums) = Sums::read_beside(path).filter(|sums| agree(sums, file)) {
        return Ok(sums);
    }
    let sums = verify_whole(path, file)?;
    if let Err(error) = sums.write_beside(path) {
        // A lake on read-only media is read all the same; it is verified at every start.
        tracing::debug!(path = %path.display(), %error, "sums could not be written");
    }
    Ok(sums)
}

/// Verifies every byte by SHA-256 and the rows by the footer; gives the sums of what was read.
pub fn verify_whole(path: &Path, file: &StoredFile) -> Result<Sums, Fault> {
    let sums = measure(path, file.rows).map_err(|error| Fault::of_io(&error))?;
    if sums.bytes != file.bytes {
        return Err(Fault::Length { wanted: file.bytes, found: sums.bytes });
    }
    if sums.of != file.sha256 {
        return Err(Fault::Altered { at: None });
    }
    let checked = CheckedFile::open(path, Arc::new(sums.clone()))?;
    let footer = ParquetMetaDataReader::new().parse_and_finish(&checked).map_err(|error| Fault::Unreadable(error.to_string()))?;
    let found = footer.file_metadata().num_rows() as u64;
    if found != file.rows { Err(Fault::Rows { wanted: file.rows, found }) } else { Ok(sums) }
}

fn agree(sums: &Sums, file: &StoredFile) -> bool {
    sums.of == file.sha256 && sums.bytes == file.bytes && sums.rows == file.rows
}
