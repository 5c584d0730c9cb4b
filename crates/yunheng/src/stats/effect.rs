//! `yunheng stats did` and `yunheng stats its`: did the action work?

use std::time::Instant;

use serde_json::{Value, json};
use yh_stats::response::{Outcomes, difference_in_differences, interrupted_series};

use super::Common;
use super::input::{self, ParquetReader, Table};
use super::output::{Answer, Grid, StatsCliError, number};
use super::regression::{coefficient_json, coefficient_row};
use super::times::{self, Times};

const DID_EXAMPLE: &str = "Example (stores with and without the new script, by week):
  yunheng stats did --input weeks.csv --outcome conversion --treated has_script --time week \\
    --action-at 2026-03-01 --unit store
Example (did video posts draw more comments once Facebook Live was open to all, against photos and other posts?):
  yunheng stats did --input ../shared/data/social_facebook_live/facebook_live_sellers.csv --outcome num_comments \\
    --treated status_type --treated-value video --time status_published --action-at 2016-04-06";

const ITS_EXAMPLE: &str = "Example:
  yunheng stats its --input ../shared/data/kpi_us_gasoline_weekly/us_gasoline.csv \\
    --value Barrels --season 52 --start-row 600";

const HEADER: [&str; 7] = ["", "value", "standard error", "t", "p", "lower", "upper"];

/// Difference-in-differences: the change where the action was taken, less the change where it was not
#[derive(Debug, clap::Args)]
#[command(after_help = DID_EXAMPLE)]
pub struct DidArgs {
    #[command(flatten)]
    pub common: Common,
    /// Column of the outcome
    #[arg(long, value_name = "COLUMN")]
    outcome: String,
    /// Yes/no column: the row belongs to the group with the action
    #[arg(long, value_name = "COLUMN")]
    treated: String,
    /// What stands in the column of --treated where the action was taken, when it is not yes or no
    #[arg(long, value_name = "VALUE")]
    treated_value: Option<String>,
    /// Yes/no column: the row was measured after the action
    #[arg(long, value_name = "COLUMN", required_unless_present = "action_at")]
    after: Option<String>,
    /// Column of times; with --action-at it replaces --after, and parallel trends are checked
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
    /// First time that counts as after the action (a date, or a number where times are numbers)
    #[arg(long, value_name = "TIME", requires = "time", conflicts_with = "after")]
    action_at: Option<String>,
    /// Column of units (stores, people) that errors are clustered by
    #[arg(long, value_name = "COLUMN")]
    unit: Option<String>,
    /// Level of the intervals
    #[arg(long, default_value_t = 0.95, value_parser = super::regression::level)]
    level: f64,
}

/// Reads the rows and compares the groups.
pub fn did(args: &DidArgs, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let mut wanted = vec![args.outcome.as_str(), &args.treated];
    wanted.extend([&args.after, &args.time, &args.unit].into_iter().flatten().map(String::as_str));
    let table = input::read(&args.common, parquet, &wanted)?;
    let (outcome, treated) = (table.numbers(&args.outcome)?, treated(args, &table)?);
    let times = args.time.as_ref().map(|name| times_in_days(&table, name)).transpose()?;
    let after = match (&args.after, &args.action_at, &times) {
        (Some(after), _, _) => table.flags(after)?,
        (None, Some(at), Some(times)) => {
            let at = time_of(at)?;
            times.iter().map(|t| *t >= at).collect()
        }
        _ => return Err(StatsCliError::usage("nothing says which rows are after the action", "give --after, or --time and --action-at")),
    };
    let units: Option<Vec<u32>> = match &args.unit {
        Some(name) => Some(table.categories(name)?.1.into_iter().map(|c| c as u32).collect()),
        None => None,
    };
    let rows = Outcomes { outcome: &outcome, treated: &treated, after: &after, units: units.as_deref(), times: times.as_deref() };
    let started = Instant::now();
    let found = match difference_in_differences(&rows, args.level)? {
        yh_stats::Answer::TooFew(few) => return Ok(Answer::too_few("did", outcome.len(), few)),
        yh_stats::Answer::Known(found) => found,
    };
    let mut answer = Answer::new("did", outcome.len());
    answer.timing(args.common.timing, started);
    answer.set("effect", coefficient_json(&found.effect));
    let groups = ["treated_before", "treated_after", "control_before", "control_after"];
    let mut means = Grid::new("means", &["group", "mean", "n"]);
    let mut by_group = serde_json::Map::new();
    for ((group, mean), n) in groups.into_iter().zip(found.means).zip(found.counts) {
        by_group.insert(group.into(), json!({"mean": mean, "n": n}));
        means.row(vec![group.replace('_', " "), number(mean), n.to_string()]);
    }
    answer.set("means", by_group);
    answer.set("trend_gap", found.trend_gap.as_ref().map_or(Value::Null, coefficient_json));
    let mut grid = Grid::new("effect on the treated", &HEADER);
    grid.row(coefficient_row("effect", &found.effect));
    if let Some(gap) = &found.trend_gap {
        grid.row(coefficient_row("trend gap before, per day or unit of time", gap));
        if gap.lower > 0.0 || gap.upper < 0.0 {
            answer.warn("the groups did not move in parallel before the action: the effect is not to be trusted");
        }
    } else {
        answer.warn("parallel trends were not checked: that takes --time with several times before the action");
    }
    answer.grid(grid);
    answer.grid(means);
    Ok(answer)
}

/// Which rows belong to the group with the action.
fn treated(args: &DidArgs, table: &Table) -> Result<Vec<bool>, StatsCliError> {
    const SHOWN: usize = 20;
    let Some(value) = &args.treated_value else { return table.flags(&args.treated) };
    let (labels, codes) = table.categories(&args.treated)?;
    match labels.iter().position(|label| label == value) {
        Some(code) => Ok(codes.into_iter().map(|c| c == code).collect()),
        None if labels.is_empty() => Ok(Vec::new()),
        None => Err(StatsCliError::input(
            format!("column {:?} never holds {value:?}", args.treated),
            format!("it holds: {}", labels[..labels.len().min(SHOWN)].join(", ")),
        )),
    }
}

/// Times as numbers: plain numbers as they are, dates as days since 1970-01-01.
fn times_in_days(table: &Table, name: &str) -> Result<Vec<f64>, StatsCliError> {
    match Times::read(table, name)? {
        Times::Numbers(numbers) => Ok(numbers),
        _ => Ok(Times::seconds(table, name)?.into_iter().map(|s| s / 86_400.0).collect()),
    }
}

fn time_of(text: &str) -> Result<f64, StatsCliError> {
    let mut one = input::TextColumn::default();
    one.push(text);
    let option = Table { names: vec!["--action-at".into()], columns: vec![one] };
    let bad = |_| StatsCliError::usage(format!("--action-at {text:?} is no time"), "write yyyy-mm-dd, or a number where times are numbers");
    Ok(times_in_days(&option, "--action-at").map_err(bad)?[0])
}

/// Interrupted time series: the jump and the bend of one series at an action
#[derive(Debug, clap::Args)]
#[command(after_help = ITS_EXAMPLE)]
pub struct ItsArgs {
    #[command(flatten)]
    pub common: Common,
    /// Column of values; rows are equally spaced periods in order
    #[arg(long, value_name = "COLUMN")]
    value: String,
    /// First row (counted from 1) that follows the action
    #[arg(long, value_name = "ROW", required_unless_present = "action_at")]
    start_row: Option<usize>,
    /// Column of times, for --action-at
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
    /// First time that follows the action
    #[arg(long, value_name = "TIME", requires = "time", conflicts_with = "start_row")]
    action_at: Option<String>,
    /// Periods of a season (7 for days of a week); 0 for none
    #[arg(long, default_value_t = 0)]
    season: usize,
    /// Level of the intervals
    #[arg(long, default_value_t = 0.95, value_parser = super::regression::level)]
    level: f64,
}

/// Reads the series and measures the interruption.
pub fn its(args: &ItsArgs, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let mut wanted = vec![args.value.as_str()];
    wanted.extend(args.time.as_deref());
    let (table, order) = times::read_in_order(&args.common, parquet, &wanted, args.time.as_deref())?;
    let series = table.numbers(&args.value)?;
    let start = match (&args.start_row, &args.time, &args.action_at) {
        (Some(row), _, _) => row.saturating_sub(1),
        (None, Some(time), Some(at)) => {
            let at = time_of(at)?;
            times_in_days(&table, time)?.partition_point(|t| *t < at)
        }
        _ => return Err(StatsCliError::usage("nothing says when the action was", "give --start-row, or --time and --action-at")),
    };
    let started = Instant::now();
    let found = match interrupted_series(&series, start, args.season, args.level)? {
        yh_stats::Answer::TooFew(few) => return Ok(Answer::too_few("its", series.len(), few)),
        yh_stats::Answer::Known(found) => found,
    };
    let mut answer = Answer::new("its", series.len());
    answer.timing(args.common.timing, started);
    let parts = [
        ("mean_effect", &found.mean_effect),
        ("level_change", &found.level_change),
        ("slope_change", &found.slope_change),
        ("slope_before", &found.slope_before),
    ];
    let mut grid = Grid::new("effect of the action", &HEADER);
    for (key, part) in parts {
        answer.set(key, coefficient_json(part));
        grid.row(coefficient_row(&key.replace('_', " "), part));
    }
    answer.set("without_action", found.without_action);
    answer.set("fitted", found.fitted);
    answer.set("lags", found.lags);
    answer.grid(grid);
    order.into_iter().for_each(|warning| answer.warn(warning));
    answer.warn("anything else that changed at the same time is part of this effect");
    Ok(answer)
}
