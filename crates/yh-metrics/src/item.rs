//! What can be grouped or filtered by, and how it is named: `customer__region`, `order__paid_at__month`,
//! `metric_time__extract_dow`.

use crate::catalog::{Catalog, DimensionKind, GrainName};
use crate::query::{ErrorCode, QueryError};
use crate::time::{DatePart, Grain};
use yh_model::issue::nearest;

pub(crate) const METRIC_TIME: &str = "metric_time";

/// One group-by or filter element. Paths are entity names from the measured table outwards.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Item {
    /// The aggregation time of whichever metric is computed.
    MetricTime(TimePart),
    Time {
        path: Vec<String>,
        name: String,
        part: TimePart,
    },
    Dimension {
        path: Vec<String>,
        name: String,
    },
    Entity {
        path: Vec<String>,
        name: String,
    },
    /// A metric by an entity, in filters only.
    Metric {
        metric: String,
        entity: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum TimePart {
    Grain(Grain),
    Custom(String),
    Part(DatePart),
}

impl TimePart {
    fn suffix(&self) -> String {
        match self {
            TimePart::Grain(grain) => grain.name().to_owned(),
            TimePart::Custom(name) => name.clone(),
            TimePart::Part(part) => format!("extract_{}", part.name()),
        }
    }

    fn parse(catalog: &Catalog, text: &str) -> Option<TimePart> {
        if let Some(part) = text.strip_prefix("extract_") {
            return DatePart::parse(part).map(TimePart::Part);
        }
        catalog.grain_name(text).map(TimePart::from)
    }
}

impl From<GrainName> for TimePart {
    fn from(name: GrainName) -> TimePart {
        match name {
            GrainName::Standard(grain) => TimePart::Grain(grain),
            GrainName::Custom(name) => TimePart::Custom(name),
        }
    }
}

impl Item {
    /// Name of the output column.
    pub(crate) fn column(&self) -> String {
        let joined =
            |path: &[String], rest: &[&str]| path.iter().map(String::as_str).chain(rest.iter().copied()).collect::<Vec<_>>().join("__");
        match self {
            Item::MetricTime(part) => joined(&[], &[METRIC_TIME, &part.suffix()]),
            Item::Time { path, name, part } => joined(path, &[name, &part.suffix()]),
            Item::Dimension { path, name } | Item::Entity { path, name } => joined(path, &[name]),
            Item::Metric { metric, entity } => joined(&[], &[entity, metric]),
        }
    }

    pub(crate) fn time_part(&self) -> Option<&TimePart> {
        match self {
            Item::MetricTime(part) | Item::Time { part, .. } => Some(part),
            _ => None,
        }
    }

    /// The same time at another grain; other items are unchanged.
    pub(crate) fn at(&self, part: TimePart) -> Item {
        match self {
            Item::MetricTime(_) => Item::MetricTime(part),
            Item::Time { path, name, .. } => Item::Time { path: path.clone(), name: name.clone(), part },
            other => other.clone(),
        }
    }
}

/// Reads a dunder name. `metric_time` without a grain gets `default_part`.
pub(crate) fn parse_name(catalog: &Catalog, text: &str, default_part: &TimePart) -> Result<Item, QueryError> {
    let text = text.trim().to_lowercase();
    let mut words: Vec<&str> = text.split("__").collect();
    if words.first() == Some(&METRIC_TIME) {
        return match words.as_slice() {
            [_] => Ok(Item::MetricTime(default_part.clone())),
            [_, part] => TimePart::parse(catalog, part).map(Item::MetricTime).ok_or_else(|| unknown_grain(catalog, part)),
            _ => Err(unknown(catalog, &text)),
        };
    }
    let part = match words.last().and_then(|last| TimePart::parse(catalog, last)) {
        Some(part) if words.len() > 2 => {
            words.pop();
            Some(part)
        }
        _ => None,
    };
    let Some((name, path)) = words.split_last() else { return Err(unknown(catalog, &text)) };
    let path = path.iter().map(|w| (*w).to_owned()).collect();
    classify(catalog, path, name, part).ok_or_else(|| unknown(catalog, &text))
}

/// Decides whether a path and name mean an entity, a dimension or a time, by what the models define.
pub(crate) fn classify(catalog: &Catalog, path: Vec<String>, name: &str, part: Option<TimePart>) -> Option<Item> {
    let name = name.to_owned();
    let Some(key) = path.last() else {
        let known =
            part.is_none() && catalog.models.iter().any(|m| m.entity(&name).is_some() || m.primary_entity.as_deref() == Some(&name));
        return known.then_some(Item::Entity { path, name });
    };
    let keyed = || catalog.models.iter().filter(|m| m.is_keyed_by(key));
    match keyed().find_map(|m| m.dimension(&name)).map(|d| d.kind) {
        Some(DimensionKind::Time(grain)) => {
            let part = part.unwrap_or(TimePart::Grain(grain));
            Some(Item::Time { path, name, part })
        }
        Some(DimensionKind::Categorical) if part.is_none() => Some(Item::Dimension { path, name }),
        Some(DimensionKind::Categorical) => None,
        None => (part.is_none() && keyed().any(|m| m.entity(&name).is_some())).then_some(Item::Entity { path, name }),
    }
}

/// Every name that can be said with at most one entity in front, for suggestions and catalogues.
pub(crate) fn known_names(catalog: &Catalog) -> Vec<String> {
    let mut names = vec![METRIC_TIME.to_owned()];
    for model in &catalog.models {
        names.extend(model.entities.iter().map(|e| e.name.clone()));
        let keys = model.entities.iter().filter(|e| model.is_keyed_by(&e.name)).map(|e| e.name.as_str());
        for key in keys.chain(model.primary_entity.as_deref()) {
            names.extend(model.dimensions.iter().map(|d| format!("{key}__{}", d.name)));
        }
    }
    names.sort();
    names.dedup();
    names
}

fn unknown(catalog: &Catalog, text: &str) -> QueryError {
    let names = known_names(catalog);
    let error = QueryError::new(ErrorCode::UnknownDimension, format!("there is no dimension or entity `{text}`"));
    let last = text.rsplit("__").next().unwrap_or(text);
    let same_end: Vec<&str> = names.iter().filter(|n| n.rsplit("__").next() == Some(last)).map(String::as_str).collect();
    match nearest(text, names.iter().map(String::as_str)) {
        Some(name) => error.hint(format!("did you mean `{name}`?")),
        None if !same_end.is_empty() => error.hint(format!("say it with its entity: {}", same_end.join(", "))),
        None => error,
    }
}

fn unknown_grain(catalog: &Catalog, text: &str) -> QueryError {
    let mut names: Vec<&str> = Grain::ALL.iter().map(|g| g.name()).collect();
    names.extend(catalog.spine.tables().iter().flat_map(|t| t.custom_grains.iter().map(|(n, _)| n.as_str())));
    QueryError::new(ErrorCode::UnknownGrain, format!("there is no grain `{text}`")).near(nearest(text, names))
}
