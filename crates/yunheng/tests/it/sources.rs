//! Presets, pulls and watched folders, as a user meets them.

use super::*;

fn example(preset: &str, file: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/presets").join(preset).join(file).display().to_string()
}

#[test]
fn a_preset_becomes_a_source_of_the_project() {
    let project = Project::new();
    let listed = project.ok(&["source", "presets"]);
    assert!(listed.contains("qianniu") && listed.contains("layout as of"), "{listed}");
    let file = example("qianniu", "ExportOrderList202411.csv");
    let message = project.fails(&["import", "orders", &file, "--preset", "qianniu"], 2);
    assert!(message.contains("--store"), "{message}");
    project.ok(&["import", "orders", &file, "--preset", "qianniu", "--store", "S01"]);
    assert_eq!(project.rows("orders"), 5);
    assert!(project.root().join("sources/qianniu.yaml").exists());
    let again = project.ok(&["import", "orders", &file, "--source", "qianniu"]);
    assert!(again.contains("unchanged"), "{again}");
    assert!(project.ok(&["source", "export", "qianniu"]).contains("layout:"));
    let message = project.fails(&["source", "add", "--preset", "qianiu"], 4);
    assert!(message.contains("qianniu"), "{message}");
    project.ok(&["check"]);
}

#[test]
fn line_level_exports_are_summed_up_into_orders() {
    let project = Project::new();
    let file = example("doudian", "1731300000_订单导出.csv");
    project.ok(&["import", "orders", &file, "--preset", "doudian", "--store", "S09"]);
    assert_eq!((project.rows("doudian_lines"), project.rows("orders"), project.rows("order_items")), (4, 3, 4));
    let paid =
        project.ok(&["query", "--metrics", "paid_amount", "--start-time", "2024-11-01", "--end-time", "2024-11-30", "--format", "csv"]);
    assert!(paid.contains("2247"), "one order was never paid: {paid}");
    let file = example("ga4", "events_20241111.jsonl");
    project.ok(&["import", "events", &file, "--preset", "ga4"]);
    assert_eq!((project.rows("ga4_events"), project.rows("events")), (4, 4));
    project.ok(&["check"]);
}

#[test]
fn an_unknown_export_by_lines_is_proposed_as_order_lines() {
    let project = Project::new();
    let file = example("order_lines", "逐行订单_202603.csv");
    let message = project.fails(&["import", "orders", &file], 2);
    assert!(message.contains("source propose"), "{message}");
    let proposed = project.ok(&["source", "propose", &file, "--name", "new_shop"]);
    project.write("sources/new_shop.yaml", &proposed);
    project.ok(&["check"]);
    project.ok(&["import", "new_shop_lines", &file, "--source", "new_shop"]);
    assert_eq!((project.rows("new_shop_lines"), project.rows("orders"), project.rows("order_items")), (5, 4, 5));
    let march = ["--start-time", "2026-03-01", "--end-time", "2026-03-31", "--format", "csv"];
    let paid = project.ok(&[&["query", "--metrics", "paid_amount"], &march[..]].concat());
    assert!(paid.contains("2121.7"), "both lines of the first order count: {paid}");

    let message = project.fails(&["source", "propose", &file, "--dataset", "ordres"], 4);
    assert!(message.contains("orders"), "{message}");
    let by_headers = project.ok(&["source", "propose", &file, "--dataset", "orders"]);
    assert!(by_headers.contains("order_id: 主单号") && by_headers.contains("customer_id: 买家ID"), "{by_headers}");
    let project = Project::new();
    project.write("sources/whole.yaml", by_headers.replace("source: export", "source: whole"));
    let imported = project.ok(&["import", "orders", &file, "--source", "whole"]);
    assert!(imported.contains("order_lines"), "rows that differ under one key are said: {imported}");
}

const SHOP_DB: &str = "
source: shop_db
connect: {kind: sqlite, path: shop.db}
tables:
  - {dataset: orders, table: orders, mode: incremental, cursor: updated_at, overlap: 1h, columns: {order_id: no, placed_at: placed_at}}
";

fn sqlite(project: &Project, sql: &str) {
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()";
    let done = Command::new("python3").args(["-c", script, path(&project.root().join("shop.db")), sql]).status().expect("python3 runs");
    assert!(done.success());
}

#[test]
fn a_snapshot_takes_out_what_the_table_no_longer_has() {
    let project = Project::new();
    project.write("sources/shop_db.yaml", SHOP_DB.replace("mode: incremental, cursor: updated_at, overlap: 1h, ", ""));
    sqlite(&project, "CREATE TABLE orders (no TEXT, placed_at TEXT); INSERT INTO orders VALUES ('1', '2024-11-10'), ('2', '2024-11-11')");
    project.ok(&["pull", "shop_db"]);
    sqlite(&project, "DELETE FROM orders WHERE no = '1'; INSERT INTO orders VALUES ('3', '2024-11-12'), ('4', '2024-11-12')");
    let second = project.ok(&["pull", "shop_db"]);
    assert!(second.contains("1 rows that the table no longer has were taken out"), "{second}");
    assert_eq!(project.rows("orders"), 3);
    project.ok(&["import", "undo", "2"]);
    assert_eq!(project.rows("orders"), 2);
}

#[test]
fn a_table_is_pulled_by_its_cursor() {
    let project = Project::new();
    project.write("sources/shop_db.yaml", SHOP_DB);
    let message = project.fails(&["pull", "shop_db"], 2);
    assert!(message.contains("failed"), "{message}");
    assert!(project.ok(&["imports"]).contains("failed"), "the failure is listed");
    sqlite(
        &project,
        "CREATE TABLE orders (no TEXT, placed_at TEXT, paid NUMERIC, updated_at TEXT);
         INSERT INTO orders VALUES ('001', '2024-11-10 20:00:00', 10.5, '2024-11-11 01:00:00'), ('002', '2024-11-11 00:00:00', 20, '2024-11-11 02:00:00')",
    );
    let first = project.ok(&["pull", "shop_db"]);
    assert!(first.contains("2 rows read, 2 accepted (2 new"), "{first}");
    sqlite(
        &project,
        "UPDATE orders SET paid = 30, updated_at = '2024-11-11 03:00:00' WHERE no = '001';
         INSERT INTO orders VALUES ('000', '2024-11-01 00:00:00', 1, '2024-11-11 01:30:00'), ('old', '2024-11-01 00:00:00', 1, '2024-11-11 00:10:00')",
    );
    let second = project.ok(&["pull"]);
    assert!(second.contains("3 rows read, 3 accepted (1 new, 1 replaced, 1 unchanged"), "late by less than an hour: {second}");
    assert_eq!(project.rows("orders"), 3);
    assert!(project.ok(&["source", "list"]).contains("orders  ok"));
    let wrong = project.fails(&["pull", "shop_bd"], 4);
    assert!(wrong.contains("shop_db"), "{wrong}");
}

#[test]
fn what_was_rejected_is_read_again_when_asked() {
    let project = Project::new();
    project.write("sources/shop_db.yaml", SHOP_DB);
    sqlite(
        &project,
        "CREATE TABLE orders (no TEXT, placed_at TEXT, updated_at TEXT);
         INSERT INTO orders VALUES ('1', 'someday', '2024-11-01 01:00:00'), ('2', '2024-11-11', '2024-11-11 02:00:00')",
    );
    let said = project.ok(&["pull", "shop_db"]);
    assert!(said.contains("1 rejected") && said.contains("yunheng pull shop_db --again"), "{said}");
    sqlite(&project, "UPDATE orders SET placed_at = '2024-10-31' WHERE no = '1'");
    project.ok(&["pull", "shop_db"]);
    assert_eq!(project.rows("orders"), 1, "the mended row lies before the cursor");
    project.ok(&["pull", "shop_db", "--again"]);
    assert_eq!(project.rows("orders"), 2);
}

#[test]
fn a_folder_that_is_gone_is_kept_as_a_failure_until_it_is_back() {
    let project = Project::new();
    project.write("sources/inbox.yaml", "source: inbox\nwatch: {folder: inbox}\nfiles:\n  - {dataset: orders, match: '*.csv'}\n");
    project.fails(&["pull", "inbox"], 2);
    let listed = project.ok(&["source", "list"]);
    assert!(listed.contains("make the folder"), "{listed}");
    std::fs::create_dir_all(project.root().join("inbox")).expect("a folder");
    project.ok(&["pull", "inbox"]);
    let listed = project.ok(&["source", "list"]);
    assert!(!listed.contains("make the folder"), "{listed}");
}

#[test]
fn a_secret_stays_out_of_every_message() {
    let project = Project::new();
    let text = "source: db\nconnect: {kind: postgres, url_env: YUNHENG_TEST_URL}\ntables:\n  - {dataset: orders, table: orders}\n";
    project.write("sources/db.yaml", text);
    let message = project.fails(&["pull", "db"], 2);
    assert!(message.contains("1 of 1 failed"), "{message}");
    assert!(project.ok(&["source", "list"]).contains("YUNHENG_TEST_URL is not set"));
    for url in ["postgres://me:hunter22@127.0.0.1:1/shop", "postgres://me:hunter22@127.0.0.1:x/shop"] {
        let output = project.command(&["pull", "db"]).env("YUNHENG_TEST_URL", url).output().expect("the program runs");
        let said = text_of(&output) + &project.ok(&["source", "list"]) + &project.ok(&["imports"]);
        assert!(!said.contains("hunter22"), "{said}");
    }
    let definition = text.replace("url_env: YUNHENG_TEST_URL", "url: \"postgres://me:hunter22@db/shop\"");
    project.write("sources/db.yaml", definition);
    let message = project.run(&["check"]);
    let said = text_of(&message);
    assert!(said.contains("url_env") && !said.contains("hunter22"), "{said}");
}

#[test]
fn new_files_of_a_watched_folder_are_imported_once() {
    let project = Project::new();
    let definition =
        "source: inbox\nwatch: {folder: inbox}\nschedule: \"*/5 * * * *\"\nfiles:\n  - {dataset: customers, match: \"customers*.csv\"}\n";
    project.write("sources/inbox.yaml", definition);
    let file = project.write("inbox/customers-1.csv", customers(10));
    project.write("inbox/customers-2.csv.part", "half");
    project.write("inbox/notes.txt", "not ours");
    let first = project.ok(&["pull", "--due"]);
    assert!(first.contains("10 rows read"), "{first}");
    assert!(project.ok(&["pull", "--due"]).contains("nothing is due"), "the schedule has had its run");
    assert!(project.ok(&["pull", "inbox"]).contains("nothing new"));
    assert!(file.exists(), "files are left where they are");
    project.write("inbox/customers-1.csv", customers(12));
    project.write("inbox/customers-3.csv", "customer_id\n");
    project.write("inbox/customers-4.csv", "");
    let message = project.run(&["pull", "inbox"]);
    let said = text_of(&message);
    assert!(said.contains("12 rows read") && said.contains("customers-4.csv: failed"), "{said}");
    assert_eq!(project.rows("customers"), 12);
    assert!(project.ok(&["source", "list"]).contains("failed: customers-4.csv is empty"));
}

fn text_of(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}
