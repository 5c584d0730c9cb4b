//! `query`, `rows` and `metrics`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use serde::Serialize;
use yh_app::{
    Answer, AppError, Comparison, ErrorKind, Question, Result,
    lineage::{Cell, export_rows, trace_rows},
    names::{with_name_columns, with_names},
};
use yh_metrics::{Access, Duplicates, MetricQuery, catalog::Format};
use yh_model::Value;

use super::output::{NoSide, OutputFormat, grouped, print, print_json, print_table};

/// Flags as dbt's `mf query` has them.
#[derive(Args)]
pub struct Query {
    #[command(flatten)]
    question: QuestionArgs,
    /// Comma-separated columns to order by; a leading - descends.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    order: Vec<String>,
    #[arg(long)]
    limit: Option<u64>,
    /// Compare with: previous, previous_weekday, year_ago, year_ago_weekday, year_ago_lunar, promotion[:NAME][@PLATFORM],
    /// target, benchmark[:top3|:top10], segment:DIMENSION=VALUE.
    #[arg(long, value_delimiter = ',')]
    compare: Vec<String>,
    #[arg(long, value_enum, default_value_t)]
    format: OutputFormat,
    /// File for xlsx (standard output otherwise).
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// In csv, add a column of names after each dimension whose values have some.
    #[arg(long)]
    names: bool,
    /// Print the SQL that would run, and do not run it.
    #[arg(long)]
    explain: bool,
    /// dbt's semantic_manifest.json, instead of a project.
    #[arg(long, requires = "tables")]
    manifest: Option<PathBuf>,
    /// Folder of the manifest's tables: schema.table.parquet or .csv.
    #[arg(long, requires = "manifest")]
    tables: Option<PathBuf>,
    /// Only the smallest and largest value of the one group-by.
    #[arg(long)]
    min_max_only: bool,
    #[arg(long)]
    saved_query: Option<String>,
    /// Keep equal rows of a query without metrics.
    #[arg(long)]
    no_dedupe: bool,
    /// Only what this person answers for, day by day.
    #[arg(long, value_name = "PERSON", conflicts_with = "manifest")]
    mine: Option<String>,
}

/// What is asked for.
#[derive(Args)]
struct QuestionArgs {
    /// Comma-separated metrics.
    #[arg(long, value_delimiter = ',')]
    metrics: Vec<String>,
    /// Comma-separated dimensions, such as metric_time__month,order__channel.
    #[arg(long, value_delimiter = ',')]
    group_by: Vec<String>,
    /// Filter such as "{{ Dimension('order__channel') }} = 'app'"; may be repeated.
    #[arg(long = "where", value_name = "FILTER")]
    filters: Vec<String>,
    /// First day, or a period's name.
    #[arg(long)]
    start_time: Option<String>,
    /// Last day, included, or a period's name.
    #[arg(long)]
    end_time: Option<String>,
    /// One period: 2025-11, 2025-W46, 2025-Q4, FY2025, FY2025-Q2, FY2025-M03, an assessment period's name, 2025-11-01..2025-11-11.
    #[arg(long, conflicts_with_all = ["start_time", "end_time"])]
    period: Option<String>,
}

/// Source rows of one answered cell.
#[derive(Args)]
pub struct Rows {
    /// The metric of the cell.
    #[arg(long)]
    metric: String,
    #[command(flatten)]
    question: QuestionArgs,
    /// The cell's group-by values: metric_time__month=2011-05-01; may be repeated.
    #[arg(long = "cell", value_name = "NAME=VALUE")]
    cell: Vec<String>,
    /// One of the metric's inputs; the first when absent.
    #[arg(long)]
    input: Option<String>,
    #[arg(long, default_value_t = 0)]
    offset: u64,
    #[arg(long, default_value_t = 50)]
    limit: u64,
    /// All rows, not one page (csv only).
    #[arg(long)]
    all: bool,
    #[arg(long, value_enum, default_value_t)]
    format: OutputFormat,
}

/// The metric catalogue.
#[derive(Args)]
pub struct Metrics {
    /// Explain this metric.
    name: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    #[default]
    Table,
    Json,
}

impl QuestionArgs {
    fn query(self) -> MetricQuery {
        MetricQuery {
            metrics: self.metrics,
            group_by: self.group_by,
            where_: self.filters,
            start_time: self.start_time.or_else(|| self.period.clone()),
            end_time: self.end_time.or(self.period),
            ..MetricQuery::default()
        }
    }
}

impl Query {
    pub async fn run(self, project: &Path) -> Result<()> {
        let compare = self.compare.iter().map(|name| Comparison::parse(name)).collect::<Result<_>>()?;
        let query = MetricQuery {
            order: self.order,
            limit: self.limit,
            min_max_only: self.min_max_only,
            saved_query: self.saved_query,
            duplicates: if self.no_dedupe { Duplicates::Keep } else { Duplicates::Remove },
            ..self.question.query()
        };
        if let (Some(manifest), Some(tables)) = (&self.manifest, &self.tables) {
            if self.explain {
                return print(format!("{}\n", yh_app::manifest::explain_manifest(manifest, tables, &query)?).as_bytes());
            }
            let frame = yh_app::manifest::ask_manifest(manifest, tables, &query).await?;
            return match self.format {
                OutputFormat::Json => print_json(&frame, NoSide {}),
                OutputFormat::Csv => print(&yh_app::export::csv(&frame)?),
                OutputFormat::Table => {
                    let headers: Vec<String> = frame.columns.iter().map(|column| column.name.clone()).collect();
                    print_table(&frame, &headers, |_, value| value.to_string())
                }
                OutputFormat::Xlsx => {
                    Err(AppError::new(ErrorKind::Input, "format", "a manifest's answer has no xlsx form").hint("use --format csv"))
                }
            };
        }
        let app = super::open(project).await?;
        let access = Access::all();
        if self.explain {
            return print(format!("{}\n", yh_app::explain(&app, &access, &query).await?).as_bytes());
        }
        let question = Question { query, compare };
        let answer = match &self.mine {
            Some(person) => yh_app::mine::ask_mine(&app, &access, &question, person).await?,
            None => yh_app::ask(&app, &access, &question).await?,
        };
        match self.format {
            OutputFormat::Json => print_json(&answer.frame, Side::of(&answer)),
            OutputFormat::Csv if self.names => print(&yh_app::export::csv(&with_name_columns(&app, &access, &answer).await?.frame)?),
            OutputFormat::Csv => print(&yh_app::export::csv(&answer.frame)?),
            OutputFormat::Xlsx => {
                let bytes = yh_app::export::xlsx(&app, &access, &answer).await?;
                match &self.output {
                    Some(path) => yh_app::write_whole(path, bytes),
                    None => print(&bytes),
                }
            }
            OutputFormat::Table => print_answer(&with_names(&app, &access, &answer).await?, &app.project.settings.locale),
        }
    }
}

#[derive(Serialize)]
struct Side<'a> {
    n: BTreeMap<&'a str, u64>,
    as_of: Option<String>,
    partial: bool,
    settled: BTreeMap<&'a str, String>,
    period: Option<[String; 2]>,
    revision: &'a str,
    revisions: BTreeMap<&'a str, &'a str>,
    snapshot: i64,
    notes: &'a [String],
    comparisons: Vec<BaseSide>,
    truncated: bool,
}

/// What a comparison stands on.
#[derive(Serialize)]
struct BaseSide {
    comparison: String,
    start: Option<String>,
    /// Not included.
    end: Option<String>,
    base: String,
}

impl BaseSide {
    fn of(base: &yh_app::Base) -> Self {
        Self {
            comparison: base.comparison.to_string(),
            start: base.range.map(|range| range.start.to_string()),
            end: base.range.map(|range| range.end.to_string()),
            base: base.words().en,
        }
    }
}

impl<'a> Side<'a> {
    fn of(answer: &'a Answer) -> Self {
        Self {
            n: answer.n.iter().map(|(metric, n)| (metric.as_str(), *n)).collect(),
            as_of: answer.as_of.map(|day| day.to_string()),
            partial: answer.partial,
            settled: answer.settled.iter().map(|(metric, day)| (metric.as_str(), day.to_string())).collect(),
            period: answer.period.map(|(start, end)| [start.to_string(), end.to_string()]),
            revision: &answer.revision,
            revisions: answer.revisions.iter().map(|(metric, revision)| (metric.as_str(), revision.as_str())).collect(),
            snapshot: answer.snapshot_id,
            notes: &answer.notes,
            comparisons: answer.bases.iter().map(BaseSide::of).collect(),
            truncated: answer.truncated,
        }
    }
}

fn print_answer(answer: &Answer, locale: &str) -> Result<()> {
    let headers: Vec<String> = answer.columns.iter().map(|column| column.label.text(locale).to_owned()).collect();
    print_table(&answer.frame, &headers, |index, value| {
        let column = &answer.columns[index];
        let points = column.measure == Some(yh_app::Measure::Difference);
        show(value, column.format, points)
    })?;
    let n: Vec<String> = answer.n.iter().map(|(metric, n)| format!("{metric} n={n}")).collect();
    let as_of = answer.as_of.map_or_else(|| "no data".to_owned(), |day| day.to_string());
    let partial = if answer.partial { " · last period partial" } else { "" };
    print(format!("as of {as_of}{partial} · {} · revision {}\n", n.join(", "), answer.revision).as_bytes())?;
    let open = |day: &jiff::civil::Date| answer.period.is_some_and(|(_, end)| end > *day);
    for (metric, day) in answer.settled.iter().filter(|(_, day)| open(day)) {
        print(format!("{metric} is provisional after {day}\n").as_bytes())?;
    }
    for base in &answer.bases {
        let (label, words) = (base.comparison.label(), base.words());
        if !words.is_empty() {
            print(format!("{}: {}\n", label.text(locale), words.text(locale)).as_bytes())?;
        }
    }
    for note in &answer.notes {
        print(format!("note: {note}\n").as_bytes())?;
    }
    Ok(())
}

/// A cell as people read it; a difference of percentages is in points.
fn show(value: &Value, format: Option<Format>, points: bool) -> String {
    let number = |decimals| value.number().map(|number| grouped(number, decimals));
    let percent = |unit: &str| value.number().map(|number| format!("{}{unit}", grouped(number * 100.0, 2)));
    let shown = match (value, format) {
        (Value::Null, _) => Some("—".to_owned()),
        (Value::Timestamp(at), _) if at.time() == jiff::civil::Time::midnight() => Some(at.date().to_string()),
        (_, Some(Format::Money)) => number(2),
        (_, Some(Format::Percent)) => percent(if points { " pp" } else { "%" }),
        (_, Some(Format::Count)) => number(0),
        (Value::Number(_), _) => number(4),
        _ => None,
    };
    shown.unwrap_or_else(|| value.to_string())
}

impl Rows {
    pub async fn run(self, project: &Path) -> Result<()> {
        let mut values = Vec::new();
        for text in &self.cell {
            let Some((name, value)) = text.split_once('=') else {
                let error = AppError::new(ErrorKind::Input, "cell", format!("--cell {text} has no ="));
                return Err(error.hint("write for example --cell metric_time__month=2011-05-01"));
            };
            values.push((name.trim().to_owned(), Some(value.trim().to_owned())));
        }
        let mut query = self.question.query();
        if query.group_by.is_empty() {
            query.group_by = values.iter().map(|(name, _)| name.clone()).collect();
        }
        let cell = Cell { query, metric: self.metric, values, comparison: None };
        let app = super::open(project).await?;
        let access = Access::all();
        if self.all {
            return print(&yh_app::export::csv(&export_rows(&app, &access, &cell, self.input.as_deref()).await?)?);
        }
        let (page, _) = trace_rows(&app, &access, &cell, self.input.as_deref(), self.offset, self.limit).await?;
        let frame = with_origins(page.frame, &page.origins);
        match self.format {
            OutputFormat::Json => {
                #[derive(Serialize)]
                struct Total {
                    total: u64,
                    offset: u64,
                }
                print_json(&frame, Total { total: page.total, offset: page.offset })
            }
            OutputFormat::Csv => print(&yh_app::export::csv(&frame)?),
            OutputFormat::Table | OutputFormat::Xlsx => {
                let headers: Vec<String> = frame.columns.iter().map(|column| column.name.clone()).collect();
                print_table(&frame, &headers, |_, value| value.to_string())?;
                print(format!("{} of {} rows\n", frame.height(), page.total).as_bytes())
            }
        }
    }
}

/// Adds the file and line (or derived key) of each row.
fn with_origins(mut frame: yh_model::Frame, origins: &[yh_app::datasets::RowOrigin]) -> yh_model::Frame {
    use yh_app::datasets::RowOrigin;
    let text = |origin: &RowOrigin| match origin {
        RowOrigin::Line { import_id, file_name, line, file_hash, .. } => {
            format!("{file_name}:{line} import {import_id} sha256 {}", file_hash.get(..12).unwrap_or(file_hash))
        }
        RowOrigin::Derived { dataset, key } => {
            let key: Vec<String> = key.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("derived {dataset} {}", key.join(" "))
        }
    };
    let values = origins.iter().map(|origin| Value::Text(text(origin))).collect();
    frame.columns.push(yh_model::Column { name: "origin".to_owned(), kind: yh_model::ValueKind::Text, values });
    frame
}

impl Metrics {
    pub async fn run(self, project: &Path) -> Result<()> {
        let app = super::open(project).await?;
        let locale = app.project.settings.locale.clone();
        match &self.name {
            Some(name) => {
                let detail = yh_app::catalog::find_metric(&app, &Access::all(), name).await?;
                let text = format!(
                    "{} · {}\n{}\nformula: {}\ndefined: {}:{} revision {}\nused by: {}\n\n{}\n\n{}\n",
                    detail.card.name,
                    detail.card.label.text(&locale),
                    detail.card.description,
                    detail.formula,
                    detail.card.metric.origin.path,
                    detail.card.metric.origin.line,
                    detail.card.metric.revision,
                    detail.used_by.join(", "),
                    detail.yaml,
                    detail.sql,
                );
                print(text.as_bytes())
            }
            None => {
                for card in yh_app::catalog::list_metrics(&app).await? {
                    let line = match self.format {
                        ListFormat::Json => serde_json::json!({"name": card.name, "label": {"zh": card.label.zh, "en": card.label.en}, "kind": card.kind, "description": card.description}).to_string(),
                        ListFormat::Table => format!("{:32} {:10} {}", card.name, card.kind, card.label.text(&locale)),
                    };
                    print(format!("{line}\n").as_bytes())?;
                }
                Ok(())
            }
        }
    }
}
