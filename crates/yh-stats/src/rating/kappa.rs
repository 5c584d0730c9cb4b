//! Cohen's kappa: agreement of two raters on categories, beyond chance.

use crate::Result;
use crate::answer::{Answer, StatsError, TooFew, all_in_range, same_length};
use crate::numeric::two_sided_z;

/// How much a pair of categories counts as agreement, from 1 (same) down to 0.
#[derive(Debug, Clone, PartialEq)]
pub enum Weights {
    /// Only the same category is agreement.
    Same,
    /// 1 − |i − j| ÷ (k − 1).
    Linear,
    /// 1 − (i − j)² ÷ (k − 1)².
    Quadratic,
    /// Agreement weights of a k × k table, row-major; 1 on the diagonal.
    Custom(Vec<f64>),
}

/// Kappa with its large-sample standard error and interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    pub value: f64,
    pub standard_error: f64,
    pub lower: f64,
    pub upper: f64,
    /// Weighted agreement observed, and expected by chance, in [0, 1].
    pub observed: f64,
    pub expected: f64,
    pub n: usize,
}

/// Weighted kappa of two raters who each put the same subjects into ordered categories 0..k.
///
/// # Errors
/// Columns of unequal length; wrong custom weights.
pub fn weighted_kappa(a: &[u32], b: &[u32], weights: &Weights, level: f64) -> Result<Answer<Kappa>> {
    same_length("the second rater", b.len(), "the first rater", a.len())?;
    let k = a.iter().chain(b).max().map_or(0, |&m| m as usize + 1);
    let mut counts = vec![0.0; k * k];
    a.iter().zip(b).for_each(|(&i, &j)| counts[i as usize * k + j as usize] += 1.0);
    weighted_kappa_of_table(&counts, k, weights, level)
}

/// As [`weighted_kappa`], from a k × k table of counts, row-major (rows: first rater).
///
/// Standard error: Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72.
///
/// # Errors
/// A table that is not k × k, negative counts, wrong custom weights.
pub fn weighted_kappa_of_table(counts: &[f64], k: usize, weights: &Weights, level: f64) -> Result<Answer<Kappa>> {
    same_length("the table", counts.len(), "k x k", k * k)?;
    all_in_range("a count", counts, "zero or more", |c| c >= 0.0)?;
    let weight = agreement(weights, k)?;
    let n: f64 = counts.iter().sum();
    if let Some(few) = TooFew::check("subjects rated by both", n as usize, 2) {
        return Ok(Answer::TooFew(few));
    }
    let share = |i: usize, j: usize| counts[i * k + j] / n;
    let row: Vec<f64> = (0..k).map(|i| (0..k).map(|j| share(i, j)).sum()).collect();
    let column: Vec<f64> = (0..k).map(|j| (0..k).map(|i| share(i, j)).sum()).collect();
    let pairs = || (0..k).flat_map(|i| (0..k).map(move |j| (i, j)));
    let observed: f64 = pairs().map(|(i, j)| weight[i * k + j] * share(i, j)).sum();
    let expected: f64 = pairs().map(|(i, j)| weight[i * k + j] * row[i] * column[j]).sum();
    if expected >= 1.0 - 1e-12 {
        return Ok(Answer::TooFew(TooFew { what: "distinct categories", have: 1, need: 2 }));
    }
    let value = (observed - expected) / (1.0 - expected);
    let row_weight: Vec<f64> = (0..k).map(|i| (0..k).map(|j| weight[i * k + j] * column[j]).sum()).collect();
    let column_weight: Vec<f64> = (0..k).map(|j| (0..k).map(|i| weight[i * k + j] * row[i]).sum()).collect();
    let spread: f64 = pairs()
        .map(|(i, j)| {
            let gap = weight[i * k + j] - (row_weight[i] + column_weight[j]) * (1.0 - value);
            share(i, j) * gap * gap
        })
        .sum();
    let variance = (spread - (value - expected * (1.0 - value)).powi(2)) / (n * (1.0 - expected).powi(2));
    let standard_error = variance.max(0.0).sqrt();
    let reach = two_sided_z(level) * standard_error;
    Ok(Answer::Known(Kappa {
        value,
        standard_error,
        lower: (value - reach).max(-1.0),
        upper: (value + reach).min(1.0),
        observed,
        expected,
        n: n as usize,
    }))
}

fn agreement(weights: &Weights, k: usize) -> Result<Vec<f64>> {
    let distance = |at: usize| (at / k).abs_diff(at % k) as f64 / (k.max(2) - 1) as f64;
    let weight = |at: usize| match weights {
        Weights::Same => f64::from(u8::from(at / k == at % k)),
        Weights::Linear => 1.0 - distance(at),
        Weights::Quadratic => 1.0 - distance(at).powi(2),
        Weights::Custom(custom) => custom[at],
    };
    if let Weights::Custom(custom) = weights {
        same_length("the weights", custom.len(), "k x k", k * k)?;
        all_in_range("a weight", custom, "between 0 and 1", |w| (0.0..=1.0).contains(&w))?;
        if (0..k).any(|i| custom[i * k + i] != 1.0) {
            return Err(StatsError::Invalid("the weights of full agreement (diagonal) must be 1".into()));
        }
    }
    Ok((0..k * k).map(weight).collect())
}
