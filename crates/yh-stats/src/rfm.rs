//! RFM: how recently, how often, and for how much customers bought; scores, segments, migration.

use crate::answer::{all_finite, same_length};
use crate::numeric::quantile_sorted;
use crate::{Answer, Result, StatsError, TooFew};

/// What is known of a customer by the as-of day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Buyer {
    /// Days from the last order to the as-of day.
    pub recency: f64,
    /// Orders.
    pub frequency: f64,
    /// Money.
    pub monetary: f64,
}

/// Buyers by customer index (only those with an order in the look-back).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Buyers {
    pub customer: Vec<usize>,
    pub buyer: Vec<Buyer>,
    /// Rows after the as-of day or before the look-back.
    pub outside: usize,
}

/// One row of a purchase file.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    pub customer: usize,
    pub day: i32,
    pub amount: f64,
    /// Rows of one customer with the same id are one order; without ids every row is an order.
    pub id: Option<&'a str>,
}

/// Collects orders per customer: those in the `look_back` days up to and including `as_of` (all
/// earlier ones when `None`). Negative amounts lower the money and are no orders of their own.
///
/// # Errors
/// Amounts that are not finite.
pub fn buyers(orders: &[Order<'_>], as_of: i32, look_back: Option<i32>) -> Result<Buyers> {
    let amounts: Vec<f64> = orders.iter().map(|o| o.amount).collect();
    all_finite("amount", &amounts)?;
    let is_inside = |o: &&Order| o.day <= as_of && look_back.is_none_or(|days| i64::from(o.day) > i64::from(as_of) - i64::from(days));
    // Sorting small keys and not the orders themselves keeps millions of them in the cache.
    let inside = orders.iter().enumerate().filter(|(_, order)| is_inside(order));
    let mut kept: Vec<(usize, usize)> = inside.map(|(i, order)| (order.customer, i)).collect();
    kept.sort_unstable();
    let mut found = Buyers { outside: orders.len() - kept.len(), ..Buyers::default() };
    let mut rows: Vec<&Order> = Vec::new();
    for keys in kept.chunk_by(|a, b| a.0 == b.0) {
        rows.clear();
        rows.extend(keys.iter().map(|&(_, i)| &orders[i]));
        rows.sort_by_key(|order| order.id);
        let mut last = i32::MIN;
        let (mut frequency, mut monetary) = (0.0, 0.0);
        for order in rows.chunk_by(|a, b| a.id.is_some() && a.id == b.id) {
            let amount: f64 = order.iter().map(|o| o.amount).sum();
            monetary += amount;
            if order.iter().any(|o| o.amount >= 0.0) {
                frequency += 1.0;
                last = order.iter().map(|o| o.day).fold(last, i32::max);
            }
        }
        if frequency > 0.0 {
            found.customer.push(rows[0].customer);
            found.buyer.push(Buyer { recency: f64::from(as_of - last), frequency, monetary });
        }
    }
    Ok(found)
}

/// How values become scores.
#[derive(Debug, Clone, PartialEq)]
pub enum Scoring {
    /// Quantiles (linear interpolation, R type 7) into this many bins; ties share a score.
    Quantiles(usize),
    /// Equal counts by rank (SQL's NTILE): ties may be split, by customer order.
    Ntile(usize),
    /// Upper bounds the user sets, ascending: a value below the first scores lowest.
    Cuts { recency: Vec<f64>, frequency: Vec<f64>, monetary: Vec<f64> },
}

/// Scores of one customer, each from 1; recency is reversed, so that high is good in all three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scores {
    pub r: usize,
    pub f: usize,
    pub m: usize,
}

/// Scores with the bounds that made them: bin i holds bounds\[i−1\] ≤ value < bounds\[i\].
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    pub scores: Vec<Scores>,
    pub recency_bounds: Vec<f64>,
    pub frequency_bounds: Vec<f64>,
    pub monetary_bounds: Vec<f64>,
    /// Bins per dimension (the same for all).
    pub bins: usize,
    /// Dimensions with a bin that ties left empty.
    pub tied: Vec<&'static str>,
}

/// Scores customers. Quantile bounds follow the R package rfm: the quantile **plus 1** (days, orders,
/// money units), a value below the bound scoring lower. `TooFew` with fewer customers than bins.
///
/// # Errors
/// Values that are not finite; fewer than 2 or more than 10 bins; cuts that do not ascend or differ in number.
pub fn score(buyers: &[Buyer], scoring: &Scoring) -> Result<Answer<Scored>> {
    let recency: Vec<f64> = buyers.iter().map(|b| b.recency).collect();
    let frequency: Vec<f64> = buyers.iter().map(|b| b.frequency).collect();
    let monetary: Vec<f64> = buyers.iter().map(|b| b.monetary).collect();
    all_finite("recency", &recency)?;
    all_finite("frequency", &frequency)?;
    all_finite("monetary", &monetary)?;
    let bins = check_bins(scoring)?;
    let need = if matches!(scoring, Scoring::Cuts { .. }) { 1 } else { bins };
    if let Some(few) = TooFew::check("customers with an order", buyers.len(), need) {
        return Ok(Answer::TooFew(few));
    }
    let bounds = match scoring {
        Scoring::Quantiles(bins) => [&recency, &frequency, &monetary].map(|v| quantile_bounds(v, *bins)),
        Scoring::Ntile(bins) => [&recency, &frequency, &monetary].map(|v| rank_bounds(v, *bins)),
        Scoring::Cuts { recency, frequency, monetary } => [recency.clone(), frequency.clone(), monetary.clone()],
    };
    let place = |values: &[f64], bounds: &[f64]| match scoring {
        Scoring::Ntile(bins) => ntile(values, *bins),
        _ => values.iter().map(|v| bounds.partition_point(|b| b <= v) + 1).collect(),
    };
    let places = [place(&recency, &bounds[0]), place(&frequency, &bounds[1]), place(&monetary, &bounds[2])];
    let has_gap = |p: &Vec<usize>| (1..=bins).any(|bin| !p.contains(&bin));
    let tied = ["recency", "frequency", "monetary"].into_iter().zip(&places).filter(|(_, p)| has_gap(p)).map(|(n, _)| n);
    let scores = |i: usize| Scores { r: bins + 1 - places[0][i], f: places[1][i], m: places[2][i] };
    let tied = tied.collect();
    let [recency_bounds, frequency_bounds, monetary_bounds] = bounds;
    let scores = (0..buyers.len()).map(scores).collect();
    Ok(Answer::Known(Scored { scores, recency_bounds, frequency_bounds, monetary_bounds, bins, tied }))
}

fn check_bins(scoring: &Scoring) -> Result<usize> {
    let bins = match scoring {
        Scoring::Quantiles(bins) | Scoring::Ntile(bins) => *bins,
        Scoring::Cuts { recency, frequency, monetary } => {
            same_length("frequency cuts", frequency.len(), "recency cuts", recency.len())?;
            same_length("monetary cuts", monetary.len(), "recency cuts", recency.len())?;
            for (name, cuts) in [("recency cuts", recency), ("frequency cuts", frequency), ("monetary cuts", monetary)] {
                all_finite(name, cuts)?;
                if cuts.windows(2).any(|w| w[0] >= w[1]) {
                    return Err(StatsError::Option { name: name.into(), value: format!("{cuts:?}"), range: "ascending".into() });
                }
            }
            recency.len() + 1
        }
    };
    if (2..=10).contains(&bins) {
        return Ok(bins);
    }
    Err(StatsError::Option { name: "bins".into(), value: bins.to_string(), range: "2 to 10".into() })
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

fn quantile_bounds(values: &[f64], bins: usize) -> Vec<f64> {
    let sorted = sorted(values);
    (1..bins).filter_map(|k| quantile_sorted(&sorted, k as f64 / bins as f64)).map(|q| q + 1.0).collect()
}

/// The least value of each bin by rank, for display.
fn rank_bounds(values: &[f64], bins: usize) -> Vec<f64> {
    let sorted = sorted(values);
    (1..bins).map(|k| sorted[(k * sorted.len()).div_ceil(bins).min(sorted.len() - 1)]).collect()
}

/// SQL's NTILE: bins of equal size by rank, the first ones one larger where it does not divide.
fn ntile(values: &[f64], bins: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let (size, larger) = (values.len() / bins, values.len() % bins);
    let mut places = vec![0; values.len()];
    for (rank, &i) in order.iter().enumerate() {
        let in_larger = larger * (size + 1);
        places[i] = if rank < in_larger { rank / (size + 1) } else { larger + (rank - in_larger) / size } + 1;
    }
    places
}

/// A segment: the scores it takes, both ends included; the first rule that fits wins.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub segment: String,
    pub r: [usize; 2],
    pub f: [usize; 2],
    pub m: [usize; 2],
}

/// The segment of customers whom no rule takes.
pub const OTHERS: &str = "Others";

/// The ten segments of the R package rfm, for scores from 1 to 5.
pub fn standard_rules() -> Vec<Rule> {
    let rule = |segment: &str, r: [usize; 2], fm: [usize; 2]| Rule { segment: segment.into(), r, f: fm, m: fm };
    vec![
        rule("Champions", [4, 5], [4, 5]),
        rule("Loyal Customers", [2, 5], [3, 5]),
        rule("Potential Loyalist", [3, 5], [1, 3]),
        rule("New Customers", [4, 5], [1, 1]),
        rule("Promising", [3, 4], [1, 1]),
        rule("Need Attention", [2, 3], [2, 3]),
        rule("About To Sleep", [2, 3], [1, 2]),
        rule("At Risk", [1, 2], [2, 5]),
        rule("Can't Lose Them", [1, 1], [4, 5]),
        rule("Lost", [1, 2], [1, 2]),
    ]
}

/// The segment of each customer by the first rule that takes its scores, else [`OTHERS`].
pub fn segment<'a>(scores: &[Scores], rules: &'a [Rule]) -> Vec<&'a str> {
    let within = |v: usize, [low, high]: [usize; 2]| (low..=high).contains(&v);
    let of = |s: &Scores| {
        let rule = rules.iter().find(|rule| within(s.r, rule.r) && within(s.f, rule.f) && within(s.m, rule.m));
        rule.map_or(OTHERS, |rule| rule.segment.as_str())
    };
    scores.iter().map(of).collect()
}

/// The eight segments of recency, frequency and money each above or below the mean of all customers,
/// named in order: recent & frequent & high … ; 2×2×2.
pub fn eight_segments(buyers: &[Buyer]) -> Vec<&'static str> {
    let n = buyers.len().max(1) as f64;
    let mean = |f: fn(&Buyer) -> f64| buyers.iter().map(f).sum::<f64>() / n;
    let (r, f, m) = (mean(|b| b.recency), mean(|b| b.frequency), mean(|b| b.monetary));
    let of = |b: &Buyer| match (b.recency <= r, b.frequency > f, b.monetary > m) {
        (true, true, true) => "important value",
        (true, false, true) => "important development",
        (false, true, true) => "important keep",
        (false, false, true) => "important win-back",
        (true, true, false) => "general value",
        (true, false, false) => "general development",
        (false, true, false) => "general keep",
        (false, false, false) => "general win-back",
    };
    buyers.iter().map(of).collect()
}

/// Customers, orders and revenue of one segment.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentTotal {
    pub segment: String,
    pub customers: usize,
    pub orders: f64,
    pub revenue: f64,
}

/// Totals by segment, in the order of first appearance in `order`, then any others.
pub fn segment_totals(buyers: &[Buyer], segments: &[&str], order: &[&str]) -> Vec<SegmentTotal> {
    let mut names: Vec<&str> = order.iter().filter(|n| segments.contains(n)).copied().collect();
    for name in segments {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let total = |name: &&str| {
        let mut total = SegmentTotal { segment: (*name).to_owned(), customers: 0, orders: 0.0, revenue: 0.0 };
        for (buyer, _) in buyers.iter().zip(segments).filter(|(_, s)| *s == name) {
            total.customers += 1;
            total.orders += buyer.frequency;
            total.revenue += buyer.monetary;
        }
        total
    };
    names.iter().map(total).collect()
}

/// Customers by segment before (rows) and after (columns); `None` on a side for those without one.
pub type Migration<'a> = std::collections::BTreeMap<(Option<&'a str>, Option<&'a str>), usize>;

/// Counts moves between segments of two periods; both sides are (customer, segment).
pub fn migration<'a>(before: &[(usize, &'a str)], after: &[(usize, &'a str)]) -> Migration<'a> {
    let mut sides = std::collections::BTreeMap::<usize, (Option<&str>, Option<&str>)>::new();
    before.iter().for_each(|(c, s)| sides.entry(*c).or_default().0 = Some(s));
    after.iter().for_each(|(c, s)| sides.entry(*c).or_default().1 = Some(s));
    let mut counts = Migration::new();
    sides.into_values().for_each(|move_| *counts.entry(move_).or_default() += 1);
    counts
}
