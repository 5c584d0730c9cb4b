//! `yunheng stats rfm`: recency, frequency, money; segments and migration.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Map, Value, json};
use yh_stats::rfm::{self as model, Buyer, Buyers, Order, Scored, Scores, Scoring};

use super::Common;
use super::dates::Date;
use super::input::{self, ParquetReader};
use super::output::{Answer, Grid, StatsCliError, number};

/// RFM: scores and segments of customers from their purchases
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  yunheng stats rfm --input ../shared/data/rfm_orders/rfm_data_orders.csv --customer customer_id --date order_date --amount revenue --as-of 2006-12-31 --per-customer rfm.csv
Cut-offs: --recency-cuts 30,60,120,365 --frequency-cuts 2,3,5,8 --monetary-cuts 100,300,1000,3000 (bin i holds cut i-1 <= value < cut i)")]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
    /// Column of the customer
    #[arg(long, value_name = "COLUMN")]
    customer: String,
    /// Column of the order's date (or, with --summary, of days since the last order)
    #[arg(long, value_name = "COLUMN", required_unless_present = "summary")]
    date: Option<String>,
    /// Column of the amount
    #[arg(long, value_name = "COLUMN")]
    amount: String,
    /// Column of the order; its lines count as one order
    #[arg(long, value_name = "COLUMN", conflicts_with = "summary")]
    order: Option<String>,
    /// The file has one row per customer: --recency, --frequency, and --amount for the money
    #[arg(long, requires_all = ["recency", "frequency"])]
    summary: bool,
    /// Column of the days since the last order
    #[arg(long, value_name = "COLUMN", requires = "summary")]
    recency: Option<String>,
    /// Column of the number of orders
    #[arg(long, value_name = "COLUMN", requires = "summary")]
    frequency: Option<String>,
    /// The day recency is counted to [default: the last date of the file]
    #[arg(long, value_name = "DATE", conflicts_with = "summary")]
    as_of: Option<Date>,
    /// Only orders of the last so many days [default: all]
    #[arg(long, value_name = "DAYS", conflicts_with = "summary")]
    look_back: Option<i32>,
    /// How values become scores when no cut-offs are given
    #[arg(long, value_enum, default_value_t = Method::Quantiles)]
    scores: Method,
    /// Number of scores per dimension
    #[arg(long, value_name = "N", default_value_t = 5)]
    bins: usize,
    /// Cut-offs of the days since the last order, ascending
    #[arg(long, value_name = "CUTS", value_delimiter = ',', requires_all = ["frequency_cuts", "monetary_cuts"])]
    recency_cuts: Vec<f64>,
    /// Cut-offs of the number of orders, ascending
    #[arg(long, value_name = "CUTS", value_delimiter = ',', requires = "recency_cuts")]
    frequency_cuts: Vec<f64>,
    /// Cut-offs of the money, ascending
    #[arg(long, value_name = "CUTS", value_delimiter = ',', requires = "recency_cuts")]
    monetary_cuts: Vec<f64>,
    /// Segments: ten by score, or eight by each dimension above or below its mean
    #[arg(long, value_enum, default_value_t = Segments::Ten)]
    segments: Segments,
    /// Also segment as of this earlier day, and count the moves between segments
    #[arg(long, value_name = "DATE", conflicts_with = "summary")]
    compare: Option<Date>,
    /// Write scores and segment of every customer to this CSV file
    #[arg(long, value_name = "FILE")]
    per_customer: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Method {
    Quantiles,
    Ntile,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Segments {
    Ten,
    Eight,
}

/// Rows of the file: purchases, or customers already summarised.
struct Input {
    names: Vec<String>,
    customer: Vec<usize>,
    day: Vec<i32>,
    amount: Vec<f64>,
    order: Vec<String>,
    summarised: Option<Buyers>,
}

/// Customers with their scores and segments.
struct Segmented {
    buyers: Buyers,
    scored: Scored,
    segment: Vec<String>,
}

pub fn answer(args: &Args, parquet: ParquetReader) -> Result<Answer, StatsCliError> {
    let input = Input::read(args, parquet)?;
    let as_of = args.as_of.map_or(input.day.iter().copied().max().unwrap_or(0), |d| d.0);
    let started = Instant::now();
    let found = match segmented(args, &input, as_of)? {
        yh_stats::Answer::Known(found) => found,
        yh_stats::Answer::TooFew(few) => return Ok(Answer::too_few("rfm", input.names.len(), few)),
    };
    let mut answer = Answer::new("rfm", found.buyers.customer.len());
    if !args.summary {
        answer.set("as_of", Date(as_of).to_string());
    }
    describe(&mut answer, args, &found);
    if let Some(compare) = args.compare {
        describe_migration(&mut answer, args, &input, &found, compare)?;
    }
    answer.timing(args.common.timing, started);
    if let Some(path) = &args.per_customer {
        write_customers(path, &input.names, &found)?;
    }
    Ok(answer)
}

impl Input {
    fn read(args: &Args, parquet: ParquetReader) -> Result<Self, StatsCliError> {
        let names = [&args.date, &args.order, &args.recency, &args.frequency];
        let mut wanted: Vec<&str> = names.into_iter().filter_map(|n| n.as_deref()).collect();
        wanted.extend([args.customer.as_str(), args.amount.as_str()]);
        let table = input::read(&args.common, parquet, &wanted)?;
        let (names, customer) = table.categories(&args.customer)?;
        let amount = table.numbers(&args.amount)?;
        if let (Some(recency), Some(frequency)) = (&args.recency, &args.frequency) {
            if names.len() < customer.len() {
                return Err(StatsCliError::input("a customer is in the summary twice", "give one row per customer, or drop --summary"));
            }
            let (recency, frequency) = (table.numbers(recency)?, table.numbers(frequency)?);
            let buyer = |i: usize| Buyer { recency: recency[i], frequency: frequency[i], monetary: amount[i] };
            let buyers = Buyers { buyer: (0..customer.len()).map(buyer).collect(), customer: customer.clone(), outside: 0 };
            return Ok(Self { names, customer, day: Vec::new(), amount, order: Vec::new(), summarised: Some(buyers) });
        }
        let day = table.dates(args.date.as_deref().unwrap_or_default())?.into_iter().map(|d| d.0).collect();
        let order = match &args.order {
            Some(name) => table.text(name)?.iter().map(str::to_owned).collect(),
            None => Vec::new(),
        };
        Ok(Self { names, customer, day, amount, order, summarised: None })
    }

    fn buyers(&self, as_of: i32, look_back: Option<i32>) -> Result<Buyers, StatsCliError> {
        if let Some(buyers) = &self.summarised {
            return Ok(buyers.clone());
        }
        let order = |i: usize| Order {
            customer: self.customer[i],
            day: self.day[i],
            amount: self.amount[i],
            id: self.order.get(i).map(String::as_str),
        };
        let orders: Vec<Order<'_>> = (0..self.customer.len()).map(order).collect();
        Ok(model::buyers(&orders, as_of, look_back)?)
    }
}

fn segmented(args: &Args, input: &Input, as_of: i32) -> Result<yh_stats::Answer<Segmented>, StatsCliError> {
    let buyers = input.buyers(as_of, args.look_back)?;
    let scoring = match (args.recency_cuts.is_empty(), args.scores) {
        (false, _) => Scoring::Cuts {
            recency: args.recency_cuts.clone(),
            frequency: args.frequency_cuts.clone(),
            monetary: args.monetary_cuts.clone(),
        },
        (true, Method::Quantiles) => Scoring::Quantiles(args.bins),
        (true, Method::Ntile) => Scoring::Ntile(args.bins),
    };
    Ok(model::score(&buyers.buyer, &scoring)?.map(|scored| {
        let segment = match args.segments {
            Segments::Ten => model::segment(&scored.scores, &model::standard_rules()).into_iter().map(str::to_owned).collect(),
            Segments::Eight => model::eight_segments(&buyers.buyer).into_iter().map(str::to_owned).collect(),
        };
        Segmented { buyers, scored, segment }
    }))
}

fn describe(answer: &mut Answer, args: &Args, found: &Segmented) {
    let scored = &found.scored;
    if found.buyers.outside > 0 {
        answer.warn(format!("{} rows outside the look-back are left out", found.buyers.outside));
    }
    if !scored.tied.is_empty() {
        answer.warn(format!("ties leave a score of {} unused: customers with equal values share a score", scored.tied.join(" and ")));
    }
    if matches!(args.segments, Segments::Ten) && scored.bins != 5 {
        answer.warn(format!("the ten segments are made for 5 scores, not {}: set cut-offs or --segments eight", scored.bins));
    }
    answer
        .set("bounds", json!({"recency": scored.recency_bounds, "frequency": scored.frequency_bounds, "monetary": scored.monetary_bounds}));
    let order: Vec<String> = model::standard_rules().into_iter().map(|r| r.segment).collect();
    let order: Vec<&str> = order.iter().map(String::as_str).collect();
    let segments: Vec<&str> = found.segment.iter().map(String::as_str).collect();
    let totals = model::segment_totals(&found.buyers.buyer, &segments, &order);
    let mut grid = Grid::new("segments", &["segment", "customers", "orders", "revenue"]);
    for t in &totals {
        grid.row(vec![t.segment.clone(), t.customers.to_string(), number(t.orders), format!("{:.2}", t.revenue)]);
    }
    answer.grid(grid);
    let totals = totals.iter().map(|t| json!({"segment": t.segment, "customers": t.customers, "orders": t.orders, "revenue": t.revenue}));
    answer.set("segments", totals.collect::<Vec<_>>());
    let mut cells = std::collections::BTreeMap::<Scores, usize>::new();
    scored.scores.iter().for_each(|s| *cells.entry(*s).or_default() += 1);
    let cells: Map<String, Value> = cells.into_iter().map(|(s, n)| (format!("{}-{}-{}", s.r, s.f, s.m), json!(n))).collect();
    answer.set("cells", cells);
}

/// Segments as of an earlier day against these: rows before, columns after; `new` and `gone` where
/// a side has no order.
fn describe_migration(answer: &mut Answer, args: &Args, input: &Input, after: &Segmented, compare: Date) -> Result<(), StatsCliError> {
    let before = match segmented(args, input, compare.0)? {
        yh_stats::Answer::Known(before) => before,
        yh_stats::Answer::TooFew(few) => {
            answer.warn(format!("no migration: {} {} by {compare}, {} needed", few.have, few.what, few.need));
            return Ok(());
        }
    };
    fn side(s: &Segmented) -> Vec<(usize, &str)> {
        s.buyers.customer.iter().copied().zip(s.segment.iter().map(String::as_str)).collect()
    }
    let (earlier, later) = (side(&before), side(after));
    let moves = model::migration(&earlier, &later);
    let mut grid = Grid::new(&format!("moves since {compare}"), &["from", "to", "customers"]);
    let mut json = Vec::new();
    for ((from, to), customers) in moves {
        let (from, to) = (from.unwrap_or("new"), to.unwrap_or("gone"));
        grid.row(vec![from.into(), to.into(), customers.to_string()]);
        json.push(json!({"from": from, "to": to, "customers": customers}));
    }
    answer.set("migration", json);
    answer.grid(grid);
    Ok(())
}

fn write_customers(path: &Path, names: &[String], found: &Segmented) -> Result<(), StatsCliError> {
    let failed = |e: csv::Error| StatsCliError::io(path, e);
    let mut writer = csv::Writer::from_path(path).map_err(failed)?;
    writer.write_record(["customer", "recency_days", "orders", "revenue", "r", "f", "m", "segment"]).map_err(failed)?;
    for (i, buyer) in found.buyers.buyer.iter().enumerate() {
        let Scores { r, f, m } = found.scored.scores[i];
        let mut row = vec![yh_model::inert(&names[found.buyers.customer[i]]).into_owned()];
        row.extend([buyer.recency, buyer.frequency, buyer.monetary].map(|v| v.to_string()));
        row.extend([r, f, m].map(|v| v.to_string()));
        row.push(yh_model::inert(&found.segment[i]).into_owned());
        writer.write_record(&row).map_err(failed)?;
    }
    writer.flush().map_err(|e| StatsCliError::io(path, e))
}
