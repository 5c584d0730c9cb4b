//! The trash of a lake: files leave it by the day they were thrown away, a week later.

use std::{fs, path::Path};

use jiff::civil::Date;

use crate::{LakeError, Result, files::sync_folder};

/// Holds one folder per day.
pub const FOLDER: &str = "trash";
/// Whole days that a file stays.
const KEPT_DAYS: i32 = 7;

/// Moves a file of the lake into the trash of a day; whatever lies there stays.
pub fn move_to_trash(root: &Path, path: &str, today: Date) -> Result<()> {
    let from = root.join(path);
    let mut to = root.join(FOLDER).join(today.to_string()).join(path);
    let folder = to.parent().unwrap_or(root).to_owned();
    fs::create_dir_all(&folder).map_err(LakeError::io(&folder))?;
    let name = to.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut number = 0;
    while to.exists() {
        number += 1;
        to.set_file_name(format!("{name}.{number}"));
    }
    fs::rename(&from, &to).map_err(LakeError::io(&from))?;
    sync_folder(&folder)?;
    sync_folder(from.parent().unwrap_or(root))
}

/// Deletes the days that are over; returns how many.
pub fn empty_trash(root: &Path, today: Date) -> Result<usize> {
    let folder = root.join(FOLDER);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        entries => entries.map_err(LakeError::io(&folder))?,
    };
    let mut emptied = 0;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        // What is not named by a day was not put there by the program.
        let day = path.file_name().and_then(|name| name.to_str()?.parse::<Date>().ok());
        let is_over = day.and_then(|day| today.since(day).ok()).is_some_and(|age| age.get_days() > KEPT_DAYS);
        if is_over && path.is_dir() {
            fs::remove_dir_all(&path).map_err(LakeError::io(&path))?;
            emptied += 1;
        }
    }
    Ok(emptied)
}
