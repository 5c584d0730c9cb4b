//! Credit by position or age of the touch: every journey's conversions are shared by fixed weights.

use super::paths::{Journey, Paths};

/// How a rule shares one conversion over the touches of its journey.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    First,
    Last,
    /// The last touch that is not this channel number; the last touch when there is none.
    LastExcept(Option<u32>),
    Linear,
    /// 40 % first, 40 % last, 20 % spread between; 50/50 for two touches.
    UShape,
    /// 30 % first, middle and last, 10 % spread over the rest; equal shares up to three touches.
    WShape,
    /// Weight 2^(-age/half-life). Without times the age is the number of touches that follow.
    Decay {
        half_life: f64,
    },
}

/// Shares conversions and values of all journeys: returns (conversions, values) per channel.
pub fn share(paths: &Paths, rule: Rule) -> (Vec<f64>, Vec<f64>) {
    let mut conversions = vec![0.0; paths.channels.len()];
    let mut values = conversions.clone();
    let mut weights = Vec::new();
    for journey in paths.journeys().filter(|j| j.conversions > 0.0) {
        let mut give = |at: usize, weight: f64| {
            let channel = journey.touches[at] as usize;
            conversions[channel] += weight * journey.conversions;
            values[channel] += weight * journey.value;
        };
        match single(&journey, rule) {
            Some(at) => give(at, 1.0),
            None => {
                fill_weights(&journey, rule, &mut weights);
                weights.iter().enumerate().for_each(|(at, &weight)| give(at, weight));
            }
        }
    }
    (conversions, values)
}

/// The touch that takes all, for rules of one winner.
fn single(journey: &Journey<'_>, rule: Rule) -> Option<usize> {
    let last = journey.touches.len() - 1;
    match rule {
        _ if last == 0 => Some(0),
        Rule::First => Some(0),
        Rule::Last | Rule::LastExcept(None) => Some(last),
        Rule::LastExcept(Some(direct)) => Some(journey.touches.iter().rposition(|&t| t != direct).unwrap_or(last)),
        _ => None,
    }
}

/// Weights of the touches, summing to 1; for two touches or more.
fn fill_weights(journey: &Journey<'_>, rule: Rule, weights: &mut Vec<f64>) {
    let n = journey.touches.len();
    weights.clear();
    match rule {
        Rule::UShape if n > 2 => {
            weights.resize(n, 0.2 / (n - 2) as f64);
            weights[0] = 0.4;
            weights[n - 1] = 0.4;
        }
        Rule::WShape if n > 3 => {
            weights.resize(n, 0.1 / (n - 3) as f64);
            for at in [0, (n - 1) / 2, n - 1] {
                weights[at] = 0.3;
            }
        }
        Rule::Decay { half_life } => {
            let age = |at: usize| journey.ages.map_or((n - 1 - at) as f64, |ages| ages[at]);
            // Relative to the youngest touch, so that very old journeys do not underflow to 0/0.
            let youngest = age(n - 1);
            weights.extend((0..n).map(|at| (-(age(at) - youngest) / half_life).exp2()));
            let total: f64 = weights.iter().sum();
            weights.iter_mut().for_each(|w| *w /= total);
        }
        _ => weights.resize(n, 1.0 / n as f64),
    }
}
