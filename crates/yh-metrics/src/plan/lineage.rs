//! The source rows behind one answered cell, per input metric.
//!
//! The rows come from the same leaf planning as the answer, stopped before aggregation, so that
//! adding them up gives the cell's inputs.

use jiff::civil::DateTime;

use super::leaf::{Aggregate, Leaf, LeafPlan, Partial, Running, apply, shifts_after, untimed_range};
use super::scope::{Scope, is_metric_time};
use super::shift::finest;
use super::{Planner, Question, Result, conversion, item_columns, too_deep, unknown_metric};
use crate::catalog::*;
use crate::filter::Filter;
use crate::item::{Item, TimePart};
use crate::query::{Access, ErrorCode, MetricQuery, QueryError};
use crate::sql::{Expr, Query, Select, SqlType, render_query};
use crate::time::{Clock, TimeRange, parse_time};

/// Rows that went into one cell through one simple metric.
#[derive(Debug, Clone)]
pub struct InputRows {
    /// The simple metric that was aggregated, and its revision.
    pub metric: String,
    pub revision: String,
    pub dataset: String,
    /// `sum`, `count_distinct`, `percentile 0.99`, …
    pub aggregation: String,
    /// What was aggregated, as written in the definition.
    pub expression: String,
    /// Conditions as written, the definition's first.
    pub filters: Vec<String>,
    /// Business-local time of the source rows, offset and window applied.
    pub range: Option<TimeRange>,
    /// `1 year earlier`, `at the start of the month`; one per level.
    pub offsets: Vec<String>,
    /// `trailing 7 day`, `month to date`, `all time`.
    pub window: Option<String>,
    /// The rows: the dataset's columns the asker may see, `_import_id`, `_line`, `__value`.
    pub sql: String,
    /// One row: how many there are.
    pub count_sql: String,
    /// One row: the aggregate over them.
    pub value_sql: String,
    pub tables: Vec<String>,
}

const VALUE: &str = "__value";

/// The rows behind one cell: `cell` gives the value of every group-by (by output column name), none
/// for NULL. A metric made of several inputs gives one entry for each.
pub fn rows(
    catalog: &Catalog,
    query: &MetricQuery,
    access: &Access,
    metric: &str,
    cell: &[(String, Option<String>)],
) -> Result<Vec<InputRows>> {
    let question = Question::resolve(catalog, query)?;
    let name = metric.trim().to_lowercase();
    let metric = catalog.metric(&name).ok_or_else(|| unknown_metric(catalog, &name))?;
    let mut values = Vec::with_capacity(question.items.len());
    for item in &question.items {
        let column = item.column();
        let Some((_, value)) = cell.iter().find(|(name, _)| *name == column) else {
            let error = QueryError::new(ErrorCode::UnknownDimension, format!("the cell has no value for `{column}`"));
            return Err(error.hint("give the value of every group-by of the query"));
        };
        values.push((item.clone(), value.clone()));
    }
    let mut lineage = Lineage { catalog, access, found: Vec::new() };
    let cell = Cell { values, range: question.range, offsets: Vec::new() };
    lineage.metric(metric, &question.filters, None, &cell, 0)?;
    Ok(lineage.found)
}

struct Lineage<'a> {
    catalog: &'a Catalog,
    access: &'a Access,
    found: Vec<InputRows>,
}

/// What is asked of a metric at some depth: offsets on the way have moved the times.
#[derive(Clone)]
struct Cell {
    values: Vec<(Item, Option<String>)>,
    range: Option<TimeRange>,
    offsets: Vec<String>,
}

impl<'a> Lineage<'a> {
    fn metric(&mut self, metric: &'a Metric, filters: &[Filter], offset: Option<&'a Offset>, cell: &Cell, depth: usize) -> Result<()> {
        if depth > 20 {
            return Err(too_deep(&metric.name));
        }
        let planner = Planner::new(self.catalog, self.access);
        let own = planner.filters(metric, &metric.filter)?;
        match &metric.kind {
            MetricKind::Simple(simple) => self.simple(metric, simple, own, filters, offset, None, cell),
            MetricKind::Cumulative(c) => {
                let input = planner.metric(&c.input.metric)?;
                let MetricKind::Simple(simple) = &input.kind else {
                    return Err(QueryError::new(ErrorCode::Unsupported, format!("`{}` does not run over a simple metric", metric.name)));
                };
                let mut around = own;
                around.extend(planner.filters(metric, &c.input.filter)?);
                around.extend(filters.iter().cloned());
                let of_input = planner.filters(input, &input.filter)?;
                self.simple(input, simple, of_input, &around, offset, Some(Running::of(c)), cell)
            }
            MetricKind::Conversion(conversion) => match offset {
                None => self.conversion(metric, conversion, filters, cell),
                Some(_) => {
                    let message = format!("the rows of the conversion `{}` of an earlier time cannot be listed", metric.name);
                    Err(QueryError::new(ErrorCode::Unsupported, message))
                }
            },
            MetricKind::Ratio { .. } | MetricKind::Derived { .. } => {
                let mut around = own;
                let moved;
                let cell = match offset {
                    // Filters of an offset metric act on what is shown, not on what goes in.
                    Some(offset) => {
                        moved = cell.moved(offset, &self.catalog.clock, |item| is_time_of(self.catalog, metric, item))?;
                        &moved
                    }
                    None => {
                        around.extend(filters.iter().cloned());
                        cell
                    }
                };
                for input in metric.inputs() {
                    let mut all = planner.filters(metric, &input.filter)?;
                    all.extend(around.iter().cloned());
                    self.metric(planner.metric(&input.metric)?, &all, input.offset.as_ref(), cell, depth + 1)?;
                }
                Ok(())
            }
        }
    }

    /// Two inputs: the base events of the cell, and the conversions that belong to them.
    fn conversion(&mut self, metric: &'a Metric, definition: &'a Conversion, filters: &[Filter], cell: &Cell) -> Result<()> {
        let planner = Planner::new(self.catalog, self.access);
        let [base, converted] = conversion::sides(&planner, metric, definition, filters)?;
        self.simple(base.metric, base.simple, base.leaf.own.clone(), &base.leaf.extra, None, None, cell)?;

        let items: Vec<Item> = cell.values.iter().map(|(item, _)| item.clone()).collect();
        let range = cell.time_range(|item| is_metric_time(base.model, base.leaf.time_dimension, item));
        let kept = self.visible(converted.model).unwrap_or_default();
        let matched = conversion::matched(&planner, metric, definition, &base, &converted, &items, range, &kept)?;
        let mut select = Select::over(matched, "c");
        select.filter.push(Expr::column("c", conversion::RANK).equals(Expr::number(1)));
        for (item, value) in &cell.values {
            select.filter.push(self.equals(item, value.as_deref()));
        }
        for name in &kept {
            select.column(Expr::column("c", &conversion::kept_column(name)), name);
        }
        select.column(Expr::column("c", conversion::VALUE), VALUE);
        let query = select.into_query();
        let filters = converted.leaf.own.iter().chain(&converted.leaf.extra);
        self.found.push(InputRows {
            metric: converted.metric.name.clone(),
            revision: converted.metric.revision.clone(),
            dataset: converted.model.table.clone(),
            aggregation: aggregation(converted.simple.agg),
            expression: converted.simple.expr.clone(),
            filters: filters.map(|f| f.text.clone()).collect(),
            // A conversion counts at the time of its base event; its own may be later by the window.
            range: None,
            offsets: cell.offsets.clone(),
            window: definition.window.as_ref().map(|w| format!("within {} {} of {}", w.count, grain_text(&w.grain), base.metric.name)),
            sql: render_query(&query),
            count_sql: render_over(&query, Expr::call("COUNT", vec![Expr::Star])),
            value_sql: render_over(&query, apply(converted.simple.agg, Expr::column("r", VALUE))),
            tables: planner.tables(),
        });
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    fn simple(
        &mut self,
        metric: &'a Metric,
        simple: &'a Simple,
        own: Vec<Filter>,
        extra: &[Filter],
        offset: Option<&'a Offset>,
        running: Option<Running<'a>>,
        cell: &Cell,
    ) -> Result<()> {
        let planner = Planner::new(self.catalog, self.access);
        let model = planner.model(simple)?;
        let time_dimension = simple.time_dimension(model);
        let leaf = Leaf {
            model: &simple.model,
            time_dimension,
            own,
            extra: extra.to_vec(),
            offset: None,
            cumulative: running,
            join_to_timespine: false,
            non_additive: simple.non_additive.as_ref(),
        };
        let aggregates = [Aggregate { column: VALUE.to_owned(), simple }];
        let plan = LeafPlan { planner: &planner, leaf: &leaf, model, aggregates: &aggregates };
        let is_time = |item: &Item| is_metric_time(model, time_dimension, item);

        let mut cell = cell.clone();
        let mut before = None;
        if let Some(offset) = offset {
            let items: Vec<&Item> = cell.values.iter().map(|(item, _)| item).filter(|i| is_time(i)).collect();
            if items.is_empty() || shifts_after(offset, &items) {
                cell = cell.moved(offset, &self.catalog.clock, is_time)?;
            } else {
                cell.offsets.push(describe(offset));
                before = Some(offset);
            }
        }
        let range = cell.time_range(is_time);
        let filters: Vec<&Filter> = leaf.own.iter().chain(&leaf.extra).filter(|f| offset.is_none() || !plan.only_times(f)).collect();
        let (select, averaged) = self.cell_rows(&plan, &cell, &filters, range, before, is_time)?;
        let query = select.into_query();
        let total = match &averaged {
            None => render_over(&query, apply(simple.agg, Expr::column("r", VALUE))),
            Some(day) => daily_average(&query, day, simple.agg),
        };
        self.found.push(InputRows {
            metric: metric.name.clone(),
            revision: metric.revision.clone(),
            dataset: model.table.clone(),
            aggregation: aggregation(simple.agg),
            expression: simple.expr.clone(),
            filters: filters.iter().map(|f| f.text.clone()).collect(),
            range: plan.source_range(range, before).or(range),
            offsets: cell.offsets.clone(),
            window: running.map(window),
            sql: render_query(&query),
            count_sql: render_over(&query, Expr::call("COUNT", vec![Expr::Star])),
            value_sql: total,
            tables: planner.tables(),
        });
        Ok(())
    }

    /// The leaf's rows, not aggregated, of this cell only; and the column of the day to which each
    /// row belongs when the cell is an average over days.
    fn cell_rows(
        &self,
        plan: &LeafPlan<'_, 'a>,
        cell: &Cell,
        filters: &[&Filter],
        range: Option<TimeRange>,
        before: Option<&Offset>,
        is_time: impl Fn(&Item) -> bool,
    ) -> Result<(Select, Option<String>)> {
        let mut items: Vec<Item> = cell.values.iter().map(|(item, _)| item.clone()).collect();
        let untimed = plan.untimed(&items, range)?;
        let range = untimed.as_ref().map(|(_, range)| *range).or(range);
        let visible = self.visible(plan.model);
        let runs = untimed.is_some() || items.iter().any(&is_time);
        let spined = before.is_some() || (plan.leaf.cumulative.is_some() && runs);
        // Where columns are unknown and pass through another query, only the values are shown.
        let all = !spined && plan.leaf.non_additive.is_none();
        let mut columns = |scope: &Scope<'_, '_>| {
            let named = |name: &String| (Expr::column(&scope.alias, name), name.clone());
            Ok(match &visible {
                Some(names) => names.iter().map(named).collect(),
                None if all => vec![(Expr::All(scope.alias.clone()), String::new())],
                None => Vec::new(),
            })
        };
        let mut picked = None;
        let rows = if spined {
            if let Some(running) = plan.leaf.cumulative {
                picked = match untimed {
                    Some((base, _)) => Some((base, running.period_agg)),
                    None => reduced_base(plan, &items, running)?,
                };
                items.extend(picked.iter().map(|(base, _)| base.clone()));
            }
            plan.spined_rows(&items, filters, range, before, Partial::None, &mut columns)?
        } else {
            plan.rows(&items, filters, range, &mut columns)?
        };
        let mut select = Select::over(rows.into_query(), "c");
        for (item, value) in &cell.values {
            select.filter.push(self.equals(item, value.as_deref()));
        }
        let averaged = picked.as_ref().filter(|(_, agg)| *agg == PeriodAgg::Average).map(|(base, _)| base.column());
        if let Some((base, agg)) = picked {
            select = keep_period(select, &base.column(), agg);
        }
        if let Some(names) = &visible {
            let alias = select.from.as_ref().map_or("c", |f| f.alias.as_str()).to_owned();
            for name in names.iter().map(String::as_str).chain([VALUE]).chain(averaged.as_deref()) {
                select.column(Expr::column(&alias, name), name);
            }
        }
        Ok((select, averaged))
    }

    /// The columns the asker may see; none when they are not known (all are taken then).
    fn visible(&self, model: &SemanticModel) -> Option<Vec<String>> {
        let columns = model.columns.as_ref()?;
        let mut names: Vec<String> = columns.iter().map(|c| c.name.clone()).filter(|n| !self.access.is_masked(&model.table, n)).collect();
        for name in ["_import_id", "_line"] {
            if !names.iter().any(|n| n == name) {
                names.push(name.to_owned());
            }
        }
        Some(names)
    }

    fn equals(&self, item: &Item, value: Option<&str>) -> Expr {
        let column = Expr::column("c", &item.column());
        let Some(text) = value else { return column.is_null() };
        let kind = item_columns(self.catalog, item, false).first().map_or(ColumnType::Unknown, |c| c.column_type);
        let number = text.parse::<f64>().is_ok_and(f64::is_finite);
        match (kind, parse_time(text)) {
            (ColumnType::Timestamp | ColumnType::Instant | ColumnType::Date, Some(time)) => column.equals(Expr::Time(time)),
            (ColumnType::Text, _) => column.equals(Expr::Text(text.to_owned())),
            (ColumnType::Boolean, _) => column.equals(Expr::Bool(text.eq_ignore_ascii_case("true"))),
            (ColumnType::Integer | ColumnType::Decimal | ColumnType::Float, _) if number => {
                column.equals(Expr::Text(text.to_owned()).cast(SqlType::Double))
            }
            _ => column.cast(SqlType::Text).equals(Expr::Text(text.to_owned())),
        }
    }
}

/// One value over all the rows.
fn render_over(rows: &Query, value: Expr) -> String {
    let mut outer = Select::over(rows.clone(), "r");
    outer.column(value, VALUE);
    render_query(&outer.into_query())
}

/// The mean of the daily values.
fn daily_average(rows: &Query, day: &str, agg: Aggregation) -> String {
    let mut daily = Select::over(rows.clone(), "r");
    daily.column(Expr::column("r", day), "day");
    daily.column(apply(agg, Expr::column("r", VALUE)), VALUE);
    daily.group_by = 1;
    render_over(&daily.into_query(), Expr::call("AVG", vec![Expr::column("r", VALUE)]))
}

/// The base time by which a running value is reduced to coarser periods, when it is.
fn reduced_base(plan: &LeafPlan<'_, '_>, items: &[Item], running: Running<'_>) -> Result<Option<(Item, PeriodAgg)>> {
    let times = plan.times(items);
    let stored = TimePart::Grain(plan.running_grain(&times)?);
    let at_base = times.iter().any(|t| t.time_part() == Some(&stored));
    Ok(times.first().filter(|_| !at_base).map(|t| (t.at(stored), running.period_agg)))
}

/// Keeps the rows of the first or last day that has any; an average has the rows of all its days.
fn keep_period(cell: Select, base: &str, agg: PeriodAgg) -> Select {
    let name = match agg {
        PeriodAgg::First => "MIN",
        PeriodAgg::Last => "MAX",
        PeriodAgg::Average => return cell,
    };
    let mut all = cell;
    all.column(Expr::All("c".to_owned()), "");
    let call = Box::new(Expr::call(name, vec![Expr::column("c", base)]));
    all.column(Expr::Over { call, partition_by: Vec::new(), order_by: Vec::new() }, "__chosen");
    let mut kept = Select::over(all.into_query(), "k");
    kept.filter.push(Expr::column("k", base).equals(Expr::column("k", "__chosen")));
    kept
}

impl Cell {
    /// The cell whose value is shown here: the finest time moved back, coarser ones dropped.
    fn moved(&self, offset: &Offset, clock: &Clock, is_time: impl Fn(&Item) -> bool) -> Result<Cell> {
        let times: Vec<&Item> = self.values.iter().map(|(item, _)| item).filter(|i| is_time(i)).collect();
        let mut offsets = self.offsets.clone();
        offsets.push(describe(offset));
        if let Some(range) = untimed_range(clock, offset, self.range).filter(|_| times.is_empty()) {
            return Ok(Cell { range: Some(range), offsets, values: self.values.clone() });
        }
        let Some((finest, _)) = finest(&times) else {
            return Err(QueryError::new(ErrorCode::TimeRequired, "an offset metric needs metric_time in the group-by"));
        };
        let shown = self.values.iter().find(|(item, _)| item == finest).and_then(|(_, v)| v.as_deref()).and_then(parse_time);
        let Some(shown) = shown else {
            return Err(QueryError::new(ErrorCode::BadTime, format!("the cell's `{}` is not a time", finest.column())));
        };
        let source = earlier_time(offset, shown)?.to_string();
        let keep = |(item, value): &(Item, Option<String>)| match item {
            item if item == finest => Some((item.clone(), Some(source.clone()))),
            item if is_time(item) => None,
            item => Some((item.clone(), value.clone())),
        };
        Ok(Cell { values: self.values.iter().filter_map(keep).collect(), range: None, offsets })
    }

    /// The query's range cut down to the periods of this cell.
    fn time_range(&self, is_time: impl Fn(&Item) -> bool) -> Option<TimeRange> {
        let mut range = self.range;
        for (item, value) in &self.values {
            let Some(TimePart::Grain(grain)) = item.time_part().filter(|_| is_time(item)) else { continue };
            let Some(start) = value.as_deref().and_then(parse_time) else { continue };
            let own = TimeRange { start, end: grain.next(start) };
            range = Some(range.map_or(own, |r| TimeRange { start: r.start.max(own.start), end: r.end.min(own.end) }));
        }
        range
    }
}

fn is_time_of(catalog: &Catalog, metric: &Metric, item: &Item) -> bool {
    match &metric.kind {
        MetricKind::Simple(s) => catalog.model(&s.model).is_some_and(|m| is_metric_time(m, s.time_dimension(m), item)),
        _ => metric.inputs().iter().all(|i| catalog.metric(&i.metric).is_some_and(|m| is_time_of(catalog, m, item))),
    }
}

fn earlier_time(offset: &Offset, shown: DateTime) -> Result<DateTime> {
    match offset {
        Offset::ToGrain(grain) => Ok(grain.floor(shown)),
        Offset::Window(Window { count, grain: GrainName::Standard(grain) }) => Ok(grain.shift(shown, -count)),
        Offset::Window(_) => Err(QueryError::new(ErrorCode::Unsupported, "rows behind an offset by a custom grain cannot be listed")),
    }
}

fn grain_text(grain: &GrainName) -> &str {
    match grain {
        GrainName::Standard(grain) => grain.name(),
        GrainName::Custom(name) => name,
    }
}

fn describe(offset: &Offset) -> String {
    match offset {
        Offset::ToGrain(grain) => format!("at the start of the {}", grain.name()),
        Offset::Window(w) => format!("{} {} earlier", w.count, grain_text(&w.grain)),
    }
}

fn window(running: Running<'_>) -> String {
    match (running.window, running.grain_to_date) {
        (Some(w), _) => format!("trailing {} {}", w.count, grain_text(&w.grain)),
        (None, Some(grain)) => format!("{} to date", grain.name()),
        (None, None) => "all time".to_owned(),
    }
}

fn aggregation(agg: Aggregation) -> String {
    match agg {
        Aggregation::Sum => "sum".to_owned(),
        Aggregation::Min => "min".to_owned(),
        Aggregation::Max => "max".to_owned(),
        Aggregation::Average => "average".to_owned(),
        Aggregation::CountDistinct => "count_distinct".to_owned(),
        Aggregation::Percentile { fraction, .. } => format!("percentile {fraction}"),
    }
}
