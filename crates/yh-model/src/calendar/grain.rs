//! Grains beyond day, week, month, quarter and year: 旬, half-year, fiscal periods, assessment periods.

use jiff::{ToSpan, civil::Date};

use super::{Calendar, Days};
use crate::{Grain, Label, Period};

const FISCAL_MONTH: &str = "fiscal_month";
const FISCAL_QUARTER: &str = "fiscal_quarter";
const FISCAL_YEAR: &str = "fiscal_year";

impl Calendar {
    /// Name and label of every grain that queries may group by beyond the standard ones.
    pub fn grains(&self) -> Vec<(String, Label)> {
        let mut grains = vec![
            (Grain::TenDay.name().to_owned(), Label::new("旬", "Ten days")),
            (Grain::HalfYear.name().to_owned(), Label::new("半年", "Half-year")),
        ];
        if self.fiscal_start != 1 {
            grains.push((FISCAL_MONTH.to_owned(), Label::new("财月", "Fiscal month")));
            grains.push((FISCAL_QUARTER.to_owned(), Label::new("财季", "Fiscal quarter")));
            grains.push((FISCAL_YEAR.to_owned(), Label::new("财年", "Fiscal year")));
        }
        grains.extend(self.assessments.iter().map(|grain| (grain.name.clone(), grain.label.or_name(&grain.name))));
        grains
    }

    /// Whether queries can group by a grain of whole days.
    pub fn has_grain(&self, name: &str) -> bool {
        Grain::parse(name).is_some() || self.grains().iter().any(|(known, _)| known == name)
    }

    /// The period of a grain that holds a day; none for unknown grains and between assessment periods.
    pub fn period_of(&self, grain: &str, day: Date) -> Option<Days> {
        if let Some(standard) = Grain::parse(grain) {
            return Some(Period::containing(standard, day).into());
        }
        match grain {
            FISCAL_MONTH => Some(self.fiscal(day, 1)),
            FISCAL_QUARTER => Some(self.fiscal(day, 3)),
            FISCAL_YEAR => Some(self.fiscal(day, 12)),
            name => self.assessment(name)?.find(|period| period.contains(day)),
        }
    }

    /// The period of a grain before this one.
    pub fn period_before(&self, grain: &str, period: Days) -> Option<Days> {
        match self.assessment(grain) {
            Some(periods) => periods.filter(|other| other.last < period.first).last(),
            None => self.period_of(grain, period.first.saturating_sub(1.days())),
        }
    }

    /// The period of a grain a year before this one.
    pub fn period_year_ago(&self, grain: &str, period: Days) -> Option<Days> {
        self.period_of(grain, period.first.saturating_sub(1.years()))
    }

    /// Months of the fiscal year that holds a day, cut into runs of `months`.
    pub(super) fn fiscal(&self, day: Date, months: i8) -> Days {
        let since_start = (day.month() - self.fiscal_start).rem_euclid(12);
        let first = day.first_of_month().saturating_sub(i64::from(since_start % months).months());
        Days { first, last: first.saturating_add(i64::from(months).months()).saturating_sub(1.days()) }
    }

    fn assessment(&self, name: &str) -> Option<impl Iterator<Item = Days>> {
        let grain = self.assessments.iter().find(|grain| grain.name == name)?;
        Some(grain.periods.iter().map(|period| period.days))
    }
}

impl Days {
    /// The days as a period.
    pub fn period(self) -> Period {
        Period::between(self.first, self.last).unwrap_or_else(|| Period::containing(Grain::Day, self.first))
    }
}

impl From<Period> for Days {
    fn from(period: Period) -> Self {
        Self { first: period.start(), last: period.last_day() }
    }
}
