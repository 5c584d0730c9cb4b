//! The one path from a question to an answer; boards, exports, scores and the command line all come here.

use std::time::Instant;

use jiff::{ToSpan, civil::Date};
use yh_metrics::{Access, Catalog, MetricQuery, OutputColumn, OutputKind, catalog::MetricKind};
use yh_model::{Frame, Label};

use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    answer::{Answer, AnswerColumn, Question, Role},
    app::{Facts, earliest},
    cache, compare, currency,
};

/// Rows of one answer; exports and pages beyond it narrow the question.
pub(crate) const MAX_ROWS: usize = 100_000;

/// Answers a question within the asker's access.
pub async fn ask(app: &App, access: &Access, question: &Question) -> Result<Answer> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    ask_over(app, access, &definitions, &facts, question).await
}

/// Answers a question over pinned facts and definitions: the questions of one page read the same.
pub(crate) async fn ask_over(app: &App, access: &Access, definitions: &Definitions, facts: &Facts, question: &Question) -> Result<Answer> {
    let started = Instant::now();
    let query = with_period(definitions, facts, &question.query)?;
    let mut answer = measure(app, access, definitions, facts, &query).await?;
    if !question.compare.is_empty() {
        let asking = compare::Asking { app, access, definitions, facts, query: &query };
        // On the heap, like all that is kept: comparisons ask questions of their own.
        answer = Box::pin(compare::add(&asking, &question.compare, answer)).await?;
    }
    answer.n = sample_sizes(app, access, definitions, facts, &query).await?;
    answer.elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(answer)
}

/// Answers a query whose period is settled, without comparisons and sample sizes.
pub(crate) async fn plain_answer(app: &App, access: &Access, query: &MetricQuery) -> Result<Answer> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    measure(app, access, &definitions, &facts, query).await
}

/// The SQL that answers a question, and how the engine would run it.
pub async fn explain(app: &App, access: &Access, query: &MetricQuery) -> Result<String> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    let query = with_period(&definitions, &facts, query)?;
    Ok(yh_metrics::plan(&definitions.catalog, &query, access)?.sql)
}

/// Reads periods by name, ends an open one at the data's watermark, never at the clock, and orders an unordered answer by
/// its group-bys.
pub(crate) fn with_period(definitions: &Definitions, facts: &Facts, query: &MetricQuery) -> Result<MetricQuery> {
    let mut query = query.clone();
    if let Some(named) = query.start_time.as_mut().filter(|text| !begins_with_day(text)) {
        *named = definitions.calendar.period(named)?.start().to_string();
    }
    if let Some(named) = query.end_time.as_mut().filter(|text| !begins_with_day(text)) {
        *named = definitions.calendar.period(named)?.last_day().to_string();
    }
    check_range(&query)?;
    let measured = measured_datasets(&definitions.catalog, &query.metrics);
    if query.end_time.is_none() {
        query.end_time = earliest(&facts.watermarks(&measured)).map(|day| day.to_string());
    }
    if query.start_time.is_none() {
        let first = measured.iter().filter_map(|dataset| facts.times(dataset)).map(|(first, _)| facts.business_day(first)).min();
        query.start_time = first.map(|day| day.to_string());
    }
    widen(definitions, &mut query);
    if query.order.is_empty() && !query.metrics.is_empty() {
        query.order = query.group_by.clone();
    }
    Ok(query)
}

/// Refuses a period that ends before it begins, or that the engine cannot count.
fn check_range(query: &MetricQuery) -> Result<()> {
    const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;
    let (start, end) = (day(query.start_time.as_deref()), day(query.end_time.as_deref()));
    let wrong = |message: String, hint: &str| Err(AppError::new(ErrorKind::Input, "period", message).hint(hint));
    if let Some(day) = [start, end].into_iter().flatten().find(|day| !YEARS.contains(&day.year())) {
        return wrong(format!("{day} is out of range"), "name days between 1900 and 2200");
    }
    match start.zip(end).filter(|(start, end)| end < start) {
        Some((start, end)) => wrong(format!("the period ends on {end}, before it begins on {start}"), "swap start and end"),
        None => Ok(()),
    }
}

/// Whether a text is a day, or a time of one, and no name of a period.
fn begins_with_day(text: &str) -> bool {
    day(Some(text)).is_some() && !text.contains("..")
}

/// Widens the period to whole periods of the calendar's grains, as the planner does for the standard ones; by the
/// hour, a last day means all of it.
fn widen(definitions: &Definitions, query: &mut MetricQuery) {
    let by_hour = query.group_by.iter().any(|name| name.trim().eq_ignore_ascii_case("metric_time__hour"));
    if let Some(end) = query.end_time.as_mut().filter(|end| by_hour && end.parse::<Date>().is_ok() && end.len() == 10) {
        end.push_str(" 23:59:59");
    }
    let grains = query.group_by.iter().filter_map(|name| name.trim().strip_prefix("metric_time__")).map(str::to_lowercase);
    for grain in grains.filter(|grain| yh_metrics::Grain::parse(grain).is_none()).collect::<Vec<_>>() {
        let Some((start, end)) = days(query) else { return };
        query.start_time = definitions.calendar.period_of(&grain, start).map(|days| days.first.to_string()).or(query.start_time.take());
        query.end_time = definitions.calendar.period_of(&grain, end).map(|days| days.last.to_string()).or(query.end_time.take());
    }
}

/// Answers a query over pinned facts and definitions, or finds the answer given before.
pub(crate) async fn measure(app: &App, access: &Access, definitions: &Definitions, facts: &Facts, query: &MetricQuery) -> Result<Answer> {
    let key = cache::key(definitions, facts, access, query);
    let answer = app.answers.keep(&key, run(app, access, definitions, facts, query)).await?;
    Ok(Answer::clone(&answer))
}

async fn run(app: &App, access: &Access, definitions: &Definitions, facts: &Facts, query: &MetricQuery) -> Result<Answer> {
    currency::refuse_mixtures(app, access, definitions, facts, query).await?;
    let plan = yh_metrics::plan(&definitions.catalog, query, access)?;
    let session = app.session(definitions, facts, &plan.tables).await?;
    let mut frame = session.query(&plan.sql).await?;
    let truncated = frame.height() > MAX_ROWS;
    frame.truncate(MAX_ROWS);
    let columns = plan.columns.iter().zip(&frame.columns).map(|(output, column)| describe(definitions, output, column.kind)).collect();
    let watermarks = facts.watermarks(&measured_datasets(&definitions.catalog, &query.metrics));
    let as_of = earliest(&watermarks);
    let period = days(query);
    Ok(Answer {
        columns,
        n: Vec::new(),
        partial: is_partial(definitions, &plan.columns, period, as_of),
        notes: notes(&watermarks),
        watermarks,
        bases: Vec::new(),
        settled: as_of.map(|as_of| settled(&definitions.catalog, &query.metrics, as_of)).unwrap_or_default(),
        as_of,
        period,
        revision: definitions.revision.clone(),
        revisions: plan.revisions,
        snapshot_id: facts.snapshot_id,
        sql: plan.sql,
        elapsed_ms: 0,
        truncated,
        frame,
    })
}

/// First and last day asked for.
pub(crate) fn days(query: &MetricQuery) -> Option<(Date, Date)> {
    day(query.start_time.as_deref()).zip(day(query.end_time.as_deref()))
}

/// The day with which a bound of a question begins.
fn day(text: Option<&str>) -> Option<Date> {
    text?.trim().get(..10)?.parse().ok()
}

/// Whether the last period of a time column reaches beyond the watermark.
fn is_partial(definitions: &Definitions, columns: &[OutputColumn], period: Option<(Date, Date)>, as_of: Option<Date>) -> bool {
    let grain = columns.iter().find_map(|column| match &column.kind {
        OutputKind::Time(grain) => Some(grain.name()),
        OutputKind::CustomTime(name) => Some(name),
        _ => None,
    });
    let last = grain.zip(period).and_then(|(grain, (_, end))| definitions.calendar.period_of(grain, end));
    last.zip(as_of).is_some_and(|(last, as_of)| last.last > as_of)
}

/// The last day whose values stand, by metric; those that stand at once are left out.
fn settled(catalog: &Catalog, metrics: &[String], as_of: Date) -> Vec<(String, Date)> {
    let days = metrics.iter().map(|metric| (metric, catalog.settles_after(metric)));
    days.filter(|(_, days)| *days > 0).map(|(metric, days)| (metric.clone(), as_of.saturating_sub(i32::from(days).days()))).collect()
}

fn notes(watermarks: &[crate::Watermark]) -> Vec<String> {
    let days: std::collections::BTreeSet<Date> = watermarks.iter().map(|watermark| watermark.day).collect();
    if days.len() < 2 {
        return Vec::new();
    }
    let list: Vec<String> = watermarks.iter().map(|watermark| format!("{} {}", watermark.dataset, watermark.day)).collect();
    vec![format!("sources reach different days, the earliest governs: {}", list.join(", "))]
}

fn describe(definitions: &Definitions, output: &OutputColumn, kind: yh_model::ValueKind) -> AnswerColumn {
    let (role, grain) = match &output.kind {
        OutputKind::Metric => (Role::Metric, None),
        OutputKind::Time(grain) => (Role::Time, Some(grain.name().to_owned())),
        OutputKind::CustomTime(grain) => (Role::Time, Some(grain.clone())),
        OutputKind::Dimension | OutputKind::Entity | OutputKind::DatePart => (Role::Dimension, None),
    };
    let metric = definitions.catalog.metrics.get(&output.name).filter(|_| role == Role::Metric);
    AnswerColumn {
        name: output.name.clone(),
        role,
        kind,
        grain,
        label: time_label(definitions, output).unwrap_or_else(|| output.label.or_name(&output.name)),
        format: output.format,
        unit: output.unit.clone(),
        direction: metric.map(|metric| metric.direction),
        metric: metric.map(|metric| metric.name.clone()),
        comparison: None,
        measure: None,
    }
}

/// The aggregation time in words, with its grain.
fn time_label(definitions: &Definitions, output: &OutputColumn) -> Option<Label> {
    use yh_metrics::Grain;
    if let OutputKind::CustomTime(name) = &output.kind {
        return definitions.calendar.grains().into_iter().find(|(grain, _)| grain == name).map(|(_, label)| label);
    }
    let OutputKind::Time(grain) = &output.kind else { return None };
    let named = output.name.starts_with("metric_time__");
    let (zh, en) = match grain {
        _ if !named => return None,
        Grain::Hour => ("小时", "Hour"),
        Grain::Day => ("日期", "Date"),
        Grain::Week => ("周", "Week"),
        Grain::Month => ("月份", "Month"),
        Grain::Quarter => ("季度", "Quarter"),
        Grain::Year => ("年份", "Year"),
        _ => ("时间", "Time"),
    };
    Some(Label::new(zh, en))
}

/// First and last day of the data that metrics are measured from.
pub(crate) async fn reach(app: &App, metrics: &[String]) -> Result<Option<(Date, Date)>> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    let measured = measured_datasets(&definitions.catalog, metrics);
    let first = measured.iter().filter_map(|dataset| facts.times(dataset)).map(|(first, _)| first.date()).min();
    Ok(first.zip(earliest(&facts.watermarks(&measured))))
}

/// A metric's label.
pub fn metric_label(metric: &yh_metrics::Metric) -> Label {
    metric.label.or_name(&metric.name)
}

/// The datasets whose rows are measured, joined ones not included; sorted.
pub(crate) fn measured_datasets(catalog: &Catalog, metrics: &[String]) -> Vec<String> {
    let mut tables = std::collections::BTreeSet::new();
    let mut waiting: Vec<String> = metrics.to_vec();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(name) = waiting.pop() {
        let Some(metric) = catalog.metrics.get(&name) else { continue };
        if !seen.insert(name) {
            continue;
        }
        match &metric.kind {
            MetricKind::Simple(simple) => {
                tables.extend(catalog.models.iter().filter(|model| model.name == simple.model).map(|model| model.table.clone()));
            }
            kind => waiting.extend(inputs(kind).map(str::to_owned)),
        }
    }
    tables.into_iter().collect()
}

/// Names of the metrics that a metric is made of.
pub(crate) fn inputs(kind: &MetricKind) -> impl Iterator<Item = &str> {
    let inputs: Vec<&str> = match kind {
        MetricKind::Simple(_) => Vec::new(),
        MetricKind::Ratio { numerator, denominator } => vec![&numerator.metric, &denominator.metric],
        MetricKind::Derived { inputs, .. } => inputs.iter().map(|input| input.metric.as_str()).collect(),
        MetricKind::Cumulative(cumulative) => vec![&cumulative.input.metric],
        MetricKind::Conversion(conversion) => vec![&conversion.base.metric, &conversion.conversion.metric],
    };
    inputs.into_iter()
}

/// Counts the source rows behind each metric, over the whole answer, or finds the counts of before.
async fn sample_sizes(
    app: &App,
    access: &Access,
    definitions: &Definitions,
    facts: &Facts,
    query: &MetricQuery,
) -> Result<Vec<(String, u64)>> {
    let key = cache::key(definitions, facts, access, query);
    let sizes = app.answers.keep(&key, count(app, access, definitions, facts, query)).await?;
    Ok(Vec::clone(&sizes))
}

async fn count(app: &App, access: &Access, definitions: &Definitions, facts: &Facts, query: &MetricQuery) -> Result<Vec<(String, u64)>> {
    let mut sizes = Vec::new();
    for metric in &query.metrics {
        let whole = MetricQuery { metrics: vec![metric.clone()], group_by: Vec::new(), order: Vec::new(), limit: None, ..query.clone() };
        // A running total has no rows of its own without a time column: its sample is that of each cell.
        let Ok(inputs) = yh_metrics::rows(&definitions.catalog, &whole, access, metric, &[]) else { continue };
        let mut n = 0;
        for input in inputs {
            let session = app.session(definitions, facts, &input.tables).await?;
            let counted: Frame = session.query(&input.count_sql).await?;
            n += counted.columns.first().and_then(|column| column.values.first()).and_then(yh_model::Value::number).unwrap_or(0.0) as u64;
        }
        sizes.push((metric.clone(), n));
    }
    Ok(sizes)
}
