//! `yunheng stats clv`: customer lifetime value.

use std::path::PathBuf;
use std::time::Instant;

use serde_json::{Map, Value, json};
use yh_stats::clv::{self, Customers, Fit, Forecast, Model, Period, SpendFit, Summaries, Total, Valuation};

use super::Common;
use super::dates::Date;
use super::input::{self, ParquetReader};
use super::output::{Answer, Grid, StatsCliError, number, too_few_json};

const LEVEL: f64 = 0.95;
const DAYS_A_MONTH: f64 = 365.25 / 12.0;

/// Customer lifetime value: BG/NBD, MBG/NBD or Pareto/NBD × Gamma-Gamma, by maximum likelihood
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  yunheng stats clv --input ../shared/data/clv_cdnow/cdnowElog.csv --customer sampleid --date date --amount sales --time-unit week --calibration-end 1997-09-30 --holdout-end 1998-06-30
  yunheng stats clv --summary --input ../shared/data/clv_cdnow/cdnow_customers_summary_with_transactions.csv --customer ID --x x --t-x t_x --T T --spend zbar --per-customer clv.csv")]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    /// Column of the customer (required for transactions)
    #[arg(long, value_name = "COLUMN")]
    customer: Option<String>,
    /// Column of the transaction's date
    #[arg(long, value_name = "COLUMN", conflicts_with = "summary")]
    date: Option<String>,
    /// Column of the transaction's amount
    #[arg(long, value_name = "COLUMN", conflicts_with = "summary")]
    amount: Option<String>,
    /// The file has one row per customer, already summarised
    #[arg(long, requires_all = ["x", "t_x", "t"])]
    summary: bool,
    /// Column of the number of repeat purchases
    #[arg(long, value_name = "COLUMN", requires = "summary")]
    x: Option<String>,
    /// Column of the time from the first to the last purchase
    #[arg(long = "t-x", value_name = "COLUMN", requires = "summary")]
    t_x: Option<String>,
    /// Column of the time from the first purchase to the end of observation
    #[arg(long = "T", value_name = "COLUMN", requires = "summary")]
    t: Option<String>,
    /// Column of the mean amount of the repeat purchases
    #[arg(long, value_name = "COLUMN", requires = "summary")]
    spend: Option<String>,
    /// Model of the purchases
    #[arg(long, value_enum, default_value_t = ModelName::Bgnbd)]
    model: ModelName,
    /// Time unit of the parameters, and of t_x and T in a summary
    #[arg(long, value_enum, default_value_t = TimeUnit::Week)]
    time_unit: TimeUnit,
    /// Last day of the fitted period [default: the last date of the file]
    #[arg(long, value_name = "DATE", conflicts_with = "summary")]
    calibration_end: Option<Date>,
    /// Last day of the holdout [default: the last date of the file, when --calibration-end is set]
    #[arg(long, value_name = "DATE", requires = "calibration_end")]
    holdout_end: Option<Date>,
    /// Months over which value is predicted
    #[arg(long, value_name = "N", default_value_t = 12)]
    horizon: usize,
    /// Discount per month, as a share
    #[arg(long, value_name = "SHARE", default_value_t = 0.01, allow_negative_numbers = true)]
    discount: f64,
    /// Length of a month in time units [default: 30.4375 days]
    #[arg(long, value_name = "UNITS")]
    month: Option<f64>,
    /// Write p_alive, expected purchases and value of every customer to this CSV file
    #[arg(long, value_name = "FILE")]
    per_customer: Option<PathBuf>,
    /// Add profile-likelihood intervals of the parameters (slow on large data)
    #[arg(long)]
    profile: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ModelName {
    Bgnbd,
    Mbgnbd,
    ParetoNbd,
}

impl ModelName {
    fn model(self) -> Model {
        match self {
            Self::Bgnbd => Model::BgNbd,
            Self::Mbgnbd => Model::MbgNbd,
            Self::ParetoNbd => Model::ParetoNbd,
        }
    }
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum TimeUnit {
    Day,
    Week,
}

impl TimeUnit {
    fn days(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Week => 7.0,
        }
    }
}

/// What the models are fitted to, with the names of the customers.
struct Input {
    summaries: Summaries,
    names: Vec<String>,
    has_spend: bool,
    /// Length of the holdout in time units, when there is one.
    holdout: Option<f64>,
    warnings: Vec<String>,
}

pub fn answer(args: &Args, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let input = if args.summary { read_summaries(args, parquet)? } else { read_transactions(args, parquet)? };
    let customers = input.summaries.customers();
    let started = Instant::now();
    let fit = match clv::fit(args.model.model(), customers)? {
        yh_stats::Answer::Known(fit) => fit,
        yh_stats::Answer::TooFew(few) => {
            let mut answer = Answer::too_few("clv", customers.len(), few);
            input.warnings.iter().for_each(|w| answer.warn(w));
            return Ok(answer);
        }
    };
    let mut answer = Answer::new("clv", customers.len());
    input.warnings.iter().for_each(|w| answer.warn(w));
    describe_fit(&mut answer, args, &fit);
    let spend = fit_spend(&mut answer, &input)?;
    let with_spend = spend.as_ref().map(|s| (s, input.summaries.spend.as_slice()));
    let valuation = Valuation {
        months: args.horizon,
        month: args.month.unwrap_or(DAYS_A_MONTH / args.time_unit.days()),
        monthly_discount: args.discount,
    };
    let forecast_started = Instant::now();
    let forecast = clv::forecast(&fit, with_spend, customers, valuation, LEVEL)?;
    if args.common.timing {
        answer.set("timing_fit_ms", (forecast_started - started).as_secs_f64() * 1000.0);
        answer.set("timing_forecast_ms", forecast_started.elapsed().as_secs_f64() * 1000.0);
    }
    describe_forecast(&mut answer, args, &forecast);
    if args.profile {
        let sides = clv::profile(&fit, customers, LEVEL)?;
        answer.set("profile", keyed(fit.model.parameter_names(), sides.map(|[l, u]| json!({"lower": l, "upper": u}))));
    }
    if let Some(length) = input.holdout {
        describe_holdout(&mut answer, args, &fit, &input, length)?;
    }
    answer.timing(args.common.timing, started);
    if let Some(path) = &args.per_customer {
        write_customers(path, &input, &forecast, spend.as_ref())?;
    }
    Ok(answer)
}

fn column<'a>(name: &'a Option<String>, option: &str) -> Result<&'a str, StatsCliError> {
    name.as_deref().ok_or_else(|| {
        StatsCliError::usage(
            format!("{option} is needed"),
            "transactions need --customer --date [--amount]; summaries need --summary --x --t-x --T [--spend]",
        )
    })
}

fn read_summaries(args: &Args, parquet: ParquetReader) -> Result<Input, StatsCliError> {
    let (x, t_x, t) = (column(&args.x, "--x")?, column(&args.t_x, "--t-x")?, column(&args.t, "--T")?);
    let wanted: Vec<&str> = [Some(x), Some(t_x), Some(t), args.spend.as_deref(), args.customer.as_deref()].into_iter().flatten().collect();
    let table = input::read(&args.common, parquet, &wanted)?;
    let names = match &args.customer {
        Some(name) => distinct_customers(&table, name)?,
        None => Vec::new(),
    };
    let spend = match &args.spend {
        // A customer without repeats has no mean spend: the cell may be empty.
        Some(name) => table.numbers_or_missing(name)?.into_iter().map(|z| z.unwrap_or(0.0)).collect(),
        None => vec![0.0; table.rows()],
    };
    let summaries = Summaries {
        customer: (0..table.rows()).collect(),
        x: table.numbers(x)?,
        t_x: table.numbers(t_x)?,
        t: table.numbers(t)?,
        spend,
        ..Summaries::default()
    };
    Ok(Input { summaries, names, has_spend: args.spend.is_some(), holdout: None, warnings: Vec::new() })
}

/// The customers of a summary, one row each.
fn distinct_customers(table: &input::Table, name: &str) -> Result<Vec<String>, StatsCliError> {
    let (names, codes) = table.categories(name)?;
    match codes.iter().enumerate().find(|(row, code)| row != *code) {
        None => Ok(names),
        Some((row, code)) => Err(StatsCliError::input(
            format!("line {}: customer {:?} is in the summary twice", row + 2, names[*code]),
            "give one row per customer, or leave out --summary and give transactions",
        )),
    }
}

fn read_transactions(args: &Args, parquet: ParquetReader) -> Result<Input, StatsCliError> {
    let (customer, date) = (column(&args.customer, "--customer")?, column(&args.date, "--date")?);
    let wanted: Vec<&str> = [Some(customer), Some(date), args.amount.as_deref()].into_iter().flatten().collect();
    let table = input::read(&args.common, parquet, &wanted)?;
    let (names, codes) = table.categories(customer)?;
    let days: Vec<i32> = table.dates(date)?.into_iter().map(|d| d.0).collect();
    let amounts = args.amount.as_ref().map(|a| table.numbers(a)).transpose()?;
    let last = days.iter().copied().max().unwrap_or(0);
    let calibration_end = args.calibration_end.map_or(last, |d| d.0);
    let holdout_end = match (args.holdout_end, args.calibration_end) {
        (Some(end), _) => end.0,
        (None, Some(_)) => last.max(calibration_end),
        (None, None) => last,
    };
    let unit_days = args.time_unit.days();
    let summaries = clv::summarise(&codes, &days, amounts.as_deref(), Period { calibration_end, holdout_end, unit_days })?;
    let warnings = [
        (summaries.negative_rows, "rows with a negative amount (refunds) were left out"),
        (summaries.later_rows, "rows after the end of the holdout were left out"),
        (summaries.later_customers, "customers who first bought after calibration were left out"),
    ];
    let mut warnings: Vec<String> = warnings.into_iter().filter(|w| w.0 > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if calibration_end > last {
        let (last, end) = (Date(last), Date(calibration_end));
        warnings.push(format!("the file's last purchase is on {last}: the days from then to {end} count as days without a purchase"));
    }
    let has_holdout = args.calibration_end.is_some() && holdout_end > calibration_end;
    let holdout = has_holdout.then(|| f64::from(holdout_end - calibration_end) / unit_days);
    let names = summaries.customer.iter().map(|&c| names[c].clone()).collect();
    Ok(Input { summaries, names, has_spend: amounts.is_some(), holdout, warnings })
}

/// A JSON object of names and values.
fn keyed<const N: usize, V: Into<Value>>(names: [&str; N], values: [V; N]) -> Value {
    let pairs = names.into_iter().zip(values).map(|(name, value)| (name.to_owned(), value.into()));
    Value::Object(pairs.collect::<Map<_, _>>())
}

fn describe_fit(answer: &mut Answer, args: &Args, fit: &Fit) {
    let names = fit.model.parameter_names();
    answer.set("model", args.model.name());
    answer.set("time_unit", args.time_unit.name());
    answer.set("params", keyed(names, fit.params));
    answer.set("standard_errors", fit.standard_errors.map_or(Value::Null, |e| keyed(names, e)));
    answer.set("log_likelihood", fit.log_likelihood);
    answer.set("customers", fit.customers);
    answer.set("repeat_transactions", fit.repeat_transactions as u64);
    answer.set("weak_parameters", json!(fit.weak));
    if !fit.weak.is_empty() {
        answer.warn(format!(
            "the data hardly determine {}: predictions rest on the likelihood's ridge, not on these values",
            fit.weak.join(", ")
        ));
    }
    let mut grid = Grid::new(&format!("{} by maximum likelihood", args.model.name()), &["parameter", "estimate", "standard error"]);
    for (i, name) in names.into_iter().enumerate() {
        let error = fit.standard_errors.map_or("-".into(), |e| number(e[i]));
        grid.row(vec![name.into(), number(fit.params[i]), error]);
    }
    grid.row(vec!["log-likelihood".into(), format!("{:.4}", fit.log_likelihood), String::new()]);
    answer.grid(grid);
}

impl ModelName {
    fn name(self) -> &'static str {
        match self {
            Self::Bgnbd => "bgnbd",
            Self::Mbgnbd => "mbgnbd",
            Self::ParetoNbd => "pareto-nbd",
        }
    }
}

impl TimeUnit {
    fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
        }
    }
}

/// Fits the spend model where there are amounts; says so where there is too little of them.
fn fit_spend(answer: &mut Answer, input: &Input) -> Result<Option<SpendFit>, StatsCliError> {
    if !input.has_spend {
        return Ok(None);
    }
    let spend = match clv::fit_spend(&input.summaries.x, &input.summaries.spend)? {
        yh_stats::Answer::Known(spend) => spend,
        yh_stats::Answer::TooFew(few) => {
            answer.set("spend", json!({"too_few": too_few_json(few)}));
            answer.warn(format!("no value is predicted: {} {} but {} are needed", few.have, few.what, few.need));
            return Ok(None);
        }
    };
    let names = SpendFit::NAMES;
    answer.set(
        "spend",
        json!({
            "params": keyed(names, spend.params),
            "standard_errors": spend.standard_errors.map(|e| keyed(names, e)),
            "log_likelihood": spend.log_likelihood,
            "customers": spend.customers,
            "mean": spend.mean(),
        }),
    );
    let mut grid = Grid::new("Gamma-Gamma spend per purchase", &["parameter", "estimate", "standard error"]);
    for (i, name) in names.into_iter().enumerate() {
        let error = spend.standard_errors.map_or("-".into(), |e| number(e[i]));
        grid.row(vec![name.into(), number(spend.params[i]), error]);
    }
    grid.row(vec!["mean spend".into(), spend.mean().map_or("-".into(), number), String::new()]);
    answer.grid(grid);
    if spend.mean().is_none() {
        answer.warn("no value is predicted: the spend model has no finite mean (q is 1 or less)");
        return Ok(None);
    }
    if !spend.weak.is_empty() {
        answer.warn(format!("the spends hardly determine {}", spend.weak.join(", ")));
    }
    Ok(Some(spend))
}

fn total_json(total: Total) -> Value {
    json!({"mean": total.mean, "lower": total.bounds.map(|b| b[0]), "upper": total.bounds.map(|b| b[1])})
}

fn describe_forecast(answer: &mut Answer, args: &Args, forecast: &Forecast) {
    let n = forecast.p_alive.len().max(1) as f64;
    let alive: f64 = forecast.p_alive.iter().sum();
    answer.set(
        "forecast",
        json!({
            "horizon_months": args.horizon,
            "monthly_discount": args.discount,
            "mean_p_alive": alive / n,
            "customers_alive": alive,
            "purchases": total_json(forecast.total_purchases),
            "value": forecast.total_value.map(total_json),
        }),
    );
    let title = format!("next {} months, all customers (95% interval of the expectation)", args.horizon);
    let mut grid = Grid::new(&title, &["", "expected", "lower", "upper"]);
    let mut row = |name: &str, total: Total| {
        let bound = |i: usize| total.bounds.map_or("-".into(), |b| number(b[i]));
        grid.row(vec![name.into(), number(total.mean), bound(0), bound(1)]);
    };
    row("customers still alive now", Total { mean: alive, bounds: None });
    row("purchases", forecast.total_purchases);
    if let Some(value) = forecast.total_value {
        row("discounted value", value);
    }
    answer.grid(grid);
}

fn describe_holdout(answer: &mut Answer, args: &Args, fit: &Fit, input: &Input, length: f64) -> Result<(), StatsCliError> {
    let summaries = &input.summaries;
    let holdout = clv::holdout(fit, summaries.customers(), length, &summaries.holdout_x)?;
    let classes: Vec<Value> = holdout
        .by_frequency
        .iter()
        .map(|c| json!({"x": c.x, "customers": c.customers, "actual": c.actual, "predicted": c.predicted}))
        .collect();
    answer.set(
        "holdout",
        json!({
            "length": length, "actual": holdout.actual, "predicted": holdout.predicted, "mae": holdout.mae,
            "rmse": holdout.rmse, "correlation": holdout.correlation, "mean_p_alive": holdout.mean_p_alive,
            "by_frequency": classes,
        }),
    );
    let title = format!("holdout: {} purchases, {} predicted", number(holdout.actual), number(holdout.predicted));
    let mut grid = Grid::new(&title, &["repeat purchases before", "customers", "actual mean", "predicted mean"]);
    for class in &holdout.by_frequency {
        let name = if class.x == 7 { "7+".to_owned() } else { class.x.to_string() };
        grid.row(vec![name, class.customers.to_string(), number(class.actual), number(class.predicted)]);
    }
    answer.grid(grid);
    let longest = summaries.t.iter().fold(0.0_f64, |m, &t| m.max(t));
    let periods = ((longest + length).ceil() as usize).min(100_000);
    let points = clv::tracking(fit, &summaries.first_day, &summaries.repeat_days, args.time_unit.days(), periods)?;
    let points: Vec<Value> = points
        .iter()
        .map(|p| {
            json!({"period": p.period, "actual": p.actual, "predicted": p.predicted,
                   "actual_cumulative": p.actual_cumulative, "predicted_cumulative": p.predicted_cumulative})
        })
        .collect();
    answer.set("tracking", points);
    Ok(())
}

fn write_customers(path: &std::path::Path, input: &Input, forecast: &Forecast, spend: Option<&SpendFit>) -> Result<(), StatsCliError> {
    let failed = |e: csv::Error| StatsCliError::io(path, e);
    let mut writer = csv::Writer::from_path(path).map_err(failed)?;
    let mut header =
        vec!["customer", "x", "t_x", "T", "p_alive", "expected_purchases", "expected_purchases_lower", "expected_purchases_upper"];
    if spend.is_some() {
        header.extend(["mean_spend", "expected_spend", "clv", "clv_lower", "clv_upper"]);
    }
    writer.write_record(&header).map_err(failed)?;
    let z = yh_stats::numeric::two_sided_z(LEVEL);
    let bounds = |mean: f64, errors: &[f64], i: usize| {
        let side = |sign: f64| errors.get(i).map_or(String::new(), |e| (mean * (sign * z * e).exp()).to_string());
        [side(-1.0), side(1.0)]
    };
    let Customers { x, t_x, t } = input.summaries.customers();
    for i in 0..x.len() {
        let name = input.names.get(i).map_or_else(|| (i + 1).to_string(), |name| yh_model::inert(name).into_owned());
        let purchases = forecast.purchases[i];
        let [lower, upper] = bounds(purchases, &forecast.purchases_log_error, i);
        let mut row = vec![
            name,
            x[i].to_string(),
            t_x[i].to_string(),
            t[i].to_string(),
            forecast.p_alive[i].to_string(),
            purchases.to_string(),
            lower,
            upper,
        ];
        if let Some(spend) = spend {
            let mean = input.summaries.spend[i];
            let expected = spend.expected(x[i], mean).map_or(String::new(), |m| m.to_string());
            let [lower, upper] = bounds(forecast.value[i], &forecast.value_log_error, i);
            row.extend([mean.to_string(), expected, forecast.value[i].to_string(), lower, upper]);
        }
        writer.write_record(&row).map_err(failed)?;
    }
    writer.flush().map_err(|e| StatsCliError::io(path, e))
}
