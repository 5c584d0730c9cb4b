//! `reconcile`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use rust_decimal::Decimal;
use yh_app::{
    App, Result,
    catalog::list_dimension_values,
    reconcile::{ListColumns, Practice, ReconcileRequest, Reconciliation, find_reconciliation, list_reconciliations, reconcile},
};
use yh_metrics::Access;

use super::{output::print, project::input_error};

/// Tie a metric to the platform's own figure, and keep what explains the difference.
#[derive(Args)]
pub struct Reconcile {
    #[arg(long, required_unless_present_any = ["list", "show"])]
    metric: Option<String>,
    #[arg(long, required_unless_present_any = ["list", "show"])]
    period: Option<String>,
    /// The platform's number.
    #[arg(long, allow_hyphen_values = true)]
    figure: Option<Decimal>,
    /// A metric that holds the platform's numbers, instead of --figure.
    #[arg(long, value_name = "METRIC", conflicts_with = "figure")]
    against: Option<String>,
    /// Only this store; short for --dimension store --segment STORE.
    #[arg(long, conflicts_with_all = ["dimension", "segment", "by"])]
    store: Option<String>,
    #[arg(long, requires = "segment")]
    dimension: Option<String>,
    #[arg(long, requires = "dimension")]
    segment: Option<String>,
    /// One reconciliation for every value of a dimension, with --against.
    #[arg(long, value_name = "DIMENSION", requires = "against")]
    by: Option<String>,
    #[command(flatten)]
    practice: PracticeArgs,
    /// The platform's list of rows (CSV or XLSX) behind the figure.
    #[arg(long, value_name = "FILE")]
    platform_file: Option<PathBuf>,
    /// Header of the list's row id.
    #[arg(long)]
    id_column: Option<String>,
    /// Header of the list's amount.
    #[arg(long)]
    amount_column: Option<String>,
    #[arg(long, default_value = "")]
    note: String,
    /// List what was reconciled, newest first.
    #[arg(long)]
    list: bool,
    /// Show a kept reconciliation.
    #[arg(long, value_name = "ID")]
    show: Option<i64>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How the platform counts; where nothing is said, the fewest usual practices that explain the figure exactly are found.
#[derive(Args)]
struct PracticeArgs {
    /// It counts excluded orders.
    #[arg(long)]
    with_excluded: bool,
    /// It counts orders of these statuses.
    #[arg(long, value_delimiter = ',')]
    statuses: Option<Vec<String>>,
    /// The time it dates by, such as placed_at.
    #[arg(long)]
    dated_by: Option<String>,
    /// When its day ends, such as 23:30.
    #[arg(long)]
    day_ends: Option<String>,
    /// Its time zone.
    #[arg(long)]
    timezone: Option<String>,
    /// The refund metric that it deducts.
    #[arg(long, value_name = "METRIC")]
    refunds: Option<String>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Table,
    Json,
}

impl Reconcile {
    pub async fn run(self, root: &Path) -> Result<()> {
        let app = super::open(root).await?;
        if self.list {
            return list(&app).await;
        }
        if let Some(id) = self.show {
            let (_, found) = find_reconciliation(&app, id).await?;
            return show(id, &found, self.format);
        }
        for segment in self.segments(&app).await? {
            let (id, found) = reconcile(&app, &Access::all(), &self.request(segment)).await?;
            show(id, &found, self.format)?;
        }
        Ok(())
    }

    fn request(&self, segment: Option<(String, String)>) -> ReconcileRequest {
        ReconcileRequest {
            metric: self.metric.clone().unwrap_or_default(),
            period: self.period.clone().unwrap_or_default(),
            segment,
            figure: self.figure,
            against: self.against.clone(),
            practice: self.practice.practice(),
            list: self.platform_file.clone(),
            columns: ListColumns { id: self.id_column.clone(), amount: self.amount_column.clone() },
            note: self.note.clone(),
        }
    }

    async fn segments(&self, app: &App) -> Result<Vec<Option<(String, String)>>> {
        if let Some(dimension) = &self.by {
            let metric = self.against.as_deref();
            let values = list_dimension_values(app, &Access::all(), dimension, metric, None, usize::MAX).await?;
            if values.is_empty() {
                return Err(input_error("no-segments", format!("{dimension} has no values"), "import the data first"));
            }
            return Ok(values.into_iter().map(|value| Some((dimension.clone(), value))).collect());
        }
        let own = self.dimension.clone().zip(self.segment.clone());
        Ok(vec![self.store.clone().map(|store| ("store".to_owned(), store)).or(own)])
    }
}

impl PracticeArgs {
    /// What is said, if anything is.
    fn practice(&self) -> Option<Practice> {
        let practice = Practice {
            with_excluded: self.with_excluded,
            statuses: self.statuses.clone(),
            dated_by: self.dated_by.clone(),
            day_ends: self.day_ends.clone(),
            timezone: self.timezone.clone(),
            refunds: self.refunds.clone(),
        };
        (practice != Practice::default()).then_some(practice)
    }
}

fn show(id: i64, found: &Reconciliation, format: Format) -> Result<()> {
    if format == Format::Json {
        return print(format!("{}\n", serde_json::json!({"id": id, "reconciliation": found})).as_bytes());
    }
    let segment = found.segment.as_deref().unwrap_or("company");
    let line = |label: &str, amount: Decimal, more: String| format!("  {label:28} {amount:>20.2}{more}\n");
    let mut text = format!("#{id} {} {} {segment}\n", found.metric, found.period);
    text += &line("platform", found.figure, String::new());
    text += &line("ours", found.ours, String::new());
    for part in &found.parts {
        let rows = part.rows.map(|rows| format!("  {rows} rows")).unwrap_or_default();
        text += &line(&part.kind.label().en, part.amount, rows);
    }
    text += &line("unexplained", found.unexplained, String::new());
    for note in &found.notes {
        text += &format!("  {note}\n");
    }
    print(text.as_bytes())
}

async fn list(app: &App) -> Result<()> {
    for stored in list_reconciliations(app).await? {
        let segment = if stored.dimension.is_empty() { "company" } else { &stored.segment };
        let line = format!(
            "#{} {} {} {segment} platform {} ours {} unexplained {} {} {} {}\n",
            stored.id, stored.metric, stored.period, stored.figure, stored.ours, stored.unexplained, stored.by, stored.at, stored.note
        );
        print(line.as_bytes())?;
    }
    Ok(())
}
