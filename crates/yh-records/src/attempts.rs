//! Attempts: when a source was last pulled or a watched file last imported, and how it went.

use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*, sea_query::OnConflict};

use crate::{Records, Result, Stamp};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attempts")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub source: String,
    pub item: String,
    pub mark: String,
    pub error: Option<String>,
    pub at: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// The last attempt at an item of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub source: String,
    /// A table or a file name; empty for a whole scheduled run.
    pub item: String,
    /// What tells one state of a file from the next; empty for tables.
    pub mark: String,
    /// None when it went well.
    pub error: Option<String>,
    pub at: String,
}

impl Records {
    /// Notes an attempt; only the last one of each item is kept.
    pub async fn note_attempt(&self, source: &str, item: &str, mark: &str, error: Option<&str>, stamp: &Stamp) -> Result<()> {
        let row = ActiveModel {
            source: Set(source.to_owned()),
            item: Set(item.to_owned()),
            mark: Set(mark.to_owned()),
            error: Set(error.map(str::to_owned)),
            at: Set(stamp.at.to_string()),
            ..Default::default()
        };
        let replace =
            OnConflict::columns([Column::Source, Column::Item]).update_columns([Column::Mark, Column::Error, Column::At]).to_owned();
        let transaction = self.begin().await?;
        Entity::insert(row).on_conflict(replace).exec(&transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Lists the last attempts, of one source or of all, newest first.
    pub async fn list_attempts(&self, source: Option<&str>) -> Result<Vec<Attempt>> {
        let mut find = Entity::find().order_by_desc(Column::At).order_by_asc(Column::Source).order_by_asc(Column::Item);
        if let Some(source) = source {
            find = find.filter(Column::Source.eq(source));
        }
        let rows = find.all(&self.db).await?;
        let attempt = |row: Model| Attempt { source: row.source, item: row.item, mark: row.mark, error: row.error, at: row.at };
        Ok(rows.into_iter().map(attempt).collect())
    }
}
