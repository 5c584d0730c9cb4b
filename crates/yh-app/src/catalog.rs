//! The metric catalogue: what can be measured, how, and since when.

use yh_metrics::{Access, Metric, MetricQuery, catalog::MetricKind};
use yh_model::Label;

pub use yh_records::Revision;

use crate::{App, Definitions, Result, ask::inputs};

/// A metric in words.
#[derive(Debug, Clone)]
pub struct MetricCard {
    pub name: String,
    pub label: Label,
    pub description: String,
    /// `simple`, `ratio`, `derived`, `cumulative` or `conversion`.
    pub kind: &'static str,
    pub metric: Metric,
    pub inputs: Vec<String>,
    pub dimensions: Vec<DimensionCard>,
    /// The model it stands in.
    pub group: String,
}

/// A dimension by which a metric can be grouped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DimensionCard {
    /// As written in a query.
    pub name: String,
    pub label: Label,
    /// `categorical`, `time` or `entity`.
    pub kind: &'static str,
}

/// A metric with everything that explains it.
#[derive(Debug, Clone)]
pub struct MetricDetail {
    pub card: MetricCard,
    pub formula: String,
    pub filters: Vec<String>,
    pub sql: String,
    /// The text that defines it.
    pub yaml: String,
    pub revisions: Vec<Revision>,
    /// Metrics and schemes that use it.
    pub used_by: Vec<String>,
}

/// Lists the metrics people can ask for.
pub async fn list_metrics(app: &App) -> Result<Vec<MetricCard>> {
    let definitions = app.definitions().await?;
    Ok(definitions.catalog.metrics.values().filter(|metric| !metric.is_private).map(|metric| card(&definitions, metric)).collect())
}

/// Finds one metric with its formula, SQL and history.
pub async fn find_metric(app: &App, access: &Access, name: &str) -> Result<MetricDetail> {
    let definitions = app.definitions().await?;
    let metric = definitions.metric(name)?;
    let query = MetricQuery { metrics: vec![name.to_owned()], group_by: vec!["metric_time__month".to_owned()], ..MetricQuery::default() };
    let sql = crate::ask::explain(app, access, &query).await?;
    let metrics = definitions.catalog.metrics.values().filter(|other| inputs(&other.kind).any(|input| input == name));
    let schemes =
        definitions.schemes.iter().filter(|scheme| scheme.perspectives.iter().flat_map(|p| &p.kpis).any(|kpi| kpi.metric == name));
    let used_by = metrics.map(|metric| metric.name.clone()).chain(schemes.map(|scheme| scheme.name.clone())).collect();
    Ok(MetricDetail {
        card: card(&definitions, metric),
        formula: formula(metric),
        filters: metric.filter.clone(),
        sql,
        yaml: definition_text(&definitions, metric),
        revisions: app.records.list_revisions(&metric.origin.path).await?,
        used_by,
    })
}

/// Lists values of a dimension, those that hold `search` only; with a metric, those that its rows have.
pub async fn list_dimension_values(
    app: &App,
    access: &Access,
    dimension: &str,
    metric: Option<&str>,
    search: Option<&str>,
    limit: usize,
) -> Result<Vec<String>> {
    let query = MetricQuery {
        metrics: metric.map(str::to_owned).into_iter().collect(),
        group_by: vec![dimension.to_owned()],
        ..MetricQuery::default()
    };
    let answer = crate::ask::plain_answer(app, access, &query).await?;
    let wanted = search.unwrap_or_default().to_lowercase();
    let values = answer.frame.columns.first().map(|column| column.values.as_slice()).unwrap_or_default();
    let mut texts: Vec<String> = values.iter().filter(|value| !value.is_null()).map(ToString::to_string).collect();
    texts.retain(|text| text.to_lowercase().contains(&wanted));
    texts.sort();
    texts.truncate(limit);
    Ok(texts)
}

/// The metric's formula in one line.
pub fn formula(metric: &Metric) -> String {
    match &metric.kind {
        MetricKind::Simple(simple) => format!("{:?}({})", simple.agg, simple.expr).to_lowercase(),
        MetricKind::Ratio { numerator, denominator } => format!("{} ÷ {}", numerator.metric, denominator.metric),
        MetricKind::Derived { expr, .. } => expr.clone(),
        MetricKind::Cumulative(cumulative) => format!("cumulative {}", cumulative.input.metric),
        MetricKind::Conversion(conversion) => format!("{} → {}", conversion.base.metric, conversion.conversion.metric),
    }
}

fn card(definitions: &Definitions, metric: &Metric) -> MetricCard {
    let kind = match &metric.kind {
        MetricKind::Simple(_) => "simple",
        MetricKind::Ratio { .. } => "ratio",
        MetricKind::Derived { .. } => "derived",
        MetricKind::Cumulative(_) => "cumulative",
        MetricKind::Conversion(_) => "conversion",
    };
    MetricCard {
        name: metric.name.clone(),
        label: metric.label.or_name(&metric.name),
        description: metric.description.clone(),
        kind,
        inputs: inputs(&metric.kind).map(str::to_owned).collect(),
        dimensions: dimensions(definitions, metric),
        group: crate::ask::measured_datasets(&definitions.catalog, std::slice::from_ref(&metric.name))
            .into_iter()
            .next()
            .unwrap_or_default(),
        metric: metric.clone(),
    }
}

fn dimensions(definitions: &Definitions, metric: &Metric) -> Vec<DimensionCard> {
    yh_metrics::dimensions(&definitions.catalog, &metric.name)
        .into_iter()
        .map(|dimension| DimensionCard {
            label: dimension.label.or_name(&dimension.name),
            name: dimension.name,
            kind: dimension.kind.as_str(),
        })
        .collect()
}

/// When the metric came to be defined as it is, and by whom: the oldest revision of its file since which its text
/// stands unchanged.
pub(crate) async fn defined_since(app: &App, definitions: &Definitions, metric: &Metric) -> Result<Option<Revision>> {
    let text = definition_text(definitions, metric);
    let revisions = app.records.list_revisions(&metric.origin.path).await?;
    Ok(revisions.into_iter().take_while(|revision| !text.is_empty() && revision.text.contains(&text)).last())
}

/// The lines of the defining file from the metric's own to the next item of the same list.
fn definition_text(definitions: &Definitions, metric: &Metric) -> String {
    let Some((_, text)) = definitions.files.iter().find(|(path, _)| *path == metric.origin.path) else { return String::new() };
    let lines: Vec<&str> = text.lines().collect();
    let Some(start) = metric.origin.line.checked_sub(1).filter(|start| *start < lines.len()) else { return String::new() };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let first = indent(lines[start]);
    let end =
        (start + 1..lines.len()).find(|index| !lines[*index].trim().is_empty() && indent(lines[*index]) <= first).unwrap_or(lines.len());
    lines[start..end].join("\n")
}
