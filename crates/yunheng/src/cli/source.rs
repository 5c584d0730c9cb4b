//! `source`: list, presets, add, propose, export.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use yh_app::{
    App, Result,
    pull::list_attempts,
    sources::{add_preset, export_source},
    wizard::{FileChoice, propose_source},
};
use yh_model::source::{UrlPlace, presets};

use super::output::print;

/// List, add, propose or export source definitions.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  yunheng source presets\n  yunheng source add --preset qianniu --store S01\n  yunheng source propose 新平台订单.csv --name new_shop > sources/new_shop.yaml\n  yunheng source export qianniu > qianniu.yaml"
)]
pub struct Source {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the project's sources, how they are pulled and how that went last.
    List,
    /// List the presets for well-known systems.
    Presets,
    /// Add a preset to the project as sources/NAME.yaml.
    Add {
        #[arg(long)]
        preset: String,
        /// Name of the source; the preset's own by default.
        #[arg(long)]
        name: Option<String>,
        /// Store of the files, for presets whose files do not say it.
        #[arg(long)]
        store: Option<String>,
    },
    /// Print a source definition for a file of an unknown layout, from its headers and values.
    Propose {
        file: PathBuf,
        /// Dataset the file fills; the likeliest by default.
        #[arg(long)]
        dataset: Option<String>,
        /// Name of the source.
        #[arg(long, default_value = "export")]
        name: String,
        /// Store of the files, where they do not say it.
        #[arg(long)]
        store: Option<String>,
    },
    /// Print a source as YAML: its file, or the mapping that was confirmed in the wizard.
    Export { name: String },
}

impl Source {
    pub async fn run(self, root: &Path) -> Result<()> {
        if matches!(self.action, Action::Presets) {
            return print(list_presets().as_bytes());
        }
        let app = super::open(root).await?;
        match self.action {
            Action::List => list(&app).await,
            Action::Presets => Ok(()),
            Action::Add { preset, name, store } => {
                let path = add_preset(&app, &preset, name.as_deref(), store.as_deref()).await?;
                print(format!("{path}\ncheck it against a file of yours, then import with --source\n").as_bytes())
            }
            Action::Propose { file, dataset, name, store } => {
                let file_name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let choice = FileChoice { path: file, file_name, dataset, ..FileChoice::default() };
                print(propose_source(&app, &choice, &name, store.as_deref()).await?.as_bytes())
            }
            Action::Export { name } => print(export_source(&app, &name).await?.as_bytes()),
        }
    }
}

fn list_presets() -> String {
    let mut text = String::new();
    for preset in presets() {
        let definition = &preset.definition;
        let mut datasets: Vec<&str> = definition
            .files
            .iter()
            .map(|file| file.dataset.as_str())
            .filter(|name| definition.datasets.iter().all(|own| own.name != **name))
            .collect();
        datasets.extend(definition.derived.iter().map(|derived| derived.dataset.as_str()));
        let as_of = definition.layout.as_ref().map(|layout| layout.as_of.as_str()).unwrap_or_default();
        let store = if preset.needs_store() { "  --store" } else { "" };
        text += &format!(
            "{:12} {} · {}: {}; layout as of {as_of}{store}\n",
            preset.name,
            definition.label.zh,
            definition.label.en,
            datasets.join(", ")
        );
    }
    text + "check a layout against a file of yours: exports change without notice\n"
}

async fn list(app: &App) -> Result<()> {
    let definitions = app.definitions().await?;
    let attempts = list_attempts(app, None).await?;
    for source in &definitions.sources {
        let mut parts = vec![format!("{:20} {}", source.name, source.path)];
        if let Some(connect) = &source.connect {
            let place = match &connect.url {
                UrlPlace::Env(name) => format!("${name}"),
                UrlPlace::File(file) | UrlPlace::Path(file) => file.clone(),
            };
            parts.push(format!("{} {place}", connect.kind.name()));
        }
        parts.extend(source.watch.as_ref().map(|watch| format!("watches {}", watch.folder)));
        parts.extend(source.schedule.as_ref().map(|schedule| format!("schedule {}", schedule.text())));
        print(format!("{}\n", parts.join("  ")).as_bytes())?;
        for attempt in attempts.iter().filter(|attempt| attempt.source == source.name && !attempt.item.is_empty()) {
            let how = attempt.error.as_ref().map_or_else(|| "ok".to_owned(), |error| format!("failed: {error}"));
            print(format!("    {}  {}  {how}\n", attempt.at, attempt.item).as_bytes())?;
        }
    }
    Ok(())
}
