//! Targets on the home page: a metric on its way through a period, and what is behind.

use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use yh_metrics::{MetricQuery, catalog::Direction};
use yh_model::{Grain, Label, Period, Value, home::Home, home::Named, target::Target};

use super::{Asking, Block, RED_GRAIN};
use crate::{
    Question, Result,
    additive::{Over, is_additive},
    ask::metric_label,
    compare::same_segment,
};

/// Decimals of a computed amount.
const SCALE: u32 = 4;

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

impl Asking<'_> {
    pub(super) async fn progress(&self, home: &Home) -> Option<Result<Goal>> {
        let goal = home.progress.as_ref()?;
        Some(self.goal(&goal.metric, goal.grain).await)
    }

    async fn goal(&self, metric: &Named, grain: Grain) -> Result<Goal> {
        let period = Period::containing(grain, self.day);
        let metrics = std::slice::from_ref(metric);
        let so_far = Question { query: self.query(metrics, period.start(), self.day), compare: Vec::new() };
        let by_day = vec!["metric_time__day".to_owned()];
        let daily = MetricQuery { group_by: by_day.clone(), order: by_day, ..so_far.query.clone() };
        let (block, daily) = tokio::join!(self.block(so_far), self.plain(daily));
        let (block, daily) = (block?, daily?);
        let levels = self.levels(&metric.name, None, period);
        let actual = value(&block).and_then(Value::decimal);
        let elapsed = period.elapsed(self.day);
        let gap = levels.as_ref().zip(actual).map(|(levels, actual)| levels.target - actual);
        let left = Decimal::from(elapsed.1 - elapsed.0);
        let needed =
            gap.filter(|_| left > Decimal::ZERO && self.adds_up(&metric.name)).map(|gap| (gap.max(Decimal::ZERO) / left).round_dp(SCALE));
        let path = if levels.is_some() { self.path(&metric.name, period) } else { Vec::new() };
        Ok(Goal { period, elapsed, block, daily, levels, gap, needed, path })
    }

    /// What is planned by the end of each day.
    fn path(&self, metric: &str, period: Period) -> Vec<(Date, Decimal)> {
        let parts = self.targets(metric, None, period);
        let days = period.start().series(1.day()).take_while(|day| *day <= period.last_day());
        days.map(|day| (day, self.planned(metric, &parts, day))).collect()
    }

    /// The targets of a segment's period as of the page's day; none where there are none, or filters make it another number.
    pub(super) fn levels(&self, metric: &str, segment: Option<(&str, &str)>, period: Period) -> Option<Levels> {
        let parts = self.targets(metric, segment, period);
        if parts.is_empty() || !self.where_.is_empty() {
            return None;
        }
        let sum = |level: fn(&Target) -> Option<Decimal>| parts.iter().map(|target| level(target)).sum::<Option<Decimal>>();
        Some(Levels {
            floor: sum(|target| target.floor),
            target: parts.iter().map(|target| target.target).sum(),
            stretch: sum(|target| target.stretch),
            planned: self.planned(metric, &parts, self.day),
        })
    }

    fn planned(&self, metric: &str, parts: &[&Target], day: Date) -> Decimal {
        if self.adds_up(metric) {
            parts.iter().map(|target| target.target * target.planned_share(day)).sum::<Decimal>().round_dp(SCALE)
        } else {
            // A rate is to be held at every moment.
            parts.first().map(|target| target.target).unwrap_or_default()
        }
    }

    /// The target of the period itself, else those of its months where the metric adds up over time; empty when one is
    /// missing.
    fn targets(&self, metric: &str, segment: Option<(&str, &str)>, period: Period) -> Vec<&Target> {
        let segment = segment.map(|(dimension, value)| (dimension.to_owned(), value.to_owned()));
        let of = |period: Period| {
            self.targets.iter().find(|target| {
                target.metric == metric && target.period == period && same_segment(target.segment.as_ref(), segment.as_ref())
            })
        };
        if let Some(target) = of(period) {
            return vec![target];
        }
        if !self.adds_up(metric) || !matches!(period.grain(), Grain::Quarter | Grain::Year) {
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
            let Some(levels) = self.levels(&metric.name, None, period) else { continue };
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
