//! The records on SQLite and, where one is given, on PostgreSQL: one suite for both.

mod boards;
mod facts;
mod moving;
mod people;
mod writers;

use std::sync::atomic::{AtomicU32, Ordering};

use yh_records::{Records, Stamp};

/// Opens an empty database on each backend that is there.
async fn each_backend<F: Future<Output = ()>>(test: impl Fn(Records) -> F) {
    each_url(async |url| test(Records::open(&url).await.expect("the database opens")).await).await;
}

/// Names an empty database on each backend that is there.
async fn each_url(test: impl AsyncFn(String)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    test(sqlite(folder.path(), "records")).await;
    match std::env::var("YUNHENG_TEST_POSTGRES") {
        Ok(server) => test(fresh_database(&server).await).await,
        Err(_) => eprintln!("skipped on PostgreSQL: YUNHENG_TEST_POSTGRES is not set"),
    }
}

fn sqlite(folder: &std::path::Path, name: &str) -> String {
    format!("sqlite://{}?mode=rwc", folder.join(format!("{name}.db")).display())
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
