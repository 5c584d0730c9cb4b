//! Facts: files become immutable Parquet, and questions in SQL become [`yh_model::Frame`]s.
//!
//! The only library crate that knows the engine. It never decides what is visible: callers hold the manifest and
//! name the files of every table.

mod derived;
mod engine;
mod error;
mod files;
mod functions;
pub mod import;
pub mod pull;
mod schema;

pub use derived::{DerivedQuery, Origin};
pub use engine::{Lake, LakeSettings, Session, Table, TableRows};
pub use error::{LakeError, Refusal};
pub use files::{sha256_of, sweep};

/// Result of a lake operation.
pub type Result<T> = std::result::Result<T, LakeError>;
