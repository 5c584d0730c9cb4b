//! The functions the metric language needs beside the engine's own.

mod local_time;

use datafusion::{logical_expr::ScalarUDF, prelude::SessionContext};
use jiff::tz::TimeZone;

use local_time::LocalTime;

pub(crate) fn register(context: &SessionContext, zone: &TimeZone, day_cutoff_minutes: i32) {
    context.register_udf(ScalarUDF::from(LocalTime::new(zone, day_cutoff_minutes)));
}
