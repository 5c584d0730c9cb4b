//! Values of another period, row by row.
//!
//! Bases that are whole periods of the row's own grain are asked for by that grain. All others (lunar and promotion
//! bases, 旬 and fiscal periods, the elapsed part of a partial period) are asked for through a table that says which
//! base day or minute belongs to which row, so that ratios and distinct counts are right too.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::{ToSpan, civil::DateTime};
use yh_lake::{Table, TableRows};
use yh_metrics::{Catalog, Grain, MetricQuery, TimeRange, catalog::SpineTable};
use yh_model::{Column, Frame, Label, Value, ValueKind, calendar::Window};

use super::{
    Asking, Compared,
    absent::Absent,
    base::Asked,
    columns::differences,
    phase::PhaseHours,
    rows::{Key, Rows, days_of, moment},
};
use crate::{
    AppError, ErrorKind, Result,
    answer::{Answer, Base, Comparison, Role},
    ask::measure,
    cache,
    currency::refuse_differences,
    planning,
};

const TABLE: &str = "calendar.compared";
const GRAIN: &str = "compared";
/// Days or minutes of all bases of one question.
const MAX_SLOTS: usize = 400_000;

/// Base rows by the start of the row's period and its other group-bys.
type Found = HashMap<(Option<DateTime>, Key), BaseRow>;

/// The other group-bys, and the values of each metric.
#[derive(Debug, Clone)]
struct BaseRow {
    dimensions: Vec<Value>,
    metrics: HashMap<String, Value>,
}

/// Base parts of each period that occurs.
type Bases = BTreeMap<DateTime, Vec<TimeRange>>;

pub(super) async fn compare(asking: &Asking<'_>, answer: &Answer, rows: &Rows<'_>, comparison: &Comparison) -> Result<Compared> {
    let Some(whole) = rows.whole() else {
        let error = AppError::new(ErrorKind::Input, "compare-period", "a comparison needs a period");
        return Err(error.hint("group by metric_time, or give --start-time and --end-time"));
    };
    refuse_long(comparison, rows, whole)?;
    let phases = phases(asking, answer, comparison, whole)?;
    let frame = &answer.frame;
    let ranges: Vec<Option<TimeRange>> = (0..frame.height()).map(|row| rows.range(frame, row)).collect();
    let bases = bases(asking, answer, rows, comparison, phases.as_ref(), ranges.iter().flatten())?;
    if let Some(range) = hull(bases.values().flatten()) {
        let Asking { app, access, definitions, facts, query, .. } = asking;
        refuse_differences(app, access, definitions, facts, [query, &between(query, range)]).await?;
    }
    let found = values(asking, answer, rows, &bases).await?;
    let of_row = |row: usize| ranges[row].and_then(|range| bases.get(&range.start)).filter(|parts| !parts.is_empty());
    let metrics = answer.columns.iter().filter(|column| column.role == Role::Metric);
    let compared = metrics.map(|metric| {
        let value = |row: usize| {
            let key = (ranges[row].filter(|_| rows.time.is_some()).map(|range| range.start), rows.key(frame, row));
            let value = found.get(&key).and_then(|row| row.metrics.get(&metric.name));
            value.filter(|_| of_row(row).is_some()).cloned().unwrap_or(Value::Null)
        };
        (metric.name.clone(), (0..frame.height()).map(value).collect())
    });
    let columns = differences(comparison, answer, compared.collect());
    let base = Base {
        comparison: comparison.clone(),
        range: hull(bases.values().flatten()),
        remark: phases.map_or_else(Label::default, |phases| phases.remark()),
        rows: (0..frame.height()).map(|row| of_row(row).and_then(|parts| hull(parts.iter()))).collect(),
    };
    Ok(Compared { columns, base })
}

/// The rows of the base, as they stand in the question's periods.
pub(super) async fn others(asking: &Asking<'_>, answer: &Answer, rows: &Rows<'_>, comparison: &Comparison) -> Result<Vec<Absent>> {
    let Some(whole) = rows.whole() else { return Ok(Vec::new()) };
    refuse_long(comparison, rows, whole)?;
    let phases = phases(asking, answer, comparison, whole)?;
    let bases = bases(asking, answer, rows, comparison, phases.as_ref(), rows.periods().iter())?;
    let found = values(asking, answer, rows, &bases).await?;
    let there = found.into_iter().filter(|(_, row)| row.metrics.values().any(|value| !value.is_null()));
    Ok(there.map(|((at, _), row)| Absent { at, dimensions: row.dimensions }).collect())
}

/// The base of one period.
pub(super) fn base_parts(
    asking: &Asking<'_>,
    answer: &Answer,
    rows: &Rows<'_>,
    comparison: &Comparison,
    range: TimeRange,
) -> Result<Vec<TimeRange>> {
    let whole = rows.whole().unwrap_or(range);
    refuse_long(comparison, rows, whole)?;
    let phases = phases(asking, answer, comparison, whole)?;
    base(asking, answer, rows, comparison, phases.as_ref(), range)
}

/// The same weekday of last week means something for a week at most.
fn refuse_long(comparison: &Comparison, rows: &Rows<'_>, whole: TimeRange) -> Result<()> {
    let long = match rows.grain() {
        Some(grain) => !matches!(grain, "hour" | "day" | "week"),
        None => days_of(whole).count() > 7,
    };
    if *comparison != Comparison::PreviousWeekday || !long {
        return Ok(());
    }
    let error = AppError::new(ErrorKind::Input, "compare-weekday", "previous_weekday compares hours, days or a week");
    Err(error.hint("group by metric_time__day, or compare with previous or year_ago_weekday"))
}

fn phases(asking: &Asking<'_>, answer: &Answer, comparison: &Comparison, whole: TimeRange) -> Result<Option<PhaseHours>> {
    let Comparison::Promotion { name, platform } = comparison else { return Ok(None) };
    let day_cutoff_minutes = asking.app.project.settings.day_cutoff_minutes;
    let cutoff = day_cutoff_minutes.minutes();
    let end = answer.watermarks.iter().map(|watermark| watermark.as_of.saturating_add(1.minutes())).min().unwrap_or(DateTime::MAX);
    let from = whole.start.saturating_add(cutoff);
    let window = Window { from, to: whole.end.saturating_add(cutoff).min(end).max(from.saturating_add(1.minutes())) };
    let pairs = asking.definitions.calendar.phase_pairs(window, name.as_deref(), platform.as_deref())?;
    Ok(Some(PhaseHours { pairs, day_cutoff_minutes }))
}

/// The bases of periods, each once.
fn bases<'r>(
    asking: &Asking<'_>,
    answer: &Answer,
    rows: &Rows<'_>,
    comparison: &Comparison,
    phases: Option<&PhaseHours>,
    periods: impl Iterator<Item = &'r TimeRange>,
) -> Result<Bases> {
    let mut bases = Bases::new();
    for period in periods {
        if let std::collections::btree_map::Entry::Vacant(entry) = bases.entry(period.start) {
            entry.insert(base(asking, answer, rows, comparison, phases, *period)?);
        }
    }
    Ok(bases)
}

fn base(
    asking: &Asking<'_>,
    answer: &Answer,
    rows: &Rows<'_>,
    comparison: &Comparison,
    phases: Option<&PhaseHours>,
    range: TimeRange,
) -> Result<Vec<TimeRange>> {
    let asked = |covered| Asked { calendar: rows.calendar, grain: rows.grain(), range, covered };
    let Some(phases) = phases else { return Ok(asked(rows.covered()).base(comparison)?.into_iter().collect()) };
    let by_day = asking.query.metrics.iter().any(|metric| yh_metrics::is_kept_by_day(&asking.definitions.catalog, metric));
    let covered = if by_day { rows.covered() } else { covered_minute(answer, phases.day_cutoff_minutes) };
    let Some(elapsed) = asked(covered).elapsed() else { return Ok(Vec::new()) };
    let parts = match (&rows.time, by_day) {
        (Some(_), true) => phases.by_day(days_of(elapsed)),
        (Some(_), false) => phases.row(elapsed),
        (None, true) => phases.by_day(days_of(elapsed)),
        (None, false) => phases.whole(elapsed).map(|part| vec![part]),
    };
    if parts.is_none() && rows.time.is_none() {
        let message = format!("{} has no same phase-hour in last year's promotion", crate::answer::days_text(elapsed));
        let error = AppError::new(ErrorKind::Input, "compare-phase", message);
        return Err(error.hint("ask for days inside one promotion, or group by metric_time__day to see which have one"));
    }
    Ok(parts.unwrap_or_default())
}

/// Just after the minute that every source reaches, business-local.
fn covered_minute(answer: &Answer, day_cutoff_minutes: i32) -> Option<DateTime> {
    let last = answer.watermarks.iter().map(|watermark| watermark.as_of).min()?;
    let minute = last.date().at(last.hour(), last.minute(), 0, 0).saturating_add(1.minutes());
    Some(minute.saturating_sub(day_cutoff_minutes.minutes()))
}

fn hull<'r>(parts: impl Iterator<Item = &'r TimeRange>) -> Option<TimeRange> {
    let mut hull: Option<TimeRange> = None;
    for part in parts {
        let own = hull.get_or_insert(*part);
        *own = TimeRange { start: own.start.min(part.start), end: own.end.max(part.end) };
    }
    hull
}

async fn values(asking: &Asking<'_>, answer: &Answer, rows: &Rows<'_>, bases: &Bases) -> Result<Found> {
    let plain = |parts: &[TimeRange]| matches!(parts, [part] if is_plain(rows, *part));
    let (plain, mapped): (Vec<_>, Vec<_>) = bases.iter().filter(|(_, parts)| !parts.is_empty()).partition(|(_, parts)| plain(parts));
    let mut found = Found::new();
    if let Some(range) = hull(plain.iter().flat_map(|(_, parts)| parts.iter())) {
        let other = measure(asking.app, asking.access, asking.definitions, asking.facts, &between(asking.query, range)).await?;
        let by_start: HashMap<DateTime, Vec<DateTime>> = plain.iter().fold(HashMap::new(), |mut map, (shown, parts)| {
            map.entry(parts[0].start).or_insert_with(Vec::new).push(**shown);
            map
        });
        for row in 0..other.frame.height() {
            let key = rows.key(&other.frame, row);
            let base = base_row(answer, rows, &other.frame, row);
            if rows.time.is_none() {
                found.insert((None, key), base);
                continue;
            }
            for shown in rows.at(&other.frame, row).and_then(|at| by_start.get(&at)).into_iter().flatten() {
                found.insert((Some(*shown), key.clone()), base.clone());
            }
        }
    }
    if !mapped.is_empty() {
        mapped_values(asking, answer, rows, &mapped, &mut found).await?;
    }
    Ok(found)
}

/// Whether a question by the row's own grain, or without one, gives this base alone.
pub(super) fn is_plain(rows: &Rows<'_>, part: TimeRange) -> bool {
    let midnight = |at: DateTime| at.time() == jiff::civil::Time::midnight();
    match rows.grain() {
        Some("hour") => true,
        None => midnight(part.start) && midnight(part.end),
        Some(grain) => {
            let whole = rows.calendar.period_of(grain, part.start.date()).map(super::rows::range_of);
            Grain::parse(grain).is_some() && whole == Some(part)
        }
    }
}

pub(super) fn between(query: &MetricQuery, range: TimeRange) -> MetricQuery {
    let last = range.end.saturating_sub(1.seconds());
    let text = |at: DateTime| at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    MetricQuery { start_time: Some(text(range.start)), end_time: Some(text(last)), order: Vec::new(), limit: None, ..query.clone() }
}

fn base_row(answer: &Answer, rows: &Rows<'_>, frame: &Frame, row: usize) -> BaseRow {
    let metrics = answer.columns.iter().filter(|column| column.role == Role::Metric);
    BaseRow {
        dimensions: rows.dimensions.iter().map(|index| frame.cell(&answer.columns[*index].name, row).clone()).collect(),
        metrics: metrics.map(|metric| (metric.name.clone(), frame.cell(&metric.name, row).clone())).collect(),
    }
}

/// Asks through the table of base slots.
async fn mapped_values(
    asking: &Asking<'_>,
    answer: &Answer,
    rows: &Rows<'_>,
    bases: &[(&DateTime, &Vec<TimeRange>)],
    found: &mut Found,
) -> Result<()> {
    let Some(range) = hull(bases.iter().flat_map(|(_, parts)| parts.iter())) else { return Ok(()) };
    if asking.query.saved_query.is_some() {
        let error = AppError::new(ErrorKind::Input, "compare-saved", "this comparison cannot be added to a saved query");
        return Err(error.hint("name its metrics and group-bys instead"));
    }
    let (table, grain) = slots(bases)?;
    let spine = SpineTable {
        table: TABLE.to_owned(),
        column: "slot".to_owned(),
        grain,
        custom_grains: vec![(GRAIN.to_owned(), "shown".to_owned())],
    };
    let compared = format!("metric_time__{GRAIN}");
    let query = MetricQuery { group_by: group_by(answer, rows, &compared)?, ..between(asking.query, range) };
    let key = format!("{} {bases:?}", cache::key(asking.definitions, asking.facts, asking.access, &query));
    let run = async {
        let known = &asking.definitions.catalog;
        let catalog = Arc::new(Catalog { spine: known.spine.clone().with(spine), ..Catalog::clone(known) });
        let plan = planning::plan(asking.app, &catalog, &query, asking.access).await?;
        let extra = vec![Table { name: TABLE.to_owned(), rows: TableRows::Frame(table) }];
        let session = asking.app.session_with(asking.definitions, asking.facts, &plan.tables, extra).await?;
        Ok(session.query(&plan.sql).await?)
    };
    let frame = asking.app.answers.keep(&key, run).await?;
    for row in 0..frame.height() {
        let Some(shown) = moment(frame.cell(&compared, row)) else { continue };
        let base = base_row(answer, rows, &frame, row);
        let key = base.dimensions.iter().map(Value::to_string).collect();
        found.insert((rows.time.is_some().then_some(shown), key), base);
    }
    Ok(())
}

/// The question's group-bys with the time replaced by the row that a base belongs to.
fn group_by(answer: &Answer, rows: &Rows<'_>, compared: &str) -> Result<Vec<String>> {
    let mut names = vec![compared.to_owned()];
    if let Some((index, _)) = &rows.time
        && !answer.columns[*index].name.starts_with("metric_time__")
    {
        let message = format!("{} cannot be compared with parts of periods", answer.columns[*index].name);
        return Err(AppError::new(ErrorKind::Input, "compare-time", message).hint("group by metric_time"));
    }
    names.extend(rows.dimensions.iter().map(|index| answer.columns[*index].name.clone()));
    Ok(names)
}

/// One row for each base day, or minute where a base does not begin and end at midnight: which row it belongs to.
fn slots(bases: &[(&DateTime, &Vec<TimeRange>)]) -> Result<(Frame, Grain)> {
    let midnight = jiff::civil::Time::midnight();
    let by_day = bases.iter().flat_map(|(_, parts)| parts.iter()).all(|part| part.start.time() == midnight && part.end.time() == midnight);
    let (grain, step) = if by_day { (Grain::Day, 1.days()) } else { (Grain::Minute, 1.minutes()) };
    let (mut slot, mut shown) = (Vec::new(), Vec::new());
    for (start, parts) in bases {
        for part in *parts {
            for at in part.start.series(step).take_while(|at| *at < part.end) {
                slot.push(Value::Timestamp(at));
                shown.push(Value::Timestamp(**start));
                if slot.len() > MAX_SLOTS {
                    let error = AppError::new(ErrorKind::Limit, "compare-long", "the period is too long for this comparison");
                    return Err(error.hint("narrow the period"));
                }
            }
        }
    }
    let column = |name: &str, values| Column { name: name.to_owned(), kind: ValueKind::Timestamp, values };
    Ok((Frame { columns: vec![column("slot", slot), column("shown", shown)] }, grain))
}
