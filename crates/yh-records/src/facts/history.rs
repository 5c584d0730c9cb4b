//! The history of the facts, snapshot by snapshot: what a manifest beside the lake keeps, and records made of it again.

use std::collections::BTreeMap;

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait, DbBackend, QueryOrder, QuerySelect, Statement, TransactionTrait,
    entity::prelude::*,
};
use serde::{Deserialize, Serialize};

use super::{DataFile, Import, ImportState, NewFile, file_row, files, finished, imports, read_file, read_import, snapshots};
use crate::{LakeHome, Records, RememberedHeader, Result, Stamp, audit, lake, mappings};

/// One snapshot as the change that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotEntry {
    pub snapshot: i64,
    /// The snapshot it was made on; 0 for the first.
    pub after: i64,
    pub reason: String,
    pub at: String,
    pub by: String,
    pub added: Vec<NewFile>,
    /// Paths of the files that left.
    pub removed: Vec<String>,
    /// Number of the import that was committed or undone.
    pub import_id: Option<i64>,
    /// That import as it stands.
    pub import: Option<Import>,
    /// What was confirmed of its source's headers.
    #[serde(default)]
    pub headers: Vec<RememberedHeader>,
}

impl Records {
    /// The time at which a snapshot was made, when there is one.
    pub async fn snapshot_time(&self, snapshot: i64) -> Result<Option<String>> {
        let Ok(id) = i32::try_from(snapshot) else { return Ok(None) };
        Ok(snapshots::Entity::find_by_id(id).one(&self.db).await?.map(|row| row.at))
    }

    /// Whether any import was ever begun.
    pub async fn has_imports(&self) -> Result<bool> {
        Ok(imports::Entity::find().one(&self.db).await?.is_some())
    }

    /// Lists the changes that followed a snapshot, at most `limit`.
    pub async fn history_after(&self, after: i64, limit: u64) -> Result<Vec<SnapshotEntry>> {
        let transaction = self.db.begin().await?;
        let rows = snapshots::Entity::find()
            .filter(snapshots::Column::Id.gt(after))
            .order_by_asc(snapshots::Column::Id)
            .limit(limit)
            .all(&transaction)
            .await?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
        let range = i64::from(first.id)..=i64::from(last.id);
        let mut before = snapshot_before(&transaction, first.id).await?;
        let mut added = files_by_snapshot(&transaction, files::Column::BeginSnapshot, &range).await?;
        let mut removed = files_by_snapshot(&transaction, files::Column::EndSnapshot, &range).await?;
        let mut entries = Vec::new();
        for row in rows {
            let snapshot = i64::from(row.id);
            let import = match row.import_id.and_then(|id| i32::try_from(id).ok()) {
                Some(id) => imports::Entity::find_by_id(id).one(&transaction).await?.map(read_import),
                None => None,
            };
            let headers = match &import {
                Some(import) => mappings::remembered(&transaction, &import.source, &import.dataset).await?,
                None => Vec::new(),
            };
            entries.push(SnapshotEntry {
                snapshot,
                after: std::mem::replace(&mut before, snapshot),
                reason: row.reason,
                at: row.at,
                by: row.by,
                added: added.remove(&snapshot).unwrap_or_default(),
                removed: removed.remove(&snapshot).unwrap_or_default().into_iter().map(|file| file.path).collect(),
                import_id: row.import_id,
                import,
                headers,
            });
        }
        transaction.commit().await?;
        Ok(entries)
    }

    /// Makes the facts of the records again from a whole history, in place of what they hold; all or nothing.
    pub async fn replace_facts(&self, history: &[SnapshotEntry], home: &LakeHome, stamp: &Stamp) -> Result<()> {
        let transaction = self.db.begin().await?;
        let imported: BTreeMap<i64, &Import> =
            history.iter().filter_map(|entry| entry.import.as_ref()).map(|import| (import.id, import)).collect();
        files::Entity::delete_many().exec(&transaction).await?;
        snapshots::Entity::delete_many().exec(&transaction).await?;
        // Attempts that failed are no facts; they stay where their numbers are free.
        imports::Entity::delete_many().filter(imports::Column::State.ne(ImportState::Failed.name())).exec(&transaction).await?;
        for ids in imported.keys().collect::<Vec<_>>().chunks(500) {
            imports::Entity::delete_many().filter(imports::Column::Id.is_in(ids.iter().map(|id| **id))).exec(&transaction).await?;
        }
        for some in imported.into_values().collect::<Vec<_>>().chunks(50) {
            let rows = some.iter().map(|import| imports::ActiveModel { id: Set(import.id as i32), ..finished(import) });
            imports::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
        }
        insert_snapshots(&transaction, history).await?;
        for entry in history {
            mappings::remember_again(&transaction, &entry.headers).await?;
        }
        let head = history.last().map_or(0, |entry| entry.snapshot);
        transaction.execute_unprepared(&format!("UPDATE heads SET snapshot_id = {head}")).await?;
        continue_numbers(&transaction).await?;
        lake::note(&transaction, home, stamp).await?;
        let detail = serde_json::json!({"snapshot": head, "snapshots": history.len()});
        audit::append(&transaction, stamp, "lake.adopt", &home.lake, Some(detail.to_string())).await?;
        transaction.commit().await?;
        Ok(())
    }
}

async fn snapshot_before(db: &impl ConnectionTrait, id: i32) -> Result<i64> {
    let before = snapshots::Entity::find().filter(snapshots::Column::Id.lt(id)).order_by_desc(snapshots::Column::Id).one(db).await?;
    Ok(before.map_or(0, |row| row.id.into()))
}

async fn files_by_snapshot(
    db: &impl ConnectionTrait,
    column: files::Column,
    range: &std::ops::RangeInclusive<i64>,
) -> Result<BTreeMap<i64, Vec<DataFile>>> {
    let rows = files::Entity::find().filter(column.between(*range.start(), *range.end())).order_by_asc(files::Column::Id).all(db).await?;
    let mut by_snapshot: BTreeMap<i64, Vec<DataFile>> = BTreeMap::new();
    for row in rows {
        let snapshot = if matches!(column, files::Column::EndSnapshot) { row.end_snapshot.unwrap_or_default() } else { row.begin_snapshot };
        by_snapshot.entry(snapshot).or_default().push(read_file(row));
    }
    Ok(by_snapshot)
}

async fn insert_snapshots(db: &impl ConnectionTrait, history: &[SnapshotEntry]) -> Result<()> {
    for some in history.chunks(50) {
        let rows = some.iter().map(|entry| snapshots::ActiveModel {
            id: Set(entry.snapshot as i32),
            reason: Set(entry.reason.clone()),
            import_id: Set(entry.import_id),
            at: Set(entry.at.clone()),
            by: Set(entry.by.clone()),
        });
        snapshots::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    for some in replay(history).chunks(50) {
        let rows =
            some.iter().map(|held| files::ActiveModel { id: NotSet, end_snapshot: Set(held.end), ..file_row(held.file, held.begin) });
        files::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

/// A file and the snapshots it belongs to.
struct Held<'h> {
    file: &'h DataFile,
    begin: i64,
    end: Option<i64>,
}

/// What the changes add up to; a path that came back after an undo stands twice.
fn replay(history: &[SnapshotEntry]) -> Vec<Held<'_>> {
    let mut held: Vec<Held> = Vec::new();
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in history {
        for path in &entry.removed {
            if let Some(at) = open.remove(path.as_str()) {
                held[at].end = Some(entry.snapshot);
            }
        }
        for file in &entry.added {
            open.insert(&file.path, held.len());
            held.push(Held { file, begin: entry.snapshot, end: None });
        }
    }
    held
}

impl SnapshotEntry {
    /// The files that a history ends with, superseded ones included.
    pub fn files_at_end(history: &[Self]) -> Vec<&DataFile> {
        replay(history).into_iter().filter(|held| held.end.is_none()).map(|held| held.file).collect()
    }
}

/// Numbers given out next lie above those that came with the history and above those given out before.
async fn continue_numbers(db: &impl ConnectionTrait) -> Result<()> {
    // SQLite's own numbering already does.
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for table in ["snapshots", "imports", "files"] {
        let sequence = format!("pg_get_serial_sequence('{table}', 'id')");
        let sql = format!("SELECT setval({sequence}, GREATEST((SELECT COALESCE(MAX(id), 0) FROM {table}), nextval({sequence})))");
        db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    }
    Ok(())
}
