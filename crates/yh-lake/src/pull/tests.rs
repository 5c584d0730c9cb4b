//! Pulls from databases made by the tests; PostgreSQL and MySQL where an address is given.

use std::sync::atomic::AtomicBool;

use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use yh_model::source::Overlap;

use super::*;

struct Shop {
    folder: tempfile::TempDir,
    kind: DatabaseKind,
    url: String,
    /// Name of a table of its own.
    table: String,
}

impl Shop {
    async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = folder.path().join("shop.db").display().to_string();
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&url).create_if_missing(true);
        options.connect().await.expect("a file").close().await.expect("closed");
        Self { folder, kind: DatabaseKind::Sqlite, url, table: "orders".into() }
    }

    /// The database that an environment variable names, or none.
    fn given(kind: DatabaseKind, variable: &str) -> Option<Self> {
        let Ok(url) = std::env::var(variable) else {
            println!("skipped: no {variable}");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let table = format!("orders_{}", std::process::id());
        Some(Self { folder, kind, url, table })
    }

    async fn run(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.replace("$orders", &self.table));
        let done = match self.kind {
            DatabaseKind::Sqlite => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&self.url);
                sqlx::raw_sql(sql).execute(&mut options.connect().await.expect("connected")).await.map(|_| ())
            }
            DatabaseKind::Postgres => {
                let mut connection = sqlx::PgConnection::connect(&self.url).await.expect("connected");
                sqlx::raw_sql(sql).execute(&mut connection).await.map(|_| ())
            }
            DatabaseKind::MySql => {
                let mut connection = sqlx::MySqlConnection::connect(&self.url).await.expect("connected");
                sqlx::raw_sql(sql).execute(&mut connection).await.map(|_| ())
            }
        };
        done.expect("run");
    }

    async fn pull(&self, rows: Selection, since: Option<Since>) -> Result<(Vec<String>, Pulled), PullError> {
        let out = self.folder.path().join("rows.jsonl");
        let request =
            PullRequest { kind: self.kind, url: self.url.clone(), rows, since, out: out.clone(), today: jiff::civil::date(2026, 6, 30) };
        let pulled = pull(&request, &|_| {}, &AtomicBool::new(false)).await?;
        let lines: Vec<String> = std::fs::read_to_string(&out).expect("written").lines().map(str::to_owned).collect();
        assert_eq!(lines.len() as u64, pulled.rows);
        Ok((lines, pulled))
    }

    fn table(&self) -> Selection {
        Selection::Table(self.table.clone())
    }
}

fn since(column: &str, last: Option<&str>, overlap: Overlap) -> Option<Since> {
    Some(Since { column: column.into(), last: last.map(str::to_owned), overlap })
}

#[tokio::test]
async fn sqlite_rows_keep_their_values() {
    let shop = Shop::sqlite().await;
    shop.run(
        "CREATE TABLE orders (id TEXT, seq INTEGER, paid REAL, note TEXT, pic BLOB);
         INSERT INTO orders VALUES ('001', 1, 12.3, 'a \"b\"\n中', x'ff'), ('002', 2, NULL, NULL, NULL), ('003', 3, 5, 'x', NULL)",
    )
    .await;
    let (lines, pulled) = shop.pull(shop.table(), None).await.expect("pulled");
    assert_eq!(lines[0], r#"{"id":"001","seq":"1","paid":"12.3","note":"a \"b\"\n中","pic":"0xff"}"#);
    assert_eq!((lines[1].as_str(), pulled.cursor), (r#"{"id":"002","seq":"2"}"#, None));
    let (lines, pulled) = shop.pull(shop.table(), since("seq", Some("3"), Overlap::Count(1))).await.expect("pulled");
    assert_eq!((lines.len(), pulled.cursor.as_deref()), (2, Some("3")));
    let query = Selection::Query("SELECT id, seq * 10 AS seq FROM orders WHERE paid > 0".into());
    let (lines, _) = shop.pull(query, since("seq", None, Overlap::Seconds(0))).await.expect("pulled");
    assert_eq!(lines, [r#"{"id":"001","seq":"10"}"#, r#"{"id":"003","seq":"30"}"#]);
}

#[tokio::test]
async fn what_goes_wrong_is_said_without_the_address() {
    let shop = Shop::sqlite().await;
    shop.run("CREATE TABLE orders (id TEXT); INSERT INTO orders VALUES ('1')").await;
    let refused = shop.pull(shop.table(), since("updated_at", None, Overlap::Seconds(0))).await.expect_err("no such column");
    assert!(refused.code() == "database-refused" && refused.to_string().contains("updated_at"), "{refused}");
    let missing = shop.pull(Selection::Table("nothing".into()), None).await.expect_err("no such table");
    assert!(missing.code() == "database-refused" && missing.to_string().contains("nothing"), "{missing}");
    let nowhere = |kind, url: &str| Shop { folder: tempfile::tempdir().expect("a folder"), kind, url: url.into(), table: "t".into() };
    for (kind, url) in [
        (DatabaseKind::Postgres, "postgres://me:hunter22@127.0.0.1:1/shop"),
        (DatabaseKind::MySql, "mysql://me:hunter22@127.0.0.1:1/shop"),
        (DatabaseKind::Postgres, "postgres://me:hunter22@127.0.0.1:notaport/shop"),
        (DatabaseKind::MySql, "hunter22"),
        (DatabaseKind::Sqlite, "/no/such/hunter22.db"),
    ] {
        let shop = nowhere(kind, url);
        let error = shop.pull(shop.table(), None).await.expect_err("nobody there");
        assert!(matches!(error.code(), "database-unreachable" | "bad-address"), "{error:?}");
        assert!(!error.to_string().contains("hunter22") && !error.hint().is_empty(), "{error}");
    }
}

#[tokio::test]
async fn postgres_rows_keep_their_types() {
    let Some(shop) = Shop::given(DatabaseKind::Postgres, "YUNHENG_TEST_POSTGRES") else { return };
    shop.run(
        "DROP TABLE IF EXISTS $orders;
         CREATE TABLE $orders (id bigint, no text, paid numeric(30,4), ok boolean, at timestamptz, wall timestamp, day date, props jsonb, tags text[]);
         INSERT INTO $orders VALUES
           (1, '001', 12345678901234567890.1200, true, '2024-11-11 00:30:00.5+08', '2024-11-11 00:30:00', '2024-11-11', '{\"a\": {\"b\": 1.10}}', '{x,y}'),
           (2, '002', NULL, false, '2024-11-12 00:00:00+08', NULL, NULL, NULL, NULL)",
    )
    .await;
    let (lines, pulled) = shop.pull(shop.table(), since("at", None, Overlap::Seconds(0))).await.expect("pulled");
    assert_eq!(
        lines[0],
        r#"{"id":1,"no":"001","paid":12345678901234567890.1200,"ok":true,"at":"2024-11-10T16:30:00.5+00:00","wall":"2024-11-11T00:30:00","day":"2024-11-11","props":{"a": {"b": 1.10}},"tags":["x","y"]}"#
    );
    let cursor = pulled.cursor.expect("a cursor");
    assert_eq!(cursor, "2024-11-11 16:00:00+00");
    let (lines, _) = shop.pull(shop.table(), since("at", Some(&cursor), Overlap::Seconds(0))).await.expect("pulled");
    assert_eq!(lines.len(), 1);
    let (lines, _) = shop.pull(shop.table(), since("at", Some(&cursor), Overlap::Seconds(86_400))).await.expect("pulled");
    assert_eq!(lines.len(), 2, "late rows are seen again");
    let writing = Selection::Query(format!("WITH gone AS (DELETE FROM {} RETURNING id) SELECT id FROM gone", shop.table));
    assert!(shop.pull(writing, None).await.is_err(), "the transaction is read-only");
    shop.run("DROP TABLE $orders").await;
}

#[tokio::test]
async fn mysql_rows_keep_their_types() {
    let Some(shop) = Shop::given(DatabaseKind::MySql, "YUNHENG_TEST_MYSQL") else { return };
    shop.run("DROP TABLE IF EXISTS $orders").await;
    shop.run(
        "CREATE TABLE $orders (id bigint unsigned, no varchar(20), paid decimal(30,4), at timestamp(3) NULL, wall datetime, day date, note text) CHARACTER SET utf8mb4",
    )
    .await;
    shop.run("SET time_zone = '+08:00'; INSERT INTO $orders VALUES (18446744073709551615, '001', 12345678901234567890.1200, '2024-11-11 00:30:00.5', '2024-11-11 00:30:00', '2024-11-11', '中\"x\"'), (2, '002', NULL, '2024-11-12 00:00:00', NULL, NULL, NULL)").await;
    let (lines, pulled) = shop.pull(shop.table(), since("at", None, Overlap::Seconds(0))).await.expect("pulled");
    assert_eq!(
        lines[0],
        r#"{"id":"18446744073709551615","no":"001","paid":"12345678901234567890.1200","at":"2024-11-10 16:30:00.500Z","wall":"2024-11-11 00:30:00","day":"2024-11-11","note":"中\"x\""}"#
    );
    let cursor = pulled.cursor.expect("a cursor");
    let (lines, _) = shop.pull(shop.table(), since("at", Some(&cursor), Overlap::Seconds(0))).await.expect("pulled");
    assert_eq!(lines.len(), 1);
    shop.run("DROP TABLE $orders").await;
}
