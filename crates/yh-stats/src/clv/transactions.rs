//! From transactions to customer summaries, with a calibration and a holdout period.

use crate::answer::{all_finite, same_length};
use crate::{Result, StatsError};

/// One transaction: customer index, day number, amount (0 when amounts are not known).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Purchase {
    pub customer: usize,
    pub day: i32,
    pub amount: f64,
}

/// Which days are fitted, which are held out, and the time unit.
#[derive(Debug, Clone, Copy)]
pub struct Period {
    /// Last day of calibration; T is counted to it.
    pub calibration_end: i32,
    /// Last day of the holdout; equal to `calibration_end` when there is none.
    pub holdout_end: i32,
    /// Days in a time unit: 1 or 7.
    pub unit_days: f64,
}

/// Customers whose first purchase lies in calibration, ordered by their index.
#[derive(Debug, Clone, Default)]
pub struct Summaries {
    pub customer: Vec<usize>,
    pub x: Vec<f64>,
    pub t_x: Vec<f64>,
    pub t: Vec<f64>,
    /// Mean amount of the repeat purchases of calibration; 0 without any.
    pub spend: Vec<f64>,
    /// Days with a purchase in the holdout.
    pub holdout_x: Vec<f64>,
    pub first_day: Vec<i32>,
    /// Day of every repeat purchase in calibration and holdout.
    pub repeat_days: Vec<i32>,
    /// Rows left out because their amount is negative (refunds are no purchases).
    pub negative_rows: usize,
    /// Rows after the end of the holdout.
    pub later_rows: usize,
    /// Customers who first bought after calibration.
    pub later_customers: usize,
}

/// Summarises transactions in any order; several of one customer on one day are one purchase.
///
/// # Errors
/// Unequal lengths, amounts that are not finite, a holdout that ends before calibration, a unit ≤ 0.
pub fn summarise(customer: &[usize], day: &[i32], amount: Option<&[f64]>, period: Period) -> Result<Summaries> {
    same_length("date", day.len(), "customer", customer.len())?;
    if let Some(amount) = amount {
        same_length("amount", amount.len(), "customer", customer.len())?;
        all_finite("amount", amount)?;
    }
    if period.holdout_end < period.calibration_end {
        return Err(StatsError::Invalid("the holdout ends before calibration does".into()));
    }
    if !(period.unit_days > 0.0 && period.unit_days.is_finite()) {
        return Err(StatsError::Invalid("the time unit must be above 0 days".into()));
    }
    let mut summaries = Summaries::default();
    let mut purchases = Vec::with_capacity(customer.len());
    for i in 0..customer.len() {
        let amount = amount.map_or(0.0, |a| a[i]);
        if amount < 0.0 {
            summaries.negative_rows += 1;
        } else if day[i] > period.holdout_end {
            summaries.later_rows += 1;
        } else {
            purchases.push(Purchase { customer: customer[i], day: day[i], amount });
        }
    }
    purchases.sort_by_key(|p| (p.customer, p.day));
    purchases.dedup_by(|later, kept| {
        let is_same = (later.customer, later.day) == (kept.customer, kept.day);
        if is_same {
            kept.amount += later.amount;
        }
        is_same
    });
    for days in purchases.chunk_by(|a, b| a.customer == b.customer) {
        summaries.add(days, period);
    }
    Ok(summaries)
}

impl Summaries {
    /// Adds one customer's purchase days, ascending.
    fn add(&mut self, days: &[Purchase], period: Period) {
        let first = days[0].day;
        if first > period.calibration_end {
            self.later_customers += 1;
            return;
        }
        let repeats = &days[1..];
        let (seen, held_out) = repeats.split_at(repeats.partition_point(|p| p.day <= period.calibration_end));
        let span = |day: i32| f64::from(day - first) / period.unit_days;
        let spent: f64 = seen.iter().map(|p| p.amount).sum();
        self.customer.push(days[0].customer);
        self.x.push(seen.len() as f64);
        self.t_x.push(seen.last().map_or(0.0, |p| span(p.day)));
        self.t.push(span(period.calibration_end));
        self.spend.push(if seen.is_empty() { 0.0 } else { spent / seen.len() as f64 });
        self.holdout_x.push(held_out.len() as f64);
        self.first_day.push(first);
        self.repeat_days.extend(repeats.iter().map(|p| p.day));
    }

    /// The summaries as the models take them.
    pub fn customers(&self) -> super::Customers<'_> {
        super::Customers { x: &self.x, t_x: &self.t_x, t: &self.t }
    }
}
