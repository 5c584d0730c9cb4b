//! One chunk of text → typed rows, column by column, with everything that was refused.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, BooleanBuilder, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray, UInt32Array, new_null_array,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::compute::{filter_record_batch, take_record_batch};
use arrow::record_batch::RecordBatch;
use yh_model::dataset::ColumnKind;

use super::ImportError;
use super::keys::hash_keys;
use super::moment::{DAY_US, month_of_day};
use super::plan::{ColumnPlan, Origin, Plan};
use super::record::Records;
use super::report::Reject;
use super::split::{CellFlaw, Chunk, Unreadable};
use super::totals::{Sums, TotalRow};
use super::value::{
    MONEY_SCALE, NOT_AN_AMOUNT, Refusal, TotalWord, is_missing, read_boolean, read_decimal, read_id, refusal, scaled, to_integer, to_money,
    to_number, total_word,
};
use super::zone::Zone;

const REQUIRED: Refusal = refusal("missing", "the column is needed to identify or date the row");
const TOO_LARGE: Refusal = refusal("too large", "check the unit of the column");
/// In the values of a yes-or-no column: every other word.
const ANY_WORD: &str = "*";
/// Longest piece of a refused value that is repeated in reports.
const MAX_SHOWN: usize = 200;

/// What one chunk became.
#[derive(Debug)]
pub struct Parsed {
    pub index: usize,
    pub parts: Vec<Part>,
    pub rejects: Vec<Reject>,
    /// The refused records as they stand in the file: line and text.
    pub rejected_records: Vec<(u64, String)>,
    pub total_rows: Vec<TotalRow>,
    pub rows_read: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub sums: Sums,
    pub time_range: Option<(i64, i64)>,
    pub findings: Findings,
}

/// Accepted rows of one month.
#[derive(Debug)]
pub struct Part {
    /// Months since 1970-01; none without a time column.
    pub month: Option<i32>,
    pub batch: RecordBatch,
    /// Key hash of each row; empty for keyless datasets.
    pub hashes: Vec<u64>,
    pub time_range: Option<(i64, i64)>,
}

/// Things worth a note.
#[derive(Debug, Default, Clone)]
pub struct Findings {
    /// Money values with more digits than are kept.
    pub rounded: u64,
    /// Wall times that occurred twice or not at all.
    pub unclear_times: u64,
    /// Column → words without an entry in its value map, a few of them.
    pub unknown_words: BTreeMap<String, BTreeSet<String>>,
    /// Cells of a spreadsheet that hold an error and are no value, and the address of the first.
    pub error_cells: u64,
    pub first_error_cell: Option<String>,
}

/// Parses chunks with one plan; each worker has its own.
pub struct Parser<'p> {
    plan: &'p Plan,
    delimiter: u8,
    source_zone: Zone,
    months: MonthFinder,
}

impl<'p> Parser<'p> {
    pub fn new(plan: &'p Plan, delimiter: u8, source_zone: Zone, business_zone: Zone) -> Self {
        Self { plan, delimiter, source_zone, months: MonthFinder::new(business_zone) }
    }

    pub fn parse(&mut self, chunk: &Chunk) -> Result<Parsed, ImportError> {
        let records = Records::find(chunk, self.delimiter, self.plan.width);
        let mut rows = Rows::new(chunk, &records);
        rows.refuse_ragged();
        let mut findings = Findings::default();
        rows.refuse_flaws(&chunk.flaws, self.plan, &mut findings);
        self.source_zone.unclear = 0;
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.plan.columns.len() + 3);
        for column in &self.plan.columns {
            columns.push(self.column(column, &mut rows, &mut findings));
        }
        findings.unclear_times = self.source_zone.unclear;
        columns.push(attributes(self.plan, &rows)?);
        columns.push(Arc::new(Int64Array::from_value(self.plan.import_id, records.len())));
        columns.push(Arc::new(records.lines.iter().map(|line| *line as i64).collect::<Int64Array>()));
        rows.recognise_totals();
        let batch = RecordBatch::try_new(self.plan.schema.clone(), columns)?;
        self.finish(chunk, rows, batch, findings)
    }

    fn finish(&mut self, chunk: &Chunk, rows: Rows, batch: RecordBatch, findings: Findings) -> Result<Parsed, ImportError> {
        let total_rows: Vec<TotalRow> = rows.total_rows(self.plan);
        let unreadable = chunk.unreadable.len() as u64;
        let rejected = rows.states.iter().filter(|state| **state == RowState::Refused).count() as u64 + unreadable;
        let (rejects, rejected_records) = rows.refused(&chunk.unreadable);
        let batch = if rows.states.iter().all(|state| *state == RowState::Good) {
            batch
        } else {
            let good: BooleanArray = rows.states.iter().map(|state| Some(*state == RowState::Good)).collect();
            filter_record_batch(&batch, &good)?
        };
        let accepted = batch.num_rows() as u64;
        let sums = Sums::of(&batch, self.plan);
        let parts = self.split_by_month(batch)?;
        Ok(Parsed {
            index: chunk.index,
            rows_read: rows.records.len() as u64 + unreadable,
            accepted,
            rejected,
            time_range: parts.iter().filter_map(|part| part.time_range).reduce(wider),
            parts,
            total_rows,
            rejected_records,
            rejects,
            sums,
            findings,
        })
    }

    fn column(&mut self, plan: &ColumnPlan, rows: &mut Rows, findings: &mut Findings) -> ArrayRef {
        if plan.origin == Origin::Absent {
            let data_type = self.plan.schema.field_with_name(&plan.name).map(|field| field.data_type().clone());
            return new_null_array(&data_type.unwrap_or(arrow::datatypes::DataType::Null), rows.len());
        }
        match plan.kind {
            ColumnKind::Text => text_column(plan, rows, findings),
            ColumnKind::Integer => {
                let (values, nulls) = rows.values(plan, |text| decimal(plan, text).and_then(to_integer));
                Arc::new(Int64Array::new(values, nulls))
            }
            ColumnKind::Number => {
                let (values, nulls) = rows.values(plan, |text| decimal(plan, text).map(to_number));
                Arc::new(Float64Array::new(values, nulls))
            }
            ColumnKind::Money => {
                let (values, nulls) = rows.values(plan, |text| {
                    if text.trim_end().ends_with(['%', '％', '‰']) {
                        return Err(NOT_AN_AMOUNT);
                    }
                    let (money, lost) = decimal(plan, text).and_then(to_money)?;
                    findings.rounded += u64::from(lost);
                    Ok(money)
                });
                Arc::new(Decimal128Array::new(values, nulls).with_data_type(arrow::datatypes::DataType::Decimal128(18, MONEY_SCALE as i8)))
            }
            ColumnKind::Boolean => boolean_column(plan, rows),
            ColumnKind::Instant => {
                let zone = &mut self.source_zone;
                let (values, nulls) = rows.values(plan, |text| Ok(zone.instant_us(plan.dated(text)?)));
                Arc::new(TimestampMicrosecondArray::new(values, nulls).with_timezone("UTC"))
            }
            ColumnKind::Date => {
                let zone = &self.months.zone;
                let (values, nulls) = rows.values(plan, |text| {
                    let wall = plan.dated(text)?;
                    // A day given as an instant is the business day it falls on.
                    let shift_us = wall.offset.map_or(0, |offset| {
                        let instant_us = wall.wall_us() - i64::from(offset) * super::moment::SECOND_US;
                        zone.offset_us(instant_us) - i64::from(offset) * super::moment::SECOND_US
                    });
                    Ok((wall.wall_us() + shift_us).div_euclid(DAY_US) as i32)
                });
                Arc::new(Date32Array::new(values, nulls))
            }
        }
    }

    /// Splits rows by business month of the time column, keeping their order.
    fn split_by_month(&mut self, batch: RecordBatch) -> Result<Vec<Part>, ImportError> {
        if batch.num_rows() == 0 {
            return Ok(Vec::new());
        }
        let Some(time) = self.plan.time else {
            let hashes = hash_keys(&batch, &self.plan.key);
            return Ok(vec![Part { month: None, batch, hashes, time_range: None }]);
        };
        let times = times_us(batch.column(time));
        let months: Vec<i32> = match self.plan.columns[time].kind {
            ColumnKind::Date => times.iter().map(|us| month_of_day(us.div_euclid(DAY_US))).collect(),
            _ => times.iter().map(|us| self.months.month(*us)).collect(),
        };
        if months.iter().all(|month| *month == months[0]) {
            return Ok(vec![self.part(months[0], batch, &times)]);
        }
        let mut rows_of: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
        for (row, month) in months.iter().enumerate() {
            rows_of.entry(*month).or_default().push(row as u32);
        }
        rows_of
            .into_iter()
            .map(|(month, rows)| {
                let times: Vec<i64> = rows.iter().map(|row| times[*row as usize]).collect();
                let part = take_record_batch(&batch, &UInt32Array::from(rows))?;
                Ok(self.part(month, part, &times))
            })
            .collect()
    }

    fn part(&self, month: i32, batch: RecordBatch, times: &[i64]) -> Part {
        let hashes = hash_keys(&batch, &self.plan.key);
        let time_range = times.iter().map(|us| (*us, *us)).reduce(wider);
        Part { month: Some(month), batch, hashes, time_range }
    }
}

/// The smallest range that holds both.
pub fn wider(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    (a.0.min(b.0), a.1.max(b.1))
}

/// A time column as microseconds; dates at midnight UTC.
pub fn times_us(array: &ArrayRef) -> Vec<i64> {
    if let Some(days) = array.as_any().downcast_ref::<Date32Array>() {
        return days.values().iter().map(|day| i64::from(*day) * DAY_US).collect();
    }
    match array.as_any().downcast_ref::<TimestampMicrosecondArray>() {
        Some(instants) => instants.values().to_vec(),
        None => Vec::new(),
    }
}

/// Finds business months of instants, remembering the last one.
struct MonthFinder {
    zone: Zone,
    last: Option<(i64, i64, i32)>,
}

impl MonthFinder {
    fn new(zone: Zone) -> Self {
        Self { zone, last: None }
    }

    fn month(&mut self, instant_us: i64) -> i32 {
        if let Some((from, to, month)) = self.last
            && (from..to).contains(&instant_us)
        {
            return month;
        }
        let wall_us = instant_us + self.zone.offset_us(instant_us);
        let month = month_of_day(wall_us.div_euclid(DAY_US));
        self.last = Some((self.zone.month_start_us(month), self.zone.month_start_us(month + 1), month));
        month
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowState {
    Good,
    Refused,
    Total(TotalWord),
}

/// The rows of a chunk while they are being judged.
struct Rows<'c> {
    chunk: &'c str,
    records: &'c Records,
    states: Vec<RowState>,
    rejects: Vec<(usize, Reject)>,
    /// Row and field of cells that hold an error.
    flawed: HashSet<(usize, usize)>,
}

impl<'c> Rows<'c> {
    fn new(chunk: &'c Chunk, records: &'c Records) -> Self {
        let states = vec![RowState::Good; records.len()];
        let mut rows = Self { chunk: &chunk.text, records, states, rejects: Vec::new(), flawed: HashSet::new() };
        for row in 0..records.len() {
            let first = (0..records.width).map(|field| records.span(row, field)).find(|span| !span.is_empty());
            // Every total word is short; long first fields need no look.
            if let Some(word) = first.filter(|span| span.bytes() <= 32).and_then(|span| total_word(&span.text(rows.chunk))) {
                rows.states[row] = RowState::Total(word);
            }
        }
        rows
    }

    fn len(&self) -> usize {
        self.records.len()
    }

    fn cell<'a>(&self, plan: &'a ColumnPlan, row: usize) -> Cow<'a, str>
    where
        'c: 'a,
    {
        match &plan.origin {
            Origin::Field { index, .. } if self.is_flawed(row, *index) => Cow::Borrowed(""),
            Origin::Field { index, .. } => self.records.span(row, *index).text(self.chunk),
            Origin::Constant(value) => Cow::Borrowed(value),
            Origin::Absent => Cow::Borrowed(""),
        }
    }

    fn refuse(&mut self, row: usize, column: &str, value: &str, why: Refusal) {
        if matches!(self.states[row], RowState::Total(_)) {
            return;
        }
        self.states[row] = RowState::Refused;
        let reject = Reject {
            line: self.records.lines[row],
            column: column.to_owned(),
            value: value.chars().take(MAX_SHOWN).collect(),
            reason: why.reason.to_owned(),
            hint: why.hint.to_owned(),
        };
        self.rejects.push((row, reject));
    }

    fn refuse_ragged(&mut self) {
        const HINT: &str = "look for an unquoted delimiter, or a line that was cut off";
        for (row, found) in &self.records.ragged {
            let why = refusal(if *found > self.records.width { "too many fields" } else { "too few fields" }, HINT);
            let value = format!("{found} instead of {}", self.records.width);
            self.refuse(*row, "", &value, why);
        }
    }

    fn is_flawed(&self, row: usize, field: usize) -> bool {
        !self.flawed.is_empty() && self.flawed.contains(&(row, field))
    }

    /// An error cell refuses its row where a number, a date or an id was meant; a text without it is no value.
    fn refuse_flaws(&mut self, flaws: &[CellFlaw], plan: &Plan, findings: &mut Findings) {
        for flaw in flaws.iter().filter(|flaw| flaw.field < self.records.width) {
            let Ok(row) = self.records.lines.binary_search(&flaw.line) else { continue };
            self.flawed.insert((row, flaw.field));
            let reads = |column: &&ColumnPlan| matches!(&column.origin, Origin::Field { index, .. } if *index == flaw.field);
            let column = plan.columns.iter().find(reads).filter(|column| column.required || column.kind != ColumnKind::Text);
            let text = self.records.span(row, flaw.field).text(self.chunk);
            match column {
                Some(column) => self.refuse(row, column.header(), &format!("{}: {text}", flaw.place), flaw.why),
                None => {
                    findings.error_cells += 1;
                    findings.first_error_cell.get_or_insert_with(|| format!("{} ({text})", flaw.place));
                }
            }
        }
    }

    /// Reads a typed column; a refused or missing value is null.
    fn values<T: Copy + Default + arrow::datatypes::ArrowNativeType>(
        &mut self,
        plan: &ColumnPlan,
        mut read: impl FnMut(&str) -> Result<T, Refusal>,
    ) -> (ScalarBuffer<T>, Option<NullBuffer>) {
        let mut values = Vec::with_capacity(self.len());
        let mut nulls = Nulls::default();
        for row in 0..self.len() {
            let cell = self.cell(plan, row);
            match read_present(plan, &cell, &mut read) {
                Some(Ok(value)) => {
                    values.push(value);
                    continue;
                }
                Some(Err(why)) => self.refuse_unless_bad(row, plan, &cell, why),
                None if plan.required => self.refuse_unless_bad(row, plan, &cell, REQUIRED),
                None => {}
            }
            nulls.set(row, self.len());
            values.push(T::default());
        }
        (values.into(), nulls.finish())
    }

    /// A row with the wrong number of fields says nothing reliable about its columns.
    fn refuse_unless_bad(&mut self, row: usize, plan: &ColumnPlan, value: &str, why: Refusal) {
        let ragged = self.states[row] == RowState::Refused && self.records.ragged.binary_search_by_key(&row, |(ragged, _)| *ragged).is_ok();
        let flawed = matches!(&plan.origin, Origin::Field { index, .. } if self.is_flawed(row, *index));
        if !ragged && !flawed {
            self.refuse(row, plan.header(), value, why);
        }
    }

    /// A refused row with a total word in any cell was a total row after all.
    fn recognise_totals(&mut self) {
        let mut found = BTreeSet::new();
        for row in 0..self.len() {
            if self.states[row] != RowState::Refused {
                continue;
            }
            let cells = (0..self.records.width).map(|field| self.records.span(row, field).text(self.chunk));
            if let Some(word) = cells.into_iter().find_map(|cell| total_word(&cell)) {
                self.states[row] = RowState::Total(word);
                found.insert(row);
            }
        }
        self.rejects.retain(|(row, _)| !found.contains(row));
        self.rejects.sort_by_key(|(row, _)| *row);
    }

    fn total_rows(&self, plan: &Plan) -> Vec<TotalRow> {
        let numeric = |column: &ColumnPlan, row: usize| {
            let cell = self.cell(column, row);
            let numeric = column.kind.is_numeric() && matches!(column.origin, Origin::Field { .. });
            let sum = numeric.then(|| decimal(column, cell.trim()).ok()).flatten()?;
            rust_decimal::Decimal::try_from_i128_with_scale(sum.mantissa, sum.scale).ok()
        };
        self.states
            .iter()
            .enumerate()
            .filter_map(|(row, state)| match state {
                RowState::Total(word) => Some(TotalRow {
                    line: self.records.lines[row],
                    word: *word,
                    sums: plan.columns.iter().map(|column| numeric(column, row)).collect(),
                }),
                _ => None,
            })
            .collect()
    }

    /// Everything refused, by line: the rejects, and the records as they stand in the file.
    fn refused(&self, unreadable: &[Unreadable]) -> (Vec<Reject>, Vec<(u64, String)>) {
        let mut rejects: Vec<Reject> = self.rejects.iter().map(|(_, reject)| reject.clone()).collect();
        let mut records: Vec<(u64, String)> = (0..self.len())
            .filter(|row| self.states[*row] == RowState::Refused)
            .map(|row| (self.records.lines[row], self.records.raw(row, self.chunk).to_owned()))
            .collect();
        for Unreadable { line, text, why } in unreadable {
            rejects.push(Reject {
                line: *line,
                column: String::new(),
                value: text.chars().take(MAX_SHOWN).collect(),
                reason: why.reason.to_owned(),
                hint: why.hint.to_owned(),
            });
            records.push((*line, text.clone()));
        }
        rejects.sort_by_key(|reject| reject.line);
        records.sort_by_key(|(line, _)| *line);
        (rejects, records)
    }
}

/// Reads a cell unless it means "no value".
#[inline]
fn read_present<T>(plan: &ColumnPlan, cell: &str, read: &mut impl FnMut(&str) -> Result<T, Refusal>) -> Option<Result<T, Refusal>> {
    if cell.is_empty() || plan.is_empty(cell) {
        return None;
    }
    // Most cells are sound as they stand; only the others need cleaning.
    if let Ok(value) = read(cell) {
        return Some(Ok(value));
    }
    let clean = unwrapped(cell);
    if is_missing(clean) { None } else { Some(read(clean)) }
}

/// Typed cells come wrapped like ids do.
fn unwrapped(cell: &str) -> &str {
    let text = cell.trim();
    let text = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    text.trim_start_matches('\'').trim()
}

fn decimal(plan: &ColumnPlan, text: &str) -> Result<super::value::Decimal, Refusal> {
    let (decimal, own_scale) = read_decimal(text)?;
    match plan.factor {
        Some(factor) if !own_scale => scaled(decimal, factor).ok_or(TOO_LARGE),
        _ => Ok(decimal),
    }
}

/// Null positions, kept only once there is one.
#[derive(Default)]
struct Nulls(Option<Vec<bool>>);

impl Nulls {
    fn set(&mut self, row: usize, len: usize) {
        self.0.get_or_insert_with(|| vec![true; len])[row] = false;
    }

    fn finish(self) -> Option<NullBuffer> {
        self.0.map(NullBuffer::from)
    }
}

fn boolean_column(plan: &ColumnPlan, rows: &mut Rows) -> ArrayRef {
    let mut builder = BooleanBuilder::with_capacity(rows.len());
    for row in 0..rows.len() {
        let cell = rows.cell(plan, row);
        let text = cell.trim();
        let text = plan.word(text).or_else(|| plan.word(ANY_WORD)).unwrap_or(text);
        let value = match read_present(plan, text, &mut read_boolean) {
            Some(Ok(value)) => Some(value),
            Some(Err(why)) => {
                rows.refuse_unless_bad(row, plan, &cell, why);
                None
            }
            None if plan.required => {
                rows.refuse_unless_bad(row, plan, &cell, REQUIRED);
                None
            }
            None => None,
        };
        builder.append_option(value);
    }
    Arc::new(builder.finish())
}

fn text_column(plan: &ColumnPlan, rows: &mut Rows, findings: &mut Findings) -> ArrayRef {
    let mut offsets: Vec<i32> = Vec::with_capacity(rows.len() + 1);
    let mut data: Vec<u8> = Vec::with_capacity(rows.len() * 12);
    let mut nulls = Nulls::default();
    offsets.push(0);
    for row in 0..rows.len() {
        let cell = rows.cell(plan, row);
        match read_text(plan, &cell) {
            Ok(text) if !text.is_empty() => data.extend_from_slice(map_word(plan, &text, findings).as_bytes()),
            Ok(_) => {
                if plan.required {
                    rows.refuse_unless_bad(row, plan, &cell, REQUIRED);
                }
                nulls.set(row, rows.len());
            }
            Err(why) => {
                rows.refuse_unless_bad(row, plan, &cell, why);
                nulls.set(row, rows.len());
            }
        }
        offsets.push(data.len() as i32);
    }
    let offsets = OffsetBuffer::new(offsets.into());
    Arc::new(StringArray::new(offsets, Buffer::from_vec(data), nulls.finish()))
}

/// Returns the text to store; empty means no value.
#[inline]
fn read_text<'a>(plan: &ColumnPlan, cell: &'a str) -> Result<Cow<'a, str>, Refusal> {
    let bytes = cell.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return Ok(Cow::Borrowed("")) };
    let plain = if plan.is_id {
        first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() && !(first.is_ascii_digit() && memchr::memchr(b'+', bytes).is_some())
    } else {
        (b'!'..0x7F).contains(first) && (b'!'..0x7F).contains(last)
    };
    let text = match plain {
        true => Cow::Borrowed(cell),
        false if plan.is_id => read_id(cell)?,
        false => Cow::Borrowed(cell.trim()),
    };
    if matches!(&*text, "\\N" | "NULL" | "null") || plan.is_empty(&text) { Ok(Cow::Borrowed("")) } else { Ok(text) }
}

#[inline]
fn map_word<'a>(plan: &'a ColumnPlan, text: &'a str, findings: &mut Findings) -> &'a str {
    const FEW: usize = 5;
    if plan.values.is_empty() {
        return text;
    }
    if let Some(stored) = plan.word(text) {
        return stored;
    }
    let words = findings.unknown_words.entry(plan.name.clone()).or_default();
    if words.len() < FEW {
        words.insert(text.to_owned());
    }
    text
}

/// Unmapped fields as one JSON object per row; none when all are empty.
fn attributes(plan: &Plan, rows: &Rows) -> Result<ArrayRef, ImportError> {
    if plan.attributes.is_empty() {
        return Ok(new_null_array(&arrow::datatypes::DataType::Utf8, rows.len()));
    }
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let names: Vec<(usize, String)> = plan.attributes.iter().map(|(index, header)| (*index, quoted(header))).collect();
    let json = (0..rows.len()).map(|row| {
        let mut object = String::new();
        for (index, name) in &names {
            let cell = rows.records.span(row, *index).text(rows.chunk);
            let text = cell.trim();
            if !text.is_empty() && !rows.is_flawed(row, *index) {
                object.push(if object.is_empty() { '{' } else { ',' });
                object.push_str(name);
                object.push(':');
                object.push_str(&quoted(text));
            }
        }
        (!object.is_empty()).then(|| object + "}")
    });
    Ok(Arc::new(json.collect::<StringArray>()))
}
