//! Fiscal and assessment periods, wherever a period is asked for.

use serde_json::Value;

use crate::{Project, path, text};

const ROUNDS: &str = "assessment_periods:
  - grain: round
    label: {zh: 考核轮次, en: Review round}
    periods:
      - {name: 2025-R1, label: {zh: 第一轮, en: First round}, from: 2025-04-07, to: 2025-05-04}
      - {name: 2025-R2, label: {zh: 第二轮, en: Second round}, from: 2025-05-05, to: 2025-06-15}
";
const ORDERS: &str = "订单编号,店铺,订单创建时间,订单付款时间,买家实际支付金额,成交渠道
A1,S01,2025-03-31 10:00:00,2025-03-31 10:00:00,1000,搜索
A2,S01,2025-04-01 10:00:00,2025-04-01 10:00:00,10,搜索
A3,S01,2025-04-07 10:00:00,2025-04-07 10:00:00,20,搜索
A4,S01,2025-05-05 10:00:00,2025-05-05 10:00:00,40,推荐
A5,S01,2025-07-01 10:00:00,2025-07-01 10:00:00,80,推荐
A6,S01,2026-03-31 10:00:00,2026-03-31 10:00:00,160,推荐
";

/// A project whose fiscal year begins in April, with two assessment periods.
fn shop() -> Project {
    let project = Project::new();
    let settings = std::fs::read_to_string(project.root().join("yunheng.toml")).expect("settings");
    project.write("yunheng.toml", settings.replace("fiscal_year_start = 1", "fiscal_year_start = 4"));
    project.write("calendar/rounds.yaml", ROUNDS);
    let file = project.write("data/o.csv", ORDERS);
    project.ok(&["import", "orders", path(&file)]);
    project
}

fn scheme(grain: &str) -> String {
    format!(
        "scheme: own\ngrain: {grain}\nperspectives:\n  - name: finance\n    weight: 100\n    kpis: [{{metric: paid_amount, weight: 100, rule: ratio}}]\n"
    )
}

fn json(given: &str) -> Value {
    serde_json::from_str(given).expect("JSON")
}

fn paid(project: &Project, period: &str) -> Option<f64> {
    json(&project.ok(&["query", "--metrics", "paid_amount", "--period", period, "--format", "json"]))["rows"][0][0].as_f64()
}

#[test]
fn a_question_takes_periods_by_name() {
    let project = shop();
    for (period, sum) in [
        ("FY2026", 310.0),
        ("FY2026-Q1", 70.0),
        ("FY2026-M01", 30.0),
        ("2025-R1", 20.0),
        ("第二轮", 40.0),
        ("round/2025-R2", 40.0),
        ("2025-04", 30.0),
        ("2025-04-01..2025-04-07", 30.0),
    ] {
        assert_eq!(paid(&project, period), Some(sum), "{period}");
    }
    let between =
        project.ok(&["query", "--metrics", "paid_amount", "--start-time", "2025-R1", "--end-time", "FY2026-Q2", "--format", "json"]);
    assert_eq!(json(&between)["rows"][0][0].as_f64(), Some(140.0));
    let message = project.fails(&["query", "--metrics", "paid_amount", "--period", "FY2026-Q9"], 2);
    assert!(message.contains("FY2026-Q9") && message.contains("FY2025-Q2") && message.contains("2025-R1"), "{message}");
}

#[test]
fn a_change_between_them_is_explained() {
    let project = shop();
    let why = json(&project.ok(&["why", "--metric", "paid_amount", "--period", "FY2026-Q2", "--against", "previous", "--format", "json"]));
    assert_eq!((why["before"]["value"].as_f64(), why["after"]["value"].as_f64()), (Some(70.0), Some(80.0)), "{why}");
}

#[test]
fn targets_and_scores_are_set_for_them() {
    let project = shop();
    project.ok(&["targets", "set", "--metric", "paid_amount", "--period", "FY2026", "--target", "620", "--reason", "r"]);
    project.ok(&["targets", "set", "--metric", "paid_amount", "--period", "2025-R2", "--target", "50", "--reason", "r"]);
    assert!(project.ok(&["targets", "list"]).contains("2025-04-01..2026-03-31"));
    let answer = project.ok(&["query", "--metrics", "paid_amount", "--period", "FY2026", "--compare", "target", "--format", "json"]);
    let columns = json(&answer)["columns"].as_array().expect("columns").iter().map(|one| one["name"].to_string()).collect::<Vec<_>>();
    let attainment = columns.iter().position(|name| name == "\"paid_amount__attainment\"").expect("a column");
    assert_eq!(json(&answer)["rows"][0][attainment].as_f64(), Some(0.5));

    project.write("schemes/own.yaml", scheme("round"));
    let card = json(&project.ok(&["assess", "--scheme", "own", "--period", "第二轮", "--format", "json"]));
    assert_eq!(card["total"].as_f64().or_else(|| card["total"].as_str()?.parse().ok()), Some(80.0), "{card}");
    let message = project.fails(&["assess", "--scheme", "own", "--period", "2025-05"], 2);
    assert!(message.contains("round"), "{message}");

    project.write("schemes/own.yaml", scheme("fiscal_year"));
    let card = json(&project.ok(&["assess", "--scheme", "own", "--period", "FY2026", "--format", "json"]));
    assert_eq!(card["total"].as_f64().or_else(|| card["total"].as_str()?.parse().ok()), Some(50.0), "{card}");

    project.write("schemes/own.yaml", scheme("moon"));
    let output = project.run(&["check"]);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(said.contains("'moon' is not a grain") && said.contains("fiscal_quarter, fiscal_year, round"), "{said}");
}
