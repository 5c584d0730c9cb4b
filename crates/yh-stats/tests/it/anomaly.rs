//! Anomaly detection: the benchmark's published scores, streaming, planted anomalies, wrong input.

use proptest::prelude::*;
use yh_stats::anomaly::nab::{Profile, raw_score};
use yh_stats::anomaly::{Cause, Detector, Measure, Observation, Options, Reading};

use crate::shared::close;

/// Raw scores that the NAB repository publishes for single files, from the rows its detectors flagged.
#[test]
fn published_scores_are_reproduced() {
    // numenta on realAdExchange/exchange-2_cpm_results (1,624 rows).
    let windows = [(565, 645), (934, 1014)];
    let alerts = [2, 3, 8, 9, 27, 51, 355, 605, 876, 974, 1013];
    close(raw_score(1624, &windows, &alerts, Profile::STANDARD), 1.50824342415, 1e-9);
    // contextOSE on realTraffic/occupancy_t4013 (2,500 rows).
    let windows = [(2087, 2211), (2335, 2459)];
    let alerts = [140, 2147, 2397];
    close(raw_score(2500, &windows, &alerts, Profile::STANDARD), 1.7360251845, 1e-9);
    close(raw_score(2500, &windows, &alerts, Profile::LOW_FALSE_ALARM), 1.7360251845, 1e-9);
    // twitterADVec on artificialWithAnomaly/art_load_balancer_spikes (4,032 rows).
    let windows = [(2734, 3136)];
    let alerts = [546, 1446, 2937, 2991, 2993, 3033, 3112, 3141];
    close(raw_score(4032, &windows, &alerts, Profile::STANDARD), 0.743707585374, 1e-9);
    close(raw_score(4032, &windows, &alerts, Profile::LOW_FALSE_ALARM), 0.630288289297, 1e-9);
    // windowedGaussian on realAdExchange/exchange-4_cpm_results (1,643 rows).
    let windows = [(347, 387), (729, 769), (1256, 1296), (1381, 1421)];
    let alerts = [1, 240, 367, 372, 514, 518, 1276, 1401, 1565];
    close(raw_score(1643, &windows, &alerts, Profile::STANDARD), 1.27471036268, 1e-9);
    close(raw_score(1643, &windows, &alerts, Profile::LOW_MISS), 0.274710362685, 1e-9);
}

/// A fixed noise in -1..1 (the sum of two uniforms less one) for row i.
fn noise(i: usize) -> f64 {
    let mut x = (i as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^= x >> 31;
    (x & 0xFFFF_FFFF) as f64 / 4_294_967_296.0 + (x >> 32) as f64 / 4_294_967_296.0 - 1.0
}

/// Four weeks of hours with a daily pattern.
fn month() -> Vec<f64> {
    (0..672).map(|h| 100.0 + 40.0 * (std::f64::consts::TAU * (h % 24) as f64 / 24.0).sin() + 4.0 * noise(h)).collect()
}

fn read(values: &[f64], options: Options) -> Vec<Reading> {
    let mut detector = Detector::new(options).expect("valid options");
    values.iter().enumerate().map(|(h, v)| detector.push(&Observation::new(h as f64 * 3600.0, *v))).collect()
}

fn alerts(readings: &[Reading]) -> Vec<usize> {
    (0..readings.len()).filter(|&i| readings[i].alert).collect()
}

#[test]
fn an_ordinary_month_is_quiet_and_planted_anomalies_are_found() {
    let options = Options::new(3600.0);
    assert!(alerts(&read(&month(), options)).len() <= 2);
    let mut spike = month();
    spike[500] += 150.0;
    assert!(alerts(&read(&spike, options)).contains(&500));
    let mut shift = month();
    shift[500..].iter_mut().for_each(|v| *v -= 60.0);
    assert!(alerts(&read(&shift, options)).iter().any(|i| (500..524).contains(i)));
    let mut stuck = month();
    let last = stuck[499];
    stuck[500..540].iter_mut().for_each(|v| *v = last);
    assert!(alerts(&read(&stuck, options)).iter().any(|i| (500..545).contains(i)));
}

#[test]
fn the_missing_peak_of_one_day_is_seen_by_the_daily_baseline() {
    let mut values = month();
    let night = values[18];
    values[504..528].iter_mut().enumerate().for_each(|(i, v)| *v = night + 4.0 * noise(9000 + i));
    let found = alerts(&read(&values, Options::new(3600.0)));
    assert!(found.iter().any(|i| (504..530).contains(i)), "{found:?}");
}

#[test]
fn thin_ratios_and_known_events_are_not_judged() {
    let options = Options { measure: Measure::Ratio, least_volume: 50.0, ..Options::new(3600.0) };
    let mut detector = Detector::new(options).expect("valid options");
    for (h, v) in month().iter().enumerate() {
        detector.push(&Observation { volume: 1000.0, ..Observation::new(h as f64 * 3600.0, v / 1000.0) });
    }
    let at = Observation::new(672.0 * 3600.0, 0.9);
    let reading = |row: Observation| detector.clone().push(&row);
    assert_eq!(reading(Observation { volume: 10.0, ..at }).score, 0.0);
    assert_eq!(reading(Observation { volume: 1000.0, is_event: true, ..at }).score, 0.0);
    let (thin, solid) = (reading(Observation { volume: 60.0, ..at }), reading(Observation { volume: 4000.0, ..at }));
    assert!(solid.alert && thin.evidence < solid.evidence);
}

#[test]
fn bad_options_are_refused_and_bad_values_passed_over() {
    assert!(Detector::new(Options::new(0.0)).is_err());
    assert!(Detector::new(Options { false_alarm_rate: 0.0, ..Options::new(60.0) }).is_err());
    let readings = read(&[1.0, f64::NAN, f64::INFINITY, 2.0], Options::new(3600.0));
    assert!(readings.iter().all(|r| r.score == 0.0 && r.expected.is_finite()));
    assert_eq!(readings[1].cause, Cause::None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn scores_stay_in_range_and_never_look_ahead(
        values in prop::collection::vec(prop_oneof![-50.0..50.0_f64, Just(0.0), Just(1e9), Just(f64::NAN)], 1..200),
        cut in 0..200_usize,
        apart in prop_oneof![Just(60.0), Just(3600.0), Just(86_400.0)],
    ) {
        let options = Options::new(apart);
        let whole = read(&values, options);
        prop_assert!(whole.iter().all(|r| (0.0..=1.0).contains(&r.score)));
        let cut = cut.min(values.len());
        let part = read(&values[..cut], options);
        prop_assert_eq!(&part[..], &whole[..cut], "a score must not change when later rows arrive");
    }

    #[test]
    fn a_change_of_unit_changes_no_score(power in -10..10_i32) {
        let factor = 2.0_f64.powi(power);
        let scaled: Vec<f64> = month().iter().map(|v| v * factor).collect();
        let (a, b) = (read(&month(), Options::new(3600.0)), read(&scaled, Options::new(3600.0)));
        prop_assert!(a.iter().zip(&b).all(|(x, y)| (x.score - y.score).abs() < 1e-9));
    }
}
