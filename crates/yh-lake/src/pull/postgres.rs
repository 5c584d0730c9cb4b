//! PostgreSQL: the server itself writes each row as JSON, with every digit and with instants in UTC.

use std::str::FromStr;

use futures::TryStreamExt;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};

use super::spool::Spool;
use super::{PullError, connected};

pub async fn read(url: &str, query: &str, spool: &mut Spool<'_>) -> Result<(), PullError> {
    let options = PgConnectOptions::from_str(url).map_err(|_| PullError::Address)?.disable_statement_logging();
    let mut connection = connected(PgConnection::connect_with(&options)).await?;
    sqlx::raw_sql("SET TIME ZONE 'UTC'; BEGIN READ ONLY").execute(&mut connection).await.map_err(PullError::statement)?;
    {
        // `statement` has checked and quoted the text.
        let mut rows = sqlx::raw_sql(AssertSqlSafe(query)).fetch(&mut connection);
        while let Some(row) = rows.try_next().await.map_err(PullError::statement)? {
            let (object, cursor) = columns(&row)?;
            spool.object(object, cursor)?;
        }
    }
    let _ = connection.close().await;
    Ok(())
}

fn columns(row: &PgRow) -> Result<(&str, Option<&str>), PullError> {
    let object = row.try_get_unchecked::<&str, _>(0).map_err(PullError::statement)?;
    let cursor = row.try_get_unchecked::<Option<&str>, _>(1).map_err(PullError::statement)?;
    Ok((object, cursor))
}
