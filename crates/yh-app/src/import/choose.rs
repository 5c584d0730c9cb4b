//! What a file is: its dataset, source and mapping, and whether it was imported before.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use yh_model::{
    dataset::DatasetSpec,
    source::{ColumnMapping, FileMapping, SourceDef},
};
use yh_records::{Import, ImportState, NewImport};

use super::{ImportReport, ImportRequest, hash_file, name_of, to_json};
use crate::{App, AppError, Definitions, ErrorKind, Result, definitions::hash};

/// The source that files without a definition belong to.
const NO_SOURCE: &str = "files";

/// What is known of a file before it is read.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub spec: Arc<DatasetSpec>,
    pub source: String,
    pub file_name: String,
    pub mapping: Option<FileMapping>,
    /// What was confirmed of earlier files.
    pub remembered: Vec<ColumnMapping>,
    pub file_hash: String,
    pub mapping_hash: String,
}

impl Chosen {
    pub fn as_new(&self) -> NewImport {
        NewImport { dataset: self.spec.name.clone(), source: self.source.clone(), file_name: self.file_name.clone() }
    }

    /// The record of an import once it is committed.
    pub fn committed(&self, app: &App, id: i64, report: &ImportReport) -> Result<Import> {
        Ok(Import {
            id,
            dataset: self.spec.name.clone(),
            source: self.source.clone(),
            file_name: self.file_name.clone(),
            file_hash: self.file_hash.clone(),
            mapping_hash: self.mapping_hash.clone(),
            state: ImportState::Committed,
            report: to_json(report)?,
            at: app.stamp().at.to_string(),
            by: app.user.clone(),
            duration_ms: 0,
        })
    }
}

/// Finds the dataset, the source and the mapping of a file.
pub(super) async fn choose(app: &App, definitions: &Definitions, request: &ImportRequest) -> Result<Chosen> {
    let spec = Arc::clone(definitions.dataset(staged_dataset(definitions, request))?);
    let file_name = if request.file_name.is_empty() { name_of(&request.path) } else { request.file_name.clone() };
    let (source, mapping) = source_of(definitions, request, &spec.name, &file_name)?;
    let mapping = request.mapping.clone().or(mapping);
    // A mapping given for this very file is whole; what was confirmed of earlier ones adds nothing to it.
    let remembered = match &request.mapping {
        Some(_) => Vec::new(),
        None => app.records.list_mapping(&source, &spec.name).await?,
    };
    let mapping_hash = hash([format!("{mapping:?}{remembered:?}").as_str(), format!("{spec:?}").as_str()]);
    let file_hash = hash_file(&request.path).await?;
    Ok(Chosen { spec, source, file_name, mapping, remembered, file_hash, mapping_hash })
}

/// The dataset a file's rows go to: the one asked for, or the staged one from which the named source derives it.
fn staged_dataset<'r>(definitions: &'r Definitions, request: &'r ImportRequest) -> &'r str {
    let asked = request.dataset.as_str();
    let source = request.source.as_ref().and_then(|name| definitions.sources.iter().find(|source| source.name == *name));
    let Some(source) = source.filter(|source| !source.files.iter().any(|file| file.dataset == asked)) else { return asked };
    let derived = definitions.derived.iter().find(|derived| derived.source == source.name && derived.dataset == asked);
    let staged = derived.and_then(|derived| source.files.iter().find(|file| derived.query.tables().contains(&file.dataset)));
    staged.map_or(asked, |file| &file.dataset)
}

fn source_of(definitions: &Definitions, request: &ImportRequest, dataset: &str, file_name: &str) -> Result<(String, Option<FileMapping>)> {
    let mapping = |source: &SourceDef| source.mapping_for(dataset, file_name).cloned();
    if let Some(name) = &request.source {
        let known = || definitions.sources.iter().map(|source| source.name.as_str());
        let found = definitions.sources.iter().find(|source| source.name == *name);
        return match found {
            Some(source) => Ok((name.clone(), source.mapping_of(dataset, file_name).cloned())),
            // A wizard may name a source that has no file yet.
            None if request.mapping.is_some() => Ok((name.clone(), None)),
            None => Err(AppError::unknown("source", name, known())),
        };
    }
    let fits: Vec<(&SourceDef, FileMapping)> =
        definitions.sources.iter().filter_map(|source| mapping(source).map(|mapping| (source, mapping))).collect();
    match fits.as_slice() {
        [] => Ok((NO_SOURCE.to_owned(), None)),
        [(source, mapping)] => Ok((source.name.clone(), Some(FileMapping { guessed: true, ..mapping.clone() }))),
        several => {
            let names: Vec<&str> = several.iter().map(|(source, _)| source.name.as_str()).collect();
            let message = format!("several sources map {dataset} files like {file_name}: {}", names.join(", "));
            Err(AppError::new(ErrorKind::Input, "ambiguous-source", message).hint(format!("add --source {}", names[0])))
        }
    }
}

/// Files of a folder that some source's mapping names, in the order of the sources: what `import --all` takes.
pub fn files_to_import(definitions: &Definitions, folder: &Path) -> Result<Vec<ImportRequest>> {
    let entries = std::fs::read_dir(folder).map_err(|error| AppError::io(folder, error))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()).collect();
    paths.sort();
    let mut requests = Vec::new();
    for source in &definitions.sources {
        for mapping in source.files.iter().filter(|mapping| mapping.pattern.is_some()) {
            for path in paths.iter().filter(|path| mapping.matches(&name_of(path))) {
                let dataset = mapping.dataset.clone();
                requests.push(ImportRequest { dataset, source: Some(source.name.clone()), path: path.clone(), ..ImportRequest::default() });
            }
        }
    }
    Ok(requests)
}

pub(super) fn source_zone(definitions: &Definitions, source: &str) -> Option<String> {
    definitions.sources.iter().find(|known| known.name == source)?.timezone.clone()
}
