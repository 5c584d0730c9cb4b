//! Moving all records to another database: copied in one consistent read, compared row by row, then kept or given up.

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExprTrait, QueryResult, Statement,
    sea_query::{Alias, Asterisk, Expr, Order, Query},
};
use sha2::{Digest, Sha256};

use crate::{Access, Records, RecordsError, Result, about, audit};

/// One table as it was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedTable {
    pub name: String,
    pub rows: u64,
    /// SHA-256 of its rows, the same in both databases.
    pub digest: String,
}

/// Copied records that nobody sees yet; dropped, they never were.
pub struct Copied {
    pub tables: Vec<MovedTable>,
    from: DatabaseTransaction,
    to: DatabaseTransaction,
}

/// A value of any of our columns; decimals and instants are text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    Null,
    Text(String),
    Number(i64),
}

/// A row with its columns by name, the first by which its table is ordered.
type Row = Vec<(String, Cell)>;

/// Rows that are read and written at once.
const BATCH: u64 = 500;

impl Records {
    /// Copies every table into the empty database of a URL and checks the copy; writers wait until it is kept or dropped.
    pub async fn copy_to(&self, url: &str) -> Result<Copied> {
        let target = Self::open_anyway(url, Access::Write).await?;
        let fresh = Self::open("sqlite::memory:").await?;
        let names = table_names(&fresh).await?;
        for name in &names {
            if count(&target.db, name).await? != count(&fresh.db, name).await? {
                let message = format!("the new database holds records already: its table {name} has rows");
                return Err(RecordsError::Refused { code: "records-present", message, hint: "name an empty database or a new file" });
            }
        }
        let from = self.begin().await?;
        let to = target.begin().await?;
        let mut tables = Vec::new();
        for name in names {
            let copied = copy(&from, &to, &name).await?;
            if digest(&to, &name).await? != copied {
                return Err(RecordsError::Corrupt { what: "copy", reason: format!("table {name} differs from its original") });
            }
            tables.push(copied);
        }
        if let Some(entry) = audit::first_broken(&to).await? {
            let reason = format!("entry {} does not follow from the one before it", entry.id);
            return Err(RecordsError::Corrupt { what: "audit log", reason });
        }
        Ok(Copied { tables, from, to })
    }
}

impl Copied {
    /// Keeps the copy, lets `switch` point to it, and marks the originals as moved to `place`, which has no password.
    pub async fn keep<E: From<RecordsError>>(self, place: &str, switch: impl FnOnce() -> Result<(), E>) -> Result<Vec<MovedTable>, E> {
        self.to.commit().await.map_err(RecordsError::from)?;
        switch()?;
        // The copy is in force from here on: without the mark the originals are only less easily told from it.
        if let Err(error) = mark(self.from, place).await {
            tracing::warn!(%error, "the old records could not be marked as moved");
        }
        Ok(self.tables)
    }
}

async fn mark(from: DatabaseTransaction, place: &str) -> Result<()> {
    about::put(&from, about::MOVED, place).await?;
    Ok(from.commit().await?)
}

/// The tables that new records have: ours, whatever else a database may hold.
async fn table_names(fresh: &Records) -> Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'seaql%' ORDER BY name";
    let rows = fresh.db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, DbErr>>()?)
}

async fn count(db: &impl ConnectionTrait, table: &str) -> Result<i64> {
    let select = Query::select().expr_as(Expr::col(Asterisk).count(), Alias::new("rows")).from(Alias::new(table)).to_owned();
    Ok(db.query_one(&select).await?.map(|row| row.try_get("", "rows")).transpose()?.unwrap_or(0))
}

async fn copy(from: &impl ConnectionTrait, to: &impl ConnectionTrait, table: &str) -> Result<MovedTable> {
    to.execute(Query::delete().from_table(Alias::new(table))).await?;
    let mut sum = Sum::default();
    loop {
        let rows = read(from, table, sum.rows).await?;
        if rows.is_empty() {
            break;
        }
        sum.add(&rows);
        to.execute(&insert(table, rows)?).await?;
    }
    if to.get_database_backend() == DbBackend::Postgres {
        // Numbers go on where the copied ones end.
        let go_on = format!(
            "SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), COALESCE(MAX(id), 1)::bigint, COUNT(*) > 0) FROM \"{table}\""
        );
        to.query_one_raw(Statement::from_string(DbBackend::Postgres, go_on)).await?;
    }
    Ok(sum.finish(table))
}

async fn digest(db: &impl ConnectionTrait, table: &str) -> Result<MovedTable> {
    let mut sum = Sum::default();
    loop {
        let rows = read(db, table, sum.rows).await?;
        if rows.is_empty() {
            return Ok(sum.finish(table));
        }
        sum.add(&rows);
    }
}

async fn read(db: &impl ConnectionTrait, table: &str, offset: u64) -> Result<Vec<Row>> {
    let select = Query::select()
        .column(Asterisk)
        .from(Alias::new(table))
        .order_by(Alias::new("id"), Order::Asc)
        .limit(BATCH)
        .offset(offset)
        .to_owned();
    db.query_all(&select).await?.iter().map(row).collect()
}

fn row(row: &QueryResult) -> Result<Row> {
    let mut cells = Vec::new();
    for (index, name) in row.column_names().into_iter().enumerate() {
        cells.push((name, cell(row, index)?));
    }
    cells.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(cells)
}

fn cell(row: &QueryResult, index: usize) -> Result<Cell> {
    if let Ok(text) = row.try_get_by_index::<Option<String>>(index) {
        return Ok(text.map_or(Cell::Null, Cell::Text));
    }
    if let Ok(number) = row.try_get_by_index::<Option<i64>>(index) {
        return Ok(number.map_or(Cell::Null, Cell::Number));
    }
    Ok(row.try_get_by_index::<Option<i32>>(index)?.map_or(Cell::Null, |number| Cell::Number(number.into())))
}

fn insert(table: &str, rows: Vec<Row>) -> Result<sea_orm::sea_query::InsertStatement> {
    let mut insert = Query::insert().into_table(Alias::new(table)).to_owned();
    insert.columns(rows.first().into_iter().flatten().map(|(name, _)| Alias::new(name)));
    for row in rows {
        let values = row.into_iter().map(|(_, cell)| match cell {
            // Written out: a bound NULL would have to be of the column's type.
            Cell::Null => Expr::cust("NULL"),
            Cell::Text(text) => Expr::val(text),
            Cell::Number(number) => Expr::val(number),
        });
        insert.values(values).map_err(|error| RecordsError::Corrupt { what: "table", reason: error.to_string() })?;
    }
    Ok(insert)
}

#[derive(Default)]
struct Sum {
    hasher: Sha256,
    rows: u64,
}

impl Sum {
    fn add(&mut self, rows: &[Row]) {
        self.rows += rows.len() as u64;
        for (name, cell) in rows.iter().flatten() {
            let (kind, text) = match cell {
                Cell::Null => ("null", String::new()),
                Cell::Text(text) => ("text", text.clone()),
                Cell::Number(number) => ("number", number.to_string()),
            };
            for part in [name.as_str(), kind, &text] {
                self.hasher.update(part.len().to_le_bytes());
                self.hasher.update(part);
            }
        }
    }

    fn finish(self, table: &str) -> MovedTable {
        let digest = self.hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        MovedTable { name: table.to_owned(), rows: self.rows, digest }
    }
}
