//! `yunheng stats rootcause`: which combinations of dimension values made the total change.

use std::time::Instant;

use serde_json::{Map, Value, json};
use yh_stats::rootcause::{Cause, Leaves, Limits, RootCauses, localise};

use super::Common;
use super::input::{self, ParquetReader};
use super::output::{Answer, Grid, StatsCliError, number};

const EXAMPLE: &str = "Examples:
  yunheng stats rootcause --input ../shared/data/rootcause_synthetic/SS/104274.csv \\
    --dims a,b,c,d --actual real --expected predict
A ratio (here paid orders / visits) takes its numerators and its denominators:
  yunheng stats rootcause --input day.csv --dims store,channel --actual paid --expected paid_usual \\
    --actual-denominator visits --expected-denominator visits_usual";

/// Which combinations of dimension values made the total differ from what was expected
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    /// Dimension columns, one row of the file per combination of their values
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', required = true)]
    dims: Vec<String>,
    /// Column of the measured amounts (for a ratio: its numerators)
    #[arg(long, value_name = "COLUMN")]
    actual: String,
    /// Column of the expected amounts (for a ratio: its numerators)
    #[arg(long, value_name = "COLUMN")]
    expected: String,
    /// Column of the measured denominators, when the measure is a ratio
    #[arg(long, value_name = "COLUMN", requires = "expected_denominator")]
    actual_denominator: Option<String>,
    /// Column of the expected denominators, when the measure is a ratio
    #[arg(long, value_name = "COLUMN", requires = "actual_denominator")]
    expected_denominator: Option<String>,
    /// Most dimensions that one cause may combine (default: all)
    #[arg(long, value_name = "N", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    max_layer: Option<usize>,
    /// Most causes to report
    #[arg(long, default_value_t = 50, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    max_causes: usize,
    /// Least share of the total change that a cause explains (default 0; 0.1 for ratios)
    #[arg(long, value_name = "SHARE")]
    min_power: Option<f64>,
    /// Leave out causes weaker than this share of the strongest one's score (default 0; 0.5 for ratios)
    #[arg(long, value_name = "SHARE")]
    min_relative_score: Option<f64>,
}

/// Reads the leaves and localises the causes.
pub fn answer(args: &Args, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    check(args)?;
    let mut wanted: Vec<&str> = args.dims.iter().map(String::as_str).collect();
    wanted.extend([args.actual.as_str(), args.expected.as_str()]);
    wanted.extend(args.actual_denominator.as_deref());
    wanted.extend(args.expected_denominator.as_deref());
    let table = input::read(&args.common, parquet, &wanted)?;
    let mut names = Vec::new();
    let mut codes = Vec::new();
    for dim in &args.dims {
        let (values, of_rows) = table.categories(dim)?;
        names.push(values);
        codes.push(of_rows.into_iter().map(|c| c as u32).collect::<Vec<u32>>());
    }
    let (actual, expected) = (table.numbers(&args.actual)?, table.numbers(&args.expected)?);
    let denominators = match (&args.actual_denominator, &args.expected_denominator) {
        (Some(actual), Some(expected)) => Some((table.numbers(actual)?, table.numbers(expected)?)),
        _ => None,
    };
    let leaves = Leaves {
        codes: &codes,
        actual: &actual,
        expected: &expected,
        denominators: denominators.as_ref().map(|(a, e)| (a.as_slice(), e.as_slice())),
    };
    let limits = Limits {
        max_layer: args.max_layer.unwrap_or(usize::MAX),
        max_causes: args.max_causes,
        min_power: args.min_power,
        min_relative_score: args.min_relative_score,
    };
    let started = Instant::now();
    let found = match localise(&leaves, limits)? {
        yh_stats::Answer::TooFew(few) => {
            return Ok(Answer::too_few("rootcause", table.rows(), few));
        }
        yh_stats::Answer::Known(found) => found,
    };
    let mut answer = Answer::new("rootcause", table.rows());
    answer.timing(args.common.timing, started);
    write(&mut answer, args, &names, &found);
    Ok(answer)
}

fn check(args: &Args) -> Result<(), StatsCliError> {
    if let Some((_, twice)) = args.dims.iter().enumerate().find(|(i, dim)| args.dims[..*i].contains(dim)) {
        return Err(StatsCliError::usage(format!("dimension {twice:?} is named twice"), "name each column once"));
    }
    let measures = [Some(&args.actual), Some(&args.expected), args.actual_denominator.as_ref(), args.expected_denominator.as_ref()];
    if let Some(dim) = args.dims.iter().find(|dim| measures.contains(&Some(*dim))) {
        return Err(StatsCliError::usage(format!("{dim:?} is both a dimension and an amount"), "leave it out of --dims"));
    }
    for (name, share) in [("--min-power", args.min_power), ("--min-relative-score", args.min_relative_score)] {
        if let Some(share) = share.filter(|s| !(0.0..=1.0).contains(s)) {
            return Err(StatsCliError::usage(format!("{name} is {share}"), "give a share between 0 and 1"));
        }
    }
    Ok(())
}

fn write(answer: &mut Answer, args: &Args, names: &[Vec<String>], found: &RootCauses) {
    let name = |&(dim, code): &(usize, u32)| (args.dims[dim].clone(), names[dim][code as usize].clone());
    let causes: Vec<Value> = found
        .causes
        .iter()
        .map(|cause| {
            let elements: Map<String, Value> = cause.elements.iter().map(name).map(|(d, v)| (d, v.into())).collect();
            json!({
                "elements": elements, "explanatory_power": cause.explanatory_power, "score": cause.score,
                "change": finite(cause.change), "surprise": cause.surprise, "actual": finite(cause.actual),
                "expected": finite(cause.expected), "leaves": cause.leaves,
            })
        })
        .collect();
    answer.set("causes", causes);
    answer.set("explained", found.explained);
    answer.set("actual", found.actual);
    answer.set("expected", found.expected);
    answer.set("leaves", found.leaves);
    answer.set("layers", found.layers);
    let header = ["cause", "explains", "actual", "expected", "change", "score", "surprise", "leaves"];
    let mut grid = Grid::new("root causes, strongest first", &header);
    for cause in &found.causes {
        let words: Vec<String> = cause.elements.iter().map(name).map(|(d, v)| format!("{d}={v}")).collect();
        grid.row(row(words.join(" & "), cause));
    }
    answer.grid(grid);
    if found.actual == found.expected {
        answer.warn("the total did not change: there is nothing to explain");
    } else if found.causes.is_empty() {
        answer.warn("no combination stands out of the noise: the change is spread over all of them");
    }
    if found.layers < args.dims.len().min(args.max_layer.unwrap_or(usize::MAX)) {
        answer.warn(format!(
            "causes of at most {} dimensions were searched: others have one value only, or the combinations are too many",
            found.layers
        ));
    }
}

/// A number or null.
fn finite(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { Value::Null }
}

fn row(words: String, cause: &Cause) -> Vec<String> {
    let share = |x: f64| {
        if x.is_finite() { format!("{:.1}%", x * 100.0) } else { "-".into() }
    };
    vec![
        words,
        share(cause.explanatory_power),
        number(cause.actual),
        number(cause.expected),
        share(cause.change),
        number(cause.score),
        number(cause.surprise),
        cause.leaves.to_string(),
    ]
}
