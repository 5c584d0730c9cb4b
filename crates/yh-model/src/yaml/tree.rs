//! A YAML document as a tree in which every key and value knows its place, so that all problems of a file can be
//! listed and not only the first.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Spanned};

use super::refused;
use crate::Issue;

/// A value with its place, counted from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub value: Value,
    pub line: usize,
    pub column: usize,
}

/// What a node holds. Numbers keep their text.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Text(String),
    Bool(bool),
    Number(String),
    List(Vec<Node>),
    /// In the order of the file; a key given twice is there twice.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping with its place, counted from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    pub name: String,
    pub line: usize,
    pub column: usize,
}

/// Parses one file; a file that is not YAML is one issue.
pub fn parse_tree(path: &str, text: &str) -> Result<Node, Issue> {
    let mut options = super::options();
    options.duplicate_keys = DuplicateKeyPolicy::PassThrough;
    let raw = serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options);
    raw.map(node).map_err(|error| refused(path, text, &error))
}

/// What stands somewhere in a file.
pub trait Placed {
    /// Line and column.
    fn place(&self) -> (usize, usize);
}

impl Placed for Node {
    fn place(&self) -> (usize, usize) {
        (self.line, self.column)
    }
}

impl Placed for Key {
    fn place(&self) -> (usize, usize) {
        (self.line, self.column)
    }
}

impl Node {
    /// The text of a single value; none of a list or a mapping.
    pub fn text(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text.clone()),
            Value::Bool(value) => Some(value.to_string()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// What the value is, in words for a message.
    pub fn shape(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Text(_) | Value::Bool(_) | Value::Number(_) => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a table",
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
    let (line, column) = place(&raw);
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
    let (line, column) = place(&raw);
    Key { name: raw.value, line, column }
}

fn place<T>(raw: &Spanned<T>) -> (usize, usize) {
    (raw.referenced.line() as usize, raw.referenced.column() as usize)
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
