//! Which cascades do not add up: children whose targets do not sum to their parent's.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use yh_model::{Grain, Period, target::Target};

use crate::{
    App, Result,
    additive::{Over, is_additive},
};

/// A parent and children that differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub metric: String,
    /// The parent's segment; none is the company.
    pub segment: Option<(String, String)>,
    pub period: Period,
    /// What the children are: a dimension, or a grain.
    pub by: String,
    /// `floor`, `target` or `stretch`.
    pub level: &'static str,
    pub parent: Decimal,
    pub children: usize,
    pub sum: Decimal,
}

impl Difference {
    /// Children minus parent.
    pub fn difference(&self) -> Decimal {
        self.sum - self.parent
    }
}

/// Lists the targets in force whose children do not sum to them; children that do not cover their parent are listed too.
pub async fn check_targets(app: &App) -> Result<Vec<Difference>> {
    let definitions = app.definitions().await?;
    let targets = super::targets_in_force(app).await?;
    let adds_up = |metric: &str, over: Over| is_additive(&definitions.catalog, metric, over);
    Ok(differences(&targets, adds_up))
}

fn differences(targets: &[Target], adds_up: impl Fn(&str, Over) -> bool) -> Vec<Difference> {
    let mut by_metric: BTreeMap<&str, Vec<&Target>> = BTreeMap::new();
    for target in targets {
        by_metric.entry(&target.metric).or_default().push(target);
    }
    let mut found = Vec::new();
    for (metric, own) in by_metric {
        let segments = adds_up(metric, Over::Segments);
        let time = adds_up(metric, Over::Time);
        for parent in &own {
            for (by, children) in families(parent, &own) {
                let counts = if is_time(&by) { time } else { segments };
                if counts {
                    found.extend(compare(parent, &by, &children));
                }
            }
        }
    }
    found
}

/// The family of periods that have no grain.
const DAYS: &str = "days";

/// Children of a target: segments of the company in the same period, and shorter periods of the same segment.
fn families<'a>(parent: &Target, own: &[&'a Target]) -> BTreeMap<String, Vec<&'a Target>> {
    let mut families: BTreeMap<String, Vec<&Target>> = BTreeMap::new();
    for child in own {
        match (&parent.segment, &child.segment) {
            (None, Some((dimension, _))) if child.period == parent.period => families.entry(dimension.clone()).or_default().push(child),
            (a, b) if a == b && child.period.is_part_of(parent.period) => {
                let by = child.period.grain().map_or(DAYS, Grain::name);
                families.entry(by.to_owned()).or_default().push(child);
            }
            _ => {}
        }
    }
    // Some days or weeks planned ahead are no cascade of a longer period; all of them are.
    families.retain(|by, children| !is_time(by) || covers(parent.period, children));
    families
}

fn is_time(by: &str) -> bool {
    by == DAYS || Grain::parse(by).is_some()
}

fn covers(parent: Period, children: &[&Target]) -> bool {
    let days: i32 = children.iter().map(|child| child.period.days()).sum();
    days == parent.days()
}

fn compare(parent: &Target, by: &str, children: &[&Target]) -> Vec<Difference> {
    let level = |name, of: fn(&Target) -> Option<Decimal>| {
        let whole = of(parent)?;
        let sum = children.iter().map(|child| of(child)).sum::<Option<Decimal>>()?;
        (sum != whole).then(|| Difference {
            metric: parent.metric.clone(),
            segment: parent.segment.clone(),
            period: parent.period,
            by: by.to_owned(),
            level: name,
            parent: whole,
            children: children.len(),
            sum,
        })
    };
    [level("floor", |target| target.floor), level("target", |target| Some(target.target)), level("stretch", |target| target.stretch)]
        .into_iter()
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(segment: Option<(&str, &str)>, period: &str, value: i64) -> Target {
        Target {
            metric: "paid_amount".into(),
            segment: segment.map(|(dimension, value)| (dimension.to_owned(), value.to_owned())),
            period: period.parse().expect(period),
            floor: Some(Decimal::from(value - 1)),
            target: Decimal::from(value),
            stretch: None,
            reason: String::new(),
        }
    }

    #[test]
    fn children_that_do_not_sum_are_listed() {
        let targets = [
            target(None, "2025-11", 100),
            target(Some(("store", "S01")), "2025-11", 60),
            target(Some(("store", "S02")), "2025-11", 41),
            target(None, "2025-11-11", 30),
        ];
        let found = differences(&targets, |_, _| true);
        let listed: Vec<(&str, &str, Decimal)> = found.iter().map(|one| (one.by.as_str(), one.level, one.difference())).collect();
        // Both floors are one less than their targets, so they meet the parent's.
        assert_eq!(listed, [("store", "target", Decimal::ONE)]);
        assert!(differences(&targets, |_, _| false).is_empty());
    }

    #[test]
    fn only_parts_that_cover_a_period_are_its_children() {
        let mut targets = vec![target(Some(("store", "S01")), "2025-Q4", 100)];
        for month in ["2025-10", "2025-11"] {
            targets.push(target(Some(("store", "S01")), month, 30));
        }
        assert!(differences(&targets, |_, _| true).is_empty());
        targets.push(target(Some(("store", "S01")), "2025-12", 30));
        let found = differences(&targets, |_, _| true);
        assert_eq!(
            found.iter().map(|one| (one.by.as_str(), one.sum)).collect::<Vec<_>>(),
            [("month", Decimal::from(87)), ("month", Decimal::from(90))]
        );
    }
}
