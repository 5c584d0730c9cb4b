//! Dense linear algebra for a handful of unknowns; matrices are row-major slices.

/// Lower Cholesky factor of a symmetric positive definite matrix.
#[derive(Debug, Clone)]
pub struct Cholesky {
    n: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// Factors an `n`×`n` matrix; `None` when it is not positive definite (or not finite).
    pub fn new(matrix: &[f64], n: usize) -> Option<Self> {
        let mut lower = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..=i {
                let dot: f64 = (0..j).map(|k| lower[i * n + k] * lower[j * n + k]).sum();
                let rest = matrix[i * n + j] - dot;
                if i != j {
                    lower[i * n + j] = rest / lower[j * n + j];
                } else if rest > matrix[i * n + i].abs() * 1e-14 && rest.is_finite() {
                    lower[i * n + i] = rest.sqrt();
                } else {
                    return None;
                }
            }
        }
        Some(Self { n, lower })
    }

    /// Solves `matrix · x = right`.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let (n, l) = (self.n, &self.lower);
        let mut x = right.to_vec();
        for i in 0..n {
            let dot: f64 = (0..i).map(|k| l[i * n + k] * x[k]).sum();
            x[i] = (x[i] - dot) / l[i * n + i];
        }
        for i in (0..n).rev() {
            let dot: f64 = (i + 1..n).map(|k| l[k * n + i] * x[k]).sum();
            x[i] = (x[i] - dot) / l[i * n + i];
        }
        x
    }

    /// The inverse of the matrix.
    pub fn inverse(&self) -> Vec<f64> {
        let n = self.n;
        let mut inverse = vec![0.0; n * n];
        for j in 0..n {
            let mut unit = vec![0.0; n];
            unit[j] = 1.0;
            for (i, value) in self.solve(&unit).into_iter().enumerate() {
                inverse[i * n + j] = value;
            }
        }
        inverse
    }

    /// Column `j` of the lower factor.
    pub fn column(&self, j: usize) -> Vec<f64> {
        (0..self.n).map(|i| self.lower[i * self.n + j]).collect()
    }
}

/// `left' · matrix · right` for an `n`×`n` matrix.
pub fn bilinear(left: &[f64], matrix: &[f64], right: &[f64]) -> f64 {
    let n = left.len();
    (0..n).map(|i| left[i] * (0..n).map(|j| matrix[i * n + j] * right[j]).sum::<f64>()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_inverts_and_refuses() {
        let matrix = [4.0, 2.0, 0.6, 2.0, 3.0, 0.4, 0.6, 0.4, 2.0];
        let factor = Cholesky::new(&matrix, 3).expect("positive definite");
        let x = factor.solve(&[1.0, 2.0, 3.0]);
        for i in 0..3 {
            let back: f64 = (0..3).map(|j| matrix[i * 3 + j] * x[j]).sum();
            assert!((back - (i + 1) as f64).abs() < 1e-12);
        }
        assert!((factor.inverse()[4] * bilinear(&[0.0, 1.0, 0.0], &matrix, &[0.0, 1.0, 0.0]) - 3.0 * factor.inverse()[4]).abs() < 1e-12);
        assert!(Cholesky::new(&[1.0, 1.0, 1.0, 1.0], 2).is_none());
        assert!(Cholesky::new(&[f64::NAN], 1).is_none());
    }
}
