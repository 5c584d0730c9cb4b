//! Taking an import back by its rows: they leave, and the rows that it superseded count again.
//!
//! Every row knows its import, and every superseded row the import that superseded it, so an undo needs no earlier
//! file: files may be rewritten by corrections and merged in between.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use arrow::array::{BooleanArray, Int64Array};
use arrow::record_batch::RecordBatch;
use yh_model::dataset::DatasetSpec;

use super::ImportError;
use super::copy::{Copier, chosen, integers, may_hold, read_integers, reader};
use super::keys::Sidecar;
use super::plan::IMPORT_ID;
use super::report::{FileEntry, FileKind};
use super::write::{FileFormat, FileNames};

/// The import that superseded a row, in files that hold what several imports superseded.
pub(crate) const SUPERSEDED_BY: &str = "_superseded_by";

/// A file of superseded rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupersededFile {
    pub entry: FileEntry,
    /// The import that superseded all of its rows; none where each row tells.
    pub by: Option<i64>,
}

/// A dataset's files in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatasetFiles {
    pub live: Vec<FileEntry>,
    pub superseded: Vec<SupersededFile>,
}

/// What taking an import back changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// Files without the import's rows, and of the rows that other imports superseded.
    pub kept: Vec<FileEntry>,
    /// Files of the rows that count again.
    pub restored: Vec<FileEntry>,
    /// Files that leave.
    pub removed: Vec<PathBuf>,
    /// Later imports that brought rows with the keys of restored ones.
    pub in_the_way: Vec<i64>,
}

/// Later imports that superseded rows of an import.
pub fn later_corrections(import: i64, superseded: &[SupersededFile]) -> Result<Vec<i64>, ImportError> {
    let mut later = BTreeSet::new();
    for file in superseded.iter().filter(|file| file.by != Some(import)) {
        let path = &file.entry.path;
        if !may_hold(path, IMPORT_ID, import)? {
            continue;
        }
        let rows = read_integers(path, IMPORT_ID)?;
        let own = rows.values().iter().enumerate().filter(|(_, of)| **of == import).map(|(row, _)| row);
        match file.by {
            Some(by) => later.extend(own.map(|_| by)),
            None => {
                let by = read_integers(path, SUPERSEDED_BY)?;
                later.extend(own.map(|row| by.value(row)).filter(|by| *by != import));
            }
        }
    }
    Ok(later.into_iter().collect())
}

/// Writes the files of a dataset as they are without one import; on an error nothing is left behind.
pub fn take_back(dataset: &DatasetSpec, import: i64, files: &DatasetFiles, dir: &Path, stem: &str) -> Result<TakenBack, ImportError> {
    let mut names = FileNames::of_stem(dir, stem);
    let result = without(dataset, import, files, &mut names);
    if !matches!(&result, Ok(taken) if taken.in_the_way.is_empty()) {
        names.remove_all_but(&[]);
    }
    result
}

fn without(dataset: &DatasetSpec, import: i64, files: &DatasetFiles, names: &mut FileNames) -> Result<TakenBack, ImportError> {
    let mut taken = TakenBack::default();
    let mut left: Vec<&FileEntry> = Vec::new();
    for entry in &files.live {
        let path = &entry.path;
        let own = if may_hold(path, IMPORT_ID, import)? { count(&read_integers(path, IMPORT_ID)?, import) } else { 0 };
        if own == 0 {
            left.push(entry);
            continue;
        }
        taken.removed.push(path.clone());
        let others = chosen(path, |batch| rows_where(batch, path, IMPORT_ID, |of| of != import))?;
        let mut copier = Copier::new(dataset, FileFormat::of_file(path)?, names);
        taken.kept.extend(copier.write(others, entry.month.as_deref(), FileKind::Live)?);
    }
    for file in &files.superseded {
        restore(dataset, import, file, names, &mut taken)?;
    }
    let live = left.into_iter().chain(taken.kept.iter().filter(|entry| entry.kind == FileKind::Live));
    taken.in_the_way = with_keys_of(&taken.restored, live)?;
    Ok(taken)
}

/// Splits a file of superseded rows: those that the import superseded count again, but for its own repetitions.
fn restore(
    dataset: &DatasetSpec,
    import: i64,
    file: &SupersededFile,
    names: &mut FileNames,
    taken: &mut TakenBack,
) -> Result<(), ImportError> {
    let (path, month) = (&file.entry.path, file.entry.month.as_deref());
    if let Some(by) = file.by {
        if by == import {
            taken.removed.push(path.clone());
            let others = chosen(path, |batch| rows_where(batch, path, IMPORT_ID, |of| of != import))?;
            let mut copier = Copier::new(dataset, FileFormat::of_file(path)?, names);
            taken.restored.extend(copier.write(others, month, FileKind::Live)?);
        }
        return Ok(());
    }
    if !may_hold(path, SUPERSEDED_BY, import)? || count(&read_integers(path, SUPERSEDED_BY)?, import) == 0 {
        return Ok(());
    }
    taken.removed.push(path.clone());
    let stay = chosen(path, |batch| rows_where(batch, path, SUPERSEDED_BY, |by| by != import))?;
    let mut copier = Copier::new(dataset, FileFormat::of_file(path)?, names);
    taken.kept.extend(copier.write(stay, month, FileKind::Superseded)?);
    let back = chosen(path, |batch| {
        let superseded = rows_where(batch, path, SUPERSEDED_BY, |by| by == import)?;
        let of_others = rows_where(batch, path, IMPORT_ID, |of| of != import)?;
        Ok(arrow::compute::and(&superseded, &of_others)?)
    })?;
    let columns: Vec<usize> = {
        let schema = reader(path)?.schema().clone();
        (0..schema.fields().len()).filter(|index| schema.field(*index).name() != SUPERSEDED_BY).collect()
    };
    let plain = FileFormat::new(std::sync::Arc::new(reader(path)?.schema().project(&columns)?), &[])?;
    let back = back.map(|batch| Ok(batch?.project(&columns)?));
    taken.restored.extend(Copier::new(dataset, plain, names).write(back, month, FileKind::Live)?);
    Ok(())
}

/// Imports of live rows whose key a restored row has: a table pulled whole may have lost a row and got it again.
fn with_keys_of<'f>(restored: &[FileEntry], live: impl Iterator<Item = &'f FileEntry>) -> Result<Vec<i64>, ImportError> {
    let mut hashes = HashSet::new();
    for keys in restored.iter().filter_map(|entry| entry.keys.as_deref()) {
        hashes.extend(Sidecar::open(keys)?.range(0, u64::MAX)?.into_iter().map(|at| at.hash));
    }
    let mut imports = BTreeSet::new();
    if hashes.is_empty() {
        return Ok(Vec::new());
    }
    for entry in live {
        let Some(keys) = &entry.keys else { continue };
        let all = Sidecar::open(keys)?.range(0, u64::MAX)?;
        let rows: Vec<usize> = all.into_iter().filter(|at| hashes.contains(&at.hash)).map(|at| at.row as usize).collect();
        if !rows.is_empty() {
            let of = read_integers(&entry.path, IMPORT_ID)?;
            imports.extend(rows.into_iter().map(|row| of.value(row)));
        }
    }
    Ok(imports.into_iter().collect())
}

fn count(column: &Int64Array, value: i64) -> usize {
    column.values().iter().filter(|found| **found == value).count()
}

fn rows_where(batch: &RecordBatch, path: &Path, column: &str, test: impl Fn(i64) -> bool) -> Result<BooleanArray, ImportError> {
    let values = batch.column(batch.schema().index_of(column)?);
    Ok(integers(values, path)?.values().iter().map(|value| Some(test(*value))).collect())
}
