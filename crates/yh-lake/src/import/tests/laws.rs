//! Laws that hold for any file.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// How many files each law tries: `make fuzz` asks for more.
fn cases() -> u32 {
    std::env::var("YUNHENG_FUZZ_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(96)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    /// Any bytes are either imported with counts that add up, or refused with a hint.
    #[test]
    fn any_bytes_are_counted_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..2_000), headed in any::<bool>()) {
        let file = if headed { [b"order_id,placed_at,paid\n".as_slice(), &bytes].concat() } else { bytes };
        check("any.csv", file)?;
    }

    #[test]
    fn damaged_csv_is_counted_or_refused(damage in damage()) {
        check("a.csv", damage.of("order_id,placed_at,paid\nA1,2024-01-01 10:00,5\n\"A,2\",2024-01-02,\"1,000.5\"\n".into()))?;
    }

    /// The archive itself, or, with its sums right again, one of the files in it.
    #[test]
    fn damaged_xlsx_is_counted_or_refused(damage in damage(), part in prop::option::of(0..7_usize)) {
        let mut parts = super::forms::sheet_parts();
        let bytes = match part {
            Some(part) => {
                parts[part].1 = damage.of(std::mem::take(&mut parts[part].1));
                super::forms::zip(&parts)
            }
            None => damage.of(super::forms::zip(&parts)),
        };
        check("a.xlsx", bytes)?;
    }

    #[test]
    fn damaged_jsonl_is_counted_or_refused(damage in damage()) {
        let line = "{\"order_id\": \"A1\", \"placed_at\": \"2024-01-01\", \"paid\": 1.5, \"more\": [{\"a\": null}]}\n";
        check("a.jsonl", damage.of(line.repeat(3).into()))?;
    }

    /// Rows made of likely and unlikely cells: every row is accepted, listed or a total.
    #[test]
    fn every_row_is_accounted_for(rows in prop::collection::vec((cell(), cell(), cell()), 0..60)) {
        let mut text = String::from("order_id,placed_at,paid\n");
        for (id, at, paid) in &rows {
            text += &format!("{id},{at},{paid}\n");
        }
        let mut lake = Lake::of("orders");
        let report = lake.import("a.csv", &text);
        assert_adds_up(&report);
        let filled = rows.iter().filter(|(id, at, paid)| !(id.trim().is_empty() && at.trim().is_empty() && paid.trim().is_empty())).count();
        prop_assert_eq!(report.rows_read, filled as u64);
        let kept: u64 = lake.live.iter().map(|file| file.entry.rows).sum();
        let old: usize = lake.superseded.iter().map(|file| rows_of(&file.entry.path, &["_line"]).len()).sum();
        prop_assert_eq!((kept + old as u64, old as u64), (report.accepted, report.duplicates_in_file));
    }

    /// After any sequence of files the lake holds the last row of each key, and every row ever accepted is somewhere.
    #[test]
    fn the_last_row_of_each_key_counts(files in prop::collection::vec(prop::collection::vec((0..8_u8, 1..4_u8, 0..3_u8), 0..12), 1..5)) {
        let mut lake = Lake::of("orders");
        let mut expected: BTreeMap<String, (String, String)> = BTreeMap::new();
        for (index, file) in files.iter().enumerate() {
            let mut text = String::from("order_id,placed_at,paid\n");
            for (id, month, paid) in file {
                text += &format!("k{id},2024-{month:02}-01 10:00:00,{paid}\n");
                expected.insert(format!("k{id}"), (format!("2024-{month:02}-01T02:00:00Z"), format!("{paid}.0000")));
            }
            let report = lake.import(&format!("f{index}.csv"), &text);
            assert_adds_up(&report);
        }
        let expected: Vec<Vec<String>> = expected.into_iter().map(|(id, (at, paid))| vec![id, at, paid]).collect();
        prop_assert_eq!(lake.rows(&["order_id", "placed_at", "paid"]), expected);
        for file in &lake.live {
            prop_assert_eq!(file.entry.rows as usize, rows_of(&file.entry.path, &["_line"]).len());
            prop_assert_eq!(crate_sha256(&file.entry.path), file.entry.sha256.clone());
        }
    }
}

/// Either imported with counts that add up, or refused with a hint and nothing left behind.
fn check(name: &str, bytes: Vec<u8>) -> Result<(), TestCaseError> {
    let lake = Lake::of("orders");
    match lake.stage(name, &bytes) {
        Ok(staged) => assert_adds_up(&staged.report),
        Err(error) => {
            prop_assert!(!error.hint().is_empty() && !error.to_string().is_empty());
            prop_assert_eq!(lake.lake_files(), 0);
        }
    }
    Ok(())
}

/// Bytes changed, a piece said twice, and the end cut off.
#[derive(Debug)]
struct Damage {
    changed: Vec<(Index, u8)>,
    again: Option<(Index, Index)>,
    cut: Option<Index>,
}

fn damage() -> impl Strategy<Value = Damage> {
    let changed = prop::collection::vec(any::<(Index, u8)>(), 0..8);
    (changed, any::<Option<(Index, Index)>>(), any::<Option<Index>>()).prop_map(|(changed, again, cut)| Damage { changed, again, cut })
}

impl Damage {
    fn of(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        for (at, byte) in &self.changed {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        if let Some((one, other)) = self.again {
            let (one, other) = (one.index(bytes.len()), other.index(bytes.len()));
            let piece = bytes[one.min(other)..one.max(other)].to_vec();
            bytes.splice(one..one, piece);
        }
        if let Some(cut) = self.cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes
    }
}

fn crate_sha256(path: &Path) -> String {
    use sha2::{Digest, Sha256};
    super::super::bytes::hex(&Sha256::digest(std::fs::read(path).expect("read")))
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[1-4]",
        3 => Just("2024-01-01".to_owned()),
        2 => "-?[0-9]{1,4}(\\.[0-9]{1,6})?",
        1 => Just(String::new()),
        1 => Just("合计".to_owned()),
        1 => Just("=\"007\"".to_owned()),
        1 => Just("\"quoted \"\"cell\"\"\"".to_owned()),
        1 => "[a-z¥%万（） .+-]{0,6}",
    ]
}

/// Many chunks, months and row groups: the order of lines survives the side-by-side work.
#[test]
fn large_files_keep_order_and_sums() {
    const ROWS: u64 = 300_000;
    let mut text = String::from("at,name,count\n");
    for row in 0..ROWS {
        text += &format!("2024-{:02}-{:02} 10:00:00,\"name {row}, quoted\",{row}\n", row % 12 + 1, row % 28 + 1);
    }
    let mut lake = Lake::keyless();
    let report = lake.import("a.csv", &text);
    assert_eq!((report.accepted, report.rejected), (ROWS, 0));
    assert_eq!(report.totals[0].sum.to_string(), (ROWS * (ROWS - 1) / 2).to_string());
    assert_eq!(lake.live.len(), 12);
    for file in &lake.live {
        let lines: Vec<i64> = rows_of(&file.entry.path, &["_line"]).into_iter().map(|row| row[0].parse().expect("a number")).collect();
        assert!(lines.is_sorted() && lines.len() as u64 == ROWS / 12);
    }
    let again = lake.import("b.csv", &text);
    assert_eq!(again.new_rows, ROWS);
}
