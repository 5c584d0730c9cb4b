//! Customers and when they order: a BG/NBD population in demand time.
//!
//! Each customer buys as a Poisson process of their own rate and may leave after every order
//! (Fader, Hardie and Lee 2005). The process runs in "demand time", where every unit carries the
//! same demand; mapping it to the calendar gives daily totals their season, promotions and growth
//! without disturbing the heavy tail of repeat buyers.

use super::calendar::Demand;
use super::campaigns;
use super::catalogue::{CHANNELS, DEVICE_SHARES, REGIONS};
use super::clock::{DAY, END, Instant};
use super::rng::{Rng, Stream, hash};
use super::sheet::Sheet;
use super::{DemoError, FileSummary, people, stories};
use std::path::Path;

/// Customers at scale 1.
const CUSTOMERS: f64 = 20_000.0;
/// Orders per unit of demand time (the two years) of an average customer.
const MEAN_RATE: f64 = 14.0;
const RATE_SHAPE: f64 = 0.75;
const LEAVE: (f64, f64) = (0.8, 6.5);
const MAX_ORDERS: usize = 300;

pub struct Customer {
    pub created: Instant,
    pub home: usize,
    pub channel: usize,
    pub campaign: Option<usize>,
    pub region: usize,
    pub city: usize,
    pub device: usize,
    pub orders: u32,
}

/// One order to come: its instant, its customer, and whether it is the customer's first.
pub struct Placement {
    pub at: Instant,
    pub customer: u32,
    pub first: bool,
}

pub struct Population {
    /// By time of registration; the number of a customer is the position plus one.
    pub customers: Vec<Customer>,
    /// By time.
    pub placements: Vec<Placement>,
}

/// How a customer comes into the two years.
#[derive(Clone, Copy, PartialEq)]
enum Origin {
    /// Registered before 2024.
    Before,
    /// Registers with the first order.
    New,
    /// Registers and never orders.
    Idle,
}

pub fn population(seed: u64, scale: f64, demand: &Demand) -> Population {
    let count = (CUSTOMERS * scale).round().max(1.0) as usize;
    let mut origins = Vec::with_capacity(count);
    let mut purchases: Vec<(f64, u32)> = Vec::new();
    for number in 0..count {
        let mut rng = Rng::new(seed, Stream::Customer, number as u64);
        let origin = [Origin::Before, Origin::New, Origin::Idle][rng.weighted(&[0.28, 0.65, 0.07])];
        origins.push(origin);
        purchase_times(&mut rng, origin, |time| purchases.push((time, number as u32)));
    }
    purchases.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let instants = order_instants(seed, demand, purchases.len());

    let mut firsts: Vec<Option<Instant>> = vec![None; count];
    for ((_, customer), at) in purchases.iter().zip(&instants) {
        firsts[*customer as usize].get_or_insert(*at);
    }
    let (customers, numbers) = register(seed, demand, &origins, &firsts);
    let mut population = Population { customers, placements: Vec::with_capacity(purchases.len()) };
    for ((_, raw), at) in purchases.into_iter().zip(instants) {
        let customer = numbers[raw as usize];
        let record = &mut population.customers[customer as usize];
        let first = record.orders == 0 && origins[raw as usize] == Origin::New;
        record.orders += 1;
        population.placements.push(Placement { at, customer, first });
    }
    population
}

/// Calls `buy` with every purchase time in [0, 1) of demand time.
fn purchase_times(rng: &mut Rng, origin: Origin, mut buy: impl FnMut(f64)) {
    if origin == Origin::Idle {
        return;
    }
    let gap = RATE_SHAPE / (MEAN_RATE * rng.gamma(RATE_SHAPE).max(1e-6));
    let leaves = rng.beta(LEAVE.0, LEAVE.1);
    let mut time = match origin {
        Origin::New => rng.unit(),
        _ => rng.exponential(gap),
    };
    for _ in 0..MAX_ORDERS {
        if time >= 1.0 {
            return;
        }
        buy(time);
        if rng.chance(leaves) {
            return;
        }
        time += rng.exponential(gap);
    }
}

/// `count` instants, ascending, spread as the demand is.
fn order_instants(seed: u64, demand: &Demand, count: usize) -> Vec<Instant> {
    let mut rng = Rng::new(seed, Stream::Clock, 0);
    let total = demand.total();
    let mut instants: Vec<Instant> = (0..count).map(|_| demand.instant_of(rng.unit() * total)).collect();
    instants.sort_unstable();
    instants
}

/// Registers everybody in order of time; also returns the new number of each.
fn register(seed: u64, demand: &Demand, origins: &[Origin], firsts: &[Option<Instant>]) -> (Vec<Customer>, Vec<u32>) {
    let mut created: Vec<(Instant, u32)> = Vec::with_capacity(origins.len());
    for (raw, (origin, first)) in origins.iter().zip(firsts).enumerate() {
        let mut rng = Rng::new(seed, Stream::Customer, !(raw as u64));
        let instant = match (origin, first) {
            (Origin::New, Some(first)) => first - 20 - rng.exponential(0.4 * DAY as f64) as i64,
            (Origin::Before, _) => -((rng.unit() * 1_000.0 * DAY as f64) as i64) - DAY,
            _ => (rng.unit() * (END - 1) as f64) as i64,
        };
        created.push((instant, raw as u32));
    }
    created.sort_unstable();
    let mut numbers = vec![0; created.len()];
    let customers = created
        .iter()
        .enumerate()
        .map(|(number, (instant, raw))| {
            numbers[*raw as usize] = number as u32;
            customer(seed, demand, number, *instant)
        })
        .collect();
    (customers, numbers)
}

fn customer(seed: u64, demand: &Demand, number: usize, created: Instant) -> Customer {
    let mut rng = Rng::new(hash(seed), Stream::Customer, number as u64);
    let known = created.clamp(0, END - 1);
    let home = rng.weighted(&demand.store_shares[(known / 3_600) as usize]);
    let channel = rng.weighted(&stories::channel_shares(home, known));
    let region = rng.weighted(&REGIONS.map(|r| r.share));
    Customer {
        created,
        home,
        channel,
        campaign: campaigns::draw(&mut rng, demand, home, channel, known),
        region,
        city: rng.below(REGIONS[region].cities.len()),
        device: rng.weighted(&DEVICE_SHARES),
        orders: 0,
    }
}

const SURNAMES: [&str; 20] =
    ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗"];
const GIVEN: [&str; 24] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "秀英", "霞", "平", "子涵",
    "雨欣", "浩然", "梓萱",
];

/// Writes customers.csv. Names, numbers and addresses are made up; no phone number can exist.
pub fn write(dir: &Path, seed: u64, customers: &[Customer]) -> Result<FileSummary, DemoError> {
    let headers = [
        "customer_id",
        "created_at",
        "name",
        "phone",
        "email",
        "region",
        "city",
        "level",
        "acquired_channel",
        "acquired_campaign",
        "owner_id",
        "referrer_id",
        "consent",
    ];
    let mut sheet = Sheet::create(dir, "customers.csv", &headers)?;
    for (index, customer) in customers.iter().enumerate() {
        let mut rng = Rng::new(hash(seed), Stream::Customer, !(index as u64));
        let region = &REGIONS[customer.region];
        let level = level(customer.orders);
        sheet.code('C', index as u64 + 1, 6).time(customer.created);
        sheet.text(&format!("{}{}", rng.pick(&SURNAMES), rng.pick(&GIVEN)));
        sheet.text(&format!("100{:08}", rng.below(100_000_000)));
        sheet.text(&format!("c{:06}@example.com", index + 1));
        sheet.text(region.name).text(region.cities[customer.city]).text(level);
        sheet.text(CHANNELS[customer.channel]);
        sheet.text(&customer.campaign.map(campaigns::name).unwrap_or_default());
        match level {
            "钻石" | "金卡" => sheet.code('P', people::owner_number(index), 3),
            _ => sheet.empty(),
        };
        match index > 20 && rng.chance(0.05) {
            true => sheet.code('C', rng.below(index) as u64 + 1, 6),
            false => sheet.empty(),
        };
        sheet.flag(rng.chance(0.87)).end()?;
    }
    sheet.finish()
}

fn level(orders: u32) -> &'static str {
    match orders {
        0..=2 => "普通",
        3..=7 => "银卡",
        8..=19 => "金卡",
        _ => "钻石",
    }
}
