//! Holidays, promotions and the demand curve that they shape.
//!
//! Holidays and make-up workdays are those announced by the State Council for 2024 and 2025.
//! Promotion phases are modelled on the platforms' habits and simplified; they are not a record.

use super::DemoError;
use super::catalogue::{PLATFORMS, Platform, STORES};
use super::clock::{self, DAY, DAYS, HOUR, Instant, at, day, month_of, weekday};
use super::rng::{Rng, Stream};
use super::sheet::Sheet;
use super::{FileSummary, stories};
use std::path::Path;

/// A part of a promotion, from `starts` to just before `ends`.
pub struct Phase {
    pub promotion: usize,
    pub phase: &'static str,
    pub starts: Instant,
    pub ends: Instant,
    /// Demand relative to an ordinary day.
    pub lift: f64,
}

/// Promotions by number; a campaign carries the name of its promotion.
pub const PROMOTIONS: [&str; 7] = ["年货节", "38节", "618", "818", "双11", "双12", "国庆会员节"];
/// The members' festival of the company's own shops, on no other platform.
pub const MEMBERS: usize = 6;
const DEPOSIT: &str = "定金";
const BALANCE: &str = "尾款";
const SALE: &str = "现货";

/// (promotion, phase, start month-day-hour, lift); a phase ends where the next of its promotion
/// starts, and a promotion ends at the row whose phase is empty.
type Row = (usize, &'static str, (i8, i8, i64), f64);

const PHASES_2024: &[Row] = &[
    (0, "预热", (1, 12, 0), 1.0),
    (0, SALE, (1, 15, 20), 1.35),
    (0, "", (1, 29, 0), 0.0),
    (1, "预热", (3, 1, 0), 0.95),
    (1, SALE, (3, 4, 20), 1.8),
    (1, "", (3, 9, 0), 0.0),
    (2, "蓄水", (5, 10, 0), 0.95),
    (2, DEPOSIT, (5, 20, 20), 1.1),
    (2, BALANCE, (5, 31, 20), 2.4),
    (2, "预热", (6, 4, 0), 1.0),
    (2, SALE, (6, 15, 20), 2.7),
    (2, "返场", (6, 19, 0), 1.3),
    (2, "", (6, 22, 0), 0.0),
    (3, SALE, (8, 16, 20), 1.5),
    (3, "", (8, 19, 0), 0.0),
    (6, SALE, (9, 28, 0), 1.15),
    (6, "", (10, 8, 0), 0.0),
    (4, "蓄水", (10, 8, 0), 0.95),
    (4, DEPOSIT, (10, 14, 20), 1.1),
    (4, BALANCE, (10, 31, 20), 2.8),
    (4, "预热", (11, 4, 0), 0.95),
    (4, SALE, (11, 10, 20), 5.0),
    (4, "返场", (11, 12, 0), 1.4),
    (4, "", (11, 15, 0), 0.0),
    (5, "预热", (12, 7, 0), 0.95),
    (5, SALE, (12, 10, 20), 1.8),
    (5, "", (12, 13, 0), 0.0),
];

const PHASES_2025: &[Row] = &[
    (0, "预热", (1, 3, 0), 1.0),
    (0, SALE, (1, 6, 20), 1.35),
    (0, "", (1, 20, 0), 0.0),
    (1, "预热", (3, 1, 0), 0.95),
    (1, SALE, (3, 4, 20), 1.8),
    (1, "", (3, 9, 0), 0.0),
    (2, "蓄水", (5, 6, 0), 0.95),
    (2, DEPOSIT, (5, 13, 20), 1.1),
    (2, BALANCE, (5, 27, 20), 2.4),
    (2, "预热", (5, 31, 0), 1.0),
    (2, SALE, (6, 15, 20), 2.7),
    (2, "返场", (6, 19, 0), 1.3),
    (2, "", (6, 22, 0), 0.0),
    (3, SALE, (8, 16, 20), 1.5),
    (3, "", (8, 19, 0), 0.0),
    (6, SALE, (9, 28, 0), 1.15),
    (6, "", (10, 9, 0), 0.0),
    (4, "蓄水", (10, 9, 0), 0.95),
    (4, DEPOSIT, (10, 15, 20), 1.1),
    (4, BALANCE, (10, 31, 20), 2.8),
    (4, "预热", (11, 4, 0), 0.95),
    (4, SALE, (11, 10, 20), 5.0),
    (4, "返场", (11, 12, 0), 1.4),
    (4, "", (11, 15, 0), 0.0),
    (5, "预热", (12, 7, 0), 0.95),
    (5, SALE, (12, 10, 20), 1.8),
    (5, "", (12, 13, 0), 0.0),
];

/// (name, first day, last day) of holidays.
type Holiday = (&'static str, (i16, i8, i8), (i16, i8, i8));

const HOLIDAYS: &[Holiday] = &[
    ("元旦", (2024, 1, 1), (2024, 1, 1)),
    ("春节", (2024, 2, 10), (2024, 2, 17)),
    ("清明节", (2024, 4, 4), (2024, 4, 6)),
    ("劳动节", (2024, 5, 1), (2024, 5, 5)),
    ("端午节", (2024, 6, 8), (2024, 6, 10)),
    ("中秋节", (2024, 9, 15), (2024, 9, 17)),
    ("国庆节", (2024, 10, 1), (2024, 10, 7)),
    ("元旦", (2025, 1, 1), (2025, 1, 1)),
    ("春节", (2025, 1, 28), (2025, 2, 4)),
    ("清明节", (2025, 4, 4), (2025, 4, 6)),
    ("劳动节", (2025, 5, 1), (2025, 5, 5)),
    ("端午节", (2025, 5, 31), (2025, 6, 2)),
    ("国庆节、中秋节", (2025, 10, 1), (2025, 10, 8)),
];

const MAKE_UP_WORKDAYS: &[(i16, i8, i8)] = &[
    (2024, 2, 4),
    (2024, 2, 18),
    (2024, 4, 7),
    (2024, 4, 28),
    (2024, 5, 11),
    (2024, 9, 14),
    (2024, 9, 29),
    (2024, 10, 12),
    (2025, 1, 26),
    (2025, 2, 8),
    (2025, 4, 27),
    (2025, 9, 28),
    (2025, 10, 11),
];

const MONTH_SEASON: [f64; 12] = [0.98, 0.94, 1.0, 0.98, 1.0, 1.0, 0.94, 0.95, 1.02, 1.03, 1.05, 1.06];
const WEEKDAY: [f64; 7] = [0.97, 0.95, 0.95, 0.97, 1.0, 1.08, 1.08];
/// Share of a day's demand by hour, workdays and days off.
pub const HOUR_WORKDAY: [f64; 24] =
    [2.0, 1.0, 0.5, 0.3, 0.3, 0.5, 1.2, 2.4, 3.8, 5.2, 6.2, 5.6, 5.2, 5.2, 5.3, 5.2, 4.9, 4.4, 4.6, 6.0, 8.0, 8.6, 7.4, 4.8];
const HOUR_OFF: [f64; 24] =
    [2.6, 1.5, 0.8, 0.4, 0.3, 0.4, 0.8, 1.6, 3.0, 4.8, 6.2, 6.2, 5.4, 5.4, 5.8, 5.9, 5.6, 4.9, 4.8, 6.0, 7.6, 8.0, 7.0, 5.0];
/// Growth of demand from one year to the next.
const GROWTH: f64 = 1.15;

/// The demand for every hour of the two years, and how it is split over stores.
pub struct Demand {
    pub phases: Vec<Phase>,
    /// Weight of each hour, with the noise of real days.
    pub hours: Vec<f64>,
    /// Weight of each hour as it could be planned: the same without the noise.
    pub planned: Vec<f64>,
    /// Split over stores of each hour, summing to 1.
    pub store_shares: Vec<[f64; STORES.len()]>,
    cumulative: Vec<f64>,
}

impl Demand {
    pub fn new(seed: u64) -> Self {
        let phases = all_phases();
        let mut hours = Vec::new();
        let mut planned = Vec::new();
        let mut store_shares = Vec::new();
        for day in 0..DAYS {
            let mut rng = Rng::new(seed, Stream::Demand, day as u64);
            let noise = rng.log_normal(1.0, 0.05);
            let base = day_weight(day);
            for hour in 0..24 {
                let instant = day * DAY + hour * HOUR;
                let weight = base * hour_share(day, hour as usize) * lift(&phases, instant);
                planned.push(weight);
                hours.push(weight * noise * rng.log_normal(1.0, 0.04));
                store_shares.push(shares_at(instant));
            }
        }
        let cumulative = hours
            .iter()
            .scan(0.0, |sum, weight| {
                *sum += weight;
                Some(*sum)
            })
            .collect();
        Demand { phases, hours, planned, store_shares, cumulative }
    }

    pub fn total(&self) -> f64 {
        self.cumulative.last().copied().unwrap_or(0.0)
    }

    /// The instant before which `weight` of the demand has occurred.
    pub fn instant_of(&self, weight: f64) -> Instant {
        let hour = self.cumulative.partition_point(|c| *c <= weight).min(self.hours.len() - 1);
        let before = if hour == 0 { 0.0 } else { self.cumulative[hour - 1] };
        let fraction = ((weight - before) / self.hours[hour]).clamp(0.0, 0.999_9);
        hour as i64 * HOUR + (fraction * HOUR as f64) as i64
    }

    /// The phase that a platform is in, the strongest when promotions overlap.
    pub fn phase_at(&self, platform: Platform, instant: Instant) -> Option<&Phase> {
        self.phases
            .iter()
            .filter(|p| p.starts <= instant && instant < p.ends && p.runs_on(platform))
            .max_by(|a, b| a.lift.total_cmp(&b.lift))
    }

    /// Where the balance of a deposit paid at `instant` falls due; none outside deposit phases.
    pub fn balance_due(&self, platform: Platform, instant: Instant) -> Option<Instant> {
        let phase = self.phase_at(platform, instant).filter(|p| p.phase == DEPOSIT)?;
        Some(phase.ends)
    }
}

impl Phase {
    /// Whether a platform takes part: only marketplaces know deposits, Douyin has none of them.
    pub fn runs_on(&self, platform: Platform) -> bool {
        let by_deposit = matches!(self.phase, DEPOSIT | BALANCE);
        match platform {
            Platform::Own => !by_deposit,
            Platform::Douyin => self.promotion != MEMBERS && !by_deposit,
            _ => self.promotion != MEMBERS,
        }
    }

    /// Whether prices are reduced.
    pub fn is_sale(&self) -> bool {
        matches!(self.phase, DEPOSIT | BALANCE | SALE | "返场")
    }
}

fn all_phases() -> Vec<Phase> {
    let mut phases = Vec::new();
    for (year, rows) in [(2024, PHASES_2024), (2025, PHASES_2025)] {
        for pair in rows.windows(2) {
            let (promotion, phase, (month, day, hour), lift) = pair[0];
            let (_, _, (next_month, next_day, next_hour), _) = pair[1];
            if phase.is_empty() {
                continue;
            }
            phases.push(Phase {
                promotion,
                phase,
                starts: at(year, month, day, hour),
                ends: at(year, next_month, next_day, next_hour),
                lift,
            });
        }
    }
    phases
}

fn day_weight(day: i64) -> f64 {
    let growth = GROWTH.powf(day as f64 / 365.25);
    growth * WEEKDAY[weekday(day)] * MONTH_SEASON[month_of(day) % 12] * spring_festival(day)
}

/// The dip around Spring Festival: couriers rest and people travel.
pub fn spring_festival(of_day: i64) -> f64 {
    let days = [day(2024, 2, 10), day(2025, 1, 29)].map(|first| of_day - first);
    let offset = *days.iter().min_by_key(|d| d.abs()).unwrap_or(&99);
    match offset {
        -8..=-4 => 0.75,
        -3..=3 => 0.42,
        4..=6 => 0.62,
        7..=9 => 0.85,
        _ => 1.0,
    }
}

fn hour_share(day: i64, hour: usize) -> f64 {
    let profile = if is_day_off(day) { &HOUR_OFF } else { &HOUR_WORKDAY };
    profile[hour] / profile.iter().sum::<f64>()
}

fn is_day_off(of_day: i64) -> bool {
    let is = |&(y, m, d): &(i16, i8, i8)| day(y, m, d) == of_day;
    let in_holiday = HOLIDAYS.iter().any(|(_, (y, m, d), (y2, m2, d2))| (day(*y, *m, *d)..=day(*y2, *m2, *d2)).contains(&of_day));
    in_holiday || (weekday(of_day) >= 5 && !MAKE_UP_WORKDAYS.iter().any(is))
}

fn lift(phases: &[Phase], instant: Instant) -> f64 {
    let active = phases.iter().filter(|p| p.starts <= instant && instant < p.ends);
    let mut lift: f64 = 1.0;
    for phase in active {
        let rush = match ((instant - phase.starts) / HOUR, phase.phase) {
            (0, BALANCE | SALE) => 2.2,
            (1, BALANCE | SALE) => 1.5,
            _ => 1.0,
        };
        lift = phase.lift * rush;
    }
    // 00:00 on Singles' Day and the opening day of the members' festival draw a second rush.
    if stories::is_singles_midnight(instant) {
        lift *= 1.8;
    }
    if stories::is_members_day(clock::day_of(instant)) {
        lift *= 1.9;
    }
    lift
}

fn shares_at(instant: Instant) -> [f64; STORES.len()] {
    let years = instant as f64 / (365.25 * DAY as f64);
    let members =
        instant >= at(2024, 9, 28, 0) && instant < at(2024, 10, 8, 0) || instant >= at(2025, 9, 28, 0) && instant < at(2025, 10, 9, 0);
    let own_lift = match (members, stories::is_members_day(clock::day_of(instant))) {
        (true, true) => 10.0,
        (true, false) => 4.0,
        _ => 1.0,
    };
    let mut shares = [0.0; STORES.len()];
    for (share, store) in shares.iter_mut().zip(&STORES) {
        *share = store.share * (1.0 + store.drift * years);
        if store.platform == Platform::Own {
            *share *= own_lift;
        }
    }
    let sum: f64 = shares.iter().sum();
    shares.map(|share| share / sum)
}

/// Writes holidays.csv: date, name, kind (`holiday` or `workday`, a weekend worked as make-up).
pub fn write_holidays(dir: &Path) -> Result<FileSummary, DemoError> {
    let mut sheet = Sheet::create(dir, "holidays.csv", &["date", "name", "kind"])?;
    for (name, (y, m, d), (y2, m2, d2)) in HOLIDAYS {
        for date in day(*y, *m, *d)..=day(*y2, *m2, *d2) {
            sheet.date(date).text(name).text("holiday").end()?;
        }
    }
    for &(y, m, d) in MAKE_UP_WORKDAYS {
        sheet.date(day(y, m, d)).text("调休上班").text("workday").end()?;
    }
    sheet.finish()
}

/// Writes promotions.csv: one row per platform, promotion and phase; `ends_at` is exclusive.
pub fn write_promotions(dir: &Path, demand: &Demand) -> Result<FileSummary, DemoError> {
    let headers = ["platform", "year", "promotion", "phase", "starts_at", "ends_at"];
    let mut sheet = Sheet::create(dir, "promotions.csv", &headers)?;
    for platform in PLATFORMS {
        for phase in demand.phases.iter().filter(|p| p.runs_on(platform)) {
            let year = 2024 + (month_of(clock::day_of(phase.starts)) / 12) as u64;
            sheet.text(platform.name()).number(year).text(PROMOTIONS[phase.promotion]);
            sheet.text(phase.phase).time(phase.starts).time(phase.ends).end()?;
        }
    }
    sheet.finish()
}
