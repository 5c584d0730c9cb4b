//! Maximum likelihood for the purchase-count models.

use std::collections::HashMap;

use super::groups::{Block, count_by_x, sorted_by_x, sum_over};
use super::jet::Jet;
use super::{Customers, Model, Process};
use crate::linear::Cholesky;
use crate::newton::{Limits, Optimum, maximise};
use crate::numeric::two_sided_z;
use crate::{Answer, Result, StatsError, TooFew};

/// Customers with a repeat purchase below which no model is fitted.
pub(super) const NEED_REPEATERS: usize = 10;
/// Customers on which starting points are compared.
pub(super) const SCOUTS: usize = 4_096;
/// Logarithms of parameters stay within ±this; reaching it means the data do not bound a parameter.
const BOUND: f64 = 16.0;
pub(super) const LIMITS: Limits = Limits { iterations: 300, step: 2.0, rise: 1e-9, bound: BOUND, trust: 1e-4 };

/// A fitted purchase-count model.
#[derive(Debug, Clone)]
pub struct Fit {
    pub model: Model,
    /// In the order of [`Model::parameter_names`]; times in the unit of the data.
    pub params: [f64; 4],
    /// From the inverse Hessian at the optimum; `None` when it is not negative definite.
    pub standard_errors: Option<[f64; 4]>,
    /// Covariance of the logarithms of the parameters, row-major 4×4.
    pub log_covariance: Option<Vec<f64>>,
    pub log_likelihood: f64,
    pub customers: usize,
    pub repeat_transactions: f64,
    pub iterations: usize,
    /// Parameters that the data hardly determine (at the bound of the search, or with a standard
    /// error of their logarithm above 2); empty when all is well.
    pub weak: Vec<&'static str>,
}

/// Fits a purchase-count model by damped Newton steps on the logarithms of its parameters, with
/// analytic first and second derivatives.
///
/// The start is the best of several on a subsample. `TooFew` below 10 customers with repeats.
///
/// # Errors
/// Bad summaries (see [`Customers::check`]); no convergence, with the values reached.
pub fn fit(model: Model, customers: Customers<'_>) -> Result<Answer<Fit>> {
    customers.check()?;
    let repeaters = customers.x.iter().filter(|&&x| x > 0.0).count();
    if let Some(few) = TooFew::check("customers with a repeat purchase", repeaters, NEED_REPEATERS) {
        return Ok(Answer::TooFew(few));
    }
    let start = scout(model, customers);
    let paths = Paths::new(model, customers);
    let best = climb(&paths, &start);
    let is_at_bound = best.point.iter().any(|p| p.abs() >= BOUND);
    if !best.is_converged && !is_at_bound {
        return Err(StatsError::NotConverged {
            what: format!("the {} likelihood", model.name()),
            iterations: best.iterations,
            reached: format!("{}, log-likelihood {:.4}", named(model, &best.point), best.at.value),
        });
    }
    Ok(Answer::Known(finish(model, customers, &best)))
}

/// Profile-likelihood intervals of the parameters: where the log-likelihood, maximised over the
/// others, falls by half the chi-squared quantile of `level`. A side that does not fall within a
/// factor of e⁷ is `None`: the data do not bound the parameter there.
pub fn profile(fit: &Fit, customers: Customers<'_>, level: f64) -> Result<[[Option<f64>; 2]; 4]> {
    customers.check()?;
    let paths = Paths::new(fit.model, customers);
    let fall = 0.5 * two_sided_z(level).powi(2);
    let centre = fit.params.map(f64::ln);
    let mut sides = [[None; 2]; 4];
    for (i, side) in sides.iter_mut().enumerate() {
        for (bound, direction) in side.iter_mut().zip([-1.0, 1.0]) {
            let drop = |distance: f64, near: &mut [f64]| {
                near[i] = centre[i] + direction * distance;
                let best = climb_others(&paths, near, i);
                near.copy_from_slice(&best.point);
                fit.log_likelihood - best.at.value - fall
            };
            *bound = distance_of(drop, centre).map(|d| (centre[i] + direction * d).exp());
        }
    }
    Ok(sides)
}

/// The distance where `drop` crosses zero, by expansion and then bisection; `None` beyond 7.
fn distance_of(mut drop: impl FnMut(f64, &mut [f64]) -> f64, centre: [f64; 4]) -> Option<f64> {
    let mut near = centre;
    let (mut low, mut high) = (0.0, 0.05);
    while drop(high, &mut near) < 0.0 {
        low = high;
        high *= 2.0;
        if high > 7.0 {
            return None;
        }
    }
    for _ in 0..12 {
        let middle = 0.5 * (low + high);
        if drop(middle, &mut near) < 0.0 { low = middle } else { high = middle }
    }
    Some(0.5 * (low + high))
}

/// The best optimum over several starts on a subsample, as logarithms of the parameters.
fn scout(model: Model, customers: Customers<'_>) -> Vec<f64> {
    let few = Sample::every(customers, customers.len().div_ceil(SCOUTS));
    let paths = Paths::new(model, few.customers());
    let total: f64 = few.t.iter().sum();
    let purchases: f64 = few.x.iter().sum::<f64>().max(1.0);
    let per_purchase = total / purchases;
    let time = total / few.x.len() as f64;
    let starts: [[f64; 4]; 5] = match model {
        Model::BgNbd | Model::MbgNbd => [
            [0.5, 0.3 * per_purchase, 0.7, 2.5],
            [1.5, 1.5 * per_purchase, 1.0, 20.0],
            [0.3, 0.2 * per_purchase, 0.1, 0.3],
            [5.0, 4.0 * per_purchase, 5.0, 20.0],
            [0.8, 0.8 * per_purchase, 0.01, 5.0],
        ],
        Model::ParetoNbd => [
            [0.5, 0.3 * per_purchase, 0.6, 0.4 * time],
            [1.5, 1.5 * per_purchase, 0.3, 2.0 * time],
            [1.0, 0.8 * per_purchase, 2.0, 3.0 * time],
            [3.0, 2.0 * per_purchase, 0.2, 0.05 * time],
            [0.8, 0.8 * per_purchase, 0.01, time],
        ],
    };
    let climbs = starts.iter().map(|s| climb(&paths, &s.map(|p| p.max(1e-6).ln())));
    let best = climbs.max_by(|a, b| a.at.value.total_cmp(&b.at.value));
    let mut start = best.map_or(vec![0.0; 4], |b| b.point);
    // Each larger sample starts so near its optimum that a step or two reach it.
    for share in [32, 4].into_iter().filter(|share| customers.len() >= share * 2 * SCOUTS) {
        let more = Sample::every(customers, share);
        start = climb(&Paths::new(model, more.customers()), &start).point;
    }
    start
}

fn climb(paths: &Paths, start: &[f64]) -> Optimum {
    maximise(start, LIMITS, |logs| paths.likelihood(logs))
}

/// Maximises over all parameters but one.
fn climb_others(paths: &Paths, start: &[f64], fixed: usize) -> Optimum {
    maximise(start, LIMITS, |logs| {
        let mut at = paths.likelihood(logs);
        at.gradient[fixed] = 0.0;
        for j in 0..4 {
            at.hessian[fixed * 4 + j] = 0.0;
            at.hessian[j * 4 + fixed] = 0.0;
        }
        at.hessian[fixed * 5] = -1.0;
        at
    })
}

fn finish(model: Model, customers: Customers<'_>, best: &Optimum) -> Fit {
    let params: [f64; 4] = std::array::from_fn(|i| best.point[i].exp());
    let information: Vec<f64> = best.at.hessian.iter().map(|h| -h).collect();
    let log_covariance = covariance_of(&information);
    let log_error = |i: usize| log_covariance.as_ref().map(|c| c[i * 5].sqrt());
    let is_weak = |i: &usize| best.point[*i].abs() >= BOUND || log_error(*i).is_none_or(|e| e > 2.0);
    let names = model.parameter_names();
    Fit {
        model,
        params,
        standard_errors: log_covariance.as_ref().map(|c| std::array::from_fn(|i| params[i] * c[i * 5].sqrt())),
        weak: (0..4).filter(is_weak).map(|i| names[i]).collect(),
        log_covariance,
        log_likelihood: best.at.value,
        customers: customers.len(),
        repeat_transactions: customers.x.iter().sum(),
        iterations: best.iterations,
    }
}

/// The inverse of the information in the logarithms. Along a ridge rounding can hide what little the data say:
/// then each logarithm counts as known to within the bound of the search, so that the others keep their errors.
fn covariance_of(information: &[f64]) -> Option<Vec<f64>> {
    let bounded = || {
        let mut information = information.to_vec();
        (0..4).for_each(|i| information[i * 5] += 1.0 / (BOUND * BOUND));
        Cholesky::new(&information, 4)
    };
    Cholesky::new(information, 4).or_else(bounded).map(|c| c.inverse())
}

fn named(model: Model, logs: &[f64]) -> String {
    let pairs = model.parameter_names().into_iter().zip(logs);
    pairs.map(|(name, log)| format!("{name} {:.6}", log.exp())).collect::<Vec<_>>().join(", ")
}

/// A subsample of customers, owned.
struct Sample {
    x: Vec<f64>,
    t_x: Vec<f64>,
    t: Vec<f64>,
}

impl Sample {
    fn every(all: Customers<'_>, step: usize) -> Self {
        let pick = |values: &[f64]| values.iter().step_by(step).copied().collect();
        Self { x: pick(all.x), t_x: pick(all.t_x), t: pick(all.t) }
    }

    fn customers(&self) -> Customers<'_> {
        Customers { x: &self.x, t_x: &self.t_x, t: &self.t }
    }
}

/// What the likelihood sums over: customers by x, identical ones merged where that pays.
struct Paths {
    model: Model,
    blocks: Vec<Block>,
    t_x: Vec<f64>,
    t: Vec<f64>,
    /// How many customers each is; empty when none are merged.
    weight: Vec<f64>,
    /// Customers by x: (x, how many).
    by_x: Vec<(f64, f64)>,
}

impl Paths {
    fn new(model: Model, customers: Customers<'_>) -> Self {
        let by_x = count_by_x(customers.x);
        // Merging costs one hash a customer: more than one BG/NBD term, far less than one quadrature.
        if model != Model::ParetoNbd {
            let (blocks, [t_x, t]) = sorted_by_x(customers.x, [customers.t_x, customers.t]);
            return Self { model, blocks, t_x, t, weight: Vec::new(), by_x };
        }
        let mut index = HashMap::with_capacity(customers.len().min(1 << 16));
        let (mut x, mut t_x, mut t, mut weight) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for i in 0..customers.len() {
            let key = [customers.x[i], customers.t_x[i], customers.t[i]];
            let at = *index.entry(key.map(f64::to_bits)).or_insert(weight.len());
            if at == weight.len() {
                x.push(key[0]);
                t_x.push(key[1]);
                t.push(key[2]);
                weight.push(0.0);
            }
            weight[at] += 1.0;
        }
        let (blocks, [t_x, t, weight]) = sorted_by_x(&x, [&t_x, &t, &weight]);
        Self { model, blocks, t_x, t, weight, by_x }
    }

    /// The log-likelihood with derivatives in the logarithms of the parameters.
    fn likelihood(&self, logs: &[f64]) -> crate::newton::Evaluation {
        let params: [f64; 4] = std::array::from_fn(|i| logs[i].exp());
        let process = Process::new(self.model, params);
        let mut sum = sum_over(&self.blocks, |block| self.path_part(&process, block));
        for &(x, count) in &self.by_x {
            let part = match process {
                Process::Geometric(g) => g.x_part(x),
                Process::Pareto(p) => p.x_part(x),
            };
            sum.add(&part, count);
        }
        sum.in_logs(&params)
    }

    fn path_part(&self, process: &Process, Block { x, rows }: &Block) -> Jet<4> {
        let (t_x, t) = (&self.t_x[rows.clone()], &self.t[rows.clone()]);
        match process {
            Process::Geometric(g) => g.path_part(*x, t_x, t),
            Process::Pareto(p) => {
                let mut sum = Jet::ZERO;
                for ((t_x, t), weight) in t_x.iter().zip(t).zip(&self.weight[rows.clone()]) {
                    sum.add(&p.path_part(*x, *t_x, *t), *weight);
                }
                sum
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ridge_leaves_the_other_parameters_their_errors() {
        // The third and fourth move together freely; rounding has made their common direction bend upwards.
        let mut information = vec![0.0; 16];
        (information[0], information[5]) = (100.0, 400.0);
        (information[10], information[15]) = (1e6 - 1e-4, 1e6 - 1e-4);
        (information[11], information[14]) = (-1e6, -1e6);
        let errors: Vec<f64> = covariance_of(&information).expect("bounded").iter().step_by(5).map(|v| v.sqrt()).collect();
        assert!((errors[0] - 0.1).abs() < 1e-4 && (errors[1] - 0.05).abs() < 1e-4);
        assert!(errors[2] > 2.0 && errors[3] > 2.0, "{errors:?}");
        information[0] = -1.0;
        assert!(covariance_of(&information).is_none(), "no maximum");
    }
}
