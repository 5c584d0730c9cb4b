//! Bringing a derived dataset up to date by what changed: only rows whose key a changed row bears on are made again.
//!
//! Right by construction. The key of a derived row is computed from the staged row alone and, where the SELECT
//! groups, is one of the grouped expressions; nothing in the SELECT looks at other rows. So a derived row depends on
//! the staged rows of its key and on the rows that they join. A changed row of the staged table bears on its own key;
//! a changed row of a joined table bears on the keys of the staged rows that it joins: those that changed as well
//! count themselves already, the others are found by joining. Where any of this does not hold, all is made again.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::{
    arrow::{
        array::{Array, RecordBatch},
        compute::cast,
        datatypes::{DataType, Field, Schema, SchemaRef},
        error::ArrowError,
    },
    common::JoinType,
    datasource::MemTable,
    execution::SessionState,
    logical_expr::{Volatility, col, lit},
    prelude::DataFrame,
};
use yh_model::dataset::DatasetSpec;

use super::{DerivedQuery, FILE_ROWS, Materialised, NewPath, parse};
use crate::{LakeError, Result, Session, schema};

/// More changed rows or keys than this, and making everything again is as fast.
const MAX_CHANGED: usize = 100_000;
/// So many small files are written together with what changed.
const ENOUGH_FILES: usize = 8;

const KEYS: &str = "__keys";
const CHANGED: &str = "__changed";
const STAGED: &str = "__staged";

/// Rows of a dataset that changed, as they were and as they are.
#[derive(Debug, Clone)]
pub struct ChangedRows {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

/// A file of a derived dataset as it is, registered in the session under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    pub table: String,
    pub rows: u64,
}

/// What an update changes.
#[derive(Debug)]
pub struct Update {
    /// Which of the files before leave.
    pub removed: Vec<usize>,
    pub added: Vec<Materialised>,
    /// What it means for those who read the dataset.
    pub changed: ChangedRows,
}

impl ChangedRows {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// These and others of the same dataset.
    pub fn and(mut self, other: Self) -> Self {
        self.batches.extend(other.batches);
        self
    }
}

impl Session {
    /// Reads the rows of a table, of one import if given; none when there are too many to update by.
    pub async fn changed_rows(&self, table: &str, import: Option<i64>) -> Result<Option<ChangedRows>> {
        let mut rows = self.table(table).await?;
        if let Some(import) = import {
            rows = rows.filter(col(schema::IMPORT_ID).eq(lit(import)))?;
        }
        let changed = self.collect(rows.limit(0, Some(MAX_CHANGED + 1))?).await?;
        Ok(Some(changed).filter(|changed| changed.count() <= MAX_CHANGED))
    }

    async fn collect(&self, rows: DataFrame) -> Result<ChangedRows> {
        let planned = Arc::clone(rows.schema().inner());
        let batches = self.run(async move { rows.collect().await }).await?;
        let planned = batches.first().map_or(planned, RecordBatch::schema);
        let schema: SchemaRef = Arc::new(Schema::new(planned.fields().iter().map(|field| plain(field)).collect::<Vec<_>>()));
        let batches = batches.iter().map(|batch| under(batch, &schema)).collect::<std::result::Result<Vec<_>, _>>();
        Ok(ChangedRows { batches: batches.map_err(|error| LakeError::Value(error.to_string()))?, schema })
    }

    fn put(&self, name: &str, rows: &ChangedRows) -> Result<()> {
        let table = MemTable::try_new(Arc::clone(&rows.schema), vec![rows.batches.clone()])?;
        self.context().deregister_table(name)?;
        self.context().register_table(name, Arc::new(table))?;
        Ok(())
    }
}

impl DerivedQuery {
    /// Makes again what changed rows bear on; none when everything has to be made again. The session has the tables
    /// that the SELECT reads, as they are now, and the files before.
    pub async fn update(
        &self,
        session: &Session,
        spec: &DatasetSpec,
        changed: &BTreeMap<String, ChangedRows>,
        before: &[Before],
        new_path: &NewPath,
    ) -> Result<Option<Update>> {
        let Some(keys) = self.changed_keys(session, spec, changed).await? else { return Ok(None) };
        session.put(KEYS, &keys)?;
        let staged = parse::staged_of_keys(&self.select, spec).ok_or_else(|| self.cannot("its key is not of its staged rows"))?;
        let staged = session.collect(session.plan(&staged).await?).await?;
        session.put(STAGED, &staged)?;
        let fresh = self.shaped(session.plan(&parse::reading(&self.select, 0, STAGED)).await?, spec)?;
        let fresh = session.collect(fresh).await?;
        let table = MemTable::try_new(Arc::clone(&fresh.schema), vec![fresh.batches.clone()])?;
        let fresh_rows = session.context().read_table(Arc::new(table))?;
        self.check_keys(session, &fresh_rows, spec).await?;
        let (removed, gone) = self.touched(session, spec, before).await?;
        let mut rows = fresh_rows;
        for index in &removed {
            let kept = keyed(session, &before[*index].table, spec, JoinType::LeftAnti).await?;
            rows = rows.union(self.shaped(kept, spec)?)?;
        }
        let nothing = fresh.count() == 0 && removed.is_empty();
        let added = if nothing { Vec::new() } else { self.write(session, spec, rows, new_path).await? };
        let changed = ChangedRows { schema: fresh.schema, batches: [gone, fresh.batches].concat() };
        Ok(Some(Update { removed, added, changed }))
    }

    /// The keys that changed rows bear on, without repetition.
    async fn changed_keys(
        &self,
        session: &Session,
        spec: &DatasetSpec,
        changed: &BTreeMap<String, ChangedRows>,
    ) -> Result<Option<ChangedRows>> {
        let state = session.context().state();
        if !parse::depends_on_own_key(&self.select, spec, &|name| kind_of(&state, name)) {
            return Ok(None);
        }
        let mut found: Option<DataFrame> = None;
        for (place, table) in self.tables.iter().enumerate() {
            let Some(rows) = changed.get(table) else { continue };
            let name = format!("{CHANGED}{place}");
            session.put(&name, rows)?;
            let Some(sql) = parse::keys_of(&self.select, spec, place, &name) else { return Ok(None) };
            // A key that joined tables have a part in cannot be found among the staged rows alone.
            let Ok(keys) = session.plan(&sql).await else { return Ok(None) };
            found = Some(match found {
                Some(before) => before.union(keys)?,
                None => keys,
            });
        }
        let Some(found) = found else { return Ok(None) };
        let Some(own) = parse::keys_of(&self.select, spec, 0, &self.tables[0]) else { return Ok(None) };
        match session.plan(&own).await {
            // Of another type than the dataset's, different keys could become the same.
            Ok(own) if has_stored_types(&own, spec) => {}
            _ => return Ok(None),
        }
        let keys = session.collect(found.distinct()?.limit(0, Some(MAX_CHANGED + 1))?).await?;
        let has_null = keys.batches.iter().any(|batch| batch.columns().iter().any(|column| column.null_count() > 0));
        Ok(Some(keys).filter(|keys| keys.count() <= MAX_CHANGED && !has_null))
    }

    /// The files that have rows of the keys, and those rows; with them small files, when there are many.
    async fn touched(&self, session: &Session, spec: &DatasetSpec, before: &[Before]) -> Result<(Vec<usize>, Vec<RecordBatch>)> {
        let small: Vec<usize> = (0..before.len()).filter(|index| before[*index].rows < FILE_ROWS as u64 / 2).collect();
        let mut removed = if small.len() >= ENOUGH_FILES { small } else { Vec::new() };
        let mut gone = Vec::new();
        for (index, file) in before.iter().enumerate() {
            let rows = self.shaped(keyed(session, &file.table, spec, JoinType::LeftSemi).await?, spec)?;
            let rows = session.collect(rows).await?;
            if rows.count() > 0 && !removed.contains(&index) {
                removed.push(index);
            }
            gone.extend(rows.batches);
        }
        removed.sort_unstable();
        Ok((removed, gone))
    }

    fn cannot(&self, reason: &str) -> LakeError {
        LakeError::Derived { dataset: self.dataset.clone(), reason: reason.to_owned() }
    }
}

/// Rows of several queries come together: what one of them knows never to be null another does not, and text of one is
/// a view of another's.
fn plain(field: &Field) -> Field {
    let data_type = if *field.data_type() == DataType::Utf8View { DataType::Utf8 } else { field.data_type().clone() };
    Field::new(field.name(), data_type, true)
}

fn under(batch: &RecordBatch, schema: &SchemaRef) -> std::result::Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| cast(column, field.data_type()));
    RecordBatch::try_new(Arc::clone(schema), columns.collect::<std::result::Result<Vec<_>, _>>()?)
}

/// The rows of a table that have one of the keys, or none of them.
async fn keyed(session: &Session, table: &str, spec: &DatasetSpec, which: JoinType) -> Result<DataFrame> {
    let rows = session.table(table).await?;
    let keys = session.table(KEYS).await?;
    let own: Vec<&str> = spec.key.iter().map(String::as_str).collect();
    let names: Vec<String> = (0..own.len()).map(parse::key_name).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Ok(rows.join(keys, which, &own, &names, None)?)
}

fn has_stored_types(keys: &DataFrame, spec: &DatasetSpec) -> bool {
    let stored = spec.key.iter().map(|name| spec.column(name).map(|column| schema::data_type(column.kind)));
    keys.schema().fields().iter().map(|field| Some(plain(field).data_type().clone())).eq(stored)
}

/// What kind of function a name stands for; none for those that do not always give the same.
fn kind_of(state: &SessionState, name: &str) -> Option<parse::Function> {
    if let Some(function) = state.scalar_functions().get(name) {
        return (function.signature().volatility == Volatility::Immutable).then_some(parse::Function::OfRow);
    }
    state.aggregate_functions().get(name).map(|_| parse::Function::OfGroup)
}
