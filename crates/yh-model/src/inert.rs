//! Cells that a spreadsheet program would run as a formula.

use std::borrow::Cow;

/// Letters that start a formula, in both widths, and the blanks that some programs skip before one.
const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Keeps a text of a CSV or tab-separated file a text when a spreadsheet opens it; numbers stay numbers.
pub fn inert(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(STARTS) && !is_number(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// A sign, digits with at most one point and an exponent, and a percent sign: nothing of it can be run.
fn is_number(cell: &str) -> bool {
    let body = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    let body = body.strip_suffix('%').unwrap_or(body);
    body.starts_with(|first: char| first.is_ascii_digit() || first == '.') && body.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_texts_and_numbers_are_numbers() {
        for cell in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "＝1+1",
            "＋1",
            "－1",
            "＠x",
            "-",
            "+86 138",
            "-inf",
            "-1e",
            "--5",
        ] {
            assert_eq!(inert(cell), format!("'{cell}"));
        }
        for cell in ["", "x=1", "5", "-5", "+5", "-12.50", "-1.5e-3", "-3.2%", "2025-01-01", "订单", " =x"] {
            assert_eq!(inert(cell), cell);
        }
    }
}
