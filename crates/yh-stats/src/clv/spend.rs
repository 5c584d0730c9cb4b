//! Gamma-Gamma model of spend per purchase.
//!
//! A customer's purchases are Gamma(p, ν) with ν ~ Gamma(q, γ) (Colombo & Jiang 1999; Fader & Hardie 2013,
//! "The Gamma-Gamma model of monetary value"), independent of the purchase rate. For mean spend z̄ over x
//! purchases, with x, z̄ > 0:
//!
//! ```text
//! ln L = lnΓ(px+q) − lnΓ(px) − lnΓ(q) + q ln γ + (px−1) ln z̄ + px ln x − (px+q) ln(γ + x z̄)
//! ```

use super::fit::{LIMITS, NEED_REPEATERS, SCOUTS};
use super::groups::{Block, count_by_x, sorted_by_x, sum_over};
use super::jet::Jet;
use crate::answer::{all_in_range, same_length};
use crate::linear::Cholesky;
use crate::newton::maximise;
use crate::numeric::{LogSum, digamma, ln_gamma, trigamma};
use crate::{Answer, Result, StatsError, TooFew};

/// A fitted spend model.
#[derive(Debug, Clone)]
pub struct SpendFit {
    /// p, q, γ; γ in the money unit of the data.
    pub params: [f64; 3],
    pub standard_errors: Option<[f64; 3]>,
    /// Covariance of the logarithms of the parameters, row-major 3×3.
    pub log_covariance: Option<Vec<f64>>,
    pub log_likelihood: f64,
    /// Customers the fit rests on: those with a repeat purchase and positive mean spend.
    pub customers: usize,
    pub weak: Vec<&'static str>,
}

impl SpendFit {
    /// Names of the parameters, in order.
    pub const NAMES: [&'static str; 3] = ["p", "q", "gamma"];

    /// Mean spend per purchase over all customers, pγ/(q−1); `None` when q ≤ 1 (no finite mean).
    pub fn mean(&self) -> Option<f64> {
        let [p, q, gamma] = self.params;
        (q > 1.0).then(|| p * gamma / (q - 1.0))
    }

    /// Expected spend per purchase of a customer with mean spend `z` over `x` purchases,
    /// p(γ + x z)/(px + q − 1); `None` when it is not finite.
    pub fn expected(&self, x: f64, z: f64) -> Option<f64> {
        expected(self.params, x, z)
    }
}

pub(super) fn expected([p, q, gamma]: [f64; 3], x: f64, z: f64) -> Option<f64> {
    let x = if z > 0.0 { x } else { 0.0 };
    let shape = p * x + q - 1.0;
    (shape > 0.0).then(|| p * (gamma + x * z) / shape)
}

/// Fits the Gamma-Gamma model to `x` purchases of mean spend `z` each; customers with x = 0 or
/// z = 0 carry no information and are left out.
///
/// `TooFew` below 10 customers, or below 3 distinct mean spends.
///
/// # Errors
/// Unequal lengths, negative or non-finite values, no convergence.
pub fn fit_spend(x: &[f64], z: &[f64]) -> Result<Answer<SpendFit>> {
    same_length("spend", z.len(), "x", x.len())?;
    all_in_range("x", x, "a whole number from 0 to 10,000,000", |v| (0.0..=1e7).contains(&v) && v.fract() == 0.0)?;
    all_in_range("spend", z, "0 or more", |v| v >= 0.0)?;
    let (x, mut z): (Vec<f64>, Vec<f64>) = x.iter().zip(z).filter(|(x, z)| **x > 0.0 && **z > 0.0).unzip();
    if let Some(few) = TooFew::check("customers with repeat purchases and positive spend", z.len(), NEED_REPEATERS) {
        return Ok(Answer::TooFew(few));
    }
    let mut distinct: Vec<f64> = z.iter().take(1_000).copied().collect();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    if let Some(few) = TooFew::check("different mean spends", distinct.len(), 3) {
        return Ok(Answer::TooFew(few));
    }
    // In units of the mean, so that starts and bounds mean the same in any currency.
    let mean = z.iter().sum::<f64>() / z.len() as f64;
    z.iter_mut().for_each(|z| *z /= mean);
    let sample = |step: usize| {
        let every = |values: &[f64]| values.iter().step_by(step).copied().collect::<Vec<f64>>();
        Spends::new(&every(&x), &every(&z))
    };
    let part = sample(z.len().div_ceil(SCOUTS));
    let starts = [[6.0, 4.0, 0.5], [1.0, 2.0, 1.0], [3.0, 10.0, 3.0]];
    let climbs = starts.map(|s| maximise(&s.map(f64::ln), LIMITS, |logs| part.likelihood(logs)));
    let mut start = climbs.into_iter().max_by(|a, b| a.at.value.total_cmp(&b.at.value)).map_or(vec![0.0; 3], |b| b.point);
    if z.len() >= 64 * SCOUTS {
        let part = sample(16);
        start = maximise(&start, LIMITS, |logs| part.likelihood(logs)).point;
    }
    let data = Spends::new(&x, &z);
    let best = maximise(&start, LIMITS, |logs| data.likelihood(logs));
    let is_at_bound = best.point.iter().any(|p| p.abs() >= LIMITS.bound);
    let params: [f64; 3] = std::array::from_fn(|i| best.point[i].exp() * if i == 2 { mean } else { 1.0 });
    let log_likelihood = best.at.value - z.len() as f64 * mean.ln();
    if !best.is_converged && !is_at_bound {
        return Err(StatsError::NotConverged {
            what: "the Gamma-Gamma likelihood".into(),
            iterations: best.iterations,
            reached: format!("p, q, gamma {params:?}, log-likelihood {log_likelihood:.4}"),
        });
    }
    let information: Vec<f64> = best.at.hessian.iter().map(|h| -h).collect();
    let log_covariance = Cholesky::new(&information, 3).map(|c| c.inverse());
    let is_weak = |i: &usize| best.point[*i].abs() >= LIMITS.bound || log_covariance.as_ref().is_none_or(|c| c[i * 4].sqrt() > 2.0);
    Ok(Answer::Known(SpendFit {
        params,
        standard_errors: log_covariance.as_ref().map(|c| std::array::from_fn(|i| params[i] * c[i * 4].sqrt())),
        weak: (0..3).filter(is_weak).map(|i| SpendFit::NAMES[i]).collect(),
        log_covariance,
        log_likelihood,
        customers: z.len(),
    }))
}

/// Mean spends sorted by x, with the sums that do not change with the parameters.
struct Spends {
    blocks: Vec<Block>,
    /// x·z̄ by block.
    total: Vec<f64>,
    by_x: Vec<(f64, f64)>,
    /// Σ ln z̄ and Σ x (ln z̄ + ln x).
    log_spend: f64,
    log_total: f64,
}

impl Spends {
    fn new(x: &[f64], z: &[f64]) -> Self {
        let (blocks, [mut total]) = sorted_by_x(x, [z]);
        let (mut log_spend, mut log_total) = (0.0, 0.0);
        for Block { x, rows } in &blocks {
            let mut logs = LogSum::default();
            for z in &mut total[rows.clone()] {
                logs.add(*z);
                *z *= x;
            }
            log_spend += logs.total();
            log_total += x * (logs.total() + rows.len() as f64 * x.ln());
        }
        Self { blocks, total, by_x: count_by_x(x), log_spend, log_total }
    }

    fn likelihood(&self, logs: &[f64]) -> crate::newton::Evaluation {
        let params: [f64; 3] = std::array::from_fn(|i| logs[i].exp());
        let [p, q, gamma] = params;
        let mut total = sum_over(&self.blocks, |b| spend_part(params, b.x, &self.total[b.rows.clone()]));
        let n = self.total.len() as f64;
        total.value += p * self.log_total - self.log_spend + n * (q * gamma.ln() - ln_gamma(q));
        total.gradient[0] += self.log_total;
        total.gradient[1] += n * (gamma.ln() - digamma(q));
        total.gradient[2] += n * q / gamma;
        total.hessian[1][1] -= n * trigamma(q);
        total.hessian[1][2] += n / gamma;
        total.hessian[2][2] -= n * q / (gamma * gamma);
        for &(x, count) in &self.by_x {
            total.add(&count_part(p, q, x), count);
        }
        total.in_logs(&params)
    }
}

/// lnΓ(px+q) − lnΓ(px), the part of x alone.
fn count_part(p: f64, q: f64, x: f64) -> Jet<3> {
    let (with, without) = (p * x + q, p * x);
    let mut jet = Jet::ZERO;
    jet.value = ln_gamma(with) - ln_gamma(without);
    jet.gradient = [x * (digamma(with) - digamma(without)), digamma(with), 0.0];
    jet.hessian[0][0] = x * x * (trigamma(with) - trigamma(without));
    jet.hessian[0][1] = x * trigamma(with);
    jet.hessian[1][1] = trigamma(with);
    jet
}

/// −(px+q) ln(γ + x z̄) summed over customers with x purchases each, given their x z̄.
fn spend_part([p, q, gamma]: [f64; 3], x: f64, totals: &[f64]) -> Jet<3> {
    let (mut logs, mut inverse, mut inverse_squared) = (LogSum::default(), 0.0, 0.0);
    for total in totals {
        let part = 1.0 / (gamma + total);
        logs.add(gamma + total);
        inverse += part;
        inverse_squared += part * part;
    }
    let (log, shape) = (logs.total(), p * x + q);
    let mut jet = Jet::ZERO;
    jet.value = -shape * log;
    jet.gradient = [-x * log, -log, -shape * inverse];
    jet.hessian[0][2] = -x * inverse;
    jet.hessian[1][2] = -inverse;
    jet.hessian[2][2] = shape * inverse_squared;
    jet
}
