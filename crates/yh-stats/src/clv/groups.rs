//! Customers sorted by their number of purchases: what depends on it alone is computed once a group.

use std::ops::Range;

use rayon::prelude::*;

use super::jet::Jet;

/// Customers a thread takes at a time.
const CHUNK: usize = 8_192;

/// Some customers with the same number of purchases.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub x: f64,
    pub rows: Range<usize>,
}

/// Distinct counts with their number of customers, ascending. Counts are whole and not negative.
pub(super) fn count_by_x(x: &[f64]) -> Vec<(f64, f64)> {
    counts_of(x).into_iter().enumerate().filter(|(_, n)| *n > 0).map(|(x, n)| (x as f64, n as f64)).collect()
}

/// Columns in the order of `x` (equal ones as they come), in blocks of one count each.
pub(super) fn sorted_by_x<const N: usize>(x: &[f64], columns: [&[f64]; N]) -> (Vec<Block>, [Vec<f64>; N]) {
    let mut starts = counts_of(x);
    let mut blocks = Vec::new();
    let mut next = 0;
    for (x, start) in starts.iter_mut().enumerate() {
        let end = next + *start;
        *start = next;
        for from in (next..end).step_by(CHUNK) {
            blocks.push(Block { x: x as f64, rows: from..end.min(from + CHUNK) });
        }
        next = end;
    }
    let sorted = |column: &[f64]| {
        let (mut places, mut sorted) = (starts.clone(), vec![0.0; x.len()]);
        for (&x, &value) in x.iter().zip(column) {
            let place = &mut places[x as usize];
            sorted[*place] = value;
            *place += 1;
        }
        sorted
    };
    let mut all = columns.par_iter().map(|c| sorted(c)).collect::<Vec<_>>().into_iter();
    (blocks, std::array::from_fn(|_| all.next().unwrap_or_default()))
}

/// The sum of `part` over the blocks, on all threads where it pays; they are added in order, so that the
/// sum is the same on any number of threads.
pub(super) fn sum_over<const N: usize>(blocks: &[Block], part: impl Fn(&Block) -> Jet<N> + Send + Sync) -> Jet<N> {
    let rows = blocks.last().map_or(1, |b| b.rows.end);
    let parts: Vec<Jet<N>> = blocks.par_iter().with_min_len((blocks.len() * CHUNK).div_ceil(rows)).map(part).collect();
    let mut sum = Jet::ZERO;
    parts.iter().for_each(|part| sum.add(part, 1.0));
    sum
}

fn counts_of(x: &[f64]) -> Vec<usize> {
    let most = x.iter().fold(0.0_f64, |m, &v| m.max(v)) as usize;
    let mut counts = vec![0; most + 1];
    x.iter().for_each(|&v| counts[v as usize] += 1);
    counts
}
