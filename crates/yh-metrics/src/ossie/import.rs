//! Ossie's models as ours.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json as tree};

use super::expression::split;
use super::{Translation, VENDOR, json, yaml};
use crate::load::format_models;
use yh_model::Issue;
use yh_model::yaml::parse_tree;

/// Reads an Ossie file into the text of one model file. Definitions that we wrote ourselves come
/// back as they were; others are made from keys, fields, relationships and expressions, and what
/// has no counterpart is named in the notes. A file that is no Ossie model is an issue.
pub fn import_ossie(path: &str, text: &str) -> Result<Translation, Issue> {
    let root = parse_tree(path, text)?;
    let tree = json(&root);
    let Some(models) = tree["semantic_model"].as_array() else {
        let hint = "give a file of Apache Ossie (Open Semantic Interchange), core specification 0.1 or 0.2";
        return Err(Issue::error(path, root.line, root.column, "not-ossie", "the file has no list `semantic_model`", hint));
    };
    let mut reading = Reading::default();
    for model in models {
        reading.model(model);
    }
    let made = reading.file();
    let text = format_models(path, &yaml(&made))?;
    Ok(Translation { text, notes: reading.notes })
}

#[derive(Default)]
struct Reading {
    models: Vec<Json>,
    /// Metrics that stand under no model.
    metrics: Vec<Json>,
    saved_queries: Vec<Json>,
    /// Metrics by the name of their model.
    under: BTreeMap<String, Vec<Json>>,
    notes: Vec<String>,
}

impl Reading {
    fn model(&mut self, model: &Json) {
        let own = ours(model);
        self.models.extend(list(&own["models"]).iter().cloned());
        self.saved_queries.extend(list(&own["saved_queries"]).iter().cloned());
        let datasets: Vec<String> = list(&model["datasets"]).iter().map(|d| text(&d["name"])).collect();
        for dataset in list(&model["datasets"]) {
            let made = match &ours(dataset)["model"] {
                Json::Null => self.dataset(dataset, list(&model["relationships"])),
                own => own.clone(),
            };
            self.models.push(made);
            self.foreign(dataset);
        }
        for metric in list(&model["metrics"]) {
            let own = ours(metric);
            match (&own["metric"], own["model"].as_str()) {
                (Json::Null, _) => self.metric(metric, &datasets),
                (definition, Some(model)) => self.under.entry(model.to_owned()).or_default().push(definition.clone()),
                (definition, None) => self.metrics.push(definition.clone()),
            }
            self.foreign(metric);
        }
        self.foreign(model);
    }

    /// Extensions of other vendors have no meaning here.
    fn foreign(&mut self, item: &Json) {
        for extension in list(&item["custom_extensions"]).iter().filter(|e| e["vendor_name"] != VENDOR) {
            self.notes.push(format!("`{}`: the extension of {} is not taken over", text(&item["name"]), text(&extension["vendor_name"])));
        }
    }

    fn dataset(&mut self, dataset: &Json, relationships: &[Json]) -> Json {
        let name = text(&dataset["name"]);
        let source = text(&dataset["source"]);
        let table = source.rsplit('.').next().unwrap_or_default().to_owned();
        let mut columns: BTreeMap<String, Map<String, Json>> = BTreeMap::new();
        self.keys(dataset, &name, relationships, &mut columns);
        let mut derived = Vec::new();
        let mut first_time = None;
        for field in list(&dataset["fields"]) {
            let Some(expression) = self.expression(field) else { continue };
            let is_time = field["dimension"]["is_time"] == true;
            let field_name = text(&field["name"]);
            if is_time && first_time.is_none() {
                first_time = Some(field_name.to_lowercase());
            }
            let kind = if is_time { "time" } else { "categorical" };
            if !is_column(&expression) {
                let mut made = tree!({"name": field_name, "type": kind, "expr": expression});
                if is_time {
                    made["granularity"] = tree!("day");
                }
                derived.push(made);
                continue;
            }
            let column = columns.entry(expression.clone()).or_default();
            if column.contains_key("entity") {
                continue;
            }
            let dimension = if field_name == expression { tree!({"type": kind}) } else { tree!({"type": kind, "name": field_name}) };
            column.insert("dimension".to_owned(), dimension);
            for key in ["label", "description"].into_iter().filter(|key| field[key].is_string()) {
                column.insert(key.to_owned(), field[key].clone());
            }
            if is_time {
                column.insert("granularity".to_owned(), tree!("day"));
            }
        }
        let named = |(name, mut column): (String, Map<String, Json>)| {
            column.insert("name".to_owned(), Json::String(name));
            Json::Object(column)
        };
        let mut made = tree!({"name": table, "semantic_model": {"enabled": true, "name": name}});
        made["columns"] = columns.into_iter().map(named).collect();
        if list(&dataset["primary_key"]).len() != 1 {
            made["primary_entity"] = tree!(row_entity(&name));
        }
        if let Some(time) = first_time {
            self.notes.push(format!(
                "`{name}`: metrics are dated by `{time}`, its first time field; change agg_time_dimension if another is meant"
            ));
            made["agg_time_dimension"] = Json::String(time);
        }
        if !derived.is_empty() {
            made["derived_semantics"] = tree!({"dimensions": derived});
        }
        if dataset["description"].is_string() {
            made["description"] = dataset["description"].clone();
        }
        made
    }

    /// Entities of a dataset: its own key is named after it, a foreign key after the dataset it leads to.
    fn keys(&mut self, dataset: &Json, name: &str, relationships: &[Json], columns: &mut BTreeMap<String, Map<String, Json>>) {
        let mut add = |column: String, kind: &str, entity: String| {
            columns.entry(column).or_default().insert("entity".to_owned(), tree!({"type": kind, "name": entity}));
        };
        match list(&dataset["primary_key"]) {
            [key] => add(text(key), "primary", row_entity(name)),
            [] => {}
            _ => self
                .notes
                .push(format!("`{name}`: a primary key of several columns is not taken over; its rows are `{}`", row_entity(name))),
        }
        for relationship in relationships.iter().filter(|r| r["from"] == name) {
            match (list(&relationship["from_columns"]), list(&relationship["to_columns"])) {
                ([from], [_]) => add(text(from), "foreign", row_entity(&text(&relationship["to"]))),
                _ => self.notes.push(format!("the relationship `{}` over several columns is not taken over", text(&relationship["name"]))),
            }
        }
        for relationship in relationships.iter().filter(|r| r["to"] == name) {
            if let [to] = list(&relationship["to_columns"])
                && list(&dataset["primary_key"]) != std::slice::from_ref(to)
            {
                add(text(to), "unique", row_entity(name));
            }
        }
    }

    fn expression(&mut self, item: &Json) -> Option<String> {
        let dialects = list(&item["expression"]["dialects"]);
        let ansi = dialects.iter().find(|d| d["dialect"] == "ANSI_SQL").and_then(|d| d["expression"].as_str());
        if ansi.is_none() {
            self.notes.push(format!("`{}` has no ANSI_SQL expression and is left out", text(&item["name"])));
        }
        ansi.map(|text| text.trim().to_owned())
    }

    fn metric(&mut self, metric: &Json, datasets: &[String]) {
        let Some(expression) = self.expression(metric) else { return };
        let name = text(&metric["name"]).to_lowercase();
        let (parts, outer) = match split(&expression, datasets) {
            Ok(found) => found,
            Err(why) => return self.notes.push(format!("the metric `{name}` is left out: {why} in `{expression}`")),
        };
        let whole = outer == "part_0";
        let mut inputs = Vec::with_capacity(parts.len());
        for (n, part) in parts.into_iter().enumerate() {
            let own = if whole { name.clone() } else { format!("{name}_part_{n}") };
            let mut made =
                tree!({"name": own, "type": "simple", "agg": part.agg, "expr": part.expr, "semantic_model": part.dataset.to_lowercase()});
            if whole {
                describe(&mut made, metric);
            } else {
                made["hidden"] = tree!(true);
            }
            self.metrics.push(made);
            inputs.push(tree!({"name": own, "alias": format!("part_{n}")}));
        }
        if !whole {
            let mut made = tree!({"name": name, "type": "derived", "expr": outer, "input_metrics": inputs});
            describe(&mut made, metric);
            self.metrics.push(made);
        }
    }

    /// The model file.
    fn file(&mut self) -> Json {
        for model in &mut self.models {
            if let Some(metrics) = self.under.remove(&text(&model["name"])) {
                model["metrics"] = Json::Array(metrics);
            }
        }
        self.metrics.extend(std::mem::take(&mut self.under).into_values().flatten());
        let mut file = Map::new();
        for (key, list) in [("models", &self.models), ("metrics", &self.metrics), ("saved_queries", &self.saved_queries)] {
            if !list.is_empty() {
                file.insert(key.to_owned(), Json::Array(list.clone()));
            }
        }
        Json::Object(file)
    }
}

fn describe(made: &mut Json, metric: &Json) {
    if metric["description"].is_string() {
        made["description"] = metric["description"].clone();
    }
}

/// Our own extension of an item, `null` where there is none.
fn ours(item: &Json) -> Json {
    let own = list(&item["custom_extensions"]).iter().find(|e| e["vendor_name"] == VENDOR);
    own.and_then(|e| serde_json::from_str(e["data"].as_str()?).ok()).unwrap_or(Json::Null)
}

fn row_entity(dataset: &str) -> String {
    format!("{}_row", dataset.to_lowercase())
}

fn is_column(expression: &str) -> bool {
    expression.starts_with(|c: char| c.is_alphabetic() || c == '_') && expression.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}
