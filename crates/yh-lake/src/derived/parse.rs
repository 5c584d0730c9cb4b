//! What a derived SELECT may say, and how it is turned around to find a row's source lines.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, GroupByExpr, Ident, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, Statement, TableFactor,
    Value as SqlValue, Visit, Visitor, WildcardAdditionalOptions,
};
use yh_model::{Limits, Value, dataset::DatasetSpec, issue::nearest, sql};

use super::DerivedQuery;

/// Far above any SELECT written by hand, far below what would exhaust the planner.
const BOUNDS: sql::Bounds = sql::Bounds { bytes: 64 << 10, tokens: 10_000, depth: Limits::DEFAULT.depth as usize };

pub(super) fn parse(spec: &DatasetSpec, sql: &str, known: &[&str]) -> Result<DerivedQuery, String> {
    let statements = sql::parse(sql, BOUNDS, |parser| parser.parse_statements())
        .map_err(|error| format!("its SELECT cannot be read at line {}, column {}: {}", error.line, error.column, error.message))?;
    let [Statement::Query(query)] = statements.as_slice() else {
        return Err("write one SELECT".to_owned());
    };
    let select = plain_select(query)?;
    super::allowed::check(select)?;
    let tables = tables(select, known)?;
    for item in &select.projection {
        let name = output_name(item).ok_or("give every selected expression a name: `expression AS column`; `*` is not allowed")?;
        if !spec.columns.iter().any(|column| column.name == name) {
            let names = spec.columns.iter().map(|column| column.name.as_str());
            let hint = nearest(&name, names).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            return Err(format!("dataset {} has no column {name}{hint}", spec.name));
        }
    }
    for key in &spec.key {
        if !select.projection.iter().any(|item| output_name(item).as_deref() == Some(key)) {
            return Err(format!("its SELECT does not give the key column {key}"));
        }
    }
    Ok(DerivedQuery { dataset: spec.name.clone(), select: Box::new(select.clone()), tables })
}

fn plain_select(query: &Query) -> Result<&Select, String> {
    let extra = query.with.is_some() || query.order_by.is_some() || query.limit_clause.is_some() || query.fetch.is_some();
    let SetExpr::Select(select) = query.body.as_ref() else {
        return Err("UNION and the like are not allowed; write one SELECT".to_owned());
    };
    if extra || select.into.is_some() || select.distinct.is_some() {
        return Err("WITH, DISTINCT, ORDER BY and LIMIT are not allowed; use GROUP BY".to_owned());
    }
    struct NoSubquery;
    impl Visitor for NoSubquery {
        type Break = ();
        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            ControlFlow::Break(())
        }
    }
    if select.visit(&mut NoSubquery).is_break() {
        return Err("a SELECT inside the SELECT is not allowed; declare a derived dataset for it".to_owned());
    }
    Ok(select)
}

fn tables(select: &Select, known: &[&str]) -> Result<Vec<String>, String> {
    let [from] = select.from.as_slice() else {
        return Err("write FROM one dataset and JOIN the others".to_owned());
    };
    let mut tables = Vec::new();
    for factor in std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation)) {
        let TableFactor::Table { name, args: None, .. } = factor else {
            return Err("only datasets can be read".to_owned());
        };
        let name = name.to_string().trim_matches('"').to_owned();
        if !known.contains(&name.as_str()) {
            let hint = nearest(&name, known.iter().copied()).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            return Err(format!("there is no dataset {name}{hint}"));
        }
        tables.push(name);
    }
    Ok(tables)
}

fn output_name(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.clone()),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(path)) => path.last().map(|name| name.value.clone()),
        _ => None,
    }
}

fn output_expr(item: &SelectItem) -> Option<&Expr> {
    match item {
        SelectItem::ExprWithAlias { expr, .. } | SelectItem::UnnamedExpr(expr) => Some(expr),
        _ => None,
    }
}

/// `SELECT staged.* FROM … WHERE … AND key expression = value`, without the grouping.
pub(super) fn origin_sql(select: &Select, key: &[(String, Value)]) -> Result<String, String> {
    let mut origin = select.clone();
    origin.group_by = GroupByExpr::Expressions(Vec::new(), Vec::new());
    origin.having = None;
    origin.projection = vec![staged_star(select)];
    for (column, value) in key {
        let expr = select
            .projection
            .iter()
            .find(|item| output_name(item).as_deref() == Some(column))
            .and_then(output_expr)
            .ok_or_else(|| format!("its SELECT does not give {column}"))?;
        let literal = Expr::Value(SqlValue::SingleQuotedString(value.to_string()).into());
        let text = Expr::Cast {
            kind: sqlparser::ast::CastKind::Cast,
            expr: Box::new(expr.clone()),
            data_type: sqlparser::ast::DataType::Varchar(None),
            array: false,
            format: None,
        };
        let test = Expr::BinaryOp { left: Box::new(text), op: BinaryOperator::Eq, right: Box::new(literal) };
        origin.selection = Some(match origin.selection {
            Some(before) => {
                Expr::BinaryOp { left: Box::new(Expr::Nested(Box::new(before))), op: BinaryOperator::And, right: Box::new(test) }
            }
            None => test,
        });
    }
    Ok(origin.to_string())
}

fn staged_star(select: &Select) -> SelectItem {
    let TableFactor::Table { name, alias, .. } = &select.from[0].relation else {
        return SelectItem::Wildcard(WildcardAdditionalOptions::default());
    };
    let object = match alias {
        Some(alias) => sqlparser::ast::ObjectName::from(vec![Ident::clone(&alias.name)]),
        None => name.clone(),
    };
    SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(object), WildcardAdditionalOptions::default())
}
