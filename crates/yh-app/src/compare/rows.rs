//! How the rows of an answer lie in time.

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use yh_metrics::TimeRange;
use yh_model::{Calendar, Frame, Value, calendar::Days};

use crate::{
    AppError, Definitions, ErrorKind, Result,
    answer::{Answer, Role},
};

/// The values of a row's group-bys.
pub(super) type Key = Vec<String>;

pub(super) struct Rows<'a> {
    pub calendar: &'a Calendar,
    /// Position and grain of the time column, if the answer has one.
    pub time: Option<(usize, String)>,
    /// Positions of the other group-bys.
    pub dimensions: Vec<usize>,
    period: Option<(Date, Date)>,
    pub as_of: Option<Date>,
}

impl<'a> Rows<'a> {
    pub fn of(definitions: &'a Definitions, answer: &Answer) -> Result<Self> {
        let calendar = &definitions.calendar;
        let mut time = None;
        let mut dimensions = Vec::new();
        for (index, column) in answer.columns.iter().enumerate() {
            match column.role {
                Role::Time if time.is_none() => {
                    let grain = column.grain.clone().unwrap_or_default();
                    let day = jiff::civil::date(2000, 1, 1);
                    let known = grain == "hour"
                        || calendar.period_of(&grain, day).is_some()
                        || calendar.assessments.iter().any(|one| one.name == grain);
                    if !known {
                        let message = format!("comparisons need hours or longer, not {grain}");
                        let error = AppError::new(ErrorKind::Input, "compare-grain", message);
                        return Err(error.hint("group by metric_time__hour, __day, __week, __month, __quarter or __year"));
                    }
                    time = Some((index, grain));
                }
                Role::Time | Role::Dimension => dimensions.push(index),
                Role::Metric | Role::Comparison => {}
            }
        }
        Ok(Self { calendar, time, dimensions, period: answer.period, as_of: answer.as_of })
    }

    /// The grain of the time column.
    pub fn grain(&self) -> Option<&str> {
        self.time.as_ref().map(|(_, grain)| grain.as_str())
    }

    /// Just after the last day that the data cover.
    pub fn covered(&self) -> Option<DateTime> {
        self.as_of.map(|day| day.saturating_add(1.days()).at(0, 0, 0, 0))
    }

    pub fn key(&self, frame: &Frame, row: usize) -> Key {
        self.dimensions.iter().map(|index| frame.columns[*index].values[row].to_string()).collect()
    }

    /// The time of a row, where the answer has one.
    pub fn at(&self, frame: &Frame, row: usize) -> Option<DateTime> {
        let (index, _) = self.time.as_ref()?;
        moment(&frame.columns[*index].values[row])
    }

    /// What a row stands for: its period, or the whole question.
    pub fn range(&self, frame: &Frame, row: usize) -> Option<TimeRange> {
        let Some((_, grain)) = &self.time else { return self.whole() };
        let at = self.at(frame, row)?;
        if grain == "hour" {
            return Some(TimeRange { start: at, end: at.saturating_add(1.hours()) });
        }
        self.calendar.period_of(grain, at.date()).map(range_of)
    }

    /// The days of a row, for targets and benchmarks.
    pub fn days(&self, frame: &Frame, row: usize) -> Option<Days> {
        self.range(frame, row).filter(|_| self.grain() != Some("hour")).map(days_of)
    }

    /// The periods of the question that the data reach, or the whole of it where the answer has no time.
    pub fn periods(&self) -> Vec<TimeRange> {
        let Some(whole) = self.whole() else { return Vec::new() };
        let Some(grain) = self.grain() else { return vec![whole] };
        let end = self.covered().map_or(whole.end, |covered| covered.min(whole.end));
        if grain == "hour" {
            let hours = whole.start.series(1.hour()).take_while(|at| *at < end);
            return hours.map(|start| TimeRange { start, end: start.saturating_add(1.hours()) }).collect();
        }
        let period = |at: DateTime| self.calendar.period_of(grain, at.date()).map(range_of).filter(|period| period.start < end);
        std::iter::successors(period(whole.start), |last| period(last.end)).collect()
    }

    /// The whole question.
    pub fn whole(&self) -> Option<TimeRange> {
        self.period.map(|(first, last)| range_of(Days { first, last }))
    }
}

pub(super) fn moment(value: &Value) -> Option<DateTime> {
    match value {
        Value::Date(date) => Some(date.at(0, 0, 0, 0)),
        Value::Timestamp(at) => Some(*at),
        _ => None,
    }
}

/// From the first day's start to the last day's end.
pub(super) fn range_of(days: Days) -> TimeRange {
    TimeRange { start: days.first.at(0, 0, 0, 0), end: days.last.saturating_add(1.days()).at(0, 0, 0, 0) }
}

/// The days that a range touches.
pub(super) fn days_of(range: TimeRange) -> Days {
    Days { first: range.start.date(), last: range.end.saturating_sub(1.nanoseconds()).date() }
}
