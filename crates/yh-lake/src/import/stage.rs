//! One import from the request to the staged files.

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use encoding_rs::Encoding;
use yh_model::dataset::{ColumnKind, normalize_header};
use yh_model::source::FileFormat as FormatGiven;

use super::bytes::Meter;
use super::correct::{Resolution, replace_keyless, resolve};
use super::cut::cut;
use super::dates::settle_dates;
use super::input::{Input, whole_file_encoding};
use super::pipeline::{Job, Tally, run};
use super::plan::{Origin, Plan, Vocabulary, make_plan};
use super::rejects::RejectLog;
use super::report::{Duplicate, ImportReport, Progress, Staged, Step};
use super::value::TotalWord;
use super::write::{FileFormat, FileNames};
use super::zone::Zone;
use super::{ExistingFile, ImportError, StageRequest};
use crate::durable;

/// Reads a file into staged lake files. Nothing is visible before the caller commits the result; on an
/// error or `cancel` everything written is removed.
///
/// # Errors
/// Problems of the whole file (see `ImportError`); problems of rows are rejects in the report.
pub fn stage(
    request: &StageRequest,
    existing: &[ExistingFile],
    on_progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Staged, ImportError> {
    let started = Instant::now();
    durable::make_folder(&request.staging_dir).map_err(|error| ImportError::io(&request.staging_dir, error))?;
    let mut attempt = Attempt {
        request,
        existing,
        names: FileNames::new(&request.staging_dir, &request.dataset.name, request.import_id, &request.mark),
        rejects: RejectLog::new(&request.rejects_path, request.limits.max_rejects),
        on_progress,
        cancel,
    };
    let result = match attempt.make(None) {
        // Plain ASCII at the start of a file says nothing about the rest: look again at all of it.
        Err(Failure { error: ImportError::Encoding { .. }, encoding_was_guessed: true }) => {
            attempt.discard();
            whole_file_encoding(&request.path, request.limits)
                .and_then(|encoding| attempt.make(Some(encoding)).map_err(|failure| failure.error))
        }
        other => other.map_err(|failure| failure.error),
    };
    match result {
        Ok(mut staged) => {
            staged.report.elapsed_ms = started.elapsed().as_millis() as u64;
            if request.dry_run {
                staged.added.clear();
                staged.removed.clear();
            }
            attempt.names.remove_all_but(&staged.added);
            // The names of the files must survive a crash as their contents do.
            durable::sync_folder(&request.staging_dir).map_err(|error| ImportError::io(&request.staging_dir, error))?;
            Ok(staged)
        }
        Err(error) => {
            attempt.discard();
            Err(error)
        }
    }
}

struct Failure {
    error: ImportError,
    encoding_was_guessed: bool,
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        Self { error, encoding_was_guessed: false }
    }
}

/// One try at a file with one idea of its encoding.
struct Attempt<'a> {
    request: &'a StageRequest,
    existing: &'a [ExistingFile],
    names: FileNames,
    rejects: RejectLog,
    on_progress: &'a mut dyn FnMut(Progress),
    cancel: &'a AtomicBool,
}

impl Attempt<'_> {
    fn discard(&mut self) {
        self.names.remove_all_but(&[]);
        self.rejects.discard();
    }

    fn make(&mut self, encoding: Option<&'static Encoding>) -> Result<Staged, Failure> {
        let request = self.request;
        let vocabulary = Vocabulary { dataset: &request.dataset, mapping: request.mapping.as_ref(), remembered: &request.remembered };
        let given = request.mapping.as_ref().map_or_else(FormatGiven::default, |mapping| mapping.format.clone());
        let known = vocabulary.known_headers();
        let knows = |text: &str| known.contains(&normalize_header(text));
        let input = Input::open(&request.path, &given, encoding, request.limits, &knows, &vocabulary.mapped_headers())?;
        let encoding_was_guessed = input.encoding.is_some_and(|encoding| encoding.guessed);
        let mut plan = make_plan(vocabulary, &input.headers, request.import_id, request.today)?;
        let failed = |error| Failure { error, encoding_was_guessed };
        settle_dates(&mut plan, &input.rows, input.delimiter, || input.chunks(&request.path, Meter::new(), request.limits))
            .map_err(failed)?;
        let format = FileFormat::new(plan.schema.clone(), &unique_text(&plan, &input.rows))?;
        let zone = |name: &str| Zone::find(name).ok_or_else(|| ImportError::UnknownTimeZone(name.to_owned()));
        let job = Job {
            plan: &plan,
            delimiter: input.delimiter,
            source_zone: zone(&request.source_zone)?,
            business_zone: zone(&request.business_zone)?,
            format: format.clone(),
            meter: input.meter.clone(),
            total_bytes: input.total_bytes,
        };
        let chunks = input.chunks(&request.path, input.meter.clone(), request.limits).map_err(failed)?;
        let chunks = cut(chunks, plan.chunk_bytes(), input.delimiter);
        let mut tally = run(&job, chunks, &mut self.names, &mut self.rejects, self.on_progress, self.cancel).map_err(failed)?;
        let files = std::mem::take(&mut tally.files);
        (self.on_progress)(Progress {
            step: Step::Matching,
            bytes: input.total_bytes,
            total_bytes: input.total_bytes,
            rows: tally.rows_read,
        });
        let resolution = if plan.key.is_empty() {
            replace_keyless(request, &plan, files, self.existing, &mut self.names)?
        } else {
            // A rejected row is no row that is gone: with any, nothing is taken out.
            let whole_of = if tally.rejected == 0 { request.whole_of.as_slice() } else { &[] };
            resolve(whole_of, &plan, &format, files, self.existing, &mut self.names, self.cancel)?
        };
        self.rejects.finish()?;
        let report = self.report(&input, &plan, &tally, &resolution);
        Ok(Staged { added: resolution.added, removed: resolution.removed, report })
    }

    fn report(&self, input: &Input, plan: &Plan, tally: &Tally, resolution: &Resolution) -> ImportReport {
        let total_row = tally.total_rows.iter().rfind(|row| row.word == TotalWord::Total);
        let settled = resolution.replaced + resolution.unchanged + resolution.duplicates;
        ImportReport {
            rows_read: tally.rows_read,
            accepted: tally.accepted,
            rejected: tally.rejected,
            total_rows: tally.total_rows.len() as u64,
            new_rows: tally.accepted.saturating_sub(settled),
            replaced: resolution.replaced,
            unchanged: resolution.unchanged,
            duplicates_in_file: resolution.duplicates,
            totals: tally.sums.report(plan, total_row),
            format: input.format.clone(),
            mapping: plan.mapped_columns(),
            unmapped: plan.attributes.iter().map(|(_, header)| header.clone()).collect(),
            rejects: self.rejects.first.clone(),
            rejects_sha256: self.rejects.sha256.clone(),
            duplicates: resolution.first_duplicates.clone(),
            notes: notes(plan, tally)
                .into_iter()
                .chain(contrary(plan, resolution))
                .chain(gone(resolution))
                .chain(self.rejects.note())
                .collect(),
            sha256: input.meter.sha256(),
            bytes: input.total_bytes,
            min_time: tally.time_range.map(|range| range.0),
            max_time: tally.time_range.map(|range| range.1),
            elapsed_ms: 0,
            origin: None,
        }
    }
}

fn notes(plan: &Plan, tally: &Tally) -> Vec<String> {
    let mut notes = plan.notes.clone();
    let findings = &tally.findings;
    if findings.rounded > 0 {
        notes.push(format!("{} amounts had more than 4 decimals and were rounded", findings.rounded));
    }
    if findings.unclear_times > 0 {
        notes.push(format!(
            "{} times fall where clocks change: doubled ones were read as the earlier, skipped ones moved forward",
            findings.unclear_times
        ));
    }
    if let Some(first) = &findings.first_error_cell {
        notes.push(format!("{} cells hold a spreadsheet's error and are no value, the first in {first}", findings.error_cells));
    }
    for (column, words) in &findings.unknown_words {
        let words: Vec<&str> = words.iter().take(5).map(String::as_str).collect();
        notes.push(format!("{column} has words without a mapping, kept as they are: {}", words.join(", ")));
    }
    for row in &tally.total_rows {
        notes.push(format!("line {} is a total row, not data", row.line));
        if notes.len() > 50 {
            break;
        }
    }
    if tally.rows_read == 0 {
        notes.push("the file has a header and no rows".into());
    }
    notes
}

/// Says that rows of one key differ: the last one counts, which loses money when each row is a part.
fn contrary(plan: &Plan, resolution: &Resolution) -> Option<String> {
    let first = resolution.first_duplicates.first().filter(|_| resolution.contrary > 0)?;
    let key: Vec<&str> = plan.key.iter().map(|at| plan.columns[*at].name.as_str()).collect();
    let (key, Duplicate { key: value, line, kept_line }) = (key.join(", "), first);
    Some(format!(
        "{} rows differ from a later row of the same {key}, which counts ({value}: line {kept_line}, not {line}); if each row is one line of an order, use the preset order_lines",
        resolution.contrary
    ))
}

fn gone(resolution: &Resolution) -> Option<String> {
    (resolution.gone > 0).then(|| format!("{} rows that the table no longer has were taken out", resolution.gone))
}

/// Text columns whose values rarely repeat in the sample.
fn unique_text(plan: &Plan, rows: &[Vec<String>]) -> Vec<String> {
    const ENOUGH: usize = 200;
    if rows.len() < ENOUGH {
        return Vec::new();
    }
    let rarely_repeats = |field: usize| {
        let filled: Vec<&str> = rows.iter().filter_map(|row| row.get(field).map(String::as_str)).filter(|text| !text.is_empty()).collect();
        let distinct: HashSet<&str> = filled.iter().copied().collect();
        filled.len() >= ENOUGH && distinct.len() * 10 > filled.len() * 7
    };
    plan.columns
        .iter()
        .filter(|column| column.kind == ColumnKind::Text)
        .filter(|column| matches!(&column.origin, Origin::Field { index, .. } if rarely_repeats(*index)))
        .map(|column| column.name.clone())
        .collect()
}
