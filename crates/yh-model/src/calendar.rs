//! The calendar (日历): holidays, lunar months, promotions, assessment periods, and the grains that they cut.
//!
//! Everything comes from files; a day that needs a year no file gives is an error that names the file to add.

mod grain;
mod load;
mod lunar;
mod name;
mod promotion;
mod special;

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Weekday};
use thiserror::Error;

use crate::{Label, period::days_between};

pub use load::load_calendar;
pub use lunar::{LunarDate, LunarMonth};
pub use promotion::{Phase, PhaseKind, PhasePair, Promotion, Window};
pub use special::SpecialDay;

/// What the project's calendar files say.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// Month in which the fiscal year begins, 1–12.
    pub fiscal_start: i8,
    pub years: BTreeMap<i16, CalendarYear>,
    /// In the order of the files.
    pub promotions: Vec<Promotion>,
    pub assessments: Vec<AssessmentGrain>,
}

/// One year's holidays and lunar months.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CalendarYear {
    pub holidays: Vec<Holiday>,
    /// Days of a weekend that are worked (调休).
    pub workdays: Vec<Date>,
    /// 正月 to 腊月 of the lunar year that begins in this year; empty when the file gives none.
    pub lunar_months: Vec<LunarMonth>,
}

/// Days off under one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Holiday {
    pub name: Label,
    pub days: Days,
    /// How many ordinary days one of its days is worth, for plans where history does not say.
    pub weight: Option<f64>,
}

/// Assessment periods (考核周期) that are not months or quarters, under the name by which queries group by them.
#[derive(Debug, Clone, PartialEq)]
pub struct AssessmentGrain {
    pub name: String,
    pub label: Label,
    /// In order, none overlapping.
    pub periods: Vec<AssessmentPeriod>,
}

/// One assessment period.
#[derive(Debug, Clone, PartialEq)]
pub struct AssessmentPeriod {
    pub name: String,
    pub label: Label,
    pub days: Days,
}

/// A run of days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days {
    pub first: Date,
    pub last: Date,
}

/// What the calendar cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CalendarError {
    #[error("no calendar file gives the lunar months of {0}")]
    NoLunarYear(i16),
    #[error("there is no promotion {name}")]
    UnknownPromotion { name: String, known: Vec<String> },
    #[error("{promotion} has no platform {name}")]
    UnknownPlatform { promotion: String, name: String, known: Vec<String> },
    #[error("the promotion calendar has no {name} of {year}")]
    NoPromotionYear { name: String, year: i16 },
    #[error("'{name}' is not a period")]
    UnknownPeriod { name: String, known: Vec<String> },
    #[error("{from} to {to} lies in no promotion")]
    OutsidePromotions { from: DateTime, to: DateTime, known: Vec<String> },
}

impl Default for Calendar {
    fn default() -> Self {
        Self { fiscal_start: 1, years: BTreeMap::new(), promotions: Vec::new(), assessments: Vec::new() }
    }
}

impl Calendar {
    /// The holiday that a day belongs to.
    pub fn holiday(&self, day: Date) -> Option<&Holiday> {
        self.years.values().flat_map(|year| &year.holidays).find(|holiday| holiday.days.contains(day))
    }

    /// Whether a day is worked; none when no file gives its year.
    pub fn is_workday(&self, day: Date) -> Option<bool> {
        let year = self.years.get(&day.year())?;
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        Some(self.holiday(day).is_none() && (!weekend || year.workdays.contains(&day)))
    }
}

impl Days {
    /// Number of days.
    pub fn count(self) -> i32 {
        days_between(self.first, self.last) + 1
    }

    /// Whether a day lies inside.
    pub fn contains(self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// Every day.
    pub fn iter(self) -> impl Iterator<Item = Date> {
        self.first.series(jiff::Span::new().days(1)).take_while(move |day| *day <= self.last)
    }
}

impl CalendarError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoLunarYear(year) => format!("add lunar_months to calendar/{year}.yaml"),
            Self::UnknownPromotion { name, known } => match crate::issue::nearest(name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {near}?"),
                None if known.is_empty() => "add it to calendar/promotions.yaml".to_owned(),
                None => format!("the calendar has {}", known.join(", ")),
            },
            Self::UnknownPlatform { known, .. } => format!("its platforms are {}", known.join(", ")),
            Self::NoPromotionYear { name, year } => format!("add the phases of {name} {year} to calendar/promotions.yaml"),
            Self::UnknownPeriod { known, .. } => {
                let own = if known.is_empty() { String::new() } else { format!("; the calendar also has {}", known.join(", ")) };
                format!("write 2025-11-11, 2025-W46, 2025-11-T2, 2025-11, 2025-Q4, 2025-H2, 2025 or 2025-11-01..2025-11-11{own}")
            }
            Self::OutsidePromotions { known, .. } if known.is_empty() => {
                "add the promotions of that year to calendar/promotions.yaml".to_owned()
            }
            Self::OutsidePromotions { known, .. } => format!("ask for days of {}", known.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests;
