//! `yunheng stats lagcorr`: does one series move before another?

use std::time::Instant;

use serde_json::{Value, json};
use yh_stats::response::{LagCorrelation, lagged_correlation};

use super::Common;
use super::input::ParquetReader;
use super::output::{Answer, Grid, StatsCliError, number};
use super::times;

const EXAMPLE: &str = "Example:
  yunheng stats lagcorr --input ../shared/data/mmm_robyn_weekly/dt_simulated_weekly.csv \\
    --leader facebook_I --follower revenue --max-lag 8";

/// Correlation of one series with another some periods later, with block-bootstrap intervals
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    /// Column that may move first; rows are equally spaced periods in order
    #[arg(long, value_name = "COLUMN")]
    leader: String,
    /// Column that may follow
    #[arg(long, value_name = "COLUMN")]
    follower: String,
    /// Column of times: rows are put in its order first
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
    /// Largest lag, in rows, in both directions
    #[arg(long, default_value_t = 12)]
    max_lag: usize,
    /// Bootstrap samples
    #[arg(long, default_value_t = 1_000)]
    samples: usize,
    /// Seed of the bootstrap
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Reads both series and correlates them.
pub fn answer(args: &Args, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let mut wanted: Vec<&str> = vec![&args.leader, &args.follower];
    wanted.extend(args.time.as_deref());
    let (table, order) = times::read_in_order(&args.common, parquet, &wanted, args.time.as_deref())?;
    let (leader, follower) = (table.numbers(&args.leader)?, table.numbers(&args.follower)?);
    let started = Instant::now();
    let lags = match lagged_correlation(&leader, &follower, args.max_lag, args.samples, args.seed)? {
        yh_stats::Answer::TooFew(few) => return Ok(Answer::too_few("lagcorr", leader.len(), few)),
        yh_stats::Answer::Known(lags) => lags,
    };
    let mut answer = Answer::new("lagcorr", leader.len());
    answer.timing(args.common.timing, started);
    order.into_iter().for_each(|warning| answer.warn(warning));
    let value =
        |l: &LagCorrelation| -> Value { json!({"lag": l.lag, "correlation": l.correlation, "lower": l.lower, "upper": l.upper, "n": l.n}) };
    answer.set("lags", lags.by_lag.iter().map(value).collect::<Vec<_>>());
    answer.set("strongest", value(&lags.by_lag[lags.strongest]));
    answer.set("block", lags.block);
    let mut grid = Grid::new("correlation by lag (positive: the leader moves first)", &["lag", "correlation", "lower", "upper", "n"]);
    for l in &lags.by_lag {
        grid.row(vec![l.lag.to_string(), number(l.correlation), number(l.lower), number(l.upper), l.n.to_string()]);
    }
    answer.grid(grid);
    answer.warn("the strongest of many lags is chosen: its interval holds for that lag, not for the choice");
    Ok(answer)
}
