//! What a project or a manifest defines: models, metrics, time spines, saved queries.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use yh_model::{Direction, Label};

use crate::time::{Clock, Grain};

/// Everything that can be asked for. Built by [`crate::load_manifest`] or [`crate::load_project`].
#[derive(Debug, Clone)]
pub struct Catalog {
    pub clock: Clock,
    pub models: Vec<SemanticModel>,
    pub metrics: BTreeMap<String, Metric>,
    pub saved_queries: BTreeMap<String, SavedQuery>,
    pub spine: Spine,
}

/// Where something was defined. Line and column are 1-based; 0 when unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    pub path: String,
    pub line: usize,
    pub column: usize,
}

/// A table, its keys and what it can be grouped by.
#[derive(Debug, Clone)]
pub struct SemanticModel {
    pub name: String,
    pub label: Label,
    pub description: String,
    /// The relation that is read: a dataset's name, or `schema.alias` of a manifest.
    pub table: String,
    /// The dataset's columns; `None` when unknown (manifests do not carry them).
    pub columns: Option<Vec<Column>>,
    pub entities: Vec<Entity>,
    pub dimensions: Vec<Dimension>,
    /// Names the model's rows when no entity of type primary does.
    pub primary_entity: Option<String>,
    pub agg_time_dimension: Option<String>,
    pub origin: Origin,
}

/// Columns of one dataset, as the loader of a project is given them.
#[derive(Debug, Clone)]
pub struct DatasetSchema {
    pub name: String,
    pub columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: ColumnType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    Text,
    Boolean,
    Integer,
    /// Exact, as money is.
    Decimal,
    Float,
    Date,
    /// A point in time, stored as UTC.
    Instant,
    /// A time without zone: business-local already.
    Timestamp,
    Unknown,
}

#[derive(Debug, Clone)]
pub struct Entity {
    pub name: String,
    pub kind: EntityKind,
    /// SQL over the model's columns; the column of that name when absent.
    pub expr: Option<String>,
    pub label: Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    Primary,
    Unique,
    Foreign,
    Natural,
}

#[derive(Debug, Clone)]
pub struct Dimension {
    pub name: String,
    pub kind: DimensionKind,
    pub expr: Option<String>,
    pub label: Label,
    pub description: String,
    /// Added to every join of two tables that both have it.
    pub is_partition: bool,
    /// Says how far a row has come, such as an order's status: it changes after the row was made, so two periods are
    /// compared by it on purpose only.
    pub is_state: bool,
    pub validity: Option<Validity>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DimensionKind {
    Categorical,
    Time(Grain),
}

/// One end of the window in which a row of a slowly changing table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    Start,
    End,
}

/// A definition that can be measured.
#[derive(Debug, Clone)]
pub struct Metric {
    pub name: String,
    pub label: Label,
    /// Other words by which people search for it.
    pub synonyms: Vec<String>,
    /// 口径: what counts, in words.
    pub description: String,
    pub unit: Option<String>,
    pub format: Format,
    pub direction: Direction,
    /// `result` or `process`.
    pub class: Option<String>,
    pub owner: Option<String>,
    /// The definer's word on adding up over a dimension; `None`: follows from the aggregation.
    pub additive: Option<bool>,
    /// Days until a day's value stands, such as the refund window; those of its inputs hold for it too.
    pub settles_after: Option<u16>,
    /// The definer's word on what makes it up: `visitors * conversion * spend_per_buyer`.
    pub factors: Option<String>,
    pub kind: MetricKind,
    /// Filter templates, joined by AND.
    pub filter: Vec<String>,
    pub time_granularity: Option<GrainName>,
    pub is_private: bool,
    pub origin: Origin,
    /// Hash of the defining text.
    pub revision: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Money,
    Percent,
    Count,
    #[default]
    Number,
    Duration,
}

#[derive(Debug, Clone)]
pub enum MetricKind {
    Simple(Simple),
    Ratio { numerator: Input, denominator: Input },
    Derived { expr: String, inputs: Vec<Input> },
    Cumulative(Cumulative),
    Conversion(Conversion),
}

/// An aggregate of an expression over one model's rows.
#[derive(Debug, Clone)]
pub struct Simple {
    pub model: String,
    pub agg: Aggregation,
    pub expr: String,
    /// The model's default when absent.
    pub agg_time_dimension: Option<String>,
    pub non_additive: Option<NonAdditive>,
    pub fill_nulls_with: Option<i64>,
    pub join_to_timespine: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aggregation {
    Sum,
    Min,
    Max,
    Average,
    CountDistinct,
    Percentile { fraction: f64, discrete: bool, approximate: bool },
}

/// A balance: only the rows at the first or last time of each group are added up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NonAdditive {
    pub dimension: String,
    /// The last time when true, the first otherwise.
    pub latest: bool,
    pub groupings: Vec<String>,
}

/// A metric used inside another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    pub metric: String,
    pub alias: Option<String>,
    pub filter: Vec<String>,
    pub offset: Option<Offset>,
}

impl Input {
    pub fn of(metric: impl Into<String>) -> Input {
        Input { metric: metric.into(), alias: None, filter: Vec::new(), offset: None }
    }

    /// The name by which the expression of a derived metric speaks of it.
    pub fn name(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.metric)
    }
}

/// Where in the past an input is read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Offset {
    /// So many periods earlier.
    Window(Window),
    /// At the start of the period of this grain.
    ToGrain(Grain),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Window {
    pub count: i64,
    pub grain: GrainName,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GrainName {
    Standard(Grain),
    /// A column of a time spine, by name.
    Custom(String),
}

#[derive(Debug, Clone)]
pub struct Cumulative {
    pub input: Input,
    pub window: Option<Window>,
    pub grain_to_date: Option<Grain>,
    pub period_agg: PeriodAgg,
}

/// How daily running values become one value of a coarser period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PeriodAgg {
    #[default]
    First,
    Last,
    Average,
}

#[derive(Debug, Clone)]
pub struct Conversion {
    pub base: Input,
    pub conversion: Input,
    pub entity: String,
    pub window: Option<Window>,
    pub calculation: Calculation,
    /// Pairs of base and conversion property that must be equal.
    pub constant_properties: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Calculation {
    Conversions,
    #[default]
    ConversionRate,
}

/// A query under a name. Group-bys and orders are written as in a query.
#[derive(Debug, Clone, Default)]
pub struct SavedQuery {
    pub name: String,
    pub label: Label,
    pub description: String,
    pub metrics: Vec<String>,
    pub group_by: Vec<String>,
    pub where_: Vec<String>,
    pub order: Vec<String>,
    pub limit: Option<u64>,
}

/// Where the series of all days (hours, …) comes from.
#[derive(Debug, Clone)]
pub enum Spine {
    /// Tables of a manifest, finest grain first.
    Tables(Vec<SpineTable>),
    /// Generated in SQL between these bounds (the end is excluded) or the query's range; the tables have the custom grains.
    Generated { start: jiff::civil::Date, end: jiff::civil::Date, tables: Vec<SpineTable> },
}

#[derive(Debug, Clone)]
pub struct SpineTable {
    pub table: String,
    pub column: String,
    pub grain: Grain,
    /// Name and column of each custom grain.
    pub custom_grains: Vec<(String, String)>,
}

impl Spine {
    /// The tables, whose custom grains queries may name.
    pub fn tables(&self) -> &[SpineTable] {
        match self {
            Spine::Tables(tables) | Spine::Generated { tables, .. } => tables,
        }
    }

    /// The same with one more table, for one query.
    pub fn with(mut self, table: SpineTable) -> Spine {
        match &mut self {
            Spine::Tables(tables) | Spine::Generated { tables, .. } => tables.push(table),
        }
        self
    }
}

impl Catalog {
    pub fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.get(name)
    }

    pub fn model(&self, name: &str) -> Option<&SemanticModel> {
        self.models.iter().find(|m| m.name == name)
    }

    /// The metric a wrong name most likely means: one with that label or synonym, or the nearest name.
    pub fn likely_metric(&self, name: &str) -> Option<&str> {
        let metrics = || self.metrics.values().filter(|metric| !metric.is_private);
        let said = name.to_lowercase();
        let is_called = |metric: &&Metric| metric.words().any(|word| word.to_lowercase() == said);
        let called = metrics().find(is_called).map(|metric| metric.name.as_str());
        called.or_else(|| yh_model::issue::nearest(name, metrics().map(|metric| metric.name.as_str())))
    }

    /// Days until a metric's day stands: its own, or those of what it is made of.
    pub fn settles_after(&self, name: &str) -> u16 {
        let mut days = 0;
        let mut seen = std::collections::BTreeSet::new();
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            let Some(metric) = self.metric(name).filter(|_| seen.insert(name)) else { continue };
            days = days.max(metric.settles_after.unwrap_or(0));
            open.extend(metric.inputs().into_iter().map(|input| input.metric.as_str()));
        }
        days
    }

    /// The spine table that has a custom grain, and the grain's column.
    pub(crate) fn custom_grain(&self, name: &str) -> Option<(&SpineTable, &str)> {
        self.spine.tables().iter().find_map(|t| t.custom_grains.iter().find(|(n, _)| n == name).map(|(_, column)| (t, column.as_str())))
    }

    pub(crate) fn grain_name(&self, name: &str) -> Option<GrainName> {
        Grain::parse(name)
            .filter(|g| g.name() == name)
            .map(GrainName::Standard)
            .or_else(|| self.custom_grain(name).map(|_| GrainName::Custom(name.to_owned())))
    }
}

impl SemanticModel {
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.entities.iter().find(|e| e.name == name)
    }

    pub fn dimension(&self, name: &str) -> Option<&Dimension> {
        self.dimensions.iter().find(|d| d.name == name)
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.as_ref()?.iter().find(|c| c.name == name)
    }

    /// Whether `entity__dimension` of this model can be said with this entity in front.
    pub(crate) fn is_keyed_by(&self, entity: &str) -> bool {
        self.primary_entity.as_deref() == Some(entity) || self.entity(entity).is_some_and(|e| e.kind != EntityKind::Foreign)
    }

    /// The validity window of a slowly changing table.
    pub(crate) fn validity(&self) -> Option<(&Dimension, &Dimension)> {
        let find = |end| self.dimensions.iter().find(|d| d.validity == Some(end));
        Some((find(Validity::Start)?, find(Validity::End)?))
    }
}

impl Simple {
    /// The time by which this metric is dated.
    pub fn time_dimension<'a>(&'a self, model: &'a SemanticModel) -> Option<&'a str> {
        self.agg_time_dimension.as_deref().or(model.agg_time_dimension.as_deref())
    }
}

impl Metric {
    /// What people call it: its labels and synonyms.
    pub fn words(&self) -> impl Iterator<Item = &String> {
        [&self.label.zh, &self.label.en].into_iter().filter(|word| !word.is_empty()).chain(&self.synonyms)
    }

    /// The metrics this one is computed from, in order of definition.
    pub fn inputs(&self) -> Vec<&Input> {
        match &self.kind {
            MetricKind::Simple(_) => Vec::new(),
            MetricKind::Ratio { numerator, denominator } => vec![numerator, denominator],
            MetricKind::Derived { inputs, .. } => inputs.iter().collect(),
            MetricKind::Cumulative(c) => vec![&c.input],
            MetricKind::Conversion(c) => vec![&c.base, &c.conversion],
        }
    }
}
