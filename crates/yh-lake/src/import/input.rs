//! What a file is: text, JSON Lines, sheet or Parquet; its headers; and how to get chunks of it, as often as needed.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8};
use yh_model::source::FileFormat as FormatGiven;

use super::bytes::{ByteReader, LineEnd, Meter, TextReader, sample};
use super::encoding::{TextEncoding, detect_encoding, eastern_or_western, encoding_named};
use super::json::{JsonChunks, Shape, is_json_lines, learn_shape};
use super::layout::find_layout;
use super::pipeline::ChunkSource;
use super::record::first_rows;
use super::report::FormatFound;
use super::split::{Splitter, count_lines};
use super::table::{is_parquet, nested_shape, read_table};
use super::workbook::{Sheet, SheetRequest, is_old_sheet, is_sheet, open_sheet};
use super::{ImportError, Limits};

/// Bytes looked at to tell encoding, delimiter, header and date order.
const SAMPLE_BYTES: usize = 1 << 20;
/// Rows looked at to tell date order and which texts repeat.
const SAMPLE_ROWS: usize = 5_000;
/// A question of a survey fits; a text that a quote swallowed does not. Every row repeats the names of its attributes.
pub const MAX_HEADER_CHARACTERS: usize = 500;
const MAX_HEADER_BYTES: usize = MAX_HEADER_CHARACTERS;
/// Separates the fields of records made from sheets and tables.
pub const MADE_DELIMITER: u8 = b',';

/// An opened file.
pub struct Input {
    pub format: FormatFound,
    pub headers: Vec<String>,
    pub delimiter: u8,
    pub encoding: Option<TextEncoding>,
    /// Sheets of a spreadsheet.
    pub sheets: Vec<String>,
    /// The first rows after the header, trimmed.
    pub rows: Vec<Vec<String>>,
    pub meter: Meter,
    pub total_bytes: u64,
    body: Body,
}

enum Body {
    /// The line the first record starts on.
    Text {
        data_line: u64,
        line_end: LineEnd,
    },
    Sheet(Sheet),
    /// One JSON object per line, with these headers.
    Json(Shape),
    /// Parquet; nested columns are read through JSON with these headers.
    Table(Option<Shape>),
}

impl Input {
    /// Opens a file; `knows` tells headers of the dataset from other text, `mapped` are those a definition names.
    pub fn open(
        path: &Path,
        given: &FormatGiven,
        encoding: Option<&'static Encoding>,
        limits: Limits,
        knows: &dyn Fn(&str) -> bool,
        mapped: &[String],
    ) -> Result<Self, ImportError> {
        let total_bytes = std::fs::metadata(path).map_err(|error| ImportError::io(path, error))?.len();
        let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if total_bytes == 0 {
            return Err(ImportError::Empty(file_name));
        }
        let mut magic = [0; 8];
        let read = File::open(path).and_then(|mut file| file.read(&mut magic)).map_err(|error| ImportError::io(path, error))?;
        let magic = &magic[..read];
        if is_sheet(magic) || is_old_sheet(magic) {
            return Self::sheet(SheetRequest { path, file: &file_name, given, limits, knows }, magic, total_bytes);
        }
        if is_parquet(magic) {
            return Self::table(path, total_bytes, mapped, limits);
        }
        Self::text(path, given, encoding, limits, total_bytes, knows, mapped)
    }

    fn text(
        path: &Path,
        given: &FormatGiven,
        encoding: Option<&'static Encoding>,
        limits: Limits,
        total_bytes: u64,
        knows: &dyn Fn(&str) -> bool,
        mapped: &[String],
    ) -> Result<Self, ImportError> {
        let (bytes, complete) = sample(path, SAMPLE_BYTES, limits.max_unpacked_bytes)?;
        let encoding = match (&given.encoding, encoding) {
            (Some(name), _) => TextEncoding { encoding: encoding_named(name)?, guessed: false },
            (None, Some(encoding)) => TextEncoding { encoding, guessed: false },
            (None, None) => TextEncoding { encoding: detect_encoding(&bytes, complete), guessed: true },
        };
        if !encoding.guessed && encoding.encoding == UTF_8 {
            refuse_other_than_utf8(&bytes)?;
        }
        let (text, line_end) = sample_text(&bytes, encoding.encoding, complete);
        if text.trim().is_empty() {
            return Err(ImportError::Empty(path.file_name().unwrap_or_default().to_string_lossy().into_owned()));
        }
        if is_binary(&text) {
            return Err(ImportError::NotATable(path.file_name().unwrap_or_default().to_string_lossy().into_owned()));
        }
        if is_json_lines(path, &text) {
            return Self::json(path, encoding, limits, total_bytes, mapped);
        }
        let delimiter = given.delimiter.map(|delimiter| delimiter as u8);
        let layout = find_layout(&text, delimiter, given.header_row.map(|row| row as u64), knows).ok_or(ImportError::NoHeader)?;
        refuse_wide(&layout.headers, limits)?;
        let body = text_from_line(&text, layout.data_line);
        Ok(Self {
            format: FormatFound {
                encoding: Some(encoding.name()),
                delimiter: Some(layout.delimiter as char),
                sheet: None,
                header_row: layout.header_line,
            },
            rows: first_rows(body, layout.delimiter, SAMPLE_ROWS).into_iter().map(|(_, fields)| fields).collect(),
            headers: layout.headers,
            delimiter: layout.delimiter,
            encoding: Some(encoding),
            sheets: Vec::new(),
            meter: Meter::new(),
            total_bytes,
            body: Body::Text { data_line: layout.data_line, line_end },
        })
    }

    fn json(path: &Path, encoding: TextEncoding, limits: Limits, total_bytes: u64, mapped: &[String]) -> Result<Self, ImportError> {
        let (encoding, shape) = match learn_shape(path, encoding, limits, mapped) {
            // Plain ASCII at the start of a file says nothing about the rest.
            Err(ImportError::Encoding { .. }) if encoding.guessed => {
                let encoding = TextEncoding { encoding: whole_file_encoding(path, limits)?, guessed: true };
                (encoding, learn_shape(path, encoding, limits, mapped)?)
            }
            shape => (encoding, shape?),
        };
        let first = JsonChunks::open(path, Meter::new(), encoding, limits, &shape)?.next_chunk()?;
        let text = first.map(|chunk| chunk.text).unwrap_or_default();
        Ok(Self {
            format: FormatFound { encoding: Some(encoding.name()), delimiter: None, sheet: None, header_row: 0 },
            rows: first_rows(&text, MADE_DELIMITER, SAMPLE_ROWS).into_iter().map(|(_, fields)| fields).collect(),
            headers: shape.headers.clone(),
            delimiter: MADE_DELIMITER,
            encoding: Some(encoding),
            sheets: Vec::new(),
            meter: Meter::new(),
            total_bytes,
            body: Body::Json(shape),
        })
    }

    fn sheet(request: SheetRequest, magic: &[u8], total_bytes: u64) -> Result<Self, ImportError> {
        let sheet = open_sheet(request, magic)?;
        refuse_wide(&sheet.headers, request.limits)?;
        let text = (sheet.chunks()?)()?.map(|chunk| chunk.text).unwrap_or_default();
        Ok(Self {
            format: FormatFound { encoding: None, delimiter: None, sheet: Some(sheet.name.clone()), header_row: sheet.header_row },
            headers: sheet.headers.clone(),
            delimiter: MADE_DELIMITER,
            encoding: None,
            sheets: sheet.sheets.clone(),
            rows: first_rows(&text, MADE_DELIMITER, SAMPLE_ROWS).into_iter().map(|(_, fields)| fields).collect(),
            meter: hashed(request.path)?,
            total_bytes,
            body: Body::Sheet(sheet),
        })
    }

    fn table(path: &Path, total_bytes: u64, mapped: &[String], limits: Limits) -> Result<Self, ImportError> {
        let shape = nested_shape(path, mapped, limits)?;
        let mut table = read_table(path, shape.as_ref(), limits)?;
        refuse_wide(&table.headers, limits)?;
        let first = (table.next_chunk)()?.map(|chunk| chunk.text).unwrap_or_default();
        Ok(Self {
            format: FormatFound { encoding: None, delimiter: None, sheet: None, header_row: 0 },
            rows: first_rows(&first, MADE_DELIMITER, SAMPLE_ROWS).into_iter().map(|(_, fields)| fields).collect(),
            headers: table.headers.clone(),
            delimiter: MADE_DELIMITER,
            encoding: None,
            sheets: Vec::new(),
            meter: hashed(path)?,
            total_bytes,
            body: Body::Table(shape.clone()),
        })
    }

    /// Starts reading records; `meter` counts and hashes the file meanwhile.
    pub fn chunks<'s>(&'s self, path: &Path, meter: Meter, limits: Limits) -> Result<ChunkSource<'s>, ImportError> {
        match &self.body {
            Body::Text { data_line, line_end } => {
                let encoding = self.encoding.unwrap_or(TextEncoding { encoding: UTF_8, guessed: true });
                let bytes = ByteReader::open(path, meter, limits.max_unpacked_bytes)?;
                let mut splitter = Splitter::new(TextReader::new(bytes, encoding).with_line_end(*line_end), self.delimiter);
                splitter.skip_to(*data_line)?;
                Ok(Box::new(move || splitter.next_chunk()))
            }
            Body::Sheet(sheet) => sheet.chunks(),
            Body::Json(shape) => {
                let encoding = self.encoding.unwrap_or(TextEncoding { encoding: UTF_8, guessed: true });
                let mut chunks = JsonChunks::open(path, meter, encoding, limits, shape)?;
                Ok(Box::new(move || chunks.next_chunk()))
            }
            Body::Table(shape) => Ok(read_table(path, shape.as_ref(), limits)?.next_chunk),
        }
    }
}

/// Refuses headers that are data, or a file that is no table.
pub fn refuse_wide(headers: &[String], limits: Limits) -> Result<(), ImportError> {
    let limit = limits.max_headers;
    if headers.len() > limit {
        return Err(ImportError::TooManyHeaders { limit });
    }
    match headers.iter().find(|header| header.len() > MAX_HEADER_BYTES && header.chars().count() > MAX_HEADER_CHARACTERS) {
        Some(long) => {
            let start = long.chars().take(40).collect();
            Err(ImportError::HeaderTooLong { start, limit: MAX_HEADER_CHARACTERS })
        }
        None => Ok(()),
    }
}

/// Reads a whole file for its hash.
fn hashed(path: &Path) -> Result<Meter, ImportError> {
    let meter = Meter::new();
    let mut bytes = ByteReader::open(path, meter.clone(), u64::MAX)?;
    let mut block = vec![0; SAMPLE_BYTES];
    while bytes.fill(&mut block)? > 0 {}
    Ok(meter)
}

/// Looks at a whole file whose start was plain ASCII.
pub fn whole_file_encoding(path: &Path, limits: Limits) -> Result<&'static Encoding, ImportError> {
    let mut bytes = ByteReader::open(path, Meter::new(), limits.max_unpacked_bytes)?;
    let mut block = vec![0; SAMPLE_BYTES];
    let mut odd_lines = Vec::new();
    loop {
        let read = bytes.fill(&mut block)?;
        if read == 0 {
            return Ok(eastern_or_western(&odd_lines));
        }
        // Lines of plain ASCII say nothing; a few MiB of the others say enough.
        let odd = block[..read].split(|byte| *byte == b'\n').filter(|line| !line.is_ascii());
        for line in odd {
            if odd_lines.len() < SAMPLE_BYTES {
                odd_lines.extend_from_slice(line);
                odd_lines.push(b'\n');
            }
        }
    }
}

/// A header in the wrong encoding would only be missed; this says why.
fn refuse_other_than_utf8(bytes: &[u8]) -> Result<(), ImportError> {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_some() => {
            Err(ImportError::Encoding { line: count_lines(&bytes[..error.valid_up_to()]) + 1, encoding: "utf-8".into() })
        }
        _ => Ok(()),
    }
}

/// The start of a file as text with its lines ended by newlines, cut at the last one.
fn sample_text(bytes: &[u8], encoding: &'static Encoding, complete: bool) -> (String, LineEnd) {
    let (text, _, _) = encoding.decode(bytes);
    let mut text = text.into_owned();
    let line_end = if text.contains('\n') || !text.contains('\r') { LineEnd::Newline } else { LineEnd::Return };
    if line_end == LineEnd::Return {
        text = text.replace('\r', "\n");
    }
    if !complete {
        let end = text.rfind('\n').map_or(text.len(), |at| at + 1);
        text.truncate(end);
    }
    (text, line_end)
}

fn text_from_line(text: &str, line: u64) -> &str {
    let mut rest = text;
    for _ in 1..line {
        rest = rest.find('\n').map_or("", |at| &rest[at + 1..]);
    }
    debug_assert!(rest.is_empty() || count_lines(text.as_bytes()) + 1 >= line);
    rest
}

/// Whether decoded bytes are no text at all: a picture, a PDF, an archive under a wrong name.
fn is_binary(text: &str) -> bool {
    let control = |c: &char| c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\u{1a}');
    let (seen, strange) = text.chars().take(4096).fold((0, 0), |(seen, strange), c| (seen + 1, strange + usize::from(control(&c))));
    text.starts_with("%PDF-") || strange * 50 > seen
}
