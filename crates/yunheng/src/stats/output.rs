//! The answer of a method and its three forms: JSON, tables for a terminal, CSV.

use std::io::Write;
use std::time::Instant;

use serde_json::{Map, Value, json};
use yh_stats::{StatsError, TooFew};

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Json,
    Table,
    Csv,
}

/// Why a method could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StatsCliError {
    #[error("{message}")]
    Usage { message: String, hint: String },
    #[error("{message}")]
    Input { message: String, hint: String },
    #[error("{path}: {cause}")]
    Io { path: String, cause: String },
    #[error("{message}")]
    NotConverged { message: String },
    #[error(transparent)]
    Stats(#[from] StatsError),
}

impl StatsCliError {
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: hint.into() }
    }

    pub fn input(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Input { message: message.into(), hint: hint.into() }
    }

    pub fn io(path: &std::path::Path, cause: impl std::fmt::Display) -> Self {
        Self::Io { path: path.display().to_string(), cause: cause.to_string() }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> &str {
        match self {
            Self::Usage { hint, .. } | Self::Input { hint, .. } => hint,
            Self::Io { .. } => "check that the path exists and may be read or written",
            Self::NotConverged { .. } | Self::Stats(StatsError::NotConverged { .. }) => {
                "what was reached is in the message; look for columns that separate or repeat each other, or data too uniform for the model"
            }
            Self::Stats(StatsError::Option { .. }) => "change that option",
            Self::Stats(_) => "correct the value or leave the row out",
        }
    }

    /// Exit code by kind: 2 options, 3 input data, 4 files, 5 no convergence.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } | Self::Stats(StatsError::Option { .. }) => 2,
            Self::NotConverged { .. } | Self::Stats(StatsError::NotConverged { .. }) => 5,
            Self::Input { .. } | Self::Stats(_) => 3,
            Self::Io { .. } => 4,
        }
    }
}

/// One titled table of an answer; the first grid of an answer is its CSV form.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    pub title: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Grid {
    pub fn new(title: &str, header: &[&str]) -> Self {
        Self { title: title.into(), header: header.iter().map(|h| (*h).to_owned()).collect(), rows: Vec::new() }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }
}

/// The answer of a method: stable JSON keys and the grids people read.
#[derive(Debug, Default)]
pub struct Answer {
    json: Map<String, Value>,
    grids: Vec<Grid>,
    warnings: Vec<String>,
}

impl Answer {
    /// Starts the answer of `method` over `n` rows (or subjects; each method says which).
    pub fn new(method: &str, n: usize) -> Self {
        let mut answer = Self::default();
        answer.set("method", method);
        answer.set("n", n);
        answer
    }

    /// An answer that only says what is too little.
    pub fn too_few(method: &str, n: usize, few: TooFew) -> Self {
        let mut answer = Self::new(method, n);
        answer.set("too_few", too_few_json(few));
        let mut grid = Grid::new("too little data", &["what", "have", "need"]);
        grid.row(vec![few.what.into(), few.have.to_string(), few.need.to_string()]);
        answer.grid(grid);
        answer
    }

    /// Sets one key of the JSON answer. NaN and infinities become null.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.json.insert(key.into(), value.into());
    }

    pub fn grid(&mut self, grid: Grid) {
        self.grids.push(grid);
    }

    pub fn warn(&mut self, warning: impl Into<String>) {
        self.warnings.push(warning.into());
    }

    /// Records the time since `started` as `timing_ms`, when asked for.
    pub fn timing(&mut self, wanted: bool, started: Instant) {
        if wanted {
            self.set("timing_ms", started.elapsed().as_secs_f64() * 1000.0);
        }
    }
}

/// The `too_few` object of the JSON contract.
pub fn too_few_json(few: TooFew) -> Value {
    json!({"what": few.what, "have": few.have, "need": few.need})
}

/// A number for people: integers plain, others with six significant digits.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "-".into();
    }
    if value == value.trunc() && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    let magnitude = value.abs().log10().floor();
    if !(-5.0..15.0).contains(&magnitude) {
        return format!("{value:.5e}");
    }
    format!("{value:.*}", (5 - magnitude as i32).max(0) as usize)
}

/// Prints the answer to standard output; a reader that closes the pipe early is no error.
pub fn print(answer: Answer, format: Format) -> Result<(), StatsCliError> {
    if format != Format::Json {
        for warning in &answer.warnings {
            eprintln!("warning: {warning}");
        }
    }
    let text = match format {
        Format::Json => json_text(answer),
        Format::Table => table_text(&answer.grids),
        Format::Csv => csv_text(&answer.grids)?,
    };
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(StatsCliError::io(std::path::Path::new("standard output"), e)),
        _ => Ok(()),
    }
}

fn json_text(answer: Answer) -> String {
    let mut json = answer.json;
    json.insert("warnings".into(), json!(answer.warnings));
    format!("{:#}\n", Value::Object(json))
}

fn table_text(grids: &[Grid]) -> String {
    let mut text = String::new();
    for grid in grids {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY);
        table.set_header(&grid.header);
        for row in &grid.rows {
            table.add_row(row.iter().map(|cell| for_people(cell)));
        }
        text.push_str(&format!("{}\n{table}\n", grid.title));
    }
    text
}

/// Cells keep every digit for CSV; people read six.
fn for_people(cell: &str) -> String {
    const LONG: usize = 10;
    match cell.parse::<f64>() {
        Ok(value) if cell.len() > LONG && cell.contains('.') => number(value),
        _ => cell.to_owned(),
    }
}

fn csv_text(grids: &[Grid]) -> Result<String, StatsCliError> {
    let Some(grid) = grids.first() else {
        return Ok(String::new());
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    let stdout = std::path::Path::new("standard output");
    let rows = std::iter::once(&grid.header).chain(&grid.rows);
    for row in rows {
        writer.write_record(row.iter().map(|cell| yh_model::inert(cell).into_owned())).map_err(|e| StatsCliError::io(stdout, e))?;
    }
    let bytes = writer.into_inner().map_err(|e| StatsCliError::io(stdout, e))?;
    String::from_utf8(bytes).map_err(|e| StatsCliError::io(stdout, e))
}
