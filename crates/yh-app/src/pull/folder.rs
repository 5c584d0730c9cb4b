//! A watched folder: each new file is imported once, when it has stopped growing; files are never touched.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use yh_model::source::{FileMapping, SourceDef, Watch, glob_matches};

use super::{Outcome, Watcher, Which, note};
use crate::{
    App, AppError, ErrorKind, Result,
    error::shown,
    import::{ImportRequest, import_file},
};

/// A file changed this recently may still grow.
const FRESH: Duration = Duration::from_secs(30);
/// Between two looks at files that may still grow.
const SECOND_LOOK: Duration = Duration::from_secs(2);
/// Names that downloads, editors and spreadsheet programs use for unfinished files.
const UNFINISHED: [&str; 5] = [".part", ".crdownload", ".tmp", ".download", "~"];

/// A file of the folder and what tells its present state.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Arrival {
    path: PathBuf,
    name: String,
    mark: String,
    fresh: bool,
}

pub(super) async fn import_arrivals(
    app: &App,
    source: &SourceDef,
    watch: &Watch,
    which: &Which,
    watcher: &Watcher,
) -> Result<Vec<Outcome>> {
    let folder = resolve(&app.project.root, &watch.folder);
    let outcome = |item: &str, result| Outcome { source: source.name.clone(), item: item.to_owned(), result };
    let arrivals = match arrivals(&folder, source, watch) {
        Ok(arrivals) => arrivals,
        Err(error) => {
            let error = AppError::new(ErrorKind::Input, "no-folder", format!("{}: {error}", shown(&folder)))
                .hint(format!("make the folder, or mend `watch:` in {}", source.path));
            note(app, source, &watch.folder, "", Some(&error)).await?;
            return Ok(vec![outcome(&watch.folder, Err(error))]);
        }
    };
    let known = app.records.list_attempts(Some(&source.name)).await?;
    if known.iter().any(|attempt| attempt.item == watch.folder && attempt.error.is_some()) {
        note(app, source, &watch.folder, "", None).await?;
    }
    // What failed is tried again when somebody asks for it, or when the file has changed.
    let is_new = |arrival: &Arrival| {
        !known.iter().any(|attempt| {
            attempt.item == arrival.name && attempt.mark == arrival.mark && (attempt.error.is_none() || *which == Which::Due)
        })
    };
    let mut new: Vec<Arrival> = arrivals.into_iter().filter(is_new).collect();
    if new.iter().any(|arrival| arrival.fresh) {
        tokio::time::sleep(SECOND_LOOK).await;
        new.retain(|arrival| look(&arrival.path).is_some_and(|again| again.mark == arrival.mark));
    }
    let mut outcomes = Vec::new();
    for arrival in new {
        let result = match mapping_of(source, &arrival.name) {
            Ok(mapping) => {
                let request = ImportRequest {
                    dataset: mapping.dataset.clone(),
                    source: Some(source.name.clone()),
                    path: arrival.path.clone(),
                    file_name: arrival.name.clone(),
                    mapping: Some(mapping.clone()),
                    ..ImportRequest::default()
                };
                import_file(app, &request, Arc::clone(&watcher.on_import), Arc::clone(&watcher.cancel)).await.map(Some)
            }
            Err(error) => Err(error),
        };
        note(app, source, &arrival.name, &arrival.mark, result.as_ref().err()).await?;
        outcomes.push(outcome(&arrival.name, result));
    }
    Ok(outcomes)
}

/// `~/…` is below the home folder, anything relative below the project.
fn resolve(root: &Path, folder: &str) -> PathBuf {
    match (folder.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => root.join(folder),
    }
}

fn arrivals(folder: &Path, source: &SourceDef, watch: &Watch) -> std::io::Result<Vec<Arrival>> {
    let wanted = |name: &str| match &watch.pattern {
        Some(pattern) => glob_matches(pattern, name),
        None => source.files.iter().any(|file| file.pattern.is_some() && file.matches(name)),
    };
    let finished = |name: &str| !name.starts_with(['.', '~']) && !UNFINISHED.iter().any(|ending| name.ends_with(ending));
    let mut found: Vec<Arrival> = std::fs::read_dir(folder)?
        .filter_map(|entry| look(&entry.ok()?.path()))
        .filter(|arrival| wanted(&arrival.name) && finished(&arrival.name))
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn look(path: &Path) -> Option<Arrival> {
    let metadata = path.metadata().ok().filter(|metadata| metadata.is_file())?;
    let modified = metadata.modified().ok()?;
    let at_ms = modified.duration_since(UNIX_EPOCH).ok()?.as_millis();
    let fresh = SystemTime::now().duration_since(modified).map_or(true, |age| age < FRESH);
    Some(Arrival {
        path: path.to_owned(),
        name: path.file_name()?.to_string_lossy().into_owned(),
        mark: format!("{}-{at_ms}", metadata.len()),
        fresh,
    })
}

/// The mapping whose pattern fits; the only one without a pattern otherwise.
fn mapping_of<'d>(source: &'d SourceDef, name: &str) -> Result<&'d FileMapping> {
    let fits = |named: bool| -> Vec<&FileMapping> {
        source.files.iter().filter(|file| file.pattern.is_some() == named && file.matches(name)).collect()
    };
    let named = fits(true);
    let candidates = if named.is_empty() { fits(false) } else { named };
    match candidates.as_slice() {
        [one] => Ok(one),
        [] => Err(AppError::new(ErrorKind::Definition, "no-mapping", format!("no mapping of {} is for {name}", source.name))
            .hint(format!("add a `match:` for it to {}", source.path))),
        several => {
            let datasets: Vec<&str> = several.iter().map(|file| file.dataset.as_str()).collect();
            let message = format!("{name} fits several mappings of {}: {}", source.name, datasets.join(", "));
            Err(AppError::new(ErrorKind::Definition, "ambiguous-mapping", message).hint("give each mapping a `match:` of its own"))
        }
    }
}
