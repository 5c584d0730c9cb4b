//! How far forecasts miss, by step, and the intervals that follow.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Spread of forecast errors: `unit · step^growth`, with the degrees of freedom of its estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Scale of the error one step ahead, in the unit of the series.
    pub unit: f64,
    pub growth: f64,
    /// Degrees of freedom of the Student distribution of the scaled errors.
    pub degrees: f64,
}

/// Growth of an unpredictable series is 0.5; the usual one of forecasts that adapt is a little less.
const USUAL_GROWTH: f64 = 0.4;

impl Spread {
    /// From the errors of past origins (newest first, each by step). `None` without any error.
    ///
    /// The growth is the slope of log root-mean-square error on log step, drawn half-way to the usual
    /// one. Errors of one origin move together, so each origin counts as one degree of freedom, and
    /// the usual growth as one more.
    pub fn of_errors(errors: &[Vec<f64>]) -> Option<Self> {
        let steps = errors.iter().map(Vec::len).max().filter(|&s| s > 0)?;
        let growth = 0.5 * (fitted_growth(errors, steps).clamp(0.0, 0.75) + USUAL_GROWTH);
        let (mut sum, mut count) = (0.0, 0.0);
        for e in errors {
            for (h, value) in e.iter().enumerate() {
                let scaled = value / ((h + 1) as f64).powf(growth);
                sum += scaled * scaled;
                count += 1.0;
            }
        }
        Some(Self { unit: (sum / count).sqrt(), growth, degrees: errors.len() as f64 + 1.0 })
    }

    /// From the changes of a series too short for a backtest: as if the last value were the forecast.
    pub fn of_changes(y: &[f64]) -> Self {
        let rows = y.len().saturating_sub(1).max(1) as f64;
        let sum: f64 = y.windows(2).map(|w| (w[1] - w[0]) * (w[1] - w[0])).sum();
        Self { unit: (sum / rows).sqrt(), growth: 0.5, degrees: (rows / 2.0).max(1.0) }
    }

    /// Scale of the error `step` (from 1) ahead.
    pub fn at(&self, step: usize) -> f64 {
        self.unit * (step as f64).powf(self.growth)
    }

    /// Half-width of the central interval of `level`, `step` ahead.
    pub fn half_width(&self, step: usize, level: f64) -> f64 {
        student_quantile(0.5 + level / 2.0, self.degrees) * self.at(step)
    }
}

fn fitted_growth(errors: &[Vec<f64>], steps: usize) -> f64 {
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for h in 0..steps {
        let squares: Vec<f64> = errors.iter().filter_map(|e| e.get(h)).map(|v| v * v).collect();
        let rms = (squares.iter().sum::<f64>() / squares.len().max(1) as f64).sqrt();
        if rms > 0.0 {
            x.push(((h + 1) as f64).ln());
            y.push(rms.ln());
        }
    }
    let n = x.len() as f64;
    let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let sxx: f64 = x.iter().map(|v| (v - mx) * (v - mx)).sum();
    let sxy: f64 = x.iter().zip(&y).map(|(a, b)| (a - mx) * (b - my)).sum();
    if sxx > 0.0 { sxy / sxx } else { USUAL_GROWTH }
}

/// Quantile of Student's t; the normal quantile where the degrees cannot make a distribution.
pub(super) fn student_quantile(p: f64, degrees: f64) -> f64 {
    StudentsT::new(0.0, 1.0, degrees).map_or_else(|_| crate::numeric::normal_quantile(p), |t| t.inverse_cdf(p))
}

/// Distribution function of Student's t.
pub(super) fn student_cdf(x: f64, degrees: f64) -> f64 {
    StudentsT::new(0.0, 1.0, degrees).map_or_else(|_| crate::numeric::normal_cdf(x), |t| t.cdf(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_of_known_errors() {
        let errors = vec![vec![2.0, -2.0, 2.0], vec![-2.0, 2.0, -2.0]];
        let spread = Spread::of_errors(&errors).expect("errors");
        // No growth in the errors: half-way between 0 and the usual 0.4.
        assert!((spread.growth - 0.2).abs() < 1e-9 && spread.degrees == 3.0);
        assert!(spread.unit < 2.0 && spread.at(3) > 1.9 && spread.at(3) < 2.3);
        assert!((student_quantile(0.975, 4.0) - 2.776_445).abs() < 1e-5);
        assert!((student_cdf(2.776_445, 4.0) - 0.975).abs() < 1e-6);
        assert_eq!(Spread::of_errors(&[]), None);
        assert_eq!(Spread::of_changes(&[1.0, 1.0]).unit, 0.0);
    }
}
