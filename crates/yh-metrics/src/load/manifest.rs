//! dbt's `semantic_manifest.json`. The file is not final: measures become simple metrics, counts
//! become sums, windows lose their plural, names become lower case.

mod raw;

use std::collections::BTreeMap;

use serde_json::Value;

use super::{counted, counted_true, revision};
use crate::catalog::*;
use crate::time::{Clock, Grain};
use raw::*;
use yh_model::Label;

/// Why a manifest cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("the manifest is not valid: {0}")]
    Json(#[from] serde_json::Error),
    #[error("{place}: {problem}")]
    Invalid { place: String, problem: String },
}

type Result<T> = std::result::Result<T, ManifestError>;

fn invalid<T>(place: impl Into<String>, problem: impl Into<String>) -> Result<T> {
    Err(ManifestError::Invalid { place: place.into(), problem: problem.into() })
}

/// Reads a compiled manifest. Times are naive UTC; tables are named `schema.alias`.
pub fn load_manifest(json: &str) -> Result<Catalog> {
    let manifest: RawManifest = serde_json::from_str(json)?;
    let mut measures = BTreeMap::new();
    let mut models = Vec::with_capacity(manifest.semantic_models.len());
    for raw in manifest.semantic_models {
        for measure in &raw.measures {
            measures.insert(measure.name.to_lowercase(), (raw.name.to_lowercase(), measure.clone()));
        }
        models.push(model(raw)?);
    }
    let mut loader = Loader { measures, metrics: BTreeMap::new(), measure_of: BTreeMap::new() };
    let mut later = Vec::new();
    for value in manifest.metrics {
        let text = value.to_string();
        let raw: RawMetric = serde_json::from_value(value)?;
        if raw.kind == "simple" { loader.add(raw, &text)? } else { later.push((raw, text)) }
    }
    for (raw, text) in later {
        loader.add(raw, &text)?;
    }
    let saved_queries = manifest.saved_queries.into_iter().map(|q| (q.name.clone(), saved_query(q))).collect();
    let spine = spine(manifest.project_configuration)?;
    Ok(Catalog { clock: Clock::Naive, models, metrics: loader.metrics, saved_queries, spine })
}

fn model(raw: RawModel) -> Result<SemanticModel> {
    let name = raw.name.to_lowercase();
    let dimensions = raw.dimensions.into_iter().map(|d| dimension(&name, d)).collect::<Result<_>>()?;
    Ok(SemanticModel {
        label: english(raw.label),
        description: raw.description.unwrap_or_default(),
        table: raw.node_relation.table(),
        columns: None,
        entities: raw.entities.into_iter().map(entity).collect(),
        dimensions,
        primary_entity: raw.primary_entity.map(|e| e.to_lowercase()),
        agg_time_dimension: raw.defaults.and_then(|d| d.agg_time_dimension).map(|d| d.to_lowercase()),
        origin: Origin::default(),
        name,
    })
}

fn entity(raw: RawEntity) -> Entity {
    Entity { name: raw.name.to_lowercase(), kind: raw.kind, expr: raw.expr, label: english(raw.label) }
}

fn dimension(model: &str, raw: RawDimension) -> Result<Dimension> {
    let place = || format!("dimension {} of {model}", raw.name);
    let kind = match (raw.kind.as_str(), &raw.type_params) {
        ("time", Some(params)) => match Grain::parse(&params.time_granularity) {
            Some(grain) => DimensionKind::Time(grain),
            None => return invalid(place(), format!("unknown grain {}", params.time_granularity)),
        },
        ("time", None) => DimensionKind::Time(Grain::Day),
        _ => DimensionKind::Categorical,
    };
    let validity = raw.type_params.and_then(|p| p.validity_params).and_then(|v| match (v.is_start, v.is_end) {
        (true, _) => Some(Validity::Start),
        (_, true) => Some(Validity::End),
        _ => None,
    });
    Ok(Dimension {
        name: raw.name.to_lowercase(),
        kind,
        expr: raw.expr,
        label: english(raw.label),
        description: raw.description.unwrap_or_default(),
        is_partition: raw.is_partition,
        is_state: false,
        validity,
    })
}

fn english(label: Option<String>) -> Label {
    Label::new("", label.unwrap_or_default())
}

fn saved_query(raw: RawSavedQuery) -> SavedQuery {
    let p = raw.query_params;
    SavedQuery {
        name: raw.name,
        label: english(raw.label),
        description: raw.description.unwrap_or_default(),
        metrics: p.metrics.into_iter().map(|m| m.to_lowercase()).collect(),
        group_by: p.group_by,
        where_: templates(p.filter),
        order: p.order_by,
        limit: p.limit,
    }
}

fn spine(raw: RawProject) -> Result<Spine> {
    let mut tables = Vec::new();
    for spine in raw.time_spines {
        let table = spine.node_relation.table();
        let Some(grain) = Grain::parse(&spine.primary_column.time_granularity) else {
            return invalid(format!("time spine {table}"), format!("unknown grain {}", spine.primary_column.time_granularity));
        };
        let custom_grains =
            spine.custom_granularities.into_iter().map(|c| (c.name.to_lowercase(), c.column_name.unwrap_or(c.name))).collect();
        tables.push(SpineTable { table, column: spine.primary_column.name, grain, custom_grains });
    }
    tables.sort_by_key(|t| t.grain);
    Ok(Spine::Tables(tables))
}

struct Loader {
    /// Measure name → (model, measure).
    measures: BTreeMap<String, (String, RawMeasure)>,
    metrics: BTreeMap<String, Metric>,
    /// Simple metric → the measure it was made from.
    measure_of: BTreeMap<String, String>,
}

impl Loader {
    fn add(&mut self, raw: RawMetric, text: &str) -> Result<()> {
        let name = raw.name.to_lowercase();
        let mut filter = templates(raw.filter.clone());
        let kind = match raw.kind.as_str() {
            "simple" => MetricKind::Simple(self.simple(&name, &raw, &mut filter)?),
            "ratio" => {
                let p = &raw.type_params;
                let (Some(n), Some(d)) = (&p.numerator, &p.denominator) else {
                    return invalid(format!("metric {name}"), "a ratio needs a numerator and a denominator");
                };
                MetricKind::Ratio { numerator: input(n, &name)?, denominator: input(d, &name)? }
            }
            "derived" => MetricKind::Derived {
                expr: text_of(&raw.type_params.expr).unwrap_or_default(),
                inputs: raw.type_params.metrics.iter().flatten().map(|i| input(i, &name)).collect::<Result<_>>()?,
            },
            "cumulative" => MetricKind::Cumulative(self.cumulative(&name, &raw)?),
            "conversion" => MetricKind::Conversion(self.conversion(&name, &raw)?),
            other => return invalid(format!("metric {name}"), format!("unknown type {other}")),
        };
        let metric = metric(name.clone(), &raw, kind, filter, text);
        self.metrics.insert(name, metric);
        Ok(())
    }

    fn simple(&mut self, name: &str, raw: &RawMetric, filter: &mut Vec<String>) -> Result<Simple> {
        let p = &raw.type_params;
        let (fill_nulls_with, join_to_timespine) = match &p.measure {
            Some(m) => {
                filter.splice(0..0, templates(m.filter.clone()));
                self.measure_of.insert(name.to_owned(), m.name.to_lowercase());
                (m.fill_nulls_with.or(p.fill_nulls_with), m.join_to_timespine || p.join_to_timespine)
            }
            None => (p.fill_nulls_with, p.join_to_timespine),
        };
        if let Some(aggregation) = &p.metric_aggregation_params {
            let Some(model) = &aggregation.semantic_model else {
                return invalid(format!("metric {name}"), "no semantic model");
            };
            let expr = text_of(&p.expr).or_else(|| p.measure.as_ref().map(|m| m.name.clone())).unwrap_or_else(|| name.to_owned());
            let mut simple = aggregate(name, model.to_lowercase(), aggregation, expr)?;
            (simple.fill_nulls_with, simple.join_to_timespine) = (fill_nulls_with, join_to_timespine);
            return Ok(simple);
        }
        let Some(measure) = &p.measure else { return invalid(format!("metric {name}"), "neither a measure nor an aggregation") };
        let mut simple = self.measure(&measure.name)?;
        (simple.fill_nulls_with, simple.join_to_timespine) = (fill_nulls_with, join_to_timespine);
        Ok(simple)
    }

    fn measure(&self, name: &str) -> Result<Simple> {
        let Some((model, measure)) = self.measures.get(&name.to_lowercase()) else {
            return invalid(format!("measure {name}"), "not defined");
        };
        let expr = text_of(&measure.expr).unwrap_or_else(|| measure.name.clone());
        aggregate(name, model.clone(), &measure.aggregation, expr)
    }

    /// The metric that stands for a measure used by a cumulative or conversion metric.
    fn measure_metric(&mut self, measure: &RawMeasureInput) -> Result<Input> {
        let name = measure.name.to_lowercase();
        let wanted = (measure.fill_nulls_with, measure.join_to_timespine);
        let stands_for = |metric: &&Metric| {
            let MetricKind::Simple(s) = &metric.kind else { return false };
            self.measure_of.get(&metric.name) == Some(&name)
                && metric.filter.is_empty()
                && (s.fill_nulls_with, s.join_to_timespine) == wanted
        };
        let mut found = match self.metrics.values().find(stands_for) {
            Some(metric) => Input::of(metric.name.clone()),
            None => {
                let mut simple = self.measure(&name)?;
                (simple.fill_nulls_with, simple.join_to_timespine) = wanted;
                let mut made = name.clone();
                if let Some(fill) = wanted.0 {
                    made += &format!("_fill_nulls_with_{fill}");
                }
                if wanted.1 {
                    made += "_join_to_timespine";
                }
                while self.metrics.contains_key(&made) {
                    made += "_measure";
                }
                let raw = RawMetric {
                    name: made.clone(),
                    kind: "simple".into(),
                    type_params: RawParams { is_private: true, ..Default::default() },
                    ..Default::default()
                };
                let metric = metric(made.clone(), &raw, MetricKind::Simple(simple), Vec::new(), &format!("measure {name} {wanted:?}"));
                self.metrics.insert(made.clone(), metric);
                self.measure_of.insert(made.clone(), name);
                Input::of(made)
            }
        };
        found.filter = templates(measure.filter.clone());
        Ok(found)
    }

    fn cumulative(&mut self, name: &str, raw: &RawMetric) -> Result<Cumulative> {
        let p = &raw.type_params;
        let own = p.cumulative_type_params.clone().unwrap_or_default();
        let input = match (&own.metric, &p.measure) {
            (Some(metric), _) => input(metric, name)?,
            (None, Some(measure)) => self.measure_metric(measure)?,
            (None, None) => return invalid(format!("metric {name}"), "a cumulative metric needs an input"),
        };
        let grain_to_date = match own.grain_to_date.or(p.grain_to_date.clone()) {
            Some(text) => match Grain::parse(&text) {
                Some(grain) => Some(grain),
                None => return invalid(format!("metric {name}"), format!("unknown grain {text}")),
            },
            None => None,
        };
        let period_agg = match own.period_agg.as_deref() {
            Some("last") => PeriodAgg::Last,
            Some("average") => PeriodAgg::Average,
            _ => PeriodAgg::First,
        };
        let window = own.window.or(p.window.clone()).map(|w| window(&w)).transpose()?;
        Ok(Cumulative { input, window, grain_to_date, period_agg })
    }

    fn conversion(&mut self, name: &str, raw: &RawMetric) -> Result<Conversion> {
        let Some(p) = &raw.type_params.conversion_type_params else {
            return invalid(format!("metric {name}"), "a conversion metric needs its parameters");
        };
        let mut side = |metric: &Option<RawInput>, measure: &Option<RawMeasureInput>| match (metric, measure) {
            (Some(metric), _) => input(metric, name),
            (None, Some(measure)) => self.measure_metric(measure),
            (None, None) => invalid(format!("metric {name}"), "a conversion metric needs a base and a conversion"),
        };
        Ok(Conversion {
            base: side(&p.base_metric, &p.base_measure)?,
            conversion: side(&p.conversion_metric, &p.conversion_measure)?,
            entity: p.entity.to_lowercase(),
            window: p.window.as_ref().map(window).transpose()?,
            calculation: if p.calculation.as_deref() == Some("conversions") {
                Calculation::Conversions
            } else {
                Calculation::ConversionRate
            },
            constant_properties: p
                .constant_properties
                .iter()
                .flatten()
                .map(|c| (c.base_property.to_lowercase(), c.conversion_property.to_lowercase()))
                .collect(),
        })
    }
}

fn metric(name: String, raw: &RawMetric, kind: MetricKind, filter: Vec<String>, text: &str) -> Metric {
    let extras = raw.config.as_ref().and_then(|c| c.meta.get("yunheng")).cloned().unwrap_or_default();
    let extras: Extras = serde_json::from_value(extras).unwrap_or_default();
    let label = if extras.label == Label::default() { english(raw.label.clone()) } else { extras.label };
    Metric {
        name,
        label,
        synonyms: extras.synonyms,
        description: raw.description.clone().unwrap_or_default(),
        unit: extras.unit,
        format: extras.format,
        direction: extras.direction,
        class: extras.class,
        owner: extras.owner,
        additive: extras.additive,
        settles_after: None,
        factors: None,
        kind,
        filter,
        time_granularity: raw.time_granularity.as_deref().map(grain_name),
        is_private: raw.type_params.is_private,
        origin: Origin::default(),
        revision: revision(text),
    }
}

fn aggregate(place: &str, model: String, raw: &RawAggregation, expr: String) -> Result<Simple> {
    let params = raw.agg_params.clone().unwrap_or_default();
    let percentile = |fraction| Aggregation::Percentile {
        fraction,
        discrete: params.use_discrete_percentile,
        approximate: params.use_approximate_percentile,
    };
    let (agg, expr) = match raw.agg.as_str() {
        "sum" => (Aggregation::Sum, expr),
        "min" => (Aggregation::Min, expr),
        "max" => (Aggregation::Max, expr),
        "average" | "avg" => (Aggregation::Average, expr),
        "count_distinct" => (Aggregation::CountDistinct, expr),
        "count" => (Aggregation::Sum, counted(&expr)),
        "sum_boolean" => (Aggregation::Sum, counted_true(&expr)),
        "median" => (percentile(0.5), expr),
        "percentile" => (percentile(params.percentile.unwrap_or(0.5)), expr),
        other => return invalid(place, format!("unknown aggregation {other}")),
    };
    let non_additive = raw.non_additive_dimension.as_ref().map(|n| NonAdditive {
        dimension: n.name.to_lowercase(),
        latest: n.window_choice.as_deref() == Some("max"),
        groupings: n.window_groupings.iter().map(|g| g.to_lowercase()).collect(),
    });
    Ok(Simple {
        model,
        agg,
        expr,
        agg_time_dimension: raw.agg_time_dimension.as_ref().map(|d| d.to_lowercase()),
        non_additive,
        fill_nulls_with: None,
        join_to_timespine: false,
    })
}

fn input(raw: &RawInput, place: &str) -> Result<Input> {
    let offset = match (&raw.offset_window, &raw.offset_to_grain) {
        (Some(w), _) => Some(Offset::Window(window(w)?)),
        (None, Some(grain)) => match Grain::parse(grain) {
            Some(grain) => Some(Offset::ToGrain(grain)),
            None => return invalid(format!("metric {place}"), format!("unknown grain {grain}")),
        },
        (None, None) => None,
    };
    Ok(Input {
        metric: raw.name.to_lowercase(),
        alias: raw.alias.as_ref().map(|a| a.to_lowercase()),
        filter: templates(raw.filter.clone()),
        offset,
    })
}

fn window(raw: &RawWindow) -> Result<Window> {
    Ok(Window { count: raw.count, grain: grain_name(&raw.granularity) })
}

/// Standard grains lose their plural; anything else is a custom grain.
fn grain_name(text: &str) -> GrainName {
    let text = text.to_lowercase();
    Grain::parse(&text).map_or(GrainName::Custom(text), GrainName::Standard)
}

fn templates(filter: Option<RawFilter>) -> Vec<String> {
    filter.map(|f| f.where_filters.into_iter().map(|w| w.where_sql_template).collect()).unwrap_or_default()
}

fn text_of(value: &Option<Value>) -> Option<String> {
    match value {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    }
}
