//! No test file is forgotten, and no document names a path that is not there.

use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_test_file_is_a_module() {
    for tests in ["crates/yunheng/tests/it", "crates/yh-records/tests/it", "crates/yh-metrics/tests/it", "crates/yh-stats/tests/it"] {
        let folder = repository().join(tests);
        let main = std::fs::read_to_string(folder.join("main.rs")).expect(tests);
        for entry in std::fs::read_dir(&folder).expect(tests) {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let is_module = path.extension().is_some_and(|end| end == "rs") && name != "main";
            assert!(!is_module || main.contains(&format!("mod {name};")), "{tests}/{name}.rs is not in main.rs");
        }
    }
}

#[test]
fn the_architecture_names_only_what_exists() {
    let text = std::fs::read_to_string(repository().join("docs/ARCHITECTURE.md")).expect("the document");
    assert!(text.lines().count() <= 250, "ARCHITECTURE.md is longer than 250 lines");
    let mut checked = 0;
    for word in text.split(|c: char| c.is_whitespace() || "`(),;|*".contains(c)) {
        let word = word.trim_end_matches(['.', ':']);
        let named =
            ["crates/", "web/", "docs/", "examples/", "templates/", "tests/", "bench/"].iter().any(|folder| word.starts_with(folder));
        if named && !word.contains(['{', '<', '…']) {
            assert!(repository().join(word).exists(), "ARCHITECTURE.md names {word}, which does not exist");
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} paths were found");
}

#[test]
fn crates_depend_in_one_direction_only() {
    let engine = ["datafusion", "arrow", "parquet", "ballista"];
    let pure = ["yh-model", "yh-stats", "yh-metrics"];
    for entry in std::fs::read_dir(repository().join("crates")).expect("crates") {
        let folder = entry.expect("an entry").path();
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).expect(&name);
        let dependencies: Vec<&str> = manifest
            .split("[dev-dependencies]")
            .next()
            .unwrap_or_default()
            .lines()
            .filter_map(|line| line.strip_suffix(".workspace = true"))
            .collect();
        if name != "yh-lake" {
            let found: Vec<_> = dependencies.iter().filter(|dependency| engine.contains(dependency)).collect();
            assert!(found.is_empty(), "{name} names the engine: {found:?}");
        }
        if pure.contains(&name.as_str()) {
            let found: Vec<_> = dependencies
                .iter()
                .filter(|dependency| ["tokio", "axum", "sea-orm", "yh-lake", "yh-records", "yh-app"].contains(dependency))
                .collect();
            assert!(found.is_empty(), "{name} is not pure: {found:?}");
        }
        if name != "yh-server" {
            assert!(!dependencies.contains(&"axum"), "{name} knows HTTP");
        }
    }
}

#[test]
fn the_api_document_is_the_servers() {
    let document = crate::program().arg("openapi").output().expect("the program runs");
    let kept = std::fs::read_to_string(repository().join("docs/openapi.json")).expect("docs/openapi.json");
    let served = crate::text(&document.stdout);
    // By line: two whole documents side by side help nobody.
    let differing = served.trim().lines().zip(kept.trim().lines()).find(|(served, kept)| served != kept);
    assert_eq!(differing, None, "run `yunheng openapi > docs/openapi.json` and commit it");
    assert_eq!(served.trim().len(), kept.trim().len(), "run `yunheng openapi > docs/openapi.json` and commit it");
}
