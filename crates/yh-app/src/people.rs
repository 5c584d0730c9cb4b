//! People (人员): who answers for what, from when to when.

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use yh_metrics::{Access, MetricQuery};
use yh_model::{Period, Value, period::days_between};

use crate::{App, AppError, Definitions, Result, app::Facts, cache};

/// The dimension of a target or subject that is a person.
pub const PERSON: &str = "person";

/// A person answers for one value of a dimension, for a share of it, within a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    pub person: String,
    pub dimension: String,
    pub value: String,
    /// Share of the responsibility; 1 is all of it.
    pub share: Decimal,
    pub from: Option<Date>,
    /// Last day, included.
    pub to: Option<Date>,
}

/// Days on which what a person answers for does not change.
#[derive(Debug, Clone, PartialEq)]
pub struct Stint {
    pub first: Date,
    pub last: Date,
    /// Values of the dimension with the person's share.
    pub values: Vec<(String, Decimal)>,
}

impl Assignment {
    /// Whether it holds on a day.
    pub fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Days of the period on which it holds.
    pub fn days_in(&self, period: Period) -> i32 {
        let first = self.from.map_or(period.start(), |from| from.max(period.start()));
        let last = self.to.map_or(period.last_day(), |to| to.min(period.last_day()));
        (days_between(first, last) + 1).max(0)
    }
}

/// Lists all assignments.
pub async fn list_assignments(app: &App) -> Result<Vec<Assignment>> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    let key = cache::key(&definitions, &facts, &Access::all(), &MetricQuery::default());
    let kept = app.answers.keep(&key, read_assignments(app, &definitions, &facts)).await?;
    Ok(Vec::clone(&kept))
}

async fn read_assignments(app: &App, definitions: &Definitions, facts: &Facts) -> Result<Vec<Assignment>> {
    if facts.rows("assignments") == 0 {
        return Ok(Vec::new());
    }
    let session = app.session(definitions, facts, &["assignments".to_owned()]).await?;
    let frame = session.query("SELECT person_id, dimension, value, share, from_date, to_date FROM assignments ORDER BY 1, 2, 3, 5").await?;
    let date = |value: &Value| match value {
        Value::Date(date) => Some(*date),
        Value::Timestamp(at) => Some(at.date()),
        _ => None,
    };
    let assignment = |row: usize| Assignment {
        person: frame.cell("person_id", row).to_string(),
        dimension: frame.cell("dimension", row).to_string(),
        value: frame.cell("value", row).to_string(),
        share: frame.cell("share", row).decimal().unwrap_or(Decimal::ONE),
        from: date(frame.cell("from_date", row)),
        to: date(frame.cell("to_date", row)),
    };
    Ok((0..frame.height()).map(assignment).collect())
}

/// What a person answers for in a dimension from `first` to `last`, cut wherever it changes; days without anything are left out.
pub async fn stints(app: &App, person: &str, dimension: &str, first: Date, last: Date) -> Result<Vec<Stint>> {
    let all = list_assignments(app).await?;
    let known = || all.iter().map(|assignment| assignment.person.as_str());
    if !known().any(|name| name == person) {
        let error = AppError::unknown("person", person, known());
        let hint = error.hint.clone().unwrap_or_else(|| "assignments say who answers for what; import them first".to_owned());
        return Err(error.hint(hint));
    }
    let own: Vec<&Assignment> = all.iter().filter(|assignment| assignment.person == person && assignment.dimension == dimension).collect();
    Ok(cut(&own, first, last))
}

/// Days on which what some assignments of one dimension say does not change.
pub(crate) fn cut(own: &[&Assignment], first: Date, last: Date) -> Vec<Stint> {
    let begins = own.iter().flat_map(|assignment| [assignment.from, assignment.to.map(|to| to.saturating_add(1.days()))]).flatten();
    let mut starts: BTreeSet<Date> = begins.filter(|day| first < *day && *day <= last).collect();
    starts.insert(first);
    let starts: Vec<Date> = starts.into_iter().collect();
    let mut stints: Vec<Stint> = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(last, |next| next.saturating_sub(1.days()));
        let held = own.iter().filter(|assignment| assignment.holds(*start));
        let values: Vec<(String, Decimal)> = held.map(|assignment| (assignment.value.clone(), assignment.share)).collect();
        match stints.last_mut() {
            Some(before) if before.values == values && before.last.saturating_add(1.days()) == *start => before.last = end,
            _ if values.is_empty() => {}
            _ => stints.push(Stint { first: *start, last: end, values }),
        }
    }
    stints
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_transfer_cuts_a_period_into_stints() {
        let assignment = |value: &str, from: Date, to: Option<Date>| Assignment {
            person: "P004".into(),
            dimension: "store".into(),
            value: value.into(),
            share: Decimal::ONE,
            from: Some(from),
            to,
        };
        let old = assignment("S02", date(2024, 1, 1), Some(date(2025, 6, 30)));
        let new = assignment("S06", date(2025, 7, 1), None);
        let stint = |first, last, value: &str| Stint { first, last, values: vec![(value.to_owned(), Decimal::ONE)] };
        assert_eq!(
            cut(&[&old, &new], date(2025, 6, 1), date(2025, 7, 31)),
            [stint(date(2025, 6, 1), date(2025, 6, 30), "S02"), stint(date(2025, 7, 1), date(2025, 7, 31), "S06")]
        );
        assert_eq!(cut(&[&old], date(2025, 7, 1), date(2025, 7, 31)), []);
        assert_eq!(cut(&[&new], date(2025, 6, 20), date(2025, 7, 2)), [stint(date(2025, 7, 1), date(2025, 7, 2), "S06")]);
        assert_eq!(old.days_in("2025-06".parse().expect("a month")), 30);
        assert_eq!(new.days_in("2025-06".parse().expect("a month")), 0);
    }
}
