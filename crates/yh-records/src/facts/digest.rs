//! A digest of the live files with every snapshot: the list of files is what all numbers rest on.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ConnectionTrait, Statement,
    entity::prelude::*,
};
use sha2::{Digest, Sha256};

use super::{DataFile, FileKind, entity::snapshots, space::in_force};
use crate::{RecordsError, Result};

/// Between the digest of the live files and that of the superseded ones, which older snapshots do not have.
const BETWEEN: char = '.';

/// Keeps the digest of a snapshot that is being committed.
pub(super) async fn keep(db: &impl ConnectionTrait, snapshot: i64) -> Result<()> {
    let in_force = in_force(db).await?;
    let digest = format!("{}{BETWEEN}{}", digest(&of_kind(&in_force, FileKind::Live)), digest(&of_kind(&in_force, FileKind::Superseded)));
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
        agree(self.id, self.digest.as_deref().map(|kept| kept.split(BETWEEN).next().unwrap_or(kept)), files)
    }

    /// The same for all files in force, the superseded ones too.
    pub fn verify_all(&self, in_force: &[DataFile]) -> Result<()> {
        self.verify(&of_kind(in_force, FileKind::Live))?;
        let superseded = self.digest.as_deref().and_then(|kept| Some(kept.split_once(BETWEEN)?.1));
        agree(self.id, superseded, &of_kind(in_force, FileKind::Superseded))
    }
}

fn of_kind(files: &[DataFile], kind: FileKind) -> Vec<DataFile> {
    files.iter().filter(|file| file.kind == kind).cloned().collect()
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
