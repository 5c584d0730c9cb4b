//! Revisions, targets, actuals by hand, reconciliations, scorecards and mappings.

use rust_decimal::Decimal;
use yh_model::{source::ColumnMapping, target::Target};
use yh_records::{Approval, NewActual, NewReconciliation, NewScorecard, RecordsError, Stamp, State, Verdict};

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
        assert_eq!(records.record_targets(&[target(exact, "plan")], &counts(), &stamp()).await.expect("recorded"), 1);
        assert_eq!(records.record_targets(&[target(exact, "again")], &counts(), &stamp()).await.expect("recorded"), 0);
        assert_eq!(records.record_targets(&[target("150", "revised")], &counts(), &stamp()).await.expect("recorded"), 1);
        let targets = records.list_targets(Some("paid_amount")).await.expect("targets");
        assert_eq!(targets.len(), 1);
        assert_eq!((targets[0].version, targets[0].target.target, targets[0].target.reason.as_str()), (2, Decimal::from(150), "revised"));
        assert!(records.list_targets(Some("other")).await.expect("targets").is_empty());
    })
    .await;
}

fn counts() -> Approval {
    Approval::approved(None, &stamp())
}

fn by(name: &str) -> Stamp {
    Stamp { by: name.to_owned(), ..stamp() }
}

fn code(error: RecordsError) -> &'static str {
    match error {
        RecordsError::Refused { code, .. } => code,
        other => panic!("not refused: {other}"),
    }
}

#[tokio::test]
async fn a_target_counts_once_another_person_has_approved_it() {
    each_backend(async |records| {
        let draft = Approval::draft();
        records.record_targets(&[target("100", "plan")], &counts(), &stamp()).await.expect("recorded");
        records.record_targets(&[target("150", "more")], &draft, &by("ann")).await.expect("recorded");
        let in_force = async || records.list_targets(None).await.expect("targets")[0].target.target;
        let pending = async || records.list_pending_targets().await.expect("pending");
        assert_eq!(in_force().await, Decimal::from(100));
        let id = pending().await[0].id;
        assert_eq!(code(records.decide_targets(&[id], Verdict::Approve, "", &by("bob")).await.expect_err("a draft")), "not-submitted");
        records.submit_targets(&[id], &by("cat")).await.expect("submitted");
        assert_eq!(code(records.submit_targets(&[id], &by("cat")).await.expect_err("twice")), "not-draft");
        for same in ["ann", "cat"] {
            let error = records.decide_targets(&[id], Verdict::Approve, "", &by(same)).await.expect_err("the same person");
            assert_eq!(code(error), "same-person");
        }
        assert_eq!(in_force().await, Decimal::from(100));
        records.decide_targets(&[id], Verdict::Approve, "good", &by("bob")).await.expect("approved");
        assert_eq!(in_force().await, Decimal::from(150));
        assert!(pending().await.is_empty());
        let segment = ("store".to_owned(), "S01".to_owned());
        let versions = records.list_target_versions("paid_amount", Some(&segment), "2025-11").await.expect("versions");
        assert_eq!(versions.iter().map(|stored| stored.target.target).collect::<Vec<_>>(), [Decimal::from(100), Decimal::from(150)]);
        let way = &versions[1].approval;
        assert_eq!((way.state, way.submitted.as_ref().map(|(who, _)| who.as_str())), (State::Approved, Some("cat")));
        assert_eq!((way.decided.as_ref().map(|(who, _)| who.as_str()), way.note.as_deref()), (Some("bob"), Some("good")));
        assert!(records.verify_audit().await.expect("an audit").is_none());
    })
    .await;
}

#[tokio::test]
async fn overlapping_approvals_do_not_bring_an_older_version_back() {
    each_backend(async |records| {
        for value in ["110", "120"] {
            records.record_targets(&[target(value, "plan")], &Approval::draft(), &by("ann")).await.expect("recorded");
        }
        let ids: Vec<i64> = records.list_pending_targets().await.expect("pending").iter().map(|stored| stored.id).collect();
        records.submit_targets(&ids, &by("ann")).await.expect("submitted");
        records.decide_targets(&ids[1..], Verdict::Approve, "", &by("bob")).await.expect("approved");
        assert_eq!(code(records.decide_targets(&ids[..1], Verdict::Approve, "", &by("bob")).await.expect_err("older")), "superseded");
        assert_eq!(records.list_targets(None).await.expect("targets")[0].target.target, Decimal::from(120));
        // One that cannot be decided keeps the others as they were.
        records.record_targets(&[target("130", "plan")], &Approval::draft(), &by("ann")).await.expect("recorded");
        let newest = records.list_pending_targets().await.expect("pending")[0].id;
        records.submit_targets(&[newest], &by("ann")).await.expect("submitted");
        records.decide_targets(&[newest, ids[0]], Verdict::Approve, "", &by("bob")).await.expect_err("one is superseded");
        assert_eq!(records.list_targets(None).await.expect("targets")[0].target.target, Decimal::from(120));
        assert!(matches!(records.submit_targets(&[987_654], &by("ann")).await, Err(RecordsError::NotFound { .. })));
    })
    .await;
}

#[tokio::test]
async fn actuals_keep_their_provenance() {
    each_backend(async |records| {
        let actual = |value: Option<i64>| NewActual {
            metric: "store_rating".into(),
            segment: Some(("store".into(), "S01".into())),
            period: "2025-11".parse().expect("a month"),
            value: value.map(Decimal::from),
            reason: "monthly entry".into(),
            evidence: "screenshot 12".into(),
        };
        records.record_actual(&actual(Some(4)), &counts(), &stamp()).await.expect("recorded");
        let id = records.record_actual(&actual(Some(5)), &Approval::draft(), &by("ann")).await.expect("recorded");
        assert_eq!(records.list_actuals().await.expect("actuals")[0].actual, actual(Some(4)));
        records.submit_actuals(&[id], &by("ann")).await.expect("submitted");
        assert_eq!(code(records.decide_actuals(&[id], Verdict::Reject, "no", &by("ann")).await.expect_err("the same")), "same-person");
        records.decide_actuals(&[id], Verdict::Approve, "", &by("bob")).await.expect("approved");
        assert_eq!(records.list_actuals().await.expect("actuals")[0].actual, actual(Some(5)));
        records.record_actual(&actual(None), &counts(), &stamp()).await.expect("recorded");
        assert_eq!(records.list_actuals().await.expect("actuals")[0].actual.value, None);
        assert_eq!(records.list_actual_versions().await.expect("versions").len(), 3);
    })
    .await;
}

#[tokio::test]
async fn reconciliations_are_kept() {
    each_backend(async |records| {
        let new = NewReconciliation {
            metric: "paid_amount".into(),
            segment: None,
            period: "2025-11".into(),
            figure: "100.10".into(),
            ours: "99.10".into(),
            unexplained: "0".into(),
            content: "{}".into(),
            note: "checked".into(),
            snapshot_id: 3,
        };
        let id = records.record_reconciliation(new, &stamp()).await.expect("kept");
        assert_eq!(records.find_reconciliation(id).await.expect("found").figure, "100.10");
        assert_eq!(records.list_reconciliations().await.expect("listed").len(), 1);
        assert!(matches!(records.find_reconciliation(id + 1).await, Err(RecordsError::NotFound { .. })));
    })
    .await;
}

#[tokio::test]
async fn only_changed_texts_become_revisions() {
    each_backend(async |records| {
        let file = |text: &str| vec![("models/orders.yaml".to_owned(), format!("hash-{text}"), text.to_owned())];
        for (text, new) in [("a", 1), ("a", 0), ("b", 1), ("a", 1)] {
            let last = records.last_revisions().await.expect("read");
            assert_eq!(records.keep_revisions(&file(text), &last, &stamp()).await.expect("kept"), new, "{text}");
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
        let pair = |target: &str| vec![ColumnMapping::from_header(target, "订单编号")];
        records.remember_mapping("tmall", "orders", &pair("customer_id"), &stamp()).await.expect("kept");
        records.remember_mapping("tmall", "orders", &pair("order_id"), &stamp()).await.expect("kept");
        assert_eq!(records.list_mapping("tmall", "orders").await.expect("listed"), pair("order_id"));
        let read = ColumnMapping {
            format: Some("%d/%m/%Y".to_owned()),
            unit: Some("万元".to_owned()),
            values: [("已付".to_owned(), "paid".to_owned())].into(),
            ..ColumnMapping::from_header("paid", "实付")
        };
        records.remember_mapping("tmall", "order_items", std::slice::from_ref(&read), &stamp()).await.expect("kept");
        assert_eq!(records.list_mapping("tmall", "order_items").await.expect("listed"), [read]);
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
