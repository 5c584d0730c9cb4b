//! Planned paths of a metric's targets, from its own daily history and the calendar.

use std::collections::{BTreeMap, HashMap};

use jiff::{ToSpan, civil::Date};
use yh_metrics::{Access, MetricQuery};
use yh_model::{
    Label, Period, Value,
    target::{Path, path::Basis},
};

use crate::{
    App, Result,
    additive::{Over, is_additive},
    answer::Role,
    ask::{plain_answer, reach},
};

/// Years of history that shape a path.
const YEARS: i64 = 2;

/// Paths of one period by segment; none for metrics that do not add up over time.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    by_segment: HashMap<Option<String>, Path>,
    /// For segments without any history.
    linear: Option<Path>,
}

impl Paths {
    /// The path of a segment's value, or of the company.
    pub fn of(&self, segment: Option<&str>) -> Option<&Path> {
        self.by_segment.get(&segment.map(str::to_owned)).or(self.linear.as_ref())
    }
}

/// The planned paths of a metric in a period, for the company or for every value of a dimension, from one query.
pub async fn target_paths(app: &App, access: &Access, metric: &str, dimension: Option<&str>, period: Period) -> Result<Paths> {
    let definitions = app.definitions().await?;
    definitions.metric(metric)?;
    if !is_additive(&definitions.catalog, metric, Over::Time) {
        return Ok(Paths::default());
    }
    let history = daily_history(app, access, metric, dimension, period.start()).await?;
    let special = |_: Date| None;
    let paths = history.iter().map(|(segment, days)| (segment.clone(), Path::from_history(period, days, special)));
    Ok(Paths { by_segment: paths.collect(), linear: Some(Path::linear(period, 0)) })
}

/// Daily values before a day, by segment; days without rows between a segment's first and the last known day are 0.
async fn daily_history(
    app: &App,
    access: &Access,
    metric: &str,
    dimension: Option<&str>,
    before: Date,
) -> Result<HashMap<Option<String>, BTreeMap<Date, f64>>> {
    let Some((_, as_of)) = reach(app, &[metric.to_owned()]).await? else { return Ok(HashMap::new()) };
    let last = before.saturating_sub(1.days()).min(as_of);
    let query = MetricQuery {
        metrics: vec![metric.to_owned()],
        group_by: std::iter::once("metric_time__day".to_owned()).chain(dimension.map(str::to_owned)).collect(),
        start_time: Some(before.saturating_sub(YEARS.years()).to_string()),
        end_time: Some(last.to_string()),
        ..MetricQuery::default()
    };
    let answer = plain_answer(app, access, &query).await?;
    let find = |role: Role| answer.columns.iter().position(|column| column.role == role);
    let (Some(time), Some(value)) = (find(Role::Time), find(Role::Metric)) else { return Ok(HashMap::new()) };
    let segment = find(Role::Dimension);
    let mut found: HashMap<Option<String>, BTreeMap<Date, f64>> = HashMap::new();
    for row in 0..answer.frame.height() {
        let cell = |column: usize| &answer.frame.columns[column].values[row];
        let day = match cell(time) {
            Value::Date(day) => *day,
            Value::Timestamp(at) => at.date(),
            _ => continue,
        };
        let name = segment.map(|column| cell(column).to_string());
        found.entry(name).or_default().insert(day, cell(value).number().unwrap_or(0.0));
    }
    for days in found.values_mut() {
        let Some(mut day) = days.keys().next().copied() else { continue };
        while day <= last {
            days.entry(day).or_insert(0.0);
            day = day.saturating_add(1.days());
        }
    }
    Ok(found)
}

/// What a path rests on, in words.
pub fn basis_label(path: &Path) -> Label {
    match path.basis {
        Basis::Linear { have, need } => Label::new(
            format!("历史只有 {have} 天，不足 {need} 天，按天数均摊"),
            format!("linear by days: {have} days of history, {need} are needed"),
        ),
        Basis::Weekdays { days } => {
            Label::new(format!("按星期与大促，{days} 天历史"), format!("by weekday and promotion, from {days} days of history"))
        }
        Basis::Seasons { days } => Label::new(
            format!("按月份、星期与大促，{days} 天历史"),
            format!("by month, weekday and promotion, from {days} days of history"),
        ),
    }
}
