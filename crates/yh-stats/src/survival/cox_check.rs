//! What a Cox fit is worth: concordance, robust errors, and whether hazards are proportional.

use rayon::prelude::*;

use super::Subjects;
use super::cox::{Cox, Rows, check};
use crate::linear::bilinear;
use crate::numeric::chi2_upper_tail;
use crate::{Answer, Result, StatsError, TooFew};

/// Test that one covariate's effect does not change over time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProportionalityTest {
    pub chi2: f64,
    pub p: f64,
}

/// Share of comparable pairs in which the subject with the higher risk has the event first; ties in
/// risk count one half (Harrell's C). A pair is comparable when both are of one stratum and the
/// shorter duration ended with the event; of a tied event and censoring the event comes first; two
/// tied events are not comparable.
///
/// `TooFew` without a comparable pair.
pub fn concordance(cox: &Cox, subjects: Subjects<'_>, covariates: &[&[f64]], strata: Option<&[usize]>) -> Result<Answer<f64>> {
    check(subjects, covariates, strata)?;
    same_width(cox, covariates)?;
    let risk = |i: usize| covariates.iter().zip(&cox.effects).map(|(c, e)| c[i] * e.coef).sum::<f64>();
    let risks: Vec<f64> = (0..subjects.len()).map(risk).collect();
    let mut order = subjects.ascending();
    order.reverse();
    if let Some(strata) = strata {
        order.sort_by_key(|&i| strata[i]);
    }
    let (mut agree, mut pairs) = (0.0, 0.0);
    for stratum in order.chunk_by(|a, b| strata.is_none_or(|s| s[*a] == s[*b])) {
        let (a, p) = concordant_pairs(subjects, &risks, stratum);
        agree += a;
        pairs += p;
    }
    if pairs == 0.0 {
        return Ok(Answer::TooFew(TooFew { what: "comparable pairs", have: 0, need: 1 }));
    }
    Ok(Answer::Known(agree / pairs))
}

/// Concordant and comparable pairs among subjects given by descending duration.
fn concordant_pairs(subjects: Subjects<'_>, risks: &[f64], order: &[usize]) -> (f64, f64) {
    let ranks = ranks(order.iter().map(|&i| risks[i]));
    let mut longer = Counts::new(order.len());
    let (mut agree, mut pairs, mut start) = (0.0, 0.0, 0);
    for tied in order.chunk_by(|a, b| subjects.duration[*a] == subjects.duration[*b]) {
        let ranks = &ranks[start..start + tied.len()];
        start += tied.len();
        let ends = |event: bool| tied.iter().zip(ranks).filter(move |(i, _)| subjects.event[**i] == event).map(|(_, r)| *r as usize);
        // Censored at this very time have outlasted the tied events.
        ends(false).for_each(|rank| longer.add(rank));
        for rank in ends(true) {
            agree += longer.below(rank) + 0.5 * longer.equal(rank);
            pairs += longer.total;
        }
        ends(true).for_each(|rank| longer.add(rank));
    }
    (agree, pairs)
}

/// Rank of each value from 0; equal values share a rank.
fn ranks(values: impl Iterator<Item = f64>) -> Vec<u32> {
    let mut sorted: Vec<(f64, u32)> = values.zip(0..).collect();
    sorted.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0; sorted.len()];
    let mut rank = 0;
    for (k, &(value, at)) in sorted.iter().enumerate() {
        rank += u32::from(k > 0 && value != sorted[k - 1].0);
        ranks[at as usize] = rank;
    }
    ranks
}

/// Counts by rank with prefix sums in logarithmic time (a Fenwick tree).
struct Counts {
    tree: Vec<u32>,
    own: Vec<u32>,
    total: f64,
}

impl Counts {
    fn new(n: usize) -> Self {
        Self { tree: vec![0; n + 1], own: vec![0; n], total: 0.0 }
    }

    fn add(&mut self, rank: usize) {
        self.total += 1.0;
        self.own[rank] += 1;
        let mut at = rank + 1;
        while at < self.tree.len() {
            self.tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }

    /// How many have a rank below this one.
    fn below(&self, rank: usize) -> f64 {
        let (mut at, mut sum) = (rank, 0_u64);
        while at > 0 {
            sum += u64::from(self.tree[at]);
            at &= at - 1;
        }
        sum as f64
    }

    /// How many have this rank.
    fn equal(&self, rank: usize) -> f64 {
        f64::from(self.own[rank])
    }
}

fn same_width(cox: &Cox, covariates: &[&[f64]]) -> Result<()> {
    crate::answer::same_length("covariates", covariates.len(), "the fit", cox.effects.len())
}

/// Standard errors that hold when subjects are dependent or the model is only an approximation: the
/// sandwich of Lin & Wei (1989) from score residuals with Efron's ties.
///
/// `cluster` sums the residuals of the subjects that share a number (one customer's several spells).
pub fn robust_errors(
    cox: &Cox,
    subjects: Subjects<'_>,
    covariates: &[&[f64]],
    strata: Option<&[usize]>,
    cluster: Option<&[usize]>,
) -> Result<Vec<f64>> {
    check(subjects, covariates, strata)?;
    same_width(cox, covariates)?;
    let p = covariates.len();
    let mut sums = score_residuals(cox, subjects, covariates, strata);
    if let Some(cluster) = cluster {
        crate::answer::same_length("cluster", cluster.len(), "duration", subjects.len())?;
        let mut by_cluster = std::collections::BTreeMap::new();
        for (i, c) in cluster.iter().enumerate() {
            let sum = by_cluster.entry(*c).or_insert_with(|| vec![0.0; p]);
            (0..p).for_each(|j| sum[j] += sums[i * p + j]);
        }
        sums = by_cluster.into_values().flatten().collect();
    }
    let mut meat = vec![0.0; p * p];
    for score in sums.chunks(p) {
        for i in 0..p {
            (0..p).for_each(|j| meat[i * p + j] += score[i] * score[j]);
        }
    }
    let row = |i: usize| &cox.covariance[i * p..(i + 1) * p];
    Ok((0..p).map(|i| bilinear(row(i), &meat, row(i)).sqrt()).collect())
}

/// Score test of proportional hazards per covariate, from Schoenfeld residuals against the rank of
/// the event time (Grambsch & Therneau 1994, each covariate on its own).
///
/// `TooFew` below 3 distinct event times.
pub fn proportionality(
    cox: &Cox,
    subjects: Subjects<'_>,
    covariates: &[&[f64]],
    strata: Option<&[usize]>,
) -> Result<Answer<Vec<ProportionalityTest>>> {
    check(subjects, covariates, strata)?;
    same_width(cox, covariates)?;
    let p = covariates.len();
    let (mut times, residuals) = schoenfeld(cox, subjects, covariates, strata);
    times.sort_by(|a, b| a.t.total_cmp(&b.t));
    let events: usize = times.iter().map(|time| time.events).sum();
    let mean = (events as f64 + 1.0) / 2.0;
    let (mut before, mut distinct, mut spread, mut slopes) = (0, 0, 0.0, vec![0.0; p]);
    for tied in times.chunk_by(|a, b| a.t == b.t) {
        let here: usize = tied.iter().map(|time| time.events).sum();
        let rank = before as f64 + (here as f64 + 1.0) / 2.0 - mean;
        (before, distinct) = (before + here, distinct + 1);
        spread += here as f64 * rank * rank;
        tied.iter().for_each(|time| (0..p).for_each(|j| slopes[j] += rank * residuals[time.at + j]));
    }
    if let Some(few) = TooFew::check("distinct event times", distinct, 3) {
        return Ok(Answer::TooFew(few));
    }
    let d = events as f64;
    let test = |i: usize| {
        let own = &cox.covariance[i * p..(i + 1) * p];
        let slope = d * own.iter().zip(&slopes).map(|(c, s)| c * s).sum::<f64>();
        let chi2 = slope * slope / (d * own[i] * spread);
        ProportionalityTest { chi2, p: chi2_upper_tail(chi2, 1) }
    };
    Ok(Answer::Known((0..p).map(test).collect()))
}

/// [`concordance`] and [`proportionality`], side by side.
pub fn checks(
    cox: &Cox,
    subjects: Subjects<'_>,
    covariates: &[&[f64]],
    strata: Option<&[usize]>,
) -> Result<(Answer<f64>, Answer<Vec<ProportionalityTest>>)> {
    let (pairs, tests) =
        rayon::join(|| concordance(cox, subjects, covariates, strata), || proportionality(cox, subjects, covariates, strata));
    Ok((pairs?, tests?))
}

/// The events of one time and stratum, and where the sums of their Schoenfeld residuals begin.
struct EventTime {
    t: f64,
    events: usize,
    at: usize,
}

/// The times of events with the sums, per covariate, of the residuals there.
fn schoenfeld(cox: &Cox, subjects: Subjects<'_>, covariates: &[&[f64]], strata: Option<&[usize]>) -> (Vec<EventTime>, Vec<f64>) {
    let (rows, weights) = weighted_rows(cox, subjects, covariates, strata);
    let p = rows.p;
    let (mut times, mut residuals) = (Vec::new(), Vec::new());
    let mut dying_first = vec![0.0; p];
    for bounds in rows.strata.windows(2) {
        let (mut sum, mut first) = (0.0, vec![0.0; p]);
        for tied in rows.ties(bounds[0], bounds[1]) {
            let (mut events, mut dying, at) = (0, 0.0, residuals.len());
            for k in tied.clone() {
                let (z, weight) = (rows.row(k), weights[k]);
                sum += weight;
                (0..p).for_each(|j| first[j] += weight * z[j]);
                if rows.event[k] {
                    if events == 0 {
                        dying_first.fill(0.0);
                        residuals.resize(at + p, 0.0);
                    }
                    events += 1;
                    dying += weight;
                    for j in 0..p {
                        dying_first[j] += weight * z[j];
                        residuals[at + j] += z[j];
                    }
                }
            }
            for l in 0..events {
                let f = l as f64 / events as f64;
                let scale = 1.0 / (sum - f * dying);
                (0..p).for_each(|j| residuals[at + j] -= (first[j] - f * dying_first[j]) * scale);
            }
            if events > 0 {
                times.push(EventTime { t: rows.duration[tied.start], events, at });
            }
        }
    }
    (times, residuals)
}

/// Subjects in the order of [`Rows`], covariates centred only, with e^(β·z).
fn weighted_rows(cox: &Cox, subjects: Subjects<'_>, covariates: &[&[f64]], strata: Option<&[usize]>) -> (Rows, Vec<f64>) {
    let n = subjects.len().max(1) as f64;
    let scales: Vec<(f64, f64)> = covariates.iter().map(|c| (c.iter().sum::<f64>() / n, 1.0)).collect();
    let rows = Rows::new(subjects, covariates, &scales, strata);
    let weight = |k: usize| rows.row(k).iter().zip(&cox.effects).map(|(z, e)| z * e.coef).sum::<f64>().exp();
    let weights = (0..rows.index.len()).into_par_iter().with_min_len(4_096).map(weight).collect();
    (rows, weights)
}

/// Score residuals of all subjects, row by row in the order of the input.
fn score_residuals(cox: &Cox, subjects: Subjects<'_>, covariates: &[&[f64]], strata: Option<&[usize]>) -> Vec<f64> {
    let p = covariates.len();
    let (rows, weights) = weighted_rows(cox, subjects, covariates, strata);
    let mut scores = vec![0.0; subjects.len() * p];
    for bounds in rows.strata.windows(2) {
        let times = risk_means(&rows, &weights, bounds[0], bounds[1]);
        // From the shortest duration up: increments of the hazard, and of hazard × mean covariate.
        let (mut hazard, mut pull) = (0.0, vec![0.0; p]);
        for time in times.iter().rev() {
            hazard += time.hazard;
            (0..p).for_each(|j| pull[j] += time.pull[j]);
            for k in time.rows.clone() {
                let z = rows.row(k);
                // Within a tie an event is at risk only for its share of the increments.
                let spared = f64::from(u8::from(rows.event[k]));
                let own_hazard = hazard - spared * time.spared_hazard;
                let score = &mut scores[rows.index[k] * p..(rows.index[k] + 1) * p];
                for j in 0..p {
                    let own_pull = pull[j] - spared * time.spared_pull[j];
                    score[j] = spared * (z[j] - time.mean[j]) - weights[k] * (z[j] * own_hazard - own_pull);
                }
            }
        }
    }
    scores
}

/// Sums at one time: over l of 1/s and mean/s, the same times f, and the mean covariate at risk.
struct RiskMean {
    rows: std::ops::Range<usize>,
    hazard: f64,
    pull: Vec<f64>,
    spared_hazard: f64,
    spared_pull: Vec<f64>,
    mean: Vec<f64>,
}

fn risk_means(rows: &Rows, weights: &[f64], from: usize, to: usize) -> Vec<RiskMean> {
    let p = rows.p;
    let (mut sum, mut first) = (0.0, vec![0.0; p]);
    let mut times = Vec::new();
    for tied in rows.ties(from, to) {
        let (mut dying, mut dying_first, mut d) = (0.0, vec![0.0; p], 0);
        for k in tied.clone() {
            let z = rows.row(k);
            sum += weights[k];
            (0..p).for_each(|j| first[j] += weights[k] * z[j]);
            if rows.event[k] {
                d += 1;
                dying += weights[k];
                (0..p).for_each(|j| dying_first[j] += weights[k] * z[j]);
            }
        }
        let zero = || vec![0.0; p];
        let mut time = RiskMean { rows: tied, hazard: 0.0, pull: zero(), spared_hazard: 0.0, spared_pull: zero(), mean: zero() };
        for l in 0..d {
            let f = l as f64 / d as f64;
            let s = sum - f * dying;
            time.hazard += 1.0 / s;
            time.spared_hazard += f / s;
            for j in 0..p {
                let mean = (first[j] - f * dying_first[j]) / s;
                time.mean[j] += mean / d as f64;
                time.pull[j] += mean / s;
                time.spared_pull[j] += f * mean / s;
            }
        }
        times.push(time);
    }
    times
}

impl Cox {
    /// Wald interval of a covariate's hazard ratio, e^(coef ± z·se).
    pub fn hazard_ratio(&self, covariate: usize, level: f64) -> Result<[f64; 3]> {
        let Some(e) = self.effects.get(covariate) else {
            return Err(StatsError::Invalid(format!("there is no covariate {}", covariate + 1)));
        };
        let half = crate::numeric::two_sided_z(level) * e.standard_error;
        Ok([e.coef.exp(), (e.coef - half).exp(), (e.coef + half).exp()])
    }
}
