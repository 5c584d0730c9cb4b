//! What can only be checked when everything is read: references, expressions, filters, joins.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::catalog::{Catalog, MetricKind};
use crate::filter::parse_filter;
use crate::plan::{Planner, plan, unknown_metric};
use crate::query::{Access, MetricQuery, QueryError};
use yh_model::Issue;
use yh_model::yaml::{Node, Placed};

/// Where each text to be checked stands.
#[derive(Default)]
pub(crate) struct Places(Vec<Place>);

struct Place {
    path: String,
    at: (usize, usize),
    what: What,
}

enum What {
    Metric(String),
    Reference { metric: String, to: String },
    Filter { metric: String, text: String },
    Expression { model: String, text: String },
    Factors { metric: String, text: String },
    SavedQuery(String),
}

impl Places {
    fn add(&mut self, path: &str, node: &Node, what: What) {
        self.0.push(Place { path: path.to_owned(), at: node.place(), what });
    }

    pub(crate) fn metric(&mut self, path: &str, node: &Node, name: &str) {
        self.add(path, node, What::Metric(name.to_owned()));
    }

    pub(crate) fn reference(&mut self, path: &str, node: &Node, metric: &str, to: &str) {
        self.add(path, node, What::Reference { metric: metric.to_owned(), to: to.to_owned() });
    }

    pub(crate) fn filter(&mut self, path: &str, node: &Node, metric: &str, text: String) {
        self.add(path, node, What::Filter { metric: metric.to_owned(), text });
    }

    pub(crate) fn expression(&mut self, path: &str, node: &Node, model: &str, text: String) {
        self.add(path, node, What::Expression { model: model.to_owned(), text });
    }

    pub(crate) fn factors(&mut self, path: &str, at: (usize, usize), metric: &str, text: String) {
        self.0.push(Place { path: path.to_owned(), at, what: What::Factors { metric: metric.to_owned(), text } });
    }

    pub(crate) fn saved_query(&mut self, path: &str, node: &Node, name: &str) {
        self.add(path, node, What::SavedQuery(name.to_owned()));
    }
}

/// Adds an issue for everything that cannot be planned. A metric that stands on a bad one is not
/// reported again.
pub(crate) fn check(catalog: &Catalog, places: &Places, issues: &mut Vec<Issue>) {
    let access = Access::all();
    let alone = |place: &Place| place.check_alone(catalog, &access).err();
    let found: Vec<Option<Issue>> = places.0.par_iter().map(alone).collect();
    let mut bad: BTreeSet<&str> = BTreeSet::new();
    let mut bad_models: BTreeSet<&str> = BTreeSet::new();
    for (place, issue) in places.0.iter().zip(found) {
        let Some(issue) = issue else { continue };
        issues.push(issue);
        match &place.what {
            What::Expression { model, .. } => drop(bad_models.insert(model)),
            What::Reference { metric, .. } | What::Filter { metric, .. } => drop(bad.insert(metric)),
            What::Factors { .. } | What::Metric(_) | What::SavedQuery(_) => {}
        }
    }
    let unplanned = places.0.par_iter().filter_map(|place| {
        let query = match &place.what {
            What::Metric(name) if !stands_on_bad(catalog, name, &bad, &bad_models, 0) => probe(catalog, name),
            What::SavedQuery(name) => MetricQuery { saved_query: Some(name.clone()), ..MetricQuery::default() },
            _ => return None,
        };
        plan(catalog, &query, &access).err().map(|error| place.issue(&error, false))
    });
    issues.extend(unplanned.collect::<Vec<_>>());
}

fn stands_on_bad(catalog: &Catalog, name: &str, bad: &BTreeSet<&str>, bad_models: &BTreeSet<&str>, depth: usize) -> bool {
    let Some(metric) = catalog.metric(name) else { return true };
    let on_bad_model = matches!(&metric.kind, MetricKind::Simple(s) if bad_models.contains(s.model.as_str()));
    let below = || metric.inputs().into_iter().any(|i| depth < 20 && stands_on_bad(catalog, &i.metric, bad, bad_models, depth + 1));
    bad.contains(name) || on_bad_model || below()
}

/// The plainest question to a metric: by time where it has one.
fn probe(catalog: &Catalog, name: &str) -> MetricQuery {
    let dated = has_time(catalog, name, 0);
    let group_by = if dated { vec!["metric_time".to_owned()] } else { Vec::new() };
    MetricQuery { metrics: vec![name.to_owned()], group_by, ..MetricQuery::default() }
}

fn has_time(catalog: &Catalog, name: &str, depth: usize) -> bool {
    let Some(metric) = catalog.metric(name) else { return false };
    match &metric.kind {
        MetricKind::Simple(simple) => catalog.model(&simple.model).is_some_and(|m| simple.time_dimension(m).is_some()),
        _ => depth < 20 && metric.inputs().iter().all(|i| has_time(catalog, &i.metric, depth + 1)),
    }
}

impl Place {
    /// Checks what needs no plan of a whole metric.
    fn check_alone(&self, catalog: &Catalog, access: &Access) -> Result<(), Issue> {
        let checked = match &self.what {
            What::Expression { model, text } => match catalog.model(model) {
                Some(found) => Planner::new(catalog, access).column_expr(found, "t", text).map(drop),
                None => Ok(()),
            },
            What::Reference { to, .. } if catalog.metric(to).is_none() => Err(unknown_metric(catalog, to)),
            What::Filter { metric, text } => match catalog.metric(metric).and_then(|m| crate::plan::default_part(catalog, &[m]).ok()) {
                Some(part) => parse_filter(catalog, text, &part).map(drop),
                None => Ok(()),
            },
            What::Factors { metric, text } => crate::factors::check(catalog, metric, text).map(drop),
            _ => Ok(()),
        };
        checked.map_err(|error| self.issue(&error, true))
    }

    /// The error as an issue; a position inside a one-line text is added to the text's own.
    fn issue(&self, error: &QueryError, inside: bool) -> Issue {
        let at = match error.position {
            Some((1, column)) if inside => (self.at.0, self.at.1 + column as usize - 1),
            _ => self.at,
        };
        let hint = error.hint.clone().unwrap_or_default();
        Issue::error(&self.path, at.0, at.1, error.code.as_str(), error.message.clone(), hint)
    }
}
