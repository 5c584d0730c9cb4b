//! Targets (目标): attainment, time elapsed, planned path, gap, and what is needed per day.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;
use yh_metrics::catalog::Format;
use yh_model::{Calendar, Label, Period, Value, ValueKind, calendar::Days, period::days_between, target::Target};

use super::{
    Asking, Compared,
    absent::Absent,
    columns::{column, divide, subtract},
    rows::{Rows, days_of},
};
use crate::{
    Result,
    answer::{Answer, AnswerColumn, Base, Comparison, Measure, Role},
    targets::{
        path::{OpenPaths, paths_over},
        targets_in_force,
    },
};

/// Decimals of a computed amount.
const SCALE: u32 = 4;

pub(super) async fn compare(asking: &Asking<'_>, answer: &Answer, rows: &Rows<'_>) -> Result<Compared> {
    let targets = targets_in_force(asking.app).await?;
    let all = 0..answer.frame.height();
    let comparison = Comparison::Target;
    let mut columns = Vec::new();
    for (position, metric) in answer.columns.iter().enumerate().filter(|(_, column)| column.role == Role::Metric) {
        let own = &answer.frame.columns[position];
        let segments: Vec<_> = all.clone().map(|row| segment(asking, answer, rows, row)).collect();
        let days: Vec<Option<Days>> = all.clone().map(|row| rows.days(&answer.frame, row)).collect();
        let paths = open_paths(asking, metric, &targets, segments.iter().flatten().next(), &days, rows.as_of).await?;
        let found: Vec<Option<Plan>> = segments
            .iter()
            .zip(&days)
            .map(|(segment, days)| find(&targets, rows.calendar, metric, segment.as_ref()?.as_ref(), (*days)?, rows.as_of, &paths))
            .collect();
        let decimals = |pick: fn(&Plan) -> Option<Decimal>| -> Vec<Value> {
            found.iter().map(|plan| plan.as_ref().and_then(pick).map_or(Value::Null, Value::Decimal)).collect()
        };
        let target = decimals(|plan| Some(plan.target));
        let attainment = own.values.iter().zip(&target).map(|(own, target)| divide(own, target)).collect();
        let gap: Vec<Value> = own.values.iter().zip(&target).map(|(own, target)| subtract(target, own)).collect();
        let elapsed = all.clone().map(|row| elapsed(rows, rows.days(&answer.frame, row))).collect();
        let needed = gap.iter().zip(&found).map(|(gap, plan)| plan.as_ref().map_or(Value::Null, |plan| plan.needed(gap))).collect();
        let mut add = |measure, suffix: &str, kind, values| {
            columns.push(column(metric, &comparison, measure, format!("{}__{suffix}", metric.name), kind, values));
        };
        add(Measure::Value, "target", ValueKind::Decimal, target);
        add(Measure::Attainment, "attainment", ValueKind::Number, attainment);
        add(Measure::Gap, "gap", own.kind, gap);
        add(Measure::Elapsed, "elapsed", ValueKind::Number, elapsed);
        add(Measure::Planned, "planned", ValueKind::Decimal, decimals(|plan| plan.planned));
        add(Measure::Needed, "needed", ValueKind::Decimal, needed);
    }
    let base = Base { comparison, range: None, remark: Label::default(), rows: vec![None; answer.frame.height()] };
    Ok(Compared { columns, base })
}

/// The segments and periods that have a target, for an asker who sees every row.
pub(super) async fn others(asking: &Asking<'_>, answer: &Answer, rows: &Rows<'_>) -> Result<Vec<Absent>> {
    if !asking.query.where_.is_empty() || !asking.access.rows.is_empty() || rows.grain() == Some("hour") {
        return Ok(Vec::new());
    }
    let dimension = match rows.dimensions.as_slice() {
        [] => None,
        [index] => Some(answer.columns[*index].name.as_str()),
        _ => return Ok(Vec::new()),
    };
    let targets = targets_in_force(asking.app).await?;
    let mut found = Vec::new();
    for metric in answer.columns.iter().filter(|column| column.role == Role::Metric) {
        let own = targets.iter().filter(|target| target.metric == metric.name);
        let segments: BTreeSet<Option<&str>> = match dimension {
            Some(dimension) => own.filter_map(|target| target_value(target, dimension)).map(Some).collect(),
            None => [None].into(),
        };
        for (segment, range) in segments.into_iter().flat_map(|segment| rows.periods().into_iter().map(move |range| (segment, range))) {
            let pair = dimension.zip(segment).map(|(dimension, value)| (dimension.to_owned(), value.to_owned()));
            if find(&targets, rows.calendar, metric, pair.as_ref(), days_of(range), rows.as_of, &OpenPaths::new()).is_some() {
                let dimensions = segment.iter().map(|value| Value::Text((*value).to_owned())).collect();
                found.push(Absent { at: rows.time.is_some().then_some(range.start), dimensions });
            }
        }
    }
    Ok(found)
}

/// The value of a dimension that a target is kept for.
pub(crate) fn target_value<'t>(target: &'t Target, dimension: &str) -> Option<&'t str> {
    let (own, value) = target.segment.as_ref()?;
    (last_name(own) == last_name(dimension)).then_some(value)
}

/// The paths of the targets whose period is under way; before it nothing is planned, after it everything is.
async fn open_paths(
    asking: &Asking<'_>,
    metric: &AnswerColumn,
    targets: &[Target],
    segment: Option<&Option<(String, String)>>,
    days: &[Option<Days>],
    as_of: Option<Date>,
) -> Result<OpenPaths> {
    let mut paths = OpenPaths::new();
    let (Some(as_of), Some(segment)) = (as_of, segment) else { return Ok(paths) };
    let dimension = segment.as_ref().map(|(dimension, _)| dimension.as_str());
    let same_dimension = |target: &Target| {
        let other = target.segment.as_ref().map(|(dimension, _)| dimension.as_str());
        other.map(last_name) == dimension.map(last_name)
    };
    let asked = |period: Period| days.iter().flatten().any(|days| days.first <= period.last_day() && period.start() <= days.last);
    for target in targets.iter().filter(|target| target.metric == metric.name && same_dimension(target)) {
        let period = target.period;
        let is_open = period.start() <= as_of && as_of < period.last_day();
        if is_open && asked(period) && !paths.contains_key(&period) {
            let Asking { app, access, definitions, facts, .. } = asking;
            let found = paths_over(app, access, definitions, facts, &metric.name, dimension, period).await?;
            paths.extend(found.map(|found| (period, found)));
        }
    }
    Ok(paths)
}

/// A target, what its path plans by now, and the days that remain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Plan {
    pub target: Decimal,
    pub planned: Option<Decimal>,
    /// None for metrics that do not add up over days.
    pub remaining_days: Option<i32>,
}

impl Plan {
    /// What each remaining day must bring (日均需完成); 0 once the target is reached.
    fn needed(&self, gap: &Value) -> Value {
        match (gap.decimal(), self.remaining_days) {
            (Some(gap), Some(days)) if days > 0 => Value::Decimal((gap.max(Decimal::ZERO) / Decimal::from(days)).round_dp(SCALE)),
            _ => Value::Null,
        }
    }
}

fn elapsed(rows: &Rows<'_>, days: Option<Days>) -> Value {
    match (days, rows.as_of) {
        (Some(days), Some(as_of)) => {
            let passed = (days_between(days.first, as_of) + 1).clamp(0, days.count());
            Value::Number(f64::from(passed) / f64::from(days.count()))
        }
        _ => Value::Null,
    }
}

/// The segment of a row: none is the company, nothing when targets cannot be kept for it.
#[expect(clippy::option_option, reason = "no segment and no possible segment are different")]
pub(super) fn segment(asking: &Asking<'_>, answer: &Answer, rows: &Rows<'_>, row: usize) -> Option<Option<(String, String)>> {
    match (rows.dimensions.as_slice(), asking.filters.names.as_slice()) {
        ([], []) => Some(None),
        ([], [_]) => asking.filters.segment.clone().map(Some),
        // A filter on the dimension itself only chooses rows; any other makes a segment that has no target.
        ([index], filters) => {
            let name = &answer.columns[*index].name;
            let chooses = |names: &Option<Vec<String>>| names.as_ref().is_some_and(|names| names.iter().all(|one| one == name));
            let value = answer.frame.columns[*index].values[row].to_string();
            filters.iter().all(chooses).then(|| Some((name.clone(), value)))
        }
        _ => None,
    }
}

/// The target of a metric, segment and period; a longer period without one of its own takes the sum of its months
/// where the metric adds up.
pub(super) fn find(
    targets: &[Target],
    calendar: &Calendar,
    metric: &AnswerColumn,
    segment: Option<&(String, String)>,
    days: Days,
    as_of: Option<Date>,
    paths: &OpenPaths,
) -> Option<Plan> {
    let adds_up = matches!(metric.format, Some(Format::Money | Format::Count));
    let fits = |target: &&Target| target.metric == metric.name && same_segment(target.segment.as_ref(), segment);
    let own: Vec<&Target> = targets.iter().filter(fits).collect();
    let of = |days: Days| own.iter().find(|target| Days::from(target.period) == days);
    let planned = |target: &Target| match (as_of, adds_up) {
        (Some(as_of), true) => {
            let path = paths.get(&target.period).map(|paths| paths.of(segment.map(|(_, value)| value.as_str())));
            let linear = || (target.target * target.planned_share(as_of)).round_dp(SCALE);
            Some(path.map_or_else(linear, |path| path.planned(target.target, as_of)))
        }
        // A rate or an average is to be held at every moment.
        (_, false) => Some(target.target),
        (None, true) => None,
    };
    let remaining =
        as_of.filter(|_| adds_up).map(|as_of| days_between(as_of.max(days.first.yesterday().unwrap_or(as_of)), days.last).max(0));
    if let Some(target) = of(days) {
        return Some(Plan { target: target.target, planned: planned(target), remaining_days: remaining });
    }
    let month = |day: Date| calendar.period_of("month", day);
    let whole_months = month(days.first)?.first == days.first && month(days.last)?.last == days.last;
    if !adds_up || !whole_months {
        return None;
    }
    let mut sum = Plan { target: Decimal::ZERO, planned: as_of.map(|_| Decimal::ZERO), remaining_days: remaining };
    let mut next = month(days.first)?;
    while next.first <= days.last {
        let target = of(next)?;
        sum.target += target.target;
        sum.planned = sum.planned.zip(planned(target)).map(|(sum, more)| sum + more);
        next = month(next.last.tomorrow().ok()?)?;
    }
    Some(sum)
}

/// A dimension's name without the entity it is reached by.
fn last_name(name: &str) -> &str {
    name.rsplit("__").next().unwrap_or(name)
}

/// Whether two segments are the same; `store_id` and `order__store_id` name one dimension.
pub(crate) fn same_segment(a: Option<&(String, String)>, b: Option<&(String, String)>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some((dimension, value)), Some((other, other_value))) => {
            value == other_value && (dimension == other || last_name(dimension) == last_name(other))
        }
        _ => false,
    }
}
