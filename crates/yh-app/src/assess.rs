//! Assessment: one grouped query per metric, targets from the scheme or the records, then pure scoring.

pub mod person;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use yh_metrics::{Access, MetricQuery, catalog::Format};
use yh_model::{
    Calendar, Label, Period, Value,
    calendar::Days,
    scheme::{Kpi, Scheme},
    score::{Item, Measured, Scorecard, score},
    target::Target,
};
use yh_records::NewScorecard;

pub use yh_records::StoredScorecard;

use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    answer::Role,
    app::Facts,
    ask::{measured_datasets, metric_label, plain_answer},
    compare::{same_segment, target_value},
    targets::targets_in_force,
};

/// The subject that stands for the whole company.
pub const COMPANY: &str = "company";
/// Periods of a scheme to choose from.
const OFFERED: usize = 60;

/// A scored subject with everything a page or report shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Record id, once recorded.
    pub id: Option<i64>,
    pub scheme: String,
    pub scheme_label: Label,
    pub scheme_revision: String,
    pub subject: String,
    pub period: Period,
    pub card: Scorecard,
    /// Total of the period before, where it has data.
    pub previous_total: Option<Decimal>,
    pub items: BTreeMap<String, ItemSource>,
    pub perspectives: Vec<(String, Label)>,
    pub as_of: Option<Date>,
    pub revisions: Vec<(String, String)>,
    pub snapshot_id: i64,
}

/// Where an item's actual comes from, so that it can be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemSource {
    pub label: Label,
    pub metric: String,
    pub format: Format,
    pub unit: Option<String>,
    pub rule: &'static str,
    pub query: MetricQuery,
    /// The answered cell: group-by and value.
    pub cell: Vec<(String, String)>,
}

/// What is known of every subject for one period.
struct Measurements {
    /// By KPI name, then subject.
    actuals: BTreeMap<String, BTreeMap<String, Decimal>>,
    /// By KPI name: why nobody can be measured.
    unmeasured: BTreeMap<String, Label>,
    queries: BTreeMap<String, MetricQuery>,
    subjects: BTreeSet<String>,
    as_of: Option<Date>,
    revisions: BTreeMap<String, String>,
    snapshot_id: i64,
}

/// Scores one subject for one period and records the card.
pub async fn assess(app: &App, access: &Access, scheme: &str, period: &str, subject: Option<&str>) -> Result<Assessment> {
    let all = assess_all(app, access, scheme, period).await?;
    let subject = subject.unwrap_or(COMPANY);
    let known: Vec<String> = all.iter().map(|assessment| assessment.subject.clone()).collect();
    let found = all.into_iter().find(|assessment| assessment.subject == subject);
    found.ok_or_else(|| {
        let error = AppError::unknown("subject", subject, known.iter().map(String::as_str));
        let list = known.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
        if error.hint.is_some() { error } else { error.hint(format!("this scheme scores {list}")) }
    })
}

/// Scores every subject of a scheme for one period, best first, and records the cards.
pub async fn assess_all(app: &App, access: &Access, scheme: &str, period: &str) -> Result<Vec<Assessment>> {
    let definitions = app.definitions().await?;
    let scheme = definitions.scheme(scheme)?;
    let period = period_of(&definitions.calendar, scheme, period)?;
    let period_before = definitions.calendar.period_before(&scheme.grain, period.into()).map(Days::period);
    let targets = targets_in_force(app).await?;
    let mut now = measure(app, access, &definitions, scheme, period).await?;
    now.subjects.extend(targeted(access, scheme, &targets, period));
    if now.subjects.is_empty() {
        let error = AppError::new(ErrorKind::NotFound, "nothing-to-assess", format!("nobody has data or a target in {period}"));
        return Err(error.hint(match now.as_of {
            Some(as_of) => format!("data reach {as_of}; choose a period before"),
            None => "import data first".to_owned(),
        }));
    }
    let before = match period_before {
        Some(period) => Some((period, measure(app, access, &definitions, scheme, period).await?)),
        None => None,
    };
    let mut assessments = Vec::new();
    for subject in &now.subjects {
        let mut card = card(&definitions, scheme, &now, &targets, subject, period);
        if let Some(reason) = now.as_of.and_then(|as_of| unsettled(&definitions, scheme, period, as_of)) {
            card.provisional = true;
            card.steps.push(reason);
        }
        let previous = before.as_ref().and_then(|(period, before)| card_of_known(&definitions, scheme, before, &targets, subject, *period));
        let mut assessment = Assessment {
            id: None,
            scheme: scheme.name.clone(),
            scheme_label: scheme.label.clone(),
            scheme_revision: definitions.file_revision(&scheme.path),
            subject: subject.clone(),
            period,
            card,
            previous_total: previous,
            items: sources(&definitions, scheme, &now, subject, period),
            perspectives: scheme.perspectives.iter().map(|p| (p.name.clone(), p.label.clone())).collect(),
            as_of: now.as_of,
            revisions: now.revisions.clone().into_iter().collect(),
            snapshot_id: now.snapshot_id,
        };
        assessment.id = Some(record(app, &assessment).await?);
        assessments.push(assessment);
    }
    assessments.sort_by(|a, b| (b.card.total, &a.subject).cmp(&(a.card.total, &b.subject)));
    Ok(assessments)
}

/// The period of a scheme by its name.
fn period_of(calendar: &Calendar, scheme: &Scheme, name: &str) -> Result<Period> {
    let period = calendar.period(name)?;
    let own = calendar.period_of(&scheme.grain, period.start()).map(Days::period);
    if own == Some(period) {
        return Ok(period);
    }
    let error = AppError::new(
        ErrorKind::Input,
        "period-grain",
        format!("scheme {} is assessed by {}, and {period} is none", scheme.name, scheme.grain),
    );
    Err(match own {
        Some(own) => error.hint(format!("write for example {own}")),
        None => error.hint(format!("the calendar has no {} on {}", scheme.grain, period.start())),
    })
}

/// The periods of a scheme that have begun by a day, newest first, and the last of them that is complete.
pub fn scheme_periods(calendar: &Calendar, scheme: &Scheme, as_of: Date) -> (Vec<Period>, Option<Period>) {
    let periods: Vec<Period> = calendar.recent_periods(&scheme.grain, as_of, OFFERED).into_iter().map(Days::period).collect();
    let complete = periods.iter().find(|period| period.last_day() <= as_of).copied();
    (periods, complete)
}

/// Why a period's scores may still change: it is not over, or refunds of its last days may still come.
fn unsettled(definitions: &Definitions, scheme: &Scheme, period: Period, as_of: Date) -> Option<Label> {
    let last = period.last_day();
    if as_of < last {
        let (zh, en) =
            (format!("暂定：数据只到 {as_of}，本期到 {last}"), format!("provisional: data reach {as_of}, the period ends {last}"));
        return Some(Label::new(zh, en));
    }
    let kpis = scheme.perspectives.iter().flat_map(|perspective| &perspective.kpis);
    let (days, metric) = kpis.map(|kpi| (definitions.catalog.settles_after(&kpi.metric), &kpi.metric)).max()?;
    let settled = last.saturating_add(i32::from(days).days());
    let name = metric_label(definitions.metric(metric).ok()?);
    (as_of < settled).then(|| {
        Label::new(
            format!("暂定：{}到 {settled} 才不再变（退款期）", name.zh),
            format!("provisional: {} stands from {settled} on (refund window)", name.en),
        )
    })
}

/// Lists the subjects that have data or a target in a period.
pub async fn list_subjects(app: &App, access: &Access, scheme: &str, period: Period) -> Result<Vec<String>> {
    let definitions = app.definitions().await?;
    let scheme = definitions.scheme(scheme)?;
    let targets = targets_in_force(app).await?;
    let mut subjects = measure(app, access, &definitions, scheme, period).await?.subjects;
    subjects.extend(targeted(access, scheme, &targets, period));
    Ok(subjects.into_iter().collect())
}

/// The subjects with a target of the scheme's KPIs: who was to deliver and has no data is not left out. Whoever sees
/// some rows only sees the subjects of those.
fn targeted(access: &Access, scheme: &Scheme, targets: &[Target], period: Period) -> BTreeSet<String> {
    let Some(dimension) = scheme.subject.as_deref().filter(|_| access.rows.is_empty()) else { return BTreeSet::new() };
    let kpis: BTreeSet<&str> = scheme.perspectives.iter().flat_map(|group| &group.kpis).map(|kpi| kpi.metric.as_str()).collect();
    let asked = targets.iter().filter(|target| target.period == period && kpis.contains(target.metric.as_str()));
    asked.filter_map(|target| target_value(target, dimension)).map(str::to_owned).collect()
}

/// Lists the last recorded scorecard of each subject.
pub async fn list_recorded(app: &App, scheme: &str, period: Option<&str>) -> Result<Vec<StoredScorecard>> {
    Ok(app.records.list_scorecards(scheme, period).await?)
}

/// Finds a recorded scorecard.
pub async fn find_recorded(app: &App, id: i64) -> Result<StoredScorecard> {
    Ok(app.records.find_scorecard(id).await?)
}

async fn measure(app: &App, access: &Access, definitions: &Definitions, scheme: &Scheme, period: Period) -> Result<Measurements> {
    let facts = app.facts().await?;
    let mut found = Measurements {
        actuals: BTreeMap::new(),
        unmeasured: BTreeMap::new(),
        queries: BTreeMap::new(),
        subjects: BTreeSet::new(),
        as_of: None,
        revisions: BTreeMap::new(),
        snapshot_id: 0,
    };
    for kpi in scheme.perspectives.iter().flat_map(|perspective| &perspective.kpis) {
        let query = kpi_query(scheme, kpi, period);
        let answer = plain_answer(app, access, &query).await?;
        let metric = answer.columns.iter().position(|column| column.role == Role::Metric);
        let subject = answer.columns.iter().position(|column| column.role == Role::Dimension);
        let unmeasured = without_facts(definitions, &facts, kpi, period);
        let mut actuals = BTreeMap::new();
        for row in 0..answer.frame.height() {
            let name = match subject.map(|index| &answer.frame.columns[index].values[row]) {
                None => COMPANY.to_owned(),
                Some(Value::Null) => continue,
                Some(value) => value.to_string(),
            };
            found.subjects.insert(name.clone());
            if unmeasured.is_none()
                && let Some(value) = metric.and_then(|index| answer.frame.columns[index].values[row].decimal())
            {
                actuals.insert(name, value);
            }
        }
        found.as_of = found.as_of.into_iter().chain(answer.as_of).min();
        found.revisions.extend(answer.revisions);
        found.snapshot_id = answer.snapshot_id;
        found.actuals.insert(kpi.name.clone(), actuals);
        found.unmeasured.extend(unmeasured.map(|why| (kpi.name.clone(), why)));
        found.queries.insert(kpi.name.clone(), query);
    }
    if scheme.subject.is_none() {
        found.subjects.insert(COMPANY.to_owned());
    }
    Ok(found)
}

/// Names the datasets that have no rows of the period at all: without any ad data, for one, nobody spent nothing, and a
/// rate of 0 must not earn points.
fn without_facts(definitions: &Definitions, facts: &Facts, kpi: &Kpi, period: Period) -> Option<Label> {
    let (start, end) = (period.start(), period.last_day());
    let outside = |dataset: &String| facts.times(dataset).is_none_or(|(first, last)| last.date() < start || first.date() > end);
    let lacking: Vec<Label> = measured_datasets(&definitions.catalog, std::slice::from_ref(&kpi.metric))
        .iter()
        .filter(|dataset| outside(dataset))
        .filter_map(|dataset| definitions.dataset(dataset).ok().filter(|spec| spec.time.is_some()))
        .map(|spec| spec.label.clone().or_name(&spec.name))
        .collect();
    let list = |text: fn(&Label) -> &str, comma: &str| lacking.iter().map(text).collect::<Vec<_>>().join(comma);
    let (zh, en) = (list(|l| &l.zh, "、"), list(|l| &l.en, ", "));
    (!lacking.is_empty()).then(|| Label::new(format!("没有这一期的数据：{zh}"), format!("there are no facts of this period: {en}")))
}

fn kpi_query(scheme: &Scheme, kpi: &Kpi, period: Period) -> MetricQuery {
    let time = format!("metric_time__{}", scheme.grain);
    MetricQuery {
        metrics: vec![kpi.metric.clone()],
        group_by: std::iter::once(time).chain(scheme.subject.clone()).collect(),
        where_: kpi.filters.clone(),
        start_time: Some(period.start().to_string()),
        end_time: Some(period.last_day().to_string()),
        ..MetricQuery::default()
    }
}

fn card(definitions: &Definitions, scheme: &Scheme, found: &Measurements, targets: &[Target], subject: &str, period: Period) -> Scorecard {
    score(scheme, |kpi| {
        let target = target(targets, scheme, kpi, subject, period);
        let metric = definitions.catalog.metrics.get(&kpi.metric);
        Measured {
            actual: found.actuals.get(&kpi.name).and_then(|actuals| actuals.get(subject)).copied(),
            unmeasured: found.unmeasured.get(&kpi.name).cloned(),
            floor: target.and_then(|target| target.floor),
            target: target.map(|target| target.target),
            stretch: target.and_then(|target| target.stretch),
            direction: metric.map_or_else(Default::default, |metric| metric.direction),
        }
    })
}

fn card_of_known(
    definitions: &Definitions,
    scheme: &Scheme,
    found: &Measurements,
    targets: &[Target],
    subject: &str,
    period: Period,
) -> Option<Decimal> {
    if !found.actuals.values().any(|actuals| actuals.contains_key(subject)) {
        return None;
    }
    let card = card(definitions, scheme, found, targets, subject, period);
    card.groups.iter().flat_map(|group| &group.items).any(|item: &Item| item.score.is_some()).then_some(card.total)
}

fn target<'a>(targets: &'a [Target], scheme: &Scheme, kpi: &Kpi, subject: &str, period: Period) -> Option<&'a Target> {
    let segment = scheme.subject.as_ref().map(|dimension| (dimension.clone(), subject.to_owned()));
    targets
        .iter()
        .find(|target| target.metric == kpi.metric && target.period == period && same_segment(target.segment.as_ref(), segment.as_ref()))
}

fn sources(
    definitions: &Definitions,
    scheme: &Scheme,
    found: &Measurements,
    subject: &str,
    period: Period,
) -> BTreeMap<String, ItemSource> {
    let mut sources = BTreeMap::new();
    for kpi in scheme.perspectives.iter().flat_map(|perspective| &perspective.kpis) {
        let (Some(metric), Some(query)) = (definitions.catalog.metrics.get(&kpi.metric), found.queries.get(&kpi.name)) else { continue };
        let mut cell = vec![(query.group_by[0].clone(), period.start().to_string())];
        cell.extend(scheme.subject.iter().map(|dimension| (dimension.clone(), subject.to_owned())));
        let source = ItemSource {
            label: if kpi.label.is_empty() { metric.label.or_name(&kpi.metric) } else { kpi.label.clone() },
            metric: kpi.metric.clone(),
            format: metric.format,
            unit: metric.unit.clone(),
            rule: kpi.rule.name(),
            query: query.clone(),
            cell,
        };
        sources.insert(kpi.name.clone(), source);
    }
    sources
}

async fn record(app: &App, assessment: &Assessment) -> Result<i64> {
    let card = &assessment.card;
    let stored = NewScorecard {
        scheme: assessment.scheme.clone(),
        scheme_revision: assessment.scheme_revision.clone(),
        period: assessment.period.to_string(),
        subject: assessment.subject.clone(),
        total: card.total.to_string(),
        tier: card.tier.as_ref().map(|tier| tier.label.text("zh-CN").to_owned()),
        provisional: card.provisional,
        snapshot_id: assessment.snapshot_id,
        card: crate::report::json(assessment)?,
    };
    Ok(app.records.record_scorecard(stored, &app.stamp()).await?)
}
