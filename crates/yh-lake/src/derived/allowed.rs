//! The functions of a derived SELECT: those of filters, and those over many rows.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Select, Value, Visit, Visitor};
use yh_model::{
    issue::nearest,
    sql::{COLUMN_BYTES, FUNCTIONS, MAX_TEXT_BYTES},
};

/// Functions over several rows, and those of this product or of fixed length.
const FURTHER: &[&str] = &[
    "any_value",
    "avg",
    "bool_and",
    "bool_or",
    "count",
    "dense_rank",
    "exact_percentile",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "local_time",
    "max",
    "md5",
    "median",
    "min",
    "ntile",
    "percentile_disc_exact",
    "rank",
    "row_number",
    "sha256",
    "stddev",
    "sum",
    "to_timestamp",
];

/// Refuses functions that are not listed, and texts that multiply.
pub(super) fn check(select: &Select) -> Result<(), String> {
    match select.visit(&mut Listed) {
        ControlFlow::Break(reason) => Err(reason),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct Listed;

impl Visitor for Listed {
    type Break = String;

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<String> {
        let refused = match expr {
            Expr::Function(function) => unlisted(function),
            Expr::Array(_) | Expr::Lambda(_) | Expr::Struct { .. } | Expr::Map(_) | Expr::Dictionary(_) | Expr::Overlay { .. } => {
                Some("lists and the like are not allowed in it".to_owned())
            }
            _ => None,
        };
        if let Some(reason) = refused {
            return ControlFlow::Break(reason);
        }
        if grown(expr) > MAX_TEXT_BYTES {
            return ControlFlow::Break(format!("it makes texts of more than {MAX_TEXT_BYTES} bytes"));
        }
        ControlFlow::Continue(())
    }
}

fn unlisted(function: &Function) -> Option<String> {
    let name = function.name.to_string().to_lowercase();
    let listed = FUNCTIONS.iter().map(|(name, _)| *name).chain(FURTHER.iter().copied());
    if listed.clone().any(|known| known == name) {
        return None;
    }
    let hint = nearest(&name, listed).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    Some(format!("the function {name} is not on the list of allowed functions{hint}"))
}

/// The bytes that an expression's text can have.
fn grown(expr: &Expr) -> f64 {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => text.len() as f64,
            _ => COLUMN_BYTES,
        },
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => grown(inner),
        Expr::BinaryOp { left, op: BinaryOperator::StringConcat, right } => grown(left) + grown(right),
        Expr::Function(function) => grown_by(function),
        Expr::Case { conditions, else_result, .. } => {
            let results = conditions.iter().map(|when| &when.result).chain(else_result.as_deref());
            results.map(grown).fold(COLUMN_BYTES, f64::max)
        }
        _ => COLUMN_BYTES,
    }
}

fn grown_by(function: &Function) -> f64 {
    let FunctionArguments::List(list) = &function.args else { return COLUMN_BYTES };
    let args: Vec<&Expr> = list
        .args
        .iter()
        .filter_map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
            _ => None,
        })
        .collect();
    let longest = || args.iter().map(|arg| grown(arg)).fold(COLUMN_BYTES, f64::max);
    match (function.name.to_string().to_lowercase().as_str(), args.as_slice()) {
        ("concat", args) => args.iter().map(|arg| grown(arg)).sum(),
        ("replace", [text, from, to]) => match (literal(from), literal(to)) {
            (Some(from), Some(to)) => grown(text) * (to.len() as f64 / from.len().max(1) as f64).max(1.0) + to.len() as f64,
            // What a column puts there can be of any length.
            _ => f64::INFINITY,
        },
        ("upper" | "lower", _) => 2.0 * longest(),
        _ => longest(),
    }
}

fn literal(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => Some(text),
            _ => None,
        },
        Expr::Nested(inner) => literal(inner),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use yh_model::dataset::canonical_dataset;

    use crate::DerivedQuery;

    fn parse(expression: &str) -> Result<(), String> {
        let spec = canonical_dataset("orders").expect("a standard dataset");
        let sql = format!("SELECT order_id AS order_id, {expression} AS region FROM lines GROUP BY order_id");
        DerivedQuery::parse(spec, &sql, &["lines"]).map(drop).map_err(|error| error.to_string())
    }

    #[test]
    fn functions_are_allow_listed() {
        for sound in ["max(region)", "concat(min(a), '-', b)", "CASE WHEN a > 1 THEN md5(b) END", "lag(a) OVER (ORDER BY b)", "trim(a)"] {
            assert_eq!(parse(sound), Ok(()), "{sound}");
        }
        for (hostile, words) in [
            ("repeat('x', 1000000000)", "the function repeat"),
            ("lpad(a, 1000000000)", "the function lpad"),
            ("max(array_agg(a))", "the function array_agg"),
            ("string_agg(a, ',')", "the function string_agg"),
            ("[1, 2, 3]", "not allowed"),
            ("replace(replace(replace(a, 'a', 'aaaaaaaa'), 'a', 'aaaaaaaa'), 'a', 'aaaaaaaa')", "texts of more than"),
            ("left(replace(a, b, c), 1)", "texts of more than"),
        ] {
            let refused = parse(hostile).expect_err(hostile);
            assert!(refused.contains(words), "{refused}");
        }
    }

    #[test]
    fn nested_selects_end_soon() {
        let started = Instant::now();
        for open in ["abs(", "(", "CASE WHEN ", "position(", "trim("] {
            assert!(parse(&format!("{}1", open.repeat(200))).is_err(), "{open}");
        }
        assert!(parse(&format!("{}1{}", "abs(".repeat(30), ")".repeat(30))).is_ok());
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    }
}
