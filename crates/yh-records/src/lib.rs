//! What people did: imports, snapshots, revisions, targets, scorecards and the audit chain, on SQLite or PostgreSQL.
//!
//! The backend is chosen at run time by the connection URL; decimals and instants are stored as text so that both
//! backends keep them exactly.

mod about;
mod actuals;
mod approval;
mod attempts;
mod audit;
mod boards;
mod digest;
mod facts;
mod fault;
mod health;
mod lake;
mod mappings;
mod migration;
mod moving;
mod reconciliations;
mod revisions;
mod scorecards;
mod store;
mod targets;

use jiff::Timestamp;
use sea_orm::{DatabaseConnection, DbErr};
use thiserror::Error;

pub use actuals::{NewActual, StoredActual};
pub use approval::{Approval, State, Verdict};
pub use attempts::Attempt;
pub use audit::AuditEntry;
pub use boards::{NewBoard, StoredBoard, StoredBoardExport};
pub use facts::{Change, DataFile, DatasetState, EndedFile, FileKind, Import, ImportState, NewFile, NewImport, SnapshotEntry};
pub use health::Health;
pub use lake::LakeHome;
pub use mappings::RememberedHeader;
pub use moving::{Copied, MovedTable};
pub use reconciliations::{NewReconciliation, StoredReconciliation};
pub use revisions::Revision;
pub use scorecards::{NewScorecard, StoredScorecard};
pub use store::Access;
pub use targets::{NewTarget, StoredTarget};

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    pub at: Timestamp,
    pub by: String,
}

/// A failure of the records database.
#[derive(Debug, Error)]
pub enum RecordsError {
    #[error("cannot open the records database: {0}")]
    Open(#[source] DbErr),
    #[error("the records database failed: {0}")]
    Database(#[source] DbErr),
    #[error("other programs kept writing the records for a minute: {0}")]
    Busy(#[source] DbErr),
    #[error("there is no space left for the records: {0}")]
    Full(#[source] DbErr),
    #[error("the records cannot be written where they are")]
    ReadOnly,
    #[error("the records were brought up to date by {by}; this is yunheng {}, which does not know {steps}", env!("CARGO_PKG_VERSION"))]
    Newer { by: String, steps: String },
    #[error("the records are older than this program and cannot be brought up to date where they are")]
    Older,
    #[error("these records were moved to {0}")]
    Moved(String),
    #[error("another import was committed meanwhile")]
    Conflict,
    #[error("{message}")]
    Refused { code: &'static str, message: String, hint: &'static str },
    #[error("there is no {what} {id}")]
    NotFound { what: &'static str, id: String },
    /// What is stored is not what was recorded.
    #[error("the stored {what} was altered: {reason}")]
    Altered { what: &'static str, reason: String },
    #[error("stored {what} cannot be read: {reason}")]
    Corrupt { what: &'static str, reason: String },
}

/// Result of a records operation. The second parameter serves the entity macros, which write `Result<T, E>`.
pub type Result<T, E = RecordsError> = std::result::Result<T, E>;

/// The records database; cheap to clone.
#[derive(Debug, Clone)]
pub struct Records {
    db: DatabaseConnection,
    access: Access,
}

/// Reads stored JSON or text back into a domain value.
fn stored<T, E: std::fmt::Display>(what: &'static str, parsed: std::result::Result<T, E>) -> Result<T> {
    parsed.map_err(|error| RecordsError::Corrupt { what, reason: error.to_string() })
}
