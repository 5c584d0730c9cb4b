//! Datasets: what a fact table is called, which columns it has, and the words exports use for them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::Label;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    Text,
    /// 64-bit whole number.
    Integer,
    /// 64-bit binary floating point; never summed for pay.
    Number,
    /// Decimal with 18 digits, 4 of them after the point.
    Money,
    Boolean,
    /// A point in time, microseconds since 1970-01-01 UTC.
    Instant,
    /// A calendar day.
    Date,
}

impl ColumnKind {
    /// Every kind, in the order they are listed to users.
    pub const ALL: [Self; 7] = [Self::Text, Self::Integer, Self::Number, Self::Money, Self::Boolean, Self::Instant, Self::Date];

    /// Returns the word used in definition files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Money => "money",
            Self::Boolean => "boolean",
            Self::Instant => "instant",
            Self::Date => "date",
        }
    }

    /// Finds the kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether values add up to a control total.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Number | Self::Money)
    }
}

/// One column of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSpec {
    pub name: String,
    pub kind: ColumnKind,
    pub label: Label,
    /// Headers that mean this column in exports, in either language, besides its name and labels.
    pub synonyms: Vec<String>,
    /// Whether a row without it is rejected.
    pub required: bool,
    /// Whether its dates may lie years ahead: deadlines, plans, ends of validity.
    pub future: bool,
    /// Unit of the stored number, such as `seconds`; none for plain counts and money.
    pub unit: Option<String>,
    /// Words of exports → the value stored, such as 交易成功 → confirmed.
    pub values: BTreeMap<String, String>,
    /// The value stored → what people read in its place.
    pub names: BTreeMap<String, Label>,
}

impl ColumnSpec {
    /// Builds a plain optional column.
    pub fn new(name: &str, kind: ColumnKind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            label: Label::default(),
            synonyms: Vec::new(),
            required: false,
            future: false,
            unit: None,
            values: BTreeMap::new(),
            names: BTreeMap::new(),
        }
    }

    /// Whether the text is an identifier, cleaned of spreadsheet wrapping and refused when rounded.
    pub fn is_id(&self) -> bool {
        const ENDINGS: [&str; 5] = ["_id", "_no", "_code", "_number", "phone"];
        self.kind == ColumnKind::Text && (self.name == "line" || ENDINGS.iter().any(|ending| self.name.ends_with(ending)))
    }

    /// Every header that means this column: its name, labels and synonyms.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        [self.name.as_str(), &self.label.zh, &self.label.en]
            .into_iter()
            .chain(self.synonyms.iter().map(String::as_str))
            .filter(|header| !header.is_empty())
    }
}

/// The schema of a fact table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetSpec {
    pub name: String,
    pub label: Label,
    /// Columns that identify a row; empty means (source, file name, line).
    pub key: Vec<String>,
    /// Column that dates a row, an instant or a date; none for tables of things.
    pub time: Option<String>,
    pub columns: Vec<ColumnSpec>,
}

impl DatasetSpec {
    /// Finds a column by name.
    pub fn column(&self, name: &str) -> Option<&ColumnSpec> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether the column is part of the key.
    pub fn in_key(&self, name: &str) -> bool {
        self.key.iter().any(|key| key == name)
    }

    /// Whether the column holds identifiers: a text key or a column named like one.
    pub fn is_id(&self, column: &ColumnSpec) -> bool {
        column.is_id() || (column.kind == ColumnKind::Text && self.key.first() == Some(&column.name))
    }
}

/// Before computers dated facts, a date is a program's zero or a slip; other columns may name older things.
const FIRST_YEAR_OF_FACTS: i32 = 1970;
const FIRST_YEAR: i32 = 1901;
/// A clock may be wrong and a month booked ahead; what is due may be decades away.
const YEARS_AHEAD: i32 = 1;
const YEARS_AHEAD_OF_PLANS: i32 = 50;

impl DatasetSpec {
    /// The dates that a column can hold: from the start of a year, and up to so many years after the day of the import.
    /// The column that dates the rows is never long in the future: every open-ended question ends at its last day.
    pub fn plausible_years(&self, column: &ColumnSpec) -> (i32, i32) {
        let dates_rows = self.time.as_ref() == Some(&column.name);
        let first = if dates_rows { FIRST_YEAR_OF_FACTS } else { FIRST_YEAR };
        (first, if column.future && !dates_rows { YEARS_AHEAD_OF_PLANS } else { YEARS_AHEAD })
    }
}

/// Returns the datasets every project has, in the order users read them.
pub fn canonical_datasets() -> &'static [DatasetSpec] {
    static DATASETS: LazyLock<Vec<DatasetSpec>> = LazyLock::new(|| {
        let entries: Vec<DatasetEntry> = serde_saphyr::from_str(include_str!("datasets.yaml")).expect("datasets.yaml is checked by a test");
        entries.into_iter().map(DatasetEntry::into_spec).collect()
    });
    &DATASETS
}

/// Finds a canonical dataset by name.
pub fn canonical_dataset(name: &str) -> Option<&'static DatasetSpec> {
    canonical_datasets().iter().find(|dataset| dataset.name == name)
}

/// Reduces a header to what two spellings of it share: letters and digits, lower case, half width.
pub fn normalize_header(header: &str) -> String {
    header.chars().map(half_width).filter(|c| c.is_alphanumeric() || *c == '%').flat_map(char::to_lowercase).collect()
}

/// Reduces a word of a value list to what its spellings share: lower case, half width.
pub fn fold_word(word: &str) -> String {
    word.trim().chars().map(half_width).flat_map(char::to_lowercase).collect()
}

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DatasetEntry {
    name: String,
    zh: String,
    en: String,
    #[serde(default)]
    key: Vec<String>,
    time: Option<String>,
    columns: Vec<ColumnEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnEntry {
    name: String,
    kind: ColumnKind,
    zh: String,
    en: String,
    #[serde(default)]
    also: Vec<String>,
    /// Key and time columns are required unless this says otherwise.
    required: Option<bool>,
    #[serde(default)]
    future: bool,
    unit: Option<String>,
    /// Stored value → words of exports for it, the first being the one that is shown.
    #[serde(default)]
    values: BTreeMap<String, Vec<String>>,
}

impl DatasetEntry {
    fn into_spec(self) -> DatasetSpec {
        let identifies = |name: &String| self.key.contains(name) || self.time.as_ref() == Some(name);
        let columns = self
            .columns
            .into_iter()
            .map(|entry| ColumnSpec {
                required: entry.required.unwrap_or_else(|| identifies(&entry.name)),
                label: Label::new(entry.zh, entry.en),
                names: entry.values.iter().map(|(stored, words)| (stored.clone(), name_of(stored, words))).collect(),
                values: entry
                    .values
                    .into_iter()
                    .flat_map(|(stored, words)| words.into_iter().map(move |word| (word, stored.clone())))
                    .collect(),
                name: entry.name,
                kind: entry.kind,
                future: entry.future,
                synonyms: entry.also,
                unit: entry.unit,
            })
            .collect();
        DatasetSpec { label: Label::new(self.zh, self.en), name: self.name, key: self.key, time: self.time, columns }
    }
}

/// In Chinese the first word of exports, in English the stored value itself: `product_line` is read as "Product line".
fn name_of(stored: &str, words: &[String]) -> Label {
    let mut english = stored.replace('_', " ");
    if let Some(first) = english.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Label::new(words.first().map_or(stored, String::as_str), english)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_datasets_are_consistent() {
        let datasets = canonical_datasets();
        assert!(datasets.len() >= 27, "{}", datasets.len());
        for dataset in datasets {
            assert!(!dataset.key.is_empty(), "{}", dataset.name);
            for name in dataset.key.iter().chain(&dataset.time) {
                assert!(dataset.column(name).is_some(), "{}.{name}", dataset.name);
            }
            if let Some(time) = &dataset.time {
                let kind = dataset.column(time).map(|column| column.kind);
                assert!(matches!(kind, Some(ColumnKind::Instant | ColumnKind::Date)), "{}", dataset.name);
            }
            for column in &dataset.columns {
                assert!(!column.label.zh.is_empty() && !column.label.en.is_empty(), "{}.{}", dataset.name, column.name);
            }
        }
    }

    #[test]
    fn a_header_means_one_column_of_a_dataset() {
        for dataset in canonical_datasets() {
            let mut seen = BTreeMap::new();
            for column in &dataset.columns {
                for header in column.headers() {
                    let other = seen.insert(normalize_header(header), &column.name);
                    assert!(other.is_none_or(|other| *other == column.name), "{}: {header} is {other:?} and {}", dataset.name, column.name);
                }
            }
        }
    }

    #[test]
    fn headers_meet_across_width_case_and_punctuation() {
        assert_eq!(normalize_header(" Order ID "), normalize_header("order_id"));
        assert_eq!(normalize_header("订单号（必填）"), "订单号必填");
        assert_eq!(normalize_header("ＳＫＵ"), "sku");
    }
}
