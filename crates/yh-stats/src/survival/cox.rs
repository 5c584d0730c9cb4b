//! Cox's proportional hazards regression with Efron's treatment of ties.
//!
//! The hazard of a subject with covariates z is h₀(t)·e^(β·z), h₀ free (and one per stratum). With d
//! events tied at t, S the sums over those at risk and D those over the tied events, the partial
//! likelihood (Efron 1977) is
//!
//! ```text
//! ln L = Σ over t [ Σ over events β·z − Σ over l = 0..d−1 of ln(S₀ − (l/d) D₀) ]
//! ```

use rayon::prelude::*;

use super::Subjects;
use crate::answer::{all_finite, same_length};
use crate::linear::Cholesky;
use crate::newton::{Evaluation, Limits, maximise};
use crate::numeric::two_sided_p;
use crate::{Answer, Result, StatsError, TooFew};

/// Standard error of a covariate's effect over its whole range (a change of the log hazard) beyond
/// which the data are taken not to determine it: where a likelihood has no maximum, or is flat, the
/// search ends with an error far above this, and one event alone gives about 1.
const UNDETERMINED: f64 = 500.0;
/// Coefficients (per standard deviation) that no data with a maximum have.
const RUNAWAY: f64 = 12.0;
const LIMITS: Limits = Limits { iterations: 60, step: 2.0, rise: 1e-10, bound: 40.0, trust: 0.0 };
/// Rows a thread takes at a time.
const CHUNK: usize = 4_096;
/// Rows above which a fit starts from the optimum of a sixteenth of them.
const MANY: usize = 200_000;

/// One covariate's effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// Change of the log hazard per unit of the covariate.
    pub coef: f64,
    pub standard_error: f64,
    /// Two-sided Wald p-value.
    pub p: f64,
}

/// A fitted regression.
#[derive(Debug, Clone)]
pub struct Cox {
    /// One per covariate, in the order given.
    pub effects: Vec<Effect>,
    /// Covariance of the coefficients, row-major.
    pub covariance: Vec<f64>,
    /// Partial log-likelihood at the optimum, and with all coefficients 0.
    pub log_likelihood: f64,
    pub null_log_likelihood: f64,
    pub subjects: usize,
    pub events: usize,
    pub iterations: usize,
}

/// Fits the regression; `covariates` are columns, `strata` (when given) each subject's stratum.
///
/// `TooFew` with fewer events than covariates + 1.
///
/// # Errors
/// Bad subjects; covariates that are not finite, constant, linearly dependent, or that separate the
/// events (the likelihood then has no maximum); each says which column, counted from 1.
pub fn cox(subjects: Subjects<'_>, covariates: &[&[f64]], strata: Option<&[usize]>) -> Result<Answer<Cox>> {
    check(subjects, covariates, strata)?;
    if covariates.is_empty() {
        return Err(StatsError::Invalid("Cox regression needs at least one covariate".into()));
    }
    if let Some(few) = TooFew::check("events (one more than covariates)", subjects.events(), covariates.len() + 1) {
        return Ok(Answer::TooFew(few));
    }
    let scales = scales(covariates)?;
    let ranges = ranges(covariates, &scales);
    let rows = Rows::new(subjects, covariates, &scales, strata);
    let p = covariates.len();
    let mut start = vec![0.0; p];
    let null = rows.likelihood(&start);
    check_dependence(&null, subjects.events(), &ranges)?;
    if subjects.len() > MANY {
        let part = rows.every(16);
        start = maximise(&start, LIMITS, |beta| part.likelihood(beta)).point;
    }
    let best = maximise(&start, LIMITS, |beta| rows.likelihood(beta));
    let inverse = covariance_of(&best.at);
    let runaway = best.point.iter().position(|b| b.abs() > RUNAWAY);
    if let Some(i) = runaway.or_else(|| undetermined(inverse.as_deref(), &ranges, &best.point)) {
        let reached = best.point[i] / scales[i].1;
        let what = format!("covariate {} separates the events (its coefficient runs off, reached {reached:.2} per unit)", i + 1);
        return Err(not_converged(best.iterations, what));
    }
    let Some(inverse) = inverse.filter(|_| best.is_converged) else {
        return Err(not_converged(best.iterations, format!("log-likelihood {:.6}", best.at.value)));
    };
    let unit = |i: usize, j: usize| inverse[i * p + j] / (scales[i].1 * scales[j].1);
    let covariance: Vec<f64> = (0..p * p).map(|k| unit(k / p, k % p)).collect();
    let effect = |i: usize| {
        let (coef, standard_error) = (best.point[i] / scales[i].1, covariance[i * p + i].sqrt());
        Effect { coef, standard_error, p: two_sided_p(coef / standard_error) }
    };
    Ok(Answer::Known(Cox {
        effects: (0..p).map(effect).collect(),
        covariance,
        log_likelihood: best.at.value,
        null_log_likelihood: null.value,
        subjects: subjects.len(),
        events: subjects.events(),
        iterations: best.iterations,
    }))
}

pub(super) fn check(subjects: Subjects<'_>, covariates: &[&[f64]], strata: Option<&[usize]>) -> Result<()> {
    subjects.check()?;
    for (i, column) in covariates.iter().enumerate() {
        let name = format!("covariate {}", i + 1);
        same_length(&name, column.len(), "duration", subjects.len())?;
        all_finite(&name, column)?;
    }
    strata.map_or(Ok(()), |s| same_length("strata", s.len(), "duration", subjects.len()))
}

fn not_converged(iterations: usize, reached: String) -> StatsError {
    StatsError::NotConverged { what: "Cox regression".into(), iterations, reached }
}

/// Says, at coefficients of 0, which covariate does not vary among those at risk at events, or that
/// covariates depend on each other: then no coefficients are better than all others.
fn check_dependence(null: &Evaluation, events: usize, ranges: &[f64]) -> Result<()> {
    let p = ranges.len();
    if let Some(i) = (0..p).find(|i| -null.hessian[i * (p + 1)] <= 1e-9 * events as f64) {
        let what = format!("covariate {} does not vary among those at risk together: it has no effect to estimate", i + 1);
        return Err(StatsError::Invalid(what));
    }
    match covariance_of(null) {
        Some(inverse) if undetermined(Some(&inverse), ranges, &[]).is_none() => Ok(()),
        _ => Err(StatsError::Invalid(format!("the {p} covariates are linearly dependent: leave one out"))),
    }
}

/// The inverse of the information; `None` when it is singular.
fn covariance_of(at: &Evaluation) -> Option<Vec<f64>> {
    let information: Vec<f64> = at.hessian.iter().map(|h| -h).collect();
    Cholesky::new(&information, at.gradient.len()).map(|c| c.inverse())
}

/// The first covariate whose effect is [`UNDETERMINED`]; without a covariance the one run off furthest.
fn undetermined(covariance: Option<&[f64]>, ranges: &[f64], point: &[f64]) -> Option<usize> {
    let p = ranges.len();
    match covariance {
        Some(c) => (0..p).find(|i| c[i * (p + 1)].sqrt() * ranges[*i] > UNDETERMINED),
        None => (0..point.len()).max_by(|a, b| (point[*a].abs() * ranges[*a]).total_cmp(&(point[*b].abs() * ranges[*b]))),
    }
}

/// Largest less smallest value of each covariate, in standard deviations.
fn ranges(covariates: &[&[f64]], scales: &[(f64, f64)]) -> Vec<f64> {
    let bounds = |c: &&[f64]| c.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
    covariates.iter().map(bounds).zip(scales).map(|((low, high), (_, deviation))| (high - low) / deviation).collect()
}

/// Mean and standard deviation of each covariate; a constant one is an error.
fn scales(covariates: &[&[f64]]) -> Result<Vec<(f64, f64)>> {
    let scale = |(i, column): (usize, &&[f64])| {
        let n = column.len() as f64;
        let mean = column.iter().sum::<f64>() / n;
        let deviation = (column.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt();
        if deviation > mean.abs() * 1e-12 && deviation.is_finite() {
            return Ok((mean, deviation));
        }
        Err(StatsError::Invalid(format!("covariate {} is constant: it has no effect to estimate", i + 1)))
    };
    covariates.iter().enumerate().map(scale).collect()
}

/// Subjects by stratum and then descending duration, covariates centred and scaled, row by row.
pub(super) struct Rows {
    pub p: usize,
    pub z: Vec<f64>,
    pub duration: Vec<f64>,
    pub event: Vec<bool>,
    /// The subject's index in the input.
    pub index: Vec<usize>,
    /// Where strata begin, and the end.
    pub strata: Vec<usize>,
}

impl Rows {
    pub fn new(subjects: Subjects<'_>, covariates: &[&[f64]], scales: &[(f64, f64)], strata: Option<&[usize]>) -> Self {
        let mut index = subjects.ascending();
        index.reverse();
        if let Some(strata) = strata {
            index.sort_by_key(|&i| strata[i]);
        }
        let p = covariates.len();
        let mut z = vec![0.0; index.len() * p];
        let fill = |(rows, index): (&mut [f64], &[usize])| {
            for (row, &i) in rows.chunks_exact_mut(p).zip(index) {
                row.iter_mut().zip(covariates).zip(scales).for_each(|((z, c), (mean, deviation))| *z = (c[i] - mean) / deviation);
            }
        };
        z.par_chunks_mut(CHUNK * p.max(1)).zip(index.par_chunks(CHUNK)).for_each(fill);
        let begins = |k: &usize| *k == 0 || strata.is_some_and(|s| s[index[*k]] != s[index[*k - 1]]);
        let mut bounds: Vec<usize> = (0..index.len()).filter(begins).collect();
        bounds.push(index.len());
        Self {
            p,
            z,
            duration: index.iter().map(|&i| subjects.duration[i]).collect(),
            event: index.iter().map(|&i| subjects.event[i]).collect(),
            strata: bounds,
            index,
        }
    }

    /// Every `step`-th row of each stratum.
    fn every(&self, step: usize) -> Self {
        let (mut kept, mut strata) = (Vec::new(), vec![0]);
        for bounds in self.strata.windows(2) {
            kept.extend((bounds[0]..bounds[1]).step_by(step));
            strata.push(kept.len());
        }
        Self {
            p: self.p,
            z: kept.iter().flat_map(|&k| self.row(k)).copied().collect(),
            duration: kept.iter().map(|&k| self.duration[k]).collect(),
            event: kept.iter().map(|&k| self.event[k]).collect(),
            index: kept,
            strata,
        }
    }

    pub fn row(&self, k: usize) -> &[f64] {
        &self.z[k * self.p..(k + 1) * self.p]
    }

    /// Ranges of rows tied in time, from the longest duration down, stratum by stratum.
    pub fn ties(&self, from: usize, to: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
        let mut start = from;
        self.duration[from..to].chunk_by(|a, b| a == b).map(move |tied| {
            let range = start..start + tied.len();
            start = range.end;
            range
        })
    }

    fn likelihood(&self, beta: &[f64]) -> Evaluation {
        let p = self.p;
        let mut at = Evaluation { value: 0.0, gradient: vec![0.0; p], hessian: vec![0.0; p * p] };
        for bounds in self.strata.windows(2) {
            let mut risk = Moments::new(p);
            for tied in self.ties(bounds[0], bounds[1]) {
                let mut dying = Moments::new(0);
                let mut events = 0;
                for k in tied.clone() {
                    let z = self.row(k);
                    let eta: f64 = z.iter().zip(beta).map(|(z, b)| z * b).sum();
                    let weight = eta.exp();
                    risk.add(z, weight);
                    if self.event[k] {
                        events += 1;
                        at.value += eta;
                        at.gradient.iter_mut().zip(z).for_each(|(g, z)| *g += z);
                        if tied.len() > 1 {
                            dying.grow(p);
                            dying.add(z, weight);
                        }
                    }
                }
                match events {
                    0 => {}
                    1 => risk.subtract_one(&mut at),
                    _ => risk.subtract_tied(&dying, events, &mut at),
                }
            }
        }
        for i in 0..p {
            for j in 0..i {
                at.hessian[i * p + j] = at.hessian[j * p + i];
            }
        }
        at
    }
}

/// Σw, Σwz and the upper triangle of Σwzz'.
struct Moments {
    sum: f64,
    first: Vec<f64>,
    second: Vec<f64>,
}

impl Moments {
    fn new(p: usize) -> Self {
        Self { sum: 0.0, first: vec![0.0; p], second: vec![0.0; p * p] }
    }

    /// Makes room on first use: most times have no tied events, and then none is needed.
    fn grow(&mut self, p: usize) {
        if self.first.is_empty() {
            *self = Self::new(p);
        }
    }

    #[inline]
    fn add(&mut self, z: &[f64], weight: f64) {
        let p = z.len();
        self.sum += weight;
        for i in 0..p {
            let wz = weight * z[i];
            self.first[i] += wz;
            let row = &mut self.second[i * p..(i + 1) * p];
            for j in i..p {
                row[j] += wz * z[j];
            }
        }
    }

    /// One event among those at risk: −ln S₀ and its derivatives.
    fn subtract_one(&self, at: &mut Evaluation) {
        let p = self.first.len();
        let scale = 1.0 / self.sum;
        at.value -= self.sum.ln();
        for i in 0..p {
            let mean = self.first[i] * scale;
            at.gradient[i] -= mean;
            for j in i..p {
                at.hessian[i * p + j] -= self.second[i * p + j] * scale - mean * self.first[j] * scale;
            }
        }
    }

    /// Efron's terms for `events` tied events with moments `dying`: the sums over l need only the
    /// scalars Σ1/s, Σf/s, Σ1/s², Σf/s², Σf²/s² with f = l/d and s = S₀ − f·D₀.
    fn subtract_tied(&self, dying: &Self, events: usize, at: &mut Evaluation) {
        let p = self.first.len();
        let [mut a, mut b, mut aa, mut ab, mut bb] = [0.0; 5];
        for l in 0..events {
            let f = l as f64 / events as f64;
            let s = self.sum - f * dying.sum;
            let inverse = 1.0 / s;
            at.value -= s.ln();
            a += inverse;
            b += f * inverse;
            aa += inverse * inverse;
            ab += f * inverse * inverse;
            bb += f * f * inverse * inverse;
        }
        for i in 0..p {
            let (r, d) = (self.first[i], dying.first[i]);
            at.gradient[i] -= a * r - b * d;
            for j in i..p {
                let (rj, dj) = (self.first[j], dying.first[j]);
                let spread = a * self.second[i * p + j] - b * dying.second[i * p + j];
                let square = aa * r * rj - ab * (r * dj + d * rj) + bb * d * dj;
                at.hessian[i * p + j] -= spread - square;
            }
        }
    }
}
