//! Boards and their versions.

use yh_records::{NewBoard, RecordsError};

use crate::{each_backend, stamp};

fn board(link: &str, name: &str, layout: &str) -> NewBoard {
    NewBoard { link: link.into(), name: name.into(), owner: "运营".into(), layout: layout.into() }
}

#[tokio::test]
async fn every_change_is_a_version_of_the_same_link() {
    each_backend(async |records| {
        let first = records.record_board(board("l1", "日报", "[]"), 0, &stamp()).await.expect("created");
        assert_eq!((first.version, first.name.as_str(), first.by.as_str()), (1, "日报", "tester"));
        let second = records.record_board(board("l1", "日报", "[1]"), 1, &stamp()).await.expect("changed");
        assert_eq!(second.version, 2);
        let stale = records.record_board(board("l1", "日报", "[2]"), 1, &stamp()).await;
        assert!(matches!(stale, Err(RecordsError::Conflict)), "{stale:?}");
        let again = records.record_board(board("l1", "别的", "[]"), 0, &stamp()).await;
        assert!(matches!(again, Err(RecordsError::Conflict)), "{again:?}");
        assert_eq!(records.find_board("l1", None).await.expect("found").layout, "[1]");
        assert_eq!(records.find_board("l1", Some(1)).await.expect("found").layout, "[]");
        assert!(records.find_board("l1", Some(9)).await.is_err());
        let versions: Vec<i32> = records.list_board_versions("l1").await.expect("listed").iter().map(|v| v.version).collect();
        assert_eq!(versions, [2, 1]);
        assert!(records.verify_audit().await.expect("an audit").is_none());
    })
    .await;
}

#[tokio::test]
async fn a_deleted_board_is_gone_and_cannot_be_changed() {
    each_backend(async |records| {
        for (link, name) in [("l1", "乙"), ("l2", "甲")] {
            records.record_board(board(link, name, "[]"), 0, &stamp()).await.expect("created");
        }
        assert_eq!(records.list_boards().await.expect("listed").len(), 2);
        records.delete_board("l1", &stamp()).await.expect("deleted");
        let left: Vec<String> = records.list_boards().await.expect("listed").into_iter().map(|b| b.link).collect();
        assert_eq!(left, ["l2"]);
        for gone in [
            records.find_board("l1", None).await.err(),
            records.find_board("l1", Some(1)).await.err(),
            records.delete_board("l1", &stamp()).await.err(),
        ] {
            assert!(matches!(gone, Some(RecordsError::NotFound { .. })), "{gone:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_last_times_of_writing_come_first_and_a_failed_one_has_no_file() {
    each_backend(async |records| {
        for file in ["a.xlsx", "", "b.xlsx"] {
            records.record_board_export("l1", file, &stamp()).await.expect("recorded");
        }
        records.record_board_export("l2", "other.xlsx", &stamp()).await.expect("recorded");
        let files = async |limit| {
            let written = records.list_board_exports("l1", limit).await.expect("listed");
            written.into_iter().map(|export| export.file).collect::<Vec<_>>()
        };
        assert_eq!(files(2).await, ["b.xlsx", ""]);
        assert_eq!(files(20).await.len(), 3);
    })
    .await;
}
