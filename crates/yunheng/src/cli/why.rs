//! `why`: what made a metric change.

use std::path::Path;

use clap::{Args, ValueEnum};
use yh_app::{
    Result,
    names::{ValueNames, shown as shown_name},
    why::{FactorPart, Method, SegmentKind, SegmentPart, Sign, Why as Explained, WhyQuestion},
};
use yh_metrics::{Access, catalog::Format};
use yh_model::{Column, Frame, Label, Value, ValueKind};

use super::output::{grouped, print, print_table};

/// The difference of a metric between two periods or segments, split so that its parts sum to it.
#[derive(Args)]
pub struct Why {
    #[arg(long)]
    metric: String,
    /// 2025-11, 2025-W46, FY2026-Q1, 2025-11-01..2025-11-12 or 2025-10-01 14:00..2025-10-01 19:59.
    #[arg(long)]
    period: String,
    /// A period, previous or year_ago.
    #[arg(long, default_value = "previous")]
    against: String,
    /// Comma-separated dimensions to split by, four at most; chosen when absent.
    #[arg(long, value_delimiter = ',')]
    by: Vec<String>,
    /// Filter of both sides, such as "order__channel = '搜索'"; may be repeated.
    #[arg(long = "where", value_name = "FILTER")]
    filters: Vec<String>,
    /// Further filter of the side that is explained; may be repeated.
    #[arg(long, value_name = "FILTER")]
    segment: Vec<String>,
    /// Further filter of the side compared with; may be repeated.
    #[arg(long, value_name = "FILTER")]
    against_segment: Vec<String>,
    /// Most segments named.
    #[arg(long)]
    segments: Option<usize>,
    #[arg(long, value_enum, default_value_t)]
    format: WhyFormat,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum WhyFormat {
    #[default]
    Table,
    Json,
}

impl Why {
    pub async fn run(self, project: &Path) -> Result<()> {
        let app = super::open(project).await?;
        let question = WhyQuestion {
            metric: self.metric,
            period: self.period,
            against: self.against,
            by: self.by,
            where_: self.filters,
            segment: self.segment,
            against_segment: self.against_segment,
            segments: self.segments,
        };
        let why = yh_app::why::why(&app, &Access::all(), &question).await?;
        match self.format {
            WhyFormat::Json => print(format!("{}\n", yh_server::why_json(&why)).as_bytes()),
            WhyFormat::Table => {
                let names = yh_app::names::value_names(&app, &Access::all()).await?;
                print_why(&why, &names, &app.project.settings.locale)
            }
        }
    }
}

fn print_why(why: &Explained, names: &ValueNames, locale: &str) -> Result<()> {
    let say = |zh: &str, en: &str| Label::new(zh, en).text(locale).to_owned();
    let value = |value: Option<f64>| shown(value, why.format);
    let head = format!(
        "{}  {} → {}  {}\n{} → {}\n",
        why.label.text(locale),
        value(why.value_before),
        value(why.value_after),
        difference(why.difference, why.format),
        span(&why.before),
        span(&why.after),
    );
    print(head.as_bytes())?;
    if !why.segments.is_empty() {
        let labels: Vec<String> = why.dimensions.iter().map(|(_, label)| label.text(locale).to_owned()).collect();
        let mut headers =
            vec![labels.join(" × "), say("之前", "before"), say("之后", "after"), say("影响", "effect"), say("占比", "share")];
        let ratio = why.segments.iter().any(|part| part.rate.is_some());
        if ratio {
            headers.extend([say("率", "rate"), say("结构", "mix")]);
        }
        let rows = why.segments.iter().map(|part| {
            let mut row = vec![
                segment_name(part, names, locale),
                value(part.before),
                value(part.after),
                difference(part.effect, why.format),
                share(part.share),
            ];
            if ratio {
                let own = |effect: Option<f64>| effect.map_or_else(|| "—".to_owned(), |effect| difference(effect, why.format));
                row.extend([own(part.rate), own(part.mix)]);
            }
            row
        });
        table(&headers, rows.collect())?;
    }
    if let Some(root) = &why.factors {
        let headers = [
            say("因子", "factor"),
            say("之前", "before"),
            say("之后", "after"),
            say("影响", "effect"),
            say("占比", "share"),
            say("方法", "method"),
        ];
        let mut rows = Vec::new();
        factor_rows(why, root, locale, 0, &mut rows);
        table(&headers, rows)?;
    }
    for note in &why.notes {
        print(format!("{}{}\n", say("说明：", "note: "), note.text(locale)).as_bytes())?;
    }
    let as_of = why.as_of.map(|day| day.to_string()).unwrap_or_default();
    print(format!("{}{as_of} · {}{}\n", say("数据截至 ", "as of "), say("版本 ", "revision "), why.revision).as_bytes())
}

fn factor_rows(why: &Explained, factor: &FactorPart, locale: &str, depth: usize, rows: &mut Vec<Vec<String>>) {
    let sign = match factor.sign {
        _ if depth == 0 => "",
        Sign::Plus => "+ ",
        Sign::Minus => "− ",
        Sign::Times => "× ",
        Sign::Over => "÷ ",
    };
    let method = match factor.method {
        Method::Whole => "",
        Method::Sum => "Σ",
        Method::LogMean => "LMDI",
        Method::LogMeanLimit => "LMDI (0)",
        Method::Shapley => "Shapley",
        Method::Unsplit => "—",
    };
    rows.push(vec![
        format!("{}{sign}{}", "  ".repeat(depth), factor.label.text(locale)),
        shown(factor.before, factor.format),
        shown(factor.after, factor.format),
        difference(factor.effect, why.format),
        share(factor.share),
        method.to_owned(),
    ]);
    for part in &factor.parts {
        factor_rows(why, part, locale, depth + 1, rows);
    }
}

/// A segment in words: its values, the rest, or the overlap.
fn segment_name(part: &SegmentPart, names: &ValueNames, locale: &str) -> String {
    let say = |zh: &str, en: &str| Label::new(zh, en).text(locale).to_owned();
    match part.kind {
        SegmentKind::Rest => say("其余", "everything else"),
        SegmentKind::Overlap => say("重叠（去重）", "overlap (distinct counts)"),
        SegmentKind::Cause | SegmentKind::Value => {
            let value = |(dimension, value): &(String, Value)| match value {
                Value::Null => say("（空）", "(none)"),
                value => shown_name(names, dimension, &value.to_string(), locale).unwrap_or_else(|| value.to_string()),
            };
            let mark = if part.kind == SegmentKind::Cause { "● " } else { "" };
            format!("{mark}{}", part.elements.iter().map(value).collect::<Vec<_>>().join(" × "))
        }
    }
}

/// Prints rows of text, all but the first column to the right.
fn table(headers: &[String], rows: Vec<Vec<String>>) -> Result<()> {
    let column = |at: usize| Column {
        name: headers[at].clone(),
        kind: if at == 0 { ValueKind::Text } else { ValueKind::Number },
        values: rows.iter().map(|row| Value::Text(row[at].clone())).collect(),
    };
    let frame = Frame { columns: (0..headers.len()).map(column).collect() };
    print_table(&frame, headers, |_, value| value.to_string())
}

fn span(side: &yh_app::why::Side) -> String {
    let days = if side.start == side.end { side.start.clone() } else { format!("{}..{}", side.start, side.end) };
    let conditions: Vec<String> = side.where_.iter().map(|text| condition(text)).collect();
    if conditions.is_empty() { days } else { format!("{days} [{}]", conditions.join("; ")) }
}

/// A filter as it is written, but for the hours that a period with times keeps to.
fn condition(text: &str) -> String {
    match text.strip_prefix("{{ TimeDimension('metric_time', 'hour') }} BETWEEN ") {
        Some(hours) => hours.replace('\'', "").replace(":00:00", ":00").replace(" AND ", " – "),
        None => text.to_owned(),
    }
}

fn shown(value: Option<f64>, format: Format) -> String {
    match (value, format) {
        (None, _) => "—".to_owned(),
        (Some(value), Format::Money) => grouped(value, 2),
        (Some(value), Format::Percent) => format!("{}%", grouped(value * 100.0, 2)),
        (Some(value), Format::Count) => grouped(value, 0),
        (Some(value), Format::Number | Format::Duration) => grouped(value, 4),
    }
}

/// A signed difference; that of percentages is in points.
fn difference(value: f64, format: Format) -> String {
    let text = match format {
        Format::Percent => format!("{} pp", grouped(value * 100.0, 2)),
        _ => shown(Some(value), format),
    };
    if value > 0.0 { format!("+{text}") } else { text }
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| format!("{}%", grouped(value * 100.0, 1)))
}
