//! Key hashes: sorted sidecars beside lake files that tell where a key may be.
//!
//! A hash only points; whether two rows have the same key is always decided by the keys themselves.
//! Sidecar layout, little endian: `n` hashes (u64) in ascending order, then their `n` row numbers (u32). Its sums lie
//! beside it and name the SHA-256 of the lake file it belongs to.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow::record_batch::RecordBatch;
use arrow::util::display::array_value_to_string;

use super::ImportError;
use super::at_hand::{AtHand, column_of};
use super::table::in_utc;
use crate::checked::{CheckedFile, StoredFile, Sums};
use crate::durable;

/// A row of a lake file whose key has this hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyAt {
    pub hash: u64,
    pub row: u32,
}

const ENTRY_BYTES: u64 = 12;
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
const MULTIPLIER: u64 = 0xD6E8_FEB8_6659_FD93;
const ABSENT: u64 = 0xA5A5_5A5A_0F0F_F0F0;

/// Folds a word into a hash by a widening multiplication. Stored in sidecars: changing it invalidates them.
#[inline]
fn fold(hash: u64, word: u64) -> u64 {
    let product = u128::from(hash ^ word ^ SEED) * u128::from(MULTIPLIER);
    (product as u64) ^ ((product >> 64) as u64)
}

#[inline]
fn fold_bytes(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        hash = fold(hash, u64::from_le_bytes(word.try_into().expect("eight bytes")));
    }
    let mut last = [0; 8];
    last[..words.remainder().len()].copy_from_slice(words.remainder());
    fold(fold(hash, u64::from_le_bytes(last)), bytes.len() as u64)
}

/// Hashes the key of each row; empty without a key.
pub fn hash_keys(batch: &RecordBatch, key: &[usize]) -> Vec<u64> {
    if key.is_empty() {
        return Vec::new();
    }
    let mut hashes = vec![SEED; batch.num_rows()];
    for column in key {
        fold_column(&mut hashes, batch.column(*column));
    }
    hashes
}

fn fold_column(hashes: &mut [u64], array: &ArrayRef) {
    if let Some(text) = array.as_any().downcast_ref::<StringArray>() {
        for (row, hash) in hashes.iter_mut().enumerate() {
            *hash = if text.is_null(row) { fold(*hash, ABSENT) } else { fold_bytes(*hash, text.value(row).as_bytes()) };
        }
        return;
    }
    for (row, hash) in hashes.iter_mut().enumerate() {
        *hash = fold(*hash, word_at(array, row).unwrap_or(ABSENT));
    }
}

/// The bits of a value that is not text.
fn word_at(array: &ArrayRef, row: usize) -> Option<u64> {
    if array.is_null(row) {
        return None;
    }
    let any = array.as_any();
    if let Some(values) = any.downcast_ref::<Int64Array>() {
        Some(values.value(row) as u64)
    } else if let Some(values) = any.downcast_ref::<TimestampMicrosecondArray>() {
        Some(values.value(row) as u64)
    } else if let Some(values) = any.downcast_ref::<Date32Array>() {
        Some(values.value(row) as u64)
    } else if let Some(values) = any.downcast_ref::<Decimal128Array>() {
        Some(values.value(row) as u64)
    } else if let Some(values) = any.downcast_ref::<Float64Array>() {
        Some(values.value(row).to_bits())
    } else {
        any.downcast_ref::<BooleanArray>().map(|values| u64::from(values.value(row)))
    }
}

/// Writes the key of a row so that equal keys, and only they, give equal bytes.
pub fn key_bytes(columns: &[ArrayRef], row: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for column in columns {
        if column.is_null(row) {
            bytes.push(0);
        } else if let Some(text) = column.as_string_opt::<i32>() {
            let value = text.value(row).as_bytes();
            bytes.push(1);
            bytes.extend_from_slice(&(value.len() as u32).to_le_bytes());
            bytes.extend_from_slice(value);
        } else {
            bytes.push(1);
            bytes.extend_from_slice(&word_at(column, row).unwrap_or_default().to_le_bytes());
        }
    }
    bytes
}

/// Writes a key as people read it.
pub fn key_text(columns: &[ArrayRef], row: usize) -> String {
    let parts: Vec<String> =
        columns.iter().map(|column| in_utc(column).and_then(|column| array_value_to_string(&column, row)).unwrap_or_default()).collect();
    parts.join(", ")
}

/// Sorts the hashes of a file's rows and writes its sidecar with its sums, durably; `of` is the file's SHA-256.
pub fn write_sidecar(path: &Path, hashes: &[u64], of: &str) -> Result<(), ImportError> {
    let mut entries: Vec<KeyAt> = hashes.iter().enumerate().map(|(row, hash)| KeyAt { hash: *hash, row: row as u32 }).collect();
    entries.sort_unstable();
    let mut bytes = Vec::with_capacity(entries.len() * ENTRY_BYTES as usize);
    bytes.extend(entries.iter().flat_map(|entry| entry.hash.to_le_bytes()));
    bytes.extend(entries.iter().flat_map(|entry| entry.row.to_le_bytes()));
    let write = || {
        durable::replace(path, &bytes)?;
        Sums::of_bytes(&bytes, of, hashes.len() as u64).write_beside(path)
    };
    write().map_err(|error| ImportError::io(path, error))
}

/// Whether a sidecar can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SidecarState {
    Sound,
    /// Absent, damaged or of another file: it is made again from its file before it is read.
    Unsound,
}

/// Looks at every byte of the sidecar of a lake file.
pub fn check_sidecar(keys: &Path, of: &StoredFile) -> SidecarState {
    if open_sound(keys, of).is_some() { SidecarState::Sound } else { SidecarState::Unsound }
}

/// Makes the sidecar of a lake file again from its key columns.
pub fn rebuild_sidecar(keys: &Path, path: &Path, of: &StoredFile, key: &[&str]) -> Result<(), ImportError> {
    let mut hashes = vec![SEED; of.rows as usize];
    for name in key {
        fold_column(&mut hashes, &column_of(path, of, name)?);
    }
    write_sidecar(keys, &hashes, &of.sha256)
}

/// A sidecar that is there, whole, and of this very file.
fn open_sound(keys: &Path, of: &StoredFile) -> Option<CheckedFile> {
    let sums = Sums::read_beside(keys)?;
    let fits = sums.of == of.sha256 && sums.rows == of.rows && sums.bytes == of.rows * ENTRY_BYTES;
    let has_length = fits && keys.metadata().is_ok_and(|metadata| metadata.len() == sums.bytes);
    let file = has_length.then(|| CheckedFile::open(keys, Arc::new(sums)).ok())??;
    file.verify().is_ok().then_some(file)
}

/// A sidecar that is read by range of hash.
pub struct Sidecar {
    file: CheckedFile,
    path: std::path::PathBuf,
    count: u64,
}

impl Sidecar {
    /// Opens the sidecar of a file; one that cannot be trusted is made again first.
    pub fn open(file: &AtHand, key: &[&str]) -> Result<Self, ImportError> {
        let Some(keys) = &file.entry.keys else {
            return Err(ImportError::Damaged(format!("{} has no key hashes", file.stored.path)));
        };
        let sound = match open_sound(keys, &file.stored) {
            Some(sound) => Some(sound),
            None => {
                rebuild_sidecar(keys, &file.entry.path, &file.stored, key)?;
                open_sound(keys, &file.stored)
            }
        };
        let unwritten = || ImportError::Damaged(format!("the key hashes of {} cannot be kept", file.stored.path));
        Ok(Self { file: sound.ok_or_else(unwritten)?, path: keys.clone(), count: file.stored.rows })
    }

    /// Returns the entries whose hash is in `from..=to`, in ascending order.
    pub fn range(&self, from: u64, to: u64) -> Result<Vec<KeyAt>, ImportError> {
        self.read_range(from, to).map_err(|error| ImportError::io(&self.path, error))
    }

    fn read_range(&self, from: u64, to: u64) -> std::io::Result<Vec<KeyAt>> {
        let first = self.position(from)?;
        let last = match to.checked_add(1) {
            Some(next) => self.position(next)?,
            None => self.count,
        };
        let hashes = self.file.read(first * 8..last * 8)?;
        let rows = self.file.read(self.count * 8 + first * 4..self.count * 8 + last * 4)?;
        let hashes = hashes.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes")));
        let rows = rows.chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().expect("four bytes")));
        Ok(hashes.zip(rows).map(|(hash, row)| KeyAt { hash, row }).collect())
    }

    /// The first position whose hash is at least `wanted`.
    fn position(&self, wanted: u64) -> std::io::Result<u64> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            let word = self.file.read(middle * 8..middle * 8 + 8)?;
            if u64::from_le_bytes(word.as_ref().try_into().expect("eight bytes")) < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sidecar of a lake file that need not be there.
    fn sidecar(dir: &Path, hashes: &[u64]) -> Sidecar {
        let path = dir.join("a.keys");
        let of = "0".repeat(64);
        write_sidecar(&path, hashes, &of).expect("written");
        let rows = hashes.len() as u64;
        let stored = StoredFile { path: "a".into(), dataset: "d".into(), sha256: of, rows, bytes: 0, import: None, is_derived: false };
        Sidecar { file: open_sound(&path, &stored).expect("sound"), path, count: rows }
    }

    #[test]
    fn sidecars_are_read_by_range() {
        let dir = tempfile::tempdir().expect("a directory");
        let sidecar = sidecar(dir.path(), &[50, u64::MAX, 0, 50, 7]);
        let rows = |entries: Vec<KeyAt>| entries.iter().map(|entry| entry.row).collect::<Vec<_>>();
        assert_eq!(rows(sidecar.range(0, u64::MAX).expect("read")), [2, 4, 0, 3, 1]);
        assert_eq!(rows(sidecar.range(1, 50).expect("read")), [4, 0, 3]);
        assert_eq!(rows(sidecar.range(51, 60).expect("read")), Vec::<u32>::new());
    }

    #[test]
    fn keys_do_not_run_into_each_other() {
        let columns = |a: &str, b: Option<&str>| -> Vec<ArrayRef> {
            vec![Arc::new(StringArray::from(vec![a])), Arc::new(StringArray::from(vec![b]))]
        };
        let keys = [columns("ab", Some("c")), columns("a", Some("bc")), columns("abc", None), columns("abc", Some(""))];
        let bytes: std::collections::BTreeSet<Vec<u8>> = keys.iter().map(|columns| key_bytes(columns, 0)).collect();
        assert_eq!(bytes.len(), 4);
    }
}
