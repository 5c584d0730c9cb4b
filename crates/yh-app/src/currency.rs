//! Money of several currencies is never added up in one cell.

use std::collections::{BTreeMap, BTreeSet};

use yh_metrics::{
    Access, Catalog, ErrorCode, MetricQuery,
    catalog::{Aggregation, DimensionKind, Format, MetricKind},
};
use yh_model::{Frame, Value};

use crate::{App, AppError, Definitions, ErrorKind, Result, app::Facts};

/// The column that says in which currency a row's money is.
const CURRENCY: &str = "currency";

/// Refuses a question some cell of which would add up money of several currencies.
///
/// Free where a dataset has one currency, as nearly all have: that is asked once for each snapshot.
pub(crate) async fn refuse_mixtures(
    app: &App,
    access: &Access,
    definitions: &Definitions,
    facts: &Facts,
    query: &MetricQuery,
) -> Result<()> {
    refuse(app, access, definitions, facts, std::slice::from_ref(query)).await
}

/// Refuses to set questions beside each other whose money is of different currencies. Cells meet by what they are
/// grouped by, the time left aside.
pub(crate) async fn refuse_differences(
    app: &App,
    access: &Access,
    definitions: &Definitions,
    facts: &Facts,
    queries: [&MetricQuery; 2],
) -> Result<()> {
    let timeless = |query: &MetricQuery| {
        let mut query = query.clone();
        query.group_by.retain(|name| !name.trim().to_lowercase().starts_with("metric_time"));
        query
    };
    refuse(app, access, definitions, facts, &queries.map(timeless)).await
}

async fn refuse(app: &App, access: &Access, definitions: &Definitions, facts: &Facts, queries: &[MetricQuery]) -> Result<()> {
    let catalog = &definitions.catalog;
    let sums = money_sums(catalog, &queries[0].metrics);
    if sums.is_empty() {
        return Ok(());
    }
    for dimension in currency_dimensions(catalog) {
        let shown = queries[0].group_by.iter().any(|name| name.eq_ignore_ascii_case(&dimension));
        if shown || !has_several(app, definitions, facts, &dimension).await? {
            continue;
        }
        for metric in &sums {
            let mut frames = Vec::new();
            for query in queries {
                match by_currency(app, access, definitions, facts, query, metric, &dimension).await {
                    Ok(frame) => frames.push(frame),
                    // Money that has no way to this currency is not in it.
                    Err(error) if error.code == ErrorCode::NoJoinPath.as_str() => continue,
                    Err(error) => return Err(error),
                }
            }
            if let Some(mixed) = mixture(&frames, &dimension) {
                let done = if queries.len() == 1 { "add up" } else { "compare" };
                let message = format!("`{metric}` would {done} money of several currencies: {}", mixed.join(", "));
                return Err(AppError::new(ErrorKind::Input, "mixed-currencies", message)
                    .hint(format!("add {dimension} to the group-by, or filter by it: --where \"{dimension} = '{}'\"", mixed[0])));
            }
        }
    }
    Ok(())
}

/// Simple metrics with money in them, behind the metrics asked for.
fn money_sums(catalog: &Catalog, metrics: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<(&str, bool)> = metrics.iter().map(|name| (name.as_str(), false)).collect();
    while let Some((name, in_money)) = open.pop() {
        let Some(metric) = catalog.metric(name) else { continue };
        let money = in_money || metric.format == Format::Money;
        if !seen.insert((name, money)) {
            continue;
        }
        match &metric.kind {
            MetricKind::Simple(simple) => {
                let counts = simple.agg == Aggregation::CountDistinct || simple.expr.ends_with("THEN 1 ELSE 0 END") || simple.expr == "1";
                if money && !counts {
                    found.insert(name.to_owned());
                }
            }
            _ => open.extend(metric.inputs().into_iter().map(|input| (input.metric.as_str(), money))),
        }
    }
    found
}

/// Names of the dimensions that are a dataset's currency column, such as `order__currency`.
fn currency_dimensions(catalog: &Catalog) -> Vec<String> {
    let named = |model: &yh_metrics::SemanticModel| {
        let key = model.entities.iter().find(|e| e.kind == yh_metrics::catalog::EntityKind::Primary).map(|e| e.name.clone());
        let key = key.or_else(|| model.primary_entity.clone())?;
        let is_currency = |d: &&yh_metrics::catalog::Dimension| {
            d.kind == DimensionKind::Categorical && d.expr.as_deref().unwrap_or(&d.name).trim_matches('"') == CURRENCY
        };
        let dimension = model.dimensions.iter().find(is_currency)?;
        Some(format!("{key}__{}", dimension.name))
    };
    catalog.models.iter().filter_map(named).collect()
}

/// Whether a dataset holds more than one currency, whoever asks; remembered for the snapshot.
async fn has_several(app: &App, definitions: &Definitions, facts: &Facts, dimension: &str) -> Result<bool> {
    let key = (facts.snapshot_id, definitions.revision.clone(), dimension.to_owned());
    if let Some(known) = app.currencies.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(&key) {
        return Ok(*known);
    }
    let bounds = MetricQuery { group_by: vec![dimension.to_owned()], min_max_only: true, ..MetricQuery::default() };
    let frame = run(app, &Access::all(), definitions, facts, &bounds).await?;
    let cell = |index: usize| frame.columns.get(index).and_then(|column| column.values.first()).cloned();
    let several = cell(0) != cell(1);
    let mut known = app.currencies.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    known.retain(|(snapshot, ..), _| *snapshot == facts.snapshot_id);
    known.insert(key, several);
    Ok(several)
}

async fn by_currency(
    app: &App,
    access: &Access,
    definitions: &Definitions,
    facts: &Facts,
    query: &MetricQuery,
    metric: &str,
    dimension: &str,
) -> Result<Frame> {
    let mut group_by = query.group_by.clone();
    group_by.push(dimension.to_owned());
    let question = MetricQuery { metrics: vec![metric.to_owned()], group_by, order: Vec::new(), limit: None, ..query.clone() };
    run(app, access, definitions, facts, &question).await
}

async fn run(app: &App, access: &Access, definitions: &Definitions, facts: &Facts, query: &MetricQuery) -> Result<Frame> {
    let plan = yh_metrics::plan(&definitions.catalog, query, access)?;
    let session = app.session(definitions, facts, &plan.tables).await?;
    Ok(session.query(&plan.sql).await?)
}

/// The currencies of the first cell that has several. Rows without a currency are in the project's own.
fn mixture(frames: &[Frame], dimension: &str) -> Option<Vec<String>> {
    let mut cells: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for frame in frames {
        let at = frame.columns.iter().position(|column| column.name.eq_ignore_ascii_case(dimension))?;
        for row in 0..frame.height() {
            let key: Vec<String> = frame.columns[..at].iter().map(|column| column.values[row].to_string()).collect();
            if let Value::Text(currency) = &frame.columns[at].values[row] {
                cells.entry(key.join("\u{1f}")).or_default().insert(currency.clone());
            }
        }
    }
    cells.into_values().find(|currencies| currencies.len() > 1).map(|currencies| currencies.into_iter().collect())
}
