//! Wrong files are refused as a whole with a hint; wrong rows are listed with their reason.

use super::*;

#[test]
fn wrong_files_are_refused_with_a_hint() {
    let good = "order_id,placed_at,paid\n1,2024-01-01,1\n";
    let mut packed = gzip(good.repeat(500).as_bytes());
    packed.truncate(packed.len() / 2);
    let cases: Vec<(&str, Vec<u8>, &str, &str)> = vec![
        ("empty", vec![], "empty-file", "is empty"),
        ("blank", b"\n\n  \n".to_vec(), "empty-file", "is empty"),
        ("cut gzip", packed, "truncated-file", "cut off"),
        ("open quote", b"order_id,placed_at\n1,2024-01-01\n2,\"2024\n3,x\n".to_vec(), "unclosed-quote", "line 3"),
        ("double header", b"order_id,placed_at,paid,paid\n1,2024-01-01,1,2\n".to_vec(), "duplicate-header", "2 times"),
        ("renamed column", b"order_id,when,paid\n1,2024-01-01,1\n".to_vec(), "missing-column", "placed_at"),
        ("unclear dates", b"order_id,placed_at\n1,03/04/2011\n2,05/06/2011\n".to_vec(), "ambiguous-dates", "03/04/2011"),
        ("mixed dates", b"order_id,placed_at\n1,13/04/2011\n2,04/13/2011\n".to_vec(), "mixed-dates", "13/04/2011"),
        ("broken sheet", b"PK\x03\x04 not a workbook".to_vec(), "bad-spreadsheet", "spreadsheet"),
        ("broken Parquet", b"PAR1 not a table".to_vec(), "bad-parquet", "Parquet"),
    ];
    for (name, bytes, code, message) in cases {
        let error = Lake::of("orders").refuse(&bytes);
        assert_eq!(error.code(), code, "{name}: {error}");
        assert!(error.to_string().contains(message), "{name}: {error}");
        assert!(!error.hint().is_empty(), "{name}");
    }
}

#[test]
fn what_a_definition_says_is_checked_against_the_file() {
    let file = "号,时间,金额\n1,2024-01-01,5\n";
    let lake =
        || Lake::of("orders").map(vec![ColumnMapping::from_header("order_id", "号"), ColumnMapping::from_header("placed_at", "时间")]);
    let with = |change: &dyn Fn(&mut FileMapping)| {
        let mut lake = lake();
        change(lake.mapping.as_mut().expect("mapped"));
        lake.refuse(file)
    };
    let renamed = with(&|mapping| mapping.columns.push(ColumnMapping::from_header("paid", "金额元")));
    assert_eq!((renamed.code(), renamed.hint().as_str()), ("missing-column", "did you mean \"金额\"?"));
    let format = with(&|mapping| mapping.columns[1].format = Some("%Q".into()));
    assert_eq!(format.code(), "bad-format");
    let encoding = with(&|mapping| mapping.format.encoding = Some("klingon".into()));
    assert_eq!(encoding.code(), "bad-encoding");
    let mut wrong = lake();
    wrong.mapping.as_mut().expect("mapped").format.encoding = Some("utf-8".into());
    assert_eq!(wrong.refuse(gb18030(file)).code(), "bad-encoding");
    let mut nowhere = lake();
    nowhere.zone = "Mars/Base";
    assert_eq!(nowhere.refuse(file).code(), "unknown-timezone");
}

#[test]
fn a_later_line_settles_the_order_of_day_and_month() {
    let mut text = String::from("order_id,placed_at\n");
    for row in 0..9_000 {
        text += &format!("{row},0{}/02/2011 10:00\n", row % 9 + 1);
    }
    text += "9000,28/02/2011 10:00\n";
    let mut lake = Lake::of("orders");
    let report = lake.import("a.csv", text);
    assert_eq!((report.accepted, report.rejected), (9_001, 0));
    assert_eq!(lake.rows(&["order_id", "placed_at"])[0], ["0", "2011-02-01T02:00:00Z"]);
}

#[test]
fn wrong_rows_are_listed_and_the_others_kept() {
    let text = "order_id,placed_at,paid,is_excluded\n\
        1,2024-01-01,10,\n\
        ,2024-01-01,10,\n\
        3,,10,\n\
        4.2E+18,2024-01-01,10,\n\
        5,2024-02-30,10,\n\
        6,2024-01-01,\"1,23\",maybe\n\
        7,2024-01-01\n\
        8,2024-01-01,1,,x\n\
        9,2024-01-01,1e30,\n\
        10,2024-01-01,20,\n\
        11,yesterday,=1+1,\n";
    let mut lake = Lake::of("orders");
    let report = lake.import("a.csv", text);
    assert_adds_up(&report);
    assert_eq!((report.rows_read, report.accepted, report.rejected), (11, 2, 9));
    let found: Vec<(u64, &str, &str, &str)> =
        report.rejects.iter().map(|reject| (reject.line, reject.column.as_str(), reject.value.as_str(), reject.reason.as_str())).collect();
    assert_eq!(
        found,
        [
            (3, "order_id", "", "missing"),
            (4, "placed_at", "", "missing"),
            (5, "order_id", "4.2E+18", "a spreadsheet has rounded this id"),
            (6, "placed_at", "2024-02-30", "no such date"),
            (7, "paid", "1,23", "unclear thousands or decimal comma"),
            (7, "is_excluded", "maybe", "not yes or no"),
            (8, "", "2 instead of 4", "too few fields"),
            (9, "", "5 instead of 4", "too many fields"),
            (10, "paid", "1e30", "too large"),
            (12, "placed_at", "yesterday", "not a date or time"),
            (12, "paid", "=1+1", "not a number"),
        ]
    );
    assert!(report.rejects.iter().all(|reject| !reject.hint.is_empty()));
    let log = std::fs::read(lake.dir.path().join("rejects.csv")).expect("written");
    assert!(log.starts_with(b"\xEF\xBB\xBFline,"));
    let log = String::from_utf8(log).expect("UTF-8");
    assert_eq!(log.lines().count(), 12);
    assert!(log.contains("12,paid,'=1+1,not a number"), "{log}");
}

#[test]
fn sizes_are_capped() {
    let mut lake = Lake::of("orders");
    lake.limits = Limits { max_unpacked_bytes: 1 << 20, ..Limits::default() };
    let bomb = gzip(&[b"order_id,placed_at\n".as_slice(), &b"1,2024-01-01\n".repeat(1 << 19)].concat());
    assert_eq!(lake.refuse(&bomb).code(), "file-too-large");
}

#[test]
fn a_cancelled_import_leaves_nothing() {
    let lake = Lake::of("orders");
    let request = lake.request("a.csv");
    std::fs::write(&request.path, "order_id,placed_at\n1,2024-01-01\n,x\n").expect("written");
    let cancelled = stage(&request, &[], &mut |_| {}, &AtomicBool::new(true)).expect_err("cancelled");
    assert_eq!(cancelled.code(), "cancelled");
    assert_eq!(lake.lake_files(), 0);
    assert!(!request.rejects_path.exists());
}

#[test]
fn a_dry_run_reports_and_keeps_nothing() {
    let lake = Lake::of("orders");
    let mut request = lake.request("a.csv");
    request.dry_run = true;
    std::fs::write(&request.path, "order_id,placed_at\n1,2024-01-01\n").expect("written");
    let staged = stage(&request, &[], &mut |_| {}, &AtomicBool::new(false)).expect("staged");
    assert_eq!((staged.report.new_rows, staged.added.len(), lake.lake_files()), (1, 0, 0));
}

#[test]
fn a_header_without_rows_is_an_empty_import() {
    let mut lake = Lake::of("orders");
    let report = lake.import("a.csv", "order_id,placed_at\n");
    assert_eq!((report.rows_read, lake.live.len()), (0, 0));
    assert!(report.notes.iter().any(|note| note.contains("no rows")));
}
