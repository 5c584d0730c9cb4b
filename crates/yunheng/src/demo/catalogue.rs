//! The made-up company: stores, channels, devices, regions and products.

use super::clock::{DAYS, Instant};
use super::rng::{Rng, Stream};
use super::sheet::Sheet;
use super::{DemoError, FileSummary, clock};
use std::path::Path;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    Tmall,
    Jd,
    Douyin,
    Own,
}

pub const PLATFORMS: [Platform; 4] = [Platform::Tmall, Platform::Jd, Platform::Douyin, Platform::Own];

impl Platform {
    pub fn name(self) -> &'static str {
        match self {
            Platform::Tmall => "天猫",
            Platform::Jd => "京东",
            Platform::Douyin => "抖音",
            Platform::Own => "自有",
        }
    }

    /// Share of the paid amount that the platform (own shops: the payment provider) keeps.
    pub fn fee(self) -> f64 {
        match self {
            Platform::Tmall | Platform::Douyin => 0.05,
            Platform::Jd => 0.08,
            Platform::Own => 0.006,
        }
    }

    /// Split of visits that end in an order, by channel in the order of [`CHANNELS`].
    pub fn channel_shares(self) -> [f64; CHANNELS.len()] {
        match self {
            Platform::Tmall => [0.32, 0.22, 0.12, 0.18, 0.04, 0.06, 0.06],
            Platform::Jd => [0.40, 0.18, 0.05, 0.22, 0.03, 0.04, 0.08],
            Platform::Douyin => [0.10, 0.28, 0.46, 0.08, 0.02, 0.04, 0.02],
            Platform::Own => [0.15, 0.08, 0.05, 0.20, 0.20, 0.12, 0.20],
        }
    }
}

pub struct Store {
    pub id: &'static str,
    pub name: &'static str,
    pub platform: Platform,
    pub brand: &'static str,
    pub opened: (i16, i8, i8),
    /// Share of demand at the start of 2024.
    pub share: f64,
    /// Relative growth of the share per year.
    pub drift: f64,
    /// Preference for the categories in the order of [`CATEGORIES`].
    pub categories: [f64; CATEGORIES.len()],
}

const ALL: [f64; 5] = [0.30, 0.24, 0.16, 0.18, 0.12];

pub const STORES: [Store; 9] = [
    store("S01", "禾木天猫旗舰店", Platform::Tmall, "禾木", (2018, 3, 8), 0.24, -0.04, ALL),
    store("S02", "禾木家居天猫专营店", Platform::Tmall, "禾木", (2019, 9, 1), 0.10, 0.0, [0.05, 0.05, 0.65, 0.1, 0.15]),
    store("S03", "星野天猫旗舰店", Platform::Tmall, "星野", (2020, 5, 20), 0.10, 0.02, [0.55, 0.35, 0.02, 0.03, 0.05]),
    store("S04", "禾木京东旗舰店", Platform::Jd, "禾木", (2019, 6, 1), 0.15, -0.02, ALL),
    store("S05", "星野京东旗舰店", Platform::Jd, "星野", (2021, 4, 12), 0.08, 0.0, [0.35, 0.25, 0.05, 0.05, 0.3]),
    store("S06", "禾木抖音旗舰店", Platform::Douyin, "禾木", (2021, 11, 1), 0.10, 0.22, ALL),
    store("S07", "拾光抖音直播间", Platform::Douyin, "拾光", (2022, 8, 18), 0.08, 0.25, [0.2, 0.3, 0.1, 0.35, 0.05]),
    store("S08", "禾木官网商城", Platform::Own, "禾木", (2018, 1, 1), 0.09, 0.0, ALL),
    store("S09", "禾木会员App", Platform::Own, "禾木", (2022, 1, 1), 0.06, 0.08, ALL),
];

#[expect(clippy::too_many_arguments, reason = "a row of the table above")]
const fn store(
    id: &'static str,
    name: &'static str,
    platform: Platform,
    brand: &'static str,
    opened: (i16, i8, i8),
    share: f64,
    drift: f64,
    categories: [f64; 5],
) -> Store {
    Store { id, name, platform, brand, opened, share, drift, categories }
}

pub const CHANNELS: [&str; 7] = ["搜索", "推荐", "直播", "付费搜索", "社群", "站外", "直接访问"];
pub const RECOMMENDATION: usize = 1;
pub const LIVE: usize = 2;
pub const PAID_SEARCH: usize = 3;
pub const OFF_SITE: usize = 5;
pub const DIRECT: usize = 6;

pub const DEVICES: [&str; 3] = ["android", "ios", "pc"];
pub const ANDROID: usize = 0;
pub const DEVICE_SHARES: [f64; 3] = [0.54, 0.35, 0.11];

pub struct Region {
    pub name: &'static str,
    pub cities: &'static [&'static str],
    pub share: f64,
    /// Median days from shipping to delivery.
    pub transit_days: f64,
    /// Fen that a parcel costs.
    pub parcel_fen: i64,
}

pub const SOUTH: usize = 1;
pub const REGIONS: [Region; 7] = [
    region("华东", &["上海", "杭州", "南京", "苏州", "宁波", "合肥"], 0.36, 1.7, 380),
    region("华南", &["广州", "深圳", "佛山", "东莞", "南宁"], 0.20, 2.1, 420),
    region("华北", &["北京", "天津", "石家庄", "太原"], 0.16, 2.2, 450),
    region("华中", &["武汉", "长沙", "郑州"], 0.12, 2.0, 420),
    region("西南", &["成都", "重庆", "昆明", "贵阳"], 0.09, 2.9, 560),
    region("东北", &["沈阳", "大连", "哈尔滨"], 0.04, 3.1, 580),
    region("西北", &["西安", "兰州", "乌鲁木齐"], 0.03, 3.9, 850),
];

const fn region(name: &'static str, cities: &'static [&'static str], share: f64, transit_days: f64, parcel_fen: i64) -> Region {
    Region { name, cities, share, transit_days, parcel_fen }
}

pub struct Category {
    pub name: &'static str,
    pub lines: [&'static str; 3],
    /// Median price of the middle tier, in yuan.
    pub price: f64,
    /// Unit cost as a share of the price.
    pub cost: f64,
    /// Probability that a bought line is refunded.
    pub refund: f64,
    /// Demand by month of the year.
    pub season: [f64; 12],
}

const FLAT: [f64; 12] = [1.0; 12];
const AUTUMN: [f64; 12] = [1.0, 0.8, 1.1, 1.0, 1.0, 0.9, 0.8, 0.8, 1.1, 1.2, 1.3, 1.2];
const FEAST: [f64; 12] = [1.6, 1.2, 0.9, 0.9, 1.0, 1.1, 0.9, 0.9, 1.3, 0.9, 0.9, 1.1];
const SPRING: [f64; 12] = [0.9, 0.9, 1.3, 1.1, 1.2, 1.0, 0.9, 0.9, 1.0, 1.0, 1.1, 1.0];

pub const CATEGORIES: [Category; 5] = [
    category("服饰", ["女装", "男装", "童装"], 169.0, 0.42, 0.125, AUTUMN),
    category("美妆", ["护肤", "彩妆", "洗护"], 139.0, 0.34, 0.048, SPRING),
    category("家居", ["床品", "厨具", "收纳"], 189.0, 0.50, 0.055, FLAT),
    category("食品", ["零食", "茶饮", "粮油"], 62.0, 0.58, 0.028, FEAST),
    category("数码配件", ["音频", "充电", "穿戴"], 149.0, 0.56, 0.062, FLAT),
];

const fn category(name: &'static str, lines: [&'static str; 3], price: f64, cost: f64, refund: f64, season: [f64; 12]) -> Category {
    Category { name, lines, price, cost, refund, season }
}

const TIERS: [(&str, f64, f64); 3] = [("入门", 0.6, 0.35), ("标准", 1.0, 0.45), ("高端", 1.9, 0.20)];
const BRANDS: [&str; 3] = ["禾木", "星野", "拾光"];
const PRODUCTS_PER_LINE: usize = 10;

pub struct Product {
    pub category: usize,
    pub line: usize,
    tier: usize,
    brand: &'static str,
    pub listed: Instant,
    pub price_fen: i64,
    pub cost_fen: i64,
    pub popularity: f64,
}

/// The catalogue: products of one category are consecutive.
pub fn products(seed: u64) -> Vec<Product> {
    let count = CATEGORIES.len() * 3 * PRODUCTS_PER_LINE;
    (0..count).map(|index| product(seed, index)).collect()
}

/// Products of a category, as a range of their numbers.
pub fn products_of(category: usize) -> std::ops::Range<usize> {
    let size = 3 * PRODUCTS_PER_LINE;
    category * size..(category + 1) * size
}

fn product(seed: u64, index: usize) -> Product {
    let mut rng = Rng::new(seed, Stream::Product, index as u64);
    let category = index / (3 * PRODUCTS_PER_LINE);
    let line = index / PRODUCTS_PER_LINE % 3;
    let rank = index % PRODUCTS_PER_LINE;
    let tier = rng.weighted(&TIERS.map(|(_, _, share)| share));
    let kind = &CATEGORIES[category];
    let price = kind.price * TIERS[tier].1 * rng.log_normal(1.0, 0.18);
    let price_fen = (price.round() as i64).max(9) * 100 - 10;
    let cost = price_fen as f64 * kind.cost * rng.between(0.9, 1.1);
    // The last products of each line are new: the first ones must exist from the beginning.
    let listed_day = if rank >= PRODUCTS_PER_LINE - 3 { rng.below(DAYS as usize - 60) as i64 } else { -(rng.below(1_400) as i64) - 30 };
    Product {
        category,
        line,
        tier,
        brand: BRANDS[rng.weighted(&[0.5, 0.3, 0.2])],
        listed: listed_day * clock::DAY,
        price_fen,
        cost_fen: cost.round() as i64,
        popularity: 1.0 / (1.0 + rng.below(PRODUCTS_PER_LINE) as f64).powf(0.8),
    }
}

/// Source and medium that the own shops' logs record for a channel.
pub fn source_of(channel: usize, pick: u64) -> (&'static str, &'static str) {
    let first = pick.is_multiple_of(2);
    match channel {
        0 => (if first { "百度" } else { "必应" }, "organic"),
        1 => ("应用商店", "referral"),
        2 => ("视频号", "live"),
        3 => ("百度推广", "cpc"),
        4 => ("企业微信", "social"),
        5 => (if first { "小红书" } else { "微博" }, "social_paid"),
        _ => ("direct", "none"),
    }
}

/// Writes stores.csv.
pub fn write_stores(dir: &Path) -> Result<FileSummary, DemoError> {
    let headers = ["store_id", "name", "platform", "site_type", "brand", "opened_at"];
    let mut sheet = Sheet::create(dir, "stores.csv", &headers)?;
    for store in &STORES {
        let own = store.platform == Platform::Own;
        sheet.text(store.id).text(store.name).text(store.platform.name());
        sheet.text(if own { "own site" } else { "marketplace" }).text(store.brand);
        let (year, month, day) = store.opened;
        sheet.date(clock::day(year, month, day)).end()?;
    }
    sheet.finish()
}

/// Writes products.csv.
pub fn write_products(dir: &Path, products: &[Product]) -> Result<FileSummary, DemoError> {
    let headers = ["product_id", "name", "category", "line", "tier", "brand", "listed_at"];
    let mut sheet = Sheet::create(dir, "products.csv", &headers)?;
    for (index, product) in products.iter().enumerate() {
        let category = &CATEGORIES[product.category];
        let line = category.lines[product.line];
        let tier = TIERS[product.tier].0;
        let number = index % PRODUCTS_PER_LINE + 1;
        sheet.code('P', index as u64 + 1, 4);
        sheet.text(&format!("{}{tier}{line}{number:02}款", product.brand));
        sheet.text(&format!("{}/{line}", category.name)).text(line).text(tier);
        sheet.text(product.brand).date(clock::day_of(product.listed)).end()?;
    }
    sheet.finish()
}
