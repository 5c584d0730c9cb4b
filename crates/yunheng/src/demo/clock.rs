//! Time in the demo: whole seconds of Asia/Shanghai wall time since 2024-01-01 00:00:00.
//!
//! Shanghai has no daylight saving time, so wall time can be counted like instants.

use jiff::civil::{Date, date};
use std::sync::OnceLock;

/// Seconds since 2024-01-01 00:00:00 local time; negative before.
pub type Instant = i64;

pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 3_600;
pub const DAY: i64 = 86_400;
/// Days of facts: 2024-01-01 to 2025-12-31.
pub const DAYS: i64 = 731;
/// The first instant that the data do not know: 2026-01-01 00:00:00.
pub const END: Instant = DAYS * DAY;
pub const MONTHS: usize = 24;

const FIRST: Date = date(2024, 1, 1);
/// The oldest day that is ever written (customers and stores older than the facts).
const OLDEST: i64 = -3_000;

/// Number of the day, 2024-01-01 being 0.
pub fn day(year: i16, month: i8, day_of_month: i8) -> i64 {
    let target = date(year, month, day_of_month);
    FIRST.duration_until(target).as_hours() / 24
}

/// Instant of a full hour.
pub fn at(year: i16, month: i8, day_of_month: i8, hour: i64) -> Instant {
    day(year, month, day_of_month) * DAY + hour * HOUR
}

pub fn day_of(instant: Instant) -> i64 {
    instant.div_euclid(DAY)
}

/// 0 is Monday. (2024-01-01 was one.)
pub fn weekday(day: i64) -> usize {
    day.rem_euclid(7) as usize
}

/// Month of the two years, 0..24, of a day inside them.
pub fn month_of(day: i64) -> usize {
    let text = date_text(day);
    let digit = |index: usize| usize::from(text[index] - b'0');
    (digit(3) - 4) * 12 + digit(5) * 10 + digit(6) - 1
}

/// `2025-11` for month 22.
pub fn month_text(month: usize) -> String {
    format!("{}-{:02}", 2024 + month / 12, month % 12 + 1)
}

/// `2025-11-11` as ASCII.
pub fn date_text(day: i64) -> &'static [u8; 10] {
    static DATES: OnceLock<Vec<[u8; 10]>> = OnceLock::new();
    let dates = DATES.get_or_init(all_dates);
    &dates[(day - OLDEST) as usize]
}

fn all_dates() -> Vec<[u8; 10]> {
    let oldest = FIRST.saturating_add(jiff::Span::new().days(OLDEST));
    let span = (DAYS - OLDEST + 400) as usize;
    let days = oldest.series(jiff::Span::new().days(1)).take(span);
    days.map(|d| {
        let mut text = [0; 10];
        text.copy_from_slice(d.to_string().as_bytes());
        text
    })
    .collect()
}

/// Appends `2025-11-11 20:00:03`.
pub fn write_time(out: &mut Vec<u8>, instant: Instant) {
    let second = instant.rem_euclid(DAY);
    out.extend_from_slice(date_text(day_of(instant)));
    let parts = [(b' ', second / HOUR), (b':', second / MINUTE % 60), (b':', second % 60)];
    for (mark, value) in parts {
        out.extend_from_slice(&[mark, b'0' + (value / 10) as u8, b'0' + (value % 10) as u8]);
    }
}

/// `2025-11-11 20:00:03`.
pub fn time_text(instant: Instant) -> String {
    let mut out = Vec::with_capacity(19);
    write_time(&mut out, instant);
    String::from_utf8_lossy(&out).into_owned()
}
