//! `doctor`.

use std::{fmt::Write, path::Path, process::ExitCode};

use clap::Args;
use yh_app::{
    Project, Result,
    doctor::{State, examine},
};

use super::output::print;

/// Examine lake, records, clock, disk, fonts, versions and settings.
#[derive(Args)]
pub struct Doctor {}

impl Doctor {
    /// Fails when something is wrong.
    pub async fn run(&self, root: &Path) -> Result<ExitCode> {
        let findings = examine(root).await?;
        let locale = Project::open(root)?.settings.locale;
        let is_chinese = locale.starts_with("zh");
        let mut text = String::new();
        for finding in &findings {
            let state = match (finding.state, is_chinese) {
                (State::Good, true) => "正常",
                (State::Note, true) => "注意",
                (State::Wrong, true) => "异常",
                (State::Good, false) => "good",
                (State::Note, false) => "note",
                (State::Wrong, false) => "WRONG",
            };
            let _ = writeln!(text, "{state}  {}  {}", finding.topic.text(&locale), finding.words.text(&locale));
            if let Some(hint) = &finding.hint {
                let _ = writeln!(text, "      → {}", hint.text(&locale));
            }
        }
        print(text.as_bytes())?;
        let is_wrong = findings.iter().any(|finding| finding.state == State::Wrong);
        Ok(if is_wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
