//! Attribution: published and enumerated numbers, laws, wrong input.

use proptest::prelude::*;
use yh_stats::Answer;
use yh_stats::attribution::{
    Attribution, Chain, Model, Paths, Sampling, Settings, Touch, attribute, coalition_conversion, rank_stability, shapley,
};

use crate::shared::{Table, close, table};

fn models(text: &str) -> Vec<Model> {
    text.split(',').flat_map(|m| Model::parse(m).expect("a model")).collect()
}

const ALL: &str = "first,last,last_non_direct,linear,ushape,wshape,decay,markov:1..4,shapley,markov_shapley";

fn path_data(file: &Table) -> Paths {
    let paths = file.text("path");
    let (conversions, values, nulls) =
        (file.numbers("total_conversions"), file.numbers("total_conversion_value"), file.numbers("total_null"));
    Paths::parse(paths.iter().map(String::as_str), ">", &conversions, Some(&values), Some(&nulls)).expect("valid")
}

fn known(paths: &Paths, text: &str) -> Attribution {
    attribute(paths, &models(text), &Settings::default()).expect("valid").known().expect("enough data")
}

fn credit(answer: &Attribution, model: &str, channel: &str) -> f64 {
    let at = answer.channels.iter().position(|c| c == channel).expect("a channel");
    let credit = answer.credits.iter().find(|c| c.model.name() == model).expect("a model");
    credit.conversions[at]
}

/// PathData of the R package ChannelAttribution; exact solutions as tabulated in the shared
/// reference file (section 4): first, last, linear, shapley, markov1, markov2.
const PATH_DATA: [(&str, [f64; 6]); 12] = [
    ("alpha", [6308.0, 8447.0, 7574.7186, 7627.9440, 5344.9477, 5617.4539]),
    ("beta", [2831.0, 989.0, 2083.5001, 1982.7393, 2527.3522, 2439.6490]),
    ("delta", [1.0, 5.0, 1.7250, 2.2929, 4.6136, 5.1591]),
    ("epsilon", [99.0, 531.0, 272.1704, 374.6774, 599.5707, 614.3735]),
    ("eta", [3164.0, 4167.0, 3539.9512, 3613.6560, 3340.8474, 3391.8582]),
    ("gamma", [165.0, 92.0, 121.0416, 138.1857, 171.1454, 171.9182]),
    ("iota", [4606.0, 3355.0, 3857.0962, 3505.0440, 3884.6147, 3810.5110]),
    ("kappa", [74.0, 230.0, 137.9641, 159.0571, 274.3633, 266.0271]),
    ("lambda", [902.0, 1207.0, 1035.2576, 987.7821, 1282.8472, 1189.4720]),
    ("mi", [2.0, 2.0, 2.2222, 2.6667, 1.7224, 2.0732]),
    ("theta", [1606.0, 653.0, 1022.8014, 1190.9631, 1971.9129, 1902.4736]),
    ("zeta", [27.0, 107.0, 136.5515, 199.9917, 381.0626, 374.0313]),
];

#[test]
fn path_data_reproduces_the_exact_solutions() {
    let Some(file) = table("attribution_pathdata/PathData.csv") else {
        return;
    };
    let names = ["first", "last", "linear", "shapley", "markov1", "markov2"];
    let answer = known(&path_data(&file), &names.join(","));
    close(answer.total_conversions, 19_785.0, 1e-9);
    close(answer.p_conversion, 0.223_845_135_596_863_86, 1e-15);
    for (channel, expect) in PATH_DATA {
        for (model, value) in names.iter().zip(expect) {
            close(credit(&answer, model, channel), value, 5.1e-5);
        }
    }
    let removal = answer.credits[4].removal.as_ref().expect("a removal effect");
    close(removal.p_conversion, 0.223_845_135_596_863_86, 1e-13);
    let alpha = answer.channels.iter().position(|c| c == "alpha").expect("alpha");
    close(removal.effects[alpha], 0.5584, 5.1e-5);
}

#[test]
fn all_orders_solve_on_path_data_and_sum_to_the_total() {
    let Some(file) = table("attribution_pathdata/PathData.csv") else {
        return;
    };
    let answer = known(&path_data(&file), ALL);
    close(answer.total_value, 74_802.97, 0.01);
    for credit in &answer.credits {
        let conversions: f64 = credit.conversions.iter().sum();
        close(conversions / answer.total_conversions, 1.0, 1e-9);
        close(credit.values.iter().sum::<f64>() / answer.total_value, 1.0, 1e-9);
        if let Some(removal) = &credit.removal {
            close(removal.p_conversion, answer.p_conversion, 1e-11);
        }
    }
}

/// One journey a > b > direct that converts, by hand.
#[test]
fn rules_of_position() {
    let settings = Settings { half_life: 1.0, ..Settings::default() };
    let one = |path: &str| Paths::parse([path], ">", &[1.0], Some(&[100.0]), None).expect("valid");
    let shares = |path: &str, model: &str| {
        let answer = attribute(&one(path), &models(model), &settings).expect("valid").known().expect("known");
        answer.credits[0].values.clone()
    };
    let check = |path: &str, model: &str, expect: &[f64]| {
        for (have, want) in shares(path, model).iter().zip(expect) {
            close(*have, *want, 1e-9);
        }
    };
    check("a > b > direct", "first", &[100.0, 0.0, 0.0]);
    check("a > b > direct", "last", &[0.0, 0.0, 100.0]);
    check("a > b > direct", "last_non_direct", &[0.0, 100.0, 0.0]);
    check("direct > direct", "last_non_direct", &[100.0]);
    check("a > b > direct", "ushape", &[40.0, 20.0, 40.0]);
    check("a > b", "ushape", &[50.0, 50.0]);
    check("a", "ushape", &[100.0]);
    check("a > b > c > d > e", "wshape", &[30.0, 5.0, 30.0, 5.0, 30.0]);
    check("a > b > c", "wshape", &[100.0 / 3.0; 3]);
    check("a > b > c", "decay", &[100.0 / 7.0, 200.0 / 7.0, 400.0 / 7.0]);
    // One chain a > b > direct: without any of the three nothing converts.
    check("a > b > direct", "markov:1", &[100.0 / 3.0; 3]);
}

/// Touches of two customers: look-back, conversion without a channel, a journey that fails.
#[test]
fn journeys_are_cut_at_conversions_and_by_the_look_back() {
    let touch = |customer, time_days, channel, conversion| Touch { customer, time_days, channel, conversion };
    let touches = [
        touch("k2", 5.0, "mail", None),
        touch("k1", 40.0, "mail", None),
        touch("k1", 1.0, "old", None),
        touch("k1", 33.0, "search", None),
        touch("k1", 40.0, "", Some(80.0)),
        touch("k1", 41.0, "search", None),
        touch("k3", 1.0, "", Some(5.0)),
    ];
    let paths = Paths::from_touches(&touches, 30.0).expect("valid");
    let found: Vec<(Vec<&str>, f64, f64, f64)> = paths
        .journeys()
        .map(|j| {
            let names = j.touches.iter().map(|&t| paths.channels[t as usize].as_str()).collect();
            (names, j.conversions, j.value, j.nulls)
        })
        .collect();
    assert_eq!(found, [(vec!["search", "mail"], 1.0, 80.0, 0.0), (vec!["search"], 0.0, 0.0, 1.0), (vec!["mail"], 0.0, 0.0, 1.0)]);
    assert_eq!(paths.untouched_conversions, 1.0);
    // Half-life 7 days: search is exactly one half-life older than mail.
    let answer = known(&paths, "decay");
    close(credit(&answer, "decay", "mail"), 2.0 / 3.0, 1e-12);
}

#[test]
fn direct_touches_can_be_ignored() {
    let paths = Paths::parse(["a > direct", "direct"], ">", &[1.0, 1.0], None, None).expect("valid");
    let answer = known(&paths.without("direct"), "linear");
    assert_eq!(answer.credits[0].conversions, [1.0, 1.0]);
}

/// The glove game has the published values 1/6, 1/6, 2/3 (one right glove, two left ones).
#[test]
fn shapley_of_the_glove_game() {
    let glove = |m: &[bool]| f64::from(u8::from(m[2] && (m[0] || m[1])));
    let exact = shapley(3, Sampling::default(), glove);
    for (value, expect) in exact.values.iter().zip([1.0 / 6.0, 1.0 / 6.0, 2.0 / 3.0]) {
        close(*value, expect, 1e-12);
    }
    let sampled = shapley(3, Sampling { exact_up_to: 0, orders: 4_000, seed: 3 }, glove);
    let errors = sampled.standard_errors.expect("sampled");
    for i in 0..3 {
        assert!(errors[i] > 0.0 && errors[i] < 0.02, "{errors:?}");
        close(sampled.values[i], exact.values[i], 4.0 * errors[i]);
    }
}

/// More channels than coalitions can be enumerated for: sampled, with errors, still summing to the total.
#[test]
fn many_channels_are_sampled() {
    let rows: Vec<String> = (0..40).map(|i| format!("c{} > c{}", i % 20, (i * 7 + 3) % 20)).collect();
    let ones = vec![1.0; 40];
    let paths = Paths::parse(rows.iter().map(String::as_str), ">", &ones, None, Some(&ones)).expect("valid");
    let answer = known(&paths, "markov_shapley");
    close(answer.credits[0].conversions.iter().sum(), 40.0, 1e-9);
    assert!(answer.credits[0].standard_errors.as_ref().expect("sampled").iter().any(|&e| e > 0.0));
}

#[test]
fn ranks_are_stable_when_one_channel_dominates() {
    let paths = Paths::parse(["a", "b", "b > c"], ">", &[900.0, 90.0, 3.0], None, Some(&[0.0; 3])).expect("valid");
    let stability = rank_stability(&paths, &models("last,markov:1"), &Settings::default(), 50, 1).expect("valid");
    assert_eq!(stability.len(), 2);
    assert_eq!((stability[0].channels[0].rank, stability[0].channels[0].kept), (1, 1.0));
    assert!(stability[0].channels[0].share_low < 0.92 && stability[0].channels[0].share_high > 0.89);
    assert!(stability[0].correlation > 0.99);
    let again = rank_stability(&paths, &models("last,markov:1"), &Settings::default(), 50, 1).expect("valid");
    assert_eq!(stability, again);
}

#[test]
fn wrong_input_is_said() {
    let parse = |c: &[f64], v: Option<&[f64]>| Paths::parse(["a", "b"], ">", c, v, None).map(|_| ());
    let message = |r: Result<(), yh_stats::StatsError>| r.expect_err("bad").to_string();
    assert!(message(parse(&[1.0], None)).contains("conversions has 1 values"));
    assert!(message(parse(&[1.0, f64::NAN], None)).contains("row 2"));
    assert!(message(parse(&[1.0, -1.0], None)).contains("zero or more"));
    assert!(message(parse(&[1.0, 0.0], Some(&[1.0, 2.0]))).contains("row 2 has a value but no conversion"));
    for bad in ["markov:0", "markov:5", "markov:3..2", "markov:x", "shap", ""] {
        assert!(Model::parse(bad).is_err(), "{bad}");
    }
    let nothing = Paths::parse(["a", ""], ">", &[0.0, 1.0], None, None).expect("valid");
    let answer = attribute(&nothing, &models(ALL), &Settings::default()).expect("valid");
    assert!(matches!(answer, Answer::TooFew(few) if few.have == 0 && few.need == 1));
    assert!(attribute(&nothing, &[], &Settings { half_life: 0.0, ..Settings::default() }).is_err());
    assert!(Paths::from_touches(&[], 0.0).is_err());
}

/// Journeys over four channels: (channels, conversions, value per conversion, losses).
fn some_journeys() -> impl Strategy<Value = Vec<(Vec<u8>, u8, f64, u8)>> {
    let journey = (prop::collection::vec(0_u8..4, 1..7), 0_u8..4, 0.5..50.0_f64, 0_u8..4);
    prop::collection::vec(journey, 1..25)
}

fn build(journeys: &[(Vec<u8>, u8, f64, u8)]) -> Paths {
    let text: Vec<String> = journeys.iter().map(|j| j.0.iter().map(|c| format!("c{c}")).collect::<Vec<_>>().join(">")).collect();
    let conversions: Vec<f64> = journeys.iter().map(|j| f64::from(j.1)).collect();
    let values: Vec<f64> = journeys.iter().map(|j| f64::from(j.1) * j.2).collect();
    let nulls: Vec<f64> = journeys.iter().map(|j| f64::from(j.3)).collect();
    Paths::parse(text.iter().map(String::as_str), ">", &conversions, Some(&values), Some(&nulls)).expect("valid")
}

/// P(convert) without a channel by brute force: walk the chain's distribution forward until it is gone.
fn walk_without(chain: &Chain, channel: usize) -> f64 {
    let mut mass = vec![0.0; chain.states()];
    mass[0] = 1.0;
    let mut converted = 0.0;
    for _ in 0..4_000 {
        let mut next = vec![0.0; chain.states()];
        for (s, m) in mass.iter().enumerate() {
            if chain.channel(s) == Some(channel) {
                continue;
            }
            converted += m * chain.converts[s];
            next[s] += m * chain.self_loop[s];
            chain.moves(s).for_each(|(t, p)| next[t] += m * p);
        }
        mass = next;
    }
    converted
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn credits_sum_to_the_total_and_are_never_negative(journeys in some_journeys()) {
        let paths = build(&journeys);
        let (total, value) = paths.totals();
        let answer = attribute(&paths, &models(ALL), &Settings::default()).expect("valid");
        if let Answer::Known(answer) = answer {
            for credit in &answer.credits {
                prop_assert!((credit.conversions.iter().sum::<f64>() - total).abs() <= 1e-9 * total);
                prop_assert!((credit.values.iter().sum::<f64>() - value).abs() <= 1e-9 * value);
                prop_assert!(credit.conversions.iter().all(|&c| c >= -1e-9), "{:?}", credit);
            }
        } else {
            prop_assert_eq!(total, 0.0);
        }
    }

    #[test]
    fn the_order_of_rows_and_the_names_do_not_matter(journeys in some_journeys(), seed in 0_usize..1000) {
        let mut moved = journeys.clone();
        moved.rotate_left(seed % journeys.len());
        let text = "linear,ushape,shapley,markov:1..3,markov_shapley";
        let (paths, other) = (build(&journeys), build(&moved));
        if paths.totals().0 > 0.0 {
            let (a, b) = (known(&paths, text), known(&other, text));
            for model in models(text) {
                for channel in &a.channels {
                    let name = model.name();
                    prop_assert!((credit(&a, &name, channel) - credit(&b, &name, channel)).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn removal_effects_equal_the_walked_chain(journeys in some_journeys(), order in 1_usize..5) {
        let paths = build(&journeys);
        if paths.totals().0 > 0.0 {
            let chain = Chain::estimate(&paths, order);
            let answer = known(&paths, &format!("markov:{order}"));
            let removal = answer.credits[0].removal.as_ref().expect("markov");
            for channel in 0..paths.channels.len() {
                let expect = 1.0 - walk_without(&chain, channel) / answer.p_conversion;
                prop_assert!((removal.effects[channel] - expect).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn the_closed_form_equals_enumeration(journeys in some_journeys()) {
        let paths = build(&journeys);
        if paths.totals().0 > 0.0 {
            let worth = |members: &[bool]| -> f64 {
                let inside = |touches: &[u32]| touches.iter().all(|&t| members[t as usize]);
                paths.journeys().filter(|j| inside(j.touches)).map(|j| j.conversions).sum()
            };
            let expect = shapley(paths.channels.len(), Sampling::default(), worth).values;
            let answer = known(&paths, "shapley");
            for (have, want) in answer.credits[0].conversions.iter().zip(expect) {
                prop_assert!((have - want).abs() < 1e-9);
            }
            let chain = Chain::estimate(&paths, 1);
            let all = coalition_conversion(&chain, &vec![true; paths.channels.len()]);
            prop_assert!((all - answer.p_conversion).abs() < 1e-9);
        }
    }

    #[test]
    fn arbitrary_text_and_numbers_never_panic(
        rows in prop::collection::vec((".{0,12}", prop::num::f64::ANY, prop::num::f64::ANY), 0..6),
        separator in ".{0,2}",
    ) {
        let conversions: Vec<f64> = rows.iter().map(|r| r.1).collect();
        let nulls: Vec<f64> = rows.iter().map(|r| r.2).collect();
        let text = rows.iter().map(|r| r.0.as_str());
        if let Ok(paths) = Paths::parse(text, &separator, &conversions, None, Some(&nulls)) {
            let _ = attribute(&paths, &models(ALL), &Settings::default());
        }
    }
}
