//! Forecasts with intervals, chosen by what would have worked in the past.
//!
//! [`forecast`] lets many methods compete (seasonal naive, exponential smoothing, Theta, STL/MSTL with
//! each, autoregressions; Croston and TSB for intermittent series) on rolling origins of the series
//! itself, and combines those that did well. Intervals come from the errors of the same backtest.

pub mod accuracy;
pub mod attainment;
pub mod autoregression;
pub mod backtest;
pub mod candidates;
pub mod ets;
pub mod intermittent;
pub mod interval;
mod linear;
mod loess;
mod minimise;
pub mod reconcile;
pub mod regressors;
pub mod seasonality;
pub mod stl;
pub mod theta;

use crate::answer::{Answer, TooFew, all_finite};
use crate::{Result, StatsError};
use backtest::{Backtest, Loss, Schedule, backtest, combine};
use candidates::{Candidate, forecast_all};
use interval::Spread;
use rayon::prelude::*;
use regressors::{Effects, Regressor, effects};

/// What is asked of a forecast.
#[derive(Debug, Clone)]
pub struct Request {
    /// Steps ahead.
    pub horizon: usize,
    /// Observations per base season; 0 or 1 lets it be searched. Longer seasons compete on their own.
    pub season: usize,
    /// Levels of the central intervals, each in (0, 1).
    pub levels: Vec<f64>,
    pub choice: Choice,
    /// Past origins to test at; 0 takes the intervals from the model where it knows them.
    pub origins: usize,
}

impl Request {
    /// The default request: combined methods, 80 % and 95 % intervals, five origins.
    pub fn new(horizon: usize, season: usize) -> Self {
        Self { horizon, season, levels: vec![0.8, 0.95], choice: Choice::Combination, origins: 5 }
    }
}

/// How the method is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Methods weighted by their backtest.
    Combination,
    /// The one method with the lowest backtest error.
    Best,
    /// One family without competition.
    Only(Family),
}

/// A family of methods that can be asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    SeasonalNaive,
    Ets,
    Theta,
    /// MSTL over the base and longer seasons, with ETS for the rest.
    Mstl,
    Croston,
    Tsb,
}

/// A central prediction interval, by step.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    pub level: f64,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
}

/// A forecast and what it rests on.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// The method, or the combination in words.
    pub model: String,
    /// Weights of the methods taking part, largest first; they sum to 1.
    pub weights: Vec<(String, f64)>,
    /// Point forecast by step.
    pub mean: Vec<f64>,
    /// One band per requested level.
    pub bands: Vec<Band>,
    /// How errors grow with the step.
    pub spread: Spread,
    /// What the backtest said at each origin, weights and spread taken from the *other* origins.
    pub past: Vec<PastOrigin>,
    /// Estimated influence of the regressors, when there were any.
    pub effects: Option<Effects>,
}

/// One origin of the backtest.
#[derive(Debug, Clone)]
pub struct PastOrigin {
    /// Observations known there.
    pub known: usize,
    pub actual: Vec<f64>,
    pub forecast: Vec<f64>,
    pub spread: Spread,
    /// Typical size of a total's error over the sum of the steps' spreads, from the other origins.
    pub total_ratio: f64,
}

const LEAST_OBSERVATIONS: usize = 6;

/// Forecasts one series of equally spaced observations, oldest first.
///
/// Regressors, when given, hold history and future values. Series that were never negative get no
/// negative forecast. Fewer than six observations are [`Answer::TooFew`].
///
/// # Errors
/// Values or regressors that are not finite, a horizon of 0, levels outside (0, 1).
pub fn forecast(y: &[f64], request: &Request, regressors: &[Regressor]) -> Result<Answer<Forecast>> {
    check(y, request)?;
    if let Some(few) = TooFew::check("observations", y.len(), LEAST_OBSERVATIONS) {
        return Ok(Answer::TooFew(few));
    }
    if regressors.is_empty() {
        return Ok(Answer::Known(forecast_plain(y, request)));
    }
    let need = 10 * (regressors.len() + 1);
    if let Some(few) = TooFew::check("observations for the regressors", y.len(), need) {
        return Ok(Answer::TooFew(few));
    }
    let seasons = candidates::season_sets(y, request.season).pop().unwrap_or_default();
    let found = effects(y, regressors, &seasons, request.horizon)?;
    let past = found.total(regressors, 0..y.len());
    let ahead = found.total(regressors, y.len()..y.len() + request.horizon);
    let mut answer = forecast_plain(&found.remove(y, &past), request);
    let restore = |values: &mut Vec<f64>| {
        values.iter_mut().zip(&ahead).for_each(|(v, e)| *v = found.restore(*v, *e));
    };
    restore(&mut answer.mean);
    for band in &mut answer.bands {
        restore(&mut band.lower);
        restore(&mut band.upper);
    }
    answer.effects = Some(found);
    Ok(Answer::Known(answer))
}

/// Forecasts many series, each with its regressors, in parallel; answers are in the order of the series.
///
/// # Errors
/// As [`forecast`], of the first series that cannot be used.
pub fn forecast_many(series: &[(&[f64], &[Regressor])], request: &Request) -> Result<Vec<Answer<Forecast>>> {
    series.par_iter().map(|(y, regressors)| forecast(y, request, regressors)).collect()
}

fn check(y: &[f64], request: &Request) -> Result<()> {
    all_finite("value", y)?;
    if request.horizon == 0 {
        return Err(option("horizon", "0", "1 or more"));
    }
    match request.levels.iter().find(|l| !(**l > 0.0 && **l < 1.0)) {
        Some(level) => Err(option("level", &level.to_string(), "between 0 and 1, both excluded")),
        None => Ok(()),
    }
}

fn option(name: &str, value: &str, range: &str) -> StatsError {
    StatsError::Option { name: name.into(), value: value.into(), range: range.into() }
}

/// Older observations than this do not change a forecast but cost time.
fn recent(y: &[f64], season: usize) -> &[f64] {
    let longest = season.max(1) * if season >= 24 { 7 } else { 1 };
    &y[y.len().saturating_sub((12 * longest).max(3000))..]
}

fn forecast_plain(y: &[f64], request: &Request) -> Forecast {
    let y = recent(y, request.season);
    let field = candidates::field(y, request.season, request.choice);
    let loss = if intermittent::is_intermittent(y) { Loss::Squared } else { Loss::Absolute };
    let least = (2 * request.season + 4).max(20).min(y.len() / 2 + 4);
    let schedule = Schedule { steps: request.horizon, origins: request.origins, least };
    let past = backtest(y, &field, schedule);
    let ahead = forecast_all(&field, y, request.horizon);
    let usable: Vec<bool> = ahead.iter().map(Option::is_some).collect();
    let weigh = |skip| sharpen(weights(&past, &field, &usable, loss, skip), request.choice);
    let chosen = weigh(None);
    let floor = if y.iter().all(|v| *v >= 0.0) { 0.0 } else { f64::NEG_INFINITY };
    let mean: Vec<f64> = combine(&ahead, &chosen, request.horizon).into_iter().map(|v| v.max(floor)).collect();
    let errors: Vec<Vec<f64>> = (0..past.origins.len()).map(|o| past.errors(o, &chosen)).collect();
    let spread = Spread::of_errors(&errors)
        .or_else(|| single(&chosen).and_then(|c| field[c].spread(y, request.horizon)))
        .unwrap_or_else(|| Spread::of_changes(y));
    let bands = request.levels.iter().map(|&level| band(&mean, &spread, level, floor)).collect();
    let mut named: Vec<(String, f64)> = field.iter().zip(&chosen).filter(|(_, w)| **w > 0.0).map(|(c, w)| (c.name.clone(), *w)).collect();
    named.sort_by(|a, b| b.1.total_cmp(&a.1));
    Forecast { model: in_words(&named), weights: named, mean, bands, spread, past: past_origins(&past, |o| weigh(Some(o))), effects: None }
}

/// Weights by backtest; without one, equal weights for the candidates that work in a short history.
fn weights(past: &Backtest, field: &[Candidate], usable: &[bool], loss: Loss, skip: Option<usize>) -> Vec<f64> {
    let tested = past.origins.len() - usize::from(skip.is_some());
    if tested > 0 {
        let weights = past.weights(usable, loss, skip);
        if weights.iter().any(|w| *w > 0.0) {
            return weights;
        }
    }
    let safe = |c: &Candidate| candidates::is_safe(c);
    let any_safe = field.iter().zip(usable).any(|(c, u)| *u && safe(c));
    let raw: Vec<f64> = field.iter().zip(usable).map(|(c, u)| f64::from(u8::from(*u && (safe(c) || !any_safe)))).collect();
    let total: f64 = raw.iter().sum::<f64>().max(1.0);
    raw.into_iter().map(|w| w / total).collect()
}

fn sharpen(weights: Vec<f64>, choice: Choice) -> Vec<f64> {
    if choice == Choice::Combination {
        return weights;
    }
    let best = (0..weights.len()).max_by(|&a, &b| weights[a].total_cmp(&weights[b]).then(b.cmp(&a)));
    (0..weights.len()).map(|i| f64::from(u8::from(Some(i) == best && weights[i] > 0.0))).collect()
}

fn single(weights: &[f64]) -> Option<usize> {
    let mut used = (0..weights.len()).filter(|&i| weights[i] > 0.0);
    used.next().filter(|_| used.next().is_none())
}

fn band(mean: &[f64], spread: &Spread, level: f64, floor: f64) -> Band {
    let reach: Vec<f64> = (1..=mean.len()).map(|h| spread.half_width(h, level)).collect();
    Band {
        level,
        lower: mean.iter().zip(&reach).map(|(m, r)| (m - r).max(floor)).collect(),
        upper: mean.iter().zip(&reach).map(|(m, r)| m + r).collect(),
    }
}

fn past_origins(past: &Backtest, weigh: impl Fn(usize) -> Vec<f64>) -> Vec<PastOrigin> {
    if past.origins.len() < 2 {
        return Vec::new();
    }
    (0..past.origins.len())
        .filter_map(|o| {
            let weights = weigh(o);
            let others: Vec<Vec<f64>> = (0..past.origins.len()).filter(|&i| i != o).map(|i| past.errors(i, &weights)).collect();
            let spread = Spread::of_errors(&others)?;
            Some(PastOrigin {
                known: past.origins[o],
                actual: past.actual[o].clone(),
                forecast: combine(&past.forecasts[o], &weights, past.steps),
                spread,
                total_ratio: attainment::total_ratio(&others, &spread),
            })
        })
        .collect()
}

fn in_words(weights: &[(String, f64)]) -> String {
    match weights {
        [] => "none".into(),
        [(name, _)] => name.clone(),
        many => {
            let top: Vec<String> = many.iter().take(3).map(|(n, w)| format!("{n} {:.0}%", 100.0 * w)).collect();
            format!("combination of {}: {}", many.len(), top.join(", "))
        }
    }
}
