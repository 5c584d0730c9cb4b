//! Metric queries over plain files: dbt's compiled manifest and a folder of tables, no project needed.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::tz::TimeZone;
use yh_lake::{Lake, LakeSettings, Table, TableRows};
use yh_metrics::{Access, MetricQuery};
use yh_model::Frame;

use crate::{AppError, ErrorKind, Result, error::shown};

/// Answers a query over a manifest's tables; times are naive UTC.
pub async fn ask_manifest(manifest: &Path, tables: &Path, query: &MetricQuery) -> Result<Frame> {
    let (lake, plan) = prepare(manifest, tables, query)?;
    let mut files = Vec::new();
    for relation in &plan.tables {
        files.push(Table { name: relation.clone(), rows: TableRows::File(table_file(tables, relation)?) });
    }
    let session = lake.session(&files).await?;
    Ok(session.query(&plan.sql).await?)
}

/// The SQL that answers a query over a manifest.
pub fn explain_manifest(manifest: &Path, tables: &Path, query: &MetricQuery) -> Result<String> {
    Ok(prepare(manifest, tables, query)?.1.sql)
}

/// Reads a whole Parquet or CSV file.
pub async fn read_file(path: &Path) -> Result<Frame> {
    let lake = plain_lake(path)?;
    let session = lake.session(&[Table { name: "file".to_owned(), rows: TableRows::File(path.to_owned()) }]).await?;
    Ok(session.query("SELECT * FROM file").await?)
}

fn prepare(manifest: &Path, tables: &Path, query: &MetricQuery) -> Result<(Lake, yh_metrics::Plan)> {
    let text = std::fs::read_to_string(manifest).map_err(|error| AppError::io(manifest, error))?;
    let catalog = yh_metrics::load_manifest(&text).map_err(|error| {
        AppError::new(ErrorKind::Definition, "manifest", format!("{}: {error}", shown(manifest)))
            .hint("give dbt's target/semantic_manifest.json")
    })?;
    let plan = yh_metrics::plan(&catalog, query, &Access::all())?;
    Ok((plain_lake(tables)?, plan))
}

/// An engine without a project: UTC, no private folder.
fn plain_lake(root: &Path) -> Result<Lake> {
    Ok(Lake::open(LakeSettings {
        root: root.to_owned(),
        zone: TimeZone::UTC,
        day_cutoff_minutes: 0,
        memory_mb: 2048,
        threads: std::thread::available_parallelism().map_or(2, usize::from),
        timeout: Duration::from_secs(120),
        answer_mb: yh_model::Limits::DEFAULT.answer_mb,
    })?)
}

/// `schema.table.parquet` or `.csv` in the folder.
fn table_file(folder: &Path, relation: &str) -> Result<PathBuf> {
    let candidates = ["parquet", "csv"].map(|extension| folder.join(format!("{relation}.{extension}")));
    candidates.into_iter().find(|path| path.exists()).ok_or_else(|| {
        let message = format!("{} has no file for table {relation}", shown(folder));
        AppError::new(ErrorKind::NotFound, "unknown-table", message).hint(format!("put {relation}.parquet or {relation}.csv there"))
    })
}
