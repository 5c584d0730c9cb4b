//! Cascade (目标分解): a parent's target split to stores, people or days so that the children sum to it exactly.

use std::collections::{BTreeMap, HashMap};

use jiff::ToSpan;
use rust_decimal::{Decimal, RoundingStrategy};
use yh_metrics::{Access, MetricQuery, catalog::Format};
use yh_model::{
    Grain, Label, Period, Value,
    period::days_between,
    target::{
        Target,
        cascade::{Levels, SplitError, split_levels},
    },
};

use super::{
    TargetKey, dimension_name,
    path::{basis_label, target_paths},
    segment_values,
};
use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    additive::{Over, require_additive},
    answer::Role,
    ask::{plain_answer, reach},
    compare::same_segment,
    people::{PERSON, list_assignments},
};

/// To whom a target is split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// Values of a dimension, such as stores; the parent is the company's.
    Dimension(String),
    /// People by their assignments to values of this dimension, their share and their days; the parent is the company's.
    Person { of: String },
    /// Shorter periods of the same segment.
    Time(Grain),
}

/// In proportion to what it is split.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Keys {
    Equal,
    /// Actuals of the same period a year ago, else of the period before.
    #[default]
    History,
    /// The planned path; for shorter periods only.
    Shape,
}

/// A split that nobody has recorded yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Cascade {
    pub parent: Target,
    pub children: Vec<Target>,
    /// The key of each child.
    pub keys: Vec<Decimal>,
    /// What the keys rest on, such as `history 2024-11`.
    pub basis: Label,
}

/// A child whose target is set by hand, by its segment's value or its period's text.
pub type Fixed = (String, Decimal);

/// Keys by segment's value, or by the text of a period.
type Weights = Vec<(String, Decimal)>;

/// Splits the target in force; nothing is recorded. Fixed children keep their targets, the others share what is left.
pub async fn cascade(app: &App, access: &Access, key: &TargetKey, by: &By, keys: Keys, fixed: &[Fixed]) -> Result<Cascade> {
    let definitions = app.definitions().await?;
    let metric = definitions.metric(&key.metric)?;
    require_additive(&definitions.catalog, &key.metric, if matches!(by, By::Time(_)) { Over::Time } else { Over::Segments })?;
    let parent = in_force(app, key).await?;
    if !matches!(by, By::Time(_)) && key.segment.is_some() {
        let message = "only the company's target is split to segments";
        return Err(AppError::new(ErrorKind::Input, "parent-segment", message).hint("split a segment's own target to shorter periods"));
    }
    let (weights, basis) = match by {
        By::Dimension(dimension) => segment_weights(app, access, &definitions, key, dimension, keys).await?,
        By::Person { of } => {
            let (segments, basis) = segment_weights(app, access, &definitions, key, of, keys).await?;
            (person_weights(app, of, key.period, &segments).await?, basis)
        }
        By::Time(grain) => time_weights(app, access, key, *grain, keys).await?,
    };
    let values: Vec<Decimal> = weights.iter().map(|(_, weight)| *weight).collect();
    let parts = split_around(metric.format, &parent, &weights, fixed)?;
    let children = weights.iter().zip(parts).map(|((name, _), levels)| child(&parent, by, name, levels));
    Ok(Cascade { children: children.collect::<Result<_>>()?, parent, keys: values, basis })
}

/// The children's levels: the fixed ones as given, floor and stretch in the parent's proportion; the rest by their keys.
fn split_around(format: Format, parent: &Target, weights: &Weights, fixed: &[Fixed]) -> Result<Vec<Levels>> {
    let unit = smallest_unit(format, parent);
    let known = weights.iter().map(|(name, _)| name.as_str());
    if let Some((name, _)) = fixed.iter().find(|(name, _)| !known.clone().any(|known| known == name)) {
        return Err(AppError::unknown("segment", name, known));
    }
    let given = |name: &str| fixed.iter().find(|(fixed, _)| fixed == name).map(|(_, target)| in_proportion(parent, *target, unit));
    let mut left = Levels { floor: parent.floor, target: parent.target, stretch: parent.stretch };
    for levels in weights.iter().filter_map(|(name, _)| given(name)) {
        left.target -= levels.target;
        left.floor = left.floor.zip(levels.floor).map(|(left, own)| left - own);
        left.stretch = left.stretch.zip(levels.stretch).map(|(left, own)| left - own);
    }
    let open: Vec<Decimal> = weights.iter().filter(|(name, _)| given(name).is_none()).map(|(_, weight)| *weight).collect();
    let exceeded = left.target.is_sign_negative() && !left.target.is_zero() && parent.target.is_sign_positive();
    if exceeded || (open.is_empty() && !left.target.is_zero()) {
        let message = format!("the children set by hand sum to {}, the whole is {}", parent.target - left.target, parent.target);
        return Err(AppError::new(ErrorKind::Input, "child-too-large", message).hint("change them so that they leave what the others get"));
    }
    let mut parts = if open.is_empty() { Vec::new() } else { split_levels(&left, &open, unit).map_err(refuse)? }.into_iter();
    let own = |(name, _): &(String, Decimal)| given(name).or_else(|| parts.next());
    Ok(weights.iter().filter_map(own).collect())
}

/// Levels of a target that lie as far from it, in proportion, as the parent's; rounded to whole units.
fn in_proportion(parent: &Target, target: Decimal, unit: u32) -> Levels {
    let scaled = |level: Option<Decimal>| {
        let level = level?;
        let value = if parent.target.is_zero() { level } else { target * (level / parent.target) };
        Some(value.round_dp_with_strategy(unit, RoundingStrategy::MidpointAwayFromZero))
    };
    Levels { floor: scaled(parent.floor), target, stretch: scaled(parent.stretch) }
}

/// Moves the siblings of one changed child so that all still sum to the company's target; nothing is recorded.
///
/// Siblings keep their proportions; the changed child stays as given. Returns the siblings that change.
pub async fn rebalance(app: &App, changed: &Target) -> Result<Vec<Target>> {
    let definitions = app.definitions().await?;
    let metric = definitions.metric(&changed.metric)?;
    require_additive(&definitions.catalog, &changed.metric, Over::Segments)?;
    let Some((dimension, own)) = &changed.segment else {
        let message = "the company's target has no siblings";
        return Err(AppError::new(ErrorKind::Input, "no-siblings", message).hint("split it again instead"));
    };
    let parent = in_force(app, &TargetKey { metric: changed.metric.clone(), segment: None, period: changed.period }).await?;
    let is_sibling = |target: &Target| {
        let same = target.segment.as_ref().is_some_and(|(other, value)| {
            value != own && same_segment(Some(&(other.clone(), String::new())), Some(&(dimension.clone(), String::new())))
        });
        same && target.period == changed.period
    };
    let stored = app.records.list_targets(Some(&changed.metric)).await?;
    let siblings: Vec<Target> = stored.into_iter().map(|stored| stored.target).filter(is_sibling).collect();
    let rest = |level: Option<Decimal>, own: Option<Decimal>| level.map(|level| level - own.unwrap_or(changed.target));
    let levels = Levels {
        floor: rest(parent.floor, changed.floor),
        target: parent.target - changed.target,
        stretch: rest(parent.stretch, changed.stretch),
    };
    if levels.target.is_sign_negative() && parent.target.is_sign_positive() {
        let message = format!("{own} alone would have {}, more than the whole {}", changed.target, parent.target);
        return Err(AppError::new(ErrorKind::Input, "child-too-large", message).hint("raise the company's target first"));
    }
    let keys: Vec<Decimal> = siblings.iter().map(|sibling| sibling.target).collect();
    let parts = split_levels(&levels, &keys, smallest_unit(metric.format, &parent)).map_err(refuse)?;
    let moved = |(sibling, levels): (&Target, Levels)| Target {
        floor: levels.floor,
        target: levels.target,
        stretch: levels.stretch,
        reason: changed.reason.clone(),
        ..sibling.clone()
    };
    Ok(siblings.iter().zip(parts).map(moved).collect())
}

/// The target in force of a key.
async fn in_force(app: &App, key: &TargetKey) -> Result<Target> {
    let stored = app.records.list_targets(Some(&key.metric)).await?;
    let fits = |target: &Target| target.period == key.period && same_segment(target.segment.as_ref(), key.segment.as_ref());
    let found = stored.into_iter().map(|stored| stored.target).find(fits);
    found.ok_or_else(|| {
        let segment = key.segment.as_ref().map(|(dimension, value)| format!(" of {dimension} {value}")).unwrap_or_default();
        let message = format!("{} has no target in force for {}{segment}", key.metric, key.period);
        AppError::new(ErrorKind::NotFound, "no-target", message).hint("record it first; a draft counts only once it is approved")
    })
}

/// Digits after the point of the smallest unit in which a target is split: fen, whole pieces, else the parent's own.
fn smallest_unit(format: Format, parent: &Target) -> u32 {
    let own = [parent.floor, Some(parent.target), parent.stretch].into_iter().flatten().map(|level| level.normalize().scale()).max();
    match format {
        Format::Money => 2,
        Format::Count => 0,
        _ => own.unwrap_or(0),
    }
}

fn refuse(error: SplitError) -> AppError {
    let hint = match &error {
        SplitError::NoChildren => "import data or assignments first, or give the children targets by hand",
        SplitError::NoKeys => "choose equal keys",
        SplitError::NegativeKey => "choose equal keys, or another period of history",
        SplitError::Unit { .. } => "round the parent's target to whole units",
        SplitError::TooLarge(_) => "write a smaller target",
    };
    AppError::new(ErrorKind::Input, "cascade", error.to_string()).hint(hint)
}

fn child(parent: &Target, by: &By, name: &str, levels: Levels) -> Result<Target> {
    let (segment, period) = match by {
        By::Dimension(dimension) => (Some((dimension.clone(), name.to_owned())), parent.period),
        By::Person { .. } => (Some((PERSON.to_owned(), name.to_owned())), parent.period),
        By::Time(_) => {
            let period = name
                .parse()
                .map_err(|error: yh_model::period::PeriodError| AppError::new(ErrorKind::Internal, "period", error.to_string()))?;
            (parent.segment.clone(), period)
        }
    };
    Ok(Target {
        metric: parent.metric.clone(),
        segment,
        period,
        floor: levels.floor,
        target: levels.target,
        stretch: levels.stretch,
        reason: String::new(),
    })
}

/// Keys of a dimension's values.
async fn segment_weights(
    app: &App,
    access: &Access,
    definitions: &Definitions,
    key: &TargetKey,
    dimension: &str,
    keys: Keys,
) -> Result<(Weights, Label)> {
    let name = dimension_name(definitions, &key.metric, dimension).ok_or_else(|| {
        let known = yh_metrics::dimensions(&definitions.catalog, &key.metric);
        AppError::unknown("dimension", dimension, known.iter().map(|dimension| dimension.name.as_str()))
    })?;
    match keys {
        Keys::Shape => {
            Err(AppError::new(ErrorKind::Input, "keys", "a path has no segments").hint("split to segments by history or equally"))
        }
        Keys::Equal => {
            let values = segment_values(app, &key.metric, dimension).await?;
            Ok((values.into_iter().map(|value| (value, Decimal::ONE)).collect(), equal()))
        }
        Keys::History => {
            let period = reference(app, &key.metric, key.period).await?;
            let values = actuals(app, access, &key.metric, vec![name], period).await?;
            Ok((values, actuals_of(period)))
        }
    }
}

fn equal() -> Label {
    Label::new("均分", "equal")
}

fn actuals_of(period: Period) -> Label {
    Label::new(format!("按 {period} 实际"), format!("history {period}"))
}

/// Shares each segment's key among the people assigned to it, by their share and days.
async fn person_weights(app: &App, dimension: &str, period: Period, segments: &Weights) -> Result<Weights> {
    let mut people: BTreeMap<String, Decimal> = BTreeMap::new();
    let assignments: Vec<_> = list_assignments(app).await?.into_iter().filter(|assignment| assignment.dimension == dimension).collect();
    for (value, weight) in segments {
        let held = assignments.iter().filter(|assignment| assignment.value == *value);
        let parts: Vec<(&str, Decimal)> = held
            .map(|one| (one.person.as_str(), one.share * Decimal::from(one.days_in(period))))
            .filter(|(_, part)| !part.is_zero())
            .collect();
        let whole: Decimal = parts.iter().map(|(_, part)| *part).sum();
        if whole.is_zero() {
            if weight.is_zero() {
                continue;
            }
            let message = format!("nobody is assigned to {dimension} {value} in {period}");
            return Err(AppError::new(ErrorKind::Input, "unassigned", message).hint("add the assignment, or split by the dimension itself"));
        }
        for (person, part) in parts {
            *people.entry(person.to_owned()).or_default() += *weight * part / whole;
        }
    }
    Ok(people.into_iter().collect())
}

async fn time_weights(app: &App, access: &Access, key: &TargetKey, grain: Grain, keys: Keys) -> Result<(Weights, Label)> {
    let periods = parts_of(key.period, grain)?;
    match keys {
        Keys::Equal => Ok((periods.iter().map(|period| (period.to_string(), Decimal::ONE)).collect(), equal())),
        Keys::Shape => {
            let dimension = key.segment.as_ref().map(|(dimension, _)| dimension.as_str());
            let paths = target_paths(app, access, &key.metric, dimension, key.period).await?;
            let value = key.segment.as_ref().map(|(_, value)| value.as_str());
            let paths = paths.ok_or_else(|| AppError::new(ErrorKind::Input, "keys", format!("{} has no path", key.metric)))?;
            let path = paths.of(value);
            let mut weights: Weights = periods.iter().map(|period| (period.to_string(), Decimal::ZERO)).collect();
            for (day, share, _) in path.days() {
                if let Some(index) = periods.iter().position(|period| *period == Period::containing(grain, day)) {
                    weights[index].1 += Decimal::from_f64_retain(share).unwrap_or_default().round_dp(12);
                }
            }
            let basis = basis_label(path);
            Ok((weights, Label::new(format!("目标路径：{}", basis.zh), format!("path {}", basis.en))))
        }
        Keys::History => {
            let before = reference(app, &key.metric, key.period).await?;
            let found = history_by_time(app, access, key, grain, before).await?;
            let weight = |part: &Period| found.get(&counterpart(*part, key.period, before)).copied().unwrap_or_default();
            Ok((periods.iter().map(|part| (part.to_string(), weight(part))).collect(), actuals_of(before)))
        }
    }
}

/// The part of an earlier period that lies where `part` lies in its own: the same date a year ago, else as many days in.
fn counterpart(part: Period, whole: Period, before: Period) -> Period {
    let at = |day| part.grain().map_or(part, |grain| Period::containing(grain, day));
    let year_ago = part.start().saturating_sub(1.years());
    if before.start() <= year_ago && year_ago < before.end() {
        return at(year_ago);
    }
    let days = i64::from(days_between(whole.start(), part.start()));
    at(before.start().saturating_add(days.days()))
}

/// The shorter periods that make up a period.
fn parts_of(whole: Period, grain: Grain) -> Result<Vec<Period>> {
    let mut parts = Vec::new();
    let mut part = Period::containing(grain, whole.start());
    let fits = part.is_part_of(whole) && part.start() == whole.start();
    while fits && part.start() < whole.end() {
        parts.push(part);
        part = part.shift(1);
    }
    if fits && part.start() == whole.end() {
        return Ok(parts);
    }
    let message = format!("{whole} does not fall into whole {}s", grain.name());
    Err(AppError::new(ErrorKind::Input, "cascade-grain", message)
        .hint("split a year or quarter to months, and anything longer than a day to days"))
}

/// The period whose actuals serve as keys: a year ago when the data reach back, else the last one that is complete.
async fn reference(app: &App, metric: &str, period: Period) -> Result<Period> {
    let year_ago = period.year_ago();
    let none = || {
        AppError::new(ErrorKind::Input, "no-history", format!("{metric} has no complete period before {period}")).hint("choose equal keys")
    };
    let (first, last) = reach(app, &[metric.to_owned()]).await?.ok_or_else(none)?;
    if year_ago.start() >= first && year_ago.last_day() <= last {
        return Ok(year_ago);
    }
    let mut before = period.shift(-1);
    while before.last_day() > last {
        before = before.shift(-1);
    }
    if before.start() < first { Err(none()) } else { Ok(before) }
}

/// Actuals of a period by one group-by; what is negative or missing has no key.
async fn actuals(app: &App, access: &Access, metric: &str, group_by: Vec<String>, period: Period) -> Result<Weights> {
    let query = MetricQuery {
        metrics: vec![metric.to_owned()],
        order: group_by.clone(),
        group_by,
        start_time: Some(period.start().to_string()),
        end_time: Some(period.last_day().to_string()),
        ..MetricQuery::default()
    };
    let answer = plain_answer(app, access, &query).await?;
    let Some(value) = answer.columns.iter().position(|column| column.role == Role::Metric) else { return Ok(Vec::new()) };
    let rows = (0..answer.frame.height()).filter(|row| !answer.frame.columns[0].values[*row].is_null());
    let weight = |row: usize| {
        let number = answer.frame.columns[value].values[row].decimal().unwrap_or_default();
        (answer.frame.columns[0].values[row].to_string(), number.max(Decimal::ZERO))
    };
    Ok(rows.map(weight).collect())
}

/// Actuals of the parts of a period, by the part's name.
async fn history_by_time(app: &App, access: &Access, key: &TargetKey, grain: Grain, year: Period) -> Result<HashMap<Period, Decimal>> {
    let query = MetricQuery {
        metrics: vec![key.metric.clone()],
        group_by: vec![format!("metric_time__{}", grain.name())],
        where_: key.segment.iter().map(|(dimension, value)| equals(dimension, value)).collect(),
        start_time: Some(year.start().to_string()),
        end_time: Some(year.last_day().to_string()),
        ..MetricQuery::default()
    };
    let answer = plain_answer(app, access, &query).await?;
    let day = |row: usize| match &answer.frame.columns[0].values[row] {
        Value::Date(day) => Some(*day),
        Value::Timestamp(at) => Some(at.date()),
        _ => None,
    };
    let value = |row: usize| answer.frame.columns[1].values[row].decimal().unwrap_or_default().max(Decimal::ZERO);
    Ok((0..answer.frame.height()).filter_map(|row| Some((Period::containing(grain, day(row)?), value(row)))).collect())
}

/// A filter for one value of a dimension; the planner parses and renders it again.
pub(crate) fn equals(dimension: &str, value: &str) -> String {
    format!("{dimension} = '{}'", value.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_set_by_hand_leave_the_rest_to_the_others() {
        let parent = Target {
            metric: "paid_amount".into(),
            segment: None,
            period: "2025-11".parse().expect("a month"),
            floor: Some(90.into()),
            target: 100.into(),
            stretch: None,
            reason: String::new(),
        };
        let weights: Weights = [("a", 1), ("b", 1), ("c", 2)].map(|(name, weight)| (name.to_owned(), Decimal::from(weight))).into();
        let split = |fixed: &[(&str, i64)]| {
            let fixed: Vec<Fixed> = fixed.iter().map(|(name, target)| ((*name).to_owned(), Decimal::from(*target))).collect();
            split_around(Format::Money, &parent, &weights, &fixed)
        };
        let targets = |levels: Vec<Levels>| levels.iter().map(|child| (child.target, child.floor.expect("a floor"))).collect::<Vec<_>>();
        let decimals = |pairs: [(i64, i64); 3]| pairs.map(|(target, floor)| (Decimal::from(target), Decimal::from(floor))).to_vec();
        assert_eq!(targets(split(&[("a", 40)]).expect("a split")), decimals([(40, 36), (20, 18), (40, 36)]));
        assert_eq!(targets(split(&[("a", 10), ("b", 10), ("c", 80)]).expect("a split")), decimals([(10, 9), (10, 9), (80, 72)]));
        for fixed in [&[("a", 101)][..], &[("a", 10), ("b", 10), ("c", 10)]] {
            assert_eq!(split(fixed).expect_err("it does not sum").code, "child-too-large");
        }
        assert_eq!(split(&[("d", 1)]).expect_err("no such child").code, "unknown-segment");
    }

    #[test]
    fn periods_fall_into_whole_parts_or_not_at_all() {
        let parts = |whole: &str, grain| parts_of(whole.parse().expect(whole), grain).map(|parts| parts.len());
        assert_eq!(parts("2025-11", Grain::Day).expect("days"), 30);
        assert_eq!(parts("2025", Grain::Month).expect("months"), 12);
        assert_eq!(parts("2025-W46", Grain::Day).expect("days"), 7);
        for (whole, grain) in [("2025-11", Grain::Week), ("2025-11-11", Grain::Day), ("2025-11", Grain::Year)] {
            assert_eq!(parts(whole, grain).expect_err("no whole parts").code, "cascade-grain");
        }
    }
}
