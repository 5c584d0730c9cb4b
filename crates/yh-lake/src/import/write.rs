//! Rows → immutable Parquet files by month: encoding is work for any thread, appending keeps the rows' order.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;

use super::ImportError;
use super::keys::write_sidecar;
use super::moment::month_name_of;
use super::parse::{Part, wider};
use super::plan::LINE;
use super::report::{FileEntry, FileKind};
use crate::checked::{SummedFile, Sums};

/// Rows of a row group.
pub const GROUP_ROWS: usize = 128 * 1024;
/// Rows of a file: bounds what a correction rewrites and what a sidecar holds.
pub const FILE_ROWS: usize = 1 << 20;
/// Rows waiting for their row group to fill, over all months, in bytes of memory.
const WAITING_BYTES: usize = 192 << 20;
/// A month that got no rows for so many rows of the file is complete enough to be written out.
const IDLE_ROWS: u64 = 2 << 20;
const MAX_OPEN_FILES: usize = 64;

/// How lake files of one schema are written.
#[derive(Clone)]
pub struct FileFormat {
    schema: SchemaRef,
    properties: WriterPropertiesPtr,
}

impl FileFormat {
    /// `unique_text` names text columns whose values rarely repeat: a dictionary would only cost time.
    pub fn new(schema: SchemaRef, unique_text: &[String]) -> Result<Self, ImportError> {
        let mut builder = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_created_by("yunheng".to_owned());
        for field in schema.fields() {
            let name = field.name();
            let path = parquet::schema::types::ColumnPath::from(name.as_str());
            let rising = name == LINE || matches!(field.data_type(), DataType::Timestamp(..));
            if rising {
                builder =
                    builder.set_column_dictionary_enabled(path.clone(), false).set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
            } else if unique_text.contains(name) {
                builder = builder.set_column_dictionary_enabled(path, false);
            }
        }
        Ok(Self { schema, properties: Arc::new(builder.build()) })
    }

    fn file_writer<W: Write + Send>(&self, out: W) -> Result<SerializedFileWriter<W>, ImportError> {
        let schema = ArrowSchemaConverter::new().convert(&self.schema)?;
        let mut properties = self.properties.as_ref().clone();
        parquet::arrow::add_encoded_arrow_schema_to_metadata(&self.schema, &mut properties);
        Ok(SerializedFileWriter::new(out, schema.root_schema_ptr(), Arc::new(properties))?)
    }

    /// Encodes the rows of one row group, column by column.
    pub fn encode(&self, batches: &[RecordBatch]) -> Result<Vec<ArrowColumnChunk>, ImportError> {
        let writer = self.file_writer(std::io::sink())?;
        let factory = ArrowRowGroupWriterFactory::new(&writer, self.schema.clone());
        let columns = factory.create_column_writers(0)?;
        let mut chunks = Vec::with_capacity(columns.len());
        for (index, mut column) in columns.into_iter().enumerate() {
            for batch in batches {
                for leaf in compute_leaves(self.schema.field(index), batch.column(index))? {
                    column.write(&leaf)?;
                }
            }
            chunks.push(column.close()?);
        }
        Ok(chunks)
    }
}

/// One lake file while it grows.
pub struct LakeFile {
    path: PathBuf,
    writer: SerializedFileWriter<SummedFile>,
    month: Option<i32>,
    kind: FileKind,
    rows: u64,
    time_range: Option<(i64, i64)>,
    hashes: Vec<u64>,
}

impl LakeFile {
    fn create(path: PathBuf, format: &FileFormat, month: Option<i32>, kind: FileKind) -> Result<Self, ImportError> {
        let file = crate::private::create_new(&path).map_err(|error| ImportError::io(&path, error))?;
        let writer = format.file_writer(SummedFile::new(file))?;
        Ok(Self { path, writer, month, kind, rows: 0, time_range: None, hashes: Vec::new() })
    }

    /// Appends an encoded row group.
    pub fn append(&mut self, chunks: Vec<ArrowColumnChunk>) -> Result<(), ImportError> {
        let append = || -> Result<(), ParquetError> {
            let mut group = self.writer.next_row_group()?;
            for chunk in chunks {
                chunk.append_to_row_group(&mut group)?;
            }
            group.close().map(|_| ())
        };
        append().map_err(|error| unwrap_io(&self.path, error))
    }

    /// Notes rows that are (or will be) in an appended group.
    pub fn note_rows(&mut self, rows: usize, hashes: &[u64], time_range: Option<(i64, i64)>) {
        self.rows += rows as u64;
        self.hashes.extend_from_slice(hashes);
        self.time_range = match (self.time_range, time_range) {
            (Some(known), Some(more)) => Some(wider(known, more)),
            (known, more) => known.or(more),
        };
    }

    /// Finishes the file with its sums and sidecar; all are on disk when this returns.
    pub fn seal(self) -> Result<FileEntry, ImportError> {
        let path = self.path;
        let out = self.writer.into_inner().map_err(|error| unwrap_io(&path, error))?;
        let sums = out.finish(self.rows).map_err(|error| ImportError::io(&path, error))?;
        sums.write_beside(&path).map_err(|error| ImportError::io(&path, error))?;
        let keys = (self.kind == FileKind::Live && !self.hashes.is_empty()).then(|| path.with_extension("keys"));
        if let Some(keys) = &keys {
            write_sidecar(keys, &self.hashes, &sums.of)?;
        }
        Ok(FileEntry {
            sha256: sums.of,
            rows: self.rows,
            bytes: sums.bytes,
            month: self.month.map(month_name_of),
            min_time: self.time_range.map(|range| range.0),
            max_time: self.time_range.map(|range| range.1),
            keys,
            kind: self.kind,
            path,
        })
    }
}

/// Full disks and the like stay recognisable behind the Parquet writer.
fn unwrap_io(path: &Path, error: ParquetError) -> ImportError {
    match error {
        ParquetError::External(source) => match source.downcast::<std::io::Error>() {
            Ok(source) => ImportError::io(path, *source),
            Err(other) => ImportError::Parquet(ParquetError::External(other)),
        },
        other => ImportError::Parquet(other),
    }
}

/// Names the files of one import and makes them.
#[derive(Debug, Clone)]
pub struct FileNames {
    dir: PathBuf,
    stem: String,
    issued: usize,
    made: Vec<PathBuf>,
}

impl FileNames {
    /// `mark` belongs to this import alone.
    pub fn new(dir: &Path, dataset: &str, import_id: i64, mark: &str) -> Self {
        Self { dir: dir.to_owned(), stem: format!("{dataset}-{import_id}-{mark}"), issued: 0, made: Vec::new() }
    }

    /// Names that begin with a stem of the caller's, which holds a mark of its own.
    pub fn of_stem(dir: &Path, stem: &str) -> Self {
        Self { dir: dir.to_owned(), stem: stem.to_owned(), issued: 0, made: Vec::new() }
    }

    /// Creates `orders-12-9f86d081884c7d65-2011-05-3.parquet`; a file of that name is never touched.
    pub fn create(
        &mut self,
        format: &FileFormat,
        month: Option<i32>,
        month_name: Option<&str>,
        kind: FileKind,
    ) -> Result<LakeFile, ImportError> {
        let what = match kind {
            FileKind::Live => month_name.unwrap_or("all").to_owned(),
            FileKind::Superseded => format!("{}-superseded", month_name.unwrap_or("all")),
        };
        self.issued += 1;
        let path = self.dir.join(format!("{}-{what}-{}.parquet", self.stem, self.issued));
        let file = LakeFile::create(path.clone(), format, month, kind)?;
        self.made.push(path);
        Ok(file)
    }

    /// Removes every file that was made but those to keep, with their sidecars.
    pub fn remove_all_but(&self, keep: &[FileEntry]) {
        for path in self.made.iter().filter(|path| keep.iter().all(|entry| entry.path != **path)) {
            // A sweep takes what cannot be removed now.
            let keys = path.with_extension("keys");
            for path in [path, &keys] {
                let _ = std::fs::remove_file(path);
                let _ = std::fs::remove_file(Sums::path_of(path));
            }
        }
    }
}

/// Rows of one row group on their way to a file.
pub struct Group {
    pub file: usize,
    pub index: usize,
    pub batches: Vec<RecordBatch>,
}

/// The rows of a month that wait for a full row group, and the file they go to.
#[derive(Default)]
struct Month {
    waiting: Vec<RecordBatch>,
    hashes: Vec<u64>,
    rows: usize,
    bytes: usize,
    time_range: Option<(i64, i64)>,
    /// The file in progress.
    file: Option<usize>,
    last_seen: u64,
}

/// A file in progress and the groups it waits for.
struct OpenFile {
    file: LakeFile,
    groups_sent: usize,
    groups_appended: usize,
    /// Encoded out of turn.
    early: BTreeMap<usize, Vec<ArrowColumnChunk>>,
    ending: bool,
}

/// Collects rows by month, hands out row groups to encode and files to seal.
pub struct MonthWriter<'n> {
    format: FileFormat,
    names: &'n mut FileNames,
    months: BTreeMap<Option<i32>, Month>,
    files: Vec<Option<OpenFile>>,
    waiting_bytes: usize,
    rows_seen: u64,
}

impl<'n> MonthWriter<'n> {
    pub fn new(format: FileFormat, names: &'n mut FileNames) -> Self {
        Self { format, names, months: BTreeMap::new(), files: Vec::new(), waiting_bytes: 0, rows_seen: 0 }
    }

    /// Takes rows in the file's order; returns the row groups that are full.
    pub fn take(&mut self, part: Part) -> Result<Vec<Group>, ImportError> {
        let bytes = part.batch.get_array_memory_size();
        self.rows_seen += part.batch.num_rows() as u64;
        let key = part.month;
        let month = self.months.entry(key).or_default();
        month.last_seen = self.rows_seen;
        month.rows += part.batch.num_rows();
        month.bytes += bytes;
        month.hashes.extend(part.hashes);
        month.time_range = month.time_range.into_iter().chain(part.time_range).reduce(wider);
        month.waiting.push(part.batch);
        self.waiting_bytes += bytes;
        let mut groups = Vec::new();
        while self.months.get(&key).is_some_and(|month| month.rows >= GROUP_ROWS) {
            groups.extend(self.send(key, GROUP_ROWS)?);
        }
        while self.waiting_bytes > WAITING_BYTES {
            let largest = self.months.iter().max_by_key(|(_, month)| month.bytes).map(|(key, month)| (*key, month.rows));
            let Some((key, rows)) = largest.filter(|(_, rows)| *rows > 0) else { break };
            groups.extend(self.send(key, rows)?);
        }
        Ok(groups)
    }

    /// Moves the first `rows` waiting rows of a month into a row group.
    fn send(&mut self, key: Option<i32>, rows: usize) -> Result<Option<Group>, ImportError> {
        if rows == 0 {
            return Ok(None);
        }
        let file = self.file_for(key)?;
        let Some(month) = self.months.get_mut(&key) else { return Ok(None) };
        let mut batches = Vec::new();
        let mut missing = rows;
        while missing > 0 {
            let first = month.waiting.remove(0);
            if first.num_rows() > missing {
                month.waiting.insert(0, first.slice(missing, first.num_rows() - missing));
                batches.push(first.slice(0, missing));
                missing = 0;
            } else {
                missing -= first.num_rows();
                batches.push(first);
            }
        }
        month.rows -= rows;
        let left: usize = if month.rows == 0 { 0 } else { month.bytes * month.rows / (month.rows + rows) };
        self.waiting_bytes -= month.bytes - left;
        month.bytes = left;
        let hashes: Vec<u64> = if month.hashes.is_empty() { Vec::new() } else { month.hashes.drain(..rows).collect() };
        let time_range = month.time_range;
        if month.rows == 0 {
            month.time_range = None;
        }
        let Some(open) = self.files[file].as_mut() else { return Ok(None) };
        open.file.note_rows(rows, &hashes, time_range);
        let index = open.groups_sent;
        open.groups_sent += 1;
        if open.file.rows as usize + GROUP_ROWS > FILE_ROWS {
            open.ending = true;
            month.file = None;
        }
        Ok(Some(Group { file, index, batches }))
    }

    fn file_for(&mut self, key: Option<i32>) -> Result<usize, ImportError> {
        if let Some(file) = self.months.get(&key).and_then(|month| month.file) {
            return Ok(file);
        }
        self.end_stalest_file();
        let name = key.map(month_name_of);
        let file = self.names.create(&self.format, key, name.as_deref(), FileKind::Live)?;
        self.files.push(Some(OpenFile { file, groups_sent: 0, groups_appended: 0, early: BTreeMap::new(), ending: false }));
        let index = self.files.len() - 1;
        self.months.entry(key).or_default().file = Some(index);
        Ok(index)
    }

    fn end_stalest_file(&mut self) {
        let open = self.months.values().filter(|month| month.file.is_some()).count();
        if open < MAX_OPEN_FILES {
            return;
        }
        let stalest = self.months.values_mut().filter(|month| month.file.is_some()).min_by_key(|month| month.last_seen);
        if let Some(index) = stalest.and_then(|month| month.file.take())
            && let Some(open) = &mut self.files[index]
        {
            open.ending = true;
        }
    }

    /// Appends an encoded group in its turn.
    pub fn append(&mut self, file: usize, index: usize, chunks: Vec<ArrowColumnChunk>) -> Result<(), ImportError> {
        let Some(open) = self.files[file].as_mut() else { return Ok(()) };
        open.early.insert(index, chunks);
        while let Some(chunks) = open.early.remove(&open.groups_appended) {
            open.file.append(chunks)?;
            open.groups_appended += 1;
        }
        Ok(())
    }

    /// Sends what waits in months that seem complete.
    pub fn end_idle_months(&mut self) -> Result<Vec<Group>, ImportError> {
        let idle: Vec<Option<i32>> = self
            .months
            .iter()
            .filter(|(_, month)| self.rows_seen - month.last_seen > IDLE_ROWS && (month.rows > 0 || month.file.is_some()))
            .map(|(key, _)| *key)
            .collect();
        self.end_months(&idle)
    }

    /// Sends everything that waits; no more rows will come.
    pub fn end(&mut self) -> Result<Vec<Group>, ImportError> {
        let all: Vec<Option<i32>> = self.months.keys().copied().collect();
        self.end_months(&all)
    }

    fn end_months(&mut self, keys: &[Option<i32>]) -> Result<Vec<Group>, ImportError> {
        let mut groups = Vec::new();
        for key in keys {
            let rows = self.months.get(key).map_or(0, |month| month.rows);
            groups.extend(self.send(*key, rows)?);
            if let Some(index) = self.months.get_mut(key).and_then(|month| month.file.take())
                && let Some(open) = &mut self.files[index]
            {
                open.ending = true;
            }
        }
        Ok(groups)
    }

    /// Takes out the files that got their last group.
    pub fn complete_files(&mut self) -> Vec<LakeFile> {
        self.files
            .iter_mut()
            .filter_map(|slot| slot.take_if(|open| open.ending && open.groups_appended == open.groups_sent))
            .map(|open| open.file)
            .collect()
    }
}
