//! Facts: files become immutable Parquet, and questions in SQL become [`yh_model::Frame`]s.
//!
//! The only library crate that knows the engine. It never decides what is visible: callers hold the manifest and
//! name the files of every table.

pub mod checked;
pub mod compact;
mod derived;
mod disk;
pub mod durable;
mod engine;
mod error;
mod files;
mod functions;
pub mod import;
pub mod private;
pub mod pull;
mod schema;
mod staging;
mod trash;

pub use derived::{Before, ChangedRows, DerivedQuery, Materialised, NewPath, Origin, Update};
pub use disk::is_full;
pub use engine::{Lake, LakeSettings, Session, Slice, Table, TableRows};
pub use error::{LakeError, Refusal};
pub use files::{data_file_and_beside, sha256_of};
pub use staging::{Staging, data_files, has_leftovers, sweep};
pub use trash::{empty_trash, move_to_trash};

/// Result of a lake operation.
pub type Result<T> = std::result::Result<T, LakeError>;
