//! Settles whether dates like 3/4/2011 are day/month or month/day, from the file itself.

use yh_model::dataset::ColumnKind;

use super::ImportError;
use super::moment::{OrderEvidence, Reading, order_evidence, serial};
use super::pipeline::ChunkSource;
use super::plan::{Origin, Plan};
use super::record::Records;
use super::value::is_missing;

/// What was seen of one column.
#[derive(Debug, Default)]
struct Seen {
    day_first: Option<String>,
    month_first: Option<String>,
    either: Option<String>,
    /// Whether there are numbers of days, and whether there is anything else.
    serial: bool,
    other: bool,
}

impl Seen {
    fn look(&mut self, text: &str) {
        if !is_missing(text.trim()) {
            let found = serial(text).is_some();
            self.serial |= found;
            self.other |= !found;
        }
        let place = match order_evidence(text) {
            Some(OrderEvidence::DayFirst) => &mut self.day_first,
            Some(OrderEvidence::MonthFirst) => &mut self.month_first,
            Some(OrderEvidence::Either) => &mut self.either,
            None => return,
        };
        if place.is_none() {
            *place = Some(text.to_owned());
        }
    }

    fn is_open(&self) -> bool {
        self.either.is_some() && self.day_first.is_none() && self.month_first.is_none()
    }
}

/// Sets how each date column is read. A sample that leaves the order open is followed by a look at the whole file.
pub fn settle_dates<'s>(
    plan: &mut Plan,
    sample: &[Vec<String>],
    delimiter: u8,
    chunks: impl FnOnce() -> Result<ChunkSource<'s>, ImportError>,
) -> Result<(), ImportError> {
    let fields: Vec<(usize, usize)> = plan
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| matches!(column.kind, ColumnKind::Instant | ColumnKind::Date) && !column.reading_is_given)
        .filter_map(|(at, column)| match &column.origin {
            Origin::Field { index, .. } => Some((at, *index)),
            _ => None,
        })
        .collect();
    let mut seen: Vec<Seen> = fields.iter().map(|_| Seen::default()).collect();
    for row in sample {
        for (seen, (_, field)) in seen.iter_mut().zip(&fields) {
            seen.look(row.get(*field).map_or("", String::as_str));
        }
    }
    if seen.iter().any(Seen::is_open) {
        let mut next_chunk = chunks()?;
        while let Some(chunk) = next_chunk()? {
            let records = Records::find(&chunk, delimiter, plan.width);
            for (seen, (_, field)) in seen.iter_mut().zip(&fields).filter(|(seen, _)| seen.is_open()) {
                for row in 0..records.len() {
                    seen.look(&records.span(row, *field).text(&chunk.text));
                }
            }
        }
    }
    let mut notes = Vec::new();
    for (seen, (column, _)) in seen.into_iter().zip(fields) {
        let plan = &mut plan.columns[column];
        let header = plan.header().to_owned();
        plan.reading = match (seen.day_first, seen.month_first, seen.either) {
            (Some(day_first), Some(month_first), _) => return Err(ImportError::MixedDates { header, day_first, month_first }),
            (Some(_), None, _) => Reading::DayFirst,
            (None, Some(_), _) => Reading::MonthFirst,
            (None, None, Some(sample)) => return Err(ImportError::AmbiguousDates { header, sample }),
            (None, None, None) if seen.serial && !seen.other => {
                notes.push(format!("{header} holds a spreadsheet's day numbers, such as 45292 for 2024-01-01; they are read as times"));
                Reading::Serial
            }
            (None, None, None) => Reading::YearFirst,
        };
    }
    plan.notes.extend(notes);
    Ok(())
}
