use jiff::civil::{Date, DateTime};

use super::*;

/// The files that `yunheng init` writes.
fn shipped() -> Calendar {
    let file = |name: &str, text: &str| (format!("calendar/{name}.yaml"), text.to_owned());
    let files = [
        file("2023", include_str!("../../../../templates/shop/calendar/2023.yaml")),
        file("2024", include_str!("../../../../templates/shop/calendar/2024.yaml")),
        file("2025", include_str!("../../../../templates/shop/calendar/2025.yaml")),
        file("2026", include_str!("../../../../templates/shop/calendar/2026.yaml")),
        file("promotions", include_str!("../../../../templates/shop/calendar/promotions.yaml")),
    ];
    let (calendar, issues) = load_calendar(&files, 4);
    assert_eq!(issues, []);
    calendar
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn at(text: &str) -> DateTime {
    text.replacen(' ', "T", 1).parse().expect("a time")
}

fn check(text: &str) -> Vec<(usize, usize, String)> {
    let (_, issues) = load_calendar(&[("calendar/x.yaml".to_owned(), text.to_owned())], 1);
    issues.into_iter().map(|issue| (issue.line, issue.column, issue.code)).collect()
}

#[test]
fn days_off_are_those_published() {
    let calendar = shipped();
    // A holiday on a Monday, a worked Sunday, a plain Saturday, a plain Tuesday.
    for (date, worked) in [("2023-05-01", false), ("2024-04-28", true), ("2025-11-15", false), ("2026-02-14", true), ("2025-11-11", true)] {
        assert_eq!(calendar.is_workday(day(date)), Some(worked), "{date}");
    }
    // The office counts 28 to 30 days off in these holidays; 2023 begins in the year before.
    let days = |year: i16| -> i32 { calendar.years[&year].holidays.iter().map(|holiday| holiday.days.count()).sum() };
    assert_eq!(
        [2023, 2024, 2025, 2026].map(days),
        [3 + 7 + 1 + 5 + 3 + 8, 1 + 8 + 3 + 5 + 3 + 3 + 7, 1 + 8 + 3 + 5 + 3 + 8, 3 + 9 + 3 + 5 + 3 + 3 + 7]
    );
    assert_eq!(calendar.is_workday(day("2030-01-01")), None);
}

#[test]
fn lunar_dates_meet_those_of_the_year_before() {
    let calendar = shipped();
    assert_eq!(calendar.lunar_date(day("2025-08-01")).map(|lunar| lunar.to_string()), Ok("2025年闰六月8日".to_owned()));
    for (date, before) in [
        ("2025-01-29", "2024-02-10"), // 正月初一
        ("2025-02-12", "2024-02-24"), // 元宵
        ("2025-05-31", "2024-06-10"), // 端午
        ("2025-10-06", "2024-09-17"), // 中秋
        ("2025-08-01", "2024-07-13"), // 闰六月初八 meets 六月初八
        ("2026-08-13", "2025-08-23"), // 七月初一, across the leap month
        ("2025-01-28", "2024-02-08"), // 腊月廿九
        ("2024-02-29", "2023-02-10"), // 正月二十 on a leap day
        ("2026-07-13", "2025-06-24"), // 五月廿九
        ("2024-07-05", "2023-07-17"), // 五月三十: 2023 has it too
        ("2024-12-30", "2024-01-10"), // 冬月三十 meets 廿九, the last day of that month
    ] {
        assert_eq!(calendar.lunar_year_ago(day(date)), Ok(day(before)), "{date}");
    }
}

#[test]
fn a_missing_lunar_year_names_the_file() {
    let calendar = shipped();
    let error = calendar.lunar_year_ago(day("2023-06-01")).expect_err("no 2022");
    assert_eq!(
        (error.to_string().as_str(), error.hint().as_str()),
        ("no calendar file gives the lunar months of 2022", "add lunar_months to calendar/2022.yaml")
    );
    assert_eq!(calendar.lunar_date(day("2027-03-01")), Err(CalendarError::NoLunarYear(2027)));
}

#[test]
fn lunar_months_are_whole_and_in_order() {
    let calendar = shipped();
    let mut today = day("2023-01-22");
    let mut before: Option<LunarDate> = None;
    while today < day("2027-01-01") {
        let lunar = calendar.lunar_date(today).expect("known");
        if let Some(before) = before {
            let next = LunarDate { day: before.day + 1, ..before };
            assert!(lunar == next || (lunar.day == 1 && before.day >= 29), "{today}: {before} then {lunar}");
        }
        before = Some(lunar);
        today = today.tomorrow().expect("not the last day");
    }
}

#[test]
fn grains_cut_whole_periods() {
    let calendar = shipped();
    for (grain, date, first, last) in [
        ("ten_day", "2025-02-21", "2025-02-21", "2025-02-28"),
        ("ten_day", "2024-12-31", "2024-12-21", "2024-12-31"),
        ("half_year", "2025-06-30", "2025-01-01", "2025-06-30"),
        ("fiscal_year", "2025-03-31", "2024-04-01", "2025-03-31"),
        ("fiscal_quarter", "2025-02-11", "2025-01-01", "2025-03-31"),
        ("fiscal_quarter", "2025-04-01", "2025-04-01", "2025-06-30"),
        ("fiscal_month", "2024-02-29", "2024-02-01", "2024-02-29"),
        ("week", "2025-11-11", "2025-11-10", "2025-11-16"),
    ] {
        let expect = Days { first: day(first), last: day(last) };
        assert_eq!(calendar.period_of(grain, day(date)), Some(expect), "{grain} of {date}");
        let before = calendar.period_before(grain, expect).expect("has one before");
        assert_eq!(before.last.tomorrow().ok(), Some(expect.first), "{grain} before {date}");
    }
    assert_eq!(calendar.period_of("fortnight", day("2025-01-01")), None);
}

#[test]
fn assessment_periods_are_named_by_file() {
    let text = "assessment_periods:\n  - grain: review\n    label: {zh: 考评期, en: Review}\n    periods:\n      \
                - {name: spring, from: 2025-03-16, to: 2025-09-15}\n      - {name: autumn, from: 2025-09-16, to: 2026-03-15}\n      \
                - {name: spring26, from: 2026-03-20, to: 2026-09-15}\n";
    let (calendar, issues) = load_calendar(&[("calendar/review.yaml".to_owned(), text.to_owned())], 1);
    assert_eq!(issues, []);
    let autumn = calendar.period_of("review", day("2025-12-31")).expect("autumn");
    assert_eq!(autumn, Days { first: day("2025-09-16"), last: day("2026-03-15") });
    assert_eq!(calendar.period_before("review", autumn).map(|days| days.first), Some(day("2025-03-16")));
    assert_eq!(calendar.period_of("review", day("2026-03-17")), None);
    assert_eq!(calendar.period_year_ago("review", autumn), None);
    let names: Vec<String> = calendar.grains().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["ten_day", "half_year", "review"]);
}

#[test]
fn phases_meet_those_of_the_year_before() {
    let calendar = shipped();
    let window = Window { from: at("2025-05-13 20:00"), to: at("2025-06-01 00:00") };
    let pairs = calendar.phase_pairs(window, None, None).expect("618");
    let of = |moment: &str| pairs.iter().find(|pair| pair.now.contains(at(moment))).and_then(|pair| pair.before(at(moment)));
    assert_eq!(pairs.iter().map(|pair| pair.kind.label().zh).collect::<Vec<_>>(), ["定金", "尾款", "预热"]);
    assert_eq!(of("2025-05-13 20:30"), Some(at("2024-05-20 20:30")));
    // The deposit phase of 2025 is three days longer: its end has no counterpart.
    assert_eq!(of("2025-05-24 19:59"), Some(at("2024-05-31 19:59")));
    assert_eq!(of("2025-05-24 20:00"), None);
    assert_eq!(of("2025-05-27 21:00"), Some(at("2024-05-31 21:00")));
    // Douyin has no deposits.
    let douyin = calendar.phase_pairs(window, Some("618"), Some("抖音")).expect("618");
    assert_eq!(douyin.iter().map(|pair| pair.kind).collect::<Vec<_>>(), [PhaseKind::WarmUp]);
}

#[test]
fn promotions_that_are_missing_are_named() {
    let calendar = shipped();
    let window = |from: &str, to: &str| Window { from: at(from), to: at(to) };
    let error = |window: Window, name: Option<&str>, platform: Option<&str>| {
        calendar.phase_pairs(window, name, platform).expect_err("nothing there").hint()
    };
    let day = window("2025-11-11 00:00", "2025-11-12 00:00");
    assert_eq!(error(day, Some("双1"), None), "did you mean 双11?");
    assert_eq!(error(day, Some("双11"), Some("拼多多")), "its platforms are 天猫, 京东, 抖音, 自有");
    assert_eq!(
        error(window("2024-11-11 00:00", "2024-11-12 00:00"), None, None),
        "add the phases of 双11 2023 to calendar/promotions.yaml"
    );
    assert!(error(window("2025-08-01 00:00", "2025-08-02 00:00"), Some("双11"), None).contains("双11 2025-10-09 – 2025-11-14"));
}

#[test]
fn bad_files_are_placed() {
    assert_eq!(check(""), []);
    assert_eq!(check("holidays:\n  - {name: {zh: 元旦}, from: 2025-01-01, to: 2025-01-01}\n"), [(1, 1, "calendar-year".to_owned())]);
    for (text, line, code) in [
        ("year: 2025\nholidays:\n  - {name: {zh: 元旦}, from: 2025-01-32, to: 2025-01-01}\n", 3, "calendar-date"),
        ("year: 2025\nholidays:\n  - {name: {zh: 元旦}, from: 2025-01-03, to: 2025-01-01}\n", 3, "calendar-date"),
        ("year: 2025\nholidays:\n  - {name: {zh: 元旦}, from: 2024-01-01, to: 2024-01-01}\n", 3, "holiday"),
        ("year: 2025\nworkdays: [2025-01-27]\n", 2, "workday"),
        ("year: 2025\nlunar_months:\n  正月: 2025-01-29\n  二月: 2025-03-28\n", 4, "lunar-month"),
        ("year: 2025\nlunar_months:\n  元月: 2025-01-29\n", 3, "lunar-month"),
        ("yaer: 2025\n", 1, "yaml"),
        (
            "promotions:\n  - name: {zh: 双11}\n    year: 2025\n    phases:\n      - {phase: 预售, platforms: [天猫], from: 2025-11-01, to: 2025-11-02}\n",
            5,
            "phase",
        ),
        (
            "promotions:\n  - name: {zh: 双11}\n    year: 2025\n    phases:\n      - {phase: 现货, platforms: [天猫], from: 2025-11-02, to: 2025-11-01}\n",
            5,
            "phase",
        ),
        (
            "promotions:\n  - name: {zh: 双11}\n    year: 2025\n    phases:\n      - {phase: 现货, platforms: [天猫], from: '2025-11-02 8pm', to: 2025-11-04}\n",
            5,
            "calendar-time",
        ),
        (
            "promotions:\n  - name: {zh: 双11}\n    year: 2025\n    phases:\n      - {phase: 预热, platforms: [天猫, 京东], from: 2025-11-01, to: 2025-11-04}\n      - {phase: 现货, platforms: [京东], from: 2025-11-03, to: 2025-11-05}\n",
            6,
            "phase-overlap",
        ),
        ("assessment_periods:\n  - grain: month\n    periods: []\n", 2, "grain-name"),
        (
            "assessment_periods:\n  - grain: review\n    periods:\n      - {name: a, from: 2025-01-01, to: 2025-06-30}\n      - {name: b, from: 2025-06-30, to: 2025-12-31}\n",
            5,
            "period-overlap",
        ),
    ] {
        let found = check(text);
        assert!(found.iter().any(|(at, column, kind)| (*at, kind.as_str()) == (line, code) && *column > 0), "{text} gave {found:?}");
    }
}

#[test]
fn special_days_are_named_alike_in_every_year() {
    let promotions = r#"
year: 2025
holidays:
  - {name: {zh: 国庆节、中秋节}, from: 2025-10-01, to: 2025-10-08, weight: 0.8}
promotions:
  - name: {zh: 双11, en: Double 11}
    year: 2025
    phases:
      - {phase: 预热, platforms: [天猫, 京东], from: "2025-11-01 00:00:00", to: "2025-11-10 20:00:00"}
      - {phase: 现货, platforms: [天猫], from: "2025-11-10 20:00:00", to: "2025-11-12 00:00:00", weight: 7}
"#;
    let (calendar, issues) = load_calendar(&[("calendar/x.yaml".to_owned(), promotions.to_owned())], 1);
    assert!(issues.is_empty(), "{issues:?}");
    for (date, expect) in [
        ("2025-09-30", None),
        ("2025-10-03", Some(("国庆节", 2, Some(0.8)))),
        ("2025-10-31", None),
        ("2025-11-01", Some(("双11 预热", 0, None))),
        ("2025-11-09", Some(("双11 预热", 8, None))),
        // Twenty hours of 1 and four of 7.
        ("2025-11-10", Some(("双11 现货", 0, Some(2.0)))),
        ("2025-11-11", Some(("双11 现货", 1, Some(7.0)))),
        ("2025-11-12", None),
    ] {
        let expect = expect.map(|(name, position, weight)| SpecialDay { name: name.to_owned(), position, weight });
        assert_eq!(calendar.special_day(day(date)), expect, "{date}");
    }
    let wrong = "year: 2025\nholidays:\n  - {name: {zh: 元旦}, from: 2025-01-01, to: 2025-01-01, weight: -1}\n";
    assert_eq!(check(wrong).into_iter().map(|(line, _, code)| (line, code)).collect::<Vec<_>>(), [(3, "calendar-weight".to_owned())]);
}
