//! The planted stories: what, where and when. Their exact sizes are counted while generating.

use super::catalogue::{ANDROID, OFF_SITE, PAID_SEARCH, Platform, SOUTH, STORES};
use super::clock::{DAY, HOUR, Instant, at, day};

/// 1. Android checkouts of visitors from paid search fail on National Day in the own shops.
pub mod checkout_failure {
    use super::*;

    pub fn window() -> (Instant, Instant) {
        (at(2025, 10, 1, 14), at(2025, 10, 1, 20))
    }

    /// Share of the segment's payments that fail inside the window.
    pub const FAILS: f64 = 0.92;

    pub fn segment(platform: Platform, channel: usize, device: usize) -> bool {
        platform == Platform::Own && channel == PAID_SEARCH && device == ANDROID
    }
}

/// 2. The refund rate of one store doubles for orders paid from a date on.
pub mod refund_doubling {
    use super::*;

    /// S06 禾木抖音旗舰店.
    pub const STORE: usize = 5;
    pub const FACTOR: f64 = 2.0;

    pub fn starts() -> Instant {
        at(2025, 9, 1, 0)
    }
}

/// 3. A campaign that returns less than it costs.
pub mod weak_campaign {
    use super::*;

    pub const NAME: &str = "盛夏达人种草";
    /// S01 禾木天猫旗舰店.
    pub const STORE: usize = 0;
    pub const CHANNEL: usize = OFF_SITE;
    /// Share of the store's off-site orders that the campaign takes while it runs.
    pub const SHARE: f64 = 0.6;
    /// Planned return; the realised one is in truths.json.
    pub const ROAS: f64 = 0.6;

    pub fn runs(instant: Instant) -> bool {
        (at(2025, 7, 1, 0)..at(2025, 10, 1, 0)).contains(&instant)
    }
}

/// 4. A service agent who answers late.
pub mod slow_agent {
    use super::*;

    /// Index among the service agents; person P021.
    pub const AGENT: usize = 5;
    pub const FACTOR: f64 = 5.0;

    pub fn starts() -> Instant {
        at(2025, 7, 1, 0)
    }
}

/// 5. Parcels to one region are delayed, and its customers recommend less.
pub mod shipping_delay {
    use super::*;

    pub const REGION: usize = SOUTH;
    /// Points that the delay takes from a 0–10 answer.
    pub const NPS_LOSS: f64 = 3.2;

    /// Orders paid in this window.
    pub fn window() -> (Instant, Instant) {
        (at(2025, 4, 7, 0), at(2025, 5, 5, 0))
    }

    /// Answers given in this window are nearly all about delayed orders.
    pub fn answers() -> (Instant, Instant) {
        (at(2025, 4, 17, 0), at(2025, 5, 17, 0))
    }
}

/// The first day of the National Day holiday opens the own shops' members' festival.
pub fn is_members_day(of_day: i64) -> bool {
    of_day == day(2024, 10, 1) || of_day == day(2025, 10, 1)
}

/// The first hour of 11 November.
pub fn is_singles_midnight(instant: Instant) -> bool {
    [at(2024, 11, 11, 0), at(2025, 11, 11, 0)].iter().any(|midnight| (*midnight..midnight + HOUR).contains(&instant))
}

/// Channel split of a store at an instant: paid search swells in the own shops' festival.
pub fn channel_shares(store: usize, instant: Instant) -> [f64; 7] {
    let platform = STORES[store].platform;
    let mut shares = platform.channel_shares();
    if platform == Platform::Own && is_members_day(instant.div_euclid(DAY)) {
        shares = shares.map(|share| share * 0.6);
        shares[PAID_SEARCH] = 0.45;
    }
    shares
}

/// By how much a store's refunds exceed their ordinary probability for orders paid at `paid`.
pub fn refund_factor(store: usize, paid: Instant) -> f64 {
    let affected = store == refund_doubling::STORE && paid >= refund_doubling::starts();
    if affected { refund_doubling::FACTOR } else { 1.0 }
}
