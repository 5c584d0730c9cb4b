//! Everything the definition files say, read together: datasets, sources, metrics, schemes, and what is wrong with them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use yh_lake::DerivedQuery;
use yh_metrics::{Catalog, Column, ColumnType, DatasetSchema, ModelFiles};
use yh_model::{
    Calendar, Frame, Issue, Severity,
    calendar::load_calendar,
    dataset::{ColumnKind, DatasetSpec, canonical_datasets},
    home::{self, Home, load_home},
    issue::nearest,
    scheme::{Scheme, load_scheme},
    source::{SourceDef, load_source},
};

use crate::{
    AppError, Comparison, Result, calendar,
    project::{Project, TextFile},
};

/// The definitions of a project as of one reading of its files.
#[derive(Debug, Clone)]
pub struct Definitions {
    /// Canonical datasets and those the sources declare.
    pub datasets: BTreeMap<String, Arc<DatasetSpec>>,
    /// Names of the declared ones.
    pub declared: BTreeSet<String>,
    pub sources: Vec<SourceDef>,
    /// Derived datasets, each after those it reads.
    pub derived: Vec<DerivedDataset>,
    pub catalog: Catalog,
    pub schemes: Vec<Scheme>,
    pub calendar: Calendar,
    calendar_days: OnceLock<Frame>,
    /// What the home page shows, where a file says so.
    pub home: Option<Home>,
    pub issues: Vec<Issue>,
    pub files: Vec<TextFile>,
    /// Hash of all files.
    pub revision: String,
}

/// A derived dataset with its checked SELECT.
#[derive(Debug, Clone)]
pub struct DerivedDataset {
    pub dataset: String,
    pub source: String,
    pub query: DerivedQuery,
}

impl Definitions {
    /// Reads the project's files; what is wrong becomes issues and keeps only itself out.
    pub fn load(project: &Project) -> Self {
        let (files, mut issues) = project.definition_files();
        let in_folder =
            |folder: &str| -> Vec<&TextFile> { files.iter().filter(|(path, _)| path.starts_with(&format!("{folder}/"))).collect() };

        let settings = &project.settings;
        let models: Vec<TextFile> = in_folder("models").into_iter().cloned().collect();
        let calendars: Vec<TextFile> = in_folder("calendar").into_iter().cloned().collect();
        // The model files are most of what is read: side by side with all that the catalog stands on.
        let base = || {
            // An empty file is one that a shell has just made for the output of `source propose`.
            let written: Vec<&TextFile> = in_folder("sources").into_iter().filter(|(_, text)| !text.trim().is_empty()).collect();
            let read: Vec<_> = written.par_iter().map(|(path, text)| load_source(path, text)).collect();
            (read, load_calendar(&calendars, settings.fiscal_year_start))
        };
        let (models, (read, (calendar, found))) = rayon::join(|| ModelFiles::read(&models), base);
        issues.extend(found);
        let mut sources: Vec<SourceDef> = Vec::new();
        for (source, found) in read {
            issues.extend(found);
            sources.extend(source);
        }
        let (datasets, declared) = datasets(&sources, &mut issues);

        let schemas: Vec<DatasetSchema> = datasets.values().map(|spec| schema(spec)).collect();
        let clock = yh_metrics::Clock::Business { zone: settings.zone.clone(), cutoff_minutes: settings.day_cutoff_minutes.into() };
        let catalog_settings = project_settings(clock, &calendar);
        let ((derived, found_derived), (catalog, found)) =
            rayon::join(|| derived(&sources, &datasets), || yh_metrics::load_models(models, &schemas, &catalog_settings));
        issues.extend(found_derived);
        issues.extend(found);

        let mut schemes = Vec::new();
        for (path, text) in in_folder("schemes") {
            let (scheme, found) = load_scheme(path, text, &calendar);
            issues.extend(found);
            let Some(scheme) = scheme else { continue };
            issues.extend(unknown_metrics(&scheme, &catalog, text));
            schemes.push(scheme);
        }
        let home = files.iter().find(|(path, _)| path == home::PATH).and_then(|(path, text)| {
            let (home, found) = load_home(path, text);
            issues.extend(found);
            issues.extend(home.iter().flat_map(|home| unknown_on_home(home, &catalog)));
            home
        });
        issues.sort_by(|a, b| (a.severity, &a.path, a.line).cmp(&(b.severity, &b.path, b.line)));
        let revision = hash(files.iter().flat_map(|(path, text)| [path.as_str(), text.as_str()]));
        Self {
            datasets,
            declared,
            sources,
            derived,
            catalog,
            schemes,
            home,
            calendar,
            calendar_days: OnceLock::new(),
            issues,
            files,
            revision,
        }
    }

    /// Finds a dataset.
    pub fn dataset(&self, name: &str) -> Result<&Arc<DatasetSpec>> {
        self.datasets.get(name).ok_or_else(|| AppError::unknown("dataset", name, self.datasets.keys().map(String::as_str)))
    }

    /// Finds a scheme.
    pub fn scheme(&self, name: &str) -> Result<&Scheme> {
        let known = || self.schemes.iter().map(|scheme| scheme.name.as_str());
        self.schemes.iter().find(|scheme| scheme.name == name).ok_or_else(|| AppError::unknown("scheme", name, known()))
    }

    /// Finds a metric.
    pub fn metric(&self, name: &str) -> Result<&yh_metrics::Metric> {
        self.catalog.metric(name).ok_or_else(|| {
            let error = AppError::unknown("metric", name, []);
            let likely = self.catalog.likely_metric(name).map(|likely| format!("did you mean {likely}?"));
            AppError { hint: likely, ..error }
        })
    }

    /// Every day of the time series with its period of each custom grain: the rows of [`calendar::DAYS`].
    pub fn calendar_days(&self) -> &Frame {
        self.calendar_days.get_or_init(|| calendar::days(&self.calendar))
    }

    /// Hash of one file's text, 12 hex digits.
    pub fn file_revision(&self, path: &str) -> String {
        self.files.iter().find(|(known, _)| known == path).map(|(_, text)| hash([text.as_str()])).unwrap_or_default()
    }

    /// Whether no error was found.
    pub fn is_sound(&self) -> bool {
        self.issues.iter().all(|issue| issue.severity == Severity::Warning)
    }
}

fn project_settings(clock: yh_metrics::Clock, calendar: &Calendar) -> yh_metrics::ProjectSettings {
    let table = Some(calendar::table(calendar));
    yh_metrics::ProjectSettings { clock, calendar: table, ..Default::default() }
}

/// Hash of texts, 12 hex digits.
pub(crate) fn hash<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update(text.len().to_le_bytes());
        hasher.update(text);
    }
    hasher.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

fn datasets(sources: &[SourceDef], issues: &mut Vec<Issue>) -> (BTreeMap<String, Arc<DatasetSpec>>, BTreeSet<String>) {
    let mut datasets: BTreeMap<String, Arc<DatasetSpec>> =
        canonical_datasets().iter().map(|spec| (spec.name.clone(), Arc::new(spec.clone()))).collect();
    let mut declared = BTreeSet::new();
    for source in sources {
        for spec in &source.datasets {
            if datasets.contains_key(&spec.name) {
                let message = format!("dataset {} is declared twice, or is a standard dataset", spec.name);
                issues.push(Issue::error(&source.path, 0, 0, "duplicate-dataset", message, "choose another name"));
                continue;
            }
            declared.insert(spec.name.clone());
            datasets.insert(spec.name.clone(), Arc::new(spec.clone()));
        }
    }
    (datasets, declared)
}

/// Checks the derived SELECTs and orders them so that each comes after those it reads.
fn derived(sources: &[SourceDef], datasets: &BTreeMap<String, Arc<DatasetSpec>>) -> (Vec<DerivedDataset>, Vec<Issue>) {
    let mut issues = Vec::new();
    let known: Vec<&str> = datasets.keys().map(String::as_str).collect();
    let mut waiting = Vec::new();
    for source in sources {
        for definition in &source.derived {
            let Some(spec) = datasets.get(&definition.dataset) else {
                let hint =
                    nearest(&definition.dataset, known.iter().copied()).map(|near| format!("did you mean {near}?")).unwrap_or_default();
                let message = format!("there is no dataset {}", definition.dataset);
                issues.push(Issue::error(&source.path, definition.line, 1, "unknown-dataset", message, hint));
                continue;
            };
            match DerivedQuery::parse(spec, &definition.sql, &known) {
                Ok(query) => waiting.push(DerivedDataset { dataset: definition.dataset.clone(), source: source.name.clone(), query }),
                Err(error) => {
                    let hint = "a derived dataset is one SELECT with joins and GROUP BY, every column named";
                    issues.push(Issue::error(&source.path, definition.line, 1, "derived", error.to_string(), hint));
                }
            }
        }
    }
    let mut ordered: Vec<DerivedDataset> = Vec::new();
    while !waiting.is_empty() {
        let pending: BTreeSet<String> = waiting.iter().map(|derived| derived.dataset.clone()).collect();
        let (ready, later): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|derived| derived.query.tables().iter().all(|table| !pending.contains(table)));
        if ready.is_empty() {
            let names: Vec<&str> = pending.iter().map(String::as_str).collect();
            let message = format!("derived datasets read each other in a circle: {}", names.join(", "));
            issues.push(Issue::error("sources/", 0, 0, "derived-circle", message, "let one of them read imported rows only"));
            break;
        }
        ordered.extend(ready);
        waiting = later;
    }
    (ordered, issues)
}

fn schema(spec: &DatasetSpec) -> DatasetSchema {
    let kind = |kind: ColumnKind| match kind {
        ColumnKind::Text => ColumnType::Text,
        ColumnKind::Integer => ColumnType::Integer,
        ColumnKind::Number => ColumnType::Float,
        ColumnKind::Money => ColumnType::Decimal,
        ColumnKind::Boolean => ColumnType::Boolean,
        ColumnKind::Instant => ColumnType::Instant,
        ColumnKind::Date => ColumnType::Date,
    };
    let columns = spec.columns.iter().map(|column| Column { name: column.name.clone(), kind: kind(column.kind) }).collect();
    DatasetSchema { name: spec.name.clone(), columns }
}

fn unknown_metrics(scheme: &Scheme, catalog: &Catalog, text: &str) -> Vec<Issue> {
    let kpis = scheme.perspectives.iter().flat_map(|perspective| &perspective.kpis);
    kpis.filter(|kpi| !catalog.metrics.contains_key(&kpi.metric))
        .map(|kpi| {
            let line = text.lines().position(|line| line.contains(&kpi.metric)).map_or(0, |index| index + 1);
            let hint = catalog
                .likely_metric(&kpi.metric)
                .map_or_else(|| "define it in models/".to_owned(), |near| format!("did you mean {near}?"));
            Issue::error(&scheme.path, line, 1, "unknown-metric", format!("there is no metric {}", kpi.metric), hint)
        })
        .collect()
}

/// Metrics and comparisons of the home page that are not known.
fn unknown_on_home(home: &Home, catalog: &Catalog) -> Vec<Issue> {
    let mut issues = Vec::new();
    for metric in home.metrics().filter(|metric| !catalog.metrics.contains_key(&metric.name)) {
        let hint =
            catalog.likely_metric(&metric.name).map_or_else(|| "define it in models/".to_owned(), |near| format!("did you mean {near}?"));
        let message = format!("there is no metric {}", metric.name);
        issues.push(Issue::error(home::PATH, metric.line, metric.column, "unknown-metric", message, hint));
    }
    for compare in &home.compare {
        if let Err(error) = Comparison::parse(&compare.name) {
            let hint = error.hint.unwrap_or_default();
            issues.push(Issue::error(home::PATH, compare.line, compare.column, "unknown-comparison", error.message, hint));
        }
    }
    issues
}
