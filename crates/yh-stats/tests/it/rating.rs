//! Ratings: published agreement examples, laws, wrong input.

use proptest::prelude::*;
use yh_stats::Answer;
use yh_stats::rating::{
    Level, Ratings, Weights, intraclass_correlation, krippendorff_alpha, rater_report, self_gaps, weighted_kappa, weighted_kappa_of_table,
};

use crate::shared::close;

/// Long form of a table of subjects by raters; NaN is a missing score.
struct Long {
    subjects: Vec<u32>,
    raters: Vec<u32>,
    scores: Vec<f64>,
}

impl Long {
    fn of(rows: &[&[f64]]) -> Self {
        let mut long = Self { subjects: Vec::new(), raters: Vec::new(), scores: Vec::new() };
        for (subject, row) in rows.iter().enumerate() {
            for (rater, &score) in row.iter().enumerate().filter(|(_, s)| !s.is_nan()) {
                long.subjects.push(subject as u32);
                long.raters.push(rater as u32);
                long.scores.push(score);
            }
        }
        long
    }

    fn ratings(&self) -> Ratings<'_> {
        Ratings { subjects: &self.subjects, raters: &self.raters, items: None, scores: &self.scores }
    }
}

/// Six subjects and four judges: Shrout & Fleiss (1979), table 2.
const SHROUT_FLEISS: [&[f64]; 6] = [
    &[9.0, 2.0, 5.0, 8.0],
    &[6.0, 1.0, 3.0, 2.0],
    &[8.0, 4.0, 6.0, 8.0],
    &[7.0, 1.0, 2.0, 6.0],
    &[10.0, 5.0, 6.0, 9.0],
    &[6.0, 2.0, 4.0, 7.0],
];

/// Table 4 of the paper prints .17 .29 .71 .44 .62 .91; the intervals are those that the R package
/// psych documents for the same data.
#[test]
fn the_six_forms_of_shrout_and_fleiss() {
    let long = Long::of(&SHROUT_FLEISS);
    let forms = intraclass_correlation(&long.ratings(), 0.95).expect("valid").known().expect("enough");
    let expect = [
        ("icc1", 0.17, -0.13, 0.72),
        ("icc1k", 0.44, -0.88, 0.91),
        ("icc2", 0.29, 0.02, 0.76),
        ("icc2k", 0.62, 0.07, 0.93),
        ("icc3", 0.71, 0.34, 0.95),
        ("icc3k", 0.91, 0.68, 0.99),
    ];
    for (icc, (name, value, lower, upper)) in forms.iter().zip(expect) {
        assert_eq!(icc.form.name(), name);
        close(icc.value, value, 0.005);
        close(icc.lower, lower, 0.006);
        close(icc.upper, upper, 0.006);
    }
    close(forms[2].f, 11.03, 0.01);
    close(forms[0].p, 0.165, 0.001);
}

/// Cohen (1968), Psychological Bulletin 70: kappa .492, weighted kappa .348 with his weights of
/// disagreement 0 1 3 / 1 0 6 / 3 6 0 over 200 patients.
#[test]
fn the_weighted_kappa_of_cohen() {
    let shares = [0.44, 0.07, 0.09, 0.05, 0.20, 0.05, 0.01, 0.03, 0.06];
    let counts: Vec<f64> = shares.iter().map(|s| s * 200.0).collect();
    let plain = weighted_kappa_of_table(&counts, 3, &Weights::Same, 0.95).expect("valid").known().expect("enough");
    close(plain.value, 0.492, 5e-4);
    let disagreement = [0.0, 1.0, 3.0, 1.0, 0.0, 6.0, 3.0, 6.0, 0.0];
    let weights = Weights::Custom(disagreement.iter().map(|d| 1.0 - d / 6.0).collect());
    let weighted = weighted_kappa_of_table(&counts, 3, &weights, 0.95).expect("valid").known().expect("enough");
    close(weighted.value, 0.348, 5e-4);
    assert!(weighted.lower < 0.348 && weighted.upper > 0.348);
}

/// Fleiss, Cohen & Everitt (1969): kappa .429 with these shares of 200 subjects.
#[test]
fn the_kappa_of_fleiss_cohen_and_everitt() {
    let shares = [0.53, 0.05, 0.02, 0.11, 0.14, 0.05, 0.01, 0.06, 0.03];
    let counts: Vec<f64> = shares.iter().map(|s| s * 200.0).collect();
    let kappa = weighted_kappa_of_table(&counts, 3, &Weights::Same, 0.95).expect("valid").known().expect("enough");
    close(kappa.value, 0.429, 5e-4);
    close(kappa.observed, 0.70, 1e-12);
    close(kappa.standard_error, 0.054, 1e-3);
}

/// Twelve units and four observers: Krippendorff (2011) prints .743 .815 .849 .797.
#[test]
fn the_alpha_of_krippendorff() {
    let x = f64::NAN;
    let observers: [[f64; 12]; 4] = [
        [1.0, 2.0, 3.0, 3.0, 2.0, 1.0, 4.0, 1.0, 2.0, x, x, x],
        [1.0, 2.0, 3.0, 3.0, 2.0, 2.0, 4.0, 1.0, 2.0, 5.0, x, 3.0],
        [x, 3.0, 3.0, 3.0, 2.0, 3.0, 4.0, 2.0, 2.0, 5.0, 1.0, x],
        [1.0, 2.0, 3.0, 3.0, 2.0, 4.0, 4.0, 1.0, 2.0, 5.0, 1.0, x],
    ];
    let rows: Vec<Vec<f64>> = (0..12).map(|u| observers.iter().map(|o| o[u]).collect()).collect();
    let rows: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
    let long = Long::of(&rows);
    for (level, expect) in [(Level::Nominal, 0.743), (Level::Ordinal, 0.815), (Level::Interval, 0.849), (Level::Ratio, 0.797)] {
        let alpha = krippendorff_alpha(&long.ratings(), level, 200, 1).expect("valid").known().expect("enough");
        close(alpha.value, expect, 5.1e-4);
        assert!(alpha.lower < expect && expect < alpha.upper && alpha.upper <= 1.0, "{alpha:?}");
        assert_eq!((alpha.units, alpha.scores), (11, 40));
    }
}

/// Balanced two-way data: REML equals the analysis of variance, (11.242-1.019)/4, (32.486-1.019)/6,
/// 1.019, and a rater's severity is its mean deviation times 6 s / (6 s + e).
#[test]
fn severity_of_balanced_raters_has_a_closed_form() {
    let long = Long::of(&SHROUT_FLEISS);
    let report = rater_report(&long.ratings(), 0.95).expect("valid").known().expect("enough");
    assert!(report.settled);
    let (between, raters, error) = (11.241_667, 32.486_111, 1.019_444);
    close(report.residual_variance, error, 1e-4);
    close(report.subject_variance, (between - error) / 4.0, 1e-3);
    let rater_variance = (raters - error) / 6.0;
    close(report.rater_variance, rater_variance, 1e-3);
    let grand = SHROUT_FLEISS.iter().flat_map(|r| r.iter()).sum::<f64>() / 24.0;
    for j in 0..4 {
        let mean = SHROUT_FLEISS.iter().map(|r| r[j]).sum::<f64>() / 6.0;
        let shrink = 6.0 * rater_variance / (6.0 * rater_variance + error);
        close(report.raters[j].severity.value, (grand - mean) * shrink, 1e-3);
        let severity = report.raters[j].severity;
        assert!(severity.lower < severity.value && severity.value < severity.upper);
    }
    assert!(report.raters[1].severity.lower > 0.0, "the second judge is strict");
    assert!(report.raters[0].severity.upper < report.raters[1].severity.lower, "the first is more lenient");
}

/// Three raters, thirty subjects, four items: rater 1 copies one score over all items (halo), rater 2
/// stays near the middle (central tendency), rater 0 and 3 do neither.
#[test]
fn halo_and_central_tendency_show() {
    let (mut subjects, mut raters, mut items, mut scores) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let wobble = |seed: u32| f64::from(seed.wrapping_mul(2_654_435_761) >> 16) / 65_536.0 - 0.5;
    for subject in 0..30_u32 {
        for rater in 0..4_u32 {
            for item in 0..4_u32 {
                let worth = 6.0 + 5.0 * wobble(subject * 31 + 7);
                let on_item = 3.0 * wobble(subject * 101 + item * 13 + rater * 977 + 1);
                let score = match rater {
                    1 => worth + 0.1 * on_item,
                    2 => 6.0 + 0.2 * (worth - 6.0) + 0.2 * on_item,
                    _ => worth + on_item,
                };
                subjects.push(subject);
                raters.push(rater);
                items.push(item);
                scores.push(score);
            }
        }
    }
    let ratings = Ratings { subjects: &subjects, raters: &raters, items: Some(&items), scores: &scores };
    let report = rater_report(&ratings, 0.95).expect("valid").known().expect("enough");
    let item_spread = |r: usize| report.raters[r].item_spread.expect("enough scores");
    let subject_spread = |r: usize| report.raters[r].subject_spread.expect("enough scores");
    assert!(item_spread(1).upper < 0.5 && item_spread(0).lower > 1.0, "{report:?}");
    assert!(subject_spread(2).upper < 0.6 && subject_spread(3).lower > 0.8, "{report:?}");
    assert!(subject_spread(1).value > 2.0 * subject_spread(2).value);
}

#[test]
fn perfect_agreement_is_one() {
    let rows: [&[f64]; 4] = [&[1.0, 1.0, 1.0], &[4.0, 4.0, 4.0], &[2.0, 2.0, 2.0], &[5.0, 5.0, 5.0]];
    let long = Long::of(&rows);
    for icc in intraclass_correlation(&long.ratings(), 0.95).expect("valid").known().expect("enough") {
        assert_eq!((icc.value, icc.p), (1.0, 0.0), "{icc:?}");
    }
    let alpha = krippendorff_alpha(&long.ratings(), Level::Interval, 50, 1).expect("valid").known().expect("enough");
    assert_eq!((alpha.value, alpha.lower), (1.0, 1.0));
    let kappa = weighted_kappa(&[0, 1, 2, 1], &[0, 1, 2, 1], &Weights::Quadratic, 0.95).expect("valid");
    close(kappa.known().expect("enough").value, 1.0, 1e-12);
}

#[test]
fn scarce_or_wrong_input_is_said() {
    let few = |rows: &[&[f64]]| {
        let long = Long::of(rows);
        let needs = |a: Option<usize>| a.expect("too few");
        let icc = intraclass_correlation(&long.ratings(), 0.95).expect("valid");
        let alpha = krippendorff_alpha(&long.ratings(), Level::Nominal, 10, 1).expect("valid");
        let report = rater_report(&long.ratings(), 0.95).expect("valid");
        [
            needs(if let Answer::TooFew(f) = icc { Some(f.need) } else { None }),
            needs(if let Answer::TooFew(f) = alpha { Some(f.need) } else { None }),
            needs(if let Answer::TooFew(f) = report { Some(f.need) } else { None }),
        ]
    };
    assert_eq!(few(&[&[1.0, 2.0], &[2.0, f64::NAN]]), [3, 2, 3]);
    assert_eq!(few(&[&[3.0; 4], &[3.0; 4], &[3.0; 4]]), [2, 2, 2]);
    assert_eq!(few(&[]), [2, 2, 3]);
    let one_category = weighted_kappa(&[0, 0, 0], &[0, 0, 0], &Weights::Same, 0.95).expect("valid");
    assert!(matches!(one_category, Answer::TooFew(f) if f.need == 2));
    assert!(weighted_kappa(&[0, 1], &[0], &Weights::Same, 0.95).is_err());
    let bad = Weights::Custom(vec![0.5, 0.0, 0.0, 1.0]);
    assert!(weighted_kappa(&[0, 1], &[1, 0], &bad, 0.95).expect_err("bad").to_string().contains("diagonal"));
    let nan = Ratings { subjects: &[0], raters: &[0], items: None, scores: &[f64::NAN] };
    assert!(rater_report(&nan, 0.95).expect_err("bad").to_string().contains("row 1"));
    let negative = Long::of(&[&[-1.0, 1.0], &[1.0, 2.0]]);
    assert!(krippendorff_alpha(&negative.ratings(), Level::Ratio, 10, 1).is_err());
}

/// Raters who agree less than by chance leave so few degrees of freedom that a quantile overflows.
#[test]
fn intervals_stay_numbers_below_chance() {
    let rows: [&[f64]; 3] = [&[1.0, 4.0, 3.0, 3.0], &[3.0, 1.0, 3.0, 4.0], &[2.0, 3.0, 3.0, 4.0]];
    for icc in intraclass_correlation(&Long::of(&rows).ratings(), 0.95).expect("valid").known().expect("enough") {
        assert!(icc.lower <= icc.value && icc.value <= icc.upper, "{icc:?}");
    }
}

fn tables() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let score = prop_oneof![4 => (1_u8..6).prop_map(f64::from), 1 => Just(f64::NAN)];
    prop::collection::vec(prop::collection::vec(score, 4), 3..14)
}

/// Worked by hand: own scores 5, 4, 3 (and 4 by a fourth person whom nobody else scored); rater 1 gives
/// 4, 4, 1, rater 2 gives 3 to the first person only. Gaps to rater 1: 1, 0, 2; mean 1, deviation 1,
/// t(2) = 4.302653. All others: 1.5, 0, 2.
#[test]
fn gaps_to_self_assessments_count_each_person_once() {
    let subjects = [0, 1, 2, 3, 0, 1, 2, 0];
    let raters = [0, 0, 0, 0, 1, 1, 1, 2];
    let scores = [5.0, 4.0, 3.0, 4.0, 4.0, 4.0, 1.0, 3.0];
    let own = [true, true, true, true, false, false, false, false];
    let ratings = Ratings { subjects: &subjects, raters: &raters, items: None, scores: &scores };
    let found = self_gaps(&ratings, &own, 0.95).expect("valid");
    let Answer::Known(first) = found.by_rater[1] else { panic!("three people") };
    assert_eq!(first.n, 3);
    close(first.gap.value, 1.0, 1e-12);
    close(first.gap.upper - 1.0, 4.302_653 / 3.0_f64.sqrt(), 1e-5);
    assert!(matches!(found.by_rater[2], Answer::TooFew(few) if few.have == 1));
    assert!(matches!(found.by_rater[0], Answer::TooFew(few) if few.have == 0));
    close(found.overall.clone().known().expect("three people").gap.value, 3.5 / 3.0, 1e-12);
    assert!(self_gaps(&ratings, &own[..3], 0.95).is_err());
}

/// Equal means of three raters do not prove that the raters are alike: the intervals stay open.
#[test]
fn alike_raters_keep_an_interval() {
    let rows: [&[f64]; 6] = [&[1.0, 2.0, 3.0], &[2.0, 3.0, 1.0], &[3.0, 1.0, 2.0], &[3.0, 4.0, 5.0], &[4.0, 5.0, 3.0], &[5.0, 3.0, 4.0]];
    let report = rater_report(&Long::of(&rows).ratings(), 0.95).expect("valid").known().expect("enough");
    for rater in &report.raters {
        close(rater.severity.value, 0.0, 1e-9);
        assert!(rater.severity.upper - rater.severity.lower > 0.2, "{rater:?}");
    }
    assert!(report.settled && report.rater_variance < 0.01, "{report:?}");
}

#[test]
fn more_raters_than_the_equations_bear_are_refused() {
    let codes: Vec<u32> = (0..1600).collect();
    let scores: Vec<f64> = codes.iter().map(|c| f64::from(c % 5)).collect();
    let ratings = Ratings { subjects: &codes, raters: &codes, items: None, scores: &scores };
    assert!(rater_report(&ratings, 0.95).expect_err("too many").to_string().contains("1500"));
}

/// Agreement below chance leaves the interval hardly a degree of freedom: it still holds its value.
#[test]
fn intervals_below_chance_hold_their_value() {
    let rows: [&[f64]; 3] = [&[1.0, 5.0, 3.0, 1.0], &[1.0, 3.0, 1.0, 5.0], &[1.0, 5.0, 3.0, 2.0]];
    let forms = intraclass_correlation(&Long::of(&rows).ratings(), 0.95).expect("valid").known().expect("enough");
    assert!(forms.iter().all(|f| f.lower <= f.value + 1e-9 && f.value <= f.upper + 1e-9), "{forms:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Adding a constant to all scores or scaling them changes no agreement.
    #[test]
    fn agreement_ignores_origin_and_unit(rows in tables(), shift in -20_i8..20, scale in 1_u8..9) {
        let moved: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| row.iter().map(|s| s * f64::from(scale) + f64::from(shift)).collect())
            .collect();
        let both = [rows, moved].map(|rows| Long::of(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>()));
        let alpha = both.each_ref().map(|l| {
            krippendorff_alpha(&l.ratings(), Level::Interval, 0, 1).expect("valid").known().map(|a| a.value)
        });
        match alpha {
            [Some(a), Some(b)] => prop_assert!((a - b).abs() < 1e-9 && a <= 1.0),
            [a, b] => prop_assert_eq!(a.is_some(), b.is_some()),
        }
        let icc = both.each_ref().map(|l| intraclass_correlation(&l.ratings(), 0.95).expect("valid").known());
        if let [Some(a), Some(b)] = icc {
            for (a, b) in a.iter().zip(b) {
                prop_assert!(a.value == b.value || (a.value - b.value).abs() < 1e-6, "{:?} {:?}", a, b);
                prop_assert!(a.lower <= a.value + 1e-9 && a.value <= a.upper + 1e-9, "{:?}", a);
            }
        }
    }

    /// Severities stay finite and are shrunk: never further out than the raw ones.
    #[test]
    fn severity_is_finite_and_shrunk(rows in tables()) {
        let long = Long::of(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
        if let Answer::Known(report) = rater_report(&long.ratings(), 0.95).expect("valid") {
            for rater in &report.raters {
                prop_assert!(rater.severity.value.is_finite() && rater.severity.upper.is_finite());
                prop_assert!(rater.severity.value.abs() <= rater.raw_severity.abs() + 1e-9);
            }
        }
    }

    #[test]
    fn arbitrary_numbers_never_panic(
        rows in prop::collection::vec((0_u32..5, 0_u32..5, 0_u32..3, prop::num::f64::ANY), 0..30),
    ) {
        let subjects: Vec<u32> = rows.iter().map(|r| r.0).collect();
        let raters: Vec<u32> = rows.iter().map(|r| r.1).collect();
        let items: Vec<u32> = rows.iter().map(|r| r.2).collect();
        let scores: Vec<f64> = rows.iter().map(|r| r.3).collect();
        let ratings = Ratings { subjects: &subjects, raters: &raters, items: Some(&items), scores: &scores };
        let _ = rater_report(&ratings, 0.95);
        let _ = intraclass_correlation(&ratings, 0.95);
        let _ = krippendorff_alpha(&ratings, Level::Ratio, 10, 1);
        let _ = weighted_kappa(&subjects, &raters, &Weights::Linear, 0.95);
    }
}
