//! What the market says about a proposal: its growth by category totals or heat, and the benchmarks of the metric.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use yh_metrics::Access;
use yh_model::{Frame, Grain, Period, Value};

pub use crate::compare::Figure;
use crate::{
    App, Definitions, Result,
    app::Facts,
    compare::{figures_before, is_restricted},
};

/// Months that are compared with those of the year before.
const MONTHS: usize = 3;

/// The market around a metric, as far as data tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Market {
    pub growth: Option<Growth>,
    /// The latest known benchmarks of the metric and segment.
    pub figures: Vec<Figure>,
}

/// Growth of the market on the year, over the latest months that both years know.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    /// 0.05 is 5 %.
    pub rate: Decimal,
    pub first: Period,
    pub last: Period,
    pub source: Source,
}

/// From which data a growth comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// `category_total` of the benchmarks.
    Totals,
    /// The heat index.
    Heat,
}

impl Source {
    /// The dataset.
    pub fn dataset(self) -> &'static str {
        match self {
            Self::Totals => "benchmarks",
            Self::Heat => "market_heat",
        }
    }

    /// Categories, times and values. Like benchmarks, they are few and not the asker's own rows: they are read as a whole.
    fn sql(self) -> &'static str {
        match self {
            Self::Totals => "SELECT segment AS category, period AS time, category_total AS value FROM benchmarks",
            Self::Heat => r#"SELECT category, "date" AS time, "index" AS value FROM market_heat"#,
        }
    }
}

/// Values by category and month.
type Monthly = BTreeMap<(String, Period), f64>;

/// What was known of the market before a day; nothing for who may not see it.
pub(super) async fn market(
    app: &App,
    access: &Access,
    definitions: &Definitions,
    facts: &Facts,
    (metric, segment): (&str, Option<&(String, String)>),
    before: Date,
) -> Result<Market> {
    if [Source::Totals, Source::Heat].iter().any(|source| is_restricted(access, source.dataset())) {
        return Ok(Market::default());
    }
    let figures = figures_before(app, definitions, facts, (metric, segment), before).await?;
    for source in [Source::Totals, Source::Heat] {
        let session = app.session(definitions, facts, &[source.dataset().to_owned()]).await?;
        let values = monthly(&session.query(source.sql()).await?);
        if let Some(growth) = growth(&values, before, source) {
            return Ok(Market { growth: Some(growth), figures });
        }
    }
    Ok(Market { growth: None, figures })
}

/// Means by category and month: a total stands beside every percentile of its month, a heat index on every day.
fn monthly(frame: &Frame) -> Monthly {
    let mut sums: BTreeMap<(String, Period), (f64, u32)> = BTreeMap::new();
    for row in 0..frame.height() {
        let month = match frame.cell("time", row) {
            Value::Date(day) => Some(Period::containing(Grain::Month, *day)),
            Value::Timestamp(at) => Some(Period::containing(Grain::Month, at.date())),
            value => value.to_string().parse().ok().filter(|period: &Period| period.grain() == Some(Grain::Month)),
        };
        let (Some(month), Some(value)) = (month, frame.cell("value", row).number()) else { continue };
        let (sum, count) = sums.entry((frame.cell("category", row).to_string(), month)).or_default();
        *sum += value;
        *count += 1;
    }
    sums.into_iter().map(|(key, (sum, count))| (key, sum / f64::from(count))).collect()
}

/// Growth over the latest months that lie before a day; a category counts in a month that it has in both years.
fn growth(values: &Monthly, before: Date, source: Source) -> Option<Growth> {
    let mut months: BTreeMap<Period, (f64, f64)> = BTreeMap::new();
    for ((category, month), now) in values.iter().filter(|((_, month), _)| month.last_day() < before) {
        if let Some(then) = values.get(&(category.clone(), month.shift(-12))) {
            let pair = months.entry(*month).or_default();
            pair.0 += now;
            pair.1 += then;
        }
    }
    let latest: Vec<(&Period, &(f64, f64))> = months.iter().rev().take(MONTHS).collect();
    let (last, first) = (*latest.first()?.0, *latest.last()?.0);
    let (now, then) = latest.iter().fold((0.0, 0.0), |(now, then), (_, pair)| (now + pair.0, then + pair.1));
    let rate = Decimal::from_f64_retain(now / then - 1.0).filter(|_| then > 0.0)?;
    Some(Growth { rate: rate.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero), first, last, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_compares_what_both_years_know() {
        let month = |text: &str| -> Period { text.parse().expect(text) };
        let values: Monthly = [
            ("a", "2024-08", 100.0),
            ("a", "2024-09", 100.0),
            ("a", "2025-08", 110.0),
            ("a", "2025-09", 130.0),
            // Only this year has it, and a month that is not over.
            ("b", "2025-09", 900.0),
            ("a", "2024-10", 1.0),
            ("a", "2025-10", 900.0),
        ]
        .map(|(category, name, value)| ((category.to_owned(), month(name)), value))
        .into();
        let found = growth(&values, jiff::civil::date(2025, 10, 15), Source::Heat).expect("a growth");
        assert_eq!((found.rate.to_string().as_str(), found.first, found.last), ("0.2000", month("2025-08"), month("2025-09")));
        assert_eq!(growth(&values, jiff::civil::date(2025, 8, 1), Source::Heat), None);
    }
}
