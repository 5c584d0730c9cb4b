//! A small typed table: how rows leave the engine.

use std::cmp::Ordering;

use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Text(String),
    Integer(i64),
    Number(f64),
    Decimal(Decimal),
    Boolean(bool),
    Date(Date),
    /// A wall-clock time without a zone.
    Timestamp(DateTime),
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    Text,
    Integer,
    Number,
    Decimal,
    Boolean,
    Date,
    Timestamp,
}

impl ValueKind {
    /// The kind's name in JSON answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
        }
    }
}

/// A named column of cells, all of one kind or null.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    pub kind: ValueKind,
    pub values: Vec<Value>,
}

/// A table of columns of equal length.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frame {
    pub columns: Vec<Column>,
}

impl Frame {
    /// Number of rows.
    pub fn height(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    /// Finds a column by name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Copies one row's cells, in column order.
    pub fn row(&self, index: usize) -> Vec<Value> {
        self.columns.iter().map(|column| column.values[index].clone()).collect()
    }

    /// Returns the cell of a named column, null where there is no such column.
    pub fn cell(&self, name: &str, row: usize) -> &Value {
        self.column(name).map_or(&Value::Null, |column| &column.values[row])
    }

    /// Adds a row; one cell for each column.
    pub fn push(&mut self, row: Vec<Value>) {
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.values.push(value);
        }
    }

    /// Sorts the rows by columns, each ascending or (`true`) descending, nulls last; names that no column has are passed over.
    pub fn sort(&mut self, by: &[(String, bool)]) {
        let keys: Vec<(&Column, bool)> = by.iter().filter_map(|(name, down)| Some((self.column(name)?, *down))).collect();
        let mut rows: Vec<usize> = (0..self.height()).collect();
        rows.sort_by(|a, b| {
            let one = |(column, down): &(&Column, bool)| {
                let (a, b) = (&column.values[*a], &column.values[*b]);
                let order = a.order(b);
                if *down && !a.is_null() && !b.is_null() { order.reverse() } else { order }
            };
            keys.iter().map(one).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
        for column in &mut self.columns {
            column.values = rows.iter().map(|row| std::mem::replace(&mut column.values[*row], Value::Null)).collect();
        }
    }

    /// Keeps the first `rows` rows.
    pub fn truncate(&mut self, rows: usize) {
        for column in &mut self.columns {
            column.values.truncate(rows);
        }
    }
}

impl Value {
    /// The value as an exact decimal: integers and decimals as they are, doubles by their shortest text.
    pub fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Integer(value) => Some(Decimal::from(*value)),
            Self::Decimal(value) => Some(*value),
            // The shortest text that reads back as the same double is what a user would see and check.
            Self::Number(value) if value.is_finite() => {
                let text = format!("{value}");
                text.parse().ok().or_else(|| Decimal::from_scientific(&format!("{value:e}")).ok())
            }
            _ => None,
        }
    }

    /// The value as a double, for charts and ratios.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => Some(*value as f64),
            Self::Number(value) => Some(*value),
            Self::Decimal(value) => value.to_string().parse().ok(),
            _ => None,
        }
    }

    /// Before or after another value of the same column; nulls are last.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, _) | (_, Self::Null) => self.is_null().cmp(&other.is_null()),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::Timestamp(a), Self::Timestamp(b)) => a.cmp(b),
            _ => match (self.decimal(), other.decimal()) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => self.to_string().cmp(&other.to_string()),
            },
        }
    }

    /// Whether the cell has no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl std::fmt::Display for Value {
    /// Plain text for tables and CSV: no grouping, ISO times, nothing for null.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Text(value) => f.write_str(value),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Decimal(value) => write!(f, "{}", value.normalize()),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Date(value) => write!(f, "{value}"),
            Self::Timestamp(value) => write!(f, "{value}"),
        }
    }
}
