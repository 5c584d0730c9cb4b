//! What the later files and the truths need to know about the orders already written.

use super::catalogue::{Platform, STORES};
use super::clock::{HOUR, Instant, day_of, month_of};
use super::orders::Order;
use super::stories::{refund_doubling, shipping_delay};
use super::{campaigns, clock};
use std::collections::BTreeMap;

/// A payment as the platform's back office sees it: 刷单 included, dated its own way.
pub struct Payment {
    pub at: Instant,
    pub store: usize,
    pub channel: usize,
    pub customer: u32,
    pub fen: i64,
}

/// An order of the own shops, for its visit.
pub struct OwnOrder {
    pub id: u64,
    pub placed: Instant,
    pub paid: Option<Instant>,
    pub customer: u32,
    pub store: usize,
    pub channel: usize,
    pub campaign: Option<usize>,
    pub device: usize,
    pub region: usize,
    pub products: Vec<u16>,
    pub fen: i64,
    pub failed: bool,
}

/// Money and counts of one calendar year.
#[derive(Default, Clone)]
pub struct Year {
    pub orders: u64,
    pub paid_orders: u64,
    pub paid_fen: i64,
    pub excluded_orders: u64,
    pub excluded_fen: i64,
    /// By completion, successful ones of orders that count.
    pub refunds: u64,
    pub refund_fen: i64,
}

/// Paid and later refunded amounts of a window.
#[derive(Default)]
pub struct Returned {
    pub paid_fen: i64,
    pub refund_fen: i64,
}

#[derive(Default)]
pub struct Ledger {
    pub years: [Year; 2],
    pub payments: Vec<Payment>,
    pub own_orders: Vec<OwnOrder>,
    pub failed_orders: u64,
    pub failed_fen: i64,
    /// Store of story 2, half a year before and three months after the change.
    pub refunds_before: Returned,
    pub refunds_after: Returned,
    /// Paid→delivered hours (sum, n) in the delayed region, before and during story 5.
    pub delivery_before: (f64, u64),
    pub delivery_during: (f64, u64),
    /// Answers 0–10 as (region, responded_at, score).
    pub nps: Vec<(usize, Instant, i64)>,
    /// Minutes to the first reply since story 4 began: the slow agent's and all others'.
    pub slow_replies: Vec<f64>,
    pub other_replies: Vec<f64>,
    campaign_orders: BTreeMap<(i64, usize, usize), (u64, i64)>,
    /// Cost and revenue of (the weak campaign, all others).
    pub campaign_cost: [i64; 2],
    pub campaign_fen: [i64; 2],
    paid_fen: i64,
}

impl Ledger {
    /// Paid amount of both years, excluded orders left out.
    pub fn paid_fen(&self) -> i64 {
        self.paid_fen
    }

    pub fn record(&mut self, order: &Order) {
        if STORES[order.store].platform == Platform::Own {
            self.own_orders.push(own_order(order));
        }
        if order.failed {
            self.failed_orders += 1;
            self.failed_fen += order.payable();
            return;
        }
        self.years[year_of(order.times.placed)].orders += 1;
        let Some(paid) = order.times.paid else { return };
        let year = &mut self.years[year_of(paid)];
        if order.excluded.is_some() {
            year.excluded_orders += 1;
            year.excluded_fen += order.paid();
        } else {
            year.paid_orders += 1;
            year.paid_fen += order.paid();
            self.paid_fen += order.paid();
            self.record_refunds(order, paid);
            self.record_delivery(order, paid);
            self.record_campaign(order, paid);
        }
        self.payments.push(Payment {
            at: back_office_instant(order, paid),
            store: order.store,
            channel: order.channel,
            customer: order.customer,
            fen: order.paid(),
        });
    }

    fn record_refunds(&mut self, order: &Order, paid: Instant) {
        let mut refunded = 0;
        for refund in order.refunds.iter().filter(|r| !r.rejected) {
            let Some(completed) = refund.completed else {
                continue;
            };
            let year = &mut self.years[year_of(completed)];
            year.refunds += 1;
            year.refund_fen += refund.amount;
            refunded += refund.amount;
        }
        if order.store != refund_doubling::STORE {
            return;
        }
        let starts = refund_doubling::starts();
        let window = if (starts..clock::at(2025, 12, 1, 0)).contains(&paid) {
            &mut self.refunds_after
        } else if (clock::at(2025, 3, 1, 0)..starts).contains(&paid) {
            &mut self.refunds_before
        } else {
            return;
        };
        window.paid_fen += order.paid();
        window.refund_fen += refunded;
    }

    fn record_delivery(&mut self, order: &Order, paid: Instant) {
        let (starts, ends) = shipping_delay::window();
        let Some(delivered) = order.times.delivered else {
            return;
        };
        if order.region != shipping_delay::REGION {
            return;
        }
        let (sum, count) = if (starts..ends).contains(&paid) {
            &mut self.delivery_during
        } else if (starts - (ends - starts)..starts).contains(&paid) {
            &mut self.delivery_before
        } else {
            return;
        };
        *sum += (delivered - paid) as f64 / HOUR as f64;
        *count += 1;
    }

    fn record_campaign(&mut self, order: &Order, paid: Instant) {
        let Some(campaign) = order.campaign else {
            return;
        };
        let key = (day_of(paid), order.store, campaign);
        let (orders, fen) = self.campaign_orders.entry(key).or_default();
        *orders += 1;
        *fen += order.paid();
        self.campaign_fen[usize::from(!campaigns::is_weak(campaign))] += order.paid();
    }

    /// Orders and fen that carry a campaign, by day of payment.
    pub fn campaign_revenue(&self, day: i64, store: usize, campaign: usize) -> (u64, i64) {
        self.campaign_orders.get(&(day, store, campaign)).copied().unwrap_or_default()
    }

    pub fn spend(&mut self, campaign: usize, fen: i64) {
        self.campaign_cost[usize::from(!campaigns::is_weak(campaign))] += fen;
    }
}

fn year_of(instant: Instant) -> usize {
    month_of(day_of(instant)) / 12
}

/// Douyin dates a payment to the placing of its order; the others to the payment.
fn back_office_instant(order: &Order, paid: Instant) -> Instant {
    match STORES[order.store].platform {
        Platform::Douyin => order.times.placed,
        _ => paid,
    }
}

fn own_order(order: &Order) -> OwnOrder {
    OwnOrder {
        id: order.id,
        placed: order.times.placed,
        paid: order.times.paid,
        customer: order.customer,
        store: order.store,
        channel: order.channel,
        campaign: order.campaign,
        device: order.device,
        region: order.region,
        products: order.lines.iter().map(|l| l.product as u16).collect(),
        fen: order.payable(),
        failed: order.failed,
    }
}

/// Net promoter score of answers, with their number.
pub struct Nps {
    pub score: f64,
    pub n: usize,
}

impl Ledger {
    /// NPS of the answers given in [from, to) by customers for whom `of_region` holds.
    pub fn nps_of(&self, from: Instant, to: Instant, of_region: impl Fn(usize) -> bool) -> Nps {
        let chosen = |a: &&(usize, Instant, i64)| (from..to).contains(&a.1) && of_region(a.0);
        let scores: Vec<i64> = self.nps.iter().filter(chosen).map(|a| a.2).collect();
        let promoters = scores.iter().filter(|s| **s >= 9).count() as f64;
        let detractors = scores.iter().filter(|s| **s <= 6).count() as f64;
        let n = scores.len();
        Nps { score: 100.0 * (promoters - detractors) / n.max(1) as f64, n }
    }
}
