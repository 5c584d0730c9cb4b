//! `yunheng stats forecast`: what comes next, with intervals, and whether targets will be met.

mod report;
mod series;

use std::time::Instant;

use serde_json::json;
use yh_stats::forecast::attainment::{Aggregate, Direction, Goal};
use yh_stats::forecast::reconcile::{Hierarchy, Weighting, reconcile};
use yh_stats::forecast::{Choice, Family, Forecast, Request, forecast_many};

use super::Common;
use super::input::ParquetReader;
use super::output::{Answer, StatsCliError};
use series::Series;

const EXAMPLE: &str = "Examples:
  yunheng stats forecast --input ../shared/data/kpi_us_gasoline_weekly/us_gasoline.csv \\
    --time Week --value Barrels --season 52 --horizon 13 --levels 80,95
  yunheng stats forecast --input sales.csv --id store --time day --value orders --season 7 --horizon 30 \\
    --regressors promotion,holiday --target 12000 --elapsed 10";

/// What comes next: point forecasts with intervals, chosen by backtest; chance to meet a target
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    /// Column that tells the series apart (none: the file is one series)
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Column of the time: dates, times, numbers or labels that sort
    #[arg(long, value_name = "COLUMN")]
    time: String,
    /// Column of the value; rows without a value after the last one are the future (for regressors)
    #[arg(long, value_name = "COLUMN")]
    value: String,
    /// Rows per base season: 24 for hours, 7 for days, 12 for months (default: from the spacing of
    /// the dates; 1 searches). Longer seasons are searched
    #[arg(long, value_name = "ROWS")]
    season: Option<usize>,
    /// Steps ahead
    #[arg(long, value_name = "STEPS", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=10_000))]
    horizon: usize,
    /// Levels of the intervals, in percent
    #[arg(long, value_delimiter = ',', value_name = "PERCENT", default_value = "80,95")]
    levels: Vec<f64>,
    /// auto combines what worked in the backtest, best takes the single best, the others run alone
    #[arg(long, value_enum, default_value_t = ModelChoice::Auto)]
    model: ModelChoice,
    /// Past origins of the backtest; 0 tests nothing and takes intervals from the model
    #[arg(long, value_name = "COUNT", default_value_t = 5, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(0..=100))]
    origins: usize,
    /// Columns with known influences (promotion, holiday, price), filled in for the future rows too
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS", conflicts_with = "hierarchy")]
    regressors: Vec<String>,
    /// The ids are paths with this separator ("east/shop 1"); parents and the total are forecast and made to add up
    #[arg(long, value_name = "SEPARATOR", requires = "id")]
    hierarchy: Option<String>,
    /// Who gives way when parents and children disagree
    #[arg(long, value_enum, default_value_t = Reconcile::Variance, requires = "hierarchy")]
    reconcile: Reconcile,
    /// Target for the period that ends with the last step
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    target: Option<f64>,
    /// What the target is about
    #[arg(long, value_enum, default_value_t = TargetOf::Sum, requires = "target")]
    aggregate: TargetOf,
    /// Rows of the target's period that have passed already
    #[arg(long, value_name = "ROWS", default_value_t = 0, requires = "target")]
    elapsed: usize,
    /// The target must not be exceeded
    #[arg(long, requires = "target")]
    at_most: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ModelChoice {
    Auto,
    Best,
    SeasonalNaive,
    Ets,
    Theta,
    /// MSTL over all seasons with ETS for the rest
    Mstl,
    Croston,
    Tsb,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Reconcile {
    BottomUp,
    Equal,
    Variance,
    Mint,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum TargetOf {
    Sum,
    Mean,
}

/// One forecast series as it is reported.
struct Outlook {
    id: String,
    answer: yh_stats::Answer<Forecast>,
}

/// Reads the series, forecasts each, reconciles, and judges the target.
pub fn answer(args: &Args, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let read = series::read(args, parquet)?;
    let mut all = read.series;
    let started = Instant::now();
    let tree = args.hierarchy.as_ref().map(|separator| series::add_parents(&mut all, separator)).transpose()?;
    let request = request(args, read.season);
    let steady = series::never_change(&all);
    let inputs: Vec<_> = all.iter().map(|s| (s.values.as_slice(), s.regressors.as_slice())).collect();
    let answers = forecast_many(&inputs, &request)?;
    let mut outlooks: Vec<Outlook> = all.iter().zip(answers).map(|(s, answer)| Outlook { id: s.id.clone(), answer }).collect();
    let mut answer = Answer::new("forecast", all.iter().map(|s| s.values.len()).sum());
    if let Some(tree) = &tree {
        match adjust(args.reconcile, tree, &mut outlooks)? {
            true => answer.set("reconciled", true),
            false => answer.warn("not reconciled: some series have too few rows"),
        }
    }
    answer.timing(args.common.timing, started);
    read.warnings.into_iter().for_each(|w| answer.warn(w));
    steady.into_iter().for_each(|name| answer.warn(format!("regressor {name:?} never changes in the history: its effect is unknown")));
    answer.set("season", read.season);
    report::series(&mut answer, args, &all, &outlooks)?;
    report::backtest(&mut answer, &request, &outlooks);
    Ok(answer)
}

fn request(args: &Args, season: usize) -> Request {
    Request {
        horizon: args.horizon,
        season,
        levels: args.levels.iter().map(|p| p / 100.0).collect(),
        choice: match args.model {
            ModelChoice::Auto => Choice::Combination,
            ModelChoice::Best => Choice::Best,
            ModelChoice::SeasonalNaive => Choice::Only(Family::SeasonalNaive),
            ModelChoice::Ets => Choice::Only(Family::Ets),
            ModelChoice::Theta => Choice::Only(Family::Theta),
            ModelChoice::Mstl => Choice::Only(Family::Mstl),
            ModelChoice::Croston => Choice::Only(Family::Croston),
            ModelChoice::Tsb => Choice::Only(Family::Tsb),
        },
        origins: args.origins,
    }
}

/// Makes parents the sums of their children; false where a series has no forecast.
fn adjust(rule: Reconcile, tree: &Hierarchy, outlooks: &mut [Outlook]) -> Result<bool, StatsCliError> {
    let known: Vec<&Forecast> = outlooks
        .iter()
        .filter_map(|o| match &o.answer {
            yh_stats::Answer::Known(f) => Some(f),
            yh_stats::Answer::TooFew(_) => None,
        })
        .collect();
    if known.len() < outlooks.len() {
        return Ok(false);
    }
    let base: Vec<Vec<f64>> = known.iter().map(|f| f.mean.clone()).collect();
    let weighting = match rule {
        Reconcile::BottomUp => Weighting::BottomUp,
        Reconcile::Equal => Weighting::Equal,
        Reconcile::Variance => Weighting::Variance(known.iter().map(|f| f.spread.unit.powi(2)).collect()),
        Reconcile::Mint => Weighting::Covariance(known.iter().map(|f| past_errors(f)).collect()),
    };
    let moved = reconcile(tree, &base, &weighting)?;
    for (outlook, (mean, before)) in outlooks.iter_mut().zip(moved.into_iter().zip(base)) {
        let yh_stats::Answer::Known(f) = &mut outlook.answer else { continue };
        for band in &mut f.bands {
            for h in 0..mean.len() {
                band.lower[h] += mean[h] - before[h];
                band.upper[h] += mean[h] - before[h];
            }
        }
        f.mean = mean;
    }
    Ok(true)
}

fn past_errors(f: &Forecast) -> Vec<f64> {
    f.past.iter().flat_map(|p| p.actual.iter().zip(&p.forecast).map(|(a, b)| a - b)).collect()
}

impl Args {
    /// The goal for a series: what its last `elapsed` rows achieved counts.
    fn goal(&self, values: &[f64]) -> Option<Goal> {
        let target = self.target?;
        let elapsed = self.elapsed.min(values.len());
        Some(Goal {
            target,
            aggregate: if self.aggregate == TargetOf::Sum { Aggregate::Sum } else { Aggregate::Mean },
            direction: if self.at_most { Direction::AtMost } else { Direction::AtLeast },
            achieved: values[values.len() - elapsed..].iter().sum(),
            elapsed,
        })
    }

    /// Keys of a level: lo95 and hi95 for 95.
    fn level_keys(&self) -> Vec<(String, String)> {
        self.levels.iter().map(|p| (format!("lo{p}"), format!("hi{p}"))).collect()
    }
}

/// A point as JSON and as cells.
fn point(f: &Forecast, keys: &[(String, String)], h: usize) -> serde_json::Value {
    let mut point = json!({"step": h + 1, "mean": f.mean[h]});
    for (band, (lo, hi)) in f.bands.iter().zip(keys) {
        point[lo] = json!(band.lower[h]);
        point[hi] = json!(band.upper[h]);
    }
    point
}
