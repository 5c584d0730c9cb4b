//! Filter templates: SQL with `{{ Dimension('order__channel') }}` and its kin, or plain names.

use crate::catalog::Catalog;
use crate::item::{Item, TimePart, parse_name};
use crate::query::{ErrorCode, QueryError};
use crate::sql::{Expr, ExprError, MAX_BYTES, parse_expr};
use crate::template::{self, Call};

/// A parsed condition. Its items appear in `expr` as [`Expr::Name`] of their column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filter {
    pub text: String,
    pub expr: Expr,
    pub items: Vec<Item>,
}

/// Parses one condition; `default_part` is the grain of a bare `metric_time`.
pub(crate) fn parse_filter(catalog: &Catalog, text: &str, default_part: &TimePart) -> Result<Filter, QueryError> {
    if text.len() > MAX_BYTES {
        return Err(bad_filter(text, ExprError::at(format!("it is longer than {MAX_BYTES} bytes"), 1, 1)));
    }
    let (sql, calls) = template::split(text).map_err(|e| bad_filter(text, e))?;
    let parsed = parse_expr(&sql, catalog.limits.depth).map_err(|e| bad_filter(text, e))?;
    let mut items: Vec<Item> = Vec::new();
    let expr = parsed.try_map(&mut |node| {
        let Expr::Ident(ident) = node else { return Ok(node) };
        let call = calls.iter().find(|(placeholder, _)| *placeholder == ident.name);
        let item = match call {
            Some((_, call)) => item_of(catalog, call, default_part),
            None => parse_name(catalog, &ident.name, default_part),
        };
        let item = item.map_err(|e| e.at(ident.line, ident.column))?;
        let name = item.column();
        if !items.contains(&item) {
            items.push(item);
        }
        Ok(Expr::Name(name))
    })?;
    Ok(Filter { text: text.trim().to_owned(), expr, items })
}

fn bad_filter(text: &str, error: ExprError) -> QueryError {
    let message = format!("the filter `{}` is not valid: {}", cut(text), error.message);
    QueryError::new(ErrorCode::BadFilter, message)
        .hint("write a condition such as {{ Dimension('order__channel') }} = 'app'")
        .at(error.line, error.column)
}

/// The beginning of a long text, for messages.
pub(crate) fn cut(text: &str) -> String {
    const SHOWN: usize = 120;
    let text = text.trim();
    let shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() { shown + " …" } else { shown }
}

/// The item a template call stands for.
pub(crate) fn item_of(catalog: &Catalog, call: &Call, default_part: &TimePart) -> Result<Item, QueryError> {
    let bad = |why: &str| QueryError::new(ErrorCode::BadFilter, format!("{}(...): {why}", call.name));
    let name = call.text(0, "name").or_else(|| call.named_text("metric_name")).ok_or_else(|| bad("a name in quotes is needed"))?;
    let mut full = call.list("entity_path").join("__");
    if !full.is_empty() {
        full.push_str("__");
    }
    full.push_str(name);
    match call.name.as_str() {
        "Metric" => {
            let mut by = call.list("group_by");
            if by.is_empty() {
                by = call.list_at(1);
            }
            let [entity] = by.as_slice() else { return Err(bad("exactly one entity to group by is supported")) };
            let metric = name.to_lowercase();
            if catalog.metric(&metric).is_none() {
                return Err(crate::plan::unknown_metric(catalog, &metric));
            }
            Ok(Item::Metric { metric, entity: entity.to_lowercase() })
        }
        "Entity" => parse_name(catalog, &full, default_part),
        "Dimension" | "TimeDimension" => {
            let grain = call.text(1, "time_granularity_name").filter(|_| call.name == "TimeDimension").or_else(|| call.method("grain"));
            let part = call.named_text("date_part_name").or_else(|| call.method("date_part"));
            match (part, grain) {
                (Some(part), _) => full.push_str(&format!("__extract_{}", part.to_lowercase())),
                (None, Some(grain)) => full.push_str(&format!("__{}", grain.to_lowercase())),
                (None, None) => {}
            }
            parse_name(catalog, &full, default_part)
        }
        _ => Err(bad("only Dimension, TimeDimension, Entity and Metric are known")),
    }
}
