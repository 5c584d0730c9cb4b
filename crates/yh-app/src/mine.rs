//! "Mine" (我的): a question limited to what a person answered for on each day, as one query.

use jiff::civil::Date;
use rust_decimal::Decimal;
use yh_metrics::{Access, MetricQuery};

use crate::{
    App, AppError, ErrorKind, Result,
    answer::{Answer, Comparison, Question},
    ask::{ask, days, with_period},
    people::{Stint, list_assignments, stints},
    targets::dimension_name,
};

/// A person's part of the business in a span of days.
#[derive(Debug, Clone, PartialEq)]
pub struct Mine {
    pub dimension: String,
    pub stints: Vec<Stint>,
    /// The condition that keeps the person's rows, as a query's filter.
    pub filter: String,
}

/// Answers a question for what a person answers for; a transfer takes effect on its day.
///
/// Shares below 1 are said in a note, not multiplied in: a ratio or a count of people has no share.
pub async fn ask_mine(app: &App, access: &Access, question: &Question, person: &str) -> Result<Answer> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    for metric in &question.query.metrics {
        definitions.metric(metric)?;
    }
    let query = with_period(&definitions, &facts, &question.query)?;
    let mine = find_mine(app, &query, person).await?;
    if mine.stints.len() > 1 && question.compare.iter().any(|comparison| *comparison != Comparison::Target) {
        let message = format!("what {person} answers for changed within the period, so another period has no counterpart");
        return Err(AppError::new(ErrorKind::Input, "mine-compare", message).hint("ask for one stint at a time, or without the comparison"));
    }
    let mut where_ = query.where_.clone();
    where_.push(mine.filter.clone());
    let mut answer = ask(app, access, &Question { query: MetricQuery { where_, ..query }, ..question.clone() }).await?;
    answer.notes.extend(mine.notes(person));
    Ok(answer)
}

/// What of a question's period and metrics is a person's.
pub async fn find_mine(app: &App, query: &MetricQuery, person: &str) -> Result<Mine> {
    let definitions = app.definitions().await?;
    let Some((first, last)) = days(query) else {
        return Err(AppError::new(ErrorKind::Input, "period", "the question has no period").hint("give --start-time and --end-time"));
    };
    let metric = query.metrics.first().map_or("", String::as_str);
    let all = list_assignments(app).await?;
    let held = all.iter().filter(|assignment| assignment.person == person);
    let mut names: Vec<&str> = held.map(|assignment| assignment.dimension.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let found = names.iter().find_map(|dimension| Some((*dimension, dimension_name(&definitions, metric, dimension)?)));
    let Some((dimension, name)) = found else {
        // An unknown person is said before a dimension that does not fit.
        stints(app, person, "", first, last).await?;
        let message = format!("{metric} cannot be grouped by what {person} answers for: {}", names.join(", "));
        return Err(AppError::new(ErrorKind::Input, "not-mine", message).hint("ask for a metric that has this dimension"));
    };
    let stints = stints(app, person, dimension, first, last).await?;
    if stints.is_empty() {
        let message = format!("{person} answers for nothing between {first} and {last}");
        return Err(AppError::new(ErrorKind::NotFound, "nothing-mine", message).hint("check the assignments' days"));
    }
    Ok(Mine { filter: filter(&name, &stints, first, last), dimension: dimension.to_owned(), stints })
}

impl Mine {
    fn notes(&self, person: &str) -> Vec<String> {
        let text = |stint: &Stint| {
            let values: Vec<String> = stint
                .values
                .iter()
                .map(|(value, share)| {
                    if *share == Decimal::ONE {
                        value.clone()
                    } else {
                        format!("{value} ({} %)", (share * Decimal::ONE_HUNDRED).normalize())
                    }
                })
                .collect();
            format!("{person} answers for {} {} from {} to {}", self.dimension, values.join(", "), stint.first, stint.last)
        };
        let mut notes: Vec<String> = self.stints.iter().map(text).collect();
        if self.stints.iter().flat_map(|stint| &stint.values).any(|(_, share)| *share != Decimal::ONE) {
            notes.push("figures are of the whole segments; shares are not multiplied in".to_owned());
        }
        notes
    }
}

/// `store IN (…)`, each stint within its days.
pub(crate) fn filter(dimension: &str, stints: &[Stint], first: Date, last: Date) -> String {
    let condition = |stint: &Stint| {
        let values: Vec<String> = stint.values.iter().map(|(value, _)| format!("'{}'", value.replace('\'', "''"))).collect();
        let mut text = format!("{dimension} IN ({})", values.join(", "));
        if first < stint.first {
            text += &format!(" AND {{{{ TimeDimension('metric_time', 'day') }}}} >= '{}'", stint.first);
        }
        if stint.last < last {
            text += &format!(" AND {{{{ TimeDimension('metric_time', 'day') }}}} <= '{}'", stint.last);
        }
        format!("({text})")
    };
    stints.iter().map(condition).collect::<Vec<_>>().join(" OR ")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn each_stint_keeps_to_its_days() {
        let stint = |first, last, value: &str| Stint { first, last, values: vec![(value.to_owned(), Decimal::ONE)] };
        let (first, last) = (date(2025, 6, 1), date(2025, 7, 31));
        assert_eq!(filter("store", &[stint(first, last, "S'1")], first, last), "(store IN ('S''1'))");
        let two = [stint(first, date(2025, 6, 30), "S02"), stint(date(2025, 7, 1), last, "S06")];
        assert_eq!(
            filter("store", &two, first, last),
            "(store IN ('S02') AND {{ TimeDimension('metric_time', 'day') }} <= '2025-06-30') OR (store IN ('S06') AND {{ TimeDimension('metric_time', 'day') }} >= '2025-07-01')"
        );
    }
}
