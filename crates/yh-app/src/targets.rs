//! Targets from files, grids and forms; from draft to approved.

pub mod cascade;
pub mod check;
pub(crate) mod file;
pub mod market;
pub mod path;
pub mod propose;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path as FilePath,
};

use rust_decimal::Decimal;
use yh_metrics::Access;
use yh_model::{Direction, Period, target::Target};

pub use file::target_template;
pub use yh_records::{Approval, State, StoredTarget, Verdict};

use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    catalog::list_dimension_values,
    compare::same_segment,
    people::{PERSON, list_assignments},
    settings,
};

/// What came of a target file or grid.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TargetReport {
    pub read: usize,
    /// New or changed targets; the others stood already.
    pub recorded: usize,
    pub rejected: Vec<TargetReject>,
}

/// A refused line of a target file, or a refused row of a grid, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetReject {
    pub line: usize,
    pub column: String,
    pub value: String,
    pub reason: String,
}

/// A target as text, from a line or a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetText {
    pub metric: String,
    pub dimension: String,
    pub segment: String,
    pub period: String,
    pub floor: String,
    pub target: String,
    pub stretch: String,
    pub reason: String,
}

impl From<&Target> for TargetText {
    fn from(target: &Target) -> Self {
        let (dimension, segment) = target.segment.clone().unwrap_or_default();
        let level = |level: Option<Decimal>| level.map(|level| level.to_string()).unwrap_or_default();
        Self {
            metric: target.metric.clone(),
            dimension,
            segment,
            period: target.period.to_string(),
            floor: level(target.floor),
            target: target.target.to_string(),
            stretch: level(target.stretch),
            reason: target.reason.clone(),
        }
    }
}

/// Which target.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetKey {
    pub metric: String,
    pub segment: Option<(String, String)>,
    pub period: Period,
}

/// The target of a metric and segment in a period by its name.
pub async fn target_key(app: &App, metric: &str, segment: Option<(String, String)>, period: &str) -> Result<TargetKey> {
    let period = app.definitions().await?.calendar.period(period)?;
    Ok(TargetKey { metric: metric.to_owned(), segment, period })
}

/// Rows of one grid or file.
pub const MAX_ROWS: usize = 100_000;

/// Records one target from a form; returns whether it is new.
pub async fn set_target(app: &App, text: &TargetText) -> Result<bool> {
    let report = set_targets(app, std::slice::from_ref(text), None).await?;
    match report.rejected.first() {
        Some(reject) => {
            let message = format!("{} '{}': {}", reject.column, reject.value, reject.reason);
            Err(AppError::new(ErrorKind::Input, "target", message).hint("mend the field and save again"))
        }
        None => Ok(report.recorded == 1),
    }
}

/// Checks one target as text, without recording it.
pub async fn read_target(app: &App, text: &TargetText) -> Result<Target> {
    let definitions = app.definitions().await?;
    parse(&definitions, text).map_err(|(column, value, reason)| {
        AppError::new(ErrorKind::Input, "target", format!("{column} '{value}': {reason}")).hint("mend the field and save again")
    })
}

/// Records the rows of a grid, all or none; `approved_by` names who has approved them elsewhere.
pub async fn set_targets(app: &App, texts: &[TargetText], approved_by: Option<&str>) -> Result<TargetReport> {
    record(app, &numbered(texts), &approval(app, approved_by)?).await
}

/// Records rows as drafts, which count only once another person has approved them, whatever the project asks for.
pub async fn draft_targets(app: &App, texts: &[TargetText]) -> Result<TargetReport> {
    record(app, &numbered(texts), &Approval::draft()).await
}

fn numbered(texts: &[TargetText]) -> Vec<(usize, TargetText)> {
    texts.iter().cloned().enumerate().map(|(index, text)| (index + 1, text)).collect()
}

/// Imports a CSV or XLSX file; a file with any refused line records nothing.
pub async fn import_targets(app: &App, path: &FilePath, approved_by: Option<&str>) -> Result<TargetReport> {
    record(app, &file::read_table(path)?, &approval(app, approved_by)?).await
}

/// Lists the targets in force, optionally of one metric.
pub async fn list_targets(app: &App, metric: Option<&str>) -> Result<Vec<StoredTarget>> {
    let found = app.records.list_targets(metric).await?;
    if let Some(metric) = metric.filter(|_| found.is_empty()) {
        app.definitions().await?.metric(metric)?;
    }
    Ok(found)
}

/// Reads the targets in force.
pub(crate) async fn targets_in_force(app: &App) -> Result<Vec<Target>> {
    Ok(app.records.list_targets(None).await?.into_iter().map(|stored| stored.target).collect())
}

/// Lists drafts and submitted versions that are newer than what is in force.
pub async fn list_pending(app: &App) -> Result<Vec<StoredTarget>> {
    Ok(app.records.list_pending_targets().await?)
}

/// Lists every version of one target, the first first.
pub async fn list_versions(app: &App, key: &TargetKey) -> Result<Vec<StoredTarget>> {
    Ok(app.records.list_target_versions(&key.metric, key.segment.as_ref(), &key.period.to_string()).await?)
}

/// Submits drafts for approval; `by` names who acts, the program's user when absent.
pub async fn submit_targets(app: &App, ids: &[i64], by: Option<&str>) -> Result<()> {
    Ok(app.records.submit_targets(ids, &app.stamp_as(by)?).await?)
}

/// Approves or rejects submitted targets; never by who made or submitted them.
pub async fn decide_targets(app: &App, ids: &[i64], verdict: Verdict, note: &str, by: Option<&str>) -> Result<()> {
    if verdict == Verdict::Reject && note.trim().is_empty() {
        let message = "a rejection needs a reason";
        return Err(AppError::new(ErrorKind::Input, "note", message).hint("say what should be changed"));
    }
    Ok(app.records.decide_targets(ids, verdict, note.trim(), &app.stamp_as(by)?).await?)
}

/// Whether what is recorded counts only when another person has approved it.
pub fn is_approval_required(app: &App) -> bool {
    app.project.settings.approval == settings::Approval::Required
}

/// How what is recorded now stands: in force at once, or a draft.
pub(crate) fn approval(app: &App, approved_by: Option<&str>) -> Result<Approval> {
    let stamp = app.stamp();
    match approved_by.map(str::trim) {
        Some(by) if by == stamp.by => {
            let message = format!("{by} cannot approve what {by} records");
            Err(AppError::new(ErrorKind::Input, "same-person", message).hint("name the other person who approved it"))
        }
        Some(by) => Ok(Approval::approved(Some(&app.stamp_as(Some(by))?.by), &stamp)),
        None if is_approval_required(app) => Ok(Approval::draft()),
        None => Ok(Approval::approved(None, &stamp)),
    }
}

async fn record(app: &App, lines: &[(usize, TargetText)], approval: &Approval) -> Result<TargetReport> {
    if lines.len() > MAX_ROWS {
        let message = format!("{} targets at once are too many", lines.len());
        return Err(AppError::new(ErrorKind::Limit, "too-many", message).hint(format!("record at most {MAX_ROWS} at a time")));
    }
    let definitions = app.definitions().await?;
    let in_force = app.records.list_targets(None).await?;
    let mut check = Check {
        app,
        definitions: &definitions,
        in_force: in_force.iter().map(|stored| (key(&stored.target), &stored.target)).collect(),
        segments: BTreeMap::new(),
    };
    let mut report = TargetReport { read: lines.len(), ..TargetReport::default() };
    let mut targets = Vec::new();
    let mut seen = BTreeMap::new();
    for (line, text) in lines {
        let checked = match check.target(text).await? {
            Ok(target) => match seen.insert(key(&target), *line) {
                Some(first) => Err(("segment", text.segment.clone(), format!("line {first} has the same metric, segment and period"))),
                None => Ok(target),
            },
            Err(refusal) => Err(refusal),
        };
        match checked {
            Ok(target) => targets.push(target),
            Err((column, value, reason)) => report.rejected.push(TargetReject { line: *line, column: column.to_owned(), value, reason }),
        }
    }
    if report.rejected.is_empty() {
        report.recorded = app.records.record_targets(&targets, approval, &app.stamp()).await?;
    }
    Ok(report)
}

/// The column, its value, and why it is refused.
type Refusal = (&'static str, String, String);
type Key = (String, String, String, String);

fn key(target: &Target) -> Key {
    let (dimension, segment) = target.segment.clone().unwrap_or_default();
    (target.metric.clone(), target.period.to_string(), dimension, segment)
}

/// Checks lines one by one; what is known of segments is asked once.
struct Check<'a> {
    app: &'a App,
    definitions: &'a Definitions,
    in_force: BTreeMap<Key, &'a Target>,
    /// Values by (metric, dimension).
    segments: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Check<'_> {
    async fn target(&mut self, text: &TargetText) -> Result<std::result::Result<Target, Refusal>> {
        let target = match parse(self.definitions, text) {
            Ok(target) => target,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Some((dimension, segment)) = &target.segment {
            let known = self.known_segments(&target.metric, dimension).await?;
            if !known.is_empty() && !known.contains(segment) {
                let near = yh_model::issue::nearest(segment, known.iter().map(String::as_str));
                let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
                return Ok(Err(("segment", segment.clone(), format!("{dimension} has no such value{near}"))));
            }
        }
        let revises = self
            .in_force
            .get(&key(&target))
            .is_some_and(|old| (old.floor, old.target, old.stretch) != (target.floor, target.target, target.stretch));
        if revises && target.reason.is_empty() {
            return Ok(Err(("reason", String::new(), "a revision needs a reason".into())));
        }
        Ok(Ok(target))
    }

    /// Values of a dimension, in the metric's rows or in a table of its own; empty while there are no data.
    async fn known_segments(&mut self, metric: &str, dimension: &str) -> Result<&BTreeSet<String>> {
        let key = (metric.to_owned(), dimension.to_owned());
        if !self.segments.contains_key(&key) {
            let values = segment_values(self.app, metric, dimension).await?;
            self.segments.insert(key.clone(), values);
        }
        Ok(&self.segments[&key])
    }
}

/// Values that a dimension of a metric has.
pub(crate) async fn segment_values(app: &App, metric: &str, dimension: &str) -> Result<BTreeSet<String>> {
    if dimension == PERSON {
        return Ok(list_assignments(app).await?.into_iter().map(|assignment| assignment.person).collect());
    }
    let definitions = app.definitions().await?;
    let mut values = BTreeSet::new();
    let Some(name) = dimension_name(&definitions, metric, dimension) else { return Ok(values) };
    for metric in [Some(metric), None] {
        // Not every dimension can be listed without a metric.
        if let Ok(found) = list_dimension_values(app, &Access::all(), &name, metric, None, usize::MAX).await {
            values.extend(found);
        }
    }
    Ok(values)
}

/// The name by which a metric is grouped by a target's dimension; `store_id` and `order__store_id` name one dimension.
pub(crate) fn dimension_name(definitions: &Definitions, metric: &str, dimension: &str) -> Option<String> {
    let names: Vec<String> = yh_metrics::dimensions(&definitions.catalog, metric).into_iter().map(|dimension| dimension.name).collect();
    let exact = names.iter().find(|name| *name == dimension);
    let pair = |name: &str| Some((name.to_owned(), String::new()));
    exact.or_else(|| names.iter().find(|name| same_segment(pair(name).as_ref(), pair(dimension).as_ref()))).cloned()
}

fn parse(definitions: &Definitions, text: &TargetText) -> std::result::Result<Target, Refusal> {
    let name = text.metric.trim();
    let metric = definitions.metric(name).map_err(|error| {
        let hint = error.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
        ("metric", name.to_owned(), format!("{}{hint}", error.message))
    })?;
    let period =
        definitions.calendar.period(&text.period).map_err(|error| ("period", text.period.clone(), format!("{error}; {}", error.hint())))?;
    let segment = segment(&text.dimension, &text.segment)?;
    if let Some((dimension, _)) = &segment
        && dimension != PERSON
        && dimension_name(definitions, name, dimension).is_none()
    {
        return Err(("dimension", dimension.clone(), format!("{name} cannot be grouped by it")));
    }
    let target = number("target", &text.target)?.ok_or(("target", String::new(), "a target is needed".to_owned()))?;
    let (floor, stretch) = (number("floor", &text.floor)?, number("stretch", &text.stretch)?);
    let target = Target { metric: name.to_owned(), segment, period, floor, target, stretch, reason: text.reason.trim().to_owned() };
    if metric.direction != Direction::Band {
        target.check_levels(metric.direction).map_err(|error| ("target", text.target.clone(), error.to_string()))?;
    }
    Ok(target)
}

/// A dimension and its value as texts; both empty are the company.
pub(crate) fn segment(dimension: &str, segment: &str) -> std::result::Result<Option<(String, String)>, Refusal> {
    match (dimension.trim(), segment.trim()) {
        ("", "") => Ok(None),
        ("", _) => Err(("dimension", String::new(), "a segment needs the dimension it belongs to".into())),
        (_, "") => Err(("segment", String::new(), "a dimension needs the segment's value".into())),
        (dimension, segment) => Ok(Some((dimension.to_owned(), segment.to_owned()))),
    }
}

/// Reads `1,234.5`, `¥1234.5`, `12.5%` (as 0.125), `1.2万` and `0.3亿`.
pub fn number(column: &'static str, text: &str) -> std::result::Result<Option<Decimal>, Refusal> {
    let clean: String = text.chars().filter(|c| !matches!(c, ',' | '，' | ' ' | '¥' | '￥')).collect();
    if clean.is_empty() {
        return Ok(None);
    }
    let factors = [('%', Decimal::new(1, 2)), ('万', Decimal::from(10_000)), ('亿', Decimal::from(100_000_000))];
    let found = factors.into_iter().find_map(|(sign, factor)| Some((clean.strip_suffix(sign)?, factor)));
    let (digits, factor) = found.unwrap_or((&clean, Decimal::ONE));
    let wrong = || (column, text.to_owned(), "not a number".to_owned());
    let value: Decimal = digits.parse().map_err(|_| wrong())?;
    value.checked_mul(factor).map(Some).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, expect) in [("1,234.50", "1234.50"), ("¥1.2万", "12000.0"), ("12.5%", "0.125"), ("-3", "-3"), ("0.3亿", "30000000.0")]
        {
            assert_eq!(number("target", text).expect(text).map(|value| value.to_string()).as_deref(), Some(expect));
        }
        assert_eq!(number("target", " "), Ok(None));
        for wrong in ["many", "1.2.3", "79228162514264337593543950335万", "一万", "=1+1", "NaN", "1e5%%"] {
            assert!(number("target", wrong).is_err(), "{wrong}");
        }
    }
}
