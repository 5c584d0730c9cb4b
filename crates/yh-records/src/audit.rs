//! The audit log: append-only, each entry chained to the one before by a SHA-256 digest.

use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*};
use sha2::{Digest, Sha256};

use crate::{Records, Result, Stamp};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub at: String,
    pub by: String,
    pub action: String,
    pub subject: String,
    pub detail: Option<String>,
    pub previous: String,
    pub hash: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// One entry of the audit log.
pub type AuditEntry = Model;

impl Records {
    /// Lists the newest entries first.
    pub async fn list_audit(&self, limit: u64) -> Result<Vec<AuditEntry>> {
        Ok(Entity::find().order_by_desc(Column::Id).limit(limit).all(&self.db).await?)
    }

    /// Finds the first entry whose digest does not follow from the one before it.
    pub async fn verify_audit(&self) -> Result<Option<AuditEntry>> {
        first_broken(&self.db).await
    }
}

/// The first entry whose digest does not follow from the one before it.
pub(crate) async fn first_broken(db: &impl ConnectionTrait) -> Result<Option<AuditEntry>> {
    let mut previous = String::new();
    for entry in Entity::find().order_by_asc(Column::Id).all(db).await? {
        if entry.previous != previous || entry.hash != digest(&entry) {
            return Ok(Some(entry));
        }
        previous = entry.hash;
    }
    Ok(None)
}

pub(crate) async fn count(db: &DatabaseConnection) -> Result<u64> {
    Ok(Entity::find().count(db).await?)
}

/// Appends one entry inside the transaction of the act it tells of.
pub(crate) async fn append(db: &impl ConnectionTrait, stamp: &Stamp, action: &str, subject: &str, detail: Option<String>) -> Result<()> {
    let last = Entity::find().order_by_desc(Column::Id).one(db).await?;
    let mut entry = Model {
        id: 0,
        at: stamp.at.to_string(),
        by: stamp.by.clone(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail,
        previous: last.map(|entry| entry.hash).unwrap_or_default(),
        hash: String::new(),
    };
    entry.hash = digest(&entry);
    let row = ActiveModel {
        at: Set(entry.at),
        by: Set(entry.by),
        action: Set(entry.action),
        subject: Set(entry.subject),
        detail: Set(entry.detail),
        previous: Set(entry.previous),
        hash: Set(entry.hash),
        ..Default::default()
    };
    Entity::insert(row).exec(db).await?;
    Ok(())
}

fn digest(entry: &Model) -> String {
    let mut hasher = Sha256::new();
    for part in [&entry.previous, &entry.at, &entry.by, &entry.action, &entry.subject, entry.detail.as_ref().unwrap_or(&String::new())] {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
