//! Files that stand for far more than they hold.

use super::forms::{sheet_parts, zip};
use super::*;

fn with_rows(rows: &str) -> Vec<u8> {
    let mut parts = sheet_parts();
    let sheet = String::from_utf8(parts[6].1.clone()).expect("text");
    parts[6].1 = sheet.replace("</sheetData>", &format!("{rows}</sheetData>")).into_bytes();
    zip(&parts)
}

#[test]
fn a_far_cell_is_one_row() {
    let report = Lake::of("orders")
        .import("a.xlsx", with_rows("<row r=\"1048576\"><c r=\"A1048576\"><v>9</v></c><c r=\"XFD1048576\"><v>1</v></c></row>"));
    assert_adds_up(&report);
    let last = report.rejects.last().expect("refused");
    assert_eq!((report.accepted, last.line, last.reason.as_str()), (2, 1_048_576, "too many fields"));
}

#[test]
fn error_cells_are_no_values() {
    let cell = |kind: &str, text: &str| format!("<c t=\"{kind}\"><v>{text}</v></c>");
    let rows = [
        format!("<row r=\"8\">{}<c s=\"1\"><v>45292</v></c><c><v>4</v></c></row>", cell("e", "#REF!")),
        format!("<row r=\"9\">{}<c s=\"1\"><v>45292</v></c>{}</row>", cell("str", "B1"), cell("e", "#VALUE!")),
        format!("<row r=\"10\">{}<c s=\"1\"><v>45292</v></c><c><f>A1*2</f></c></row>", cell("str", "B2")),
    ];
    let mut lake = Lake::of("orders");
    let report = lake.import("a.xlsx", with_rows(&rows.concat()));
    assert_adds_up(&report);
    let refused: Vec<(u64, &str)> = report.rejects.iter().filter(|r| r.line > 7).map(|r| (r.line, r.value.as_str())).collect();
    assert_eq!(refused, [(8, "A8: #REF!"), (9, "C9: #VALUE!"), (10, "C10: =?")]);
}

#[test]
fn limits_name_their_setting() {
    let lake = |limits: Limits| Lake { limits, ..Lake::of("orders") };
    let usual = Limits::default();
    let cells = lake(Limits { max_cells: 10, ..usual }).refuse(zip(&sheet_parts()));
    let columns = lake(Limits { max_headers: 3, ..usual }).refuse("order_id,placed_at,paid,a,b\n1,2024-01-01,1,2,3\n");
    let unpacked = lake(Limits { max_unpacked_bytes: 500, ..usual }).refuse(zip(&sheet_parts()));
    let packed = lake(Limits { max_unpacked_bytes: 500, ..usual }).refuse(gzip("order_id,placed_at\n1,2024-01-01\n".repeat(50).as_bytes()));
    for (error, setting) in [(cells, "cells"), (columns, "header_columns"), (unpacked, "unpacked_mb"), (packed, "unpacked_mb")] {
        assert!(error.hint().contains(&format!("limits.{setting} ")), "{error}: {}", error.hint());
    }
}

#[test]
fn rejects_beyond_the_limit_are_counted() {
    let text = String::from("order_id,placed_at\n") + &"1,never\n".repeat(500);
    let mut lake = Lake { limits: Limits { max_rejects: 300, ..Limits::default() }, ..Lake::of("orders") };
    let report = lake.import("a.csv", text);
    assert_eq!(report.rejected, 500);
    let listed = std::fs::read_to_string(lake.dir.path().join("rejects.csv")).expect("a list");
    assert_eq!(listed.lines().count(), 301);
    assert!(report.notes.iter().any(|note| note.contains("200 more were counted")), "{:?}", report.notes);
}

#[test]
fn lines_may_end_with_returns_alone() {
    let mut lake = Lake::of("orders");
    let report = lake.import("mac.csv", "order_id,placed_at,paid\r1,2024-01-01,1\r2,2024-01-01,x\r");
    assert_eq!((report.accepted, report.rejects[0].line), (1, 3));
}
