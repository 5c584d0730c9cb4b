//! Writes events.csv: the log of the own shops' visits, one row per event.

use super::campaigns;
use super::catalogue::{CHANNELS, DEVICES, REGIONS, STORES, source_of};
use super::clock::{DAY, Instant, at};
use super::rng::hash;
use super::sheet::{Sheet, push_padded};
use super::stories::checkout_failure;
use super::traffic::Traffic;
use super::visits::{Event, Kind};
use super::{DemoError, FileSummary};
use std::path::Path;

const HEADERS: [&str; 18] = [
    "event_id",
    "occurred_at",
    "received_at",
    "user_id",
    "anonymous_id",
    "session_id",
    "event",
    "store_id",
    "channel",
    "source",
    "medium",
    "campaign",
    "device",
    "region",
    "page",
    "product_id",
    "revenue",
    "properties",
];

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Visit => "visit",
            Kind::View => "view",
            Kind::Favourite => "favourite",
            Kind::Cart => "cart",
            Kind::Checkout => "checkout",
            Kind::PayError => "pay_error",
            Kind::Purchase => "purchase",
        }
    }
}

/// Steps of the segment of story 1 in the same six hours of three days.
#[derive(Default)]
pub struct Steps {
    pub visits: u64,
    pub checkouts: u64,
    pub purchases: u64,
}

/// Story 1: on the day itself, the day before and a year before.
#[derive(Default)]
pub struct CheckoutTruth {
    pub failing: Steps,
    pub day_before: Steps,
    pub year_before: Steps,
}

impl CheckoutTruth {
    fn count(&mut self, event: &Event) {
        let session = &event.session;
        let platform = STORES[session.store].platform;
        if !checkout_failure::segment(platform, session.channel, session.device) {
            return;
        }
        let (starts, ends) = checkout_failure::window();
        let length = ends - starts;
        let within = |from: Instant| (from..from + length).contains(&event.at);
        let steps = if within(starts) {
            &mut self.failing
        } else if within(starts - DAY) {
            &mut self.day_before
        } else if within(at(2024, 10, 1, 14)) {
            &mut self.year_before
        } else {
            return;
        };
        match event.kind {
            Kind::Visit => steps.visits += 1,
            Kind::Checkout => steps.checkouts += 1,
            Kind::Purchase => steps.purchases += 1,
            _ => {}
        }
    }
}

pub struct EventFile {
    sheet: Sheet,
    campaigns: Vec<String>,
    count: u64,
    pub truth: CheckoutTruth,
}

impl EventFile {
    pub fn create(dir: &Path) -> Result<Self, DemoError> {
        Ok(EventFile {
            sheet: Sheet::create(dir, "events.csv", &HEADERS)?,
            campaigns: (0..campaigns::COUNT).map(campaigns::name).collect(),
            count: 0,
            truth: CheckoutTruth::default(),
        })
    }

    /// Writes one event and counts it for the platform figures and the truth.
    pub fn log(&mut self, event: &Event, traffic: &mut Traffic) -> Result<(), DemoError> {
        traffic.observe(event);
        self.truth.count(event);
        self.count += 1;
        let session = &event.session;
        let (source, medium) = source_of(session.channel, u64::from(session.visitor / 2));
        let sheet = &mut self.sheet;
        sheet.code('E', self.count, 9).time(event.at).time(event.at + delay(event));
        match session.user {
            Some(customer) => sheet.code('C', u64::from(customer) + 1, 6),
            None => sheet.empty(),
        };
        sheet.code('V', u64::from(session.visitor), 8).code('S', u64::from(session.number), 8);
        sheet.text(event.kind.name()).text(STORES[session.store].id);
        sheet.text(CHANNELS[session.channel]).text(source).text(medium);
        sheet.text(session.campaign.map_or("", |c| &self.campaigns[c]));
        sheet.text(DEVICES[session.device]).text(REGIONS[session.region].name);
        write_page(sheet, event);
        match event.product {
            Some(product) => sheet.code('P', u64::from(product) + 1, 4),
            None => sheet.empty(),
        };
        match event.order {
            Some((_, fen)) => sheet.money(fen),
            None => sheet.empty(),
        };
        write_properties(sheet, event);
        sheet.end()
    }

    pub fn finish(self) -> Result<(FileSummary, CheckoutTruth), DemoError> {
        Ok((self.sheet.finish()?, self.truth))
    }
}

/// Seconds until the log server has the event: few, but minutes for phones that were offline.
fn delay(event: &Event) -> i64 {
    let draw = hash(u64::from(event.session.number) << 8 | u64::from(event.step));
    match draw % 200 {
        0 => 60 + (draw >> 32) as i64 % 1_800,
        _ => (draw >> 32) as i64 % 3,
    }
}

fn write_page(sheet: &mut Sheet, event: &Event) {
    match (event.kind, event.product) {
        (Kind::View | Kind::Favourite, Some(product)) => sheet.raw(|row| {
            row.extend_from_slice(b"/p/P");
            push_padded(row, u64::from(product) + 1, 4);
        }),
        (Kind::Cart, _) => sheet.text("/cart"),
        (Kind::Checkout | Kind::PayError, _) => sheet.text("/checkout"),
        (Kind::Purchase, _) => sheet.text("/checkout/done"),
        _ => sheet.text("/"),
    };
}

/// JSON, quoted for CSV by hand.
fn write_properties(sheet: &mut Sheet, event: &Event) {
    match (event.kind, event.order) {
        (Kind::Purchase, Some((order, _))) => sheet.raw(|row| {
            row.extend_from_slice(br#""{""order_id"":"""#);
            push_padded(row, order, 1);
            row.extend_from_slice(br#"""}""#);
        }),
        (Kind::PayError, _) => sheet.text(r#"{"error":"pay_timeout"}"#),
        _ => sheet.empty(),
    };
}
