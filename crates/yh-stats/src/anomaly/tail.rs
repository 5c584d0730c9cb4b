//! How unusual a statistic is, judged by its own past: empirical blocks with an extrapolated tail.

/// Past of one statistic, as maxima over blocks of rows (neighbouring values of a moving window are
/// one event, not many).
///
/// Beyond the upper fifth of the maxima the tail is taken as exponential in the logarithm-like scale
/// the caller supplies (peaks over threshold, Pickands 1975; used for streams by Siffer et al. 2017).
#[derive(Debug, Clone)]
pub struct Tail {
    block: usize,
    filled: usize,
    largest: f64,
    floor: f64,
    sorted: Vec<f64>,
    order: std::collections::VecDeque<f64>,
}

/// Share of the block maxima below the tail.
const BODY: f64 = 0.8;
/// Blocks needed before anything is judged.
const LEAST_BLOCKS: usize = 15;
/// Blocks kept: what is older is forgotten.
const MEMORY: usize = 4000;

impl Tail {
    pub fn new(block: usize, floor: f64) -> Self {
        Self {
            block: block.max(1),
            filled: 0,
            floor,
            largest: f64::NEG_INFINITY,
            sorted: Vec::new(),
            order: std::collections::VecDeque::new(),
        }
    }

    /// Whether enough was seen to judge.
    pub fn ready(&self) -> bool {
        self.sorted.len() >= LEAST_BLOCKS
    }

    /// Maxima of the blocks kept, ascending.
    pub fn maxima(&self) -> &[f64] {
        &self.sorted
    }

    /// Adds the statistic of one row; true when it fills a block.
    pub fn observe(&mut self, x: f64) -> bool {
        self.largest = self.largest.max(x);
        self.filled += 1;
        if self.filled < self.block {
            return false;
        }
        let x = std::mem::replace(&mut self.largest, f64::NEG_INFINITY);
        self.filled = 0;
        let at = self.sorted.partition_point(|v| *v < x);
        self.sorted.insert(at, x);
        self.order.push_back(x);
        if self.order.len() > MEMORY
            && let Some(old) = self.order.pop_front()
        {
            let at = self.sorted.partition_point(|v| *v < old);
            self.sorted.remove(at.min(self.sorted.len() - 1));
        }
        true
    }

    /// Chance per row of a value of at least `x`; 1 until ready.
    pub fn chance(&self, x: f64) -> f64 {
        if !self.ready() {
            return 1.0;
        }
        let (start, excess, share) = self.fitted();
        let n = self.sorted.len() as f64;
        let above = n - self.sorted.partition_point(|v| *v < 0.95 * x) as f64;
        let per_block = if x >= start {
            // The mean excess is an estimate from so many blocks: the chance of the next value given them is
            // (1 + x/sum)^−blocks, heavier than the exponential by what a short past leaves open.
            let blocks = share * n;
            let beyond = share * (-blocks * ((x - start) / (excess * blocks)).ln_1p()).exp();
            // What came more than twice is not rarer than its record.
            beyond.max((above - 2.0) / n)
        } else {
            (above / n).max(share)
        };
        per_block / self.block as f64
    }

    /// Start of the tail, its mean excess, and the share of blocks in it.
    fn fitted(&self) -> (f64, f64, f64) {
        let n = self.sorted.len();
        let cut = ((n as f64 * BODY) as usize).min(n - 1);
        let start = self.sorted[cut];
        let beyond = &self.sorted[cut..];
        // The largest two may be anomalies themselves and must not hide the next one.
        let trusted = &beyond[..beyond.len().saturating_sub(2).max(1)];
        let total: f64 = trusted.iter().map(|v| v - start).sum();
        // One block as far out as the body is wide keeps a short history from being sure of itself.
        let body = (start - self.sorted[n / 2]).max(1e-9 * start.abs()).max(1e-12);
        let excess = (total + body) / (trusted.len() + 1) as f64;
        (start, excess.max(0.2 * body).max(self.floor), beyond.len() as f64 / n as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exponential_past_gives_its_own_chances() {
        let mut tail = Tail::new(1, 0.01);
        assert_eq!(tail.chance(100.0), 1.0);
        // Quantiles of the unit exponential in a shuffled order.
        for i in 0..2000 {
            let p = (((i * 773) % 2000) as f64 + 0.5) / 2000.0;
            tail.observe(-(1.0 - p).ln());
        }
        for x in [3.0_f64, 6.0, 9.0] {
            let ratio = tail.chance(x) / (-x).exp();
            assert!((0.7..1.5).contains(&ratio), "{x}: {ratio}");
        }
        assert!(tail.chance(0.1) > tail.chance(2.0));
        assert!(tail.chance(50.0) < 1e-15);
        let mut young = Tail::new(1, 0.01);
        for i in 0..40 {
            young.observe(-(1.0 - ((i * 17) % 40) as f64 / 40.0 - 0.0125).ln());
        }
        let (start, excess, share) = young.fitted();
        assert!(young.chance(9.0) > 5.0 * share * (-(9.0 - start) / excess).exp(), "a short past is not sure of itself");
        for _ in 0..6 {
            tail.observe(50.0);
        }
        assert!(tail.chance(50.0) > 1e-3, "six in two thousand are a record, not a surprise");
    }
}
