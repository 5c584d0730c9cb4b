//! Saturating response curves: what spend brings, with carry-over (adstock) and saturation (Hill).
//!
//! `outcome = controls + Σ strength · hill(adstock(spend))`, where adstock keeps a share `carry` of
//! the effect for the next period and `hill(a) = a^shape / (a^shape + half^shape)` (Jin et al. 2017,
//! *Bayesian methods for media mix modeling with carryover and shape effects*). The non-linear
//! parameters run over a fixed grid, channel by channel, against least squares for the rest, so the
//! fit has no starting values; intervals come from refits to block-resampled residuals.

use nalgebra::{DMatrix, DVector};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::Result;
use crate::answer::{Answer, StatsError, TooFew, all_finite, all_in_range, same_length};
use crate::numeric::quantile_sorted;

const CARRIES: [f64; 10] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const SHAPES: [f64; 5] = [0.5, 1.0, 1.5, 2.0, 3.0];
/// Half-saturation points, as shares of the largest spend.
const HALVES: [f64; 8] = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5];
const MAX_SWEEPS: usize = 30;
const BOOTSTRAP_SWEEPS: usize = 4;

/// Spend of one channel per period (any unit: money, impressions), zero or more.
#[derive(Debug, Clone, Copy)]
pub struct Channel<'a> {
    pub name: &'a str,
    pub spend: &'a [f64],
}

/// What is fitted beside the channels.
#[derive(Debug, Clone, Copy)]
pub struct CurveOptions {
    pub trend: bool,
    /// Periods of a season (52 for weeks of a year); below 2 there is none.
    pub season: usize,
    /// Pairs of sine and cosine for the season.
    pub harmonics: usize,
    /// Refits for the intervals.
    pub samples: usize,
    pub seed: u64,
}

impl Default for CurveOptions {
    fn default() -> Self {
        Self { trend: true, season: 0, harmonics: 2, samples: 200, seed: 1 }
    }
}

/// A figure with its 95 % bootstrap interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
}

/// Parameters of one channel's response to a steady spend per period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResponseCurve {
    /// Share of the effect carried to the next period, in [0, 1).
    pub carry: f64,
    pub shape: f64,
    /// Steady spend per period at which half of the strength is reached.
    pub half: f64,
    /// Outcome per period at unlimited spend; 0 when the channel shows no effect.
    pub strength: f64,
}

impl ResponseCurve {
    /// Outcome per period of a steady spend per period.
    pub fn response(&self, spend: f64) -> f64 {
        self.strength * hill(spend, self.shape, self.half)
    }

    /// Extra outcome of the next unit of steady spend.
    pub fn marginal(&self, spend: f64) -> f64 {
        let step = (spend.abs() * 1e-4).max(self.half * 1e-6);
        (self.response(spend + step) - self.response((spend - step).max(0.0))) / (step + step.min(spend))
    }
}

/// One channel's fit.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelFit {
    pub name: String,
    pub curve: ResponseCurve,
    /// Curves of the bootstrap refits.
    pub sampled: Vec<ResponseCurve>,
    /// Outcome over all periods that the channel brought.
    pub contribution: Interval,
    /// Contribution ÷ spend, and the extra outcome of one more unit at the mean spend.
    pub return_on_spend: Interval,
    pub marginal_return: Interval,
    pub total_spend: f64,
    pub mean_spend: f64,
}

/// The fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves {
    pub channels: Vec<ChannelFit>,
    /// Intercept, trend, seasonal terms and controls together, per period.
    pub base: Vec<f64>,
    pub fitted: Vec<f64>,
    pub r_squared: f64,
    /// Lag-1 correlation of the residuals: far from 0 means the model misses something.
    pub residual_memory: f64,
}

/// Fits one response curve per channel, and the controls, to an equally spaced outcome.
///
/// # Errors
/// Columns of unequal length, values that are not finite, negative spend, a channel without spend,
/// controls that are constant or repeat each other.
pub fn fit_curves(outcome: &[f64], channels: &[Channel<'_>], controls: &[&[f64]], options: CurveOptions) -> Result<Answer<Curves>> {
    check(outcome, channels, controls)?;
    let need = 2 * (linear_count(controls, options) + 4 * channels.len()).max(10);
    let seasons = if options.season > 1 { options.season.saturating_mul(2) } else { 0 };
    let outcomes = if outcome.iter().all(|y| *y == outcome[0]) { 1 } else { 2 };
    let checks = [TooFew::check("periods", outcome.len(), need.max(seasons)), TooFew::check("distinct outcomes", outcomes, 2)];
    if let Some(few) = checks.into_iter().flatten().next() {
        return Ok(Answer::TooFew(few));
    }
    let model = Model::new(channels, &linear_columns(outcome.len(), controls, options))?;
    let fit = model.fit(outcome, None, MAX_SWEEPS);
    let samples: Vec<Fit> = (0..options.samples)
        .into_par_iter()
        .map(|i| {
            let mut rng = ChaCha8Rng::seed_from_u64(options.seed);
            rng.set_stream(i as u64);
            model.fit(&resampled(&fit, &mut rng), Some(&fit.chosen), BOOTSTRAP_SWEEPS)
        })
        .collect();
    Ok(Answer::Known(model.describe(outcome, channels, &fit, &samples)))
}

fn check(outcome: &[f64], channels: &[Channel<'_>], controls: &[&[f64]]) -> Result<()> {
    all_finite("outcome", outcome)?;
    if channels.is_empty() {
        return Err(StatsError::Invalid("no channel is given".into()));
    }
    for channel in channels {
        same_length(channel.name, channel.spend.len(), "outcome", outcome.len())?;
        all_in_range(channel.name, channel.spend, "zero or more", |v| v >= 0.0)?;
        if !outcome.is_empty() && channel.spend.iter().all(|v| *v == 0.0) {
            return Err(StatsError::Invalid(format!("{} has no spend: leave it out", channel.name)));
        }
        if outcome.len() > 1 && channel.spend.iter().all(|v| *v == channel.spend[0]) {
            let message = format!("{} is spent evenly: what it brings cannot be told from the base; leave it out", channel.name);
            return Err(StatsError::Invalid(message));
        }
    }
    for (i, control) in controls.iter().enumerate() {
        let name = format!("control {}", i + 1);
        same_length(&name, control.len(), "outcome", outcome.len())?;
        all_finite(&name, control)?;
    }
    Ok(())
}

/// How many columns [`linear_columns`] makes.
fn linear_count(controls: &[&[f64]], options: CurveOptions) -> usize {
    let harmonics = if options.season > 1 { options.harmonics.min((options.season - 1) / 2) } else { 0 };
    1 + usize::from(options.trend) + 2 * harmonics + controls.len()
}

/// Intercept, trend, season and controls, scaled to mean 0 and deviation 1 (but for the intercept).
fn linear_columns(n: usize, controls: &[&[f64]], options: CurveOptions) -> Vec<Vec<f64>> {
    let mut columns = vec![vec![1.0; n]];
    if options.trend {
        columns.push((0..n).map(|t| t as f64).collect());
    }
    if options.season > 1 {
        for harmonic in 1..=options.harmonics.min((options.season - 1) / 2) {
            let angle = |t: usize| std::f64::consts::TAU * harmonic as f64 * t as f64 / options.season as f64;
            columns.push((0..n).map(|t| angle(t).sin()).collect());
            columns.push((0..n).map(|t| angle(t).cos()).collect());
        }
    }
    columns.extend(controls.iter().map(|c| c.to_vec()));
    for column in columns.iter_mut().skip(1) {
        let mean = column.iter().sum::<f64>() / n as f64;
        let deviation = (column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64).sqrt();
        column.iter_mut().for_each(|x| *x = (*x - mean) / if deviation > 0.0 { deviation } else { 1.0 });
    }
    columns
}

/// Carry-over in units of steady spend: a constant spend has itself as adstock.
fn adstock(spend: &[f64], carry: f64) -> Vec<f64> {
    let mut kept = 0.0;
    spend
        .iter()
        .map(|s| {
            kept = carry * kept + (1.0 - carry) * s;
            kept
        })
        .collect()
}

fn hill(spend: f64, shape: f64, half: f64) -> f64 {
    if spend <= 0.0 {
        return 0.0;
    }
    1.0 / (1.0 + (half / spend).powf(shape))
}

/// Candidate shapes of one channel, transformed once, and what the controls leave of them.
struct Candidates {
    curves: Vec<ResponseCurve>,
    transformed: Vec<Vec<f64>>,
    left: Vec<DVector<f64>>,
}

struct Model {
    /// Orthonormal basis of the linear columns.
    basis: DMatrix<f64>,
    channels: Vec<Candidates>,
}

/// Chosen candidate and strength per channel.
struct Fit {
    chosen: Vec<usize>,
    strengths: Vec<f64>,
    base: Vec<f64>,
    fitted: Vec<f64>,
    residuals: Vec<f64>,
}

impl Model {
    fn new(channels: &[Channel<'_>], linear: &[Vec<f64>]) -> Result<Self> {
        let n = linear[0].len();
        let columns = DMatrix::from_fn(n, linear.len(), |i, j| linear[j][i]);
        let qr = columns.qr();
        let r = qr.r();
        if (0..linear.len()).any(|j| r[(j, j)].abs() < 1e-8 * (n as f64).sqrt()) {
            return Err(StatsError::Invalid("a control is constant or repeats the others: leave it out".into()));
        }
        let basis = qr.q();
        let channels = channels.par_iter().map(|channel| Candidates::of(channel.spend, &basis)).collect();
        Ok(Self { basis, channels })
    }

    /// Improves one channel's curve at a time, given the others, until none changes.
    fn fit(&self, outcome: &[f64], start: Option<&[usize]>, sweeps: usize) -> Fit {
        let y = DVector::from_column_slice(outcome);
        let left = &y - &self.basis * (self.basis.transpose() * &y);
        let mut chosen: Vec<Option<usize>> = match start {
            Some(start) => start.iter().map(|&c| Some(c)).collect(),
            None => vec![None; self.channels.len()],
        };
        for _ in 0..sweeps {
            let before = chosen.clone();
            for at in 0..self.channels.len() {
                let others: Vec<&DVector<f64>> =
                    (0..chosen.len()).filter(|&c| c != at).filter_map(|c| chosen[c].map(|k| &self.channels[c].left[k])).collect();
                chosen[at] = Some(self.channels[at].best(&left, &others));
            }
            if chosen == before {
                break;
            }
        }
        let chosen: Vec<usize> = chosen.into_iter().map(|c| c.unwrap_or(0)).collect();
        let strengths = self.strengths(&left, &chosen);
        self.assemble(outcome, chosen, strengths)
    }

    /// Least squares with strengths of zero or more: channels that would hurt are dropped one by one.
    fn strengths(&self, left: &DVector<f64>, chosen: &[usize]) -> Vec<f64> {
        let mut kept: Vec<usize> = (0..chosen.len()).collect();
        let mut strengths = vec![0.0; chosen.len()];
        while !kept.is_empty() {
            let columns: Vec<&DVector<f64>> = kept.iter().map(|&c| &self.channels[c].left[chosen[c]]).collect();
            let solved = least_squares(&columns, left);
            let worst = (0..kept.len()).min_by(|&a, &b| solved[a].total_cmp(&solved[b])).unwrap_or(0);
            if solved[worst] >= 0.0 {
                kept.iter().zip(&solved).for_each(|(&c, &s)| strengths[c] = s);
                break;
            }
            kept.remove(worst);
        }
        strengths
    }

    fn assemble(&self, outcome: &[f64], chosen: Vec<usize>, strengths: Vec<f64>) -> Fit {
        let n = outcome.len();
        let mut media = DVector::zeros(n);
        for ((channel, &k), &strength) in self.channels.iter().zip(&chosen).zip(&strengths) {
            for (sum, x) in media.iter_mut().zip(&channel.transformed[k]) {
                *sum += strength * x;
            }
        }
        let rest = DVector::from_column_slice(outcome) - &media;
        let base = &self.basis * (self.basis.transpose() * rest);
        let fitted = &base + media;
        let residuals = outcome.iter().zip(fitted.iter()).map(|(y, f)| y - f).collect();
        Fit { chosen, strengths, base: base.as_slice().to_vec(), fitted: fitted.as_slice().to_vec(), residuals }
    }

    fn curve(&self, channel: usize, fit: &Fit) -> ResponseCurve {
        ResponseCurve { strength: fit.strengths[channel], ..self.channels[channel].curves[fit.chosen[channel]] }
    }

    fn contribution(&self, channel: usize, fit: &Fit) -> f64 {
        fit.strengths[channel] * self.channels[channel].transformed[fit.chosen[channel]].iter().sum::<f64>()
    }

    fn describe(&self, outcome: &[f64], channels: &[Channel<'_>], fit: &Fit, samples: &[Fit]) -> Curves {
        let n = outcome.len() as f64;
        let of_channels = channels
            .iter()
            .enumerate()
            .map(|(c, channel)| {
                let total_spend: f64 = channel.spend.iter().sum();
                let mean_spend = total_spend / n;
                let sampled: Vec<ResponseCurve> = samples.iter().map(|s| self.curve(c, s)).collect();
                let curve = self.curve(c, fit);
                let contributions: Vec<f64> = samples.iter().map(|s| self.contribution(c, s)).collect();
                let contribution = interval(self.contribution(c, fit), contributions);
                let scaled = |x: f64| x / total_spend;
                ChannelFit {
                    name: channel.name.to_owned(),
                    curve,
                    contribution,
                    return_on_spend: Interval {
                        value: scaled(contribution.value),
                        lower: scaled(contribution.lower),
                        upper: scaled(contribution.upper),
                    },
                    marginal_return: interval(curve.marginal(mean_spend), sampled.iter().map(|s| s.marginal(mean_spend)).collect()),
                    sampled,
                    total_spend,
                    mean_spend,
                }
            })
            .collect();
        let mean = outcome.iter().sum::<f64>() / n;
        let total: f64 = outcome.iter().map(|y| (y - mean).powi(2)).sum();
        let left: f64 = fit.residuals.iter().map(|r| r * r).sum();
        let memory: f64 = fit.residuals.windows(2).map(|w| w[0] * w[1]).sum();
        Curves {
            channels: of_channels,
            base: fit.base.clone(),
            fitted: fit.fitted.clone(),
            r_squared: if total > 0.0 { 1.0 - left / total } else { 0.0 },
            residual_memory: if left > 0.0 { memory / left } else { 0.0 },
        }
    }
}

impl Candidates {
    fn of(spend: &[f64], basis: &DMatrix<f64>) -> Self {
        let most = spend.iter().copied().fold(0.0, f64::max);
        let mut candidates = Self { curves: Vec::new(), transformed: Vec::new(), left: Vec::new() };
        for carry in CARRIES {
            let kept = adstock(spend, carry);
            for shape in SHAPES {
                for share in HALVES {
                    let half = share * most;
                    let column: Vec<f64> = kept.iter().map(|&a| hill(a, shape, half)).collect();
                    let vector = DVector::from_column_slice(&column);
                    candidates.left.push(&vector - basis * (basis.transpose() * &vector));
                    candidates.transformed.push(column);
                    candidates.curves.push(ResponseCurve { carry, shape, half, strength: 0.0 });
                }
            }
        }
        candidates
    }

    /// The candidate that explains most beside the other channels, with a positive strength.
    fn best(&self, left: &DVector<f64>, others: &[&DVector<f64>]) -> usize {
        let orthonormal = orthonormalised(others);
        let clear = |v: &DVector<f64>| orthonormal.iter().fold(v.clone(), |v, q| &v - q * q.dot(&v));
        let rest = clear(left);
        let mut best = (f64::NEG_INFINITY, 0);
        for (k, candidate) in self.left.iter().enumerate() {
            // |candidate without the others|² and its product with the rest, without building it.
            let own: f64 = orthonormal.iter().map(|q| q.dot(candidate).powi(2)).sum();
            let size = candidate.norm_squared() - own;
            let product = candidate.dot(&rest);
            let gain = if size > 1e-12 * candidate.norm_squared() { product.abs() * product / size } else { 0.0 };
            if gain > best.0 {
                best = (gain, k);
            }
        }
        best.1
    }
}

fn orthonormalised(vectors: &[&DVector<f64>]) -> Vec<DVector<f64>> {
    let mut done: Vec<DVector<f64>> = Vec::new();
    for vector in vectors {
        let rest = done.iter().fold((*vector).clone(), |v, q| &v - q * q.dot(&v));
        let size = rest.norm();
        if size > 1e-9 * vector.norm() && size > 0.0 {
            done.push(rest / size);
        }
    }
    done
}

/// Least squares of a few columns; columns that repeat others get 0.
fn least_squares(columns: &[&DVector<f64>], y: &DVector<f64>) -> Vec<f64> {
    let k = columns.len();
    let gram = DMatrix::from_fn(k, k, |i, j| columns[i].dot(columns[j]));
    let right = DVector::from_fn(k, |i, _| columns[i].dot(y));
    let inverse = gram.pseudo_inverse(1e-12).unwrap_or_else(|_| DMatrix::zeros(k, k));
    (inverse * right).as_slice().to_vec()
}

/// Fitted values plus residuals drawn in blocks, so that their memory stays.
fn resampled(fit: &Fit, rng: &mut ChaCha8Rng) -> Vec<f64> {
    let n = fit.residuals.len();
    let block = ((n as f64).cbrt().round() as usize).clamp(1, n);
    let mut drawn = Vec::with_capacity(n + block);
    while drawn.len() < n {
        let start = rng.random_range(0..=n - block);
        drawn.extend_from_slice(&fit.residuals[start..start + block]);
    }
    fit.fitted.iter().zip(&drawn).map(|(f, r)| f + r).collect()
}

pub(super) fn interval(value: f64, mut samples: Vec<f64>) -> Interval {
    samples.sort_by(f64::total_cmp);
    Interval { value, lower: quantile_sorted(&samples, 0.025).unwrap_or(value), upper: quantile_sorted(&samples, 0.975).unwrap_or(value) }
}
