//! The header of a sheet: the row with the most known names, and the row above or below that belongs to it.

use std::collections::HashMap;

use super::merges::Merged;
use crate::import::layout::find_header;

/// Headers, and the rows they stand in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// How many of the headers are known.
    pub known: usize,
    /// The last row of the header, from 0.
    pub row: u64,
    pub texts: Vec<String>,
}

/// The first rows of a sheet: number from 0, and texts.
pub type FirstRows = [(u64, Vec<String>)];

/// Finds the header, in the row that was asked for (from 1) or among the first ones.
pub fn find(rows: &FirstRows, given: Option<usize>, knows: &dyn Fn(&str) -> bool) -> Option<Header> {
    let at = match given {
        Some(row) => rows.iter().position(|(number, _)| *number + 1 == row as u64)?,
        None => find_header(&rows.iter().map(|(_, texts)| texts.as_slice()).collect::<Vec<_>>(), knows)?,
    };
    Some(header(rows[at].0, rows[at].1.clone(), knows))
}

/// A header of two rows as one: merged ranges tell which rows belong together, and which names stand above others.
pub fn joined(found: Header, rows: &FirstRows, merged: &[Merged], knows: &dyn Fn(&str) -> bool) -> Header {
    let texts_of = |row: u64| rows.iter().find(|(number, _)| *number == row).map(|(_, texts)| texts.as_slice());
    let pair = |upper: u64| {
        let (above, below) = (texts_of(upper)?, texts_of(upper + 1)?);
        belong_together(upper, below, merged).then(|| header(upper + 1, join(upper, above, below, merged), knows))
    };
    let above = found.row.checked_sub(1).and_then(pair);
    above.or_else(|| pair(found.row)).filter(|joined| joined.known >= found.known).unwrap_or(found)
}

fn header(row: u64, mut texts: Vec<String>, knows: &dyn Fn(&str) -> bool) -> Header {
    texts.truncate(texts.iter().rposition(|text| !text.trim().is_empty()).map_or(0, |last| last + 1));
    let known = texts.iter().filter(|text| knows(text)).count();
    Header { known, row, texts }
}

/// A name that spans both rows ties them together, and so does one above several that cannot be told apart without it.
fn belong_together(upper: u64, below: &[String], merged: &[Merged]) -> bool {
    let spans = |range: &&Merged| u64::from(range.rows.0) == upper && range.rows.1 == range.rows.0 + 1;
    let tops = |range: &&Merged| u64::from(range.rows.0) == upper && range.rows.1 == range.rows.0 && range.columns.0 < range.columns.1;
    let repeats = times(below).values().any(|times| *times > 1);
    merged.iter().any(|range| spans(&range)) || (repeats && merged.iter().any(|range| tops(&range)))
}

fn join(upper: u64, above: &[String], below: &[String], merged: &[Merged]) -> Vec<String> {
    let mut above = above.to_vec();
    above.resize(above.len().max(below.len()), String::new());
    for range in merged.iter().filter(|range| u64::from(range.rows.0) == upper) {
        let text = above.get(range.columns.0 as usize).cloned().unwrap_or_default();
        let end = (range.columns.1 as usize + 1).min(above.len());
        if let Some(covered) = above.get_mut(range.columns.0 as usize..end) {
            covered.fill(text);
        }
    }
    let times = times(below);
    let name = |(at, top): (usize, &String)| {
        let own = below.get(at).map_or("", |text| text.trim());
        match times.get(own) {
            None => top.clone(),
            Some(1) => own.to_owned(),
            Some(_) if top.trim().is_empty() => own.to_owned(),
            Some(_) => format!("{} {own}", top.trim()),
        }
    };
    above.iter().enumerate().map(name).collect()
}

/// How often each name appears.
fn times(texts: &[String]) -> HashMap<&str, usize> {
    let mut times = HashMap::new();
    for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        *times.entry(text).or_default() += 1;
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_rows_make_one_header() {
        let row = |number: u64, texts: &[&str]| (number, texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        let merged = |rows, columns| Merged { rows, columns };
        let knows = |text: &str| ["订单编号", "下单时间", "实付金额", "退款 金额"].contains(&text);
        let rows = [
            row(2, &["订单编号", "时间", "", "销售", "", "退款"]),
            row(3, &["", "下单时间", "发货时间", "数量", "金额", "金额"]),
            row(4, &["A1", "2024-01-01"]),
        ];
        let ranges = [merged((2, 3), (0, 0)), merged((2, 2), (1, 2)), merged((2, 2), (3, 4))];
        let found = find(&rows, None, &knows).expect("a header");
        let header = joined(found, &rows, &ranges, &knows);
        assert_eq!(header.texts, ["订单编号", "下单时间", "发货时间", "数量", "销售 金额", "退款 金额"]);
        assert_eq!((header.row, header.known), (3, 3));
        let plain = [row(0, &["订单编号", "下单时间"]), row(1, &["A1", "2024-01-01"])];
        let found = find(&plain, None, &knows).expect("a header");
        assert_eq!(joined(found.clone(), &plain, &[], &knows), found);
    }
}
