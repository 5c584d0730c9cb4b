//! The difference by segment: which dimensions, which segments, and what each of them did.

use std::collections::HashMap;

use yh_metrics::{Catalog, GroupBy, GroupByKind, MetricQuery, catalog::EntityKind};
use yh_model::{Label, Value};
use yh_stats::why::{Amount, Candidates, Pick, RatioPart, pick, separation, split_ratio};

use super::{
    Context, MAX_DIMENSIONS, Side, Why,
    form::{self, Form, Whole, total},
    number,
};
use crate::{AppError, ErrorKind, Result, ask::measured_datasets};

/// Dimensions that are tried when none are given.
const MAX_CANDIDATES: usize = 12;
/// How much a dimension a join away counts beside one of the measured rows themselves.
const ONE_JOIN_AWAY: f64 = 0.5;
/// Share of a ratio's numerators that may stand over no denominator in a dimension that is chosen by itself.
const MAX_UNBASED: f64 = 0.05;
/// Values of a dimension that is chosen by itself.
const MAX_VALUES: usize = 60;
/// Combinations of values that are looked through.
const MAX_LEAVES: usize = 100_000;

/// What a part of the difference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentKind {
    /// It moved by itself: a root cause.
    Cause,
    /// A large part.
    Value,
    /// Everything not named.
    Rest,
    /// Counted in several segments, or in none.
    Overlap,
}

/// One segment's part of the difference; no two hold the same rows.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentPart {
    pub kind: SegmentKind,
    /// Dimension and value; empty for the rest and the overlap.
    pub elements: Vec<(String, Value)>,
    /// The metric within the segment.
    pub before: Option<f64>,
    pub after: Option<f64>,
    /// In the metric's unit.
    pub effect: f64,
    /// Of the whole difference.
    pub share: Option<f64>,
    /// For ratios: what its own change did, and what its changed weight did.
    pub rate: Option<f64>,
    pub mix: Option<f64>,
    /// Filters that hold exactly its rows; an overlap has none.
    pub filters: Option<Vec<String>>,
}

type Split = (Vec<(String, Label)>, Vec<SegmentPart>);

/// Splits the difference by segment; nothing when the metric does not split or nothing can be split by.
pub(super) async fn split(
    context: &Context<'_>,
    why: &Why,
    form: &Form,
    whole: &Whole,
    by: &[String],
    most: usize,
    notes: &mut Vec<Label>,
) -> Result<Option<Split>> {
    if matches!(form, Form::Whole(_)) {
        return Ok(None);
    }
    if why.value_before.is_none() || why.value_after.is_none() {
        notes.push(Label::new(
            "有一边的分母为 0，没有数值，不按分段拆分",
            "one side is over 0 and has no value, so it is not split by segment",
        ));
        return Ok(None);
    }
    let task = Task { context, form, whole, metric: &why.metric, before: &why.before, after: &why.after };
    let dimensions = if by.is_empty() { task.choose(notes).await? } else { given(&context.definitions.catalog, &why.metric, by)? };
    if dimensions.is_empty() {
        notes.push(Label::new("没有可用来拆分的维度", "there is no dimension to split by"));
        return Ok(None);
    }
    let names: Vec<String> = dimensions.iter().map(|(name, _)| name.clone()).collect();
    let table = task.table(&names, None).await?;
    let parts = task.parts(&table, why.difference, most).await?;
    if parts.iter().any(|part| part.kind == SegmentKind::Overlap) {
        notes.push(Label::new(
            "去重计数不能按分段相加：同一个可能出现在几个分段里，差额单列为“重叠”",
            "distinct counts do not add up by segment: one may be in several, and the difference is listed as overlap",
        ));
    }
    Ok(Some((dimensions, parts)))
}

/// The dimensions asked for, checked.
fn given(catalog: &Catalog, metric: &str, by: &[String]) -> Result<Vec<(String, Label)>> {
    let known = yh_metrics::dimensions(catalog, metric);
    by.iter()
        .map(|name| {
            let name = name.trim().to_lowercase();
            match known.iter().find(|dimension| dimension.name == name) {
                Some(dimension) if dimension.kind != GroupByKind::Time => Ok((name.clone(), dimension.label.or_name(&name))),
                Some(_) => {
                    Err(AppError::new(ErrorKind::Input, "why-time", format!("{name} is a time"))
                        .hint("split by something that is not a time"))
                }
                None => Err(AppError::unknown("dimension", &name, known.iter().map(|dimension| dimension.name.as_str()))),
            }
        })
        .collect()
}

/// How the names of a metric's own dimensions begin: with the key of the rows it measures.
fn own_prefixes(catalog: &Catalog, metric: &str) -> Vec<String> {
    let measured = measured_datasets(catalog, &[metric.to_owned()]);
    let models = catalog.models.iter().filter(|model| measured.contains(&model.table));
    let key = |model: &yh_metrics::SemanticModel| {
        let own = model.entities.iter().find(|entity| entity.kind == EntityKind::Primary).map(|entity| entity.name.clone());
        own.or_else(|| model.primary_entity.clone()).map(|key| format!("{key}__"))
    };
    models.filter_map(key).collect()
}

/// What is split, and how.
struct Task<'a> {
    context: &'a Context<'a>,
    form: &'a Form,
    whole: &'a Whole,
    metric: &'a str,
    before: &'a Side,
    after: &'a Side,
}

/// The amounts of every combination of values that occurs.
#[derive(Default)]
struct Table {
    dimensions: Vec<String>,
    /// Values of each dimension, by number.
    values: Vec<Vec<Value>>,
    /// Value numbers of each dimension, by leaf.
    codes: Vec<Vec<u32>>,
    /// A sum has no denominator.
    leaves: Vec<RatioPart>,
}

impl Task<'_> {
    /// Up to four dimensions that tell the change apart best.
    async fn choose(&self, notes: &mut Vec<Label>) -> Result<Vec<(String, Label)>> {
        let catalog = &self.context.definitions.catalog;
        let mut categorical = yh_metrics::dimensions(catalog, self.metric);
        // A later day has had less time: its orders are not shipped yet, and that explains nothing.
        categorical.retain(|dimension| match dimension.kind {
            GroupByKind::Categorical => !dimension.is_state,
            GroupByKind::Entity => self.is_few(&dimension.name),
            GroupByKind::Time => false,
        });
        // Those of the measured rows themselves come before those a join away.
        let prefixes = own_prefixes(catalog, self.metric);
        let is_own = |dimension: &GroupBy| match dimension.kind {
            GroupByKind::Entity => true,
            _ => prefixes.iter().any(|prefix| dimension.name.starts_with(prefix)),
        };
        categorical.sort_by_key(|dimension| (dimension.kind != GroupByKind::Entity, !is_own(dimension)));
        categorical.truncate(MAX_CANDIDATES);
        let mut found: Vec<(f64, String, Label, Vec<(u64, u64)>, usize)> = Vec::new();
        for dimension in categorical {
            // One value more than is looked at tells that there are too many, without fetching them all.
            let table = match self.table(std::slice::from_ref(&dimension.name), Some(MAX_VALUES as u64 + 1)).await {
                Ok(table) => table,
                // What the asker may not see, or cannot be reached from everything, is no candidate.
                Err(error) if matches!(error.kind, ErrorKind::Input | ErrorKind::NotFound | ErrorKind::Limit) => continue,
                Err(error) => return Err(error),
            };
            let values = table.leaves.len();
            if !(2..=MAX_VALUES).contains(&values) || self.unbased(&table.leaves) > MAX_UNBASED {
                continue;
            }
            let (effects, sizes) = self.effects(&table.leaves);
            let pairs: Vec<(f64, f64)> = effects.into_iter().zip(sizes).collect();
            let mut partition: Vec<(u64, u64)> =
                table.leaves.iter().map(|leaf| (leaf.numerator.before.to_bits(), leaf.numerator.after.to_bits())).collect();
            partition.sort_unstable();
            // Another name for the same split.
            if !found.iter().any(|other| other.3 == partition) {
                let distance = if is_own(&dimension) { 1.0 } else { ONE_JOIN_AWAY };
                found.push((
                    distance * separation(&pairs),
                    dimension.name.clone(),
                    dimension.label.or_name(&dimension.name),
                    partition,
                    values,
                ));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let mut chosen = Vec::new();
        let mut combinations = 1;
        for (_, name, label, _, values) in found {
            // What a chosen thing is, such as a store's platform, tells nothing more of it.
            if chosen.iter().any(|(other, _): &(String, Label)| name.starts_with(&format!("{other}__"))) {
                continue;
            }
            if chosen.len() < MAX_DIMENSIONS && combinations * values <= MAX_LEAVES {
                combinations *= values;
                chosen.push((name, label));
            }
        }
        if !chosen.is_empty() {
            let list = |text: fn(&Label) -> &str| chosen.iter().map(|(_, label)| text(label)).collect::<Vec<_>>().join(", ");
            notes.push(Label::new(
                format!("维度由系统选出：{}", list(|label| label.text("zh-CN"))),
                format!("dimensions were chosen: {}", list(|label| label.text("en"))),
            ));
        }
        Ok(chosen)
    }

    /// Whether an entity of the measured rows is one of a few things, such as stores, by the rows of its own table: the
    /// values of a longer one are not asked for.
    fn is_few(&self, entity: &str) -> bool {
        let catalog = &self.context.definitions.catalog;
        let keyed =
            |model: &&yh_metrics::SemanticModel| model.entities.iter().any(|one| one.name == entity && one.kind == EntityKind::Primary);
        let rows = catalog.models.iter().find(keyed).map(|model| self.context.facts.rows(&model.table));
        rows.is_some_and(|rows| (2..=MAX_VALUES as i64).contains(&rows))
    }

    /// The amounts by these dimensions on both sides, `limit` rows of each at most.
    async fn table(&self, dimensions: &[String], limit: Option<u64>) -> Result<Table> {
        let inputs = self.form.inputs(self.metric);
        let mut table = Table {
            dimensions: dimensions.to_vec(),
            values: vec![Vec::new(); dimensions.len()],
            codes: vec![Vec::new(); dimensions.len()],
            leaves: Vec::new(),
        };
        let mut numbers: Vec<HashMap<Option<String>, u32>> = vec![HashMap::new(); dimensions.len()];
        let mut places: HashMap<Vec<u32>, usize> = HashMap::new();
        for (side, is_after) in [(self.before, false), (self.after, true)] {
            let query = MetricQuery { metrics: inputs.clone(), group_by: dimensions.to_vec(), limit, ..side.query(&[]) };
            let answer = self.context.ask(&query).await?;
            if answer.truncated {
                let error = AppError::new(ErrorKind::Limit, "why-too-many-segments", "there are too many combinations of values");
                return Err(error.hint("split by fewer dimensions, or by those with fewer values"));
            }
            for row in 0..answer.frame.height() {
                let code = |(at, numbers): (usize, &mut HashMap<Option<String>, u32>)| {
                    let value = &answer.frame.columns[at].values[row];
                    let text = (!value.is_null()).then(|| value.to_string());
                    *numbers.entry(text).or_insert_with(|| {
                        table.values[at].push(value.clone());
                        table.values[at].len() as u32 - 1
                    })
                };
                let codes: Vec<u32> = numbers.iter_mut().enumerate().map(code).collect();
                let place = *places.entry(codes).or_insert_with_key(|codes| {
                    table.codes.iter_mut().zip(codes).for_each(|(column, code)| column.push(*code));
                    table.leaves.push(RatioPart::default());
                    table.leaves.len() - 1
                });
                let of = |name: &str| {
                    let value = number(answer.frame.cell(name, row)).unwrap_or(0.0);
                    if is_after { Amount { before: 0.0, after: value } } else { Amount { before: value, after: 0.0 } }
                };
                table.leaves[place] = table.leaves[place] + self.part(of);
            }
        }
        Ok(table)
    }

    /// Numerator and denominator, given the amounts of the inputs.
    fn part(&self, of: impl Fn(&str) -> Amount) -> RatioPart {
        match self.form {
            Form::Ratio { numerator, denominator, .. } => {
                RatioPart { numerator: total(numerator, &of), denominator: total(denominator, &of) }
            }
            _ => RatioPart { numerator: of(self.metric), denominator: Amount::default() },
        }
    }

    /// What is left of the whole beside some parts.
    fn remainder(&self, parts: &[RatioPart]) -> RatioPart {
        let whole = self.part(|name| self.whole.inputs.get(name).copied().unwrap_or_default());
        let sum = parts.iter().fold(RatioPart::default(), |sum, part| sum + *part);
        let less = |whole: Amount, sum: Amount| {
            let size = whole.before.abs() + whole.after.abs() + sum.before.abs() + sum.after.abs();
            let clear = |difference: f64| if difference.abs() <= 1e-9 * size { 0.0 } else { self.whole.tidy(difference) };
            Amount { before: clear(whole.before - sum.before), after: clear(whole.after - sum.after) }
        };
        RatioPart { numerator: less(whole.numerator, sum.numerator), denominator: less(whole.denominator, sum.denominator) }
    }

    /// Share of a ratio's numerators in leaves without a denominator: where rows of both kinds do not share a
    /// dimension's values, as purchases have a product and visits have none.
    fn unbased(&self, leaves: &[RatioPart]) -> f64 {
        if !matches!(self.form, Form::Ratio { .. }) {
            return 0.0;
        }
        let size = |amount: Amount| amount.before.abs() + amount.after.abs();
        let all: f64 = leaves.iter().map(|leaf| size(leaf.numerator)).sum();
        let unbased: f64 = leaves.iter().filter(|leaf| size(leaf.denominator) == 0.0).map(|leaf| size(leaf.numerator)).sum();
        if all == 0.0 { 0.0 } else { unbased / all }
    }

    /// Effect and size of every leaf, what the leaves leave over not among them.
    fn effects(&self, leaves: &[RatioPart]) -> (Vec<f64>, Vec<f64>) {
        if !matches!(self.form, Form::Ratio { .. }) {
            return leaves.iter().map(|leaf| (leaf.numerator.difference(), mean(leaf.numerator))).unzip();
        }
        let all: Vec<RatioPart> = leaves.iter().copied().chain([self.remainder(leaves)]).collect();
        let split = split_ratio(&all).unwrap_or_default();
        leaves.iter().zip(split).map(|(leaf, effect)| (effect.total(), mean(leaf.denominator))).unzip()
    }

    /// The segments to name, measured.
    async fn parts(&self, table: &Table, difference: f64, most: usize) -> Result<Vec<SegmentPart>> {
        let (effects, sizes) = self.effects(&table.leaves);
        let picks = pick(&Candidates { codes: &table.codes, effects: &effects, sizes: &sizes }, most)
            .map_err(|error| AppError::new(ErrorKind::Internal, "why", "the segments could not be searched").caused_by(error))?;
        let mut named: Vec<(SegmentKind, Vec<(String, Value)>, Vec<String>, RatioPart)> = Vec::new();
        for (at, segment) in picks.picks.iter().enumerate() {
            let filters = table.filters(segment, &picks.picks[..at]);
            let kind = if segment.is_cause { SegmentKind::Cause } else { SegmentKind::Value };
            let part = self.segment(table, &segment.leaves, &filters).await?;
            named.push((kind, table.elements(segment), filters, part));
        }
        if !picks.rest.is_empty() {
            let filters: Vec<String> = picks.picks.iter().map(|segment| table.without(segment)).collect();
            let part = self.segment(table, &picks.rest, &filters).await?;
            named.push((SegmentKind::Rest, Vec::new(), filters, part));
        }
        let measured: Vec<RatioPart> = named.iter().map(|(.., part)| *part).collect();
        let overlap = self.remainder(&measured);
        let mut parts = self.split_parts(&measured, overlap, difference);
        let left = parts.pop().filter(|_| overlap != RatioPart::default());
        let mut all: Vec<SegmentPart> = named
            .into_iter()
            .zip(parts)
            .map(|((kind, elements, filters, _), part)| SegmentPart { kind, elements, filters: Some(filters), ..part })
            .collect();
        all.extend(left);
        let rank = |kind: SegmentKind| {
            [SegmentKind::Cause, SegmentKind::Value, SegmentKind::Rest, SegmentKind::Overlap].iter().position(|k| *k == kind)
        };
        all.sort_by(|a, b| rank(a.kind).cmp(&rank(b.kind)).then(b.effect.abs().total_cmp(&a.effect.abs())));
        Ok(all)
    }

    /// The amounts of a segment: its leaves', or asked for where leaves do not add up.
    async fn segment(&self, table: &Table, leaves: &[usize], filters: &[String]) -> Result<RatioPart> {
        if !self.form.is_distinct() {
            let sum = leaves.iter().fold(RatioPart::default(), |sum, leaf| sum + table.leaves[*leaf]);
            let tidy = |amount: Amount| Amount { before: self.whole.tidy(amount.before), after: self.whole.tidy(amount.after) };
            return Ok(RatioPart { numerator: tidy(sum.numerator), ..sum });
        }
        let narrowed = |side: &Side| Side { where_: side.where_.iter().chain(filters).cloned().collect(), ..side.clone() };
        let own = form::whole(self.context, self.metric, self.form, &narrowed(self.before), &narrowed(self.after)).await?;
        Ok(self.part(|name| own.inputs.get(name).copied().unwrap_or_default()))
    }

    /// The parts' effects, that of the overlap last.
    fn split_parts(&self, parts: &[RatioPart], overlap: RatioPart, difference: f64) -> Vec<SegmentPart> {
        let all: Vec<RatioPart> = parts.iter().copied().chain([overlap]).collect();
        let ratio = matches!(self.form, Form::Ratio { .. });
        let split = if ratio { split_ratio(&all).unwrap_or_default() } else { Vec::new() };
        let describe = |(at, part): (usize, &RatioPart)| {
            let (before, after) = if ratio { part.ratio() } else { (Some(part.numerator.before), Some(part.numerator.after)) };
            let own = split.get(at);
            let effect = own.map_or_else(|| self.whole.tidy(part.numerator.difference()), |own| own.total());
            let is_overlap = at == parts.len();
            SegmentPart {
                kind: SegmentKind::Overlap,
                elements: Vec::new(),
                before: before.filter(|_| !(ratio && is_overlap)),
                after: after.filter(|_| !(ratio && is_overlap)),
                effect,
                share: (difference != 0.0).then(|| effect / difference),
                rate: own.filter(|_| !is_overlap).map(|own| own.rate),
                mix: own.filter(|_| !is_overlap).map(|own| own.mix),
                filters: None,
            }
        };
        all.iter().enumerate().map(describe).collect()
    }
}

impl Table {
    fn elements(&self, segment: &Pick) -> Vec<(String, Value)> {
        let element =
            |&(dimension, code): &(usize, u32)| (self.dimensions[dimension].clone(), self.values[dimension][code as usize].clone());
        segment.elements.iter().map(element).collect()
    }

    /// Conditions that hold for the segment's rows only: its values, less the earlier segments that share rows with it.
    fn filters(&self, segment: &Pick, earlier: &[Pick]) -> Vec<String> {
        let own = self.elements(segment).into_iter().map(|(name, value)| match literal(&value) {
            Some(text) => format!("{name} = {text}"),
            None => format!("{name} IS NULL"),
        });
        let apart = |other: &&Pick| {
            let differs = |(dimension, code): &(usize, u32)| other.elements.iter().any(|(d, c)| d == dimension && c != code);
            !segment.elements.iter().any(differs)
        };
        own.chain(earlier.iter().filter(apart).map(|other| self.without(other))).collect()
    }

    /// The condition of rows outside a segment; a missing value is outside of what it is not.
    fn without(&self, segment: &Pick) -> String {
        let outside = self.elements(segment).into_iter().map(|(name, value)| match literal(&value) {
            Some(text) => format!("({name} <> {text} OR {name} IS NULL)"),
            None => format!("{name} IS NOT NULL"),
        });
        outside.collect::<Vec<_>>().join(" OR ")
    }
}

/// How much there is of an amount, before and after taken together.
fn mean(amount: Amount) -> f64 {
    (amount.before.abs() + amount.after.abs()) / 2.0
}

/// A value as it is written in a filter; nothing for a missing one.
fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Integer(_) | Value::Decimal(_) | Value::Number(_) => Some(value.to_string()),
        Value::Boolean(value) => Some(if *value { "true" } else { "false" }.to_owned()),
        Value::Text(_) | Value::Date(_) | Value::Timestamp(_) => Some(format!("'{}'", value.to_string().replace('\'', "''"))),
    }
}
