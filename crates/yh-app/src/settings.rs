//! `yunheng.toml`: a project's settings; every wrong one is reported, not only the first.

use std::{path::PathBuf, time::Duration};

use jiff::tz::TimeZone;
use serde::Deserialize;
use yh_model::{Issue, Limits};

/// The settings file's name.
pub const SETTINGS_FILE: &str = "yunheng.toml";

/// Checked settings of a project.
#[derive(Debug, Clone)]
pub struct Settings {
    pub name: String,
    /// `zh-CN` or `en`.
    pub locale: String,
    pub zone: TimeZone,
    pub zone_name: String,
    /// ISO 4217.
    pub currency: String,
    /// Minutes after midnight at which the business day begins.
    pub day_cutoff_minutes: i32,
    /// Month in which the fiscal year begins, 1–12.
    pub fiscal_year_start: i8,
    /// The data are made up; pages say so.
    pub synthetic: bool,
    /// Where records live; none is SQLite inside the project.
    pub records_url: Option<String>,
    pub memory_mb: usize,
    pub threads: usize,
    pub timeout: Duration,
    /// How much one question, request and file may ask for.
    pub limits: Limits,
    /// Whether targets and actuals by hand count only when another person has approved them.
    pub approval: Approval,
    /// How long and how much is kept of what is no fact.
    pub keep: Keep,
    /// A folder that holds the source files, for projects that map files kept elsewhere.
    pub data: Option<PathBuf>,
}

/// `[keep]`: files that are no facts, and when they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    pub uploads: Life,
    pub rejects: Life,
}

/// How long files are kept, and how much of them: the oldest go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    pub age: Duration,
    pub bytes: u64,
}

impl Life {
    fn of(days: i64, mb: i64) -> Self {
        Self { age: Duration::from_secs(days.unsigned_abs() * 24 * 3600), bytes: mb.unsigned_abs() << 20 }
    }
}

/// `targets.approval`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Approval {
    /// What is recorded counts at once.
    #[default]
    None,
    /// What is recorded is a draft until another person has approved it.
    Required,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    project: ProjectTable,
    records: RecordsTable,
    targets: TargetsTable,
    engine: EngineTable,
    limits: Limits,
    keep: KeepTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ProjectTable {
    name: String,
    locale: String,
    timezone: String,
    currency: String,
    day_cutoff: String,
    fiscal_year_start: i64,
    synthetic: bool,
    data: Option<PathBuf>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RecordsTable {
    url: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct TargetsTable {
    approval: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct EngineTable {
    memory_mb: i64,
    threads: i64,
    timeout_s: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct KeepTable {
    uploads_days: i64,
    uploads_mb: i64,
    rejects_days: i64,
    rejects_mb: i64,
}

impl Default for KeepTable {
    fn default() -> Self {
        Self { uploads_days: 2, uploads_mb: 8192, rejects_days: 90, rejects_mb: 1024 }
    }
}

impl Default for ProjectTable {
    fn default() -> Self {
        Self {
            name: String::new(),
            locale: "zh-CN".into(),
            timezone: "Asia/Shanghai".into(),
            currency: "CNY".into(),
            day_cutoff: "00:00".into(),
            fiscal_year_start: 1,
            synthetic: false,
            data: None,
        }
    }
}

impl Default for EngineTable {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, |n| n.get() as i64);
        Self { memory_mb: 2048, threads, timeout_s: 120 }
    }
}

/// Reads the settings file's text.
pub fn parse(text: &str) -> Result<Settings, Vec<Issue>> {
    let file: File = toml::from_str(text).map_err(|error| vec![syntax(text, &error)])?;
    let mut check = Check { text, issues: Vec::new() };
    let settings = check.settings(file);
    if check.issues.is_empty() { Ok(settings) } else { Err(check.issues) }
}

fn syntax(text: &str, error: &toml::de::Error) -> Issue {
    let start = error.span().map_or(0, |span| span.start).min(text.len());
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let hint = "compare it with the file that `yunheng init` writes";
    Issue::error(SETTINGS_FILE, line, column, "settings", error.message(), hint)
}

struct Check<'a> {
    text: &'a str,
    issues: Vec<Issue>,
}

impl Check<'_> {
    fn error(&mut self, key: &str, message: String, hint: &str) {
        let is_key = |line: &str| line.split('=').next().is_some_and(|left| left.trim() == key);
        let line = self.text.lines().position(is_key).map_or(0, |index| index + 1);
        self.issues.push(Issue::error(SETTINGS_FILE, line, 1, "settings", message, hint));
    }

    fn settings(&mut self, file: File) -> Settings {
        let project = file.project;
        if !["zh-CN", "en"].contains(&project.locale.as_str()) {
            self.error("locale", format!("locale '{}' is not known", project.locale), "write \"zh-CN\" or \"en\"");
        }
        let zone = TimeZone::get(&project.timezone).unwrap_or_else(|_| {
            let message = format!("time zone '{}' is not known", project.timezone);
            self.error("timezone", message, "write an IANA name such as \"Asia/Shanghai\" or \"Europe/London\"");
            TimeZone::UTC
        });
        if project.currency.len() != 3 || !project.currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            self.error("currency", format!("'{}' is not a currency code", project.currency), "write three letters such as \"CNY\"");
        }
        let cutoff = project.day_cutoff.parse::<jiff::civil::Time>().map(|time| i32::from(time.hour()) * 60 + i32::from(time.minute()));
        let day_cutoff_minutes = cutoff.unwrap_or_else(|_| {
            self.error("day_cutoff", format!("'{}' is not a time of day", project.day_cutoff), "write \"00:00\" to \"23:59\"");
            0
        });
        if !(1..=12).contains(&project.fiscal_year_start) {
            self.error("fiscal_year_start", format!("month {} does not exist", project.fiscal_year_start), "write 1 to 12");
        }
        let approval = match file.targets.approval.as_deref() {
            None | Some("none") => Approval::None,
            Some("required") => Approval::Required,
            Some(other) => {
                self.error("approval", format!("approval '{other}' is not known"), "write \"none\" or \"required\"");
                Approval::None
            }
        };
        let (engine, keep) = (file.engine, file.keep);
        for (key, value, low, high) in [
            ("memory_mb", engine.memory_mb, 64, 1 << 20),
            ("threads", engine.threads, 1, 1024),
            ("timeout_s", engine.timeout_s, 1, 86_400),
            ("uploads_days", keep.uploads_days, 1, 3650),
            ("uploads_mb", keep.uploads_mb, 1, 1 << 30),
            ("rejects_days", keep.rejects_days, 1, 3650),
            ("rejects_mb", keep.rejects_mb, 1, 1 << 30),
        ] {
            if !(low..=high).contains(&value) {
                self.error(key, format!("{key} is {value}"), &format!("write {low} to {high}"));
            }
        }
        for (key, value, range) in file.limits.ranges() {
            if !range.contains(&value) {
                self.error(key, format!("limits.{key} is {value}"), &format!("write {} to {}", range.start(), range.end()));
            }
        }
        if let Some(url) = &file.records.url
            && !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme))
        {
            self.error(
                "url",
                "the records url is neither SQLite nor PostgreSQL".into(),
                "write postgres://user@host/database, or leave it out",
            );
        }
        Settings {
            name: project.name,
            locale: project.locale,
            zone,
            zone_name: project.timezone,
            currency: project.currency,
            day_cutoff_minutes,
            fiscal_year_start: i8::try_from(project.fiscal_year_start).unwrap_or(1),
            synthetic: project.synthetic,
            records_url: file.records.url,
            approval,
            memory_mb: usize::try_from(engine.memory_mb).unwrap_or(2048),
            threads: usize::try_from(engine.threads).unwrap_or(2),
            timeout: Duration::from_secs(u64::try_from(engine.timeout_s).unwrap_or(120)),
            limits: file.limits,
            keep: Keep { uploads: Life::of(keep.uploads_days, keep.uploads_mb), rejects: Life::of(keep.rejects_days, keep.rejects_mb) },
            data: project.data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_every_wrong_setting_with_its_line() {
        let text = "[project]\nlocale = \"fr\"\ntimezone = \"Asia/Shangai\"\nday_cutoff = \"25:00\"\n[engine]\nthreads = 0\n[targets]\napproval = \"maybe\"\n[limits]\nfilters = 0\n[keep]\nrejects_days = 0\n";
        let issues = parse(text).expect_err("seven wrong settings");
        let mut lines: Vec<usize> = issues.iter().map(|issue| issue.line).collect();
        lines.sort_unstable();
        assert_eq!(lines, [2, 3, 4, 6, 8, 10, 12]);
        let unknown = parse("[project]\nnme = \"x\"\n").expect_err("an unknown key");
        assert_eq!((unknown[0].line, unknown[0].column), (2, 1));
    }

    #[test]
    fn an_empty_file_means_the_defaults() {
        let settings = parse("").expect("defaults");
        assert_eq!((settings.zone_name.as_str(), settings.currency.as_str()), ("Asia/Shanghai", "CNY"));
    }
}
