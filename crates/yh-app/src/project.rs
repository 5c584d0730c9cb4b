//! A project folder: settings, definition files, and the private `.yunheng/` beside them.

use std::{
    fs,
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

    /// Writes a template into a new or empty folder.
    pub fn create(root: &Path, template: &[TextFile]) -> Result<()> {
        if root.join(SETTINGS_FILE).exists() {
            let message = format!("{} is a project already", root.display());
            return Err(AppError::new(ErrorKind::Input, "project-exists", message).hint("choose another folder"));
        }
        let is_new = !root.exists();
        write_template(root, template).inspect_err(|_| {
            // Half a project is none.
            if is_new {
                let _ = fs::remove_dir_all(root);
            }
        })
    }

    /// The private folder, made when it is missing.
    pub fn state_folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.root.join(".yunheng").join(name);
        if !folder.is_dir() {
            yh_lake::private::create_folder(&folder).map_err(|error| AppError::io(&folder, error))?;
        }
        Ok(folder)
    }

    /// Whether the project's state can be written; tried on the lock that every import takes.
    pub fn is_writable(&self) -> bool {
        use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
        let refused = |error: &std::io::Error| matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem);
        let folder = self.root.join(".yunheng");
        let made = yh_lake::private::create_folder(&folder);
        let opened = made.and_then(|()| yh_lake::private::options().create(true).truncate(false).open(folder.join("import.lock")));
        !opened.is_err_and(|error| refused(&error))
    }

    /// The URL of the records database.
    pub fn records_url(&self) -> Result<String> {
        if let Some(url) = &self.settings.records_url {
            return Ok(url.clone());
        }
        sqlite_url(&self.root.join(".yunheng").join("records.db"))
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

fn write_template(root: &Path, template: &[TextFile]) -> Result<()> {
    for (relative, text) in template {
        let path = root.join(relative);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| AppError::io(folder, error))?;
        }
        fs::write(&path, text).map_err(|error| AppError::io(&path, error))?;
    }
    Ok(())
}

/// The URL of a SQLite file, in which no character of the path is taken for a mark of the URL.
pub(crate) fn sqlite_url(path: &Path) -> Result<String> {
    let text = path.to_str().ok_or_else(|| {
        AppError::new(ErrorKind::Input, "folder-name", format!("the name of the folder {} is not Unicode text", path.display()))
            .hint("rename the folder")
    })?;
    Ok(format!("sqlite://{}?mode=rwc", text.replace('%', "%25").replace('?', "%3F").replace('#', "%23")))
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
