//! The lake's identity: an id in its folder and in the records, held together at every start.

use std::{io::ErrorKind as IoKind, path::Path};

use serde::{Deserialize, Serialize};
use yh_records::{DataFile, LakeHome, Records, Stamp};

use super::{
    home::{self, Place, home_of, keeps_own_records},
    manifest::{self, Newest},
    refusal,
};
use crate::{AppError, Project, Result};

const ID_FILE: &str = "lake.json";
const FORM: u32 = 1;

/// What the id file says.
#[derive(Serialize, Deserialize)]
struct IdFile {
    form: u32,
    lake: String,
}

/// A lake folder that was found to belong to its records.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub home: LakeHome,
    /// The records are inside the project: nobody else can have taken them over.
    own_records: bool,
}

impl Identity {
    /// The lake's id.
    pub fn id(&self) -> &str {
        &self.home.lake
    }

    /// Looks again before the facts change: folder and records may have been exchanged meanwhile.
    pub async fn check_again(&self, records: &Records, folder: &Path) -> Result<()> {
        let noted = records.lake().await?.ok_or_else(refusal::other)?;
        if read_id(folder)?.as_deref() != Some(self.id()) || noted.lake != self.id() {
            return Err(refusal::other());
        }
        let is_here = noted == self.home || (!noted.folder.is_empty() && noted.folder == self.home.folder);
        if self.own_records || is_here { Ok(()) } else { Err(refusal::elsewhere()) }
    }
}

/// Ties a lake folder and its records together, or says why they do not belong together; changes nothing then.
pub(crate) async fn identify(project: &Project, records: &Records, folder: &Path, stamp: &Stamp) -> Result<Identity> {
    let id = read_id(folder)?;
    // Read before the records: what another program commits meanwhile must not make them look old.
    let newest = manifest::newest(folder)?;
    let own_records = keeps_own_records(project);
    let meeting = Meeting { records, folder, newest: newest.as_ref(), own_records };
    let lake = match (records.lake().await?, &id) {
        (None, None) => meeting.neither_has_an_id(stamp).await?,
        (None, Some(id)) => meeting.only_the_folder_has_an_id(id, stamp).await?,
        (Some(noted), None) => meeting.only_the_records_have_an_id(&noted).await?,
        (Some(noted), Some(id)) if noted.lake == *id => noted,
        (Some(_), Some(_)) => return Err(refusal::other()),
    };
    let (home, has_moved) = meeting.find_place(&lake)?;
    meeting.compare_history(&home.lake).await?;
    if id.is_none() {
        write_id(folder, &home.lake)?;
    }
    // A disk that cannot be written can still be read.
    if has_moved && let Err(error) = records.note_lake(&home, stamp).await {
        tracing::warn!(%error, "the records do not note where the lake is");
    }
    if let Err(error) = manifest::catch_up(records, folder, &home.lake).await {
        tracing::warn!(%error, "the manifest beside the lake is not up to date");
    }
    Ok(Identity { home, own_records })
}

/// A lake folder and records that are about to be opened together.
struct Meeting<'m> {
    records: &'m Records,
    folder: &'m Path,
    newest: Option<&'m Newest>,
    own_records: bool,
}

impl Meeting<'_> {
    /// A new project, or one from before lakes had ids.
    async fn neither_has_an_id(&self, stamp: &Stamp) -> Result<LakeHome> {
        if self.records.head().await? == 0 && !self.records.has_imports().await? {
            self.refuse_files()?;
        } else {
            self.require_files(|missing, of| refusal::files_missing(&missing, of)).await?;
        }
        let told = self.newest.and_then(|newest| newest.lake.clone());
        let id = told.unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
        Ok(self.records.claim_lake(&home_of(&id, self.folder), stamp).await?)
    }

    /// Records that are empty, or older than the lake's id.
    async fn only_the_folder_has_an_id(&self, id: &str, stamp: &Stamp) -> Result<LakeHome> {
        if self.records.head().await? == 0 {
            self.refuse_files()?;
        } else {
            self.require_files(|_, _| refusal::other()).await?;
            self.compare_history(id).await?;
        }
        Ok(self.records.claim_lake(&home_of(id, self.folder), stamp).await?)
    }

    /// A lake whose id was lost, or the folder of another project.
    async fn only_the_records_have_an_id(&self, noted: &LakeHome) -> Result<LakeHome> {
        let here = home_of(&noted.lake, self.folder);
        let is_in_its_place = self.own_records || here.path == noted.path || (!here.folder.is_empty() && here.folder == noted.folder);
        let is_empty = yh_lake::data_files(self.folder)?.is_empty();
        if self.records.head().await? == 0 {
            self.refuse_files()?;
            return if is_in_its_place { Ok(noted.clone()) } else { Err(refusal::other()) };
        }
        self.require_files(|missing, of| if is_empty { refusal::missing() } else { refusal::files_missing(&missing, of) }).await?;
        if is_in_its_place { Ok(noted.clone()) } else { Err(refusal::missing()) }
    }

    /// Records that know no facts are not opened over files, which may be those of others.
    fn refuse_files(&self) -> Result<()> {
        if yh_lake::data_files(self.folder)?.is_empty() && self.newest.is_none() {
            return Ok(());
        }
        Err(refusal::unknown(self.newest.is_some()))
    }

    async fn require_files(&self, refuse: impl FnOnce(Vec<String>, usize) -> AppError) -> Result<()> {
        let live = self.records.facts().await?.files;
        let missing = missing_files(self.folder, &live);
        if missing.is_empty() { Ok(()) } else { Err(refuse(missing, live.len())) }
    }

    /// Where the folder is, and whether the records should note that; a copy of one that is still there is refused.
    fn find_place(&self, noted: &LakeHome) -> Result<(LakeHome, bool)> {
        let here = home_of(&noted.lake, self.folder);
        if self.own_records {
            let has_moved = *noted != here;
            return Ok((here, has_moved));
        }
        match home::compare(noted, &here) {
            Place::Same => Ok((here, false)),
            Place::Moved => Ok((here, true)),
            Place::Copy(other) => Err(refusal::copied(&other)),
            Place::OtherMachine => Err(refusal::elsewhere()),
        }
    }

    /// Holds the newest manifest beside the lake against the records.
    async fn compare_history(&self, lake: &str) -> Result<()> {
        let head = self.records.head().await?;
        let Some(newest) = self.newest else {
            // Nothing says how far the lake goes but its files.
            return if head == 0 { Ok(()) } else { self.require_files(|missing, of| refusal::files_missing(&missing, of)).await };
        };
        if newest.lake.as_ref().is_some_and(|named| named != lake) {
            return Err(refusal::other());
        }
        if newest.claimed > head {
            return Err(refusal::records_older(newest.claimed, head));
        }
        if newest.snapshot > 0 && self.records.snapshot_time(newest.snapshot).await? != newest.at {
            return Err(refusal::diverged(newest.snapshot));
        }
        if newest.snapshot < head {
            // A crash between commit and manifest leaves every file in place.
            self.require_files(|_, _| refusal::lake_older(newest.snapshot, head)).await?;
        }
        Ok(())
    }
}

/// Live files that are not in the folder, or not of their size.
pub(super) fn missing_files<'f>(folder: &Path, files: impl IntoIterator<Item = &'f DataFile>) -> Vec<String> {
    let is_there =
        |file: &DataFile| folder.join(&file.path).metadata().is_ok_and(|found| found.is_file() && found.len() == file.bytes as u64);
    files.into_iter().filter(|file| !is_there(file)).map(|file| file.path.clone()).collect()
}

/// The id in a lake folder; none when there is none that can be read.
pub(super) fn read_id(folder: &Path) -> Result<Option<String>> {
    let path = folder.join(ID_FILE);
    let text = match std::fs::read_to_string(&path) {
        Err(error) if matches!(error.kind(), IoKind::NotFound | IoKind::InvalidData) => return Ok(None),
        text => text.map_err(|error| AppError::io(&path, error))?,
    };
    match serde_json::from_str::<IdFile>(&text) {
        Ok(found) if found.form > FORM => Err(refusal::newer_form()),
        Ok(found) => Ok(Some(found.lake)),
        Err(_) => Ok(None),
    }
}

pub(super) fn write_id(folder: &Path, lake: &str) -> Result<()> {
    let text = serde_json::json!({"form": FORM, "lake": lake}).to_string() + "\n";
    Ok(yh_lake::write_whole(&folder.join(ID_FILE), text.as_bytes())?)
}
