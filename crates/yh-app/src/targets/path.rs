//! Planned paths of a metric's targets, from its own daily history and the calendar.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::{ToSpan, civil::Date};
use yh_metrics::{Access, MetricQuery};
use yh_model::{
    Label, Period, Value,
    calendar::SpecialDay,
    target::{
        Path,
        path::{Basis, Origin},
    },
};

use super::dimension_name;
use crate::{
    App, Definitions, Result,
    additive::{Over, is_additive},
    answer::Role,
    app::{Facts, earliest},
    ask::{measure, measured_datasets},
    cache,
};

/// Whole years of history before a period's own that shape its path.
const YEARS: i16 = 2;

/// Daily values by segment; none is the company.
type History = HashMap<Option<String>, BTreeMap<Date, f64>>;

/// Paths of one period by segment.
#[derive(Debug, Clone)]
pub struct Paths {
    by_segment: HashMap<Option<String>, Path>,
    /// For segments without any history of their own.
    otherwise: Path,
}

/// Planned paths by the period of the target.
pub(crate) type OpenPaths = HashMap<Period, Arc<Paths>>;

impl Paths {
    /// The path of a segment's value, or of the company.
    pub fn of(&self, segment: Option<&str>) -> &Path {
        self.by_segment.get(&segment.map(str::to_owned)).unwrap_or(&self.otherwise)
    }

    /// About what it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        (self.by_segment.len() + 1) * (self.otherwise.period().days() as usize * size_of::<(f64, Origin)>() + 64)
    }
}

/// The planned paths of a metric in a period, for the company or for every value of a dimension, from one query; none
/// for a metric that does not add up over time. People and other segments that facts do not hold go the company's way.
pub async fn target_paths(app: &App, access: &Access, metric: &str, dimension: Option<&str>, period: Period) -> Result<Option<Arc<Paths>>> {
    let definitions = app.definitions().await?;
    definitions.metric(metric)?;
    paths_over(app, access, &definitions, &app.facts().await?, metric, dimension, period).await
}

/// The same over pinned facts and definitions: what one page plans reads what it shows.
pub(crate) async fn paths_over(
    app: &App,
    access: &Access,
    definitions: &Definitions,
    facts: &Facts,
    metric: &str,
    dimension: Option<&str>,
    period: Period,
) -> Result<Option<Arc<Paths>>> {
    if !is_additive(&definitions.catalog, metric, Over::Time) {
        return Ok(None);
    }
    let known = dimension.and_then(|dimension| dimension_name(definitions, metric, dimension));
    // One range for all periods of a year, so that they share one kept answer.
    let first = jiff::civil::date(period.start().year() - YEARS, 1, 1);
    let special = |day| definitions.calendar.special_day(day);
    let as_of = earliest(&facts.watermarks(&measured_datasets(&definitions.catalog, &[metric.to_owned()])));
    let Some(last) = as_of.filter(|last| first <= *last) else {
        return Ok(Some(Arc::new(Paths::from_history(period, &History::new(), special))));
    };
    let mut query = MetricQuery {
        metrics: vec![metric.to_owned()],
        group_by: std::iter::once("metric_time__day".to_owned()).chain(known).collect(),
        start_time: Some(first.to_string()),
        end_time: Some(last.to_string()),
        ..MetricQuery::default()
    };
    query.order.clone_from(&query.group_by);
    let key = format!("{} {period}", cache::key(definitions, facts, access, &query));
    let made = async {
        let mut answer = measure(app, access, definitions, facts, &query).await?;
        if answer.truncated {
            // Too many values to know each one's days.
            query.group_by.truncate(1);
            query.order.clone_from(&query.group_by);
            answer = measure(app, access, definitions, facts, &query).await?;
        }
        Ok(Paths::from_history(period, &daily(&answer, last), special))
    };
    app.answers.keep(&key, made).await.map(Some)
}

impl Paths {
    fn from_history(period: Period, history: &History, special: impl Fn(Date) -> Option<SpecialDay>) -> Self {
        // Every segment asks for the same days.
        let mut days: Vec<Date> = history.values().flat_map(BTreeMap::keys).copied().collect();
        days.extend(period.start().series(1.day()).take_while(|day| *day <= period.last_day()));
        days.sort_unstable();
        days.dedup();
        let specials: BTreeMap<Date, SpecialDay> = days.into_iter().filter_map(|day| Some((day, special(day)?))).collect();
        let path = |values: &BTreeMap<Date, f64>| Path::from_history(period, values, |day| specials.get(&day).cloned());
        let by_segment = history.iter().map(|(segment, values)| (segment.clone(), path(values))).collect();
        let company = history.get(&None).map_or_else(|| path(&BTreeMap::new()), path);
        Self { by_segment, otherwise: company }
    }
}

/// Daily values of an answer by segment; days without rows between a segment's first and the last known day are 0.
fn daily(answer: &crate::Answer, last: Date) -> History {
    let find = |role: Role| answer.columns.iter().position(|column| column.role == role);
    let (Some(time), Some(value)) = (find(Role::Time), find(Role::Metric)) else { return History::new() };
    let segment = find(Role::Dimension);
    let mut found = History::new();
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
        let Some(first) = days.keys().next().copied() else { continue };
        for day in first.series(1.day()).take_while(|day| *day <= last) {
            days.entry(day).or_insert(0.0);
        }
    }
    found
}

/// What a path rests on, in words.
pub fn basis_label(path: &Path) -> Label {
    let (mut zh, mut en) = match path.basis {
        Basis::Linear { have, need } => (
            format!("历史只有 {have} 天，不足 {need} 天，平日均摊"),
            format!("ordinary days alike: {have} days of history, {need} are needed"),
        ),
        Basis::Weekdays { days } => {
            (format!("平日按星期，{days} 天历史"), format!("ordinary days by weekday, from {days} days of history"))
        }
        Basis::Seasons { days } => {
            (format!("平日按月份与星期，{days} 天历史"), format!("ordinary days by month and weekday, from {days} days of history"))
        }
    };
    for (origin, zh_word, en_word) in [
        (Origin::SameDay, "天大促或节假日取自历史同阶段同一天", "special days as the same day of the same phase before"),
        (Origin::SamePhase, "天取自历史同阶段均值", "special days as the mean of the same phase before"),
        (Origin::Calendar, "天按日历权重", "special days by the calendar's weights"),
        (Origin::Unweighed, "天大促或节假日没有历史也没有日历权重，按平日计", "special days without history or weight, as ordinary ones"),
    ] {
        let days = path.count(origin);
        if days > 0 {
            zh.push_str(&format!("；{days} {zh_word}"));
            en.push_str(&format!("; {days} {en_word}"));
        }
    }
    Label::new(zh, en)
}

/// The name of a day's origin in answers.
pub fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::Ordinary => "ordinary",
        Origin::SameDay => "same_day",
        Origin::SamePhase => "same_phase",
        Origin::Calendar => "calendar",
        Origin::Unweighed => "unweighed",
    }
}
