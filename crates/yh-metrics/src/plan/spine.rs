//! The series of all days (hours, months, …): a table of the manifest, or generated in SQL.

use super::{Planner, Result};
use crate::catalog::{Spine, SpineTable};
use crate::item::{Item, TimePart};
use crate::query::{ErrorCode, QueryError};
use crate::sql::{Expr, From, Join, JoinKind, Op, Select, Source, date_part};
use crate::time::{Grain, TimeRange};

use super::scope::trunc;

/// Times to which rows are joined: their source, and the time that is shown.
pub(crate) struct TimeSide<'p, 'a> {
    planner: &'p Planner<'a>,
    pub from: From,
    pub shown: Expr,
    pub grain: Grain,
    /// The spine table whose custom-grain columns belong to `shown`.
    table: Option<&'a SpineTable>,
    /// `shown` is a period of this custom grain, not a time.
    custom_grain: Option<String>,
    pub joins: Vec<Join>,
    /// The range, on the shown time.
    pub filter: Vec<Expr>,
}

impl<'a> Planner<'a> {
    /// All times of this grain or finer, inside the range.
    pub(crate) fn spine(&self, grain: Grain, range: Option<TimeRange>) -> Result<TimeSide<'_, 'a>> {
        let alias = self.alias("spine");
        match &self.catalog.spine {
            Spine::Tables(tables) => {
                let Some(table) = tables.iter().rfind(|t| t.grain <= grain) else {
                    return Err(QueryError::new(ErrorCode::UnknownGrain, format!("no time spine has the grain {}", grain.name())));
                };
                self.read(&table.table);
                let shown = Expr::column(&alias, &table.column);
                let filter = range.map(|r| bounds(&shown, r)).unwrap_or_default();
                let from = From { source: Source::Table(table.table.clone()), alias };
                Ok(TimeSide {
                    planner: self,
                    from,
                    shown,
                    grain: table.grain,
                    table: Some(table),
                    custom_grain: None,
                    joins: Vec::new(),
                    filter,
                })
            }
            Spine::Generated { start, end, .. } => {
                let midnight = jiff::civil::Time::midnight();
                let whole = TimeRange { start: start.to_datetime(midnight), end: end.to_datetime(midnight) };
                let range = range.map_or(whole, |r| TimeRange { start: r.start.max(whole.start), end: r.end.min(whole.end) });
                let first = grain.floor(range.start);
                let last = grain.shift(grain.floor(grain.shift(range.end, 1)), -1).max(first);
                let series = Source::Series { start: first, end: last, step: (1, grain) };
                let shown = Expr::column(&alias, "value");
                let filter = bounds(&shown, range);
                Ok(TimeSide {
                    planner: self,
                    from: From { source: series, alias },
                    shown,
                    grain,
                    table: None,
                    custom_grain: None,
                    joins: Vec::new(),
                    filter,
                })
            }
        }
    }

    /// Times from a query of our own; `shown` is one of its columns.
    pub(crate) fn side(&self, from: From, shown: Expr, grain: Grain, range: Option<TimeRange>) -> TimeSide<'_, 'a> {
        let filter = range.map(|r| bounds(&shown, r)).unwrap_or_default();
        TimeSide { planner: self, from, shown, grain, table: None, custom_grain: None, joins: Vec::new(), filter }
    }
}

fn bounds(time: &Expr, range: TimeRange) -> Vec<Expr> {
    let from = time.clone().binary(Op::MoreEq, Expr::Time(range.start));
    let until = time.clone().binary(Op::Less, Expr::Time(range.end));
    vec![from, until]
}

impl TimeSide<'_, '_> {
    /// The shown values are periods of a custom grain already.
    pub(crate) fn of_custom_grain(self, name: &str) -> Self {
        TimeSide { custom_grain: Some(name.to_owned()), ..self }
    }

    /// The same series with one time for each period of a coarser grain: rows of that grain meet each of them once.
    pub(crate) fn coarsened(self, grain: Grain) -> Self {
        if self.grain == grain {
            return self;
        }
        let alias = self.planner.alias("spine");
        let mut periods = Select { distinct: true, from: Some(self.from), joins: self.joins, filter: self.filter, ..Select::default() };
        periods.column(trunc(grain, self.shown), "value");
        let shown = Expr::column(&alias, "value");
        let from = From { source: Source::Query(periods.into_query()), alias };
        TimeSide { planner: self.planner, from, shown, grain, table: None, custom_grain: None, joins: Vec::new(), filter: Vec::new() }
    }

    /// The shown time at a grain, as a custom grain or as a date part.
    pub(crate) fn part(&mut self, part: &TimePart) -> Result<Expr> {
        match part {
            TimePart::Grain(grain) if *grain == self.grain => Ok(self.shown.clone()),
            TimePart::Grain(grain) => Ok(trunc(*grain, self.shown.clone())),
            TimePart::Part(part) => Ok(date_part(*part, self.shown.clone())),
            TimePart::Custom(name) => self.custom(name),
        }
    }

    fn custom(&mut self, name: &str) -> Result<Expr> {
        let Some((table, column)) = self.planner.catalog.custom_grain(name) else {
            return Err(QueryError::new(ErrorCode::UnknownGrain, format!("there is no grain `{name}`")));
        };
        if self.custom_grain.as_deref() == Some(name) {
            return Ok(self.shown.clone());
        }
        if self.table.is_some_and(|own| own.table == table.table) {
            return Ok(Expr::column(&self.from.alias, column));
        }
        let alias = self.planner.alias("spine");
        self.planner.read(&table.table);
        let on = vec![trunc(table.grain, self.shown.clone()).equals(Expr::column(&alias, &table.column))];
        let right = From { source: Source::Table(table.table.clone()), alias: alias.clone() };
        self.joins.push(Join { kind: JoinKind::Left, right, on });
        Ok(Expr::column(&alias, column))
    }

    /// The distinct values of these items over the series.
    pub(crate) fn select(mut self, items: &[&Item], filters: &[&crate::filter::Filter]) -> Result<Select> {
        let mut select = Select::default();
        let mut whole = false;
        for item in items {
            let Some(part) = item.time_part() else { continue };
            whole |= *part == TimePart::Grain(self.grain);
            select.column(self.part(part)?, &item.column());
        }
        for filter in filters {
            let condition = self.condition(filter)?;
            select.filter.push(condition);
        }
        select.distinct = !whole;
        select.from = Some(self.from);
        select.joins = self.joins;
        select.filter.extend(self.filter);
        Ok(select)
    }

    /// A condition that speaks of times only, on the shown time.
    pub(crate) fn condition(&mut self, filter: &crate::filter::Filter) -> Result<Expr> {
        let mut columns = Vec::new();
        for item in &filter.items {
            if let Some(part) = item.time_part() {
                columns.push((item.column(), self.part(part)?));
            }
        }
        Ok(replace_names(filter.expr.clone(), &columns))
    }
}

/// Puts expressions in the place of named columns.
pub(crate) fn replace_names(expr: Expr, columns: &[(String, Expr)]) -> Expr {
    let replaced = expr.try_map(&mut |node| -> std::result::Result<Expr, std::convert::Infallible> {
        let Expr::Name(name) = &node else { return Ok(node) };
        Ok(columns.iter().find(|(n, _)| n == name).map_or(node.clone(), |(_, e)| e.clone()))
    });
    match replaced {
        Ok(expr) => expr,
        Err(never) => match never {},
    }
}
