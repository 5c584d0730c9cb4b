//! What customers will do: alive or not, purchases and discounted value over a horizon.

use rayon::prelude::*;

use super::curves::Curves;
use super::spend::expected;
use super::{Customers, Fit, Process, SpendFit};
use crate::answer::same_length;
use crate::linear::Cholesky;
use crate::numeric::two_sided_z;
use crate::{Result, StatsError};

/// Customers a thread takes at a time.
const CHUNK: usize = 4_096;

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
    let prices = spend.map(|(model, z)| Prices::new(model, customers.x, z)).transpose()?;
    let process = Process::new(fit.model, fit.params);
    let axes = axes(fit.log_covariance.as_deref());
    let curves = Curves::new(process, &axes, customers, valuation);
    let zeros = || vec![0.0; customers.len()];
    let (mut p_alive, mut purchases, mut purchases_log_error, mut value, mut value_log_error) =
        (zeros(), zeros(), zeros(), zeros(), zeros());
    let columns = (
        p_alive.par_chunks_mut(CHUNK),
        purchases.par_chunks_mut(CHUNK),
        purchases_log_error.par_chunks_mut(CHUNK),
        value.par_chunks_mut(CHUNK),
        value_log_error.par_chunks_mut(CHUNK),
    );
    let chunk_sum = |(chunk, (p_alive, purchases, purchases_error, value, value_error)): (
        usize,
        (&mut [f64], &mut [f64], &mut [f64], &mut [f64], &mut [f64]),
    )| {
        let (mut all_purchases, mut all_value) = (Sum::default(), Sum::default());
        for at in 0..p_alive.len() {
            let i = chunk * CHUNK + at;
            let (x, t) = (customers.x[i], customers.t[i]);
            let (alive, alive_slopes) = alive_along(process, &axes, x, customers.t_x[i], t);
            let expected = curves.at(x, t);
            p_alive[at] = alive;
            purchases[at] = alive * expected.purchases;
            let slopes = std::array::from_fn(|j| alive_slopes[j] + expected.purchases_slopes[j]);
            purchases_error[at] = all_purchases.add(purchases[at], slopes, [0.0; 3]);
            if let Some(prices) = &prices {
                let (price, price_slopes) = prices.at(x, i);
                value[at] = alive * expected.discounted * price;
                let slopes = std::array::from_fn(|j| alive_slopes[j] + expected.discounted_slopes[j]);
                value_error[at] = all_value.add(value[at], slopes, price_slopes);
            }
        }
        (all_purchases, all_value)
    };
    // Chunks are added in order, so that the totals are the same on any number of threads.
    let sums: Vec<(Sum, Sum)> = columns.into_par_iter().enumerate().map(chunk_sum).collect();
    let has_errors = !axes.is_empty();
    let has_value_errors = has_errors && prices.as_ref().is_some_and(|p| !p.axes.is_empty());
    let kept = |column: Vec<f64>, is_known: bool| if is_known { column } else { Vec::new() };
    Ok(Forecast {
        p_alive,
        purchases,
        purchases_log_error: kept(purchases_log_error, has_errors),
        value: kept(value, prices.is_some()),
        value_log_error: kept(value_log_error, has_value_errors),
        total_purchases: Sum::total(sums.iter().map(|s| &s.0), has_errors, level),
        total_value: prices.as_ref().map(|_| Sum::total(sums.iter().map(|s| &s.1), has_value_errors, level)),
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

/// Columns of a factor of a covariance of logarithms, one standard error each; empty when there is none.
fn axes<const N: usize>(log_covariance: Option<&[f64]>) -> Vec<[f64; N]> {
    let Some(factor) = log_covariance.and_then(|c| Cholesky::new(c, N)) else { return Vec::new() };
    (0..N)
        .map(|j| {
            let column = factor.column(j);
            std::array::from_fn(|i| column[i])
        })
        .collect()
}

/// Probability of being alive, and the change of its logarithm along each axis.
#[inline]
fn alive_along(process: Process, axes: &[[f64; 4]], x: f64, t_x: f64, t: f64) -> (f64, [f64; 4]) {
    if axes.is_empty() {
        return (process.p_alive(x, t_x, t), [0.0; 4]);
    }
    let (alive, slopes) = process.p_alive_slopes(x, t_x, t);
    (alive, along(axes, slopes))
}

/// A gradient in the parameters' logarithms as changes along axes.
#[inline]
fn along<const N: usize>(axes: &[[f64; N]], gradient: [f64; N]) -> [f64; N] {
    let mut changes = [0.0; N];
    for (change, axis) in changes.iter_mut().zip(axes) {
        *change = gradient.iter().zip(axis).map(|(g, a)| g * a).sum();
    }
    changes
}

/// Expected spend per purchase of each customer.
struct Prices<'a> {
    params: [f64; 3],
    axes: Vec<[f64; 3]>,
    z: &'a [f64],
}

impl<'a> Prices<'a> {
    fn new(model: &SpendFit, x: &[f64], z: &'a [f64]) -> Result<Self> {
        same_length("spend", z.len(), "x", x.len())?;
        if model.params[1] <= 1.0 && x.iter().zip(z).any(|(x, z)| expected(model.params, *x, *z).is_none()) {
            let message = "the spend model has no finite mean (q is 1 or less): spend is too uneven to predict value";
            return Err(StatsError::Invalid(message.into()));
        }
        Ok(Self { params: model.params, axes: axes(model.log_covariance.as_deref()), z })
    }

    /// The price of customer `i`, who has `x` repeat purchases, and the change of its logarithm along each axis.
    #[inline]
    fn at(&self, x: f64, i: usize) -> (f64, [f64; 3]) {
        let z = self.z[i];
        let ([p, q, gamma], x) = (self.params, if z > 0.0 { x } else { 0.0 });
        let (total, shape) = (gamma + x * z, p * x + q - 1.0);
        let slopes = [1.0 - p * x / shape, -q / shape, gamma / total];
        (p * total / shape, along(&self.axes, slopes))
    }
}

/// A sum over customers with its changes per standard error along each axis: four of the purchase-count
/// model's uncertainty and three of the spend model's.
#[derive(Default)]
struct Sum {
    total: f64,
    changes: [f64; 7],
}

impl Sum {
    /// Adds a customer's expectation with the changes of its logarithm; returns the logarithm's standard error.
    #[inline]
    fn add(&mut self, expectation: f64, slopes: [f64; 4], price_slopes: [f64; 3]) -> f64 {
        self.total += expectation;
        let mut variance = 0.0;
        for (change, slope) in self.changes.iter_mut().zip(slopes.into_iter().chain(price_slopes)) {
            *change += expectation * slope;
            variance += slope * slope;
        }
        variance.sqrt()
    }

    fn total<'a>(parts: impl Iterator<Item = &'a Self>, is_known: bool, level: f64) -> Total {
        let mut all = Self::default();
        for part in parts {
            all.total += part.total;
            all.changes.iter_mut().zip(part.changes).for_each(|(sum, change)| *sum += change);
        }
        let mean = all.total;
        let half = two_sided_z(level) * all.changes.iter().map(|c| c * c).sum::<f64>().sqrt() / mean;
        let bounds = is_known && half.is_finite();
        Total { mean, bounds: bounds.then(|| [mean * (-half).exp(), mean * half.exp()]) }
    }
}
