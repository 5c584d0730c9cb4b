//! Purchases expected of customers who are alive, by x and T, with what an error of the parameters does to them.
//!
//! Both depend on x and T alone and smoothly on T, so for an x that many customers share they are
//! interpolated (Chebyshev in ln(offset + T), expectations to about 1e-12 and slopes to about 1e-6).

use rayon::prelude::*;

use super::groups::count_by_x;
use super::predict::Valuation;
use super::{Customers, Process};

/// Step, in standard errors, of the differences that give the slopes.
const NUDGE: f64 = 1e-3;

/// Expectations of a customer alive at T.
#[derive(Debug, Clone, Copy)]
pub(super) struct IfAlive {
    pub purchases: f64,
    pub discounted: f64,
    /// Change of the logarithms of both per standard error along each axis of the parameters' uncertainty.
    pub purchases_slopes: [f64; 4],
    pub discounted_slopes: [f64; 4],
}

/// What is expected of customers who are alive, at one set of parameters.
pub(super) struct Curves {
    process: Process,
    /// The parameters moved by [`NUDGE`] along each axis; empty when their uncertainty is not known.
    nudged: Vec<Process>,
    valuation: Valuation,
    axis: Axis,
    by_x: Vec<Option<Curve>>,
}

/// Chebyshev coefficients of the expectations and of their slopes.
struct Curve {
    expectations: Vec<[f64; 2]>,
    slopes: Vec<[f64; 8]>,
}

impl Curves {
    /// `axes` are the columns of a factor of the covariance of the parameters' logarithms.
    pub fn new(process: Process, axes: &[[f64; 4]], customers: Customers<'_>, valuation: Valuation) -> Self {
        let nudged = axes.iter().map(|axis| process.moved(axis.map(|a| (NUDGE * a).exp()))).collect();
        let axis = Axis::new(process, customers.t);
        let mut curves = Self { process, nudged, valuation, axis, by_x: Vec::new() };
        let counts = count_by_x(customers.x);
        let shared: Vec<(usize, Curve)> = counts
            .into_par_iter()
            .filter(|(_, n)| *n > 2.0 * curves.axis.nodes as f64)
            .map(|(x, _)| (x as usize, curves.curve(x)))
            .collect();
        curves.by_x.resize_with(shared.last().map_or(0, |s| s.0 + 1), || None);
        shared.into_iter().for_each(|(x, curve)| curves.by_x[x] = Some(curve));
        curves
    }

    fn curve(&self, x: f64) -> Curve {
        let expectations = self.axis.coefficients(self.axis.nodes, |t| if_alive(self.process, x, t, self.valuation));
        let slopes = if self.nudged.is_empty() {
            Vec::new()
        } else {
            self.axis.coefficients(self.axis.nodes / 2 + 1, |t| self.slopes(x, t, if_alive(self.process, x, t, self.valuation)))
        };
        Curve { expectations, slopes }
    }

    /// Slopes of purchases, then of discounted purchases.
    fn slopes(&self, x: f64, t: f64, base: [f64; 2]) -> [f64; 8] {
        let mut slopes = [0.0; 8];
        for (axis, process) in self.nudged.iter().enumerate() {
            let moved = if_alive(*process, x, t, self.valuation);
            for (part, (moved, base)) in moved.iter().zip(base).enumerate() {
                slopes[part * 4 + axis] = if base > 0.0 { (moved / base - 1.0) / NUDGE } else { 0.0 };
            }
        }
        slopes
    }

    #[inline]
    pub fn at(&self, x: f64, t: f64) -> IfAlive {
        let ([purchases, discounted], slopes) = match self.by_x.get(x as usize) {
            Some(Some(curve)) => {
                let u = self.axis.place(t);
                (clenshaw(&curve.expectations, u), clenshaw(&curve.slopes, u))
            }
            _ => {
                let base = if_alive(self.process, x, t, self.valuation);
                (base, self.slopes(x, t, base))
            }
        };
        let half = |from: usize| std::array::from_fn(|i| slopes[from + i]);
        IfAlive { purchases, discounted, purchases_slopes: half(0), discounted_slopes: half(4) }
    }
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

    /// Coefficients of the polynomials that equal `f` at `n` nodes.
    fn coefficients<const N: usize>(&self, n: usize, f: impl Fn(f64) -> [f64; N]) -> Vec<[f64; N]> {
        let angle = |k: usize| std::f64::consts::PI * (k as f64 + 0.5) / n as f64;
        let values: Vec<[f64; N]> = (0..n).map(|k| f(((self.middle + self.half * angle(k).cos()).exp() - self.offset).max(0.0))).collect();
        let coefficient = |j: usize| {
            let scale = if j == 0 { 1.0 } else { 2.0 } / n as f64;
            let mut sum = [0.0; N];
            for (k, value) in values.iter().enumerate() {
                let cosine = (j as f64 * angle(k)).cos() * scale;
                (0..N).for_each(|i| sum[i] += value[i] * cosine);
            }
            sum
        };
        (0..n).map(coefficient).collect()
    }

    /// Where T lies on the axis, −1 to 1.
    #[inline]
    fn place(&self, t: f64) -> f64 {
        ((self.offset + t).ln() - self.middle) / self.half
    }
}

/// Chebyshev series at `u` by Clenshaw's recurrence; zeros without coefficients.
#[inline]
fn clenshaw<const N: usize>(coefficients: &[[f64; N]], u: f64) -> [f64; N] {
    let Some((first, rest)) = coefficients.split_first() else { return [0.0; N] };
    let (mut next, mut after) = ([0.0; N], [0.0; N]);
    for c in rest.iter().rev() {
        let here = std::array::from_fn(|i| c[i] + 2.0 * u * next[i] - after[i]);
        (next, after) = (here, next);
    }
    std::array::from_fn(|i| first[i] + u * next[i] - after[i])
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
                let curve = axis.coefficients(axis.nodes, |t| if_alive(process, x, t, valuation));
                for &t in &t {
                    let (near, direct) = (clenshaw(&curve, axis.place(t)), if_alive(process, x, t, valuation));
                    for i in 0..2 {
                        assert!((near[i] / direct[i] - 1.0).abs() < 1e-9, "{model:?} {x} {t}: {near:?} {direct:?}");
                    }
                }
            }
        }
    }
}
