//! The home page: people beside what they answer for.

use rust_decimal::Decimal;
use yh_app::{
    Question,
    home::{HomePage, HomeRequest, Levels, Ranked, home},
    mine::ask_mine,
    targets::{TargetText, set_targets},
};
use yh_metrics::{Access, RowFilter};

use crate::shop::{Shop, with_stack};

/// P1 has a channel, P2 hands one over to P3 in the middle of February, P3 has another of their own all the time.
const ASSIGNMENTS: &str = "person_id,dimension,value,share,from,to\n\
    P1,channel,搜索,0.5,2025-01-01,\n\
    P2,channel,推荐,1,2025-01-01,2025-02-15\n\
    P3,channel,推荐,1,2025-02-16,\n\
    P3,channel,直播,1,2025-01-01,\n\
    P9,queue,客服,1,2025-01-01,\n";

async fn shop() -> Shop {
    let shop = Shop::open().await;
    shop.import("assignments", "assignments.csv", ASSIGNMENTS).await;
    let target = |segment: &str, target: &str| TargetText {
        metric: "paid_amount".into(),
        dimension: "channel".into(),
        segment: segment.into(),
        period: "2025-02".into(),
        target: target.into(),
        ..TargetText::default()
    };
    let targets = [target("搜索", "1000"), target("推荐", "1400"), target("直播", "500")];
    let report = set_targets(&shop.app, &targets, None).await.expect("targets");
    assert_eq!(report.rejected, []);
    shop
}

async fn people(shop: &Shop, access: &Access) -> Ranked {
    let request = HomeRequest { day: Some(jiff::civil::date(2025, 2, 20)), ..HomeRequest::default() };
    let page: HomePage = home(&shop.app, access, &request).await.expect("a page").expect("data");
    let ranked = page.rankings.into_iter().map(|ranked| ranked.expect("answered"));
    ranked.filter(|ranked| ranked.block.answer.columns[0].name == "person").last().expect("by person")
}

fn names(ranked: &Ranked) -> Vec<String> {
    ranked.block.answer.frame.columns[0].values.iter().map(ToString::to_string).collect()
}

fn levels<'a>(ranked: &'a Ranked, person: &str) -> &'a Levels {
    let row = names(ranked).iter().position(|name| name == person).expect("the person");
    ranked.targets[row].as_ref().expect("a target")
}

#[test]
fn people_stand_beside_what_they_answer_for() {
    with_stack(each_row_is_theirs());
}

async fn each_row_is_theirs() {
    let shop = shop().await;
    let access = Access::all();
    let ranked = people(&shop, &access).await;
    let mut found = names(&ranked);
    found.sort();
    assert_eq!(found, ["P1", "P2", "P3"], "nobody whose part the metric does not have");
    for (row, person) in names(&ranked).iter().enumerate() {
        let shown = ranked.block.answer.frame.columns[1].values[row].decimal();
        let query = yh_metrics::MetricQuery { where_: Vec::new(), ..ranked.questions[row].clone() };
        let mine = ask_mine(&shop.app, &access, &Question { query, compare: Vec::new() }, person).await.expect("theirs");
        assert_eq!(shown, mine.frame.columns[0].values[0].decimal(), "{person}");
        let opened = Question { query: ranked.questions[row].clone(), compare: Vec::new() };
        let opened = yh_app::ask(&shop.app, &access, &opened).await.expect("its question");
        assert_eq!(shown, opened.frame.columns[0].values[0].decimal(), "{person}");
    }
    assert_eq!(levels(&ranked, "P1").target, Decimal::from(1000));
    // Both halves of the channel that changes hands are the whole, and so are its plans.
    let (two, three) = (levels(&ranked, "P2"), levels(&ranked, "P3"));
    assert_eq!(two.target + three.target, Decimal::from(1900));
    assert!(two.target > Decimal::ZERO && two.target < Decimal::from(1400));
    assert_eq!(two.planned, two.target, "their days are over");
    assert!(three.planned < three.target);
}

#[test]
fn people_whose_part_the_asker_does_not_see_are_left_out() {
    with_stack(only_whole_parts_are_shown());
}

async fn only_whole_parts_are_shown() {
    let shop = shop().await;
    let rows = vec![RowFilter { dataset: "orders".into(), column: "channel".into(), values: vec!["搜索".into(), "直播".into()] }];
    let limited = Access { rows, masked: Vec::new() };
    assert_eq!(names(&people(&shop, &limited).await), ["P1"]);
    let none =
        Access { rows: vec![RowFilter { dataset: "orders".into(), column: "channel".into(), values: Vec::new() }], masked: Vec::new() };
    assert_eq!(names(&people(&shop, &none).await), Vec::<String>::new());
}
