//! The functions the metric language needs beside the engine's own.

mod exact_percentile;
mod local_time;

use datafusion::{logical_expr::ScalarUDF, prelude::SessionContext};
use jiff::tz::TimeZone;

use local_time::LocalTime;

pub(crate) fn register(context: &SessionContext, zone: &TimeZone, day_cutoff_minutes: i32) {
    context.register_udf(ScalarUDF::from(LocalTime::new(zone, day_cutoff_minutes)));
    context.register_udaf(exact_percentile::exact_percentile());
    context.register_udaf(exact_percentile::percentile_disc_exact());
}
