//! A small SQL syntax tree. Everything the planner emits, user-written text included, passes
//! through it; [`render`] is the only place that quotes identifiers and literals.

mod growth;
mod parse;
mod render;

pub(crate) use parse::{ExprError, Ident, MAX_BYTES, date_part, parse_expr};
pub(crate) use render::{render_expr, render_query};

use crate::time::Grain;

/// A scalar, aggregate or window expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    /// `alias.column`
    Column(String, String),
    /// An output column of the enclosing query, unqualified.
    Name(String),
    /// A column of unknown table: only between parsing and resolution.
    Ident(Ident),
    Null,
    Bool(bool),
    /// A number exactly as written; never passes through a float.
    Number(String),
    Text(String),
    Time(jiff::civil::DateTime),
    Interval(i64, Grain),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Box<Expr>, Op, Box<Expr>),
    Is {
        value: Box<Expr>,
        test: Test,
        negated: bool,
    },
    In {
        value: Box<Expr>,
        list: Vec<Expr>,
        negated: bool,
    },
    Between {
        value: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
        negated: bool,
    },
    Like {
        value: Box<Expr>,
        pattern: Box<Expr>,
        negated: bool,
        ignore_case: bool,
    },
    Case {
        operand: Option<Box<Expr>>,
        whens: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    Cast {
        value: Box<Expr>,
        to: SqlType,
        lenient: bool,
    },
    Call {
        name: &'static str,
        args: Vec<Expr>,
        distinct: bool,
        order_by: Option<Box<Expr>>,
    },
    Over {
        call: Box<Expr>,
        partition_by: Vec<Expr>,
        order_by: Vec<(Expr, Direction)>,
    },
    /// The argument of `COUNT(*)`.
    Star,
    /// All columns of a table, in a select list only.
    All(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Or,
    And,
    Eq,
    NotEq,
    Less,
    LessEq,
    More,
    MoreEq,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Concat,
    DistinctFrom,
    NotDistinctFrom,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    Null,
    True,
    False,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

/// The types a user may cast to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SqlType {
    Boolean,
    Integer,
    Double,
    Decimal(u64, i64),
    Text,
    Date,
    Timestamp,
}

impl Expr {
    pub(crate) fn column(table: &str, name: &str) -> Expr {
        Expr::Column(table.to_owned(), name.to_owned())
    }

    pub(crate) fn number(value: i64) -> Expr {
        if value < 0 { Expr::Negate(Box::new(Expr::Number(value.unsigned_abs().to_string()))) } else { Expr::Number(value.to_string()) }
    }

    pub(crate) fn call(name: &'static str, args: Vec<Expr>) -> Expr {
        Expr::Call { name, args, distinct: false, order_by: None }
    }

    pub(crate) fn binary(self, op: Op, other: Expr) -> Expr {
        Expr::Binary(Box::new(self), op, Box::new(other))
    }

    pub(crate) fn equals(self, other: Expr) -> Expr {
        self.binary(Op::Eq, other)
    }

    pub(crate) fn or_zero(self, fill: i64) -> Expr {
        Expr::call("COALESCE", vec![self, Expr::number(fill)])
    }

    pub(crate) fn cast(self, to: SqlType) -> Expr {
        Expr::Cast { value: Box::new(self), to, lenient: false }
    }

    pub(crate) fn is_null(self) -> Expr {
        Expr::Is { value: Box::new(self), test: Test::Null, negated: false }
    }

    /// `n / d` as a double; no value where the denominator is zero.
    pub(crate) fn ratio(numerator: Expr, denominator: Expr) -> Expr {
        // The denominator is cast before it meets 0: beside a distinct count the engine loses a decimal's precision.
        let denominator = Expr::call("NULLIF", vec![denominator.cast(SqlType::Double), Expr::number(0)]);
        numerator.cast(SqlType::Double).binary(Op::Divide, denominator)
    }

    /// Rebuilds the tree bottom-up, giving every node to `change`.
    #[recursive::recursive]
    pub(crate) fn try_map<E>(self, change: &mut dyn FnMut(Expr) -> Result<Expr, E>) -> Result<Expr, E> {
        let node = match self {
            Expr::Not(e) => Expr::Not(boxed(*e, change)?),
            Expr::Negate(e) => Expr::Negate(boxed(*e, change)?),
            Expr::Binary(l, op, r) => Expr::Binary(boxed(*l, change)?, op, boxed(*r, change)?),
            Expr::Is { value, test, negated } => Expr::Is { value: boxed(*value, change)?, test, negated },
            Expr::In { value, list, negated } => Expr::In { value: boxed(*value, change)?, list: all(list, change)?, negated },
            Expr::Between { value, low, high, negated } => {
                Expr::Between { value: boxed(*value, change)?, low: boxed(*low, change)?, high: boxed(*high, change)?, negated }
            }
            Expr::Like { value, pattern, negated, ignore_case } => {
                Expr::Like { value: boxed(*value, change)?, pattern: boxed(*pattern, change)?, negated, ignore_case }
            }
            Expr::Case { operand, whens, otherwise } => Expr::Case {
                operand: operand.map(|e| boxed(*e, change)).transpose()?,
                whens: whens.into_iter().map(|(w, t)| Ok((w.try_map(change)?, t.try_map(change)?))).collect::<Result<_, E>>()?,
                otherwise: otherwise.map(|e| boxed(*e, change)).transpose()?,
            },
            Expr::Cast { value, to, lenient } => Expr::Cast { value: boxed(*value, change)?, to, lenient },
            Expr::Call { name, args, distinct, order_by } => {
                Expr::Call { name, args: all(args, change)?, distinct, order_by: order_by.map(|e| boxed(*e, change)).transpose()? }
            }
            leaf => leaf,
        };
        change(node)
    }
}

/// Conditions joined by AND or OR, as a tree whose depth grows with the logarithm of their number.
pub(crate) fn balanced(op: Op, mut parts: Vec<Expr>) -> Expr {
    if parts.len() <= 2 {
        return parts.into_iter().reduce(|left, right| left.binary(op, right)).unwrap_or(Expr::Bool(op == Op::And));
    }
    let right = parts.split_off(parts.len().div_ceil(2));
    balanced(op, parts).binary(op, balanced(op, right))
}

fn boxed<E>(e: Expr, change: &mut dyn FnMut(Expr) -> Result<Expr, E>) -> Result<Box<Expr>, E> {
    e.try_map(change).map(Box::new)
}

fn all<E>(list: Vec<Expr>, change: &mut dyn FnMut(Expr) -> Result<Expr, E>) -> Result<Vec<Expr>, E> {
    list.into_iter().map(|e| e.try_map(change)).collect()
}

/// One `SELECT`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Select {
    pub distinct: bool,
    /// Expression and output name; an empty list is `*`.
    pub columns: Vec<(Expr, String)>,
    pub from: Option<From>,
    pub joins: Vec<Join>,
    /// Joined by AND.
    pub filter: Vec<Expr>,
    /// Groups by this many leading columns.
    pub group_by: usize,
    pub order_by: Vec<(Expr, Direction)>,
    pub limit: Option<u64>,
}

#[derive(Debug, Clone)]
pub(crate) enum Query {
    Select(Box<Select>),
    Union(Vec<Query>),
}

#[derive(Debug, Clone)]
pub(crate) struct From {
    pub source: Source,
    pub alias: String,
}

#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// A registered table; the name is one identifier, dots included.
    Table(String),
    Query(Query),
    /// `generate_series(start, end, step)`, one column `value`, both ends included.
    Series {
        start: jiff::civil::DateTime,
        end: jiff::civil::DateTime,
        step: (i64, Grain),
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Join {
    pub kind: JoinKind,
    pub right: From,
    /// Joined by AND; empty for a cross join.
    pub on: Vec<Expr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JoinKind {
    Inner,
    Left,
    Full,
    Cross,
}

impl Select {
    /// `SELECT ... FROM (query) AS alias`, columns to be filled in.
    pub(crate) fn over(query: Query, alias: &str) -> Select {
        Select { from: Some(From { source: Source::Query(query), alias: alias.to_owned() }), ..Select::default() }
    }

    pub(crate) fn column(&mut self, value: Expr, name: &str) {
        self.columns.push((value, name.to_owned()));
    }

    pub(crate) fn into_query(self) -> Query {
        Query::Select(Box::new(self))
    }
}
