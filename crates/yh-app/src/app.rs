//! A project opened for work: settings, definitions, records and the lake.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, RwLock},
    time::SystemTime,
};

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use yh_lake::{Lake, Session, Table, TableRows, checked::StoredFile};
use yh_records::{Access, Change, DataFile, DatasetState, FileKind, Records, RecordsError, Stamp};

use crate::{
    AppError, Definitions, ErrorKind, Project, Result,
    answer::Watermark,
    calendar, derived,
    lake::{self, Identity},
    pin::{self, Pin},
    project::Lock,
};

/// An open project; every use case takes it first.
pub struct App {
    pub project: Project,
    pub records: Records,
    pub lake: Lake,
    pub(crate) identity: Identity,
    loaded: RwLock<Loaded>,
    /// Whether a currency dimension has several values, by snapshot, revision and dimension.
    pub(crate) currencies: Mutex<BTreeMap<(i64, String, String), bool>>,
    /// Derived SELECTs that failed.
    pub(crate) failed_derived: crate::derived::Failures,
    /// Answers given before.
    pub(crate) answers: crate::cache::Answers,
    /// Who acts, for revisions and the audit log.
    pub user: String,
    /// The project is on media that cannot be written: it can be asked, not changed.
    pub is_read_only: bool,
}

struct Loaded {
    definitions: Arc<Definitions>,
    fingerprint: Vec<(PathBuf, u64, SystemTime)>,
}

/// Characters of a person's name.
const MAX_NAME: usize = 100;

/// Reads the definitions on the engine's own threads: how long that takes is up to what they say.
async fn load(lake: &Lake, project: Project) -> Result<Arc<Definitions>> {
    Ok(lake.work(move || Arc::new(Definitions::load(&project))).await?)
}

impl App {
    /// Opens the project in a folder.
    pub async fn open(root: &Path) -> Result<Self> {
        let project = Project::open(root)?;
        let fingerprint = project.fingerprint();
        let is_read_only = !project.is_writable();
        let folder = project.lake_folder()?;
        if !is_read_only {
            yh_lake::private::mend(&project.state_folder("")?);
        }
        let lake = Lake::open(project.lake_settings(folder.clone()))?;
        let (definitions, records) = tokio::try_join!(load(&lake, project.clone()), open_records(&project, is_read_only))?;
        let user = user();
        let stamp = Stamp { at: Timestamp::now(), by: user.clone() };
        let identity = lake::identify(&project, &records, &folder, &stamp).await?;
        let revisions = records.last_revisions().await?;
        let app = Self {
            project,
            records,
            lake,
            identity,
            loaded: RwLock::new(Loaded { definitions, fingerprint }),
            currencies: Mutex::default(),
            failed_derived: Default::default(),
            answers: Default::default(),
            user,
            is_read_only,
        };
        app.keep_revisions(&revisions).await?;
        Ok(app)
    }

    /// The definitions, read again when a file has changed since.
    pub async fn definitions(&self) -> Result<Arc<Definitions>> {
        let fingerprint = self.project.fingerprint();
        {
            let loaded = self.loaded.read().unwrap_or_else(std::sync::PoisonError::into_inner);
            if loaded.fingerprint == fingerprint {
                return Ok(Arc::clone(&loaded.definitions));
            }
        }
        let definitions = load(&self.lake, self.project.clone()).await?;
        {
            let mut loaded = self.loaded.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            *loaded = Loaded { definitions: Arc::clone(&definitions), fingerprint };
        }
        self.keep_revisions(&self.records.last_revisions().await?).await?;
        Ok(definitions)
    }

    async fn keep_revisions(&self, last: &HashMap<String, String>) -> Result<()> {
        if self.records.is_read_only() {
            return Ok(());
        }
        let definitions = {
            let loaded = self.loaded.read().unwrap_or_else(std::sync::PoisonError::into_inner);
            Arc::clone(&loaded.definitions)
        };
        let revision = |(path, text): &(String, String)| (path.clone(), crate::definitions::hash([text.as_str()]), text.clone());
        let files: Vec<_> = definitions.files.iter().map(revision).collect();
        self.records.keep_revisions(&files, last, &self.stamp()).await?;
        Ok(())
    }

    /// Who acts, and when.
    pub fn stamp(&self) -> Stamp {
        Stamp { at: Timestamp::now(), by: self.user.clone() }
    }

    /// The day of the business.
    pub fn today(&self) -> Date {
        Timestamp::now().to_zoned(self.project.settings.zone.clone()).date()
    }

    /// Who acts by name, and when; the program's user when no name is given.
    pub fn stamp_as(&self, by: Option<&str>) -> Result<Stamp> {
        let Some(by) = by.map(str::trim) else { return Ok(self.stamp()) };
        if by.is_empty() || by.chars().count() > MAX_NAME || by.chars().any(char::is_control) {
            let message = format!("'{by}' is no name of a person");
            return Err(AppError::new(ErrorKind::Input, "person", message).hint(format!("write a name of 1 to {MAX_NAME} characters")));
        }
        Ok(Stamp { by: by.to_owned(), ..self.stamp() })
    }

    /// Refuses names that are longer than any is, or hold what no name does: (what it is, the name).
    pub(crate) fn check_names(&self, names: &[(&str, &str)]) -> Result<()> {
        let allowed = self.project.settings.limits.name_characters;
        for (what, name) in names {
            let length = name.chars().count() as u64;
            if length > allowed {
                let message = format!("the {what} has {length} characters; at most {allowed} are allowed");
                let hint = format!("shorten it, or {}", yh_model::limits::raise("name_characters"));
                return Err(AppError::new(ErrorKind::Input, "name", message).hint(hint));
            }
            if name.chars().any(char::is_control) {
                let message = format!("the {what} holds a character that cannot be seen");
                return Err(AppError::new(ErrorKind::Input, "name", message).hint("write letters, digits and signs"));
            }
        }
        Ok(())
    }

    /// Takes a lock file, or says that somebody else holds it.
    pub fn lock(&self, name: &str, what: &str) -> Result<Lock> {
        self.project.lock(name, what)
    }

    /// Makes sure that folder and records still belong together, and clears what a crash left behind; call with the
    /// import lock held.
    pub(crate) async fn tidy(&self) -> Result<()> {
        let root = &self.lake.settings().root;
        self.identity.check_again(&self.records, root).await?;
        self.records.close_interrupted_imports().await?;
        lake::catch_up(&self.records, root, self.identity.id()).await?;
        let today = jiff::Zoned::now().date();
        if yh_lake::has_leftovers(root)? {
            let known: HashSet<String> = self.records.known_paths().await?.into_iter().collect();
            yh_lake::sweep(root, &known, today)?;
        }
        self.empty_trash().await
    }

    /// Lets go of what lay in the trash for a week, and of the oldest while it is larger than the facts themselves.
    pub(crate) async fn empty_trash(&self) -> Result<()> {
        let live = self.records.facts().await?.files.iter().map(|file| file.bytes.unsigned_abs()).sum();
        yh_lake::empty_trash(&self.lake.settings().root, jiff::Zoned::now().date(), live)?;
        Ok(())
    }

    /// Commits a change of the facts and writes the manifest beside the lake; call with the import lock held.
    pub(crate) async fn commit(&self, base: i64, change: &Change) -> Result<i64> {
        let done = self.records.commit(base, change, &self.stamp()).await;
        if let Err(RecordsError::Conflict | RecordsError::Full(_) | RecordsError::ReadOnly | RecordsError::Busy(_)) = &done {
            // What surely was not committed takes no space.
            crate::import::discard(self, change);
        }
        let snapshot = done?;
        let root = &self.lake.settings().root;
        let kept = lake::catch_up(&self.records, root, self.identity.id()).await;
        if let Err(error) = kept.and_then(|()| lake::merge(root, self.identity.id())) {
            // The facts are committed; the next import or start writes what is missing.
            tracing::warn!(%error, "the manifest beside the lake is not up to date");
        }
        Ok(snapshot)
    }

    /// The facts as of now, by dataset; derived rows of an earlier SELECT are made again first where nobody imports.
    /// Their files stay while the value lives.
    pub(crate) async fn facts(&self) -> Result<Facts> {
        let definitions = self.definitions().await?;
        let facts = self.recorded_facts().await?;
        if !derived::is_due(self, &definitions, &facts) {
            return Ok(facts);
        }
        // On the heap: it is rare, and would make every question's future as large as an import's.
        match Box::pin(crate::import::bring_up_to_date(self, &definitions, &[])).await {
            Ok(_) => self.recorded_facts().await,
            Err(error) => {
                // Sessions refuse what is stale, and say so.
                tracing::info!(%error, "derived rows are not made again");
                Ok(facts)
            }
        }
    }

    /// The facts as the records have them; their files stay while the value lives.
    pub(crate) async fn recorded_facts(&self) -> Result<Facts> {
        // Before the manifest is read: what it names then cannot leave any more.
        let pin = pin::share(self).map(Arc::new);
        let DatasetState { snapshot_id, files } = self.records.facts().await?;
        let mut by_dataset: BTreeMap<String, Vec<DataFile>> = BTreeMap::new();
        for file in files {
            by_dataset.entry(file.dataset.clone()).or_default().push(file);
        }
        let settings = &self.project.settings;
        Ok(Facts { snapshot_id, by_dataset, zone: settings.zone.clone(), day_cutoff_minutes: settings.day_cutoff_minutes, pin })
    }

    /// Opens a session over the named datasets of pinned facts.
    pub(crate) async fn session(&self, definitions: &Definitions, facts: &Facts, names: &[String]) -> Result<Session> {
        self.session_with(definitions, facts, names, Vec::new()).await
    }

    /// The same with tables of the caller's own, which stand for those of their names.
    pub(crate) async fn session_with(
        &self,
        definitions: &Definitions,
        facts: &Facts,
        names: &[String],
        mut tables: Vec<Table>,
    ) -> Result<Session> {
        for name in names {
            if tables.iter().any(|table| table.name == *name) {
                continue;
            }
            if name == calendar::DAYS {
                tables.push(Table { name: name.clone(), rows: TableRows::Frame(definitions.calendar_days().clone()) });
                continue;
            }
            let spec = Arc::clone(definitions.dataset(name)?);
            derived::refuse_stale(self, definitions, facts, name)?;
            let files = facts.files(name).iter().map(stored).collect();
            tables.push(Table { name: name.clone(), rows: TableRows::Dataset { spec, files } });
        }
        let pin = facts.pin.clone().map(|pin| pin as Arc<dyn std::any::Any + Send + Sync>);
        Ok(self.lake.session(&tables).await?.holding(pin))
    }
}

/// The program's user, for revisions and the audit log.
pub(crate) fn user() -> String {
    std::env::var("USER").unwrap_or_else(|_| "local".to_owned())
}

/// Opens a project's records; on media that cannot be written, a SQLite file is only read.
async fn open_records(project: &Project, is_read_only: bool) -> Result<Records> {
    let url = project.records_url()?;
    let access = if is_read_only && url.starts_with("sqlite:") { Access::Read } else { Access::Write };
    if access == Access::Read && project.settings.records_url.is_none() && !project.root.join(".yunheng/records.db").is_file() {
        return Err(AppError::read_only("this project has no records yet, and its folder cannot be written".to_owned()));
    }
    Ok(Records::open_with(&url, access).await?)
}

/// The live files of one snapshot.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub snapshot_id: i64,
    by_dataset: BTreeMap<String, Vec<DataFile>>,
    zone: TimeZone,
    day_cutoff_minutes: i32,
    /// Held by all copies, and by the sessions over them.
    pin: Option<Arc<Pin>>,
}

impl Facts {
    /// The files of a dataset.
    pub fn files(&self, dataset: &str) -> &[DataFile] {
        self.by_dataset.get(dataset).map_or(&[], Vec::as_slice)
    }

    /// Every live file.
    pub fn all(&self) -> impl Iterator<Item = &DataFile> {
        self.by_dataset.values().flatten()
    }

    /// Takes files away and adds others, as a commit is going to.
    pub fn replace(&mut self, removed: &[String], added: &[DataFile]) {
        for files in self.by_dataset.values_mut() {
            files.retain(|file| !removed.contains(&file.path));
        }
        for file in added.iter().filter(|file| file.kind == FileKind::Live) {
            self.by_dataset.entry(file.dataset.clone()).or_default().push(file.clone());
        }
    }

    /// Number of rows of a dataset.
    pub fn rows(&self, dataset: &str) -> i64 {
        self.files(dataset).iter().map(|file| file.rows).sum()
    }

    /// Wall times of a dataset's first and last row.
    pub fn times(&self, dataset: &str) -> Option<(DateTime, DateTime)> {
        let local = |text: &Option<String>| local(text.as_deref()?, &self.zone);
        let files = self.files(dataset);
        let first = files.iter().filter_map(|file| local(&file.min_time)).min()?;
        let last = files.iter().filter_map(|file| local(&file.max_time)).max()?;
        Some((first, last))
    }

    /// The business day of a wall time: what comes before the cut-off belongs to the day before.
    pub fn business_day(&self, wall: DateTime) -> Date {
        wall.saturating_sub(jiff::Span::new().minutes(self.day_cutoff_minutes)).date()
    }

    /// How far the given datasets reach; those without rows or time say nothing.
    pub fn watermarks(&self, datasets: &[String]) -> Vec<Watermark> {
        let watermark = |dataset: &String| {
            let as_of = self.times(dataset)?.1;
            Some(Watermark { dataset: dataset.clone(), as_of, day: self.business_day(as_of) })
        };
        datasets.iter().filter_map(watermark).collect()
    }
}

/// A file as the lake checks it.
pub(crate) fn stored(file: &DataFile) -> StoredFile {
    StoredFile {
        path: file.path.clone(),
        dataset: file.dataset.clone(),
        sha256: file.sha256.clone(),
        rows: file.rows as u64,
        bytes: file.bytes as u64,
        import: file.import_id,
        is_derived: file.derived.is_some(),
    }
}

/// The last day that every source reaches.
pub(crate) fn earliest(watermarks: &[Watermark]) -> Option<Date> {
    watermarks.iter().map(|watermark| watermark.day).min()
}

/// A stored time as business-local: instants end in `Z`, dates stand for themselves.
fn local(text: &str, zone: &TimeZone) -> Option<DateTime> {
    match text.parse::<Timestamp>() {
        Ok(instant) => Some(zone.to_datetime(instant)),
        Err(_) => text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(|date| date.at(23, 59, 59, 0))).ok(),
    }
}
