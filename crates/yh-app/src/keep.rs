//! Files that are no facts: uploads, rejected rows and spools have a life and a limit.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use crate::{App, AppError, ErrorKind, Result, settings::Life};

/// Folders inside the project's private one.
pub const UPLOADS: &str = "uploads";
pub(crate) const REJECTS: &str = "rejects";
pub(crate) const SPOOL: &str = "spool";

/// What was swept away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    pub files: usize,
    pub bytes: u64,
}

/// Removes files that are older than their life, and the oldest where there are too many.
pub fn sweep(app: &App) -> Result<Swept> {
    let keep = app.project.settings.keep;
    let mut swept = Swept::default();
    for (name, life) in [(UPLOADS, keep.uploads), (REJECTS, keep.rejects)] {
        swept.add(sweep_folder(&app.project.state_folder(name)?, life)?);
    }
    // A pull removes its spool when it ends: without a pull, what is there was left by a crash.
    match app.lock("pull", "a pull") {
        Ok(_lock) => swept.add(sweep_folder(&app.project.state_folder(SPOOL)?, Life { age: Duration::ZERO, bytes: 0 })?),
        Err(error) if error.kind == ErrorKind::Busy => {}
        Err(error) => return Err(error),
    }
    Ok(swept)
}

impl Swept {
    fn add(&mut self, other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
    }
}

/// Removes what is too old or too much in a folder and in those inside it, which go when they are empty.
fn sweep_folder(folder: &Path, life: Life) -> Result<Swept> {
    let mut found = Vec::new();
    list(folder, &mut found)?;
    // Of the same age by name, so that what goes does not depend on the order of a folder.
    found.sort_by(|a, b| (b.modified, &b.path).cmp(&(a.modified, &a.path)));
    let now = SystemTime::now();
    let (mut kept, mut swept) = (0, Swept::default());
    for file in found {
        let age = now.duration_since(file.modified).unwrap_or_default();
        if age <= life.age && kept + file.bytes <= life.bytes {
            kept += file.bytes;
            continue;
        }
        fs::remove_file(&file.path).map_err(|error| AppError::io(&file.path, error))?;
        if let Some(parent) = file.path.parent().filter(|parent| *parent != folder) {
            // It stays while there is another file in it.
            let _ = fs::remove_dir(parent);
        }
        swept.add(Swept { files: 1, bytes: file.bytes });
    }
    Ok(swept)
}

struct Found {
    path: PathBuf,
    modified: SystemTime,
    bytes: u64,
}

fn list(folder: &Path, found: &mut Vec<Found>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|error| AppError::io(folder, error))? {
        let path = entry.map_err(|error| AppError::io(folder, error))?.path();
        // What went away meanwhile needs no sweeping.
        let Ok(metadata) = path.symlink_metadata() else { continue };
        if metadata.is_dir() {
            list(&path, found)?;
        } else {
            found.push(Found { modified: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), bytes: metadata.len(), path });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 3600);

    fn file(folder: &Path, name: &str, bytes: usize, age: Duration) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, vec![b'x'; bytes]).expect("written");
        let file = fs::File::options().write(true).open(&path).expect("opened");
        file.set_modified(SystemTime::now() - age).expect("dated");
    }

    #[test]
    fn the_old_go_and_then_the_oldest_of_too_many() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        file(root, "a/old.csv", 10, DAY * 9);
        file(root, "b/older.csv", 40, DAY * 3);
        file(root, "new.csv", 50, DAY);
        let life = |bytes| Life { age: DAY * 7, bytes };
        assert_eq!(sweep_folder(root, life(1000)).expect("swept"), Swept { files: 1, bytes: 10 });
        assert!(!root.join("a").exists() && root.join("b/older.csv").exists());
        assert_eq!(sweep_folder(root, life(89)).expect("swept"), Swept { files: 1, bytes: 40 });
        assert!(root.join("new.csv").exists());
        assert_eq!(sweep_folder(root, life(50)).expect("swept"), Swept::default());
    }
}
