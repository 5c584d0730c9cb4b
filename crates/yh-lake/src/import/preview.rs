//! A look at a file before it is imported, and which column each header probably is.

use std::path::Path;

use serde::{Deserialize, Serialize};
use yh_model::dataset::{ColumnKind, ColumnSpec, DatasetSpec, normalize_header};
use yh_model::source::{ColumnMapping, FileFormat, FileMapping};

use super::input::Input;
use super::likeness::{likeness, needed_by_values};
use super::moment::{OrderEvidence, Reading, order_evidence, serial};
use super::plan::{Vocabulary, normalized};
use super::report::FormatFound;
use super::value::{is_missing, read_boolean, read_decimal, to_integer};
use super::{ImportError, Limits};

const ROWS_SHOWN: usize = 20;
const SAMPLES_SHOWN: usize = 5;
/// Confidence of a synonym, and of a header that is only similar.
const SURE: f64 = 0.8;
const PROBABLE: f64 = 0.5;
/// Headers that are compared word by word; further ones count when they are known.
const MOST_COMPARED: usize = 300;
/// Known headers that make a dataset likely even when one it needs is not among them.
const LIKELY: usize = 4;

/// The first rows of a file and what they seem to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub format: FormatFound,
    /// Sheets of a spreadsheet; empty for other files.
    pub sheets: Vec<String>,
    pub columns: Vec<PreviewColumn>,
    /// The first rows after the header, as text.
    pub rows: Vec<Vec<String>>,
    pub notes: Vec<String>,
}

/// One column of a previewed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewColumn {
    pub header: String,
    /// A few different values.
    pub samples: Vec<String>,
    /// Guessed from the values.
    pub kind: ColumnKind,
}

/// Which column a header probably is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub header: String,
    /// None: keep it as an attribute.
    pub column: Option<String>,
    /// 0 (no idea) to 1 (the user said so before).
    pub confidence: f64,
    pub sample: String,
    pub why: String,
}

/// Reads the start of a file. `datasets` help to find the header row.
///
/// # Errors
/// As `stage`, for problems of the whole file.
pub fn preview(path: &Path, given: &FileFormat, datasets: &[DatasetSpec], limits: Limits) -> Result<Preview, ImportError> {
    let known = normalized(datasets.iter().flat_map(|dataset| &dataset.columns).flat_map(ColumnSpec::headers));
    let knows = |text: &str| known.contains(&normalize_header(text));
    let input = Input::open(path, given, None, limits, &knows, &[])?;
    let columns: Vec<PreviewColumn> = input
        .headers
        .iter()
        .enumerate()
        .map(|(at, header)| preview_column(header, input.rows.iter().filter_map(|row| row.get(at)).map(String::as_str)))
        .collect();
    let mut notes = Vec::new();
    if input.format.header_row > 1 {
        notes.push(format!("{} lines before the header are skipped", input.format.header_row - 1));
    }
    for column in &columns {
        if column.samples.iter().any(|sample| order_evidence(sample) == Some(OrderEvidence::Either)) {
            notes.push(format!("dates of {} may be day/month or month/day", column.header));
        }
    }
    let rows = input.rows.into_iter().take(ROWS_SHOWN).collect();
    Ok(Preview { format: input.format, sheets: input.sheets, columns, rows, notes })
}

fn preview_column<'r>(header: &str, values: impl Iterator<Item = &'r str>) -> PreviewColumn {
    let mut samples: Vec<String> = Vec::new();
    let mut seen = Vec::new();
    for value in values.map(str::trim).filter(|value| !is_missing(value)).take(200) {
        if samples.len() < SAMPLES_SHOWN && !samples.iter().any(|sample| sample == value) {
            samples.push(value.to_owned());
        }
        seen.push(value);
    }
    PreviewColumn { header: header.to_owned(), samples, kind: guess_kind(&seen) }
}

/// The narrowest kind that holds every value; long digit strings and leading zeros are text.
fn guess_kind(values: &[&str]) -> ColumnKind {
    let all = |test: &dyn Fn(&str) -> bool| !values.is_empty() && values.iter().all(|value| test(value));
    let dated =
        |text: &str| text.contains(['-', '/', '.', '年']) && (Reading::YearFirst.read(text).is_ok() || order_evidence(text).is_some());
    let serial_time = |text: &str| text.contains('.') && text.len() > 9 && serial(text).is_some();
    if all(&serial_time) {
        return ColumnKind::Instant;
    }
    if all(&dated) {
        return if all(&|text| text.len() <= 11) { ColumnKind::Date } else { ColumnKind::Instant };
    }
    let id_like = |text: &str| text.len() > 11 || (text.len() > 1 && text.starts_with('0') && !text.contains('.'));
    if values.iter().any(|text| id_like(text) && text.bytes().all(|byte| byte.is_ascii_digit())) {
        return ColumnKind::Text;
    }
    if all(&|text| read_decimal(text).is_ok_and(|(decimal, _)| to_integer(decimal).is_ok()) && !text.contains(['.', '¥', '￥', '$'])) {
        return ColumnKind::Integer;
    }
    if all(&|text| read_decimal(text).is_ok_and(|(decimal, _)| decimal.scale <= 2)) {
        return ColumnKind::Money;
    }
    if all(&|text| read_decimal(text).is_ok()) {
        return ColumnKind::Number;
    }
    if all(&|text| read_boolean(text).is_ok()) { ColumnKind::Boolean } else { ColumnKind::Text }
}

/// Proposes a column for each header, each column at most once. `remembered` holds the headers of earlier imports.
pub fn propose_mapping(preview: &Preview, dataset: &DatasetSpec, remembered: &[ColumnMapping]) -> Vec<Proposal> {
    let vocabulary = Vocabulary { dataset, mapping: None, remembered };
    let mut offers: Vec<(f64, usize, usize, String)> = Vec::new();
    let known = vocabulary.known_headers();
    for (header_at, column) in preview.columns.iter().enumerate() {
        if header_at >= MOST_COMPARED && !known.contains(&normalize_header(&column.header)) {
            continue;
        }
        for (column_at, spec) in dataset.columns.iter().enumerate() {
            if let Some((confidence, why)) = likeness(vocabulary, column, spec) {
                offers.push((confidence, header_at, column_at, why));
            }
        }
    }
    offers.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut proposals: Vec<Proposal> = preview
        .columns
        .iter()
        .map(|column| Proposal {
            header: column.header.clone(),
            column: None,
            confidence: 0.0,
            sample: column.samples.first().cloned().unwrap_or_default(),
            why: "no column is like it; kept as an attribute".into(),
        })
        .collect();
    let mut taken = vec![false; dataset.columns.len()];
    for (confidence, header_at, column_at, why) in offers {
        let proposal = &mut proposals[header_at];
        if proposal.column.is_some() || taken[column_at] {
            continue;
        }
        taken[column_at] = true;
        proposal.column = Some(dataset.columns[column_at].name.clone());
        (proposal.confidence, proposal.why) = (confidence, why);
    }
    needed_by_values(&preview.columns, dataset, &mut proposals);
    proposals
}

/// Picks the dataset whose required columns are probably all there and that knows most of the headers; failing that, one
/// that knows several headers and at least half of them.
pub fn suggest_dataset<'d>(preview: &Preview, datasets: &'d [DatasetSpec]) -> Option<&'d DatasetSpec> {
    datasets
        .iter()
        .filter_map(|dataset| {
            let proposals = propose_mapping(preview, dataset, &[]);
            let confident = |least: f64| proposals.iter().filter(move |proposal| proposal.confidence >= least && proposal.column.is_some());
            let has = |column: &str| confident(PROBABLE).any(|proposal| proposal.column.as_deref() == Some(column));
            let complete = dataset.columns.iter().filter(|column| column.required).all(|column| has(&column.name));
            // A known name counts even when some values look odd.
            let known = confident(PROBABLE).filter(|proposal| proposal.confidence > PROBABLE).count();
            let likely = known >= LIKELY && 2 * known >= preview.columns.len();
            let score: f64 = confident(PROBABLE).map(|proposal| proposal.confidence).sum();
            let sure = confident(SURE).count() > 1;
            ((complete && sure) || likely).then_some((complete, score, std::cmp::Reverse(dataset.columns.len()), dataset))
        })
        .max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)))
        .map(|(.., dataset)| dataset)
}

/// Turns choices of (header, column or none) into a mapping; headers without a column stay attributes.
pub fn mapping_of_choices(dataset: &str, format: FileFormat, choices: &[(String, Option<String>)]) -> FileMapping {
    let mut mapping = FileMapping { dataset: dataset.to_owned(), format, ..FileMapping::default() };
    for (header, column) in choices {
        match column {
            Some(column) => mapping.columns.push(ColumnMapping::from_header(column, header)),
            None => mapping.attributes.push(header.clone()),
        }
    }
    mapping
}
