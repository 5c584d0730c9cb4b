//! Snapshots: commits are all or nothing, readers see one state, an undo restores the one before.

use yh_records::{Change, FileKind, ImportState, NewFile, NewImport, Records, RecordsError};

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
