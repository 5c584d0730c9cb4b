//! Lineage: an answered cell opens into its formula, its inputs and their source rows.

use std::borrow::Cow;

use jiff::civil::Date;
use yh_metrics::{Access, InputRows, MetricQuery};
use yh_model::{Frame, Grain, Label, Period, Value};

use crate::{
    App, AppError, Definitions, Result,
    answer::Comparison,
    app::Facts,
    ask::{plain_answer, with_period},
    catalog::{Revision, defined_since, formula},
    compare,
    datasets::{RowsPage, localize, page, slice},
    planning,
};

/// A cell of an answer: the question, the metric, and the group-by values of its row; with a comparison, the value
/// that the cell is compared with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    pub query: MetricQuery,
    pub metric: String,
    pub values: Vec<(String, Option<String>)>,
    pub comparison: Option<Comparison>,
}

/// How a number came about.
#[derive(Debug, Clone)]
pub struct Lineage {
    pub metric: String,
    pub label: Label,
    pub value: Value,
    pub formula: String,
    pub description: String,
    pub revision: String,
    /// Since when, and by whom, the metric is defined as it is.
    pub defined: Option<Revision>,
    pub path: String,
    pub line: u64,
    /// Of the cell: its own period inside that of the question.
    pub period: Option<(Date, Date)>,
    /// The group-by values of the cell; those of the compared period where the cell asked for one.
    pub values: Vec<(String, Option<String>)>,
    pub filters: Vec<String>,
    pub sql: String,
    pub as_of: Option<Date>,
    pub inputs: Vec<LineageInput>,
}

/// One measured input of a metric.
#[derive(Debug, Clone)]
pub struct LineageInput {
    /// By which its rows are asked for.
    pub name: String,
    pub label: Label,
    pub rows: InputRows,
    pub count: u64,
    pub value: Value,
}

/// Opens a cell.
pub async fn trace(app: &App, access: &Access, cell: &Cell) -> Result<Lineage> {
    let cell = &resolved(app, access, cell).await?;
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    let metric = definitions.metric(&cell.metric)?;
    let query = with_period(
        &definitions,
        &facts,
        &MetricQuery { metrics: vec![cell.metric.clone()], order: Vec::new(), limit: None, ..cell.query.clone() },
    )?;
    let answer = plain_answer(app, access, &query).await?;
    let row = (0..answer.frame.height())
        .find(|row| cell.values.iter().all(|(name, value)| same(answer.frame.cell(name, *row), value.as_deref())));
    let mut inputs = Vec::new();
    let window = narrowed(&definitions, &query, &cell.values);
    let all = planning::rows(app, &definitions.catalog, &window, access, &cell.metric, &cell.values).await?;
    for (name, rows) in input_names(&all).into_iter().zip(all) {
        let session = app.session(&definitions, &facts, &rows.tables).await?;
        let count = first(&session.query(&rows.count_sql).await?).number().unwrap_or(0.0) as u64;
        let value = first(&session.query(&rows.value_sql).await?);
        let label =
            definitions.catalog.metrics.get(&rows.metric).map(|metric| metric.label.clone()).unwrap_or_default().or_name(&rows.metric);
        inputs.push(LineageInput { name, label, count, value, rows });
    }
    Ok(Lineage {
        metric: cell.metric.clone(),
        label: metric.label.or_name(&metric.name),
        value: row.map_or(Value::Null, |row| answer.frame.cell(&cell.metric, row).clone()),
        formula: formula(metric),
        description: metric.description.clone(),
        revision: metric.revision.clone(),
        defined: defined_since(app, &definitions, metric).await?,
        path: metric.origin.path.clone(),
        line: metric.origin.line as u64,
        period: answer.period.map(|period| own_period(period, &cell.values)),
        values: cell.values.clone(),
        filters: metric.filter.iter().chain(&query.where_).cloned().collect(),
        sql: answer.sql,
        as_of: answer.as_of,
        inputs,
    })
}

/// The cell itself, or the one it is compared with.
async fn resolved<'a>(app: &App, access: &Access, cell: &'a Cell) -> Result<Cow<'a, Cell>> {
    match &cell.comparison {
        Some(comparison) => Ok(Cow::Owned(compare::base_cell(app, access, cell, comparison).await?)),
        None => Ok(Cow::Borrowed(cell)),
    }
}

/// The part of the question's period that the cell's own time value stands for.
fn own_period((start, end): (Date, Date), values: &[(String, Option<String>)]) -> (Date, Date) {
    let named = values.iter().find_map(|(name, value)| {
        let grain = Grain::parse(name.strip_prefix("metric_time__")?)?;
        let day: Date = value.as_deref()?.get(..10)?.parse().ok()?;
        Some(Period::containing(grain, day))
    });
    named.map_or((start, end), |period| (period.start().max(start), period.last_day().min(end)))
}

/// Pages through the source rows of one input of a cell; also names their dataset.
pub async fn trace_rows(
    app: &App,
    access: &Access,
    cell: &Cell,
    input: Option<&str>,
    offset: u64,
    limit: u64,
) -> Result<(RowsPage, String)> {
    let cell = &resolved(app, access, cell).await?;
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    let rows = input_rows(app, &definitions, &facts, access, cell, input).await?;
    let session = app.session(&definitions, &facts, &rows.tables).await?;
    let total = first(&session.query(&rows.count_sql).await?).number().unwrap_or(0.0) as u64;
    let spec = definitions.dataset(&rows.dataset)?;
    let frame = session.page(&rows.sql, &spec.key, slice(offset, limit)).await?;
    Ok((page(app, spec, frame, total, offset).await?, rows.dataset))
}

/// All source rows of one input, for an export.
pub async fn export_rows(app: &App, access: &Access, cell: &Cell, input: Option<&str>) -> Result<Frame> {
    let cell = &resolved(app, access, cell).await?;
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    let rows = input_rows(app, &definitions, &facts, access, cell, input).await?;
    let session = app.session(&definitions, &facts, &rows.tables).await?;
    let mut frame = session.query(&rows.sql).await?;
    localize(&mut frame, definitions.dataset(&rows.dataset)?, &app.project.settings.zone);
    Ok(frame)
}

async fn input_rows(
    app: &App,
    definitions: &Definitions,
    facts: &Facts,
    access: &Access,
    cell: &Cell,
    input: Option<&str>,
) -> Result<InputRows> {
    let query = with_period(
        definitions,
        facts,
        &MetricQuery { metrics: vec![cell.metric.clone()], order: Vec::new(), limit: None, ..cell.query.clone() },
    )?;
    definitions.metric(&cell.metric)?;
    let query = narrowed(definitions, &query, &cell.values);
    let all = planning::rows(app, &definitions.catalog, &query, access, &cell.metric, &cell.values).await?;
    let names = input_names(&all);
    let wanted = input.unwrap_or(names.first().map_or("", String::as_str));
    let found = all.into_iter().zip(&names).find(|(_, name)| *name == wanted).map(|(rows, _)| rows);
    found.ok_or_else(|| {
        let error = AppError::unknown("input", wanted, names.iter().map(String::as_str));
        error.hint(format!("the inputs of {} are {}", cell.metric, names.join(", ")))
    })
}

/// The question's period cut down to the cell's period of a calendar grain, whose length only the calendar knows.
fn narrowed(definitions: &Definitions, query: &MetricQuery, values: &[(String, Option<String>)]) -> MetricQuery {
    let mut query = query.clone();
    for (name, value) in values {
        let Some(grain) = name.strip_prefix("metric_time__").filter(|grain| yh_metrics::Grain::parse(grain).is_none()) else { continue };
        let day = value.as_deref().and_then(|text| text.get(..10)).and_then(|text| text.parse::<Date>().ok());
        let Some(days) = day.and_then(|day| definitions.calendar.period_of(grain, day)) else { continue };
        let Some((start, end)) = crate::ask::days(&query) else { continue };
        query.start_time = Some(start.max(days.first).to_string());
        query.end_time = Some(end.min(days.last).to_string());
    }
    query
}

/// Names by which inputs are asked for; the second of the same metric, such as its value a year before, is `metric#2`.
fn input_names(inputs: &[InputRows]) -> Vec<String> {
    let name = |(index, rows): (usize, &InputRows)| {
        let before = inputs[..index].iter().filter(|other| other.metric == rows.metric).count();
        if before == 0 { rows.metric.clone() } else { format!("{}#{}", rows.metric, before + 1) }
    };
    inputs.iter().enumerate().map(name).collect()
}

fn first(frame: &Frame) -> Value {
    frame.columns.first().and_then(|column| column.values.first()).cloned().unwrap_or(Value::Null)
}

/// Whether a cell shows this text; a timestamp at midnight is also its date.
pub(crate) fn same(value: &Value, text: Option<&str>) -> bool {
    match (value, text) {
        (Value::Null, None) => true,
        (Value::Timestamp(at), Some(text)) => at.to_string() == text.replace(' ', "T") || (at.to_string() == format!("{text}T00:00:00")),
        (value, Some(text)) => value.to_string() == text,
        _ => false,
    }
}
