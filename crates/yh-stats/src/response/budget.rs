//! The best split of a budget over channels with known response curves.

use super::curves::{Interval, ResponseCurve, interval};
use crate::Result;
use crate::answer::StatsError;

/// Steps that the budget is cut into for the global search.
const STEPS: usize = 500;
/// The local search stops when a shift of this share of the budget brings nothing.
const FINEST: f64 = 1e-7;
const MAX_ROUNDS: usize = 20_000;

/// One channel to spend on: its curve, the curves of its bootstrap refits, and limits per period.
#[derive(Debug, Clone)]
pub struct BudgetLine<'a> {
    pub curve: ResponseCurve,
    pub sampled: &'a [ResponseCurve],
    pub current: f64,
    pub least: f64,
    pub most: f64,
}

/// The best split found.
#[derive(Debug, Clone, PartialEq)]
pub struct Allocation {
    /// Spend per channel and period.
    pub spend: Vec<f64>,
    /// Outcome per period by this split, by the current one, and the gain with its interval.
    pub response: f64,
    pub current_response: f64,
    pub gain: Interval,
    /// Extra outcome of one more unit of budget.
    pub marginal: f64,
}

/// Splits a budget per period so that the summed response is largest, within each channel's limits.
///
/// S-shaped curves make the problem non-convex: dynamic programming over 500 steps finds the right
/// hill, then spend is shifted between pairs of channels in ever smaller amounts. Parts of the budget
/// that the limits cannot take stay unspent.
///
/// # Errors
/// A budget or limits that are negative or not finite, limits that cross, lower limits above the budget.
pub fn allocate(lines: &[BudgetLine<'_>], budget: f64) -> Result<Allocation> {
    check(lines, budget)?;
    let least: f64 = lines.iter().map(|l| l.least).sum();
    let mut spend = coarse(lines, budget - least);
    refine(lines, &mut spend, budget);
    let total = |pick: &dyn Fn(&BudgetLine<'_>) -> ResponseCurve, spend: &[f64]| -> f64 {
        lines.iter().zip(spend).map(|(line, &s)| pick(line).response(s)).sum()
    };
    let current: Vec<f64> = lines.iter().map(|l| l.current).collect();
    let response = total(&|l| l.curve, &spend);
    let current_response = total(&|l| l.curve, &current);
    let samples = lines.iter().map(|l| l.sampled.len()).min().unwrap_or(0);
    let gains = (0..samples).map(|i| total(&|l| l.sampled[i], &spend) - total(&|l| l.sampled[i], &current)).collect();
    let marginal =
        lines.iter().zip(&spend).filter(|(line, s)| **s < line.most).map(|(line, &s)| line.curve.marginal(s)).fold(0.0, f64::max);
    Ok(Allocation { gain: interval(response - current_response, gains), response, current_response, marginal, spend })
}

fn check(lines: &[BudgetLine<'_>], budget: f64) -> Result<()> {
    let bad =
        |name: &str, value: f64, range: &str| Err(StatsError::Option { name: name.into(), value: value.to_string(), range: range.into() });
    if !budget.is_finite() || budget <= 0.0 {
        return bad("budget", budget, "a positive amount per period");
    }
    for line in lines {
        if !line.least.is_finite() || line.least < 0.0 {
            return bad("least spend", line.least, "zero or more");
        }
        if line.most.is_nan() || line.most < line.least {
            return bad("most spend", line.most, "no less than the least spend");
        }
    }
    let least: f64 = lines.iter().map(|l| l.least).sum();
    if least > budget * (1.0 + 1e-12) {
        return bad("budget", budget, "no less than the sum of the least spends");
    }
    Ok(())
}

/// Best use of 0..=STEPS steps of free budget by the first channels, one channel at a time.
fn coarse(lines: &[BudgetLine<'_>], free: f64) -> Vec<f64> {
    let step = free.max(0.0) / STEPS as f64;
    let mut best = vec![0.0; STEPS + 1];
    let mut taken: Vec<Vec<usize>> = Vec::new();
    for line in lines {
        let room = line.most - line.least;
        let most_steps = if step > 0.0 { (room / step).min(STEPS as f64) as usize } else { 0 };
        let worth: Vec<f64> = (0..=most_steps).map(|k| line.curve.response(line.least + k as f64 * step)).collect();
        let mut next = vec![f64::NEG_INFINITY; STEPS + 1];
        let mut choice = vec![0; STEPS + 1];
        for used in 0..=STEPS {
            for (k, worth) in worth.iter().enumerate().take(used + 1) {
                let value = best[used - k] + worth;
                if value > next[used] {
                    next[used] = value;
                    choice[used] = k;
                }
            }
        }
        best = next;
        taken.push(choice);
    }
    let mut left = STEPS;
    let mut spend: Vec<f64> = lines.iter().map(|l| l.least).collect();
    for (line, choice) in taken.iter().enumerate().rev() {
        spend[line] += choice[left] as f64 * step;
        left -= choice[left];
    }
    spend
}

/// Uses up what the steps left, then shifts spend between pairs while that brings more.
fn refine(lines: &[BudgetLine<'_>], spend: &mut [f64], budget: f64) {
    let mut shift = budget / STEPS as f64;
    for _ in 0..MAX_ROUNDS {
        if shift <= FINEST * budget {
            break;
        }
        let mut improved = false;
        for to in 0..lines.len() {
            let unspent = budget - spend.iter().sum::<f64>();
            let more = unspent.min(lines[to].most - spend[to]).min(shift);
            if more > 1e-12 * budget && lines[to].curve.response(spend[to] + more) > lines[to].curve.response(spend[to]) {
                spend[to] += more;
                improved = true;
            }
            for from in (0..lines.len()).filter(|&from| from != to) {
                let amount = shift.min(spend[from] - lines[from].least).min(lines[to].most - spend[to]);
                if amount <= 0.0 {
                    continue;
                }
                let gain = lines[to].curve.response(spend[to] + amount) - lines[to].curve.response(spend[to]);
                let loss = lines[from].curve.response(spend[from]) - lines[from].curve.response(spend[from] - amount);
                if gain > loss * (1.0 + 1e-12) {
                    spend[to] += amount;
                    spend[from] -= amount;
                    improved = true;
                }
            }
        }
        if !improved {
            shift /= 2.0;
        }
    }
}
