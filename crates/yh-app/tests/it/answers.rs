//! Answers that are kept are never stale and never somebody else's.

use yh_app::{App, Comparison, Question, ask, names::value_names, targets::path::target_paths};
use yh_metrics::{Access, MaskedColumn, MetricQuery, RowFilter};
use yh_model::Label;

use crate::shop::{Shop, orders};

fn question() -> Question {
    let query = MetricQuery {
        metrics: vec!["paid_amount".to_owned()],
        start_time: Some("2025-02-01".to_owned()),
        end_time: Some("2025-02-28".to_owned()),
        ..MetricQuery::default()
    };
    Question { query, compare: vec![Comparison::Previous] }
}

async fn total(app: &App, access: &Access) -> (f64, u64) {
    let answer = ask(app, access, &question()).await.expect("answered");
    (answer.frame.cell("paid_amount", 0).number().unwrap_or(0.0), answer.n[0].1)
}

#[tokio::test]
async fn equal_questions_give_equal_answers() {
    let shop = Shop::open().await;
    let first = ask(&shop.app, &Access::all(), &question()).await.expect("answered");
    let again = ask(&shop.app, &Access::all(), &question()).await.expect("answered");
    assert_eq!((&first.frame, &first.n, &first.columns, &first.sql), (&again.frame, &again.n, &again.columns, &again.sql));
}

#[tokio::test]
async fn an_import_and_its_undoing_show_at_once() {
    let shop = Shop::open().await;
    let all = Access::all();
    let before = total(&shop.app, &all).await;
    let import = shop.import("orders", "more.csv", "order_id,customer_id,store_id,placed_at,paid_at,status,paid\nX1,A,S01,2025-02-20 10:00:00,2025-02-20 10:00:00,交易成功,1000.00\n").await;
    let with = total(&shop.app, &all).await;
    assert_eq!((with.0 - before.0, with.1), (1000.0, before.1 + 1));
    yh_app::import::undo_import(&shop.app, import).await.expect("undone");
    assert_eq!(total(&shop.app, &all).await, before);
}

#[tokio::test]
async fn a_corrected_file_replaces_its_answer() {
    let shop = Shop::open().await;
    let before = total(&shop.app, &Access::all()).await;
    shop.import("orders", "orders.csv", &orders(|_, _| 2.0)).await;
    let after = total(&shop.app, &Access::all()).await;
    assert!((after.0 - 2.0 * before.0).abs() < 1.0 && after.0 != before.0, "{before:?} {after:?}");
}

#[tokio::test]
async fn an_edited_definition_is_measured_anew() {
    let shop = Shop::open().await;
    let all = Access::all();
    let before = total(&shop.app, &all).await;
    let path = shop.path("models/orders.yaml");
    let text = std::fs::read_to_string(&path).expect("a model");
    let (head, tail) = text.split_once("- name: paid_amount\n").expect("the metric");
    let edited = format!("{head}- name: paid_amount\n{}", tail.replacen("expr: paid\n", "expr: paid * 2\n", 1));
    std::fs::write(&path, edited).expect("written");
    let after = total(&shop.app, &all).await;
    assert_eq!(after.0, 2.0 * before.0);
    std::fs::write(&path, text).expect("written");
    assert_eq!(total(&shop.app, &all).await, before);
}

#[tokio::test]
async fn another_scope_gets_its_own_answer() {
    let shop = Shop::open().await;
    let only = |channel: &str| Access {
        rows: vec![RowFilter { dataset: "orders".into(), column: "channel".into(), values: vec![channel.into()] }],
        masked: Vec::new(),
    };
    let whole = total(&shop.app, &Access::all()).await;
    let search = total(&shop.app, &only("搜索")).await;
    let live = total(&shop.app, &only("直播")).await;
    let nobody =
        Access { rows: vec![RowFilter { dataset: "orders".into(), column: "channel".into(), values: Vec::new() }], masked: Vec::new() };
    assert!(search.0 < whole.0 && live.0 < whole.0 && search != live);
    assert_eq!(total(&shop.app, &nobody).await, (0.0, 0));
    assert_eq!(total(&shop.app, &Access::all()).await, whole);
    let masked = Access { rows: Vec::new(), masked: vec![MaskedColumn { dataset: "orders".into(), column: "paid".into() }] };
    assert!(ask(&shop.app, &masked, &question()).await.is_err());
}

#[tokio::test]
async fn another_cut_off_is_another_day() {
    let shop = Shop::empty().await;
    shop.import("orders", "orders.csv", "order_id,customer_id,store_id,placed_at,paid_at,status,paid\n1,A,S01,2025-03-01 02:00:00,2025-03-01 02:00:00,交易成功,10.00\n2,A,S01,2025-02-03 12:00:00,2025-02-03 12:00:00,交易成功,5.00\n").await;
    let all = Access::all();
    assert_eq!(total(&shop.app, &all).await, (5.0, 1));
    let path = shop.path("yunheng.toml");
    let text = std::fs::read_to_string(&path).expect("settings");
    std::fs::write(&path, text.replace("day_cutoff = \"00:00\"", "day_cutoff = \"06:00\"")).expect("written");
    let root = path.parent().expect("a folder");
    assert_eq!(total(&App::open(root).await.expect("it opens"), &all).await, (15.0, 2));
    std::fs::write(&path, text.replace("Asia/Shanghai", "Europe/London")).expect("written");
    assert_eq!(total(&App::open(root).await.expect("it opens"), &all).await.1, 2);
}

#[tokio::test]
async fn a_changed_target_shows_at_once() {
    let shop = Shop::open().await;
    let asked = Question { compare: vec![Comparison::Target], ..question() };
    let target = async || {
        let answer = ask(&shop.app, &Access::all(), &asked).await.expect("answered");
        answer.frame.cell("paid_amount__target", 0).number()
    };
    assert_eq!(target().await, None);
    for value in ["5000", "6000"] {
        let set = yh_model::target::Target {
            metric: "paid_amount".into(),
            segment: None,
            period: "2025-02".parse().expect("a month"),
            floor: None,
            target: value.parse().expect("a number"),
            stretch: None,
            reason: "plan".into(),
        };
        {
            let stamp = shop.app.stamp();
            shop.app.records.record_targets(&[set], &yh_records::Approval::approved(None, &stamp), &stamp).await
        }
        .expect("recorded");
        assert_eq!(target().await, value.parse().ok());
    }
}

#[tokio::test]
async fn money_of_two_currencies_is_not_set_side_by_side() {
    let shop = Shop::empty().await;
    let orders = "order_id,customer_id,store_id,placed_at,paid_at,status,paid,currency,channel\n\
        1,A,S01,2025-01-10 10:00:00,2025-01-10 10:00:00,交易成功,70.00,CNY,直播\n\
        2,B,S02,2025-02-11 10:00:00,2025-02-11 10:00:00,交易成功,30.00,USD,直播\n\
        3,C,S01,2025-02-12 10:00:00,2025-02-12 10:00:00,交易成功,9.00,CNY,搜索\n";
    shop.import("orders", "orders.csv", orders).await;
    let all = Access::all();
    let february = |filter: &str, compare| {
        let query = MetricQuery { where_: vec![filter.to_owned()], ..question().query };
        Question { query, compare: vec![compare] }
    };
    let same = ask(&shop.app, &all, &february("store = 'S01'", Comparison::Previous)).await.expect("both are CNY");
    assert_eq!(same.frame.cell("paid_amount__previous", 0).number(), Some(70.0));
    let mixed = ask(&shop.app, &all, &february("order__channel = '直播'", Comparison::Previous)).await;
    let other = Comparison::Segment { dimension: "store".into(), value: "S02".into() };
    let segment = ask(&shop.app, &all, &february("store = 'S01'", other)).await;
    let why = yh_app::why::WhyQuestion {
        metric: "paid_amount".into(),
        period: "2025-02".into(),
        against: "2025-01".into(),
        segment: vec!["store = 'S02'".into()],
        ..Default::default()
    };
    let why = yh_app::why::why(&shop.app, &all, &why).await.map(drop);
    for (what, found) in [("previous", mixed.map(drop)), ("segment", segment.map(drop)), ("why", why)] {
        let error = found.expect_err(what);
        assert_eq!(error.code, "mixed-currencies", "{what}: {error}");
    }
}

/// Asked for without a time, what runs or looks back is that of the period, and its rows make it up.
#[tokio::test]
async fn running_and_earlier_values_of_a_period_need_no_time() {
    let shop = Shop::open().await;
    let people = "person_id,name,joined_at,left_at\nP1,甲,2024-05-01,\nP2,乙,2025-02-10,\nP3,丙,2024-06-01,2025-01-20\n";
    shop.import("people", "people.csv", people).await;
    let access = Access::all();
    let ask_by = async |metric: &str, group_by: &[&str]| {
        let group_by = group_by.iter().map(|name| (*name).to_owned()).collect();
        let query = MetricQuery { metrics: vec![metric.to_owned()], group_by, ..question().query };
        let answer = ask(&shop.app, &access, &Question { query: query.clone(), compare: Vec::new() }).await.expect("answered");
        (query, answer.frame)
    };
    for metric in ["joined_to_date", "headcount", "paid_amount_ytd", "new_customer_growth"] {
        let (query, whole) = ask_by(metric, &[]).await;
        let (_, by_month) = ask_by(metric, &["metric_time__month"]).await;
        assert_eq!(whole.cell(metric, 0), by_month.cell(metric, 0), "{metric}");
        assert!(!whole.cell(metric, 0).is_null(), "{metric}");
        let cell = yh_app::lineage::Cell { query, metric: metric.to_owned(), values: Vec::new(), comparison: None };
        let lineage = yh_app::lineage::trace(&shop.app, &access, &cell).await.expect(metric);
        assert!(lineage.inputs.iter().all(|input| input.count > 0), "{metric}");
    }
    assert_eq!(ask_by("headcount", &[]).await.1.cell("headcount", 0).number(), Some(2.0));
    let (_, by_channel) = ask_by("paid_amount_ytd", &["order__channel"]).await;
    let (_, both) = ask_by("paid_amount_ytd", &["metric_time__month", "order__channel"]).await;
    assert_eq!(by_channel.columns[1].values, both.columns[2].values);
}

/// S02 sold in January only, and still has its target; the third store has a target and never sold.
#[tokio::test]
async fn who_sold_nothing_is_not_left_out() {
    let shop = Shop::empty().await;
    let orders = "order_id,customer_id,store_id,placed_at,paid_at,status,paid\n\
        1,A,S01,2025-01-10 10:00:00,2025-01-10 10:00:00,交易成功,70.00\n\
        2,B,S02,2025-01-11 10:00:00,2025-01-11 10:00:00,交易成功,30.00\n\
        3,A,S01,2025-03-03 10:00:00,2025-03-03 10:00:00,交易成功,50.00\n";
    shop.import("orders", "orders.csv", orders).await;
    shop.import("stores", "stores.csv", "store_id,name,platform\nS01,一店,天猫\nS02,二店,天猫\nS03,三店,天猫\n").await;
    let target = |store: &str, period: &str, target: &str| yh_app::targets::TargetText {
        metric: "paid_amount".into(),
        dimension: "store".into(),
        segment: store.into(),
        period: period.into(),
        target: target.into(),
        ..Default::default()
    };
    let targets = [target("S02", "2025-03", "40"), target("S03", "2025-03", "90"), target("S03", "2025-05", "1")];
    assert_eq!(yh_app::targets::set_targets(&shop.app, &targets, None).await.expect("set").rejected, []);
    let ask_by = async |group_by: &[&str], order: &[&str], compare: Comparison, limit| {
        let query = MetricQuery {
            metrics: vec!["paid_amount".to_owned()],
            group_by: group_by.iter().map(|name| (*name).to_owned()).collect(),
            order: order.iter().map(|name| (*name).to_owned()).collect(),
            start_time: Some("2025-02-01".to_owned()),
            end_time: Some("2025-03-31".to_owned()),
            limit,
            ..MetricQuery::default()
        };
        let frame = ask(&shop.app, &Access::all(), &Question { query, compare: vec![compare] }).await.expect("answered").frame;
        (0..frame.height())
            .map(|row| frame.row(row).iter().take(5).map(|value| value.to_string().replace("T00:00:00", "")).collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
    };
    let by_month = ["metric_time__month", "store"];
    // Nothing in February, which no target asks for; attainment 0 and the whole gap in March.
    assert_eq!(
        ask_by(&by_month, &[], Comparison::Target, None).await,
        ["2025-03-01 S01 50  ", "2025-03-01 S02 0 40 0", "2025-03-01 S03 0 90 0"]
    );
    // What was sold in the month before: a fall to nothing is a fall. March has no base.
    assert_eq!(
        ask_by(&by_month, &[], Comparison::Previous, None).await,
        ["2025-02-01 S01 0 70 -70", "2025-02-01 S02 0 30 -30", "2025-03-01 S01 50  "]
    );
    assert_eq!(ask_by(&["metric_time__month"], &[], Comparison::Previous, None).await, ["2025-02-01 0 100 -100 -1", "2025-03-01 50   "]);
    assert_eq!(ask_by(&by_month, &["-paid_amount"], Comparison::Target, None).await[0], "2025-03-01 S01 50  ");
    let nobody = Comparison::Segment { dimension: "store".into(), value: "S9".into() };
    let asked = Question { compare: vec![nobody], ..question() };
    let unknown = ask(&shop.app, &Access::all(), &asked).await.expect_err("no such store");
    assert_eq!(unknown.code, "unknown-segment");
    // The first rows of a limited answer stay those.
    assert_eq!(ask_by(&by_month, &["-paid_amount"], Comparison::Target, Some(5)).await.len(), 1);
}

#[tokio::test]
async fn values_are_named_within_the_askers_scope() {
    let shop = Shop::empty().await;
    let none = value_names(&shop.app, &Access::all()).await.expect("names");
    assert_eq!(none["order__status"]["paid"], Label::new("已付款", "Paid"));
    assert!(!none.contains_key("store"), "no stores are known");
    shop.import("stores", "stores.csv", "store_id,name,platform\nS1,旗舰店,天猫\nS2,专营店,天猫\nS3,专营店,京东\n").await;
    let named = value_names(&shop.app, &Access::all()).await.expect("names");
    let of = |id: &str| named["store"][id].zh.clone();
    assert_eq!([of("S1"), of("S2"), of("S3")], ["旗舰店", "专营店 (S2)", "专营店 (S3)"]);
    let own = Access {
        rows: vec![RowFilter { dataset: "stores".into(), column: "store_id".into(), values: vec!["S1".into()] }],
        ..Access::all()
    };
    assert!(!value_names(&shop.app, &own).await.expect("names").contains_key("store"), "other stores are not shown to it");
}

#[tokio::test]
async fn what_refunds_may_still_change_is_told_by_day() {
    let shop = Shop::open().await;
    shop.import(
        "refunds",
        "refunds.csv",
        "refund_id,order_id,amount,requested_at,completed_at,status\nR1,nowhere,5,2025-02-19,2025-02-20,completed\n",
    )
    .await;
    let query = MetricQuery { metrics: vec!["paid_amount".into(), "net_revenue".into()], ..MetricQuery::default() };
    let answer = ask(&shop.app, &Access::all(), &Question { query, compare: Vec::new() }).await.expect("answered");
    let as_of = answer.as_of.expect("a day");
    let settled = as_of.saturating_sub(jiff::Span::new().days(15));
    assert_eq!(answer.settled, [("net_revenue".to_owned(), settled)], "it is made of refunds; what was paid stands");
}

#[tokio::test]
async fn a_planned_path_rests_on_what_has_been_imported_since() {
    let shop = Shop::open().await;
    let basis = async || {
        let june = "2025-06".parse().expect("a month");
        let paths = target_paths(&shop.app, &Access::all(), "paid_amount", None, june).await.expect("paths");
        paths.expect("it adds up").of(None).basis
    };
    let before = basis().await;
    assert_eq!(basis().await, before);
    shop.import("orders", "later.csv", "order_id,placed_at,paid_at,status,paid\nL1,2025-05-20 10:00,2025-05-20 10:01,paid,50\n").await;
    assert_ne!(basis().await, before);
}
