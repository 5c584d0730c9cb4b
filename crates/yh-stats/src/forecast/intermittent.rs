//! Intermittent demand: many zeros, occasional sales.
//!
//! Croston (1972) smooths sizes and gaps apart; Syntetos & Boylan (2005) remove its bias (SBA);
//! Teunter, Syntetos & Babai (2011) smooth the probability of a sale instead of the gap (TSB), which
//! also lets a product that no longer sells fade out.

/// Whether a series is intermittent: no negative value, some sale, and on average more than 1.32
/// periods from sale to sale (the cut of Syntetos, Boylan & Croston 2005).
pub fn is_intermittent(y: &[f64]) -> bool {
    let sales = y.iter().filter(|v| **v > 0.0).count();
    y.iter().all(|v| *v >= 0.0) && sales > 0 && y.len() as f64 / sales as f64 > 1.32
}

/// Mean demand per period by Croston's method with the Syntetos–Boylan correction; `None` without a sale.
pub fn croston_sba(y: &[f64], alpha: f64) -> Option<f64> {
    let first = y.iter().position(|v| *v > 0.0)?;
    let (mut size, mut gap, mut since) = (y[first], (first + 1) as f64, 0.0);
    for &v in &y[first + 1..] {
        since += 1.0;
        if v > 0.0 {
            size += alpha * (v - size);
            gap += alpha * (since - gap);
            since = 0.0;
        }
    }
    Some((1.0 - alpha / 2.0) * size / gap)
}

/// Mean demand per period by TSB: probability of a sale × size of a sale; `None` without a sale.
pub fn tsb(y: &[f64], alpha_size: f64, alpha_probability: f64) -> Option<f64> {
    let first = y.iter().position(|v| *v > 0.0)?;
    let (mut size, mut probability) = (y[first], 1.0 / (first + 1) as f64);
    for &v in &y[first + 1..] {
        let sold = f64::from(v > 0.0);
        probability += alpha_probability * (sold - probability);
        if v > 0.0 {
            size += alpha_size * (v - size);
        }
    }
    Some(probability * size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_computed_values() {
        // Sizes 4 → 4 + 0.1 (2 - 4) = 3.8; gaps 2 → 2 + 0.1 (3 - 2) = 2.1; SBA factor 0.95.
        let y = [0.0, 4.0, 0.0, 0.0, 2.0];
        assert!((croston_sba(&y, 0.1).expect("sales") - 0.95 * 3.8 / 2.1).abs() < 1e-12);
        // Probability 0.5 → 0.45 → 0.405 → 0.4645.
        assert!((tsb(&y, 0.1, 0.1).expect("sales") - 0.4645 * 3.8).abs() < 1e-12);
        assert_eq!(croston_sba(&[0.0; 5], 0.1), None);
        assert!(is_intermittent(&y) && !is_intermittent(&[1.0; 5]) && !is_intermittent(&[0.0, -1.0, 0.0]));
    }

    #[test]
    fn tsb_fades_after_the_last_sale_and_croston_does_not() {
        let mut y = vec![0.0, 5.0, 0.0, 5.0];
        let (croston, fading) = (croston_sba(&y, 0.1), tsb(&y, 0.1, 0.1));
        y.extend([0.0; 30]);
        assert_eq!(croston_sba(&y, 0.1), croston);
        assert!(tsb(&y, 0.1, 0.1) < fading.map(|v| 0.1 * v));
    }
}
