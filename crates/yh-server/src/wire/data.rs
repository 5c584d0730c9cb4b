//! Datasets, rows, imports, uploads and jobs.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yh_app::{Definitions, datasets::RowOrigin, import::Imported};

use super::{Label, Rows};

/// A dataset and how much of it there is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Dataset {
    pub name: String,
    pub label: Label,
    pub key: Vec<String>,
    pub time: Option<String>,
    pub rows: i64,
    pub first: Option<String>,
    pub as_of: Option<String>,
    pub snapshot_id: i64,
    pub derived: bool,
    /// `canonical` or `declared`.
    pub kind: String,
    pub columns: Vec<DatasetColumn>,
}

/// A column of a dataset.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct DatasetColumn {
    pub name: String,
    pub label: Label,
    pub kind: String,
    pub required: bool,
    pub in_key: bool,
    /// Words that files use → the value stored.
    pub values: BTreeMap<String, String>,
}

/// All datasets.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct DatasetList {
    pub datasets: Vec<Dataset>,
}

/// A column of a page of rows.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RowColumn {
    pub name: String,
    pub label: Label,
    pub r#type: String,
}

/// A line of an imported file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LineOrigin {
    pub import_id: i64,
    pub source: String,
    pub file_name: String,
    pub file_hash: String,
    pub line: i64,
}

/// A derived row, whose source lines can be asked for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct DerivedOrigin {
    pub dataset: String,
    pub key: BTreeMap<String, String>,
}

/// A page of rows with where each came from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RowsPage {
    pub columns: Vec<RowColumn>,
    pub rows: Rows,
    pub total: u64,
    pub offset: u64,
    /// One per row.
    pub origin: Vec<Option<LineOrigin>>,
    /// One per row.
    pub derived: Vec<Option<DerivedOrigin>>,
}

/// A control total.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ControlTotal {
    pub column: String,
    pub label: Label,
    pub sum: f64,
    /// What the file's own totals row says.
    pub file_total: Option<f64>,
}

/// A value that kept its row out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Reject {
    pub line: u64,
    pub column: String,
    pub value: String,
    pub reason: String,
    pub hint: String,
}

/// What came of an import or a check.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ImportReport {
    pub import_id: Option<i64>,
    pub dataset: String,
    pub source: String,
    pub file_name: String,
    pub rows_read: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub new_rows: u64,
    pub replaced: u64,
    pub unchanged: u64,
    pub duplicates_in_file: u64,
    pub totals: Vec<ControlTotal>,
    pub rejects: Vec<Reject>,
    pub mapping: Vec<MappedHeader>,
    pub notes: Vec<String>,
    pub first: Option<String>,
    pub last: Option<String>,
    pub derived: Vec<String>,
    pub duration_ms: u64,
    pub already_imported: bool,
    /// The statement that pulled the rows; none for files.
    pub query: Option<String>,
    /// Highest cursor value read, where the next pull goes on.
    pub cursor: Option<String>,
}

/// Which column a header stands for; null keeps it as an attribute.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct MappedHeader {
    pub header: String,
    pub column: Option<String>,
}

/// An import in the history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Import {
    pub id: i64,
    /// `committed`, `undone` or `failed`.
    pub state: String,
    pub file_hash: String,
    /// In the project's time zone.
    pub started_at: String,
    pub by: String,
    pub has_rejects: bool,
    /// Why a failed import failed.
    pub error: Option<String>,
    pub report: ImportReport,
}

/// A page of the history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ImportList {
    pub imports: Vec<Import>,
    pub total: u64,
}

/// The datasets an undo brought up to date.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Undone {
    pub datasets: Vec<String>,
}

/// A file waiting to be imported.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Upload {
    pub upload_id: String,
    pub file_name: String,
    pub bytes: u64,
    pub sha256: String,
}

/// A first look at an uploaded file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Preview {
    pub encoding: Option<String>,
    pub delimiter: Option<String>,
    pub sheets: Vec<String>,
    pub sheet: Option<String>,
    pub header_row: u64,
    pub columns: Vec<PreviewColumn>,
    pub rows: Vec<Vec<String>>,
    pub notes: Vec<String>,
    pub suggested_dataset: Option<String>,
    pub suggested_source: Option<String>,
    pub mapping: Vec<ProposedHeader>,
    /// Presets whose headers the file has, the best first; none when a source names the file.
    pub presets: Vec<super::PresetOffer>,
}

/// A column of an uploaded file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PreviewColumn {
    pub header: String,
    pub samples: Vec<String>,
    pub kind: String,
}

/// A proposal for one header.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ProposedHeader {
    pub header: String,
    pub column: Option<String>,
    /// 0 to 1.
    pub confidence: f64,
    pub why: String,
    pub sample: String,
    /// What the source definition or an earlier import says of the header: how its times are written, its unit, its words.
    pub format: Option<String>,
    pub unit: Option<String>,
    pub values: BTreeMap<String, String>,
}

/// How an uploaded file is to be read; empty fields are detected.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema, utoipa::IntoParams)]
#[serde(default)]
pub(crate) struct FormatChoice {
    pub encoding: Option<String>,
    pub delimiter: Option<String>,
    pub sheet: Option<String>,
    pub header_row: Option<usize>,
}

/// What was chosen for one header; without a format, a unit or words the source's own hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ChosenHeader {
    pub header: String,
    /// Null keeps it as an attribute.
    pub column: Option<String>,
    /// How dates and times are written, such as `%d/%m/%Y`.
    pub format: Option<String>,
    /// Unit of the file's numbers, such as 万元 or minutes.
    pub unit: Option<String>,
    /// Words of the file → the value stored.
    pub values: BTreeMap<String, String>,
}

/// An import of an uploaded file.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ImportChoice {
    pub dataset: String,
    pub source: Option<String>,
    pub format: FormatChoice,
    pub mapping: Vec<ChosenHeader>,
    /// Remember the mapping for the next file of this source.
    pub remember: bool,
}

/// A job that was started.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Started {
    pub job_id: String,
}

/// A job.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Job {
    pub id: String,
    /// `check` or `import`.
    pub kind: String,
    /// `running`, `done`, `failed` or `cancelled`.
    pub state: String,
    pub progress: Option<Progress>,
    pub result: Option<ImportReport>,
    pub error: Option<crate::problem::Problem>,
}

/// How far a job is, in bytes of the file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Progress {
    pub step: String,
    pub done: u64,
    pub total: Option<u64>,
    pub rows: u64,
    /// Bytes per second.
    pub rate: Option<f64>,
    pub remaining_s: Option<f64>,
}

impl From<&yh_app::datasets::DatasetState> for Dataset {
    fn from(state: &yh_app::datasets::DatasetState) -> Self {
        let spec = &state.spec;
        // A dataset kept by days has no time of day.
        let time_column = spec.time.as_deref().and_then(|name| spec.column(name));
        let by_day = time_column.is_some_and(|column| column.kind == yh_model::dataset::ColumnKind::Date);
        let time = |at: jiff::civil::DateTime| if by_day { at.date().to_string() } else { at.to_string() };
        let column = |column: &yh_model::dataset::ColumnSpec| DatasetColumn {
            name: column.name.clone(),
            label: Label::from(&column.label.or_name(&column.name)),
            kind: column.kind.name().to_owned(),
            required: column.required || spec.in_key(&column.name),
            in_key: spec.in_key(&column.name),
            values: column.values.clone(),
        };
        Self {
            name: spec.name.clone(),
            label: Label::from(&spec.label.or_name(&spec.name)),
            key: spec.key.clone(),
            time: spec.time.clone(),
            rows: state.rows,
            first: state.times.map(|(first, _)| time(first)),
            as_of: state.times.map(|(_, last)| time(last)),
            snapshot_id: state.snapshot_id,
            derived: state.derived,
            kind: if state.declared { "declared" } else { "canonical" }.to_owned(),
            columns: spec.columns.iter().map(column).collect(),
        }
    }
}

impl RowsPage {
    pub(crate) fn of(page: &yh_app::datasets::RowsPage, definitions: &Definitions, dataset: Option<&str>) -> Self {
        let spec = dataset.and_then(|name| definitions.datasets.get(name));
        let column = |column: &yh_model::Column| {
            let known = spec.and_then(|spec| spec.column(&column.name)).map(|known| known.label.or_name(&column.name));
            let label = known.unwrap_or_else(|| yh_model::Label::same(&column.name));
            RowColumn { name: column.name.clone(), label: Label::from(&label), r#type: column.kind.name().to_owned() }
        };
        let line = |origin: &RowOrigin| match origin {
            RowOrigin::Line { import_id, source, file_name, file_hash, line } => Some(LineOrigin {
                import_id: *import_id,
                source: source.clone(),
                file_name: file_name.clone(),
                file_hash: file_hash.clone(),
                line: *line,
            }),
            RowOrigin::Derived { .. } => None,
        };
        let derived = |origin: &RowOrigin| match origin {
            RowOrigin::Derived { dataset, key } => Some(DerivedOrigin { dataset: dataset.clone(), key: key.iter().cloned().collect() }),
            RowOrigin::Line { .. } => None,
        };
        Self {
            columns: page.frame.columns.iter().map(column).collect(),
            rows: Rows::of(&page.frame),
            total: page.total,
            offset: page.offset,
            origin: page.origins.iter().map(line).collect(),
            derived: page.origins.iter().map(derived).collect(),
        }
    }
}

impl ImportReport {
    pub(crate) fn of(imported: &Imported, definitions: &Definitions, zone: &TimeZone) -> Self {
        let report = &imported.report;
        let spec = definitions.datasets.get(&imported.dataset);
        let label = |name: &str| {
            let known = spec.and_then(|spec| spec.column(name)).map(|column| column.label.or_name(name));
            Label::from(&known.unwrap_or_else(|| yh_model::Label::same(name)))
        };
        let local = |micros: Option<i64>| Timestamp::from_microsecond(micros?).ok().map(|at| zone.to_datetime(at).to_string());
        let number = |value: rust_decimal::Decimal| yh_model::Value::Decimal(value).number().unwrap_or_default();
        let total = |total: &yh_app::import::ControlTotal| ControlTotal {
            column: total.column.clone(),
            label: label(&total.column),
            sum: number(total.sum),
            file_total: total.file_total.map(number),
        };
        let reject = |reject: &yh_app::import::Reject| Reject {
            line: reject.line,
            column: reject.column.clone(),
            value: reject.value.clone(),
            reason: reject.reason.clone(),
            hint: reject.hint.clone(),
        };
        let mapped = report
            .mapping
            .iter()
            .filter_map(|mapped| Some(MappedHeader { header: mapped.header.clone()?, column: Some(mapped.column.clone()) }));
        let unmapped = report.unmapped.iter().map(|header| MappedHeader { header: header.clone(), column: None });
        Self {
            import_id: imported.import_id,
            dataset: imported.dataset.clone(),
            source: imported.source.clone(),
            file_name: imported.file_name.clone(),
            rows_read: report.rows_read,
            accepted: report.accepted,
            rejected: report.rejected,
            new_rows: report.new_rows,
            replaced: report.replaced,
            unchanged: report.unchanged,
            duplicates_in_file: report.duplicates_in_file,
            totals: report.totals.iter().map(total).collect(),
            rejects: report.rejects.iter().map(reject).collect(),
            mapping: mapped.chain(unmapped).collect(),
            notes: report.notes.clone(),
            first: local(report.min_time),
            last: local(report.max_time),
            derived: imported.derived.clone(),
            query: report.origin.as_ref().map(|origin| origin.query.clone()),
            cursor: report.origin.as_ref().and_then(|origin| origin.cursor.clone()),
            duration_ms: imported.duration_ms,
            already_imported: imported.already_imported,
        }
    }
}

impl FormatChoice {
    /// The choice as a file format; empty fields are detected.
    pub(crate) fn file_format(&self) -> yh_model::source::FileFormat {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty() && text != "auto");
        yh_model::source::FileFormat {
            encoding: given(&self.encoding),
            delimiter: given(&self.delimiter)
                .and_then(|text| if text == "tab" || text == "\\t" { Some('\t') } else { text.chars().next() }),
            sheet: given(&self.sheet),
            header_row: self.header_row,
        }
    }
}

impl From<&yh_app::wizard::FileLook> for Preview {
    fn from(look: &yh_app::wizard::FileLook) -> Self {
        let preview = &look.preview;
        let column = |column: &yh_app::wizard::PreviewColumn| PreviewColumn {
            header: column.header.clone(),
            samples: column.samples.clone(),
            kind: column.kind.name().to_owned(),
        };
        let defined = |header: &String| look.readings.iter().find(|column| column.from.contains(header));
        let proposal = |proposal: &yh_app::wizard::Proposal| ProposedHeader {
            header: proposal.header.clone(),
            column: proposal.column.clone(),
            confidence: proposal.confidence,
            why: proposal.why.clone(),
            sample: proposal.sample.clone(),
            format: defined(&proposal.header).and_then(|column| column.format.clone()),
            unit: defined(&proposal.header).and_then(|column| column.unit.clone()),
            values: defined(&proposal.header).map(|column| column.values.clone()).unwrap_or_default(),
        };
        Self {
            encoding: preview.format.encoding.clone(),
            delimiter: preview.format.delimiter.map(String::from),
            sheets: preview.sheets.clone(),
            sheet: preview.format.sheet.clone(),
            header_row: preview.format.header_row,
            columns: preview.columns.iter().map(column).collect(),
            rows: preview.rows.clone(),
            notes: preview.notes.clone(),
            suggested_dataset: look.dataset.clone(),
            suggested_source: look.source.clone(),
            mapping: look.proposals.iter().map(proposal).collect(),
            presets: look.presets.iter().filter_map(super::PresetOffer::of).collect(),
        }
    }
}
