//! Which metrics add up: whether the values of parts sum to the value of the whole.

use yh_metrics::{
    Catalog,
    catalog::{Aggregation, Input, MetricKind},
};

use crate::{AppError, ErrorKind, Result};

/// What the parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    Segments,
    Time,
}

/// Whether a metric's parts add up; the definition's own word stands before what follows from its formula.
pub(crate) fn is_additive(catalog: &Catalog, name: &str, over: Over) -> bool {
    let Some(metric) = catalog.metric(name) else { return false };
    let plain = |input: &Input| input.offset.is_none() && is_additive(catalog, &input.metric, over);
    metric.additive.unwrap_or_else(|| match &metric.kind {
        MetricKind::Simple(simple) => simple.agg == Aggregation::Sum && (over == Over::Segments || simple.non_additive.is_none()),
        MetricKind::Derived { expr, inputs } => is_sum(expr, inputs) && inputs.iter().all(plain),
        MetricKind::Cumulative(cumulative) => over == Over::Segments && plain(&cumulative.input),
        MetricKind::Ratio { .. } | MetricKind::Conversion(_) => false,
    })
}

/// Whether no rows mean a value of 0: sums and counts, and what only adds and subtracts them.
pub(crate) fn is_zero_without_rows(catalog: &Catalog, name: &str) -> bool {
    let Some(metric) = catalog.metric(name) else { return false };
    let counts = matches!(&metric.kind, MetricKind::Simple(simple) if simple.agg == Aggregation::CountDistinct);
    counts || is_additive(catalog, name, Over::Segments)
}

/// Refuses a metric whose parts do not add up.
pub(crate) fn require_additive(catalog: &Catalog, name: &str, over: Over) -> Result<()> {
    if is_additive(catalog, name, over) {
        return Ok(());
    }
    let parts = if over == Over::Time { "periods" } else { "segments" };
    let message = format!("{name} does not add up over {parts}, so a target of it cannot be split");
    Err(AppError::new(ErrorKind::Input, "not-additive", message)
        .hint("give each its own target, or split the target of an amount or a count"))
}

/// Whether an expression only adds and subtracts its inputs.
fn is_sum(expr: &str, inputs: &[Input]) -> bool {
    let parts = expr.split(['+', '-', '(', ')']).map(str::trim).filter(|part| !part.is_empty());
    let mut parts = parts.peekable();
    parts.peek().is_some() && parts.all(|part| inputs.iter().any(|input| input.name() == part))
}
