//! Exact percentiles: every value is kept, then selected. `exact_percentile(x, p)` interpolates
//! linearly between the two nearest ranks (`PERCENTILE_CONT`), `percentile_disc_exact(x, p)` gives
//! the first value whose cumulative share reaches `p` (`PERCENTILE_DISC`).

use std::hash::{Hash, Hasher};
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType, AsArray, BooleanArray, ListArray, PrimitiveArray, PrimitiveBuilder,
    RecordBatch, RecordBatchOptions,
};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Field, FieldRef, Float64Type, Int64Type, Schema, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility};

/// `exact_percentile(x, p)`: doubles in, a double out.
pub fn exact_percentile() -> AggregateUDF {
    AggregateUDF::new_from_impl(Percentile::new("exact_percentile", Kind::Continuous))
}

/// `percentile_disc_exact(x, p)`: one of the values themselves, of their own type.
pub fn percentile_disc_exact() -> AggregateUDF {
    AggregateUDF::new_from_impl(Percentile::new("percentile_disc_exact", Kind::Discrete))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Continuous,
    Discrete,
}

#[derive(Debug)]
struct Percentile {
    name: &'static str,
    kind: Kind,
    signature: Signature,
}

impl Percentile {
    fn new(name: &'static str, kind: Kind) -> Percentile {
        Percentile { name, kind, signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl PartialEq for Percentile {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Percentile {}

impl Hash for Percentile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// Runs `$body` with `$t` bound to the arrow type of the values.
macro_rules! with_type {
    ($data_type:expr, $t:ident => $body:expr) => {
        match $data_type {
            DataType::Int64 => {
                type $t = Int64Type;
                $body
            }
            DataType::Float64 => {
                type $t = Float64Type;
                $body
            }
            DataType::Decimal128(_, _) => {
                type $t = Decimal128Type;
                $body
            }
            DataType::Date32 => {
                type $t = Date32Type;
                $body
            }
            DataType::Timestamp(TimeUnit::Second, _) => {
                type $t = TimestampSecondType;
                $body
            }
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                type $t = TimestampMillisecondType;
                $body
            }
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                type $t = TimestampMicrosecondType;
                $body
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                type $t = TimestampNanosecondType;
                $body
            }
            other => exec_err!("exact percentiles of {other} are not supported"),
        }
    };
}

impl AggregateUDFImpl for Percentile {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, args: &[DataType]) -> Result<Vec<DataType>> {
        let [value, _] = args else { return plan_err!("{} takes a value and a fraction", self.name) };
        let value = match (self.kind, value) {
            (Kind::Continuous, _) => DataType::Float64,
            (Kind::Discrete, v) if v.is_integer() || v.is_null() => DataType::Int64,
            (Kind::Discrete, v) if v.is_floating() => DataType::Float64,
            (Kind::Discrete, v) => v.clone(),
        };
        Ok(vec![value, DataType::Float64])
    }

    fn return_type(&self, args: &[DataType]) -> Result<DataType> {
        Ok(args[0].clone())
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let item = Field::new_list_field(args.input_fields[0].data_type().clone(), true);
        Ok(vec![Arc::new(Field::new(format!("{}[values]", args.name), DataType::List(Arc::new(item)), true))])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let fraction = fraction(&args)?;
        let data_type = args.expr_fields[0].data_type().clone();
        if self.kind == Kind::Continuous {
            return Ok(Box::new(One(Kept::<Float64Type>::new(data_type, fraction, interpolated))));
        }
        with_type!(&data_type, T => Ok(Box::new(One(Kept::<T>::new(data_type, fraction, reaching)))))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let fraction = fraction(&args)?;
        let data_type = args.expr_fields[0].data_type().clone();
        if self.kind == Kind::Continuous {
            return Ok(Box::new(Kept::<Float64Type>::new(data_type, fraction, interpolated)));
        }
        with_type!(&data_type, T => Ok(Box::new(Kept::<T>::new(data_type, fraction, reaching))))
    }
}

/// The second argument: a constant between 0 and 1.
fn fraction(args: &AccumulatorArgs) -> Result<f64> {
    let schema = Arc::new(Schema::empty());
    let one_row = RecordBatchOptions::new().with_row_count(Some(1));
    let batch = RecordBatch::try_new_with_options(schema, vec![], &one_row)?;
    let value = match args.exprs.get(1) {
        Some(expr) => ScalarValue::try_from_array(&expr.evaluate(&batch)?.into_array(1)?, 0)?.cast_to(&DataType::Float64)?,
        None => return plan_err!("{} takes a value and a fraction", args.name),
    };
    match value {
        ScalarValue::Float64(Some(p)) if (0.0..=1.0).contains(&p) => Ok(p),
        other => plan_err!("a percentile needs a fraction between 0 and 1, not {other}"),
    }
}

/// Picks the answer out of the values; they may be reordered.
type Pick<N> = fn(&mut [N], f64) -> Option<N>;

/// Linear interpolation at rank `p × (n − 1)`.
fn interpolated(values: &mut [f64], p: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let rank = p * last as f64;
    let below = (rank.floor() as usize).min(last);
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    Some(low + (high - low) * (rank - below as f64))
}

/// The first value whose cumulative share is at least `p`.
fn reaching<N: ArrowNativeTypeOp>(values: &mut [N], p: f64) -> Option<N> {
    let last = values.len().checked_sub(1)?;
    // 0.07 × 100 is a little more than 7 in binary.
    let rank = (p * values.len() as f64 - 1e-9).ceil().max(1.0) as usize - 1;
    let (_, value, _) = values.select_nth_unstable_by(rank.min(last), |a, b| ArrowNativeTypeOp::compare(*a, *b));
    Some(*value)
}

/// All values seen, per group.
struct Kept<T: ArrowPrimitiveType> {
    data_type: DataType,
    fraction: f64,
    pick: Pick<T::Native>,
    groups: Vec<Vec<T::Native>>,
    /// Bytes held by the groups' buffers, kept up to date so that `size` is cheap.
    held: usize,
}

impl<T: ArrowPrimitiveType> Kept<T> {
    fn new(data_type: DataType, fraction: f64, pick: Pick<T::Native>) -> Self {
        Kept { data_type, fraction, pick, groups: Vec::new(), held: 0 }
    }

    fn add(&mut self, group: usize, values: impl Iterator<Item = T::Native>) {
        let kept = &mut self.groups[group];
        let before = kept.capacity();
        kept.extend(values);
        self.held += (kept.capacity() - before) * size_of::<T::Native>();
    }

    fn lists(&self, groups: &[Vec<T::Native>]) -> ArrayRef {
        let offsets = OffsetBuffer::from_lengths(groups.iter().map(Vec::len));
        let values: Vec<T::Native> = groups.concat();
        let values = PrimitiveArray::<T>::new(ScalarBuffer::from(values), None).with_data_type(self.data_type.clone());
        let item = Arc::new(Field::new_list_field(self.data_type.clone(), true));
        Arc::new(ListArray::new(item, offsets, Arc::new(values), None))
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<Vec<T::Native>> {
        let taken = emit_to.take_needed(&mut self.groups);
        let freed: usize = taken.iter().map(|g| g.capacity() * size_of::<T::Native>()).sum();
        self.held = self.held.saturating_sub(freed);
        taken
    }
}

impl<T: ArrowPrimitiveType + Send> GroupsAccumulator for Kept<T> {
    fn update_batch(&mut self, values: &[ArrayRef], groups: &[usize], filter: Option<&BooleanArray>, total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), Vec::new());
        let values = values[0].as_primitive::<T>();
        for (row, &group) in groups.iter().enumerate() {
            let wanted = filter.is_none_or(|f| f.is_valid(row) && f.value(row));
            if wanted && values.is_valid(row) {
                self.add(group, std::iter::once(values.value(row)));
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.groups.resize(total.max(self.groups.len()), Vec::new());
        let lists = values[0].as_list::<i32>();
        for (row, &group) in groups.iter().enumerate() {
            if lists.is_valid(row) {
                let list = lists.value(row);
                self.add(group, list.as_primitive::<T>().iter().flatten());
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let mut answers = PrimitiveBuilder::<T>::new().with_data_type(self.data_type.clone());
        for mut values in self.take(emit_to) {
            answers.append_option((self.pick)(&mut values, self.fraction));
        }
        Ok(Arc::new(answers.finish()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = self.take(emit_to);
        Ok(vec![self.lists(&groups)])
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let values = values[0].as_primitive::<T>();
        let wanted = |row: usize| filter.is_none_or(|f| f.is_valid(row) && f.value(row)) && values.is_valid(row);
        let rows: Vec<Vec<T::Native>> = (0..values.len()).map(|row| if wanted(row) { vec![values.value(row)] } else { vec![] }).collect();
        Ok(vec![self.lists(&rows)])
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.groups.capacity() * size_of::<Vec<T::Native>>() + self.held
    }
}

/// The same, for a query without groups.
struct One<T: ArrowPrimitiveType>(Kept<T>);

impl<T: ArrowPrimitiveType> std::fmt::Debug for One<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("One").field("values", &self.0.groups.first().map_or(0, Vec::len)).finish()
    }
}

impl<T: ArrowPrimitiveType + Send> Accumulator for One<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let groups = vec![0; values[0].len()];
        GroupsAccumulator::update_batch(&mut self.0, values, &groups, None, 1)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let groups = vec![0; states[0].len()];
        GroupsAccumulator::merge_batch(&mut self.0, states, &groups, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.0.groups.resize(1, Vec::new());
        let answer = GroupsAccumulator::evaluate(&mut self.0, EmitTo::All)?;
        ScalarValue::try_from_array(&answer, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.0.groups.resize(1, Vec::new());
        let state = GroupsAccumulator::state(&mut self.0, EmitTo::All)?;
        Ok(vec![ScalarValue::try_from_array(&state[0], 0)?])
    }

    fn size(&self) -> usize {
        GroupsAccumulator::size(&self.0)
    }
}
