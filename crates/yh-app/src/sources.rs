//! Source definitions as files: presets that are added, and mappings of the wizard that are taken out as YAML.

use std::collections::BTreeSet;

use yh_lake::import::Preview;
use yh_model::{
    dataset::normalize_header,
    source::{ColumnMapping, FileMapping, Preset, SourceDef, find_preset, presets},
};

use crate::{App, AppError, ErrorKind, Result};

/// A preset whose headers a file has.
#[derive(Debug, Clone, PartialEq)]
pub struct PresetMatch {
    pub preset: &'static str,
    /// The dataset its mapping fills.
    pub dataset: String,
    /// Mapped columns whose header the file has, and all mapped columns.
    pub known: usize,
    pub of: usize,
    /// The file repeats the first part of the preset's key: its rows are lines of what the key's first part numbers.
    pub by_line: bool,
}

/// A file is offered a preset when it has this share of the mapped headers.
const ENOUGH: f64 = 0.6;
const LEAST_KNOWN: usize = 3;
const OFFERED: usize = 3;

/// Writes a preset into the project as `sources/NAME.yaml` and returns that path; a source that is there already stays.
///
/// # Errors
/// When the preset is unknown, or its files do not say their store and none is given.
pub async fn add_preset(app: &App, preset: &str, source: Option<&str>, store: Option<&str>) -> Result<String> {
    let known = presets().iter().map(|preset| preset.name);
    let preset = find_preset(preset).ok_or_else(|| {
        let error = AppError::unknown("preset", preset, known);
        if error.hint.is_some() { error } else { error.hint("`yunheng source presets` lists them") }
    })?;
    let name = source.unwrap_or(preset.name);
    app.check_names(&[("name of the source", name), ("store id", store.unwrap_or_default())])?;
    let definitions = app.definitions().await?;
    if let Some(there) = definitions.sources.iter().find(|source| source.name == name) {
        return Ok(there.path.clone());
    }
    let text = render_preset(preset, name, store)?;
    let path = format!("sources/{name}.yaml");
    let file = app.project.root.join(&path);
    if file.exists() {
        return Err(AppError::new(ErrorKind::Input, "source-exists", format!("{path} is there already and is another source"))
            .hint("give the new source a name with --name"));
    }
    let folder = app.project.root.join("sources");
    std::fs::create_dir_all(&folder).map_err(|error| AppError::io(&folder, error))?;
    crate::write_whole(&file, text)?;
    Ok(path)
}

/// The definition of a preset under a name and for a store.
pub(crate) fn render_preset(preset: &Preset, name: &str, store: Option<&str>) -> Result<String> {
    check_names(preset, name, store)?;
    Ok(preset.render(name, store))
}

fn check_names(preset: &Preset, name: &str, store: Option<&str>) -> Result<()> {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !plain {
        return Err(AppError::new(ErrorKind::Input, "bad-name", format!("{name} is not a source name"))
            .hint("use lower-case letters, digits and _"));
    }
    match store {
        None if preset.needs_store() => {
            let message = format!("files of {} do not say which store they are of", preset.definition.label.zh);
            Err(AppError::new(ErrorKind::Input, "store-needed", message).hint("add --store with the store's id, as in your stores"))
        }
        Some(store) if !store.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) || store.is_empty() => {
            Err(AppError::new(ErrorKind::Input, "bad-store", format!("{store:?} is not a store id")).hint("use letters, digits, - _ and ."))
        }
        _ => Ok(()),
    }
}

/// The YAML of a source: its file, or what the wizard remembered of its headers and cells.
///
/// # Errors
/// When nothing is known under that name.
pub async fn export_source(app: &App, name: &str) -> Result<String> {
    let definitions = app.definitions().await?;
    if let Some(source) = definitions.sources.iter().find(|source| source.name == name)
        && let Some((_, text)) = definitions.files.iter().find(|(path, _)| *path == source.path)
    {
        return Ok(text.clone());
    }
    let mut source = SourceDef { name: name.to_owned(), ..SourceDef::default() };
    for (dataset, remembered) in app.records.list_mappings(name).await? {
        if source.files.last().is_none_or(|file| file.dataset != dataset) {
            source.files.push(FileMapping { dataset, ..FileMapping::default() });
        }
        let Some(file) = source.files.last_mut() else { continue };
        match file.columns.iter_mut().find(|mapped| mapped.column == remembered.column) {
            Some(mapped) => {
                mapped.from.extend(remembered.from);
                mapped.format = mapped.format.take().or(remembered.format);
                mapped.unit = mapped.unit.take().or(remembered.unit);
                mapped.values.extend(remembered.values);
            }
            None => file.columns.push(remembered),
        }
    }
    if source.files.is_empty() {
        let known = definitions.sources.iter().map(|source| source.name.as_str());
        return Err(AppError::unknown("source", name, known));
    }
    Ok(source.to_yaml())
}

/// The presets that know a file's headers, the best first.
pub fn matching_presets(preview: &Preview) -> Vec<PresetMatch> {
    let headers: Vec<String> = preview.columns.iter().map(|column| normalize_header(&column.header)).collect();
    let has = |mapped: &ColumnMapping| mapped.from.iter().any(|header| headers.contains(&normalize_header(header)));
    let mut matches: Vec<PresetMatch> = presets()
        .iter()
        .flat_map(|preset| preset.definition.files.iter().map(move |file| (preset, file)))
        .filter_map(|(preset, file)| {
            let mapped: Vec<&ColumnMapping> = file.columns.iter().filter(|column| column.value.is_none()).collect();
            let known = mapped.iter().filter(|column| has(column)).count();
            let spec = preset.definition.dataset(&file.dataset)?;
            let lacks_needed = mapped.iter().any(|column| spec.column(&column.column).is_some_and(|spec| spec.required) && !has(column));
            let by_line = !lacks_needed && spec.key.len() > 1 && repeats(preview, file, &spec.key[0]);
            let enough = known >= LEAST_KNOWN && (by_line || known as f64 >= ENOUGH * mapped.len() as f64) && !lacks_needed;
            enough.then(|| PresetMatch { preset: preset.name, dataset: file.dataset.clone(), known, of: mapped.len(), by_line })
        })
        .collect();
    matches.sort_by(|a, b| (b.by_line, b.known * a.of, b.known).cmp(&(a.by_line, a.known * b.of, a.known)));
    matches.truncate(OFFERED);
    matches
}

/// Whether a column has one value on several of the rows shown.
fn repeats(preview: &Preview, file: &FileMapping, column: &str) -> bool {
    let headers = || file.columns.iter().filter(|mapped| mapped.column == column).flat_map(|mapped| &mapped.from);
    let is_it = |header: &str| headers().any(|known| normalize_header(known) == normalize_header(header));
    let Some(at) = preview.columns.iter().position(|column| is_it(&column.header)) else { return false };
    let mut seen = BTreeSet::new();
    let values = preview.rows.iter().filter_map(|row| row.get(at)).filter(|value| !value.trim().is_empty());
    values.into_iter().any(|value| !seen.insert(value))
}
