//! .xls and .ods: their reader holds a whole sheet, so they are bounded before it starts.

use std::fs::File;
use std::io::BufReader;

use calamine::{Data, Ods, Range, Reader, Xls};
use quick_xml::events::Event;

use super::super::ImportError;
use super::super::record::push_quoted;
use super::header::{self, Header};
use super::parts::{Parts, Xml, attribute};
use super::rows::{push_moment, push_number};
use super::{Body, HEADER_ROWS, Sheet, SheetRequest, refuse_unknown_sheet};

const CHUNK_BYTES: usize = 1 << 20;
/// Size of a file, and of what an .ods unpacks to, that is read into memory.
const MAX_BYTES: u64 = 200 << 20;
const MAX_CELLS: u64 = 5_000_000;

pub fn read_xls(request: SheetRequest) -> Result<Sheet, ImportError> {
    let bytes = std::fs::metadata(request.path).map_err(|error| ImportError::io(request.path, error))?.len();
    if bytes > MAX_BYTES {
        return Err(ImportError::SheetTooLarge { file: request.file.to_owned(), bytes, limit: MAX_BYTES });
    }
    pick(request, open(request, Xls::new)?)
}

pub fn read_ods(request: SheetRequest) -> Result<Sheet, ImportError> {
    let limit = request.limits.max_unpacked_bytes.min(MAX_BYTES);
    let parts = Parts::open(request.path, super::Limits { max_unpacked_bytes: limit, ..request.limits })?;
    for part in ["META-INF/manifest.xml", "meta.xml"] {
        if let Some(mut bytes) = parts.bytes(part)? {
            std::io::copy(&mut bytes, &mut std::io::sink()).map_err(|error| parts.unreadable(error.to_string()))?;
        }
    }
    match parts.xml("content.xml")? {
        Some(xml) => refuse_vast(xml, request.limits.max_cells.min(MAX_CELLS))?,
        None => return Err(parts.unreadable("it is a ZIP archive without a workbook")),
    }
    pick(request, open(request, Ods::new)?)
}

fn open<B, E: std::fmt::Display>(request: SheetRequest, read: impl FnOnce(BufReader<File>) -> Result<B, E>) -> Result<B, ImportError> {
    let file = File::open(request.path).map_err(|error| ImportError::io(request.path, error))?;
    read(BufReader::new(file)).map_err(|error| wrong(request, error))
}

fn wrong(request: SheetRequest, error: impl std::fmt::Display) -> ImportError {
    ImportError::Sheet { file: request.file.to_owned(), reason: error.to_string() }
}

/// Refuses an .ods whose repeated rows and columns span more cells than are held.
fn refuse_vast(mut xml: Xml, limit: u64) -> Result<(), ImportError> {
    let (mut rows, mut repeats, mut columns, mut filled, mut widest, mut listed) = (0_u64, 1_u64, 0_u64, 0_u64, 0_u64, 0_u64);
    loop {
        match xml.next()? {
            Event::Start(element) => match element.name().as_ref() {
                "table:table" => (rows, widest) = (0, 0),
                "table:table-row" => (repeats, columns, filled) = (times(&element, "number-rows-repeated"), 0, 0),
                "table:table-cell" | "table:covered-table-cell" => {
                    columns = columns.saturating_add(times(&element, "number-columns-repeated"));
                    if attribute(&element, "value-type").is_some() || attribute(&element, "formula").is_some() {
                        filled = columns;
                    }
                }
                _ => {}
            },
            Event::End(element) if element.name().as_ref() == "table:table-row" => {
                listed = listed.saturating_add(filled);
                widest = widest.max(filled);
                rows = rows.saturating_add(repeats);
                if filled > 0 {
                    listed = listed.max(rows.saturating_mul(widest));
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
        if listed > limit {
            return Err(ImportError::TooManyCells { limit });
        }
    }
}

fn times(element: &quick_xml::events::BytesStart, name: &str) -> u64 {
    attribute(element, name).and_then(|times| times.trim().parse().ok()).unwrap_or(1)
}

fn pick<B: Reader<BufReader<File>>>(request: SheetRequest, mut book: B) -> Result<Sheet, ImportError>
where
    B::Error: std::fmt::Display,
{
    let sheets = book.sheet_names();
    refuse_unknown_sheet(request.given, &sheets)?;
    let mut best: Option<(Header, String, Range<Data>)> = None;
    for name in sheets.iter().filter(|name| request.given.sheet.as_ref().is_none_or(|wanted| wanted == *name)) {
        let range = book.worksheet_range(name).map_err(|error| wrong(request, error))?;
        let Some(header) = header_of(&range, request) else { continue };
        if best.as_ref().is_none_or(|(most, ..)| header.known > most.known) {
            best = Some((header, name.clone(), range));
        }
    }
    let (header, name, range) = best.ok_or_else(|| ImportError::Empty(request.file.to_owned()))?;
    let texts = made_of(&range, &header);
    Ok(Sheet { name, sheets, header_row: header.row + 1, headers: header.texts, body: Body::Made(texts) })
}

fn header_of(range: &Range<Data>, request: SheetRequest) -> Option<Header> {
    let top = range.start()?.0 as usize;
    let rows: Vec<Vec<String>> = range.rows().take(HEADER_ROWS).map(|row| row.iter().map(cell_text).collect()).collect();
    let rows: Vec<(u64, Vec<String>)> = (top as u64..).zip(rows).collect();
    header::find(&rows, request.given.header_row, request.knows)
}

fn made_of(range: &Range<Data>, header: &Header) -> Vec<String> {
    let top = range.start().map_or(0, |start| u64::from(start.0));
    let width = header.texts.len();
    let (mut chunks, mut text) = (Vec::new(), String::new());
    for row in range.rows().skip((header.row - top) as usize + 1) {
        let used = row.iter().rposition(|cell| *cell != Data::Empty).map_or(0, |last| last + 1).max(width);
        for (index, cell) in row.iter().take(used).enumerate() {
            if index > 0 {
                text.push(',');
            }
            push_quoted(&mut text, &cell_text(cell));
        }
        text.push('\n');
        if text.len() >= CHUNK_BYTES {
            chunks.push(std::mem::take(&mut text));
        }
    }
    if !text.is_empty() {
        chunks.push(text);
    }
    chunks
}

fn cell_text(cell: &Data) -> String {
    let mut text = String::new();
    match cell {
        Data::Empty => {}
        Data::String(value) | Data::DateTimeIso(value) | Data::DurationIso(value) => text.push_str(value),
        Data::Int(number) => text = number.to_string(),
        Data::Bool(value) => text = value.to_string(),
        Data::Float(number) => push_number(&mut text, *number),
        Data::DateTime(moment) if moment.is_duration() => push_number(&mut text, moment.as_f64()),
        Data::DateTime(moment) => push_moment(&mut text, *moment),
        Data::Error(error) => text = error.to_string(),
    }
    text
}
