//! `records`.

use std::{fmt::Write, path::Path};

use clap::{Args, Subcommand};
use yh_app::Result;
use yh_model::Label;

use super::output::print;

/// Move the records to another database.
#[derive(Args)]
pub struct Records {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Copy all records to an empty database, check the copy and use it from now on.
    Move {
        /// `postgres://user:password@host/database`, or `sqlite:path/records.db` inside the project or anywhere.
        url: String,
    },
}

impl Records {
    pub async fn run(self, root: &Path) -> Result<()> {
        let Action::Move { url } = self.action;
        let moved = yh_app::records::move_records(root, &url).await?;
        let locale = yh_app::Project::open(root)?.settings.locale;
        let say = |zh: String, en: String| Label::new(zh, en).text(&locale).to_owned();
        let mut text = String::new();
        for table in moved.tables.iter().filter(|table| table.rows > 0) {
            let _ = writeln!(text, "{:20} {:>10}  {}", table.name, table.rows, &table.digest[..12]);
        }
        let rows: u64 = moved.tables.iter().map(|table| table.rows).sum();
        let (to, from) = (&moved.to, &moved.from);
        text += &say(
            format!(
                "{rows} 条记录已移到 {to}，逐表核对一致，审计链连贯；yunheng.toml 的 records.url 已改\n旧记录原样留在 {from}，不再使用\n"
            ),
            format!(
                "{rows} records moved to {to}: every table equal, the audit chain unbroken; records.url in yunheng.toml is set\nthe old records stay as they were in {from}, out of use\n"
            ),
        );
        print(text.as_bytes())
    }
}
