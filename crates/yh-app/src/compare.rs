//! Comparisons: each metric beside another period, its target, a benchmark or another segment.
//!
//! Every compared value comes from the same planning as the first one. A partial period meets the same elapsed part.

mod absent;
mod base;
mod benchmark;
mod cell;
mod columns;
mod phase;
mod rows;
mod segment;
mod shifted;
mod target;

#[cfg(test)]
mod tests;

use yh_metrics::{Access, MetricQuery};
use yh_model::{Frame, calendar::CalendarError};

use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    answer::{Answer, Base, Comparison, Role},
    app::Facts,
    planning::Filters,
};
use columns::NewColumn;
use rows::Rows;

pub(crate) use absent::no_rows;
pub use benchmark::Figure;
pub(crate) use benchmark::{figures_before, is_restricted};
pub(crate) use cell::base_cell;
pub(crate) use target::{same_segment, target_value};

/// What a comparison needs to ask on: the pinned facts and definitions of the question itself.
pub(crate) struct Asking<'a> {
    pub app: &'a App,
    pub access: &'a Access,
    pub definitions: &'a Definitions,
    pub facts: &'a Facts,
    pub query: &'a MetricQuery,
    /// What the question's filters speak of.
    pub filters: Filters,
}

/// The columns that one comparison adds, and what they stand on.
struct Compared {
    columns: Vec<NewColumn>,
    base: Base,
}

/// Adds the columns of each comparison after its metric.
pub(crate) async fn add(asking: &Asking<'_>, compare: &[Comparison], mut answer: Answer) -> Result<Answer> {
    if let Some((_, twice)) =
        compare.iter().enumerate().find(|(index, one)| compare[..*index].iter().any(|other| other.name() == one.name()))
    {
        let error = AppError::new(ErrorKind::Input, "compare-twice", format!("{twice} is asked for twice"));
        return Err(error.hint("ask for each comparison once"));
    }
    answer = absent::add(asking, compare, answer).await?;
    let mut added: Vec<NewColumn> = Vec::new();
    for comparison in compare {
        let rows = Rows::of(asking.definitions, &answer)?;
        let compared = match comparison {
            Comparison::Target => target::compare(asking, &answer, &rows).await?,
            Comparison::Benchmark(level) => benchmark::compare(asking, &answer, &rows, *level).await?,
            Comparison::Segment { dimension, value } => segment::compare(asking, &answer, &rows, dimension, value).await?,
            shifted => shifted::compare(asking, &answer, &rows, shifted).await?,
        };
        added.extend(compared.columns);
        answer.bases.push(compared.base);
    }
    let mut columns = Vec::new();
    let mut frame = Frame::default();
    for (description, column) in answer.columns.into_iter().zip(answer.frame.columns) {
        let metric = (description.role == Role::Metric).then(|| description.name.clone());
        columns.push(description);
        frame.columns.push(column);
        for (description, column) in added.extract_if(.., |(description, _)| metric.is_some() && description.metric == metric) {
            columns.push(description);
            frame.columns.push(column);
        }
    }
    answer.columns = columns;
    answer.frame = frame;
    Ok(answer)
}

impl From<CalendarError> for AppError {
    fn from(error: CalendarError) -> Self {
        let (kind, code) = match &error {
            CalendarError::UnknownPeriod { .. } => (ErrorKind::Input, "period"),
            CalendarError::UnknownPromotion { .. } => (ErrorKind::NotFound, "unknown-promotion"),
            CalendarError::UnknownPlatform { .. } => (ErrorKind::NotFound, "unknown-platform"),
            CalendarError::OutsidePromotions { .. } => (ErrorKind::Input, "outside-promotions"),
            CalendarError::NoLunarYear(_) | CalendarError::NoPromotionYear { .. } => (ErrorKind::Definition, "calendar-missing"),
        };
        AppError::new(kind, code, error.to_string()).hint(error.hint())
    }
}
