//! One CSV file being written row by row.

use super::clock::{self, Instant};
use super::{DemoError, FileSummary};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// A CSV writer that formats into one reused buffer: events.csv has millions of rows.
pub struct Sheet {
    name: &'static str,
    path: PathBuf,
    out: BufWriter<File>,
    row: Vec<u8>,
    columns: usize,
    filled: usize,
    rows: u64,
    bytes: u64,
}

impl Sheet {
    /// Creates the file and writes its header.
    pub fn create(dir: &Path, name: &'static str, headers: &[&str]) -> Result<Self, DemoError> {
        let path = dir.join(name);
        let file = File::create(&path).map_err(|e| DemoError::io(&path, e))?;
        let mut sheet = Sheet {
            name,
            path,
            out: BufWriter::with_capacity(1 << 20, file),
            row: Vec::with_capacity(512),
            columns: headers.len(),
            filled: 0,
            rows: 0,
            bytes: 0,
        };
        for header in headers {
            sheet.text(header);
        }
        sheet.end()?;
        sheet.rows = 0;
        Ok(sheet)
    }

    fn field(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        if self.filled > 0 {
            self.row.push(b',');
        }
        self.filled += 1;
        write(&mut self.row);
        self
    }

    pub fn text(&mut self, value: &str) -> &mut Self {
        let quote = value.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r'));
        self.field(|row| {
            if quote {
                row.push(b'"');
                row.extend_from_slice(value.replace('"', "\"\"").as_bytes());
                row.push(b'"');
            } else {
                row.extend_from_slice(value.as_bytes());
            }
        })
    }

    pub fn empty(&mut self) -> &mut Self {
        self.field(|_| ())
    }

    /// A prefix and a number padded with zeros, such as C000042.
    pub fn code(&mut self, prefix: char, number: u64, width: usize) -> &mut Self {
        self.field(|row| push_code(row, prefix, number, width))
    }

    /// An unsigned number in decimal digits.
    pub fn number(&mut self, value: u64) -> &mut Self {
        self.field(|row| push_padded(row, value, 1))
    }

    pub fn flag(&mut self, value: bool) -> &mut Self {
        self.text(if value { "true" } else { "false" })
    }

    /// Yuan with two decimals, from fen.
    pub fn money(&mut self, fen: i64) -> &mut Self {
        self.field(|row| push_money(row, fen))
    }

    /// A share or rate with four decimals.
    pub fn rate(&mut self, value: f64) -> &mut Self {
        self.text(&format!("{value:.4}"))
    }

    pub fn date(&mut self, day: i64) -> &mut Self {
        self.field(|row| row.extend_from_slice(clock::date_text(day)))
    }

    pub fn time(&mut self, instant: Instant) -> &mut Self {
        self.field(|row| clock::write_time(row, instant))
    }

    pub fn maybe_time(&mut self, instant: Option<Instant>) -> &mut Self {
        match instant {
            Some(instant) => self.time(instant),
            None => self.empty(),
        }
    }

    /// Bytes that are already valid CSV, for fields on the hot path.
    pub fn raw(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        self.field(write)
    }

    /// Ends the row.
    pub fn end(&mut self) -> Result<(), DemoError> {
        debug_assert_eq!(self.filled, self.columns, "{}: wrong number of fields", self.name);
        self.row.push(b'\n');
        self.out.write_all(&self.row).map_err(|e| DemoError::io(&self.path, e))?;
        self.bytes += self.row.len() as u64;
        self.rows += 1;
        self.filled = 0;
        self.row.clear();
        Ok(())
    }

    /// Flushes the file and tells what it holds.
    pub fn finish(mut self) -> Result<FileSummary, DemoError> {
        self.out.flush().map_err(|e| DemoError::io(&self.path, e))?;
        Ok(FileSummary { name: self.name, rows: self.rows, bytes: self.bytes })
    }
}

/// Appends a prefix and a zero-padded number.
pub fn push_code(row: &mut Vec<u8>, prefix: char, number: u64, width: usize) {
    row.push(prefix as u8);
    push_padded(row, number, width);
}

/// Appends decimal digits, padded with zeros to `width`.
pub fn push_padded(row: &mut Vec<u8>, mut number: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    while number > 0 || digits.len() - start < width {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    row.extend_from_slice(&digits[start..]);
}

/// Appends yuan with two decimals.
pub fn push_money(row: &mut Vec<u8>, fen: i64) {
    if fen < 0 {
        row.push(b'-');
    }
    let fen = fen.unsigned_abs();
    push_padded(row, fen / 100, 1);
    row.push(b'.');
    push_padded(row, fen % 100, 2);
}

/// `12.30` from 1230 fen.
pub fn money_text(fen: i64) -> String {
    let mut out = Vec::new();
    push_money(&mut out, fen);
    String::from_utf8_lossy(&out).into_owned()
}
