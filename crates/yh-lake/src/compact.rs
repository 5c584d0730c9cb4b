//! Compaction: many small files of a month become one; rows stay as they are, each with its import and line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use yh_model::dataset::DatasetSpec;

use crate::durable;
use crate::import::at_hand::AtHand;
use crate::import::copy::{Copier, chosen};
use crate::import::undo::SUPERSEDED_BY;
use crate::import::write::{FILE_ROWS, FileFormat, FileNames};
use crate::import::{DatasetFiles, FileEntry, FileKind, ImportError, SupersededFile};

/// A file of fewer rows is small: about a half of a row group, where reading starts to cost more than opening.
const SMALL_ROWS: u64 = 64 * 1024;
/// So many small files of a month are worth one. Each takes about 10 kB beside its rows, for which a correction of a few rows
/// makes one a month.
const ENOUGH_FILES: usize = 6;

/// Files that one takes the place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    pub added: FileEntry,
    pub removed: Vec<PathBuf>,
}

/// What is asked of a compaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eagerness {
    /// Only where it is worth it.
    Worthwhile,
    /// Wherever two small files can be one.
    All,
}

impl Eagerness {
    fn enough(self) -> usize {
        match self {
            Self::Worthwhile => ENOUGH_FILES,
            Self::All => 2,
        }
    }
}

/// Whether some files of a dataset would be merged, judged without opening them.
pub fn is_worthwhile(files: &DatasetFiles, eagerness: Eagerness) -> bool {
    !groups(files, eagerness).is_empty()
}

/// Merges small files of a dataset, by month; superseded rows of all months come together. On an error nothing is
/// left behind.
pub fn compact(
    dataset: &DatasetSpec,
    files: &DatasetFiles,
    eagerness: Eagerness,
    dir: &Path,
    stem: &str,
) -> Result<Vec<Merged>, ImportError> {
    let mut names = FileNames::of_stem(dir, stem);
    let merged = groups(files, eagerness).into_iter().map(|group| merge(dataset, &group, eagerness, &mut names));
    let merged: Result<Vec<Vec<Merged>>, ImportError> = merged.collect();
    if merged.is_err() {
        names.remove_all_but(&[]);
    }
    let merged = merged?.concat();
    if !merged.is_empty() {
        durable::sync_folder(dir).map_err(|error| ImportError::io(dir, error))?;
    }
    Ok(merged)
}

/// Small files that may become one.
struct Group<'f> {
    kind: FileKind,
    month: Option<&'f str>,
    files: Vec<Small<'f>>,
}

#[derive(Clone)]
struct Small<'f> {
    file: AtHand<'f>,
    /// The import that superseded all of its rows.
    by: Option<i64>,
}

fn groups(files: &DatasetFiles, eagerness: Eagerness) -> Vec<Group<'_>> {
    let is_small = |entry: &FileEntry| entry.rows < SMALL_ROWS;
    let mut by_month: BTreeMap<Option<&str>, Vec<Small<'_>>> = BTreeMap::new();
    for file in files.live.iter().filter(|file| is_small(&file.entry)) {
        by_month.entry(file.entry.month.as_deref()).or_default().push(Small { file: AtHand::existing(file), by: None });
    }
    let superseded = files.superseded.iter().filter(|file| is_small(&file.entry));
    let superseded = superseded.map(|SupersededFile { entry, by }| Small { file: AtHand::new(entry, *by), by: *by }).collect();
    let live = by_month.into_iter().map(|(month, files)| Group { kind: FileKind::Live, month, files });
    live.chain([Group { kind: FileKind::Superseded, month: None, files: superseded }])
        .filter(|group| group.files.len() >= eagerness.enough())
        .collect()
}

/// Merges the files of a group that have the same columns: what a file has, none loses.
fn merge(dataset: &DatasetSpec, group: &Group<'_>, eagerness: Eagerness, names: &mut FileNames) -> Result<Vec<Merged>, ImportError> {
    let mut alike: Vec<(SchemaRef, Vec<Small<'_>>)> = Vec::new();
    for file in &group.files {
        let schema = merged_schema(group.kind, file.file.schema()?.as_ref());
        match alike.iter_mut().find(|(known, files)| *known == schema && rows_of(files) + file.file.entry.rows <= FILE_ROWS as u64) {
            Some((_, files)) => files.push(file.clone()),
            None => alike.push((schema, vec![file.clone()])),
        }
    }
    alike.retain(|(_, files)| files.len() >= eagerness.enough().min(group.files.len()).max(2));
    alike.iter().map(|(schema, files)| merge_alike(dataset, group, schema, files, names)).collect()
}

fn rows_of(files: &[Small<'_>]) -> u64 {
    files.iter().map(|file| file.file.entry.rows).sum()
}

fn merge_alike(
    dataset: &DatasetSpec,
    group: &Group<'_>,
    schema: &SchemaRef,
    files: &[Small<'_>],
    names: &mut FileNames,
) -> Result<Merged, ImportError> {
    let format = FileFormat::new(schema.clone(), &[])?;
    let sources = files.iter().map(|file| rows(file, schema)).collect::<Result<Vec<_>, _>>()?;
    let added = Copier::new(dataset, format, names).write(sources.into_iter().flatten(), group.month, group.kind)?;
    let expected = rows_of(files);
    match added {
        Some(added) if added.rows == expected => {
            Ok(Merged { added, removed: files.iter().map(|file| file.file.entry.path.clone()).collect() })
        }
        other => {
            let found = other.map_or(0, |added| added.rows);
            let first = files.first().map(|file| file.file.stored.path.clone()).unwrap_or_default();
            Err(ImportError::Damaged(format!("{first} and the files beside it have {found} rows, not {expected}")))
        }
    }
}

/// Columns of a merged file: superseded rows get the import that superseded them.
fn merged_schema(kind: FileKind, schema: &Schema) -> SchemaRef {
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    if kind == FileKind::Superseded && schema.index_of(SUPERSEDED_BY).is_err() {
        fields.push(Arc::new(Field::new(SUPERSEDED_BY, DataType::Int64, false)));
    }
    Arc::new(Schema::new(fields))
}

/// The rows of a file under the columns of the merged one.
fn rows(file: &Small<'_>, schema: &SchemaRef) -> Result<impl Iterator<Item = Result<RecordBatch, ImportError>>, ImportError> {
    let (schema, by) = (schema.clone(), file.by);
    let all = chosen(&file.file, |batch| Ok(BooleanArray::from(vec![true; batch.num_rows()])))?;
    Ok(all.map(move |batch| {
        let batch = batch?;
        let mut columns = batch.columns().to_vec();
        if let Some(by) = by
            && columns.len() < schema.fields().len()
        {
            let column: ArrayRef = Arc::new(Int64Array::from(vec![by; batch.num_rows()]));
            columns.push(column);
        }
        Ok(RecordBatch::try_new(schema.clone(), columns)?)
    }))
}
