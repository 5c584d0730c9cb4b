//! A text in both languages.

use serde::{Deserialize, Serialize};

/// A short text in Chinese and English; a missing language falls back to the other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Chinese text.
    #[serde(default)]
    pub zh: String,
    /// English text.
    #[serde(default)]
    pub en: String,
}

impl Label {
    /// Builds a label from both texts.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// Uses one text for both languages.
    pub fn same(text: &str) -> Self {
        Self::new(text, text)
    }

    /// Returns the text of a locale such as `zh-CN` or `en`, falling back to the other language.
    pub fn text(&self, locale: &str) -> &str {
        let (first, second) = if locale.starts_with("zh") { (&self.zh, &self.en) } else { (&self.en, &self.zh) };
        if first.is_empty() { second } else { first }
    }

    /// Whether neither language has a text.
    pub fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }

    /// Returns this label, or one made of `name` where it is empty.
    pub fn or_name(&self, name: &str) -> Self {
        if self.is_empty() { Self::same(name) } else { self.clone() }
    }
}
