//! From a question to SQL.

mod combine;
mod conversion;
mod custom;
mod leaf;
mod lineage;
mod scope;
mod shift;
mod spine;
mod values;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use crate::catalog::{
    Aggregation, Catalog, Column, ColumnType, Dimension, DimensionKind, Entity, GrainName, Metric, MetricKind, SavedQuery, SemanticModel,
    Simple,
};
use crate::filter::{Filter, item_of, parse_filter};
use crate::item::{Item, TimePart, parse_name};
use crate::query::*;
use crate::sql::{Direction, Expr, From, Op, Query, Select, Source, parse_expr, render_query};
use crate::template::parse_call;
use crate::time::{Clock, Grain, TimeRange, parse_time};
pub(crate) use combine::derived;
pub(crate) use leaf::apply;
pub use lineage::{InputRows, rows};
pub(crate) use scope::Scope;
use scope::{TimeBase, type_of};
use yh_model::issue::nearest;

pub(crate) type Result<T> = std::result::Result<T, QueryError>;

/// More rows than there are; the engine counts them in 63 bits.
const MAX_LIMIT: u64 = 1 << 48;

/// Plans a question for an asker. The only way from a question to SQL.
pub fn plan(catalog: &Catalog, query: &MetricQuery, access: &Access) -> Result<Plan> {
    let planner = Planner::new(catalog, access);
    let question = Question::resolve(catalog, query)?;
    let mut select = planner.answer(&question)?;
    if question.min_max_only {
        select = values::min_max(select, &question.items);
    }
    select.order_by = question.order.clone();
    select.limit = question.limit.map(|limit| limit.min(MAX_LIMIT));
    let sql = render_query(&select.into_query());
    Ok(Plan {
        sql,
        columns: output_columns(catalog, &question),
        tables: planner.tables(),
        revisions: revisions(catalog, &question.metrics),
        range: question.range,
    })
}

/// A question with every name resolved.
pub(crate) struct Question<'a> {
    pub metrics: Vec<&'a Metric>,
    pub items: Vec<Item>,
    pub filters: Vec<Filter>,
    pub range: Option<TimeRange>,
    pub order: Vec<(Expr, Direction)>,
    pub limit: Option<u64>,
    pub min_max_only: bool,
    pub duplicates: Duplicates,
}

impl<'a> Question<'a> {
    pub(crate) fn resolve(catalog: &'a Catalog, query: &MetricQuery) -> Result<Question<'a>> {
        query.check(&catalog.limits)?;
        let default = SavedQuery::default();
        let saved = match &query.saved_query {
            Some(name) => catalog.saved_queries.get(name).ok_or_else(|| {
                let known = catalog.saved_queries.keys().map(String::as_str);
                QueryError::new(ErrorCode::UnknownSavedQuery, format!("there is no saved query `{name}`")).near(nearest(name, known))
            })?,
            None => &default,
        };
        let mut metrics: Vec<&Metric> = Vec::new();
        for name in saved.metrics.iter().chain(&query.metrics) {
            let name = name.trim().to_lowercase();
            let metric = catalog.metric(&name).ok_or_else(|| unknown_metric(catalog, &name))?;
            if !metrics.iter().any(|m| m.name == metric.name) {
                metrics.push(metric);
            }
        }
        let default_part = default_part(catalog, &metrics)?;
        let mut items: Vec<Item> = Vec::new();
        for text in saved.group_by.iter().chain(&query.group_by) {
            let item = group_by(catalog, text, &default_part)?;
            if !items.contains(&item) {
                items.push(item);
            }
        }
        if metrics.is_empty() && items.is_empty() {
            return Err(QueryError::new(ErrorCode::EmptyQuery, "the query asks for nothing").hint("name a metric or a group-by"));
        }
        if query.min_max_only && (!metrics.is_empty() || items.len() != 1) {
            let error = QueryError::new(ErrorCode::Unsupported, "min_max_only needs exactly one group-by and no metric");
            return Err(error.hint("ask for one dimension at a time"));
        }
        let filters = saved.where_.iter().chain(&query.where_);
        let filters = filters.map(|text| parse_filter(catalog, text, &default_part)).collect::<Result<Vec<_>>>()?;
        let range = range(catalog, query, &metrics, &items, &default_part)?;
        let mut question = Question {
            metrics,
            items,
            filters,
            range,
            order: Vec::new(),
            limit: query.limit.or(saved.limit),
            min_max_only: query.min_max_only,
            duplicates: query.duplicates,
        };
        for text in query.order.iter().chain(saved.order.iter().filter(|_| query.order.is_empty())) {
            let key = question.order_key(catalog, text, &default_part)?;
            question.order.push(key);
        }
        Ok(question)
    }

    fn order_key(&self, catalog: &Catalog, text: &str, default_part: &TimePart) -> Result<(Expr, Direction)> {
        let text = text.trim();
        let (name, mut direction) = match text.strip_prefix('-') {
            Some(rest) => (rest.trim(), Direction::Descending),
            None => (text, Direction::Ascending),
        };
        let bad = || {
            QueryError::new(ErrorCode::BadOrder, format!("the answer has no column `{name}` to order by"))
                .hint("order by a metric or a group-by of the query")
        };
        let column = if name.contains('(') {
            let call = parse_call(name).map_err(|why| QueryError::new(ErrorCode::BadOrder, why))?;
            if call.method("descending").is_some_and(|v| v.eq_ignore_ascii_case("true")) {
                direction = Direction::Descending;
            }
            match call.name.as_str() {
                "Metric" => call.text(0, "name").ok_or_else(bad)?.to_lowercase(),
                _ => item_of(catalog, &call, default_part)?.column(),
            }
        } else if self.metrics.iter().any(|m| m.name == name) {
            name.to_owned()
        } else {
            parse_name(catalog, name, default_part).map_err(|_| bad())?.column()
        };
        let known = self.metrics.iter().any(|m| m.name == column) || self.items.iter().any(|i| i.column() == column);
        if known { Ok((Expr::Name(column), direction)) } else { Err(bad()) }
    }
}

fn group_by(catalog: &Catalog, text: &str, default_part: &TimePart) -> Result<Item> {
    if !text.contains('(') {
        return parse_name(catalog, text, default_part);
    }
    let call = parse_call(text).map_err(|why| QueryError::new(ErrorCode::UnknownDimension, format!("`{text}`: {why}")))?;
    match item_of(catalog, &call, default_part)? {
        Item::Metric { .. } => Err(QueryError::new(ErrorCode::Unsupported, "a metric cannot be grouped by")),
        item => Ok(item),
    }
}

pub(crate) fn unknown_metric(catalog: &Catalog, name: &str) -> QueryError {
    QueryError::new(ErrorCode::UnknownMetric, format!("there is no metric `{name}`")).near(catalog.likely_metric(name))
}

/// The grain of a bare `metric_time`: the coarsest of the metrics' own.
pub(crate) fn default_part(catalog: &Catalog, metrics: &[&Metric]) -> Result<TimePart> {
    let mut coarsest = TimePart::Grain(Grain::Day);
    for metric in metrics {
        let own = match &metric.time_granularity {
            Some(GrainName::Custom(name)) => return Ok(TimePart::Custom(name.clone())),
            Some(GrainName::Standard(grain)) => *grain,
            None => stored_grain(catalog, metric, 0)?.max(Grain::Day),
        };
        match &mut coarsest {
            // The first metric decides alone: its own grain may be finer than a day.
            TimePart::Grain(grain) if metric.name == metrics[0].name => *grain = own,
            TimePart::Grain(grain) => *grain = own.max(*grain),
            _ => {}
        }
    }
    Ok(coarsest)
}

/// Nobody can read metrics of metrics this deep, so a circle is all that is looked for.
pub(crate) fn too_deep(metric: &str) -> QueryError {
    QueryError::new(
        ErrorCode::CircularMetric,
        format!("the metric `{metric}` is defined in terms of itself, or metrics stand on each other more than 20 deep"),
    )
}

/// The coarsest grain at which a metric's inputs are kept.
pub(crate) fn stored_grain(catalog: &Catalog, metric: &Metric, depth: usize) -> Result<Grain> {
    if depth > 20 {
        return Err(too_deep(&metric.name));
    }
    if let MetricKind::Simple(simple) = &metric.kind {
        let model = catalog.model(&simple.model);
        let dimension = model.and_then(|m| m.dimension(simple.time_dimension(m)?));
        return Ok(match dimension.map(|d| d.kind) {
            Some(DimensionKind::Time(grain)) => grain,
            _ => Grain::Day,
        });
    }
    let mut coarsest = Grain::Nanosecond;
    for input in metric.inputs() {
        let inner = catalog.metric(&input.metric).ok_or_else(|| unknown_metric(catalog, &input.metric))?;
        coarsest = coarsest.max(stored_grain(catalog, inner, depth + 1)?);
    }
    Ok(coarsest)
}

/// Whether rows behind a metric are dated by days or longer, so that no hour of theirs is known.
pub fn is_kept_by_day(catalog: &Catalog, metric: &str) -> bool {
    catalog.metric(metric).is_some_and(|metric| stored_grain(catalog, metric, 0).is_ok_and(|grain| grain >= Grain::Day))
}

/// The group-bys that a filter speaks of, by output column name.
pub fn filtered_by(catalog: &Catalog, filter: &str) -> Result<Vec<String>> {
    let filter = parse_filter(catalog, filter, &TimePart::Grain(Grain::Day))?;
    Ok(filter.items.iter().map(Item::column).collect())
}

/// The dimension and value of a filter that picks one segment: `order__channel = 'app'`.
pub fn segment_of(catalog: &Catalog, filter: &str) -> Option<(String, String)> {
    match parse_filter(catalog, filter, &TimePart::Grain(Grain::Day)).ok()?.expr {
        Expr::Binary(left, Op::Eq, right) => match (*left, *right) {
            (Expr::Name(name), Expr::Text(value)) => Some((name, value)),
            _ => None,
        },
        _ => None,
    }
}

/// The earliest time a manifest's answer reaches back to.
pub(crate) const BEGINNING: jiff::civil::DateTime = jiff::civil::DateTime::constant(2000, 1, 1, 0, 0, 0, 0);
const FAR_FUTURE: jiff::civil::DateTime = jiff::civil::DateTime::constant(2041, 1, 1, 0, 0, 0, 0);

/// The range asked for, widened to whole periods of the finest `metric_time` in the query. A bound within a day
/// (`2024-05-01 08:00`) asks for its hours where no `metric_time` is grouped by: it is widened to the grain that the
/// metrics' rows are kept at, no further.
fn range(
    catalog: &Catalog,
    query: &MetricQuery,
    metrics: &[&Metric],
    items: &[Item],
    default_part: &TimePart,
) -> Result<Option<TimeRange>> {
    if query.start_time.is_none() && query.end_time.is_none() {
        return Ok(None);
    }
    let read = |text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => parse_time(text).map(Some).ok_or_else(|| {
            QueryError::new(ErrorCode::BadTime, format!("`{text}` is not a time")).hint("write 2024-05-01 or 2024-05-01 08:30:00")
        }),
    };
    let (start, end) = (read(&query.start_time)?, read(&query.end_time)?);
    let asked = items.iter().filter_map(|i| match i {
        Item::MetricTime(TimePart::Grain(grain)) => Some(*grain),
        _ => None,
    });
    let within_a_day = start.iter().chain(&end).any(|bound| bound.time() != jiff::civil::Time::midnight());
    let grain = match (asked.min(), default_part) {
        (Some(grain), _) => grain,
        (None, _) if within_a_day => {
            let kept = metrics.iter().map(|metric| stored_grain(catalog, metric, 0));
            kept.collect::<Result<Vec<_>>>()?.into_iter().max().unwrap_or(Grain::Day)
        }
        (None, TimePart::Grain(grain)) => *grain,
        (None, _) => Grain::Day,
    };
    let start = grain.floor(start.unwrap_or(BEGINNING));
    let end = grain.next(end.unwrap_or(FAR_FUTURE));
    let start = if matches!(catalog.clock, Clock::Naive) { start.max(BEGINNING) } else { start };
    Ok(Some(TimeRange { start, end }))
}

/// Shared state of one planning: what is read, which aliases are taken.
pub(crate) struct Planner<'a> {
    pub catalog: &'a Catalog,
    pub access: &'a Access,
    tables: RefCell<BTreeSet<String>>,
    next_alias: Cell<usize>,
    depth: Cell<usize>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(catalog: &'a Catalog, access: &'a Access) -> Planner<'a> {
        Planner { catalog, access, tables: RefCell::default(), next_alias: Cell::new(0), depth: Cell::new(0) }
    }

    fn answer(&self, question: &Question<'a>) -> Result<Select> {
        if question.metrics.is_empty() {
            return values::distinct_values(self, question);
        }
        let mut combined = combine::Combined::new(self, &question.items, question.range);
        for metric in &question.metrics {
            combined.output(metric, &question.filters)?;
        }
        combined.into_select()
    }

    /// A metric by one entity, over all time: what a `Metric(...)` filter joins.
    pub(crate) fn metric_by(&self, metric: &str, item: &Item) -> Result<Query> {
        let metric = self.metric(metric)?;
        self.deeper(&metric.name, || {
            let mut combined = combine::Combined::new(self, std::slice::from_ref(item), None);
            combined.output(metric, &[])?;
            Ok(combined.into_select()?.into_query())
        })
    }

    /// Runs `inner` one level deeper; refuses metrics that are defined by themselves.
    pub(crate) fn deeper<T>(&self, metric: &str, inner: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.depth.get() > 20 {
            return Err(too_deep(metric));
        }
        self.depth.set(self.depth.get() + 1);
        let result = inner();
        self.depth.set(self.depth.get() - 1);
        result
    }

    pub(crate) fn metric(&self, name: &str) -> Result<&'a Metric> {
        self.catalog.metric(name).ok_or_else(|| unknown_metric(self.catalog, name))
    }

    pub(crate) fn model(&self, simple: &Simple) -> Result<&'a SemanticModel> {
        self.catalog
            .model(&simple.model)
            .ok_or_else(|| QueryError::new(ErrorCode::NoJoinPath, format!("there is no semantic model `{}`", simple.model)))
    }

    /// The relations read so far, sorted.
    pub(crate) fn tables(&self) -> Vec<String> {
        self.tables.borrow().iter().cloned().collect()
    }

    pub(crate) fn alias(&self, prefix: &str) -> String {
        let n = self.next_alias.get();
        self.next_alias.set(n + 1);
        format!("{prefix}{n}")
    }

    pub(crate) fn read(&self, table: &str) {
        let mut tables = self.tables.borrow_mut();
        if !tables.contains(table) {
            tables.insert(table.to_owned());
        }
    }

    /// One scan of a model's table with the asker's row filters inside.
    pub(crate) fn scan(&self, model: &SemanticModel, alias: &str) -> From {
        self.read(&model.table);
        let table = Source::Table(model.table.clone());
        let filters: Vec<Expr> = self.access.rows.iter().filter(|f| f.dataset == model.table).map(row_filter).collect();
        let source = if filters.is_empty() {
            table
        } else {
            let from = From { source: table, alias: "r".to_owned() };
            Source::Query(Select { from: Some(from), filter: filters, ..Select::default() }.into_query())
        };
        From { source, alias: alias.to_owned() }
    }

    /// A user-written expression over one model's columns.
    pub(crate) fn column_expr(&self, model: &SemanticModel, alias: &str, text: &str) -> Result<Expr> {
        let parsed = parse_expr(text, self.catalog.limits.depth).map_err(|e| {
            let message = format!("the expression `{text}` of {} is not valid: {}", model.name, e.message);
            QueryError::new(ErrorCode::BadExpression, message).at(e.line, e.column)
        })?;
        parsed.try_map(&mut |node| match node {
            Expr::Ident(ident) => {
                let name = self.column_name(model, &ident.name, ident.quoted)?;
                if self.access.is_masked(&model.table, &name) {
                    let message = format!("the column `{name}` of {} is masked for you", model.table);
                    return Err(QueryError::new(ErrorCode::Masked, message).hint("ask whoever grants access, or leave it out"));
                }
                Ok(Expr::Column(alias.to_owned(), name))
            }
            node => Ok(self.localised(model, node)),
        })
    }

    fn column_name(&self, model: &SemanticModel, name: &str, quoted: bool) -> Result<String> {
        let Some(columns) = &model.columns else {
            return Ok(if quoted { name.to_owned() } else { name.to_lowercase() });
        };
        let same = |c: &&Column| c.name == name || (!quoted && c.name.eq_ignore_ascii_case(name));
        match columns.iter().find(same) {
            Some(column) => Ok(column.name.clone()),
            None => Err(QueryError::new(ErrorCode::UnknownColumn, format!("{} has no column `{name}`", model.table))
                .near(nearest(name, columns.iter().map(|c| c.name.as_str())))),
        }
    }

    /// Instants meet calendars and written times only as business-local time.
    fn localised(&self, model: &SemanticModel, node: Expr) -> Expr {
        if matches!(self.catalog.clock, Clock::Naive) {
            return node;
        }
        let local = |e: Expr| if type_of(&e, model) == ColumnType::Instant { local_time(e) } else { e };
        match node {
            Expr::Binary(l, op @ (Op::Eq | Op::NotEq | Op::Less | Op::LessEq | Op::More | Op::MoreEq), r) => {
                let both = type_of(&l, model) == ColumnType::Instant && type_of(&r, model) == ColumnType::Instant;
                if both { Expr::Binary(l, op, r) } else { local(*l).binary(op, local(*r)) }
            }
            Expr::Between { value, low, high, negated } => {
                Expr::Between { value: Box::new(local(*value)), low: Box::new(local(*low)), high: Box::new(local(*high)), negated }
            }
            Expr::In { value, list, negated } => {
                Expr::In { value: Box::new(local(*value)), list: list.into_iter().map(local).collect(), negated }
            }
            Expr::Cast { value, to, lenient } => Expr::Cast { value: Box::new(local(*value)), to, lenient },
            Expr::Call { name: name @ ("date_trunc" | "date_part"), args, distinct, order_by } => {
                Expr::Call { name, args: args.into_iter().map(local).collect(), distinct, order_by }
            }
            other => other,
        }
    }

    pub(crate) fn entity_expr(&self, model: &SemanticModel, alias: &str, entity: &Entity) -> Result<Expr> {
        self.column_expr(model, alias, entity.expr.as_deref().unwrap_or(&entity.name))
    }

    pub(crate) fn time_base(&self, model: &SemanticModel, alias: &str, dimension: &Dimension) -> Result<TimeBase> {
        let DimensionKind::Time(grain) = dimension.kind else {
            return Err(QueryError::new(ErrorCode::NoTimeDimension, format!("`{}` of {} is not a time", dimension.name, model.name)));
        };
        let value = self.column_expr(model, alias, dimension.expr.as_deref().unwrap_or(&dimension.name))?;
        if matches!(self.catalog.clock, Clock::Naive) || type_of(&value, model) != ColumnType::Instant {
            return Ok(TimeBase { local: value, instant: None, grain });
        }
        let instant = matches!(value, Expr::Column(..)).then(|| value.clone());
        Ok(TimeBase { local: local_time(value), instant, grain })
    }

    /// `start <= time < end`, tested on the stored UTC column where there is one.
    pub(crate) fn within(&self, time: &TimeBase, start: Option<jiff::civil::DateTime>, end: Option<jiff::civil::DateTime>) -> Vec<Expr> {
        let clock = &self.catalog.clock;
        let (column, bound): (&Expr, &dyn Fn(jiff::civil::DateTime) -> jiff::civil::DateTime) = match &time.instant {
            Some(instant) => (instant, &|t| clock.to_utc(t)),
            None => (&time.local, &|t| t),
        };
        let from = start.map(|t| column.clone().binary(Op::MoreEq, Expr::Time(bound(t))));
        let until = end.map(|t| column.clone().binary(Op::Less, Expr::Time(bound(t))));
        from.into_iter().chain(until).collect()
    }

    /// Filter templates of a definition; a bare `metric_time` there has the metric's own grain.
    pub(crate) fn filters(&self, metric: &Metric, texts: &[String]) -> Result<Vec<Filter>> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let part = default_part(self.catalog, &[metric])?;
        texts.iter().map(|text| parse_filter(self.catalog, text, &part)).collect()
    }
}

fn local_time(instant: Expr) -> Expr {
    Expr::call("local_time", vec![instant])
}

fn row_filter(filter: &RowFilter) -> Expr {
    if filter.values.is_empty() {
        return Expr::Bool(false);
    }
    let list = filter.values.iter().cloned().map(Expr::Text).collect();
    Expr::In { value: Box::new(Expr::column("r", &filter.column)), list, negated: false }
}

fn output_columns(catalog: &Catalog, question: &Question<'_>) -> Vec<OutputColumn> {
    let mut columns = Vec::with_capacity(question.items.len() + question.metrics.len());
    for item in &question.items {
        columns.extend(item_columns(catalog, item, question.min_max_only));
    }
    for metric in &question.metrics {
        columns.push(OutputColumn {
            name: metric.name.clone(),
            kind: OutputKind::Metric,
            column_type: metric_type(catalog, metric),
            label: metric.label.clone(),
            format: Some(metric.format),
            unit: metric.unit.clone(),
        });
    }
    columns
}

fn item_columns(catalog: &Catalog, item: &Item, min_max_only: bool) -> Vec<OutputColumn> {
    let kind = match item.time_part() {
        Some(TimePart::Grain(grain)) => OutputKind::Time(*grain),
        Some(TimePart::Custom(name)) => OutputKind::CustomTime(name.clone()),
        Some(TimePart::Part(_)) => OutputKind::DatePart,
        None if matches!(item, Item::Entity { .. }) => OutputKind::Entity,
        None => OutputKind::Dimension,
    };
    let (path, name) = match item {
        Item::Time { path, name, .. } | Item::Dimension { path, name } | Item::Entity { path, name } => (path.as_slice(), name.as_str()),
        _ => (&[][..], ""),
    };
    let model = catalog.models.iter().find(|m| match path.last() {
        Some(key) => m.is_keyed_by(key) && (m.dimension(name).is_some() || m.entity(name).is_some()),
        None => m.entity(name).is_some_and(|e| e.kind != crate::catalog::EntityKind::Foreign),
    });
    let label = model.and_then(|m| m.dimension(name).map(|d| &d.label).or_else(|| m.entity(name).map(|e| &e.label)));
    let expr = model.and_then(|m| m.dimension(name).map(|d| (m, d.expr.as_deref().unwrap_or(&d.name))));
    let column_type = match kind {
        OutputKind::Time(_) | OutputKind::CustomTime(_) => ColumnType::Timestamp,
        OutputKind::DatePart => ColumnType::Integer,
        OutputKind::Entity => ColumnType::Text,
        _ => expr.and_then(|(m, e)| m.column(e.trim_matches('"'))).map_or(ColumnType::Unknown, |c| c.kind),
    };
    let suffixes: &[&str] = if min_max_only { &["__min", "__max"] } else { &[""] };
    suffixes
        .iter()
        .map(|suffix| OutputColumn {
            name: item.column() + suffix,
            kind: kind.clone(),
            column_type,
            label: label.cloned().unwrap_or_default(),
            format: None,
            unit: None,
        })
        .collect()
}

fn metric_type(catalog: &Catalog, metric: &Metric) -> ColumnType {
    match &metric.kind {
        MetricKind::Simple(simple) => {
            let column =
                catalog.model(&simple.model).and_then(|m| m.column(simple.expr.trim_matches('"'))).map_or(ColumnType::Unknown, |c| c.kind);
            match simple.agg {
                Aggregation::CountDistinct => ColumnType::Integer,
                Aggregation::Average => ColumnType::Float,
                Aggregation::Percentile { discrete: false, .. } => ColumnType::Float,
                Aggregation::Sum if simple.expr == "1" || simple.expr.ends_with("THEN 1 ELSE 0 END") => ColumnType::Integer,
                _ => column,
            }
        }
        MetricKind::Ratio { .. } => ColumnType::Float,
        MetricKind::Cumulative(c) => catalog.metric(&c.input.metric).map_or(ColumnType::Unknown, |m| metric_type(catalog, m)),
        _ => ColumnType::Unknown,
    }
}

fn revisions(catalog: &Catalog, metrics: &[&Metric]) -> Vec<(String, String)> {
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let mut open: Vec<&Metric> = metrics.to_vec();
    while let Some(metric) = open.pop() {
        if seen.insert((metric.name.clone(), metric.revision.clone())) {
            open.extend(metric.inputs().into_iter().filter_map(|i| catalog.metric(&i.metric)));
        }
    }
    seen.into_iter().collect()
}
