//! Reads `calendar/*.yaml`: yearly files, promotions and assessment periods; what is wrong keeps only itself out.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Weekday};
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{
    AssessmentGrain, AssessmentPeriod, Calendar, CalendarYear, Days, Holiday, LunarMonth, Phase, PhaseKind, Promotion, Window,
    lunar::month_of_name,
};
use crate::{
    Grain, Issue, Label,
    issue::nearest,
    period::days_between,
    yaml::{self, Check},
};

/// A file may hold any of these; a yearly file has `year`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    #[serde(default)]
    year: Option<Spanned<i16>>,
    #[serde(default)]
    holidays: Vec<HolidayFile>,
    #[serde(default)]
    workdays: Vec<Spanned<String>>,
    #[serde(default)]
    lunar_months: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    promotions: Vec<PromotionFile>,
    #[serde(default)]
    assessment_periods: Vec<AssessmentFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayFile {
    name: Label,
    from: Spanned<String>,
    to: Spanned<String>,
    #[serde(default)]
    weight: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PromotionFile {
    name: Label,
    year: Spanned<i16>,
    phases: Vec<PhaseFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhaseFile {
    phase: Spanned<String>,
    platforms: Spanned<Vec<String>>,
    from: Spanned<String>,
    to: Spanned<String>,
    #[serde(default)]
    weight: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssessmentFile {
    grain: Spanned<String>,
    #[serde(default)]
    label: Label,
    periods: Vec<PeriodFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodFile {
    name: Spanned<String>,
    #[serde(default)]
    label: Label,
    from: Spanned<String>,
    to: Spanned<String>,
}

/// Longest holiday that is not a slip of the year or month.
const MAX_HOLIDAY_DAYS: i32 = 31;
/// Most ordinary days that one special day can be worth.
const MAX_WEIGHT: f64 = 1000.0;
/// Names that group-bys have already.
const TAKEN: [&str; 7] = ["hour", "minute", "second", "compared", "fiscal_month", "fiscal_quarter", "fiscal_year"];

/// Reads calendar files, as (path, text). `fiscal_start` is the month in which the fiscal year begins.
pub fn load_calendar(files: &[(String, String)], fiscal_start: i8) -> (Calendar, Vec<Issue>) {
    let mut calendar = Calendar { fiscal_start, ..Calendar::default() };
    let mut issues = Vec::new();
    for (path, text) in files {
        match yaml::parse::<Option<CalendarFile>>(path, text) {
            Ok(file) => {
                let mut check = Check::new(path);
                file.into_iter().for_each(|file| check.file(file, &mut calendar));
                issues.extend(check.issues);
            }
            Err(issue) => issues.push(issue),
        }
    }
    (calendar, issues)
}

impl Check<'_> {
    fn file(&mut self, file: CalendarFile, calendar: &mut Calendar) {
        let yearly = !file.holidays.is_empty() || !file.workdays.is_empty() || !file.lunar_months.is_empty();
        match &file.year {
            Some(year) if calendar.years.contains_key(&year.value) => {
                let message = format!("the year {} has a file already", year.value);
                self.error(year, "duplicate-year", message, "keep one file for each year");
            }
            Some(year) => {
                let year = self.year(year.value, file.holidays, &file.workdays, file.lunar_months, calendar);
                calendar.years.insert(year.0, year.1);
            }
            None if yearly => {
                let issue = Issue::error(
                    self.path,
                    1,
                    1,
                    "calendar-year",
                    "holidays, workdays and lunar months need a year",
                    "begin with `year: 2025`",
                );
                self.issues.push(issue);
            }
            None => {}
        }
        for promotion in file.promotions {
            let known = calendar.promotions.iter().any(|other| other.year == promotion.year.value && other.is_called(&promotion.name.zh));
            if known {
                let message = format!("{} {} is given twice", promotion.name.zh, promotion.year.value);
                self.error(&promotion.year, "duplicate-promotion", message, "put all its phases under one entry");
                continue;
            }
            calendar.promotions.extend(self.promotion(promotion));
        }
        for grain in file.assessment_periods {
            let grain = self.assessment(grain, &calendar.assessments);
            calendar.assessments.extend(grain);
        }
    }

    fn year(
        &mut self,
        year: i16,
        holidays: Vec<HolidayFile>,
        workdays: &[Spanned<String>],
        months: BTreeMap<String, Spanned<String>>,
        calendar: &Calendar,
    ) -> (i16, CalendarYear) {
        let mut found = CalendarYear::default();
        for holiday in holidays {
            let Some(days) = self.days(&holiday.from, &holiday.to) else { continue };
            let elsewhere = days.first.year() != year && days.last.year() != year;
            if elsewhere || days.count() > MAX_HOLIDAY_DAYS {
                let message = format!("{} from {} to {} is no holiday of {year}", holiday.name.text("zh"), days.first, days.last);
                self.error(&holiday.from, "holiday", message, "check year and month");
                continue;
            }
            let weight = self.weight(holiday.weight.as_ref());
            found.holidays.push(Holiday { name: holiday.name, days, weight });
        }
        for workday in workdays {
            let Some(day) = self.date(workday) else { continue };
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            if day.year() != year || !weekend || found.holidays.iter().any(|holiday| holiday.days.contains(day)) {
                let message =
                    format!("{day} is no make-up workday of {year}: it is not a Saturday or Sunday of that year, or is a holiday");
                self.error(workday, "workday", message, "list only weekend days that are worked");
                continue;
            }
            found.workdays.push(day);
        }
        found.lunar_months = self.lunar(year, months, calendar);
        (year, found)
    }

    /// The months of a lunar year, or none when any of them is wrong.
    fn lunar(&mut self, year: i16, months: BTreeMap<String, Spanned<String>>, calendar: &Calendar) -> Vec<LunarMonth> {
        let mut read: Vec<(LunarMonth, Spanned<String>)> = Vec::new();
        let before = self.issues.len();
        for (name, date) in months {
            let Some((number, leap)) = month_of_name(&name) else {
                self.error(&date, "lunar-month", format!("'{name}' is not a lunar month"), "write 正月, 二月 … 冬月, 腊月, or 闰六月");
                continue;
            };
            let Some(first) = self.date(&date) else { continue };
            read.push((LunarMonth { number, leap, first }, date));
        }
        read.sort_by_key(|(month, _)| (month.number, month.leap));
        for pair in read.windows(2) {
            let days = days_between(pair[0].0.first, pair[1].0.first);
            if !(29..=30).contains(&days) {
                let message = format!("{days} days between {} and {}: a lunar month has 29 or 30", pair[0].0.first, pair[1].0.first);
                self.error(&pair[1].1, "lunar-month", message, "compare with a printed calendar");
            }
        }
        if let Some((first, date)) = read.first() {
            let spring = Days { first: jiff::civil::date(year, 1, 20), last: jiff::civil::date(year, 2, 22) };
            let plain = read.iter().filter(|(month, _)| !month.leap).count();
            if first.number != 1 || first.leap || !spring.contains(first.first) || plain != 12 || read.len() > 13 {
                let message = format!("these are not the months of the lunar year that begins in {year}");
                self.error(date, "lunar-month", message, "give 正月 to 腊月 and at most one leap month; 腊月 may begin in the next year");
            }
        }
        // The neighbours must join: the last month before has 29 or 30 days too.
        let last = calendar.years.get(&(year - 1)).and_then(|before| before.lunar_months.last());
        if let (Some(last), Some((first, date))) = (last, read.first())
            && !(29..=30).contains(&days_between(last.first, first.first))
        {
            let message = format!("正月 of {year} does not follow 腊月 of {}, which begins on {}", year - 1, last.first);
            self.error(date, "lunar-month", message, "compare with a printed calendar");
        }
        if self.issues.len() > before { Vec::new() } else { read.into_iter().map(|(month, _)| month).collect() }
    }

    fn promotion(&mut self, file: PromotionFile) -> Option<Promotion> {
        let before = self.issues.len();
        let mut phases: Vec<Phase> = Vec::new();
        for phase in file.phases {
            let kind = PhaseKind::parse(&phase.phase.value);
            if kind.is_none() {
                let words = PhaseKind::words();
                let near = nearest(&phase.phase.value, words.iter().map(String::as_str));
                let hint = near.map_or_else(|| format!("write {}", words.join(", ")), |near| format!("did you mean {near}?"));
                self.error(&phase.phase, "phase", format!("'{}' is not a phase", phase.phase.value), &hint);
            }
            if phase.platforms.value.is_empty() {
                self.error(&phase.platforms, "phase", "a phase needs a platform", "write platforms: [天猫, 京东]");
            }
            let (Some(from), Some(to)) = (self.moment(&phase.from), self.moment(&phase.to)) else { continue };
            let year = file.year.value;
            if from >= to || !(year - 1..=year).contains(&from.year()) || !(year..=year + 1).contains(&to.year()) {
                let message = format!("from {from} to {to} is no phase of {year}");
                self.error(&phase.from, "phase", message, "a phase begins before it ends, in the promotion's year");
                continue;
            }
            let window = Window { from, to };
            let overlap = phases.iter().find(|other| {
                other.window.overlaps(window) && other.platforms.iter().any(|platform| phase.platforms.value.contains(platform))
            });
            if let Some(other) = overlap {
                let message = format!("this phase overlaps {} from {} to {}", other.kind.label().zh, other.window.from, other.window.to);
                self.error(&phase.from, "phase-overlap", message, "let one phase of a platform end where the next begins");
            }
            let weight = self.weight(phase.weight.as_ref());
            phases.extend(kind.map(|kind| Phase { kind, platforms: phase.platforms.value, window, weight }));
        }
        phases.sort_by_key(|phase| phase.window.from);
        (self.issues.len() == before).then_some(Promotion { name: file.name, year: file.year.value, phases })
    }

    fn assessment(&mut self, file: AssessmentFile, known: &[AssessmentGrain]) -> Option<AssessmentGrain> {
        let before = self.issues.len();
        let name = &file.grain.value;
        let mut letters = name.chars();
        let plain = letters.next().is_some_and(|c| c.is_ascii_lowercase())
            && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && !name.contains("__");
        let taken = Grain::parse(name).is_some()
            || TAKEN.contains(&name.as_str())
            || name.starts_with("extract_")
            || known.iter().any(|other| other.name == *name);
        if !plain || taken {
            let message = format!("'{name}' cannot name a grain");
            self.error(&file.grain, "grain-name", message, "use small letters, digits and _, and a name that no other grain has");
        }
        let mut periods: Vec<AssessmentPeriod> = Vec::new();
        for period in file.periods {
            let Some(days) = self.days(&period.from, &period.to) else { continue };
            let clash = periods
                .iter()
                .find(|other| other.name == period.name.value || (other.days.first <= days.last && days.first <= other.days.last));
            if let Some(other) = clash {
                let message = format!("the period {} repeats or overlaps {}", period.name.value, other.name);
                self.error(
                    &period.name,
                    "period-overlap",
                    message,
                    "let one period end before the next begins, each with a name of its own",
                );
                continue;
            }
            let label = period.label.or_name(&period.name.value);
            periods.push(AssessmentPeriod { name: period.name.value, label, days });
        }
        periods.sort_by_key(|period| period.days);
        (self.issues.len() == before).then_some(AssessmentGrain { name: file.grain.value, label: file.label, periods })
    }

    fn days(&mut self, from: &Spanned<String>, to: &Spanned<String>) -> Option<Days> {
        let (first, last) = (self.date(from), self.date(to));
        let days = Days { first: first?, last: last? };
        if days.first > days.last {
            self.error(from, "calendar-date", format!("{} comes after {}", days.first, days.last), "give the first and the last day");
            return None;
        }
        Some(days)
    }

    fn weight(&mut self, weight: Option<&Spanned<f64>>) -> Option<f64> {
        let weight = weight?;
        let sound = (0.0..=MAX_WEIGHT).contains(&weight.value);
        if !sound {
            let message = format!("a weight of {} is not possible", weight.value);
            self.error(weight, "calendar-weight", message, "write how many ordinary days one such day is worth, such as 3.5");
        }
        sound.then_some(weight.value)
    }

    fn date(&mut self, text: &Spanned<String>) -> Option<Date> {
        let date = text.value.trim().parse().ok();
        if date.is_none() {
            self.error(text, "calendar-date", format!("'{}' is not a date", text.value), "write 2025-10-01");
        }
        date
    }

    /// A wall time to the minute.
    fn moment(&mut self, text: &Spanned<String>) -> Option<DateTime> {
        let written = text.value.trim();
        let day = written.parse::<Date>().ok().filter(|_| written.len() <= 10).map(|day| day.at(0, 0, 0, 0));
        let moment = day.or_else(|| written.replacen(' ', "T", 1).parse::<DateTime>().ok());
        let moment = moment.filter(|at| at.second() == 0 && at.subsec_nanosecond() == 0);
        if moment.is_none() {
            self.error(text, "calendar-time", format!("'{written}' is not a time"), "write \"2025-10-15 20:00\"");
        }
        moment
    }
}
