//! The two sides of an explanation: when, and which rows.

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use yh_metrics::MetricQuery;
use yh_model::{Calendar, Label, Period, period::days_between};

use super::WhyQuestion;
use crate::{AppError, ErrorKind, Result};

/// One side: a span of business time, and filters; hours of a day are a filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// First and last day, both included, as in a query.
    pub start: String,
    pub end: String,
    pub where_: Vec<String>,
}

/// A span of days, with times of day when they were given.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Span {
    start: DateTime,
    end: DateTime,
    timed: bool,
    /// The calendar period it was written as.
    period: Option<Period>,
}

impl Side {
    /// The question of this side, without metrics and group-bys.
    pub fn query(&self, filters: &[String]) -> MetricQuery {
        MetricQuery {
            where_: self.where_.iter().chain(filters).cloned().collect(),
            start_time: Some(self.start.clone()),
            end_time: Some(self.end.clone()),
            ..MetricQuery::default()
        }
    }
}

/// The side compared with and the side explained. A period that the data do not fill yet is cut at the watermark,
/// and the other one to the same elapsed days.
pub(super) fn sides(calendar: &Calendar, question: &WhyQuestion, as_of: Option<Date>, notes: &mut Vec<Label>) -> Result<(Side, Side)> {
    let mut after = Span::parse(calendar, &question.period)?;
    let mut before = match question.against.trim() {
        "" | "previous" => after.previous(),
        "year_ago" => after.year_ago(),
        text => Span::parse(calendar, text)?,
    };
    if let Some(as_of) = as_of.filter(|as_of| after.start.date() <= *as_of && *as_of < after.end.date() && !after.timed) {
        let passed = days_between(after.start.date(), as_of);
        after.end = as_of.at(0, 0, 0, 0);
        before.end = before.end.min(before.start.saturating_add(passed.days()));
        notes.push(Label::new(
            format!("数据到 {as_of}：两边都只比较前 {} 天", passed + 1),
            format!("data reach {as_of}: both sides are compared over their first {} days", passed + 1),
        ));
    }
    let side = |span: Span, own: &[String]| Side {
        start: span.start.date().to_string(),
        end: span.end.date().to_string(),
        where_: question.where_.iter().chain(own).cloned().chain(span.hours()).collect(),
    };
    let sides = (side(before, &question.against_segment), side(after, &question.segment));
    if sides.0 == sides.1 {
        let error = AppError::new(ErrorKind::Input, "why-same", "both sides are the same");
        return Err(error.hint("give another period with against, or a filter for each side"));
    }
    Ok(sides)
}

impl Span {
    /// Reads a period, or two days or times around `..`.
    fn parse(calendar: &Calendar, text: &str) -> Result<Self> {
        let text = text.trim();
        let bad = || {
            let error = AppError::new(ErrorKind::Input, "period", format!("'{text}' is not a period"));
            error.hint("write 2025-11, 2025-W46, 2025-Q4, 2025-11-01..2025-11-12 or 2025-10-01 14:00..2025-10-01 19:59")
        };
        let Some((from, to)) = text.split_once("..") else {
            return Ok(Self::of(calendar.period(text)?));
        };
        let named = |text: &str| calendar.period(text.trim()).ok().map(Self::of);
        let first = moment(from).or_else(|| named(from).map(|span| (span.start, false)));
        let last = moment(to).or_else(|| named(to).map(|span| (span.end, false)));
        let ((start, first_timed), (end, last_timed)) = first.zip(last).ok_or_else(bad)?;
        if end < start {
            return Err(bad().hint("the first day comes before the last"));
        }
        Ok(Self { start, end, timed: first_timed || last_timed, period: None })
    }

    fn of(period: Period) -> Self {
        let midnight = |day: Date| day.at(0, 0, 0, 0);
        Self { start: midnight(period.start()), end: midnight(period.last_day()), timed: false, period: Some(period) }
    }

    /// The period before, or as many days before.
    fn previous(self) -> Self {
        if let Some(period) = self.period {
            return Self::of(period.shift(-1));
        }
        let days = i64::from(days_between(self.start.date(), self.end.date()) + 1);
        self.shifted(days.days())
    }

    /// The same dates a year before; weeks keep their weekdays.
    fn year_ago(self) -> Self {
        match self.period {
            Some(period) if period.grain() == Some(yh_model::Grain::Week) => Self::of(period.shift(-52)),
            Some(period) => Self::of(period.year_ago()),
            None => self.shifted(1.years()),
        }
    }

    fn shifted(self, by: jiff::Span) -> Self {
        Self { start: self.start.saturating_sub(by), end: self.end.saturating_sub(by), ..self }
    }

    /// The condition that keeps to the hours given: a question's own start and end are whole days.
    fn hours(self) -> Option<String> {
        let hour = |at: DateTime| at.strftime("%Y-%m-%d %H:00:00").to_string();
        let time = "{{ TimeDimension('metric_time', 'hour') }}";
        self.timed.then(|| format!("{time} BETWEEN '{}' AND '{}'", hour(self.start), hour(self.end)))
    }
}

/// A day or a time of day, and whether a time was given.
fn moment(text: &str) -> Option<(DateTime, bool)> {
    let text = text.trim();
    if text.len() <= 10 {
        return Some((text.parse::<Date>().ok()?.at(0, 0, 0, 0), false));
    }
    Some((text.replacen(' ', "T", 1).parse().ok()?, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(period: &str, against: &str, as_of: Option<&str>, expected: [&str; 4]) {
        let question = WhyQuestion { period: period.into(), against: against.into(), ..WhyQuestion::default() };
        let as_of = as_of.map(|day| day.parse().expect("a day"));
        let (before, after) = sides(&Calendar::default(), &question, as_of, &mut Vec::new()).expect("valid");
        assert_eq!([before.start, before.end, after.start, after.end], expected);
    }

    #[test]
    fn periods_and_what_they_are_compared_with() {
        check("2025-11", "", None, ["2025-10-01", "2025-10-31", "2025-11-01", "2025-11-30"]);
        check("2025-11", "year_ago", None, ["2024-11-01", "2024-11-30", "2025-11-01", "2025-11-30"]);
        check("2025-W46", "year_ago", None, ["2024-11-11", "2024-11-17", "2025-11-10", "2025-11-16"]);
        check("2025-11-03..2025-11-05", "previous", None, ["2025-10-31", "2025-11-02", "2025-11-03", "2025-11-05"]);
        check("2025-11", "2025-09", None, ["2025-09-01", "2025-09-30", "2025-11-01", "2025-11-30"]);
    }

    #[test]
    fn hours_are_a_condition_of_their_own() {
        let question =
            WhyQuestion { period: "2025-10-01 14:00..2025-10-01 19:59:59".into(), against: "year_ago".into(), ..WhyQuestion::default() };
        let (before, after) = sides(&Calendar::default(), &question, None, &mut Vec::new()).expect("valid");
        assert_eq!((before.start.as_str(), after.end.as_str()), ("2024-10-01", "2025-10-01"));
        let hours = "{{ TimeDimension('metric_time', 'hour') }} BETWEEN '2024-10-01 14:00:00' AND '2024-10-01 19:00:00'";
        assert_eq!(before.where_, [hours]);
    }

    #[test]
    fn a_partial_period_is_compared_with_the_same_elapsed_part() {
        check("2025-11", "", Some("2025-11-12"), ["2025-10-01", "2025-10-12", "2025-11-01", "2025-11-12"]);
        check("2025-03", "", Some("2025-03-30"), ["2025-02-01", "2025-02-28", "2025-03-01", "2025-03-30"]);
    }

    #[test]
    fn wrong_periods_say_what_to_write() {
        for (period, against) in [("nov", ""), ("2025-11-05..2025-11-01", ""), ("2025-11", "last"), ("2025-11", "2025-11"), ("", "")] {
            let question = WhyQuestion { period: period.into(), against: against.into(), ..WhyQuestion::default() };
            let error = sides(&Calendar::default(), &question, None, &mut Vec::new()).expect_err("refused");
            assert!(error.hint.is_some(), "{error}");
        }
    }
}
