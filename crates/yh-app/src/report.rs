//! A scorecard as JSON and as a page of its own: the same bytes for the same inputs.

use rust_decimal::Decimal;
use serde::Serialize;
use yh_model::{Label, scheme::MissingPolicy, score::Item};

use crate::{
    AppError, ErrorKind, Result,
    answer::JsonCell,
    assess::{Assessment, ItemSource},
    markup::{NO_SCRIPT, escaped},
};

/// The wire and storage form of a scorecard; decimals are exact JSON numbers.
#[derive(Debug, Serialize)]
pub struct ScorecardJson<'a> {
    scheme: &'a str,
    scheme_revision: &'a str,
    label: &'a Label,
    subject: &'a str,
    subject_label: &'a str,
    period: String,
    total: Number,
    out_of: Number,
    tier: Option<TierJson<'a>>,
    provisional: bool,
    previous_total: Option<Number>,
    change: Option<Number>,
    perspectives: Vec<PerspectiveJson<'a>>,
    steps: Vec<StepJson<'a>>,
    as_of: Option<String>,
    revisions: std::collections::BTreeMap<&'a str, &'a str>,
}

#[derive(Debug, Serialize)]
struct PerspectiveJson<'a> {
    name: &'a str,
    label: &'a Label,
    weight: Number,
    contribution: Number,
    kpis: Vec<ItemJson<'a>>,
}

#[derive(Debug, Serialize)]
struct ItemJson<'a> {
    name: &'a str,
    label: &'a Label,
    metric: &'a str,
    weight: Number,
    actual: Option<Number>,
    format: yh_metrics::catalog::Format,
    unit: Option<&'a str>,
    target: Option<Number>,
    floor: Option<Number>,
    stretch: Option<Number>,
    attainment: Option<Number>,
    rule: &'a str,
    rule_text: &'a Label,
    score: Option<Number>,
    contribution: Option<Number>,
    missing: Option<MissingPolicy>,
    missing_reason: Option<&'a Label>,
    query: QueryJson<'a>,
    cell: std::collections::BTreeMap<&'a str, &'a str>,
}

/// The question behind an item, as the API takes it.
#[derive(Debug, Serialize)]
struct QueryJson<'a> {
    metrics: &'a [String],
    group_by: &'a [String],
    r#where: &'a [String],
    start_time: Option<&'a str>,
    end_time: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct TierJson<'a> {
    from: Option<Number>,
    label: &'a Label,
    consequence: &'a Label,
}

#[derive(Debug, Serialize)]
struct StepJson<'a> {
    text: &'a Label,
}

/// A decimal written in full.
#[derive(Debug, Clone, Copy)]
struct Number(Decimal);

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        JsonCell(&yh_model::Value::Decimal(self.0)).serialize(serializer)
    }
}

/// Builds the JSON form of an assessment.
pub fn scorecard(assessment: &Assessment) -> ScorecardJson<'_> {
    let card = &assessment.card;
    ScorecardJson {
        scheme: &assessment.scheme,
        scheme_revision: &assessment.scheme_revision,
        label: &assessment.scheme_label,
        subject: &assessment.subject,
        subject_label: &assessment.subject,
        period: assessment.period.to_string(),
        total: Number(card.total),
        out_of: Number(card.out_of),
        tier: card.tier.as_ref().map(|tier| TierJson { from: tier.from.map(Number), label: &tier.label, consequence: &tier.consequence }),
        provisional: card.provisional,
        previous_total: assessment.previous_total.map(Number),
        change: assessment.previous_total.map(|before| Number(card.total - before)),
        perspectives: assessment
            .card
            .groups
            .iter()
            .zip(&assessment.perspectives)
            .map(|(group, (name, label))| PerspectiveJson {
                name,
                label,
                weight: Number(group.weight),
                contribution: Number(group.contribution),
                kpis: group.items.iter().filter_map(|item| Some(item_json(item, assessment.items.get(&item.kpi)?))).collect(),
            })
            .collect(),
        steps: card.steps.iter().map(|text| StepJson { text }).collect(),
        as_of: assessment.as_of.map(|day| day.to_string()),
        revisions: assessment.revisions.iter().map(|(metric, revision)| (metric.as_str(), revision.as_str())).collect(),
    }
}

fn item_json<'a>(item: &'a Item, source: &'a ItemSource) -> ItemJson<'a> {
    let m = &item.measured;
    ItemJson {
        name: &item.kpi,
        label: &source.label,
        metric: &source.metric,
        weight: Number(item.weight),
        actual: m.actual.map(Number),
        format: source.format,
        unit: source.unit.as_deref(),
        target: m.target.map(Number),
        floor: m.floor.map(Number),
        stretch: m.stretch.map(Number),
        attainment: item.attainment.map(Number),
        rule: source.rule,
        rule_text: &item.explanation,
        score: item.score.map(Number),
        contribution: item.contribution.map(Number),
        missing: item.missing,
        missing_reason: item.missing.map(|_| &item.explanation),
        query: QueryJson {
            metrics: &source.query.metrics,
            group_by: &source.query.group_by,
            r#where: &source.query.where_,
            start_time: source.query.start_time.as_deref(),
            end_time: source.query.end_time.as_deref(),
        },
        cell: source.cell.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
    }
}

/// The scorecard as one line of JSON.
pub fn json(assessment: &Assessment) -> Result<String> {
    serde_json::to_string(&scorecard(assessment)).map_err(|error| AppError::new(ErrorKind::Internal, "json", error.to_string()))
}

/// The scorecard as a page that needs nothing else.
pub fn html(assessment: &Assessment, locale: &str) -> String {
    let card = &assessment.card;
    let t = |zh: &'static str, en: &'static str| if locale.starts_with("zh") { zh } else { en };
    let number = |value: Option<Decimal>| value.map(|value| value.round_dp(4).normalize().to_string()).unwrap_or_else(|| "—".into());
    let mut rows = String::new();
    for (group, (_, label)) in card.groups.iter().zip(&assessment.perspectives) {
        rows += &format!(
            "<tr class=group><td>{} {}</td><td></td><td></td><td></td><td></td><td></td><td></td><td>{}</td></tr>\n",
            escaped(label.text(locale)),
            group.weight.normalize(),
            number(Some(group.contribution)),
        );
        for item in &group.items {
            let Some(source) = assessment.items.get(&item.kpi) else { continue };
            let attainment = item.attainment.map(|value| format!("{}%", (value * Decimal::ONE_HUNDRED).round_dp(2).normalize()));
            rows += &format!(
                "<tr><td>{}</td><td>{}%</td><td>{}</td><td>{}</td><td>{}</td><td class=text>{}</td><td>{}</td><td>{}</td></tr>\n",
                escaped(source.label.text(locale)),
                item.weight.normalize(),
                number(item.measured.actual),
                number(item.measured.target),
                attainment.unwrap_or_else(|| "—".into()),
                escaped(item.explanation.text(locale)),
                item.score.map_or_else(|| "—".into(), |score| score.to_string()),
                number(item.contribution),
            );
        }
    }
    let steps: String = card.steps.iter().map(|step| format!("<li>{}</li>", escaped(step.text(locale)))).collect();
    let tier =
        card.tier.as_ref().map(|tier| format!("{} · {}", tier.label.text(locale), tier.consequence.text(locale))).unwrap_or_default();
    let provisional = if card.provisional { t("（暂定：数据不全）", " (provisional: data are not complete)") } else { "" };
    let heads = [
        t("指标", "KPI"),
        t("权重", "Weight"),
        t("实际", "Actual"),
        t("目标", "Target"),
        t("达成", "Attainment"),
        t("规则", "Rule"),
        t("得分", "Score"),
        t("贡献", "Contribution"),
    ];
    let heads: String = heads.iter().map(|head| format!("<th>{head}</th>")).collect();
    format!(
        "<!doctype html>\n<html lang=\"{locale}\"><head><meta charset=\"utf-8\">{NO_SCRIPT}<title>{subject} {period}</title><style>\
body{{font:14px system-ui,\"PingFang SC\",\"Noto Sans CJK SC\",sans-serif;margin:24px;color:#1f2329}}table{{border-collapse:collapse;width:100%}}\
td,th{{padding:6px 8px;border-bottom:1px solid #e5e6eb;text-align:right;font-variant-numeric:tabular-nums}}td:first-child,th:first-child,.text{{text-align:left}}\
.group td{{font-weight:600;background:#f7f8fa}}h1{{font-size:20px}}.total{{font-size:28px}}</style></head><body>\n\
<h1>{scheme} · {subject} · {period}</h1>\n<p><span class=total>{total}</span> / {out_of} {provisional} {tier}</p>\n\
<table><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table>\n<ol>{steps}</ol>\n<p>{as_of} · {revision}</p></body></html>\n",
        subject = escaped(&assessment.subject),
        period = assessment.period,
        scheme = escaped(assessment.scheme_label.text(locale)),
        total = card.total,
        out_of = card.out_of,
        tier = escaped(&tier),
        as_of = assessment.as_of.map(|day| format!("{} {day}", t("数据截至", "data as of"))).unwrap_or_default(),
        revision = format_args!("{} {}", t("方案版本", "scheme revision"), assessment.scheme_revision),
    )
}
