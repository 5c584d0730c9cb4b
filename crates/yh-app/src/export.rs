//! Answers and rows as files: XLSX with notes, CSV that spreadsheets open safely.

use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook, Worksheet, XlsxError};
use yh_metrics::{Access, catalog::Format};
use yh_model::{Frame, Value, ValueKind};

use crate::{Answer, AnswerColumn, App, AppError, Definitions, ErrorKind, Measure, Result, names::with_name_columns};

/// A frame as UTF-8 CSV with a byte-order mark, which Excel needs to read Chinese.
pub fn csv(frame: &Frame) -> Result<Vec<u8>> {
    let failed = |error: csv::Error| AppError::new(ErrorKind::Internal, "csv", error.to_string());
    let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    writer.write_record(frame.columns.iter().map(|column| column.name.as_str())).map_err(failed)?;
    for row in 0..frame.height() {
        writer.write_record(frame.columns.iter().map(|column| safe(&column.values[row]))).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| AppError::new(ErrorKind::Internal, "csv", error.to_string()))
}

/// Text that a spreadsheet would run as a formula is kept text.
fn safe(value: &Value) -> String {
    let text = value.to_string();
    match value {
        Value::Text(_) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        _ => text,
    }
}

/// An answer as a workbook: the rows with names beside ids, and a sheet that says what each number means.
pub async fn xlsx(app: &App, access: &Access, answer: &Answer) -> Result<Vec<u8>> {
    let definitions = app.definitions().await?;
    let answer = &with_name_columns(app, access, answer).await?;
    let locale = &app.project.settings.locale;
    let build = || -> std::result::Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let bold = CellFormat::new().set_bold();
        let sheet = book.add_worksheet().set_name(if locale.starts_with("zh") { "数据" } else { "Data" })?;
        write_rows(sheet, answer, locale)?;
        let sheet = book.add_worksheet().set_name(if locale.starts_with("zh") { "口径" } else { "Notes" })?;
        sheet.set_column_width(0, 24)?.set_column_width(1, 90)?;
        let mut lines = notes(&definitions, answer, locale);
        lines.push(("SQL".into(), answer.sql.chars().take(32_000).collect()));
        for (row, (name, text)) in lines.iter().enumerate() {
            sheet.write_string_with_format(row as u32, 0, name, &bold)?;
            sheet.write_string(row as u32, 1, text)?;
        }
        book.save_to_buffer()
    };
    build().map_err(|error| AppError::new(ErrorKind::Internal, "xlsx", error.to_string()))
}

/// Writes an answer's header and rows at the top of a sheet.
pub(crate) fn write_rows(sheet: &mut Worksheet, answer: &Answer, locale: &str) -> std::result::Result<(), XlsxError> {
    let bold = CellFormat::new().set_bold();
    for (index, column) in answer.columns.iter().enumerate() {
        let at = index as u16;
        sheet.write_string_with_format(0, at, column.label.text(locale), &bold)?;
        sheet.set_column_width(at, 16)?;
        let format = cell_format(column);
        for (row, value) in answer.frame.columns[index].values.iter().enumerate() {
            write(sheet, row as u32 + 1, at, value, column, &format)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// What each number of an answer means, and what is needed to find it again.
pub(crate) fn notes(definitions: &Definitions, answer: &Answer, locale: &str) -> Vec<(String, String)> {
    let mut lines: Vec<(String, String)> = Vec::new();
    for column in &answer.columns {
        let Some(metric) = definitions.catalog.metrics.get(&column.name) else { continue };
        lines.push((metric.label.or_name(&metric.name).text(locale).to_owned(), metric.description.clone()));
        lines.push((String::new(), format!("{} · {}:{} · {}", metric.name, metric.origin.path, metric.origin.line, metric.revision)));
    }
    let as_of = answer.as_of.map(|day| day.to_string()).unwrap_or_default();
    let word = |zh: &'static str, en: &'static str| if locale.starts_with("zh") { zh } else { en }.to_owned();
    lines.extend([
        (word("数据截至", "as of"), as_of),
        (word("定义版本", "revision"), answer.revision.clone()),
        (word("数据快照", "snapshot"), answer.snapshot_id.to_string()),
    ]);
    for base in answer.bases.iter().filter(|base| !base.words().is_empty()) {
        lines.push((base.comparison.label().text(locale).to_owned(), base.words().text(locale).to_owned()));
    }
    lines.extend(answer.n.iter().map(|(metric, n)| (format!("{} {metric}", word("样本数 n", "n")), n.to_string())));
    lines
}

/// A cell as people read it; text that a spreadsheet would run is kept text, for tables get pasted.
pub(crate) fn shown(value: &Value, column: &AnswerColumn) -> String {
    let percent = |unit: &str| value.number().map(|number| format!("{:.2}{unit}", number * 100.0));
    let found = match column.format {
        Some(Format::Percent) if column.measure == Some(Measure::Difference) => percent(" pp"),
        Some(Format::Percent) => percent("%"),
        Some(Format::Money) => value.number().map(|number| format!("{number:.2}")),
        _ => None,
    };
    found.unwrap_or_else(|| safe(value))
}

/// Whether a column holds differences of percentages: points, never a relative change.
fn is_points(column: &AnswerColumn) -> bool {
    column.format == Some(Format::Percent) && column.measure == Some(Measure::Difference)
}

fn cell_format(column: &AnswerColumn) -> CellFormat {
    let format = match (column.format, column.kind, column.grain.as_deref()) {
        (_, ValueKind::Date | ValueKind::Timestamp, Some("month" | "quarter")) => "yyyy-mm",
        (_, ValueKind::Date | ValueKind::Timestamp, Some("year")) => "yyyy",
        (_, ValueKind::Timestamp, Some("hour" | "minute") | None) => "yyyy-mm-dd hh:mm",
        (_, ValueKind::Date | ValueKind::Timestamp, _) => "yyyy-mm-dd",
        (Some(Format::Percent), ..) if is_points(column) => "0.00\" pp\"",
        (Some(Format::Money), ..) => "#,##0.00",
        (Some(Format::Percent), ..) => "0.00%",
        (Some(Format::Count), ..) => "#,##0",
        _ => "General",
    };
    CellFormat::new().set_num_format(format)
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    at: u16,
    value: &Value,
    column: &AnswerColumn,
    format: &CellFormat,
) -> std::result::Result<(), XlsxError> {
    let moment = match value {
        Value::Date(day) => Some(day.at(0, 0, 0, 0)),
        Value::Timestamp(moment) => Some(*moment),
        _ => None,
    };
    match (value, moment.and_then(|moment| excel_moment(moment).ok())) {
        (_, Some(moment)) => sheet.write_datetime_with_format(row, at, &moment, format).map(drop),
        (Value::Null, _) => Ok(()),
        (Value::Boolean(value), _) => sheet.write_boolean(row, at, *value).map(drop),
        (Value::Integer(_) | Value::Number(_) | Value::Decimal(_), _) => {
            let points = if is_points(column) { 100.0 } else { 1.0 };
            sheet.write_number_with_format(row, at, value.number().unwrap_or_default() * points, format).map(drop)
        }
        // A time before a spreadsheet's first day stays text.
        (Value::Text(_) | Value::Date(_) | Value::Timestamp(_), _) => sheet.write_string(row, at, value.to_string()).map(drop),
    }
}

fn excel_moment(moment: jiff::civil::DateTime) -> std::result::Result<ExcelDateTime, XlsxError> {
    let (year, month, day) = (moment.year().try_into().unwrap_or(0), moment.month().unsigned_abs(), moment.day().unsigned_abs());
    let (hour, minute) = (moment.hour().unsigned_abs(), moment.minute().unsigned_abs());
    ExcelDateTime::from_ymd(year, month, day)?.and_hms(hour.into(), minute, f64::from(moment.second()))
}
