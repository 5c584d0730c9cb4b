//! Rows of lake files copied into new ones: what corrections, undoing and compaction have in common.

use std::fs::File;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, new_null_array};
use arrow::compute::{concat, filter_record_batch};
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::statistics::Statistics;
use yh_model::dataset::DatasetSpec;

use super::ImportError;
use super::keys::hash_keys;
use super::parse::{times_us, wider};
use super::report::{FileEntry, FileKind};
use super::write::{FileFormat, FileNames, GROUP_ROWS, LakeFile};

/// Rows decoded at once.
const BATCH_ROWS: usize = 16 * 1024;

/// Writes rows that other lake files have into new ones.
pub(crate) struct Copier<'c> {
    pub format: FileFormat,
    pub key: Vec<&'c str>,
    pub time: Option<&'c str>,
    pub names: &'c mut FileNames,
}

impl<'c> Copier<'c> {
    pub fn new(dataset: &'c DatasetSpec, format: FileFormat, names: &'c mut FileNames) -> Self {
        Self { format, key: dataset.key.iter().map(String::as_str).collect(), time: dataset.time.as_deref(), names }
    }

    /// Writes rows into one new file; none when there are none.
    pub fn write(
        &mut self,
        rows: impl Iterator<Item = Result<RecordBatch, ImportError>>,
        month: Option<&str>,
        kind: FileKind,
    ) -> Result<Option<FileEntry>, ImportError> {
        let mut file: Option<LakeFile> = None;
        let mut waiting: Vec<RecordBatch> = Vec::new();
        for batch in rows {
            let batch = batch?;
            if batch.num_rows() == 0 {
                continue;
            }
            let out = match &mut file {
                Some(file) => file,
                None => file.insert(self.names.create(&self.format, None, month, kind)?),
            };
            self.note(out, &batch)?;
            waiting.push(batch);
            if waiting.iter().map(RecordBatch::num_rows).sum::<usize>() >= GROUP_ROWS {
                out.append(self.format.encode(&std::mem::take(&mut waiting))?)?;
            }
        }
        let Some(mut file) = file else { return Ok(None) };
        if !waiting.is_empty() {
            file.append(self.format.encode(&waiting)?)?;
        }
        Ok(Some(FileEntry { month: month.map(str::to_owned), ..file.seal()? }))
    }

    fn note(&self, out: &mut LakeFile, batch: &RecordBatch) -> Result<(), ImportError> {
        let schema = batch.schema();
        let key = self.key.iter().map(|name| schema.index_of(name)).collect::<Result<Vec<_>, _>>()?;
        let times = match self.time {
            Some(time) => times_us(batch.column(schema.index_of(time)?)),
            None => Vec::new(),
        };
        let time_range = times.iter().map(|us| (*us, *us)).reduce(wider);
        out.note_rows(batch.num_rows(), &hash_keys(batch, &key), time_range);
        Ok(())
    }
}

/// Opens a lake file for reading.
pub(crate) fn reader(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, ImportError> {
    let file = File::open(path).map_err(|error| ImportError::io(path, error))?;
    Ok(ParquetRecordBatchReaderBuilder::try_new(file)?)
}

/// Reads the rows of a file that are chosen.
pub(crate) fn chosen(
    path: &Path,
    mut choose: impl FnMut(&RecordBatch) -> Result<BooleanArray, ImportError>,
) -> Result<impl Iterator<Item = Result<RecordBatch, ImportError>>, ImportError> {
    let batches = reader(path)?.with_batch_size(BATCH_ROWS).build()?;
    Ok(batches.map(move |batch| {
        let batch = batch?;
        Ok(filter_record_batch(&batch, &choose(&batch)?)?)
    }))
}

/// Reads one column of a lake file; an Arrow error when it has none of that name.
pub(crate) fn read_column(path: &Path, name: &str) -> Result<ArrayRef, ImportError> {
    let builder = reader(path)?;
    let index = builder.schema().index_of(name)?;
    let data_type = builder.schema().field(index).data_type().clone();
    let projection = ProjectionMask::roots(builder.parquet_schema(), [index]);
    let batches = builder.with_projection(projection).with_batch_size(64 * 1024).build()?;
    let arrays = batches.map(|batch| batch.map(|batch| batch.column(0).clone())).collect::<Result<Vec<_>, _>>()?;
    if arrays.is_empty() {
        return Ok(new_null_array(&data_type, 0));
    }
    let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
    Ok(concat(&arrays)?)
}

/// Reads one column of whole numbers.
pub(crate) fn read_integers(path: &Path, name: &str) -> Result<Int64Array, ImportError> {
    Ok(integers(&read_column(path, name)?, path)?.clone())
}

/// A column of whole numbers as such.
pub(crate) fn integers<'a>(column: &'a ArrayRef, path: &Path) -> Result<&'a Int64Array, ImportError> {
    column.as_primitive_opt::<Int64Type>().ok_or_else(|| ImportError::Damaged(path.display().to_string()))
}

/// Whether a column of whole numbers may hold a value, as far as the file's statistics tell.
pub(crate) fn may_hold(path: &Path, name: &str, value: i64) -> Result<bool, ImportError> {
    let builder = reader(path)?;
    let index = builder.schema().index_of(name)?;
    Ok(builder.metadata().row_groups().iter().any(|group| match group.column(index).statistics() {
        Some(Statistics::Int64(found)) => {
            found.min_opt().is_none_or(|least| *least <= value) && found.max_opt().is_none_or(|most| *most >= value)
        }
        _ => true,
    }))
}
