//! Uploaded files, waiting to be imported.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use axum::extract::Multipart;
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
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, files: Mutex::default() }
    }

    /// Stores the `file` field of a form.
    pub(crate) async fn receive(&self, mut form: Multipart) -> Result<(String, Uploaded)> {
        use tokio::io::AsyncWriteExt;
        let broken = |error: axum::extract::multipart::MultipartError| AppError::new(ErrorKind::Limit, "upload", error.body_text());
        while let Some(mut field) = form.next_field().await.map_err(broken)? {
            if field.name() != Some("file") {
                continue;
            }
            let file_name = field.file_name().map(base_name).unwrap_or_else(|| "upload".to_owned());
            let id = uuid::Uuid::new_v4().simple().to_string();
            let extension: String = file_name
                .rsplit_once('.')
                .map(|(_, end)| end.chars().filter(char::is_ascii_alphanumeric).take(8).collect())
                .unwrap_or_default();
            let path = self.folder.join(format!("{id}.{extension}"));
            let mut file = tokio::fs::File::create(&path).await.map_err(|error| AppError::io(&path, error))?;
            let mut bytes = 0;
            while let Some(chunk) = field.chunk().await.map_err(broken)? {
                bytes += chunk.len() as u64;
                file.write_all(&chunk).await.map_err(|error| AppError::io(&path, error))?;
            }
            file.flush().await.map_err(|error| AppError::io(&path, error))?;
            let sha256 = yh_app::import::hash_file(&path).await?;
            let uploaded = Uploaded { path, file_name, bytes, sha256 };
            self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), uploaded.clone());
            return Ok((id, uploaded));
        }
        Err(AppError::new(ErrorKind::Input, "upload", "the form has no file").hint("send the file as the form field `file`"))
    }

    /// Finds an upload of this run.
    pub(crate) fn find(&self, id: &str) -> Result<Uploaded> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.get(id).cloned().ok_or_else(|| {
            AppError::new(ErrorKind::NotFound, "unknown-upload", "this upload is not known any more").hint("upload the file again")
        })
    }
}

/// Some browsers send a path; only its last part names the file.
fn base_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned()
}
