//! Pull: rows of a shop's own database become a JSON Lines file, which is imported like any other.
//!
//! One SELECT in a read-only transaction per pull. Values keep their digits: decimals stay text, instants are
//! written in UTC, JSON stays JSON. The address of a database never appears in a message.

mod error;
mod mysql;
mod postgres;
mod spool;
mod sqlite;
mod statement;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use yh_model::source::{DatabaseKind, Selection};

pub use error::PullError;
pub use statement::{Since, statement};

use spool::Spool;

/// Longest wait for a database to answer at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// One table or SELECT to read.
#[derive(Debug, Clone)]
pub struct PullRequest {
    pub kind: DatabaseKind,
    /// Address with user and password; for SQLite also a plain path.
    pub url: String,
    pub rows: Selection,
    /// For incremental pulls: the cursor column and where to go on.
    pub since: Option<Since>,
    /// The file to write, JSON Lines.
    pub out: PathBuf,
    /// The day of the pull: no cursor lies far beyond it.
    pub today: jiff::civil::Date,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    pub rows: u64,
    /// Highest value of the cursor column that can be meant, as the database writes it; none without rows or cursor.
    pub cursor: Option<String>,
    /// The statement that was run.
    pub query: String,
}

/// Reads the rows into the file; `on_rows` is told how many there are so far.
///
/// # Errors
/// When the database cannot be reached or refuses the statement, when the file cannot be written, or on `cancel`.
pub async fn pull(request: &PullRequest, on_rows: &(dyn Fn(u64) + Send + Sync), cancel: &AtomicBool) -> Result<Pulled, PullError> {
    let query = statement(request.kind, &request.rows, request.since.as_ref())?;
    let mut spool = Spool::create(&request.out, request.today, on_rows, cancel)?;
    let read = match request.kind {
        DatabaseKind::Postgres => postgres::read(&request.url, &query, &mut spool).await,
        DatabaseKind::MySql => mysql::read(&request.url, &query, request.since.as_ref(), &mut spool).await,
        DatabaseKind::Sqlite => sqlite::read(&request.url, &query, request.since.as_ref(), &mut spool).await,
    };
    read.map_err(|error| error.without(&request.url))?;
    let (rows, cursor) = spool.finish()?;
    Ok(Pulled { rows, cursor, query })
}

/// Waits for a connection, but not for ever.
async fn connected<C>(connecting: impl Future<Output = Result<C, sqlx::Error>>) -> Result<C, PullError> {
    match tokio::time::timeout(CONNECT_TIMEOUT, connecting).await {
        Ok(result) => result.map_err(PullError::connect),
        Err(_) => Err(PullError::Connect(format!("no answer within {} s", CONNECT_TIMEOUT.as_secs()))),
    }
}
