//! Anomalies in a stream of KPI values; the score of a row uses that row and earlier ones only.
//!
//! Each row is compared with what its hour and weekday, its recent level and its long-run mean lead
//! to expect. Six kinds of evidence (spike, burst, level shift, spread, extreme value, trend) are each
//! turned into a chance by their own past ([`tail`]) and pooled; the accepted false-alarm rate and past
//! evidence set how much of it makes an alert ([`threshold`]).

pub mod baseline;
mod channels;
pub mod nab;
pub mod tail;
pub mod threshold;

use baseline::{Baseline, Clock};
use channels::Channels;
use threshold::Threshold;

use crate::{Result, StatsError};

/// What kind of number the KPI is; each has its own natural variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// Any value.
    #[default]
    Value,
    /// Counts: variance grows with the level, evened out by Anscombe's (1948) square root.
    Count,
    /// Ratios over a volume: deviations count as much as the volume behind them warrants.
    Ratio,
}

/// What counts as an anomaly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Usual distance of rows.
    pub seconds_apart: f64,
    /// False alarms per row that are accepted: 0.001 is one in a thousand rows.
    pub false_alarm_rate: f64,
    /// Rows after an alert in which only twice the evidence is a new alert.
    pub hold_rows: usize,
    pub measure: Measure,
    /// Rows of a ratio with less volume are not judged.
    pub least_volume: f64,
}

impl Options {
    /// The default options for rows this far apart.
    pub fn new(seconds_apart: f64) -> Self {
        Self { seconds_apart, false_alarm_rate: 0.001, hold_rows: 30, measure: Measure::Value, least_volume: 0.0 }
    }
}

/// One observation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Local time in seconds since 1970-01-01.
    pub seconds: f64,
    pub value: f64,
    /// What the ratio is over; ignored for other measures.
    pub volume: f64,
    /// A holiday or promotion: known to be unusual, so neither judged nor learnt.
    pub is_event: bool,
}

impl Observation {
    pub fn new(seconds: f64, value: f64) -> Self {
        Self { seconds, value, volume: 1.0, is_event: false }
    }
}

/// What the detector says of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// 0 (usual) to 1; 0.5 is as unusual as the accepted false-alarm rate.
    pub score: f64,
    pub alert: bool,
    /// Pooled evidence before thresholds and holds.
    pub evidence: f64,
    /// The value that was expected.
    pub expected: f64,
    /// What stands out most.
    pub cause: Cause,
}

/// Kinds of anomaly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    None,
    Spike,
    Dip,
    ShiftUp,
    ShiftDown,
    TrendUp,
    TrendDown,
    Noisier,
    Stuck,
    High,
    Low,
}

/// Rows over which scales are remembered.
const MEMORY: f64 = 2000.0;
/// Rows of the median that stands for the recent level.
const RECENT: usize = 9;

/// The detector: rows go in, readings come out.
#[derive(Debug, Clone)]
pub struct Detector {
    options: Options,
    clock: Clock,
    fast: Baseline,
    slow: Baseline,
    channels: Channels,
    threshold: Threshold,
    residual: Scale,
    level: Scale,
    breadth: Scale,
    volume: Scale,
    last: Option<f64>,
    held: Option<(usize, f64)>,
    rows: usize,
}

/// Running mean that outliers cannot drag.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Scale {
    mean: f64,
    seen: f64,
}

impl Scale {
    pub(crate) fn get(&self) -> f64 {
        self.mean
    }

    /// Learns a size of at least 0; what exceeds six times the mean counts as six times the mean.
    pub(crate) fn learn(&mut self, size: f64, memory: f64) {
        let limit = if self.seen < 10.0 || self.mean <= 0.0 { f64::INFINITY } else { 6.0 * self.mean };
        self.learn_any(size.min(limit), memory);
    }

    fn learn_any(&mut self, value: f64, memory: f64) {
        self.seen += 1.0;
        self.mean += (1.0 / self.seen).max(1.0 / memory) * (value - self.mean);
    }
}

impl Detector {
    /// A detector that has seen nothing yet.
    ///
    /// # Errors
    /// A distance of rows that is not positive, or a false-alarm rate outside (0, 0.5).
    pub fn new(options: Options) -> Result<Self> {
        let bad = |name: &str, value: f64, range: &str| {
            Err(StatsError::Option { name: name.into(), value: value.to_string(), range: range.into() })
        };
        if !(options.seconds_apart > 0.0 && options.seconds_apart.is_finite()) {
            return bad("seconds apart", options.seconds_apart, "more than 0");
        }
        if !(options.false_alarm_rate > 0.0 && options.false_alarm_rate < 0.5) {
            return bad("false-alarm rate", options.false_alarm_rate, "between 0 and 0.5, both excluded");
        }
        let clock = Clock::new(options.seconds_apart);
        let rows_per_day = 86_400.0 / options.seconds_apart;
        let rows_per_slot = (rows_per_day / clock.slots() as f64).max(1.0);
        let day = (rows_per_day.round() as usize).clamp(24, 300);
        Ok(Self {
            options,
            clock,
            fast: Baseline::new(clock, RECENT, 2 * day, rows_per_slot),
            slow: Baseline::new(clock, day, 2 * day, rows_per_slot),
            channels: Channels::new(),
            threshold: Threshold::new(options.false_alarm_rate),
            residual: Scale::default(),
            level: Scale::default(),
            breadth: Scale::default(),
            volume: Scale::default(),
            last: None,
            held: None,
            rows: 0,
        })
    }

    /// Judges one row, then learns from it. Values that are not finite are passed over with score 0.
    pub fn push(&mut self, row: &Observation) -> Reading {
        let slot = self.clock.slot(row.seconds);
        let value = self.scaled(row.value);
        let (expected, usual) = (self.fast.expect(slot), self.slow.expect(slot));
        let (expected, usual) = (expected.unwrap_or(value), usual.unwrap_or(value));
        self.rows += 1;
        let thin = self.options.measure == Measure::Ratio && row.volume.max(0.0) < self.options.least_volume;
        if !value.is_finite() || row.is_event || thin {
            let expected = self.unscaled(if expected.is_finite() { expected } else { 0.0 });
            return Reading { score: 0.0, alert: false, evidence: 0.0, expected, cause: Cause::None };
        }
        let weight = self.weight(row.volume);
        let judged = channels::Row {
            residual: agreed(value - expected, value - usual) * weight,
            drift: (value - usual) * weight,
            distance: (value - self.level.get()) * weight,
            step: self.last.map_or(0.0, |last| value - last) * weight,
            unit: self.unit(),
        };
        let (evidence, cause) = self.channels.judge(judged);
        self.residual.learn((value - expected).abs(), MEMORY);
        let away = value - self.level.get();
        let most = if self.rows < 10 { f64::INFINITY } else { 6.0 * self.breadth.get() };
        self.level.learn_any(self.level.get() + away.clamp(-most, most), MEMORY);
        self.breadth.learn((value - self.level.get()).abs(), MEMORY);
        self.fast.learn(slot, value, self.residual.get());
        self.slow.learn(slot, value, self.residual.get());
        self.last = Some(value);
        self.reading(evidence, cause, self.unscaled(expected))
    }

    fn scaled(&self, value: f64) -> f64 {
        match self.options.measure {
            Measure::Count => 2.0 * (value.max(0.0) + 0.375).sqrt(),
            Measure::Value | Measure::Ratio => value,
        }
    }

    fn unscaled(&self, value: f64) -> f64 {
        match self.options.measure {
            Measure::Count => (value * value / 4.0 - 0.375).max(0.0),
            Measure::Value | Measure::Ratio => value,
        }
    }

    /// A ratio over four times the usual volume is twice as sure.
    fn weight(&mut self, volume: f64) -> f64 {
        if self.options.measure != Measure::Ratio || volume.is_nan() || volume <= 0.0 {
            return 1.0;
        }
        self.volume.learn(volume, MEMORY);
        (volume / self.volume.get()).sqrt()
    }

    /// Size of a usual residual; never below a fiftieth of the series' own breadth.
    fn unit(&self) -> f64 {
        self.residual.get().max(0.02 * self.breadth.get()).max(f64::MIN_POSITIVE)
    }

    fn reading(&mut self, evidence: f64, cause: Cause, expected: f64) -> Reading {
        let mut score = evidence / (evidence + self.threshold.needed());
        self.threshold.observe(evidence);
        if let Some((since, strength)) = self.held {
            if self.rows - since > self.options.hold_rows {
                self.held = None;
            } else if evidence < 2.0 * strength {
                score = score.min(0.49);
            }
        }
        let alert = score >= 0.5;
        if alert {
            self.held = Some((self.rows, evidence));
        }
        Reading { score, alert, evidence, expected, cause }
    }
}

/// What two baselines agree on: a value is unusual only when it is so for the recent and for the
/// usual level; a return to the usual level is not.
fn agreed(a: f64, b: f64) -> f64 {
    if a * b <= 0.0 {
        0.0
    } else if a.abs() < b.abs() {
        a
    } else {
        b
    }
}
