//! Revisions of definition files: every text that was ever loaded, with its hash.

use std::collections::HashMap;

use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};

use crate::{Records, Result, Stamp};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revisions")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub path: String,
    pub hash: String,
    pub content: String,
    pub at: String,
    pub by: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// One loaded text of one definition file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub id: i64,
    pub path: String,
    /// SHA-256 of the text, in hex.
    pub hash: String,
    pub text: String,
    pub at: String,
    pub by: String,
}

impl Records {
    /// The hash of each file's last revision, by path.
    pub async fn last_revisions(&self) -> Result<HashMap<String, String>> {
        let query = Entity::find().select_only().columns([Column::Path, Column::Hash]).order_by_asc(Column::Id);
        Ok(query.into_tuple().all(&self.db).await?.into_iter().collect())
    }

    /// Keeps the files, as (path, hash, text), that differ from the last revisions; returns how many.
    pub async fn keep_revisions(&self, files: &[(String, String, String)], last: &HashMap<String, String>, stamp: &Stamp) -> Result<usize> {
        let row = |(path, hash, text): &(String, String, String)| ActiveModel {
            path: Set(path.clone()),
            hash: Set(hash.clone()),
            content: Set(text.clone()),
            at: Set(stamp.at.to_string()),
            by: Set(stamp.by.clone()),
            ..Default::default()
        };
        let new: Vec<ActiveModel> = files.iter().filter(|(path, hash, _)| last.get(path) != Some(hash)).map(row).collect();
        let count = new.len();
        if count > 0 {
            let transaction = self.begin().await?;
            Entity::insert_many(new).exec(&transaction).await?;
            transaction.commit().await?;
        }
        Ok(count)
    }

    /// Lists the revisions of one file, newest first.
    pub async fn list_revisions(&self, path: &str) -> Result<Vec<Revision>> {
        let rows = Entity::find().filter(Column::Path.eq(path)).order_by_desc(Column::Id).limit(200).all(&self.db).await?;
        let revision =
            |row: Model| Revision { id: row.id.into(), path: row.path, hash: row.hash, text: row.content, at: row.at, by: row.by };
        Ok(rows.into_iter().map(revision).collect())
    }
}
