//! Reconciliation (对账): a platform's own figure beside ours, the difference split exactly and kept.
//!
//! Our number is turned into the platform's one practice at a time: its excluded orders, its statuses, the time it dates
//! by, the end of its day, its refunds. Each step is the same metric with one thing changed, asked by `MetricQuery`
//! through the one planning function; a part is what the step changed, so that parts and remainder sum to the difference.
//! Where the practice is not given, the smallest set of practices that explains the figure exactly is taken.

mod list;
mod variant;

use std::path::Path;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use yh_metrics::{Access, MetricQuery};
use yh_model::{Label, Period};
use yh_records::NewReconciliation;

pub use list::ListColumns;
pub use variant::Practice;
pub use yh_records::StoredReconciliation;

use crate::{
    App, AppError, ErrorKind, Result,
    ask::plain_answer,
    targets::{cascade::equals, dimension_name, segment_values},
};
use variant::Variants;

/// What is to be reconciled.
#[derive(Debug, Clone, Default)]
pub struct ReconcileRequest {
    pub metric: String,
    pub period: String,
    /// Dimension and value; none is the company.
    pub segment: Option<(String, String)>,
    /// The platform's number; none takes the metric `against`.
    pub figure: Option<Decimal>,
    /// A metric that holds the platform's numbers, such as `platform_paid_amount`.
    pub against: Option<String>,
    /// How the platform counts; none looks for it.
    pub practice: Option<Practice>,
    /// The platform's list of orders, and the columns of id and amount in it.
    pub list: Option<std::path::PathBuf>,
    pub columns: ListColumns,
    pub note: String,
}

/// A reconciled figure; parts and the unexplained rest sum to `figure − ours`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reconciliation {
    pub metric: String,
    pub dimension: Option<String>,
    pub segment: Option<String>,
    pub period: String,
    /// The platform's number.
    pub figure: Decimal,
    pub ours: Decimal,
    pub practice: Practice,
    /// The practice was found, not given.
    pub found: bool,
    pub parts: Vec<Part>,
    pub unexplained: Decimal,
    pub notes: Vec<String>,
    pub note: String,
    pub snapshot_id: i64,
    pub revision: String,
}

/// One reason for the difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub kind: PartKind,
    /// What it adds to our number.
    pub amount: Decimal,
    /// Rows that were moved, where they are known one by one.
    pub rows: Option<u64>,
}

/// Why a platform's number differs from ours; rows of a list in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// 刷单: it counts orders that we exclude.
    Exclusions,
    /// It counts other statuses.
    Status,
    /// It dates by another time, such as placing instead of payment.
    Dating,
    /// Its day ends at another time.
    CutOff,
    /// It deducts refunds.
    Refunds,
    /// Rows of its list that an import refused.
    Rejected,
    /// Rows of its list that we do not have.
    Missing,
    /// Rows of its list with another amount than ours.
    Amended,
    /// Rows of its list that we have, but count in another period, segment or status.
    Elsewhere,
    /// Rows of ours that its list does not have.
    Extra,
}

impl PartKind {
    /// The kind's name in answers, as it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exclusions => "exclusions",
            Self::Status => "status",
            Self::Dating => "dating",
            Self::CutOff => "cut_off",
            Self::Refunds => "refunds",
            Self::Rejected => "rejected",
            Self::Missing => "missing",
            Self::Amended => "amended",
            Self::Elsewhere => "elsewhere",
            Self::Extra => "extra",
        }
    }

    /// The reason in words.
    pub fn label(self) -> Label {
        match self {
            Self::Exclusions => Label::new("剔除订单（刷单）", "excluded orders"),
            Self::Status => Label::new("订单状态", "order status"),
            Self::Dating => Label::new("归日时间", "time it is dated by"),
            Self::CutOff => Label::new("日切", "end of the day"),
            Self::Refunds => Label::new("退款", "refunds"),
            Self::Rejected => Label::new("拒收行", "rejected rows"),
            Self::Missing => Label::new("缺少的行", "missing rows"),
            Self::Amended => Label::new("金额不同的行", "rows with another amount"),
            Self::Elsewhere => Label::new("我们有但不计在这里的行", "rows that we count elsewhere"),
            Self::Extra => Label::new("平台没有的行", "rows that it does not have"),
        }
    }
}

/// Reconciles one figure and keeps the result; returns it with its id.
pub async fn reconcile(app: &App, access: &Access, request: &ReconcileRequest) -> Result<(i64, Reconciliation)> {
    let found = work_out(app, access, request).await?;
    let content = serde_json::to_string(&found).map_err(|error| AppError::new(ErrorKind::Internal, "json", error.to_string()))?;
    let record = NewReconciliation {
        metric: found.metric.clone(),
        segment: request.segment.clone(),
        period: found.period.clone(),
        figure: found.figure.to_string(),
        ours: found.ours.to_string(),
        unexplained: found.unexplained.to_string(),
        content,
        note: found.note.clone(),
        snapshot_id: found.snapshot_id,
    };
    Ok((app.records.record_reconciliation(record, &app.stamp()).await?, found))
}

/// Lists kept reconciliations, the newest first.
pub async fn list_reconciliations(app: &App) -> Result<Vec<StoredReconciliation>> {
    Ok(app.records.list_reconciliations().await?)
}

/// Finds a kept reconciliation, exactly as it was found.
pub async fn find_reconciliation(app: &App, id: i64) -> Result<(StoredReconciliation, Reconciliation)> {
    let stored = app.records.find_reconciliation(id).await?;
    let content = serde_json::from_str(&stored.content).map_err(|error| AppError::new(ErrorKind::Internal, "json", error.to_string()))?;
    Ok((stored, content))
}

async fn work_out(app: &App, access: &Access, request: &ReconcileRequest) -> Result<Reconciliation> {
    let definitions = app.definitions().await?;
    definitions.metric(&request.metric)?;
    let period = definitions.calendar.period(&request.period)?;
    check_values(app, request).await?;
    let filter = |metric: &str| -> Result<Vec<String>> {
        let Some((dimension, value)) = &request.segment else { return Ok(Vec::new()) };
        let known = yh_metrics::dimensions(&definitions.catalog, metric);
        let name = dimension_name(&definitions, metric, dimension)
            .ok_or_else(|| AppError::unknown("dimension", dimension, known.iter().map(|dimension| dimension.name.as_str())))?;
        Ok(vec![equals(&name, value)])
    };
    let figure = match (request.figure, &request.against) {
        (Some(figure), _) => figure,
        (None, Some(against)) => figure_of(app, access, against, filter(against)?, period).await?,
        (None, None) => {
            let error = AppError::new(ErrorKind::Input, "figure", "the platform's figure is missing");
            return Err(error.hint("give --figure, or --against with a metric that holds it"));
        }
    };
    let variants = Variants::new(app, access, &request.metric, filter(&request.metric)?, period).await?;
    let (practice, found) = match &request.practice {
        Some(practice) => (practice.clone(), false),
        None => (variants.search(figure).await?.unwrap_or_default(), true),
    };
    let (ours, mut parts) = variants.steps(&practice).await?;
    let mut notes = Vec::new();
    if found && practice == Practice::default() && figure != ours {
        notes.push("no known practice of a platform explains the figure exactly".to_owned());
    }
    if let Some(path) = &request.list {
        let (listed, said) = variants.compare_list(Path::new(path), &request.columns, &practice, figure).await?;
        parts.extend(listed);
        notes.extend(said);
    }
    notes.extend(variants.rejected_note().await?);
    let explained: Decimal = parts.iter().map(|part| part.amount).sum();
    Ok(Reconciliation {
        metric: request.metric.clone(),
        dimension: request.segment.as_ref().map(|(dimension, _)| dimension.clone()),
        segment: request.segment.as_ref().map(|(_, value)| value.clone()),
        period: period.to_string(),
        figure,
        ours,
        practice,
        found,
        parts,
        unexplained: figure - ours - explained,
        notes,
        note: request.note.trim().to_owned(),
        snapshot_id: variants.snapshot_id(),
        revision: definitions.metric(&request.metric)?.revision.clone(),
    })
}

/// Refuses a segment or a status that no row has: a difference against nothing explains nothing.
async fn check_values(app: &App, request: &ReconcileRequest) -> Result<()> {
    let statuses = request.practice.iter().flat_map(|practice| practice.statuses.iter().flatten());
    let named = request.segment.iter().map(|(dimension, value)| (dimension.as_str(), value));
    for (dimension, value) in named.chain(statuses.map(|status| ("status", status))) {
        let known = segment_values(app, &request.metric, dimension).await?;
        if !known.is_empty() && !known.contains(value) {
            return Err(AppError::unknown("segment", value, known.iter().map(String::as_str)));
        }
    }
    Ok(())
}

/// The value of the metric that holds the platform's numbers.
async fn figure_of(app: &App, access: &Access, metric: &str, filters: Vec<String>, period: Period) -> Result<Decimal> {
    app.definitions().await?.metric(metric)?;
    let query = MetricQuery {
        metrics: vec![metric.to_owned()],
        where_: filters,
        start_time: Some(period.start().to_string()),
        end_time: Some(period.last_day().to_string()),
        ..MetricQuery::default()
    };
    let answer = plain_answer(app, access, &query).await?;
    let value = answer.frame.columns.first().and_then(|column| column.values.first()).and_then(yh_model::Value::decimal);
    value.ok_or_else(|| {
        let message = format!("{metric} has no value in {period}");
        AppError::new(ErrorKind::NotFound, "no-figure", message).hint("import the platform's figures, or give --figure")
    })
}
