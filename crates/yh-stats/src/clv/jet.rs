//! A log-likelihood with its first two derivatives, summed over customers.

use crate::newton::Evaluation;

/// Value, gradient and upper triangle of the Hessian in `N` parameters.
#[derive(Debug, Clone, Copy)]
pub struct Jet<const N: usize> {
    pub value: f64,
    pub gradient: [f64; N],
    pub hessian: [[f64; N]; N],
}

impl<const N: usize> Jet<N> {
    pub const ZERO: Self = Self { value: 0.0, gradient: [0.0; N], hessian: [[0.0; N]; N] };

    /// Adds `weight` times another jet.
    #[inline]
    pub fn add(&mut self, other: &Self, weight: f64) {
        self.value += weight * other.value;
        for i in 0..N {
            self.gradient[i] += weight * other.gradient[i];
            for j in i..N {
                self.hessian[i][j] += weight * other.hessian[i][j];
            }
        }
    }

    /// Adds `factor·u` to first order and the chain rule's terms of a function `f(u)` with
    /// `f' = slope`, `f'' = bend`, where `u` has the given derivatives.
    #[inline]
    pub fn add_chain(&mut self, slope: f64, bend: f64, du: &[f64; N], ddu: &[[f64; N]; N]) {
        for i in 0..N {
            self.gradient[i] += slope * du[i];
            for j in i..N {
                self.hessian[i][j] += bend * du[i] * du[j] + slope * ddu[i][j];
            }
        }
    }

    /// The derivatives with respect to the logarithms of the (positive) parameters.
    pub fn in_logs(&self, params: &[f64; N]) -> Evaluation {
        let gradient: Vec<f64> = (0..N).map(|i| params[i] * self.gradient[i]).collect();
        let mut hessian = vec![0.0; N * N];
        for i in 0..N {
            for j in 0..N {
                let natural = if i <= j { self.hessian[i][j] } else { self.hessian[j][i] };
                hessian[i * N + j] = params[i] * params[j] * natural;
            }
            hessian[i * N + i] += gradient[i];
        }
        Evaluation { value: self.value, gradient, hessian }
    }
}
