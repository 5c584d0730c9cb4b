//! Re-imports: the same rows change nothing, corrected rows replace, both stay reachable.

use super::*;

const FIRST: &str = "order_id,placed_at,paid\n1,2024-01-01,10\n2,2024-01-02,20\n3,2024-02-01,30\n";

#[test]
fn the_same_rows_change_nothing() {
    let mut lake = Lake::of("orders");
    lake.import("a.csv", FIRST);
    let before = lake.live.clone();
    let report = lake.import("b.csv", FIRST);
    assert_adds_up(&report);
    assert_eq!((report.new_rows, report.replaced, report.unchanged), (0, 0, 3));
    assert_eq!(lake.live, before);
    assert_eq!(lake.lake_files(), before.len());
}

#[test]
fn a_corrected_row_replaces_and_the_earlier_stays_reachable() {
    let mut lake = Lake::of("orders");
    lake.import("a.csv", FIRST);
    let february = lake.live.iter().find(|file| file.month.as_deref() == Some("2024-02")).expect("a file").clone();
    let report = lake.import("b.csv", "order_id,placed_at,paid\n1,2024-01-01,10\n2,2024-01-02,21.5\n4,2024-03-01,40\n");
    assert_adds_up(&report);
    assert_eq!((report.new_rows, report.replaced, report.unchanged), (1, 1, 1));
    assert_eq!(
        lake.rows(&["order_id", "paid", "_import_id", "_line"]),
        [["1", "10.0000", "1", "2"], ["2", "21.5000", "2", "3"], ["3", "30.0000", "1", "4"], ["4", "40.0000", "2", "4"]]
    );
    assert_eq!(lake.old_rows(&["order_id", "paid", "_import_id"]), [["2", "20.0000", "1"]]);
    assert!(lake.live.contains(&february), "a file without corrections is not written again");
}

#[test]
fn a_corrected_date_moves_the_row_to_its_month() {
    let mut lake = Lake::of("orders");
    lake.import("a.csv", FIRST);
    lake.import("b.csv", "order_id,placed_at,paid\n3,2024-05-01,30\n");
    assert_eq!(lake.column("order_id"), ["1", "2", "3"]);
    let mut months: Vec<&str> = lake.live.iter().filter_map(|file| file.month.as_deref()).collect();
    months.sort();
    assert_eq!(months, ["2024-01", "2024-05"]);
}

#[test]
fn of_several_rows_of_a_key_the_last_line_counts() {
    let mut lake = Lake::of("orders");
    let report = lake.import("a.csv", "order_id,placed_at,paid\n1,2024-02-01,10\n2,2024-01-01,5\n1,2024-01-01,20\n1,2024-01-03,30\n");
    assert_adds_up(&report);
    assert_eq!((report.new_rows, report.duplicates_in_file), (2, 2));
    assert_eq!(lake.rows(&["order_id", "paid"]), [["1", "30.0000"], ["2", "5.0000"]]);
    assert_eq!(lake.old_rows(&["order_id", "paid"]), [["1", "10.0000"], ["1", "20.0000"]]);
    let listed: Vec<(&str, u64, u64)> =
        report.duplicates.iter().map(|duplicate| (duplicate.key.as_str(), duplicate.line, duplicate.kept_line)).collect();
    assert_eq!(listed, [("1", 2, 5), ("1", 4, 5)]);
}

#[test]
fn optional_parts_of_a_key_may_be_empty() {
    let mut lake = Lake::of("ad_spend");
    lake.import("a.csv", "date,channel,campaign,cost\n2024-01-01,x,,1\n2024-01-01,x,c,2\n");
    let report = lake.import("b.csv", "date,channel,campaign,cost\n2024-01-01,x,,3\n");
    assert_eq!(report.replaced, 1);
    assert_eq!(lake.rows(&["campaign", "cost"]), [["", "3.0000"], ["c", "2.0000"]]);
}

#[test]
fn a_changed_keyless_file_replaces_its_rows_only() {
    let mut lake = Lake::keyless();
    lake.import("a.csv", "at,name\n2024-01-01,a\n2024-01-01,a\n");
    lake.import("b.csv", "at,name\n2024-01-01,b\n");
    let report = lake.import("a.csv", "at,name\n2024-01-01,c\n2024-01-02,d\n2024-01-03,e\n");
    assert_adds_up(&report);
    assert_eq!((report.new_rows, report.replaced), (1, 2));
    assert_eq!(lake.column("name"), ["b", "c", "d", "e"]);
    assert_eq!(lake.old_rows(&["name"]), [["a"], ["a"]]);
}

#[test]
fn a_column_added_later_is_a_correction_only_where_it_has_values() {
    let mut lake = Lake::of("orders");
    lake.import("a.csv", FIRST);
    lake.dataset.columns.push(ColumnSpec::new("gift", ColumnKind::Text));
    let report = lake.import("b.csv", "order_id,placed_at,paid,gift\n1,2024-01-01,10,\n2,2024-01-02,20,yes\n");
    assert_eq!((report.unchanged, report.replaced), (1, 1));
    assert_eq!(lake.column("order_id"), ["1", "2", "3"]);
}

#[test]
fn a_damaged_sidecar_is_said() {
    let mut lake = Lake::of("orders");
    lake.import("a.csv", FIRST);
    let keys = lake.live[0].keys.clone().expect("keyed");
    std::fs::write(keys, b"short").expect("written");
    assert_eq!(lake.stage("b.csv", FIRST.as_bytes()).expect_err("damaged").code(), "damaged-lake");
}

#[test]
fn rows_that_a_whole_table_no_longer_has_are_taken_out() {
    let table =
        |ids: &[&str]| ids.iter().fold("order_id,placed_at,paid\n".to_owned(), |text, id| format!("{text}{id},2025-05-01 10:00:00,1\n"));
    let mut lake = Lake::of("orders");
    lake.import("orders", table(&["A1", "A2", "A3"]));
    lake.import("other.csv", table(&["A3", "B1"]).replace(",1\n", ",2\n"));
    lake.whole_of = vec![1];
    let report = lake.import("orders", table(&["A1", "A4"]));
    assert_eq!(lake.column("order_id"), ["A1", "A3", "A4", "B1"], "A3 is the other file's by now");
    assert_eq!(lake.old_rows(&["order_id", "paid"]).concat(), ["A2", "1.0000", "A3", "1.0000"]);
    assert_eq!(report.notes, ["1 rows that the table no longer has were taken out"]);

    lake.whole_of = vec![1, 3];
    let rejected = format!("{}A5,not a time,1\n", table(&["A4"]));
    lake.import("orders", rejected);
    assert_eq!(lake.column("order_id"), ["A1", "A3", "A4", "B1"], "with a rejected row nothing is known to be gone");
}
