//! Multi-touch attribution: which channels earned the conversions.
//!
//! All models credit the same journeys ([`Paths`]), and every model's credits sum to the
//! conversions (and to their value). Domain rules: position-based 40/20/40, half-life 7 days.

mod bootstrap;
mod chain;
mod hash;
mod heuristics;
mod paths;
mod removal;
mod shapley;

pub use bootstrap::{ChannelRank, RankStability, rank_stability};
pub use chain::{Chain, MAX_ORDER};
pub use heuristics::Rule;
pub use paths::{Journey, Paths, Touch};
pub use removal::{Removal, removal_effects};
pub use shapley::{MAX_EXACT_PLAYERS, Sampling, Shapley, coalition_conversion, shapley};

use crate::Result;
use crate::answer::{Answer, StatsError, TooFew};

/// A way to share the credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Model {
    First,
    Last,
    LastNonDirect,
    Linear,
    UShape,
    WShape,
    Decay,
    /// Removal effect of the chain of this order (1 to 4), normalised to the total.
    Markov(usize),
    /// Journeys whose channels all lie in the coalition; exact.
    Shapley,
    /// Conversion rate of the order-1 chain restricted to the coalition.
    MarkovShapley,
}

impl Model {
    /// The models of one name: `linear`, `markov:2`, `markov:1..4`.
    ///
    /// # Errors
    /// An unknown name, or an order outside 1 to 4.
    pub fn parse(text: &str) -> Result<Vec<Self>> {
        let text = text.trim();
        let model = match text {
            "first" => Self::First,
            "last" => Self::Last,
            "last_non_direct" | "last-non-direct" => Self::LastNonDirect,
            "linear" => Self::Linear,
            "ushape" | "position" => Self::UShape,
            "wshape" => Self::WShape,
            "decay" => Self::Decay,
            "shapley" => Self::Shapley,
            "markov_shapley" | "markov-shapley" => Self::MarkovShapley,
            _ => return parse_markov(text),
        };
        Ok(vec![model])
    }

    /// The stable name of the model: `ushape`, `markov2`.
    pub fn name(self) -> String {
        let name = match self {
            Self::First => "first",
            Self::Last => "last",
            Self::LastNonDirect => "last_non_direct",
            Self::Linear => "linear",
            Self::UShape => "ushape",
            Self::WShape => "wshape",
            Self::Decay => "decay",
            Self::Markov(order) => return format!("markov{order}"),
            Self::Shapley => "shapley",
            Self::MarkovShapley => "markov_shapley",
        };
        name.to_owned()
    }
}

fn parse_markov(text: &str) -> Result<Vec<Model>> {
    let bad = || StatsError::Option {
        name: "model".into(),
        value: text.to_owned(),
        range: "first, last, last_non_direct, linear, ushape, wshape, decay, markov:1 to markov:4, \
                markov:1..4, shapley or markov_shapley"
            .into(),
    };
    let orders = text.strip_prefix("markov").ok_or_else(bad)?.trim_start_matches(':');
    let number = |t: &str| t.parse().ok().filter(|o| (1..=MAX_ORDER).contains(o)).ok_or_else(bad);
    let (low, high) = match orders.split_once("..") {
        _ if orders.is_empty() => (1, 1),
        Some((low, high)) => (number(low)?, number(high.trim_start_matches('='))?),
        None => (number(orders)?, number(orders)?),
    };
    if low > high {
        return Err(bad());
    }
    Ok((low..=high).map(Model::Markov).collect())
}

/// What the models need to know beside the journeys.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The channel that `LastNonDirect` passes over.
    pub direct: String,
    /// Half-life of `Decay`, in days (in touches when journeys carry no times).
    pub half_life: f64,
    pub sampling: Sampling,
}

impl Default for Settings {
    fn default() -> Self {
        Self { direct: "direct".into(), half_life: 7.0, sampling: Sampling::default() }
    }
}

/// Credits of one model, per channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Credit {
    pub model: Model,
    /// Conversions; they sum to the total.
    pub conversions: Vec<f64>,
    /// Conversion value in money; sums to the total value.
    pub values: Vec<f64>,
    /// Standard errors of the conversions, when they were sampled.
    pub standard_errors: Option<Vec<f64>>,
    /// The removal effects behind a Markov model.
    pub removal: Option<Removal>,
}

/// The answer: channels, totals, and the credits of each model in the order asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    pub channels: Vec<String>,
    pub total_conversions: f64,
    pub total_value: f64,
    /// Conversions ÷ journeys, in [0, 1].
    pub p_conversion: f64,
    pub credits: Vec<Credit>,
}

/// Credits the journeys' conversions to channels, by each of the models.
///
/// # Errors
/// A half-life that is not positive; a chain of high order that hardly ever ends.
pub fn attribute(paths: &Paths, models: &[Model], settings: &Settings) -> Result<Answer<Attribution>> {
    if settings.half_life.is_nan() || settings.half_life <= 0.0 {
        return Err(StatsError::Option {
            name: "half-life".into(),
            value: settings.half_life.to_string(),
            range: "a positive number of days".into(),
        });
    }
    let (total_conversions, total_value) = paths.totals();
    if total_conversions <= 0.0 {
        return Ok(Answer::TooFew(TooFew { what: "conversions of journeys with a touch", have: 0, need: 1 }));
    }
    let nulls: f64 = paths.journeys().map(|j| j.nulls).sum();
    let credits = models.iter().map(|&m| credit(paths, m, settings)).collect::<Result<_>>()?;
    Ok(Answer::Known(Attribution {
        channels: paths.channels.clone(),
        total_conversions,
        total_value,
        p_conversion: total_conversions / (total_conversions + nulls),
        credits,
    }))
}

/// Credits of one model.
fn credit(paths: &Paths, model: Model, settings: &Settings) -> Result<Credit> {
    let direct = || paths.channels.iter().position(|c| *c == settings.direct).map(|c| c as u32);
    let rule = match model {
        Model::First => Rule::First,
        Model::Last => Rule::Last,
        Model::LastNonDirect => Rule::LastExcept(direct()),
        Model::Linear => Rule::Linear,
        Model::UShape => Rule::UShape,
        Model::WShape => Rule::WShape,
        Model::Decay => Rule::Decay { half_life: settings.half_life },
        Model::Markov(order) => return markov_credit(paths, order),
        Model::MarkovShapley => return markov_shapley_credit(paths, settings),
        Model::Shapley => {
            let (conversions, values) = shapley::share_by_distinct_channels(paths);
            return Ok(Credit { model, conversions, values, standard_errors: None, removal: None });
        }
    };
    let (conversions, values) = heuristics::share(paths, rule);
    Ok(Credit { model, conversions, values, standard_errors: None, removal: None })
}

fn markov_credit(paths: &Paths, order: usize) -> Result<Credit> {
    let chain = Chain::estimate(paths, order);
    let removal = removal_effects(&chain, paths.channels.len())?;
    let (total, total_value) = paths.totals();
    Ok(Credit {
        model: Model::Markov(order),
        conversions: normalised(&removal.effects, total),
        values: normalised(&removal.value_effects, total_value),
        standard_errors: None,
        removal: Some(removal),
    })
}

fn markov_shapley_credit(paths: &Paths, settings: &Settings) -> Result<Credit> {
    let chain = Chain::estimate(paths, 1);
    let game = shapley(paths.channels.len(), settings.sampling, |members| coalition_conversion(&chain, members));
    let (total, total_value) = paths.totals();
    let worth: f64 = game.values.iter().sum();
    let per_worth = if worth > 0.0 { total / worth } else { 0.0 };
    Ok(Credit {
        model: Model::MarkovShapley,
        conversions: normalised(&game.values, total),
        values: normalised(&game.values, total_value),
        standard_errors: game.standard_errors.map(|e| e.iter().map(|se| se * per_worth).collect()),
        removal: None,
    })
}

/// Shares of `total` in proportion to the weights; equal shares when all weights are zero.
fn normalised(weights: &[f64], total: f64) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 {
        return weights.iter().map(|w| w / sum * total).collect();
    }
    vec![total / weights.len() as f64; weights.len()]
}
