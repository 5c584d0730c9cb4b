//! Reads a lake file in blocks, each verified before anybody parses it.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use parquet::{
    errors::ParquetError,
    file::reader::{ChunkReader, Length},
};

use super::{
    Fault,
    sums::{BLOCK, Sums},
};

/// A file whose every byte read was verified; cheap to clone.
#[derive(Clone)]
pub struct CheckedFile(Arc<Inner>);

struct Inner {
    path: PathBuf,
    sums: Arc<Sums>,
    state: Mutex<State>,
}

struct State {
    file: File,
    /// The block read last: headers and searches ask for the same one again.
    last: Option<(u64, Bytes)>,
    /// What was found wrong: readers between here and the caller keep no more than its text.
    fault: Option<Fault>,
}

impl CheckedFile {
    /// Opens a file whose sums are known to be those of the file the records name.
    pub fn open(path: &Path, sums: Arc<Sums>) -> Result<Self, Fault> {
        let file = File::open(path).map_err(|error| Fault::of_io(&error))?;
        let state = Mutex::new(State { file, last: None, fault: None });
        Ok(Self(Arc::new(Inner { path: path.to_owned(), sums, state })))
    }

    /// Reads a range that lies within the file.
    pub fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        let mut state = self.state();
        let (first, end) = (range.start / BLOCK, range.end.div_ceil(BLOCK));
        let blocks = match &state.last {
            Some((held, bytes)) if *held == first && end == first + 1 => bytes.clone(),
            _ => {
                let bytes = self.verified(&mut state.file, first..end);
                let bytes = bytes.inspect_err(|error| state.fault = Some(Fault::of_io(error)))?;
                let last = ((end - 1 - first) * BLOCK) as usize;
                // Only a block read alone is kept: a view of a large read would keep all of it.
                state.last = (last == 0).then(|| (first, bytes.clone()));
                bytes
            }
        };
        let skipped = (range.start - first * BLOCK) as usize;
        let wanted = (range.end - range.start) as usize;
        match blocks.len() >= skipped + wanted {
            true => Ok(blocks.slice(skipped..skipped + wanted)),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// What a failed read found; the text of an error that passed through other readers says less.
    pub fn fault(&self) -> Option<Fault> {
        self.state().fault.clone()
    }

    /// Reads the whole file once.
    pub fn verify(&self) -> Result<(), Fault> {
        const AT_ONCE: u64 = 64 * BLOCK;
        let bytes = self.0.sums.bytes;
        for start in (0..bytes).step_by(AT_ONCE as usize) {
            self.read(start..(start + AT_ONCE).min(bytes)).map_err(|error| Fault::of_io(&error))?;
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn verified(&self, file: &mut File, blocks: Range<u64>) -> io::Result<Bytes> {
        let sums = &self.0.sums;
        let (start, end) = (blocks.start * BLOCK, (blocks.end * BLOCK).min(sums.bytes));
        if start >= end {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = vec![0; (end - start) as usize];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut bytes)?;
        match blocks.zip(bytes.chunks(BLOCK as usize)).find(|(block, bytes)| !sums.holds(*block, bytes)) {
            Some((block, _)) => Err(io::Error::new(io::ErrorKind::InvalidData, Fault::Altered { at: Some(block * BLOCK) })),
            None => Ok(bytes.into()),
        }
    }
}

impl std::fmt::Debug for CheckedFile {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "CheckedFile({})", self.0.path.display())
    }
}

impl Length for CheckedFile {
    fn len(&self) -> u64 {
        self.0.sums.bytes
    }
}

impl ChunkReader for CheckedFile {
    type T = CheckedRead;

    fn get_read(&self, start: u64) -> parquet::errors::Result<CheckedRead> {
        Ok(CheckedRead { file: self.clone(), at: start })
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        self.read(start..start + length as u64).map_err(|error| ParquetError::External(Box::new(error)))
    }
}

/// Reads on from some place.
pub struct CheckedRead {
    file: CheckedFile,
    at: u64,
}

impl Read for CheckedRead {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let end_of_block = (self.at / BLOCK + 1) * BLOCK;
        let end = end_of_block.min(self.file.len()).min(self.at + out.len() as u64);
        if self.at >= end {
            return Ok(0);
        }
        let bytes = self.file.read(self.at..end)?;
        out[..bytes.len()].copy_from_slice(&bytes);
        self.at = end;
        Ok(bytes.len())
    }
}
