//! The cells of one sheet, one after the other, with their types.

use calamine::{ExcelDateTime, ExcelDateTimeType};
use quick_xml::events::{BytesStart, Event};

use super::super::ImportError;
use super::super::split::MAX_RECORD_BYTES;
use super::book::{Book, SheetPart};
use super::parts::{Xml, attribute, push_reference};

const MAX_ROWS: u32 = 1 << 20;
const MAX_COLUMNS: u32 = 1 << 14;
/// The day after 9999-12-31, as spreadsheets count days.
const LAST_DAY: f64 = 2_958_466.0;

/// One filled cell; rows and columns count from 0.
#[derive(Debug, PartialEq)]
pub struct Cell<'c> {
    pub row: u32,
    pub column: u32,
    pub value: CellValue<'c>,
}

/// What a cell holds.
#[derive(Debug, PartialEq)]
pub enum CellValue<'c> {
    Text(&'c str),
    Number(f64),
    Boolean(bool),
    Moment(ExcelDateTime),
    /// `#REF!`, `#N/A`
    Error(&'c str),
    /// A formula whose result nobody has stored.
    Uncalculated,
}

/// Reads a sheet's cells in the order in which they are stored.
pub struct Cells<'b> {
    book: &'b Book,
    xml: Xml,
    /// Where the next cell stands unless it says so itself.
    row: u32,
    column: u32,
    /// Cells read so far.
    cells: u64,
    /// Type, date style and formula of the cell being read, and its text.
    kind: Kind,
    is_date: bool,
    is_formula: bool,
    text: String,
}

/// How a cell names its type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Boolean,
    Error,
}

impl<'b> Cells<'b> {
    /// Starts reading; none for a sheet whose part is missing.
    pub fn open(book: &'b Book, sheet: &SheetPart) -> Result<Option<Self>, ImportError> {
        let Some(xml) = book.parts.xml(&sheet.part)? else { return Ok(None) };
        let (kind, text) = (Kind::default(), String::new());
        Ok(Some(Self { book, xml, row: 0, column: 0, cells: 0, kind, is_date: false, is_formula: false, text }))
    }

    /// Returns the next filled cell; none at the end of the sheet.
    pub fn next(&mut self) -> Result<Option<Cell<'_>>, ImportError> {
        while self.find_cell()? {
            self.cells += 1;
            if self.cells > self.book.limits.max_cells {
                return Err(ImportError::TooManyCells { limit: self.book.limits.max_cells });
            }
            self.read_content()?;
            self.column += 1;
            if !self.text.is_empty() || (self.is_formula && self.kind == Kind::Number) {
                let (row, column) = (self.row, self.column - 1);
                return Ok(Some(Cell { row, column, value: self.value()? }));
            }
        }
        Ok(None)
    }

    /// Goes to the start of the next cell; false at the end of the sheet.
    fn find_cell(&mut self) -> Result<bool, ImportError> {
        loop {
            match self.xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "row" => {
                        if let Some(row) = attribute(&element, "r") {
                            self.row = row.trim().parse::<u32>().ok().and_then(|row| row.checked_sub(1)).unwrap_or(MAX_ROWS);
                        }
                        self.column = 0;
                    }
                    "c" => {
                        let head = head_of(&element);
                        (self.kind, self.is_date) = (head.kind, self.book.shows_date.get(head.style).copied().unwrap_or(false));
                        if let Some((column, row)) = head.place {
                            (self.column, self.row) = (column, row);
                        }
                        if self.row >= MAX_ROWS || self.column >= MAX_COLUMNS {
                            return Err(self.xml.wrong("a cell lies beyond the last row or column of a sheet"));
                        }
                        return Ok(true);
                    }
                    _ => {}
                },
                Event::End(element) => match element.local_name().as_ref() {
                    "row" => self.row += 1,
                    "sheetData" => return Ok(false),
                    _ => {}
                },
                Event::Eof => return Err(self.xml.cut_off()),
                _ => {}
            }
        }
    }

    /// Bytes of the workbook read for this sheet.
    pub fn unpacked_bytes(&self) -> u64 {
        self.book.parts.unpacked_bytes()
    }

    pub fn wrong(&self, reason: &str) -> ImportError {
        self.xml.wrong(reason)
    }

    /// Reads the cell just started to its end.
    fn read_content(&mut self) -> Result<(), ImportError> {
        self.text.clear();
        self.is_formula = false;
        loop {
            match self.xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "v" => read_plain(&mut self.xml, &mut self.text)?,
                    "is" => {
                        read_text(&mut self.xml, "is", &mut self.text)?;
                        self.kind = Kind::Text;
                    }
                    "f" => {
                        self.is_formula = true;
                        self.xml.skip()?;
                    }
                    _ => self.xml.skip()?,
                },
                Event::End(element) if element.local_name().as_ref() == "c" => return Ok(()),
                Event::Eof => return Err(self.xml.cut_off()),
                _ => {}
            }
        }
    }

    fn value(&mut self) -> Result<CellValue<'_>, ImportError> {
        if self.text.is_empty() {
            return Ok(CellValue::Uncalculated);
        }
        Ok(match self.kind {
            Kind::Shared => {
                let index = self.text.trim().parse().ok();
                let text = index.and_then(|index| self.book.strings.get(index));
                CellValue::Text(text.ok_or_else(|| self.xml.wrong("a cell refers to a text that is not there"))?)
            }
            Kind::Text => {
                unescape_codes(&mut self.text, 0);
                CellValue::Text(&self.text)
            }
            Kind::Boolean => match self.text.trim() {
                "1" | "true" => CellValue::Boolean(true),
                "0" | "false" => CellValue::Boolean(false),
                other => CellValue::Text(other),
            },
            Kind::Error => CellValue::Error(self.text.trim()),
            Kind::Number => match self.text.trim().parse::<f64>() {
                Ok(days) if self.is_date && (0.0..LAST_DAY).contains(&days) => {
                    CellValue::Moment(ExcelDateTime::new(days, ExcelDateTimeType::DateTime, self.book.is_1904))
                }
                Ok(number) => CellValue::Number(number),
                Err(_) => CellValue::Text(&self.text),
            },
        })
    }
}

/// What a cell's element says.
#[derive(Default)]
struct Head {
    /// Column and row.
    place: Option<(u32, u32)>,
    kind: Kind,
    style: usize,
}

fn head_of(element: &BytesStart) -> Head {
    let mut head = Head::default();
    let mut attributes = element.attributes();
    for attribute in attributes.with_checks(false).flatten() {
        let value = attribute.value.as_ref();
        match attribute.key.as_ref() {
            "r" => head.place = place_of(value),
            "s" => head.style = value.trim().parse().unwrap_or(0),
            "t" => {
                head.kind = match value {
                    "s" => Kind::Shared,
                    "b" => Kind::Boolean,
                    "e" => Kind::Error,
                    "n" => Kind::Number,
                    // Formula results, inline texts and ISO dates.
                    _ => Kind::Text,
                }
            }
            _ => {}
        }
    }
    head
}

/// `BC12` is column 54 and row 11, counted from 0.
pub fn place_of(reference: &str) -> Option<(u32, u32)> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).count();
    let column = reference[..letters]
        .bytes()
        .try_fold(0_u32, |column, letter| column.checked_mul(26)?.checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1))?;
    let row: u32 = reference[letters..].parse().ok()?;
    Some((column.checked_sub(1)?, row.checked_sub(1)?))
}

/// The address of a cell, such as `BC12`.
pub fn address(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        letters.push((b'A' + ((left - 1) % 26) as u8) as char);
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &(row + 1).to_string()
}

/// Appends the text of the element just started.
fn read_plain(xml: &mut Xml, out: &mut String) -> Result<(), ImportError> {
    let mut depth = 1;
    while depth > 0 {
        match xml.next()? {
            Event::Text(text) => out.push_str(&text.xml10_content()),
            Event::CData(text) => out.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => push_reference(out, &reference),
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Eof => return Err(xml.cut_off()),
            _ => {}
        }
        refuse_endless(xml, out.len())?;
    }
    Ok(())
}

/// Appends a text that may consist of formatted runs; readings of East Asian letters are no part of it.
pub fn read_text(xml: &mut Xml, closing: &str, out: &mut String) -> Result<(), ImportError> {
    let start = out.len();
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "t" => {
                    let keeps_space = attribute(&element, "space").as_deref() == Some("preserve");
                    let run = out.len();
                    read_plain(xml, out)?;
                    if !keeps_space {
                        trim_from(out, run);
                    }
                    unescape_codes(out, run);
                }
                "rPh" => xml.skip()?,
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == closing => return Ok(()),
            Event::Eof => return Err(xml.cut_off()),
            _ => {}
        }
        refuse_endless(xml, out.len() - start)?;
    }
}

fn refuse_endless(xml: &Xml, bytes: usize) -> Result<(), ImportError> {
    if bytes > MAX_RECORD_BYTES { Err(xml.wrong("one of its texts is longer than any cell")) } else { Ok(()) }
}

fn trim_from(text: &mut String, start: usize) {
    const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];
    let run = &text[start..];
    let (kept, leading) = (run.trim_end_matches(SPACE).len(), run.len() - run.trim_start_matches(SPACE).len());
    text.truncate(start + kept);
    if leading > 0 && kept > 0 {
        text.drain(start..start + leading);
    }
}

/// Resolves `_x000D_`, as spreadsheets write what XML cannot hold, from `start` on.
fn unescape_codes(text: &mut String, start: usize) {
    if !text[start..].contains("_x") {
        return;
    }
    let mut rest = &text[start..];
    let mut plain = String::with_capacity(rest.len());
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 7).and_then(|code| code.strip_suffix('_'));
        let letter = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        plain.push_str(&rest[..at]);
        match letter {
            Some(letter) => {
                plain.push(letter);
                rest = &rest[at + 7..];
            }
            None => {
                plain.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    plain.push_str(rest);
    text.truncate(start);
    text.push_str(&plain);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_addresses() {
        for (text, place) in [("A1", (0, 0)), ("BC12", (54, 11)), ("XFD1048576", (16_383, 1_048_575))] {
            assert_eq!(place_of(text), Some(place));
            assert_eq!(address(place.1, place.0), text);
        }
        for text in ["", "A", "A0", "7", "ABCDEFGHIJKLMNOP1", "A1:B2", "A99999999999"] {
            assert_eq!(place_of(text), None, "{text}");
        }
    }

    #[test]
    fn codes_become_letters() {
        for (text, plain) in [("a_x000D_b", "a\rb"), ("_x", "_x"), ("_xZZZZ_", "_xZZZZ_"), ("x_x5F_", "x_x5F_"), ("__x0041_", "_A")] {
            let mut text = text.to_owned();
            unescape_codes(&mut text, 0);
            assert_eq!(text, plain);
        }
    }
}
