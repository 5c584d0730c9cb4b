//! Finds the delimiter and the header row of a text file from its first rows.

use std::collections::HashMap;

use super::record::first_rows;

const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];
/// Rows looked at; preambles of exports are shorter than this.
const ROWS: usize = 60;

/// What the first rows of a file say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub delimiter: u8,
    /// Line of the header, from 1.
    pub header_line: u64,
    pub headers: Vec<String>,
    /// Line on which the first row after the header starts.
    pub data_line: u64,
}

/// Tells the layout; `knows` says whether a text is a header of the dataset at hand.
pub fn find_layout(text: &str, delimiter: Option<u8>, header_line: Option<u64>, knows: &dyn Fn(&str) -> bool) -> Option<Layout> {
    let candidates = delimiter.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
    candidates
        .into_iter()
        .filter_map(|delimiter| layout_with(text, delimiter, header_line, knows))
        .enumerate()
        // Of equal scores the earlier delimiter wins: a comma is likelier than a bar.
        .max_by_key(|(order, (score, _))| (*score, std::cmp::Reverse(*order)))
        .map(|(_, (_, layout))| layout)
}

fn layout_with(text: &str, delimiter: u8, header_line: Option<u64>, knows: &dyn Fn(&str) -> bool) -> Option<((usize, usize), Layout)> {
    let rows = first_rows(text, delimiter, ROWS);
    let at = match header_line {
        Some(line) => rows.iter().position(|(at, _)| *at == line)?,
        None => find_header(&rows.iter().map(|(_, fields)| fields.as_slice()).collect::<Vec<_>>(), knows)?,
    };
    let (line, fields) = &rows[at];
    let headers = without_empty_tail(fields);
    let known = headers.iter().filter(|header| knows(header)).count();
    let same_width = rows[at..].iter().filter(|(_, row)| row.len() == fields.len()).count();
    let regular = if headers.len() > 1 { same_width * headers.len() / (rows.len() - at) } else { 0 };
    let lines_of_header = 1 + fields.iter().map(|field| field.matches('\n').count() as u64).sum::<u64>();
    let layout = Layout { delimiter, header_line: *line, headers, data_line: line + lines_of_header };
    Some(((known, regular), layout))
}

/// Picks the row with the most known headers; without any, the first row as wide as most.
pub fn find_header<S: AsRef<str>>(rows: &[&[S]], knows: &dyn Fn(&str) -> bool) -> Option<usize> {
    let known = |row: &[S]| row.iter().filter(|cell| knows(cell.as_ref())).count();
    let best = rows.iter().enumerate().max_by_key(|(at, row)| (known(row), std::cmp::Reverse(*at)))?;
    if known(best.1) > 0 {
        return Some(best.0);
    }
    let width = |row: &[S]| row.iter().rposition(|cell| !cell.as_ref().is_empty()).map_or(0, |at| at + 1);
    let mut widths: HashMap<usize, usize> = HashMap::new();
    for row in rows {
        *widths.entry(width(row)).or_default() += 1;
    }
    let usual = widths.into_iter().max_by_key(|(width, times)| (*times, *width))?.0;
    rows.iter().position(|row| width(row) >= usual)
}

fn without_empty_tail(fields: &[String]) -> Vec<String> {
    let width = fields.iter().rposition(|field| !field.is_empty()).map_or(0, |at| at + 1);
    fields[..width].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_delimiter_and_header() {
        let knows = |header: &str| ["订单号", "金额", "日期"].contains(&header);
        for (text, delimiter, line, data_line, width) in [
            ("订单号,金额\n1,2\n", b',', 1, 2, 2),
            ("订单号\t金额\t备注,说明\n1\t2\tx\n", b'\t', 1, 2, 3),
            ("店铺交易明细\n导出时间：2024-01-01 10:00\n\n订单号;金额;日期\n1;2,5;x\n", b';', 4, 5, 3),
            ("#a,b\nid|name\n1|x\n2|y\n", b'|', 2, 3, 2),
            ("订单号,\"金额\n(元)\",日期,,\n1,2,3,,\n", b',', 1, 3, 3),
            ("订单号\n1\n", b',', 1, 2, 1),
        ] {
            let layout = find_layout(text, None, None, &knows).expect(text);
            assert_eq!(
                (layout.delimiter, layout.header_line, layout.data_line, layout.headers.len()),
                (delimiter, line, data_line, width),
                "{text:?}"
            );
        }
        assert!(find_layout("", None, None, &knows).is_none());
        assert_eq!(find_layout("a,b\nc,d\n", None, Some(2), &knows).map(|layout| layout.headers[0].clone()), Some("c".into()));
    }
}
