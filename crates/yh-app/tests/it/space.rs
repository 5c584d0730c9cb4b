//! Pages are complete, derived rows follow what changed, and space is given back.

use std::{collections::BTreeMap, path::Path};

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use yh_app::{
    App,
    compact::{Eagerness, compact},
    datasets::{RowOrigin, list_rows},
    import::undo_import,
    lineage::{Cell, trace_rows},
};
use yh_metrics::{Access, MetricQuery};

use crate::shop::{Shop, orders};

/// Orders as a file, each with its customer and amount.
fn file(rows: &[(u16, u16)]) -> String {
    rows.iter().enumerate().fold("order_id,customer_id,store_id,placed_at,paid_at,status,paid\n".to_owned(), |text, (line, (id, paid))| {
        let at = format!("2025-0{}-{:02} 10:00:{:02}", id % 6 + 1, id % 28 + 1, line % 60);
        text + &format!("O{id},C{},S01,{at},{at},交易成功,{paid}.50\n", id % 7)
    })
}

fn refunds(rows: &[(u16, u16)]) -> String {
    rows.iter().fold("refund_id,order_id,line,requested_at,completed_at,status,amount\n".to_owned(), |text, (id, amount)| {
        let day = id % 28 + 1;
        text + &format!("R{id},O{},1,2025-07-{day:02} 10:00:00,2025-07-{day:02} 11:00:00,completed,{amount}.00\n", id % 40)
    })
}

fn items(rows: &[(u16, u16)]) -> String {
    rows.iter().fold("order_id,line,product_id,quantity,unit_price,paid\n".to_owned(), |text, (id, paid)| {
        text + &format!("O{},{},P{},1,{paid}.00,{paid}.00\n", id % 20, id % 2 + 1, id % 5)
    })
}

/// Every row of a dataset as text, page by page.
async fn all_rows(app: &App, dataset: &str, limit: u64) -> Vec<String> {
    let mut rows = Vec::new();
    loop {
        let page = list_rows(app, &Access::all(), dataset, rows.len() as u64, limit).await.expect(dataset);
        rows.extend((0..page.frame.height()).map(|row| format!("{:?}", page.frame.row(row))));
        if page.frame.height() == 0 || rows.len() as u64 >= page.total {
            return rows;
        }
    }
}

async fn sorted(app: &App, dataset: &str) -> Vec<String> {
    let mut rows = all_rows(app, dataset, 1000).await;
    rows.sort();
    rows
}

const DERIVED: [&str; 4] = ["sold_items", "order_refunds", "order_margins", "customer_orders"];

/// A project of the same facts in which everything derived was made at once.
async fn made_anew(shop: &Shop) -> BTreeMap<&'static str, Vec<String>> {
    // Another SELECT that says the same: what was derived before counts no more.
    let path = shop.path("sources/back_office.yaml");
    let text = std::fs::read_to_string(&path).expect("a source");
    let other = text.replace("      WHERE ", "      WHERE true AND ");
    std::fs::write(&path, other).expect("written");
    let names = yh_app::import::refresh_derived(&shop.app).await.expect("derived");
    assert!(DERIVED.iter().all(|name| names.names.iter().any(|known| known == name)), "{names:?}");
    let mut rows = BTreeMap::new();
    for name in DERIVED {
        rows.insert(name, sorted(&shop.app, name).await);
    }
    std::fs::write(&path, text).expect("written");
    yh_app::import::refresh_derived(&shop.app).await.expect("derived");
    rows
}

#[tokio::test]
async fn derived_rows_are_those_of_making_them_anew() {
    let mut runner = TestRunner::deterministic();
    let rows = || proptest::collection::vec((0u16..40, 1u16..90), 1..8);
    let acts = proptest::collection::vec((0u8..10, rows()), 10..14);
    for round in 0..2 {
        let shop = Shop::empty().await;
        let mut imports = Vec::new();
        let first: Vec<(u16, u16)> = (0..40).map(|id| (id, 10 + id)).collect();
        shop.import("orders", "first.csv", &file(&first)).await;
        shop.import("order_items", "first.csv", &items(&first)).await;
        shop.import("refunds", "first.csv", &refunds(&first)).await;
        for (number, (act, rows)) in acts.new_tree(&mut runner).expect("acts").current().into_iter().enumerate() {
            match act {
                0..=3 => imports.push(shop.import("orders", &format!("o{number}.csv"), &file(&rows)).await),
                4 | 5 => imports.push(shop.import("refunds", &format!("r{number}.csv"), &refunds(&rows)).await),
                6 => imports.push(shop.import("order_items", &format!("i{number}.csv"), &items(&rows)).await),
                7 => {
                    compact(&shop.app, Eagerness::All).await.expect("compacted");
                }
                _ => {
                    if let Some(id) = imports.pop() {
                        undo_import(&shop.app, id).await.expect("undone");
                    }
                }
            }
        }
        let mut found = BTreeMap::new();
        for name in DERIVED {
            found.insert(name, sorted(&shop.app, name).await);
        }
        assert!(found["order_margins"].len() >= 40 && !found["customer_orders"].is_empty());
        assert_eq!(found, made_anew(&shop).await, "round {round}");
    }
}

#[tokio::test]
async fn all_pages_are_all_rows_each_once() {
    let shop = Shop::open().await;
    for limit in [1, 7, 50, 1000] {
        for dataset in ["orders", "traffic", "order_margins"] {
            let pages = all_rows(&shop.app, dataset, limit).await;
            let mut once = pages.clone();
            once.sort();
            let repeated = once.len();
            once.dedup();
            assert_eq!((once.len(), repeated), (pages.len(), pages.len()), "{dataset} by {limit}");
            assert_eq!(once, sorted(&shop.app, dataset).await, "{dataset} by {limit}");
        }
    }
}

#[tokio::test]
async fn all_pages_of_lineage_are_all_lines_whatever_the_threads() {
    let shop = Shop::open().await;
    let query = MetricQuery {
        metrics: vec!["paid_amount".to_owned()],
        start_time: Some("2025-01-01".to_owned()),
        end_time: Some("2025-02-28".to_owned()),
        ..MetricQuery::default()
    };
    let cell = Cell { query, metric: "paid_amount".to_owned(), values: Vec::new(), comparison: None };
    let settings = std::fs::read_to_string(shop.path("yunheng.toml")).expect("settings");
    let mut orders = Vec::new();
    for threads in [1, 2, 7] {
        std::fs::write(shop.path("yunheng.toml"), format!("{settings}threads = {threads}\n")).expect("written");
        let app = App::open(shop.path("").as_path()).await.expect("it opens");
        for limit in [13, 100] {
            let mut lines = Vec::new();
            loop {
                let (page, _) = trace_rows(&app, &Access::all(), &cell, None, lines.len() as u64, limit).await.expect("rows");
                lines.extend(page.origins.iter().map(|origin| match origin {
                    RowOrigin::Line { import_id, line, .. } => (*import_id, *line),
                    RowOrigin::Derived { .. } => panic!("orders are imported"),
                }));
                if lines.len() as u64 >= page.total {
                    break;
                }
            }
            assert!(lines.is_sorted() && lines.windows(2).all(|pair| pair[0] != pair[1]), "{threads} threads, {limit}");
            orders.push(lines);
        }
    }
    assert!(orders.iter().all(|lines| *lines == orders[0] && !lines.is_empty()));
}

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.map(|path| if path.is_dir() { size(&path) } else { path.metadata().expect("a file").len() }).sum()
}

#[tokio::test]
async fn corrections_leave_no_earlier_files_and_a_reader_keeps_its_own() {
    let shop = Shop::open().await;
    let lake = shop.path(".yunheng/lake/orders");
    let before = size(&lake);
    for n in 0..15 {
        let paid = format!("{}", 500 + n);
        let text = orders(|_, _| 1.0);
        let (header, first) = (text.lines().next().expect("a header"), text.lines().nth(1).expect("a row"));
        let old = first.split(',').nth(7).expect("an amount");
        shop.import("orders", &format!("fix{n}.csv"), &format!("{header}\n{}\n", first.replace(old, &paid))).await;
    }
    compact(&shop.app, Eagerness::All).await.expect("compacted");
    let after = size(&lake);
    assert!(after < before * 2, "{before} bytes became {after}");
    assert_eq!(compact(&shop.app, Eagerness::All).await.expect("compacted"), Default::default());
}
