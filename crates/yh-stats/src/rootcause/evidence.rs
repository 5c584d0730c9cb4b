//! How much each leaf speaks for "this leaf changed by such a share" against "this is noise".
//!
//! All leaves of one root cause change by about the same share (the generalised ripple effect of
//! Li et al. 2019, *Generic and robust localization of multi-dimensional root causes*). The noise is
//! learned from the leaves that moved against the total, which no cause explains.

use super::Measure;

/// Leaves far out of the noise that no cause explains, at the least, expected over all leaves: naming
/// such a leaf among all costs as much as naming it as a cause, so the number of leaves must not matter.
const STRAYS: f64 = 1e-3;
/// Chance that a leaf under a cause is ordinary all the same.
const SPARED: f64 = 3e-3;
/// Smallest relative noise: forecasts are never better than this.
const NOISE_FLOOR: f64 = 0.005;
/// Spread of the shares of change under one cause: tight, and loose.
const SPREADS: [f64; 2] = [0.03, 0.1];
/// Shares of change that are tried for additive measures: from, to, step.
const SHARES: (f64, f64, f64) = (0.1, 1.0, 0.05);
/// So many spreads away a density adds nothing, whatever it is divided by.
const FAR: f64 = 11.0;
/// Relative variance of the rates of leaves from one period to the next, for ratio measures.
const RATE_VARIANCE: f64 = 0.1;
/// No leaf of a ratio measure speaks louder than this (in nats).
const LOUDEST: f64 = 60.0;

/// Log-likelihood ratios of all leaves for all candidate shares of change.
pub(super) struct Evidence {
    /// Candidate shares of change, in (0, 1], in the direction of the total.
    pub shares: Vec<f64>,
    /// Row-major: leaf by candidate.
    pub ratios: Vec<f64>,
}

impl Evidence {
    pub fn of_leaf(&self, leaf: usize) -> &[f64] {
        &self.ratios[leaf * self.shares.len()..(leaf + 1) * self.shares.len()]
    }
}

/// Weighs every leaf; `direction` is -1 when the total fell, 1 when it rose.
pub(super) fn weigh(actual: &[f64], expected: &[f64], direction: f64, measure: Measure) -> Evidence {
    let noise = Noise::learn(actual, expected, direction);
    match measure {
        Measure::Additive => additive(actual, expected, direction, &noise),
        Measure::Ratio => ratio(actual, expected, direction, &noise),
    }
}

/// Share of change in the direction of the total, in [-1, 1]; `None` for an empty leaf.
fn share(actual: f64, expected: f64, direction: f64) -> Option<f64> {
    let size = actual.abs().max(expected.abs());
    (size > 0.0).then(|| (direction * (actual - expected) / size).clamp(-1.0, 1.0))
}

/// Variance of a leaf's share of change: `relative + per_unit / size`.
struct Noise {
    relative: f64,
    per_unit: f64,
    /// Share of leaves far outside that variance.
    stray: f64,
}

impl Noise {
    fn learn(actual: &[f64], expected: &[f64], direction: f64) -> Self {
        // (size, |share|) of the leaves that moved against the total, small ones first.
        let mut against: Vec<(f64, f64)> = actual
            .iter()
            .zip(expected)
            .filter_map(|(&a, &e)| share(a, e, direction).filter(|s| *s < 0.0).map(|s| (a.abs().max(e.abs()), -s)))
            .collect();
        against.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (relative, per_unit) = fit_variance(&against);
        let mut noise = Self { relative, per_unit, stray: STRAYS / actual.len() as f64 };
        // So far out that ordinary noise hardly has one such leaf.
        let beyond = crate::numeric::normal_quantile(1.0 - 0.005 / (against.len() + 1) as f64).max(4.0);
        let far = against.iter().filter(|(size, s)| *s > beyond * noise.deviation(*size)).count();
        noise.stray = noise.stray.max(far as f64 / (against.len() + 1) as f64);
        noise
    }

    fn deviation(&self, size: f64) -> f64 {
        (self.relative + self.per_unit / size).sqrt().clamp(NOISE_FLOOR, 1.0)
    }
}

/// Robust standard deviation of shares that are symmetric around zero.
fn robust_deviation(group: &[(f64, f64)]) -> f64 {
    let mut sizes: Vec<f64> = group.iter().map(|g| g.1).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.get(sizes.len() / 2).map_or(0.0, |median| 1.4826 * median)
}

/// Fits `variance = relative + per_unit / size` to groups of leaves of like size, both parts >= 0,
/// by least squares weighted for the relative error of a variance.
fn fit_variance(against: &[(f64, f64)]) -> (f64, f64) {
    let pooled = robust_deviation(against).powi(2);
    let groups = (against.len() / 15).clamp(1, 10);
    let points: Vec<(f64, f64)> = (0..groups)
        .map(|g| &against[g * against.len() / groups..(g + 1) * against.len() / groups])
        .filter(|group| group.len() >= 5)
        .map(|group| (1.0 / group[group.len() / 2].0, robust_deviation(group).powi(2)))
        .collect();
    let (mut relative, mut per_unit) = (pooled, 0.0);
    for round in 0..8 {
        let mut sums = [0.0; 5];
        for &(x, y) in &points {
            let fitted: f64 = if round == 0 { 1.0 } else { relative + per_unit * x + 1e-12 };
            let w = 1.0 / (fitted * fitted);
            let terms = [w, w * x, w * x * x, w * y, w * x * y];
            sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
        }
        let [s, sx, sxx, sy, sxy] = sums;
        let determinant = s * sxx - sx * sx;
        if determinant <= 1e-12 * s * sxx || determinant.is_nan() {
            break;
        }
        relative = (sy * sxx - sxy * sx) / determinant;
        per_unit = (s * sxy - sx * sy) / determinant;
        if per_unit < 0.0 {
            (relative, per_unit) = (sy / s, 0.0);
        }
        if relative < 0.0 {
            (relative, per_unit) = (0.0, sxy / sxx);
        }
    }
    (relative, per_unit)
}

fn density(x: f64, mean: f64, deviation: f64) -> f64 {
    let z = (x - mean) / deviation;
    (-0.5 * z * z).exp() / (deviation * std::f64::consts::TAU.sqrt())
}

/// Normal shares around the cause's share, against normal noise around zero.
fn additive(actual: &[f64], expected: &[f64], direction: f64, noise: &Noise) -> Evidence {
    let (from, to, step) = SHARES;
    let count = ((to - from) / step).round() as usize + 1;
    let grid: Vec<(f64, f64)> = SPREADS.iter().flat_map(|&spread| (0..count).map(move |i| (from + i as f64 * step, spread))).collect();
    let never = SPARED.ln();
    let mut ratios = vec![0.0; actual.len() * grid.len()];
    for (leaf, row) in ratios.chunks_exact_mut(grid.len()).enumerate() {
        let Some(seen) = share(actual[leaf], expected[leaf], direction) else {
            continue;
        };
        let deviation = noise.deviation(actual[leaf].abs().max(expected[leaf].abs()));
        let ordinary = (1.0 - noise.stray) * density(seen, 0.0, deviation) + noise.stray * 0.5;
        for (ratio, &(share, spread)) in row.iter_mut().zip(&grid) {
            *ratio = if share < deviation {
                // A change smaller than the noise is no cause.
                -1.0
            } else if (seen - share).abs() > FAR * spread {
                never
            } else {
                ((1.0 - SPARED) * density(seen, share, spread) / ordinary + SPARED).ln()
            };
        }
    }
    Evidence { shares: grid.into_iter().map(|(share, _)| share).collect(), ratios }
}

/// Quasi-Poisson counts: `actual` against `expected` times the cause's factor, with the variance
/// of counts (`per_unit`) and of rates.
fn ratio(actual: &[f64], expected: &[f64], direction: f64, noise: &Noise) -> Evidence {
    let shares: Vec<f64> = std::iter::successors(Some(0.02), |s| Some(s * 1.25)).take_while(|s| *s < 0.98).collect();
    let mut ratios = vec![0.0; actual.len() * shares.len()];
    let rate_variance = noise.relative.max(RATE_VARIANCE);
    for (leaf, row) in ratios.chunks_exact_mut(shares.len()).enumerate() {
        if actual[leaf] == 0.0 && expected[leaf] == 0.0 {
            continue;
        }
        let expect = expected[leaf].max(0.5);
        let dispersion = (noise.per_unit + rate_variance * expect).max(1e-3);
        for (ratio, &share) in row.iter_mut().zip(&shares) {
            let factor = if direction < 0.0 { 1.0 - share } else { 1.0 / (1.0 - share) };
            let gain = actual[leaf] * factor.ln() - expect * (factor - 1.0);
            *ratio = (gain / dispersion).clamp(-LOUDEST, LOUDEST);
        }
    }
    Evidence { shares, ratios }
}
