//! The metric as a platform would count it: the same definition with one thing changed at a time.

use std::{collections::HashMap, sync::Arc};

use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use yh_metrics::{
    Access, Catalog, Clock, MetricQuery,
    catalog::{Dimension, DimensionKind, MetricKind, SemanticModel, Simple},
};
use yh_model::Period;

use super::{Part, PartKind};
use crate::{App, AppError, Definitions, ErrorKind, Result, app::Facts, planning};

/// How a platform counts; the default is how we do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Practice {
    /// It counts what we exclude (刷单).
    pub with_excluded: bool,
    /// It counts orders of these statuses, whatever we count.
    pub statuses: Option<Vec<String>>,
    /// The time column it dates by.
    pub dated_by: Option<String>,
    /// When its day ends, `23:30`; our cut-off when absent.
    pub day_ends: Option<String>,
    /// Its time zone, an IANA name; ours when absent.
    pub timezone: Option<String>,
    /// The metric of the refunds that it deducts.
    pub refunds: Option<String>,
}

/// The metric's name inside a changed catalog.
const VARIANT: &str = "reconciled_variant";
/// Ends of the day that platforms have, looked for besides ours.
const DAY_ENDS: [&str; 6] = ["22:00", "23:00", "23:30", "00:30", "01:00", "06:00"];
/// Names of refund metrics that a platform may deduct, looked for.
const REFUNDS: [&str; 2] = ["refund_amount", "refund_amount_by_payment"];

/// The changed metrics of one question.
pub(super) struct Variants<'a> {
    pub app: &'a App,
    pub access: &'a Access,
    pub definitions: Arc<Definitions>,
    pub facts: Facts,
    pub metric: String,
    pub filters: Vec<String>,
    pub period: Period,
}

impl<'a> Variants<'a> {
    pub async fn new(app: &'a App, access: &'a Access, metric: &str, filters: Vec<String>, period: Period) -> Result<Self> {
        let definitions = app.definitions().await?;
        let this = Self { app, access, facts: app.facts().await?, definitions, metric: metric.to_owned(), filters, period };
        this.simple()?;
        Ok(this)
    }

    pub fn snapshot_id(&self) -> i64 {
        self.facts.snapshot_id
    }

    /// Our number, and what each practice changes in it, in the order in which they are applied.
    pub async fn steps(&self, practice: &Practice) -> Result<(Decimal, Vec<Part>)> {
        let ours = self.value(&Practice::default()).await?;
        let mut now = Practice::default();
        let mut before = ours;
        let mut parts = Vec::new();
        let changes: [(PartKind, fn(&mut Practice, &Practice)); 5] = [
            (PartKind::Exclusions, |now, wanted| now.with_excluded = wanted.with_excluded),
            (PartKind::Status, |now, wanted| now.statuses.clone_from(&wanted.statuses)),
            (PartKind::Dating, |now, wanted| now.dated_by.clone_from(&wanted.dated_by)),
            (PartKind::CutOff, |now, wanted| {
                now.day_ends.clone_from(&wanted.day_ends);
                now.timezone.clone_from(&wanted.timezone);
            }),
            (PartKind::Refunds, |now, wanted| now.refunds.clone_from(&wanted.refunds)),
        ];
        for (kind, change) in changes {
            let last = now.clone();
            change(&mut now, practice);
            if now == last {
                continue;
            }
            let value = self.value(&now).await?;
            parts.push(Part { kind, amount: value - before, rows: None });
            before = value;
        }
        Ok((ours, parts))
    }

    /// The practice with the fewest changes that gives the figure exactly, if one of the usual ones does.
    pub async fn search(&self, figure: Decimal) -> Result<Option<Practice>> {
        // Most candidates share their orders or their refunds with another one.
        let mut paid: HashMap<Practice, Decimal> = HashMap::new();
        let mut refunded: HashMap<Practice, Decimal> = HashMap::new();
        for practice in self.candidates()? {
            let orders = Practice { refunds: None, ..practice.clone() };
            let refunds = Practice { refunds: practice.refunds.clone(), day_ends: practice.day_ends.clone(), ..Practice::default() };
            if !paid.contains_key(&orders) {
                paid.insert(orders.clone(), self.paid(&orders).await?);
            }
            if !refunded.contains_key(&refunds) {
                refunded.insert(refunds.clone(), self.refunded(&refunds).await?);
            }
            if paid[&orders] - refunded[&refunds] == figure {
                return Ok(Some(practice));
            }
        }
        Ok(None)
    }

    /// The usual practices, those that differ least from ours first.
    fn candidates(&self) -> Result<Vec<Practice>> {
        let own_time = self.own_time()?;
        let is_other_time = |dimension: &&Dimension| matches!(dimension.kind, DimensionKind::Time(_)) && dimension.name != own_time;
        let times = self.model()?.dimensions.iter().filter(is_other_time).map(|dimension| Some(dimension.name.clone()));
        let ends = DAY_ENDS.iter().map(|end| Some((*end).to_owned()));
        let refunds = REFUNDS.iter().filter(|name| self.definitions.catalog.metric(name).is_some()).map(|name| Some((*name).to_owned()));
        let mut found = vec![Practice::default()];
        if self.has_exclusions()? {
            found.push(Practice { with_excluded: true, ..Practice::default() });
        }
        let times: Vec<Option<String>> = std::iter::once(None).chain(times).collect();
        found = cross(&found, &times, |practice, dated_by| practice.dated_by = dated_by);
        found = cross(&found, &std::iter::once(None).chain(ends).collect::<Vec<_>>(), |practice, end| practice.day_ends = end);
        found = cross(&found, &std::iter::once(None).chain(refunds).collect::<Vec<_>>(), |practice, metric| practice.refunds = metric);
        found.retain(|practice| practice.changes() <= MAX_CHANGES);
        found.sort_by_key(Practice::changes);
        Ok(found)
    }

    /// The metric's value under a practice; no rows are 0.
    async fn value(&self, practice: &Practice) -> Result<Decimal> {
        Ok(self.paid(practice).await? - self.refunded(practice).await?)
    }

    /// The value before refunds.
    async fn paid(&self, practice: &Practice) -> Result<Decimal> {
        self.ask(self.catalog(practice)?, &self.rows_query()).await
    }

    /// The refunds that the platform deducts.
    async fn refunded(&self, practice: &Practice) -> Result<Decimal> {
        let Some(refunds) = &practice.refunds else { return Ok(Decimal::ZERO) };
        self.definitions.metric(refunds)?;
        let query = MetricQuery { metrics: vec![refunds.clone()], ..self.rows_query() };
        self.ask(self.catalog(practice)?, &query).await
    }

    async fn ask(&self, catalog: Catalog, query: &MetricQuery) -> Result<Decimal> {
        let plan = planning::plan(self.app, &Arc::new(catalog), query, self.access).await?;
        let session = self.app.session(&self.definitions, &self.facts, &plan.tables).await?;
        let frame = session.query(&plan.sql).await?;
        Ok(frame.columns.last().and_then(|column| column.values.first()).and_then(yh_model::Value::decimal).unwrap_or_default())
    }

    /// The catalog with the changed metric beside the others, on the platform's clock.
    pub fn catalog(&self, practice: &Practice) -> Result<Catalog> {
        let mut catalog = Catalog::clone(&self.definitions.catalog);
        catalog.clock = self.clock(practice)?;
        let mut metric = self.definitions.metric(&self.metric)?.clone();
        let mut simple = self.simple()?.clone();
        if let Some(column) = &practice.dated_by {
            let known = self.model()?.dimensions.iter().filter(|dimension| matches!(dimension.kind, DimensionKind::Time(_)));
            let names: Vec<&str> = known.map(|dimension| dimension.name.as_str()).collect();
            if !names.contains(&column.as_str()) {
                return Err(AppError::unknown("dimension", column, names.iter().copied()));
            }
            simple.agg_time_dimension = Some(column.clone());
        }
        let mut conditions: Vec<String> = metric.filter.iter().flat_map(|filter| conjuncts(filter)).collect();
        if practice.with_excluded {
            conditions.retain(|condition| !self.is_about(condition, EXCLUSION));
        }
        if let Some(statuses) = &practice.statuses {
            let name = self.status_dimension()?;
            conditions.retain(|condition| self.is_about(condition, EXCLUSION));
            let list: Vec<String> = statuses.iter().map(|status| format!("'{}'", status.replace('\'', "''"))).collect();
            conditions.push(format!("{{{{ Dimension('{name}') }}}} IN ({})", list.join(", ")));
        }
        metric.name = VARIANT.to_owned();
        metric.filter = conditions;
        metric.kind = MetricKind::Simple(simple);
        catalog.metrics.insert(VARIANT.to_owned(), metric);
        Ok(catalog)
    }

    /// The question for the variant's rows.
    pub fn rows_query(&self) -> MetricQuery {
        MetricQuery {
            metrics: vec![VARIANT.to_owned()],
            where_: self.filters.clone(),
            start_time: Some(self.period.start().to_string()),
            end_time: Some(self.period.last_day().to_string()),
            ..MetricQuery::default()
        }
    }

    /// Rows of the variant within the question; with `everything` those of any time and any filter.
    pub async fn rows_plan(&self, practice: &Practice) -> Result<yh_metrics::InputRows> {
        let catalog = self.catalog(practice)?;
        let rows = planning::rows(self.app, &Arc::new(catalog), &self.rows_query(), self.access, VARIANT, &[]).await?;
        rows.into_iter().next().ok_or_else(|| AppError::new(ErrorKind::Internal, "rows", "the metric has no rows"))
    }

    /// All rows of the dataset, whatever is counted and whenever.
    pub async fn all_rows_plan(&self) -> Result<yh_metrics::InputRows> {
        let mut catalog = self.catalog(&Practice::default())?;
        if let Some(metric) = catalog.metrics.get_mut(VARIANT) {
            metric.filter.clear();
        }
        let query = MetricQuery { metrics: vec![VARIANT.to_owned()], ..MetricQuery::default() };
        let rows = planning::rows(self.app, &Arc::new(catalog), &query, self.access, VARIANT, &[]).await?;
        rows.into_iter().next().ok_or_else(|| AppError::new(ErrorKind::Internal, "rows", "the metric has no rows"))
    }

    fn clock(&self, practice: &Practice) -> Result<Clock> {
        let settings = &self.app.project.settings;
        let zone = match &practice.timezone {
            Some(name) => TimeZone::get(name).map_err(|_| {
                AppError::new(ErrorKind::Input, "timezone", format!("time zone '{name}' is not known"))
                    .hint("write an IANA name such as Asia/Shanghai")
            })?,
            None => settings.zone.clone(),
        };
        let cutoff_minutes = match &practice.day_ends {
            Some(text) => day_end(text)?,
            None => i64::from(settings.day_cutoff_minutes),
        };
        Ok(Clock::Business { zone, cutoff_minutes })
    }

    fn simple(&self) -> Result<&Simple> {
        match &self.definitions.metric(&self.metric)?.kind {
            MetricKind::Simple(simple) if simple.agg == yh_metrics::catalog::Aggregation::Sum => Ok(simple),
            _ => {
                let message = format!("{} is not a sum or a count of rows, so a figure of it cannot be explained by rows", self.metric);
                Err(AppError::new(ErrorKind::Input, "not-reconcilable", message)
                    .hint("reconcile the amounts it is made of, such as paid_amount"))
            }
        }
    }

    fn model(&self) -> Result<&SemanticModel> {
        let name = &self.simple()?.model;
        let found = self.definitions.catalog.models.iter().find(|model| model.name == *name);
        found.ok_or_else(|| AppError::new(ErrorKind::Internal, "model", format!("there is no model {name}")))
    }

    fn own_time(&self) -> Result<String> {
        let model = self.model()?;
        Ok(self.simple()?.agg_time_dimension.clone().or_else(|| model.agg_time_dimension.clone()).unwrap_or_default())
    }

    fn has_exclusions(&self) -> Result<bool> {
        let metric = self.definitions.metric(&self.metric)?;
        Ok(metric.filter.iter().flat_map(|filter| conjuncts(filter)).any(|condition| self.is_about(&condition, EXCLUSION)))
    }

    /// Whether a condition reads a column whose name holds `word`, directly or through a dimension's expression.
    fn is_about(&self, condition: &str, word: &str) -> bool {
        let Ok(model) = self.model() else { return false };
        let mentions =
            |name: &str| condition.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|part| part.rsplit("__").next() == Some(name));
        model
            .dimensions
            .iter()
            .filter(|dimension| mentions(&dimension.name))
            .any(|dimension| dimension.expr.as_ref().unwrap_or(&dimension.name).contains(word))
    }

    fn status_dimension(&self) -> Result<String> {
        let known = yh_metrics::dimensions(&self.definitions.catalog, &self.metric);
        let own = known.iter().find(|dimension| dimension.name.rsplit("__").next() == Some("status"));
        own.map(|dimension| dimension.name.clone()).ok_or_else(|| {
            AppError::new(ErrorKind::Input, "no-status", format!("{} has no dimension status", self.metric)).hint("leave statuses out")
        })
    }
}

/// Columns whose name holds this say what is excluded.
const EXCLUSION: &str = "exclude";
/// Practices that differ from ours at once; more would explain anything.
const MAX_CHANGES: usize = 3;

impl Practice {
    /// In how many ways it differs from ours.
    fn changes(&self) -> usize {
        let given = [
            self.with_excluded,
            self.statuses.is_some(),
            self.dated_by.is_some(),
            self.day_ends.is_some(),
            self.timezone.is_some(),
            self.refunds.is_some(),
        ];
        given.into_iter().filter(|given| *given).count()
    }
}

/// Every practice with every choice.
fn cross(practices: &[Practice], choices: &[Option<String>], set: impl Fn(&mut Practice, Option<String>)) -> Vec<Practice> {
    let with = |practice: &Practice, choice: &Option<String>| {
        let mut practice = practice.clone();
        set(&mut practice, choice.clone());
        practice
    };
    practices.iter().flat_map(|practice| choices.iter().map(move |choice| with(practice, choice))).collect()
}

/// Minutes from midnight at which the day begins; a day that ends in the afternoon or evening begins the evening before.
fn day_end(text: &str) -> Result<i64> {
    let time: jiff::civil::Time = text.parse().map_err(|_| {
        AppError::new(ErrorKind::Input, "day-end", format!("'{text}' is not a time of day")).hint("write for example 23:30")
    })?;
    let minutes = i64::from(time.hour()) * 60 + i64::from(time.minute());
    Ok(if minutes >= 12 * 60 { minutes - 24 * 60 } else { minutes })
}

/// The conditions that a filter joins by AND at its top level.
fn conjuncts(filter: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut depth, mut quoted, mut between) = (0i32, false, false);
    for word in words(filter) {
        let upper = word.trim().to_uppercase();
        if !quoted && depth == 0 && upper == "AND" && !between {
            parts.push(String::new());
            continue;
        }
        if !quoted && depth == 0 {
            between = match upper.as_str() {
                "BETWEEN" => true,
                "AND" => false,
                _ => between,
            };
        }
        for c in word.chars() {
            match c {
                '\'' => quoted = !quoted,
                '(' | '{' if !quoted => depth += 1,
                ')' | '}' if !quoted => depth -= 1,
                _ => {}
            }
        }
        if let Some(part) = parts.last_mut() {
            part.push_str(word);
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Words with the white space after them.
fn words(text: &str) -> Vec<&str> {
    text.split_inclusive(char::is_whitespace).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_fall_into_the_conditions_they_join() {
        for (filter, expect) in [
            (
                "{{ Dimension('order__is_counted') }} = true AND {{ Dimension('order__is_paid') }} = true",
                vec!["{{ Dimension('order__is_counted') }} = true", "{{ Dimension('order__is_paid') }} = true"],
            ),
            ("a = 'x AND y' and b = 1", vec!["a = 'x AND y'", "b = 1"]),
            ("a BETWEEN 1 AND 2\nAND (b = 1 AND c = 2)", vec!["a BETWEEN 1 AND 2", "(b = 1 AND c = 2)"]),
            ("", vec![]),
        ] {
            assert_eq!(conjuncts(filter), expect);
        }
    }

    #[test]
    fn a_day_that_ends_in_the_evening_begins_the_evening_before() {
        for (text, minutes) in [("23:30", -30), ("00:30", 30), ("06:00", 360), ("00:00", 0), ("22:00", -120)] {
            assert_eq!(day_end(text).expect(text), minutes);
        }
        assert!(day_end("25:00").is_err() && day_end("noon").is_err());
    }
}
