//! Derived datasets: one parsed SELECT over staged rows, materialised at commit; a row's lineage is its source lines.

mod allowed;
mod parse;
mod update;

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

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
use futures::StreamExt;
use yh_model::{
    Value,
    dataset::{ColumnKind, DatasetSpec},
};

use crate::{LakeError, Result, Session, checked::measure, durable, schema};
pub use update::{Before, ChangedRows, Update};

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
    pub path: PathBuf,
    pub rows: u64,
    pub bytes: u64,
    pub sha256: String,
    /// First and last time, in microseconds UTC.
    pub times: Option<(i64, i64)>,
}

/// Gives the path of each file to be written.
pub type NewPath = Arc<dyn Fn() -> PathBuf + Send + Sync>;

const ROW_GROUP_ROWS: usize = 128 * 1024;
/// Rows of a file, which an update writes again as a whole.
const FILE_ROWS: usize = 2 * ROW_GROUP_ROWS;

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

    /// Plans the SELECT; fails when the engine cannot run it over the tables of the session.
    pub async fn check(&self, session: &Session, spec: &DatasetSpec) -> Result<()> {
        let rows = self.rows(session, spec).await?;
        session.run(async move { rows.create_physical_plan().await }).await.map_err(|error| self.cannot_run(error))?;
        Ok(())
    }

    /// Runs the SELECT and says how many rows are not those stored, either way; the session has the dataset's own rows too.
    pub async fn differences(&self, session: &Session, spec: &DatasetSpec) -> Result<u64> {
        let rounded = |rows: DataFrame| self.rounded(rows, spec);
        let again = rounded(self.rows(session, spec).await?)?;
        let stored = rounded(self.shaped(session.table(&self.dataset).await?, spec)?)?;
        let counted = |rows: DataFrame| session.run(async move { rows.count().await });
        let (now, then) = (counted(again.clone()).await?, counted(stored.clone()).await?);
        let gone = counted(stored.clone().except(again.clone())?).await?;
        let new = counted(again.except(stored)?).await?;
        Ok((gone.max(new) as u64).max(now.abs_diff(then) as u64))
    }

    /// The rows of the SELECT, cast to the dataset's columns.
    async fn rows(&self, session: &Session, spec: &DatasetSpec) -> Result<DataFrame> {
        let rows = session.plan(&self.sql()).await.map_err(|error| self.cannot_run(error))?;
        self.shaped(rows, spec)
    }

    /// Fractions, whose last digits depend on the order of a sum, to three decimals.
    fn rounded(&self, rows: DataFrame, spec: &DatasetSpec) -> Result<DataFrame> {
        use datafusion::functions::math::expr_fn::round;
        let columns = spec.columns.iter().map(|column| {
            let value = col(column.name.as_str());
            let value = if column.kind == ColumnKind::Number { round(vec![value, lit(3i64)]) } else { value };
            value.alias(column.name.as_str())
        });
        Ok(rows.select(columns.collect::<Vec<_>>())?)
    }

    /// What the engine says against a SELECT is the definition's problem.
    fn cannot_run(&self, error: LakeError) -> LakeError {
        match error {
            LakeError::Engine(_) | LakeError::Refused { .. } | LakeError::Mismatch { .. } | LakeError::Value(_) => {
                LakeError::Derived { dataset: self.dataset.clone(), reason: error.to_string() }
            }
            other => other,
        }
    }

    /// Runs the SELECT and writes its rows, cast to the dataset's columns and sorted by its time; at least one file.
    pub async fn materialise(&self, session: &Session, spec: &DatasetSpec, new_path: &NewPath) -> Result<Vec<Materialised>> {
        let rows = self.rows(session, spec).await?;
        self.check_keys(session, &rows, spec).await?;
        self.write(session, spec, rows, new_path).await
    }

    async fn write(&self, session: &Session, spec: &DatasetSpec, rows: DataFrame, new_path: &NewPath) -> Result<Vec<Materialised>> {
        let sorted = match &spec.time {
            Some(time) => rows.sort(vec![col(time.as_str()).sort(true, false)])?,
            None => rows,
        };
        let time = spec.time.as_deref().and_then(|time| spec.columns.iter().position(|column| column.name == time));
        let instant = time.filter(|index| spec.columns[*index].kind == ColumnKind::Instant);
        let new_path = Arc::clone(new_path);
        let written = session.run(async move { write_files(sorted.execute_stream().await?, &new_path, instant).await }).await;
        let mut written = written.map_err(|error| self.cannot_run(error))?;
        written.iter_mut().try_for_each(seal)?;
        for folder in written.iter().filter_map(|file| file.path.parent()).collect::<BTreeSet<_>>() {
            durable::sync_folder(folder).map_err(LakeError::io(folder))?;
        }
        Ok(written)
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
        let found = session.run(async move { wrong.collect().await }).await.map_err(|error| self.cannot_run(error))?;
        if found.iter().all(|batch| batch.num_rows() == 0) {
            return Ok(());
        }
        let shown = datafusion::arrow::util::pretty::pretty_format_batches(&found).map(|table| table.to_string()).unwrap_or_default();
        let reason = format!("its SELECT gives rows with an empty or repeated key ({}):\n{shown}", spec.key.join(", "));
        Err(LakeError::Derived { dataset: self.dataset.clone(), reason })
    }
}

/// Writes files of a bounded number of rows; an empty one when there are no rows.
async fn write_files(
    mut rows: SendableRecordBatchStream,
    new_path: &NewPath,
    time: Option<usize>,
) -> datafusion::error::Result<Vec<Materialised>> {
    let schema = rows.schema();
    let mut files = Vec::new();
    let mut open = Some(OpenFile::create(new_path(), &schema).await?);
    while let Some(batch) = rows.next().await {
        let batch: RecordBatch = batch?;
        let mut file = match open.take() {
            Some(file) => file,
            None => OpenFile::create(new_path(), &schema).await?,
        };
        file.append(&batch, time).await?;
        if file.done.rows >= FILE_ROWS as u64 {
            files.push(file.close().await?);
        } else {
            open = Some(file);
        }
    }
    if let Some(file) = open {
        files.push(file.close().await?);
    }
    Ok(files)
}

/// One file while it grows.
struct OpenFile {
    file: tokio::fs::File,
    writer: AsyncArrowWriter<tokio::fs::File>,
    done: Materialised,
}

impl OpenFile {
    async fn create(path: PathBuf, schema: &SchemaRef) -> datafusion::error::Result<Self> {
        let file = tokio::fs::File::from_std(crate::private::create_new(&path)?);
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .build();
        let writer = AsyncArrowWriter::try_new(file.try_clone().await?, Arc::clone(schema), Some(properties))?;
        Ok(Self { file, writer, done: Materialised { path, rows: 0, bytes: 0, sha256: String::new(), times: None } })
    }

    async fn append(&mut self, batch: &RecordBatch, time: Option<usize>) -> datafusion::error::Result<()> {
        self.done.rows += batch.num_rows() as u64;
        if let Some(index) = time {
            self.done.times = widen(self.done.times, batch, index);
        }
        Ok(self.writer.write(batch).await?)
    }

    async fn close(mut self) -> datafusion::error::Result<Materialised> {
        self.writer.close().await?;
        self.file.sync_all().await?;
        self.done.bytes = self.file.metadata().await?.len();
        Ok(self.done)
    }
}

/// Writes the sums of a finished file beside it.
fn seal(file: &mut Materialised) -> Result<()> {
    let sums = measure(&file.path, file.rows).map_err(LakeError::io(&file.path))?;
    sums.write_beside(&file.path).map_err(LakeError::io(&file.path))?;
    file.sha256 = sums.of;
    Ok(())
}

fn widen(times: Option<(i64, i64)>, batch: &RecordBatch, index: usize) -> Option<(i64, i64)> {
    use datafusion::arrow::compute::{max, min};
    let array = batch.column(index).as_primitive::<TimestampMicrosecondType>();
    let Some((first, last)) = min(array).zip(max(array)) else { return times };
    Some(times.map_or((first, last), |(low, high)| (low.min(first), high.max(last))))
}
