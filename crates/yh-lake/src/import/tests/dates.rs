//! Dates that cannot be meant are refused with their line; what a source writes for "never" is no value.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray, TimestampMicrosecondArray};

use super::*;

const TOO_EARLY: &str = "too early to be meant";
const TOO_LATE: &str = "too far in the future";

/// The last day of the rows that were accepted.
fn last_day(report: &ImportReport) -> String {
    let last = report.max_time.expect("rows");
    jiff::Timestamp::from_microsecond(last).expect("in range").to_string()[..10].to_owned()
}

fn reasons(report: &ImportReport) -> Vec<(u64, &str, &str)> {
    report.rejects.iter().map(|reject| (reject.line, reject.column.as_str(), reject.reason.as_str())).collect()
}

#[test]
fn one_impossible_date_is_a_reject_and_moves_nothing() {
    let text = "order_id,placed_at,paid\n1,2024-01-01,1\n2,2825-01-01,2\n3,9999-12-31,3\n4,0001-01-01,4\n5,1899-12-30,5\n6,0000-00-00,6\n7,2024-02-01,7\n";
    let report = Lake::of("orders").import("a.csv", text);
    assert_adds_up(&report);
    let refused = [(3, TOO_LATE), (4, TOO_LATE), (5, TOO_EARLY), (6, TOO_EARLY), (7, "no such date")];
    assert_eq!(reasons(&report), refused.map(|(line, reason)| (line, "placed_at", reason)));
    assert_eq!((report.accepted, last_day(&report).as_str()), (2, "2024-01-31"), "local midnight in UTC");
}

#[test]
fn the_day_of_the_import_decides_what_is_far_ahead() {
    let text =
        "order_id,placed_at,paid,promised_at\n1,2027-06-30,1,\n2,2027-07-01,2,\n3,2024-01-01,3,2060-01-01\n4,2024-01-01,4,2077-01-01\n";
    let report = Lake::of("orders").import("a.csv", text);
    assert_eq!(reasons(&report), [(3, "placed_at", TOO_LATE), (5, "promised_at", TOO_LATE)]);
}

#[test]
fn misread_numbers_are_no_dates() {
    let line = |id: u32, at: &str| format!("{{\"order_id\":\"{id}\",\"placed_at\":{at},\"paid\":1}}\n");
    let lines: String = ["1735700000", "1735700000000", "1735700000000000", "253402300799", "9999999999", "\"9999-12-31T23:59:59Z\""]
        .iter()
        .zip(1..)
        .map(|(at, id)| line(id, at))
        .collect();
    let report = Lake::of("orders").import("a.jsonl", lines);
    assert_eq!((report.accepted, report.rejected), (3, 3), "{:?}", report.rejects);
    assert_eq!(last_day(&report), "2025-01-01");
}

#[test]
fn workbooks_hold_impossible_dates_too() {
    let mut parts = super::forms::sheet_parts();
    let sheet = String::from_utf8(parts[6].1.clone()).expect("text");
    let row =
        |id: &str, days: &str| format!("<row><c t=\"inlineStr\"><is><t>{id}</t></is></c><c s=\"1\"><v>{days}</v></c><c><v>1</v></c></row>");
    let bad: String = [("x", "2958465"), ("y", "1"), ("z", "400000")].iter().map(|(id, days)| row(id, days)).collect();
    parts[6].1 = sheet.replace("</sheetData>", &format!("{bad}</sheetData>")).into_bytes();
    let report = Lake::of("orders").import("a.xlsx", super::forms::zip(&parts));
    let refused: Vec<(u64, &str, &str)> = reasons(&report).into_iter().filter(|(line, ..)| *line > 7).collect();
    assert_eq!(refused, [(8, "下单时间", TOO_LATE), (9, "下单时间", TOO_EARLY), (10, "下单时间", TOO_LATE)]);
    assert_eq!(last_day(&report), "2024-01-01");
}

#[test]
fn parquet_times_of_a_wrong_unit_are_refused_by_row() {
    let times = TimestampMicrosecondArray::from(vec![1_735_740_000_000_000, 1_735_740_000_000_000_000, i64::MAX, -62_135_596_800_000_000]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("order_id", Arc::new(StringArray::from(vec!["1", "2", "3", "4"]))),
        ("placed_at", Arc::new(times)),
        ("paid", Arc::new(Float64Array::from(vec![1.0; 4]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    let report = Lake::of("orders").import("a.parquet", bytes);
    assert_eq!((report.accepted, report.rejected), (1, 3), "{:?}", report.rejects);
    assert_eq!(last_day(&report), "2025-01-01");
}

#[test]
fn what_a_source_writes_for_never_is_no_value() {
    let text = "order_id,placed_at,paid,delivered_at,channel\n1,2024-01-01,1,9999-12-31,-\n2,2024-01-01,2,0000-00-00 00:00:00,app\n3,2024-01-01,3,9999-12-31 12:00:00,web\n";
    let mut lake = Lake::of("orders");
    let never = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let channel = ColumnMapping { empty: never(&["-"]), ..ColumnMapping::from_header("channel", "channel") };
    lake.mapping = Some(FileMapping {
        dataset: "orders".into(),
        columns: vec![channel],
        empty: never(&["9999-12-31", "0000-00-00"]),
        ..FileMapping::default()
    });
    let report = lake.import("a.csv", text);
    assert_eq!(reasons(&report), [(4, "delivered_at", TOO_LATE)], "a time of day was meant");
    assert_eq!(lake.rows(&["order_id", "delivered_at", "channel"]), [["1", "", ""], ["2", "", "app"]]);
}
