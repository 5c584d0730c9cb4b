//! Files and folders of a project's state: for their owner's eyes only.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io,
    path::Path,
};

/// Makes a folder that only the owner can enter; the one above it is there.
pub(crate) fn create_one_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens a file for writing, empty, that only the owner can read.
pub fn create_file(path: &Path) -> io::Result<File> {
    options().truncate(true).create(true).open(path)
}

/// Creates a file that only the owner can read; one that is there already is never touched.
pub fn create_new(path: &Path) -> io::Result<File> {
    options().create_new(true).open(path)
}

/// Options that create a file which only the owner can read.
pub fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes the rights of others away from a folder made before and from everything in it, as far as they are ours to take.
pub fn mend(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let is_open = |path: &Path| path.symlink_metadata().is_ok_and(|data| !data.is_symlink() && data.permissions().mode() & 0o077 != 0);
        let close = |path: &Path, mode: u32| {
            if is_open(path) {
                // Another owner's file stays as it is: only the owner may change its rights.
                let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
            }
        };
        // Behind a closed folder nobody else reaches anything: that is mended once.
        if !is_open(folder) {
            return;
        }
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(&folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())) {
                match path.is_dir() && !path.is_symlink() {
                    true => folders.push(path),
                    false => close(&path, 0o600),
                }
            }
            close(&folder, 0o700);
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn state_is_for_its_owner_only_and_older_state_is_mended() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let mode = |path: &Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
        let (folder, file) = (root.path().join("state/lake"), root.path().join("state/lake/a.parquet"));
        crate::durable::make_folder(&folder).expect("made");
        create_file(&file).expect("made");
        assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
        let state = root.path().join("state");
        for (path, rights) in [(&file, 0o644), (&folder, 0o755), (&state, 0o755)] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(rights)).expect("opened to others");
        }
        mend(&state);
        assert_eq!((mode(&state), mode(&folder), mode(&file)), (0o700, 0o700, 0o600));
    }
}
