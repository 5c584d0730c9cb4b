//! Wrong input gets a message that says what to do, an exit code by kind, and loses nothing.

use crate::{Project, customers, path};

#[test]
fn unknown_names_suggest_the_nearest() {
    let project = Project::new();
    for (arguments, code, expect) in [
        (&["query", "--metrics", "paid_amout", "--group-by", "metric_time__month"][..], 4, "paid_amount"),
        (&["query", "--metrics", "paid_amount", "--group-by", "metric_time__mont"], 4, "did you mean `month`"),
        (&["query", "--metrics", "paid_amount", "--compare", "previos"], 4, "did you mean previous"),
        (&["query", "--metrics", "paid_amount", "--where", "DROP TABLE orders"], 2, "hint"),
        (&["query", "--metrics", "paid_amount", "--where", "order__channel = (SELECT 1)"], 2, "hint"),
        (&["query", "--metrics", "paid_amount", "--start-time", "next week"], 2, "next week"),
        (&["import", "order", "x.csv"], 4, "did you mean orders"),
        (&["import", "orders"], 2, "no file"),
        (&["import", "orders", "missing.csv"], 4, "missing.csv"),
        (&["import", "undo", "77"], 4, "77"),
        (&["assess", "--scheme", "store_monthl", "--period", "2025-05"], 4, "did you mean store_monthly"),
        (&["assess", "--scheme", "store_monthly", "--period", "2025-13"], 2, "is not a period"),
        (&["assess", "--scheme", "store_monthly", "--period", "2025-Q1"], 2, "assessed by month"),
        (&["rows", "--metric", "paid_amount", "--cell", "metric_time__month"], 2, "has no ="),
        (&["targets", "set", "--metric", "paid_amount", "--period", "soon", "--target", "1"], 2, "is not a period"),
        (&["targets", "set", "--metric", "paid_amount", "--period", "2025-05", "--target", "much"], 2, "not a number"),
    ] {
        let message = project.fails(arguments, code);
        assert!(message.contains(expect), "{arguments:?}: {message}");
        assert!(message.contains("error["), "{message}");
    }
}

#[test]
fn a_folder_without_a_project_says_how_to_make_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = crate::program().arg("-C").arg(folder.path()).arg("datasets").output().expect("it runs");
    let message = crate::text(&output.stderr);
    assert_eq!(output.status.code(), Some(4));
    assert!(message.contains("yunheng init"), "{message}");
}

#[test]
fn check_lists_every_problem_and_one_bad_file_takes_nothing_down() {
    let project = Project::new();
    project.write("models/broken.yaml", "models:\n\t- name: orders\n");
    project.write("models/twice.yaml", "metrics:\n  - name: paid_amount\n    type: simple\n    agg: sum\n    expr: paid\n");
    project.write(
        "schemes/sum.yaml",
        "scheme: sum\nperspectives:\n  - name: a\n    weight: 90\n    kpis:\n      - {metric: paid_amount, weight: 100}\n",
    );
    project.write(
        "schemes/unknown.yaml",
        "scheme: unknown\nperspectives:\n  - name: a\n    weight: 100\n    kpis:\n      - {metric: paid_amout, weight: 100}\n",
    );
    project.write("sources/odd.yaml", "source: odd\nfils: []\n");
    let output = project.run(&["check"]);
    let listed = crate::text(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{listed}");
    for expect in [
        "models/broken.yaml:2",
        "models/twice.yaml",
        "schemes/sum.yaml:3",
        "sum to 90",
        "schemes/unknown.yaml:6",
        "did you mean paid_amount",
        "sources/odd.yaml:2",
    ] {
        assert!(listed.contains(expect), "{expect} is not in:\n{listed}");
    }
    let file = project.write("data/c.csv", customers(3));
    project.ok(&["import", "customers", path(&file)]);
    assert!(project.ok(&["query", "--metrics", "new_customers", "--group-by", "metric_time__month"]).contains('3'));
}

#[test]
fn wrong_settings_are_reported_together() {
    let project = Project::new();
    project.write("yunheng.toml", "[project]\nlocale = \"fr\"\ntimezone = \"Mars\"\n");
    let message = project.fails(&["datasets"], 3);
    assert!(message.contains("yunheng.toml:2") && message.contains("yunheng.toml:3"), "{message}");
}

#[test]
fn wrong_files_are_refused_or_their_rows_rejected() {
    let project = Project::new();
    let head = "customer_id,created_at,name\n";
    for (name, content, expect) in [
        ("empty.csv", Vec::new(), "empty"),
        ("headers.csv", b"customer_id,created_at,created_at\nC1,2025-01-01,2025-01-01\n".to_vec(), "created_at"),
        ("missing.csv", "顾客,日期\nC1,2025-01-01\n".into(), "customer_id"),
        ("quote.csv", format!("{head}C1,2025-01-01,\"never closed\n").into_bytes(), "quote"),
        ("cut.csv.gz", vec![0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3, 0x4b], "cut off"),
    ] {
        let file = project.write(&format!("data/{name}"), content);
        let message = project.fails(&["import", "customers", path(&file)], 2);
        assert!(message.contains(expect) && message.contains("hint:"), "{name}: {message}");
    }
    let rows = format!(
        "{head}4.2E+18,2025-01-01 10:00:00,rounded\n=\"0042\",2025-01-01 10:00:00,kept\n,2025-01-01 10:00:00,no key\nC7,never,no time\n"
    );
    let file = project.write("data/rows.csv", rows);
    let rejects = project.root().join("rejects.csv");
    let said = project.ok(&["import", "customers", path(&file), "--rejects", path(&rejects)]);
    assert!(said.contains("4 rows read, 1 accepted"), "{said}");
    let kept = std::fs::read_to_string(&rejects).expect("the rejects file");
    for line in ["2,", "4,", "5,"] {
        assert!(kept.lines().any(|row| row.trim_start_matches('\u{feff}').starts_with(line)), "line {line} is not in\n{kept}");
    }
    assert!(project.ok(&["rows", "--metric", "new_customers", "--format", "csv"]).contains("0042"));
}

#[test]
fn a_target_file_with_a_wrong_line_records_nothing() {
    let project = Project::new();
    let file = project.write("t.csv", "metric,period,target\npaid_amount,2025-05,100\npaid_amout,2025-05,100\npaid_amount,2025-06,many\n");
    let output = project.run(&["targets", "import", path(&file)]);
    let listed = crate::text(&output.stdout);
    assert_eq!(output.status.code(), Some(2));
    assert!(listed.contains("line 3 metric") && listed.contains("line 4 target"), "{listed}");
    assert_eq!(project.ok(&["targets", "list"]), "");
    let good = project.write("t.csv", "指标,周期,目标\npaid_amount,2025-05,1.2万\n");
    assert!(project.ok(&["targets", "import", path(&good)]).contains("1 targets recorded"));
    assert!(project.ok(&["targets", "list"]).contains("12000"));
}
