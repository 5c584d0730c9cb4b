//! Reading a mapping key by key: each key once, unknown keys reported with the nearest known one.

use yh_model::Issue;
use yh_model::issue::nearest;
use yh_model::yaml::{Key, Node, Placed, Value};

/// Problems found in one file so far.
pub(crate) struct Report<'a> {
    pub path: &'a str,
    pub issues: &'a mut Vec<Issue>,
}

impl Report<'_> {
    pub(crate) fn add(&mut self, code: &'static str, place: (usize, usize), message: impl Into<String>) -> &mut Issue {
        self.issues.push(Issue::error(self.path, place.0, place.1, code, message, ""));
        let last = self.issues.len() - 1;
        &mut self.issues[last]
    }

    fn wrong_type(&mut self, node: &Node, what: &str, wanted: &str) {
        self.add("wrong-type", node.place(), format!("`{what}` must be {wanted}"));
    }
}

/// A mapping whose keys are taken one by one.
pub(crate) struct Fields<'n> {
    pub what: String,
    pub place: (usize, usize),
    entries: Vec<(&'n Key, &'n Node)>,
    asked: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// `None` (with an issue) when the node is not a mapping.
    pub(crate) fn of(report: &mut Report<'_>, node: &'n Node, what: &str) -> Option<Fields<'n>> {
        let Value::Map(map) = &node.value else {
            report.wrong_type(node, what, "a mapping of keys to values");
            return None;
        };
        let mut entries: Vec<(&Key, &Node)> = Vec::with_capacity(map.len());
        for (key, value) in map {
            if entries.iter().any(|(k, _)| k.name == key.name) {
                let issue = report.add("duplicate-key", key.place(), format!("`{}` is given twice in {what}", key.name));
                issue.hint = "keep one of them".to_owned();
            } else {
                entries.push((key, value));
            }
        }
        Some(Fields { what: what.to_owned(), place: node.place(), entries, asked: Vec::new() })
    }

    pub(crate) fn take(&mut self, name: &'static str) -> Option<&'n Node> {
        self.asked.push(name);
        let at = self.entries.iter().position(|(key, _)| key.name == name)?;
        let node = self.entries.swap_remove(at).1;
        (!matches!(node.value, Value::Null)).then_some(node)
    }

    /// Marks keys as known without reading them.
    pub(crate) fn ignore(&mut self, names: &[&'static str]) {
        for name in names {
            self.take(name);
        }
    }

    pub(crate) fn text(&mut self, report: &mut Report<'_>, name: &'static str) -> Option<(String, &'n Node)> {
        let node = self.take(name)?;
        match &node.value {
            Value::Text(text) | Value::Number(text) => Some((text.clone(), node)),
            Value::Bool(value) => Some((value.to_string(), node)),
            _ => {
                report.wrong_type(node, name, "a text");
                None
            }
        }
    }

    pub(crate) fn string(&mut self, report: &mut Report<'_>, name: &'static str) -> Option<String> {
        self.text(report, name).map(|(text, _)| text)
    }

    pub(crate) fn bool(&mut self, report: &mut Report<'_>, name: &'static str) -> Option<bool> {
        let node = self.take(name)?;
        match node.value {
            Value::Bool(value) => Some(value),
            _ => {
                report.wrong_type(node, name, "true or false");
                None
            }
        }
    }

    pub(crate) fn number<T: std::str::FromStr>(&mut self, report: &mut Report<'_>, name: &'static str) -> Option<T> {
        let node = self.take(name)?;
        let parsed = match &node.value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        };
        if parsed.is_none() {
            report.wrong_type(node, name, "a number");
        }
        parsed
    }

    pub(crate) fn list(&mut self, report: &mut Report<'_>, name: &'static str) -> &'n [Node] {
        let Some(node) = self.take(name) else { return &[] };
        match &node.value {
            Value::List(list) => list,
            _ => {
                report.wrong_type(node, name, "a list");
                &[]
            }
        }
    }

    /// A text or a list of texts.
    pub(crate) fn texts(&mut self, report: &mut Report<'_>, name: &'static str) -> Vec<(String, &'n Node)> {
        let Some(node) = self.take(name) else { return Vec::new() };
        let all: Vec<&Node> = match &node.value {
            Value::List(list) => list.iter().collect(),
            _ => vec![node],
        };
        let mut texts = Vec::with_capacity(all.len());
        for node in all {
            match &node.value {
                Value::Text(text) => texts.push((text.clone(), node)),
                _ => report.wrong_type(node, name, "a text or a list of texts"),
            }
        }
        texts
    }

    /// One of a set of words, as the value that stands beside it.
    pub(crate) fn choice<T: Copy>(&mut self, report: &mut Report<'_>, name: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        let (text, node) = self.text(report, name)?;
        let found = choices.iter().find(|(word, _)| word.eq_ignore_ascii_case(&text)).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let near = nearest(&text, words.iter().copied()).map(|w| format!("did you mean `{w}`?"));
            let issue = report.add("unknown-value", node.place(), format!("`{name}` cannot be `{text}`"));
            issue.hint = near.unwrap_or_else(|| format!("one of: {}", words.join(", ")));
        }
        found
    }

    /// A name that must be there.
    pub(crate) fn required(&mut self, report: &mut Report<'_>, name: &'static str) -> Option<(String, &'n Node)> {
        let found = self.text(report, name);
        if found.is_none() {
            report.add("missing-key", self.place, format!("{} has no `{name}`", self.what));
        }
        found
    }

    /// Reports the keys nobody asked for.
    pub(crate) fn finish(self, report: &mut Report<'_>) {
        for (key, _) in self.entries {
            let near = nearest(&key.name, self.asked.iter().copied());
            let issue = report.add("unknown-key", key.place(), format!("`{}` is not a key of {}", key.name, self.what));
            issue.hint = near.map_or_else(|| format!("known keys: {}", self.asked.join(", ")), |n| format!("did you mean `{n}`?"));
        }
    }
}
