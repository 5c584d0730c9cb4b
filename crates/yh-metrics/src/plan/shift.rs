//! Joining computed values to the time spine: offsets and filled gaps.

use super::spine::replace_names;
use super::{Planner, Result};
use crate::catalog::{GrainName, Offset};
use crate::filter::Filter;
use crate::item::{Item, TimePart};
use crate::query::{ErrorCode, QueryError};
use crate::sql::{Expr, From, Join, JoinKind, Op, Query, Select, Source};
use crate::time::{Grain, TimeRange};

use super::scope::trunc;

/// `time` as the offset sees it: the moment whose value is shown at `time`.
pub(crate) fn earlier(offset: &Offset, time: Expr) -> Result<Expr> {
    match offset {
        Offset::ToGrain(grain) => Ok(trunc(*grain, time)),
        Offset::Window(window) => match &window.grain {
            GrainName::Standard(grain) => Ok(time.binary(Op::Subtract, Expr::Interval(window.count, *grain))),
            GrainName::Custom(name) => Err(QueryError::new(
                ErrorCode::Unsupported,
                format!("an offset by `{name}` of an already combined metric is not supported"),
            )),
        },
    }
}

/// The range from which values shown inside `range` come; wide enough for clamped month ends.
pub(crate) fn earlier_range(offset: &Offset, range: TimeRange) -> Option<TimeRange> {
    match offset {
        Offset::ToGrain(grain) => Some(TimeRange { start: grain.floor(range.start), end: range.end }),
        Offset::Window(window) => match &window.grain {
            GrainName::Standard(grain) => {
                let slack = if *grain > Grain::Week { 4 } else { 0 };
                let end = grain.shift(range.end, -window.count);
                Some(TimeRange { start: grain.shift(range.start, -window.count), end: Grain::Day.shift(end, slack) })
            }
            GrainName::Custom(_) => None,
        },
    }
}

/// The finest standard grain among the times asked for, and its item.
pub(crate) fn finest<'i>(times: &[&'i Item]) -> Option<(&'i Item, Grain)> {
    let graded = times.iter().filter_map(|item| match item.time_part() {
        Some(TimePart::Grain(grain)) => Some((*item, *grain)),
        _ => None,
    });
    graded.min_by_key(|(_, grain)| *grain)
}

/// Whether a time truncated to `grain` still tells every one of these times.
pub(crate) fn tells_all(grain: Grain, times: &[&Item]) -> bool {
    times.iter().filter_map(|t| t.time_part()).all(|part| match part {
        TimePart::Grain(coarser) => grain.determines(*coarser),
        TimePart::Part(part) => grain.determines(part.grain()),
        TimePart::Custom(_) => grain <= Grain::Day,
    })
}

/// The grain at which the spine must be read to show these times.
pub(crate) fn spine_grain(times: &[&Item]) -> Grain {
    match finest(times) {
        Some((_, grain)) if tells_all(grain, times) => grain,
        Some((_, grain)) => grain.min(Grain::Day),
        None => Grain::Day,
    }
}

/// What a spine join is told.
pub(crate) struct SpineJoin<'i> {
    /// INNER for offsets, LEFT where gaps are shown.
    pub kind: JoinKind,
    pub offset: Option<&'i Offset>,
    pub range: Option<TimeRange>,
    /// Conditions on times only, put on the spine.
    pub time_filters: Vec<&'i Filter>,
    /// Conditions on the joined result.
    pub filters: Vec<&'i Filter>,
}

/// `values` (columns: `items`, then `columns`) shown at the spine's times.
pub(crate) fn join_spine(
    planner: &Planner<'_>,
    values: Query,
    items: &[Item],
    times: &[&Item],
    columns: &[String],
    join: SpineJoin<'_>,
) -> Result<Select> {
    let (left, right) = (planner.alias("s"), planner.alias("v"));
    let spine = planner.spine(spine_grain(times), join.range)?.select(times, &join.time_filters)?;
    let on = match join.offset {
        Some(offset) => {
            let Some((finest, _)) = finest(times) else {
                let error = QueryError::new(ErrorCode::TimeRequired, "an offset metric needs a time in the group-by");
                return Err(error.hint("group by metric_time__day or coarser"));
            };
            let name = finest.column();
            vec![earlier(offset, Expr::column(&left, &name))?.equals(Expr::column(&right, &name))]
        }
        None => times.iter().map(|t| Expr::column(&left, &t.column()).equals(Expr::column(&right, &t.column()))).collect(),
    };
    let mut select = Select::over(spine.into_query(), &left);
    let mut shown = Vec::with_capacity(items.len());
    for item in items {
        let name = item.column();
        let side = if times.contains(&item) { &left } else { &right };
        shown.push((name.clone(), Expr::column(side, &name)));
        select.column(Expr::column(side, &name), &name);
    }
    for column in columns {
        select.column(Expr::column(&right, column), column);
    }
    select.filter = join.filters.iter().map(|f| replace_names(f.expr.clone(), &shown)).collect();
    select.joins.push(Join { kind: join.kind, right: From { source: Source::Query(values), alias: right }, on });
    Ok(select)
}
