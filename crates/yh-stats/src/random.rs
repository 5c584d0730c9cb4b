//! Draws that several methods share; every generator is seeded by its caller.

use rand::Rng;

/// A Poisson count with the given mean; zero for a mean that is not positive.
///
/// Large means are split into pieces, so that the product of uniforms never underflows.
pub fn poisson(rng: &mut impl Rng, mean: f64) -> f64 {
    const PIECE: f64 = 30.0;
    if mean > 1_000.0 {
        return (mean + mean.sqrt() * normal(rng)).round().max(0.0);
    }
    let (mut left, mut count) = (mean, 0.0);
    while left > 0.0 {
        let floor = (-left.min(PIECE)).exp();
        let mut product: f64 = rng.random();
        while product > floor {
            count += 1.0;
            product *= rng.random::<f64>();
        }
        left -= PIECE;
    }
    count
}

/// A standard normal draw (Box-Muller).
pub fn normal(rng: &mut impl Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}
