//! Answers and rows as files: XLSX with notes, CSV that spreadsheets open safely.

use rust_xlsxwriter::{Format as CellFormat, Workbook, Worksheet, XlsxError};
use yh_metrics::catalog::Format;
use yh_model::{Frame, Value};

use crate::{Answer, App, AppError, ErrorKind, Result, ask::label};

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

/// An answer as a workbook: the rows, and a sheet that says what each number means.
pub async fn xlsx(app: &App, answer: &Answer) -> Result<Vec<u8>> {
    let definitions = app.definitions().await?;
    let locale = &app.project.settings.locale;
    let build = || -> std::result::Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let bold = CellFormat::new().set_bold();
        let sheet = book.add_worksheet().set_name(if locale.starts_with("zh") { "数据" } else { "Data" })?;
        for (index, column) in answer.columns.iter().enumerate() {
            let index = index as u16;
            sheet.write_string_with_format(0, index, column.label.text(locale), &bold)?;
            sheet.set_column_width(index, 16)?;
            let format = number_format(column.format);
            for (row, value) in answer.frame.columns[index as usize].values.iter().enumerate() {
                write(sheet, row as u32 + 1, index, value, &format)?;
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        let notes = book.add_worksheet().set_name(if locale.starts_with("zh") { "口径" } else { "Notes" })?;
        notes.set_column_width(0, 24)?.set_column_width(1, 90)?;
        let mut lines: Vec<(String, String)> = Vec::new();
        for column in &answer.columns {
            let Some(metric) = definitions.catalog.metrics.get(&column.name) else { continue };
            lines.push((label(&metric.label).or_name(&metric.name).text(locale).to_owned(), metric.description.clone()));
            lines.push((String::new(), format!("{} · {}:{} · {}", metric.name, metric.origin.path, metric.origin.line, metric.revision)));
        }
        let as_of = answer.as_of.map(|day| day.to_string()).unwrap_or_default();
        lines.extend([
            ("as of".into(), as_of),
            ("revision".into(), answer.revision.clone()),
            ("snapshot".into(), answer.snapshot_id.to_string()),
        ]);
        for base in &answer.bases {
            lines.push((base.comparison.label().text(locale).to_owned(), base.words().text(locale).to_owned()));
        }
        lines.extend(answer.n.iter().map(|(metric, n)| (format!("n {metric}"), n.to_string())));
        lines.push(("SQL".into(), answer.sql.chars().take(32_000).collect()));
        for (row, (name, text)) in lines.iter().enumerate() {
            notes.write_string_with_format(row as u32, 0, name, &bold)?;
            notes.write_string(row as u32, 1, text)?;
        }
        book.save_to_buffer()
    };
    build().map_err(|error| AppError::new(ErrorKind::Internal, "xlsx", error.to_string()))
}

fn number_format(format: Option<Format>) -> CellFormat {
    CellFormat::new().set_num_format(match format {
        Some(Format::Money) => "#,##0.00",
        Some(Format::Percent) => "0.00%",
        Some(Format::Count) => "#,##0",
        _ => "General",
    })
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, value: &Value, format: &CellFormat) -> std::result::Result<(), XlsxError> {
    match value {
        Value::Null => Ok(()),
        Value::Boolean(value) => sheet.write_boolean(row, column, *value).map(|_| ()),
        Value::Integer(_) | Value::Number(_) | Value::Decimal(_) => {
            sheet.write_number_with_format(row, column, value.number().unwrap_or_default(), format).map(|_| ())
        }
        // Dates stay text in ISO form: they sort, and no spreadsheet turns them round.
        Value::Text(_) | Value::Date(_) | Value::Timestamp(_) => sheet.write_string(row, column, value.to_string()).map(|_| ()),
    }
}
