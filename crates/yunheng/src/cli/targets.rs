//! `targets` and `actuals`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use rust_decimal::Decimal;
use yh_app::{
    App, Result,
    actuals::{ActualText, decide_actuals, list_actuals, set_actual, submit_actuals},
    targets::{
        Approval, State, StoredTarget, TargetKey, TargetReport, TargetText, Verdict,
        cascade::{By, Keys, cascade, rebalance},
        check::check_targets,
        decide_targets, import_targets, list_pending, list_targets, list_versions,
        path::{basis_label, target_paths},
        propose::propose,
        set_targets, submit_targets, target_key, target_template,
    },
};
use yh_metrics::Access;
use yh_model::{Grain, target::Target};

use super::{output::print, project::input_error};

/// Targets: numbers to be reached.
#[derive(Args)]
pub struct Targets {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Import an XLSX or CSV file; any refused line records nothing.
    Import {
        file: PathBuf,
        /// Who has approved the file, where approval is required.
        #[arg(long, value_name = "WHO")]
        approve: Option<String>,
    },
    /// Write an empty workbook to fill in.
    Template { file: PathBuf },
    /// List the targets in force.
    List {
        #[arg(long)]
        metric: Option<String>,
        /// Drafts and submitted versions instead.
        #[arg(long)]
        pending: bool,
    },
    /// List every version of one target.
    History(KeyArgs),
    /// Record one target.
    Set {
        #[command(flatten)]
        key: KeyArgs,
        #[arg(long)]
        target: String,
        #[arg(long, default_value = "")]
        floor: String,
        #[arg(long, default_value = "")]
        stretch: String,
        #[arg(long, default_value = "")]
        reason: String,
        /// Move the other segments so that all still sum to the company's target.
        #[arg(long)]
        rebalance: bool,
    },
    /// Split a target so that the children sum to it exactly; shows the split, and records it with --save.
    Cascade {
        #[command(flatten)]
        key: KeyArgs,
        /// A dimension such as store, person, or day, week, month, quarter.
        #[arg(long)]
        by: String,
        /// With --by person: the dimension of the assignments.
        #[arg(long, default_value = "store")]
        of: String,
        #[arg(long, value_enum, default_value_t)]
        keys: KeysArg,
        #[arg(long, requires = "reason")]
        save: bool,
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// List the cascades whose children do not sum to their parent.
    Check,
    /// Show the planned path of a period by day.
    Path(KeyArgs),
    /// Propose levels from a forecast of the history; nothing is recorded.
    Propose {
        #[command(flatten)]
        key: KeyArgs,
        /// Growth on top of the expected value, 0.1 for 10 %.
        #[arg(long, default_value = "0", allow_hyphen_values = true)]
        growth: Decimal,
    },
    /// Submit drafts for approval.
    Submit(Ids),
    /// Approve submitted targets; never by who made them.
    Approve(Ids),
    /// Reject submitted targets, with --note.
    Reject(Ids),
}

/// Which target.
#[derive(Args)]
struct KeyArgs {
    #[arg(long)]
    metric: String,
    /// 2025-11-11, 2025-W46, 2025-11, 2025-Q4, 2025, FY2026-Q1, an assessment period, or days: 2025-11-01..2025-11-11.
    #[arg(long)]
    period: String,
    #[arg(long, default_value = "")]
    dimension: String,
    #[arg(long, default_value = "")]
    segment: String,
}

#[derive(Args)]
struct Ids {
    #[arg(required = true)]
    ids: Vec<i64>,
    /// Who acts; your own name when absent.
    #[arg(long)]
    by: Option<String>,
    #[arg(long, default_value = "")]
    note: String,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum KeysArg {
    Equal,
    /// Actuals of a year ago, else of the period before.
    #[default]
    History,
    /// The planned path, for shorter periods.
    Shape,
}

/// Actuals by hand, of metrics without data.
#[derive(Args)]
pub struct Actuals {
    #[command(subcommand)]
    action: ActualAction,
}

#[derive(Subcommand)]
enum ActualAction {
    /// List every version, newest first.
    List,
    /// Record one value, with reason and evidence.
    Set {
        #[command(flatten)]
        key: KeyArgs,
        /// Empty takes the value back.
        #[arg(long, allow_hyphen_values = true)]
        value: String,
        #[arg(long)]
        reason: String,
        /// A link or the words of what proves it.
        #[arg(long)]
        evidence: String,
        /// Who has approved it, where approval is required.
        #[arg(long, value_name = "WHO")]
        approve: Option<String>,
    },
    /// Submit drafts for approval.
    Submit(Ids),
    /// Approve submitted values; never by who made them.
    Approve(Ids),
    /// Reject submitted values, with --note.
    Reject(Ids),
}

impl Targets {
    pub async fn run(self, root: &Path) -> Result<()> {
        let app = super::open(root).await?;
        match self.action {
            Action::Import { file, approve } => {
                let report = import_targets(&app, &file, approve.as_deref()).await?;
                refuse(&report)?;
                let unchanged = report.read - report.recorded;
                print(format!("{} targets recorded, {unchanged} stood already\n", report.recorded).as_bytes())
            }
            Action::Template { file } => {
                yh_app::write_whole(&file, target_template(&app).await?)?;
                print(format!("wrote {}\n", file.display()).as_bytes())
            }
            Action::List { metric, pending: true } => {
                let wanted = |stored: &StoredTarget| metric.as_ref().is_none_or(|metric| stored.target.metric == *metric);
                print_stored(list_pending(&app).await?.iter().filter(|stored| wanted(stored)))
            }
            Action::List { metric, pending: false } => print_stored(list_targets(&app, metric.as_deref()).await?.iter()),
            Action::History(key) => print_stored(list_versions(&app, &key.key(&app).await?).await?.iter()),
            Action::Set { key, target, floor, stretch, reason, rebalance } => {
                let text = TargetText { floor, target, stretch, reason, ..key.text() };
                set(&app, text, rebalance).await
            }
            Action::Cascade { key, by, of, keys, save, reason } => {
                split(&app, &key.key(&app).await?, &by_of(by, of), keys.into(), save.then_some(reason)).await
            }
            Action::Check => check(&app).await,
            Action::Path(key) => path(&app, &key.key(&app).await?).await,
            Action::Propose { key, growth } => suggest(&app, &key.key(&app).await?, growth).await,
            Action::Submit(ids) => {
                submit_targets(&app, &ids.ids, ids.by.as_deref()).await?;
                print(format!("{} submitted\n", ids.ids.len()).as_bytes())
            }
            Action::Approve(ids) => {
                decide_targets(&app, &ids.ids, Verdict::Approve, &ids.note, ids.by.as_deref()).await?;
                print(format!("{} approved\n", ids.ids.len()).as_bytes())
            }
            Action::Reject(ids) => {
                decide_targets(&app, &ids.ids, Verdict::Reject, &ids.note, ids.by.as_deref()).await?;
                print(format!("{} rejected\n", ids.ids.len()).as_bytes())
            }
        }
    }
}

impl Actuals {
    pub async fn run(self, root: &Path) -> Result<()> {
        let app = super::open(root).await?;
        match self.action {
            ActualAction::List => {
                for stored in list_actuals(&app).await? {
                    let actual = &stored.actual;
                    let value = actual.value.map_or_else(|| "taken back".to_owned(), |value| value.to_string());
                    let line = format!(
                        "{:5} {:24} {:28} {:10} {value:>16}  v{} {} {} · {}\n",
                        stored.id,
                        actual.metric,
                        segment_text(actual.segment.as_ref()),
                        actual.period.to_string(),
                        stored.version,
                        way(&stored.approval, &stored.by, &stored.at),
                        actual.reason,
                        actual.evidence
                    );
                    print(line.as_bytes())?;
                }
                Ok(())
            }
            ActualAction::Set { key, value, reason, evidence, approve } => {
                let text = ActualText {
                    metric: key.metric,
                    dimension: key.dimension,
                    segment: key.segment,
                    period: key.period,
                    value,
                    reason,
                    evidence,
                };
                let id = set_actual(&app, &text, approve.as_deref()).await?;
                print(format!("recorded as {id}\n").as_bytes())
            }
            ActualAction::Submit(ids) => {
                submit_actuals(&app, &ids.ids, ids.by.as_deref()).await?;
                print(format!("{} submitted\n", ids.ids.len()).as_bytes())
            }
            ActualAction::Approve(ids) => {
                decide_actuals(&app, &ids.ids, Verdict::Approve, &ids.note, ids.by.as_deref()).await?;
                print(format!("{} approved\n", ids.ids.len()).as_bytes())
            }
            ActualAction::Reject(ids) => {
                decide_actuals(&app, &ids.ids, Verdict::Reject, &ids.note, ids.by.as_deref()).await?;
                print(format!("{} rejected\n", ids.ids.len()).as_bytes())
            }
        }
    }
}

impl KeyArgs {
    fn text(self) -> TargetText {
        TargetText { metric: self.metric, dimension: self.dimension, segment: self.segment, period: self.period, ..TargetText::default() }
    }

    async fn key(self, app: &App) -> Result<TargetKey> {
        let segment = match (self.dimension.as_str(), self.segment.as_str()) {
            ("", "") => None,
            ("", _) | (_, "") => {
                return Err(input_error(
                    "segment",
                    "a segment is a dimension and its value".to_owned(),
                    "give both --dimension and --segment, or neither",
                ));
            }
            _ => Some((self.dimension, self.segment)),
        };
        target_key(app, &self.metric, segment, &self.period).await
    }
}

impl From<KeysArg> for Keys {
    fn from(keys: KeysArg) -> Self {
        match keys {
            KeysArg::Equal => Self::Equal,
            KeysArg::History => Self::History,
            KeysArg::Shape => Self::Shape,
        }
    }
}

fn by_of(by: String, of: String) -> By {
    match (by.as_str(), Grain::parse(&by)) {
        (_, Some(grain)) => By::Time(grain),
        ("person", None) => By::Person { of },
        _ => By::Dimension(by),
    }
}

/// Prints the refused lines, and fails when there are any.
fn refuse(report: &TargetReport) -> Result<()> {
    if let (1, [reject]) = (report.read, report.rejected.as_slice()) {
        let message = format!("{} '{}': {}", reject.column, reject.value, reject.reason);
        return Err(input_error("target", message, "mend it and try again"));
    }
    for reject in &report.rejected {
        print(format!("line {} {}: '{}' {}\n", reject.line, reject.column, reject.value, reject.reason).as_bytes())?;
    }
    if report.rejected.is_empty() {
        return Ok(());
    }
    let message = format!("{} of {} lines are wrong; nothing was recorded", report.rejected.len(), report.read);
    Err(input_error("targets-rejected", message, "mend the lines above and try again"))
}

async fn set(app: &App, text: TargetText, move_others: bool) -> Result<()> {
    let mut texts = vec![text];
    if move_others {
        let changed = yh_app::targets::read_target(app, &texts[0]).await?;
        texts.extend(rebalance(app, &changed).await?.iter().map(TargetText::from));
    }
    let report = set_targets(app, &texts, None).await?;
    refuse(&report)?;
    print(format!("{} recorded, {} stood already\n", report.recorded, report.read - report.recorded).as_bytes())?;
    check(app).await
}

async fn split(app: &App, key: &TargetKey, by: &By, keys: Keys, reason: Option<String>) -> Result<()> {
    let found = cascade(app, &Access::all(), key, by, keys, &[]).await?;
    print(format!("{} {} {} by {}\n", key.metric, key.period, found.parent.target, found.basis.en).as_bytes())?;
    for child in &found.children {
        let level = |level: Option<Decimal>| level.map(|level| level.to_string()).unwrap_or_default();
        let name = if matches!(by, By::Time(_)) { child.period.to_string() } else { segment_text(child.segment.as_ref()) };
        print(format!("{name:28} {:>16} {:>16} {:>16}\n", level(child.floor), child.target, level(child.stretch)).as_bytes())?;
    }
    let Some(reason) = reason else { return Ok(()) };
    let texts: Vec<TargetText> =
        found.children.iter().map(|child| TargetText { reason: reason.clone(), ..TargetText::from(child) }).collect();
    let report = set_targets(app, &texts, None).await?;
    refuse(&report)?;
    print(format!("{} recorded, {} stood already\n", report.recorded, report.read - report.recorded).as_bytes())
}

async fn check(app: &App) -> Result<()> {
    for found in check_targets(app).await? {
        let line = format!(
            "{} {} {} {}: {} by {} sum to {}, {} is {}, difference {}\n",
            found.metric,
            found.period,
            segment_text(found.segment.as_ref()),
            found.level,
            found.children,
            found.by,
            found.sum,
            if found.segment.is_none() { "the company" } else { "the whole" },
            found.parent,
            found.difference()
        );
        print(line.as_bytes())?;
    }
    Ok(())
}

async fn path(app: &App, key: &TargetKey) -> Result<()> {
    let dimension = key.segment.as_ref().map(|(dimension, _)| dimension.as_str());
    let Some(paths) = target_paths(app, &Access::all(), &key.metric, dimension, key.period).await? else {
        let message = format!("{} does not add up over days, so it has no path", key.metric);
        return Err(input_error("not-additive", message, "its target holds for every day alike"));
    };
    let path = paths.of(key.segment.as_ref().map(|(_, value)| value.as_str()));
    let stored = list_targets(app, Some(&key.metric)).await?;
    let target = stored.iter().find(|stored| stored.target.period == key.period && stored.target.segment == key.segment);
    print(format!("{}\n", basis_label(path).en).as_bytes())?;
    for (day, share, _) in path.days() {
        let planned = target.map(|stored| path.planned(stored.target.target, day).round_dp(2).to_string()).unwrap_or_default();
        print(format!("{day} {:7.3} % {:8.3} % {planned:>18}\n", 100.0 * share, 100.0 * path.share_until(day)).as_bytes())?;
    }
    Ok(())
}

async fn suggest(app: &App, key: &TargetKey, growth: Decimal) -> Result<()> {
    let found = propose(app, &Access::all(), key, growth).await?;
    let year_ago = found.year_ago.map(|value| format!(", a year ago {value}")).unwrap_or_default();
    let market = found.market.growth.as_ref().map_or_else(String::new, |growth| {
        let by = found.by_market.map(|value| format!(": {value}")).unwrap_or_default();
        let rate = (growth.rate * Decimal::ONE_HUNDRED).normalize();
        format!("\nmarket {rate:+} % on the year in {} – {} ({}){by}", growth.first, growth.last, growth.source.dataset())
    });
    let text = format!(
        "floor {}\ntarget {}\nstretch {}\nexpected {} by {} from {} {}s{year_ago}{market}; nothing was recorded\n",
        found.floor,
        found.target,
        found.stretch,
        found.expected,
        found.model,
        found.n,
        found.grain.name()
    );
    print(text.as_bytes())
}

fn print_stored<'a>(list: impl Iterator<Item = &'a StoredTarget>) -> Result<()> {
    for stored in list {
        let target: &Target = &stored.target;
        let id = if stored.approval.state == State::Approved { String::new() } else { format!("#{} ", stored.id) };
        let line = format!(
            "{id}{:24} {:28} {:10} {:>16}  v{} {} {}\n",
            target.metric,
            segment_text(target.segment.as_ref()),
            target.period.to_string(),
            target.target.to_string(),
            stored.version,
            way(&stored.approval, &stored.by, &stored.at),
            target.reason
        );
        print(line.as_bytes())?;
    }
    Ok(())
}

/// Who made it and when; and who approved it, or how far it has come.
fn way(approval: &Approval, by: &str, at: &str) -> String {
    match (&approval.decided, approval.state) {
        (Some((who, _)), state) => format!("{by} {at} {} by {who}", state.name()),
        (None, State::Approved) => format!("{by} {at}"),
        (None, state) => format!("{by} {at} {}", state.name()),
    }
}

fn segment_text(segment: Option<&(String, String)>) -> String {
    segment.map_or_else(|| "company".to_owned(), |(dimension, value)| format!("{dimension}={value}"))
}
