//! Nelder–Mead simplex search for the few smoothing parameters of a forecasting model.

/// Minimises `f` from `start` with initial steps of `step`; returns the best point and its value.
///
/// Non-finite values of `f` count as worst, so `f` may refuse a point with infinity.
pub fn nelder_mead(start: &[f64], step: f64, evaluations: usize, mut f: impl FnMut(&[f64]) -> f64) -> (Vec<f64>, f64) {
    let k = start.len();
    let mut value = |x: &[f64]| {
        let v = f(x);
        if v.is_finite() { v } else { f64::MAX }
    };
    let mut simplex: Vec<(Vec<f64>, f64)> = Vec::with_capacity(k + 1);
    simplex.push((start.to_vec(), value(start)));
    for i in 0..k {
        let mut x = start.to_vec();
        x[i] += step;
        let v = value(&x);
        simplex.push((x, v));
    }
    let mut used = k + 1;
    while used < evaluations {
        simplex.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (best, worst) = (simplex[0].1, simplex[k].1);
        if (worst - best).abs() <= 1e-7 * (best.abs() + 1e-9) {
            break;
        }
        let centre: Vec<f64> = (0..k).map(|j| simplex[..k].iter().map(|p| p.0[j]).sum::<f64>() / k as f64).collect();
        let towards = |scale: f64| -> Vec<f64> { centre.iter().zip(&simplex[k].0).map(|(c, w)| c + scale * (w - c)).collect() };
        let reflected = towards(-1.0);
        let at_reflected = value(&reflected);
        used += 1;
        if at_reflected < best {
            let expanded = towards(-2.0);
            let at_expanded = value(&expanded);
            used += 1;
            simplex[k] = if at_expanded < at_reflected { (expanded, at_expanded) } else { (reflected, at_reflected) };
            continue;
        }
        if at_reflected < simplex[k - 1].1 {
            simplex[k] = (reflected, at_reflected);
            continue;
        }
        let contracted = towards(if at_reflected < worst { -0.5 } else { 0.5 });
        let at_contracted = value(&contracted);
        used += 1;
        if at_contracted < worst.min(at_reflected) {
            simplex[k] = (contracted, at_contracted);
            continue;
        }
        let anchor = simplex[0].0.clone();
        for point in &mut simplex[1..] {
            for (x, a) in point.0.iter_mut().zip(&anchor) {
                *x = a + 0.5 * (*x - a);
            }
            point.1 = value(&point.0);
        }
        used += k;
    }
    simplex.sort_by(|a, b| a.1.total_cmp(&b.1));
    simplex.swap_remove(0)
}

/// Maps the real line onto (low, high), so that a bounded parameter can be searched freely.
pub fn into_range(x: f64, low: f64, high: f64) -> f64 {
    low + (high - low) / (1.0 + (-x).exp())
}

/// The inverse of [`into_range`].
pub fn from_range(value: f64, low: f64, high: f64) -> f64 {
    let share = ((value - low) / (high - low)).clamp(1e-9, 1.0 - 1e-9);
    (share / (1.0 - share)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_bottom_of_rosenbrocks_valley() {
        let f = |x: &[f64]| (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2);
        let (x, v) = nelder_mead(&[-1.2, 1.0], 0.5, 1000, f);
        assert!(v < 1e-5 && (x[0] - 1.0).abs() < 1e-2, "{x:?} {v}");
    }

    #[test]
    fn ranges_round_trip() {
        assert!((into_range(from_range(0.93, 0.8, 0.98), 0.8, 0.98) - 0.93).abs() < 1e-12);
    }
}
