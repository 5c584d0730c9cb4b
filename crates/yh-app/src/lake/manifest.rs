//! The history of the facts beside the lake: immutable files of one or more snapshots each, written after every commit.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use yh_records::{Records, SnapshotEntry};

use super::refusal;
use crate::{AppError, ErrorKind, Result};

const FOLDER: &str = "manifest";
const FORM: u32 = 1;
/// So many files of one snapshot each become one file.
const MERGED: usize = 64;

/// The first line of a manifest file; one line per snapshot follows.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Header {
    form: u32,
    lake: String,
    /// The last snapshot of the file, and when it was made.
    snapshot: i64,
    at: String,
    /// Digest of everything else in the file.
    sha256: String,
}

/// How far the manifest beside a lake goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Newest {
    /// The highest snapshot that a file is named after.
    pub claimed: i64,
    /// The last snapshot that can be read; 0 when none can, with nothing known of it.
    pub snapshot: i64,
    pub at: Option<String>,
    pub lake: Option<String>,
}

/// A manifest file by its name: `000000001-000000064.jsonl`.
#[derive(Debug, Clone)]
struct Named {
    path: PathBuf,
    first: i64,
    last: i64,
}

/// Finds how far the manifest goes, by names and the first line of one file.
pub(super) fn newest(folder: &Path) -> Result<Option<Newest>> {
    let named = list(folder)?;
    let Some(last) = named.last() else { return Ok(None) };
    let claimed = last.last;
    for file in named.iter().rev() {
        match read_header(&file.path) {
            Ok(Some(Header { lake, snapshot, at, .. })) => return Ok(Some(Newest { claimed, snapshot, at: Some(at), lake: Some(lake) })),
            Ok(None) => {}
            // Another program has put it together with others meanwhile.
            Err(error) if error.kind == ErrorKind::NotFound => return newest(folder),
            Err(error) => return Err(error),
        }
    }
    Ok(Some(Newest { claimed, snapshot: 0, at: None, lake: None }))
}

/// Writes what the records have and the manifest lacks.
pub(crate) async fn catch_up(records: &Records, folder: &Path, lake: &str) -> Result<()> {
    let mut last = newest(folder)?.map_or(0, |newest| newest.snapshot);
    loop {
        let entries = records.history_after(last, MERGED as u64).await?;
        let Some(end) = entries.last() else { break };
        last = end.snapshot;
        write(folder, lake, &entries)?;
    }
    Ok(())
}

/// Writes the whole manifest again when part of it is lost or damaged; tells whether it was.
pub(super) async fn mend(records: &Records, folder: &Path, lake: &str) -> Result<bool> {
    let head = records.head().await?;
    let is_whole = read(folder).is_ok_and(|history| history.map_or(head == 0, |history| history.ends_at(head)));
    if is_whole {
        return Ok(false);
    }
    let today = jiff::Zoned::now().date();
    for file in list(folder)? {
        let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        yh_lake::move_to_trash(folder, &format!("{FOLDER}/{name}"), today)?;
    }
    catch_up(records, folder, lake).await?;
    Ok(true)
}

/// A whole history and the lake it is of.
#[derive(Debug, Clone)]
pub(super) struct History {
    pub lake: String,
    pub entries: Vec<SnapshotEntry>,
}

impl History {
    fn ends_at(&self, snapshot: i64) -> bool {
        self.entries.last().is_some_and(|entry| entry.snapshot == snapshot)
    }
}

/// Reads and verifies the whole manifest: every file's digest, one lake, no snapshot left out.
pub(super) fn read(folder: &Path) -> Result<Option<History>> {
    let mut by_snapshot: BTreeMap<i64, SnapshotEntry> = BTreeMap::new();
    let mut lake: Option<String> = None;
    let mut bad: Vec<Named> = Vec::new();
    let named = list(folder)?;
    let Some(claimed) = named.last().map(|file| file.last) else { return Ok(None) };
    for file in named {
        match read_file(&file.path)? {
            Some((header, _)) if lake.as_ref().is_some_and(|lake| *lake != header.lake) => {
                return Err(refusal::damaged(&name_of(&file.path)));
            }
            Some((header, entries)) => {
                lake = Some(header.lake);
                by_snapshot.extend(entries.into_iter().map(|entry| (entry.snapshot, entry)));
            }
            None => bad.push(file),
        }
    }
    let mut before = 0;
    let is_chained = by_snapshot.values().all(|entry| std::mem::replace(&mut before, entry.snapshot) == entry.after);
    // A damaged file does no harm where another holds its snapshots.
    if !is_chained || before < claimed {
        return Err(refusal::damaged(&bad.first().map_or_else(|| FOLDER.to_owned(), |file| name_of(&file.path))));
    }
    Ok(lake.map(|lake| History { lake, entries: by_snapshot.into_values().collect() }))
}

fn write(folder: &Path, lake: &str, entries: &[SnapshotEntry]) -> Result<()> {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(()) };
    let mut lines = String::new();
    for entry in entries {
        lines += &json(entry)?;
        lines.push('\n');
    }
    let mut header = Header { form: FORM, lake: lake.to_owned(), snapshot: last.snapshot, at: last.at.clone(), sha256: String::new() };
    header.sha256 = digest(&header, &lines);
    let text = format!("{}\n{lines}", json(&header)?);
    let path = folder.join(FOLDER).join(format!("{:09}-{:09}.jsonl", first.snapshot, last.snapshot));
    Ok(yh_lake::write_whole(&path, text.as_bytes())?)
}

/// Clears up: many files of one snapshot each become one, so that thousands of snapshots are few files; call with the
/// import lock held.
pub(crate) fn merge(folder: &Path, lake: &str) -> Result<()> {
    yh_lake::remove_halves(&folder.join(FOLDER))?;
    let single: Vec<Named> = list(folder)?.into_iter().filter(|file| file.first == file.last).collect();
    if single.len() < MERGED {
        return Ok(());
    }
    let mut entries = Vec::new();
    for file in &single {
        match read_file(&file.path)? {
            Some((header, read)) if header.lake == lake => entries.extend(read),
            // What is wrong with it comes to light where it is needed.
            _ => return Ok(()),
        }
    }
    write(folder, lake, &entries)?;
    for file in single {
        std::fs::remove_file(&file.path).map_err(|error| AppError::io(&file.path, error))?;
    }
    Ok(())
}

/// The manifest files by last snapshot, longer ones last.
fn list(folder: &Path) -> Result<Vec<Named>> {
    let folder = folder.join(FOLDER);
    let entries = match std::fs::read_dir(&folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| AppError::io(&folder, error))?,
    };
    let named = |path: PathBuf| {
        let (first, last) = path.file_name()?.to_str()?.strip_suffix(".jsonl")?.split_once('-')?;
        Some(Named { first: first.parse().ok()?, last: last.parse().ok()?, path })
    };
    let mut found: Vec<Named> = entries.filter_map(|entry| named(entry.ok()?.path())).collect();
    found.sort_by_key(|file| (file.last, std::cmp::Reverse(file.first)));
    Ok(found)
}

/// The first line of a manifest file; none when it is damaged.
fn read_header(path: &Path) -> Result<Option<Header>> {
    let file = std::fs::File::open(path).map_err(|error| AppError::io(path, error))?;
    let mut line = Vec::new();
    BufReader::new(file).read_until(b'\n', &mut line).map_err(|error| AppError::io(path, error))?;
    header(&line)
}

fn header(line: &[u8]) -> Result<Option<Header>> {
    match serde_json::from_slice::<Header>(line) {
        Ok(header) if header.form > FORM => Err(refusal::newer_form()),
        parsed => Ok(parsed.ok()),
    }
}

/// A manifest file whose digest is right; none when it is damaged.
fn read_file(path: &Path) -> Result<Option<(Header, Vec<SnapshotEntry>)>> {
    let bytes = std::fs::read(path).map_err(|error| AppError::io(path, error))?;
    let Ok(text) = String::from_utf8(bytes) else { return Ok(None) };
    let Some((first, lines)) = text.split_once('\n') else { return Ok(None) };
    let Some(header) = header(first.as_bytes())? else { return Ok(None) };
    if header.sha256 != digest(&header, lines) {
        return Ok(None);
    }
    let entries: std::result::Result<Vec<SnapshotEntry>, _> = lines.lines().map(serde_json::from_str).collect();
    Ok(entries.ok().map(|entries| (header, entries)))
}

fn digest(header: &Header, lines: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(format!("{} {} {} {}\n", header.form, header.lake, header.snapshot, header.at));
    hasher.update(lines);
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| AppError::new(ErrorKind::Internal, "json", error.to_string()))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
