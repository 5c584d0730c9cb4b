//! Targets as records: every version kept, with who, when and why.

use rust_decimal::Decimal;
use sea_orm::{ActiveValue::Set, QueryOrder, TransactionTrait, entity::prelude::*};
use yh_model::target::Target;

use crate::{Records, Result, Stamp, audit, stored};

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
}

impl ActiveModelBehavior for ActiveModel {}

/// A target to be recorded.
pub type NewTarget = Target;

/// A recorded target with its provenance; the highest version of a (metric, segment, period) is in force.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTarget {
    pub id: i64,
    pub target: Target,
    pub version: i32,
    pub at: String,
    pub by: String,
}

impl Records {
    /// Records targets as new versions, all or none; an unchanged one is left alone. Returns how many were recorded.
    pub async fn record_targets(&self, targets: &[NewTarget], stamp: &Stamp) -> Result<usize> {
        let transaction = self.db.begin().await?;
        let mut recorded = 0;
        for target in targets {
            let row = row(target, stamp);
            let last = Entity::find()
                .filter(Column::Metric.eq(&row.metric))
                .filter(Column::Period.eq(&row.period))
                .filter(Column::Dimension.eq(&row.dimension))
                .filter(Column::Segment.eq(&row.segment))
                .order_by_desc(Column::Version)
                .one(&transaction)
                .await?;
            if last.as_ref().is_some_and(|last| (&last.floor, &last.target, &last.stretch) == (&row.floor, &row.target, &row.stretch)) {
                continue;
            }
            let version = last.map_or(1, |last| last.version + 1);
            let detail = serde_json::json!({"target": row.target, "floor": row.floor, "stretch": row.stretch, "version": version, "reason": row.reason});
            let subject = format!("{} {} {}={}", row.metric, row.period, row.dimension, row.segment);
            let mut row: ActiveModel = row.into();
            row.id = sea_orm::ActiveValue::NotSet;
            row.version = Set(version);
            Entity::insert(row).exec(&transaction).await?;
            audit::append(&transaction, stamp, "target.record", &subject, Some(detail.to_string())).await?;
            recorded += 1;
        }
        transaction.commit().await?;
        Ok(recorded)
    }

    /// Lists the targets in force, optionally of one metric.
    pub async fn list_targets(&self, metric: Option<&str>) -> Result<Vec<StoredTarget>> {
        let mut query = Entity::find().order_by_asc(Column::Id);
        if let Some(metric) = metric {
            query = query.filter(Column::Metric.eq(metric));
        }
        let mut in_force = std::collections::BTreeMap::new();
        for row in query.all(&self.db).await? {
            in_force.insert((row.metric.clone(), row.period.clone(), row.dimension.clone(), row.segment.clone()), row);
        }
        in_force.into_values().map(read).collect()
    }
}

fn row(target: &Target, stamp: &Stamp) -> Model {
    let text = |value: Decimal| value.normalize().to_string();
    let (dimension, segment) = target.segment.clone().unwrap_or_default();
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
    }
}

fn read(row: Model) -> Result<StoredTarget> {
    let decimal = |text: &str| stored("target", text.parse::<Decimal>());
    Ok(StoredTarget {
        id: row.id.into(),
        version: row.version,
        at: row.at,
        by: row.by,
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
