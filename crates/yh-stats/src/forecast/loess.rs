//! Local regression on evenly spaced points, the smoother inside STL.
//!
//! Tricube weights, degree 0 or 1, nearest-neighbour span, as in Cleveland, Cleveland, McRae &
//! Terpenning (1990), "STL: A Seasonal-Trend Decomposition Procedure Based on Loess".

/// Degree of the local polynomial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Degree {
    Constant,
    Linear,
}

/// A smoother: `span` points take part in each fit; values between every `jump`-th are interpolated.
#[derive(Debug, Clone, Copy)]
pub struct Loess {
    pub span: usize,
    pub degree: Degree,
    pub jump: usize,
}

impl Loess {
    /// A smoother that fits at every tenth of its span and interpolates between, as STL does.
    pub fn new(span: usize, degree: Degree) -> Self {
        let span = span.max(3) | 1;
        Self { span, degree, jump: span.div_ceil(10) }
    }

    /// Smooths `y` at its own positions; `weights` (same length) multiply the tricube weights.
    pub fn smooth(&self, y: &[f64], weights: Option<&[f64]>) -> Vec<f64> {
        let n = y.len();
        if n < 2 {
            return y.to_vec();
        }
        let half = self.span / 2;
        // Inside, an unweighted local line at the centre of a symmetric window is a fixed weighted mean.
        let kernel = (weights.is_none() && self.span < n).then(|| central_kernel(half));
        let mut out = vec![0.0; n];
        let mut last = 0;
        let mut at = 0;
        loop {
            out[at] = match &kernel {
                Some(kernel) if at >= half && at + half < n => dot(kernel, &y[at - half..=at + half]),
                _ => self.at(y, weights, at as f64),
            };
            for between in last + 1..at {
                let share = (between - last) as f64 / (at - last) as f64;
                out[between] = out[last] + share * (out[at] - out[last]);
            }
            if at == n - 1 {
                return out;
            }
            last = at;
            at = (at + self.jump.max(1)).min(n - 1);
        }
    }

    /// The local fit at position `x` (which may lie a little outside `0..n`); `y` has at least one point.
    pub fn at(&self, y: &[f64], weights: Option<&[f64]>, x: f64) -> f64 {
        let n = y.len();
        let (left, right) = self.window(n, x);
        let mut reach = (x - left as f64).max(right as f64 - x);
        if self.span > n {
            reach += (self.span - n) as f64 / 2.0;
        }
        let (mut total, mut mean_x, mut mean_y) = (0.0, 0.0, 0.0);
        let weight = |i: usize| tricube((i as f64 - x).abs(), reach) * weights.map_or(1.0, |w| w[i]);
        for (i, &value) in y.iter().enumerate().take(right + 1).skip(left) {
            let w = weight(i);
            total += w;
            mean_x += w * i as f64;
            mean_y += w * value;
        }
        if total <= 0.0 {
            return y[(x.round().max(0.0) as usize).min(n - 1)];
        }
        mean_x /= total;
        mean_y /= total;
        if self.degree == Degree::Constant {
            return mean_y;
        }
        let (mut sxx, mut sxy) = (0.0, 0.0);
        for (i, &value) in y.iter().enumerate().take(right + 1).skip(left) {
            let w = weight(i);
            let dx = i as f64 - mean_x;
            sxx += w * dx * dx;
            sxy += w * dx * value;
        }
        // A spread below a thousandth of the range cannot carry a slope.
        if (sxx / total).sqrt() <= 1e-3 * (n as f64 - 1.0) {
            return mean_y;
        }
        mean_y + sxy / sxx * (x - mean_x)
    }

    fn window(&self, n: usize, x: f64) -> (usize, usize) {
        if self.span >= n {
            return (0, n - 1);
        }
        let left = (x - (self.span / 2) as f64).round().max(0.0) as usize;
        let left = left.min(n - self.span);
        (left, left + self.span - 1)
    }
}

fn tricube(distance: f64, reach: f64) -> f64 {
    if distance <= 0.001 * reach {
        return 1.0;
    }
    if distance >= 0.999 * reach {
        return 0.0;
    }
    let r = distance / reach;
    let c = 1.0 - r * r * r;
    c * c * c
}

fn central_kernel(half: usize) -> Vec<f64> {
    let raw: Vec<f64> = (0..=2 * half).map(|i| tricube((i as f64 - half as f64).abs(), half as f64)).collect();
    let total: f64 = raw.iter().sum();
    raw.into_iter().map(|w| w / total).collect()
}

/// Scalar product with four running sums, so that it compiles to vector instructions.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (ca, cb) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = ca.remainder().iter().zip(cb.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in ca.zip(cb) {
        for k in 0..4 {
            sums[k] += x[k] * y[k];
        }
    }
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_is_reproduced_also_beyond_its_ends() {
        let y: Vec<f64> = (0..60).map(|i| 3.0 + 0.5 * i as f64).collect();
        for span in [5, 11, 71] {
            let loess = Loess { span, degree: Degree::Linear, jump: 1 };
            for (i, v) in loess.smooth(&y, None).iter().enumerate() {
                assert!((v - y[i]).abs() < 1e-9, "span {span} at {i}: {v}");
            }
            assert!((loess.at(&y, None, 60.0) - 33.0).abs() < 1e-9);
            assert!((loess.at(&y, None, -1.0) - 2.5).abs() < 1e-9);
        }
    }

    #[test]
    fn the_fixed_kernel_equals_the_general_fit() {
        let y: Vec<f64> = (0..50).map(|i| ((i * 37) % 11) as f64).collect();
        let loess = Loess { span: 9, degree: Degree::Linear, jump: 1 };
        let smooth = loess.smooth(&y, None);
        for i in [0, 3, 4, 20, 45, 49] {
            assert!((smooth[i] - loess.at(&y, None, i as f64)).abs() < 1e-9);
        }
        let ones = vec![1.0; 50];
        let weighted = loess.smooth(&y, Some(&ones));
        assert!(smooth.iter().zip(&weighted).all(|(a, b)| (a - b).abs() < 1e-9));
    }
}
