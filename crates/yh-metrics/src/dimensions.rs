//! By what a metric can be grouped: its own dimensions and those one join away.

use std::collections::BTreeMap;

use yh_model::Label;

use crate::catalog::{Catalog, DimensionKind, EntityKind, MetricKind, SemanticModel};

/// A dimension by which a metric can be grouped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupBy {
    /// As written in a query, without a grain.
    pub name: String,
    pub label: Label,
    pub kind: GroupByKind,
    /// It changes after a row was made; see [`crate::catalog::Dimension::is_state`].
    pub is_state: bool,
}

/// What a group-by is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupByKind {
    Categorical,
    Time,
    Entity,
}

impl GroupByKind {
    /// The kind's name in API answers.
    pub fn as_str(self) -> &'static str {
        match self {
            GroupByKind::Categorical => "categorical",
            GroupByKind::Time => "time",
            GroupByKind::Entity => "entity",
        }
    }
}

/// Lists the group-bys that every input of a metric can answer, `metric_time` first, then by name.
pub fn dimensions(catalog: &Catalog, metric: &str) -> Vec<GroupBy> {
    let mut common: Option<BTreeMap<String, GroupBy>> = None;
    for model in measured(catalog, metric) {
        let found = of_model(catalog, model);
        common = Some(match common {
            None => found,
            Some(before) => before.into_iter().filter(|(name, _)| found.contains_key(name)).collect(),
        });
    }
    let Some(common) = common else { return Vec::new() };
    let label = Label::new("时间", "Time");
    let time = GroupBy { name: "metric_time".to_owned(), label, kind: GroupByKind::Time, is_state: false };
    std::iter::once(time).chain(common.into_values()).collect()
}

/// The models whose rows a metric measures.
fn measured<'a>(catalog: &'a Catalog, metric: &str) -> Vec<&'a SemanticModel> {
    let mut models: Vec<&SemanticModel> = Vec::new();
    let mut waiting = vec![metric];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(name) = waiting.pop() {
        let Some(metric) = catalog.metrics.get(name).filter(|_| seen.insert(name)) else { continue };
        match &metric.kind {
            MetricKind::Simple(simple) => models.extend(catalog.models.iter().filter(|model| model.name == simple.model)),
            MetricKind::Ratio { numerator, denominator } => waiting.extend([numerator.metric.as_str(), denominator.metric.as_str()]),
            MetricKind::Derived { inputs, .. } => waiting.extend(inputs.iter().map(|input| input.metric.as_str())),
            MetricKind::Cumulative(cumulative) => waiting.push(&cumulative.input.metric),
            MetricKind::Conversion(conversion) => waiting.push(&conversion.base.metric),
        }
    }
    models
}

fn of_model(catalog: &Catalog, model: &SemanticModel) -> BTreeMap<String, GroupBy> {
    let mut found = BTreeMap::new();
    let own = model.entities.iter().find(|entity| entity.kind == EntityKind::Primary).map(|entity| entity.name.as_str());
    if let Some(prefix) = own.or(model.primary_entity.as_deref()) {
        add(&mut found, prefix, model);
    }
    for entity in &model.entities {
        let by = GroupBy { name: entity.name.clone(), label: entity.label.clone(), kind: GroupByKind::Entity, is_state: false };
        found.insert(entity.name.clone(), by);
        let joined = catalog.models.iter().filter(|other| other.name != model.name);
        for other in joined.filter(|other| other.entities.iter().any(|key| key.name == entity.name && names_one_row(key.kind))) {
            add(&mut found, &entity.name, other);
        }
    }
    found
}

fn add(found: &mut BTreeMap<String, GroupBy>, prefix: &str, model: &SemanticModel) {
    for dimension in &model.dimensions {
        let name = format!("{prefix}__{}", dimension.name);
        let kind = match dimension.kind {
            DimensionKind::Categorical => GroupByKind::Categorical,
            DimensionKind::Time(_) => GroupByKind::Time,
        };
        found.insert(name.clone(), GroupBy { name, label: dimension.label.clone(), kind, is_state: dimension.is_state });
    }
}

fn names_one_row(kind: EntityKind) -> bool {
    matches!(kind, EntityKind::Primary | EntityKind::Unique)
}
