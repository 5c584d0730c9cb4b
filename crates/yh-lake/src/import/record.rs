//! A chunk's text → where each field of each record is.

use std::borrow::Cow;
use std::ops::Range;

use super::split::{Chunk, LineUnit, closing_quote};

/// A field's place in the chunk's text, quotes excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    start: u32,
    /// The highest bit says that the field holds quotes to resolve, and that the span includes the outer ones.
    end: u32,
}

const QUOTES_INSIDE: u32 = 1 << 31;
const EMPTY: Span = Span { start: 0, end: 0 };

impl Span {
    /// Returns the field's text.
    #[inline]
    pub fn text(self, chunk: &str) -> Cow<'_, str> {
        if self.end & QUOTES_INSIDE == 0 {
            return Cow::Borrowed(&chunk[self.start as usize..self.end as usize]);
        }
        let raw = &chunk[self.start as usize..(self.end & !QUOTES_INSIDE) as usize];
        Cow::Owned(unquoted(raw))
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Length in bytes, quotes to resolve included.
    #[inline]
    pub fn bytes(self) -> u32 {
        (self.end & !QUOTES_INSIDE) - self.start
    }

    /// Whether the field has no letters.
    #[inline]
    fn is_blank(self, bytes: &[u8]) -> bool {
        self.is_empty()
            || (self.end & QUOTES_INSIDE == 0 && bytes[self.start as usize..self.end as usize].iter().all(u8::is_ascii_whitespace))
    }
}

/// Resolves a field that opens with a quote: doubled quotes inside, and whatever follows the closing one.
fn unquoted(raw: &str) -> String {
    let Some(close) = closing_quote(raw.as_bytes(), 0) else { return raw.to_owned() };
    let mut text = raw[1..close].replace("\"\"", "\"");
    text.push_str(&raw[close + 1..]);
    text
}

/// The fields of a chunk, row by row, `width` to a row.
#[derive(Debug, Default)]
pub struct Records {
    pub width: usize,
    spans: Vec<Span>,
    /// Line of each row.
    pub lines: Vec<u64>,
    /// Text of each row, without the line end.
    places: Vec<(u32, u32)>,
    /// Rows whose number of fields is not `width`, with that number.
    pub ragged: Vec<(usize, usize)>,
}

impl Records {
    /// Finds the fields of every record; blank lines are skipped. Trailing empty fields beyond `width` do not count.
    pub fn find(chunk: &Chunk, delimiter: u8, width: usize) -> Self {
        let bytes = chunk.text.as_bytes();
        let mut records = Self { width, ..Self::default() };
        records.spans.reserve(bytes.len() / 8);
        let mut at = 0;
        let mut line = chunk.first_line;
        while at < bytes.len() {
            let start = at;
            let (mut seen, mut filled, mut inner_lines) = (0, 0, 0);
            loop {
                let (span, end, newlines) = field(bytes, at, delimiter);
                inner_lines += newlines;
                seen += 1;
                if !span.is_blank(bytes) {
                    filled = seen;
                }
                if seen <= width {
                    records.spans.push(span);
                }
                at = end + 1;
                if bytes.get(end) != Some(&delimiter) {
                    break;
                }
            }
            if filled == 0 {
                records.spans.truncate(records.len() * width);
            } else {
                records.close_row(bytes, start..(at - 1).min(bytes.len()), line, seen, filled);
            }
            line += match chunk.lines {
                LineUnit::Physical => 1 + inner_lines,
                LineUnit::Record => 1,
            };
        }
        records
    }

    /// Ends a row of `seen` fields, the last one with text being number `filled`.
    fn close_row(&mut self, bytes: &[u8], place: Range<usize>, line: u64, seen: usize, filled: usize) {
        let row = self.len();
        if filled > self.width {
            self.ragged.push((row, filled));
        } else if seen < self.width {
            self.ragged.push((row, seen));
        }
        self.spans.resize((row + 1) * self.width, EMPTY);
        self.lines.push(line);
        let end = without_return(bytes, place.start, place.end);
        self.places.push((place.start as u32, end as u32));
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    #[inline]
    pub fn span(&self, row: usize, field: usize) -> Span {
        self.spans[row * self.width + field]
    }

    /// The whole record as it stands in the file.
    pub fn raw<'c>(&self, row: usize, chunk: &'c str) -> &'c str {
        let (start, end) = self.places[row];
        &chunk[start as usize..end as usize]
    }
}

/// Returns the first rows of a text with their lines, whatever their width.
pub fn first_rows(text: &str, delimiter: u8, most: usize) -> Vec<(u64, Vec<String>)> {
    let bytes = text.as_bytes();
    let mut rows = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() && rows.len() < most {
        let mut fields = Vec::new();
        let mut inner_lines = 0;
        loop {
            let (span, end, newlines) = field(bytes, at, delimiter);
            fields.push(span.text(text).trim().to_owned());
            inner_lines += newlines;
            at = end + 1;
            if bytes.get(end) != Some(&delimiter) {
                break;
            }
        }
        if fields.iter().any(|field| !field.is_empty()) {
            rows.push((line, fields));
        }
        line += 1 + inner_lines;
    }
    rows
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

/// Returns the field that starts at `at`, where it ends (a delimiter, a newline or the end of the text), and the newlines inside it.
#[inline]
fn field(bytes: &[u8], at: usize, delimiter: u8) -> (Span, usize, u64) {
    if bytes.get(at) == Some(&b'"') {
        return quoted_field(bytes, at, delimiter);
    }
    let end = find_end(bytes, at, delimiter);
    let text_end = without_return(bytes, at, end);
    (Span { start: at as u32, end: text_end as u32 }, end, 0)
}

fn quoted_field(bytes: &[u8], at: usize, delimiter: u8) -> (Span, usize, u64) {
    let Some(close) = closing_quote(bytes, at) else {
        // The splitter never cuts inside quotes, so this is the last field of a damaged file.
        return (Span { start: at as u32, end: bytes.len() as u32 }, bytes.len(), 0);
    };
    let newlines = super::split::count_lines(&bytes[at..close]);
    let end = find_end(bytes, close + 1, delimiter);
    let text_end = without_return(bytes, close + 1, end);
    let inside = &bytes[at + 1..close];
    if text_end == close + 1 && memchr::memchr(b'"', inside).is_none() {
        return (Span { start: at as u32 + 1, end: close as u32 }, end, newlines);
    }
    (Span { start: at as u32, end: text_end as u32 | QUOTES_INSIDE }, end, newlines)
}

fn without_return(bytes: &[u8], start: usize, end: usize) -> usize {
    let returns = end > start && bytes[end - 1] == b'\r' && bytes.get(end).is_none_or(|byte| *byte == b'\n');
    end - usize::from(returns)
}

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Finds the next delimiter or newline, eight bytes at a time: most fields are short.
#[inline]
fn find_end(bytes: &[u8], mut at: usize, delimiter: u8) -> usize {
    let (delimiters, newlines) = (LOW * u64::from(delimiter), LOW * u64::from(b'\n'));
    while let Some(eight) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(eight.try_into().expect("eight bytes"));
        let (a, b) = (word ^ delimiters, word ^ newlines);
        // The lowest flagged byte is a true zero byte; flags above it may be false.
        let zeros = ((a.wrapping_sub(LOW) & !a) | (b.wrapping_sub(LOW) & !b)) & HIGH;
        if zeros != 0 {
            return at + (zeros.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    bytes[at..].iter().position(|byte| *byte == delimiter || *byte == b'\n').map_or(bytes.len(), |found| at + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, width: usize) -> (Vec<(u64, Vec<String>)>, Vec<(usize, usize)>) {
        let chunk = Chunk { text: text.to_owned(), ..Chunk::new(0, 1) };
        let records = Records::find(&chunk, b',', width);
        let rows = (0..records.len())
            .map(|row| {
                let fields = (0..width).map(|field| records.span(row, field).text(text).into_owned()).collect();
                (records.lines[row], fields)
            })
            .collect();
        (rows, records.ragged)
    }

    #[test]
    fn finds_fields_and_lines() {
        let text = "a,b\r\n\"x\ny\",\"say \"\"hi\"\"\"\n\n,\n=\"007\",5\" pipe\nlast,";
        let (rows, ragged) = rows(text, 2);
        let expected: Vec<(u64, Vec<String>)> =
            [(1, ["a", "b"]), (2, ["x\ny", "say \"hi\""]), (6, ["=\"007\"", "5\" pipe"]), (7, ["last", ""])]
                .into_iter()
                .map(|(line, fields)| (line, fields.map(str::to_owned).to_vec()))
                .collect();
        assert_eq!(rows, expected);
        assert!(ragged.is_empty());
    }

    #[test]
    fn counts_ragged_rows() {
        let (rows, ragged) = rows("a\nb,c,d,e\nf,g,,\n", 2);
        assert_eq!(rows.len(), 3);
        assert_eq!(ragged, vec![(0, 1), (1, 4)]);
    }

    #[test]
    fn agrees_with_the_csv_crate() {
        use proptest::prelude::*;
        let field = prop_oneof!["[a-z]{0,12}", "\"[a-z,\n]{0,9}\"", "\"([a-z]|\"\"){0,5}\"", "[a-z]\"[a-z]"];
        let file = prop::collection::vec(prop::collection::vec(field, 3), 1..20);
        let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
        proptest!(config, |(records in file)| {
            let text: String = records.iter().map(|fields| fields.join(",") + "\n").collect();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.expect("readable").iter().map(str::to_owned).collect::<Vec<_>>())
                .filter(|fields: &Vec<String>| fields.iter().any(|field| !field.trim().is_empty()))
                .collect();
            let (ours, _) = rows(&text, 3);
            let ours: Vec<Vec<String>> = ours.into_iter().map(|(_, fields)| fields).collect();
            prop_assert_eq!(ours, theirs);
        });
    }
}
