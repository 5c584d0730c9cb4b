//! Files that are written for users.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{AppError, Result};

/// Writes a file as a whole or not at all: what was there stays until the new one is complete.
pub fn write_whole(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    let failed = |error| AppError::io(path, error);
    // A pipe or a device is no file that could be replaced.
    if path.exists() && !path.is_file() {
        return fs::write(path, content).map_err(failed);
    }
    let beside = beside(path);
    let write = || {
        let mut file = fs::File::create(&beside)?;
        file.write_all(content.as_ref())?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&beside);
        failed(error)
    })
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}", uuid::Uuid::new_v4().simple()))
}
