//! The log-rank test: do groups survive alike?

use super::Subjects;
use crate::linear::Cholesky;
use crate::numeric::chi2_upper_tail;
use crate::{Answer, Result, StatsError, TooFew};

/// Log-rank statistic with its degrees of freedom (groups − 1) and p-value.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRank {
    pub chi2: f64,
    pub degrees: usize,
    pub p: f64,
    /// Observed and, if all groups survived alike, expected events per group.
    pub events: Vec<(f64, f64)>,
}

/// Mantel's log-rank test over groups; `group` holds each subject's group, from 0 to `groups` − 1.
///
/// `TooFew` below two groups, or without an event.
///
/// # Errors
/// Bad subjects, unequal lengths, a group index out of range.
pub fn log_rank(subjects: Subjects<'_>, group: &[usize], groups: usize) -> Result<Answer<LogRank>> {
    subjects.check()?;
    crate::answer::same_length("group", group.len(), "duration", subjects.len())?;
    if group.iter().any(|g| *g >= groups) {
        return Err(StatsError::Invalid("a group index is out of range".into()));
    }
    let mut at_risk = vec![0.0; groups];
    group.iter().for_each(|&g| at_risk[g] += 1.0);
    let filled = at_risk.iter().filter(|n| **n > 0.0).count();
    let few = TooFew::check("groups with subjects", filled, 2).or_else(|| TooFew::check("events", subjects.events(), 1));
    if let Some(few) = few {
        return Ok(Answer::TooFew(few));
    }
    let row = |i: usize| (subjects.duration[i], subjects.event[i], group[i]);
    let order: Vec<(f64, bool, usize)> = subjects.ascending().into_iter().map(row).collect();
    let mut sums = Sums { events: vec![(0.0, 0.0); groups], covariance: vec![0.0; groups * groups] };
    for tied in order.chunk_by(|a, b| a.0 == b.0) {
        sums.add(&at_risk, tied);
        tied.iter().for_each(|s| at_risk[s.2] -= 1.0);
    }
    Ok(sums.test().map_or(Answer::TooFew(TooFew { what: "groups at risk together at an event", have: 1, need: 2 }), Answer::Known))
}

struct Sums {
    events: Vec<(f64, f64)>,
    covariance: Vec<f64>,
}

impl Sums {
    /// Adds one time: hypergeometric mean and covariance of the events by group.
    fn add(&mut self, at_risk: &[f64], tied: &[(f64, bool, usize)]) {
        let groups = at_risk.len();
        let d = tied.iter().filter(|s| s.1).count() as f64;
        if d == 0.0 {
            return;
        }
        tied.iter().filter(|s| s.1).for_each(|s| self.events[s.2].0 += 1.0);
        let n: f64 = at_risk.iter().sum();
        for (events, risk) in self.events.iter_mut().zip(at_risk) {
            events.1 += d * risk / n;
        }
        if n > 1.0 {
            let scale = d * (n - d) / (n * n * (n - 1.0));
            for i in 0..groups {
                for j in 0..groups {
                    let own = if i == j { n } else { 0.0 };
                    self.covariance[i * groups + j] += scale * at_risk[i] * (own - at_risk[j]);
                }
            }
        }
    }

    /// The quadratic form over all groups but one, leaving out groups without variance.
    fn test(self) -> Option<LogRank> {
        let groups = self.events.len();
        let mut kept: Vec<usize> = (0..groups).filter(|i| self.covariance[i * groups + i] > 0.0).collect();
        kept.pop()?;
        let k = kept.len();
        let difference: Vec<f64> = kept.iter().map(|&i| self.events[i].0 - self.events[i].1).collect();
        let covariance: Vec<f64> =
            kept.iter().flat_map(|&i| kept.iter().map(move |&j| (i, j))).map(|(i, j)| self.covariance[i * groups + j]).collect();
        let solved = Cholesky::new(&covariance, k)?.solve(&difference);
        let chi2: f64 = solved.iter().zip(&difference).map(|(a, b)| a * b).sum();
        (k > 0).then(|| LogRank { chi2, degrees: k, p: chi2_upper_tail(chi2, k), events: self.events })
    }
}
