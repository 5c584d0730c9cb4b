//! Assessment schemes (考核方案): what is scored, against what, by which rule, with which weight.
//!
//! Weights are percent of their level: perspectives sum to 100, and the KPIs of one perspective sum to 100.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_saphyr::Spanned;

use crate::{
    Calendar, Direction, Grain, Issue, Label,
    yaml::{self, Check},
};

/// A scheme file that was read and found consistent.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    pub name: String,
    pub label: Label,
    /// Path of the file, relative to the project folder.
    pub path: String,
    /// The grain of its assessment periods: a standard one, or one of the calendar's.
    pub grain: String,
    /// Dimension whose values are the subjects; none means the company as a whole.
    pub subject: Option<String>,
    /// Best possible item score.
    pub cap: Decimal,
    pub perspectives: Vec<Perspective>,
    /// From the highest `from` down; the last has none.
    pub tiers: Vec<Tier>,
}

/// A group of KPIs, such as the balanced scorecard's 财务.
#[derive(Debug, Clone, PartialEq)]
pub struct Perspective {
    pub name: String,
    pub label: Label,
    pub weight: Decimal,
    pub kpis: Vec<Kpi>,
}

/// One scored item.
#[derive(Debug, Clone, PartialEq)]
pub struct Kpi {
    pub name: String,
    pub label: Label,
    pub metric: String,
    /// Filters of its own, in the query language.
    pub filters: Vec<String>,
    /// Percent of its perspective.
    pub weight: Decimal,
    /// Which way is better; none takes the metric's own direction.
    pub direction: Option<Direction>,
    pub rule: Rule,
    /// Fixed numbers in the scheme; absent ones come from the target records.
    pub floor: Option<Decimal>,
    pub target: Option<Decimal>,
    pub stretch: Option<Decimal>,
    pub missing: MissingPolicy,
}

/// How an actual and its target become a score; the formulas are domain rules, see [`crate::score`].
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// Linear between (attainment, score) points; 0 below the first, flat above the last.
    Curve(Vec<(Decimal, Decimal)>),
    /// 100 × attainment, clamped to 0…cap.
    Ratio,
    /// From the floor (0) through the target (100) to the stretch (cap).
    Linear,
    /// The score of the highest step reached.
    Bands { of: BandsOf, steps: Vec<(Decimal, Decimal)> },
    /// 100 − points for each `per` units short of the target.
    Deduct { points: Decimal, per: Decimal },
    /// 100 inside `low..=high`, otherwise 0.
    Band { low: Decimal, high: Decimal },
    /// 100 when the target is met, otherwise 0.
    PassFail,
}

/// What the steps of [`Rule::Bands`] are compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BandsOf {
    #[default]
    Attainment,
    Actual,
}

/// What happens to an item without an actual or a target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MissingPolicy {
    /// Shown as missing; the score is provisional.
    #[default]
    Hold,
    /// Its weight is spread over the other items.
    Reweight,
    /// It scores 0.
    Zero,
}

/// A range of totals with its consequence; closed below.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    #[serde(default)]
    pub from: Option<Decimal>,
    #[serde(default)]
    pub label: Label,
    #[serde(default)]
    pub consequence: Label,
}

impl Rule {
    /// The rule's name in scheme files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Curve(_) => "curve",
            Self::Ratio => "ratio",
            Self::Linear => "linear",
            Self::Bands { .. } => "bands",
            Self::Deduct { .. } => "deduct",
            Self::Band { .. } => "band",
            Self::PassFail => "pass_fail",
        }
    }

    /// The default curve: attainment 80 % → 60, 100 % → 100, 120 % → 120.
    pub fn default_curve() -> Self {
        let point = |attainment: i64, score: i64| (Decimal::new(attainment, 2), Decimal::from(score));
        Self::Curve(vec![point(80, 60), point(100, 100), point(120, 120)])
    }
}

/// Reads one scheme file; an inconsistent scheme gives issues and no scheme.
pub fn load_scheme(path: &str, text: &str, calendar: &Calendar) -> (Option<Scheme>, Vec<Issue>) {
    let file: SchemeFile = match yaml::parse(path, text) {
        Ok(file) => file,
        Err(issue) => return (None, vec![issue]),
    };
    let mut check = Check::new(path);
    let scheme = check.scheme(file, calendar);
    if check.issues.is_empty() { (Some(scheme), Vec::new()) } else { (None, check.issues) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemeFile {
    scheme: String,
    #[serde(default)]
    label: Label,
    #[serde(default)]
    grain: Option<Spanned<String>>,
    #[serde(default)]
    subject: Option<SubjectFile>,
    #[serde(default)]
    cap: Option<Decimal>,
    #[serde(default)]
    missing: MissingPolicy,
    perspectives: Spanned<Vec<PerspectiveFile>>,
    #[serde(default)]
    tiers: Option<Spanned<Vec<Tier>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubjectFile {
    dimension: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PerspectiveFile {
    name: String,
    #[serde(default)]
    label: Label,
    weight: Spanned<Decimal>,
    kpis: Spanned<Vec<KpiFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KpiFile {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    label: Label,
    metric: String,
    #[serde(default, rename = "where")]
    filters: Vec<String>,
    weight: Spanned<Decimal>,
    #[serde(default)]
    direction: Option<Direction>,
    #[serde(default)]
    rule: Option<Spanned<RuleFile>>,
    #[serde(default)]
    floor: Option<Decimal>,
    #[serde(default)]
    target: Option<Spanned<Decimal>>,
    #[serde(default)]
    stretch: Option<Decimal>,
    #[serde(default)]
    missing: Option<MissingPolicy>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RuleFile {
    Name(String),
    Detail(RuleDetail),
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RuleDetail {
    r#type: String,
    points: Option<Vec<(Decimal, Decimal)>>,
    of: BandsOf,
    steps: Option<Vec<(Decimal, Decimal)>>,
    deduct: Option<Decimal>,
    per: Option<Decimal>,
    low: Option<Decimal>,
    high: Option<Decimal>,
}

impl Check<'_> {
    fn scheme(&mut self, file: SchemeFile, calendar: &Calendar) -> Scheme {
        if let Some(name) = file.grain.as_ref().filter(|name| !calendar.has_grain(&name.value)) {
            let message = format!("'{}' is not a grain", name.value);
            let own: String = calendar.grains().into_iter().map(|(grain, _)| format!(", {grain}")).collect();
            self.error(name, "unknown-grain", message, &format!("write day, week, month, quarter, year{own}"));
        }
        let cap = file.cap.unwrap_or(Decimal::from(120));
        let weights = file.perspectives.value.iter().map(|p| p.weight.value).collect();
        self.weights(&file.perspectives, weights, &format!("the perspectives of scheme {}", file.scheme));
        let mut names = std::collections::BTreeSet::new();
        let mut perspectives = Vec::new();
        for perspective in file.perspectives.value {
            let weights = perspective.kpis.value.iter().map(|kpi| kpi.weight.value).collect();
            self.weights(&perspective.kpis, weights, &format!("the KPIs of perspective {}", perspective.name));
            let mut kpis = Vec::new();
            for kpi in perspective.kpis.value {
                let name = kpi.name.clone().unwrap_or_else(|| kpi.metric.clone());
                if !names.insert(name.clone()) {
                    let message = format!("two KPIs are called {name}");
                    self.error(&kpi.weight, "duplicate-kpi", message, "give one of them a `name:` of its own");
                }
                kpis.push(self.kpi(name, kpi, file.missing));
            }
            perspectives.push(Perspective {
                label: perspective.label.or_name(&perspective.name),
                name: perspective.name,
                weight: perspective.weight.value,
                kpis,
            });
        }
        let tiers = self.tiers(file.tiers);
        Scheme {
            label: file.label.or_name(&file.scheme),
            name: file.scheme,
            path: self.path.to_owned(),
            grain: file.grain.map_or_else(|| Grain::Month.name().to_owned(), |grain| grain.value),
            subject: file.subject.map(|subject| subject.dimension),
            cap,
            perspectives,
            tiers,
        }
    }

    fn weights<T>(&mut self, at: &Spanned<T>, weights: Vec<Decimal>, what: &str) {
        let sum: Decimal = weights.iter().sum();
        if weights.iter().any(|weight| weight.is_sign_negative()) {
            self.error(at, "negative-weight", format!("a weight of {what} is negative"), "weights are percent, 0 to 100");
        }
        if sum != Decimal::ONE_HUNDRED {
            let list: Vec<String> = weights.iter().map(Decimal::to_string).collect();
            let message = format!("the weights of {what} sum to {sum}, not 100 ({})", list.join(" + "));
            let gap = Decimal::ONE_HUNDRED - sum;
            let hint = if gap.is_sign_positive() { format!("add {gap} to one of them") } else { format!("take {} away", -gap) };
            self.error(at, "weights-sum", message, &hint);
        }
    }

    fn kpi(&mut self, name: String, file: KpiFile, missing: MissingPolicy) -> Kpi {
        let rule = match &file.rule {
            None => Rule::default_curve(),
            Some(rule) => self.rule(rule).unwrap_or(Rule::Ratio),
        };
        if let Some(target) = &file.target
            && matches!(rule, Rule::Curve(_) | Rule::Ratio)
            && target.value <= Decimal::ZERO
        {
            let message = format!("the target of {name} is {}, but rule {} needs one above 0", target.value, rule.name());
            self.error(target, "target-not-positive", message, "use rule linear, bands, band or pass_fail for such a target");
        }
        Kpi {
            label: file.label,
            name,
            metric: file.metric,
            filters: file.filters,
            weight: file.weight.value,
            direction: file.direction,
            rule,
            floor: file.floor,
            target: file.target.map(|target| target.value),
            stretch: file.stretch,
            missing: file.missing.unwrap_or(missing),
        }
    }

    fn rule(&mut self, rule: &Spanned<RuleFile>) -> Option<Rule> {
        let nothing = RuleDetail::default();
        let (name, detail) = match &rule.value {
            RuleFile::Name(name) => (name.as_str(), &nothing),
            RuleFile::Detail(detail) => (detail.r#type.as_str(), detail),
        };
        let built = match name {
            "curve" => Ok(detail.points.clone().map_or_else(Rule::default_curve, Rule::Curve)),
            "ratio" => Ok(Rule::Ratio),
            "linear" => Ok(Rule::Linear),
            "pass_fail" => Ok(Rule::PassFail),
            "bands" => match &detail.steps {
                Some(steps) => Ok(Rule::Bands { of: detail.of, steps: steps.clone() }),
                None => Err("rule bands needs `steps: [[at least, score], …]`"),
            },
            "deduct" => match detail.deduct {
                Some(points) => Ok(Rule::Deduct { points, per: detail.per.unwrap_or(Decimal::ONE) }),
                None => Err("rule deduct needs `deduct: points` for each `per: units` short"),
            },
            "band" => match (detail.low, detail.high) {
                (Some(low), Some(high)) if low <= high => Ok(Rule::Band { low, high }),
                _ => Err("rule band needs `low:` and `high:`, low not above high"),
            },
            _ => Err("unknown rule"),
        };
        match built {
            Ok(Rule::Curve(points) | Rule::Bands { steps: points, .. }) if !ascending(&points) => {
                let message = format!("the points of rule {name} do not ascend");
                self.error(rule, "rule-points", message, "list at least one point, each first number above the one before");
                None
            }
            Ok(Rule::Deduct { per, .. }) if per <= Decimal::ZERO => {
                self.error(rule, "rule-per", "`per:` must be above 0", "write the number of units one deduction stands for");
                None
            }
            Ok(rule) => Some(rule),
            Err(reason) => {
                let hint = "rules are curve, ratio, linear, bands, deduct, band, pass_fail";
                self.error(rule, "rule", format!("rule '{name}': {reason}"), hint);
                None
            }
        }
    }

    fn tiers(&mut self, tiers: Option<Spanned<Vec<Tier>>>) -> Vec<Tier> {
        let Some(tiers) = tiers else { return default_tiers() };
        let mut list = tiers.value.clone();
        list.sort_by_key(|tier| std::cmp::Reverse(tier.from));
        let open = list.iter().filter(|tier| tier.from.is_none()).count();
        if open != 1 || list.windows(2).any(|pair| pair[0].from == pair[1].from) {
            let hint = "give every tier another `from:`, and leave it out in the lowest one only";
            self.error(&tiers, "tiers", "the tiers leave a gap or overlap", hint);
        }
        list
    }
}

fn ascending(points: &[(Decimal, Decimal)]) -> bool {
    !points.is_empty() && points.windows(2).all(|pair| pair[0].0 < pair[1].0)
}

/// [90, ∞) talent pool, [80, 90) skill plan, below 80 improvement plan.
fn default_tiers() -> Vec<Tier> {
    let tier = |from: Option<i64>, label: Label, consequence: Label| Tier { from: from.map(Decimal::from), label, consequence };
    vec![
        tier(Some(90), Label::new("高潜人才池", "Talent pool"), Label::new("导师、轮岗", "Mentor, rotation")),
        tier(Some(80), Label::new("技能提升", "Skill plan"), Label::new("针对性技能计划", "Targeted skill plan")),
        tier(
            None,
            Label::new("绩效改进", "Improvement plan"),
            Label::new("绩效改进计划（由负责人决定）", "Improvement plan, decided by a named person"),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEME: &str = "scheme: s\nperspectives:\n  - name: finance\n    weight: 60\n    kpis:\n      - {metric: a, weight: 100}\n  - name: customer\n    weight: 40\n    kpis:\n      - {metric: b, weight: 70, rule: ratio}\n      - {metric: c, weight: 30, rule: {type: bands, steps: [[0.8, 60], [1, 100]]}}\n";

    #[test]
    fn reads_a_scheme_with_defaults() {
        let (scheme, issues) = load_scheme("s.yaml", SCHEME, &Calendar::default());
        assert_eq!(issues, []);
        let scheme = scheme.expect("a scheme");
        assert_eq!(scheme.cap, Decimal::from(120));
        assert_eq!(scheme.perspectives[0].kpis[0].rule, Rule::default_curve());
        assert_eq!(scheme.tiers.len(), 3);
    }

    #[test]
    fn says_where_a_scheme_is_wrong() {
        for (from, to, code, line) in [
            ("weight: 60", "weight: 50", "weights-sum", 3),
            ("weight: 70,", "weight: 60,", "weights-sum", 10),
            ("rule: ratio", "rule: ration", "rule", 10),
            ("[1, 100]", "[0.7, 100]", "rule-points", 11),
            ("metric: b", "metrics: b", "yaml", 10),
            ("metric: c", "metric: a", "duplicate-kpi", 11),
        ] {
            let (scheme, issues) = load_scheme("s.yaml", &SCHEME.replace(from, to), &Calendar::default());
            assert!(scheme.is_none(), "{to}");
            let found = issues.iter().find(|issue| issue.code == code).unwrap_or_else(|| panic!("{to}: {issues:?}"));
            assert_eq!(found.line, line, "{to}: {issues:?}");
        }
    }
}
