//! Splits of a change: published numbers, hand computation, and the law that parts sum to the whole.

use proptest::prelude::*;
use yh_stats::why::{Amount, Candidates, Effect, Method, Node, Power, RatioPart, Split, pick, split_ratio, split_tree};

use crate::shared::close;

fn leaf(before: f64, after: f64) -> Node {
    Node { before: Some(before), after: Some(after), split: Split::Leaf }
}

/// The product of leaves, its own value worked out.
fn product(factors: &[(f64, f64)]) -> Node {
    let of = |side: fn(&(f64, f64)) -> f64| Some(factors.iter().map(side).product());
    let factors = factors.iter().map(|&(b, a)| (Power::Times, leaf(b, a))).collect();
    Node { before: of(|f| f.0), after: of(|f| f.1), split: Split::Product { scale: 1.0, factors } }
}

fn sum(terms: Vec<(f64, Node)>) -> Node {
    let of = |side: fn(&Node) -> Option<f64>| terms.iter().map(|(c, node)| side(node).map(|v| c * v)).sum::<Option<f64>>();
    Node { before: of(|n| n.before), after: of(|n| n.after), split: Split::Sum(terms) }
}

fn effects(effect: &Effect) -> Vec<f64> {
    effect.parts.iter().map(|part| part.effect).collect()
}

#[track_caller]
fn check(factors: &[(f64, f64)], method: Method, expected: &[f64]) {
    let effect = split_tree(&product(factors)).expect("has values");
    assert_eq!(effect.method, method);
    for (given, expected) in effects(&effect).into_iter().zip(expected) {
        close(given, *expected, 1e-8);
    }
}

/// The worked example of the R package LMDIR (M. Heun, MIT), whose tests hold the numbers of B. W. Ang's
/// additive LMDI-I for two sub-categories with three factors over four years.
#[test]
fn published_example() {
    let years = [
        [[1.0, 10.0, 2.0], [4.0, 5.0, 3.0]],
        [[4.0, 5.0, 3.0], [5.0, 6.0, 4.0]],
        [[8.0, 2.0, 4.0], [5.0, 7.0, 5.0]],
        [[10.0, 1.0, 5.0], [6.0, 8.0, 6.0]],
    ];
    let expected = [
        [[50.47438029, -25.23719014, 14.76280986], [19.31568569, 15.78206435, 24.90224996]],
        [[42.96021467, -56.79031473, 17.83010006], [0.0, 22.47128816, 32.52871184]],
        [[12.6549815, -39.30996299, 12.6549815], [41.35566084, 30.28867832, 41.35566084]],
    ];
    for (at, change) in [100.0, 59.0, 99.0].into_iter().enumerate() {
        let category = |i: usize| {
            let pairs: Vec<(f64, f64)> = years[at][i].into_iter().zip(years[at + 1][i]).collect();
            (1.0, product(&pairs))
        };
        let effect = split_tree(&sum(vec![category(0), category(1)])).expect("has values");
        close(effect.effect, change, 1e-12);
        for (part, expected) in effect.parts.iter().zip(expected[at]) {
            assert_eq!(part.method, Method::LogMean);
            for (given, expected) in effects(part).into_iter().zip(expected) {
                close(given, expected, 1e-8);
            }
        }
    }
}

/// Every case of a zero in B. W. Ang, F. Q. Zhang and K.-H. Choi, "Factorizing changes in energy and environmental
/// indicators through decomposition", Energy 23, 1998, table 2.
#[test]
fn zeros_take_the_published_limits() {
    check(&[(0.0, 4.0), (10.0, 5.0), (2.0, 3.0)], Method::LogMeanLimit, &[60.0, 0.0, 0.0]);
    check(&[(4.0, 5.0), (5.0, 6.0), (3.0, 0.0)], Method::LogMeanLimit, &[0.0, 0.0, -60.0]);
    check(&[(0.0, 0.0), (5.0, 6.0)], Method::LogMeanLimit, &[0.0, 0.0]);
    check(&[(0.0, 3.0), (5.0, 0.0)], Method::LogMeanLimit, &[0.0, 0.0]);
    // Two factors that come out of nothing together share alike: both logarithms grow alike.
    check(&[(0.0, 4.0), (0.0, 5.0), (2.0, 2.0)], Method::LogMeanLimit, &[20.0, 20.0, 0.0]);
}

/// The limits are where small values lead to.
#[test]
fn zeros_are_the_limit_of_small_values() {
    let at = |small: f64| effects(&split_tree(&product(&[(small, 4.0), (10.0, 5.0), (2.0, 3.0)])).expect("has values"));
    for (near, limit) in at(1e-300).into_iter().zip(at(0.0)) {
        assert!((near - limit).abs() < 0.2, "{near} {limit}");
    }
}

/// By hand: −6 → 40 = 2·−3·1 → 4·5·2; each factor's mean over the six orders.
#[test]
fn a_change_of_sign_is_split_by_shapley() {
    check(&[(2.0, 4.0), (-3.0, 5.0), (1.0, 2.0)], Method::Shapley, &[13.0 / 3.0, 112.0 / 3.0, 13.0 / 3.0]);
    check(
        &[(-2.0, -4.0), (3.0, 5.0)],
        Method::LogMean,
        &[-14.0 * 2_f64.ln() / (10.0_f64 / 3.0).ln(), -14.0 * (5.0_f64 / 3.0).ln() / (10.0_f64 / 3.0).ln()],
    );
}

/// ROAS 4 → 3: revenue 400 → 450, cost 100 → 150. By hand with L = 1 ÷ ln(4 ÷ 3).
#[test]
fn a_divisor_works_against() {
    let factors = vec![(Power::Times, leaf(400.0, 450.0)), (Power::Over, leaf(100.0, 150.0))];
    let node = Node { before: Some(4.0), after: Some(3.0), split: Split::Product { scale: 1.0, factors } };
    let mean = 1.0 / (4.0_f64 / 3.0).ln();
    let parts = effects(&split_tree(&node).expect("has values"));
    close(parts[0], mean * 1.125_f64.ln(), 1e-12);
    close(parts[1], -mean * 1.5_f64.ln(), 1e-12);
}

/// Visitors gone: conversion and spend have no value then, and changed nothing.
#[test]
fn a_factor_over_nothing_has_no_effect_where_the_product_is_zero() {
    let missing = |after: f64| Node { before: None, after: Some(after), split: Split::Leaf };
    let factors = vec![(Power::Times, leaf(0.0, 100.0)), (Power::Times, missing(0.1)), (Power::Times, missing(50.0))];
    let node = Node { before: Some(0.0), after: Some(500.0), split: Split::Product { scale: 1.0, factors } };
    assert_eq!(effects(&split_tree(&node).expect("has values")), [500.0, 0.0, 0.0]);
}

/// Factors that do not make up their node are not believed: it stays whole, and nothing is left over.
#[test]
fn factors_that_miss_their_node_are_not_split() {
    let factors = vec![(Power::Times, leaf(2.0, 3.0)), (Power::Times, leaf(5.0, 5.0))];
    let node = Node { before: Some(11.0), after: Some(15.0), split: Split::Product { scale: 1.0, factors } };
    let effect = split_tree(&node).expect("has values");
    assert_eq!((effect.method, effect.effect, effect.parts.len()), (Method::Unsplit, 4.0, 0));
    assert_eq!(split_tree(&Node { before: None, ..node }), None);
}

/// By hand: two shops, 10 % and 20 %, weights ½ → ¼ and ¾.
#[test]
fn rate_and_mix_by_hand() {
    let part = |n0: f64, d0: f64, n1: f64, d1: f64| RatioPart {
        numerator: Amount { before: n0, after: n1 },
        denominator: Amount { before: d0, after: d1 },
    };
    let split = split_ratio(&[part(10.0, 100.0, 6.0, 50.0), part(20.0, 100.0, 30.0, 150.0)]).expect("has values");
    // R: 0.15 → 0.18, mean 0.165. First: rate ⅜·0.02, mix −¼·(0.11 − 0.165).
    close(split[0].rate, 0.0075, 1e-12);
    close(split[0].mix, 0.01375, 1e-12);
    close(split[1].rate, 0.0, 1e-12);
    close(split[1].mix, 0.25 * 0.035, 1e-12);
    close(split.iter().map(|e| e.total()).sum::<f64>(), 0.03, 1e-12);
    assert_eq!(split_ratio(&[part(1.0, 0.0, 1.0, 1.0)]), None);
    // A new shop has no rate effect: it only shifts the mix.
    let new = split_ratio(&[part(10.0, 100.0, 10.0, 100.0), part(0.0, 0.0, 30.0, 100.0)]).expect("has values");
    assert_eq!(new[1].rate, 0.0);
    close(new[0].total() + new[1].total(), 0.1, 1e-12);
}

/// The value that fell is named first, with both of its dimensions, and what is named does not overlap.
#[test]
fn the_cause_is_picked_first() {
    let mut codes = vec![Vec::new(), Vec::new()];
    let (mut actual, mut expected) = (Vec::new(), Vec::new());
    for channel in 0..5_u32 {
        for device in 0..3_u32 {
            codes[0].push(channel);
            codes[1].push(device);
            let before = 100.0 + f64::from(channel * 7 + device * 3);
            let wobble = f64::from((channel * 5 + device * 11) % 3) - 1.0;
            expected.push(before);
            actual.push(if (channel, device) == (3, 1) { before * 0.2 } else { before + wobble });
        }
    }
    let effects: Vec<f64> = actual.iter().zip(&expected).map(|(a, e)| a - e).collect();
    let sizes: Vec<f64> = actual.iter().zip(&expected).map(|(a, e)| (a + e) / 2.0).collect();
    let found = pick(&Candidates { codes: &codes, effects: &effects, sizes: &sizes }, 6).expect("valid");
    assert_eq!(found.picks[0].elements, [(0, 3), (1, 1)]);
    assert!(found.picks[0].is_cause);
    let mut seen: Vec<usize> = found.picks.iter().flat_map(|p| p.leaves.clone()).chain(found.rest.clone()).collect();
    seen.sort_unstable();
    assert_eq!(seen, (0..15).collect::<Vec<_>>());
}

/// Where all moved alike there is no cause, and columns must fit.
#[test]
fn nothing_stands_out_of_an_even_change() {
    let codes = vec![(0..12).map(|i| i % 4).collect::<Vec<u32>>(), (0..12).map(|i| i / 4).collect()];
    let sizes: Vec<f64> = (0..12).map(|i| 100.0 + f64::from(i)).collect();
    let effects: Vec<f64> = sizes.iter().enumerate().map(|(i, size)| size * 0.1 + [0.5, -0.5, 0.3][i % 3]).collect();
    let found = pick(&Candidates { codes: &codes, effects: &effects, sizes: &sizes }, 4).expect("valid");
    assert!(found.picks.iter().all(|pick| !pick.is_cause && pick.elements.len() == 1), "{found:?}");
    assert!(pick(&Candidates { codes: &codes, effects: &effects, sizes: &sizes[1..] }, 4).is_err());
    assert!(pick(&Candidates { codes: &codes, effects: &[f64::NAN; 12], sizes: &sizes }, 4).is_err());
}

/// Amounts of every size and sign, zeros and near-equal pairs among them.
fn amount() -> impl Strategy<Value = f64> {
    prop_oneof![
        2 => Just(0.0),
        4 => -1e3..1e3_f64,
        2 => 0.0..1e-6_f64,
        2 => 1e6..1e12_f64,
        1 => Just(1.0),
    ]
}

fn positive() -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(0.0), 4 => 1e-3..1e3_f64, 1 => 1e3..1e7_f64, 1 => Just(1.0), 1 => 1.0..1.000_001_f64]
}

/// A tree of sums and products of random amounts, at most three deep.
fn tree() -> impl Strategy<Value = Node> {
    let leaf = (amount(), amount(), positive(), positive(), any::<bool>())
        .prop_map(|(b, a, pb, pa, any_sign)| if any_sign { leaf(b, a) } else { leaf(pb, pa) });
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec((prop_oneof![Just(1.0), Just(-1.0), -3.0..3.0_f64], inner.clone()), 1..4).prop_map(sum),
            prop::collection::vec((any::<bool>(), inner), 1..4).prop_map(|factors| {
                let of = |side: fn(&Node) -> Option<f64>| {
                    factors.iter().try_fold(1.0, |product, (over, node)| {
                        let value = side(node)?;
                        if *over { (value != 0.0).then(|| product / value) } else { Some(product * value) }
                    })
                };
                let (before, after) = (of(|n| n.before), of(|n| n.after));
                let factors = factors.into_iter().map(|(over, node)| (if over { Power::Over } else { Power::Times }, node)).collect();
                Node { before, after, split: Split::Product { scale: 1.0, factors } }
            }),
        ]
    })
}

/// Checks that parts sum to their whole at every node; the slack grows with the amounts that cancel.
fn sums(effect: &Effect) -> Result<(), TestCaseError> {
    if effect.parts.is_empty() {
        return Ok(());
    }
    let total: f64 = effects(effect).iter().sum();
    let size: f64 = effects(effect).iter().map(|e| e.abs()).sum::<f64>() + effect.effect.abs();
    prop_assert!((total - effect.effect).abs() <= 4e-9 * size, "{} parts sum to {total}, not {}", effect.parts.len(), effect.effect);
    effect.parts.iter().try_for_each(sums)
}

proptest! {
    #[test]
    fn parts_of_a_tree_sum_to_the_whole(node in tree()) {
        if let Some(effect) = split_tree(&node) {
            sums(&effect)?;
        }
    }

    #[test]
    fn parts_of_a_product_sum_to_1e12(factors in prop::collection::vec((positive(), positive()), 1..6)) {
        let node = product(&factors);
        let effect = split_tree(&node).expect("has values");
        let parts = effects(&effect);
        let size = parts.iter().map(|e| e.abs()).sum::<f64>() + node.before.unwrap_or(0.0).abs() + node.after.unwrap_or(0.0).abs();
        prop_assert!((parts.iter().sum::<f64>() - effect.effect).abs() <= 1e-11 * size, "{effect:?}");
    }

    #[test]
    fn rate_and_mix_sum_to_the_whole(parts in prop::collection::vec((amount(), positive(), amount(), positive()), 1..12)) {
        let parts: Vec<RatioPart> = parts
            .into_iter()
            .map(|(n0, d0, n1, d1)| RatioPart { numerator: Amount { before: n0, after: n1 }, denominator: Amount { before: d0, after: d1 } })
            .collect();
        let whole = parts.iter().fold(RatioPart::default(), |sum, part| sum + *part);
        match (split_ratio(&parts), whole.ratio()) {
            (Some(split), (Some(before), Some(after))) => {
                let total: f64 = split.iter().map(|e| e.total()).sum();
                let size = split.iter().map(|e| e.rate.abs() + e.mix.abs()).sum::<f64>() + before.abs() + after.abs();
                prop_assert!((total - (after - before)).abs() <= 1e-9 * size, "{total} {}", after - before);
            }
            (None, ratio) => prop_assert!(ratio.0.is_none() || ratio.1.is_none()),
            (Some(_), _) => prop_assert!(false, "a split without a value"),
        }
    }

    #[test]
    fn picks_cover_every_leaf_once(rows in prop::collection::vec((0..4_u32, 0..3_u32, 0.0..100.0_f64, 0.0..100.0_f64), 1..40)) {
        let codes = vec![rows.iter().map(|r| r.0).collect::<Vec<_>>(), rows.iter().map(|r| r.1).collect()];
        let (actual, expected): (Vec<f64>, Vec<f64>) = rows.iter().map(|r| (r.2, r.3)).unzip();
        let effects: Vec<f64> = actual.iter().zip(&expected).map(|(a, e)| a - e).collect();
        let sizes: Vec<f64> = actual.iter().zip(&expected).map(|(a, e)| (a + e) / 2.0).collect();
        let found = pick(&Candidates { codes: &codes, effects: &effects, sizes: &sizes }, 5).expect("valid");
        prop_assert!(found.picks.len() <= 5);
        let mut seen: Vec<usize> = found.picks.iter().flat_map(|p| p.leaves.clone()).chain(found.rest).collect();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..rows.len()).collect::<Vec<_>>());
    }
}
