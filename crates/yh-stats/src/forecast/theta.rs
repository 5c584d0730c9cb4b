//! The dynamic optimised Theta model.
//!
//! Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler (2016), "Models for optimising the theta
//! method and their relationship to state space models": simple exponential smoothing with a line
//! whose intercept and slope are re-estimated at each step,
//! `mu_t = l + (1 - 1/theta) ((1-alpha)^(t-1) A + (1 - (1-alpha)^t)/alpha B)`, `l' = alpha y + (1-alpha) l`.
//! theta = 2 with a fixed line is the classical method of Assimakopoulos & Nikolopoulos (2000).

use super::minimise::{from_range, into_range, nelder_mead};

const ALPHA: (f64, f64) = (0.05, 0.9999);
const THETA: (f64, f64) = (1.0001, 10.0);

/// Forecasts `steps` ahead; the series needs at least four observations (fewer: the last is repeated).
pub fn theta(y: &[f64], steps: usize) -> Vec<f64> {
    let n = y.len();
    if n < 4 {
        return vec![y.last().copied().unwrap_or(0.0); steps];
    }
    let cost = |x: &[f64]| {
        let run = Run::new(y, into_range(x[0], ALPHA.0, ALPHA.1), into_range(x[1], THETA.0, THETA.1), n);
        (run.sse + 1e-30).ln()
    };
    let starts = [(0.2, 2.0), (0.6, 2.0), (0.95, 2.0)];
    let start = starts
        .map(|(a, t)| vec![from_range(a, ALPHA.0, ALPHA.1), from_range(t, THETA.0, THETA.1)])
        .into_iter()
        .min_by(|a, b| cost(a).total_cmp(&cost(b)))
        .unwrap_or_else(|| vec![0.0, 0.0]);
    let (x, _) = nelder_mead(&start, 0.7, 100, cost);
    Run::new(y, into_range(x[0], ALPHA.0, ALPHA.1), into_range(x[1], THETA.0, THETA.1), n + steps).ahead
}

struct Run {
    sse: f64,
    ahead: Vec<f64>,
}

impl Run {
    /// Runs the recursion to `until`; beyond the data each forecast stands in for its observation.
    fn new(y: &[f64], alpha: f64, theta: f64, until: usize) -> Self {
        let weight = 1.0 - 1.0 / theta;
        // The level starts at the first observation over theta, so that the first forecast is that observation.
        let (mut level, mut mean, mut intercept, mut slope) = (y[0] / theta, 0.0, y[0], 0.0);
        let mut decay = 1.0;
        let mut run = Self { sse: 0.0, ahead: Vec::with_capacity(until.saturating_sub(y.len())) };
        for t in 1..=until {
            let decayed = decay * (1.0 - alpha);
            let mu = level + weight * (decay * intercept + (1.0 - decayed) / alpha * slope);
            let value = match y.get(t - 1) {
                Some(&value) => {
                    if t > 2 {
                        run.sse += (value - mu) * (value - mu);
                    }
                    value
                }
                None => {
                    run.ahead.push(mu);
                    mu
                }
            };
            level = alpha * value + (1.0 - alpha) * level;
            let tf = t as f64;
            if t > 1 {
                slope = ((tf - 2.0) * slope + 6.0 / tf * (value - mean)) / (tf + 1.0);
            }
            mean = ((tf - 1.0) * mean + value) / tf;
            intercept = mean - 0.5 * (tf + 1.0) * slope;
            decay = decayed;
        }
        run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continues_part_of_a_line_and_keeps_a_constant() {
        let flat = theta(&[4.0; 30], 6);
        assert!(flat.iter().all(|v| (v - 4.0).abs() < 1e-6), "{flat:?}");
        let line: Vec<f64> = (0..60).map(|t| 1.0 + t as f64).collect();
        let ahead = theta(&line, 4);
        // The method shrinks the slope towards zero but must keep going up.
        assert!(ahead[0] > 60.0 && ahead[3] > ahead[0] && ahead[3] < 66.0, "{ahead:?}");
    }
}
