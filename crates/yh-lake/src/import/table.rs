//! Parquet → records in CSV text, so that everything after is the same as for text files.
//!
//! Timestamps with a zone are instants; those without are wall times of the source.

use std::fs::File;
use std::path::Path;

use arrow::array::{Array, ArrayRef, make_array};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::ImportError;
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

/// Opens a Parquet file.
pub fn read_table(path: &Path) -> Result<Table, ImportError> {
    let file = File::open(path).map_err(|error| ImportError::io(path, error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(BATCH_ROWS);
    let headers = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut batches = builder.build()?;
    let (mut index, mut row) = (0, 1);
    let next_chunk = move || {
        let Some(batch) = batches.next().transpose()? else { return Ok(None) };
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
        let chunk = Chunk { index, text, first_line: row, lines: LineUnit::Record };
        index += 1;
        row += batch.num_rows() as u64;
        Ok(Some(chunk))
    };
    Ok(Table { headers, next_chunk: Box::new(next_chunk) })
}

/// Names the zone of instants by its offset, which can be displayed without a zone database.
pub fn in_utc(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let DataType::Timestamp(unit, Some(_)) = array.data_type() else { return Ok(array.clone()) };
    let data_type = DataType::Timestamp(*unit, Some("+00:00".into()));
    Ok(make_array(array.to_data().into_builder().data_type(data_type).build()?))
}
