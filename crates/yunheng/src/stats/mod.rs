//! `yunheng stats METHOD`: the statistics on a plain file, without a project.
//!
//! Each method is one module: its options, the columns it reads, and its answer. Keys of the JSON
//! answers are documented in `docs/stats.md` and stay.

mod anomaly;
mod attribution;
mod clv;
pub mod dates;
mod effect;
mod forecast;
pub mod input;
mod lagcorr;
pub mod output;
mod rating;
mod regression;
mod response;
mod rfm;
mod rootcause;
mod surveys;
mod survival;
mod times;

use input::ParquetReader;
use output::{Answer, StatsCliError};

/// Options of `yunheng stats`.
#[derive(Debug, clap::Args)]
pub struct StatsArgs {
    #[command(subcommand)]
    method: Method,
}

/// One subcommand per method.
#[derive(Debug, clap::Subcommand)]
enum Method {
    Anomaly(anomaly::Args),
    Regression(regression::Args),
    Lagcorr(lagcorr::Args),
    Did(effect::DidArgs),
    Its(effect::ItsArgs),
    Response(response::Args),
    Rating(rating::Args),
    Rootcause(rootcause::Args),
    Attribution(attribution::Args),
    Clv(Box<clv::Args>),
    Survival(Box<survival::Args>),
    Rfm(Box<rfm::Args>),
    Nps(surveys::NpsArgs),
    Csat(surveys::CsatArgs),
    Forecast(forecast::Args),
}

/// What every method shares: the file, the output format, timing.
#[derive(Debug, Clone, clap::Args)]
pub struct Common {
    /// File to read: CSV or TSV (.gz too; delimiter detected) or Parquet, with a header row
    #[arg(long, value_name = "FILE")]
    pub input: std::path::PathBuf,
    /// How to print the answer (keys of the JSON are documented in docs/stats.md)
    #[arg(long, value_enum, default_value_t = output::Format::Table)]
    pub format: output::Format,
    /// Add `timing_ms`: the time of the computation, reading and printing excluded
    #[arg(long)]
    pub timing: bool,
}

/// Runs one method and prints its answer to standard output.
///
/// `parquet` reads the named columns (all when none are named) of a Parquet file.
///
/// # Errors
/// Unreadable files, missing columns, bad cells, bad options; each with a hint and an exit code.
pub fn run(args: &StatsArgs, parquet: ParquetReader) -> Result<(), StatsCliError> {
    let (common, answer) = answer(&args.method, parquet)?;
    output::print(answer, common.format)
}

/// Dispatches to the method's module.
fn answer(method: &Method, parquet: ParquetReader) -> Result<(&Common, Answer), StatsCliError> {
    match method {
        Method::Anomaly(args) => Ok((&args.common, anomaly::answer(args, parquet)?)),
        Method::Regression(args) => Ok((&args.common, regression::answer(args, parquet)?)),
        Method::Lagcorr(args) => Ok((&args.common, lagcorr::answer(args, parquet)?)),
        Method::Did(args) => Ok((&args.common, effect::did(args, parquet)?)),
        Method::Its(args) => Ok((&args.common, effect::its(args, parquet)?)),
        Method::Response(args) => Ok((&args.common, response::answer(args, parquet)?)),
        Method::Rating(args) => Ok((&args.common, rating::answer(args, parquet)?)),
        Method::Rootcause(args) => Ok((&args.common, rootcause::answer(args, parquet)?)),
        Method::Attribution(args) => Ok((&args.common, attribution::answer(args, parquet)?)),
        Method::Clv(args) => Ok((&args.common, clv::answer(args, parquet)?)),
        Method::Survival(args) => Ok((&args.common, survival::answer(args, parquet)?)),
        Method::Rfm(args) => Ok((&args.common, rfm::answer(args, parquet)?)),
        Method::Nps(args) => Ok((&args.common, surveys::nps_answer(args, parquet)?)),
        Method::Csat(args) => Ok((&args.common, surveys::csat_answer(args, parquet)?)),
        Method::Forecast(args) => Ok((&args.common, forecast::answer(args, parquet)?)),
    }
}
