//! `init`, `check` and `datasets`.

use std::path::{Path, PathBuf};

use clap::Args;
use rust_embed::RustEmbed;
use yh_app::{
    App, AppError, ErrorKind, Project, Result, TextFile,
    compact::{Eagerness, compact},
};

use super::output::print;

/// What `init` writes.
#[derive(RustEmbed)]
#[folder = "../../templates"]
struct Templates;

/// Create a project folder.
#[derive(Args)]
pub struct Init {
    dir: PathBuf,
    #[arg(long, default_value = "shop")]
    template: String,
}

/// Check the definition files.
#[derive(Args)]
pub struct Check {
    /// One JSON object per problem.
    #[arg(long)]
    json: bool,
}

/// List datasets.
#[derive(Args)]
pub struct Datasets {
    /// Empty ones too.
    #[arg(long)]
    all: bool,
}

/// The files of a template.
pub fn template(name: &str) -> Result<Vec<TextFile>> {
    let prefix = format!("{name}/");
    let files: Vec<TextFile> = Templates::iter()
        .filter_map(|path| {
            let relative = path.strip_prefix(&prefix)?.to_owned();
            let bytes = Templates::get(&path)?.data;
            Some((relative, String::from_utf8_lossy(&bytes).into_owned()))
        })
        .collect();
    if files.is_empty() {
        let known: std::collections::BTreeSet<String> =
            Templates::iter().filter_map(|path| path.split_once('/').map(|(name, _)| name.to_owned())).collect();
        return Err(AppError::unknown("template", name, known.iter().map(String::as_str)));
    }
    Ok(files)
}

/// Merge small files and let go of those that nothing needs any more.
#[derive(Args)]
pub struct Compact {}

impl Init {
    pub fn run(&self) -> Result<()> {
        Project::create(&self.dir, &template(&self.template)?)?;
        let dir = self.dir.display();
        print(
            format!(
                "created {dir}\nnext: put your exports beside it, look at {dir}/sources/, then\n  yunheng -C {dir} import orders FILE\n"
            )
            .as_bytes(),
        )
    }
}

impl Check {
    pub async fn run(&self, root: &Path) -> std::process::ExitCode {
        let project = match Project::open(root) {
            Ok(project) => project,
            Err(error) => return super::fail(&error),
        };
        let definitions = match yh_app::derived::check(&project).await {
            Ok(definitions) => definitions,
            Err(error) => return super::fail(&error),
        };
        for issue in &definitions.issues {
            if self.json {
                println!("{}", serde_json::to_string(issue).unwrap_or_default());
            } else {
                println!("{issue}");
            }
        }
        let summary = format!(
            "{} file(s), {} metric(s), {} scheme(s), {} problem(s)",
            definitions.files.len(),
            definitions.catalog.metrics.len(),
            definitions.schemes.len(),
            definitions.issues.len()
        );
        eprintln!("{summary}");
        if definitions.is_sound() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::from(3) }
    }
}

impl Datasets {
    pub async fn run(&self, root: &Path) -> Result<()> {
        let app: App = super::open(root).await?;
        let locale = &app.project.settings.locale;
        for state in yh_app::datasets::list_datasets(&app).await? {
            if state.rows == 0 && !self.all {
                continue;
            }
            let reach = state.times.map(|(first, last)| format!("{first} … {last}")).unwrap_or_default();
            let kind = if state.derived { "derived" } else { "imported" };
            let line = format!("{:24} {:>12} rows  {kind:8}  {reach}  {}\n", state.spec.name, state.rows, state.spec.label.text(locale));
            print(line.as_bytes())?;
        }
        Ok(())
    }
}

impl Compact {
    pub async fn run(&self, root: &Path) -> Result<()> {
        let app: App = super::open(root).await?;
        let done = compact(&app, Eagerness::All).await?;
        let mb = done.bytes as f64 / 1e6;
        print(
            format!("{} small files became {}; {} files ({mb:.1} MB) left for the trash\n", done.merged, done.into, done.let_go).as_bytes(),
        )
    }
}

/// An input error with a hint.
pub fn input_error(code: &str, message: String, hint: &str) -> AppError {
    AppError::new(ErrorKind::Input, code, message).hint(hint)
}
