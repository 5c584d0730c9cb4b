//! What is stored is shown as it was written and under the definitions that made it, or not at all.

use std::path::PathBuf;

use yh_app::{
    App, AppError, Question, ask, derived,
    import::undo_import,
    verify::{Verify, verify},
};
use yh_metrics::{Access, MetricQuery};

use crate::shop::{Shop, orders};

/// Customers who paid for the first time: counted on a derived dataset.
const DERIVED_METRIC: &str = "activated_to_date";
const DERIVED: &str = "customer_orders";

async fn ask_for(app: &App, metric: &str) -> Result<f64, AppError> {
    let query = MetricQuery { metrics: vec![metric.to_owned()], ..MetricQuery::default() };
    let answer = ask(app, &Access::all(), &Question { query, compare: Vec::new() }).await?;
    Ok(answer.frame.cell(metric, 0).number().unwrap_or(0.0))
}

/// Edits the SELECTs under the open project.
fn edit(shop: &Shop, from: &str, to: &str) {
    let path = shop.path("sources/back_office.yaml");
    let text = std::fs::read_to_string(&path).expect("a source");
    assert!(text.contains(from));
    std::fs::write(&path, text.replace(from, to)).expect("written");
}

/// The files of a dataset's folder whose name begins so.
fn files(shop: &Shop, dataset: &str, prefix: &str, end: &str) -> Vec<PathBuf> {
    let folder = shop.app.lake.settings().root.join(dataset);
    let names = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let fits = |path: &PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        name.starts_with(prefix) && name.ends_with(end)
    };
    names.filter(fits).collect()
}

fn flip(path: &PathBuf) {
    let mut bytes = std::fs::read(path).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    std::fs::write(path, bytes).expect("written");
}

#[tokio::test]
async fn an_edited_select_is_run_before_its_rows_are_shown() {
    let shop = Shop::open().await;
    let before = ask_for(&shop.app, DERIVED_METRIC).await.expect("answered");
    assert!(before > 1.0);
    edit(&shop, "WHERE m.customer_id IS NOT NULL", "WHERE m.customer_id = 'C001'");
    assert_eq!(ask_for(&shop.app, DERIVED_METRIC).await.expect("answered"), 1.0);
    // While an import holds the facts nothing can be made again, and nothing old is shown.
    let lock = shop.app.lock("import", "an import").expect("free");
    edit(&shop, "WHERE m.customer_id = 'C001'", "WHERE m.customer_id IS NOT NULL");
    let refused = ask_for(&shop.app, DERIVED_METRIC).await.expect_err("stale");
    assert_eq!((refused.code.as_str(), refused.hint.is_some()), ("derived-stale", true), "{refused}");
    drop(lock);
    assert_eq!(ask_for(&shop.app, DERIVED_METRIC).await.expect("answered"), before);
}

#[tokio::test]
async fn a_select_that_cannot_run_keeps_only_itself_out() {
    let shop = Shop::open().await;
    let paid = ask_for(&shop.app, "paid_amount").await.expect("answered");
    edit(&shop, "m.margin AS margin,", "m.no_such_column AS margin,");
    let checked = derived::check(&shop.app.project).await.expect("checked");
    let shown: Vec<&str> = checked.issues.iter().map(|issue| issue.message.as_str()).collect();
    assert!(shown.iter().any(|message| message.contains("no_such_column")), "{shown:?}");
    let refused = ask_for(&shop.app, DERIVED_METRIC).await.expect_err("it cannot be derived");
    assert_eq!(refused.code, "derived", "{refused}");
    assert!(refused.message.contains("no_such_column"), "{refused}");
    let import = shop.import("orders", "orders.csv", &orders(|_, _| 2.0)).await;
    assert!(ask_for(&shop.app, "paid_amount").await.expect("answered") > paid * 1.9);
    assert!(ask_for(&shop.app, DERIVED_METRIC).await.is_err());
    let undone = undo_import(&shop.app, import).await.expect("undone");
    assert_eq!(undone.failed.len(), 1, "{undone:?}");
    edit(&shop, "m.no_such_column AS margin,", "m.margin AS margin,");
    assert!(ask_for(&shop.app, DERIVED_METRIC).await.expect("answered") > 1.0);
}

#[tokio::test]
async fn rows_of_a_select_that_is_not_understood_are_not_shown() {
    let shop = Shop::open().await;
    edit(&shop, "FROM order_margins AS m\n      WHERE", "FRM order_margins AS m\n      WHERE");
    let refused = ask_for(&shop.app, DERIVED_METRIC).await.expect_err("not understood");
    assert_eq!(refused.code, "derived", "{refused}");
    shop.import("orders", "orders.csv", &orders(|_, _| 2.0)).await;
    assert!(ask_for(&shop.app, DERIVED_METRIC).await.is_err());
}

#[tokio::test]
async fn damaged_rows_are_named_and_derived_ones_made_again() {
    let shop = Shop::open().await;
    let before = ask_for(&shop.app, DERIVED_METRIC).await.expect("answered");
    assert!(verify(&shop.app, Verify::Look).await.expect("verified").is_sound());
    let stored = files(&shop, DERIVED, "derived-", ".parquet");
    // Every refresh leaves the file before it: whichever is in force is gone.
    stored.iter().for_each(|path| std::fs::remove_file(path).expect("removed"));
    assert_eq!(ask_for(&shop.app, DERIVED_METRIC).await.expect("made again"), before);
    for path in files(&shop, DERIVED, "derived-", ".parquet") {
        flip(&path);
    }
    let found = verify(&shop.app, Verify::Look).await.expect("verified");
    assert!(!found.is_sound(), "{found:?}");
    let mended = verify(&shop.app, Verify::Repair).await.expect("verified");
    assert!(mended.is_sound(), "{mended:?}");
    assert_eq!(ask_for(&shop.app, DERIVED_METRIC).await.expect("made again"), before);
}

#[tokio::test]
async fn a_flip_in_imported_rows_is_an_error_that_says_what_to_do() {
    let shop = Shop::open().await;
    let february = |path: &PathBuf| path.to_string_lossy().contains("-2025-02-");
    let stored: Vec<PathBuf> = files(&shop, "orders", "orders-1-", ".parquet").into_iter().filter(february).collect();
    assert_eq!(stored.len(), 1, "{stored:?}");
    flip(&stored[0]);
    let refused = ask_for(&shop.app, "paid_amount").await.expect_err("damaged");
    assert_eq!(refused.code, "damaged-lake", "{refused}");
    assert!(refused.message.contains("-2025-02-") && refused.message.contains("import 1"), "{refused}");
    let hint = refused.hint.expect("a hint");
    assert!(hint.contains("yunheng import undo 1"), "{hint}");
    // A correction does not take the damage over into new files.
    let path = shop.path("again.csv");
    std::fs::write(&path, orders(|_, _| 2.0)).expect("written");
    let request = yh_app::import::ImportRequest { dataset: "orders".into(), path, ..Default::default() };
    let corrected = yh_app::import::import_file(&shop.app, &request, std::sync::Arc::new(|_| ()), Default::default()).await;
    assert_eq!(corrected.expect_err("damaged").code, "damaged-lake");
    undo_import(&shop.app, 1).await.expect("undone");
    shop.import("orders", "orders.csv", &orders(|_, _| 1.0)).await;
    assert!(ask_for(&shop.app, "paid_amount").await.expect("answered") > 0.0);
}

#[tokio::test]
async fn key_hashes_and_sums_are_made_again() {
    let shop = Shop::open().await;
    for end in [".keys", ".keys.sums", ".parquet.sums"] {
        for (number, path) in files(&shop, "orders", "orders-1-", end).iter().enumerate() {
            if number % 2 == 0 { flip(path) } else { std::fs::remove_file(path).expect("removed") }
        }
    }
    let found = verify(&shop.app, Verify::Look).await.expect("verified");
    assert_eq!(found.problems.len(), 4, "{found:?}");
    let before = ask_for(&shop.app, "paid_orders").await.expect("answered");
    shop.import("orders", "orders.csv", &orders(|_, _| 2.0)).await;
    assert_eq!(ask_for(&shop.app, "paid_orders").await.expect("answered"), before, "corrected, not doubled");
    assert!(verify(&shop.app, Verify::Repair).await.expect("verified").is_sound());
}
