//! Files of the lake: hashing, syncing, sweeping.

use std::{
    collections::HashSet,
    fs,
    io::Read,
    path::Path,
    time::{Duration, SystemTime},
};

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

/// Removes files under `root` that no manifest knows and that are older than `age`; returns how many went.
pub fn sweep(root: &Path, known: &HashSet<String>, age: Duration) -> Result<usize> {
    let mut removed = 0;
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(LakeError::io(&folder))? {
            let path = entry.map_err(LakeError::io(&folder))?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            let modified = path.metadata().and_then(|metadata| metadata.modified()).map_err(LakeError::io(&path))?;
            let old = SystemTime::now().duration_since(modified).unwrap_or_default() >= age;
            if old && !known.contains(&relative) {
                fs::remove_file(&path).map_err(LakeError::io(&path))?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

/// Removes files of the lake, named relative to `root`, that no question can need any more; absent ones are gone already.
pub fn remove_files<'p>(root: &Path, paths: impl IntoIterator<Item = &'p str>) -> Result<()> {
    for path in paths {
        let path = root.join(path);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(LakeError::io(&path)(error)),
            _ => {}
        }
    }
    Ok(())
}
