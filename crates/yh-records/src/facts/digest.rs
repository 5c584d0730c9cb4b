//! A digest of the live files with every snapshot: the list of files is what all numbers rest on.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ConnectionTrait, QueryOrder, QuerySelect, Statement,
    entity::prelude::*,
};
use sha2::{Digest, Sha256};

use super::{DataFile, entity::snapshots, live_at};
use crate::{RecordsError, Result};

/// Keeps the digest of a snapshot that is being committed.
pub(super) async fn keep(db: &impl ConnectionTrait, snapshot: i64) -> Result<()> {
    let digest = digest(&live_at(db, snapshot).await?);
    let row = snapshots::ActiveModel { id: Unchanged(snapshot as i32), digest: Set(Some(digest)), ..Default::default() };
    snapshots::Entity::update(row).exec(db).await?;
    Ok(())
}

/// The snapshot in force, read at one moment with what it must agree with.
pub(super) struct Head {
    pub id: i64,
    newest: i64,
    digest: Option<String>,
}

/// Reads the snapshot in force.
pub(super) async fn head(db: &impl ConnectionTrait) -> Result<Head> {
    // One statement: another import may be committed between two.
    const SQL: &str = "SELECT snapshot_id AS id, coalesce((SELECT max(id) FROM snapshots), 0) AS newest, \
         (SELECT digest FROM snapshots WHERE snapshots.id = heads.snapshot_id) AS digest FROM heads";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), SQL)).await?;
    let Some(row) = row else { return Err(altered("no snapshot is in force".to_owned())) };
    // The newest is a 32 bit number on PostgreSQL.
    let newest = row.try_get::<i64>("", "newest").or_else(|_| row.try_get::<i32>("", "newest").map(i64::from))?;
    Ok(Head { id: row.try_get("", "id")?, newest, digest: row.try_get("", "digest")? })
}

impl Head {
    /// Fails when it is not the newest snapshot, or its files are not those that were committed.
    pub fn verify(&self, files: &[DataFile]) -> Result<()> {
        if self.id != self.newest {
            return Err(altered(format!("snapshot {} is in force and {} is the newest", self.id, self.newest)));
        }
        agree(self.id, self.digest.as_deref(), files)
    }
}

/// Fails when the files of a snapshot, or of the one before it, are not those that were committed.
pub(super) async fn verify_change(db: &impl ConnectionTrait, snapshot: i64) -> Result<()> {
    let both = snapshots::Entity::find().filter(snapshots::Column::Id.lte(snapshot)).order_by_desc(snapshots::Column::Id).limit(2);
    for row in both.all(db).await? {
        agree(row.id.into(), row.digest.as_deref(), &live_at(db, row.id.into()).await?)?;
    }
    Ok(())
}

/// Snapshots from before digests were kept have none.
fn agree(snapshot: i64, kept: Option<&str>, files: &[DataFile]) -> Result<()> {
    match kept {
        Some(kept) if kept != digest(files) => Err(altered(format!("the files of snapshot {snapshot} are not those that were committed"))),
        _ => Ok(()),
    }
}

fn altered(reason: String) -> RecordsError {
    RecordsError::Altered { what: "list of data files", reason }
}

fn digest(files: &[DataFile]) -> String {
    let mut hasher = Sha256::new();
    let mut add = |part: Option<&str>| {
        // A part that is absent differs from one that is empty.
        hasher.update(part.map_or(u64::MAX, |part| part.len() as u64).to_le_bytes());
        hasher.update(part.unwrap_or_default());
    };
    for file in files {
        let numbers = [Some(file.rows), Some(file.bytes), file.import_id].map(|number| number.map(|number| number.to_string()));
        add(Some(&file.path));
        add(Some(&file.dataset));
        add(Some(&file.sha256));
        numbers.iter().for_each(|number| add(number.as_deref()));
        for part in [&file.month, &file.min_time, &file.max_time, &file.sidecar, &file.derived] {
            add(part.as_deref());
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
