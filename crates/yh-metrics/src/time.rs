//! Grains, parts of dates, business time: calendar arithmetic on naive (business-local) times.

use jiff::civil::{Date, DateTime};
use jiff::{Span, ToSpan, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// A standard calendar grain, finest first. Weeks begin on Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    Nanosecond,
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Grain {
    pub const ALL: [Grain; 11] = [
        Grain::Nanosecond,
        Grain::Microsecond,
        Grain::Millisecond,
        Grain::Second,
        Grain::Minute,
        Grain::Hour,
        Grain::Day,
        Grain::Week,
        Grain::Month,
        Grain::Quarter,
        Grain::Year,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Grain::Nanosecond => "nanosecond",
            Grain::Microsecond => "microsecond",
            Grain::Millisecond => "millisecond",
            Grain::Second => "second",
            Grain::Minute => "minute",
            Grain::Hour => "hour",
            Grain::Day => "day",
            Grain::Week => "week",
            Grain::Month => "month",
            Grain::Quarter => "quarter",
            Grain::Year => "year",
        }
    }

    /// The grain of this name, plural forms included.
    pub fn parse(name: &str) -> Option<Grain> {
        let name = name.trim().to_ascii_lowercase();
        let singular = name.strip_suffix('s').unwrap_or(&name);
        Grain::ALL.into_iter().find(|g| g.name() == singular)
    }

    /// Count and unit the engine's intervals understand: it knows no quarter.
    pub(crate) fn interval(self, count: i64) -> (i64, &'static str) {
        match self {
            Grain::Quarter => (count * 3, "month"),
            other => (count, other.name()),
        }
    }

    /// Whether a value truncated to `self` still determines the value truncated to `coarser`.
    /// Weeks cut through months, quarters and years.
    pub(crate) fn determines(self, coarser: Grain) -> bool {
        self == coarser || (self < coarser && self != Grain::Week)
    }

    /// Start of the period that holds `time`.
    pub fn floor(self, time: DateTime) -> DateTime {
        let date = time.date();
        let midnight = |d: Date| d.to_datetime(jiff::civil::Time::midnight());
        let clock = |hour, minute, second, nanosecond| date.at(hour, minute, second, nanosecond);
        match self {
            Grain::Nanosecond => time,
            Grain::Microsecond => clock(time.hour(), time.minute(), time.second(), time.subsec_nanosecond() / 1_000 * 1_000),
            Grain::Millisecond => clock(time.hour(), time.minute(), time.second(), time.subsec_nanosecond() / 1_000_000 * 1_000_000),
            Grain::Second => clock(time.hour(), time.minute(), time.second(), 0),
            Grain::Minute => clock(time.hour(), time.minute(), 0, 0),
            Grain::Hour => clock(time.hour(), 0, 0, 0),
            Grain::Day => midnight(date),
            Grain::Week => {
                let back = i64::from(date.weekday().to_monday_zero_offset());
                midnight(date.saturating_sub(back.days()))
            }
            Grain::Month => midnight(date.first_of_month()),
            Grain::Quarter => midnight(Date::constant(date.year(), (date.month() - 1) / 3 * 3 + 1, 1)),
            Grain::Year => midnight(date.first_of_year()),
        }
    }

    pub(crate) fn span(self, count: i64) -> Span {
        // Counts beyond any calendar saturate instead of panicking.
        let count = count.clamp(-100_000, 100_000);
        match self {
            Grain::Nanosecond => count.nanoseconds(),
            Grain::Microsecond => count.microseconds(),
            Grain::Millisecond => count.milliseconds(),
            Grain::Second => count.seconds(),
            Grain::Minute => count.minutes(),
            Grain::Hour => count.hours(),
            Grain::Day => count.days(),
            Grain::Week => count.weeks(),
            Grain::Month => count.months(),
            Grain::Quarter => (count.clamp(-30_000, 30_000) * 3).months(),
            Grain::Year => count.clamp(-19_000, 19_000).years(),
        }
    }

    /// `time` moved by `count` periods; month ends are clamped, as the engine does.
    pub fn shift(self, time: DateTime, count: i64) -> DateTime {
        time.saturating_add(self.span(count))
    }

    /// First instant after the period that holds `time`.
    pub fn next(self, time: DateTime) -> DateTime {
        self.shift(self.floor(time), 1)
    }
}

/// A number taken out of a date. Weekdays are ISO: Monday 1, Sunday 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DatePart {
    Year,
    Quarter,
    Month,
    Day,
    Weekday,
    DayOfYear,
}

impl DatePart {
    const ALL: [DatePart; 6] = [DatePart::Year, DatePart::Quarter, DatePart::Month, DatePart::Day, DatePart::Weekday, DatePart::DayOfYear];

    pub fn name(self) -> &'static str {
        match self {
            DatePart::Year => "year",
            DatePart::Quarter => "quarter",
            DatePart::Month => "month",
            DatePart::Day => "day",
            DatePart::Weekday => "dow",
            DatePart::DayOfYear => "doy",
        }
    }

    pub fn parse(name: &str) -> Option<DatePart> {
        DatePart::ALL.into_iter().find(|p| p.name() == name)
    }

    /// The coarsest grain that still determines this part.
    pub(crate) fn grain(self) -> Grain {
        match self {
            DatePart::Year => Grain::Year,
            DatePart::Quarter => Grain::Quarter,
            DatePart::Month => Grain::Month,
            DatePart::Day | DatePart::Weekday | DatePart::DayOfYear => Grain::Day,
        }
    }
}

/// How stored times become the times people speak of.
#[derive(Debug, Clone)]
pub enum Clock {
    /// Times are naive and used as they are (a manifest over plain files).
    Naive,
    /// Instants are UTC; days are cut in `zone`, `cutoff_minutes` after midnight.
    Business { zone: TimeZone, cutoff_minutes: i64 },
}

impl Clock {
    /// The UTC time at which a business-local time falls.
    pub fn to_utc(&self, local: DateTime) -> DateTime {
        match self {
            Clock::Naive => local,
            Clock::Business { zone, cutoff_minutes } => {
                let wall = local.saturating_add(cutoff_minutes.minutes());
                let instant = zone.to_ambiguous_timestamp(wall).compatible();
                instant.map(|t| TimeZone::UTC.to_datetime(t)).unwrap_or(wall)
            }
        }
    }
}

/// A half-open span of business-local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    pub start: DateTime,
    pub end: DateTime,
}

/// Reads `2020-01-01`, `2020-01-01 05:00:53` or `2020-01-01T05:00:53`.
pub(crate) fn parse_time(text: &str) -> Option<DateTime> {
    let text = text.trim().trim_end_matches('Z');
    let midnight = || text.parse::<Date>().ok().map(|d| d.to_datetime(jiff::civil::Time::midnight()));
    if text.len() <= 10 { midnight() } else { text.replacen(' ', "T", 1).parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_to_monday_and_quarter() {
        let time = parse_time("2024-05-15 13:45:10").expect("valid");
        assert_eq!(Grain::Week.floor(time).to_string(), "2024-05-13T00:00:00");
        assert_eq!(Grain::Quarter.floor(time).to_string(), "2024-04-01T00:00:00");
        assert_eq!(Grain::Hour.next(time).to_string(), "2024-05-15T14:00:00");
    }

    #[test]
    fn business_day_with_cut_off_in_utc() {
        let zone = TimeZone::get("Asia/Shanghai").expect("bundled");
        let clock = Clock::Business { zone, cutoff_minutes: 6 * 60 };
        let day = parse_time("2024-11-11").expect("valid");
        assert_eq!(clock.to_utc(day).to_string(), "2024-11-10T22:00:00");
    }
}
