//! Small dense least squares by Cholesky.

/// Solves `normal · x = right` for a symmetric matrix given by its lower triangle (row-major k × k).
///
/// A tiny ridge relative to each diagonal keeps dependent columns solvable; `normal` is overwritten.
pub fn solve_normal(normal: &mut [f64], right: &[f64]) -> Vec<f64> {
    let k = right.len();
    let floor = (0..k).map(|i| normal[i * k + i]).fold(0.0_f64, f64::max) * 1e-12 + f64::MIN_POSITIVE;
    for i in 0..k {
        normal[i * k + i] += 1e-10 * normal[i * k + i] + floor;
    }
    for i in 0..k {
        for j in 0..=i {
            let mut sum = normal[i * k + j];
            for p in 0..j {
                sum -= normal[i * k + p] * normal[j * k + p];
            }
            normal[i * k + j] = if i == j { sum.max(floor).sqrt() } else { sum / normal[j * k + j] };
        }
    }
    let mut x = right.to_vec();
    for i in 0..k {
        for p in 0..i {
            x[i] -= normal[i * k + p] * x[p];
        }
        x[i] /= normal[i * k + i];
    }
    for i in (0..k).rev() {
        for p in i + 1..k {
            x[i] -= normal[p * k + i] * x[p];
        }
        x[i] /= normal[i * k + i];
    }
    x
}

/// Least squares of `y` on the rows of `columns` (each of y's length) with `ridge` added to the
/// diagonal, relative to each column's own sum of squares.
pub fn least_squares(columns: &[Vec<f64>], y: &[f64], ridge: f64) -> Vec<f64> {
    let k = columns.len();
    let mut normal = vec![0.0; k * k];
    let mut right = vec![0.0; k];
    for i in 0..k {
        right[i] = super::loess::dot(&columns[i], y);
        for j in 0..=i {
            normal[i * k + j] = super::loess::dot(&columns[i], &columns[j]);
        }
        normal[i * k + i] *= 1.0 + ridge;
    }
    solve_normal(&mut normal, &right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovers_known_coefficients_and_survives_a_repeated_column() {
        let a: Vec<f64> = (0..30).map(|i| i as f64).collect();
        let b: Vec<f64> = (0..30).map(|i| ((i * 7) % 5) as f64).collect();
        let y: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 2.0 * a - 3.0 * b).collect();
        let x = least_squares(&[a.clone(), b.clone()], &y, 0.0);
        assert!((x[0] - 2.0).abs() < 1e-6 && (x[1] + 3.0).abs() < 1e-6);
        let x = least_squares(&[a.clone(), a, b], &y, 0.0);
        assert!((x[0] + x[1] - 2.0).abs() < 1e-3, "{x:?}");
    }
}
