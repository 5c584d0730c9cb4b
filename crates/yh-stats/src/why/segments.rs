//! A ratio's difference by segment, in rate and mix.

/// An amount before and after.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Amount {
    pub before: f64,
    pub after: f64,
}

/// One segment's part of a ratio.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RatioPart {
    pub numerator: Amount,
    pub denominator: Amount,
}

/// What one segment did to the whole ratio.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RatioEffect {
    /// Its own ratio changed.
    pub rate: f64,
    /// Its share of the denominator changed, towards or away from the average ratio.
    pub mix: f64,
}

impl Amount {
    pub fn difference(self) -> f64 {
        self.after - self.before
    }
}

impl std::ops::Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { before: self.before + other.before, after: self.after + other.after }
    }
}

impl std::ops::Add for RatioPart {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { numerator: self.numerator + other.numerator, denominator: self.denominator + other.denominator }
    }
}

impl RatioEffect {
    pub fn total(self) -> f64 {
        self.rate + self.mix
    }
}

impl RatioPart {
    /// The ratio before and after; none where the denominator is 0.
    pub fn ratio(self) -> (Option<f64>, Option<f64>) {
        (divide(self.numerator.before, self.denominator.before), divide(self.numerator.after, self.denominator.after))
    }
}

/// Splits the difference of Σ numerators ÷ Σ denominators by segment.
///
/// With w a segment's share of the denominator, r its ratio, R the whole ratio and a bar for the mean
/// of before and after, rate = w̄·(r₁ − r₀) and mix = (w₁ − w₀)·(r̄ − R̄): Bennet's symmetric split (T. L.
/// Bennet, "The theory of measurement of changes in cost of living", JRSS 83, 1920). The shares' changes
/// sum to 0, so subtracting R̄ changes no sum and lets growth of a better-than-average segment count as
/// gain. A segment that is new or gone has one ratio, and so no rate effect; a numerator without a
/// denominator is all rate. `None` when a whole ratio has no value.
pub fn split_ratio(parts: &[RatioPart]) -> Option<Vec<RatioEffect>> {
    let whole = parts.iter().fold(RatioPart::default(), |sum, part| sum + *part);
    let (Some(before), Some(after)) = whole.ratio() else { return None };
    let middle = before / 2.0 + after / 2.0;
    let effect = |part: &RatioPart| {
        let share =
            |amount: Amount| Amount { before: amount.before / whole.denominator.before, after: amount.after / whole.denominator.after };
        let (weight, shown) = (share(part.denominator), share(part.numerator));
        let shift = weight.difference();
        match part.ratio() {
            (Some(r0), Some(r1)) => {
                RatioEffect { rate: (weight.before / 2.0 + weight.after / 2.0) * (r1 - r0), mix: shift * (r0 / 2.0 + r1 / 2.0 - middle) }
            }
            // Whatever stands over no denominator moved the whole by itself.
            (Some(only), None) => RatioEffect { rate: shown.after, mix: shift * (only - middle) },
            (None, Some(only)) => RatioEffect { rate: -shown.before, mix: shift * (only - middle) },
            (None, None) => RatioEffect { rate: shown.difference(), mix: 0.0 },
        }
    };
    Some(parts.iter().map(effect).collect())
}

/// a ÷ b, nothing when b is 0.
fn divide(a: f64, b: f64) -> Option<f64> {
    (b != 0.0).then(|| a / b)
}
