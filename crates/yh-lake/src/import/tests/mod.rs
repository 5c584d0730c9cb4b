//! Whole imports of small files made by the tests.

mod corrections;
mod dates;
mod forms;
mod hostile;
mod json;
mod laws;
mod presets;
mod space;
mod unknown;
mod wrong_input;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use arrow::array::{Array, AsArray};
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use yh_model::dataset::{ColumnKind, ColumnSpec, DatasetSpec, canonical_dataset};
use yh_model::source::{ColumnMapping, FileMapping};

use super::*;

/// A lake of one dataset in a directory that goes with the test.
struct Lake {
    dir: tempfile::TempDir,
    dataset: DatasetSpec,
    mapping: Option<FileMapping>,
    remembered: Vec<ColumnMapping>,
    zone: &'static str,
    live: Vec<ExistingFile>,
    superseded: Vec<SupersededFile>,
    /// The imports of each file.
    names: Vec<(String, i64)>,
    imports: i64,
    whole_of: Vec<i64>,
    limits: Limits,
}

impl Lake {
    fn of(dataset: &str) -> Self {
        Self::with(canonical_dataset(dataset).expect("canonical").clone())
    }

    fn with(dataset: DatasetSpec) -> Self {
        Self {
            dir: tempfile::tempdir().expect("a directory"),
            dataset,
            mapping: None,
            remembered: Vec::new(),
            zone: "Asia/Shanghai",
            live: Vec::new(),
            superseded: Vec::new(),
            names: Vec::new(),
            imports: 0,
            whole_of: Vec::new(),
            limits: Limits::default(),
        }
    }

    /// Keyless rows of a text, a count and an instant.
    fn keyless() -> Self {
        let mut at = ColumnSpec::new("at", ColumnKind::Instant);
        at.required = true;
        Self::with(DatasetSpec {
            name: "lines".into(),
            label: Default::default(),
            key: Vec::new(),
            time: Some("at".into()),
            columns: vec![at, ColumnSpec::new("name", ColumnKind::Text), ColumnSpec::new("count", ColumnKind::Integer)],
        })
    }

    fn map(mut self, columns: Vec<ColumnMapping>) -> Self {
        self.mapping = Some(FileMapping { dataset: self.dataset.name.clone(), columns, ..FileMapping::default() });
        self
    }

    fn request(&self, name: &str) -> StageRequest {
        StageRequest {
            path: self.dir.path().join(name),
            file_name: name.into(),
            dataset: self.dataset.clone(),
            source: "test".into(),
            mapping: self.mapping.clone(),
            remembered: self.remembered.clone(),
            source_zone: self.zone.into(),
            business_zone: "Asia/Shanghai".into(),
            import_id: self.imports + 1,
            mark: uuid::Uuid::new_v4().simple().to_string(),
            whole_of: self.whole_of.clone(),
            earlier: self.names.iter().filter(|(known, _)| known == name).map(|(_, import)| *import).collect(),
            staging_dir: self.dir.path().join("lake"),
            rejects_path: self.dir.path().join("rejects.csv"),
            today: jiff::civil::date(2026, 6, 30),
            dry_run: false,
            limits: self.limits,
        }
    }

    fn stage(&self, name: &str, bytes: &[u8]) -> Result<Staged, ImportError> {
        let request = self.request(name);
        std::fs::write(&request.path, bytes).expect("written");
        stage(&request, &self.live, &mut |_| {}, &AtomicBool::new(false))
    }

    /// Imports and commits.
    fn import(&mut self, name: &str, bytes: impl AsRef<[u8]>) -> ImportReport {
        let staged = self.stage(name, bytes.as_ref()).unwrap_or_else(|error| panic!("{name}: {error}"));
        self.imports += 1;
        self.names.push((name.into(), self.imports));
        self.live.retain(|file| !staged.removed.contains(&file.entry.path));
        for entry in staged.added {
            assert!(entry.path.exists(), "{entry:?}");
            match entry.kind {
                FileKind::Live => self.live.push(ExistingFile { entry, import: Some(self.imports) }),
                FileKind::Superseded => self.superseded.push(SupersededFile { entry, by: Some(self.imports) }),
            }
        }
        staged.report
    }

    /// The dataset's files in force.
    fn files(&self) -> DatasetFiles {
        DatasetFiles { live: self.live.clone(), superseded: self.superseded.clone() }
    }

    fn replace(&mut self, removed: &[std::path::PathBuf], added: impl IntoIterator<Item = FileEntry>) {
        self.live.retain(|file| !removed.contains(&file.entry.path));
        self.superseded.retain(|file| !removed.contains(&file.entry.path));
        for entry in added {
            match entry.kind {
                FileKind::Live => self.live.push(ExistingFile { entry, import: None }),
                FileKind::Superseded => self.superseded.push(SupersededFile { entry, by: None }),
            }
        }
    }

    fn refuse(&self, bytes: impl AsRef<[u8]>) -> ImportError {
        let error = self.stage("file.csv", bytes.as_ref()).expect_err("refused");
        assert_eq!(self.lake_files(), self.live.len(), "nothing is left behind");
        error
    }

    fn lake_files(&self) -> usize {
        let files = std::fs::read_dir(self.dir.path().join("lake")).into_iter().flatten().flatten();
        files.filter(|file| file.path().extension().is_some_and(|extension| extension == "parquet")).count()
    }

    /// The values of some columns of all live rows, sorted.
    fn rows(&self, columns: &[&str]) -> Vec<Vec<String>> {
        let mut rows: Vec<Vec<String>> = self.live.iter().flat_map(|file| rows_of(&file.entry.path, columns)).collect();
        rows.sort();
        rows
    }

    fn old_rows(&self, columns: &[&str]) -> Vec<Vec<String>> {
        let mut rows: Vec<Vec<String>> = self.superseded.iter().flat_map(|file| rows_of(&file.entry.path, columns)).collect();
        rows.sort();
        rows
    }

    fn column(&self, name: &str) -> Vec<String> {
        self.rows(&[name]).into_iter().flatten().collect()
    }
}

fn batches_of(path: &Path) -> Vec<RecordBatch> {
    let file = std::fs::File::open(path).expect("opened");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("a reader");
    reader.map(|batch| batch.expect("a batch")).collect()
}

fn rows_of(path: &Path, columns: &[&str]) -> Vec<Vec<String>> {
    let text = |batch: &RecordBatch, column: &str, row: usize| {
        let array = batch.column_by_name(column).unwrap_or_else(|| panic!("no column {column}"));
        match array.as_string_opt::<i32>() {
            Some(text) if text.is_valid(row) => text.value(row).to_owned(),
            _ => {
                let array = super::table::in_utc(array).expect("displayed");
                arrow::util::display::array_value_to_string(&array, row).expect("displayed")
            }
        }
    };
    batches_of(path)
        .iter()
        .flat_map(|batch| (0..batch.num_rows()).map(|row| columns.iter().map(|column| text(batch, column, row)).collect::<Vec<_>>()))
        .collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("packed");
    encoder.finish().expect("packed")
}

fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

/// Checks the counts that always hold.
fn assert_adds_up(report: &ImportReport) {
    assert_eq!(report.rows_read, report.accepted + report.rejected + report.total_rows, "{report:?}");
    let settled = report.new_rows + report.replaced + report.unchanged + report.duplicates_in_file;
    assert_eq!(report.accepted, settled, "{report:?}");
}
