//! What a lake holds, for people to look at.

use std::collections::HashSet;

use super::manifest;
use crate::{App, Result};

/// A lake in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LakeState {
    pub id: String,
    pub snapshot: i64,
    /// Files that answers read.
    pub files: usize,
    pub rows: i64,
    pub bytes: i64,
    /// Files that no snapshot names; nothing touches them.
    pub unnamed: Vec<String>,
    /// Part of the manifest was lost or damaged, and was written again.
    pub mended: bool,
}

/// Looks at the lake, and verifies the manifest beside it.
pub async fn lake_state(app: &App) -> Result<LakeState> {
    let _lock = app.lock("import", "an import")?;
    let root = &app.lake.settings().root;
    let mended = manifest::mend(&app.records, root, app.identity.id()).await?;
    let facts = app.records.facts().await?;
    let known: HashSet<String> = app.records.known_paths().await?.into_iter().collect();
    let unnamed = yh_lake::data_files(root)?.into_iter().filter(|path| !known.contains(path)).collect();
    Ok(LakeState {
        id: app.identity.id().to_owned(),
        snapshot: facts.snapshot_id,
        files: facts.files.len(),
        rows: facts.files.iter().map(|file| file.rows).sum(),
        bytes: facts.files.iter().map(|file| file.bytes).sum(),
        unnamed,
        mended,
    })
}
