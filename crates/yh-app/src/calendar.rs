//! The calendar as a table, so that questions can be grouped by 旬, half-years, fiscal and assessment periods.

use jiff::civil::Date;
use yh_metrics::{ProjectSettings, catalog::SpineTable};
use yh_model::{Calendar, Column, Frame, Value, ValueKind, calendar::Days};

/// Name of the table; the dot keeps it apart from datasets.
pub(crate) const DAYS: &str = "calendar.days";
const DAY: &str = "day";

/// What the planner knows of the table.
pub(crate) fn table(calendar: &Calendar) -> SpineTable {
    let grains = calendar.grains().into_iter().map(|(name, _)| (name.clone(), name)).collect();
    SpineTable { table: DAYS.to_owned(), column: DAY.to_owned(), grain: yh_metrics::Grain::Day, custom_grains: grains }
}

/// Its rows: each day, and the first day of its period of each grain.
pub(crate) fn days(calendar: &Calendar) -> Frame {
    let settings = ProjectSettings::default();
    let last = settings.spine_end.yesterday().unwrap_or(settings.spine_end);
    let days: Vec<Date> = Days { first: settings.spine_start, last }.iter().collect();
    let midnight = |day: Date| Value::Timestamp(day.at(0, 0, 0, 0));
    let column = |name: String, values: Vec<Value>| Column { name, kind: ValueKind::Timestamp, values };
    let mut columns = vec![column(DAY.to_owned(), days.iter().map(|day| midnight(*day)).collect())];
    for (name, _) in calendar.grains() {
        let first = |day: &Date| calendar.period_of(&name, *day).map_or(Value::Null, |days| midnight(days.first));
        let values = days.iter().map(first).collect();
        columns.push(column(name, values));
    }
    Frame { columns }
}
