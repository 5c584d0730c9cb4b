//! The back office: inventory.csv, finance.csv, training.csv, suggestions.csv.

use super::calendar::Demand;
use super::catalogue::Product;
use super::clock::{self, DAYS, MONTHS, day_of, month_of};
use super::ledger::Ledger;
use super::people::PEOPLE_COUNT;
use super::rng::{Rng, Stream};
use super::sheet::Sheet;
use super::{DemoError, FileSummary};
use std::path::Path;

const WAREHOUSES: [&str; 2] = ["华东仓", "华南仓"];
/// Stock is counted on Mondays, and daily in the last month.
const DAILY_FROM: i64 = DAYS - 31;
/// (account, department, activity, share of revenue).
const COSTS: [(&str, &str, &str, f64); 7] = [
    ("商品成本", "商品部", "日常", 0.46),
    ("推广费", "投放部", "日常", 0.055),
    ("推广费", "投放部", "大促", 0.03),
    ("平台费用", "店铺运营部", "日常", 0.05),
    ("物流费", "店铺运营部", "日常", 0.045),
    ("人工", "运营中心", "日常", 0.09),
    ("培训费", "人力资源部", "日常", 0.003),
];
const COURSES: [(&str, &str); 5] =
    [("直通车投放进阶", "投放"), ("客服沟通技巧", "服务"), ("数据分析基础", "数据"), ("直播间运营", "内容"), ("供应链与库存", "供应链")];
const TOPICS: [&str; 4] = ["优化退换货流程", "调整客服排班", "改进详情页", "减少包装成本"];

pub fn write(dir: &Path, seed: u64, products: &[Product], demand: &Demand, ledger: &Ledger) -> Result<Vec<FileSummary>, DemoError> {
    Ok(vec![
        write_inventory(dir, seed, products)?,
        write_finance(dir, seed, demand, ledger)?,
        write_training(dir, seed)?,
        write_suggestions(dir, seed)?,
    ])
}

/// Stock drains by popularity and is filled up when it runs low; a late delivery leaves none for a while.
fn write_inventory(dir: &Path, seed: u64, products: &[Product]) -> Result<FileSummary, DemoError> {
    let mut sheet = Sheet::create(dir, "inventory.csv", &["date", "product_id", "warehouse", "on_hand", "in_transit", "unit_cost"])?;
    let mut rngs: Vec<Rng> = (0..products.len() * WAREHOUSES.len()).map(|index| Rng::new(seed, Stream::Stock, index as u64)).collect();
    let daily = |product: &Product| 0.5 + 6.0 * product.popularity;
    let mut stock: Vec<(f64, f64)> = (0..rngs.len()).map(|index| (daily(&products[index / WAREHOUSES.len()]) * 40.0, 0.0)).collect();
    for day in 0..DAYS {
        let counted = clock::weekday(day) == 0 || day >= DAILY_FROM;
        for (index, (on_hand, in_transit)) in stock.iter_mut().enumerate() {
            let (number, rng) = (index / WAREHOUSES.len(), &mut rngs[index]);
            let product = &products[number];
            *on_hand = (*on_hand - rng.poisson(daily(product)) as f64).max(0.0);
            if *in_transit > 0.0 && rng.chance(0.12) {
                (*on_hand, *in_transit) = (*on_hand + *in_transit, 0.0);
            } else if *in_transit == 0.0 && *on_hand < daily(product) * 14.0 {
                *in_transit = (daily(product) * 45.0).round();
            }
            if counted && product.listed < (day + 1) * clock::DAY {
                sheet.date(day).code('P', number as u64 + 1, 4).text(WAREHOUSES[index % WAREHOUSES.len()]);
                sheet.number(*on_hand as u64).number(*in_transit as u64).money(product.cost_fen).end()?;
            }
        }
    }
    sheet.finish()
}

/// Budget and actual by month: revenue follows the orders, costs their share of it.
fn write_finance(dir: &Path, seed: u64, demand: &Demand, ledger: &Ledger) -> Result<FileSummary, DemoError> {
    let mut sheet = Sheet::create(dir, "finance.csv", &["date", "account", "department", "activity", "kind", "amount"])?;
    let mut planned = [0.0; MONTHS];
    for (hour, weight) in demand.planned.iter().enumerate() {
        planned[month_of(day_of(hour as i64 * clock::HOUR))] += weight;
    }
    let fen_per_weight = ledger.paid_fen() as f64 / demand.total();
    for (month, weight) in planned.iter().enumerate() {
        let mut rng = Rng::new(seed, Stream::Books, month as u64);
        let budget = weight * fen_per_weight * 0.93;
        // Books are closed on the last day of the month.
        let Some(closed) = (0..DAYS).rfind(|day| month_of(*day) == month) else { continue };
        let actual = budget * rng.between(0.92, 1.08);
        let mut row = |account: &str, department: &str, activity: &str, kind: &str, fen: f64| {
            sheet.date(closed).text(account).text(department).text(activity).text(kind).money(fen.round() as i64).end()
        };
        row("营业收入", "运营中心", "日常", "预算", budget)?;
        row("营业收入", "运营中心", "日常", "实际", actual)?;
        for (account, department, activity, share) in COSTS {
            row(account, department, activity, "预算", budget * share)?;
            row(account, department, activity, "实际", actual * share * rng.between(0.9, 1.12))?;
        }
    }
    sheet.finish()
}

fn write_training(dir: &Path, seed: u64) -> Result<FileSummary, DemoError> {
    let mut sheet = Sheet::create(dir, "training.csv", &["training_id", "person_id", "date", "course", "hours", "score", "skill"])?;
    let mut count = 0;
    for day in (0..DAYS).filter(|day| clock::weekday(*day) < 5) {
        let mut rng = Rng::new(seed, Stream::Training, day as u64);
        for _ in 0..rng.poisson(1.2) {
            count += 1;
            let (course, skill) = rng.pick(&COURSES);
            // Scores grow with the two years: people learn.
            let score = (68.0 + 12.0 * day as f64 / DAYS as f64 + 8.0 * rng.normal()).clamp(30.0, 100.0);
            sheet.code('T', count, 5).code('P', rng.below(PEOPLE_COUNT) as u64 + 1, 3).date(day).text(course);
            sheet.rate(0.5 * (1 + rng.below(8)) as f64).rate(score.round()).text(skill).end()?;
        }
    }
    sheet.finish()
}

fn write_suggestions(dir: &Path, seed: u64) -> Result<FileSummary, DemoError> {
    let mut sheet = Sheet::create(dir, "suggestions.csv", &["suggestion_id", "person_id", "date", "topic", "status", "benefit"])?;
    let mut count = 0;
    for day in (0..DAYS).filter(|day| clock::weekday(*day) < 5) {
        let mut rng = Rng::new(seed, Stream::Suggestion, day as u64);
        if !rng.chance(0.35) {
            continue;
        }
        count += 1;
        let status = ["已提交", "已采纳", "未采纳"][rng.weighted(&[0.2, 0.45, 0.35])];
        sheet
            .code('S', count, 4)
            .code('P', rng.below(PEOPLE_COUNT) as u64 + 1, 3)
            .date(day)
            .text(TOPICS[rng.below(TOPICS.len())])
            .text(status);
        match status {
            "已采纳" => sheet.money((rng.log_normal(3_000.0, 0.9) * 100.0) as i64),
            _ => sheet.empty(),
        };
        sheet.end()?;
    }
    sheet.finish()
}
