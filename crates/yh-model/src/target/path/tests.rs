use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::Calendar;

fn period(text: &str) -> Period {
    text.parse().expect(text)
}

/// Two years: 100 a day, 200 at weekends, 30 % less in February, ten times as much on 11 November.
fn value(day: Date) -> f64 {
    let weekend = if weekday(day) >= 5 { 2.0 } else { 1.0 };
    let month = if day.month() == 2 { 0.7 } else { 1.0 };
    let special = if singles(day).is_some() { 10.0 } else { 1.0 };
    100.0 * weekend * month * special
}

fn singles(day: Date) -> Option<SpecialDay> {
    ((day.month(), day.day()) == (11, 11)).then(|| special("双11 现货", 0, None))
}

fn special(name: &str, position: i32, weight: Option<f64>) -> SpecialDay {
    SpecialDay { name: name.to_owned(), position, weight }
}

fn history(from: Date, days: i64) -> BTreeMap<Date, f64> {
    (0..days).map(|index| from.saturating_add(index.days())).map(|day| (day, value(day))).collect()
}

#[test]
fn a_path_follows_weekdays_months_and_special_days() {
    let path = Path::from_history(period("2025"), &history(date(2024, 1, 1), 366), singles);
    assert_eq!(path.basis, Basis::Seasons { days: 366 });
    assert_eq!((path.count(Origin::SameDay), path.count(Origin::Ordinary)), (1, 364));
    let total: f64 = (0..365).map(|index| value(date(2025, 1, 1).saturating_add(i64::from(index).days()))).sum();
    let mut sum = 0.0;
    for (day, share, _) in path.days() {
        sum += share;
        assert!((share - value(day) / total).abs() < 0.02 * value(day) / total, "{day}: {share}");
        assert!((path.share_until(day) - sum).abs() < 1e-9);
    }
    assert_eq!(path.share_until(date(2024, 12, 31)), 0.0);
    assert_eq!(path.share_until(date(2025, 12, 31)), 1.0);
    assert_eq!(path.planned(Decimal::new(123_456_789, 2), date(2026, 3, 1)), Decimal::new(123_456_789, 2));
}

/// Counted by hand: eight weeks of 100 on each workday and 150 at weekends, 1 May worth three ordinary days.
/// The week of 5 to 11 May 2025 has four plain workdays, a weekend, and the holiday again on Thursday, 8 May:
/// 100 × (4 + 3) + 150 × 2 = 1,000.
#[test]
fn a_week_counted_by_hand() {
    let holiday = |day: Date| [date(2025, 5, 1), date(2025, 5, 8)].contains(&day).then(|| special("节", 0, None));
    let value = |day: Date| match (holiday(day), weekday(day)) {
        (Some(_), _) => 300.0,
        (None, 5..) => 150.0,
        (None, _) => 100.0,
    };
    let from = date(2025, 3, 10);
    let history: BTreeMap<Date, f64> = (0..56).map(|index| from.saturating_add(index.days())).map(|day| (day, value(day))).collect();
    let path = Path::from_history(period("2025-W19"), &history, holiday);
    assert_eq!(path.basis, Basis::Weekdays { days: 56 });
    let expect = [0.1, 0.1, 0.1, 0.3, 0.1, 0.15, 0.15];
    for ((day, share, origin), expect) in path.days().zip(expect) {
        assert!((share - expect).abs() < 1e-4, "{day}: {share}");
        assert_eq!(origin, if holiday(day).is_some() { Origin::SameDay } else { Origin::Ordinary });
    }
    // By the end of Thursday 60 % of 10,000 is planned.
    let planned = path.planned(Decimal::from(10_000), date(2025, 5, 8));
    assert!((planned - Decimal::from(6_000)).abs() < Decimal::ONE, "{planned}");
}

#[test]
fn without_last_year_months_count_alike() {
    let path = Path::from_history(period("2025-03"), &history(date(2025, 1, 1), 59), singles);
    assert_eq!(path.basis, Basis::Weekdays { days: 59 });
    let shares: Vec<f64> = path.days().map(|(_, share, _)| share).collect();
    // 1 March 2025 is a Saturday.
    assert!((shares[0] / shares[2] - 2.0).abs() < 0.05, "{shares:?}");
}

#[test]
fn too_little_history_is_said_and_linear() {
    let path = Path::from_history(period("2025-02"), &history(date(2025, 1, 1), 31), singles);
    assert_eq!(path.basis, Basis::Linear { have: 31, need: LEAST_DAYS });
    assert_eq!(path.share_until(date(2025, 2, 14)), 0.5);
    let nothing: BTreeMap<Date, f64> = history(date(2024, 1, 1), 366).into_keys().map(|day| (day, 0.0)).collect();
    assert!(matches!(Path::from_history(period("2025-02"), &nothing, singles).basis, Basis::Linear { have: 366, .. }));
}

/// A special day is worth what history says, else its phase, else the calendar, else an ordinary day.
#[test]
fn weights_say_where_they_come_from() {
    let phase = |day: Date| match (day.year(), day.month(), day.day()) {
        (2024, 11, 10..=11) | (2025, 11, 10..=12) => Some(special("双11 现货", i32::from(day.day()) - 10, Some(9.0))),
        (2025, 11, 20) => Some(special("新节 现货", 0, Some(4.0))),
        (2025, 11, 21) => Some(special("无权重", 0, None)),
        _ => None,
    };
    let factor = |day: Date| match (day.month(), day.day()) {
        (11, 10) => 2.0,
        (11, 11) => 6.0,
        _ => 1.0,
    };
    let history = (0..366).map(|index| date(2024, 1, 1).saturating_add(index.days())).map(|day| (day, factor(day))).collect();
    let path = Path::from_history(period("2025-11"), &history, phase);
    let days: Vec<(f64, Origin)> = path.days().map(|(_, share, origin)| (share, origin)).collect();
    let plain = days[0].0;
    for (day, times, origin) in [
        (9, 2.0, Origin::SameDay),
        (10, 6.0, Origin::SameDay),
        (11, 4.0, Origin::SamePhase),
        (19, 4.0, Origin::Calendar),
        (20, 1.0, Origin::Unweighed),
        (21, 1.0, Origin::Ordinary),
    ] {
        assert!((days[day].0 / plain - times).abs() < 1e-9, "day {}: {:?}", day + 1, days[day]);
        assert_eq!(days[day].1, origin, "day {}", day + 1);
    }
    // Without history the calendar's weights stand alone: 25 ordinary days, 3 of weight 9, one of 4, one unweighed.
    let new = Path::from_history(period("2025-11"), &BTreeMap::new(), phase);
    assert_eq!((new.basis, new.count(Origin::Calendar)), (Basis::Linear { have: 0, need: LEAST_DAYS }, 4));
    let share = new.days().nth(10).map(|(_, share, _)| share).expect("11 November");
    assert!((share - 9.0 / (25.0 + 27.0 + 4.0 + 1.0)).abs() < 1e-12, "{share}");
}

/// The shipped calendar: a month with Singles' Day of a shop that sold five times as much on that day.
#[test]
fn singles_day_weighs_more_than_a_plain_day() {
    let file = |name: &str, text: &str| (format!("calendar/{name}.yaml"), text.to_owned());
    let (calendar, issues): (Calendar, _) =
        crate::calendar::load_calendar(&[file("promotions", include_str!("../../../../../templates/shop/calendar/promotions.yaml"))], 1);
    assert!(issues.is_empty(), "{issues:?}");
    let value = |day: Date| if (day.month(), day.day()) == (11, 11) { 500.0 } else { 100.0 };
    let history = (0..366).map(|index| date(2024, 1, 1).saturating_add(index.days())).map(|day| (day, value(day))).collect();
    let path = Path::from_history(period("2025-11"), &history, |day| calendar.special_day(day));
    let shares: Vec<f64> = path.days().map(|(_, share, _)| share).collect();
    assert!((shares[10] / shares[24] - 5.0).abs() < 1e-6, "{shares:?}");
    assert!(path.share_until(date(2025, 11, 11)) > 15.0 / 34.0 - 1e-6, "a straight line would plan 11 of 30");
}

prop_compose! {
    fn days()(values in prop::collection::vec(0.0..1e9f64, 0..200)) -> BTreeMap<Date, f64> {
        values.into_iter().enumerate().map(|(index, value)| (date(2025, 1, 1).saturating_sub((index as i64 + 1).days()), value)).collect()
    }
}

proptest! {
    #[test]
    fn days_sum_to_the_target_exactly(
        history in days(),
        period in prop::sample::select(vec!["2025", "2025-Q4", "2025-02", "2025-11", "2025-W46", "2025-11-11"]),
        units in 0i64..1_000_000_000_000_000,
        scale in 0u32..=8,
        every in 2i32..40,
        weight in prop::option::of(0.0..50.0f64),
    ) {
        let period: Period = period.parse().expect("a period");
        let special = |day: Date| (days_between(date(2020, 1, 1), day) % every == 0).then(|| special("节", i32::from(day.day()), weight));
        let target = Decimal::new(units, scale);
        let path = Path::from_history(period, &history, special);
        prop_assert_eq!(&path, &Path::from_history(period, &history, special));
        let mut before = Decimal::ZERO;
        let mut sum = Decimal::ZERO;
        for (day, share, _) in path.days() {
            let until = path.planned(target, day);
            prop_assert!(share >= 0.0 && until >= before, "{}: {} after {}", day, until, before);
            sum += until - before;
            before = until;
        }
        prop_assert_eq!(sum, target);
    }
}
