//! One measured table and the dimension tables joined to it, in the order they are needed.
//!
//! Joins go only toward keys that name one row (primary, unique, natural with a validity window),
//! so a measured row is never counted twice.

use super::Planner;
use crate::catalog::{ColumnType, Dimension, DimensionKind, Entity, EntityKind, SemanticModel};
use crate::item::{Item, TimePart};
use crate::query::{ErrorCode, QueryError};
use crate::sql::{Expr, From, Join, JoinKind, Op, Source, date_part};
use crate::time::{Clock, Grain};

type Result<T> = std::result::Result<T, QueryError>;

/// A time as the query sees it: business-local, and the UTC column behind it when there is one.
#[derive(Debug, Clone)]
pub(crate) struct TimeBase {
    pub local: Expr,
    /// A plain instant column: ranges are tested on it, so that files can be skipped.
    pub instant: Option<Expr>,
    pub grain: Grain,
}

pub(crate) struct Scope<'p, 'a> {
    pub planner: &'p Planner<'a>,
    pub model: &'a SemanticModel,
    pub alias: String,
    pub joins: Vec<Join>,
    /// How tables are joined: LEFT for measures, FULL for distinct values.
    kind: JoinKind,
    /// Dated by this dimension of the model; none for distinct values.
    time_dimension: Option<&'a str>,
    /// What was joined already: path and model, and its alias.
    joined: Vec<(String, String)>,
}

/// One table on the way from the measured table to an element.
struct Hop<'a> {
    entity: &'a str,
    model: &'a SemanticModel,
}

impl<'p, 'a> Scope<'p, 'a> {
    pub(crate) fn new(planner: &'p Planner<'a>, model: &'a SemanticModel, time_dimension: Option<&'a str>, kind: JoinKind) -> Self {
        Scope { planner, model, alias: planner.alias("t"), joins: Vec::new(), kind, time_dimension, joined: Vec::new() }
    }

    /// The measured table, its row filters included.
    pub(crate) fn from(&self) -> From {
        self.planner.scan(self.model, &self.alias)
    }

    /// The aggregation time, not truncated.
    pub(crate) fn time(&self) -> Result<TimeBase> {
        let Some(name) = self.time_dimension else {
            let message = format!("{} has no time to aggregate by", self.model.name);
            return Err(QueryError::new(ErrorCode::NoTimeDimension, message).hint("give the model an agg_time_dimension"));
        };
        match self.model.dimension(name) {
            Some(dimension) => self.planner.time_base(self.model, &self.alias, dimension),
            None => Err(QueryError::new(ErrorCode::NoTimeDimension, format!("{} has no dimension `{name}`", self.model.name))),
        }
    }

    /// SQL of an item; joins what it needs.
    pub(crate) fn item(&mut self, item: &Item) -> Result<Expr> {
        match item {
            Item::MetricTime(part) => {
                let time = self.time()?;
                self.time_part(&time, part)
            }
            Item::Time { path, name, part } => {
                let (model, alias) = self.reach(path, name)?;
                let Some(dimension) = model.dimension(name) else { return Err(self.no_path(path, name)) };
                let time = self.planner.time_base(model, &alias, dimension)?;
                self.time_part(&time, part)
            }
            Item::Dimension { path, name } => {
                let (model, alias) = self.reach(path, name)?;
                let Some(dimension) = model.dimension(name) else { return Err(self.no_path(path, name)) };
                self.planner.column_expr(model, &alias, dimension.expr.as_deref().unwrap_or(&dimension.name))
            }
            Item::Entity { path, name } => {
                let (model, alias) = self.reach(path, name)?;
                let Some(entity) = model.entity(name) else { return Err(self.no_path(path, name)) };
                self.planner.entity_expr(model, &alias, entity)
            }
            Item::Metric { metric, entity } => self.metric_column(metric, entity),
        }
    }

    /// A condition over items as SQL over this scope's tables.
    pub(crate) fn condition(&mut self, filter: &crate::filter::Filter) -> Result<Expr> {
        let mut columns = Vec::with_capacity(filter.items.len());
        for item in &filter.items {
            columns.push((item.column(), self.item(item).map_err(|error| unreachable(filter, error))?));
        }
        filter.expr.clone().try_map(&mut |node| {
            let Expr::Name(name) = &node else { return Ok(node) };
            Ok(columns.iter().find(|(n, _)| n == name).map_or(node.clone(), |(_, e)| e.clone()))
        })
    }

    /// A time at a grain, as a custom grain (joins its spine) or as a date part.
    pub(crate) fn time_part(&mut self, time: &TimeBase, part: &TimePart) -> Result<Expr> {
        match part {
            TimePart::Grain(grain) if *grain < time.grain => {
                let message = format!("the time is kept by {}, so it cannot be shown by {}", time.grain.name(), grain.name());
                Err(QueryError::new(ErrorCode::UnknownGrain, message).hint(format!("ask for {} or coarser", time.grain.name())))
            }
            TimePart::Grain(grain) => Ok(trunc(*grain, time.local.clone())),
            TimePart::Part(part) => Ok(date_part(*part, time.local.clone())),
            TimePart::Custom(name) => self.custom_time(time, name),
        }
    }

    fn custom_time(&mut self, time: &TimeBase, name: &str) -> Result<Expr> {
        let Some((spine, column)) = self.planner.catalog.custom_grain(name) else {
            return Err(QueryError::new(ErrorCode::UnknownGrain, format!("there is no grain `{name}`")));
        };
        let value = trunc(spine.grain, time.local.clone());
        let key = format!("{}\0{value:?}", spine.table);
        let alias = match self.joined.iter().find(|(k, _)| *k == key) {
            Some((_, alias)) => alias.clone(),
            None => {
                let alias = self.planner.alias("spine");
                self.planner.read(&spine.table);
                let right = From { source: Source::Table(spine.table.clone()), alias: alias.clone() };
                let on = vec![value.equals(Expr::column(&alias, &spine.column))];
                self.joins.push(Join { kind: JoinKind::Left, right, on });
                self.joined.push((key, alias.clone()));
                alias
            }
        };
        Ok(Expr::column(&alias, column))
    }

    /// A metric by an entity as a column: its answer is joined to the entity's key.
    fn metric_column(&mut self, metric: &str, entity: &str) -> Result<Expr> {
        let key = format!("{metric}\0{entity}");
        if let Some((_, alias)) = self.joined.iter().find(|(k, _)| *k == key) {
            return Ok(Expr::column(alias, metric));
        }
        let item = Item::Entity { path: Vec::new(), name: entity.to_owned() };
        let own_key = self.item(&item)?;
        let query = self.planner.metric_by(metric, &item)?;
        let alias = self.planner.alias("m");
        let on = vec![own_key.equals(Expr::column(&alias, &item.column()))];
        self.joins.push(Join { kind: self.kind, right: From { source: Source::Query(query), alias: alias.clone() }, on });
        self.joined.push((key, alias.clone()));
        Ok(Expr::column(&alias, metric))
    }

    /// The table that has an element, joined when it is not the measured one.
    fn reach(&mut self, path: &[String], name: &str) -> Result<(&'a SemanticModel, String)> {
        if is_local(self.model, path, name) {
            return Ok((self.model, self.alias.clone()));
        }
        let hops = self.route(path, name)?;
        // A manifest's keys may repeat: there each target gets a chain of its own, as in MetricFlow.
        let target = match (&self.planner.catalog.clock, hops.as_slice()) {
            (Clock::Naive, [_, .., target]) => format!("{}\0", target.model.name),
            _ => String::new(),
        };
        let mut way = String::new();
        let mut chain = vec![(self.model, self.alias.clone())];
        for hop in hops {
            way = format!("{way}{}\0{}\0", hop.entity, hop.model.name);
            let key = format!("{target}{way}");
            let alias = match self.joined_on(&key, &way) {
                Some(joined) => joined,
                None => self.join(&chain, &hop)?,
            };
            if !self.joined.iter().any(|(known, _)| *known == key) {
                self.joined.push((key, alias.clone()));
            }
            chain.push((hop.model, alias));
        }
        chain.pop().ok_or_else(|| self.no_path(path, name))
    }

    /// The table joined for this key before. What lies on the way of one chain is read from that chain, and a chain goes on
    /// from what was reached for itself.
    fn joined_on(&self, key: &str, way: &str) -> Option<String> {
        let has = |wanted: &str| self.joined.iter().find(|(known, _)| known == wanted).map(|(_, alias)| alias.clone());
        let uses = |alias: &String| self.joined.iter().filter(|(_, used)| used == alias).count();
        let of_a_chain = || self.joined.iter().find(|(known, _)| known.ends_with(&format!("\0{way}"))).map(|(_, alias)| alias.clone());
        let own = has(key);
        own.or_else(|| if key == way { of_a_chain() } else { has(way).filter(|alias| uses(alias) == 1) })
    }

    /// Joins one more table to the chain of tables reached so far.
    fn join(&mut self, chain: &[(&'a SemanticModel, String)], hop: &Hop<'a>) -> Result<String> {
        let (planner, right) = (self.planner, hop.model);
        let alias = planner.alias("t");
        let mut on = Vec::new();
        if let Some((left, left_alias)) = chain.last()
            && let (Some(l), Some(r)) = (left.entity(hop.entity), right.entity(hop.entity))
        {
            on.push(planner.entity_expr(left, left_alias, l)?.equals(planner.entity_expr(right, &alias, r)?));
        }
        for (left, left_alias) in chain {
            for l in left.dimensions.iter().filter(|d| d.is_partition) {
                if let Some(r) = right.dimension(&l.name).filter(|d| d.is_partition) {
                    on.push(self.partition(left, left_alias, l)?.equals(self.partition(right, &alias, r)?));
                }
            }
        }
        if let Some((start, end)) = right.validity() {
            let time = self.time()?;
            let time = trunc(time.grain, time.local);
            let start = planner.time_base(right, &alias, start)?.local;
            let end = planner.time_base(right, &alias, end)?.local;
            on.push(start.binary(Op::LessEq, time.clone()));
            on.push(time.binary(Op::Less, end.clone()).binary(Op::Or, end.is_null()));
        }
        self.joins.push(Join { kind: self.kind, right: planner.scan(right, &alias), on });
        Ok(alias)
    }

    fn partition(&self, model: &'a SemanticModel, alias: &str, dimension: &'a Dimension) -> Result<Expr> {
        match dimension.kind {
            DimensionKind::Time(grain) => Ok(trunc(grain, self.planner.time_base(model, alias, dimension)?.local)),
            DimensionKind::Categorical => self.planner.column_expr(model, alias, dimension.expr.as_deref().unwrap_or(&dimension.name)),
        }
    }

    /// The one shortest way from the measured table to an element.
    fn route(&self, path: &[String], name: &str) -> Result<Vec<Hop<'a>>> {
        let mut found: Vec<Vec<Hop<'a>>> = Vec::new();
        self.explore(self.model, path, name, Vec::new(), &mut found);
        let shortest = found.iter().map(Vec::len).min();
        let mut best: Vec<_> = found.into_iter().filter(|route| Some(route.len()) == shortest).collect();
        match best.len() {
            0 => Err(self.no_path(path, name)),
            1 => Ok(best.remove(0)),
            _ => {
                let ways: Vec<String> =
                    best.iter().map(|r| r.iter().map(|h| h.model.name.as_str()).collect::<Vec<_>>().join(" → ")).collect();
                let message =
                    format!("`{}` can be reached from {} in several ways: {}", full_name(path, name), self.model.name, ways.join("; "));
                Err(QueryError::new(ErrorCode::AmbiguousJoin, message).hint("name the entity on the way, or rename one of the dimensions"))
            }
        }
    }

    fn explore(&self, left: &'a SemanticModel, path: &[String], name: &str, so_far: Vec<(usize, usize)>, found: &mut Vec<Vec<Hop<'a>>>) {
        let Some((entity, rest)) = path.split_first() else { return };
        let Some((position, key)) = left.entities.iter().enumerate().find(|(_, e)| e.name == *entity) else { return };
        for (index, right) in self.planner.catalog.models.iter().enumerate() {
            let joinable = right.name != left.name && right.entity(entity).is_some_and(|r| may_join(key, r, right));
            if !joinable {
                continue;
            }
            let mut hops = so_far.clone();
            hops.push((position, index));
            let here = rest.is_empty() || (rest.len() == 1 && right.is_keyed_by(&rest[0]));
            if here && has_element(right, name) && name != entity {
                found.push(self.hops(&hops));
            } else if !rest.is_empty() {
                self.explore(right, rest, name, hops, found);
            }
        }
    }

    fn hops(&self, steps: &[(usize, usize)]) -> Vec<Hop<'a>> {
        let mut left = self.model;
        let mut hops = Vec::with_capacity(steps.len());
        for &(position, index) in steps {
            let model = &self.planner.catalog.models[index];
            hops.push(Hop { entity: &left.entities[position].name, model });
            left = model;
        }
        hops
    }

    /// A table with the element that has many rows for one row of the measured one, and the key between them.
    fn finer_table(&self, entity: &str, name: &str) -> Option<(&'a str, &'a str)> {
        let named = |m: &&SemanticModel| has_element(m, name) && (m.entity(entity).is_some() || m.is_keyed_by(entity));
        self.planner.catalog.models.iter().filter(named).find_map(|finer| {
            let key = finer.entities.iter().find(|e| e.kind == EntityKind::Foreign && self.model.is_keyed_by(&e.name))?;
            Some((finer.name.as_str(), key.name.as_str()))
        })
    }

    fn no_path(&self, path: &[String], name: &str) -> QueryError {
        let full = full_name(path, name);
        if let Some((finer, key)) = path.first().and_then(|entity| self.finer_table(entity, name)) {
            let message = format!("`{full}` would count rows of {} several times: {finer} has many rows for one `{key}`", self.model.name);
            return QueryError::new(ErrorCode::FanOut, message)
                .hint("measure on the finer table, or group by something of the coarser one");
        }
        let message = format!("`{full}` cannot be reached from {}", self.model.name);
        let keys: Vec<&str> = self.model.entities.iter().map(|e| e.name.as_str()).collect();
        let own: Vec<&str> = self.model.dimensions.iter().map(|d| d.name.as_str()).collect();
        QueryError::new(ErrorCode::NoJoinPath, message).hint(match (keys.is_empty(), own.is_empty()) {
            (false, _) => format!("its keys are: {}", keys.join(", ")),
            (true, false) => format!("it has no keys to join by; its own dimensions are: {}", own.join(", ")),
            (true, true) => "it has neither keys nor dimensions of its own".to_owned(),
        })
    }
}

/// A filter that names something without a way to it says so.
fn unreachable(filter: &crate::filter::Filter, error: QueryError) -> QueryError {
    match error.code {
        ErrorCode::NoJoinPath => QueryError {
            code: ErrorCode::UnreachableFilter,
            message: format!("the filter `{}`: {}", crate::filter::cut(&filter.text), error.message),
            ..error
        },
        _ => error,
    }
}

/// Whether this item is the time by which a metric of this model is dated, under any name.
pub(crate) fn is_metric_time(model: &SemanticModel, time_dimension: Option<&str>, item: &Item) -> bool {
    match item {
        Item::MetricTime(_) => true,
        Item::Time { path, name, .. } => Some(name.as_str()) == time_dimension && is_local(model, path, name),
        _ => false,
    }
}

pub(crate) fn is_local(model: &SemanticModel, path: &[String], name: &str) -> bool {
    match path {
        [] => model.entity(name).is_some(),
        [key] => model.is_keyed_by(key) && has_element(model, name),
        _ => false,
    }
}

fn has_element(model: &SemanticModel, name: &str) -> bool {
    model.dimension(name).is_some() || model.entity(name).is_some()
}

fn may_join(left: &Entity, right: &Entity, right_model: &SemanticModel) -> bool {
    match right.kind {
        EntityKind::Primary | EntityKind::Unique => true,
        EntityKind::Natural => left.kind != EntityKind::Natural && right_model.validity().is_some(),
        EntityKind::Foreign => false,
    }
}

fn full_name(path: &[String], name: &str) -> String {
    path.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join("__")
}

/// Start of the period; nanoseconds are the finest there is.
pub(crate) fn trunc(grain: Grain, time: Expr) -> Expr {
    match grain {
        Grain::Nanosecond => time,
        grain => Expr::call("date_trunc", vec![Expr::Text(grain.name().to_owned()), time]),
    }
}

/// The type an expression over a model's columns has, as far as it matters for time zones.
pub(crate) fn type_of(expr: &Expr, model: &SemanticModel) -> ColumnType {
    match expr {
        Expr::Column(_, name) => model.column(name).map_or(ColumnType::Unknown, |c| c.kind),
        Expr::Call { name: "COALESCE" | "NULLIF" | "greatest" | "least", args, .. } => {
            args.iter().map(|a| type_of(a, model)).find(|t| *t != ColumnType::Unknown).unwrap_or(ColumnType::Unknown)
        }
        Expr::Case { whens, otherwise, .. } => {
            let branches = whens.iter().map(|(_, then)| then).chain(otherwise.as_deref());
            branches.map(|b| type_of(b, model)).find(|t| *t != ColumnType::Unknown).unwrap_or(ColumnType::Unknown)
        }
        Expr::Binary(l, Op::Add | Op::Subtract, r) if matches!(**r, Expr::Interval(..)) => type_of(l, model),
        Expr::Call { name: "local_time" | "date_trunc", .. } | Expr::Time(_) => ColumnType::Timestamp,
        Expr::Text(_) => ColumnType::Text,
        _ => ColumnType::Unknown,
    }
}
