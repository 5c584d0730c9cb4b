//! Krippendorff's alpha: agreement of any number of raters, missing scores allowed.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Ratings;
use crate::Result;
use crate::answer::{Answer, StatsError, TooFew};
use crate::numeric::quantile_sorted;

/// Most distinct scores: disagreement is counted over pairs of them.
const MAX_VALUES: usize = 5_000;

/// What differences between scores mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Nominal,
    Ordinal,
    Interval,
    Ratio,
}

impl Level {
    /// The stable name: `ordinal`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nominal => "nominal",
            Self::Ordinal => "ordinal",
            Self::Interval => "interval",
            Self::Ratio => "ratio",
        }
    }
}

/// Alpha with a bootstrap interval over subjects: 1 is full agreement, 0 is chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alpha {
    pub level: Level,
    pub value: f64,
    /// 2.5 % and 97.5 % quantiles over `samples` resamplings of the subjects.
    pub lower: f64,
    pub upper: f64,
    /// Subjects (times items) with two scores or more, and their scores.
    pub units: usize,
    pub scores: usize,
}

/// Alpha over all units (a subject on an item) that two raters or more scored.
///
/// Source: Krippendorff (2011), *Computing Krippendorff's alpha-reliability*.
///
/// # Errors
/// Columns of unequal length, scores that are not finite, negative scores at the ratio level, more
/// than 5,000 distinct scores.
pub fn krippendorff_alpha(ratings: &Ratings<'_>, level: Level, samples: usize, seed: u64) -> Result<Answer<Alpha>> {
    ratings.check()?;
    if level == Level::Ratio {
        crate::answer::all_in_range("score", ratings.scores, "zero or more (ratio level)", |s| s >= 0.0)?;
    }
    let units = units(ratings);
    if let Some(few) = TooFew::check("subjects with two scores", units.len(), 2) {
        return Ok(Answer::TooFew(few));
    }
    let mut values: Vec<f64> = units.iter().flatten().copied().collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    if let Some(few) = TooFew::check("distinct scores", values.len(), 2) {
        return Ok(Answer::TooFew(few));
    }
    if values.len() > MAX_VALUES {
        return Err(StatsError::Invalid(format!("{} distinct scores: round them to {MAX_VALUES} at most", values.len())));
    }
    let scale = Scale::new(level, values, &units);
    let expected = scale.expected();
    let observed: Vec<f64> = units.iter().map(|unit| scale.disagreement(unit)).collect();
    let alpha = |chosen: &mut dyn Iterator<Item = usize>| {
        let (sum, n) = chosen.fold((0.0, 0), |(sum, n), u| (sum + observed[u], n + units[u].len()));
        1.0 - sum / n as f64 / expected
    };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut resampled: Vec<f64> = (0..samples).map(|_| alpha(&mut (0..units.len()).map(|_| rng.random_range(0..units.len())))).collect();
    resampled.sort_by(f64::total_cmp);
    let value = alpha(&mut (0..units.len()));
    Ok(Answer::Known(Alpha {
        level,
        value,
        lower: quantile_sorted(&resampled, 0.025).unwrap_or(value),
        upper: quantile_sorted(&resampled, 0.975).unwrap_or(value),
        units: units.len(),
        scores: units.iter().map(Vec::len).sum(),
    }))
}

/// Scores by unit, only units with two or more.
fn units(ratings: &Ratings<'_>) -> Vec<Vec<f64>> {
    let (_, _, items) = ratings.sizes();
    let mut units = std::collections::BTreeMap::<usize, Vec<f64>>::new();
    for (row, &score) in ratings.scores.iter().enumerate() {
        let unit = ratings.subjects[row] as usize * items + ratings.item(row) as usize;
        units.entry(unit).or_default().push(score);
    }
    units.into_values().filter(|scores| scores.len() > 1).collect()
}

/// Distinct scores, how often each occurs, and what a difference of two means.
struct Scale {
    level: Level,
    values: Vec<f64>,
    counts: Vec<f64>,
    /// Occurrences of smaller scores plus half the own ones (ordinal positions).
    positions: Vec<f64>,
}

impl Scale {
    fn new(level: Level, values: Vec<f64>, units: &[Vec<f64>]) -> Self {
        let mut scale = Self { level, counts: vec![0.0; values.len()], positions: Vec::new(), values };
        for &score in units.iter().flatten() {
            let at = scale.place(score);
            scale.counts[at] += 1.0;
        }
        let mut below = 0.0;
        for count in &scale.counts {
            scale.positions.push(below + count / 2.0);
            below += count;
        }
        scale
    }

    fn place(&self, score: f64) -> usize {
        self.values.partition_point(|v| *v < score)
    }

    fn difference(&self, a: usize, b: usize) -> f64 {
        let (x, y) = (self.values[a], self.values[b]);
        match self.level {
            Level::Nominal => f64::from(u8::from(a != b)),
            Level::Ordinal => (self.positions[a] - self.positions[b]).powi(2),
            Level::Interval => (x - y).powi(2),
            Level::Ratio if x + y > 0.0 => ((x - y) / (x + y)).powi(2),
            Level::Ratio => 0.0,
        }
    }

    /// Mean difference of two scores drawn from all.
    fn expected(&self) -> f64 {
        let n: f64 = self.counts.iter().sum();
        let pairs = (0..self.values.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
        let sum: f64 = pairs.map(|(a, b)| self.counts[a] * self.counts[b] * self.difference(a, b)).sum();
        2.0 * sum / (n * (n - 1.0))
    }

    /// Disagreement within a unit, weighted by its number of scores.
    fn disagreement(&self, unit: &[f64]) -> f64 {
        let places: Vec<usize> = unit.iter().map(|&score| self.place(score)).collect();
        let pairs = (0..places.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let sum: f64 = pairs.map(|(i, j)| self.difference(places[i], places[j])).sum();
        2.0 * sum / (unit.len() - 1) as f64
    }
}
