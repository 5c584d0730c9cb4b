//! The lake files that an import compares with, read as verified as questions read them.

use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, new_null_array};
use arrow::compute::concat;
use arrow::datatypes::{Int64Type, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::statistics::Statistics;

use super::ImportError;
use super::report::{ExistingFile, FileEntry};
use crate::checked::{CheckedFile, Damage, Fault, StoredFile, open_file};

/// A file at hand and how the records name it.
#[derive(Clone)]
pub struct AtHand<'f> {
    pub stored: StoredFile,
    pub entry: &'f FileEntry,
}

pub type Reader = ParquetRecordBatchReaderBuilder<CheckedFile>;

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
            is_derived: false,
        };
        Self { stored, entry }
    }

    /// A file of the current snapshot.
    pub fn existing(file: &'f ExistingFile) -> Self {
        Self::new(&file.entry, file.import)
    }

    /// Opens the file for reading bit by bit; `told` says what is behind an error that comes of it.
    pub fn open(&self) -> Result<(Reader, Told), ImportError> {
        let damaged = |fault| ImportError::Damage(Damage::new(&self.stored, fault));
        let told = Told { file: open_file(&self.entry.path, &self.stored).map_err(damaged)?, stored: self.stored.clone() };
        let reader = Reader::try_new(told.file.clone()).map_err(|error| told.of(error.into()))?;
        Ok((reader, told))
    }

    /// Its columns.
    pub fn schema(&self) -> Result<SchemaRef, ImportError> {
        self.read(|reader| Ok(reader.schema().clone()))
    }

    /// Reads one column of whole numbers.
    pub fn integers(&self, name: &str) -> Result<Int64Array, ImportError> {
        Ok(self.as_integers(&read_column(self, name)?)?.clone())
    }

    /// A column of whole numbers as such.
    pub fn as_integers<'a>(&self, column: &'a ArrayRef) -> Result<&'a Int64Array, ImportError> {
        column.as_primitive_opt::<Int64Type>().ok_or_else(|| self.not_whole())
    }

    /// Whether a column of whole numbers may hold a value, as far as the file's statistics tell.
    pub fn may_hold(&self, name: &str, value: i64) -> Result<bool, ImportError> {
        self.read(|reader| {
            let index = reader.schema().index_of(name)?;
            Ok(reader.metadata().row_groups().iter().any(|group| match group.column(index).statistics() {
                Some(Statistics::Int64(found)) => {
                    found.min_opt().is_none_or(|least| *least <= value) && found.max_opt().is_none_or(|most| *most >= value)
                }
                _ => true,
            }))
        })
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

/// Tells damage of a file from other errors that readers of it pass on.
pub struct Told {
    file: CheckedFile,
    stored: StoredFile,
}

impl Told {
    pub fn of(&self, error: ImportError) -> ImportError {
        self.file.fault().map_or(error, |fault| ImportError::Damage(Damage::new(&self.stored, fault)))
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
