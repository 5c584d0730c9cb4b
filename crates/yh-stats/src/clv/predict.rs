//! What customers will do: alive or not, purchases and discounted value over a horizon.

use rayon::prelude::*;

use super::fit::count_by_x;
use super::spend::expected;
use super::{Customers, Fit, Process, SpendFit};
use crate::answer::same_length;
use crate::linear::Cholesky;
use crate::numeric::two_sided_z;
use crate::{Result, StatsError};

/// Step, in standard errors, of the differences that carry parameter errors to predictions.
const NUDGE: f64 = 1e-3;

/// Over how many months value is counted and how it is discounted.
#[derive(Debug, Clone, Copy)]
pub struct Valuation {
    pub months: usize,
    /// Length of a month in the time unit of the data (30.4375 for days, 4.348214 for weeks).
    pub month: f64,
    /// Discount per month, as a share: purchases of month m count 1/(1+d)^m.
    pub monthly_discount: f64,
}

/// A figure with the interval of its expectation: it carries the uncertainty of the fitted
/// parameters (delta method on the logarithm), not the chance of a single outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Total {
    pub mean: f64,
    /// `None` when the fit has no standard errors.
    pub bounds: Option<[f64; 2]>,
}

/// Predictions per customer, in the order of the input, and their totals.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// Probability of still being a customer at T.
    pub p_alive: Vec<f64>,
    /// Expected purchases over the horizon.
    pub purchases: Vec<f64>,
    /// Standard error of the logarithm of `purchases`; empty when the fit has no standard errors.
    pub purchases_log_error: Vec<f64>,
    /// Expected discounted value; empty without a spend model (or where its mean is not finite).
    pub value: Vec<f64>,
    pub value_log_error: Vec<f64>,
    pub total_purchases: Total,
    pub total_value: Option<Total>,
}

/// Predicts for customers as they stand at T.
///
/// `spend` is the spend model with each customer's mean spend. `level` is that of the totals' bounds.
///
/// # Errors
/// Bad summaries; a horizon, month or discount out of range; a spend model with q ≤ 1 and customers
/// without purchases (their expected spend is infinite).
pub fn forecast(
    fit: &Fit,
    spend: Option<(&SpendFit, &[f64])>,
    customers: Customers<'_>,
    valuation: Valuation,
    level: f64,
) -> Result<Forecast> {
    customers.check()?;
    check(valuation, level)?;
    let base = expectations(Process::new(fit.model, fit.params), customers, valuation);
    let money = spend.map(|(model, z)| prices(model.params, customers.x, z)).transpose()?;
    let mut purchases = Spread::new(base.iter().map(|e| e.purchases).collect());
    let mut value = money.as_ref().map(|m| Spread::new(base.iter().zip(m).map(|(e, price)| e.discounted * price).collect()));
    for params in nudged(&fit.params, fit.log_covariance.as_deref()) {
        let moved = expectations(Process::new(fit.model, params), customers, valuation);
        purchases.add(moved.iter().map(|e| e.purchases));
        if let (Some(value), Some(prices)) = (&mut value, &money) {
            value.add(moved.iter().zip(prices).map(|(e, price)| e.discounted * price));
        }
    }
    if let (Some(value), Some((model, z))) = (&mut value, spend) {
        for params in nudged(&model.params, model.log_covariance.as_deref()) {
            let moved = prices(params, customers.x, z)?;
            value.add(base.iter().zip(&moved).map(|(e, price)| e.discounted * price));
        }
    }
    let has_errors = fit.log_covariance.is_some();
    let has_value_errors = has_errors && spend.is_some_and(|(m, _)| m.log_covariance.is_some());
    Ok(Forecast {
        p_alive: base.iter().map(|e| e.alive).collect(),
        total_purchases: purchases.total(has_errors, level),
        total_value: value.as_ref().map(|v| v.total(has_value_errors, level)),
        purchases_log_error: purchases.log_errors(has_errors),
        purchases: purchases.base,
        value_log_error: value.as_ref().map_or(Vec::new(), |v| v.log_errors(has_value_errors)),
        value: value.map_or(Vec::new(), |v| v.base),
    })
}

fn check(valuation: Valuation, level: f64) -> Result<()> {
    let bad = |name: &str, value: String, range: &str| Err(StatsError::Option { name: name.into(), value, range: range.into() });
    if !(1..=1_200).contains(&valuation.months) {
        return bad("horizon", valuation.months.to_string(), "1 to 1,200 months");
    }
    if !(valuation.month.is_finite() && valuation.month > 0.0) {
        return bad("month", valuation.month.to_string(), "above 0");
    }
    if !(valuation.monthly_discount.is_finite() && valuation.monthly_discount > -1.0) {
        return bad("discount", valuation.monthly_discount.to_string(), "above -1");
    }
    if !(level > 0.0 && level < 1.0) {
        return bad("level", level.to_string(), "between 0 and 1");
    }
    Ok(())
}

/// Expected spend per purchase of each customer.
fn prices(params: [f64; 3], x: &[f64], z: &[f64]) -> Result<Vec<f64>> {
    same_length("spend", z.len(), "x", x.len())?;
    let price = |(&x, &z): (&f64, &f64)| {
        expected(params, x, z).ok_or_else(|| {
            StatsError::Invalid("the spend model has no finite mean (q is 1 or less): spend is too uneven to predict value".into())
        })
    };
    x.iter().zip(z).map(price).collect()
}

/// Parameters moved by [`NUDGE`] standard errors along each axis of their joint uncertainty.
fn nudged<const N: usize>(params: &[f64; N], log_covariance: Option<&[f64]>) -> Vec<[f64; N]> {
    let Some(factor) = log_covariance.and_then(|c| Cholesky::new(c, N)) else { return Vec::new() };
    (0..N)
        .map(|j| {
            let column = factor.column(j);
            std::array::from_fn(|i| params[i] * (NUDGE * column[i]).exp())
        })
        .collect()
}

/// Predictions with the squared change of their logarithms per standard error, summed over axes.
struct Spread {
    base: Vec<f64>,
    log_variance: Vec<f64>,
    total_variance: f64,
}

impl Spread {
    fn new(base: Vec<f64>) -> Self {
        Self { log_variance: vec![0.0; base.len()], base, total_variance: 0.0 }
    }

    fn add(&mut self, moved: impl Iterator<Item = f64>) {
        let mut change = 0.0;
        for ((moved, &base), variance) in moved.zip(&self.base).zip(&mut self.log_variance) {
            change += moved - base;
            if base > 0.0 {
                let relative = (moved / base - 1.0) / NUDGE;
                *variance += relative * relative;
            }
        }
        self.total_variance += (change / NUDGE).powi(2);
    }

    fn log_errors(&self, is_known: bool) -> Vec<f64> {
        if is_known { self.log_variance.iter().map(|v| v.sqrt()).collect() } else { Vec::new() }
    }

    fn total(&self, is_known: bool, level: f64) -> Total {
        let mean: f64 = self.base.iter().sum();
        let half = two_sided_z(level) * self.total_variance.sqrt() / mean;
        let bounds = is_known && half.is_finite();
        Total { mean, bounds: bounds.then(|| [mean * (-half).exp(), mean * half.exp()]) }
    }
}

/// One customer's expectation.
#[derive(Clone, Copy)]
struct Expectation {
    alive: f64,
    purchases: f64,
    discounted: f64,
}

/// Expectations of all customers.
///
/// Purchases expected *if alive* depend on x and T alone and smoothly on T, so for an x that many
/// customers share they are interpolated (Chebyshev in ln(offset + T), to about 1e-12).
fn expectations(process: Process, customers: Customers<'_>, valuation: Valuation) -> Vec<Expectation> {
    let axis = Axis::new(process, customers.t);
    let counts = count_by_x(customers.x);
    let curves: Vec<(usize, Option<Vec<[f64; 2]>>)> = counts
        .into_par_iter()
        .map(|(x, n)| {
            let is_shared = n > 2.0 * axis.nodes as f64;
            (x as usize, is_shared.then(|| axis.coefficients(|t| if_alive(process, x, t, valuation))))
        })
        .collect();
    let most = curves.last().map_or(0, |c| c.0);
    let mut by_x = vec![None; most + 1];
    curves.into_iter().for_each(|(x, curve)| by_x[x] = curve);
    (0..customers.len())
        .into_par_iter()
        .with_min_len(1_024)
        .map(|i| {
            let (x, t) = (customers.x[i], customers.t[i]);
            let alive = process.p_alive(x, customers.t_x[i], t);
            let [purchases, discounted] = match &by_x[x as usize] {
                Some(curve) => axis.value(curve, t),
                None => if_alive(process, x, t, valuation),
            };
            Expectation { alive, purchases: alive * purchases, discounted: alive * discounted }
        })
        .collect()
}

/// Purchases over the horizon of a customer alive at T: plain and discounted.
fn if_alive(process: Process, x: f64, t: f64, valuation: Valuation) -> [f64; 2] {
    let (mut before, mut discounted) = (0.0, 0.0);
    for month in 1..=valuation.months {
        let so_far = process.expected_if_alive(x, t, month as f64 * valuation.month);
        discounted += (so_far - before) / (1.0 + valuation.monthly_discount).powi(month as i32);
        before = so_far;
    }
    [before, discounted]
}

/// The interpolation axis: ln(offset + T) over the range of T.
struct Axis {
    offset: f64,
    middle: f64,
    half: f64,
    nodes: usize,
}

impl Axis {
    fn new(process: Process, t: &[f64]) -> Self {
        let offset = match process {
            Process::Geometric(g) => g.alpha,
            Process::Pareto(p) => p.alpha.min(p.beta),
        };
        let (low, high) = t.iter().fold((f64::INFINITY, 0.0_f64), |(l, h), &v| (l.min(v), h.max(v)));
        let (low, high) = ((offset + low).ln(), (offset + high).ln());
        let half = (0.5 * (high - low)).max(1e-9);
        // The function is analytic within ±π of the axis: its coefficients fall like ρ^−n.
        let pi = std::f64::consts::PI;
        let rho = (pi + pi.hypot(half)) / half;
        Self { offset, middle: 0.5 * (low + high), half, nodes: (32.0 / rho.ln()).ceil().clamp(6.0, 80.0) as usize }
    }

    fn coefficients(&self, f: impl Fn(f64) -> [f64; 2]) -> Vec<[f64; 2]> {
        let n = self.nodes;
        let angle = |k: usize| std::f64::consts::PI * (k as f64 + 0.5) / n as f64;
        let values: Vec<[f64; 2]> = (0..n).map(|k| f(((self.middle + self.half * angle(k).cos()).exp() - self.offset).max(0.0))).collect();
        let coefficient = |j: usize| {
            let scale = if j == 0 { 1.0 } else { 2.0 } / n as f64;
            let mut sum = [0.0; 2];
            for (k, value) in values.iter().enumerate() {
                let cosine = (j as f64 * angle(k)).cos() * scale;
                sum[0] += value[0] * cosine;
                sum[1] += value[1] * cosine;
            }
            sum
        };
        (0..n).map(coefficient).collect()
    }

    /// Clenshaw's recurrence for both curves.
    #[inline]
    fn value(&self, coefficients: &[[f64; 2]], t: f64) -> [f64; 2] {
        let u = ((self.offset + t).ln() - self.middle) / self.half;
        let (mut next, mut after) = ([0.0; 2], [0.0; 2]);
        for c in coefficients[1..].iter().rev() {
            let here = [c[0] + 2.0 * u * next[0] - after[0], c[1] + 2.0 * u * next[1] - after[1]];
            (next, after) = (here, next);
        }
        let c = coefficients[0];
        [c[0] + u * next[0] - after[0], c[1] + u * next[1] - after[1]]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Model;
    use super::*;

    #[test]
    fn interpolation_equals_direct_evaluation() {
        let t: Vec<f64> = (0..400).map(|i| f64::from(i) * 0.7).collect();
        let valuation = Valuation { months: 12, month: 4.348, monthly_discount: 0.01 };
        let cases = [
            (Model::BgNbd, [0.243, 4.414, 0.793, 2.426]),
            (Model::MbgNbd, [0.6, 0.2, 2.0, 3.0]),
            (Model::ParetoNbd, [0.553, 10.578, 0.606, 11.669]),
            (Model::ParetoNbd, [0.5, 40.0, 1.0, 0.05]),
        ];
        for (model, params) in cases {
            let process = Process::new(model, params);
            let axis = Axis::new(process, &t);
            for x in [0.0, 1.0, 9.0, 250.0] {
                let curve = axis.coefficients(|t| if_alive(process, x, t, valuation));
                for &t in &t {
                    let (near, direct) = (axis.value(&curve, t), if_alive(process, x, t, valuation));
                    for i in 0..2 {
                        assert!((near[i] / direct[i] - 1.0).abs() < 1e-9, "{model:?} {x} {t}: {near:?} {direct:?}");
                    }
                }
            }
        }
    }
}
