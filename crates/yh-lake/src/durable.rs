//! Files and names that survive a crash: whole or not there.

use std::{
    fs::{self, File},
    io::{Result, Write},
    path::Path,
    time::Duration,
};

use crate::private;

/// How the name of a file ends that is not whole yet.
const HALF: &str = ".half";
/// A younger one may still be written by another program.
const HALF_KEPT: Duration = Duration::from_secs(3600);

/// Makes a folder with its parents, and brings the new names to disk.
pub fn make_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_folder(parent)?;
    }
    match private::create_one_folder(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    folder.parent().map_or(Ok(()), sync_folder)
}

/// Brings the names in a folder to disk; without it a file that is on disk may be in no folder after a crash.
pub fn sync_folder(folder: &Path) -> Result<()> {
    // Other systems do not open folders, and keep names by themselves.
    if cfg!(unix) && !folder.as_os_str().is_empty() { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Writes a small file whole: a reader or a crash sees the one before or this one. Its name is on disk with the next
/// [`sync_folder`].
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}{HALF}", uuid::Uuid::new_v4().simple()));
    let half = Path::new(&name);
    let write = || {
        let mut file = private::create_new(half)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(half, path)
    };
    write().inspect_err(|_| {
        let _ = fs::remove_file(half);
    })
}

/// The same with its folder, the name brought to disk.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    replace(path, bytes)?;
    sync_folder(folder)
}

/// Removes what was cut off in a folder before it was whole.
pub fn remove_halves(folder: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let is_half = path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(HALF));
        let age = || path.metadata().ok()?.modified().ok()?.elapsed().ok();
        if is_half && age().is_some_and(|age| age > HALF_KEPT) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
