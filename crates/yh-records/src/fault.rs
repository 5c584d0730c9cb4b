//! What kind of failure a database reports, told by its codes.

use sea_orm::{DbErr, RuntimeErr};

use crate::RecordsError;

/// What a database's error means for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Another program writes; the same step can succeed a moment later.
    Busy,
    /// There is no space left.
    Full,
    /// The place cannot be written.
    ReadOnly,
    /// The file's structure is damaged.
    Damaged,
    Other,
}

impl Fault {
    pub fn of(error: &DbErr) -> Self {
        let code = match error {
            DbErr::ConnectionAcquire(_) => return Self::Busy,
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => error.as_database_error().and_then(|error| error.code()),
            _ => None,
        };
        code.map_or(Self::Other, |code| Self::of_code(&code))
    }

    /// PostgreSQL's codes have five characters; SQLite's are numbers, whose last byte is the primary code.
    fn of_code(code: &str) -> Self {
        const SHARED_MEMORY_SIZE: u32 = 4874;
        match code {
            "40001" | "40P01" | "55P03" | "57014" => return Self::Busy,
            "53100" => return Self::Full,
            "25006" => return Self::ReadOnly,
            "XX001" | "XX002" => return Self::Damaged,
            _ if code.len() == 5 => return Self::Other,
            _ => {}
        }
        match code.parse::<u32>() {
            Ok(SHARED_MEMORY_SIZE) => Self::Full,
            Ok(code) => match code & 0xff {
                5 | 6 => Self::Busy,
                8 => Self::ReadOnly,
                11 | 26 => Self::Damaged,
                13 => Self::Full,
                _ => Self::Other,
            },
            Err(_) => Self::Other,
        }
    }
}

impl From<DbErr> for RecordsError {
    fn from(error: DbErr) -> Self {
        match Fault::of(&error) {
            Fault::Busy => Self::Busy(error),
            Fault::Full => Self::Full(error),
            Fault::ReadOnly => Self::ReadOnly,
            Fault::Damaged => Self::Corrupt { what: "records database", reason: error.to_string() },
            Fault::Other => Self::Database(error),
        }
    }
}

impl RecordsError {
    /// The same for a failure to open: what is not told apart means that the database cannot be opened.
    pub(crate) fn opening(error: DbErr) -> Self {
        if let DbErr::ConnectionAcquire(_) = error {
            return Self::Open(error);
        }
        match Self::from(error) {
            Self::Database(error) => Self::Open(error),
            told => told,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_are_told_apart() {
        for (code, fault) in [
            ("5", Fault::Busy),
            ("517", Fault::Busy),
            ("13", Fault::Full),
            ("4874", Fault::Full),
            ("8", Fault::ReadOnly),
            ("1032", Fault::ReadOnly),
            ("11", Fault::Damaged),
            ("26", Fault::Damaged),
            ("2067", Fault::Other),
            ("40001", Fault::Busy),
            ("40P01", Fault::Busy),
            ("53100", Fault::Full),
            ("25006", Fault::ReadOnly),
            ("23505", Fault::Other),
        ] {
            assert_eq!(Fault::of_code(code), fault, "{code}");
        }
    }
}
