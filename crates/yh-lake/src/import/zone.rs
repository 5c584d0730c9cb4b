//! Wall times of a zone → instants.
//!
//! Wall times without an offset are read in the source's zone: a time that occurs twice (clocks set
//! back) is the earlier one, a time that does not exist (clocks set forward) moves forward by the gap,
//! as RFC 5545 does.

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, civil};

use super::moment::{DAY_US, SECOND_US, Wall, civil_from_days};

/// A stretch of wall time with one offset, and the same for instants.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from_us: i64,
    to_us: i64,
    offset_us: i64,
}

/// Converts wall times of one zone, remembering the stretch it is in.
#[derive(Debug, Clone)]
pub struct Zone {
    zone: TimeZone,
    stretch: Option<Stretch>,
    /// Times that occurred twice or not at all, of those read so far.
    pub unclear: u64,
}

impl Zone {
    /// Finds a zone by its IANA name.
    pub fn find(name: &str) -> Option<Self> {
        let zone = TimeZone::get(name).ok()?;
        Some(Self { zone, stretch: None, unclear: 0 })
    }

    /// Returns microseconds since 1970-01-01 UTC.
    pub fn instant_us(&mut self, wall: Wall) -> i64 {
        let wall_us = wall.wall_us();
        if let Some(offset) = wall.offset {
            return wall_us - i64::from(offset) * SECOND_US;
        }
        if let Some(stretch) = self.stretch.filter(|stretch| (stretch.from_us..stretch.to_us).contains(&wall_us)) {
            return wall_us - stretch.offset_us;
        }
        self.find_instant(wall_us)
    }

    fn find_instant(&mut self, wall_us: i64) -> i64 {
        let (days, time_us) = (wall_us.div_euclid(DAY_US), wall_us.rem_euclid(DAY_US));
        let (year, month, day) = civil_from_days(days);
        let midnight = civil::Date::new(year as i16, month as i8, day as i8).map(|date| date.at(0, 0, 0, 0));
        let Ok(local) = midnight.and_then(|midnight| midnight.checked_add(SignedDuration::from_micros(time_us))) else {
            return wall_us;
        };
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        if ambiguous.is_ambiguous() {
            self.unclear += 1;
            return ambiguous.compatible().map_or(wall_us, |instant| instant.as_microsecond());
        }
        let Ok(instant) = ambiguous.compatible() else { return wall_us };
        self.stretch = Some(self.stretch_around(instant));
        instant.as_microsecond()
    }

    /// Shrunk by a day at both ends, so that no gap or fold lies inside.
    fn stretch_around(&self, instant: Timestamp) -> Stretch {
        let offset: Offset = self.zone.to_offset(instant);
        let offset_us = i64::from(offset.seconds()) * SECOND_US;
        let before = self.zone.preceding(instant).next().map(|change| change.timestamp().as_microsecond());
        let after = self.zone.following(instant).next().map(|change| change.timestamp().as_microsecond());
        Stretch {
            from_us: before.map_or(i64::MIN, |at| at + offset_us + DAY_US),
            to_us: after.map_or(i64::MAX, |at| at + offset_us - DAY_US),
            offset_us,
        }
    }

    /// Offset from UTC at an instant, microseconds.
    pub fn offset_us(&self, instant_us: i64) -> i64 {
        let instant = Timestamp::from_microsecond(instant_us).unwrap_or(Timestamp::UNIX_EPOCH);
        i64::from(self.zone.to_offset(instant).seconds()) * SECOND_US
    }

    /// The instant a month begins, microseconds since 1970-01-01 UTC; `month` counts from 1970-01.
    pub fn month_start_us(&self, month: i32) -> i64 {
        let (year, month) = (1970 + month.div_euclid(12), month.rem_euclid(12) + 1);
        let mut zone = Self { zone: self.zone.clone(), stretch: None, unclear: 0 };
        zone.instant_us(Wall { year, month: month as u32, day: 1, ..Wall::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::moment::Reading;
    use super::*;

    #[test]
    fn wall_times_follow_the_zone() {
        let mut zone = Zone::find("Europe/London").expect("a zone");
        let mut utc = |text: &str| {
            let wall = Reading::YearFirst.read(text).expect("a time");
            Timestamp::from_microsecond(zone.instant_us(wall)).expect("in range").to_string()
        };
        assert_eq!(utc("2011-01-10 08:26"), "2011-01-10T08:26:00Z");
        assert_eq!(utc("2011-06-10 08:26"), "2011-06-10T07:26:00Z");
        // Clocks go forward at 01:00 on 27 March: 01:30 does not exist and is read as 02:30.
        assert_eq!(utc("2011-03-27 01:30"), "2011-03-27T01:30:00Z");
        assert_eq!(utc("2011-03-27 02:30"), "2011-03-27T01:30:00Z");
        // Clocks go back at 02:00 on 30 October: 01:30 occurs twice and is the earlier one.
        assert_eq!(utc("2011-10-30 01:30"), "2011-10-30T00:30:00Z");
        assert_eq!(utc("2011-10-30 12:00"), "2011-10-30T12:00:00Z");
        assert_eq!(utc("2011-10-29 12:00"), "2011-10-29T11:00:00Z");
        assert_eq!(zone.unclear, 2);
        assert_eq!(Zone::find("Asia/Shanghai").expect("a zone").month_start_us(0), -8 * 3600 * SECOND_US);
    }
}
