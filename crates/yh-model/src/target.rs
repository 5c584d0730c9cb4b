//! Targets (目标): numbers to be reached, with provenance; how they are split and by which path they are reached.

pub mod cascade;
pub mod path;

use std::cmp::Ordering;

use jiff::civil::Date;
use rust_decimal::Decimal;
use thiserror::Error;

pub use path::Path;

use crate::{Direction, Period};

/// One target of one metric for one segment and period; a later version replaces an earlier one.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub metric: String,
    /// Dimension and value of the segment; none is the company.
    pub segment: Option<(String, String)>,
    pub period: Period,
    /// 保底.
    pub floor: Option<Decimal>,
    /// 目标.
    pub target: Decimal,
    /// 冲刺.
    pub stretch: Option<Decimal>,
    pub reason: String,
}

/// Floor, target or stretch that lie in the wrong order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{better} must not be {word} than {worse}")]
pub struct LevelOrder {
    better: &'static str,
    worse: &'static str,
    word: &'static str,
}

impl Target {
    /// Share of the target that is planned to be reached by the end of `day`, 0…1: linear by days elapsed (序时进度).
    pub fn planned_share(&self, day: Date) -> Decimal {
        let (passed, days) = self.period.elapsed(day);
        Decimal::from(passed) / Decimal::from(days)
    }

    /// Checks that the levels get harder from floor to target to stretch, in the metric's direction.
    pub fn check_levels(&self, direction: Direction) -> Result<(), LevelOrder> {
        let wrong = if direction == Direction::Lower { (Ordering::Greater, "higher") } else { (Ordering::Less, "lower") };
        let levels = [("floor", self.floor), ("target", Some(self.target)), ("stretch", self.stretch)];
        let known: Vec<(&'static str, Decimal)> = levels.into_iter().filter_map(|(name, level)| Some((name, level?))).collect();
        match known.windows(2).find(|pair| pair[1].1.cmp(&pair[0].1) == wrong.0) {
            Some(pair) => Err(LevelOrder { better: pair[1].0, worse: pair[0].0, word: wrong.1 }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_is_linear_by_days() {
        let period = "2025-11".parse().expect("a month");
        let target = Target {
            metric: "paid_amount".into(),
            segment: None,
            period,
            floor: None,
            target: Decimal::from(300),
            stretch: None,
            reason: String::new(),
        };
        let share = |month, day| target.planned_share(jiff::civil::date(2025, month, day));
        assert_eq!((share(10, 31), share(11, 12), share(12, 1)), (Decimal::ZERO, Decimal::new(4, 1), Decimal::ONE));
    }

    #[test]
    fn levels_get_harder_in_the_metrics_direction() {
        let target = |floor: i64, target: i64, stretch: i64| Target {
            metric: "m".into(),
            segment: None,
            period: "2025".parse().expect("a year"),
            floor: Some(floor.into()),
            target: target.into(),
            stretch: Some(stretch.into()),
            reason: String::new(),
        };
        assert_eq!(target(1, 2, 3).check_levels(Direction::Higher), Ok(()));
        assert_eq!(target(2, 2, 2).check_levels(Direction::Higher), Ok(()));
        assert_eq!(target(3, 2, 1).check_levels(Direction::Lower), Ok(()));
        let error = target(3, 2, 4).check_levels(Direction::Higher).expect_err("the floor is above the target");
        assert_eq!(error.to_string(), "target must not be lower than floor");
        let error = target(3, 1, 2).check_levels(Direction::Lower).expect_err("the stretch is easier than the target");
        assert_eq!(error.to_string(), "stretch must not be higher than target");
        let open = Target { floor: None, ..target(0, 2, 1) };
        assert!(open.check_levels(Direction::Higher).is_err());
    }
}
