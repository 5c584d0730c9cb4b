//! Planned path (目标路径): which share of a period's target should be reached by which day.
//!
//! A day's weight is the level of its month × the factor of its weekday × the factor of its special day (a promotion's
//! phase, a holiday). Levels and weekdays come from the metric's own history. A special day is worth what the same day of
//! the same phase was in the latest year that had one, else the mean of that phase, else what the calendar says. The
//! planned share until a day is the weights' running sum.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::{Period, calendar::SpecialDay, period::days_between};

/// The planned course of one period's target.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    period: Period,
    /// Planned share until the end of each day, never falling, 1 on the last day.
    cumulative: Vec<f64>,
    origins: Vec<Origin>,
    pub basis: Basis,
}

/// What the ordinary days of a path rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// All ordinary days alike: fewer days of history than are needed.
    Linear { have: usize, need: usize },
    /// Weekdays of this many days of history; all months alike.
    Weekdays { days: usize },
    /// Also the months of the year before.
    Seasons { days: usize },
}

/// Where a day's weight comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// An ordinary day, as the basis says.
    Ordinary,
    /// The same day of the same phase or holiday, the latest that history has.
    SameDay,
    /// The mean of that phase or holiday in history, which did not have this day of it.
    SamePhase,
    /// The calendar's weight.
    Calendar,
    /// A special day that neither history nor calendar weighs; it counts as an ordinary one.
    Unweighed,
}

/// Days of history below which ordinary days count alike.
pub const LEAST_DAYS: usize = 56;
/// Ordinary days from which a month's level is taken; below it the month's median day stands in.
const LEAST_PLAIN: usize = 5;
/// Rounds in which month levels and weekday factors settle; the third changes next to nothing.
const ROUNDS: usize = 3;
/// Least decimals of a planned amount.
const SCALE: u32 = 4;

impl Path {
    /// The path of a metric's daily history before the period.
    ///
    /// `special` names a day that is not an ordinary one, so that the same day of another year is found. Days missing in
    /// the history are not known, not 0.
    pub fn from_history(period: Period, history: &BTreeMap<Date, f64>, special: impl Fn(Date) -> Option<SpecialDay>) -> Self {
        let day = |(day, value): (&Date, &f64)| Day { day: *day, value: value.max(0.0), special: special(*day) };
        let known: Vec<Day> = history.range(..period.start()).map(day).collect();
        let wanted: Vec<(Date, Option<SpecialDay>)> = days_of(period).map(|day| (day, special(day))).collect();
        let enough = known.len() >= LEAST_DAYS && known.iter().any(|day| day.value > 0.0);
        let shape = if enough { Shape::of(period, &known) } else { Shape::flat(known.len()) };
        let path = Self::of_weights(period, shape.basis, wanted.iter().map(|(day, special)| shape.weight(*day, special.as_ref())));
        path.unwrap_or_else(|| Self::linear(period, known.len()))
    }

    /// The path on which every day counts the same.
    fn linear(period: Period, have: usize) -> Self {
        let days = period.days();
        let cumulative = (1..=days).map(|day| f64::from(day) / f64::from(days)).collect();
        let origins = vec![Origin::Ordinary; days as usize];
        Self { period, cumulative, origins, basis: Basis::Linear { have, need: LEAST_DAYS } }
    }

    /// None when no day weighs anything.
    fn of_weights(period: Period, basis: Basis, weights: impl Iterator<Item = (f64, Origin)>) -> Option<Self> {
        let (weights, origins): (Vec<f64>, Vec<Origin>) = weights.unzip();
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return None;
        }
        let mut sum = 0.0;
        let mut share = |weight: &f64| {
            sum += weight;
            (sum / total).min(1.0)
        };
        let mut cumulative: Vec<f64> = weights.iter().map(&mut share).collect();
        if let Some(last) = cumulative.last_mut() {
            *last = 1.0;
        }
        Some(Self { period, cumulative, origins, basis })
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

    /// What of `target` should be reached by the end of `day`, to 4 decimals or the target's own; all of it on the last day.
    ///
    /// The differences from day to day sum to the target exactly, and none goes against its sign.
    pub fn planned(&self, target: Decimal, day: Date) -> Decimal {
        if day >= self.period.last_day() {
            return target;
        }
        let share = Decimal::from_f64_retain(self.share_until(day)).unwrap_or_default();
        (target * share).round_dp_with_strategy(SCALE.max(target.scale()), RoundingStrategy::MidpointAwayFromZero)
    }

    /// Each day with its own share of the period and where its weight comes from; the shares sum to 1.
    pub fn days(&self) -> impl Iterator<Item = (Date, f64, Origin)> {
        let before = std::iter::once(0.0).chain(self.cumulative.iter().copied());
        let shares = self.cumulative.iter().zip(before).map(|(until, before)| until - before);
        days_of(self.period).zip(shares).zip(&self.origins).map(|((day, share), origin)| (day, share, *origin))
    }

    /// How many days have their weight from there.
    pub fn count(&self, origin: Origin) -> usize {
        self.origins.iter().filter(|own| **own == origin).count()
    }
}

/// A day of history.
struct Day {
    day: Date,
    value: f64,
    special: Option<SpecialDay>,
}

/// Factors by which a day's weight is put together. Maps are sorted: sums must not depend on their order.
struct Shape {
    /// Level of an ordinary day, by month of the year; empty where all months count alike.
    months: BTreeMap<i8, f64>,
    /// Monday to Sunday, around 1.
    weekdays: [f64; 7],
    /// Special day → how many ordinary days of its month and weekday it is worth.
    specials: BTreeMap<(String, i32), f64>,
    /// The same for all positions of a phase together, for positions that the years before did not have.
    phases: BTreeMap<String, f64>,
    basis: Basis,
}

impl Shape {
    /// All ordinary days alike.
    fn flat(have: usize) -> Self {
        let basis = Basis::Linear { have, need: LEAST_DAYS };
        Self { months: BTreeMap::new(), weekdays: [1.0; 7], specials: BTreeMap::new(), phases: BTreeMap::new(), basis }
    }

    fn of(period: Period, known: &[Day]) -> Self {
        let mut weekdays = [1.0; 7];
        let mut levels = MonthLevels::of(known, &weekdays);
        // A month with five weekends is no busier for it: levels and weekdays settle together.
        for _ in 0..ROUNDS {
            weekdays = weekday_factors(known, &levels);
            levels = MonthLevels::of(known, &weekdays);
        }
        let mut specials = BTreeMap::new();
        let mut phases: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for day in known {
            let Some(special) = &day.special else { continue };
            let ordinary = levels.own(day.day).unwrap_or(levels.overall) * weekdays[weekday(day.day)];
            if ordinary > 0.0 {
                phases.entry(special.name.clone()).or_default().push(day.value / ordinary);
                // The latest year comes last and stands.
                specials.insert((special.name.clone(), special.position), day.value / ordinary);
            }
        }
        let phases = phases.into_iter().filter_map(|(phase, factors)| Some((phase, mean(factors)?))).collect();
        let months = levels.of_year_before(period);
        let days = known.len();
        let basis = if months.is_empty() { Basis::Weekdays { days } } else { Basis::Seasons { days } };
        Self { months, weekdays, specials, phases, basis }
    }

    fn weight(&self, day: Date, special: Option<&SpecialDay>) -> (f64, Origin) {
        let ordinary = self.months.get(&day.month()).copied().unwrap_or(1.0) * self.weekdays[weekday(day)];
        let Some(special) = special else { return (ordinary, Origin::Ordinary) };
        let same_day = || Some((*self.specials.get(&(special.name.clone(), special.position))?, Origin::SameDay));
        let same_phase = || Some((*self.phases.get(&special.name)?, Origin::SamePhase));
        let calendar = || Some((special.weight?, Origin::Calendar));
        let (factor, origin) = same_day().or_else(same_phase).or_else(calendar).unwrap_or((1.0, Origin::Unweighed));
        (ordinary * factor, origin)
    }
}

/// Levels of an ordinary day by month, weekdays evened out.
struct MonthLevels {
    months: BTreeMap<(i16, i8), f64>,
    overall: f64,
}

impl MonthLevels {
    fn of(known: &[Day], weekdays: &[f64; 7]) -> Self {
        let mut months: BTreeMap<(i16, i8), (Vec<f64>, Vec<f64>)> = BTreeMap::new();
        for Day { day, value, special } in known {
            let (all, plain) = months.entry((day.year(), day.month())).or_default();
            let factor = weekdays[weekday(*day)];
            let even = if factor > 0.0 { value / factor } else { *value };
            all.push(even);
            if special.is_none() {
                plain.push(even);
            }
        }
        let level = |(all, plain): (Vec<f64>, Vec<f64>)| if plain.len() >= LEAST_PLAIN { mean(plain) } else { median(all) };
        let months: BTreeMap<(i16, i8), f64> = months.into_iter().filter_map(|(month, values)| Some((month, level(values)?))).collect();
        let overall = mean(months.values().copied()).unwrap_or(1.0);
        Self { months, overall }
    }

    /// The level of a day's own month, unless it is 0.
    fn own(&self, day: Date) -> Option<f64> {
        self.months.get(&(day.year(), day.month())).copied().filter(|level| *level > 0.0)
    }

    /// The levels of a period's months in the year before; empty unless all are known.
    fn of_year_before(&self, period: Period) -> BTreeMap<i8, f64> {
        let level = |day: Date| self.months.get(&(day.year() - 1, day.month())).copied().filter(|level| *level > 0.0);
        days_of(period).map(|day| Some((day.month(), level(day)?))).collect::<Option<_>>().unwrap_or_default()
    }
}

/// How much an ordinary Monday … Sunday is worth of its month's level.
fn weekday_factors(known: &[Day], levels: &MonthLevels) -> [f64; 7] {
    let mut sums = [(0.0, 0usize); 7];
    for Day { day, value, .. } in known.iter().filter(|day| day.special.is_none()) {
        // A month in which nothing was sold says nothing about its weekdays.
        if let Some(level) = levels.own(*day) {
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
mod tests;
