//! A project folder: settings, definition files, and the private `.yunheng/` beside them.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use yh_model::Issue;

use crate::{
    AppError, ErrorKind, Result,
    settings::{self, SETTINGS_FILE, Settings},
};

/// A project folder that was found and whose settings are right.
#[derive(Debug, Clone)]
pub struct Project {
    pub root: PathBuf,
    pub settings: Settings,
}

/// A lock file that is held while this value lives.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "dropping it lets go of the lock")] File);

/// A text file of a template or project: path relative to the folder, and content.
pub type TextFile = (String, String);

/// Folders whose YAML files are definitions, in the order they are read.
const DEFINITION_FOLDERS: [&str; 5] = ["sources", "models", "schemes", "calendar", "boards"];
/// A definition file longer than this is not one.
const MAX_DEFINITION_BYTES: u64 = 4 << 20;

impl Project {
    /// Opens a folder that holds a settings file.
    pub fn open(root: &Path) -> Result<Self> {
        let path = root.join(SETTINGS_FILE);
        let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                let message = format!("{} is not a yunheng project: it has no {SETTINGS_FILE}", root.display());
                AppError::new(ErrorKind::NotFound, "not-a-project", message)
                    .hint("run `yunheng init DIR --template shop`, or name the folder with -C DIR")
            }
            _ => AppError::io(&path, error),
        })?;
        let settings = settings::parse(&text).map_err(wrong_settings)?;
        Ok(Self { root: root.to_owned(), settings })
    }

    /// Writes a template into a folder; what lies there stays.
    pub fn create(root: &Path, template: &[TextFile]) -> Result<()> {
        if root.join(SETTINGS_FILE).exists() {
            let message = format!("{} is a project already", root.display());
            return Err(AppError::new(ErrorKind::Input, "project-exists", message).hint("choose another folder"));
        }
        if let Some((relative, _)) = template.iter().find(|(relative, _)| root.join(relative).exists()) {
            let message = format!("{} exists already; nothing was written", root.join(relative).display());
            return Err(AppError::new(ErrorKind::Input, "file-exists", message).hint("choose another folder"));
        }
        for (relative, text) in template {
            let path = root.join(relative);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(|error| AppError::io(folder, error))?;
            }
            fs::write(&path, text).map_err(|error| AppError::io(&path, error))?;
        }
        Ok(())
    }

    /// The private folder, made when it is missing.
    pub fn state_folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.root.join(".yunheng").join(name);
        fs::create_dir_all(&folder).map_err(|error| AppError::io(&folder, error))?;
        Ok(folder)
    }

    /// The lake's folder, without links and without `..`, which the engine takes for an attempt to leave it.
    pub fn lake_folder(&self) -> Result<PathBuf> {
        let folder = self.state_folder("lake")?;
        folder.canonicalize().map_err(|error| AppError::io(&folder, error))
    }

    /// Takes a lock file, or says that somebody else holds it.
    pub fn lock(&self, name: &str, what: &str) -> Result<Lock> {
        let path = self.state_folder("")?.join(format!("{name}.lock"));
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(|error| AppError::io(&path, error))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock(file)),
            Err(TryLockError::WouldBlock) => {
                Err(AppError::new(ErrorKind::Busy, &format!("{name}-running"), format!("{what} is running in this project"))
                    .hint("wait until it ends, then try again"))
            }
            Err(TryLockError::Error(error)) => Err(AppError::io(&path, error)),
        }
    }

    /// The URL of the records database.
    pub fn records_url(&self) -> Result<String> {
        if let Some(url) = &self.settings.records_url {
            return Ok(url.clone());
        }
        let path = self.state_folder("")?.join("records.db");
        Ok(format!("sqlite://{}?mode=rwc", path.display()))
    }

    /// The folder of source files that `import --all` looks into.
    pub fn data_folder(&self) -> Option<PathBuf> {
        self.settings.data.as_ref().map(|data| self.root.join(data))
    }

    /// Reads the definition files, sorted by path; unreadable ones become issues.
    pub fn definition_files(&self) -> (Vec<TextFile>, Vec<Issue>) {
        let mut files = Vec::new();
        let mut issues = Vec::new();
        for path in self.definition_paths() {
            let relative = self.relative(&path);
            match read_definition(&path) {
                Ok(text) => files.push((relative, text)),
                Err(reason) => issues.push(Issue::error(&relative, 0, 0, "unreadable", reason, "save it as UTF-8 text")),
            }
        }
        (files, issues)
    }

    /// Changes whenever a definition file may have changed: cheap enough to ask before every request.
    pub fn fingerprint(&self) -> Vec<(PathBuf, u64, std::time::SystemTime)> {
        self.definition_paths()
            .into_iter()
            .filter_map(|path| {
                let metadata = path.metadata().ok()?;
                Some((path, metadata.len(), metadata.modified().ok()?))
            })
            .collect()
    }

    fn definition_paths(&self) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = DEFINITION_FOLDERS
            .iter()
            .filter_map(|folder| fs::read_dir(self.root.join(folder)).ok())
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml"))
            .collect();
        paths.sort();
        paths
    }

    fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }
}

fn read_definition(path: &Path) -> std::result::Result<String, String> {
    let metadata = path.metadata().map_err(|error| error.to_string())?;
    if metadata.len() > MAX_DEFINITION_BYTES {
        return Err(format!("larger than {} MB", MAX_DEFINITION_BYTES >> 20));
    }
    fs::read_to_string(path).map_err(|error| error.to_string())
}

fn wrong_settings(issues: Vec<Issue>) -> AppError {
    let message = format!("{SETTINGS_FILE} has {} problem(s)", issues.len());
    let error = AppError::new(ErrorKind::Definition, "settings", message);
    AppError { issues, ..error.hint("mend the lines named below") }
}
