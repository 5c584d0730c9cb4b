//! Definitions from files: dbt's compiled manifest, or the YAML of a project.

mod check;
mod fields;
mod format;
mod manifest;
mod metric;
mod project;

use sha2::{Digest, Sha256};

pub use format::format_models;
pub use manifest::{ManifestError, load_manifest};
pub use project::{ModelFiles, ProjectSettings, load_models, load_project};

/// Hash by which a defining text is known, 12 hex digits.
pub(crate) fn revision(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// `1`-or-`0` forms of the aggregations that count: the engine then only ever adds up.
pub(crate) fn counted(expr: &str) -> String {
    if expr.trim() == "1" { "1".to_owned() } else { format!("CASE WHEN {expr} IS NOT NULL THEN 1 ELSE 0 END") }
}

pub(crate) fn counted_true(expr: &str) -> String {
    format!("CASE WHEN {expr} THEN 1 ELSE 0 END")
}
