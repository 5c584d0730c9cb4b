//! Reads the columns a method needs, by name, from CSV, TSV (also gzipped) or Parquet.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::Common;
use super::dates::{self, Date};
use super::output::StatsCliError;

/// Reads the named columns (all when none are named) of a Parquet file as text: numbers in their
/// shortest exact form, dates as yyyy-mm-dd, times as yyyy-mm-ddThh:mm:ss, nulls empty. An unknown
/// column is left out: the table says which are missing.
pub type ParquetReader = fn(&Path, &[&str]) -> Result<Table, String>;

/// Cells of one column, packed into one text.
#[derive(Debug, Clone, Default)]
pub struct TextColumn {
    text: String,
    ends: Vec<usize>,
}

impl TextColumn {
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell.trim());
        self.ends.push(self.text.len());
    }

    pub fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start..self.ends[row]]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| self.get(row))
    }
}

/// Named text columns of one length; row 0 is the first below the header.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub names: Vec<String>,
    pub columns: Vec<TextColumn>,
}

/// Reads the named columns of the input file (all when none are named).
///
/// # Errors
/// A file that cannot be read or is not UTF-8, a broken row (with its line), a missing column.
pub fn read(common: &Common, parquet: ParquetReader, wanted: &[&str]) -> Result<Table, StatsCliError> {
    read_file(&common.input, parquet, wanted)
}

/// As [`read`], for a second file of a method.
pub fn read_file(path: &Path, parquet: ParquetReader, wanted: &[&str]) -> Result<Table, StatsCliError> {
    let is_parquet = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet"));
    let table = if is_parquet { parquet(path, wanted).map_err(|e| StatsCliError::io(path, e))? } else { read_csv(path, wanted)? };
    for name in wanted {
        table.text(name)?;
    }
    Ok(table)
}

fn read_csv(path: &Path, wanted: &[&str]) -> Result<Table, StatsCliError> {
    let file = File::open(path).map_err(|e| StatsCliError::io(path, e))?;
    let gzipped = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
    let plain: Box<dyn Read> = if gzipped { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut text = BufReader::with_capacity(1 << 20, plain);
    let delimiter = skip_bom_and_detect(&mut text).map_err(|e| StatsCliError::io(path, e))?;
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text);
    let broken = |e: csv::Error| {
        StatsCliError::input(format!("{}: {e}", path.display()), "every row needs as many cells as the header, in UTF-8 text")
    };
    let header = reader.headers().map_err(broken)?.clone();
    if header.is_empty() {
        return Err(StatsCliError::input(format!("{}: the file is empty", path.display()), "the first line must name the columns"));
    }
    let chosen: Vec<usize> = (0..header.len()).filter(|&i| wanted.is_empty() || wanted.contains(&header[i].trim())).collect();
    let mut table =
        Table { names: chosen.iter().map(|&i| header[i].trim().to_owned()).collect(), columns: vec![TextColumn::default(); chosen.len()] };
    reject_missing_or_double(&table, &header, wanted, path)?;
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(broken)? {
        for (column, &i) in table.columns.iter_mut().zip(&chosen) {
            column.push(&record[i]);
        }
    }
    Ok(table)
}

/// Skips a byte-order mark and guesses the delimiter from the header line.
fn skip_bom_and_detect(text: &mut impl BufRead) -> std::io::Result<u8> {
    if text.fill_buf()?.starts_with(b"\xEF\xBB\xBF") {
        text.consume(3);
    }
    let buffer = text.fill_buf()?;
    let line = buffer.split(|&b| b == b'\n').next().unwrap_or(buffer);
    let count = |d: u8| line.iter().filter(|&&b| b == d).count();
    let mut best = b',';
    for delimiter in [b'\t', b';', b'|'] {
        if count(delimiter) > count(best) {
            best = delimiter;
        }
    }
    Ok(best)
}

/// Says which wanted column the header lacks or has twice, before any row is read.
fn reject_missing_or_double(table: &Table, header: &csv::StringRecord, wanted: &[&str], path: &Path) -> Result<(), StatsCliError> {
    for name in wanted {
        match table.names.iter().filter(|n| n == name).count() {
            1 => {}
            0 => return Err(missing_column(name, header.iter())),
            _ => {
                return Err(StatsCliError::input(format!("{}: two columns are called {name:?}", path.display()), "rename one of them"));
            }
        }
    }
    Ok(())
}

fn missing_column<'a>(name: &str, have: impl Iterator<Item = &'a str>) -> StatsCliError {
    let have: Vec<&str> = have.map(str::trim).collect();
    let near = have
        .iter()
        .map(|h| (edit_distance(&h.to_lowercase(), &name.to_lowercase()), *h))
        .min()
        // Names that share no letter are no slip of the pen.
        .filter(|(distance, near)| *distance <= 1 + name.chars().count() / 3 && *distance < name.chars().count().max(near.chars().count()));
    let hint = match near {
        Some((_, near)) => format!("did you mean {near:?}?"),
        None => format!("the columns are: {}", have.join(", ")),
    };
    StatsCliError::input(format!("no column {name:?}"), hint)
}

fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut current = vec![i + 1];
        for (j, cb) in b.iter().enumerate() {
            let swap = previous[j] + usize::from(ca != *cb);
            current.push(swap.min(previous[j + 1] + 1).min(current[j] + 1));
        }
        previous = current;
    }
    previous[b.len()]
}

impl Table {
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, TextColumn::len)
    }

    /// A column as text.
    pub fn text(&self, name: &str) -> Result<&TextColumn, StatsCliError> {
        match self.names.iter().position(|n| n == name) {
            Some(i) => Ok(&self.columns[i]),
            None => Err(missing_column(name, self.names.iter().map(String::as_str))),
        }
    }

    /// A column of finite numbers; an empty or other cell is an error that names its line.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>, StatsCliError> {
        let column = self.text(name)?;
        let missing = |row| bad_cell(name, row, column.get(row), "a number");
        self.numbers_or_missing(name)?.into_iter().enumerate().map(|(row, value)| value.ok_or_else(|| missing(row))).collect()
    }

    /// A column of finite numbers where empty, NA, NaN and null cells are `None`.
    pub fn numbers_or_missing(&self, name: &str) -> Result<Vec<Option<f64>>, StatsCliError> {
        let cell = |(row, text): (usize, &str)| match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            Ok(value) if value.is_nan() => Ok(None),
            _ if is_missing(text) => Ok(None),
            _ => Err(bad_cell(name, row, text, "a number")),
        };
        self.text(name)?.iter().enumerate().map(cell).collect()
    }

    /// A column of yes/no cells: 1/0, true/false, yes/no, y/n, 是/否.
    pub fn flags(&self, name: &str) -> Result<Vec<bool>, StatsCliError> {
        let cell = |(row, text): (usize, &str)| match text.to_lowercase().as_str() {
            "1" | "1.0" | "true" | "yes" | "y" | "t" | "是" => Ok(true),
            "0" | "0.0" | "false" | "no" | "n" | "f" | "否" => Ok(false),
            _ => Err(bad_cell(name, row, text, "1/0, true/false, yes/no or 是/否")),
        };
        self.text(name)?.iter().enumerate().map(cell).collect()
    }

    /// A column of dates (a time of day is cut off), as days since 1970-01-01.
    ///
    /// # Errors
    /// A cell that is no date, or day and month that cannot be told apart in the whole column.
    pub fn dates(&self, name: &str) -> Result<Vec<Date>, StatsCliError> {
        Ok(self.seconds(name)?.into_iter().map(|s| Date((s / 86_400.0).floor() as i32)).collect())
    }

    /// A column of times as seconds since 1970-01-01T00:00; a written UTC offset is applied.
    ///
    /// # Errors
    /// As [`Table::dates`].
    pub fn seconds(&self, name: &str) -> Result<Vec<f64>, StatsCliError> {
        dates::parse_column(name, self.text(name)?)
    }

    /// Distinct texts of a column in order of appearance, and each row's index into them.
    pub fn categories(&self, name: &str) -> Result<(Vec<String>, Vec<usize>), StatsCliError> {
        let mut index = std::collections::HashMap::new();
        let mut labels = Vec::new();
        let codes = self.text(name)?.iter().map(|cell| {
            *index.entry(cell).or_insert_with(|| {
                labels.push(cell.to_owned());
                labels.len() - 1
            })
        });
        let codes = codes.collect();
        Ok((labels, codes))
    }
}

/// Whether a cell says that there is no value.
pub(super) fn is_missing(text: &str) -> bool {
    text.is_empty() || ["na", "n/a", "null", "none", "-"].contains(&text.to_lowercase().as_str())
}

/// An error that names column, line (header is line 1), value and what was wanted.
pub(super) fn bad_cell(column: &str, row: usize, value: &str, need: &str) -> StatsCliError {
    StatsCliError::input(format!("line {}, column {column:?}: {value:?} is not {need}", row + 2), "correct the cell or remove the row")
}
