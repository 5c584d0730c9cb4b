//! The kinds of evidence, each judged against its own past, and how they are pooled.

use std::collections::VecDeque;

use super::tail::Tail;
use super::{Cause, Scale};

/// Rows of the windows that show a burst, a shift or change of spread, and a trend.
const BURST: usize = 5;
const SHIFT: usize = 24;
const TREND: usize = 120;
/// Least mean excess of a tail, in logarithms of residual size.
const FLOOR: f64 = 0.1;
/// A quieter spell counts only when moves fall below exp(-2) of the usual: stuck, not calm.
const STUCK: f64 = 2.0;
/// Kinds of evidence that are added up: one event shows in several, noise rarely does.
const POOLED: usize = 3;

/// Each statistic: its cause, the rows it looks over, and its kind.
const STATISTICS: [(Cause, usize, usize); 12] = [
    (Cause::Spike, 1, 0),
    (Cause::Dip, 1, 0),
    (Cause::ShiftUp, BURST, 1),
    (Cause::ShiftDown, BURST, 1),
    (Cause::ShiftUp, SHIFT, 2),
    (Cause::ShiftDown, SHIFT, 2),
    (Cause::Noisier, SHIFT, 3),
    (Cause::Stuck, SHIFT, 3),
    (Cause::High, 1, 4),
    (Cause::Low, 1, 4),
    (Cause::TrendUp, TREND, 5),
    (Cause::TrendDown, TREND, 5),
];
const KINDS: usize = 6;

/// One row as the channels see it.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Away from the recent and the usual level, where both agree.
    pub residual: f64,
    /// Away from the usual level of this hour.
    pub drift: f64,
    /// Away from the long-run mean.
    pub distance: f64,
    /// Change since the row before.
    pub step: f64,
    /// Size of a usual residual.
    pub unit: f64,
}

/// The past of every statistic.
#[derive(Debug, Clone)]
pub struct Channels {
    tails: Vec<Tail>,
    drifts: VecDeque<f64>,
    steps: VecDeque<f64>,
    step_scale: Scale,
}

impl Channels {
    pub fn new() -> Self {
        Self {
            tails: STATISTICS.iter().map(|(_, rows, _)| Tail::new(*rows, FLOOR)).collect(),
            drifts: VecDeque::with_capacity(TREND),
            steps: VecDeque::with_capacity(TREND),
            step_scale: Scale::default(),
        }
    }

    /// Judges a row, then learns from it: the pooled evidence (sum of -log10 chances of the three most
    /// unusual kinds) and the cause that contributes most.
    pub fn judge(&mut self, row: Row) -> (f64, Cause) {
        push(&mut self.drifts, row.drift);
        push(&mut self.steps, row.step.abs());
        let least = 0.01 * row.unit;
        let stirred = ((mean(&self.steps, SHIFT) + least) / (self.step_scale.get() + least)).max(1e-12).ln();
        self.step_scale.learn(row.step.abs(), super::MEMORY);
        let statistics = self.statistics(row, stirred);
        let mut kinds = [(0.0, Cause::None); KINDS];
        for ((tail, x), (cause, rows, kind)) in self.tails.iter_mut().zip(statistics).zip(STATISTICS) {
            if self.drifts.len() < rows.max(SHIFT) {
                continue;
            }
            let evidence = -tail.chance(x).max(1e-30).log10();
            if evidence > kinds[kind].0 {
                kinds[kind] = (evidence, cause);
            }
            tail.observe(x);
        }
        // A trend moves slowly and shows in nothing else: it must convince alone.
        let trend = kinds[KINDS - 1];
        let others = &mut kinds[..KINDS - 1];
        others.sort_by(|a, b| b.0.total_cmp(&a.0));
        let pooled = others[..POOLED].iter().map(|k| k.0).sum::<f64>();
        if trend.0 > pooled { trend } else { (pooled, others[0].1) }
    }

    fn statistics(&self, row: Row, stirred: f64) -> [f64; 12] {
        let up = |x: f64| (x.max(0.0) / row.unit).ln_1p();
        let [burst, shift, trend] = [BURST, SHIFT, TREND].map(|rows| mean(&self.drifts, rows));
        [
            up(row.residual),
            up(-row.residual),
            up(burst),
            up(-burst),
            up(shift),
            up(-shift),
            stirred.max(0.0),
            (-stirred - STUCK).max(0.0),
            up(row.distance),
            up(-row.distance),
            up(trend),
            up(-trend),
        ]
    }
}

fn push(window: &mut VecDeque<f64>, x: f64) {
    if window.len() == TREND {
        window.pop_front();
    }
    window.push_back(x);
}

fn mean(window: &VecDeque<f64>, rows: usize) -> f64 {
    let rows = rows.min(window.len()).max(1);
    window.iter().rev().take(rows).sum::<f64>() / rows as f64
}
