//! Control totals: exact sums of what was accepted, and what the file itself says they are.

use arrow::array::{Array, Decimal128Array, Float64Array, Int64Array};
use arrow::record_batch::RecordBatch;
use rust_decimal::Decimal;

use super::plan::{Origin, Plan};
use super::report::ControlTotal;
use super::value::{MONEY_SCALE, TotalWord};

/// A row of the file that sums others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalRow {
    pub line: u64,
    pub word: TotalWord,
    /// One per dataset column; none where the row has no number.
    pub sums: Vec<Option<Decimal>>,
}

/// Exact sums, one per dataset column; none for columns that are not numeric or not in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums(pub Vec<Option<Decimal>>);

impl Sums {
    /// Sums the numeric columns of a batch.
    pub fn of(batch: &RecordBatch, plan: &Plan) -> Self {
        let sum = |(index, column): (usize, &super::plan::ColumnPlan)| {
            if !column.kind.is_numeric() || column.origin == Origin::Absent {
                return None;
            }
            let array = batch.column(index);
            if let Some(money) = array.as_any().downcast_ref::<Decimal128Array>() {
                let sum = if money.null_count() == 0 { money.values().iter().sum() } else { money.iter().flatten().sum::<i128>() };
                return Decimal::try_from_i128_with_scale(sum, MONEY_SCALE).ok();
            }
            if let Some(whole) = array.as_any().downcast_ref::<Int64Array>() {
                let sum: i128 = whole.iter().flatten().map(i128::from).sum();
                return Decimal::try_from_i128_with_scale(sum, 0).ok();
            }
            let numbers = array.as_any().downcast_ref::<Float64Array>()?;
            numbers.iter().flatten().try_fold(Decimal::ZERO, |sum, number| sum.checked_add(shortest_decimal(number)?))
        };
        Self(plan.columns.iter().enumerate().map(sum).collect())
    }

    /// Adds another chunk's sums.
    pub fn add(&mut self, other: &Self) {
        if self.0.is_empty() {
            self.0.clone_from(&other.0);
            return;
        }
        for (sum, more) in self.0.iter_mut().zip(&other.0) {
            *sum = sum.zip(*more).and_then(|(sum, more)| sum.checked_add(more));
        }
    }

    /// Sums as the report shows them, beside the file's own total row.
    pub fn report(&self, plan: &Plan, total_row: Option<&TotalRow>) -> Vec<ControlTotal> {
        let sums = self.0.iter().enumerate().filter_map(|(index, sum)| sum.map(|sum| (index, sum)));
        sums.map(|(index, sum)| ControlTotal {
            column: plan.columns[index].name.clone(),
            sum: sum.normalize(),
            file_total: total_row.and_then(|row| row.sums[index]).map(|total| total.normalize()),
        })
        .collect()
    }
}

/// The decimal people mean by a binary number: its shortest text.
fn shortest_decimal(number: f64) -> Option<Decimal> {
    const MICRO: f64 = 1e6;
    let micros = (number * MICRO).round();
    if micros.abs() < 9e15 && micros / MICRO == number {
        return Some(Decimal::new(micros as i64, 6));
    }
    let text = format!("{number:e}");
    Decimal::from_scientific(&text).ok()
}
