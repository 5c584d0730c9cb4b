//! Loading, planning and refusing, over a small shop.

mod factors;
mod format;
mod issues;
mod limits;
mod manifests;
mod ossie;
mod plans;
mod shop;

use proptest::prelude::*;
use yh_metrics::*;

/// How many texts each fuzz test tries: `make fuzz` asks for more.
fn cases() -> u32 {
    std::env::var("YUNHENG_FUZZ_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(300)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    /// No filter text, however odd, panics; what is accepted renders.
    #[test]
    fn filters_never_panic(text in r#"[ -~]{0,60}|(\{\{ ?[A-Z]?[a-z]{0,9}\('[a-z_]{0,12}'\)? ?\}\}|order__channel|AND|OR|NOT|IN|\(|\)|'x'|[0-9]|=|<|,|\+|/| ){0,30}|\PC{0,40}"#) {
        static SHOP: std::sync::LazyLock<Catalog> = std::sync::LazyLock::new(shop::catalog);
        let question = MetricQuery { where_: vec![text], ..shop::query(&["orders"], &[]) };
        let _ = plan(&SHOP, &question, &Access::all());
    }

    /// No YAML text panics; a broken file leaves the other one whole.
    #[test]
    fn model_files_never_panic(cut in 0usize..1500, junk in "[\\PC\n\t]{0,20}") {
        let mut text: String = shop::MODELS.chars().take(cut).collect();
        text.push_str(&junk);
        let files = [("bad.yaml".to_owned(), text), ("good.yaml".to_owned(), "models: [{name: customers, semantic_model: {name: people}}]".to_owned())];
        let (catalog, _) = load_project(&files, &shop::datasets(), &ProjectSettings::default());
        prop_assert!(catalog.model("people").is_some());
    }

    /// Formatting either refuses a text or gives one that it leaves alone.
    #[test]
    fn formatting_never_panics(cut in 0usize..2500, junk in "[\\PC\n\t #-]{0,20}", rest in 0usize..2500) {
        let text: String = shop::MODELS.chars().take(cut).chain(junk.chars()).chain(shop::MODELS.chars().skip(rest)).collect();
        if let Ok(once) = format_models("a.yaml", &text) {
            prop_assert_eq!(format_models("a.yaml", &once).expect("formatted before"), once);
        }
    }
}
