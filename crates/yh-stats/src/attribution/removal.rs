//! Removal effects by solving the absorbing chain exactly.
//!
//! With `A = I - Q` over the transient states, the probability of converting from each state solves
//! `A h = r`. Removing channel c sends every journey that reaches one of its states `S` to loss, so
//! `P(convert without c) = h_0 - f h_S`, where `f` is the distribution of the first state of `S`
//! that is reached. Source of the model: Anderl, Becker, von Wangenheim & Schumann (2016),
//! *Mapping the customer journey*, IJRM 33(3).

use nalgebra::{DMatrix, DVector, Dyn, linalg::LU};

use super::chain::Chain;
use crate::Result;
use crate::answer::StatsError;

/// Up to this many states one dense factorisation is fastest and needs no iteration.
const DENSE_STATES: usize = 400;
const MAX_SWEEPS: usize = 20_000;
/// Bound on the remaining error of a probability in the iterative solve.
const TOLERANCE: f64 = 1e-13;

/// What the chain is worth as a whole and without each channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Removal {
    /// Probability that a journey converts.
    pub p_conversion: f64,
    /// Share of conversions lost without each channel, in [0, 1].
    pub effects: Vec<f64>,
    /// Share of conversion value lost without each channel; zeros when there is no value.
    pub value_effects: Vec<f64>,
}

/// Removal effects of all channels.
///
/// # Errors
/// No convergence of the iterative solve (chains of more than 400 states that hardly ever end).
pub fn removal_effects(chain: &Chain, channels: usize) -> Result<Removal> {
    if chain.states() <= DENSE_STATES { dense(chain, channels) } else { sparse(chain, channels) }
}

/// One LU factorisation; removing a channel is a low-rank change solved on its own states only.
pub(super) fn dense(chain: &Chain, channels: usize) -> Result<Removal> {
    let n = chain.states();
    let mut a = DMatrix::<f64>::zeros(n, n);
    for s in 0..n {
        a[(s, s)] = 1.0 - chain.self_loop[s];
        chain.moves(s).for_each(|(t, p)| a[(s, t)] -= p);
    }
    let factors = a.lu();
    let inverse = factors.try_inverse().ok_or_else(|| endless(0, f64::NAN))?;
    let own_states = states_by_channel(chain, channels);
    let solve = |ends: &[f64]| -> Result<(f64, Vec<f64>)> {
        let reach = &inverse * DVector::from_column_slice(ends);
        let without = own_states.iter().map(|own| avoided(&inverse, &reach, own)).collect::<Result<_>>()?;
        Ok((reach[0], without))
    };
    let (p_conversion, without) = solve(&chain.converts)?;
    let (value, value_without) = solve(&chain.value)?;
    Ok(Removal { p_conversion, effects: lost(p_conversion, &without), value_effects: lost(value, &value_without) })
}

/// What is reached from the start without ever entering the states `own`.
fn avoided(inverse: &DMatrix<f64>, reach: &DVector<f64>, own: &[usize]) -> Result<f64> {
    if own.is_empty() {
        return Ok(reach[0]);
    }
    // first_hit * N[own, own] = N[start, own]
    let block = DMatrix::from_fn(own.len(), own.len(), |i, j| inverse[(own[j], own[i])]);
    let from_start = DVector::from_fn(own.len(), |i, _| inverse[(0, own[i])]);
    let factors: LU<f64, Dyn, Dyn> = block.lu();
    let first_hit = factors.solve(&from_start).ok_or_else(|| endless(0, f64::NAN))?;
    Ok(reach[0] - own.iter().zip(first_hit.iter()).map(|(&s, f)| f * reach[s]).sum::<f64>())
}

fn states_by_channel(chain: &Chain, channels: usize) -> Vec<Vec<usize>> {
    let mut own = vec![Vec::new(); channels];
    for s in 0..chain.states() {
        if let Some(channel) = chain.channel(s) {
            own[channel].push(s);
        }
    }
    own
}

fn lost(whole: f64, without: &[f64]) -> Vec<f64> {
    without.iter().map(|w| if whole > 0.0 { (1.0 - w / whole).clamp(0.0, 1.0) } else { 0.0 }).collect()
}

/// Gauss-Seidel on all removal systems at once: column 0 is the whole chain, column c+1 lacks
/// channel c, the second half repeats both for value. It converges because A is an M-matrix.
pub(super) fn sparse(chain: &Chain, channels: usize) -> Result<Removal> {
    let half = channels + 1;
    let has_value = chain.value.iter().any(|&v| v > 0.0);
    let width = if has_value { 2 * half } else { half };
    // Values are scaled so that one tolerance serves probabilities and money.
    let value_scale = chain.value.iter().copied().fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let mut reach = vec![0.0; chain.states() * width];
    let mut fresh = vec![0.0; width];
    let mut earlier = f64::INFINITY;
    for _ in 0..MAX_SWEEPS {
        let mut change = 0.0_f64;
        for s in (0..chain.states()).rev() {
            fresh[..half].fill(chain.converts[s]);
            fresh[half..].fill(chain.value[s] / value_scale);
            for (t, p) in chain.moves(s) {
                let from = &reach[t * width..(t + 1) * width];
                fresh.iter_mut().zip(from).for_each(|(sum, h)| *sum += p * h);
            }
            let stays = 1.0 - chain.self_loop[s];
            fresh.iter_mut().for_each(|h| *h /= stays);
            if let Some(own) = chain.channel(s) {
                fresh[own + 1] = 0.0;
                if has_value {
                    fresh[half + own + 1] = 0.0;
                }
            }
            let old = &mut reach[s * width..(s + 1) * width];
            for (old, &new) in old.iter_mut().zip(&fresh) {
                change = change.max((new - *old).abs());
                *old = new;
            }
        }
        // Geometric convergence: what is left to come is at most change * rate / (1 - rate).
        let rate = (change / earlier).min(0.999_999);
        if change == 0.0 || change * rate / (1.0 - rate) < TOLERANCE && change < 1e-9 {
            let (whole, value) = (&reach[..half], &reach[half..width]);
            let value_effects = if has_value { lost(value[0], &value[1..]) } else { vec![0.0; channels] };
            return Ok(Removal { p_conversion: whole[0], effects: lost(whole[0], &whole[1..]), value_effects });
        }
        earlier = change;
    }
    Err(endless(MAX_SWEEPS, earlier))
}

fn endless(iterations: usize, change: f64) -> StatsError {
    StatsError::NotConverged {
        what: "the absorbing chain of the journeys".into(),
        iterations,
        reached: format!("last change {change:.1e}; its journeys hardly ever end: use a lower order"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Paths;
    use super::*;

    /// A made-up set of journeys with returns, loops and losses.
    fn journeys() -> Paths {
        let mut state = 7_u64;
        let mut draw = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let paths: Vec<String> = (0..300)
            .map(|_| {
                let length = 1 + draw(7);
                (0..length).map(|_| format!("c{}", draw(6))).collect::<Vec<_>>().join(" > ")
            })
            .collect();
        let conversions: Vec<f64> = (0..300).map(|_| draw(3) as f64).collect();
        let values: Vec<f64> = conversions.iter().map(|c| c * 12.5).collect();
        let nulls: Vec<f64> = (0..300).map(|_| 1.0 + draw(4) as f64).collect();
        Paths::parse(paths.iter().map(String::as_str), ">", &conversions, Some(&values), Some(&nulls)).expect("valid journeys")
    }

    #[test]
    fn the_factorised_and_the_iterative_solve_agree() {
        for order in 1..=3 {
            let chain = Chain::estimate(&journeys(), order);
            let exact = dense(&chain, 6).expect("solves");
            let iterated = sparse(&chain, 6).expect("converges");
            assert!((exact.p_conversion - iterated.p_conversion).abs() < 1e-12);
            let both = |r: &Removal| [r.effects.clone(), r.value_effects.clone()].concat();
            for (a, b) in both(&exact).into_iter().zip(both(&iterated)) {
                assert!((a - b).abs() < 1e-11, "order {order}: {a} {b}");
            }
        }
    }

    #[test]
    fn every_order_converts_as_often_as_the_journeys() {
        let paths = journeys();
        let (conversions, _) = paths.totals();
        let rows: f64 = paths.journeys().map(|j| j.conversions + j.nulls).sum();
        for order in 1..=4 {
            let chain = Chain::estimate(&paths, order);
            let removal = removal_effects(&chain, 6).expect("solves");
            assert!((removal.p_conversion - conversions / rows).abs() < 1e-12, "order {order}");
        }
    }
}
