//! The log: warnings on the terminal; of a server also every request, in files that are rotated.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::Path,
    sync::{Mutex, OnceLock, PoisonError},
};

use file_rotate::{ContentLimit, FileRotate, compression::Compression, suffix::AppendCount};
use tracing_subscriber::{EnvFilter, Registry, filter::LevelFilter, fmt, prelude::*, reload};

/// Bytes of one file.
const FILE_BYTES: usize = 10 << 20;
/// Files that are kept beside the one that is written.
const OLD_FILES: usize = 9;
/// What goes to the files: requests and our own news, of others only warnings.
const KEPT: &str = "warn,request=info,yunheng=info,yh_app=info,yh_server=info";

static FILE: OnceLock<Mutex<FileRotate<AppendCount>>> = OnceLock::new();
static WANTED: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();

/// Begins to log to the terminal; `YUNHENG_LOG` says how much.
pub fn start() {
    let (wanted, handle) = reload::Layer::new(EnvFilter::default().add_directive(LevelFilter::OFF.into()));
    let _ = WANTED.set(handle);
    let terminal = EnvFilter::try_from_env("YUNHENG_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::registry()
        .with(fmt::layer().with_ansi(false).with_writer(|| LogFile).with_filter(wanted))
        .with(fmt::layer().with_writer(io::stderr).with_filter(terminal))
        .init();
}

/// Logs to `yunheng.log` of a folder too, from now on.
pub fn keep_in(folder: &Path) {
    let mut options = OpenOptions::new();
    options.read(true).create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let path = folder.join("yunheng.log");
    let file =
        FileRotate::new(path, AppendCount::new(OLD_FILES), ContentLimit::BytesSurpassed(FILE_BYTES), Compression::None, Some(options));
    let is_set = FILE.set(Mutex::new(file)).is_ok();
    if let Some(wanted) = WANTED.get().filter(|_| is_set) {
        let _ = wanted.reload(EnvFilter::new(KEPT));
    }
}

/// The file that is written at present; without one what is written is dropped.
struct LogFile;

impl Write for LogFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        FILE.get().map_or(Ok(line.len()), |file| file.lock().unwrap_or_else(PoisonError::into_inner).write(line))
    }

    fn flush(&mut self) -> io::Result<()> {
        FILE.get().map_or(Ok(()), |file| file.lock().unwrap_or_else(PoisonError::into_inner).flush())
    }
}
