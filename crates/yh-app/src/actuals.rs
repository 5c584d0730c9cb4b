//! Actuals by hand (手工实绩): values of metrics without data, with who, when, why, evidence and who approved them.
//!
//! What counts is a record; on every change the counting values are written as a file and imported into the dataset
//! `manual_actuals`, so that such a metric is defined, asked for, scored and traced like any other.

use std::sync::{Arc, atomic::AtomicBool};

use yh_model::Grain;

pub use yh_records::{NewActual, StoredActual, Verdict};

use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    ask::measured_datasets,
    import::{ImportRequest, import_file},
    targets::{approval, number, segment, segment_values},
};

/// The dataset of actuals by hand.
pub const DATASET: &str = "manual_actuals";
const FILE_NAME: &str = "manual_actuals.csv";

/// An actual as text, from a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActualText {
    pub metric: String,
    pub dimension: String,
    pub segment: String,
    pub period: String,
    /// Empty takes the value back.
    pub value: String,
    pub reason: String,
    pub evidence: String,
}

/// Records one actual; it counts at once, or once another person has approved it (`targets.approval`).
pub async fn set_actual(app: &App, text: &ActualText, approved_by: Option<&str>) -> Result<i64> {
    let actual = check(app, text).await?;
    let approval = approval(app, approved_by)?;
    let id = app.records.record_actual(&actual, &approval, &app.stamp()).await?;
    write_facts(app).await?;
    Ok(id)
}

/// Lists every version, the newest first.
pub async fn list_actuals(app: &App) -> Result<Vec<StoredActual>> {
    Ok(app.records.list_actual_versions().await?)
}

/// Names of the metrics whose values are entered by hand, sorted.
pub async fn list_manual_metrics(app: &App) -> Result<Vec<String>> {
    let definitions = app.definitions().await?;
    let names = definitions.catalog.metrics.keys();
    let mut manual: Vec<String> = names.filter(|name| is_manual(&definitions, name)).cloned().collect();
    manual.sort_unstable();
    Ok(manual)
}

fn is_manual(definitions: &Definitions, metric: &str) -> bool {
    measured_datasets(&definitions.catalog, &[metric.to_owned()]) == [DATASET]
}

/// Submits drafts for approval; `by` names who acts.
pub async fn submit_actuals(app: &App, ids: &[i64], by: Option<&str>) -> Result<()> {
    Ok(app.records.submit_actuals(ids, &app.stamp_as(by)?).await?)
}

/// Approves or rejects submitted actuals; what is approved counts from then on.
pub async fn decide_actuals(app: &App, ids: &[i64], verdict: Verdict, note: &str, by: Option<&str>) -> Result<()> {
    app.records.decide_actuals(ids, verdict, note.trim(), &app.stamp_as(by)?).await?;
    write_facts(app).await
}

async fn check(app: &App, text: &ActualText) -> Result<NewActual> {
    let wrong = |(column, value, reason): (&'static str, String, String)| {
        AppError::new(ErrorKind::Input, "actual", format!("{column} '{value}': {reason}")).hint("mend the field and save again")
    };
    app.check_names(&[("name of the metric", &text.metric), ("name of the dimension", &text.dimension), ("segment", &text.segment)])?;
    let definitions = app.definitions().await?;
    let metric = text.metric.trim();
    definitions.metric(metric)?;
    if !is_manual(&definitions, metric) {
        let measured = measured_datasets(&definitions.catalog, &[metric.to_owned()]);
        let message = format!("{metric} is measured from {}, not entered by hand", measured.join(", "));
        return Err(AppError::new(ErrorKind::Input, "not-manual", message).hint(format!("only metrics over the dataset {DATASET} are")));
    }
    let period = definitions
        .calendar
        .period(&text.period)
        .map_err(|error| wrong(("period", text.period.clone(), format!("{error}; {}", error.hint()))))?;
    let segment = segment(&text.dimension, &text.segment).map_err(wrong)?;
    if text.reason.trim().is_empty() || text.evidence.trim().is_empty() {
        let column = if text.reason.trim().is_empty() { "reason" } else { "evidence" };
        return Err(wrong((column, String::new(), "a value by hand needs a reason and evidence: a link, a document, or words".into())));
    }
    let actual = NewActual {
        metric: metric.to_owned(),
        segment,
        period,
        value: number("value", &text.value).map_err(wrong)?,
        reason: text.reason.trim().to_owned(),
        evidence: text.evidence.trim().to_owned(),
    };
    check_level(app, &actual).await?;
    Ok(actual)
}

/// One metric is entered by one dimension and one grain, or a sum would count the same thing twice.
async fn check_level(app: &App, actual: &NewActual) -> Result<()> {
    let dimension = |actual: &NewActual| actual.segment.as_ref().map(|(dimension, _)| dimension.clone());
    if let Some((dimension, value)) = &actual.segment {
        // Values are known where the dimension has a table of its own or people are assigned to it.
        let known = segment_values(app, &actual.metric, dimension).await?;
        if !known.is_empty() && !known.contains(value) {
            return Err(AppError::unknown("segment", value, known.iter().map(String::as_str)));
        }
    }
    let others = app.records.list_actuals().await?;
    let other = others.iter().map(|stored| &stored.actual).find(|other| {
        other.metric == actual.metric
            && other.value.is_some()
            && (dimension(other) != dimension(actual) || other.period.grain() != actual.period.grain())
    });
    let Some(other) = other else { return Ok(()) };
    let by = dimension(other).unwrap_or_else(|| "company".to_owned());
    let message = format!("{} is entered by {by} and {}", actual.metric, other.period.grain().map_or("days", Grain::name));
    Err(AppError::new(ErrorKind::Input, "level", message).hint("enter it the same way; other levels are sums or means of it"))
}

/// Brings the dataset up to what counts.
async fn write_facts(app: &App) -> Result<()> {
    let counting = app.records.list_actuals().await?;
    let path = app.project.state_folder("manual")?.join(FILE_NAME);
    let failed = |error: csv::Error| AppError::new(ErrorKind::Internal, "csv", error.to_string());
    let mut writer = csv::Writer::from_path(&path).map_err(failed)?;
    let header = [
        "metric",
        "dimension",
        "segment",
        "period",
        "date",
        "value",
        "reason",
        "evidence",
        "version",
        "entered_by",
        "entered_at",
        "approved_by",
        "approved_at",
    ];
    writer.write_record(header).map_err(failed)?;
    for stored in &counting {
        let actual = &stored.actual;
        let (dimension, segment) = actual.segment.clone().unwrap_or_default();
        let (approved_by, approved_at) = stored.approval.decided.clone().unwrap_or_default();
        let row = [
            actual.metric.clone(),
            if dimension.is_empty() { COMPANY.to_owned() } else { dimension },
            if segment.is_empty() { COMPANY.to_owned() } else { segment },
            actual.period.to_string(),
            actual.period.last_day().to_string(),
            actual.value.map(|value| value.to_string()).unwrap_or_default(),
            actual.reason.clone(),
            actual.evidence.clone(),
            stored.version.to_string(),
            stored.by.clone(),
            stored.at.clone(),
            approved_by,
            approved_at,
        ];
        writer.write_record(row).map_err(failed)?;
    }
    writer.flush().map_err(|error| AppError::io(&path, error))?;
    drop(writer);
    if counting.is_empty() {
        return Ok(());
    }
    let request = ImportRequest { dataset: DATASET.to_owned(), path, file_name: FILE_NAME.to_owned(), ..ImportRequest::default() };
    let imported = import_file(app, &request, Arc::new(|_| {}), Arc::new(AtomicBool::new(false))).await?;
    if imported.report.rejected > 0 {
        let message = format!("{} actuals could not be written to {DATASET}", imported.report.rejected);
        return Err(AppError::new(ErrorKind::Internal, "actuals", message).hint("see `yunheng imports` for the lines"));
    }
    Ok(())
}

/// Dimension and segment of a value of the whole company, in the dataset.
const COMPANY: &str = "company";
