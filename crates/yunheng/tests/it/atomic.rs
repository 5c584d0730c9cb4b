//! An import is all or nothing: killed at any moment, cancelled, repeated, undone, or met by another.

use std::{process::Stdio, time::Duration};

use crate::{Project, customers, path, text};

#[test]
fn killed_at_fifty_moments_the_lake_shows_all_or_none() {
    let project = Project::new();
    let rows = 40_000;
    let file = project.write("data/c.csv", customers(rows));
    // How long an undisturbed import takes tells where the moments lie.
    let started = std::time::Instant::now();
    project.ok(&["import", "customers", path(&file)]);
    let whole = started.elapsed();
    project.ok(&["import", "undo", "1"]);
    let (mut none, mut all) = (0, 0);
    for moment in 0..50u32 {
        let mut child =
            project.command(&["import", "customers", path(&file)]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(whole * moment / 45);
        let _ = child.kill();
        let _ = child.wait();
        match project.rows("customers") {
            0 => none += 1,
            found => {
                assert_eq!(found, rows as u64, "moment {moment}");
                all += 1;
                let last = project.ok(&["imports", "--limit", "50"]);
                let id = last
                    .lines()
                    .find(|line| line.contains("committed"))
                    .and_then(|line| line.split_whitespace().next())
                    .expect("a committed import");
                project.ok(&["import", "undo", id]);
            }
        }
    }
    assert!(none > 0, "no import was cut off: {all} went through");
    project.ok(&["import", "customers", path(&file)]);
    assert_eq!(project.rows("customers"), rows as u64);
}

#[test]
fn the_same_file_again_changes_nothing_and_a_correction_replaces() {
    let project = Project::new();
    let file = project.write("data/c.csv", customers(10));
    project.ok(&["import", "customers", path(&file)]);
    assert!(project.ok(&["import", "customers", path(&file)]).contains("unchanged"));
    let corrected = customers(10).replace("客户3,华东", "客户3,华南");
    let file = project.write("data/c.csv", corrected + "C9999999,2025-02-01 10:00:00,新,华北\n");
    let said = project.ok(&["import", "customers", path(&file)]);
    assert!(said.contains("1 new, 1 replaced, 9 unchanged"), "{said}");
    assert_eq!(project.rows("customers"), 11);
    project.ok(&["import", "undo", "2"]);
    assert_eq!(project.rows("customers"), 10);
    let rows = project.ok(&["rows", "--metric", "new_customers", "--format", "csv", "--limit", "20"]);
    assert!(rows.contains("客户3,") && !rows.contains("华南"), "{rows}");
    assert!(project.fails(&["import", "undo", "2"], 2).contains("undone"));
}

#[test]
fn an_earlier_import_is_not_undone_under_a_later_one() {
    let project = Project::new();
    let first = project.write("data/a.csv", customers(5));
    project.ok(&["import", "customers", path(&first)]);
    let second = project.write("data/b.csv", customers(5).replace("华东", "华北"));
    project.ok(&["import", "customers", path(&second)]);
    let message = project.fails(&["import", "undo", "1"], 2);
    assert!(message.contains("later imports") && message.contains("hint: undo the later ones first"), "{message}");
    project.ok(&["import", "undo", "2"]);
    project.ok(&["import", "undo", "1"]);
    assert_eq!(project.rows("customers"), 0);
}

#[test]
fn two_imports_and_two_servers_do_not_meet() {
    let project = Project::new();
    let file = project.write("data/big.csv", customers(400_000));
    let mut first =
        project.command(&["import", "customers", path(&file)]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    std::thread::sleep(Duration::from_millis(300));
    let second = project.run(&["import", "customers", path(&file)]);
    let message = text(&second.stderr);
    assert!(second.status.success() || (second.status.code() == Some(5) && message.contains("an import is running")), "{message}");
    // Whichever was late was turned away, the other is whole.
    let codes = [first.wait().expect("it ends").code(), second.status.code()];
    assert!(codes.contains(&Some(0)) && codes.iter().all(|code| matches!(code, Some(0 | 5))), "{codes:?}");
    assert_eq!(project.rows("customers"), 400_000);

    let mut server = project.command(&["serve", "--port", "0"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    std::thread::sleep(Duration::from_millis(1500));
    let message = project.fails(&["serve", "--port", "0"], 5);
    let _ = server.kill();
    let _ = server.wait();
    assert!(message.contains("a server is running") && message.contains("hint:"), "{message}");
}

#[test]
fn a_check_changes_nothing() {
    let project = Project::new();
    let file = project.write("data/c.csv", customers(10));
    assert!(project.ok(&["import", "customers", path(&file), "--dry-run"]).contains("nothing changed"));
    assert_eq!(project.rows("customers"), 0);
}
