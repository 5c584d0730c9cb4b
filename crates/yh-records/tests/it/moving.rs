//! Records moved to another database: all of them, checked, and going on there.

use yh_model::source::ColumnMapping;
use yh_records::{Approval, Change, NewBoard, NewImport, Records, RecordsError};

use crate::{each_backend, fresh_database, sqlite, stamp, writers::target};

async fn fill(records: &Records) {
    let counts = Approval::approved(None, &stamp());
    records.record_targets(&[target(1, 100), target(2, 200)], &counts, &stamp()).await.expect("recorded");
    let import = NewImport { dataset: "orders".into(), source: "files".into(), file_name: "订单.csv".into() };
    for _ in 0..3 {
        records.begin_import(&import, &stamp()).await.expect("begun");
    }
    records.commit(0, &Change { reason: "a change".into(), ..Change::default() }, &stamp()).await.expect("committed");
    let board = NewBoard { link: "l1".into(), name: "日报".into(), owner: "运营".into(), layout: "[]".into() };
    records.record_board(board, 0, &stamp()).await.expect("kept");
    let columns = [ColumnMapping::from_header("order_id", "订单号")];
    records.remember_mapping("files", "orders", &columns, &stamp()).await.expect("remembered");
    let files: Vec<_> = (0..1203).map(|n| (format!("models/{n}.yaml"), format!("hash {n}"), "文".repeat(n % 7))).collect();
    records.keep_revisions(&files, &Default::default(), &stamp()).await.expect("kept");
}

/// Moves records to a place and there goes on.
async fn moved(records: &Records, url: &str) {
    let copied = records.copy_to(url).await.expect("copied");
    let tables = copied.keep("the new place", || Ok::<(), RecordsError>(())).await.expect("kept");
    let rows = |name: &str| tables.iter().find(|table| table.name == name).map(|table| table.rows);
    assert_eq!((rows("revisions"), rows("imports"), rows("targets")), (Some(1203), Some(3), Some(2)));
    let refused = records.begin_import(&NewImport { dataset: "a".into(), source: "b".into(), file_name: "c".into() }, &stamp()).await;
    assert!(matches!(&refused, Err(RecordsError::Moved(to)) if to == "the new place"), "{refused:?}");

    let there = Records::open(url).await.expect("the new records open");
    assert_eq!(there.list_targets(None).await.expect("targets"), records.list_targets(None).await.expect("targets"));
    assert_eq!(there.list_boards().await.expect("boards"), records.list_boards().await.expect("boards"));
    assert_eq!(there.head().await.expect("a head"), 1);
    let import = NewImport { dataset: "orders".into(), source: "files".into(), file_name: "later.csv".into() };
    assert_eq!(there.begin_import(&import, &stamp()).await.expect("numbers go on"), 4);
    let counts = Approval::approved(None, &stamp());
    assert_eq!(there.record_targets(&[target(1, 150)], &counts, &stamp()).await.expect("recorded"), 1);
    assert!(there.verify_audit().await.expect("an audit").is_none());
}

#[tokio::test]
async fn records_move_to_either_database_and_go_on_there() {
    each_backend(async |records| {
        fill(&records).await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let first = sqlite(folder.path(), "first");
        moved(&records, &first).await;
        let Ok(server) = std::env::var("YUNHENG_TEST_POSTGRES") else { return };
        let again = sqlite(folder.path(), "again");
        let filled = Records::open(&again).await.expect("opened");
        fill(&filled).await;
        moved(&filled, &fresh_database(&server).await).await;
    })
    .await;
}

#[tokio::test]
async fn a_database_with_records_is_no_target_and_a_copy_given_up_leaves_nothing() {
    each_backend(async |records| {
        fill(&records).await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (taken, empty) = (sqlite(folder.path(), "taken"), sqlite(folder.path(), "empty"));
        fill(&Records::open(&taken).await.expect("opened")).await;
        let refused = records.copy_to(&taken).await.err();
        assert!(matches!(refused, Some(RecordsError::Refused { code: "records-present", .. })), "{refused:?}");
        drop(records.copy_to(&empty).await.expect("copied"));
        assert!(Records::open(&empty).await.expect("opened").list_targets(None).await.expect("targets").is_empty());
        records.record_targets(&[target(3, 1)], &Approval::approved(None, &stamp()), &stamp()).await.expect("still in use");
    })
    .await;
}
