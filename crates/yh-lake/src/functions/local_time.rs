//! `local_time(instant)`: a UTC instant as business-local wall time, shifted so that days begin at the cut-off.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use datafusion::{
    arrow::{
        array::{AsArray, TimestampMicrosecondArray},
        datatypes::{DataType, TimeUnit, TimestampMicrosecondType},
    },
    common::Result,
    logical_expr::{
        ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
        sort_properties::{ExprProperties, SortProperties},
    },
};
use jiff::{Timestamp, tz::TimeZone};

const LOCAL: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);
/// Beyond this year the last known offset is kept.
const LAST_YEAR: i16 = 2100;

/// The function, with the zone's offsets laid out so that a batch needs one addition per row.
#[derive(Debug)]
pub(crate) struct LocalTime {
    signature: Signature,
    /// (first instant, what to add from there on), both in microseconds, ascending.
    offsets: Vec<(i64, i64)>,
}

impl LocalTime {
    pub(crate) fn new(zone: &TimeZone, day_cutoff_minutes: i32) -> Self {
        let cutoff = i64::from(day_cutoff_minutes) * 60_000_000;
        let add = |at: Timestamp| i64::from(zone.to_offset(at).seconds()) * 1_000_000 - cutoff;
        let start = Timestamp::from_second(-2_208_988_800).unwrap_or(Timestamp::UNIX_EPOCH);
        let mut offsets = vec![(i64::MIN, add(start))];
        for transition in zone.following(start) {
            let at = transition.timestamp();
            if zone.to_datetime(at).year() > LAST_YEAR {
                break;
            }
            offsets.push((at.as_microsecond(), add(at)));
        }
        Self { signature: Signature::exact(vec![LOCAL], Volatility::Immutable), offsets }
    }

    fn segment(&self, instant: i64) -> usize {
        self.offsets.partition_point(|(from, _)| *from <= instant) - 1
    }

    fn convert(&self, instants: &TimestampMicrosecondArray) -> TimestampMicrosecondArray {
        use datafusion::arrow::compute::{max, min};
        let (Some(first), Some(last)) = (min(instants), max(instants)) else { return instants.clone() };
        let segment = self.segment(first);
        if segment == self.segment(last) {
            let add = self.offsets[segment].1;
            return instants.unary(|instant| instant.wrapping_add(add));
        }
        instants.unary(|instant| instant.wrapping_add(self.offsets[self.segment(instant)].1))
    }
}

impl PartialEq for LocalTime {
    fn eq(&self, other: &Self) -> bool {
        self.offsets == other.offsets
    }
}

impl Eq for LocalTime {}

impl Hash for LocalTime {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.offsets.hash(state);
    }
}

impl ScalarUDFImpl for LocalTime {
    fn name(&self) -> &str {
        "local_time"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(LOCAL)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let instants = args.args[0].to_array(args.number_rows)?;
        let local = self.convert(instants.as_primitive::<TimestampMicrosecondType>());
        Ok(ColumnarValue::Array(Arc::new(local)))
    }

    fn output_ordering(&self, _: &[ExprProperties]) -> Result<SortProperties> {
        // Clocks go back in some zones, so order is not kept.
        Ok(SortProperties::Unordered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(zone: &str, cutoff: i32, instant: &str) -> String {
        let function = LocalTime::new(&TimeZone::get(zone).expect(zone), cutoff);
        let instant: Timestamp = instant.parse().expect(instant);
        let array = TimestampMicrosecondArray::from(vec![instant.as_microsecond()]);
        let out = Timestamp::from_microsecond(function.convert(&array).value(0)).expect("in range");
        out.to_zoned(TimeZone::UTC).datetime().to_string()
    }

    #[test]
    fn follows_the_zone_and_the_cutoff() {
        for (zone, cutoff, instant, expect) in [
            ("Asia/Shanghai", 0, "2025-11-10T16:00:00Z", "2025-11-11T00:00:00"),
            ("Asia/Shanghai", 240, "2025-11-10T19:59:59Z", "2025-11-10T23:59:59"),
            ("Europe/London", 0, "2011-03-27T00:59:59Z", "2011-03-27T00:59:59"),
            ("Europe/London", 0, "2011-03-27T01:00:00Z", "2011-03-27T02:00:00"),
            ("UTC", 0, "1969-07-20T20:17:40Z", "1969-07-20T20:17:40"),
        ] {
            assert_eq!(local(zone, cutoff, instant), expect, "{zone} {instant}");
        }
    }
}
