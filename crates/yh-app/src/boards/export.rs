//! A board as a file: a workbook with a sheet per panel, or one HTML page that needs nothing else.

use std::{
    collections::BTreeSet,
    fmt::Write,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rust_xlsxwriter::{Workbook, XlsxError};
use yh_metrics::Access;
use yh_model::{issue::nearest, schedule::Schedule};

use super::{Board, BoardFormat, ExportPlan, Panel, list_boards, panel_question};
use crate::{
    Answer, App, AppError, Definitions, ErrorKind, Result, ask,
    export::{notes, shown, write_rows},
    markup::{NO_SCRIPT, escaped},
    names::{with_name_columns, with_names},
    write_whole,
};

/// Times of writing that are told of a board.
const EXPORTS_SHOWN: u64 = 20;

/// A written file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardFile {
    pub board: String,
    pub path: PathBuf,
    pub bytes: usize,
}

/// A panel with its answer.
struct Answered<'a> {
    panel: &'a Panel,
    title: String,
    answer: Answer,
}

/// A board as a file's bytes.
pub async fn export(app: &App, access: &Access, board: &Board, format: BoardFormat) -> Result<Vec<u8>> {
    let definitions = app.definitions().await?;
    let locale = &app.project.settings.locale;
    let mut panels = Vec::new();
    for panel in &board.layout.panels {
        let answer = ask(app, access, &panel_question(app, panel).await?).await?;
        let columns = || answer.columns.iter().map(|column| column.label.text(locale)).collect::<Vec<_>>().join(" · ");
        let title = if panel.title.trim().is_empty() { columns() } else { panel.title.trim().to_owned() };
        let answer = match format {
            BoardFormat::Html => with_names(app, access, &answer).await?,
            BoardFormat::Xlsx => with_name_columns(app, access, &answer).await?,
        };
        panels.push(Answered { panel, title, answer });
    }
    match format {
        BoardFormat::Html => Ok(html(board, &panels, &definitions, locale).into_bytes()),
        BoardFormat::Xlsx => {
            xlsx(board, &panels, &definitions, locale).map_err(|error| AppError::new(ErrorKind::Internal, "xlsx", error.to_string()))
        }
    }
}

/// Writes a board into a folder; a file of the same day is replaced as a whole.
pub async fn export_to(app: &App, access: &Access, board: &Board, format: BoardFormat, folder: &Path) -> Result<BoardFile> {
    let bytes = export(app, access, board, format).await?;
    let day = app.project.settings.zone.to_datetime(Timestamp::now()).date();
    let path = folder.join(format!("{}-{day}.{}", file_name(&board.name), format.extension()));
    std::fs::create_dir_all(folder).map_err(|error| AppError::io(folder, error))?;
    write_whole(&path, &bytes)?;
    app.records.record_board_export(&board.link, &path.display().to_string(), &app.stamp()).await?;
    Ok(BoardFile { board: board.name.clone(), path, bytes: bytes.len() })
}

/// Writes every board whose schedule has come since it was last written; one that fails does not hold up the others.
pub async fn export_due(app: &App, access: &Access) -> Result<Vec<(String, Result<BoardFile>)>> {
    let _lock = app.lock("board-export", "an export of boards")?;
    let mut done = Vec::new();
    for board in list_boards(app).await? {
        let Some(plan) = &board.layout.export else { continue };
        let last = app.records.list_board_exports(&board.link, 1).await?.pop().map_or_else(|| board.at.clone(), |export| export.at);
        let last: Timestamp = last.parse().unwrap_or(Timestamp::UNIX_EPOCH);
        if schedule(plan)?.next_after(last, &app.project.settings.zone_name).is_none_or(|next| next > Timestamp::now()) {
            continue;
        }
        let folder = app.project.root.join(plan.folder());
        let written = export_to(app, access, &board, plan.format, &folder).await;
        if written.is_err() {
            // Tried again when the schedule comes next, not at every look.
            app.records.record_board_export(&board.link, "", &app.stamp()).await?;
        }
        done.push((board.name.clone(), written));
    }
    Ok(done)
}

/// A time a board was written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenBoard {
    pub at: String,
    pub by: String,
    /// Inside the project folder, else the file's own name; none where writing failed.
    pub file: Option<String>,
}

/// The last times a board was written, the latest first, and when its schedule comes next.
pub async fn list_exports(app: &App, board: &Board) -> Result<(Option<Timestamp>, Vec<WrittenBoard>)> {
    let next = match &board.layout.export {
        Some(plan) => schedule(plan)?.next_after(Timestamp::now(), &app.project.settings.zone_name),
        None => None,
    };
    let shown = |file: &str| {
        let path = Path::new(file);
        let inside = path.strip_prefix(&app.project.root).ok().or_else(|| path.file_name().map(Path::new));
        inside.filter(|path| !path.as_os_str().is_empty()).map(|path| path.display().to_string())
    };
    let stored = app.records.list_board_exports(&board.link, EXPORTS_SHOWN).await?;
    let written = stored.into_iter().map(|export| WrittenBoard { file: shown(&export.file), at: export.at, by: export.by }).collect();
    Ok((next, written))
}

/// The schedule of a plan, checked.
pub(super) fn schedule(plan: &ExportPlan) -> Result<Schedule> {
    Schedule::parse(&plan.schedule).map_err(|reason| {
        AppError::new(ErrorKind::Input, "board-schedule", format!("'{}' is not a schedule: {reason}", plan.schedule.trim()))
            .hint("write five cron fields, such as 0 9 * * 1-5 for nine o'clock on workdays")
    })
}

fn xlsx(board: &Board, panels: &[Answered<'_>], definitions: &Definitions, locale: &str) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let mut taken = BTreeSet::new();
    for one in panels {
        let sheet = book.add_worksheet().set_name(sheet_name(&one.title, &mut taken))?;
        write_rows(sheet, &one.answer, locale)?;
        let below = one.answer.frame.height() as u32 + 2;
        for (row, (name, text)) in (below..).zip(panel_notes(board, one, definitions, locale)) {
            sheet.write_string(row, 0, name)?;
            sheet.write_string(row, 1, text)?;
        }
    }
    if panels.is_empty() {
        book.add_worksheet().write_string(0, 0, &board.name)?;
    }
    book.save_to_buffer()
}

/// What stands under a panel: the meaning of each number, and all that is needed to find it again.
fn panel_notes(board: &Board, one: &Answered<'_>, definitions: &Definitions, locale: &str) -> Vec<(String, String)> {
    let mut lines = notes(definitions, &one.answer, locale);
    if let Some((start, end)) = one.answer.period {
        lines.push(("period".into(), format!("{start}..{end}")));
    }
    lines.push(("board".into(), format!("{} v{}", board.link, board.version)));
    let question = serde_json::to_string(&one.panel.query).unwrap_or_default();
    lines.push(("question".into(), question.chars().take(32_000).collect()));
    lines
}

/// A name that spreadsheets accept: 31 characters, none of `[]:*?/\`, and no other sheet's.
fn sheet_name(title: &str, taken: &mut BTreeSet<String>) -> String {
    let clean: String = title.chars().map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { ' ' } else { c }).collect();
    let clean = if clean.trim().is_empty() { "Panel".to_owned() } else { clean.trim().to_owned() };
    let mut number = 1;
    loop {
        let suffix = if number == 1 { String::new() } else { format!(" {number}") };
        let name: String = clean.chars().take(31 - suffix.chars().count()).chain(suffix.chars()).collect();
        if taken.insert(name.to_lowercase()) {
            return name;
        }
        number += 1;
    }
}

/// A board's name as part of a file name, on any system.
fn file_name(name: &str) -> String {
    let clean: String = name.chars().map(|c| if c.is_alphanumeric() || "-_ ".contains(c) { c } else { '_' }).collect();
    clean.trim().replace(' ', "_")
}

fn html(board: &Board, panels: &[Answered<'_>], definitions: &Definitions, locale: &str) -> String {
    let name = escaped(&board.name);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{locale}\"><head><meta charset=\"utf-8\">{NO_SCRIPT}<meta name=\"viewport\" content=\"width=device-width\">\
         <title>{name}</title><style>{STYLE}</style></head><body><h1>{name}</h1>\n"
    );
    for one in panels {
        let _ = write!(page, "<section><h2>{}</h2><div class=\"scroll\"><table><thead><tr>", escaped(&one.title));
        for column in &one.answer.columns {
            let _ = write!(page, "<th>{}</th>", escaped(column.label.text(locale)));
        }
        page.push_str("</tr></thead><tbody>\n");
        for row in 0..one.answer.frame.height() {
            page.push_str("<tr>");
            for (column, description) in one.answer.frame.columns.iter().zip(&one.answer.columns) {
                let value = &column.values[row];
                let class = if value.number().is_some() { " class=\"n\"" } else { "" };
                let _ = write!(page, "<td{class}>{}</td>", escaped(&shown(value, description)));
            }
            page.push_str("</tr>\n");
        }
        page.push_str("</tbody></table></div><dl>\n");
        for (name, text) in panel_notes(board, one, definitions, locale) {
            let _ = writeln!(page, "<dt>{}</dt><dd>{}</dd>", escaped(&name), escaped(&text));
        }
        page.push_str("</dl></section>\n");
    }
    page.push_str("</body></html>\n");
    page
}

const STYLE: &str = "body{font:14px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;margin:24px;color:#1d2129}\
h1{font-size:22px}h2{font-size:16px;margin:24px 0 8px}.scroll{overflow-x:auto}\
table{border-collapse:collapse;font-size:13px}th,td{padding:4px 10px;border-bottom:1px solid #e5e7eb;text-align:left;white-space:nowrap}\
.n{text-align:right;font-variant-numeric:tabular-nums}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;font-size:12px;color:#5c6370}dt,dd{margin:0;overflow-wrap:anywhere}";

/// A format by name.
impl std::str::FromStr for BoardFormat {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "xlsx" => Ok(Self::Xlsx),
            "html" => Ok(Self::Html),
            other => {
                let near = nearest(other, ["xlsx", "html"]).map_or("write xlsx or html".to_owned(), |near| format!("did you mean {near}?"));
                Err(AppError::new(ErrorKind::Input, "board-format", format!("there is no format {other}")).hint(near))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheet_names_are_short_distinct_and_clean() {
        let mut taken = BTreeSet::new();
        let long = "一".repeat(40);
        let names: Vec<String> = ["a/b", "A B", &long, &long, "", "'x'"].iter().map(|title| sheet_name(title, &mut taken)).collect();
        assert_eq!(names[0], "a b");
        assert_eq!(names[1], "A B 2");
        assert!(names.iter().all(|name| name.chars().count() <= 31 && !name.contains(['/', '\'', '['])));
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }

    #[test]
    fn schedules_are_in_the_projects_zone() {
        let plan = |text: &str| ExportPlan { schedule: text.into(), format: BoardFormat::Html, folder: String::new() };
        let last: Timestamp = "2025-11-12T00:59:00Z".parse().expect("an instant");
        let next = schedule(&plan("0 9 * * 1-5")).expect("valid").next_after(last, "Asia/Shanghai");
        assert_eq!(next.map(|at| at.to_string()), Some("2025-11-12T01:00:00Z".to_owned()));
        for wrong in ["", "9", "0 25 * * *", "0 9 * * * UTC", "@daily"] {
            assert_eq!(schedule(&plan(wrong)).map_err(|error| error.code), Err("board-schedule".to_owned()), "{wrong}");
        }
    }
}
