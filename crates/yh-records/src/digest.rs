//! Rows that numbers depend on carry a digest of themselves, checked whenever they are read.

use sea_orm::{ConnectionTrait, ExprTrait, IdenStatic, Iterable, QueryOrder, QuerySelect, Value, entity::prelude::*, sea_query::Query};
use sea_orm_migration::prelude::{Alias, MigrationName, MigrationTrait, SchemaManager, Table};
use sea_orm_migration::schema::{string, string_null, text};
use sha2::{Digest, Sha256};

use crate::{RecordsError, Result, migration};

const DIGEST: &str = "digest";
/// Tables whose rows carry one.
const TABLES: [&str; 6] = ["targets", "manual_actuals", "scorecards", "reconciliations", "mappings", "boards"];

/// Writes the digest of a row that was added or changed, in the transaction that did it.
pub(crate) async fn keep_digest<E: EntityTrait>(db: &impl ConnectionTrait, id: i32) -> Result<()> {
    let key = Expr::col(Alias::new("id")).eq(id);
    let Some(row) = E::find().filter(key.clone()).one(db).await? else { return Ok(()) };
    let update = Query::update().table(E::default()).value(Alias::new(DIGEST), digest(&row)).and_where(key).to_owned();
    db.execute(&update).await?;
    Ok(())
}

/// Gives back a row that is what was recorded.
pub(crate) fn checked<M: ModelTrait>(what: &'static str, row: M) -> Result<M> {
    let column = |wanted: &str| <M::Entity as EntityTrait>::Column::iter().find(|column| column.as_str() == wanted);
    let value = |wanted: &str| column(wanted).and_then(|column| content(&row.get(column)));
    if value(DIGEST).as_deref() == Some(&digest(&row)) {
        return Ok(row);
    }
    let reason = format!("row {} is not what was recorded, its digest differs", value("id").unwrap_or_default());
    Err(RecordsError::Corrupt { what, reason })
}

/// The same for rows in a list.
pub(crate) fn all_checked<M: ModelTrait>(what: &'static str, rows: Vec<M>) -> Result<Vec<M>> {
    rows.into_iter().map(|row| checked(what, row)).collect()
}

/// A digest of every column that has a value, so that a column added later changes none.
fn digest<M: ModelTrait>(row: &M) -> String {
    let mut hasher = Sha256::new();
    for column in <M::Entity as EntityTrait>::Column::iter().filter(|column| column.as_str() != DIGEST) {
        let Some(content) = content(&row.get(column)) else { continue };
        for part in [column.as_str(), &content] {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part);
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn content(value: &Value) -> Option<String> {
    match value {
        Value::Int(value) => value.map(|value| value.to_string()),
        Value::BigInt(value) => value.map(|value| value.to_string()),
        Value::String(value) => value.clone(),
        other => Some(format!("{other:?}")),
    }
}

/// The step that adds the digests, and what records say about themselves.
pub(crate) struct Digests;

impl MigrationName for Digests {
    fn name(&self) -> &str {
        "m0006_digests"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Digests {
    async fn up(&self, manager: &SchemaManager) -> std::result::Result<(), DbErr> {
        let name = Alias::new;
        for table in TABLES {
            manager.alter_table(Table::alter().table(name(table)).add_column(string_null(name(DIGEST))).to_owned()).await?;
        }
        manager.create_table(migration::table("about", vec![string(name("name")), text(name("value"))])).await?;
        manager.create_index(migration::index("about", &["name"], true)).await
    }
}

/// Does the same for every such table.
macro_rules! each_table {
    ($step:ident, $($argument:expr),*) => {
        $step::<crate::targets::Entity>($($argument),*).await?;
        $step::<crate::actuals::Entity>($($argument),*).await?;
        $step::<crate::scorecards::Entity>($($argument),*).await?;
        $step::<crate::reconciliations::Entity>($($argument),*).await?;
        $step::<crate::mappings::Entity>($($argument),*).await?;
        $step::<crate::boards::Entity>($($argument),*).await?;
    };
}

/// Gives a digest to the rows that were recorded before there were any.
pub(crate) async fn digest_older(db: &impl ConnectionTrait) -> Result<()> {
    each_table!(digest_those_without, db);
    Ok(())
}

/// Says of every row that is not what was recorded.
pub(crate) async fn broken(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let mut found = Vec::new();
    each_table!(find_broken, db, &mut found);
    Ok(found)
}

async fn find_broken<E: EntityTrait>(db: &impl ConnectionTrait, found: &mut Vec<String>) -> Result<()> {
    for row in E::find().all(db).await? {
        if let Err(RecordsError::Corrupt { reason, .. }) = checked("row", row) {
            found.push(format!("{}: {reason}", E::default().table_name()));
        }
    }
    Ok(())
}

async fn digest_those_without<E: EntityTrait>(db: &impl ConnectionTrait) -> Result<()> {
    let id = || Expr::col(Alias::new("id"));
    let without = E::find().filter(Expr::col(Alias::new(DIGEST)).is_null()).order_by_asc(id());
    let ids: Vec<i32> = without.select_only().expr(id()).into_tuple().all(db).await?;
    for id in ids {
        keep_digest::<E>(db, id).await?;
    }
    Ok(())
}
