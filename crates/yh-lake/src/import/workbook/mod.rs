//! Spreadsheets → records in CSV text, so that everything after is the same as for text files.
//!
//! An .xlsx file is read cell by cell, as often as needed: memory holds its shared texts and one row, whatever the
//! sheet claims to span. The older .xls and .ods are read as a whole.

mod book;
mod cells;
mod header;
mod merges;
mod old;
mod parts;
mod rows;

use std::path::Path;

use yh_model::source::FileFormat as FormatGiven;

use super::pipeline::ChunkSource;
use super::split::{Chunk, LineUnit, count_records};
use super::{ImportError, Limits};
use book::{Book, SheetPart};
use cells::Cells;
use header::Header;
use merges::{Merged, read_merged};
use rows::{RowChunks, Rows};

pub use rows::SheetValue;

/// Rows looked at to find the header.
const HEADER_ROWS: usize = 60;

/// A sheet that was chosen: its header, and how to get its records.
pub struct Sheet {
    pub name: String,
    pub sheets: Vec<String>,
    /// Row of the header, from 1.
    pub header_row: u64,
    pub headers: Vec<String>,
    body: Body,
}

enum Body {
    Cells(Box<Opened>),
    /// Records written as CSV text, one chunk after the other.
    Made(Vec<String>),
}

/// A sheet of an open workbook.
struct Opened {
    book: Book,
    part: SheetPart,
    merged: Vec<Merged>,
    limits: Limits,
}

/// What is asked of a spreadsheet.
#[derive(Clone, Copy)]
pub struct SheetRequest<'r> {
    pub path: &'r Path,
    pub file: &'r str,
    pub given: &'r FormatGiven,
    pub limits: Limits,
    /// Whether a text is a header of the dataset at hand.
    pub knows: &'r dyn Fn(&str) -> bool,
}

/// Whether a file begins like .xlsx (a ZIP archive).
pub fn is_sheet(magic: &[u8]) -> bool {
    magic.starts_with(b"PK\x03\x04")
}

/// Whether a file begins like .xls.
pub fn is_old_sheet(magic: &[u8]) -> bool {
    magic.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
}

/// Opens the sheet that was asked for, or the first one with a known header, or the first one with data.
pub fn open_sheet(request: SheetRequest, magic: &[u8]) -> Result<Sheet, ImportError> {
    if is_old_sheet(magic) {
        return old::read_xls(request);
    }
    // Both are ZIP archives; the extension may be missing or wrong, so the content decides.
    match Book::open(request.path, request.limits)? {
        Some(book) => choose(request, book),
        None => old::read_ods(request),
    }
}

/// The rows of a small workbook's first sheet, each with its number from 1.
///
/// # Errors
/// When it is no .xlsx file, or larger than the limits.
pub fn sheet_rows(path: &Path, limits: Limits) -> Result<Vec<(u64, Vec<SheetValue>)>, ImportError> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let no_sheet = || ImportError::Sheet { file: file.clone(), reason: "it has no sheet".into() };
    let book = Book::open(path, limits)?.ok_or_else(no_sheet)?;
    let first = book.sheets.first().ok_or_else(no_sheet)?;
    let mut rows = Rows::new(Cells::open(&book, first)?.ok_or_else(no_sheet)?);
    let (mut read, mut cells) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let values = row.values();
        cells += values.len() as u64;
        if cells > limits.max_cells {
            return Err(ImportError::TooManyCells { limit: limits.max_cells });
        }
        read.push((u64::from(row.number) + 1, values));
    }
    Ok(read)
}

impl Sheet {
    /// Starts reading the records below the header.
    pub fn chunks(&self) -> Result<ChunkSource<'_>, ImportError> {
        match &self.body {
            Body::Cells(opened) => {
                let Opened { book, part, merged, limits } = opened.as_ref();
                book.parts.restart();
                let cells = Cells::open(book, part)?.ok_or_else(|| book.parts.unreadable(format!("{} is not in the file", part.part)))?;
                let rows = Rows::new(cells).with_merged(merged.clone());
                let mut chunks = RowChunks::new(rows, (self.header_row - 1) as u32, self.headers.len(), *limits);
                Ok(Box::new(move || chunks.next_chunk()))
            }
            Body::Made(texts) => Ok(made_chunks(texts, self.header_row + 1)),
        }
    }
}

fn choose(request: SheetRequest, book: Book) -> Result<Sheet, ImportError> {
    let sheets: Vec<String> = book.sheets.iter().map(|sheet| sheet.name.clone()).collect();
    refuse_unknown_sheet(request.given, &sheets)?;
    book.parts.restart();
    let mut best: Option<(Header, Vec<(u64, Vec<String>)>, &SheetPart)> = None;
    for part in book.sheets.iter().filter(|part| request.given.sheet.as_ref().is_none_or(|wanted| *wanted == part.name)) {
        let Some(cells) = Cells::open(&book, part)? else { continue };
        let rows = first_rows(&mut Rows::new(cells))?;
        let Some(header) = header::find(&rows, request.given.header_row, request.knows) else { continue };
        if best.as_ref().is_none_or(|(most, ..)| header.known > most.known) {
            best = Some((header, rows, part));
        }
    }
    let (header, rows, part) = best.ok_or_else(|| ImportError::Empty(request.file.to_owned()))?;
    let (name, part) = (part.name.clone(), part.clone());
    book.parts.restart();
    let merged = read_merged(&book, &part)?;
    let header = match request.given.header_row {
        Some(_) => header,
        None => header::joined(header, &rows, &merged, request.knows),
    };
    let body = Body::Cells(Box::new(Opened { book, part, merged, limits: request.limits }));
    Ok(Sheet { name, sheets, header_row: header.row + 1, headers: header.texts, body })
}

fn refuse_unknown_sheet(given: &FormatGiven, sheets: &[String]) -> Result<(), ImportError> {
    match given.sheet.as_ref().filter(|wanted| !sheets.contains(wanted)) {
        Some(wanted) => Err(ImportError::NoSheet { wanted: wanted.clone(), sheets: sheets.to_vec() }),
        None => Ok(()),
    }
}

fn first_rows(rows: &mut Rows) -> Result<Vec<(u64, Vec<String>)>, ImportError> {
    let mut first = Vec::new();
    while first.len() < HEADER_ROWS {
        let Some(row) = rows.next()? else { break };
        first.push((u64::from(row.number), row.texts()));
    }
    Ok(first)
}

fn made_chunks(texts: &[String], first_row: u64) -> ChunkSource<'_> {
    let (mut next, mut row) = (0, first_row);
    Box::new(move || {
        let Some(text) = texts.get(next) else { return Ok(None) };
        let chunk = Chunk { text: text.clone(), lines: LineUnit::Record, ..Chunk::new(next, row) };
        next += 1;
        row += count_records(text);
        Ok(Some(chunk))
    })
}
