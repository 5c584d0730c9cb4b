//! Printing frames: tables for people, JSON and CSV for programs.

use std::io::Write;

use clap::ValueEnum;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;
use yh_app::{AppError, ErrorKind, JsonRows, Result};
use yh_model::{Frame, Value, ValueKind};

/// How an answer is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    #[default]
    Table,
    Json,
    Csv,
    Xlsx,
}

/// A column in JSON answers.
#[derive(Serialize)]
pub struct JsonColumn<'a> {
    pub name: &'a str,
    pub r#type: &'static str,
}

/// `{"columns":[{"name","type"}],"rows":[[…]]}` and whatever is told beside them.
#[derive(Serialize)]
pub struct JsonAnswer<'a, Side: Serialize> {
    pub columns: Vec<JsonColumn<'a>>,
    pub rows: JsonRows<'a>,
    #[serde(flatten)]
    pub side: Side,
}

/// Nothing beside the rows.
#[derive(Serialize)]
pub struct NoSide {}

/// Prints a frame as JSON.
pub fn print_json<Side: Serialize>(frame: &Frame, side: Side) -> Result<()> {
    let columns = frame.columns.iter().map(|column| JsonColumn { name: &column.name, r#type: column.kind.name() }).collect();
    let answer = JsonAnswer { columns, rows: JsonRows(frame), side };
    let text = serde_json::to_string(&answer).map_err(|error| AppError::new(ErrorKind::Internal, "json", error.to_string()))?;
    print(text.as_bytes())?;
    print(b"\n")
}

/// Prints a frame as an aligned table; numbers to the right.
pub fn print_table(frame: &Frame, headers: &[String], show: impl Fn(usize, &Value) -> String) -> Result<()> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(headers);
    for row in 0..frame.height() {
        table.add_row(frame.columns.iter().enumerate().map(|(index, column)| show(index, &column.values[row])));
    }
    for (index, column) in frame.columns.iter().enumerate() {
        if matches!(column.kind, ValueKind::Integer | ValueKind::Number | ValueKind::Decimal)
            && let Some(column) = table.column_mut(index)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    print(table.to_string().as_bytes())?;
    print(b"\n")
}

/// Writes to standard output; a closed pipe ends quietly, as `| head` expects.
pub fn print(bytes: &[u8]) -> Result<()> {
    match std::io::stdout().write_all(bytes) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(AppError::new(ErrorKind::Internal, "output", error.to_string())),
        Ok(()) => Ok(()),
    }
}

/// A number with thousands separators and at most `decimals` decimals.
pub fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(whole, fraction)| (whole, Some(fraction)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out += fraction;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn groups_by_thousands() {
        for (value, decimals, expect) in [(0.0, 0, "0"), (1234567.891, 2, "1,234,567.89"), (-999.5, 1, "-999.5"), (-1000.0, 0, "-1,000")] {
            assert_eq!(grouped(value, decimals), expect);
        }
    }
}
