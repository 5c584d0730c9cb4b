//! Scoring (评分): actuals and targets in, an explained scorecard out, in decimal arithmetic.
//!
//! Item scores, then totals, are rounded half away from zero to two decimals, so the same inputs give the same
//! bytes on every machine.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::{
    Direction, Label,
    scheme::{BandsOf, Kpi, MissingPolicy, Perspective, Rule, Scheme, Tier},
};

/// What one KPI is scored on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measured {
    pub actual: Option<Decimal>,
    /// Why there is no actual, where more is known than that.
    pub unmeasured: Option<Label>,
    pub floor: Option<Decimal>,
    pub target: Option<Decimal>,
    pub stretch: Option<Decimal>,
    /// The metric's own direction, used where the scheme names none.
    pub direction: Direction,
}

/// One KPI with its score and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub kpi: String,
    /// Percent of the whole card.
    pub weight: Decimal,
    pub measured: Measured,
    /// Actual against target as a fraction; lower-is-better is 2 − actual ÷ target.
    pub attainment: Option<Decimal>,
    /// Rounded item score; none when missing and held or reweighted.
    pub score: Option<Decimal>,
    /// Weight × score ÷ 100, not rounded.
    pub contribution: Option<Decimal>,
    /// How the score was computed, or why there is none.
    pub explanation: Label,
    pub missing: Option<MissingPolicy>,
}

/// The scored items of one perspective.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub perspective: String,
    pub weight: Decimal,
    pub contribution: Decimal,
    pub items: Vec<Item>,
}

/// A whole card.
#[derive(Debug, Clone, PartialEq)]
pub struct Scorecard {
    pub groups: Vec<Group>,
    pub total: Decimal,
    /// The best total that the scored items allow.
    pub out_of: Decimal,
    /// Some held item is missing, or the period's data are not complete.
    pub provisional: bool,
    pub tier: Option<Tier>,
    /// The arithmetic of the total, line by line.
    pub steps: Vec<Label>,
}

/// Scores a scheme; `measured` gives what is known of each KPI, in the scheme's order.
pub fn score(scheme: &Scheme, measured: impl Fn(&Kpi) -> Measured) -> Scorecard {
    let mut groups: Vec<Group> = scheme.perspectives.iter().map(|perspective| group(scheme, perspective, &measured)).collect();
    let spread = reweight(&mut groups);
    let items = || groups.iter().flat_map(|group| &group.items);
    let exact: Decimal = items().filter_map(|item| item.contribution).sum();
    let scored: Decimal = items().filter(|item| item.score.is_some()).map(|item| item.weight).sum();
    let total = round(exact);
    let provisional = items().any(|item| item.missing == Some(MissingPolicy::Hold));
    let nothing = items().all(|item| item.score.is_none());
    let tier = if nothing { None } else { tier_of(&scheme.tiers, total).cloned() };
    let mut steps = Vec::new();
    if let Some(text) = spread {
        steps.push(text);
    }
    if nothing {
        steps.push(Label::new("没有一个指标能计分，因此没有总分", "no KPI could be scored, so there is no total"));
        return Scorecard { total, out_of: round(Decimal::ZERO), provisional, tier, steps, groups };
    }
    let sum: Vec<String> = items().filter_map(|item| item.score.map(|score| format!("{}% × {score}", plain(item.weight)))).collect();
    let sum = sum.join(" + ");
    steps.push(Label::new(format!("总分 = {sum} = {exact} → {total}"), format!("total = {sum} = {exact} → {total}")));
    Scorecard { total, out_of: round(scored * scheme.cap / Decimal::ONE_HUNDRED), provisional, tier, steps, groups }
}

/// The tier that holds a rounded total; edges are closed below.
pub fn tier_of(tiers: &[Tier], total: Decimal) -> Option<&Tier> {
    tiers.iter().find(|tier| tier.from.is_none_or(|from| total >= from))
}

/// Rounds half away from zero to two decimals.
pub fn round(value: Decimal) -> Decimal {
    let mut rounded = value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(2);
    rounded
}

fn group(scheme: &Scheme, perspective: &Perspective, measured: &impl Fn(&Kpi) -> Measured) -> Group {
    let items: Vec<Item> = perspective
        .kpis
        .iter()
        .map(|kpi| {
            let weight = perspective.weight * kpi.weight / Decimal::ONE_HUNDRED;
            item(kpi, weight.normalize(), measured(kpi), scheme.cap)
        })
        .collect();
    let contribution = items.iter().filter_map(|item| item.contribution).sum();
    Group { perspective: perspective.name.clone(), weight: perspective.weight, contribution, items }
}

fn item(kpi: &Kpi, weight: Decimal, measured: Measured, cap: Decimal) -> Item {
    let measured = Measured {
        floor: kpi.floor.or(measured.floor),
        target: kpi.target.or(measured.target),
        stretch: kpi.stretch.or(measured.stretch),
        direction: kpi.direction.unwrap_or(measured.direction),
        ..measured
    };
    let attainment = attainment(&measured);
    let (score, explanation, missing) = match apply(&kpi.rule, &measured, attainment, cap) {
        Ok((raw, text)) => {
            let score = round(raw);
            let text = Label::new(format!("{} → {score}", text.zh), format!("{} → {score}", text.en));
            (Some(score), text, None)
        }
        Err(reason) if kpi.missing == MissingPolicy::Zero => {
            let zero = round(Decimal::ZERO);
            let text = Label::new(format!("{}，按方案记 0 分", reason.zh), format!("{}; the scheme counts it as 0", reason.en));
            (Some(zero), text, Some(MissingPolicy::Zero))
        }
        Err(reason) => (None, reason, Some(kpi.missing)),
    };
    let contribution = score.map(|score| weight * score / Decimal::ONE_HUNDRED);
    Item { kpi: kpi.name.clone(), weight, measured, attainment, score, contribution, explanation, missing }
}

/// Actual ÷ target, or 2 − actual ÷ target where lower is better; none unless the target is above 0.
fn attainment(measured: &Measured) -> Option<Decimal> {
    let (actual, target) = (measured.actual?, measured.target?);
    if target <= Decimal::ZERO {
        return None;
    }
    let ratio = actual.checked_div(target)?;
    Some(match measured.direction {
        Direction::Higher | Direction::Band => ratio,
        Direction::Lower => Decimal::TWO - ratio,
    })
}

type Scored = Result<(Decimal, Label), Label>;

fn apply(rule: &Rule, measured: &Measured, attainment: Option<Decimal>, cap: Decimal) -> Scored {
    let actual = measured.actual.ok_or_else(|| {
        let plain = || Label::new("没有实际值", "there is no actual value");
        measured.unmeasured.clone().unwrap_or_else(plain)
    })?;
    let need_target = || measured.target.ok_or_else(|| Label::new("没有目标值", "there is no target"));
    let need_attainment = || {
        need_target()?;
        attainment.ok_or_else(|| Label::new("目标值不大于 0，无法计算达成率", "the target is not above 0, so there is no attainment"))
    };
    match rule {
        Rule::Curve(points) => need_attainment().map(|attainment| curve(points, attainment, cap, measured)),
        Rule::Ratio => need_attainment().map(|attainment| {
            let raw = (attainment * Decimal::ONE_HUNDRED).clamp(Decimal::ZERO, cap);
            let text = describe(measured, attainment);
            let (zh, en) = (format!("{}；100 × 达成率，限 0…{cap}", text.zh), format!("{}; 100 × attainment, within 0…{cap}", text.en));
            (raw, Label::new(zh, en))
        }),
        Rule::Linear => linear(measured, actual, need_target()?, cap),
        Rule::Bands { of, steps } => {
            let value = match of {
                BandsOf::Actual => actual,
                BandsOf::Attainment => need_attainment()?,
            };
            Ok(bands(*of, steps, value))
        }
        Rule::Deduct { points, per } => {
            let target = need_target()?;
            let short = match measured.direction {
                Direction::Higher | Direction::Band => target - actual,
                Direction::Lower => actual - target,
            };
            let short = short.max(Decimal::ZERO);
            let raw = (Decimal::ONE_HUNDRED - points * short / per).max(Decimal::ZERO);
            let text = format!("100 − {points} × {} ÷ {per}", plain(short));
            Ok((raw, Label::new(format!("差 {}：{text}", plain(short)), format!("{} short: {text}", plain(short)))))
        }
        Rule::Band { low, high } => Ok(yes_no((*low..=*high).contains(&actual), &format!("{low} ≤ {} ≤ {high}", plain(actual)))),
        Rule::PassFail => {
            let target = need_target()?;
            let (met, sign) = match measured.direction {
                Direction::Higher | Direction::Band => (actual >= target, "≥"),
                Direction::Lower => (actual <= target, "≤"),
            };
            Ok(yes_no(met, &format!("{} {sign} {target}", plain(actual))))
        }
    }
}

fn yes_no(met: bool, test: &str) -> (Decimal, Label) {
    let raw = if met { Decimal::ONE_HUNDRED } else { Decimal::ZERO };
    let (zh, en) = if met { ("满足", "met") } else { ("不满足", "not met") };
    (raw, Label::new(format!("{test} {zh}"), format!("{test} {en}")))
}

fn curve(points: &[(Decimal, Decimal)], attainment: Decimal, cap: Decimal, measured: &Measured) -> (Decimal, Label) {
    let raw = interpolate(points, attainment).min(cap);
    let list: Vec<String> = points.iter().map(|(at, score)| format!("{}→{score}", percent(*at))).collect();
    let text = describe(measured, attainment);
    let list = list.join(", ");
    (raw, Label::new(format!("{}；曲线 {list}", text.zh), format!("{}; curve {list}", text.en)))
}

/// Linear between the points; 0 below the first, flat above the last.
fn interpolate(points: &[(Decimal, Decimal)], at: Decimal) -> Decimal {
    let Some(above) = points.iter().position(|(x, _)| at < *x) else {
        return points.last().map_or(Decimal::ZERO, |(_, score)| *score);
    };
    if above == 0 {
        return Decimal::ZERO;
    }
    let ((x0, y0), (x1, y1)) = (points[above - 1], points[above]);
    y0 + (y1 - y0) * (at - x0) / (x1 - x0)
}

fn linear(measured: &Measured, actual: Decimal, target: Decimal, cap: Decimal) -> Scored {
    let floor = measured.floor.ok_or_else(|| Label::new("没有保底值", "there is no floor"))?;
    if floor == target {
        return Err(Label::new("保底值等于目标值", "the floor equals the target"));
    }
    let hundred = Decimal::ONE_HUNDRED;
    // Signed by the way from floor to target, so lower-is-better needs no case of its own.
    let to_target = (actual - floor) / (target - floor);
    let raw = match measured.stretch.filter(|stretch| *stretch != target) {
        _ if to_target <= Decimal::ZERO => Decimal::ZERO,
        _ if to_target <= Decimal::ONE => hundred * to_target,
        Some(stretch) => (hundred + (cap - hundred) * (actual - target) / (stretch - target)).min(cap),
        None => hundred,
    };
    let list = match measured.stretch {
        Some(stretch) => format!("{floor}→0, {target}→100, {stretch}→{cap}"),
        None => format!("{floor}→0, {target}→100"),
    };
    let actual = plain(actual);
    Ok((raw, Label::new(format!("实际 {actual}；线性 {list}"), format!("actual {actual}; linear {list}"))))
}

fn bands(of: BandsOf, steps: &[(Decimal, Decimal)], value: Decimal) -> (Decimal, Label) {
    let reached = steps.iter().rev().find(|(at, _)| value >= *at);
    let raw = reached.map_or(Decimal::ZERO, |(_, score)| *score);
    let show = |value: Decimal| match of {
        BandsOf::Actual => plain(value),
        BandsOf::Attainment => percent(value),
    };
    let (zh, en) = match of {
        BandsOf::Actual => ("实际", "actual"),
        BandsOf::Attainment => ("达成率", "attainment"),
    };
    let (value, first) = (show(value), steps.first().map(|(at, _)| show(*at)).unwrap_or_default());
    let text = match reached {
        Some((at, _)) => format!("{value} ≥ {}", show(*at)),
        None => format!("{value} < {first}"),
    };
    (raw, Label::new(format!("{zh} {text}"), format!("{en} {text}")))
}

/// Spreads the weight of items to be reweighted over the scored ones.
fn reweight(groups: &mut [Group]) -> Option<Label> {
    let drop = |item: &Item| item.missing == Some(MissingPolicy::Reweight);
    let dropped: Decimal = groups.iter().flat_map(|g| &g.items).filter(|i| drop(i)).map(|i| i.weight).sum();
    let kept: Decimal = groups.iter().flat_map(|g| &g.items).filter(|i| !drop(i)).map(|i| i.weight).sum();
    if dropped.is_zero() || kept.is_zero() {
        return None;
    }
    for group in &mut *groups {
        for item in &mut group.items {
            item.weight = if drop(item) { Decimal::ZERO } else { (item.weight * (kept + dropped) / kept).normalize() };
            item.contribution = item.score.map(|score| item.weight * score / Decimal::ONE_HUNDRED);
        }
        group.contribution = group.items.iter().filter_map(|item| item.contribution).sum();
    }
    let dropped = plain(dropped);
    Some(Label::new(
        format!("缺数据指标的权重 {dropped}% 按比例分给其余指标"),
        format!("{dropped}% of weight without data is spread over the other KPIs"),
    ))
}

fn describe(measured: &Measured, attainment: Decimal) -> Label {
    let actual = measured.actual.map(plain).unwrap_or_default();
    let target = measured.target.map(plain).unwrap_or_default();
    let formula = match measured.direction {
        Direction::Higher | Direction::Band => format!("{actual} ÷ {target}"),
        Direction::Lower => format!("2 − {actual} ÷ {target}"),
    };
    let value = percent(attainment);
    Label::new(format!("达成率 = {formula} = {value}"), format!("attainment = {formula} = {value}"))
}

fn plain(value: Decimal) -> String {
    value.round_dp(6).normalize().to_string()
}

fn percent(value: Decimal) -> String {
    format!("{}%", (value * Decimal::ONE_HUNDRED).round_dp(2).normalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Calendar, scheme::load_scheme};

    fn decimal(text: &str) -> Decimal {
        text.parse().expect(text)
    }

    fn measured(actual: &str, target: &str, direction: Direction) -> Measured {
        Measured { actual: actual.parse().ok(), target: target.parse().ok(), direction, ..Measured::default() }
    }

    /// Scores one KPI that carries the whole card.
    fn one(rule: &str, m: Measured) -> String {
        let text = format!("scheme: s\nperspectives: [{{name: p, weight: 100, kpis: [{{metric: a, weight: 100, rule: {rule}}}]}}]\n");
        let (scheme, issues) = load_scheme("s.yaml", &text, &Calendar::default());
        assert_eq!(issues, []);
        let card = score(&scheme.expect("a scheme"), |_| m.clone());
        card.groups[0].items[0].score.map_or_else(|| "missing".to_owned(), |score| score.to_string())
    }

    #[test]
    fn rules_follow_their_formulas() {
        use Direction::{Higher, Lower};
        for (rule, actual, target, direction, expect) in [
            ("curve", "80", "100", Higher, "60.00"),
            ("curve", "79.99", "100", Higher, "0.00"),
            ("curve", "90", "100", Higher, "80.00"),
            ("curve", "412", "430", Higher, "91.63"),
            ("curve", "130", "100", Higher, "120.00"),
            ("curve", "110", "100", Lower, "80.00"),
            ("ratio", "95.8125", "100", Higher, "95.81"),
            ("ratio", "0.00005", "1", Higher, "0.01"),
            ("ratio", "300", "100", Lower, "0.00"),
            ("ratio", "50", "100", Lower, "120.00"),
            ("ratio", "1", "0", Higher, "missing"),
            ("ratio", "", "100", Higher, "missing"),
            ("ratio", "5", "", Higher, "missing"),
            ("{type: bands, steps: [[0.8, 60], [1, 100]]}", "99.99", "100", Higher, "60.00"),
            ("{type: bands, of: actual, steps: [[4, 60], [5, 100]]}", "5", "", Higher, "100.00"),
            ("{type: deduct, deduct: 5}", "3", "0", Lower, "85.00"),
            ("{type: band, low: 20, high: 30}", "30", "", Higher, "100.00"),
            ("pass_fail", "29.9", "30", Higher, "0.00"),
        ] {
            assert_eq!(one(rule, measured(actual, target, direction)), expect, "{rule} {actual} {target}");
        }
    }

    #[test]
    fn linear_goes_from_floor_through_target_to_stretch() {
        for (actual, expect) in [("70", "0.00"), ("90", "50.00"), ("100", "100.00"), ("110", "110.00"), ("150", "120.00")] {
            let m = Measured { floor: Some(decimal("80")), stretch: Some(decimal("120")), ..measured(actual, "100", Direction::Higher) };
            assert_eq!(one("linear", m), expect, "{actual}");
        }
        let m = Measured { floor: Some(decimal("0.10")), ..measured("0.06", "0.05", Direction::Lower) };
        assert_eq!(one("linear", m), "80.00");
    }

    #[test]
    fn missing_items_are_held_reweighted_or_zero() {
        for (policy, total, provisional, out_of) in
            [("hold", "70.00", true, "84.00"), ("reweight", "100.00", false, "120.00"), ("zero", "70.00", false, "120.00")]
        {
            let text = format!(
                "scheme: s\nmissing: {policy}\nperspectives: [{{name: p, weight: 100, kpis: [{{metric: a, weight: 70}}, {{metric: b, weight: 30}}]}}]\n"
            );
            let scheme = load_scheme("s.yaml", &text, &Calendar::default()).0.expect("a scheme");
            let card = score(&scheme, |kpi| measured(if kpi.metric == "a" { "1" } else { "" }, "1", Direction::Higher));
            assert_eq!((card.total.to_string().as_str(), card.provisional), (total, provisional), "{policy}");
            assert_eq!(card.out_of.to_string(), out_of, "{policy}");
        }
    }

    #[test]
    fn tiers_use_the_rounded_total_and_are_closed_below() {
        let scheme = load_scheme(
            "s.yaml",
            "scheme: s\nperspectives: [{name: p, weight: 100, kpis: [{metric: a, weight: 100, rule: ratio}]}]\n",
            &Calendar::default(),
        )
        .0
        .expect("a scheme");
        for (actual, tier) in [("0.8999499", "技能提升"), ("0.89995", "高潜人才池"), ("0.9", "高潜人才池"), ("0.79994", "绩效改进")]
        {
            let card = score(&scheme, |_| measured(actual, "1", Direction::Higher));
            assert_eq!(card.tier.expect("a tier").label.zh, tier, "{actual}");
        }
    }
}
