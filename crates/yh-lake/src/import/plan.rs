//! Headers + mapping → where each dataset column comes from and how it is read.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use jiff::civil::Date;
use yh_model::dataset::{ColumnKind, ColumnSpec, DatasetSpec, fold_word, normalize_header};
use yh_model::issue::nearest;
use yh_model::source::{ColumnMapping, FileMapping, unit_factor};

use super::ImportError;
use super::moment::{Reading, Wall};
use super::report::MappedColumn;
use super::split::CHUNK_BYTES;
use super::value::{MONEY_SCALE, Refusal, read_id, refusal};

/// Columns every lake file has beside the dataset's own: attributes, import and line.
pub const ATTRIBUTES: &str = "attributes";
pub const IMPORT_ID: &str = "_import_id";
pub const LINE: &str = "_line";

/// Headers in which a misspelt one is looked for.
const MOST_COMPARED: usize = 500;

/// How a file's fields become a dataset's columns.
#[derive(Debug, Clone)]
pub struct Plan {
    /// In the dataset's order.
    pub columns: Vec<ColumnPlan>,
    /// Fields kept as attributes: index and header.
    pub attributes: Vec<(usize, String)>,
    /// Number of fields of a row.
    pub width: usize,
    /// Indices into `columns`.
    pub key: Vec<usize>,
    pub time: Option<usize>,
    pub import_id: i64,
    pub schema: SchemaRef,
    pub notes: Vec<String>,
}

/// How one dataset column is read.
#[derive(Debug, Clone)]
pub struct ColumnPlan {
    pub name: String,
    pub kind: ColumnKind,
    pub origin: Origin,
    pub required: bool,
    pub is_id: bool,
    /// Words of the file, as written and folded, and the stored values themselves → the value stored.
    pub values: HashMap<String, String>,
    pub factor: Option<rust_decimal::Decimal>,
    pub reading: Reading,
    /// Whether the definition fixed the reading of dates.
    pub reading_is_given: bool,
    /// Days a value of the column may have.
    pub days: PlausibleDays,
    /// Texts that a source writes for "no value".
    pub empty: Vec<String>,
}

/// The first and last day that a date column may hold: year, month, day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlausibleDays {
    first: (i32, u32, u32),
    last: (i32, u32, u32),
}

const TOO_EARLY: Refusal =
    refusal("too early to be meant", "mend the date; if it stands for none, declare it in the source: `empty: [\"1900-01-01\"]`");
const TOO_LATE: Refusal =
    refusal("too far in the future", "mend the date; if it stands for none, declare it in the source: `empty: [\"9999-12-31\"]`");

impl PlausibleDays {
    fn of(dataset: &DatasetSpec, column: &ColumnSpec, today: Date) -> Self {
        let (first_year, years_ahead) = dataset.plausible_years(column);
        let last = i32::from(today.year()) + years_ahead;
        Self { first: (first_year, 1, 1), last: (last, today.month() as u32, today.day() as u32) }
    }

    fn check(self, day: (i32, u32, u32)) -> Result<(), Refusal> {
        if day < self.first {
            return Err(TOO_EARLY);
        }
        if day > self.last { Err(TOO_LATE) } else { Ok(()) }
    }
}

/// Where a column's values come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Field { index: usize, header: String },
    Constant(String),
    Absent,
}

impl ColumnPlan {
    /// Reads a date or time that can be meant.
    pub fn dated(&self, text: &str) -> Result<Wall, Refusal> {
        let wall = self.reading.read(text)?;
        self.days.check((wall.year, wall.month, wall.day))?;
        Ok(wall)
    }

    /// Whether the source says that a text stands for no value; a date does so with or without midnight.
    #[inline]
    pub fn is_empty(&self, text: &str) -> bool {
        if self.empty.is_empty() {
            return false;
        }
        let text = text.trim();
        let is_dated = matches!(self.kind, ColumnKind::Instant | ColumnKind::Date);
        let midnight = |rest: &str| is_dated && rest.starts_with([' ', 'T']) && rest[1..].bytes().all(|byte| b"0:.+Z".contains(&byte));
        self.empty.iter().any(|empty| text.strip_prefix(empty.as_str()).is_some_and(|rest| rest.is_empty() || midnight(rest)))
    }

    /// The value stored for a word of the file: case and width do not matter, as in headers.
    pub fn word(&self, text: &str) -> Option<&str> {
        self.values.get(text).or_else(|| self.values.get(&fold_word(text))).map(String::as_str)
    }

    /// What rejects and messages call the column.
    pub fn header(&self) -> &str {
        match &self.origin {
            Origin::Field { header, .. } => header,
            _ => &self.name,
        }
    }
}

/// The columns of a dataset's lake files, in order.
pub fn lake_schema(dataset: &DatasetSpec) -> SchemaRef {
    let own = dataset.columns.iter().map(|column| Field::new(&column.name, data_type(column.kind), true));
    let kept = [
        Field::new(ATTRIBUTES, DataType::Utf8, true),
        Field::new(IMPORT_ID, DataType::Int64, false),
        Field::new(LINE, DataType::Int64, false),
    ];
    Arc::new(Schema::new(own.chain(kept).collect::<Vec<_>>()))
}

fn data_type(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::Text => DataType::Utf8,
        ColumnKind::Integer => DataType::Int64,
        ColumnKind::Number => DataType::Float64,
        ColumnKind::Money => DataType::Decimal128(18, MONEY_SCALE as i8),
        ColumnKind::Boolean => DataType::Boolean,
        ColumnKind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnKind::Date => DataType::Date32,
    }
}

/// What decides which header means which column.
#[derive(Clone, Copy)]
pub struct Vocabulary<'a> {
    pub dataset: &'a DatasetSpec,
    pub mapping: Option<&'a FileMapping>,
    /// What the user confirmed before, one header each.
    pub remembered: &'a [ColumnMapping],
}

impl Vocabulary<'_> {
    /// Every header of this dataset and mapping, reduced as `normalize_header` does.
    pub fn known_headers(&self) -> HashSet<String> {
        let mapped = self
            .mapping
            .into_iter()
            .flat_map(|mapping| mapping.columns.iter().flat_map(|column| &column.from).chain(&mapping.ignore).map(String::as_str));
        let remembered = self.remembered.iter().flat_map(|column| &column.from).map(String::as_str);
        normalized(self.dataset.columns.iter().flat_map(ColumnSpec::headers).chain(remembered).chain(mapped))
    }

    /// The headers that the mapping names.
    pub fn mapped_headers(&self) -> Vec<String> {
        self.mapping.iter().flat_map(|mapping| &mapping.columns).flat_map(|column| column.from.clone()).collect()
    }

    /// What was confirmed of a header before.
    fn remembered(&self, header: &str) -> Option<&ColumnMapping> {
        let wanted = normalize_header(header);
        self.remembered.iter().find(|column| column.from.iter().any(|header| normalize_header(header) == wanted))
    }

    fn mapped(&self, column: &str) -> Option<&ColumnMapping> {
        self.mapping?.columns.iter().find(|mapped| mapped.column == column)
    }

    /// Ranks a header for a column: 0 is what the user chose, then name, label and synonyms in order.
    pub fn rank(&self, column: &ColumnSpec, header: &str) -> Option<usize> {
        let wanted = normalize_header(header);
        if wanted.is_empty() {
            return None;
        }
        if let Some(chosen) = self.remembered(header) {
            return (chosen.column == column.name).then_some(0);
        }
        column.headers().position(|known| normalize_header(known) == wanted).map(|at| at + 1)
    }
}

/// Reduces headers to what their spellings share; those of which nothing is left are no headers.
pub fn normalized<'h>(headers: impl Iterator<Item = &'h str>) -> HashSet<String> {
    headers.map(normalize_header).filter(|header| !header.is_empty()).collect()
}

/// Matches headers to columns, or says what is missing.
pub fn make_plan(vocabulary: Vocabulary, headers: &[String], import_id: i64, today: Date) -> Result<Plan, ImportError> {
    refuse_duplicates(headers)?;
    let headers: Vec<String> = headers.iter().map(|header| clean_header(header)).collect();
    let dataset = vocabulary.dataset;
    let mut notes = Vec::new();
    let vocabulary = match vocabulary.mapping {
        Some(mapping) if mapping.guessed && is_of_another(mapping, &headers) => {
            notes.push("the file's name fits a source, its headers do not: it is read by its headers".to_owned());
            Vocabulary { mapping: None, ..vocabulary }
        }
        _ => vocabulary,
    };
    let named: BTreeSet<String> = vocabulary.mapped_headers().iter().map(|header| normalize_header(header)).collect();
    let mut used = BTreeSet::new();
    let mut origins: Vec<Origin> = vec![Origin::Absent; dataset.columns.len()];
    for (origin, column) in origins.iter_mut().zip(&dataset.columns) {
        if let Some(mapped) = vocabulary.mapped(&column.name) {
            match mapped_origin(mapped, &headers, &named) {
                Ok(found) => *origin = found,
                Err(_) if vocabulary.mapping.is_some_and(|mapping| mapping.partial) && !column.required => {
                    notes.push(format!("the file has no {} for {}", mapped.from.join(" / "), column.name));
                    continue;
                }
                Err(error) => return Err(error),
            }
            used.extend(field_of(origin));
        }
    }
    let ignored = headers_of(vocabulary.mapping.map(|mapping| &mapping.ignore));
    let kept = headers_of(vocabulary.mapping.map(|mapping| &mapping.attributes));
    let places = Places::of(vocabulary, &headers);
    for (origin, column) in origins.iter_mut().zip(&dataset.columns) {
        if *origin != Origin::Absent {
            continue;
        }
        let is_free = |index: &usize| {
            let header = &places.normalized[*index];
            !used.contains(index) && !ignored.contains(header) && !kept.contains(header)
        };
        let found: Vec<(usize, usize)> = places.of_column(column).into_iter().filter(|(_, index)| is_free(index)).collect();
        if let Some((_, index)) = found.first() {
            used.insert(*index);
            *origin = Origin::Field { index: *index, header: headers[*index].clone() };
        }
        for (_, other) in found.iter().skip(1) {
            notes.push(format!("{} also looks like {}; it is kept as an attribute", headers[*other], column.name));
        }
    }
    refuse_missing(dataset, &origins, &headers)?;
    let attributes = headers
        .iter()
        .enumerate()
        .filter(|(index, _)| !used.contains(index) && !ignored.contains(&places.normalized[*index]))
        .map(|(index, header)| (index, if header.is_empty() { format!("column_{}", index + 1) } else { header.clone() }))
        .collect();
    let columns = origins
        .into_iter()
        .zip(&dataset.columns)
        .map(|(origin, column)| column_plan(vocabulary, column, origin, today))
        .collect::<Result<Vec<_>, _>>()?;
    let index_of = |name: &String| dataset.columns.iter().position(|column| column.name == *name);
    Ok(Plan {
        columns,
        attributes,
        width: headers.len(),
        key: dataset.key.iter().filter_map(index_of).collect(),
        time: dataset.time.as_ref().and_then(index_of),
        import_id,
        schema: lake_schema(dataset),
        notes,
    })
}

/// Where the headers of a file stand, by what their spellings share.
struct Places<'v> {
    normalized: Vec<String>,
    indices: HashMap<String, Vec<usize>>,
    /// What was confirmed of a header before.
    remembered: HashMap<String, &'v str>,
}

impl<'v> Places<'v> {
    fn of(vocabulary: Vocabulary<'v>, headers: &[String]) -> Self {
        let normalized: Vec<String> = headers.iter().map(|header| normalize_header(header)).collect();
        let mut indices: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, header) in normalized.iter().enumerate().filter(|(_, header)| !header.is_empty()) {
            indices.entry(header.clone()).or_default().push(index);
        }
        let mut remembered = HashMap::new();
        for column in vocabulary.remembered {
            for header in &column.from {
                remembered.entry(normalize_header(header)).or_insert(column.column.as_str());
            }
        }
        Self { normalized, indices, remembered }
    }

    /// Ranks and indices of the headers that mean a column, the best first.
    fn of_column(&self, column: &ColumnSpec) -> Vec<(usize, usize)> {
        let chosen = self.remembered.iter().filter(|(_, name)| **name == column.name).map(|(header, _)| (0, header.clone()));
        let known = column.headers().enumerate().map(|(at, header)| (at + 1, normalize_header(header)));
        let known = known.filter(|(_, header)| !self.remembered.contains_key(header));
        let mut best: BTreeMap<usize, usize> = BTreeMap::new();
        for (rank, header) in chosen.chain(known) {
            for index in self.indices.get(&header).into_iter().flatten() {
                best.entry(*index).or_insert(rank);
            }
        }
        let mut found: Vec<(usize, usize)> = best.into_iter().map(|(index, rank)| (rank, index)).collect();
        found.sort_unstable();
        found
    }
}

impl Plan {
    /// How much text is parsed at once: every row repeats the names of its attributes, which may be longer than the row.
    pub fn chunk_bytes(&self) -> usize {
        const MOST_ATTRIBUTES: usize = 32 << 20;
        const LEAST: usize = 16 << 10;
        let names: usize = self.attributes.iter().map(|(_, header)| header.len() + 6).sum();
        let shortest_row = self.width + self.attributes.len();
        (MOST_ATTRIBUTES / names.max(1)).saturating_mul(shortest_row).clamp(LEAST, CHUNK_BYTES)
    }

    /// The mapping as the report shows it.
    pub fn mapped_columns(&self) -> Vec<MappedColumn> {
        self.columns
            .iter()
            .filter_map(|plan| {
                let (header, value) = match &plan.origin {
                    Origin::Field { header, .. } => (Some(header.clone()), None),
                    Origin::Constant(value) => (None, Some(value.clone())),
                    Origin::Absent => return None,
                };
                Some(MappedColumn { column: plan.name.clone(), header, value })
            })
            .collect()
    }
}

fn headers_of(headers: Option<&Vec<String>>) -> BTreeSet<String> {
    headers.into_iter().flatten().map(|header| normalize_header(header)).collect()
}

fn field_of(origin: &Origin) -> Option<usize> {
    match origin {
        Origin::Field { index, .. } => Some(*index),
        _ => None,
    }
}

/// Headers come wrapped like ids do: tabs, quotes, `="…"`.
fn clean_header(header: &str) -> String {
    read_id(header).map_or_else(|_| header.trim().to_owned(), |clean| clean.into_owned())
}

fn refuse_duplicates(headers: &[String]) -> Result<(), ImportError> {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for header in headers.iter().map(|header| header.trim()).filter(|header| !header.is_empty()) {
        *times.entry(header).or_default() += 1;
    }
    match times.into_iter().filter(|(_, times)| *times > 1).min() {
        Some((header, times)) => Err(ImportError::DuplicateHeader { header: header.to_owned(), times }),
        None => Ok(()),
    }
}

/// Whether a file has less than half of the headers that a mapping names: a renamed column is an error, another
/// system's file is not meant.
fn is_of_another(mapping: &FileMapping, headers: &[String]) -> bool {
    let named: Vec<bool> =
        mapping.columns.iter().filter(|m| m.value.is_none()).map(|m| mapped_origin(m, headers, &BTreeSet::new()).is_ok()).collect();
    2 * named.iter().filter(|found| **found).count() < named.len()
}

fn mapped_origin(mapped: &ColumnMapping, headers: &[String], taken: &BTreeSet<String>) -> Result<Origin, ImportError> {
    if let Some(value) = &mapped.value {
        return Ok(Origin::Constant(value.clone()));
    }
    for wanted in &mapped.from {
        let exact = headers.iter().position(|header| header == wanted.trim());
        let wanted = normalize_header(wanted);
        if let Some(index) = exact.or_else(|| headers.iter().position(|header| normalize_header(header) == wanted)) {
            return Ok(Origin::Field { index, header: headers[index].clone() });
        }
    }
    // A header that another column is read from is not the one that was meant.
    let free = || headers.iter().take(MOST_COMPARED).map(String::as_str).filter(|header| !taken.contains(&normalize_header(header)));
    let near = mapped.from.iter().find_map(|wanted| nearest(wanted, free()));
    Err(ImportError::MissingHeader {
        column: mapped.column.clone(),
        wanted: mapped.from.join(" / "),
        near: near.map(str::to_owned),
        headers: headers.to_vec(),
    })
}

fn refuse_missing(dataset: &DatasetSpec, origins: &[Origin], headers: &[String]) -> Result<(), ImportError> {
    let columns: Vec<String> = origins
        .iter()
        .zip(&dataset.columns)
        .filter(|(origin, column)| **origin == Origin::Absent && column.required)
        .map(|(_, column)| column.name.clone())
        .collect();
    if columns.is_empty() {
        return Ok(());
    }
    Err(ImportError::MissingColumns { dataset: dataset.name.clone(), columns, headers: headers.to_vec() })
}

fn column_plan(vocabulary: Vocabulary, column: &ColumnSpec, origin: Origin, today: Date) -> Result<ColumnPlan, ImportError> {
    let confirmed = || match &origin {
        Origin::Field { header, .. } => vocabulary.remembered(header).filter(|chosen| chosen.column == column.name),
        _ => None,
    };
    let mapped = vocabulary.mapped(&column.name).or_else(confirmed);
    let mut values: HashMap<String, String> = column.values.clone().into_iter().collect();
    values.extend(mapped.iter().flat_map(|mapped| mapped.values.clone()));
    let words = values.iter().map(|(word, stored)| (fold_word(word), stored.clone()));
    let stored = values.values().map(|stored| (fold_word(stored), stored.clone()));
    for (word, stored) in words.chain(stored).collect::<Vec<_>>() {
        values.entry(word).or_insert(stored);
    }
    let factor = match mapped.and_then(|mapped| mapped.unit.as_ref()) {
        Some(unit) => Some(factor_between(column, unit)?),
        None => None,
    };
    let given = mapped.and_then(|mapped| mapped.format.as_ref());
    let reading = match given {
        Some(format) => Reading::from_format(format).map_err(|reason| ImportError::BadFormat {
            column: column.name.clone(),
            format: format.clone(),
            reason,
        })?,
        None => Reading::YearFirst,
    };
    Ok(ColumnPlan {
        name: column.name.clone(),
        kind: column.kind,
        required: column.required,
        is_id: vocabulary.dataset.is_id(column),
        reading_is_given: given.is_some(),
        days: PlausibleDays::of(vocabulary.dataset, column, today),
        empty: mapped
            .iter()
            .flat_map(|mapped| &mapped.empty)
            .chain(vocabulary.mapping.iter().flat_map(|mapping| &mapping.empty))
            .cloned()
            .collect(),
        origin,
        values,
        factor,
        reading,
    })
}

/// What a number in the file's unit is multiplied by to be in the column's unit.
fn factor_between(column: &ColumnSpec, unit: &str) -> Result<rust_decimal::Decimal, ImportError> {
    let unknown = || ImportError::UnknownUnit { column: column.name.clone(), unit: unit.to_owned() };
    let from = unit_factor(unit).ok_or_else(unknown)?;
    let to = match &column.unit {
        Some(own) => unit_factor(own).ok_or_else(unknown)?,
        None => rust_decimal::Decimal::ONE,
    };
    from.checked_div(to).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use yh_model::dataset::canonical_dataset;

    fn plan(headers: &[&str], mapping: Option<&FileMapping>) -> Result<Plan, ImportError> {
        let dataset = canonical_dataset("orders").expect("canonical");
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        make_plan(Vocabulary { dataset, mapping, remembered: &[] }, &headers, 1, jiff::civil::date(2026, 6, 30))
    }

    fn origin<'p>(plan: &'p Plan, column: &str) -> &'p Origin {
        &plan.columns.iter().find(|plan| plan.name == column).expect("a column").origin
    }

    #[test]
    fn matches_synonyms_and_keeps_the_rest() {
        let plan = plan(&["订单编号", "订单创建时间", "买家实际支付金额", "总金额", "备注"], None).expect("a plan");
        assert!(matches!(origin(&plan, "order_id"), Origin::Field { index: 0, .. }));
        assert!(matches!(origin(&plan, "paid"), Origin::Field { index: 2, .. }));
        assert!(matches!(origin(&plan, "list_amount"), Origin::Field { index: 3, .. }));
        assert_eq!(plan.attributes, vec![(4, "备注".to_owned())]);
    }

    #[test]
    fn says_what_is_missing_or_doubled() {
        let missing = plan(&["订单编号", "金额"], None).expect_err("no time");
        assert!(matches!(&missing, ImportError::MissingColumns { columns, .. } if columns == &["placed_at"]), "{missing}");
        let doubled = plan(&["订单编号", "下单时间", "金额", "金额"], None).expect_err("doubled");
        assert!(matches!(doubled, ImportError::DuplicateHeader { times: 2, .. }));
        let mapping = FileMapping {
            dataset: "orders".into(),
            columns: vec![ColumnMapping::from_header("paid", "实付金额元")],
            ..FileMapping::default()
        };
        let renamed = plan(&["订单编号", "下单时间", "实付金额"], Some(&mapping)).expect_err("renamed");
        assert_eq!(renamed.hint(), "did you mean \"实付金额\"?");
    }

    #[test]
    fn ignored_headers_are_neither_columns_nor_attributes() {
        let mapping = FileMapping { dataset: "orders".into(), ignore: vec!["备注".into(), "渠道".into()], ..FileMapping::default() };
        let plan = plan(&["订单编号", "下单时间", "渠道", "备注", "x"], Some(&mapping)).expect("a plan");
        assert_eq!(*origin(&plan, "channel"), Origin::Absent);
        assert_eq!(plan.attributes, vec![(4, "x".to_owned())]);
    }
}
