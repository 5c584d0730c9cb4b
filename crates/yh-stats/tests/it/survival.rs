//! lifelines 0.30.3's printed results on its teaching sets and on the Telco churn data, and laws.

use proptest::prelude::*;
use yh_stats::survival::{
    Cox, Curve, Inactivity, Subjects, churn, churn_spans, concordance, cox, log_rank, proportionality, robust_errors, survival_curve,
};
use yh_stats::{Answer, StatsError};

use crate::shared::{Table, close, table};

struct Data {
    duration: Vec<f64>,
    event: Vec<bool>,
}

impl Data {
    fn read(file: &Table, duration: &str, event: &str) -> Self {
        let event = file.text(event).iter().map(|t| t == "1" || t == "Yes").collect();
        Self { duration: file.numbers(duration), event }
    }

    fn subjects(&self) -> Subjects<'_> {
        Subjects { duration: &self.duration, event: &self.event }
    }

    fn of_group(&self, groups: &[String], group: &str) -> Self {
        let kept: Vec<usize> = (0..groups.len()).filter(|&i| groups[i] == group).collect();
        Self { duration: kept.iter().map(|&i| self.duration[i]).collect(), event: kept.iter().map(|&i| self.event[i]).collect() }
    }

    fn curve(&self) -> Curve {
        survival_curve(self.subjects(), 0.95).expect("good subjects").known().expect("subjects")
    }
}

/// Index of each label among the sorted distinct labels.
fn codes(labels: &[String]) -> (Vec<usize>, usize) {
    let mut distinct = labels.to_vec();
    distinct.sort();
    distinct.dedup();
    (labels.iter().map(|l| distinct.partition_point(|d| d < l)).collect(), distinct.len())
}

fn fitted(data: &Data, columns: &[Vec<f64>]) -> Cox {
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    cox(data.subjects(), &columns, None).expect("a maximum").known().expect("events")
}

#[test]
fn waltons_curves_and_log_rank() {
    let Some(file) = table("survival_lifelines/waltons_dataset.csv") else { return };
    let data = Data::read(&file, "T", "E");
    let groups = file.text("group");
    assert_eq!(data.curve().median(), Some(56.0));
    assert_eq!(data.of_group(&groups, "miR-137").curve().median(), Some(26.0));
    assert_eq!(data.of_group(&groups, "control").curve().median(), Some(58.0));
    let (codes, n) = codes(&groups);
    let test = log_rank(data.subjects(), &codes, n).expect("good groups").known().expect("events");
    close(test.chi2, 122.2491, 5e-4);
    assert_eq!(test.degrees, 1);
    close(test.p / 2.04e-28, 1.0, 5e-3);
    let observed: f64 = test.events.iter().map(|e| e.0).sum();
    let expected: f64 = test.events.iter().map(|e| e.1).sum();
    close(observed, expected, 1e-9);
}

#[test]
fn telco_survival_by_contract() {
    let Some(file) = table("churn_telco_ibm/Telco-Customer-Churn.csv") else { return };
    let data = Data::read(&file, "tenure", "Churn");
    let at = |curve: &Curve, t: f64| curve.at(t).expect("inside").survival;
    let all = data.curve();
    for (t, s) in [(12.0, 0.84320), (24.0, 0.78874), (36.0, 0.74855), (60.0, 0.66440), (72.0, 0.59279)] {
        close(at(&all, t), s, 5e-6);
    }
    let groups = file.text("Contract");
    let monthly = data.of_group(&groups, "Month-to-month").curve();
    assert_eq!(monthly.median(), Some(35.0));
    for (t, s) in [(12.0, 0.70310), (24.0, 0.58592), (60.0, 0.29716)] {
        close(at(&monthly, t), s, 5e-6);
    }
    close(at(&data.of_group(&groups, "One year").curve(), 60.0), 0.83183, 5e-6);
    close(at(&data.of_group(&groups, "Two year").curve(), 60.0), 0.98620, 5e-6);
    let (codes, n) = codes(&groups);
    let test = log_rank(data.subjects(), &codes, n).expect("good groups").known().expect("events");
    close(test.chi2, 2352.8725, 5e-3);
    assert_eq!(test.degrees, 2);
}

#[test]
fn rossi_cox_regression() {
    let Some(file) = table("survival_lifelines/rossi.csv") else { return };
    let data = Data::read(&file, "week", "arrest");
    let columns: Vec<Vec<f64>> = ["fin", "age", "race", "wexp", "mar", "paro", "prio"].iter().map(|c| file.numbers(c)).collect();
    let fit = fitted(&data, &columns);
    let expect =
        [(-0.3794, 0.1914), (-0.0574, 0.0220), (0.3139, 0.3080), (-0.1498, 0.2122), (-0.4337, 0.3819), (-0.0849, 0.1958), (0.0915, 0.0286)];
    for (effect, (coef, se)) in fit.effects.iter().zip(expect) {
        close(effect.coef, coef, 5.1e-5);
        close(effect.standard_error, se, 5.1e-5);
    }
    close(fit.log_likelihood, -658.7477, 5.1e-5);
    assert_eq!(fit.events, 114);
    let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let c = concordance(&fit, data.subjects(), &views, None).expect("good subjects").known().expect("pairs");
    close(c, 0.6403, 5.1e-5);
    // lifelines' documentation: age breaks proportionality, the treatment does not.
    let tests = proportionality(&fit, data.subjects(), &views, None).expect("good subjects").known().expect("events");
    assert!(tests[1].p < 0.005 && tests[0].p > 0.5 && tests[3].p < 0.05, "{tests:?}");
    // R survival 3.5-3, coxph(…, robust = TRUE), and its scaled Schoenfeld residuals against the rank
    // of time. lifelines leaves the ties out of both and depends on the order of tied rows.
    let robust = robust_errors(&fit, data.subjects(), &views, None, None).expect("good subjects");
    let errors = [0.19554177898, 0.02533614626, 0.29232855535, 0.21806031528, 0.38024446575, 0.19920082960, 0.02897459463];
    robust.iter().zip(errors).for_each(|(robust, expect)| close(*robust, expect, 1e-9));
    let chi2 = [0.01098065144, 11.15728052613, 1.42750294790, 7.31025780846, 0.64283506911, 0.13455810067, 0.02279835096];
    tests.iter().zip(chi2).for_each(|(test, expect)| close(test.chi2, expect, 1e-7));
}

/// R survival 3.5-3: coxph(Surv(tenure, Churn == "Yes") ~ … + strata(InternetService), robust = TRUE).
#[test]
fn telco_cox_regression_with_strata() {
    let Some(file) = table("churn_telco_ibm/Telco-Customer-Churn.csv") else { return };
    let data = Data::read(&file, "tenure", "Churn");
    let flag = |column: &str, value: &str| file.text(column).iter().map(|t| f64::from(u8::from(t == value))).collect::<Vec<_>>();
    let columns = [file.numbers("MonthlyCharges"), flag("Contract", "One year"), flag("Contract", "Two year")];
    let columns = [columns.as_slice(), &[file.numbers("SeniorCitizen"), flag("PaperlessBilling", "Yes")]].concat();
    let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let strata = codes(&file.text("InternetService")).0;
    let fit = cox(data.subjects(), &views, Some(&strata)).expect("a maximum").known().expect("events");
    let robust = robust_errors(&fit, data.subjects(), &views, Some(&strata), None).expect("good subjects");
    let errors = [0.002129442287, 0.080844980658, 0.155101143888, 0.057919852979, 0.058380221578];
    robust.iter().zip(errors).for_each(|(robust, expect)| close(*robust, expect, 1e-9));
    let c = concordance(&fit, data.subjects(), &views, Some(&strata)).expect("good subjects").known().expect("pairs");
    close(c, 0.8034033789, 1e-9);
    let tests = proportionality(&fit, data.subjects(), &views, Some(&strata)).expect("good subjects").known().expect("events");
    let chi2 = [80.1525289765, 58.6597298318, 19.0322555336, 0.6862820076, 0.0768916781];
    tests.iter().zip(chi2).for_each(|(test, expect)| close(test.chi2, expect, 1e-6));
    // A covariate that is constant within each stratum has no effect to estimate.
    let constant: Vec<f64> = strata.iter().map(|s| *s as f64).collect();
    assert!(cox(data.subjects(), &[&constant], Some(&strata)).is_err_and(|e| e.to_string().contains("does not vary")));
}

#[test]
fn telco_cox_regression() {
    let Some(file) = table("churn_telco_ibm/Telco-Customer-Churn.csv") else { return };
    let data = Data::read(&file, "tenure", "Churn");
    let flag = |column: &str, value: &str| file.text(column).iter().map(|t| f64::from(u8::from(t == value))).collect::<Vec<_>>();
    let columns = [
        file.numbers("MonthlyCharges"),
        file.numbers("SeniorCitizen"),
        flag("Contract", "One year"),
        flag("Contract", "Two year"),
        flag("PaperlessBilling", "Yes"),
    ];
    let fit = fitted(&data, &columns);
    for (effect, coef) in fit.effects.iter().zip([-0.0010, 0.0038, -2.1614, -4.1706, 0.2499]) {
        close(effect.coef, coef, 5.1e-5);
    }
    close(fit.log_likelihood, -14_333.2891, 5.1e-5);
    let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let c = concordance(&fit, data.subjects(), &views, None).expect("good subjects").known().expect("pairs");
    close(c, 0.7955, 5.1e-5);
}

/// Freireich's 6-MP leukaemia trial, treated arm (Kalbfleisch & Prentice; Collett, table 2.4).
#[test]
fn greenwood_and_nelson_aalen_by_hand() {
    let duration = [6.0, 6.0, 6.0, 6.0, 7.0, 9.0, 10.0, 10.0, 11.0, 13.0, 16.0, 17.0, 19.0, 20.0, 22.0, 23.0, 25.0, 32.0, 32.0, 34.0, 35.0];
    let event = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0].map(|e| e == 1);
    let curve = survival_curve(Subjects { duration: &duration, event: &event }, 0.95).expect("good").known().expect("subjects");
    for (t, s, error) in [
        (6.0, 0.857, 0.0764),
        (7.0, 0.807, 0.0869),
        (10.0, 0.753, 0.0963),
        (13.0, 0.690, 0.1068),
        (16.0, 0.627, 0.1141),
        (22.0, 0.538, 0.1282),
        (23.0, 0.448, 0.1346),
    ] {
        let step = curve.steps.iter().find(|s| s.t == t).expect("a step");
        close(step.survival, s, 5.1e-4);
        close(step.survival * step.log_variance.sqrt(), error, 1e-4);
    }
    assert_eq!(curve.median(), Some(23.0));
    let first = curve.steps[0];
    close(first.hazard, 1.0 / 21.0 + 1.0 / 20.0 + 1.0 / 19.0, 1e-12);
    // The area under the curve up to 23, added by hand.
    let area: f64 =
        6.0 + 0.857_142_857 + 3.0 * 0.806_722_689 + 3.0 * 0.752_941_176 + 3.0 * 0.690_196_078 + 6.0 * 0.627_450_98 + 0.537_815_126;
    close(curve.restricted_mean(23.0).expect("inside").mean, area, 1e-6);
    assert_eq!(curve.at(36.0), None, "past a curve that has not reached 0");
}

#[test]
fn what_cox_cannot_fit_is_said() {
    let duration: Vec<f64> = (1..=40).map(f64::from).collect();
    let event: Vec<bool> = (0..40).map(|i| i < 20).collect();
    let subjects = Subjects { duration: &duration, event: &event };
    let separating: Vec<f64> = (0..40).map(|i| f64::from(u8::from(i < 20))).collect();
    assert!(matches!(cox(subjects, &[&separating], None), Err(StatsError::NotConverged { .. })));
    // A rare level without a single event separates too, although its share of the variance is small.
    let rare: Vec<f64> = (0..40).map(|i| f64::from(u8::from(i == 20))).collect();
    assert!(cox(subjects, &[&rare], None).is_err_and(|e| e.to_string().contains("covariate 1 separates")));
    assert!(cox(subjects, &[&[3.0; 40]], None).is_err_and(|e| e.to_string().contains("constant")));
    let wave: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 11)).collect();
    let double: Vec<f64> = wave.iter().map(|w| 2.0 * w + 1.0).collect();
    assert!(cox(subjects, &[&wave, &double], None).is_err_and(|e| e.to_string().contains("dependent")));
    assert!(cox(subjects, &[&wave[1..]], None).is_err());
    assert!(cox(subjects, &[], None).is_err());
    let none = [false; 40];
    let unseen = Subjects { duration: &duration, event: &none };
    assert!(matches!(cox(unseen, &[&wave], None), Ok(Answer::TooFew(_))));
    assert!(matches!(log_rank(unseen, &[0; 40], 2), Ok(Answer::TooFew(_))));
    assert!(matches!(survival_curve(Subjects { duration: &[], event: &[] }, 0.95), Ok(Answer::TooFew(_))));
    assert!(survival_curve(Subjects { duration: &[-1.0], event: &[true] }, 0.95).is_err());
    assert!(survival_curve(Subjects { duration: &[f64::NAN], event: &[true] }, 0.95).is_err());
}

fn rows() -> impl Strategy<Value = Vec<(u16, bool, i8, usize)>> {
    prop::collection::vec((0u16..60, any::<bool>(), -20i8..20, 0usize..3), 1..90)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A curve falls from 1 to no less than 0, inside its interval; fractions of the unit change nothing.
    #[test]
    fn curves_fall(rows in rows()) {
        let whole = Data { duration: rows.iter().map(|r| f64::from(r.0)).collect(), event: rows.iter().map(|r| r.1).collect() };
        let curve = whole.curve();
        let mut before = 1.0;
        for step in &curve.steps {
            let p = curve.point(step);
            prop_assert!(p.survival <= before && p.survival >= 0.0);
            prop_assert!(p.lower <= p.survival + 1e-12 && p.survival <= p.upper + 1e-12);
            before = p.survival;
        }
        // A unit that makes durations fractions takes the sorting path instead of the counting one.
        let split = Data { duration: whole.duration.iter().map(|d| d / 7.0).collect(), event: whole.event.clone() };
        let other = split.curve();
        prop_assert_eq!(curve.steps.len(), other.steps.len());
        for (a, b) in curve.steps.iter().zip(&other.steps) {
            prop_assert_eq!(a.survival, b.survival);
        }
        if !rows.iter().any(|r| !r.1) {
            let mean = whole.duration.iter().sum::<f64>() / rows.len() as f64;
            let longest = whole.duration.iter().fold(0.0_f64, |m, &d| m.max(d));
            prop_assert!((curve.restricted_mean(longest).expect("reaches 0").mean - mean).abs() < 1e-9);
        }
    }

    /// No panic on any data; an answer's gradient vanishes: no small move of a coefficient rises.
    #[test]
    fn cox_answers_or_says_why(rows in rows()) {
        let data = Data { duration: rows.iter().map(|r| f64::from(r.0)).collect(), event: rows.iter().map(|r| r.1).collect() };
        let z: Vec<f64> = rows.iter().map(|r| f64::from(r.2)).collect();
        let strata: Vec<usize> = rows.iter().map(|r| r.3).collect();
        let _ = log_rank(data.subjects(), &strata, 3).expect("good groups");
        for strata in [None, Some(strata.as_slice())] {
            if let Ok(Answer::Known(fit)) = cox(data.subjects(), &[&z], strata) {
                prop_assert!(fit.log_likelihood >= fit.null_log_likelihood - 1e-9);
                prop_assert!(fit.effects[0].standard_error > 0.0);
                let scaled: Vec<f64> = z.iter().map(|v| 10.0 * v - 3.0).collect();
                let other = cox(data.subjects(), &[&scaled], strata).expect("same data").known().expect("events");
                prop_assert!((other.effects[0].coef * 10.0 - fit.effects[0].coef).abs() < 1e-6 * (1.0 + fit.effects[0].coef.abs()));
                let c = concordance(&fit, data.subjects(), &[&z], strata).expect("good").known();
                prop_assert!(c.is_none_or(|c| (0.0..=1.0).contains(&c)));
            }
        }
    }

    /// Later knowledge never takes back a loss, and never counts an open window.
    #[test]
    fn churn_is_not_rewritten(rows in prop::collection::vec((0usize..6, 0i32..300), 1..60), window in 5.0f64..120.0) {
        let customer: Vec<usize> = rows.iter().map(|r| r.0).collect();
        let day: Vec<i32> = rows.iter().map(|r| r.1).collect();
        for rule in [Inactivity::Days(window), Inactivity::OwnInterval { times: 3.0, otherwise: window }] {
            let (early, late) = (churn_spans(&customer, &day, 200, rule).expect("good"), churn_spans(&customer, &day, 300, rule).expect("good"));
            for (i, c) in early.customer.iter().enumerate() {
                let j = late.customer.iter().position(|d| d == c).expect("still there");
                if early.lost[i] {
                    prop_assert_eq!((early.duration[i], true), (late.duration[j], late.lost[j]));
                } else {
                    prop_assert!(late.duration[j] >= early.duration[i]);
                }
            }
            if let Answer::Known(churn) = churn(&customer, &day, 100, 250, rule).expect("good") {
                prop_assert_eq!(churn.lost + churn.window_open, churn.active_at_start);
            }
        }
    }
}
