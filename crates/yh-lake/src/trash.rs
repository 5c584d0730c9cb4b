//! The trash of a lake: files leave it by the day they were thrown away, a week later.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::civil::Date;

use crate::{
    LakeError, Result,
    durable::{make_folder, sync_folder},
};

/// Holds one folder per day.
pub const FOLDER: &str = "trash";
/// Whole days that a file stays.
const KEPT_DAYS: i32 = 7;

/// Moves a file of the lake into the trash of a day; whatever lies there stays.
pub fn move_to_trash(root: &Path, path: &str, today: Date) -> Result<()> {
    let from = root.join(path);
    let mut to = root.join(FOLDER).join(today.to_string()).join(path);
    let folder = to.parent().unwrap_or(root).to_owned();
    make_folder(&folder).map_err(LakeError::io(&folder))?;
    let name = to.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut number = 0;
    while to.exists() {
        number += 1;
        to.set_file_name(format!("{name}.{number}"));
    }
    fs::rename(&from, &to).map_err(LakeError::io(&from))?;
    let synced = sync_folder(&folder).and_then(|()| sync_folder(from.parent().unwrap_or(root)));
    synced.map_err(LakeError::io(&folder))
}

/// Deletes the days that are over, then the oldest files until `most` bytes are left; returns how many days were over.
pub fn empty_trash(root: &Path, today: Date, most: u64) -> Result<usize> {
    let folder = root.join(FOLDER);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        entries => entries.map_err(LakeError::io(&folder))?,
    };
    // What is not named by a day was not put there by the program.
    let day = |path: &Path| path.file_name().and_then(|name| name.to_str()?.parse::<Date>().ok()).filter(|_| path.is_dir());
    let mut days: Vec<(Date, PathBuf)> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter_map(|path| Some((day(&path)?, path))).collect();
    days.sort();
    let is_over = |day: Date| today.since(day).is_ok_and(|age| age.get_days() > KEPT_DAYS);
    let over = days.iter().filter(|(day, _)| is_over(*day)).count();
    for (_, path) in days.drain(..over) {
        fs::remove_dir_all(&path).map_err(LakeError::io(&path))?;
    }
    let mut kept = Vec::new();
    for (_, path) in days {
        kept.extend(files_of(path)?);
    }
    let mut bytes: u64 = kept.iter().map(|(_, bytes)| bytes).sum();
    for (path, size) in kept {
        if bytes <= most {
            break;
        }
        fs::remove_file(&path).map_err(LakeError::io(&path))?;
        bytes -= size;
    }
    Ok(over)
}

/// Files of one day with their size, the oldest first.
fn files_of(day: PathBuf) -> Result<Vec<(PathBuf, u64)>> {
    let (mut found, mut folders) = (Vec::new(), vec![day]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(LakeError::io(&folder))? {
            let path = entry.map_err(LakeError::io(&folder))?.path();
            let metadata = path.symlink_metadata().map_err(LakeError::io(&path))?;
            match metadata.is_dir() {
                true => folders.push(path),
                false => found.push((metadata.modified().map_err(LakeError::io(&path))?, path, metadata.len())),
            }
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path, bytes)| (path, bytes)).collect())
}
