//! Examines a project and the machine it is on, and says of everything that is not right what to do.

mod machine;

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use yh_model::Label;
use yh_records::{Access, DatasetState, Records};

use crate::{Project, Result, Settings, records::masked, settings::Approval};

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Good,
    /// Worth knowing; nothing fails because of it.
    Note,
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub topic: Label,
    pub state: State,
    pub words: Label,
    /// What to do about it.
    pub hint: Option<Label>,
}

/// How far a clock may lag behind what was recorded.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);

impl Finding {
    fn new(topic: (&str, &str), state: State, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { topic: Label::new(topic.0, topic.1), state, words: Label::new(zh, en), hint: None }
    }

    fn hint(self, zh: &str, en: &str) -> Self {
        Self { hint: Some(Label::new(zh, en)), ..self }
    }
}

/// Looks at everything, the rest also where one thing fails; nothing is changed.
pub async fn examine(root: &Path) -> Result<Vec<Finding>> {
    let project = Project::open(root)?;
    let url = project.records_url()?;
    let mut findings = Vec::new();
    let records = match missing(&project) {
        true => None,
        false => Some(Records::open_with(&url, Access::Read).await),
    };
    let mut last_act = None;
    match &records {
        None => findings
            .push(Finding::new(RECORDS, State::Note, "还没有记录", "there are no records yet").hint("导入文件后就有", "import a file")),
        Some(Err(error)) => findings.push(failed(RECORDS, error)),
        Some(Ok(records)) => {
            let (finding, last) = examine_records(records, &url).await;
            last_act = last;
            findings.push(finding);
            findings.push(examine_lake(&project, records).await);
        }
    }
    findings.push(examine_clock(&project.settings, last_act));
    findings.push(machine::disk(&project));
    findings.push(machine::fonts());
    findings.push(machine::versions());
    findings.push(settings_in_force(&project.settings));
    Ok(findings)
}

const RECORDS: (&str, &str) = ("记录", "records");
const LAKE: (&str, &str) = ("数据湖", "lake");

/// Whether the project has no records of its own yet.
fn missing(project: &Project) -> bool {
    project.settings.records_url.is_none() && !project.root.join(".yunheng/records.db").is_file()
}

fn failed(topic: (&str, &str), error: &yh_records::RecordsError) -> Finding {
    let (zh, en) = match error {
        yh_records::RecordsError::Moved(_) => {
            ("把 yunheng.toml 的 records.url 改成现在的地址", "set records.url in yunheng.toml to where they are now")
        }
        yh_records::RecordsError::Newer { .. } => ("用同样新的 yunheng", "use a yunheng that is as new"),
        yh_records::RecordsError::Older => {
            ("用任何命令打开一次项目，记录会更新", "open the project once with any command, which brings them up to date")
        }
        yh_records::RecordsError::Corrupt { .. } => ("从备份恢复记录库", "restore the records from a backup"),
        _ => ("检查 yunheng.toml 的 records.url，确认数据库在运行", "check records.url in yunheng.toml and that the database answers"),
    };
    let state = if matches!(error, yh_records::RecordsError::Older) { State::Note } else { State::Wrong };
    let text = error.to_string();
    Finding::new(topic, state, text.clone(), text).hint(zh, en)
}

async fn examine_records(records: &Records, url: &str) -> (Finding, Option<String>) {
    let health = match records.examine().await {
        Ok(health) => health,
        Err(error) => return (failed(RECORDS, &error), None),
    };
    let place = format!("{} · {} · {}", health.database, health.schema, masked(url));
    let entries = health.audit_entries;
    if health.damage.is_empty() {
        let zh = format!("{place}；结构完好，审计链 {entries} 条连贯");
        let en = format!("{place}; structure sound, {entries} audit entries in an unbroken chain");
        return (Finding::new(RECORDS, State::Good, zh, en), health.last_act);
    }
    let damage = health.damage.join("; ");
    let finding = Finding::new(RECORDS, State::Wrong, format!("{place}；损坏：{damage}"), format!("{place}; damaged: {damage}"))
        .hint("从备份恢复记录库；恢复前不要再写入", "restore the records from a backup, and write nothing before");
    (finding, health.last_act)
}

/// Presence and size of every file that the records name.
async fn examine_lake(project: &Project, records: &Records) -> Finding {
    let DatasetState { snapshot_id, files } = match records.facts().await {
        Ok(facts) => facts,
        Err(error) => return failed(LAKE, &error),
    };
    let root = project.root.join(".yunheng/lake");
    let differs = |file: &&yh_records::DataFile| root.join(&file.path).metadata().map_or(true, |data| data.len() != file.bytes as u64);
    let wrong: Vec<&str> = files.iter().filter(differs).map(|file| file.path.as_str()).collect();
    let (rows, bytes) = files.iter().fold((0, 0), |(rows, bytes), file| (rows + file.rows, bytes + file.bytes));
    let size = machine::size(bytes as u64);
    let zh = format!("快照 {snapshot_id}，{} 个文件，{rows} 行，{size}", files.len());
    let en = format!("snapshot {snapshot_id}, {} files, {rows} rows, {size}", files.len());
    if wrong.is_empty() {
        return Finding::new(LAKE, State::Good, zh, en);
    }
    let named = wrong.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    let zh = format!("{zh}；{} 个文件缺失或大小不对：{named}", wrong.len());
    let en = format!("{en}; {} missing or of another size: {named}", wrong.len());
    Finding::new(LAKE, State::Wrong, zh, en)
        .hint("从备份恢复这些文件，或撤销并重新导入", "restore these files from a backup, or undo and import again")
}

/// The clock against the last recorded act: what happened cannot lie ahead.
fn examine_clock(settings: &Settings, last_act: Option<String>) -> Finding {
    const CLOCK: (&str, &str) = ("时钟", "clock");
    let now = Timestamp::now();
    let local = settings.zone.to_datetime(now);
    let offset = settings.zone.to_offset(now);
    let wall = format!("{} {}（UTC{offset}）", local.strftime("%Y-%m-%d %H:%M:%S"), settings.zone_name);
    let last = last_act.and_then(|text| text.parse::<Timestamp>().ok());
    match last.filter(|last| last.duration_since(now) > CLOCK_SLACK) {
        None => Finding::new(CLOCK, State::Good, wall.clone(), wall.replace(['（', '）'], " ").trim_end().to_owned()),
        Some(last) => {
            let zh = format!("{wall}，但最近一条记录在 {last}：时钟慢了");
            let en = format!("{local} {}, but the last act was recorded at {last}: the clock is behind", settings.zone_name);
            Finding::new(CLOCK, State::Wrong, zh, en).hint("打开系统的时间同步", "turn on the system's time synchronisation")
        }
    }
}

fn settings_in_force(settings: &Settings) -> Finding {
    let Settings { memory_mb, threads, timeout, locale, currency, day_cutoff_minutes, .. } = settings;
    let (hours, minutes, seconds) = (day_cutoff_minutes / 60, day_cutoff_minutes % 60, timeout.as_secs());
    let (zh, en) = match settings.approval {
        Approval::None => ("录入即生效", "what is recorded counts at once"),
        Approval::Required => ("须另一人批准", "another person approves"),
    };
    Finding::new(
        ("设置", "settings"),
        State::Good,
        format!(
            "内存 {memory_mb} MB，{threads} 线程，查询限时 {seconds} 秒；{locale}，{currency}，业务日 {hours:02}:{minutes:02} 开始；目标{zh}"
        ),
        format!(
            "memory {memory_mb} MB, {threads} threads, queries up to {seconds} s; {locale}, {currency}, the day begins at {hours:02}:{minutes:02}; targets: {en}"
        ),
    )
}
