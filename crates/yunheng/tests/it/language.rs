//! Model files in and out, and money that must not be mixed.

use crate::{Project, path};

#[test]
fn fmt_changes_order_only_and_refuses_broken_files() {
    let project = Project::new();
    let listed = project.ok(&["metrics"]);
    project.write(
        "models/own.yaml",
        "metrics:\n  # twice\n  - type: derived\n    expr: paid_amount * 2\n    name: twice\n    input_metrics: [{name: paid_amount}]\n",
    );
    assert!(project.fails(&["fmt", "--check"], 3).contains("yunheng fmt"));
    project.ok(&["fmt"]);
    let text = std::fs::read_to_string(project.root().join("models/own.yaml")).expect("written");
    assert!(text.starts_with("metrics:\n  # twice\n  - name: twice\n    type: derived\n"), "{text}");
    project.ok(&["fmt", "--check"]);
    assert_eq!(project.ok(&["metrics"]).lines().count(), listed.lines().count() + 1);
    let broken = project.write("models/broken.yaml", "models:\n  - name: [\n");
    let message = project.fails(&["fmt", path(&broken)], 3);
    assert!(message.contains("broken.yaml:"), "{message}");
}

#[test]
fn models_travel_as_ossie() {
    let project = Project::new();
    let listed = project.ok(&["metrics", "--format", "json"]);
    let file = project.folder.path().join("shop.ossie.yaml");
    project.ok(&["models", "export", "--ossie", "-o", path(&file)]);
    for entry in std::fs::read_dir(project.root().join("models")).expect("models") {
        std::fs::remove_file(entry.expect("readable").path()).expect("removed");
    }
    project.ok(&["models", "import", "--ossie", path(&file)]);
    assert_eq!(project.ok(&["metrics", "--format", "json"]), listed);
    assert!(project.fails(&["models", "import", "--ossie", path(&file)], 2).contains("exists already"));
}

#[test]
fn money_of_two_currencies_is_not_added_up() {
    let project = Project::new();
    // Without a mapping the canonical names are read.
    std::fs::remove_file(project.root().join("sources/back_office.yaml")).expect("removed");
    let mut orders = String::from("order_id,customer_id,store_id,placed_at,paid_at,status,currency,paid\n");
    for (n, currency) in ["CNY", "CNY", "USD"].iter().enumerate() {
        orders += &format!("O{n},C1,S1,2025-05-0{} 10:00:00,2025-05-0{0} 10:05:00,paid,{currency},10\n", n + 1);
    }
    let file = project.write("orders.csv", orders);
    project.ok(&["import", "orders", path(&file)]);
    let message = project.fails(&["query", "--metrics", "paid_amount"], 2);
    assert!(message.contains("CNY, USD") && message.contains("order__currency"), "{message}");
    for arguments in [
        &["query", "--metrics", "paid_amount", "--group-by", "order__currency"][..],
        &["query", "--metrics", "paid_amount", "--where", "order__currency = 'CNY'"],
        &["query", "--metrics", "paid_amount", "--group-by", "metric_time__day"],
        &["query", "--metrics", "paid_orders"],
    ] {
        project.ok(arguments);
    }
}
