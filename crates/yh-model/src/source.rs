//! Sources: how the files of one origin map onto datasets (`sources/*.yaml`).

mod live;
mod load;
mod load_live;
mod preset;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::Label;
use crate::dataset::{DatasetSpec, canonical_dataset};

pub use live::{Connect, DatabaseKind, Overlap, PullMode, Selection, TablePull, UrlPlace, Watch};
pub use load::load_source;
pub use preset::{Preset, find_preset, presets};

/// One origin of files: a shop platform, an ad platform, a help desk.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceDef {
    /// Path of the definition, relative to the project folder.
    pub path: String,
    pub name: String,
    pub label: Label,
    /// IANA zone of wall times in these files; none means the project's.
    pub timezone: Option<String>,
    pub currency: Option<String>,
    pub files: Vec<FileMapping>,
    /// The database whose `tables` are pulled.
    pub connect: Option<Connect>,
    pub tables: Vec<TablePull>,
    pub watch: Option<Watch>,
    pub schedule: Option<crate::schedule::Schedule>,
    /// Where the mapping of a preset comes from.
    pub layout: Option<Layout>,
    /// Datasets this source declares beside the canonical ones.
    pub datasets: Vec<DatasetSpec>,
    pub derived: Vec<DerivedDataset>,
}

/// How one kind of file becomes rows of a dataset.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileMapping {
    pub dataset: String,
    /// Glob on the file name (`*` and `?`); none matches every file.
    pub pattern: Option<String>,
    pub format: FileFormat,
    pub columns: Vec<ColumnMapping>,
    /// Headers that are known and not wanted; other unmapped headers are kept as attributes.
    pub ignore: Vec<String>,
    /// Headers to keep as attributes although their name means a column.
    pub attributes: Vec<String>,
    /// Whether a file may lack mapped columns that no row needs.
    pub partial: bool,
    /// Whether only the file's name speaks for this mapping: another system's file of that name is read by its headers.
    pub guessed: bool,
    /// Line in the definition file.
    pub line: usize,
}

/// On what a preset's mapping stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// Month in which the system's files had these headers.
    pub as_of: String,
    /// Public documents that describe them.
    pub based_on: Vec<String>,
}

/// What is said about a file's form; none means it is detected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileFormat {
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    pub sheet: Option<String>,
    /// Line (text) or row (spreadsheet) of the header, from 1.
    pub header_row: Option<usize>,
}

/// Where the values of one dataset column come from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ColumnMapping {
    pub column: String,
    /// Headers, the first one present is taken; empty when `value` is set.
    pub from: Vec<String>,
    /// Constant for every row.
    pub value: Option<String>,
    /// `strptime` format of dates and times.
    pub format: Option<String>,
    /// Unit of the file's numbers, such as 万元 or minutes.
    pub unit: Option<String>,
    /// Words of the file → the value stored.
    pub values: BTreeMap<String, String>,
}

impl ColumnMapping {
    /// Maps a column from one header, as is.
    pub fn from_header(column: &str, header: &str) -> Self {
        Self { column: column.to_owned(), from: vec![header.to_owned()], ..Self::default() }
    }
}

/// A dataset computed by one SELECT over other datasets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedDataset {
    pub dataset: String,
    pub sql: String,
    /// Line of the SQL's first line in the definition file.
    pub line: usize,
}

impl SourceDef {
    /// Finds the mapping for a file, the most specific pattern first.
    pub fn mapping_for(&self, dataset: &str, file_name: &str) -> Option<&FileMapping> {
        self.files
            .iter()
            .filter(|file| file.dataset == dataset && file.matches(file_name))
            .max_by_key(|file| file.pattern.as_ref().map_or(0, String::len))
    }

    /// Finds the mapping for a file that was said to be of this source, whatever its name: the one whose pattern
    /// matches, else the only one of the dataset.
    pub fn mapping_of(&self, dataset: &str, file_name: &str) -> Option<&FileMapping> {
        let mut all = self.files.iter().filter(|file| file.dataset == dataset);
        let only = all.next().filter(|_| all.next().is_none());
        self.mapping_for(dataset, file_name).or(only)
    }

    /// Finds a dataset this source may fill: its own, or a canonical one.
    pub fn dataset(&self, name: &str) -> Option<&DatasetSpec> {
        self.datasets.iter().find(|dataset| dataset.name == name).or_else(|| canonical_dataset(name))
    }

    /// Writes one mapping as a definition file that `load_source` reads back.
    pub fn to_yaml(&self) -> String {
        let mut yaml = format!("source: {}\n", quoted(&self.name));
        if !self.label.is_empty() {
            yaml += &format!("label: {{zh: {}, en: {}}}\n", quoted(&self.label.zh), quoted(&self.label.en));
        }
        for (key, value) in [("timezone", &self.timezone), ("currency", &self.currency)] {
            if let Some(value) = value {
                yaml += &format!("{key}: {}\n", quoted(value));
            }
        }
        if !self.files.is_empty() {
            yaml += "files:\n";
        }
        for file in &self.files {
            yaml += &file.to_yaml();
        }
        yaml
    }
}

impl FileMapping {
    /// Whether the pattern, if any, matches the file name.
    pub fn matches(&self, file_name: &str) -> bool {
        self.pattern.as_ref().is_none_or(|pattern| glob_matches(pattern, file_name))
    }

    fn to_yaml(&self) -> String {
        let mut yaml = format!("  - dataset: {}\n", quoted(&self.dataset));
        if let Some(pattern) = &self.pattern {
            yaml += &format!("    match: {}\n", quoted(pattern));
        }
        let format = &self.format;
        let parts: Vec<String> = [
            format.encoding.as_ref().map(|encoding| format!("encoding: {}", quoted(encoding))),
            format.delimiter.map(|delimiter| format!("delimiter: {}", quoted(&delimiter.to_string()))),
            format.sheet.as_ref().map(|sheet| format!("sheet: {}", quoted(sheet))),
            format.header_row.map(|row| format!("header_row: {row}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !parts.is_empty() {
            yaml += &format!("    format: {{{}}}\n", parts.join(", "));
        }
        if !self.columns.is_empty() {
            yaml += "    columns:\n";
        }
        for column in &self.columns {
            yaml += &format!("      {}: {}\n", quoted(&column.column), column.to_yaml());
        }
        if self.partial {
            yaml += "    partial: true\n";
        }
        for (key, headers) in [("ignore", &self.ignore), ("attributes", &self.attributes)] {
            if !headers.is_empty() {
                yaml += &format!("    {key}: {}\n", quoted_list(headers));
            }
        }
        yaml
    }
}

impl ColumnMapping {
    fn to_yaml(&self) -> String {
        let from = match self.from.as_slice() {
            [] => None,
            [one] => Some(quoted(one)),
            many => Some(quoted_list(many)),
        };
        let plain = self.value.is_none() && self.format.is_none() && self.unit.is_none() && self.values.is_empty();
        if let (true, Some(from)) = (plain, &from) {
            return from.clone();
        }
        let mut parts: Vec<String> = from.map(|from| format!("from: {from}")).into_iter().collect();
        for (key, value) in [("value", &self.value), ("format", &self.format), ("unit", &self.unit)] {
            parts.extend(value.as_ref().map(|value| format!("{key}: {}", quoted(value))));
        }
        if !self.values.is_empty() {
            let pairs: Vec<String> = self.values.iter().map(|(word, stored)| format!("{}: {}", quoted(word), quoted(stored))).collect();
            parts.push(format!("values: {{{}}}", pairs.join(", ")));
        }
        format!("{{{}}}", parts.join(", "))
    }
}

fn quoted(text: &str) -> String {
    let plain = text.starts_with(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    if plain {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            c if c.is_control() => out += &format!("\\u{:04X}", c as u32),
            c => out.push(c),
        }
    }
    out + "\""
}

fn quoted_list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// Whether a file name matches a pattern of `*` (any text) and `?` (any character).
pub fn glob_matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Returns what a number in `unit` is multiplied by to be in plain units (元, a fraction, seconds).
pub fn unit_factor(unit: &str) -> Option<Decimal> {
    let (mantissa, scale): (i64, u32) = match unit.trim().to_lowercase().as_str() {
        "元" | "yuan" | "个" | "件" | "人" | "1" | "second" | "seconds" | "s" | "秒" => (1, 0),
        "角" => (1, 1),
        "分" | "fen" | "cent" | "cents" | "%" | "percent" => (1, 2),
        "‰" | "ms" | "milliseconds" | "毫秒" => (1, 3),
        "bp" => (1, 4),
        "千" | "千元" | "thousand" | "k" => (1_000, 0),
        "万" | "万元" | "w" => (10_000, 0),
        "百万" | "百万元" | "million" | "m" => (1_000_000, 0),
        "亿" | "亿元" => (100_000_000, 0),
        "minute" | "minutes" | "min" | "分钟" => (60, 0),
        "hour" | "hours" | "h" | "小时" => (3_600, 0),
        "day" | "days" | "天" => (86_400, 0),
        _ => return None,
    };
    Some(Decimal::new(mantissa, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, name, expected) in [
            ("lines_*.csv*", "lines_2010.csv.gz", true),
            ("lines_*.csv*", "line_2010.csv", false),
            ("*", "", true),
            ("a?c", "a店c", true),
            ("*a*b", "xxaxxbxxb", true),
            ("*.csv", "a.xlsx", false),
        ] {
            assert_eq!(glob_matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn units_scale() {
        assert_eq!(unit_factor("万元"), Some(Decimal::new(10_000, 0)));
        assert_eq!(unit_factor("分"), Some(Decimal::new(1, 2)));
        assert_eq!(unit_factor("furlong"), None);
    }
}
