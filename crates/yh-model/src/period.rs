//! Calendar grains and the periods they cut: parsing, bounds, neighbours.

use std::{fmt, str::FromStr};

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use thiserror::Error;

/// A calendar grain of whole days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    Day,
    Week,
    /// 旬: the 1st to 10th, 11th to 20th, and the rest of a month.
    TenDay,
    Month,
    Quarter,
    HalfYear,
    Year,
}

/// A run of whole days: a period of a grain, `2011-05-03`, `2011-W18`, `2011-05-T1` (上旬), `2011-05`, `2011-Q2`, `2011-H1`,
/// `2011`, or any other days, such as a fiscal year or an assessment period, `2011-04-01..2012-03-31`.
///
/// Equal days are equal periods: a fiscal quarter that is a calendar quarter is that quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    start: Date,
    last: Date,
    grain: Option<Grain>,
}

/// A text that names no period.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("'{0}' is not a period; write 2025-11-11, 2025-W46, 2025-11-T2, 2025-11, 2025-Q4, 2025-H2, 2025 or 2025-11-01..2025-11-11")]
pub struct PeriodError(String);

impl Grain {
    const ALL: [Self; 7] = [Self::Day, Self::Week, Self::TenDay, Self::Month, Self::Quarter, Self::HalfYear, Self::Year];

    /// Parses `day`, `week`, `ten_day`, `month`, `quarter`, `half_year` or `year`.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "day" => Self::Day,
            "week" => Self::Week,
            "ten_day" => Self::TenDay,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "half_year" => Self::HalfYear,
            "year" => Self::Year,
            _ => return None,
        })
    }

    /// The grain's name in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::TenDay => "ten_day",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::HalfYear => "half_year",
            Self::Year => "year",
        }
    }

    /// The first day of the period that holds `date`; weeks start on Monday.
    pub fn start_of(self, date: Date) -> Date {
        match self {
            Self::Day => date,
            Self::Week => {
                let days = date.weekday().since(Weekday::Monday);
                date.saturating_sub(i64::from(days).days())
            }
            Self::TenDay => date.first_of_month().saturating_add((10 * tenth(date)).days()),
            Self::Month => date.first_of_month(),
            Self::Quarter => {
                let month = (date.month() - 1) / 3 * 3 + 1;
                jiff::civil::date(date.year(), month, 1)
            }
            Self::HalfYear => jiff::civil::date(date.year(), if date.month() > 6 { 7 } else { 1 }, 1),
            Self::Year => date.first_of_year(),
        }
    }

    /// Moves a day by whole periods, clamped to the month's end as calendars do.
    pub fn shift(self, date: Date, periods: i64) -> Date {
        match self {
            Self::Day => date.saturating_add(periods.days()),
            Self::Week => date.saturating_add(periods.weeks()),
            Self::TenDay => shift_tenths(date, periods),
            Self::Month => date.saturating_add(periods.months()),
            Self::Quarter => date.saturating_add((3 * periods).months()),
            Self::HalfYear => date.saturating_add((6 * periods).months()),
            Self::Year => date.saturating_add(periods.years()),
        }
    }
}

impl Period {
    /// The period of `grain` that holds `date`.
    pub fn containing(grain: Grain, date: Date) -> Self {
        let start = grain.start_of(date);
        Self { start, last: grain.shift(start, 1).saturating_sub(1.days()), grain: Some(grain) }
    }

    /// The period from one day to another, both included; none when the last comes before the first.
    pub fn between(first: Date, last: Date) -> Option<Self> {
        let standard = Grain::ALL.into_iter().map(|grain| Self::containing(grain, first));
        let same = standard.into_iter().find(|period| period.start == first && period.last == last);
        (first <= last).then(|| same.unwrap_or(Self { start: first, last, grain: None }))
    }

    /// First day.
    pub fn start(self) -> Date {
        self.start
    }

    /// The day after the last.
    pub fn end(self) -> Date {
        self.last.saturating_add(1.days())
    }

    /// Last day.
    pub fn last_day(self) -> Date {
        self.last
    }

    /// The period's grain; none where it is days of its own.
    pub fn grain(self) -> Option<Grain> {
        self.grain
    }

    /// The same grain, `periods` later (negative: earlier); of days of its own, as many days.
    pub fn shift(self, periods: i64) -> Self {
        let days = (periods * i64::from(self.days())).days();
        match self.grain {
            Some(grain) => Self::containing(grain, grain.shift(self.start, periods)),
            None => Self { start: self.start.saturating_add(days), last: self.last.saturating_add(days), grain: None },
        }
    }

    /// The period of the same grain, or the same dates, a year before.
    pub fn year_ago(self) -> Self {
        let start = self.start.saturating_sub(1.years());
        match self.grain {
            Some(grain) => Self::containing(grain, start),
            None => Self { start, last: self.last.saturating_sub(1.years()), grain: None },
        }
    }

    /// Whether all of its days lie in another period that is longer.
    pub fn is_part_of(self, whole: Self) -> bool {
        whole.start <= self.start && self.last <= whole.last && self.days() < whole.days()
    }

    /// Whether it is made of whole months.
    pub fn is_of_months(self) -> bool {
        self.start.day() == 1 && self.end().day() == 1
    }

    /// Number of days.
    pub fn days(self) -> i32 {
        days_between(self.start, self.end())
    }

    /// Share of the period that has passed when `as_of` is the last complete day, in 0…1 (序时进度).
    pub fn elapsed(self, as_of: Date) -> (i32, i32) {
        let passed = days_between(self.start, as_of) + 1;
        (passed.clamp(0, self.days()), self.days())
    }
}

/// 0, 1 or 2: 上旬, 中旬, 下旬.
fn tenth(date: Date) -> i64 {
    i64::from((date.day() - 1) / 10).min(2)
}

/// Moves a day by thirds of months, clamped to the third's end.
fn shift_tenths(date: Date, periods: i64) -> Date {
    let start = Grain::TenDay.start_of(date);
    let index = tenth(date) + periods;
    let month = start.first_of_month().saturating_add(index.div_euclid(3).months());
    let first = month.saturating_add((10 * index.rem_euclid(3)).days());
    let last = if index.rem_euclid(3) == 2 { month.last_of_month() } else { first.saturating_add(9.days()) };
    first.saturating_add(days_between(start, date).days()).min(last)
}

/// Days from `from` to `to`.
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.start;
        let Some(grain) = self.grain else { return write!(f, "{start}..{}", self.last) };
        match grain {
            Grain::Day => write!(f, "{start}"),
            Grain::Week => {
                let week = start.iso_week_date();
                write!(f, "{:04}-W{:02}", week.year(), week.week())
            }
            Grain::TenDay => write!(f, "{:04}-{:02}-T{}", start.year(), start.month(), tenth(start) + 1),
            Grain::Month => write!(f, "{:04}-{:02}", start.year(), start.month()),
            Grain::Quarter => write!(f, "{:04}-Q{}", start.year(), (start.month() - 1) / 3 + 1),
            Grain::HalfYear => write!(f, "{:04}-H{}", start.year(), (start.month() - 1) / 6 + 1),
            Grain::Year => write!(f, "{:04}", start.year()),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        parse(text.trim()).ok_or_else(|| PeriodError(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Period> {
    let number = |part: &str, digits: usize| -> Option<i16> {
        (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
    };
    if let Some((first, last)) = text.split_once("..") {
        return Period::between(first.trim().parse().ok()?, last.trim().parse().ok()?);
    }
    let parts: Vec<&str> = text.split('-').collect();
    let year = number(parts.first()?, 4)?;
    let first = |month: i8| Date::new(year, month, 1).ok();
    let (grain, start) = match parts[1..] {
        [] => (Grain::Year, first(1)?),
        [part] if part.starts_with('Q') => {
            let quarter = number(&part[1..], 1).filter(|q| (1..=4).contains(q))?;
            (Grain::Quarter, first((quarter as i8 - 1) * 3 + 1)?)
        }
        [part] if part.starts_with('H') => {
            let half = number(&part[1..], 1).filter(|half| (1..=2).contains(half))?;
            (Grain::HalfYear, first((half as i8 - 1) * 6 + 1)?)
        }
        [part] if part.starts_with('W') => {
            let week = number(&part[1..], 2)? as i8;
            (Grain::Week, jiff::civil::ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date())
        }
        [month] => (Grain::Month, first(number(month, 2)? as i8)?),
        [month, part] if part.starts_with('T') => {
            let third = number(&part[1..], 1).filter(|third| (1..=3).contains(third))?;
            (Grain::TenDay, first(number(month, 2)? as i8)?.saturating_add((10 * (i64::from(third) - 1)).days()))
        }
        [month, day] => (Grain::Day, Date::new(year, number(month, 2)? as i8, number(day, 2)? as i8).ok()?),
        _ => return None,
    };
    Some(Period::containing(grain, start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_bounds_round_trip() {
        for (text, start, end) in [
            ("2011-05-03", "2011-05-03", "2011-05-04"),
            ("2025-W46", "2025-11-10", "2025-11-17"),
            ("2011-05", "2011-05-01", "2011-06-01"),
            ("2025-Q4", "2025-10-01", "2026-01-01"),
            ("2025-H2", "2025-07-01", "2026-01-01"),
            ("2025-02-T2", "2025-02-11", "2025-02-21"),
            ("2024-02-T3", "2024-02-21", "2024-03-01"),
            ("2024", "2024-01-01", "2025-01-01"),
            ("2025-11-01..2025-11-11", "2025-11-01", "2025-11-12"),
        ] {
            let period: Period = text.parse().expect(text);
            assert_eq!(period.to_string(), text);
            assert_eq!((period.start().to_string(), period.end().to_string()), (start.into(), end.into()));
        }
        for wrong in
            ["", "2011-13", "2011-5", "11-05", "2011-02-30", "2011-Q5", "2011-W60", "next month", "2011-05-03-01", "2011-H3", "2011-05-T4"]
        {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn equal_days_are_equal_periods() {
        let period = |text: &str| text.parse::<Period>().expect(text);
        assert_eq!(period("2025-04-01..2025-06-30"), period("2025-Q2"));
        assert_eq!(period("2025-11-11..2025-11-11").to_string(), "2025-11-11");
        assert_eq!(period("2025-11-10 .. 2025-11-16").to_string(), "2025-W46");
        assert!("2025-11-02..2025-11-01".parse::<Period>().is_err());
        let fiscal = period("2025-04-01..2026-03-31");
        assert_eq!((fiscal.year_ago(), fiscal.days()), (period("2024-04-01..2025-03-31"), 365));
        assert_eq!(period("2025-11-04..2025-11-06").shift(-1), period("2025-11-01..2025-11-03"));
        assert!(period("2025-Q2").is_part_of(fiscal) && !fiscal.is_part_of(fiscal) && !period("2025-Q1").is_part_of(fiscal));
    }

    #[test]
    fn elapsed_counts_complete_days() {
        let quarter: Period = "2025-Q4".parse().expect("a quarter");
        assert_eq!(quarter.elapsed(jiff::civil::date(2025, 11, 11)), (42, 92));
        assert_eq!(quarter.elapsed(jiff::civil::date(2026, 5, 1)), (92, 92));
        assert_eq!(quarter.elapsed(jiff::civil::date(2025, 5, 1)), (0, 92));
    }
}
