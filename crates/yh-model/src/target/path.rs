//! Planned path (目标路径): which share of a period's target should be reached by which day.
//!
//! A day's weight is the level of its month × the factor of its weekday × the factor of its special day (a promotion's
//! phase, a holiday), each taken from the metric's own history; the planned share until a day is the weights' running sum.

use std::collections::{BTreeMap, HashMap};

use jiff::{ToSpan, civil::Date};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::{Period, period::days_between};

/// The planned course of one period's target.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    period: Period,
    /// Planned share until the end of each day, rising to 1.
    cumulative: Vec<f64>,
    pub basis: Basis,
}

/// What a path rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// All days alike: fewer days of history than are needed.
    Linear { have: usize, need: usize },
    /// Weekdays and special days of this many days of history; all months alike.
    Weekdays { days: usize },
    /// Also the months of the year before.
    Seasons { days: usize },
}

/// Days of history below which a path is linear.
pub const LEAST_DAYS: usize = 56;
/// Ordinary days from which a month's level is taken; below it the month's median day stands in.
const LEAST_PLAIN: usize = 5;
/// Rounds in which month levels and weekday factors settle; the third changes next to nothing.
const ROUNDS: usize = 3;

impl Path {
    /// The path on which every day counts the same.
    pub fn linear(period: Period, have: usize) -> Self {
        let basis = Basis::Linear { have, need: LEAST_DAYS };
        Self::of_weights(period, &vec![1.0; period.days() as usize], basis)
    }

    /// The path of a metric's daily history before the period.
    ///
    /// `special` names a day that is not an ordinary one by promotion, phase and position (`双11/现货/0`), so that the
    /// same day of another year is found; ordinary days have no name. Days missing in the history are not known, not 0.
    pub fn from_history(period: Period, history: &BTreeMap<Date, f64>, special: impl Fn(Date) -> Option<String>) -> Self {
        let known: Vec<(Date, f64)> = history.range(..period.start()).map(|(day, value)| (*day, value.max(0.0))).collect();
        if known.len() < LEAST_DAYS || known.iter().all(|(_, value)| *value == 0.0) {
            return Self::linear(period, known.len());
        }
        let shape = Shape::of(period, &known, special);
        let weights: Vec<f64> = days_of(period).map(|day| shape.weight(day)).collect();
        if weights.iter().sum::<f64>() <= 0.0 {
            return Self::linear(period, known.len());
        }
        Self::of_weights(period, &weights, shape.basis)
    }

    fn of_weights(period: Period, weights: &[f64], basis: Basis) -> Self {
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = weights
            .iter()
            .map(|weight| {
                sum += weight;
                sum / total
            })
            .collect();
        if let Some(last) = cumulative.last_mut() {
            *last = 1.0;
        }
        Self { period, cumulative, basis }
    }

    /// The period whose path it is.
    pub fn period(&self) -> Period {
        self.period
    }

    /// Planned share of the period until the end of `day`, 0…1.
    pub fn share_until(&self, day: Date) -> f64 {
        match usize::try_from(days_between(self.period.start(), day)) {
            Ok(index) => self.cumulative.get(index).copied().unwrap_or(1.0),
            Err(_) => 0.0,
        }
    }

    /// What of `target` should be reached by the end of `day`, to 4 decimals; all of it on the last day.
    pub fn planned(&self, target: Decimal, day: Date) -> Decimal {
        let share = Decimal::from_f64_retain(self.share_until(day)).unwrap_or_default();
        (target * share).round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero)
    }

    /// Each day with its own share of the period; the shares sum to 1.
    pub fn days(&self) -> impl Iterator<Item = (Date, f64)> {
        let before = std::iter::once(0.0).chain(self.cumulative.iter().copied());
        days_of(self.period).zip(self.cumulative.iter().zip(before).map(|(until, before)| until - before))
    }
}

/// Factors by which a day's weight is put together.
struct Shape<F> {
    /// Level of an ordinary day, by month of the year; empty where all months count alike.
    months: HashMap<i8, f64>,
    /// Monday to Sunday, around 1.
    weekdays: [f64; 7],
    /// Name of a special day → how many ordinary days of its month and weekday it is worth.
    specials: HashMap<String, f64>,
    /// The same for all positions of a phase together, for positions that the years before did not have.
    phases: HashMap<String, f64>,
    special: F,
    basis: Basis,
}

impl<F: Fn(Date) -> Option<String>> Shape<F> {
    fn of(period: Period, known: &[(Date, f64)], special: F) -> Self {
        let mut weekdays = [1.0; 7];
        let mut levels = month_levels(known, &special, &weekdays);
        // A month with five weekends is no busier for it: levels and weekdays settle together.
        for _ in 0..ROUNDS {
            weekdays = weekday_factors(known, &special, &levels);
            levels = month_levels(known, &special, &weekdays);
        }
        let mut specials = HashMap::new();
        let mut phases: HashMap<String, Vec<f64>> = HashMap::new();
        for (day, value) in known {
            if let Some(name) = special(*day) {
                // The latest year comes last and stands.
                let ordinary = levels.of(*day) * weekdays[weekday(*day)];
                if ordinary > 0.0 {
                    phases.entry(phase_of(&name).to_owned()).or_default().push(value / ordinary);
                    specials.insert(name, value / ordinary);
                }
            }
        }
        let last_year = |month: i8| levels.months.get(&(period.start().year() - 1, month)).copied();
        let wanted: Vec<i8> = months_of(period);
        let months: HashMap<i8, f64> = wanted.iter().filter_map(|month| Some((*month, last_year(*month)?))).collect();
        let seasons = months.len() == wanted.len() && months.values().all(|level| *level > 0.0);
        let days = known.len();
        let basis = if seasons { Basis::Seasons { days } } else { Basis::Weekdays { days } };
        let phases = phases.into_iter().filter_map(|(phase, factors)| Some((phase, mean(factors)?))).collect();
        Self { months: if seasons { months } else { HashMap::new() }, weekdays, specials, phases, special, basis }
    }

    fn weight(&self, day: Date) -> f64 {
        let month = self.months.get(&day.month()).copied().unwrap_or(1.0);
        let factor = |name: String| self.specials.get(&name).or_else(|| self.phases.get(phase_of(&name))).copied();
        let special = (self.special)(day).and_then(factor).unwrap_or(1.0);
        month * self.weekdays[weekday(day)] * special
    }
}

/// A special day's name without its position.
fn phase_of(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(phase, _)| phase)
}

/// Levels of an ordinary day by month, weekdays evened out.
struct MonthLevels {
    months: HashMap<(i16, i8), f64>,
    overall: f64,
}

impl MonthLevels {
    fn of(&self, day: Date) -> f64 {
        self.months.get(&(day.year(), day.month())).copied().filter(|level| *level > 0.0).unwrap_or(self.overall)
    }
}

fn month_levels(known: &[(Date, f64)], special: &impl Fn(Date) -> Option<String>, weekdays: &[f64; 7]) -> MonthLevels {
    let mut months: HashMap<(i16, i8), (Vec<f64>, Vec<f64>)> = HashMap::new();
    for (day, value) in known {
        let (all, plain) = months.entry((day.year(), day.month())).or_default();
        let factor = weekdays[weekday(*day)];
        let even = if factor > 0.0 { value / factor } else { *value };
        all.push(even);
        if special(*day).is_none() {
            plain.push(even);
        }
    }
    let level = |(all, plain): (Vec<f64>, Vec<f64>)| if plain.len() >= LEAST_PLAIN { mean(plain) } else { median(all) };
    let months: HashMap<(i16, i8), f64> = months.into_iter().filter_map(|(month, values)| Some((month, level(values)?))).collect();
    let overall = mean(months.values().copied()).unwrap_or(1.0);
    MonthLevels { months, overall }
}

/// How much an ordinary Monday … Sunday is worth of its month's level.
fn weekday_factors(known: &[(Date, f64)], special: &impl Fn(Date) -> Option<String>, levels: &MonthLevels) -> [f64; 7] {
    let mut sums = [(0.0, 0usize); 7];
    for (day, value) in known.iter().filter(|(day, _)| special(*day).is_none()) {
        let level = levels.of(*day);
        if level > 0.0 {
            let (sum, count) = &mut sums[weekday(*day)];
            *sum += value / level;
            *count += 1;
        }
    }
    let factors = sums.map(|(sum, count)| if count == 0 { 1.0 } else { sum / count as f64 });
    let overall: f64 = factors.iter().sum::<f64>() / 7.0;
    if overall > 0.0 { factors.map(|factor| factor / overall) } else { [1.0; 7] }
}

fn days_of(period: Period) -> impl Iterator<Item = Date> {
    (0..period.days()).map(move |days| period.start().saturating_add(i64::from(days).days()))
}

fn months_of(period: Period) -> Vec<i8> {
    let mut months: Vec<i8> = days_of(period).map(Date::month).collect();
    months.dedup();
    months
}

fn weekday(day: Date) -> usize {
    day.weekday().to_monday_zero_offset() as usize
}

fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.into_iter().fold((0.0, 0usize), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn period(text: &str) -> Period {
        text.parse().expect(text)
    }

    /// Two years: 100 a day, 200 at weekends, 30 % less in February, ten times as much on 11 November.
    fn value(day: Date) -> f64 {
        let weekend = if weekday(day) >= 5 { 2.0 } else { 1.0 };
        let month = if day.month() == 2 { 0.7 } else { 1.0 };
        let special = if special(day).is_some() { 10.0 } else { 1.0 };
        100.0 * weekend * month * special
    }

    fn special(day: Date) -> Option<String> {
        ((day.month(), day.day()) == (11, 11)).then(|| "双11/现货/0".to_owned())
    }

    fn history(from: Date, days: i64) -> BTreeMap<Date, f64> {
        (0..days).map(|index| from.saturating_add(index.days())).map(|day| (day, value(day))).collect()
    }

    #[test]
    fn a_path_follows_weekdays_months_and_special_days() {
        let path = Path::from_history(period("2025"), &history(date(2024, 1, 1), 366), special);
        assert_eq!(path.basis, Basis::Seasons { days: 366 });
        let total: f64 = (0..365).map(|index| value(date(2025, 1, 1).saturating_add(i64::from(index).days()))).sum();
        let mut sum = 0.0;
        for (day, share) in path.days() {
            sum += share;
            assert!((share - value(day) / total).abs() < 0.02 * value(day) / total, "{day}: {share}");
            assert!((path.share_until(day) - sum).abs() < 1e-9);
        }
        assert_eq!(path.share_until(date(2024, 12, 31)), 0.0);
        assert_eq!(path.share_until(date(2025, 12, 31)), 1.0);
        assert_eq!(path.planned(Decimal::new(123_456_789, 2), date(2026, 3, 1)), Decimal::new(123_456_789, 2));
    }

    #[test]
    fn without_last_year_months_count_alike() {
        let path = Path::from_history(period("2025-03"), &history(date(2025, 1, 1), 59), special);
        assert_eq!(path.basis, Basis::Weekdays { days: 59 });
        let shares: Vec<f64> = path.days().map(|(_, share)| share).collect();
        // 1 March 2025 is a Saturday.
        assert!((shares[0] / shares[2] - 2.0).abs() < 0.05, "{shares:?}");
    }

    #[test]
    fn too_little_history_is_said_and_linear() {
        let path = Path::from_history(period("2025-02"), &history(date(2025, 1, 1), 31), special);
        assert_eq!(path.basis, Basis::Linear { have: 31, need: LEAST_DAYS });
        assert_eq!(path.share_until(date(2025, 2, 14)), 0.5);
        let nothing: BTreeMap<Date, f64> = history(date(2024, 1, 1), 366).into_keys().map(|day| (day, 0.0)).collect();
        assert!(matches!(Path::from_history(period("2025-02"), &nothing, special).basis, Basis::Linear { have: 366, .. }));
    }
}
