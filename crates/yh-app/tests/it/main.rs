//! Use cases on a small shop: the product's own template with two months of made-up orders and traffic.

mod answers;
mod home;
mod lake;
mod reconcile;
mod shop;
mod space;
mod stored;
mod why;

/// Every file of this folder is declared above, so none is silently left out.
#[test]
fn no_test_file_is_forgotten() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = std::fs::read_to_string(here.join("main.rs")).expect("main.rs is readable");
    for entry in std::fs::read_dir(&here).expect("the folder is readable") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        let Some(topic) = name.strip_suffix(".rs").filter(|t| *t != "main") else {
            continue;
        };
        assert!(main.contains(&format!("mod {topic};")), "tests/it/{name} is not declared in main.rs");
    }
}
