//! Shapley values: what each player adds, averaged over all orders of joining.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::chain::Chain;
use super::paths::Paths;

/// Above this many players the 2^n coalitions are sampled, not enumerated.
pub const MAX_EXACT_PLAYERS: usize = 16;

/// How to sample when enumeration is out of reach.
#[derive(Debug, Clone, Copy)]
pub struct Sampling {
    /// Random orders of joining; half of them are the reverses of the others.
    pub orders: usize,
    pub seed: u64,
    /// Most players that are still enumerated; never above [`MAX_EXACT_PLAYERS`].
    pub exact_up_to: usize,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { orders: 2_000, seed: 1, exact_up_to: 12 }
    }
}

/// Shapley values of a game.
#[derive(Debug, Clone, PartialEq)]
pub struct Shapley {
    pub values: Vec<f64>,
    /// Standard errors of sampled values; `None` when exact.
    pub standard_errors: Option<Vec<f64>>,
}

/// Shapley values of the game `worth(members)`, where `members[i]` says whether player i is in.
///
/// Exact by enumeration of all coalitions while there are few players, else by antithetic sampling
/// of joining orders (Castro, Gómez & Tejada 2009) with standard errors. The values sum to
/// `worth(all) - worth(none)` either way.
pub fn shapley(players: usize, sampling: Sampling, worth: impl Fn(&[bool]) -> f64) -> Shapley {
    if players <= sampling.exact_up_to.min(MAX_EXACT_PLAYERS) {
        Shapley { values: enumerate(players, &worth), standard_errors: None }
    } else {
        sample(players, sampling, &worth)
    }
}

fn enumerate(players: usize, worth: &impl Fn(&[bool]) -> f64) -> Vec<f64> {
    let coalitions = 1_usize << players;
    let members = |set: usize| -> Vec<bool> { (0..players).map(|i| set >> i & 1 == 1).collect() };
    let worths: Vec<f64> = (0..coalitions).map(|set| worth(&members(set))).collect();
    // weight[k] = k! (n-k-1)! / n!, for a coalition of k others.
    let mut weights = vec![1.0 / players.max(1) as f64; players];
    for k in 1..players {
        weights[k] = weights[k - 1] * k as f64 / (players - k) as f64;
    }
    (0..players)
        .map(|i| {
            (0..coalitions)
                .filter(|set| set >> i & 1 == 0)
                .map(|set| weights[set.count_ones() as usize] * (worths[set | 1 << i] - worths[set]))
                .sum()
        })
        .collect()
}

fn sample(players: usize, sampling: Sampling, worth: &impl Fn(&[bool]) -> f64) -> Shapley {
    let mut rng = ChaCha8Rng::seed_from_u64(sampling.seed);
    let mut order: Vec<usize> = (0..players).collect();
    let pairs = (sampling.orders / 2).max(2);
    let (mut sums, mut squares) = (vec![0.0; players], vec![0.0; players]);
    let mut gains = vec![0.0; players];
    let nobody = worth(&vec![false; players]);
    for _ in 0..pairs {
        order.shuffle(&mut rng);
        gains.fill(0.0);
        for _ in 0..2 {
            add_gains(&order, nobody, worth, &mut gains);
            order.reverse();
        }
        for (i, gain) in gains.iter().enumerate() {
            sums[i] += gain / 2.0;
            squares[i] += gain * gain / 4.0;
        }
    }
    let n = pairs as f64;
    let error = |sum: f64, square: f64| ((square - sum * sum / n).max(0.0) / (n - 1.0) / n).sqrt();
    let standard_errors = sums.iter().zip(&squares).map(|(&s, &q)| error(s, q)).collect();
    Shapley { values: sums.iter().map(|s| s / n).collect(), standard_errors: Some(standard_errors) }
}

fn add_gains(order: &[usize], nobody: f64, worth: &impl Fn(&[bool]) -> f64, gains: &mut [f64]) {
    let mut members = vec![false; order.len()];
    let mut before = nobody;
    for &player in order {
        members[player] = true;
        let after = worth(&members);
        gains[player] += after - before;
        before = after;
    }
}

/// Shapley credit of the game "conversions of the journeys whose channels all lie in the coalition".
///
/// Closed form: such a game is a sum of unanimity games, one per journey, and each splits equally
/// over the journey's distinct channels; so it is exact for any number of channels.
/// Returns (conversions, values) per channel.
pub fn share_by_distinct_channels(paths: &Paths) -> (Vec<f64>, Vec<f64>) {
    let mut conversions = vec![0.0; paths.channels.len()];
    let mut values = conversions.clone();
    let mut distinct = Vec::new();
    for journey in paths.journeys().filter(|j| j.conversions > 0.0) {
        distinct.clear();
        for &touch in journey.touches {
            if !distinct.contains(&touch) {
                distinct.push(touch);
            }
        }
        let share = 1.0 / distinct.len() as f64;
        for &channel in &distinct {
            conversions[channel as usize] += share * journey.conversions;
            values[channel as usize] += share * journey.value;
        }
    }
    (conversions, values)
}

/// Probability that a journey of an order-1 chain converts when only the member channels exist.
///
/// A move to a channel that is not a member is a loss. `chain` has one state per channel.
pub fn coalition_conversion(chain: &Chain, members: &[bool]) -> f64 {
    let alive: Vec<usize> = (0..chain.states()).filter(|&s| chain.channel(s).is_none_or(|c| members[c])).collect();
    let mut place = vec![usize::MAX; chain.states()];
    alive.iter().enumerate().for_each(|(i, &s)| place[s] = i);
    let n = alive.len();
    let mut a = nalgebra::DMatrix::<f64>::identity(n, n);
    for (i, &s) in alive.iter().enumerate() {
        a[(i, i)] -= chain.self_loop[s];
        for (t, p) in chain.moves(s).filter(|(t, _)| place[*t] != usize::MAX) {
            a[(i, place[t])] -= p;
        }
    }
    let ends = nalgebra::DVector::from_fn(n, |i, _| chain.converts[alive[i]]);
    a.lu().solve(&ends).map_or(0.0, |reach| reach[0])
}
