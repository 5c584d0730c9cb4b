//! Did it work, and what would more of it bring? Regression, lagged correlation, before/after
//! designs, saturating response curves and budgets.

mod budget;
mod curves;
mod effect;
mod lag;
mod regression;

pub use budget::{Allocation, BudgetLine, allocate};
pub use curves::{Channel, ChannelFit, CurveOptions, Curves, Interval, ResponseCurve, fit_curves};
pub use effect::{Difference, Interrupted, Outcomes, difference_in_differences, interrupted_series};
pub use lag::{LagCorrelation, Lags, lagged_correlation};
pub use regression::{Coefficient, Errors, Regression, regress};
