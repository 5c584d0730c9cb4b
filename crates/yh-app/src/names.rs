//! Names of dimension values (取值的名称): what people read in place of `S01` or `paid`.

use std::collections::{BTreeMap, BTreeSet};

use yh_metrics::{
    Access,
    catalog::{DimensionKind, EntityKind, SemanticModel},
};
use yh_model::{Column, Frame, Label, Value, ValueKind, dataset::DatasetSpec};

use crate::{
    App, Definitions, Result,
    answer::{Answer, AnswerColumn, Role},
    app::Facts,
    people::PERSON,
};

/// A list of things longer than this is searched by number, not carried to every page.
const MOST: i64 = 2000;
/// The column that names a row of a dataset of things.
const NAME: &str = "name";

/// Columns that hold people's ids under another word.
const OF_PEOPLE: [&str; 5] = ["agent_id", "author_id", "custodian_id", "owner_id", "rater_id"];

/// Names by dimension, as written in a query, and by value. Values without a name are shown as they are.
pub type ValueNames = BTreeMap<String, BTreeMap<String, Label>>;

/// The names of all values that have one: the words of a dataset's columns, and the things an entity's dataset lists.
pub async fn value_names(app: &App, access: &Access) -> Result<ValueNames> {
    names_of(app, access, |_| true).await
}

/// An answer for people to work with: the names in a column of their own after each dimension whose values have some.
pub async fn with_name_columns(app: &App, access: &Access, answer: &Answer) -> Result<Answer> {
    let names = names_in(app, access, answer).await?;
    let locale = &app.project.settings.locale;
    let mut named = Answer { columns: Vec::new(), frame: Frame::default(), ..answer.clone() };
    for (column, own) in answer.columns.iter().zip(&answer.frame.columns) {
        named.columns.push(column.clone());
        named.frame.columns.push(own.clone());
        let Some(names) = names.get(&column.name).filter(|_| column.role == Role::Dimension) else { continue };
        let name = |value: &Value| names.get(&value.to_string()).map_or(Value::Null, |name| Value::Text(name.text(locale).to_owned()));
        let label = Label::new(format!("{}名称", column.label.zh), format!("{} name", column.label.en));
        named.frame.columns.push(Column {
            name: format!("{}__name", own.name),
            kind: ValueKind::Text,
            values: own.values.iter().map(name).collect(),
        });
        named.columns.push(AnswerColumn { name: format!("{}__name", column.name), label, kind: ValueKind::Text, ..column.clone() });
    }
    Ok(named)
}

/// An answer for people to read: `name (id)` in place of each value that has a name.
pub async fn with_names(app: &App, access: &Access, answer: &Answer) -> Result<Answer> {
    let names = names_in(app, access, answer).await?;
    let locale = &app.project.settings.locale;
    let mut named = answer.clone();
    for (column, own) in answer.columns.iter().zip(&mut named.frame.columns).filter(|(column, _)| column.role == Role::Dimension) {
        for value in own.values.iter_mut().filter(|value| !value.is_null()) {
            if let Some(shown) = shown(&names, &column.name, &value.to_string(), locale) {
                *value = Value::Text(shown);
            }
        }
    }
    Ok(named)
}

/// `name (id)` of a value that has a name.
pub fn shown(names: &ValueNames, dimension: &str, value: &str, locale: &str) -> Option<String> {
    let name = names.get(dimension)?.get(value)?.text(locale);
    Some(if name == value || name.contains(value) { name.to_owned() } else { format!("{name} ({value})") })
}

async fn names_in(app: &App, access: &Access, answer: &Answer) -> Result<ValueNames> {
    let dimensions = || answer.columns.iter().filter(|column| column.role == Role::Dimension).map(|column| column.name.as_str());
    let mut names = names_of(app, access, |name| dimensions().any(|column| column == name || entity_of(column) == name)).await?;
    for column in dimensions() {
        if let Some(of_entity) = names.get(entity_of(column)).filter(|_| !names.contains_key(column)).cloned() {
            names.insert(column.to_owned(), of_entity);
        }
    }
    Ok(names)
}

/// The entity at the end of a path: `order__store` is `store`.
fn entity_of(column: &str) -> &str {
    column.rsplit("__").next().unwrap_or(column)
}

/// The names of the dimensions that are wanted.
async fn names_of(app: &App, access: &Access, wanted: impl Fn(&str) -> bool) -> Result<ValueNames> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    let mut names = words(&definitions);
    names.retain(|dimension, _| wanted(dimension));
    for (dimensions, dataset) in named_things(&definitions) {
        let dimensions: Vec<String> = dimensions.into_iter().filter(|dimension| wanted(dimension)).collect();
        let hidden = access.rows.iter().any(|filter| filter.dataset == dataset.name) || access.is_masked(&dataset.name, NAME);
        if dimensions.is_empty() || hidden {
            continue;
        }
        if let Some(things) = things(app, &definitions, &facts, dataset).await? {
            names.extend(dimensions.into_iter().map(|dimension| (dimension, things.clone())));
        }
    }
    Ok(names)
}

/// Dimensions that are a column whose stored values have words.
fn words(definitions: &Definitions) -> ValueNames {
    let mut names = ValueNames::new();
    for model in &definitions.catalog.models {
        let Some(dataset) = definitions.datasets.get(&model.table) else { continue };
        for dimension in model.dimensions.iter().filter(|dimension| dimension.kind == DimensionKind::Categorical) {
            let column = dimension.expr.as_deref().unwrap_or(&dimension.name).trim_matches('"');
            let Some(column) = dataset.column(column).filter(|column| !column.names.is_empty()) else { continue };
            for key in keys(model) {
                names.insert(format!("{key}__{}", dimension.name), column.names.clone());
            }
        }
    }
    names
}

/// The entities through which a model's dimensions are named.
fn keys(model: &SemanticModel) -> impl Iterator<Item = &str> {
    let own = model.entities.iter().filter(|entity| entity.kind != EntityKind::Foreign).map(|entity| entity.name.as_str());
    own.chain(model.primary_entity.as_deref())
}

/// Datasets with names, and the dimensions whose values are their keys: `store` and the `store_id` of `stores`.
fn named_things(definitions: &Definitions) -> Vec<(BTreeSet<String>, &DatasetSpec)> {
    let mut found: BTreeMap<&str, (BTreeSet<String>, &DatasetSpec)> = BTreeMap::new();
    let mut add = |dimension: String, key: String| {
        let mut datasets = definitions.datasets.values().map(AsRef::as_ref);
        let named = datasets.find(|dataset: &&DatasetSpec| dataset.key == [key.as_str()] && dataset.column(NAME).is_some());
        if let Some(dataset) = named {
            found.entry(&dataset.name).or_insert_with(|| (BTreeSet::new(), dataset)).0.insert(dimension);
        }
    };
    let key_of = |column: &str| if OF_PEOPLE.contains(&column) { format!("{PERSON}_id") } else { column.to_owned() };
    for model in &definitions.catalog.models {
        for entity in &model.entities {
            add(entity.name.clone(), key_of(&format!("{}_id", entity.name)));
        }
        for dimension in model.dimensions.iter().filter(|dimension| dimension.kind == DimensionKind::Categorical) {
            let column = dimension.expr.as_deref().unwrap_or(&dimension.name).trim_matches('"');
            if OF_PEOPLE.contains(&column) {
                keys(model).for_each(|key| add(format!("{key}__{}", dimension.name), key_of(column)));
            }
        }
    }
    // People are named without being part of a metric: they answer for segments.
    add(PERSON.to_owned(), format!("{PERSON}_id"));
    found.into_values().collect()
}

async fn things(app: &App, definitions: &Definitions, facts: &Facts, dataset: &DatasetSpec) -> Result<Option<BTreeMap<String, Label>>> {
    if !(1..=MOST).contains(&facts.rows(&dataset.name)) {
        return Ok(None);
    }
    let session = app.session(definitions, facts, std::slice::from_ref(&dataset.name)).await?;
    let frame = session.query(&format!("SELECT {}, {NAME} FROM {}", dataset.key[0], dataset.name)).await?;
    let (Some(keys), Some(names)) = (frame.columns.first(), frame.columns.get(1)) else { return Ok(None) };
    let named = || keys.values.iter().zip(&names.values).filter(|(_, name)| !matches!(name, Value::Null));
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (_, name) in named() {
        *times.entry(name.to_string()).or_default() += 1;
    }
    // Two things of one name are told apart.
    let label = |key: &Value, name: &Value| match times[&name.to_string()] {
        1 => Label::same(&name.to_string()),
        _ => Label::same(&format!("{name} ({key})")),
    };
    Ok(Some(named().map(|(key, name)| (key.to_string(), label(key, name))).collect()))
}
