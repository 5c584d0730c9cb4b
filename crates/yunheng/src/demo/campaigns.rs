//! Campaigns: which orders they bring, and what they cost per day (ad_spend.csv).

use super::calendar::{Demand, PROMOTIONS};
use super::catalogue::{CHANNELS, LIVE, OFF_SITE, PAID_SEARCH, RECOMMENDATION, STORES};
use super::clock::{DAYS, HOUR, Instant};
use super::ledger::Ledger;
use super::rng::{Rng, Stream};
use super::sheet::Sheet;
use super::stories::{self, weak_campaign};
use super::{DemoError, FileSummary};
use std::collections::BTreeMap;
use std::path::Path;

/// Campaigns are numbered promotion × channel; after the promotions come the everyday ones and
/// the weak one of the story.
const EVERYDAY: usize = PROMOTIONS.len();
const WEAK: usize = (EVERYDAY + 1) * CHANNELS.len();
pub const COUNT: usize = WEAK + 1;

struct PaidChannel {
    channel: usize,
    /// Share of the channel's orders that come by a campaign.
    share: f64,
    roas: f64,
    cost_per_click: f64,
    click_rate: f64,
    adgroups: [&'static str; 2],
}

const PAID: [PaidChannel; 4] = [
    PaidChannel {
        channel: PAID_SEARCH, share: 1.0, roas: 5.6, cost_per_click: 1.6, click_rate: 0.045, adgroups: ["品牌词", "品类词"]
    },
    PaidChannel { channel: RECOMMENDATION, share: 0.5, roas: 4.8, cost_per_click: 0.9, click_rate: 0.03, adgroups: ["老客", "新客"] },
    PaidChannel { channel: LIVE, share: 0.4, roas: 4.3, cost_per_click: 1.2, click_rate: 0.05, adgroups: ["直播引流", "短视频"] },
    PaidChannel { channel: OFF_SITE, share: 0.8, roas: 3.0, cost_per_click: 1.1, click_rate: 0.012, adgroups: ["图文", "视频"] },
];

/// Name as written in orders and spend, such as 双11-付费搜索.
pub fn name(campaign: usize) -> String {
    if campaign == WEAK {
        return weak_campaign::NAME.to_owned();
    }
    let promotion = PROMOTIONS.get(campaign / CHANNELS.len()).unwrap_or(&"日常");
    format!("{promotion}-{}", CHANNELS[campaign % CHANNELS.len()])
}

pub fn is_weak(campaign: usize) -> bool {
    campaign == WEAK
}

/// Campaign of one order or registration; none when it came unpaid.
pub fn draw(rng: &mut Rng, demand: &Demand, store: usize, channel: usize, at: Instant) -> Option<usize> {
    let paid = PAID.iter().find(|p| p.channel == channel)?;
    let by_campaign = rng.chance(paid.share);
    let mix = mix(demand, store, channel, at);
    let index = rng.weighted(&mix.map(|(_, share)| share));
    by_campaign.then_some(mix[index].0)
}

/// The campaigns that run for a store and channel, with their shares.
fn mix(demand: &Demand, store: usize, channel: usize, at: Instant) -> [(usize, f64); 3] {
    let everyday = EVERYDAY * CHANNELS.len() + channel;
    let weak = store == weak_campaign::STORE && channel == weak_campaign::CHANNEL && weak_campaign::runs(at);
    let weak_share = if weak { weak_campaign::SHARE } else { 0.0 };
    let phase = demand.phase_at(STORES[store].platform, at).filter(|p| p.is_sale());
    let (promotion, promotion_share) = match phase {
        Some(phase) => (phase.promotion * CHANNELS.len() + channel, 0.7),
        None => (everyday, 0.0),
    };
    let rest = 1.0 - weak_share;
    [(WEAK, weak_share), (promotion, rest * promotion_share), (everyday, rest * (1.0 - promotion_share))]
}

/// Writes ad_spend.csv. The platform claims more conversions than orders carry the campaign.
pub fn write_spend(dir: &Path, seed: u64, demand: &Demand, ledger: &mut Ledger) -> Result<FileSummary, DemoError> {
    let headers =
        ["date", "store_id", "channel", "campaign", "adgroup", "impressions", "clicks", "cost", "platform_conversions", "platform_revenue"];
    let mut sheet = Sheet::create(dir, "ad_spend.csv", &headers)?;
    let fen_per_weight = ledger.paid_fen() as f64 / demand.total();
    for day in 0..DAYS {
        for store in 0..STORES.len() {
            for paid in &PAID {
                for (campaign, weight) in planned_weights(demand, day, store, paid) {
                    let planned = weight * fen_per_weight;
                    write_campaign(&mut sheet, seed, ledger, (day, store, campaign), paid, planned)?;
                }
            }
        }
    }
    sheet.finish()
}

/// Demand that each campaign of a store and channel is expected to bring on a day.
fn planned_weights(demand: &Demand, day: i64, store: usize, paid: &PaidChannel) -> BTreeMap<usize, f64> {
    let mut weights = BTreeMap::new();
    for hour in day * 24..(day + 1) * 24 {
        let at = hour * HOUR;
        let share = stories::channel_shares(store, at)[paid.channel] * paid.share;
        let store_share = demand.store_shares[hour as usize][store];
        let weight = demand.planned[hour as usize] * store_share * share;
        for (campaign, part) in mix(demand, store, paid.channel, at) {
            if part > 0.0 {
                *weights.entry(campaign).or_insert(0.0) += weight * part;
            }
        }
    }
    weights
}

fn write_campaign(
    sheet: &mut Sheet,
    seed: u64,
    ledger: &mut Ledger,
    (day, store, campaign): (i64, usize, usize),
    paid: &PaidChannel,
    planned_fen: f64,
) -> Result<(), DemoError> {
    let index = (day as u64 * 16 + store as u64) * 64 + campaign as u64;
    let mut rng = Rng::new(seed, Stream::Spend, index);
    let roas = if is_weak(campaign) { weak_campaign::ROAS } else { paid.roas };
    let (orders, revenue) = ledger.campaign_revenue(day, store, campaign);
    let name = name(campaign);
    let claimed = rng.between(1.05, 1.25);
    let first_share = rng.between(0.48, 0.62);
    for (adgroup, share) in paid.adgroups.iter().zip([first_share, 1.0 - first_share]) {
        let cost = (planned_fen * share / roas * rng.log_normal(1.0, 0.08)).round() as i64;
        let clicks = (cost as f64 / 100.0 / paid.cost_per_click * rng.log_normal(1.0, 0.1)).round();
        let impressions = (clicks / paid.click_rate * rng.log_normal(1.0, 0.1)).round();
        ledger.spend(campaign, cost);
        sheet.date(day).text(STORES[store].id).text(CHANNELS[paid.channel]).text(&name);
        sheet.text(adgroup).number(impressions as u64).number(clicks as u64).money(cost);
        sheet.number((orders as f64 * claimed * share).round() as u64);
        sheet.money((revenue as f64 * claimed * share).round() as i64).end()?;
    }
    Ok(())
}
