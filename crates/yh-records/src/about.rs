//! What the records say about themselves: which program last changed their tables, and where they were moved.

use sea_orm::{ActiveValue::Set, ConnectionTrait, entity::prelude::*, sea_query::OnConflict};
use sea_orm_migration::SchemaManager;

use crate::Result;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "about")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub name: String,
    pub value: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// The version of the program that last brought the tables up to date.
pub(crate) const PROGRAM: &str = "program";
/// Where the records were moved.
pub(crate) const MOVED: &str = "moved_to";

/// Where the records were moved, without a password; none while they are in use.
pub(crate) async fn moved(db: &impl ConnectionTrait) -> Result<Option<String>> {
    find(db, MOVED).await
}

pub(crate) async fn find(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>> {
    Ok(Entity::find().filter(Column::Name.eq(name)).one(db).await?.map(|row| row.value))
}

/// The program that last changed the tables, also of records whose tables are not ours.
pub(crate) async fn program(db: &DatabaseConnection) -> Option<String> {
    let has_table = SchemaManager::new(db).has_table("about").await.unwrap_or(false);
    if has_table { find(db, PROGRAM).await.ok().flatten() } else { None }
}

pub(crate) async fn put(db: &impl ConnectionTrait, name: &str, value: &str) -> Result<()> {
    let row = ActiveModel { name: Set(name.to_owned()), value: Set(value.to_owned()), ..Default::default() };
    let replace = OnConflict::column(Column::Name).update_column(Column::Value).to_owned();
    Entity::insert(row).on_conflict(replace).exec(db).await?;
    Ok(())
}
