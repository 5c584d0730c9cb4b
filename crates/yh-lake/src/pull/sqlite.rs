//! SQLite: each value has a type of its own; the file is opened read-only.

use std::str::FromStr;

use futures::TryStreamExt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection, Row, TypeInfo, ValueRef};

use super::spool::{Cell, Spool};
use super::statement::Since;
use super::{PullError, connected};

pub async fn read(url: &str, query: &str, since: Option<&Since>, spool: &mut Spool<'_>) -> Result<(), PullError> {
    let options = match url.starts_with("sqlite:") {
        true => SqliteConnectOptions::from_str(url).map_err(|_| PullError::Address)?,
        false => SqliteConnectOptions::new().filename(url),
    };
    let options = options.read_only(true).create_if_missing(false).disable_statement_logging();
    let mut connection = connected(SqliteConnection::connect_with(&options)).await?;
    {
        // `statement` has checked and quoted the text.
        let mut rows = sqlx::raw_sql(AssertSqlSafe(query)).fetch(&mut connection);
        while let Some(row) = rows.try_next().await.map_err(PullError::statement)? {
            add(&row, since, spool)?;
        }
    }
    let _ = connection.close().await;
    Ok(())
}

fn add(row: &SqliteRow, since: Option<&Since>, spool: &mut Spool) -> Result<(), PullError> {
    let mut texts = Vec::with_capacity(row.len());
    let mut cursor = None;
    for column in row.columns() {
        let text = written(row, column.ordinal()).map_err(PullError::statement)?;
        if since.is_some_and(|since| since.column.eq_ignore_ascii_case(column.name())) {
            cursor.clone_from(&text);
        }
        texts.extend(text.map(|text| (column.name(), text)));
    }
    spool.cells(texts.iter().map(|(name, text)| (*name, Cell::Text(text))), cursor.as_deref())
}

fn written(row: &SqliteRow, at: usize) -> Result<Option<String>, sqlx::Error> {
    let value = row.try_get_raw(at)?;
    if value.is_null() {
        return Ok(None);
    }
    let kind = value.type_info().name().to_owned();
    Ok(Some(match kind.as_str() {
        "INTEGER" | "BOOLEAN" => row.try_get_unchecked::<i64, _>(at)?.to_string(),
        "REAL" | "NUMERIC" => row.try_get_unchecked::<f64, _>(at)?.to_string(),
        "BLOB" => row.try_get_unchecked::<&[u8], _>(at)?.iter().fold(String::from("0x"), |text, byte| text + &format!("{byte:02x}")),
        _ => row.try_get_unchecked::<String, _>(at)?,
    }))
}
