//! What every method answers with: a value, "too little data", or why the input cannot be used.

/// Says what is scarce, how much there is, and how much the method needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFew {
    /// The scarce thing, in words a user reads: "customers with a repeat purchase".
    pub what: &'static str,
    pub have: usize,
    pub need: usize,
}

impl TooFew {
    /// `Some` when `have < need`, for early returns.
    pub fn check(what: &'static str, have: usize, need: usize) -> Option<Self> {
        (have < need).then_some(Self { what, have, need })
    }
}

/// The answer of a method: known, or too little data to say.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer<T> {
    Known(T),
    TooFew(TooFew),
}

impl<T> Answer<T> {
    /// The value, when known.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::TooFew(_) => None,
        }
    }

    /// Applies `f` to a known value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Known(value) => Answer::Known(f(value)),
            Self::TooFew(few) => Answer::TooFew(few),
        }
    }
}

/// Why an input cannot be used. Every message names the thing and, where there is one, the row.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StatsError {
    #[error("{what} has {have} values, but {other} has {expect}")]
    Length { what: String, have: usize, other: String, expect: usize },
    #[error("{what} is {value} in row {row}: a finite number is needed")]
    NotFinite { what: String, row: usize, value: f64 },
    #[error("{what} is {value} in row {row}: it must be {range}")]
    OutOfRange { what: String, row: usize, value: f64, range: &'static str },
    #[error("{name} is {value}: it must be {range}")]
    Option { name: String, value: String, range: String },
    #[error("{what} did not converge after {iterations} iterations: {reached}")]
    NotConverged { what: String, iterations: usize, reached: String },
    #[error("{0}")]
    Invalid(String),
}

/// Checks that two parallel slices have one length.
pub fn same_length(what: &str, have: usize, other: &str, expect: usize) -> Result<(), StatsError> {
    if have == expect {
        return Ok(());
    }
    Err(StatsError::Length { what: what.into(), have, other: other.into(), expect })
}

/// Checks that every value is finite; rows are counted from 1.
pub fn all_finite(what: &str, values: &[f64]) -> Result<(), StatsError> {
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(i) => Err(StatsError::NotFinite { what: what.into(), row: i + 1, value: values[i] }),
    }
}

/// Checks that every value is finite and `keep` holds for it; `range` words the rule.
pub fn all_in_range(what: &str, values: &[f64], range: &'static str, keep: impl Fn(f64) -> bool) -> Result<(), StatsError> {
    all_finite(what, values)?;
    match values.iter().position(|&v| !keep(v)) {
        None => Ok(()),
        Some(i) => Err(StatsError::OutOfRange { what: what.into(), row: i + 1, value: values[i], range }),
    }
}
