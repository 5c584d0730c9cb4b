//! `board`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use yh_app::{
    AppError, ErrorKind, Result,
    boards::{self, BoardFile, BoardFormat},
};
use yh_metrics::Access;

use super::output::print;

/// Boards that were saved on the pages.
#[derive(Args)]
pub struct Board {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List boards with their links and schedules.
    List,
    /// Write a board to a file, or every board whose schedule has come.
    Export(Export),
}

#[derive(Args)]
struct Export {
    /// Name or link.
    #[arg(required_unless_present = "due")]
    board: Option<String>,
    /// xlsx (a sheet per panel) or html (one page that needs nothing else).
    #[arg(long, default_value = "xlsx")]
    format: String,
    /// Folder to write to.
    #[arg(long, default_value = "exports")]
    to: PathBuf,
    /// Every board whose schedule has come since it was last written; from cron.
    #[arg(long, conflicts_with_all = ["board", "to", "format"])]
    due: bool,
}

impl Board {
    pub async fn run(self, root: &Path) -> Result<()> {
        let app = super::open(root).await?;
        match self.action {
            Action::List => {
                for board in boards::list_boards(&app).await? {
                    let schedule =
                        board.layout.export.map(|plan| format!(" · {} {}", plan.schedule, plan.format.extension())).unwrap_or_default();
                    let panels = board.layout.panels.len();
                    print(
                        format!("{}  {}  v{} · {panels} panels · {}{schedule}\n", board.link, board.name, board.version, board.owner)
                            .as_bytes(),
                    )?;
                }
                Ok(())
            }
            Action::Export(Export { due: true, .. }) => {
                let done = boards::export_due(&app, &Access::all()).await?;
                let failed = done.iter().filter(|(_, result)| result.is_err()).count();
                for (name, result) in &done {
                    match result {
                        Ok(file) => print(line(file).as_bytes())?,
                        Err(error) => print(format!("{name}: failed: {error}\n").as_bytes())?,
                    }
                }
                if failed > 0 {
                    let error = AppError::new(ErrorKind::Input, "board-export", format!("{failed} of {} boards failed", done.len()));
                    return Err(error.hint("open the board on the page: its panels say what is wrong"));
                }
                Ok(())
            }
            Action::Export(export) => {
                let format: BoardFormat = export.format.parse()?;
                let board = boards::find_board(&app, &export.board.unwrap_or_default(), None).await?;
                let file = boards::export_to(&app, &Access::all(), &board, format, &export.to).await?;
                print(line(&file).as_bytes())
            }
        }
    }
}

fn line(file: &BoardFile) -> String {
    format!("{} → {} ({} bytes)\n", file.board, file.path.display(), file.bytes)
}
