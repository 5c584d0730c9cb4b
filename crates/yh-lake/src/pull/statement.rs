//! The one SELECT of a pull.

use sqlparser::ast::{SetExpr, Statement};
use sqlparser::dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};
use yh_model::source::{DatabaseKind, Overlap, Selection};

use super::PullError;

const MAX_DEPTH: usize = 100;
/// The databases' dialects read an argument of a call twice, so that time doubles with every level.
const MAX_NESTING: usize = 14;
const MAX_CURSOR_CHARS: usize = 100;

/// Where an incremental pull goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    pub column: String,
    /// The highest value read before, as the database wrote it; none reads everything.
    pub last: Option<String>,
    pub overlap: Overlap,
}

/// Writes the statement: every row, or those whose cursor is not below the last one less the overlap, by cursor.
///
/// # Errors
/// When the query is not one SELECT, or a name or cursor value cannot be written safely.
pub fn statement(kind: DatabaseKind, rows: &Selection, since: Option<&Since>) -> Result<String, PullError> {
    let from = match rows {
        Selection::Table(table) => {
            let parts: Vec<&str> = table.split('.').map(|part| part.trim().trim_matches(['"', '`'])).collect();
            if parts.len() > 3 || parts.iter().any(|part| part.is_empty() || part.contains(['"', '`', '\0', ';'])) {
                return Err(PullError::TableName(table.clone()));
            }
            parts.into_iter().map(|part| name(kind, part)).collect::<Vec<_>>().join(".")
        }
        // A comment at the end of the query must not swallow what follows.
        Selection::Query(sql) => format!("(\n{}\n)", one_select(kind, sql)?),
    };
    let cursor = since.map(|since| format!("t.{}", name(kind, &since.column)));
    let what = match (kind, &cursor) {
        (DatabaseKind::Postgres, Some(cursor)) => format!("row_to_json(t)::text, {cursor}::text"),
        (DatabaseKind::Postgres, None) => "row_to_json(t)::text, NULL::text".to_owned(),
        _ => "t.*".to_owned(),
    };
    let mut sql = format!("SELECT {what} FROM {from} AS t");
    if let (Some(since), Some(cursor)) = (since, cursor) {
        if let Some(last) = &since.last {
            let start = start(last, since.overlap)?;
            // SQLite compares a number with a text by kind, not by value.
            let is_number = kind == DatabaseKind::Sqlite && start.parse::<rust_decimal::Decimal>().is_ok();
            sql += &if is_number { format!(" WHERE {cursor} >= {start}") } else { format!(" WHERE {cursor} >= '{start}'") };
        }
        sql += &format!(" ORDER BY {cursor}");
    }
    Ok(sql)
}

fn name(kind: DatabaseKind, part: &str) -> String {
    match kind {
        DatabaseKind::MySql => format!("`{}`", part.replace('`', "``")),
        _ => format!("\"{}\"", part.replace('"', "\"\"")),
    }
}

/// Checks that a text is one SELECT and returns it as it stands, without a final semicolon.
fn one_select(kind: DatabaseKind, sql: &str) -> Result<&str, PullError> {
    let sql = sql.trim().trim_end_matches(';').trim_end();
    let dialect: &dyn Dialect = match kind {
        DatabaseKind::Postgres => &PostgreSqlDialect {},
        DatabaseKind::MySql => &MySqlDialect {},
        DatabaseKind::Sqlite => &SQLiteDialect {},
    };
    let tokens = Tokenizer::new(dialect, sql).tokenize().map_err(|error| PullError::NotASelect(error.to_string()))?;
    if nesting(&tokens) > MAX_NESTING {
        return Err(PullError::NotASelect(format!("it is nested more than {MAX_NESTING} levels deep")));
    }
    let parsed = Parser::new(dialect).with_recursion_limit(MAX_DEPTH).with_tokens(tokens).parse_statements();
    let statements = parsed.map_err(|error| PullError::NotASelect(error.to_string()))?;
    match statements.as_slice() {
        [Statement::Query(query)] if !writes(&query.body) && query.locks.is_empty() => Ok(sql),
        [_] => Err(PullError::NotASelect("it does something else".into())),
        several => Err(PullError::NotASelect(format!("there are {} statements", several.len()))),
    }
}

/// How many parentheses and CASEs are inside each other at most.
fn nesting(tokens: &[Token]) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for token in tokens {
        match token {
            Token::LParen | Token::LBracket => depth += 1,
            Token::Word(word) if word.keyword == Keyword::CASE => depth += 1,
            Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
            Token::Word(word) if word.keyword == Keyword::END => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

fn writes(body: &SetExpr) -> bool {
    match body {
        SetExpr::Select(select) => select.into.is_some(),
        SetExpr::SetOperation { left, right, .. } => writes(left) || writes(right),
        SetExpr::Query(query) => writes(&query.body),
        SetExpr::Values(_) | SetExpr::Table(_) => false,
        _ => true,
    }
}

/// The last cursor less the overlap, in characters that need no quoting in any database.
fn start(last: &str, overlap: Overlap) -> Result<String, PullError> {
    let unsafe_value = || PullError::CursorValue(last.chars().take(MAX_CURSOR_CHARS).collect());
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '.' | '+' | ' ' | '_');
    if last.is_empty() || last.chars().count() > MAX_CURSOR_CHARS || !last.chars().all(plain) {
        return Err(unsafe_value());
    }
    match overlap {
        Overlap::Seconds(0) | Overlap::Count(0) => Ok(last.to_owned()),
        Overlap::Count(count) => {
            let last: rust_decimal::Decimal = last.parse().map_err(|_| unsafe_value())?;
            Ok((last - rust_decimal::Decimal::from(count)).to_string())
        }
        Overlap::Seconds(seconds) => earlier(last, seconds).ok_or_else(unsafe_value),
    }
}

/// A date, a wall time or an instant, some seconds earlier, in the same form.
fn earlier(last: &str, seconds: i64) -> Option<String> {
    let span = jiff::SignedDuration::from_secs(seconds);
    if let Ok(date) = last.parse::<jiff::civil::Date>()
        && last.len() == 10
    {
        let days = jiff::Span::new().days((seconds + 86_399) / 86_400);
        return Some(date.checked_sub(days).ok()?.to_string());
    }
    if let Ok(instant) = last.parse::<jiff::Timestamp>() {
        return Some(instant.checked_sub(span).ok()?.to_string());
    }
    let wall: jiff::civil::DateTime = last.parse().ok()?;
    Some(wall.checked_sub(span).ok()?.to_string().replace('T', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(last: Option<&str>, overlap: Overlap) -> Since {
        Since { column: "updated_at".into(), last: last.map(str::to_owned), overlap }
    }

    #[test]
    fn statements_of_each_database() {
        let table = Selection::Table("public.orders".into());
        let query = Selection::Query("SELECT id, total FROM orders WHERE total > 0 -- paid\n;".into());
        let late = since(Some("2024-11-11 00:30:00.5+00"), Overlap::Seconds(3_600));
        let by_number = since(Some("1000"), Overlap::Count(10));
        for (kind, rows, since, wanted) in [
            (DatabaseKind::Postgres, &table, None, "SELECT row_to_json(t)::text, NULL::text FROM \"public\".\"orders\" AS t"),
            (
                DatabaseKind::Postgres,
                &table,
                Some(&late),
                "SELECT row_to_json(t)::text, t.\"updated_at\"::text FROM \"public\".\"orders\" AS t WHERE t.\"updated_at\" >= '2024-11-10T23:30:00.5Z' ORDER BY t.\"updated_at\"",
            ),
            (
                DatabaseKind::MySql,
                &query,
                Some(&by_number),
                "SELECT t.* FROM (\nSELECT id, total FROM orders WHERE total > 0 -- paid\n) AS t WHERE t.`updated_at` >= '990' ORDER BY t.`updated_at`",
            ),
            (
                DatabaseKind::Sqlite,
                &table,
                Some(&by_number),
                "SELECT t.* FROM \"public\".\"orders\" AS t WHERE t.\"updated_at\" >= 990 ORDER BY t.\"updated_at\"",
            ),
        ] {
            assert_eq!(statement(kind, rows, since).expect("a statement"), wanted);
        }
    }

    #[test]
    fn only_one_select_is_sent() {
        for sql in [
            "DELETE FROM orders",
            "SELECT 1; DROP TABLE orders",
            "SELECT * INTO copy FROM orders",
            "SELECT * FROM orders FOR UPDATE",
            "INSERT INTO a SELECT 1",
            "WITH gone AS (DELETE FROM orders RETURNING *) SELECT",
            "",
        ] {
            let refused = statement(DatabaseKind::Postgres, &Selection::Query(sql.into()), None);
            assert!(matches!(refused, Err(PullError::NotASelect(_))), "{sql}: {refused:?}");
        }
        for table in ["", "a.b.c.d", "orders; DROP TABLE x", "a..b", "x\"y"] {
            let refused = statement(DatabaseKind::MySql, &Selection::Table(table.into()), None);
            assert!(matches!(refused, Err(PullError::TableName(_))), "{table}: {refused:?}");
        }
        for last in ["' OR 1=1 --", "a'b", "a\\", "", "中"] {
            let refused = statement(DatabaseKind::MySql, &Selection::Table("t".into()), Some(&since(Some(last), Overlap::Seconds(0))));
            assert!(matches!(refused, Err(PullError::CursorValue(_))), "{last}: {refused:?}");
        }
    }

    #[test]
    fn the_overlap_goes_back_in_the_same_form() {
        for (last, overlap, wanted) in [
            ("2024-03-01", Overlap::Seconds(3_600), "2024-02-29"),
            ("2024-03-01 00:10:00", Overlap::Seconds(1_200), "2024-02-29 23:50:00"),
            ("2024-03-01T00:10:00+08:00", Overlap::Seconds(600), "2024-02-29T16:00:00Z"),
            ("12.5", Overlap::Count(3), "9.5"),
            ("01J8Z", Overlap::Seconds(0), "01J8Z"),
        ] {
            assert_eq!(start(last, overlap).expect("a value"), wanted);
        }
        assert!(start("01J8Z", Overlap::Seconds(60)).is_err());
    }
}
