//! Commands and their arguments; one file per group of commands.

mod assess;
mod board;
mod demo;
mod doctor;
mod import;
mod lake;
mod models;
mod output;
mod project;
mod pull;
mod query;
mod reconcile;
mod records;
mod serve;
mod source;
mod stop;
mod table_file;
mod targets;
mod verify;
mod why;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use yh_app::{App, AppError, ErrorKind};

/// 运衡: from a shop's exports to metrics and explained scores.
#[derive(Parser)]
#[command(name = "yunheng", version, about, max_term_width = 0)]
pub struct Arguments {
    /// Project folder.
    #[arg(short = 'C', long = "project", global = true, default_value = ".", value_name = "DIR")]
    project: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Create a project folder from a template.
    Init(project::Init),
    /// List every problem in the project's definition files.
    Check(project::Check),
    /// Put the keys of model files in their canonical order.
    Fmt(models::Fmt),
    /// Exchange models with other tools (Ossie).
    Models(models::Models),
    /// Create a project with synthetic data and import it.
    Demo(demo::Demo),
    /// Import files into a dataset, or take an import back (`import undo ID`).
    Import(import::Import),
    /// List imports, newest first.
    Imports(import::Imports),
    /// Merge small files of the lake and let go of those that nothing needs any more.
    Compact(project::Compact),
    /// Show the lake, or take it over into records that lost it (`lake adopt`).
    Lake(lake::Lake),
    /// Pull rows from databases and watched folders.
    Pull(pull::Pull),
    /// List, add or export source definitions.
    Source(source::Source),
    /// List datasets with their rows and reach.
    Datasets(project::Datasets),
    /// Ask for metrics, by dimensions and time.
    Query(Box<query::Query>),
    /// List the source rows behind one number.
    Rows(Box<query::Rows>),
    /// Say why a metric changed between two periods or segments.
    Why(Box<why::Why>),
    /// List metrics, or explain one.
    Metrics(query::Metrics),
    /// Import, list, set, split, check, propose or approve targets.
    Targets(targets::Targets),
    /// Enter, list or approve actuals of metrics without data.
    Actuals(targets::Actuals),
    /// Tie a metric to the platform's own figure.
    Reconcile(Box<reconcile::Reconcile>),
    /// Score a scheme's subjects for a period.
    Assess(assess::Assess),
    /// List boards, or write them to files.
    Board(board::Board),
    /// Verify everything that is stored, and mend what can be made again.
    Verify(verify::Verify),
    /// Serve the web pages on this machine.
    Serve(serve::Serve),
    /// Move the records to another database.
    Records(records::Records),
    /// Examine lake, records, clock, disk, fonts, versions and settings.
    Doctor(doctor::Doctor),
    /// Statistics on a plain file, no project needed.
    Stats(crate::stats::StatsArgs),
    /// Print the HTTP API's OpenAPI document.
    #[command(hide = true)]
    Openapi,
}

/// Runs the command; every failure ends in a message, a hint and an exit code by kind.
pub async fn run(arguments: Arguments) -> ExitCode {
    let project = arguments.project;
    let result = match arguments.command {
        Command::Init(command) => command.run(),
        Command::Check(command) => return command.run(&project).await,
        Command::Fmt(command) => command.run(&project),
        Command::Models(command) => command.run(&project),
        Command::Demo(command) => command.run().await,
        Command::Import(command) => command.run(&project).await,
        Command::Imports(command) => command.run(&project).await,
        Command::Compact(command) => command.run(&project).await,
        Command::Lake(command) => command.run(&project).await,
        Command::Pull(command) => command.run(&project).await,
        Command::Source(command) => command.run(&project).await,
        Command::Datasets(command) => command.run(&project).await,
        Command::Query(command) => command.run(&project).await,
        Command::Rows(command) => command.run(&project).await,
        Command::Why(command) => command.run(&project).await,
        Command::Metrics(command) => command.run(&project).await,
        Command::Targets(command) => command.run(&project).await,
        Command::Actuals(command) => command.run(&project).await,
        Command::Reconcile(command) => command.run(&project).await,
        Command::Assess(command) => command.run(&project).await,
        Command::Board(command) => command.run(&project).await,
        Command::Verify(command) => return command.run(&project).await,
        Command::Serve(command) => command.run(&project).await,
        Command::Records(command) => command.run(&project).await,
        Command::Doctor(command) => return command.run(&project).await.unwrap_or_else(|error| fail(&error)),
        Command::Stats(command) => return stats(&command),
        Command::Openapi => output::print(format!("{}\n", yh_server::openapi_json()).as_bytes()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Opens the project, warning of definition problems that touch nothing asked for.
async fn open(project: &std::path::Path) -> yh_app::Result<App> {
    let app = App::open(project).await?;
    if app.is_read_only {
        eprintln!("note: the project's folder cannot be written; it can be asked, not changed");
    }
    let definitions = app.definitions().await?;
    if !definitions.is_sound() {
        let count = definitions.issues.len();
        eprintln!("warning: {count} problem(s) in the definition files; `yunheng check` lists them");
    }
    match yh_app::import::refresh_derived(&app).await {
        Ok(derived) => derived.notes().for_each(|note| eprintln!("warning: {note}")),
        Err(error) if error.kind == ErrorKind::Busy => {}
        Err(error) => eprintln!("warning: {error}"),
    }
    Ok(app)
}

fn stats(arguments: &crate::stats::StatsArgs) -> ExitCode {
    match crate::stats::run(arguments, table_file::read_parquet) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if !error.hint().is_empty() {
                eprintln!("hint: {}", error.hint());
            }
            ExitCode::from(error.exit_code())
        }
    }
}

fn fail(error: &AppError) -> ExitCode {
    eprintln!("error[{}]: {error}", error.code);
    for issue in &error.issues {
        eprintln!("  {issue}");
    }
    if let Some(hint) = &error.hint {
        eprintln!("hint: {hint}");
    }
    tracing::debug!(?error, "cause");
    ExitCode::from(match error.kind {
        ErrorKind::Internal => 1,
        ErrorKind::Input => 2,
        ErrorKind::Definition => 3,
        ErrorKind::NotFound => 4,
        ErrorKind::Busy | ErrorKind::Overloaded => 5,
        ErrorKind::Limit => 6,
        ErrorKind::Cancelled => 130,
    })
}
