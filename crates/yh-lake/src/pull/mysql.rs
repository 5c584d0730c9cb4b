//! MySQL and MariaDB: values come as the text the server prints; only TIMESTAMP columns are instants.

use std::str::FromStr;

use futures::TryStreamExt;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection, Row, TypeInfo};

use super::spool::{Cell, Spool};
use super::statement::Since;
use super::{PullError, connected};

pub async fn read(url: &str, query: &str, since: Option<&Since>, spool: &mut Spool<'_>) -> Result<(), PullError> {
    let options = MySqlConnectOptions::from_str(url).map_err(|_| PullError::Address)?.disable_statement_logging();
    let mut connection = connected(MySqlConnection::connect_with(&options)).await?;
    let start = "SET time_zone = '+00:00'; START TRANSACTION READ ONLY";
    sqlx::raw_sql(start).execute(&mut connection).await.map_err(PullError::statement)?;
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

fn add(row: &MySqlRow, since: Option<&Since>, spool: &mut Spool) -> Result<(), PullError> {
    let mut texts = Vec::with_capacity(row.len());
    let mut cursor = None;
    for column in row.columns() {
        let bytes = row.try_get_unchecked::<Option<&[u8]>, _>(column.ordinal()).map_err(PullError::statement)?;
        let kind = column.type_info().name();
        let text = bytes.and_then(|bytes| written(kind, bytes));
        if since.is_some_and(|since| since.column.eq_ignore_ascii_case(column.name())) {
            // Compared by the server, in the zone of the session: without the mark of an instant.
            cursor = text.as_ref().map(|text| text.trim_end_matches('Z').to_owned());
        }
        texts.extend(text.map(|text| (column.name(), kind, text)));
    }
    let cells = texts.iter().map(|(name, kind, text)| (*name, if *kind == "JSON" { Cell::Json(text) } else { Cell::Text(text) }));
    spool.cells(cells, cursor.as_deref())
}

/// What a value is written as; none for the zero date, which is no date.
fn written(kind: &str, bytes: &[u8]) -> Option<String> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Some(bytes.iter().fold(String::from("0x"), |text, byte| text + &format!("{byte:02x}")));
    };
    match kind {
        "TIMESTAMP" | "DATETIME" | "DATE" if text.starts_with("0000-00-00") => None,
        "TIMESTAMP" => Some(format!("{text}Z")),
        _ => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_digits_and_zone() {
        for (kind, bytes, wanted) in [
            ("DECIMAL", &b"12345678901234567890.1200"[..], Some("12345678901234567890.1200")),
            ("TIMESTAMP", b"2024-11-10 16:30:00.5", Some("2024-11-10 16:30:00.5Z")),
            ("DATETIME", b"2024-11-11 00:30:00", Some("2024-11-11 00:30:00")),
            ("DATETIME", b"0000-00-00 00:00:00", None),
            ("VARCHAR", "订单".as_bytes(), Some("订单")),
            ("BINARY", &[0xFF, 0x01], Some("0xff01")),
        ] {
            assert_eq!(written(kind, bytes).as_deref(), wanted, "{kind}");
        }
    }
}
