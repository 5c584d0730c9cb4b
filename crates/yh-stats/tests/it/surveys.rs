//! Intervals computed from the published formulas (Rocks 2016; Wilson 1927; Newcombe 1998).

use proptest::prelude::*;
use yh_stats::Answer;
use yh_stats::surveys::{Nps, Recommendations, Score, csat, nps, nps_change, share_change, wilson};

use crate::shared::close;

fn scored(promoters: usize, passives: usize, detractors: usize) -> Nps {
    nps(Recommendations { promoters, passives, detractors }, 0.95).expect("a level").known().expect("answers")
}

fn share(hits: usize, n: usize) -> Score {
    wilson(hits, n, 0.95).expect("hits <= n").known().expect("answers")
}

#[test]
fn nps_intervals() {
    let rows = [
        ((45, 30, 25), 20.0, [4.0772, 35.9228], 19.4175, [3.7703, 35.0647]),
        ((9, 1, 2), 58.3333, [15.3782, 101.2885], 46.6667, [6.9625, 86.3708]),
        ((512, 301, 187), 32.5, [27.7257, 37.2743], 32.4028, [27.6355, 37.1701]),
        ((0, 5, 0), 0.0, [0.0, 0.0], 0.0, [-30.0057, 30.0057]),
        ((1, 0, 0), 100.0, [100.0, 100.0], 25.0, [-48.4986, 98.4986]),
    ];
    for ((p, n, d), value, wald, centre, adjusted) in rows {
        let nps = scored(p, n, d);
        close(nps.score.value, value, 5.1e-5);
        close(nps.score.lower, wald[0], 5.1e-5);
        close(nps.score.upper, wald[1], 5.1e-5);
        close(nps.adjusted.value, centre, 5.1e-5);
        close(nps.adjusted.lower, adjusted[0], 5.1e-5);
        close(nps.adjusted.upper, adjusted[1], 5.1e-5);
    }
}

#[test]
fn wilson_intervals() {
    for (hits, n, lower, upper) in
        [(81, 100, 0.722_212, 0.874_852), (7, 8, 0.529_112, 0.977_583), (0, 10, 0.0, 0.277_533), (1532, 2000, 0.746_946, 0.784_034)]
    {
        let score = share(hits, n);
        close(score.lower, lower, 5.1e-7);
        close(score.upper, upper, 5.1e-7);
    }
}

/// Newcombe (1998), Statistics in Medicine 17, example (a): 56/70 − 48/80, method 10: 0.0524..0.3339.
#[test]
fn newcombes_example() {
    let change = share_change(&share(48, 80), &share(56, 70));
    close(change.value, 0.2, 1e-12);
    close(change.lower, 0.0524, 5.1e-5);
    close(change.upper, 0.3339, 5.1e-5);
    assert!(change.is_change);
}

#[test]
fn scores_are_counted_by_their_scale() {
    let answers = [10.0, 9.0, 8.0, 7.0, 6.0, 0.0];
    let counts = Recommendations::count(&answers).expect("on the scale");
    assert_eq!((counts.promoters, counts.passives, counts.detractors), (2, 2, 2));
    for wrong in [11.0, -1.0, 7.5, f64::NAN, f64::INFINITY] {
        assert!(Recommendations::count(&[wrong]).is_err());
    }
    let csat_of = csat(&[5.0, 4.0, 3.0, 1.0], 5, 0.95).expect("on the scale").known().expect("answers");
    assert_eq!((csat_of.satisfied, csat_of.mean, csat_of.median), (2, 3.25, 3.5));
    assert!(csat(&[0.0], 5, 0.95).is_err() && csat(&[6.0], 5, 0.95).is_err() && csat(&[1.0], 2, 0.95).is_err());
    assert!(matches!(csat(&[], 5, 0.95), Ok(Answer::TooFew(_))));
    assert!(matches!(nps(Recommendations::default(), 0.95), Ok(Answer::TooFew(_))));
    assert!(nps(counts, 1.0).is_err() && wilson(3, 2, 0.95).is_err());
}

proptest! {
    #[test]
    fn intervals_hold_their_value_and_shrink(p in 0usize..300, q in 0usize..300, d in 0usize..300) {
        prop_assume!(p + q + d > 0);
        let one = scored(p, q, d);
        prop_assert!(one.score.lower <= one.score.value && one.score.value <= one.score.upper);
        prop_assert!((-100.0..=100.0).contains(&one.score.value));
        let ten = scored(10 * p, 10 * q, 10 * d);
        prop_assert!((ten.score.value - one.score.value).abs() < 1e-9);
        prop_assert!(ten.score.standard_error <= one.score.standard_error + 1e-12);
        // Swapping promoters and detractors mirrors the score and its intervals.
        let mirrored = scored(d, q, p);
        prop_assert!((mirrored.score.value + one.score.value).abs() < 1e-9);
        prop_assert!((mirrored.adjusted.upper + one.adjusted.lower).abs() < 1e-9);
        let w = share(p, p + q + d);
        prop_assert!(0.0 <= w.lower && w.lower <= w.value && w.value <= w.upper && w.upper <= 1.0);
        let same = nps_change(&one, &one, 0.95).expect("a level");
        prop_assert!(!same.is_change && same.value == 0.0);
        prop_assert!(!share_change(&w, &w).is_change);
    }
}
