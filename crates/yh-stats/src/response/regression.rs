//! Linear and ridge regression with errors that do not assume equal variances.

use nalgebra::{DMatrix, DVector};
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::Result;
use crate::answer::{Answer, StatsError, TooFew, all_finite, same_length};

/// How the covariance of the coefficients is estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Errors<'a> {
    /// Equal variances.
    Classic,
    /// HC3 of MacKinnon & White (1985): residuals divided by 1 − leverage.
    Hc3,
    /// Newey & West (1987) with Bartlett weights up to this lag, and the small-sample factor n/(n−k).
    NeweyWest { lags: usize },
    /// Liang & Zeger (1986) over these clusters, with the usual small-sample factor.
    Cluster(&'a [u32]),
}

/// One coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    pub value: f64,
    pub standard_error: f64,
    pub t: f64,
    pub p: f64,
    pub lower: f64,
    pub upper: f64,
}

/// A fitted regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    /// The intercept, then one per column.
    pub coefficients: Vec<Coefficient>,
    /// Covariance of the coefficients, row-major.
    pub covariance: Vec<f64>,
    pub fitted: Vec<f64>,
    pub residuals: Vec<f64>,
    pub r_squared: f64,
    pub adjusted_r_squared: f64,
    /// Standard deviation of the residuals, with n − k degrees of freedom.
    pub residual_deviation: f64,
    /// Degrees of freedom of the t distribution.
    pub freedom: f64,
    /// Penalty used, on standardised columns and per row; 0 is least squares.
    pub ridge: f64,
}

/// Regresses `outcome` on the columns and an intercept.
///
/// With `ridge` > 0 the squared coefficients of standardised columns are penalised by `ridge` per
/// row; the intercept is not. Intervals are two-sided t intervals of the given level.
///
/// # Errors
/// Columns of unequal length or with values that are not finite; a constant column, or one that is
/// a combination of others (without ridge); a negative ridge.
pub fn regress(outcome: &[f64], columns: &[&[f64]], ridge: f64, errors: Errors<'_>, level: f64) -> Result<Answer<Regression>> {
    check(outcome, columns, ridge, errors)?;
    let (n, k) = (outcome.len(), columns.len() + 1);
    let clusters = if let Errors::Cluster(clusters) = errors { distinct(clusters) } else { usize::MAX };
    let outcomes = if outcome.iter().all(|y| *y == outcome[0]) { 1 } else { 2 };
    let checks = [TooFew::check("rows", n, k + 2), TooFew::check("distinct outcomes", outcomes, 2), TooFew::check("clusters", clusters, 2)];
    if let Some(few) = checks.into_iter().flatten().next() {
        return Ok(Answer::TooFew(few));
    }
    let design = Design::new(columns, n)?;
    let gram = design.matrix.transpose() * &design.matrix;
    let mut penalised = gram;
    (1..k).for_each(|j| penalised[(j, j)] += ridge * n as f64);
    let inverse = penalised.cholesky().map(|c| c.inverse()).ok_or_else(dependent)?;
    // A variance inflation this large is rounding, not information.
    if (1..k).any(|j| inverse[(j, j)] * n as f64 > 1e11) {
        return Err(dependent());
    }
    let y = DVector::from_column_slice(outcome);
    let scaled = &inverse * (design.matrix.transpose() * &y);
    let fitted = &design.matrix * &scaled;
    let residuals = &y - &fitted;
    let meat = meat(&design.matrix, &inverse, &residuals, errors);
    let covariance = &design.back * (&inverse * meat * &inverse) * design.back.transpose();
    let coefficients = &design.back * scaled;
    let freedom = match errors {
        Errors::Cluster(clusters) => (distinct(clusters) as f64 - 1.0).max(1.0),
        _ => (n - k) as f64,
    };
    Ok(Answer::Known(summarise(outcome, &coefficients, &covariance, fitted, residuals, freedom, level, ridge)))
}

fn check(outcome: &[f64], columns: &[&[f64]], ridge: f64, errors: Errors<'_>) -> Result<()> {
    all_finite("outcome", outcome)?;
    for (i, column) in columns.iter().enumerate() {
        let name = format!("column {}", i + 1);
        same_length(&name, column.len(), "outcome", outcome.len())?;
        all_finite(&name, column)?;
    }
    if let Errors::Cluster(clusters) = errors {
        same_length("cluster", clusters.len(), "outcome", outcome.len())?;
    }
    if ridge.is_nan() || ridge < 0.0 || ridge.is_infinite() {
        let range = "zero or more".into();
        return Err(StatsError::Option { name: "ridge".into(), value: ridge.to_string(), range });
    }
    Ok(())
}

fn dependent() -> StatsError {
    StatsError::Invalid("a column is a combination of the others: leave one out, or use ridge".into())
}

fn distinct(codes: &[u32]) -> usize {
    codes.iter().collect::<std::collections::BTreeSet<_>>().len()
}

/// Intercept and standardised columns, and the matrix that turns their coefficients into the user's.
struct Design {
    matrix: DMatrix<f64>,
    back: DMatrix<f64>,
}

impl Design {
    fn new(columns: &[&[f64]], n: usize) -> Result<Self> {
        let k = columns.len() + 1;
        let mut matrix = DMatrix::from_element(n, k, 1.0);
        let mut back = DMatrix::identity(k, k);
        for (j, column) in columns.iter().enumerate() {
            let mean = column.iter().sum::<f64>() / n as f64;
            let deviation = (column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64).sqrt();
            if deviation <= 1e-13 * mean.abs() || deviation == 0.0 {
                return Err(StatsError::Invalid(format!("column {} is constant: leave it out", j + 1)));
            }
            for i in 0..n {
                matrix[(i, j + 1)] = (column[i] - mean) / deviation;
            }
            back[(j + 1, j + 1)] = 1.0 / deviation;
            back[(0, j + 1)] = -mean / deviation;
        }
        Ok(Self { matrix, back })
    }
}

/// The middle of the sandwich.
fn meat(x: &DMatrix<f64>, inverse: &DMatrix<f64>, residuals: &DVector<f64>, errors: Errors<'_>) -> DMatrix<f64> {
    let (n, k) = x.shape();
    let freedom = (n - k) as f64;
    let weighted = |weights: Vec<f64>| {
        let scores = DMatrix::from_fn(n, k, |i, j| x[(i, j)] * weights[i]);
        scores.transpose() * scores
    };
    match errors {
        Errors::Classic => x.transpose() * x * (residuals.norm_squared() / freedom),
        Errors::Hc3 => weighted(
            (0..n)
                .map(|i| {
                    let row = x.row(i);
                    let leverage = (row * inverse * row.transpose())[(0, 0)];
                    residuals[i] / (1.0 - leverage).max(1e-9)
                })
                .collect(),
        ),
        Errors::NeweyWest { lags } => {
            let scores = DMatrix::from_fn(n, k, |i, j| x[(i, j)] * residuals[i]);
            let mut sum = scores.transpose() * &scores;
            for lag in 1..=lags.min(n - 1) {
                let weight = 1.0 - lag as f64 / (lags + 1) as f64;
                let later = scores.rows(lag, n - lag);
                let earlier = scores.rows(0, n - lag);
                let cross = later.transpose() * earlier;
                sum += (&cross + cross.transpose()) * weight;
            }
            sum * (n as f64 / freedom)
        }
        Errors::Cluster(clusters) => {
            let mut sums = std::collections::BTreeMap::<u32, DVector<f64>>::new();
            for i in 0..n {
                let score = x.row(i).transpose() * residuals[i];
                *sums.entry(clusters[i]).or_insert_with(|| DVector::zeros(k)) += score;
            }
            let groups = sums.len() as f64;
            let outer = sums.values().fold(DMatrix::zeros(k, k), |sum, s| sum + s * s.transpose());
            outer * (groups / (groups - 1.0).max(1.0) * (n as f64 - 1.0) / freedom)
        }
    }
}

#[allow(clippy::too_many_arguments)] // The parts of one result; a struct for them would be that result.
fn summarise(
    outcome: &[f64],
    coefficients: &DVector<f64>,
    covariance: &DMatrix<f64>,
    fitted: DVector<f64>,
    residuals: DVector<f64>,
    freedom: f64,
    level: f64,
    ridge: f64,
) -> Regression {
    let (n, k) = (outcome.len() as f64, coefficients.len());
    let mean = outcome.iter().sum::<f64>() / n;
    let total: f64 = outcome.iter().map(|y| (y - mean).powi(2)).sum();
    let left = residuals.norm_squared();
    let r_squared = if total > 0.0 { 1.0 - left / total } else { 0.0 };
    let variance = |j: usize| covariance[(j, j)].max(0.0);
    Regression {
        coefficients: (0..k).map(|j| coefficient(coefficients[j], variance(j).sqrt(), freedom, level)).collect(),
        covariance: covariance.transpose().as_slice().to_vec(),
        fitted: fitted.as_slice().to_vec(),
        residuals: residuals.as_slice().to_vec(),
        r_squared,
        adjusted_r_squared: 1.0 - (1.0 - r_squared) * (n - 1.0) / (n - k as f64),
        residual_deviation: (left / (n - k as f64)).sqrt(),
        freedom,
        ridge,
    }
}

/// A value with its t test and interval; certain (p 0) when its standard error is 0.
pub(super) fn coefficient(value: f64, standard_error: f64, freedom: f64, level: f64) -> Coefficient {
    let t = if standard_error > 0.0 { value / standard_error } else { f64::INFINITY.copysign(value) };
    let student = StudentsT::new(0.0, 1.0, freedom).ok();
    let p = student.map_or(1.0, |d| if t.is_finite() { 2.0 * d.sf(t.abs()) } else { 0.0 });
    let reach = student.map_or(0.0, |d| d.inverse_cdf(0.5 + level / 2.0)) * standard_error;
    Coefficient { value, standard_error, t, p, lower: value - reach, upper: value + reach }
}
