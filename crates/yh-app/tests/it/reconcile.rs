//! Figures of platforms with random practices over random orders; every part is counted again from the orders.

use jiff::{ToSpan, civil::DateTime};
use rust_decimal::Decimal;
use yh_app::reconcile::{PartKind, Practice, ReconcileRequest, reconcile};
use yh_metrics::Access;

use crate::shop::Shop;

struct Order {
    placed: DateTime,
    paid: DateTime,
    status: &'static str,
    amount: Decimal,
    excluded: bool,
}

/// The next of a fixed run of numbers below `bound` (xorshift).
fn next(state: &mut u64, bound: u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state % bound
}

fn orders(state: &mut u64) -> Vec<Order> {
    let first = jiff::civil::date(2025, 4, 25).at(0, 0, 0, 0);
    let order = |state: &mut u64| {
        let paid = first.saturating_add((next(state, 43 * 24 * 60) as i64).minutes());
        Order {
            paid,
            placed: paid.saturating_sub((next(state, 3 * 24 * 60) as i64).minutes()),
            status: ["paid", "shipped", "confirmed"][next(state, 3) as usize],
            amount: Decimal::new(next(state, 100_000) as i64, 2),
            excluded: next(state, 5) == 0,
        }
    };
    (0..200).map(|_| order(state)).collect()
}

fn csv(orders: &[Order]) -> String {
    let mut text = String::from("order_id,customer_id,store_id,placed_at,paid_at,status,currency,list_amount,paid,is_excluded\n");
    for (index, Order { placed, paid, status, amount, excluded }) in orders.iter().enumerate() {
        let time = |at: &DateTime| at.strftime("%Y-%m-%d %H:%M:%S").to_string();
        text += &format!("R{index:04},C1,S01,{},{},{status},CNY,{amount},{amount},{excluded}\n", time(placed), time(paid));
    }
    text
}

/// May as the platform counts it: minutes of its day's end before midnight are the next day's.
fn may(orders: &[Order], practice: &Practice) -> Decimal {
    let early = if practice.day_ends.is_some() { 30 } else { 0 };
    let counted = |order: &&Order| {
        let at = if practice.dated_by.is_some() { order.placed } else { order.paid }.saturating_add(early.minutes());
        let known = practice.statuses.as_ref().is_none_or(|statuses| statuses.iter().any(|status| status == order.status));
        (practice.with_excluded || !order.excluded) && known && (at.year(), at.month()) == (2025, 5)
    };
    orders.iter().filter(counted).map(|order| order.amount).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_are_what_each_practice_changes_and_sum_to_the_difference() {
    let mut state = 20_251_111;
    let orders = orders(&mut state);
    let shop = Shop::empty().await;
    shop.import("orders", "orders.csv", &csv(&orders)).await;
    for round in 0..12 {
        let mut chance = || next(&mut state, 2) == 1;
        let practice = Practice {
            with_excluded: chance(),
            statuses: chance().then(|| vec!["shipped".to_owned(), "confirmed".to_owned()]),
            dated_by: chance().then(|| "placed_at".to_owned()),
            day_ends: chance().then(|| "23:30".to_owned()),
            ..Practice::default()
        };
        let residue = Decimal::new(next(&mut state, 1000) as i64 - 500, 2);
        let mut now = Practice::default();
        let mut expect = Vec::new();
        let mut before = may(&orders, &now);
        let ours = before;
        let mut step = |kind, now: &Practice| {
            let value = may(&orders, now);
            expect.push((kind, value - before));
            before = value;
        };
        if practice.with_excluded {
            now.with_excluded = true;
            step(PartKind::Exclusions, &now);
        }
        if practice.statuses.is_some() {
            now.statuses.clone_from(&practice.statuses);
            step(PartKind::Status, &now);
        }
        if practice.dated_by.is_some() {
            now.dated_by.clone_from(&practice.dated_by);
            step(PartKind::Dating, &now);
        }
        if practice.day_ends.is_some() {
            now.day_ends.clone_from(&practice.day_ends);
            step(PartKind::CutOff, &now);
        }
        let figure = before + residue;
        let request = ReconcileRequest {
            metric: "paid_amount".to_owned(),
            period: "2025-05".to_owned(),
            figure: Some(figure),
            practice: Some(practice.clone()),
            ..ReconcileRequest::default()
        };
        let (_, found) = reconcile(&shop.app, &Access::all(), &request).await.expect("a reconciliation");
        let parts: Vec<(PartKind, Decimal)> = found.parts.iter().map(|part| (part.kind, part.amount)).collect();
        assert_eq!((found.ours, parts, found.unexplained), (ours, expect, residue), "round {round}: {practice:?}");
        assert_eq!(found.ours + found.parts.iter().map(|part| part.amount).sum::<Decimal>() + found.unexplained, figure);
    }
}
