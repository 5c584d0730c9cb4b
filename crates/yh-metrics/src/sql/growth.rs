//! How long a text can become: nested calls of `replace` and `concat` multiply it, beyond any memory.

use yh_model::sql::{COLUMN_BYTES, MAX_TEXT_BYTES};

use super::{Expr, Op};

/// Longest pattern of a LIKE: it is turned into an automaton of a size in proportion.
const MAX_PATTERN_BYTES: f64 = 1_000.0;
/// The longest text that a number, a date or a truth becomes.
const SCALAR_BYTES: f64 = 64.0;

/// Refuses expressions that make long texts of short ones.
pub(super) fn check_growth(expr: &Expr) -> Result<(), String> {
    bytes(expr).map(drop)
}

/// The bytes that an expression's text can have.
#[recursive::recursive]
fn bytes(expr: &Expr) -> Result<f64, String> {
    let made = match expr {
        Expr::Text(text) => return Ok(text.len() as f64),
        Expr::Column(..) | Expr::Name(_) | Expr::Ident(_) | Expr::All(_) => COLUMN_BYTES,
        Expr::Binary(left, Op::Concat, right) => bytes(left)? + bytes(right)?,
        Expr::Call { name: "concat", args, .. } => all(args)?.iter().sum(),
        Expr::Call { name: "replace", args, .. } => replaced(args)?,
        // A letter of three bytes can have a capital of six.
        Expr::Call { name: "upper" | "lower", args, .. } => 2.0 * longest(&all(args)?),
        Expr::Call { args, .. } => longest(&all(args)?),
        Expr::Case { operand, whens, otherwise } => {
            operand.as_deref().map(bytes).transpose()?;
            let mut values = Vec::new();
            for (when, then) in whens {
                bytes(when)?;
                values.push(bytes(then)?);
            }
            values.extend(otherwise.as_deref().map(bytes).transpose()?);
            longest(&values)
        }
        Expr::Cast { value, .. } => bytes(value)?,
        Expr::Like { value, pattern, .. } => {
            bytes(value)?;
            if bytes(pattern)? > MAX_PATTERN_BYTES {
                return Err(format!("a pattern is longer than {MAX_PATTERN_BYTES} bytes"));
            }
            SCALAR_BYTES
        }
        Expr::In { value, list, .. } => {
            bytes(value)?;
            all(list)?;
            SCALAR_BYTES
        }
        Expr::Between { value, low, high, .. } => {
            for part in [value, low, high] {
                bytes(part)?;
            }
            SCALAR_BYTES
        }
        Expr::Binary(left, _, right) => {
            bytes(left)?;
            bytes(right)?;
            SCALAR_BYTES
        }
        Expr::Not(inner) | Expr::Negate(inner) | Expr::Is { value: inner, .. } => {
            bytes(inner)?;
            SCALAR_BYTES
        }
        Expr::Over { .. } | Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Time(_) | Expr::Interval(..) | Expr::Star => SCALAR_BYTES,
    };
    if made <= MAX_TEXT_BYTES { Ok(made) } else { Err(format!("it makes texts of more than {MAX_TEXT_BYTES} bytes")) }
}

fn all(args: &[Expr]) -> Result<Vec<f64>, String> {
    args.iter().map(bytes).collect()
}

fn longest(bytes: &[f64]) -> f64 {
    bytes.iter().copied().fold(SCALAR_BYTES, f64::max)
}

/// What `replace(text, from, to)` can make: every `from` that fits becomes `to`.
fn replaced(args: &[Expr]) -> Result<f64, String> {
    let [text, from, to] = args else { return Ok(longest(&all(args)?)) };
    let text = bytes(text)?;
    let (Expr::Text(from), Expr::Text(to)) = (from, to) else {
        return Err("`replace` takes what it looks for and what it puts there as texts in quotes".to_owned());
    };
    Ok(text * (to.len() as f64 / from.len().max(1) as f64).max(1.0) + to.len() as f64)
}

#[cfg(test)]
mod tests {
    use crate::sql::parse_expr;

    #[test]
    fn texts_that_multiply_are_refused() {
        let eight = |text: &str| format!("replace({text}, 'a', 'aaaaaaaa')");
        let one = eight("channel");
        assert!(parse_expr(&one, 32).is_ok());
        let three = eight(&eight(&one));
        let refused = parse_expr(&three, 32).expect_err("512 times as long");
        assert!(refused.message.contains("16384 bytes"), "{refused:?}");
        let inside = format!("left({three}, 1) = 'a'");
        assert!(parse_expr(&inside, 32).is_err(), "the engine makes the long text first");
        let doubled = (0..20).fold("channel".to_owned(), |text, _| format!("concat({text}, channel, 'x')"));
        assert!(parse_expr(&doubled, 32).is_ok());
        assert!(parse_expr("replace(channel, region, city)", 32).is_err());
        assert!(parse_expr(&format!("channel LIKE '{}'", "_".repeat(2_000)), 32).is_err());
    }
}
