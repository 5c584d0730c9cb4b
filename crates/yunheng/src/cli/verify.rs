//! `verify`.

use std::{path::Path, process::ExitCode};

use clap::Args;
use yh_app::{App, Result, verify};

use super::{fail, output::print};

/// Verify everything that is stored.
#[derive(Args)]
pub struct Verify {
    /// Make again what can be made from what is whole: sums, key hashes, derived rows.
    #[arg(long)]
    repair: bool,
}

impl Verify {
    /// One line per problem, then what to do; fails while anything is damaged.
    pub async fn run(self, project: &Path) -> ExitCode {
        match self.verify(project).await {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(1),
            Err(error) => fail(&error),
        }
    }

    async fn verify(&self, project: &Path) -> Result<bool> {
        let app = App::open(project).await?;
        let what = if self.repair { verify::Verify::Repair } else { verify::Verify::Look };
        let verified = verify::verify(&app, what).await?;
        let mut text = String::new();
        for problem in &verified.problems {
            text += &match problem.mended {
                true => format!("mended: {}\n", problem.message),
                false => format!("damaged: {}\n  hint: {}\n", problem.message, problem.hint),
            };
        }
        let left = verified.problems.iter().filter(|problem| !problem.mended).count();
        text += &format!("{} files, {} bytes verified; {left} problem(s)\n", verified.files, verified.bytes);
        print(text.as_bytes())?;
        Ok(verified.is_sound())
    }
}
