//! The search over combinations, strongest cause first.

use super::evidence::{self, Evidence};
use super::lattice::Lattice;
use super::{Amount, Cause, Limits, Measure, Merged, RootCauses};

/// What a cause must bring beyond its naming cost, in nats: most combinations are no cause.
const CAUTION: f64 = 1.0;

/// Evidence summed over the cells of every cuboid, for the leaves not explained yet.
struct Sums {
    /// Per cuboid, row-major: cell by candidate share.
    by_cuboid: Vec<Vec<f64>>,
    candidates: usize,
}

/// The best combination of one round.
#[derive(Clone, Copy)]
struct Pick {
    score: f64,
    cuboid: usize,
    cell: usize,
    candidate: usize,
}

pub(super) fn search(leaves: &Merged, limits: Limits) -> RootCauses {
    let (actual, expected): (Vec<f64>, Vec<f64>) = leaves.amounts.iter().map(|l| (l.actual, l.expected)).unzip();
    let change = actual.iter().sum::<f64>() - expected.iter().sum::<f64>();
    // A dimension of one value distinguishes nothing.
    let dims: Vec<usize> = (0..leaves.codes.len()).filter(|&d| leaves.codes[d].iter().any(|&c| c != leaves.codes[d][0])).collect();
    let codes: Vec<&[u32]> = dims.iter().map(|&d| leaves.codes[d].as_slice()).collect();
    let lattice = Lattice::build(&codes, leaves.amounts.len(), limits.max_layer);
    let everything = Totals::of(leaves.amounts.iter());
    let mut found = RootCauses {
        causes: Vec::new(),
        actual: everything.actual(leaves.measure),
        expected: everything.expected(leaves.measure),
        explained: 0.0,
        leaves: leaves.amounts.len(),
        layers: lattice.layers,
    };
    if change == 0.0 {
        return found;
    }
    let evidence = evidence::weigh(&actual, &expected, change.signum(), leaves.measure);
    let is_ratio = leaves.measure == Measure::Ratio;
    let min_power = limits.min_power.unwrap_or(if is_ratio { 0.1 } else { 0.0 });
    let min_relative = limits.min_relative_score.unwrap_or(if is_ratio { 0.5 } else { 0.0 });
    let mut sums = Sums::of(&lattice, &evidence, leaves.amounts.len());
    let mut open = vec![true; leaves.amounts.len()];
    while found.causes.len() < limits.max_causes {
        let Some(pick) = best(&lattice, &sums, dims.len()) else {
            break;
        };
        let cell_of = &lattice.cuboids[pick.cuboid].cell_of;
        let under: Vec<usize> = (0..open.len()).filter(|&leaf| cell_of[leaf] as usize == pick.cell).collect();
        let power = under.iter().filter(|&&l| open[l]).map(|&l| actual[l] - expected[l]).sum::<f64>() / change;
        let strongest = found.causes.first().map_or(pick.score, |c: &Cause| c.score);
        if pick.score < min_relative * strongest {
            break;
        }
        for &leaf in under.iter().filter(|&&l| open[l]) {
            sums.remove(&lattice, &evidence, leaf);
        }
        under.iter().for_each(|&leaf| open[leaf] = false);
        if power < min_power {
            continue;
        }
        found.explained += power;
        let share = evidence.shares[pick.candidate];
        let change = if change < 0.0 { -share } else { relative_rise(share) };
        found.causes.push(describe(leaves, &lattice, &dims, pick, &under, power, change, &everything));
    }
    found.causes.sort_by(|a, b| b.score.total_cmp(&a.score));
    found
}

/// Rise over the expectation when the expectation is `share` below the actual value.
fn relative_rise(share: f64) -> f64 {
    if share < 1.0 { 1.0 / (1.0 - share) - 1.0 } else { f64::INFINITY }
}

impl Sums {
    fn of(lattice: &Lattice, evidence: &Evidence, leaves: usize) -> Self {
        let candidates = evidence.shares.len();
        let by_cuboid = lattice
            .cuboids
            .iter()
            .map(|cuboid| {
                let mut sums = vec![0.0; cuboid.example.len() * candidates];
                for leaf in 0..leaves {
                    let at = cuboid.cell_of[leaf] as usize * candidates;
                    let row = &mut sums[at..at + candidates];
                    row.iter_mut().zip(evidence.of_leaf(leaf)).for_each(|(sum, ratio)| *sum += ratio);
                }
                sums
            })
            .collect();
        Self { by_cuboid, candidates }
    }

    fn remove(&mut self, lattice: &Lattice, evidence: &Evidence, leaf: usize) {
        for (cuboid, sums) in lattice.cuboids.iter().zip(&mut self.by_cuboid) {
            let at = cuboid.cell_of[leaf] as usize * self.candidates;
            let row = &mut sums[at..at + self.candidates];
            row.iter_mut().zip(evidence.of_leaf(leaf)).for_each(|(sum, ratio)| *sum -= ratio);
        }
    }
}

/// The strongest combination that no split along one more dimension beats; `None` when none pays its cost.
fn best(lattice: &Lattice, sums: &Sums, dims: usize) -> Option<Pick> {
    let naming = CAUTION + (lattice.cuboids.len() as f64 + 1.0).ln() + 0.5 * (sums.candidates as f64).ln();
    // What the cells of a cuboid explain when split along each dimension, filled by their children.
    let mut splits: Vec<Vec<f64>> = lattice.cuboids.iter().map(|c| vec![0.0; c.example.len() * dims]).collect();
    let mut best: Option<Pick> = None;
    for (at, cuboid) in lattice.cuboids.iter().enumerate().rev() {
        let cost = naming + (cuboid.example.len() as f64).ln();
        for cell in 0..cuboid.example.len() {
            let row = &sums.by_cuboid[at][cell * sums.candidates..(cell + 1) * sums.candidates];
            let (candidate, evidence) = strongest(row);
            let own = evidence - cost;
            let split = splits[at][cell * dims..(cell + 1) * dims].iter().copied().fold(0.0, f64::max);
            if own > split && best.is_none_or(|b| own > b.score) {
                best = Some(Pick { score: own, cuboid: at, cell, candidate });
            }
            let worth = own.max(split);
            let example = cuboid.example[cell] as usize;
            for dim in (0..dims).filter(|dim| cuboid.mask >> dim & 1 == 1) {
                if let Some(&parent) = lattice.place.get(&(cuboid.mask ^ 1 << dim)) {
                    splits[parent][lattice.cuboids[parent].cell_of[example] as usize * dims + dim] += worth;
                }
            }
        }
    }
    best
}

fn strongest(row: &[f64]) -> (usize, f64) {
    row.iter().enumerate().fold((0, f64::NEG_INFINITY), |best, (i, &v)| if v > best.1 { (i, v) } else { best })
}

#[allow(clippy::too_many_arguments)] // One place collects what was found; a struct for it would be used once.
fn describe(
    leaves: &Merged,
    lattice: &Lattice,
    dims: &[usize],
    pick: Pick,
    under: &[usize],
    power: f64,
    change: f64,
    everything: &Totals,
) -> Cause {
    let cuboid = &lattice.cuboids[pick.cuboid];
    let example = cuboid.example[pick.cell] as usize;
    let elements =
        (0..dims.len()).filter(|bit| cuboid.mask >> bit & 1 == 1).map(|bit| (dims[bit], leaves.codes[dims[bit]][example])).collect();
    let part = Totals::of(under.iter().map(|&leaf| &leaves.amounts[leaf]));
    Cause {
        elements,
        explanatory_power: power,
        score: pick.score,
        change,
        surprise: part.surprise(everything),
        actual: part.actual(leaves.measure),
        expected: part.expected(leaves.measure),
        leaves: under.len(),
    }
}

/// Sums over leaves.
#[derive(Default)]
struct Totals {
    amount: Amount,
}

impl Totals {
    fn of<'a>(leaves: impl Iterator<Item = &'a Amount>) -> Self {
        let mut sum = Amount::default();
        for leaf in leaves {
            sum.actual += leaf.actual;
            sum.expected += leaf.expected;
            sum.expected_numerator += leaf.expected_numerator;
            sum.actual_denominator += leaf.actual_denominator;
            sum.expected_denominator += leaf.expected_denominator;
        }
        Self { amount: sum }
    }

    fn actual(&self, measure: Measure) -> f64 {
        of_measure(measure, self.amount.actual, self.amount.actual_denominator)
    }

    fn expected(&self, measure: Measure) -> f64 {
        of_measure(measure, self.amount.expected_numerator, self.amount.expected_denominator)
    }

    /// Term of the Jensen-Shannon divergence between the expected and the actual composition.
    fn surprise(&self, whole: &Self) -> f64 {
        let (p, q) = (self.amount.expected / whole.amount.expected, self.amount.actual / whole.amount.actual);
        let term = |x: f64| {
            if x > 0.0 && p + q > 0.0 { x * (2.0 * x / (p + q)).ln() } else { 0.0 }
        };
        let surprise = 0.5 * (term(p) + term(q));
        if surprise.is_finite() { surprise } else { 0.0 }
    }
}

/// The amount, or numerator ÷ denominator; NaN for a ratio without a denominator.
fn of_measure(measure: Measure, numerator: f64, denominator: f64) -> f64 {
    match measure {
        Measure::Additive => numerator,
        Measure::Ratio if denominator > 0.0 => numerator / denominator,
        Measure::Ratio => f64::NAN,
    }
}
