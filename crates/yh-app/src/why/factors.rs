//! The factor tree of a metric, filled with values and split.

use std::collections::BTreeMap;

use yh_metrics::{Catalog, Formula, MetricQuery, Power, catalog::Format};
use yh_model::{Direction, Label};
use yh_stats::why::{self as stats, Method, Node, Split, split_tree};

use super::{
    Context, Side, SplitKind,
    form::{Sided, Whole, form},
    number,
};
use crate::{ErrorKind, Result};

/// Levels of factors below the metric.
const MAX_DEPTH: usize = 4;
/// How far a factor's question may miss the value of the whole, relative to it.
const TOLERANCE: f64 = 1e-9;

/// How a factor stands in what it makes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Plus,
    Minus,
    Times,
    Over,
}

/// A factor's part of the difference; the parts of a factor sum to its effect.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorPart {
    /// None for a sum or product that has no name of its own.
    pub metric: Option<String>,
    pub label: Label,
    pub format: Format,
    pub unit: Option<String>,
    pub direction: Direction,
    pub sign: Sign,
    pub before: Option<f64>,
    pub after: Option<f64>,
    /// In the unit of the whole metric.
    pub effect: f64,
    /// Of the whole difference.
    pub share: Option<f64>,
    pub method: Method,
    pub parts: Vec<FactorPart>,
}

/// A metric's tree before it has values.
struct Shape {
    metric: Option<String>,
    text: String,
    made: Made,
}

enum Made {
    Leaf,
    Number(f64),
    Sum(Vec<(f64, Shape)>),
    Product(Vec<(Power, Shape)>),
}

/// Splits the difference along the metric's factors; nothing when it has none, or they cannot be measured here.
pub(super) async fn split(
    context: &Context<'_>,
    metric: &str,
    before: &Side,
    after: &Side,
    whole: &Whole,
    notes: &mut Vec<Label>,
) -> Result<Option<FactorPart>> {
    let catalog = &context.definitions.catalog;
    let root = shape(catalog, metric, &mut Vec::new());
    if matches!(root.made, Made::Leaf) {
        return Ok(None);
    }
    let mut values = BTreeMap::new();
    for (side, is_after) in [(before, false), (after, true)] {
        match measure(context, &root, side).await {
            Ok(found) => found.into_iter().for_each(|(name, value)| {
                let sided: &mut Sided = values.entry(name).or_default();
                if is_after { sided.after = value } else { sided.before = value }
            }),
            Err(error) if matches!(error.kind, ErrorKind::Input | ErrorKind::NotFound) => {
                notes.push(Label::new(
                    format!("因子不能用同样的筛选度量，因此不按因子拆分：{error}"),
                    format!("the factors cannot be measured with the same filters, so there is no split by factor: {error}"),
                ));
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
    }
    let same = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()),
        (a, b) => a == b,
    };
    let own = values.get(metric).copied().unwrap_or_default();
    if !same(own.before, whole.value.before) || !same(own.after, whole.value.after) {
        notes.push(Label::new(
            "因子只按整天统计，不按因子拆分不足一天的时段",
            "the factors are kept by whole days, so a part of a day is not split by factor",
        ));
        return Ok(None);
    }
    let node = node(&root, &values);
    let Some(effect) = split_tree(&node).filter(|effect| effect.method != Method::Unsplit) else {
        notes.push(Label::new(
            "两边的因子没有凑成这个指标（某个因子没有数值），因此不按因子拆分",
            "the factors do not make up the metric on both sides (one has no value), so there is no split by factor",
        ));
        return Ok(None);
    };
    let difference = effect.effect;
    Ok(Some(part(catalog, &root, &node, &effect, Sign::Plus, difference)))
}

/// The tree of a metric: declared factors all the way, sums all the way, a ratio only where it is the question.
fn shape(catalog: &Catalog, name: &str, path: &mut Vec<String>) -> Shape {
    let leaf = || Shape { metric: Some(name.to_owned()), text: name.to_owned(), made: Made::Leaf };
    let Some(factors) = yh_metrics::factors(catalog, name).filter(|_| path.len() < MAX_DEPTH) else { return leaf() };
    let circular = factors.formula.metrics().iter().any(|inner| *inner == name || path.iter().any(|above| above == inner));
    let is_sum = matches!(factors.formula, Formula::Sum(_));
    if circular || !(factors.declared || is_sum || path.is_empty()) {
        return leaf();
    }
    let open = factors.declared || is_sum;
    path.push(name.to_owned());
    let made = inner(catalog, &factors.formula, open, path);
    path.pop();
    Shape { metric: Some(name.to_owned()), ..made }
}

fn inner(catalog: &Catalog, formula: &Formula, open: bool, path: &mut Vec<String>) -> Shape {
    let made = match formula {
        Formula::Metric(name) if open => return shape(catalog, name, path),
        Formula::Metric(name) => return Shape { metric: Some(name.clone()), text: name.clone(), made: Made::Leaf },
        Formula::Number(number) => Made::Number(*number),
        Formula::Sum(terms) => Made::Sum(terms.iter().map(|(c, term)| (*c, inner(catalog, term, open, path))).collect()),
        Formula::Product(factors) => Made::Product(factors.iter().map(|(p, factor)| (*p, inner(catalog, factor, open, path))).collect()),
    };
    Shape { metric: None, text: formula.to_string(), made }
}

/// The values of all metrics of a tree on one side, by one question.
async fn measure(context: &Context<'_>, root: &Shape, side: &Side) -> Result<Vec<(String, Option<f64>)>> {
    let mut metrics = Vec::new();
    root.names(&mut metrics);
    let answer = context.ask(&MetricQuery { metrics: metrics.clone(), ..side.query(&[]) }).await?;
    let value = |name: &String| {
        let found = if answer.frame.height() == 0 { None } else { number(answer.frame.cell(name, 0)) };
        // No rows of something that adds up are a known 0.
        let adds_up = matches!(form(&context.definitions.catalog, name).kind(), SplitKind::Sum | SplitKind::Distinct);
        if adds_up { found.or(Some(0.0)) } else { found }
    };
    Ok(metrics.iter().map(|name| (name.clone(), value(name))).collect())
}

impl Shape {
    /// Its metrics, the root's first: it decides how finely time is cut.
    fn names(&self, into: &mut Vec<String>) {
        if let Some(name) = &self.metric
            && !into.contains(name)
        {
            into.push(name.clone());
        }
        match &self.made {
            Made::Leaf | Made::Number(_) => {}
            Made::Sum(terms) => terms.iter().for_each(|(_, term)| term.names(into)),
            Made::Product(factors) => factors.iter().for_each(|(_, factor)| factor.names(into)),
        }
    }
}

/// The tree with its values; what has no name of its own is worked out.
fn node(shape: &Shape, values: &BTreeMap<String, Sided>) -> Node {
    let (split, made) = match &shape.made {
        Made::Leaf => (Split::Leaf, Sided::default()),
        Made::Number(number) => (Split::Leaf, Sided { before: Some(*number), after: Some(*number) }),
        Made::Sum(terms) => {
            let terms: Vec<(f64, Node)> = terms.iter().map(|(c, term)| (*c, node(term, values))).collect();
            let of = |side: fn(&Node) -> Option<f64>| terms.iter().try_fold(0.0, |sum, (c, term)| Some(sum + c * side(term)?));
            let made = Sided { before: of(|n| n.before), after: of(|n| n.after) };
            (Split::Sum(terms), made)
        }
        Made::Product(factors) => product(factors, values),
    };
    let own = shape.metric.as_ref().map_or(made, |name| values.get(name).copied().unwrap_or_default());
    Node { before: own.before, after: own.after, split }
}

fn product(factors: &[(Power, Shape)], values: &BTreeMap<String, Sided>) -> (Split, Sided) {
    let mut scale = 1.0;
    let mut nodes = Vec::new();
    for (power, factor) in factors {
        match (power, &factor.made) {
            (Power::Times, Made::Number(number)) => scale *= number,
            (Power::Over, Made::Number(number)) => scale /= number,
            (Power::Times, _) => nodes.push((stats::Power::Times, node(factor, values))),
            (Power::Over, _) => nodes.push((stats::Power::Over, node(factor, values))),
        }
    }
    let of = |side: fn(&Node) -> Option<f64>| {
        nodes.iter().try_fold(scale, |made, (power, factor)| match (power, side(factor)?) {
            (stats::Power::Times, value) => Some(made * value),
            (stats::Power::Over, 0.0) => None,
            (stats::Power::Over, value) => Some(made / value),
        })
    };
    let made = Sided { before: of(|n| n.before), after: of(|n| n.after) };
    (Split::Product { scale, factors: nodes }, made)
}

fn part(catalog: &Catalog, shape: &Shape, node: &Node, effect: &stats::Effect, sign: Sign, difference: f64) -> FactorPart {
    let metric = shape.metric.as_ref().and_then(|name| catalog.metric(name));
    let children: Vec<(Sign, &Shape)> = match &shape.made {
        Made::Leaf | Made::Number(_) => Vec::new(),
        Made::Sum(terms) => terms.iter().map(|(c, term)| (if *c < 0.0 { Sign::Minus } else { Sign::Plus }, term)).collect(),
        Made::Product(factors) => factors
            .iter()
            .filter(|(_, factor)| !matches!(factor.made, Made::Number(_)))
            .map(|(power, factor)| (if *power == Power::Over { Sign::Over } else { Sign::Times }, factor))
            .collect(),
    };
    let nodes: Vec<&Node> = match &node.split {
        Split::Leaf => Vec::new(),
        Split::Sum(terms) => terms.iter().map(|(_, node)| node).collect(),
        Split::Product { factors, .. } => factors.iter().map(|(_, node)| node).collect(),
    };
    let parts = children
        .into_iter()
        .zip(nodes)
        .zip(&effect.parts)
        .filter(|(((_, shape), _), _)| !matches!(shape.made, Made::Number(_)))
        .map(|(((sign, shape), node), effect)| part(catalog, shape, node, effect, sign, difference))
        .collect();
    FactorPart {
        metric: shape.metric.clone(),
        label: metric.map(|metric| metric.label.clone()).unwrap_or_default().or_name(&shape.text),
        format: metric.map_or(Format::Number, |metric| metric.format),
        unit: metric.and_then(|metric| metric.unit.clone()),
        direction: metric.map_or(Direction::Higher, |metric| metric.direction),
        sign,
        before: node.before,
        after: node.after,
        effect: effect.effect,
        share: (difference != 0.0).then(|| effect.effect / difference),
        method: effect.method,
        parts,
    }
}
