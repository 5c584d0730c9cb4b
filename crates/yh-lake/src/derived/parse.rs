//! What a derived SELECT may say, and how it is turned around to find a row's source lines.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, GroupByExpr, Ident, JoinConstraint, JoinOperator, ObjectName, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, Statement, TableAlias, TableFactor, Value as SqlValue, Visit, Visitor,
    WildcardAdditionalOptions,
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

/// What a function looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    OfRow,
    OfGroup,
}

/// The name of a part of the key among the keys to be made again.
pub(super) fn key_name(part: usize) -> String {
    format!("__k{part}")
}

/// Whether each row depends only on the rows of its own key, as far as can be told without planning: `kind` says
/// what a function looks at, none for those that give something else each time.
pub(super) fn depends_on_own_key(select: &Select, spec: &DatasetSpec, kind: &dyn Fn(&str) -> Option<Function>) -> bool {
    let plain = select.qualify.is_none() && select.top.is_none() && select.lateral_views.is_empty() && select.sort_by.is_empty();
    let GroupByExpr::Expressions(groups, modifiers) = &select.group_by else { return false };
    let keys = key_exprs(select, spec);
    let Some(keys) = keys.filter(|keys| !keys.is_empty() && plain && modifiers.is_empty()) else { return false };
    let whole = |expr: &Expr| matches!(expr, Expr::Rollup(_) | Expr::Cube(_) | Expr::GroupingSets(_));
    let mut functions = Functions { kind, of_group: false, other: false };
    let _ = select.visit(&mut functions);
    if functions.other || groups.iter().any(whole) || (groups.is_empty() && (functions.of_group || select.having.is_some())) {
        return false;
    }
    groups.is_empty() || keys.iter().all(|key| groups.iter().any(|group| is_same(group, key)))
}

/// A grouped column may be written without its table.
fn is_same(group: &Expr, key: &Expr) -> bool {
    group == key
        || match (group, key) {
            (Expr::Identifier(name), Expr::CompoundIdentifier(path)) => path.last() == Some(name),
            _ => false,
        }
}

/// Looks at every function called.
struct Functions<'k> {
    kind: &'k dyn Fn(&str) -> Option<Function>,
    of_group: bool,
    /// One that looks at other rows, or gives something else each time.
    other: bool,
}

impl Visitor for Functions<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr {
            match (self.kind)(&function.name.to_string().to_lowercase()) {
                Some(Function::OfRow) => {}
                Some(Function::OfGroup) => self.of_group = true,
                None => self.other = true,
            }
            self.other |= function.over.is_some();
        }
        ControlFlow::Continue(())
    }
}

fn key_exprs<'s>(select: &'s Select, spec: &DatasetSpec) -> Option<Vec<&'s Expr>> {
    let of = |key: &String| select.projection.iter().find(|item| output_name(item).as_ref() == Some(key)).and_then(output_expr);
    spec.key.iter().map(of).collect()
}

/// Selects the keys of the rows that another table, in the place of one that is read, has a part in. None where a
/// join is not of the kinds that can be turned around.
pub(super) fn keys_of(select: &Select, spec: &DatasetSpec, place: usize, table: &str) -> Option<String> {
    let keys: Vec<String> = key_exprs(select, spec)?.iter().enumerate().map(|(part, key)| format!("{key} AS {}", key_name(part))).collect();
    let from = &select.from[0];
    let mut text = format!("SELECT {} FROM {}", keys.join(", "), relation(&from.relation, (place == 0).then_some(table))?);
    for (index, join) in from.joins.iter().enumerate() {
        let on = match &join.join_operator {
            JoinOperator::Join(JoinConstraint::On(on)) | JoinOperator::Inner(JoinConstraint::On(on)) => ("JOIN", on),
            JoinOperator::Left(JoinConstraint::On(on)) | JoinOperator::LeftOuter(JoinConstraint::On(on)) => ("LEFT JOIN", on),
            _ => return None,
        };
        if index < place {
            let is_last = index + 1 == place;
            let (word, on) = (if is_last { "JOIN" } else { on.0 }, on.1);
            text += &format!(" {word} {} ON {on}", relation(&join.relation, is_last.then_some(table))?);
        }
    }
    Some(text)
}

/// Selects the staged rows of the keys to be made again.
pub(super) fn staged_of_keys(select: &Select, spec: &DatasetSpec) -> Option<String> {
    let keys = key_exprs(select, spec)?;
    let on: Vec<String> = keys.iter().enumerate().map(|(part, key)| format!("{key} = __keys.{}", key_name(part))).collect();
    let staged = relation(&select.from[0].relation, None)?;
    Some(format!("SELECT {} FROM {staged} JOIN __keys ON {}", staged_star(select), on.join(" AND ")))
}

/// The SELECT with another table in the place of one that it reads.
pub(super) fn reading(select: &Select, place: usize, table: &str) -> String {
    let mut select = select.clone();
    let from = &mut select.from[0];
    let factor = if place == 0 { &mut from.relation } else { &mut from.joins[place - 1].relation };
    if let TableFactor::Table { name, alias, .. } = factor {
        *alias = Some(alias.take().unwrap_or_else(|| alias_of(name)));
        *name = ObjectName::from(vec![Ident::new(table)]);
    }
    select.to_string()
}

/// A table as it is read, or another under its name.
fn relation(factor: &TableFactor, table: Option<&str>) -> Option<String> {
    let TableFactor::Table { name, alias, args: None, sample: None, version: None, .. } = factor else { return None };
    let alias = TableAlias { explicit: true, ..alias.clone().unwrap_or_else(|| alias_of(name)) };
    Some(match table {
        Some(table) => format!("{table} {alias}"),
        None => format!("{name} {alias}"),
    })
}

fn alias_of(name: &ObjectName) -> TableAlias {
    let last = name.0.last().and_then(|part| part.as_ident().cloned()).unwrap_or_else(|| Ident::new(name.to_string()));
    TableAlias { name: last, columns: Vec::new(), explicit: true, at: None }
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
