//! The page of a project without a `boards/home.yaml`: results first, in the order of the files.

use yh_metrics::{Metric, catalog::Format};
use yh_model::{
    Direction, Grain,
    home::{self, Home, Named, Ranking},
};

use crate::{
    Definitions,
    app::Facts,
    ask::{inputs, measured_datasets},
    people::PERSON,
};

const HEADLINES: usize = 6;

/// Chooses what the catalog says is a result, where there are data for it.
pub(super) fn automatic(definitions: &Definitions, facts: &Facts) -> Home {
    let has_rows = |metric: &&Metric| {
        !measured_datasets(&definitions.catalog, std::slice::from_ref(&metric.name)).is_empty()
            && super::lacking(definitions, facts, &metric.name).is_empty()
    };
    let mut metrics: Vec<&Metric> = definitions.catalog.metrics.values().filter(|metric| !metric.is_private).filter(has_rows).collect();
    let place = |metric: &Metric| {
        (metric.class.as_deref() != Some("result"), metric.direction != Direction::Higher, metric.format != Format::Money)
    };
    metrics.sort_by(|a, b| (place(a), &a.origin.path, a.origin.line).cmp(&(place(b), &b.origin.path, b.origin.line)));
    metrics.truncate(HEADLINES);
    let named = |metric: &Metric| Named { name: metric.name.clone(), ..Named::default() };
    let previous = Named { name: "previous".to_owned(), ..Named::default() };
    // Sums and counts have a path through a period and parts that make up the whole.
    let main =
        metrics.iter().find(|metric| inputs(&metric.kind).next().is_none() && matches!(metric.format, Format::Money | Format::Count));
    Home {
        headline: metrics.iter().map(|metric| named(metric)).collect(),
        compare: vec![previous.clone()],
        why: main.map(|metric| home::Why { metric: named(metric), against: previous }),
        progress: main.map(|metric| home::Goal { metric: named(metric), grain: Grain::Quarter }),
        rankings: main.map(|metric| rankings(definitions, facts, metric)).unwrap_or_default(),
        ..Home::default()
    }
}

/// By store where the metric has stores, else by its first category; by person where people answer for either.
fn rankings(definitions: &Definitions, facts: &Facts, metric: &Metric) -> Vec<Ranking> {
    let dimensions = yh_metrics::dimensions(&definitions.catalog, &metric.name);
    let names: Vec<String> = dimensions.into_iter().filter(|one| one.kind.as_str() != "time").map(|one| one.name).collect();
    let by = names.iter().find(|name| *name == "store").or_else(|| names.first()).map(String::as_str);
    let person = by.filter(|_| facts.rows("assignments") > 0).map(|_| PERSON);
    let metric = Named { name: metric.name.clone(), ..Named::default() };
    let ranking = |by: &str| Ranking { metric: metric.clone(), by: by.to_owned(), grain: Grain::Month, label: yh_model::Label::default() };
    by.into_iter().chain(person).map(ranking).collect()
}
