//! What averages, conversion rates and running totals are made of, so that they split like sums and ratios.
//!
//! An average is a sum over a count, a conversion rate conversions over base events, a running total a sum over its
//! window. The sums and counts are metrics of one explanation only; no definition file has them.

use jiff::{ToSpan, civil::Date};
use yh_metrics::{
    Catalog, Metric,
    catalog::{Aggregation, Calculation, Conversion, Cumulative, GrainName, Input, MetricKind, Simple},
};
use yh_model::{Grain, Label};

use super::Side;
use crate::{Definitions, app::Facts, ask::measured_datasets, ask::metric_label};

/// Metrics defined on metrics, this deep at most.
const MAX_DEPTH: usize = 20;

/// The metrics over each other that an average or a conversion rate is.
pub(super) fn names(metric: &str) -> (String, String) {
    (format!("total_of_{metric}"), format!("count_of_{metric}"))
}

/// The definitions with the parts of every average and conversion rate that a metric rests on; none where there are none.
pub(super) fn with_parts(definitions: &Definitions, metric: &str) -> Option<Definitions> {
    let mut parts = Vec::new();
    collect(&definitions.catalog, metric, 0, &mut parts);
    if parts.is_empty() {
        return None;
    }
    let mut own = definitions.clone();
    std::sync::Arc::make_mut(&mut own.catalog).metrics.extend(parts.into_iter().map(|part| (part.name.clone(), part)));
    Some(own)
}

fn collect(catalog: &Catalog, name: &str, depth: usize, parts: &mut Vec<Metric>) {
    let Some(metric) = catalog.metric(name).filter(|_| depth < MAX_DEPTH) else { return };
    let (total, count) = names(name);
    let part = |name: String, kind| Metric { name, kind, additive: None, factors: None, is_private: true, ..metric.clone() };
    match &metric.kind {
        MetricKind::Simple(simple) if simple.agg == Aggregation::Average && simple.non_additive.is_none() => {
            let own = |expr: String| MetricKind::Simple(Simple { agg: Aggregation::Sum, expr, fill_nulls_with: None, ..simple.clone() });
            parts.push(part(total, own(simple.expr.clone())));
            parts.push(part(count, own(format!("CASE WHEN ({}) IS NOT NULL THEN 1 ELSE 0 END", simple.expr))));
        }
        MetricKind::Conversion(conversion) if conversion.calculation == Calculation::ConversionRate => {
            let Some(base) = catalog.metric(&conversion.base.metric) else { return };
            let calculation = Calculation::Conversions;
            parts.push(part(total, MetricKind::Conversion(Conversion { calculation, ..conversion.clone() })));
            let filter = base.filter.iter().chain(&conversion.base.filter).chain(&metric.filter).cloned().collect();
            parts.push(Metric { name: count, filter, is_private: true, factors: None, ..base.clone() });
        }
        _ => metric.inputs().into_iter().for_each(|input| collect(catalog, &input.metric, depth + 1, parts)),
    }
}

/// What a running total runs over, with both sides widened to its windows; none for other metrics.
pub(super) fn run_over<'a>(
    definitions: &'a Definitions,
    facts: &Facts,
    metric: &Metric,
    (before, after): (&Side, &Side),
) -> Option<(&'a Metric, Side, Side, Label)> {
    let MetricKind::Cumulative(cumulative) = &metric.kind else { return None };
    let Input { filter, offset, .. } = &cumulative.input;
    let input = definitions.catalog.metric(&cumulative.input.metric)?;
    if !filter.is_empty() || offset.is_some() || !metric.filter.is_empty() {
        return None;
    }
    let measured = measured_datasets(&definitions.catalog, std::slice::from_ref(&input.name));
    let first = measured.iter().filter_map(|dataset| facts.times(dataset)).map(|(first, _)| facts.business_day(first)).min()?;
    let widened = |side: &Side| Some(Side { start: start(cumulative, side.end.parse().ok()?, first)?.to_string(), ..side.clone() });
    let name = metric_label(input);
    let note = Label::new(
        format!("累计指标按两个窗口里的{}拆分", name.zh),
        format!("a running total is explained by {} over its two windows", name.en),
    );
    Some((input, widened(before)?, widened(after)?, note))
}

/// The first day of the window that ends on a day.
fn start(cumulative: &Cumulative, end: Date, first: Date) -> Option<Date> {
    if let Some(grain) = cumulative.grain_to_date {
        return Some(Grain::parse(grain.name())?.start_of(end));
    }
    let Some(window) = &cumulative.window else { return Some(first.min(end)) };
    let GrainName::Standard(grain) = &window.grain else { return None };
    Some(Grain::parse(grain.name())?.shift(end, -window.count).saturating_add(1.day()))
}
