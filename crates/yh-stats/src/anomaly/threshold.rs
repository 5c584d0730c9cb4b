//! How much pooled evidence makes an alert, so that ordinary rows reach it at the accepted rate.

use super::tail::Tail;

/// Alerts are counted so many rows apart, and so are the maxima of past evidence.
const BLOCK: usize = 30;
/// Blocks of past evidence before it is asked.
const LEAST_BLOCKS: usize = 100;
/// The past's tail starts at the upper fifth of its block maxima; of the upper twentieth, which may be
/// anomalies, only the number counts.
const START: f64 = 0.8;
const TRUSTED: f64 = 0.95;
/// Evidence at which one row in 1,000 of ordinary series alerts, and what a tenth of that rate takes more:
/// of series with a light tail, and of any (measured on simulated series, see docs/stats.md).
const AT_ONE_IN_1000: f64 = 7.5;
const PER_DECADE: f64 = 1.55;
const PER_DECADE_OF_ANY: f64 = 2.7;
/// Exceedances that the light tail counts for beside the series' own.
const PRIOR: f64 = 8.0;

/// The evidence that an alert takes, learned from the series itself as far as its past can tell.
///
/// Heavy-tailed and skewed series reach high pooled evidence more often than others, since one large
/// value shows in several statistics. Beyond the start of the tail, block maxima of past evidence are
/// taken as exponential (peaks over threshold with shape 0, as Siffer et al. 2017 use it for streams);
/// their mean excess is the estimate from maxima censored at the trusted quantile (total excess ÷ those
/// uncensored), pulled towards the light tail and raised by its relative standard error. The needed
/// evidence is never below that of a light tail.
#[derive(Debug, Clone)]
pub struct Threshold {
    /// Accepted false alarms per row.
    rate: f64,
    past: Tail,
    needed: f64,
}

impl Threshold {
    pub fn new(rate: f64) -> Self {
        let slope = if rate < 1e-3 { PER_DECADE_OF_ANY } else { PER_DECADE };
        Self { rate, past: Tail::new(BLOCK, 0.0), needed: beyond_one_in_1000(rate, slope) }
    }

    /// The evidence that the next row needs.
    pub fn needed(&self) -> f64 {
        self.needed
    }

    /// Learns the evidence of a row.
    pub fn observe(&mut self, evidence: f64) {
        let is_full = self.past.observe(evidence);
        let maxima = self.past.maxima();
        if is_full && maxima.len() >= LEAST_BLOCKS {
            self.needed = reached(maxima, self.rate * BLOCK as f64).max(beyond_one_in_1000(self.rate, PER_DECADE));
        }
    }
}

fn beyond_one_in_1000(rate: f64, per_decade: f64) -> f64 {
    (AT_ONE_IN_1000 - per_decade * (1000.0 * rate).log10()).max(1.0)
}

/// The value that a block's maximum reaches with this chance, from ascending maxima.
fn reached(maxima: &[f64], chance: f64) -> f64 {
    let n = maxima.len();
    let at = |share: f64| (n as f64 * share) as usize;
    let (first, censored) = (at(START), at(TRUSTED).min(n - 1));
    let (start, cap) = (maxima[first], maxima[censored]);
    let total: f64 = maxima[first..].iter().map(|v| v.min(cap) - start).sum();
    let seen = (censored - first) as f64 + PRIOR;
    let excess = (total + PRIOR * PER_DECADE / std::f64::consts::LN_10) / seen;
    let share = (n - first) as f64 / n as f64;
    start + excess * (1.0 + seen.sqrt().recip()) * (share / chance).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evidence with an exponential tail of this scale: each block of rows holds one quantile in a shuffled order.
    fn learned(rate: f64, scale: f64, blocks: usize) -> Threshold {
        let mut threshold = Threshold::new(rate);
        for i in 0..blocks {
            let p = (((i * 773) % blocks) as f64 + 0.5) / blocks as f64;
            (0..BLOCK - 1).for_each(|_| threshold.observe(0.0));
            threshold.observe(5.0 - scale * (1.0 - p).ln());
        }
        threshold
    }

    #[test]
    fn a_heavy_past_raises_the_threshold_to_its_own_quantile() {
        let rate = 1e-4;
        let quantile = |scale: f64| 5.0 - scale * (rate * BLOCK as f64).ln();
        let heavy = learned(rate, 1.5, 2000).needed();
        assert!((quantile(1.5)..1.15 * quantile(1.5)).contains(&heavy), "{heavy} for {}", quantile(1.5));
        assert_eq!(learned(rate, 0.3, 2000).needed(), AT_ONE_IN_1000 + PER_DECADE, "never below a light tail");
    }

    #[test]
    fn a_short_past_is_not_asked_and_a_few_anomalies_do_not_raise_it() {
        assert_eq!(learned(1e-3, 3.0, LEAST_BLOCKS - 1).needed(), AT_ONE_IN_1000);
        assert_eq!(learned(1e-4, 3.0, LEAST_BLOCKS - 1).needed(), AT_ONE_IN_1000 + PER_DECADE_OF_ANY);
        let mut after = learned(1e-3, 0.5, 400);
        let before = after.needed();
        (0..4 * BLOCK).for_each(|_| after.observe(90.0));
        assert!((after.needed() - before).abs() < 0.1, "{before} {}", after.needed());
    }
}
