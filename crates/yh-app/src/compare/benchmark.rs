//! Benchmarks (基准): figures of an industry from the `benchmarks` dataset, by metric, segment and period.

use jiff::civil::Date;
use rust_decimal::Decimal;
use yh_metrics::{Access, catalog::Format};
use yh_model::{Calendar, Frame, Label, Value, calendar::Days};

use super::{Asking, Compared, columns::differences, rows::Rows, target::segment};
use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    answer::{Answer, AnswerColumn, Base, BenchmarkLevel, Comparison, Role},
    app::Facts,
};

const DATASET: &str = "benchmarks";
/// A segment text that means all of the company.
const ALL: [&str; 5] = ["", "全部", "整体", "all", "company"];

pub(super) async fn compare(asking: &Asking<'_>, answer: &Answer, rows: &Rows<'_>, level: BenchmarkLevel) -> Result<Compared> {
    let comparison = Comparison::Benchmark(level);
    refuse_restricted(asking.access)?;
    let all = read(asking.app, asking.definitions, asking.facts).await?;
    let known: Vec<&Benchmark> = all.iter().filter(|benchmark| benchmark.is(level)).collect();
    let mut sources: Vec<String> = Vec::new();
    let mut values = Vec::new();
    for metric in answer.columns.iter().filter(|column| column.role == Role::Metric) {
        let value = |row: usize| {
            let segment = segment(asking, answer, rows, row)?;
            let found = find(&known, metric, segment.as_ref(), rows.days(&answer.frame, row)?)?;
            Some((found.value.clone(), found.source.clone()))
        };
        let found: Vec<Option<(Value, String)>> = (0..answer.frame.height()).map(value).collect();
        for (_, source) in found.iter().flatten() {
            if !source.is_empty() && !sources.contains(source) {
                sources.push(source.clone());
            }
        }
        values.push((metric.name.clone(), found.into_iter().map(|found| found.map_or(Value::Null, |(value, _)| value)).collect()));
    }
    let remark = match (known.is_empty(), sources.is_empty()) {
        (true, _) => Label::new("benchmarks 数据集中没有这类基准", "the benchmarks dataset has no such figures"),
        (false, true) => Label::new("没有对应指标、分段与周期的基准", "no figure for this metric, segment and period"),
        (false, false) => Label::new(format!("来源：{}", sources.join("，")), format!("source: {}", sources.join(", "))),
    };
    let base = Base {
        range: rows.whole(),
        remark,
        rows: (0..answer.frame.height()).map(|row| rows.range(&answer.frame, row)).collect(),
        comparison: comparison.clone(),
    };
    Ok(Compared { columns: differences(&comparison, answer, values), base })
}

struct Benchmark {
    metric: String,
    segment: String,
    days: Days,
    value: Value,
    percentile: Option<f64>,
    source: String,
    note: String,
}

impl Benchmark {
    fn is(&self, level: BenchmarkLevel) -> bool {
        let top3 = [&self.source, &self.note].iter().any(|text| text.to_uppercase().contains("TOP3") || text.contains("前三"));
        match level {
            BenchmarkLevel::Top3 => top3,
            BenchmarkLevel::Industry => !top3 && self.percentile.is_none_or(|percentile| percentile == 50.0),
            BenchmarkLevel::Top10 => !top3 && self.percentile == Some(90.0),
        }
    }

    /// Whether it is the segment's, or the company's where there is none.
    fn is_about(&self, segment: Option<&(String, String)>) -> bool {
        segment.map_or_else(|| ALL.contains(&self.segment.to_lowercase().as_str()), |(_, value)| *value == self.segment)
    }
}

/// Benchmarks are few and not the asker's own rows: they are read as a whole, like targets.
async fn read(app: &App, definitions: &Definitions, facts: &Facts) -> Result<Vec<Benchmark>> {
    let session = app.session(definitions, facts, &[DATASET.to_owned()]).await?;
    let frame = session.query("SELECT metric, segment, period, value, percentile, source, note FROM benchmarks").await?;
    Ok((0..frame.height()).filter_map(|row| benchmark(&definitions.calendar, &frame, row)).collect())
}

fn benchmark(calendar: &Calendar, frame: &Frame, row: usize) -> Option<Benchmark> {
    let text = |name: &str| match frame.cell(name, row) {
        Value::Null => String::new(),
        value => value.to_string(),
    };
    let period = calendar.period(&text("period")).ok()?;
    Some(Benchmark {
        metric: text("metric"),
        segment: text("segment"),
        days: period.into(),
        value: frame.cell("value", row).clone(),
        percentile: frame.cell("percentile", row).number(),
        source: text("source"),
        note: text("note"),
    })
}

/// The figure of the very period; a rate without one takes that of the shortest period around it.
fn find<'b>(known: &[&'b Benchmark], metric: &AnswerColumn, segment: Option<&(String, String)>, days: Days) -> Option<&'b Benchmark> {
    let mut fitting: Vec<&Benchmark> = known.iter().copied().filter(|one| one.metric == metric.name && one.is_about(segment)).collect();
    fitting.sort_by_key(|one| one.days.count());
    let rate = metric.format == Some(Format::Percent);
    let around = |one: &&&Benchmark| rate && one.days.contains(days.first) && one.days.contains(days.last);
    fitting.iter().find(|one| one.days == days).or_else(|| fitting.iter().find(around)).copied()
}

/// A benchmark of a metric and segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub level: BenchmarkLevel,
    pub value: Decimal,
    pub days: Days,
    pub source: String,
}

/// The latest benchmark of each level that ends before a day.
pub(crate) async fn figures_before(
    app: &App,
    definitions: &Definitions,
    facts: &Facts,
    (metric, segment): (&str, Option<&(String, String)>),
    before: Date,
) -> Result<Vec<Figure>> {
    let all = read(app, definitions, facts).await?;
    let fits = |one: &&Benchmark| one.metric == metric && one.is_about(segment) && one.days.last < before;
    let latest = |level: BenchmarkLevel| {
        let found = all.iter().filter(fits).filter(|one| one.is(level)).max_by_key(|one| one.days)?;
        Some(Figure { level, value: found.value.decimal()?, days: found.days, source: found.source.clone() })
    };
    Ok([BenchmarkLevel::Industry, BenchmarkLevel::Top3, BenchmarkLevel::Top10].into_iter().filter_map(latest).collect())
}

/// Whether the asker may not see all of a dataset.
pub(crate) fn is_restricted(access: &Access, dataset: &str) -> bool {
    access.rows.iter().any(|filter| filter.dataset == dataset) || access.masked.iter().any(|column| column.dataset == dataset)
}

fn refuse_restricted(access: &Access) -> Result<()> {
    if is_restricted(access, DATASET) {
        let error = AppError::new(ErrorKind::Input, "restricted", "your access to benchmarks is limited");
        return Err(error.hint("ask whoever grants access"));
    }
    Ok(())
}
