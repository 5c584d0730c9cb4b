//! Files of the lake: hashing them, and writing small ones so that they are whole or not there.

use std::{
    fs,
    io::{Read, Write},
    path::Path,
    time::Duration,
};

use sha2::{Digest, Sha256};

use crate::{LakeError, Result};

/// How the name of a file ends that is not whole yet.
const HALF: &str = ".half";
const HALF_KEPT: Duration = Duration::from_secs(3600);

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

/// Writes a small file whole: readers see what was there before or all of it, and it survives a crash.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(LakeError::io(folder))?;
    let beside = folder.join(format!(".{}{HALF}", uuid::Uuid::new_v4().simple()));
    let write = || -> std::io::Result<()> {
        let mut file = fs::File::create_new(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&beside);
        LakeError::io(path)(error)
    })?;
    sync_folder(folder)
}

/// Removes what `write_whole` left in a folder when it was cut off.
pub fn remove_halves(folder: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let is_half =
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.') && name.to_string_lossy().ends_with(HALF));
        let age = || path.metadata().ok()?.modified().ok()?.elapsed().ok();
        // A young one may still be written by another program.
        if is_half && age().is_some_and(|age| age > HALF_KEPT) {
            fs::remove_file(&path).map_err(LakeError::io(&path))?;
        }
    }
    Ok(())
}

/// Makes the names of a folder survive a crash, as its files' contents do.
pub fn sync_folder(folder: &Path) -> Result<()> {
    // Elsewhere a folder cannot be opened as a file, and names are written through.
    if cfg!(unix) {
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(LakeError::io(folder))?;
    }
    Ok(())
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
