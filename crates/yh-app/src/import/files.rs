//! Between the lake's files and the manifest's.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use yh_lake::import::{DatasetFiles, ExistingFile, FileEntry, FileKind as StagedKind, SupersededFile};
use yh_model::dataset::{ColumnKind, DatasetSpec};
use yh_records::{DataFile, FileKind};

use crate::{App, app::Facts};

/// The live files of a dataset that imports brought.
pub(super) fn existing_files(app: &App, facts: &Facts, dataset: &str) -> Vec<ExistingFile> {
    let root = &app.lake.settings().root;
    facts.files(dataset).iter().filter(|file| file.derived.is_none()).map(|file| existing(root, file)).collect()
}

/// The files of a dataset that imports brought, live and superseded, out of all in force.
pub(crate) fn in_force(app: &App, all: &[DataFile], dataset: &str) -> DatasetFiles {
    let root = &app.lake.settings().root;
    let mut found = DatasetFiles::default();
    for file in all.iter().filter(|file| file.dataset == dataset && file.derived.is_none()) {
        match file.kind {
            FileKind::Live => found.live.push(existing(root, file)),
            FileKind::Superseded => found.superseded.push(SupersededFile { entry: entry(root, file), by: file.import_id }),
        }
    }
    found
}

fn existing(root: &Path, file: &DataFile) -> ExistingFile {
    ExistingFile { entry: entry(root, file), import: file.import_id }
}

fn entry(root: &Path, file: &DataFile) -> FileEntry {
    let micros = |text: &Option<String>| {
        let text = text.as_deref()?;
        let instant = text.parse::<Timestamp>().ok();
        instant.or_else(|| format!("{text}T00:00:00Z").parse().ok()).map(Timestamp::as_microsecond)
    };
    FileEntry {
        path: root.join(&file.path),
        sha256: file.sha256.clone(),
        rows: file.rows as u64,
        bytes: file.bytes as u64,
        month: file.month.clone(),
        min_time: micros(&file.min_time),
        max_time: micros(&file.max_time),
        keys: file.sidecar.as_ref().map(|sidecar| root.join(sidecar)),
        kind: match file.kind {
            FileKind::Live => StagedKind::Live,
            FileKind::Superseded => StagedKind::Superseded,
        },
    }
}

/// A file for the manifest. Superseded rows without an import each tell the one that superseded them.
pub(crate) fn data_file(root: &Path, spec: &DatasetSpec, entry: &FileEntry, import: Option<i64>) -> DataFile {
    let time = spec.time.as_deref().and_then(|name| spec.column(name));
    let by_day = time.is_some_and(|column| column.kind == ColumnKind::Date);
    let text = |micros: Option<i64>| {
        let text = instant(micros?)?;
        Some(if by_day { text[..10].to_owned() } else { text })
    };
    DataFile {
        path: relative(root, &entry.path),
        dataset: spec.name.clone(),
        kind: match entry.kind {
            StagedKind::Live => FileKind::Live,
            StagedKind::Superseded => FileKind::Superseded,
        },
        sha256: entry.sha256.clone(),
        rows: entry.rows as i64,
        bytes: entry.bytes as i64,
        month: entry.month.clone(),
        min_time: text(entry.min_time),
        max_time: text(entry.max_time),
        sidecar: entry.keys.as_ref().map(|path| relative(root, path)),
        import_id: import,
        derived: None,
    }
}

pub(super) fn instant(micros: i64) -> Option<String> {
    Timestamp::from_microsecond(micros).ok().map(|at| at.to_string())
}

pub(crate) fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

pub(super) fn relatives(root: &Path, paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| relative(root, path)).collect()
}
