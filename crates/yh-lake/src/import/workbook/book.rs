//! What the cells of an .xlsx file refer to: its sheets, shared texts, date formats and date system.

use std::collections::HashMap;
use std::path::Path;

use quick_xml::events::Event;

use super::super::{ImportError, Limits};
use super::cells::read_text;
use super::parts::{Parts, Xml, attribute};

/// Shared texts are the only part of a workbook that is held in memory.
const MAX_SHARED_BYTES: usize = 256 << 20;
const MAX_SHEETS: usize = 1_000;
const MAX_FORMATS: usize = 100_000;

/// An opened workbook.
pub struct Book {
    pub parts: Parts,
    pub sheets: Vec<SheetPart>,
    pub strings: Strings,
    /// Whether numbers of each cell style are shown as dates.
    pub shows_date: Vec<bool>,
    /// Days are counted from 1904-01-01.
    pub is_1904: bool,
    pub limits: Limits,
}

/// One sheet of the workbook.
#[derive(Debug, Clone)]
pub struct SheetPart {
    pub name: String,
    pub part: String,
}

impl Book {
    /// Opens an .xlsx file; none when the archive is another kind of file.
    pub fn open(path: &Path, limits: Limits) -> Result<Option<Self>, ImportError> {
        let parts = Parts::open(path, limits)?;
        let main = related(&parts, "_rels/.rels", "")?.into_iter().find(|part| part.kind.ends_with("/officeDocument"));
        let main = main.map_or_else(|| "xl/workbook.xml".to_owned(), |part| part.target);
        let Some(xml) = parts.xml(&main)? else { return Ok(None) };
        let (folder, name) = main.rsplit_once('/').unwrap_or(("", &main));
        let related = related(&parts, &format!("{folder}/_rels/{name}.rels"), folder)?;
        let (sheets, is_1904) = read_sheets(xml, &related)?;
        let part_of = |kind: &str| related.iter().find(|part| part.kind.ends_with(kind)).map(|part| part.target.as_str());
        let shows_date = match part_of("/styles").map(|part| parts.xml(part)).transpose()?.flatten() {
            Some(xml) => read_styles(xml)?,
            None => Vec::new(),
        };
        let strings = match part_of("/sharedStrings").map(|part| parts.xml(part)).transpose()?.flatten() {
            Some(xml) => Strings::read(xml, limits)?,
            None => Strings::default(),
        };
        Ok(Some(Self { parts, sheets, strings, shows_date, is_1904, limits }))
    }
}

/// A relationship to another part.
struct Related {
    id: String,
    kind: String,
    target: String,
}

fn related(parts: &Parts, name: &str, folder: &str) -> Result<Vec<Related>, ImportError> {
    let Some(mut xml) = parts.xml(name.trim_start_matches('/'))? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                let text = |name| attribute(&element, name).unwrap_or_default();
                let target = text("Target");
                let target = match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None if folder.is_empty() => target,
                    None => format!("{folder}/{target}"),
                };
                found.push(Related { id: text("Id"), kind: text("Type"), target: without_dots(&target) });
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// `xl/../customXml/a.xml` is `customXml/a.xml`.
fn without_dots(target: &str) -> String {
    let mut path: Vec<&str> = Vec::new();
    for piece in target.split('/') {
        match piece {
            ".." => drop(path.pop()),
            "." | "" => {}
            other => path.push(other),
        }
    }
    path.join("/")
}

fn read_sheets(mut xml: Xml, related: &[Related]) -> Result<(Vec<SheetPart>, bool), ImportError> {
    let (mut sheets, mut is_1904) = (Vec::new(), false);
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "workbookPr" => is_1904 = matches!(attribute(&element, "date1904").as_deref(), Some("1" | "true")),
                "sheet" => {
                    let id = attribute(&element, "id").unwrap_or_default();
                    let part = related.iter().find(|part| part.id == id && part.kind.ends_with("/worksheet"));
                    if let (Some(name), Some(part)) = (attribute(&element, "name"), part) {
                        sheets.push(SheetPart { name, part: part.target.clone() });
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok((sheets, is_1904)),
            _ => {}
        }
        if sheets.len() > MAX_SHEETS {
            return Err(xml.wrong(format!("it has more than {MAX_SHEETS} sheets")));
        }
    }
}

fn read_styles(mut xml: Xml) -> Result<Vec<bool>, ImportError> {
    let mut own: HashMap<String, bool> = HashMap::new();
    let (mut styles, mut in_cell_styles) = (Vec::new(), false);
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    if let (Some(id), Some(code)) = (attribute(&element, "numFmtId"), attribute(&element, "formatCode")) {
                        own.insert(id, is_date_code(&code));
                    }
                }
                "cellXfs" => in_cell_styles = true,
                "xf" if in_cell_styles => {
                    let id = attribute(&element, "numFmtId").unwrap_or_default();
                    styles.push(own.get(&id).copied().unwrap_or_else(|| is_date_id(&id)));
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => in_cell_styles = false,
            Event::Eof => return Ok(styles),
            _ => {}
        }
        if styles.len() + own.len() > MAX_FORMATS {
            return Err(xml.wrong(format!("it has more than {MAX_FORMATS} formats")));
        }
    }
}

/// The date formats that every spreadsheet program knows by number (ECMA-376, 18.8.30).
fn is_date_id(id: &str) -> bool {
    matches!(id.parse::<u32>(), Ok(14..=22 | 27..=36 | 45 | 47 | 50..=58))
}

/// Whether a format code shows a date or time of day: by its letters outside quotes, escapes and brackets.
fn is_date_code(code: &str) -> bool {
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter.to_ascii_lowercase() {
            '\\' | '_' | '*' => drop(letters.next()),
            '"' => drop(letters.find(|letter| *letter == '"')),
            '[' => {
                let inside: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                // Elapsed time, such as [h]:mm, is a number of days.
                if !inside.is_empty() && inside.chars().all(|letter| matches!(letter.to_ascii_lowercase(), 'h' | 'm' | 's')) {
                    return false;
                }
            }
            // Only the format of positive numbers counts.
            ';' => return false,
            'd' | 'm' | 'h' | 'y' | 's' => return true,
            // `General` and `Standard` are words, not letters of a date.
            'g' => return false,
            _ => {}
        }
    }
    false
}

/// The texts that cells share, one after the other.
#[derive(Default)]
pub struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    fn read(mut xml: Xml, limits: Limits) -> Result<Self, ImportError> {
        let mut strings = Self::default();
        loop {
            match xml.next()? {
                Event::Start(element) if element.local_name().as_ref() == "si" => {
                    read_text(&mut xml, "si", &mut strings.text)?;
                    strings.ends.push(strings.text.len() as u32);
                }
                Event::Eof => return Ok(strings),
                _ => {}
            }
            if strings.text.len() > MAX_SHARED_BYTES {
                return Err(xml.wrong(format!("its texts take more than {} MB", MAX_SHARED_BYTES >> 20)));
            }
            if strings.ends.len() as u64 > limits.max_cells {
                return Err(ImportError::TooManyCells { limit: limits.max_cells });
            }
        }
    }

    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        Some(&self.text[start..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_by_the_format() {
        for (code, is_date) in [
            ("General", false),
            ("0.00", false),
            ("yyyy\\-mm\\-dd", true),
            ("[$-804]yyyy\"年\"m\"月\"", true),
            ("[h]:mm:ss", false),
            ("[Red]0.00", false),
            ("0\"days\"", false),
            ("_(* #,##0.00_);_(@_)", false),
            ("h:mm AM/PM", true),
            ("#,##0;\"d\"", false),
        ] {
            assert_eq!(is_date_code(code), is_date, "{code}");
        }
        assert!(is_date_id("14") && !is_date_id("46") && !is_date_id("2"));
    }
}
