//! Facts: files become immutable Parquet, and questions in SQL become [`yh_model::Frame`]s.
//!
//! The only library crate that knows the engine. It never decides what is visible: callers hold the manifest and
//! name the files of every table.

pub mod compact;
mod derived;
mod engine;
mod error;
mod files;
mod functions;
pub mod import;
pub mod pull;
mod schema;
mod staging;
mod trash;

pub use derived::{Before, ChangedRows, DerivedQuery, Materialised, NewPath, Origin, Update};
pub use engine::{CountedFile, Lake, LakeSettings, Session, Slice, Table, TableRows};
pub use error::LakeError;
pub use files::{remove_files, remove_halves, sha256_of, sync_folder, write_whole};
pub use staging::{Staging, data_files, has_leftovers, sweep};
pub use trash::{empty_trash, move_to_trash};

/// Result of a lake operation.
pub type Result<T> = std::result::Result<T, LakeError>;
