//! The lake files that an import compares with, read as verified as questions read them.

use std::path::Path;

use arrow::array::{Array, ArrayRef, new_null_array};
use arrow::compute::concat;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::ImportError;
use super::report::FileEntry;
use crate::checked::{CheckedFile, Damage, Fault, StoredFile, open_file};

/// A file at hand and how the records name it.
pub struct AtHand<'f> {
    pub stored: StoredFile,
    pub entry: &'f FileEntry,
}

type Reader = ParquetRecordBatchReaderBuilder<CheckedFile>;

impl<'f> AtHand<'f> {
    pub fn new(entry: &'f FileEntry, import: Option<i64>) -> Self {
        let name = |path: Option<&Path>| path.and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        let dataset = name(entry.path.parent());
        let stored = StoredFile {
            path: format!("{dataset}/{}", name(Some(&entry.path))),
            dataset,
            sha256: entry.sha256.clone(),
            rows: entry.rows,
            bytes: entry.bytes,
            import,
        };
        Self { stored, entry }
    }

    /// Works on the file; whatever fails because of damage says so.
    pub fn read<T>(&self, work: impl FnOnce(Reader) -> Result<T, ImportError>) -> Result<T, ImportError> {
        read(&self.entry.path, &self.stored, work)
    }

    /// The error of a file that is read well and still is not what an import writes.
    pub fn not_whole(&self) -> ImportError {
        ImportError::Damage(Damage::new(&self.stored, Fault::Unreadable("a column has another type".into())))
    }
}

/// Works on a lake file; whatever fails because of damage says so.
fn read<T>(path: &Path, stored: &StoredFile, work: impl FnOnce(Reader) -> Result<T, ImportError>) -> Result<T, ImportError> {
    let damaged = |fault| ImportError::Damage(Damage::new(stored, fault));
    let file = open_file(path, stored).map_err(damaged)?;
    let result = Reader::try_new(file.clone()).map_err(ImportError::from).and_then(work);
    result.map_err(|error| file.fault().map_or(error, damaged))
}

/// Reads one column of a lake file; an Arrow error when it has none of that name.
pub fn read_column(file: &AtHand, name: &str) -> Result<ArrayRef, ImportError> {
    column_of(&file.entry.path, &file.stored, name)
}

/// The same of a file that no import is at.
pub fn column_of(path: &Path, stored: &StoredFile, name: &str) -> Result<ArrayRef, ImportError> {
    read(path, stored, |reader| {
        let index = reader.schema().index_of(name)?;
        let data_type = reader.schema().field(index).data_type().clone();
        let projection = ProjectionMask::roots(reader.parquet_schema(), [index]);
        let batches = reader.with_projection(projection).with_batch_size(64 * 1024).build()?;
        let arrays = batches.map(|batch| batch.map(|batch| batch.column(0).clone())).collect::<Result<Vec<_>, _>>()?;
        if arrays.is_empty() {
            return Ok(new_null_array(&data_type, 0));
        }
        let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
        Ok(concat(&arrays)?)
    })
}
