//! JSON Lines → records in CSV text, so that everything after is the same as for text files.
//!
//! Nested objects become dotted headers: `{"geo": {"city": "Wuhan"}}` is the header `geo.city`. A list of named
//! values (`[{"key": "page", "value": …}]`, `[{"action_type": "purchase", "value": …}]`) becomes one header per
//! name, `event_params.page`; any other list stays JSON text. Numbers keep every digit they are written with.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use memchr::memrchr;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::bytes::{ByteReader, Meter, TextReader};
use super::encoding::TextEncoding;
use super::input::refuse_wide;
use super::record::push_quoted;
use super::split::{CHUNK_BYTES, Chunk, LineUnit, MAX_RECORD_BYTES, Unreadable, count_lines};
use super::value::{Refusal, refusal};
use super::{ImportError, Limits};

/// Few short objects of a file with many keys may stand for so many times their text.
const MAX_SPREAD: u64 = 20;
const MUCH_TEXT: u64 = 128 << 20;
/// Objects nested deeper stay JSON text.
const MAX_DEPTH: usize = 16;
/// Fields that name the entries of a list of named values.
const NAME_FIELDS: [&str; 3] = ["key", "action_type", "name"];
const VALUE_FIELD: &str = "value";
/// Ending of the fields of which one holds a value of known type, as in `{"int_value": 3}`.
const TYPED_ENDING: &str = "_value";

const NOT_AN_OBJECT: Refusal = refusal("not a JSON object", "write one object per line; the last line may have been cut off");
const KEY_TWICE: Refusal = refusal("a key appears twice", "one of the two values would be lost; rename one of the keys");

/// Whether a text starts like JSON Lines, or claims to be.
pub fn is_json_lines(path: &Path, text: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let start = text.trim_start();
    let list_of_objects = start.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{'));
    start.starts_with('{') || list_of_objects || [".jsonl", ".ndjson"].iter().any(|ending| name.ends_with(ending))
}

/// The headers of a file's objects, in the order in which they first appear.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    pub headers: Vec<String>,
    index: HashMap<String, usize>,
    /// Headers that are wanted as JSON text, however deep they are.
    whole: Vec<String>,
    limits: Limits,
}

impl Shape {
    /// `mapped` are the headers that a definition names.
    pub fn new(mapped: &[String], limits: Limits) -> Self {
        Self { whole: mapped.to_vec(), limits, ..Self::default() }
    }

    /// Adds the headers of one line; false when it is not an object.
    pub fn learn(&mut self, line: &str) -> Result<bool, ImportError> {
        let Ok(entries) = serde_json::from_str::<Entries>(line) else { return Ok(false) };
        let Self { headers, index, whole, limits } = self;
        let known = headers.len();
        let mut name = String::new();
        walk(&entries, &mut name, 0, whole, &mut |name, _| {
            if !index.contains_key(name) && headers.len() <= limits.max_headers {
                index.insert(name.to_owned(), headers.len());
                headers.push(name.to_owned());
            }
        });
        if headers.len() > limits.max_headers {
            return Err(ImportError::TooManyHeaders { limit: limits.max_headers });
        }
        refuse_wide(&headers[known..], *limits)?;
        Ok(true)
    }

    /// Writes one line as a CSV record; `cells` is scratch space.
    pub fn write(&self, line: &str, cells: &mut Vec<Option<String>>, out: &mut String) -> Result<(), Refusal> {
        let entries = serde_json::from_str::<Entries>(line).map_err(|_| NOT_AN_OBJECT)?;
        cells.clear();
        cells.resize(self.headers.len(), None);
        let mut twice = false;
        walk(&entries, &mut String::new(), 0, &self.whole, &mut |name, value| {
            if let Some(cell) = self.index.get(name).and_then(|at| cells.get_mut(*at)) {
                twice |= cell.replace(value.into_owned()).is_some();
            }
        });
        if twice {
            return Err(KEY_TWICE);
        }
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            push_quoted(out, cell.as_deref().unwrap_or_default());
        }
        out.push('\n');
        Ok(())
    }
}

/// Reads a file once for its headers.
pub fn learn_shape(path: &Path, encoding: TextEncoding, limits: Limits, mapped: &[String]) -> Result<Shape, ImportError> {
    let mut shape = Shape::new(mapped, limits);
    let mut lines = Blocks::open(path, Meter::new(), encoding, limits)?;
    let mut objects = 0_u64;
    while let Some((block, _)) = lines.next_block()? {
        for line in block.lines().map(str::trim).filter(|line| !line.is_empty()) {
            objects += u64::from(shape.learn(line)?);
        }
    }
    if objects == 0 { Err(ImportError::NotJsonLines) } else { Ok(shape) }
}

/// Turns the lines of a file into chunks of CSV records; each record counts as one line, as in the file.
pub struct JsonChunks<'s> {
    shape: &'s Shape,
    blocks: Blocks,
    block: String,
    at: usize,
    line: u64,
    index: usize,
    cells: Vec<Option<String>>,
    /// Bytes of objects read and of records made of them.
    read: u64,
    made: u64,
}

impl<'s> JsonChunks<'s> {
    pub fn open(path: &Path, meter: Meter, encoding: TextEncoding, limits: Limits, shape: &'s Shape) -> Result<Self, ImportError> {
        let blocks = Blocks::open(path, meter, encoding, limits)?;
        Ok(Self { shape, blocks, block: String::new(), at: 0, line: 1, index: 0, cells: Vec::new(), read: 0, made: 0 })
    }

    pub fn next_chunk(&mut self) -> Result<Option<Chunk>, ImportError> {
        if self.at == self.block.len() {
            let Some((block, first_line)) = self.blocks.next_block()? else { return Ok(None) };
            (self.block, self.at, self.line) = (block, 0, first_line);
        }
        let text = String::with_capacity(self.block.len().min(CHUNK_BYTES));
        let mut chunk = Chunk { text, lines: LineUnit::Record, ..Chunk::new(self.index, self.line) };
        // Many keys and short objects make records longer than their lines.
        while self.at < self.block.len() && chunk.text.len() < CHUNK_BYTES {
            let rest = &self.block[self.at..];
            let line = rest.find('\n').map_or(rest, |end| &rest[..=end]);
            convert(self.shape, line, self.line, &mut self.cells, &mut chunk);
            self.at += line.len();
            self.read += line.len() as u64;
            self.line += 1;
        }
        self.made += chunk.text.len() as u64;
        if self.made > MUCH_TEXT && self.made / MAX_SPREAD > self.read {
            return Err(ImportError::TooSparse { keys: self.shape.headers.len(), limit: MUCH_TEXT });
        }
        self.index += 1;
        Ok(Some(chunk))
    }
}

/// Adds one line to a chunk. A line without a record leaves a blank one, so that lines keep their numbers.
pub fn convert(shape: &Shape, line: &str, number: u64, cells: &mut Vec<Option<String>>, chunk: &mut Chunk) {
    let line = line.trim();
    if line.is_empty() {
        chunk.text.push('\n');
        return;
    }
    if let Err(why) = shape.write(line, cells, &mut chunk.text) {
        chunk.unreadable.push(Unreadable { line: number, text: line.to_owned(), why });
        chunk.text.push('\n');
    }
}

/// Whole lines of a file, some at a time.
struct Blocks {
    reader: TextReader,
    pending: Vec<u8>,
    line: u64,
}

impl Blocks {
    fn open(path: &Path, meter: Meter, encoding: TextEncoding, limits: Limits) -> Result<Self, ImportError> {
        let bytes = ByteReader::open(path, meter, limits.max_unpacked_bytes)?;
        Ok(Self { reader: TextReader::new(bytes, encoding), pending: Vec::new(), line: 1 })
    }

    /// Returns some whole lines and the number of the first one.
    fn next_block(&mut self) -> Result<Option<(String, u64)>, ImportError> {
        loop {
            if !self.reader.ended() {
                self.reader.append_to(&mut self.pending, CHUNK_BYTES)?;
            }
            let end = if self.reader.ended() { Some(self.pending.len()) } else { memrchr(b'\n', &self.pending).map(|at| at + 1) };
            let Some(end) = end else {
                if self.pending.len() >= MAX_RECORD_BYTES {
                    return Err(ImportError::RecordTooLong { line: self.line, limit: MAX_RECORD_BYTES });
                }
                continue;
            };
            if end == 0 {
                return Ok(None);
            }
            let rest = self.pending.split_off(end);
            let block = std::mem::replace(&mut self.pending, rest);
            let first_line = self.line;
            self.line += count_lines(&block);
            let text = String::from_utf8(block).map_err(|error| {
                let valid = error.utf8_error().valid_up_to();
                let line = first_line + count_lines(&error.as_bytes()[..valid]);
                ImportError::Encoding { line, encoding: self.reader.encoding().name() }
            })?;
            return Ok(Some((text, first_line)));
        }
    }
}

/// The entries of an object, values as they are written.
struct Entries<'j>(Vec<(Cow<'j, str>, &'j RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Entries<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(16));
                while let Some((Text(key), value)) = map.next_entry()? {
                    entries.push((key, value));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// A JSON string, borrowed unless it has escapes.
struct Text<'j>(Cow<'j, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowed;
        impl<'de> Visitor<'de> for Borrowed {
            type Value = Text<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrowed)
    }
}

type Visit<'v> = &'v mut dyn FnMut(&str, Cow<str>);

/// Calls `visit` with the dotted name and the text of every value below an object.
fn walk(entries: &Entries, name: &mut String, depth: usize, whole: &[String], visit: Visit) {
    for (key, value) in &entries.0 {
        let length = name.len();
        if length > 0 {
            name.push('.');
        }
        name.push_str(key);
        cell(value.get(), name, depth, whole, visit);
        name.truncate(length);
    }
}

fn cell(raw: &str, name: &mut String, depth: usize, whole: &[String], visit: Visit) {
    match raw.as_bytes().first() {
        Some(b'"') => match serde_json::from_str::<Text>(raw) {
            Ok(Text(text)) => visit(name, text),
            // A lone surrogate is not text; it is kept as it is written.
            Err(_) => visit(name, Cow::Borrowed(raw)),
        },
        Some(b'{') => {
            if whole.contains(name) {
                visit(name, Cow::Borrowed(raw));
            }
            match serde_json::from_str::<Entries>(raw) {
                Ok(entries) if depth < MAX_DEPTH => walk(&entries, name, depth + 1, whole, visit),
                _ => visit(name, Cow::Borrowed(raw)),
            }
        }
        Some(b'[') => list(raw, name, depth, whole, visit),
        Some(b'n') | None => {}
        Some(_) => visit(name, Cow::Borrowed(raw)),
    }
}

fn list(raw: &str, name: &mut String, depth: usize, whole: &[String], visit: Visit) {
    let named = serde_json::from_str::<Vec<Entries>>(raw).ok().filter(|items| !items.is_empty() && depth < MAX_DEPTH);
    let named: Option<Vec<NamedValue>> = named.and_then(|items| items.into_iter().map(named_value).collect());
    let Some(named) = named else {
        if raw != "[]" {
            visit(name, Cow::Borrowed(raw));
        }
        return;
    };
    if whole.contains(name) {
        visit(name, Cow::Borrowed(raw));
    }
    for NamedValue { name: item, value, rest } in named {
        let length = name.len();
        name.push('.');
        name.push_str(&item);
        match serde_json::from_str::<Entries>(value.get()) {
            Ok(Entries(fields)) => {
                let (typed, other): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(key, _)| key.ends_with(TYPED_ENDING));
                if let Some((_, value)) = typed.iter().find(|(_, value)| value.get() != "null") {
                    cell(value.get(), name, depth + 1, whole, visit);
                }
                walk(&Entries(other), name, depth + 1, whole, visit);
            }
            Err(_) => cell(value.get(), name, depth + 1, whole, visit),
        }
        walk(&Entries(rest), name, depth + 1, whole, visit);
        name.truncate(length);
    }
}

/// One entry of a list of named values.
struct NamedValue<'j> {
    name: String,
    value: &'j RawValue,
    rest: Vec<(Cow<'j, str>, &'j RawValue)>,
}

fn named_value(Entries(mut fields): Entries) -> Option<NamedValue> {
    let name_at = NAME_FIELDS.iter().find_map(|field| fields.iter().position(|(key, _)| key == field))?;
    let Text(name) = serde_json::from_str(fields.remove(name_at).1.get()).ok()?;
    let value_at = fields.iter().position(|(key, _)| key == VALUE_FIELD)?;
    let (_, value) = fields.remove(value_at);
    Some(NamedValue { name: name.into_owned(), value, rest: fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(lines: &[&str], mapped: &[&str]) -> (Vec<String>, Vec<String>) {
        let mapped: Vec<String> = mapped.iter().map(|header| (*header).to_owned()).collect();
        let mut shape = Shape::new(&mapped, Limits::default());
        for line in lines {
            shape.learn(line).expect("few headers");
        }
        let records = lines.iter().map(|line| {
            let mut out = String::new();
            match shape.write(line, &mut Vec::new(), &mut out) {
                Ok(()) => out.trim_end().to_owned(),
                Err(why) => why.reason.to_owned(),
            }
        });
        let records = records.collect();
        (shape.headers, records)
    }

    #[test]
    fn objects_become_dotted_headers() {
        let (headers, records) = flat(
            &[
                r#"{"id": 12345678901234567890123, "geo": {"city": "武汉", "at": {"lat": 30.60}}, "tags": ["a", 1], "none": null}"#,
                r#"{"id": "00\u00310", "paid": 12.50, "ok": true, "late": {}}"#,
            ],
            &[],
        );
        assert_eq!(headers, ["id", "geo.city", "geo.at.lat", "tags", "paid", "ok"]);
        assert_eq!(records[0], r#"12345678901234567890123,武汉,30.60,"[""a"", 1]",,"#);
        assert_eq!(records[1], "0010,,,,12.50,true");
    }

    #[test]
    fn named_values_become_headers() {
        let line = r#"{"event_params": [{"key": "page", "value": {"string_value": "/a", "int_value": null}}, {"key": "n", "value": {"int_value": "7"}}],
            "actions": [{"action_type": "purchase", "value": "3", "7d_click": "2"}], "items": [{"item_id": "x"}], "empty": []}"#
            .replace('\n', " ");
        let (headers, records) = flat(&[&line], &["event_params"]);
        assert_eq!(
            headers,
            ["event_params", "event_params.page", "event_params.n", "actions.purchase", "actions.purchase.7d_click", "items"]
        );
        assert!(records[0].ends_with(r#",/a,7,3,2,"[{""item_id"": ""x""}]""#), "{}", records[0]);
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        let (_, records) = flat(&[r#"{"a": 1}"#, r#"{"a": 1, "a": 2}"#, r#"{"a": "#, "[1]", r#""a""#, "nonsense"], &[]);
        assert_eq!(records[1], KEY_TWICE.reason);
        assert!(records[2..].iter().all(|record| record == NOT_AN_OBJECT.reason), "{records:?}");
        let limits = Limits { max_headers: 50, ..Limits::default() };
        let many = format!("{{{}}}", (0..=50).map(|key| format!("\"k{key}\":1")).collect::<Vec<_>>().join(","));
        assert!(matches!(Shape::new(&[], limits).learn(&many), Err(ImportError::TooManyHeaders { limit: 50 })));
        let long = format!("{{\"{}\": 1}}", "k".repeat(100_000));
        assert!(matches!(Shape::new(&[], limits).learn(&long), Err(ImportError::HeaderTooLong { .. })));
        let deep = format!("{}1{}", "{\"a\":".repeat(3_000), "}".repeat(3_000));
        let (headers, _) = flat(&[&deep], &[]);
        assert_eq!(headers.len(), 1, "deep objects stay text");
    }
}
