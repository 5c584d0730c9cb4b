//! Explanations: their parts sum to the whole, and every part is what its own question answers.

use yh_app::{
    App, ErrorKind, Question, ask,
    why::{FactorPart, SegmentKind, SplitKind, Why, WhyQuestion, why},
};
use yh_metrics::{Access, MaskedColumn, RowFilter};

use crate::shop::{Shop, with_stack};

fn question(metric: &str, by: &[&str]) -> WhyQuestion {
    WhyQuestion {
        metric: metric.to_owned(),
        period: "2025-02".to_owned(),
        by: by.iter().map(|name| (*name).to_owned()).collect(),
        ..WhyQuestion::default()
    }
}

#[track_caller]
fn near(a: f64, b: f64, what: &str) {
    assert!((a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-6), "{what}: {a} is not {b}");
}

async fn value(app: &App, access: &Access, side: &yh_app::why::Side, metric: &str, filters: &[String]) -> Option<f64> {
    let question = Question { query: Why::query(side, metric, filters), compare: Vec::new() };
    let answer = ask(app, access, &question).await.expect("answered");
    answer.frame.cell(metric, 0).number()
}

/// Every part asked for by its own question gives the value it shows, and the effects sum to the difference.
async fn check(app: &App, access: &Access, question: &WhyQuestion) -> Why {
    let why = why(app, access, question).await.expect("explained");
    let sums_up = matches!(why.split, SplitKind::Sum | SplitKind::Distinct);
    if why.split != SplitKind::None {
        near(why.segments.iter().map(|part| part.effect).sum(), why.difference, &format!("segments of {}", why.metric));
    }
    for part in &why.segments {
        let Some(filters) = &part.filters else { continue };
        for (side, shown) in [(&why.before, part.before), (&why.after, part.after)] {
            let asked = value(app, access, side, &why.metric, filters).await;
            let asked = if sums_up { asked.or(Some(0.0)) } else { asked };
            assert_eq!(asked.is_some(), shown.is_some(), "{} where {filters:?}", why.metric);
            near(asked.unwrap_or(0.0), shown.unwrap_or(0.0), &format!("{} where {filters:?}", why.metric));
        }
        if let (Some(rate), Some(mix)) = (part.rate, part.mix) {
            near(rate + mix, part.effect, "rate and mix");
        }
    }
    if let Some(root) = &why.factors {
        near(root.effect, why.difference, "the root of the factors");
        factors_sum(root);
    }
    why
}

fn factors_sum(part: &FactorPart) {
    if !part.parts.is_empty() {
        near(part.parts.iter().map(|part| part.effect).sum(), part.effect, &format!("factors of {:?}", part.metric));
    }
    part.parts.iter().for_each(factors_sum);
}

#[tokio::test]
async fn an_amount_by_segment_and_by_factor() {
    let shop = Shop::open().await;
    let all = Access::all();
    let why = check(&shop.app, &all, &question("paid_amount", &["order__channel", "order__device"])).await;
    assert_eq!(why.split, SplitKind::Sum);
    let first = &why.segments[0];
    assert_eq!(first.kind, SegmentKind::Cause);
    let named: Vec<String> = first.elements.iter().map(|(_, value)| value.to_string()).collect();
    assert_eq!(named, ["推荐", "android"]);
    let factors = why.factors.expect("declared factors");
    let names: Vec<&str> = factors.parts.iter().filter_map(|part| part.metric.as_deref()).collect();
    assert_eq!(names, ["visitor_days", "buyer_conversion", "spend_per_buyer_day"]);
}

#[tokio::test]
async fn values_with_quotes_missing_values_and_chosen_dimensions() {
    let shop = Shop::open().await;
    let all = Access::all();
    check(&shop.app, &all, &question("paid_amount", &["order__channel"])).await;
    check(&shop.app, &all, &question("paid_amount", &["order__region", "order__channel", "store"])).await;
    let chosen = check(&shop.app, &all, &question("paid_orders", &[])).await;
    assert!(!chosen.dimensions.is_empty() && chosen.dimensions.len() <= 4, "{:?}", chosen.dimensions);
}

#[tokio::test]
async fn distinct_counts_name_their_overlap() {
    let shop = Shop::open().await;
    let why = check(&shop.app, &Access::all(), &question("buyers", &["order__channel", "order__device"])).await;
    assert_eq!(why.split, SplitKind::Distinct);
    assert_eq!(why.segments.last().map(|part| part.kind), Some(SegmentKind::Overlap));
}

#[tokio::test]
async fn ratios_split_into_rate_and_mix() {
    let shop = Shop::open().await;
    let all = Access::all();
    for metric in ["average_order_value", "spend_per_buyer", "orders_per_buyer", "margin_rate_before_refunds"] {
        let why = check(&shop.app, &all, &question(metric, &["order__channel", "order__device"])).await;
        assert_eq!(why.split, SplitKind::Ratio, "{metric}");
        assert!(why.factors.is_some(), "{metric}");
    }
}

#[tokio::test]
async fn averages_and_running_totals_split_like_what_they_are_made_of() {
    let shop = Shop::open().await;
    let all = Access::all();
    let mut orders = String::from("order_id,customer_id,store_id,placed_at,paid_at,shipped_at,delivered_at,status,paid,channel,device\n");
    for n in 0..40 {
        let (month, channel) = (1 + n % 2, ["搜索", "推荐", "直播"][n % 3]);
        let day = format!("2025-0{month}-0{}", 1 + n % 5);
        // Some are still on their way: they are no part of a mean.
        let delivered = if n % 7 == 0 { String::new() } else { format!("2025-0{month}-1{} {:02}:00:00", n % 9, n % 23) };
        orders += &format!("D{n},D{n},S01,{day} 10:00:00,{day} 10:00:00,{day} 18:00:00,{delivered},交易成功,10.00,{channel},pc\n");
    }
    shop.import("orders", "delivered.csv", &orders).await;
    let why = check(&shop.app, &all, &question("delivery_hours_average", &["order__channel"])).await;
    assert_eq!(why.split, SplitKind::Ratio);
    assert!(why.segments.iter().all(|part| part.rate.is_some()), "{:?}", why.segments);
    // Everything up to the end of January beside everything up to the end of February: the difference is February.
    let total = check(&shop.app, &all, &question("activated_to_date", &["store"])).await;
    let month =
        value(&shop.app, &all, &yh_app::why::Side { start: "2025-02-01".into(), ..total.after.clone() }, "reactivations", &[]).await;
    assert_eq!((total.split, Some(total.difference)), (SplitKind::Sum, month));
    assert!(total.value_before > Some(0.0) && total.after.start.starts_with("2025-01"), "{total:?}");
}

#[test]
fn a_conversion_rate_splits_into_rate_and_mix() {
    with_stack(conversions());
}

async fn conversions() {
    let shop = Shop::empty().await;
    let mut events = String::from("event_id,occurred_at,user_id,anonymous_id,session_id,event,device\n");
    for (month, bought) in [("01", 5), ("02", 9)] {
        for (n, device) in ["ios", "android", "pc"].into_iter().cycle().take(24).enumerate() {
            let person = format!("U{month}{n:02}");
            events += &format!("C{person},2025-{month}-03 10:00:00,{person},A{person},S{person},cart,{device}\n");
            if n < 2 * bought {
                events += &format!("P{person},2025-{month}-05 10:00:00,{person},A{person},T{person},purchase,{device}\n");
            }
        }
    }
    shop.import("events", "events.csv", &events).await;
    let why = check(&shop.app, &Access::all(), &question("cart_conversion_7d", &["site_event__device"])).await;
    assert_eq!(why.split, SplitKind::Ratio, "{why:?}");
    assert!(why.difference > 0.0 && why.segments.len() >= 2, "{why:?}");
    check(&shop.app, &Access::all(), &question("purchases_after_cart_7d", &["site_event__device"])).await;
}

#[tokio::test]
async fn a_median_is_not_split() {
    let shop = Shop::open().await;
    let all = Access::all();
    let why = check(&shop.app, &all, &question("ship_hours_median", &["order__channel"])).await;
    assert_eq!(why.split, SplitKind::None);
    assert!(why.value_after.is_some() && why.segments.is_empty() && why.factors.is_none() && !why.notes.is_empty(), "{why:?}");
    let error = yh_app::why::why(&shop.app, &all, &question("delivery_hours_average", &[])).await.expect_err("no delivery was recorded");
    assert_eq!(error.code, "why-no-value");
}

#[tokio::test]
async fn a_segment_against_a_segment() {
    let shop = Shop::open().await;
    let asked = WhyQuestion {
        against: "2025-02".to_owned(),
        segment: vec!["order__device = 'ios'".to_owned()],
        against_segment: vec!["order__device = 'pc'".to_owned()],
        ..question("average_order_value", &["order__channel"])
    };
    let why = check(&shop.app, &Access::all(), &asked).await;
    assert_eq!(why.before.start, why.after.start);
    assert!(why.difference < 0.0);
}

#[tokio::test]
async fn a_new_channel_and_one_that_is_gone() {
    let shop = Shop::empty().await;
    shop.import("orders", "orders.csv", "order_id,customer_id,store_id,placed_at,paid_at,status,paid,channel,device\n1,A,S01,2025-01-05 10:00:00,2025-01-05 10:00:00,交易成功,100.10,old,pc\n2,A,S01,2025-01-06 10:00:00,2025-01-06 10:00:00,交易成功,50.20,kept,pc\n3,B,S01,2025-02-06 10:00:00,2025-02-06 10:00:00,交易成功,70.30,kept,pc\n4,B,S01,2025-02-07 10:00:00,2025-02-07 10:00:00,交易成功,20.40,new,pc\n5,B,S01,2025-02-28 10:00:00,2025-02-28 10:00:00,交易成功,1.00,,pc\n").await;
    let all = Access::all();
    let why = check(&shop.app, &all, &question("paid_amount", &["order__channel"])).await;
    assert_eq!(why.difference, -58.6);
    check(&shop.app, &all, &question("average_order_value", &["order__channel"])).await;
    check(&shop.app, &all, &question("buyers", &["order__channel"])).await;
}

#[tokio::test]
async fn an_asker_sees_only_what_access_lets_through() {
    let shop = Shop::open().await;
    let rows = RowFilter { dataset: "orders".into(), column: "channel".into(), values: vec!["搜索".into()] };
    let own = Access { rows: vec![rows], masked: Vec::new() };
    let why = check(&shop.app, &own, &question("paid_amount", &["order__channel"])).await;
    assert!(why.segments.iter().flat_map(|part| &part.elements).all(|(_, value)| value.to_string() == "搜索"), "{:?}", why.segments);
    let masked = Access { rows: Vec::new(), masked: vec![MaskedColumn { dataset: "orders".into(), column: "device".into() }] };
    let error = yh_app::why::why(&shop.app, &masked, &question("paid_amount", &["order__device"])).await.expect_err("masked");
    assert_eq!(error.code, "masked");
    let chosen = check(&shop.app, &masked, &question("paid_amount", &[])).await;
    assert!(chosen.dimensions.iter().all(|(name, _)| name != "order__device"));
}

#[tokio::test]
async fn wrong_questions_say_what_to_do() {
    let shop = Shop::open().await;
    let by = |names: &[&str]| question("paid_amount", names);
    let cases = [
        (question("paid_amout", &[]), "unknown-metric"),
        (by(&["order__chanel"]), "unknown-dimension"),
        (by(&["metric_time"]), "why-time"),
        (by(&["order__channel", "order__device", "order__region", "order__status", "store"]), "why-dimensions"),
        (WhyQuestion { period: "soon".to_owned(), ..by(&[]) }, "period"),
        (WhyQuestion { segments: Some(0), ..by(&[]) }, "why-segments"),
        (WhyQuestion { where_: vec!["1 = ".to_owned()], ..by(&[]) }, "bad-filter"),
        (
            WhyQuestion { period: "2030-01".to_owned(), against: "2031-01".to_owned(), ..question("average_order_value", &[]) },
            "why-no-value",
        ),
    ];
    for (asked, code) in cases {
        let error = why(&shop.app, &Access::all(), &asked).await.expect_err(code);
        assert_eq!(error.code, code, "{error}");
        assert!(error.hint.is_some() && error.kind != ErrorKind::Internal, "{error}");
    }
}
