//! Will the target be met? Probability for a total or a mean over the coming steps, and its record.

use super::interval::{Spread, student_cdf, student_quantile};
use super::{Forecast, PastOrigin};
use crate::{Result, StatsError};

/// What the target is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// The sum over the period (orders, revenue).
    Sum,
    /// The mean over the period's steps (a rate, a score).
    Mean,
}

/// Which side of the target is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    AtLeast,
    AtMost,
}

/// A target for a period of which some steps have passed; the forecast covers the rest.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    pub target: f64,
    pub aggregate: Aggregate,
    pub direction: Direction,
    /// Sum of the period's observations so far.
    pub achieved: f64,
    /// Steps of the period that have passed.
    pub elapsed: usize,
}

/// The outlook for a goal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attainment {
    /// Probability that the target is met, 0 to 1.
    pub probability: f64,
    /// Expected total (or mean) of the whole period.
    pub expected: f64,
    /// Scale of its error.
    pub spread: f64,
    /// What the remaining steps must give, per step, to meet the target exactly.
    pub needed_per_step: f64,
}

/// One line of the reliability table: of the outcomes called `called`, the share that came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reliability {
    pub called: f64,
    pub n: usize,
    pub met: f64,
}

/// Ratio of a total's error to the sum of step spreads when nothing is known: errors half in step.
const USUAL_RATIO: f64 = 0.6;

/// Typical |error of the total| / sum of spreads over past origins, with the usual ratio counted once.
pub(super) fn total_ratio(errors: &[Vec<f64>], spread: &Spread) -> f64 {
    let mut squares = USUAL_RATIO * USUAL_RATIO;
    for e in errors {
        let room = sum_of_spreads(spread, e.len());
        if room > 0.0 {
            squares += (e.iter().sum::<f64>() / room).powi(2);
        }
    }
    (squares / (errors.len() + 1) as f64).sqrt()
}

fn sum_of_spreads(spread: &Spread, steps: usize) -> f64 {
    (1..=steps).map(|h| spread.at(h)).sum()
}

impl Forecast {
    /// Probability that the goal is met when the period ends with the last forecast step.
    ///
    /// # Errors
    /// A target or an achieved sum that is not finite.
    pub fn attainment(&self, goal: &Goal) -> Result<Attainment> {
        if !(goal.target.is_finite() && goal.achieved.is_finite()) {
            return Err(StatsError::Invalid("target and achieved sum must be finite numbers".into()));
        }
        let steps = self.mean.len();
        let total_steps = (steps + goal.elapsed) as f64;
        let divisor = if goal.aggregate == Aggregate::Mean { total_steps } else { 1.0 };
        let rest: f64 = self.mean.iter().sum();
        let expected = (goal.achieved + rest) / divisor;
        let ratio = match self.past.as_slice() {
            [] => USUAL_RATIO,
            past => (past.iter().map(|p| p.total_ratio * p.total_ratio).sum::<f64>() / past.len() as f64).sqrt(),
        };
        let spread = ratio * sum_of_spreads(&self.spread, steps) / divisor;
        let below = chance_below(goal.target, expected, spread, self.spread.degrees);
        let probability = match goal.direction {
            Direction::AtLeast => 1.0 - below,
            Direction::AtMost => below,
        };
        let needed_per_step = (goal.target * divisor - goal.achieved) / steps as f64;
        Ok(Attainment { probability, expected, spread, needed_per_step })
    }
}

/// P(value < target); a certain value meets a target it equals.
fn chance_below(target: f64, expected: f64, spread: f64, degrees: f64) -> f64 {
    if spread > 0.0 {
        return student_cdf((target - expected) / spread, degrees);
    }
    if expected < target { 1.0 } else { 0.0 }
}

/// The record of past probabilities over all backtest origins: for each called probability 5 %, 15 %,
/// … 95 %, how often the total of the steps reached the level that had been given that probability.
///
/// Each origin is judged by weights and spreads that come from the other origins of its series, so
/// the table is honest about itself. Empty without backtests.
pub fn reliability<'a>(forecasts: impl IntoIterator<Item = &'a Forecast>) -> Vec<Reliability> {
    let mut met = [0usize; 10];
    let mut n = 0;
    for origin in forecasts.into_iter().flat_map(|f| &f.past) {
        let Some(margins) = margins(origin) else { continue };
        n += 1;
        let missed_by = origin.actual.iter().sum::<f64>() - origin.forecast.iter().sum::<f64>();
        for (k, margin) in margins.iter().enumerate() {
            met[k] += usize::from(missed_by >= *margin);
        }
    }
    if n == 0 {
        return Vec::new();
    }
    (0..10).map(|k| Reliability { called: called(k), n, met: met[k] as f64 / n as f64 }).collect()
}

fn called(k: usize) -> f64 {
    (5 + 10 * k) as f64 / 100.0
}

/// Levels of the total, relative to its forecast, that are reached with the called probabilities.
fn margins(origin: &PastOrigin) -> Option<[f64; 10]> {
    let scale = origin.total_ratio * sum_of_spreads(&origin.spread, origin.actual.len());
    (scale > 0.0).then(|| std::array::from_fn(|k| scale * student_quantile(1.0 - called(k), origin.spread.degrees)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{Request, forecast};

    fn noisy() -> Forecast {
        let y: Vec<f64> = (0..80).map(|t| 100.0 + ((t * 7919) % 17) as f64).collect();
        forecast(&y, &Request::new(10, 1), &[]).expect("valid").known().expect("80 observations")
    }

    #[test]
    fn probability_falls_with_the_target_and_is_half_at_the_expectation() {
        let outlook = noisy();
        let ask = |target, aggregate, direction| {
            let goal = Goal { target, aggregate, direction, achieved: 500.0, elapsed: 5 };
            outlook.attainment(&goal).expect("finite")
        };
        let middle = ask(0.0, Aggregate::Sum, Direction::AtLeast).expected;
        let p = |target| ask(target, Aggregate::Sum, Direction::AtLeast).probability;
        assert!((p(middle) - 0.5).abs() < 1e-9 && p(middle - 50.0) > 0.5 && p(middle + 50.0) < 0.5);
        let most = ask(middle + 50.0, Aggregate::Sum, Direction::AtMost).probability;
        assert!((most + p(middle + 50.0) - 1.0).abs() < 1e-9);
        let mean = ask(middle / 15.0, Aggregate::Mean, Direction::AtLeast);
        assert!((mean.probability - 0.5).abs() < 1e-6 && (mean.expected - middle / 15.0).abs() < 1e-9);
        let need = ask(1600.0, Aggregate::Sum, Direction::AtLeast).needed_per_step;
        assert!((need - 110.0).abs() < 1e-9);
    }

    #[test]
    fn a_certain_series_meets_its_own_total() {
        let outlook = forecast(&[5.0; 40], &Request::new(4, 1), &[]).expect("valid").known().expect("enough");
        let goal = |target| Goal { target, aggregate: Aggregate::Sum, direction: Direction::AtLeast, achieved: 0.0, elapsed: 0 };
        assert_eq!(outlook.attainment(&goal(19.9)).expect("finite").probability, 1.0);
        assert_eq!(outlook.attainment(&goal(20.1)).expect("finite").probability, 0.0);
        assert!(outlook.attainment(&goal(f64::NAN)).is_err());
    }

    #[test]
    fn the_table_is_monotone() {
        let forecasts = [noisy()];
        let table = reliability(&forecasts);
        assert_eq!(table.len(), 10);
        assert!(table.windows(2).all(|w| w[0].met <= w[1].met));
        assert!(reliability(&[]).is_empty());
    }
}
