//! Rows that an answer lacks because nothing happened: a closed store still has its target, and what it sold before.

use std::collections::HashSet;

use jiff::civil::DateTime;
use yh_model::{Value, ValueKind};

use super::{
    Asking,
    rows::{Key, Rows},
    segment, shifted, target,
};
use crate::{
    Definitions, Result,
    additive::is_zero_without_rows,
    answer::{Answer, Comparison, Role},
    ask::MAX_ROWS,
};

/// A row by its period's start, where the answer has a time, and its other group-bys.
pub(super) struct Absent {
    pub at: Option<DateTime>,
    pub dimensions: Vec<Value>,
}

impl Absent {
    fn key(&self) -> (Option<DateTime>, Key) {
        (self.at, self.dimensions.iter().map(Value::to_string).collect())
    }
}

/// Adds the rows that only a comparison knows, in the question's order. The first rows of a limited answer stay those.
pub(super) async fn add(asking: &Asking<'_>, compare: &[Comparison], mut answer: Answer) -> Result<Answer> {
    let rows = Rows::of(asking.definitions, &answer)?;
    if asking.query.limit.is_some() || answer.truncated || (rows.time.is_none() && rows.dimensions.is_empty()) {
        return Ok(answer);
    }
    let mut known: HashSet<_> = (0..answer.frame.height()).map(|row| (rows.at(&answer.frame, row), rows.key(&answer.frame, row))).collect();
    let mut absent = Vec::new();
    for comparison in compare {
        let others = match comparison {
            Comparison::Target => target::others(asking, &answer, &rows).await?,
            Comparison::Benchmark(_) => Vec::new(),
            Comparison::Segment { dimension, value } => segment::others(asking, &answer, &rows, dimension, value).await?,
            shifted => shifted::others(asking, &answer, &rows, shifted).await?,
        };
        absent.extend(others.into_iter().filter(|other| known.insert(other.key())));
    }
    absent.sort_by_key(Absent::key);
    let room = MAX_ROWS.saturating_sub(answer.frame.height());
    let added: Vec<Vec<Value>> = absent.iter().take(room).map(|absent| row(asking, &answer, &rows, absent)).collect();
    answer.truncated = absent.len() > room;
    if added.is_empty() {
        return Ok(answer);
    }
    added.into_iter().for_each(|row| answer.frame.push(row));
    answer.frame.sort(&order(asking, &answer));
    Ok(answer)
}

/// The question's order by the answer's columns: one that nobody wrote is that of the group-bys.
fn order(asking: &Asking<'_>, answer: &Answer) -> Vec<(String, bool)> {
    let query = asking.query;
    if query.order == query.group_by {
        let groups = answer.columns.iter().filter(|column| matches!(column.role, Role::Time | Role::Dimension));
        return groups.map(|column| (column.name.clone(), false)).collect();
    }
    query.order.iter().map(|name| (name.trim_start_matches('-').to_owned(), name.starts_with('-'))).collect()
}

/// The cells of a row in which nothing happened: 0 for sums and counts of days that the data cover.
fn row(asking: &Asking<'_>, answer: &Answer, rows: &Rows<'_>, absent: &Absent) -> Vec<Value> {
    let start = absent.at.or_else(|| rows.whole().map(|whole| whole.start));
    let begun = start.zip(rows.covered()).is_some_and(|(start, covered)| start < covered);
    let mut dimensions = absent.dimensions.iter();
    let cell = |(index, column): (usize, &crate::answer::AnswerColumn)| match column.role {
        Role::Metric if begun => no_rows(asking.definitions, &column.name, column.kind),
        Role::Metric | Role::Comparison => Value::Null,
        Role::Time | Role::Dimension if rows.time.as_ref().is_some_and(|(time, _)| *time == index) => {
            absent.at.map_or(Value::Null, |at| if column.kind == ValueKind::Date { Value::Date(at.date()) } else { Value::Timestamp(at) })
        }
        Role::Time | Role::Dimension => dimensions.next().cloned().unwrap_or(Value::Null),
    };
    answer.columns.iter().enumerate().map(cell).collect()
}

/// A metric's value where it has no rows: 0 of sums and counts.
pub(crate) fn no_rows(definitions: &Definitions, metric: &str, kind: ValueKind) -> Value {
    match kind {
        _ if !is_zero_without_rows(&definitions.catalog, metric) => Value::Null,
        ValueKind::Integer => Value::Integer(0),
        ValueKind::Number => Value::Number(0.0),
        _ => Value::Decimal(rust_decimal::Decimal::ZERO),
    }
}
