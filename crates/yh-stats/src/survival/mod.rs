//! How long until an event, with right-censoring: survival curves, comparisons, Cox regression, churn.
//!
//! A subject is a duration and whether the event was seen at its end; otherwise the subject is
//! censored there: known to have lasted at least so long.

mod churn;
mod cox;
mod cox_check;
mod curve;
mod log_rank;

pub use churn::{Churn, ChurnSpans, Inactivity, churn, churn_spans};
pub use cox::{Cox, Effect, cox};
pub use cox_check::{ProportionalityTest, checks, concordance, proportionality, robust_errors};
pub use curve::{Curve, CurvePoint, RestrictedMean, Step, survival_curve};
pub use log_rank::{LogRank, log_rank};

use rayon::prelude::*;

use crate::Result;
use crate::answer::{all_in_range, same_length};

/// Durations (0 or more, one time unit) and whether each ended with the event.
#[derive(Debug, Clone, Copy)]
pub struct Subjects<'a> {
    pub duration: &'a [f64],
    pub event: &'a [bool],
}

impl Subjects<'_> {
    pub fn len(&self) -> usize {
        self.duration.len()
    }

    pub fn is_empty(&self) -> bool {
        self.duration.is_empty()
    }

    /// Checks lengths and that durations are finite and not negative.
    pub fn check(&self) -> Result<()> {
        same_length("event", self.event.len(), "duration", self.duration.len())?;
        all_in_range("duration", self.duration, "0 or more", |d| d >= 0.0)
    }

    /// The longest duration when all are whole and few enough to count instead of sort.
    fn whole_durations(&self) -> Option<usize> {
        let most = (4 * self.len() + 1_000).min(1 << 24) as f64;
        let mut longest = 0.0_f64;
        for &duration in self.duration {
            if duration.fract() != 0.0 || duration > most {
                return None;
            }
            longest = longest.max(duration);
        }
        Some(longest as usize)
    }

    /// Indices by ascending duration; tied subjects keep their order.
    fn ascending(&self) -> Vec<usize> {
        let Some(longest) = self.whole_durations() else {
            let mut keys: Vec<(f64, usize)> = self.duration.iter().copied().zip(0..).collect();
            keys.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            return keys.into_iter().map(|(_, i)| i).collect();
        };
        let mut start = vec![0; longest + 2];
        self.duration.iter().for_each(|d| start[*d as usize + 1] += 1);
        for i in 1..start.len() {
            start[i] += start[i - 1];
        }
        let mut order = vec![0; self.len()];
        for (i, duration) in self.duration.iter().enumerate() {
            let at = &mut start[*duration as usize];
            order[*at] = i;
            *at += 1;
        }
        order
    }

    fn events(&self) -> usize {
        self.event.iter().filter(|e| **e).count()
    }
}
