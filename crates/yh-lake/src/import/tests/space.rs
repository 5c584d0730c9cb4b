//! Undoing and compaction against a model: of each key, or keyless file, the versions on top of each other.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::compact::{Eagerness, compact};

#[derive(Debug, Clone)]
enum Act {
    /// A file with rows of some keys; the same key may come twice.
    Import {
        file: u8,
        keys: Vec<u8>,
    },
    /// Of the imports so far, counted from the last.
    Undo {
        back: usize,
    },
    Compact,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0u8..3, proptest::collection::vec(0u8..12, 1..6)).prop_map(|(file, keys)| Act::Import { file, keys }),
        2 => (0usize..4).prop_map(|back| Act::Undo { back }),
        2 => Just(Act::Compact),
    ]
}

/// A version: the import, and the text that the row has.
type Version = (i64, String);

/// Versions of each key, the first at the bottom; without a key, of each file all its rows together.
#[derive(Debug, Default)]
struct Model(BTreeMap<String, Vec<(i64, Vec<Version>)>>);

impl Model {
    fn push(&mut self, place: &str, import: i64, rows: Vec<Version>) {
        self.0.entry(place.to_owned()).or_default().push((import, rows));
    }

    fn later(&self, import: i64) -> Vec<i64> {
        let mut later: Vec<i64> = Vec::new();
        for versions in self.0.values() {
            if let Some(at) = versions.iter().position(|(of, _)| *of == import) {
                later.extend(versions.get(at + 1).map(|(of, _)| *of));
            }
        }
        later.sort_unstable();
        later.dedup();
        later
    }

    fn undo(&mut self, import: i64) {
        for versions in self.0.values_mut() {
            versions.retain(|(of, _)| *of != import);
        }
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let tops = self.0.values().filter_map(|versions| versions.last()).flat_map(|(_, rows)| rows);
        let mut rows: Vec<Vec<String>> = tops.map(|(import, text)| vec![text.clone(), import.to_string()]).collect();
        rows.sort();
        rows
    }
}

fn compact_all(lake: &mut Lake, number: usize) {
    let files = lake.files();
    let dir = lake.dir.path().join("lake");
    let merged = compact(&lake.dataset, &files, Eagerness::All, &dir, &format!("merged-{number}")).expect("compacted");
    for merged in merged {
        lake.replace(&merged.removed, [merged.added]);
    }
}

fn play(lake: &mut Lake, keyed: bool, acts: Vec<Act>) -> Result<(), TestCaseError> {
    let mut model = Model::default();
    let mut committed: Vec<i64> = Vec::new();
    for (number, act) in acts.into_iter().enumerate() {
        match act {
            Act::Import { file, keys } => {
                let import = lake.imports + 1;
                let mut text = String::from("order_id,at,placed_at,name,channel,paid\n");
                let mut rows: BTreeMap<String, Vec<Version>> = BTreeMap::new();
                for (line, key) in keys.iter().enumerate() {
                    let said = format!("{import}-{line}");
                    let month = key % 3 + 1;
                    text += &format!("{key},2024-0{month}-01,2024-0{month}-01,{said},{said},1\n");
                    let place = if keyed { format!("k{key}") } else { format!("f{file}") };
                    let versions = rows.entry(place).or_default();
                    if keyed {
                        versions.clear();
                    }
                    versions.push((import, said));
                }
                lake.import(&format!("{file}.csv"), text);
                committed.push(import);
                rows.into_iter().for_each(|(place, rows)| model.push(&place, import, rows));
            }
            Act::Undo { back } => {
                let Some(at) = committed.len().checked_sub(back + 1) else { continue };
                let import = committed[at];
                let later = later_corrections(import, &lake.superseded).expect("read");
                prop_assert_eq!(&later, &model.later(import));
                if later.is_empty() {
                    let dir = lake.dir.path().join("lake");
                    let taken = take_back(&lake.dataset, import, &lake.files(), &dir, &format!("undo-{number}")).expect("undone");
                    prop_assert_eq!(&taken.in_the_way, &Vec::<i64>::new());
                    lake.replace(&taken.removed, taken.kept.into_iter().chain(taken.restored));
                    committed.remove(at);
                    lake.names.retain(|(_, of)| *of != import);
                    model.undo(import);
                }
            }
            Act::Compact => compact_all(lake, number),
        }
        let text = if keyed { "channel" } else { "name" };
        prop_assert_eq!(lake.rows(&[text, "_import_id"]), model.rows());
        for file in &lake.live {
            prop_assert_eq!(file.entry.rows as usize, rows_of(&file.entry.path, &["_line"]).len());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn undoing_and_compaction_keep_the_rows_of_keyed_datasets(acts in proptest::collection::vec(act(), 1..14)) {
        play(&mut Lake::of("orders"), true, acts)?;
    }

    #[test]
    fn undoing_and_compaction_keep_the_rows_of_keyless_datasets(acts in proptest::collection::vec(act(), 1..14)) {
        play(&mut Lake::keyless(), false, acts)?;
    }
}

#[test]
fn many_small_files_become_one_and_few_stay() {
    let mut lake = Lake::of("orders");
    for import in 0..15 {
        lake.import(&format!("{import}.csv"), format!("order_id,placed_at,paid\n{import},2024-01-01,1\n0,2024-02-01,{import}\n"));
    }
    let before = lake.rows(&["order_id", "paid", "_import_id", "_line"]);
    let files = lake.files();
    let dir = lake.dir.path().join("lake");
    let merged = compact(&lake.dataset, &files, Eagerness::Worthwhile, &dir, "merged").expect("compacted");
    assert_eq!(merged.iter().map(|merged| merged.added.kind).collect::<Vec<_>>(), [FileKind::Live, FileKind::Superseded]);
    for merged in merged {
        lake.replace(&merged.removed, [merged.added]);
    }
    assert_eq!(lake.rows(&["order_id", "paid", "_import_id", "_line"]), before);
    assert_eq!((lake.live.len(), lake.superseded.len()), (2, 1), "January is one file, so is the one row of February");
    let again = compact(&lake.dataset, &lake.files(), Eagerness::All, &dir, "again").expect("compacted");
    assert_eq!(again, []);
}

#[test]
fn a_row_that_came_again_stands_in_the_way_of_an_undo() {
    let table = |ids: &[&str]| ids.iter().fold("order_id,placed_at,paid\n".to_owned(), |text, id| format!("{text}{id},2025-05-01,1\n"));
    let mut lake = Lake::of("orders");
    lake.import("orders", table(&["A1", "A2"]));
    lake.whole_of = vec![1];
    lake.import("orders", table(&["A1"]));
    lake.whole_of = Vec::new();
    lake.import("orders", table(&["A2"]));
    let dir = lake.dir.path().join("lake");
    let files = lake.lake_files();
    let taken = take_back(&lake.dataset, 2, &lake.files(), &dir, "undo").expect("looked at");
    assert_eq!(taken.in_the_way, [3]);
    assert_eq!(lake.lake_files(), files, "nothing is left behind");
}
