//! The promises of docs/demo.md, checked on a small demo.

use super::{DemoError, DemoOptions, Summary, clock, generate};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const SCALE: f64 = 0.05;

type Row = HashMap<String, String>;

struct Demo {
    dir: PathBuf,
    summary: Summary,
}

/// A fresh folder below the system's temporary one.
fn folder(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("yunheng-demo-{}-{name}", std::process::id()));
    if dir.exists() {
        std::fs::remove_dir_all(&dir).unwrap();
    }
    dir
}

fn generated(name: &str, scale: f64, seed: u64) -> Demo {
    let dir = folder(name);
    let summary = generate(&dir, &DemoOptions { scale, seed }, &mut |_| ()).unwrap();
    Demo { dir, summary }
}

/// The demo that most tests read.
fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| generated("shared", SCALE, 7))
}

fn rows(file: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(demo().dir.join(file)).unwrap();
    let headers = reader.headers().unwrap().clone();
    let named = |record: csv::StringRecord| headers.iter().zip(&record).map(|(h, v)| (h.to_owned(), v.to_owned())).collect();
    reader.records().map(|record| named(record.unwrap())).collect()
}

/// Orders without the totals row.
fn orders() -> Vec<Row> {
    let mut orders = rows("orders.csv");
    assert_eq!(orders.pop().unwrap()["订单编号"], "合计");
    orders
}

fn refunds() -> Vec<Row> {
    let mut refunds = rows("refunds.csv");
    assert_eq!(refunds.pop().unwrap()["退款编号"], "合计");
    refunds
}

/// Fen of an amount, which must have exactly two decimals.
fn fen(amount: &str) -> i64 {
    let (yuan, cents) = amount.split_once('.').unwrap_or_else(|| panic!("{amount:?}"));
    assert_eq!(cents.len(), 2, "{amount}");
    yuan.parse::<i64>().unwrap() * 100 + cents.parse::<i64>().unwrap()
}

fn keys(rows: &[Row], columns: &[&str]) -> HashSet<String> {
    let key = |row: &Row| columns.iter().map(|c| row[*c].as_str()).collect::<Vec<_>>().join("|");
    let keys: HashSet<String> = rows.iter().map(key).collect();
    assert_eq!(keys.len(), rows.len(), "keys {columns:?} are not unique");
    keys
}

fn truths() -> String {
    std::fs::read_to_string(demo().dir.join("truths.json")).unwrap()
}

/// The first value of `key` after `section` in truths.json.
fn truth(section: &str, key: &str) -> String {
    let text = truths();
    let from = text.find(&format!("\"{section}\":")).unwrap();
    let rest = &text[from..];
    let at = rest.find(&format!("\"{key}\":")).unwrap();
    let value = rest[at..].split_once(": ").unwrap().1.lines().next().unwrap();
    value.trim_end_matches(',').trim_matches('"').to_owned()
}

fn contents(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path))
        .map(|(name, path)| (name, std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn same_seed_and_scale_give_the_same_bytes() {
    let (first, second) = (generated("a", 0.01, 1), generated("b", 0.01, 1));
    assert!(contents(&first.dir) == contents(&second.dir));
    let other = generated("c", 0.01, 2);
    for name in ["orders.csv", "events.csv", "customers.csv", "traffic.csv", "tickets.csv"] {
        let read = |demo: &Demo| std::fs::read(demo.dir.join(name)).unwrap();
        assert!(read(&first) != read(&other), "{name} does not depend on the seed");
    }
    for demo in [first, second, other] {
        std::fs::remove_dir_all(demo.dir).unwrap();
    }
}

#[test]
fn absurd_scales_are_refused() {
    for scale in [0.0, -1.0, 1e9, f64::NAN] {
        let result = generate(&folder("absurd"), &DemoOptions { scale, seed: 1 }, &mut |_| ());
        assert!(matches!(result, Err(DemoError::Scale(_))), "{scale}");
    }
}

#[test]
fn volumes_follow_the_scale() {
    let summary = &demo().summary;
    let per_scale = |name: &str| {
        let file = summary.files.iter().find(|f| f.name == name).unwrap();
        file.rows as f64 / SCALE
    };
    assert_eq!(per_scale("customers.csv"), 20_000.0);
    assert!((85_000.0..115_000.0).contains(&per_scale("orders.csv")));
    assert!((140_000.0..200_000.0).contains(&per_scale("order_items.csv")));
    assert!((720_000.0..880_000.0).contains(&per_scale("events.csv")));
}

#[test]
fn summary_counts_the_rows_and_bytes_of_every_file() {
    for file in &demo().summary.files {
        let bytes = std::fs::metadata(demo().dir.join(file.name)).unwrap().len();
        assert_eq!(bytes, file.bytes, "{}", file.name);
        if file.name.ends_with(".csv") {
            assert_eq!(rows(file.name).len() as u64, file.rows, "{}", file.name);
        }
    }
}

#[test]
fn keys_are_unique_and_references_exist() {
    let customers = keys(&rows("customers.csv"), &["customer_id"]);
    let products = keys(&rows("products.csv"), &["product_id"]);
    let stores = keys(&rows("stores.csv"), &["store_id"]);
    let people = keys(&rows("people.csv"), &["person_id"]);
    let orders = orders();
    let order_ids = keys(&orders, &["订单编号"]);
    let items = rows("order_items.csv");
    let lines = keys(&items, &["order_id", "line"]);
    let refunds = refunds();
    keys(&refunds, &["退款编号"]);
    assert_eq!(people.len(), 30);
    assert!(order_ids.iter().all(|id| (18..=19).contains(&id.len())));
    assert!(orders.iter().all(|o| customers.contains(&o["买家会员名"]) && stores.contains(&o["店铺"])));
    assert!(items.iter().all(|i| order_ids.contains(&i["order_id"])));
    assert!(items.iter().all(|i| products.contains(&i["product_id"])));
    assert!(refunds.iter().all(|r| lines.contains(&format!("{}|{}", r["订单编号"], r["订单行号"]))));

    let known = |set: &HashSet<String>, id: &str| id.is_empty() || set.contains(id);
    for (file, key) in [
        ("tickets.csv", vec!["ticket_id"]),
        ("chats.csv", vec!["chat_id"]),
        ("survey_responses.csv", vec!["response_id", "question_id"]),
        ("events.csv", vec!["event_id"]),
        ("traffic.csv", vec!["store_id", "period_start", "grain", "source", "product_id"]),
        ("ad_spend.csv", vec!["date", "store_id", "channel", "campaign", "adgroup"]),
        ("targets.csv", vec!["metric", "period", "dimension", "segment"]),
        ("benchmarks.csv", vec!["metric", "segment", "period", "percentile"]),
        ("promotions.csv", vec!["platform", "promotion", "phase", "starts_at"]),
        ("assignments.csv", vec!["person_id", "dimension", "value", "from"]),
        ("accounts.csv", vec!["account_id"]),
        ("content_daily.csv", vec!["post_id", "date"]),
        ("content_reviews.csv", vec!["post_id", "rater_id"]),
        ("account_daily.csv", vec!["account_id", "date"]),
        ("mentions.csv", vec!["mention_id"]),
        ("inventory.csv", vec!["date", "product_id", "warehouse"]),
        ("finance.csv", vec!["date", "account", "department", "activity", "kind"]),
        ("training.csv", vec!["training_id"]),
        ("suggestions.csv", vec!["suggestion_id"]),
    ] {
        let rows = rows(file);
        keys(&rows, &key);
        for (column, set) in [
            ("customer_id", &customers),
            ("user_id", &customers),
            ("order_id", &order_ids),
            ("product_id", &products),
            ("store_id", &stores),
            ("agent_id", &people),
            ("person_id", &people),
            ("author_id", &people),
            ("rater_id", &people),
            ("custodian_id", &people),
        ] {
            let unknown = rows.iter().filter_map(|r| r.get(column)).find(|id| !known(set, id));
            assert_eq!(unknown, None, "{file}: {column}");
        }
    }
}

#[test]
fn order_money_ties_to_lines_and_totals() {
    let orders = orders();
    let mut by_order: HashMap<String, (i64, i64)> = HashMap::new();
    for item in rows("order_items.csv") {
        let sums = by_order.entry(item["order_id"].clone()).or_default();
        sums.0 += item["quantity"].parse::<i64>().unwrap() * fen(&item["unit_price"]);
        sums.1 += fen(&item["paid"]);
    }
    for order in &orders {
        let (list, paid) = by_order[&order["订单编号"]];
        assert_eq!(list, fen(&order["总金额"]));
        assert_eq!(paid, fen(&order["买家实际支付金额"]));
        if order["订单付款时间"].is_empty() {
            assert_eq!(paid, 0);
        } else {
            assert_eq!(list - fen(&order["优惠金额"]), paid);
        }
    }
    let totals = rows("orders.csv").pop().unwrap();
    for column in ["总金额", "优惠金额", "买家实际支付金额", "定金", "佣金", "商品成本"] {
        let sum: i64 = orders.iter().map(|o| fen(&o[column])).sum();
        assert_eq!(sum, fen(&totals[column]), "{column}");
    }
    let refunded: i64 = refunds().iter().map(|r| fen(&r["退款金额"])).sum();
    assert_eq!(refunded, fen(&rows("refunds.csv").pop().unwrap()["退款金额"]));
}

#[test]
fn steps_of_an_order_come_one_after_the_other() {
    for order in orders() {
        let steps = ["订单创建时间", "订单付款时间", "发货时间", "签收时间", "确认收货时间"];
        let times: Vec<&str> = steps.iter().map(|s| order[*s].as_str()).collect();
        let known: Vec<&str> = times.iter().copied().take_while(|t| !t.is_empty()).collect();
        assert!(times[known.len()..].iter().all(|t| t.is_empty()), "{order:?}");
        assert!(known.is_sorted(), "{order:?}");
        assert!(known.last().is_some_and(|t| *t < "2026-01-01"), "{order:?}");
        let steps = match order["订单状态"].as_str() {
            "等待买家付款" | "已取消" => 1..=1,
            "买家已付款,等待卖家发货" => 2..=2,
            "卖家已发货,等待买家确认" => 3..=3,
            "已签收,等待买家确认" => 4..=4,
            "交易成功" => 5..=5,
            "交易关闭" => 2..=5,
            other => panic!("status {other}"),
        };
        assert!(steps.contains(&known.len()), "{order:?}");
    }
}

#[test]
fn no_line_is_refunded_beyond_its_payment() {
    let lines: HashMap<String, i64> =
        rows("order_items.csv").iter().map(|i| (format!("{}|{}", i["order_id"], i["line"]), fen(&i["paid"]))).collect();
    let refunds = refunds();
    assert!(!refunds.is_empty());
    for refund in refunds {
        let paid = lines[&format!("{}|{}", refund["订单编号"], refund["订单行号"])];
        assert!((1..=paid).contains(&fen(&refund["退款金额"])));
        let completed = &refund["退款完结时间"];
        assert!(completed.is_empty() || *completed >= refund["退款申请时间"]);
    }
}

#[test]
fn purchases_in_the_log_are_the_paid_orders_of_the_own_shops() {
    let own = |row: &Row, column: &str| matches!(row[column].as_str(), "S08" | "S09");
    let paid: HashMap<String, (String, String)> = orders()
        .into_iter()
        .filter(|o| own(o, "店铺") && !o["订单付款时间"].is_empty())
        .map(|o| (o["订单编号"].clone(), (o["订单付款时间"].clone(), o["买家实际支付金额"].clone())))
        .collect();
    let events = rows("events.csv");
    assert!(events.is_sorted_by_key(|e| e["occurred_at"].clone()));
    let mut purchases = HashMap::new();
    for event in events.iter().filter(|e| e["event"] == "purchase") {
        let id = event["properties"].split('"').nth(3).unwrap().to_owned();
        purchases.insert(id, (event["occurred_at"].clone(), event["revenue"].clone()));
    }
    assert_eq!(purchases, paid);
}

#[test]
fn every_session_starts_with_a_visit_and_keeps_its_traits() {
    let mut sessions: HashMap<String, Vec<Row>> = HashMap::new();
    for event in rows("events.csv") {
        sessions.entry(event["session_id"].clone()).or_default().push(event);
    }
    for events in sessions.values() {
        assert_eq!(events[0]["event"], "visit");
        for column in ["anonymous_id", "user_id", "store_id", "channel", "device", "campaign"] {
            assert!(events.iter().all(|e| e[column] == events[0][column]), "{column}");
        }
    }
}

#[test]
fn back_office_figures_tie_to_orders() {
    let mut by_day: HashMap<(String, String), i64> = HashMap::new();
    for order in orders().iter().filter(|o| !o["订单付款时间"].is_empty()) {
        let day = match order["店铺"].as_str() {
            "S06" | "S07" => &order["订单创建时间"][..10],
            "S04" | "S05" => continue,
            _ => &order["订单付款时间"][..10],
        };
        let key = (order["店铺"].clone(), day.to_owned());
        *by_day.entry(key).or_default() += fen(&order["买家实际支付金额"]);
    }
    let traffic = rows("traffic.csv");
    let days = |source: &'static str| traffic.iter().filter(move |t| t["grain"] == "day" && (t["source"] == "全部") == (source == "全部"));
    for row in days("全部").filter(|t| t["store_id"] != "S04" && t["store_id"] != "S05") {
        let key = (row["store_id"].clone(), row["period_start"][..10].to_owned());
        assert_eq!(by_day.get(&key).copied().unwrap_or(0), fen(&row["paid_amount"]), "{key:?}");
    }
    let sum = |rows: &mut dyn Iterator<Item = &Row>| rows.map(|t| fen(&t["paid_amount"])).sum::<i64>();
    assert_eq!(sum(&mut days("全部")), sum(&mut days("")));
    for row in &traffic {
        let number = |column: &str| row[column].parse::<u64>().unwrap();
        assert!(number("paying_buyers") <= number("visitors"), "{row:?}");
        assert!(number("paying_buyers") <= number("paid_orders"), "{row:?}");
    }
}

#[test]
fn store_targets_sum_to_the_company() {
    let mut sums: HashMap<(String, bool), i64> = HashMap::new();
    for target in rows("targets.csv").iter().filter(|t| t["metric"] == "paid_amount") {
        let key = (target["period"].clone(), target["segment"].is_empty());
        *sums.entry(key).or_default() += fen(&target["target"]);
    }
    assert_eq!(sums.len(), 2 * (24 + 2));
    for ((period, company), sum) in &sums {
        assert_eq!(*sum, sums[&(period.clone(), !company)], "{period}");
    }
}

#[test]
fn truths_state_the_sums_of_the_files() {
    let counts = |o: &&Row| o["是否剔除"] == "否" && o["订单付款时间"].starts_with("2025");
    let orders = orders();
    let paid: i64 = orders.iter().filter(counts).map(|o| fen(&o["买家实际支付金额"])).sum();
    assert_eq!(truth("year_2025", "paid_amount"), super::sheet::money_text(paid));
    assert_eq!(truth("year_2025", "paid_orders"), orders.iter().filter(counts).count().to_string());

    let weak = |cost: &str| fen(&truth("weak_campaign", cost));
    let spent: i64 =
        rows("ad_spend.csv").iter().filter(|s| s["campaign"] == truth("weak_campaign", "campaign")).map(|s| fen(&s["cost"])).sum();
    assert_eq!(spent, weak("cost"));
    assert!(weak("paid_amount") < weak("cost"));
}

#[test]
fn the_checkout_fails_for_one_source_and_device_only() {
    let in_window = |e: &&Row| ("2025-10-01 14".."2025-10-01 20").contains(&e["occurred_at"].as_str());
    let events = rows("events.csv");
    let errors: Vec<&Row> = events.iter().filter(|e| e["event"] == "pay_error").collect();
    assert_eq!(errors.len().to_string(), truth("checkout_failure", "orders_lost"));
    for error in errors {
        assert_eq!((error["source"].as_str(), error["device"].as_str()), ("百度推广", "android"));
    }
    let purchases =
        events.iter().filter(in_window).filter(|e| e["event"] == "purchase" && e["source"] == "百度推广" && e["device"] == "android");
    assert_eq!(purchases.count().to_string(), truth("steps", "purchases"));
}

#[test]
fn demand_grows_and_rests_at_spring_festival() {
    let month = |prefix: &str, orders: &[Row]| orders.iter().filter(|o| o["订单创建时间"].starts_with(prefix)).count() as f64;
    let orders = orders();
    let growth = month("2025", &orders) / month("2024", &orders);
    assert!((1.08..1.24).contains(&growth), "{growth}");
    assert!(month("2025-02-0", &orders) < month("2025-03-1", &orders));
    let singles = month("2025-11-11", &orders);
    assert!(singles > 3.0 * month("2025-11-06", &orders));
}

#[test]
fn days_are_those_of_the_calendar() {
    assert_eq!(clock::day(2026, 1, 1), clock::DAYS);
    assert_eq!(clock::time_text(clock::at(2025, 11, 11, 20) + 3), "2025-11-11 20:00:03");
    assert_eq!(clock::time_text(-1), "2023-12-31 23:59:59");
    assert_eq!(clock::month_of(clock::day(2025, 12, 31)), 23);
}
