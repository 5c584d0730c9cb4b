//! Multi-dimensional root causes: which combinations of dimension values made the total change.
//!
//! Every combination is weighed by how much better "its leaves changed by one common share" fits
//! than noise, less the cost of naming it among all combinations (a minimum description length).
//! A combination stands only when no split of it along a further dimension explains more; the best
//! one is taken, its leaves are set aside, and the search starts again. Several causes, in
//! different dimensions and of different strength, are found this way.

mod evidence;
mod lattice;
mod search;

use crate::Result;
use crate::answer::{Answer, StatsError, TooFew, all_finite, all_in_range, same_length};

/// Fewest leaves with a value for which noise can be told from change.
const MIN_LEAVES: usize = 8;

/// The most detailed figures, one row per combination of dimension values.
#[derive(Debug, Clone, Copy)]
pub struct Leaves<'a> {
    /// Value numbers per dimension, each as long as the rows.
    pub codes: &'a [Vec<u32>],
    /// Measured amounts (for a ratio: its numerators).
    pub actual: &'a [f64],
    /// Expected amounts (for a ratio: its numerators).
    pub expected: &'a [f64],
    /// Measured and expected denominators, when the measure is a ratio.
    pub denominators: Option<(&'a [f64], &'a [f64])>,
}

/// Limits of the search.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most dimensions that one cause may combine.
    pub max_layer: usize,
    pub max_causes: usize,
    /// Least share of the total change that a cause must explain. `None`: 0 for additive measures,
    /// 0.1 for ratios, whose rates wander by themselves.
    pub min_power: Option<f64>,
    /// Causes weaker than this share of the strongest one's score are left out. `None`: 0 for
    /// additive measures, 0.5 for ratios.
    pub min_relative_score: Option<f64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_layer: usize::MAX, max_causes: 50, min_power: None, min_relative_score: None }
    }
}

/// One root cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// (dimension, value number) pairs that all hold.
    pub elements: Vec<(usize, u32)>,
    /// Share of the total change that its leaves make up; over all leaves these sum to 1.
    pub explanatory_power: f64,
    /// Evidence less cost, in nats; above 0, and comparable between causes.
    pub score: f64,
    /// The common relative change of its leaves: -0.3 is 30 % below expectation.
    pub change: f64,
    /// How far its part of the total moved: its term of the Jensen-Shannon divergence between the
    /// expected and the actual composition (Bhagwan et al. 2014, Adtributor), in nats.
    pub surprise: f64,
    /// Actual and expected amount over its leaves (for a ratio: the ratio).
    pub actual: f64,
    pub expected: f64,
    /// Leaves under it, those already explained by a stronger cause included.
    pub leaves: usize,
}

/// The answer: causes, strongest first, and the change they explain.
#[derive(Debug, Clone, PartialEq)]
pub struct RootCauses {
    pub causes: Vec<Cause>,
    /// Actual and expected total (for a ratio: the ratio).
    pub actual: f64,
    pub expected: f64,
    /// Share of the total change that the causes explain together.
    pub explained: f64,
    /// Distinct leaves.
    pub leaves: usize,
    /// Most dimensions a cause could combine; fewer than asked when there are too many combinations.
    pub layers: usize,
}

/// Whether amounts add up, or are parts of a ratio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Additive,
    Ratio,
}

/// Localises the root causes of the difference between actual and expected.
///
/// For a ratio the expected numerators are those of the actual denominators at the expected rates,
/// so that a shift of traffic between leaves is no cause. Rows of one combination are added up.
///
/// # Errors
/// No dimension or more than 20; columns of unequal length; values that are not finite; negative
/// parts of a ratio.
pub fn localise(leaves: &Leaves<'_>, limits: Limits) -> Result<Answer<RootCauses>> {
    check(leaves)?;
    let merged = Merged::of(leaves);
    let informative = merged.amounts.iter().filter(|l| l.actual != 0.0 || l.expected != 0.0).count();
    if let Some(few) = TooFew::check("combinations with a value", informative, MIN_LEAVES) {
        return Ok(Answer::TooFew(few));
    }
    Ok(Answer::Known(search::search(&merged, limits)))
}

fn check(leaves: &Leaves<'_>) -> Result<()> {
    if leaves.codes.is_empty() || leaves.codes.len() > 20 {
        return Err(StatsError::Invalid(format!("{} dimensions are given: 1 to 20 are needed", leaves.codes.len())));
    }
    let rows = leaves.actual.len();
    for codes in leaves.codes {
        same_length("a dimension", codes.len(), "actual", rows)?;
    }
    same_length("expected", leaves.expected.len(), "actual", rows)?;
    let Some((actual, expected)) = leaves.denominators else {
        all_finite("actual", leaves.actual)?;
        return all_finite("expected", leaves.expected);
    };
    same_length("actual denominator", actual.len(), "actual", rows)?;
    same_length("expected denominator", expected.len(), "actual", rows)?;
    let parts =
        [("actual", leaves.actual), ("expected", leaves.expected), ("actual denominator", actual), ("expected denominator", expected)];
    parts.into_iter().try_for_each(|(what, values)| all_in_range(what, values, "zero or more", |v| v >= 0.0))
}

/// Amounts of one leaf. For a ratio `expected` is the numerator expected at the actual denominator.
#[derive(Debug, Clone, Copy, Default)]
struct Amount {
    actual: f64,
    expected: f64,
    expected_numerator: f64,
    actual_denominator: f64,
    expected_denominator: f64,
}

/// Leaves with equal codes added up.
struct Merged {
    codes: Vec<Vec<u32>>,
    amounts: Vec<Amount>,
    measure: Measure,
}

impl Merged {
    fn of(leaves: &Leaves<'_>) -> Self {
        let mut numbers = std::collections::HashMap::new();
        let mut codes = vec![Vec::new(); leaves.codes.len()];
        let mut amounts: Vec<Amount> = Vec::new();
        for row in 0..leaves.actual.len() {
            let key: Vec<u32> = leaves.codes.iter().map(|c| c[row]).collect();
            let at = *numbers.entry(key).or_insert_with_key(|key| {
                codes.iter_mut().zip(key).for_each(|(column, &code)| column.push(code));
                amounts.push(Amount::default());
                amounts.len() - 1
            });
            let amount = &mut amounts[at];
            amount.actual += leaves.actual[row];
            amount.expected += leaves.expected[row];
            if let Some((actual, expected)) = leaves.denominators {
                amount.actual_denominator += actual[row];
                amount.expected_denominator += expected[row];
            }
        }
        let measure = if leaves.denominators.is_some() { Measure::Ratio } else { Measure::Additive };
        let mut merged = Self { codes, amounts, measure };
        merged.expect_at_actual_denominators();
        merged
    }

    /// Leaves that had no denominator before have no expected rate: they say nothing.
    fn expect_at_actual_denominators(&mut self) {
        for amount in &mut self.amounts {
            amount.expected_numerator = amount.expected;
            if self.measure == Measure::Ratio {
                let known = amount.expected_denominator > 0.0;
                let rate = if known { amount.expected / amount.expected_denominator } else { 0.0 };
                amount.expected = amount.actual_denominator * rate;
                if !known {
                    *amount = Amount::default();
                }
            }
        }
    }
}
