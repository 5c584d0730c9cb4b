//! The sums of one lake file: a checksum per block, and what ties them to the file the records name.

use std::{
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::durable;

/// Bytes of a block: small enough that a page read alone costs little more, large enough that sums stay tiny.
pub const BLOCK: u64 = 64 << 10;
const MAGIC: &[u8; 8] = b"YHSUMS1\n";
const SHA256_HEX: usize = 64;

/// A checksum for every block of a file, kept beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums {
    /// SHA-256 of the lake file that the file is, or belongs to: the records hold it, so swapped pairs are found.
    pub of: String,
    /// Length of the file.
    pub bytes: u64,
    /// Rows of the lake file.
    pub rows: u64,
    /// CRC-32 of each block; the last one may be shorter.
    pub blocks: Vec<u32>,
}

impl Sums {
    /// Where the sums of a file are kept.
    pub fn path_of(file: &Path) -> PathBuf {
        let mut name = file.as_os_str().to_owned();
        name.push(".sums");
        PathBuf::from(name)
    }

    /// Sums of a file at hand.
    pub fn of_bytes(bytes: &[u8], of: &str, rows: u64) -> Self {
        let blocks = bytes.chunks(BLOCK as usize).map(crc32fast::hash).collect();
        Self { of: of.to_owned(), bytes: bytes.len() as u64, rows, blocks }
    }

    /// Reads the sums beside a file; none when they are absent or damaged.
    pub fn read_beside(file: &Path) -> Option<Self> {
        Self::decode(&std::fs::read(Self::path_of(file)).ok()?)
    }

    /// Writes the sums beside a file, durably; a reader sees the old ones or these.
    pub fn write_beside(&self, file: &Path) -> std::io::Result<()> {
        durable::replace(&Self::path_of(file), &self.encode())
    }

    /// Whether the bytes of a block are those that were summed.
    pub fn holds(&self, block: u64, bytes: &[u8]) -> bool {
        self.blocks.get(block as usize).is_some_and(|sum| crc32fast::hash(bytes) == *sum)
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(MAGIC.len() + SHA256_HEX + 20 + self.blocks.len() * 4);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(self.of.as_bytes());
        out.extend_from_slice(&self.bytes.to_le_bytes());
        out.extend_from_slice(&self.rows.to_le_bytes());
        out.extend(self.blocks.iter().flat_map(|sum| sum.to_le_bytes()));
        let own = crc32fast::hash(&out);
        out.extend_from_slice(&own.to_le_bytes());
        out
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (body, own) = bytes.split_last_chunk::<4>()?;
        if crc32fast::hash(body) != u32::from_le_bytes(*own) {
            return None;
        }
        let (of, rest) = body.strip_prefix(MAGIC)?.split_at_checked(SHA256_HEX)?;
        let (bytes, rest) = rest.split_first_chunk::<8>()?;
        let (rows, rest) = rest.split_first_chunk::<8>()?;
        let (bytes, rows) = (u64::from_le_bytes(*bytes), u64::from_le_bytes(*rows));
        let blocks: Vec<u32> = rest.chunks_exact(4).map(|sum| u32::from_le_bytes([sum[0], sum[1], sum[2], sum[3]])).collect();
        let is_whole = rest.len() % 4 == 0 && blocks.len() as u64 == bytes.div_ceil(BLOCK);
        is_whole.then(|| Some(Self { of: String::from_utf8(of.to_vec()).ok()?, bytes, rows, blocks }))?
    }
}

/// Sums bytes as they pass.
pub struct Summing {
    hash: Sha256,
    bytes: u64,
    block: crc32fast::Hasher,
    blocks: Vec<u32>,
}

impl Default for Summing {
    fn default() -> Self {
        Self { hash: Sha256::new(), bytes: 0, block: crc32fast::Hasher::new(), blocks: Vec::new() }
    }
}

impl Summing {
    /// Takes the next bytes of the file.
    pub fn add(&mut self, mut bytes: &[u8]) {
        self.hash.update(bytes);
        while !bytes.is_empty() {
            let room = (BLOCK - self.bytes % BLOCK) as usize;
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.block.update(now);
            self.bytes += now.len() as u64;
            if self.bytes.is_multiple_of(BLOCK) {
                self.end_block();
            }
            bytes = later;
        }
    }

    /// The sums of all that was taken, of the file itself.
    pub fn finish(mut self, rows: u64) -> Sums {
        if !self.bytes.is_multiple_of(BLOCK) {
            self.end_block();
        }
        let of = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Sums { of, bytes: self.bytes, rows, blocks: self.blocks }
    }

    fn end_block(&mut self) {
        self.blocks.push(std::mem::take(&mut self.block).finalize());
    }
}

/// SHA-256 of bytes at hand, hexadecimal.
pub fn sha256_of_bytes(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sums a finished file.
pub fn measure(path: &Path, rows: u64) -> std::io::Result<Sums> {
    let mut file = File::open(path)?;
    let mut summing = Summing::default();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(summing.finish(rows));
        }
        summing.add(&buffer[..read]);
    }
}

/// A file that is summed while it is written.
pub struct SummedFile {
    pub file: File,
    summing: Summing,
}

impl SummedFile {
    pub fn new(file: File) -> Self {
        Self { file, summing: Summing::default() }
    }

    /// Brings the file to disk and gives its sums.
    pub fn finish(self, rows: u64) -> std::io::Result<Sums> {
        self.file.sync_all()?;
        Ok(self.summing.finish(rows))
    }
}

impl Write for SummedFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.summing.add(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
