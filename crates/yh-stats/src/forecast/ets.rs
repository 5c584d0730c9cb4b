//! Exponential smoothing as an additive innovations state space model.
//!
//! Hyndman, Koehler, Ord & Snyder (2008), "Forecasting with Exponential Smoothing", the models
//! ETS(A,{N,A,Ad},{N,A}): with level l, slope b, season s and damping phi,
//! `y = l + phi b + s + e`, `l' = l + phi b + alpha e`, `b' = phi b + beta e`, `s' = s + gamma e`.
//! Multiplicative patterns are met by fitting on logarithms.
//!
//! The one-step errors are linear in the initial states, so these are solved exactly by least squares
//! for each trial of the smoothing parameters, and only the latter (at most four) are searched.

use super::linear::solve_normal;
use super::minimise::{from_range, into_range, nelder_mead};

/// Form of the trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    None,
    Additive,
    Damped,
}

/// A fitted model with its states after the last observation.
#[derive(Debug, Clone)]
pub struct Ets {
    pub trend: Trend,
    /// Observations per season; 1 is no season.
    pub period: usize,
    pub smoothing: Smoothing,
    pub level: f64,
    pub slope: f64,
    /// The next `period` seasonal effects, in order; empty without a season.
    pub seasonal: Vec<f64>,
    /// Variance of the one-step errors.
    pub sigma2: f64,
    /// -2 log-likelihood with the small-sample penalty of Hurvich & Tsai; lower is better.
    pub aicc: f64,
}

/// Smoothing parameters; those a model lacks are 0 (phi: 1 or 0).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothing {
    pub alpha: f64,
    pub beta: f64,
    pub gamma: f64,
    pub phi: f64,
}

impl Ets {
    /// Fits one form; `None` when there are too few observations for its parameters.
    pub fn fit(y: &[f64], trend: Trend, period: usize) -> Option<Self> {
        let form = Form { trend, period: period.max(1) };
        let parameters = form.searched() + form.states() + 1;
        if y.len() < parameters + 3 || (period > 1 && y.len() < 2 * period) {
            return None;
        }
        let scale = y.iter().fold(0.0_f64, |a, v| a.max(v.abs())).max(f64::MIN_POSITIVE);
        let cost = |x: &[f64]| {
            let smoothing = form.smoothing(x);
            let states = form.initial_states(y, smoothing);
            let (_, sse) = form.run(y, smoothing, &states);
            (sse / (scale * scale) + 1e-30).ln()
        };
        let best_start = form.starts().into_iter().min_by(|a, b| cost(a).total_cmp(&cost(b)))?;
        let (x, _) = nelder_mead(&best_start, 0.7, 40 * form.searched() + 20, cost);
        let smoothing = form.smoothing(&x);
        let states = form.initial_states(y, smoothing);
        let (states, sse) = form.run(y, smoothing, &states);
        let n = y.len() as f64;
        let k = parameters as f64;
        let log_likelihood = n * ((sse / n).max(scale * scale * 1e-24)).ln();
        let aicc = log_likelihood + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0);
        let start = y.len() % form.period;
        let seasonal =
            if form.period > 1 { (0..form.period).map(|i| states.seasonal[(start + i) % form.period]).collect() } else { Vec::new() };
        let sigma2 = sse / (n - k).max(1.0);
        Some(Self { trend, period: form.period, smoothing, level: states.level, slope: states.slope, seasonal, sigma2, aicc })
    }

    /// Fits every listed trend and keeps the one of lowest AICc.
    pub fn best(y: &[f64], trends: &[Trend], period: usize) -> Option<Self> {
        trends.iter().filter_map(|&t| Self::fit(y, t, period)).min_by(|a, b| a.aicc.total_cmp(&b.aicc))
    }

    /// Point forecasts for the next `steps` observations.
    pub fn forecast(&self, steps: usize) -> Vec<f64> {
        let mut slope_sum = 0.0;
        let mut damp = 1.0;
        (0..steps)
            .map(|h| {
                damp *= self.smoothing.phi;
                slope_sum += damp;
                let season = if self.seasonal.is_empty() { 0.0 } else { self.seasonal[h % self.period] };
                self.level + slope_sum * self.slope + season
            })
            .collect()
    }

    /// Forecast variances for the next `steps` observations (Hyndman et al. 2008, table 6.2).
    pub fn variances(&self, steps: usize) -> Vec<f64> {
        let Smoothing { alpha, beta, gamma, phi } = self.smoothing;
        let (mut total, mut phi_sum, mut damp) = (1.0, 0.0, 1.0);
        (1..=steps)
            .map(|j| {
                let variance = self.sigma2 * total;
                damp *= phi;
                phi_sum += damp;
                let seasonal = if self.period > 1 && j % self.period == 0 { gamma } else { 0.0 };
                total += (alpha + beta * phi_sum + seasonal).powi(2);
                variance
            })
            .collect()
    }
}

#[derive(Debug, Clone, Copy)]
struct Form {
    trend: Trend,
    period: usize,
}

#[derive(Debug, Clone, Default)]
struct States {
    level: f64,
    slope: f64,
    seasonal: Vec<f64>,
}

impl Form {
    fn searched(self) -> usize {
        let trend = match self.trend {
            Trend::None => 0,
            Trend::Additive => 1,
            Trend::Damped => 2,
        };
        1 + trend + usize::from(self.period > 1)
    }

    /// Level, slope and all but one seasonal effect (they sum to zero).
    fn states(self) -> usize {
        1 + usize::from(self.trend != Trend::None) + self.period - 1
    }

    /// Free numbers → parameters in the usual region 0 < beta < alpha < 1, 0 < gamma < 1 - alpha.
    fn smoothing(self, x: &[f64]) -> Smoothing {
        let alpha = into_range(x[0], 1e-4, 0.9999);
        let mut next = 1;
        let mut take = |low: f64, high: f64| {
            next += 1;
            into_range(x[next - 1], low, high)
        };
        let (beta, phi) = match self.trend {
            Trend::None => (0.0, 0.0),
            Trend::Additive => (alpha * take(1e-4, 0.9999), 1.0),
            Trend::Damped => (alpha * take(1e-4, 0.9999), take(0.8, 0.98)),
        };
        let gamma = if self.period > 1 { (1.0 - alpha) * take(1e-4, 0.9999) } else { 0.0 };
        Smoothing { alpha, beta, gamma, phi }
    }

    fn starts(self) -> Vec<Vec<f64>> {
        [(0.1, 0.05), (0.4, 0.05), (0.9, 0.1)]
            .iter()
            .map(|&(alpha, beta)| {
                let mut x = vec![from_range(alpha, 1e-4, 0.9999)];
                if self.trend != Trend::None {
                    x.push(from_range(beta, 1e-4, 0.9999));
                }
                if self.trend == Trend::Damped {
                    x.push(from_range(0.95, 0.8, 0.98));
                }
                if self.period > 1 {
                    x.push(from_range(0.1, 1e-4, 0.9999));
                }
                x
            })
            .collect()
    }

    /// The initial states of least squared one-step error under given smoothing parameters.
    fn initial_states(self, y: &[f64], s: Smoothing) -> States {
        let k = self.states();
        let zero = States { seasonal: vec![0.0; if self.period > 1 { self.period } else { 0 }], ..States::default() };
        let mut own = zero.clone();
        let mut responses: Vec<States> = (0..k).map(|i| self.unit_state(i, &zero)).collect();
        let mut normal = vec![0.0; k * k];
        let mut right = vec![0.0; k];
        let mut h = vec![0.0; k];
        for (t, &value) in y.iter().enumerate() {
            let error = value - self.predict(&own, s, t);
            self.advance(&mut own, s, t, error);
            let mut largest = 0.0_f64;
            for (response, h) in responses.iter_mut().zip(&mut h) {
                *h = self.predict(response, s, t);
                largest = largest.max(h.abs());
                self.advance(response, s, t, -*h);
            }
            for i in 0..k {
                right[i] += h[i] * error;
                for j in 0..=i {
                    normal[i * k + j] += h[i] * h[j];
                }
            }
            // The initial states are forgotten: nothing more can be learnt about them.
            if t > 2 * self.period && largest < 1e-9 {
                break;
            }
        }
        self.state_from(&solve_normal(&mut normal, &right), &zero)
    }

    fn unit_state(self, i: usize, zero: &States) -> States {
        let mut x = vec![0.0; self.states()];
        x[i] = 1.0;
        self.state_from(&x, zero)
    }

    fn state_from(self, x: &[f64], zero: &States) -> States {
        let mut state = zero.clone();
        state.level = x[0];
        let mut next = 1;
        if self.trend != Trend::None {
            state.slope = x[1];
            next = 2;
        }
        if self.period > 1 {
            state.seasonal[..self.period - 1].copy_from_slice(&x[next..]);
            state.seasonal[self.period - 1] = -x[next..].iter().sum::<f64>();
        }
        state
    }

    #[inline]
    fn predict(self, state: &States, s: Smoothing, t: usize) -> f64 {
        let season = if self.period > 1 { state.seasonal[t % self.period] } else { 0.0 };
        state.level + s.phi * state.slope + season
    }

    #[inline]
    fn advance(self, state: &mut States, s: Smoothing, t: usize, error: f64) {
        state.level += s.phi * state.slope + s.alpha * error;
        state.slope = s.phi * state.slope + s.beta * error;
        if self.period > 1 {
            state.seasonal[t % self.period] += s.gamma * error;
        }
    }

    fn run(self, y: &[f64], s: Smoothing, initial: &States) -> (States, f64) {
        let mut state = initial.clone();
        let mut sse = 0.0;
        for (t, &value) in y.iter().enumerate() {
            let error = value - self.predict(&state, s, t);
            sse += error * error;
            self.advance(&mut state, s, t, error);
        }
        (state, sse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_continued_and_a_constant_kept() {
        let line: Vec<f64> = (0..40).map(|t| 5.0 + 2.0 * t as f64).collect();
        let fit = Ets::fit(&line, Trend::Additive, 1).expect("40 observations");
        let ahead = fit.forecast(5);
        assert!((ahead[4] - (5.0 + 2.0 * 44.0)).abs() < 1e-6, "{ahead:?}");
        let flat = vec![7.0; 30];
        let fit = Ets::best(&flat, &[Trend::None, Trend::Damped], 1).expect("30 observations");
        assert!(fit.forecast(3).iter().all(|v| (v - 7.0).abs() < 1e-9));
    }

    #[test]
    fn a_fixed_season_is_found_exactly() {
        let shape = [3.0, -1.0, -2.0, 0.0];
        let y: Vec<f64> = (0..48).map(|t| 10.0 + shape[t % 4]).collect();
        let fit = Ets::fit(&y, Trend::None, 4).expect("48 observations");
        let ahead = fit.forecast(8);
        assert!((0..8).all(|h| (ahead[h] - 10.0 - shape[h % 4]).abs() < 1e-6), "{ahead:?}");
    }

    #[test]
    fn too_few_observations_give_no_fit() {
        assert!(Ets::fit(&[1.0, 2.0, 3.0], Trend::Damped, 1).is_none());
        assert!(Ets::fit(&[1.0; 20], Trend::None, 12).is_none());
    }

    #[test]
    fn variances_grow_as_the_textbook_says() {
        let y: Vec<f64> = (0..60).map(|t| ((t * 7919) % 13) as f64).collect();
        let fit = Ets::fit(&y, Trend::None, 1).expect("60 observations");
        let v = fit.variances(4);
        let a2 = fit.smoothing.alpha.powi(2);
        assert!((0..4).all(|h| (v[h] - fit.sigma2 * (1.0 + h as f64 * a2)).abs() < 1e-9));
    }
}
