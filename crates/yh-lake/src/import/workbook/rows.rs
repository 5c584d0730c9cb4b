//! The rows of a sheet as CSV records, so that everything after is the same as for text files.

use std::fmt::Write;
use std::ops::Range;

use calamine::ExcelDateTime;

use super::super::record::push_quoted;
use super::super::split::{CHUNK_BYTES, CellFlaw, Chunk, LineUnit, MAX_RECORD_BYTES};
use super::super::value::{Refusal, refusal};
use super::super::{ImportError, Limits};
use super::cells::{Cell, CellValue, Cells, address};
use super::merges::{Merged, Standing};

/// From here on a spreadsheet's numbers have lost digits.
const EXACT_INTEGERS: f64 = 1e15;

/// Few cells may stand for much text: from this size on, for so many times their own.
const MUCH_TEXT: u64 = 256 << 20;
const MAX_SPREAD: u64 = 20;

const ERROR_VALUE: Refusal = refusal("a spreadsheet error, not a value", "mend the formula of that cell and save the workbook again");
const UNCALCULATED: Refusal =
    refusal("a formula without a stored result", "open the workbook in a spreadsheet program, save it, and import it again");

/// One row: its number from 0 and its filled cells.
#[derive(Debug, Default)]
pub struct Row {
    pub number: u32,
    text: String,
    cells: Vec<Filled>,
}

/// A cell of a small sheet that is read as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetValue {
    Text(String),
    /// `2025-11-01`, or with a time of day `2025-11-01 10:00:00`.
    Moment(String),
}

#[derive(Debug)]
struct Filled {
    column: u32,
    text: Range<usize>,
    is_moment: bool,
    flaw: Option<Refusal>,
}

impl Row {
    /// The row's texts from the first column on.
    pub fn texts(&self) -> Vec<String> {
        let width = self.cells.iter().map(|cell| cell.column as usize + 1).max().unwrap_or(0);
        let mut texts = vec![String::new(); width];
        for cell in &self.cells {
            texts[cell.column as usize] = self.text[cell.text.clone()].to_owned();
        }
        texts
    }

    /// As `texts`, with the cells that hold a date told apart.
    pub fn values(&self) -> Vec<SheetValue> {
        let mut values: Vec<SheetValue> = self.texts().into_iter().map(SheetValue::Text).collect();
        for cell in self.cells.iter().filter(|cell| cell.is_moment) {
            values[cell.column as usize] = SheetValue::Moment(self.text[cell.text.clone()].to_owned());
        }
        values
    }

    fn clear(&mut self, number: u32) {
        self.number = number;
        self.text.clear();
        self.cells.clear();
    }

    fn push(&mut self, cell: &Cell) {
        let start = self.text.len();
        let flaw = match cell.value {
            CellValue::Error(_) => Some(ERROR_VALUE),
            CellValue::Uncalculated => Some(UNCALCULATED),
            _ => None,
        };
        push_value(&mut self.text, &cell.value);
        let is_moment = matches!(cell.value, CellValue::Moment(_));
        self.cells.push(Filled { column: cell.column, text: start..self.text.len(), is_moment, flaw });
    }

    /// Adds what stands for the row from merged ranges above.
    fn fill(&mut self, standing: &mut Standing) {
        let found = |column| {
            self.cells.binary_search_by_key(&column, |cell| cell.column).ok().map(|at| self.text[self.cells[at].text.clone()].to_owned())
        };
        for (column, text) in standing.pass(self.number, found) {
            let start = self.text.len();
            self.text.push_str(&text);
            self.cells.push(Filled { column, text: start..self.text.len(), is_moment: false, flaw: None });
        }
        self.settle();
    }

    /// Puts cells that came out of turn in theirs; of two at one place the later counts.
    fn settle(&mut self) {
        if self.cells.windows(2).any(|pair| pair[0].column >= pair[1].column) {
            self.cells.reverse();
            self.cells.sort_by_key(|cell| cell.column);
            self.cells.dedup_by_key(|cell| cell.column);
        }
    }
}

/// Gathers cells into rows.
pub struct Rows<'b> {
    cells: Cells<'b>,
    /// The row being read, and the one whose first cell ended it.
    row: Row,
    next: Option<Row>,
    spare: Row,
    standing: Standing,
    ended: bool,
}

impl<'b> Rows<'b> {
    pub fn new(cells: Cells<'b>) -> Self {
        Self { cells, row: Row::default(), next: None, spare: Row::default(), standing: Standing::default(), ended: false }
    }

    /// Lets the values of merged ranges stand for all their rows.
    pub fn with_merged(self, ranges: Vec<Merged>) -> Self {
        Self { standing: Standing::new(ranges), ..self }
    }

    /// Returns the next row that has cells.
    pub fn next(&mut self) -> Result<Option<&Row>, ImportError> {
        match self.next.take() {
            Some(next) => self.spare = std::mem::replace(&mut self.row, next),
            None if self.ended => return Ok(None),
            None => self.row.clear(0),
        }
        loop {
            let Some(cell) = self.cells.next()? else {
                self.ended = true;
                break;
            };
            if self.row.cells.is_empty() {
                self.row.number = cell.row;
            }
            if cell.row != self.row.number {
                if cell.row < self.row.number {
                    return Err(self.cells.wrong("its rows are not in order"));
                }
                let mut next = std::mem::take(&mut self.spare);
                next.clear(cell.row);
                next.push(&cell);
                self.next = Some(next);
                break;
            }
            self.row.push(&cell);
            if self.row.text.len() > MAX_RECORD_BYTES {
                return Err(ImportError::RecordTooLong { line: u64::from(self.row.number) + 1, limit: MAX_RECORD_BYTES });
            }
        }
        self.row.settle();
        if !self.row.cells.is_empty() && !self.standing.is_done() {
            self.row.fill(&mut self.standing);
        }
        Ok(if self.row.cells.is_empty() { None } else { Some(&self.row) })
    }
}

/// Writes the rows below a header as chunks of records of at least `width` fields.
pub struct RowChunks<'b> {
    rows: Rows<'b>,
    width: usize,
    /// Row of the next record, from 0.
    at: u32,
    index: usize,
    limits: Limits,
    /// Fields beyond the header and bytes of text written so far: few cells can stand for many of both.
    extra_fields: u64,
    written: u64,
}

impl<'b> RowChunks<'b> {
    pub fn new(rows: Rows<'b>, header_row: u32, width: usize, limits: Limits) -> Self {
        Self { rows, width, at: header_row + 1, index: 0, limits, extra_fields: 0, written: 0 }
    }

    pub fn next_chunk(&mut self) -> Result<Option<Chunk>, ImportError> {
        let mut chunk = Chunk { lines: LineUnit::Record, ..Chunk::new(self.index, u64::from(self.at) + 1) };
        while chunk.text.len() < CHUNK_BYTES / 2 {
            let Some(row) = self.rows.next()? else { break };
            if row.number < self.at {
                continue;
            }
            // Rows without cells are blank records, so that records count as rows do.
            chunk.text.extend(std::iter::repeat_n('\n', (row.number - self.at) as usize));
            self.extra_fields += write_row(row, self.width, &mut chunk);
            self.at = row.number + 1;
            if self.extra_fields > self.limits.max_cells {
                return Err(ImportError::TooManyCells { limit: self.limits.max_cells });
            }
        }
        self.written += chunk.text.len() as u64;
        if self.written > MUCH_TEXT && self.written / MAX_SPREAD > self.rows.cells.unpacked_bytes() {
            return Err(self.rows.cells.wrong(&format!("its cells repeat one text to more than {} MB", MUCH_TEXT >> 20)));
        }
        self.index += 1;
        Ok(if chunk.text.is_empty() { None } else { Some(chunk) })
    }
}

/// Writes a row as one record and returns how many fields it has beyond `width`.
fn write_row(row: &Row, width: usize, chunk: &mut Chunk) -> u64 {
    let mut column = 0;
    for cell in &row.cells {
        for _ in column..cell.column {
            chunk.text.push(',');
        }
        push_quoted(&mut chunk.text, &row.text[cell.text.clone()]);
        if let Some(why) = cell.flaw {
            let place = address(row.number, cell.column);
            chunk.flaws.push(CellFlaw { line: u64::from(row.number) + 1, field: cell.column as usize, place, why });
        }
        column = cell.column;
    }
    let used = column as usize + 1;
    for _ in used..width {
        chunk.text.push(',');
    }
    chunk.text.push('\n');
    used.saturating_sub(width) as u64
}

/// A value as text that reads back to the same; numbers a spreadsheet has rounded show it by their exponent.
fn push_value(out: &mut String, value: &CellValue) {
    match value {
        CellValue::Text(text) | CellValue::Error(text) => out.push_str(text),
        CellValue::Number(number) => push_number(out, *number),
        CellValue::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        CellValue::Moment(moment) => push_moment(out, *moment),
        CellValue::Uncalculated => out.push_str("=?"),
    }
}

pub fn push_number(out: &mut String, number: f64) {
    // Writing into a text cannot fail.
    let _ = match number.abs() {
        size if number.fract() == 0.0 && size < EXACT_INTEGERS => write!(out, "{number:.0}"),
        size if size >= EXACT_INTEGERS => write!(out, "{}", format!("{number:E}").replacen('E', "E+", 1)),
        _ => write!(out, "{number}"),
    };
}

pub fn push_moment(out: &mut String, moment: ExcelDateTime) {
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
    let _ = match (hour, minute, second, milli) {
        (0, 0, 0, 0) => Ok(()),
        (_, _, _, 0) => write!(out, " {hour:02}:{minute:02}:{second:02}"),
        _ => write!(out, " {hour:02}:{minute:02}:{second:02}.{milli:03}"),
    };
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn cells_read_back_as_written() {
        for (value, expected) in [
            (CellValue::Number(12.0), "12"),
            (CellValue::Number(-0.5), "-0.5"),
            (CellValue::Number(4_200_000_000_000_000_001.0), "4.2E+18"),
            (CellValue::Number(123_456_789_012_345.0), "123456789012345"),
            (CellValue::Text("00123"), "00123"),
            (CellValue::Boolean(true), "true"),
            (CellValue::Moment(ExcelDateTime::new(45_292.5, ExcelDateTimeType::DateTime, false)), "2024-01-01 12:00:00"),
            (CellValue::Moment(ExcelDateTime::new(43_830.0, ExcelDateTimeType::DateTime, true)), "2024-01-01"),
        ] {
            let mut text = String::new();
            push_value(&mut text, &value);
            assert_eq!(text, expected);
        }
    }
}
