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
use super::at_hand::AtHand;
use super::copy::{Copier, chosen};
use super::keys::Sidecar;
use super::plan::IMPORT_ID;
use super::report::{ExistingFile, FileEntry, FileKind};
use super::write::{FileFormat, FileNames};
use crate::durable;

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
    pub live: Vec<ExistingFile>,
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
        let at_hand = AtHand::new(&file.entry, file.by);
        if !at_hand.may_hold(IMPORT_ID, import)? {
            continue;
        }
        let rows = at_hand.integers(IMPORT_ID)?;
        let own = rows.values().iter().enumerate().filter(|(_, of)| **of == import).map(|(row, _)| row);
        match file.by {
            Some(by) => later.extend(own.map(|_| by)),
            None => {
                let by = at_hand.integers(SUPERSEDED_BY)?;
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
    let taken = result?;
    if dir.exists() {
        durable::sync_folder(dir).map_err(|error| ImportError::io(dir, error))?;
    }
    Ok(taken)
}

fn without(dataset: &DatasetSpec, import: i64, files: &DatasetFiles, names: &mut FileNames) -> Result<TakenBack, ImportError> {
    let mut taken = TakenBack::default();
    let mut left: Vec<AtHand> = Vec::new();
    // An import that superseded nothing wrote no rows but its own: its files leave unread, damaged ones too.
    let wrote_only_own = files.superseded.iter().all(|file| file.by.is_some_and(|by| by != import));
    for existing in &files.live {
        if wrote_only_own && existing.import == Some(import) {
            taken.removed.push(existing.entry.path.clone());
            continue;
        }
        let file = AtHand::existing(existing);
        let own = if file.may_hold(IMPORT_ID, import)? { count(&file.integers(IMPORT_ID)?, import) } else { 0 };
        if own == 0 {
            left.push(file);
            continue;
        }
        taken.removed.push(file.entry.path.clone());
        let others = chosen(&file, |batch| rows_where(batch, &file, IMPORT_ID, |of| of != import))?;
        let mut copier = Copier::new(dataset, FileFormat::of_file(&file)?, names);
        taken.kept.extend(copier.write(others, file.entry.month.as_deref(), FileKind::Live)?);
    }
    for file in &files.superseded {
        restore(dataset, import, file, names, &mut taken)?;
    }
    let kept = taken.kept.iter().filter(|entry| entry.kind == FileKind::Live).map(|entry| AtHand::new(entry, None));
    taken.in_the_way = with_keys_of(dataset, &taken.restored, left.into_iter().chain(kept))?;
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
    let at_hand = &AtHand::new(&file.entry, file.by);
    if let Some(by) = file.by {
        if by == import {
            taken.removed.push(path.clone());
            let others = chosen(at_hand, |batch| rows_where(batch, at_hand, IMPORT_ID, |of| of != import))?;
            let mut copier = Copier::new(dataset, FileFormat::of_file(at_hand)?, names);
            taken.restored.extend(copier.write(others, month, FileKind::Live)?);
        }
        return Ok(());
    }
    if !at_hand.may_hold(SUPERSEDED_BY, import)? || count(&at_hand.integers(SUPERSEDED_BY)?, import) == 0 {
        return Ok(());
    }
    taken.removed.push(path.clone());
    let stay = chosen(at_hand, |batch| rows_where(batch, at_hand, SUPERSEDED_BY, |by| by != import))?;
    let mut copier = Copier::new(dataset, FileFormat::of_file(at_hand)?, names);
    taken.kept.extend(copier.write(stay, month, FileKind::Superseded)?);
    let back = chosen(at_hand, |batch| {
        let superseded = rows_where(batch, at_hand, SUPERSEDED_BY, |by| by == import)?;
        let of_others = rows_where(batch, at_hand, IMPORT_ID, |of| of != import)?;
        Ok(arrow::compute::and(&superseded, &of_others)?)
    })?;
    let schema = at_hand.schema()?;
    let columns: Vec<usize> = (0..schema.fields().len()).filter(|index| schema.field(*index).name() != SUPERSEDED_BY).collect();
    let plain = FileFormat::new(std::sync::Arc::new(schema.project(&columns)?), &[])?;
    let back = back.map(|batch| Ok(batch?.project(&columns)?));
    taken.restored.extend(Copier::new(dataset, plain, names).write(back, month, FileKind::Live)?);
    Ok(())
}

/// Imports of live rows whose key a restored row has: a table pulled whole may have lost a row and got it again.
fn with_keys_of<'f>(
    dataset: &DatasetSpec,
    restored: &[FileEntry],
    live: impl Iterator<Item = AtHand<'f>>,
) -> Result<Vec<i64>, ImportError> {
    let key: Vec<&str> = dataset.key.iter().map(String::as_str).collect();
    let all_of = |file: &AtHand| Sidecar::open(file, &key)?.range(0, u64::MAX);
    let mut hashes = HashSet::new();
    for entry in restored.iter().filter(|entry| entry.keys.is_some()) {
        hashes.extend(all_of(&AtHand::new(entry, None))?.into_iter().map(|at| at.hash));
    }
    let mut imports = BTreeSet::new();
    if hashes.is_empty() {
        return Ok(Vec::new());
    }
    for file in live.filter(|file| file.entry.keys.is_some()) {
        let rows: Vec<usize> = all_of(&file)?.into_iter().filter(|at| hashes.contains(&at.hash)).map(|at| at.row as usize).collect();
        if !rows.is_empty() {
            let of = file.integers(IMPORT_ID)?;
            imports.extend(rows.into_iter().map(|row| of.value(row)));
        }
    }
    Ok(imports.into_iter().collect())
}

fn count(column: &Int64Array, value: i64) -> usize {
    column.values().iter().filter(|found| **found == value).count()
}

fn rows_where(batch: &RecordBatch, file: &AtHand, column: &str, test: impl Fn(i64) -> bool) -> Result<BooleanArray, ImportError> {
    let values = batch.column(batch.schema().index_of(column)?);
    Ok(file.as_integers(values)?.values().iter().map(|value| Some(test(*value))).collect())
}
