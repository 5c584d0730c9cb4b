//! Which segments to name: few, without overlap, and those that moved most.

use std::collections::BTreeMap;

use crate::answer::{StatsError, all_finite, same_length};

/// Fewest leaves for which noise can be told from a cause.
const MIN_LEAVES: usize = 8;
/// Most causes named before single values.
const MAX_CAUSES: usize = 3;
/// Most dimensions that one cause combines.
const MAX_COMBINED: u32 = 3;
/// How far beyond the usual deviation of a leaf a cause must be, in standard deviations.
const OUTSTANDING: f64 = 2.5;
/// Share of the whole change that a cause must make up, to be worth a line of its own.
const MIN_SHARE: f64 = 0.1;
/// What a further dimension must gain to be worth naming.
const COMBINING: f64 = 0.92;

/// Leaves to choose among, one per combination of values that occurs.
#[derive(Debug, Clone, Copy)]
pub struct Candidates<'a> {
    /// Value numbers per dimension, each as long as the leaves.
    pub codes: &'a [Vec<u32>],
    /// What each leaf did to the whole; they sum to the change.
    pub effects: &'a [f64],
    /// How much each leaf holds: the mean of its amounts (for a ratio: of its denominators) before and after.
    pub sizes: &'a [f64],
}

/// A segment: leaves that no earlier segment holds and whose dimensions have these values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// (dimension, value number) pairs that all hold.
    pub elements: Vec<(usize, u32)>,
    pub leaves: Vec<usize>,
    /// It moved by itself, beyond noise and what all did; else it is merely a large part.
    pub is_cause: bool,
}

/// Segments, and the leaves that none of them holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picks {
    pub picks: Vec<Pick>,
    pub rest: Vec<usize>,
}

/// Chooses at most `most` disjoint segments, so that few names tell most of the change.
///
/// First the causes, which may combine dimensions: the combination that deviates most from the common change, in
/// units of the square root of its size, as sums of independent amounts deviate; as long as it stands out of the
/// leaves' usual deviation (their median) and makes up a tenth of the change. Then the values of the one dimension that tells apart best what is left.
///
/// # Errors
/// Columns of unequal length, more than 20 dimensions, values that are not finite.
pub fn pick(candidates: &Candidates<'_>, most: usize) -> crate::Result<Picks> {
    check(candidates)?;
    let mut open: Vec<bool> = vec![true; candidates.effects.len()];
    let mut picks: Vec<Pick> = Vec::new();
    if open.len() >= MIN_LEAVES {
        while picks.len() < MAX_CAUSES.min(most) {
            let Some(elements) = outstanding(candidates, &open) else { break };
            take(candidates, elements, true, &mut open, &mut picks);
        }
    }
    if let Some(dimension) = best_dimension(candidates, &open) {
        let mut values: Vec<(u32, f64)> =
            grouped(candidates, 1 << dimension, &open).into_iter().map(|(values, part)| (values[0], part.effect)).collect();
        values.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
        for (value, _) in values.into_iter().take(most.saturating_sub(picks.len())) {
            take(candidates, vec![(dimension, value)], false, &mut open, &mut picks);
        }
    }
    let rest = (0..open.len()).filter(|&leaf| open[leaf]).collect();
    Ok(Picks { picks, rest })
}

/// How well parts tell a change apart: the largest deviation of one from the common change, by the square root of its
/// size; 0 when all moved alike. `parts` are (effect, size).
pub fn separation(parts: &[(f64, f64)]) -> f64 {
    let whole = parts.iter().fold(Part::default(), |sum, &(effect, size)| sum.plus(effect, size));
    parts.iter().map(|&(effect, size)| Part { effect, size }.deviation(whole)).fold(0.0, f64::max)
}

/// A sum of leaves.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    effect: f64,
    size: f64,
}

impl Part {
    fn plus(self, effect: f64, size: f64) -> Self {
        Self { effect: self.effect + effect, size: self.size + size }
    }

    /// Its effect beyond its share of the whole change, by the square root of its size.
    fn deviation(self, whole: Self) -> f64 {
        if self.size <= 0.0 || whole.size <= 0.0 {
            return 0.0;
        }
        (self.effect - whole.effect * self.size / whole.size).abs() / self.size.sqrt()
    }
}

fn check(candidates: &Candidates<'_>) -> crate::Result<()> {
    let leaves = candidates.effects.len();
    if candidates.codes.len() > 20 {
        return Err(StatsError::Invalid(format!("{} dimensions are given: 20 at most", candidates.codes.len())));
    }
    for codes in candidates.codes {
        same_length("a dimension", codes.len(), "effects", leaves)?;
    }
    same_length("sizes", candidates.sizes.len(), "effects", leaves)?;
    all_finite("effects", candidates.effects)?;
    all_finite("sizes", candidates.sizes)
}

fn take(candidates: &Candidates<'_>, elements: Vec<(usize, u32)>, is_cause: bool, open: &mut [bool], picks: &mut Vec<Pick>) {
    let holds = |leaf: usize| elements.iter().all(|&(dimension, value)| candidates.codes[dimension][leaf] == value);
    let leaves: Vec<usize> = (0..open.len()).filter(|&leaf| open[leaf] && holds(leaf)).collect();
    if !leaves.is_empty() {
        leaves.iter().for_each(|&leaf| open[leaf] = false);
        picks.push(Pick { elements, leaves, is_cause });
    }
}

/// Open leaves by the values of the dimensions in a bit mask.
fn grouped(candidates: &Candidates<'_>, mask: u32, open: &[bool]) -> BTreeMap<Vec<u32>, Part> {
    let mut parts: BTreeMap<Vec<u32>, Part> = BTreeMap::new();
    for leaf in (0..open.len()).filter(|&leaf| open[leaf]) {
        let values = dimensions(mask).map(|dimension| candidates.codes[dimension][leaf]).collect();
        let part = parts.entry(values).or_default();
        *part = part.plus(candidates.effects[leaf], candidates.sizes[leaf]);
    }
    parts
}

fn dimensions(mask: u32) -> impl Iterator<Item = usize> {
    (0..32).filter(move |bit| mask >> bit & 1 == 1).map(|bit| bit as usize)
}

fn whole(candidates: &Candidates<'_>, open: &[bool]) -> Part {
    let leaves = (0..open.len()).filter(|&leaf| open[leaf]);
    leaves.fold(Part::default(), |sum, leaf| sum.plus(candidates.effects[leaf], candidates.sizes[leaf]))
}

/// The combination of values that deviates most, when it stands out.
fn outstanding(candidates: &Candidates<'_>, open: &[bool]) -> Option<Vec<(usize, u32)>> {
    let whole = whole(candidates, open);
    let mut usual: Vec<f64> = (0..open.len())
        .filter(|&leaf| open[leaf] && candidates.sizes[leaf] > 0.0)
        .map(|leaf| Part { effect: candidates.effects[leaf], size: candidates.sizes[leaf] }.deviation(whole))
        .collect();
    if usual.len() < MIN_LEAVES {
        return None;
    }
    usual.sort_by(f64::total_cmp);
    // The median of a normal deviation's size is 0.6745 standard deviations.
    let least = OUTSTANDING * usual[usual.len() / 2] / 0.6745;
    let least_effect = MIN_SHARE * candidates.effects.iter().sum::<f64>().abs();
    let mut best: Option<(f64, Vec<(usize, u32)>)> = None;
    for mask in (1..1_u32 << candidates.codes.len()).filter(|mask| mask.count_ones() <= MAX_COMBINED) {
        let parts = grouped(candidates, mask, open);
        if parts.len() < 2 {
            continue;
        }
        for (values, part) in parts {
            let deviation = part.deviation(whole);
            let score = deviation * COMBINING.powi(mask.count_ones() as i32 - 1);
            if deviation > least && part.effect.abs() >= least_effect && best.as_ref().is_none_or(|(other, _)| score > *other) {
                best = Some((score, dimensions(mask).zip(values).collect()));
            }
        }
    }
    best.map(|(_, elements)| elements)
}

/// The dimension whose values tell the open leaves apart best.
fn best_dimension(candidates: &Candidates<'_>, open: &[bool]) -> Option<usize> {
    if !open.contains(&true) {
        return None;
    }
    let score = |dimension: usize| {
        let parts: Vec<(f64, f64)> = grouped(candidates, 1 << dimension, open).into_values().map(|part| (part.effect, part.size)).collect();
        separation(&parts)
    };
    let scores: Vec<f64> = (0..candidates.codes.len()).map(score).collect();
    (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(b.cmp(&a)))
}
