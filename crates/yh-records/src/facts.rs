//! The manifest of facts: which immutable files make up each snapshot, and the imports that brought them.
//!
//! Follows the DuckLake model: a file belongs to snapshot s when `begin_snapshot <= s < end_snapshot`.

mod digest;
mod entity;
mod history;
mod space;

use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, ConnectionTrait, QueryOrder, QuerySelect, Statement, TransactionTrait,
    entity::prelude::*,
};
use serde::{Deserialize, Serialize};

use crate::{Records, RecordsError, Result, Stamp, audit};
use entity::{files, imports, snapshots};
pub use history::SnapshotEntry;
pub use space::EndedFile;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Rows in force.
    Live,
    /// Rows replaced by corrections, kept for lineage.
    Superseded,
}

/// A file to be added to the manifest. Times are UTC, ISO 8601.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFile {
    /// Relative to the lake folder.
    pub path: String,
    pub dataset: String,
    pub kind: FileKind,
    pub sha256: String,
    pub rows: i64,
    pub bytes: i64,
    /// Business month such as `2011-05`, for files split by month.
    pub month: Option<String>,
    pub min_time: Option<String>,
    pub max_time: Option<String>,
    pub sidecar: Option<String>,
    /// The import that wrote it; none for derived files.
    pub import_id: Option<i64>,
    /// Hash of the derived definition and its inputs, for derived files.
    pub derived: Option<String>,
}

/// A file in the manifest.
pub type DataFile = NewFile;

/// An import about to be staged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImport {
    pub dataset: String,
    pub source: String,
    pub file_name: String,
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportState {
    /// Being staged, or cut off while it was.
    Running,
    Committed,
    Undone,
    /// Staged but given up: refused, cancelled or cut off; nothing of it is visible.
    Failed,
}

/// An import as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    pub id: i64,
    pub dataset: String,
    pub source: String,
    pub file_name: String,
    pub file_hash: String,
    pub mapping_hash: String,
    pub state: ImportState,
    /// The import's report as JSON.
    pub report: String,
    pub at: String,
    pub by: String,
    pub duration_ms: i64,
}

/// One atomic step of the facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Why, for the snapshot list: `import 12`, `undo import 12`.
    pub reason: String,
    pub added: Vec<NewFile>,
    /// Paths of live files that leave.
    pub removed: Vec<String>,
    /// The import that becomes committed or undone, with its final state.
    pub import: Option<Import>,
}

/// The live files of one snapshot and its id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatasetState {
    pub snapshot_id: i64,
    pub files: Vec<DataFile>,
}

impl FileKind {
    fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Superseded => "superseded",
        }
    }
}

impl ImportState {
    /// The state's name in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Committed => "committed",
            Self::Undone => "undone",
            Self::Failed => "failed",
        }
    }

    fn parse(name: &str) -> Self {
        match name {
            "committed" => Self::Committed,
            "undone" => Self::Undone,
            "running" => Self::Running,
            _ => Self::Failed,
        }
    }
}

impl Records {
    /// Finds the id of the newest snapshot; 0 before the first.
    pub async fn head(&self) -> Result<i64> {
        head(&self.db).await
    }

    /// Lists the live files of the newest snapshot, with its id.
    pub async fn facts(&self) -> Result<DatasetState> {
        let transaction = self.db.begin().await?;
        let head = digest::head(&transaction).await?;
        let files = live_at(&transaction, head.id).await?;
        transaction.commit().await?;
        head.verify(&files)?;
        Ok(DatasetState { snapshot_id: head.id, files })
    }

    /// Lists every path the manifest knows, live or not, each with that of its sums.
    pub async fn known_paths(&self) -> Result<Vec<String>> {
        let rows = files::Entity::find().all(&self.db).await?;
        let paths = rows.into_iter().flat_map(|file| [Some(file.path), file.sidecar]).flatten();
        Ok(paths.flat_map(|path| [format!("{path}.sums"), path]).collect())
    }

    /// Lists every file the manifest knows, each once, and whether it is in force: live, or rows replaced by those in force.
    pub async fn known_files(&self) -> Result<Vec<(DataFile, bool)>> {
        let rows = files::Entity::find().order_by_asc(files::Column::Id).all(&self.db).await?;
        let mut known: std::collections::BTreeMap<String, (DataFile, bool)> = std::collections::BTreeMap::new();
        for row in rows {
            let in_force = row.end_snapshot.is_none();
            let file = read_file(row);
            // The same file may be live in one snapshot and hold replaced rows in the next: what is in force says how.
            match known.get(&file.path) {
                Some((_, true)) if !in_force => {}
                _ => {
                    known.insert(file.path.clone(), (file, in_force));
                }
            }
        }
        Ok(known.into_values().collect())
    }

    /// Reserves an import id before its rows are staged.
    pub async fn begin_import(&self, import: &NewImport, stamp: &Stamp) -> Result<i64> {
        let row = imports::ActiveModel {
            id: NotSet,
            dataset: Set(import.dataset.clone()),
            source: Set(import.source.clone()),
            file_name: Set(import.file_name.clone()),
            file_hash: Set(String::new()),
            mapping_hash: Set(String::new()),
            state: Set(ImportState::Running.name().to_owned()),
            report: Set("{}".to_owned()),
            at: Set(stamp.at.to_string()),
            by: Set(stamp.by.clone()),
            duration_ms: Set(0),
        };
        let transaction = self.begin().await?;
        let id = imports::Entity::insert(row).exec(&transaction).await?.last_insert_id;
        transaction.commit().await?;
        Ok(id.into())
    }

    /// Notes that an import was given up, with its report.
    pub async fn fail_import(&self, id: i64, report: &str) -> Result<()> {
        let transaction = self.begin().await?;
        let mut row: imports::ActiveModel = import_row(&transaction, id).await?.into();
        row.state = Set(ImportState::Failed.name().to_owned());
        row.report = Set(report.to_owned());
        imports::Entity::update(row).exec(&transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Turns imports that a crash left running into failed ones; call while no import can run.
    pub async fn close_interrupted_imports(&self) -> Result<u64> {
        let transaction = self.begin().await?;
        let result = imports::Entity::update_many()
            .col_expr(imports::Column::State, Expr::value(ImportState::Failed.name()))
            .filter(imports::Column::State.eq(ImportState::Running.name()))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(result.rows_affected)
    }

    /// Commits a change on top of snapshot `base`, all or nothing; fails with `Conflict` when another came first.
    pub async fn commit(&self, base: i64, change: &Change, stamp: &Stamp) -> Result<i64> {
        let transaction = self.begin().await?;
        let import_id = change.import.as_ref().map(|import| import.id);
        let row = snapshots::ActiveModel {
            id: NotSet,
            reason: Set(change.reason.clone()),
            import_id: Set(import_id),
            at: Set(stamp.at.to_string()),
            by: Set(stamp.by.clone()),
            digest: Set(None),
        };
        let snapshot: i64 = snapshots::Entity::insert(row).exec(&transaction).await?.last_insert_id.into();
        let backend = transaction.get_database_backend();
        let swap = Statement::from_string(backend, format!("UPDATE heads SET snapshot_id = {snapshot} WHERE snapshot_id = {base}"));
        if transaction.execute_raw(swap).await?.rows_affected() != 1 {
            transaction.rollback().await?;
            return Err(RecordsError::Conflict);
        }
        for paths in change.removed.chunks(500) {
            files::Entity::update_many()
                .col_expr(files::Column::EndSnapshot, Expr::value(snapshot))
                .filter(files::Column::Path.is_in(paths))
                .filter(files::Column::EndSnapshot.is_null())
                .exec(&transaction)
                .await?;
        }
        for added in change.added.chunks(50) {
            files::Entity::insert_many(added.iter().map(|file| file_row(file, snapshot))).exec(&transaction).await?;
        }
        digest::keep(&transaction, snapshot).await?;
        if let Some(import) = &change.import {
            imports::Entity::update(finished(import)).exec(&transaction).await?;
        }
        let detail = serde_json::json!({"snapshot": snapshot, "added": change.added.len(), "removed": change.removed.len()});
        audit::append(&transaction, stamp, "facts.commit", &change.reason, Some(detail.to_string())).await?;
        transaction.commit().await?;
        Ok(snapshot)
    }

    /// Finds one import.
    pub async fn find_import(&self, id: i64) -> Result<Import> {
        import_row(&self.db, id).await.map(read_import)
    }

    /// Lists imports, newest first, with their number.
    pub async fn list_imports(&self, dataset: Option<&str>, offset: u64, limit: u64) -> Result<(Vec<Import>, u64)> {
        let mut only = Condition::all().add(imports::Column::State.ne(ImportState::Running.name()));
        if let Some(dataset) = dataset {
            only = only.add(imports::Column::Dataset.eq(dataset));
        }
        let total = imports::Entity::find().filter(only.clone()).count(&self.db).await?;
        let rows =
            imports::Entity::find().filter(only).order_by_desc(imports::Column::Id).offset(offset).limit(limit).all(&self.db).await?;
        Ok((rows.into_iter().map(read_import).collect(), total))
    }

    /// Finds the last committed import of a file name in a dataset and source.
    pub async fn last_import_of(&self, dataset: &str, source: &str, file_name: &str) -> Result<Option<Import>> {
        let row = imports::Entity::find()
            .filter(imports::Column::Dataset.eq(dataset))
            .filter(imports::Column::Source.eq(source))
            .filter(imports::Column::FileName.eq(file_name))
            .filter(imports::Column::State.eq(ImportState::Committed.name()))
            .order_by_desc(imports::Column::Id)
            .one(&self.db)
            .await?;
        Ok(row.map(read_import))
    }
}

async fn head(db: &impl ConnectionTrait) -> Result<i64> {
    let backend = db.get_database_backend();
    let row = db.query_one_raw(Statement::from_string(backend, "SELECT snapshot_id FROM heads")).await?;
    Ok(row.map(|row| row.try_get::<i64>("", "snapshot_id")).transpose()?.unwrap_or(0))
}

async fn live_at(db: &impl ConnectionTrait, snapshot: i64) -> Result<Vec<DataFile>> {
    let rows = files::Entity::find()
        .filter(files::Column::Kind.eq(FileKind::Live.name()))
        .filter(files::Column::BeginSnapshot.lte(snapshot))
        .filter(Condition::any().add(files::Column::EndSnapshot.is_null()).add(files::Column::EndSnapshot.gt(snapshot)))
        .order_by_asc(files::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(read_file).collect())
}

async fn import_row(db: &impl ConnectionTrait, id: i64) -> Result<imports::Model> {
    let missing = || RecordsError::NotFound { what: "import", id: id.to_string() };
    let key = i32::try_from(id).map_err(|_| missing())?;
    imports::Entity::find_by_id(key).one(db).await?.ok_or_else(missing)
}

fn finished(import: &Import) -> imports::ActiveModel {
    imports::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(import.id as i32),
        dataset: Set(import.dataset.clone()),
        source: Set(import.source.clone()),
        file_name: Set(import.file_name.clone()),
        file_hash: Set(import.file_hash.clone()),
        mapping_hash: Set(import.mapping_hash.clone()),
        state: Set(import.state.name().to_owned()),
        report: Set(import.report.clone()),
        at: Set(import.at.clone()),
        by: Set(import.by.clone()),
        duration_ms: Set(import.duration_ms),
    }
}

fn read_import(row: imports::Model) -> Import {
    Import {
        id: row.id.into(),
        dataset: row.dataset,
        source: row.source,
        file_name: row.file_name,
        file_hash: row.file_hash,
        mapping_hash: row.mapping_hash,
        state: ImportState::parse(&row.state),
        report: row.report,
        at: row.at,
        by: row.by,
        duration_ms: row.duration_ms,
    }
}

fn file_row(file: &NewFile, snapshot: i64) -> files::ActiveModel {
    files::ActiveModel {
        id: NotSet,
        path: Set(file.path.clone()),
        dataset: Set(file.dataset.clone()),
        kind: Set(file.kind.name().to_owned()),
        sha256: Set(file.sha256.clone()),
        rows: Set(file.rows),
        bytes: Set(file.bytes),
        month: Set(file.month.clone()),
        min_time: Set(file.min_time.clone()),
        max_time: Set(file.max_time.clone()),
        sidecar: Set(file.sidecar.clone()),
        import_id: Set(file.import_id),
        derived: Set(file.derived.clone()),
        begin_snapshot: Set(snapshot),
        end_snapshot: Set(None),
    }
}

fn read_file(row: files::Model) -> DataFile {
    NewFile {
        kind: if row.kind == FileKind::Live.name() { FileKind::Live } else { FileKind::Superseded },
        path: row.path,
        dataset: row.dataset,
        sha256: row.sha256,
        rows: row.rows,
        bytes: row.bytes,
        month: row.month,
        min_time: row.min_time,
        max_time: row.max_time,
        sidecar: row.sidecar,
        import_id: row.import_id,
        derived: row.derived,
    }
}
