//! Rows whose key is already there: the later row counts, the earlier one stays reachable.
//!
//! Only files that hold a changed key are written again. Of several rows of a key within one file the
//! last line counts. A row equal to the one that is there changes nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use super::at_hand::{AtHand, read_column};
use super::copy::{Copier, chosen};
use super::keys::{Sidecar, key_bytes, key_text};
use super::plan::{ATTRIBUTES, IMPORT_ID, LINE, Plan};
use super::report::{Duplicate, FileEntry, FileKind};
use super::write::{FileFormat, FileNames};
use super::{ExistingFile, ImportError, StageRequest};
use arrow::array::{Array, ArrayRef, Int64Array, UInt32Array, new_null_array};
use arrow::compute::kernels::cmp::not_distinct;
use arrow::compute::take;

/// New rows looked at together: bounds memory.
const ROWS_AT_ONCE: u64 = 1 << 20;
const DUPLICATES_SHOWN: usize = 100;
/// Rows of one key in one file that are looked at for other values.
const DUPLICATES_COMPARED: usize = 10_000;

/// What the new rows mean for the files that are there.
#[derive(Debug, Default)]
pub struct Resolution {
    pub added: Vec<FileEntry>,
    pub removed: Vec<PathBuf>,
    pub replaced: u64,
    pub unchanged: u64,
    pub duplicates: u64,
    pub first_duplicates: Vec<Duplicate>,
    /// Of the duplicates looked at, those with other values than the row that is kept.
    pub contrary: u64,
    /// Existing rows of which the new file, which holds all of them, says nothing.
    pub gone: u64,
}

/// A changed keyless file replaces all rows of the earlier imports of that file.
pub fn replace_keyless(
    request: &StageRequest,
    plan: &Plan,
    new: Vec<FileEntry>,
    existing: &[ExistingFile],
    names: &mut FileNames,
) -> Result<Resolution, ImportError> {
    let mut resolution = Resolution::default();
    let new_rows: u64 = new.iter().map(|entry| entry.rows).sum();
    resolution.added = new;
    let mut old_rows = 0;
    for file in existing.iter().map(AtHand::existing) {
        let entry = file.entry;
        let gone = rows_of_imports(&file, &request.earlier)?;
        old_rows += gone.len() as u64;
        if gone.is_empty() {
            continue;
        }
        resolution.removed.push(entry.path.clone());
        if gone.len() as u64 == entry.rows {
            // All of it goes: the file stays where it is and changes its kind.
            resolution.added.push(FileEntry { kind: FileKind::Superseded, keys: None, ..entry.clone() });
        } else {
            let fates = Fates::new(entry.rows as usize, &gone, &[]);
            resolution.added.extend(split(plan, &file, &fates, FileFormat::of_file(&file)?, names)?);
        }
    }
    resolution.replaced = old_rows.min(new_rows);
    Ok(resolution)
}

/// The rows of a file that some imports brought.
fn rows_of_imports(file: &AtHand, imports: &[i64]) -> Result<Vec<u32>, ImportError> {
    for import in imports {
        if file.may_hold(IMPORT_ID, *import)? {
            let found = file.integers(IMPORT_ID)?;
            return Ok((0u32..).zip(found.values()).filter(|(_, import)| imports.contains(import)).map(|(row, _)| row).collect());
        }
    }
    Ok(Vec::new())
}

/// A row of one of the files at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    file: usize,
    row: u32,
}

/// A row that may share its key with another.
struct Candidate {
    hash: u64,
    place: Place,
    key: Vec<u8>,
    line: i64,
    text: String,
}

/// Finds repeated keys and writes again what they change.
pub fn resolve(
    whole_of: &[i64],
    plan: &Plan,
    format: &FileFormat,
    new: Vec<FileEntry>,
    existing: &[ExistingFile],
    names: &mut FileNames,
    cancel: &AtomicBool,
) -> Result<Resolution, ImportError> {
    let mut matcher = Matcher::open(plan, &new, existing, whole_of)?;
    let rows: u64 = new.iter().map(|entry| entry.rows).sum();
    let passes = rows.div_ceil(ROWS_AT_ONCE).max(1);
    let width = u64::MAX / passes;
    for pass in 0..passes {
        if cancel.load(Ordering::Relaxed) {
            return Err(ImportError::Cancelled);
        }
        let to = if pass + 1 == passes { u64::MAX } else { (pass + 1) * width - 1 };
        matcher.look(pass * width, to)?;
    }
    matcher.drop_unchanged()?;
    matcher.count_contrary()?;
    matcher.drop_gone()?;
    matcher.rewrite(format, names)
}

/// The files at hand, existing ones first, and which of their rows go.
struct Matcher<'m> {
    plan: &'m Plan,
    files: Vec<AtHand<'m>>,
    sidecars: Vec<Sidecar>,
    /// Files before this index exist already.
    first_new: usize,
    /// Rows that leave their file: superseded ones are kept elsewhere, the others are repetitions.
    superseded: BTreeMap<usize, Vec<u32>>,
    repeated: BTreeMap<usize, Vec<u32>>,
    /// An existing row and the new row of the same key.
    pairs: Vec<(Place, Place)>,
    /// Imports of which the new rows are the whole; rows of theirs whose key a new row has are met.
    whole_of: &'m [i64],
    met: BTreeMap<usize, Vec<u32>>,
    /// A row and the later one of the same key in the same file.
    doubles: Vec<(Place, Place)>,
    resolution: Resolution,
}

impl<'m> Matcher<'m> {
    fn open(plan: &'m Plan, new: &'m [FileEntry], existing: &'m [ExistingFile], whole_of: &'m [i64]) -> Result<Self, ImportError> {
        let existing = existing.iter().filter(|file| file.entry.kind == FileKind::Live);
        let mut files: Vec<AtHand> = existing.map(AtHand::existing).collect();
        let first_new = files.len();
        files.extend(new.iter().map(|entry| AtHand::new(entry, None)));
        let key: Vec<&str> = plan.key.iter().map(|at| plan.columns[*at].name.as_str()).collect();
        let sidecars = files.iter().map(|file| Sidecar::open(file, &key)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            plan,
            files,
            sidecars,
            first_new,
            superseded: BTreeMap::new(),
            repeated: BTreeMap::new(),
            pairs: Vec::new(),
            whole_of,
            met: BTreeMap::new(),
            doubles: Vec::new(),
            resolution: Resolution::default(),
        })
    }

    /// Handles the keys whose hash lies in a range.
    fn look(&mut self, from: u64, to: u64) -> Result<(), ImportError> {
        let places = self.repeated_hashes(from, to)?;
        let mut candidates = self.read_candidates(places)?;
        candidates.sort_unstable_by(|a, b| {
            (a.hash, &a.key, a.place.file >= self.first_new, a.line).cmp(&(b.hash, &b.key, b.place.file >= self.first_new, b.line))
        });
        for same_key in candidates.chunk_by(|a, b| a.key == b.key) {
            self.settle(same_key);
        }
        Ok(())
    }

    /// Rows whose hash another row has too, at least one of them new.
    fn repeated_hashes(&mut self, from: u64, to: u64) -> Result<Vec<(u64, Place)>, ImportError> {
        let mut new = Vec::new();
        for file in self.first_new..self.files.len() {
            new.extend(self.sidecars[file].range(from, to)?.into_iter().map(|at| (at.hash, Place { file, row: at.row })));
        }
        // Sorted runs, one after the other: the stable sort merges them.
        new.sort();
        let mut old = Vec::new();
        for file in 0..self.first_new {
            let mut next = 0;
            for at in self.sidecars[file].range(from, to)? {
                while new.get(next).is_some_and(|(hash, _)| *hash < at.hash) {
                    next += 1;
                }
                if new.get(next).is_some_and(|(hash, _)| *hash == at.hash) {
                    old.push((at.hash, Place { file, row: at.row }));
                }
            }
        }
        old.sort();
        let in_old = |hash: u64| old.binary_search_by_key(&hash, |(hash, _)| *hash).is_ok();
        let mut places: Vec<(u64, Place)> =
            new.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1 || in_old(same[0].0)).flatten().copied().collect();
        places.extend(old);
        Ok(places)
    }

    /// Reads the real keys.
    fn read_candidates(&self, places: Vec<(u64, Place)>) -> Result<Vec<Candidate>, ImportError> {
        let mut by_file: BTreeMap<usize, Vec<(u32, u64)>> = BTreeMap::new();
        for (hash, place) in places {
            by_file.entry(place.file).or_default().push((place.row, hash));
        }
        let mut candidates = Vec::new();
        for (file, mut rows) in by_file {
            rows.sort_unstable();
            let at_hand = &self.files[file];
            let keys: Vec<ArrayRef> =
                self.plan.key.iter().map(|at| read_column(at_hand, &self.plan.columns[*at].name)).collect::<Result<_, _>>()?;
            let lines = read_column(at_hand, LINE)?;
            let lines = lines.as_any().downcast_ref::<Int64Array>().ok_or_else(|| at_hand.not_whole())?;
            candidates.extend(rows.into_iter().map(|(row, hash)| Candidate {
                hash,
                place: Place { file, row },
                key: key_bytes(&keys, row as usize),
                line: lines.value(row as usize),
                text: String::new(),
            }));
            let shown = DUPLICATES_SHOWN.saturating_sub(self.resolution.first_duplicates.len());
            for candidate in candidates.iter_mut().filter(|candidate| candidate.place.file == file).take(shown * 4) {
                candidate.text = key_text(&keys, candidate.place.row as usize);
            }
        }
        Ok(candidates)
    }

    /// Decides which of the rows of one key counts; existing ones come first, then new ones by line.
    fn settle(&mut self, rows: &[Candidate]) {
        let (old, new) = rows.split_at(rows.partition_point(|row| row.place.file < self.first_new));
        let Some((last, earlier)) = new.split_last() else { return };
        for row in earlier {
            self.superseded.entry(row.place.file).or_default().push(row.place.row);
            self.resolution.duplicates += 1;
            if self.doubles.len() < DUPLICATES_COMPARED {
                self.doubles.push((row.place, last.place));
            }
            if self.resolution.first_duplicates.len() < DUPLICATES_SHOWN {
                let duplicate = Duplicate { key: row.text.clone(), line: row.line as u64, kept_line: last.line as u64 };
                self.resolution.first_duplicates.push(duplicate);
            }
        }
        for row in old.iter().filter(|_| !self.whole_of.is_empty()) {
            self.met.entry(row.place.file).or_default().push(row.place.row);
        }
        if let Some(old) = old.last() {
            self.pairs.push((old.place, last.place));
        }
    }

    /// Supersedes the rows of those imports that no new row speaks of.
    fn drop_gone(&mut self) -> Result<(), ImportError> {
        let looked_at = if self.whole_of.is_empty() { 0 } else { self.first_new };
        for file in 0..looked_at {
            let at_hand = &self.files[file];
            let column = read_column(at_hand, IMPORT_ID)?;
            let import = column.as_any().downcast_ref::<Int64Array>().ok_or_else(|| at_hand.not_whole())?;
            let mut is_met = vec![false; import.len()];
            for row in self.met.remove(&file).unwrap_or_default() {
                is_met[row as usize] = true;
            }
            let gone =
                (0u32..).zip(is_met).filter(|(row, met)| !met && self.whole_of.contains(&import.value(*row as usize))).map(|(row, _)| row);
            let superseded = self.superseded.entry(file).or_default();
            let before = superseded.len();
            superseded.extend(gone);
            self.resolution.gone += (superseded.len() - before) as u64;
        }
        Ok(())
    }

    /// Counts the duplicates that say other things than the rows that stay.
    fn count_contrary(&mut self) -> Result<(), ImportError> {
        self.doubles.sort_unstable_by_key(|(earlier, last)| (earlier.file, last.file, earlier.row));
        for same_files in self.doubles.chunk_by(|a, b| a.0.file == b.0.file && a.1.file == b.1.file) {
            let equal = self.compare(same_files, &[IMPORT_ID, LINE, ATTRIBUTES])?;
            self.resolution.contrary += equal.iter().filter(|equal| !**equal).count() as u64;
        }
        Ok(())
    }

    /// Compares each pair column by column: equal rows change nothing, others supersede the existing row.
    fn drop_unchanged(&mut self) -> Result<(), ImportError> {
        self.pairs.sort_unstable_by_key(|(old, new)| (old.file, new.file, old.row));
        let pairs = std::mem::take(&mut self.pairs);
        for same_files in pairs.chunk_by(|a, b| a.0.file == b.0.file && a.1.file == b.1.file) {
            let equal = self.compare(same_files, &[IMPORT_ID, LINE])?;
            for ((old, new), equal) in same_files.iter().zip(equal) {
                if equal {
                    self.repeated.entry(new.file).or_default().push(new.row);
                    self.resolution.unchanged += 1;
                } else {
                    self.superseded.entry(old.file).or_default().push(old.row);
                    self.resolution.replaced += 1;
                }
            }
        }
        Ok(())
    }

    /// Whether the two rows of each pair are equal but for some columns.
    fn compare(&self, pairs: &[(Place, Place)], but: &[&str]) -> Result<Vec<bool>, ImportError> {
        let (old_file, new_file) = (pairs[0].0.file, pairs[0].1.file);
        let old_rows: UInt32Array = pairs.iter().map(|(old, _)| Some(old.row)).collect();
        let new_rows: UInt32Array = pairs.iter().map(|(_, new)| Some(new.row)).collect();
        let mut equal = vec![true; pairs.len()];
        for field in self.plan.schema.fields() {
            if but.contains(&field.name().as_str()) {
                continue;
            }
            let new = take(&read_column(&self.files[new_file], field.name())?, &new_rows, None)?;
            let old = match read_column(&self.files[old_file], field.name()) {
                Ok(old) => take(&old, &old_rows, None)?,
                // The dataset got this column later.
                Err(ImportError::Arrow(_)) => new_null_array(new.data_type(), pairs.len()),
                Err(error) => return Err(error),
            };
            if old.data_type() != new.data_type() {
                return Ok(vec![false; pairs.len()]);
            }
            let same = not_distinct(&old, &new)?;
            for (equal, same) in equal.iter_mut().zip(same.iter()) {
                *equal &= same.unwrap_or(false);
            }
        }
        Ok(equal)
    }

    /// Writes the files that lose rows again, and the lost rows beside them.
    fn rewrite(mut self, format: &FileFormat, names: &mut FileNames) -> Result<Resolution, ImportError> {
        for (index, file) in self.files.iter().enumerate() {
            let entry = file.entry;
            let superseded = self.superseded.remove(&index).unwrap_or_default();
            let repeated = self.repeated.remove(&index).unwrap_or_default();
            let is_new = index >= self.first_new;
            if superseded.is_empty() && repeated.is_empty() {
                if is_new {
                    self.resolution.added.push(entry.clone());
                }
                continue;
            }
            if !is_new {
                self.resolution.removed.push(entry.path.clone());
            }
            let fates = Fates::new(entry.rows as usize, &superseded, &repeated);
            let format = if is_new { format.clone() } else { FileFormat::of_file(file)? };
            self.resolution.added.extend(split(self.plan, file, &fates, format, names)?);
        }
        Ok(self.resolution)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    Superseded,
    Repeated,
}

/// What becomes of each row of a file.
struct Fates(Vec<Fate>);

impl Fates {
    fn new(rows: usize, superseded: &[u32], repeated: &[u32]) -> Self {
        let mut fates = vec![Fate::Stays; rows];
        for row in superseded {
            fates[*row as usize] = Fate::Superseded;
        }
        for row in repeated {
            fates[*row as usize] = Fate::Repeated;
        }
        Self(fates)
    }
}

/// Writes a file again without the rows that go, and the superseded ones beside it.
fn split(plan: &Plan, file: &AtHand, fates: &Fates, format: FileFormat, names: &mut FileNames) -> Result<Vec<FileEntry>, ImportError> {
    let name = |at: &usize| plan.columns[*at].name.as_str();
    let mut copier = Copier { format, key: plan.key.iter().map(name).collect(), time: plan.time.as_ref().map(name), names };
    let mut written = Vec::new();
    for (fate, kind) in [(Fate::Stays, FileKind::Live), (Fate::Superseded, FileKind::Superseded)] {
        if fates.0.contains(&fate) {
            let mut first = 0;
            let rows = chosen(file, |batch| {
                let of_batch = &fates.0[first..first + batch.num_rows()];
                first += batch.num_rows();
                Ok(of_batch.iter().map(|row| Some(*row == fate)).collect())
            })?;
            written.extend(copier.write(rows, file.entry.month.as_deref(), kind)?);
        }
    }
    Ok(written)
}

impl FileFormat {
    /// Writes like a file that is there: its columns, whatever the dataset has become since.
    pub fn of_file(file: &AtHand) -> Result<Self, ImportError> {
        Self::new(file.schema()?, &[])
    }
}
