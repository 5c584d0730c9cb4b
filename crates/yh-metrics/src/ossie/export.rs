//! Our definitions in Ossie's words.

use serde_json::{Value as Json, json as tree};

use super::expression::expression;
use super::{Translation, VENDOR, VERSION, json, yaml};
use crate::catalog::{Catalog, Dimension, DimensionKind, Entity, EntityKind, SemanticModel};
use crate::plan::Planner;
use crate::query::Access;
use yh_model::Issue;
use yh_model::yaml::{Node, Value, parse_tree};

/// Writes the definitions of a project's model files, loaded as `catalog`, as one Ossie model.
/// A file that is not valid YAML is an issue.
pub fn export_ossie(name: &str, catalog: &Catalog, files: &[(String, String)]) -> Result<Translation, Issue> {
    let mut own = Definitions::default();
    for (path, text) in files {
        own.read(&parse_tree(path, text)?);
    }
    let access = Access::all();
    let planner = Planner::new(catalog, &access);
    let mut notes = Vec::new();
    let datasets: Vec<Json> = catalog.models.iter().map(|model| dataset(model, &own)).collect();
    let metrics: Vec<Json> = own.metrics.iter().filter_map(|made| metric(&planner, made, &mut notes)).collect();
    let mut model = tree!({"name": name, "datasets": datasets, "relationships": relationships(catalog, &mut notes), "metrics": metrics});
    let rest = own.without_dataset(catalog);
    if !rest.is_empty() || !own.saved_queries.is_empty() {
        model["custom_extensions"] = extension(&tree!({"models": rest, "saved_queries": own.saved_queries}));
        notes.push(format!(
            "{} saved queries and {} models without meaning of their own are kept as an extension only",
            own.saved_queries.len(),
            rest.len()
        ));
    }
    notes.push("time zone, grains, labels in two languages, units and directions are kept as extensions only".to_owned());
    Ok(Translation { text: yaml(&tree!({"version": VERSION, "semantic_model": [model]})), notes })
}

/// The definitions as they are written, in order.
#[derive(Default)]
struct Definitions {
    /// Models without their metrics.
    models: Vec<Json>,
    metrics: Vec<Made>,
    saved_queries: Vec<Json>,
}

/// One written metric and the model it stands under.
struct Made {
    name: String,
    model: Option<String>,
    definition: Json,
}

impl Definitions {
    fn read(&mut self, root: &Node) {
        for node in children(root, "models") {
            let mut definition = json(node);
            let name = text(&definition["name"]);
            if let Some(map) = definition.as_object_mut() {
                map.remove("metrics");
            }
            self.models.push(definition);
            self.metrics.extend(children(node, "metrics").iter().map(|metric| made(metric, Some(name.clone()))));
        }
        self.metrics.extend(children(root, "metrics").iter().map(|metric| made(metric, None)));
        self.saved_queries.extend(children(root, "saved_queries").iter().map(json));
    }

    fn model(&self, model: &SemanticModel) -> Option<&Json> {
        self.models.iter().find(|written| semantic_name(written) == model.name)
    }

    /// Written models that are no dataset of the catalog, such as disabled ones.
    fn without_dataset(&self, catalog: &Catalog) -> Vec<&Json> {
        self.models.iter().filter(|written| catalog.model(&semantic_name(written)).is_none()).collect()
    }
}

/// The name under which a written model is known.
fn semantic_name(written: &Json) -> String {
    let own = written["semantic_model"]["name"].as_str().map(str::to_lowercase);
    own.unwrap_or_else(|| text(&written["name"]).to_lowercase())
}

fn children<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    let Value::Map(map) = &node.value else { return &[] };
    match map.iter().find(|(k, _)| k.name == key).map(|(_, value)| &value.value) {
        Some(Value::List(list)) => list,
        _ => &[],
    }
}

fn made(node: &Node, model: Option<String>) -> Made {
    let definition = json(node);
    Made { name: text(&definition["name"]).to_lowercase(), model, definition }
}

fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn extension(data: &Json) -> Json {
    tree!([{"vendor_name": VENDOR, "data": data.to_string()}])
}

fn ansi(expression: &str) -> Json {
    tree!({"dialects": [{"dialect": "ANSI_SQL", "expression": expression}]})
}

fn dataset(model: &SemanticModel, own: &Definitions) -> Json {
    let keys = |kind| model.entities.iter().filter(move |e| e.kind == kind).map(column);
    let mut made = tree!({"name": model.name, "source": model.table});
    if let Some(key) = keys(EntityKind::Primary).next() {
        made["primary_key"] = tree!([key]);
    }
    let unique: Vec<Json> = keys(EntityKind::Unique).map(|key| tree!([key])).collect();
    if !unique.is_empty() {
        made["unique_keys"] = Json::Array(unique);
    }
    if !model.description.is_empty() {
        made["description"] = tree!(model.description);
    }
    let entities = model.entities.iter().map(|e| tree!({"name": e.name, "expression": ansi(&column(e))}));
    made["fields"] = entities.chain(model.dimensions.iter().map(field)).collect();
    if let Some(written) = own.model(model) {
        made["custom_extensions"] = extension(&tree!({"model": written}));
    }
    made
}

/// A simple column as its bare name, anything else as written.
fn bare(expr: &str) -> String {
    let inner = expr.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|inner| !inner.contains('"'));
    inner.unwrap_or(expr).to_owned()
}

fn column(entity: &Entity) -> String {
    bare(entity.expr.as_deref().unwrap_or(&entity.name))
}

fn field(dimension: &Dimension) -> Json {
    let is_time = dimension.kind != DimensionKind::Categorical;
    let expr = bare(dimension.expr.as_deref().unwrap_or(&dimension.name));
    let mut made = tree!({"name": dimension.name, "expression": ansi(&expr), "dimension": {"is_time": is_time}});
    if !dimension.label.is_empty() {
        made["label"] = tree!(dimension.label.text("en"));
    }
    if !dimension.description.is_empty() {
        made["description"] = tree!(dimension.description);
    }
    made
}

/// Every foreign key with each table that it names one row of.
fn relationships(catalog: &Catalog, notes: &mut Vec<String>) -> Vec<Json> {
    let mut found = Vec::new();
    for many in &catalog.models {
        for foreign in many.entities.iter().filter(|e| e.kind == EntityKind::Foreign) {
            for one in catalog.models.iter().filter(|one| one.name != many.name) {
                let Some(key) = one.entity(&foreign.name) else { continue };
                match key.kind {
                    EntityKind::Primary | EntityKind::Unique => found.push(tree!({
                        "name": format!("{}_{}_to_{}", many.name, foreign.name, one.name),
                        "from": many.name, "to": one.name, "from_columns": [column(foreign)], "to_columns": [column(key)],
                    })),
                    EntityKind::Natural => {
                        notes.push(format!("{} joins {} within a window of validity, which Ossie cannot say", many.name, one.name))
                    }
                    EntityKind::Foreign => {}
                }
            }
        }
    }
    found
}

fn metric(planner: &Planner<'_>, made: &Made, notes: &mut Vec<String>) -> Option<Json> {
    let Some(metric) = planner.catalog.metric(&made.name) else {
        notes.push(format!("the metric `{}` has errors and is left out: `yunheng check` lists them", made.name));
        return None;
    };
    let (text, lost) = match expression(planner, metric) {
        Ok(found) => found,
        Err(error) => {
            notes.push(format!("the metric `{}` is left out: {error}", made.name));
            return None;
        }
    };
    if !lost.is_empty() {
        notes.push(format!("the expression of `{}` does not say {}; an extension does", made.name, lost.join(", ")));
    }
    let mut out = tree!({"name": metric.name, "expression": ansi(&text)});
    if !metric.description.is_empty() {
        out["description"] = tree!(metric.description);
    }
    let synonyms: Vec<_> = metric.words().collect();
    if !synonyms.is_empty() {
        out["ai_context"] = tree!({"synonyms": synonyms});
    }
    out["custom_extensions"] = extension(&tree!({"metric": made.definition, "model": made.model}));
    Some(out)
}
