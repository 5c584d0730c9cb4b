//! `assess`.

use std::path::Path;

use clap::{Args, ValueEnum};
use comfy_table::{Table, presets};
use rust_decimal::Decimal;
use yh_app::{
    Result,
    assess::{
        Assessment, assess, assess_all,
        person::{PersonScore, assess_person},
    },
    names::{shown, value_names},
    report,
};
use yh_metrics::Access;

use super::output::print;

/// Score a scheme.
#[derive(Args)]
pub struct Assess {
    #[arg(long)]
    scheme: String,
    /// 2011-05, 2025-Q4, 2025-W46, 2025, FY2026-Q1, an assessment period …
    #[arg(long)]
    period: String,
    /// A subject of the scheme, or person:P004 for what a person answered for; without it, the company or a ranking of all.
    #[arg(long)]
    subject: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    #[default]
    Table,
    Json,
    Html,
}

impl Assess {
    pub async fn run(self, root: &Path) -> Result<()> {
        let app = super::open(root).await?;
        let access = Access::all();
        let locale = app.project.settings.locale.clone();
        if let Some(person) = self.subject.as_deref().and_then(|subject| subject.strip_prefix("person:")) {
            let score = assess_person(&app, &access, &self.scheme, &self.period, person).await?;
            return print(person_text(&score).as_bytes());
        }
        let definitions = app.definitions().await?;
        let ranked = definitions.scheme(&self.scheme)?.subject.is_some() && self.subject.is_none();
        let cards = if ranked {
            assess_all(&app, &access, &self.scheme, &self.period).await?
        } else {
            vec![assess(&app, &access, &self.scheme, &self.period, self.subject.as_deref()).await?]
        };
        match self.format {
            ReportFormat::Json if ranked => {
                let list: Result<Vec<String>> = cards.iter().map(report::json).collect();
                print(format!("[{}]\n", list?.join(",\n")).as_bytes())
            }
            ReportFormat::Json => cards.iter().try_for_each(|card| print(format!("{}\n", report::json(card)?).as_bytes())),
            ReportFormat::Html => cards.iter().try_for_each(|card| print(report::html(card, &locale).as_bytes())),
            ReportFormat::Table if ranked => {
                let dimension = definitions.scheme(&self.scheme)?.subject.clone().unwrap_or_default();
                let names = value_names(&app, &access).await?;
                let name = |subject: &str| shown(&names, &dimension, subject, &locale).unwrap_or_else(|| subject.to_owned());
                print(ranking(&cards, name, &locale).as_bytes())
            }
            ReportFormat::Table => cards.iter().try_for_each(|card| print(table(card, &locale).as_bytes())),
        }
    }
}

/// A person's stints, each with its items, and the total by days.
fn person_text(score: &PersonScore) -> String {
    let mut text = String::new();
    for one in &score.stints {
        let share = |(value, share): &(String, Decimal)| {
            if *share == Decimal::ONE { value.clone() } else { format!("{value} × {}", share.normalize()) }
        };
        let values: Vec<String> = one.stint.values.iter().map(share).collect();
        text += &format!("{} – {} ({} d) {}: {}\n", one.stint.first, one.stint.last, one.days, values.join(", "), one.card.total);
        for item in one.card.groups.iter().flat_map(|group| &group.items) {
            let cells = [number(item.measured.actual), number(item.measured.target), number(item.score)];
            text += &format!("  {:28} {:>16} {:>16} {:>8}\n", item.kpi, cells[0], cells[1], cells[2]);
        }
    }
    let mark = if score.provisional { " (provisional)" } else { "" };
    text + &format!("{} {} total {}{mark}\n", score.person, score.period, score.total)
}

fn words(locale: &str) -> [&'static str; 8] {
    if locale.starts_with("zh") {
        ["指标", "权重", "实际", "目标", "达成", "规则", "得分", "贡献"]
    } else {
        ["KPI", "weight", "actual", "target", "attainment", "rule", "score", "contribution"]
    }
}

fn number(value: Option<Decimal>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| value.round_dp(4).normalize().to_string())
}

fn table(assessment: &Assessment, locale: &str) -> String {
    let card = &assessment.card;
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_header(words(locale));
    for (group, (_, label)) in card.groups.iter().zip(&assessment.perspectives) {
        let head = format!("{} {}%", label.text(locale), group.weight.normalize());
        table.add_row([
            head,
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            number(Some(group.contribution)),
        ]);
        for item in &group.items {
            let Some(source) = assessment.items.get(&item.kpi) else { continue };
            table.add_row([
                format!("  {}", source.label.text(locale)),
                format!("{}%", number(Some(item.weight))),
                number(item.measured.actual),
                number(item.measured.target),
                item.attainment
                    .map_or_else(|| "—".to_owned(), |value| format!("{}%", (value * Decimal::ONE_HUNDRED).round_dp(2).normalize())),
                item.explanation.text(locale).to_owned(),
                item.score.map_or_else(|| "—".to_owned(), |score| score.to_string()),
                number(item.contribution),
            ]);
        }
    }
    let tier =
        card.tier.as_ref().map_or_else(String::new, |tier| format!("  {} · {}", tier.label.text(locale), tier.consequence.text(locale)));
    let scored = card.groups.iter().flat_map(|group| &group.items).any(|item| item.score.is_some());
    let change = assessment.previous_total.filter(|_| scored).map_or_else(String::new, |before| {
        let change = card.total - before;
        format!("  {} {} → {}", if change.is_sign_negative() { "▼" } else { "▲" }, before, card.total)
    });
    let provisional = if card.provisional { "  (provisional: data are not complete)" } else { "" };
    let steps: String = card.steps.iter().map(|step| format!("{}\n", step.text(locale))).collect();
    format!(
        "{} · {} · {}   {} / {}{tier}{change}{provisional}\n{table}\n{steps}as of {} · scheme revision {}\n",
        assessment.scheme_label.text(locale),
        assessment.subject,
        assessment.period,
        if scored { card.total.to_string() } else { "—".to_owned() },
        card.out_of,
        assessment.as_of.map(|day| day.to_string()).unwrap_or_default(),
        assessment.scheme_revision,
    )
}

fn ranking(cards: &[Assessment], name: impl Fn(&str) -> String, locale: &str) -> String {
    let mut table = Table::new();
    let heads = if locale.starts_with("zh") {
        ["对象", "总分", "满分", "档", "较上期"]
    } else {
        ["subject", "total", "out of", "tier", "change"]
    };
    table.load_style(presets::UTF8_BORDERS_ONLY).set_header(heads);
    for assessment in cards {
        let card = &assessment.card;
        let tier = card.tier.as_ref().map(|tier| tier.label.text(locale).to_owned()).unwrap_or_default();
        let provisional = if card.provisional { " *" } else { "" };
        table.add_row([
            name(&assessment.subject),
            format!("{}{provisional}", card.total),
            card.out_of.to_string(),
            tier,
            assessment.previous_total.map_or_else(|| "—".to_owned(), |before| (card.total - before).to_string()),
        ]);
    }
    format!("{table}\n")
}
