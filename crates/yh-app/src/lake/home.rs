//! Where a lake folder is, and whether it is the one that the records last saw.

use std::path::{Path, PathBuf};

use yh_records::LakeHome;

use super::identity::read_id;
use crate::{Project, definitions::hash};

/// How a lake folder relates to the place that the records noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing has changed.
    Same,
    /// The one and only folder is elsewhere now.
    Moved,
    /// The noted folder is still there: this one is a copy.
    Copy(PathBuf),
    /// The noted folder is on another computer, where nobody can look from here.
    OtherMachine,
}

/// The place of a lake folder.
pub(super) fn home_of(lake: &str, folder: &Path) -> LakeHome {
    LakeHome { lake: lake.to_owned(), machine: machine(), path: folder.display().to_string(), folder: number_of(folder) }
}

/// Compares a folder with what the records noted of the same lake.
pub(super) fn compare(noted: &LakeHome, here: &LakeHome) -> Place {
    let is_same_folder = !here.folder.is_empty() && noted.folder == here.folder;
    if noted.path == here.path && noted.machine == here.machine {
        return if is_same_folder { Place::Same } else { Place::Moved };
    }
    let other = Path::new(&noted.path);
    if noted.path != here.path && is_lake(other, here) {
        return Place::Copy(other.to_owned());
    }
    // The number tells a folder that two computers share from a copy on another.
    if is_same_folder || noted.machine == here.machine { Place::Moved } else { Place::OtherMachine }
}

/// Whether the records lie inside the project, so that a copy of its folder has records of its own.
pub(super) fn keeps_own_records(project: &Project) -> bool {
    let Some(url) = &project.settings.records_url else { return true };
    let Some(file) = url.strip_prefix("sqlite:") else { return false };
    let file = file.trim_start_matches("//").split('?').next().unwrap_or_default();
    let inside = || Some(Path::new(file).canonicalize().ok()?.starts_with(project.root.canonicalize().ok()?));
    inside().unwrap_or(false)
}

/// Whether another folder holds the same lake; one that may not be looked into counts.
fn is_lake(other: &Path, here: &LakeHome) -> bool {
    match other.try_exists() {
        Ok(false) => false,
        Ok(true) => number_of(other) != here.folder && read_id(other).is_ok_and(|id| id.is_some_and(|id| id == here.lake)),
        Err(_) => true,
    }
}

#[cfg(unix)]
fn number_of(folder: &Path) -> String {
    use std::os::unix::fs::MetadataExt;
    folder.metadata().map(|metadata| metadata.ino().to_string()).unwrap_or_default()
}

#[cfg(not(unix))]
fn number_of(_: &Path) -> String {
    String::new()
}

/// Tells computers apart without keeping their own id.
fn machine() -> String {
    let id = std::fs::read_to_string("/etc/machine-id").unwrap_or_default();
    if id.trim().is_empty() { String::new() } else { hash(["lake home", id.trim()]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(machine: &str, path: &Path, folder: &str) -> LakeHome {
        LakeHome { lake: "a".into(), machine: machine.into(), path: path.display().to_string(), folder: folder.into() }
    }

    #[test]
    fn a_copy_is_told_from_a_folder_that_moved() {
        let dir = tempfile::tempdir().expect("a folder");
        let gone = dir.path().join("gone");
        let (there, here) = (dir.path().join("there"), dir.path().join("here"));
        for folder in [&there, &here] {
            super::super::identity::write_id(folder, "a").expect("written");
        }
        let now = home("m", &here, &number_of(&here));
        for (noted, place) in [
            (now.clone(), Place::Same),
            // Restored from a backup at the same place.
            (home("m", &here, "1"), Place::Moved),
            // Renamed, and moved to another disk.
            (home("m", &gone, &now.folder), Place::Moved),
            (home("m", &gone, "1"), Place::Moved),
            (home("m", &there, &number_of(&there)), Place::Copy(there.clone())),
            (home("other", &here, "1"), Place::OtherMachine),
            (home("other", &gone, "1"), Place::OtherMachine),
            // One folder on a disk that two computers share.
            (home("other", &gone, &now.folder), Place::Moved),
        ] {
            assert_eq!(compare(&noted, &now), place, "{noted:?}");
        }
    }
}
