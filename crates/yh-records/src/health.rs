//! What an examination of the records finds.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::{Records, Result, audit, digest};

/// The state of the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The database and its version.
    pub database: String,
    /// The last step that brought the tables up to date.
    pub schema: String,
    /// What is damaged, in words; none when all is well.
    pub damage: Vec<String>,
    pub audit_entries: u64,
    /// When the last act was recorded.
    pub last_act: Option<String>,
}

impl Records {
    /// Examines structure, digests and the audit chain.
    pub async fn examine(&self) -> Result<Health> {
        let sqlite = self.db.get_database_backend() == DbBackend::Sqlite;
        let mut damage = if sqlite { self.texts("PRAGMA integrity_check(5)").await? } else { Vec::new() };
        damage.retain(|found| found != "ok");
        damage.extend(digest::broken(&self.db).await?);
        if let Some(entry) = audit::first_broken(&self.db).await? {
            damage.push(format!("audit entry {} does not follow from the one before it", entry.id));
        }
        let version = if sqlite { "SELECT 'SQLite ' || sqlite_version()" } else { "SELECT version()" };
        let schema = "SELECT version FROM seaql_migrations ORDER BY version DESC LIMIT 1";
        Ok(Health {
            database: self.texts(version).await?.pop().unwrap_or_default(),
            schema: self.texts(schema).await?.pop().unwrap_or_default(),
            damage,
            audit_entries: audit::count(&self.db).await?,
            last_act: self.list_audit(1).await?.pop().map(|entry| entry.at),
        })
    }

    async fn texts(&self, sql: &str) -> Result<Vec<String>> {
        let rows = self.db.query_all_raw(Statement::from_string(self.db.get_database_backend(), sql)).await?;
        Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?)
    }
}
