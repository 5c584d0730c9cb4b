//! Customer lifetime value: purchase counts (BG/NBD, MBG/NBD, Pareto/NBD) × spend (Gamma-Gamma).
//!
//! A customer is summarised by `x` repeat purchases, the last one `t_x` after the first, seen for `T`
//! since the first (one time unit for all, days or weeks; several purchases on one day are one).
//! [`fit`] and [`fit_spend`] estimate by maximum likelihood; [`forecast`] gives the probability of
//! being alive, expected purchases and discounted value; [`Holdout`] compares with what happened.

mod curves;
mod fit;
mod geometric;
mod groups;
mod holdout;
mod jet;
mod pareto;
mod predict;
mod spend;
mod transactions;

pub use fit::{Fit, fit, profile};
pub use holdout::{FrequencyClass, Holdout, TrackingPoint, holdout, tracking};
pub use predict::{Forecast, Total, Valuation, forecast};
pub use spend::{SpendFit, fit_spend};
pub use transactions::{Period, Purchase, Summaries, summarise};

use crate::answer::{all_in_range, same_length};
use crate::{Result, StatsError};

/// The model of purchase counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// Leaves with probability p after each repeat purchase. Parameters r, alpha, a, b.
    BgNbd,
    /// As BG/NBD, and may leave right after the first purchase. Parameters r, alpha, a, b.
    MbgNbd,
    /// Leaves at an exponential time, purchases or not. Parameters r, alpha, s, beta.
    ParetoNbd,
}

impl Model {
    /// The name in the literature.
    pub fn name(self) -> &'static str {
        match self {
            Self::BgNbd => "BG/NBD",
            Self::MbgNbd => "MBG/NBD",
            Self::ParetoNbd => "Pareto/NBD",
        }
    }

    /// Names of the four parameters, in the order of every array of this module.
    pub fn parameter_names(self) -> [&'static str; 4] {
        match self {
            Self::BgNbd | Self::MbgNbd => ["r", "alpha", "a", "b"],
            Self::ParetoNbd => ["r", "alpha", "s", "beta"],
        }
    }
}

/// Summaries of customers, one entry each; `t_x` and `t` in one time unit.
#[derive(Debug, Clone, Copy)]
pub struct Customers<'a> {
    /// Repeat purchases (a customer's first purchase is not counted).
    pub x: &'a [f64],
    /// Time from the first to the last purchase; 0 when `x` is 0.
    pub t_x: &'a [f64],
    /// Time from the first purchase to the end of observation.
    pub t: &'a [f64],
}

/// More repeat purchases than one person makes; a bound for tables by x.
const MOST_PURCHASES: f64 = 10_000_000.0;

impl Customers<'_> {
    pub fn len(&self) -> usize {
        self.x.len()
    }

    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// Checks lengths, whole non-negative counts, and 0 ≤ t_x ≤ T with t_x = 0 exactly when x = 0.
    pub fn check(&self) -> Result<()> {
        same_length("t_x", self.t_x.len(), "x", self.x.len())?;
        same_length("T", self.t.len(), "x", self.x.len())?;
        all_in_range("x", self.x, "a whole number from 0 to 10,000,000", |x| (0.0..=MOST_PURCHASES).contains(&x) && x.fract() == 0.0)?;
        all_in_range("T", self.t, "0 or more", |t| t >= 0.0)?;
        all_in_range("t_x", self.t_x, "0 or more", |t| t >= 0.0)?;
        for (i, ((&x, &t_x), &t)) in self.x.iter().zip(self.t_x).zip(self.t).enumerate() {
            let range = match () {
                () if t_x > t => "at most T",
                () if x == 0.0 && t_x > 0.0 => "0 for a customer without repeat purchases",
                () if x > 0.0 && t_x == 0.0 => "above 0 for a customer with repeat purchases",
                () => continue,
            };
            return Err(StatsError::OutOfRange { what: "t_x".into(), row: i + 1, value: t_x, range });
        }
        Ok(())
    }
}

/// The likelihood and predictions of a model at given parameters.
#[derive(Debug, Clone, Copy)]
enum Process {
    Geometric(geometric::Geometric),
    Pareto(pareto::Pareto),
}

impl Process {
    fn new(model: Model, params: [f64; 4]) -> Self {
        match model {
            Model::BgNbd => Self::Geometric(geometric::Geometric::new(params, false)),
            Model::MbgNbd => Self::Geometric(geometric::Geometric::new(params, true)),
            Model::ParetoNbd => Self::Pareto(pareto::Pareto::new(params)),
        }
    }

    fn p_alive(&self, x: f64, t_x: f64, t: f64) -> f64 {
        match self {
            Self::Geometric(g) => g.p_alive(x, t_x, t),
            Self::Pareto(p) => p.p_alive(x, t_x, t),
        }
    }

    /// Probability of being alive at T, with the slopes of its logarithm in the logarithms of the parameters.
    fn p_alive_slopes(&self, x: f64, t_x: f64, t: f64) -> (f64, [f64; 4]) {
        match self {
            Self::Geometric(g) => g.p_alive_slopes(x, t_x, t),
            Self::Pareto(p) => p.p_alive_slopes(x, t_x, t),
        }
    }

    /// The same process with its parameters multiplied by `factors`.
    fn moved(&self, factors: [f64; 4]) -> Self {
        match self {
            Self::Geometric(g) => {
                let [r, alpha, a, b] = factors;
                Self::Geometric(geometric::Geometric { r: g.r * r, alpha: g.alpha * alpha, a: g.a * a, b: g.b * b, ..*g })
            }
            Self::Pareto(p) => {
                let [r, alpha, s, beta] = factors;
                Self::Pareto(pareto::Pareto::new([p.r * r, p.alpha * alpha, p.s * s, p.beta * beta]))
            }
        }
    }

    fn expected_if_alive(&self, x: f64, t: f64, horizon: f64) -> f64 {
        match self {
            Self::Geometric(g) => g.expected_if_alive(x, t, horizon),
            Self::Pareto(p) => p.expected_if_alive(x, t, horizon),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUSTOMERS: [[f64; 3]; 5] = [[0.0, 0.0, 30.0], [1.0, 0.5, 39.0], [3.0, 20.0, 21.0], [26.0, 30.9, 31.0], [300.0, 40.0, 200.0]];

    fn processes() -> impl Iterator<Item = ([f64; 4], Process)> {
        let params = [[0.24, 4.4, 0.8, 2.4], [0.6, 12.0, 2.8, 0.5], [2.0, 30.0, 0.05, 9.0]];
        let models = [Model::BgNbd, Model::MbgNbd, Model::ParetoNbd];
        models.into_iter().flat_map(move |model| params.map(|p| (p, Process::new(model, p))))
    }

    /// f at the parameters with one logarithm moved either way: the central difference.
    fn difference(process: Process, i: usize, f: impl Fn(Process) -> f64) -> f64 {
        let moved = |step: f64| f(process.moved(std::array::from_fn(|j| if j == i { f64::exp(step) } else { 1.0 })));
        (moved(1e-5) - moved(-1e-5)) / 2e-5
    }

    #[test]
    fn slopes_of_being_alive_are_those_of_its_logarithm() {
        for (_, process) in processes() {
            for [x, t_x, t] in CUSTOMERS {
                let (alive, slopes) = process.p_alive_slopes(x, t_x, t);
                assert!((alive - process.p_alive(x, t_x, t)).abs() < 1e-12);
                for i in 0..4 {
                    let expect = difference(process, i, |p| p.p_alive(x, t_x, t).max(1e-300).ln());
                    let is_close = (slopes[i] - expect).abs() < 1e-6 * (1.0 + expect.abs());
                    assert!(is_close || alive < 1e-12, "{process:?} {x} {t_x} {t} {i}: {} {expect}", slopes[i]);
                }
            }
        }
    }

    #[test]
    fn the_likelihood_has_the_derivatives_it_says() {
        let jet = |process: Process, [x, t_x, t]: [f64; 3]| match process {
            Process::Geometric(g) => g.path_part(x, &[t_x], &[t]),
            Process::Pareto(p) => p.path_part(x, t_x, t),
        };
        for (params, process) in processes() {
            for customer in CUSTOMERS {
                let exact = jet(process, customer);
                for i in 0..4 {
                    let expect = difference(process, i, |p| jet(p, customer).value) / params[i];
                    assert!((exact.gradient[i] - expect).abs() < 2e-6 * (1.0 + expect.abs()), "{process:?} {customer:?} {i}");
                    for j in i..4 {
                        let expect = difference(process, i, |p| jet(p, customer).gradient[j]) / params[i];
                        let gap = (exact.hessian[i][j] - expect).abs();
                        assert!(gap < 2e-6 * (1.0 + expect.abs()), "{process:?} {customer:?} {i} {j}: {} {expect}", exact.hessian[i][j]);
                    }
                }
            }
        }
    }
}
