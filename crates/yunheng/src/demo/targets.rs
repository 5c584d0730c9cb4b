//! Targets (floor, target, stretch) and market benchmarks by month.

use super::calendar::Demand;
use super::catalogue::{CATEGORIES, PLATFORMS, Platform, STORES};
use super::clock::{MONTHS, day_of, month_of, month_text};
use super::ledger::Ledger;
use super::people;
use super::rng::{Rng, Stream};
use super::sheet::{Sheet, money_text};
use super::{DemoError, FileSummary};
use std::path::Path;

/// Floor, target and stretch.
type Levels = [f64; 3];

/// Targets in fen are set in hundreds of yuan.
const STEP_FEN: f64 = 10_000.0;

/// Writes targets.csv. The company's row is the sum of its stores'; its segment is empty.
pub fn write_targets(dir: &Path, seed: u64, demand: &Demand, ledger: &Ledger) -> Result<FileSummary, DemoError> {
    let headers = ["metric", "period", "dimension", "segment", "floor", "target", "stretch", "reason"];
    let mut sheet = Sheet::create(dir, "targets.csv", &headers)?;
    let plan = planned_fen(seed, demand, ledger);
    for year in 0..2 {
        let months = year * 12..year * 12 + 12;
        let sums: Vec<i64> = (0..STORES.len()).map(|s| months.clone().map(|m| plan[m][s]).sum()).collect();
        write_paid(&mut sheet, &(2024 + year).to_string(), &sums, "年度目标")?;
    }
    for (month, stores) in plan.iter().enumerate() {
        let period = month_text(month);
        write_paid(&mut sheet, &period, stores, "年度目标按季节和大促节奏分解")?;
        write_rates(&mut sheet, &period)?;
    }
    sheet.finish()
}

/// Planned paid amount by month and store: growth, season and promotions, and an ambition.
fn planned_fen(seed: u64, demand: &Demand, ledger: &Ledger) -> Vec<Vec<i64>> {
    let mut weights = vec![vec![0.0; STORES.len()]; MONTHS];
    for (hour, planned) in demand.planned.iter().enumerate() {
        let month = &mut weights[month_of(hour as i64 / 24)];
        for (weight, share) in month.iter_mut().zip(&demand.store_shares[hour]) {
            *weight += planned * share;
        }
    }
    let fen_per_weight = ledger.paid_fen() as f64 / demand.total();
    for (month, stores) in weights.iter_mut().enumerate() {
        for (store, weight) in stores.iter_mut().enumerate() {
            let mut rng = Rng::new(seed, Stream::Target, (store * 2 + month / 12) as u64);
            *weight *= fen_per_weight * rng.between(0.97, 1.08);
        }
    }
    let round = |fen: &f64| ((fen / STEP_FEN).round().max(1.0) * STEP_FEN) as i64;
    weights.iter().map(|stores| stores.iter().map(round).collect()).collect()
}

fn write_paid(sheet: &mut Sheet, period: &str, stores: &[i64], reason: &str) -> Result<(), DemoError> {
    let level = |fen: i64, percent: i64| fen * percent / 100;
    for (store, fen) in std::iter::once((None, stores.iter().sum())).chain(stores.iter().enumerate().map(|(s, fen)| (Some(s), *fen))) {
        sheet.text("paid_amount").text(period);
        segment(sheet, store);
        sheet.money(level(fen, 92)).money(fen).money(level(fen, 108));
        let owner = store.map_or(String::new(), |s| format!("（{}）", people::store_owner(s)));
        sheet.text(&format!("{reason}{owner}")).end()?;
    }
    Ok(())
}

fn write_rates(sheet: &mut Sheet, period: &str) -> Result<(), DemoError> {
    let company: [(&str, Levels); 4] = [
        ("refund_rate", [0.085, 0.070, 0.060]),
        ("buyer_conversion", [0.027, 0.030, 0.033]),
        ("roas", [3.8, 4.3, 4.8]),
        ("nps", [35.0, 42.0, 48.0]),
    ];
    for (metric, levels) in company {
        write_levels(sheet, metric, period, None, levels)?;
    }
    for (store, facts) in STORES.iter().enumerate() {
        let conversion = match facts.platform {
            Platform::Own => [0.056, 0.062, 0.068],
            _ => [0.025, 0.028, 0.031],
        };
        write_levels(sheet, "buyer_conversion", period, Some(store), conversion)?;
        write_levels(sheet, "refund_rate", period, Some(store), [0.085, 0.070, 0.060])?;
    }
    Ok(())
}

fn write_levels(sheet: &mut Sheet, metric: &str, period: &str, store: Option<usize>, levels: Levels) -> Result<(), DemoError> {
    sheet.text(metric).text(period);
    segment(sheet, store);
    for level in levels {
        sheet.rate(level);
    }
    sheet.text("年度经营会议确定").end()
}

fn segment(sheet: &mut Sheet, store: Option<usize>) {
    match store {
        Some(store) => sheet.text("store").text(STORES[store].id),
        None => sheet.empty().empty(),
    };
}

/// Writes benchmarks.csv: the market's size by category, and conversion by platform.
pub fn write_benchmarks(dir: &Path, seed: u64, demand: &Demand, ledger: &Ledger) -> Result<FileSummary, DemoError> {
    let headers = ["metric", "segment", "period", "value", "percentile", "category_total", "source", "note"];
    let mut sheet = Sheet::create(dir, "benchmarks.csv", &headers)?;
    let mut months = [0.0; MONTHS];
    for (hour, planned) in demand.planned.iter().enumerate() {
        months[month_of(day_of(hour as i64 * 3_600))] += planned;
    }
    let fen_per_weight = ledger.paid_fen() as f64 / demand.total();
    for (month, weight) in months.iter().enumerate() {
        let period = month_text(month);
        let mut rng = Rng::new(seed, Stream::Benchmark, month as u64);
        for (index, category) in CATEGORIES.iter().enumerate() {
            let own = weight * fen_per_weight * STORES[0].categories[index] * category.season[month % 12];
            let total = (own * rng.between(38.0, 46.0)).round() as i64;
            for (percentile, share) in [("50", 0.004), ("90", 0.03)] {
                let value = money_text((total as f64 * share) as i64);
                sheet.text("paid_amount").text(category.name).text(&period).text(&value);
                sheet.text(percentile).money(total).text("行业大盘").text("合成数据").end()?;
            }
        }
        for platform in PLATFORMS.into_iter().filter(|p| *p != Platform::Own) {
            for (percentile, value) in [("50", 0.024), ("90", 0.038)] {
                let value = value * rng.between(0.95, 1.05);
                write_rate(&mut sheet, ("buyer_conversion", platform.name(), &period), value, percentile, "合成数据")?;
            }
        }
        for (metric, [middle, tenth, top3]) in COMPANY_BENCHMARKS {
            for (value, percentile, note) in [(middle, "50", "合成数据"), (tenth, "90", "合成数据"), (top3, "", "合成数据，TOP3 均值")]
            {
                write_rate(&mut sheet, (metric, "全部", &period), value * rng.between(0.97, 1.03), percentile, note)?;
            }
        }
    }
    sheet.finish()
}

/// Of the whole industry: the middle, the best tenth, and the mean of the best three.
const COMPANY_BENCHMARKS: [(&str, [f64; 3]); 3] =
    [("buyer_conversion", [0.026, 0.040, 0.046]), ("refund_rate", [0.085, 0.062, 0.055]), ("roas", [3.6, 5.1, 5.8])];

fn write_rate(
    sheet: &mut Sheet,
    (metric, segment, period): (&str, &str, &str),
    value: f64,
    percentile: &str,
    note: &str,
) -> Result<(), DemoError> {
    sheet.text(metric).text(segment).text(period);
    sheet.rate(value).text(percentile).empty();
    sheet.text("行业大盘").text(note).end()
}
