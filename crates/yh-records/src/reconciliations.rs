//! Reconciliations (对账): a platform's figure beside ours, the difference explained, kept as it was found.

use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

use crate::{
    Records, RecordsError, Result, Stamp, audit,
    digest::{all_checked, checked, keep_digest},
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reconciliations")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub metric: String,
    pub dimension: String,
    pub segment: String,
    pub period: String,
    pub figure: String,
    pub ours: String,
    pub unexplained: String,
    /// The whole reconciliation as JSON.
    pub content: String,
    pub note: String,
    pub snapshot_id: i64,
    pub at: String,
    pub by: String,
    pub digest: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

/// A kept reconciliation.
pub type StoredReconciliation = Model;

/// A reconciliation to be kept; decimals as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReconciliation {
    pub metric: String,
    /// Dimension and value; none is the company.
    pub segment: Option<(String, String)>,
    pub period: String,
    pub figure: String,
    pub ours: String,
    pub unexplained: String,
    pub content: String,
    pub note: String,
    pub snapshot_id: i64,
}

const WHAT: &str = "reconciliation";

impl Records {
    /// Keeps a reconciliation and returns its id.
    pub async fn record_reconciliation(&self, new: NewReconciliation, stamp: &Stamp) -> Result<i64> {
        let transaction = self.begin().await?;
        let (dimension, segment) = new.segment.unwrap_or_default();
        let subject = format!("{} {} {dimension}={segment}", new.metric, new.period);
        let detail =
            serde_json::json!({"figure": new.figure, "ours": new.ours, "unexplained": new.unexplained, "note": new.note}).to_string();
        let row = ActiveModel {
            metric: Set(new.metric),
            dimension: Set(dimension),
            segment: Set(segment),
            period: Set(new.period),
            figure: Set(new.figure),
            ours: Set(new.ours),
            unexplained: Set(new.unexplained),
            content: Set(new.content),
            note: Set(new.note),
            snapshot_id: Set(new.snapshot_id),
            at: Set(stamp.at.to_string()),
            by: Set(stamp.by.clone()),
            ..Default::default()
        };
        let id = Entity::insert(row).exec(&transaction).await?.last_insert_id;
        keep_digest::<Entity>(&transaction, id).await?;
        audit::append(&transaction, stamp, "reconciliation.record", &subject, Some(detail)).await?;
        transaction.commit().await?;
        Ok(id.into())
    }

    /// Lists kept reconciliations, the newest first.
    pub async fn list_reconciliations(&self) -> Result<Vec<StoredReconciliation>> {
        all_checked(WHAT, Entity::find().order_by_desc(Column::Id).all(&self.db).await?)
    }

    /// Finds one.
    pub async fn find_reconciliation(&self, id: i64) -> Result<StoredReconciliation> {
        let missing = || RecordsError::NotFound { what: WHAT, id: id.to_string() };
        let key = i32::try_from(id).map_err(|_| missing())?;
        checked(WHAT, Entity::find_by_id(key).one(&self.db).await?.ok_or_else(missing)?)
    }
}
