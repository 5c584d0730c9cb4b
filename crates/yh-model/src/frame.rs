//! A small typed table: how rows leave the engine.

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
