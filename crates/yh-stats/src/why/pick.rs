//! Which segments to name: few, without overlap, and those that moved most.

use std::collections::BTreeMap;

use crate::answer::{Answer, StatsError, same_length};
use crate::rootcause::{Leaves, Limits, localise};

/// Least share of the whole change that a cause must make up to be named first.
const MIN_CAUSE: f64 = 0.05;
/// Most causes named before single values.
const MAX_CAUSES: usize = 3;

/// A segment: rows that no earlier segment holds and whose dimensions have these values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// (dimension, value number) pairs that all hold.
    pub elements: Vec<(usize, u32)>,
    /// Its rows of the leaves.
    pub leaves: Vec<usize>,
    /// Found as a root cause, not only as a large part.
    pub is_cause: bool,
}

/// Segments, and the leaves that none of them holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picks {
    pub picks: Vec<Pick>,
    pub rest: Vec<usize>,
}

/// Chooses at most `most` disjoint segments of the leaves, whose effects sum to the change.
///
/// First the root causes ([`localise`]), which may combine dimensions; then the values of the one
/// dimension that separates what is left best, by the size of their effect. `effects` and `bases`
/// (share of the amount before; any scale) are parallel to the leaves.
///
/// # Errors
/// Columns of unequal length, no dimension or too many.
pub fn pick(leaves: &Leaves<'_>, effects: &[f64], bases: &[f64], most: usize) -> crate::Result<Picks> {
    same_length("effects", effects.len(), "actual", leaves.actual.len())?;
    same_length("bases", bases.len(), "actual", leaves.actual.len())?;
    let mut open = vec![true; effects.len()];
    let mut picks = Vec::new();
    let mut take = |elements: Vec<(usize, u32)>, is_cause: bool, open: &mut [bool]| {
        let holds = |row: usize| elements.iter().all(|&(dimension, value)| leaves.codes[dimension][row] == value);
        let rows: Vec<usize> = (0..open.len()).filter(|&row| open[row] && holds(row)).collect();
        if !rows.is_empty() {
            rows.iter().for_each(|&row| open[row] = false);
            picks.push(Pick { elements, leaves: rows, is_cause });
        }
    };
    let limits = Limits { max_causes: MAX_CAUSES.min(most), min_power: Some(MIN_CAUSE), ..Limits::default() };
    let causes = match localise(leaves, limits) {
        Ok(Answer::Known(found)) => found.causes,
        // Too few leaves, or amounts below 0 in a ratio: sizes alone decide.
        Ok(Answer::TooFew(_)) | Err(StatsError::OutOfRange { .. }) => Vec::new(),
        Err(error) => return Err(error),
    };
    let named = causes.len();
    for cause in causes {
        take(cause.elements, true, &mut open);
    }
    if open.contains(&true) {
        let best = (0..leaves.codes.len()).max_by(|&a, &b| {
            let score = |dimension: usize| separation(&grouped(&leaves.codes[dimension], effects, bases, &open));
            score(a).total_cmp(&score(b)).then(b.cmp(&a))
        });
        if let Some(dimension) = best {
            let mut values: Vec<(u32, f64)> =
                by_value(&leaves.codes[dimension], effects, bases, &open).into_iter().map(|(value, (effect, _))| (value, effect)).collect();
            values.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
            for (value, _) in values.into_iter().take(most.saturating_sub(named)) {
                take(vec![(dimension, value)], false, &mut open);
            }
        }
    }
    let rest = (0..open.len()).filter(|&row| open[row]).collect();
    Ok(Picks { picks, rest })
}

/// How well parts tell a change apart: the largest effect beyond a part's even share, 0 when all moved alike.
/// `parts` are (effect, base).
pub fn separation(parts: &[(f64, f64)]) -> f64 {
    let (change, base) = parts.iter().fold((0.0, 0.0), |(e, b), part| (e + part.0, b + part.1));
    let even = |own: f64| if base == 0.0 { change / parts.len() as f64 } else { change * own / base };
    parts.iter().map(|(effect, own)| (effect - even(*own)).abs()).fold(0.0, f64::max)
}

fn by_value(codes: &[u32], effects: &[f64], bases: &[f64], open: &[bool]) -> BTreeMap<u32, (f64, f64)> {
    let mut sums: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    for row in (0..codes.len()).filter(|&row| open[row]) {
        let sum = sums.entry(codes[row]).or_default();
        sum.0 += effects[row];
        sum.1 += bases[row];
    }
    sums
}

fn grouped(codes: &[u32], effects: &[f64], bases: &[f64], open: &[bool]) -> Vec<(f64, f64)> {
    by_value(codes, effects, bases, open).into_values().collect()
}
