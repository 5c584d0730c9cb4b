//! How each rater uses the scale: severity, halo and central tendency, shrunk towards the panel.
//!
//! Severity comes from the mixed model `score = item + subject + rater + error` with random subjects
//! and raters, fitted by REML (EM steps on Henderson's equations). Halo and central tendency are
//! spreads on the log scale, shrunk by the spread that sampling alone would give.

use nalgebra::{DMatrix, DVector};

use super::Ratings;
use crate::Result;
use crate::answer::{Answer, StatsError, TooFew};
use crate::numeric::two_sided_z;

const MAX_STEPS: usize = 300;
/// The equations are dense: beyond this many raters and items they take too long.
const MOST_COLUMNS: usize = 1500;
/// Variance components are settled when none moves by more than this, relatively.
const SETTLED: f64 = 1e-8;

/// An estimate with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
}

/// One rater.
#[derive(Debug, Clone, PartialEq)]
pub struct Rater {
    /// Scores given.
    pub n: usize,
    /// Points below what others would have given the same subjects; positive is stricter.
    pub severity: Estimate,
    /// The same with the shrinkage undone.
    pub raw_severity: f64,
    /// Share of the raw severity that is believed, in [0, 1].
    pub reliability: f64,
    /// Spread of a subject's scores over items, relative to the panel: 0.5 = half the spread, a sign
    /// of halo. `None` with one item or too few scores.
    pub item_spread: Option<Estimate>,
    /// Spread of the rater's scores over subjects, relative to the panel: well below 1 is central
    /// tendency. `None` with too few scores.
    pub subject_spread: Option<Estimate>,
}

/// The answer: raters in the order of their numbers, and where the variance of scores comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct RaterReport {
    pub raters: Vec<Rater>,
    /// Variance between subjects, between raters, and of the rest, in points².
    pub subject_variance: f64,
    pub rater_variance: f64,
    pub residual_variance: f64,
    /// False when the variance components were still moving at the last step.
    pub settled: bool,
}

/// Severity, halo and central tendency of every rater, with intervals of the given level.
///
/// # Errors
/// Columns of unequal length, scores that are not finite, more than 1,500 raters and items.
pub fn rater_report(ratings: &Ratings<'_>, level: f64) -> Result<Answer<RaterReport>> {
    ratings.check()?;
    let (_, raters, items) = ratings.sizes();
    if raters + items > MOST_COLUMNS {
        let message =
            format!("{} raters and items are more than {MOST_COLUMNS}: split the scores, for example by department", raters + items);
        return Err(StatsError::Invalid(message));
    }
    let distinct = |codes: &[u32]| codes.iter().collect::<std::collections::BTreeSet<_>>().len();
    let checks = [
        TooFew::check("raters", distinct(ratings.raters), 3),
        TooFew::check("subjects", distinct(ratings.subjects), 3),
        TooFew::check("scores", ratings.scores.len(), 10),
    ];
    if let Some(few) = checks.into_iter().flatten().next() {
        return Ok(Answer::TooFew(few));
    }
    if ratings.scores.iter().all(|s| *s == ratings.scores[0]) {
        return Ok(Answer::TooFew(TooFew { what: "distinct scores", have: 1, need: 2 }));
    }
    let model = Mixed::new(ratings);
    let (fit, settled) = model.fit();
    let cautious = model.with_possible_difference(&fit);
    let report = report(ratings, &model, &cautious, settled, two_sided_z(level));
    Ok(Answer::Known(RaterReport { rater_variance: fit.rater_variance, ..report }))
}

/// Sums of the data that every EM step needs. Columns of the design are items, then raters.
struct Mixed<'a> {
    ratings: &'a Ratings<'a>,
    items: usize,
    raters: usize,
    /// Cross products of the design, and with the scores.
    cross: DMatrix<f64>,
    with_scores: DVector<f64>,
    /// Per subject: sparse column counts, sum of scores, number of scores.
    subjects: Vec<Subject>,
    squares: f64,
}

#[derive(Clone, Default)]
struct Subject {
    columns: Vec<(usize, f64)>,
    sum: f64,
    n: f64,
}

#[derive(Debug, Clone)]
struct Fit {
    subject_variance: f64,
    rater_variance: f64,
    residual_variance: f64,
    /// Items, then raters.
    effects: DVector<f64>,
    /// Inverse of the absorbed equations; times the residual variance: prediction error variance.
    inverse: DMatrix<f64>,
    subject_effects: Vec<f64>,
}

impl Fit {
    fn variances(&self) -> [f64; 3] {
        [self.subject_variance, self.rater_variance, self.residual_variance]
    }
}

/// Extrapolates slow EM steps on the log scale: SQUAREM (Varadhan & Roland 2008), scheme S3, kept
/// within a factor of twenty of the last step.
fn leap(zero: [f64; 3], one: [f64; 3], two: [f64; 3]) -> [f64; 3] {
    let ln = |x: f64| x.max(f64::MIN_POSITIVE).ln();
    let first: [f64; 3] = std::array::from_fn(|i| ln(one[i]) - ln(zero[i]));
    let bend: [f64; 3] = std::array::from_fn(|i| ln(two[i]) - ln(one[i]) - first[i]);
    let size = |v: [f64; 3]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let length = size(first) / size(bend);
    if !length.is_finite() || length <= 1.0 {
        return two;
    }
    std::array::from_fn(|i| {
        let far = ln(zero[i]) + 2.0 * length * first[i] + length * length * bend[i];
        far.clamp(ln(two[i]) - 3.0, ln(two[i]) + 3.0).exp()
    })
}

impl<'a> Mixed<'a> {
    fn new(ratings: &'a Ratings<'a>) -> Self {
        let (subjects, raters, items) = ratings.sizes();
        let width = items + raters;
        let mut mixed = Self {
            ratings,
            items,
            raters,
            cross: DMatrix::zeros(width, width),
            with_scores: DVector::zeros(width),
            subjects: vec![Subject::default(); subjects],
            squares: 0.0,
        };
        // Centred scores keep the sums of squares accurate.
        let mean = ratings.scores.iter().sum::<f64>() / ratings.scores.len() as f64;
        for (row, score) in ratings.scores.iter().enumerate() {
            let score = score - mean;
            let columns = [ratings.item(row) as usize, items + ratings.raters[row] as usize];
            let subject = &mut mixed.subjects[ratings.subjects[row] as usize];
            for a in columns {
                for b in columns {
                    mixed.cross[(a, b)] += 1.0;
                }
                mixed.with_scores[a] += score;
                match subject.columns.iter_mut().find(|(c, _)| *c == a) {
                    Some((_, count)) => *count += 1.0,
                    None => subject.columns.push((a, 1.0)),
                }
            }
            subject.sum += score;
            subject.n += 1.0;
            mixed.squares += score * score;
        }
        for unused in (0..width).filter(|&c| mixed.cross[(c, c)] == 0.0).collect::<Vec<_>>() {
            mixed.cross[(unused, unused)] = 1.0;
        }
        mixed
    }

    /// EM-REML from equal thirds of the variance, two steps at a time with a leap along them.
    fn fit(&self) -> (Fit, bool) {
        let third = self.squares / self.ratings.scores.len() as f64 / 3.0;
        let mut fit = self.solve(third, third, third);
        for _ in 0..MAX_STEPS {
            let one = self.next(&fit);
            let two = self.next(&one);
            let moves = one.variances().into_iter().zip(two.variances());
            if moves.map(|(a, b)| (a - b).abs() / (third + b)).fold(0.0, f64::max) < SETTLED {
                return (two, true);
            }
            let [subject, rater, residual] = leap(fit.variances(), one.variances(), two.variances());
            fit = self.solve(subject, rater, residual);
        }
        (fit, false)
    }

    /// A few raters cannot prove that they are all alike, and an estimate of no variance between them would
    /// make the intervals vanish: what chance alone could hide in their mean stays possible.
    fn with_possible_difference(&self, fit: &Fit) -> Fit {
        let counts = (self.items..self.items + self.raters).map(|r| self.cross[(r, r)]);
        let by_chance = counts.map(|n| fit.residual_variance / n).sum::<f64>() / (self.raters * self.raters) as f64;
        if fit.rater_variance >= by_chance {
            return fit.clone();
        }
        self.solve(fit.subject_variance, by_chance, fit.residual_variance)
    }

    fn next(&self, fit: &Fit) -> Fit {
        let [subject, rater, residual] = self.step(fit);
        self.solve(subject, rater, residual)
    }

    /// Solves Henderson's equations with the subjects absorbed.
    fn solve(&self, subject_variance: f64, rater_variance: f64, residual_variance: f64) -> Fit {
        let floor = 1e-10 * (subject_variance + rater_variance + residual_variance) + f64::MIN_POSITIVE;
        let residual_variance = residual_variance.max(floor);
        let subject_ratio = residual_variance / subject_variance.max(floor);
        let rater_ratio = residual_variance / rater_variance.max(floor);
        let mut left = self.cross.clone();
        let mut right = self.with_scores.clone();
        for rater in self.items..self.items + self.raters {
            left[(rater, rater)] += rater_ratio;
        }
        for subject in &self.subjects {
            let d = subject.n + subject_ratio;
            for &(a, x) in &subject.columns {
                right[a] -= x * subject.sum / d;
                for &(b, y) in &subject.columns {
                    left[(a, b)] -= x * y / d;
                }
            }
        }
        let inverse = left.clone().try_inverse().unwrap_or_else(|| {
            // Items nobody scored apart from each other: the smallest solution.
            left.pseudo_inverse(1e-12).unwrap_or_else(|_| DMatrix::zeros(right.len(), right.len()))
        });
        let effects = &inverse * right;
        let subject_effects = self
            .subjects
            .iter()
            .map(|s| (s.sum - s.columns.iter().map(|&(c, x)| x * effects[c]).sum::<f64>()) / (s.n + subject_ratio))
            .collect();
        Fit { subject_variance, rater_variance, residual_variance, effects, inverse, subject_effects }
    }

    /// One EM step: subject, rater and residual variance.
    fn step(&self, fit: &Fit) -> [f64; 3] {
        let ratio = fit.residual_variance / fit.subject_variance.max(f64::MIN_POSITIVE);
        let mut subject_trace = 0.0;
        for subject in self.subjects.iter().filter(|s| s.n > 0.0) {
            let d = subject.n + ratio;
            let mut quadratic = 0.0;
            for &(a, x) in &subject.columns {
                for &(b, y) in &subject.columns {
                    quadratic += x * y * fit.inverse[(a, b)];
                }
            }
            subject_trace += 1.0 / d + quadratic / (d * d);
        }
        let of_raters = self.items..self.items + self.raters;
        let rater_trace: f64 = of_raters.clone().map(|r| fit.inverse[(r, r)]).sum();
        let rater_squares: f64 = of_raters.map(|r| fit.effects[r].powi(2)).sum();
        let subject_squares: f64 = fit.subject_effects.iter().map(|s| s * s).sum();
        let explained: f64 =
            fit.effects.dot(&self.with_scores) + fit.subject_effects.iter().zip(&self.subjects).map(|(e, s)| e * s.sum).sum::<f64>();
        let present = self.subjects.iter().filter(|s| s.n > 0.0).count() as f64;
        let freedom = (self.ratings.scores.len() - self.items.min(self.ratings.scores.len() - 1)) as f64;
        [
            (subject_squares + fit.residual_variance * subject_trace) / present,
            (rater_squares + fit.residual_variance * rater_trace) / self.raters as f64,
            ((self.squares - explained) / freedom).max(0.0),
        ]
    }
}

fn report(ratings: &Ratings<'_>, model: &Mixed<'_>, fit: &Fit, settled: bool, z: f64) -> RaterReport {
    let mut counts = vec![0; model.raters];
    ratings.raters.iter().for_each(|&r| counts[r as usize] += 1);
    let item_spreads = spreads(ratings, model.raters, z, Spread::OverItems);
    let subject_spreads = spreads(ratings, model.raters, z, Spread::OverSubjects);
    let raters = (0..model.raters)
        .map(|rater| {
            let at = model.items + rater;
            let value = -fit.effects[at];
            let error_variance = fit.residual_variance * fit.inverse[(at, at)];
            let reliability = if fit.rater_variance > 0.0 { (1.0 - error_variance / fit.rater_variance).clamp(0.0, 1.0) } else { 0.0 };
            let reach = z * error_variance.max(0.0).sqrt();
            Rater {
                n: counts[rater],
                severity: Estimate { value, lower: value - reach, upper: value + reach },
                raw_severity: if reliability > 1e-6 { value / reliability } else { 0.0 },
                reliability,
                item_spread: item_spreads[rater],
                subject_spread: subject_spreads[rater],
            }
        })
        .collect();
    RaterReport {
        raters,
        subject_variance: fit.subject_variance,
        rater_variance: fit.rater_variance,
        residual_variance: fit.residual_variance,
        settled,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Spread {
    OverItems,
    OverSubjects,
}

/// Spread of each rater's scores relative to the panel, shrunk on the log scale.
fn spreads(ratings: &Ratings<'_>, raters: usize, z: f64, kind: Spread) -> Vec<Option<Estimate>> {
    let (subjects, _, items) = ratings.sizes();
    let mut item_mean = vec![(0.0, 0.0); items];
    for (row, score) in ratings.scores.iter().enumerate() {
        let mean = &mut item_mean[ratings.item(row) as usize];
        mean.0 += score;
        mean.1 += 1.0;
    }
    // A group is what the spread is taken within: a rater's scores of one subject, or of one item.
    let mut groups = std::collections::HashMap::<(usize, usize), Vec<f64>>::new();
    for (row, score) in ratings.scores.iter().enumerate() {
        let item = ratings.item(row) as usize;
        let residual = score - item_mean[item].0 / item_mean[item].1;
        let within = if kind == Spread::OverItems { ratings.subjects[row] as usize } else { subjects + item };
        groups.entry((ratings.raters[row] as usize, within)).or_default().push(residual);
    }
    let mut sums = vec![(0.0, 0.0); raters];
    for ((rater, _), scores) in &groups {
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        sums[*rater].0 += scores.iter().map(|s| (s - mean).powi(2)).sum::<f64>();
        sums[*rater].1 += scores.len() as f64 - 1.0;
    }
    shrink_log_spreads(&sums, z)
}

/// From (sum of squares, degrees of freedom) per rater to relative spreads.
///
/// ln(spread) varies by about 1/(2 df) by chance; what varies more is taken as real (method of
/// moments), and each rater is shrunk towards the panel accordingly.
fn shrink_log_spreads(sums: &[(f64, f64)], z: f64) -> Vec<Option<Estimate>> {
    const MIN_FREEDOM: f64 = 3.0;
    let (squares, freedom) = sums.iter().fold((0.0, 0.0), |(s, f), x| (s + x.0, f + x.1));
    let panel = squares / freedom;
    if !panel.is_finite() || panel <= 0.0 {
        return vec![None; sums.len()];
    }
    // Half a score's worth of panel variance keeps a rater who never varies finite.
    let log_ratio = |&(s, f): &(f64, f64)| 0.5 * ((s + 0.5 * panel) / ((f + 0.5) * panel)).ln();
    let by_chance = |&(_, f): &(f64, f64)| 0.5 / f;
    let usable: Vec<&(f64, f64)> = sums.iter().filter(|x| x.1 >= MIN_FREEDOM).collect();
    let weight: f64 = usable.iter().map(|x| 1.0 / by_chance(x)).sum();
    let centre = usable.iter().map(|x| log_ratio(x) / by_chance(x)).sum::<f64>() / weight;
    let q: f64 = usable.iter().map(|x| (log_ratio(x) - centre).powi(2) / by_chance(x)).sum();
    let weight_squares: f64 = usable.iter().map(|x| by_chance(x).powi(-2)).sum();
    let excess = (q - (usable.len() as f64 - 1.0)) / (weight - weight_squares / weight);
    // Few raters cannot prove that they all spread alike: some real difference stays possible.
    let possible = usable.iter().map(|x| by_chance(x)).sum::<f64>() / (usable.len() * usable.len()) as f64;
    let real = if excess > possible { excess } else { possible };
    sums.iter()
        .map(|x| {
            (x.1 >= MIN_FREEDOM).then(|| {
                let believed = real / (real + by_chance(x));
                let value = centre + believed * (log_ratio(x) - centre);
                let centre_variance = (1.0 - believed).powi(2) / weight;
                let reach = z * (believed * by_chance(x) + centre_variance).sqrt();
                Estimate { value: value.exp(), lower: (value - reach).exp(), upper: (value + reach).exp() }
            })
        })
        .collect()
}
