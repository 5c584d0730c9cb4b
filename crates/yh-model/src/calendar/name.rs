//! Periods by the names that people ask for: standard ones, fiscal ones, assessment periods.

use jiff::civil::date;

use super::{Calendar, CalendarError, Days};
use crate::{Grain, Period};

/// Assessment periods named in a hint.
const LISTED: usize = 12;

impl Calendar {
    /// The period of a name: `2025-11`, `2025-11-01..2025-11-11`, `FY2025`, `FY2025-Q2`, `FY2025-M03`, or an assessment
    /// period by its name or label, with its grain before a slash where two grains share it.
    ///
    /// A fiscal year is named by the year in which it ends.
    pub fn period(&self, name: &str) -> Result<Period, CalendarError> {
        let name = name.trim();
        let known = name.parse().ok().or_else(|| self.fiscal_period(name)).or_else(|| self.assessment_period(name));
        known.ok_or_else(|| CalendarError::UnknownPeriod { name: name.to_owned(), known: self.names() })
    }

    /// The last `count` periods of a grain that have begun by a day, newest first.
    pub fn recent_periods(&self, grain: &str, day: jiff::civil::Date, count: usize) -> Vec<Days> {
        let newest = match self.assessments.iter().find(|known| known.name == grain) {
            Some(known) => known.periods.iter().map(|period| period.days).rfind(|days| days.first <= day),
            None => self.period_of(grain, day),
        };
        std::iter::successors(newest, |days| self.period_before(grain, *days)).take(count).collect()
    }

    fn fiscal_period(&self, name: &str) -> Option<Period> {
        let rest = name.strip_prefix("FY").or_else(|| name.strip_prefix("fy")).or_else(|| name.strip_prefix("财年"))?;
        let (year, part) = rest.split_once('-').map_or((rest, None), |(year, part)| (year, Some(part)));
        let year: i16 = year.parse().ok().filter(|_| year.len() == 4)?;
        let first = date(if self.fiscal_start == 1 { year } else { year - 1 }, self.fiscal_start, 1);
        let number = |text: &str, most: i64| text.parse().ok().filter(|number| (1..=most).contains(number));
        let (months, index) = match part.map(|part| part.split_at_checked(1)) {
            None => (12, 1),
            Some(Some(("Q" | "q", quarter))) => (3, number(quarter, 4)?),
            Some(Some(("M" | "m", month))) => (1, number(month, 12)?),
            Some(_) => return None,
        };
        let day = Grain::Month.shift(first, (index - 1) * i64::from(months));
        Some(self.fiscal(day, months).period())
    }

    fn assessment_period(&self, name: &str) -> Option<Period> {
        let (grain, name) = name.split_once('/').map_or((None, name), |(grain, name)| (Some(grain), name));
        let grains = self.assessments.iter().filter(|known| grain.is_none_or(|grain| known.name == grain));
        let named = |name: &str| {
            let mut found = grains
                .clone()
                .flat_map(|grain| &grain.periods)
                .filter(|period| [&period.name, &period.label.zh, &period.label.en].iter().any(|known| known.eq_ignore_ascii_case(name)));
            found.next().filter(|_| found.next().is_none()).map(|period| period.days.period())
        };
        named(name).filter(|_| !name.is_empty())
    }

    /// Names that this calendar adds to the standard ones.
    fn names(&self) -> Vec<String> {
        let fiscal = ["FY2025", "FY2025-Q2", "FY2025-M03"].map(str::to_owned);
        let assessments = self.assessments.iter().flat_map(|grain| grain.periods.iter().map(|period| period.name.clone()));
        fiscal.into_iter().chain(assessments.take(LISTED)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::load_calendar;

    const ROUNDS: &str = "assessment_periods:\n  - grain: round\n    label: {zh: 考核轮次, en: Review round}\n    periods:\n      - {name: 2025-R1, label: {zh: 第一轮, en: First}, from: 2025-01-06, to: 2025-03-02}\n      - {name: 2025-R2, from: 2025-03-03, to: 2025-04-30}\n";

    fn calendar(fiscal_start: i8) -> Calendar {
        let (calendar, issues) = load_calendar(&[("calendar/rounds.yaml".into(), ROUNDS.into())], fiscal_start);
        assert_eq!(issues, []);
        calendar
    }

    #[test]
    fn periods_are_found_by_name() {
        for (fiscal_start, name, days) in [
            (4, "FY2025", "2024-04-01..2025-03-31"),
            (4, "FY2025-Q1", "2024-Q2"),
            (2, "fy2025-q4", "2024-11-01..2025-01-31"),
            (4, "FY2025-M12", "2025-03"),
            (1, "FY2025-Q4", "2025-Q4"),
            (4, "财年2025", "2024-04-01..2025-03-31"),
            (1, "2025-R1", "2025-01-06..2025-03-02"),
            (1, "第一轮", "2025-01-06..2025-03-02"),
            (1, "round/2025-r2", "2025-03-03..2025-04-30"),
            (1, "2025-11", "2025-11"),
        ] {
            assert_eq!(calendar(fiscal_start).period(name).map(|period| period.to_string()), Ok(days.to_owned()), "{name}");
        }
        for wrong in ["FY2025-Q5", "FY2025-M13", "FY25", "FY2025-", "2025-R3", "year/2025-R1", "", "round/"] {
            let error = calendar(4).period(wrong).expect_err(wrong);
            assert!(error.hint().contains("FY2025-Q2") && error.hint().contains("2025-R2"), "{}", error.hint());
        }
    }

    #[test]
    fn recent_periods_begin_with_the_newest() {
        let names = |grain: &str, day| {
            calendar(4).recent_periods(grain, day, 2).into_iter().map(|days| days.period().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names("round", date(2025, 3, 10)), ["2025-03-03..2025-04-30", "2025-01-06..2025-03-02"]);
        assert_eq!(names("fiscal_year", date(2025, 3, 10)), ["2024-04-01..2025-03-31", "2023-04-01..2024-03-31"]);
        assert_eq!(names("month", date(2025, 3, 10)), ["2025-03", "2025-02"]);
        assert_eq!(names("round", date(2024, 3, 10)), Vec::<String>::new());
    }
}
