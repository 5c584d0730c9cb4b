//! Where records live: folders of any name, moves to another database, and what `doctor` says.

use std::fs;

use crate::{Project, text};

const ORDERS: &str = "order_id,placed_at,paid_at,status,paid_amount\no1,2025-10-01 10:00:00,2025-10-01 10:00:00,paid,5.50\n";
const SET: [&str; 8] = ["targets", "set", "--metric", "paid_amount", "--period", "2026-01", "--target", "100"];

#[test]
fn a_folder_of_any_name_holds_a_project() {
    for name in ["a?b", "100%25", "#1", "两 个"] {
        let project = Project::new();
        let root = project.folder.path().join(name);
        fs::rename(project.root(), &root).expect("renamed");
        let run = |arguments: &[&str]| {
            let output = crate::program().arg("-C").arg(&root).args(arguments).output().expect("the program runs");
            assert!(output.status.success(), "{name}: {}", text(&output.stderr));
            text(&output.stdout)
        };
        fs::write(root.join("orders.csv"), ORDERS).expect("written");
        run(&["import", "orders", root.join("orders.csv").to_str().expect("a path")]);
        assert!(run(&["query", "--metrics", "paid_amount", "--format", "csv"]).contains("5.5"), "{name}");
        assert!(root.join(".yunheng/records.db").is_file(), "{name}: the records are elsewhere");
        assert!(run(&["doctor"]).contains("审计链 1 条连贯"), "{name}");
    }
}

#[test]
fn records_move_and_the_settings_follow() {
    let project = Project::new();
    project.ok(&SET);
    let settings = fs::read_to_string(project.root().join("yunheng.toml")).expect("settings");
    let said = project.ok(&["records", "move", "sqlite:other.db"]);
    assert!(said.contains("other.db") && said.contains(".yunheng/records.db"), "{said}");
    let after = fs::read_to_string(project.root().join("yunheng.toml")).expect("settings");
    assert!(after.starts_with(settings.trim_end()) && after.contains("[records]"), "{after}");
    assert!(project.ok(&["targets", "list"]).contains("100"));
    let again = project.run(&["records", "move", "sqlite:other.db"]);
    assert!(text(&again.stderr).contains("error[records-present]"), "{}", text(&again.stderr));

    // Opened by accident, the old ones say where they went.
    fs::write(project.root().join("yunheng.toml"), settings).expect("written");
    let old = project.run(&["targets", "list"]);
    let message = text(&old.stderr);
    assert!(message.contains("error[records-moved]") && message.contains("other.db"), "{message}");
}

#[test]
fn doctor_names_what_is_not_right_and_no_password() {
    let project = Project::new();
    assert!(project.ok(&["doctor"]).contains("还没有记录"));
    let orders = project.write("orders.csv", ORDERS);
    project.ok(&["import", "orders", orders.to_str().expect("a path")]);
    let well = project.ok(&["doctor"]);
    assert!(!well.contains("异常"), "{well}");
    let lake = project.root().join(".yunheng/lake/orders");
    let file = fs::read_dir(lake)
        .expect("a lake")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|end| end == "parquet"));
    fs::remove_file(file.expect("a file")).expect("removed");
    let ill = project.run(&["doctor"]);
    let said = text(&ill.stdout);
    assert_eq!(ill.status.code(), Some(1));
    assert!(said.contains("异常  数据湖") && said.contains("→"), "{said}");

    let settings = project.root().join("yunheng.toml");
    let with_password =
        fs::read_to_string(&settings).expect("settings") + "\n[records]\nurl = \"postgres://ann:s3cret@127.0.0.1:1/none\"\n";
    fs::write(settings, with_password).expect("written");
    let unreachable = project.run(&["doctor"]);
    let said = text(&unreachable.stdout) + &text(&unreachable.stderr);
    assert!(said.contains("异常  记录") && !said.contains("s3cret"), "{said}");
}
