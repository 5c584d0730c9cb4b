//! The command as a user meets it: every test runs the built program.

mod atomic;
mod comparisons;
mod exports;
mod files;
mod lake;
mod language;
mod periods;
mod reconcile;
mod sources;
mod targets;
mod wrong_input;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

/// A project folder of its own, from the shop template.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let output = program().args(["init", "--template", "shop"]).arg(folder.path().join("p")).output().expect("the program runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
        Self { folder }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("p")
    }

    fn write(&self, relative: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root().join(relative);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(&path, content).expect("the file is written");
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.arg("-C").arg(self.root()).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program runs")
    }

    /// Runs a command that must succeed; returns what it printed.
    fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Runs a command that must fail with this exit code; returns the message.
    fn fails(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
        message
    }

    /// Number of rows of a dataset, by a query that reads them.
    fn rows(&self, dataset: &str) -> u64 {
        let listed = self.ok(&["datasets", "--all"]);
        let line = listed.lines().find(|line| line.split_whitespace().next() == Some(dataset)).expect(dataset);
        line.split_whitespace().nth(1).and_then(|rows| rows.parse().ok()).expect("a number of rows")
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_yunheng"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Plain customers, as many as asked for.
fn customers(rows: usize) -> String {
    let mut csv = String::from("customer_id,created_at,name,region\n");
    for row in 0..rows {
        csv += &format!("C{row:07},2025-01-{:02} 10:00:00,客户{row},华东\n", row % 28 + 1);
    }
    csv
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}
