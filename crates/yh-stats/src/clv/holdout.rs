//! Prediction against what happened: per customer, by frequency class, and over time.

use super::predict::Valuation;
use super::{Customers, Fit, Process, forecast};
use crate::answer::same_length;
use crate::{Result, StatsError};

/// Predicted against actual purchases of a holdout period.
#[derive(Debug, Clone)]
pub struct Holdout {
    pub actual: f64,
    pub predicted: f64,
    /// Mean absolute error per customer.
    pub mae: f64,
    /// Root mean squared error per customer.
    pub rmse: f64,
    /// Correlation over customers; `None` when either side is constant.
    pub correlation: Option<f64>,
    pub mean_p_alive: f64,
    /// Customers with 0, 1, … 6 and 7 or more repeat purchases in calibration.
    pub by_frequency: Vec<FrequencyClass>,
}

/// Means of one class of customers.
#[derive(Debug, Clone, PartialEq)]
pub struct FrequencyClass {
    pub x: usize,
    pub customers: usize,
    pub actual: f64,
    pub predicted: f64,
}

/// Repeat purchases of all customers in one time unit, for a tracking plot.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackingPoint {
    /// Counted from 1 at the first purchase of all.
    pub period: usize,
    pub actual: f64,
    pub predicted: f64,
    pub actual_cumulative: f64,
    pub predicted_cumulative: f64,
}

/// Compares predictions over `length` (time units) with each customer's `actual` purchases.
pub fn holdout(fit: &Fit, customers: Customers<'_>, length: f64, actual: &[f64]) -> Result<Holdout> {
    same_length("holdout", actual.len(), "x", customers.len())?;
    // The covariance is left out: no intervals are wanted here.
    let point = Fit { log_covariance: None, ..fit.clone() };
    let valuation = Valuation { months: 1, month: length, monthly_discount: 0.0 };
    let predicted = forecast(&point, None, customers, valuation, 0.95)?;
    let n = actual.len().max(1) as f64;
    let pairs = || predicted.purchases.iter().zip(actual);
    let classes = (0..8).map(|class| frequency_class(class, customers.x, &predicted.purchases, actual));
    Ok(Holdout {
        actual: actual.iter().sum(),
        predicted: predicted.purchases.iter().sum(),
        mae: pairs().map(|(p, a)| (p - a).abs()).sum::<f64>() / n,
        rmse: (pairs().map(|(p, a)| (p - a) * (p - a)).sum::<f64>() / n).sqrt(),
        correlation: correlation(&predicted.purchases, actual),
        mean_p_alive: predicted.p_alive.iter().sum::<f64>() / n,
        by_frequency: classes.collect(),
    })
}

fn frequency_class(class: usize, x: &[f64], predicted: &[f64], actual: &[f64]) -> FrequencyClass {
    let (mut customers, mut sums) = (0, [0.0; 2]);
    for i in (0..x.len()).filter(|&i| (x[i] as usize).min(7) == class) {
        customers += 1;
        sums[0] += actual[i];
        sums[1] += predicted[i];
    }
    let n = customers.max(1) as f64;
    FrequencyClass { x: class, customers, actual: sums[0] / n, predicted: sums[1] / n }
}

/// Pearson correlation; `None` when a side does not vary.
pub(super) fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len() as f64;
    let (ma, mb) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let product = |u: &[f64], mu: f64, v: &[f64], mv: f64| u.iter().zip(v).map(|(x, y)| (x - mu) * (y - mv)).sum::<f64>();
    let (aa, bb) = (product(a, ma, a, ma), product(b, mb, b, mb));
    (aa > 0.0 && bb > 0.0).then(|| product(a, ma, b, mb) / (aa * bb).sqrt())
}

/// Repeat purchases per time unit, actual and expected, from the first customer's first purchase on.
///
/// `first_day` has each customer's first purchase; `repeat_days` the day of every repeat purchase;
/// `unit_days` the days of a time unit; `periods` how many units to cover (at most 100,000).
pub fn tracking(fit: &Fit, first_day: &[i32], repeat_days: &[i32], unit_days: f64, periods: usize) -> Result<Vec<TrackingPoint>> {
    if periods > 100_000 {
        return Err(StatsError::Option { name: "periods".into(), value: periods.to_string(), range: "at most 100,000".into() });
    }
    let Some(&origin) = first_day.iter().min() else { return Ok(Vec::new()) };
    let process = Process::new(fit.model, fit.params);
    let alive_at_start = process.p_alive(0.0, 0.0, 0.0);
    let mut joined = std::collections::BTreeMap::new();
    for day in first_day {
        *joined.entry(day - origin).or_insert(0.0) += 1.0;
    }
    let mut actual = vec![0.0; periods];
    for day in repeat_days {
        // Week 1 is days 0 to 6, as in the published tables.
        let period = (f64::from(day - origin) / unit_days).floor() as usize;
        if let Some(count) = actual.get_mut(period) {
            *count += 1.0;
        }
    }
    let expected_by = |period: usize| {
        let end = period as f64 * unit_days;
        let of = |(day, n): (&i32, &f64)| n * process.expected_if_alive(0.0, 0.0, (end - f64::from(*day)).max(0.0) / unit_days);
        alive_at_start * joined.iter().map(of).sum::<f64>()
    };
    let (mut points, mut cumulative, mut before) = (Vec::with_capacity(periods), 0.0, 0.0);
    for (i, &count) in actual.iter().enumerate() {
        let so_far = expected_by(i + 1);
        cumulative += count;
        points.push(TrackingPoint {
            period: i + 1,
            actual: count,
            predicted: so_far - before,
            actual_cumulative: cumulative,
            predicted_cumulative: so_far,
        });
        before = so_far;
    }
    Ok(points)
}
