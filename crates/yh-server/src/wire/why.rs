//! Explanations of a change.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yh_app::why::{self, Method, SegmentKind, Sign, SplitKind};

use super::{CellRequest, CellValue, Label, Query, direction_name, format_name, value};

/// What is to be explained.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WhyRequest {
    pub metric: String,
    /// `2025-11`, `2025-W46`, `2025-11-01..2025-11-12` or `2025-10-01 14:00..2025-10-01 19:59`.
    pub period: String,
    /// A period, `previous` (when empty) or `year_ago`.
    pub against: String,
    /// Dimensions to split by, four at most; chosen when empty.
    pub by: Vec<String>,
    /// Filters of both sides.
    pub r#where: Vec<String>,
    /// Further filters of the side that is explained.
    pub segment: Vec<String>,
    /// Further filters of the side compared with.
    pub against_segment: Vec<String>,
    /// Most segments named; 8 when absent.
    pub segments: Option<usize>,
}

/// Why a metric changed. The parts of `segments` sum to `difference`, and so do those of `factors`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Why {
    pub metric: String,
    pub label: Label,
    pub format: String,
    pub unit: Option<String>,
    pub direction: String,
    pub before: WhySide,
    pub after: WhySide,
    pub difference: f64,
    /// `sum`, `distinct`, `ratio` or `none`.
    pub split: String,
    pub dimensions: Vec<WhyDimension>,
    pub segments: Vec<WhySegment>,
    pub factors: Option<WhyFactor>,
    pub notes: Vec<Label>,
    pub as_of: Option<String>,
    pub revision: String,
    pub snapshot: i64,
}

/// One side: when, and which rows.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WhySide {
    pub start: String,
    pub end: String,
    pub r#where: Vec<String>,
    pub value: Option<f64>,
    /// Opens the value in lineage.
    pub cell: CellRequest,
}

/// A dimension that segments are made of.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WhyDimension {
    pub name: String,
    pub label: Label,
}

/// A segment's part of the difference.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WhySegment {
    /// `cause`, `value`, `rest` or `overlap`.
    pub kind: String,
    pub elements: Vec<WhyElement>,
    pub before: Option<f64>,
    pub after: Option<f64>,
    /// In the metric's unit.
    pub effect: f64,
    /// Of the whole difference.
    pub share: Option<f64>,
    /// For ratios: of its own change, and of its changed weight.
    pub rate: Option<f64>,
    pub mix: Option<f64>,
    /// Filters that hold exactly its rows.
    pub r#where: Option<Vec<String>>,
    /// Open its values in lineage.
    pub cell_before: Option<CellRequest>,
    pub cell_after: Option<CellRequest>,
}

/// A dimension's value in a segment; null is a missing value.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WhyElement {
    pub dimension: String,
    pub value: Option<CellValue>,
}

/// A factor's part of the difference; the parts of a factor sum to its effect.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WhyFactor {
    /// None for a sum or product that has no name of its own.
    pub metric: Option<String>,
    pub label: Label,
    pub format: String,
    pub unit: Option<String>,
    pub direction: String,
    /// How it stands in what it makes up: `plus`, `minus`, `times` or `over`.
    pub sign: String,
    pub before: Option<f64>,
    pub after: Option<f64>,
    /// In the unit of the metric explained.
    pub effect: f64,
    pub share: Option<f64>,
    /// How its parts were split: `whole`, `sum`, `log_mean`, `log_mean_limit`, `shapley` or `unsplit`.
    pub method: String,
    #[schema(no_recursion)]
    pub parts: Vec<WhyFactor>,
    pub cell_before: Option<CellRequest>,
    pub cell_after: Option<CellRequest>,
}

impl WhyRequest {
    pub(crate) fn question(self) -> why::WhyQuestion {
        why::WhyQuestion {
            metric: self.metric,
            period: self.period,
            against: self.against,
            by: self.by,
            where_: self.r#where,
            segment: self.segment,
            against_segment: self.against_segment,
            segments: self.segments,
        }
    }
}

impl From<why::WhyQuestion> for WhyRequest {
    fn from(question: why::WhyQuestion) -> Self {
        Self {
            metric: question.metric,
            period: question.period,
            against: question.against,
            by: question.by,
            r#where: question.where_,
            segment: question.segment,
            against_segment: question.against_segment,
            segments: question.segments,
        }
    }
}

/// The cell of one side's value, narrowed by the filters of a part.
fn cell(side: &why::Side, metric: &str, filters: &[String]) -> CellRequest {
    let asked = side.query(filters);
    let query = Query {
        metrics: vec![metric.to_owned()],
        r#where: asked.where_,
        start_time: asked.start_time,
        end_time: asked.end_time,
        ..Query::default()
    };
    CellRequest { query, metric: metric.to_owned(), ..CellRequest::default() }
}

impl From<&why::Why> for Why {
    fn from(why: &why::Why) -> Self {
        let side = |side: &why::Side, value: Option<f64>| WhySide {
            start: side.start.clone(),
            end: side.end.clone(),
            r#where: side.where_.clone(),
            value,
            cell: cell(side, &why.metric, &[]),
        };
        let split = match why.split {
            SplitKind::Sum => "sum",
            SplitKind::Distinct => "distinct",
            SplitKind::Ratio => "ratio",
            SplitKind::None => "none",
        };
        Self {
            metric: why.metric.clone(),
            label: Label::from(&why.label),
            format: format_name(why.format).to_owned(),
            unit: why.unit.clone(),
            direction: direction_name(why.direction).to_owned(),
            before: side(&why.before, why.value_before),
            after: side(&why.after, why.value_after),
            difference: why.difference,
            split: split.to_owned(),
            dimensions: why.dimensions.iter().map(|(name, label)| WhyDimension { name: name.clone(), label: Label::from(label) }).collect(),
            segments: why.segments.iter().map(|part| segment(why, part)).collect(),
            factors: why.factors.as_ref().map(|part| factor(why, part)),
            notes: why.notes.iter().map(Label::from).collect(),
            as_of: why.as_of.map(|day| day.to_string()),
            revision: why.revision.clone(),
            snapshot: why.snapshot_id,
        }
    }
}

fn segment(why: &why::Why, part: &why::SegmentPart) -> WhySegment {
    let kind = match part.kind {
        SegmentKind::Cause => "cause",
        SegmentKind::Value => "value",
        SegmentKind::Rest => "rest",
        SegmentKind::Overlap => "overlap",
    };
    let narrowed = |side| part.filters.as_ref().map(|filters| cell(side, &why.metric, filters));
    WhySegment {
        kind: kind.to_owned(),
        elements: part.elements.iter().map(|(name, found)| WhyElement { dimension: name.clone(), value: value(found) }).collect(),
        before: part.before,
        after: part.after,
        effect: part.effect,
        share: part.share,
        rate: part.rate,
        mix: part.mix,
        r#where: part.filters.clone(),
        cell_before: narrowed(&why.before),
        cell_after: narrowed(&why.after),
    }
}

fn factor(why: &why::Why, part: &why::FactorPart) -> WhyFactor {
    let sign = match part.sign {
        Sign::Plus => "plus",
        Sign::Minus => "minus",
        Sign::Times => "times",
        Sign::Over => "over",
    };
    let method = match part.method {
        Method::Whole => "whole",
        Method::Sum => "sum",
        Method::LogMean => "log_mean",
        Method::LogMeanLimit => "log_mean_limit",
        Method::Shapley => "shapley",
        Method::Unsplit => "unsplit",
    };
    let own = |side| part.metric.as_ref().map(|metric| cell(side, metric, &[]));
    WhyFactor {
        metric: part.metric.clone(),
        label: Label::from(&part.label),
        format: format_name(part.format).to_owned(),
        unit: part.unit.clone(),
        direction: direction_name(part.direction).to_owned(),
        sign: sign.to_owned(),
        before: part.before,
        after: part.after,
        effect: part.effect,
        share: part.share,
        method: method.to_owned(),
        parts: part.parts.iter().map(|part| factor(why, part)).collect(),
        cell_before: own(&why.before),
        cell_after: own(&why.after),
    }
}
