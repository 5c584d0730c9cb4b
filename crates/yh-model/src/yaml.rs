//! Reads one YAML file into a definition or a tree, or says where and why not.

mod tree;

use serde::de::DeserializeOwned;
use serde_saphyr::Spanned;

use crate::Issue;
pub use tree::{Key, Node, Placed, Value, parse_tree};

/// Far above what a hand-written file repeats by aliases, far below what an alias bomb needs.
const MAX_REPLAYED_EVENTS: usize = 20_000;

/// Parses a definition file. Depth and size are bounded by the parser's budget, aliases by ours, so an alias bomb is an issue too.
pub fn parse<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, Issue> {
    serde_saphyr::from_str_with_options(text, options()).map_err(|error| refused(path, text, &error))
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        // A header or word `no` is that word.
        strict_booleans: true,
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_REPLAYED_EVENTS },
    }
}

fn refused(path: &str, text: &str, error: &serde_saphyr::Error) -> Issue {
    let (line, column) = error.location().map_or((1, 1), |at| (at.line() as usize, at.column() as usize));
    let message = error.without_snippet().to_string();
    let message = message.lines().next().unwrap_or_default();
    Issue::error(path, line, column, "yaml", format!("not valid YAML: {message}"), hint(text, line))
}

/// Collects what is wrong while a file becomes a definition; each definition adds its own steps.
pub(crate) struct Check<'a> {
    pub path: &'a str,
    pub issues: Vec<Issue>,
}

impl<'a> Check<'a> {
    pub fn new(path: &'a str) -> Self {
        Self { path, issues: Vec::new() }
    }

    /// Notes an error where a value is written.
    pub fn error<T>(&mut self, at: &Spanned<T>, code: &str, message: impl Into<String>, hint: &str) {
        let place = at.referenced;
        self.issues.push(Issue::error(self.path, place.line() as usize, place.column() as usize, code, message, hint));
    }
}

fn hint(text: &str, line: usize) -> &'static str {
    let here = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let before = text.lines().take(line).any(|line| line.trim_start_matches(' ').starts_with('\t'));
    if before || here.contains('\t') {
        "indent with spaces; YAML does not allow tabs"
    } else {
        "compare the line with an example in examples/ or docs/"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_tabs_duplicates_and_bombs() {
        type Map = std::collections::BTreeMap<String, serde_json_like::Any>;
        for (text, line) in [("a: 1\n\tb: 2\n", 2), ("a: 1\na: 2\n", 2), ("a: [1\n", 2)] {
            let issue = parse::<Map>("f.yaml", text).expect_err(text);
            assert!(issue.line >= line - 1, "{text:?} {issue:?}");
            assert!(!issue.message.is_empty());
        }
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let list = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb += &format!("a{level}: &a{level} [{list}]\n");
        }
        assert!(parse::<Map>("f.yaml", &bomb).is_err());
    }

    /// Any YAML value, dropped after parsing.
    mod serde_json_like {
        #[derive(Debug)]
        pub struct Any;
        impl<'de> serde::Deserialize<'de> for Any {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(untagged)]
                enum Shape {
                    List(#[allow(dead_code)] Vec<Any>),
                    Text(#[allow(dead_code)] String),
                    Number(#[allow(dead_code)] f64),
                }
                Shape::deserialize(deserializer).map(|_| Any)
            }
        }
    }
}
