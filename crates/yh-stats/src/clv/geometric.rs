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
use crate::numeric::{LogSum, digamma, ln_gamma, softplus, trigamma};

/// Exponents below this have powers that a double holds, times any odds of the search.
const TAME: f64 = 600.0;

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

    /// The part that depends on the times too, summed over customers with `x` repeats each.
    pub fn path_part(&self, x: f64, t_x: &[f64], t: &[f64]) -> Jet<4> {
        let k = self.r + x;
        let others = self.b + self.c() + x - 1.0;
        let mut sums = PathSums::default();
        if x + self.c() == 0.0 {
            for t in t {
                sums.add_end(self.alpha + t);
            }
            return sums.alive_part(k);
        }
        let scale = self.a / others;
        for (t_x, t) in t_x.iter().zip(t) {
            let end = sums.add_end(self.alpha + t);
            let last = 1.0 / (self.alpha + t_x);
            let gap = ((self.alpha + t) * last).ln();
            let exponent = k * gap;
            if exponent < TAME {
                let odds = scale * exponent.exp();
                let alive = 1.0 / (1.0 + odds);
                sums.log_odds.add(1.0 + odds);
                sums.add_gone(odds * alive, odds * alive * alive, gap, end - last, end + last);
            } else {
                let (log_sum, gone) = self.odds(exponent, others);
                sums.far_odds += log_sum;
                sums.add_gone(gone, gone * (1.0 - gone), gap, end - last, end + last);
            }
        }
        let mut jet = sums.alive_part(k);
        sums.add_gone_part(&mut jet, k, self.a, others);
        jet
    }

    /// ln(1 + e^u) and e^u/(1 + e^u) for u = ln(a/others) + exponent.
    #[inline]
    fn odds(&self, exponent: f64, others: f64) -> (f64, f64) {
        if exponent < TAME {
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

    /// The same, with the slopes of its logarithm in the logarithms of the parameters.
    #[inline]
    pub fn p_alive_slopes(&self, x: f64, t_x: f64, t: f64) -> (f64, [f64; 4]) {
        if x + self.c() == 0.0 {
            return (1.0, [0.0; 4]);
        }
        let (k, others) = (self.r + x, self.b + self.c() + x - 1.0);
        let (end, last) = (1.0 / (self.alpha + t), 1.0 / (self.alpha + t_x));
        let gap = ((self.alpha + t) * last).ln();
        let gone = self.odds(k * gap, others).1;
        let slopes = [self.r * gap, self.alpha * k * (end - last), 1.0, -self.b / others];
        (1.0 - gone, slopes.map(|slope| -gone * slope))
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

/// Sums over customers of one x: of A = α+T, and of what happens where the customer may be gone, with
/// u and `gone` as above, `gap` = ln((α+T)/(α+t_x)), `narrowing` = its derivative in α.
#[derive(Default)]
struct PathSums {
    log_end: LogSum,
    end: f64,
    end_squared: f64,
    /// Σ ln(1 + e^u): of moderate u, and of the others.
    log_odds: LogSum,
    far_odds: f64,
    gone: f64,
    gone_gap: f64,
    gone_narrowing: f64,
    gone_narrowing_slope: f64,
    bend: f64,
    bend_gap: f64,
    bend_narrowing: f64,
    bend_gap_gap: f64,
    bend_gap_narrowing: f64,
    bend_narrowing_narrowing: f64,
}

impl PathSums {
    /// Adds A; returns 1/A.
    #[inline]
    fn add_end(&mut self, reach: f64) -> f64 {
        let end = 1.0 / reach;
        self.log_end.add(reach);
        self.end += end;
        self.end_squared += end * end;
        end
    }

    /// Adds a customer who may be gone; `bend` = gone·(1 − gone), `both` = 1/(α+T) + 1/(α+t_x).
    #[inline]
    fn add_gone(&mut self, gone: f64, bend: f64, gap: f64, narrowing: f64, both: f64) {
        self.gone += gone;
        self.gone_gap += gone * gap;
        self.gone_narrowing += gone * narrowing;
        self.gone_narrowing_slope += gone * narrowing * both;
        self.bend += bend;
        self.bend_gap += bend * gap;
        self.bend_narrowing += bend * narrowing;
        self.bend_gap_gap += bend * gap * gap;
        self.bend_gap_narrowing += bend * gap * narrowing;
        self.bend_narrowing_narrowing += bend * narrowing * narrowing;
    }

    /// −k ln A with its derivatives.
    fn alive_part(&self, k: f64) -> Jet<4> {
        let mut jet = Jet::ZERO;
        jet.value = -k * self.log_end.total();
        jet.gradient = [-self.log_end.total(), -k * self.end, 0.0, 0.0];
        jet.hessian[0][1] = -self.end;
        jet.hessian[1][1] = k * self.end_squared;
        jet
    }

    /// Adds ln(1 + e^u), where u has the slopes [gap, k·narrowing, 1/a, −1/others].
    fn add_gone_part(&self, jet: &mut Jet<4>, k: f64, a: f64, others: f64) {
        jet.value += self.log_odds.total() + self.far_odds;
        let slopes = [self.gone_gap, k * self.gone_narrowing, self.gone / a, -self.gone / others];
        let bends = [
            [self.bend_gap_gap, k * self.bend_gap_narrowing + self.gone_narrowing, self.bend_gap / a, -self.bend_gap / others],
            [
                0.0,
                k * (k * self.bend_narrowing_narrowing - self.gone_narrowing_slope),
                k * self.bend_narrowing / a,
                -k * self.bend_narrowing / others,
            ],
            [0.0, 0.0, (self.bend - self.gone) / (a * a), -self.bend / (a * others)],
            [0.0, 0.0, 0.0, (self.bend + self.gone) / (others * others)],
        ];
        for i in 0..4 {
            jet.gradient[i] += slopes[i];
            for j in i..4 {
                jet.hessian[i][j] += bends[i][j];
            }
        }
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
