//! Targets, actuals by hand, and what is a person's, through the command.

use crate::{Project, path};

/// Two stores, two months, a transfer on 16 May; amounts that no cascade divides evenly.
fn shop() -> Project {
    let project = Project::new();
    let mut orders = String::from("order_id,customer_id,store_id,placed_at,paid_at,status,currency,list_amount,paid,is_excluded\n");
    let mut line = |id: &str, store: &str, day: &str, paid: &str| {
        orders += &format!("{id},C1,{store},{day} 09:00:00,{day} 10:00:00,confirmed,CNY,{paid},{paid},false\n");
    };
    for (id, store, day, paid) in [
        ("A1", "S01", "2025-04-01", "100.00"),
        ("A2", "S02", "2025-04-10", "200.00"),
        ("A3", "S01", "2025-04-30", "100.00"),
        ("B1", "S01", "2025-05-02", "10.00"),
        ("B2", "S02", "2025-05-03", "20.00"),
        ("B3", "S01", "2025-05-20", "40.00"),
        ("B4", "S02", "2025-05-31", "80.00"),
    ] {
        line(id, store, day, paid);
    }
    let orders = project.write("data/orders.csv", orders);
    let stores = project.write("data/stores.csv", "store_id,name,platform\nS01,一店,天猫\nS02,二店,京东\n");
    let assignments = project.write(
        "data/assignments.csv",
        "person_id,dimension,value,share,from,to\nP1,store,S01,1,2025-01-01,2025-05-15\nP1,store,S02,0.5,2025-05-16,\nP2,store,S02,1,2025-01-01,2025-05-15\nP2,store,S02,0.5,2025-05-16,\nP2,store,S01,1,2025-05-16,\n",
    );
    for (dataset, file) in [("orders", &orders), ("stores", &stores), ("assignments", &assignments)] {
        project.ok(&["import", dataset, path(file)]);
    }
    project
}

fn set(project: &Project, more: &[&str]) -> String {
    project.ok(&[&["targets", "set", "--metric", "paid_amount", "--period", "2025-05"], more].concat())
}

#[test]
fn a_cascade_sums_to_its_parent_and_a_changed_child_is_balanced() {
    let project = shop();
    set(&project, &["--floor", "90.01", "--target", "100.01", "--stretch", "110.02"]);
    let split = ["targets", "cascade", "--metric", "paid_amount", "--period", "2025-05", "--by"];
    let shown = project.ok(&[&split[..], &["store"]].concat());
    // April: each store sold 200, so the odd fen goes to the first.
    assert!(shown.contains("history 2025-04") && shown.contains("50.01"), "{shown}");
    assert_eq!(project.ok(&["targets", "list"]).lines().count(), 1, "nothing is recorded without --save");
    project.ok(&[&split[..], &["store", "--save", "--reason", "split"]].concat());
    assert_eq!(project.ok(&["targets", "check"]), "");
    let people = project.ok(&[&split[..], &["person"]].concat());
    assert!(people.contains("person=P1") && people.contains("person=P2"), "{people}");
    let days = project.ok(&[&split[..], &["day", "--keys", "equal"]].concat());
    assert_eq!(days.lines().count(), 32, "{days}");
    let told = set(
        &project,
        &["--dimension", "store", "--segment", "S01", "--target", "60", "--floor", "55", "--stretch", "65", "--reason", "more"],
    );
    assert!(told.contains("difference 9.99"), "{told}");
    set(
        &project,
        &[
            "--dimension",
            "store",
            "--segment",
            "S01",
            "--target",
            "61",
            "--floor",
            "55",
            "--stretch",
            "65",
            "--reason",
            "more",
            "--rebalance",
        ],
    );
    assert_eq!(project.ok(&["targets", "check"]), "");
    let history =
        project.ok(&["targets", "history", "--metric", "paid_amount", "--period", "2025-05", "--dimension", "store", "--segment", "S01"]);
    assert_eq!(history.lines().count(), 3, "{history}");
}

#[test]
fn wrong_targets_are_refused() {
    let project = shop();
    set(&project, &["--target", "100"]);
    for (more, expect) in [
        (&["--target", "100", "--floor", "120"][..], "target must not be lower than floor"),
        (&["--target", "100", "--dimension", "store", "--segment", "S09"], "no such value"),
        (&["--target", "100", "--dimension", "shop", "--segment", "S01"], "cannot be grouped"),
        (&["--target", "120"], "a revision needs a reason"),
        (&["--target", "100", "--segment", "S01"], "needs the dimension"),
    ] {
        let message = project.fails(&[&["targets", "set", "--metric", "paid_amount", "--period", "2025-05"], more].concat(), 2);
        assert!(message.contains(expect), "{more:?}: {message}");
    }
    let lower =
        project.fails(&["targets", "set", "--metric", "refund_rate", "--period", "2025-05", "--target", "0.07", "--floor", "0.06"], 2);
    assert!(lower.contains("must not be higher"), "{lower}");
    for (metric, by, expect) in
        [("buyers", "store", "does not add up"), ("paid_amount", "week", "whole weeks"), ("paid_amount", "shop", "there is no dimension")]
    {
        project.run(&["targets", "set", "--metric", "buyers", "--period", "2025-05", "--target", "5"]);
        let output = project.run(&["targets", "cascade", "--metric", metric, "--period", "2025-05", "--by", by]);
        let message = crate::text(&output.stderr);
        assert!(!output.status.success() && message.contains(expect), "{metric} by {by}: {message}");
    }
    let twice = project.write("twice.csv", "metric,period,target\npaid_amount,2025-06,1\npaid_amount,2025-06,2\n");
    let output = project.run(&["targets", "import", path(&twice)]);
    assert!(crate::text(&output.stdout).contains("line 2 has the same"), "{}", crate::text(&output.stdout));
}

#[test]
fn where_approval_is_required_only_approved_targets_count() {
    let project = shop();
    let settings = std::fs::read_to_string(project.root().join("yunheng.toml")).expect("settings");
    project.write("yunheng.toml", settings + "\n[targets]\napproval = \"required\"\n");
    set(&project, &["--target", "100"]);
    assert_eq!(project.ok(&["targets", "list"]), "");
    let pending = project.ok(&["targets", "list", "--pending"]);
    let id = pending.split_whitespace().next().and_then(|id| id.strip_prefix('#')).expect("an id").to_owned();
    assert!(project.fails(&["targets", "approve", &id, "--by", "王总"], 2).contains("not submitted"));
    project.ok(&["targets", "submit", &id, "--by", "李四"]);
    assert!(project.fails(&["targets", "approve", &id, "--by", "李四"], 2).contains("may not decide"));
    project.ok(&["targets", "approve", &id, "--by", "王总", "--note", "同意"]);
    let listed = project.ok(&["targets", "list"]);
    assert!(listed.contains("approved by 王总"), "{listed}");
    let file = project.write("plan.csv", "metric,period,target\npaid_amount,2025-07,70\n");
    project.ok(&["targets", "import", path(&file), "--approve", "王总"]);
    assert_eq!(project.ok(&["targets", "list"]).lines().count(), 2);
}

#[test]
fn an_actual_by_hand_is_asked_for_like_any_other() {
    let project = shop();
    let enter = |store: &str, value: &str| {
        project.ok(&[
            "actuals",
            "set",
            "--metric",
            "store_rating",
            "--period",
            "2025-05",
            "--dimension",
            "store",
            "--segment",
            store,
            "--value",
            value,
            "--reason",
            "月度录入",
            "--evidence",
            "后台截图",
        ])
    };
    enter("S01", "4.8");
    enter("S02", "4.6");
    let asked = project.ok(&["query", "--metrics", "store_rating", "--group-by", "store", "--format", "csv"]);
    assert!(asked.contains("S01,4.8") && asked.contains("S02,4.6"), "{asked}");
    enter("S02", "4.4");
    let mean = project.ok(&["query", "--metrics", "store_rating", "--group-by", "metric_time__month", "--format", "csv"]);
    assert!(mean.contains("4.6"), "{mean}");
    let rows = project.ok(&["rows", "--metric", "store_rating", "--format", "csv"]);
    assert!(rows.contains("后台截图") && rows.contains("manual_actuals.csv"), "{rows}");
    for (arguments, expect) in [
        (
            &["--metric", "paid_amount", "--period", "2025-05", "--value", "1", "--reason", "x", "--evidence", "y"][..],
            "measured from orders",
        ),
        (&["--metric", "store_rating", "--period", "2025-05", "--value", "1", "--reason", "x", "--evidence", " "], "evidence"),
        (
            &["--metric", "store_rating", "--period", "2025", "--value", "1", "--reason", "x", "--evidence", "y"],
            "is entered by store and month",
        ),
        (&["--metric", "store_rating", "--period", "2025-05", "--value", "good", "--reason", "x", "--evidence", "y"], "not a number"),
    ] {
        let message = project.fails(&[&["actuals", "set"], arguments].concat(), 2);
        assert!(message.contains(expect), "{arguments:?}: {message}");
    }
}

#[test]
fn mine_follows_a_transfer_by_the_day() {
    let project = shop();
    let ask = |person: &str| {
        project.ok(&[
            "query",
            "--metrics",
            "paid_amount",
            "--group-by",
            "metric_time__month",
            "--start-time",
            "2025-05-01",
            "--end-time",
            "2025-05-31",
            "--mine",
            person,
            "--format",
            "csv",
        ])
    };
    // P1: S01 until the 15th (10), then S02 (80). P2: S02 until the 15th (20), then both (40 + 80).
    assert!(ask("P1").contains(",90"), "{}", ask("P1"));
    assert!(ask("P2").contains(",140"), "{}", ask("P2"));
    assert!(project.fails(&["query", "--metrics", "paid_amount", "--mine", "P9"], 4).contains("there is no person P9"));
    for store in ["S01", "S02"] {
        set(&project, &["--dimension", "store", "--segment", store, "--target", "310"]);
    }
    let score = project.ok(&["assess", "--scheme", "store_monthly", "--period", "2025-05", "--subject", "person:P1"]);
    // 15 days of S01: 310 × 15/31 = 150; 16 days of half of S02: 310 × 0.5 × 16/31 = 80, and 80 × 0.5 sold.
    assert!(score.contains("2025-05-01 – 2025-05-15 (15 d) S01") && score.contains("2025-05-16 – 2025-05-31 (16 d) S02 × 0.5"), "{score}");
    let paid: Vec<Vec<&str>> =
        score.lines().filter(|line| line.trim_start().starts_with("paid_amount")).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(paid.iter().map(|cells| (cells[1], cells[2])).collect::<Vec<_>>(), [("10", "150"), ("40", "80")]);
}
