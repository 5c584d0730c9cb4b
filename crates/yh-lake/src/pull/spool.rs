//! The file rows are written to on their way into the lake.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;
use serde_json::value::RawValue;

use super::PullError;

const ROWS_BETWEEN_NEWS: u64 = 1_000;

/// Writes rows as JSON Lines and keeps the last cursor; rows come by ascending cursor.
pub struct Spool<'s> {
    path: PathBuf,
    out: BufWriter<File>,
    rows: u64,
    cursor: Option<String>,
    today: Date,
    on_rows: &'s (dyn Fn(u64) + Send + Sync),
    cancel: &'s AtomicBool,
}

/// A value of a row.
pub enum Cell<'c> {
    Text(&'c str),
    /// A JSON text; anything else stands as text.
    Json(&'c str),
}

impl<'s> Spool<'s> {
    pub fn create(path: &Path, today: Date, on_rows: &'s (dyn Fn(u64) + Send + Sync), cancel: &'s AtomicBool) -> Result<Self, PullError> {
        let file = crate::private::create_file(path).map_err(PullError::io(path))?;
        Ok(Self { path: path.to_owned(), out: BufWriter::with_capacity(1 << 20, file), rows: 0, cursor: None, today, on_rows, cancel })
    }

    /// Adds a row that is a JSON object on one line already.
    pub fn object(&mut self, object: &str, cursor: Option<&str>) -> Result<(), PullError> {
        self.write(object.as_bytes())?;
        self.end(cursor)
    }

    /// Adds a row of named values; those that are absent are NULL.
    pub fn cells<'c>(&mut self, cells: impl Iterator<Item = (&'c str, Cell<'c>)>, cursor: Option<&str>) -> Result<(), PullError> {
        let mut separator = "{";
        for (name, cell) in cells {
            let json = match cell {
                Cell::Json(text) => serde_json::from_str::<&RawValue>(text).ok().map(|value| value.get().replace(['\n', '\r'], " ")),
                Cell::Text(_) => None,
            };
            let (Cell::Text(text) | Cell::Json(text)) = cell;
            let value = json.unwrap_or_else(|| quoted(text));
            self.write(format!("{separator}{}:{value}", quoted(name)).as_bytes())?;
            separator = ",";
        }
        self.write(if separator == "{" { b"{}" } else { b"}" })?;
        self.end(cursor)
    }

    /// Closes the file: number of rows, and the highest cursor.
    pub fn finish(mut self) -> Result<(u64, Option<String>), PullError> {
        (self.on_rows)(self.rows);
        self.out.flush().map_err(PullError::io(&self.path))?;
        Ok((self.rows, self.cursor))
    }

    fn end(&mut self, cursor: Option<&str>) -> Result<(), PullError> {
        self.write(b"\n")?;
        self.rows += 1;
        if let Some(cursor) = cursor
            && self.cursor.as_deref() != Some(cursor)
            && !is_far_ahead(cursor, self.today)
        {
            self.cursor = Some(cursor.to_owned());
        }
        if self.rows.is_multiple_of(ROWS_BETWEEN_NEWS) {
            (self.on_rows)(self.rows);
        }
        if self.cancel.load(Ordering::Relaxed) { Err(PullError::Cancelled) } else { Ok(()) }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), PullError> {
        self.out.write_all(bytes).map_err(PullError::io(&self.path))
    }
}

/// Whether a cursor is a date years ahead: going on from there, a pull would never read a row again.
fn is_far_ahead(cursor: &str, today: Date) -> bool {
    let year = cursor.trim_start_matches('+').split_once('-').and_then(|(year, _)| year.parse::<i32>().ok());
    year.is_some_and(|year| year > i32::from(today.year()) + 1 && cursor.len() >= "9999-12-31".len())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
