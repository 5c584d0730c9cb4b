//! UTF-8 → chunks of whole records, so that workers can parse them side by side.
//!
//! Quoting is RFC 4180: a quote opens a field only at the field's start; elsewhere it is a letter.

use memchr::{memchr, memchr_iter, memrchr};

use super::ImportError;
use super::bytes::TextReader;
use super::value::Refusal;

/// Text of one chunk; larger chunks save nothing, smaller ones cost hand-overs.
pub const CHUNK_BYTES: usize = 2 << 20;
/// A single record longer than this is an unclosed quote or not a table.
pub const MAX_RECORD_BYTES: usize = 32 << 20;

/// Some whole records.
#[derive(Debug)]
pub struct Chunk {
    pub index: usize,
    pub text: String,
    /// Line of the first record, from 1.
    pub first_line: u64,
    pub lines: LineUnit,
    /// Lines that hold no record; each has left a blank one in the text.
    pub unreadable: Vec<Unreadable>,
    /// Fields that a spreadsheet could not work out, in the order of the records.
    pub flaws: Vec<CellFlaw>,
}

impl Chunk {
    /// A chunk without text yet.
    pub fn new(index: usize, first_line: u64) -> Self {
        Self { index, text: String::new(), first_line, lines: LineUnit::Physical, unreadable: Vec::new(), flaws: Vec::new() }
    }
}

/// A cell of a spreadsheet that holds no value.
#[derive(Debug)]
pub struct CellFlaw {
    pub line: u64,
    pub field: usize,
    /// Its address, such as `C5`.
    pub place: String,
    pub why: Refusal,
}

/// A line that could not be read as a record at all.
#[derive(Debug)]
pub struct Unreadable {
    pub line: u64,
    pub text: String,
    pub why: Refusal,
}

/// What a line number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineUnit {
    /// Physical lines of a text file.
    Physical,
    /// Records: rows of a sheet or a table.
    Record,
}

/// Cuts text into chunks.
pub struct Splitter {
    reader: TextReader,
    delimiter: u8,
    pending: Vec<u8>,
    line: u64,
    index: usize,
}

impl Splitter {
    pub fn new(reader: TextReader, delimiter: u8) -> Self {
        Self { reader, delimiter, pending: Vec::new(), line: 1, index: 0 }
    }

    /// Drops whole physical lines from the start: the preamble and the header.
    pub fn skip_to(&mut self, first_line: u64) -> Result<(), ImportError> {
        let mut start = 0;
        while self.line < first_line {
            match memchr(b'\n', &self.pending[start..]) {
                Some(at) => {
                    start += at + 1;
                    self.line += 1;
                }
                None if self.reader.ended() => start = self.pending.len(),
                None if self.pending.len() - start >= MAX_RECORD_BYTES => {
                    return Err(ImportError::RecordTooLong { line: self.line, limit: MAX_RECORD_BYTES });
                }
                None => {
                    self.pending.drain(..start);
                    start = 0;
                    let more = self.pending.len().max(CHUNK_BYTES);
                    self.reader.append_to(&mut self.pending, more)?;
                    continue;
                }
            }
            if start == self.pending.len() && self.reader.ended() {
                break;
            }
        }
        self.pending.drain(..start);
        Ok(())
    }

    /// Returns the next chunk, or none at the end.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk>, ImportError> {
        loop {
            if self.pending.len() < CHUNK_BYTES && !self.reader.ended() {
                let wanted = CHUNK_BYTES - self.pending.len();
                self.reader.append_to(&mut self.pending, wanted)?;
            }
            let scan = scan(&self.pending, self.delimiter);
            if self.reader.ended() {
                if let Some(open) = scan.open_quote {
                    return Err(ImportError::UnclosedQuote { line: self.line_at(open) });
                }
                let rest = std::mem::take(&mut self.pending);
                return if rest.is_empty() { Ok(None) } else { self.chunk(rest).map(Some) };
            }
            if let Some(end) = scan.end {
                let rest = self.pending.split_off(end);
                let whole = std::mem::replace(&mut self.pending, rest);
                return self.chunk(whole).map(Some);
            }
            if self.pending.len() >= MAX_RECORD_BYTES {
                return Err(match scan.open_quote {
                    Some(open) => ImportError::UnclosedQuote { line: self.line_at(open) },
                    None => ImportError::RecordTooLong { line: self.line, limit: MAX_RECORD_BYTES },
                });
            }
            let more = self.pending.len().max(CHUNK_BYTES);
            self.reader.append_to(&mut self.pending, more)?;
        }
    }

    fn chunk(&mut self, bytes: Vec<u8>) -> Result<Chunk, ImportError> {
        let first_line = self.line;
        self.line += count_lines(&bytes);
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let line = first_line + count_lines(&error.as_bytes()[..valid]);
            ImportError::Encoding { line, encoding: self.reader.encoding().name() }
        })?;
        let index = self.index;
        self.index += 1;
        Ok(Chunk { text, ..Chunk::new(index, first_line) })
    }

    fn line_at(&self, offset: usize) -> u64 {
        self.line + count_lines(&self.pending[..offset])
    }
}

pub fn count_lines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

/// Counts the records of made text.
pub fn count_records(text: &str) -> u64 {
    // Made records keep line breaks of cells inside quotes; only the others end a record.
    let mut inside = false;
    text.bytes()
        .filter(|byte| {
            inside ^= *byte == b'"';
            *byte == b'\n' && !inside
        })
        .count() as u64
}

/// Where the last whole record ends; the bytes start at a record.
pub fn last_record_end(bytes: &[u8], delimiter: u8) -> Option<usize> {
    scan(bytes, delimiter).end
}

#[derive(Debug, PartialEq, Eq)]
struct Scan {
    /// End of the last whole record.
    end: Option<usize>,
    /// Where a quote opens that the bytes do not close.
    open_quote: Option<usize>,
}

/// Looks for the last newline outside quotes; the bytes start at a record.
fn scan(bytes: &[u8], delimiter: u8) -> Scan {
    let mut end = None;
    let mut at = 0;
    let mut gap_start = 0;
    while let Some(found) = memchr(b'"', &bytes[at..]) {
        let quote = at + found;
        let opens = quote == 0 || matches!(bytes[quote - 1], b'\n' | b'\r') || bytes[quote - 1] == delimiter;
        if !opens {
            at = quote + 1;
            continue;
        }
        if let Some(newline) = memrchr(b'\n', &bytes[gap_start..quote]) {
            end = Some(gap_start + newline + 1);
        }
        match closing_quote(bytes, quote) {
            Some(close) => {
                at = close + 1;
                gap_start = at;
            }
            None => return Scan { end, open_quote: Some(quote) },
        }
    }
    if let Some(newline) = memrchr(b'\n', &bytes[gap_start..]) {
        end = Some(gap_start + newline + 1);
    }
    Scan { end, open_quote: None }
}

/// Finds the quote that closes the one at `open`, skipping doubled ones.
pub fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        let quote = at + memchr(b'"', &bytes[at..])?;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        at = quote + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_between_records_only() {
        for (text, end, open_quote) in [
            ("a,b\nc,d", Some(4), None),
            ("a,\"b\nc\"\nd", Some(8), None),
            ("a,\"b\nc", None, Some(2)),
            ("x\na,\"b\nc", Some(2), Some(4)),
            ("5\" pipe,2\nc", Some(10), None),
            ("a,\"b \"\"q\"\" \n\"\nz", Some(14), None),
            ("", None, None),
        ] {
            assert_eq!(scan(text.as_bytes(), b','), Scan { end, open_quote }, "{text:?}");
        }
    }
}
