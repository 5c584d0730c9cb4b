//! Target files: the template, and CSV or XLSX files read into texts.

use std::{io::Read, path::Path};

use yh_lake::import::{Limits, SheetValue, sheet_rows};

use super::TargetText;
use crate::{App, AppError, ErrorKind, Result, error::shown};

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
/// Targets are typed by people.
const MAX_CELLS: u64 = 1_000_000;

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

/// Reads a file's lines, each with its number; unfilled template lines are left out.
pub(super) fn read_table(path: &Path) -> Result<Vec<(usize, TargetText)>> {
    let mut rows = table_rows(path)?.into_iter();
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

/// The rows of a CSV file or of a workbook's first sheet, each with its line.
pub(crate) fn table_rows(path: &Path) -> Result<Vec<(usize, Vec<String>)>> {
    let size = path.metadata().map_err(|error| AppError::io(path, error))?.len();
    if size > MAX_FILE_BYTES {
        let message = format!("{} is larger than {} MB", shown(path), MAX_FILE_BYTES >> 20);
        return Err(AppError::new(ErrorKind::Limit, "file-too-large", message).hint("split it"));
    }
    let workbook = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    if workbook { workbook_rows(path) } else { csv_rows(path) }
}

fn csv_rows(path: &Path) -> Result<Vec<(usize, Vec<String>)>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(|error| AppError::io(path, error))?;
    let text = yh_lake::import::decode(&bytes);
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
    let limits = Limits { max_cells: MAX_CELLS, max_unpacked_bytes: MAX_FILE_BYTES, ..Limits::default() };
    let cell = |value: SheetValue| match value {
        SheetValue::Text(text) => text,
        SheetValue::Moment(text) => day_text(&text),
    };
    let rows = sheet_rows(path, limits)?.into_iter();
    Ok(rows.map(|(line, values)| (line as usize, values.into_iter().map(cell).collect())).collect())
}

/// A day as it is, or as its month for the first of a month: months typed into a spreadsheet become dates.
fn day_text(moment: &str) -> String {
    let day = moment.split(' ').next().unwrap_or_default();
    day.strip_suffix("-01").unwrap_or(day).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreadsheet_days_are_read() {
        assert_eq!((day_text("2025-11-01").as_str(), day_text("2025-11-11 12:00:00").as_str()), ("2025-11", "2025-11-11"));
    }
}
