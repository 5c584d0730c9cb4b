//! The home page (工作台): what a director looks at every morning, answered as of the end of one business day.
//!
//! Every number is the answer of a question, so that each opens in lineage; a block that fails says why and leaves
//! the others alone.

mod choice;
mod event;
mod goal;
mod people;

use std::collections::BTreeSet;

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use yh_metrics::{Access, MetricQuery};
use yh_model::{
    Grain, Label, Period, Value,
    home::{Budget, Danger, Home, Named, PATH, Ranking},
    target::Target,
};

use crate::{
    Answer, App, Comparison, Definitions, Question, Result, Watermark,
    app::{Facts, earliest},
    ask::{ask_over, measure, measured_datasets, metric_label},
    compare::{no_rows, target_value},
    people::PERSON,
    targets::{list_pending, targets_in_force},
    why::{Why, WhyQuestion},
};

pub use event::{Event, Month};
pub use goal::{Goal, Levels, Red, target_progress};

/// Days of a headline metric's trend.
const TREND_DAYS: i32 = 30;
/// Segments listed in a ranking.
const RANKED: u64 = 50;

/// Which day, and of what.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HomeRequest {
    /// The business day; the last complete one when absent.
    pub day: Option<Date>,
    /// Filters of every number.
    pub where_: Vec<String>,
    /// Comparisons beside the headline instead of the page's own.
    pub compare: Option<Vec<Comparison>>,
}

/// The page as of the end of a business day.
#[derive(Debug)]
pub struct HomePage {
    pub day: Date,
    /// The last complete business day of what the page shows.
    pub as_of: Date,
    /// The file that defines the page; none when the program chose.
    pub path: Option<&'static str>,
    pub sources: Vec<Source>,
    /// Datasets without a row, for want of which a part of the page is not shown.
    pub missing: Vec<(String, Label)>,
    pub headline: Result<Headline>,
    pub event: Option<Result<Event>>,
    pub why: Option<Result<Explained>>,
    pub progress: Option<Result<Goal>>,
    pub dangers: Vec<DangerCount>,
    pub budget: Option<Result<BudgetUse>>,
    pub rankings: Vec<Result<Ranked>>,
    pub reds: Result<Vec<Red>>,
    /// Targets that wait for approval.
    pub approvals: usize,
}

/// How far a dataset reaches beside the page's day.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    pub dataset: String,
    pub label: Label,
    pub as_of: DateTime,
    /// It ends before the page's day.
    pub late: bool,
}

/// A question and its answer.
#[derive(Debug)]
pub struct Block {
    pub question: Question,
    pub answer: Answer,
}

/// The day's numbers, and those of the days before.
#[derive(Debug)]
pub struct Headline {
    pub day: Block,
    pub trend: Block,
}

/// A change and what it is made of.
#[derive(Debug)]
pub struct Explained {
    pub question: WhyQuestion,
    pub why: Why,
}

/// How much of a danger there is.
#[derive(Debug)]
pub struct DangerCount {
    pub metric: String,
    pub label: Label,
    pub limit: rust_decimal::Decimal,
    pub block: Result<Block>,
}

/// Spending so far, beside the plan of the whole period.
#[derive(Debug)]
pub struct BudgetUse {
    pub period: Period,
    /// Days passed and days of the period.
    pub elapsed: (i32, i32),
    pub spent: Block,
    pub plan: Option<Block>,
    /// The target of the spending, where there is no plan metric.
    pub target: Option<Levels>,
}

/// A metric by segment, each beside its target.
#[derive(Debug)]
pub struct Ranked {
    pub label: Label,
    pub period: Period,
    pub elapsed: (i32, i32),
    pub block: Block,
    /// The targets of the answer's rows, in its order.
    pub targets: Vec<Option<Levels>>,
    /// The question of each row where it is not a cell of the block's: what each person answers for.
    pub questions: Vec<MetricQuery>,
}

/// What every block of one page reads.
struct Asking<'a> {
    app: &'a App,
    access: &'a Access,
    definitions: &'a Definitions,
    facts: &'a Facts,
    day: Date,
    where_: &'a [String],
    /// Those in force.
    targets: Vec<Target>,
}

/// The home page; nothing when the project has no data that its metrics measure.
pub async fn home(app: &App, access: &Access, request: &HomeRequest) -> Result<Option<HomePage>> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    let chosen = chosen(&definitions, &facts);
    let Some(as_of) = complete_to(&definitions, &facts, &chosen) else { return Ok(None) };
    let day = request.day.unwrap_or(as_of);
    let targets = targets_in_force(app).await?;
    let asking = Asking { app, access, definitions: &definitions, facts: &facts, day, where_: &request.where_, targets };
    let approvals = list_pending(app).await?.len();
    let (headline, event, why, progress, dangers, budget, rankings, reds) = tokio::join!(
        asking.headline(&chosen, request.compare.as_deref()),
        asking.event(chosen.event.as_ref()),
        asking.why(&chosen),
        asking.progress(&chosen),
        asking.dangers(&chosen.dangers),
        asking.budget(chosen.budget.as_ref()),
        asking.rankings(&chosen.rankings),
        asking.reds(),
    );
    let path = definitions.home.is_some().then_some(PATH);
    let sources = sources(&definitions, &facts, &chosen, day);
    let missing = missing(&definitions, &facts);
    Ok(Some(HomePage { day, as_of, path, sources, missing, headline, event, why, progress, dangers, budget, rankings, reds, approvals }))
}

/// The last business day on which the data behind the headline are complete: what a page without a day of its own shows.
pub async fn as_of(app: &App) -> Result<Option<Date>> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    Ok(complete_to(&definitions, &facts, &chosen(&definitions, &facts)))
}

/// What the data allow of the project's page, or the program's choice.
fn chosen(definitions: &Definitions, facts: &Facts) -> Home {
    let allowed = |home: &Home| home.clone().keep(|metric| lacking(definitions, facts, &metric.name).is_empty());
    let own = definitions.home.as_ref().map(allowed).filter(|home| !home.headline.is_empty());
    own.unwrap_or_else(|| choice::automatic(definitions, facts))
}

/// The datasets without a row that a metric measures: "0" would be a false calm.
fn lacking(definitions: &Definitions, facts: &Facts, metric: &str) -> Vec<String> {
    let mut datasets = measured_datasets(&definitions.catalog, &[metric.to_owned()]);
    datasets.retain(|dataset| facts.rows(dataset) == 0);
    datasets
}

/// The datasets that the project's page measures and that have no rows.
fn missing(definitions: &Definitions, facts: &Facts) -> Vec<(String, Label)> {
    let metrics = definitions.home.iter().flat_map(Home::metrics);
    let datasets: BTreeSet<String> = metrics.flat_map(|metric| lacking(definitions, facts, &metric.name)).collect();
    datasets.into_iter().map(|dataset| (dataset.clone(), dataset_label(definitions, &dataset))).collect()
}

fn dataset_label(definitions: &Definitions, dataset: &str) -> Label {
    definitions.datasets.get(dataset).map_or_else(|| Label::same(dataset), |spec| spec.label.clone())
}

fn complete_to(definitions: &Definitions, facts: &Facts, home: &Home) -> Option<Date> {
    let shown: Vec<String> = home.headline.iter().map(|metric| metric.name.clone()).collect();
    earliest(&facts.watermarks(&measured_datasets(&definitions.catalog, &shown)))
}

/// How far the datasets of the page reach, the furthest behind first.
fn sources(definitions: &Definitions, facts: &Facts, home: &Home, day: Date) -> Vec<Source> {
    let names: Vec<String> = home.metrics().map(|metric| metric.name.clone()).collect();
    let source = |watermark: Watermark| Source {
        label: dataset_label(definitions, &watermark.dataset),
        late: watermark.day < day,
        as_of: watermark.as_of,
        dataset: watermark.dataset,
    };
    let mut sources: Vec<Source> = facts.watermarks(&measured_datasets(&definitions.catalog, &names)).into_iter().map(source).collect();
    sources.sort_by(|a, b| (a.as_of, &a.dataset).cmp(&(b.as_of, &b.dataset)));
    sources
}

impl Asking<'_> {
    /// The question of some metrics between two days, within the page's filters.
    fn query(&self, metrics: &[Named], first: Date, last: Date) -> MetricQuery {
        MetricQuery {
            metrics: metrics.iter().map(|metric| metric.name.clone()).collect(),
            where_: self.where_.to_vec(),
            start_time: Some(first.to_string()),
            end_time: Some(last.to_string()),
            ..MetricQuery::default()
        }
    }

    async fn block(&self, question: Question) -> Result<Block> {
        let answer = ask_over(self.app, self.access, self.definitions, self.facts, &question).await?;
        Ok(Block { question, answer })
    }

    /// A number without a sample size: beside others that carry one, a count, or one of many rows.
    async fn plain(&self, query: MetricQuery) -> Result<Block> {
        let answer = measure(self.app, self.access, self.definitions, self.facts, &query).await?;
        Ok(Block { question: Question { query, compare: Vec::new() }, answer })
    }

    async fn headline(&self, home: &Home, compare: Option<&[Comparison]>) -> Result<Headline> {
        let own = || home.compare.iter().filter_map(|name| Comparison::parse(&name.name).ok()).collect();
        let compare = compare.map_or_else(own, <[Comparison]>::to_vec);
        let day = Question { query: self.query(&home.headline, self.day, self.day), compare };
        let first = self.day.saturating_sub((TREND_DAYS - 1).days());
        let by_day = vec!["metric_time__day".to_owned()];
        let trend = MetricQuery { group_by: by_day.clone(), order: by_day, ..self.query(&home.headline, first, self.day) };
        let (day, trend) = tokio::join!(self.block(day), self.plain(trend));
        Ok(Headline { day: day?, trend: trend? })
    }

    async fn why(&self, home: &Home) -> Option<Result<Explained>> {
        let why = home.why.as_ref()?;
        let question = WhyQuestion {
            metric: why.metric.name.clone(),
            period: self.day.to_string(),
            against: why.against.name.clone(),
            where_: self.where_.to_vec(),
            ..WhyQuestion::default()
        };
        Some(crate::why::why(self.app, self.access, &question).await.map(|why| Explained { question, why }))
    }

    async fn dangers(&self, dangers: &[Danger]) -> Vec<DangerCount> {
        let mut counts = Vec::new();
        for danger in dangers {
            let label = match self.definitions.catalog.metrics.get(&danger.metric.name) {
                Some(metric) if danger.label.is_empty() => metric_label(metric),
                _ => danger.label.or_name(&danger.metric.name),
            };
            let block = self.plain(self.danger(danger)).await;
            counts.push(DangerCount { metric: danger.metric.name.clone(), label, limit: danger.limit, block });
        }
        counts
    }

    fn danger(&self, danger: &Danger) -> MetricQuery {
        let end = self.day.saturating_add(1.day()).at(0, 0, 0, 0);
        let (first, last) = danger.times_at(end);
        let text = |time: DateTime| Some(time.strftime("%Y-%m-%d %H:%M:%S").to_string());
        let mut query = self.query(std::slice::from_ref(&danger.metric), self.day, self.day);
        query.where_.extend(danger.filters_at(end));
        MetricQuery { start_time: text(first), end_time: text(last), ..query }
    }

    async fn budget(&self, budget: Option<&Budget>) -> Option<Result<BudgetUse>> {
        let budget = budget?;
        let period = Period::containing(budget.grain, self.day);
        let spent = Question { query: self.query(std::slice::from_ref(&budget.spent), period.start(), self.day), compare: Vec::new() };
        let used = async {
            let plan = match &budget.plan {
                Some(plan) => {
                    let mut query = self.query(std::slice::from_ref(plan), period.start(), period.last_day());
                    query.where_.extend(budget.plan_filters.iter().cloned());
                    Some(self.block(Question { query, compare: Vec::new() }).await?)
                }
                None => None,
            };
            let target = if plan.is_none() { self.levels(&budget.spent.name, period).await? } else { None };
            Ok(BudgetUse { period, elapsed: period.elapsed(self.day), spent: self.block(spent).await?, plan, target })
        };
        Some(used.await)
    }

    async fn rankings(&self, rankings: &[Ranking]) -> Vec<Result<Ranked>> {
        let mut ranked = Vec::new();
        for ranking in rankings {
            ranked.push(self.ranked(ranking).await);
        }
        ranked
    }

    async fn ranked(&self, ranking: &Ranking) -> Result<Ranked> {
        let period = Period::containing(ranking.grain, self.day);
        let metric = self.definitions.metric(&ranking.metric.name)?;
        let label = if ranking.label.is_empty() { metric_label(metric) } else { ranking.label.clone() };
        if ranking.by == PERSON {
            return self.people_ranked(ranking, label, period).await;
        }
        let query = MetricQuery {
            group_by: vec![ranking.by.clone()],
            order: vec![format!("-{}", metric.name)],
            limit: Some(RANKED),
            ..self.query(std::slice::from_ref(&ranking.metric), period.start(), self.day)
        };
        let mut block = self.plain(query).await?;
        self.add_absent(&mut block.answer, ranking, period);
        let segments = block.answer.frame.columns.first().map(|column| column.values.as_slice()).unwrap_or_default();
        let targets = self.levels_by(&metric.name, &ranking.by, segments, period).await?;
        Ok(Ranked { label, period, elapsed: period.elapsed(self.day), block, targets, questions: Vec::new() })
    }

    /// Adds the segments with a target of the period that no row has, for an asker who sees every row.
    fn add_absent(&self, answer: &mut Answer, ranking: &Ranking, period: Period) {
        if !self.where_.is_empty() || !self.access.rows.is_empty() {
            return;
        }
        let metric = &ranking.metric.name;
        let known: BTreeSet<String> = answer.frame.columns[0].values.iter().map(ToString::to_string).collect();
        let values: BTreeSet<&str> = self.targets.iter().filter_map(|target| target_value(target, &ranking.by)).collect();
        let absent = values
            .into_iter()
            .filter(|value| !known.contains(*value) && !self.targets(metric, Some((ranking.by.as_str(), *value)), period).is_empty());
        let room = (RANKED as usize).saturating_sub(answer.frame.height());
        for value in absent.take(room) {
            let nothing = no_rows(self.definitions, metric, answer.frame.columns[1].kind);
            answer.frame.push(vec![Value::Text(value.to_owned()), nothing]);
        }
    }
}

/// The grain whose targets are looked at for what is behind.
const RED_GRAIN: Grain = Grain::Month;
