//! CDNOW: published estimates, predictions and forecast-period tables (Fader, Hardie & Lee 2005;
//! Fader & Hardie 2013; the walkthrough of the R package BTYD; the test suite of CLVTools).

use proptest::prelude::*;
use yh_stats::clv::{
    Customers, Fit, Model, Period, SpendFit, Summaries, Valuation, fit, fit_spend, forecast, holdout, profile, summarise, tracking,
};
use yh_stats::{Answer, StatsError};

use crate::shared::{Table, close, table};

/// Days since 1970-01-01 of 1997-09-30 and 1998-06-30.
const CALIBRATION_END: i32 = 10_134;
const HOLDOUT_END: i32 = 10_407;

/// yyyymmdd of 1997 and 1998 as days since 1970-01-01.
fn day(text: &str) -> i32 {
    let number: i32 = text.parse().expect("a date");
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    9_862 + 365 * (year - 1997) + before[month as usize - 1] + day - 1
}

fn cdnow() -> Option<Summaries> {
    let log: Table = table("clv_cdnow/cdnowElog.csv")?;
    let ids: Vec<usize> = log.text("sampleid").iter().map(|t| t.parse().expect("an id")).collect();
    let days: Vec<i32> = log.text("date").iter().map(|t| day(t)).collect();
    let period = Period { calibration_end: CALIBRATION_END, holdout_end: HOLDOUT_END, unit_days: 7.0 };
    Some(summarise(&ids, &days, Some(&log.numbers("sales")), period).expect("a clean log"))
}

fn fitted(model: Model, customers: Customers<'_>) -> Fit {
    fit(model, customers).expect("good summaries").known().expect("enough customers")
}

fn all_close(actual: &[f64], expect: &[f64], tolerance: f64) {
    assert_eq!(actual.len(), expect.len());
    actual.iter().zip(expect).for_each(|(a, e)| close(*a, *e, tolerance));
}

fn at(model: Model, params: [f64; 4]) -> Fit {
    Fit {
        model,
        params,
        standard_errors: None,
        log_covariance: None,
        log_likelihood: 0.0,
        customers: 0,
        repeat_transactions: 0.0,
        iterations: 0,
        weak: Vec::new(),
    }
}

/// P(alive) and expected purchases over `horizon` of one customer.
fn one(fit: &Fit, [x, t_x, t]: [f64; 3], horizon: f64) -> [f64; 2] {
    let customers = Customers { x: &[x], t_x: &[t_x], t: &[t] };
    let valuation = Valuation { months: 1, month: horizon, monthly_discount: 0.0 };
    let f = forecast(fit, None, customers, valuation, 0.95).expect("a forecast");
    [f.p_alive[0], f.purchases[0]]
}

#[test]
fn cdnow_summaries_have_the_published_check_sums() {
    let Some(data) = cdnow() else { return };
    assert_eq!(data.x.len(), 2_357);
    assert_eq!(data.x.iter().sum::<f64>(), 2_457.0);
    assert_eq!(data.x.iter().filter(|x| **x == 0.0).count(), 1_411);
    assert_eq!(data.holdout_x.iter().sum::<f64>(), 1_882.0);
}

#[test]
fn bgnbd_on_cdnow_is_as_published() {
    let Some(data) = cdnow() else { return };
    let fit = fitted(Model::BgNbd, data.customers());
    all_close(&fit.params, &[0.242_594_5, 4.413_601_9, 0.792_919_9, 2.425_888_1], 2e-4);
    close(fit.log_likelihood, -9_582.429, 5e-4);
    let best = one(&fit, [26.0, 30.857_14, 31.0], 52.0);
    close(best[1], 25.756_59, 2e-3);
    close(best[0], 0.968_852_3, 1e-5);
    for (x, expect) in [(10.0, 0.347_460_6), (15.0, 0.042_833_91), (20.0, 0.004_158_973), (25.0, 0.000_358_368_5)] {
        close(one(&fit, [x, 20.0, 39.0], 52.0)[1] / expect, 1.0, 2e-3);
    }
    let held = holdout(&fit, data.customers(), 39.0, &data.holdout_x).expect("a holdout");
    close(held.predicted, 1_653.41, 0.1);
    all_close(&[held.mae, held.rmse, held.correlation.expect("varied"), held.mean_p_alive], &[0.7855, 1.6080, 0.6256, 0.8134], 1e-4);
}

#[test]
fn pareto_nbd_on_cdnow_is_as_published() {
    let Some(data) = cdnow() else { return };
    let fit = fitted(Model::ParetoNbd, data.customers());
    all_close(&fit.params, &[0.553_15, 10.576_33, 0.606_25, 11.671_50], 8e-3);
    all_close(&fit.standard_errors.expect("a regular optimum"), &[0.0476, 0.8427, 0.1873, 6.2105], 5e-3);
    close(fit.log_likelihood, -9_594.976, 5e-4);
    close(one(&fit, [0.0, 0.0, 0.0], 52.0)[1], 1.473_434, 2e-5);
    let best = one(&fit, [26.0, 30.857_14, 31.0], 52.0);
    close(best[1], 25.456_47, 2e-3);
    close(best[0], 0.997_874, 1e-5);
    for (x, expect) in [(10.0, 0.706_228_9), (15.0, 0.144_239_6), (20.0, 0.022_506_58), (25.0, 0.003_092_67)] {
        close(one(&fit, [x, 20.0, 39.0], 52.0)[1] / expect, 1.0, 2e-3);
    }
}

#[test]
fn pareto_nbd_forecast_period_is_as_published() {
    let Some(data) = cdnow() else { return };
    let fit = fitted(Model::ParetoNbd, data.customers());
    let held = holdout(&fit, data.customers(), 39.0, &data.holdout_x).expect("a holdout");
    close(held.predicted, 1_665.51, 0.15);
    let sizes: Vec<usize> = held.by_frequency.iter().map(|c| c.customers).collect();
    assert_eq!(sizes, [1411, 439, 214, 100, 62, 38, 29, 64]);
    let actual: Vec<f64> = held.by_frequency.iter().map(|c| c.actual).collect();
    let predicted: Vec<f64> = held.by_frequency.iter().map(|c| c.predicted).collect();
    all_close(&actual, &[0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359], 5.1e-4);
    all_close(&predicted, &[0.138, 0.600, 1.196, 1.714, 2.399, 2.907, 3.819, 6.403], 1.1e-3);
}

#[test]
fn weekly_tracking_is_as_published() {
    let Some(data) = cdnow() else { return };
    let weeks = |model| {
        let fit = fitted(model, data.customers());
        tracking(&fit, &data.first_day, &data.repeat_days, 7.0, 78).expect("78 weeks")
    };
    let pareto = weeks(Model::ParetoNbd);
    let of = |points: &[yh_stats::clv::TrackingPoint], f: fn(&yh_stats::clv::TrackingPoint) -> f64| {
        points[19..25].iter().map(f).collect::<Vec<_>>()
    };
    all_close(&of(&pareto, |p| p.actual), &[73.0, 55.0, 70.0, 33.0, 56.0, 99.0], 0.0);
    all_close(&of(&pareto, |p| p.predicted), &[78.308, 76.419, 74.648, 72.983, 71.414, 69.933], 0.05);
    all_close(&of(&pareto, |p| p.actual_cumulative), &[1359.0, 1414.0, 1484.0, 1517.0, 1573.0, 1672.0], 0.0);
    all_close(&of(&pareto, |p| p.predicted_cumulative), &[1308.856, 1385.275, 1459.923, 1532.906, 1604.32, 1674.253], 0.6);
    let bgnbd = weeks(Model::BgNbd);
    all_close(&of(&bgnbd, |p| p.predicted), &[76.865, 74.888, 73.046, 71.322, 69.704, 68.182], 0.05);
}

#[test]
fn gamma_gamma_on_cdnow_is_as_published() {
    let Some(data) = cdnow() else { return };
    let spend = fit_spend(&data.x, &data.spend).expect("good spends").known().expect("enough");
    assert_eq!(spend.customers, 946);
    all_close(&spend.params, &[6.2496, 3.7442, 15.4435], 2e-3);
    close(spend.log_likelihood, -4_055.9177, 1e-3);
    close(spend.mean().expect("finite"), 35.1704, 1e-3);
}

#[test]
fn summary_files_give_the_computed_optimum() {
    let Some(file) = table("clv_cdnow/cdnow_customers_summary.csv") else { return };
    let (x, t_x, t) = (file.numbers("frequency"), file.numbers("recency"), file.numbers("T"));
    let customers = Customers { x: &x, t_x: &t_x, t: &t };
    let bgnbd = fitted(Model::BgNbd, customers);
    all_close(&bgnbd.params, &[0.242_59, 4.413_53, 0.792_89, 2.425_75], 2e-4);
    close(bgnbd.log_likelihood, -9_582.4256, 5e-4);
    close(fitted(Model::ParetoNbd, customers).log_likelihood, -9_594.9739, 5e-4);
    // Profile intervals hold the estimate and agree with the Hessian for a well-determined parameter.
    let sides = profile(&bgnbd, customers, 0.95).expect("good summaries");
    let errors = bgnbd.standard_errors.expect("a regular optimum");
    for i in 0..4 {
        let [lower, upper] = sides[i].map(|s| s.expect("CDNOW bounds every parameter"));
        assert!(lower < bgnbd.params[i] && bgnbd.params[i] < upper);
    }
    close(sides[0][1].expect("bounded") - sides[0][0].expect("bounded"), 2.0 * 1.96 * errors[0], 0.1 * errors[0]);
}

/// CLVTools' robustness case: frequent buyers must have a finite P(alive).
#[test]
fn heavy_buyers_have_a_probability_of_being_alive() {
    let fit = at(Model::ParetoNbd, [0.5143, 2.8845, 0.2856, 14.1087]);
    let rows = [[221.0, 103.428_57, 103.571_43], [254.0, 97.142_86, 97.285_71], [161.0, 94.714_29, 98.0], [204.0, 98.571_43, 99.428_57]];
    for row in rows {
        let [alive, purchases] = one(&fit, row, 52.0);
        assert!((0.0..=1.0).contains(&alive) && purchases.is_finite() && purchases >= 0.0, "{row:?}: {alive}");
    }
}

#[test]
fn too_little_and_wrong_data_are_said() {
    let few = fit(Model::BgNbd, Customers { x: &[1.0, 0.0], t_x: &[1.0, 0.0], t: &[5.0, 5.0] }).expect("good summaries");
    assert!(matches!(few, Answer::TooFew(few) if (few.have, few.need) == (1, 10)));
    assert!(matches!(fit(Model::BgNbd, Customers { x: &[], t_x: &[], t: &[] }), Ok(Answer::TooFew(_))));
    let wrong = |x: f64, t_x: f64, t: f64| fit(Model::ParetoNbd, Customers { x: &[x], t_x: &[t_x], t: &[t] });
    for (x, t_x, t) in [
        (f64::NAN, 1.0, 2.0),
        (1.5, 1.0, 2.0),
        (-1.0, 0.0, 2.0),
        (1.0, 3.0, 2.0),
        (0.0, 1.0, 2.0),
        (2.0, 0.0, 2.0),
        (1.0, 1.0, f64::INFINITY),
    ] {
        assert!(matches!(wrong(x, t_x, t), Err(StatsError::OutOfRange { .. } | StatsError::NotFinite { .. })), "{x} {t_x} {t}");
    }
    assert!(matches!(fit_spend(&[1.0; 20], &[7.0; 20]), Ok(Answer::TooFew(_))), "equal spends have no spread to model");
    assert!(fit_spend(&[1.0], &[-1.0]).is_err());
}

#[test]
fn what_the_data_do_not_determine_is_named() {
    // Every customer alike: no spread of rates, so r and alpha run off together.
    let n = 60;
    let (x, t_x, t) = (vec![10.0; n], vec![49.0; n], vec![50.0; n]);
    let fit = fitted(Model::BgNbd, Customers { x: &x, t_x: &t_x, t: &t });
    assert!(!fit.weak.is_empty());
    assert!(fit.log_likelihood.is_finite());
    // Everybody still buying: nobody leaves, and the drop-out parameters run off; all models then
    // meet in the one without drop-out, and predictions stay the rate times the horizon.
    let x: Vec<f64> = (0..200).map(|i| f64::from(1 + i * i % 23)).collect();
    let (t_x, t) = (vec![49.9; 200], vec![50.0; 200]);
    let customers = Customers { x: &x, t_x: &t_x, t: &t };
    let fits = [Model::BgNbd, Model::MbgNbd, Model::ParetoNbd].map(|model| fitted(model, customers));
    let valuation = Valuation { months: 6, month: 4.3, monthly_discount: 0.0 };
    for fit in &fits {
        assert!(!fit.weak.is_empty(), "{fit:?}");
        close(fit.log_likelihood / fits[0].log_likelihood, 1.0, 1e-6);
        let total = forecast(fit, None, customers, valuation, 0.95).expect("a forecast").total_purchases.mean;
        close(total / (x.iter().sum::<f64>() / 50.0 * 25.8), 1.0, 0.02);
    }
}

fn customers_strategy() -> impl Strategy<Value = Vec<(f64, f64, f64)>> {
    let customer = (0u32..40, 0.01f64..1.0, 0.1f64..200.0).prop_map(|(x, share, t)| {
        let x = f64::from(x);
        (x, if x > 0.0 { share * t } else { 0.0 }, t)
    });
    prop::collection::vec(customer, 12..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any tidy data: an answer or a named failure, probabilities in [0, 1], finite predictions,
    /// and an optimum that no small move of the parameters improves.
    #[test]
    fn any_customers_are_answered(rows in customers_strategy(), which in 0usize..3) {
        let model = [Model::BgNbd, Model::MbgNbd, Model::ParetoNbd][which];
        let x: Vec<f64> = rows.iter().map(|r| r.0).collect();
        let t_x: Vec<f64> = rows.iter().map(|r| r.1).collect();
        let t: Vec<f64> = rows.iter().map(|r| r.2).collect();
        let customers = Customers { x: &x, t_x: &t_x, t: &t };
        if let Ok(Answer::Known(fit)) = fit(model, customers) {
            prop_assert!(fit.log_likelihood.is_finite());
            let valuation = Valuation { months: 12, month: 4.3, monthly_discount: 0.01 };
            let f = forecast(&fit, None, customers, valuation, 0.95).expect("a forecast");
            prop_assert!(f.p_alive.iter().all(|p| (0.0..=1.0).contains(p)));
            prop_assert!(f.purchases.iter().all(|p| p.is_finite() && *p >= 0.0));
        }
    }

    /// A longer horizon never brings fewer purchases; a discount never adds value.
    #[test]
    fn expectations_grow_with_the_horizon(
        r in 0.05f64..5.0, alpha in 0.05f64..50.0, a in 0.05f64..5.0, b in 0.05f64..50.0,
        x in 0u32..60, t in 1.0f64..150.0, share in 0.01f64..1.0, which in 0usize..3,
    ) {
        let fit = at([Model::BgNbd, Model::MbgNbd, Model::ParetoNbd][which], [r, alpha, a, b]);
        let x = f64::from(x);
        let row = [x, if x > 0.0 { share * t } else { 0.0 }, t];
        let [alive, near] = one(&fit, row, 10.0);
        let [_, far] = one(&fit, row, 40.0);
        prop_assert!((0.0..=1.0).contains(&alive));
        prop_assert!(near >= 0.0 && far >= near * (1.0 - 1e-9));
        // Nobody is expected to buy more than the posterior rate allows.
        prop_assert!(far <= 40.0 * (r + x) / (alpha + t) * (1.0 + 1e-9));
    }

    /// The order of transactions and of customers' numbers does not matter.
    #[test]
    fn summaries_do_not_depend_on_the_order(rows in prop::collection::vec((0usize..8, 0i32..100, 0.0f64..50.0), 1..60)) {
        let period = Period { calibration_end: 60, holdout_end: 99, unit_days: 7.0 };
        let split = |rows: &[(usize, i32, f64)]| {
            let ids: Vec<usize> = rows.iter().map(|r| r.0).collect();
            let days: Vec<i32> = rows.iter().map(|r| r.1).collect();
            let amounts: Vec<f64> = rows.iter().map(|r| r.2.round()).collect();
            summarise(&ids, &days, Some(&amounts), period).expect("finite amounts")
        };
        let mut backwards = rows.clone();
        backwards.reverse();
        let (one, other) = (split(&rows), split(&backwards));
        prop_assert_eq!(one.x, other.x);
        prop_assert_eq!(one.spend, other.spend);
        prop_assert_eq!(one.holdout_x, other.holdout_x);
    }
}

#[test]
fn value_is_purchases_times_spend() {
    let Some(data) = cdnow() else { return };
    let fit = fitted(Model::BgNbd, data.customers());
    let spend: SpendFit = fit_spend(&data.x, &data.spend).expect("good spends").known().expect("enough");
    let valuation = Valuation { months: 12, month: 4.345, monthly_discount: 0.0 };
    let f = forecast(&fit, Some((&spend, &data.spend)), data.customers(), valuation, 0.95).expect("a forecast");
    for i in 0..data.x.len() {
        let price = spend.expected(data.x[i], data.spend[i]).expect("q > 1");
        close(f.value[i], f.purchases[i] * price, 1e-9 * f.value[i].max(1.0));
    }
    let total = f.total_value.expect("a total");
    let [lower, upper] = total.bounds.expect("a regular optimum");
    assert!(lower < total.mean && total.mean < upper);
}
