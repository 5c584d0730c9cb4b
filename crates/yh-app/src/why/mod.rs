//! Why a number changed (变化归因): the difference of a metric between two sides, a period or a segment each, split
//! by segment and along its factors, so that the parts sum to the whole.
//!
//! Every value comes from a grouped [`MetricQuery`] through the one planning path, and every part carries the
//! question that opens it in lineage.

mod factors;
mod form;
mod parts;
mod segments;
mod side;

use jiff::civil::Date;
use yh_metrics::{Access, MetricQuery, catalog::Format};
use yh_model::{Direction, Label, Value};

use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    app::{Facts, earliest},
    ask::{self, measured_datasets},
    currency::refuse_differences,
};

pub use factors::{FactorPart, Sign};
pub use segments::{SegmentKind, SegmentPart};
pub use side::Side;
pub use yh_stats::why::Method;

/// Most dimensions that a segment may combine.
pub const MAX_DIMENSIONS: usize = 4;
/// Most segments named.
pub const MAX_SEGMENTS: usize = 20;
/// Segments named unless asked otherwise.
const SEGMENTS: usize = 8;

/// What is to be explained.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WhyQuestion {
    pub metric: String,
    /// `2025-11`, `2025-W46`, `2025-11-01..2025-11-12`, `2025-10-01 14:00..2025-10-01 19:59`.
    pub period: String,
    /// A period, `previous` (when empty) or `year_ago`.
    pub against: String,
    /// Dimensions to split by; chosen when empty.
    pub by: Vec<String>,
    /// Filters of both sides.
    pub where_: Vec<String>,
    /// Further filters of the side that is explained, and of the one it is compared with: a segment against a segment.
    pub segment: Vec<String>,
    pub against_segment: Vec<String>,
    /// Most segments named; 8 when absent.
    pub segments: Option<usize>,
}

/// How a metric is split by segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitKind {
    /// Amounts add up.
    Sum,
    /// Distinct things: one may be counted in several segments, and the overlap is a part of its own.
    Distinct,
    /// Rate and mix of each segment.
    Ratio,
    /// Segments say nothing about the whole, as with a median.
    None,
}

/// Why a metric changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// The metric that is split: of a running total, what it runs over.
    pub metric: String,
    pub label: Label,
    pub format: Format,
    pub unit: Option<String>,
    pub direction: Direction,
    pub before: Side,
    pub after: Side,
    pub value_before: Option<f64>,
    pub value_after: Option<f64>,
    /// After − before; what the parts of `segments` sum to, and those of `factors`.
    pub difference: f64,
    pub split: SplitKind,
    /// Names and labels of the dimensions that segments are made of.
    pub dimensions: Vec<(String, Label)>,
    pub segments: Vec<SegmentPart>,
    pub factors: Option<FactorPart>,
    pub notes: Vec<Label>,
    pub as_of: Option<Date>,
    pub revision: String,
    pub snapshot_id: i64,
}

/// What every step of one explanation reads.
struct Context<'a> {
    app: &'a App,
    access: &'a Access,
    definitions: &'a Definitions,
    facts: &'a Facts,
}

/// Explains the difference of a metric between two sides.
pub async fn why(app: &App, access: &Access, question: &WhyQuestion) -> Result<Why> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    let widened = parts::with_parts(&definitions, &question.metric);
    let definitions = widened.as_ref().unwrap_or(&definitions);
    let context = Context { app, access, definitions, facts: &facts };
    let asked = definitions.metric(&question.metric)?;
    check(question)?;
    let as_of = earliest(&facts.watermarks(&measured_datasets(&definitions.catalog, std::slice::from_ref(&asked.name))));
    let mut notes = Vec::new();
    let (before, after) = side::sides(&definitions.calendar, question, as_of, &mut notes)?;
    if let Some(as_of) = as_of.filter(|as_of| after.start > as_of.to_string()) {
        let error = AppError::new(ErrorKind::Input, "why-no-value", format!("the data of {} end on {as_of}", asked.name));
        return Err(error.hint("choose a period with data"));
    }
    let (metric, before, after) = match parts::run_over(definitions, &facts, asked, (&before, &after)) {
        Some((input, before, after, note)) => {
            notes.push(note);
            (input, before, after)
        }
        None => (asked, before, after),
    };
    let side = |side: &Side| MetricQuery { metrics: vec![metric.name.clone()], ..side.query(&[]) };
    refuse_differences(app, access, definitions, &facts, [&side(&before), &side(&after)]).await?;
    let form = form::form(&definitions.catalog, &metric.name);
    if let form::Form::Whole(reason) = &form {
        notes.push(reason.clone());
    }
    let whole = form::whole(&context, &metric.name, &form, &before, &after).await?;
    let (value_before, value_after) = (whole.value.before, whole.value.after);
    if value_before.is_none() && value_after.is_none() {
        let error = AppError::new(ErrorKind::Input, "why-no-value", format!("{} has no value in either period", metric.name));
        return Err(error.hint("choose periods with data"));
    }
    let difference = whole.tidy(value_after.unwrap_or(0.0) - value_before.unwrap_or(0.0));
    let mut why = Why {
        metric: metric.name.clone(),
        label: asked.label.or_name(&asked.name),
        format: asked.format,
        unit: asked.unit.clone(),
        direction: asked.direction,
        value_before,
        value_after,
        difference,
        split: form.kind(),
        dimensions: Vec::new(),
        segments: Vec::new(),
        factors: factors::split(&context, &metric.name, &before, &after, &whole, &mut notes).await?,
        before,
        after,
        notes: Vec::new(),
        as_of,
        revision: definitions.revision.clone(),
        snapshot_id: facts.snapshot_id,
    };
    let most = question.segments.unwrap_or(SEGMENTS);
    if let Some(found) = segments::split(&context, &why, &form, &whole, &question.by, most, &mut notes).await? {
        (why.dimensions, why.segments) = found;
    }
    why.notes = notes;
    Ok(why)
}

fn check(question: &WhyQuestion) -> Result<()> {
    if question.by.len() > MAX_DIMENSIONS {
        let error = AppError::new(ErrorKind::Input, "why-dimensions", format!("{} dimensions are given", question.by.len()));
        return Err(error.hint(format!("split by at most {MAX_DIMENSIONS}")));
    }
    if let Some(twice) = question.by.iter().enumerate().find_map(|(at, name)| question.by[..at].contains(name).then_some(name)) {
        let error = AppError::new(ErrorKind::Input, "why-dimensions", format!("{twice} is given twice"));
        return Err(error.hint("name each dimension once"));
    }
    if question.segments.is_some_and(|segments| !(1..=MAX_SEGMENTS).contains(&segments)) {
        let error = AppError::new(ErrorKind::Input, "why-segments", "the number of segments is out of range");
        return Err(error.hint(format!("name 1 to {MAX_SEGMENTS} segments")));
    }
    Ok(())
}

impl Why {
    /// The question whose answer is one side's value: of the whole, or of a part with filters of its own.
    pub fn query(side: &Side, metric: &str, filters: &[String]) -> MetricQuery {
        MetricQuery { metrics: vec![metric.to_owned()], ..side.query(filters) }
    }
}

impl Context<'_> {
    /// Rows of a question over the pinned facts and definitions.
    async fn ask(&self, query: &MetricQuery) -> Result<crate::Answer> {
        ask::measure(self.app, self.access, self.definitions, self.facts, query).await
    }
}

/// A value as a double; nothing where there is none.
fn number(value: &Value) -> Option<f64> {
    value.number().filter(|number| number.is_finite())
}
