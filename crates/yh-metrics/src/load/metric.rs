//! One metric of a project's YAML.

use std::collections::BTreeSet;

use super::fields::{Fields, Report};
use super::project::{Loaded, label};
use super::{counted, counted_true, revision};
use crate::catalog::*;
use crate::time::Grain;
use yh_model::yaml::{Node, Placed, Value};
use yh_model::{Direction, Label};

/// Reads a metric into `loaded`. `model` is the one it stands under; `text` its defining lines.
pub(crate) fn read(
    report: &mut Report<'_>,
    node: &Node,
    model: Option<&str>,
    text: String,
    loaded: &mut Loaded,
    seen: &mut BTreeSet<String>,
) {
    let Some(mut fields) = Fields::of(report, node, "a metric") else { return };
    let Some((name, name_node)) = fields.required(report, "name") else { return };
    let name = name.to_lowercase();
    if !name.starts_with(|c: char| c.is_alphabetic()) || name.contains("__") || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        let issue = report.add("bad-name", name_node.place(), format!("`{name}` cannot name a metric"));
        issue.hint = "use letters, digits and single underscores, a letter first".to_owned();
    }
    if !seen.insert(name.clone()) {
        let issue = report.add("duplicate-name", name_node.place(), format!("the metric `{name}` is defined twice"));
        issue.hint = "rename or delete one of them".to_owned();
        return;
    }
    let kinds = [
        ("simple", Kind::Simple),
        ("ratio", Kind::Ratio),
        ("derived", Kind::Derived),
        ("cumulative", Kind::Cumulative),
        ("conversion", Kind::Conversion),
    ];
    let kind = fields.choice(report, "type", &kinds).unwrap_or(Kind::Simple);
    loaded.places.metric(report.path, name_node, &name);
    let read = match kind {
        Kind::Simple => simple(report, &mut fields, &name, model, loaded).map(MetricKind::Simple),
        Kind::Ratio => ratio(report, &mut fields, &name, loaded),
        Kind::Derived => derived(report, &mut fields, &name, loaded),
        Kind::Cumulative => cumulative(report, &mut fields, &name, loaded).map(MetricKind::Cumulative),
        Kind::Conversion => conversion(report, &mut fields, &name, loaded).map(MetricKind::Conversion),
    };
    let filter = filters(report, &mut fields, &name, loaded);
    let given = fields.string(report, "label");
    let description = fields.string(report, "description").unwrap_or_default();
    let is_private = fields.bool(report, "hidden").unwrap_or(false);
    let time_granularity = fields.text(report, "time_granularity").map(|(text, _)| grain_name(&text));
    let extras = config_extras(report, &mut fields);
    fields.finish(report);
    let Some(kind) = read else { return };
    let factors = extras.factors.map(|(text, place)| {
        loaded.places.factors(report.path, place, &name, text.clone());
        text
    });
    let metric = Metric {
        name: name.clone(),
        label: extras.label.unwrap_or_else(|| label(given)),
        synonyms: extras.synonyms,
        description,
        unit: extras.unit,
        format: extras.format.unwrap_or(if matches!(kind, MetricKind::Ratio { .. }) { Format::Percent } else { Format::Number }),
        direction: extras.direction.unwrap_or_default(),
        class: extras.class,
        owner: extras.owner,
        additive: extras.additive,
        settles_after: extras.settles_after,
        factors,
        kind,
        filter,
        time_granularity,
        is_private,
        origin: Origin { path: report.path.to_owned(), line: node.line, column: node.column },
        revision: revision(&text),
    };
    loaded.metrics.insert(name, metric);
}

#[derive(Clone, Copy)]
enum Kind {
    Simple,
    Ratio,
    Derived,
    Cumulative,
    Conversion,
}

/// Keys under `config.meta.yunheng`.
#[derive(Default)]
pub(crate) struct Extras {
    pub label: Option<Label>,
    synonyms: Vec<String>,
    unit: Option<String>,
    format: Option<Format>,
    direction: Option<Direction>,
    class: Option<String>,
    owner: Option<String>,
    additive: Option<bool>,
    pub state: Option<bool>,
    settles_after: Option<u16>,
    /// With its line and column.
    factors: Option<(String, (usize, usize))>,
}

fn config_extras(report: &mut Report<'_>, fields: &mut Fields<'_>) -> Extras {
    fields.take("config").map(|node| extras(report, node)).unwrap_or_default()
}

/// Reads `config: {meta: {yunheng: …}}`; other tools' keys are left alone.
pub(crate) fn extras(report: &mut Report<'_>, config: &Node) -> Extras {
    let Some(own) = child(config, "meta").and_then(|meta| child(meta, "yunheng")) else { return Extras::default() };
    let Some(mut fields) = Fields::of(report, own, "config.meta.yunheng") else { return Extras::default() };
    let formats = [
        ("money", Format::Money),
        ("percent", Format::Percent),
        ("count", Format::Count),
        ("number", Format::Number),
        ("duration", Format::Duration),
    ];
    let directions = [("higher", Direction::Higher), ("lower", Direction::Lower), ("band", Direction::Band)];
    let classes = [("result", "result"), ("process", "process")];
    let extras = Extras {
        label: fields.take("label").and_then(|node| labels(report, node)),
        synonyms: fields.texts(report, "synonyms").into_iter().map(|(text, _)| text).collect(),
        unit: fields.string(report, "unit"),
        format: fields.choice(report, "format", &formats),
        direction: fields.choice(report, "direction", &directions),
        class: fields.choice(report, "class", &classes).map(str::to_owned),
        owner: fields.string(report, "owner"),
        additive: fields.bool(report, "additive"),
        state: fields.bool(report, "state"),
        settles_after: fields.number(report, "settles_after"),
        factors: fields.text(report, "factors").map(|(text, node)| (text, node.place())),
    };
    fields.finish(report);
    extras
}

fn labels(report: &mut Report<'_>, node: &Node) -> Option<Label> {
    if let Value::Text(text) = &node.value {
        return Some(label(Some(text.clone())));
    }
    let mut fields = Fields::of(report, node, "label")?;
    let both = Label::new(fields.string(report, "zh").unwrap_or_default(), fields.string(report, "en").unwrap_or_default());
    fields.finish(report);
    Some(both)
}

fn child<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let Value::Map(map) = &node.value else { return None };
    map.iter().find(|(key, _)| key.name == name).map(|(_, value)| value)
}

fn simple(report: &mut Report<'_>, fields: &mut Fields<'_>, name: &str, model: Option<&str>, loaded: &mut Loaded) -> Option<Simple> {
    let own_model = fields.text(report, "semantic_model").map(|(text, _)| text.to_lowercase());
    let model = own_model.or(model.map(str::to_owned));
    let words = ["sum", "count", "count_distinct", "average", "avg", "min", "max", "median", "percentile", "sum_boolean"].map(|w| (w, w));
    let agg = fields.choice(report, "agg", &words);
    let expr = fields.text(report, "expr");
    let fraction: Option<f64> = fields.number(report, "percentile");
    let discrete = fields.choice(report, "percentile_type", &[("discrete", true), ("continuous", false)]).unwrap_or(false);
    let approximate = fields.bool(report, "use_approximate_percentile").unwrap_or(false);
    let agg_time_dimension = fields.string(report, "agg_time_dimension").map(|t| t.to_lowercase());
    let non_additive = fields.take("non_additive_dimension").and_then(|node| non_additive(report, node));
    let join_to_timespine = fields.bool(report, "join_to_timespine").unwrap_or(false);
    let fill_nulls_with = fields.number(report, "fill_nulls_with");
    if (agg == Some("percentile") && fraction.is_none()) || fraction.is_some_and(|f| !(0.0..=1.0).contains(&f)) {
        let issue = report.add("bad-percentile", fields.place, format!("the metric `{name}` needs a `percentile` between 0 and 1"));
        issue.hint = "0.99 is the 99th percentile".to_owned();
    }
    let Some(agg) = agg else {
        let issue = report.add("missing-key", fields.place, format!("the metric `{name}` has no `agg`"));
        issue.hint = "say how rows are added up: sum, count, count_distinct, average, min, max, median, percentile".to_owned();
        return None;
    };
    let Some(model) = model else {
        let issue = report.add("missing-key", fields.place, format!("the simple metric `{name}` stands under no model"));
        issue.hint = "move it to the `metrics:` of its model, or give it a `semantic_model:`".to_owned();
        return None;
    };
    if let Some((text, node)) = &expr {
        loaded.places.expression(report.path, node, &model, text.clone());
    }
    let text = expr.map(|(text, _)| text).unwrap_or_else(|| if agg == "count" { "1".to_owned() } else { name.to_owned() });
    let quantile = |fraction| Aggregation::Percentile { fraction, discrete, approximate };
    let (agg, expr) = match agg {
        "sum" => (Aggregation::Sum, text),
        "count" => (Aggregation::Sum, counted(&text)),
        "sum_boolean" => (Aggregation::Sum, counted_true(&text)),
        "count_distinct" => (Aggregation::CountDistinct, text),
        "min" => (Aggregation::Min, text),
        "max" => (Aggregation::Max, text),
        "median" => (quantile(0.5), text),
        "percentile" => (quantile(fraction.unwrap_or(0.5)), text),
        _ => (Aggregation::Average, text),
    };
    Some(Simple { model, agg, expr, agg_time_dimension, non_additive, fill_nulls_with, join_to_timespine })
}

fn non_additive(report: &mut Report<'_>, node: &Node) -> Option<NonAdditive> {
    let mut fields = Fields::of(report, node, "non_additive_dimension")?;
    let dimension = fields.required(report, "name")?.0.to_lowercase();
    let latest = fields.choice(report, "window_agg", &[("min", false), ("max", true)]).unwrap_or(true);
    let groupings = fields.texts(report, "group_by").into_iter().map(|(text, _)| text.to_lowercase()).collect();
    fields.finish(report);
    Some(NonAdditive { dimension, latest, groupings })
}

fn filters(report: &mut Report<'_>, fields: &mut Fields<'_>, metric: &str, loaded: &mut Loaded) -> Vec<String> {
    let texts = fields.texts(report, "filter");
    for (text, node) in &texts {
        loaded.places.filter(report.path, node, metric, text.clone());
    }
    texts.into_iter().map(|(text, _)| text).collect()
}

fn ratio(report: &mut Report<'_>, fields: &mut Fields<'_>, name: &str, loaded: &mut Loaded) -> Option<MetricKind> {
    let numerator = required_input(report, fields, "numerator", name, loaded);
    let denominator = required_input(report, fields, "denominator", name, loaded);
    Some(MetricKind::Ratio { numerator: numerator?, denominator: denominator? })
}

fn derived(report: &mut Report<'_>, fields: &mut Fields<'_>, name: &str, loaded: &mut Loaded) -> Option<MetricKind> {
    let expr = fields.required(report, "expr").map(|(text, _)| text);
    let nodes = fields.list(report, "input_metrics");
    let inputs: Vec<Input> = nodes.iter().filter_map(|node| input(report, node, name, loaded)).collect();
    if nodes.is_empty() {
        let issue = report.add("missing-key", fields.place, format!("the derived metric `{name}` has no `input_metrics`"));
        issue.hint = "list the metrics that its expr speaks of".to_owned();
    }
    Some(MetricKind::Derived { expr: expr?, inputs })
}

fn cumulative(report: &mut Report<'_>, fields: &mut Fields<'_>, name: &str, loaded: &mut Loaded) -> Option<Cumulative> {
    let input = required_input(report, fields, "input_metric", name, loaded);
    let window = window(report, fields, "window");
    let grain_to_date = fields.choice(report, "grain_to_date", &Grain::ALL.map(|g| (g.name(), g)));
    let aggs = [("first", PeriodAgg::First), ("last", PeriodAgg::Last), ("average", PeriodAgg::Average)];
    let period_agg = fields.choice(report, "period_agg", &aggs).unwrap_or_default();
    if window.is_some() && grain_to_date.is_some() {
        let issue = report.add("conflicting-keys", fields.place, format!("`{name}` has both `window` and `grain_to_date`"));
        issue.hint = "keep one of them".to_owned();
    }
    Some(Cumulative { input: input?, window, grain_to_date, period_agg })
}

fn conversion(report: &mut Report<'_>, fields: &mut Fields<'_>, name: &str, loaded: &mut Loaded) -> Option<Conversion> {
    let entity = fields.required(report, "entity").map(|(text, _)| text.to_lowercase());
    let calculations = [("conversions", Calculation::Conversions), ("conversion_rate", Calculation::ConversionRate)];
    let calculation = fields.choice(report, "calculation", &calculations).unwrap_or_default();
    let base = required_input(report, fields, "base_metric", name, loaded);
    let converted = required_input(report, fields, "conversion_metric", name, loaded);
    let window = window(report, fields, "window");
    let mut constant_properties = Vec::new();
    for node in fields.list(report, "constant_properties") {
        let Some(mut pair) = Fields::of(report, node, "a constant property") else { continue };
        let base = pair.required(report, "base_property").map(|(text, _)| text.to_lowercase());
        let converted = pair.required(report, "conversion_property").map(|(text, _)| text.to_lowercase());
        constant_properties.extend(base.zip(converted));
        pair.finish(report);
    }
    Some(Conversion { base: base?, conversion: converted?, entity: entity?, window, calculation, constant_properties })
}

fn required_input(report: &mut Report<'_>, fields: &mut Fields<'_>, key: &'static str, metric: &str, loaded: &mut Loaded) -> Option<Input> {
    match fields.take(key) {
        Some(node) => input(report, node, metric, loaded),
        None => {
            report.add("missing-key", fields.place, format!("the metric `{metric}` has no `{key}`"));
            None
        }
    }
}

/// A metric by name, or a mapping with its alias, filter and offset.
fn input(report: &mut Report<'_>, node: &Node, metric: &str, loaded: &mut Loaded) -> Option<Input> {
    if let Value::Text(name) = &node.value {
        let name = name.to_lowercase();
        loaded.places.reference(report.path, node, metric, &name);
        return Some(Input::of(name));
    }
    let mut fields = Fields::of(report, node, "an input metric")?;
    let (name, name_node) = fields.required(report, "name")?;
    let name = name.to_lowercase();
    loaded.places.reference(report.path, name_node, metric, &name);
    let alias = fields.string(report, "alias").map(|a| a.to_lowercase());
    let filter = filters(report, &mut fields, metric, loaded);
    let by_window = window(report, &mut fields, "offset_window").map(Offset::Window);
    let to_grain = fields.choice(report, "offset_to_grain", &Grain::ALL.map(|g| (g.name(), g))).map(Offset::ToGrain);
    fields.finish(report);
    Some(Input { metric: name, alias, filter, offset: by_window.or(to_grain) })
}

/// `7 days`: a count and a grain.
fn window(report: &mut Report<'_>, fields: &mut Fields<'_>, key: &'static str) -> Option<Window> {
    let (text, node) = fields.text(report, key)?;
    let mut words = text.split_whitespace();
    let count: Option<i64> = words.next().and_then(|w| w.parse().ok()).filter(|c| *c > 0);
    match (count, words.next(), words.next()) {
        (Some(count), Some(grain), None) => Some(Window { count, grain: grain_name(grain) }),
        _ => {
            let issue = report.add("bad-window", node.place(), format!("`{text}` is not a window"));
            issue.hint = "write a count and a grain, such as `7 days`".to_owned();
            None
        }
    }
}

fn grain_name(text: &str) -> GrainName {
    let text = text.trim().to_lowercase();
    Grain::parse(&text).map_or(GrainName::Custom(text), GrainName::Standard)
}
