//! People by attainment: what each answers for, beside what was planned for it.
//!
//! Figures and targets are of the whole segments, as in "mine": a share is whose responsibility it is, not whose sale.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;
use yh_metrics::MetricQuery;
use yh_model::{Column, Frame, Label, Period, Value, ValueKind, home::Ranking, target::Target};

use super::{Asking, Block, Levels, RANKED, Ranked};
use crate::{
    Answer, Question, Result,
    additive::{Over, is_additive},
    answer::{AnswerColumn, Role},
    mine::filter,
    people::{Assignment, PERSON, Stint, cut, list_assignments},
    targets::{dimension_name, path::OpenPaths},
};

/// What one person answers for in the period, as a metric can be asked for it.
struct Part {
    person: String,
    /// The dimension's name in questions of the metric.
    dimension: String,
    stints: Vec<Stint>,
}

/// Values of a dimension's segments within some days.
type Found = BTreeMap<(String, Date, Date), BTreeMap<String, Value>>;

impl Asking<'_> {
    pub(super) async fn people_ranked(&self, ranking: &Ranking, label: Label, period: Period) -> Result<Ranked> {
        let metric = &ranking.metric.name;
        let base = self.query(std::slice::from_ref(&ranking.metric), period.start(), self.day);
        let parts = self.parts(metric, period).await?;
        let adds_up = [Over::Segments, Over::Time].into_iter().all(|over| is_additive(&self.definitions.catalog, metric, over));
        let (mut answer, found) = self.segments(&base, &parts, adds_up).await?;
        let mut rows = Vec::new();
        for part in &parts {
            if !self.access.rows.is_empty() && !self.sees(part, &found) {
                continue;
            }
            let rule = filter(&part.dimension, &part.stints, period.start(), self.day);
            let query = MetricQuery { where_: base.where_.iter().cloned().chain([rule]).collect(), ..base.clone() };
            let value = if adds_up { self.sum(part, &found) } else { only_value(&self.plain(query.clone()).await?.answer) };
            rows.extend(value.map(|value| (part, query, value)));
        }
        let place = |value: &Value| value.number().unwrap_or(f64::NEG_INFINITY);
        rows.sort_by(|a, b| place(&b.2).total_cmp(&place(&a.2)).then_with(|| a.0.person.cmp(&b.0.person)));
        rows.truncate(RANKED as usize);
        let targets = self.levels_of(metric, &rows.iter().map(|(part, ..)| *part).collect::<Vec<_>>(), period, adds_up).await?;
        by_person(&mut answer, rows.iter().map(|(part, _, value)| (part.person.clone(), value.clone())));
        let questions = rows.into_iter().map(|(_, query, _)| query).collect();
        let block = Block { question: Question { query: base, compare: Vec::new() }, answer };
        Ok(Ranked { label, period, elapsed: period.elapsed(self.day), block, targets, questions })
    }

    /// What people answer for that the metric can be asked for: of each person the first dimension by name that fits;
    /// nothing where there are no assignments.
    async fn parts(&self, metric: &str, period: Period) -> Result<Vec<Part>> {
        let all = list_assignments(self.app).await?;
        let names: BTreeSet<&str> = all.iter().map(|assignment| assignment.dimension.as_str()).collect();
        let fitting = |dimension| Some((dimension, dimension_name(self.definitions, metric, dimension)?));
        let fitting: BTreeMap<&str, String> = names.into_iter().filter_map(fitting).collect();
        let mut people: BTreeMap<&str, BTreeMap<&str, Vec<&Assignment>>> = BTreeMap::new();
        for assignment in all.iter().filter(|one| fitting.contains_key(one.dimension.as_str())) {
            people.entry(&assignment.person).or_default().entry(&assignment.dimension).or_default().push(assignment);
        }
        let part = |(person, held): (&str, BTreeMap<&str, Vec<&Assignment>>)| {
            let (dimension, own) = held.into_iter().next()?;
            let stints = cut(&own, period.start(), period.last_day());
            let begun = stints.first().is_some_and(|stint| stint.first <= self.day);
            begun.then(|| Part { person: person.to_owned(), dimension: fitting[dimension].clone(), stints })
        };
        Ok(people.into_iter().filter_map(part).collect())
    }

    /// The segments' values on the days of people's stints, one question per dimension and run of days, and an answer
    /// that carries where they come from.
    async fn segments(&self, base: &MetricQuery, parts: &[Part], adds_up: bool) -> Result<(Answer, Found)> {
        let mut runs: BTreeMap<(String, Date, Date), BTreeSet<&str>> = BTreeMap::new();
        if adds_up || !self.access.rows.is_empty() {
            for (part, stint) in parts.iter().flat_map(|part| part.stints.iter().map(move |stint| (part, stint))) {
                if let Some((first, last)) = self.begun(stint) {
                    let values = stint.values.iter().map(|(value, _)| value.as_str());
                    runs.entry((part.dimension.clone(), first, last)).or_default().extend(values);
                }
            }
        }
        let mut found = Found::new();
        let mut shown = None;
        for ((dimension, first, last), values) in runs {
            let values = values.into_iter().map(|value| (value.to_owned(), Decimal::ONE)).collect();
            let stint = Stint { first, last, values };
            let query = MetricQuery {
                group_by: vec![dimension.clone()],
                where_: base.where_.iter().cloned().chain([filter(&dimension, std::slice::from_ref(&stint), first, last)]).collect(),
                start_time: Some(first.to_string()),
                end_time: Some(last.to_string()),
                ..base.clone()
            };
            let answer = self.plain(query).await?.answer;
            let cells = |row: usize| (answer.frame.columns[0].values[row].to_string(), answer.frame.columns[1].values[row].clone());
            found.insert((dimension, first, last), (0..answer.frame.height()).map(cells).collect());
            shown.get_or_insert(answer);
        }
        let answer = match shown {
            Some(answer) => answer,
            None => self.plain(base.clone()).await?.answer,
        };
        Ok((answer, found))
    }

    /// The days of a stint up to the page's.
    fn begun(&self, stint: &Stint) -> Option<(Date, Date)> {
        (stint.first <= self.day).then(|| (stint.first, stint.last.min(self.day)))
    }

    /// The values of a person's segments so far.
    fn values<'f>(&self, part: &'f Part, found: &'f Found) -> impl Iterator<Item = Option<&'f Value>> {
        let stints = part.stints.iter().filter_map(|stint| Some((stint, self.begun(stint)?)));
        stints.flat_map(move |(stint, (first, last))| {
            let values = found.get(&(part.dimension.clone(), first, last));
            stint.values.iter().map(move |(value, _)| values.and_then(|values| values.get(value)))
        })
    }

    /// Whether rows of every segment are seen: nothing says apart a segment without sales and one that is hidden.
    fn sees(&self, part: &Part, found: &Found) -> bool {
        self.values(part, found).all(|value| value.is_some())
    }

    fn sum(&self, part: &Part, found: &Found) -> Option<Value> {
        let values: Vec<&Value> = self.values(part, found).flatten().filter(|value| !value.is_null()).collect();
        let exact: Option<Decimal> = values.iter().map(|value| value.decimal()).sum();
        let sum = exact.map_or_else(|| Value::Number(values.iter().filter_map(|value| value.number()).sum()), Value::Decimal);
        (!values.is_empty()).then_some(sum)
    }

    /// A person's own target, else those of what they answer for: amounts by the plan of their days, ratios by days.
    async fn levels_of(&self, metric: &str, parts: &[&Part], period: Period, adds_up: bool) -> Result<Vec<Option<Levels>>> {
        let people: Vec<Value> = parts.iter().map(|part| Value::Text(part.person.clone())).collect();
        let own = self.levels_by(metric, PERSON, &people, period).await?;
        let mut paths = BTreeMap::new();
        for dimension in parts.iter().map(|part| part.dimension.as_str()).collect::<BTreeSet<_>>() {
            let held = parts.iter().filter(|part| part.dimension == dimension).flat_map(|part| &part.stints);
            let segments = held.flat_map(|stint| &stint.values).map(|(value, _)| (dimension, value.as_str()));
            let targets: Vec<&Target> = segments.flat_map(|segment| self.targets(metric, Some(segment), period)).collect();
            paths.insert(dimension, self.paths(metric, Some(dimension), &targets, period.last_day()).await?);
        }
        let levels = |(part, own): (&&Part, Option<Levels>)| {
            own.or_else(|| self.levels_of_segments(metric, part, period, adds_up, &paths[part.dimension.as_str()]))
        };
        Ok(parts.iter().zip(own).map(levels).collect())
    }

    fn levels_of_segments(&self, metric: &str, part: &Part, period: Period, adds_up: bool, paths: &OpenPaths) -> Option<Levels> {
        let mut sum = Levels { floor: Some(Decimal::ZERO), target: Decimal::ZERO, stretch: Some(Decimal::ZERO), planned: Decimal::ZERO };
        let mut days = Decimal::ZERO;
        for (stint, (value, _)) in part.stints.iter().flat_map(|stint| stint.values.iter().map(move |value| (stint, value))) {
            let segment = Some((part.dimension.as_str(), value.as_str()));
            let whole = self.levels_on(metric, segment, period, paths)?;
            let own = if adds_up {
                let targets = self.targets(metric, segment, period);
                self.within(stint, &whole, |day| self.planned(metric, segment, &targets, paths, day))
            } else {
                let length = Decimal::from(stint.first.until(stint.last).map_or(0, |span| span.get_days()) + 1);
                days += length;
                whole.scaled(length)
            };
            sum = sum.plus(&own);
        }
        if adds_up { Some(sum) } else { Some(sum.scaled(Decimal::ONE.checked_div(days)?)) }
    }

    /// A segment's levels on the days of a stint, by what is planned until a day.
    fn within(&self, stint: &Stint, whole: &Levels, planned: impl Fn(Date) -> Decimal) -> Levels {
        let before = planned(stint.first.saturating_sub(1.day()));
        let part = (planned(stint.last) - before).checked_div(whole.target).unwrap_or_default();
        let so_far = if stint.first <= self.day { planned(stint.last.min(self.day)) - before } else { Decimal::ZERO };
        Levels { planned: so_far, ..whole.scaled(part) }
    }
}

impl Levels {
    fn scaled(&self, factor: Decimal) -> Self {
        let scaled = |level: Decimal| (level * factor).round_dp(super::goal::SCALE);
        Self {
            floor: self.floor.map(scaled),
            target: scaled(self.target),
            stretch: self.stretch.map(scaled),
            planned: scaled(self.planned),
        }
    }

    fn plus(&self, other: &Self) -> Self {
        Self {
            floor: self.floor.zip(other.floor).map(|(a, b)| a + b),
            target: self.target + other.target,
            stretch: self.stretch.zip(other.stretch).map(|(a, b)| a + b),
            planned: self.planned + other.planned,
        }
    }
}

fn only_value(answer: &Answer) -> Option<Value> {
    let metric = answer.columns.iter().position(|column| column.role == Role::Metric)?;
    answer.frame.columns[metric].values.first().filter(|value| !value.is_null()).cloned()
}

/// Makes an answer one by person.
fn by_person(answer: &mut Answer, rows: impl Iterator<Item = (String, Value)>) {
    let Some(position) = answer.columns.iter().position(|column| column.role == Role::Metric) else { return };
    let (people, values): (Vec<Value>, Vec<Value>) = rows.map(|(person, value)| (Value::Text(person), value)).unzip();
    let metric = answer.columns.swap_remove(position);
    let person = AnswerColumn {
        name: PERSON.to_owned(),
        role: Role::Dimension,
        kind: ValueKind::Text,
        grain: None,
        label: Label::new("人员", "Person"),
        format: None,
        unit: None,
        direction: None,
        metric: None,
        comparison: None,
        measure: None,
    };
    let column = |name: &str, kind, values| Column { name: name.to_owned(), kind, values };
    answer.frame = Frame { columns: vec![column(PERSON, ValueKind::Text, people), column(&metric.name, metric.kind, values)] };
    answer.columns = vec![person, metric];
}
