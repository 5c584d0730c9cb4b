//! A person's score (按人考核): what they answered for in the period, cut into stints wherever it changed.
//!
//! A stint is scored on its days and the person's share: amounts and counts are the segments' values × share, their
//! targets × share × the stint's part of the period; ratios are those of the segments together, their targets the mean by
//! share. The total is weighted by days. Nothing is recorded: a card of a person's segments is.

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use yh_metrics::{Access, MetricQuery};
use yh_model::{
    Period,
    period::days_between,
    scheme::{Kpi, Scheme},
    score::{Measured, Scorecard, score},
    target::Target,
};

use super::{period_of, without_facts};
use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    additive::{Over, is_additive},
    answer::Role,
    ask::plain_answer,
    compare::same_segment,
    people::{Stint, stints},
    targets::targets_in_force,
};

/// A person's scored period.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonScore {
    pub person: String,
    pub period: Period,
    pub stints: Vec<ScoredStint>,
    /// Mean of the stints' totals by days, to 2 decimals.
    pub total: Decimal,
    pub provisional: bool,
}

/// One stint with its card.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredStint {
    pub stint: Stint,
    pub days: i32,
    pub card: Scorecard,
}

/// Scores what a person answered for, by the segments that a scheme scores.
pub async fn assess_person(app: &App, access: &Access, scheme: &str, period: &str, person: &str) -> Result<PersonScore> {
    let definitions = app.definitions().await?;
    let scheme = definitions.scheme(scheme)?;
    let Some(dimension) = scheme.subject.clone() else {
        let message = format!("scheme {} scores the company, not segments that people answer for", scheme.name);
        return Err(AppError::new(ErrorKind::Input, "no-subject", message).hint("take a scheme with a subject dimension"));
    };
    let period = period_of(&definitions.calendar, scheme, period)?;
    let own = stints(app, person, &dimension, period.start(), period.last_day()).await?;
    if own.is_empty() {
        let message = format!("{person} answers for no {dimension} in {period}");
        return Err(AppError::new(ErrorKind::NotFound, "nothing-mine", message).hint("check the assignments' days"));
    }
    let targets = targets_in_force(app).await?;
    let mut scored = Vec::new();
    for stint in own {
        let mut measured = Vec::new();
        for kpi in scheme.perspectives.iter().flat_map(|perspective| &perspective.kpis) {
            measured.push((kpi.name.clone(), measure(app, access, &definitions, scheme, kpi, &stint, period, &targets).await?));
        }
        let card =
            score(scheme, |kpi| measured.iter().find(|(name, _)| *name == kpi.name).map(|(_, found)| found.clone()).unwrap_or_default());
        scored.push(ScoredStint { days: days_between(stint.first, stint.last) + 1, stint, card });
    }
    let as_of = crate::home::as_of(app).await?;
    let open = as_of.is_some_and(|day: Date| day < period.last_day());
    Ok(PersonScore {
        person: person.to_owned(),
        period,
        total: day_weighted(&scored),
        provisional: open || scored.iter().any(|one| one.card.provisional),
        stints: scored,
    })
}

fn day_weighted(stints: &[ScoredStint]) -> Decimal {
    let days: i32 = stints.iter().map(|one| one.days).sum();
    let sum: Decimal = stints.iter().map(|one| one.card.total * Decimal::from(one.days)).sum();
    (sum / Decimal::from(days.max(1))).round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

#[expect(clippy::too_many_arguments, reason = "everything that one measurement depends on, asked once per KPI and stint")]
async fn measure(
    app: &App,
    access: &Access,
    definitions: &Definitions,
    scheme: &Scheme,
    kpi: &Kpi,
    stint: &Stint,
    period: Period,
    targets: &[Target],
) -> Result<Measured> {
    let dimension = scheme.subject.as_deref().unwrap_or_default();
    let adds_up = [Over::Segments, Over::Time].into_iter().all(|over| is_additive(&definitions.catalog, &kpi.metric, over));
    let unmeasured = without_facts(definitions, &app.facts().await?, kpi, period);
    let actual = if unmeasured.is_some() { None } else { actual(app, access, kpi, dimension, stint, adds_up).await? };
    let part = Decimal::from(days_between(stint.first, stint.last) + 1) / Decimal::from(period.days());
    let level = |of: fn(&Target) -> Option<Decimal>| level(targets, kpi, dimension, stint, period, adds_up.then_some(part), of);
    let metric = definitions.catalog.metrics.get(&kpi.metric);
    Ok(Measured {
        actual,
        unmeasured,
        floor: level(|target| target.floor),
        target: level(|target| Some(target.target)),
        stretch: level(|target| target.stretch),
        direction: metric.map_or_else(Default::default, |metric| metric.direction),
    })
}

/// The stint's value: shares of what adds up, the segments together of what does not.
async fn actual(app: &App, access: &Access, kpi: &Kpi, dimension: &str, stint: &Stint, adds_up: bool) -> Result<Option<Decimal>> {
    let values: Vec<String> = stint.values.iter().map(|(value, _)| format!("'{}'", value.replace('\'', "''"))).collect();
    let query = MetricQuery {
        metrics: vec![kpi.metric.clone()],
        group_by: if adds_up { vec![dimension.to_owned()] } else { Vec::new() },
        where_: kpi.filters.iter().cloned().chain([format!("{dimension} IN ({})", values.join(", "))]).collect(),
        start_time: Some(stint.first.to_string()),
        end_time: Some(stint.last.to_string()),
        ..MetricQuery::default()
    };
    let answer = plain_answer(app, access, &query).await?;
    let Some(metric) = answer.columns.iter().position(|column| column.role == Role::Metric) else { return Ok(None) };
    let value = |row: usize| answer.frame.columns[metric].values[row].decimal();
    if !adds_up {
        return Ok((answer.frame.height() > 0).then(|| value(0)).flatten());
    }
    let share = |row: usize| {
        let name = answer.frame.columns[0].values[row].to_string();
        stint.values.iter().find(|(value, _)| *value == name).map_or(Decimal::ONE, |(_, share)| *share)
    };
    let parts: Vec<Decimal> = (0..answer.frame.height()).filter_map(|row| Some(value(row)? * share(row))).collect();
    Ok((!parts.is_empty()).then(|| parts.iter().sum()))
}

/// One level of the stint's target from its segments' targets; none when a segment has none.
fn level(
    targets: &[Target],
    kpi: &Kpi,
    dimension: &str,
    stint: &Stint,
    period: Period,
    part: Option<Decimal>,
    of: fn(&Target) -> Option<Decimal>,
) -> Option<Decimal> {
    let mut sum = Decimal::ZERO;
    let mut shares = Decimal::ZERO;
    for (value, share) in &stint.values {
        let segment = (dimension.to_owned(), value.clone());
        let fits = |target: &&Target| {
            target.metric == kpi.metric && target.period == period && same_segment(target.segment.as_ref(), Some(&segment))
        };
        sum += of(targets.iter().find(fits)?)? * share;
        shares += share;
    }
    match part {
        Some(part) => Some(sum * part),
        None => sum.checked_div(shares),
    }
}
