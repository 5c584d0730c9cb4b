//! Proposals (目标建议): floor, target and stretch from a forecast of the metric's own history; never recorded by themselves.
//!
//! Higher is better: floor = 20th percentile of the forecast, target = median × (1 + growth), stretch = the larger of the
//! 80th percentile and the target, × (1 + growth) likewise. Lower is better: the same mirrored, growth taken off.

use jiff::ToSpan;
use rust_decimal::{Decimal, RoundingStrategy};
use yh_metrics::{Access, MetricQuery, catalog::Format};
use yh_model::{Direction, Grain, Period, Value};
use yh_stats::{
    Answer,
    forecast::{
        Forecast, Request,
        attainment::{Aggregate, Direction as GoalDirection, Goal},
        forecast,
    },
};

use super::{
    TargetKey,
    cascade::equals,
    dimension_name,
    market::{Growth, Market, market},
};
use crate::{
    App, AppError, ErrorKind, Result,
    additive::{Over, is_additive},
    ask::{plain_answer, reach},
};

/// A proposal, and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    pub floor: Decimal,
    pub target: Decimal,
    pub stretch: Decimal,
    /// Median of the forecast, before growth.
    pub expected: Decimal,
    pub growth: Decimal,
    /// The forecast's method in words.
    pub model: String,
    /// Periods of history, of this grain.
    pub n: usize,
    pub grain: Grain,
    /// The same period a year ago, where it is known.
    pub year_ago: Option<Decimal>,
    /// The market before the period; it changes no level by itself.
    pub market: Market,
    /// What a year ago and the market's growth give, for metrics that add up.
    pub by_market: Option<Decimal>,
}

/// Steps ahead beyond which a forecast says nothing worth planning by.
const MAX_STEPS: usize = 24;
/// The central interval between the 20th and the 80th percentile.
const MIDDLE: f64 = 0.6;

/// Proposes levels for a period from a forecast; `growth` is added to its median, 0.1 is 10 %.
pub async fn propose(app: &App, access: &Access, key: &TargetKey, growth: Decimal) -> Result<Proposal> {
    let definitions = app.definitions().await?;
    let metric = definitions.metric(&key.metric)?;
    if growth.abs() > Decimal::TEN {
        return Err(
            AppError::new(ErrorKind::Input, "growth", format!("growth {growth} is out of range")).hint("write 0.1 for 10 %, at most 10")
        );
    }
    let additive = is_additive(&definitions.catalog, &key.metric, Over::Time);
    let grain = history_grain(key.period, additive)?;
    let dimension = match &key.segment {
        Some((dimension, _)) => {
            Some(dimension_name(&definitions, &key.metric, dimension).ok_or_else(|| AppError::unknown("dimension", dimension, []))?)
        }
        None => None,
    };
    let history = history(app, access, key, dimension.as_deref(), grain).await?;
    let too_few = || {
        let message = format!("{} has too little history before {}", key.metric, key.period);
        AppError::new(ErrorKind::Input, "too-few", message).hint("a proposal needs at least 6 complete periods; set the target by hand")
    };
    let last = history.last().map(|(period, _)| *period).ok_or_else(too_few)?;
    let steps = steps_until(last, Period::containing(grain, key.period.last_day())).ok_or_else(|| {
        let message = format!("{} is too far from the data before it, which end with {last}", key.period);
        AppError::new(ErrorKind::Input, "too-far", message).hint(format!("propose at most {MAX_STEPS} {}s ahead", grain.name()))
    })?;
    let season = match grain {
        Grain::Day => 7,
        Grain::Week => 52,
        Grain::TenDay => 36,
        Grain::Month => 12,
        Grain::Quarter => 4,
        Grain::HalfYear => 2,
        Grain::Year => 0,
    };
    let values: Vec<f64> = history.iter().map(|(_, value)| *value).collect();
    let request = Request { levels: vec![MIDDLE], ..Request::new(steps, season) };
    let forecast = match forecast(&values, &request, &[]).map_err(wrong)? {
        Answer::Known(forecast) => forecast,
        Answer::TooFew(_) => return Err(too_few()),
    };
    let quantiles = quantiles(&forecast, steps.saturating_sub(count_parts(key.period, grain))).map_err(wrong)?;
    let decimals = match metric.format {
        Format::Money | Format::Duration => 2,
        Format::Count => 0,
        _ => 4,
    };
    let [floor, target, stretch] = levels(quantiles, growth, metric.direction, decimals);
    let facts = app.facts().await?;
    let market = market(app, access, &definitions, &facts, (&key.metric, key.segment.as_ref()), key.period.start()).await?;
    let year_ago = year_ago(&history, key.period).map(|value| round(value, decimals));
    let grown = |growth: &Growth| Some((year_ago? * (Decimal::ONE + growth.rate)).round_dp(decimals));
    let by_market = market.growth.as_ref().filter(|_| additive).and_then(grown);
    Ok(Proposal {
        floor,
        target,
        stretch,
        expected: round(quantiles[1], decimals),
        growth,
        model: forecast.model,
        n: values.len(),
        grain,
        year_ago,
        market,
        by_market,
    })
}

/// The grain whose history a period is forecast from: sums are made of months, or of days where they do not fit.
fn history_grain(period: Period, additive: bool) -> Result<Grain> {
    match period.grain() {
        Some(grain) if grain <= Grain::Month || !additive => Ok(grain),
        _ if additive => Ok(if period.is_of_months() { Grain::Month } else { Grain::Day }),
        _ => {
            let error = AppError::new(ErrorKind::Input, "period-grain", format!("a rate over {period} has no history of such periods"));
            Err(error.hint("propose it for a month or a quarter, or set the target by hand"))
        }
    }
}

fn wrong(error: yh_stats::StatsError) -> AppError {
    AppError::new(ErrorKind::Input, "forecast", error.to_string())
}

/// 20th, 50th and 80th percentile of the sum of the steps from `first` on.
///
/// The steps' errors partly cancel: half-widths are added and scaled by the ratio that totals showed in the backtest.
fn quantiles(forecast: &Forecast, first: usize) -> yh_stats::Result<[f64; 3]> {
    let middle: f64 = forecast.mean.iter().skip(first).sum();
    let Some(band) = forecast.bands.first() else { return Ok([middle; 3]) };
    let steps = forecast.mean.len();
    let ratio = if steps - first < 2 {
        1.0
    } else {
        let goal = Goal { target: 0.0, aggregate: Aggregate::Sum, direction: GoalDirection::AtLeast, achieved: 0.0, elapsed: 0 };
        let room: f64 = (1..=steps).map(|step| forecast.spread.at(step)).sum();
        if room > 0.0 { forecast.attainment(&goal)?.spread / room } else { 1.0 }
    };
    let below: f64 = forecast.mean.iter().zip(&band.lower).skip(first).map(|(mean, lower)| mean - lower).sum();
    let above: f64 = forecast.mean.iter().zip(&band.upper).skip(first).map(|(mean, upper)| upper - mean).sum();
    Ok([middle - ratio * below, middle, middle + ratio * above])
}

/// Floor, target and stretch of the percentiles, never in the wrong order.
fn levels([low, middle, high]: [f64; 3], growth: Decimal, direction: Direction, decimals: u32) -> [Decimal; 3] {
    let (easy, hard, factor) = match direction {
        Direction::Lower => (high, low, Decimal::ONE - growth),
        Direction::Higher | Direction::Band => (low, high, Decimal::ONE + growth),
    };
    let target = round(middle, decimals) * factor;
    let (easy, hard) = (round(easy, decimals), round(hard, decimals) * factor);
    let levels = match direction {
        Direction::Lower => [easy.max(target), target, hard.min(target)],
        Direction::Higher | Direction::Band => [easy.min(target), target, hard.max(target)],
    };
    levels.map(|level| level.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero))
}

fn round(value: f64, decimals: u32) -> Decimal {
    Decimal::from_f64_retain(value).unwrap_or_default().round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// Number of shorter periods in a period.
fn count_parts(whole: Period, grain: Grain) -> usize {
    let mut part = Period::containing(grain, whole.start());
    let mut count = 0;
    while part.start() < whole.end() {
        count += 1;
        part = part.shift(1);
    }
    count
}

fn steps_until(last: Period, wanted: Period) -> Option<usize> {
    (1..=MAX_STEPS).find(|steps| last.shift(*steps as i64) == wanted)
}

fn year_ago(history: &[(Period, f64)], period: Period) -> Option<f64> {
    let whole = period.year_ago();
    let inside = history.iter().filter(|(part, _)| whole.start() <= part.start() && part.end() <= whole.end());
    let (days, sum) = inside.fold((0, 0.0), |(days, sum), (part, value)| (days + part.days(), sum + value));
    (days == whole.days()).then_some(sum)
}

/// Complete periods before the wanted one, oldest first; those without a value are left out.
async fn history(app: &App, access: &Access, key: &TargetKey, dimension: Option<&str>, grain: Grain) -> Result<Vec<(Period, f64)>> {
    let Some((first_day, as_of)) = reach(app, std::slice::from_ref(&key.metric)).await? else { return Ok(Vec::new()) };
    let last_day = as_of.min(key.period.start().saturating_sub(1.days()));
    let time = format!("metric_time__{}", grain.name());
    let query = MetricQuery {
        metrics: vec![key.metric.clone()],
        group_by: vec![time.clone()],
        where_: key.segment.iter().zip(dimension).map(|((_, value), dimension)| equals(dimension, value)).collect(),
        order: vec![time],
        start_time: Some(first_day.to_string()),
        end_time: Some(last_day.to_string()),
        ..MetricQuery::default()
    };
    let answer = plain_answer(app, access, &query).await?;
    let period = |row: usize| match &answer.frame.columns[0].values[row] {
        Value::Date(day) => Some(Period::containing(grain, *day)),
        Value::Timestamp(at) => Some(Period::containing(grain, at.date())),
        _ => None,
    };
    let found = (0..answer.frame.height()).filter_map(|row| Some((period(row)?, answer.frame.columns[1].values[row].number()?)));
    // A period that the data do not cover from its first to its last day would look like a bad one.
    Ok(found.filter(|(period, _)| first_day <= period.start() && period.last_day() <= last_day).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_lie_in_order_in_both_directions() {
        for (direction, growth, expect) in [
            (Direction::Higher, "0.1", ["80", "110", "132"]),
            (Direction::Lower, "0.1", ["120", "90", "72"]),
            (Direction::Higher, "-0.5", ["50", "50", "60"]),
        ] {
            let growth: Decimal = growth.parse().expect("a number");
            let levels = levels([80.0, 100.0, 120.0], growth, direction, 2);
            assert_eq!(levels.map(|level| level.normalize().to_string()), expect, "{direction:?} {growth}");
        }
    }

    #[test]
    fn steps_count_from_the_last_known_period() {
        let period = |text: &str| -> Period { text.parse().expect(text) };
        assert_eq!(steps_until(period("2025-10"), period("2025-12")), Some(2));
        assert_eq!(steps_until(period("2025-10"), period("2025-10")), None);
        assert_eq!(count_parts(period("2026"), Grain::Month), 12);
    }
}
