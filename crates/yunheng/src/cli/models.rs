//! `fmt` and `models`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use yh_app::{
    AppError, ErrorKind, Result,
    models::{FormatMode, export_ossie, format_files, import_ossie},
};

use super::output::print;

/// Put the keys of model files in their canonical order; comments stay.
#[derive(Args)]
pub struct Fmt {
    /// Model files; all of the project's when none is named.
    files: Vec<PathBuf>,
    /// Change nothing; fail when a file would change.
    #[arg(long)]
    check: bool,
}

/// Exchange models with other tools.
#[derive(Args)]
pub struct Models {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Write another tool's definitions to models/.
    Import {
        /// A file of Apache Ossie (Open Semantic Interchange).
        #[arg(long, value_name = "FILE")]
        ossie: PathBuf,
    },
    /// Print the project's definitions.
    Export {
        /// As Apache Ossie (Open Semantic Interchange).
        #[arg(long, required = true)]
        ossie: bool,
        /// File to write (standard output otherwise).
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
}

impl Fmt {
    pub fn run(&self, root: &Path) -> Result<()> {
        let mode = if self.check { FormatMode::Check } else { FormatMode::Write };
        let files = format_files(root, &self.files, mode)?;
        let changed: Vec<String> = files.iter().filter(|file| file.changed).map(|file| file.path.display().to_string()).collect();
        for path in &changed {
            print(format!("{path}\n").as_bytes())?;
        }
        eprintln!("{} file(s), {} {}", files.len(), changed.len(), if self.check { "would change" } else { "changed" });
        if self.check && !changed.is_empty() {
            let error = AppError::new(ErrorKind::Definition, "unformatted", format!("{} file(s) are not formatted", changed.len()));
            return Err(error.hint("run `yunheng fmt`"));
        }
        Ok(())
    }
}

impl Models {
    pub fn run(&self, root: &Path) -> Result<()> {
        let notes = match &self.action {
            Action::Import { ossie } => {
                let (path, notes) = import_ossie(root, ossie)?;
                print(format!("wrote {}\nnext: yunheng check\n", path.display()).as_bytes())?;
                notes
            }
            Action::Export { output, .. } => {
                let made = export_ossie(root)?;
                match output {
                    Some(path) => yh_app::write_whole(path, &made.text)?,
                    None => print(made.text.as_bytes())?,
                }
                made.notes
            }
        };
        for note in notes {
            eprintln!("note: {note}");
        }
        Ok(())
    }
}
