//! Damped Newton maximisation with analytic derivatives.

use crate::linear::Cholesky;

/// A function value with its gradient and row-major Hessian.
#[derive(Debug, Clone)]
pub struct Evaluation {
    pub value: f64,
    pub gradient: Vec<f64>,
    pub hessian: Vec<f64>,
}

/// Where the search ended.
#[derive(Debug, Clone)]
pub struct Optimum {
    pub point: Vec<f64>,
    pub at: Evaluation,
    pub iterations: usize,
    pub is_converged: bool,
}

/// When to stop, and how far one step may go.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub iterations: usize,
    /// Largest change of one coordinate in one step.
    pub step: f64,
    /// Stop when the quadratic model promises less than this rise of the value.
    pub rise: f64,
    /// No coordinate leaves ±this.
    pub bound: f64,
    /// An undamped step shorter than this in every coordinate is the last one: its error is of the order of
    /// its square, so the function is not asked again. 0 = never.
    pub trust: f64,
}

/// A search whose value rose by less than this share of itself over so many iterations has ended on
/// flat ground: what rises are still promised lie below the rounding of a long sum, or along a ridge.
const FLAT: (usize, f64) = (30, 1e-9);

/// Maximises `f` from `start` by Newton steps with Levenberg–Marquardt damping: where the negated
/// Hessian is not positive definite, or a step does not rise, the damping grows.
///
/// Returns the best point reached and whether the rise still promised is below `limits.rise` (or the step
/// there below `limits.trust`), or the value has stopped rising.
pub fn maximise(start: &[f64], limits: Limits, mut f: impl FnMut(&[f64]) -> Evaluation) -> Optimum {
    let mut point = start.to_vec();
    let mut at = f(&point);
    let mut damping = 0.0;
    let mut mark = at.value;
    for iteration in 1..=limits.iterations {
        if iteration % FLAT.0 == 0 {
            if at.value - mark <= FLAT.1 * at.value.abs() {
                return Optimum { point, at, iterations: iteration, is_converged: true };
            }
            mark = at.value;
        }
        let Some(step) = damped_step(&at, damping) else {
            damping = f64::max(damping * 8.0, 1e-4);
            if damping > 1e12 {
                return Optimum { point, at, iterations: iteration, is_converged: false };
            }
            continue;
        };
        let promised: f64 = 0.5 * step.iter().zip(&at.gradient).map(|(s, g)| s * g).sum::<f64>();
        let next = moved(&point, &step, limits);
        let is_stuck = next == point;
        if damping == 0.0 && promised < limits.rise || is_stuck {
            return Optimum { point, at, iterations: iteration, is_converged: !is_stuck || promised < limits.rise };
        }
        if damping == 0.0 && longest(&step) < limits.trust {
            at.value += promised;
            return Optimum { point: next, at, iterations: iteration, is_converged: true };
        }
        let there = f(&next);
        // Rounding of a long sum must not look like a fall.
        if there.value.is_finite() && there.value >= at.value - 1e-13 * at.value.abs() {
            (point, at) = (next, there);
            damping = if damping < 1e-3 { 0.0 } else { damping / 8.0 };
        } else {
            damping = f64::max(damping * 8.0, 1e-3);
        }
        if damping > 1e12 {
            return Optimum { point, at, iterations: iteration, is_converged: promised < limits.rise };
        }
    }
    Optimum { point, at, iterations: limits.iterations, is_converged: false }
}

/// Solves `(−H + damping·D) step = g`, D the size of the diagonal; `None` when not positive definite.
fn damped_step(at: &Evaluation, damping: f64) -> Option<Vec<f64>> {
    let n = at.gradient.len();
    let mut matrix: Vec<f64> = at.hessian.iter().map(|h| -h).collect();
    let largest = (0..n).map(|i| matrix[i * n + i].abs()).fold(0.0, f64::max);
    for i in 0..n {
        let own = matrix[i * n + i].abs();
        matrix[i * n + i] += damping * (own + 1e-6 * largest + 1e-12);
    }
    Some(Cholesky::new(&matrix, n)?.solve(&at.gradient))
}

fn moved(point: &[f64], step: &[f64], limits: Limits) -> Vec<f64> {
    let scale = (limits.step / longest(step)).min(1.0);
    point.iter().zip(step).map(|(p, s)| (p + scale * s).clamp(-limits.bound, limits.bound)).collect()
}

fn longest(step: &[f64]) -> f64 {
    step.iter().fold(0.0, |m, s| m.max(s.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn climbs_a_curved_ridge() {
        // −Rosenbrock: one maximum, at (1, 1), with value 0.
        let rosenbrock = |p: &[f64]| {
            let (x, y) = (p[0], p[1]);
            let valley = y - x * x;
            Evaluation {
                value: -(1.0 - x).powi(2) - 100.0 * valley * valley,
                gradient: vec![2.0 * (1.0 - x) + 400.0 * x * valley, -200.0 * valley],
                hessian: vec![-2.0 + 400.0 * valley - 800.0 * x * x, 400.0 * x, 400.0 * x, -200.0],
            }
        };
        let limits = Limits { iterations: 200, step: 2.0, rise: 1e-12, bound: 50.0, trust: 0.0 };
        let best = maximise(&[-1.2, 1.0], limits, rosenbrock);
        assert!(best.is_converged);
        assert!((best.point[0] - 1.0).abs() < 1e-5 && best.at.value > -1e-9);
        let trusting = maximise(&[-1.2, 1.0], Limits { trust: 1e-3, ..limits }, rosenbrock);
        assert!(trusting.is_converged && trusting.iterations < best.iterations);
        assert!((trusting.point[0] - 1.0).abs() < 1e-5 && trusting.at.value.abs() < 1e-9);
    }
}
