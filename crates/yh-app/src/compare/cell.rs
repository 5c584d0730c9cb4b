//! The cell that another one is compared with, so that its number opens like any other.

use yh_metrics::{Access, MetricQuery, TimeRange};

use super::{
    Asking,
    rows::Rows,
    segment::other_segment,
    shifted::{base_parts, between, is_plain},
};
use crate::{
    App, AppError, ErrorKind, Result,
    answer::{Answer, Comparison, Role},
    ask::{measure, with_period},
    lineage::{Cell, same},
    planning,
};

/// The same question about the base: by the same grain where the base is one whole period of it, else over its days
/// or hours.
pub(crate) async fn base_cell(app: &App, access: &Access, cell: &Cell, comparison: &Comparison) -> Result<Cell> {
    let not_measured = match comparison {
        Comparison::Target => Some(("a target is set, not measured", "list the targets to see who set it, when and why")),
        Comparison::Benchmark(_) => Some(("a benchmark is imported, not measured", "open the benchmarks dataset")),
        _ => None,
    };
    if let Some((message, hint)) = not_measured {
        return Err(AppError::new(ErrorKind::Input, "cell", message).hint(hint));
    }
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    let query = with_period(&definitions, &facts, &MetricQuery { metrics: vec![cell.metric.clone()], ..cell.query.clone() })?;
    let filters = planning::filters(app, &definitions.catalog, &query.where_).await?;
    let asking = Asking { app, access, definitions: &definitions, facts: &facts, query: &query, filters };
    let answer = measure(app, access, &definitions, &facts, &query).await?;
    if let Comparison::Segment { dimension, value } = comparison {
        let query = other_segment(&asking, &answer, dimension, value)?;
        let values = cell.values.iter().filter(|(name, _)| name != dimension).cloned().collect();
        return Ok(Cell { query, values, comparison: None, metric: cell.metric.clone() });
    }
    let rows = Rows::of(&definitions, &answer)?;
    let row = (0..answer.frame.height())
        .find(|row| cell.values.iter().all(|(name, value)| same(answer.frame.cell(name, *row), value.as_deref())));
    let range = row.map_or_else(|| rows.whole(), |row| rows.range(&answer.frame, row));
    let parts = match range {
        Some(range) => base_parts(&asking, &answer, &rows, comparison, range)?,
        None => Vec::new(),
    };
    let Some(first) = parts.first() else {
        let error = AppError::new(ErrorKind::NotFound, "compare-base", format!("{comparison} has no base for this cell"));
        return Err(error.hint("choose another comparison, or a period that has one"));
    };
    let on_the_hour = |part: &TimeRange| part.start.minute() == 0 && part.end.minute() == 0;
    if !parts.iter().all(on_the_hour) {
        let error = AppError::new(ErrorKind::Input, "cell", "the base of this cell ends within an hour, whose rows cannot be listed");
        return Err(error.hint("group by metric_time__hour and open a complete hour"));
    }
    Ok(shifted_cell(cell, &query, &answer, &rows, &parts, *first))
}

fn shifted_cell(cell: &Cell, query: &MetricQuery, answer: &Answer, rows: &Rows<'_>, parts: &[TimeRange], first: TimeRange) -> Cell {
    let mut base = Cell { comparison: None, ..cell.clone() };
    let time = rows.time.as_ref().map(|(index, _)| answer.columns[*index].name.clone());
    if let ([part], true) = (parts, is_plain(rows, first)) {
        for (_, value) in base.values.iter_mut().filter(|(name, _)| Some(name) == time.as_ref()) {
            let at = part.start;
            *value = Some(if rows.grain() == Some("hour") { at.to_string() } else { at.date().to_string() });
        }
        base.query = between(query, *part);
        return base;
    }
    base.values.retain(|(name, _)| Some(name) != time.as_ref());
    let groups = answer.columns.iter().filter(|column| matches!(column.role, Role::Time | Role::Dimension));
    let group_by = groups.map(|column| column.name.clone()).filter(|name| Some(name) != time.as_ref()).collect();
    let last = parts.last().copied().unwrap_or(first);
    let hull = TimeRange { start: first.start, end: last.end };
    base.query = MetricQuery { group_by, ..between(query, hull) };
    let midnight = jiff::civil::Time::midnight();
    if parts.len() > 1 || hull.start.time() != midnight || hull.end.time() != midnight {
        base.query.where_.push(within(parts));
    }
    base
}

/// A filter on the hours of the parts.
fn within(parts: &[TimeRange]) -> String {
    let time = "{{ TimeDimension('metric_time', 'hour') }}";
    let text = |at: jiff::civil::DateTime| at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let one = |part: &TimeRange| format!("({time} >= '{}' AND {time} < '{}')", text(part.start), text(part.end));
    parts.iter().map(one).collect::<Vec<_>>().join(" OR ")
}
