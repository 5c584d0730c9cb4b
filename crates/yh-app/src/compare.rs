//! Comparisons: each metric beside its previous period, a year ago, and its target.
//!
//! The shifted questions go through the same planning as the first one; a partial last period is compared with the
//! same elapsed part of the other.

use std::collections::HashMap;

use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use yh_metrics::{Access, MetricQuery, catalog::Format};
use yh_model::{Column, Frame, Grain, Label, Period, Value, ValueKind, period::days_between, target::Target};

use crate::{
    App, AppError, ErrorKind, Result,
    answer::{Answer, AnswerColumn, Comparison, Measure, Role},
    ask::plain_answer,
    lineage::{Cell, same},
};

/// Adds the columns of each comparison after its metric.
pub(crate) async fn add(app: &App, access: &Access, query: &MetricQuery, compare: &[Comparison], mut answer: Answer) -> Result<Answer> {
    let frame_of = TimeFrame::of(&answer)?;
    let mut added: Vec<(Comparison, Vec<NewColumn>)> = Vec::new();
    for comparison in compare {
        let columns = match comparison {
            Comparison::Target => targets(app, &answer, &frame_of).await?,
            shifted => {
                let values = shifted_values(app, access, query, *shifted, &answer, &frame_of).await?;
                differences(*shifted, &answer, values)
            }
        };
        added.push((*comparison, columns));
    }
    let mut columns = Vec::new();
    let mut frame = Frame::default();
    for (description, column) in answer.columns.into_iter().zip(answer.frame.columns) {
        let metric = (description.role == Role::Metric).then(|| description.name.clone());
        columns.push(description);
        frame.columns.push(column);
        let Some(metric) = metric else { continue };
        for (_, new) in &mut added {
            for (description, column) in new.extract_if(.., |(description, _)| description.metric.as_deref() == Some(&metric)) {
                columns.push(description);
                frame.columns.push(column);
            }
        }
    }
    answer.columns = columns;
    answer.frame = frame;
    Ok(answer)
}

/// The cell that another one is compared with: the same question about the compared period, where an incomplete last
/// period meets the same elapsed part.
pub(crate) async fn base_cell(app: &App, access: &Access, cell: &Cell, comparison: Comparison) -> Result<Cell> {
    if comparison == Comparison::Target {
        let message = "a target is set, not measured";
        return Err(AppError::new(ErrorKind::Input, "cell", message).hint("list the targets to see who set it, when and why"));
    }
    let query = MetricQuery { metrics: vec![cell.metric.clone()], ..cell.query.clone() };
    let answer = plain_answer(app, access, &query).await?;
    let times = TimeFrame::of(&answer)?;
    let Some((start, end)) = times.period else { return Err(no_period()) };
    let mut base = Cell { comparison: None, ..cell.clone() };
    let mut range = (times.shift(comparison, start), shifted_end(&times, comparison, end));
    let row = (0..answer.frame.height())
        .find(|row| cell.values.iter().all(|(name, value)| same(answer.frame.cell(name, *row), value.as_deref())));
    if let Some((index, _)) = times.time
        && let Some(day) = row.and_then(|row| times.date(&answer.frame, row))
    {
        let at = times.shift(comparison, day);
        let name = &answer.columns[index].name;
        for (_, value) in base.values.iter_mut().filter(|(group, _)| group == name) {
            *value = Some(at.to_string());
        }
        range = partial_cut(&times, comparison, end).filter(|(last, _)| *last == at).unwrap_or(range);
    }
    base.query = shifted_query(&query, range.0, range.1);
    Ok(base)
}

fn no_period() -> AppError {
    AppError::new(ErrorKind::Input, "compare-period", "a comparison needs a period")
        .hint("group by metric_time, or give --start-time and --end-time")
}

type NewColumn = (AnswerColumn, Column);
type Key = Vec<String>;

/// How the rows of an answer lie in time.
struct TimeFrame {
    /// Position and grain of the time column, if the answer has one.
    time: Option<(usize, Grain)>,
    /// Positions of the other group-bys.
    dimensions: Vec<usize>,
    period: Option<(Date, Date)>,
    as_of: Option<Date>,
}

impl TimeFrame {
    fn of(answer: &Answer) -> Result<Self> {
        let mut time = None;
        let mut dimensions = Vec::new();
        for (index, column) in answer.columns.iter().enumerate() {
            match column.role {
                Role::Time if time.is_none() => {
                    let grain = column.grain.as_deref().and_then(Grain::parse).ok_or_else(|| {
                        let message = format!("comparisons need days or longer, not {}", column.grain.as_deref().unwrap_or("this grain"));
                        AppError::new(ErrorKind::Input, "compare-grain", message)
                            .hint("group by metric_time__day, __week, __month, __quarter or __year")
                    })?;
                    time = Some((index, grain));
                }
                Role::Time | Role::Dimension => dimensions.push(index),
                Role::Metric | Role::Comparison => {}
            }
        }
        Ok(Self { time, dimensions, period: answer.period, as_of: answer.as_of })
    }

    fn key(&self, frame: &Frame, row: usize, at: Option<Date>) -> Key {
        let mut key: Key = self.dimensions.iter().map(|index| frame.columns[*index].values[row].to_string()).collect();
        key.extend(at.map(|date| date.to_string()));
        key
    }

    fn date(&self, frame: &Frame, row: usize) -> Option<Date> {
        let (index, _) = self.time?;
        match &frame.columns[index].values[row] {
            Value::Date(date) => Some(*date),
            Value::Timestamp(at) => Some(at.date()),
            _ => None,
        }
    }

    /// The period a row stands for: its time value, or the whole question.
    fn row_period(&self, frame: &Frame, row: usize) -> Option<Period> {
        match self.time {
            Some((_, grain)) => Some(Period::containing(grain, self.date(frame, row)?)),
            None => self.period.and_then(|(start, end)| whole_period(start, end)),
        }
    }

    /// Where a day of the question lies in the compared range.
    fn shift(&self, comparison: Comparison, day: Date) -> Date {
        match (comparison, self.time) {
            (Comparison::YearAgo, Some((_, Grain::Week))) => day.saturating_sub(52.weeks()),
            (Comparison::YearAgo, _) => day.saturating_sub(1.years()),
            (_, Some((_, grain))) => grain.shift(day, -1),
            (_, None) => self.previous_day(day),
        }
    }

    /// Without a time column the whole range moves: by calendar periods when it is one, else by its length.
    fn previous_day(&self, day: Date) -> Date {
        let Some((start, end)) = self.period else { return day };
        match whole_period(start, end) {
            Some(period) if day == period.last_day() => period.shift(-1).last_day(),
            Some(period) => period.grain().shift(day, -1),
            None => day.saturating_sub(i64::from(days_between(start, end) + 1).days()),
        }
    }
}

/// The calendar period that begins on `start` and ends on `end`, if there is one.
fn whole_period(start: Date, end: Date) -> Option<Period> {
    [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Year]
        .into_iter()
        .map(|grain| Period::containing(grain, start))
        .find(|period| period.start() == start && period.last_day() == end)
}

/// The compared values of each metric, row by row.
async fn shifted_values(
    app: &App,
    access: &Access,
    query: &MetricQuery,
    comparison: Comparison,
    answer: &Answer,
    times: &TimeFrame,
) -> Result<Vec<(String, Vec<Value>)>> {
    let Some((start, end)) = times.period else { return Err(no_period()) };
    let full = shifted_query(query, times.shift(comparison, start), shifted_end(times, comparison, end));
    let other = plain_answer(app, access, &full).await?;
    let mut found = index(&other, times);
    if let Some((last, until)) = partial_cut(times, comparison, end) {
        let cut = plain_answer(app, access, &shifted_query(query, last, until)).await?;
        found.retain(|(at, _), _| at.as_ref() != Some(&last) || times.time.is_none());
        found.extend(index(&cut, times));
    }
    let metrics = answer.columns.iter().filter(|column| column.role == Role::Metric);
    Ok(metrics
        .map(|metric| {
            let value = |row: usize| {
                let at = times.date(&answer.frame, row).map(|date| times.shift(comparison, date));
                if times.time.is_some() && at.is_none() {
                    return Value::Null;
                }
                let key = (at, times.key(&answer.frame, row, None));
                found.get(&key).and_then(|values| values.get(&metric.name)).cloned().unwrap_or(Value::Null)
            };
            (metric.name.clone(), (0..answer.frame.height()).map(value).collect())
        })
        .collect())
}

type Found = HashMap<(Option<Date>, Key), HashMap<String, Value>>;

fn index(answer: &Answer, times: &TimeFrame) -> Found {
    (0..answer.frame.height())
        .map(|row| {
            let values = answer
                .columns
                .iter()
                .zip(&answer.frame.columns)
                .filter(|(description, _)| description.role == Role::Metric)
                .map(|(description, column)| (description.name.clone(), column.values[row].clone()))
                .collect();
            ((times.date(&answer.frame, row), times.key(&answer.frame, row, None)), values)
        })
        .collect()
}

fn shifted_end(times: &TimeFrame, comparison: Comparison, end: Date) -> Date {
    match times.time {
        // The last day of a shorter month must not cut the longer one before it.
        Some((_, grain)) => {
            let last = Period::containing(grain, end);
            let shifted = times.shift(comparison, last.start());
            Period::containing(grain, shifted).last_day()
        }
        None => times.shift(comparison, end),
    }
}

/// First and last day of the compared part of an incomplete last period.
fn partial_cut(times: &TimeFrame, comparison: Comparison, end: Date) -> Option<(Date, Date)> {
    let until = times.as_of?.min(end);
    let (_, grain) = times.time?;
    let last = Period::containing(grain, until);
    if until >= last.last_day() {
        return None;
    }
    let start = times.shift(comparison, last.start());
    let days = i64::from(days_between(last.start(), until));
    let same = start.saturating_add(days.days()).min(Period::containing(grain, start).last_day());
    Some((start, same))
}

fn shifted_query(query: &MetricQuery, start: Date, end: Date) -> MetricQuery {
    MetricQuery { start_time: Some(start.to_string()), end_time: Some(end.to_string()), order: Vec::new(), limit: None, ..query.clone() }
}

fn differences(comparison: Comparison, answer: &Answer, values: Vec<(String, Vec<Value>)>) -> Vec<NewColumn> {
    let mut columns = Vec::new();
    for (metric, others) in values {
        let Some(position) = answer.columns.iter().position(|column| column.name == metric) else { continue };
        let description = &answer.columns[position];
        let own = &answer.frame.columns[position];
        let percent = description.format == Some(Format::Percent);
        let pairs = || own.values.iter().zip(&others);
        let difference = pairs().map(|(own, other)| subtract(own, other)).collect();
        let change = pairs().map(|(own, other)| if percent { Value::Null } else { divide(&subtract(own, other), other) }).collect();
        let name = comparison.name();
        columns.push(column(description, comparison, Measure::Value, format!("{metric}__{name}"), own.kind, others.clone()));
        columns.push(column(description, comparison, Measure::Difference, format!("{metric}__{name}_diff"), own.kind, difference));
        columns.push(column(description, comparison, Measure::Change, format!("{metric}__{name}_change"), ValueKind::Number, change));
    }
    columns
}

fn column(metric: &AnswerColumn, comparison: Comparison, measure: Measure, name: String, kind: ValueKind, values: Vec<Value>) -> NewColumn {
    let words = match (comparison, measure) {
        (Comparison::Target, Measure::Value) => Label::new("目标", "target"),
        (Comparison::Target, Measure::Difference) => Label::new("缺口", "gap"),
        (_, Measure::Attainment) => Label::new("达成率", "attainment"),
        (_, Measure::Elapsed) => Label::new("序时进度", "time elapsed"),
        (comparison, Measure::Value) => comparison.label(),
        (comparison, Measure::Difference) => {
            Label::new(format!("{}差", comparison.label().zh), format!("difference {}", comparison.label().en))
        }
        (comparison, Measure::Change) => Label::new(format!("{}变化", comparison.label().zh), format!("change {}", comparison.label().en)),
    };
    let percent = matches!(measure, Measure::Change | Measure::Attainment | Measure::Elapsed);
    let description = AnswerColumn {
        name: name.clone(),
        role: Role::Comparison,
        kind,
        grain: None,
        label: Label::new(format!("{} {}", metric.label.zh, words.zh), format!("{} {}", metric.label.en, words.en)),
        format: if percent { Some(Format::Percent) } else { metric.format },
        unit: if percent { None } else { metric.unit.clone() },
        direction: metric.direction,
        metric: Some(metric.name.clone()),
        comparison: Some(comparison),
        measure: Some(measure),
    };
    (description, Column { name, kind, values })
}

fn subtract(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Number(_), _) | (_, Value::Number(_)) => match (a.number(), b.number()) {
            (Some(a), Some(b)) => Value::Number(a - b),
            _ => Value::Null,
        },
        _ => match (a.decimal(), b.decimal()) {
            (Some(a), Some(b)) if matches!((a.scale(), b.scale()), (0, 0)) => {
                i64::try_from(a - b).map_or(Value::Decimal(a - b), Value::Integer)
            }
            (Some(a), Some(b)) => Value::Decimal(a - b),
            _ => Value::Null,
        },
    }
}

/// a ÷ b as a double; nothing when b is 0 or either is missing.
fn divide(a: &Value, b: &Value) -> Value {
    match (a.number(), b.number()) {
        (Some(a), Some(b)) if b != 0.0 => Value::Number(a / b),
        _ => Value::Null,
    }
}

async fn targets(app: &App, answer: &Answer, times: &TimeFrame) -> Result<Vec<NewColumn>> {
    let stored = app.records.list_targets(None).await?;
    let targets: Vec<Target> = stored.into_iter().map(|stored| stored.target).collect();
    let rows = 0..answer.frame.height();
    let mut columns = Vec::new();
    for (position, metric) in answer.columns.iter().enumerate().filter(|(_, column)| column.role == Role::Metric) {
        let own = &answer.frame.columns[position];
        let found: Vec<Option<Decimal>> = rows
            .clone()
            .map(|row| {
                let segment = segment(answer, times, row)?;
                find_target(&targets, metric, segment.as_ref(), times.row_period(&answer.frame, row)?)
            })
            .collect();
        let value = |target: &Option<Decimal>| target.map_or(Value::Null, Value::Decimal);
        let target: Vec<Value> = found.iter().map(value).collect();
        let attainment = own.values.iter().zip(&target).map(|(own, target)| divide(own, target)).collect();
        let gap = own.values.iter().zip(&target).map(|(own, target)| subtract(own, target)).collect();
        let elapsed = rows.clone().map(|row| elapsed(times, times.row_period(&answer.frame, row))).collect();
        let name = |suffix: &str| format!("{}__{suffix}", metric.name);
        columns.push(column(metric, Comparison::Target, Measure::Value, name("target"), ValueKind::Decimal, target));
        columns.push(column(metric, Comparison::Target, Measure::Attainment, name("attainment"), ValueKind::Number, attainment));
        columns.push(column(metric, Comparison::Target, Measure::Difference, name("gap"), own.kind, gap));
        columns.push(column(metric, Comparison::Target, Measure::Elapsed, name("elapsed"), ValueKind::Number, elapsed));
    }
    Ok(columns)
}

fn elapsed(times: &TimeFrame, period: Option<Period>) -> Value {
    match (period, times.as_of) {
        (Some(period), Some(as_of)) => {
            let (passed, days) = period.elapsed(as_of);
            Value::Number(f64::from(passed) / f64::from(days))
        }
        _ => Value::Null,
    }
}

/// The segment of a row: none is the company, nothing when targets cannot be kept for it.
#[expect(clippy::option_option, reason = "no segment and no possible segment are different")]
fn segment(answer: &Answer, times: &TimeFrame, row: usize) -> Option<Option<(String, String)>> {
    match times.dimensions.as_slice() {
        [] => Some(None),
        [index] => {
            let column = &answer.frame.columns[*index];
            Some(Some((column.name.clone(), column.values[row].to_string())))
        }
        _ => None,
    }
}

/// The target of a metric, segment and period; a longer period without one of its own takes the sum of its months
/// where the metric adds up.
fn find_target(targets: &[Target], metric: &AnswerColumn, segment: Option<&(String, String)>, period: Period) -> Option<Decimal> {
    let fits = |target: &&Target| target.metric == metric.name && same_segment(target.segment.as_ref(), segment);
    let own: Vec<&Target> = targets.iter().filter(fits).collect();
    if let Some(target) = own.iter().find(|target| target.period == period) {
        return Some(target.target);
    }
    let adds_up = matches!(metric.format, Some(Format::Money | Format::Count));
    if !adds_up || period.grain() < Grain::Quarter {
        return None;
    }
    let mut sum = Decimal::ZERO;
    let mut month = Period::containing(Grain::Month, period.start());
    while month.start() < period.end() {
        sum += own.iter().find(|target| target.period == month)?.target;
        month = month.shift(1);
    }
    Some(sum)
}

/// Whether two segments are the same; `store_id` and `order__store_id` name one dimension.
pub(crate) fn same_segment(a: Option<&(String, String)>, b: Option<&(String, String)>) -> bool {
    let last = |name: &str| name.rsplit("__").next().unwrap_or(name).to_owned();
    match (a, b) {
        (None, None) => true,
        (Some((dimension, value)), Some((other, other_value))) => {
            value == other_value && (dimension == other || last(dimension) == last(other))
        }
        _ => false,
    }
}
