//! The columns that comparisons add.

use yh_metrics::catalog::Format;
use yh_model::{Column, Label, Value, ValueKind};

use crate::answer::{Answer, AnswerColumn, Comparison, Measure, Role};

pub(super) type NewColumn = (AnswerColumn, Column);

/// Value, difference and change of each metric against the values of its base.
pub(super) fn differences(comparison: &Comparison, answer: &Answer, values: Vec<(String, Vec<Value>)>) -> Vec<NewColumn> {
    let mut columns = Vec::new();
    for (metric, others) in values {
        let Some(position) = answer.columns.iter().position(|column| column.name == metric) else { continue };
        let description = &answer.columns[position];
        let own = &answer.frame.columns[position];
        let percent = description.format == Some(Format::Percent);
        let pairs = || own.values.iter().zip(&others);
        let difference = pairs().map(|(own, other)| subtract(own, other)).collect();
        let change = pairs().map(|(own, other)| if percent { Value::Null } else { divide(&subtract(own, other), other) }).collect();
        let name = comparison.name();
        columns.push(column(description, comparison, Measure::Value, format!("{metric}__{name}"), own.kind, others.clone()));
        columns.push(column(description, comparison, Measure::Difference, format!("{metric}__{name}_diff"), own.kind, difference));
        columns.push(column(description, comparison, Measure::Change, format!("{metric}__{name}_change"), ValueKind::Number, change));
    }
    columns
}

pub(super) fn column(
    metric: &AnswerColumn,
    comparison: &Comparison,
    measure: Measure,
    name: String,
    kind: ValueKind,
    values: Vec<Value>,
) -> NewColumn {
    let label = comparison.label();
    let words = match measure {
        Measure::Attainment => Label::new("达成率", "attainment"),
        Measure::Elapsed => Label::new("序时进度", "time elapsed"),
        Measure::Planned => Label::new("计划进度", "planned by now"),
        Measure::Gap => Label::new("缺口", "gap"),
        Measure::Needed => Label::new("日均需完成", "needed per day"),
        Measure::Value => label,
        Measure::Difference => Label::new(format!("{}差", label.zh), format!("difference {}", label.en)),
        Measure::Change => Label::new(format!("{}变化", label.zh), format!("change {}", label.en)),
    };
    let percent = matches!(measure, Measure::Change | Measure::Attainment | Measure::Elapsed);
    let description = AnswerColumn {
        name: name.clone(),
        role: Role::Comparison,
        kind,
        grain: None,
        label: Label::new(format!("{} {}", metric.label.zh, words.zh), format!("{} {}", metric.label.en, words.en)),
        format: if percent { Some(Format::Percent) } else { metric.format },
        unit: if percent { None } else { metric.unit.clone() },
        direction: metric.direction,
        metric: Some(metric.name.clone()),
        comparison: Some(comparison.clone()),
        measure: Some(measure),
    };
    (description, Column { name, kind, values })
}

pub(super) fn subtract(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Number(_), _) | (_, Value::Number(_)) => match (a.number(), b.number()) {
            (Some(a), Some(b)) => Value::Number(a - b),
            _ => Value::Null,
        },
        _ => match (a.decimal(), b.decimal()) {
            (Some(a), Some(b)) if matches!((a.scale(), b.scale()), (0, 0)) => {
                i64::try_from(a - b).map_or(Value::Decimal(a - b), Value::Integer)
            }
            (Some(a), Some(b)) => Value::Decimal(a - b),
            _ => Value::Null,
        },
    }
}

/// a ÷ b as a double; nothing when b is 0 or either is missing.
pub(super) fn divide(a: &Value, b: &Value) -> Value {
    match (a.number(), b.number()) {
        (Some(a), Some(b)) if b != 0.0 => Value::Number(a / b),
        _ => Value::Null,
    }
}
