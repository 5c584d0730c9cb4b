//! Names that survive a crash.

use std::{
    fs::File,
    io::Write,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

/// Makes a folder with its parents, and brings the new names to disk.
pub fn make_folder(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_folder(parent)?;
    }
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    folder.parent().map_or(Ok(()), sync_folder)
}

/// Brings the names in a folder to disk; without it a file that is on disk may be in no folder after a crash.
pub fn sync_folder(folder: &Path) -> std::io::Result<()> {
    // Other systems do not open folders, and keep names by themselves.
    if cfg!(unix) && !folder.as_os_str().is_empty() { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Writes a small file whole: a reader or a crash sees the one before or this one.
pub fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    let waiting = Path::new(&name);
    let write = || {
        let mut file = File::create(waiting)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        std::fs::rename(waiting, path)
    };
    write().inspect_err(|_| {
        let _ = std::fs::remove_file(waiting);
    })
}
