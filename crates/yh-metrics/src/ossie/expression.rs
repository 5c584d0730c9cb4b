//! A metric as one aggregate expression over datasets.

use crate::catalog::{Aggregation, Input, Metric, MetricKind, SemanticModel, Simple};
use crate::plan::{Planner, Scope, apply};
use crate::query::QueryError;
use crate::sql::{Expr, JoinKind, parse_expr, render_expr};

/// Levels of an expression.
const DEPTH: u64 = yh_model::Limits::DEFAULT.depth;

/// The expression, and what of the metric it does not say.
pub(super) fn expression(planner: &Planner<'_>, metric: &Metric) -> Result<(String, Vec<&'static str>), QueryError> {
    let mut lost = Vec::new();
    let expr = of(planner, metric, &[], &mut lost, 0)?;
    lost.sort_unstable();
    lost.dedup();
    Ok((render_expr(&expr), lost))
}

fn of(planner: &Planner<'_>, metric: &Metric, around: &[String], lost: &mut Vec<&'static str>, depth: usize) -> Result<Expr, QueryError> {
    let filters: Vec<String> = metric.filter.iter().chain(around).cloned().collect();
    if metric.time_granularity.is_some() {
        lost.push("its default grain");
    }
    planner.deeper(&metric.name, || match &metric.kind {
        MetricKind::Simple(simple) => aggregate(planner, metric, simple, &filters, lost),
        MetricKind::Ratio { numerator, denominator } => {
            let numerator = input(planner, numerator, &filters, lost, depth)?;
            Ok(Expr::ratio(numerator, input(planner, denominator, &filters, lost, depth)?))
        }
        MetricKind::Derived { expr, inputs } => {
            let mut values = Vec::with_capacity(inputs.len());
            for one in inputs {
                values.push((one.name().to_owned(), input(planner, one, &filters, lost, depth)?));
            }
            crate::plan::derived(metric, expr, &values, DEPTH)
        }
        MetricKind::Cumulative(cumulative) => {
            lost.push("its running window");
            input(planner, &cumulative.input, &filters, lost, depth)
        }
        MetricKind::Conversion(conversion) => {
            lost.push("which base event each conversion belongs to");
            let converted = input(planner, &conversion.conversion, &[], lost, depth)?;
            Ok(Expr::ratio(converted, input(planner, &conversion.base, &filters, lost, depth)?))
        }
    })
}

fn input(planner: &Planner<'_>, input: &Input, around: &[String], lost: &mut Vec<&'static str>, depth: usize) -> Result<Expr, QueryError> {
    if input.offset.is_some() {
        lost.push("its offset in time");
    }
    let filters: Vec<String> = input.filter.iter().chain(around).cloned().collect();
    of(planner, planner.metric(&input.metric)?, &filters, lost, depth + 1)
}

fn aggregate(
    planner: &Planner<'_>,
    metric: &Metric,
    simple: &Simple,
    filters: &[String],
    lost: &mut Vec<&'static str>,
) -> Result<Expr, QueryError> {
    let model = planner.model(simple)?;
    let value = planner.column_expr(model, &model.name, &simple.expr)?;
    if simple.non_additive.is_some() {
        lost.push("the time at which its balance is read");
    }
    if simple.fill_nulls_with.is_some() || simple.join_to_timespine {
        lost.push("how its gaps are filled");
    }
    if simple.agg_time_dimension.is_some() {
        lost.push("the time that dates it");
    }
    let value = match conditions(planner, metric, model, simple, filters, lost)? {
        Some(condition) => Expr::Case { operand: None, whens: vec![(condition, value)], otherwise: None },
        None => value,
    };
    Ok(match simple.agg {
        Aggregation::Average => Expr::call("AVG", vec![value]),
        Aggregation::Percentile { .. } => {
            lost.push("the kind of its percentile");
            apply(simple.agg, value)
        }
        _ => apply(simple.agg, value),
    })
}

/// The filters that speak of the measured dataset alone, as one condition.
fn conditions(
    planner: &Planner<'_>,
    metric: &Metric,
    model: &SemanticModel,
    simple: &Simple,
    filters: &[String],
    lost: &mut Vec<&'static str>,
) -> Result<Option<Expr>, QueryError> {
    let mut all = Vec::with_capacity(filters.len());
    for filter in planner.filters(metric, filters)? {
        let own = planner.catalog.model(&simple.model).unwrap_or(model);
        let mut scope = Scope::new(planner, own, simple.time_dimension(own), JoinKind::Left);
        scope.alias.clone_from(&model.name);
        let condition = scope.condition(&filter)?;
        if scope.joins.is_empty() {
            all.push(condition);
        } else {
            lost.push("a filter over another dataset");
        }
    }
    Ok(all.into_iter().reduce(|left, right| left.binary(crate::sql::Op::And, right)))
}

/// An aggregate read out of another tool's expression.
#[derive(Debug, PartialEq)]
pub(super) struct Part {
    pub agg: &'static str,
    pub dataset: String,
    pub expr: String,
}

/// Aggregates of a written expression, and the expression with `part_0`, `part_1`, … in their place.
pub(super) fn split(text: &str, datasets: &[String]) -> Result<(Vec<Part>, String), String> {
    use sqlparser::dialect::PostgreSqlDialect;
    use sqlparser::tokenizer::{Token, Tokenizer};
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, text).tokenize().map_err(|error| error.to_string())?;
    let tokens: Vec<Token> = tokens.into_iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect();
    let (mut parts, mut outer, mut at) = (Vec::new(), String::new(), 0);
    while let Some(token) = tokens.get(at) {
        let word = token.to_string().to_uppercase();
        let opens = matches!(token, Token::Word(_)) && tokens.get(at + 1) == Some(&Token::LParen);
        if opens && AGGREGATES.contains(&word.as_str()) {
            let end = closing(&tokens, at + 1).ok_or("a parenthesis is not closed")?;
            let name = format!("part_{}", parts.len());
            parts.push(part(&word, &tokens[at + 2..end], datasets)?);
            outer.push_str(&format!("{name} "));
            at = end + 1;
            continue;
        }
        if ["FILTER", "OVER", "WITHIN", "SELECT"].contains(&word.as_str()) {
            return Err(format!("`{word}` is not supported"));
        }
        if tokens.get(at + 1) == Some(&Token::Period) {
            return Err(format!("`{token}` is used outside an aggregate"));
        }
        outer.push_str(&format!("{token} "));
        at += 1;
    }
    if parts.is_empty() {
        return Err("it has no aggregate".to_owned());
    }
    parse_expr(outer.trim(), DEPTH).map_err(|error| error.message)?;
    Ok((parts, outer.trim().to_owned()))
}

const AGGREGATES: [&str; 6] = ["SUM", "COUNT", "AVG", "MIN", "MAX", "MEDIAN"];

fn closing(tokens: &[sqlparser::tokenizer::Token], open: usize) -> Option<usize> {
    use sqlparser::tokenizer::Token;
    let mut depth = 0_i64;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// One aggregate's argument with the dataset's name taken off its columns.
fn part(word: &str, inner: &[sqlparser::tokenizer::Token], datasets: &[String]) -> Result<Part, String> {
    use sqlparser::tokenizer::Token;
    let distinct = matches!(inner.first(), Some(Token::Word(first)) if first.value.eq_ignore_ascii_case("distinct"));
    let body = &inner[usize::from(distinct)..];
    let mut found: Option<&String> = None;
    let (mut expr, mut at) = (String::new(), 0);
    while let Some(token) = body.get(at) {
        if let Token::Word(word) = token {
            if AGGREGATES.contains(&word.value.to_uppercase().as_str()) && body.get(at + 1) == Some(&Token::LParen) {
                return Err("an aggregate stands inside another".to_owned());
            }
            if body.get(at + 1) == Some(&Token::Period) {
                let dataset = datasets.iter().find(|name| **name == word.value).ok_or(format!("there is no dataset `{}`", word.value))?;
                if found.is_some_and(|other| other != dataset) {
                    return Err("one aggregate reads several datasets".to_owned());
                }
                found = Some(dataset);
                at += 2;
                continue;
            }
        }
        expr.push_str(&format!("{token} "));
        at += 1;
    }
    let dataset = match (found, datasets) {
        (Some(dataset), _) => dataset.clone(),
        (None, [only]) => only.clone(),
        (None, _) => return Err("an aggregate does not name its dataset".to_owned()),
    };
    let agg = match (word, distinct) {
        ("COUNT", true) => "count_distinct",
        (_, true) => return Err("DISTINCT is only supported in COUNT".to_owned()),
        ("COUNT", false) => "count",
        ("SUM", _) => "sum",
        ("AVG", _) => "average",
        ("MIN", _) => "min",
        ("MAX", _) => "max",
        _ => "median",
    };
    let expr = if expr.trim() == "*" { "1".to_owned() } else { expr.trim().to_owned() };
    parse_expr(&expr, DEPTH).map_err(|error| error.message)?;
    Ok(Part { agg, dataset, expr })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_ratios_of_aggregates() {
        let datasets = ["orders".to_owned(), "customers".to_owned()];
        let (parts, outer) = split("SUM(orders.amount) / NULLIF(COUNT(DISTINCT customers.id), 0)", &datasets).expect("known");
        assert_eq!(outer, "part_0 / NULLIF ( part_1 , 0 )");
        assert_eq!(parts[0], Part { agg: "sum", dataset: "orders".into(), expr: "amount".into() });
        assert_eq!(parts[1], Part { agg: "count_distinct", dataset: "customers".into(), expr: "id".into() });
        for wrong in
            ["SUM(orders.a + customers.b)", "orders.a", "SUM(amount)", "SUM(orders.a) OVER ()", "SUM(SUM(orders.a))", "SUM(orders.a"]
        {
            assert!(split(wrong, &datasets).is_err(), "{wrong}");
        }
    }
}
