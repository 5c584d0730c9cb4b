//! What a metric is made of, as sums and products of other metrics: declared as `factors`, or read off
//! its definition.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::catalog::{Catalog, Input, Metric, MetricKind};
use crate::query::{ErrorCode, QueryError};
use crate::sql::{Expr, Op, SqlType, parse_expr};

/// An expression over metrics that can be split: sums and products only.
#[derive(Debug, Clone, PartialEq)]
pub enum Formula {
    Metric(String),
    Number(f64),
    /// Σ coefficient × term.
    Sum(Vec<(f64, Formula)>),
    Product(Vec<(Power, Formula)>),
}

/// Whether a factor multiplies or divides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    Times,
    Over,
}

/// The formula of a metric and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Factors {
    pub formula: Formula,
    /// Written as `factors`, not read off the metric's own definition.
    pub declared: bool,
}

/// Metrics defined on metrics, this deep at most.
const MAX_DEPTH: usize = 20;

impl Formula {
    /// Reads an expression over metric names with + − × ÷, numbers and parentheses.
    pub(crate) fn parse(text: &str) -> Result<Formula, QueryError> {
        let bad = |message: String| {
            QueryError::new(ErrorCode::BadExpression, message).hint("write for example `visitors * conversion * spend_per_buyer`")
        };
        let depth = yh_model::Limits::DEFAULT.depth;
        let parsed =
            parse_expr(text, depth).map_err(|e| bad(format!("the factors `{text}` are not valid: {}", e.message)).at(e.line, e.column))?;
        Formula::of(&parsed)
            .ok_or_else(|| bad(format!("the factors `{text}` may only add, subtract, multiply and divide metrics and numbers")))
    }

    fn of(expr: &Expr) -> Option<Formula> {
        let both = |l: &Expr, r: &Expr| Some((Formula::of(l)?, Formula::of(r)?));
        Some(match expr {
            Expr::Ident(ident) => Formula::Metric(ident.name.to_lowercase()),
            Expr::Number(text) => Formula::Number(text.parse().ok()?),
            Expr::Negate(inner) => Formula::Sum(vec![(-1.0, Formula::of(inner)?)]),
            // The parser makes `/` true division, with no value over 0: so does a formula.
            Expr::Cast { value, to: SqlType::Double, .. } => Formula::of(value)?,
            Expr::Call { name: "NULLIF", args, .. } if args.get(1) == Some(&Expr::number(0)) => Formula::of(args.first()?)?,
            Expr::Binary(l, Op::Add, r) => both(l, r).map(|(l, r)| sum(l, 1.0, r))?,
            Expr::Binary(l, Op::Subtract, r) => both(l, r).map(|(l, r)| sum(l, -1.0, r))?,
            Expr::Binary(l, Op::Multiply, r) => both(l, r).map(|(l, r)| product(l, Power::Times, r))?,
            Expr::Binary(l, Op::Divide, r) => both(l, r).map(|(l, r)| product(l, Power::Over, r))?,
            _ => return None,
        })
    }

    /// The metrics it speaks of, in order, each once.
    pub fn metrics(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.each(&mut |name| {
            if !names.contains(&name) {
                names.push(name);
            }
        });
        names
    }

    fn each<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        match self {
            Formula::Metric(name) => visit(name),
            Formula::Number(_) => {}
            Formula::Sum(terms) => terms.iter().for_each(|(_, term)| term.each(visit)),
            Formula::Product(factors) => factors.iter().for_each(|(_, factor)| factor.each(visit)),
        }
    }

    /// Its value, given those of the metrics; none over 0.
    pub fn value(&self, of: &impl Fn(&str) -> Option<f64>) -> Option<f64> {
        match self {
            Formula::Metric(name) => of(name),
            Formula::Number(number) => Some(*number),
            Formula::Sum(terms) => terms.iter().try_fold(0.0, |sum, (coefficient, term)| Some(sum + coefficient * term.value(of)?)),
            Formula::Product(factors) => factors.iter().try_fold(1.0, |product, (power, factor)| match (power, factor.value(of)?) {
                (Power::Times, value) => Some(product * value),
                (Power::Over, 0.0) => None,
                (Power::Over, value) => Some(product / value),
            }),
        }
    }

    /// The same with every metric replaced.
    fn replace(self, with: &impl Fn(&str) -> Option<Formula>) -> Option<Formula> {
        Some(match self {
            Formula::Metric(name) => with(&name)?,
            Formula::Number(number) => Formula::Number(number),
            Formula::Sum(terms) => Formula::Sum(terms.into_iter().map(|(c, term)| Some((c, term.replace(with)?))).collect::<Option<_>>()?),
            Formula::Product(factors) => {
                Formula::Product(factors.into_iter().map(|(p, factor)| Some((p, factor.replace(with)?))).collect::<Option<_>>()?)
            }
        })
    }
}

/// a ± b, sums within sums taken apart.
fn sum(l: Formula, sign: f64, r: Formula) -> Formula {
    let mut terms = match l {
        Formula::Sum(terms) => terms,
        other => vec![(1.0, other)],
    };
    match r {
        Formula::Sum(more) => terms.extend(more.into_iter().map(|(c, term)| (sign * c, term))),
        other => terms.push((sign, other)),
    }
    Formula::Sum(terms)
}

/// a × b or a ÷ b, products within products taken apart.
fn product(l: Formula, power: Power, r: Formula) -> Formula {
    let mut factors = match l {
        Formula::Product(factors) => factors,
        other => vec![(Power::Times, other)],
    };
    match (power, r) {
        (Power::Times, Formula::Product(more)) => factors.extend(more),
        (Power::Over, Formula::Product(more)) => factors.extend(more.into_iter().map(|(p, factor)| {
            let inverse = if p == Power::Times { Power::Over } else { Power::Times };
            (inverse, factor)
        })),
        (power, other) => factors.push((power, other)),
    }
    Formula::Product(factors)
}

impl std::fmt::Display for Formula {
    /// `a × b ÷ c`, `a + b − c`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let inner = |inner: &Formula| match inner {
            Formula::Sum(_) => format!("({inner})"),
            other => other.to_string(),
        };
        match self {
            Formula::Metric(name) => f.write_str(name),
            Formula::Number(number) => write!(f, "{number}"),
            Formula::Sum(terms) => terms.iter().enumerate().try_for_each(|(i, (coefficient, term))| {
                let sign = match (i, *coefficient < 0.0) {
                    (0, false) => "",
                    (0, true) => "−",
                    (_, false) => " + ",
                    (_, true) => " − ",
                };
                write!(f, "{sign}{}", inner(term))
            }),
            Formula::Product(factors) => factors.iter().enumerate().try_for_each(|(i, (power, factor))| {
                let sign = match (i, power) {
                    (0, Power::Times) => "",
                    (0, Power::Over) => "1 ÷ ",
                    (_, Power::Times) => " × ",
                    (_, Power::Over) => " ÷ ",
                };
                write!(f, "{sign}{}", inner(factor))
            }),
        }
    }
}

/// What a metric is made of: its declared factors, else its own definition where that is a sum or a product of
/// metrics as they are (no filter, no offset).
pub fn factors(catalog: &Catalog, metric: &str) -> Option<Factors> {
    let metric = catalog.metric(metric)?;
    match &metric.factors {
        Some(text) => Some(Factors { formula: Formula::parse(text).ok()?, declared: true }),
        None => definition(metric).map(|formula| Factors { formula, declared: false }),
    }
}

/// The definition of a ratio or derived metric as a formula.
pub fn definition(metric: &Metric) -> Option<Formula> {
    let plain = |input: &Input| input.filter.is_empty() && input.offset.is_none();
    if !metric.filter.is_empty() || !metric.inputs().into_iter().all(plain) {
        return None;
    }
    match &metric.kind {
        MetricKind::Ratio { numerator, denominator } => Some(Formula::Product(vec![
            (Power::Times, Formula::Metric(numerator.metric.clone())),
            (Power::Over, Formula::Metric(denominator.metric.clone())),
        ])),
        MetricKind::Derived { expr, inputs } => {
            let input = |name: &str| inputs.iter().find(|input| input.name() == name).map(|input| Formula::Metric(input.metric.clone()));
            Formula::parse(expr).ok()?.replace(&input)
        }
        _ => None,
    }
}

/// Checks that declared factors make up their metric, whatever the data.
///
/// Both sides are worked out down to simple metrics with the same made-up values for those, three times
/// over: an identity holds each time, anything else fails with near certainty (Schwartz–Zippel).
pub(crate) fn check(catalog: &Catalog, metric: &str, text: &str) -> Result<(), QueryError> {
    let formula = Formula::parse(text)?;
    let bad = |message: String| QueryError::new(ErrorCode::BadExpression, message);
    for name in formula.metrics() {
        if catalog.metric(name).is_none() {
            return Err(crate::plan::unknown_metric(catalog, name));
        }
    }
    if formula.metrics().contains(&metric) || formula.metrics().len() < 2 {
        return Err(bad(format!("the factors of `{metric}` must be at least two other metrics")));
    }
    for seed in 1..=3 {
        let made = formula.value(&|name| Some(made_up(catalog, name, seed, 0))).unwrap_or(f64::NAN);
        let own = made_up(catalog, metric, seed, 0);
        let near = (made - own).abs() <= 1e-9 * made.abs().max(own.abs());
        if !near {
            let error = bad(format!("`{formula}` is not `{metric}`"));
            return Err(
                error.hint("the factors must make up the metric exactly, by their definitions: what one divides by, another multiplies by")
            );
        }
    }
    Ok(())
}

/// A metric's value when simple metrics have made-up ones.
fn made_up(catalog: &Catalog, name: &str, seed: u64, depth: usize) -> f64 {
    let formula = catalog.metric(name).filter(|_| depth < MAX_DEPTH).and_then(definition);
    let value = formula.and_then(|formula| formula.value(&|input| Some(made_up(catalog, input, seed, depth + 1))));
    value.unwrap_or_else(|| {
        let mut hasher = DefaultHasher::new();
        (name, seed).hash(&mut hasher);
        0.5 + (hasher.finish() >> 11) as f64 / (1_u64 << 52) as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn shown(text: &str, expected: &str) {
        assert_eq!(Formula::parse(text).map(|formula| formula.to_string()), Ok(expected.to_owned()));
    }

    #[test]
    fn formulas_flatten() {
        shown("a * b * c", "a × b × c");
        shown("a / (b / c)", "a ÷ b × c");
        shown("a - (b - c)", "a − b + c");
        shown("(a + b) / c * 100", "(a + b) ÷ c × 100");
    }

    #[test]
    fn only_sums_and_products() {
        for text in ["coalesce(a, 0)", "a > b", "'a'", "a *", "a ^ b"] {
            assert!(Formula::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn over_nothing_is_no_value() {
        let formula = Formula::parse("a / b").expect("valid");
        assert_eq!(formula.value(&|name| Some(if name == "a" { 1.0 } else { 0.0 })), None);
    }
}
