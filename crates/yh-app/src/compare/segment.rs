//! Another segment: the same question for one value of a dimension.

use std::collections::HashMap;

use yh_metrics::MetricQuery;
use yh_model::{Label, Value};

use super::{Asking, Compared, absent::Absent, columns::differences, rows::Rows};
use crate::{
    AppError, Result,
    answer::{Answer, Base, Comparison, Role},
    ask::measure,
    catalog::list_dimension_values,
    currency::refuse_differences,
};

/// Values of a dimension that are looked through for one that nobody knows.
const MOST_KNOWN: usize = 1000;

pub(super) async fn compare(asking: &Asking<'_>, answer: &Answer, rows: &Rows<'_>, dimension: &str, value: &str) -> Result<Compared> {
    let comparison = Comparison::Segment { dimension: dimension.to_owned(), value: value.to_owned() };
    let query = other_segment(asking, answer, dimension, value)?;
    let Asking { app, access, definitions, facts, query: own, .. } = asking;
    let own = MetricQuery { group_by: query.group_by.clone(), ..MetricQuery::clone(own) };
    refuse_differences(app, access, definitions, facts, [&own, &query]).await?;
    let other = measure(app, access, definitions, facts, &query).await?;
    let valued = |row: usize| own.metrics.iter().any(|metric| !other.frame.cell(metric, row).is_null());
    if !(0..other.frame.height()).any(valued) {
        let metric = own.metrics.first().map(String::as_str);
        // Not every metric can be asked for without a period.
        let known = list_dimension_values(app, access, dimension, metric, None, MOST_KNOWN).await.unwrap_or_default();
        if !known.is_empty() && known.len() < MOST_KNOWN && !known.iter().any(|one| one == value) {
            return Err(AppError::unknown("segment", value, known.iter().map(String::as_str)));
        }
    }
    // Every group-by but the dimension itself tells which rows meet.
    let names: Vec<&str> = answer
        .columns
        .iter()
        .filter(|column| matches!(column.role, Role::Time | Role::Dimension))
        .map(|column| column.name.as_str())
        .filter(|name| *name != dimension)
        .collect();
    let key = |frame: &yh_model::Frame, row: usize| -> Vec<String> { names.iter().map(|name| frame.cell(name, row).to_string()).collect() };
    let by_key: HashMap<Vec<String>, usize> = (0..other.frame.height()).map(|row| (key(&other.frame, row), row)).collect();
    let metrics = answer.columns.iter().filter(|column| column.role == Role::Metric);
    let values = metrics.map(|metric| {
        let value = |row: usize| by_key.get(&key(&answer.frame, row)).map_or(Value::Null, |at| other.frame.cell(&metric.name, *at).clone());
        (metric.name.clone(), (0..answer.frame.height()).map(value).collect())
    });
    let columns = differences(&comparison, answer, values.collect());
    let remark = match other.frame.height() {
        0 => Label::new(format!("没有 {dimension} = {value} 的数据"), format!("no rows with {dimension} = {value}")),
        _ => Label::same(&format!("{dimension} = {value}")),
    };
    let base = Base {
        comparison,
        range: rows.whole(),
        remark,
        rows: (0..answer.frame.height()).map(|row| rows.range(&answer.frame, row)).collect(),
    };
    Ok(Compared { columns, base })
}

/// The rows of the other segment, where it has the answer's group-bys.
pub(super) async fn others(asking: &Asking<'_>, answer: &Answer, rows: &Rows<'_>, dimension: &str, value: &str) -> Result<Vec<Absent>> {
    if rows.dimensions.iter().any(|index| answer.columns[*index].name == dimension) {
        return Ok(Vec::new());
    }
    let query = other_segment(asking, answer, dimension, value)?;
    let other = measure(asking.app, asking.access, asking.definitions, asking.facts, &query).await?.frame;
    let cells = |row: usize| rows.dimensions.iter().map(|index| other.cell(&answer.columns[*index].name, row).clone()).collect();
    Ok((0..other.height()).map(|row| Absent { at: rows.at(&other, row), dimensions: cells(row) }).collect())
}

/// The question with the dimension held at the value; its own conditions on that dimension alone make room.
pub(super) fn other_segment(asking: &Asking<'_>, answer: &Answer, dimension: &str, value: &str) -> Result<MetricQuery> {
    let mut filters = Vec::new();
    for (filter, names) in asking.query.where_.iter().zip(&asking.filters.names) {
        if names.as_deref() != Some(&[dimension.to_owned()]) {
            filters.push(filter.clone());
        }
    }
    filters.push(format!("{dimension} = '{}'", value.replace('\'', "''")));
    let group_by =
        answer.columns.iter().filter(|column| matches!(column.role, Role::Time | Role::Dimension)).map(|column| column.name.clone());
    let group_by = group_by.filter(|name| name != dimension).collect();
    Ok(MetricQuery { where_: filters, group_by, order: Vec::new(), limit: None, ..asking.query.clone() })
}
