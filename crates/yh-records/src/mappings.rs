//! Header synonyms that were confirmed in an import, per source.

use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*, sea_query::OnConflict};

use crate::{Records, Result, Stamp};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mappings")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub source: String,
    pub dataset: String,
    pub header: String,
    pub target: String,
    pub at: String,
}

impl ActiveModelBehavior for ActiveModel {}

impl Records {
    /// Remembers which column each header of a source stands for.
    pub async fn remember_mapping(&self, source: &str, dataset: &str, pairs: &[(String, String)], stamp: &Stamp) -> Result<()> {
        if pairs.is_empty() {
            return Ok(());
        }
        let rows = pairs.iter().map(|(header, target)| ActiveModel {
            source: Set(source.to_owned()),
            dataset: Set(dataset.to_owned()),
            header: Set(header.clone()),
            target: Set(target.clone()),
            at: Set(stamp.at.to_string()),
            ..Default::default()
        });
        let replace =
            OnConflict::columns([Column::Source, Column::Dataset, Column::Header]).update_columns([Column::Target, Column::At]).to_owned();
        Entity::insert_many(rows).on_conflict(replace).exec(&self.db).await?;
        Ok(())
    }

    /// Lists the remembered (dataset, header, column) of a source, by dataset, in the order they were confirmed.
    pub async fn list_mappings(&self, source: &str) -> Result<Vec<(String, String, String)>> {
        let rows =
            Entity::find().filter(Column::Source.eq(source)).order_by_asc(Column::Dataset).order_by_asc(Column::Id).all(&self.db).await?;
        Ok(rows.into_iter().map(|row| (row.dataset, row.header, row.target)).collect())
    }

    /// Lists the remembered (header, column) pairs of a source and dataset.
    pub async fn list_mapping(&self, source: &str, dataset: &str) -> Result<Vec<(String, String)>> {
        let rows = Entity::find().filter(Column::Source.eq(source)).filter(Column::Dataset.eq(dataset)).all(&self.db).await?;
        Ok(rows.into_iter().map(|row| (row.header, row.target)).collect())
    }
}
