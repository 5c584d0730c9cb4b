//! What was confirmed of a source's headers in an import: the column each stands for, and how its cells are read.

use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*, sea_query::OnConflict};
use sea_orm_migration::{
    prelude::{Alias, DbErr as MigrationError, MigrationName, MigrationTrait, SchemaManager, Table},
    schema::{string_null, text_null},
};
use serde::{Deserialize, Serialize};
use yh_model::source::ColumnMapping;

use crate::{
    Records, Result, Stamp,
    digest::{all_checked, keep_digest},
};

const WHAT: &str = "mapping";

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "mappings")]
pub struct Model {
    #[sea_orm(primary_key)]
    #[serde(skip)]
    pub id: i32,
    pub source: String,
    pub dataset: String,
    pub header: String,
    pub target: String,
    pub at: String,
    pub format: Option<String>,
    pub unit: Option<String>,
    /// Words of the file → the value stored, as a JSON object.
    pub words: Option<String>,
    pub digest: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What was confirmed of one header.
pub type RememberedHeader = Model;

impl From<Model> for ColumnMapping {
    fn from(row: Model) -> Self {
        // Written below from a map of texts; a row without words is of before they were kept.
        let values = row.words.and_then(|words| serde_json::from_str(&words).ok()).unwrap_or_default();
        Self { format: row.format, unit: row.unit, values, ..Self::from_header(&row.target, &row.header) }
    }
}

/// How the cells under a header are read.
pub(crate) struct Readings;

impl MigrationName for Readings {
    fn name(&self) -> &str {
        "m0005_readings"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Readings {
    async fn up(&self, manager: &SchemaManager) -> std::result::Result<(), MigrationError> {
        for mut column in [string_null(Alias::new("format")), string_null(Alias::new("unit")), text_null(Alias::new("words"))] {
            manager.alter_table(Table::alter().table(Alias::new("mappings")).add_column(&mut column).to_owned()).await?;
        }
        Ok(())
    }
}

impl Records {
    /// Remembers which column each header of a source stands for, and how its cells are read.
    pub async fn remember_mapping(&self, source: &str, dataset: &str, columns: &[ColumnMapping], stamp: &Stamp) -> Result<()> {
        let mut rows = Vec::new();
        for (column, header) in columns.iter().flat_map(|column| column.from.iter().map(move |header| (column, header))) {
            rows.push(ActiveModel {
                source: Set(source.to_owned()),
                dataset: Set(dataset.to_owned()),
                header: Set(header.clone()),
                target: Set(column.column.clone()),
                at: Set(stamp.at.to_string()),
                format: Set(column.format.clone()),
                unit: Set(column.unit.clone()),
                words: Set(Some(serde_json::json!(column.values).to_string())),
                ..Default::default()
            });
        }
        if rows.is_empty() {
            return Ok(());
        }
        let replace = OnConflict::columns([Column::Source, Column::Dataset, Column::Header])
            .update_columns([Column::Target, Column::At, Column::Format, Column::Unit, Column::Words])
            .to_owned();
        let transaction = self.begin().await?;
        Entity::insert_many(rows).on_conflict(replace).exec(&transaction).await?;
        let confirmed = Entity::find().filter(Column::Source.eq(source)).filter(Column::Dataset.eq(dataset));
        for row in confirmed.all(&transaction).await? {
            keep_digest::<Entity>(&transaction, row.id).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Lists what is remembered of a source's headers with their datasets, by dataset, in the order they were confirmed;
    /// one header each.
    pub async fn list_mappings(&self, source: &str) -> Result<Vec<(String, ColumnMapping)>> {
        let rows =
            Entity::find().filter(Column::Source.eq(source)).order_by_asc(Column::Dataset).order_by_asc(Column::Id).all(&self.db).await?;
        Ok(all_checked(WHAT, rows)?.into_iter().map(|row| (row.dataset.clone(), row.into())).collect())
    }

    /// Lists what is remembered of the headers of a source and dataset, one header each.
    pub async fn list_mapping(&self, source: &str, dataset: &str) -> Result<Vec<ColumnMapping>> {
        let rows = Entity::find()
            .filter(Column::Source.eq(source))
            .filter(Column::Dataset.eq(dataset))
            .order_by_asc(Column::Id)
            .all(&self.db)
            .await?;
        Ok(all_checked(WHAT, rows)?.into_iter().map(ColumnMapping::from).collect())
    }
}

/// Lists what is remembered of a source's headers in a dataset, as it stands.
pub(crate) async fn remembered(db: &impl ConnectionTrait, source: &str, dataset: &str) -> Result<Vec<RememberedHeader>> {
    let of_both = Entity::find().filter(Column::Source.eq(source)).filter(Column::Dataset.eq(dataset));
    Ok(of_both.order_by_asc(Column::Id).all(db).await?)
}

/// Remembers headers again; what was confirmed since stays.
pub(crate) async fn remember_again(db: &impl ConnectionTrait, headers: &[RememberedHeader]) -> Result<()> {
    let kept = OnConflict::columns([Column::Source, Column::Dataset, Column::Header]).do_nothing().to_owned();
    for some in headers.chunks(50) {
        let rows = some.iter().map(|header| ActiveModel { id: sea_orm::ActiveValue::NotSet, ..header.clone().into() });
        Entity::insert_many(rows).on_conflict(kept.clone()).exec_without_returning(db).await?;
    }
    Ok(())
}
