//! The scoring of the Numenta Anomaly Benchmark.
//!
//! Lavin & Ahmad (2015), "Evaluating Real-time Anomaly Detection Algorithms – the Numenta Anomaly
//! Benchmark": early detections inside a labelled window earn up to 1, a missed window costs, every
//! alert outside costs, most when far behind the last window. The first 15 % of a file do not count.

/// What hits, misses and false alarms weigh.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    pub hit: f64,
    pub false_alarm: f64,
    pub miss: f64,
}

impl Profile {
    pub const STANDARD: Self = Self { hit: 1.0, false_alarm: 0.11, miss: 1.0 };
    pub const LOW_FALSE_ALARM: Self = Self { hit: 1.0, false_alarm: 0.22, miss: 1.0 };
    pub const LOW_MISS: Self = Self { hit: 1.0, false_alarm: 0.11, miss: 2.0 };
}

/// A labelled anomaly: first and last row, both inside.
pub type Window = (usize, usize);

/// Value of an alert at a position relative to a window: -1 its left edge, 0 its right edge.
fn sigmoid(position: f64) -> f64 {
    if position > 3.0 { -1.0 } else { 2.0 / (1.0 + (5.0 * position).exp()) - 1.0 }
}

/// Rows at the start of a file of `n` rows that are not scored.
pub fn probation(n: usize) -> usize {
    (0.15 * n.min(5000) as f64).floor() as usize
}

/// Raw score of the alerts (row numbers, ascending) of one file of `n` rows; windows ascending.
pub fn raw_score(n: usize, windows: &[Window], alerts: &[usize], profile: Profile) -> f64 {
    let start = probation(n);
    let counted = || alerts.iter().copied().filter(|a| *a >= start && *a < n);
    let mut total = 0.0;
    for &(left, right) in windows.iter().filter(|w| w.1 >= start) {
        let width = (right - left + 1) as f64;
        total += match counted().find(|a| (left..=right).contains(a)) {
            Some(first) => profile.hit * sigmoid(-((right - first + 1) as f64) / width) / sigmoid(-1.0),
            None => -profile.miss,
        };
    }
    for alert in counted().filter(|a| !windows.iter().any(|w| (w.0..=w.1).contains(a))) {
        let value = match windows.iter().rev().find(|w| w.1 < alert) {
            Some(&(left, right)) => sigmoid((alert - right) as f64 / ((right - left).max(1)) as f64),
            None => -1.0,
        };
        total += profile.false_alarm * value;
    }
    total
}

/// Score of a set of files on NAB's scale: 0 for no alert at all, 100 for every window at once.
///
/// `None` without a window.
pub fn normalised(raw_total: f64, windows: usize, profile: Profile) -> Option<f64> {
    let (null, perfect) = (-profile.miss * windows as f64, profile.hit * windows as f64);
    (windows > 0).then(|| 100.0 * (raw_total - null) / (perfect - null))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn perfect_null_and_late() {
        let windows = [(500, 599)];
        let raw = |alerts: &[usize]| raw_score(1000, &windows, alerts, Profile::STANDARD);
        assert!((raw(&[500]) - 1.0).abs() < 1e-12);
        assert_eq!(raw(&[]), -1.0);
        assert!((raw(&[599]) - sigmoid(-0.01) / sigmoid(-1.0)).abs() < 1e-12);
        assert_eq!(raw(&[3]), -1.0, "probation does not count");
        assert!((raw(&[200, 500]) - 0.89).abs() < 1e-12);
        assert_eq!(normalised(-1.0, 1, Profile::STANDARD), Some(0.0));
        assert_eq!(normalised(1.0, 1, Profile::STANDARD), Some(100.0));
        assert_eq!(normalised(0.0, 0, Profile::STANDARD), None);
    }
}
