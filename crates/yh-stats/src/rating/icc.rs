//! Intraclass correlations: the share of the variance of scores that belongs to the subjects.

use statrs::distribution::{ContinuousCDF, FisherSnedecor};

use super::Ratings;
use crate::Result;
use crate::answer::{Answer, TooFew};

/// The six forms of Shrout & Fleiss (1979).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IccForm {
    /// ICC(1,1) and ICC(1,k): each subject is rated by other raters.
    OneWaySingle,
    OneWayAverage,
    /// ICC(2,1) and ICC(2,k): the raters are a sample; absolute agreement.
    RandomSingle,
    RandomAverage,
    /// ICC(3,1) and ICC(3,k): just these raters; consistency.
    FixedSingle,
    FixedAverage,
}

impl IccForm {
    /// The stable name: `icc1`, `icc2k`.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneWaySingle => "icc1",
            Self::OneWayAverage => "icc1k",
            Self::RandomSingle => "icc2",
            Self::RandomAverage => "icc2k",
            Self::FixedSingle => "icc3",
            Self::FixedAverage => "icc3k",
        }
    }
}

/// One form: the estimate, its interval, and the F test of "subjects do not differ".
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Icc {
    pub form: IccForm,
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
    /// Infinite when raters agree perfectly.
    pub f: f64,
    pub df1: f64,
    pub df2: f64,
    pub p: f64,
    /// Subjects with a score by every rater, and raters.
    pub subjects: usize,
    pub raters: usize,
}

/// All six forms with two-sided intervals of the given level, from the subjects scored by every rater.
///
/// Source: Shrout & Fleiss (1979), Psychological Bulletin 86; intervals as McGraw & Wong (1996).
///
/// # Errors
/// Columns of unequal length, scores that are not finite.
pub fn intraclass_correlation(ratings: &Ratings<'_>, level: f64) -> Result<Answer<Vec<Icc>>> {
    ratings.check()?;
    let table = ratings.table();
    let complete: Vec<Vec<f64>> = table.iter().filter_map(|row| row.iter().copied().collect()).collect();
    let raters = table.first().map_or(0, Vec::len);
    if let Some(few) = TooFew::check("raters", raters, 2) {
        return Ok(Answer::TooFew(few));
    }
    if let Some(few) = TooFew::check("subjects scored by every rater", complete.len(), 3) {
        return Ok(Answer::TooFew(few));
    }
    let squares = MeanSquares::of(&complete);
    if squares.between <= 0.0 {
        return Ok(Answer::TooFew(TooFew { what: "subjects whose mean scores differ", have: 0, need: 2 }));
    }
    Ok(Answer::Known(squares.all_forms(0.5 + level / 2.0)))
}

/// Two-way analysis of variance without repeats.
struct MeanSquares {
    subjects: f64,
    raters: f64,
    between: f64,
    within: f64,
    of_raters: f64,
    error: f64,
}

impl MeanSquares {
    fn of(table: &[Vec<f64>]) -> Self {
        let (n, k) = (table.len() as f64, table[0].len() as f64);
        let grand = table.iter().flatten().sum::<f64>() / (n * k);
        let row_mean = |row: &Vec<f64>| row.iter().sum::<f64>() / k;
        let total: f64 = table.iter().flatten().map(|x| (x - grand).powi(2)).sum();
        let rows: f64 = k * table.iter().map(|row| (row_mean(row) - grand).powi(2)).sum::<f64>();
        let columns: f64 = (0..table[0].len()).map(|j| n * (table.iter().map(|row| row[j]).sum::<f64>() / n - grand).powi(2)).sum();
        // Rounding of sums of squares must not pass for disagreement.
        let dust = 1e-12 * (total + grand * grand);
        let clean = |x: f64| if x <= dust { 0.0 } else { x };
        Self {
            subjects: n,
            raters: k,
            between: clean(rows) / (n - 1.0),
            within: clean(total - rows) / (n * (k - 1.0)),
            of_raters: columns / (k - 1.0),
            error: clean(total - rows - columns) / ((n - 1.0) * (k - 1.0)),
        }
    }

    fn all_forms(&self, p: f64) -> Vec<Icc> {
        let (n, k) = (self.subjects, self.raters);
        let mut forms = Vec::with_capacity(6);
        let pairs = [
            (IccForm::OneWaySingle, IccForm::OneWayAverage, self.within, n * (k - 1.0)),
            (IccForm::FixedSingle, IccForm::FixedAverage, self.error, (n - 1.0) * (k - 1.0)),
        ];
        for (single, average, noise, df2) in pairs {
            let (f, df1) = (self.between / noise, n - 1.0);
            let low = f / f_quantile(p, df1, df2);
            let high = f * f_quantile(p, df2, df1);
            let of_single = |f: f64| if f.is_finite() { (f - 1.0) / (f + k - 1.0) } else { 1.0 };
            let of_average = |f: f64| 1.0 - 1.0 / f;
            forms.push(self.icc(single, [of_single(f), of_single(low), of_single(high)], noise, df2));
            forms.push(self.icc(average, [of_average(f), of_average(low), of_average(high)], noise, df2));
        }
        forms.splice(2..2, self.random_forms(p));
        forms
    }

    fn random_forms(&self, p: f64) -> [Icc; 2] {
        let (n, k, b, j, e) = (self.subjects, self.raters, self.between, self.of_raters, self.error);
        let value = (b - e) / (b + (k - 1.0) * e + k * (j - e) / n);
        let df2 = (n - 1.0) * (k - 1.0);
        let (mut low, mut high) = (value, value);
        if e > 0.0 {
            let ratio = j / e;
            let spread = n * (1.0 + (k - 1.0) * value) - k * value;
            let df = df2 * (k * value * ratio + spread).powi(2) / ((n - 1.0) * (k * value * ratio).powi(2) + spread.powi(2));
            // With hardly a degree of freedom even an upper quantile falls below 1: the bounds must not pass the value.
            let (f1, f2) = (f_quantile(p, n - 1.0, df).max(1.0), f_quantile(p, df, n - 1.0).max(1.0));
            let rest = k * j + (k * n - k - n) * e;
            // With hardly a degree of freedom left the quantile is past the largest number: its limit counts.
            low = if f1.is_finite() { n * (b - f1 * e) / (f1 * rest + n * b) } else { -n * e / rest };
            high = if f2.is_finite() { n * (f2 * b - e) / (rest + n * f2 * b) } else { 1.0 };
        }
        // Spearman-Brown; a single rating this unreliable says nothing about the average.
        let stepped_up = |icc: f64| {
            let rest = 1.0 + (k - 1.0) * icc;
            if rest > 1e-9 { k * icc / rest } else { f64::NEG_INFINITY }
        };
        [
            self.icc(IccForm::RandomSingle, [value, low, high], e, df2),
            self.icc(IccForm::RandomAverage, [value, low, high].map(stepped_up), e, df2),
        ]
    }

    fn icc(&self, form: IccForm, [value, lower, upper]: [f64; 3], noise: f64, df2: f64) -> Icc {
        let (f, df1) = (self.between / noise, self.subjects - 1.0);
        let p = match FisherSnedecor::new(df1, df2) {
            Ok(distribution) if f.is_finite() => distribution.sf(f),
            _ => 0.0,
        };
        let (subjects, raters) = (self.subjects as usize, self.raters as usize);
        Icc { form, value, lower, upper, f, df1, df2, p, subjects, raters }
    }
}

/// Quantile of the F distribution; infinite when the degrees of freedom are not positive.
fn f_quantile(p: f64, df1: f64, df2: f64) -> f64 {
    FisherSnedecor::new(df1, df2).map_or(f64::INFINITY, |d| d.inverse_cdf(p))
}
