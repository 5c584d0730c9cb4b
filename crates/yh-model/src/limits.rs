//! How much one question, one request and one file may ask for.

use std::ops::RangeInclusive;

use serde::Deserialize;

/// The `[limits]` of a project's settings; what exceeds one is refused under the setting's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Conditions of one question.
    pub filters: u64,
    /// Metrics of one question.
    pub metrics: u64,
    /// Group-bys of one question.
    pub groups: u64,
    /// Calls and parentheses inside each other in one expression.
    pub depth: u64,
    /// Size of one answer in memory.
    pub answer_mb: u64,
    /// Size of one request, uploads aside.
    pub body_kb: u64,
    /// Characters of a name that a user gives.
    pub name_characters: u64,
    /// Cells of one file.
    pub cells: u64,
    /// Size a compressed file may unpack to.
    pub unpacked_mb: u64,
    /// Columns of one file.
    pub header_columns: u64,
    /// Rejected rows of one import that are kept; further ones are counted.
    pub rejects: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Limits {
    /// What counts where a project sets nothing.
    pub const DEFAULT: Self = Self {
        filters: 200,
        metrics: 50,
        groups: 20,
        depth: 32,
        answer_mb: 256,
        body_kb: 1024,
        name_characters: 200,
        cells: 20_000_000,
        unpacked_mb: 2048,
        header_columns: 10_000,
        rejects: 100_000,
    };

    /// Every limit with its setting's name and the values it may take.
    pub fn ranges(&self) -> [(&'static str, u64, RangeInclusive<u64>); 11] {
        [
            ("filters", self.filters, 1..=1_000),
            ("metrics", self.metrics, 1..=500),
            ("groups", self.groups, 1..=100),
            // The engine plans deeper trees by recursion.
            ("depth", self.depth, 4..=64),
            ("answer_mb", self.answer_mb, 1..=1 << 16),
            ("body_kb", self.body_kb, 16..=1 << 16),
            ("name_characters", self.name_characters, 20..=10_000),
            ("cells", self.cells, 1_000..=10_000_000_000),
            ("unpacked_mb", self.unpacked_mb, 1..=1 << 20),
            ("header_columns", self.header_columns, 1..=100_000),
            ("rejects", self.rejects, 1..=100_000_000),
        ]
    }
}

/// What to do about a limit: `raise limits.filters in yunheng.toml`.
pub fn raise(setting: &str) -> String {
    format!("raise limits.{setting} in yunheng.toml")
}
