//! Where the records live, and moving them elsewhere.

use std::path::{Path, PathBuf};

use toml_edit::DocumentMut;
use yh_records::{MovedTable, Records, Stamp};

use crate::{AppError, ErrorKind, Project, Result, project::sqlite_url, settings::SETTINGS_FILE};

/// What came of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub tables: Vec<MovedTable>,
    /// Where the old records still are, without a password.
    pub from: String,
    pub to: String,
}

/// Copies all records to the database of a URL, checks them and switches `records.url`; nobody writes meanwhile.
pub async fn move_records(root: &Path, url: &str) -> Result<Moved> {
    let project = Project::open(root)?;
    let target = Target::of(root, url)?;
    let from = project.records_url()?;
    if from == target.url {
        return Err(AppError::new(ErrorKind::Input, "records-present", "the records are there already").hint("name another database"));
    }
    let _serve = project.lock("serve", "a server")?;
    let _import = project.lock("import", "an import")?;
    let records = Records::open(&from).await?;
    // A copied folder that shares the records of another would lock that other out.
    let stamp = Stamp { at: jiff::Timestamp::now(), by: crate::app::user() };
    crate::lake::identify(&project, &records, &project.lake_folder()?, &stamp).await?;
    let to = masked(&target.url);
    let tables = copy_and_switch(root, &records, &target.url, &to).await.inspect_err(|_| target.remove_if_new())?;
    Ok(Moved { tables, from: masked(&from), to })
}

async fn copy_and_switch(root: &Path, records: &Records, url: &str, place: &str) -> Result<Vec<MovedTable>> {
    let settings = new_settings(root, url)?;
    let copied = records.copy_to(url).await?;
    copied.keep(place, || settings.put_in_force()).await
}

/// A database's URL, or a SQLite file's path, as it is shown: without its password.
pub fn masked(url: &str) -> String {
    if let Some(rest) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
        let path = rest.split('?').next().unwrap_or_default();
        return path.replace("%3F", "?").replace("%23", "#").replace("%25", "%");
    }
    let Ok(mut url) = url::Url::parse(url) else { return "***".to_owned() };
    if url.password().is_some() {
        let _ = url.set_password(Some("***"));
    }
    let secret = |key: &str| key.contains("password") || key.contains("sslkey");
    let pairs: Vec<(String, String)> = url.query_pairs().filter(|(key, _)| !secret(key)).map(|(a, b)| (a.into(), b.into())).collect();
    if pairs.is_empty() {
        url.set_query(None);
    } else {
        url.query_pairs_mut().clear().extend_pairs(pairs);
    }
    url.to_string()
}

/// Where the records are to go.
struct Target {
    url: String,
    /// The SQLite file that a failed move must not leave behind.
    new_file: Option<PathBuf>,
}

impl Target {
    /// A SQLite path is read from the project's folder, as nobody later knows where the command was given.
    fn of(root: &Path, url: &str) -> Result<Self> {
        let Some(rest) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) else {
            if url.starts_with("postgres:") || url.starts_with("postgresql:") {
                return Ok(Self { url: url.to_owned(), new_file: None });
            }
            return Err(AppError::new(ErrorKind::Input, "records-url", "the records url is neither SQLite nor PostgreSQL")
                .hint("write postgres://user@host/database or sqlite:path/records.db"));
        };
        let root = root.canonicalize().map_err(|error| AppError::io(root, error))?;
        let path = root.join(masked(&format!("sqlite://{rest}")));
        let new_file = (!path.exists()).then(|| path.clone());
        Ok(Self { url: sqlite_url(&path)?, new_file })
    }

    fn remove_if_new(&self) {
        for end in ["", "-wal", "-shm"] {
            if let Some(path) = &self.new_file {
                let _ = std::fs::remove_file(format!("{}{end}", path.display()));
            }
        }
    }
}

/// A settings file written beside the one in force.
struct NewSettings {
    beside: PathBuf,
    path: PathBuf,
}

impl NewSettings {
    fn put_in_force(&self) -> Result<()> {
        std::fs::rename(&self.beside, &self.path).map_err(|error| AppError::io(&self.path, error))
    }
}

impl Drop for NewSettings {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.beside);
    }
}

/// Writes the settings with another `records.url` first, so that a full disk is met before anything is switched.
fn new_settings(root: &Path, url: &str) -> Result<NewSettings> {
    use std::io::Write;
    let path = root.join(SETTINGS_FILE);
    let text = std::fs::read_to_string(&path).map_err(|error| AppError::io(&path, error))?;
    let text = with_records_url(&text, url)
        .map_err(|error| AppError::new(ErrorKind::Definition, "settings", error.to_string()).hint("run `yunheng check`"))?;
    let new = NewSettings { beside: root.join(format!("{SETTINGS_FILE}.new")), path };
    let written = std::fs::File::create(&new.beside).and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(|error| AppError::io(&new.beside, error))?;
    if let Ok(data) = new.path.metadata() {
        // The file may hold a password: its rights stay what they were.
        let _ = std::fs::set_permissions(&new.beside, data.permissions());
    }
    Ok(new)
}

/// Sets `records.url` in a settings file's text and leaves everything else, comments too.
fn with_records_url(text: &str, url: &str) -> std::result::Result<String, toml_edit::TomlError> {
    let mut document: DocumentMut = text.parse()?;
    let records = document.entry("records").or_insert_with(toml_edit::table);
    let mut value = toml_edit::Value::from(url);
    if let Some(old) = records.get("url").and_then(toml_edit::Item::as_value) {
        *value.decor_mut() = old.decor().clone();
    }
    records["url"] = toml_edit::Item::Value(value);
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_keep_their_comments() {
        let text = "# 门店\n[project]\nname = \"a\" # here\n\n[records] # kept\nurl = \"sqlite:old.db\" # why\n";
        let new = with_records_url(text, "postgres://u@h/d").expect("settings");
        assert_eq!(new, text.replace("sqlite:old.db", "postgres://u@h/d"));
        let added = with_records_url("[project]\nname = \"a\"\n# last\n", "postgres://u@h/d").expect("settings");
        assert_eq!(crate::settings::parse(&added).expect("settings").records_url.as_deref(), Some("postgres://u@h/d"));
        assert!(added.contains("# last"));
    }

    #[test]
    fn no_password_is_shown() {
        for (url, shown) in [
            ("postgres://ann:s3cret@db:5432/shop", "postgres://ann:***@db:5432/shop"),
            ("postgres://db/shop?user=ann&password=s3cret", "postgres://db/shop?user=ann"),
            ("postgres://ann@db/shop", "postgres://ann@db/shop"),
            ("sqlite:///a%3Fb%25/记录.db?mode=rwc", "/a?b%/记录.db"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }
}
