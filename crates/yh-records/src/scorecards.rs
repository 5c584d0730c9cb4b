//! Computed scorecards, kept as the exact JSON that was shown.

use sea_orm::{ActiveValue::Set, Condition, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};
use sha2::{Digest, Sha256};

use crate::{
    Records, RecordsError, Result, Stamp, audit,
    digest::{all_checked, checked, keep_digest},
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scorecards")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub scheme: String,
    pub scheme_revision: String,
    pub period: String,
    pub subject: String,
    pub total: String,
    pub tier: Option<String>,
    pub provisional: String,
    pub snapshot_id: i64,
    pub card: String,
    pub hash: String,
    pub at: String,
    pub by: String,
    pub digest: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

/// A recorded scorecard; `card` is the JSON that was shown, `hash` its SHA-256.
pub type StoredScorecard = Model;

/// A scorecard to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewScorecard {
    pub scheme: String,
    pub scheme_revision: String,
    pub period: String,
    pub subject: String,
    pub total: String,
    pub tier: Option<String>,
    pub provisional: bool,
    pub snapshot_id: i64,
    pub card: String,
}

const WHAT: &str = "scorecard";

impl Records {
    /// Records a scorecard unless the last one of its subject and period has the same bytes; returns its id.
    pub async fn record_scorecard(&self, card: NewScorecard, stamp: &Stamp) -> Result<i64> {
        let hash: String = Sha256::digest(&card.card).iter().map(|byte| format!("{byte:02x}")).collect();
        let transaction = self.begin().await?;
        let last = Entity::find()
            .filter(Column::Scheme.eq(&card.scheme))
            .filter(Column::Period.eq(&card.period))
            .filter(Column::Subject.eq(&card.subject))
            .order_by_desc(Column::Id)
            .one(&transaction)
            .await?;
        if let Some(last) = last.filter(|last| last.hash == hash) {
            transaction.commit().await?;
            return Ok(last.id.into());
        }
        let subject = format!("{} {} {}", card.scheme, card.period, card.subject);
        let detail = serde_json::json!({"total": card.total, "hash": hash}).to_string();
        let row = ActiveModel {
            scheme: Set(card.scheme),
            scheme_revision: Set(card.scheme_revision),
            period: Set(card.period),
            subject: Set(card.subject),
            total: Set(card.total),
            tier: Set(card.tier),
            provisional: Set(card.provisional.to_string()),
            snapshot_id: Set(card.snapshot_id),
            card: Set(card.card),
            hash: Set(hash),
            at: Set(stamp.at.to_string()),
            by: Set(stamp.by.clone()),
            ..Default::default()
        };
        let id = Entity::insert(row).exec(&transaction).await?.last_insert_id;
        keep_digest::<Entity>(&transaction, id).await?;
        audit::append(&transaction, stamp, "scorecard.record", &subject, Some(detail)).await?;
        transaction.commit().await?;
        Ok(id.into())
    }

    /// Lists the last recorded scorecard of each subject of a scheme and period.
    pub async fn list_scorecards(&self, scheme: &str, period: Option<&str>) -> Result<Vec<StoredScorecard>> {
        let mut of_scheme = Condition::all().add(Column::Scheme.eq(scheme));
        if let Some(period) = period {
            of_scheme = of_scheme.add(Column::Period.eq(period));
        }
        let last = Entity::find().filter(of_scheme).select_only().column_as(Column::Id.max(), "id");
        let last = last.group_by(Column::Period).group_by(Column::Subject).into_query();
        let cards = Entity::find().filter(Column::Id.in_subquery(last));
        all_checked(WHAT, cards.order_by_asc(Column::Period).order_by_asc(Column::Subject).order_by_asc(Column::Id).all(&self.db).await?)
    }

    /// Finds one scorecard by id.
    pub async fn find_scorecard(&self, id: i64) -> Result<StoredScorecard> {
        let missing = || RecordsError::NotFound { what: WHAT, id: id.to_string() };
        let key = i32::try_from(id).map_err(|_| missing())?;
        checked(WHAT, Entity::find_by_id(key).one(&self.db).await?.ok_or_else(missing)?)
    }
}
