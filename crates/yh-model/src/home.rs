//! What the home page (工作台) shows: a `boards/home.yaml`.

use jiff::{Span, ToSpan, civil::DateTime};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::{
    Grain, Issue, Label,
    yaml::{self, Check},
};

/// Where the definition of the home page lies.
pub const PATH: &str = "boards/home.yaml";
/// Most metrics or rows of one block.
const MOST: usize = 12;
/// Days after a promotion's last phase for which it is still shown, unless said otherwise.
const DAYS_AFTER: u8 = 3;

/// The blocks of the home page; an absent one is not shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Home {
    pub headline: Vec<Named>,
    /// Comparisons beside the headline metrics.
    pub compare: Vec<Named>,
    pub why: Option<Why>,
    pub progress: Option<Goal>,
    pub event: Option<Event>,
    pub dangers: Vec<Danger>,
    pub budget: Option<Budget>,
    pub rankings: Vec<Ranking>,
}

/// A name with the place where it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub line: usize,
    pub column: usize,
}

/// The change that is explained.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    pub metric: Named,
    /// `previous` or `year_ago`.
    pub against: Named,
}

/// A metric on its way through a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    pub metric: Named,
    pub grain: Grain,
}

/// What is shown while a promotion runs, and shortly after.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub metrics: Vec<Named>,
    /// Whose phases count; the promotion's first platform when absent.
    pub platform: Option<String>,
    pub days_after: u8,
}

/// Something that has to be dealt with, counted as of the end of the business day.
#[derive(Debug, Clone, PartialEq)]
pub struct Danger {
    pub metric: Named,
    pub label: Label,
    /// Filters; `{as_of}`, `{as_of+6h}` and `{as_of-30d}` stand for times.
    pub filters: Vec<String>,
    /// First and last moment counted, from the end of the business day on.
    pub since: Offset,
    pub until: Offset,
    /// More than this is a danger.
    pub limit: Decimal,
}

/// Spending beside what was planned for the period.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    pub spent: Named,
    pub grain: Grain,
    /// The metric that holds the plan; the target of `spent` when absent.
    pub plan: Option<Named>,
    pub plan_filters: Vec<String>,
}

/// A metric by the values of one dimension, or by person, the furthest from its target last.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    pub metric: Named,
    pub by: String,
    pub grain: Grain,
    pub label: Label,
}

/// Hours from a moment; negative ones lie before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Offset(i32);

impl Offset {
    /// Parses `+6h`, `-30d` or `0h`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, hours) = match text.strip_suffix('h') {
            Some(number) => (number, 1),
            None => (text.strip_suffix('d')?, 24),
        };
        let number: i32 = number.strip_prefix('+').unwrap_or(number).parse().ok()?;
        (-100_000..=100_000).contains(&number).then_some(Self(number * hours))
    }

    /// The moment this far from another.
    pub fn from(self, moment: DateTime) -> DateTime {
        moment.saturating_add(Span::new().hours(self.0))
    }
}

impl Danger {
    /// The filters at a moment.
    pub fn filters_at(&self, as_of: DateTime) -> Vec<String> {
        self.filters.iter().map(|filter| fill(filter, as_of).unwrap_or_else(|_| filter.clone())).collect()
    }

    /// First and last second counted at a moment.
    pub fn times_at(&self, as_of: DateTime) -> (DateTime, DateTime) {
        (self.since.from(as_of), self.until.from(as_of).saturating_sub(1.second()))
    }
}

/// Replaces `{as_of…}` in a filter; the faulty placeholder when it cannot be read.
fn fill(filter: &str, as_of: DateTime) -> Result<String, String> {
    const OPEN: &str = "{as_of";
    let mut filled = String::new();
    let mut rest = filter;
    while let Some(at) = rest.find(OPEN) {
        let (before, placeholder) = rest.split_at(at);
        let end = placeholder.find('}').ok_or_else(|| placeholder.to_owned())?;
        let offset = &placeholder[OPEN.len()..end];
        let offset = if offset.is_empty() { Some(Offset::default()) } else { Offset::parse(offset) };
        let moment = offset.ok_or_else(|| placeholder[..=end].to_owned())?.from(as_of);
        filled += before;
        filled += &moment.strftime("%Y-%m-%d %H:%M:%S").to_string();
        rest = &placeholder[end + 1..];
    }
    Ok(filled + rest)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HomeFile {
    #[serde(default)]
    headline: Vec<Spanned<String>>,
    #[serde(default)]
    compare: Vec<Spanned<String>>,
    why: Option<WhyFile>,
    progress: Option<GoalFile>,
    event: Option<EventFile>,
    #[serde(default)]
    dangers: Vec<DangerFile>,
    budget: Option<BudgetFile>,
    #[serde(default)]
    rankings: Vec<RankingFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhyFile {
    metric: Spanned<String>,
    against: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GoalFile {
    metric: Spanned<String>,
    period: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventFile {
    metrics: Vec<Spanned<String>>,
    platform: Option<String>,
    days_after: Option<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DangerFile {
    metric: Spanned<String>,
    #[serde(default)]
    label: Label,
    #[serde(default, rename = "where")]
    filters: Vec<Spanned<String>>,
    since: Option<Spanned<String>>,
    until: Option<Spanned<String>>,
    #[serde(default)]
    limit: Decimal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BudgetFile {
    metric: Spanned<String>,
    period: Option<Spanned<String>>,
    plan: Option<PlanFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    metric: Spanned<String>,
    #[serde(default, rename = "where")]
    filters: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RankingFile {
    metric: Spanned<String>,
    by: String,
    period: Option<Spanned<String>>,
    #[serde(default)]
    label: Label,
}

/// Reads the definition of the home page; what is wrong becomes issues and the page falls back to an automatic choice.
pub fn load_home(path: &str, text: &str) -> (Option<Home>, Vec<Issue>) {
    let file: HomeFile = match yaml::parse(path, text) {
        Ok(file) => file,
        Err(issue) => return (None, vec![issue]),
    };
    let mut check = Check::new(path);
    let home = check.home(file);
    if check.issues.is_empty() { (Some(home), Vec::new()) } else { (None, check.issues) }
}

impl Check<'_> {
    fn home(&mut self, file: HomeFile) -> Home {
        let most = [file.headline.len(), file.dangers.len(), file.rankings.len(), file.compare.len()];
        if most.iter().any(|&count| count > MOST) {
            let message = format!("a block has more than {MOST} entries");
            self.issues.push(Issue::error(self.path, 0, 0, "home-too-long", message, "keep what is looked at every morning"));
        }
        Home {
            headline: file.headline.iter().map(named).collect(),
            compare: file.compare.iter().map(named).collect(),
            why: file.why.map(|why| Why { against: self.against(why.against, &why.metric), metric: named(&why.metric) }),
            progress: file
                .progress
                .map(|goal| Goal { metric: named(&goal.metric), grain: self.grain(goal.period.as_ref(), Grain::Quarter) }),
            event: file.event.map(|event| Event {
                metrics: event.metrics.iter().map(named).collect(),
                platform: event.platform,
                days_after: event.days_after.unwrap_or(DAYS_AFTER),
            }),
            dangers: file.dangers.into_iter().map(|danger| self.danger(danger)).collect(),
            budget: file.budget.map(|budget| Budget {
                spent: named(&budget.metric),
                grain: self.grain(budget.period.as_ref(), Grain::Month),
                plan_filters: budget.plan.as_ref().map(|plan| plan.filters.clone()).unwrap_or_default(),
                plan: budget.plan.map(|plan| named(&plan.metric)),
            }),
            rankings: file
                .rankings
                .into_iter()
                .map(|ranking| Ranking {
                    metric: named(&ranking.metric),
                    grain: self.grain(ranking.period.as_ref(), Grain::Month),
                    by: ranking.by,
                    label: ranking.label,
                })
                .collect(),
        }
    }

    fn against(&mut self, against: Option<Spanned<String>>, metric: &Spanned<String>) -> Named {
        let Some(against) = against else { return Named { name: "previous".to_owned(), ..named(metric) } };
        if !["previous", "year_ago"].contains(&against.value.as_str()) {
            let message = format!("'{}' is not what a change is explained against", against.value);
            self.error(&against, "home-against", message, "write previous or year_ago");
        }
        named(&against)
    }

    fn grain(&mut self, period: Option<&Spanned<String>>, usual: Grain) -> Grain {
        let Some(period) = period else { return usual };
        Grain::parse(&period.value).unwrap_or_else(|| {
            let message = format!("'{}' is not a period", period.value);
            self.error(period, "unknown-grain", message, "write day, week, month, quarter or year");
            usual
        })
    }

    fn danger(&mut self, file: DangerFile) -> Danger {
        for filter in &file.filters {
            if let Err(placeholder) = fill(&filter.value, DateTime::default()) {
                let message = format!("'{placeholder}' is no time");
                self.error(filter, "home-as-of", message, "write {as_of}, {as_of+6h} or {as_of-30d}");
            }
        }
        let since = self.offset(file.since.as_ref(), -24);
        let until = self.offset(file.until.as_ref(), 0);
        if let Some(at) = file.since.as_ref().or(file.until.as_ref()).filter(|_| since.0 >= until.0) {
            self.error(at, "home-times", "since is not before until".to_owned(), "write for example since: -30d, until: 0h");
        }
        Danger {
            metric: named(&file.metric),
            label: file.label,
            filters: file.filters.into_iter().map(|filter| filter.value).collect(),
            since,
            until,
            limit: file.limit,
        }
    }

    fn offset(&mut self, text: Option<&Spanned<String>>, usual: i32) -> Offset {
        let Some(text) = text else { return Offset(usual) };
        Offset::parse(&text.value).unwrap_or_else(|| {
            self.error(text, "home-as-of", format!("'{}' is no distance in time", text.value), "write +6h or -30d");
            Offset(usual)
        })
    }
}

fn named(text: &Spanned<String>) -> Named {
    let place = text.referenced;
    Named { name: text.value.clone(), line: place.line() as usize, column: place.column() as usize }
}

impl Home {
    /// Every metric that is named.
    pub fn metrics(&self) -> impl Iterator<Item = &Named> {
        let event = self.event.iter().flat_map(|event| &event.metrics);
        let budget = self.budget.iter().flat_map(|budget| std::iter::once(&budget.spent).chain(&budget.plan));
        self.headline
            .iter()
            .chain(self.why.iter().map(|why| &why.metric))
            .chain(self.progress.iter().map(|goal| &goal.metric))
            .chain(event)
            .chain(self.dangers.iter().map(|danger| &danger.metric))
            .chain(budget)
            .chain(self.rankings.iter().map(|ranking| &ranking.metric))
    }

    /// The page with what some metrics allow: those that are not kept are as if nobody had named them.
    pub fn keep(mut self, keep: impl Fn(&Named) -> bool) -> Self {
        self.headline.retain(&keep);
        self.why = self.why.filter(|why| keep(&why.metric));
        self.progress = self.progress.filter(|goal| keep(&goal.metric));
        self.event = self.event.map(|event| Event { metrics: event.metrics.into_iter().filter(&keep).collect(), ..event });
        self.dangers.retain(|danger| keep(&danger.metric));
        self.budget = self.budget.filter(|budget| keep(&budget.spent)).map(|budget| Budget { plan: budget.plan.filter(&keep), ..budget });
        self.rankings.retain(|ranking| keep(&ranking.metric));
        self
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const HOME: &str = "headline: [paid_amount, visitors]\nwhy: {metric: paid_amount}\nprogress: {metric: paid_amount}\ndangers:\n  - metric: shipments_due\n    where: [\"shipped_at >= '{as_of}'\", \"x < '{as_of-2d}'\"]\n    since: -30d\n    until: +6h\nrankings:\n  - {metric: paid_amount, by: store, period: month}\n";

    #[test]
    fn reads_blocks_and_fills_times() {
        let (home, issues) = load_home(PATH, HOME);
        assert_eq!(issues, []);
        let home = home.expect("a home page");
        assert_eq!(home.metrics().count(), 6);
        assert_eq!(home.progress.as_ref().map(|goal| goal.grain), Some(Grain::Quarter));
        let as_of = date(2025, 11, 12).at(0, 0, 0, 0);
        assert_eq!(home.dangers[0].filters_at(as_of), ["shipped_at >= '2025-11-12 00:00:00'", "x < '2025-11-10 00:00:00'"]);
        let (first, last) = home.dangers[0].times_at(as_of);
        assert_eq!((first.to_string(), last.to_string()), ("2025-10-13T00:00:00".into(), "2025-11-12T05:59:59".into()));
    }

    #[test]
    fn says_where_a_home_page_is_wrong() {
        for (from, to, code, line) in [
            ("{as_of-2d}", "{as_of-2x}", "home-as-of", 6),
            ("{as_of}", "{as_of", "home-as-of", 6),
            ("since: -30d", "since: long ago", "home-as-of", 7),
            ("since: -30d", "since: +7h", "home-times", 7),
            ("period: month", "period: moon", "unknown-grain", 10),
            ("why: {metric: paid_amount}", "why: {metric: paid_amount, against: never}", "home-against", 2),
            ("headline", "headlines", "yaml", 1),
        ] {
            let (home, issues) = load_home(PATH, &HOME.replace(from, to));
            assert!(home.is_none(), "{to}");
            let found = issues.iter().find(|issue| issue.code == code).unwrap_or_else(|| panic!("{to}: {issues:?}"));
            assert_eq!(found.line, line, "{to}: {issues:?}");
        }
    }
}
