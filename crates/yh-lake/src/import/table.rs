//! Parquet → records in CSV text, so that everything after is the same as for text files.
//!
//! Timestamps with a zone are instants; those without are wall times of the source.

use std::fmt::Write;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, make_array};
use arrow::datatypes::{DataType, Schema};
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchReader};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;

use super::json::{Shape, convert};
use super::pipeline::ChunkSource;
use super::record::push_quoted;
use super::split::{CHUNK_BYTES, Chunk, LineUnit};
use super::thrift::{check_footer, check_pages};
use super::{ImportError, Limits};

const BATCH_ROWS: usize = 8_192;
/// A file needs at least one bit for a row that differs from the one before.
const ROWS_PER_BYTE: u64 = 8;
const FEW_ROWS: u64 = 1 << 20;

/// A Parquet file's columns and records.
pub struct Table {
    pub headers: Vec<String>,
    pub next_chunk: ChunkSource<'static>,
}

/// Whether a file begins like Parquet.
pub fn is_parquet(magic: &[u8]) -> bool {
    magic.starts_with(b"PAR1")
}

/// Opens a Parquet file; nested columns become the headers of `shape`.
pub fn read_table(path: &Path, shape: Option<&Shape>, limits: Limits) -> Result<Table, ImportError> {
    let (headers, batches) = open(path, limits)?;
    let headers = shape.map_or(headers, |shape| shape.headers.clone());
    let mut records = TableChunks { batches, shape: shape.cloned(), batch: None, index: 0, row: 1 };
    Ok(Table { headers, next_chunk: Box::new(move || records.next_chunk()) })
}

/// Cuts batches into chunks: few rows can hold much text.
struct TableChunks {
    batches: ParquetRecordBatchReader,
    shape: Option<Shape>,
    /// A batch and how many of its rows are done.
    batch: Option<(RecordBatch, usize)>,
    index: usize,
    row: u64,
}

impl TableChunks {
    fn next_chunk(&mut self) -> Result<Option<Chunk>, ImportError> {
        let (batch, done) = match self.batch.take() {
            Some(rest) => rest,
            None => match guarded(|| self.batches.next())? {
                Some(batch) => (batch, 0),
                None => return Ok(None),
            },
        };
        let mut chunk = Chunk { lines: LineUnit::Record, ..Chunk::new(self.index, self.row) };
        let rest = batch.slice(done, batch.num_rows() - done);
        let written = match &self.shape {
            None => write_flat(&rest, &mut chunk.text)?,
            Some(shape) => write_nested(shape, &rest, self.row, &mut chunk)?,
        };
        self.index += 1;
        self.row += written as u64;
        if done + written < batch.num_rows() {
            self.batch = Some((batch, done + written));
        }
        Ok(Some(chunk))
    }
}

/// Writes rows of nested columns and returns how many.
fn write_nested(shape: &Shape, batch: &RecordBatch, first_row: u64, chunk: &mut Chunk) -> Result<usize, ImportError> {
    const ROWS: usize = 256;
    let mut cells = Vec::new();
    let mut done = 0;
    while done < batch.num_rows() && chunk.text.len() < CHUNK_BYTES {
        let some = batch.slice(done, ROWS.min(batch.num_rows() - done));
        for (line, number) in json_lines(&some)?.lines().zip(first_row + done as u64..) {
            convert(shape, line, number, &mut cells, chunk);
        }
        done += some.num_rows();
    }
    Ok(done)
}

/// The headers of a file with nested columns, learned from all of it; none for a flat file.
pub fn nested_shape(path: &Path, mapped: &[String], limits: Limits) -> Result<Option<Shape>, ImportError> {
    const ROWS: usize = 256;
    let (_, mut batches) = open(path, limits)?;
    if !batches.schema().fields().iter().any(|field| field.data_type().is_nested()) {
        return Ok(None);
    }
    let mut shape = Shape::new(mapped, limits);
    while let Some(batch) = guarded(|| batches.next())? {
        for start in (0..batch.num_rows()).step_by(ROWS) {
            for line in json_lines(&batch.slice(start, ROWS.min(batch.num_rows() - start)))?.lines() {
                shape.learn(line)?;
            }
        }
    }
    Ok(Some(shape))
}

fn open(path: &Path, limits: Limits) -> Result<(Vec<String>, ParquetRecordBatchReader), ImportError> {
    let mut file = File::open(path).map_err(|error| ImportError::io(path, error))?;
    let bytes = file.metadata().map_err(|error| ImportError::io(path, error))?.len();
    check_footer(&mut file, bytes)?;
    let reader = file.try_clone().map_err(|error| ImportError::io(path, error))?;
    let metadata = guarded(|| Some(ArrowReaderMetadata::load(&reader, ArrowReaderOptions::new())))?;
    let metadata = metadata.ok_or_else(|| ParquetError::EOF("it has no footer".into()))?;
    refuse_claims(&mut file, bytes, &metadata, limits)?;
    let headers = metadata.schema().fields().iter().map(|field| field.name().clone()).collect();
    // Texts that repeat are kept once: a dictionary with one long text and many rows is small on disk only.
    let options = ArrowReaderOptions::new().with_schema(Arc::new(with_shared_text(metadata.schema())));
    let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options)?;
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(reader, metadata).with_batch_size(BATCH_ROWS);
    Ok((headers, builder.build()?))
}

/// Compares what the footer says with the file.
fn refuse_claims(file: &mut File, bytes: u64, metadata: &ArrowReaderMetadata, limits: Limits) -> Result<(), ImportError> {
    let metadata = metadata.metadata();
    let rows = u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(u64::MAX);
    if rows > FEW_ROWS && rows / ROWS_PER_BYTE > bytes {
        return Err(ImportError::TooDense { rows, bytes });
    }
    if metadata.file_metadata().schema_descr().num_columns() > limits.max_headers {
        return Err(ImportError::TooManyHeaders { limit: limits.max_headers });
    }
    for column in metadata.row_groups().iter().flat_map(|group| group.columns()) {
        let first = column.dictionary_page_offset().filter(|at| *at > 0).unwrap_or_else(|| column.data_page_offset());
        match (u64::try_from(first), u64::try_from(column.compressed_size())) {
            (Ok(start), Ok(length)) => check_pages(file, start, length)?,
            _ => return Err(ParquetError::General("a column lies before the start of the file".into()).into()),
        }
    }
    Ok(())
}

fn with_shared_text(schema: &Schema) -> Schema {
    let shared = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View)),
        DataType::Binary | DataType::LargeBinary => Arc::new(field.as_ref().clone().with_data_type(DataType::BinaryView)),
        _ => field.clone(),
    });
    Schema::new_with_metadata(shared.collect::<Vec<_>>(), schema.metadata().clone())
}

/// Calls the Parquet library; where it gives up on a damaged file by a panic, that is an error of the file.
fn guarded<T, E: Into<ImportError>>(read: impl FnOnce() -> Option<Result<T, E>>) -> Result<Option<T>, ImportError> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)) {
        Ok(read) => read.transpose().map_err(Into::into),
        Err(_) => Err(ParquetError::General("the file is damaged".into()).into()),
    }
}

/// Writes rows of plain columns until a chunk is full, and returns how many.
fn write_flat(batch: &RecordBatch, text: &mut String) -> Result<usize, ImportError> {
    let options = FormatOptions::default()
        .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"))
        .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.f%:z"))
        // A time beyond what a calendar holds is refused by its row.
        .with_display_error(true);
    let shown = batch.columns().iter().map(in_utc).collect::<Result<Vec<_>, _>>()?;
    let columns: Vec<(&dyn Array, ArrayFormatter)> = shown
        .iter()
        .map(|column| Ok((column.as_ref(), ArrayFormatter::try_new(column.as_ref(), &options)?)))
        .collect::<Result<_, ImportError>>()?;
    let mut value = String::new();
    for at in 0..batch.num_rows() {
        if text.len() >= CHUNK_BYTES {
            return Ok(at);
        }
        for (index, (column, formatter)) in columns.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            if column.is_valid(at) {
                value.clear();
                // Writing into a text fails only when a value cannot be shown, which is then shown as an error.
                let _ = write!(value, "{}", formatter.value(at));
                push_quoted(text, &value);
            }
        }
        text.push('\n');
    }
    Ok(batch.num_rows())
}

fn json_lines(batch: &RecordBatch) -> Result<String, ImportError> {
    let mut writer = arrow::json::LineDelimitedWriter::new(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    String::from_utf8(writer.into_inner()).map_err(|_| ImportError::Arrow(ArrowError::ParseError("text is not UTF-8".into())))
}

/// Names the zone of instants by its offset, which can be displayed without a zone database.
pub fn in_utc(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let DataType::Timestamp(unit, Some(_)) = array.data_type() else { return Ok(array.clone()) };
    let data_type = DataType::Timestamp(*unit, Some("+00:00".into()));
    Ok(make_array(array.to_data().into_builder().data_type(data_type).build()?))
}
