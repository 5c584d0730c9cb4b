//! Seasons: which a series has, and how they are taken out before a model and put back after it.

use super::stl::{Degree, StlOptions, mstl};

/// Whether `y` repeats every `period`: the autocorrelation at that lag exceeds its 90 % bound.
///
/// The test of the M4 competition (Makridakis, Spiliotis & Assimakopoulos 2020); false below three periods.
pub fn is_seasonal(y: &[f64], period: usize) -> bool {
    if period < 2 || y.len() < 3 * period {
        return false;
    }
    let r = autocorrelations(y, period);
    let spread: f64 = 1.0 + 2.0 * r[..period - 1].iter().map(|v| v * v).sum::<f64>();
    r[period - 1].abs() > 1.645 * (spread / y.len() as f64).sqrt()
}

/// Autocorrelations at lags 1..=`lags`; zeros for a constant series.
pub fn autocorrelations(y: &[f64], lags: usize) -> Vec<f64> {
    let n = y.len();
    let mean = y.iter().sum::<f64>() / n as f64;
    let z: Vec<f64> = y.iter().map(|v| v - mean).collect();
    let power = super::loess::dot(&z, &z);
    if power <= 0.0 {
        return vec![0.0; lags];
    }
    (1..=lags).map(|lag| if lag < n { super::loess::dot(&z[lag..], &z[..n - lag]) / power } else { 0.0 }).collect()
}

/// Seasonal indices (mean 1) of the classical multiplicative decomposition, one per position of the
/// cycle starting at `y[0]`; `None` unless every moving average is positive.
pub fn classical_indices(y: &[f64], period: usize) -> Option<Vec<f64>> {
    let n = y.len();
    let half = period / 2;
    if n < 2 * period {
        return None;
    }
    let mut sums = vec![(0.0, 0usize); period];
    for t in half..n - half {
        let inside: f64 = if period.is_multiple_of(2) {
            y[t - half + 1..t + half].iter().sum::<f64>() + 0.5 * (y[t - half] + y[t + half])
        } else {
            y[t - half..=t + half].iter().sum()
        };
        if inside <= 0.0 {
            return None;
        }
        let slot = &mut sums[t % period];
        slot.0 += y[t] * period as f64 / inside;
        slot.1 += 1;
    }
    let raw: Vec<f64> = sums.iter().map(|&(s, c)| if c == 0 { f64::NAN } else { s / c as f64 }).collect();
    let mean = raw.iter().sum::<f64>() / period as f64;
    (mean > 0.0 && raw.iter().all(|v| *v > 0.0)).then(|| raw.into_iter().map(|v| v / mean).collect())
}

/// Longer seasons that usually come with a base season: the week over days, the year over weeks or days.
pub fn longer_seasons(base: usize, n: usize) -> Vec<usize> {
    let usual: &[usize] = match base {
        7 => &[365],
        24 => &[168],
        48 => &[336],
        96 => &[672],
        144 => &[1008],
        288 => &[2016],
        _ => &[],
    };
    usual.iter().copied().filter(|&m| n >= 3 * m).collect()
}

/// The most pronounced calendar season of a series whose season the user did not give; `None` when
/// none stands out of the changes of the series.
pub fn search_season(y: &[f64]) -> Option<usize> {
    const CALENDAR: [usize; 6] = [4, 7, 12, 24, 52, 168];
    let changes: Vec<f64> = y.windows(2).map(|w| w[1] - w[0]).collect();
    let longest = CALENDAR.into_iter().filter(|&m| y.len() >= 3 * m).max()?;
    let r = autocorrelations(&changes, longest + 1);
    let bound = 2.6 / (changes.len() as f64).sqrt();
    CALENDAR
        .into_iter()
        .filter(|&m| y.len() >= 3 * m && r[m - 1] > bound && r[m - 1] >= r[m - 2] && r[m - 1] >= r[m])
        .max_by(|&a, &b| r[a - 1].total_cmp(&r[b - 1]))
}

/// How seasons are separated from the series before a non-seasonal model.
#[derive(Debug, Clone, PartialEq)]
pub enum Adjustment {
    /// Not at all.
    None,
    /// Classical multiplicative indices when the season passes [`is_seasonal`].
    Classical(usize),
    /// STL, or MSTL for several seasons; the shape drifts over `spans` cycles each, by local means or lines.
    Stl { periods: Vec<usize>, spans: Vec<usize>, degree: Degree },
}

/// A series without its seasons, and the seasonal effect for the steps ahead.
pub struct Adjusted {
    pub series: Vec<f64>,
    factor: Vec<f64>,
    term: Vec<f64>,
}

impl Adjusted {
    /// Puts the seasons back on forecasts of the adjusted series.
    pub fn restore(&self, ahead: &mut [f64]) {
        for (h, v) in ahead.iter_mut().enumerate() {
            *v = *v * self.factor.get(h).copied().unwrap_or(1.0) + self.term.get(h).copied().unwrap_or(0.0);
        }
    }
}

impl Adjustment {
    /// Takes the seasons out of `y` for forecasts of `steps`; `None` where the adjustment cannot apply
    /// (too short, not positive, or not seasonal).
    pub fn apply(&self, y: &[f64], steps: usize) -> Option<Adjusted> {
        match self {
            Self::None => Some(Adjusted { series: y.to_vec(), factor: Vec::new(), term: Vec::new() }),
            Self::Classical(period) => {
                let indices = is_seasonal(y, *period).then(|| classical_indices(y, *period))??;
                let series = y.iter().enumerate().map(|(t, v)| v / indices[t % period]).collect();
                let factor = (0..steps).map(|h| indices[(y.len() + h) % period]).collect();
                Some(Adjusted { series, factor, term: Vec::new() })
            }
            Self::Stl { periods, spans, degree } => {
                if periods.iter().any(|&m| m < 2 || y.len() < 2 * m + 2) {
                    return None;
                }
                let options: Vec<StlOptions> = periods
                    .iter()
                    .zip(spans)
                    .map(|(&period, &seasonal_span)| StlOptions { period, seasonal_span, seasonal_degree: *degree, robust_passes: 0 })
                    .collect();
                let parts = mstl(y, &options);
                Some(Adjusted { series: parts.adjusted(), factor: Vec::new(), term: parts.seasonal_ahead(steps) })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_season_is_seen_and_noise_is_not() {
        let shape = [1.2, 0.9, 0.7, 1.2];
        let y: Vec<f64> = (0..40).map(|t| (100.0 + t as f64) * shape[t % 4]).collect();
        assert!(is_seasonal(&y, 4) && !is_seasonal(&y, 1) && !is_seasonal(&y[..10], 4));
        let indices = classical_indices(&y, 4).expect("positive");
        assert!(indices.iter().zip(shape).all(|(a, b)| (a - b).abs() < 0.01), "{indices:?}");
        assert_eq!(search_season(&y), Some(4));
        assert_eq!(search_season(&[5.0; 60]), None);
    }

    #[test]
    fn adjusting_and_restoring_gives_the_next_cycle() {
        let y: Vec<f64> = (0..48).map(|t| 10.0 + [4.0, -4.0, 1.0, -1.0][t % 4]).collect();
        for rule in [Adjustment::Classical(4), Adjustment::Stl { periods: vec![4], spans: vec![11], degree: Degree::Linear }] {
            let adjusted = rule.apply(&y, 4).expect("long enough");
            let mut ahead = vec![10.0; 4];
            adjusted.restore(&mut ahead);
            assert!((0..4).all(|h| (ahead[h] - y[h]).abs() < 1e-6), "{rule:?} {ahead:?}");
        }
    }
}
