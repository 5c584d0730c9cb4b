//! Orders, their lines and their refunds: orders.csv, order_items.csv, refunds.csv.
//!
//! Orders and refunds have the headers, status words and totals row of a Chinese back office, so
//! that mapping them is a real task; docs/demo.md lists the mapping.

use super::basket::{self, Line};
use super::calendar::Demand;
use super::campaigns;
use super::catalogue::{CATEGORIES, CHANNELS, DEVICE_SHARES, DEVICES, LIVE, OFF_SITE, Platform, Product, REGIONS, STORES};
use super::clock::{DAY, END, HOUR, Instant};
use super::customers::{Customer, Placement};
use super::fulfilment::{self, Times};
use super::rng::{Rng, Stream};
use super::sheet::Sheet;
use super::stories::{self, checkout_failure};
use super::{DemoError, FileSummary};
use std::path::Path;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Placed,
    Paid,
    Shipped,
    Delivered,
    Confirmed,
    Cancelled,
    Closed,
}

impl Status {
    fn text(self) -> &'static str {
        match self {
            Status::Placed => "等待买家付款",
            Status::Paid => "买家已付款,等待卖家发货",
            Status::Shipped => "卖家已发货,等待买家确认",
            Status::Delivered => "已签收,等待买家确认",
            Status::Confirmed => "交易成功",
            Status::Cancelled => "已取消",
            Status::Closed => "交易关闭",
        }
    }
}

/// One order with everything that later files need. Amounts are in fen.
pub struct Order {
    pub id: u64,
    pub customer: u32,
    pub store: usize,
    pub channel: usize,
    pub campaign: Option<usize>,
    pub device: usize,
    pub region: usize,
    pub times: Times,
    pub status: Status,
    pub lines: Vec<Line>,
    pub deposit: i64,
    pub subsidy: i64,
    pub commission: i64,
    pub excluded: Option<&'static str>,
    pub refunds: Vec<Refund>,
    /// The payment failed in the shop: the order never came to be, only its visit.
    pub failed: bool,
}

pub struct Refund {
    pub line: usize,
    pub requested: Instant,
    pub completed: Option<Instant>,
    pub amount: i64,
    pub reason: &'static str,
    pub rejected: bool,
}

impl Order {
    pub fn list_amount(&self) -> i64 {
        self.lines.iter().map(|l| l.list_amount()).sum()
    }

    /// What the lines cost the buyer; also known for orders that were never paid.
    pub fn payable(&self) -> i64 {
        self.lines.iter().map(|l| l.payable).sum()
    }

    pub fn paid(&self) -> i64 {
        if self.times.paid.is_some() { self.payable() } else { 0 }
    }

    /// Whether the order counts in sales figures.
    pub fn counts(&self) -> bool {
        self.times.paid.is_some() && self.excluded.is_none()
    }
}

/// Simulates the order of a placement; `rank` is its position in time.
pub fn simulate(seed: u64, demand: &Demand, products: &[Product], customer: &Customer, placement: &Placement, rank: usize) -> Order {
    let mut rng = Rng::new(seed, Stream::Order, rank as u64);
    let rng = &mut rng;
    let placed = placement.at;
    let at_home = placement.first || rng.chance(0.55);
    let drawn = rng.weighted(&demand.store_shares[(placed / HOUR) as usize]);
    let store = if at_home { customer.home } else { drawn };
    let platform = STORES[store].platform;
    let first = placement.first;
    let drawn = rng.weighted(&stories::channel_shares(store, placed));
    let channel = if first { customer.channel } else { drawn };
    let campaign = match first {
        true => customer.campaign,
        false => campaigns::draw(rng, demand, store, channel, placed),
    };
    let drawn = rng.weighted(&DEVICE_SHARES);
    let device = if rng.chance(0.8) { customer.device } else { drawn };
    let on_sale = demand.phase_at(platform, placed).is_some_and(|p| p.is_sale());
    let lines = basket::draw(rng, products, store, placed, on_sale);
    let payable: i64 = lines.iter().map(|l| l.payable).sum();

    let presale = demand.balance_due(platform, placed).filter(|_| rng.chance(0.4));
    let payment = fulfilment::payment(rng, placed, presale);
    let excluded = rng.chance(0.008).then(|| EXCLUDED[rng.weighted(&[0.8, 0.13, 0.07])]);
    let (starts, ends) = checkout_failure::window();
    let failed =
        checkout_failure::segment(platform, channel, device) && (starts..ends).contains(&placed) && rng.chance(checkout_failure::FAILS);
    let times = fulfilment::times(rng, placed, payment, customer.region, on_sale);
    let mut order = Order {
        id: order_id(platform, placed, rank, placement.customer),
        customer: placement.customer,
        store,
        channel,
        campaign,
        device,
        region: customer.region,
        times,
        status: Status::Placed,
        deposit: presale.map_or(0, |_| payable * 15 / 100),
        subsidy: subsidy(rng, platform, on_sale, payable),
        commission: commission(rng, channel, payable),
        lines,
        excluded,
        refunds: Vec::new(),
        failed,
    };
    refund(rng, products, &mut order);
    order.status = settle(&mut order);
    order
}

const EXCLUDED: [&str; 3] = ["刷单", "员工内购", "内部测试"];

/// 19 digits on Tmall and Douyin, 18 elsewhere: platform, second, running number, customer.
fn order_id(platform: Platform, placed: Instant, rank: usize, customer: u32) -> u64 {
    const SECONDS_BEFORE: i64 = 126_230_400; // since 2020
    let head = match platform {
        Platform::Own => 1,
        Platform::Tmall => 2,
        Platform::Jd => 3,
        Platform::Douyin => 4,
    };
    let second = (SECONDS_BEFORE + placed) as u64;
    let id = (head * 1_000_000_000 + second) * 100_000 + rank as u64 % 100_000;
    match platform {
        Platform::Tmall | Platform::Douyin => id * 10_000 + u64::from(customer) % 10_000,
        _ => id * 1_000 + u64::from(customer) % 1_000,
    }
}

fn subsidy(rng: &mut Rng, platform: Platform, on_sale: bool, payable: i64) -> i64 {
    let rate = rng.between(0.02, 0.05);
    let granted = rng.chance(0.3) && on_sale && platform != Platform::Own;
    if granted { (payable as f64 * rate).round() as i64 } else { 0 }
}

fn commission(rng: &mut Rng, channel: usize, payable: i64) -> i64 {
    let rate = match channel {
        LIVE => rng.between(0.10, 0.20),
        OFF_SITE => 0.06,
        _ => 0.0,
    };
    (payable as f64 * rate).round() as i64
}

const BEFORE_SHIPPING: [&str; 3] = ["不想要了", "拍错了", "发货太慢"];
const AFTER_DELIVERY: [&str; 5] = ["质量问题", "尺码不合适", "与描述不符", "少件破损", "七天无理由"];

fn refund(rng: &mut Rng, products: &[Product], order: &mut Order) {
    let Some(paid) = order.times.paid else { return };
    let factor = stories::refund_factor(order.store, paid);
    for line in 0..order.lines.len() {
        let category = products[order.lines[line].product].category;
        if !rng.chance((CATEGORIES[category].refund * factor).min(0.9)) {
            continue;
        }
        let early = order.lines.len() == 1 && rng.chance(0.25);
        let requested = match (early, order.times.shipped, order.times.delivered) {
            (true, Some(shipped), _) => paid + (rng.unit() * (shipped - paid) as f64) as i64,
            (_, _, Some(delivered)) => delivered + HOUR + rng.exponential(2.0 * DAY as f64) as i64,
            _ => continue,
        };
        let wait = rng.log_normal(if early { 0.3 } else { 2.2 }, 0.5) * DAY as f64;
        let whole = early || rng.chance(0.8);
        let part = if whole { 1.0 } else { rng.between(0.2, 0.7) };
        let reasons: &[&'static str] = if early { &BEFORE_SHIPPING } else { &AFTER_DELIVERY };
        order.refunds.push(Refund {
            line,
            requested,
            completed: Some(requested + wait as i64).filter(|at| *at < END),
            amount: ((order.lines[line].payable as f64 * part).round() as i64).max(1),
            reason: reasons[rng.below(reasons.len())],
            rejected: !early && rng.chance(0.06),
        });
        if early && requested < END {
            order.times.cancel_shipping();
        }
    }
    order.refunds.retain(|r| r.requested < END);
}

/// Cuts the order at the end of the data and derives its status.
fn settle(order: &mut Order) -> Status {
    let back = order.refunds.iter().filter(|r| r.completed.is_some() && !r.rejected);
    let refunded: i64 = back.clone().map(|r| r.amount).sum();
    let closed_at = back.filter_map(|r| r.completed).max();
    let closed = order.times.paid.is_some() && refunded == order.payable();
    if closed && order.times.confirmed > closed_at {
        order.times.confirmed = None;
    }
    order.times.forget_future();
    let times = &order.times;
    match (times.paid, times.shipped, times.delivered, times.confirmed) {
        _ if closed => Status::Closed,
        (None, ..) if times.placed + times.payment_limit >= END => Status::Placed,
        (None, ..) => Status::Cancelled,
        (_, None, ..) => Status::Paid,
        (_, _, None, _) => Status::Shipped,
        (_, _, _, None) => Status::Delivered,
        _ => Status::Confirmed,
    }
}

const ORDER_HEADERS: [&str; 25] = [
    "订单编号",
    "买家会员名",
    "店铺",
    "订单创建时间",
    "订单付款时间",
    "应发货时间",
    "发货时间",
    "签收时间",
    "确认收货时间",
    "订单状态",
    "币种",
    "总金额",
    "优惠金额",
    "买家实际支付金额",
    "定金",
    "平台补贴",
    "平台服务费",
    "佣金",
    "商品成本",
    "运费成本",
    "成交渠道",
    "推广计划",
    "收货地区",
    "终端",
    "是否剔除",
];
const EXCLUDE_REASON: &str = "剔除原因";
const MONEY_COLUMNS: usize = 9;
const ITEM_HEADERS: [&str; 7] = ["order_id", "line", "product_id", "quantity", "unit_price", "unit_cost", "paid"];
const REFUND_HEADERS: [&str; 8] = ["退款编号", "订单编号", "订单行号", "退款申请时间", "退款完结时间", "退款金额", "退款原因", "退款状态"];

/// The three open files.
pub struct OrderFiles {
    orders: Sheet,
    items: Sheet,
    refunds: Sheet,
    totals: [i64; MONEY_COLUMNS],
    refund_total: i64,
    refund_count: u64,
}

impl OrderFiles {
    pub fn create(dir: &Path) -> Result<Self, DemoError> {
        let headers: Vec<&str> = ORDER_HEADERS.into_iter().chain([EXCLUDE_REASON]).collect();
        Ok(OrderFiles {
            orders: Sheet::create(dir, "orders.csv", &headers)?,
            items: Sheet::create(dir, "order_items.csv", &ITEM_HEADERS)?,
            refunds: Sheet::create(dir, "refunds.csv", &REFUND_HEADERS)?,
            totals: [0; MONEY_COLUMNS],
            refund_total: 0,
            refund_count: 0,
        })
    }

    pub fn write(&mut self, products: &[Product], order: &Order) -> Result<(), DemoError> {
        self.write_order(products, order)?;
        let paid = order.times.paid.is_some();
        for (index, line) in order.lines.iter().enumerate() {
            let product = &products[line.product];
            self.items.number(order.id).number(index as u64 + 1);
            self.items.code('P', line.product as u64 + 1, 4).number(line.quantity as u64);
            self.items.money(product.price_fen).money(product.cost_fen);
            self.items.money(if paid { line.payable } else { 0 }).end()?;
        }
        for refund in &order.refunds {
            self.write_refund(order, refund)?;
        }
        Ok(())
    }

    fn write_order(&mut self, products: &[Product], order: &Order) -> Result<(), DemoError> {
        let times = &order.times;
        let sheet = &mut self.orders;
        sheet.number(order.id).code('C', u64::from(order.customer) + 1, 6);
        sheet.text(STORES[order.store].id).time(times.placed).maybe_time(times.paid);
        sheet.maybe_time(times.promised).maybe_time(times.shipped);
        sheet.maybe_time(times.delivered).maybe_time(times.confirmed);
        sheet.text(order.status.text()).text("CNY");
        for (amount, total) in money(products, order).iter().zip(&mut self.totals) {
            *total += amount;
            sheet.money(*amount);
        }
        sheet.text(CHANNELS[order.channel]);
        sheet.text(&order.campaign.map(campaigns::name).unwrap_or_default());
        sheet.text(REGIONS[order.region].name).text(DEVICES[order.device]);
        sheet.text(if order.excluded.is_some() { "是" } else { "否" });
        sheet.text(order.excluded.unwrap_or_default()).end()
    }

    fn write_refund(&mut self, order: &Order, refund: &Refund) -> Result<(), DemoError> {
        self.refund_count += 1;
        self.refund_total += refund.amount;
        let status = match (refund.completed, refund.rejected) {
            (None, _) => "退款处理中",
            (_, true) => "退款关闭",
            _ => "退款成功",
        };
        let sheet = &mut self.refunds;
        sheet.code('R', self.refund_count, 9).number(order.id).number(refund.line as u64 + 1);
        sheet.time(refund.requested).maybe_time(refund.completed).money(refund.amount);
        sheet.text(refund.reason).text(status).end()
    }

    /// Writes the totals rows and closes the files.
    pub fn finish(mut self) -> Result<Vec<FileSummary>, DemoError> {
        self.orders.text("合计");
        for _ in 1..11 {
            self.orders.empty();
        }
        for total in self.totals {
            self.orders.money(total);
        }
        for _ in 0..6 {
            self.orders.empty();
        }
        self.orders.end()?;
        let sheet = &mut self.refunds;
        sheet.text("合计").empty().empty().empty().empty().money(self.refund_total);
        sheet.empty().empty().end()?;
        Ok(vec![self.orders.finish()?, self.items.finish()?, self.refunds.finish()?])
    }
}

/// List amount, discount, paid, deposit, subsidy, platform fee, commission, cost, shipping cost.
/// What follows from a payment is 0 while there is none.
fn money(products: &[Product], order: &Order) -> [i64; MONEY_COLUMNS] {
    let list = order.list_amount();
    let discount = list - order.payable();
    if order.times.paid.is_none() {
        return [list, discount, 0, order.deposit, 0, 0, 0, 0, 0];
    }
    let paid = order.paid();
    let fee = (paid as f64 * STORES[order.store].platform.fee()).round() as i64;
    let cost = order.lines.iter().map(|l| l.quantity * products[l.product].cost_fen).sum();
    let parcel = if order.times.shipped.is_some() { REGIONS[order.region].parcel_fen } else { 0 };
    [list, discount, paid, order.deposit, order.subsidy, fee, order.commission, cost, parcel]
}
