//! Merged ranges of a sheet: a value stands for every row of its range.

use std::collections::BTreeMap;
use std::io::Read;

use memchr::memmem;
use quick_xml::events::Event;

use super::super::ImportError;
use super::book::{Book, SheetPart};
use super::cells::place_of;
use super::parts::attribute;

const MAX_RANGES: usize = 100_000;

/// A merged range, first and last row and column from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    pub rows: (u32, u32),
    pub columns: (u32, u32),
}

/// Reads the merged ranges of a sheet by their first row. They stand behind its cells, which are passed over unread.
pub fn read_merged(book: &Book, sheet: &SheetPart) -> Result<Vec<Merged>, ImportError> {
    let Some(mut xml) = book.parts.xml_after(&sheet.part, end_of_cells)? else { return Ok(Vec::new()) };
    let mut ranges = Vec::new();
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "mergeCell" => {
                ranges.extend(attribute(&element, "ref").as_deref().and_then(range_of));
            }
            Event::Eof => break,
            _ => {}
        }
        if ranges.len() > MAX_RANGES {
            return Err(xml.wrong(format!("it has more than {MAX_RANGES} merged ranges")));
        }
    }
    ranges.sort_by_key(|range| range.rows);
    Ok(ranges)
}

/// Where the cells of a sheet end in a piece of its XML.
fn end_of_cells(piece: &[u8]) -> Option<usize> {
    let end = memmem::find(piece, b"/sheetData>").map(|at| at + b"/sheetData>".len());
    // With a namespace's prefix: `</x:sheetData>`.
    end.or_else(|| memmem::find(piece, b":sheetData>").map(|at| at + b":sheetData>".len()))
}

fn range_of(reference: &str) -> Option<Merged> {
    let (from, to) = reference.split_once(':')?;
    let ((left, top), (right, bottom)) = (place_of(from)?, place_of(to)?);
    (left <= right && top <= bottom).then_some(Merged { rows: (top, bottom), columns: (left, right) })
}

/// The values that stand for more than one row, while the rows are read.
#[derive(Default)]
pub struct Standing {
    ranges: Vec<Merged>,
    next: usize,
    /// By column: the last row, and the text.
    open: BTreeMap<u32, (u32, Option<String>)>,
}

impl Standing {
    pub fn new(ranges: Vec<Merged>) -> Self {
        Self { ranges: ranges.into_iter().filter(|range| range.rows.0 < range.rows.1).collect(), ..Self::default() }
    }

    /// Takes the texts of a row that starts ranges, and returns those that stand for its empty cells.
    pub fn pass(&mut self, row: u32, text_at: impl Fn(u32) -> Option<String>) -> Vec<(u32, String)> {
        self.open.retain(|_, (last, _)| *last >= row);
        let standing = self.open.iter().filter(|(column, _)| text_at(**column).is_none());
        let standing = standing.filter_map(|(column, (_, text))| Some((*column, text.clone()?))).collect();
        while let Some(range) = self.ranges.get(self.next).filter(|range| range.rows.0 <= row) {
            self.next += 1;
            if range.rows.0 == row {
                self.open.insert(range.columns.0, (range.rows.1, text_at(range.columns.0)));
            }
        }
        standing
    }

    pub fn is_done(&self) -> bool {
        self.open.is_empty() && self.next == self.ranges.len()
    }
}

/// Finds the end of something in what is read, and returns the rest.
pub fn rest_after<R: Read>(mut source: R, find: fn(&[u8]) -> Option<usize>) -> std::io::Result<Option<(Vec<u8>, R)>> {
    const BLOCK: usize = 1 << 16;
    /// Longer than what is looked for, which may lie across two blocks.
    const OVERLAP: usize = 16;
    let (mut piece, mut kept) = (vec![0; BLOCK + OVERLAP], 0);
    loop {
        let read = source.read(&mut piece[kept..])?;
        if read == 0 {
            return Ok(None);
        }
        let filled = kept + read;
        if let Some(end) = find(&piece[..filled]) {
            return Ok(Some((piece[end..filled].to_vec(), source)));
        }
        kept = filled.min(OVERLAP);
        piece.copy_within(filled - kept..filled, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stands_for_the_rows_of_its_range() {
        let ranges = vec![range_of("A2:A4").expect("a range"), range_of("C3:D4").expect("a range"), range_of("B1:D1").expect("a range")];
        let mut standing = Standing::new(ranges);
        let mut pass = |row, cells: &[(u32, &str)]| {
            standing.pass(row, |column| cells.iter().find(|(at, _)| *at == column).map(|(_, text)| (*text).to_owned()))
        };
        assert!(pass(0, &[(1, "title")]).is_empty());
        assert!(pass(1, &[(0, "S01")]).is_empty());
        assert_eq!(pass(2, &[(2, "x")]), [(0, "S01".to_owned())]);
        assert_eq!(pass(3, &[]), [(0, "S01".to_owned()), (2, "x".to_owned())]);
        assert!(pass(4, &[]).is_empty());
    }

    #[test]
    fn what_is_looked_for_may_lie_across_blocks() {
        for before in [0, 3, 65_530, 65_540, 200_000] {
            let text = format!("{}</sheetData><mergeCells/>", "x".repeat(before));
            let (rest, mut source) = rest_after(text.as_bytes(), end_of_cells).expect("read").expect("found");
            let mut all = rest;
            source.read_to_end(&mut all).expect("read");
            assert_eq!(all, b"<mergeCells/>", "{before}");
        }
    }
}
