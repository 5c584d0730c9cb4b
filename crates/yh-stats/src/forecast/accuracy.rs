//! Accuracy measures of the M4 competition (Makridakis, Spiliotis & Assimakopoulos 2020).

use super::seasonality::{classical_indices, is_seasonal};

/// Symmetric absolute percentage error, in percent (0 where both are 0).
pub fn smape(actual: &[f64], forecast: &[f64]) -> f64 {
    let total: f64 = actual
        .iter()
        .zip(forecast)
        .map(|(a, f)| {
            let size = a.abs() + f.abs();
            if size > 0.0 { 200.0 * (a - f).abs() / size } else { 0.0 }
        })
        .sum();
    total / actual.len() as f64
}

/// Mean absolute step of the seasonal naive method inside the training data, the unit of MASE and MSIS.
///
/// `None` when it is zero or the series is not longer than a season.
pub fn naive_scale(train: &[f64], period: usize) -> Option<f64> {
    let m = period.max(1);
    let rows = train.len().checked_sub(m).filter(|&r| r > 0)?;
    let total: f64 = train[m..].iter().zip(train).map(|(a, b)| (a - b).abs()).sum();
    (total > 0.0).then(|| total / rows as f64)
}

/// Mean absolute error in units of `scale` (see [`naive_scale`]).
pub fn mase(actual: &[f64], forecast: &[f64], scale: f64) -> f64 {
    actual.iter().zip(forecast).map(|(a, f)| (a - f).abs()).sum::<f64>() / actual.len() as f64 / scale
}

/// Mean scaled interval score of a central interval that misses with probability `alpha`.
pub fn msis(actual: &[f64], lower: &[f64], upper: &[f64], alpha: f64, scale: f64) -> f64 {
    let total: f64 =
        actual.iter().zip(lower.iter().zip(upper)).map(|(a, (l, u))| (u - l) + 2.0 / alpha * ((l - a).max(0.0) + (a - u).max(0.0))).sum();
    total / actual.len() as f64 / scale
}

/// The competition's yardstick: the last value, on classically deseasonalised data where seasonal.
pub fn naive2(train: &[f64], period: usize, steps: usize) -> Vec<f64> {
    let n = train.len();
    let Some(&last) = train.last() else { return vec![0.0; steps] };
    let indices = is_seasonal(train, period).then(|| classical_indices(train, period)).flatten();
    match indices {
        Some(indices) => {
            let base = last / indices[(n - 1) % period];
            (0..steps).map(|h| base * indices[(n + h) % period]).collect()
        }
        None => vec![last; steps],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_computed_values() {
        assert!((smape(&[100.0, 0.0], &[50.0, 0.0]) - 100.0 / 3.0).abs() < 1e-12);
        assert_eq!(naive_scale(&[1.0, 3.0, 2.0], 1), Some(1.5));
        assert_eq!(naive_scale(&[2.0, 2.0], 1), None);
        assert!((mase(&[4.0], &[1.0], 1.5) - 2.0).abs() < 1e-12);
        assert!((msis(&[5.0], &[0.0], &[4.0], 0.05, 2.0) - (4.0 + 40.0) / 2.0).abs() < 1e-12);
        assert_eq!(naive2(&[1.0, 2.0, 7.0], 12, 2), vec![7.0, 7.0]);
    }
}
