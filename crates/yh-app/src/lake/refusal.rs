//! Why a lake and its records are not opened together, and what to do about each.

use std::path::Path;

use crate::{AppError, ErrorKind};

/// Files named in a message.
const SHOWN: usize = 3;

/// The records are empty, the folder is not.
pub(super) fn unknown(has_manifest: bool) -> AppError {
    let message = "the records know nothing of this lake, which holds files; nothing was changed";
    AppError::new(ErrorKind::Input, "lake-unknown", message).hint(if has_manifest {
        "check records.url in yunheng.toml: the records of this lake may be elsewhere; if they are lost, `yunheng lake adopt` makes their facts again"
    } else {
        "check records.url in yunheng.toml: only the records of this lake know what its files are; to begin anew, move .yunheng/lake away"
    })
}

/// The records belong to another lake.
pub(super) fn other() -> AppError {
    AppError::new(ErrorKind::Input, "lake-other", "the records belong to another lake; nothing was changed")
        .hint("check records.url in yunheng.toml: every project has records of its own; to put this lake's facts in place of theirs, run `yunheng lake adopt --replace`")
}

/// The records know facts, the folder holds none.
pub(super) fn missing() -> AppError {
    AppError::new(ErrorKind::Input, "lake-missing", "the lake of these records is not in this project folder; nothing was changed")
        .hint("bring .yunheng/lake back from where it was moved or from a backup, or check records.url in yunheng.toml")
}

/// Some files that the records name are not there.
pub(super) fn files_missing(missing: &[String], of: usize) -> AppError {
    let shown = missing.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let more = if missing.len() > SHOWN { ", …" } else { "" };
    let message = format!("{} of the lake's {of} files are not there or cut off: {shown}{more}", missing.len());
    AppError::new(ErrorKind::Input, "lake-files-missing", message).hint("restore .yunheng/lake from a backup; nothing was changed")
}

/// The folder that the records know is still there.
pub(super) fn copied(other: &Path) -> AppError {
    let message = format!("this project folder is a copy: its records belong to {}", other.display());
    AppError::new(ErrorKind::Input, "lake-copied", message)
        .hint("go on there, or give this copy records of its own: `yunheng records move URL`, then `yunheng lake adopt`; if it is to take the other's place, run `yunheng lake adopt`")
}

/// The folder that the records know is on another computer.
pub(super) fn elsewhere() -> AppError {
    AppError::new(ErrorKind::Input, "lake-elsewhere", "the records were last used with a copy of this lake in another place")
        .hint("go on there, or give this copy records of its own: `yunheng records move URL`, then `yunheng lake adopt`; if it is to take the other's place, run `yunheng lake adopt`")
}

/// The lake has imports that the records do not know.
pub(super) fn records_older(lake: i64, records: i64) -> AppError {
    let message = format!("the records are older than the lake: they end with snapshot {records}, the lake has {lake}");
    AppError::new(ErrorKind::Input, "records-older", message).hint(
        "restore newer records, or check records.url; to take the lake's later imports over into these records, run `yunheng lake adopt`",
    )
}

/// The records name files that the folder does not have yet.
pub(super) fn lake_older(lake: i64, records: i64) -> AppError {
    let message = format!("the lake folder is older than the records: it ends with snapshot {lake}, the records with {records}");
    AppError::new(ErrorKind::Input, "lake-older", message)
        .hint("restore the newer lake folder; to go back to what this folder holds, run `yunheng lake adopt --replace`")
}

/// Both went on from the same beginning.
pub(super) fn diverged(snapshot: i64) -> AppError {
    let message = format!("snapshot {snapshot} of the records is not that of the lake: each went on without the other");
    AppError::new(ErrorKind::Input, "lake-diverged", message)
        .hint("restore the records and the lake folder of one backup; to let the lake decide, run `yunheng lake adopt --replace`")
}

/// Written by a later program.
pub(super) fn newer_form() -> AppError {
    AppError::new(ErrorKind::Input, "lake-newer", "the lake was written by a newer version of yunheng")
        .hint("install that version or a newer one")
}

/// The manifest cannot be trusted.
pub(super) fn damaged(name: &str) -> AppError {
    let message = format!("the manifest beside the lake is damaged: {name}");
    AppError::new(ErrorKind::Input, "lake-manifest-damaged", message)
        .hint("restore .yunheng/lake/manifest from a backup; while its records are there, `yunheng lake` writes it again")
}

/// There is nothing to make records of.
pub(super) fn no_manifest() -> AppError {
    AppError::new(ErrorKind::Input, "lake-no-manifest", "the lake has no manifest beside it, so its facts cannot be made again")
        .hint("open it once with the records it belongs to; a backup of the project folder holds both")
}

/// The records hold facts that this lake does not have.
pub(super) fn has_facts() -> AppError {
    AppError::new(ErrorKind::Input, "lake-has-facts", "the records hold facts that are not in this lake; nothing was changed")
        .hint("check records.url in yunheng.toml; to put this lake's facts in place of theirs, run `yunheng lake adopt --replace`")
}
