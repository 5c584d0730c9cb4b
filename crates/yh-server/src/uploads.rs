//! Uploaded files, waiting to be imported.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use axum::extract::{
    Multipart,
    multipart::{Field, MultipartError},
};
use yh_app::{AppError, ErrorKind, Result};

/// Larger files are imported from the command line.
pub(crate) const MAX_UPLOAD_BYTES: usize = 2 << 30;

/// The uploads of this run of the server.
pub(crate) struct Uploads {
    folder: PathBuf,
    files: Mutex<BTreeMap<String, Uploaded>>,
}

/// One uploaded file; the path never goes over HTTP.
#[derive(Debug, Clone)]
pub(crate) struct Uploaded {
    pub path: PathBuf,
    pub file_name: String,
    pub bytes: u64,
    pub sha256: String,
}

impl Uploads {
    /// Uploads of earlier runs are known to nobody any more: they go, where anything can be written.
    pub(crate) fn open(folder: PathBuf, is_read_only: bool) -> Result<Self> {
        if folder.exists() && !is_read_only {
            std::fs::remove_dir_all(&folder).map_err(|error| AppError::io(&folder, error))?;
        }
        Ok(Self { folder, files: Mutex::default() })
    }

    /// Stores the `file` field of a form.
    pub(crate) async fn receive(&self, mut form: Multipart) -> Result<(String, Uploaded)> {
        let broken = |error: MultipartError| AppError::new(ErrorKind::Limit, "upload", error.body_text());
        while let Some(mut field) = form.next_field().await.map_err(broken)? {
            if field.name() != Some("file") {
                continue;
            }
            let file_name = field.file_name().map(base_name).unwrap_or_else(|| "upload".to_owned());
            let id = uuid::Uuid::new_v4().simple().to_string();
            // Under its own name in a folder of its own: messages about the file then name it as the user does.
            let folder = self.folder.join(&id);
            // Half a file is of no use and takes space.
            let unfinished = Unfinished(Some(folder.clone()));
            let path = folder.join(&file_name);
            let bytes = write(&folder, &path, &mut field).await?;
            let sha256 = yh_app::import::hash_file(&path).await?;
            let uploaded = Uploaded { path, file_name, bytes, sha256 };
            self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), uploaded.clone());
            unfinished.done();
            return Ok((id, uploaded));
        }
        Err(AppError::new(ErrorKind::Input, "upload", "the form has no file").hint("send the file as the form field `file`"))
    }

    /// Finds an upload of this run that has not been swept.
    pub(crate) fn find(&self, id: &str) -> Result<Uploaded> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|_, uploaded| uploaded.path.exists());
        files.get(id).cloned().ok_or_else(|| {
            AppError::new(ErrorKind::NotFound, "unknown-upload", "this upload is not known any more").hint("upload the file again")
        })
    }

    /// Removes an upload that was needed once.
    pub(crate) fn remove(&self, id: &str) {
        let known = self.files.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        drop(known.map(|_| Unfinished(Some(self.folder.join(id)))));
    }
}

/// The folder of an upload; dropped before it is done, as when the sender leaves, it goes.
struct Unfinished(Option<PathBuf>);

impl Unfinished {
    fn done(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            // What cannot be removed now is swept later.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// Writes a field to a new file that only the owner can read; returns its bytes.
async fn write(folder: &Path, path: &Path, field: &mut Field<'_>) -> Result<u64> {
    use tokio::io::AsyncWriteExt;
    yh_app::make_private_folder(folder).map_err(|error| AppError::io(folder, error))?;
    let mut file = tokio::fs::File::from_std(yh_app::private::create_file(path).map_err(|error| AppError::io(path, error))?);
    let mut bytes = 0;
    let broken = |error: MultipartError| AppError::new(ErrorKind::Limit, "upload", error.body_text());
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        bytes += chunk.len() as u64;
        file.write_all(&chunk).await.map_err(|error| AppError::io(path, error))?;
    }
    file.flush().await.map_err(|error| AppError::io(path, error))?;
    Ok(bytes)
}

/// Longest file name kept, in characters; file systems take 255 bytes.
const MAX_NAME: usize = 60;

/// A name that is safe as a file's: some browsers send a path, of which only the last part counts; a long name
/// keeps its end, which tells the format.
fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let clean: Vec<char> = last.chars().filter(|c| !c.is_control()).collect();
    let kept: String = clean[clean.len().saturating_sub(MAX_NAME)..].iter().collect();
    if kept.trim_matches(['.', ' ']).is_empty() { "upload".to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finished_is_removed_and_so_is_what_an_earlier_run_left() {
        let root = tempfile::tempdir().expect("a folder");
        let left = root.path().join("old/a.csv");
        std::fs::create_dir_all(left.parent().expect("a folder")).expect("made");
        std::fs::write(&left, "x").expect("written");
        Uploads::open(root.path().to_owned(), false).expect("opened");
        assert!(!left.exists());
        let folder = root.path().join("new");
        std::fs::create_dir_all(&folder).expect("made");
        drop(Unfinished(Some(folder.clone())));
        assert!(!folder.exists());
        std::fs::create_dir_all(&folder).expect("made");
        Unfinished(Some(folder.clone())).done();
        assert!(folder.exists());
    }

    #[test]
    fn names_of_uploads_stay_inside_their_folder() {
        for (sent, kept) in [
            ("订单.csv", "订单.csv"),
            ("C:\\exports\\orders.xlsx", "orders.xlsx"),
            ("../../etc/passwd", "passwd"),
            ("..", "upload"),
            ("a/", "upload"),
            ("a\0b.csv", "ab.csv"),
        ] {
            assert_eq!(base_name(sent), kept, "{sent}");
        }
        let long = format!("{}.csv", "长".repeat(300));
        assert!(base_name(&long).len() <= 255 && base_name(&long).ends_with(".csv"));
    }
}
