//! Lagged correlation: does one series move before another?

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Result;
use crate::answer::{Answer, TooFew, all_finite, same_length};
use crate::numeric::quantile_sorted;

/// Correlation of `leader` at t − lag with `follower` at t.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LagCorrelation {
    /// In rows; negative when the follower leads.
    pub lag: i64,
    pub correlation: f64,
    pub lower: f64,
    pub upper: f64,
    /// Pairs of values it rests on.
    pub n: usize,
}

/// Correlations by lag and the strongest of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Lags {
    pub by_lag: Vec<LagCorrelation>,
    /// Index of the largest absolute correlation.
    pub strongest: usize,
    /// Rows per bootstrap block.
    pub block: usize,
}

/// Pearson correlations for lags −`max_lag` to `max_lag` with 95 % moving-block bootstrap intervals.
///
/// Blocks (Künsch 1989) keep the series' own memory; their length is the cube root of n times 1.75,
/// rounded. Series must be equally spaced in time.
///
/// # Errors
/// Series of unequal length, values that are not finite.
pub fn lagged_correlation(leader: &[f64], follower: &[f64], max_lag: usize, samples: usize, seed: u64) -> Result<Answer<Lags>> {
    same_length("the follower", follower.len(), "the leader", leader.len())?;
    all_finite("the leader", leader)?;
    all_finite("the follower", follower)?;
    let n = leader.len();
    if let Some(few) = TooFew::check("periods", n, max_lag.saturating_add(8)) {
        return Ok(Answer::TooFew(few));
    }
    for (what, series) in [("distinct values of the leader", leader), ("distinct values of the follower", follower)] {
        if series.iter().all(|v| *v == series[0]) {
            return Ok(Answer::TooFew(TooFew { what, have: 1, need: 2 }));
        }
    }
    let block = ((1.75 * (n as f64).cbrt()).round() as usize).max(2);
    let max_lag = max_lag as i64;
    let by_lag: Vec<LagCorrelation> = (-max_lag..=max_lag)
        .map(|lag| {
            let shift = lag.unsigned_abs() as usize;
            let (x, y) = if lag >= 0 { (&leader[..n - shift], &follower[shift..]) } else { (&leader[shift..], &follower[..n - shift]) };
            let (lower, upper) = interval(x, y, block, samples, seed);
            LagCorrelation { lag, correlation: correlation(x, y), lower, upper, n: x.len() }
        })
        .collect();
    let strength = |i: &usize| by_lag[*i].correlation.abs();
    let strongest = (0..by_lag.len()).max_by(|a, b| strength(a).total_cmp(&strength(b))).unwrap_or(0);
    Ok(Answer::Known(Lags { by_lag, strongest, block }))
}

/// Pearson correlation; 0 when a series is constant.
fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let pairs = x.iter().copied().zip(y.iter().copied());
    correlation_of(pairs.clone(), pairs)
}

fn correlation_of(first_pass: impl Iterator<Item = (f64, f64)>, second_pass: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut n, mut sum_x, mut sum_y) = (0.0, 0.0, 0.0);
    first_pass.for_each(|(x, y)| {
        n += 1.0;
        sum_x += x;
        sum_y += y;
    });
    let (mean_x, mean_y) = (sum_x / n, sum_y / n);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    second_pass.for_each(|(x, y)| {
        xx += (x - mean_x).powi(2);
        yy += (y - mean_y).powi(2);
        xy += (x - mean_x) * (y - mean_y);
    });
    if xx > 0.0 && yy > 0.0 { (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0) } else { 0.0 }
}

fn interval(x: &[f64], y: &[f64], block: usize, samples: usize, seed: u64) -> (f64, f64) {
    let n = x.len();
    let block = block.min(n);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut drawn: Vec<usize> = Vec::with_capacity(n + block);
    let mut found: Vec<f64> = (0..samples)
        .map(|_| {
            drawn.clear();
            while drawn.len() < n {
                let start = rng.random_range(0..=n - block);
                drawn.extend(start..start + block);
            }
            drawn.truncate(n);
            let pairs = drawn.iter().map(|&i| (x[i], y[i]));
            correlation_of(pairs.clone(), pairs)
        })
        .collect();
    found.sort_by(f64::total_cmp);
    let whole = correlation(x, y);
    (quantile_sorted(&found, 0.025).unwrap_or(whole), quantile_sorted(&found, 0.975).unwrap_or(whole))
}
