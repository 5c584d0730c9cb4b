//! Aggregates over one measured table: the bottom of every answer.
//!
//! A leaf is one scan. Simple metrics that share model, time, filters and offset are computed in
//! the same scan.

use super::scope::{Scope, TimeBase, is_metric_time, trunc};
use super::shift::{SpineJoin, earlier, earlier_range, finest, join_spine, tells_all};
use super::spine::{TimeSide, replace_names};
use super::{BEGINNING, Planner, Result};
use crate::catalog::{Aggregation, Cumulative, GrainName, NonAdditive, Offset, PeriodAgg, SemanticModel, Simple, Window};
use crate::filter::Filter;
use crate::item::{Item, TimePart};
use crate::query::{ErrorCode, QueryError};
use crate::sql::{Expr, From, Join, JoinKind, Op, Query, Select, Source, Test};
use crate::time::{Clock, Grain, TimeRange};

/// What one scan computes, apart from its aggregates.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Leaf<'a> {
    pub model: &'a str,
    pub time_dimension: Option<&'a str>,
    /// Filters of the simple metric's own definition.
    pub own: Vec<Filter>,
    /// Filters of the query and of metrics in between.
    pub extra: Vec<Filter>,
    pub offset: Option<&'a Offset>,
    pub cumulative: Option<Running<'a>>,
    pub join_to_timespine: bool,
    pub non_additive: Option<&'a NonAdditive>,
}

/// How a cumulative metric runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Running<'a> {
    pub window: Option<&'a Window>,
    pub grain_to_date: Option<Grain>,
    pub period_agg: PeriodAgg,
}

impl<'a> Running<'a> {
    pub(crate) fn of(cumulative: &'a Cumulative) -> Running<'a> {
        Running { window: cumulative.window.as_ref(), grain_to_date: cumulative.grain_to_date, period_agg: cumulative.period_agg }
    }
}

/// One aggregate of a leaf and its output column.
#[derive(Debug, Clone)]
pub(crate) struct Aggregate<'a> {
    pub column: String,
    pub simple: &'a Simple,
}

/// Name of the source time among the rows joined to a spine.
const ROW_TIME: &str = "__time";

/// One scan being planned.
pub(crate) struct LeafPlan<'p, 'a> {
    pub planner: &'p Planner<'a>,
    pub leaf: &'p Leaf<'a>,
    pub model: &'a SemanticModel,
    pub aggregates: &'p [Aggregate<'a>],
}

impl<'p, 'a> LeafPlan<'p, 'a> {
    /// Columns: items, then aggregates.
    pub(crate) fn select(&self, items: &[Item], range: Option<TimeRange>) -> Result<Select> {
        let Some(running) = self.leaf.cumulative else { return self.shifted(items, range) };
        if let Some((base, range)) = self.untimed(items, range)? {
            let all: Vec<Item> = items.iter().chain([&base]).cloned().collect();
            let values = self.shifted(&all, Some(range))?;
            return Ok(self.reduce(values.into_query(), items, &base, running.period_agg));
        }
        let times = self.times(items);
        if times.is_empty() {
            if running.window.is_some() || running.grain_to_date.is_some() {
                let error = QueryError::new(ErrorCode::TimeRequired, "a windowed or to-date metric needs metric_time in the group-by");
                return Err(error.hint("group by metric_time__day or coarser"));
            }
            return self.shifted(items, range);
        }
        // Running values are computed at the grain of the data, then reduced to the grains asked for.
        let stored = self.running_grain(&times)?;
        let base = times[0].at(TimePart::Grain(stored));
        if times.contains(&&base) || times.iter().any(|t| t.time_part() == Some(&TimePart::Grain(stored))) {
            return self.shifted(items, range);
        }
        let mut all = items.to_vec();
        all.push(base.clone());
        let values = self.shifted(&all, range)?;
        Ok(self.reduce(values.into_query(), items, &base, running.period_agg))
    }

    /// Asked for without a time, a running value is that of the whole range as of one period: at its end, at its
    /// beginning, or the average. Gives the time it is reduced from, and as much of the range as that needs. MetricFlow,
    /// and so a manifest, adds up the rows of the range instead, and refuses windows.
    pub(crate) fn untimed(&self, items: &[Item], range: Option<TimeRange>) -> Result<Option<(Item, TimeRange)>> {
        let (Some(running), Some(range)) = (self.leaf.cumulative, range) else { return Ok(None) };
        if !self.times(items).is_empty() || matches!(self.planner.catalog.clock, Clock::Naive) {
            return Ok(None);
        }
        let stored = self.running_grain(&[])?;
        let last = stored.floor(range.end.saturating_sub(jiff::Span::new().seconds(1)));
        let needed = match running.period_agg {
            PeriodAgg::First => TimeRange { start: range.start, end: stored.next(range.start).min(range.end) },
            PeriodAgg::Last => TimeRange { start: last.max(range.start), end: range.end },
            PeriodAgg::Average => range,
        };
        Ok(Some((Item::MetricTime(TimePart::Grain(stored)), needed)))
    }

    /// Daily running values → one value per period.
    fn reduce(&self, values: Query, items: &[Item], base: &Item, period_agg: PeriodAgg) -> Select {
        let alias = self.planner.alias("v");
        let mut select = Select::over(values, &alias);
        for item in items {
            select.column(Expr::column(&alias, &item.column()), &item.column());
        }
        for aggregate in self.aggregates {
            let value = Expr::column(&alias, &aggregate.column);
            let filled = aggregate.simple.fill_nulls_with.map_or(value.clone(), |fill| value.or_zero(fill));
            let order_by = Some(Box::new(Expr::column(&alias, &base.column())));
            let call = match period_agg {
                PeriodAgg::First => Expr::Call { name: "first_value", args: vec![filled], distinct: false, order_by },
                PeriodAgg::Last => Expr::Call { name: "last_value", args: vec![filled], distinct: false, order_by },
                PeriodAgg::Average => Expr::call("AVG", vec![filled]),
            };
            select.column(call, &aggregate.column);
        }
        select.group_by = items.len();
        select
    }

    /// The aggregates with their offset and their gaps.
    fn shifted(&self, items: &[Item], range: Option<TimeRange>) -> Result<Select> {
        let times = self.times(items);
        let filters: Vec<&Filter> = self.leaf.own.iter().chain(&self.leaf.extra).collect();
        if let Some(offset) = self.leaf.offset.filter(|_| times.is_empty()) {
            if let Some(moved) = untimed_range(&self.planner.catalog.clock, offset, range)
                && !filters.iter().any(|f| self.any_time(f))
            {
                return self.plain(items, &filters, Some(moved));
            }
            let error = QueryError::new(ErrorCode::TimeRequired, "an offset metric needs metric_time in the group-by");
            return Err(error.hint("group by metric_time__day or coarser"));
        }
        let fill_gaps = self.leaf.join_to_timespine && !times.is_empty();
        let (on_time, others): (Vec<&Filter>, Vec<&Filter>) = filters.iter().partition(|f| self.only_times(f));
        // Conditions that the spine's added rows must meet as well.
        let again = self.leaf.extra.iter().filter(|f| !self.only_times(f) && f.items.iter().all(|i| items.contains(i)));
        let columns: Vec<String> = self.aggregates.iter().map(|a| a.column.clone()).collect();
        let join = |kind, offset| SpineJoin { kind, offset, range, time_filters: on_time.clone(), filters: again.clone().collect() };
        match self.leaf.offset {
            Some(offset) if shifts_after(offset, &times) => {
                let earlier = range.and_then(|r| self.unshifted(r, offset));
                let values = self.aggregate(items, &others, earlier, None)?;
                let kind = if fill_gaps { JoinKind::Left } else { JoinKind::Inner };
                join_spine(self.planner, values.into_query(), items, &times, &columns, join(kind, Some(offset)))
            }
            offset => {
                let filters = if offset.is_some() { &others } else { &filters };
                let values = self.aggregate(items, filters, range, offset)?;
                if !fill_gaps {
                    return Ok(values);
                }
                join_spine(self.planner, values.into_query(), items, &times, &columns, join(JoinKind::Left, None))
            }
        }
    }

    /// The times from which shifted values come. A running value of a manifest must also lie in the
    /// range before it is shifted: MetricFlow cuts it there, too.
    fn unshifted(&self, range: TimeRange, offset: &Offset) -> Option<TimeRange> {
        let earlier = earlier_range(offset, range)?;
        let cut = self.leaf.cumulative.is_some() && matches!(self.planner.catalog.clock, Clock::Naive);
        Some(if cut { TimeRange { start: range.start, end: earlier.end.min(range.end) } } else { earlier })
    }

    fn aggregate(&self, items: &[Item], filters: &[&Filter], range: Option<TimeRange>, offset: Option<&Offset>) -> Result<Select> {
        let times = self.times(items);
        let spined = offset.is_some() || (self.leaf.cumulative.is_some() && !times.is_empty());
        if !spined {
            return self.plain(items, filters, range);
        }
        if self.leaf.non_additive.is_some() {
            let message = "a balance cannot run or be read at an offset at this grain: its rows of several times would be added up";
            return Err(QueryError::new(ErrorCode::UnsafeReaggregation, message).hint("group by the time of the balance"));
        }
        let partial = Partial::of(self.aggregates);
        let mut select = self.spined_rows(items, filters, range, offset, partial, &mut |_| Ok(Vec::new()))?;
        for ((value, _), aggregate) in select.columns[items.len()..].iter_mut().zip(self.aggregates) {
            *value = apply(aggregate.simple.agg, std::mem::replace(value, Expr::Null));
        }
        select.group_by = items.len();
        Ok(select)
    }

    /// One pass over the measured table and its joins.
    fn plain(&self, items: &[Item], filters: &[&Filter], range: Option<TimeRange>) -> Result<Select> {
        let mut select = self.rows(items, filters, range, &mut |_| Ok(Vec::new()))?;
        for ((value, _), aggregate) in select.columns[items.len()..].iter_mut().zip(self.aggregates) {
            *value = apply(aggregate.simple.agg, std::mem::replace(value, Expr::Null));
        }
        select.group_by = items.len();
        Ok(select)
    }

    /// The rows that go in, before aggregation. Columns: items, the aggregated values, then `more`.
    pub(crate) fn rows(
        &self,
        items: &[Item],
        filters: &[&Filter],
        range: Option<TimeRange>,
        more: &mut dyn FnMut(&Scope<'p, 'a>) -> Result<Vec<(Expr, String)>>,
    ) -> Result<Select> {
        let mut scope = self.scope();
        let mut select = Select::default();
        for item in items {
            select.column(scope.item(item)?, &item.column());
        }
        for aggregate in self.aggregates {
            let value = self.planner.column_expr(self.model, &scope.alias, &aggregate.simple.expr)?;
            select.column(value, &aggregate.column);
        }
        select.columns.extend(more(&scope)?);
        for filter in filters {
            let condition = scope.condition(filter)?;
            select.filter.push(condition);
        }
        if let Some(range) = range {
            select.filter.extend(self.planner.within(&scope.time()?, Some(range.start), Some(range.end)));
        }
        let picked = self.leaf.non_additive.map(|n| self.balance_time(&mut scope, n, items)).transpose()?;
        if let Some(rule) = self.leaf.non_additive.filter(|_| matches!(self.planner.catalog.clock, Clock::Naive)) {
            // MetricFlow joins the chosen times back by equal keys, which drops rows without one; a shop's stock outside
            // of warehouses still counts.
            for entity in rule.groupings.iter().filter_map(|name| self.model.entity(name)) {
                let key = self.planner.entity_expr(self.model, &scope.alias, entity)?;
                select.filter.push(Expr::Is { value: Box::new(key), test: Test::Null, negated: true });
            }
        }
        select.from = Some(scope.from());
        select.joins = scope.joins;
        Ok(match picked {
            Some((time, chosen)) => self.keep_balances(select, time, chosen),
            None => select,
        })
    }

    /// The time of a balance, and the time chosen within each group.
    fn balance_time(&self, scope: &mut Scope<'p, 'a>, rule: &NonAdditive, items: &[Item]) -> Result<(Expr, Expr)> {
        let Some(dimension) = self.model.dimension(&rule.dimension) else {
            let message = format!("{} has no dimension `{}`", self.model.name, rule.dimension);
            return Err(QueryError::new(ErrorCode::UnknownDimension, message));
        };
        let base = self.planner.time_base(self.model, &scope.alias, dimension)?;
        let time = trunc(base.grain, base.local);
        let mut groups = Vec::new();
        for name in &rule.groupings {
            let Some(entity) = self.model.entity(name) else {
                let message = format!("{} has no entity `{name}`", self.model.name);
                return Err(QueryError::new(ErrorCode::UnknownDimension, message));
            };
            groups.push(self.planner.entity_expr(self.model, &scope.alias, entity)?);
        }
        let same_time = |item: &&Item| match item {
            Item::MetricTime(_) => self.leaf.time_dimension == Some(rule.dimension.as_str()),
            Item::Time { name, .. } => *name == rule.dimension,
            _ => false,
        };
        if let Some(item) = items.iter().find(same_time) {
            groups.push(scope.item(item)?);
        }
        let call = Expr::call(if rule.latest { "MAX" } else { "MIN" }, vec![time.clone()]);
        Ok((time, Expr::Over { call: Box::new(call), partition_by: groups, order_by: Vec::new() }))
    }

    fn keep_balances(&self, mut rows: Select, time: Expr, chosen: Expr) -> Select {
        let names: Vec<String> = rows.columns.iter().map(|(_, name)| name.clone()).collect();
        rows.column(time, "__balance_time");
        rows.column(chosen, "__chosen_time");
        let alias = self.planner.alias("b");
        let mut kept = Select::over(rows.into_query(), &alias);
        for name in &names {
            kept.column(Expr::column(&alias, name), name);
        }
        kept.filter.push(Expr::column(&alias, "__balance_time").equals(Expr::column(&alias, "__chosen_time")));
        kept
    }

    /// Rows joined to the spine's times (windows, to-date, offsets). Columns as in [`Self::rows`].
    pub(crate) fn spined_rows(
        &self,
        items: &[Item],
        filters: &[&Filter],
        range: Option<TimeRange>,
        offset: Option<&Offset>,
        partial: Partial,
        more: &mut dyn FnMut(&Scope<'p, 'a>) -> Result<Vec<(Expr, String)>>,
    ) -> Result<Select> {
        let times = self.times(items);
        let stored = self.running_grain(&times)?;
        let (key, mut side) = self.spine_side(stored, &times, range, offset)?;
        // A custom grain counts days: rows kept by the hour meet it by their day.
        let by_custom = matches!(offset, Some(Offset::Window(Window { grain: GrainName::Custom(_), .. })));
        let stored = if by_custom { stored.max(side.grain) } else { stored };
        let (inner_filters, outer_filters): (Vec<&Filter>, Vec<&Filter>) = filters.iter().partition(|f| !self.any_time(f));
        let outer_filters: Vec<&Filter> = match offset {
            Some(_) => self.leaf.own.iter().chain(&self.leaf.extra).filter(|f| self.any_time(f)).collect(),
            None => outer_filters,
        };
        let mut carried: Vec<Item> = Vec::new();
        for item in items.iter().chain(outer_filters.iter().flat_map(|f| &f.items)) {
            if !self.is_time(item) && !carried.contains(item) {
                carried.push(item.clone());
            }
        }
        let rows = self.source_rows(&carried, &inner_filters, self.source_range(range, offset), stored, partial, more)?;
        let alias = self.planner.alias("v");
        let extra: Vec<String> = rows.columns[carried.len() + self.aggregates.len() + 1..].iter().map(|(_, n)| n.clone()).collect();

        let mut select = Select::default();
        for item in items {
            let value = self.beside(item, &mut side, &alias)?;
            select.column(value, &item.column());
        }
        for name in self.aggregates.iter().map(|a| &a.column).chain(&extra) {
            select.column(Expr::column(&alias, name), name);
        }
        for filter in outer_filters {
            let mut columns = Vec::new();
            for item in &filter.items {
                columns.push((item.column(), self.beside(item, &mut side, &alias)?));
            }
            select.filter.push(replace_names(filter.expr.clone(), &columns));
        }
        select.filter.extend(std::mem::take(&mut side.filter));
        if let (Some(Offset::ToGrain(_)), false) = (offset, times.iter().any(|t| t.time_part() == Some(&TimePart::Grain(side.grain)))) {
            // Only the first moment of each period shown carries a value; of a manifest's custom grains all do, as in MetricFlow.
            let is_manifest = matches!(self.planner.catalog.clock, Clock::Naive);
            let parts = times.iter().filter_map(|t| t.time_part()).filter(|p| !(is_manifest && matches!(p, TimePart::Custom(_))));
            let firsts = parts.map(|p| Ok(side.part(p)?.equals(side.shown.clone())));
            let firsts = firsts.collect::<Result<Vec<_>>>()?;
            select.filter.extend(firsts.into_iter().reduce(|a, b| a.binary(Op::Or, b)));
        }
        let on = self.spine_condition(key, Expr::column(&alias, ROW_TIME));
        select.from = Some(side.from);
        select.joins = vec![Join { kind: JoinKind::Inner, right: From { source: Source::Query(rows.into_query()), alias }, on }];
        select.joins.extend(side.joins);
        Ok(select)
    }

    fn beside(&self, item: &Item, side: &mut TimeSide<'_, '_>, rows: &str) -> Result<Expr> {
        match item.time_part() {
            Some(part) if self.is_time(item) => side.part(part),
            _ => Ok(Expr::column(rows, &item.column())),
        }
    }

    /// What rows are matched with, and the times at which they are shown.
    fn spine_side(
        &self,
        stored: Grain,
        times: &[&Item],
        range: Option<TimeRange>,
        offset: Option<&Offset>,
    ) -> Result<(Expr, TimeSide<'p, 'a>)> {
        if let Some(Offset::Window(Window { count, grain: GrainName::Custom(name) })) = offset {
            return super::custom::custom_offset(self.planner, name, *count, times, range);
        }
        let side = self.planner.spine(stored, range)?.coarsened(stored);
        let key = match offset {
            Some(offset) => earlier(offset, side.shown.clone())?,
            None => side.shown.clone(),
        };
        Ok((key, side))
    }

    fn spine_condition(&self, key: Expr, row_time: Expr) -> Vec<Expr> {
        let Some(running) = self.leaf.cumulative else { return vec![key.equals(row_time)] };
        let mut on = vec![row_time.clone().binary(Op::LessEq, key.clone())];
        if let Some(Window { count, grain: GrainName::Standard(grain) }) = running.window {
            on.push(row_time.clone().binary(Op::More, key.clone().binary(Op::Subtract, Expr::Interval(*count, *grain))));
        }
        if let Some(grain) = running.grain_to_date {
            on.push(trunc(grain, row_time).equals(trunc(grain, key)));
        }
        on
    }

    /// The measured rows for a spine join: carried items, values, row time, more; summed per time where that is exact.
    fn source_rows(
        &self,
        carried: &[Item],
        filters: &[&Filter],
        range: Option<TimeRange>,
        stored: Grain,
        partial: Partial,
        more: &mut dyn FnMut(&Scope<'p, 'a>) -> Result<Vec<(Expr, String)>>,
    ) -> Result<Select> {
        let mut time = Ok(Expr::Null);
        let mut rows = self.rows(carried, filters, range, &mut |scope| {
            time = scope.time().map(|t: TimeBase| trunc(stored, t.local));
            more(scope)
        })?;
        let values = carried.len()..carried.len() + self.aggregates.len();
        rows.columns.insert(values.end, (time?, ROW_TIME.to_owned()));
        match partial {
            Partial::None => {}
            Partial::Distinct => rows.distinct = true,
            Partial::Merge => {
                // Grouped columns come first: the row time moves in front of the values.
                let key = rows.columns.remove(values.end);
                rows.columns.insert(carried.len(), key);
                for ((value, _), aggregate) in rows.columns[carried.len() + 1..].iter_mut().zip(self.aggregates) {
                    *value = apply(aggregate.simple.agg, std::mem::replace(value, Expr::Null));
                }
                rows.group_by = carried.len() + 1;
            }
        }
        Ok(rows)
    }

    /// The range that the rows themselves can lie in, given the range of what is shown.
    pub(crate) fn source_range(&self, range: Option<TimeRange>, offset: Option<&Offset>) -> Option<TimeRange> {
        let range = range?;
        let range = match offset {
            Some(offset) => earlier_range(offset, range)?,
            None => range,
        };
        let Some(running) = self.leaf.cumulative else { return Some(range) };
        let start = match (running.window, running.grain_to_date) {
            (Some(Window { count, grain: GrainName::Standard(grain) }), _) => grain.shift(range.start, -count),
            (None, Some(grain)) => grain.floor(range.start),
            _ if matches!(self.planner.catalog.clock, Clock::Naive) => BEGINNING,
            _ => jiff::civil::DateTime::constant(1900, 1, 1, 0, 0, 0, 0),
        };
        Some(TimeRange { start: start.min(range.start), end: range.end })
    }

    pub(crate) fn scope(&self) -> Scope<'p, 'a> {
        Scope::new(self.planner, self.model, self.leaf.time_dimension, JoinKind::Left)
    }

    pub(crate) fn stored_grain(&self) -> Result<Grain> {
        Ok(self.scope().time()?.grain)
    }

    /// The grain at which rows meet the spine. A business metric runs by whole days unless hours
    /// are asked for: its stored hours would only cost time, and a day's first hour is no day's value.
    pub(crate) fn running_grain(&self, times: &[&Item]) -> Result<Grain> {
        let stored = self.stored_grain()?;
        let Some(running) = self.leaf.cumulative else { return Ok(stored) };
        let filtered = self.leaf.own.iter().chain(&self.leaf.extra).flat_map(|f| &f.items).filter(|i| self.is_time(i));
        let mut parts = times.iter().copied().chain(filtered).filter_map(Item::time_part);
        let window = match running.window {
            Some(Window { grain: GrainName::Standard(grain), .. }) => Some(*grain),
            _ => running.grain_to_date,
        };
        let by_hours = parts.any(|p| matches!(p, TimePart::Grain(grain) if *grain < Grain::Day)) || window.is_some_and(|g| g < Grain::Day);
        let naive = matches!(self.planner.catalog.clock, Clock::Naive);
        Ok(if naive || by_hours { stored } else { stored.max(Grain::Day) })
    }

    pub(crate) fn is_time(&self, item: &Item) -> bool {
        is_metric_time(self.model, self.leaf.time_dimension, item)
    }

    pub(crate) fn times<'i>(&self, items: &'i [Item]) -> Vec<&'i Item> {
        items.iter().filter(|i| self.is_time(i)).collect()
    }

    pub(crate) fn only_times(&self, filter: &Filter) -> bool {
        !filter.items.is_empty() && filter.items.iter().all(|i| self.is_time(i))
    }

    fn any_time(&self, filter: &Filter) -> bool {
        filter.items.iter().any(|i| self.is_time(i))
    }
}

/// What may be aggregated before rows are joined to the spine without changing the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Partial {
    None,
    Distinct,
    Merge,
}

impl Partial {
    fn of(aggregates: &[Aggregate<'_>]) -> Partial {
        let merges = |a: &Aggregate<'_>| matches!(a.simple.agg, Aggregation::Sum | Aggregation::Min | Aggregation::Max);
        match aggregates {
            all if all.iter().all(merges) => Partial::Merge,
            [one] if one.simple.agg == Aggregation::CountDistinct => Partial::Distinct,
            _ => Partial::None,
        }
    }
}

/// The range that an offset reads in a business's question without a time: the whole of it, moved.
pub(crate) fn untimed_range(clock: &Clock, offset: &Offset, range: Option<TimeRange>) -> Option<TimeRange> {
    match (clock, offset, range) {
        (Clock::Business { .. }, Offset::Window(Window { count, grain: GrainName::Standard(grain) }), Some(range)) => {
            Some(TimeRange { start: grain.shift(range.start, -count), end: grain.shift(range.end, -count) })
        }
        _ => None,
    }
}

/// Whether an offset can be applied to aggregated values: the finest time asked for must survive
/// the offset and tell all the others.
pub(crate) fn shifts_after(offset: &Offset, times: &[&Item]) -> bool {
    let Some((_, grain)) = finest(times) else { return false };
    let offset_grain = match offset {
        Offset::ToGrain(to) => *to,
        Offset::Window(Window { grain: GrainName::Standard(by), .. }) => *by,
        Offset::Window(_) => return false,
    };
    let weeks_to_grain = grain == Grain::Week && matches!(offset, Offset::ToGrain(_));
    grain <= offset_grain && !weeks_to_grain && tells_all(grain, times)
}

/// The aggregate of a row expression. Money stays exact: nothing is turned into a float before a sum.
pub(crate) fn apply(agg: Aggregation, value: Expr) -> Expr {
    use crate::sql::SqlType::Double;
    let number = |n: f64| Expr::Number(format!("{n}"));
    match agg {
        Aggregation::Sum => Expr::call("SUM", vec![value]),
        Aggregation::Min => Expr::call("MIN", vec![value]),
        Aggregation::Max => Expr::call("MAX", vec![value]),
        Aggregation::Average => Expr::call("AVG", vec![value.cast(Double)]),
        Aggregation::CountDistinct => Expr::Call { name: "COUNT", args: vec![value], distinct: true, order_by: None },
        Aggregation::Percentile { fraction, approximate: true, .. } => {
            Expr::call("approx_percentile_cont", vec![value.cast(Double), number(fraction)])
        }
        Aggregation::Percentile { fraction, discrete: true, .. } => Expr::call("percentile_disc_exact", vec![value, number(fraction)]),
        Aggregation::Percentile { fraction, .. } => Expr::call("exact_percentile", vec![value.cast(Double), number(fraction)]),
    }
}
