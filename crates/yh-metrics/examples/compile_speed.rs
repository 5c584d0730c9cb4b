//! Prints how long planning takes: `cargo run --release -p yh-metrics --example compile_speed MANIFEST`,
//! where the manifest is `simple_manifest.semantic_manifest.json` of the conformance kit.

use std::time::Instant;

use yh_metrics::{Access, MetricQuery, load_manifest, plan};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("give the path of a semantic manifest")?;
    let text = std::fs::read_to_string(path)?;
    let started = Instant::now();
    let catalog = load_manifest(&text)?;
    println!("load: {:.2} ms", started.elapsed().as_secs_f64() * 1e3);
    let one = ["bookings"];
    let five = ["bookings_yoy", "bookings_per_booker", "booking_fees_per_booker", "views", "bookings_1_year_ago"];
    for (label, metrics) in [("one metric", &one[..]), ("five metrics, a year ago among them", &five[..])] {
        let query = MetricQuery {
            metrics: metrics.iter().map(|m| (*m).to_owned()).collect(),
            group_by: vec!["metric_time__day".into(), "listing__country_latest".into()],
            where_: vec!["{{ Dimension('listing__is_lux_latest') }}".into()],
            ..MetricQuery::default()
        };
        let rounds = 200;
        let started = Instant::now();
        let mut bytes = 0;
        for _ in 0..rounds {
            bytes += plan(&catalog, &query, &Access::all())?.sql.len();
        }
        println!("{label}: {:.3} ms, {} bytes of SQL", started.elapsed().as_secs_f64() * 1e3 / f64::from(rounds), bytes / 200);
    }
    Ok(())
}
