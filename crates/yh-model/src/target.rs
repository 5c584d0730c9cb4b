//! Targets (目标): numbers to be reached, with provenance.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::Period;

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

impl Target {
    /// Share of the target that is planned to be reached by the end of `day`, 0…1: linear by days elapsed (序时进度).
    pub fn planned_share(&self, day: Date) -> Decimal {
        let (passed, days) = self.period.elapsed(day);
        Decimal::from(passed) / Decimal::from(days)
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
}
