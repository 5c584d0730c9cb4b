//! Taking an import back.

use std::sync::Arc;

use yh_lake::{
    Staging,
    import::{later_corrections, take_back},
};
use yh_records::{Change, Import, ImportState};

use super::{
    derive::{Changed, Derived, Touched, derive},
    discard,
    files::{self, data_file, relatives},
};
use crate::{
    App, AppError, ErrorKind, Result,
    app::stored,
    compact::{blocking, compact_after},
};

/// Takes an import back: its rows leave, those it superseded count again; only while no later import corrected them.
pub async fn undo_import(app: &App, id: i64) -> Result<Derived> {
    let _lock = app.lock("import", "an import")?;
    app.tidy().await?;
    let record = app.records.find_import(id).await?;
    if record.state != ImportState::Committed {
        let message = format!("import {id} is {}, not committed", record.state.name());
        return Err(AppError::new(ErrorKind::Input, "not-committed", message).hint("`yunheng imports` lists what can be undone"));
    }
    let derived = undo(app, record).await?;
    compact_after(app).await;
    Ok(derived)
}

async fn undo(app: &App, mut record: Import) -> Result<Derived> {
    let definitions = app.definitions().await?;
    let (id, spec) = (record.id, Arc::clone(definitions.dataset(&record.dataset)?));
    let root = app.lake.settings().root.clone();
    let facts = app.recorded_facts().await?;
    let found = files::in_force(app, &app.records.files_in_force().await?, &spec.name);
    let staging = Staging::begin(&root)?;
    let (of, folder, stem) = (Arc::clone(&spec), root.join(&spec.name), format!("{}-undo-{}", spec.name, staging.mark()));
    let taken = blocking(move || {
        let later = later_corrections(id, &found.superseded)?;
        if later.is_empty() { Ok(Ok(take_back(&of, id, &found, &folder, &stem)?)) } else { Ok(Err(later)) }
    });
    let taken = taken.await?.map_err(|later| built_on("corrected rows of", id, &later))?;
    if !taken.in_the_way.is_empty() {
        return Err(built_on("brought again what was gone before", id, &taken.in_the_way));
    }
    // What is kept beside the import's rows is of several imports by now; each row tells.
    let added = taken.kept.iter().chain(&taken.restored).map(|entry| data_file(&root, &spec, entry, None)).collect();
    record.state = ImportState::Undone;
    let mut change = Change { reason: format!("undo import {id}"), added, removed: relatives(&root, &taken.removed), import: Some(record) };
    let restored: Vec<_> = taken.restored.iter().map(|entry| stored(&data_file(&root, &spec, entry, None))).collect();
    let live_before = facts.files(&spec.name).iter().filter(|file| change.removed.contains(&file.path)).map(stored).collect();
    let touched = [Touched { files: restored, import: None }, Touched { files: live_before, import: Some(id) }];
    let base = facts.snapshot_id;
    let mut next = facts;
    next.replace(&change.removed, &change.added);
    let changed = Changed::by(app, &definitions, &spec, &touched).await.inspect_err(|_| discard(app, &change))?;
    let derived = derive(app, &definitions, &mut next, &mut change, changed, &staging).await?;
    app.commit(base, &change).await?;
    staging.end();
    Ok(derived)
}

fn built_on(what: &str, id: i64, later: &[i64]) -> AppError {
    let list: Vec<String> = later.iter().map(i64::to_string).collect();
    let message = format!("later imports {what} import {id}: {}", list.join(", "));
    AppError::new(ErrorKind::Input, "undo-order", message).hint("undo the later ones first, the last one first")
}
