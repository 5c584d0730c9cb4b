//! Seasonal-trend decomposition: STL for one season, MSTL for several.
//!
//! STL: Cleveland et al. (1990). MSTL: Bandara, Hyndman & Bergmeir (2021), "MSTL: A Seasonal-Trend
//! Decomposition Algorithm for Time Series with Multiple Seasonal Patterns".

pub use super::loess::Degree;
use super::loess::Loess;

/// How one season is extracted.
#[derive(Debug, Clone, Copy)]
pub struct StlOptions {
    /// Observations per season.
    pub period: usize,
    /// Span, in cycles, over which one season's shape may drift; large means a fixed shape.
    pub seasonal_span: usize,
    /// Whether a season's shape follows local means or local lines: lines keep up with a drift, but beyond
    /// the last cycle they carry its noise on.
    pub seasonal_degree: Degree,
    /// Passes that give outliers less weight; 0 is plain least squares.
    pub robust_passes: usize,
}

/// Parts that add up to the series: trend, one component per season, remainder. All of length n.
#[derive(Debug, Clone)]
pub struct Decomposition {
    pub periods: Vec<usize>,
    pub trend: Vec<f64>,
    pub seasonal: Vec<Vec<f64>>,
    pub remainder: Vec<f64>,
}

impl Decomposition {
    /// The series without its seasons.
    pub fn adjusted(&self) -> Vec<f64> {
        self.trend.iter().zip(&self.remainder).map(|(t, r)| t + r).collect()
    }

    /// Sum of the seasons `steps` ahead: each repeats its last cycle.
    pub fn seasonal_ahead(&self, steps: usize) -> Vec<f64> {
        let n = self.trend.len();
        (0..steps).map(|h| self.periods.iter().zip(&self.seasonal).map(|(&m, s)| s[n - m + h % m]).sum()).collect()
    }
}

/// Decomposes `y` into trend + seasonal + remainder; needs at least two whole periods.
pub fn stl(y: &[f64], options: StlOptions) -> Decomposition {
    let n = y.len();
    let m = options.period;
    let trend_loess = Loess::new(trend_span(m, options.seasonal_span), Degree::Linear);
    let low_loess = Loess::new(m, Degree::Linear);
    let mut trend = vec![0.0; n];
    let mut seasonal = vec![0.0; n];
    let mut weights: Option<Vec<f64>> = None;
    for pass in 0..=options.robust_passes {
        for _ in 0..2 {
            let detrended: Vec<f64> = y.iter().zip(&trend).map(|(v, t)| v - t).collect();
            let cycles = smooth_cycles(&detrended, weights.as_deref(), options);
            let low = low_loess.smooth(&low_pass(&cycles, m), None);
            for i in 0..n {
                seasonal[i] = cycles[i + m] - low[i];
            }
            let adjusted: Vec<f64> = y.iter().zip(&seasonal).map(|(v, s)| v - s).collect();
            trend = trend_loess.smooth(&adjusted, weights.as_deref());
        }
        if pass < options.robust_passes {
            weights = Some(bisquare_weights(y, &trend, &seasonal));
        }
    }
    let remainder = (0..n).map(|i| y[i] - trend[i] - seasonal[i]).collect();
    Decomposition { periods: vec![m], trend, seasonal: vec![seasonal], remainder }
}

/// Decomposes by several seasons (ascending `options` by period), each refined against the others.
///
/// Seasons with fewer than two whole periods in `y` must have been left out by the caller.
pub fn mstl(y: &[f64], options: &[StlOptions]) -> Decomposition {
    let n = y.len();
    let mut seasonal = vec![vec![0.0; n]; options.len()];
    let mut adjusted = y.to_vec();
    let mut trend = vec![0.0; n];
    let rounds = if options.len() > 1 { 2 } else { 1 };
    for _ in 0..rounds {
        for (part, option) in seasonal.iter_mut().zip(options) {
            add(&mut adjusted, part, 1.0);
            let mut one = stl(&adjusted, *option);
            *part = one.seasonal.swap_remove(0);
            trend = one.trend;
            add(&mut adjusted, part, -1.0);
        }
    }
    if options.is_empty() {
        trend = Loess::new((n / 4).max(7), Degree::Linear).smooth(y, None);
    }
    let remainder = adjusted.iter().zip(&trend).map(|(a, t)| a - t).collect();
    Decomposition { periods: options.iter().map(|o| o.period).collect(), trend, seasonal, remainder }
}

fn add(into: &mut [f64], part: &[f64], sign: f64) {
    for (a, p) in into.iter_mut().zip(part) {
        *a += sign * p;
    }
}

/// The trend span that keeps trend and season apart (Cleveland et al. 1990, section 3.6).
fn trend_span(period: usize, seasonal_span: usize) -> usize {
    let span = 1.5 * period as f64 / (1.0 - 1.5 / seasonal_span.max(3) as f64);
    (span.ceil() as usize) | 1
}

/// Smooths each position of the cycle over the cycles, one cycle beyond both ends: length n + 2m.
fn smooth_cycles(y: &[f64], weights: Option<&[f64]>, options: StlOptions) -> Vec<f64> {
    let StlOptions { period: m, seasonal_span: span, seasonal_degree: degree, .. } = options;
    let n = y.len();
    let mut out = vec![0.0; n + 2 * m];
    let loess = Loess { span: span.max(3) | 1, degree, jump: span.div_ceil(10) };
    let mut line = Vec::with_capacity(n / m + 1);
    let mut line_weights = Vec::with_capacity(n / m + 1);
    for start in 0..m {
        line.clear();
        line.extend(y.iter().skip(start).step_by(m));
        let w = weights.map(|w| {
            line_weights.clear();
            line_weights.extend(w.iter().skip(start).step_by(m));
            line_weights.as_slice()
        });
        let smooth = loess.smooth(&line, w);
        out[start] = loess.at(&line, w, -1.0);
        for (k, v) in smooth.iter().enumerate() {
            out[start + (k + 1) * m] = *v;
        }
        out[start + (line.len() + 1) * m] = loess.at(&line, w, line.len() as f64);
    }
    out
}

/// Moving averages of m, m and 3 points: length n + 2m in, n out.
fn low_pass(cycles: &[f64], m: usize) -> Vec<f64> {
    moving_average(&moving_average(&moving_average(cycles, m), m), 3)
}

fn moving_average(y: &[f64], width: usize) -> Vec<f64> {
    let mut sum: f64 = y[..width].iter().sum();
    let mut out = Vec::with_capacity(y.len() + 1 - width);
    out.push(sum / width as f64);
    for i in width..y.len() {
        sum += y[i] - y[i - width];
        out.push(sum / width as f64);
    }
    out
}

fn bisquare_weights(y: &[f64], trend: &[f64], seasonal: &[f64]) -> Vec<f64> {
    let size: Vec<f64> = y.iter().zip(trend.iter().zip(seasonal)).map(|(v, (t, s))| (v - t - s).abs()).collect();
    let mut sorted = size.clone();
    sorted.sort_by(f64::total_cmp);
    let limit = 6.0 * sorted[sorted.len() / 2];
    if limit <= 0.0 {
        return vec![1.0; y.len()];
    }
    let bisquare = |u: f64| if u >= 1.0 { 0.0 } else { (1.0 - u * u) * (1.0 - u * u) };
    size.into_iter().map(|r| bisquare(r / limit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    fn options(period: usize) -> StlOptions {
        StlOptions { period, seasonal_span: 11, seasonal_degree: Degree::Linear, robust_passes: 0 }
    }

    #[test]
    fn parts_add_up_and_known_parts_are_found() {
        let day = |t: usize| 3.0 * (TAU * t as f64 / 24.0).sin();
        let week = |t: usize| 2.0 * (TAU * t as f64 / 168.0).cos();
        let y: Vec<f64> = (0..1344).map(|t| 10.0 + 0.01 * t as f64 + day(t) + week(t)).collect();
        for seasonal_degree in [Degree::Constant, Degree::Linear] {
            let parts = mstl(&y, &[24, 168].map(|period| StlOptions { seasonal_degree, ..options(period) }));
            for t in 0..y.len() {
                let sum = parts.trend[t] + parts.seasonal[0][t] + parts.seasonal[1][t] + parts.remainder[t];
                assert!((sum - y[t]).abs() < 1e-9);
                assert!((parts.adjusted()[t] - 10.0 - 0.01 * t as f64).abs() < 0.12, "{t}");
            }
            let ahead = parts.seasonal_ahead(48);
            assert!((0..48).all(|h| (ahead[h] - day(1344 + h) - week(1344 + h)).abs() < 0.12));
        }
    }

    #[test]
    fn robust_passes_keep_a_spike_out_of_the_season() {
        let clean: Vec<f64> = (0..120).map(|t| (t % 12) as f64).collect();
        let mut spiked = clean.clone();
        spiked[60] += 100.0;
        let plain = stl(&spiked, options(12));
        let robust = stl(&spiked, StlOptions { robust_passes: 5, ..options(12) });
        assert!(robust.remainder[60] > 95.0 && robust.remainder[60] > plain.remainder[60] + 20.0);
    }
}
