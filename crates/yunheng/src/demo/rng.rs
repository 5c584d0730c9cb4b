//! Seeded randomness with one independent stream per thing that is simulated.
//!
//! The generator is SplitMix64 (Steele, Lea, Flood 2014). It lives here, and not in a crate,
//! because the demo files must keep their bytes when dependencies are upgraded.

/// What a stream of random numbers is for; a thing's draws never depend on another thing's.
#[derive(Clone, Copy)]
pub enum Stream {
    Product = 1,
    Demand,
    Customer,
    Clock,
    Order,
    Service,
    Journey,
    Browse,
    Traffic,
    Spend,
    Target,
    Benchmark,
    Content,
    Review,
    Account,
    Mention,
    Stock,
    Books,
    Training,
    Suggestion,
}

/// SplitMix64, started from (seed, stream, index).
pub struct Rng(u64);

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A well mixed number that depends only on its argument.
pub fn hash(value: u64) -> u64 {
    mix(value.wrapping_add(0x9E37_79B9_7F4A_7C15))
}

impl Rng {
    pub fn new(seed: u64, stream: Stream, index: u64) -> Self {
        Rng(hash(hash(hash(seed) ^ stream as u64) ^ index))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform in 0..n.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub fn pick<'a, T>(&mut self, options: &'a [T]) -> &'a T {
        &options[self.below(options.len())]
    }

    /// Index drawn in proportion to `weights`, which need not sum to 1.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.len() - 1
    }

    /// Standard normal (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    pub fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }

    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// Gamma with unit scale (Marsaglia and Tsang 2000).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = (1.0 - self.unit()).powf(1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let x = self.gamma(a);
        let y = self.gamma(b);
        x / (x + y)
    }

    /// Poisson count; a rounded normal above a mean of 40.
    pub fn poisson(&mut self, mean: f64) -> u64 {
        if mean > 40.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as u64;
        }
        let floor = (-mean).exp();
        let mut count = 0;
        let mut product = self.unit();
        while product > floor {
            count += 1;
            product *= self.unit();
        }
        count
    }
}
