//! What ends a command early: Ctrl-C, or SIGTERM from a service manager. A second one quits at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};
use yh_app::{AppError, ErrorKind, Result};

/// Between two looks at whether to stop.
const LOOK: Duration = Duration::from_millis(50);
/// Exit code of what was stopped.
const STOPPED: i32 = 130;

/// A flag that the first signal sets.
pub fn on_signal() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let listen = |signal| {
        // In this order: the first signal finds the flag unset, the second one set.
        flag::register_conditional_shutdown(signal, STOPPED, Arc::clone(&stop))?;
        flag::register(signal, Arc::clone(&stop))
    };
    [SIGINT, SIGTERM]
        .into_iter()
        .try_for_each(|signal| listen(signal).map(|_| ()))
        .map_err(|error| AppError::new(ErrorKind::Internal, "signals", format!("signals cannot be listened to: {error}")))?;
    Ok(stop)
}

/// Resolves when the flag is set.
pub async fn stopped(stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(LOOK).await;
    }
}
