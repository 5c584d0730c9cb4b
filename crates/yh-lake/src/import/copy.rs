//! Rows of lake files copied into new ones: what corrections, undoing and compaction have in common.

use arrow::array::BooleanArray;
use arrow::compute::filter_record_batch;
use arrow::record_batch::RecordBatch;
use yh_model::dataset::DatasetSpec;

use super::ImportError;
use super::at_hand::AtHand;
use super::keys::hash_keys;
use super::parse::{times_us, wider};
use super::report::{FileEntry, FileKind};
use super::write::{FileFormat, FileNames, GROUP_ROWS, LakeFile};

/// Rows decoded at once.
const BATCH_ROWS: usize = 16 * 1024;

/// Writes rows that other lake files have into new ones.
pub(crate) struct Copier<'c> {
    pub format: FileFormat,
    pub key: Vec<&'c str>,
    pub time: Option<&'c str>,
    pub names: &'c mut FileNames,
}

impl<'c> Copier<'c> {
    pub fn new(dataset: &'c DatasetSpec, format: FileFormat, names: &'c mut FileNames) -> Self {
        Self { format, key: dataset.key.iter().map(String::as_str).collect(), time: dataset.time.as_deref(), names }
    }

    /// Writes rows into one new file; none when there are none.
    pub fn write(
        &mut self,
        rows: impl Iterator<Item = Result<RecordBatch, ImportError>>,
        month: Option<&str>,
        kind: FileKind,
    ) -> Result<Option<FileEntry>, ImportError> {
        let mut file: Option<LakeFile> = None;
        let mut waiting: Vec<RecordBatch> = Vec::new();
        for batch in rows {
            let batch = batch?;
            if batch.num_rows() == 0 {
                continue;
            }
            let out = match &mut file {
                Some(file) => file,
                None => file.insert(self.names.create(&self.format, None, month, kind)?),
            };
            self.note(out, &batch)?;
            waiting.push(batch);
            if waiting.iter().map(RecordBatch::num_rows).sum::<usize>() >= GROUP_ROWS {
                out.append(self.format.encode(&std::mem::take(&mut waiting))?)?;
            }
        }
        let Some(mut file) = file else { return Ok(None) };
        if !waiting.is_empty() {
            file.append(self.format.encode(&waiting)?)?;
        }
        Ok(Some(FileEntry { month: month.map(str::to_owned), ..file.seal()? }))
    }

    fn note(&self, out: &mut LakeFile, batch: &RecordBatch) -> Result<(), ImportError> {
        let schema = batch.schema();
        let key = self.key.iter().map(|name| schema.index_of(name)).collect::<Result<Vec<_>, _>>()?;
        let times = match self.time {
            Some(time) => times_us(batch.column(schema.index_of(time)?)),
            None => Vec::new(),
        };
        let time_range = times.iter().map(|us| (*us, *us)).reduce(wider);
        out.note_rows(batch.num_rows(), &hash_keys(batch, &key), time_range);
        Ok(())
    }
}

/// Reads the rows of a file that are chosen.
pub(crate) fn chosen<C: FnMut(&RecordBatch) -> Result<BooleanArray, ImportError>>(
    file: &AtHand<'_>,
    mut choose: C,
) -> Result<impl Iterator<Item = Result<RecordBatch, ImportError>> + use<C>, ImportError> {
    let (reader, told) = file.open()?;
    let batches = reader.with_batch_size(BATCH_ROWS).build().map_err(|error| told.of(error.into()))?;
    Ok(batches.map(move |batch| {
        let batch = batch.map_err(|error| told.of(error.into()))?;
        Ok(filter_record_batch(&batch, &choose(&batch)?)?)
    }))
}
