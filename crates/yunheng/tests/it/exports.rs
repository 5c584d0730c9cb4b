//! Exports as shop systems and spreadsheets write them, through the command.

use rust_xlsxwriter::{Format, Workbook};

use crate::{Project, path, text};

const HEADERS: &str = "订单编号,订单创建时间,订单付款时间,买家实际支付金额,店铺";

#[test]
fn a_gb18030_export_with_money_signs_and_a_totals_row() {
    let project = Project::new();
    let csv = format!(
        "店铺订单导出\n{HEADERS}\n=\"00012345678901234567\",2025/5/1 9:03,2025/5/1 9:05,\"¥1,234.50\",S01\n\
         '00012345678901234568,2025/5/2 21:00,2025/5/2 21:01,\"￥65.5\",S01\n合计,,,\"1,300.00\",\n"
    );
    let (bytes, _, _) = encoding_rs::GB18030.encode(&csv);
    let file = project.write("data/o.csv", bytes);
    let said = project.ok(&["import", "orders", path(&file)]);
    assert!(said.contains("2 accepted (2 new"), "{said}");
    let rows = project.ok(&["rows", "--metric", "paid_amount", "--format", "csv"]);
    for expect in ["00012345678901234567", "00012345678901234568", "1234.5", "65.5"] {
        assert!(rows.contains(expect), "{expect} is not in\n{rows}");
    }
    let answer = project.ok(&["query", "--metrics", "paid_amount", "--format", "csv"]);
    assert!(answer.contains("1300"), "{answer}");
}

#[test]
fn a_workbook_with_dates_as_numbers_and_numbers_as_text() {
    let project = Project::new();
    let mut book = Workbook::new();
    book.add_worksheet().set_name("说明").and_then(|s| s.write(0, 0, "本表由系统导出")).expect("a sheet");
    std::fs::create_dir_all(project.root().join("data")).expect("a folder");
    let sheet = book.add_worksheet().set_name("订单").expect("a sheet");
    sheet.write(0, 0, "五月订单").expect("a cell");
    for (column, header) in HEADERS.split(',').enumerate() {
        sheet.write(2, column as u16, header).expect("a header");
    }
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    for (row, (id, serial, paid)) in [("A-1", 45778.5, "12.50"), ("A-2", 45779.75, "1,007.5")].into_iter().enumerate() {
        let row = row as u32 + 3;
        sheet.write(row, 0, id).expect("an id");
        sheet.write_number_with_format(row, 1, serial, &date).expect("a date");
        sheet.write_number_with_format(row, 2, serial, &date).expect("a date");
        sheet.write(row, 3, paid).expect("an amount as text");
        sheet.write(row, 4, "S01").expect("a store");
    }
    let file = project.root().join("data/五月.xlsx");
    book.save(&file).expect("saved");
    let said = project.ok(&["import", "orders", path(&file)]);
    assert!(said.contains("2 accepted (2 new"), "{said}");
    let by_day = project.ok(&["query", "--metrics", "paid_amount", "--group-by", "metric_time__day", "--format", "csv"]);
    assert!(by_day.contains("2025-05-01") && by_day.contains("12.5") && by_day.contains("1007.5"), "{by_day}");
}

/// A layout that nobody has described: an English marketplace's lines, with day numbers for times.
#[test]
fn an_unknown_export_of_lines_is_proposed_as_lines() {
    let project = Project::new();
    let file = project.write(
        "data/marketplace.csv",
        "Order ID,Order Status,Order Creation Date,Order Paid Time,Product Name,SKU,Deal Price,Quantity,Product Subtotal,Username (Buyer),Tags\n\
         26A,COMPLETED,46089.25,46089.3,Cup,S1,5.00,2,10.00,ann,\n\
         26A,COMPLETED,46089.25,46089.3,Mug,S2,7.50,1,7.50,ann,\n\
         26B,Cancelled,46090.5,,Cup,S1,5.00,1,5.00,bob,\n",
    );
    let proposed = project.ok(&["source", "propose", path(&file), "--name", "market", "--store", "S01"]);
    assert!(proposed.contains("market_lines") && proposed.contains("store_id: {value: S01}") && !proposed.contains("Tags"), "{proposed}");
    project.write("sources/market.yaml", proposed);
    let said = project.ok(&["import", "market_lines", path(&file), "--source", "market"]);
    assert!(said.contains("3 accepted (3 new") && said.contains("day numbers"), "{said}");
    let orders = project.ok(&["query", "--metrics", "paid_amount", "--group-by", "metric_time__day", "--format", "csv"]);
    assert!(orders.contains("2026-03-08") && orders.contains("17.5") && !orders.contains("22.5"), "two lines are one order: {orders}");
}

#[test]
fn guesses_are_said_and_wild_ones_are_not_made() {
    let project = Project::new();
    let file = project.write(
        "data/shop.csv",
        "Name,Created at,Total,Deal Price,Tags,Financial Status\n#1001,2026-03-14 14:04:13,108.16,51.58,,paid\n#1002,2026-03-15 10:00:00,9.00,9.00,,pending\n",
    );
    let proposed = project.ok(&["source", "propose", path(&file), "--name", "shop", "--dataset", "orders"]);
    for wild in ["store_id:", "device:", "cost:"] {
        assert!(!proposed.contains(wild), "{wild} in\n{proposed}");
    }
    assert!(proposed.contains("# 猜测，请核对 guessed, check:"), "{proposed}");
}

#[test]
fn what_cannot_be_read_one_way_is_refused_or_rejected() {
    let project = Project::new();
    // The day could be the month in every row; nothing in the file decides.
    let either = format!("{HEADERS}\nA1,03/04/2025 10:00,03/04/2025 10:01,5,S01\n");
    let file = project.write("data/either.csv", either);
    let output = project.run(&["import", "orders", path(&file)]);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(said.contains("hint:") || said.contains("0 accepted"), "{said}");
    assert_eq!(project.rows("orders"), 0, "{said}");
    // A spreadsheet has rounded this id: a wrong id is worse than none.
    let rounded = format!("{HEADERS}\n4.2E+18,2025-05-01 10:00,2025-05-01 10:01,5,S01\nA2,2025-05-01 10:00,2025-05-01 10:01,12%,S01\n");
    let file = project.write("data/rounded.csv", rounded);
    let said = project.ok(&["import", "orders", path(&file)]);
    assert!(said.contains("0 accepted") && said.contains("4.2E+18") && said.contains("12%"), "{said}");
    // Renamed columns: the message names what is missing and what was there.
    let renamed = project.write("data/renamed.csv", "单号码,时刻\nA1,2025-05-01\n");
    let message = project.fails(&["import", "orders", path(&renamed)], 2);
    assert!(message.contains("order_id") && message.contains("单号码") && message.contains("hint:"), "{message}");
}

/// Without any ad data the ad cost share is 0 over something: that must not earn points.
#[test]
fn what_was_never_imported_holds_the_score_and_says_so() {
    let project = Project::new();
    let rows = format!("{HEADERS}\nA1,2025-05-01 10:00,2025-05-01 10:01,500,S01\n");
    let file = project.write("data/o.csv", rows);
    project.ok(&["import", "orders", path(&file)]);
    let card = |args: &[&str]| -> serde_json::Value {
        let given = project.ok(&[&["assess", "--format", "json"], args].concat());
        serde_json::from_str(&given).expect("JSON")
    };
    let company = card(&["--scheme", "company_quarterly", "--period", "2025-Q2"]);
    assert_eq!(company["provisional"], true, "{company}");
    let items = |card: &serde_json::Value| -> Vec<serde_json::Value> {
        let groups = card["perspectives"].as_array().expect("perspectives");
        groups.iter().flat_map(|group| group["kpis"].as_array().expect("items").clone()).collect()
    };
    let of = |card: &serde_json::Value, name: &str| items(card).into_iter().find(|item| item["name"] == name).expect("the item");
    let share = of(&company, "ad_cost_share");
    assert_eq!((&share["score"], &share["missing"]), (&serde_json::Value::Null, &"hold".into()), "{share}");
    assert!(share["missing_reason"]["en"].as_str().is_some_and(|why| why.contains("no facts of this period")), "{share}");
    let store = card(&["--scheme", "store_monthly", "--period", "2025-05", "--subject", "S01"]);
    let paid = items(&store).into_iter().find(|item| item["actual"] == 500).expect("the store's paid amount");
    assert!(paid["missing_reason"]["en"].as_str().is_some_and(|why| why.contains("no target")), "{paid}");
}

/// On a file system of a few megabytes of its own, where the machine permits making one.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_changes_nothing_and_says_what_to_do() {
    let project = Project::new();
    let big = project.folder.path().join("big.csv");
    let noise = |row: u64| row.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let rows: String = (0..200_000).map(|row| format!("C{row},2025-01-01 10:00:00,{:x},{:x}\n", noise(row), noise(noise(row)))).collect();
    std::fs::write(&big, format!("customer_id,created_at,name,region\n{rows}")).expect("written");
    let small = project.folder.path().join("small.csv");
    std::fs::write(&small, crate::customers(100)).expect("written");
    let script = r#"
        mount -t tmpfs -o size=4m tmpfs "$ROOT/.yunheng" || exit 77
        "$YUNHENG" -C "$ROOT" import customers "$BIG"; echo "exit $?"
        "$YUNHENG" -C "$ROOT" datasets --all | grep '^customers '
        "$YUNHENG" -C "$ROOT" import customers "$SMALL"
    "#;
    std::fs::create_dir_all(project.root().join(".yunheng")).expect("a folder");
    let output = std::process::Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .env("ROOT", project.root())
        .env("YUNHENG", env!("CARGO_BIN_EXE_yunheng"))
        .env("BIG", &big)
        .env("SMALL", &small)
        .output();
    let Some(output) = output.ok().filter(|o| o.status.code() != Some(77) && !text(&o.stderr).contains("unshare")) else {
        println!("skipped: no permission to mount a small file system");
        return;
    };
    let (said, message) = (text(&output.stdout), text(&output.stderr));
    assert!(message.contains("No space left") && message.contains("hint: free"), "{message}");
    assert!(said.contains("exit 2") && said.contains("100 accepted"), "{said}");
    assert!(said.lines().any(|line| line.split_whitespace().take(2).eq(["customers", "0"])), "{said}");
}
