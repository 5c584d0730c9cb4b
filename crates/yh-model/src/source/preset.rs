//! Presets: source definitions for the exports of well-known systems, ready to be added to a project.

use std::sync::LazyLock;

use super::{SourceDef, load_source};

/// Where a preset names the source it is added as, and the store its files belong to.
const SOURCE: &str = "${source}";
const STORE: &str = "${store}";

/// A definition that becomes a file of `sources/`.
#[derive(Debug)]
pub struct Preset {
    pub name: &'static str,
    /// As it reads under its own name, with an example store.
    pub definition: SourceDef,
    text: &'static str,
}

impl Preset {
    /// Whether its files do not say which store they are of.
    pub fn needs_store(&self) -> bool {
        self.text.contains(STORE)
    }

    /// Writes the definition file. A store that is named stands for the files' own column of stores, too.
    pub fn render(&self, source: &str, store: Option<&str>) -> String {
        let text = self.text.replace(SOURCE, source).replace(STORE, store.unwrap_or_default());
        let Some(store) = store else { return text };
        let line = |line: &str| match line.split_once("store_id: [") {
            Some((indent, _)) if indent.trim().is_empty() => format!("{indent}store_id: {{value: {store}}}\n"),
            _ => line.to_owned(),
        };
        text.split_inclusive('\n').map(line).collect()
    }
}

/// Every preset, in the order they are listed to users.
pub fn presets() -> &'static [Preset] {
    static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
        let texts = [
            ("qianniu", include_str!("../../../../templates/presets/qianniu.yaml")),
            ("sycm", include_str!("../../../../templates/presets/sycm.yaml")),
            ("wanxiangtai", include_str!("../../../../templates/presets/wanxiangtai.yaml")),
            ("jingdong", include_str!("../../../../templates/presets/jingdong.yaml")),
            ("shangzhi", include_str!("../../../../templates/presets/shangzhi.yaml")),
            ("doudian", include_str!("../../../../templates/presets/doudian.yaml")),
            ("pinduoduo", include_str!("../../../../templates/presets/pinduoduo.yaml")),
            ("ga4", include_str!("../../../../templates/presets/ga4.yaml")),
            ("meta_ads", include_str!("../../../../templates/presets/meta_ads.yaml")),
            ("fxiaoke", include_str!("../../../../templates/presets/fxiaoke.yaml")),
            ("order_lines", include_str!("../../../../templates/presets/order_lines.yaml")),
            ("zoho", include_str!("../../../../templates/presets/zoho.yaml")),
        ];
        texts.into_iter().filter_map(|(name, text)| preset(name, text)).collect()
    });
    &PRESETS
}

/// Finds a preset by name.
pub fn find_preset(name: &str) -> Option<&'static Preset> {
    presets().iter().find(|preset| preset.name == name)
}

fn preset(name: &'static str, text: &'static str) -> Option<Preset> {
    let shown = text.replace(SOURCE, name).replace(STORE, "S01");
    let (definition, _) = load_source(&format!("presets/{name}.yaml"), &shown);
    definition.map(|definition| Preset { name, definition, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_sound_and_says_what_it_stands_on() {
        assert_eq!(presets().len(), 12);
        for preset in presets() {
            let text = preset.render("mine", Some("S 01"));
            assert!(!text.contains("${"), "{}", preset.name);
            let (again, issues) = load_source("sources/mine.yaml", &text);
            assert_eq!(issues, Vec::new(), "{}", preset.name);
            let again = again.expect(preset.name);
            assert_eq!(again.name, "mine");
            let layout = preset.definition.layout.as_ref().expect(preset.name);
            assert!(layout.as_of.len() == 7 && !layout.based_on.is_empty(), "{}", preset.name);
            assert!(!preset.definition.label.zh.is_empty() && !preset.definition.files.is_empty(), "{}", preset.name);
            assert!(preset.definition.files.iter().all(|file| file.partial), "{}", preset.name);
        }
        assert!(find_preset("doudian").is_some_and(Preset::needs_store));
        assert!(find_preset("ga4").is_some_and(|preset| !preset.needs_store()));
    }
}
