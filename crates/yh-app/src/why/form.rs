//! How a metric's segments make up the whole: by adding up, or as numerators over denominators.

use std::collections::BTreeMap;

use yh_metrics::{
    Catalog, Formula, Power,
    catalog::{Aggregation, Calculation, MetricKind},
    definition,
};
use yh_model::{Label, ValueKind};
use yh_stats::why::Amount;

use super::{Context, Side, SplitKind, number, parts};
use crate::Result;

/// Σ coefficient × metric.
pub(super) type Linear = Vec<(f64, String)>;

/// How segments make up a metric.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    Sum {
        distinct: bool,
    },
    Ratio {
        numerator: Linear,
        denominator: Linear,
        distinct: bool,
    },
    /// They do not, and why.
    Whole(Label),
}

/// A sum of metrics over another; no denominator: an amount.
struct Quotient {
    numerator: Linear,
    denominator: Option<Linear>,
    /// Added to it, such as the −1 of a growth rate.
    constant: f64,
}

impl Form {
    pub(super) fn kind(&self) -> SplitKind {
        match self {
            Self::Sum { distinct: false } => SplitKind::Sum,
            Self::Sum { distinct: true } => SplitKind::Distinct,
            Self::Ratio { .. } => SplitKind::Ratio,
            Self::Whole(_) => SplitKind::None,
        }
    }

    pub(super) fn is_distinct(&self) -> bool {
        matches!(self, Self::Sum { distinct: true } | Self::Ratio { distinct: true, .. })
    }

    /// The metrics to be asked for.
    pub(super) fn inputs(&self, metric: &str) -> Vec<String> {
        match self {
            Self::Ratio { numerator, denominator, .. } => {
                let mut names: Vec<String> = numerator.iter().chain(denominator).map(|(_, name)| name.clone()).collect();
                names.sort();
                names.dedup();
                names
            }
            _ => vec![metric.to_owned()],
        }
    }
}

/// Decides how a metric's segments make it up.
pub(super) fn form(catalog: &Catalog, metric: &str) -> Form {
    let whole = |zh: &str, en: &str| Form::Whole(Label::new(zh, en));
    let Some(found) = catalog.metric(metric) else { return whole("没有这个指标", "there is no such metric") };
    match (&found.kind, quotient(catalog, metric, 0)) {
        (_, Some(Quotient { denominator: None, .. })) => Form::Sum { distinct: distinct(catalog, metric, 0) },
        (_, Some(Quotient { numerator, denominator: Some(denominator), .. })) => {
            let distinct = numerator.iter().chain(&denominator).any(|(_, name)| distinct(catalog, name, 0));
            Form::Ratio { numerator, denominator, distinct }
        }
        (MetricKind::Cumulative(_), None) => whole(
            "这个累计指标带筛选或偏移，不按分段拆分：请拆分它所累计的指标",
            "this running total has a filter or an offset and is not split by segment: explain the metric it runs over",
        ),
        (MetricKind::Simple(_), None) => whole(
            "中位数、分位数和最值不能按分段相加，只给出两边的数值；可改问均值，或超过某个界限的占比",
            "medians, percentiles and extremes do not add up by segment, so only both values are shown; ask why of a mean, or of the share beyond a limit",
        ),
        (_, None) => whole(
            "这个口径不是指标之和或之比（含偏移、筛选或转化窗口），不能按分段拆分",
            "the definition is not a sum or ratio of metrics as they are (offset, filter or conversion window), so it is not split by segment",
        ),
    }
}

/// A metric as a sum over a sum; metrics that add up stand for themselves.
fn quotient(catalog: &Catalog, name: &str, depth: usize) -> Option<Quotient> {
    let metric = catalog.metric(name)?;
    if depth > 20 {
        return None;
    }
    let itself = || Quotient { numerator: vec![(1.0, name.to_owned())], denominator: None, constant: 0.0 };
    match &metric.kind {
        MetricKind::Simple(simple) if matches!(simple.agg, Aggregation::Sum | Aggregation::CountDistinct) => return Some(itself()),
        MetricKind::Conversion(conversion) if conversion.calculation == Calculation::Conversions => return Some(itself()),
        MetricKind::Simple(_) | MetricKind::Conversion(_) => {
            let (total, count) = parts::names(name);
            let known = [&total, &count].into_iter().all(|part| catalog.metric(part).is_some());
            return known.then(|| Quotient { numerator: vec![(1.0, total)], denominator: Some(vec![(1.0, count)]), constant: 0.0 });
        }
        _ => {}
    }
    let made = quotient_of(catalog, &definition(metric)?, depth)?;
    match made {
        // An amount is asked for under its own name; a constant would be counted once per segment.
        Quotient { denominator: None, constant: 0.0, .. } => Some(itself()),
        Quotient { denominator: None, .. } => None,
        // 1 ÷ a sum: its numerator is nothing that can be asked for.
        Quotient { numerator, .. } if numerator.is_empty() => None,
        Quotient { numerator, denominator: Some(denominator), constant } => {
            let lifted = denominator.iter().map(|(coefficient, name)| (coefficient * constant, name.clone()));
            let numerator = if constant == 0.0 { numerator } else { numerator.into_iter().chain(lifted).collect() };
            Some(Quotient { numerator, denominator: Some(denominator), constant: 0.0 })
        }
    }
}

fn quotient_of(catalog: &Catalog, formula: &Formula, depth: usize) -> Option<Quotient> {
    match formula {
        Formula::Metric(name) => quotient(catalog, name, depth + 1),
        Formula::Number(number) => Some(Quotient { numerator: Vec::new(), denominator: None, constant: *number }),
        Formula::Sum(terms) => terms
            .iter()
            .try_fold(Quotient::number(0.0), |sum, (coefficient, term)| sum.plus(quotient_of(catalog, term, depth)?.times(*coefficient))),
        Formula::Product(factors) => factors.iter().try_fold(Quotient::number(1.0), |product, (power, factor)| {
            let factor = quotient_of(catalog, factor, depth)?;
            match power {
                Power::Times => product.product(factor),
                Power::Over => product.product(factor.inverse()?),
            }
        }),
    }
}

impl Quotient {
    fn number(constant: f64) -> Self {
        Self { numerator: Vec::new(), denominator: None, constant }
    }

    fn is_number(&self) -> bool {
        self.numerator.is_empty() && self.denominator.is_none()
    }

    fn times(self, by: f64) -> Self {
        let numerator = self.numerator.into_iter().map(|(coefficient, name)| (coefficient * by, name)).collect();
        Self { numerator, constant: self.constant * by, ..self }
    }

    /// The sum, where both stand over one denominator or one is a number.
    fn plus(self, other: Self) -> Option<Self> {
        let constant = self.constant + other.constant;
        let denominator = match (self.is_number(), other.is_number()) {
            (true, _) => other.denominator,
            (_, true) => self.denominator,
            _ if self.denominator == other.denominator => self.denominator,
            _ => return None,
        };
        Some(Self { numerator: self.numerator.into_iter().chain(other.numerator).collect(), denominator, constant })
    }

    /// The product, where no two sums are multiplied.
    fn product(self, other: Self) -> Option<Self> {
        if self.is_number() {
            return Some(other.times(self.constant));
        }
        if other.is_number() {
            return Some(self.times(other.constant));
        }
        match (self, other) {
            // a × (c ÷ b)
            (Self { numerator, denominator: None, constant: 0.0 }, Self { numerator: over, denominator, constant })
            | (Self { numerator: over, denominator, constant }, Self { numerator, denominator: None, constant: 0.0 })
                if over.is_empty() =>
            {
                Some(Self { numerator: numerator.into_iter().map(|(c, name)| (c * constant, name)).collect(), denominator, constant: 0.0 })
            }
            _ => None,
        }
    }

    /// 1 ÷ it: a constant over a sum has no numerator of its own.
    fn inverse(self) -> Option<Self> {
        match self {
            Self { numerator, denominator: None, constant } if numerator.is_empty() => {
                (constant != 0.0).then(|| Self::number(1.0 / constant))
            }
            Self { numerator, denominator: None, constant: 0.0 } => {
                Some(Self { numerator: Vec::new(), denominator: Some(numerator), constant: 1.0 })
            }
            _ => None,
        }
    }
}

/// Whether one thing may be counted in several segments.
fn distinct(catalog: &Catalog, name: &str, depth: usize) -> bool {
    let Some(metric) = catalog.metric(name).filter(|_| depth < 20) else { return false };
    match &metric.kind {
        MetricKind::Simple(simple) => {
            metric.additive == Some(false) || simple.agg == Aggregation::CountDistinct || simple.non_additive.is_some()
        }
        _ => metric.inputs().into_iter().any(|input| distinct(catalog, &input.metric, depth + 1)),
    }
}

/// The values of the whole.
#[derive(Debug, Clone, Default)]
pub(super) struct Whole {
    pub value: Sided,
    /// Its amounts are whole numbers or decimals, not doubles.
    pub exact: bool,
    /// Of each input of the form; no rows count as 0.
    pub inputs: BTreeMap<String, Amount>,
}

/// A value on both sides, where there is one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sided {
    pub before: Option<f64>,
    pub after: Option<f64>,
}

/// Asks for the whole on both sides: its value, and those of its inputs.
pub(super) async fn whole(context: &Context<'_>, metric: &str, form: &Form, before: &Side, after: &Side) -> Result<Whole> {
    let inputs = form.inputs(metric);
    let mut whole = Whole::default();
    let mut metrics = vec![metric.to_owned()];
    metrics.extend(inputs.iter().filter(|input| *input != metric).cloned());
    for (side, is_after) in [(before, false), (after, true)] {
        let query = yh_metrics::MetricQuery { metrics: metrics.clone(), ..side.query(&[]) };
        let answer = context.ask(&query).await?;
        let value = |name: &str| if answer.frame.height() == 0 { None } else { number(answer.frame.cell(name, 0)) };
        let kind = answer.frame.column(metric).map(|column| column.kind);
        whole.exact = matches!(kind, Some(ValueKind::Integer | ValueKind::Decimal));
        let own = match form {
            // Nothing happened: that is a known 0, not an unknown value.
            Form::Sum { .. } => Some(value(metric).unwrap_or(0.0)),
            _ => value(metric),
        };
        if is_after {
            whole.value.after = own
        } else {
            whole.value.before = own
        }
        for input in &inputs {
            let amount = whole.inputs.entry(input.clone()).or_default();
            let found = value(input).unwrap_or(0.0);
            if is_after { amount.after = found } else { amount.before = found }
        }
    }
    Ok(whole)
}

impl Whole {
    /// An amount free of the rounding of doubles, where its digits are known: money has four decimals.
    pub(super) fn tidy(&self, amount: f64) -> f64 {
        if self.exact && amount.abs() < 1e11 { (amount * 1e4).round() / 1e4 } else { amount }
    }
}

/// A sum of metrics, given their amounts.
pub(super) fn total(linear: &Linear, of: impl Fn(&str) -> Amount) -> Amount {
    linear.iter().fold(Amount::default(), |sum, (coefficient, name)| {
        let amount = of(name);
        sum + Amount { before: coefficient * amount.before, after: coefficient * amount.after }
    })
}
