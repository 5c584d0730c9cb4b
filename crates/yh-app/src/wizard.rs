//! The import wizard: a look at a file, and a proposal for what its headers mean.

use std::{collections::BTreeMap, path::PathBuf};

use yh_lake::import::{mapping_of_choices, preview, propose_mapping, suggest_dataset};
use yh_model::{
    dataset::{ColumnKind, DatasetSpec},
    source::{ColumnMapping, FileFormat, FileMapping, SourceDef, find_preset},
};

pub use yh_lake::import::{Preview, PreviewColumn, Proposal};

use crate::{
    App, AppError, Definitions, ErrorKind, Result,
    sources::{PresetMatch, matching_presets, render_preset},
};

/// Confidence of a header that is known, not only similar.
const SURE: f64 = 0.8;

/// A file to be looked at, and what is known of it.
#[derive(Debug, Clone, Default)]
pub struct FileChoice {
    pub path: PathBuf,
    pub file_name: String,
    pub format: FileFormat,
    pub dataset: Option<String>,
    pub source: Option<String>,
}

/// What the file seems to be.
#[derive(Debug, Clone)]
pub struct FileLook {
    pub preview: Preview,
    pub dataset: Option<String>,
    pub source: Option<String>,
    pub proposals: Vec<Proposal>,
    /// How cells are read: what the source definition says of them, and what was confirmed in earlier imports.
    pub readings: Vec<ColumnMapping>,
    /// Presets whose headers the file has; none when a source names it.
    pub presets: Vec<PresetMatch>,
}

/// What a person chose for one header; without a format, a unit or words the source's own hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChosenHeader {
    pub header: String,
    /// None keeps it as an attribute.
    pub column: Option<String>,
    pub format: Option<String>,
    pub unit: Option<String>,
    /// Words of the file → the value stored.
    pub values: BTreeMap<String, String>,
}

/// Looks into a file and proposes a dataset and a mapping.
pub async fn preview_file(app: &App, choice: &FileChoice) -> Result<FileLook> {
    let definitions = app.definitions().await?;
    let specs: Vec<DatasetSpec> = definitions.datasets.values().map(|spec| spec.as_ref().clone()).collect();
    let (path, mut format) = (choice.path.clone(), choice.format.clone());
    let named = source_of_name(&definitions, choice);
    if let Some((_, mapping)) = named
        && format == FileFormat::default()
    {
        format = mapping.format.clone();
    }
    let (known, limits) = (specs.clone(), crate::import::limits(app));
    let preview = tokio::task::spawn_blocking(move || preview(&path, &format, &known, limits))
        .await
        .map_err(|error| AppError::new(ErrorKind::Internal, "preview", error.to_string()))??;
    let suggested = || suggest_dataset(&preview, &specs).map(|spec| spec.name.clone());
    let dataset = choice.dataset.clone().or_else(|| named.map(|(_, mapping)| mapping.dataset.clone())).or_else(suggested);
    let source = choice.source.clone().or_else(|| named.map(|(source, _)| source.name.clone()));
    let mut proposals = Vec::new();
    let mut readings = Vec::new();
    if let Some(name) = &dataset {
        let spec = definitions.dataset(name)?;
        let remembered = match &source {
            Some(source) => app.records.list_mapping(source, name).await?,
            None => Vec::new(),
        };
        proposals = propose_mapping(&preview, spec, &remembered);
        if let Some(mapping) = mapping_of(&definitions, source.as_deref(), name, &choice.file_name) {
            follow(&mut proposals, mapping);
            readings.clone_from(&mapping.columns);
        }
        readings.extend(remembered);
    }
    let presets = if source.is_none() { matching_presets(&preview) } else { Vec::new() };
    Ok(FileLook { preview, dataset, source, proposals, readings, presets })
}

/// A source definition for a file of an unknown layout, as YAML to be looked over: the preset whose headers it has, or
/// what its headers and values seem to mean.
///
/// # Errors
/// When nothing of the file is like a dataset, or a preset needs to be told the store.
pub async fn propose_source(app: &App, choice: &FileChoice, name: &str, store: Option<&str>) -> Result<String> {
    let look = preview_file(app, choice).await?;
    if choice.dataset.is_none()
        && let Some(preset) = look.presets.first().and_then(|best| find_preset(best.preset))
    {
        return render_preset(preset, name, store);
    }
    let Some(dataset) = look.dataset else {
        let definitions = app.definitions().await?;
        let known: Vec<&str> = definitions.datasets.keys().map(String::as_str).collect();
        return Err(AppError::new(ErrorKind::Input, "unknown-layout", format!("{} is like no dataset", choice.file_name))
            .hint(format!("say which it fills with --dataset: {}", known.join(", "))));
    };
    let remarks = remarks(app.definitions().await?.dataset(&dataset)?, &look.proposals);
    let pairs: Vec<(String, Option<String>)> = look.proposals.into_iter().map(|proposal| (proposal.header, proposal.column)).collect();
    let file = mapping_of_choices(&dataset, choice.format.clone(), &pairs);
    Ok(remarks + &SourceDef { name: name.to_owned(), files: vec![file], ..SourceDef::default() }.to_yaml())
}

/// What a person should look at, as YAML comments: guesses, and columns of worth that no header stands for.
fn remarks(spec: &DatasetSpec, proposals: &[Proposal]) -> String {
    let mut text = String::new();
    for proposal in proposals.iter().filter(|proposal| proposal.confidence < SURE) {
        if let Some(column) = &proposal.column {
            text += &format!("# 猜测，请核对 guessed, check: {column} ← {} ({})\n", proposal.header.replace('\n', " "), proposal.why);
        }
    }
    let found = |column: &str| proposals.iter().any(|proposal| proposal.column.as_deref() == Some(column));
    let wanted = spec.columns.iter().filter(|column| column.required || column.kind == ColumnKind::Money);
    let missing: Vec<&str> = wanted.map(|column| column.name.as_str()).filter(|column| !found(column)).collect();
    if !missing.is_empty() {
        text += &format!("# 文件中没有找到 not found in the file: {}\n", missing.join(", "));
    }
    text
}

/// The mapping that choices mean; what the source says of a column is kept where the choice says nothing.
pub async fn chosen_mapping(app: &App, choice: &FileChoice, dataset: &str, headers: &[ChosenHeader]) -> Result<Option<FileMapping>> {
    app.check_names(&[("name of the dataset", dataset), ("name of the source", choice.source.as_deref().unwrap_or_default())])?;
    if headers.is_empty() {
        return Ok(None);
    }
    let definitions = app.definitions().await?;
    let spec = definitions.dataset(dataset)?;
    if let Some(unknown) = headers.iter().filter_map(|chosen| chosen.column.as_deref()).find(|column| spec.column(column).is_none()) {
        return Err(AppError::unknown("column", unknown, spec.columns.iter().map(|column| column.name.as_str())));
    }
    let pairs: Vec<(String, Option<String>)> = headers.iter().map(|chosen| (chosen.header.clone(), chosen.column.clone())).collect();
    let mut mapping = mapping_of_choices(dataset, choice.format.clone(), &pairs);
    if let Some(known) = mapping_of(&definitions, choice.source.as_deref(), dataset, &choice.file_name) {
        for column in &mut mapping.columns {
            if let Some(defined) = known.columns.iter().find(|defined| defined.column == column.column) {
                let from = std::mem::take(&mut column.from);
                *column = defined.clone();
                column.from = from;
            }
        }
        let constants = known.columns.iter().filter(|defined| defined.value.is_some());
        let missing: Vec<_> =
            constants.filter(|defined| !mapping.columns.iter().any(|column| column.column == defined.column)).cloned().collect();
        mapping.columns.extend(missing);
        // What the source leaves out on purpose, such as addresses, does not come back as an attribute.
        mapping.ignore = mapping.attributes.extract_if(.., |header| known.ignore.contains(header)).collect();
    }
    for chosen in headers {
        let Some(column) = mapping.columns.iter_mut().find(|column| column.from.contains(&chosen.header)) else { continue };
        column.format = chosen.format.clone().or(column.format.take());
        column.unit = chosen.unit.clone().or(column.unit.take());
        column.values.extend(chosen.values.clone());
    }
    Ok(Some(mapping))
}

/// The one source whose pattern names this file.
fn source_of_name<'d>(definitions: &'d Definitions, choice: &FileChoice) -> Option<(&'d SourceDef, &'d FileMapping)> {
    let mut named = definitions.sources.iter().flat_map(|source| source.files.iter().map(move |mapping| (source, mapping)));
    named.find(|(source, mapping)| {
        mapping.pattern.is_some()
            && mapping.matches(&choice.file_name)
            && choice.source.as_ref().is_none_or(|name| *name == source.name)
            && choice.dataset.as_ref().is_none_or(|name| *name == mapping.dataset)
    })
}

fn mapping_of<'d>(definitions: &'d Definitions, source: Option<&str>, dataset: &str, file_name: &str) -> Option<&'d FileMapping> {
    definitions.sources.iter().find(|known| Some(known.name.as_str()) == source)?.mapping_of(dataset, file_name)
}

/// Replaces guesses by what a source definition says.
fn follow(proposals: &mut [Proposal], mapping: &FileMapping) {
    for proposal in proposals {
        let defined = mapping.columns.iter().find(|column| column.from.contains(&proposal.header));
        if let Some(column) = defined {
            proposal.column = Some(column.column.clone());
            proposal.confidence = 1.0;
            proposal.why = "the source definition says so".to_owned();
        } else if mapping.ignore.contains(&proposal.header) {
            proposal.column = None;
            proposal.confidence = 1.0;
            proposal.why = "the source definition leaves it out".to_owned();
        }
    }
}
