//! The test suite of the R package rfm (rfm_data_orders) and the same rules on UCI Online Retail.

use proptest::prelude::*;
use yh_stats::Answer;
use yh_stats::rfm::{
    Buyer, Buyers, Order, Scored, Scoring, buyers, eight_segments, migration, score, segment, segment_totals, standard_rules,
};

use crate::shared::{close, table};

/// Days since 1970-01-01 of yyyy-mm-dd (proleptic Gregorian, counted year by year).
fn day(text: &str) -> i32 {
    let part = |range: std::ops::Range<usize>| text[range].parse::<i32>().expect("a date");
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    let is_leap = |y: i32| y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    let years: i32 = (1970..year).map(|y| if is_leap(y) { 366 } else { 365 }).sum();
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month as usize - 1];
    years + before + i32::from(month > 2 && is_leap(year)) + day - 1
}

fn numbered(labels: &[String]) -> Vec<usize> {
    let mut index = std::collections::HashMap::new();
    labels
        .iter()
        .map(|l| {
            let n = index.len();
            *index.entry(l.as_str()).or_insert(n)
        })
        .collect()
}

fn scored(found: &Buyers) -> Scored {
    score(&found.buyer, &Scoring::Quantiles(5)).expect("finite").known().expect("enough customers")
}

fn totals(found: &Buyers, scored: &Scored) -> Vec<(String, usize, f64, f64)> {
    let rules = standard_rules();
    let order: Vec<&str> = rules.iter().map(|r| r.segment.as_str()).collect();
    let totals = segment_totals(&found.buyer, &segment(&scored.scores, &rules), &order);
    totals.into_iter().map(|t| (t.segment, t.customers, t.orders, t.revenue)).collect()
}

fn all_close(actual: &[f64], expect: &[f64]) {
    assert_eq!(actual.len(), expect.len());
    actual.iter().zip(expect).for_each(|(a, e)| close(*a, *e, 1e-9));
}

#[test]
fn rfm_orders_as_published() {
    let Some(file) = table("rfm_orders/rfm_data_orders.csv") else { return };
    let (ids, revenue) = (numbered(&file.text("customer_id")), file.numbers("revenue"));
    let days: Vec<i32> = file.text("order_date").iter().map(|t| day(t)).collect();
    let orders: Vec<Order> = (0..ids.len()).map(|i| Order { customer: ids[i], day: days[i], amount: revenue[i], id: None }).collect();
    let found = buyers(&orders, day("2006-12-31"), None).expect("finite");
    let scored = scored(&found);
    all_close(&scored.recency_bounds, &[115.0, 181.0, 297.4, 482.0]);
    all_close(&scored.frequency_bounds, &[4.0, 5.0, 6.0, 8.0]);
    all_close(&scored.monetary_bounds, &[255.8, 382.0, 506.4, 666.0]);
    let expect = [
        ("Champions", 158, 1_234.0, 120_178.0),
        ("Loyal Customers", 278, 1_708.0, 166_712.0),
        ("Potential Loyalist", 229, 801.0, 65_873.0),
        ("Need Attention", 35, 144.0, 13_287.0),
        ("About To Sleep", 50, 127.0, 10_914.0),
        ("At Risk", 86, 438.0, 44_178.0),
        ("Lost", 111, 244.0, 20_955.0),
        ("Others", 48, 210.0, 22_061.0),
    ];
    let expect: Vec<_> = expect.iter().map(|(s, c, o, r)| ((*s).to_owned(), *c, *o, *r)).collect();
    assert_eq!(totals(&found, &scored), expect);
    let cell = |r, f, m| scored.scores.iter().filter(|s| (s.r, s.f, s.m) == (r, f, m)).count();
    assert_eq!((cell(5, 5, 5), cell(1, 1, 1)), (35, 75));
}

#[test]
fn quantiles_ntile_and_cuts() {
    let found: Vec<Buyer> =
        (1..=10).map(|i| Buyer { recency: f64::from(i), frequency: f64::from(i.min(3)), monetary: f64::from(i) * 100.0 }).collect();
    let by = |scoring: &Scoring| score(&found, scoring).expect("good").known().expect("enough");
    let ntile = by(&Scoring::Ntile(5));
    assert_eq!(ntile.scores.iter().map(|s| s.m).collect::<Vec<_>>(), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    assert_eq!(ntile.scores.iter().map(|s| s.r).collect::<Vec<_>>(), [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
    let tied = by(&Scoring::Quantiles(5));
    assert!(tied.tied.contains(&"frequency"), "eight equal frequencies cannot fill five scores");
    assert!(tied.scores[2..].iter().all(|s| s.f == tied.scores[2].f), "ties share a score");
    let cuts = Scoring::Cuts { recency: vec![3.0, 8.0], frequency: vec![2.0, 3.0], monetary: vec![500.0, 900.0] };
    let cut = by(&cuts);
    assert_eq!(cut.bins, 3);
    assert_eq!(cut.scores.iter().map(|s| s.m).collect::<Vec<_>>(), [1, 1, 1, 1, 2, 2, 2, 2, 3, 3]);
    let wrong = Scoring::Cuts { recency: vec![8.0, 3.0], frequency: vec![2.0, 3.0], monetary: vec![500.0, 900.0] };
    assert!(score(&found, &wrong).is_err() && score(&found, &Scoring::Quantiles(1)).is_err());
    assert!(matches!(score(&found[..3], &Scoring::Quantiles(5)), Ok(Answer::TooFew(_))));
    assert!(score(&[Buyer { recency: f64::NAN, frequency: 1.0, monetary: 1.0 }; 9], &Scoring::Ntile(5)).is_err());
}

#[test]
fn lines_of_one_order_count_once_and_refunds_lower_the_money() {
    let order = |customer, day, amount, id| Order { customer, day, amount, id: Some(id) };
    let orders = [order(0, 5, 10.0, "a"), order(0, 5, 20.0, "a"), order(0, 9, 7.0, "b"), order(0, 12, -5.0, "r"), order(1, 30, 4.0, "c")];
    let found = buyers(&orders, 20, Some(15)).expect("finite");
    assert_eq!(found.customer, [0]);
    assert_eq!(found.outside, 3, "day 5 is before the look-back, day 30 after the as-of day");
    assert_eq!(found.buyer[0], Buyer { recency: 11.0, frequency: 1.0, monetary: 2.0 });
    let all = buyers(&orders, 40, None).expect("finite");
    assert_eq!(all.buyer[0], Buyer { recency: 31.0, frequency: 2.0, monetary: 32.0 });
}

proptest! {
    /// Segments and migration lose nobody; scores are in range; better values never score lower.
    #[test]
    fn nobody_is_lost(rows in prop::collection::vec((0u16..500, 1u16..40, 0u32..10_000), 5..80)) {
        let found: Vec<Buyer> = rows.iter().map(|r| Buyer { recency: f64::from(r.0), frequency: f64::from(r.1), monetary: f64::from(r.2) }).collect();
        for scoring in [Scoring::Quantiles(5), Scoring::Ntile(5)] {
            let scored = score(&found, &scoring).expect("finite").known().expect("enough");
            for (i, s) in scored.scores.iter().enumerate() {
                prop_assert!((1..=5).contains(&s.r) && (1..=5).contains(&s.f) && (1..=5).contains(&s.m));
                for (j, t) in scored.scores.iter().enumerate() {
                    prop_assert!(found[i].monetary <= found[j].monetary || s.m >= t.m);
                    prop_assert!(found[i].recency <= found[j].recency || s.r <= t.r);
                }
            }
            let rules = standard_rules();
            let segments = segment(&scored.scores, &rules);
            let totals = segment_totals(&found, &segments, &[]);
            prop_assert_eq!(totals.iter().map(|t| t.customers).sum::<usize>(), found.len());
            let after: Vec<(usize, &str)> = eight_segments(&found).into_iter().enumerate().skip(1).collect();
            let before: Vec<(usize, &str)> = segments.into_iter().enumerate().collect();
            let moves = migration(&before, &after);
            prop_assert_eq!(moves.values().sum::<usize>(), found.len());
            prop_assert_eq!(moves.iter().filter(|(k, _)| k.1.is_none()).map(|(_, n)| n).sum::<usize>(), 1);
        }
    }
}
