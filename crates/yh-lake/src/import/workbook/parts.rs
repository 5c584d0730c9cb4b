//! The parts of a ZIP archive as XML events, within the limits: what a part claims to be is not believed.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::{CompressionMethod, ZipArchive};

use super::super::bytes::{MOST_TIMES, is_bomb};
use super::super::{ImportError, Limits};
use super::merges::rest_after;

const BLOCK: usize = 1 << 16;
/// One tag, text or comment longer than this is no cell.
const MAX_EVENT_BYTES: u64 = 8 << 20;
const MAX_DEPTH: usize = 256;

/// The parts of a spreadsheet file.
pub struct Parts {
    path: PathBuf,
    archive: Mutex<ZipArchive<BufReader<File>>>,
    /// Names in lower case: some writers disagree with themselves about case.
    names: HashMap<String, usize>,
    unpacked: Arc<AtomicU64>,
    limit: u64,
}

impl Parts {
    pub fn open(path: &Path, limits: Limits) -> Result<Self, ImportError> {
        let file = File::open(path).map_err(|error| ImportError::io(path, error))?;
        let archive = ZipArchive::new(BufReader::new(file)).map_err(|error| unreadable(path, error.to_string()))?;
        let names =
            (0..archive.len()).filter_map(|at| Some((archive.name_for_index(at)?.ok()?.replace('\\', "/").to_lowercase(), at))).collect();
        let limit = limits.max_unpacked_bytes;
        Ok(Self { path: path.to_owned(), archive: Mutex::new(archive), names, unpacked: Arc::default(), limit })
    }

    /// Bytes unpacked since the last start.
    pub fn unpacked_bytes(&self) -> u64 {
        self.unpacked.load(Ordering::Relaxed)
    }

    /// Counts what is unpacked from here on anew.
    pub fn restart(&self) {
        self.unpacked.store(0, Ordering::Relaxed);
    }

    pub fn unreadable(&self, reason: impl Into<String>) -> ImportError {
        unreadable(&self.path, reason.into())
    }

    /// The unpacked bytes of a part; none when there is no such part.
    pub fn bytes(&self, name: &str) -> Result<Option<PartReader>, ImportError> {
        let Some(at) = self.names.get(&name.to_lowercase()) else { return Ok(None) };
        let mut archive = self.archive.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = archive.by_index_raw(*at).map_err(|error| self.unreadable(error.to_string()))?;
        if entry.encrypted() {
            return Err(self.unreadable("it is protected by a password"));
        }
        let (method, packed_bytes, crc) = (entry.compression(), entry.compressed_size(), entry.crc32());
        let start = entry.data_start().ok_or_else(|| self.unreadable(format!("{name} is not in the file")))?;
        let mut file = File::open(&self.path).map_err(|error| ImportError::io(&self.path, error))?;
        file.seek(SeekFrom::Start(start)).map_err(|error| ImportError::io(&self.path, error))?;
        let packed = BufReader::with_capacity(BLOCK, file.take(packed_bytes));
        let source: Box<dyn Read + Send> = match method {
            CompressionMethod::Stored => Box::new(packed),
            CompressionMethod::Deflated => Box::new(DeflateDecoder::new(packed)),
            other => return Err(self.unreadable(format!("{name} is packed by {other:?}"))),
        };
        let (unpacked, limit) = (self.unpacked.clone(), self.limit);
        Ok(Some(PartReader { source, crc: Crc::new(), expected_crc: crc, packed_bytes, bytes: 0, unpacked, limit }))
    }

    /// A part as XML; none when there is no such part.
    pub fn xml(&self, name: &str) -> Result<Option<Xml>, ImportError> {
        Ok(self.bytes(name)?.map(|bytes| Xml::new(&self.path, name, Box::new(bytes))))
    }

    /// A part as XML from where `find` says that something ends.
    pub fn xml_after(&self, name: &str, find: fn(&[u8]) -> Option<usize>) -> Result<Option<Xml>, ImportError> {
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        let rest = rest_after(bytes, find)
            .map_err(|error| ended(&file_name(&self.path), &error).unwrap_or_else(|| self.unreadable(error.to_string())))?;
        Ok(rest.map(|(start, rest)| Xml::new(&self.path, name, Box::new(Cursor::new(start).chain(rest)))))
    }
}

fn unreadable(path: &Path, reason: String) -> ImportError {
    ImportError::Sheet { file: file_name(path), reason }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Why reading a part was ended.
#[derive(Debug, Clone, Copy, thiserror::Error)]
enum Ended {
    #[error("it unpacks to more than is read")]
    TooLarge { limit: u64 },
    #[error("it unpacks to many times its size")]
    TooPacked,
    #[error("it is damaged: the checksum is wrong")]
    Damaged,
}

/// Unpacks a part, counting and checking.
pub struct PartReader {
    source: Box<dyn Read + Send>,
    crc: Crc,
    expected_crc: u32,
    packed_bytes: u64,
    bytes: u64,
    unpacked: Arc<AtomicU64>,
    limit: u64,
}

impl Read for PartReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(out)?;
        self.crc.update(&out[..read]);
        if read == 0 && !out.is_empty() && self.crc.sum() != self.expected_crc {
            return Err(io::Error::other(Ended::Damaged));
        }
        self.bytes += read as u64;
        if is_bomb(self.packed_bytes, self.bytes) {
            return Err(io::Error::other(Ended::TooPacked));
        }
        if self.unpacked.fetch_add(read as u64, Ordering::Relaxed) + read as u64 > self.limit {
            return Err(io::Error::other(Ended::TooLarge { limit: self.limit }));
        }
        Ok(read)
    }
}

/// Ends an event that grows beyond measure before it is held in memory.
struct Measured {
    inner: BufReader<Box<dyn Read + Send>>,
    event_bytes: Arc<AtomicU64>,
}

impl Read for Measured {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.inner.read(out)
    }
}

impl BufRead for Measured {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.event_bytes.load(Ordering::Relaxed) > MAX_EVENT_BYTES {
            return Err(io::Error::other("one of its texts is longer than any cell"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.event_bytes.fetch_add(amount as u64, Ordering::Relaxed);
        self.inner.consume(amount);
    }
}

/// A part's XML events; empty elements come as a start and an end.
pub struct Xml {
    reader: quick_xml::Reader<Measured>,
    buffer: Vec<u8>,
    event_bytes: Arc<AtomicU64>,
    depth: usize,
    file: String,
    part: String,
}

impl Xml {
    fn new(path: &Path, part: &str, bytes: Box<dyn Read + Send>) -> Self {
        let event_bytes = Arc::new(AtomicU64::new(0));
        let inner = BufReader::with_capacity(BLOCK, bytes);
        let mut reader = quick_xml::Reader::from_reader(Measured { inner, event_bytes: event_bytes.clone() });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Self { reader, buffer: Vec::new(), event_bytes, depth: 0, file: file_name(path), part: part.to_owned() }
    }

    pub fn next(&mut self) -> Result<Event<'_>, ImportError> {
        let Self { reader, buffer, event_bytes, depth, file, part } = self;
        buffer.clear();
        event_bytes.store(0, Ordering::Relaxed);
        let wrong = |reason: String| ImportError::Sheet { file: file.clone(), reason: format!("{part}: {reason}") };
        let event = reader.read_event_into(buffer).map_err(|error| problem(file, &error).unwrap_or_else(|| wrong(error.to_string())))?;
        match &event {
            Event::Start(_) => *depth += 1,
            Event::End(_) => *depth = depth.saturating_sub(1),
            _ => {}
        }
        if *depth > MAX_DEPTH {
            return Err(wrong("its elements are nested too deeply".into()));
        }
        Ok(event)
    }

    /// Reads on until the element just started ends.
    pub fn skip(&mut self) -> Result<(), ImportError> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            if matches!(self.next()?, Event::Eof) {
                return Err(self.cut_off());
            }
        }
        Ok(())
    }

    pub fn wrong(&self, reason: impl std::fmt::Display) -> ImportError {
        ImportError::Sheet { file: self.file.clone(), reason: format!("{}: {reason}", self.part) }
    }

    pub fn cut_off(&self) -> ImportError {
        self.wrong("it ends too early")
    }
}

/// What the reader of a part had to say.
fn problem(file: &str, error: &quick_xml::Error) -> Option<ImportError> {
    match error {
        quick_xml::Error::Io(error) => ended(file, error),
        _ => None,
    }
}

fn ended(file: &str, error: &io::Error) -> Option<ImportError> {
    match error.get_ref()?.downcast_ref::<Ended>()? {
        Ended::TooLarge { limit } => Some(ImportError::TooLarge { file: file.to_owned(), limit: *limit }),
        Ended::TooPacked => Some(ImportError::TooPacked { file: file.to_owned(), times: MOST_TIMES }),
        ended @ Ended::Damaged => Some(ImportError::Sheet { file: file.to_owned(), reason: ended.to_string() }),
    }
}

/// An attribute by its local name.
pub fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    // Looking for doubled names takes quadratic time.
    let mut attributes = element.attributes();
    let found = attributes.with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

/// Appends what `&…;` stands for; an unknown name stays as it is written.
pub fn push_reference(out: &mut String, reference: &BytesRef) {
    match (reference.resolve_char_ref(), quick_xml::escape::resolve_predefined_entity(reference)) {
        (Ok(Some(letter)), _) => out.push(letter),
        (_, Some(text)) => out.push_str(text),
        _ => {
            out.push('&');
            out.push_str(reference);
            out.push(';');
        }
    }
}
