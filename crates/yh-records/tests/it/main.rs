//! The records on SQLite and, where one is given, on PostgreSQL: one suite for both.

mod boards;
mod facts;
mod people;

use std::sync::atomic::{AtomicU32, Ordering};

use yh_records::{Records, Stamp};

/// Opens an empty database on each backend that is there.
async fn each_backend<F: Future<Output = ()>>(test: impl Fn(Records) -> F) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("records.db").display());
    test(Records::open(&url).await.expect("SQLite opens")).await;
    match std::env::var("YUNHENG_TEST_POSTGRES") {
        Ok(server) => test(Records::open(&fresh_database(&server).await).await.expect("PostgreSQL opens")).await,
        Err(_) => eprintln!("skipped on PostgreSQL: YUNHENG_TEST_POSTGRES is not set"),
    }
}

/// Creates a database of its own for one test.
async fn fresh_database(server: &str) -> String {
    use sea_orm::ConnectionTrait;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("yunheng_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let admin = sea_orm::Database::connect(server).await.expect("the PostgreSQL server answers");
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database is created");
    let (base, _) = server.rsplit_once('/').expect("a database URL");
    format!("{base}/{name}")
}

fn stamp() -> Stamp {
    Stamp { at: "2025-11-12T01:00:00Z".parse().expect("an instant"), by: "tester".to_owned() }
}
