//! Response and effect: certified and peer numbers, laws, wrong input.

use proptest::prelude::*;
use yh_stats::Answer;
use yh_stats::response::{
    BudgetLine, Channel, CurveOptions, Curves, Errors, Outcomes, Regression, ResponseCurve, allocate, difference_in_differences,
    fit_curves, interrupted_series, lagged_correlation, regress,
};

use crate::shared::{close, table};

fn known(y: &[f64], x: &[&[f64]], errors: Errors<'_>) -> Regression {
    regress(y, x, 0.0, errors, 0.95).expect("valid").known().expect("enough rows")
}

/// Relative closeness.
#[track_caller]
fn near(actual: f64, expect: f64, relative: f64) {
    close(actual, expect, relative * expect.abs());
}

/// Longley's employment data: deflator, GNP, unemployed, armed forces, population, year; employed.
const LONGLEY: [[f64; 7]; 16] = [
    [83.0, 234_289.0, 2356.0, 1590.0, 107_608.0, 1947.0, 60_323.0],
    [88.5, 259_426.0, 2325.0, 1456.0, 108_632.0, 1948.0, 61_122.0],
    [88.2, 258_054.0, 3682.0, 1616.0, 109_773.0, 1949.0, 60_171.0],
    [89.5, 284_599.0, 3351.0, 1650.0, 110_929.0, 1950.0, 61_187.0],
    [96.2, 328_975.0, 2099.0, 3099.0, 112_075.0, 1951.0, 63_221.0],
    [98.1, 346_999.0, 1932.0, 3594.0, 113_270.0, 1952.0, 63_639.0],
    [99.0, 365_385.0, 1870.0, 3547.0, 115_094.0, 1953.0, 64_989.0],
    [100.0, 363_112.0, 3578.0, 3350.0, 116_219.0, 1954.0, 63_761.0],
    [101.2, 397_469.0, 2904.0, 3048.0, 117_388.0, 1955.0, 66_019.0],
    [104.6, 419_180.0, 2822.0, 2857.0, 118_734.0, 1956.0, 67_857.0],
    [108.4, 442_769.0, 2936.0, 2798.0, 120_445.0, 1957.0, 68_169.0],
    [110.8, 444_546.0, 4681.0, 2637.0, 121_950.0, 1958.0, 66_513.0],
    [112.6, 482_704.0, 3813.0, 2552.0, 123_366.0, 1959.0, 68_655.0],
    [114.2, 502_601.0, 3931.0, 2514.0, 125_368.0, 1960.0, 69_564.0],
    [115.7, 518_173.0, 4806.0, 2572.0, 127_852.0, 1961.0, 69_331.0],
    [116.9, 554_894.0, 4007.0, 2827.0, 130_081.0, 1962.0, 70_551.0],
];

/// The certified values of the NIST Statistical Reference Datasets, "Longley".
#[test]
fn the_certified_values_of_longley() {
    let column = |j: usize| -> Vec<f64> { LONGLEY.iter().map(|row| row[j]).collect() };
    let columns: Vec<Vec<f64>> = (0..6).map(column).collect();
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let fit = known(&column(6), &columns, Errors::Classic);
    let certified = [
        (-3_482_258.634_595_82, 890_420.383_607_373),
        (15.061_872_271_373_3, 84.914_925_774_766_9),
        (-0.035_819_179_292_591, 0.033_491_007_772_243_2),
        (-2.020_229_803_816_83, 0.488_399_681_651_699),
        (-1.033_226_867_173_59, 0.214_274_163_161_675),
        (-0.051_104_105_653_580_7, 0.226_073_200_069_37),
        (1_829.151_464_613_55, 455.478_499_142_212),
    ];
    for (have, (value, error)) in fit.coefficients.iter().zip(certified) {
        near(have.value, value, 1e-8);
        near(have.standard_error, error, 1e-8);
    }
    near(fit.residual_deviation, 304.854_073_561_965, 1e-9);
    near(fit.r_squared, 0.995_479_004_577_296, 1e-12);
}

/// Speed and stopping distance of cars (Ezekiel 1930).
const SPEED: [f64; 50] = [
    4., 4., 7., 7., 8., 9., 10., 10., 10., 11., 11., 12., 12., 12., 12., 13., 13., 13., 13., 14., 14., 14., 14., 15., 15., 15., 16., 16.,
    17., 17., 17., 18., 18., 18., 18., 19., 19., 19., 20., 20., 20., 20., 20., 22., 23., 24., 24., 24., 24., 25.,
];
const DISTANCE: [f64; 50] = [
    2., 10., 4., 22., 16., 10., 18., 26., 34., 17., 28., 14., 20., 24., 28., 26., 34., 34., 46., 26., 36., 60., 80., 20., 26., 54., 32.,
    40., 32., 40., 50., 42., 56., 76., 84., 36., 46., 68., 32., 48., 52., 56., 64., 66., 54., 70., 92., 93., 120., 85.,
];

/// Standard errors printed by statsmodels 0.15.0 (cov_type nonrobust, HC3, HAC with two lags and its
/// correction, cluster over runs of five rows), all with the t distribution.
#[test]
fn the_errors_of_statsmodels() {
    let clusters: Vec<u32> = (0..50).map(|i| i / 5).collect();
    let cases = [
        (Errors::Classic, [6.758_440_17, 0.415_512_78], 1.489_836_50e-12),
        (Errors::Hc3, [5.931_803_32, 0.427_537_22], 3.635_818_77e-12),
        (Errors::NeweyWest { lags: 2 }, [6.557_731_6, 0.494_843_92], 2.650_372_29e-10),
        (Errors::Cluster(&clusters), [7.748_273_94, 0.603_531_6], 0.000_109_44),
    ];
    for (errors, expect, p) in cases {
        let fit = known(&DISTANCE, &[&SPEED], errors);
        near(fit.coefficients[0].value, -17.579_094_89, 1e-8);
        near(fit.coefficients[1].value, 3.932_408_76, 1e-8);
        near(fit.coefficients[0].standard_error, expect[0], 1e-7);
        near(fit.coefficients[1].standard_error, expect[1], 1e-7);
        near(fit.coefficients[1].p, p, 1e-4);
    }
    let fit = known(&DISTANCE, &[&SPEED], Errors::Hc3);
    near(fit.coefficients[1].lower, 3.072_787_566, 1e-8);
    near(fit.adjusted_r_squared, 0.643_810_201_2, 1e-9);
}

/// One standardised column: ridge divides the slope by exactly 1 + penalty.
#[test]
fn ridge_shrinks_by_its_formula() {
    let plain = known(&DISTANCE, &[&SPEED], Errors::Hc3).coefficients[1].value;
    let ridged = regress(&DISTANCE, &[&SPEED], 0.25, Errors::Hc3, 0.95).expect("valid").known().expect("enough");
    near(ridged.coefficients[1].value, plain / 1.25, 1e-12);
    let twice: [&[f64]; 2] = [&SPEED, &SPEED];
    assert!(regress(&DISTANCE, &twice, 0.0, Errors::Hc3, 0.95).is_err());
    let both = regress(&DISTANCE, &twice, 0.1, Errors::Hc3, 0.95).expect("valid").known().expect("enough");
    near(both.coefficients[1].value, both.coefficients[2].value, 1e-9);
}

/// A seeded noise of mean about 0 and deviation 1.
fn noise(seed: u64, n: usize) -> Vec<f64> {
    let mut state = seed;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..n).map(|_| (0..12).map(|_| uniform()).sum::<f64>() - 6.0).collect()
}

#[test]
fn a_lead_of_three_is_found() {
    let x = noise(1, 200);
    let other = noise(2, 200);
    let y: Vec<f64> = (0..200).map(|t| if t >= 3 { 0.8 * x[t - 3] } else { 0.0 } + 0.5 * other[t]).collect();
    let lags = lagged_correlation(&x, &y, 6, 300, 1).expect("valid").known().expect("enough");
    let strongest = lags.by_lag[lags.strongest];
    assert_eq!((strongest.lag, strongest.n), (3, 197));
    assert!(strongest.lower > 0.7 && strongest.upper < 0.95, "{strongest:?}");
    let idle = lags.by_lag.iter().filter(|l| l.lag != 3 && l.lower < 0.0 && l.upper > 0.0).count();
    assert!(idle >= 10, "{idle} of 12 other lags include zero");
}

/// Employment at fast-food stores, Card & Krueger (1994), table 3: New Jersey 20.44 to 21.03,
/// Pennsylvania 23.33 to 21.17, a difference in differences of 2.75 (2.76 unrounded).
#[test]
fn the_difference_of_card_and_krueger() {
    let means = [(true, false, 20.44), (true, true, 21.03), (false, false, 23.33), (false, true, 21.17)];
    let (mut outcome, mut treated, mut after) = (Vec::new(), Vec::new(), Vec::new());
    for (group, period, mean) in means {
        for away in [-1.0, -0.5, 0.0, 0.5, 1.0] {
            outcome.push(mean + away);
            treated.push(group);
            after.push(period);
        }
    }
    let rows = Outcomes { outcome: &outcome, treated: &treated, after: &after, units: None, times: None };
    let found = difference_in_differences(&rows, 0.95).expect("valid").known().expect("enough");
    close(found.effect.value, 2.75, 1e-9);
    // HC3 of a mean of n equal-leverage rows: sum of squares / (n - 1)^2 per group, four groups.
    close(found.effect.standard_error, (4.0 * 2.5 / 16.0_f64).sqrt(), 1e-9);
    close(found.means[3], 21.17, 1e-9);
    assert_eq!((found.counts, found.trend_gap), ([5; 4], None));
}

#[test]
fn parallel_trends_are_checked_before_the_action() {
    let (mut outcome, mut treated, mut after, mut times) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let wobble = noise(5, 200);
    for unit in 0..10 {
        for t in 0..20 {
            let group = unit < 5;
            let drift = if group { 0.5 } else { 0.0 };
            outcome.push(10.0 + f64::from(t) * drift + 0.2 * wobble[(unit * 20 + t) as usize]);
            treated.push(group);
            after.push(t >= 12);
            times.push(f64::from(t));
        }
    }
    let rows = Outcomes { outcome: &outcome, treated: &treated, after: &after, units: None, times: Some(&times) };
    let found = difference_in_differences(&rows, 0.95).expect("valid").known().expect("enough");
    let gap = found.trend_gap.expect("twelve times before");
    close(gap.value, 0.5, 0.03);
    assert!(gap.lower > 0.4, "the groups did not move in parallel: {gap:?}");
}

#[test]
fn a_jump_and_a_bend_are_measured() {
    let wobble = noise(3, 60);
    let series: Vec<f64> = (0..60)
        .map(|t| {
            let since = if t >= 36 { f64::from(t - 36) } else { 0.0 };
            let jump = if t >= 36 { 12.0 } else { 0.0 };
            let season = 3.0 * f64::from(t % 4 == 1);
            100.0 + 0.5 * f64::from(t) + jump - 0.4 * since + season + 0.5 * wobble[t as usize]
        })
        .collect();
    let found = interrupted_series(&series, 36, 4, 0.95).expect("valid").known().expect("enough");
    close(found.level_change.value, 12.0, 1.0);
    close(found.slope_change.value, -0.4, 0.06);
    close(found.slope_before.value, 0.5, 0.05);
    close(found.mean_effect.value, 12.0 - 0.4 * 11.5, 0.8);
    assert!(found.mean_effect.lower > 5.0 && found.mean_effect.upper < 10.0);
    close(found.fitted[40] - found.without_action[40], found.level_change.value + 4.0 * found.slope_change.value, 1e-9);
}

/// Spend in bursts, and an outcome made by known curves.
fn made_up() -> (Vec<f64>, Vec<Vec<f64>>) {
    let burst = |seed: u64, size: f64| -> Vec<f64> { noise(seed, 160).iter().map(|z| (size * (1.0 + 0.9 * z)).max(0.0)).collect() };
    let spend = vec![burst(11, 100.0), burst(12, 40.0)];
    let error = noise(13, 160);
    let mut kept = [0.0; 2];
    let outcome = (0..160)
        .map(|t| {
            kept[0] = 0.5 * kept[0] + 0.5 * spend[0][t];
            kept[1] = spend[1][t];
            let first = 400.0 * kept[0] / (kept[0] + 90.0);
            let second = 150.0 * kept[1].powi(2) / (kept[1].powi(2) + 900.0);
            1_000.0 + first + second + 8.0 * error[t]
        })
        .collect();
    (outcome, spend)
}

fn fitted(outcome: &[f64], spend: &[Vec<f64>], options: CurveOptions) -> Curves {
    let channels: Vec<Channel<'_>> = spend.iter().zip(["first", "second"]).map(|(spend, name)| Channel { name, spend }).collect();
    fit_curves(outcome, &channels, &[], options).expect("valid").known().expect("enough")
}

#[test]
fn known_curves_are_recovered() {
    let (outcome, spend) = made_up();
    let fit = fitted(&outcome, &spend, CurveOptions { trend: false, samples: 30, ..CurveOptions::default() });
    let [first, second] = &fit.channels[..] else { panic!("two channels") };
    close(first.curve.carry, 0.5, 0.101);
    close(second.curve.carry, 0.0, 0.101);
    let truth = |s: f64| [400.0 * s / (s + 90.0), 150.0 * s * s / (s * s + 900.0)];
    let rise = |c: &ResponseCurve, from: f64, to: f64| c.response(to) - c.response(from);
    near(rise(&first.curve, 50.0, 150.0), truth(150.0)[0] - truth(50.0)[0], 0.1);
    near(rise(&second.curve, 10.0, 60.0), truth(60.0)[1] - truth(10.0)[1], 0.1);
    assert!(fit.r_squared > 0.97, "{}", fit.r_squared);
    for channel in &fit.channels {
        assert!(channel.contribution.lower <= channel.contribution.value * 1.2);
        assert!(channel.contribution.lower > 0.0 && channel.contribution.upper > channel.contribution.lower);
    }
    // The parts add up to the fit.
    let parts: f64 = fit.base.iter().sum::<f64>() + first.contribution.value + second.contribution.value;
    near(parts, fit.fitted.iter().sum(), 1e-9);
}

/// Robyn's simulated weeks: curves explain the revenue, and the budget is spent better than it was.
#[test]
fn the_weekly_media_mix_fits_and_its_budget_improves() {
    let Some(file) = table("mmm_robyn_weekly/dt_simulated_weekly.csv") else { return };
    let names = ["tv_S", "ooh_S", "print_S", "facebook_S", "search_S"];
    let spend: Vec<Vec<f64>> = names.iter().map(|n| file.numbers(n)).collect();
    let channels: Vec<Channel<'_>> = names.iter().zip(&spend).map(|(name, spend)| Channel { name, spend }).collect();
    let competitor = file.numbers("competitor_sales_B");
    let options = CurveOptions { season: 52, samples: 4, ..CurveOptions::default() };
    let outcome = file.numbers("revenue");
    let fit = fit_curves(&outcome, &channels, &[&competitor], options).expect("valid").known().expect("enough");
    assert!(fit.r_squared > 0.85, "{}", fit.r_squared);
    let lines: Vec<BudgetLine<'_>> = fit
        .channels
        .iter()
        .map(|c| BudgetLine {
            curve: c.curve,
            sampled: &c.sampled,
            current: c.mean_spend,
            least: 0.5 * c.mean_spend,
            most: 2.0 * c.mean_spend,
        })
        .collect();
    let budget: f64 = lines.iter().map(|l| l.current).sum();
    let best = allocate(&lines, budget).expect("valid");
    assert!(best.response >= best.current_response, "{best:?}");
    near(best.spend.iter().sum(), budget, 1e-6);
}

fn line(strength: f64, half: f64, shape: f64) -> BudgetLine<'static> {
    let curve = ResponseCurve { carry: 0.0, shape, half, strength };
    BudgetLine { curve, sampled: &[], current: 50.0, least: 0.0, most: f64::INFINITY }
}

/// Concave curves a s/(s+h): the best split has equal slopes a h/(s+h)^2; here s + h in the ratio 2:1.
#[test]
fn the_best_budget_has_equal_slopes() {
    let lines = [line(400.0, 100.0, 1.0), line(100.0, 100.0, 1.0)];
    let best = allocate(&lines, 250.0).expect("valid");
    close(best.spend[0], 200.0, 0.05);
    close(best.spend[1], 50.0, 0.05);
    close(best.marginal, 400.0 * 100.0 / 300.0_f64.powi(2), 1e-3);
    close(best.current_response, 400.0 / 3.0 + 100.0 / 3.0, 1e-9);
}

/// Two S-shaped curves and a budget for one hill only: all on one, not half on each.
#[test]
fn an_s_shaped_budget_goes_to_one_hill() {
    let best = allocate(&[line(100.0, 100.0, 3.0), line(110.0, 100.0, 3.0)], 120.0).expect("valid");
    assert!(best.spend[1] > 115.0, "{best:?}");
}

#[test]
fn wrong_input_is_said() {
    let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let message = |e: yh_stats::StatsError| e.to_string();
    assert!(message(regress(&x, &[&[1.0; 6]], 0.0, Errors::Hc3, 0.95).expect_err("constant")).contains("constant"));
    assert!(message(regress(&x, &[&x[..5]], 0.0, Errors::Hc3, 0.95).expect_err("length")).contains("5 values"));
    assert!(message(regress(&x, &[&x], -1.0, Errors::Hc3, 0.95).expect_err("ridge")).contains("ridge"));
    assert!(matches!(regress(&x[..3], &[&x[..3]], 0.0, Errors::Hc3, 0.95), Ok(Answer::TooFew(f)) if f.need == 4));
    assert!(matches!(lagged_correlation(&x, &x, 2, 10, 1), Ok(Answer::TooFew(f)) if f.have == 6 && f.need == 10));
    let flat = [1.0; 20];
    assert!(matches!(lagged_correlation(&flat, &flat, 2, 10, 1), Ok(Answer::TooFew(f)) if f.need == 2));
    assert!(matches!(interrupted_series(&x, 3, 0, 0.95), Ok(Answer::TooFew(f)) if f.have == 3));
    assert!(matches!(interrupted_series(&x, 9, 0, 0.95), Ok(Answer::TooFew(_))));
    let rows = Outcomes { outcome: &x, treated: &[true; 6], after: &[false; 6], units: None, times: None };
    assert!(matches!(difference_in_differences(&rows, 0.95), Ok(Answer::TooFew(f)) if f.have == 0));
    let curve = |spend: &[f64]| fit_curves(&[1.0; 6], &[Channel { name: "ads", spend }], &[], CurveOptions::default()).map(|a| a.known());
    assert!(message(curve(&[0.0; 6]).expect_err("no spend")).contains("ads has no spend"));
    assert!(message(curve(&[-1.0; 6]).expect_err("negative")).contains("row 1"));
    assert_eq!(curve(&x).expect("valid"), None);
    assert!(allocate(&[line(1.0, 1.0, 1.0)], 0.0).is_err());
    let crossed = BudgetLine { least: 5.0, most: 1.0, ..line(1.0, 1.0, 1.0) };
    assert!(allocate(&[crossed], 10.0).is_err());
    let dear = BudgetLine { least: 50.0, ..line(1.0, 1.0, 1.0) };
    assert!(message(allocate(&[dear], 10.0).expect_err("too dear")).contains("least spends"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Residuals are orthogonal to what was fitted, and a change of unit changes coefficients only.
    #[test]
    fn regression_obeys_its_normal_equations(seed in any::<u64>(), scale in 1e-6..1e6_f64, shift in -1e3..1e3_f64) {
        let (x, z, e) = (noise(seed, 30), noise(seed ^ 1, 30), noise(seed ^ 2, 30));
        let y: Vec<f64> = (0..30).map(|i| 2.0 + x[i] - 3.0 * z[i] + e[i]).collect();
        let fit = known(&y, &[&x, &z], Errors::Hc3);
        for column in [&x, &z] {
            let product: f64 = column.iter().zip(&fit.residuals).map(|(a, b)| a * b).sum();
            prop_assert!(product.abs() < 1e-8);
        }
        let moved: Vec<f64> = x.iter().map(|v| v * scale + shift).collect();
        let other = known(&y, &[&moved, &z], Errors::Hc3);
        prop_assert!((other.coefficients[1].t / fit.coefficients[1].t - 1.0).abs() < 1e-6);
        prop_assert!((other.r_squared - fit.r_squared).abs() < 1e-9);
    }

    /// The budget is kept, the limits hold, and no random split within them does better.
    #[test]
    fn no_other_split_beats_the_allocation(
        curves in prop::collection::vec((1.0..100.0_f64, 1.0..100.0_f64, 0.5..3.0_f64, 0.0..20.0_f64), 2..5),
        weights in prop::collection::vec(0.01..1.0_f64, 4),
    ) {
        let lines: Vec<BudgetLine<'_>> =
            curves.iter().map(|&(a, h, s, least)| BudgetLine { least, ..line(a, h, s) }).collect();
        let least: f64 = lines.iter().map(|l| l.least).sum();
        let budget = least + 60.0;
        let best = allocate(&lines, budget).expect("valid");
        prop_assert!(best.spend.iter().sum::<f64>() <= budget * (1.0 + 1e-9));
        prop_assert!(best.spend.iter().zip(&lines).all(|(s, l)| *s >= l.least - 1e-9));
        let sum: f64 = weights[..lines.len()].iter().sum();
        let other: f64 =
            lines.iter().zip(&weights).map(|(l, w)| l.curve.response(l.least + 60.0 * w / sum)).sum();
        prop_assert!(best.response >= other * (1.0 - 1e-3) - 1e-9, "{} {}", best.response, other);
    }

    #[test]
    fn arbitrary_numbers_never_panic(
        rows in prop::collection::vec((prop::num::f64::ANY, prop::num::f64::ANY, any::<bool>(), any::<bool>()), 0..40),
        plain in prop::collection::vec((-3.0..3.0_f64, 0.0..3.0_f64, any::<bool>(), any::<bool>()), 0..40),
        start in 0_usize..50, season in 0_usize..6,
    ) {
        for rows in [rows, plain] {
            let y: Vec<f64> = rows.iter().map(|r| r.0).collect();
            let x: Vec<f64> = rows.iter().map(|r| r.1).collect();
            let treated: Vec<bool> = rows.iter().map(|r| r.2).collect();
            let after: Vec<bool> = rows.iter().map(|r| r.3).collect();
            let _ = regress(&y, &[&x], 0.0, Errors::NeweyWest { lags: 3 }, 0.95);
            let _ = lagged_correlation(&x, &y, start, 5, 1);
            let _ = interrupted_series(&y, start, season, 0.95);
            let design = Outcomes { outcome: &y, treated: &treated, after: &after, units: None, times: Some(&x) };
            let _ = difference_in_differences(&design, 0.95);
            let options = CurveOptions { samples: 1, season, ..CurveOptions::default() };
            let _ = fit_curves(&y, &[Channel { name: "ads", spend: &x }], &[], options);
        }
    }
}
