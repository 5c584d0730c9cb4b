//! Hashes of the lake's files.

use std::{fs, io::Read, path::Path};

use sha2::{Digest, Sha256};

use crate::{LakeError, Result};

/// Hashes a file's bytes with SHA-256, in hex.
pub fn sha256_of(path: &Path) -> Result<String> {
    let mut file = fs::File::open(path).map_err(LakeError::io(path))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).map_err(LakeError::io(path))?;
        if read == 0 {
            return Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        hasher.update(&buffer[..read]);
    }
}

/// A data file and what may lie beside it: its sums, its key hashes, their sums.
pub fn data_file_and_beside<'p>(path: &'p str, keys: Option<&'p str>) -> impl Iterator<Item = String> + use<'p> {
    [Some(path), keys].into_iter().flatten().flat_map(|path| [path.to_owned(), format!("{path}.sums")])
}
