//! Snapshots: commits are all or nothing, readers see one state, an undo restores the one before.

use yh_records::{Change, FileKind, ImportState, LakeHome, NewFile, NewImport, Records, RecordsError, SnapshotEntry};

use crate::{each_backend, stamp};

fn file(path: &str, import: i64) -> NewFile {
    NewFile {
        path: path.to_owned(),
        dataset: "orders".to_owned(),
        kind: FileKind::Live,
        sha256: "00".to_owned(),
        rows: 10,
        bytes: 100,
        month: Some("2025-11".to_owned()),
        min_time: Some("2025-11-01T00:00:00Z".to_owned()),
        max_time: Some("2025-11-11T00:00:00Z".to_owned()),
        sidecar: Some(format!("{path}.keys")),
        import_id: Some(import),
        derived: None,
    }
}

/// Commits an import that adds and removes files.
async fn import(records: &Records, added: &[&str], removed: &[&str]) -> i64 {
    let new = NewImport { dataset: "orders".into(), source: "s".into(), file_name: "f.csv".into() };
    let id = records.begin_import(&new, &stamp()).await.expect("an id");
    let mut record = records.find_import(id).await.expect("it is there");
    record.state = ImportState::Committed;
    record.file_hash = format!("hash{id}");
    let change = Change {
        reason: format!("import {id}"),
        added: added.iter().map(|path| file(path, id)).collect(),
        removed: removed.iter().map(|path| (*path).to_owned()).collect(),
        import: Some(record),
    };
    let base = records.head().await.expect("a head");
    records.commit(base, &change, &stamp()).await.expect("it commits");
    id
}

async fn live(records: &Records) -> Vec<String> {
    records.facts().await.expect("facts").files.into_iter().map(|file| file.path).collect()
}

#[tokio::test]
async fn commits_move_the_head_and_replace_files() {
    each_backend(async |records| {
        assert_eq!(records.head().await.expect("a head"), 0);
        import(&records, &["a", "b"], &[]).await;
        import(&records, &["b2"], &["b"]).await;
        assert_eq!(live(&records).await, ["a", "b2"]);
        let (imports, total) = records.list_imports(Some("orders"), 0, 1).await.expect("imports");
        assert_eq!((imports.len(), total, imports[0].file_hash.as_str()), (1, 2, "hash2"));
        assert!(records.verify_audit().await.expect("an audit").is_none());
    })
    .await;
}

#[tokio::test]
async fn a_commit_on_an_old_base_changes_nothing() {
    each_backend(async |records| {
        import(&records, &["a"], &[]).await;
        let late = Change { reason: "late".into(), added: vec![file("late", 1)], removed: vec!["a".into()], import: None };
        assert!(matches!(records.commit(0, &late, &stamp()).await, Err(RecordsError::Conflict)));
        assert_eq!(live(&records).await, ["a"]);
    })
    .await;
}

#[tokio::test]
async fn files_that_left_are_listed_until_they_are_forgotten() {
    each_backend(async |records| {
        import(&records, &["a", "b"], &[]).await;
        import(&records, &["a2"], &["a"]).await;
        // A file that only changes its kind stays.
        let superseded = NewFile { kind: FileKind::Superseded, sidecar: None, ..file("b", 3) };
        let change = Change { reason: "kind".into(), added: vec![superseded], removed: vec!["b".into()], import: None };
        records.commit(records.head().await.expect("a head"), &change, &stamp()).await.expect("it commits");
        let ended = records.ended_files().await.expect("listed");
        assert_eq!(ended.iter().map(|ended| ended.file.path.as_str()).collect::<Vec<_>>(), ["a"]);
        assert_eq!(ended[0].at, stamp().at.to_string());
        records.forget_files(&["a".into(), "a2".into()], &stamp()).await.expect("forgotten");
        assert_eq!(records.ended_files().await.expect("listed"), []);
        assert_eq!(live(&records).await, ["a2"], "a file in force is not forgotten");
        assert!(records.verify_audit().await.expect("an audit").is_none());
    })
    .await;
}

#[tokio::test]
async fn imports_cut_off_by_a_crash_are_closed() {
    each_backend(async |records| {
        let new = NewImport { dataset: "orders".into(), source: "s".into(), file_name: "f.csv".into() };
        let id = records.begin_import(&new, &stamp()).await.expect("an id");
        assert_eq!(records.close_interrupted_imports().await.expect("closed"), 1);
        assert_eq!(records.find_import(id).await.expect("it is there").state, ImportState::Failed);
        assert!(matches!(records.find_import(999).await, Err(RecordsError::NotFound { .. })));
    })
    .await;
}

#[tokio::test]
async fn facts_are_made_again_from_their_history() {
    each_backend(async |records| {
        let first = import(&records, &["a"], &[]).await;
        import(&records, &["a2", "b"], &["a"]).await;
        let undo = Change { reason: "undo".into(), added: vec![file("a", first)], removed: vec!["a2".into(), "b".into()], import: None };
        records.commit(records.head().await.expect("a head"), &undo, &stamp()).await.expect("it commits");
        import(&records, &["c"], &["a"]).await;
        let history = records.history_after(0, 100).await.expect("a history");
        assert_eq!(history.iter().map(|entry| entry.after).collect::<Vec<_>>()[1..], [1, 2, 3].map(|at| history[at - 1].snapshot));
        assert_eq!(records.history_after(history[0].snapshot, 2).await.expect("a part"), history[1..3]);
        let (facts, imports) = (records.facts().await.expect("facts"), records.list_imports(None, 0, 9).await.expect("imports"));
        assert_eq!(SnapshotEntry::files_at_end(&history).into_iter().cloned().collect::<Vec<_>>(), facts.files);
        let later = import(&records, &["d"], &["c"]).await;
        let text = serde_json::to_string(&history).expect("JSON");
        let read: Vec<SnapshotEntry> = serde_json::from_str(&text).expect("it reads");
        records.replace_facts(&read, &home("x"), &stamp()).await.expect("replaced");
        assert_eq!(records.facts().await.expect("facts"), facts);
        assert_eq!(records.list_imports(None, 0, 9).await.expect("imports"), imports);
        assert_eq!(records.history_after(0, 100).await.expect("a history"), history);
        assert_eq!(records.lake().await.expect("a lake"), Some(home("x")));
        assert!(records.verify_audit().await.expect("an audit").is_none());
        // Numbers that were given out do not come again.
        assert!(import(&records, &["e"], &["c"]).await > later);
    })
    .await;
}

fn home(lake: &str) -> LakeHome {
    LakeHome { lake: lake.to_owned(), machine: "m".into(), path: "/p".into(), folder: "7".into() }
}

#[tokio::test]
async fn records_belong_to_the_first_lake_that_claims_them() {
    each_backend(async |records| {
        assert_eq!(records.lake().await.expect("none"), None);
        assert_eq!(records.claim_lake(&home("a"), &stamp()).await.expect("claimed"), home("a"));
        assert_eq!(records.claim_lake(&home("b"), &stamp()).await.expect("known"), home("a"));
        records.note_lake(&home("b"), &stamp()).await.expect("noted");
        assert_eq!(records.lake().await.expect("a lake"), Some(home("b")));
    })
    .await;
}

#[tokio::test]
async fn an_altered_list_of_files_is_found() {
    use sea_orm::ConnectionTrait;
    let alterations = [
        "UPDATE files SET rows = 11 WHERE path = 'a'",
        "UPDATE files SET path = 'x' WHERE path = 'a'",
        "UPDATE files SET max_time = '2026-11-11T00:00:00Z' WHERE path = 'a'",
        "UPDATE files SET end_snapshot = NULL WHERE path = 'b'",
        "UPDATE files SET end_snapshot = 2 WHERE path = 'a'",
        "UPDATE files SET begin_snapshot = 9 WHERE path = 'a'",
        "DELETE FROM files WHERE path = 'a'",
        "UPDATE heads SET snapshot_id = 1",
        "UPDATE heads SET snapshot_id = 0",
        "DELETE FROM heads",
        "DELETE FROM snapshots",
        "UPDATE snapshots SET digest = 'x' WHERE id = 2",
    ];
    for alteration in alterations {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("records.db").display());
        let records = Records::open(&url).await.expect("SQLite opens");
        import(&records, &["a", "b"], &[]).await;
        import(&records, &["b2"], &["b"]).await;
        records.files_in_force().await.expect("nothing is altered yet");
        let other = sea_orm::Database::connect(&url).await.expect("it opens twice");
        other.execute_unprepared(alteration).await.expect("altered");
        let found = records.facts().await.expect_err(alteration);
        assert!(matches!(found, RecordsError::Altered { .. }), "{alteration}: {found}");
    }
}

#[tokio::test]
async fn an_altered_history_is_not_brought_back() {
    use sea_orm::ConnectionTrait;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("records.db").display());
    let records = Records::open(&url).await.expect("SQLite opens");
    import(&records, &["a"], &[]).await;
    let superseded = NewFile { kind: FileKind::Superseded, ..file("old", 1) };
    let change = Change { reason: "import".into(), added: vec![superseded], removed: Vec::new(), import: None };
    records.commit(records.head().await.expect("a head"), &change, &stamp()).await.expect("it commits");
    records.files_in_force().await.expect("nothing is altered yet");
    let other = sea_orm::Database::connect(&url).await.expect("it opens twice");
    // Rows that an undo would bring back.
    other.execute_unprepared("DELETE FROM files WHERE path = 'old'").await.expect("altered");
    records.facts().await.expect("what questions read is whole");
    let found = records.files_in_force().await.expect_err("altered");
    assert!(matches!(found, RecordsError::Altered { .. }), "{found}");
}
