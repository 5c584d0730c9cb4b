//! Targets (目标): numbers to be reached, with provenance.

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
