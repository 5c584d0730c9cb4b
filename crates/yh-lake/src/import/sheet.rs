//! Spreadsheets → records in CSV text, so that everything after is the same as for text files.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use calamine::{Data, Ods, Range, Reader, Xls, Xlsx};
use yh_model::source::FileFormat as FormatGiven;

use super::layout::find_header;
use super::{ImportError, Limits};

const CHUNK_BYTES: usize = 1 << 20;
const HEADER_ROWS: usize = 60;
/// A workbook may unpack to at most so many times the size it may have.
const MAX_UNPACKED_FACTOR: u64 = 20;
/// From here on a spreadsheet's numbers have lost digits.
const EXACT_INTEGERS: f64 = 1e15;

/// A sheet's header and records.
pub struct Sheet {
    pub name: String,
    pub sheets: Vec<String>,
    /// Row of the header, from 1.
    pub header_row: u64,
    pub headers: Vec<String>,
    pub chunks: Vec<String>,
}

/// Whether a file begins like .xlsx (a ZIP archive).
pub fn is_sheet(magic: &[u8]) -> bool {
    magic.starts_with(b"PK\x03\x04")
}

/// Whether a file begins like .xls.
pub fn is_old_sheet(magic: &[u8]) -> bool {
    magic.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
}

/// Reads the sheet that was asked for, or the first one with a known header, or the first one with data.
pub fn read_sheet(
    path: &Path,
    given: &FormatGiven,
    limits: Limits,
    bytes: u64,
    knows: &dyn Fn(&str) -> bool,
) -> Result<Sheet, ImportError> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if bytes > limits.max_sheet_bytes {
        return Err(ImportError::SheetTooLarge { file, bytes, limit: limits.max_sheet_bytes });
    }
    let unpacked = unpacked_bytes(path).map_err(|error| ImportError::io(path, error))?;
    let limit = limits.max_sheet_bytes.saturating_mul(MAX_UNPACKED_FACTOR);
    if unpacked > limit {
        return Err(ImportError::TooLarge { file, limit });
    }
    let open = || File::open(path).map(BufReader::new).map_err(|error| ImportError::io(path, error));
    let request = Request { file: &file, given, knows };
    let mut magic = [0; 8];
    let read = open()?.read(&mut magic).map_err(|error| ImportError::io(path, error))?;
    if is_old_sheet(&magic[..read]) {
        return request.pick(Xls::new(open()?));
    }
    // Both are ZIP archives; the extension may be missing or wrong, so the content decides.
    match Xlsx::new(open()?) {
        Ok(book) => request.pick::<Xlsx<_>>(Ok(book)),
        Err(error) => match Ods::new(open()?) {
            Ok(book) => request.pick::<Ods<_>>(Ok(book)),
            Err(_) => request.pick::<Xlsx<BufReader<File>>>(Err(error)),
        },
    }
}

struct Request<'r> {
    file: &'r str,
    given: &'r FormatGiven,
    knows: &'r dyn Fn(&str) -> bool,
}

impl Request<'_> {
    fn pick<B: Reader<BufReader<File>>>(&self, book: Result<B, B::Error>) -> Result<Sheet, ImportError>
    where
        B::Error: std::fmt::Display,
    {
        let wrong = |error: B::Error| ImportError::Sheet { file: self.file.to_owned(), reason: error.to_string() };
        let mut book = book.map_err(wrong)?;
        let sheets = book.sheet_names();
        if let Some(wanted) = self.given.sheet.as_ref().filter(|wanted| !sheets.contains(wanted)) {
            return Err(ImportError::NoSheet { wanted: wanted.clone(), sheets });
        }
        let mut best: Option<(usize, String, Range<Data>, usize)> = None;
        for name in sheets.iter().filter(|name| self.given.sheet.as_ref().is_none_or(|wanted| wanted == *name)) {
            let range = book.worksheet_range(name).map_err(wrong)?;
            let Some((known, at)) = header_of(&range, self.given, self.knows) else { continue };
            if best.as_ref().is_none_or(|(most, ..)| known > *most) {
                best = Some((known, name.clone(), range, at));
            }
        }
        let (_, name, range, at) = best.ok_or_else(|| ImportError::Empty(self.file.to_owned()))?;
        Ok(made_of(name, sheets, &range, at))
    }
}

/// Finds the header in a range: how many known headers it has, and its row within the range.
fn header_of(range: &Range<Data>, given: &FormatGiven, knows: &dyn Fn(&str) -> bool) -> Option<(usize, usize)> {
    let top = range.start()?.0 as usize;
    let rows: Vec<Vec<String>> = range.rows().take(HEADER_ROWS).map(|row| row.iter().map(cell_text).collect()).collect();
    let at = match given.header_row {
        Some(row) => (row - 1).checked_sub(top).filter(|at| *at < rows.len())?,
        None => find_header(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>(), knows)?,
    };
    Some((rows[at].iter().filter(|cell| knows(cell)).count(), at))
}

fn made_of(name: String, sheets: Vec<String>, range: &Range<Data>, at: usize) -> Sheet {
    let top = range.start().map_or(0, |start| start.0 as u64);
    let mut rows = range.rows().skip(at);
    let mut headers: Vec<String> = rows.next().map(|row| row.iter().map(cell_text).collect()).unwrap_or_default();
    let width = headers.iter().rposition(|header| !header.trim().is_empty()).map_or(0, |last| last + 1);
    headers.truncate(width);
    let mut chunks = Vec::new();
    let mut text = String::new();
    for row in rows {
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
    Sheet { name, sheets, header_row: top + at as u64 + 1, headers, chunks }
}

/// Writes a CSV field.
pub fn push_quoted(out: &mut String, field: &str) {
    if !field.contains(['"', ',', '\n', '\r']) {
        out.push_str(field);
        return;
    }
    out.push('"');
    out.push_str(&field.replace('"', "\"\""));
    out.push('"');
}

/// A cell as text that reads back to the same value; numbers a spreadsheet has rounded show it by their exponent.
fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::Float(number) => number_text(*number),
        Data::DateTime(moment) if moment.is_duration() => number_text(moment.as_f64()),
        Data::DateTime(moment) => date_text(*moment),
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Error(error) => error.to_string(),
    }
}

fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < EXACT_INTEGERS {
        return format!("{number:.0}");
    }
    if number.abs() >= EXACT_INTEGERS {
        return format!("{number:E}").replacen('E', "E+", 1);
    }
    number.to_string()
}

fn date_text(moment: calamine::ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        (_, _, _, 0) => format!("{date} {hour:02}:{minute:02}:{second:02}"),
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}.{milli:03}"),
    }
}

/// Adds up the unpacked sizes a ZIP directory declares; 0 for files that are not ZIP archives.
fn unpacked_bytes(path: &Path) -> std::io::Result<u64> {
    const ENTRY: &[u8] = b"PK\x01\x02";
    const DIRECTORY_END: &[u8] = b"PK\x05\x06";
    const END_BYTES: u64 = 22 + 65_536;
    let mut file = File::open(path)?;
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(END_BYTES)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let Some(end) = tail.windows(4).rposition(|window| window == DIRECTORY_END).filter(|at| at + 20 <= tail.len()) else {
        return Ok(0);
    };
    let word = |bytes: &[u8], at: usize| u64::from(u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]));
    let half = |bytes: &[u8], at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let (size, start) = (word(&tail, end + 12), word(&tail, end + 16));
    if start + size > length {
        return Ok(0);
    }
    file.seek(SeekFrom::Start(start))?;
    let mut directory = vec![0; size as usize];
    file.read_exact(&mut directory)?;
    let (mut at, mut total) = (0, 0);
    while directory.len() >= at + 46 && &directory[at..at + 4] == ENTRY {
        total += word(&directory, at + 24);
        at += 46 + half(&directory, at + 28) + half(&directory, at + 30) + half(&directory, at + 32);
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_read_back_as_written() {
        for (cell, text) in [
            (Data::Float(12.0), "12"),
            (Data::Float(-0.5), "-0.5"),
            (Data::Float(4_200_000_000_000_000_001.0), "4.2E+18"),
            (Data::Float(123_456_789_012_345.0), "123456789012345"),
            (Data::String("00123".into()), "00123"),
            (Data::Bool(true), "true"),
            (Data::Empty, ""),
        ] {
            assert_eq!(cell_text(&cell), text);
        }
        let moment = calamine::ExcelDateTime::new(45_292.5, calamine::ExcelDateTimeType::DateTime, false);
        assert_eq!(cell_text(&Data::DateTime(moment)), "2024-01-01 12:00:00");
    }
}
