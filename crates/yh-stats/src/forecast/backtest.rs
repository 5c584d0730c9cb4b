//! Rolling-origin backtest: what each method would have said in the past, and what came.

use super::candidates::{Candidate, forecast_all};

/// Forecasts of every candidate from several past origins, newest origin first.
#[derive(Debug, Clone)]
pub struct Backtest {
    /// Steps forecast from each origin.
    pub steps: usize,
    /// Observations known at each origin.
    pub origins: Vec<usize>,
    /// What came, per origin: `steps` values.
    pub actual: Vec<Vec<f64>>,
    /// Per origin and candidate: `steps` values, or none where the candidate did not apply.
    pub forecasts: Vec<Vec<Option<Vec<f64>>>>,
}

/// Where the origins lie.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    pub steps: usize,
    /// Most origins to take.
    pub origins: usize,
    /// Fewest observations to forecast from.
    pub least: usize,
}

/// Runs the candidates from up to `schedule.origins` origins; none fit when `y` is too short.
///
/// Origins are as far apart as the history allows, between a third of the steps and the steps.
pub fn backtest(y: &[f64], candidates: &[Candidate], schedule: Schedule) -> Backtest {
    let n = y.len();
    let steps = schedule.steps.min(n / 3).max(1);
    let spare = n.saturating_sub(schedule.least + steps);
    let apart = (spare / schedule.origins.saturating_sub(1).max(1)).clamp(steps.div_ceil(3), steps);
    let origins: Vec<usize> =
        (0..schedule.origins).filter_map(|i| n.checked_sub(steps + i * apart)).filter(|&origin| origin >= schedule.least).collect();
    let actual = origins.iter().map(|&o| y[o..o + steps].to_vec()).collect();
    let forecasts = origins.iter().map(|&o| forecast_all(candidates, &y[..o], steps)).collect();
    Backtest { steps, origins, actual, forecasts }
}

/// How a candidate's errors are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Mean absolute error.
    Absolute,
    /// Root mean squared error: for intermittent series, where the median is zero and means nothing.
    Squared,
}

/// Candidates beyond this multiple of the best loss get no weight.
const WORST_RATIO: f64 = 2.0;
/// Weights fall with this power of the loss.
const SHARPNESS: i32 = 3;

impl Backtest {
    /// Mean loss of each candidate over the origins but `skip`; infinite where it missed an origin.
    pub fn losses(&self, loss: Loss, skip: Option<usize>) -> Vec<f64> {
        let count = self.forecasts.first().map_or(0, Vec::len);
        let used: Vec<usize> = (0..self.origins.len()).filter(|&o| Some(o) != skip).collect();
        (0..count)
            .map(|c| {
                let each = used.iter().map(|&o| match &self.forecasts[o][c] {
                    Some(f) => one_loss(&self.actual[o], f, loss),
                    None => f64::INFINITY,
                });
                each.sum::<f64>() / used.len().max(1) as f64
            })
            .collect()
    }

    /// Weights (sum 1) of a combination, from the losses over the origins but `skip`.
    ///
    /// Combining the good methods beats choosing the best one (the main finding of the M
    /// competitions); the weights fall with the loss and end at twice the best loss.
    pub fn weights(&self, usable: &[bool], loss: Loss, skip: Option<usize>) -> Vec<f64> {
        let losses = self.losses(loss, skip);
        let best = losses.iter().zip(usable).filter(|(_, u)| **u).map(|(l, _)| *l).fold(f64::INFINITY, f64::min);
        let tiny = f64::MIN_POSITIVE.max(best * 1e-9);
        let raw: Vec<f64> = losses
            .iter()
            .zip(usable)
            .map(|(&l, &u)| {
                let within = u && l.is_finite() && l <= WORST_RATIO * best.max(tiny);
                if within { (best.max(tiny) / l.max(tiny)).powi(SHARPNESS) } else { 0.0 }
            })
            .collect();
        let total: f64 = raw.iter().sum();
        raw.into_iter().map(|w| if total > 0.0 { w / total } else { 0.0 }).collect()
    }

    /// Actual minus combined forecast at one origin; `weights` as from [`Backtest::weights`].
    pub fn errors(&self, origin: usize, weights: &[f64]) -> Vec<f64> {
        let combined = combine(&self.forecasts[origin], weights, self.steps);
        self.actual[origin].iter().zip(combined).map(|(a, f)| a - f).collect()
    }
}

/// Weighted mean of the forecasts; a candidate without forecast passes its weight to the others.
pub fn combine(forecasts: &[Option<Vec<f64>>], weights: &[f64], steps: usize) -> Vec<f64> {
    let mut sum = vec![0.0; steps];
    let mut total = 0.0;
    for (forecast, &w) in forecasts.iter().zip(weights).filter(|(_, w)| **w > 0.0) {
        if let Some(forecast) = forecast {
            total += w;
            sum.iter_mut().zip(forecast).for_each(|(s, f)| *s += w * f);
        }
    }
    if total > 0.0 {
        sum.iter_mut().for_each(|s| *s /= total);
    }
    sum
}

fn one_loss(actual: &[f64], forecast: &[f64], loss: Loss) -> f64 {
    let errors = actual.iter().zip(forecast).map(|(a, f)| a - f);
    let n = actual.len() as f64;
    match loss {
        Loss::Absolute => errors.map(f64::abs).sum::<f64>() / n,
        Loss::Squared => (errors.map(|e| e * e).sum::<f64>() / n).sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::candidates::{Core, Scale};
    use crate::forecast::seasonality::Adjustment;

    #[test]
    fn the_right_method_takes_the_weight_and_the_future_is_not_seen() {
        let y: Vec<f64> = (0..60).map(|t| [1.0, 2.0, 3.0, 9.0][t % 4]).collect();
        let field = [
            Candidate::new("naive", Scale::Linear, Adjustment::None, Core::Naive),
            Candidate::new("seasonal", Scale::Linear, Adjustment::None, Core::SeasonalNaive(4)),
        ];
        let schedule = Schedule { steps: 8, origins: 4, least: 10 };
        let past = backtest(&y, &field, schedule);
        assert_eq!(past.origins, vec![52, 44, 36, 28]);
        let weights = past.weights(&[true, true], Loss::Absolute, None);
        assert_eq!(weights, vec![0.0, 1.0]);
        assert!(past.errors(0, &weights).iter().all(|e| *e == 0.0));
        let mut changed = y.clone();
        changed[52..].iter_mut().for_each(|v| *v += 100.0);
        let other = backtest(&changed, &field, schedule);
        assert_eq!(other.forecasts[0], past.forecasts[0], "origin 52 must not see what comes after it");
    }

    #[test]
    fn too_short_a_series_has_no_origin() {
        let past = backtest(&[1.0; 9], &[], Schedule { steps: 12, origins: 5, least: 8 });
        assert!(past.origins.is_empty() && past.weights(&[], Loss::Absolute, None).is_empty());
    }
}
