//! Between the engine's batches and plain frames.

use std::sync::Arc;

use datafusion::arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
        TimestampMicrosecondArray,
    },
    compute::cast,
    datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, Schema, TimeUnit, TimestampMicrosecondType},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;
use yh_model::{Column, Frame, Value, ValueKind};

use crate::{LakeError, Result};

/// Days from 0000-01-01 of the proleptic calendar are not needed: Arrow counts from here.
const EPOCH: Date = jiff::civil::date(1970, 1, 1);

pub(super) fn from_batches(schema: &Schema, batches: &[RecordBatch]) -> Result<Frame> {
    let mut columns = Vec::with_capacity(schema.fields().len());
    for (index, field) in schema.fields().iter().enumerate() {
        let (kind, target) = shown_as(field.data_type());
        let mut values = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
        for batch in batches {
            let array = cast(batch.column(index), &target).map_err(|error| LakeError::Value(error.to_string()))?;
            read(&array, &target, &mut values)?;
        }
        columns.push(Column { name: field.name().clone(), kind, values });
    }
    Ok(Frame { columns })
}

/// The kind a type is shown as, and the type it is cast to on the way.
fn shown_as(data_type: &DataType) -> (ValueKind, DataType) {
    match data_type {
        DataType::Boolean => (ValueKind::Boolean, DataType::Boolean),
        kind if kind.is_integer() => (ValueKind::Integer, DataType::Int64),
        kind if kind.is_floating() => (ValueKind::Number, DataType::Float64),
        DataType::Decimal128(_, scale) | DataType::Decimal256(_, scale) => (ValueKind::Decimal, DataType::Decimal128(38, *scale)),
        DataType::Date32 | DataType::Date64 => (ValueKind::Date, DataType::Date32),
        DataType::Timestamp(_, _) => (ValueKind::Timestamp, DataType::Timestamp(TimeUnit::Microsecond, None)),
        _ => (ValueKind::Text, DataType::Utf8),
    }
}

fn read(array: &ArrayRef, data_type: &DataType, values: &mut Vec<Value>) -> Result<()> {
    let rows = 0..array.len();
    let null = |row: usize| array.is_null(row);
    match data_type {
        DataType::Boolean => {
            let array = array.as_boolean();
            values.extend(rows.map(|row| if null(row) { Value::Null } else { Value::Boolean(array.value(row)) }));
        }
        DataType::Int64 => {
            let array = array.as_primitive::<Int64Type>();
            values.extend(rows.map(|row| if null(row) { Value::Null } else { Value::Integer(array.value(row)) }));
        }
        DataType::Float64 => {
            let array = array.as_primitive::<Float64Type>();
            // A NaN is "no value": it cannot be written as JSON, and no metric means it.
            let value = |row| if array.is_null(row) || array.value(row).is_nan() { Value::Null } else { Value::Number(array.value(row)) };
            values.extend(rows.map(value));
        }
        DataType::Decimal128(_, scale) => {
            let array = array.as_primitive::<Decimal128Type>();
            for row in rows {
                values.push(if null(row) { Value::Null } else { decimal(array.value(row), *scale)? });
            }
        }
        DataType::Date32 => {
            let array = array.as_primitive::<Date32Type>();
            for row in rows {
                values.push(if null(row) { Value::Null } else { Value::Date(date(array.value(row))?) });
            }
        }
        DataType::Timestamp(_, _) => {
            let array = array.as_primitive::<TimestampMicrosecondType>();
            for row in rows {
                values.push(if null(row) { Value::Null } else { timestamp(array.value(row))? });
            }
        }
        _ => {
            let array = array.as_string::<i32>();
            values.extend(rows.map(|row| if null(row) { Value::Null } else { Value::Text(array.value(row).to_owned()) }));
        }
    }
    Ok(())
}

fn decimal(unscaled: i128, scale: i8) -> Result<Value> {
    // Sums have 38 digits of room but rarely use them: dropping zeros at the end keeps the value exact within 28.
    let (mut unscaled, mut scale) = (unscaled, scale);
    while scale > 0 && unscaled % 10 == 0 {
        unscaled /= 10;
        scale -= 1;
    }
    let too_long = || LakeError::Value(format!("a decimal of more than 28 digits ({unscaled}e-{scale})"));
    let scale = u32::try_from(scale).map_err(|_| too_long())?;
    Decimal::try_from_i128_with_scale(unscaled, scale).map(Value::Decimal).map_err(|_| too_long())
}

fn date(days: i32) -> Result<Date> {
    use jiff::ToSpan;
    EPOCH.checked_add(i64::from(days).days()).map_err(|error| LakeError::Value(error.to_string()))
}

fn timestamp(micros: i64) -> Result<Value> {
    let instant = Timestamp::from_microsecond(micros).map_err(|error| LakeError::Value(error.to_string()))?;
    Ok(Value::Timestamp(instant.to_zoned(TimeZone::UTC).datetime()))
}

/// Builds a batch of a small frame.
pub(super) fn to_batch(frame: &Frame) -> Result<RecordBatch> {
    let arrays = frame.columns.iter().map(|column| (column.name.clone(), to_array(column), true));
    RecordBatch::try_from_iter_with_nullable(arrays).map_err(|error| LakeError::Value(error.to_string()))
}

fn to_array(column: &Column) -> ArrayRef {
    let values = column.values.iter();
    match column.kind {
        ValueKind::Boolean => Arc::new(values.map(|v| if let Value::Boolean(v) = v { Some(*v) } else { None }).collect::<BooleanArray>()),
        ValueKind::Integer => Arc::new(values.map(|v| if let Value::Integer(v) = v { Some(*v) } else { None }).collect::<Int64Array>()),
        ValueKind::Number => Arc::new(values.map(Value::number).collect::<Float64Array>()),
        ValueKind::Decimal => {
            let scaled = |value: &Value| {
                let mut value = value.decimal()?;
                value.rescale(4);
                Some(value.mantissa())
            };
            let array: Decimal128Array = values.map(scaled).collect();
            Arc::new(array.with_data_type(DataType::Decimal128(28, 4)))
        }
        ValueKind::Date => {
            let days =
                |value: &Value| if let Value::Date(date) = value { EPOCH.until(*date).ok().map(|span| span.get_days()) } else { None };
            Arc::new(values.map(days).collect::<Date32Array>())
        }
        ValueKind::Timestamp => {
            let micros = |value: &Value| {
                let Value::Timestamp(at) = value else { return None };
                at.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_microsecond())
            };
            Arc::new(values.map(micros).collect::<TimestampMicrosecondArray>())
        }
        ValueKind::Text => Arc::new(values.map(|v| if let Value::Text(v) = v { Some(v.as_str()) } else { None }).collect::<StringArray>()),
    }
}
