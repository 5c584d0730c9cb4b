//! Where a period's base lies: pure rules of each comparison by dates.

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use yh_metrics::TimeRange;
use yh_model::{
    Calendar,
    calendar::{CalendarError, Days},
};

use super::rows::{days_of, range_of};
use crate::answer::Comparison;

/// Days of 52 weeks: a year later the weekdays are the same.
const WEEKDAY_YEAR: i64 = 364;

/// A period whose base is wanted.
pub(super) struct Asked<'a> {
    pub calendar: &'a Calendar,
    /// Grain of the row; none for a whole question.
    pub grain: Option<&'a str>,
    pub range: TimeRange,
    /// Just after what the data cover.
    pub covered: Option<DateTime>,
}

impl Asked<'_> {
    /// The base of the elapsed part; none when the period has not begun or has no counterpart.
    pub fn base(&self, comparison: &Comparison) -> Result<Option<TimeRange>, CalendarError> {
        let Some(elapsed) = self.elapsed() else { return Ok(None) };
        Ok(match comparison {
            Comparison::Previous => self.previous().map(|base| cut(base, self.range, elapsed)),
            Comparison::PreviousWeekday => Some(by_days(elapsed, 7)),
            Comparison::YearAgo => self.year_ago(elapsed),
            Comparison::YearAgoWeekday => Some(by_days(elapsed, WEEKDAY_YEAR)),
            Comparison::YearAgoLunar => Some(self.lunar(elapsed)?),
            _ => None,
        })
    }

    /// The part that the data cover.
    pub fn elapsed(&self) -> Option<TimeRange> {
        let end = self.covered.map_or(self.range.end, |covered| covered.min(self.range.end));
        (self.range.start < end).then_some(TimeRange { start: self.range.start, end })
    }

    fn previous(&self) -> Option<TimeRange> {
        let days = days_of(self.range);
        match self.grain {
            Some("hour") => Some(TimeRange { start: self.range.start.saturating_sub(1.hours()), end: self.range.start }),
            Some(grain) => self.calendar.period_before(grain, days).map(range_of),
            None => match whole_period(self.calendar, days) {
                Some(grain) => self.calendar.period_before(&grain, days).map(range_of),
                None => Some(by_days(self.range, i64::from(days.count()))),
            },
        }
    }

    fn year_ago(&self, elapsed: TimeRange) -> Option<TimeRange> {
        let whole;
        let grain = match self.grain {
            Some("hour") => {
                return Some(TimeRange {
                    start: moment_before(elapsed.start),
                    end: moment_before(elapsed.start).saturating_add(1.hours()),
                });
            }
            Some(grain) => Some(grain),
            None => {
                whole = whole_period(self.calendar, days_of(self.range));
                whole.as_deref()
            }
        };
        let last = days_of(elapsed).last;
        match grain {
            // Weeks do not fall on dates: 52 weeks before.
            Some("week") => Some(by_days(elapsed, WEEKDAY_YEAR)),
            Some("day") | None => Some(range_of(Days { first: year_before(days_of(elapsed).first), last: year_before(last) })),
            Some(grain) => {
                let full = self.calendar.period_year_ago(grain, days_of(self.range))?;
                let partial = elapsed.end < self.range.end;
                let last = if partial { year_before(last).clamp(full.first, full.last) } else { full.last };
                Some(range_of(Days { last, ..full }))
            }
        }
    }

    fn lunar(&self, elapsed: TimeRange) -> Result<TimeRange, CalendarError> {
        let days = days_of(elapsed);
        if self.grain == Some("hour") {
            let back = elapsed.start.date().since(self.calendar.lunar_year_ago(days.first)?).map_or(0, |span| span.get_days());
            return Ok(by_days(elapsed, i64::from(back)));
        }
        Ok(range_of(Days { first: self.calendar.lunar_year_ago(days.first)?, last: self.calendar.lunar_year_ago(days.last)? }))
    }
}

/// The same date a year before; 29 February meets the 28th.
fn year_before(day: Date) -> Date {
    day.saturating_sub(1.years())
}

fn moment_before(at: DateTime) -> DateTime {
    year_before(at.date()).to_datetime(at.time())
}

fn by_days(range: TimeRange, days: i64) -> TimeRange {
    TimeRange { start: range.start.saturating_sub(days.days()), end: range.end.saturating_sub(days.days()) }
}

/// As much of the base as has passed of the period.
fn cut(base: TimeRange, range: TimeRange, elapsed: TimeRange) -> TimeRange {
    if elapsed.end == range.end {
        return base;
    }
    let passed = i64::from(days_of(elapsed).count());
    TimeRange { start: base.start, end: base.start.saturating_add(passed.days()).min(base.end) }
}

/// The grain of which these days are one whole period, the shortest first.
pub(super) fn whole_period(calendar: &Calendar, days: Days) -> Option<String> {
    let standard = ["day", "week", "ten_day", "month", "quarter", "half_year", "year"].map(str::to_owned);
    let grains = standard.into_iter().chain(calendar.grains().into_iter().map(|(name, _)| name));
    grains.into_iter().find(|grain| calendar.period_of(grain, days.first) == Some(days))
}
