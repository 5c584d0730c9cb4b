//! Metrics out of leaves: one table of group-bys and values.
//!
//! Values that come from different scans are put together by UNION ALL and one GROUP BY with MAX,
//! which is a full outer join on all keys that also merges NULL keys.

use super::leaf::{Aggregate, Leaf, LeafPlan, Running, untimed_range};
use super::scope::is_metric_time;
use super::shift::{SpineJoin, earlier_range, join_spine};
use super::spine::replace_names;
use super::{Planner, Result, conversion, stored_grain};
use crate::catalog::{Aggregation, Cumulative, Input, Metric, MetricKind, Offset, Simple};
use crate::filter::Filter;
use crate::item::{Item, TimePart};
use crate::query::{ErrorCode, QueryError};
use crate::sql::{Expr, JoinKind, Op, Query, Select, parse_expr};
use crate::time::{Clock, Grain, TimeRange};

pub(crate) struct Combined<'p, 'a> {
    planner: &'p Planner<'a>,
    items: &'p [Item],
    range: Option<TimeRange>,
    parts: Vec<Part<'a>>,
    outputs: Vec<(String, Expr)>,
    taken: Vec<String>,
}

/// One branch of the union.
enum Part<'a> {
    Leaf {
        leaf: Leaf<'a>,
        aggregates: Vec<Aggregate<'a>>,
    },
    /// A finished select: the items, then these columns.
    Ready {
        select: Box<Select>,
        columns: Vec<String>,
    },
}

/// A metric inside an expression: what it gets from its surroundings.
struct Use<'a> {
    metric: &'a Metric,
    filters: Vec<Filter>,
    offset: Option<&'a Offset>,
}

impl<'p, 'a> Combined<'p, 'a> {
    pub(crate) fn new(planner: &'p Planner<'a>, items: &'p [Item], range: Option<TimeRange>) -> Self {
        Combined { planner, items, range, parts: Vec::new(), outputs: Vec::new(), taken: Vec::new() }
    }

    /// Adds a metric as an output column of its own name.
    pub(crate) fn output(&mut self, metric: &'a Metric, filters: &[Filter]) -> Result<()> {
        let value = self.value(Use { metric, filters: filters.to_vec(), offset: None })?;
        self.outputs.push((metric.name.clone(), value));
        Ok(())
    }

    /// An expression over part columns that gives the metric.
    fn value(&mut self, used: Use<'a>) -> Result<Expr> {
        let planner = self.planner;
        planner.deeper(&used.metric.name, || match &used.metric.kind {
            MetricKind::Simple(simple) => self.simple(&used, simple, None),
            // A running value is filled where it runs, not on keys that only other metrics have.
            MetricKind::Cumulative(_) if self.is_filled(used.metric)? => self.separately(&used),
            MetricKind::Cumulative(cumulative) => self.cumulative(&used, cumulative),
            MetricKind::Conversion(_) => self.separately(&used),
            MetricKind::Ratio { .. } | MetricKind::Derived { .. } if used.offset.is_some() => self.separately(&used),
            MetricKind::Ratio { .. } | MetricKind::Derived { .. } if !self.is_strict(used.metric)? => self.separately(&used),
            MetricKind::Ratio { .. } | MetricKind::Derived { .. } => self.expression(&used),
        })
    }

    fn simple(&mut self, used: &Use<'a>, simple: &'a Simple, running: Option<Running<'a>>) -> Result<Expr> {
        self.refuse_adding_up(used.metric, simple, running)?;
        let own = self.planner.filters(used.metric, &used.metric.filter)?;
        let leaf = Leaf {
            model: &simple.model,
            time_dimension: simple.time_dimension(self.planner.model(simple)?),
            own,
            extra: used.filters.clone(),
            offset: used.offset,
            cumulative: running,
            join_to_timespine: simple.join_to_timespine,
            non_additive: simple.non_additive.as_ref(),
        };
        Ok(self.leaf_value(leaf, &used.metric.name, simple))
    }

    /// Sums that their definer calls not additive hold for one period only: times must not be added up.
    fn refuse_adding_up(&self, metric: &Metric, simple: &Simple, running: Option<Running<'a>>) -> Result<()> {
        if metric.additive != Some(false) || simple.agg != Aggregation::Sum {
            return Ok(());
        }
        let stored = stored_grain(self.planner.catalog, metric, 0)?.max(Grain::Day);
        let kept = |item: &Item| matches!(item.time_part(), Some(TimePart::Grain(grain)) if *grain <= stored);
        let by_period = self.items.iter().any(|i| self.is_time_of(metric, i) && kept(i));
        let one_period = self.range.is_some_and(|r| r.end <= stored.next(r.start));
        if running.is_none() && (by_period || one_period) {
            return Ok(());
        }
        let message = format!("`{}` does not add up over time", metric.name);
        let hint = format!("group by metric_time__{}, ask for one {0}, or use a ratio or an average", stored.name());
        Err(QueryError::new(ErrorCode::UnsafeReaggregation, message).hint(hint))
    }

    /// The column of an aggregate, in an existing scan when one fits.
    fn leaf_column(&mut self, leaf: Leaf<'a>, metric: &str, simple: &'a Simple) -> String {
        let same = self.parts.iter().position(|p| matches!(p, Part::Leaf { leaf: l, .. } if *l == leaf));
        let existing = same.and_then(|index| match &self.parts[index] {
            Part::Leaf { aggregates, .. } => aggregates.iter().find(|a| std::ptr::eq(a.simple, simple)).map(|a| a.column.clone()),
            Part::Ready { .. } => None,
        });
        if let Some(column) = existing {
            return column;
        }
        let column = self.fresh(metric);
        let aggregate = Aggregate { column: column.clone(), simple };
        match same.map(|index| &mut self.parts[index]) {
            Some(Part::Leaf { aggregates, .. }) => aggregates.push(aggregate),
            _ => self.parts.push(Part::Leaf { leaf, aggregates: vec![aggregate] }),
        }
        column
    }

    /// Adds a finished select (items, then one value column) and gives its value.
    pub(crate) fn ready(&mut self, select: Select, column: &str) -> Expr {
        self.taken.push(column.to_owned());
        self.parts.push(Part::Ready { select: Box::new(select), columns: vec![column.to_owned()] });
        Expr::Name(column.to_owned())
    }

    /// A simple metric's value, its NULLs filled.
    pub(crate) fn leaf_value(&mut self, leaf: Leaf<'a>, metric: &str, simple: &'a Simple) -> Expr {
        let value = Expr::Name(self.leaf_column(leaf, metric, simple));
        simple.fill_nulls_with.map_or(value.clone(), |fill| value.or_zero(fill))
    }

    /// Adds an output computed from values of this union.
    pub(crate) fn expression_output(&mut self, name: &str, value: Expr) {
        self.outputs.push((name.to_owned(), value));
    }

    /// A column name not used before: the metric's own where possible.
    fn fresh(&mut self, metric: &str) -> String {
        let mut name = metric.to_owned();
        let mut n = 2;
        while self.taken.contains(&name) || self.items.iter().any(|i| i.column() == name) {
            name = format!("{metric}__{n}");
            n += 1;
        }
        self.taken.push(name.clone());
        name
    }

    fn cumulative(&mut self, used: &Use<'a>, cumulative: &'a Cumulative) -> Result<Expr> {
        let input = self.planner.metric(&cumulative.input.metric)?;
        let MetricKind::Simple(simple) = &input.kind else {
            let message = format!("`{}` runs over `{}`, which is not a simple metric", used.metric.name, input.name);
            return Err(QueryError::new(ErrorCode::Unsupported, message).hint("let the cumulative metric run over a simple one"));
        };
        let mut filters = self.planner.filters(used.metric, &used.metric.filter)?;
        filters.extend(self.planner.filters(used.metric, &cumulative.input.filter)?);
        filters.extend(used.filters.iter().cloned());
        let inner = Use { metric: input, filters, offset: used.offset };
        self.simple(&inner, simple, Some(Running::of(cumulative)))
    }

    /// Ratio and derived metrics over the columns of this same union.
    fn expression(&mut self, used: &Use<'a>) -> Result<Expr> {
        let mut shared = self.planner.filters(used.metric, &used.metric.filter)?;
        shared.extend(used.filters.iter().cloned());
        match &used.metric.kind {
            MetricKind::Ratio { numerator, denominator } => {
                let numerator = self.input(used.metric, numerator, &shared)?;
                let denominator = self.input(used.metric, denominator, &shared)?;
                Ok(Expr::ratio(numerator, denominator))
            }
            MetricKind::Derived { expr, inputs } => {
                let mut values = Vec::with_capacity(inputs.len());
                for input in inputs {
                    values.push((input.name().to_owned(), self.input(used.metric, input, &shared)?));
                }
                derived(used.metric, expr, &values, self.planner.catalog.limits.depth)
            }
            _ => Err(QueryError::new(ErrorCode::Unsupported, format!("`{}` is not an expression over metrics", used.metric.name))),
        }
    }

    fn input(&mut self, metric: &Metric, input: &'a Input, shared: &[Filter]) -> Result<Expr> {
        let mut filters = self.planner.filters(metric, &input.filter)?;
        filters.extend(shared.iter().cloned());
        self.value(Use { metric: self.planner.metric(&input.metric)?, filters, offset: input.offset.as_ref() })
    }

    /// Computes a metric on its own, so that keys that only other metrics have stay without value.
    fn separately(&mut self, used: &Use<'a>) -> Result<Expr> {
        let alone = |value: &dyn Fn(&mut Self) -> Result<Expr>| {
            let mut own = Combined::new(self.planner, self.items, self.range);
            let value = value(&mut own)?;
            own.outputs.push((used.metric.name.clone(), value));
            own.into_select()
        };
        let mut select = match (&used.metric.kind, used.offset) {
            (MetricKind::Cumulative(c), _) => alone(&|own| own.cumulative(used, c))?,
            (_, Some(offset)) => self.offset_expression(used, offset)?,
            (MetricKind::Conversion(c), None) => conversion::select(self.planner, used.metric, c, &used.filters, self.items, self.range)?,
            _ => alone(&|own| own.expression(used))?,
        };
        let column = self.fresh(&used.metric.name);
        if let Some(last) = select.columns.last_mut() {
            last.1 = column.clone();
        }
        self.parts.push(Part::Ready { select: Box::new(select), columns: vec![column.clone()] });
        Ok(Expr::Name(column))
    }

    /// An offset of an already combined metric: computed for all keys, shifted, then filtered.
    fn offset_expression(&self, used: &Use<'a>, offset: &'a Offset) -> Result<Select> {
        let mut items = self.items.to_vec();
        for item in used.filters.iter().flat_map(|f| &f.items) {
            if !items.contains(item) {
                items.push(item.clone());
            }
        }
        let times: Vec<&Item> = self.items.iter().filter(|i| self.is_time_of(used.metric, i)).collect();
        if times.is_empty() {
            let by_time = used.filters.iter().flat_map(|f| &f.items).any(|item| self.is_time_of(used.metric, item));
            if let Some(moved) = untimed_range(&self.planner.catalog.clock, offset, self.range).filter(|_| !by_time) {
                let mut own = Combined::new(self.planner, self.items, Some(moved));
                let value = own.value(Use { metric: used.metric, filters: used.filters.clone(), offset: None })?;
                own.outputs.push((used.metric.name.clone(), value));
                return own.into_select();
            }
            let message = format!("`{}` is read at an offset, so the query needs metric_time", used.metric.name);
            return Err(QueryError::new(ErrorCode::TimeRequired, message).hint("group by metric_time__day or coarser"));
        }
        // A running value read at an offset is cut to the range it is given: here that comes after the shift.
        let cut_later = matches!(self.planner.catalog.clock, Clock::Naive) && self.runs_at_offset(used.metric, 0);
        let range = self.range.filter(|_| !cut_later).and_then(|r| earlier_range(offset, r));
        let mut inner = Combined::new(self.planner, &items, range);
        let bare = Use { metric: used.metric, filters: Vec::new(), offset: None };
        let value = inner.value(bare)?;
        let column = used.metric.name.clone();
        inner.outputs.push((column.clone(), value));
        let values = inner.into_select()?.into_query();
        let all_times: Vec<&Item> = items.iter().filter(|i| self.is_time_of(used.metric, i)).collect();
        let join = SpineJoin {
            kind: JoinKind::Inner,
            offset: Some(offset),
            range: self.range,
            time_filters: Vec::new(),
            filters: used.filters.iter().collect(),
        };
        let mut select = join_spine(self.planner, values, &items, &all_times, &[column], join)?;
        // Columns that only the filters needed are dropped; their rows stay.
        select.columns.drain(self.items.len()..items.len());
        Ok(select)
    }

    /// Whether some input reads a running value at an offset.
    fn runs_at_offset(&self, metric: &Metric, depth: usize) -> bool {
        metric.inputs().into_iter().any(|input| {
            let Some(inner) = self.planner.catalog.metric(&input.metric).filter(|_| depth < 20) else { return false };
            (input.offset.is_some() && matches!(inner.kind, MetricKind::Cumulative(_))) || self.runs_at_offset(inner, depth + 1)
        })
    }

    fn is_time_of(&self, metric: &Metric, item: &Item) -> bool {
        match &metric.kind {
            MetricKind::Simple(simple) => {
                let model = self.planner.catalog.model(&simple.model);
                model.is_some_and(|m| is_metric_time(m, simple.time_dimension(m), item))
            }
            _ => {
                let inputs = metric.inputs();
                inputs.iter().all(|i| self.planner.catalog.metric(&i.metric).is_some_and(|m| self.is_time_of(m, item)))
            }
        }
    }

    /// Whether the metric has no value wherever none of its inputs has one.
    fn is_strict(&self, metric: &Metric) -> Result<bool> {
        for input in metric.inputs() {
            if self.is_filled(self.planner.metric(&input.metric)?)? {
                return Ok(false);
            }
        }
        let MetricKind::Derived { expr, .. } = &metric.kind else { return Ok(true) };
        let parsed = parse_expr(expr, self.planner.catalog.limits.depth)
            .map_err(|e| bad_expression(metric, expr, &e.message).at(e.line, e.column))?;
        Ok(keeps_null(&parsed))
    }

    /// Whether a simple metric, or the one a cumulative metric runs over, has no NULLs.
    fn is_filled(&self, metric: &Metric) -> Result<bool> {
        let simple = match &metric.kind {
            MetricKind::Cumulative(c) => self.planner.metric(&c.input.metric)?,
            _ => metric,
        };
        Ok(matches!(&simple.kind, MetricKind::Simple(s) if s.fill_nulls_with.is_some()))
    }

    /// The finished table: items, then outputs.
    pub(crate) fn into_select(self) -> Result<Select> {
        let mut branches = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            branches.push(match part {
                Part::Ready { select, columns } => (Select::clone(select), columns.clone()),
                Part::Leaf { leaf, aggregates } => (self.leaf(leaf, aggregates)?, aggregates.iter().map(|a| a.column.clone()).collect()),
            });
        }
        match branches.len() {
            1 => Ok(self.over_one(branches.remove(0).0)),
            _ => Ok(self.over_union(branches)),
        }
    }

    fn leaf(&self, leaf: &Leaf<'a>, aggregates: &[Aggregate<'a>]) -> Result<Select> {
        let Some(first) = aggregates.first() else { return Ok(Select::default()) };
        let model = self.planner.model(first.simple)?;
        LeafPlan { planner: self.planner, leaf, model, aggregates }.select(self.items, self.range)
    }

    /// A single scan: the outputs are computed right over its aggregates.
    fn over_one(self, mut select: Select) -> Select {
        let values = select.columns.split_off(self.items.len());
        let values: Vec<(String, Expr)> = values.into_iter().map(|(e, n)| (n, e)).collect();
        for (name, output) in self.outputs {
            select.column(replace_names(output, &values), &name);
        }
        select
    }

    fn over_union(self, branches: Vec<(Select, Vec<String>)>) -> Select {
        let all: Vec<String> = branches.iter().flat_map(|(_, columns)| columns.clone()).collect();
        let keys = self.items.len();
        let mut queries = Vec::with_capacity(branches.len());
        for (mut select, _) in branches {
            let mut own = select.columns.split_off(keys);
            for name in &all {
                let at = own.iter().position(|(_, n)| n == name);
                select.columns.push(at.map_or((Expr::Null, name.clone()), |i| own.swap_remove(i)));
            }
            queries.push(select.into_query());
        }
        let mut merged = Select::over(Query::Union(queries), "u");
        for item in self.items {
            merged.column(Expr::column("u", &item.column()), &item.column());
        }
        let values: Vec<(String, Expr)> = all.iter().map(|name| (name.clone(), Expr::call("MAX", vec![Expr::column("u", name)]))).collect();
        for (name, output) in self.outputs {
            merged.column(replace_names(output, &values), &name);
        }
        merged.group_by = keys;
        merged
    }
}

/// A derived metric's expression with its inputs put in.
pub(crate) fn derived(metric: &Metric, text: &str, values: &[(String, Expr)], depth: u64) -> Result<Expr> {
    let parsed = parse_expr(text, depth).map_err(|e| bad_expression(metric, text, &e.message).at(e.line, e.column))?;
    parsed.try_map(&mut |node| {
        let Expr::Ident(ident) = &node else { return Ok(node) };
        match values.iter().find(|(name, _)| name.eq_ignore_ascii_case(&ident.name)) {
            Some((_, value)) => Ok(value.clone()),
            None => {
                let nearest = yh_model::issue::nearest(&ident.name, values.iter().map(|(n, _)| n.as_str()));
                let message = format!("`{}` is not an input of the metric", ident.name);
                Err(bad_expression(metric, text, &message).near(nearest).at(ident.line, ident.column))
            }
        }
    })
}

fn bad_expression(metric: &Metric, text: &str, why: &str) -> QueryError {
    QueryError::new(ErrorCode::BadExpression, format!("the expression `{text}` of `{}` is not valid: {why}", metric.name))
}

/// Whether an expression over metrics is NULL when all of them are.
fn keeps_null(expr: &Expr) -> bool {
    match expr {
        Expr::Ident(_) | Expr::Null => true,
        Expr::Negate(e) | Expr::Cast { value: e, .. } => keeps_null(e),
        Expr::Binary(l, Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Modulo, r) => keeps_null(l) || keeps_null(r),
        Expr::Call { name: "NULLIF" | "abs" | "round" | "floor" | "ceil" | "sqrt" | "ln" | "exp", args, .. } => {
            args.first().is_some_and(keeps_null)
        }
        _ => false,
    }
}
