//! `yunheng stats regression`: linear and ridge regression with robust errors.

use std::time::Instant;

use serde_json::{Map, Value, json};
use yh_stats::response::{Coefficient, Errors, regress};

use super::Common;
use super::input::{self, ParquetReader};
use super::output::{Answer, Grid, StatsCliError, number};

const EXAMPLE: &str = "Example:
  yunheng stats regression --input ../shared/data/mmm_robyn_weekly/dt_simulated_weekly.csv \\
    --outcome revenue --predictors tv_S,facebook_S,search_S,competitor_sales_B";

/// Linear or ridge regression with standard errors that do not assume equal variances (HC3)
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    /// Column to explain
    #[arg(long, value_name = "COLUMN")]
    outcome: String,
    /// Columns that explain it
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', required = true)]
    predictors: Vec<String>,
    /// Penalty on the squared coefficients of standardised columns; 0 is least squares
    #[arg(long, default_value_t = 0.0)]
    ridge: f64,
    /// How standard errors are estimated
    #[arg(long, value_enum, default_value_t = ErrorName::Hc3)]
    errors: ErrorName,
    /// Lags of the Newey-West errors
    #[arg(long, default_value_t = 4)]
    lags: usize,
    /// Column of clusters, for --errors cluster
    #[arg(long, value_name = "COLUMN", required_if_eq("errors", "cluster"))]
    cluster: Option<String>,
    /// Level of the intervals
    #[arg(long, default_value_t = 0.95, value_parser = level)]
    level: f64,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ErrorName {
    Classic,
    Hc3,
    NeweyWest,
    Cluster,
}

/// Reads the columns and fits.
pub fn answer(args: &Args, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let mut wanted: Vec<&str> = vec![&args.outcome];
    wanted.extend(args.predictors.iter().map(String::as_str));
    wanted.extend(args.cluster.as_deref());
    let table = input::read(&args.common, parquet, &wanted)?;
    let outcome = table.numbers(&args.outcome)?;
    let columns: Vec<Vec<f64>> = args.predictors.iter().map(|p| table.numbers(p)).collect::<Result<_, _>>()?;
    for (i, (name, column)) in args.predictors.iter().zip(&columns).enumerate() {
        if args.predictors[..i].contains(name) || *name == args.outcome {
            return Err(StatsCliError::usage(format!("column {name:?} is named twice"), "name each predictor once, and not the outcome"));
        }
        if column.len() > 1 && column.iter().all(|v| *v == column[0]) {
            return Err(StatsCliError::input(format!("predictor {name:?} is the same in every row"), "leave it out"));
        }
    }
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let clusters: Vec<u32> = match &args.cluster {
        Some(name) => table.categories(name)?.1.into_iter().map(|c| c as u32).collect(),
        None => Vec::new(),
    };
    let errors = match args.errors {
        ErrorName::Classic => Errors::Classic,
        ErrorName::Hc3 => Errors::Hc3,
        ErrorName::NeweyWest => Errors::NeweyWest { lags: args.lags },
        ErrorName::Cluster => Errors::Cluster(&clusters),
    };
    let started = Instant::now();
    let fit = match regress(&outcome, &columns, args.ridge, errors, args.level)? {
        yh_stats::Answer::TooFew(few) => return Ok(Answer::too_few("regression", outcome.len(), few)),
        yh_stats::Answer::Known(fit) => fit,
    };
    let mut answer = Answer::new("regression", outcome.len());
    answer.timing(args.common.timing, started);
    let names = std::iter::once("(intercept)").chain(args.predictors.iter().map(String::as_str));
    let mut grid = Grid::new("coefficients", &["", "value", "standard error", "t", "p", "lower", "upper"]);
    let mut named = Map::new();
    for (name, c) in names.zip(&fit.coefficients) {
        named.insert(name.into(), coefficient_json(c));
        grid.row(coefficient_row(name, c));
    }
    answer.set("coefficients", named);
    answer.set("r_squared", fit.r_squared);
    answer.set("adjusted_r_squared", fit.adjusted_r_squared);
    answer.set("residual_deviation", fit.residual_deviation);
    answer.set("degrees_of_freedom", fit.freedom);
    answer.set("ridge", fit.ridge);
    answer.grid(grid);
    if args.ridge > 0.0 {
        answer.warn("ridge coefficients are pulled towards zero: their intervals do not cover that bias");
    }
    Ok(answer)
}

/// The JSON form of a coefficient, shared by the designs that rest on a regression.
pub fn coefficient_json(c: &Coefficient) -> Value {
    json!({"value": c.value, "se": c.standard_error, "t": c.t, "p": c.p, "lower": c.lower, "upper": c.upper})
}

/// A row for people: name, value, standard error, t, p, interval.
pub fn coefficient_row(name: &str, c: &Coefficient) -> Vec<String> {
    let figures = [c.value, c.standard_error, c.t, c.p, c.lower, c.upper].map(number);
    std::iter::once(name.to_owned()).chain(figures).collect()
}

/// Parses the level of an interval: strictly between 0 and 1.
pub fn level(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(level) if level > 0.0 && level < 1.0 => Ok(level),
        _ => Err("a level lies between 0 and 1, such as 0.95".into()),
    }
}
