//! YAML as a tree in which every key and value knows its place, so that all problems of a file can
//! be listed and not only the first.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Spanned};

use super::Issue;

/// A value with its place (1-based).
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub value: Value,
    pub line: u64,
    pub column: u64,
}

#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    /// Any scalar, as text.
    Text(String),
    Bool(bool),
    Number(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub name: String,
    pub line: u64,
    pub column: u64,
}

/// Parses one file; a file that is not YAML is one issue. Aliases are bounded by the parser's budget.
pub(crate) fn parse(path: &str, text: &str) -> Result<Node, Issue> {
    let options = serde_saphyr::options! { duplicate_keys: DuplicateKeyPolicy::PassThrough };
    match serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options) {
        Ok(raw) => Ok(node(raw)),
        Err(error) => {
            let (line, column) = error.location().map_or((1, 1), |l| (l.line(), l.column()));
            let message = error.without_snippet().to_string();
            let message = message.lines().next().unwrap_or_default().to_owned();
            let tab = text.lines().nth(line.saturating_sub(1) as usize).is_some_and(|l| l.trim_start_matches(' ').starts_with('\t'));
            let hint = if tab { "indent with spaces: YAML does not allow tabs" } else { "check the indentation, colons and quotes here" };
            Err(Issue::new("bad_yaml", path, (line, column), format!("not valid YAML: {message}")).hint(hint))
        }
    }
}

/// The same tree while it is being read.
enum Raw {
    Null,
    Text(String),
    Bool(bool),
    Number(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

fn node(raw: Spanned<Raw>) -> Node {
    let (line, column) = (raw.referenced.line(), raw.referenced.column());
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Text(text) => Value::Text(text),
        Raw::Bool(value) => Value::Bool(value),
        Raw::Number(text) => Value::Number(text),
        Raw::List(list) => Value::List(list.into_iter().map(node).collect()),
        Raw::Map(map) => Value::Map(map.into_iter().map(|(k, v)| (key(k), node(v))).collect()),
    };
    Node { value, line, column }
}

fn key(raw: Spanned<String>) -> Key {
    Key { line: raw.referenced.line(), column: raw.referenced.column(), name: raw.value }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Raw, D::Error> {
        inner.deserialize_any(RawVisitor)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = access.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = access.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}
