//! Targets on the home page: a metric on its way through a period, and what is behind.

use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use yh_metrics::{Access, MetricQuery};
use yh_model::{Direction, Grain, Label, Period, Value, home::Home, home::Named, target::Target};

use super::{Asking, Block, RED_GRAIN};
use crate::{
    App, AppError, Question, Result,
    additive::{Over, is_additive},
    app::earliest,
    ask::{measured_datasets, metric_label},
    compare::same_segment,
    mine::find_mine,
    people::PERSON,
    targets::{
        TargetKey,
        cascade::equals,
        dimension_name,
        path::{OpenPaths, paths_over},
    },
};

/// Decimals of a computed amount.
pub(super) const SCALE: u32 = 4;

/// 保底, 目标 and 冲刺 of a period, and what the path plans by the page's day.
#[derive(Debug, Clone, PartialEq)]
pub struct Levels {
    pub floor: Option<Decimal>,
    pub target: Decimal,
    pub stretch: Option<Decimal>,
    pub planned: Decimal,
}

/// A metric on its way through a period.
#[derive(Debug)]
pub struct Goal {
    pub period: Period,
    pub elapsed: (i32, i32),
    /// From the period's first day to the page's.
    pub block: Block,
    /// Day by day.
    pub daily: Block,
    pub levels: Option<Levels>,
    /// Target − actual, and what each remaining day must bring.
    pub gap: Option<Decimal>,
    pub needed: Option<Decimal>,
    /// What is planned by the end of each day of the period.
    pub path: Vec<(Date, Decimal)>,
    /// Whether the values of its days sum to the period's; else the target is to be held on every day alike.
    pub adds_up: bool,
}

/// A metric behind its target.
#[derive(Debug)]
pub struct Red {
    pub metric: String,
    pub label: Label,
    pub owner: Option<String>,
    pub period: Period,
    pub elapsed: (i32, i32),
    pub levels: Levels,
    /// Actual ÷ planned, or planned ÷ actual where lower is better: below 1 is behind.
    pub pace: f64,
    pub block: Block,
}

/// One target on its way, as of a business day: the last with data when absent, the period's last once it is over.
pub async fn target_progress(app: &App, access: &Access, key: &TargetKey, day: Option<Date>) -> Result<Goal> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    definitions.metric(&key.metric)?;
    let (metric, period) = (&key.metric, key.period);
    let as_of = earliest(&facts.watermarks(&measured_datasets(&definitions.catalog, std::slice::from_ref(metric))));
    let day = day.or(as_of).unwrap_or(period.last_day()).min(period.last_day());
    let targets = app.records.list_targets(Some(metric)).await?.into_iter().map(|stored| stored.target).collect();
    let asking = Asking { app, access, definitions: &definitions, facts: &facts, day, where_: &[], targets };
    let segment = key.segment.as_ref().map(|(dimension, value)| (dimension.as_str(), value.as_str()));
    let rows = match segment {
        None => Vec::new(),
        Some((PERSON, person)) => {
            let metrics = [Named { name: metric.clone(), ..Named::default() }];
            vec![find_mine(app, &asking.query(&metrics, period.start(), period.last_day()), person).await?.filter]
        }
        Some((dimension, value)) => {
            let name = dimension_name(&definitions, metric, dimension).ok_or_else(|| AppError::unknown("dimension", dimension, []))?;
            vec![equals(&name, value)]
        }
    };
    asking.goal(metric, segment, rows, period).await
}

impl Asking<'_> {
    pub(super) async fn progress(&self, home: &Home) -> Option<Result<Goal>> {
        let goal = home.progress.as_ref()?;
        Some(self.goal(&goal.metric.name, None, Vec::new(), Period::containing(goal.grain, self.day)).await)
    }

    /// A metric's way through a period, to the page's day; `rows` keeps the segment's rows.
    async fn goal(&self, metric: &str, segment: Option<(&str, &str)>, rows: Vec<String>, period: Period) -> Result<Goal> {
        let named = Named { name: metric.to_owned(), ..Named::default() };
        let mut query = self.query(&[named], period.start(), self.day.clamp(period.start(), period.last_day()));
        query.where_.extend(rows);
        let so_far = Question { query, compare: Vec::new() };
        let by_day = vec!["metric_time__day".to_owned()];
        let daily = MetricQuery { group_by: by_day.clone(), order: by_day, ..so_far.query.clone() };
        let (block, daily) = tokio::join!(self.block(so_far), self.plain(daily));
        let (block, daily) = (block?, daily?);
        let levels = match segment {
            None => self.levels(metric, period).await?,
            Some((dimension, value)) => self.levels_by(metric, dimension, &[Value::Text(value.into())], period).await?.pop().flatten(),
        };
        let actual = value(&block).and_then(Value::decimal);
        let elapsed = period.elapsed(self.day);
        let gap = levels.as_ref().zip(actual).map(|(levels, actual)| levels.target - actual);
        let left = Decimal::from(elapsed.1 - elapsed.0);
        let needed =
            gap.filter(|_| left > Decimal::ZERO && self.adds_up(metric)).map(|gap| (gap.max(Decimal::ZERO) / left).round_dp(SCALE));
        let path = if levels.is_some() { self.path(metric, segment, period).await? } else { Vec::new() };
        Ok(Goal { period, elapsed, block, daily, levels, gap, needed, path, adds_up: self.adds_up(metric) })
    }

    /// What is planned by the end of each day.
    async fn path(&self, metric: &str, segment: Option<(&str, &str)>, period: Period) -> Result<Vec<(Date, Decimal)>> {
        let parts = self.targets(metric, segment, period);
        let paths = self.paths(metric, segment.map(|(dimension, _)| dimension), &parts, period.last_day()).await?;
        let days = period.start().series(1.day()).take_while(|day| *day <= period.last_day());
        Ok(days.map(|day| (day, self.planned(metric, segment, &parts, &paths, day))).collect())
    }

    /// The company's targets of a period as of the page's day; none where there are none, or filters make it another number.
    pub(super) async fn levels(&self, metric: &str, period: Period) -> Result<Option<Levels>> {
        let paths = self.paths(metric, None, &self.targets(metric, None, period), self.day).await?;
        Ok(self.levels_on(metric, None, period, &paths))
    }

    /// The same of every value of a dimension.
    pub(super) async fn levels_by(&self, metric: &str, dimension: &str, values: &[Value], period: Period) -> Result<Vec<Option<Levels>>> {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        let segments = || values.iter().map(|value| Some((dimension, value.as_str())));
        let parts: Vec<&Target> = segments().flat_map(|segment| self.targets(metric, segment, period)).collect();
        let paths = self.paths(metric, Some(dimension), &parts, self.day).await?;
        Ok(segments().map(|segment| self.levels_on(metric, segment, period, &paths)).collect())
    }

    pub(super) fn levels_on(&self, metric: &str, segment: Option<(&str, &str)>, period: Period, paths: &OpenPaths) -> Option<Levels> {
        let parts = self.targets(metric, segment, period);
        if parts.is_empty() || !self.where_.is_empty() {
            return None;
        }
        let sum = |level: fn(&Target) -> Option<Decimal>| parts.iter().map(|target| level(target)).sum::<Option<Decimal>>();
        Some(Levels {
            floor: sum(|target| target.floor),
            target: parts.iter().map(|target| target.target).sum(),
            stretch: sum(|target| target.stretch),
            planned: self.planned(metric, segment, &parts, paths, self.day),
        })
    }

    /// The planned paths of the periods of targets that have begun by a day.
    pub(super) async fn paths(&self, metric: &str, dimension: Option<&str>, parts: &[&Target], until: Date) -> Result<OpenPaths> {
        let mut found = OpenPaths::new();
        for period in parts.iter().map(|target| target.period).filter(|period| period.start() <= until) {
            if !found.contains_key(&period) {
                let paths = paths_over(self.app, self.access, self.definitions, self.facts, metric, dimension, period).await?;
                found.extend(paths.map(|paths| (period, paths)));
            }
        }
        Ok(found)
    }

    pub(super) fn planned(&self, metric: &str, segment: Option<(&str, &str)>, parts: &[&Target], paths: &OpenPaths, day: Date) -> Decimal {
        if !self.adds_up(metric) {
            // A rate is to be held at every moment.
            return parts.first().map(|target| target.target).unwrap_or_default();
        }
        let value = segment.map(|(_, value)| value);
        let planned = |target: &&Target| paths.get(&target.period).map(|paths| paths.of(value).planned(target.target, day));
        parts.iter().filter_map(planned).sum()
    }

    /// The target of the period itself, else those of its months where the metric adds up over time; empty when one is
    /// missing.
    pub(super) fn targets(&self, metric: &str, segment: Option<(&str, &str)>, period: Period) -> Vec<&Target> {
        let segment = segment.map(|(dimension, value)| (dimension.to_owned(), value.to_owned()));
        let of = |period: Period| {
            self.targets.iter().find(|target| {
                target.metric == metric && target.period == period && same_segment(target.segment.as_ref(), segment.as_ref())
            })
        };
        if let Some(target) = of(period) {
            return vec![target];
        }
        if !self.adds_up(metric) || !period.is_of_months() {
            return Vec::new();
        }
        let first = Period::containing(Grain::Month, period.start());
        let months = (0..).map(|months| first.shift(months)).take_while(|month| month.start() <= period.last_day());
        months.map(of).collect::<Option<_>>().unwrap_or_default()
    }

    fn adds_up(&self, metric: &str) -> bool {
        is_additive(&self.definitions.catalog, metric, Over::Time)
    }

    /// The company's metrics that are behind their target of the month, the furthest first.
    pub(super) async fn reds(&self) -> Result<Vec<Red>> {
        let period = Period::containing(RED_GRAIN, self.day);
        let mut reds = Vec::new();
        for target in self.targets.iter().filter(|target| target.segment.is_none() && target.period == period) {
            let Some(metric) = self.definitions.catalog.metrics.get(&target.metric) else { continue };
            let Some(levels) = self.levels(&metric.name, period).await? else { continue };
            let named = Named { name: metric.name.clone(), ..Named::default() };
            let query = self.query(&[named], period.start(), self.day);
            let block = self.plain(query).await?;
            let Some(pace) = value(&block).and_then(Value::number).and_then(|actual| pace(actual, &levels, metric.direction)) else {
                continue;
            };
            if pace < 1.0 {
                reds.push(Red {
                    metric: metric.name.clone(),
                    label: metric_label(metric),
                    owner: metric.owner.clone(),
                    period,
                    elapsed: period.elapsed(self.day),
                    levels,
                    pace,
                    block,
                });
            }
        }
        reds.sort_by(|a, b| a.pace.total_cmp(&b.pace));
        Ok(reds)
    }
}

/// The only value of an answer of one metric.
fn value(block: &Block) -> Option<&Value> {
    block.answer.frame.columns.first().and_then(|column| column.values.first()).filter(|value| !value.is_null())
}

/// How far actual is beside the plan; none where nothing was planned, or neither way is better.
fn pace(actual: f64, levels: &Levels, direction: Direction) -> Option<f64> {
    let planned = Value::Decimal(levels.planned).number().filter(|planned| *planned > 0.0)?;
    match direction {
        Direction::Higher => Some(actual / planned),
        Direction::Lower if actual > 0.0 => Some(planned / actual),
        Direction::Lower | Direction::Band => None,
    }
}
