//! BG/NBD and MBG/NBD: Poisson purchases, a coin flip for leaving after each purchase.
//!
//! While alive a customer buys at rate λ ~ Gamma(r, α) and leaves with probability p ~ Beta(a, b)
//! after each repeat purchase (BG/NBD: Fader, Hardie & Lee 2005, Marketing Science 24(2)); in the
//! modified model also right after the first purchase (MBG/NBD: Batislam, Denizel & Filiztekin 2007,
//! IJRM 24(3)), so that a customer without repeats may be gone. With `c` = 0 or 1 for the modified
//! model, both likelihoods read
//!
//! ```text
//! L = Γ(r+x)/Γ(r) αʳ · B(a, b+c+x)/B(a, b) (α+T)^−(r+x) · (1 + e^u)
//! e^u = a/(b+c+x−1) · ((α+T)/(α+t_x))^(r+x)        (no e^u term when x + c = 0)
//! ```
//!
//! and 1/(1 + e^u) is the probability of being alive.

use super::jet::Jet;
use crate::numeric::{digamma, ln_gamma, softplus, trigamma};

/// Parameters r, α, a, b and whether customers may leave right after the first purchase.
#[derive(Debug, Clone, Copy)]
pub(super) struct Geometric {
    pub r: f64,
    pub alpha: f64,
    pub a: f64,
    pub b: f64,
    pub is_modified: bool,
}

impl Geometric {
    pub fn new(params: [f64; 4], is_modified: bool) -> Self {
        let [r, alpha, a, b] = params;
        Self { r, alpha, a, b, is_modified }
    }

    fn c(&self) -> f64 {
        f64::from(u8::from(self.is_modified))
    }

    /// The part of the log-likelihood that depends on x alone.
    pub fn x_part(&self, x: f64) -> Jet<4> {
        let Self { r, alpha, a, b, .. } = *self;
        let bx = b + self.c() + x;
        let mut jet = Jet::ZERO;
        jet.value = ln_gamma(r + x) - ln_gamma(r) + r * alpha.ln() + ln_gamma(bx) - ln_gamma(a + bx) - ln_gamma(b) + ln_gamma(a + b);
        let (both, both_x) = (digamma(a + b), digamma(a + bx));
        jet.gradient = [digamma(r + x) - digamma(r) + alpha.ln(), r / alpha, both - both_x, digamma(bx) - both_x - digamma(b) + both];
        let bend = trigamma(a + b) - trigamma(a + bx);
        jet.hessian[0][0] = trigamma(r + x) - trigamma(r);
        jet.hessian[0][1] = 1.0 / alpha;
        jet.hessian[1][1] = -r / (alpha * alpha);
        jet.hessian[2][2] = bend;
        jet.hessian[2][3] = bend;
        jet.hessian[3][3] = trigamma(bx) - trigamma(b) + bend;
        jet
    }

    /// The part that depends on the customer's times too.
    #[inline]
    pub fn path_part(&self, x: f64, t_x: f64, t: f64) -> Jet<4> {
        let k = self.r + x;
        let end = 1.0 / (self.alpha + t);
        let log_end = (self.alpha + t).ln();
        let mut jet = Jet::ZERO;
        jet.value = -k * log_end;
        jet.gradient = [-log_end, -k * end, 0.0, 0.0];
        jet.hessian[0][1] = -end;
        jet.hessian[1][1] = k * end * end;
        let others = self.b + self.c() + x - 1.0;
        if x + self.c() == 0.0 {
            return jet;
        }
        let last = 1.0 / (self.alpha + t_x);
        let gap = ((self.alpha + t) * last).ln();
        let (log_sum, gone) = self.odds(k * gap, others);
        jet.value += log_sum;
        let narrowing = end - last;
        let du = [gap, k * narrowing, 1.0 / self.a, -1.0 / others];
        let mut ddu = [[0.0; 4]; 4];
        ddu[0][1] = narrowing;
        ddu[1][1] = -k * (end * end - last * last);
        ddu[2][2] = -1.0 / (self.a * self.a);
        ddu[3][3] = 1.0 / (others * others);
        jet.add_chain(gone, gone * (1.0 - gone), &du, &ddu);
        jet
    }

    /// ln(1 + e^u) and e^u/(1 + e^u) for u = ln(a/others) + exponent.
    #[inline]
    fn odds(&self, exponent: f64, others: f64) -> (f64, f64) {
        if exponent < 600.0 {
            let odds = self.a / others * exponent.exp();
            return (odds.ln_1p(), odds / (1.0 + odds));
        }
        let u = (self.a / others).ln() + exponent;
        (softplus(u), 1.0 / (1.0 + (-u).exp()))
    }

    /// Probability that the customer is still alive at T.
    #[inline]
    pub fn p_alive(&self, x: f64, t_x: f64, t: f64) -> f64 {
        if x + self.c() == 0.0 {
            return 1.0;
        }
        let gap = ((self.alpha + t) / (self.alpha + t_x)).ln();
        1.0 - self.odds((self.r + x) * gap, self.b + self.c() + x - 1.0).1
    }

    /// Expected purchases in the `horizon` after T of a customer known to be alive at T.
    ///
    /// With λ ~ Gamma(r+x, α+T) and p ~ Beta(a, b+c+x) it is E[(1 − e^(−λ p h)) / p], in closed form
    /// `C/(a−1) · (1 − (1−z)^(a−1) ₂F₁(C−r−x, a−1; C; z))`, C = a+b+c+x−1, z = h/(α+T+h)
    /// (eq. 10 of the 2005 paper after Euler's transformation).
    pub fn expected_if_alive(&self, x: f64, t: f64, horizon: f64) -> f64 {
        if horizon <= 0.0 {
            return 0.0;
        }
        let start = self.alpha + t;
        let z = horizon / (start + horizon);
        let bx = self.b + self.c() + x;
        let top = self.a + bx - 1.0;
        let is_tame = z < 0.9 && (self.a - 1.0).abs() > 1e-3 && self.a < 60.0 && top > 0.05;
        if is_tame && let Some(series) = hypergeometric(top - self.r - x, self.a - 1.0, top, z) {
            return top / (self.a - 1.0) * (1.0 - (1.0 - z).powf(self.a - 1.0) * series);
        }
        self.expected_by_quadrature(self.r + x, bx, horizon / start)
    }

    /// The same expectation by the trapezoidal rule in w = ln(p/(1−p)), where the integrand is
    /// analytic and dies off exponentially on both sides, so that the rule converges geometrically.
    ///
    /// For small a (or b) a side dies off so slowly that its steps cannot be counted; but far out the
    /// integrand is e^(a·w) (or e^(−bx·w)) times a constant, and the steps left are a geometric series.
    fn expected_by_quadrature(&self, k: f64, bx: f64, y: f64) -> f64 {
        let a = self.a;
        let log_beta = ln_gamma(a) + ln_gamma(bx) - ln_gamma(a + bx);
        let log_density = |w: f64| -a * softplus(-w) - bx * softplus(w) - log_beta;
        let centre = (a / bx).ln();
        let width = (1.0 / a + 1.0 / bx).sqrt();
        let step = f64::min(0.25, width / 2.0);
        let peak = log_density(centre);
        let term = |w: f64| {
            let p = 1.0 / (1.0 + (-w).exp());
            let gain = if p * y < 1e-12 { k * y } else { -(-k * (p * y).ln_1p()).exp_m1() / p };
            log_density(w).exp() * gain
        };
        let mut sum = term(centre);
        for (direction, decay, others) in [(-1.0, a, bx.max((k + 1.0) * y)), (1.0, bx, a.max(k))] {
            let constant_from = f64::ln(1e15 * (1.0 + others));
            let mut w = centre + direction * step;
            while log_density(w) > peak - 42.0 {
                if direction * w > constant_from {
                    sum += term(w) / -(-decay * step).exp_m1();
                    break;
                }
                sum += term(w);
                w += direction * step;
            }
        }
        sum * step
    }
}

/// ₂F₁(a, b; c; z) by its series; `None` when it does not settle in 2,000 terms or cancels.
fn hypergeometric(a: f64, b: f64, c: f64, z: f64) -> Option<f64> {
    let (mut term, mut sum, mut largest) = (1.0_f64, 1.0_f64, 1.0_f64);
    for n in 0..2_000 {
        let n = f64::from(n);
        term *= (a + n) * (b + n) / ((c + n) * (n + 1.0)) * z;
        sum += term;
        largest = largest.max(term.abs());
        if term.abs() <= sum.abs() * 1e-17 {
            return (largest < sum.abs() * 1e3).then_some(sum);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_and_quadrature_agree() {
        for params in [[0.243, 4.414, 0.793, 2.426], [0.6, 8.0, 2.8, 0.5], [2.0, 30.0, 0.05, 0.3], [1.0, 5.0, 20.0, 90.0]] {
            let model = Geometric::new(params, false);
            for (x, t, h) in [(0.0, 5.0, 10.0), (1.0, 39.0, 52.0), (7.0, 10.0, 20.0), (60.0, 100.0, 300.0)] {
                let direct = model.expected_if_alive(x, t, h);
                let quadrature = model.expected_by_quadrature(model.r + x, model.b + x, h / (model.alpha + t));
                assert!((direct / quadrature - 1.0).abs() < 1e-11, "{params:?} {x} {t} {h}: {direct} {quadrature}");
            }
        }
    }

    /// Hardly anybody leaves (a → 0), nearly everybody does (b → 0), and both: closed forms of the limits.
    #[test]
    fn quadrature_ends_at_the_bounds_of_the_search() {
        let (k, t, h) = (2.8_f64, 30.0, 50.0);
        let at = |a: f64, b: f64| Geometric::new([k, 6.0, a, b], false).expected_by_quadrature(k, b, h / (6.0 + t));
        let (tiny, y) = (1e-7, h / (6.0 + t));
        assert!((at(tiny, 9e6) / (k * y) - 1.0).abs() < 1e-6, "all stay: the rate times the horizon");
        let once = 1.0 - (1.0 + y).powf(-k);
        assert!((at(9e6, tiny) / once - 1.0).abs() < 1e-6, "all leave at the first purchase");
        assert!((at(tiny, tiny) / (0.5 * (k * y + once)) - 1.0).abs() < 1e-5, "half of each");
    }

    #[test]
    fn expectation_is_smooth_where_a_is_one() {
        let at = |a: f64| Geometric::new([0.5, 6.0, a, 2.0], true).expected_if_alive(3.0, 20.0, 30.0);
        assert!((at(1.0) - 0.5 * (at(0.998) + at(1.002))).abs() < 1e-5);
    }
}
