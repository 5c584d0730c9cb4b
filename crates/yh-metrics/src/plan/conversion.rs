//! Conversion metrics: base events followed by conversion events of the same entity in a window.

use super::combine::Combined;
use super::leaf::{Aggregate, Leaf, LeafPlan, apply};
use super::scope::trunc;
use super::shift::{SpineJoin, join_spine};
use super::{Planner, Result, stored_grain};
use crate::catalog::{Calculation, Conversion, GrainName, Input, Metric, MetricKind, SemanticModel, Simple, Window};
use crate::filter::Filter;
use crate::item::Item;
use crate::query::{ErrorCode, QueryError};
use crate::sql::{Direction, Expr, From, Join, JoinKind, Op, Query, Select, Source};
use crate::time::{Grain, TimeRange};

const ENTITY: &str = "__entity";
const TIME: &str = "__time";
const ROW: &str = "__row";
pub(super) const VALUE: &str = "__conversions";
pub(super) const RANK: &str = "__rank";

/// One side of a conversion: a simple metric and the filters around it.
pub(super) struct Side<'a> {
    pub metric: &'a Metric,
    pub simple: &'a Simple,
    pub model: &'a SemanticModel,
    pub leaf: Leaf<'a>,
}

/// Columns: items, then the metric.
pub(crate) fn select<'a>(
    planner: &Planner<'a>,
    metric: &'a Metric,
    conversion: &'a Conversion,
    filters: &[Filter],
    items: &[Item],
    range: Option<TimeRange>,
) -> Result<Select> {
    let [base, converted] = sides(planner, metric, conversion, filters)?;
    let matched = matched(planner, metric, conversion, &base, &converted, items, range, &[])?;
    let mut conversions = counted(planner, matched, converted.simple, items);
    let times: Vec<&Item> = items.iter().filter(|i| super::scope::is_metric_time(base.model, base.leaf.time_dimension, i)).collect();
    if converted.simple.join_to_timespine && !times.is_empty() {
        let join = SpineJoin { kind: JoinKind::Left, offset: None, range, time_filters: Vec::new(), filters: Vec::new() };
        conversions = join_spine(planner, conversions.into_query(), items, &times, &[VALUE.to_owned()], join)?;
    }
    let mut combined = Combined::new(planner, items, range);
    let count = combined.ready(conversions, VALUE);
    let count = converted.simple.fill_nulls_with.map_or(count.clone(), |fill| count.or_zero(fill));
    let opportunities = combined.leaf_value(base.leaf, &base.metric.name, base.simple);
    let value = match conversion.calculation {
        Calculation::Conversions => count,
        Calculation::ConversionRate => Expr::ratio(count, opportunities),
    };
    combined.expression_output(&metric.name, value);
    combined.into_select()
}

/// The base and the conversion side; filters act on base events only.
pub(super) fn sides<'a>(
    planner: &Planner<'a>,
    metric: &'a Metric,
    conversion: &'a Conversion,
    filters: &[Filter],
) -> Result<[Side<'a>; 2]> {
    let mut around = planner.filters(metric, &metric.filter)?;
    around.extend(filters.iter().cloned());
    Ok([side(planner, metric, &conversion.base, &around)?, side(planner, metric, &conversion.conversion, &[])?])
}

fn side<'a>(planner: &Planner<'a>, metric: &Metric, input: &Input, around: &[Filter]) -> Result<Side<'a>> {
    let inner = planner.metric(&input.metric)?;
    let MetricKind::Simple(simple) = &inner.kind else {
        let message = format!("`{}` converts over `{}`, which is not a simple metric", metric.name, inner.name);
        return Err(QueryError::new(ErrorCode::Unsupported, message));
    };
    let model = planner.model(simple)?;
    let mut extra = planner.filters(metric, &input.filter)?;
    extra.extend(around.iter().cloned());
    let leaf = Leaf {
        model: &simple.model,
        time_dimension: simple.time_dimension(model),
        own: planner.filters(inner, &inner.filter)?,
        extra,
        offset: None,
        cumulative: None,
        join_to_timespine: simple.join_to_timespine,
        non_additive: simple.non_additive.as_ref(),
    };
    Ok(Side { metric: inner, simple, model, leaf })
}

/// Pairs of a base event and a later conversion, the latest base event of each having [`RANK`] 1. Columns: items
/// of the base event, the conversion's value, the named columns of its row, the rank.
#[allow(clippy::too_many_arguments)]
pub(super) fn matched<'a>(
    planner: &Planner<'a>,
    metric: &Metric,
    conversion: &Conversion,
    base: &Side<'a>,
    converted: &Side<'a>,
    items: &[Item],
    range: Option<TimeRange>,
    kept: &[String],
) -> Result<Query> {
    let grain = stored_grain(planner.catalog, metric, 0)?;
    let base_properties = conversion.constant_properties.iter().map(|(b, _)| b.as_str());
    let base_rows = events(planner, base, items, range, grain, &conversion.entity, base_properties, None)?;
    let conversion_properties = conversion.constant_properties.iter().map(|(_, c)| c.as_str());
    let conversions = Conversions { value: Aggregate { column: VALUE.to_owned(), simple: converted.simple }, kept };
    let conversion_rows = events(planner, converted, &[], None, grain, &conversion.entity, conversion_properties, Some(conversions))?;

    let (b, c) = ("b", "c");
    let mut joined = Select::over(base_rows, b);
    for item in items {
        joined.column(Expr::column(b, &item.column()), &item.column());
    }
    joined.column(Expr::column(c, VALUE), VALUE);
    for name in kept {
        joined.column(Expr::column(c, &kept_column(name)), &kept_column(name));
    }
    joined.column(latest_first(items), RANK);
    let (base_time, conversion_time) = (Expr::column(b, TIME), Expr::column(c, TIME));
    let mut on = vec![Expr::column(b, ENTITY).equals(Expr::column(c, ENTITY))];
    for n in 0..conversion.constant_properties.len() {
        on.push(Expr::column(b, &property(n)).equals(Expr::column(c, &property(n))));
    }
    on.push(base_time.clone().binary(Op::LessEq, conversion_time.clone()));
    if let Some(Window { count, grain: GrainName::Standard(unit) }) = &conversion.window {
        on.push(base_time.binary(Op::More, conversion_time.binary(Op::Subtract, Expr::Interval(*count, *unit))));
    }
    let right = From { source: Source::Query(conversion_rows), alias: c.to_owned() };
    joined.joins.push(Join { kind: JoinKind::Inner, right, on });
    Ok(joined.into_query())
}

/// Conversions under the time and dimensions of the base event each belongs to: the latest one.
fn counted(planner: &Planner<'_>, matched: Query, simple: &Simple, items: &[Item]) -> Select {
    let alias = planner.alias("j");
    let mut counted = Select::over(matched, &alias);
    for item in items {
        counted.column(Expr::column(&alias, &item.column()), &item.column());
    }
    counted.column(apply(simple.agg, Expr::column(&alias, VALUE)), VALUE);
    counted.filter.push(Expr::column(&alias, RANK).equals(Expr::number(1)));
    counted.group_by = items.len();
    counted
}

/// Under what name a column of the conversion's row passes through, apart from the base event's.
pub(super) fn kept_column(name: &str) -> String {
    format!("__kept_{name}")
}

/// Rank 1 is the latest base event of a conversion; equal times are ordered by what is shown.
fn latest_first(items: &[Item]) -> Expr {
    let mut order_by = vec![(Expr::column("b", TIME), Direction::Descending)];
    order_by.extend(items.iter().map(|i| (Expr::column("b", &i.column()), Direction::Ascending)));
    let call = Box::new(Expr::call("ROW_NUMBER", Vec::new()));
    Expr::Over { call, partition_by: vec![Expr::column("c", ROW)], order_by }
}

fn property(n: usize) -> String {
    format!("__property{n}")
}

/// What is wanted of conversion events beside their time: a value, and columns of their rows.
struct Conversions<'a, 'k> {
    value: Aggregate<'a>,
    kept: &'k [String],
}

/// Events of one side: items, then entity, time, properties; of conversions a row number and the kept columns as well.
#[allow(clippy::too_many_arguments)]
fn events<'a, 's>(
    planner: &Planner<'a>,
    side: &Side<'a>,
    items: &[Item],
    range: Option<TimeRange>,
    grain: Grain,
    entity: &str,
    properties: impl Iterator<Item = &'s str>,
    conversions: Option<Conversions<'a, '_>>,
) -> Result<Query> {
    let (value, kept) = conversions.map_or((None, None), |c| (Some(c.value), Some(c.kept)));
    let aggregates: Vec<Aggregate<'a>> = value.into_iter().collect();
    let plan = LeafPlan { planner, leaf: &side.leaf, model: side.model, aggregates: &aggregates };
    let filters: Vec<&Filter> = side.leaf.own.iter().chain(&side.leaf.extra).collect();
    let properties: Vec<&str> = properties.collect();
    let rows = plan.rows(items, &filters, range, &mut |scope| {
        let Some(key) = side.model.entity(entity) else {
            let message = format!("{} has no entity `{entity}`", side.model.name);
            return Err(QueryError::new(ErrorCode::NoJoinPath, message));
        };
        let mut columns = vec![
            (planner.entity_expr(side.model, &scope.alias, key)?, ENTITY.to_owned()),
            (trunc(grain, scope.time()?.local), TIME.to_owned()),
        ];
        for (n, name) in properties.iter().enumerate() {
            columns.push((element(planner, side.model, &scope.alias, name)?, property(n)));
        }
        if let Some(kept) = kept {
            let call = Box::new(Expr::call("ROW_NUMBER", Vec::new()));
            columns.push((Expr::Over { call, partition_by: Vec::new(), order_by: Vec::new() }, ROW.to_owned()));
            columns.extend(kept.iter().map(|name| (Expr::column(&scope.alias, name), kept_column(name))));
        }
        Ok(columns)
    })?;
    Ok(rows.into_query())
}

/// A dimension or entity of the model itself, by its bare name.
fn element(planner: &Planner<'_>, model: &SemanticModel, alias: &str, name: &str) -> Result<Expr> {
    if let Some(entity) = model.entity(name) {
        return planner.entity_expr(model, alias, entity);
    }
    match model.dimension(name) {
        Some(dimension) => planner.column_expr(model, alias, dimension.expr.as_deref().unwrap_or(&dimension.name)),
        None => Err(QueryError::new(ErrorCode::UnknownDimension, format!("{} has no dimension or entity `{name}`", model.name))),
    }
}
