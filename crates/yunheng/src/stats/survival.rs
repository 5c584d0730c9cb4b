//! `yunheng stats survival`: survival curves, their comparison, Cox regression, churn.

use std::time::Instant;

use serde_json::{Map, Value, json};
use yh_stats::survival::{self as model, ChurnSpans, Curve, Inactivity, Subjects};

use super::Common;
use super::dates::Date;
use super::input::{self, ParquetReader, Table};
use super::output::{Answer, Grid, StatsCliError, number, too_few_json};

const LEVEL: f64 = 0.95;
/// Levels of a text covariate beyond which it is taken for an id.
const MOST_LEVELS: usize = 50;

/// Survival: Kaplan–Meier, log-rank, Nelson–Aalen, restricted mean, Cox regression; churn from purchases
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  yunheng stats survival --input ../shared/data/survival_lifelines/rossi.csv --duration week --event arrest --covariates fin,age,race,wexp,mar,paro,prio
  yunheng stats survival --input ../shared/data/churn_telco_ibm/Telco-Customer-Churn.csv --duration tenure --event Churn --group Contract --at 12,24
  yunheng stats survival --input ../shared/data/rfm_orders/rfm_data_orders.csv --customer customer_id --date order_date --window 180 --at 365")]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    /// Column of the duration
    #[arg(long, value_name = "COLUMN", required_unless_present = "customer", requires = "event")]
    duration: Option<String>,
    /// Column that says whether the duration ended with the event (1/0, yes/no)
    #[arg(long, value_name = "COLUMN")]
    event: Option<String>,
    /// Column of the customer: durations until churn are derived from purchases
    #[arg(long, value_name = "COLUMN", requires = "date", conflicts_with_all = ["duration", "event", "group", "covariates"])]
    customer: Option<String>,
    /// Column of the purchase date
    #[arg(long, value_name = "COLUMN", requires = "customer")]
    date: Option<String>,
    /// Days without a purchase after which a customer is lost
    #[arg(long, value_name = "DAYS", default_value_t = 90.0)]
    window: f64,
    /// Instead: this many times the customer's own interval between purchases (--window until two purchases)
    #[arg(long, value_name = "TIMES", requires = "customer")]
    own_interval: Option<f64>,
    /// Last day that is known [default: the last date of the file]
    #[arg(long, value_name = "DATE", requires = "customer")]
    as_of: Option<Date>,
    /// First day of a period whose churn rate is wanted; it ends on the as-of day
    #[arg(long, value_name = "DATE", requires = "customer")]
    from: Option<Date>,
    /// Column to compare groups by
    #[arg(long, value_name = "COLUMN")]
    group: Option<String>,
    /// Columns for Cox regression; text columns become one 0/1 covariate per level but the first
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    covariates: Vec<String>,
    /// Column of strata for Cox regression
    #[arg(long, value_name = "COLUMN", requires = "covariates")]
    strata: Option<String>,
    /// Sandwich standard errors for Cox regression
    #[arg(long, requires = "covariates")]
    robust: bool,
    /// Column of clusters (one customer's several rows) for the sandwich errors
    #[arg(long, value_name = "COLUMN", requires = "robust")]
    cluster: Option<String>,
    /// Times at which survival is wanted
    #[arg(long, value_name = "TIMES", value_delimiter = ',')]
    at: Vec<f64>,
    /// Horizon of the restricted mean [default: the last time]
    #[arg(long, value_name = "TIME")]
    horizon: Option<f64>,
    /// Add every step of the curves to the JSON answer
    #[arg(long)]
    curve: bool,
}

pub fn answer(args: &Args, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    match &args.customer {
        Some(customer) => churn_answer(args, customer, parquet),
        None => survival_answer(args, parquet),
    }
}

fn survival_answer(args: &Args, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let names = [&args.duration, &args.event, &args.group, &args.strata, &args.cluster];
    let mut wanted: Vec<&str> = names.into_iter().filter_map(|n| n.as_deref()).collect();
    wanted.extend(args.covariates.iter().map(String::as_str));
    let table = input::read(&args.common, parquet, &wanted)?;
    let duration = table.numbers(args.duration.as_deref().unwrap_or_default())?;
    let event = table.flags(args.event.as_deref().unwrap_or_default())?;
    let subjects = Subjects { duration: &duration, event: &event };
    let started = Instant::now();
    let mut answer = Answer::new("survival", duration.len());
    let groups = args.group.as_ref().map(|g| table.categories(g)).transpose()?;
    if let Some(few) = describe_curves(&mut answer, args, subjects, groups.as_ref())? {
        return Ok(Answer::too_few("survival", duration.len(), few));
    }
    if args.common.timing {
        answer.set("timing_km_ms", started.elapsed().as_secs_f64() * 1000.0);
    }
    if !args.covariates.is_empty() {
        let design = Design::read(args, &table, subjects)?;
        let cox_started = Instant::now();
        describe_cox(&mut answer, args, design)?;
        if args.common.timing {
            answer.set("timing_cox_ms", cox_started.elapsed().as_secs_f64() * 1000.0);
        }
    }
    answer.timing(args.common.timing, started);
    Ok(answer)
}

/// Adds the curves (all, and by group) and the log-rank test; returns what is too few for any.
fn describe_curves(
    answer: &mut Answer,
    args: &Args,
    subjects: Subjects<'_>,
    groups: Option<&(Vec<String>, Vec<usize>)>,
) -> Result<Option<yh_stats::TooFew>, StatsCliError> {
    let all = match model::survival_curve(subjects, LEVEL)? {
        yh_stats::Answer::Known(curve) => curve,
        yh_stats::Answer::TooFew(few) => return Ok(Some(few)),
    };
    if all.events == 0 {
        answer.warn("no event was seen: survival stays at 1");
    }
    let mut grid = Grid::new("Kaplan–Meier (95% log-log intervals)", &["group", "n", "events", "median", "restricted mean"]);
    grid.header.extend(args.at.iter().map(|t| format!("S({t})")));
    grid.row(curve_row("all", &all, args));
    let mut km = curve_json(&all, args);
    if let Some((labels, codes)) = groups {
        let mut by_group = Map::new();
        for (code, label) in labels.iter().enumerate() {
            let members: Vec<usize> = (0..codes.len()).filter(|&i| codes[i] == code).collect();
            let duration: Vec<f64> = members.iter().map(|&i| subjects.duration[i]).collect();
            let event: Vec<bool> = members.iter().map(|&i| subjects.event[i]).collect();
            if let yh_stats::Answer::Known(curve) = model::survival_curve(Subjects { duration: &duration, event: &event }, LEVEL)? {
                grid.row(curve_row(label, &curve, args));
                by_group.insert(label.clone(), Value::Object(curve_json(&curve, args)));
            }
        }
        km.insert("groups".into(), Value::Object(by_group));
        match model::log_rank(subjects, codes, labels.len())? {
            yh_stats::Answer::Known(test) => {
                let events = labels.iter().zip(&test.events).map(|(l, (o, e))| (l.clone(), json!({"observed": o, "expected": e})));
                answer.set(
                    "logrank",
                    json!({"chi2": test.chi2, "degrees": test.degrees, "p": test.p, "events": events.collect::<Map<_, _>>()}),
                );
                grid.title.push_str(&format!("; log-rank chi2 {} on {} df, p {}", number(test.chi2), test.degrees, number(test.p)));
            }
            yh_stats::Answer::TooFew(few) => {
                answer.set("logrank", json!({"too_few": too_few_json(few)}));
                answer.warn(format!("no log-rank test: {} {}, {} needed", few.have, few.what, few.need));
            }
        }
    }
    answer.set("km", Value::Object(km));
    answer.grid(grid);
    Ok(None)
}

fn curve_row(label: &str, curve: &Curve, args: &Args) -> Vec<String> {
    let optional = |v: Option<f64>| v.map_or("-".into(), number);
    let mean = restricted_mean(curve, args).map(|m| m.mean);
    let mut row = vec![label.into(), curve.subjects.to_string(), curve.events.to_string(), optional(curve.median()), optional(mean)];
    row.extend(
        args.at
            .iter()
            .map(|&t| curve.at(t).map_or("-".into(), |p| format!("{} [{}, {}]", number(p.survival), number(p.lower), number(p.upper)))),
    );
    row
}

fn restricted_mean(curve: &Curve, args: &Args) -> Option<model::RestrictedMean> {
    curve.restricted_mean(args.horizon.or(curve.steps.last().map(|s| s.t))?)
}

fn curve_json(curve: &Curve, args: &Args) -> Map<String, Value> {
    let at = args.at.iter().map(|&t| match curve.at(t) {
        Some(p) => json!({"t": t, "s": p.survival, "lower": p.lower, "upper": p.upper}),
        None => json!({"t": t, "s": null, "lower": null, "upper": null}),
    });
    let [lower, upper] = curve.median_bounds();
    let mut km = Map::new();
    km.insert("n".into(), json!(curve.subjects));
    km.insert("events".into(), json!(curve.events));
    km.insert("median".into(), json!(curve.median()));
    km.insert("median_lower".into(), json!(lower));
    km.insert("median_upper".into(), json!(upper));
    km.insert("at".into(), at.collect());
    let mean = restricted_mean(curve, args);
    let mean = mean.map(|m| json!({"horizon": m.horizon, "mean": m.mean, "se": m.standard_error}));
    km.insert("restricted_mean".into(), mean.unwrap_or(Value::Null));
    if args.curve {
        let steps = curve.steps.iter().map(|s| {
            let p = curve.point(s);
            json!({"t": s.t, "at_risk": s.at_risk, "events": s.events, "censored": s.censored, "s": p.survival,
                   "lower": p.lower, "upper": p.upper, "cumulative_hazard": s.hazard})
        });
        km.insert("curve".into(), steps.collect());
    }
    km
}

/// Covariates by name, with the rows that have all of them.
struct Design {
    duration: Vec<f64>,
    event: Vec<bool>,
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
    strata: Option<Vec<usize>>,
    cluster: Option<Vec<usize>>,
    dropped: usize,
}

impl Design {
    fn read(args: &Args, table: &Table, subjects: Subjects<'_>) -> Result<Self, StatsCliError> {
        let (mut names, mut columns) = (Vec::new(), Vec::new());
        for name in &args.covariates {
            for (name, column) in covariate(table, name)? {
                names.push(name);
                columns.push(column);
            }
        }
        let kept: Vec<usize> = (0..table.rows()).filter(|&i| columns.iter().all(|c| c[i].is_some())).collect();
        let codes = |name: &Option<String>| -> Result<Option<Vec<usize>>, StatsCliError> {
            let Some(name) = name else { return Ok(None) };
            let codes = table.categories(name)?.1;
            Ok(Some(kept.iter().map(|&i| codes[i]).collect()))
        };
        Ok(Self {
            duration: kept.iter().map(|&i| subjects.duration[i]).collect(),
            event: kept.iter().map(|&i| subjects.event[i]).collect(),
            columns: columns.iter().map(|c| kept.iter().filter_map(|&i| c[i]).collect()).collect(),
            names,
            strata: codes(&args.strata)?,
            cluster: codes(&args.cluster)?,
            dropped: table.rows() - kept.len(),
        })
    }
}

/// A covariate as numbers: a numeric column as it is, a text column as one 0/1 column per level but
/// the first (in text order); `None` where the cell is empty.
type Covariate = (String, Vec<Option<f64>>);

fn covariate(table: &Table, name: &str) -> Result<Vec<Covariate>, StatsCliError> {
    if let Ok(numbers) = table.numbers_or_missing(name) {
        return Ok(vec![(name.to_owned(), numbers)]);
    }
    let (labels, codes) = table.categories(name)?;
    let mut levels: Vec<&str> = labels.iter().map(String::as_str).filter(|l| !l.is_empty()).collect();
    levels.sort_unstable();
    if levels.len() > MOST_LEVELS {
        return Err(StatsCliError::input(
            format!("column {name:?} has {} different texts: too many for a covariate", levels.len()),
            format!("use a column of numbers, or of at most {MOST_LEVELS} texts"),
        ));
    }
    let column = |level: &str| {
        let cell = |&code: &usize| (!labels[code].is_empty()).then(|| f64::from(u8::from(labels[code] == level)));
        (format!("{name}={level}"), codes.iter().map(cell).collect())
    };
    Ok(levels.into_iter().skip(1).map(column).collect())
}

fn describe_cox(answer: &mut Answer, args: &Args, design: Design) -> Result<(), StatsCliError> {
    let subjects = Subjects { duration: &design.duration, event: &design.event };
    let columns: Vec<&[f64]> = design.columns.iter().map(Vec::as_slice).collect();
    if design.dropped > 0 {
        answer.warn(format!("{} rows with an empty covariate are left out of the regression", design.dropped));
    }
    let strata = design.strata.as_deref();
    let fit = match model::cox(subjects, &columns, strata).map_err(|e| named(e, &design.names))? {
        yh_stats::Answer::Known(fit) => fit,
        yh_stats::Answer::TooFew(few) => {
            answer.set("cox", json!({"too_few": too_few_json(few)}));
            answer.warn(format!("no regression: {} {}, {} needed", few.have, few.what, few.need));
            return Ok(());
        }
    };
    let robust = if args.robust { Some(model::robust_errors(&fit, subjects, &columns, strata, design.cluster.as_deref())?) } else { None };
    let (concordance, tests) = model::checks(&fit, subjects, &columns, strata)?;
    let (concordance, tests) = (concordance.known(), tests.known());
    let title = format!(
        "Cox regression (Efron ties): log-likelihood {:.4}, concordance {}",
        fit.log_likelihood,
        concordance.map_or("-".into(), number)
    );
    let mut grid = Grid::new(&title, &["covariate", "coef", "hazard ratio", "se", "p", "proportional? p"]);
    let (mut coef, mut schoenfeld) = (Map::new(), Map::new());
    for (i, name) in design.names.iter().enumerate() {
        let effect = fit.effects[i];
        // With --robust the sandwich error is the one that counts.
        let se = robust.as_ref().map_or(effect.standard_error, |r| r[i]);
        let p = yh_stats::numeric::two_sided_p(effect.coef / se);
        let half = yh_stats::numeric::two_sided_z(LEVEL) * se;
        let ratio = [effect.coef, effect.coef - half, effect.coef + half].map(f64::exp);
        coef.insert(
            name.clone(),
            json!({"coef": effect.coef, "se": se, "p": p, "model_se": effect.standard_error,
                   "hazard_ratio": ratio[0], "hazard_ratio_lower": ratio[1], "hazard_ratio_upper": ratio[2]}),
        );
        let test = tests.as_ref().map(|t| t[i]);
        if let Some(test) = test {
            schoenfeld.insert(name.clone(), json!({"chi2": test.chi2, "p": test.p}));
            if test.p < 0.01 {
                answer.warn(format!("the effect of {name} changes over time (p {}): hazards are not proportional", number(test.p)));
            }
        }
        let proportional = test.map_or("-".into(), |t| number(t.p));
        grid.row(vec![name.clone(), number(effect.coef), number(ratio[0]), number(se), number(p), proportional]);
    }
    answer.set(
        "cox",
        json!({"coef": coef, "log_likelihood": fit.log_likelihood, "null_log_likelihood": fit.null_log_likelihood,
               "concordance": concordance, "n": fit.subjects, "events": fit.events, "iterations": fit.iterations,
               "schoenfeld": schoenfeld}),
    );
    answer.grid(grid);
    Ok(())
}

/// The error with "covariate 2" replaced by the column's name.
fn named(error: yh_stats::StatsError, names: &[String]) -> StatsCliError {
    let mut message = error.to_string();
    for (i, name) in names.iter().enumerate().rev() {
        message = message.replace(&format!("covariate {} ", i + 1), &format!("covariate {name:?} "));
    }
    match error {
        yh_stats::StatsError::NotConverged { .. } => StatsCliError::NotConverged { message },
        _ => StatsCliError::input(message, "leave the covariate out, or join levels that never differ"),
    }
}

fn churn_answer(args: &Args, customer: &str, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let date = args.date.as_deref().unwrap_or_default();
    let table = input::read(&args.common, parquet, &[customer, date])?;
    let codes = table.categories(customer)?.1;
    let days: Vec<i32> = table.dates(date)?.into_iter().map(|d| d.0).collect();
    let as_of = args.as_of.map_or(days.iter().copied().max().unwrap_or(0), |d| d.0);
    let window = match args.own_interval {
        Some(times) => Inactivity::OwnInterval { times, otherwise: args.window },
        None => Inactivity::Days(args.window),
    };
    let started = Instant::now();
    let ChurnSpans { duration, lost, .. } = model::churn_spans(&codes, &days, as_of, window)?;
    let mut answer = Answer::new("survival", duration.len());
    answer.set("as_of", Date(as_of).to_string());
    let later = days.iter().filter(|d| **d > as_of).count();
    if later > 0 {
        answer.warn(format!("{later} purchases after the as-of day are not used"));
    }
    if let Some(few) = describe_curves(&mut answer, args, Subjects { duration: &duration, event: &lost }, None)? {
        return Ok(Answer::too_few("survival", 0, few));
    }
    if let Some(from) = args.from {
        describe_churn(&mut answer, &codes, &days, from, Date(as_of), window)?;
    }
    answer.timing(args.common.timing, started);
    Ok(answer)
}

fn describe_churn(
    answer: &mut Answer,
    customer: &[usize],
    day: &[i32],
    from: Date,
    to: Date,
    window: Inactivity,
) -> Result<(), StatsCliError> {
    let churn = match model::churn(customer, day, from.0, to.0, window)? {
        yh_stats::Answer::Known(churn) => churn,
        yh_stats::Answer::TooFew(few) => {
            answer.set("churn", json!({"too_few": too_few_json(few)}));
            return Ok(());
        }
    };
    answer.set(
        "churn",
        json!({"from": from.to_string(), "to": to.to_string(), "active_at_start": churn.active_at_start, "lost": churn.lost,
               "rate": churn.rate, "window_open": churn.window_open, "won_back": churn.won_back}),
    );
    let mut grid = Grid::new(&format!("churn from {from} to {to}"), &["active at start", "lost", "rate", "window still open", "won back"]);
    let cells = [churn.active_at_start, churn.lost, churn.window_open, churn.won_back].map(|n| n.to_string());
    let [active, lost, open, won_back] = cells;
    grid.row(vec![active, lost, number(churn.rate), open, won_back]);
    answer.grid(grid);
    Ok(())
}
