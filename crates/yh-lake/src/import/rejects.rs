//! The list of refused rows: all in a CSV file, the first ones in memory.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use yh_model::inert;

use super::ImportError;
use super::report::Reject;
use crate::checked::SummedFile;

/// Longest piece of a refused record that is repeated: a cell of a spreadsheet holds no more.
const MAX_RECORD_CHARACTERS: usize = 32_000;
/// Rejects kept for the report.
pub const SHOWN: usize = 200;

/// Writes refused values as they come; the file is created by the first one.
pub struct RejectLog {
    path: PathBuf,
    out: Option<csv::Writer<BufWriter<SummedFile>>>,
    /// Of the finished file.
    pub sha256: Option<String>,
    pub first: Vec<Reject>,
    listed: u64,
    limit: u64,
    unlisted: u64,
}

impl RejectLog {
    /// Lists up to `limit` refused values in a file.
    pub fn new(path: &Path, limit: u64) -> Self {
        Self { path: path.to_owned(), out: None, sha256: None, first: Vec::new(), listed: 0, limit, unlisted: 0 }
    }

    /// Says how many were counted and not listed.
    pub fn note(&self) -> Option<String> {
        let (listed, unlisted) = (self.listed, self.unlisted);
        (unlisted > 0)
            .then(|| format!("the list of rejects holds the first {listed}; {unlisted} more were counted (limits.rejects in yunheng.toml)"))
    }

    /// Adds refused values of some rows; `records` are the rows as they stand in the file, by ascending line.
    pub fn add(&mut self, rejects: &[Reject], records: &[(u64, String)]) -> Result<(), ImportError> {
        let room = usize::try_from(self.limit.saturating_sub(self.listed)).unwrap_or(usize::MAX).min(rejects.len());
        self.unlisted += (rejects.len() - room) as u64;
        self.listed += room as u64;
        for reject in &rejects[..room] {
            let record = records.binary_search_by_key(&reject.line, |(line, _)| *line).map_or("", |at| &records[at].1);
            let line = reject.line.to_string();
            let record: String = record.chars().take(MAX_RECORD_CHARACTERS).collect();
            let cells = [line.as_str(), &reject.column, &reject.value, &reject.reason, &reject.hint, &record].map(inert);
            let path = self.path.clone();
            self.writer()?.write_record(cells.iter().map(|cell| cell.as_ref())).map_err(|error| csv_error(&path, error))?;
            if self.first.len() < SHOWN {
                self.first.push(reject.clone());
            }
        }
        Ok(())
    }

    /// Makes the file complete on disk.
    pub fn finish(&mut self) -> Result<(), ImportError> {
        let Some(out) = self.out.take() else { return Ok(()) };
        let flush = || -> std::io::Result<String> {
            let file = out.into_inner().map_err(|error| error.into_error())?;
            Ok(file.into_inner().map_err(|error| error.into_error())?.finish(0)?.of)
        };
        self.sha256 = Some(flush().map_err(|error| ImportError::io(&self.path, error))?);
        Ok(())
    }

    /// Removes the file, for an import that did not happen.
    pub fn discard(&mut self) {
        if self.out.take().is_some() {
            let _ = std::fs::remove_file(&self.path);
        }
    }

    fn writer(&mut self) -> Result<&mut csv::Writer<BufWriter<SummedFile>>, ImportError> {
        if self.out.is_none() {
            let file = crate::private::create_file(&self.path).map_err(|error| ImportError::io(&self.path, error))?;
            let mut file = SummedFile::new(file);
            // Spreadsheet programs read UTF-8 only behind a mark.
            file.write_all(b"\xEF\xBB\xBF").map_err(|error| ImportError::io(&self.path, error))?;
            let mut out = csv::Writer::from_writer(BufWriter::new(file));
            let header = ["line", "column", "value", "reason", "hint", "record"];
            out.write_record(header).map_err(|error| csv_error(&self.path, error))?;
            self.out = Some(out);
        }
        Ok(self.out.as_mut().expect("it was just set"))
    }
}

fn csv_error(path: &Path, error: csv::Error) -> ImportError {
    ImportError::io(path, error.into())
}
