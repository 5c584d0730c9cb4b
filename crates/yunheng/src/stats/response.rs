//! `yunheng stats response`: what spend brings, and the best split of a budget.

use std::collections::HashMap;
use std::time::Instant;

use serde_json::{Value, json};
use yh_stats::response::{Allocation, BudgetLine, Channel, ChannelFit, CurveOptions, Curves, Interval, allocate, fit_curves};

use super::Common;
use super::input::ParquetReader;
use super::output::{Answer, Grid, StatsCliError, number};
use super::times;

const EXAMPLE: &str = "Example:
  yunheng stats response --input ../shared/data/mmm_robyn_weekly/dt_simulated_weekly.csv \\
    --outcome revenue --spend tv_S,ooh_S,print_S,facebook_S,search_S --controls competitor_sales_B \\
    --season 52 --budget 200000 --limit tv_S=10000..60000";

/// Points of a printed response curve, from nothing to twice the largest mean.
const CURVE_POINTS: usize = 21;

/// Saturating response curves of spend (adstock and Hill) with intervals, and a budget optimiser
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    /// Column to explain; rows are equally spaced periods in order
    #[arg(long, value_name = "COLUMN")]
    outcome: String,
    /// Column of times: rows are put in its order first
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
    /// Columns of spend, one per channel
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', required = true)]
    spend: Vec<String>,
    /// Columns that also move the outcome (price, competitor, promotion 0/1)
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    controls: Vec<String>,
    /// Periods of a season (52 for weeks of a year); 0 for none
    #[arg(long, default_value_t = 0)]
    season: usize,
    /// Leave out the linear trend
    #[arg(long)]
    no_trend: bool,
    /// Split this budget per period over the channels (default: the mean spend so far)
    #[arg(long, value_name = "AMOUNT")]
    budget: Option<f64>,
    /// Limits of a channel's spend per period, "channel=least..most" (repeatable; default 0 to its largest spend)
    #[arg(long, value_name = "LIMIT")]
    limit: Vec<String>,
    /// Bootstrap refits for the intervals
    #[arg(long, default_value_t = 200)]
    samples: usize,
    /// Seed of the bootstrap
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Reads the columns, fits the curves and splits the budget.
pub fn answer(args: &Args, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let mut wanted: Vec<&str> = vec![&args.outcome];
    wanted.extend(args.spend.iter().chain(&args.controls).map(String::as_str));
    wanted.extend(args.time.as_deref());
    let (table, order) = times::read_in_order(&args.common, parquet, &wanted, args.time.as_deref())?;
    let outcome = table.numbers(&args.outcome)?;
    let read = |names: &[String]| -> Result<Vec<Vec<f64>>, StatsCliError> { names.iter().map(|name| table.numbers(name)).collect() };
    let (spend, controls) = (read(&args.spend)?, read(&args.controls)?);
    if let Some((_, twice)) = args.spend.iter().enumerate().find(|(i, name)| args.spend[..*i].contains(name)) {
        return Err(StatsCliError::usage(format!("channel {twice:?} is named twice"), "name each column once"));
    }
    let limits = limits(args)?;
    let channels: Vec<Channel<'_>> = args.spend.iter().zip(&spend).map(|(name, spend)| Channel { name, spend }).collect();
    let controls: Vec<&[f64]> = controls.iter().map(Vec::as_slice).collect();
    let options =
        CurveOptions { trend: !args.no_trend, season: args.season, samples: args.samples, seed: args.seed, ..CurveOptions::default() };
    let started = Instant::now();
    let curves = match fit_curves(&outcome, &channels, &controls, options)? {
        yh_stats::Answer::TooFew(few) => return Ok(Answer::too_few("response", outcome.len(), few)),
        yh_stats::Answer::Known(curves) => curves,
    };
    let lines: Vec<BudgetLine<'_>> = curves
        .channels
        .iter()
        .zip(&spend)
        .map(|(channel, spend)| {
            let largest = spend.iter().copied().fold(0.0, f64::max);
            let (least, most) = limits.get(channel.name.as_str()).copied().unwrap_or((0.0, largest));
            BudgetLine { curve: channel.curve, sampled: &channel.sampled, current: channel.mean_spend, least, most }
        })
        .collect();
    let budget = args.budget.unwrap_or_else(|| lines.iter().map(|l| l.current).sum());
    let best = allocate(&lines, budget)?;
    let mut answer = Answer::new("response", outcome.len());
    answer.timing(args.common.timing, started);
    order.into_iter().for_each(|warning| answer.warn(warning));
    write_curves(&mut answer, &curves, &outcome);
    write_budget(&mut answer, &curves, &lines, &best, budget);
    Ok(answer)
}

fn limits(args: &Args) -> Result<HashMap<&str, (f64, f64)>, StatsCliError> {
    let mut limits = HashMap::new();
    for limit in &args.limit {
        let bad = || StatsCliError::usage(format!("{limit:?} is no limit"), "write channel=least..most, such as tv=0..5000");
        let (channel, range) = limit.split_once('=').ok_or_else(bad)?;
        let (least, most) = range.split_once("..").ok_or_else(bad)?;
        if !args.spend.iter().any(|s| s == channel) {
            let hint = format!("the channels are: {}", args.spend.join(", "));
            return Err(StatsCliError::usage(format!("{channel:?} is no channel of --spend"), hint));
        }
        limits.insert(channel, (least.parse().map_err(|_| bad())?, most.parse().map_err(|_| bad())?));
    }
    Ok(limits)
}

fn interval_json(interval: &Interval) -> Value {
    json!({"value": interval.value, "lower": interval.lower, "upper": interval.upper})
}

fn interval_text(interval: &Interval) -> String {
    format!("{} ({}..{})", number(interval.value), number(interval.lower), number(interval.upper))
}

fn write_curves(answer: &mut Answer, curves: &Curves, outcome: &[f64]) {
    let total: f64 = outcome.iter().sum();
    let header = ["channel", "carry", "shape", "half at", "strength", "share", "return on spend", "marginal return"];
    let mut grid = Grid::new("response curves (per period)", &header);
    let mut values = Vec::new();
    for channel in &curves.channels {
        let curve = &channel.curve;
        let share = if total != 0.0 { channel.contribution.value / total } else { 0.0 };
        grid.row(vec![
            channel.name.clone(),
            number(curve.carry),
            number(curve.shape),
            number(curve.half),
            number(curve.strength),
            format!("{:.1}%", 100.0 * share),
            interval_text(&channel.return_on_spend),
            interval_text(&channel.marginal_return),
        ]);
        values.push(json!({
            "channel": channel.name, "carry": curve.carry, "shape": curve.shape, "half": curve.half,
            "strength": curve.strength, "contribution": interval_json(&channel.contribution), "share": share,
            "return_on_spend": interval_json(&channel.return_on_spend),
            "marginal_return": interval_json(&channel.marginal_return),
            "total_spend": channel.total_spend, "mean_spend": channel.mean_spend, "curve": points(channel),
        }));
        if curve.strength == 0.0 {
            answer.warn(format!("{} shows no effect in these data", channel.name));
        }
    }
    answer.set("channels", values);
    answer.set("r_squared", curves.r_squared);
    answer.set("residual_memory", curves.residual_memory);
    answer.set("base", curves.base.clone());
    answer.set("fitted", curves.fitted.clone());
    answer.grid(grid);
    if curves.residual_memory.abs() > 0.5 {
        answer.warn("what the model leaves has a memory: something that moves the outcome is missing");
    }
    answer.warn("curves describe how spend and outcome moved together; an experiment is needed to prove cause");
}

/// The curve with its interval at equal steps of spend, up to twice the mean.
fn points(channel: &ChannelFit) -> Vec<Value> {
    (0..CURVE_POINTS)
        .map(|i| {
            let spend = 2.0 * channel.mean_spend * i as f64 / (CURVE_POINTS - 1) as f64;
            let mut sampled: Vec<f64> = channel.sampled.iter().map(|c| c.response(spend)).collect();
            sampled.sort_by(f64::total_cmp);
            let value = channel.curve.response(spend);
            let at = |p| yh_stats::numeric::quantile_sorted(&sampled, p).unwrap_or(value);
            json!({"spend": spend, "response": value, "lower": at(0.025), "upper": at(0.975)})
        })
        .collect()
}

fn write_budget(answer: &mut Answer, curves: &Curves, lines: &[BudgetLine<'_>], best: &Allocation, budget: f64) {
    let mut grid = Grid::new("best split of the budget (per period)", &["channel", "now", "best", "least", "most"]);
    let mut spend = serde_json::Map::new();
    for ((channel, line), &amount) in curves.channels.iter().zip(lines).zip(&best.spend) {
        spend.insert(channel.name.clone(), json!(amount));
        let figures = [line.current, amount, line.least, line.most].map(number);
        grid.row(std::iter::once(channel.name.clone()).chain(figures).collect());
    }
    answer.set(
        "budget",
        json!({"amount": budget, "spend": spend, "response": best.response, "current_response": best.current_response,
            "gain": interval_json(&best.gain), "marginal_return": best.marginal}),
    );
    answer.grid(grid);
    let spent: f64 = best.spend.iter().sum();
    if spent < budget * (1.0 - 1e-6) {
        answer.warn(format!("{} of the budget is not spent: the limits cannot take it or it would bring nothing", number(budget - spent)));
    }
    if best.gain.lower < 0.0 {
        answer.warn("the gain of the new split is not certain: its interval includes a loss");
    }
}
