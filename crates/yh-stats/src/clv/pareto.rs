//! Pareto/NBD: Poisson purchases until an exponential lifetime ends.
//!
//! Purchase rate λ ~ Gamma(r, α), drop-out rate μ ~ Gamma(s, β) (Schmittlein, Morrison & Colombo 1987;
//! Fader & Hardie 2005 "A note on deriving the Pareto/NBD model"). Instead of differences of
//! hypergeometric functions, which cancel and overflow for large x, the likelihood is kept as
//!
//! ```text
//! L = Γ(r+x)/Γ(r) αʳ βˢ (α+T)^−(r+x) (β+T)^−s · (1 + s·I)
//! I = ∫ from t_x to T of ((α+T)/(α+τ))^(r+x) ((β+T)/(β+τ))^s dτ/(β+τ)
//! ```
//!
//! whose integrand is positive: with v = ln(min(α,β)+τ) it is smooth, and Gauss–Legendre gives I and,
//! by averages over the same nodes, every derivative of ln I. 1/(1 + s·I) is the probability of being alive.

use std::sync::OnceLock;

use super::jet::Jet;
use crate::numeric::{digamma, ln_gamma, softplus, trigamma};

/// Drop in the log of the integrand beyond which the rest of the interval is left out.
const NEGLIGIBLE: f64 = 45.0;

/// Parameters r, α (purchases) and s, β (drop-out).
#[derive(Debug, Clone, Copy)]
pub(super) struct Pareto {
    pub r: f64,
    pub alpha: f64,
    pub s: f64,
    pub beta: f64,
}

impl Pareto {
    pub fn new([r, alpha, s, beta]: [f64; 4]) -> Self {
        Self { r, alpha, s, beta }
    }

    /// The part of the log-likelihood that depends on x alone.
    pub fn x_part(&self, x: f64) -> Jet<4> {
        let Self { r, alpha, s, beta } = *self;
        let mut jet = Jet::ZERO;
        jet.value = ln_gamma(r + x) - ln_gamma(r) + r * alpha.ln() + s * beta.ln();
        jet.gradient = [digamma(r + x) - digamma(r) + alpha.ln(), r / alpha, beta.ln(), s / beta];
        jet.hessian[0][0] = trigamma(r + x) - trigamma(r);
        jet.hessian[0][1] = 1.0 / alpha;
        jet.hessian[1][1] = -r / (alpha * alpha);
        jet.hessian[2][3] = 1.0 / beta;
        jet.hessian[3][3] = -s / (beta * beta);
        jet
    }

    /// The part that depends on the customer's times too.
    pub fn path_part(&self, x: f64, t_x: f64, t: f64) -> Jet<4> {
        let Self { r, alpha, s, beta } = *self;
        let k = r + x;
        let (end_a, end_b) = (1.0 / (alpha + t), 1.0 / (beta + t));
        let mut jet = Jet::ZERO;
        jet.value = -k * (alpha + t).ln() - s * (beta + t).ln();
        jet.gradient = [-(alpha + t).ln(), -k * end_a, -(beta + t).ln(), -s * end_b];
        jet.hessian[0][1] = -end_a;
        jet.hessian[1][1] = k * end_a * end_a;
        jet.hessian[2][3] = -end_b;
        jet.hessian[3][3] = s * end_b * end_b;
        let Some(integral) = self.integral(x, t_x, t, true) else { return jet };
        let u = s.ln() + integral.log;
        jet.value += softplus(u);
        let gone = 1.0 / (1.0 + (-u).exp());
        let (mut du, mut ddu) = (integral.slope, integral.bend);
        du[2] += 1.0 / s;
        ddu[2][2] -= 1.0 / (s * s);
        jet.add_chain(gone, gone * (1.0 - gone), &du, &ddu);
        jet
    }

    /// Probability that the customer is still alive at T.
    pub fn p_alive(&self, x: f64, t_x: f64, t: f64) -> f64 {
        match self.integral(x, t_x, t, false) {
            Some(integral) => 1.0 / (1.0 + (self.s.ln() + integral.log).exp()),
            None => 1.0,
        }
    }

    /// The same, with the slopes of its logarithm in the logarithms of the parameters.
    pub fn p_alive_slopes(&self, x: f64, t_x: f64, t: f64) -> (f64, [f64; 4]) {
        let Some(integral) = self.integral(x, t_x, t, true) else { return (1.0, [0.0; 4]) };
        let alive = 1.0 / (1.0 + (self.s.ln() + integral.log).exp());
        let [r, alpha, s, beta] = integral.slope;
        let slopes = [self.r * r, self.alpha * alpha, self.s * s + 1.0, self.beta * beta];
        (alive, slopes.map(|slope| -(1.0 - alive) * slope))
    }

    /// Expected purchases in the `horizon` after T of a customer known to be alive at T:
    /// `(r+x)(β+T)/((α+T)(s−1)) · (1 − ((β+T)/(β+T+h))^(s−1))` (eq. 41 of the note).
    pub fn expected_if_alive(&self, x: f64, t: f64, horizon: f64) -> f64 {
        let stretch = (horizon / (self.beta + t)).ln_1p();
        let u = (self.s - 1.0) * stretch;
        let mean = if u.abs() < 1e-12 { 1.0 } else { -(-u).exp_m1() / u };
        (self.r + x) * (self.beta + t) / (self.alpha + t) * stretch * mean
    }

    /// ln I with its derivatives in (r, α, s, β); `None` when t_x = T.
    fn integral(&self, x: f64, t_x: f64, t: f64, with_derivatives: bool) -> Option<LogIntegral> {
        if t <= t_x {
            return None;
        }
        let Self { r, alpha, s, beta } = *self;
        let k = r + x;
        let low = alpha.min(beta);
        // dτ/(β+τ) = dv when β is the lesser, (α+τ)/(β+τ) dv when α is.
        let extra = f64::from(u8::from(alpha < beta));
        let log_integrand = |tau: f64| {
            let (la, lb) = ((alpha + tau).ln(), (beta + tau).ln());
            (la, lb, -(k - extra) * la - (s + extra) * lb)
        };
        let (from, to) = ((low + t_x).ln(), (low + t).ln());
        let (start, finish) = (log_integrand(t_x).2, log_integrand(t).2);
        let mut until = to;
        if start - finish > NEGLIGIBLE {
            let (mut near, mut far) = (from, to);
            for _ in 0..12 {
                let middle = 0.5 * (near + far);
                if start - log_integrand(middle.exp() - low).2 > NEGLIGIBLE { far = middle } else { near = middle }
            }
            until = far;
        }
        let half = 0.5 * (until - from);
        let rule = rule_for((start - finish).min(NEGLIGIBLE), until - from);
        let (la_end, lb_end) = ((alpha + t).ln(), (beta + t).ln());
        let mut sums = NodeSums::default();
        for &(node, weight) in rule {
            let tau = (from + half * (1.0 + node)).exp() - low;
            let (la, lb, log) = log_integrand(tau);
            let mass = weight * (log - start).exp();
            sums.total += mass;
            if with_derivatives {
                sums.add(mass, [la_end - la, lb_end - lb], 1.0 / (alpha + tau), 1.0 / (beta + tau), k, s);
            }
        }
        let log = k * la_end + s * lb_end + start + (half * sums.total).ln();
        let ends = (1.0 / (alpha + t), 1.0 / (beta + t));
        Some(if with_derivatives { sums.derivatives(log, ends, k, s) } else { LogIntegral { log, ..LogIntegral::default() } })
    }
}

/// ln I and its derivatives in (r, α, s, β).
#[derive(Default)]
struct LogIntegral {
    log: f64,
    slope: [f64; 4],
    bend: [[f64; 4]; 4],
}

/// Sums over the nodes of the mass, of the derivatives of the log integrand, and of their products.
#[derive(Default)]
struct NodeSums {
    total: f64,
    first: [f64; 4],
    products: [[f64; 4]; 4],
    a: f64,
    b: f64,
    aa: f64,
    bb: f64,
}

impl NodeSums {
    /// Adds one node; `a` = 1/(α+τ), `b` = 1/(β+τ). The terms that do not vary with τ join later.
    #[inline]
    fn add(&mut self, mass: f64, gaps: [f64; 2], a: f64, b: f64, k: f64, s: f64) {
        let d = [gaps[0], -k * a, gaps[1], -(s + 1.0) * b];
        for i in 0..4 {
            self.first[i] += mass * d[i];
            for j in i..4 {
                self.products[i][j] += mass * d[i] * d[j];
            }
        }
        self.a += mass * a;
        self.b += mass * b;
        self.aa += mass * a * a;
        self.bb += mass * b * b;
    }

    fn derivatives(self, log: f64, (end_a, end_b): (f64, f64), k: f64, s: f64) -> LogIntegral {
        let scale = 1.0 / self.total;
        let mean = self.first.map(|f| f * scale);
        let mut bend = [[0.0; 4]; 4];
        for i in 0..4 {
            for j in i..4 {
                bend[i][j] = self.products[i][j] * scale - mean[i] * mean[j];
            }
        }
        bend[0][1] += end_a - self.a * scale;
        bend[1][1] += k * (self.aa * scale - end_a * end_a);
        bend[2][3] += end_b - self.b * scale;
        bend[3][3] += (s + 1.0) * self.bb * scale - s * end_b * end_b;
        let slope = [mean[0], mean[1] + k * end_a, mean[2], mean[3] + s * end_b];
        LogIntegral { log, slope, bend }
    }
}

/// The rule that resolves a fall of the log integrand by `drop` over `width` to about 1e-12.
fn rule_for(drop: f64, width: f64) -> &'static [(f64, f64)] {
    static RULES: OnceLock<[Vec<(f64, f64)>; 4]> = OnceLock::new();
    let rules = RULES.get_or_init(|| [gauss_legendre(8), gauss_legendre(16), gauss_legendre(32), gauss_legendre(64)]);
    let load = f64::max(drop / 2.0, width * 1.6);
    match load {
        l if l < 1.0 => &rules[0],
        l if l < 5.0 => &rules[1],
        l if l < 14.0 => &rules[2],
        _ => &rules[3],
    }
}

/// Nodes and weights of Gauss–Legendre on [−1, 1], by Newton from Tricomi's approximation.
fn gauss_legendre(n: usize) -> Vec<(f64, f64)> {
    let root = |i: usize| {
        let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n as f64 + 0.5)).cos();
        let mut slope = 0.0;
        for _ in 0..100 {
            let (mut before, mut value) = (1.0, x);
            for j in 2..=n {
                let j = j as f64;
                (before, value) = (value, ((2.0 * j - 1.0) * x * value - (j - 1.0) * before) / j);
            }
            slope = n as f64 * (x * value - before) / (x * x - 1.0);
            let step = value / slope;
            x -= step;
            if step.abs() < 1e-15 {
                break;
            }
        }
        (x, 2.0 / ((1.0 - x * x) * slope * slope))
    };
    (0..n).map(root).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauss_legendre_is_exact_for_polynomials() {
        for n in [8, 16, 32, 64] {
            let rule = gauss_legendre(n);
            let moment = |p: i32| rule.iter().map(|(x, w)| w * x.powi(p)).sum::<f64>();
            assert!((moment(0) - 2.0).abs() < 1e-13 && (moment(14) - 2.0 / 15.0).abs() < 1e-13);
        }
    }

    /// The chosen rule against one of four panels of 64 nodes each, over awkward parameters.
    #[test]
    fn the_rule_resolves_the_integral() {
        for params in [[0.55, 10.6, 0.61, 11.7], [0.5, 0.01, 0.3, 14.0], [3.0, 40.0, 0.2, 0.001], [0.5143, 2.8845, 0.2856, 14.1087]] {
            let model = Pareto::new(params);
            for (x, t_x, t) in [(0.0, 0.0, 39.0), (1.0, 1.0, 39.0), (26.0, 30.9, 31.0), (300.0, 40.0, 200.0), (221.0, 103.42857, 103.57143)]
            {
                let direct = model.integral(x, t_x, t, true).expect("t_x < T").log;
                let (low, k) = (params[1].min(params[3]), model.r + x);
                let (from, to) = ((low + t_x).ln(), (low + t).ln());
                let height = |tau: f64| {
                    k * ((model.alpha + t) / (model.alpha + tau)).ln() + model.s * ((model.beta + t) / (model.beta + tau)).ln()
                        - (model.beta + tau).ln()
                        + (low + tau).ln()
                };
                let panels = 40;
                let rule = gauss_legendre(64);
                let mut sum = 0.0;
                for panel in 0..panels {
                    let half = 0.5 * (to - from) / panels as f64;
                    let left = from + 2.0 * half * panel as f64;
                    for (node, weight) in &rule {
                        let v = left + half * (1.0 + node);
                        sum += half * weight * (height(v.exp() - low) - height(t_x)).exp();
                    }
                }
                let fine = sum.ln() + height(t_x);
                assert!((direct - fine).abs() < 2e-11, "{params:?} {x} {t_x} {t}: {direct} {fine} {}", direct - fine);
            }
        }
    }
}
