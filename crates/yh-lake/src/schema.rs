//! How a dataset's columns are stored.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use yh_model::dataset::{ColumnKind, DatasetSpec};

/// The import that brought a row, and its line in that import's file; null in derived rows.
pub const IMPORT_ID: &str = "_import_id";
pub const LINE: &str = "_line";

/// The Arrow type of a column kind: instants are UTC without a zone, money has four decimals.
pub fn data_type(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::Text => DataType::Utf8,
        ColumnKind::Integer => DataType::Int64,
        ColumnKind::Number => DataType::Float64,
        ColumnKind::Money => DataType::Decimal128(18, 4),
        ColumnKind::Boolean => DataType::Boolean,
        ColumnKind::Instant => DataType::Timestamp(TimeUnit::Microsecond, None),
        ColumnKind::Date => DataType::Date32,
    }
}

/// The schema under which a dataset's files are read, lineage columns included.
pub fn table_schema(spec: &DatasetSpec) -> SchemaRef {
    let field = |name: &str, data_type| Field::new(name, data_type, true);
    let columns = spec.columns.iter().map(|column| field(&column.name, viewed(data_type(column.kind))));
    let lineage = [field("attributes", DataType::Utf8View), field(IMPORT_ID, DataType::Int64), field(LINE, DataType::Int64)];
    Arc::new(Schema::new(columns.chain(lineage).collect::<Vec<_>>()))
}

/// Text is read as views, which measured faster in every workload.
fn viewed(data_type: DataType) -> DataType {
    if data_type == DataType::Utf8 { DataType::Utf8View } else { data_type }
}
