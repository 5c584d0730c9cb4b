//! Names of dimension values (取值的名称): what people read in place of `S01` or `paid`.

use std::collections::BTreeMap;

use yh_metrics::{
    Access,
    catalog::{DimensionKind, EntityKind, SemanticModel},
};
use yh_model::{Label, Value, dataset::DatasetSpec};

use crate::{App, Definitions, Result, app::Facts};

/// A list of things longer than this is searched by number, not carried to every page.
const MOST: i64 = 2000;
/// The column that names a row of a dataset of things.
const NAME: &str = "name";

/// Names by dimension, as written in a query, and by value. Values without a name are shown as they are.
pub type ValueNames = BTreeMap<String, BTreeMap<String, Label>>;

/// The names of all values that have one: the words of a dataset's columns, and the things an entity's dataset lists.
pub async fn value_names(app: &App, access: &Access) -> Result<ValueNames> {
    let definitions = app.definitions().await?;
    let facts = app.facts().await?;
    let mut names = words(&definitions);
    for (entity, dataset) in named_entities(&definitions) {
        let hidden = access.rows.iter().any(|filter| filter.dataset == dataset.name) || access.is_masked(&dataset.name, NAME);
        if !hidden && let Some(things) = things(app, &definitions, &facts, dataset).await? {
            names.insert(entity, things);
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

/// Entities whose values are the key of a dataset with names: `store` and the `store_id` of `stores`.
fn named_entities(definitions: &Definitions) -> BTreeMap<String, &DatasetSpec> {
    let entities = definitions.catalog.models.iter().flat_map(|model| &model.entities);
    let dataset_of = |entity: &str| {
        let key = format!("{entity}_id");
        let mut datasets = definitions.datasets.values().map(AsRef::as_ref);
        datasets.find(|dataset: &&DatasetSpec| dataset.key == [key.as_str()] && dataset.column(NAME).is_some())
    };
    entities.filter_map(|entity| Some((entity.name.clone(), dataset_of(&entity.name)?))).collect()
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
