//! The home page.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yh_app::home;

use super::{Answer, Label, Query, Why, WhyRequest};
use crate::problem::Problem;

/// Which day, and of what.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HomeChoice {
    /// The business day; the last complete one when absent.
    pub day: Option<String>,
    /// A filter of every number: `store IN ('S01', 'S02')`.
    pub r#where: Option<String>,
    /// Comparisons beside the headline instead of the page's own, with commas between: `previous,year_ago`.
    pub compare: Option<String>,
}

/// The home page as of the end of a business day. Without data there is neither day nor block.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct HomePage {
    pub day: Option<String>,
    /// The last complete business day of what the page shows.
    pub as_of: Option<String>,
    /// The file that defines the page; null when the program chose.
    pub path: Option<String>,
    /// Where the file is to be made when there is none.
    pub path_wanted: String,
    pub sources: Vec<HomeSource>,
    /// Datasets without a row, for want of which a part of the page is not shown.
    pub missing: Vec<HomeMissing>,
    pub headline: Option<HomeHeadline>,
    pub event: Option<HomeEvent>,
    pub why: Option<HomeWhy>,
    pub progress: Option<HomeGoal>,
    pub dangers: Vec<HomeDanger>,
    pub budget: Option<HomeBudget>,
    pub rankings: Vec<HomeRanking>,
    pub reds: Vec<HomeRed>,
    /// Targets that wait for approval.
    pub approvals: usize,
    /// What failed, by block: `headline`, `event`, `why`, `progress`, `budget`, `reds`, `rankings`.
    pub problems: Vec<HomeProblem>,
}

/// A block that could not be answered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeProblem {
    pub block: String,
    pub problem: Problem,
}

/// A dataset without a row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeMissing {
    pub dataset: String,
    pub label: Label,
}

/// How far a dataset of the page reaches.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeSource {
    pub dataset: String,
    pub label: Label,
    pub as_of: String,
    /// It ends before the page's day.
    pub late: bool,
}

/// A question and its answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeBlock {
    pub query: Query,
    pub answer: Answer,
}

/// The day's numbers, and those of the days before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeHeadline {
    pub day: HomeBlock,
    pub trend: HomeBlock,
}

/// A promotion so far, against last year's same phase and hour.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeEvent {
    pub promotion: Label,
    pub year: i16,
    pub platform: String,
    /// None once it is over.
    pub phase: Option<Label>,
    pub block: HomeBlock,
    pub month: Option<HomeMonth>,
}

/// A month so far beside its target.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeMonth {
    pub period: HomePeriod,
    pub block: HomeBlock,
    pub levels: HomeLevels,
}

/// A change, what it is made of, and the question that opens it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeWhy {
    pub request: WhyRequest,
    pub why: Why,
}

/// A calendar period and how much of it has passed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomePeriod {
    /// `2025-Q4`.
    pub name: String,
    pub days_passed: i32,
    pub days: i32,
}

/// 保底, 目标, 冲刺, and what the path plans by the page's day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeLevels {
    pub floor: Option<f64>,
    pub target: f64,
    pub stretch: Option<f64>,
    pub planned: f64,
}

/// A metric on its way through a period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeGoal {
    pub period: HomePeriod,
    pub block: HomeBlock,
    pub daily: HomeBlock,
    pub levels: Option<HomeLevels>,
    /// Target − actual.
    pub gap: Option<f64>,
    /// What each remaining day must bring.
    pub needed: Option<f64>,
    /// What is planned by the end of each day of the period.
    pub path: Vec<HomePathDay>,
    /// Whether the values of its days sum to the period's; else the target is to be held on every day alike.
    pub adds_up: bool,
}

/// A point of the planned path.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomePathDay {
    pub day: String,
    pub planned: f64,
}

/// Something that has to be dealt with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeDanger {
    pub metric: String,
    pub label: Label,
    /// More than this is a danger.
    pub limit: f64,
    pub block: Option<HomeBlock>,
    pub problem: Option<Problem>,
}

/// Spending so far, beside the plan of the whole period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeBudget {
    pub period: HomePeriod,
    pub spent: HomeBlock,
    pub plan: Option<HomeBlock>,
    /// The target of the spending, where there is no plan.
    pub target: Option<HomeLevels>,
}

/// A metric by segment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeRanking {
    pub label: Label,
    pub period: HomePeriod,
    pub block: HomeBlock,
    /// The targets of the answer's rows, in its order.
    pub targets: Vec<Option<HomeLevels>>,
    /// The question of each row where rows are people: what each answers for; else none.
    pub questions: Vec<Query>,
}

/// A metric behind its target.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeRed {
    pub metric: String,
    pub label: Label,
    pub owner: Option<String>,
    pub period: HomePeriod,
    pub levels: HomeLevels,
    /// Below 1: behind the plan.
    pub pace: f64,
    pub block: HomeBlock,
}

impl From<home::HomePage> for HomePage {
    fn from(page: home::HomePage) -> Self {
        let mut problems = Vec::new();
        let mut kept =
            |block: &str, error: &yh_app::AppError| problems.push(HomeProblem { block: block.to_owned(), problem: Problem::of(error) });
        let headline = page
            .headline
            .inspect_err(|error| kept("headline", error))
            .ok()
            .map(|found| HomeHeadline { day: HomeBlock::from(&found.day), trend: HomeBlock::from(&found.trend) });
        let event = page.event.and_then(|found| found.inspect_err(|error| kept("event", error)).ok()).map(|event| HomeEvent::from(&event));
        let why = page
            .why
            .and_then(|found| found.inspect_err(|error| kept("why", error)).ok())
            .map(|found| HomeWhy { why: Why::from(&found.why), request: WhyRequest::from(found.question) });
        let progress =
            page.progress.and_then(|found| found.inspect_err(|error| kept("progress", error)).ok()).map(|goal| HomeGoal::from(&goal));
        let budget =
            page.budget.and_then(|found| found.inspect_err(|error| kept("budget", error)).ok()).map(|budget| HomeBudget::from(&budget));
        let rankings = page.rankings.into_iter().filter_map(|found| found.inspect_err(|error| kept("rankings", error)).ok());
        let rankings = rankings.map(|ranked| HomeRanking::from(&ranked)).collect();
        let reds = page.reds.inspect_err(|error| kept("reds", error)).unwrap_or_default();
        let reds = reds.iter().map(HomeRed::from).collect();
        Self {
            day: Some(page.day.to_string()),
            as_of: Some(page.as_of.to_string()),
            path: page.path.map(str::to_owned),
            path_wanted: yh_model::home::PATH.to_owned(),
            sources: page.sources.iter().map(HomeSource::from).collect(),
            missing: page.missing.into_iter().map(|(dataset, label)| HomeMissing { dataset, label: Label::from(&label) }).collect(),
            headline,
            event,
            why,
            progress,
            dangers: page.dangers.iter().map(HomeDanger::from).collect(),
            budget,
            rankings,
            reds,
            approvals: page.approvals,
            problems,
        }
    }
}

impl From<&home::Source> for HomeSource {
    fn from(source: &home::Source) -> Self {
        Self { dataset: source.dataset.clone(), label: Label::from(&source.label), as_of: source.as_of.to_string(), late: source.late }
    }
}

impl From<&home::Block> for HomeBlock {
    fn from(block: &home::Block) -> Self {
        Self { query: Query::from(&block.question), answer: Answer::from(&block.answer) }
    }
}

impl From<&home::Event> for HomeEvent {
    fn from(event: &home::Event) -> Self {
        let month = |month: &home::Month| HomeMonth {
            period: period(month.period, month.elapsed),
            block: HomeBlock::from(&month.block),
            levels: HomeLevels::from(&month.levels),
        };
        Self {
            promotion: Label::from(&event.promotion),
            year: event.year,
            platform: event.platform.clone(),
            phase: event.phase.as_ref().map(Label::from),
            block: HomeBlock::from(&event.block),
            month: event.month.as_ref().map(month),
        }
    }
}

impl From<&home::Levels> for HomeLevels {
    fn from(levels: &home::Levels) -> Self {
        Self {
            floor: levels.floor.map(number),
            target: number(levels.target),
            stretch: levels.stretch.map(number),
            planned: number(levels.planned),
        }
    }
}

impl From<&home::Goal> for HomeGoal {
    fn from(goal: &home::Goal) -> Self {
        let point = |(day, planned): &(jiff::civil::Date, Decimal)| HomePathDay { day: day.to_string(), planned: number(*planned) };
        Self {
            period: period(goal.period, goal.elapsed),
            block: HomeBlock::from(&goal.block),
            daily: HomeBlock::from(&goal.daily),
            levels: goal.levels.as_ref().map(HomeLevels::from),
            gap: goal.gap.map(number),
            needed: goal.needed.map(number),
            path: goal.path.iter().map(point).collect(),
            adds_up: goal.adds_up,
        }
    }
}

impl From<&home::DangerCount> for HomeDanger {
    fn from(danger: &home::DangerCount) -> Self {
        Self {
            metric: danger.metric.clone(),
            label: Label::from(&danger.label),
            limit: number(danger.limit),
            block: danger.block.as_ref().ok().map(HomeBlock::from),
            problem: danger.block.as_ref().err().map(Problem::of),
        }
    }
}

impl From<&home::BudgetUse> for HomeBudget {
    fn from(budget: &home::BudgetUse) -> Self {
        Self {
            period: period(budget.period, budget.elapsed),
            spent: HomeBlock::from(&budget.spent),
            plan: budget.plan.as_ref().map(HomeBlock::from),
            target: budget.target.as_ref().map(HomeLevels::from),
        }
    }
}

impl From<&home::Ranked> for HomeRanking {
    fn from(ranked: &home::Ranked) -> Self {
        Self {
            label: Label::from(&ranked.label),
            period: period(ranked.period, ranked.elapsed),
            block: HomeBlock::from(&ranked.block),
            targets: ranked.targets.iter().map(|levels| levels.as_ref().map(HomeLevels::from)).collect(),
            questions: ranked.questions.iter().map(Query::from).collect(),
        }
    }
}

impl From<&home::Red> for HomeRed {
    fn from(red: &home::Red) -> Self {
        Self {
            metric: red.metric.clone(),
            label: Label::from(&red.label),
            owner: red.owner.clone(),
            period: period(red.period, red.elapsed),
            levels: HomeLevels::from(&red.levels),
            pace: red.pace,
            block: HomeBlock::from(&red.block),
        }
    }
}

fn period(period: yh_model::Period, (days_passed, days): (i32, i32)) -> HomePeriod {
    HomePeriod { name: period.to_string(), days_passed, days }
}

fn number(value: Decimal) -> f64 {
    value.to_f64().unwrap_or(f64::NAN)
}
