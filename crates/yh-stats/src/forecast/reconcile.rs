//! Hierarchical reconciliation: forecasts of parents made equal to the sums of their children.
//!
//! Minimum trace reconciliation (Wickramasuriya, Athanasopoulos & Hyndman 2019) as a projection:
//! with C y = 0 stating every parent minus its children, `y~ = y - W C' (C W C')^-1 C y`.

use super::linear::solve_normal;
use crate::{Result, StatsError};

/// Who is the sum of whom: for each parent its children, by index of the series.
#[derive(Debug, Clone)]
pub struct Hierarchy {
    pub series: usize,
    pub sums: Vec<(usize, Vec<usize>)>,
}

/// How trust is shared between levels.
#[derive(Debug, Clone, PartialEq)]
pub enum Weighting {
    /// Keep the leaves, sum them up.
    BottomUp,
    /// Every series equally (ordinary least squares).
    Equal,
    /// By the variance of each series' forecast errors (weighted least squares).
    Variance(Vec<f64>),
    /// By the covariance of one-step errors, shrunk to its diagonal (MinT); errors per series, equally long.
    Covariance(Vec<Vec<f64>>),
}

/// Reconciles `forecasts` (per series, by step).
///
/// # Errors
/// Indices outside the series, a series in two sums of children of equal meaning (cycles), unequal lengths.
pub fn reconcile(hierarchy: &Hierarchy, forecasts: &[Vec<f64>], weighting: &Weighting) -> Result<Vec<Vec<f64>>> {
    let n = hierarchy.series;
    check(hierarchy, forecasts, weighting)?;
    if *weighting == Weighting::BottomUp {
        return bottom_up(hierarchy, forecasts);
    }
    let weight = weight_matrix(n, weighting);
    let constraints: Vec<Vec<f64>> = hierarchy
        .sums
        .iter()
        .map(|(parent, children)| {
            let mut row = vec![0.0; n];
            row[*parent] = 1.0;
            children.iter().for_each(|c| row[*c] -= 1.0);
            row
        })
        .collect();
    let k = constraints.len();
    // W C' column by column, then C W C'.
    let spread: Vec<Vec<f64>> = constraints.iter().map(|c| weight.times(c)).collect();
    let inner: Vec<f64> = (0..k * k).map(|ij| super::loess::dot(&constraints[ij / k], &spread[ij % k])).collect();
    let steps = forecasts.first().map_or(0, Vec::len);
    let mut out = forecasts.to_vec();
    for h in 0..steps {
        // A second pass removes the rounding that the first leaves.
        for _ in 0..2 {
            let now: Vec<f64> = out.iter().map(|f| f[h]).collect();
            let gaps: Vec<f64> = constraints.iter().map(|c| super::loess::dot(c, &now)).collect();
            let step = solve_normal(&mut inner.clone(), &gaps);
            for (i, series) in out.iter_mut().enumerate() {
                series[h] -= spread.iter().zip(&step).map(|(s, x)| s[i] * x).sum::<f64>();
            }
        }
    }
    Ok(out)
}

enum Weight {
    Diagonal(Vec<f64>),
    Full(Vec<Vec<f64>>),
}

impl Weight {
    fn times(&self, x: &[f64]) -> Vec<f64> {
        match self {
            Self::Diagonal(d) => d.iter().zip(x).map(|(d, x)| d * x).collect(),
            Self::Full(rows) => rows.iter().map(|r| super::loess::dot(r, x)).collect(),
        }
    }
}

fn weight_matrix(n: usize, weighting: &Weighting) -> Weight {
    match weighting {
        Weighting::BottomUp | Weighting::Equal => Weight::Diagonal(vec![1.0; n]),
        Weighting::Variance(v) => {
            let largest = v.iter().fold(0.0_f64, |a, b| a.max(*b));
            Weight::Diagonal(v.iter().map(|x| x.max(largest * 1e-12).max(f64::MIN_POSITIVE)).collect())
        }
        Weighting::Covariance(errors) => Weight::Full(shrunk_covariance(errors)),
    }
}

/// Covariance shrunk to its diagonal by the intensity of Schäfer & Strimmer (2005).
fn shrunk_covariance(errors: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let t = errors.first().map_or(0, Vec::len) as f64;
    let n = errors.len();
    let dot = super::loess::dot;
    let deviation: Vec<f64> = errors.iter().map(|e| (dot(e, e) / t).sqrt().max(1e-12)).collect();
    let scaled: Vec<Vec<f64>> = errors.iter().zip(&deviation).map(|(e, d)| e.iter().map(|v| v / d).collect()).collect();
    let (mut noise, mut signal) = (0.0, 0.0);
    let mut correlation = vec![vec![1.0; n]; n];
    for i in 0..n {
        for j in 0..i {
            let products: Vec<f64> = scaled[i].iter().zip(&scaled[j]).map(|(a, b)| a * b).collect();
            let r = products.iter().sum::<f64>() / t;
            noise += products.iter().map(|p| (p - r) * (p - r)).sum::<f64>() / (t * (t - 1.0).max(1.0));
            signal += r * r;
            correlation[i][j] = r;
            correlation[j][i] = r;
        }
    }
    let shrink = if signal > 0.0 { (noise / signal).clamp(0.0, 1.0) } else { 1.0 };
    for (i, row) in correlation.iter_mut().enumerate() {
        for (j, r) in row.iter_mut().enumerate() {
            let kept = if i == j { 1.0 } else { (1.0 - shrink) * *r };
            *r = kept * deviation[i] * deviation[j];
        }
    }
    correlation
}

fn bottom_up(hierarchy: &Hierarchy, forecasts: &[Vec<f64>]) -> Result<Vec<Vec<f64>>> {
    let mut out = forecasts.to_vec();
    let mut done: Vec<bool> = vec![true; hierarchy.series];
    hierarchy.sums.iter().for_each(|(p, _)| done[*p] = false);
    while done.contains(&false) {
        let ready = hierarchy.sums.iter().find(|(p, c)| !done[*p] && c.iter().all(|i| done[*i]));
        let Some((parent, children)) = ready else {
            return Err(StatsError::Invalid("the hierarchy has a circle: a series is its own descendant".into()));
        };
        for h in 0..out[*parent].len() {
            out[*parent][h] = children.iter().map(|c| out[*c][h]).sum();
        }
        done[*parent] = true;
    }
    Ok(out)
}

fn check(hierarchy: &Hierarchy, forecasts: &[Vec<f64>], weighting: &Weighting) -> Result<()> {
    let n = hierarchy.series;
    crate::answer::same_length("forecasts", forecasts.len(), "the hierarchy", n)?;
    let steps = forecasts.first().map_or(0, Vec::len);
    for f in forecasts {
        crate::answer::same_length("a forecast", f.len(), "the first forecast", steps)?;
        crate::answer::all_finite("forecast", f)?;
    }
    let outside = |i: &usize| *i >= n;
    if hierarchy.sums.iter().any(|(p, c)| outside(p) || c.iter().any(outside) || c.is_empty()) {
        return Err(StatsError::Invalid("the hierarchy names a series that is not there, or a parent without children".into()));
    }
    match weighting {
        Weighting::Variance(v) => {
            crate::answer::same_length("variances", v.len(), "the hierarchy", n)?;
            crate::answer::all_in_range("variance", v, "0 or more", |x| x >= 0.0)
        }
        Weighting::Covariance(errors) => {
            crate::answer::same_length("error series", errors.len(), "the hierarchy", n)?;
            let t = errors.first().map_or(0, Vec::len);
            for e in errors {
                crate::answer::same_length("errors", e.len(), "the first errors", t)?;
                crate::answer::all_finite("error", e)?;
            }
            if t < 2 { Err(StatsError::Invalid("MinT needs at least two errors per series".into())) } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> (Hierarchy, Vec<Vec<f64>>) {
        let hierarchy = Hierarchy { series: 3, sums: vec![(0, vec![1, 2])] };
        (hierarchy, vec![vec![100.0], vec![30.0], vec![40.0]])
    }

    #[test]
    fn the_gap_of_thirty_is_shared_by_weight() {
        let (hierarchy, base) = small();
        let equal = reconcile(&hierarchy, &base, &Weighting::Equal).expect("valid");
        assert!((equal[0][0] - 90.0).abs() < 1e-6 && (equal[1][0] - 40.0).abs() < 1e-6, "{equal:?}");
        let up = reconcile(&hierarchy, &base, &Weighting::BottomUp).expect("valid");
        assert_eq!(up[0][0], 70.0);
        // Variances 4, 1, 1: the parent takes 4/6 of the gap.
        let weighted = reconcile(&hierarchy, &base, &Weighting::Variance(vec![4.0, 1.0, 1.0])).expect("valid");
        assert!((weighted[0][0] - 80.0).abs() < 1e-6 && (weighted[2][0] - 45.0).abs() < 1e-6, "{weighted:?}");
    }

    #[test]
    fn covariance_weights_add_up_and_bad_trees_are_refused() {
        let (hierarchy, base) = small();
        let errors = vec![vec![1.0, -2.0, 1.5, -1.0], vec![0.5, -1.0, 1.0, -0.5], vec![0.4, -0.9, 0.2, -0.6]];
        let out = reconcile(&hierarchy, &base, &Weighting::Covariance(errors)).expect("valid");
        assert!((out[0][0] - out[1][0] - out[2][0]).abs() < 1e-6);
        let circle = Hierarchy { series: 2, sums: vec![(0, vec![1]), (1, vec![0])] };
        assert!(reconcile(&circle, &[vec![1.0], vec![2.0]], &Weighting::BottomUp).is_err());
        let outside = Hierarchy { series: 1, sums: vec![(0, vec![5])] };
        assert!(reconcile(&outside, &[vec![1.0]], &Weighting::Equal).is_err());
    }
}
