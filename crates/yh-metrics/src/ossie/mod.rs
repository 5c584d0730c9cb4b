//! Apache Ossie (Open Semantic Interchange): definitions to and from its vendor-neutral YAML,
//! core specification 0.2.
//!
//! What Ossie knows (datasets, fields, keys, relationships, aggregate expressions) is written in its
//! words for other tools. Our own definition of each model and metric travels beside it as a custom
//! extension, so that a round trip loses nothing.

mod export;
mod expression;
mod import;

use serde_json::Value as Json;

pub use export::export_ossie;
pub use import::import_ossie;

use yh_model::yaml::{Node, Value};

/// The version of the specification that is written.
const VERSION: &str = "0.2.0.dev0";
/// The vendor under which our own definitions travel.
const VENDOR: &str = "YUNHENG";

/// A text in the other form, and what it could not express.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    pub text: String,
    /// One sentence each; nothing is dropped in silence.
    pub notes: Vec<String>,
}

/// A YAML tree as JSON, places forgotten.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Text(text) => Json::String(text.clone()),
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| Json::String(text.clone())),
        Value::List(list) => list.iter().map(json).collect(),
        Value::Map(map) => Json::Object(map.iter().map(|(key, value)| (key.name.clone(), json(value))).collect()),
    }
}

/// YAML text of a JSON tree.
fn yaml(value: &Json) -> String {
    // A tree of texts, numbers, lists and mappings can always be written.
    serde_saphyr::to_string(value).unwrap_or_default()
}
