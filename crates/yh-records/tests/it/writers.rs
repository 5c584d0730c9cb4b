//! Two programs that write at once, and rows that are not what was recorded.

use sea_orm::ConnectionTrait;
use yh_model::target::Target;
use yh_records::{Approval, NewActual, Records, RecordsError};

use crate::{each_url, stamp};

const WRITES: usize = 60;

pub(crate) fn target(store: usize, value: usize) -> Target {
    Target {
        metric: "paid_amount".into(),
        segment: Some(("store".into(), format!("S{store:02}"))),
        period: "2025-11".parse().expect("a month"),
        floor: None,
        target: value.into(),
        stretch: None,
        reason: "plan".into(),
    }
}

async fn write(records: &Records, from: usize) {
    let counts = Approval::approved(None, &stamp());
    for number in from..from + WRITES {
        // Both write versions of the same targets.
        records.record_targets(&[target(number % 3, number)], &counts, &stamp()).await.expect("a target is recorded");
        let actual = NewActual {
            metric: "visits".into(),
            segment: None,
            period: "2025-11".parse().expect("a month"),
            value: Some(number.into()),
            reason: "count".into(),
            evidence: "sheet".into(),
        };
        records.record_actual(&actual, &counts, &stamp()).await.expect("an actual is recorded");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_write_at_once_and_nobody_is_refused() {
    each_url(async |url| {
        let (one, other) = (Records::open(&url).await.expect("opened"), Records::open(&url).await.expect("opened again"));
        tokio::join!(write(&one, 0), write(&other, WRITES));
        assert!(one.verify_audit().await.expect("an audit").is_none(), "the chain is broken");
        assert_eq!(one.list_audit(10_000).await.expect("entries").len(), 4 * WRITES);
        let actuals = other.list_actual_versions().await.expect("actuals");
        let mut versions: Vec<i32> = actuals.iter().map(|actual| actual.version).collect();
        versions.sort_unstable();
        assert_eq!(versions, (1..=2 * WRITES as i32).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn a_number_that_was_altered_is_named_not_shown() {
    each_url(async |url| {
        let records = Records::open(&url).await.expect("opened");
        let counts = Approval::approved(None, &stamp());
        records.record_targets(&[target(1, 100), target(2, 200)], &counts, &stamp()).await.expect("recorded");
        let outside = sea_orm::Database::connect(&url).await.expect("connected");
        outside.execute_unprepared("UPDATE targets SET target = '900' WHERE target = '100'").await.expect("altered");
        let error = records.list_targets(None).await.expect_err("an altered row");
        assert!(matches!(&error, RecordsError::Corrupt { what: "target", reason } if reason.contains("row 1")), "{error}");
    })
    .await;
}

#[tokio::test]
async fn records_of_a_newer_program_are_refused_with_its_version() {
    each_url(async |url| {
        drop(Records::open(&url).await.expect("opened"));
        let outside = sea_orm::Database::connect(&url).await.expect("connected");
        outside.execute_unprepared("UPDATE about SET value = '9.9.9' WHERE name = 'program'").await.expect("altered");
        let step = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)";
        outside.execute_unprepared(step).await.expect("altered");
        let error = Records::open(&url).await.expect_err("newer records");
        assert!(matches!(&error, RecordsError::Newer { by, steps } if by == "yunheng 9.9.9" && steps == "m9999_later"), "{error}");
    })
    .await;
}
