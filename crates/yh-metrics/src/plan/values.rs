//! Queries without metrics: the values that dimensions have.

use super::scope::Scope;
use super::shift::spine_grain;
use super::{Planner, Question, Result};
use crate::catalog::{EntityKind, SemanticModel};
use crate::filter::Filter;
use crate::item::Item;
use crate::query::{Duplicates, ErrorCode, QueryError};
use crate::sql::{Expr, Join, JoinKind, Select};

/// Columns: the items. Tables are joined by FULL OUTER JOIN; `metric_time` is the spine's.
pub(crate) fn distinct_values(planner: &Planner<'_>, question: &Question<'_>) -> Result<Select> {
    let filter_items = question.filters.iter().flat_map(|f| &f.items);
    let needed: Vec<&Item> = question.items.iter().chain(filter_items).collect();
    let is_time = |item: &&Item| matches!(item, Item::MetricTime(_));
    let (times, others): (Vec<&Item>, Vec<&Item>) = needed.into_iter().partition(is_time);

    let mut values: Vec<(Item, Expr)> = Vec::new();
    let mut select = Select::default();
    if !others.is_empty() {
        let mut scope = source(planner, &others)?;
        for item in others {
            values.push((item.clone(), scope.item(item)?));
        }
        select.from = Some(scope.from());
        select.joins = scope.joins;
    }
    if !times.is_empty() {
        let mut side = planner.spine(spine_grain(&times), question.range)?;
        for item in times {
            if let Some(part) = item.time_part() {
                values.push((item.clone(), side.part(part)?));
            }
        }
        match &select.from {
            None => select.from = Some(side.from),
            Some(_) => select.joins.push(Join { kind: JoinKind::Cross, right: side.from, on: Vec::new() }),
        }
        select.joins.extend(side.joins);
        select.filter.extend(side.filter);
    }
    for item in &question.items {
        if let Some((_, value)) = values.iter().find(|(i, _)| i == item) {
            select.column(value.clone(), &item.column());
        }
    }
    for filter in &question.filters {
        select.filter.push(condition(filter, &values));
    }
    if question.duplicates == Duplicates::Remove {
        select.group_by = question.items.len();
    }
    Ok(select)
}

fn condition(filter: &Filter, values: &[(Item, Expr)]) -> Expr {
    let columns: Vec<(String, Expr)> = values.iter().map(|(i, e)| (i.column(), e.clone())).collect();
    super::spine::replace_names(filter.expr.clone(), &columns)
}

/// The table from which all items are reached with the fewest joins.
fn source<'p, 'a>(planner: &'p Planner<'a>, items: &[&Item]) -> Result<Scope<'p, 'a>> {
    let mut best: Option<(usize, &SemanticModel)> = None;
    let mut failure = None;
    for model in &planner.catalog.models {
        let trial = Planner::new(planner.catalog, planner.access);
        let mut scope = Scope::new(&trial, model, None, JoinKind::Full);
        match items.iter().try_for_each(|item| scope.item(item).map(drop)) {
            Ok(()) => {
                let foreign = items.iter().filter(|i| is_foreign(model, i)).count();
                let cost = scope.joins.len() * 100 + foreign;
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, model));
                }
            }
            Err(e) if e.code != ErrorCode::NoJoinPath => failure = Some(e),
            Err(_) => {}
        }
    }
    match best {
        Some((_, model)) => Ok(Scope::new(planner, model, None, JoinKind::Full)),
        None => Err(failure.unwrap_or_else(|| {
            let names: Vec<String> = items.iter().map(|i| i.column()).collect();
            QueryError::new(ErrorCode::NoJoinPath, format!("no table reaches all of {}", names.join(", ")))
                .hint("ask for fewer of them, or add a metric that has them all")
        })),
    }
}

/// An entity is best listed from the table whose key it is.
fn is_foreign(model: &SemanticModel, item: &Item) -> bool {
    let name = match item {
        Item::Entity { path, name } if path.is_empty() => name,
        Item::Metric { entity, .. } => entity,
        _ => return false,
    };
    model.entity(name).is_none_or(|e| e.kind != EntityKind::Primary)
}

/// The smallest and the largest value of the only column.
pub(crate) fn min_max(values: Select, items: &[Item]) -> Select {
    let mut select = Select::over(values.into_query(), "v");
    for item in items {
        let name = item.column();
        select.column(Expr::call("MIN", vec![Expr::column("v", &name)]), &format!("{name}__min"));
        select.column(Expr::call("MAX", vec![Expr::column("v", &name)]), &format!("{name}__max"));
    }
    select
}
