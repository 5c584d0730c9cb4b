//! Opening the records, and the one way in which every topic writes them.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    str::FromStr,
    time::{Duration, Instant},
};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel, RuntimeErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, TryGetable,
    sqlx::{
        self,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};

use crate::{Records, RecordsError, Result, about, fault::Fault, migration};

/// Whether the records can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Write,
    /// On media that cannot be written: nothing is created or changed, not even beside the database.
    Read,
}

/// How long a writer waits for others before it gives up.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long one try waits, a connection in hand that readers may need.
const TRY: Duration = Duration::from_secs(1);
/// How long a database server may take to answer at all.
const REACH: Duration = Duration::from_secs(5);
/// The longest pause between two tries.
const PAUSE_MS: u64 = 50;
/// Looked at in some 6 ms per megabyte, whenever it is opened.
const CHECKED_BYTES: i64 = 16 << 20;
/// Takes turns among writers and with whoever brings the tables up to date.
const TURN: &str = "SELECT pg_advisory_xact_lock(hashtext('yunheng records'))";

impl Records {
    /// Opens the database of a URL (`sqlite://path?mode=rwc` or `postgres://…`) and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self> {
        Self::open_with(url, Access::Write).await
    }

    /// Opens the database of a URL; for reading only, a SQLite file is left exactly as it is.
    pub async fn open_with(url: &str, access: Access) -> Result<Self> {
        let records = Self::open_anyway(url, access).await?;
        match about::moved(&records.db).await? {
            Some(moved) => Err(RecordsError::Moved(moved)),
            None => Ok(records),
        }
    }

    /// The same for records that were moved elsewhere, too.
    pub(crate) async fn open_anyway(url: &str, access: Access) -> Result<Self> {
        let records = Self { db: connect(url, access).await.map_err(RecordsError::opening)?, access };
        if url.starts_with("sqlite:") {
            check_structure(&records.db).await?;
        }
        migration::bring_up_to_date(&records).await?;
        Ok(records)
    }

    /// Begins a transaction that writes; it waits its turn here and nowhere later.
    ///
    /// SQLite takes its one write lock at once, and PostgreSQL's writers queue behind one advisory lock: what a
    /// transaction has read cannot be written by another before it commits. So two writers never give two audit
    /// entries the same predecessor or two versions the same number, and nobody is refused halfway.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction> {
        if self.access == Access::Read {
            return Err(RecordsError::ReadOnly);
        }
        let transaction = patiently(|| begin(&self.db)).await?;
        match about::moved(&transaction).await? {
            Some(moved) => Err(RecordsError::Moved(moved)),
            None => Ok(transaction),
        }
    }

    /// Whether nothing can be written.
    pub fn is_read_only(&self) -> bool {
        self.access == Access::Read
    }
}

/// Begins a transaction that has the right to write.
pub(crate) async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let mut options = TransactionOptions::default();
    match db.get_database_backend() {
        DbBackend::Sqlite => options.sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate),
        // Each statement must see what was committed while this transaction waited.
        _ => options.isolation_level = Some(IsolationLevel::ReadCommitted),
    }
    let transaction = match db.begin_with_options(options).await {
        Err(error) if db.get_database_backend() == DbBackend::Sqlite && is_stuck(&error) => {
            db.get_sqlite_connection_pool().acquire().await.map_err(in_driver)?.close().await.map_err(in_driver)?;
            db.begin_with_options(options).await?
        }
        begun => begun?,
    };
    if db.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(&format!("SET LOCAL lock_timeout = '{}ms'", TRY.as_millis())).await?;
        transaction.execute_unprepared(TURN).await?;
    }
    Ok(transaction)
}

/// Whether a connection takes itself for being inside a transaction that SQLite, out of space, has ended on its own.
fn is_stuck(error: &DbErr) -> bool {
    let (DbErr::Query(RuntimeErr::SqlxError(error)) | DbErr::Exec(RuntimeErr::SqlxError(error))) = error else { return false };
    matches!(**error, sqlx::Error::InvalidSavePointStatement | sqlx::Error::BeginFailed)
}

fn in_driver(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

/// Tries again while others are in the way: each pause of another length, so that two writers do not meet again.
pub(crate) async fn patiently<T, F: Future<Output = Result<T, DbErr>>>(step: impl Fn() -> F) -> Result<T, DbErr> {
    let started = Instant::now();
    loop {
        match step().await {
            Err(error) if Fault::of(&error) == Fault::Busy && started.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(1 + RandomState::new().build_hasher().finish() % PAUSE_MS)).await;
            }
            done => return done,
        }
    }
}

async fn connect(url: &str, access: Access) -> Result<DatabaseConnection, DbErr> {
    let sqlite = url.starts_with("sqlite:");
    let mut options = ConnectOptions::new(url);
    options
        // SQLite has one writer; one connection also keeps pragmas in force.
        .max_connections(if sqlite { 1 } else { 8 })
        // A server that does not answer is told soon; SQLite's one connection is waited for, whoever writes with it.
        .acquire_timeout(if sqlite { PATIENCE } else { REACH })
        .sqlx_logging(false);
    if !sqlite {
        return Database::connect(options).await;
    }
    if access == Access::Read {
        return connect_to_read(url, options).await;
    }
    create_for_owner(url);
    // Given with the options, so that a connection that takes another's place has them too.
    options.map_sqlx_sqlite_opts(|options| {
        options.busy_timeout(TRY).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full).foreign_keys(true)
    });
    patiently(|| Database::connect(options.clone())).await
}

/// Creates a SQLite file that only its owner can read, as its log will be; what fails here fails again, and is told, when it is
/// opened.
fn create_for_owner(url: &str) {
    let Some(options) = SqliteConnectOptions::from_str(url).ok().filter(|_| url.contains("mode=rwc")) else { return };
    let mut file = std::fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    let _ = file.write(true).create_new(true).open(options.get_filename());
}

/// Where not even the index of the log can be made beside it, a file at rest is read as it is.
async fn connect_to_read(url: &str, options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let open = async |immutable: bool| {
        let mut options = options.clone();
        options.map_sqlx_sqlite_opts(move |options| options.create_if_missing(false).read_only(true).immutable(immutable));
        let db = Database::connect(options).await?;
        db.execute_unprepared("SELECT 1 FROM sqlite_master").await?;
        Ok::<_, DbErr>(db)
    };
    match open(false).await {
        Err(_) if is_at_rest(url) => open(true).await,
        opened => opened,
    }
}

/// Looks for damage in a SQLite file that would hide rows; a large one is looked at by `yunheng doctor` only.
async fn check_structure(db: &DatabaseConnection) -> Result<()> {
    let size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    let size: i64 = ask(db, size).await?.unwrap_or_default();
    if size > CHECKED_BYTES {
        return Ok(());
    }
    match ask::<String>(db, "PRAGMA integrity_check(1)").await? {
        Some(found) if found != "ok" => Err(RecordsError::Corrupt { what: "records database", reason: found }),
        _ => Ok(()),
    }
}

async fn ask<T: TryGetable>(db: &DatabaseConnection, sql: &str) -> Result<Option<T>, DbErr> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

/// Whether a SQLite file stands for itself, with no log beside it that would have to be read, too.
fn is_at_rest(url: &str) -> bool {
    let Ok(options) = SqliteConnectOptions::from_str(url) else { return false };
    let mut log = options.get_filename().as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).map_or(true, |log| log.len() == 0)
}
