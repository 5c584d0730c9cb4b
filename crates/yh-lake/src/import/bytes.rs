//! A file's bytes → UTF-8, unpacked and decoded on the way, with the file's hash.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use encoding_rs::{CoderResult, Decoder, UTF_8};
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::ImportError;
use super::encoding::TextEncoding;

const BLOCK: usize = 1 << 20;
/// From this size on, what unpacks to so many times its size repeats one thing: no table does.
const MUCH: u64 = 64 << 20;
pub const MOST_TIMES: u64 = 200;

/// Whether so few packed bytes stand for so much that they are no table.
pub fn is_bomb(packed: u64, unpacked: u64) -> bool {
    unpacked > MUCH && unpacked / MOST_TIMES > packed
}

/// Reads a file while hashing it; the hash covers the file as it is on disk.
#[derive(Clone)]
pub struct Meter {
    hash: Arc<Mutex<Sha256>>,
    bytes: Arc<AtomicU64>,
}

impl Meter {
    pub fn new() -> Self {
        Self { hash: Arc::new(Mutex::new(Sha256::new())), bytes: Arc::new(AtomicU64::new(0)) }
    }

    /// Bytes of the file read so far.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Hexadecimal SHA-256 of the bytes read so far.
    pub fn sha256(&self) -> String {
        hex(&self.hash.lock().unwrap_or_else(PoisonError::into_inner).clone().finalize())
    }

    fn count(&self, bytes: &[u8]) {
        self.hash.lock().unwrap_or_else(PoisonError::into_inner).update(bytes);
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Metered<R> {
    inner: R,
    meter: Meter,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.meter.count(&out[..read]);
        Ok(read)
    }
}

/// The unpacked bytes of a file.
pub struct ByteReader {
    reader: Box<dyn Read + Send>,
    path: PathBuf,
    packed: bool,
    meter: Meter,
    unpacked_bytes: u64,
    limit: u64,
}

impl ByteReader {
    /// Opens a file, plain or gzip.
    pub fn open(path: &Path, meter: Meter, max_unpacked_bytes: u64) -> Result<Self, ImportError> {
        let mut file = File::open(path).map_err(|error| ImportError::io(path, error))?;
        let mut magic = [0; 2];
        let packed = file.read(&mut magic).map_err(|error| ImportError::io(path, error))? == 2 && magic == [0x1F, 0x8B];
        io::Seek::rewind(&mut file).map_err(|error| ImportError::io(path, error))?;
        let metered = Metered { inner: file, meter: meter.clone() };
        let reader: Box<dyn Read + Send> =
            if packed { Box::new(MultiGzDecoder::new(BufReader::with_capacity(BLOCK, metered))) } else { Box::new(metered) };
        Ok(Self { reader, path: path.to_owned(), packed, meter, unpacked_bytes: 0, limit: max_unpacked_bytes })
    }

    /// Fills `out` as far as the file goes and returns the number of bytes.
    pub fn fill(&mut self, out: &mut [u8]) -> Result<usize, ImportError> {
        let mut filled = 0;
        while filled < out.len() {
            match self.reader.read(&mut out[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.problem(error)),
            }
        }
        self.unpacked_bytes += filled as u64;
        if self.packed && is_bomb(self.meter.bytes(), self.unpacked_bytes) {
            return Err(ImportError::TooPacked { file: self.file_name(), times: MOST_TIMES });
        }
        if self.packed && self.unpacked_bytes > self.limit {
            return Err(ImportError::TooLarge { file: self.file_name(), limit: self.limit });
        }
        Ok(filled)
    }

    fn problem(&self, error: io::Error) -> ImportError {
        use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        if self.packed && matches!(error.kind(), UnexpectedEof | InvalidInput | InvalidData) {
            return ImportError::Truncated { file: self.file_name() };
        }
        ImportError::io(&self.path, error)
    }

    fn file_name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// What ends the lines of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// With or without a return before it.
    Newline,
    /// Nothing but a return, as old programs write.
    Return,
}

/// The text of a file as UTF-8 bytes; validity of UTF-8 input is checked per chunk by the caller.
pub struct TextReader {
    bytes: ByteReader,
    decoder: Option<Decoder>,
    encoding: TextEncoding,
    line_end: LineEnd,
    raw: Vec<u8>,
    at_start: bool,
    ended: bool,
}

impl TextReader {
    pub fn new(bytes: ByteReader, encoding: TextEncoding) -> Self {
        let decoder = (encoding.encoding != UTF_8).then(|| encoding.encoding.new_decoder_with_bom_removal());
        Self { bytes, decoder, encoding, line_end: LineEnd::Newline, raw: Vec::new(), at_start: true, ended: false }
    }

    /// Gives every line a newline at its end, whatever the file has.
    pub fn with_line_end(self, line_end: LineEnd) -> Self {
        Self { line_end, ..self }
    }

    /// Whether everything was read.
    pub fn ended(&self) -> bool {
        self.ended
    }

    pub fn encoding(&self) -> TextEncoding {
        self.encoding
    }

    /// Appends about `wanted` bytes of UTF-8.
    pub fn append_to(&mut self, out: &mut Vec<u8>, wanted: usize) -> Result<(), ImportError> {
        let start = out.len();
        if self.decoder.is_some() {
            self.append_decoded(out, wanted)?
        } else {
            self.append_plain(out, wanted)?
        }
        if self.line_end == LineEnd::Return {
            out[start..].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        }
        Ok(())
    }

    fn append_plain(&mut self, out: &mut Vec<u8>, wanted: usize) -> Result<(), ImportError> {
        let start = out.len();
        out.resize(start + wanted, 0);
        let read = self.bytes.fill(&mut out[start..])?;
        out.truncate(start + read);
        self.ended = read < wanted;
        if std::mem::take(&mut self.at_start) && out[start..].starts_with(b"\xEF\xBB\xBF") {
            out.drain(start..start + 3);
        }
        Ok(())
    }

    fn append_decoded(&mut self, out: &mut Vec<u8>, wanted: usize) -> Result<(), ImportError> {
        self.raw.resize(wanted, 0);
        let read = self.bytes.fill(&mut self.raw)?;
        self.ended = read < wanted;
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        let start = out.len();
        // Checked for overflow by encoding_rs; a block is far smaller than that.
        let room = decoder.max_utf8_buffer_length(read).unwrap_or(read * 4 + 16);
        out.resize(start + room, 0);
        let (result, _, written, malformed) = decoder.decode_to_utf8(&self.raw[..read], &mut out[start..], self.ended);
        debug_assert_eq!(result, CoderResult::InputEmpty);
        out.truncate(start + written);
        if malformed {
            let line = out.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
            return Err(ImportError::Encoding { line, encoding: self.encoding.name() });
        }
        Ok(())
    }
}

/// Reads up to `most` unpacked bytes from the start of a file; the flag says that there are no more.
pub fn sample(path: &Path, most: usize, max_unpacked_bytes: u64) -> Result<(Vec<u8>, bool), ImportError> {
    let mut reader = ByteReader::open(path, Meter::new(), max_unpacked_bytes)?;
    let mut bytes = vec![0; most];
    let read = reader.fill(&mut bytes)?;
    bytes.truncate(read);
    Ok((bytes, read < most))
}
