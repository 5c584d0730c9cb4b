//! Revisions, targets, scorecards and mappings.

use rust_decimal::Decimal;
use yh_model::target::Target;
use yh_records::NewScorecard;

use crate::{each_backend, stamp};

fn target(value: &str, reason: &str) -> Target {
    Target {
        metric: "paid_amount".into(),
        segment: Some(("store".into(), "S01".into())),
        period: "2025-11".parse().expect("a month"),
        floor: None,
        target: value.parse().expect("a number"),
        stretch: Some(Decimal::from(200)),
        reason: reason.into(),
    }
}

#[tokio::test]
async fn targets_keep_every_version_exactly() {
    each_backend(async |records| {
        let exact = "123456789012345678.1234";
        assert_eq!(records.record_targets(&[target(exact, "plan")], &stamp()).await.expect("recorded"), 1);
        assert_eq!(records.record_targets(&[target(exact, "again")], &stamp()).await.expect("recorded"), 0);
        assert_eq!(records.record_targets(&[target("150", "revised")], &stamp()).await.expect("recorded"), 1);
        let targets = records.list_targets(Some("paid_amount")).await.expect("targets");
        assert_eq!(targets.len(), 1);
        assert_eq!((targets[0].version, targets[0].target.target, targets[0].target.reason.as_str()), (2, Decimal::from(150), "revised"));
        assert!(records.list_targets(Some("other")).await.expect("targets").is_empty());
    })
    .await;
}

#[tokio::test]
async fn only_changed_texts_become_revisions() {
    each_backend(async |records| {
        let file = |text: &str| vec![("models/orders.yaml".to_owned(), format!("hash-{text}"), text.to_owned())];
        for (text, new) in [("a", 1), ("a", 0), ("b", 1), ("a", 1)] {
            assert_eq!(records.keep_revisions(&file(text), &stamp()).await.expect("kept"), new, "{text}");
        }
        let texts: Vec<String> =
            records.list_revisions("models/orders.yaml").await.expect("revisions").into_iter().map(|r| r.text).collect();
        assert_eq!(texts, ["a", "b", "a"]);
    })
    .await;
}

#[tokio::test]
async fn an_unchanged_scorecard_is_recorded_once() {
    each_backend(async |records| {
        let card = |total: &str| NewScorecard {
            scheme: "s".into(),
            scheme_revision: "r".into(),
            period: "2025-11".into(),
            subject: "company".into(),
            total: total.into(),
            tier: None,
            provisional: false,
            snapshot_id: 1,
            card: format!("{{\"total\":{total}}}"),
        };
        let first = records.record_scorecard(card("90.00"), &stamp()).await.expect("recorded");
        assert_eq!(records.record_scorecard(card("90.00"), &stamp()).await.expect("recorded"), first);
        let second = records.record_scorecard(card("91.00"), &stamp()).await.expect("recorded");
        assert_ne!(first, second);
        let listed = records.list_scorecards("s", Some("2025-11")).await.expect("listed");
        assert_eq!((listed.len(), listed[0].total.as_str()), (1, "91.00"));
        assert_eq!(records.find_scorecard(first).await.expect("found").card, "{\"total\":90.00}");
        assert!(records.verify_audit().await.expect("an audit").is_none());
    })
    .await;
}

#[tokio::test]
async fn mappings_are_remembered_per_source() {
    each_backend(async |records| {
        let pair = |target: &str| vec![("订单编号".to_owned(), target.to_owned())];
        records.remember_mapping("tmall", "orders", &pair("customer_id"), &stamp()).await.expect("kept");
        records.remember_mapping("tmall", "orders", &pair("order_id"), &stamp()).await.expect("kept");
        assert_eq!(records.list_mapping("tmall", "orders").await.expect("listed"), pair("order_id"));
        assert!(records.list_mapping("jd", "orders").await.expect("listed").is_empty());
    })
    .await;
}

#[tokio::test]
async fn only_the_last_attempt_of_an_item_is_kept() {
    each_backend(async |records| {
        for (item, mark, error) in [("a.csv", "1", Some("cut off")), ("a.csv", "2", None), ("", "", Some("no answer"))] {
            records.note_attempt("shop", item, mark, error, &stamp()).await.expect("noted");
        }
        let mut attempts = records.list_attempts(Some("shop")).await.expect("attempts");
        attempts.sort_by(|a, b| a.item.cmp(&b.item));
        let seen: Vec<_> = attempts.iter().map(|a| (a.item.as_str(), a.mark.as_str(), a.error.as_deref())).collect();
        assert_eq!(seen, [("", "", Some("no answer")), ("a.csv", "2", None)]);
        assert!(records.list_attempts(Some("other")).await.expect("attempts").is_empty());
    })
    .await;
}
