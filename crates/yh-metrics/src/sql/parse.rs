//! User-written SQL text → [`Expr`]: parsed, allow-listed, bounded. Anything not listed here is
//! refused, so no text of the user's reaches the engine unparsed.

use sqlparser::ast::{self, BinaryOperator, CastKind, DataType, ExactNumberInfo, Spanned, UnaryOperator, Value};
use yh_model::sql::{Bounds, FUNCTIONS, TIME_UNITS};

use super::growth::check_growth;
use super::{Expr, Op, SqlType, Test, balanced};
use crate::time::{DatePart, Grain, parse_time};

/// Longest accepted text, in bytes, and most words and signs.
pub(crate) const MAX_BYTES: usize = 16_384;
const MAX_TOKENS: usize = 1_000;
/// Operators in a row other than AND and OR: each is a level of the tree.
const MAX_CHAIN: usize = 200;
/// Units of an interval: enough for any, few enough to stay within the engine's calendar.
const MAX_INTERVAL: i64 = 1_000_000;

/// A name as the user wrote it, with its place in the text (1-based).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ident {
    pub name: String,
    pub quoted: bool,
    pub line: u64,
    pub column: u64,
}

/// Why a text was refused, and where (1-based; 0 when the place is unknown).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ExprError {
    pub message: String,
    pub line: u64,
    pub column: u64,
}

impl ExprError {
    pub(crate) fn at(message: impl Into<String>, line: u64, column: u64) -> ExprError {
        ExprError { message: message.into(), line, column }
    }
}

type Result<T> = std::result::Result<T, ExprError>;

/// Parses one expression nested at most `depth` deep; columns come back as [`Expr::Ident`].
pub(crate) fn parse_expr(text: &str, depth: u64) -> Result<Expr> {
    let bounds = Bounds { bytes: MAX_BYTES, tokens: MAX_TOKENS, depth: usize::try_from(depth).unwrap_or(usize::MAX) };
    let parsed = yh_model::sql::parse(text, bounds, |parser| parser.parse_expr());
    let parsed = parsed.map_err(|error| ExprError::at(error.message, error.line, error.column))?;
    let expr = convert(&parsed)?;
    check_growth(&expr).map_err(|why| ExprError::at(why, 1, 1))?;
    Ok(expr)
}

fn refused<T>(what: &str, node: &impl Spanned) -> Result<T> {
    let start = node.span().start;
    Err(ExprError::at(format!("{what} is not allowed here"), start.line, start.column))
}

fn convert_box(e: &ast::Expr) -> Result<Box<Expr>> {
    convert(e).map(Box::new)
}

fn convert_list(list: &[ast::Expr]) -> Result<Vec<Expr>> {
    list.iter().map(convert).collect()
}

fn test(e: &ast::Expr, test: Test, negated: bool) -> Result<Expr> {
    Ok(Expr::Is { value: convert_box(e)?, test, negated })
}

/// The parser takes all that follows for the right side, which is not what standard SQL means by it.
fn distinct_from(left: &ast::Expr, op: Op, right: &ast::Expr) -> Result<Expr> {
    if let ast::Expr::BinaryOp { op: joint @ (BinaryOperator::And | BinaryOperator::Or), .. } = right {
        let start = left.span().start;
        let message = format!("write parentheses around `... IS [NOT] DISTINCT FROM ...` before {joint}");
        return Err(ExprError::at(message, start.line, start.column));
    }
    Ok(convert(left)?.binary(op, convert(right)?))
}

#[recursive::recursive]
fn convert(e: &ast::Expr) -> Result<Expr> {
    use ast::Expr as A;
    Ok(match e {
        A::Identifier(ident) => Expr::Ident(self::ident(ident)),
        A::CompoundIdentifier(_) => return refused("a column with a table prefix", e),
        A::Nested(inner) => convert(inner)?,
        A::Value(v) => literal(&v.value, e)?,
        A::TypedString(t) => typed_string(t, e)?,
        A::Interval(i) => interval(i, e)?,
        A::IsNull(x) => test(x, Test::Null, false)?,
        A::IsNotNull(x) => test(x, Test::Null, true)?,
        A::IsTrue(x) => test(x, Test::True, false)?,
        A::IsNotTrue(x) => test(x, Test::True, true)?,
        A::IsFalse(x) => test(x, Test::False, false)?,
        A::IsNotFalse(x) => test(x, Test::False, true)?,
        A::IsUnknown(x) => test(x, Test::Null, false)?,
        A::IsNotUnknown(x) => test(x, Test::Null, true)?,
        A::IsDistinctFrom(l, r) => distinct_from(l, Op::DistinctFrom, r)?,
        A::IsNotDistinctFrom(l, r) => distinct_from(l, Op::NotDistinctFrom, r)?,
        A::InList { expr, list, negated } => Expr::In { value: convert_box(expr)?, list: convert_list(list)?, negated: *negated },
        A::Between { expr, negated, low, high } => {
            Expr::Between { value: convert_box(expr)?, low: convert_box(low)?, high: convert_box(high)?, negated: *negated }
        }
        A::BinaryOp { .. } => chain(e)?,
        A::UnaryOp { op, expr } => match op {
            UnaryOperator::Not => Expr::Not(convert_box(expr)?),
            UnaryOperator::Minus => Expr::Negate(convert_box(expr)?),
            UnaryOperator::Plus => convert(expr)?,
            _ => return refused("this operator", e),
        },
        A::Like { negated, any: false, expr, pattern, escape_char: None } => {
            Expr::Like { value: convert_box(expr)?, pattern: convert_box(pattern)?, negated: *negated, ignore_case: false }
        }
        A::ILike { negated, any: false, expr, pattern, escape_char: None } => {
            Expr::Like { value: convert_box(expr)?, pattern: convert_box(pattern)?, negated: *negated, ignore_case: true }
        }
        A::Case { operand, conditions, else_result, .. } => Expr::Case {
            operand: operand.as_deref().map(convert_box).transpose()?,
            whens: conditions.iter().map(|c| Ok((convert(&c.condition)?, convert(&c.result)?))).collect::<Result<_>>()?,
            otherwise: else_result.as_deref().map(convert_box).transpose()?,
        },
        A::Cast { kind, expr, data_type, format: None, array: false } => Expr::Cast {
            value: convert_box(expr)?,
            to: cast_type(data_type, e)?,
            lenient: matches!(kind, CastKind::TryCast | CastKind::SafeCast),
        },
        A::Extract { field, expr, .. } => extract(&field.to_string(), convert(expr)?, e)?,
        A::Ceil { expr, field: ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime) } => {
            Expr::call("ceil", vec![convert(expr)?])
        }
        A::Floor { expr, field: ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime) } => {
            Expr::call("floor", vec![convert(expr)?])
        }
        A::Substring { expr, substring_from, substring_for, .. } => {
            let mut args = vec![convert(expr)?];
            args.push(substring_from.as_deref().map(convert).transpose()?.unwrap_or(Expr::number(1)));
            args.extend(substring_for.as_deref().map(convert).transpose()?);
            Expr::call("substr", args)
        }
        A::Trim { trim_where: None, trim_what: None, expr, trim_characters: None } => Expr::call("btrim", vec![convert(expr)?]),
        A::Position { expr, r#in } => Expr::call("strpos", vec![convert(r#in)?, convert(expr)?]),
        A::Function(f) => function(f, e)?,
        A::Subquery(_) | A::Exists { .. } | A::InSubquery { .. } => return refused("a subquery", e),
        _ => return refused("this kind of expression", e),
    })
}

/// Operators in a row, without a level of recursion for each; rows of AND and of OR become balanced trees.
fn chain(e: &ast::Expr) -> Result<Expr> {
    let mut links = Vec::new();
    let mut first = e;
    while let ast::Expr::BinaryOp { left, op, right } = first {
        links.push((op, right, first));
        first = left;
    }
    let logical = |op: &BinaryOperator| matches!(op, BinaryOperator::And | BinaryOperator::Or);
    if links.iter().filter(|(op, ..)| !logical(op)).count() > MAX_CHAIN {
        return Err(ExprError::at(format!("there are more than {MAX_CHAIN} operators in a row"), 1, 1));
    }
    let mut done = convert(first)?;
    let mut links = links.into_iter().rev().peekable();
    while let Some((op, right, node)) = links.next() {
        if !logical(op) {
            done = binary(done, op, convert(right)?, node)?;
            continue;
        }
        let mut parts = vec![done, convert(right)?];
        while let Some((_, right, _)) = links.next_if(|(next, ..)| *next == op) {
            parts.push(convert(right)?);
        }
        done = balanced(if *op == BinaryOperator::And { Op::And } else { Op::Or }, parts);
    }
    Ok(done)
}

fn ident(ident: &ast::Ident) -> Ident {
    let start = ident.span.start;
    Ident { name: ident.value.clone(), quoted: ident.quote_style.is_some(), line: start.line, column: start.column }
}

fn literal(value: &Value, node: &ast::Expr) -> Result<Expr> {
    Ok(match value {
        Value::Number(text, _) => Expr::Number(text.clone()),
        Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => Expr::Text(text.clone()),
        Value::Boolean(value) => Expr::Bool(*value),
        Value::Null => Expr::Null,
        _ => return refused("this kind of literal", node),
    })
}

fn typed_string(typed: &ast::TypedString, node: &ast::Expr) -> Result<Expr> {
    let to = cast_type(&typed.data_type, node)?;
    let Value::SingleQuotedString(text) = &typed.value.value else { return refused("this kind of literal", node) };
    match (to, parse_time(text)) {
        (SqlType::Timestamp, Some(time)) => Ok(Expr::Time(time)),
        (SqlType::Date, Some(time)) => Ok(Expr::Text(time.date().to_string()).cast(SqlType::Date)),
        _ => refused("this kind of literal", node),
    }
}

fn interval(interval: &ast::Interval, node: &ast::Expr) -> Result<Expr> {
    let ast::Expr::Value(value) = &*interval.value else { return refused("a computed interval", node) };
    let text = match &value.value {
        Value::SingleQuotedString(text) | Value::Number(text, _) => text.clone(),
        _ => return refused("this interval", node),
    };
    let text = match &interval.leading_field {
        Some(field) => format!("{text} {field}"),
        None => text,
    };
    let mut words = text.split_whitespace();
    let parsed = (words.next().and_then(|n| n.parse().ok()), words.next().and_then(Grain::parse), words.next());
    match parsed {
        (Some(count), Some(unit), None) if (-MAX_INTERVAL..=MAX_INTERVAL).contains(&count) => Ok(Expr::Interval(count, unit)),
        (Some(_), Some(_), None) => refused(&format!("an interval of more than {MAX_INTERVAL}"), node),
        _ => refused("an interval other than `<number> <unit>`", node),
    }
}

fn binary(left: Expr, op: &BinaryOperator, right: Expr, node: &ast::Expr) -> Result<Expr> {
    let op = match op {
        BinaryOperator::And => Op::And,
        BinaryOperator::Or => Op::Or,
        BinaryOperator::Eq => Op::Eq,
        BinaryOperator::NotEq => Op::NotEq,
        BinaryOperator::Lt => Op::Less,
        BinaryOperator::LtEq => Op::LessEq,
        BinaryOperator::Gt => Op::More,
        BinaryOperator::GtEq => Op::MoreEq,
        BinaryOperator::Plus => Op::Add,
        BinaryOperator::Minus => Op::Subtract,
        BinaryOperator::Multiply => Op::Multiply,
        BinaryOperator::Modulo => return Ok(left.binary(Op::Modulo, nonzero(right))),
        BinaryOperator::StringConcat => Op::Concat,
        BinaryOperator::Divide => return Ok(divide(left, right)),
        _ => return refused("this operator", node),
    };
    Ok(left.binary(op, right))
}

/// `/` is true division, and no value where the divisor is zero.
fn divide(left: Expr, right: Expr) -> Expr {
    let is_double = matches!(&left, Expr::Binary(_, Op::Divide, _) | Expr::Cast { to: SqlType::Double, lenient: false, .. });
    let left = if is_double { left } else { left.cast(SqlType::Double) };
    left.binary(Op::Divide, nonzero(right))
}

/// A divisor that is no value where it would be zero.
fn nonzero(divisor: Expr) -> Expr {
    let never = matches!(&divisor, Expr::Number(text) if text.parse::<f64>().is_ok_and(|n| n != 0.0));
    let guarded = matches!(&divisor, Expr::Call { name: "NULLIF", .. });
    if never || guarded { divisor } else { Expr::call("NULLIF", vec![divisor, Expr::number(0)]) }
}

fn cast_type(data_type: &DataType, node: &ast::Expr) -> Result<SqlType> {
    Ok(match data_type {
        DataType::Boolean | DataType::Bool => SqlType::Boolean,
        DataType::SmallInt(_) | DataType::Int(_) | DataType::Integer(_) | DataType::BigInt(_) => SqlType::Integer,
        DataType::Real | DataType::Float(_) | DataType::Double(_) | DataType::DoublePrecision => SqlType::Double,
        DataType::Decimal(info) | DataType::Numeric(info) => match info {
            ExactNumberInfo::None => SqlType::Decimal(38, 10),
            ExactNumberInfo::Precision(p) => SqlType::Decimal((*p).min(38), 0),
            ExactNumberInfo::PrecisionAndScale(p, s) => SqlType::Decimal((*p).min(38), (*s).clamp(0, 38)),
        },
        DataType::Text | DataType::Varchar(_) | DataType::String(_) | DataType::Char(_) | DataType::CharacterVarying(_) => SqlType::Text,
        DataType::Date => SqlType::Date,
        DataType::Timestamp(..) | DataType::Datetime(_) => SqlType::Timestamp,
        _ => return refused("a cast to this type", node),
    })
}

fn extract(field: &str, value: Expr, node: &ast::Expr) -> Result<Expr> {
    let field = field.to_ascii_lowercase();
    if let Some(part) = DatePart::parse(&field) {
        return Ok(date_part(part, value));
    }
    match field.as_str() {
        "hour" | "minute" | "second" | "week" | "epoch" => Ok(Expr::call("date_part", vec![Expr::Text(field), value])),
        "isodow" => Ok(date_part(DatePart::Weekday, value)),
        _ => refused("this date part", node),
    }
}

/// A date part as a number; weekdays are turned from the engine's Sunday 0 into ISO's Sunday 7.
pub(crate) fn date_part(part: DatePart, value: Expr) -> Expr {
    let number = Expr::call("date_part", vec![Expr::Text(part.name().to_owned()), value]);
    if part != DatePart::Weekday {
        return number;
    }
    let shifted = number.binary(Op::Add, Expr::number(6)).binary(Op::Modulo, Expr::number(7));
    shifted.binary(Op::Add, Expr::number(1))
}

fn function(f: &ast::Function, node: &ast::Expr) -> Result<Expr> {
    let plain = f.over.is_none() && f.filter.is_none() && f.within_group.is_empty() && f.null_treatment.is_none();
    let ast::FunctionArguments::List(list) = &f.args else { return refused("this function", node) };
    if !plain || list.duplicate_treatment.is_some() || !list.clauses.is_empty() || f.name.0.len() != 1 {
        return refused("an aggregate or window function", node);
    }
    let name = f.name.to_string().to_ascii_lowercase();
    let Some((_, engine_name)) = FUNCTIONS.iter().find(|(allowed, _)| *allowed == name) else {
        let start = node.span().start;
        let nearest = yh_model::issue::nearest(&name, FUNCTIONS.iter().map(|(n, _)| *n));
        let hint = nearest.map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
        return Err(ExprError::at(
            format!("the function `{name}` is not on the list of allowed functions{hint}"),
            start.line,
            start.column,
        ));
    };
    let mut args = Vec::with_capacity(list.args.len());
    for arg in &list.args {
        match arg {
            ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(e)) => args.push(convert(e)?),
            _ => return refused("this kind of argument", node),
        }
    }
    match (*engine_name, args.as_slice()) {
        ("date_part", [Expr::Text(part), value]) => extract(part, value.clone(), node),
        ("date_part" | "date_trunc", [first, _]) if !matches!(first, Expr::Text(_)) => refused("a computed date part", node),
        ("date_trunc", [Expr::Text(unit), _]) if !TIME_UNITS.contains(&unit.to_ascii_lowercase().as_str()) => {
            let start = node.span().start;
            let message = format!("there is no time unit `{unit}`; write one of {}", TIME_UNITS.join(", "));
            Err(ExprError::at(message, start.line, start.column))
        }
        ("mod", _) if args.len() == 2 => {
            let divisor = args.pop().unwrap_or(Expr::Null);
            let dividend = args.pop().unwrap_or(Expr::Null);
            Ok(dividend.binary(Op::Modulo, nonzero(divisor)))
        }
        (name, _) => Ok(Expr::call(name, args)),
    }
}
