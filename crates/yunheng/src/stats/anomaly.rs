//! `yunheng stats anomaly`: which rows of a KPI are unusual, judged by what came before them.

use std::time::Instant;

use serde_json::json;
use yh_stats::anomaly::{Cause, Detector, Measure, Observation, Options, Reading};
use yh_stats::{StatsError, TooFew};

use super::Common;
use super::input::{self, ParquetReader};
use super::output::{Answer, Grid, StatsCliError, number};
use super::times::{self, Times};

const EXAMPLE: &str = "Example:
  yunheng stats anomaly --input ../shared/data/nab/realTraffic/speed_7578.csv \\
    --time timestamp --value value --format csv";

/// Which rows are unusual: a score in 0..1 and alerts, each judged by earlier rows only
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    /// Column of the time: dates, times, or numbers (seconds since 1970)
    #[arg(long, value_name = "COLUMN")]
    time: String,
    /// Column of the value; empty cells are passed over
    #[arg(long, value_name = "COLUMN")]
    value: String,
    /// Accepted false alarms per row
    #[arg(long, value_name = "RATE", default_value_t = 0.001)]
    false_alarm_rate: f64,
    /// Rows after an alert in which only a much stronger anomaly is a new alert
    #[arg(long, value_name = "ROWS", default_value_t = 30)]
    hold: usize,
    /// What the value is: any number, a count, or a ratio over --volume
    #[arg(long, value_enum, default_value_t = Kind::Value)]
    kind: Kind,
    /// Column of the volume behind a ratio (visitors of a conversion rate)
    #[arg(long, value_name = "COLUMN", required_if_eq("kind", "ratio"))]
    volume: Option<String>,
    /// Rows with less volume are not judged
    #[arg(long, value_name = "NUMBER", default_value_t = 0.0, requires = "volume")]
    least_volume: f64,
    /// Column that marks holidays and promotions (1/0, yes/no): neither judged nor learnt
    #[arg(long, value_name = "COLUMN")]
    events: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    Value,
    Count,
    Ratio,
}

const LEAST_ROWS: usize = 40;

/// Reads the rows in time order and judges each.
pub fn answer(args: &Args, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let rows = Rows::read(args, parquet)?;
    let started = Instant::now();
    if let Some(few) = TooFew::check("rows", rows.observations.len(), LEAST_ROWS) {
        return Ok(Answer::too_few("anomaly", rows.observations.len(), few));
    }
    let options = Options {
        false_alarm_rate: args.false_alarm_rate,
        hold_rows: args.hold,
        measure: match args.kind {
            Kind::Value => Measure::Value,
            Kind::Count => Measure::Count,
            Kind::Ratio => Measure::Ratio,
        },
        least_volume: args.least_volume,
        ..Options::new(rows.seconds_apart())
    };
    let mut detector = Detector::new(options)?;
    let readings: Vec<Reading> = rows.observations.iter().map(|o| detector.push(o)).collect();
    let mut answer = Answer::new("anomaly", readings.len());
    answer.timing(args.common.timing, started);
    if rows.skipped > 0 {
        answer.warn(format!("{} rows without a value were passed over", rows.skipped));
    }
    if rows.sorted {
        answer.warn("the rows were not in time order: they were sorted first");
    }
    report(&mut answer, &rows, &readings);
    Ok(answer)
}

/// Observations in time order, with the time as the file writes it.
struct Rows {
    labels: Vec<String>,
    observations: Vec<Observation>,
    skipped: usize,
    sorted: bool,
}

impl Rows {
    fn read(args: &Args, parquet: ParquetReader) -> Result<Self, StatsCliError> {
        let mut wanted: Vec<&str> = vec![&args.time, &args.value];
        wanted.extend(args.volume.as_deref());
        wanted.extend(args.events.as_deref());
        let table = input::read(&args.common, parquet, &wanted)?;
        let seconds = Times::seconds(&table, &args.time)?;
        let values = table.numbers_or_missing(&args.value)?;
        let volumes = args.volume.as_ref().map(|c| table.numbers(c)).transpose()?;
        let events = args.events.as_ref().map(|c| table.flags(c)).transpose()?;
        if let Some(row) = volumes.as_ref().and_then(|v| v.iter().position(|v| *v < 0.0)) {
            let (what, value) = ("volume".to_owned(), volumes.as_ref().map_or(0.0, |v| v[row]));
            return Err(StatsError::OutOfRange { what, row: row + 1, value, range: "0 or more" }.into());
        }
        let mut order: Vec<usize> = (0..table.rows()).filter(|&r| values[r].is_some()).collect();
        let skipped = table.rows() - order.len();
        let sorted = order.windows(2).any(|w| seconds[w[0]] > seconds[w[1]]);
        order.sort_by(|&a, &b| seconds[a].total_cmp(&seconds[b]));
        if !args.least_volume.is_finite() || args.least_volume < 0.0 {
            return Err(StatsCliError::usage(format!("--least-volume is {}", args.least_volume), "give a number of 0 or more"));
        }
        if args.kind == Kind::Count
            && let Some(row) = values.iter().position(|v| v.is_some_and(|v| v < 0.0))
        {
            let value = values[row].unwrap_or(0.0);
            return Err(StatsError::OutOfRange { what: "count".into(), row: row + 1, value, range: "0 or more" }.into());
        }
        let labels = table.text(&args.time)?;
        let observation = |&r: &usize| Observation {
            seconds: seconds[r],
            value: values[r].unwrap_or(0.0),
            volume: volumes.as_ref().map_or(1.0, |v| v[r]),
            is_event: events.as_ref().is_some_and(|e| e[r]),
        };
        Ok(Self {
            labels: order.iter().map(|&r| labels.get(r).to_owned()).collect(),
            observations: order.iter().map(observation).collect(),
            skipped,
            sorted,
        })
    }

    /// Usual distance of neighbouring rows; an hour where times do not differ.
    fn seconds_apart(&self) -> f64 {
        let sorted: Vec<f64> = self.observations.iter().map(|o| o.seconds).collect();
        times::spacing(&sorted).unwrap_or(3600.0)
    }
}

fn report(answer: &mut Answer, rows: &Rows, readings: &[Reading]) {
    let each = rows.labels.iter().zip(&rows.observations).zip(readings);
    let points: Vec<_> = each
        .clone()
        .map(|((time, o), r)| {
            json!({"time": time, "value": o.value, "score": r.score, "alert": r.alert, "expected": r.expected,
                "cause": cause(r.cause)})
        })
        .collect();
    answer.set("points", points);
    answer.set("alerts", readings.iter().filter(|r| r.alert).count());
    let header = ["time", "value", "score", "alert", "expected", "cause"];
    let mut all = Grid::new("scores", &header);
    for ((time, o), r) in each {
        let alert = if r.alert { "1" } else { "0" };
        all.row(vec![
            time.clone(),
            o.value.to_string(),
            format!("{:.6}", r.score),
            alert.into(),
            number(r.expected),
            cause(r.cause).into(),
        ]);
    }
    answer.grid(all);
}

fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::None => "",
        Cause::Spike => "spike",
        Cause::Dip => "dip",
        Cause::ShiftUp => "shift up",
        Cause::ShiftDown => "shift down",
        Cause::TrendUp => "trend up",
        Cause::TrendDown => "trend down",
        Cause::Noisier => "noisier",
        Cause::Stuck => "stuck",
        Cause::High => "high",
        Cause::Low => "low",
    }
}
