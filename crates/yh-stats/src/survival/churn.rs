//! Churn from purchases: who is lost, after how long, and what share in a period.
//!
//! A customer is *lost* when no purchase follows within an inactivity window; a customer whose window
//! has not ended by the as-of day is never counted as lost, but censored.

use crate::answer::same_length;
use crate::{Answer, Result, StatsError, TooFew};

/// How long without a purchase makes a customer lost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Inactivity {
    /// A number of days, the same for all (default 90).
    Days(f64),
    /// `times` the customer's own mean interval between purchases; `otherwise` days for customers
    /// with fewer than two purchase days.
    OwnInterval { times: f64, otherwise: f64 },
}

/// Time until lost, for survival methods: one entry per customer with a purchase by the as-of day.
#[derive(Debug, Clone, Default)]
pub struct ChurnSpans {
    pub customer: Vec<usize>,
    /// Days from the first purchase to the end of the first window without one, or to the as-of day.
    pub duration: Vec<f64>,
    /// Whether a window ended without a purchase.
    pub lost: Vec<bool>,
}

/// Churn in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Churn {
    /// Customers not lost at the start (window still open) who had bought before it.
    pub active_at_start: usize,
    /// Of these, customers whose window ended without a purchase within the period.
    pub lost: usize,
    /// lost ÷ active_at_start.
    pub rate: f64,
    /// Customers lost before the start who bought again within the period.
    pub won_back: usize,
    /// Active customers whose window is still open at the end.
    pub window_open: usize,
}

/// Days on which each customer bought, ascending, with the window's length.
struct Histories {
    days: std::collections::BTreeMap<usize, Vec<i32>>,
}

impl Histories {
    /// Purchase days up to and including `as_of`.
    fn new(customer: &[usize], day: &[i32], as_of: i32) -> Result<Self> {
        same_length("date", day.len(), "customer", customer.len())?;
        let mut days = std::collections::BTreeMap::<usize, Vec<i32>>::new();
        for (&customer, &day) in customer.iter().zip(day).filter(|(_, d)| **d <= as_of) {
            days.entry(customer).or_default().push(day);
        }
        for days in days.values_mut() {
            days.sort_unstable();
            days.dedup();
        }
        Ok(Self { days })
    }
}

impl Inactivity {
    fn check(self) -> Result<()> {
        let parts = match self {
            Self::Days(days) => vec![("window", days)],
            Self::OwnInterval { times, otherwise } => vec![("own interval", times), ("window", otherwise)],
        };
        match parts.into_iter().find(|(_, value)| !(value.is_finite() && *value > 0.0)) {
            Some((name, value)) => Err(StatsError::Option { name: name.into(), value: value.to_string(), range: "above 0".into() }),
            None => Ok(()),
        }
    }

    /// The window after the last of these purchase days (ascending). The own interval uses the
    /// purchases known by then, so that later ones do not change a judgement already made.
    fn after(self, days: &[i32]) -> f64 {
        match self {
            Self::Days(window) => window,
            Self::OwnInterval { times, otherwise } => match days {
                [first, .., last] => times * f64::from(last - first) / (days.len() - 1) as f64,
                _ => otherwise,
            },
        }
    }

    /// When the customer was first lost: the end of the first window without a purchase, if any
    /// ended by `as_of`.
    fn first_loss(self, days: &[i32], as_of: i32) -> Option<f64> {
        (1..=days.len()).find_map(|k| {
            let end = f64::from(days[k - 1]) + self.after(&days[..k]);
            let next = days.get(k).map_or(f64::from(as_of), |d| f64::from(*d));
            (end < next || k == days.len() && end <= next).then_some(end)
        })
    }

    /// Whether the customer's window is over at the end of `day`; `None` before the first purchase.
    fn is_lost_by(self, days: &[i32], day: i32) -> Option<bool> {
        let seen = &days[..days.partition_point(|d| *d <= day)];
        let last = *seen.last()?;
        Some(f64::from(last) + self.after(seen) <= f64::from(day))
    }
}

/// Durations until first lost, right-censored at `as_of`; customers are indices, days day numbers.
///
/// # Errors
/// Unequal lengths; a window that is not above 0.
pub fn churn_spans(customer: &[usize], day: &[i32], as_of: i32, window: Inactivity) -> Result<ChurnSpans> {
    window.check()?;
    let mut spans = ChurnSpans::default();
    for (customer, days) in Histories::new(customer, day, as_of)?.days {
        let loss = window.first_loss(&days, as_of);
        spans.customer.push(customer);
        spans.duration.push(loss.unwrap_or(f64::from(as_of)) - f64::from(days[0]));
        spans.lost.push(loss.is_some());
    }
    Ok(spans)
}

/// Churn of a period that ends at the end of day `to`: lost customers ÷ customers active at the end
/// of the day before `from`. Only purchases up to `to` are known.
///
/// `TooFew` when nobody was active at the start.
pub fn churn(customer: &[usize], day: &[i32], from: i32, to: i32, window: Inactivity) -> Result<Answer<Churn>> {
    window.check()?;
    if to < from {
        return Err(StatsError::Invalid("the period ends before it starts".into()));
    }
    let mut churn = Churn { active_at_start: 0, lost: 0, rate: 0.0, won_back: 0, window_open: 0 };
    for days in Histories::new(customer, day, to)?.days.values() {
        let Some(was_lost) = window.is_lost_by(days, from - 1) else { continue };
        if was_lost {
            churn.won_back += usize::from(days.last().is_some_and(|d| *d >= from));
            continue;
        }
        churn.active_at_start += 1;
        let seen = days.partition_point(|d| *d < from);
        let lost = (seen..=days.len()).any(|k| {
            let end = f64::from(days[k - 1]) + window.after(&days[..k]);
            days.get(k).map_or(end <= f64::from(to), |d| end < f64::from(*d))
        });
        if lost {
            churn.lost += 1;
        } else {
            churn.window_open += 1;
        }
    }
    if let Some(few) = TooFew::check("customers active at the start", churn.active_at_start, 1) {
        return Ok(Answer::TooFew(few));
    }
    churn.rate = churn.lost as f64 / churn.active_at_start as f64;
    Ok(Answer::Known(churn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_window_is_never_a_loss() {
        let window = Inactivity::Days(90.0);
        // Customer 0 bought on day 0 only; customer 1 on day 0 and 150.
        let (customer, day) = ([0, 1, 1], [0, 0, 150]);
        let early = churn_spans(&customer, &day, 89, window).expect("good input");
        assert_eq!(early.lost, [false, false]);
        assert_eq!(early.duration, [89.0, 89.0]);
        let late = churn_spans(&customer, &day, 200, window).expect("good input");
        assert_eq!(late.lost, [true, true]);
        assert_eq!(late.duration, [90.0, 90.0]);
    }

    #[test]
    fn a_period_counts_losses_among_the_active() {
        let window = Inactivity::Days(30.0);
        // 0 keeps buying, 1 stops, 2 was lost before and comes back, 3 starts inside.
        let customer = [0, 0, 0, 1, 2, 2, 3];
        let day = [80, 105, 130, 90, 10, 110, 115];
        let churn = churn(&customer, &day, 101, 140, window).expect("good input").known().expect("active customers");
        assert_eq!((churn.active_at_start, churn.lost, churn.won_back, churn.window_open), (2, 1, 1, 1));
        assert_eq!(churn.rate, 0.5);
    }
}
