//! The YAML of a project: dbt's model-embedded semantic layer keys, with datasets in the place of
//! models and the product's own keys under `config.meta.yunheng`.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::fields::{Fields, Report};
use super::{check, metric};
use crate::catalog::*;
use crate::time::{Clock, Grain};
use yh_model::Issue;
use yh_model::Label;
use yh_model::issue::nearest;
use yh_model::yaml::{Node, Placed, Value, parse_tree};

/// What a project tells the loader besides its files.
#[derive(Debug, Clone)]
pub struct ProjectSettings {
    pub clock: Clock,
    /// Bounds of the series of all days, used where a query has no range. The end is excluded.
    pub spine_start: jiff::civil::Date,
    pub spine_end: jiff::civil::Date,
    /// The table of days that has the project's own grains.
    pub calendar: Option<SpineTable>,
}

impl Default for ProjectSettings {
    /// Shanghai, days cut at midnight, 2000 to 2040.
    fn default() -> ProjectSettings {
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap_or(jiff::tz::TimeZone::UTC);
        ProjectSettings {
            clock: Clock::Business { zone, cutoff_minutes: 0 },
            spine_start: jiff::civil::Date::constant(2000, 1, 1),
            spine_end: jiff::civil::Date::constant(2041, 1, 1),
            calendar: None,
        }
    }
}

/// Everything read so far.
#[derive(Default)]
pub(crate) struct Loaded {
    pub models: Vec<SemanticModel>,
    pub metrics: BTreeMap<String, Metric>,
    pub saved_queries: BTreeMap<String, SavedQuery>,
    /// Place of every checked text: filters, expressions, references.
    pub places: check::Places,
}

/// Model files read as YAML: the dearer half of loading, which needs nothing else of the project.
pub struct ModelFiles<'a>(Vec<(&'a (String, String), Result<Node, Issue>)>);

impl<'a> ModelFiles<'a> {
    /// Reads files, as (path, text), on several threads.
    pub fn read(files: &'a [(String, String)]) -> Self {
        Self(files.par_iter().map(|file| (file, parse_tree(&file.0, &file.1))).collect())
    }
}

/// Loads model files, as (path, text): [`ModelFiles::read`] and [`load_models`] in one.
pub fn load_project(files: &[(String, String)], datasets: &[DatasetSchema], settings: &ProjectSettings) -> (Catalog, Vec<Issue>) {
    load_models(ModelFiles::read(files), datasets, settings)
}

/// Makes the catalog. Everything wrong is listed; what could be read is in the catalog, and a question that needs
/// something wrong fails with the same message.
pub fn load_models(files: ModelFiles<'_>, datasets: &[DatasetSchema], settings: &ProjectSettings) -> (Catalog, Vec<Issue>) {
    let mut issues = Vec::new();
    let mut loaded = Loaded::default();
    let mut seen = BTreeSet::new();
    for ((path, text), tree) in files.0 {
        match tree {
            Ok(Node { value: Value::Null, .. }) => {}
            Ok(root) => {
                let lines: Vec<&str> = text.lines().map(str::trim).collect();
                file(&mut Report { path, issues: &mut issues }, &root, &lines, datasets, &mut loaded, &mut seen);
            }
            Err(issue) => issues.push(issue),
        }
    }
    let catalog = Catalog {
        clock: settings.clock.clone(),
        models: loaded.models,
        metrics: loaded.metrics,
        saved_queries: loaded.saved_queries,
        spine: Spine::Generated {
            start: settings.spine_start,
            end: settings.spine_end,
            tables: settings.calendar.iter().cloned().collect(),
        },
    };
    check::check(&catalog, &loaded.places, &mut issues);
    issues.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    (catalog, issues)
}

fn file(
    report: &mut Report<'_>,
    root: &Node,
    lines: &[&str],
    datasets: &[DatasetSchema],
    loaded: &mut Loaded,
    seen: &mut BTreeSet<String>,
) {
    let Some(mut fields) = Fields::of(report, root, "a model file") else { return };
    fields.ignore(&["version"]);
    for node in fields.list(report, "models") {
        model(report, node, lines, datasets, loaded, seen);
    }
    let metrics = fields.list(report, "metrics");
    for (i, node) in metrics.iter().enumerate() {
        let end = metrics.get(i + 1).map(|n| n.line);
        metric::read(report, node, None, slice(lines, node.line, end), loaded, seen);
    }
    for node in fields.list(report, "saved_queries") {
        saved_query(report, node, loaded);
    }
    fields.finish(report);
}

/// The lines of a definition, for its revision.
fn slice(lines: &[&str], from: usize, until: Option<usize>) -> String {
    let from = lines.len().min(from.saturating_sub(1));
    let until = until.map_or(lines.len(), |line| lines.len().min(line.saturating_sub(1)).max(from));
    lines[from..until].iter().filter(|line| !line.is_empty()).copied().collect::<Vec<_>>().join("\n")
}

fn model(
    report: &mut Report<'_>,
    node: &Node,
    lines: &[&str],
    datasets: &[DatasetSchema],
    loaded: &mut Loaded,
    seen: &mut BTreeSet<String>,
) {
    let Some(mut fields) = Fields::of(report, node, "a model") else { return };
    let Some((dataset, name_node)) = fields.required(report, "name") else { return };
    let mut name = dataset.to_lowercase();
    let schema = datasets.iter().find(|d| d.name == dataset);
    if schema.is_none() {
        let near = nearest(&dataset, datasets.iter().map(|d| d.name.as_str()));
        let issue = report.add("unknown-dataset", name_node.place(), format!("there is no dataset `{dataset}`"));
        issue.hint = near.map(|n| format!("did you mean `{n}`?")).unwrap_or_default();
    }
    let mut enabled = true;
    if let Some(semantic) = fields.take("semantic_model") {
        match &semantic.value {
            Value::Bool(value) => enabled = *value,
            _ => {
                if let Some(mut inner) = Fields::of(report, semantic, "semantic_model") {
                    enabled = inner.bool(report, "enabled").unwrap_or(true);
                    name = inner.string(report, "name").map_or(name, |n| n.to_lowercase());
                    inner.ignore(&["group", "config"]);
                    inner.finish(report);
                }
            }
        }
    }
    let mut model = SemanticModel {
        label: label(fields.string(report, "label")),
        description: fields.string(report, "description").unwrap_or_default(),
        table: dataset,
        columns: schema.map(|s| s.columns.clone()),
        entities: Vec::new(),
        dimensions: Vec::new(),
        primary_entity: fields.string(report, "primary_entity").map(|e| e.to_lowercase()),
        agg_time_dimension: None,
        origin: Origin { path: report.path.to_owned(), line: node.line, column: node.column },
        name,
    };
    let time = fields.text(report, "agg_time_dimension");
    for column in fields.list(report, "columns") {
        self::column(report, column, &mut model, loaded);
    }
    if let Some(derived) = fields.take("derived_semantics")
        && let Some(mut inner) = Fields::of(report, derived, "derived_semantics")
    {
        for node in inner.list(report, "dimensions") {
            derived_dimension(report, node, &mut model, loaded);
        }
        for node in inner.list(report, "entities") {
            derived_entity(report, node, &mut model, loaded);
        }
        inner.finish(report);
    }
    if let Some((time, node)) = time {
        let time = time.to_lowercase();
        match model.dimension(&time) {
            Some(Dimension { kind: DimensionKind::Time(_), .. }) => model.agg_time_dimension = Some(time),
            _ => {
                let times = model.dimensions.iter().filter(|d| d.kind != DimensionKind::Categorical).map(|d| d.name.as_str());
                let near = nearest(&time, times);
                let issue = report.add("unknown-time", node.place(), format!("`{time}` is not a time dimension of {}", model.name));
                issue.hint = near.map_or_else(
                    || "declare it under columns with `granularity:` and `dimension: {type: time}`".to_owned(),
                    |n| format!("did you mean `{n}`?"),
                );
            }
        }
    }
    fields.ignore(&["config", "meta", "tags", "docs", "access", "data_tests", "tests", "constraints"]);
    let duplicate = loaded.models.iter().any(|m| m.name == model.name);
    if duplicate {
        let issue = report.add("duplicate-name", node.place(), format!("the model `{}` is defined twice", model.name));
        issue.hint = "give one of them another `semantic_model: {name: …}`".to_owned();
    }
    let model_name = model.name.clone();
    if enabled && !duplicate {
        loaded.models.push(model);
    }
    let metrics = fields.list(report, "metrics");
    for (i, metric_node) in metrics.iter().enumerate() {
        let end = metrics.get(i + 1).map(|n| n.line);
        metric::read(
            report,
            metric_node,
            Some(&model_name),
            slice(lines, metric_node.line, end.or_else(|| next_key_line(node, metric_node.line))),
            loaded,
            seen,
        );
    }
    fields.finish(report);
}

/// Where the key after this line begins within a mapping.
fn next_key_line(node: &Node, line: usize) -> Option<usize> {
    let Value::Map(map) = &node.value else { return None };
    map.iter().map(|(key, _)| key.line).filter(|l| *l > line).min()
}

fn column(report: &mut Report<'_>, node: &Node, model: &mut SemanticModel, loaded: &mut Loaded) {
    let Some(mut fields) = Fields::of(report, node, "a column") else { return };
    let Some((column, name_node)) = fields.required(report, "name") else { return };
    if let Some(columns) = &model.columns
        && !columns.iter().any(|c| c.name == column)
    {
        let near = nearest(&column, columns.iter().map(|c| c.name.as_str()));
        let issue = report.add("unknown-column", name_node.place(), format!("the dataset {} has no column `{column}`", model.table));
        issue.hint = near.map(|n| format!("did you mean `{n}`?")).unwrap_or_default();
    }
    let description = fields.string(report, "description").unwrap_or_default();
    let column_label = label(fields.string(report, "label"));
    let granularity = fields.choice(report, "granularity", &grains());
    let expr = format!("\"{}\"", column.replace('"', "\"\""));
    if let Some(entity) = fields.take("entity") {
        let mut made =
            Entity { name: column.to_lowercase(), kind: EntityKind::Foreign, expr: Some(expr.clone()), label: column_label.clone() };
        match &entity.value {
            Value::Text(kind) => match entity_kinds().iter().find(|(word, _)| word == kind) {
                Some((_, kind)) => made.kind = *kind,
                None => drop(report.add("unknown-value", entity.place(), format!("an entity cannot be `{kind}`"))),
            },
            _ => {
                if let Some(mut inner) = Fields::of(report, entity, "entity") {
                    made.kind = inner.choice(report, "type", &entity_kinds()).unwrap_or(EntityKind::Foreign);
                    made.name = inner.string(report, "name").map_or(made.name, |n| n.to_lowercase());
                    if let Some(text) = inner.string(report, "label") {
                        made.label = label(Some(text));
                    }
                    if let Some(node) = inner.take("config") {
                        made.label = metric::extras(report, node).label.unwrap_or(made.label);
                    }
                    inner.ignore(&["description", "role"]);
                    inner.finish(report);
                }
            }
        }
        add_entity(report, model, made, entity);
    }
    if let Some(dimension) = fields.take("dimension") {
        let mut made = Dimension {
            name: column.to_lowercase(),
            kind: DimensionKind::Categorical,
            expr: Some(expr),
            label: column_label,
            description,
            is_partition: false,
            is_state: false,
            validity: None,
        };
        let kinds = [("categorical", false), ("time", true)];
        let is_time = match &dimension.value {
            Value::Text(kind) if kind == "time" => true,
            Value::Text(kind) if kind == "categorical" => false,
            Value::Text(kind) => {
                report.add("unknown-value", dimension.place(), format!("a dimension cannot be `{kind}`")).hint =
                    "one of: categorical, time".to_owned();
                false
            }
            _ => match Fields::of(report, dimension, "dimension") {
                Some(mut inner) => {
                    let is_time = inner.choice(report, "type", &kinds).unwrap_or(false);
                    dimension_extras(report, &mut inner, &mut made);
                    made.name = inner.string(report, "name").map_or(made.name, |n| n.to_lowercase());
                    inner.finish(report);
                    is_time
                }
                None => false,
            },
        };
        if is_time {
            made.kind = DimensionKind::Time(granularity.unwrap_or(Grain::Day));
        }
        add_dimension(report, model, made, dimension, loaded);
    }
    fields.ignore(&["config", "meta", "data_type", "tests", "data_tests", "tags", "quote", "constraints"]);
    fields.finish(report);
}

fn dimension_extras(report: &mut Report<'_>, inner: &mut Fields<'_>, made: &mut Dimension) {
    if let Some(text) = inner.string(report, "label") {
        made.label = label(Some(text));
    }
    if let Some(text) = inner.string(report, "description") {
        made.description = text;
    }
    made.is_partition = inner.bool(report, "is_partition").unwrap_or(false);
    if let Some(node) = inner.take("config") {
        let extras = metric::extras(report, node);
        made.label = extras.label.unwrap_or_else(|| made.label.clone());
        made.is_state = extras.state.unwrap_or(false);
    }
    if let Some(node) = inner.take("validity_params")
        && let Some(mut window) = Fields::of(report, node, "validity_params")
    {
        let start = window.bool(report, "is_start").unwrap_or(false);
        let end = window.bool(report, "is_end").unwrap_or(false);
        made.validity = if start { Some(Validity::Start) } else { end.then_some(Validity::End) };
        window.finish(report);
    }
}

fn derived_dimension(report: &mut Report<'_>, node: &Node, model: &mut SemanticModel, loaded: &mut Loaded) {
    let Some(mut fields) = Fields::of(report, node, "a derived dimension") else { return };
    let Some((name, _)) = fields.required(report, "name") else { return };
    let is_time = fields.choice(report, "type", &[("categorical", false), ("time", true)]).unwrap_or(false);
    let granularity = fields.choice(report, "granularity", &grains());
    let Some((expr, expr_node)) = fields.required(report, "expr") else { return };
    let kind = if is_time { DimensionKind::Time(granularity.unwrap_or(Grain::Day)) } else { DimensionKind::Categorical };
    let mut made = Dimension {
        name: name.to_lowercase(),
        kind,
        expr: Some(expr),
        label: Label::default(),
        description: String::new(),
        is_partition: false,
        is_state: false,
        validity: None,
    };
    dimension_extras(report, &mut fields, &mut made);
    loaded.places.expression(report.path, expr_node, &model.name, made.expr.clone().unwrap_or_default());
    fields.finish(report);
    add_dimension(report, model, made, node, loaded);
}

fn derived_entity(report: &mut Report<'_>, node: &Node, model: &mut SemanticModel, loaded: &mut Loaded) {
    let Some(mut fields) = Fields::of(report, node, "a derived entity") else { return };
    let Some((name, _)) = fields.required(report, "name") else { return };
    let kind = fields.choice(report, "type", &entity_kinds()).unwrap_or(EntityKind::Foreign);
    let Some((expr, expr_node)) = fields.required(report, "expr") else { return };
    let made = Entity { name: name.to_lowercase(), kind, expr: Some(expr.clone()), label: label(fields.string(report, "label")) };
    loaded.places.expression(report.path, expr_node, &model.name, expr);
    fields.ignore(&["description", "config"]);
    fields.finish(report);
    add_entity(report, model, made, node);
}

fn add_entity(report: &mut Report<'_>, model: &mut SemanticModel, made: Entity, node: &Node) {
    if model.entity(&made.name).is_some() || model.dimension(&made.name).is_some() {
        report.add("duplicate-name", node.place(), format!("`{}` is defined twice in {}", made.name, model.name));
    } else {
        model.entities.push(made);
    }
}

fn add_dimension(report: &mut Report<'_>, model: &mut SemanticModel, made: Dimension, node: &Node, _loaded: &mut Loaded) {
    if model.entity(&made.name).is_some() || model.dimension(&made.name).is_some() {
        report.add("duplicate-name", node.place(), format!("`{}` is defined twice in {}", made.name, model.name));
    } else {
        model.dimensions.push(made);
    }
}

fn saved_query(report: &mut Report<'_>, node: &Node, loaded: &mut Loaded) {
    let Some(mut fields) = Fields::of(report, node, "a saved query") else { return };
    let Some((name, _)) = fields.required(report, "name") else { return };
    let mut saved = SavedQuery { name: name.clone(), ..SavedQuery::default() };
    saved.label = label(fields.string(report, "label"));
    saved.description = fields.string(report, "description").unwrap_or_default();
    if let Some(params) = fields.take("query_params")
        && let Some(mut inner) = Fields::of(report, params, "query_params")
    {
        let words = |list: Vec<(String, &Node)>| list.into_iter().map(|(text, _)| text).collect();
        saved.metrics = words(inner.texts(report, "metrics"));
        saved.group_by = words(inner.texts(report, "group_by"));
        saved.where_ = words(inner.texts(report, "where"));
        saved.order = words(inner.texts(report, "order_by"));
        saved.limit = inner.number(report, "limit");
        inner.finish(report);
    }
    fields.ignore(&["exports", "tags", "config"]);
    fields.finish(report);
    loaded.places.saved_query(report.path, node, &name);
    if loaded.saved_queries.insert(name.clone(), saved).is_some() {
        report.add("duplicate-name", node.place(), format!("the saved query `{name}` is defined twice"));
    }
}

pub(crate) fn label(text: Option<String>) -> Label {
    let is_chinese = |t: &String| t.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    match text {
        Some(text) if is_chinese(&text) => Label::new(text, ""),
        text => Label::new("", text.unwrap_or_default()),
    }
}

fn grains() -> [(&'static str, Grain); 11] {
    Grain::ALL.map(|g| (g.name(), g))
}

fn entity_kinds() -> [(&'static str, EntityKind); 4] {
    [("primary", EntityKind::Primary), ("unique", EntityKind::Unique), ("foreign", EntityKind::Foreign), ("natural", EntityKind::Natural)]
}
