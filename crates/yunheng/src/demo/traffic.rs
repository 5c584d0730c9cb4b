//! traffic.csv: what each platform's back office shows, already aggregated.
//!
//! The figures of the own shops are counted from their events. Those of the marketplaces, which
//! give no log, are made to fit the demand. Paid figures come from the orders in all cases, but in
//! the back office's own view: 刷单 included, Douyin dated by placing, JD days closing at 23:30.

use super::calendar::{Demand, HOUR_WORKDAY};
use super::catalogue::{CHANNELS, Platform, STORES};
use super::clock::{DAY, DAYS, HOUR, Instant, MINUTE, day_of};
use super::ledger::{Ledger, Payment};
use super::rng::{Rng, Stream};
use super::sheet::Sheet;
use super::visits::{Event, Kind};
use super::{DemoError, FileSummary, stories};
use std::path::Path;

/// Channels, and all of them together with visitors counted once.
const SOURCES: usize = CHANNELS.len() + 1;
const ALL: usize = CHANNELS.len();
const ALL_NAME: &str = "全部";
/// Hourly rows exist for the last days only.
const HOURLY_DAYS: i64 = 60;
const FIRST_HOUR: i64 = (DAYS - HOURLY_DAYS) * 24;

#[derive(Default, Clone)]
struct Cell {
    visitors: u64,
    page_views: u64,
    carts: u64,
    favourites: u64,
    buyers: u64,
    orders: u64,
    fen: i64,
}

/// A span of the figures: a day or one of the last hours.
#[derive(Clone, Copy, PartialEq)]
enum Span {
    Day(i64),
    Hour(i64),
}

impl Span {
    fn index(self) -> usize {
        (match self {
            Span::Day(day) => day,
            Span::Hour(hour) => DAYS + hour - FIRST_HOUR,
        }) as usize
    }

    fn all() -> impl Iterator<Item = Span> {
        let hours = (FIRST_HOUR..DAYS * 24).map(Span::Hour);
        (0..DAYS).map(Span::Day).chain(hours)
    }

    fn starts(self) -> Instant {
        match self {
            Span::Day(day) => day * DAY,
            Span::Hour(hour) => hour * HOUR,
        }
    }

    fn grain(self) -> &'static str {
        if matches!(self, Span::Day(_)) { "day" } else { "hour" }
    }
}

/// The day, and the hour where hours are kept, of an instant.
fn spans(at: Instant) -> impl Iterator<Item = Span> {
    let hour = at / HOUR;
    let kept = (hour >= FIRST_HOUR).then_some(Span::Hour(hour));
    [Span::Day(day_of(at))].into_iter().chain(kept)
}

/// (store, channel, hour, visitor) of a visit.
type Seen = (u8, u8, u8, u32);

pub struct Traffic {
    cells: Vec<Cell>,
    /// Visits of the day being observed.
    seen: Vec<Seen>,
}

impl Default for Traffic {
    fn default() -> Self {
        let spans = (DAYS + HOURLY_DAYS * 24) as usize;
        let cells = vec![Cell::default(); spans * STORES.len() * SOURCES];
        Traffic { cells, seen: Vec::new() }
    }
}

impl Traffic {
    fn cell(&mut self, span: Span, store: usize, source: usize) -> &mut Cell {
        &mut self.cells[(span.index() * STORES.len() + store) * SOURCES + source]
    }

    /// Counts an event of an own shop.
    pub fn observe(&mut self, event: &Event) {
        let (store, channel) = (event.session.store, event.session.channel);
        if event.kind == Kind::Visit {
            let hour = event.at % DAY / HOUR;
            self.seen.push((store as u8, channel as u8, hour as u8, event.session.visitor));
        }
        for span in spans(event.at) {
            for source in [channel, ALL] {
                let cell = self.cell(span, store, source);
                match event.kind {
                    Kind::Visit | Kind::View => cell.page_views += 1,
                    Kind::Cart => cell.carts += 1,
                    Kind::Favourite => cell.favourites += 1,
                    _ => {}
                }
            }
        }
    }

    /// Counts the day's visitors, each once per cell.
    pub fn close_day(&mut self, day: i64) {
        let mut seen = std::mem::take(&mut self.seen);
        let by_hour = day * 24 >= FIRST_HOUR;
        let mut count = |key: fn(&Seen) -> Seen, hourly: bool| {
            let mut keys: Vec<_> = seen.iter().map(key).collect();
            keys.sort_unstable();
            keys.dedup();
            for (store, source, hour, _) in keys {
                let span = if hourly { Span::Hour(day * 24 + i64::from(hour)) } else { Span::Day(day) };
                self.cell(span, store.into(), source.into()).visitors += 1;
            }
        };
        count(|v| (v.0, v.1, 0, v.3), false);
        count(|v| (v.0, ALL as u8, 0, v.3), false);
        if by_hour {
            count(|v| *v, true);
            count(|v| (v.0, ALL as u8, v.2, v.3), true);
        }
        seen.clear();
        self.seen = seen;
    }

    /// Adds payments and the marketplaces' visitors, and writes the file.
    pub fn write(mut self, dir: &Path, seed: u64, demand: &Demand, ledger: &Ledger) -> Result<FileSummary, DemoError> {
        self.add_payments(&ledger.payments);
        self.invent_marketplaces(seed, demand, ledger.payments.len());
        let headers = [
            "store_id",
            "period_start",
            "grain",
            "source",
            "product_id",
            "visitors",
            "page_views",
            "carts",
            "favourites",
            "paying_buyers",
            "paid_orders",
            "paid_amount",
        ];
        let mut sheet = Sheet::create(dir, "traffic.csv", &headers)?;
        for span in Span::all() {
            for (store, facts) in STORES.iter().enumerate() {
                for source in 0..SOURCES {
                    let cell = self.cell(span, store, source).clone();
                    let name = CHANNELS.get(source).copied().unwrap_or(ALL_NAME);
                    sheet.text(facts.id).time(span.starts()).text(span.grain()).text(name).empty();
                    sheet.number(cell.visitors).number(cell.page_views).number(cell.carts);
                    sheet.number(cell.favourites).number(cell.buyers).number(cell.orders);
                    sheet.money(cell.fen).end()?;
                }
            }
        }
        sheet.finish()
    }

    fn add_payments(&mut self, payments: &[Payment]) {
        let mut buyers: Vec<(u32, u8, u8, u32)> = Vec::new();
        for payment in payments {
            for span in back_office_spans(payment) {
                for source in [payment.channel, ALL] {
                    let cell = self.cell(span, payment.store, source);
                    cell.orders += 1;
                    cell.fen += payment.fen;
                    let index = span.index() as u32;
                    buyers.push((index, payment.store as u8, source as u8, payment.customer));
                }
            }
        }
        buyers.sort_unstable();
        buyers.dedup();
        for (index, store, source, _) in buyers {
            let row = (index as usize * STORES.len() + usize::from(store)) * SOURCES;
            self.cells[row + usize::from(source)].buyers += 1;
        }
        // A buyer may pay for a visit of the day before: nobody buys without having come.
        for cell in &mut self.cells {
            cell.visitors = cell.visitors.max(cell.buyers);
            cell.page_views = cell.page_views.max(cell.visitors);
        }
    }

    fn invent_marketplaces(&mut self, seed: u64, demand: &Demand, payments: usize) {
        let payments_per_weight = payments as f64 / demand.total();
        for day in 0..DAYS {
            for (store, facts) in STORES.iter().enumerate() {
                if facts.platform == Platform::Own {
                    continue;
                }
                let mut rng = Rng::new(seed, Stream::Traffic, (day as u64) << 8 | store as u64);
                let expected: f64 =
                    (day * 24..day * 24 + 24).map(|h| demand.planned[h as usize] * demand.store_shares[h as usize][store]).sum();
                let noon = day * DAY + 12 * HOUR;
                let lift = demand.phase_at(facts.platform, noon).map_or(1.0, |p| p.lift);
                // In a promotion more people come, and more of those who come buy.
                let orders = expected * payments_per_weight / lift.powf(0.3);
                self.invent_day(&mut rng, day, store, orders);
            }
        }
    }

    fn invent_day(&mut self, rng: &mut Rng, day: i64, store: usize, orders: f64) {
        let shares = stories::channel_shares(store, day * DAY);
        let mut total = 0.0;
        for (channel, share) in shares.iter().enumerate() {
            let visitors = orders * share / CONVERSION[channel] * rng.log_normal(1.0, 0.08);
            total += visitors;
            self.fill(rng, Span::Day(day), store, channel, visitors);
            self.invent_hours(rng, day, store, channel, visitors);
        }
        self.fill(rng, Span::Day(day), store, ALL, total * OVERLAP);
        self.invent_hours(rng, day, store, ALL, total * OVERLAP);
    }

    fn invent_hours(&mut self, rng: &mut Rng, day: i64, store: usize, source: usize, visitors: f64) {
        if day * 24 < FIRST_HOUR {
            return;
        }
        let sum: f64 = HOUR_WORKDAY.iter().sum();
        for (hour, share) in HOUR_WORKDAY.iter().enumerate() {
            // People who come in two hours of a day make hourly visitors add up to more.
            let hourly = visitors * share / sum * 1.2 * rng.log_normal(1.0, 0.1);
            self.fill(rng, Span::Hour(day * 24 + hour as i64), store, source, hourly);
        }
    }

    fn fill(&mut self, rng: &mut Rng, span: Span, store: usize, source: usize, visitors: f64) {
        let (depth, carts, favourites) = (rng.between(2.6, 3.4), rng.between(0.07, 0.11), rng.between(0.02, 0.04));
        let largest = (0..ALL).map(|s| self.cell(span, store, s).visitors).max().unwrap_or(0);
        let cell = self.cell(span, store, source);
        let least = if source == ALL { largest } else { 0 };
        cell.visitors = (visitors.round() as u64).max(cell.buyers).max(least);
        let visitors = cell.visitors as f64;
        cell.page_views = (visitors * depth).round() as u64;
        cell.carts = (visitors * carts).round() as u64 + cell.orders;
        cell.favourites = (visitors * favourites).round() as u64;
    }
}

/// Visitors of a marketplace shop in a day per visitor and source: some come by several.
const OVERLAP: f64 = 0.88;
/// Paid orders per visitor on marketplaces, by channel.
const CONVERSION: [f64; CHANNELS.len()] = [0.036, 0.018, 0.030, 0.028, 0.060, 0.015, 0.055];

/// JD's day figures close at 23:30; what is paid later counts tomorrow. Its hours are exact.
fn back_office_spans(payment: &Payment) -> impl Iterator<Item = Span> {
    let shift = match STORES[payment.store].platform {
        Platform::Jd => 30 * MINUTE,
        _ => 0,
    };
    let day = day_of(payment.at + shift);
    spans(payment.at)
        .map(move |span| if matches!(span, Span::Day(_)) { Span::Day(day) } else { span })
        .filter(|span| *span != Span::Day(DAYS))
}
