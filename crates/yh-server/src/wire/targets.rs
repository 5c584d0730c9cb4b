//! Targets, their cascade, path and approval; actuals by hand; reconciliations.

use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yh_app::{
    Comparison,
    actuals::StoredActual,
    reconcile::{Practice, Reconciliation, StoredReconciliation},
    targets::{Approval, StoredTarget, TargetText, cascade::Cascade, check::Difference, market::Figure, propose::Proposal},
};
use yh_model::target::Target as DomainTarget;

use super::{Label, Reject, local_time};

/// A version of a target.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Target {
    pub id: i64,
    pub metric: String,
    pub dimension: Option<String>,
    pub segment: Option<String>,
    pub period: String,
    pub floor: Option<f64>,
    pub target: f64,
    pub stretch: Option<f64>,
    pub reason: String,
    pub version: i32,
    pub by: String,
    pub at: String,
    pub approval: ApprovalWay,
}

/// How far a version has come.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ApprovalWay {
    /// `draft`, `submitted`, `approved` or `rejected`.
    pub state: String,
    pub submitted_by: Option<String>,
    pub submitted_at: Option<String>,
    pub decided_by: Option<String>,
    pub decided_at: Option<String>,
    pub note: Option<String>,
}

/// Targets in force, and those on their way.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TargetList {
    pub targets: Vec<Target>,
    /// Drafts and submitted versions that are newer than what is in force.
    pub pending: Vec<Target>,
    /// Whether what is recorded counts only when another person has approved it.
    pub approval_required: bool,
}

/// All versions of one target, the first first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TargetVersions {
    pub versions: Vec<Target>,
}

/// A target to be recorded; numbers as text so that they stay exact.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewTarget {
    pub metric: String,
    pub dimension: Option<String>,
    pub segment: Option<String>,
    pub period: String,
    pub floor: Option<String>,
    pub target: String,
    pub stretch: Option<String>,
    pub reason: Option<String>,
}

/// Rows of a grid, recorded all or none.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTargets {
    pub targets: Vec<NewTarget>,
}

/// What came of a target file or grid; lines of a grid count from 1.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TargetReport {
    pub accepted: usize,
    pub rejected: Vec<Reject>,
}

/// Which target is split, to whom, and by which keys.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CascadeRequest {
    pub metric: String,
    pub period: String,
    pub dimension: Option<String>,
    pub segment: Option<String>,
    /// A dimension, `person`, or `day`, `week`, `month`, `quarter`.
    pub by: String,
    /// With `person`: the dimension of the assignments; `store` when absent.
    pub of: Option<String>,
    /// `equal`, `history` or `shape`.
    pub keys: Option<String>,
    /// Children whose targets are set by hand; the others share what is left.
    pub fixed: Vec<FixedChild>,
}

/// A child whose target is set by hand.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FixedChild {
    /// The segment's value, or the period.
    pub name: String,
    /// A number as text.
    pub target: String,
}

/// A split that is not recorded; the children sum to the parent exactly.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CascadeAnswer {
    pub parent: NewTarget,
    pub children: Vec<NewTarget>,
    pub basis: Label,
}

/// A target whose changed value moves its siblings; answered by the siblings that change.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Siblings {
    pub targets: Vec<NewTarget>,
}

/// Cascades that do not add up.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TargetCheck {
    pub differences: Vec<TargetDifference>,
}

/// A parent whose children sum to something else.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TargetDifference {
    pub metric: String,
    pub dimension: Option<String>,
    pub segment: Option<String>,
    pub period: String,
    /// What the children are: a dimension, or a grain.
    pub by: String,
    /// `floor`, `target` or `stretch`.
    pub level: String,
    pub parent: f64,
    pub children: usize,
    pub sum: f64,
    pub difference: f64,
}

/// The planned course of a period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TargetPath {
    pub basis: Label,
    pub days: Vec<PathDay>,
}

/// One day of a path.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PathDay {
    pub day: String,
    /// The day's own share of the period, 0…1.
    pub share: f64,
    /// Where the day's weight comes from: `ordinary`, `same_day` or `same_phase` of history, `calendar`, `unweighed`.
    pub origin: String,
    /// Planned share until the end of the day.
    pub until: f64,
    /// Planned value until the end of the day, where there is a target.
    pub planned: Option<f64>,
}

/// Levels that a forecast suggests; never recorded by themselves.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TargetProposal {
    pub floor: String,
    pub target: String,
    pub stretch: String,
    pub expected: String,
    pub model: String,
    /// Periods of history.
    pub n: usize,
    pub grain: String,
    pub year_ago: Option<String>,
    pub market: Option<MarketGrowth>,
    /// The latest known benchmarks of the metric and segment.
    pub benchmarks: Vec<KnownBenchmark>,
}

/// Growth of the market on the year, over months before the period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MarketGrowth {
    /// 0.05 is 5 %.
    pub rate: f64,
    pub first: String,
    pub last: String,
    /// `benchmarks` or `market_heat`.
    pub dataset: String,
    /// What a year ago grown like the market would be, for metrics that add up.
    pub target: Option<String>,
}

/// A benchmark before the period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct KnownBenchmark {
    pub label: Label,
    pub value: String,
    /// Its first and last day.
    pub first: String,
    pub last: String,
    pub source: String,
}

/// Versions to be submitted, approved or rejected.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Decision {
    pub ids: Vec<i64>,
    /// `submit`, `approve` or `reject`.
    pub action: String,
    /// Who acts; the program's user when absent.
    pub by: Option<String>,
    pub note: Option<String>,
}

/// A version of an actual by hand.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Actual {
    pub id: i64,
    pub metric: String,
    pub dimension: Option<String>,
    pub segment: Option<String>,
    pub period: String,
    /// None takes the value back.
    pub value: Option<f64>,
    pub reason: String,
    pub evidence: String,
    pub version: i32,
    pub by: String,
    pub at: String,
    pub approval: ApprovalWay,
}

/// Every version of every actual, the newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ActualList {
    pub actuals: Vec<Actual>,
    /// The metrics whose values are entered by hand.
    pub metrics: Vec<String>,
}

/// An actual to be recorded; the number as text so that it stays exact.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewActual {
    pub metric: String,
    pub dimension: Option<String>,
    pub segment: Option<String>,
    pub period: String,
    pub value: String,
    pub reason: String,
    pub evidence: String,
}

/// A figure of a platform to be tied to a metric.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewReconciliation {
    pub metric: String,
    pub period: String,
    pub dimension: Option<String>,
    pub segment: Option<String>,
    /// The platform's number as text; none takes the metric `against`.
    pub figure: Option<String>,
    pub against: Option<String>,
    /// How the platform counts; none looks for it.
    pub practice: Option<PlatformPractice>,
    pub note: String,
}

/// How a platform counts; what is absent is as we do.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PlatformPractice {
    pub with_excluded: bool,
    pub statuses: Option<Vec<String>>,
    /// The time column it dates by.
    pub dated_by: Option<String>,
    /// `23:30`.
    pub day_ends: Option<String>,
    pub timezone: Option<String>,
    /// The metric of the refunds it deducts.
    pub refunds: Option<String>,
}

/// A reconciled figure: ours + parts + unexplained = figure.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ReconciliationAnswer {
    pub id: i64,
    pub metric: String,
    pub dimension: Option<String>,
    pub segment: Option<String>,
    pub period: String,
    /// Decimals as text.
    pub figure: String,
    pub ours: String,
    pub parts: Vec<ReconciliationPart>,
    pub unexplained: String,
    pub practice: PlatformPractice,
    /// The practice was found, not given.
    pub found: bool,
    pub notes: Vec<String>,
    pub note: String,
    pub snapshot_id: i64,
    pub revision: String,
}

/// One reason for the difference.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ReconciliationPart {
    pub kind: String,
    pub label: Label,
    pub amount: String,
    pub rows: Option<u64>,
}

/// A kept reconciliation in one line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ReconciliationSummary {
    pub id: i64,
    pub metric: String,
    pub dimension: Option<String>,
    pub segment: Option<String>,
    pub period: String,
    pub figure: String,
    pub ours: String,
    pub unexplained: String,
    pub note: String,
    pub by: String,
    pub at: String,
}

/// Kept reconciliations, the newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ReconciliationList {
    pub reconciliations: Vec<ReconciliationSummary>,
}

fn number(value: Decimal) -> f64 {
    yh_model::Value::Decimal(value).number().unwrap_or_default()
}

impl ApprovalWay {
    /// The way so far; times are the zone's.
    fn of(approval: &Approval, zone: &TimeZone) -> Self {
        let (submitted_by, submitted_at) = approval.submitted.clone().map(|(who, at)| (who, local_time(&at, zone))).unzip();
        let (decided_by, decided_at) = approval.decided.clone().map(|(who, at)| (who, local_time(&at, zone))).unzip();
        Self { state: approval.state.name().to_owned(), submitted_by, submitted_at, decided_by, decided_at, note: approval.note.clone() }
    }
}

impl Target {
    /// A version as it is recorded; times are the zone's.
    pub(crate) fn of(stored: &StoredTarget, zone: &TimeZone) -> Self {
        let target = &stored.target;
        let (dimension, segment) = target.segment.clone().unzip();
        Self {
            id: stored.id,
            metric: target.metric.clone(),
            dimension,
            segment,
            period: target.period.to_string(),
            floor: target.floor.map(number),
            target: number(target.target),
            stretch: target.stretch.map(number),
            reason: target.reason.clone(),
            version: stored.version,
            by: stored.by.clone(),
            at: local_time(&stored.at, zone),
            approval: ApprovalWay::of(&stored.approval, zone),
        }
    }
}

impl From<NewTarget> for TargetText {
    fn from(new: NewTarget) -> Self {
        Self {
            metric: new.metric,
            dimension: new.dimension.unwrap_or_default(),
            segment: new.segment.unwrap_or_default(),
            period: new.period,
            floor: new.floor.unwrap_or_default(),
            target: new.target,
            stretch: new.stretch.unwrap_or_default(),
            reason: new.reason.unwrap_or_default(),
        }
    }
}

impl From<&DomainTarget> for NewTarget {
    fn from(target: &DomainTarget) -> Self {
        let (dimension, segment) = target.segment.clone().unzip();
        let text = |value: Decimal| value.to_string();
        Self {
            metric: target.metric.clone(),
            dimension,
            segment,
            period: target.period.to_string(),
            floor: target.floor.map(text),
            target: target.target.to_string(),
            stretch: target.stretch.map(text),
            reason: Some(target.reason.clone()),
        }
    }
}

impl From<&Cascade> for CascadeAnswer {
    fn from(cascade: &Cascade) -> Self {
        Self {
            parent: NewTarget::from(&cascade.parent),
            children: cascade.children.iter().map(NewTarget::from).collect(),
            basis: Label::from(&cascade.basis),
        }
    }
}

impl From<&Difference> for TargetDifference {
    fn from(found: &Difference) -> Self {
        let (dimension, segment) = found.segment.clone().unzip();
        Self {
            metric: found.metric.clone(),
            dimension,
            segment,
            period: found.period.to_string(),
            by: found.by.clone(),
            level: found.level.to_owned(),
            parent: number(found.parent),
            children: found.children,
            sum: number(found.sum),
            difference: number(found.difference()),
        }
    }
}

impl From<&Proposal> for TargetProposal {
    fn from(proposal: &Proposal) -> Self {
        Self {
            floor: proposal.floor.to_string(),
            target: proposal.target.to_string(),
            stretch: proposal.stretch.to_string(),
            expected: proposal.expected.to_string(),
            model: proposal.model.clone(),
            n: proposal.n,
            grain: proposal.grain.name().to_owned(),
            year_ago: proposal.year_ago.map(|value| value.to_string()),
            market: proposal.market.growth.as_ref().map(|growth| MarketGrowth {
                rate: number(growth.rate),
                first: growth.first.to_string(),
                last: growth.last.to_string(),
                dataset: growth.source.dataset().to_owned(),
                target: proposal.by_market.map(|value| value.to_string()),
            }),
            benchmarks: proposal.market.figures.iter().map(KnownBenchmark::from).collect(),
        }
    }
}

impl From<&Figure> for KnownBenchmark {
    fn from(figure: &Figure) -> Self {
        Self {
            label: Label::from(&Comparison::Benchmark(figure.level).label()),
            value: figure.value.to_string(),
            first: figure.days.first.to_string(),
            last: figure.days.last.to_string(),
            source: figure.source.clone(),
        }
    }
}

impl Actual {
    /// A version as it is recorded; times are the zone's.
    pub(crate) fn of(stored: &StoredActual, zone: &TimeZone) -> Self {
        let actual = &stored.actual;
        let (dimension, segment) = actual.segment.clone().unzip();
        Self {
            id: stored.id,
            metric: actual.metric.clone(),
            dimension,
            segment,
            period: actual.period.to_string(),
            value: actual.value.map(number),
            reason: actual.reason.clone(),
            evidence: actual.evidence.clone(),
            version: stored.version,
            by: stored.by.clone(),
            at: local_time(&stored.at, zone),
            approval: ApprovalWay::of(&stored.approval, zone),
        }
    }
}

impl From<PlatformPractice> for Practice {
    fn from(practice: PlatformPractice) -> Self {
        Self {
            with_excluded: practice.with_excluded,
            statuses: practice.statuses,
            dated_by: practice.dated_by,
            day_ends: practice.day_ends,
            timezone: practice.timezone,
            refunds: practice.refunds,
        }
    }
}

impl From<&Practice> for PlatformPractice {
    fn from(practice: &Practice) -> Self {
        Self {
            with_excluded: practice.with_excluded,
            statuses: practice.statuses.clone(),
            dated_by: practice.dated_by.clone(),
            day_ends: practice.day_ends.clone(),
            timezone: practice.timezone.clone(),
            refunds: practice.refunds.clone(),
        }
    }
}

impl ReconciliationAnswer {
    /// A reconciliation with the id it is kept under.
    pub(crate) fn of(id: i64, found: &Reconciliation) -> Self {
        let part = |part: &yh_app::reconcile::Part| ReconciliationPart {
            kind: part.kind.name().to_owned(),
            label: Label::from(&part.kind.label()),
            amount: part.amount.to_string(),
            rows: part.rows,
        };
        Self {
            id,
            metric: found.metric.clone(),
            dimension: found.dimension.clone(),
            segment: found.segment.clone(),
            period: found.period.clone(),
            figure: found.figure.to_string(),
            ours: found.ours.to_string(),
            parts: found.parts.iter().map(part).collect(),
            unexplained: found.unexplained.to_string(),
            practice: PlatformPractice::from(&found.practice),
            found: found.found,
            notes: found.notes.clone(),
            note: found.note.clone(),
            snapshot_id: found.snapshot_id,
            revision: found.revision.clone(),
        }
    }
}

impl ReconciliationSummary {
    /// A kept reconciliation; times are the zone's.
    pub(crate) fn of(stored: &StoredReconciliation, zone: &TimeZone) -> Self {
        let filled = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Self {
            id: stored.id.into(),
            metric: stored.metric.clone(),
            dimension: filled(&stored.dimension),
            segment: filled(&stored.segment),
            period: stored.period.clone(),
            figure: stored.figure.clone(),
            ours: stored.ours.clone(),
            unexplained: stored.unexplained.clone(),
            note: stored.note.clone(),
            by: stored.by.clone(),
            at: local_time(&stored.at, zone),
        }
    }
}
