//! One integration binary: golden numbers, laws and wrong input of every method.

mod anomaly;
mod attribution;
mod clv;
mod forecast;
mod rating;
mod response;
mod rfm;
mod rootcause;
mod shared;
mod surveys;
mod survival;
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
