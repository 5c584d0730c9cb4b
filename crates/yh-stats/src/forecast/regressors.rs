//! Known influences (holidays, promotions, prices) taken out before a forecast and put back after it.
//!
//! Partially linear model of Robinson (1988): `y = x·b + smooth + noise`, where the smooth part
//! (trend and seasons by MSTL, a linear smoother) is removed from y and x alike before least squares.

use super::linear::least_squares;
use super::stl::{Degree, StlOptions, mstl};
use crate::{Result, StatsError};

/// One influence: its values over the history and over the steps to forecast.
#[derive(Debug, Clone)]
pub struct Regressor {
    pub name: String,
    /// History (as long as the series), then the future (at least the horizon).
    pub values: Vec<f64>,
}

/// Estimated effect of each regressor.
#[derive(Debug, Clone)]
pub struct Effects {
    /// Per unit of each regressor: added to the series, or to its logarithm when `multiplicative`.
    pub coefficients: Vec<f64>,
    pub standard_errors: Vec<f64>,
    /// True for positive series: an effect of 0.1 is about +10 %.
    pub multiplicative: bool,
}

/// Estimates the effects on `y`; positive series are treated on the log scale.
///
/// # Errors
/// A regressor shorter than history + `horizon`, or not finite.
pub fn effects(y: &[f64], regressors: &[Regressor], seasons: &[usize], horizon: usize) -> Result<Effects> {
    let n = y.len();
    for r in regressors {
        crate::answer::all_finite(&r.name, &r.values)?;
        if r.values.len() < n + horizon {
            return Err(StatsError::Length {
                what: format!("regressor {}", r.name),
                have: r.values.len(),
                other: "history and horizon".into(),
                expect: n + horizon,
            });
        }
    }
    let multiplicative = y.iter().all(|v| *v > 0.0);
    let target: Vec<f64> = if multiplicative { y.iter().map(|v| v.ln()).collect() } else { y.to_vec() };
    let options: Vec<StlOptions> = seasons
        .iter()
        .filter(|&&m| m >= 2 && n >= 2 * m + 2)
        .map(|&period| StlOptions { period, seasonal_span: 101, seasonal_degree: Degree::Linear, robust_passes: 0 })
        .collect();
    let rough = |z: &[f64]| mstl(z, &options).remainder;
    let columns: Vec<Vec<f64>> = regressors.iter().map(|r| rough(&r.values[..n])).collect();
    let residual = rough(&target);
    let coefficients = least_squares(&columns, &residual, 1e-8);
    let noise: Vec<f64> = (0..n).map(|t| residual[t] - columns.iter().zip(&coefficients).map(|(c, b)| b * c[t]).sum::<f64>()).collect();
    let variance = noise.iter().map(|e| e * e).sum::<f64>() / (n.saturating_sub(regressors.len()).max(1)) as f64;
    let standard_errors = columns.iter().map(|c| (variance / c.iter().map(|v| v * v).sum::<f64>().max(f64::MIN_POSITIVE)).sqrt()).collect();
    Ok(Effects { coefficients, standard_errors, multiplicative })
}

impl Effects {
    /// Total effect at each index of history and future, on the scale of the model.
    pub fn total(&self, regressors: &[Regressor], range: std::ops::Range<usize>) -> Vec<f64> {
        range.map(|t| regressors.iter().zip(&self.coefficients).map(|(r, b)| b * r.values[t]).sum()).collect()
    }

    /// The series without the effects.
    pub fn remove(&self, y: &[f64], total: &[f64]) -> Vec<f64> {
        y.iter().zip(total).map(|(v, e)| if self.multiplicative { v / e.exp() } else { v - e }).collect()
    }

    /// Puts the effects back on a value forecast without them.
    pub fn restore(&self, value: f64, effect: f64) -> f64 {
        if self.multiplicative { value * effect.exp() } else { value + effect }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promotion_is_measured_apart_from_trend_and_week() {
        let promo: Vec<f64> = (0..210).map(|t| f64::from(t % 31 < 2)).collect();
        let y: Vec<f64> =
            (0..200).map(|t| (100.0 + t as f64) * [1.0, 1.0, 1.1, 1.2, 1.4, 1.5, 0.9][t % 7] * (1.0 + 0.5 * promo[t])).collect();
        let regressors = [Regressor { name: "promo".into(), values: promo }];
        let found = effects(&y, &regressors, &[7], 10).expect("valid");
        assert!(found.multiplicative && (found.coefficients[0].exp() - 1.5).abs() < 0.03, "{found:?}");
        assert!(effects(&y, &regressors, &[7], 11).is_err());
    }
}
