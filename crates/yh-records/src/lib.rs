//! What people did: imports, snapshots, revisions, targets, scorecards and the audit chain, on SQLite or PostgreSQL.
//!
//! The backend is chosen at run time by the connection URL; decimals and instants are stored as text so that both
//! backends keep them exactly.

mod actuals;
mod approval;
mod attempts;
mod audit;
mod boards;
mod facts;
mod lake;
mod mappings;
mod migration;
mod reconciliations;
mod revisions;
mod scorecards;
mod targets;

use std::time::Duration;

use jiff::Timestamp;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use thiserror::Error;

pub use actuals::{NewActual, StoredActual};
pub use approval::{Approval, State, Verdict};
pub use attempts::Attempt;
pub use audit::AuditEntry;
pub use boards::{NewBoard, StoredBoard, StoredBoardExport};
pub use facts::{Change, DataFile, DatasetState, EndedFile, FileKind, Import, ImportState, NewFile, NewImport, SnapshotEntry};
pub use lake::LakeHome;
pub use mappings::RememberedHeader;
pub use reconciliations::{NewReconciliation, StoredReconciliation};
pub use revisions::Revision;
pub use scorecards::{NewScorecard, StoredScorecard};
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
    Database(#[from] DbErr),
    #[error("another import was committed meanwhile")]
    Conflict,
    #[error("{message}")]
    Refused { code: &'static str, message: String, hint: &'static str },
    #[error("there is no {what} {id}")]
    NotFound { what: &'static str, id: String },
    #[error("stored {what} cannot be read: {reason}")]
    Corrupt { what: &'static str, reason: String },
}

/// Result of a records operation. The second parameter serves the entity macros, which write `Result<T, E>`.
pub type Result<T, E = RecordsError> = std::result::Result<T, E>;

/// The records database; cheap to clone.
#[derive(Debug, Clone)]
pub struct Records {
    db: DatabaseConnection,
}

impl Records {
    /// Opens the database of a URL (`sqlite://path?mode=rwc` or `postgres://…`) and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self> {
        let sqlite = url.starts_with("sqlite:");
        let mut options = ConnectOptions::new(url);
        options
            // SQLite has one writer; one connection also keeps pragmas in force.
            .max_connections(if sqlite { 1 } else { 8 })
            .acquire_timeout(Duration::from_secs(5))
            .sqlx_logging(false);
        let db = Database::connect(options).await.map_err(RecordsError::Open)?;
        if sqlite {
            for pragma in ["journal_mode=WAL", "busy_timeout=5000", "synchronous=FULL", "foreign_keys=ON"] {
                db.execute_unprepared(&format!("PRAGMA {pragma}")).await.map_err(RecordsError::Open)?;
            }
        }
        migration::bring_up_to_date(&db, sqlite).await.map_err(RecordsError::Open)?;
        Ok(Self { db })
    }
}

/// Reads stored JSON or text back into a domain value.
fn stored<T, E: std::fmt::Display>(what: &'static str, parsed: std::result::Result<T, E>) -> Result<T> {
    parsed.map_err(|error| RecordsError::Corrupt { what, reason: error.to_string() })
}
