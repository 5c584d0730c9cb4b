//! Ratings of people by people: do raters agree, and how does each rater use the scale?
//!
//! [`rater_report`] is advice for a talk with the rater, never a silent correction of scores.

mod gap;
mod icc;
mod kappa;
mod krippendorff;
mod raters;

pub use gap::{Gap, SelfGaps, self_gaps};
pub use icc::{Icc, IccForm, intraclass_correlation};
pub use kappa::{Kappa, Weights, weighted_kappa, weighted_kappa_of_table};
pub use krippendorff::{Alpha, Level, krippendorff_alpha};
pub use raters::{Estimate, Rater, RaterReport, rater_report};

use crate::Result;
use crate::answer::{all_finite, same_length};

/// Scores in long form: one row per score that a rater gave a subject (on an item).
#[derive(Debug, Clone, Copy)]
pub struct Ratings<'a> {
    /// Numbers 0.. of the people or things rated.
    pub subjects: &'a [u32],
    pub raters: &'a [u32],
    /// Numbers of the questions or criteria; `None` when there is only one.
    pub items: Option<&'a [u32]>,
    pub scores: &'a [f64],
}

impl Ratings<'_> {
    fn check(&self) -> Result<()> {
        same_length("subject", self.subjects.len(), "score", self.scores.len())?;
        same_length("rater", self.raters.len(), "score", self.scores.len())?;
        if let Some(items) = self.items {
            same_length("item", items.len(), "score", self.scores.len())?;
        }
        all_finite("score", self.scores)
    }

    fn item(&self, row: usize) -> u32 {
        self.items.map_or(0, |items| items[row])
    }

    /// How many subjects, raters and items there are (largest number + 1).
    fn sizes(&self) -> (usize, usize, usize) {
        let count = |codes: &[u32]| codes.iter().max().map_or(0, |&m| m as usize + 1);
        (count(self.subjects), count(self.raters), self.items.map_or(1, count))
    }

    /// Mean score of each subject by each rater over items and repeats; `None` where there is none.
    fn table(&self) -> Vec<Vec<Option<f64>>> {
        let (subjects, raters, _) = self.sizes();
        let mut sums = vec![vec![(0.0, 0.0); raters]; subjects];
        for (row, score) in self.scores.iter().enumerate() {
            let cell = &mut sums[self.subjects[row] as usize][self.raters[row] as usize];
            cell.0 += score;
            cell.1 += 1.0;
        }
        let mean = |(sum, n): (f64, f64)| (n > 0.0).then(|| sum / n);
        sums.into_iter().map(|row| row.into_iter().map(mean).collect()).collect()
    }
}
