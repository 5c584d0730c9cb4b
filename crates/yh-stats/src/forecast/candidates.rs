//! The forecasting methods that compete, each as scale × seasonal adjustment × core model.

use super::autoregression::{Differencing, autoregression, lag_regression};
use super::ets::{Ets, Trend};
use super::intermittent::{croston_sba, is_intermittent, tsb};
use super::interval::Spread;
use super::seasonality::{Adjusted, Adjustment, longer_seasons, search_season};
use super::stl::Degree;
use super::theta::theta;
use super::{Choice, Family};

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
    Ets {
        period: usize,
    },
    /// Dynamic optimised Theta.
    Theta,
    /// Autoregression on the values or on the changes.
    Autoregression(Differencing),
    /// Regression on recent and seasonal lags.
    Lags(Vec<usize>),
    /// The mean of all values.
    Mean,
    Croston,
    Tsb,
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

    /// Error spread known to the model itself: for exponential smoothing on the linear scale.
    pub fn spread(&self, y: &[f64], steps: usize) -> Option<Spread> {
        let Core::Ets { period } = self.core else { return None };
        if self.scale != Scale::Linear {
            return None;
        }
        let adjusted = self.adjustment.apply(y, steps)?;
        let variances = Ets::best(&adjusted.series, &TRENDS, period)?.variances(steps);
        let (first, last) = (variances.first()?.sqrt(), variances.last()?.sqrt());
        let growth = if steps > 1 && first > 0.0 { (last / first).ln() / (steps as f64).ln() } else { 0.0 };
        Some(Spread { unit: first, growth, degrees: y.len() as f64 })
    }
}

/// Forecasts of every candidate; neighbours with equal scale and adjustment share the adjustment's work.
pub fn forecast_all(candidates: &[Candidate], y: &[f64], steps: usize) -> Vec<Option<Vec<f64>>> {
    let log: Option<Vec<f64>> = y.iter().all(|v| *v > 0.0).then(|| y.iter().map(|v| v.ln()).collect());
    let span = y.iter().fold((f64::MAX, f64::MIN), |(l, h), &v| (l.min(v), h.max(v)));
    let mut out = Vec::with_capacity(candidates.len());
    let mut shared: Option<(&Candidate, Option<Adjusted>)> = None;
    for candidate in candidates {
        let reusable = shared.as_ref().is_some_and(|(c, _)| c.scale == candidate.scale && c.adjustment == candidate.adjustment);
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
        Core::Ets { period } => Ets::best(y, &TRENDS, *period).map(|fit| fit.forecast(steps)),
        Core::Theta => (y.len() >= 4).then(|| theta(y, steps)),
        Core::Autoregression(differencing) => (y.len() >= 12).then(|| autoregression(y, *differencing, 24, steps)),
        Core::Lags(lags) => lag_regression(y, lags, 1e-3, steps),
        Core::Mean => Some(vec![y.iter().sum::<f64>() / y.len() as f64; steps]),
        Core::Croston => croston_sba(y, 0.1).map(|v| vec![v; steps]),
        Core::Tsb => tsb(y, 0.1, 0.05).map(|v| vec![v; steps]),
    }
}

const TRENDS: [Trend; 3] = [Trend::None, Trend::Additive, Trend::Damped];

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

/// The methods that compete for `y` under a choice.
pub fn field(y: &[f64], base: usize, choice: Choice) -> Vec<Candidate> {
    let Choice::Only(family) = choice else { return all_candidates(y, base) };
    let set = season_sets(y, base).pop().unwrap_or_default();
    let longest = set.last().copied().unwrap_or(1);
    let plain = |name: &str, core: Core| vec![Candidate::new(name, Scale::Linear, Adjustment::None, core)];
    match family {
        Family::SeasonalNaive => plain(&format!("seasonal naive {longest}"), Core::SeasonalNaive(longest)),
        Family::Ets if longest <= LONGEST_ETS_SEASON => plain("ETS", Core::Ets { period: longest }),
        Family::Theta if set.is_empty() => plain("Theta", Core::Theta),
        Family::Theta => {
            let classical = Candidate::new("classical+Theta", Scale::Linear, Adjustment::Classical(set[0]), Core::Theta);
            let applies = classical.adjustment.apply(y, 1).is_some();
            if applies { vec![classical] } else { plain("Theta", Core::Theta) }
        }
        Family::Mstl | Family::Ets => {
            let name = if set.len() > 1 { "MSTL+ETS" } else { "STL+ETS" };
            vec![Candidate::new(name, Scale::Linear, stl_alone(&set), Core::Ets { period: 1 })]
        }
        Family::Croston => plain("Croston SBA", Core::Croston),
        Family::Tsb => plain("TSB", Core::Tsb),
    }
}

/// Whether a method can be trusted untested on a short history.
pub fn is_safe(candidate: &Candidate) -> bool {
    matches!(candidate.core, Core::Theta | Core::Naive | Core::SeasonalNaive(_) | Core::Mean | Core::Croston)
        && candidate.scale == Scale::Linear
}

/// Longer seasons have too many states to estimate; STL takes them.
const LONGEST_ETS_SEASON: usize = 13;

/// In a combination the shape may drift along lines over 11, 15, … cycles: others hold the noise down.
fn stl_adjustment(set: &[usize]) -> Adjustment {
    stl_over(set, 11, Degree::Linear)
}

/// Alone, local means over 9, 13, … cycles forecast best (docs/decisions/0008).
fn stl_alone(set: &[usize]) -> Adjustment {
    stl_over(set, 9, Degree::Constant)
}

fn stl_over(set: &[usize], span: usize, degree: Degree) -> Adjustment {
    if set.is_empty() {
        return Adjustment::None;
    }
    // Longer seasons drift more slowly.
    Adjustment::Stl { periods: set.to_vec(), spans: (0..set.len()).map(|i| span + 4 * i).collect(), degree }
}

/// Every method that may apply to `y` with the given base season.
pub fn all_candidates(y: &[f64], base: usize) -> Vec<Candidate> {
    let sets = season_sets(y, base);
    let mut field = vec![Candidate::new("naive", Scale::Linear, Adjustment::None, Core::Naive)];
    for scale in [Scale::Linear, Scale::Log] {
        enter_cores(&mut field, scale, &Adjustment::None, "");
        for set in &sets {
            let label = if set.len() > 1 { "MSTL+" } else { "STL+" };
            enter_cores(&mut field, scale, &stl_adjustment(set), label);
        }
        for set in &sets {
            enter_seasonal(&mut field, scale, set);
        }
    }
    if let Some(set) = sets.first() {
        enter_cores(&mut field, Scale::Linear, &Adjustment::Classical(set[0]), "classical+");
    }
    if is_intermittent(y) {
        for (core, name) in [(Core::Croston, "Croston SBA"), (Core::Tsb, "TSB"), (Core::Mean, "mean")] {
            enter(&mut field, Scale::Linear, &Adjustment::None, core, name);
        }
    }
    field
}

fn enter(field: &mut Vec<Candidate>, scale: Scale, adjustment: &Adjustment, core: Core, name: &str) {
    let tag = if scale == Scale::Log { "log " } else { "" };
    field.push(Candidate::new(format!("{tag}{name}"), scale, adjustment.clone(), core));
}

fn enter_cores(field: &mut Vec<Candidate>, scale: Scale, adjustment: &Adjustment, label: &str) {
    let cores = [
        (Core::Ets { period: 1 }, "ETS"),
        (Core::Theta, "Theta"),
        (Core::Autoregression(Differencing::None), "AR"),
        (Core::Autoregression(Differencing::Once), "ARI"),
    ];
    for (core, name) in cores {
        enter(field, scale, adjustment, core, &format!("{label}{name}"));
    }
}

fn enter_seasonal(field: &mut Vec<Candidate>, scale: Scale, set: &[usize]) {
    let m = set[set.len() - 1];
    if m <= LONGEST_ETS_SEASON {
        enter(field, scale, &Adjustment::None, Core::Ets { period: m }, "seasonal ETS");
    }
    if scale == Scale::Linear {
        enter(field, scale, &Adjustment::None, Core::SeasonalNaive(m), &format!("seasonal naive {m}"));
    }
    let mut lags = vec![1, 2, 3, 2 * m];
    for &m in set {
        lags.extend([m - 1, m, m + 1]);
    }
    lags.sort_unstable();
    lags.dedup();
    enter(field, scale, &Adjustment::None, Core::Lags(lags), &format!("lag regression {m}"));
}
