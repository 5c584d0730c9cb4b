//! Which files belong to a step that is still being written, so that what a crash leaves is told from everything else.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use jiff::civil::Date;

use crate::{LakeError, Result, durable, private, trash};

/// The folder of marks, one empty file each.
const FOLDER: &str = "staging";
const MARK_LETTERS: usize = 16;

/// One step that writes lake files. Its mark is part of every name, so no name is ever used twice.
#[derive(Debug)]
pub struct Staging {
    note: PathBuf,
    mark: String,
}

impl Staging {
    /// Notes the step in the lake before it writes its first file.
    pub fn begin(root: &Path) -> Result<Self> {
        let folder = root.join(FOLDER);
        durable::make_folder(&folder).map_err(LakeError::io(&folder))?;
        let mark = uuid::Uuid::new_v4().simple().to_string()[..MARK_LETTERS].to_owned();
        let note = folder.join(&mark);
        private::create_new(&note).map_err(LakeError::io(&note))?;
        Ok(Self { note, mark })
    }

    /// What every name of the step's files holds between dashes or dots.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// Ends the step: its files are named by a snapshot, or gone. What is not ended is swept.
    pub fn end(self) {
        // A note that stays is looked at by the next sweep, which leaves named files alone.
        let _ = fs::remove_file(&self.note);
    }
}

/// Whether steps were cut off; call while none can run.
pub fn has_leftovers(root: &Path) -> Result<bool> {
    Ok(!marks(root)?.is_empty())
}

/// Moves what steps that were cut off left, and no snapshot names, into the trash; call while none can run.
pub fn sweep(root: &Path, known: &HashSet<String>, today: Date) -> Result<usize> {
    let marks = marks(root)?;
    let mut moved = 0;
    if !marks.is_empty() {
        for path in data_files(root)? {
            let name = path.rsplit('/').next().unwrap_or_default();
            let is_ours = name.split(['-', '.']).any(|part| marks.contains(part));
            if is_ours && !known.contains(&path) {
                trash::move_to_trash(root, &path, today)?;
                moved += 1;
            }
        }
    }
    for mark in marks {
        let note = root.join(FOLDER).join(mark);
        fs::remove_file(&note).map_err(LakeError::io(&note))?;
    }
    Ok(moved)
}

/// Paths of the files in the folders of datasets, relative to the lake.
pub fn data_files(root: &Path) -> Result<Vec<String>> {
    const OWN: [&str; 3] = [FOLDER, trash::FOLDER, "manifest"];
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(LakeError::io(&folder))? {
            let path = entry.map_err(LakeError::io(&folder))?.path();
            let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            let is_link = path.is_symlink();
            if path.is_dir() {
                if !is_link && !OWN.contains(&relative.as_str()) {
                    folders.push(path);
                }
            } else if relative.contains('/') {
                found.push(relative);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn marks(root: &Path) -> Result<HashSet<String>> {
    let folder = root.join(FOLDER);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(HashSet::new()),
        entries => entries.map_err(LakeError::io(&folder))?,
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter(|name| name.len() == MARK_LETTERS && name.bytes().all(|byte| byte.is_ascii_hexdigit())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_cut_off_step_staged_is_swept_and_kept_for_a_week() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let write = |path: &str| {
            fs::create_dir_all(root.join(path).parent().expect("a folder")).expect("made");
            fs::write(root.join(path), path).expect("written");
        };
        let (done, cut) = (Staging::begin(root).expect("noted"), Staging::begin(root).expect("noted"));
        let ours = format!("orders/orders-1-{}-2025-01-1.parquet", cut.mark());
        let named = format!("orders/orders-1-{}-2025-01-2.parquet", cut.mark());
        let ended = format!("orders/orders-2-{}-2025-01-1.parquet", done.mark());
        for path in [&ours, &named, &ended, "orders/orders-7-2025-01-1.parquet", "orders/notes.txt", "shop.txt"] {
            write(path);
        }
        done.end();
        let today = jiff::civil::date(2025, 3, 1);
        assert!(has_leftovers(root).expect("looked"));
        assert_eq!(sweep(root, &HashSet::from([named.clone()]), today).expect("swept"), 1);
        assert!(!has_leftovers(root).expect("looked"));
        assert_eq!(data_files(root).expect("listed").len(), 4);
        let kept = root.join("trash/2025-03-01").join(&ours);
        assert_eq!(fs::read_to_string(&kept).expect("kept"), ours);
        assert_eq!(trash::empty_trash(root, jiff::civil::date(2025, 3, 8), u64::MAX).expect("looked"), 0);
        assert!(kept.exists());
        write("trash/my own/file");
        assert_eq!(trash::empty_trash(root, jiff::civil::date(2025, 3, 9), u64::MAX).expect("emptied"), 1);
        assert!(!kept.exists() && root.join("trash/my own/file").exists());
    }

    #[test]
    fn the_trash_overwrites_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let today = jiff::civil::date(2025, 3, 1);
        fs::create_dir_all(root.join("orders")).expect("made");
        for content in ["first", "second"] {
            fs::write(root.join("orders/a.parquet"), content).expect("written");
            trash::move_to_trash(root, "orders/a.parquet", today).expect("moved");
        }
        let read = |name: &str| fs::read_to_string(root.join("trash/2025-03-01/orders").join(name)).expect("kept");
        assert_eq!((read("a.parquet").as_str(), read("a.parquet.1").as_str()), ("first", "second"));
        trash::empty_trash(root, today, 6).expect("the older one leaves");
        assert_eq!(read("a.parquet.1"), "second");
        assert!(!root.join("trash/2025-03-01/orders/a.parquet").exists());
    }
}
