//! Autoregressions fitted by least squares, iterated for several steps.

use super::linear::least_squares;

/// What the regression runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Differencing {
    /// The values, around a constant: forecasts return to the mean.
    None,
    /// The changes, without a constant: forecasts start from the last value, without a drift.
    Once,
}

/// Forecasts `steps` ahead by an autoregression whose order (up to `max_order`) has the lowest AICc.
pub fn autoregression(y: &[f64], differencing: Differencing, max_order: usize, steps: usize) -> Vec<f64> {
    let z: Vec<f64> = match differencing {
        Differencing::None => y.to_vec(),
        Differencing::Once => y.windows(2).map(|w| w[1] - w[0]).collect(),
    };
    let centre = match differencing {
        Differencing::None => mean(&z),
        Differencing::Once => 0.0,
    };
    let z: Vec<f64> = z.into_iter().map(|v| v - centre).collect();
    let coefficients = burg(&z, max_order.min(z.len() / 4));
    let ahead = iterate(&z, &coefficients, steps);
    match differencing {
        Differencing::None => ahead.into_iter().map(|v| v + centre).collect(),
        Differencing::Once => {
            let mut at = y.last().copied().unwrap_or(0.0);
            ahead
                .into_iter()
                .map(|v| {
                    at += v;
                    at
                })
                .collect()
        }
    }
}

/// Forecasts by a regression on a constant and the listed lags, kept within the range seen so far
/// widened by half on both sides. `None` without twice as many rows as lags.
pub fn lag_regression(y: &[f64], lags: &[usize], ridge: f64, steps: usize) -> Option<Vec<f64>> {
    let longest = *lags.iter().max()?;
    let rows = y.len().checked_sub(longest)?;
    if rows < 2 * lags.len() + 8 {
        return None;
    }
    let centre = mean(y);
    let z: Vec<f64> = y.iter().map(|v| v - centre).collect();
    let mut columns: Vec<Vec<f64>> = lags.iter().map(|lag| z[longest - lag..z.len() - lag].to_vec()).collect();
    columns.push(vec![1.0; rows]);
    let beta = least_squares(&columns, &z[longest..], ridge);
    let (low, high) = z.iter().fold((f64::MAX, f64::MIN), |(l, h), &v| (l.min(v), h.max(v)));
    let margin = 0.5 * (high - low);
    let mut path = z;
    for _ in 0..steps {
        let t = path.len();
        let sum: f64 = lags.iter().zip(&beta).map(|(lag, b)| b * path[t - lag]).sum();
        path.push((sum + beta[lags.len()]).clamp(low - margin, high + margin));
    }
    Some(path[y.len()..].iter().map(|v| v + centre).collect())
}

fn mean(z: &[f64]) -> f64 {
    z.iter().sum::<f64>() / z.len().max(1) as f64
}

/// Burg's recursion (always a stable model), stopped at the order of lowest AICc.
fn burg(z: &[f64], max_order: usize) -> Vec<f64> {
    let n = z.len();
    let mut power = z.iter().map(|v| v * v).sum::<f64>() / n.max(1) as f64;
    let criterion = |power: f64, k: usize| {
        let (n, k) = (n as f64, k as f64 + 1.0);
        n * power.max(f64::MIN_POSITIVE).ln() + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0).max(1.0)
    };
    let (mut forward, mut backward) = (z.to_vec(), z.to_vec());
    let mut a: Vec<f64> = Vec::new();
    let mut best = (criterion(power, 0), Vec::new());
    let floor = power * 1e-12;
    for order in 1..=max_order {
        let (mut top, mut bottom) = (0.0, 0.0);
        for t in order..n {
            top += forward[t] * backward[t - 1];
            bottom += forward[t] * forward[t] + backward[t - 1] * backward[t - 1];
        }
        if bottom <= 0.0 || power <= floor {
            break;
        }
        let k = 2.0 * top / bottom;
        let previous = a.clone();
        a = previous.iter().zip(previous.iter().rev()).map(|(p, q)| p - k * q).collect();
        a.push(k);
        for t in (order..n).rev() {
            let (f, b) = (forward[t], backward[t - 1]);
            forward[t] = f - k * b;
            backward[t] = b - k * f;
        }
        power *= 1.0 - k * k;
        let value = criterion(power, order);
        if value < best.0 {
            best = (value, a.clone());
        }
    }
    best.1
}

fn iterate(z: &[f64], coefficients: &[f64], steps: usize) -> Vec<f64> {
    let mut path = z.to_vec();
    for _ in 0..steps {
        let t = path.len();
        path.push(coefficients.iter().enumerate().map(|(i, a)| a * path[t - 1 - i]).sum());
    }
    path.split_off(z.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn burg_finds_a_known_process() {
        // y_t = 1.2 y_{t-1} - 0.5 y_{t-2} + e with a fixed pseudo-random e.
        let mut z = vec![0.0, 0.0];
        let mut state = 12345_u64;
        for t in 2..2000 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let e = (state >> 33) as f64 / (1_u64 << 31) as f64 - 0.5;
            z.push(1.2 * z[t - 1] - 0.5 * z[t - 2] + e);
        }
        let a = burg(&z, 6);
        assert!((a[0] - 1.2).abs() < 0.08 && (a[1] + 0.5).abs() < 0.08, "{a:?}");
    }

    #[test]
    fn a_repeating_pattern_is_continued_by_its_lag() {
        let y: Vec<f64> = (0..80).map(|t| [1.0, 5.0, 2.0, 8.0][t % 4]).collect();
        let ahead = lag_regression(&y, &[1, 4], 1e-9, 4).expect("enough rows");
        assert!(ahead.iter().zip([1.0, 5.0, 2.0, 8.0]).all(|(a, b)| (a - b).abs() < 1e-3), "{ahead:?}");
        assert!(lag_regression(&y, &[100], 0.0, 4).is_none());
        let flat = autoregression(&[3.0; 20], Differencing::Once, 5, 3);
        assert_eq!(flat, vec![3.0; 3]);
    }
}
