//! Pages of rows: all pages together are all rows, each once, however the engine runs.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{RecordBatch, new_null_array},
        compute::cast,
        datatypes::SchemaRef,
    },
    common::{Column, DFSchema},
    logical_expr::SortExpr,
    parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
    prelude::Expr,
};
use yh_model::{Frame, dataset::DatasetSpec};

use super::{Lake, Session, frame};
use crate::{
    LakeError, Result,
    checked::{CheckedFile, Checks, Damage, StoredFile},
    schema,
};

/// Which rows of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    pub offset: u64,
    pub limit: u64,
}

impl Session {
    /// Answers a part of one SELECT: by import and line, then by the key; without all of a key by every column, where
    /// rows that are still the same may stand for each other.
    pub async fn page(&self, sql: &str, key: &[String], slice: Slice) -> Result<Frame> {
        let key = key.to_vec();
        let (skip, fetch) = (size(slice.offset), size(slice.limit));
        let (schema, batches) = self
            .arranged(sql, move |rows| {
                let order = total_order(rows.schema(), &key);
                rows.sort(order)?.limit(skip, Some(fetch))
            })
            .await?;
        frame::from_batches(&schema, &batches)
    }
}

fn total_order(schema: &DFSchema, key: &[String]) -> Vec<SortExpr> {
    let columns: Vec<Column> = schema.iter().map(Column::from).collect();
    let named = |name: &str| columns.iter().find(|column| column.name == name);
    let first = [schema::IMPORT_ID, schema::LINE].into_iter().filter_map(named);
    let keyed: Option<Vec<&Column>> = key.iter().map(|name| named(name)).collect();
    let rest: Vec<&Column> = match keyed.filter(|key| !key.is_empty()) {
        Some(key) => key.into_iter().chain(named("__value")).collect(),
        None => columns.iter().filter(|column| ![schema::IMPORT_ID, schema::LINE].contains(&column.name.as_str())).collect(),
    };
    first.chain(rest).map(|column| Expr::Column(column.clone()).sort(true, true)).collect()
}

fn size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

impl Lake {
    /// Reads rows of a dataset by their place in its files, in the order of the files: no depth costs more than another.
    pub async fn rows_at(&self, spec: &DatasetSpec, files: &[StoredFile], slice: Slice) -> Result<Frame> {
        let schema = schema::table_schema(spec);
        let parts: Vec<(StoredFile, Slice)> = parts(files, slice).into_iter().map(|(file, part)| (file.clone(), part)).collect();
        let checks = Arc::clone(&self.checks);
        let read = move || -> Result<Frame> {
            let mut batches = Vec::new();
            for (file, part) in parts {
                batches.extend(read_part(&checks, &file, part, &schema)?);
            }
            frame::from_batches(&schema, &batches)
        };
        let done = self.workers().spawn_blocking(read).await;
        done.map_err(|error| LakeError::Value(error.to_string()))?
    }
}

/// The part of each file that a slice of all of them takes.
fn parts(files: &[StoredFile], slice: Slice) -> Vec<(&StoredFile, Slice)> {
    let mut parts = Vec::new();
    let (mut skip, mut missing) = (slice.offset, slice.limit);
    for file in files {
        if missing == 0 {
            break;
        }
        if skip < file.rows {
            let limit = missing.min(file.rows - skip);
            parts.push((file, Slice { offset: skip, limit }));
            missing -= limit;
        }
        skip = skip.saturating_sub(file.rows);
    }
    parts
}

/// Reads a part of one file under the dataset's columns; one that the file lacks is null.
fn read_part(checks: &Checks, stored: &StoredFile, part: Slice, schema: &SchemaRef) -> Result<Vec<RecordBatch>> {
    let damaged = |fault| {
        checks.suspect(stored);
        LakeError::from(Damage::new(stored, fault))
    };
    let file = CheckedFile::open(&checks.path(stored), checks.open(stored)?).map_err(damaged)?;
    read_checked(&file, stored, part, schema).map_err(|error| file.fault().map_or(error, damaged))
}

fn read_checked(file: &CheckedFile, stored: &StoredFile, part: Slice, schema: &SchemaRef) -> Result<Vec<RecordBatch>> {
    let failed = |error: &dyn std::fmt::Display| LakeError::Value(format!("{}: {error}", stored.path));
    let builder = ParquetRecordBatchReaderBuilder::try_new(file.clone()).map_err(|error| failed(&error))?;
    // Row groups before the part are not even looked into.
    let mut skip = part.offset;
    let mut first = 0;
    for group in builder.metadata().row_groups() {
        let rows = u64::try_from(group.num_rows()).unwrap_or(0);
        if skip < rows {
            break;
        }
        skip -= rows;
        first += 1;
    }
    let groups = (first..builder.metadata().num_row_groups()).collect();
    let batches =
        builder.with_row_groups(groups).with_offset(size(skip)).with_limit(size(part.limit)).build().map_err(|error| failed(&error))?;
    let mut read = Vec::new();
    for batch in batches {
        let batch = batch.map_err(|error| failed(&error))?;
        let columns = schema.fields().iter().map(|field| match batch.column_by_name(field.name()) {
            Some(column) => cast(column, field.data_type()),
            None => Ok(new_null_array(field.data_type(), batch.num_rows())),
        });
        let columns = columns.collect::<std::result::Result<Vec<_>, _>>().map_err(|error| failed(&error))?;
        read.push(RecordBatch::try_new(Arc::clone(schema), columns).map_err(|error| failed(&error))?);
    }
    let found: usize = read.iter().map(RecordBatch::num_rows).sum();
    if found as u64 == part.limit { Ok(read) } else { Err(failed(&format!("it has fewer rows than are known of it ({found})"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_of_files_meet_and_leave_nothing_out() {
        let file = |path: &str, rows| StoredFile {
            path: path.to_owned(),
            dataset: String::new(),
            sha256: String::new(),
            rows,
            bytes: 0,
            import: None,
            is_derived: false,
        };
        let files = [file("a", 3), file("b", 0), file("c", 5)];
        for limit in 1..=9 {
            let mut seen = Vec::new();
            for offset in (0..8).step_by(limit as usize) {
                for (file, part) in parts(&files, Slice { offset, limit }) {
                    seen.extend((part.offset..part.offset + part.limit).map(|row| format!("{}{row}", file.path)));
                }
            }
            assert_eq!(seen.concat(), "a0a1a2c0c1c2c3c4", "{limit}");
        }
        assert!(parts(&files, Slice { offset: 8, limit: 5 }).is_empty());
    }
}
