use jiff::civil::{Date, DateTime};
use yh_metrics::TimeRange;
use yh_model::{
    Calendar,
    calendar::{CalendarError, Window, load_calendar},
};

use super::{base::Asked, phase::PhaseHours};
use crate::answer::{BenchmarkLevel, Comparison};

fn calendar() -> Calendar {
    let file = |name: &str, text: &str| (format!("calendar/{name}.yaml"), text.to_owned());
    let files = [
        file("2023", include_str!("../../../../templates/shop/calendar/2023.yaml")),
        file("2024", include_str!("../../../../templates/shop/calendar/2024.yaml")),
        file("2025", include_str!("../../../../templates/shop/calendar/2025.yaml")),
        file("promotions", include_str!("../../../../templates/shop/calendar/promotions.yaml")),
    ];
    let (calendar, issues) = load_calendar(&files, 4);
    assert_eq!(issues, []);
    calendar
}

fn at(text: &str) -> DateTime {
    match text.parse::<Date>() {
        Ok(day) if text.len() == 10 => day.at(0, 0, 0, 0),
        _ => text.replacen(' ', "T", 1).parse().expect("a time"),
    }
}

fn range(text: &str) -> TimeRange {
    let (start, end) = text.split_once("..").expect("start..end");
    TimeRange { start: at(start), end: at(end) }
}

/// The base of a range (end excluded) whose data end before `covered`.
fn base(comparison: &Comparison, grain: Option<&str>, asked: &str, covered: &str) -> Result<Option<TimeRange>, CalendarError> {
    let calendar = calendar();
    Asked { calendar: &calendar, grain, range: range(asked), covered: Some(at(covered)) }.base(comparison)
}

#[test]
fn bases_are_those_counted_by_hand() {
    use Comparison::{Previous, PreviousWeekday, YearAgo, YearAgoLunar, YearAgoWeekday};
    for (comparison, grain, asked, covered, expect) in [
        // The period before, whole and partial; a short month cuts the long one's days.
        (Previous, Some("month"), "2025-11-01..2025-12-01", "2026-01-01", "2025-10-01..2025-11-01"),
        (Previous, Some("month"), "2025-11-01..2025-12-01", "2025-11-12", "2025-10-01..2025-10-12"),
        (Previous, Some("month"), "2025-03-01..2025-04-01", "2025-03-31", "2025-02-01..2025-03-01"),
        (Previous, Some("week"), "2025-11-10..2025-11-17", "2025-11-12", "2025-11-03..2025-11-05"),
        (Previous, Some("ten_day"), "2025-03-01..2025-03-11", "2026-01-01", "2025-02-21..2025-03-01"),
        (Previous, Some("ten_day"), "2025-03-11..2025-03-21", "2025-03-13", "2025-03-01..2025-03-03"),
        (Previous, Some("half_year"), "2025-07-01..2026-01-01", "2026-01-01", "2025-01-01..2025-07-01"),
        (Previous, Some("fiscal_quarter"), "2025-04-01..2025-07-01", "2026-01-01", "2025-01-01..2025-04-01"),
        (Previous, Some("hour"), "2025-11-11 00:00..2025-11-11 01:00", "2026-01-01", "2025-11-10 23:00..2025-11-11 00:00"),
        (Previous, None, "2025-11-01..2025-12-01", "2026-01-01", "2025-10-01..2025-11-01"),
        (Previous, None, "2025-11-01..2025-12-01", "2025-11-12", "2025-10-01..2025-10-12"),
        (Previous, None, "2025-11-05..2025-11-12", "2026-01-01", "2025-10-29..2025-11-05"),
        (PreviousWeekday, Some("day"), "2025-11-11..2025-11-12", "2026-01-01", "2025-11-04..2025-11-05"),
        (PreviousWeekday, Some("hour"), "2025-11-11 20:00..2025-11-11 21:00", "2026-01-01", "2025-11-04 20:00..2025-11-04 21:00"),
        // A year ago: leap days, month ends, weeks.
        (YearAgo, Some("day"), "2024-02-29..2024-03-01", "2026-01-01", "2023-02-28..2023-03-01"),
        (YearAgo, Some("month"), "2025-02-01..2025-03-01", "2026-01-01", "2024-02-01..2024-03-01"),
        (YearAgo, Some("month"), "2025-11-01..2025-12-01", "2025-11-12", "2024-11-01..2024-11-12"),
        (YearAgo, Some("quarter"), "2025-01-01..2025-04-01", "2025-03-02", "2024-01-01..2024-03-02"),
        (YearAgo, Some("week"), "2025-11-10..2025-11-17", "2026-01-01", "2024-11-11..2024-11-18"),
        (YearAgo, Some("ten_day"), "2025-02-21..2025-03-01", "2026-01-01", "2024-02-21..2024-03-01"),
        (YearAgo, None, "2025-01-01..2025-11-12", "2026-01-01", "2024-01-01..2024-11-12"),
        (YearAgo, None, "2024-02-01..2024-03-01", "2026-01-01", "2023-02-01..2023-03-01"),
        (YearAgoWeekday, Some("day"), "2025-11-11..2025-11-12", "2026-01-01", "2024-11-12..2024-11-13"),
        (YearAgoWeekday, Some("month"), "2025-11-01..2025-12-01", "2025-11-12", "2024-11-02..2024-11-13"),
        // 2025-01-29 and 2024-02-10 are both the first day of the lunar year.
        (YearAgoLunar, Some("day"), "2025-01-29..2025-01-30", "2026-01-01", "2024-02-10..2024-02-11"),
        (YearAgoLunar, Some("hour"), "2025-01-29 08:00..2025-01-29 09:00", "2026-01-01", "2024-02-10 08:00..2024-02-10 09:00"),
        (YearAgoLunar, None, "2025-01-29..2025-02-13", "2026-01-01", "2024-02-10..2024-02-25"),
        (YearAgoLunar, None, "2025-01-29..2025-02-13", "2025-02-01", "2024-02-10..2024-02-13"),
    ] {
        let found = base(&comparison, grain, asked, covered).expect("calendars are there");
        assert_eq!(found, Some(range(expect)), "{comparison} of {asked} by {grain:?} up to {covered}");
    }
    assert_eq!(base(&Previous, Some("month"), "2025-12-01..2026-01-01", "2025-12-01"), Ok(None));
    assert_eq!(base(&YearAgoLunar, Some("day"), "2023-06-01..2023-06-02", "2026-01-01"), Err(CalendarError::NoLunarYear(2022)));
}

fn hours(asked: &str, cutoff: i32) -> PhaseHours {
    let range = range(asked);
    let shift = jiff::Span::new().minutes(cutoff);
    let window = Window { from: range.start.saturating_add(shift), to: range.end.saturating_add(shift) };
    PhaseHours { pairs: calendar().phase_pairs(window, None, None).expect("a promotion"), day_cutoff_minutes: cutoff }
}

#[test]
fn promotion_days_meet_by_phase_and_hour() {
    let row = |asked: &str| hours(asked, 0).row(range(asked));
    // 双11 has the same dates in both years: a day that two phases share stays one piece.
    assert_eq!(row("2025-11-10..2025-11-11"), Some(vec![range("2024-11-10..2024-11-11")]));
    // The deposits of 618 began a week earlier in 2025, and the phase before was shorter.
    assert_eq!(
        row("2025-05-13..2025-05-14"),
        Some(vec![range("2024-05-17 00:00..2024-05-17 20:00"), range("2024-05-20 20:00..2024-05-21 00:00")])
    );
    // After eleven days 2024 was paying balances already.
    assert_eq!(row("2025-05-25..2025-05-26"), None);
    // With a cut-off at six, the business day of 10 November has the sale from 14:00 of its own clock.
    let sale = hours("2025-11-10..2025-11-11", 6 * 60);
    assert_eq!(sale.row(range("2025-11-10..2025-11-11")), Some(vec![range("2024-11-10..2024-11-11")]));
    assert_eq!(sale.pairs.len(), 2);
}

#[test]
fn an_event_to_date_meets_the_same_phase_hour() {
    let whole = |asked: &str| hours(asked, 0).whole(range(asked));
    assert_eq!(whole("2025-10-09 00:00..2025-11-12 09:00"), Some(range("2024-10-08 00:00..2024-11-12 09:00")));
    // Two hours into the balances of 618: all of the earlier phases of 2024, and two hours.
    assert_eq!(whole("2025-05-06 00:00..2025-05-27 22:00"), Some(range("2024-05-10 00:00..2024-05-31 22:00")));
    // In a phase that was shorter in 2024: to its end.
    assert_eq!(whole("2025-05-06 00:00..2025-05-26 00:00"), Some(range("2024-05-10 00:00..2024-05-31 20:00")));
}

#[test]
fn days_without_hours_meet_by_their_noon() {
    let days = |first: &str, last: &str| yh_model::calendar::Days { first: at(first).date(), last: at(last).date() };
    let found = hours("2025-05-27..2025-05-29", 0).by_day(days("2025-05-28", "2025-05-28"));
    assert_eq!(found, Some(vec![range("2024-06-01..2024-06-02")]));
}

#[test]
fn comparisons_are_read_and_written() {
    for text in [
        "previous",
        "previous_weekday",
        "year_ago",
        "year_ago_weekday",
        "year_ago_lunar",
        "promotion",
        "promotion:双11",
        "promotion:双11@天猫",
        "promotion:@抖音",
        "target",
        "benchmark",
        "benchmark:top3",
        "benchmark:top10",
        "segment:order__channel=直播",
    ] {
        assert_eq!(Comparison::parse(text).map(|one| one.to_string()).ok().as_deref(), Some(text));
    }
    assert_eq!(Comparison::parse("benchmark:industry").ok(), Some(Comparison::Benchmark(BenchmarkLevel::Industry)));
    for (wrong, hint) in [
        ("year_agoo", "did you mean year_ago?"),
        ("benchmark:top4", "did you mean benchmark:top3?"),
        ("segment:channel", "write for example segment:order__channel=app"),
        ("previous:x", "did you mean previous?"),
    ] {
        let error = Comparison::parse(wrong).expect_err(wrong);
        assert_eq!(error.hint.as_deref(), Some(hint), "{wrong}");
    }
}

proptest::proptest! {
    /// Two weeks back is one week back twice, and the same for years of weekdays.
    #[test]
    fn shifts_add_up(days in 0i64..3000, length in 1i64..7) {
        let start = jiff::civil::date(2020, 1, 1).saturating_add(jiff::Span::new().days(days)).at(0, 0, 0, 0);
        let asked = TimeRange { start, end: start.saturating_add(jiff::Span::new().days(length)) };
        let calendar = calendar();
        let shift = |range, comparison: &Comparison| Asked { calendar: &calendar, grain: None, range, covered: None }.base(comparison).ok().flatten();
        for (comparison, step) in [(Comparison::PreviousWeekday, 7), (Comparison::YearAgoWeekday, 364)] {
            let twice = shift(asked, &comparison).and_then(|once| shift(once, &comparison));
            let moved = |at: DateTime| at.saturating_sub(jiff::Span::new().days(2 * step));
            proptest::prop_assert_eq!(twice, Some(TimeRange { start: moved(asked.start), end: moved(asked.end) }));
        }
    }

    /// The base of an elapsed part begins where the whole base begins and never reaches beyond it; whole periods are neighbours.
    #[test]
    fn parts_lie_inside_wholes(day in 0i64..3000, passed in 1i64..100, grain in 0usize..7) {
        let grain = ["week", "ten_day", "month", "quarter", "half_year", "year", "fiscal_quarter"][grain];
        let calendar = calendar();
        let date = jiff::civil::date(2020, 1, 1).saturating_add(jiff::Span::new().days(day));
        let asked = super::rows::range_of(calendar.period_of(grain, date).expect("a period"));
        let covered = asked.start.saturating_add(jiff::Span::new().days(passed));
        for comparison in [Comparison::Previous, Comparison::YearAgo] {
            let of = |covered| Asked { calendar: &calendar, grain: Some(grain), range: asked, covered }.base(&comparison).ok().flatten().expect("a base");
            let (whole, part) = (of(None), of(Some(covered)));
            proptest::prop_assert_eq!(whole.start, part.start);
            proptest::prop_assert!(part.end <= whole.end && part.start < part.end);
            if comparison == Comparison::Previous {
                proptest::prop_assert_eq!(whole.end, asked.start);
            }
        }
    }
}
