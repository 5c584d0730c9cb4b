//! Derived datasets: one parsed SELECT over staged rows, materialised at commit; a row's lineage is its source lines.

mod allowed;
mod parse;

use std::{path::Path, sync::Arc};

use datafusion::{
    arrow::{
        array::{AsArray, RecordBatch},
        datatypes::{DataType, SchemaRef, TimestampMicrosecondType},
    },
    common::ScalarValue,
    logical_expr::{cast, col, lit},
    parquet::{
        arrow::AsyncArrowWriter,
        basic::{Compression, ZstdLevel},
        file::properties::WriterProperties,
    },
    physical_plan::SendableRecordBatchStream,
    prelude::{DataFrame, Expr},
};
use yh_model::{
    Value,
    dataset::{ColumnKind, DatasetSpec},
};

use crate::{LakeError, Result, Session, schema};

/// A checked SELECT that fills a dataset from others.
#[derive(Debug, Clone)]
pub struct DerivedQuery {
    dataset: String,
    select: Box<sqlparser::ast::Select>,
    /// The tables it reads; the first is the staged one, whose lines are a row's lineage.
    tables: Vec<String>,
}

/// How the source lines of a derived row are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The staged dataset.
    pub dataset: String,
    /// Selects its rows.
    pub sql: String,
}

/// A materialised file, not yet in any manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Materialised {
    pub rows: u64,
    pub bytes: u64,
    pub sha256: String,
    /// First and last time, in microseconds UTC.
    pub times: Option<(i64, i64)>,
}

const ROW_GROUP_ROWS: usize = 128 * 1024;

impl DerivedQuery {
    /// Parses and checks a SELECT: one select over known tables, no subquery, no star, every column named.
    pub fn parse(spec: &DatasetSpec, sql: &str, known: &[&str]) -> Result<Self> {
        parse::parse(spec, sql, known).map_err(|reason| LakeError::Derived { dataset: spec.name.clone(), reason })
    }

    /// The tables it reads, the staged one first.
    pub fn tables(&self) -> &[String] {
        &self.tables
    }

    /// The SELECT as it runs.
    pub fn sql(&self) -> String {
        self.select.to_string()
    }

    /// The query of the staged rows that one derived row came from.
    pub fn origin(&self, key: &[(String, Value)]) -> Result<Origin> {
        let sql = parse::origin_sql(&self.select, key).map_err(|reason| LakeError::Derived { dataset: self.dataset.clone(), reason })?;
        Ok(Origin { dataset: self.tables[0].clone(), sql })
    }

    /// Runs the SELECT and writes its rows to `path`, cast to the dataset's columns and sorted by its time.
    pub async fn materialise(&self, session: &Session, spec: &DatasetSpec, path: &Path) -> Result<Materialised> {
        let rows = self.shaped(session.plan(&self.sql()).await?, spec)?;
        self.check_keys(session, &rows, spec).await?;
        let sorted = match &spec.time {
            Some(time) => rows.sort(vec![col(time.as_str()).sort(true, false)])?,
            None => rows,
        };
        let target = path.to_owned();
        let time = spec.time.as_deref().and_then(|time| spec.columns.iter().position(|column| column.name == time));
        let instant = time.filter(|index| spec.columns[*index].kind == ColumnKind::Instant);
        let written = session.run(async move { write(sorted.execute_stream().await?, &target, instant).await }).await?;
        let sha256 = crate::sha256_of(path)?;
        Ok(Materialised { sha256, ..written })
    }

    /// Casts each column to the dataset's type; a column the SELECT leaves out is null.
    fn shaped(&self, rows: DataFrame, spec: &DatasetSpec) -> Result<DataFrame> {
        let given: Vec<String> = rows.schema().fields().iter().map(|field| field.name().clone()).collect();
        let null = |data_type: &DataType| ScalarValue::try_from(data_type).map(lit);
        let mut columns: Vec<Expr> = Vec::new();
        for column in &spec.columns {
            let data_type = schema::data_type(column.kind);
            let expr = match given.iter().find(|name| **name == column.name) {
                Some(name) => cast(Expr::Column(datafusion::common::Column::from_name(name)), data_type),
                None => null(&data_type)?,
            };
            columns.push(expr.alias(column.name.as_str()));
        }
        for (name, data_type) in [("attributes", DataType::Utf8), (schema::IMPORT_ID, DataType::Int64), (schema::LINE, DataType::Int64)] {
            columns.push(null(&data_type)?.alias(name));
        }
        Ok(rows.select(columns)?)
    }

    /// A derived row must have a key of its own, or lineage and joins would lie.
    async fn check_keys(&self, session: &Session, rows: &DataFrame, spec: &DatasetSpec) -> Result<()> {
        use datafusion::functions_aggregate::expr_fn::count;
        if spec.key.is_empty() {
            return Ok(());
        }
        let keys: Vec<Expr> = spec.key.iter().map(|key| col(key.as_str())).collect();
        let null = keys.iter().cloned().map(Expr::is_null).reduce(Expr::or).unwrap_or(lit(false));
        let wrong = rows
            .clone()
            .aggregate(keys, vec![count(lit(1i64)).alias("__n")])?
            .filter(col("__n").gt(lit(1i64)).or(null))?
            .limit(0, Some(3))?;
        let found = session.run(async move { wrong.collect().await }).await?;
        if found.iter().all(|batch| batch.num_rows() == 0) {
            return Ok(());
        }
        let shown = datafusion::arrow::util::pretty::pretty_format_batches(&found).map(|table| table.to_string()).unwrap_or_default();
        let reason = format!("its SELECT gives rows with an empty or repeated key ({}):\n{shown}", spec.key.join(", "));
        Err(LakeError::Derived { dataset: self.dataset.clone(), reason })
    }
}

async fn write(mut rows: SendableRecordBatchStream, path: &Path, time: Option<usize>) -> datafusion::error::Result<Materialised> {
    use futures::StreamExt;
    let file = tokio::fs::File::create(path).await?;
    let schema: SchemaRef = rows.schema();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .build();
    let mut writer = AsyncArrowWriter::try_new(file.try_clone().await?, Arc::clone(&schema), Some(properties))?;
    let mut done = Materialised { rows: 0, bytes: 0, sha256: String::new(), times: None };
    while let Some(batch) = rows.next().await {
        let batch: RecordBatch = batch?;
        done.rows += batch.num_rows() as u64;
        if let Some(index) = time {
            done.times = widen(done.times, &batch, index);
        }
        writer.write(&batch).await?;
    }
    writer.close().await?;
    file.sync_all().await?;
    done.bytes = file.metadata().await?.len();
    Ok(done)
}

fn widen(times: Option<(i64, i64)>, batch: &RecordBatch, index: usize) -> Option<(i64, i64)> {
    use datafusion::arrow::compute::{max, min};
    let array = batch.column(index).as_primitive::<TimestampMicrosecondType>();
    let Some((first, last)) = min(array).zip(max(array)) else { return times };
    Some(times.map_or((first, last), |(low, high)| (low.min(first), high.max(last))))
}
