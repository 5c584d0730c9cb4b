//! How far people's scores of themselves lie from what others give them.

use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{Estimate, Ratings};
use crate::Result;
use crate::answer::{Answer, TooFew, same_length};

/// Fewest people for an interval.
const LEAST_PEOPLE: usize = 2;

/// A mean gap in points, own score less the other's: positive when people see themselves higher.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    pub gap: Estimate,
    /// People with both scores.
    pub n: usize,
}

/// The gaps of one set of scores.
#[derive(Debug, Clone, PartialEq)]
pub struct SelfGaps {
    /// Against all others: each person counts once.
    pub overall: Answer<Gap>,
    /// Against each rater, by rater number.
    pub by_rater: Vec<Answer<Gap>>,
}

/// Compares the rows marked in `is_self` (a person's scores of themselves) with the other rows, item by
/// item; a person's items and repeats are averaged first, and the interval (t, of the given level) is
/// taken over people.
///
/// # Errors
/// Columns of unequal length, scores that are not finite.
pub fn self_gaps(ratings: &Ratings<'_>, is_self: &[bool], level: f64) -> Result<SelfGaps> {
    ratings.check()?;
    same_length("self marks", is_self.len(), "score", ratings.scores.len())?;
    let question = |row: usize| (ratings.subjects[row], ratings.item(row));
    let mut own = BTreeMap::<(u32, u32), Mean>::new();
    for row in (0..is_self.len()).filter(|&row| is_self[row]) {
        own.entry(question(row)).or_default().add(ratings.scores[row]);
    }
    let (_, raters, _) = ratings.sizes();
    let mut by_rater = vec![BTreeMap::<u32, Mean>::new(); raters];
    for row in (0..is_self.len()).filter(|&row| !is_self[row]) {
        if let Some(own) = own.get(&question(row)) {
            let gap = own.value() - ratings.scores[row];
            by_rater[ratings.raters[row] as usize].entry(ratings.subjects[row]).or_default().add(gap);
        }
    }
    let mut overall = BTreeMap::<u32, Mean>::new();
    for (subject, gap) in by_rater.iter().flatten() {
        overall.entry(*subject).or_default().add(gap.value());
    }
    let summary = |people: &BTreeMap<u32, Mean>| summarise(people.values().map(|m| m.value()).collect(), level);
    Ok(SelfGaps { overall: summary(&overall), by_rater: by_rater.iter().map(summary).collect() })
}

#[derive(Debug, Clone, Copy, Default)]
struct Mean {
    sum: f64,
    n: f64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.n += 1.0;
    }

    fn value(self) -> f64 {
        self.sum / self.n
    }
}

fn summarise(gaps: Vec<f64>, level: f64) -> Answer<Gap> {
    if let Some(few) = TooFew::check("people with a score of their own and of the rater", gaps.len(), LEAST_PEOPLE) {
        return Answer::TooFew(few);
    }
    let n = gaps.len() as f64;
    let value = gaps.iter().sum::<f64>() / n;
    let variance = gaps.iter().map(|g| (g - value).powi(2)).sum::<f64>() / (n - 1.0);
    let quantile = StudentsT::new(0.0, 1.0, n - 1.0).map_or(f64::NAN, |t| t.inverse_cdf(0.5 + level / 2.0));
    let reach = quantile * (variance / n).sqrt();
    Answer::Known(Gap { gap: Estimate { value, lower: value - reach, upper: value + reach }, n: gaps.len() })
}
