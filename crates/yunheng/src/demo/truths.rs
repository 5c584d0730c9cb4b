//! truths.json: what is hidden in the data, counted while they were generated.

use super::calendar::PROMOTIONS;
use super::catalogue::{ANDROID, CHANNELS, DEVICES, PAID_SEARCH, REGIONS, STORES};
use super::clock::{END, Instant, time_text};
use super::events::{CheckoutTruth, Steps};
use super::ledger::{Ledger, Nps, Returned, Year};
use super::people;
use super::sheet::money_text;
use super::stories::{checkout_failure, refund_doubling, shipping_delay, slow_agent, weak_campaign};
use super::{DemoError, DemoOptions, FileSummary};
use std::fmt::Write as _;
use std::path::Path;

/// A JSON object under construction; values are rendered JSON.
#[derive(Default)]
struct Object(Vec<(&'static str, String)>);

impl Object {
    fn raw(mut self, key: &'static str, value: impl ToString) -> Self {
        self.0.push((key, value.to_string()));
        self
    }

    fn text(self, key: &'static str, value: &str) -> Self {
        let value = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
        self.raw(key, value)
    }

    /// Money as text: exact decimals do not survive JSON numbers everywhere.
    fn money(self, key: &'static str, fen: i64) -> Self {
        self.text(key, &money_text(fen))
    }

    fn number(self, key: &'static str, value: f64) -> Self {
        self.raw(key, format!("{value:.4}"))
    }

    fn window(self, (from, to): (Instant, Instant)) -> Self {
        self.text("from", &time_text(from)).text("until", &time_text(to))
    }

    fn object(self, key: &'static str, inner: Object, depth: usize) -> Self {
        let rendered = inner.render(depth);
        self.raw(key, rendered)
    }

    fn render(&self, depth: usize) -> String {
        let pad = "  ".repeat(depth);
        let mut out = String::from("{\n");
        for (index, (key, value)) in self.0.iter().enumerate() {
            let comma = if index + 1 < self.0.len() { "," } else { "" };
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{pad}  \"{key}\": {value}{comma}");
        }
        out + &pad + "}"
    }
}

pub fn write(
    dir: &Path,
    options: &DemoOptions,
    files: &[FileSummary],
    ledger: &Ledger,
    checkout: &CheckoutTruth,
) -> Result<FileSummary, DemoError> {
    let rows = files.iter().fold(Object::default(), |o, f| o.raw(f.name, f.rows));
    let stories = Object::default()
        .object("checkout_failure", checkout_story(ledger, checkout), 2)
        .object("refund_doubling", refund_story(ledger), 2)
        .object("weak_campaign", campaign_story(ledger), 2)
        .object("slow_agent", agent_story(ledger), 2)
        .object("shipping_delay", delay_story(ledger), 2);
    let text = Object::default()
        .text("note", "Synthetic data: every person, shop and figure is made up.")
        .raw("seed", options.seed)
        .raw("scale", options.scale)
        .text("as_of", &time_text(END - 1))
        .text("time_zone", "Asia/Shanghai")
        .object("rows", rows, 1)
        .object("year_2024", year(&ledger.years[0]), 1)
        .object("year_2025", year(&ledger.years[1]), 1)
        .text("promotions", &PROMOTIONS.join(" "))
        .object("stories", stories, 1)
        .render(0)
        + "\n";
    let path = dir.join("truths.json");
    std::fs::write(&path, &text).map_err(|e| DemoError::io(&path, e))?;
    Ok(FileSummary { name: "truths.json", rows: 1, bytes: text.len() as u64 })
}

fn year(year: &Year) -> Object {
    Object::default()
        .raw("orders", year.orders)
        .raw("paid_orders", year.paid_orders)
        .money("paid_amount", year.paid_fen)
        .raw("excluded_paid_orders", year.excluded_orders)
        .money("excluded_paid_amount", year.excluded_fen)
        .raw("refunds", year.refunds)
        .money("refund_amount", year.refund_fen)
}

fn checkout_story(ledger: &Ledger, truth: &CheckoutTruth) -> Object {
    let steps =
        |steps: &Steps| Object::default().raw("visits", steps.visits).raw("checkouts", steps.checkouts).raw("purchases", steps.purchases);
    Object::default()
        .window(checkout_failure::window())
        .text("channel", CHANNELS[PAID_SEARCH])
        .text("source", "百度推广")
        .text("device", DEVICES[ANDROID])
        .text("stores", "S08 S09")
        .raw("orders_lost", ledger.failed_orders)
        .money("amount_lost", ledger.failed_fen)
        .object("steps", steps(&truth.failing), 3)
        .object("steps_day_before", steps(&truth.day_before), 3)
        .object("steps_2024_10_01", steps(&truth.year_before), 3)
}

fn refund_story(ledger: &Ledger) -> Object {
    let rate = |r: &Returned| r.refund_fen as f64 / r.paid_fen.max(1) as f64;
    let amounts = |r: &Returned| {
        Object::default().money("paid_amount", r.paid_fen).money("refund_amount", r.refund_fen).number("refund_rate", rate(r))
    };
    Object::default()
        .text("store", STORES[refund_doubling::STORE].id)
        .text("from", &time_text(refund_doubling::starts()))
        .object("paid_2025_03_to_08", amounts(&ledger.refunds_before), 3)
        .object("paid_2025_09_to_11", amounts(&ledger.refunds_after), 3)
}

fn campaign_story(ledger: &Ledger) -> Object {
    let roas = |i: usize| ledger.campaign_fen[i] as f64 / ledger.campaign_cost[i].max(1) as f64;
    Object::default()
        .text("campaign", weak_campaign::NAME)
        .text("store", STORES[weak_campaign::STORE].id)
        .text("channel", CHANNELS[weak_campaign::CHANNEL])
        .text("first_day", "2025-07-01")
        .text("last_day", "2025-09-30")
        .money("cost", ledger.campaign_cost[0])
        .money("paid_amount", ledger.campaign_fen[0])
        .number("roas", roas(0))
        .number("roas_of_all_other_campaigns", roas(1))
}

fn agent_story(ledger: &Ledger) -> Object {
    Object::default()
        .text("agent", &format!("P{:03}", people::agent_number(slow_agent::AGENT)))
        .text("from", &time_text(slow_agent::starts()))
        .raw("tickets", ledger.slow_replies.len())
        .number("median_minutes", median(&ledger.slow_replies))
        .raw("tickets_of_others", ledger.other_replies.len())
        .number("median_minutes_of_others", median(&ledger.other_replies))
}

fn delay_story(ledger: &Ledger) -> Object {
    let region = shipping_delay::REGION;
    let (starts, ends) = shipping_delay::answers();
    let nps = |nps: Nps| Object::default().raw("n", nps.n).number("nps", nps.score);
    let mean = |(sum, count): (f64, u64)| sum / count.max(1) as f64;
    let before = starts - (ends - starts);
    Object::default()
        .window(shipping_delay::window())
        .text("region", REGIONS[region].name)
        .number("paid_to_delivered_hours_28_days_before", mean(ledger.delivery_before))
        .number("paid_to_delivered_hours", mean(ledger.delivery_during))
        .text("answers_from", &time_text(starts))
        .text("answers_until", &time_text(ends))
        .object("nps_30_days_before", nps(ledger.nps_of(before, starts, |r| r == region)), 3)
        .object("nps", nps(ledger.nps_of(starts, ends, |r| r == region)), 3)
        .object("nps_of_other_regions", nps(ledger.nps_of(starts, ends, |r| r != region)), 3)
}

/// Median as the mean of the two middle values.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        n => (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0,
    }
}
