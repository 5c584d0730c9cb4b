//! Survey scores with intervals: NPS, CSAT, and the change between two periods.
//!
//! Net Promoter, NPS are registered marks of Bain & Company, Fred Reichheld and NICE Systems.

use crate::numeric::{two_sided_p, two_sided_z};
use crate::{Answer, Result, StatsError, TooFew};

/// Answers to "how likely are you to recommend", counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recommendations {
    /// 9 or 10.
    pub promoters: usize,
    /// 7 or 8.
    pub passives: usize,
    /// 0 to 6.
    pub detractors: usize,
}

/// A score with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    pub value: f64,
    pub n: usize,
    pub lower: f64,
    pub upper: f64,
    /// Standard error of `value`, in its units.
    pub standard_error: f64,
}

/// NPS with the two intervals in use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nps {
    pub counts: Recommendations,
    /// Score and Wald interval, −100 to 100, bounds not clipped.
    pub score: Score,
    /// Adjusted Wald: ¾ promoter, ¾ detractor and 3 answers added (Rocks 2016), the interval with the
    /// better coverage in small samples; bounds not clipped.
    pub adjusted: Score,
}

/// CSAT as the share satisfied, with the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Csat {
    pub satisfied: usize,
    /// Share of answers at or above the top-2 threshold, 0 to 1, with its Wilson interval.
    pub share: Score,
    pub mean: f64,
    pub median: f64,
}

/// Difference of two independent scores; a change is called one only when the interval excludes zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
    pub p: f64,
    pub is_change: bool,
}

impl Recommendations {
    /// Counts answers on the 0–10 scale.
    ///
    /// # Errors
    /// An answer that is not a whole number from 0 to 10.
    pub fn count(scores: &[f64]) -> Result<Self> {
        check_scale(scores, 0.0, 10.0, "a whole number from 0 to 10")?;
        let mut counts = Self::default();
        for &score in scores {
            match score {
                s if s >= 9.0 => counts.promoters += 1,
                s if s >= 7.0 => counts.passives += 1,
                _ => counts.detractors += 1,
            }
        }
        Ok(counts)
    }

    pub fn n(&self) -> usize {
        self.promoters + self.passives + self.detractors
    }
}

/// NPS = 100 (p − d) with variance (p + d − (p − d)²)/n of p − d; `TooFew` without an answer.
pub fn nps(counts: Recommendations, level: f64) -> Result<Answer<Nps>> {
    let z = z_of(level)?;
    if let Some(few) = TooFew::check("answers", counts.n(), 1) {
        return Ok(Answer::TooFew(few));
    }
    let score = |promoters: f64, detractors: f64, n: f64| {
        let net = (promoters - detractors) / n;
        let error = (((promoters + detractors) / n - net * net).max(0.0) / n).sqrt();
        let [value, half] = [100.0 * net, 100.0 * z * error];
        Score { value, n: counts.n(), lower: value - half, upper: value + half, standard_error: 100.0 * error }
    };
    let (p, d, n) = (counts.promoters as f64, counts.detractors as f64, counts.n() as f64);
    Ok(Answer::Known(Nps { counts, score: score(p, d, n), adjusted: score(p + 0.75, d + 0.75, n + 3.0) }))
}

/// Wilson's score interval of `hits` out of `n`.
///
/// # Errors
/// More hits than answers; a level outside (0, 1). `TooFew` when `n` is 0.
pub fn wilson(hits: usize, n: usize, level: f64) -> Result<Answer<Score>> {
    let z = z_of(level)?;
    if hits > n {
        return Err(StatsError::Invalid(format!("{hits} hits out of {n}")));
    }
    if let Some(few) = TooFew::check("answers", n, 1) {
        return Ok(Answer::TooFew(few));
    }
    let (count, share) = (n as f64, hits as f64 / n as f64);
    let denominator = 1.0 + z * z / count;
    let centre = (share + z * z / (2.0 * count)) / denominator;
    let half = z / denominator * (share * (1.0 - share) / count + z * z / (4.0 * count * count)).sqrt();
    // At the ends the interval touches them exactly; rounding must not pass over.
    let lower = if hits == 0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if hits == n { 1.0 } else { (centre + half).min(1.0) };
    let standard_error = (share * (1.0 - share) / count).sqrt();
    Ok(Answer::Known(Score { value: share, n, lower, upper, standard_error }))
}

/// CSAT of answers from 1 to `points` (5 as a rule): the share of the top two.
///
/// # Errors
/// An answer that is not a whole number on the scale, a scale below 3 points.
pub fn csat(scores: &[f64], points: usize, level: f64) -> Result<Answer<Csat>> {
    if !(3..=100).contains(&points) {
        return Err(StatsError::Option { name: "scale".into(), value: points.to_string(), range: "3 to 100 points".into() });
    }
    check_scale(scores, 1.0, points as f64, "a whole number on the scale")?;
    let mut counts = vec![0; points];
    scores.iter().for_each(|score| counts[*score as usize - 1] += 1);
    let satisfied = counts[points - 2..].iter().sum();
    let share = match wilson(satisfied, scores.len(), level)? {
        Answer::Known(share) => share,
        Answer::TooFew(few) => return Ok(Answer::TooFew(few)),
    };
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    let (low, high) = (ranked(&counts, (scores.len() - 1) / 2), ranked(&counts, scores.len() / 2));
    Ok(Answer::Known(Csat { satisfied, share, mean, median: (low + high) / 2.0 }))
}

/// The answer of this rank (from 0), from the counts of the answers 1, 2, ….
fn ranked(counts: &[usize], rank: usize) -> f64 {
    let mut below = 0;
    let point = counts.iter().position(|count| {
        below += count;
        rank < below
    });
    point.map_or(counts.len(), |at| at + 1) as f64
}

/// Change of NPS from `before` to `after`, in points, from the adjusted Wald scores: their variance
/// does not vanish when all answers agree, so that one unanimous answer proves no change.
pub fn nps_change(before: &Nps, after: &Nps, level: f64) -> Result<Change> {
    let z = z_of(level)?;
    let value = after.score.value - before.score.value;
    let centre = after.adjusted.value - before.adjusted.value;
    let error = after.adjusted.standard_error.hypot(before.adjusted.standard_error);
    Ok(change(value, centre - z * error, centre + z * error, two_sided_p(centre / error)))
}

/// Change of a share from `before` to `after` by Newcombe's hybrid of the two Wilson intervals.
/// Both must be of the same level.
pub fn share_change(before: &Score, after: &Score) -> Change {
    let value = after.value - before.value;
    let lower = value - (after.value - after.lower).hypot(before.upper - before.value);
    let upper = value + (after.upper - after.value).hypot(before.value - before.lower);
    let (n, m) = (after.n as f64, before.n as f64);
    let pooled = (after.value * n + before.value * m) / (n + m);
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    change(value, lower, upper, if error > 0.0 { two_sided_p(value / error) } else { 1.0 })
}

fn change(value: f64, lower: f64, upper: f64, p: f64) -> Change {
    Change { value, lower, upper, p, is_change: lower > 0.0 || upper < 0.0 }
}

fn z_of(level: f64) -> Result<f64> {
    if level > 0.0 && level < 1.0 {
        return Ok(two_sided_z(level));
    }
    Err(StatsError::Option { name: "level".into(), value: level.to_string(), range: "between 0 and 1".into() })
}

fn check_scale(scores: &[f64], low: f64, high: f64, range: &'static str) -> Result<()> {
    crate::answer::all_in_range("score", scores, range, |s| s.fract() == 0.0 && (low..=high).contains(&s))
}
