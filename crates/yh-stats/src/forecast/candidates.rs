//! The forecasting methods that compete, each as scale × seasonal adjustment × core model.

use super::autoregression::{Differencing, autoregression, lag_regression};
use super::ets::{Ets, Trend};
use super::seasonality::{Adjustment, longer_seasons, search_season};
use super::theta::theta;

/// The scale a model works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    Linear,
    /// Logarithms; applies to positive series only.
    Log,
}

/// The model for the (adjusted) series.
#[derive(Debug, Clone, PartialEq)]
pub enum Core {
    /// The last value.
    Naive,
    /// The value one period ago.
    SeasonalNaive(usize),
    /// Exponential smoothing, trend by AICc, with its own season when the period exceeds 1.
    Ets { period: usize },
    /// Dynamic optimised Theta.
    Theta,
    /// Autoregression on the values or on the changes.
    Autoregression(Differencing),
    /// Regression on recent and seasonal lags.
    Lags(Vec<usize>),
}

/// One competing method.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub name: String,
    pub scale: Scale,
    pub adjustment: Adjustment,
    pub core: Core,
}

impl Candidate {
    pub fn new(name: impl Into<String>, scale: Scale, adjustment: Adjustment, core: Core) -> Self {
        Self { name: name.into(), scale, adjustment, core }
    }

    /// Forecasts `steps` ahead; `None` where the method does not apply or ran off.
    pub fn forecast(&self, y: &[f64], steps: usize) -> Option<Vec<f64>> {
        forecast_all(std::slice::from_ref(self), y, steps).pop().flatten()
    }
}

/// Forecasts of every candidate; neighbours with equal scale and adjustment share the adjustment's work.
pub fn forecast_all(candidates: &[Candidate], y: &[f64], steps: usize) -> Vec<Option<Vec<f64>>> {
    let log: Option<Vec<f64>> = y.iter().all(|v| *v > 0.0).then(|| y.iter().map(|v| v.ln()).collect());
    let span = y.iter().fold((f64::MAX, f64::MIN), |(l, h), &v| (l.min(v), h.max(v)));
    let mut out = Vec::with_capacity(candidates.len());
    let mut shared: Option<(&Candidate, Option<super::seasonality::Adjusted>)> = None;
    for candidate in candidates {
        let reusable = shared
            .as_ref()
            .is_some_and(|(c, _)| c.scale == candidate.scale && c.adjustment == candidate.adjustment);
        if !reusable {
            let scaled = match candidate.scale {
                Scale::Linear => Some(y),
                Scale::Log => log.as_deref(),
            };
            shared = Some((candidate, scaled.and_then(|z| candidate.adjustment.apply(z, steps))));
        }
        let adjusted = shared.as_ref().and_then(|(_, a)| a.as_ref());
        out.push(adjusted.and_then(|a| {
            let mut ahead = core_forecast(&candidate.core, &a.series, steps)?;
            a.restore(&mut ahead);
            if candidate.scale == Scale::Log {
                ahead.iter_mut().for_each(|v| *v = v.exp());
            }
            plausible(&ahead, span).then_some(ahead)
        }));
    }
    out
}

/// Refuses forecasts far outside everything seen: an exploding model must not compete.
fn plausible(ahead: &[f64], (low, high): (f64, f64)) -> bool {
    let room = 10.0 * (high - low) + 1e-9 * high.abs().max(low.abs());
    ahead.iter().all(|v| v.is_finite() && *v >= low - room && *v <= high + room)
}

fn core_forecast(core: &Core, y: &[f64], steps: usize) -> Option<Vec<f64>> {
    let last = *y.last()?;
    match core {
        Core::Naive => Some(vec![last; steps]),
        Core::SeasonalNaive(m) => {
            let start = y.len().checked_sub(*m)?;
            Some((0..steps).map(|h| y[start + h % m]).collect())
        }
        Core::Ets { period } => {
            let trends = [Trend::None, Trend::Additive, Trend::Damped];
            Ets::best(y, &trends, *period).map(|fit| fit.forecast(steps))
        }
        Core::Theta => (y.len() >= 4).then(|| theta(y, steps)),
        Core::Autoregression(differencing) => {
            (y.len() >= 12).then(|| autoregression(y, *differencing, 24, steps))
        }
        Core::Lags(lags) => lag_regression(y, lags, 1e-3, steps),
    }
}

/// Which seasons a series of length `n` competes with: the base season, and with longer ones.
pub fn season_sets(y: &[f64], base: usize) -> Vec<Vec<usize>> {
    let base = if base < 2 { search_season(y).unwrap_or(1) } else { base };
    if base < 2 || y.len() < 2 * base + 2 {
        return Vec::new();
    }
    let mut sets = vec![vec![base]];
    let longer = longer_seasons(base, y.len());
    if !longer.is_empty() {
        sets.push(std::iter::once(base).chain(longer).collect());
    }
    sets
}

/// Every method that may apply to `y` with the given base season.
pub fn all_candidates(y: &[f64], base: usize) -> Vec<Candidate> {
    let sets = season_sets(y, base);
    let mut out = Vec::new();
    for scale in [Scale::Linear, Scale::Log] {
        let tag = if scale == Scale::Log { "log " } else { "" };
        let mut push = |adjustment: &Adjustment, label: &str, core: Core, name: &str| {
            out.push(Candidate::new(format!("{tag}{label}{name}"), scale, adjustment.clone(), core));
        };
        let mut cores = |adjustment: &Adjustment, label: &str| {
            push(adjustment, label, Core::Ets { period: 1 }, "ETS");
            push(adjustment, label, Core::Theta, "Theta");
            push(adjustment, label, Core::Autoregression(Differencing::None), "AR");
            push(adjustment, label, Core::Autoregression(Differencing::Once), "ARI");
        };
        cores(&Adjustment::None, "");
        for set in &sets {
            let spans: Vec<usize> = (0..set.len()).map(|i| 11 + 4 * i).collect();
            let label = if set.len() > 1 { "MSTL+" } else { "STL+" };
            cores(&Adjustment::Stl { periods: set.clone(), spans }, label);
        }
        if let Some(set) = sets.first() {
            let m = set[0];
            if m <= 13 {
                push(&Adjustment::None, "", Core::Ets { period: m }, "seasonal ETS");
            }
            if scale == Scale::Linear {
                cores(&Adjustment::Classical(m), "classical+");
            }
            for set in &sets {
                let m = set[set.len() - 1];
                push(&Adjustment::None, "", Core::SeasonalNaive(m), &format!("seasonal naive {m}"));
                let mut lags = vec![1, 2, 3];
                for &m in set {
                    lags.extend([m - 1, m, m + 1]);
                }
                lags.push(2 * m);
                lags.sort_unstable();
                lags.dedup();
                push(&Adjustment::None, "", Core::Lags(lags), &format!("lag regression {m}"));
            }
        }
        if scale == Scale::Linear {
            push(&Adjustment::None, "", Core::Naive, "naive");
        }
    }
    out
}
