//! Which lake the records belong to, and where its folder was last seen.

use sea_orm::{ActiveValue::Set, ConnectionTrait, TransactionTrait, entity::prelude::*, sea_query::OnConflict};
use sea_orm_migration::{
    prelude::{Alias, DbErr as MigrationError, MigrationName, MigrationTrait, SchemaManager},
    schema::string,
};

use crate::{Records, Result, Stamp, audit, migration::table};

/// One row: records belong to one lake.
const ONLY: i32 = 1;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lakes")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub lake: String,
    pub machine: String,
    pub path: String,
    pub folder: String,
    pub at: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// A lake and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LakeHome {
    /// The lake's id.
    pub lake: String,
    /// Tells computers apart; empty where they have no mark.
    pub machine: String,
    pub path: String,
    /// The folder's number in its file system: stays when it is renamed, changes when it is copied; may be empty.
    pub folder: String,
}

/// The lake of the records.
pub(crate) struct Lakes;

impl MigrationName for Lakes {
    fn name(&self) -> &str {
        "m0006_lakes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Lakes {
    async fn up(&self, manager: &SchemaManager) -> std::result::Result<(), MigrationError> {
        let columns = ["lake", "machine", "path", "folder", "at"].map(|name| string(Alias::new(name)));
        manager.create_table(table("lakes", columns.to_vec())).await
    }
}

impl Records {
    /// Finds the lake that the records belong to.
    pub async fn lake(&self) -> Result<Option<LakeHome>> {
        let row = Entity::find_by_id(ONLY).one(&self.db).await?;
        Ok(row.map(|Model { lake, machine, path, folder, .. }| LakeHome { lake, machine, path, folder }))
    }

    /// Ties the records to a lake unless they are tied already; returns the lake that they belong to now.
    pub async fn claim_lake(&self, home: &LakeHome, stamp: &Stamp) -> Result<LakeHome> {
        let kept = OnConflict::column(Column::Id).do_nothing().to_owned();
        Entity::insert(row(home, stamp)).on_conflict(kept).exec_without_returning(&self.db).await?;
        Ok(self.lake().await?.unwrap_or_else(|| home.clone()))
    }

    /// Notes where the lake is now.
    pub async fn note_lake(&self, home: &LakeHome, stamp: &Stamp) -> Result<()> {
        note(&self.db, home, stamp).await
    }

    /// Notes that this folder, and no copy of it, is the lake from now on.
    pub async fn settle_lake(&self, home: &LakeHome, stamp: &Stamp) -> Result<()> {
        let transaction = self.db.begin().await?;
        note(&transaction, home, stamp).await?;
        audit::append(&transaction, stamp, "lake.settle", &home.lake, Some(home.path.clone())).await?;
        transaction.commit().await?;
        Ok(())
    }
}

pub(crate) async fn note(db: &impl ConnectionTrait, home: &LakeHome, stamp: &Stamp) -> Result<()> {
    let replaced =
        OnConflict::column(Column::Id).update_columns([Column::Lake, Column::Machine, Column::Path, Column::Folder, Column::At]).to_owned();
    Entity::insert(row(home, stamp)).on_conflict(replaced).exec_without_returning(db).await?;
    Ok(())
}

fn row(home: &LakeHome, stamp: &Stamp) -> ActiveModel {
    let LakeHome { lake, machine, path, folder } = home.clone();
    ActiveModel {
        id: Set(ONLY),
        lake: Set(lake),
        machine: Set(machine),
        path: Set(path),
        folder: Set(folder),
        at: Set(stamp.at.to_string()),
    }
}
