//! `lake`.

use std::path::Path;

use clap::{Args, Subcommand};
use yh_app::{
    Result,
    lake::{Adopted, AdoptedFacts, adopt, lake_state},
};

use super::output::print;

/// Files that no snapshot names, listed.
const SHOWN: usize = 10;

/// Show the lake: its id, snapshot and files; verifies the manifest beside it.
#[derive(Args)]
pub struct Lake {
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Subcommand)]
enum Act {
    /// Make this folder the lake of the project's records, and their facts again from the manifest beside it.
    Adopt {
        /// Facts of the records that this lake does not have give way.
        #[arg(long)]
        replace: bool,
    },
}

impl Lake {
    pub async fn run(&self, root: &Path) -> Result<()> {
        match &self.act {
            None => show(root).await,
            Some(Act::Adopt { replace }) => {
                let over = if *replace { AdoptedFacts::Replace } else { AdoptedFacts::Keep };
                let Adopted { lake, snapshot, snapshots, imports, files, rows, bytes } = adopt(root, over).await?;
                let taken = match snapshots {
                    0 => "the records had all its facts".to_owned(),
                    _ => format!("{snapshots} snapshot(s) of {imports} import(s) taken over into the records"),
                };
                print(format!("lake {lake}: {taken}; {}\n", size(snapshot, files, rows, bytes)).as_bytes())
            }
        }
    }
}

async fn show(root: &Path) -> Result<()> {
    let app = super::open(root).await?;
    let state = lake_state(&app).await?;
    let mut text = format!("lake {}: {}\n", state.id, size(state.snapshot, state.files, state.rows, state.bytes));
    if state.mended {
        text += "the manifest beside the lake was damaged and has been written again\n";
    }
    if !state.unnamed.is_empty() {
        text += &format!("{} file(s) that no snapshot names:\n", state.unnamed.len());
        for path in state.unnamed.iter().take(SHOWN) {
            text += &format!("  {path}\n");
        }
    }
    print(text.as_bytes())
}

fn size(snapshot: i64, files: usize, rows: i64, bytes: i64) -> String {
    format!("snapshot {snapshot}, {files} file(s), {rows} rows, {bytes} bytes")
}
