//! Readers and the files they read: whoever looks at facts shares a lock, in every process of the project; files that
//! left the facts go when nobody holds it, or after a grace time.

use std::{
    fs::{File, TryLockError},
    io,
};

use crate::App;

/// A lock that is held while this value lives.
#[derive(Debug)]
pub(crate) struct Pin(#[expect(dead_code, reason = "dropping it lets go of the lock")] File);

const LOCK: &str = "readers.lock";

/// Shares the readers' lock; none where the project's folder cannot be written, and so no file can leave either.
pub(crate) fn share(app: &App) -> Option<Pin> {
    let file = open(app).ok()?;
    file.lock_shared().ok()?;
    Some(Pin(file))
}

/// Takes the readers' lock alone; none while anybody reads.
pub(crate) fn take(app: &App) -> Option<Pin> {
    let file = open(app).ok()?;
    match file.try_lock() {
        Ok(()) => Some(Pin(file)),
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => None,
    }
}

fn open(app: &App) -> io::Result<File> {
    let path = app.project.root.join(".yunheng").join(LOCK);
    match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && !app.is_read_only => {
            yh_lake::private::options().create(true).truncate(false).open(&path)
        }
        opened => opened,
    }
}
