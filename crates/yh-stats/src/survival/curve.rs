//! Kaplan–Meier survival and Nelson–Aalen cumulative hazard.

use super::Subjects;
use crate::numeric::two_sided_z;
use crate::{Answer, Result, StatsError, TooFew};

/// One distinct time. Survival and hazard hold from this time on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    pub t: f64,
    /// Subjects not yet ended just before `t`.
    pub at_risk: usize,
    pub events: usize,
    pub censored: usize,
    /// Kaplan–Meier: product of 1 − events/at_risk.
    pub survival: f64,
    /// Greenwood: Σ events/(at_risk (at_risk − events)), the variance of ln(survival).
    pub log_variance: f64,
    /// Nelson–Aalen: Σ events/at_risk, tied events taken one after the other.
    pub hazard: f64,
    /// Variance of the hazard, Σ 1/at_risk² in the same way.
    pub hazard_variance: f64,
}

/// Survival at one time with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    pub t: f64,
    pub survival: f64,
    pub lower: f64,
    pub upper: f64,
}

/// Mean time up to a horizon: the area under the survival curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RestrictedMean {
    pub horizon: f64,
    pub mean: f64,
    pub standard_error: f64,
}

/// An estimated survival curve.
#[derive(Debug, Clone)]
pub struct Curve {
    pub subjects: usize,
    pub events: usize,
    pub level: f64,
    /// Distinct times, ascending.
    pub steps: Vec<Step>,
}

/// Estimates the survival curve; `level` is that of the intervals (0.95).
///
/// `TooFew` without a subject. Without an event the curve stays at 1.
///
/// # Errors
/// Unequal lengths, durations that are negative or not finite, a level outside (0, 1).
pub fn survival_curve(subjects: Subjects<'_>, level: f64) -> Result<Answer<Curve>> {
    subjects.check()?;
    if !(level > 0.0 && level < 1.0) {
        return Err(StatsError::Option { name: "level".into(), value: level.to_string(), range: "between 0 and 1".into() });
    }
    if let Some(few) = TooFew::check("subjects", subjects.len(), 1) {
        return Ok(Answer::TooFew(few));
    }
    let mut curve = Curve { subjects: subjects.len(), events: subjects.events(), level, steps: Vec::new() };
    let mut state = Step {
        t: 0.0,
        at_risk: subjects.len(),
        events: 0,
        censored: 0,
        survival: 1.0,
        log_variance: 0.0,
        hazard: 0.0,
        hazard_variance: 0.0,
    };
    for (t, ended, events) in tally(subjects) {
        state = state.next(t, ended, events);
        curve.steps.push(state);
    }
    Ok(Answer::Known(curve))
}

/// Distinct times, ascending, with how many subjects end there and how many by the event.
fn tally(subjects: Subjects<'_>) -> Vec<(f64, usize, usize)> {
    if let Some(longest) = subjects.whole_durations() {
        let mut counts = vec![(0, 0); longest + 1];
        for (duration, event) in subjects.duration.iter().zip(subjects.event) {
            let count = &mut counts[*duration as usize];
            count.0 += 1;
            count.1 += usize::from(*event);
        }
        let times = counts.into_iter().enumerate().filter(|(_, c)| c.0 > 0);
        return times.map(|(t, (ended, events))| (t as f64, ended, events)).collect();
    }
    // The bits of a non-negative float order as the number does; the free sign bit carries the event.
    let key = |(duration, event): (&f64, &bool)| (duration + 0.0).to_bits() << 1 | u64::from(*event);
    let mut keys: Vec<u64> = subjects.duration.iter().zip(subjects.event).map(key).collect();
    keys.sort_unstable();
    let tied = keys.chunk_by(|a, b| a >> 1 == b >> 1);
    tied.map(|k| (f64::from_bits(k[0] >> 1), k.len(), k.iter().filter(|k| *k & 1 == 1).count())).collect()
}

impl Step {
    /// The step after this one, at time `t` where `ended` subjects end, `events` of them by the event.
    fn next(self, t: f64, ended: usize, events: usize) -> Self {
        let at_risk = self.at_risk - self.events - self.censored;
        let (n, d) = (at_risk as f64, events as f64);
        let mut next = Self { t, at_risk, events, censored: ended - events, ..self };
        if events > 0 {
            next.survival *= 1.0 - d / n;
            next.log_variance += d / (n * (n - d));
            for k in 0..events {
                let share = 1.0 / (n - k as f64);
                next.hazard += share;
                next.hazard_variance += share * share;
            }
        }
        next
    }
}

impl Curve {
    /// Survival at time `t` with the log-log interval S^exp(±z·√V/ln S) (Kalbfleisch & Prentice).
    ///
    /// Beyond the last time the curve is not known unless it has reached 0: `None`.
    pub fn at(&self, t: f64) -> Option<CurvePoint> {
        let last = self.steps.last()?;
        if t > last.t && last.survival > 0.0 || t.is_nan() || t < 0.0 {
            return None;
        }
        let after = self.steps.partition_point(|s| s.t <= t);
        match after.checked_sub(1) {
            None => Some(CurvePoint { t, survival: 1.0, lower: 1.0, upper: 1.0 }),
            Some(i) => Some(CurvePoint { t, ..self.point(&self.steps[i]) }),
        }
    }

    /// A step's survival with its log-log interval; no width where survival is 1 or 0.
    pub fn point(&self, step: &Step) -> CurvePoint {
        let s = step.survival;
        let (lower, upper) = if s > 0.0 && s < 1.0 {
            let wide = two_sided_z(self.level) * step.log_variance.sqrt() / s.ln();
            (s.powf((-wide).exp()), s.powf(wide.exp()))
        } else {
            (s, s)
        };
        CurvePoint { t: step.t, survival: s, lower, upper }
    }

    /// The first time when survival is at most `share`; `None` when it stays above.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        // Rounding of a long product must not move a curve that meets the share exactly.
        self.steps.iter().find(|s| s.survival <= share * (1.0 + 1e-12)).map(|s| s.t)
    }

    /// The time by which half have had the event.
    pub fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// Interval of the median: the times where the survival interval crosses one half
    /// (Brookmeyer & Crowley); `None` where it does not cross.
    pub fn median_bounds(&self) -> [Option<f64>; 2] {
        let first = |f: fn(&CurvePoint) -> f64| self.steps.iter().find(|s| s.events > 0 && f(&self.point(s)) <= 0.5).map(|s| s.t);
        [first(|p| p.lower), first(|p| p.upper)]
    }

    /// Mean time within the first `horizon`: the area under the curve, with the standard error
    /// √Σ (area after t)² events/(at_risk (at_risk − events)). `None` past a curve still above 0.
    pub fn restricted_mean(&self, horizon: f64) -> Option<RestrictedMean> {
        self.at(horizon)?;
        let inside: Vec<&Step> = self.steps.iter().filter(|s| s.t <= horizon).collect();
        let (mut area, mut variance, mut until) = (0.0, 0.0, horizon);
        for step in inside.iter().rev() {
            area += step.survival * (until - step.t);
            until = step.t;
            let (n, d) = (step.at_risk as f64, step.events as f64);
            if n > d {
                variance += area * area * d / (n * (n - d));
            }
        }
        Some(RestrictedMean { horizon, mean: area + until, standard_error: variance.sqrt() })
    }
}
