//! The canonical order of keys in model files.

use proptest::prelude::*;
use yh_metrics::{format_models, load_project};

use crate::shop::{MODELS, datasets, load};

fn formatted(text: &str) -> String {
    format_models("models/shop.yaml", text).expect("formattable")
}

/// What the files define, without places and revisions.
fn meaning(text: &str) -> String {
    let (catalog, issues) = load(text);
    let mut words: Vec<String> = catalog
        .metrics
        .values()
        .map(|m| format!("{} {:?} {:?} {:?} {:?} {:?}", m.name, m.label, m.description, m.kind, m.filter, m.format))
        .collect();
    words.extend(catalog.models.iter().map(|m| format!("{} {:?} {:?} {:?}", m.name, m.entities, m.dimensions, m.agg_time_dimension)));
    words.push(format!("{}", issues.len()));
    words.join("\n")
}

#[test]
fn keys_move_with_their_comments() {
    let text = "# the shop\nmodels:\n  # its orders\n  - semantic_model: true\n    name: orders\n\n\n    metrics:\n      - agg: sum # adds up\n        # what is paid\n        expr: |\n          # no comment\n          paid\n        name: revenue   \n    columns: []\n";
    let wanted = "# the shop\nmodels:\n  # its orders\n  - name: orders\n    semantic_model: true\n    columns: []\n\n    metrics:\n      - name: revenue\n        agg: sum # adds up\n        # what is paid\n        expr: |\n          # no comment\n          paid\n";
    assert_eq!(formatted(text), wanted);
    assert_eq!(formatted(wanted), wanted);
}

#[test]
fn broken_files_and_anchors_are_refused() {
    assert_eq!(format_models("a.yaml", "models:\n  - name: [").expect_err("broken").code, "yaml");
    let anchors = "metrics:\n  - filter: &f x = 1\n    name: a\n  - hidden: *f\n    expr: 1\n";
    assert!(format_models("a.yaml", anchors).is_ok_and(|text| formatted(&text) == text) || format_models("a.yaml", anchors).is_err());
}

#[test]
fn the_shop_template_means_the_same() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/shop/models");
    for entry in std::fs::read_dir(folder).expect("the template's models") {
        let path = entry.expect("readable").path();
        let text = std::fs::read_to_string(&path).expect("text");
        let again = formatted(&text);
        assert_eq!(formatted(&again), again, "{}", path.display());
        let revision = |text: &str| {
            let (catalog, issues) = load_project(&[("a.yaml".to_owned(), text.to_owned())], &datasets(), &Default::default());
            format!("{:?} {}", catalog.metrics.values().map(|m| (&m.name, &m.kind, &m.filter)).collect::<Vec<_>>().len(), issues.len())
        };
        assert_eq!(revision(&text), revision(&again), "{}", path.display());
        assert_eq!(
            text.lines().filter(|l| l.trim_start().starts_with('#')).count(),
            again.lines().filter(|l| l.trim_start().starts_with('#')).count()
        );
    }
}

/// The shop's definitions with the lines of each metric's plain keys in another order.
fn shuffled() -> impl Strategy<Value = String> {
    any::<u64>().prop_map(|seed| {
        let mut lines: Vec<String> = MODELS.lines().map(str::to_owned).collect();
        let mut state = seed | 1;
        for n in 1..lines.len() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let plain = |line: &String| {
                line.starts_with("        ")
                    && !line.trim_start().starts_with('-')
                    && !line.trim_end().ends_with(':')
                    && !line.starts_with("         ")
            };
            if state >> 63 == 1 && plain(&lines[n]) && plain(&lines[n - 1]) {
                lines.swap(n - 1, n);
            }
            if (state >> 60) & 7 == 3 && plain(&lines[n]) {
                lines[n].push_str("   # kept");
            }
        }
        lines.join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn formatting_is_stable_and_keeps_the_meaning(text in shuffled()) {
        let once = formatted(&text);
        prop_assert_eq!(&formatted(&once), &once);
        prop_assert_eq!(meaning(&once), meaning(&text));
        prop_assert_eq!(once.matches("# kept").count(), text.matches("# kept").count());
    }
}
