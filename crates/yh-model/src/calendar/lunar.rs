//! Lunar dates (农历) from the month tables of the calendar files.

use jiff::{ToSpan, civil::Date};

use super::{Calendar, CalendarError};
use crate::period::days_between;

/// One lunar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LunarMonth {
    /// 1 is 正月, 12 is 腊月.
    pub number: u8,
    /// 闰月: it repeats the month before it.
    pub leap: bool,
    pub first: Date,
}

/// A day of the lunar calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LunarDate {
    /// The civil year in which the lunar year begins.
    pub year: i16,
    pub month: u8,
    pub leap: bool,
    /// 1–30.
    pub day: u8,
}

const MONTHS: [&str; 12] = ["正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "冬月", "腊月"];
const LONGEST_MONTH: i32 = 30;

/// Number and leap mark of a written month: `闰六月`, also `十一月` and `十二月`.
pub(super) fn month_of_name(name: &str) -> Option<(u8, bool)> {
    let (plain, leap) = name.strip_prefix('闰').map_or((name, false), |plain| (plain, true));
    let number = match plain {
        "一月" => 1,
        "十一月" => 11,
        "十二月" => 12,
        _ => MONTHS.iter().position(|month| *month == plain)? as u8 + 1,
    };
    Some((number, leap))
}

impl Calendar {
    /// The lunar date of a day.
    pub fn lunar_date(&self, day: Date) -> Result<LunarDate, CalendarError> {
        let year = match self.lunar_months(day.year()) {
            Some(months) if months[0].first <= day => day.year(),
            // No lunar year begins later than 21 February.
            None if (day.month(), day.day()) > (2, 21) => return Err(CalendarError::NoLunarYear(day.year())),
            _ => day.year() - 1,
        };
        let months = self.lunar_months(year).ok_or(CalendarError::NoLunarYear(year))?;
        let month = months.iter().rfind(|month| month.first <= day).ok_or(CalendarError::NoLunarYear(year - 1))?;
        let number = days_between(month.first, day) + 1;
        let is_last = months.last() == Some(month);
        // Without the next year's table nobody knows whether the last month has 29 or 30 days.
        if number > LONGEST_MONTH || (is_last && number == LONGEST_MONTH && self.lunar_months(year + 1).is_none()) {
            return Err(CalendarError::NoLunarYear(year + 1));
        }
        Ok(LunarDate { year, month: month.number, leap: month.leap, day: number as u8 })
    }

    /// The same lunar date a lunar year before: a leap month meets the month it repeats where that year has no such
    /// leap month, the 30th meets the last day of a month of 29.
    pub fn lunar_year_ago(&self, day: Date) -> Result<Date, CalendarError> {
        let lunar = self.lunar_date(day)?;
        let year = lunar.year - 1;
        let months = self.lunar_months(year).ok_or(CalendarError::NoLunarYear(year))?;
        let same = |leap: bool| months.iter().position(|month| month.number == lunar.month && month.leap == leap);
        let index = same(lunar.leap).or_else(|| same(false)).ok_or(CalendarError::NoLunarYear(year))?;
        let next = match months.get(index + 1) {
            Some(next) => next.first,
            None => self.lunar_months(lunar.year).ok_or(CalendarError::NoLunarYear(lunar.year))?[0].first,
        };
        let last = next.saturating_sub(1.days());
        Ok(months[index].first.saturating_add((i64::from(lunar.day) - 1).days()).min(last))
    }

    fn lunar_months(&self, year: i16) -> Option<&[super::LunarMonth]> {
        self.years.get(&year).map(|year| year.lunar_months.as_slice()).filter(|months| !months.is_empty())
    }
}

impl std::fmt::Display for LunarDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let leap = if self.leap { "闰" } else { "" };
        let month = MONTHS.get(usize::from(self.month) - 1).copied().unwrap_or_default();
        write!(f, "{}年{leap}{month}{}日", self.year, self.day)
    }
}
