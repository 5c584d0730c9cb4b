//! Parquet → records in CSV text, so that everything after is the same as for text files.
//!
//! Timestamps with a zone are instants; those without are wall times of the source.

use std::fs::File;
use std::path::Path;

use arrow::array::{Array, ArrayRef, make_array};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchReader};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::ImportError;
use super::json::{Shape, convert};
use super::pipeline::ChunkSource;
use super::sheet::push_quoted;
use super::split::{Chunk, LineUnit};

const BATCH_ROWS: usize = 8_192;

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
pub fn read_table(path: &Path, shape: Option<&Shape>) -> Result<Table, ImportError> {
    let (headers, mut batches) = open(path)?;
    let shape = shape.cloned();
    let headers = shape.as_ref().map_or(headers, |shape| shape.headers.clone());
    let (mut index, mut row) = (0, 1);
    let mut cells = Vec::new();
    let next_chunk = move || {
        let Some(batch) = batches.next().transpose()? else { return Ok(None) };
        let mut chunk = Chunk { index, text: String::new(), first_line: row, lines: LineUnit::Record, unreadable: Vec::new() };
        match &shape {
            None => chunk.text = flat_text(&batch)?,
            Some(shape) => {
                for (line, number) in json_lines(&batch)?.lines().zip(row..) {
                    convert(shape, line, number, &mut cells, &mut chunk);
                }
            }
        }
        index += 1;
        row += batch.num_rows() as u64;
        Ok(Some(chunk))
    };
    Ok(Table { headers, next_chunk: Box::new(next_chunk) })
}

/// The headers of a file with nested columns, learned from all of it; none for a flat file.
pub fn nested_shape(path: &Path, mapped: &[String]) -> Result<Option<Shape>, ImportError> {
    let (_, batches) = open(path)?;
    if !batches.schema().fields().iter().any(|field| field.data_type().is_nested()) {
        return Ok(None);
    }
    let mut shape = Shape::new(mapped);
    for batch in batches {
        for line in json_lines(&batch?)?.lines() {
            shape.learn(line)?;
        }
    }
    Ok(Some(shape))
}

fn open(path: &Path) -> Result<(Vec<String>, ParquetRecordBatchReader), ImportError> {
    let file = File::open(path).map_err(|error| ImportError::io(path, error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(BATCH_ROWS);
    let headers = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    Ok((headers, builder.build()?))
}

fn flat_text(batch: &RecordBatch) -> Result<String, ImportError> {
    let options = FormatOptions::default()
        .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"))
        .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.f%:z"));
    let shown = batch.columns().iter().map(in_utc).collect::<Result<Vec<_>, _>>()?;
    let columns: Vec<(&dyn Array, ArrayFormatter)> = shown
        .iter()
        .map(|column| Ok((column.as_ref(), ArrayFormatter::try_new(column.as_ref(), &options)?)))
        .collect::<Result<_, ImportError>>()?;
    let mut text = String::new();
    for at in 0..batch.num_rows() {
        for (index, (column, formatter)) in columns.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            if column.is_valid(at) {
                push_quoted(&mut text, &formatter.value(at).try_to_string()?);
            }
        }
        text.push('\n');
    }
    Ok(text)
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
