//! Text of the tree, in the engine's dialect (PostgreSQL-like). Deterministic.

use std::fmt::Write as _;

use super::{Direction, Expr, From, Join, JoinKind, Op, Query, Select, Source, SqlType, Test};

/// SQL text of a whole query, several lines.
pub(crate) fn render_query(query: &Query) -> String {
    let mut out = String::with_capacity(1024);
    write_query(&mut out, query, 0);
    out
}

/// SQL text of one expression.
pub(crate) fn render_expr(expr: &Expr) -> String {
    let mut out = String::new();
    write_expr(&mut out, expr, 0);
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn write_query(out: &mut String, query: &Query, depth: usize) {
    match query {
        Query::Select(select) => write_select(out, select, depth),
        Query::Union(parts) => {
            for (i, part) in parts.iter().enumerate() {
                if i > 0 {
                    line(out, depth);
                    out.push_str("UNION ALL");
                    line(out, depth);
                }
                write_query(out, part, depth);
            }
        }
    }
}

fn write_select(out: &mut String, select: &Select, depth: usize) {
    out.push_str(if select.distinct { "SELECT DISTINCT" } else { "SELECT" });
    if select.columns.is_empty() {
        out.push_str(" *");
    }
    for (i, (value, name)) in select.columns.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        line(out, depth + 1);
        write_expr(out, value, 0);
        if !matches!(value, Expr::All(_)) {
            out.push_str(" AS ");
            quote(out, name);
        }
    }
    if let Some(from) = &select.from {
        line(out, depth);
        out.push_str("FROM ");
        write_from(out, from, depth);
    }
    for join in &select.joins {
        write_join(out, join, depth);
    }
    if !select.filter.is_empty() {
        line(out, depth);
        out.push_str("WHERE ");
        write_all(out, &select.filter, depth);
    }
    if select.group_by > 0 {
        line(out, depth);
        out.push_str("GROUP BY ");
        let ordinals: Vec<String> = (1..=select.group_by).map(|i| i.to_string()).collect();
        out.push_str(&ordinals.join(", "));
    }
    if !select.order_by.is_empty() {
        line(out, depth);
        out.push_str("ORDER BY ");
        write_order(out, &select.order_by);
    }
    if let Some(limit) = select.limit {
        line(out, depth);
        let _ = write!(out, "LIMIT {limit}");
    }
}

/// Conditions that are written in a row; more of them go into parentheses by halves, as the engine plans a row by
/// recursion.
const FLAT: usize = 32;

/// Conditions joined by AND, one a line.
fn write_all(out: &mut String, conditions: &[Expr], depth: usize) {
    let conditions: Vec<&Expr> = conditions.iter().collect();
    write_row(out, Op::And, &conditions, &mut |out| {
        line(out, depth + 1);
        out.push_str("AND ");
    });
}

fn write_row(out: &mut String, op: Op, conditions: &[&Expr], between: &mut dyn FnMut(&mut String)) {
    if conditions.len() > FLAT {
        let (left, right) = conditions.split_at(conditions.len().div_ceil(2));
        nested(out, true, |out| write_row(out, op, left, between));
        between(out);
        return nested(out, true, |out| write_row(out, op, right, between));
    }
    for (i, condition) in conditions.iter().enumerate() {
        if i > 0 {
            between(out);
        }
        write_expr(out, condition, precedence(op) + 1);
    }
}

/// The conditions of a row of one operator, in order.
fn row<'e>(expr: &'e Expr, op: Op, found: &mut Vec<&'e Expr>) {
    match expr {
        Expr::Binary(left, own, right) if *own == op => {
            row(left, op, found);
            row(right, op, found);
        }
        other => found.push(other),
    }
}

fn write_from(out: &mut String, from: &From, depth: usize) {
    match &from.source {
        Source::Table(name) => quote(out, name),
        Source::Query(query) => {
            out.push('(');
            line(out, depth + 1);
            write_query(out, query, depth + 1);
            line(out, depth);
            out.push(')');
        }
        Source::Series { start, end, step } => {
            out.push_str("generate_series(");
            write_expr(out, &Expr::Time(*start), 0);
            out.push_str(", ");
            write_expr(out, &Expr::Time(*end), 0);
            out.push_str(", ");
            write_expr(out, &Expr::Interval(step.0, step.1), 0);
            out.push(')');
        }
    }
    out.push_str(" AS ");
    quote(out, &from.alias);
}

fn write_join(out: &mut String, join: &Join, depth: usize) {
    line(out, depth);
    out.push_str(match join.kind {
        JoinKind::Inner => "INNER JOIN ",
        JoinKind::Left => "LEFT JOIN ",
        JoinKind::Full => "FULL OUTER JOIN ",
        JoinKind::Cross => "CROSS JOIN ",
    });
    write_from(out, &join.right, depth);
    if !join.on.is_empty() {
        out.push_str(" ON ");
        write_all(out, &join.on, depth);
    }
}

fn write_order(out: &mut String, order: &[(Expr, Direction)]) {
    for (i, (key, direction)) in order.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write_expr(out, key, 0);
        out.push_str(match direction {
            Direction::Ascending => " ASC NULLS LAST",
            Direction::Descending => " DESC NULLS LAST",
        });
    }
}

/// Binding strength; a child of lower strength is put in parentheses.
fn precedence(op: Op) -> u8 {
    match op {
        Op::Or => 1,
        Op::And => 2,
        Op::Eq | Op::NotEq | Op::Less | Op::LessEq | Op::More | Op::MoreEq | Op::DistinctFrom | Op::NotDistinctFrom => 4,
        Op::Concat => 6,
        Op::Add | Op::Subtract => 7,
        Op::Multiply | Op::Divide | Op::Modulo => 8,
    }
}

const NOT: u8 = 3;
const COMPARE: u8 = 4;
const UNARY: u8 = 9;

fn symbol(op: Op) -> &'static str {
    match op {
        Op::Or => " OR ",
        Op::And => " AND ",
        Op::Eq => " = ",
        Op::NotEq => " <> ",
        Op::Less => " < ",
        Op::LessEq => " <= ",
        Op::More => " > ",
        Op::MoreEq => " >= ",
        Op::Add => " + ",
        Op::Subtract => " - ",
        Op::Multiply => " * ",
        Op::Divide => " / ",
        Op::Modulo => " % ",
        Op::Concat => " || ",
        Op::DistinctFrom => " IS DISTINCT FROM ",
        Op::NotDistinctFrom => " IS NOT DISTINCT FROM ",
    }
}

#[recursive::recursive]
fn write_expr(out: &mut String, expr: &Expr, outer: u8) {
    match expr {
        Expr::Column(table, name) => {
            quote(out, table);
            out.push('.');
            quote(out, name);
        }
        Expr::Name(name) => quote(out, name),
        Expr::Ident(ident) => quote(out, &ident.name),
        Expr::Null => out.push_str("NULL"),
        Expr::Bool(value) => out.push_str(if *value { "TRUE" } else { "FALSE" }),
        Expr::Number(text) => out.push_str(text),
        Expr::Text(text) => write_text(out, text),
        Expr::Time(time) => write_time(out, *time),
        Expr::Interval(count, unit) => {
            let (count, unit) = unit.interval(*count);
            let _ = write!(out, "INTERVAL '{count} {unit}'");
        }
        Expr::Star => out.push('*'),
        Expr::All(table) => {
            quote(out, table);
            out.push_str(".*");
        }
        Expr::Not(e) => nested(out, outer > NOT, |out| {
            out.push_str("NOT ");
            write_expr(out, e, NOT);
        }),
        Expr::Negate(e) => nested(out, outer > UNARY, |out| {
            out.push('-');
            write_expr(out, e, UNARY + 1);
        }),
        // Only AND and OR are written flat; everything else keeps the tree's own grouping.
        Expr::Binary(_, op @ (Op::And | Op::Or), _) => nested(out, outer > precedence(*op), |out| {
            let mut conditions = Vec::new();
            row(expr, *op, &mut conditions);
            write_row(out, *op, &conditions, &mut |out| out.push_str(symbol(*op)));
        }),
        Expr::Binary(l, op, r) => {
            let own = precedence(*op);
            let right = own + 1;
            let left = if own == COMPARE { own + 1 } else { own };
            // The engine's parser reads on beyond the right side of IS DISTINCT FROM.
            let greedy = matches!(op, Op::DistinctFrom | Op::NotDistinctFrom);
            nested(out, greedy || outer > own, |out| {
                write_expr(out, l, left);
                out.push_str(symbol(*op));
                write_expr(out, r, right);
            })
        }
        Expr::Is { value, test, negated } => nested(out, outer > COMPARE, |out| {
            write_expr(out, value, COMPARE + 1);
            out.push_str(if *negated { " IS NOT " } else { " IS " });
            out.push_str(match test {
                Test::Null => "NULL",
                Test::True => "TRUE",
                Test::False => "FALSE",
            });
        }),
        Expr::In { value, list, negated } => nested(out, outer > COMPARE, |out| {
            write_expr(out, value, COMPARE + 1);
            out.push_str(if *negated { " NOT IN (" } else { " IN (" });
            write_list(out, list);
            out.push(')');
        }),
        Expr::Between { value, low, high, negated } => nested(out, outer > COMPARE, |out| {
            write_expr(out, value, COMPARE + 1);
            out.push_str(if *negated { " NOT BETWEEN " } else { " BETWEEN " });
            write_expr(out, low, COMPARE + 1);
            out.push_str(" AND ");
            write_expr(out, high, COMPARE + 1);
        }),
        Expr::Like { value, pattern, negated, ignore_case } => nested(out, outer > COMPARE, |out| {
            write_expr(out, value, COMPARE + 1);
            out.push_str(if *negated { " NOT" } else { "" });
            out.push_str(if *ignore_case { " ILIKE " } else { " LIKE " });
            write_expr(out, pattern, COMPARE + 1);
        }),
        Expr::Case { operand, whens, otherwise } => {
            out.push_str("CASE");
            if let Some(operand) = operand {
                out.push(' ');
                write_expr(out, operand, 0);
            }
            for (when, then) in whens {
                out.push_str(" WHEN ");
                write_expr(out, when, 0);
                out.push_str(" THEN ");
                write_expr(out, then, 0);
            }
            if let Some(otherwise) = otherwise {
                out.push_str(" ELSE ");
                write_expr(out, otherwise, 0);
            }
            out.push_str(" END");
        }
        Expr::Cast { value, to, lenient } => {
            out.push_str(if *lenient { "TRY_CAST(" } else { "CAST(" });
            write_expr(out, value, 0);
            out.push_str(" AS ");
            write_type(out, *to);
            out.push(')');
        }
        Expr::Call { name, args, distinct, order_by } => {
            out.push_str(name);
            out.push('(');
            out.push_str(if *distinct { "DISTINCT " } else { "" });
            write_list(out, args);
            if let Some(key) = order_by {
                out.push_str(" ORDER BY ");
                write_expr(out, key, 0);
            }
            out.push(')');
        }
        Expr::Over { call, partition_by, order_by } => {
            write_expr(out, call, 0);
            out.push_str(" OVER (");
            if !partition_by.is_empty() {
                out.push_str("PARTITION BY ");
                write_list(out, partition_by);
            }
            if !order_by.is_empty() {
                out.push_str(if partition_by.is_empty() { "ORDER BY " } else { " ORDER BY " });
                write_order(out, order_by);
            }
            out.push(')');
        }
    }
}

fn nested(out: &mut String, parentheses: bool, write: impl FnOnce(&mut String)) {
    if parentheses {
        out.push('(');
    }
    write(out);
    if parentheses {
        out.push(')');
    }
}

fn write_list(out: &mut String, list: &[Expr]) {
    for (i, item) in list.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write_expr(out, item, 0);
    }
}

fn write_type(out: &mut String, to: SqlType) {
    match to {
        SqlType::Boolean => out.push_str("BOOLEAN"),
        SqlType::Integer => out.push_str("BIGINT"),
        SqlType::Double => out.push_str("DOUBLE"),
        SqlType::Decimal(precision, scale) => {
            let _ = write!(out, "DECIMAL({precision}, {scale})");
        }
        SqlType::Text => out.push_str("VARCHAR"),
        SqlType::Date => out.push_str("DATE"),
        SqlType::Timestamp => out.push_str("TIMESTAMP"),
    }
}

fn write_time(out: &mut String, time: jiff::civil::DateTime) {
    let _ = write!(out, "TIMESTAMP '{} {}'", time.date(), time.time());
}

fn write_text(out: &mut String, text: &str) {
    out.push('\'');
    out.push_str(&text.replace('\'', "''"));
    out.push('\'');
}

fn quote(out: &mut String, name: &str) {
    out.push('"');
    out.push_str(&name.replace('"', "\"\""));
    out.push('"');
}
