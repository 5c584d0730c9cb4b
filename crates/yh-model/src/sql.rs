//! The SQL that users write: its dialect, how large and deep a text may be, and the functions it may call.

use std::{any::TypeId, cell::Cell};

use sqlparser::{
    ast::Expr,
    dialect::{Dialect, PostgreSqlDialect, Precedence},
    keywords::Keyword,
    parser::{Parser, ParserError},
    tokenizer::{Location, Token, TokenWithSpan, Tokenizer},
};

/// Functions of one row that a user may call, and the engine's name for each. None of them makes a text longer than
/// its arguments but `concat` and `replace`, whose growth is bounded where they are allowed.
pub const FUNCTIONS: &[(&str, &str)] = &[
    ("abs", "abs"),
    ("btrim", "btrim"),
    ("ceil", "ceil"),
    ("ceiling", "ceil"),
    ("char_length", "character_length"),
    ("character_length", "character_length"),
    ("coalesce", "COALESCE"),
    ("concat", "concat"),
    ("date_part", "date_part"),
    ("date_trunc", "date_trunc"),
    ("exp", "exp"),
    ("floor", "floor"),
    ("greatest", "greatest"),
    ("ifnull", "COALESCE"),
    ("least", "least"),
    ("left", "left"),
    ("length", "character_length"),
    ("ln", "ln"),
    ("log10", "log10"),
    ("lower", "lower"),
    ("ltrim", "ltrim"),
    ("mod", "mod"),
    ("nullif", "NULLIF"),
    ("nvl", "COALESCE"),
    ("pow", "power"),
    ("power", "power"),
    ("replace", "replace"),
    ("right", "right"),
    ("round", "round"),
    ("rtrim", "rtrim"),
    ("sign", "signum"),
    ("split_part", "split_part"),
    ("sqrt", "sqrt"),
    ("starts_with", "starts_with"),
    ("strpos", "strpos"),
    ("substr", "substr"),
    ("substring", "substr"),
    ("trim", "btrim"),
    ("trunc", "trunc"),
    ("upper", "upper"),
];

/// Units that `date_trunc` and `date_part` cut a time by.
pub const TIME_UNITS: &[&str] = &["year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond"];

/// Longest text that an expression may make, in bytes, where no column is longer than [`COLUMN_BYTES`].
pub const MAX_TEXT_BYTES: f64 = 16_384.0;
pub const COLUMN_BYTES: f64 = 100.0;

/// How large a text may be.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub bytes: usize,
    /// Words and signs.
    pub tokens: usize,
    /// Calls, parentheses and CASEs inside each other.
    pub depth: usize,
}

/// Why a text cannot be read, and where (1-based; 0 when the place is unknown).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlError {
    pub message: String,
    pub line: u64,
    pub column: u64,
}

/// PostgreSQL as far as users need it. Where a text can be read in several ways the parser tries one after the other,
/// which for hostile texts takes time exponential in their depth: this dialect counts the tries and ends them.
#[derive(Debug)]
pub struct UserDialect {
    tries_left: Cell<usize>,
}

const POSTGRES: PostgreSqlDialect = PostgreSqlDialect {};
/// A sound text needs about one try for each of its words.
const TRIES_PER_TOKEN: usize = 8;
/// Enough for the parser at the deepest text that is allowed.
const STACK_BYTES: usize = 8 << 20;
/// Levels of the parser's own for one level of the text: `a OR b AND c = d + (…)`.
const LEVELS_PER_DEPTH: usize = 5;

impl UserDialect {
    /// A dialect for one text of so many tokens.
    pub fn new(tokens: usize) -> Self {
        Self { tries_left: Cell::new(64 + tokens * TRIES_PER_TOKEN) }
    }
}

impl Dialect for UserDialect {
    fn dialect(&self) -> TypeId {
        TypeId::of::<PostgreSqlDialect>()
    }

    fn parse_prefix(&self, _: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
        match self.tries_left.get().checked_sub(1) {
            Some(left) => {
                self.tries_left.set(left);
                None
            }
            // The one error that the parser does not answer with another try.
            None => Some(Err(ParserError::RecursionLimitExceeded)),
        }
    }

    /// `f(a => b)` and its kin read every argument twice, at every level.
    fn supports_named_fn_args_with_expr_name(&self) -> bool {
        false
    }

    fn is_reserved_for_identifier(&self, word: Keyword) -> bool {
        POSTGRES.is_reserved_for_identifier(word)
    }

    fn identifier_quote_style(&self, identifier: &str) -> Option<char> {
        POSTGRES.identifier_quote_style(identifier)
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        POSTGRES.is_delimited_identifier_start(ch)
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        POSTGRES.is_identifier_start(ch)
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        POSTGRES.is_identifier_part(ch)
    }

    fn is_custom_operator_part(&self, ch: char) -> bool {
        POSTGRES.is_custom_operator_part(ch)
    }

    fn get_next_precedence(&self, parser: &Parser<'_>) -> Option<Result<u8, ParserError>> {
        POSTGRES.get_next_precedence(parser)
    }

    fn prec_value(&self, precedence: Precedence) -> u8 {
        POSTGRES.prec_value(precedence)
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }

    fn supports_group_by_expr(&self) -> bool {
        true
    }

    fn allow_extract_custom(&self) -> bool {
        true
    }

    fn allow_extract_single_quotes(&self) -> bool {
        true
    }

    fn supports_nested_comments(&self) -> bool {
        true
    }

    fn supports_string_escape_constant(&self) -> bool {
        true
    }

    fn supports_numeric_literal_underscores(&self) -> bool {
        true
    }

    fn supports_notnull_operator(&self) -> bool {
        true
    }

    fn supports_comma_separated_trim(&self) -> bool {
        true
    }
}

/// Reads a text with `read` (an expression, a statement), all of it, within bounds.
pub fn parse<T>(text: &str, bounds: Bounds, read: impl FnOnce(&mut Parser<'_>) -> Result<T, ParserError>) -> Result<T, SqlError> {
    let tokens = tokens(text, bounds)?;
    let dialect = UserDialect::new(tokens.len());
    let limit = bounds.depth * LEVELS_PER_DEPTH + LEVELS_PER_DEPTH;
    let mut parser = Parser::new(&dialect).with_recursion_limit(limit).with_tokens_with_locations(tokens);
    // The parser's own protection looks after some of its functions only.
    let parsed = stacker::maybe_grow(STACK_BYTES, 2 * STACK_BYTES, || read(&mut parser));
    let parsed = parsed.map_err(|error| explained(error, &parser, bounds))?;
    let rest = parser.peek_token();
    if rest.token != Token::EOF {
        return Err(at(format!("unexpected `{}` after the end", rest.token), rest.span.start));
    }
    Ok(parsed)
}

/// The words and signs of a text, when it is neither too long nor too deep.
fn tokens(text: &str, bounds: Bounds) -> Result<Vec<TokenWithSpan>, SqlError> {
    let start = Location::new(1, 1);
    if text.len() > bounds.bytes {
        return Err(at(format!("the text is longer than {} bytes", bounds.bytes), start));
    }
    if text.contains('\0') {
        return Err(at("the text holds a NUL character".to_owned(), start));
    }
    let dialect = UserDialect::new(0);
    let tokens = Tokenizer::new(&dialect, text).tokenize_with_location();
    let tokens = tokens.map_err(|error| at(error.message.clone(), error.location))?;
    let used = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).count();
    if used > bounds.tokens {
        return Err(at(format!("the text has {used} words and signs; at most {} are allowed", bounds.tokens), start));
    }
    let mut depth = 0_usize;
    for token in &tokens {
        match &token.token {
            Token::LParen | Token::LBracket | Token::LBrace => depth += 1,
            Token::Word(word) if word.keyword == Keyword::CASE => depth += 1,
            Token::RParen | Token::RBracket | Token::RBrace => depth = depth.saturating_sub(1),
            Token::Word(word) if word.keyword == Keyword::END => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > bounds.depth {
            return Err(at(too_deep(bounds), token.span.start));
        }
    }
    Ok(tokens)
}

fn too_deep(bounds: Bounds) -> String {
    format!("it is nested more than {} levels deep ({})", bounds.depth, crate::limits::raise("depth"))
}

fn at(message: String, place: Location) -> SqlError {
    SqlError { message, line: place.line, column: place.column }
}

fn explained(error: ParserError, parser: &Parser<'_>, bounds: Bounds) -> SqlError {
    let message = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        ParserError::RecursionLimitExceeded => too_deep(bounds),
    };
    // The position is given in its own fields.
    let message = message.split(" at Line:").next().unwrap_or_default().trim().to_owned();
    at(message, parser.get_current_token().span.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { bytes: 1 << 16, tokens: 1 << 14, depth: 64 };

    fn read(text: &str) -> Result<Expr, SqlError> {
        parse(text, BOUNDS, |parser| parser.parse_expr())
    }

    #[test]
    fn nested_texts_end_soon_whether_they_are_right_or_wrong() {
        // Planners have such threads; a program that is not optimised needs more of them.
        let reading = std::thread::Builder::new().stack_size(8 * STACK_BYTES).spawn(read_nested_texts).expect("a thread");
        reading.join().expect("every text is read or refused");
    }

    fn read_nested_texts() {
        let started = std::time::Instant::now();
        for (open, close) in [
            ("abs(", ")"),
            ("(", ")"),
            ("CASE WHEN ", " THEN 1 END"),
            ("CAST(", " AS TEXT)"),
            ("position(", " IN 'a')"),
            ("position(", ")"),
            ("NOT (", ")"),
            ("trim(", ")"),
            ("substring(", " FROM 1)"),
            ("extract(day FROM ", ")"),
            ("x IN (", ")"),
            ("floor(", ")"),
            ("array[", "]"),
            ("coalesce(1, ", ")"),
            ("interval ", " day"),
            ("exists (", ")"),
            ("not ", ""),
            ("a.", ""),
            ("{fn abs(", ")}"),
            ("- ", ""),
        ] {
            for depth in [30, 60, 500] {
                let right = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                let wrong = format!("{}1 1{}", open.repeat(depth), close.repeat(depth));
                let cut = open.repeat(depth);
                for text in [right, wrong, cut] {
                    let _ = read(&text);
                }
            }
        }
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    }

    #[test]
    fn what_is_deep_but_allowed_is_read() {
        assert!(read(&format!("{}a{}", "abs(".repeat(64), ")".repeat(64))).is_ok());
        assert!(read(&format!("{}a{}", "coalesce(b, 1 + ".repeat(60), ")".repeat(60))).is_ok());
        let error = read(&format!("{}a{}", "abs(".repeat(65), ")".repeat(65))).expect_err("too deep");
        assert!(error.message.contains("limits.depth"), "{error:?}");
    }

    #[test]
    fn a_name_that_is_also_a_word_of_the_language_stays_a_name() {
        for text in ["floor > 3", "position = 2", "path = 'a'", "\"case\" = 1", "a NOTNULL", "E'a\\n' = b", "interval = 3"] {
            assert!(read(text).is_ok(), "{text}: {:?}", read(text));
        }
    }
}
