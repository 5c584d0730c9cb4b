//! Sources and presets on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yh_model::source::{SourceDef, presets};

use super::Label;

/// A source definition, and how its last pulls went.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Source {
    pub name: String,
    pub label: Label,
    pub path: String,
    pub datasets: Vec<String>,
    /// Cron fields, in the source's time zone.
    pub schedule: Option<String>,
    /// The watched folder, as the definition says it.
    pub watch: Option<String>,
    /// The kind of database it pulls from.
    pub database: Option<String>,
    /// The last attempt at each table and file, newest first.
    pub attempts: Vec<Attempt>,
}

/// The last attempt at a table or a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Attempt {
    pub item: String,
    pub at: String,
    pub error: Option<String>,
}

/// All sources.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SourceList {
    pub sources: Vec<Source>,
}

/// A ready definition for a well-known system's exports.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Preset {
    pub name: String,
    pub label: Label,
    pub datasets: Vec<String>,
    /// Month of the layout it was made for.
    pub as_of: String,
    /// Public documents it stands on.
    pub based_on: Vec<String>,
    /// Whether its files do not say which store they are of.
    pub needs_store: bool,
}

/// All presets.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PresetList {
    pub presets: Vec<Preset>,
}

/// A preset whose headers an uploaded file has.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PresetOffer {
    pub preset: Preset,
    pub dataset: String,
    /// Mapped headers that the file has, and all of them.
    pub known: usize,
    pub of: usize,
}

/// A preset to be added to the project.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NewSource {
    pub preset: String,
    pub name: Option<String>,
    pub store: Option<String>,
}

/// The source that was added.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AddedSource {
    pub name: String,
    pub path: String,
}

impl Source {
    pub(crate) fn of(source: &SourceDef, attempts: &[yh_app::pull::Attempt]) -> Self {
        let own = attempts.iter().filter(|attempt| attempt.source == source.name && !attempt.item.is_empty());
        let mut datasets: Vec<String> = source.files.iter().map(|file| file.dataset.clone()).collect();
        datasets.extend(source.tables.iter().map(|table| table.mapping.dataset.clone()));
        Self {
            name: source.name.clone(),
            label: Label::from(&source.label.or_name(&source.name)),
            path: source.path.clone(),
            datasets,
            schedule: source.schedule.as_ref().map(|schedule| schedule.text().to_owned()),
            watch: source.watch.as_ref().map(|watch| watch.folder.clone()),
            database: source.connect.as_ref().map(|connect| connect.kind.name().to_owned()),
            attempts: own
                .map(|attempt| Attempt { item: attempt.item.clone(), at: attempt.at.clone(), error: attempt.error.clone() })
                .collect(),
        }
    }
}

impl PresetList {
    pub(crate) fn all() -> Self {
        Self { presets: presets().iter().map(Preset::of).collect() }
    }
}

impl Preset {
    fn of(preset: &yh_model::source::Preset) -> Self {
        let definition = &preset.definition;
        let layout = definition.layout.clone().unwrap_or_default();
        let mut datasets: Vec<String> = definition.files.iter().map(|file| file.dataset.clone()).collect();
        datasets.extend(definition.derived.iter().map(|derived| derived.dataset.clone()));
        Self {
            name: preset.name.to_owned(),
            label: Label::from(&definition.label),
            datasets,
            as_of: layout.as_of,
            based_on: layout.based_on,
            needs_store: preset.needs_store(),
        }
    }
}

impl PresetOffer {
    /// None when the preset does not exist.
    pub(crate) fn of(found: &yh_app::sources::PresetMatch) -> Option<Self> {
        let preset = yh_model::source::find_preset(found.preset)?;
        Some(Self { preset: Preset::of(preset), dataset: found.dataset.clone(), known: found.known, of: found.of })
    }
}
