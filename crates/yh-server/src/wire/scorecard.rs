//! Schemes and scorecards.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yh_app::{AppError, ErrorKind, assess::Assessment};
use yh_model::Period;

use super::Label;

/// A scheme.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Scheme {
    pub name: String,
    pub label: Label,
    pub path: String,
    /// `day`, `week`, `month`, `quarter`, `year`, or a grain of the calendar.
    pub grain: String,
    pub subject_dimension: Option<String>,
    /// The periods that have begun by the end of the data, newest first.
    pub periods: Vec<String>,
    /// The last complete one of them.
    pub last_period: Option<String>,
    pub perspectives: Vec<SchemePerspective>,
    pub tiers: Vec<Tier>,
}

/// A perspective of a scheme.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SchemePerspective {
    pub name: String,
    pub label: Label,
    pub weight: f64,
    pub kpis: Vec<SchemeKpi>,
}

/// A KPI of a scheme.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SchemeKpi {
    pub name: String,
    pub label: Label,
    pub metric: String,
    pub weight: f64,
    pub rule: String,
}

/// All schemes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SchemeList {
    pub schemes: Vec<Scheme>,
}

/// The subjects of a scheme.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Subjects {
    pub subjects: Vec<String>,
}

/// A tier of totals.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tier {
    pub from: Option<f64>,
    pub label: Label,
    pub consequence: Label,
}

/// A scorecard to be computed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ScorecardRequest {
    pub scheme: String,
    pub period: String,
    pub subject: Option<String>,
}

/// A scorecard with every step.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scorecard {
    #[serde(default)]
    pub id: Option<i64>,
    pub scheme: String,
    pub scheme_revision: String,
    pub label: Label,
    pub subject: String,
    pub subject_label: String,
    pub period: String,
    pub total: f64,
    pub out_of: f64,
    pub tier: Option<Tier>,
    pub provisional: bool,
    pub previous_total: Option<f64>,
    pub change: Option<f64>,
    pub perspectives: Vec<ScoredPerspective>,
    pub steps: Vec<ScoreStep>,
    pub as_of: Option<String>,
    pub revisions: BTreeMap<String, String>,
}

/// A scored perspective.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScoredPerspective {
    pub name: String,
    pub label: Label,
    pub weight: f64,
    pub contribution: f64,
    pub kpis: Vec<ScoredKpi>,
}

/// A scored KPI.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScoredKpi {
    pub name: String,
    pub label: Label,
    pub metric: String,
    /// Percent of the whole card.
    pub weight: f64,
    pub actual: Option<f64>,
    pub format: String,
    pub unit: Option<String>,
    pub target: Option<f64>,
    pub floor: Option<f64>,
    pub stretch: Option<f64>,
    pub attainment: Option<f64>,
    pub rule: String,
    pub rule_text: Label,
    pub score: Option<f64>,
    pub contribution: Option<f64>,
    /// `hold`, `reweight` or `zero`.
    pub missing: Option<String>,
    pub missing_reason: Option<Label>,
    pub query: super::Query,
    pub cell: BTreeMap<String, String>,
}

/// One line of the total's arithmetic.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScoreStep {
    pub text: Label,
}

/// Scorecards, best first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ScorecardList {
    pub scorecards: Vec<Scorecard>,
}

/// A recorded scorecard in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ScorecardSummary {
    pub id: i64,
    pub scheme: String,
    pub period: String,
    pub subject: String,
    pub total: String,
    pub tier: Option<String>,
    pub provisional: bool,
    pub at: String,
}

/// Recorded scorecards.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ScorecardSummaries {
    pub scorecards: Vec<ScorecardSummary>,
}

impl Scorecard {
    /// Reads the stored form: what was recorded is what is shown.
    pub(crate) fn read(json: &str, id: i64) -> Result<Self, AppError> {
        let card: Self = serde_json::from_str(json).map_err(|error| AppError::new(ErrorKind::Internal, "scorecard", error.to_string()))?;
        Ok(Self { id: Some(id), ..card })
    }

    pub(crate) fn of(assessment: &Assessment) -> Result<Self, AppError> {
        Self::read(&yh_app::report::json(assessment)?, assessment.id.unwrap_or_default())
    }
}

impl Scheme {
    pub(crate) fn of(
        scheme: &yh_model::scheme::Scheme,
        definitions: &yh_app::Definitions,
        periods: &[Period],
        last_period: Option<Period>,
    ) -> Self {
        let number = |value: rust_decimal::Decimal| yh_model::Value::Decimal(value).number().unwrap_or_default();
        let kpi = |kpi: &yh_model::scheme::Kpi| {
            let metric = definitions.catalog.metrics.get(&kpi.metric);
            let own = metric.map(yh_app::metric_label).unwrap_or_default();
            let label = if kpi.label.is_empty() { own } else { kpi.label.clone() };
            SchemeKpi {
                name: kpi.name.clone(),
                label: Label::from(&label.or_name(&kpi.metric)),
                metric: kpi.metric.clone(),
                weight: number(kpi.weight),
                rule: kpi.rule.name().to_owned(),
            }
        };
        let tier = |tier: &yh_model::scheme::Tier| Tier {
            from: tier.from.map(number),
            label: Label::from(&tier.label),
            consequence: Label::from(&tier.consequence),
        };
        Self {
            name: scheme.name.clone(),
            label: Label::from(&scheme.label),
            path: scheme.path.clone(),
            grain: scheme.grain.clone(),
            subject_dimension: scheme.subject.clone(),
            periods: periods.iter().map(ToString::to_string).collect(),
            last_period: last_period.map(|period| period.to_string()),
            perspectives: scheme
                .perspectives
                .iter()
                .map(|perspective| SchemePerspective {
                    name: perspective.name.clone(),
                    label: Label::from(&perspective.label),
                    weight: number(perspective.weight),
                    kpis: perspective.kpis.iter().map(kpi).collect(),
                })
                .collect(),
            tiers: scheme.tiers.iter().map(tier).collect(),
        }
    }
}
