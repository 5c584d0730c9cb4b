//! Model files as text: their one key order, and the way to Ossie and back.

use std::{
    fs,
    path::{Path, PathBuf},
};

use yh_model::Issue;

use crate::{AppError, Definitions, ErrorKind, Project, Result};

/// What formatting did with one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    pub path: PathBuf,
    pub changed: bool,
}

/// Whether files are written or only looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatMode {
    Write,
    Check,
}

/// Puts the keys of model files in their canonical order; all of the project's when none is named.
/// A broken file stops it before anything is written.
pub fn format_files(root: &Path, files: &[PathBuf], mode: FormatMode) -> Result<Vec<Formatted>> {
    let paths = if files.is_empty() { model_paths(root)? } else { files.to_vec() };
    let mut texts = Vec::with_capacity(paths.len());
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|error| AppError::io(&path, error))?;
        let formatted = yh_metrics::format_models(&path.display().to_string(), &text).map_err(refused)?;
        texts.push((path, formatted != text, formatted));
    }
    for (path, changed, text) in &texts {
        if *changed && mode == FormatMode::Write {
            write_whole(path, text)?;
        }
    }
    Ok(texts.into_iter().map(|(path, changed, _)| Formatted { path, changed }).collect())
}

/// The project's models and metrics as Ossie YAML.
pub fn export_ossie(root: &Path) -> Result<yh_metrics::Translation> {
    let project = Project::open(root)?;
    let definitions = Definitions::load(&project);
    let files: Vec<_> = definitions.files.iter().filter(|(path, _)| path.starts_with("models/")).cloned().collect();
    yh_metrics::export_ossie(&project.settings.name, &definitions.catalog, &files).map_err(refused)
}

/// Writes an Ossie file's definitions to `models/`; gives the new file and what was not taken over.
pub fn import_ossie(root: &Path, file: &Path) -> Result<(PathBuf, Vec<String>)> {
    Project::open(root)?;
    let text = fs::read_to_string(file).map_err(|error| AppError::io(file, error))?;
    let made = yh_metrics::import_ossie(&file.display().to_string(), &text).map_err(refused)?;
    let stem = file.file_stem().map_or_else(|| "ossie".to_owned(), |stem| stem.to_string_lossy().into_owned());
    let target = root.join("models").join(format!("{}.yaml", stem.trim_end_matches(".ossie")));
    if target.exists() {
        let error = AppError::new(ErrorKind::Input, "file-exists", format!("{} exists already", target.display()));
        return Err(error.hint("rename the Ossie file, or move the model file away"));
    }
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(|error| AppError::io(folder, error))?;
    }
    write_whole(&target, &made.text)?;
    Ok((target, made.notes))
}

fn model_paths(root: &Path) -> Result<Vec<PathBuf>> {
    let project = Project::open(root)?;
    let (files, _) = project.definition_files();
    Ok(files.into_iter().filter(|(path, _)| path.starts_with("models/")).map(|(path, _)| root.join(path)).collect())
}

/// Writes a file as a whole or not at all.
fn write_whole(path: &Path, text: &str) -> Result<()> {
    let beside = path.with_extension("yaml.new");
    fs::write(&beside, text).and_then(|()| fs::rename(&beside, path)).map_err(|error| AppError::io(path, error))
}

fn refused(issue: Issue) -> AppError {
    let place = format!("{}:{}:{}: {}", issue.path, issue.line, issue.column, issue.message);
    AppError::new(ErrorKind::Definition, &issue.code, place).hint(issue.hint)
}
