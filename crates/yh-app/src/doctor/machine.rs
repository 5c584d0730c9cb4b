//! The machine: disk, fonts, versions.

use std::{path::PathBuf, process::Command};

use super::{Finding, State};
use crate::Project;

/// Below this imports soon fail.
const LITTLE: u64 = 1 << 30;
/// Below this the next one does.
const NOTHING: u64 = 64 << 20;

/// Free space and the right to write.
pub(super) fn disk(project: &Project) -> Finding {
    const DISK: (&str, &str) = ("磁盘", "disk");
    if !project.is_writable() {
        return Finding::new(
            DISK,
            State::Note,
            "项目文件夹不可写：只能查询",
            "the project's folder cannot be written: it can only be asked",
        )
        .hint("要导入或录入，把文件夹复制到可写的地方", "copy the folder to a place that can be written");
    }
    let Some(free) = free(&project.root) else {
        return Finding::new(DISK, State::Good, "可写；剩余空间未知", "can be written; its free space is not known here");
    };
    let (zh, en) = (format!("可写，剩余 {}", size(free)), format!("can be written, {} free", size(free)));
    let state = match free {
        _ if free < NOTHING => State::Wrong,
        _ if free < LITTLE => State::Note,
        _ => State::Good,
    };
    let finding = Finding::new(DISK, state, zh, en);
    if state == State::Good { finding } else { finding.hint("清出空间", "free some space") }
}

#[cfg(unix)]
fn free(path: &std::path::Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn free(_: &std::path::Path) -> Option<u64> {
    None
}

/// Whether Chinese text can be drawn in pictures and documents.
pub(super) fn fonts() -> Finding {
    const FONTS: (&str, &str) = ("字体", "fonts");
    if cfg!(any(windows, target_os = "macos")) {
        return Finding::new(FONTS, State::Good, "系统自带中文字体", "the system has Chinese fonts");
    }
    let missing = |zh: &str, en: &str| {
        Finding::new(FONTS, State::Note, zh, en)
            .hint("安装一种，如 fonts-noto-cjk；网页不受影响", "install one, such as fonts-noto-cjk; the pages do not need it")
    };
    match Command::new("fc-list").args([":lang=zh", "family"]).output() {
        Ok(listed) => match String::from_utf8_lossy(&listed.stdout).lines().map(str::trim).find(|line| !line.is_empty()) {
            Some(family) => Finding::new(FONTS, State::Good, format!("中文字体：{family}"), format!("Chinese font: {family}")),
            None => missing("没有中文字体", "there is no Chinese font"),
        },
        Err(_) => match cjk_file() {
            Some(file) => {
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                Finding::new(
                    FONTS,
                    State::Good,
                    format!("中文字体文件 {name}（没有 fc-list）"),
                    format!("Chinese font file {name} (no fc-list)"),
                )
            }
            None => missing("没有 fc-list，字体文件夹里也没有中文字体", "there is no fc-list, and no Chinese font in the font folders"),
        },
    }
}

/// A file in the usual folders that is named like a Chinese font.
fn cjk_file() -> Option<PathBuf> {
    const NAMES: [&str; 8] = ["cjk", "wqy", "sourcehan", "droidsansfallback", "simsun", "simhei", "msyh", "uming"];
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let mut folders =
        vec!["/usr/share/fonts".into(), "/usr/local/share/fonts".into(), home.join(".fonts"), home.join(".local/share/fonts")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if NAMES.iter().any(|known| name.contains(known)) {
                return Some(path);
            }
        }
    }
    None
}

/// The program, and what it runs on.
pub(super) fn versions() -> Finding {
    let text = format!("yunheng {} · {} {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    Finding::new(("版本", "versions"), State::Good, text.clone(), text)
}

/// A number of bytes in words.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        _ if bytes >= 1 << 30 => format!("{:.1} GB", bytes as f64 / (1u64 << 30) as f64),
        _ if bytes >= 1 << 20 => format!("{:.1} MB", bytes as f64 / (1u64 << 20) as f64),
        _ => format!("{} KB", bytes.div_ceil(1 << 10)),
    }
}
