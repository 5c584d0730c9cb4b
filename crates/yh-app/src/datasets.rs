//! What data there are: datasets with their reach, their rows, and the imports that brought them.

use std::sync::Arc;

use jiff::{civil::DateTime, tz::TimeZone};
use yh_lake::{Slice, checked::StoredFile};
use yh_metrics::Access;
use yh_model::{
    Frame, Value,
    dataset::{ColumnKind, DatasetSpec},
};
use yh_records::Import;

use crate::{App, AppError, ErrorKind, Result, app::stored, derived};

/// A dataset and how much of it there is.
#[derive(Debug, Clone)]
pub struct DatasetState {
    pub spec: Arc<DatasetSpec>,
    pub rows: i64,
    /// Business-local time of the first and last row.
    pub times: Option<(DateTime, DateTime)>,
    pub snapshot_id: i64,
    /// Some derived definition fills it.
    pub derived: bool,
    /// A source file declares it; the others are standard.
    pub declared: bool,
}

/// A page of rows with where each came from.
#[derive(Debug, Clone, Default)]
pub struct RowsPage {
    pub frame: Frame,
    pub total: u64,
    pub offset: u64,
    /// One per row.
    pub origins: Vec<RowOrigin>,
}

/// Where a row came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOrigin {
    /// A line of an imported file.
    Line { import_id: i64, source: String, file_name: String, file_hash: String, line: i64 },
    /// Source lines of its own, to be asked for by dataset and key.
    Derived { dataset: String, key: Vec<(String, String)> },
}

/// Rows of one page.
pub const MAX_PAGE: u64 = 1000;
/// Offsets beyond it give an empty page, whatever is counted.
pub(crate) const MAX_OFFSET: u64 = 1 << 48;

/// Lists all known datasets, filled ones first.
pub async fn list_datasets(app: &App) -> Result<Vec<DatasetState>> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    let state = |(name, spec): (&String, &Arc<DatasetSpec>)| DatasetState {
        spec: Arc::clone(spec),
        rows: facts.rows(name),
        times: facts.times(name),
        snapshot_id: facts.snapshot_id,
        derived: definitions.derived.iter().any(|derived| derived.dataset == *name),
        declared: definitions.declared.contains(name),
    };
    let mut states: Vec<DatasetState> = definitions.datasets.iter().map(state).collect();
    states.sort_by_key(|state| (state.rows == 0, state.spec.name.clone()));
    Ok(states)
}

/// Pages through a dataset's rows.
pub async fn list_rows(app: &App, access: &Access, dataset: &str, offset: u64, limit: u64) -> Result<RowsPage> {
    let definitions = app.definitions().await?;
    let spec = definitions.dataset(dataset)?;
    refuse_restricted(access, dataset)?;
    let facts = app.facts().await?;
    derived::refuse_stale(app, &definitions, &facts, dataset)?;
    // By place in the snapshot's files, whose order stands: every row is on one page, and no page costs more than another.
    let files: Vec<StoredFile> = facts.files(dataset).iter().map(stored).collect();
    let frame = app.lake.rows_at(spec, &files, slice(offset, limit)).await?;
    page(app, spec, frame, facts.rows(dataset) as u64, offset).await
}

/// The part of a list that a page is.
pub(crate) fn slice(offset: u64, limit: u64) -> Slice {
    Slice { offset: offset.min(MAX_OFFSET), limit: limit.min(MAX_PAGE) }
}

/// The source lines of a derived row, by its key.
pub async fn list_origin(app: &App, access: &Access, dataset: &str, key: &[(String, String)], offset: u64, limit: u64) -> Result<RowsPage> {
    let definitions = app.definitions().await?;
    let derived = definitions.derived.iter().filter(|derived| derived.dataset == dataset);
    let facts = app.facts().await?;
    let key: Vec<(String, Value)> = key.iter().map(|(name, value)| (name.clone(), Value::Text(value.clone()))).collect();
    for derived in derived {
        let origin = derived.query.origin(&key)?;
        refuse_restricted(access, &origin.dataset)?;
        let session = app.session(&definitions, &facts, derived.query.tables()).await?;
        let total = session.query(&format!("SELECT count(*) AS n FROM ({}) AS origin", origin.sql)).await?;
        let total = total.cell("n", 0).number().unwrap_or(0.0) as u64;
        if total == 0 {
            continue;
        }
        let spec = definitions.dataset(&origin.dataset)?;
        let frame = session.page(&origin.sql, &spec.key, slice(offset, limit)).await?;
        return page(app, spec, frame, total, offset).await;
    }
    Err(AppError::new(ErrorKind::NotFound, "no-origin", format!("no source lines of {dataset} have this key")))
}

/// Splits the lineage columns off a frame and looks their imports up.
pub(crate) async fn page(app: &App, spec: &DatasetSpec, mut frame: Frame, total: u64, offset: u64) -> Result<RowsPage> {
    let (imports, _) = app.records.list_imports(Some(&spec.name), 0, i64::MAX as u64).await?;
    let rows = 0..frame.height();
    let origins = rows.map(|row| origin(&frame, row, spec, &imports)).collect();
    frame.columns.retain(|column| !column.name.starts_with('_') || column.name == "__value");
    localize(&mut frame, spec, &app.project.settings.zone);
    let keep_attributes = frame.column("attributes").is_some_and(|column| column.values.iter().any(|value| !value.is_null()));
    frame.columns.retain(|column| keep_attributes || column.name != "attributes");
    Ok(RowsPage { frame, total, offset, origins })
}

/// Shows instants, which are stored as UTC, as business-local wall time.
pub(crate) fn localize(frame: &mut Frame, spec: &DatasetSpec, zone: &TimeZone) {
    let is_instant = |name: &str| spec.column(name).is_some_and(|column| column.kind == ColumnKind::Instant);
    for column in frame.columns.iter_mut().filter(|column| is_instant(&column.name)) {
        for value in &mut column.values {
            if let Value::Timestamp(at) = value
                && let Ok(instant) = TimeZone::UTC.to_timestamp(*at)
            {
                *at = zone.to_datetime(instant);
            }
        }
    }
}

fn origin(frame: &Frame, row: usize, spec: &DatasetSpec, imports: &[Import]) -> RowOrigin {
    let (Value::Integer(import_id), Value::Integer(line)) = (frame.cell("_import_id", row), frame.cell("_line", row)) else {
        let key = spec.key.iter().map(|name| (name.clone(), frame.cell(name, row).to_string())).collect();
        return RowOrigin::Derived { dataset: spec.name.clone(), key };
    };
    let import = imports.iter().find(|import| import.id == *import_id);
    RowOrigin::Line {
        import_id: *import_id,
        line: *line,
        source: import.map(|import| import.source.clone()).unwrap_or_default(),
        file_name: import.map(|import| import.file_name.clone()).unwrap_or_default(),
        file_hash: import.map(|import| import.file_hash.clone()).unwrap_or_default(),
    }
}

/// Raw rows cannot be filtered by an asker's scope yet, so a restricted asker gets none.
fn refuse_restricted(access: &Access, dataset: &str) -> Result<()> {
    let restricted =
        access.rows.iter().any(|filter| filter.dataset == dataset) || access.masked.iter().any(|column| column.dataset == dataset);
    if restricted {
        let message = format!("your access to {dataset} is limited to answers and their rows");
        return Err(AppError::new(ErrorKind::Input, "restricted", message).hint("open a number and follow its rows"));
    }
    Ok(())
}
