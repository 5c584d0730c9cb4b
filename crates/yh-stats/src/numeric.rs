//! Small numeric pieces that several methods share.

use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

/// Standard normal quantile: `normal_quantile(0.975)` is 1.959964. `p` outside (0, 1) gives ±infinity.
pub fn normal_quantile(p: f64) -> f64 {
    if p.is_nan() || p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    Normal::standard().inverse_cdf(p)
}

/// z of a two-sided interval of the given level: `two_sided_z(0.95)` is 1.959964.
pub fn two_sided_z(level: f64) -> f64 {
    normal_quantile(0.5 + level / 2.0)
}

/// Standard normal distribution function.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * statrs::function::erf::erfc(-z / std::f64::consts::SQRT_2)
}

/// Two-sided p-value of a z statistic.
pub fn two_sided_p(z: f64) -> f64 {
    statrs::function::erf::erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// Upper tail of the chi-squared distribution; 1 for a non-positive statistic or zero degrees of freedom.
pub fn chi2_upper_tail(statistic: f64, degrees: usize) -> f64 {
    if degrees == 0 || statistic <= 0.0 {
        return 1.0;
    }
    ChiSquared::new(degrees as f64).map_or(1.0, |d| d.sf(statistic))
}

/// Quantile by linear interpolation of the order statistics (R type 7); `sorted` ascending.
///
/// `None` when empty.
pub fn quantile_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = p.clamp(0.0, 1.0) * last as f64;
    let low = at.floor() as usize;
    let high = (low + 1).min(last);
    Some(sorted[low] + (at - low as f64) * (sorted[high] - sorted[low]))
}

pub use statrs::function::gamma::{digamma, ln_gamma};

/// Derivative of [`digamma`] for x > 0: recurrence up to 12, then the asymptotic series
/// (Abramowitz & Stegun 6.4.12).
pub fn trigamma(mut x: f64) -> f64 {
    let mut sum = 0.0;
    while x < 12.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = y * (1.0 / 6.0 - y * (1.0 / 30.0 - y * (1.0 / 42.0 - y * (1.0 / 30.0 - y * 5.0 / 66.0))));
    sum + 1.0 / x + 0.5 * y + series / x
}

/// ln(1 + e^u) without overflow.
pub fn softplus(u: f64) -> f64 {
    if u > 0.0 { u + (-u).exp().ln_1p() } else { u.exp().ln_1p() }
}

/// Σ ln v over positive values: they are multiplied up, and one logarithm is taken of many.
#[derive(Debug, Clone, Copy)]
pub struct LogSum {
    product: f64,
    sum: f64,
}

impl Default for LogSum {
    fn default() -> Self {
        Self { product: 1.0, sum: 0.0 }
    }
}

impl LogSum {
    #[inline]
    pub fn add(&mut self, value: f64) {
        let product = self.product * value;
        if (1e-200..1e200).contains(&product) {
            self.product = product;
        } else {
            self.sum += self.product.ln();
            self.product = 1.0;
            self.sum += value.ln();
        }
    }

    pub fn total(&self) -> f64 {
        self.sum + self.product.ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_the_normal_and_chi_squared() {
        assert!((two_sided_z(0.95) - 1.959_963_984_540_054).abs() < 1e-9);
        assert!((two_sided_p(1.959_963_984_540_054) - 0.05).abs() < 1e-9);
        assert!((normal_cdf(1.0) - 0.841_344_746_068_543).abs() < 1e-9);
        assert!((chi2_upper_tail(3.841_458_820_694_124, 1) - 0.05).abs() < 1e-9);
        assert!((trigamma(1.0) - std::f64::consts::PI.powi(2) / 6.0).abs() < 1e-13);
        assert!((trigamma(0.25) - 17.197_329_154_507_11).abs() < 1e-11);
        assert!((softplus(800.0) - 800.0).abs() < 1e-12 && softplus(-800.0) >= 0.0);
        assert_eq!(quantile_sorted(&[1.0, 2.0, 3.0, 4.0], 0.2), Some(1.6));
        assert_eq!(quantile_sorted(&[], 0.5), None);
    }

    #[test]
    fn logarithms_of_products_are_sums_of_logarithms() {
        let values: Vec<f64> = (0..5_000).map(|i| (f64::from(i * 37 % 401) - 200.0).exp()).chain([1e-300, 1e300, 1e308]).collect();
        let mut sum = LogSum::default();
        values.iter().for_each(|v| sum.add(*v));
        let plain: f64 = values.iter().map(|v| v.ln()).sum();
        assert!((sum.total() / plain - 1.0).abs() < 1e-12 && plain.abs() > 100.0);
        assert_eq!(LogSum::default().total(), 0.0);
    }
}
