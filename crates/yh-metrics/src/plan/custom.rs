//! Offsets by a custom grain: the nth day of a period is mapped to the nth day of a later one.

use super::spine::TimeSide;
use super::{Planner, Result};
use crate::catalog::SpineTable;
use crate::item::{Item, TimePart};
use crate::query::{ErrorCode, QueryError};
use crate::sql::{Direction, Expr, From, Join, JoinKind, Op, Query, Select, Source};
use crate::time::TimeRange;

/// The times of an offset by `count` periods of a custom grain. Rows are joined on the first
/// expression; the side's shown time is where they appear (no time where there is no counterpart).
pub(crate) fn custom_offset<'p, 'a>(
    planner: &'p Planner<'a>,
    grain: &str,
    count: i64,
    times: &[&Item],
    range: Option<TimeRange>,
) -> Result<(Expr, TimeSide<'p, 'a>)> {
    let Some((table, column)) = planner.catalog.custom_grain(grain) else {
        return Err(QueryError::new(ErrorCode::UnknownGrain, format!("there is no grain `{grain}`")));
    };
    planner.read(&table.table);
    let only_this_grain = times.iter().all(|t| t.time_part() == Some(&TimePart::Custom(grain.to_owned())));
    let later = if only_this_grain { periods(table, column) } else { numbered_days(table, column) };
    let shown = if only_this_grain { "period" } else { "day" };

    let mut mapped = Select::over(numbered_days(table, column), "a");
    mapped.column(Expr::column("a", "day"), "day");
    mapped.column(Expr::column("z", shown), "shown");
    let later_period = Expr::column("a", "period_number").binary(Op::Add, Expr::number(count));
    let mut on = vec![later_period.equals(Expr::column("z", "period_number"))];
    if !only_this_grain {
        on.push(Expr::column("a", "day_number").equals(Expr::column("z", "day_number")));
    }
    let right = From { source: Source::Query(later), alias: "z".to_owned() };
    mapped.joins.push(Join { kind: JoinKind::Left, right, on });

    let alias = planner.alias("spine");
    let from = From { source: Source::Query(mapped.into_query()), alias: alias.clone() };
    let side = planner.side(from, Expr::column(&alias, "shown"), table.grain, range);
    let side = if only_this_grain { side.of_custom_grain(grain) } else { side };
    Ok((Expr::column(&alias, "day"), side))
}

/// Every day with the number of its period and its number within the period.
fn numbered_days(table: &SpineTable, column: &str) -> Query {
    let (day, period) = (Expr::column("c", &table.column), Expr::column("c", column));
    let ascending = |key: &Expr| vec![(key.clone(), Direction::Ascending)];
    let mut select = Select { from: Some(scan(table)), ..Select::default() };
    select.column(day.clone(), "day");
    select.column(number("DENSE_RANK", Vec::new(), ascending(&period)), "period_number");
    select.column(number("ROW_NUMBER", vec![period], ascending(&day)), "day_number");
    select.into_query()
}

/// Every period with its number.
fn periods(table: &SpineTable, column: &str) -> Query {
    let period = Expr::column("c", column);
    let mut select = Select { from: Some(scan(table)), distinct: true, ..Select::default() };
    select.column(period.clone(), "period");
    select.column(number("DENSE_RANK", Vec::new(), vec![(period, Direction::Ascending)]), "period_number");
    select.into_query()
}

fn number(name: &'static str, partition_by: Vec<Expr>, order_by: Vec<(Expr, Direction)>) -> Expr {
    Expr::Over { call: Box::new(Expr::call(name, Vec::new())), partition_by, order_by }
}

fn scan(table: &SpineTable) -> From {
    From { source: Source::Table(table.table.clone()), alias: "c".to_owned() }
}
