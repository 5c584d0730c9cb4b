//! Rank stability: would the channels stand in the same order on another sample of journeys?

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::paths::Paths;
use super::{Model, Settings, credit};
use crate::Result;
use crate::numeric::quantile_sorted;

/// Rank of one channel over the bootstrap samples; rank 1 has the most credit.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelRank {
    pub rank: usize,
    pub mean: f64,
    /// 2.5 % and 97.5 % quantiles of the rank.
    pub low: f64,
    pub high: f64,
    /// Share of the samples in which the channel keeps its rank.
    pub kept: f64,
    /// 95 % percentile interval of the channel's share of all credit, in [0, 1].
    pub share_low: f64,
    pub share_high: f64,
}

/// Rank stability of one model.
#[derive(Debug, Clone, PartialEq)]
pub struct RankStability {
    pub model: Model,
    /// Per channel.
    pub channels: Vec<ChannelRank>,
    /// Mean Spearman correlation of the sampled ranks with the ranks of all journeys.
    pub correlation: f64,
}

/// Resamples journeys `samples` times (Poisson bootstrap over single journeys) and ranks channels anew.
///
/// # Errors
/// As [`super::attribute`].
pub fn rank_stability(paths: &Paths, models: &[Model], settings: &Settings, samples: usize, seed: u64) -> Result<Vec<RankStability>> {
    let runs: Vec<Vec<Vec<f64>>> = (0..samples)
        .into_par_iter()
        .map(|i| {
            let resampled = resample(paths, seed, i as u64);
            models.iter().map(|&m| Ok(credit(&resampled, m, settings)?.conversions)).collect()
        })
        .collect::<Result<_>>()?;
    models
        .iter()
        .enumerate()
        .map(|(at, &model)| {
            let whole = credit(paths, model, settings)?.conversions;
            let credits: Vec<&[f64]> = runs.iter().map(|run| run[at].as_slice()).collect();
            Ok(summarise(model, &whole, &credits))
        })
        .collect()
}

/// Draws how often each journey occurs: counts of a row become Poisson counts, value in proportion.
fn resample(paths: &Paths, seed: u64, stream: u64) -> Paths {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    let mut drawn = paths.clone();
    for row in 0..paths.len() {
        let (before, value) = (paths.conversions[row], paths.values[row]);
        drawn.conversions[row] = crate::random::poisson(&mut rng, before);
        drawn.values[row] = if before > 0.0 { value / before * drawn.conversions[row] } else { 0.0 };
        drawn.nulls[row] = crate::random::poisson(&mut rng, paths.nulls[row]);
    }
    drawn
}

fn summarise(model: Model, whole: &[f64], credits: &[&[f64]]) -> RankStability {
    let ranks_of_all = ranks(whole);
    let sampled: Vec<Vec<usize>> = credits.iter().map(|c| ranks(c)).collect();
    let n = credits.len().max(1) as f64;
    let channels = (0..whole.len())
        .map(|c| {
            let mut own: Vec<f64> = sampled.iter().map(|r| r[c] as f64).collect();
            let kept = own.iter().filter(|&&r| r == ranks_of_all[c] as f64).count() as f64 / n;
            own.sort_by(f64::total_cmp);
            let mut shares: Vec<f64> = credits.iter().map(|run| share(run, c)).collect();
            shares.sort_by(f64::total_cmp);
            let at = |sorted: &[f64], p| quantile_sorted(sorted, p).unwrap_or(0.0);
            ChannelRank {
                rank: ranks_of_all[c],
                mean: own.iter().sum::<f64>() / n,
                low: at(&own, 0.025),
                high: at(&own, 0.975),
                kept,
                share_low: at(&shares, 0.025),
                share_high: at(&shares, 0.975),
            }
        })
        .collect();
    let correlation = sampled.iter().map(|r| spearman(&ranks_of_all, r)).sum::<f64>() / n;
    RankStability { model, channels, correlation }
}

fn share(credits: &[f64], channel: usize) -> f64 {
    let total: f64 = credits.iter().sum();
    if total > 0.0 { credits[channel] / total } else { 0.0 }
}

/// Ranks from 1 for the largest; ties stand in channel order.
fn ranks(credits: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..credits.len()).collect();
    order.sort_by(|&a, &b| credits[b].total_cmp(&credits[a]));
    let mut ranks = vec![0; credits.len()];
    order.iter().enumerate().for_each(|(at, &c)| ranks[c] = at + 1);
    ranks
}

/// Spearman correlation of two rankings without ties; 1 for a single channel.
fn spearman(a: &[usize], b: &[usize]) -> f64 {
    let n = a.len() as f64;
    if a.len() < 2 {
        return 1.0;
    }
    let squares: f64 = a.iter().zip(b).map(|(&x, &y)| (x as f64 - y as f64).powi(2)).sum();
    1.0 - 6.0 * squares / (n * (n * n - 1.0))
}
