//! Targets as records: every version kept, with who, when, why and who approved it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};
use yh_model::target::Target;

use crate::{
    Approval, Records, Result, Stamp, State, Verdict,
    approval::Kind,
    audit,
    digest::{all_checked, keep_digest},
    stored,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "targets")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub metric: String,
    pub dimension: String,
    pub segment: String,
    pub period: String,
    pub floor: Option<String>,
    pub target: String,
    pub stretch: Option<String>,
    pub reason: String,
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

/// A target to be recorded.
pub type NewTarget = Target;

/// A recorded target with its provenance; the highest approved version of a (metric, segment, period) is in force.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTarget {
    pub id: i64,
    pub target: Target,
    pub version: i32,
    pub at: String,
    pub by: String,
    pub approval: Approval,
}

const KIND: Kind = Kind { table: "targets", what: "target" };

impl Records {
    /// Records targets as new versions, all or none; one that stands already is left alone. Returns how many were recorded.
    pub async fn record_targets(&self, targets: &[NewTarget], approval: &Approval, stamp: &Stamp) -> Result<usize> {
        let transaction = self.begin().await?;
        let mut recorded = 0;
        for target in targets {
            let row = row(target, approval, stamp);
            let last = Entity::find()
                .filter(Column::Metric.eq(&row.metric))
                .filter(Column::Period.eq(&row.period))
                .filter(Column::Dimension.eq(&row.dimension))
                .filter(Column::Segment.eq(&row.segment))
                .order_by_desc(Column::Version)
                .one(&transaction)
                .await?;
            if last.as_ref().is_some_and(|last| stands(last, &row)) {
                continue;
            }
            let version = last.map_or(1, |last| last.version + 1);
            let detail = serde_json::json!({"target": row.target, "floor": row.floor, "stretch": row.stretch, "version": version, "reason": row.reason, "state": row.state});
            let subject = format!("{} {} {}={}", row.metric, row.period, row.dimension, row.segment);
            let mut row: ActiveModel = row.into();
            row.id = sea_orm::ActiveValue::NotSet;
            row.version = Set(version);
            let id = Entity::insert(row).exec(&transaction).await?.last_insert_id;
            keep_digest::<Entity>(&transaction, id).await?;
            audit::append(&transaction, stamp, "target.record", &subject, Some(detail.to_string())).await?;
            recorded += 1;
        }
        transaction.commit().await?;
        Ok(recorded)
    }

    /// Lists the targets in force, optionally of one metric.
    pub async fn list_targets(&self, metric: Option<&str>) -> Result<Vec<StoredTarget>> {
        let mut in_force = BTreeMap::new();
        for row in self.target_rows(metric).await?.into_iter().filter(|row| row.state == State::Approved.name()) {
            in_force.insert(key(&row), row);
        }
        in_force.into_values().map(read).collect()
    }

    /// Lists drafts and submitted versions that are newer than what is in force.
    pub async fn list_pending_targets(&self) -> Result<Vec<StoredTarget>> {
        let undecided = Column::State.is_in([State::Draft.name(), State::Submitted.name()]);
        if Entity::find().filter(undecided).count(&self.db).await? == 0 {
            return Ok(Vec::new());
        }
        let mut pending: BTreeMap<_, Vec<Model>> = BTreeMap::new();
        for row in self.target_rows(None).await? {
            let versions = pending.entry(key(&row)).or_default();
            match row.state.as_str() {
                "approved" => versions.clear(),
                "rejected" => {}
                _ => versions.push(row),
            }
        }
        pending.into_values().flatten().map(read).collect()
    }

    /// Lists every version of one target, the first first.
    pub async fn list_target_versions(&self, metric: &str, segment: Option<&(String, String)>, period: &str) -> Result<Vec<StoredTarget>> {
        let (dimension, segment) = segment.cloned().unwrap_or_default();
        let rows = self.target_rows(Some(metric)).await?.into_iter();
        rows.filter(|row| row.period == period && row.dimension == dimension && row.segment == segment).map(read).collect()
    }

    /// Submits drafts for approval, all or none.
    pub async fn submit_targets(&self, ids: &[i64], stamp: &Stamp) -> Result<()> {
        self.submit::<Entity>(KIND, ids, stamp).await
    }

    /// Approves or rejects submitted targets, all or none; never by who made or submitted them.
    pub async fn decide_targets(&self, ids: &[i64], verdict: Verdict, note: &str, stamp: &Stamp) -> Result<()> {
        self.decide::<Entity>(KIND, ids, verdict, note, stamp).await
    }

    async fn target_rows(&self, metric: Option<&str>) -> Result<Vec<Model>> {
        let mut query = Entity::find().order_by_asc(Column::Id);
        if let Some(metric) = metric {
            query = query.filter(Column::Metric.eq(metric));
        }
        all_checked(KIND.what, query.all(&self.db).await?)
    }
}

/// Whether the last version says the same and has come as far.
fn stands(last: &Model, new: &Model) -> bool {
    let same = (&last.floor, &last.target, &last.stretch) == (&new.floor, &new.target, &new.stretch);
    same && last.state != State::Rejected.name() && (last.state == State::Approved.name() || new.state != State::Approved.name())
}

fn key(row: &Model) -> (String, String, String, String) {
    (row.metric.clone(), row.period.clone(), row.dimension.clone(), row.segment.clone())
}

fn row(target: &Target, approval: &Approval, stamp: &Stamp) -> Model {
    let text = |value: Decimal| value.normalize().to_string();
    let (dimension, segment) = target.segment.clone().unwrap_or_default();
    let (submitted_by, submitted_at) = approval.submitted.clone().unzip();
    let (decided_by, decided_at) = approval.decided.clone().unzip();
    Model {
        id: 0,
        metric: target.metric.clone(),
        dimension,
        segment,
        period: target.period.to_string(),
        floor: target.floor.map(text),
        target: text(target.target),
        stretch: target.stretch.map(text),
        reason: target.reason.clone(),
        version: 0,
        at: stamp.at.to_string(),
        by: stamp.by.clone(),
        state: approval.state.name().to_owned(),
        submitted_by,
        submitted_at,
        decided_by,
        decided_at,
        note: approval.note.clone(),
        digest: None,
    }
}

fn read(row: Model) -> Result<StoredTarget> {
    let decimal = |text: &str| stored("target", text.parse::<Decimal>());
    Ok(StoredTarget {
        id: row.id.into(),
        version: row.version,
        at: row.at,
        by: row.by,
        approval: Approval::read(&row.state, (row.submitted_by, row.submitted_at), (row.decided_by, row.decided_at), row.note)?,
        target: Target {
            metric: row.metric,
            segment: (!row.dimension.is_empty()).then_some((row.dimension, row.segment)),
            period: stored("target period", row.period.parse())?,
            floor: row.floor.as_deref().map(decimal).transpose()?,
            target: decimal(&row.target)?,
            stretch: row.stretch.as_deref().map(decimal).transpose()?,
            reason: row.reason,
        },
    })
}
