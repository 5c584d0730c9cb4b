//! Adoption: records that lost the facts of a lake, or never had them, get them from the history beside it.

use std::path::Path;

use jiff::Timestamp;
use yh_records::{FileKind, Records, SnapshotEntry, Stamp};

use super::{
    home::home_of,
    identity::{missing_files, read_id, write_id},
    manifest::{self, History},
    refusal,
};
use crate::{Project, Result};

/// What happens to facts of the records that the lake does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facts {
    /// They stay: adoption is refused.
    Keep,
    /// The lake decides.
    Replace,
}

/// What was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    pub lake: String,
    /// The snapshot that the facts end with now.
    pub snapshot: i64,
    /// Snapshots and imports that the records did not have.
    pub snapshots: usize,
    pub imports: usize,
    pub files: usize,
    pub rows: i64,
    pub bytes: i64,
}

/// Makes this folder the lake of the project's records, with the facts of the history beside it.
pub async fn adopt(root: &Path, over: Facts) -> Result<Adopted> {
    let project = Project::open(root)?;
    let _lock = project.lock("import", "an import")?;
    let records = Records::open(&project.records_url()?).await?;
    let folder = project.lake_folder()?;
    let stamp = Stamp { at: Timestamp::now(), by: crate::app::user() };
    let Some(history) = manifest::read(&folder)? else { return adopt_without_history(&records, &folder, &stamp).await };
    if read_id(&folder)?.is_some_and(|id| id != history.lake) {
        return Err(refusal::damaged("lake.json"));
    }
    let files: Vec<_> = SnapshotEntry::files_at_end(&history.entries);
    let missing = missing_files(&folder, files.iter().copied());
    if !missing.is_empty() {
        return Err(refusal::files_missing(&missing, files.len()));
    }
    let last = history.entries.last().map_or(0, |entry| entry.snapshot);
    let home = home_of(&history.lake, &folder);
    let known = match compare(&records, &history).await? {
        Knowledge::Same(snapshot) => snapshot,
        Knowledge::Other if over == Facts::Keep => return Err(refusal::has_facts()),
        Knowledge::Other => 0,
    };
    if known == last {
        records.settle_lake(&home, &stamp).await?;
    } else {
        records.replace_facts(&history.entries, &home, &stamp).await?;
    }
    write_id(&folder, &history.lake)?;
    let new = history.entries.iter().filter(|entry| entry.snapshot > known);
    let imports: std::collections::BTreeSet<i64> = new.clone().filter_map(|entry| entry.import_id).collect();
    let live = files.iter().filter(|file| file.kind == FileKind::Live);
    Ok(Adopted {
        lake: history.lake.clone(),
        snapshot: last,
        snapshots: new.count(),
        imports: imports.len(),
        files: live.clone().count(),
        rows: live.clone().map(|file| file.rows).sum(),
        bytes: live.map(|file| file.bytes).sum(),
    })
}

/// How the facts of the records stand to a history.
enum Knowledge {
    /// They are its beginning, up to a snapshot.
    Same(i64),
    /// They hold something that it does not.
    Other,
}

async fn compare(records: &Records, history: &History) -> Result<Knowledge> {
    let head = records.head().await?;
    if head == 0 {
        return Ok(Knowledge::Same(0));
    }
    let time = records.snapshot_time(head).await?;
    let is_in = history.entries.iter().any(|entry| entry.snapshot == head && Some(&entry.at) == time.as_ref());
    Ok(if is_in { Knowledge::Same(head) } else { Knowledge::Other })
}

/// A lake that holds nothing yet only gets its place; one whose history was never written has nothing to give.
async fn adopt_without_history(records: &Records, folder: &Path, stamp: &Stamp) -> Result<Adopted> {
    let id = read_id(folder)?;
    let noted = records.lake().await?;
    let live = records.facts().await?.files;
    let is_theirs = noted.as_ref().is_some_and(|noted| id.as_ref().is_none_or(|id| noted.lake == *id));
    let is_empty = live.is_empty() && yh_lake::data_files(folder)?.is_empty();
    if !(is_theirs || is_empty) || !missing_files(folder, &live).is_empty() {
        return Err(refusal::no_manifest());
    }
    let lake = match (noted, id) {
        (Some(noted), None) => noted.lake,
        (_, Some(id)) => id,
        (None, None) => return Err(refusal::no_manifest()),
    };
    records.settle_lake(&home_of(&lake, folder), stamp).await?;
    write_id(folder, &lake)?;
    let snapshot = records.head().await?;
    let (rows, bytes) = (live.iter().map(|file| file.rows).sum(), live.iter().map(|file| file.bytes).sum());
    Ok(Adopted { lake, snapshot, snapshots: 0, imports: 0, files: live.len(), rows, bytes })
}
