//! Targets from files and forms.

use std::{io::Read, path::Path};

use rust_decimal::Decimal;
use yh_model::{Period, target::Target};

pub use yh_records::StoredTarget;

use crate::{App, AppError, Definitions, ErrorKind, Result};

/// What came of a target file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TargetReport {
    pub read: usize,
    /// New or changed targets; the others stood already.
    pub recorded: usize,
    pub rejected: Vec<TargetReject>,
}

/// A refused line of a target file.
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

/// Columns of the template and of target files, with the Chinese names also understood.
const COLUMNS: [(&str, &str); 8] = [
    ("metric", "指标"),
    ("dimension", "维度"),
    ("segment", "对象"),
    ("period", "周期"),
    ("floor", "保底"),
    ("target", "目标"),
    ("stretch", "冲刺"),
    ("reason", "原因"),
];
const MAX_FILE_BYTES: u64 = 50 << 20;

/// Records one target from a form.
pub async fn set_target(app: &App, text: &TargetText) -> Result<bool> {
    let definitions = app.definitions().await?;
    let target = check(&definitions, text).map_err(|(column, value, reason)| {
        AppError::new(ErrorKind::Input, "target", format!("{column} '{value}': {reason}")).hint("mend the field and save again")
    })?;
    Ok(app.records.record_targets(&[target], &app.stamp()).await? == 1)
}

/// Lists the targets in force, optionally of one metric.
pub async fn list_targets(app: &App, metric: Option<&str>) -> Result<Vec<StoredTarget>> {
    Ok(app.records.list_targets(metric).await?)
}

/// Imports a CSV or XLSX file; a file with any refused line records nothing.
pub async fn import_targets(app: &App, path: &Path) -> Result<TargetReport> {
    let definitions = app.definitions().await?;
    let lines = read_table(path)?;
    let mut report = TargetReport::default();
    let mut targets = Vec::new();
    for (line, text) in lines {
        report.read += 1;
        match check(&definitions, &text) {
            Ok(target) => targets.push(target),
            Err((column, value, reason)) => report.rejected.push(TargetReject { line, column: column.to_owned(), value, reason }),
        }
    }
    if report.rejected.is_empty() {
        report.recorded = app.records.record_targets(&targets, &app.stamp()).await?;
    }
    Ok(report)
}

/// A workbook with the columns and one line of example for each metric.
pub async fn target_template(app: &App) -> Result<Vec<u8>> {
    let definitions = app.definitions().await?;
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let failed = |error: rust_xlsxwriter::XlsxError| AppError::new(ErrorKind::Internal, "xlsx", error.to_string());
    for (index, (name, chinese)) in COLUMNS.iter().enumerate() {
        let header = if app.project.settings.locale.starts_with("zh") { chinese } else { name };
        sheet.write_string(0, index as u16, *header).map_err(failed)?;
        sheet.set_column_width(index as u16, 18).map_err(failed)?;
    }
    for (row, metric) in definitions.catalog.metrics.values().filter(|metric| !metric.is_private).enumerate() {
        sheet.write_string(row as u32 + 1, 0, &metric.name).map_err(failed)?;
    }
    book.save_to_buffer().map_err(failed)
}

type Refusal = (&'static str, String, String);

fn check(definitions: &Definitions, text: &TargetText) -> std::result::Result<Target, Refusal> {
    let metric = text.metric.trim();
    definitions.metric(metric).map_err(|error| {
        let hint = error.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
        ("metric", metric.to_owned(), format!("{}{hint}", error.message))
    })?;
    let period: Period =
        text.period.trim().parse().map_err(|error: yh_model::period::PeriodError| ("period", text.period.clone(), error.to_string()))?;
    let segment = match (text.dimension.trim(), text.segment.trim()) {
        ("", "") => None,
        ("", _) => return Err(("dimension", String::new(), "a segment needs the dimension it belongs to".into())),
        (_, "") => return Err(("segment", String::new(), "a dimension needs the segment's value".into())),
        (dimension, segment) => Some((dimension.to_owned(), segment.to_owned())),
    };
    let target = number("target", &text.target)?.ok_or(("target", String::new(), "a target is needed".to_owned()))?;
    let (floor, stretch) = (number("floor", &text.floor)?, number("stretch", &text.stretch)?);
    if let (Some(floor), Some(stretch)) = (floor, stretch)
        && (floor < target) != (target < stretch)
    {
        let reason = "floor, target and stretch must lie in order".to_owned();
        return Err(("target", text.target.clone(), reason));
    }
    Ok(Target { metric: metric.to_owned(), segment, period, floor, target, stretch, reason: text.reason.trim().to_owned() })
}

/// Reads `1,234.5`, `¥1234.5`, `12.5%` (as 0.125) and `1.2万`.
fn number(column: &'static str, text: &str) -> std::result::Result<Option<Decimal>, Refusal> {
    let clean: String = text.chars().filter(|c| !matches!(c, ',' | '，' | ' ' | '¥' | '￥')).collect();
    if clean.is_empty() {
        return Ok(None);
    }
    let (digits, factor) = match clean.strip_suffix('%') {
        Some(digits) => (digits, Decimal::new(1, 2)),
        None => clean.strip_suffix('万').map_or((clean.as_str(), Decimal::ONE), |digits| (digits, Decimal::from(10_000))),
    };
    let value: Decimal = digits.parse().map_err(|_| (column, text.to_owned(), "not a number".to_owned()))?;
    Ok(Some(value * factor))
}

fn read_table(path: &Path) -> Result<Vec<(usize, TargetText)>> {
    let size = path.metadata().map_err(|error| AppError::io(path, error))?.len();
    if size > MAX_FILE_BYTES {
        let message = format!("{} is larger than {} MB", path.display(), MAX_FILE_BYTES >> 20);
        return Err(AppError::new(ErrorKind::Limit, "file-too-large", message).hint("split it"));
    }
    let workbook = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    let rows = if workbook { workbook_rows(path)? } else { csv_rows(path)? };
    let mut rows = rows.into_iter();
    let Some((_, header)) = rows.next() else {
        return Err(AppError::new(ErrorKind::Input, "empty-file", "the file is empty").hint("start from `yunheng targets template`"));
    };
    let mut order = Vec::new();
    for name in &header {
        let name = name.trim();
        let position = COLUMNS.iter().position(|(english, chinese)| name.eq_ignore_ascii_case(english) || name == *chinese);
        if position.is_none() && !name.is_empty() {
            return Err(AppError::unknown("column", name, COLUMNS.iter().flat_map(|(english, chinese)| [*english, *chinese])));
        }
        order.push(position);
    }
    for needed in [0, 3, 5] {
        if !order.contains(&Some(needed)) {
            let (english, chinese) = COLUMNS[needed];
            let message = format!("the column {english} ({chinese}) is missing");
            return Err(AppError::new(ErrorKind::Input, "missing-column", message).hint("start from `yunheng targets template`"));
        }
    }
    let line = |(line, cells): (usize, Vec<String>)| {
        let mut text = TargetText::default();
        for (position, cell) in order.iter().zip(cells) {
            let fields = [
                &mut text.metric,
                &mut text.dimension,
                &mut text.segment,
                &mut text.period,
                &mut text.floor,
                &mut text.target,
                &mut text.stretch,
                &mut text.reason,
            ];
            if let Some(position) = position
                && let Some(field) = fields.into_iter().nth(*position)
            {
                *field = cell;
            }
        }
        (line, text)
    };
    // A template line that was not filled in is not a target.
    Ok(rows.map(line).filter(|(_, text)| !(text.target.trim().is_empty() && text.period.trim().is_empty())).collect())
}

fn csv_rows(path: &Path) -> Result<Vec<(usize, Vec<String>)>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(|error| AppError::io(path, error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| AppError::new(ErrorKind::Input, "encoding", "the file is not UTF-8").hint("save it as UTF-8, or as XLSX"))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| AppError::new(ErrorKind::Input, "csv", error.to_string()))?;
        let line = record.position().map_or(0, |position| position.line() as usize);
        rows.push((line, record.iter().map(str::to_owned).collect()));
    }
    Ok(rows)
}

fn workbook_rows(path: &Path) -> Result<Vec<(usize, Vec<String>)>> {
    use calamine::{Data, Reader};
    let wrong = |error: calamine::XlsxError| {
        AppError::new(ErrorKind::Input, "xlsx", format!("{}: {error}", path.display())).hint("save it again as XLSX")
    };
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).map_err(wrong)?;
    let range = book
        .worksheet_range_at(0)
        .ok_or_else(|| AppError::new(ErrorKind::Input, "empty-file", "the workbook has no sheet"))?
        .map_err(wrong)?;
    let cell = |data: &Data| match data {
        Data::Empty => String::new(),
        // Months typed into a spreadsheet become dates; the first day of a month means the month.
        Data::DateTime(at) => day_text(at.as_f64()),
        other => other.to_string(),
    };
    let first = range.start().map_or(0, |(row, _)| row as usize);
    Ok(range.rows().enumerate().map(|(index, row)| (first + index + 1, row.iter().map(cell).collect())).collect())
}

/// A spreadsheet's day number as `2025-11-11`, or `2025-11` for the first of a month.
fn day_text(days: f64) -> String {
    use jiff::ToSpan;
    // Spreadsheets count from here so that 1900-03-01, after their missing leap day, is day 61.
    let day = jiff::civil::date(1899, 12, 30).saturating_add((days.floor() as i64).clamp(0, 2_958_465).days());
    if day.day() == 1 { format!("{:04}-{:02}", day.year(), day.month()) } else { day.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreadsheet_days_are_read() {
        assert_eq!((day_text(45962.0).as_str(), day_text(45972.5).as_str()), ("2025-11", "2025-11-11"));
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, expect) in [("1,234.50", "1234.50"), ("¥1.2万", "12000.0"), ("12.5%", "0.125"), ("-3", "-3")] {
            assert_eq!(number("target", text).expect(text).map(|value| value.to_string()).as_deref(), Some(expect));
        }
        assert_eq!(number("target", " "), Ok(None));
        assert!(number("target", "many").is_err());
    }
}
