//! Text of a cell → numbers and booleans, as people and spreadsheets write them.

use std::borrow::Cow;

/// A decimal number: `mantissa / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    pub mantissa: i128,
    pub scale: u32,
}

/// Digits kept after the point of money.
pub const MONEY_SCALE: u32 = 4;
/// Digits of money in all.
const MONEY_LIMIT: i128 = 10_i128.pow(18);
const MAX_SCALE: u32 = 30;

/// Why a cell is refused: reason and hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    pub reason: &'static str,
    pub hint: &'static str,
}

pub const fn refusal(reason: &'static str, hint: &'static str) -> Refusal {
    Refusal { reason, hint }
}

const NOT_A_NUMBER: Refusal = refusal("not a number", "write digits, such as 1234.50");
const NOT_WHOLE: Refusal = refusal("not a whole number", "the column holds counts; map it to another column if it has fractions");
/// A percentage is no amount of money; dividing it by 100 in silence would make one.
pub const NOT_AN_AMOUNT: Refusal =
    refusal("a percentage, not an amount", "map the column to a rate, or check that the right column is mapped");
const TOO_LARGE: Refusal = refusal("too large", "check the unit of the column");
const BAD_GROUPING: Refusal =
    refusal("unclear thousands or decimal comma", "write 1234.50 or 1,234.50; a comma is never the decimal point");
const NOT_BOOLEAN: Refusal = refusal("not yes or no", "write 是/否, yes/no, true/false or 1/0");
const ROUNDED_ID: Refusal =
    refusal("a spreadsheet has rounded this id", "export again with the column formatted as text; the lost digits cannot be restored");

/// Whether a cell of a typed column means "no value".
pub fn is_missing(text: &str) -> bool {
    matches!(
        text,
        "" | "-"
            | "--"
            | "—"
            | "——"
            | "/"
            | "\\N"
            | "NULL"
            | "null"
            | "Null"
            | "N/A"
            | "n/a"
            | "NaN"
            | "nan"
            | "None"
            | "none"
            | "NA"
            | "无"
            | "空"
    )
}

/// Reads a number. The flag says whether the text carried its own scale (`%`, 万), which then replaces the column's unit.
pub fn read_decimal(text: &str) -> Result<(Decimal, bool), Refusal> {
    match plain_decimal(text.as_bytes()) {
        Some(decimal) => Ok((decimal, false)),
        None => dressed_decimal(text),
    }
}

/// Optional sign, digits, optional point and digits; none for anything else.
fn plain_decimal(bytes: &[u8]) -> Option<Decimal> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    let mut mantissa: u64 = 0;
    let mut point = None;
    for (at, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte - b'0')),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let scale = match point {
        // Up to 18 digits beside the point cannot overflow.
        Some(_) if digits.len() == 1 => return None,
        Some(at) => digits.len() - at - 1,
        None if digits.len() > 18 => return None,
        None => 0,
    };
    let mantissa = i128::from(mantissa);
    Some(Decimal { mantissa: if negative { -mantissa } else { mantissa }, scale: scale as u32 })
}

/// Everything else: full width, currency, thousands separators, parentheses, %, 万, exponents.
fn dressed_decimal(text: &str) -> Result<(Decimal, bool), Refusal> {
    let narrow: String = text.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    let mut body = narrow.trim_start_matches('\'');
    let mut negative = false;
    if let Some(inner) = body.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (body, negative) = (inner, true);
    }
    let mut own_scale = false;
    let (mut up, mut down) = (0_u32, 0_u32);
    loop {
        let before = body;
        for sign in ["¥", "￥", "$", "€", "£", "CNY", "RMB", "USD", "GBP", "EUR", "US"] {
            body = body.strip_prefix(sign).unwrap_or(body);
            body = body.strip_suffix(sign).unwrap_or(body);
        }
        body = body.strip_suffix('元').unwrap_or(body);
        if let Some(rest) = body.strip_prefix('-').or_else(|| body.strip_suffix('-')) {
            (body, negative) = (rest, !negative);
        }
        body = body.strip_prefix('+').unwrap_or(body);
        for (suffix, raise, lower) in [("万", 4, 0), ("亿", 8, 0), ("%", 0, 2), ("‰", 0, 3)] {
            if let Some(rest) = body.strip_suffix(suffix) {
                (body, own_scale) = (rest, true);
                up += raise;
                down += lower;
            }
        }
        if body == before {
            break;
        }
    }
    let (digits, exponent) = match body.find(['e', 'E']) {
        Some(at) => (&body[..at], body[at + 1..].parse::<i32>().map_err(|_| NOT_A_NUMBER)?),
        None => (body, 0),
    };
    let decimal = grouped(digits)?;
    let shift = up as i32 - down as i32 + exponent;
    let mut decimal = shifted(decimal, shift).ok_or(TOO_LARGE)?;
    if negative {
        decimal.mantissa = -decimal.mantissa;
    }
    Ok((decimal, own_scale))
}

/// Unsigned digits with optional thousands separators.
fn grouped(text: &str) -> Result<Decimal, Refusal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut digits = String::with_capacity(text.len());
    if whole.contains(',') {
        let groups: Vec<&str> = whole.split(',').collect();
        let sound = (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3);
        if !sound || !whole.bytes().all(|b| b.is_ascii_digit() || b == b',') {
            let numeric = whole.bytes().all(|b| b.is_ascii_digit() || b == b',');
            return Err(if numeric { BAD_GROUPING } else { NOT_A_NUMBER });
        }
        digits.extend(groups);
    } else {
        digits.push_str(whole);
    }
    digits.push_str(fraction);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        let dotted = text.matches('.').count() > 1 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
        return Err(if dotted { BAD_GROUPING } else { NOT_A_NUMBER });
    }
    // Binary fractions of spreadsheets carry noise beyond any real digit.
    let excess = fraction.len().saturating_sub(MAX_SCALE as usize);
    digits.truncate(digits.len() - excess);
    let mantissa = digits.parse::<i128>().map_err(|_| TOO_LARGE)?;
    Ok(Decimal { mantissa, scale: (fraction.len() - excess) as u32 })
}

fn shifted(decimal: Decimal, shift: i32) -> Option<Decimal> {
    let scale = decimal.scale as i32 - shift;
    if scale > MAX_SCALE as i32 {
        let drop = (scale - MAX_SCALE as i32).min(38) as u32;
        return Some(Decimal { mantissa: decimal.mantissa / 10_i128.checked_pow(drop)?, scale: MAX_SCALE });
    }
    if scale >= 0 {
        return Some(Decimal { scale: scale as u32, ..decimal });
    }
    let mantissa = decimal.mantissa.checked_mul(10_i128.checked_pow(scale.unsigned_abs())?)?;
    Some(Decimal { mantissa, scale: 0 })
}

/// Multiplies by a unit's factor.
pub fn scaled(decimal: Decimal, factor: rust_decimal::Decimal) -> Option<Decimal> {
    let mantissa = decimal.mantissa.checked_mul(factor.mantissa())?;
    Some(Decimal { mantissa, scale: decimal.scale + factor.scale() })
}

/// Rounds half away from zero to money's scale. The flag says whether a digit other than 0 was lost.
pub fn to_money(decimal: Decimal) -> Result<(i128, bool), Refusal> {
    let (value, lost) = if decimal.scale <= MONEY_SCALE {
        let factor = 10_i128.pow(MONEY_SCALE - decimal.scale);
        (decimal.mantissa.checked_mul(factor).ok_or(TOO_LARGE)?, false)
    } else {
        let divisor = 10_i128.checked_pow(decimal.scale - MONEY_SCALE).ok_or(NOT_A_NUMBER)?;
        let (quotient, rest) = (decimal.mantissa / divisor, decimal.mantissa % divisor);
        let round = if rest.unsigned_abs() * 2 >= divisor.unsigned_abs() { decimal.mantissa.signum() } else { 0 };
        (quotient + round, rest != 0)
    };
    if value.abs() < MONEY_LIMIT { Ok((value, lost)) } else { Err(TOO_LARGE) }
}

/// Whole numbers only; `12.0` is one.
pub fn to_integer(decimal: Decimal) -> Result<i64, Refusal> {
    let divisor = 10_i128.checked_pow(decimal.scale).ok_or(NOT_WHOLE)?;
    if decimal.mantissa % divisor != 0 {
        return Err(NOT_WHOLE);
    }
    i64::try_from(decimal.mantissa / divisor).map_err(|_| TOO_LARGE)
}

/// The nearest binary number.
pub fn to_number(decimal: Decimal) -> f64 {
    const EXACT: i128 = 1 << 53;
    if decimal.mantissa.abs() < EXACT && decimal.scale <= 22 {
        return decimal.mantissa as f64 / 10_f64.powi(decimal.scale as i32);
    }
    // `digits e-scale` is read with correct rounding; the text is always a number.
    format!("{}e-{}", decimal.mantissa, decimal.scale).parse().unwrap_or(f64::NAN)
}

pub fn read_boolean(text: &str) -> Result<bool, Refusal> {
    match text {
        "1" | "true" | "是" => return Ok(true),
        "0" | "false" | "否" => return Ok(false),
        _ => {}
    }
    match text.to_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1.0" | "有" | "已" | "√" | "✓" | "✔" | "对" | "真" => Ok(true),
        "false" | "f" | "no" | "n" | "off" | "0.0" | "没有" | "未" | "×" | "✗" | "错" | "假" => Ok(false),
        _ => Err(NOT_BOOLEAN),
    }
}

/// Cleans an identifier of what spreadsheets and exports wrap around it.
pub fn read_id(text: &str) -> Result<Cow<'_, str>, Refusal> {
    let mut id = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if let Some(inner) = id.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        id = inner.trim();
    }
    id = id.trim_start_matches(['\'', '‘', '`']).trim();
    if looks_rounded(id) {
        return Err(ROUNDED_ID);
    }
    if id.chars().any(|c| ('０'..='９').contains(&c)) {
        return Ok(Cow::Owned(id.chars().map(half_width).collect()));
    }
    Ok(Cow::Borrowed(id))
}

/// `4.2E+18`: what a spreadsheet shows for a long number it has rounded to 15 digits.
fn looks_rounded(id: &str) -> bool {
    let Some(at) = id.find("E+").or_else(|| id.find("e+")) else { return false };
    let (mantissa, exponent) = (&id[..at], &id[at + 2..]);
    let numeric = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    numeric(mantissa) && numeric(exponent)
}

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        '−' | '–' => '-',
        c => c,
    }
}

/// Whether a cell says that its row is a sum of the rows above.
pub fn total_word(text: &str) -> Option<TotalWord> {
    let word = text.trim().trim_end_matches([':', '：']).trim();
    match word {
        "合计" | "总计" | "总 计" | "合 计" | "汇总" | "共计" | "总合计" => Some(TotalWord::Total),
        "小计" | "小 计" => Some(TotalWord::Subtotal),
        _ => match word.to_ascii_lowercase().as_str() {
            "total" | "totals" | "grand total" | "sum" => Some(TotalWord::Total),
            "subtotal" | "sub total" | "sub-total" => Some(TotalWord::Subtotal),
            _ => None,
        },
    }
}

/// Whether a total row sums the whole file or a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TotalWord {
    Total,
    Subtotal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_as_people_write_them() {
        for (text, mantissa, scale) in [
            ("12", 12, 0),
            ("-0.50", -50, 2),
            ("+3", 3, 0),
            (".5", 5, 1),
            ("5.", 5, 0),
            ("¥1,234.50", 123_450, 2),
            ("￥ 1,234", 1234, 0),
            ("１２３．４", 1234, 1),
            ("（12.5）", -125, 1),
            ("(¥12)", -12, 0),
            ("-¥12", -12, 0),
            ("¥-12", -12, 0),
            ("12.5%", 125, 3),
            ("3.2万", 32_000, 0),
            ("1.5亿元", 150_000_000, 0),
            ("1.2E+5", 120_000, 0),
            ("1e-3", 1, 3),
            ("123456789012345678901", 123_456_789_012_345_678_901, 0),
            ("199元", 199, 0),
        ] {
            let (decimal, _) = read_decimal(text).unwrap_or_else(|why| panic!("{text}: {why:?}"));
            assert_eq!((decimal.mantissa, decimal.scale), (mantissa, scale), "{text}");
        }
        for text in ["", "abc", "1,23", "1.234.567", "12,5", "--", ".", "-", "1e", "0x10", "1 2 x", "１，２"] {
            assert!(read_decimal(text).is_err(), "{text}");
        }
    }

    #[test]
    fn money_is_rounded_and_bounded() {
        let money = |text: &str| read_decimal(text).and_then(|(decimal, _)| to_money(decimal));
        assert_eq!(money("2.55"), Ok((25_500, false)));
        assert_eq!(money("0.00005"), Ok((1, true)));
        assert_eq!(money("-0.00005"), Ok((-1, true)));
        assert_eq!(money("19.989999999999998"), Ok((199_900, true)));
        assert!(money("100000000000000").is_err());
        assert_eq!(money("99999999999999.9999"), Ok((999_999_999_999_999_999, false)));
    }

    #[test]
    fn whole_numbers_only() {
        let integer = |text: &str| read_decimal(text).and_then(|(decimal, _)| to_integer(decimal));
        assert_eq!(integer("12.0"), Ok(12));
        assert!(integer("12.5").is_err());
        assert!(integer("99999999999999999999").is_err());
    }

    #[test]
    fn ids_are_unwrapped_and_rounded_ones_refused() {
        for (text, id) in [
            ("=\"00123\"", "00123"),
            ("'4200000000000000001", "4200000000000000001"),
            ("\t123\t", "123"),
            ("A-1 ", "A-1"),
            ("１２3", "123"),
        ] {
            assert_eq!(read_id(text).as_deref(), Ok(id), "{text}");
        }
        for text in ["4.2E+18", "1E+05", "4.20000000000000E+18"] {
            assert_eq!(read_id(text), Err(ROUNDED_ID), "{text}");
        }
        assert!(read_id("85123E").is_ok() && read_id("DE+1").is_ok());
    }

    #[test]
    fn total_words() {
        assert_eq!(total_word(" 合计： "), Some(TotalWord::Total));
        assert_eq!(total_word("Subtotal"), Some(TotalWord::Subtotal));
        assert_eq!(total_word("Total Wine"), None);
    }
}
