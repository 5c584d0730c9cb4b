//! Comparisons on rows written by hand: partial periods, the cut-off, promotions, lunar dates, segments, targets.

use serde_json::Value;

use crate::{Project, path};

const HEADERS: &str = "订单编号,店铺,订单创建时间,订单付款时间,买家实际支付金额,成交渠道";

/// A project with one order for each (time of payment, amount, channel).
fn shop(orders: &[(&str, u32, &str)]) -> Project {
    let project = Project::new();
    let mut csv = format!("{HEADERS}\n");
    for (index, (at, amount, channel)) in orders.iter().enumerate() {
        csv += &format!("A{index:04},S01,{at},{at},{amount},{channel}\n");
    }
    let file = project.write("data/o.csv", csv);
    project.ok(&["import", "orders", path(&file)]);
    project
}

fn ask(project: &Project, arguments: &[&str]) -> Value {
    let given = project.ok(&[&["query", "--metrics", "paid_amount", "--format", "json"], arguments].concat());
    serde_json::from_str(&given).expect("JSON")
}

/// The values of one column, as numbers.
fn column(answer: &Value, name: &str) -> Vec<Option<f64>> {
    let columns = answer["columns"].as_array().expect("columns");
    let index = columns.iter().position(|column| column["name"] == name).unwrap_or_else(|| panic!("{name} in {columns:?}"));
    answer["rows"].as_array().expect("rows").iter().map(|row| row[index].as_f64()).collect()
}

#[test]
fn a_partial_month_meets_the_same_days() {
    let project = shop(&[
        ("2025-10-01 10:00:00", 10, "搜索"),
        ("2025-10-11 23:59:00", 20, "搜索"),
        ("2025-10-12 00:00:00", 400, "搜索"),
        ("2025-11-01 10:00:00", 5, "搜索"),
        ("2025-11-11 10:00:00", 7, "搜索"),
    ]);
    for arguments in [
        &["--group-by", "metric_time__month", "--start-time", "2025-11-01", "--end-time", "2025-11-30", "--compare", "previous"][..],
        &["--start-time", "2025-11-01", "--end-time", "2025-11-30", "--compare", "previous"],
    ] {
        let answer = ask(&project, arguments);
        assert_eq!(column(&answer, "paid_amount"), [Some(12.0)]);
        assert_eq!(column(&answer, "paid_amount__previous"), [Some(30.0)], "{arguments:?}");
        assert_eq!(answer["comparisons"][0]["base"], "2025-10-01 – 2025-10-11");
    }
    let tens = ask(
        &project,
        &["--group-by", "metric_time__ten_day", "--start-time", "2025-11-12", "--end-time", "2025-11-12", "--compare", "previous"],
    );
    assert_eq!(column(&tens, "paid_amount"), [Some(7.0)]);
    // One day of 中旬 has passed: it meets the first day of 上旬.
    assert_eq!(column(&tens, "paid_amount__previous"), [Some(5.0)]);
}

#[test]
fn the_cut_off_moves_days_and_phases() {
    let project = shop(&[
        ("2024-11-10 20:30:00", 100, "搜索"), // in the sale, business day 10 November
        ("2024-11-11 05:30:00", 40, "搜索"),  // still business day 10 November
        ("2024-11-11 06:30:00", 3, "搜索"),
        ("2025-11-10 21:00:00", 250, "搜索"),
        ("2025-11-11 03:00:00", 50, "搜索"),
        ("2025-11-12 03:00:00", 1, "搜索"), // business day 11 November: the data end there
    ]);
    let settings = std::fs::read_to_string(project.root().join("yunheng.toml")).expect("settings");
    project.write("yunheng.toml", settings.replace("day_cutoff = \"00:00\"", "day_cutoff = \"06:00\""));
    let days = ["--group-by", "metric_time__day", "--start-time", "2025-11-10", "--end-time", "2025-11-11", "--compare"];
    let answer = ask(&project, &[&days[..], &["promotion:双11"]].concat());
    assert_eq!(column(&answer, "paid_amount"), [Some(300.0), Some(1.0)]);
    assert_eq!(column(&answer, "paid_amount__promotion"), [Some(140.0), Some(3.0)]);
    assert_eq!(answer["as_of"], "2025-11-11");
    let answer = ask(&project, &[&days[..], &["year_ago"]].concat());
    assert_eq!(column(&answer, "paid_amount__year_ago"), [Some(140.0), Some(3.0)]);
}

#[test]
fn an_event_to_date_stops_at_the_same_minute() {
    let project = shop(&[
        ("2024-11-10 20:00:00", 100, "搜索"),
        ("2024-11-11 09:00:00", 40, "搜索"),
        ("2024-11-11 09:01:00", 500, "搜索"),
        ("2025-11-10 21:00:00", 250, "搜索"),
        ("2025-11-11 09:00:30", 50, "搜索"), // the last row: 09:00 is covered, 09:01 is not
    ]);
    let answer = ask(&project, &["--start-time", "2025-10-09", "--compare", "promotion"]);
    assert_eq!(column(&answer, "paid_amount"), [Some(300.0)]);
    assert_eq!(column(&answer, "paid_amount__promotion"), [Some(140.0)]);
    let base = answer["comparisons"][0]["base"].as_str().expect("words");
    assert!(base.starts_with("2024-10-08 00:00 – 2024-11-11 09:01") && base.contains("天猫"), "{base}");
}

#[test]
fn lunar_dates_and_segments() {
    let project = shop(&[
        ("2024-02-10 12:00:00", 80, "搜索"), // both are the first day of the lunar year
        ("2025-01-29 12:00:00", 100, "搜索"),
        ("2025-01-29 13:00:00", 60, "直播"),
    ]);
    let hours = ask(
        &project,
        &["--group-by", "metric_time__hour", "--start-time", "2025-01-29", "--end-time", "2025-01-29", "--compare", "year_ago_lunar"],
    );
    assert_eq!(column(&hours, "paid_amount"), [Some(100.0), Some(60.0)]);
    assert_eq!(column(&hours, "paid_amount__year_ago_lunar"), [Some(80.0), None]);
    let day = ["--group-by", "metric_time__day", "--start-time", "2025-01-29", "--end-time", "2025-01-29", "--compare"];
    let answer = ask(&project, &[&day[..], &["year_ago_lunar"]].concat());
    assert_eq!(column(&answer, "paid_amount__year_ago_lunar"), [Some(80.0)]);
    assert_eq!(column(&answer, "paid_amount__year_ago_lunar_change"), [Some(1.0)]);
    let answer = ask(&project, &[&day[..], &["segment:order__channel=直播", "--where", "order__channel = '搜索'"]].concat());
    assert_eq!((column(&answer, "paid_amount"), column(&answer, "paid_amount__segment_直播")), (vec![Some(100.0)], vec![Some(60.0)]));
    let answer = ask(&project, &["--group-by", "order__channel", "--start-time", "2025-01-29", "--compare", "segment:order__channel=直播"]);
    assert_eq!(column(&answer, "paid_amount__segment_直播"), [Some(60.0), Some(60.0)]);
}

#[test]
fn targets_say_what_each_day_must_bring() {
    let project = shop(&[("2025-11-01 10:00:00", 30, "搜索"), ("2025-11-10 10:00:00", 70, "搜索")]);
    project.ok(&["targets", "set", "--metric", "paid_amount", "--period", "2025-11", "--target", "300", "--reason", "plan"]);
    let answer = ask(&project, &["--start-time", "2025-11-01", "--end-time", "2025-11-30", "--compare", "target"]);
    let one = |name: &str| column(&answer, name)[0];
    assert_eq!(one("paid_amount__gap"), Some(200.0));
    assert_eq!(one("paid_amount__needed"), Some(10.0));
    let third = |value: Option<f64>, times: f64| (value.expect("a value") * 3.0 - times).abs() < 1e-6;
    assert!(
        third(one("paid_amount__attainment"), 1.0) && third(one("paid_amount__elapsed"), 1.0) && third(one("paid_amount__planned"), 300.0)
    );
}

/// November of the year before sold 10 a day and 100 on the 11th, so the 30 days of November weigh 29 × 10 + 100 = 390:
/// of a target of 780, (10 × 10 + 100) ÷ 390 × 780 = 400 are planned by the end of the 11th; a straight line has 286.
#[test]
fn a_planned_path_follows_the_promotion_of_the_year_before() {
    let days = |first: &str, count: i32| -> Vec<String> {
        let first: jiff::civil::Date = first.parse().expect("a date");
        (0..count).map(|day| format!("{} 12:00:00", first.saturating_add(jiff::Span::new().days(day)))).collect()
    };
    let texts = [days("2024-09-01", 122), days("2025-11-01", 11)].concat();
    let amount = |at: &str| if at.starts_with("2024-11-11") { 100 } else { 10 };
    let project = shop(&texts.iter().map(|at| (at.as_str(), amount(at), "搜索")).collect::<Vec<_>>());
    project.ok(&["targets", "set", "--metric", "paid_amount", "--period", "2025-11", "--target", "780", "--reason", "plan"]);
    let answer = ask(&project, &["--start-time", "2025-11-01", "--end-time", "2025-11-30", "--compare", "target"]);
    let one = |name: &str| column(&answer, name)[0].expect(name);
    assert!((one("paid_amount__planned") - 400.0).abs() < 0.01, "{}", one("paid_amount__planned"));
    assert_eq!((one("paid_amount"), one("paid_amount__gap")), (110.0, 670.0));
    assert!((one("paid_amount__elapsed") - 11.0 / 30.0).abs() < 1e-9);
    assert!((one("paid_amount__needed") - 670.0 / 19.0).abs() < 1e-3);
    let path = project.ok(&["targets", "path", "--metric", "paid_amount", "--period", "2025-11"]);
    assert!(path.contains("as the same day of the same phase before"), "{path}");
    assert!(path.lines().any(|line| line.starts_with("2025-11-11  25.641 %")), "{path}");
}

#[test]
fn rows_of_a_ten_day_cell_are_those_of_its_days() {
    let project = shop(&[
        ("2025-11-10 10:00:00", 30, "搜索"),
        ("2025-11-11 10:00:00", 70, "搜索"),
        ("2025-11-20 23:00:00", 5, "搜索"),
        ("2025-11-21 10:00:00", 9, "搜索"),
    ]);
    let rows = project.ok(&["rows", "--metric", "paid_amount", "--cell", "metric_time__ten_day=2025-11-11", "--format", "json"]);
    let rows: Value = serde_json::from_str(&rows).expect("JSON");
    assert_eq!((rows["total"].as_u64(), column(&rows, "__value")), (Some(2), vec![Some(70.0), Some(5.0)]));
}

#[test]
fn assessment_and_fiscal_periods_group_and_compare() {
    let project = shop(&[
        ("2024-05-01 10:00:00", 8, "搜索"),
        ("2025-03-31 10:00:00", 30, "搜索"),
        ("2025-04-01 10:00:00", 70, "搜索"),
        ("2025-07-01 10:00:00", 1, "搜索"),
    ]);
    let settings = std::fs::read_to_string(project.root().join("yunheng.toml")).expect("settings");
    project.write("yunheng.toml", settings.replace("fiscal_year_start = 1 ", "fiscal_year_start = 4 "));
    project.write(
        "calendar/review.yaml",
        "assessment_periods:\n  - grain: review\n    periods:\n      - {name: a, from: 2024-04-01, to: 2025-03-31}\n      - {name: b, from: 2025-04-01, to: 2025-06-30}\n",
    );
    project.ok(&["check"]);
    let fiscal = ask(
        &project,
        &[
            "--group-by",
            "metric_time__fiscal_quarter",
            "--start-time",
            "2025-04-01",
            "--end-time",
            "2025-06-30",
            "--compare",
            "previous,year_ago",
        ],
    );
    assert_eq!(column(&fiscal, "paid_amount"), [Some(70.0)]);
    assert_eq!((column(&fiscal, "paid_amount__previous"), column(&fiscal, "paid_amount__year_ago")), (vec![Some(30.0)], vec![Some(8.0)]));
    let review = ask(
        &project,
        &["--group-by", "metric_time__review", "--start-time", "2025-05-01", "--end-time", "2025-05-02", "--compare", "previous"],
    );
    assert_eq!((column(&review, "paid_amount"), column(&review, "paid_amount__previous")), (vec![Some(70.0)], vec![Some(38.0)]));
}

#[test]
fn wrong_comparisons_say_what_to_do() {
    let project = shop(&[("2025-11-11 10:00:00", 7, "搜索"), ("2022-11-11 10:00:00", 7, "搜索")]);
    let day = |start: &'static str| {
        ["query", "--metrics", "paid_amount", "--group-by", "metric_time__day", "--start-time", start, "--end-time", start]
    };
    for (start, compare, code, expect) in [
        ("2025-11-11", "promotion:双10", 4, "did you mean 双11"),
        ("2025-11-11", "promotion:双11@拼多多", 4, "its platforms are 天猫"),
        ("2025-08-01", "promotion:双11", 2, "双11 2025-10-09"),
        ("2022-11-11", "year_ago_lunar", 3, "add lunar_months to calendar/2022.yaml"),
        ("2025-11-11", "segment:order__chanel=直播", 4, "order__channel"),
        ("2025-11-11", "previous,previous", 2, "each comparison once"),
        ("2025-11-11", "yesterday", 4, "year_ago_lunar"),
    ] {
        let message = project.fails(&[&day(start)[..], &["--compare", compare]].concat(), code);
        assert!(message.contains(expect), "{compare}: {message}");
    }
    let month = ["query", "--metrics", "paid_amount", "--group-by", "metric_time__month", "--compare", "previous_weekday"];
    assert!(project.fails(&month, 2).contains("metric_time__day"));
    project.write("calendar/bad.yaml", "promotions:\n  - name: {zh: 双13}\n    year: 2025\n    phases:\n      - {phase: 现货, platforms: [天猫], from: 2025-13-01, to: 2025-12-31}\n");
    let listed = crate::text(&project.run(&["check"]).stdout);
    assert!(listed.contains("calendar/bad.yaml:5:") && listed.contains("calendar-time"), "{listed}");
}
