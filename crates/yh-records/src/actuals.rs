//! Actuals by hand (手工实绩): values of metrics without data, every version kept with who, when, why and evidence.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};
use yh_model::Period;

use crate::{
    Approval, Records, Result, Stamp, State, Verdict,
    approval::Kind,
    audit,
    digest::{checked, keep_digest},
    stored,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "manual_actuals")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub metric: String,
    pub dimension: String,
    pub segment: String,
    pub period: String,
    pub value: Option<String>,
    pub reason: String,
    pub evidence: String,
    pub version: i32,
    pub at: String,
    pub by: String,
    pub state: String,
    pub submitted_by: Option<String>,
    pub submitted_at: Option<String>,
    pub decided_by: Option<String>,
    pub decided_at: Option<String>,
    pub note: Option<String>,
    pub digest: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

/// An actual to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct NewActual {
    pub metric: String,
    /// Dimension and value; none is the company.
    pub segment: Option<(String, String)>,
    pub period: Period,
    /// None takes the value back.
    pub value: Option<Decimal>,
    pub reason: String,
    /// A link to, or the words of, what proves it.
    pub evidence: String,
}

/// A recorded actual; the highest approved version of a (metric, segment, period) counts.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredActual {
    pub id: i64,
    pub actual: NewActual,
    pub version: i32,
    pub at: String,
    pub by: String,
    pub approval: Approval,
}

const KIND: Kind = Kind { table: "manual_actuals", what: "actual" };

impl Records {
    /// Records one actual as a new version and returns its id.
    pub async fn record_actual(&self, actual: &NewActual, approval: &Approval, stamp: &Stamp) -> Result<i64> {
        let transaction = self.begin().await?;
        let (dimension, segment) = actual.segment.clone().unwrap_or_default();
        let period = actual.period.to_string();
        let last = Entity::find()
            .filter(Column::Metric.eq(&actual.metric))
            .filter(Column::Period.eq(&period))
            .filter(Column::Dimension.eq(&dimension))
            .filter(Column::Segment.eq(&segment))
            .order_by_desc(Column::Version)
            .one(&transaction)
            .await?;
        let version = last.map_or(1, |last| last.version + 1);
        let value = actual.value.map(|value| value.normalize().to_string());
        let detail = serde_json::json!({"value": value, "version": version, "reason": actual.reason, "evidence": actual.evidence, "state": approval.state.name()});
        let subject = format!("{} {period} {dimension}={segment}", actual.metric);
        let (decided_by, decided_at) = approval.decided.clone().unzip();
        let row = ActiveModel {
            metric: Set(actual.metric.clone()),
            dimension: Set(dimension),
            segment: Set(segment),
            period: Set(period),
            value: Set(value),
            reason: Set(actual.reason.clone()),
            evidence: Set(actual.evidence.clone()),
            version: Set(version),
            at: Set(stamp.at.to_string()),
            by: Set(stamp.by.clone()),
            state: Set(approval.state.name().to_owned()),
            decided_by: Set(decided_by),
            decided_at: Set(decided_at),
            ..Default::default()
        };
        let id = Entity::insert(row).exec(&transaction).await?.last_insert_id;
        keep_digest::<Entity>(&transaction, id).await?;
        audit::append(&transaction, stamp, "actual.record", &subject, Some(detail.to_string())).await?;
        transaction.commit().await?;
        Ok(id.into())
    }

    /// Lists the actuals that count, by metric, period and segment; those taken back have no value.
    pub async fn list_actuals(&self) -> Result<Vec<StoredActual>> {
        let rows = Entity::find()
            .filter(Column::State.eq(State::Approved.name()))
            .order_by_asc(Column::Version)
            .order_by_asc(Column::Id)
            .all(&self.db)
            .await?;
        let key = |row: &Model| (row.metric.clone(), row.period.clone(), row.dimension.clone(), row.segment.clone());
        let counting: BTreeMap<_, Model> = rows.into_iter().map(|row| (key(&row), row)).collect();
        counting.into_values().map(read).collect()
    }

    /// Lists every version of every actual, the newest first.
    pub async fn list_actual_versions(&self) -> Result<Vec<StoredActual>> {
        Entity::find().order_by_desc(Column::Id).all(&self.db).await?.into_iter().map(read).collect()
    }

    /// Submits drafts for approval, all or none.
    pub async fn submit_actuals(&self, ids: &[i64], stamp: &Stamp) -> Result<()> {
        self.submit::<Entity>(KIND, ids, stamp).await
    }

    /// Approves or rejects submitted actuals, all or none; never by who made or submitted them.
    pub async fn decide_actuals(&self, ids: &[i64], verdict: Verdict, note: &str, stamp: &Stamp) -> Result<()> {
        self.decide::<Entity>(KIND, ids, verdict, note, stamp).await
    }
}

fn read(row: Model) -> Result<StoredActual> {
    let row = checked(KIND.what, row)?;
    Ok(StoredActual {
        id: row.id.into(),
        version: row.version,
        at: row.at,
        by: row.by,
        approval: Approval::read(&row.state, (row.submitted_by, row.submitted_at), (row.decided_by, row.decided_at), row.note)?,
        actual: NewActual {
            metric: row.metric,
            segment: (!row.dimension.is_empty()).then_some((row.dimension, row.segment)),
            period: stored("actual period", row.period.parse())?,
            value: row.value.map(|text| stored("actual", text.parse())).transpose()?,
            reason: row.reason,
            evidence: row.evidence,
        },
    })
}
